"""What a statistic hands back: values with a note, or no values and the reason."""

from dataclasses import dataclass
from typing import Any


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


def join_notes(*notes: str) -> str:
    """Join the notes that say something.

    Examples
    --------
    >>> join_notes("a", "", "b")
    'a; b'
    """
    return "; ".join(note for note in notes if note)
