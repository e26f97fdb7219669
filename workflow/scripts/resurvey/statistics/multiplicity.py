"""Multiplicity: what a p-value is worth among all those that were looked at."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

METHODS = ("holm", "benjamini_hochberg", "bonferroni")


def adjust(p_values: Any, method: str = "holm") -> "NDArray[np.float64]":
    """Adjust p-values for being many.

    Parameters
    ----------
    p_values : array
        NaN and None are tests that were not made: they do not count and stay NaN.
    method : str
        ``holm`` (no assumption, controls any false positive), ``benjamini_hochberg`` (share of
        false positives) or ``bonferroni``.

    Returns
    -------
    array
        Adjusted p-values in the given order, at most 1.

    Notes
    -----
    As R's ``p.adjust`` with ``holm``, ``BH`` and ``bonferroni``, and as ``multipletests`` of
    statsmodels, whose import takes longer than all tables of an article.

    Examples
    --------
    >>> adjust([0.01, float("nan"), 0.04]).round(3).tolist()
    [0.02, nan, 0.04]
    """
    if method not in METHODS:
        raise ValueError(f"method is one of {', '.join(METHODS)}, not {method!r}")
    given = np.asarray(p_values, dtype=np.float64)
    made = np.flatnonzero(~np.isnan(given))
    result = np.full(given.shape, np.nan)
    p, m = given[made], made.size
    if m == 0:
        return result
    if method == "bonferroni":
        result[made] = np.minimum(p * m, 1.0)
        return result
    order = np.argsort(p, kind="stable")
    if method == "holm":
        steps = np.maximum.accumulate(p[order] * (m - np.arange(m)))
    else:
        scaled = p[order] * m / np.arange(1, m + 1)
        steps = np.minimum.accumulate(scaled[::-1])[::-1]
    result[made[order]] = np.minimum(steps, 1.0)
    return result
