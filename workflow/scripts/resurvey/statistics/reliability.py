"""Items of a scale: Cronbach's alpha, McDonald's omega, each item with the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.results import LEVEL, Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.statistics.linearisation import Sample
    from resurvey.statistics.weighting import ReplicatedSample


@dataclass(frozen=True)
class ItemStatistics:
    """One item beside the others of its scale.

    Attributes
    ----------
    n : int
        Respondents with an answer.
    mean, deviation : float or None
        Of the answers as they were given, before reversing.
    item_rest : float or None
        Correlation with the sum of the other items (psych: ``r.drop``).
    alpha_without : float or None
        Alpha of the other items; None of a scale of two.
    loading : float or None
        Loading on the one factor of omega.
    """

    n: int
    mean: float | None
    deviation: float | None
    item_rest: float | None
    alpha_without: float | None
    loading: float | None


@dataclass(frozen=True)
class Reliability:
    """How well items measure one thing.

    Attributes
    ----------
    n : int
        Respondents who enter: with an answer to every item (listwise), to any (pairwise).
    alpha, standardised_alpha, omega : Estimate
        Cronbach's alpha of the answers and of standardised answers, McDonald's omega total.
    mean_correlation : float or None
        Mean of the inter-item correlations.
    items : tuple of ItemStatistics
        In the order of the columns.
    correlations : array, items × items
        Pearson's, after reversing; other kinds come from `correlation.correlation_matrix`.
    """

    n: int
    alpha: Estimate
    standardised_alpha: Estimate
    omega: Estimate
    mean_correlation: float | None
    items: tuple[ItemStatistics, ...]
    correlations: "NDArray[np.float64]"
    notes: tuple[Note, ...] = ()


def assess_scale(
    items: Any,
    *,
    reverse: Sequence[int] = (),
    missing: Literal["listwise", "pairwise"] = "listwise",
    weights: Any = None,
    sample: "Sample | ReplicatedSample | None" = None,
    level: float = LEVEL,
) -> Reliability:
    """Assess the items of a scale.

    Parameters
    ----------
    items : array of float, respondents × items
        Answers; NaN where there is none.
    reverse : sequence of int
        Columns that are turned round.
    missing : str
        ``listwise``: whoever answered every item; ``pairwise``: each covariance of whoever
        answered both.
    weights : array, optional
        Frequency weights: how many equal respondents a row stands for.
    sample : Sample or ReplicatedSample, optional
        The sampling design, whose weights are taken.
    level : float
        Confidence level.
    """
    raise NotImplementedError
