"""Exact tests: Fisher's for 2 × 2 tables and its r × c generalisation by a network of paths."""

from dataclasses import dataclass
from itertools import chain, combinations, product
from math import comb, lgamma, prod
from typing import TYPE_CHECKING

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.chi_square import Reduced
from resurvey.statistics.monte_carlo import monte_carlo
from resurvey.statistics.results import Result, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

MOST_RESPONDENTS = 100_000
"""Above this Fisher's test of larger tables is not made by default."""

MOST_STEPS = 4_000_000
"""Tables that Fisher's test of a 2 × 2 table adds up on either side: those of some 1e10 people."""

REACH = 45
"""Standard deviations from the mode beyond which a 2 × 2 table has probability below 1e-300."""

TIE = 1e-7
"""Tables whose probability exceeds the observed one by less than this share count as equal (R)."""

MOST_WORK = 6_000_000
"""Steps along the network (paths × ways to deal the next row) after which it gives up by default.

A step is about 10 ns: the test of one table costs about a tenth of a second at most.
"""

LARGEST_GRID = 1 << 22
"""Nodes in one stage of the network, guard bits included; larger tables are refused at once."""

CHUNK, BLOCK = 200_000, 16_000
"""Steps whose probabilities are added up at once, and steps taken at once.

The arrays of a block stay in the processor's cache. Another chunk would change last digits.
"""

MERGE = 1e8
"""Log probabilities that agree to eight decimals are the same path value."""

SORTING = 10
"""Steps that keeping one path open for the next row counts as: the paths are sorted."""

LOOP, SLICE = 100, 12
"""A way to deal a row counts as this many steps for the bounds, and as one per so many nodes.

That is what it would cost to try every way at every node. Most bounds cost less, but what they
count as is fixed: it decides which tables have an exact test.
"""

CHOOSING = 10
"""A deal chosen for each node takes as long to try as this many that are the same for all."""


def fisher(table: Reduced, seed: int, most_work: int = MOST_WORK) -> list[Result]:
    """Test independence by Fisher's exact test, or its r × c form of Freeman and Halton.

    Where the exact p-value would take too long, ``fisher`` is refused and ``fisher_monte_carlo``
    stands beside it, with its interval and seed.
    """
    counts = table.counts
    if table.reason:
        return [refused("fisher", table.reason, table.n)]
    if not np.array_equal(counts, np.trunc(counts)):
        return [refused("fisher", Note("weighted_not_whole"), table.n)]
    whole = counts.astype(np.int64)
    two_by_two = whole.shape == (2, 2)
    if two_by_two and _reach(whole) > MOST_STEPS:
        return [refused("fisher", Note("too_many_for_exact"), table.n)]
    if table.n > MOST_RESPONDENTS and not two_by_two:
        reason = Note("too_many_for_larger_tables", most=MOST_RESPONDENTS)
        return [refused("fisher", reason, table.n)]
    p_value = fisher_2x2(whole) if two_by_two else freeman_halton(whole, most_work)
    if p_value is not None:
        kind = Note("exact_two_sided" if two_by_two else "exact_freeman_halton")
        return [Result("fisher", None, None, None, p_value, table.n, (kind, *table.notes))]
    estimate = monte_carlo(whole, "fisher", seed=seed)
    return [
        refused("fisher", Note("see_monte_carlo"), table.n),
        Result(
            "fisher_monte_carlo",
            None,
            None,
            None,
            estimate.p_value,
            table.n,
            (estimate.note, *table.notes),
        ),
    ]


