"""Measures of association of a table of counts, with confidence intervals."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from resurvey.statistics.chi_square import Reduced, pearson_statistic, reduce_table, sparse_note
from resurvey.statistics.concordance import ordinal_measures
from resurvey.statistics.distributions import noncentral_limits
from resurvey.statistics.intervals import LEVEL
from resurvey.statistics.ordinal import Scale
from resurvey.statistics.prediction import prediction_measures
from resurvey.statistics.registry import MEASURES
from resurvey.statistics.results import Estimate, join_notes, unavailable
from resurvey.statistics.two_by_two import two_by_two_measures

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

    Parameters
    ----------
    observed : array
        The full table.
    rows, columns : Scale
        Ordered answers, for the ordinal measures.
    level : float
        Confidence level.

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
    few = sparse_note(table.counts)
    asymptotic = chain(
        prediction_measures(table.counts, level),
        ordinal_measures(observed, rows, columns, level),
    )
    for one in asymptotic:
        yield (
            replace(one, note=join_notes(one.note, few, _edge_note(one)))
            if one.lower is not None
            else one
        )
    yield from two_by_two_measures(table.counts, level)


def _edge_note(one: Estimate) -> str:
    """Warn of an interval near zero, the end of the range, where no estimate is symmetric."""
    if not one.name.startswith(AT_THEIR_EDGE) or one.value is None or one.standard_error is None:
        return ""
    near = one.value < EDGE * one.standard_error
    return "near 0 the interval may be too short" if near else ""


def _chi_square_measures(table: Reduced, level: float) -> Iterator[Estimate]:
    counts, n = table.counts, table.n
    statistic = pearson_statistic(counts)
    freedom = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    side = min(counts.shape) - 1
    ratio = statistic / n
    low, high = (end / n for end in noncentral_limits(statistic, freedom, level))
    note = join_notes("interval by the noncentral chi-square", table.note)
    turned = counts.shape == (2, 2) and counts[0, 0] * counts[1, 1] < counts[0, 1] * counts[1, 0]
    sign = f"SPSS gives it the sign of the association, {-(ratio**0.5):.6g}; PSPP and vcd do not"
    ends = (low / (1 + low)) ** 0.5, (high / (1 + high)) ** 0.5
    found = {
        "cramer_v_bias_corrected": _bias_corrected(counts, ratio),
        "contingency_coefficient": Estimate(
            "contingency_coefficient", (ratio / (1 + ratio)) ** 0.5, *ends, note
        ),
    }
    for name, measure in MEASURES.items():
        if measure.scale is not None:
            scale = measure.scale(*counts.shape)
            # No table of this shape gives more.
            ends = (low / scale) ** 0.5, min((high / scale) ** 0.5, (side / scale) ** 0.5)
            words = join_notes(sign if turned and name == "phi" else "", note)
            found[name] = Estimate(name, (ratio / scale) ** 0.5, *ends, words)
    yield from (found[name] for name in MEASURES if name in found)


def _bias_corrected(counts: "NDArray[np.float64]", ratio: float) -> Estimate:
    """Bergsma (2013), Journal of the Korean Statistical Society 42, 323-328."""
    name, n = "cramer_v_bias_corrected", counts.sum()
    if n <= 1:
        return unavailable(name, "one respondent")
    r, c = counts.shape
    reduced = max(0.0, ratio - (r - 1) * (c - 1) / (n - 1))
    rows, columns = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    side = min(rows, columns) - 1
    if side <= 0:
        return unavailable(name, "too few respondents for the correction")
    return Estimate(name, float((reduced / side) ** 0.5), note="Bergsma 2013; no interval")
