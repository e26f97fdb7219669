"""Joint tables: every way in which answers with known margins may go together, as a flow.

A respondent is a path through the indicators, one after the other; the state says what the answers
so far have come to. A whole-numbered flow is a joint table, and the published margins say how much
of it may use the arrows of each answer. States with the same future are one, so that the flow has
hundreds of arrows where the joint table has millions of cells.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from heapq import heappop, heappush
from math import floor, lcm
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note, Refusal

Floats = NDArray[np.float64]
Score = Fraction | None
EVERYBODY = "total"
OVERALL = -1
"""In the place of a dimension: the index of all of them."""

Part = dict[int, NDArray[np.int64]]
"""Places of some solutions of each margin that has several."""

ROUNDING = 1e-9
"""Part of a sum that floating point may leave between two ways to reckon it."""
SAME = 1e-6
"""What a sum of whole numbers may be off in floating point."""
LARGEST_WALK = 300_000
"""States before those with the same future are joined; more are refused."""
LARGEST_FLOW = 60_000
"""Arrows of a flow; more are refused."""
LARGEST_WHOLE = 6_000
"""Arrows of a flow in which everybody has a path, which is harder; more are refused."""
FEW_CHOICES = 60
"""Solutions of all margins together that one whole-numbered search takes at once."""
NEAR_CHOICES = 50
"""Solutions near the best mixture of all, among which a search begins."""
MOST_PARTS = 400
"""Parts of the solutions that one search bounds; where more may be better it is not proven."""
MOST_NODES = 20_000
"""Branches of one search for the best whole-numbered flow; one that takes more is refused."""


@dataclass(frozen=True)
class Margin:
    """What is published of one indicator.

    Attributes
    ----------
    indicator : str
    scores : tuple of Fraction or None
        Normalised score of each answer; None counts as no answer.
    solutions : tuple
        Every table of counts that may be behind the printed numbers, the chosen one first: a row
        of counts by answer for each group, or a single row where only the whole sample's were
        published. Who has no answer is counted, too.
    """

    indicator: str
    scores: tuple[Score, ...]
    solutions: tuple[tuple[tuple[int, ...], ...], ...]

    @property
    def by_group(self) -> bool:
        """Whether the counts of each group were published."""
        return len(self.solutions[0]) > 1

    @cached_property
    def most(self) -> tuple[int, ...]:
        """Largest count of each answer over all solutions."""
        totals = [[sum(column) for column in zip(*rows, strict=True)] for rows in self.solutions]
        return tuple(max(column) for column in zip(*totals, strict=True))

    @property
    def is_answered_by_all(self) -> bool:
        """Whether nobody is without a score, in every solution."""
        return not any(
            most for score, most in zip(self.scores, self.most, strict=True) if score is None
        )

    @property
    def is_short_always(self) -> bool:
        """Whether somebody is without a score in every solution.

        Examples
        --------
        >>> counts = ((2, 1),), ((3, 0),)
        >>> sometimes = Margin("a", (Fraction(1), None), counts)
        >>> always = Margin("a", (Fraction(1), None), counts[:1])
        >>> sometimes.is_short_always, always.is_short_always
        (False, True)
        """
        without = [at for at, score in enumerate(self.scores) if score is None]
        return all(any(row[at] for row in rows for at in without) for rows in self.solutions)


@dataclass(frozen=True)
class PublishedIndex:
    """An additive index of which only the margins of its indicators are known.

    Attributes
    ----------
    margins : tuple of Margin
        By dimension.
    weights : tuple of Fraction
        Of the indicators within their dimension.
    dimension_of : tuple of int
        Ascending.
    dimension_weights : tuple of Fraction
    groups : dict
        Respondents of each group; ``{"total": n}`` where none are published.
    missing, minimum_items
        As `resurvey.index.scoring.aggregate` has them.

    Raises
    ------
    SurveyError
        Counts that do not add up to the respondents.

    Examples
    --------
    >>> half = Margin("a", (Fraction(0), Fraction(1)), (((1, 1),),))
    >>> index = PublishedIndex((half, half), (1, 1), (0, 0), (1,), {"total": 2})
    >>> index.value((0, 1))
    Fraction(1, 2)
    """

    margins: tuple[Margin, ...]
    weights: tuple[Fraction, ...]
    dimension_of: tuple[int, ...]
    dimension_weights: tuple[Fraction, ...]
    groups: Mapping[str, int]
    missing: Literal["complete", "available"] = "available"
    minimum_items: int = 1

    def __post_init__(self) -> None:
        if list(self.dimension_of) != sorted(self.dimension_of):
            raise SurveyError("the indicators of an index stand by dimension")
        sizes = list(self.groups.values())
        for margin in self.margins:
            for rows in margin.solutions:
                asked = sizes if len(rows) > 1 else [sum(sizes)]
                for row, size in zip(rows, asked, strict=True):
                    if sum(row) != size or min(row) < 0 or len(row) != len(margin.scores):
                        raise SurveyError(
                            f"indicator '{margin.indicator}': its counts {list(row)} do not add up "
                            f"to the {size} respondents; count those without an answer, too"
                        )

    @property
    def respondents(self) -> int:
        """Respondents of all groups."""
        return sum(self.groups.values())

    def chosen(self) -> "PublishedIndex":
        """Keep the first solution of each margin."""
        return replace(
            self, margins=tuple(replace(one, solutions=one.solutions[:1]) for one in self.margins)
        )

    def items_of(self, dimension: int) -> list[int]:
        """Places of the indicators of a dimension, or of all."""
        every = range(len(self.margins))
        return [at for at in every if dimension in (OVERALL, self.dimension_of[at])]

    def value(self, pattern: Sequence[int], dimension: int = OVERALL) -> Score:
        """Value of a respondent with these answers (by place), exactly; None without one."""
        state: State = self.beginning
        items = self.items_of(dimension)
        for at, item in enumerate(items):
            following = self.advanced(state, item, pattern[item], self._closes(items, at))
            if following is None:
                return None
            state = following
        return self.finished(state, dimension)

    def _closes(self, items: Sequence[int], at: int) -> bool:
        return (
            at + 1 == len(items)
            or self.dimension_of[items[at + 1]] != (self.dimension_of[items[at]])
        )

    beginning = (0, 0, 0, 0)
    """Sum of the dimensions so far; sum and weight of the present one; items answered."""

    def expanded(self, dimension: int, adding: bool) -> "_Expanded":
        """Every state that respondents may pass, layer by layer; values at the end, and of whom.

        With `adding` a state does not know the sum of its dimensions, which its arrows gain.
        """
        key = dimension, adding
        if key not in self._expanded:
            self._expanded[key] = self._expand(dimension, adding)
        return self._expanded[key]

    def kinds(self, item: int, rows: tuple[int, ...]) -> tuple[list[int], list[int], Floats]:
        """Solutions of a margin that differ in some of its rows.

        Returns
        -------
        first : list of int
            A solution of each kind.
        kind_of : list of int
            Kind of each solution.
        counts : array of float
            Counts in those rows, a row a kind.
        """
        if (item, rows) not in self._kinds:
            numbers: dict[tuple[tuple[int, ...], ...], int] = {}
            first, kind_of = list[int](), list[int]()
            for which, counts in enumerate(self.margins[item].solutions):
                kind = numbers.setdefault(tuple(counts[row] for row in rows), len(numbers))
                if kind == len(first):
                    first.append(which)
                kind_of.append(kind)
            told = np.array(list(numbers), dtype=np.float64).reshape(len(numbers), -1)
            self._kinds[item, rows] = first, kind_of, told
        return self._kinds[item, rows]

    @cached_property
    def _kinds(self) -> "dict[tuple[int, tuple[int, ...]], tuple[list[int], list[int], Floats]]":
        return {}

    @cached_property
    def _expanded(self) -> "dict[tuple[int, bool], _Expanded]":
        return {}

    def _expand(self, dimension: int, adding: bool) -> "_Expanded":
        items = self.items_of(dimension)
        states: dict[State | None, int] = {self.beginning: 0}
        whole = Fraction(1) if dimension == OVERALL else self._shares[dimension]
        layers = []
        for at, item in enumerate(items):
            closes = self._closes(items, at)
            following: dict[State | None, int] = {}
            after, gains = [], []
            possible = [answer for answer, most in enumerate(self.margins[item].most) if most]
            for state in states:
                for answer in possible:
                    reached = None if state is None else self.advanced(state, item, answer, closes)
                    if adding:
                        gain = Fraction(0)
                        if reached is not None:
                            gain, reached = self.exact(reached[0]) / whole, (0, *reached[1:])
                        gains.append(gain)
                    after.append(following.setdefault(reached, len(following)))
            if len(following) > LARGEST_WALK:
                raise Refusal(Note("bounds_too_large"))
            size = len(possible)
            rows = [gains[row : row + size] for row in range(0, len(gains), size)]
            table = np.array(after, dtype=np.int64).reshape(-1, size)
            layers.append(_Arrows(np.array(possible, dtype=np.int64), table, rows))
            states = following
        values: dict[Score, int] = {}
        places = [
            values.setdefault(
                None if state is None else self.finished(state, dimension), len(values)
            )
            for state in states
        ]
        return layers, list(values), np.array(places, dtype=np.int64)

    @cached_property
    def _whole(self) -> tuple[list[int], list[list[int | None]], int]:
        """Weights and weighted scores as whole numbers, the latter so many times larger."""
        weights = [Fraction(weight) for weight in self.weights]
        of_weights = common_denominator(weights)
        scores = [score for one in self.margins for score in one.scores if score is not None]
        times = common_denominator(scores)
        parts: list[list[int | None]] = [
            [
                None if score is None else int(weight * of_weights * score * times)
                for score in margin.scores
            ]
            for weight, margin in zip(weights, self.margins, strict=True)
        ]
        return [int(weight * of_weights) for weight in weights], parts, times

    @cached_property
    def _shares(self) -> list[Fraction]:
        total = sum(self.dimension_weights)
        return [Fraction(weight) / total for weight in self.dimension_weights]

    def advanced(self, state: "State", item: int, answer: int, closes: bool) -> "State | None":
        """State after one more answer; None where the respondent has no value any more."""
        done, held, weight, answered = state
        weights, parts, times = self._whole
        part = parts[item][answer]
        if part is not None:
            held += part
            weight += weights[item]
            answered = min(answered + 1, self.minimum_items)
        elif self.missing == "complete":
            return None
        if not closes:
            return done, held, weight, answered
        if not weight:
            return None
        share = self._shares[self.dimension_of[item]]
        done += share.numerator * held * (self._unit // (share.denominator * weight * times))
        return done, 0, 0, answered

    @cached_property
    def _unit(self) -> int:
        """What a sum of dimensions is a whole number of: one divided by this."""
        weights, _, times = self._whole
        unit = 1
        for dimension, share in enumerate(self._shares):
            sums = {0}
            for item in self.items_of(dimension):
                sums |= {held + weights[item] for held in sums}
            unit = lcm(unit, share.denominator * times * lcm(*(held for held in sums if held)))
        return unit

    def exact(self, done: int) -> Fraction:
        """Sum of dimensions as it is."""
        return Fraction(done, self._unit)

    def finished(self, state: "State", dimension: int) -> Score:
        """Value of a respondent whose answers are all told."""
        done, _, _, answered = state
        if dimension == OVERALL:
            enough = answered >= self.minimum_items or self.missing == "complete"
            return self.exact(done) if enough else None
        return self.exact(done) / self._shares[dimension]


State = tuple[int, int, int, int]


@dataclass(frozen=True)
class _Arrows:
    """Where the answers to one question lead: a row a state, a column an answer.

    `gains` are what the arrows add, where they were asked for; otherwise nothing.
    """

    answers: NDArray[np.int64]
    after: NDArray[np.int64]
    gains: list[list[Fraction]]


_Expanded = tuple[list[_Arrows], list[Score], NDArray[np.int64]]
"""Layers, the values that occur, and the place of the value of each state after the last layer."""


@dataclass(frozen=True)
class Witness:
    """One joint table that agrees with every published margin.

    Attributes
    ----------
    patterns : tuple of (str, tuple of int, int)
        Group, answers by place, number of respondents who gave them.
    solutions : tuple of int
        Solution of each margin that it agrees with, by place.
    """

    patterns: tuple[tuple[str, tuple[int, ...], int], ...]
    solutions: tuple[int, ...]

    def agrees_with(self, index: PublishedIndex) -> bool:
        """Count the margins of the table and compare them with the published ones."""
        sizes: Counter[str] = Counter()
        for group, _, count in self.patterns:
            sizes[group] += count
        if any(sizes[group] != size for group, size in index.groups.items()):
            return False
        for place, (margin, which) in enumerate(zip(index.margins, self.solutions, strict=True)):
            names = list(index.groups) if margin.by_group else [None]
            for name, row in zip(names, margin.solutions[which], strict=True):
                counted = [0] * len(row)
                for group, pattern, count in self.patterns:
                    if name in (None, group):
                        counted[pattern[place]] += count
                if counted != list(row):
                    return False
        return True


def deal_out(index: PublishedIndex, people: NDArray[np.int64], which: Sequence[int]) -> Witness:
    """Give respondents the answers that are left over, in any order.

    Parameters
    ----------
    index : PublishedIndex
    people : array of int, respondents × indicators
        By group; their answers so far, -1 where there is none. It is filled.
    which : sequence of int
        Solution of each margin.

    Examples
    --------
    >>> coin = Margin("a", (Fraction(0), Fraction(1)), (((1, 1),),))
    >>> index = PublishedIndex((coin, coin), (1, 1), (0, 0), (1,), {"total": 2})
    >>> deal_out(index, np.array([[1, -1], [-1, 0]]), (0, 0)).patterns
    (('total', (0, 0), 1), ('total', (1, 1), 1))
    """
    starts = np.concatenate([[0], np.cumsum(list(index.groups.values()))])
    for place, margin in enumerate(index.margins):
        for row, counts in enumerate(margin.solutions[which[place]]):
            inside = (
                slice(int(starts[row]), int(starts[row + 1])) if margin.by_group else slice(None)
            )
            column = people[inside, place]
            dealt = np.bincount(column[column >= 0], minlength=len(counts))
            left = np.repeat(np.arange(len(counts)), np.array(counts) - dealt)
            column[column < 0] = left
    found: list[tuple[str, tuple[int, ...], int]] = []
    for group, name in enumerate(index.groups):
        own = people[starts[group] : starts[group + 1]]
        patterns, numbers = np.unique(own, axis=0, return_counts=True)
        found += [
            (name, tuple(pattern), number)
            for pattern, number in zip(patterns.tolist(), numbers.tolist(), strict=True)
        ]
    return Witness(tuple(found), tuple(which))


@dataclass(frozen=True)
class Network:
    """Arrows of the paths that respondents may take, with equal futures joined.

    Attributes
    ----------
    items : list of int
        Indicators, one a layer.
    layers : list of array of int, arrows × 3
        State before, state after, answer. The first layer has one state before.
    ends : list
        What the states after the last layer stand for.
    gains : list of array
        What each arrow adds to a respondent's value, where `walk` was asked for it.
    """

    items: list[int]
    layers: list[NDArray[np.int64]]
    ends: list[Hashable]
    gains: list[Floats]


def walk(
    index: PublishedIndex,
    dimension: int,
    key: Callable[[Score], Hashable | None],
    adding: bool = False,
) -> Network:
    """Lay out the paths of respondents and join those that cannot be told apart any more.

    Parameters
    ----------
    index : PublishedIndex
    dimension : int
        Whose value counts, or `OVERALL`.
    key : callable
        What a value stands for; paths to None are left out.
    adding : bool
        Whether values are told by the gains of their paths. Then many more paths are alike: `key`
        learns no more than whether there is a value, and paths without one gain nothing.

    Raises
    ------
    Refusal
        Too many states.

    Examples
    --------
    >>> coin = Margin("a", (Fraction(0), Fraction(1)), (((1, 1),),))
    >>> index = PublishedIndex((coin,) * 3, (1,) * 3, (0,) * 3, (1,), {"total": 2})
    >>> network = walk(index, 0, lambda value: True if value > Fraction(1, 2) else None)
    >>> [len(layer) for layer in network.layers], network.ends
    ([2, 3, 3], [True])
    """
    raw, values, places = index.expanded(dimension, adding)
    ends: dict[Hashable, int] = {}
    names = [key(value) for value in values]
    numbers = [-1 if name is None else ends.setdefault(name, len(ends)) for name in names]
    last = np.array(numbers, dtype=np.int64)[places]
    items = index.items_of(dimension)
    if not adding:
        return Network(items, _joined(raw, last), list(ends), [])
    having = np.array([value is not None for value in values])[places]
    layers, gains = _joined_by_gain(raw, last, having)
    return Network(items, layers, list(ends), gains)


def _joined(raw: Sequence["_Arrows"], joined: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Join states from which the same answers lead to the same states."""
    layers = []
    for arrows in reversed(raw):
        # One row a state, one column an answer, in it the joined state after; -1 leads nowhere.
        futures = joined[arrows.after]
        _, first, place = np.unique(futures, axis=0, return_index=True, return_inverse=True)
        leads = np.any(futures[first] >= 0, axis=1)
        # Numbers in the order in which the states are met.
        order = np.argsort(first, kind="stable")
        order = order[np.take(leads, order)]
        number = np.full(first.size, -1)
        number[order] = np.arange(order.size)
        joined = number[place.ravel()]
        kept = futures[first[order]]
        before, column = np.nonzero(kept >= 0)
        layers.append(np.column_stack([before, kept[before, column], arrows.answers[column]]))
    return layers[::-1]


