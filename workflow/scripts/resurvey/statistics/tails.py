"""Tail of the chi-square distribution in closed form, for jobs that need no other distribution."""

import math


def chi_square_tail(statistic: float, df: int) -> float:
    """Give the upper tail of the chi-square distribution with whole degrees of freedom.

    A finite sum of positive terms, with the complementary error function for odd degrees; it
    spares a job the import of SciPy, which takes longer than the job. The relative error is
    below 1e-12 for statistics up to 1,400, beyond which the tail is zero in floating point.

    Parameters
    ----------
    statistic : float
        Not negative.
    df : int
        Degrees of freedom, at least 1.

    References
    ----------
    M. Abramowitz and I. A. Stegun (1964), Handbook of Mathematical Functions, 26.4.4 and 26.4.5.

    Examples
    --------
    >>> round(chi_square_tail(3.841458820694124, 1), 12), chi_square_tail(0, 3)
    (0.05, 1.0)
    """
    half = statistic / 2
    if half == 0:
        return 1.0
    odd = df % 2
    terms = (
        math.exp((step + odd / 2) * math.log(half) - half - math.lgamma(step + odd / 2 + 1))
        for step in range(df // 2)
    )
    return min(1.0, (math.erfc(math.sqrt(half)) if odd else 0.0) + math.fsum(terms))