def fisher_2x2(counts: "NDArray[np.int64]") -> float:
    """Two-sided exact p-value: total probability of the tables no more probable than this.

    Examples
    --------
    >>> round(fisher_2x2(np.array([[3, 1], [1, 3]])), 12)
    0.485714285714
    """
    (a, b), (c, d) = ((int(count) for count in row) for row in counts)
    row, column, n = a + b, a + c, a + b + c + d
    low, high = max(0, row + column - n), min(row, column)
    mode = min(max((row + 1) * (column + 1) // (n + 2), low), high)
    # Probabilities relative to the mode, by the ratios of neighbours: no log-gamma, whose
    # rounding error would show at large n.
    far = _reach(counts)
    up = _walk(mode, min(high, mode + far), row, column, n)
    down = _walk(mode, max(low, mode - far), row, column, n)
    logs = np.concatenate([down[::-1], [0.0], up])
    position = a - mode + down.size
    if position < 0 or position >= logs.size:
        return 0.0
    weights = np.exp(logs)
    return float(min(1.0, weights[logs <= logs[position] + np.log1p(TIE)].sum() / weights.sum()))


def _reach(counts: "NDArray[np.int64]") -> int:
    """Tables on either side of the mode that can matter."""
    rows, columns = (counts.sum(axis=axis, dtype=np.float64) for axis in (1, 0))
    n = float(rows.sum())
    spread = (rows[0] / n) * (columns[0] / n) * rows[1] * columns[1] / max(n - 1, 1)
    least = float(min(rows.min(), columns.min()))
    return int(min(REACH * spread**0.5 + 1000, least + 1))


def _walk(start: int, stop: int, row: int, column: int, n: int) -> "NDArray[np.float64]":
    """Log probabilities relative to `start` of the counts from beside it to `stop`."""
    rest = n - row - column
    if stop >= start:
        x = np.arange(start, stop, dtype=np.float64)
        steps = (row - x) * (column - x) / ((x + 1) * (rest + x + 1))
    else:
        x = np.arange(start, stop, -1, dtype=np.float64)
        steps = x * (rest + x) / ((row - x + 1) * (column - x + 1))
    return np.cumsum(np.log(steps))


def freeman_halton(counts: "NDArray[np.int64]", most_work: int = MOST_WORK) -> float | None:
    """Return the exact p-value of a table, or None when it would take too much work.

    The limit counts work, not time: the same table gives the same answer on every machine.

    Notes
    -----
    SOURCE Mehta & Patel (1983), JASA 78, 427-434. The rows are dealt out one after another; a
    node of the network is what the columns still lack, a path is a way of dealing the rows so
    far. A path is dropped as soon as every way to end it is more probable than the observed
    table, and counted as a whole as soon as none is. Bounds on the ends come from an exact
    backward recursion over the deals that `Choice` describes.

    Examples
    --------
    >>> round(freeman_halton(np.array([[3, 1, 2], [1, 3, 4], [2, 2, 0]])), 11)
    0.41969794911
    """
    if counts.shape[0] < counts.shape[1]:
        counts = counts.T
    rows = sorted(int(count) for count in counts.sum(axis=1))
    columns = sorted(int(count) for count in counts.sum(axis=0))
    shape = tuple(count + 1 for count in columns[:-1])
    grid = float(np.prod(shape, dtype=np.float64)) * 4 ** len(shape)
    if grid * len(rows) > most_work or grid > LARGEST_GRID:
        return None
    ways = [_ways(row, columns) for row in rows]
    bounds = sum(ways[1:-1]) * (LOOP + float(np.prod(shape)) / SLICE)
    if bounds + sum(ways) > most_work:
        return None
    observed = -sum(lgamma(count + 1) for count in counts.ravel().tolist())
    return TableNetwork.of(rows, columns).tail(observed + float(np.log1p(TIE)), most_work)


def _ways(total: int, columns: list[int]) -> int:
    """Count the ways to deal `total` respondents into columns of these sizes."""
    counts = np.zeros(total + 1)
    counts[0] = 1
    for size in columns:
        sums = np.cumsum(counts)
        sums[size + 1 :] -= sums[: -size - 1].copy() if size < total else 0
        counts = sums
    return int(counts[total])


def _deals(total: int, columns: list[int]) -> "NDArray[np.int64]":
    """List every way to deal `total` respondents into columns of these sizes, side by side."""
    deals = np.zeros((0, 1), dtype=np.int64)
    for position, size in enumerate(columns[:-1]):
        rest = total - deals.sum(axis=0)
        later = sum(columns[position + 1 :])
        low, high = np.maximum(0, rest - later), np.minimum(size, rest)
        repeats = np.maximum(high - low + 1, 0)
        ends = np.cumsum(repeats)
        offset = np.arange(ends[-1]) - np.repeat(ends - repeats, repeats)
        part = np.repeat(low, repeats) + offset
        deals = np.vstack([np.repeat(deals, repeats, axis=1), part])
    return np.vstack([deals, total - deals.sum(axis=0)])


@dataclass(frozen=True)
class NodeKey:
    """How a node, the respondents that each column still lacks, is written as one integer.

    Every column but the last has a field of bits with a guard bit on top. Dealing a row is one
    subtraction; a column that would be overfilled loses its guard bit, and the look-up tables
    hold infinity at such places.
    """

    shifts: "NDArray[np.int64]"
    guard: int
    size: int

    @classmethod
    def of(cls, columns: list[int]) -> "NodeKey":
        """Choose the fields for columns of these sizes."""
        bits = [size.bit_length() + 1 for size in columns[:-1]]
        shifts = np.cumsum([0, *bits[:-1]])
        guard = sum(1 << (int(shift) + wide - 1) for shift, wide in zip(shifts, bits, strict=True))
        return cls(shifts, guard, 1 << sum(bits))

    def steps(self, deals: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """Pack what dealing a row subtracts from a place: no guard bits."""
        return np.asarray((deals[:-1] << self.shifts[:, None]).sum(axis=0))

    def places(self, nodes: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """Pack nodes, guard bits set: their places in the look-up tables."""
        return self.guard + self.steps(nodes)


@dataclass(frozen=True)
class Choice:
    """A few ways to deal the next row from each node, among them those of every extreme end.

    Each is ``mix @ base + shift``; the columns of `base` belong to the nodes. Some may be
    impossible.

    Notes
    -----
    Let this row have r people, the node a_i in column i and A in all, and let R rows of k
    columns be still to come, this one included.

    In a most probable end, where this row is x and any other row y, it cannot help to move one
    person of this row from column i to j and one of the other back: x_i y_j ≤ (x_j + 1)(y_i + 1).
    Summed over the other rows this is x_i (a_j − x_j) ≤ (x_j + 1)(a_i − x_i + R − 1). Summed
    over j it bounds x_i from above, and summed over i it bounds x_j from below:

        x_i ≤ (r + k − 1)(a_i + R − 1) / (A + R + k − 2),
        x_j ≥ (r + 1)(a_j + 1) / (A + 1 + (k − 1)(R − 1)) − 1.

    A least probable end is a vertex of the polytope of all ends, because −Σ ln x! is strictly
    concave. The cells of a vertex that are not 0 form a forest (SOURCE Klee & Witzgall (1968),
    Facets and vertices of transportation polytopes, Lectures in Applied Mathematics 11,
    257-282). Without this row it falls into trees, of which each has at most one column that
    the row takes from; there the row takes all that the other rows of the tree leave.
    """

    base: "NDArray[np.int64]"
    mixes: "NDArray[np.int64]"
    shifts: "NDArray[np.int64]"

    @classmethod
    def even(cls, nodes: "NDArray[np.int64]", rows: list[int], most: int) -> "Choice | None":
        """Choose deals of the first of `rows` for most probable ends, if at most so many."""
        row, left, height, width = rows[0], sum(rows), len(rows), len(nodes)
        free = nodes[:-1]
        low = -(-(row + 1) * (free + 1) // (left + 1 + (width - 1) * (height - 1))) - 1
        high = (row + width - 1) * (free + height - 1) // (left + height + width - 2)
        spans = ((high - low).max(axis=1) + 1).tolist()
        if prod(spans) > most:
            return None
        more = np.indices(spans).reshape(width - 1, -1)
        return cls(
            np.vstack([low, row - low.sum(axis=0)]),
            np.eye(width, dtype=np.int64)[None],
            np.vstack([more, -more.sum(axis=0)]).T,
        )

    @classmethod
    def uneven(cls, nodes: "NDArray[np.int64]", rows: list[int], most: int) -> "Choice | None":
        """Choose deals of the first of `rows` for least probable ends, if at most so many."""
        width, others = len(nodes), len(rows) - 1
        sizes = range(1, width + 1)
        if sum(comb(width, size) * size ** (width - size + others) for size in sizes) > most:
            return None
        mixes, shifts = [], []
        for taken in chain.from_iterable(combinations(range(width), size) for size in sizes):
            # Every column and every other row is put into the tree of a column taken from.
            trees = [taken if column not in taken else (column,) for column in range(width)]
            for tree in product(*trees, *[taken] * others):
                mix, shift = np.zeros((width, width), np.int64), np.zeros(width, np.int64)
                mix[list(tree[:width]), range(width)] = 1
                np.subtract.at(shift, list(tree[width:]), rows[1:])
                mixes.append(mix)
                shifts.append(shift)
        return cls(nodes, np.array(mixes), np.array(shifts))

    def deals(
        self, nodes: "NDArray[np.int64]", part: slice
    ) -> tuple["NDArray[np.int64]", "NDArray[np.bool_]"]:
        """Make the deals of these nodes: the possible ones side by side, and which they are."""
        deals = self.mixes @ self.base[:, part] + self.shifts[:, :, None]
        possible = np.asarray(((deals >= 0) & (deals <= nodes[:, part])).all(axis=1))
        return np.moveaxis(deals, 1, 0)[:, possible], possible


@dataclass(frozen=True)
class Stage:
    """The nodes after a row, with the greatest and the least log probability of ending a path."""

    nodes: "NDArray[np.int64]"
    longest: "NDArray[np.float64]"
    shortest: "NDArray[np.float64]"


@dataclass(frozen=True)
class Paths:
    """Ways of dealing the rows so far: the nodes they lead to, log weights, and how many each."""

    nodes: "NDArray[np.int64]"
    values: "NDArray[np.float64]"
    numbers: "NDArray[np.float64]"

    @classmethod
    def joined(cls, parts: "list[Paths]") -> "Paths":
        """Put paths one after another."""
        return cls(
            np.concatenate([part.nodes for part in parts]),
            np.concatenate([part.values for part in parts]),
            np.concatenate([part.numbers for part in parts]),
        )

    def merged(self) -> "Paths":
        """Join the paths that stand at the same node with the same probability."""
        rounded = np.rint(self.values * MERGE).astype(np.int64)
        rounded -= rounded.min()
        span, nodes = int(rounded.max()) + 1, self.nodes
        if span * (int(nodes.max()) + 1) > np.iinfo(np.int64).max:
            nodes = np.unique(nodes, return_inverse=True)[1]  # shorter keys, in the same order
        key = nodes * span + rounded
        order = np.argsort(key)
        key = key[order]
        new = np.ones(len(key), dtype=bool)
        new[1:] = key[1:] != key[:-1]
        starts = np.flatnonzero(new)
        first = order[starts]
        numbers = np.add.reduceat(self.numbers[order], starts)
        return Paths(self.nodes[first], self.values[first], numbers)

    def dealt(
        self,
        steps: "NDArray[np.int64]",
        logs: "NDArray[np.float64]",
        bounds: tuple["NDArray[np.float64]", "NDArray[np.float64] | None"],
        ends: "NDArray[np.float64]",
        limit: float,
    ) -> "Iterator[tuple[float, Paths]]":
        """Deal the next row: the probability of what is counted, and the paths still open.

        The bounds by place are infinite where there is no node. Where they are the same, no
        path stays open, and the second is None.
        """
        best, worst = bounds
        for chunk in _slices(0, len(self.values), CHUNK // len(steps)):
            probabilities = []
            parts = [Paths(self.nodes[:0], self.values[:0], self.numbers[:0])]
            for part in _slices(chunk.start, chunk.stop, BLOCK // len(steps)):
                nodes = self.nodes[part, None] - steps
                values = self.values[part, None] + logs
                numbers = np.broadcast_to(self.numbers[part, None], nodes.shape)
                counted = values + best[nodes] <= limit
                ended = np.exp(values[counted] + ends[nodes[counted]])
                probabilities.append(numbers[counted] * ended)
                if worst is not None:
                    still = (values + worst[nodes] <= limit) & ~counted
                    parts.append(Paths(nodes[still], values[still], numbers[still]))
            yield float(np.concatenate(probabilities).sum()), Paths.joined(parts)


@dataclass(frozen=True)
class TableNetwork:
    """The network of all tables with these row and column totals.

    Examples
    --------
    >>> round(TableNetwork.of([2, 2], [2, 2]).tail(limit=-1.3, most_work=100), 12)
    0.333333333333
    """

    rows: list[int]
    columns: list[int]
    key: NodeKey
    factorial: "NDArray[np.float64]"

    @classmethod
    def of(cls, rows: list[int], columns: list[int]) -> "TableNetwork":
        """Prepare the network."""
        factorial = np.array([lgamma(count + 1) for count in range(sum(rows) + 1)])
        return cls(rows, columns, NodeKey.of(columns), factorial)

    def log_weights(self, deals: "NDArray[np.int64]") -> "NDArray[np.float64]":
        """Return -Σ ln x! of every way to deal a row."""
        return -np.asarray(self.factorial[deals].sum(axis=0), dtype=np.float64)

    def tail(self, limit: float, most_work: int) -> float | None:
        """Sum the probability of all tables whose log weight is at most `limit`."""
        rows, key, factorial = self.rows, self.key, self.factorial
        left = sum(rows)
        whole = factorial[left] - factorial[rows].sum() - factorial[self.columns].sum()
        root = key.places(np.array(self.columns)[:, None])
        paths = Paths(root, np.zeros(1), np.ones(1))
        deals = [_deals(row, self.columns) for row in rows]
        stages = self.stages(deals)
        best, worst, ends = (np.full(key.size, np.inf) for _ in range(3))
        total, work = 0.0, 0
        for position, stage in enumerate(stages):
            steps, logs = key.steps(deals[position]), self.log_weights(deals[position])
            work += len(paths.values) * len(steps)
            if work > most_work:
                return None
            left -= rows[position]
            places, lacking = key.places(stage.nodes), factorial[stage.nodes]
            ended = factorial[left] - factorial[rows[position + 1 :]].sum() - whole
            best[places], worst[places] = stage.longest, stage.shortest
            ends[places] = ended - lacking[:-1].sum(axis=0) - lacking[-1]
            parts, kept, reached = [], 0, np.zeros(key.size, dtype=bool)
            bounds = (best, None if stage is stages[-1] else worst)
            for counted, part in paths.dealt(steps, logs, bounds, ends, limit):
                total += counted
                parts.append(part)
                kept += len(part.values)
                reached[part.nodes] = True
                # At least one path goes on from every node reached: it may be known by now that
                # the work is too much.
                least = np.count_nonzero(reached) * deals[position + 1].shape[1]
                if work + SORTING * kept + least > most_work:
                    return None
            if not kept:
                break
            work += SORTING * kept
            paths = Paths.joined(parts).merged()
            best[places], worst[places] = np.inf, np.inf
        return min(total, 1.0)

    def stages(self, deals: list["NDArray[np.int64]"]) -> list[Stage]:
        """Bound the ends of the paths after each row but the last, backwards.

        Before the last row every node has one way to end, the last row itself.
        """
        key = self.key
        left = self.rows[-1]
        nodes = _deals(left, self.columns)
        only = self.log_weights(nodes)
        stages = [Stage(nodes, only, only)]
        best, worst = np.full(key.size, -np.inf), np.full(key.size, np.inf)
        for position in range(len(self.rows) - 2, 0, -1):
            places = key.places(nodes)
            best[places], worst[places] = stages[-1].longest, stages[-1].shortest
            rows, ways = self.rows[position:], deals[position]
            left += rows[0]
            nodes = _deals(left, self.columns)
            few = ways.shape[1] // CHOOSING
            even, uneven = Choice.even(nodes, rows, few), Choice.uneven(nodes, rows, few)
            longest = self.extreme(np.max, nodes, ways if even is None else even, best)
            shortest = self.extreme(np.min, nodes, ways if uneven is None else uneven, worst)
            stages.append(Stage(nodes, longest, shortest))
            best[places], worst[places] = -np.inf, np.inf
        return stages[::-1]

    def extreme(
        self,
        of: "Callable[..., NDArray[np.float64]]",
        nodes: "NDArray[np.int64]",
        ways: "NDArray[np.int64] | Choice",
        ends: "NDArray[np.float64]",
    ) -> "NDArray[np.float64]":
        """Find the extreme log probability, at every node, of dealing a row and going on.

        `ends` has the extreme ends by place, infinite where there is no node, as at place 0.
        """
        places = self.key.places(nodes)
        found = np.empty(len(places))
        if isinstance(ways, Choice):
            for part in _slices(0, len(places), BLOCK // len(ways.shifts)):
                deals, possible = ways.deals(nodes, part)
                values = np.full(possible.shape, ends[0])
                origins = np.broadcast_to(places[part], possible.shape)[possible]
                to = origins - self.key.steps(deals)
                values[possible] = ends[to] + self.log_weights(deals)
                found[part] = of(values, axis=0)
        else:
            steps, logs = self.key.steps(ways), self.log_weights(ways)
            for part in _slices(0, len(places), BLOCK // len(steps)):
                found[part] = of(ends[places[part, None] - steps] + logs, axis=1)
        return found


def _slices(start: int, stop: int, size: int) -> "Iterator[slice]":
    """Cut places into slices of this size, or of one place."""
    size = max(1, size)
    return (slice(first, min(first + size, stop)) for first in range(start, stop, size))