def _joined_by_gain(
    raw: Sequence["_Arrows"], last: NDArray[np.int64], having: NDArray[np.bool_]
) -> tuple[list[NDArray[np.int64]], list[Floats]]:
    """Join states from which the same answers gain the same and lead to the same states."""
    joined: list[dict[bool, int]] = [
        {} if number < 0 else {has: number}
        for number, has in zip(last.tolist(), having.tolist(), strict=True)
    ]
    layers, gains = list[NDArray[np.int64]](), list[Floats]()
    for at, arrows in reversed(list(enumerate(raw))):
        # Paths with and without a value part at the beginning, where their gains differ.
        leaving: list[dict[bool, list[tuple[int, int, Fraction]]]] = []
        for after, gained in zip(arrows.after.tolist(), arrows.gains, strict=True):
            futures: dict[bool, list[tuple[int, int, Fraction]]] = {}
            for answer, reached, gain in zip(arrows.answers.tolist(), after, gained, strict=True):
                for valued, node in joined[reached].items():
                    kept = gain if valued else Fraction(0)
                    kind = valued if at else True
                    futures.setdefault(kind, []).append((answer, node, kept))
            leaving.append(futures)
        known: dict[tuple[tuple[int, int, Fraction], ...], int] = {}
        joined = [
            {kind: known.setdefault(tuple(way), len(known)) for kind, way in futures.items()}
            for futures in leaving
        ]
        ways = [(n, *arrow) for futures, n in known.items() for arrow in futures]
        rows = [(before, after, answer) for before, answer, after, _ in ways]
        layers.append(np.array(rows, dtype=np.int64).reshape(-1, 3))
        gains.append(np.array([float(gain) for *_, gain in ways]))
    return layers[::-1], gains[::-1]


