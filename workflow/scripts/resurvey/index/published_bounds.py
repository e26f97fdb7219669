"""Published bounds: types and spread of an index, as far as published margins bound them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from resurvey.core.codebook import Codebook
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, Refusal, write_notes
from resurvey.index.bounds import Event, Range, bound_mean, bound_share, types_of
from resurvey.index.declaration import Index
from resurvey.index.identified import Published, ScoredQuestion, refusal_of, scored_questions
from resurvey.index.joint_tables import OVERALL, Margin, PublishedIndex

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
        margins = publish_questions(index, questions)
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


def publish_questions(index: Index, questions: Mapping[str, ScoredQuestion]) -> PublishedIndex:
    """Put the counts of the questions behind an index together as the engine of bounds takes them.

    Raises
    ------
    SurveyError
        A question with more solutions than can be listed.
    """
    group = next((one.group for one in questions.values() if one.group), "")
    crossed = next((one for one in questions.values() if one.group), None)
    names = [name for name in crossed.recovered.table.groups if name != TOTAL] if crossed else []
    sizes = next(iter(questions.values())).sizes
    groups = {name: sizes[name] for name in names} if group else {TOTAL: sizes[TOTAL]}
    return PublishedIndex(
        tuple(_margin(questions[one.name], groups, sizes[TOTAL]) for one in index.indicators),
        tuple(_exact(one.weight) for one in index.indicators),
        tuple(map(int, index.dimension_of)),
        tuple(_exact(one.weight) for one in index.dimensions),
        groups,
        index.missing,
        len(index.indicators) if index.missing == "complete" else index.minimum_items,
    )


def _exact(number: float) -> Fraction:
    """The decimal number that somebody wrote."""
    return Fraction(repr(float(number)))


def _margin(question: ScoredQuestion, groups: Mapping[str, int], respondents: int) -> Margin:
    """Counts of each score of a question in every solution, with those who have none.

    Answers of one score are one: most solutions differ in what the index does not tell apart.
    """
    known = question.recovered.table.groups
    columns = list(groups) if all(name in known for name in groups) else [known[0]]
    sizes = [groups.get(name, respondents) for name in columns]
    scores = [score for score in dict.fromkeys(question.scores) if score is not None]
    tables = []
    for solution in question.recovered.solutions:
        rows = []
        for name, size in zip(columns, sizes, strict=True):
            told = list(zip(question.scores, solution.counts[name], strict=True))
            counts = [sum(count for own, count in told if own == score) for score in scores]
            rows.append((*counts, size - sum(counts)))
        tables.append(tuple(rows))
    return Margin(question.indicator, (*scores, None), tuple(dict.fromkeys(tables)))


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
