"""Identified: what of an index the published margins of single questions determine."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Codebook, Variable, clean_code, declared_variable
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, Refusal, write_notes
from resurvey.core.published import PrintedCell, PrintedQuestion
from resurvey.index.declaration import Index, Indicator
from resurvey.index.scoring import effective_weights, score_of
from resurvey.prepare.reconstruction import recover_published

if TYPE_CHECKING:
    from resurvey.recovery import Recovered

SAME = 1e-12
"""Two ends as near as this are one value, but for rounding error."""


@dataclass(frozen=True)
class Published:
    """What a wave's records were dealt from, and how indicators were made of the questions.

    Attributes
    ----------
    codebook : dict
        ``config/codebook.yaml``.
    cells, claims : sequence
        The printed cells and the statements of the text.
    spec : dict
        `reconstruct:` of the wave.
    derived, rounded_sums : dict
        As `resurvey.prepare.reconstruction.reconstruct_survey` takes them.
    indicators : dict
        `indicators` of ``config/indicators.yaml``.
    """

    codebook: Mapping[str, Any] = field(default_factory=dict)
    cells: Sequence[PrintedCell] = ()
    claims: Sequence[Mapping[str, str]] = ()
    spec: Mapping[str, Any] = field(default_factory=dict)
    derived: Mapping[str, str] = field(default_factory=dict)
    rounded_sums: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    indicators: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ScoredQuestion:
    """An indicator as a published question whose answers have normalised scores.

    Attributes
    ----------
    indicator : str
        Name of the indicator.
    question : str
        Variable that was published.
    group : str
        Variable that it was published by; empty where by none.
    scores : tuple of Fraction or None
        From 0 to 1, for every answer in the codebook's order; None leaves the answer out.
    recovered : Recovered
        All counts that print as published.
    sizes : dict
        Respondents of every column, ``total`` among them.
    """

    indicator: str
    question: str
    group: str
    scores: tuple[Fraction | None, ...]
    recovered: "Recovered"
    sizes: Mapping[str, int]

    def answered_by_all(self, column: str) -> bool:
        """Whether in every solution every respondent of a column has a score."""
        if None in self.scores:
            return False
        wanted = [column] if column in self.recovered.table.groups else self.recovered.table.groups
        return all(
            sum(found.bases[name] for name in wanted) == self.sizes[column]
            for found in self.recovered.bases()
        )


def scored_questions(
    index: Index, codebook: Codebook, published: Published
) -> tuple[dict[str, ScoredQuestion], dict[str, Note]]:
    """Find the published question behind every indicator, with all counts that print so.

    Parameters
    ----------
    index : Index
        Resolved against `codebook`; its normalisation has fixed ends.
    codebook : Codebook
        Of the respondents with their indicators.
    published : Published
        What the records were dealt from.

    Returns
    -------
    tuple of dict
        Questions by the name of the indicator; and for every other indicator the reason why its
        mean is not determined.

    Raises
    ------
    SurveyError
        A printed question that the recovery refuses.
    """
    book = Codebook(
        {
            name: declared_variable(name, plain)
            for name, plain in published.codebook.get("variables", {}).items()
        }
    )
    sources: dict[str, tuple[str, tuple[Fraction | None, ...]]] = {}
    refused: dict[str, Note] = {}
    for one in index.indicators:
        found = _source(one, codebook, book, published.indicators)
        if isinstance(found, Note):
            refused[one.name] = found
            continue
        sources[one.name] = found[0], tuple(_normalise(index, one, score) for score in found[1])
    recovered: dict[str, tuple[PrintedQuestion, Recovered, Mapping[str, int]]] = {
        printed.variable: (printed, solutions, sizes)
        for printed, solutions, sizes in recover_published(
            book,
            published.cells,
            published.claims,
            published.spec,
            published.derived,
            published.rounded_sums,
            {variable for variable, _ in sources.values()},
        )
    }
    questions = {}
    for name, (variable, scores) in sources.items():
        if variable not in recovered:
            refused[name] = Note("question_not_published", variable=variable)
            continue
        printed, solutions, sizes = recovered[variable]
        if not solutions:
            refused[name] = Note("no_integer_solution")
            continue
        group = published.spec.get("groups", "") if printed.groups else ""
        questions[name] = ScoredQuestion(name, variable, group, scores, solutions, sizes)
    return questions, refused


def _source(
    one: Indicator, codebook: Codebook, book: Codebook, indicators: Mapping[str, Any]
) -> tuple[str, list[float | None]] | Note:
    """Question behind an indicator and the score of each of its answers; None is no answer."""
    variable = codebook[one.variable]
    entry = indicators.get(one.variable)
    if entry is None:
        if one.variable not in book:
            return Note("several_questions", variable=one.variable)
        return one.variable, _scores(one, variable, book[one.variable].answers)
    if "share" not in entry:
        return Note("several_questions", variable=one.variable)
    source = entry["share"]["variable"]
    if source not in book:
        return Note("several_questions", variable=source)
    chosen = {clean_code(code) for code in entry["share"]["codes"]}
    mapped: list[Code] = [int(code in chosen) for code in book[source].answers]
    return source, _scores(one, variable, mapped)


def _scores(one: Indicator, variable: Variable, codes: Sequence[Code]) -> list[float | None]:
    """Scores of codes; an answer without one occurs nowhere, or scoring would have refused it."""
    found = [score_of(one, variable, code) for code in codes]
    return [None if score is None or np.isnan(score) else score for score in found]


def _normalise(index: Index, one: Indicator, score: float | None) -> Fraction | None:
    """Normalise one score exactly."""
    if score is None:
        return None
    value = Fraction(str(score))
    if index.aggregation == "counting":
        assert one.cutoff is not None
        limit = Fraction(str(one.cutoff))
        return Fraction(int(value >= limit if one.direction > 0 else value <= limit))
    assert one.ends is not None
    low, high = (Fraction(str(end)) for end in one.ends)
    share = min(max((value - low) / (high - low), Fraction(0)), Fraction(1))
    return share if one.direction > 0 else 1 - share


Ends = tuple[float, float]


@dataclass(frozen=True)
class _Level:
    """The whole index, a dimension or one indicator, with the share of each indicator in it."""

    dimension: str
    indicator: str
    variable: str
    shares: Mapping[str, float]


class IdentifiedIndex:
    """The means of an index that published margins determine.

    Parameters
    ----------
    index : Index
        Resolved against `codebook`.
    codebook : Codebook
        Of the reconstructed respondents with their indicators.
    published : Published
        What they were dealt from.

    Attributes
    ----------
    reason : Note or None
        Why margins determine no mean of such an index.
    questions, refused : dict
        As `scored_questions` finds them.

    Notes
    -----
    The mean of a weighted sum is the weighted sum of the means, however the answers go together.
    Where somebody did not answer a question, the means are over different respondents, and their
    sum is called ``mean_of_items``. Given the sizes of the groups the solutions of the questions
    are independent, so that the ends of a sum are the sums of the ends: they are attained.
    """

    def __init__(self, index: Index, codebook: Codebook, published: Published) -> None:
        self.index, self.codebook, self.reason = index, codebook, refusal_of(index)
        self.questions: dict[str, ScoredQuestion] = {}
        self.refused: dict[str, Note] = {}
        if self.reason is None:
            self.questions, self.refused = scored_questions(index, codebook, published)
        self._known: dict[tuple[str, str, str], Ends | Note] = {}

    def lines(self, language: str, everybody: str) -> Iterator[dict[str, Any]]:
        """Go through the means of all respondents and of the groups that were published.

        Yields
        ------
        dict
            Keys of ``index.csv``: `lowest` and `highest` over all solutions, `value` where they
            are the same, or a note that says which question leaves the mean open.
        """
        columns = [("", TOTAL, everybody)]
        crossed = {question.group for question in self.questions.values()}
        for group in self.index.by:
            variable = self.codebook[group]
            # By a variable that nothing was published by, one line says so.
            columns += (
                [(group, str(code), variable.answer(code, language)) for code in variable.answers]
                if group in crossed
                else [(group, "", "")]
            )
        for level in self._levels():
            for group, code, label in columns:
                keys = {
                    "index": self.index.name,
                    "dimension": level.dimension,
                    "indicator": level.indicator,
                    "variable": level.variable,
                    "column_variable": group,
                    "column_code": code,
                    "column_label": label,
                }
                yield keys | self._mean(level, group, code)

    def differences(self, language: str) -> Iterator[dict[str, Any]]:
        """Go through the differences of the published groups, as lines of ``decomposition.csv``."""
        for group in self.index.by:
            variable = self.codebook[group]
            if not any(question.group == group for question in self.questions.values()):
                continue
            for first, second in combinations(variable.answers, 2):
                keys = {
                    "index": self.index.name,
                    "column_variable": group,
                    "first_code": str(first),
                    "first_label": variable.answer(first, language),
                    "second_code": str(second),
                    "second_label": variable.answer(second, language),
                }
                for level in self._levels(of_index=True):
                    part = "indicator" if level.indicator else "dimension"
                    named = {
                        "part": part if level.dimension else "gap",
                        "dimension": level.dimension,
                        "indicator": level.indicator,
                    }
                    found = self._sum(level, group, str(first), str(second))
                    yield keys | named | _told(found)

    def _levels(self, of_index: bool = False) -> Iterator[_Level]:
        """The index, its dimensions and indicators; shares of the index or of each level itself."""
        index = self.index
        design = index.weights, index.dimension_of, index.dimension_weights
        everything = np.ones((1, len(index.indicators)), bool)
        shares = effective_weights(everything, *design)[0].tolist()
        names = [one.name for one in index.indicators]
        yield _Level("", "", index.name, dict(zip(names, shares, strict=True)))
        for dimension in index.dimensions:
            inside = {
                one.name: share
                for one, share in zip(index.indicators, shares, strict=True)
                if one.dimension == dimension.name
            }
            whole = 1.0 if of_index else sum(inside.values())
            named = f"{index.name}_{dimension.name}"
            yield _Level(
                dimension.name, "", named, {name: own / whole for name, own in inside.items()}
            )
            for name, own in inside.items():
                yield _Level(dimension.name, name, "", {name: own if of_index else 1.0})

    def _mean(self, level: _Level, group: str, code: str) -> dict[str, Any]:
        found = self._sum(level, group, code)
        complete = not isinstance(found, Note) and all(
            self.questions[name].answered_by_all(code) for name in level.shares
        )
        line = {"statistic": "mean" if complete or level.indicator else "mean_of_items"}
        apart = () if complete or level.indicator else (Note("each_item_base"),)
        return line | _told(found, *apart)

    def _sum(self, level: _Level, group: str, code: str, against: str = "") -> Ends | Note:
        """Ends of the weighted sum of the indicators' means, or what leaves it open."""
        low = high = 0.0
        for name, share in level.shares.items():
            found = self._of_question(name, group, code, against)
            if isinstance(found, Note):
                return found
            low, high = low + share * found[0], high + share * found[1]
        return low, high

    def _of_question(self, name: str, group: str, code: str, against: str) -> Ends | Note:
        if name in self.refused:
            return self.refused[name]
        question = self.questions[name]
        if group and (group != question.group or code not in question.recovered.table.groups):
            return Note("not_crossed_with", variable=question.question, group=group)
        key = name, code, against
        if key not in self._known:
            try:
                self._known[key] = question.recovered.mean_range(
                    question.scores, code, against or None
                )
            except Refusal as problem:
                self._known[key] = problem.note
            except SurveyError:
                self._known[key] = Note("too_many_solutions")
        return self._known[key]


