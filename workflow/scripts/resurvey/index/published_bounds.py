"""Published bounds: types and spread of an index, as far as published margins bound them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import ceil
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, Refusal, write_notes
from resurvey.index.bounds import (
    Event,
    Range,
    Shares,
    bound_correlation,
    bound_deviation,
    bound_mean,
    fix_mean,
    published_index,
    types_of,
)
from resurvey.index.declaration import Index
from resurvey.index.identified import IdentifiedIndex
from resurvey.index.joint_tables import OVERALL, Margin, PublishedIndex

THOUSANDTHS = 1000
"""Parts in which the distance between a proven and an attained end is told."""

BOUNDS_COLUMNS = (
    "index",
    "dimension",
    "second_dimension",
    "statistic",
    "type",
    "column_variable",
    "column_code",
    "column_label",
    "low",
    "high",
    "lowest",
    "highest",
    "lowest_count",
    "highest_count",
    "chosen_lowest",
    "chosen_highest",
    "n",
    "sharp",
    "distance",
    "note",
    "note_data",
)


@dataclass(frozen=True)
class _Column:
    """Respondents of whom something is bounded: all, or a published group."""

    variable: str
    code: str
    label: str

    @property
    def group(self) -> str | None:
        """The group as the engine names it; None of all respondents."""
        return self.code if self.variable else None

    @property
    def keys(self) -> dict[str, str]:
        """Columns of a line that say so."""
        return {
            "column_variable": self.variable,
            "column_code": self.code,
            "column_label": self.label,
        }


def bound_lines(
    identified: IdentifiedIndex, language: str = "", everybody: str = "All respondents"
) -> list[dict[str, Any]]:
    """Bound what published margins leave open of an index, over every joint table that agrees.

    Parameters
    ----------
    identified : IdentifiedIndex
    language, everybody : str
        Language of the labels, and the label of the column of all respondents.

    Returns
    -------
    list of dict
        Lines of ``bounds.csv``: ``share`` of each type among all respondents and in each published
        group, and ``at_least``, the share of all whose index is at least `low`; of the index and
        of its dimensions ``mean_of_items``, each item over whoever answered it, the ``mean`` and
        the ``deviation`` of those who have a value; the ``correlation`` of two dimensions.
        `lowest` and `highest` go over all solutions of the recovered counts and are attained where
        `sharp` is 1; elsewhere no joint table goes beyond them. `chosen_lowest` and
        `chosen_highest` are those of the counts that are shown. `distance` is the farthest that one
        of the four ends of a mean, deviation or correlation lies beyond a joint table that was
        found, in thousandths, rounded up. Shares are per cents of `n`, with their counts. An index
        that margins do not bound has one line with the reason.
    """
    index, questions = identified.index, identified.questions
    keys = {"index": index.name, "column_code": TOTAL, "column_label": everybody}
    reason = identified.reason or next(iter(identified.refused.values()), None)
    if reason is not None:
        return [keys | {"statistic": "share"} | write_notes(reason.refusing("not_computed"))]
    try:
        margins = published_index(index, questions)
    except SurveyError:
        told = Note("too_many_solutions").refusing("not_computed")
        return [keys | {"statistic": "share"} | write_notes(told)]
    columns = [_Column("", TOTAL, everybody)]
    crossed = {question.group for question in questions.values()} - {""}
    for group in index.by:
        if group in crossed and len(margins.groups) > 1:
            variable = identified.codebook[group]
            columns += [
                _Column(group, str(code), variable.answer(code, language))
                for code in variable.answers
                if str(code) in margins.groups
            ]
    levels = [OVERALL, *range(len(index.dimensions))]
    moments = {at: _moments_of(margins, at) for at in levels}
    lines = [
        *_of_shares(index, margins, columns),
        *_of_moments(index, margins, columns[0], moments),
    ]
    return [{"index": index.name, **line} for line in lines]


Found = Range | Note
"""A range, or the reason why there is none."""
Both = tuple[Found, Found]
"""Over all counts, and in the chosen ones."""


def _of_shares(
    index: Index, margins: PublishedIndex, columns: Sequence[_Column]
) -> Iterator[dict[str, Any]]:
    """Shares of the types, among all and in each group, and of those above each end of a bar."""
    points = [Fraction(at, index.bins) for at in range(1, index.bins + 1)]
    keys: list[dict[str, Any]] = [
        {"statistic": "share", "type": name, **column.keys, **_ends(event)}
        for name, event in types_of(index).items()
        for column in columns
    ]
    keys += [{"statistic": "at_least", **columns[0].keys, "low": float(point)} for point in points]

    def ranges(shares: Shares) -> list[Found]:
        above = shares.at_least(points)
        types = [
            _tried(shares.bound, event, column.group)
            for event in types_of(index).values()
            for column in columns
        ]
        return types + above

    # A joint table of the chosen counts is one of all, and the others are sought from there.
    shown = Shares(margins.chosen())
    chosen = ranges(shown)
    everything = ranges(Shares(margins, known=list(shown.known)))
    for named, found, kept in zip(keys, everything, chosen, strict=True):
        yield named | _told(found, kept)


def _moments_of(margins: PublishedIndex, dimension: int) -> tuple[Both, Both]:
    """Mean and deviation of a dimension, over all counts and in the chosen ones."""
    chosen = margins.chosen()
    found = _tried(bound_mean, margins, dimension=dimension)
    kept = _tried(bound_mean, chosen, dimension=dimension)
    means = found, kept
    if isinstance(found, Range) and isinstance(kept, Range):
        found = _tried(bound_deviation, margins, dimension=dimension, mean=found)
    if isinstance(found, Range) and isinstance(kept, Range):
        kept = _tried(bound_deviation, chosen, dimension=dimension, mean=kept)
    return means, (found, kept)


def _of_moments(
    index: Index,
    margins: PublishedIndex,
    column: _Column,
    moments: Mapping[int, tuple[Both, Both]],
) -> Iterator[dict[str, Any]]:
    """Means and deviations of the respondents who have a value, and correlations."""
    chosen = margins.chosen()
    levels = [("", OVERALL), *((one.name, at) for at, one in enumerate(index.dimensions))]
    if not fix_mean(margins).of_respondents:
        for name, at in levels:
            fixed = fix_mean(margins, at)
            keys: dict[str, Any] = {"statistic": "mean_of_items", "dimension": name}
            ends = {"lowest": float(fixed.lowest), "highest": float(fixed.highest)}
            shown = dict.fromkeys(("chosen_lowest", "chosen_highest"), float(fixed.value))
            yield {**keys, **column.keys, **ends, **shown, "n": margins.respondents, "sharp": 1}
    for name, at in levels:
        why = _small_base(margins) if at == OVERALL else ()
        mean, _ = moments[at]
        yield {"statistic": "mean", "dimension": name, **column.keys, **_told(*mean, *why)}
    for name, at in levels:
        _, deviation = moments[at]
        yield {"statistic": "deviation", "dimension": name, **column.keys, **_told(*deviation)}
    for (name, at), (other, beside) in combinations(levels[1:], 2):
        found = _tried(bound_correlation, margins, at, beside)
        kept = found
        if isinstance(found, Range):
            kept = _tried(bound_correlation, chosen, at, beside)
        keys = {"statistic": "correlation", "dimension": name, "second_dimension": other}
        yield {**keys, **column.keys, **_told(found, kept)}


def _ends(event: Event) -> dict[str, float]:
    """Where a type begins and ends; an index of fixed ends goes from 0 to 1."""
    low, high = event.lowest, event.beyond
    return {"low": 0.0 if low is None else float(low), "high": 1.0 if high is None else float(high)}


def _tried(bound: Callable[..., Range], *about: Any, **more: Any) -> Found:
    try:
        return bound(*about, **more)
    except Refusal as problem:
        return problem.note


def _small_base(margins: PublishedIndex) -> tuple[Note, ...]:
    """The smallest base that agrees with the margins, which leaves open who has a value."""
    bases = {
        margin.indicator: margins.respondents - most
        for margin in margins.margins
        if (most := _most_without(margin))
    }
    if not bases:
        return ()
    indicator = min(bases, key=bases.__getitem__)
    about: dict[str, Any] = {"indicator": indicator, "needed": margins.minimum_items}
    return (Note("small_base", least=bases[indicator], **about),)


def _most_without(margin: Margin) -> int:
    """Most respondents without a score in one solution."""
    without = [at for at, score in enumerate(margin.scores) if score is None]
    return max(sum(row[at] for row in rows for at in without) for rows in margin.solutions)


def _told(found: Found, chosen: Found, *why: Note) -> dict[str, Any]:
    """Write a range, or the reason why there is none."""
    if isinstance(found, Note):
        return write_notes(found.refusing("not_computed"))
    ends = {"lowest": found.lower.limit, "highest": found.upper.limit}
    line: dict[str, Any] = {"n": found.respondents, "sharp": int(found.is_sharp)}
    if isinstance(chosen, Range):
        ends |= {"chosen_lowest": chosen.lower.limit, "chosen_highest": chosen.upper.limit}
    if found.quantity == "share":
        for name in ("lowest", "highest"):
            line[f"{name}_count"] = round(ends[name] * found.respondents)
        line |= {name: float(100 * end) for name, end in ends.items()}
    else:
        line |= {name: float(end) for name, end in ends.items()}
        line["distance"] = _distance(found, chosen)
    notes = () if found.is_sharp else (Note("not_attained"),)
    return line | write_notes(*notes, *(() if found.is_fixed else why))


def _distance(*ranges: Found) -> float:
    """Farthest that an end lies beyond a joint table that was found, rounded up."""
    apart = [
        abs(float(end.value) - float(end.limit))
        for found in ranges
        if isinstance(found, Range) and not found.is_sharp
        for end in (found.lower, found.upper)
    ]
    return ceil(max(apart, default=0.0) * THOUSANDTHS) / THOUSANDTHS
