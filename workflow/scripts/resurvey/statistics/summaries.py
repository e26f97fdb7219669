"""A numeric variable in a group: mean, standard deviation, quantiles, extremes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.results import LEVEL, Estimate, around_t, few_freedom, unavailable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.statistics.linearisation import Sample
    from resurvey.statistics.weighting import ReplicatedSample

QUARTILES = (0.25, 0.5, 0.75)

SAME = 1e-12
"""Cumulative weights as near as this, over all weights, to a share are equal to it."""


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

    Notes
    -----
    Under a design as R survey gives it of the ``subset``: ``svymean`` with
    ``confint(df = degf(subset))``, the root of ``svyvar``, and ``svyquantile`` (4.1) with its
    defaults: the smallest value that at least this share of the weights does not exceed
    (``qrule = "math"``, ``quantile(type = 1)``), and Woodruff's interval (``interval.type =
    "mean"``): the quantiles at both ends of the t interval of the share at or below it. The same
    rule holds without a design, where the share's interval is that of a simple random sample; an
    end whose share is beyond 0 or 1 is missing. SPSS interpolates between two values instead.

    Examples
    --------
    >>> found = summarise([1.0, 2.0, 3.0, 10.0, np.nan])
    >>> found.n, found.mean.value, round(found.deviation, 4), found.quantiles[0.5].value
    (4, 4.0, 4.0825, 2.0)
    """
    data = np.asarray(values, dtype=np.float64)
    used = read_weights(data.size, weights, sample)
    inside = np.isfinite(data) & (used > 0)
    if members is not None:
        inside &= members
    n = int(inside.sum()) if sample is None else sample.respondents(inside)
    if not n:
        nothing = Note("no_respondents")
        empty = {share: unavailable("quantile", nothing) for share in quantiles}
        return Summary(0, 0.0, unavailable("mean", nothing), None, empty, None, None, 0.0)
    held, own = data[inside], used[inside]
    total = float(own.sum())
    # Around the first value, so that large numbers keep the digits in which they differ.
    middle = float(held[0] + own @ (held - held[0]) / total)
    squares = float(own @ np.square(held - middle))
    # Frequency weights count respondents; sampling weights are scaled to their number.
    people = n if sample is not None else total
    deviation = (squares / total * people / (people - 1)) ** 0.5 if people > 1 else None
    freedom = people - 1 if sample is None else sample.freedom_among(inside)
    group = _Group(held, own, inside, sample, freedom, level)
    low, high = float(held.min()), float(held.max())
    return Summary(
        n,
        total,
        group.mean("mean", held, middle),
        deviation if low < high or deviation is None else 0.0,
        {share: group.quantile(share) for share in quantiles},
        low,
        high,
        freedom,
    )


def read_weights(
    respondents: int, weights: Any, sample: "Sample | ReplicatedSample | None"
) -> "NDArray[np.float64]":
    """Return what each respondent counts: the design's weights, frequency weights, or one.

    Examples
    --------
    >>> read_weights(3, None, None).tolist()
    [1.0, 1.0, 1.0]
    """
    if sample is not None:
        return sample.weights
    return np.ones(respondents) if weights is None else np.asarray(weights, dtype=np.float64)


@dataclass(frozen=True)
class _Group:
    """Values of a group, their weights, and where it is in the sample."""

    values: "NDArray[np.float64]"
    weights: "NDArray[np.float64]"
    inside: "NDArray[np.bool_]"
    sample: "Sample | ReplicatedSample | None"
    freedom: float
    level: float

    def mean(self, name: str, values: "NDArray[np.float64]", middle: float) -> Estimate:
        """Give a weighted mean its standard error and t interval."""
        if not self.freedom >= 1:
            reason = Note("no_freedom" if self.sample is not None else "one_respondent")
            return Estimate(name, middle, notes=(reason.refusing("no_interval"),))
        away, total = values - middle, float(self.weights.sum())
        if self.sample is None:
            variance = float(self.weights @ np.square(away)) / total / (total - 1)
        else:
            variance = self._linearised(away, total)
        warning = few_freedom(self.freedom) if self.sample is not None else ()
        return around_t(name, middle, variance**0.5, self.freedom, self.level, warning)

    def _linearised(self, away: "NDArray[np.float64]", total: float) -> float:
        """Variance of the mean of values less their mean."""
        assert self.sample is not None
        place = np.zeros(self.inside.size)
        place[self.inside] = away

        def ratio(weights: "NDArray[np.float64]") -> Any:
            held = weights[self.inside]
            return held @ away / held.sum()

        found = self.sample.estimate(ratio, lambda _: place[:, None] / total)[1]
        return max(float(found[0, 0]), 0.0)

    def quantile(self, share: float) -> Estimate:
        """Find a quantile with Woodruff's interval."""
        value = quantile(self.values, self.weights, share)
        below = (self.values <= value).astype(np.float64)
        rule = Note("quantile_rule")
        if below.all():
            # R gives the largest value for both ends, as if it were known for certain.
            return Estimate("quantile", value, notes=(rule, Note("fixed_share", "no_interval")))
        around = self.mean("share", below, float(self.weights @ below / self.weights.sum()))
        if around.lower is None or around.upper is None:
            return Estimate("quantile", value, notes=(*around.notes, rule))
        low, high = (
            quantile(self.values, self.weights, end) if 0 <= end <= 1 else None
            for end in (around.lower, around.upper)
        )
        beyond = (Note("share_beyond"),) if low is None or high is None else ()
        error = None
        if low is not None and high is not None and around.standard_error:
            half = (around.upper - around.lower) / 2 / around.standard_error
            error = (high - low) / 2 / half
        return Estimate("quantile", value, low, high, (rule, *around.notes, *beyond), error)


def quantile(values: "NDArray[np.float64]", weights: "NDArray[np.float64]", share: float) -> float:
    """Return the smallest value that at least a share of the weights does not exceed.

    Notes
    -----
    R: ``quantile(type = 1)``; survey: ``svyquantile(qrule = "math")``.

    Examples
    --------
    >>> quantile(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), 0.5)
    2.0
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    place = int(np.searchsorted(reached, (share - SAME) * reached[-1], side="left"))
    return float(values[order[min(place, values.size - 1)]])
