"""Bounds: what printed margins leave open of an index, over every joint table that agrees.

Who gave which answers together is not published; the mean of an additive index that everybody has
is fixed by its margins all the same. Its distribution, types of respondents and correlations are
not: here are their smallest and largest values over all joint tables of whole respondents, each
with the best table found, which attains it wherever the range is sharp.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, partial
from math import floor, sqrt

import numpy as np
from numpy.typing import NDArray

from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, Refusal
from resurvey.index.declaration import FILE, Index
from resurvey.index.identified import ScoredQuestion, refusal_of
from resurvey.index.joint_tables import (
    EVERYBODY,
    OVERALL,
    Flow,
    Margin,
    Network,
    PublishedIndex,
    Score,
    Witness,
    walk,
)
from resurvey.index.moments import Moments
from resurvey.index.packing import Packing

Floats = NDArray[np.float64]

WITHIN = 1e-3
"""How far a proven limit of a mean, deviation or correlation may lie from an attained one."""
MOST_BOXES = 400
"""Parts of the range of the means (and ratio of deviations) that one search goes through."""
ROUNDING = 1e-9
"""What floating point may leave between an attained value and a proven limit."""


@dataclass(frozen=True)
class End:
    """One end of a range.

    Attributes
    ----------
    value : Fraction or float
        Attained by the witness.
    limit : Fraction or float
        Proven: no joint table goes beyond it.
    proof : str
        ``margins`` (the margins fix it), ``whole_flow`` (best whole-numbered flow, exact),
        ``ratio`` (the same of a ratio, by Dinkelbach's steps, exact), ``mixtures`` (branch and
        bound over mixtures of solutions) or ``boxes`` (over means), of which attained and proven
        value may differ.
    witness : Witness or None
        A joint table that attains the value; None where the margins fix it.
    """

    value: Fraction | float
    limit: Fraction | float
    proof: str
    witness: Witness | None = None

    @property
    def is_sharp(self) -> bool:
        """Whether the limit is attained."""
        return abs(float(self.value) - float(self.limit)) <= ROUNDING


@dataclass(frozen=True)
class Range:
    """Smallest and largest value of one number over all joint tables and all solutions.

    Attributes
    ----------
    quantity : str
        ``share``, ``mean``, ``deviation`` or ``correlation``.
    lower, upper : End
    respondents : int
        Of the group or of all, with and without a value.
    """

    quantity: str
    lower: End
    upper: End
    respondents: int

    @property
    def is_sharp(self) -> bool:
        """Whether both ends are attained."""
        return self.lower.is_sharp and self.upper.is_sharp

    @property
    def is_fixed(self) -> bool:
        """Whether every joint table has the same value."""
        return self.is_sharp and abs(float(self.lower.value) - float(self.upper.value)) <= ROUNDING


@dataclass(frozen=True)
class Event:
    """Values from `lowest` on and below `beyond`; None is no limit.

    Examples
    --------
    >>> Fraction(1, 2) in Event(Fraction(1, 2)), Fraction(1, 2) in Event(None, Fraction(1, 2))
    (True, False)
    """

    lowest: Fraction | None = None
    beyond: Fraction | None = None

    def __contains__(self, value: object) -> bool:
        """Whether a value is inside; no value is not."""
        if not isinstance(value, Fraction):
            return False
        above = self.lowest is None or value >= self.lowest
        return above and (self.beyond is None or value < self.beyond)


def published_index(index: Index, questions: Mapping[str, ScoredQuestion]) -> PublishedIndex:
    """Put the published margins of a declared index together.

    Parameters
    ----------
    index : Index
        Resolved; arithmetic mean or counting, of fixed ends.
    questions : dict
        By indicator, as `resurvey.index.identified.scored_questions` finds them.

    Returns
    -------
    PublishedIndex
        Every solution of every question, the chosen one first. Questions that were not published
        by group have the counts of all respondents.

    Raises
    ------
    Refusal
        An index whose values depend on other respondents or whose parts are not added up.
    SurveyError
        An indicator without a published question, or with too many solutions to list.
    """
    reason = refusal_of(index)
    if reason is not None:
        raise Refusal(reason)
    absent = [one.name for one in index.indicators if one.name not in questions]
    if absent:
        raise SurveyError(
            f"{FILE}, index '{index.name}': no margins of '{absent[0]}' are published, so that "
            "nothing bounds the index; list it under `gaps`"
        )
    ordered = [questions[one.name] for one in index.indicators]
    groups = {EVERYBODY: ordered[0].sizes[TOTAL]}
    for question in ordered:
        if question.group:
            groups = {name: question.sizes[name] for name in question.recovered.table.groups}
            break
    return PublishedIndex(
        tuple(map(_margin, ordered)),
        tuple(_exact(one.weight) for one in index.indicators),
        tuple(map(int, index.dimension_of)),
        tuple(_exact(one.weight) for one in index.dimensions),
        groups,
        index.missing,
        len(ordered) if index.missing == "complete" else index.minimum_items,
    )


def _margin(question: ScoredQuestion) -> Margin:
    """Counts by score: answers of the same score are one, and so are solutions that then agree."""
    recovered = question.recovered
    scores = (*dict.fromkeys(score for score in question.scores if score is not None), None)
    tables = []
    for found in (recovered.chosen(), *recovered.solutions):
        rows = []
        for name in recovered.table.groups:
            counted = dict.fromkeys(scores, 0)
            for score, count in zip(question.scores, found.counts[name], strict=True):
                counted[score] += count
            counted[None] += question.sizes[name] - found.bases[name]
            rows.append(tuple(counted.values()))
        tables.append(tuple(rows))
    return Margin(question.indicator, scores, tuple(dict.fromkeys(tables)))


def _exact(number: float) -> Fraction:
    """The decimal number that somebody wrote."""
    return Fraction(repr(float(number)))


def types_of(index: Index) -> dict[str, Event]:
    """Return the types of respondents of an index, from the lowest, as events.

    Examples
    --------
    >>> from resurvey.index.declaration import RespondentType
    >>> types = RespondentType("low", {}, float("-inf")), RespondentType("high", {}, 0.5)
    >>> types_of(Index("i", {}, "", (), (), types=types))["low"].beyond
    Fraction(1, 2)
    """
    starts = [one.exact for one in index.types]
    return {
        one.name: Event(start, beyond)
        for one, start, beyond in zip(index.types, starts, [*starts[1:], None], strict=True)
    }


# Means of the indicators, which the margins fix -------------------------------------------------


@dataclass(frozen=True)
class FixedMean:
    """A mean that the margins fix.

    Attributes
    ----------
    value : Fraction
        In the chosen solutions.
    lowest, highest : Fraction
        Over all solutions; attained, for those of different questions go together freely.
    of_respondents : bool
        Whether this is the mean of the respondents' index: so it is where everybody answered
        everything. Elsewhere it is the weighted mean of the indicators' means, each of those who
        answered it; the mean over respondents is bounded by `bound_mean`.
    """

    value: Fraction
    lowest: Fraction
    highest: Fraction
    of_respondents: bool


def fix_mean(index: PublishedIndex, dimension: int = OVERALL) -> FixedMean:
    """Compute the mean of an additive index from its margins alone.

    Parameters
    ----------
    index : PublishedIndex
    dimension : int
        Place of the dimension, or `OVERALL`.

    Raises
    ------
    Refusal
        An indicator that nobody answered.

    Examples
    --------
    >>> half = Margin("a", (Fraction(0), Fraction(1)), (((1, 1),), ((0, 2),)))
    >>> index = PublishedIndex((half, half), (1, 1), (0, 0), (1,), {"total": 2})
    >>> found = fix_mean(index)
    >>> str(found.value), str(found.highest), found.of_respondents
    ('1/2', '1', True)
    """
    parts: list[tuple[Fraction, list[Fraction]]] = []
    items = index.items_of(dimension)
    for item in items:
        margin = index.margins[item]
        place = index.dimension_of[item]
        inside = [at for at in items if index.dimension_of[at] == place]
        share = Fraction(index.weights[item]) / sum(index.weights[at] for at in inside)
        if dimension == OVERALL:
            share *= Fraction(index.dimension_weights[place]) / sum(index.dimension_weights)
        parts.append((share, [_mean_of(margin, rows) for rows in margin.solutions]))
    return FixedMean(
        sum((share * means[0] for share, means in parts), Fraction(0)),
        sum((share * min(means) for share, means in parts), Fraction(0)),
        sum((share * max(means) for share, means in parts), Fraction(0)),
        all(index.margins[item].is_answered_by_all for item in items),
    )


def _mean_of(margin: Margin, rows: Sequence[Sequence[int]]) -> Fraction:
    told = [
        (score, sum(row[at] for row in rows))
        for at, score in enumerate(margin.scores)
        if score is not None
    ]
    base = sum(count for _, count in told)
    if not base:
        raise Refusal(Note("empty_base"))
    return sum((score * count for score, count in told), Fraction(0)) / base


# Shares, which are counts of a whole-numbered flow -----------------------------------------------


def bound_share(
    index: PublishedIndex,
    event: Event,
    *,
    dimension: int = OVERALL,
    group: str | None = None,
    of_valued: bool = False,
) -> Range:
    """Bound the share of respondents whose index lies between two cut-offs.

    Parameters
    ----------
    index : PublishedIndex
        `index.chosen()` for the chosen solutions alone.
    event : Event
        Cut-offs.
    dimension : int
        Place of the dimension, or `OVERALL`.
    group : str, optional
        Share within a group.
    of_valued : bool
        Share of those who have a value; otherwise of all respondents, where who has no value is in
        no kind.

    Returns
    -------
    Range
        Fractions; both ends are exact and attained, unless more solutions go together than
        `joint_tables.MOST_PARTS` could tell: then the limit is proven, and may not be attained.

    Raises
    ------
    Refusal
        Too large to prove; nobody who could have a value.

    Notes
    -----
    Over the joint tables that agree with every margin (those by group in each group) and over all
    solutions of all margins, which go together freely. A share of those with a value is a ratio of
    two sums of one flow; SOURCE Dinkelbach (1967), Management Science 13, 492-498.

    Examples
    --------
    >>> coin = Margin("a", (Fraction(0), Fraction(1)), (((2, 2),),))
    >>> index = PublishedIndex((coin, coin), (1, 1), (0, 0), (1,), {"total": 4})
    >>> found = bound_share(index, Event(Fraction(1)))
    >>> str(found.lower.value), str(found.upper.value), found.upper.witness.patterns
    ('0', '1/2', (('total', (0, 0), 2), ('total', (1, 1), 2)))
    """
    size = index.respondents if group is None else index.groups[group]
    if of_valued:
        network = walk(index, dimension, lambda value: (value in event, value is not None))
        search = _Search(index, dimension, group, network)
        inside = np.array([float(end[0]) for end in network.ends])  # type: ignore[index]
        ends = [search.ratio(sign * inside, partial(_signed, event, sign)) for sign in (-1, 1)]
        lower, upper = (
            End(sign * value, sign * limit, "ratio", witness)
            for sign, (value, limit, witness) in zip((-1, 1), ends, strict=True)
        )
        return Range("share", lower, upper, size)
    return Shares(index, dimension).bound(event, group)


def _signed(event: Event, sign: int, value: Score) -> Fraction:
    return Fraction(sign * (value in event))


@dataclass
class Shares:
    """Bounds of many shares, each search beginning at the best joint table of those before.

    Attributes
    ----------
    index : PublishedIndex
    dimension : int
        Place of the dimension, or `OVERALL`.
    known : list of Witness
        Joint tables that were found, and those of `index.chosen()`, if they were bounded before.

    Examples
    --------
    >>> coin = Margin("a", (Fraction(0), Fraction(1)), (((2, 2),),))
    >>> index = PublishedIndex((coin, coin), (1, 1), (0, 0), (1,), {"total": 4})
    >>> ranges = Shares(index).at_least([Fraction(1, 2), Fraction(1)])
    >>> [(str(one.lower.value), str(one.upper.value)) for one in ranges]
    [('1/2', '1'), ('0', '1/2')]
    """

    index: PublishedIndex
    dimension: int = OVERALL
    known: list[Witness] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._counted = [self._count(witness) for witness in self.known]

    def bound(self, event: Event, group: str | None = None) -> Range:
        """Bound one share; parameters, errors and meaning are those of `bound_share`."""
        lower, upper = (self._end(event, group, wanted) for wanted in (False, True))
        return Range("share", lower, upper, self._size(group))

    def at_least(self, points: Sequence[Fraction]) -> list[Range | Note]:
        """Bound the share of all with an index of at least each of some ascending values.

        A share that is refused has the reason.
        """
        # Who all may be below a value may be below a higher one, and the other way round.
        lower = [self._told(Event(point), False) for point in points]
        upper = [self._told(Event(point), True) for point in reversed(points)][::-1]
        found: list[Range | Note] = []
        for low, high in zip(lower, upper, strict=True):
            if isinstance(low, Note) or isinstance(high, Note):
                found.append(low if isinstance(low, Note) else high)  # type: ignore[arg-type]
            else:
                found.append(Range("share", low, high, self._size(None)))
        return found

    def _told(self, event: Event, wanted: bool) -> End | Note:
        try:
            return self._end(event, None, wanted)
        except Refusal as problem:
            return problem.note

    def _size(self, group: str | None) -> int:
        return self.index.respondents if group is None else self.index.groups[group]

    def _end(self, event: Event, group: str | None, wanted: bool) -> End:
        """One end: the most inside, or the fewest, who are all but the most outside."""
        size, begin = self._size(group), None
        for told, witness in zip(self._counted, self.known, strict=True):
            number = sum(
                count
                for (name, value), count in told.items()
                if group in (None, name) and (value in event) == wanted
            )
            if begin is None or number > begin[1]:
                begin = witness, number
        if begin is not None and begin[1] == size:
            witness, reached, most = *begin, size
        else:
            network = walk(self.index, self.dimension, partial(_on_side, event, wanted))
            witness, reached, most = Packing(self.index, network, group).most(begin)
        if witness not in self.known:
            self.known.append(witness)
            self._counted.append(self._count(witness))
        inside_now = sum(
            count
            for (name, value), count in self._counted[self.known.index(witness)].items()
            if group in (None, name) and (value in event) == wanted
        )
        value, limit = (
            Fraction(number if wanted else size - number, size)
            for number in (inside_now, max(inside_now, most))
        )
        return End(value, limit, "whole_flow", witness)

    def _count(self, witness: Witness) -> "Counter[tuple[str, Score]]":
        """Respondents of a joint table by group and value."""
        counted: Counter[tuple[str, Score]] = Counter()
        for name, pattern, count in witness.patterns:
            counted[name, self.index.value(pattern, self.dimension)] += count
        return counted


def _on_side(event: Event, wanted: bool, value: Score) -> bool | None:
    return True if (value in event) == wanted else None


# Means, deviations and correlations --------------------------------------------------------------


@dataclass
class _Search:
    """One flow in which everybody has a path, and the largest ratio over it."""

    index: PublishedIndex
    dimension: int
    group: str | None
    network: Network

    @cached_property
    def flow(self) -> Flow:
        """Paths of the network and solutions."""
        return Flow(self.index, [self.network], whole=True, group=self.group)

    @cached_property
    def valued(self) -> Floats:
        """Whether there is a value at each end."""
        return np.array([float(end[1]) for end in self.network.ends])  # type: ignore[index]

    def values(self, witness: Witness) -> list[tuple[Fraction, int]]:
        """Values of the group's respondents who have one, with their number."""
        return [
            (value, count)
            for name, pattern, count in witness.patterns
            if self.group in (None, name)
            and (value := self.index.value(pattern, self.dimension)) is not None
        ]

    def somebody(self) -> tuple[Floats, float, float]:
        """Somebody has a value."""
        return self.flow.by_end(self.valued), 1.0, np.inf

    def first(self) -> Witness:
        """A joint table with as many values as can be."""
        best = self.flow.maximise(self.flow.by_end(self.valued))
        assert best is not None
        if not self.values(best[0]):
            raise Refusal(Note("nobody_valued"))
        return best[0]

    def ratio(
        self, weights: Floats, exactly: Callable[[Fraction], Fraction]
    ) -> tuple[Fraction, Fraction, Witness]:
        """Largest mean of whole weights over those with a value: attained, proven, witness."""
        best = self.flow.maximise(self.flow.by_end(weights * self.valued))
        assert best is not None
        witness = best[0] if self.values(best[0]) else self.first()
        value = self.mean(witness, exactly)
        while True:
            # A sum above nothing needs somebody with a value. Times the denominator all are whole.
            step = np.rint(weights * value.denominator - value.numerator) * self.valued
            best = self.flow.maximise(self.flow.by_end(step))
            assert best is not None
            found = self.mean(best[0], exactly) if self.values(best[0]) else value
            if found > value:
                value, witness = found, best[0]
                continue
            # A whole number below one is nothing.
            beyond = floor(max(best[1], 0.0) + 1e-4)
            limit = value + Fraction(beyond, value.denominator * int(self.fewest))
            return value, min(limit, Fraction(1)), witness

    @cached_property
    def fewest(self) -> float:
        """No joint table has fewer respondents with a value; at least one."""
        best = self.flow.maximise(-self.flow.by_end(self.valued), [self.somebody()], gap=0.1)
        assert best is not None
        return max(1.0, float(np.ceil(-best[1] - 1e-6)))

    def mean(self, witness: Witness, exactly: Callable[[Fraction], Fraction]) -> Fraction:
        values = self.values(witness)
        total = sum((exactly(value) * count for value, count in values), Fraction(0))
        return total / sum(count for _, count in values)


