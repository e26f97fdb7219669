"""Monte Carlo p-values: the share of random tables with the same margins that deviate as much."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.chi_square import expected_counts
from resurvey.statistics.proportions import wilson
from resurvey.statistics.results import log_factorial

if TYPE_CHECKING:
    from numpy.typing import NDArray

REPLICATES = 10_000
"""Random tables by default, as in SPSS's EXACT TESTS."""

LEVEL = 0.99
"""Confidence level of the interval for the p-value, as in SPSS."""

CLOSE = 1e-11
"""Statistics that differ by no more than this share count as equal: it is rounding error."""


@dataclass(frozen=True)
class MonteCarlo:
    """A p-value estimated from random tables.

    Attributes
    ----------
    p_value : float
        (exceeding + 1) / (replicates + 1): never zero.
    lower, upper : float
        99 % Wilson interval for the exact p-value.
    exceeding, replicates : int
        Random tables with a statistic at least as extreme, and random tables in all.
    seed : int
        Seed of the random tables.
    """

    p_value: float
    lower: float
    upper: float
    exceeding: int
    replicates: int
    seed: int

    @property
    def note(self) -> Note:
        """The estimate's precision."""
        return Note(
            "monte_carlo",
            replicates=self.replicates,
            seed=self.seed,
            lower=self.lower,
            upper=self.upper,
        )


def monte_carlo(
    counts: "NDArray[np.int64]",
    statistic: str | Callable[["NDArray[np.int64]"], "NDArray[np.float64]"] = "pearson",
    replicates: int = REPLICATES,
    seed: int = 0,
) -> MonteCarlo:
    """Estimate the exact p-value of a table conditional on its margins.

    Parameters
    ----------
    counts : array of int, rows × columns
        Table without empty rows and columns.
    statistic : str or callable
        ``pearson``, ``likelihood_ratio``, ``fisher`` (improbability of the table), or a
        function from tables (m × rows × columns) to m statistics, large when extreme.
    replicates : int
        Number of random tables.
    seed : int
        Seed; the same seed gives the same p-value on every machine and number of threads.

    Returns
    -------
    MonteCarlo
        p-value with its interval.

    Examples
    --------
    >>> table = np.array([[3, 1, 2], [1, 3, 4], [2, 2, 0]])
    >>> found = monte_carlo(table, "fisher", replicates=20_000, seed=1)
    >>> found.lower < 0.41969794911 < found.upper
    True
    """
    if callable(statistic):
        exceeding = _count_general(counts, statistic, replicates, seed)
    else:
        exceeding = _count(counts, cell_scores(counts, statistic), replicates, seed)
    lower, upper = wilson(exceeding, replicates, LEVEL)
    p_value = (exceeding + 1) / (replicates + 1)
    return MonteCarlo(p_value, float(lower), float(upper), exceeding, replicates, seed)


def cell_scores(counts: "NDArray[np.int64]", statistic: str) -> "NDArray[np.float64]":
    """Tabulate what a count adds to the statistic: an array rows × columns × (0 .. largest).

    With the margins fixed, each of the three statistics is a sum of such parts, up to a
    constant and a positive factor.
    """
    largest = int(np.minimum.outer(counts.sum(axis=1), counts.sum(axis=0)).max())
    x = np.arange(largest + 1, dtype=np.float64)
    if statistic == "pearson":
        expected = expected_counts(counts.astype(np.float64))[..., None]
        return np.asarray(np.square(x - expected) / expected)
    if statistic == "likelihood_ratio":
        parts = x * np.log(np.maximum(x, 1))
    elif statistic == "fisher":
        parts = np.asarray(log_factorial(x))
    else:
        raise ValueError(
            f"statistic is 'pearson', 'likelihood_ratio', 'fisher' or a function, not {statistic!r}"
        )
    return np.broadcast_to(parts, (*counts.shape, parts.size))


