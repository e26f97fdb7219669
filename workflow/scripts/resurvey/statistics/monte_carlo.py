"""Monte Carlo p-values: the share of random tables with the same margins that deviate as much."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from resurvey.statistics.chi_square import expected_counts
from resurvey.statistics.distributions import log_factorial
from resurvey.statistics.proportions import wilson
from resurvey.statistics.random_tables import batches, count_exceeding, random_tables
from resurvey.statistics.two_columns import count_two_columns

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
    def note(self) -> str:
        """The estimate's precision in words."""
        return (
            f"Monte Carlo, {self.replicates:,} tables with these margins, seed {self.seed}, "
            f"99 % interval {self.lower:.6g} to {self.upper:.6g}"
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