def bound_mean(
    index: PublishedIndex,
    *,
    dimension: int = OVERALL,
    group: str | None = None,
    within: float = WITHIN,
) -> Range:
    """Bound the mean of the respondents who have a value.

    Where everybody answered everything it is fixed. Where some did not, it depends on who they
    are; parameters and errors are those of `bound_share`.

    Examples
    --------
    >>> coin = Margin("a", (Fraction(0), Fraction(1), None), (((2, 1, 1),),))
    >>> full = Margin("b", (Fraction(0), Fraction(1)), (((2, 2),),))
    >>> index = PublishedIndex((coin, full), (1, 1), (0, 0), (1,), {"total": 4})
    >>> found = bound_mean(index)
    >>> str(found.lower.value), str(found.upper.value)
    ('3/8', '1/2')
    """
    size = index.respondents if group is None else index.groups[group]
    if group is None and all(
        index.margins[at].is_answered_by_all for at in index.items_of(dimension)
    ):
        fixed = fix_mean(index, dimension)
        return Range(
            "mean",
            End(fixed.lowest, fixed.lowest, "margins"),
            End(fixed.highest, fixed.highest, "margins"),
            size,
        )
    network = walk(index, dimension, lambda value: (None, value is not None), adding=True)
    moments = Moments(index, dimension, network, group)
    ends = []
    for sign in (-1, 1):
        found = moments.mean(sign, within)
        if found is None:
            ends.append(_mean_by_boxes(_Search(index, dimension, group, network), sign, within))
            continue
        told = moments.told(found.witness)
        assert told is not None
        limit = told[0] if found.is_sharp else sign * found.limit
        ends.append(End(told[0], limit, "mixtures", found.witness))
    return Range("mean", ends[0], ends[1], size)


