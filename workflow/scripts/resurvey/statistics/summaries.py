"""A numeric variable in a group: mean, standard deviation, quantiles, extremes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.results import (
    LEVEL,
    Estimate,
    few_freedom,
    t_quantile,
    unavailable,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.statistics.linearisation import Sample
    from resurvey.statistics.weighting import ReplicatedSample

QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Summary:
    """What the values of a group are like.

    Attributes
    ----------
    n : int
        Respondents of the group with a value and a weight above zero.
    weighted : float
        Sum of their weights; equals `n` where everybody counts as one.
    mean : Estimate
        Weighted mean with standard error and t interval.
    deviation : float or None
        Standard deviation.
    quantiles : dict
        Probability -> Estimate, in the order asked for.
    minimum, maximum : float or None
        Extreme values.
    freedom : float
        Degrees of freedom of the intervals.
    """

    n: int
    weighted: float
    mean: Estimate
    deviation: float | None
    quantiles: dict[float, Estimate]
    minimum: float | None
    maximum: float | None
    freedom: float


def summarise(
    values: Any,
    members: "NDArray[np.bool_] | None" = None,
    *,
    weights: Any = None,
    sample: "Sample | ReplicatedSample | None" = None,
    quantiles: Sequence[float] = QUARTILES,
    level: float = LEVEL,
) -> Summary:
    """Describe the values of one group.

    Parameters
    ----------
    values : array of float, respondents
        NaN where a respondent has no value.
    members : array of bool, respondents, optional
        Who is in the group; by default everybody. Under a design the others stay in it with a
        weight of zero.
    weights : array, optional
        Frequency weights: how many equal respondents a row stands for.
    sample : Sample or ReplicatedSample, optional
        The sampling design, whose weights are taken.
    quantiles : sequence of float
        Probabilities of the quantiles.
    level : float
        Confidence level.
    """
    raise NotImplementedError