def _count(
    counts: "NDArray[np.int64]", parts: "NDArray[np.float64]", replicates: int, seed: int
) -> int:
    """Count the random tables at least as extreme, by the fastest way for the shape."""
    rows, columns = np.indices(counts.shape)
    limit = float(parts[rows, columns, counts].sum())
    limit -= abs(limit) * CLOSE
    if counts.shape[0] == 2:
        counts, parts = counts.T, parts.transpose(1, 0, 2)
    if counts.shape[1] == 2:
        exceeding = count_two_columns(counts, parts, limit, seed, replicates)
        if exceeding is not None:
            return exceeding
    return count_exceeding(counts, parts, limit, seed, replicates)


def _count_general(
    counts: "NDArray[np.int64]",
    statistic: Callable[["NDArray[np.int64]"], "NDArray[np.float64]"],
    replicates: int,
    seed: int,
) -> int:
    observed = float(np.asarray(statistic(counts[None]))[0])
    limit = observed - abs(observed) * CLOSE
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    exceeding = 0
    for size, rng in batches(replicates, seed):
        tables = random_tables(rows, columns, size, rng)
        values = np.asarray(statistic(np.moveaxis(tables, 2, 0)))
        exceeding += int((values >= limit).sum())
    return exceeding


BATCH = 20_000
"""Tables made at a time; every batch has its own random stream, so threads change nothing."""

PASSES = 3
"""Times that rejected numbers are drawn anew together, before the rest is drawn singly."""

# SOURCE Stadlober (1989): the rectangle of the ratio of uniforms, 2 sqrt(2/e) and
# 3 - 2 sqrt(3/e).
RECTANGLE = 1.7155277699214135, 0.8989161620588988


def batches(replicates: int, seed: int) -> Iterator[tuple[int, Any]]:
    """Yield the size and the random generator of every batch."""
    streams = np.random.SeedSequence(seed).spawn(ceil(replicates / BATCH))
    for number, stream in enumerate(streams):
        size = min(BATCH, replicates - number * BATCH)
        yield size, np.random.Generator(np.random.SFC64(stream))


def hypergeometric(
    good: "NDArray[np.int64]",
    bad: "NDArray[np.int64]",
    sample: "NDArray[np.int64]",
    factorial: "NDArray[np.float64]",
    rng: Any,
) -> "NDArray[np.int64]":
    """Draw hypergeometric numbers, one for each set of parameters.

    Notes
    -----
    Ratio of uniforms as in NumPy's own generator (Stadlober 1989), but on whole arrays and with
    tabulated log-factorials, which makes it several times faster.
    """
    whole = np.maximum(good + bad, 1)  # nobody may be left to deal
    mean = sample * (good / whole)
    spread = mean * (bad / whole) * ((whole - sample) / np.maximum(whole - 1, 1))
    height = np.sqrt(spread + 0.5) * RECTANGLE[0] + RECTANGLE[1]
    middle = mean + 0.5
    others = bad - sample
    least, most = np.maximum(0, -others), np.minimum(good, sample)
    # The mode, and its log probability but for a constant.
    mode = ((sample + 1) * (good + 1)) // (whole + 2)
    peak = factorial.take(mode) + factorial.take(good - mode)
    peak += factorial.take(sample - mode)
    peak += factorial.take(others + mode)
    result = np.empty_like(good)
    open_ones = np.arange(good.size)
    for _ in range(PASSES):
        size = open_ones.size
        u = rng.random(size)
        np.subtract(1.0, u, out=u)
        x = rng.random(size)
        x -= 0.5
        x *= height
        x /= u
        x += middle
        k = np.floor(x, out=x).astype(np.int64)
        inside = (k >= least) & (k <= most)
        np.maximum(k, least, out=k)
        np.minimum(k, most, out=k)
        log_ratio = peak - factorial.take(k)
        log_ratio -= factorial.take(good - k)
        log_ratio -= factorial.take(sample - k)
        log_ratio -= factorial.take(others + k)
        np.log(u, out=u)
        u += u
        taken = (u <= log_ratio) & inside
        result[open_ones] = k
        again = np.flatnonzero(~taken)
        open_ones = open_ones[again]
        good, sample, others = good.take(again), sample.take(again), others.take(again)
        if not again.size:
            return result
        least, most, peak = least.take(again), most.take(again), peak.take(again)
        height, middle = height.take(again), middle.take(again)
    # The few that are left are drawn one by one, which costs less than more passes.
    result[open_ones] = rng.hypergeometric(good, others + sample, sample)
    return result


