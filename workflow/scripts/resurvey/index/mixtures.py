"""Mixtures: what sums over respondents can reach where the solutions of each margin are mixed.

A joint table is a number of respondents on each path of a network, on which everybody has one. With
mixtures of solutions in the place of solutions the largest sum is a linear programme, and its
prices bound the sum for every part of the solutions.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from resurvey.index.joint_tables import LARGEST_WHOLE, Network, Part, PublishedIndex, Witness
from resurvey.index.packing import MOST_ROUNDED, PRICED, GrowingProgramme, Packing, Path, times

Floats = NDArray[np.float64]
Mixture = dict[int, dict[int, float]]
"""Share of each solution of each margin that has several."""

SCALE = 1e3
"""Times which weights are taken, so that what the simplex lets them be off is little."""


class Mixtures(Packing):
    """The largest sum of weights over respondents, of mixtures of solutions and of single ones.

    Parameters
    ----------
    index, network, group
        As in `Packing`; everybody has a path.

    Raises
    ------
    Refusal
        Too many paths.

    Notes
    -----
    Paths and solutions are columns that are added by their prices, as in `Packing`. Weights are
    shifted so that each path is worth something: who has none could have one, and margins need not
    be told to be used up.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from resurvey.index.joint_tables import Margin, walk
    >>> scores = Fraction(0), Fraction(1)
    >>> coin, sure = Margin("a", scores, (((2, 0),), ((0, 2),))), Margin("b", scores, (((1, 1),),))
    >>> index = PublishedIndex((coin, sure), (1, 1), (0, 0), (1,), {"total": 2})
    >>> network = walk(index, 0, lambda value: value)
    >>> mixtures = Mixtures(index, network)
    >>> mixtures.weigh(np.array([float(end) ** 2 for end in network.ends]))
    >>> bound, _ = mixtures.mix({0: np.array([0, 1])})
    >>> round(bound, 6), mixtures.shares()
    (1.25, {0: {1: 1.0}})
    """

    largest = LARGEST_WHOLE

    def __init__(self, index: PublishedIndex, network: Network, group: str | None = None) -> None:
        super().__init__(index, network, group)
        self.respondents = float(self.sizes.sum())
        rows = self.people.stop
        self.share_row = {item: rows + at for at, item in enumerate(self.choices)}
        limits = np.append(self.limits({}), np.full(len(self.choices), self.respondents))
        for item in self.choices:
            limits[self.block[item]] = 0.0
        self.mixed = GrowingProgramme(limits)
        self.held: list[int | tuple[int, int]] = []
        self.paths_held = 0
        self.shift = 0.0
        self.heaviest = 0.0
        self.is_new = False

    def weigh(self, by_end: Floats, by_arrow: Sequence[Floats] = ()) -> None:
        """Say what a path is worth: its end, and what its arrows gain."""
        self.by_arrow = [SCALE * gains for gains in by_arrow]
        least, most = (self._extreme(sign, SCALE * by_end) for sign in (-1.0, 1.0))
        self.shift = SCALE - least
        self.heaviest = most + self.shift
        self.by_end = SCALE * by_end + self.shift
        taken, ends = self._arrows_of(self.paths)
        weights = self.by_end[ends]
        for at, gains in enumerate(self.by_arrow):
            weights = weights + gains[taken[:, at]]
        self.programme.weigh(weights)
        self.is_new = True

    def _extreme(self, sign: float, by_end: Floats) -> float:
        """Weight of the lightest or heaviest path."""
        best = sign * by_end
        for at in reversed(range(len(self.layers))):
            told = best[self.layers[at].after]
            if self.by_arrow:
                told = told + sign * self.by_arrow[at]
            best = np.maximum.reduceat(told, self.layers[at].starts)
        return sign * float(best[0])

    def _arrows_of(self, paths: Sequence[Path]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Arrows of paths, a row a path, and where they end."""
        arrows = np.array([path[1] for path in paths], dtype=np.int64)
        arrows = arrows.reshape(-1, len(self.layers))
        return arrows, self.layers[-1].after[arrows[:, -1]]

    def everything(self) -> Part:
        """All solutions of the margins that have several."""
        return {item: np.arange(len(self.counts[item])) for item in self.choices}

    # Mixtures -----------------------------------------------------------------------------------

    def mix(self, part: Part) -> tuple[float, Floats]:
        """Solve the programme of a part of the solutions: a bound of the sum, and prices."""
        self._hold_paths()
        allowed = {item: set(own.tolist()) for item, own in part.items()}
        weights = np.empty(len(self.held))
        for column, name in enumerate(self.held):
            if isinstance(name, int):
                weights[column] = self.programme.weights[name]
            else:
                # No solution gains as much as one that is left out loses.
                weights[column] = 0.0 if name[1] in allowed[name[0]] else -2 * self.heaviest
        self.mixed.weigh(weights)
        while True:
            held = len(self.held)
            prices = np.maximum(self.mixed.improve(), 0.0)
            own, shared = prices[: self.people.stop], prices[self.people.stop :]
            best, along = self._price(own)
            for group in np.flatnonzero(best > own[self.people] + PRICED).tolist():
                self._take((group, self._cheapest(along, group)))
            self._hold_paths()
            bound = self._fixed(own)
            for item, price in zip(self.choices, shared.tolist(), strict=True):
                worth = times(self.counts[item][part[item]], own[self.block[item]])
                top = int(worth.argmax())
                bound += float(worth[top])
                if worth[top] > self.respondents * price + PRICED:
                    self._hold_solution(item, int(part[item][top]))
            if len(self.held) == held:
                # Whatever the programme left undone, no path is worth more than its answers now.
                own[self.people] = np.maximum(best, 0.0)
                bound += float((own[self.people] * self.sizes).sum())
                return self.unscaled(bound), own / SCALE

    def _fixed(self, prices: Floats) -> float:
        """Worth of the answers to questions with one solution."""
        return sum(
            float((self.counts[item][0] * prices[block]).sum())
            for item, block in self.block.items()
            if item not in self.share_row
        )

    def unscaled(self, total: float) -> float:
        """Sum of the weights as they were given."""
        return (total - self.shift * self.respondents) / SCALE

    def _hold_paths(self) -> None:
        """Add the paths that are not in the programme of mixtures yet."""
        programme = self.programme
        for place in range(self.paths_held, len(self.paths)):
            column = np.append(programme.columns[:, place], np.zeros(len(self.choices)))
            self.mixed.add(column, float(programme.weights[place]))
            self.held.append(place)
        self.paths_held = len(self.paths)

    def _hold_solution(self, item: int, solution: int) -> None:
        if (item, solution) in self.held:
            return
        column = np.zeros(self.mixed.rows)
        column[self.block[item]] = -self.counts[item][solution] / self.respondents
        column[self.share_row[item]] = 1.0
        self.mixed.add(column, 0.0)
        self.held.append((item, solution))

    def shares(self) -> Mixture:
        """Share of each solution in the best mixture."""
        found: Mixture = {item: {} for item in self.choices}
        for column, amount in self.mixed.amounts().items():
            name = self.held[column]
            if not isinstance(name, int):
                found[name[0]][name[1]] = amount / self.respondents
        return found

    def travelled(self) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
        """Amount, arrows and end of each path in the best mixture."""
        used = self.mixed.amounts().items()
        paths = [(name, amount) for at, amount in used if isinstance(name := self.held[at], int)]
        amounts = np.array([amount for _, amount in paths], dtype=np.float64)
        return amounts, *self._arrows_of([self.paths[name] for name, _ in paths])

    # Single solutions ---------------------------------------------------------------------------

    def fill(self, limits: Floats) -> tuple[float, Floats]:
        """Solve the programme of one set of counts; new weights begin anew."""
        if self.is_new:
            self.programme.begin(limits)
            self.is_new = False
        return super().fill(limits)

    def rounded(self, chosen: Mapping[int, int], allowed: float = 0.0) -> Witness:
        """Find whole respondents in one set of counts, of the largest sum or near it.

        Parameters
        ----------
        chosen : dict
            Solution of each margin that has several.
        allowed : float
            What rounding paths up may cost at a time, before fewer paths are tried.
        """
        left = self.limits(chosen)
        bound = self.fill(left)[0]
        table: Counter[Path] = Counter()
        step = int(self.respondents)
        while True:
            flows = self._flows()
            for path, count in self._whole_paths(flows):
                table[path] += count
                left = left - count * self._column(path)
                bound -= count * self._weight(path)
            step = min(2 * step, max(1, round(left[self.people].sum()) // 2))
            best: tuple[float, float, list[Path], Floats] | None = None
            for _ in range(MOST_ROUNDED):
                paths, after = self._rounded(flows, left, step)
                if not paths:
                    break
                rest = self.fill(after)[0]
                reached = sum(map(self._weight, paths)) + rest
                if best is None or reached > best[0]:
                    best = reached, rest, paths, after
                if reached >= bound - allowed * SCALE - PRICED:
                    break
                if step == 1:
                    self._leave_out(flows, paths[0])
                step = max(1, step // 4)
            if best is None:
                return self.witness(table, chosen)
            _, bound, paths, left = best
            self.fill(left)
            table.update(paths)