def _mean_by_boxes(search: _Search, sign: int, within: float) -> End:
    """Bound a mean by whole-numbered flows."""

    def step(box: Box, best: float) -> Step:
        weights = sign * search.flow.gains - best * search.flow.by_end(search.valued)
        return weights, [search.somebody()], 1.0

    def mean(witness: Witness) -> float:
        return float(search.mean(witness, lambda value: sign * value))

    begin = search.flow.maximise(sign * search.flow.gains, gap=1 / 400)
    assert begin is not None
    first = begin[0] if search.values(begin[0]) else search.first()
    _, limit, witness = _search_boxes(
        search.flow, [(0.0, 0.0)], step, mean, first, search.fewest, within
    )
    return End(search.mean(witness, lambda value: value), sign * limit, "boxes", witness)


def bound_deviation(
    index: PublishedIndex,
    *,
    dimension: int = OVERALL,
    group: str | None = None,
    within: float = WITHIN,
    mean: Range | None = None,
) -> Range:
    """Bound the standard deviation of the respondents who have a value.

    Parameters
    ----------
    index, dimension, group
        As in `bound_share`.
    within : float
        How far the proven limit may lie beyond the attained value.
    mean : Range, optional
        What `bound_mean` said of the same.

    Returns
    -------
    Range
        The sum of squares is divided by the number of values; of values from 0 to 1 no end is
        beyond 0.5.

    Raises
    ------
    Refusal
        Besides those of `bound_share`: more than `MOST_BOXES` parts of the range of the mean.

    Notes
    -----
    Mixtures of solutions bound sums of squares about a few centres, and these the deviation
    (`resurvey.index.moments`). What they leave open is searched in whole respondents: between two
    means a and b the sum of squares about the own mean is at most that about the middle, and at
    least the sum of (x - a)(x - b), both of which add up over respondents; the difference is a
    quarter of (b - a)², and the range of means is halved until that is little.
    Where the margins fix the mean, the range is a point.

    Examples
    --------
    >>> coin = Margin("a", (Fraction(0), Fraction(1)), (((2, 2),),))
    >>> index = PublishedIndex((coin, coin), (1, 1), (0, 0), (1,), {"total": 4})
    >>> found = bound_deviation(index)
    >>> float(found.lower.value), float(found.upper.value), found.is_sharp
    (0.0, 0.5, True)
    """
    network = walk(index, dimension, lambda value: (value, value is not None))
    moments = Moments(index, dimension, network, group)
    mean = mean or bound_mean(index, dimension=dimension, group=group)
    means = float(mean.lower.limit), float(mean.upper.limit)
    # SOURCE Popoviciu (1935), Mathematica (Cluj) 9, 129-145: no more than half the span.
    most = float(np.ptp(moments.values[moments.valued > 0])) / 2
    ends = []
    for sign in (-1, 1):
        found = moments.deviation(sign, within, means)
        if found is None:
            search = _Search(index, dimension, group, network)
            end = _deviation_by_boxes(search, moments, sign, within, means)
        else:
            end = End(sign * found.value, sign * found.limit, "mixtures", found.witness)
        ends.append(replace(end, limit=min(end.limit, most)))
    return Range("deviation", ends[0], ends[1], mean.respondents)


