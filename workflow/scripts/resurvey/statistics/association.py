"""Measures of association of a table of counts, with confidence intervals."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from math import asin, sqrt
from typing import TYPE_CHECKING

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.chi_square import Reduced, pearson_statistic, reduce_table, sparse_notes
from resurvey.statistics.ordinal import Scale, ordinal_measures
from resurvey.statistics.registry import MEASURES
from resurvey.statistics.results import (
    LEVEL,
    Estimate,
    around,
    around_log,
    noncentral_limits,
    unavailable,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

AT_THEIR_EDGE = ("lambda", "goodman_kruskal_tau", "uncertainty", "eta")
"""Measures that are not negative and whose estimates are skew near zero."""

EDGE = 4.0
"""Standard errors from zero within which their intervals hold too seldom (89 % in simulations)."""


def measures(
    observed: "NDArray[np.float64]", rows: Scale, columns: Scale, level: float = LEVEL
) -> Iterator[Estimate]:
    """Yield every measure of association, computed or refused.

    Notes
    -----
    Intervals of phi (larger tables), V, T, C and w are those of the population value, from the
    noncentral chi-square distribution (Smithson 2003); the plain estimates are biased upwards
    and may lie above a short interval near 0. The other intervals are asymptotic: value ± z
    standard errors (SPSS's ASE1), ratios on the log scale.
    """
    table = reduce_table(observed)
    if table.reason:
        yield from (unavailable(name, table.reason) for name in MEASURES)
        return
    yield from _chi_square_measures(table, level)
    few = sparse_notes(table.counts)
    asymptotic = chain(
        prediction_measures(table.counts, level),
        ordinal_measures(observed, rows, columns, level),
    )
    for measure in asymptotic:
        if measure.lower is None:
            yield measure
        else:
            yield replace(measure, notes=(*measure.notes, *few, *_edge_notes(measure)))
    yield from two_by_two_measures(table.counts, level)


def _edge_notes(measure: Estimate) -> tuple[Note, ...]:
    """Warn of an interval near zero, the end of the range, where no estimate is symmetric."""
    value, error = measure.value, measure.standard_error
    if not measure.name.startswith(AT_THEIR_EDGE) or value is None or error is None:
        return ()
    return (Note("near_zero"),) if value < EDGE * error else ()


def _chi_square_measures(table: Reduced, level: float) -> Iterator[Estimate]:
    counts, n = table.counts, table.n
    statistic = pearson_statistic(counts)
    freedom = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    side = min(counts.shape) - 1
    ratio = statistic / n
    low, high = (end / n for end in noncentral_limits(statistic, freedom, level))
    notes = Note("noncentral"), *table.notes
    turned = counts.shape == (2, 2) and counts[0, 0] * counts[1, 1] < counts[0, 1] * counts[1, 0]
    sign = (Note("signed_phi", phi=-(ratio**0.5)),) if turned else ()
    ends = (low / (1 + low)) ** 0.5, (high / (1 + high)) ** 0.5
    found = {
        "cramer_v_bias_corrected": _bias_corrected(counts, ratio),
        "contingency_coefficient": Estimate(
            "contingency_coefficient", (ratio / (1 + ratio)) ** 0.5, *ends, notes
        ),
    }
    for name, measure in MEASURES.items():
        if measure.scale is not None:
            scale = measure.scale(*counts.shape)
            # No table of this shape gives more.
            ends = (low / scale) ** 0.5, min((high / scale) ** 0.5, (side / scale) ** 0.5)
            told = (*sign, *notes) if name == "phi" else notes
            found[name] = Estimate(name, (ratio / scale) ** 0.5, *ends, told)
    yield from (found[name] for name in MEASURES if name in found)


def _bias_corrected(counts: "NDArray[np.float64]", ratio: float) -> Estimate:
    """Bergsma (2013), Journal of the Korean Statistical Society 42, 323-328."""
    name, n = "cramer_v_bias_corrected", counts.sum()
    if n <= 1:
        return unavailable(name, Note("one_respondent"))
    r, c = counts.shape
    reduced = max(0.0, ratio - (r - 1) * (c - 1) / (n - 1))
    rows, columns = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    side = min(rows, columns) - 1
    if side <= 0:
        return unavailable(name, Note("too_few_to_correct"))
    return Estimate(name, float((reduced / side) ** 0.5), notes=(Note("bergsma"),))


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


TWO_BY_TWO_NAMES = (
    "odds_ratio",
    "risk_ratio",
    "risk_ratio_second_column",
    "risk_ratio_of_columns",
    "cohen_h",
)


def two_by_two_measures(counts: "NDArray[np.float64]", level: float) -> Iterator[Estimate]:
    """Yield the ratios of a 2 × 2 table, with intervals on the log scale (Woolf, Katz; SPSS).

    ``risk_ratio`` compares the rows: the share of column 1 in row 1 over that in row 2, which
    SPSS calls the cohort of the first column; ``risk_ratio_second_column`` is SPSS's second.
    ``risk_ratio_of_columns`` compares the columns, as column per cents do: the share of row 1 in
    column 1 over that in column 2. ``cohen_h`` is the difference of these two shares on the
    arcsine scale. An empty cell makes a ratio zero or infinite; nothing is added to it.
    """
    if counts.shape != (2, 2):
        yield from (unavailable(name, Note("two_by_two_only")) for name in TWO_BY_TWO_NAMES)
        return
    (a, b), (c, d) = ((float(count) for count in row) for row in counts)
    if min(a, b, c, d) > 0:
        error = sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        yield around_log(
            "odds_ratio", (a / b) * (d / c), error, level, (Note("sample_odds_ratio"),)
        )
    else:
        yield unavailable("odds_ratio", Note("empty_cell"))
    yield _risk("risk_ratio", a, a + b, c, c + d, level, Note("rows_compared", column=1))
    yield _risk(
        "risk_ratio_second_column", b, a + b, d, c + d, level, Note("rows_compared", column=2)
    )
    compared = Note("columns_compared", row=1)
    yield _risk("risk_ratio_of_columns", a, a + c, b, b + d, level, compared)
    h = 2 * asin(sqrt(a / (a + c))) - 2 * asin(sqrt(b / (b + d)))
    error = sqrt(1 / (a + c) + 1 / (b + d))
    yield around("cohen_h", h, error, level, (compared,), -float(np.pi), float(np.pi))


def _risk(
    name: str, first: float, base: float, second: float, other: float, level: float, note: Note
) -> Estimate:
    if min(first, second) <= 0:
        return unavailable(name, Note("empty_cell"))
    error = sqrt(max((base - first) / (first * base) + (other - second) / (second * other), 0.0))
    return around_log(name, (first / base) * (other / second), error, level, (note,))