def _told(found: Ends | Note, *notes: Note) -> dict[str, Any]:
    """Write an identified value, or the reason why there is none."""
    if isinstance(found, Note):
        return write_notes(found.refusing("not_computed"))
    low, high = found
    if high - low <= SAME:
        return {"value": high, "lowest": high, "highest": high, **write_notes(*notes)}
    return {"lowest": low, "highest": high, **write_notes(Note("over_solutions"), *notes)}


def refusal_of(index: Index) -> Note | None:
    """Say why no mean of an index is determined by margins; None where it may be.

    Examples
    --------
    >>> refusal_of(Index("i", {}, "", (), (), normalisation="z")).key
    'relative_scores'
    """
    if not index.has_fixed_ends:
        return Note("relative_scores")
    return Note("not_additive") if index.aggregation == "geometric" else None


def identified_lines(
    identified: IdentifiedIndex, language: str = "", everybody: str = "All respondents"
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """List what published margins determine of an index: its means, and gaps of published groups.

    Parameters
    ----------
    identified : IdentifiedIndex
    language, everybody : str
        Language of the labels, and the label of the column of all respondents.

    Returns
    -------
    index, decomposition : list of dict
        Lines of ``index.csv`` and ``decomposition.csv``.
    """
    index = identified.index
    if identified.reason is not None:
        keys = {"index": index.name, "variable": index.name, "column_code": TOTAL}
        named = {"column_label": everybody, "statistic": "mean"}
        return [keys | named | write_notes(identified.reason.refusing("not_computed"))], []
    return list(identified.lines(language, everybody)), list(identified.differences(language))
