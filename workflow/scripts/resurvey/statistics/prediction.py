"""Proportional reduction in error: lambda, Goodman and Kruskal's tau, the uncertainty coefficient.

How much better one guesses a respondent's answer to one variable when told the other.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from resurvey.statistics.intervals import around
from resurvey.statistics.results import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

PREDICTION_NAMES = (
    "lambda_symmetric",
    "lambda_rows",
    "lambda_columns",
    "goodman_kruskal_tau_rows",
    "goodman_kruskal_tau_columns",
    "uncertainty_symmetric",
    "uncertainty_rows",
    "uncertainty_columns",
)


def prediction_measures(counts: "NDArray[np.float64]", level: float) -> Iterator[Estimate]:
    """Yield the measures; ``_rows`` is for guessing the row variable from the column variable.

    Standard errors are SPSS's ASE1 (not assuming independence), by the delta method.
    """
    n = float(counts.sum())
    columns, rows = _lambda_parts(counts), _lambda_parts(counts.T)
    both = (columns[0] + rows[0], columns[1] + rows[1])
    slopes = (columns[2] + rows[2].T, columns[3] + rows[3].T)
    yield _ratio("lambda_symmetric", counts, *both, *slopes, level)
    yield _ratio("lambda_rows", counts.T, *rows, level)
    yield _ratio("lambda_columns", counts, *columns, level)
    yield _tau("goodman_kruskal_tau_rows", counts.T, level)
    yield _tau("goodman_kruskal_tau_columns", counts, level)
    yield from _uncertainty(counts / n, n, level)


def _lambda_parts(
    counts: "NDArray[np.float64]",
) -> tuple[float, float, "NDArray[np.float64]", "NDArray[np.float64]"]:
    """Numerator and denominator of lambda for guessing the columns, and their slopes.

    The slopes are by the cells: 1 where a cell is its row's largest, and so on. Among equal
    cells the first counts.
    """
    totals = counts.sum(axis=0)
    modal = int(totals.argmax())
    largest = np.zeros_like(counts)
    largest[np.arange(len(counts)), counts.argmax(axis=1)] = 1.0
    favoured = np.zeros_like(counts)
    favoured[:, modal] = 1.0
    best = float(totals[modal])
    numerator = float(counts.max(axis=1).sum()) - best
    return numerator, float(counts.sum()) - best, largest - favoured, 1.0 - favoured


def _ratio(
    name: str,
    counts: "NDArray[np.float64]",
    numerator: float,
    denominator: float,
    numerator_slopes: "NDArray[np.float64]",
    denominator_slopes: "NDArray[np.float64]",
    level: float,
) -> Estimate:
    value = numerator / denominator
    slopes = (numerator_slopes - value * denominator_slopes) / denominator
    return around(name, value, _error(counts, slopes), level, lowest=0.0)


def _error(counts: "NDArray[np.float64]", slopes: "NDArray[np.float64]") -> float:
    """Delta-method standard error of a ratio that does not change when all counts double."""
    return float(np.sqrt((counts * np.square(slopes)).sum()))


def _tau(name: str, counts: "NDArray[np.float64]", level: float) -> Estimate:
    """Goodman and Kruskal's tau for guessing the columns; on shares, to keep the digits."""
    n = float(counts.sum())
    p = counts / n
    rows, columns = p.sum(axis=1, keepdims=True), p.sum(axis=0, keepdims=True)
    within = (np.square(p) / rows).sum(axis=1, keepdims=True) / rows
    left = float(1 - np.square(columns).sum())
    value = float((np.square(p - rows * columns) / rows).sum()) / left
    # Slopes by the cells of v = (Σ p²/r - Σ c²) / (1 - Σ c²).
    slopes = (2 * p / rows - within - 2 * columns + 2 * value * columns) / left
    slopes = slopes - float((p * slopes).sum())
    error = float(np.sqrt((p * np.square(slopes)).sum() / n))
    return around(name, value, error, level, lowest=0.0)


def _uncertainty(p: "NDArray[np.float64]", n: float, level: float) -> Iterator[Estimate]:
    """Share of the entropy of one variable that the other explains."""
    rows = np.broadcast_to(p.sum(axis=1, keepdims=True), p.shape)
    columns = np.broadcast_to(p.sum(axis=0, keepdims=True), p.shape)
    filled = p > 0
    log_rows, log_columns = np.log(rows), np.log(columns)
    log_cells = np.log(np.where(filled, p, 1.0))
    of_rows, of_columns = -float((p * log_rows).sum()), -float((p * log_columns).sum())
    shared = float((p * (log_cells - log_rows - log_columns)).sum())
    information = np.where(filled, log_cells - log_rows - log_columns, 0.0)
    denominators = {
        "uncertainty_symmetric": ((of_rows + of_columns) / 2, -(log_rows + log_columns) / 2),
        "uncertainty_rows": (of_rows, -log_rows),
        "uncertainty_columns": (of_columns, -log_columns),
    }
    for name, (entropy, terms) in denominators.items():
        value = shared / entropy
        slopes = (information - value * terms) / entropy
        error = float(np.sqrt((p * np.square(slopes)).sum() / n))
        yield around(name, max(value, 0.0), error, level, lowest=0.0)