def _deviation_by_boxes(
    search: _Search, moments: Moments, sign: int, within: float, means: tuple[float, float]
) -> End:
    """Bound a standard deviation by whole-numbered flows, box by box of the mean."""
    values = moments.values

    def step(box: Box, best: float) -> Step:
        ((low, high),) = box
        if sign > 0:
            weights = (values - (low + high) / 2) ** 2
        else:
            weights = -(values - low) * (values - high)
        weights = search.valued * (weights - best)
        rows = [search.somebody()]
        if high > low:
            above, below = (search.valued * (values - end) for end in (low, high))
            rows.append((search.flow.by_end(above), -ROUNDING, np.inf))
            rows.append((search.flow.by_end(below), -np.inf, ROUNDING))
        return search.flow.by_end(weights), rows, 1.0

    def variance(witness: Witness) -> float | None:
        told = moments.told(witness)
        return None if told is None else float(sign * told[1])

    begin = search.first()
    near = sqrt(abs(variance(begin) or 0.0))
    allowed = 2 * within * max(near, within)
    value, limit, witness = _search_boxes(
        search.flow, [means], step, variance, begin, search.fewest, allowed
    )
    return End(sqrt(abs(value)), sqrt(max(sign * limit, 0.0)), "boxes", witness)


Box = tuple[tuple[float, float], ...]
Step = tuple[Floats, list[tuple[Floats, float, float]], float]


