"""Random r × 2 tables by the million: replicates in the same state are dealt together.

All tables that have the same respondents left and the same statistic so far are one state with
a number of replicates. The first rows split these numbers by the multinomial distribution, which
costs as much for a million tables as for a thousand; the last rows are drawn table by table from
tabulated distributions. The numbers are distributed exactly as those of independent tables.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.statistics.distributions import log_factorial

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_SPLITS = 1 << 18
"""States × outcomes that are split together; with more, tables are drawn one by one."""

LARGEST_TABLE = 4_000_000
"""Entries in the tabulated distributions of one row; beyond it the general way is taken."""

DEVIATIONS, SLACK = 10, 30
"""Outcomes within mean ± 10 standard deviations ± 30 are tabulated; the rest holds < 1e-20."""


def count_two_columns(
    counts: "NDArray[np.int64]", parts: "NDArray[np.float64]", limit: float, seed: int, size: int
) -> int | None:
    """Count random tables whose statistic is at least `limit`.

    Parameters
    ----------
    counts : array of int, rows × 2
        Observed table.
    parts : array, rows × 2 × (0 .. largest)
        What each count adds to the statistic; no cell can hold more than the largest.
    limit : float
        Observed statistic.
    seed, size : int
        Seed and number of random tables.

    Returns
    -------
    int or None
        None when the distributions of a row are too large to tabulate.
    """
    rng = np.random.Generator(np.random.SFC64(seed))
    order = np.argsort(counts.sum(axis=1), kind="stable")[::-1]
    counts, parts = counts[order], parts[order]
    totals = counts.sum(axis=1)
    left, scores = counts.sum(axis=0)[:1], np.zeros(1)
    numbers = np.array([size], dtype=np.int64)
    for row, total in enumerate(totals[:-1].tolist()):
        table = _Row.of(left, total, int(totals[row:].sum()))
        if table is None:
            return None
        if left.size * table.chances.shape[1] <= MOST_SPLITS:
            split = rng.multinomial(numbers, table.chances[table.kind])
            state, column = np.nonzero(split)
            numbers = split[state, column]
            x = table.first[table.kind[state]] + column
        else:
            state = np.repeat(np.arange(left.size), numbers)
            numbers = np.ones(state.size, dtype=np.int64)
            x = table.draw(table.kind[state], rng)
        # A row may hold more respondents than any cell can: only the counts that both of its
        # cells can reach have a score.
        least, most = max(0, total - parts.shape[2] + 1), min(total, parts.shape[2] - 1)
        added = parts[row, 0, least : most + 1].copy()
        added += parts[row, 1, total - most : total - least + 1][::-1]
        scores = scores[state] + added[x - least]
        left = left[state] - x
    last = int(totals[-1])
    scores = scores + parts[-1, 0, left] + parts[-1, 1, last - left]
    return int(numbers[scores >= limit].sum())


class _Row:
    """How one row may be filled, for every number of respondents that column 1 still lacks."""

    def __init__(self, kind: Any, first: Any, chances: Any) -> None:
        self.kind, self.first, self.chances = kind, first, chances

    @classmethod
    def of(cls, left: "NDArray[np.int64]", total: int, rest: int) -> "_Row | None":
        """Tabulate the hypergeometric distributions of a row of `total` out of `rest`."""
        low = int(left.min())
        kinds = np.arange(low, int(left.max()) + 1)
        mean = kinds * (total / rest)
        spread = mean * ((rest - kinds) / rest) * ((rest - total) / max(rest - 1, 1))
        reach = DEVIATIONS * np.sqrt(np.maximum(spread, 0)) + SLACK
        first = np.maximum(np.maximum(0, kinds - (rest - total)), np.floor(mean - reach))
        first = first.astype(np.int64)
        final = np.minimum(np.minimum(kinds, total), np.ceil(mean + reach).astype(np.int64))
        width = int((final - first).max()) + 1
        if kinds.size * width > LARGEST_TABLE or rest > LARGEST_TABLE:
            return None
        x = first[:, None] + np.arange(width)
        inside = x <= final[:, None]
        x = np.where(inside, x, first[:, None])
        factorial = log_factorial(np.arange(rest + 1, dtype=np.float64))
        k = kinds[:, None]
        logs = -(factorial[x] + factorial[total - x])
        logs -= factorial[k - x] + factorial[rest - total - k + x]
        logs = np.where(inside, logs, -np.inf)
        chances = np.exp(logs - logs.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        return cls(left - low, first, chances)

    def draw(self, kind: "NDArray[np.int64]", rng: Any) -> "NDArray[np.int64]":
        """Draw one number per table by inverting the cumulative distributions."""
        offset = np.arange(len(self.chances), dtype=np.float64)
        cumulative = np.cumsum(self.chances, axis=1)
        cumulative = np.minimum(cumulative / cumulative[:, -1:], 1.0) + offset[:, None]
        width = self.chances.shape[1]
        uniform = rng.random(kind.size)
        place = np.searchsorted(cumulative.ravel(), uniform + offset[kind], side="right")
        return np.asarray(self.first[kind] + np.minimum(place - kind * width, width - 1))
