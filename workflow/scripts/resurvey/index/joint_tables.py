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
from math import lcm
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note, Refusal

Floats = NDArray[np.float64]
Score = Fraction | None
EVERYBODY = "total"
OVERALL = -1
"""In the place of a dimension: the index of all of them."""

LARGEST_WALK = 300_000
"""States before those with the same future are joined; more are refused."""
LARGEST_FLOW = 60_000
"""Arrows of a flow; more are refused."""
LARGEST_WHOLE = 6_000
"""Arrows of a flow in which everybody has a path, which is harder; more are refused."""
MOST_CHOICES = 1_000
"""Solutions of all margins together that are searched through; more are relaxed to their hull."""
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

    beginning = (Fraction(0), 0, 0, 0)
    """Sum of the dimensions so far; sum and weight of the present one; items answered."""

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
        done += self._shares[self.dimension_of[item]] * Fraction(held, weight * times)
        return done, 0, 0, answered

    def finished(self, state: "State", dimension: int) -> Score:
        """Value of a respondent whose answers are all told."""
        done, _, _, answered = state
        if dimension == OVERALL:
            return done if answered >= self.minimum_items or self.missing == "complete" else None
        return done / self._shares[dimension]


State = tuple[Fraction, int, int, int]


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
    """

    items: list[int]
    layers: list[NDArray[np.int64]]
    ends: list[Hashable]


def walk(index: PublishedIndex, dimension: int, key: Callable[[Score], Hashable | None]) -> Network:
    """Lay out the paths of respondents and join those that cannot be told apart any more.

    Parameters
    ----------
    index : PublishedIndex
    dimension : int
        Whose value counts, or `OVERALL`.
    key : callable
        What a value stands for; paths to None are left out.

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
    items = index.items_of(dimension)
    states: dict[State | None, int] = {index.beginning: 0}
    raw: list[list[tuple[int, int, int]]] = []
    for at, item in enumerate(items):
        closes = index._closes(items, at)
        following: dict[State | None, int] = {}
        arrows = []
        possible = [answer for answer, most in enumerate(index.margins[item].most) if most]
        for state, place in states.items():
            for answer in possible:
                reached = None if state is None else index.advanced(state, item, answer, closes)
                arrows.append((place, following.setdefault(reached, len(following)), answer))
        if len(following) > LARGEST_WALK:
            raise Refusal(Note("bounds_too_large", states=len(following)))
        raw.append(arrows)
        states = following
    values = (None if state is None else index.finished(state, dimension) for state in states)
    ends: dict[Hashable, int] = {}
    joined = [-1 if name is None else ends.setdefault(name, len(ends)) for name in map(key, values)]
    layers: list[NDArray[np.int64]] = []
    for arrows in reversed(raw):
        leaving: list[list[tuple[int, int]]] = [[] for _ in range(max(a for a, _, _ in arrows) + 1)]
        for before, after, answer in arrows:
            if joined[after] >= 0:
                leaving[before].append((answer, joined[after]))
        known: dict[tuple[tuple[int, int], ...], int] = {}
        joined = [
            -1 if not futures else known.setdefault(tuple(futures), len(known))
            for futures in leaving
        ]
        layers.append(
            np.array(
                [(n, after, answer) for futures, n in known.items() for answer, after in futures],
                dtype=np.int64,
            ).reshape(-1, 3)
        )
    return Network(items, layers[::-1], list(ends))


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

    Notes
    -----
    Any integer flow falls apart into paths, one a respondent, and the answers left over may be
    dealt in any order: it is a joint table. Which solution of a margin holds is a binary variable,
    so that the optimum is over all solutions of all margins together.
    """

    def __init__(
        self, index: PublishedIndex, networks: Sequence[Network], whole: bool = False
    ) -> None:
        self.index, self.networks, self.whole = index, tuple(networks), whole
        self.groups = list(index.groups)
        self.shape = tuple(len(network.ends) for network in self.networks)
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._values: list[float] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self.size = 0
        self._lay_out()

    def _variables(self, number: int) -> range:
        self.size += number
        if self.size > (LARGEST_WHOLE if self.whole else LARGEST_FLOW):
            raise Refusal(Note("bounds_too_large", states=self.size))
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
        self.choices: dict[int, range] = {}
        for group, name in enumerate(self.groups):
            size = index.groups[name]
            for number, network in enumerate(self.networks):
                layers = self.arrows[group][number]
                first = dict.fromkeys(layers[0], 1.0)
                self._row(first, size if self.whole else 0, size)
                for at, layer in enumerate(network.layers):
                    self._balance(group, number, at, layer)
        used = [item for network in self.networks for item in network.items]
        for number, network in enumerate(self.networks):
            for at, item in enumerate(network.items):
                self._hold_margin(number, at, item)
        self._choose_solutions(used)

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
        several = len(margin.solutions) > 1
        if several and item not in self.choices:
            self.choices[item] = self._variables(len(margin.solutions))
        together = [[group] for group in range(len(self.groups))]
        if not margin.by_group:
            together = [list(range(len(self.groups)))]
        for place, groups in enumerate(together):
            for answer in range(len(margin.scores)):
                which = np.flatnonzero(layer[:, 2] == answer)
                terms = {
                    self.arrows[group][number][at][arrow]: 1.0
                    for group in groups
                    for arrow in which.tolist()
                }
                counts = [rows[place][answer] for rows in margin.solutions]
                if not terms and not several:
                    continue
                if not several:
                    self._row(terms, counts[0] if self.whole else 0, counts[0])
                    continue
                terms |= {
                    choice: -float(count)
                    for choice, count in zip(self.choices[item], counts, strict=True)
                    if count
                }
                self._row(terms, 0 if self.whole else -np.inf, 0)

    def _choose_solutions(self, used: Sequence[int]) -> None:
        for item in used:
            if item in self.choices:
                self._row(dict.fromkeys(self.choices[item], 1.0), 1, 1)

    @cached_property
    def _matrix(self) -> "object":
        from scipy.sparse import coo_matrix

        shape = (len(self._low), self.size)
        return coo_matrix((self._values, (self._rows, self._columns)), shape=shape).tocsr()

    def _spread_out(self, weights: Floats) -> Floats:
        """Coefficient of each variable from that of each group's end (or pair of ends)."""
        found = np.zeros(self.size)
        for group in range(len(self.groups)):
            own = np.asarray(weights[group], dtype=np.float64)
            if len(self.networks) == 2:
                found[np.array(self.crossed[group], dtype=np.int64)] = own.ravel()
                continue
            last = self.networks[0].layers[-1]
            found[np.array(self.arrows[group][0][-1], dtype=np.int64)] = own[last[:, 1]]
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
        weights : array, groups × ends (or groups × ends × ends)
            What a respondent counts who ends there.
        rows : sequence of (array, low, high)
            Sums of the same kind that must lie between two numbers.
        gap : float
            Relative distance of the proven bound at which to stop.

        Returns
        -------
        tuple of Witness and float, or None
            A best joint table, and a bound that no table exceeds; None if no table fits the rows.
            With more than `MOST_CHOICES` solutions the bound is over all mixtures of them, and the
            table a best one of the solutions that weigh most in it: it need not attain the bound.

        Raises
        ------
        Refusal
            If the search takes too many branches.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_matrix, vstack

        if not all(self.shape):
            return self._witness(np.zeros(self.size)), 0.0
        matrix, low, high = self._matrix, list(self._low), list(self._high)
        if rows:
            extra = csr_matrix(np.array([self._spread_out(one) for one, _, _ in rows]))
            matrix = vstack([matrix, extra]).tocsr()
            low += [lower for _, lower, _ in rows]
            high += [upper for _, _, upper in rows]
        upper = np.full(self.size, float(self.index.respondents))
        whole = np.ones(self.size)
        for choices in self.choices.values():
            upper[np.array(choices)] = 1.0
        relaxed = sum(map(len, self.choices.values())) > MOST_CHOICES
        if relaxed:
            whole[:] = 0.0
        found = milp(
            -self._spread_out(weights),
            constraints=LinearConstraint(matrix, np.array(low), np.array(high)),
            integrality=whole,
            bounds=Bounds(0, upper),
            options={"mip_rel_gap": gap, "node_limit": MOST_NODES},
        )
        if found.status == 2:
            return None
        if found.x is None or found.status != 0:
            raise Refusal(Note("bounds_not_proven", nodes=MOST_NODES))
        if not relaxed:
            bound = -found.fun if found.mip_dual_bound is None else -found.mip_dual_bound
            return self._witness(np.rint(found.x)), float(bound)
        best = self._nearest(found.x).maximise(weights, rows, gap)
        if best is None:
            raise Refusal(Note("bounds_not_proven", nodes=MOST_NODES))
        return self._renumbered(best[0], found.x), float(-found.fun)

    def _heaviest(self, solution: Floats) -> list[int]:
        """Solution of each margin that weighs most in a relaxed flow."""
        which = [0] * len(self.index.margins)
        for item, choices in self.choices.items():
            which[item] = int(solution[np.array(choices)].round(6).argmax())
        return which

    def _nearest(self, solution: Floats) -> "Flow":
        margins = tuple(
            replace(margin, solutions=(margin.solutions[which],))
            for margin, which in zip(self.index.margins, self._heaviest(solution), strict=True)
        )
        return Flow(replace(self.index, margins=margins), self.networks, self.whole)

    def _renumbered(self, witness: Witness, solution: Floats) -> Witness:
        return replace(witness, solutions=tuple(self._heaviest(solution)))

    def _witness(self, solution: Floats) -> Witness:
        """Take a flow apart into paths and deal out what is left over."""
        index = self.index
        flow = solution.astype(np.int64)
        which = [0] * len(index.margins)
        for item, choices in self.choices.items():
            which[item] = int(flow[np.array(choices)].argmax())
        sizes = list(index.groups.values())
        starts = np.concatenate([[0], np.cumsum(sizes)])
        people = np.full((index.respondents, len(index.margins)), -1, dtype=np.int64)
        for group in range(len(self.groups)):
            at = int(starts[group])
            if len(self.networks) == 1:
                for pattern, _, count in self._paths(flow, group, 0):
                    people[at : at + count, self.networks[0].items] = pattern
                    at += count
            else:
                self._cross(flow, group, people[at : int(starts[group + 1])])
        for place, margin in enumerate(index.margins):
            for row, counts in enumerate(margin.solutions[which[place]]):
                inside = (
                    slice(int(starts[row]), int(starts[row + 1]))
                    if margin.by_group
                    else slice(None)
                )
                column = people[inside, place]
                dealt = np.bincount(column[column >= 0], minlength=len(counts))
                left = np.repeat(np.arange(len(counts)), np.array(counts) - dealt)
                column[column < 0] = left
        found: list[tuple[str, tuple[int, ...], int]] = []
        for group, name in enumerate(self.groups):
            own = people[starts[group] : starts[group + 1]]
            patterns, numbers = np.unique(own, axis=0, return_counts=True)
            found += [
                (name, tuple(pattern), number)
                for pattern, number in zip(patterns.tolist(), numbers.tolist(), strict=True)
            ]
        return Witness(tuple(found), tuple(which))

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


def common_denominator(values: Sequence[Fraction]) -> int:
    """Smallest number that makes all values whole.

    Examples
    --------
    >>> common_denominator([Fraction(1, 2), Fraction(2, 3)])
    6
    """
    return lcm(*(Fraction(value).denominator for value in values)) if values else 1