def _search_boxes(
    flow: Flow,
    ranges: Sequence[tuple[float, float]],
    step: Callable[[Box, float], Step],
    measure: Callable[[Witness], float | None],
    witness: Witness,
    fewest: float,
    within: float,
) -> tuple[float, float, Witness]:
    """Search the largest measure, box by box of what its terms depend on.

    Parameters
    ----------
    flow : Flow
    ranges : sequence of (float, float)
        The box that holds every joint table.
    step : callable
        For a box and a value: weights and rows such that a table in the box whose measure exceeds
        the value has a positive sum of weights, and by how much at least one respondent's weights
        fall where the value rises by one.
    measure : callable
        Exact measure of a joint table; None where it has none.
    witness : Witness
        Where to begin.
    fewest : float
        Respondents with a value in every table.
    within : float
        Largest distance between the attained and the proven value.

    Returns
    -------
    tuple
        Attained value, proven limit, witness.
    """
    value = measure(witness)
    best = -np.inf if value is None else value
    limit = best
    open_boxes: list[Box] = [tuple(ranges)]
    everybody = flow.by_end(np.ones(flow.shape))
    for _ in range(MOST_BOXES):
        if not open_boxes:
            return best, max(best, limit), witness
        box = open_boxes.pop()
        start = best if np.isfinite(best) else -2.0
        weights, rows, slope = step(box, start)
        # A constant for everybody, a hundred times the tolerance: the solver stops at a gap that
        # is relative to the optimum, which otherwise is about zero.
        offset = 100 * within * slope
        found = flow.maximise(weights + offset * everybody, rows, gap=1 / 400)
        if found is None:
            continue
        bound = found[1] - offset * flow.respondents
        measured = measure(found[0])
        if measured is not None and measured > best:
            best, witness = measured, found[0]
        beyond = max(bound, 0.0) / (fewest * slope)
        if start + beyond <= best + within:
            limit = max(limit, start + beyond)
            continue
        widths = [high - low for low, high in box]
        if max(widths) <= ROUNDING:
            # A point: the value itself has risen, or floating point is all that is left.
            if best > start + ROUNDING:
                open_boxes.append(box)
            else:
                limit = max(limit, start + beyond)
            continue
        at = int(np.argmax(widths))
        low, high = box[at]
        middle = (low + high) / 2
        for part in ((low, middle), (middle, high)):
            open_boxes.append((*box[:at], part, *box[at + 1 :]))
    raise Refusal(Note("bounds_not_proven", nodes=MOST_BOXES))


