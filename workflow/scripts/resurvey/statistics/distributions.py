"""Tails and quantiles of the distributions that the tests need, without importing scipy.stats.

`scipy.special` costs a third of the start-up time of `scipy.stats`, and is loaded at first use.
"""

from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def _special() -> Any:
    from scipy import special  # type: ignore[import-untyped,unused-ignore]

    return special


def chi_square_tail(statistic: float, df: float) -> float:
    """Return the upper tail of the chi-square distribution, right down to 1e-300.

    Examples
    --------
    >>> round(chi_square_tail(3.841458820694124, 1), 12)
    0.05
    """
    return float(_special().chdtrc(df, statistic))


def f_tail(statistic: float, df: float, df2: float) -> float:
    """Return the upper tail of the F distribution; `df2` may be infinite."""
    if df2 == float("inf"):
        return chi_square_tail(statistic * df, df)
    return float(_special().fdtrc(df, df2, statistic))


def normal_tail(z: float) -> float:
    """Return the upper tail of the standard normal distribution."""
    return float(_special().ndtr(-z))


def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile.

    Examples
    --------
    >>> round(normal_quantile(0.975), 6)
    1.959964
    """
    return float(_special().ndtri(probability))


def t_quantile(probability: float, df: float) -> float:
    """Return the quantile of Student's t distribution; `df` may be infinite."""
    if df == float("inf"):
        return normal_quantile(probability)
    return float(_special().stdtrit(df, probability))


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Return the quantile of the beta distribution."""
    return float(_special().betaincinv(a, b, probability))


def log_factorial(values: Any) -> Any:
    """Return ln(x!) of a number or an array."""
    return _special().gammaln(values + 1.0)


def noncentral_limits(statistic: float, df: float, level: float) -> tuple[float, float]:
    """Return the confidence limits of the noncentrality of a chi-square statistic.

    The lower limit is the noncentrality at which a statistic this large or larger has
    probability (1 - level) / 2; zero where even independence gives it more than that.

    Notes
    -----
    SOURCE Smithson (2003), Confidence Intervals, chapter 5.

    Examples
    --------
    >>> [round(end, 3) for end in noncentral_limits(20.0, 4, 0.95)]
    [4.08, 37.764]
    """
    chndtr = _special().chndtr
    tail = (1 - level) / 2
    ends = []
    for probability in (1 - tail, tail):
        if chndtr(statistic, df, 0.0) <= probability:
            ends.append(0.0)
            continue
        high = statistic + 10 * (statistic + df) ** 0.5 + 20

        def above(noncentrality: float, probability: float = probability) -> float:
            return float(chndtr(statistic, df, noncentrality)) - probability

        ends.append(_root(above, 0.0, high))
    return ends[0], ends[1]


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Find where a falling function crosses zero, by false position (Illinois)."""
    at_low, at_high = function(low), function(high)
    side = 0
    for _ in range(200):
        if high - low <= 1e-14 * high:
            break
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        if not low < middle < high:
            break
        value = function(middle)
        if value > 0:
            low, at_low = middle, value
            at_high = at_high / 2 if side == 1 else at_high
            side = 1
        elif value < 0:
            high, at_high = middle, value
            at_low = at_low / 2 if side == -1 else at_low
            side = -1
        else:
            return float(middle)
    return float(low if abs(at_low) < abs(at_high) else high)
