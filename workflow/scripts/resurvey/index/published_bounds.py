"""Published bounds: types and spread of an index, as far as published margins bound them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from resurvey.core.codebook import Codebook
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, Refusal, write_notes
from resurvey.index.bounds import (
    Event,
    Range,
    bound_mean,
    bound_share,
    published_index,
    types_of,
)
from resurvey.index.declaration import Index
from resurvey.index.identified import Published, refusal_of, scored_questions
from resurvey.index.joint_tables import OVERALL, PublishedIndex

BOUNDS_COLUMNS = (
    "index",
    "dimension",
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
    "n",
    "sharp",
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
    index: Index,
    codebook: Codebook,
    published: Published,
    language: str = "",
    everybody: str = "All respondents",
) -> list[dict[str, Any]]:
    """Bound what published margins leave open of an index, over every joint table that agrees.

    Parameters
    ----------
    index : Index
        Resolved against `codebook`.
    codebook : Codebook
        Of the reconstructed respondents with their indicators.
    published : Published
        What they were dealt from.
    language, everybody : str
        Language of the labels, and the label of the column of all respondents.

    Returns
    -------
    list of dict
        Lines of ``bounds.csv``: ``share`` of each type among all respondents and in each published
        group, ``at_least``, the share of all whose index is at least `low`, and the ``mean`` of
        those who have a value. `lowest` and `highest` are attained where `sharp` is 1; elsewhere no
        joint table goes beyond them. Shares are per cents of `n`, with their counts. An index that
        margins do not bound has one line with the reason.
    """
    keys = {"index": index.name, "column_code": TOTAL, "column_label": everybody}
    reason = refusal_of(index)
    if reason is None:
        questions, refused = scored_questions(index, codebook, published)
        reason = next(iter(refused.values()), None)
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
            variable = codebook[group]
            columns += [
                _Column(group, str(code), variable.answer(code, language))
                for code in variable.answers
                if str(code) in margins.groups
            ]
    lines = [*_of_types(index, margins, columns), *_of_points(index, margins, columns[0])]
    lines += _of_means(index, margins, columns[0])
    return [{"index": index.name, **line} for line in lines]


def _of_types(
    index: Index, margins: PublishedIndex, columns: Sequence[_Column]
) -> Iterator[dict[str, Any]]:
    """Shares of the types, among all respondents and in each group."""
    for name, event in types_of(index).items():
        for column in columns:
            keys = {"statistic": "share", "type": name, **column.keys, **_ends(index, event)}
            yield keys | _told(margins, partial(bound_share, event=event, group=column.group))


def _of_points(index: Index, margins: PublishedIndex, column: _Column) -> Iterator[dict[str, Any]]:
    """Shares of those whose index is at least so much, from bar to bar."""
    for at in range(1, index.bins + 1):
        point = Fraction(at, index.bins)
        keys = {"statistic": "at_least", **column.keys, "low": float(point)}
        yield keys | _told(margins, partial(bound_share, event=Event(point)))


def _of_means(index: Index, margins: PublishedIndex, column: _Column) -> Iterator[dict[str, Any]]:
    """Means of the respondents who have a value, of the index and of its dimensions."""
    levels = [("", OVERALL), *((one.name, at) for at, one in enumerate(index.dimensions))]
    for name, place in levels:
        keys = {"statistic": "mean", "dimension": name, **column.keys}
        yield keys | _told(margins, partial(bound_mean, dimension=place))


def _ends(index: Index, event: Event) -> dict[str, float | None]:
    """Where a type begins and ends; an index of fixed ends goes from 0 to 1."""
    low, high = event.lowest, event.beyond
    return {"low": 0.0 if low is None else float(low), "high": 1.0 if high is None else float(high)}


def _told(margins: PublishedIndex, bound: Any) -> dict[str, Any]:
    """Write a range, or the reason why there is none."""
    try:
        found: Range = bound(margins)
    except Refusal as problem:
        return write_notes(problem.note.refusing("not_computed"))
    ends = {"lowest": found.lower.limit, "highest": found.upper.limit}
    line: dict[str, Any] = {"n": found.respondents, "sharp": int(found.is_sharp)}
    if found.quantity == "share":
        counts = {f"{name}_count": round(end * found.respondents) for name, end in ends.items()}
        line |= counts | {name: float(100 * end) for name, end in ends.items()}
    else:
        line |= {name: float(end) for name, end in ends.items()}
    notes = () if found.is_sharp else (Note("not_attained"),)
    return line | write_notes(*notes)
