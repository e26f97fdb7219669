"""Power: which difference of two shares groups of given sizes would show."""

from math import sqrt
from statistics import NormalDist

POWER = 0.8
"""Power at which a difference counts as one that the groups would show."""

MIDDLE = 0.5
"""Share around which the two shares lie: at a half a difference is hardest to see."""

LEAST_GROUP = 30
"""In a smaller group the normal approximation behind the power is not worth a sentence."""

_STEPS = 60

# Pages ask for nothing else of these distributions, and SciPy takes a fifth of a second.
_NORMAL = NormalDist()


def power_of_difference(
    first: float, first_size: float, second: float, second_size: float, alpha: float = 0.05
) -> float:
    """Power of the two-sided z test of two independent shares.

    Parameters
    ----------
    first, second : float
        True shares of the two groups.
    first_size, second_size : float
        Respondents in each.
    alpha : float
        Significance level.

    Notes
    -----
    SOURCE Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, chapter 4;
    for equal groups R's ``power.prop.test``. The standard error is pooled under the hypothesis of
    no difference and is not under the difference; rejecting on the wrong side does not count.

    Examples
    --------
    >>> round(power_of_difference(0.5, 50, 0.75, 50), 7)  # R: power.prop.test(50, 0.5, 0.75)
    0.7401659
    """
    pooled = (first * first_size + second * second_size) / (first_size + second_size)
    none = sqrt(pooled * (1 - pooled) * (1 / first_size + 1 / second_size))
    some = sqrt(first * (1 - first) / first_size + second * (1 - second) / second_size)
    distance = abs(first - second) - _NORMAL.inv_cdf(1 - alpha / 2) * none
    if some == 0:
        return float(distance > 0)
    return _NORMAL.cdf(distance / some)


def smallest_difference(
    first_size: float,
    second_size: float,
    alpha: float = 0.05,
    power: float = POWER,
    middle: float = MIDDLE,
) -> float | None:
    """Smallest difference of two shares that the test finds with a given power.

    The shares lie half of it above and half of it below `middle`. None where the groups are so
    small that not even the largest such difference would be found.

    Examples
    --------
    >>> round(smallest_difference(305, 210), 4)
    0.1253
    >>> smallest_difference(1, 2) is None
    True
    """

    def reached(difference: float) -> bool:
        low, high = middle - difference / 2, middle + difference / 2
        return power_of_difference(low, first_size, high, second_size, alpha) >= power

    low, high = 0.0, 2 * min(middle, 1 - middle)
    if min(first_size, second_size) <= 0 or not reached(high):
        return None
    for _ in range(_STEPS):
        half = (low + high) / 2
        low, high = (low, half) if reached(half) else (half, high)
    return high
