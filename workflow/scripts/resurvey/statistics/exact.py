"""Exact tests: Fisher's for 2 × 2 tables and its r × c generalisation by a network of paths."""

from dataclasses import dataclass
from math import lgamma
from typing import TYPE_CHECKING

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.chi_square import Reduced
from resurvey.statistics.monte_carlo import monte_carlo
from resurvey.statistics.results import Result, refused

if TYPE_CHECKING:
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

A step is about 20 ns: the test of one table costs an eighth of a second at most.
"""

LARGEST_GRID = 1 << 22
"""Nodes in one stage of the network, guard bits included; larger tables are refused at once."""

CHUNK = 200_000
"""Steps taken at a time: their arrays stay in the processor's cache."""

MERGE = 1e8
"""Log probabilities that agree to eight decimals are the same path value."""

SORTING = 10
"""Steps that keeping one path open for the next row counts as: the paths are sorted."""

LOOP, SLICE = 100, 12
"""A way to deal a row costs this many steps when the bounds are made, and one per so many nodes."""


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


@dataclass(frozen=True)
class Packing:
    """How a node, the respondents that each column still lacks, is written as one integer.

    Every column but the last has a field of bits with a guard bit on top. Dealing a row is one
    subtraction; a column that would be overfilled loses its guard bit, and the look-up tables
    hold infinity at such places.
    """

    shifts: "NDArray[np.int64]"
    guard: int
    size: int
    places: "NDArray[np.int64]"
    last: "NDArray[np.int64]"

    @classmethod
    def of(cls, columns: list[int]) -> "Packing":
        """Choose the fields for columns of these sizes."""
        bits = [size.bit_length() + 1 for size in columns[:-1]]
        shifts = np.cumsum([0, *bits[:-1]])
        guard = sum(1 << (int(shift) + wide - 1) for shift, wide in zip(shifts, bits, strict=True))
        axes = np.indices([size + 1 for size in columns[:-1]]).reshape(len(bits), -1)
        places = guard + (axes << shifts[:, None]).sum(axis=0)
        return cls(shifts, guard, 1 << sum(bits), places, axes.sum(axis=0))

    def pack(self, vectors: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """Pack vectors of column totals, without guard bits."""
        return np.asarray((vectors[:, :-1] << self.shifts).sum(axis=1))


def freeman_halton(counts: "NDArray[np.int64]", most_work: int = MOST_WORK) -> float | None:
    """Return the exact p-value of a table, or None when it would take too much work.

    The limit counts work, not time: the same table gives the same answer on every machine.

    Notes
    -----
    SOURCE Mehta & Patel (1983), JASA 78, 427-434. The rows are dealt out one after another; a
    node of the network is what the columns still lack, a path is a way of dealing the rows so
    far. A path is dropped as soon as every way to end it is more probable than the observed
    table, and counted as a whole as soon as none is. Bounds on the ends come from an exact
    backward recursion.

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
    deals = [_deals(row, columns) for row in rows]
    observed = -sum(lgamma(count + 1) for count in counts.ravel().tolist())
    return _walk_network(rows, columns, deals, observed + float(np.log1p(TIE)), most_work)


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
    """List every way to deal `total` respondents into columns of these sizes."""
    deals = np.zeros((1, 0), dtype=np.int64)
    for position, size in enumerate(columns[:-1]):
        rest = total - deals.sum(axis=1)
        later = sum(columns[position + 1 :])
        low, high = np.maximum(0, rest - later), np.minimum(size, rest)
        repeats = np.maximum(high - low + 1, 0)
        ends = np.cumsum(repeats)
        offset = np.arange(ends[-1]) - np.repeat(ends - repeats, repeats)
        part = np.repeat(low, repeats) + offset
        deals = np.column_stack([np.repeat(deals, repeats, axis=0), part])
    return np.column_stack([deals, total - deals.sum(axis=1)])


def _bounds(
    deals: list["NDArray[np.int64]"], shape: tuple[int, ...]
) -> tuple[list["NDArray[np.float64]"], list["NDArray[np.float64]"]]:
    """Compute the greatest and least log probability of ending a path after each row.

    After all rows there is one node. Before the last row every node has one way to end, the last
    row itself. Before the first row nothing needs a bound.
    """
    end, before_last = np.full(shape, -np.inf), np.full(shape, -np.inf)
    end[(0,) * len(shape)] = 0.0
    before_last[tuple(deals[-1][:, :-1].T)] = _log_weights(deals[-1])
    longest, shortest = (
        [end, before_last],
        [-end, np.where(before_last > -np.inf, before_last, np.inf)],
    )
    for ways in reversed(deals[1:-1]):
        best, worst = np.full(shape, -np.inf), np.full(shape, np.inf)
        for way, value in zip(ways.tolist(), _log_weights(ways).tolist(), strict=True):
            to = tuple(slice(part, None) for part in way[:-1])
            source = tuple(
                slice(None, size - part) for part, size in zip(way[:-1], shape, strict=True)
            )
            np.maximum(best[to], longest[-1][source] + value, out=best[to])
            np.minimum(worst[to], shortest[-1][source] + value, out=worst[to])
        longest.append(best)
        shortest.append(worst)
    return longest[::-1], shortest[::-1]


def _log_weights(ways: "NDArray[np.int64]") -> "NDArray[np.float64]":
    """Return -Σ ln x! of every way to deal a row."""
    table = np.array([lgamma(one + 1) for one in range(int(ways.max()) + 1)])
    return -np.asarray(table[ways].sum(axis=1), dtype=np.float64)


def _walk_network(
    rows: list[int],
    columns: list[int],
    deals: list["NDArray[np.int64]"],
    limit: float,
    most_work: int,
) -> float | None:
    """Sum the probability of all tables whose log weight is at most `limit`."""
    shape = tuple(size + 1 for size in columns[:-1])
    longest, shortest = _bounds(deals, shape)
    packing = Packing.of(columns)
    n = sum(rows)
    factorial = np.array([lgamma(count + 1) for count in range(n + 1)])
    lacking = sum(factorial[axis] for axis in np.indices(shape)).ravel()
    whole = factorial[n] - factorial[rows].sum() - factorial[columns].sum()
    nodes = packing.guard + packing.pack(np.array([columns]))
    values, paths = np.zeros(1), np.ones(1)
    total, work, left = 0.0, 0, n
    for stage, ways in enumerate(deals):
        work += len(values) * len(ways)
        if work > most_work:
            return None
        left -= rows[stage]
        possible = np.isfinite(longest[stage].ravel())
        best, worst, ends = (np.full(packing.size, np.inf) for _ in range(3))
        places = packing.places[possible]
        best[places] = longest[stage].ravel()[possible]
        worst[places] = shortest[stage].ravel()[possible]
        ended = factorial[left] - factorial[rows[stage + 1 :]].sum() - whole
        rest = left - packing.last[possible]
        ends[places] = ended - lacking[possible] - factorial[rest]
        steps, logs = packing.pack(ways), _log_weights(ways)
        open_nodes, open_values, open_paths = [], [], []
        chunk = max(1, CHUNK // len(ways))
        for start in range(0, len(values), chunk):
            part = slice(start, start + chunk)
            nodes_left = nodes[part, None] - steps
            value = values[part, None] + logs
            counted = value + best[nodes_left] <= limit
            origin, way = np.nonzero(counted)
            ended_at = value[origin, way] + ends[nodes_left[origin, way]]
            total += float((paths[part][origin] * np.exp(ended_at)).sum())
            origin, way = np.nonzero(~counted & (value + worst[nodes_left] <= limit))
            open_nodes.append(nodes_left[origin, way])
            open_values.append(value[origin, way])
            open_paths.append(paths[part][origin])
        kept = sum(map(len, open_values))
        if work + SORTING * kept > most_work:
            return None
        nodes, values, paths = _merge(
            np.concatenate(open_nodes), np.concatenate(open_values), np.concatenate(open_paths)
        )
        work += SORTING * kept
        if not len(values):
            break
    return min(total, 1.0)


def _merge(
    nodes: "NDArray[np.int64]", values: "NDArray[np.float64]", paths: "NDArray[np.float64]"
) -> tuple["NDArray[np.int64]", "NDArray[np.float64]", "NDArray[np.float64]"]:
    """Join the paths that stand at the same node with the same probability."""
    if not len(values):
        return nodes, values, paths
    rounded = np.rint(values * MERGE).astype(np.int64)
    rounded -= rounded.min()
    span = int(rounded.max()) + 1
    key = np.unique(nodes, return_inverse=True)[1] * span + rounded
    order = np.argsort(key)
    key = key[order]
    new = np.ones(len(key), dtype=bool)
    new[1:] = key[1:] != key[:-1]
    starts = np.flatnonzero(new)
    first = order[starts]
    return nodes[first], values[first], np.add.reduceat(paths[order], starts)
