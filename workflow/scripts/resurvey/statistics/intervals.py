"""Confidence intervals around an estimate with a standard error."""

from math import exp, isfinite, log

from resurvey.statistics.distributions import normal_quantile
from resurvey.statistics.results import Estimate, join_notes

LEVEL = 0.95

WIDEST = 300.0
"""Beyond this on the log scale an interval of a ratio overflows."""

NOTHING = 1e-12
"""A smaller standard error is rounding error of zero."""


def around(
    name: str,
    value: float,
    error: float,
    level: float = LEVEL,
    note: str = "",
    lowest: float = -1.0,
    highest: float = 1.0,
) -> Estimate:
    """Return value ± z × error, kept within the measure's range.

    Examples
    --------
    >>> found = around("gamma", 0.9, 0.1)
    >>> round(found.lower, 3), found.upper
    (0.704, 1.0)
    """
    if not isfinite(error) or error < NOTHING:
        words = join_notes("no interval: its standard error is zero", note)
        return Estimate(name, value, note=words, standard_error=0.0)
    half = normal_quantile(0.5 + level / 2) * error
    words = join_notes(f"standard error {error:.6g}", note)
    ends = max(value - half, lowest), min(value + half, highest)
    return Estimate(name, value, *ends, words, error)


def around_log(
    name: str, value: float, error: float, level: float = LEVEL, note: str = ""
) -> Estimate:
    """Return the interval of a ratio: symmetric on the log scale.

    Parameters
    ----------
    name : str
        Name of the ratio.
    value : float
        The ratio, above zero.
    error : float
        Standard error of its logarithm.
    level : float
        Confidence level.
    note : str
        Added to the estimate.
    """
    half = normal_quantile(0.5 + level / 2) * error
    if half > WIDEST:
        words = join_notes("no interval: it would span all numbers", note)
        return Estimate(name, value, note=words)
    return Estimate(name, value, exp(log(value) - half), exp(log(value) + half), note)
