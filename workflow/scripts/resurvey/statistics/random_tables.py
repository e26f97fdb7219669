"""Random tables with given margins, drawn cell by cell for thousands of tables at a time."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.statistics.distributions import log_factorial

if TYPE_CHECKING:
    from numpy.typing import NDArray

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

    Parameters
    ----------
    good, bad : array of int
        Respondents of the kind that is counted, and the others.
    sample : array of int
        How many of them are drawn.
    factorial : array
        ln(x!) for x up to the largest ``good + bad``.
    rng : numpy.random.Generator
        Source of randomness.

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

    Returns
    -------
    array, rows × columns × size

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
    """Count random tables whose statistic is at least `limit`.

    Parameters
    ----------
    counts : array of int
        Observed table.
    parts : array, rows × columns × (0 .. largest)
        What each count adds to the statistic.
    limit : float
        Observed statistic.
    seed, replicates : int
        Seed and number of random tables.
    """
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