class Flow:
    """The whole-numbered flows of a published index, to be optimised again and again.

    Parameters
    ----------
    index : PublishedIndex
    networks : sequence of Network
        One, or two whose respondents are the same people (each of other indicators): the ends of
        the one are then crossed with those of the other.
    whole : bool
        Everybody has a path. Otherwise whoever the objective does not count has none; what answers
        are left over is theirs.
    group : str, optional
        Only respondents of this group have paths.

    Notes
    -----
    Any integer flow falls apart into paths, one a respondent, and the answers left over may be
    dealt in any order: it is a joint table. Which solution of a margin holds is a binary variable,
    so that the optimum is over all solutions of all margins together.
    """

    def __init__(
        self,
        index: PublishedIndex,
        networks: Sequence[Network],
        whole: bool = False,
        group: str | None = None,
    ) -> None:
        self.index, self.networks, self.whole = index, tuple(networks), whole
        self.groups = [(at, name) for at, name in enumerate(index.groups) if group in (None, name)]
        self.shape = tuple(len(network.ends) for network in self.networks)
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._values: list[float] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self.size = 0
        self._lay_out()

    @property
    def respondents(self) -> int:
        """Respondents who may have paths."""
        return sum(self.index.groups[name] for _, name in self.groups)

    def _variables(self, number: int) -> range:
        self.size += number
        if self.size > (LARGEST_WHOLE if self.whole else LARGEST_FLOW):
            raise Refusal(Note("bounds_too_large"))
        return range(self.size - number, self.size)

    def _row(self, terms: Mapping[int, float], low: float, high: float) -> None:
        row = len(self._low)
        self._rows += [row] * len(terms)
        self._columns += terms.keys()
        self._values += terms.values()
        self._low.append(low)
        self._high.append(high)

    def _lay_out(self) -> None:
        index = self.index
        self.arrows = [
            [[self._variables(len(layer)) for layer in network.layers] for network in self.networks]
            for _ in self.groups
        ]
        self.crossed = [
            self._variables(int(np.prod(self.shape))) if len(self.networks) == 2 else range(0)
            for _ in self.groups
        ]
        self.choices: dict[int, NDArray[np.int64]] = {}
        self.counts: dict[int, Floats] = {}
        self.solutions: dict[int, list[int]] = {}
        for group, (_, name) in enumerate(self.groups):
            size = index.groups[name]
            for number, network in enumerate(self.networks):
                layers = self.arrows[group][number]
                first = dict.fromkeys(layers[0], 1.0)
                self._row(first, size if self.whole else 0, size)
                for at, layer in enumerate(network.layers):
                    self._balance(group, number, at, layer)
        for number, network in enumerate(self.networks):
            for at, item in enumerate(network.items):
                self._hold_margin(number, at, item)
        for choices in self.choices.values():
            self._row(dict.fromkeys(choices.tolist(), 1.0), 1, 1)

    def _balance(self, group: int, number: int, at: int, layer: NDArray[np.int64]) -> None:
        """What comes into a state leaves it."""
        network, arrows = self.networks[number], self.arrows[group][number]
        last = at + 1 == len(network.layers)
        if last and len(self.networks) == 1:
            return
        incoming: dict[int, dict[int, float]] = {}
        for variable, (_, after, _) in zip(arrows[at], layer.tolist(), strict=True):
            incoming.setdefault(after, {})[variable] = 1.0
        if last:
            cells = np.array(self.crossed[group]).reshape(self.shape)
            for after in range(self.shape[number]):
                leaving = cells[after] if number == 0 else cells[:, after]
                terms = incoming.get(after, {})
                self._row(terms | dict.fromkeys(leaving.tolist(), -1.0), 0, 0)
            return
        following = zip(arrows[at + 1], network.layers[at + 1].tolist(), strict=True)
        for variable, (before, _, _) in following:
            incoming.setdefault(before, {})[variable] = -1.0
        for terms in incoming.values():
            self._row(terms, 0, 0)

    def _hold_margin(self, number: int, at: int, item: int) -> None:
        """No more respondents give an answer than the margin has."""
        margin = self.index.margins[item]
        layer = self.networks[number].layers[at]
        together = [(row, [group]) for group, (row, _) in enumerate(self.groups)]
        if not margin.by_group:
            together = [(0, list(range(len(self.groups))))]
        # Solutions that differ in other groups alone are one.
        first, _, counted = self.index.kinds(item, tuple(row for row, _ in together))
        several = len(first) > 1
        self.solutions[item] = first
        if several:
            self.choices[item] = np.array(self._variables(len(first)))
            self.counts[item] = counted
        # Whoever has no path may be in another group, and has answers of the whole sample, too.
        fixed = self.whole and (margin.by_group or len(self.groups) == len(self.index.groups))
        for place, (_, groups) in enumerate(together):
            for answer in range(len(margin.scores)):
                which_arrows = np.flatnonzero(layer[:, 2] == answer)
                terms = {
                    self.arrows[group][number][at][arrow]: 1.0
                    for group in groups
                    for arrow in which_arrows.tolist()
                }
                counts = counted[:, place * len(margin.scores) + answer].astype(int).tolist()
                if not terms and not several:
                    continue
                if not several:
                    self._row(terms, counts[0] if fixed else 0, counts[0])
                    continue
                terms |= {
                    choice: -float(count)
                    for choice, count in zip(self.choices[item].tolist(), counts, strict=True)
                    if count
                }
                self._row(terms, 0 if fixed else -np.inf, 0)

    @cached_property
    def _matrix(self) -> Any:
        from scipy.sparse import coo_matrix

        shape = (len(self._low), self.size)
        return coo_matrix((self._values, (self._rows, self._columns)), shape=shape).tocsr()

    def by_end(self, weights: Floats) -> Floats:
        """Coefficient of each variable from what a respondent counts who ends there.

        Parameters
        ----------
        weights : array, ends or ends × ends
        """
        found = np.zeros(self.size)
        for group in range(len(self.groups)):
            if len(self.networks) == 2:
                found[np.array(self.crossed[group], dtype=np.int64)] = weights.ravel()
                continue
            last = self.networks[0].layers[-1]
            found[np.array(self.arrows[group][0][-1], dtype=np.int64)] = weights[last[:, 1]]
        return found

    @cached_property
    def gains(self) -> Floats:
        """Coefficient of each variable from what its arrow adds to a respondent's value."""
        found = np.zeros(self.size)
        for group in range(len(self.groups)):
            for arrows, gains in zip(self.arrows[group][0], self.networks[0].gains, strict=True):
                found[np.array(arrows, dtype=np.int64)] = gains
        return found

    def maximise(
        self,
        weights: Floats,
        rows: Sequence[tuple[Floats, float, float]] = (),
        gap: float = 0.0,
    ) -> tuple[Witness, float] | None:
        """Find the joint table with the largest sum of weights.

        Parameters
        ----------
        weights : array
            Of each variable, as `by_end` and `gains` give them.
        rows : sequence of (array, low, high)
            Sums of the same kind that must lie between two numbers.
        gap : float
            Relative distance of the proven bound at which to stop.

        Returns
        -------
        tuple of Witness and float, or None
            A best joint table, and a bound that no table exceeds; None if no table fits the rows.
            Where the solutions fall into more than `MOST_PARTS` parts that could do better than the
            table that was found, the table need not attain the bound.

        Raises
        ------
        Refusal
            If the search takes too many branches.

        Notes
        -----
        Branch and bound over parts of the solutions. The mixtures of a part's solutions bound it
        from above, by a linear programme; the reduced cost of a solution says by how much it alone
        lowers that bound, which leaves out most of them; what remains is halved where the mixture
        is most spread out. Whole numbers are asked for only where a mixture is of one solution a
        margin, or few are left. SOURCE: Wolsey (1998), Integer Programming, 91-109 (branch and
        bound, reduced cost fixing).
        """
        if not all(self.shape):
            return self._witness(np.zeros(self.size)), 0.0
        programme = _Programme.of(self, weights, rows)
        # A sum of whole weights grows by one at least.
        whole = bool(np.array_equal(weights, np.rint(weights)))
        if not self.choices:
            # One set of counts has no mixtures to bound.
            found = programme.solve(np.arange(self.size), -np.inf, gap)
            if found is None:
                return None
            reached = float(weights @ found[0])
            if whole and np.isfinite(found[1]):
                return self._witness(found[0]), max(reached, floor(found[1] + SAME / 2))
            return self._witness(found[0]), max(reached, found[1])
        best: tuple[Witness, float] | None = None
        left, tried = -np.inf, set[tuple[int, ...]]()
        parts: list[tuple[float, int, int, Part]] = [
            (-np.inf, 0, 0, {item: np.arange(len(own)) for item, own in self.choices.items()})
        ]
        number, prices = 0, _Prices(self)

        def better() -> float:
            if best is None:
                return -np.inf
            return best[1] + max(1 - SAME if whole else 0.0, gap * abs(best[1]))

        def take(found: tuple[Floats, float] | None) -> None:
            nonlocal best
            if found is not None and (best is None or float(weights @ found[0]) > best[1]):
                best = self._witness(found[0]), float(weights @ found[0])

        while parts:
            limit, depth, _, part = heappop(parts)
            # What mixtures can reach at most, by the prices of all that were solved before.
            part, reached, without = prices.narrow(part, better())
            left, limit = max(left, without), min(-limit, reached)
            if not all(map(len, part.values())):
                continue
            number += 1
            if depth and (limit <= better() or number > MOST_PARTS):
                left = max(left, limit)
                continue
            relaxed = programme.mix(self._columns_of(part))
            if relaxed is None:
                continue
            bound, mixture, values = relaxed
            prices.add(bound, values, part)
            if bound <= better() + ROUNDING * max(1.0, abs(bound)):
                left = max(left, bound)
                continue
            part, _, without = prices.narrow(part, better())
            left = max(left, without)
            shares = {item: mixture[self.choices[item]][own] for item, own in part.items()}
            least = better() if whole else -np.inf
            if sum(len(own) for own in part.values() if len(own) > 1) <= FEW_CHOICES:
                found = programme.solve(self._columns_of(part), least, gap)
                take(found)
                left = max(left, -np.inf if found is None else found[1])
                continue
            if not depth:
                near = self._columns_of(self._nearest(part, shares))
                # That the bound itself is reached is soon found, or else any better table.
                for wanted in (floor(bound + SAME) - SAME, least) if whole else (least,):
                    if better() < bound:
                        take(programme.solve(near, wanted, gap))
            halves = self._halves(part, shares)
            if len(halves) == 1:
                # The mixture is one solution of each margin, and the part has more.
                single = {item: own[[shares[item].argmax()]] for item, own in part.items()}
                name = tuple(int(own[0]) for own in single.values())
                if name not in tried:
                    tried.add(name)
                    take(programme.solve(self._columns_of(single), least, gap))
                halves = self._halves(part, None)
            if bound <= better():
                left = max(left, bound)
                continue
            key = -float(floor(bound + SAME)) if whole else -bound
            for half, own in enumerate(halves):
                heappush(parts, (key, -depth - 1, 2 * number + half, own))
        if best is None:
            if number > MOST_PARTS:
                raise Refusal(Note("bounds_not_proven", nodes=MOST_PARTS))
            return None
        if whole and np.isfinite(left):
            left = floor(left + SAME / 2)
        return best[0], max(best[1], left)

    def _nearest(self, part: Part, shares: Mapping[int, Floats]) -> Part:
        """Some solutions of each margin: those of a mixture, and those nearest to it."""
        away = {}
        for item, share in shares.items():
            counts = self.counts[item][part[item]]
            away[item] = np.abs(counts - share @ counts).sum(axis=1).round(6)
        ranked = sorted(
            (float(far), item, place) for item, own in away.items() for place, far in enumerate(own)
        )
        taken = {item: {int(share.argmax())} for item, share in shares.items()}
        for _, item, place in ranked[:NEAR_CHOICES]:
            taken[item].add(place)
        return {item: part[item][sorted(own)] for item, own in taken.items()}

    def _halves(self, part: Part, shares: Mapping[int, Floats] | None) -> list[Part]:
        """Split a part where its mixture is most spread out; without shares where most are left.

        A mixture of one solution a margin is not split; the likelier half comes first.
        """
        if shares is None:
            item = max(part, key=lambda one: len(part[one]))
            counts = self.counts[item][part[item]]
            at = int(np.ptp(counts, axis=0).argmax())
            upper = counts[:, at] > np.median(counts[:, at])
            if not upper.any():
                upper = counts[:, at] == counts[:, at].max()
            first = True
        else:
            item, at, most = -1, -1, SAME
            for one, share in shares.items():
                counts = self.counts[one][part[one]]
                spread = share @ (counts - share @ counts) ** 2
                if spread.max() > most:
                    item, at, most = one, int(spread.argmax()), float(spread.max())
            if item < 0:
                return [part]
            counts = self.counts[item][part[item]]
            upper = counts[:, at] > shares[item] @ counts[:, at]
            first = bool(shares[item][upper].sum() > 0.5)
        halves = [{**part, item: part[item][side]} for side in (upper, ~upper)]
        return halves if first else halves[::-1]

    def _columns_of(self, part: Mapping[int, NDArray[np.int64]]) -> NDArray[np.int64]:
        """Variables of a part: all but the solutions that are not in it."""
        there = np.ones(self.size, bool)
        for item, choices in self.choices.items():
            there[choices] = False
            there[choices[part[item]]] = True
        return np.flatnonzero(there)

    def _witness(self, solution: Floats) -> Witness:
        """Take a flow apart into paths and deal out what is left over."""
        index = self.index
        flow = solution.astype(np.int64)
        which = [0] * len(index.margins)
        for item, choices in self.choices.items():
            which[item] = self.solutions[item][int(flow[choices].argmax())]
        sizes = list(index.groups.values())
        starts = np.concatenate([[0], np.cumsum(sizes)])
        people = np.full((index.respondents, len(index.margins)), -1, dtype=np.int64)
        for group, (row, _) in enumerate(self.groups):
            at = int(starts[row])
            if len(self.networks) == 1:
                for pattern, _, count in self._paths(flow, group, 0):
                    people[at : at + count, self.networks[0].items] = pattern
                    at += count
            else:
                self._cross(flow, group, people[at : int(starts[row + 1])])
        return deal_out(index, people, which)

    def _paths(
        self, flow: NDArray[np.int64], group: int, number: int
    ) -> list[tuple[list[int], int, int]]:
        """Paths of one group: answers, end, respondents."""
        network = self.networks[number]
        if not network.ends:
            return []
        left = [flow[np.array(arrows)] for arrows in self.arrows[group][number]]
        leaving = [
            [np.flatnonzero(layer[:, 0] == state) for state in range(int(layer[:, 0].max()) + 1)]
            for layer in network.layers
        ]
        found = []
        while left[0].any():
            state, taken = 0, []
            for depth, layer in enumerate(network.layers):
                options = leaving[depth][state]
                arrow = int(options[left[depth][options] > 0][0])
                taken.append(arrow)
                state = int(layer[arrow, 1])
            count = int(min(left[depth][arrow] for depth, arrow in enumerate(taken)))
            for depth, arrow in enumerate(taken):
                left[depth][arrow] -= count
            answers = [
                int(layer[arrow, 2]) for layer, arrow in zip(network.layers, taken, strict=True)
            ]
            found.append((answers, state, count))
        return found

    def _cross(self, flow: NDArray[np.int64], group: int, people: NDArray[np.int64]) -> None:
        """Give respondents the paths of both networks, as many of each pair of ends as flow."""
        by_end: list[dict[int, list[list[int]]]] = []
        for number in (0, 1):
            ends: dict[int, list[list[int]]] = {}
            for answers, end, count in self._paths(flow, group, number):
                ends.setdefault(end, []).extend([answers] * count)
            by_end.append(ends)
        cells = flow[np.array(self.crossed[group])].reshape(self.shape)
        at = 0
        for first, second in np.argwhere(cells > 0).tolist():
            for _ in range(int(cells[first, second])):
                people[at, self.networks[0].items] = by_end[0][first].pop()
                people[at, self.networks[1].items] = by_end[1][second].pop()
                at += 1


