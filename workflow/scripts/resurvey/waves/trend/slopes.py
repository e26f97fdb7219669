"""Slopes: whether a share rises or falls over all waves."""

from typing import Any

import numpy as np

from resurvey.core.notes import Note, write_notes
from resurvey.statistics.distributions import normal_tail
from resurvey.statistics.letters import LEAST_BASE
from resurvey.waves.trend.differences import contrast_test
from resurvey.waves.trend.pooling import Pool
from resurvey.waves.trend.series import KEYS, Series
from resurvey.waves.trend.shares import PooledCounts, counted_shares

SLOPE_COLUMNS = (
    *KEYS,
    "row_label",
    "column_label",
    "kind",
    "first",
    "last",
    "waves",
    "slope",
    "lower",
    "upper",
    "statistic",
    "df",
    "p_value",
    "n",
    "method",
    "holm_table",
    "benjamini_hochberg_table",
    "holm_article",
    "benjamini_hochberg_article",
    "changed",
    "note",
    "note_data",
)


def fit_slope(series: Series, pool: Pool, counts: PooledCounts) -> dict[str, Any] | None:
    """Fit a straight line through the shares of one cell, and test it.

    Returns
    -------
    dict or None
        Keys of `SLOPE_COLUMNS`: `slope` and its 95 % interval in percentage points per unit of
        time, the least-squares line through the respondents. `method` is
        ``cochran_armitage`` (plain independent samples; R's ``prop.trend.test``, its square) or
        ``design`` (the same line as a contrast of the shares under the pooled design, whose
        points weigh as much as their unweighted bases). None with fewer than three waves: two
        points are a difference.

    Notes
    -----
    SOURCE Armitage (1955), Biometrics 11, 375-386. The interval of the slope takes the
    variance at the observed shares, the test at the pooled one.
    """
    known = [place for place in range(len(pool.waves)) if series.count(place) is not None]
    if len(known) < 3:
        return None
    line: dict[str, Any] = {
        **series.keys,
        **series.labels,
        "first": pool.waves[known[0]].name,
        "last": pool.waves[known[-1]].name,
        "waves": len(known),
    }
    plain = pool.by_counts(*known)
    own = series.among(known)
    shares = counted_shares(own) if plain else counts.among(known).shares(own)
    line["method"] = "cochran_armitage" if plain else "design"
    if shares.reason:
        return line | write_notes(shares.reason.refusing("not_fitted"))
    if np.isnan(shares.values).any():
        return line | write_notes(Note("no_weighted_base", "not_fitted"))
    if shares.bases.min() < LEAST_BASE:
        return line | write_notes(Note("base_is_below", "not_fitted", least=LEAST_BASE))
    times = np.array([pool.waves[place].time for place in known])
    centred = times - (shares.bases @ times) / shares.bases.sum()
    spread = float(shares.bases @ np.square(centred))
    contrast = shares.bases * centred / spread
    slope = float(contrast @ shares.values)
    line |= {"slope": 100 * slope, "n": float(shares.bases.sum())}
    tested = contrast_test(shares, contrast)
    tested.pop("standard_error", None)
    if not plain:
        return line | tested
    pooled = float(shares.bases @ shares.values) / float(shares.bases.sum())
    if not 0 < pooled < 1:
        return line | write_notes(Note("all_shares_fixed", "not_tested"))
    if "lower" not in tested:
        tested = dict(write_notes(Note("each_share_fixed", "no_interval")))
    z = slope / (pooled * (1 - pooled) / spread) ** 0.5
    return line | tested | {"statistic": z, "df": None, "p_value": 2 * normal_tail(abs(z))}
