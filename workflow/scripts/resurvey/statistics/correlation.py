"""Correlations of variables: Pearson's, Spearman's, polychoric, with intervals."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from resurvey.core.notes import Note
from resurvey.statistics.results import LEVEL

if TYPE_CHECKING:
    from resurvey.statistics.linearisation import Sample
    from resurvey.statistics.weighting import ReplicatedSample

Method = Literal["pearson", "spearman", "polychoric"]


@dataclass(frozen=True)
class Correlation:
    """One correlation.

    Attributes
    ----------
    value, lower, upper, standard_error, p_value : float or None
        None where there is none.
    df : float or None
        Degrees of freedom of the test; None of a normal one.
    n : int
        Respondents with both values and a weight above zero.
    notes : tuple of Note
        How interval and test are made; of a refused one the reason.
    """

    value: float | None
    lower: float | None
    upper: float | None
    standard_error: float | None
    p_value: float | None
    df: float | None
    n: int
    notes: tuple[Note, ...] = ()


def correlate(
    x: Any,
    y: Any,
    method: Method = "pearson",
    *,
    weights: Any = None,
    sample: "Sample | ReplicatedSample | None" = None,
    level: float = LEVEL,
) -> Correlation:
    """Correlate two variables.

    Parameters
    ----------
    x, y : array of float, respondents
        NaN where a respondent has no value.
    method : str
        ``pearson``, ``spearman`` or ``polychoric`` (of ordered answers, each taken for a range of
        a normal variable).
    weights : array, optional
        Frequency weights: how many equal respondents a row stands for.
    sample : Sample or ReplicatedSample, optional
        The sampling design, whose weights are taken.
    level : float
        Confidence level.
    """
    raise NotImplementedError


def correlation_matrix(
    columns: Any,
    method: Method = "pearson",
    *,
    listwise: bool = False,
    weights: Any = None,
    sample: "Sample | ReplicatedSample | None" = None,
    level: float = LEVEL,
) -> list[list[Correlation]]:
    """Correlate every pair of columns; the diagonal is 1 with the respondents of the column."""
    raise NotImplementedError
