"""Weighting: raking to known margins within bounds, and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.errors import SurveyError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Raking:
    """Weights after raking, with what to look at before using them.

    Attributes
    ----------
    weights : array
        One per respondent.
    rounds : int
        Rounds over all margins.
    converged : bool
        Whether the largest relative distance of a weighted margin from its target, after any
        trimming, is within the tolerance.
    design_effect : float
        Kish's design effect of the weights.
    smallest, largest : float
        Extreme weights over the mean weight (targets over respondents).
    trimmed : int
        Respondents whose weight was cut.
    error : float
        The largest relative distance of a weighted margin from its target.
    """

    weights: "NDArray[np.float64]"
    rounds: int
    converged: bool
    design_effect: float
    smallest: float
    largest: float
    trimmed: int
    error: float


def rake(
    groups: Sequence[Any],
    targets: Sequence[Any],
    weights: Any = None,
    *,
    bounds: tuple[float, float] | None = None,
    tolerance: float = 1e-10,
    most_rounds: int = 1000,
) -> Raking:
    """Adjust weights until every margin has its target total.

    Parameters
    ----------
    groups : sequence of array of int
        For each margin the group 0 .. k - 1 of every respondent.
    targets : sequence of array
        For each margin the population total (or share) of its groups; the totals of the margins
        must agree.
    weights : array, optional
        Weights to start from; by default equal.
    bounds : (float, float), optional
        Least and greatest weight over the mean weight. In every round weights are cut to the
        bounds after raking, so that margins and bounds are met together where they can be.
    tolerance : float
        Largest relative error of a margin to stop at.
    most_rounds : int
        Rounds after which raking gives up; the result then says so in `converged`.

    Returns
    -------
    Raking

    Raises
    ------
    SurveyError
        When totals disagree, or a group with a target has no respondent (or the reverse).

    Notes
    -----
    SOURCE Deming & Stephan (1940), Annals of Mathematical Statistics 11, 427-444. R:
    ``survey::rake``; without `bounds` the weights are the same.

    Examples
    --------
    >>> sex, age = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 0])
    >>> found = rake([sex, age], [[50, 50], [60, 40]])
    >>> found.weights.round(6).tolist(), found.converged
    ([10.0, 20.0, 20.0, 50.0], True)
    """
    margins = _numbered(groups)
    wanted = [np.asarray(target, dtype=np.float64) for target in targets]
    start = np.ones(margins[0].size) if weights is None else np.asarray(weights, dtype=np.float64)
    _check(margins, wanted, start)
    mean = float(wanted[0].sum() / (start > 0).sum())
    current = start * (wanted[0].sum() / start.sum())
    rounds, error, trimmed = 0, np.inf, np.zeros(start.size, dtype=bool)
    while rounds < most_rounds and error > tolerance:
        rounds += 1
        for margin, target in zip(margins, wanted, strict=True):
            held = np.bincount(margin, current, minlength=target.size)
            factor = np.divide(target, held, out=np.zeros_like(target), where=held > 0)
            current = current * factor[margin]
        if bounds is not None:
            low, high = bounds[0] * mean, bounds[1] * mean
            cut = np.where(start > 0, np.clip(current, low, high), 0.0)
            trimmed = cut != current
            current = cut
        error = _error(margins, wanted, current)
    used = current[current > 0]
    effective = float(used.sum() ** 2 / np.square(used).sum())
    return Raking(
        current,
        rounds,
        error <= tolerance,
        used.size / effective,
        float(used.min()) / mean,
        float(used.max()) / mean,
        int(trimmed.sum()),
        error,
    )


def _numbered(groups: Sequence[Any]) -> list["NDArray[np.intp]"]:
    """Check that every respondent has a group, by number, in every margin."""
    if not len(groups):
        raise SurveyError("raking needs at least one margin")
    margins = []
    for number, group in enumerate(groups, start=1):
        values = np.asarray(group, dtype=np.float64)
        if np.isnan(values).any():
            raise SurveyError(f"raking: a respondent has no group in margin {number}")
        if values.size != len(groups[0]):
            raise SurveyError(f"raking: margins 1 and {number} have different respondents")
        margins.append(values.astype(np.intp))
    return margins


def _check(
    margins: list["NDArray[np.intp]"],
    wanted: list["NDArray[np.float64]"],
    weights: "NDArray[np.float64]",
) -> None:
    if weights.size != margins[0].size or len(margins) != len(wanted):
        raise SurveyError("raking needs a weight per respondent and targets per margin")
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
        raise SurveyError("raking: weights must be finite, not negative and not all zero")
    for number, (margin, target) in enumerate(zip(margins, wanted, strict=True), start=1):
        if not np.isfinite(target).all() or (target < 0).any() or not target.any():
            raise SurveyError(
                f"raking: the targets of margin {number} must be finite, not negative and not all "
                "zero"
            )
        if not np.isclose(target.sum(), wanted[0].sum(), rtol=1e-9):
            raise SurveyError(
                f"raking: the targets of margin {number} sum to {target.sum():g}, those of "
                f"margin 1 to {wanted[0].sum():g}; they must agree"
            )
        if margin.min() < 0 or margin.max() >= target.size:
            raise SurveyError(f"raking: a respondent's group in margin {number} has no target")
        held = np.bincount(margin, weights, minlength=target.size)
        empty = np.flatnonzero((held == 0) & (target > 0))
        if empty.size:
            raise SurveyError(
                f"raking: group {int(empty[0])} of margin {number} has a target but no "
                "respondent; join it with another group"
            )


def _error(
    margins: list["NDArray[np.intp]"],
    wanted: list["NDArray[np.float64]"],
    weights: "NDArray[np.float64]",
) -> float:
    largest = 0.0
    for margin, target in zip(margins, wanted, strict=True):
        held = np.bincount(margin, weights, minlength=target.size)
        scale = np.where(target > 0, target, 1.0)
        largest = max(largest, float(np.max(np.abs(held - target) / scale)))
    return largest
