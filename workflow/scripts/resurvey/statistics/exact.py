"""Exact tests: Fisher's for 2 × 2 tables and its r × c generalisation."""

from typing import TYPE_CHECKING

import numpy as np

from resurvey.statistics.chi_square import Reduced
from resurvey.statistics.monte_carlo import monte_carlo
from resurvey.statistics.network import MOST_WORK, TIE, freeman_halton
from resurvey.statistics.results import Result, join_notes, refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_RESPONDENTS = 100_000
"""Above this Fisher's test of larger tables is not made by default."""

MOST_STEPS = 4_000_000
"""Tables that Fisher's test of a 2 × 2 table adds up on either side: those of some 1e10 people."""

REACH = 45
"""Standard deviations from the mode beyond which a 2 × 2 table has probability below 1e-300."""


def fisher(table: Reduced, seed: int, most_work: int = MOST_WORK) -> list[Result]:
    """Test independence by Fisher's exact test, or its r × c form of Freeman and Halton.

    Parameters
    ----------
    table : Reduced
        Table without empty rows and columns.
    seed : int
        Seed of the Monte Carlo p-value.
    most_work : int
        Steps that the exact test of a larger table may take (see `freeman_halton`).

    Returns
    -------
    list of Result
        ``fisher`` when the p-value is exact. Where that would take too long ``fisher`` is
        refused and ``fisher_monte_carlo`` stands beside it, with its interval and seed.
    """
    counts = table.counts
    if table.reason:
        return [refused("fisher", table.reason, table.n)]
    if not np.array_equal(counts, np.trunc(counts)):
        return [refused("fisher", "weighted counts are not whole numbers", table.n)]
    whole = counts.astype(np.int64)
    two_by_two = whole.shape == (2, 2)
    if two_by_two and _reach(whole) > MOST_STEPS:
        reason = "too much work with so many respondents, where the chi-square tests are as good"
        return [refused("fisher", reason, table.n)]
    if table.n > MOST_RESPONDENTS and not two_by_two:
        reason = (
            f"too much work with more than {MOST_RESPONDENTS:,} respondents, "
            "where the chi-square tests are as good"
        )
        return [refused("fisher", reason, table.n)]
    p_value = fisher_2x2(whole) if two_by_two else freeman_halton(whole, most_work)
    if p_value is not None:
        kind = "exact, two-sided" if two_by_two else "exact, Freeman-Halton"
        note = join_notes(f"{kind}: tables no more probable than this one", table.note)
        return [Result("fisher", None, None, None, p_value, table.n, note)]
    found = monte_carlo(whole, "fisher", seed=seed)
    return [
        refused("fisher", "the exact test takes too much work; see fisher_monte_carlo", table.n),
        Result(
            "fisher_monte_carlo",
            None,
            None,
            None,
            found.p_value,
            table.n,
            join_notes(found.note, table.note),
        ),
    ]


def fisher_2x2(counts: "NDArray[np.int64]") -> float:
    """Two-sided exact p-value: total probability of the tables no more probable than this.

    Examples
    --------
    >>> round(fisher_2x2(np.array([[3, 1], [1, 3]])), 12)
    0.485714285714
    """
    (a, b), (c, d) = ((int(one) for one in line) for line in counts)
    row, column, n = a + b, a + c, a + b + c + d
    low, high = max(0, row + column - n), min(row, column)
    mode = min(max((row + 1) * (column + 1) // (n + 2), low), high)
    # Probabilities relative to the mode, by the ratios of neighbours: no log-gamma, whose
    # rounding error would show at large n.
    far = _reach(counts)
    up = _walk(mode, min(high, mode + far), row, column, n)
    down = _walk(mode, max(low, mode - far), row, column, n)
    logs = np.concatenate([down[::-1], [0.0], up])
    place = a - mode + down.size
    if place < 0 or place >= logs.size:
        return 0.0
    weights = np.exp(logs)
    return float(min(1.0, weights[logs <= logs[place] + np.log1p(TIE)].sum() / weights.sum()))


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