def bound_correlation(
    index: PublishedIndex,
    first: int,
    second: int,
    *,
    group: str | None = None,
    within: float = WITHIN,
) -> Range:
    """Bound Pearson's correlation of two dimensions over those who have a value in both.

    Parameters
    ----------
    index : PublishedIndex
    first, second : int
        Places of the dimensions.
    group, within
        As in `bound_deviation`.

    Raises
    ------
    Refusal
        Besides those of `bound_deviation`: a dimension that may be the same for everybody.

    Notes
    -----
    In a box of both means and of the ratio of deviations, the product of deviations lies above
    its chord over the ratio, and the products about the middles differ from those about the means
    by no more than the half widths; all terms then add up over respondents, and branch and bound
    halves the box.

    Examples
    --------
    >>> coin = Margin("a", (Fraction(0), Fraction(1)), (((2, 2),),))
    >>> index = PublishedIndex((coin, coin), (1, 1), (0, 1), (1, 1), {"total": 4})
    >>> found = bound_correlation(index, 0, 1)
    >>> round(float(found.lower.value), 6), round(float(found.upper.value), 6)
    (-1.0, 1.0)
    """
    dimensions = (first, second)
    margins = [index.margins[at] for one in dimensions for at in index.items_of(one)]
    always = [margin for margin in margins if margin.is_short_always]
    sometimes = [margin for margin in margins if not margin.is_answered_by_all]
    for note, short in (("means_not_fixed", always), ("means_not_fixed_in_some", sometimes)):
        if short:
            raise Refusal(Note(note, indicator=short[0].indicator))
    spreads = [
        bound_deviation(index, dimension=one, group=group, within=within) for one in dimensions
    ]
    if min(float(spread.lower.limit) for spread in spreads) <= ROUNDING:
        raise Refusal(Note("may_not_vary"))
    means = [bound_mean(index, dimension=one, group=group) for one in dimensions]
    networks = [walk(index, one, lambda value: value) for one in dimensions]
    flow = Flow(index, networks, whole=True, group=group)
    values = [np.array([float(end) for end in network.ends]) for network in networks]  # type: ignore[arg-type]
    size = means[0].respondents

    def correlation(witness: Witness) -> float | None:
        told = [
            (index.value(pattern, first), index.value(pattern, second), count)
            for name, pattern, count in witness.patterns
            if group in (None, name)
        ]
        x, y, n = (np.array([float(one) for one in column]) for column in zip(*told, strict=True))
        x, y = x - x @ n / n.sum(), y - y @ n / n.sum()
        squares = (x * x @ n) * (y * y @ n)
        return float((x * y) @ n / sqrt(squares)) if squares > ROUNDING else None

    def measured(sign: int, witness: Witness) -> float | None:
        found = correlation(witness)
        return None if found is None else sign * found

    ratios = (
        float(spreads[1].lower.limit) / float(spreads[0].upper.limit) * (1 - ROUNDING),
        float(spreads[1].upper.limit) / float(spreads[0].lower.limit) * (1 + ROUNDING),
    )
    ranges = [
        *((float(mean.lower.limit), float(mean.upper.limit)) for mean in means),
        ratios,
    ]
    slope = float(spreads[0].lower.limit) * float(spreads[1].lower.limit)
    ends = []
    for sign in (-1, 1):

        def step(box: Box, best: float, sign: int = sign) -> Step:
            half = [(high - low) / 2 for low, high in box[:2]]
            about = [
                one - (low + high) / 2 for one, (low, high) in zip(values, box[:2], strict=True)
            ]
            x, y = about[0][:, None], about[1][None, :]
            low, high = box[2]
            if best >= 0:
                spread = (y * y - half[1] ** 2 + low * high * (x * x - half[0] ** 2)) / (low + high)
            else:
                middle = sqrt(low * high)
                spread = (middle * x * x + y * y / middle) / 2
            weights = sign * x * y + half[0] * half[1] - best * spread
            rows = [
                (y * y - low**2 * (x * x - half[0] ** 2), -ROUNDING, np.inf),
                (y * y - half[1] ** 2 - high**2 * x * x, -np.inf, ROUNDING),
            ]
            for at, one in enumerate((x + 0 * y, y + 0 * x)):
                if half[at] > 0:
                    rows += [
                        (one + half[at], -ROUNDING, np.inf),
                        (one - half[at], -np.inf, ROUNDING),
                    ]
            sums = [(flow.by_end(row), lower, upper) for row, lower, upper in rows]
            return flow.by_end(weights), sums, slope

        begin = flow.maximise(flow.by_end(sign * np.multiply.outer(*values)))
        assert begin is not None
        value, limit, witness = _search_boxes(
            flow,
            ranges,
            step,
            partial(measured, sign),
            begin[0],
            float(size),
            within,
        )
        ends.append(End(sign * value, sign * min(limit, 1.0), "boxes", witness))
    return Range("correlation", ends[0], ends[1], size)
