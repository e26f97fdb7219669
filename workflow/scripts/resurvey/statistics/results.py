"""What a statistic hands back: values with a note, or no values and the reason."""

from dataclasses import dataclass
from math import exp, isfinite, log
from typing import Any

from resurvey.statistics.distributions import normal_quantile


@dataclass(frozen=True)
class Result:
    """Outcome of one test.

    Attributes
    ----------
    test : str
        Name of the test.
    statistic, df, df2, p_value : float or None
        None where the test has no such number or was refused.
    n : int or float or None
        Respondents that entered the test (sum of weights when weighted).
    note : str
        How it was computed and what to beware of; for a refused test the reason.
    """

    test: str
    statistic: float | None = None
    df: float | None = None
    df2: float | None = None
    p_value: float | None = None
    n: float | None = None
    note: str = ""

    def record(self) -> dict[str, Any]:
        """Return the fields as a dict, in the order of ``tests.csv``."""
        return dict(vars(self))


@dataclass(frozen=True)
class Estimate:
    """One estimated quantity with its confidence interval.

    Attributes
    ----------
    name : str
        Name of the quantity.
    value, lower, upper : float or None
        The estimate and the ends of its interval; None where it has none.
    note : str
        What kind of interval it is; for a refused estimate the reason.
    standard_error : float or None
        Asymptotic standard error (SPSS's ASE1), where the interval is made from one.
    """

    name: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    note: str = ""
    standard_error: float | None = None

    def record(self) -> dict[str, Any]:
        """Return name, value, lower, upper and note as a dict."""
        fields = dict(vars(self))
        del fields["standard_error"]
        return fields


def refused(test: str, reason: str, n: float | None = None) -> Result:
    """Return a test without values and the reason why.

    Examples
    --------
    >>> refused("pearson", "one column").note
    'not computed: one column'
    """
    return Result(test, n=n, note=f"not computed: {reason}")


def unavailable(name: str, reason: str) -> Estimate:
    """Return an estimate without a value and the reason why."""
    return Estimate(name, note=f"not computed: {reason}")


FEW_FREEDOM = 8
"""With fewer degrees of freedom the variance itself is little known."""

SMALL_BASE = 30
"""An effective base below this is too small for the normal approximation."""

ONE_CLUSTER = "a group is in one cluster only (of each stratum), whose variance is unknown"
TOO_SMALL = "the p-value may be too small"


def few_freedom(freedom: float) -> str:
    """Word the warning about a variance from few clusters; empty where they are enough.

    Examples
    --------
    >>> few_freedom(2.23)
    'few degrees of freedom (2.2): the p-value may be too small'
    >>> few_freedom(0)[:31]
    'a group is in one cluster only '
    """
    if freedom < 1:
        return f"{ONE_CLUSTER}: {TOO_SMALL}"
    return f"few degrees of freedom ({freedom:.2g}): {TOO_SMALL}" if freedom < FEW_FREEDOM else ""


def small_effective(base: float, least: float = SMALL_BASE, may: str = TOO_SMALL) -> str:
    """Word the warning about few respondents once the design is counted in.

    Examples
    --------
    >>> small_effective(11.4)
    'effective sample of about 11 respondents: the p-value may be too small'
    """
    if not base < least:
        return ""
    return f"effective sample of about {base:.0f} respondents: {may}"


def join_notes(*notes: str) -> str:
    """Join the notes that say something.

    Examples
    --------
    >>> join_notes("a", "", "b")
    'a; b'
    """
    return "; ".join(note for note in notes if note)


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
