"""Packing: the most respondents whose answers make a wanted value, of answers with known margins.

A joint table is a number of respondents on each path of a network, and a margin says how many
answers there are to use up. Paths are too many to list: those that matter are found by prices of
the answers, one at a time. Prices of one set of counts bound what every other set of counts can
reach, too, so that few of all the sets behind the printed numbers are ever looked at.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor

import numpy as np
from numpy.typing import NDArray

from resurvey.core.notes import Note, Refusal
from resurvey.index.joint_tables import (
    LARGEST_FLOW,
    Flow,
    Network,
    PublishedIndex,
    Witness,
    deal_out,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Counts = dict[int, int]
"""Which solution of each margin, by place of the indicator; margins of one solution are not in."""

SAME = 1e-6
"""What a sum of whole numbers may be off in floating point."""
SMALLEST = 1e-9
"""A reduced cost or an amount below is nothing."""
PIVOT = 1e-7
"""No smaller number is divided by."""
SMALL_PIVOT = 0.6
"""Where less would be divided by, a larger number is looked for in the rows that bind as soon."""
PERTURBED = 1e-7
"""By how much margins differ from their counts, so that no step of the simplex is of length 0."""
PIVOTS = 64
"""Steps after which the inverse is looked at, and made anew if it is spoilt."""
SPOILT = 1e-10
"""Part by which an inverse may be off."""
PRICED = 1e-7
"""A path that is worth less more than its answers is not."""
MOST_PIVOTS = 20_000
"""Steps of one programme; one that takes more is refused."""
MOST_BLENDS = 8
"""Mixtures of sets of counts that are solved before the sets themselves."""
BLEND_GAIN = 0.5
"""By how much a mixture must lower the bound for one more to be solved."""
MIXED = 60
"""Sets of counts in one mixture."""
USED = 1e-3
"""Weight of prices in a mean below which they are dropped."""
NEWEST = 6
"""Prices that are not dropped."""
MOST_HARD = 3
"""Sets of counts that rounding leaves to a whole-numbered search, before it is asked."""
CELLS = 2_000_000
"""Numbers held at a time in a search over sets of counts."""
WIDTHS = ((200, 64), (1_000, 1_000), (4_000, 20_000))
"""Solutions of a margin, and combinations of solutions, that are kept in sight; then more."""
MOST_PRICED = 400
"""Combinations of solutions that one search solves; where more may be better it is not proven."""
MOST_ROUNDED = 3
"""Ways to round a path up that are tried before some respondents are dealt anew."""
MOST_RETURNED = 3
"""Times that respondents are dealt anew; then a whole-numbered search does it."""


class GrowingProgramme:
    """The largest sum of weights of columns within limits, where columns are added as they go.

    Parameters
    ----------
    limits : array of float, rows
        Not negative.

    Notes
    -----
    Primal and dual simplex with an explicit inverse, for some tens of rows. SOURCE Dantzig (1963),
    Linear Programming and Extensions, chapters 9 and 11.

    Examples
    --------
    >>> programme = GrowingProgramme(np.array([4.0, 6.0]))
    >>> programme.add(np.array([1.0, 1.0]), 1.0), programme.add(np.array([0.0, 1.0]), 2.0)
    (0, 1)
    >>> programme.improve()
    array([0., 2.])
    >>> sorted(programme.amounts().items())
    [(1, 6.0)]
    """

    def __init__(self, limits: Floats) -> None:
        self.rows = limits.size
        self.size = 0
        self.inverse: Floats
        self.product = np.empty((self.rows, self.rows))
        self.columns = np.zeros((self.rows, 64))
        self.weights = np.zeros(64)
        # Irrational steps: no two sums of them are the same.
        self.perturbed = PERTURBED * (1 + np.arange(self.rows) * 0.6180339887498949 % 1)
        self.begin(limits)

    def begin(self, limits: Floats) -> None:
        """Nothing is used: every row has its whole limit left."""
        self.basis = -1 - np.arange(self.rows)
        self.inverse = np.eye(self.rows)
        self.worth = np.zeros(self.rows)
        self.limits = limits
        self.left = limits + self.perturbed
        self.since = 0

    def add(self, column: Floats, weight: float) -> int:
        """Add a column; its place."""
        if self.size == self.weights.size:
            self.columns = np.concatenate([self.columns, np.zeros_like(self.columns)], axis=1)
            self.weights = np.concatenate([self.weights, np.zeros_like(self.weights)])
        self.columns[:, self.size] = column
        self.weights[self.size] = weight
        self.size += 1
        return self.size - 1

    def weigh(self, weights: Floats) -> None:
        """Change the weights of all columns; their amounts stay as they are."""
        self.weights[: self.size] = weights
        used = self.basis >= 0
        self.worth[~used], self.worth[used] = 0.0, self.weights[self.basis[used]]

    def improve(self) -> Floats:
        """Go on to the best amounts of the columns there are; prices of the rows."""
        columns, weights = self.columns[:, : self.size], self.weights[: self.size]
        prices = times(self.inverse.T, self.worth)
        steps = np.empty(self.rows)
        for _ in range(MOST_PIVOTS):
            entering, gain = -1 - int(prices.argmin()), -float(prices.min())
            if self.size:
                gains = weights - times(columns.T, prices)
                best = int(gains.argmax())
                if gains[best] >= gain:
                    entering, gain = best, float(gains[best])
            if gain < SMALLEST:
                return prices
            direction = self._direction(entering)
            steps.fill(np.inf)
            np.divide(self.left, direction, out=steps, where=direction > PIVOT)
            row = int(steps.argmin())
            if not np.isfinite(steps[row]):
                # No column grows without end: rounding has spoilt the inverse.
                self.begin(self.limits)
                prices = times(self.inverse.T, self.worth)
                continue
            if direction[row] < SMALL_PIVOT:
                # Of steps that are as short the one with the largest pivot.
                near = steps <= max(steps[row], 0.0) + SMALLEST / 10
                row = int(np.where(near, direction, -1).argmax())
            prices += gain / direction[row] * self.inverse[row]
            if self._exchange(row, entering, direction):
                prices = times(self.inverse.T, self.worth)
        raise Refusal(Note("bounds_not_proven", nodes=MOST_PIVOTS))

    def limit(self, limits: Floats) -> None:
        """Change the limits of a programme at its best; the prices stay as good as they were."""
        self.limits = limits
        self.left = times(self.inverse, limits + self.perturbed)
        columns, weights = self.columns[:, : self.size], self.weights[: self.size]
        losses, along = np.empty((2, self.size + self.rows))
        steps = np.empty(self.size + self.rows)
        anew = True
        for _ in range(self.rows * 4):
            row = int(self.left.argmin())
            if self.left[row] >= -SMALLEST:
                return
            if anew:
                prices = times(self.inverse.T, self.worth)
                losses[: self.size] = times(columns.T, prices) - weights
                losses[self.size :] = prices
            across = self.inverse[row]
            along[: self.size], along[self.size :] = times(columns.T, across), across
            steps.fill(np.inf)
            np.divide(losses, -along, out=steps, where=along < -PIVOT)
            place = int(steps.argmin())
            if not np.isfinite(steps[place]):
                break
            if along[place] > -SMALL_PIVOT:
                near = steps <= max(steps[place], 0.0) + SMALLEST / 10
                place = int(np.where(near, -along, -1).argmax())
            losses += losses[place] / -along[place] * along
            entering = place if place < self.size else self.size - 1 - place
            anew = self._exchange(row, entering, self._direction(entering))
        self.begin(limits)

    def amounts(self) -> dict[int, float]:
        """Amount of each column that is used."""
        solution = times(self.inverse, self.limits)
        return {
            int(column): float(solution[row])
            for row, column in enumerate(self.basis)
            if column >= 0 and solution[row] > SMALLEST
        }

    def _direction(self, entering: int) -> Floats:
        if entering < 0:
            return self.inverse[:, -1 - entering].copy()
        return times(self.inverse, self.columns[:, entering])

    def _exchange(self, row: int, entering: int, direction: Floats) -> bool:
        """Let a column in; whether the inverse was made anew."""
        across = self.inverse[row] / direction[row]
        step = self.left[row] / direction[row]
        self.left -= step * direction
        self.left[row] = step
        np.multiply(direction[:, None], across, out=self.product)
        self.inverse -= self.product
        self.inverse[row] = across
        self.basis[row] = entering
        self.worth[row] = self.weights[entering] if entering >= 0 else 0.0
        self.since += 1
        if self.since >= PIVOTS:
            self._mend()
        return self.since == 0

    def _mend(self) -> None:
        """Make the inverse anew, if rounding has spoilt it."""
        self.since = 0
        unused = self.basis < 0
        matrix = np.zeros((self.rows, self.rows))
        matrix[-1 - self.basis[unused], np.flatnonzero(unused)] = 1.0
        matrix[:, ~unused] = self.columns[:, self.basis[~unused]]
        limits = self.limits + self.perturbed
        used, prices = times(matrix, self.left), times(self.inverse.T, self.worth)
        off = np.abs(used - limits).max() / max(1.0, limits.max())
        lost = np.abs(times(matrix.T, prices) - self.worth).max() / max(1.0, self.worth.max())
        if max(off, lost) < SPOILT:
            return
        inverse = _inverse_of(matrix)
        if inverse is None:
            self.begin(self.limits)
            return
        self.inverse = inverse
        self.left = times(self.inverse, limits)


def times(matrix: Floats, vector: Floats) -> Floats:
    """Multiply a matrix by a vector: on every machine in the same order, unlike BLAS.

    Examples
    --------
    >>> times(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 1.0]))
    array([3., 7.])
    """
    return np.asarray(np.einsum("ij,j->i", matrix, vector))


def _inverse_of(matrix: Floats) -> Floats | None:
    """Invert a matrix by elimination; None if that divides by almost nothing."""
    size = len(matrix)
    work = np.concatenate([matrix, np.eye(size)], axis=1)
    for at in range(size):
        row = at + int(np.abs(work[at:, at]).argmax())
        if abs(work[row, at]) < PIVOT:
            return None
        work[[at, row]] = work[[row, at]]
        work[at] /= work[at, at]
        others = work[:, at].copy()
        others[at] = 0.0
        work -= others[:, None] * work[at]
    return work[:, size:].copy()


Path = tuple[int, tuple[int, ...]]
"""Place of the group, and the arrow that is taken in each layer of the network."""


@dataclass(frozen=True)
class _Layer:
    """Arrows of one indicator, those that leave a state together."""

    item: int
    starts: Integers
    stops: Integers
    after: Integers
    answer: Integers

    @classmethod
    def of(cls, item: int, arrows: Integers) -> "_Layer":
        starts = np.flatnonzero(np.diff(arrows[:, 0], prepend=-1))
        stops = np.append(starts[1:], len(arrows))
        return cls(item, starts, stops, arrows[:, 1].copy(), arrows[:, 2].copy())


class Packing:
    """As many respondents as can be on the paths of a network, whatever the counts behind it.

    Parameters
    ----------
    index : PublishedIndex
    network : Network
        Whose paths count; whoever has none counts nothing.
    group : str, optional
        Only respondents of this group have paths.

    Raises
    ------
    Refusal
        Too many paths.

    Notes
    -----
    For one set of counts, one solution of each margin, the number of respondents on paths is a
    linear programme whose columns are paths; the best one is found by dynamic programming over the
    network. The prices of the answers at the optimum bound what any other set of counts reaches: a
    constant, and for each margin the worth of its solution. The set that is solved next is the one
    which all prices so far let reach farthest, until none is left that could do better. SOURCE
    Gilmore & Gomory (1961), Operations Research 9, 849-859 (columns by prices); Benders (1962),
    Numerische Mathematik 4, 238-252 (sets of counts by prices).

    A fractional optimum becomes whole respondents step by step: whole parts of the flow are taken
    out and a path rounded up, as long as the bound of what is left does not fall. Where that ends
    early, the whole-numbered search of `Flow` decides.
    """

    largest = LARGEST_FLOW

    def __init__(self, index: PublishedIndex, network: Network, group: str | None = None) -> None:
        self.index, self.network, self.group = index, network, group
        self.groups = [(at, name) for at, name in enumerate(index.groups) if group in (None, name)]
        self.layers = [
            _Layer.of(item, arrows)
            for item, arrows in zip(network.items, network.layers, strict=True)
        ]
        self.row_of: dict[int, Integers] = {}
        self.block: dict[int, slice] = {}
        self.counts: dict[int, Floats] = {}
        self.solutions: dict[int, list[int]] = {}
        self.kind_of: dict[int, list[int]] = {}
        at = 0
        for item in network.items:
            at = self._hold_margin(item, at)
        self.people = slice(at, at + len(self.groups))
        self.sizes = np.array([float(index.groups[name]) for _, name in self.groups])
        self.choices = [item for item, counts in self.counts.items() if len(counts) > 1]
        size = sum(map(len, network.layers)) * len(self.groups)
        if size + sum(len(self.counts[item]) for item in self.choices) > self.largest:
            raise Refusal(Note("bounds_too_large"))
        self.programme = GrowingProgramme(np.zeros(at + len(self.groups)))
        self.paths: list[Path] = []
        self.place_of: dict[Path, int] = {}
        self.by_end = np.ones(len(network.ends))
        self.by_arrow: list[Floats] = []

    def _hold_margin(self, item: int, at: int) -> int:
        """Rows of the answers to a question, and their counts in each of its solutions."""
        margin = self.index.margins[item]
        answers, groups = len(margin.scores), len(self.groups)
        rows = [row for row, _ in self.groups] if margin.by_group else [0]
        places = at + np.arange(len(rows) * answers).reshape(len(rows), answers)
        self.row_of[item] = np.broadcast_to(places, (groups, answers))
        self.block[item] = slice(at, at + places.size)
        # Solutions that differ in other groups alone are one.
        self.solutions[item], self.kind_of[item], self.counts[item] = self.index.kinds(
            item, tuple(rows)
        )
        return at + places.size

    def limits(self, chosen: Mapping[int, int]) -> Floats:
        """Limits of all rows in one set of counts."""
        found = np.empty(self.people.stop)
        for item, block in self.block.items():
            found[block] = self.counts[item][chosen.get(item, 0)]
        found[self.people] = self.sizes
        return found

    def fill(self, limits: Floats) -> tuple[float, Floats]:
        """Solve the linear programme: a bound of the respondents, and prices that prove it."""
        self.programme.limit(limits)
        while True:
            prices = np.maximum(self.programme.improve(), 0.0)
            best, along = self._price(prices)
            cheap = np.flatnonzero(best > prices[self.people] + PRICED)
            known = len(self.paths)
            for group in cheap.tolist():
                self._take((group, self._cheapest(along, group)))
            if len(self.paths) == known:
                # Whatever the programme left undone, no path is worth more than its answers now.
                prices[self.people] = np.maximum(best, 0.0)
                return float((prices * limits).sum()), prices

    def _price(self, prices: Floats) -> tuple[Floats, list[Floats]]:
        """Weight less the prices of the answers of each group's best path; arrow by arrow, too."""
        worth = np.repeat(self.by_end[:, None], len(self.groups), axis=1)
        along = []
        for at in reversed(range(len(self.layers))):
            layer = self.layers[at]
            told = worth[layer.after] - prices[self.row_of[layer.item][:, layer.answer]].T
            if self.by_arrow:
                told += self.by_arrow[at][:, None]
            along.append(told)
            worth = np.maximum.reduceat(told, layer.starts, axis=0)
        return worth[0], along[::-1]

    def _cheapest(self, along: Sequence[Floats], group: int) -> tuple[int, ...]:
        state, taken = 0, []
        for layer, told in zip(self.layers, along, strict=True):
            start = int(layer.starts[state])
            arrow = start + int(told[start : layer.stops[state], group].argmax())
            taken.append(arrow)
            state = int(layer.after[arrow])
        return tuple(taken)

    def _take(self, path: Path) -> int:
        """Place of the column of a path, which is added if it is new."""
        if path not in self.place_of:
            group, arrows = path
            column = np.zeros(self.people.stop)
            for layer, arrow in zip(self.layers, arrows, strict=True):
                column[self.row_of[layer.item][group, layer.answer[arrow]]] += 1.0
            column[self.people.start + group] = 1.0
            self.place_of[path] = self.programme.add(column, self._weight(path))
            self.paths.append(path)
        return self.place_of[path]

    def _weight(self, path: Path) -> float:
        arrows = path[1]
        along = zip(self.by_arrow, arrows, strict=False)
        gained = sum(float(gains[arrow]) for gains, arrow in along)
        return gained + float(self.by_end[self.layers[-1].after[arrows[-1]]])

    # Whole respondents --------------------------------------------------------------------------

    def deal(self, limits: Floats, wanted: int) -> "Counter[Path] | None":
        """Find so many whole respondents within the limits; None where rounding finds fewer."""
        table: Counter[Path] = Counter()
        left, step, returned = limits, wanted, 0
        self.fill(left)
        while True:
            flows = self._flows()
            for path, count in self._whole_paths(flows):
                table[path] += count
                left = left - count * self._column(path)
            missing = wanted - table.total()
            if missing <= 0:
                return table
            step = min(2 * step, max(1, missing // 2))
            for _ in range(MOST_ROUNDED):
                rounded, after = self._rounded(flows, left, step)
                if not rounded or len(rounded) + floor(self.fill(after)[0] + SAME) >= missing:
                    break
                if step == 1:
                    self._leave_out(flows, rounded[0])
                step = max(1, step // 2)
                rounded = []
            if rounded:
                table.update(rounded)
                left = after
                continue
            # A dead end: one respondent of each path is dealt anew.
            returned += 1
            if returned > MOST_RETURNED:
                return None
            back = self._returned(table, returned)
            for path, count in back.items():
                left = left + count * self._column(path)
            table -= back
            self.fill(left)

    def _returned(self, table: "Counter[Path]", times: int) -> "Counter[Path]":
        """Respondents who are dealt anew: one of each path, or all of every second path."""
        if times % 2:
            return Counter(dict.fromkeys(table, 1))
        return Counter({path: table[path] for path in list(table)[times // 2 % 2 :: 2]})

    def _flows(self) -> list[Floats]:
        """Respondents on each arrow, in each group, at the optimum of the programme."""
        flows = [np.zeros((layer.after.size, len(self.groups))) for layer in self.layers]
        for place, amount in self.programme.amounts().items():
            group, arrows = self.paths[place]
            for flow, arrow in zip(flows, arrows, strict=True):
                flow[arrow, group] += amount
        return flows

    def _whole_paths(self, flows: list[Floats]) -> list[tuple[Path, int]]:
        """Take paths of whole respondents out of a flow."""
        found = []
        for group in range(len(self.groups)):
            whole = [np.floor(flow[:, group] + SAME).astype(np.int64).tolist() for flow in flows]
            while (arrows := self._walk(whole, 0, 0)) is not None:
                count = min(flow[arrow] for flow, arrow in zip(whole, arrows, strict=True))
                for layer, arrow in enumerate(arrows):
                    whole[layer][arrow] -= count
                    flows[layer][arrow, group] -= count
                found.append(((group, tuple(arrows)), count))
        return found

    def _walk(self, whole: list[list[int]], at: int, state: int) -> list[int] | None:
        """Find a path along arrows that have whole respondents left."""
        if at == len(self.layers):
            return []
        layer = self.layers[at]
        for arrow in range(layer.starts[state], layer.stops[state]):
            if whole[at][arrow] > 0:
                rest = self._walk(whole, at + 1, int(layer.after[arrow]))
                if rest is not None:
                    return [arrow, *rest]
        return None

    def _rounded(self, flows: list[Floats], left: Floats, most: int) -> tuple[list[Path], Floats]:
        """Round some paths of a fractional flow up to a respondent each; what limits are left."""
        flows = [flow.copy() for flow in flows]
        found: list[Path] = []
        for _ in range(2 * most + MOST_ROUNDED):
            widest = int(np.argmax(flows[0].max(axis=0)))
            state, arrows = 0, []
            for layer, flow in zip(self.layers, flows, strict=True):
                start, stop = layer.starts[state], layer.stops[state]
                arrow = int(start + flow[start:stop, widest].argmax())
                arrows.append(arrow)
                state = int(layer.after[arrow])
            path = widest, tuple(arrows)
            if min(flow[arrow, widest] for flow, arrow in zip(flows, arrows, strict=True)) < SAME:
                if flows[0].max() < SAME:
                    break
                self._leave_out(flows, path)
                continue
            after = left - self._column(path)
            if after.min() < 0:
                self._leave_out(flows, path)
                continue
            found.append(path)
            left = after
            if len(found) == most:
                break
            for flow, arrow in zip(flows, arrows, strict=True):
                flow[arrow, widest] = max(0.0, flow[arrow, widest] - 1.0)
        return found, left

    def _leave_out(self, flows: list[Floats], path: Path) -> None:
        """Take the narrowest arrow of a path out of a flow."""
        group, arrows = path
        amounts = [
            float(flow[arrow, group]) or 2.0 for flow, arrow in zip(flows, arrows, strict=True)
        ]
        at = int(np.argmin(amounts))
        flows[at][arrows[at], group] = 0.0

    def _column(self, path: Path) -> Floats:
        place = self._take(path)
        return np.asarray(self.programme.columns[:, place])

    def witness(self, table: Mapping[Path, int], chosen: Mapping[int, int]) -> Witness:
        """Deal out what answers respondents on paths leave to the others: a joint table."""
        index = self.index
        people = np.full((index.respondents, len(index.margins)), -1, dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(list(index.groups.values()))])
        at = [int(starts[row]) for row, _ in self.groups]
        for (group, arrows), count in table.items():
            for layer, arrow in zip(self.layers, arrows, strict=True):
                people[at[group] : at[group] + count, layer.item] = layer.answer[arrow]
            at[group] += count
        return deal_out(index, people, self._solutions_of(chosen))

    def _solutions_of(self, chosen: Mapping[int, int]) -> list[int]:
        """Solution of each margin in one set of counts."""
        which = [0] * len(self.index.margins)
        for item, solution in chosen.items():
            which[item] = self.solutions[item][solution]
        return which

    # All sets of counts -------------------------------------------------------------------------

    def most(self, begin: tuple[Witness, int] | None = None) -> tuple[Witness, int, int]:
        """Find the joint table with the most respondents on paths, over all sets of counts.

        Parameters
        ----------
        begin : tuple of Witness and int, optional
            A table that is known, and its respondents on paths.

        Returns
        -------
        Witness
        reached : int
            Its respondents on paths.
        limit : int
            No table has more; the same number, unless `MOST_PRICED` sets or the last of `WIDTHS`
            were not enough.

        Raises
        ------
        Refusal
            If a search takes too many branches.
        """
        if not self.network.ends:
            return self.witness({}, {}), 0, 0
        witness, reached = begin or (self.witness({}, {}), 0)
        sets, everybody = _Sets(self), int(self.sizes.sum())
        chosen = {item: self.kind_of[item][witness.solutions[item]] for item in self.choices}
        promised: dict[tuple[int, ...], int] = {}
        hard: dict[tuple[int, ...], int] = {}
        for number in range(MOST_PRICED):
            bound, prices = self.fill(self.limits(chosen))
            sets.add(prices)
            promised[tuple(chosen.values())] = min(floor(bound + SAME), everybody)
            sets.done.add(tuple(chosen.values()))
            if number == 0:
                sets.blend(max(reached, *promised.values()))
            while True:
                promised = {name: most for name, most in promised.items() if most > reached}
                hard = {name: most for name, most in hard.items() if most > reached}
                following = sets.farthest(max([reached, *promised.values()]))
                if following is not None and len(hard) < MOST_HARD:
                    break
                # No other set of counts may do better than the best promise, which is kept now.
                for names, exactly in ((promised, False), (hard, True)):
                    if names:
                        name = max(names, key=names.__getitem__)
                        wanted = names.pop(name)
                        chosen = dict(zip(self.choices, name, strict=True))
                        found = self._kept(chosen, wanted, reached, exactly)
                        break
                else:
                    hidden = min(floor(sets.hidden + SAME), everybody)
                    return witness, reached, max(reached, hidden)
                if found is not None:
                    witness, reached = found
                elif not exactly:
                    hard[name] = wanted
            chosen = following
        for name, wanted in sorted(promised.items(), key=lambda told: -told[1])[:1]:
            chosen = dict(zip(self.choices, name, strict=True))
            witness, reached = self._kept(chosen, wanted, reached, True) or (witness, reached)
        limit = min(floor(sets.reach() + SAME), everybody)
        return witness, reached, max(reached, limit)

    def _kept(
        self, chosen: Counts, wanted: int, reached: int, exactly: bool
    ) -> tuple[Witness, int] | None:
        """Find whole respondents in one set of counts, more than are reached already."""
        if not exactly:
            table = self.deal(self.limits(chosen), wanted)
            return None if table is None else (self.witness(table, chosen), wanted)
        which = self._solutions_of(chosen)
        margins = tuple(
            replace(margin, solutions=(margin.solutions[at],))
            for margin, at in zip(self.index.margins, which, strict=True)
        )
        flow = Flow(replace(self.index, margins=margins), [self.network], group=self.group)
        found = flow.maximise(flow.by_end(np.ones(len(self.network.ends))))
        if found is None or found[1] <= reached:
            return None
        return replace(found[0], solutions=tuple(which)), round(found[1])


class _Sets:
    """What sets of counts can reach at most, by the prices of those that were solved."""

    def __init__(self, packing: Packing) -> None:
        self.packing = packing
        self.constants: list[float] = []
        self.worth: dict[int, list[Floats]] = {item: [] for item in packing.choices}
        self.done: set[tuple[int, ...]] = set()
        self.hidden = -1.0
        """What those reach at most that no search has in sight any more."""

    def add(self, prices: Floats) -> None:
        """Keep the prices of one set."""
        packing = self.packing
        constant = float(prices[packing.people] @ packing.sizes)
        for item, block in packing.block.items():
            worth = packing.counts[item] @ prices[block]
            if item in self.worth:
                self.worth[item].append(worth)
            else:
                constant += float(worth[0])
        self.constants.append(constant)

    def reach(self) -> float:
        """What no set goes beyond."""
        tops = [np.array(worth).max(axis=1) for worth in self.worth.values()]
        return float(sum(tops, np.array(self.constants)).min())

    def farthest(self, reached: int, blended: bool = False) -> Counts | None:
        """The set of counts that all prices let reach farthest, if that is more."""
        self.hidden = -1.0
        if not self.worth or reached >= self.packing.sizes.sum():
            return None
        wanted = reached + 1 - SAME
        constants = np.array(self.constants)
        worth = {item: np.array(told) for item, told in self.worth.items()}
        kept = {item: np.arange(told.shape[1]) for item, told in worth.items()}
        for _ in range(2):
            tops = {item: worth[item][:, own].max(axis=1) for item, own in kept.items()}
            reach = sum(tops.values(), constants)
            each = {
                item: (worth[item][:, own] + (reach - tops[item])[:, None]).min(axis=0)
                for item, own in kept.items()
            }
            kept = {item: own[each[item] >= wanted] for item, own in kept.items()}
            each = {item: told[told >= wanted] for item, told in each.items()}
            if not all(map(len, kept.values())):
                return None
        for width, (solutions, sets) in enumerate(WIDTHS):
            self.hidden = -1.0
            near = {}
            for item, own in kept.items():
                order = np.argsort(-each[item], kind="stable")
                near[item] = own[np.sort(order[:solutions])]
                self.hidden = max([self.hidden, *each[item][order[solutions : solutions + 1]]])
            found = self._farthest_of(near, constants, worth, wanted, sets)
            if found is not None or self.hidden < wanted:
                return found
            if not blended and width == 0:
                self.blend(reached)
                return self.farthest(reached, True)
        return None

    def blend(self, reached: int) -> None:
        """Add prices of mixtures of sets, as long as they lower what all sets can reach."""
        before, stalled = np.inf, 0
        for _ in range(MOST_BLENDS if self.worth else 0):
            limits = self._mixed()
            after = self.reach()
            stalled = 0 if after < before - BLEND_GAIN else stalled + 1
            if stalled > 1 or after < reached + 1 - SAME:
                break
            before = min(before, after)
            self.add(self.packing.fill(limits)[1])

    def _mixed(self) -> Floats:
        """Add the mean of the prices that bounds all sets best; mean limits of sets at that bound.

        Weights move away from prices that let sets reach far. SOURCE Arora, Hazan & Kale (2012),
        Theory of Computing 8, 121-164 (multiplicative weights).
        """
        constants = np.array(self.constants)
        worth = {item: np.array(told) for item, told in self.worth.items()}
        weights, best, least = np.full(constants.size, 1 / constants.size), constants, np.inf
        often = {item: np.zeros(told.shape[1]) for item, told in worth.items()}
        for step in range(1, MIXED + 1):
            chosen = {item: int((weights @ told).argmax()) for item, told in worth.items()}
            reach = sum((told[:, chosen[item]] for item, told in worth.items()), constants)
            for item, at in chosen.items():
                often[item][at] += 1 / MIXED
            if weights @ reach < least:
                best, least = weights, float(weights @ reach)
            rate = np.sqrt(2 * np.log(constants.size + 1) / step) / max(np.ptp(reach), SAME)
            weights = weights * np.exp(rate * (reach.min() - reach))
            weights = weights / weights.sum()
        limits = self.packing.limits({})
        for item, own in often.items():
            limits[self.packing.block[item]] = own @ self.packing.counts[item]
        # Prices that the mean makes no use of bound little, but for the newest.
        used = np.flatnonzero((best > USED) | (np.arange(best.size) >= best.size - NEWEST))
        for item, told in worth.items():
            self.worth[item] = [*told[used], best @ told]
        self.constants = [*constants[used].tolist(), float(best @ constants)]
        return limits

    def _farthest_of(
        self,
        near: Mapping[int, Integers],
        constants: Floats,
        worth: Mapping[int, Floats],
        wanted: float,
        most: int,
    ) -> Counts | None:
        """Go through combinations of solutions, margin by margin; keep the farthest in sight."""
        items = sorted(near, key=lambda item: near[item].size)
        own = [worth[item][:, near[item]].T for item in items]
        tops = [told.max(axis=0) for told in own]
        sums, names = constants[None, :], np.zeros((1, 0), dtype=np.int64)
        for at, told in enumerate(own):
            rest = sum(tops[at + 1 :], np.zeros(constants.size))
            block = max(1, CELLS // told.size)
            places, bounds = [], []
            for start in range(0, max(1, len(sums)), block):
                reach = (sums[start : start + block, None, :] + (told + rest)).min(axis=2).ravel()
                inside = np.flatnonzero(reach >= wanted)
                places.append(inside + start * len(told))
                bounds.append(reach[inside])
            place, bound = np.concatenate(places), np.concatenate(bounds)
            order = np.argsort(-bound, kind="stable")
            self.hidden = max([self.hidden, *bound[order[most : most + 1]]])
            place = place[order[:most]]
            sums = sums[place // len(told)] + told[place % len(told)]
            names = np.column_stack([names[place // len(told)], place % len(told)])
        for name in names.tolist():
            found = {item: int(near[item][at]) for item, at in zip(items, name, strict=True)}
            found = {item: found[item] for item in self.packing.choices}
            if tuple(found.values()) not in self.done:
                return found
        return None
