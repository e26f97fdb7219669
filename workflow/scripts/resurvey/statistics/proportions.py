"""Confidence intervals of proportions and of their differences, from counts."""

from typing import Any

import numpy as np

from resurvey.statistics.distributions import beta_quantile, normal_quantile


def wilson(count: Any, base: Any, level: float = 0.95) -> tuple[Any, Any]:
    """Wilson's score interval of a proportion.

    Parameters
    ----------
    count, base : number or array
        Respondents with the answer, and respondents asked; weighted counts need an effective
        base. An empty base gives NaN.
    level : float
        Confidence level.

    Returns
    -------
    lower, upper
        Ends of the interval, within 0 and 1.

    Notes
    -----
    SOURCE Wilson (1927), JASA 22, 209-212; R: ``prop.test(x, n, correct = FALSE)``. Unlike
    Wald's it is no empty interval at 0 of n.

    Examples
    --------
    >>> [round(float(end), 4) for end in wilson(0, 10)]
    [0.0, 0.2775]
    """
    x, n = np.asarray(count, dtype=np.float64), np.asarray(base, dtype=np.float64)
    z2 = normal_quantile(0.5 + level / 2) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        p = x / n
        middle = (x + z2 / 2) / (n + z2)
        half = np.sqrt(z2) / (n + z2) * np.sqrt(n * p * (1 - p) + z2 / 4)
    lower = np.where(x == 0, 0.0, np.maximum(middle - half, 0.0))
    upper = np.where(x == n, 1.0, np.minimum(middle + half, 1.0))
    empty = n <= 0
    return np.where(empty, np.nan, lower)[()], np.where(empty, np.nan, upper)[()]


def clopper_pearson(count: int, base: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a proportion; never too short, often too long.

    Examples
    --------
    >>> [round(end, 4) for end in clopper_pearson(0, 10)]
    [0.0, 0.3085]
    """
    if base <= 0:
        return float("nan"), float("nan")
    tail = (1 - level) / 2
    lower = 0.0 if count == 0 else beta_quantile(tail, count, base - count + 1)
    upper = 1.0 if count == base else beta_quantile(1 - tail, count + 1, base - count)
    return lower, upper


def newcombe(
    first: Any, first_base: Any, second: Any, second_base: Any, level: float = 0.95
) -> tuple[Any, Any, Any]:
    """Difference of two independent proportions with Newcombe's hybrid score interval.

    Parameters
    ----------
    first, first_base, second, second_base : number or array
        Counts and bases of the two groups.
    level : float
        Confidence level.

    Returns
    -------
    difference, lower, upper
        First minus second; NaN where a base is empty.

    Notes
    -----
    SOURCE Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> [round(float(one), 4) for one in newcombe(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]
    """
    bases = np.asarray(first_base, dtype=np.float64), np.asarray(second_base, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        p, q = np.asarray(first) / bases[0], np.asarray(second) / bases[1]
    p_low, p_high = wilson(first, first_base, level)
    q_low, q_high = wilson(second, second_base, level)
    difference = p - q
    lower = difference - np.sqrt(np.square(p - p_low) + np.square(q_high - q))
    upper = difference + np.sqrt(np.square(p_high - p) + np.square(q - q_low))
    return difference, lower, upper


def newcombe_paired(
    both: int, first_only: int, second_only: int, neither: int, level: float = 0.95
) -> tuple[float, float, float]:
    """Difference of two proportions of the same people, with Newcombe's paired interval.

    Parameters
    ----------
    both, first_only, second_only, neither : int
        Cells of the 2 × 2 table of the same respondents' answers.
    level : float
        Confidence level.

    Notes
    -----
    SOURCE Newcombe (1998), Statistics in Medicine 17, 2635-2650, method 10.

    Examples
    --------
    >>> [round(one, 4) for one in newcombe_paired(36, 12, 2, 0)]
    [0.2, 0.0569, 0.3404]
    """
    n = both + first_only + second_only + neither
    if n <= 0:
        return float("nan"), float("nan"), float("nan")
    p, q = (both + first_only) / n, (both + second_only) / n
    p_low, p_high = (float(end) for end in wilson(both + first_only, n, level))
    q_low, q_high = (float(end) for end in wilson(both + second_only, n, level))
    margins = (
        (both + first_only)
        * (second_only + neither)
        * (both + second_only)
        * (first_only + neither)
    )
    cross = both * neither - first_only * second_only
    # SOURCE The paper corrects the numerator when it is positive.
    numerator = max(cross - n / 2, 0) if cross > 0 else cross
    phi = numerator / margins**0.5 if margins else 0.0
    down = (p - p_low) ** 2 - 2 * phi * (p - p_low) * (q_high - q) + (q_high - q) ** 2
    up = (p_high - p) ** 2 - 2 * phi * (p_high - p) * (q - q_low) + (q - q_low) ** 2
    return p - q, p - q - max(down, 0.0) ** 0.5, p - q + max(up, 0.0) ** 0.5
