"""What a statistic hands back: values with a note, or no values and the reason."""

from dataclasses import dataclass
from math import exp, isfinite, log
from typing import Any

from resurvey.core.notes import Note, note_text, write_notes
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
    notes : tuple of Note
        How it was computed and what to beware of; for a refused test the reason.
    """

    test: str
    statistic: float | None = None
    df: float | None = None
    df2: float | None = None
    p_value: float | None = None
    n: float | None = None
    notes: tuple[Note, ...] = ()

    @property
    def note(self) -> str:
        """The notes as English sentences."""
        return note_text(self.notes)

    def record(self) -> dict[str, Any]:
        """Return the fields as a dict, in the order of ``tests.csv``."""
        fields = dict(vars(self))
        return fields | write_notes(*fields.pop("notes"))


@dataclass(frozen=True)
class Estimate:
    """One estimated quantity with its confidence interval.

    Attributes
    ----------
    name : str
        Name of the quantity.
    value, lower, upper : float or None
        The estimate and the ends of its interval; None where it has none.
    notes : tuple of Note
        What kind of interval it is; for a refused estimate the reason.
    standard_error : float or None
        Asymptotic standard error (SPSS's ASE1), where the interval is made from one.
    """

    name: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    notes: tuple[Note, ...] = ()
    standard_error: float | None = None

    @property
    def note(self) -> str:
        """The notes as English sentences."""
        return note_text(self.notes)

    def record(self) -> dict[str, Any]:
        """Return name, value, lower, upper and the columns of the notes as a dict."""
        fields = dict(vars(self))
        del fields["standard_error"]
        return fields | write_notes(*fields.pop("notes"))


def refused(test: str, reason: Note, n: float | None = None) -> Result:
    """Return a test without values and the reason why.

    Examples
    --------
    >>> refused("pearson", Note("one_column")).note
    'not computed: only one column holds respondents'
    """
    return Result(test, n=n, notes=(reason.refusing("not_computed"),))


def unavailable(name: str, reason: Note) -> Estimate:
    """Return an estimate without a value and the reason why."""
    return Estimate(name, notes=(reason.refusing("not_computed"),))


FEW_FREEDOM = 8
"""With fewer degrees of freedom the variance itself is little known."""

SMALL_BASE = 30
"""An effective base below this is too small for the normal approximation."""


def few_freedom(freedom: float) -> tuple[Note, ...]:
    """Return the warning about a variance from few clusters; empty where they are enough.

    Examples
    --------
    >>> few_freedom(2.23)[0].text
    'few degrees of freedom (2.2): the p-value may be too small'
    >>> few_freedom(0), few_freedom(8)
    ((<Note one_cluster_p_value>,), ())
    """
    if freedom < 1:
        return (Note("one_cluster_p_value"),)
    return (Note("few_freedom", freedom=freedom),) if freedom < FEW_FREEDOM else ()


def small_effective(
    base: float, least: float = SMALL_BASE, key: str = "small_effective"
) -> tuple[Note, ...]:
    """Return the warning about few respondents once the design is counted in.

    Examples
    --------
    >>> small_effective(11.4)[0].text
    'effective sample of about 11 respondents: the p-value may be too small'
    """
    return (Note(key, effective=base),) if base < least else ()


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
    notes: tuple[Note, ...] = (),
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
        why = Note("zero_standard_error", "no_interval")
        return Estimate(name, value, notes=(why, *notes), standard_error=0.0)
    half = normal_quantile(0.5 + level / 2) * error
    ends = max(value - half, lowest), min(value + half, highest)
    return Estimate(name, value, *ends, (Note("standard_error", error=error), *notes), error)


def around_log(
    name: str, value: float, error: float, level: float = LEVEL, notes: tuple[Note, ...] = ()
) -> Estimate:
    """Return the interval of a ratio from the standard error of its logarithm."""
    half = normal_quantile(0.5 + level / 2) * error
    if half > WIDEST:
        return Estimate(name, value, notes=(Note("endless", "no_interval"), *notes))
    return Estimate(name, value, exp(log(value) - half), exp(log(value) + half), notes)
