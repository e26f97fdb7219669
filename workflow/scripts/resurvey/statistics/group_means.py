"""Groups compared by a numeric variable: tests, differences of means, effect sizes."""

from typing import TYPE_CHECKING, Any

from resurvey.statistics.contrasts import Contrast
from resurvey.statistics.results import LEVEL, Estimate, Result

if TYPE_CHECKING:
    from numpy.typing import NDArray
    import numpy as np

    from resurvey.statistics.linearisation import Sample
    from resurvey.statistics.weighting import ReplicatedSample


def compare_groups(
    values: Any,
    groups: "NDArray[np.int64]",
    *,
    weights: Any = None,
    sample: "Sample | ReplicatedSample | None" = None,
) -> list[Result]:
    """Test whether the groups have the same mean, and whether they have the same ranks.

    Parameters
    ----------
    values : array of float, respondents
        NaN where a respondent has no value.
    groups : array of int, respondents
        Group of each, 0 .. k - 1; negative where somebody is in none.
    weights : array, optional
        Frequency weights: how many equal respondents a row stands for.
    sample : Sample or ReplicatedSample, optional
        The sampling design, whose weights are taken.

    Returns
    -------
    list of Result
        Of two groups ``welch_t`` and ``mann_whitney``, of more ``welch_anova`` and
        ``kruskal_wallis``; under a design ``design_t`` and ``design_wilcoxon``, of more
        ``design_wald_f`` and ``design_kruskal_wallis``.
    """
    raise NotImplementedError


def difference_of_means(
    values: Any,
    groups: "NDArray[np.int64]",
    first: int,
    second: int,
    *,
    weights: Any = None,
    sample: "Sample | ReplicatedSample | None" = None,
    level: float = LEVEL,
) -> Contrast:
    """Estimate the mean of the first group less that of the second, with its interval and test."""
    raise NotImplementedError


def effect_sizes(
    values: Any,
    groups: "NDArray[np.int64]",
    *,
    weights: Any = None,
    sample: "Sample | ReplicatedSample | None" = None,
    level: float = LEVEL,
) -> list[Estimate]:
    """Estimate how far apart the groups are.

    Returns
    -------
    list of Estimate
        ``cohen_d`` and ``hedges_g`` (of two groups: first less second, over the pooled standard
        deviation), ``eta_squared`` and ``omega_squared``.
    """
    raise NotImplementedError