@dataclass(frozen=True)
class _Programme:
    """The largest sum of weights over a flow, as a linear and as a whole-numbered programme."""

    costs: Floats
    matrix: Any
    low: Floats
    high: Floats
    upper: Floats
    layers: int
    """Arrows of a respondent's path, with one choice a layer and one crossing."""

    @classmethod
    def of(
        cls, flow: Flow, weights: Floats, rows: Sequence[tuple[Floats, float, float]]
    ) -> "_Programme":
        from scipy.sparse import csr_matrix, vstack

        matrix, low, high = flow._matrix, list(flow._low), list(flow._high)
        # The last row is the sum itself.
        more = [*rows, (weights, -np.inf, np.inf)]
        matrix = vstack([matrix, csr_matrix(np.array([one for one, _, _ in more]))]).tocsc()
        low += [lower for _, lower, _ in more]
        high += [upper for _, _, upper in more]
        upper = np.full(flow.size, float(flow.respondents))
        layers = 1 + 2 * sum(len(network.layers) for network in flow.networks)
        return cls(-weights, matrix, np.array(low), np.array(high), upper, layers)

    def mix(self, columns: NDArray[np.int64]) -> tuple[float, Floats, Floats] | None:
        """Bound the sum over mixtures of solutions: the bound, the mixture, worth of each."""
        from scipy.optimize import linprog
        from scipy.sparse import vstack

        low, high, matrix = self.low[:-1], self.high[:-1], self.matrix[:, columns].tocsr()[:-1]
        equal = low == high
        above, below = ~equal & np.isfinite(high), ~equal & np.isfinite(low)
        found = linprog(
            self.costs[columns],
            A_ub=vstack([matrix[above], -matrix[below]]),
            b_ub=np.concatenate([high[above], -low[below]]),
            A_eq=matrix[equal],
            b_eq=high[equal],
            bounds=np.column_stack([np.zeros(columns.size), self.upper[columns]]),
            method="highs",
        )
        if found.status == 2:
            return None
        if found.x is None or found.status != 0:
            raise Refusal(Note("bounds_not_proven", nodes=MOST_NODES))
        mixture = np.zeros(self.upper.size)
        mixture[columns] = found.x
        price = np.zeros(low.size)
        price[equal] = found.eqlin.marginals
        unequal = found.ineqlin.marginals
        price[above] = unequal[: above.sum()]
        price[below] -= unequal[above.sum() :]
        values = self.matrix[:-1].T @ price
        # Prices bound the sum but for what the solver lets them be off, by every unit of flow.
        off = (self.costs - values)[columns] - found.upper.marginals
        slack = max(0.0, -float(off.min(initial=0.0))) * self.upper[0] * self.layers
        return -found.fun + slack, mixture, values

    def solve(
        self, columns: NDArray[np.int64], least: float, gap: float
    ) -> tuple[Floats, float] | None:
        """Find the best whole-numbered flow of at least so much, and a bound of it."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        low = np.append(self.low[:-1], least)
        found = milp(
            self.costs[columns],
            constraints=LinearConstraint(self.matrix[:, columns], low, self.high),
            integrality=np.ones(columns.size),
            bounds=Bounds(0, self.upper[columns]),
            options={"mip_rel_gap": gap, "node_limit": MOST_NODES},
        )
        if found.status == 2:
            return None
        if found.x is None or found.status != 0:
            raise Refusal(Note("bounds_not_proven", nodes=MOST_NODES))
        flow = np.zeros(self.upper.size)
        flow[columns] = np.rint(found.x)
        bound = -found.fun if found.mip_dual_bound is None else -found.mip_dual_bound
        return flow, float(bound)


class _Prices:
    """What parts of the solutions can reach at most, by the prices of programmes solved before.

    Prices of rows bound the sum for other parts, too, for their flows are the same: a constant, and
    for each margin the worth of the best of its solutions.
    """

    def __init__(self, flow: Flow) -> None:
        self.choices = flow.choices
        self.constants: list[float] = []
        self.worth: dict[int, list[Floats]] = {item: [] for item in flow.choices}

    def add(self, bound: float, values: Floats, part: Part) -> None:
        """Keep the prices of a part's programme: its bound, and the worth of each variable."""
        for item, choices in self.choices.items():
            own = values[choices]
            self.worth[item].append(own)
            bound -= float(own[part[item]].max())
        self.constants.append(bound)

    def narrow(self, part: Part, beyond: float) -> tuple[Part, float, float]:
        """Leave out what cannot reach beyond a value; what the rest and the others may reach."""
        if not self.constants:
            return part, np.inf, -np.inf
        worth = {item: np.array(self.worth[item])[:, own] for item, own in part.items()}
        best = {item: own.max(axis=1) for item, own in worth.items()}
        reach = np.array(self.constants) + sum(best.values())
        kept, without = {}, -np.inf
        for item, own in part.items():
            each = (worth[item] + (reach - best[item])[:, None]).min(axis=0)
            kept[item] = own[each > beyond]
            without = max(without, float(each[each <= beyond].max(initial=-np.inf)))
        return kept, float(reach.min()), without


def common_denominator(values: Sequence[Fraction]) -> int:
    """Smallest number that makes all values whole.

    Examples
    --------
    >>> common_denominator([Fraction(1, 2), Fraction(2, 3)])
    6
    """
    return lcm(*(Fraction(value).denominator for value in values)) if values else 1