def random_tables(
    rows: "NDArray[np.int64]", columns: "NDArray[np.int64]", size: int, rng: Any
) -> "NDArray[np.int64]":
    """Draw tables with these margins, as if respondents were dealt at random.

    Examples
    --------
    >>> tables = random_tables(np.array([3, 4]), np.array([2, 5]), 6, np.random.default_rng(1))
    >>> tables.shape, tables.sum(axis=1)[:, 0].tolist(), tables.sum(axis=0)[:, 0].tolist()
    ((2, 2, 6), [3, 4], [2, 5])
    """
    factorial = log_factorial(np.arange(int(rows.sum()) + 1, dtype=np.float64))
    return _deal(rows, columns, size, factorial, rng)


def _deal(
    rows: "NDArray[np.int64]",
    columns: "NDArray[np.int64]",
    size: int,
    factorial: "NDArray[np.float64]",
    rng: Any,
) -> "NDArray[np.int64]":
    tables = np.empty((rows.size, columns.size, size), dtype=np.int64)
    left = np.repeat(columns[:, None], size, axis=1)
    for row, total in enumerate(rows[:-1].tolist()):
        rest = np.full(size, total)
        others = np.full(size, int(rows[row:].sum()))
        for column in range(columns.size - 1):
            others = others - left[column]
            drawn = hypergeometric(left[column], others, rest, factorial, rng)
            tables[row, column] = drawn
            rest = rest - drawn
        tables[row, -1] = rest
        left -= tables[row]
    tables[-1] = left
    return tables


def count_exceeding(
    counts: "NDArray[np.int64]",
    parts: "NDArray[np.float64]",
    limit: float,
    seed: int,
    replicates: int,
) -> int:
    """Count random tables whose statistic is at least `limit`."""
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    factorial = log_factorial(np.arange(int(rows.sum()) + 1, dtype=np.float64))

    def exceeding(batch: tuple[int, Any]) -> int:
        size, rng = batch
        tables = _deal(rows, columns, size, factorial, rng)
        scores = np.zeros(size)
        for row in range(rows.size):
            for column in range(columns.size):
                scores += parts[row, column][tables[row, column]]
        return int((scores >= limit).sum())

    workers = min(os.cpu_count() or 1, 4) if replicates > 4 * BATCH else 1
    if workers == 1:
        return sum(map(exceeding, batches(replicates, seed)))
    with ThreadPoolExecutor(workers) as pool:
        return sum(pool.map(exceeding, batches(replicates, seed)))


MOST_SPLITS = 1 << 18
"""States × outcomes that are split together; with more, tables are drawn one by one."""

LARGEST_TABLE = 4_000_000
"""Entries in the tabulated distributions of one row; beyond it the general way is taken."""

DEVIATIONS, SLACK = 10, 30
"""Outcomes within mean ± 10 standard deviations ± 30 are tabulated; the rest holds < 1e-20."""


def count_two_columns(
    counts: "NDArray[np.int64]", parts: "NDArray[np.float64]", limit: float, seed: int, size: int
) -> int | None:
    """Count random r × 2 tables whose statistic is at least `limit`.

    All tables that have the same respondents left and the same statistic so far are one state
    with a number of replicates. The first rows split these numbers by the multinomial
    distribution, which costs as much for a million tables as for a thousand; the last rows are
    drawn table by table from tabulated distributions. The numbers are distributed exactly as
    those of independent tables. None when the distributions of a row are too large to tabulate.
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
        position = np.searchsorted(cumulative.ravel(), uniform + offset[kind], side="right")
        return np.asarray(self.first[kind] + np.minimum(position - kind * width, width - 1))
