"""Multiplicity: what a p-value is worth among all those that were looked at."""

from collections.abc import Hashable, Sequence
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
    As R's ``p.adjust`` with ``holm``, ``BH`` and ``bonferroni``.

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


def adjust_within(
    p_values: Any, groups: Sequence[Hashable], method: str = "holm"
) -> "NDArray[np.float64]":
    """Adjust p-values within each group.

    Examples
    --------
    >>> adjust_within([0.01, 0.02, 0.03], ["a", "a", "b"]).tolist()
    [0.02, 0.02, 0.03]
    """
    given = np.asarray(p_values, dtype=np.float64)
    result = np.full(given.shape, np.nan)
    for group in dict.fromkeys(groups):
        inside = np.array([one == group for one in groups])
        result[inside] = adjust(given[inside], method)
    return result


def adjust_levels(
    p_values: Any, rows: Sequence[Hashable], tables: Sequence[Hashable]
) -> dict[str, "NDArray[np.float64]"]:
    """Adjust p-values at row, table and article level, side by side.

    The levels answer different questions: is there anything in this row, in this table, in the
    whole article?

    Parameters
    ----------
    p_values : array
        One per cell or test.
    rows, tables : sequence
        The row (within its table) and the table that each belongs to.

    Returns
    -------
    dict of array
        ``holm_row``, ``holm_table``, ``holm_article``, and the same with
        ``benjamini_hochberg``.

    Examples
    --------
    >>> found = adjust_levels([0.01, 0.02, 0.03], [1, 1, 1], ["t1", "t1", "t2"])
    >>> found["holm_article"].tolist(), found["holm_row"].tolist()
    ([0.03, 0.04, 0.04], [0.02, 0.02, 0.03])
    """
    by_row = list(zip(tables, rows, strict=True))
    result = {}
    for method in ("holm", "benjamini_hochberg"):
        result[f"{method}_row"] = adjust_within(p_values, by_row, method)
        result[f"{method}_table"] = adjust_within(p_values, list(tables), method)
        result[f"{method}_article"] = adjust(p_values, method)
    return result
