"""Model checks: how well a logit model predicts, and whether its assumptions hold."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code
from resurvey.core.notes import Note
from resurvey.statistics.distributions import chi_square_tail
from resurvey.statistics.results import Result, refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

GROUPS = 10
"""Groups of the Hosmer–Lemeshow test."""

LARGEST = 15.0
"""A coefficient beyond this in one of the binary logits is a sign of separation."""


def check_model(
    y: "NDArray[np.int64]",
    x: "NDArray[np.float64]",
    probabilities: "NDArray[np.float64]",
    names: Sequence[tuple[str, Code | None]],
    scores: "NDArray[np.float64]",
) -> tuple[Result, ...]:
    """Describe the fit of a binary or ordered logit.

    Parameters
    ----------
    y : array of int, respondents
        Outcome, 0 to K - 1 from low to high.
    x : array, respondents × columns
        Predictors without a constant.
    probabilities : array, respondents × K
        Fitted probabilities.
    names : sequence of (variable, code)
        Predictor that each column belongs to.
    scores : array, respondents
        Linear predictor; a higher one makes a higher outcome more likely.

    Returns
    -------
    tuple of Result
        ``concordance``, ``predicted_correctly``, ``largest_vif``, and ``hosmer_lemeshow``
        (binary) or ``brant`` (ordered).
    """
    binary = probabilities.shape[1] == 2
    check = hosmer_lemeshow(y, probabilities[:, 1]) if binary else brant(y, x)
    return concordance(y, scores), _hits(y, probabilities), _inflation(x, names), check


def concordance(y: "NDArray[np.int64]", scores: "NDArray[np.float64]") -> Result:
    """Share of pairs with different outcomes that the scores put in the right order.

    Ties count half; of a binary outcome it is the area under the ROC curve.

    Examples
    --------
    >>> concordance(np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 2.0, 3.0])).statistic
    0.875
    """
    by_outcome = [np.sort(scores[y == one]) for one in np.unique(y)]
    right = pairs = 0.0
    for place, low in enumerate(by_outcome):
        for high in by_outcome[place + 1 :]:
            below = np.searchsorted(low, high, side="left").sum()
            tied = np.searchsorted(low, high, side="right").sum() - below
            right += float(below) + float(tied) / 2
            pairs += float(low.size) * high.size
    if not pairs:
        return refused("concordance", Note("same_outcomes"), len(y))
    return Result("concordance", right / pairs, n=len(y), notes=(Note("chance"),))


def _hits(y: "NDArray[np.int64]", probabilities: "NDArray[np.float64]") -> Result:
    share = float((probabilities.argmax(axis=1) == y).mean())
    most = float(np.bincount(y).max() / len(y))
    return Result("predicted_correctly", share, n=len(y), notes=(Note("alone", alone=most),))


def _inflation(x: "NDArray[np.float64]", names: Sequence[tuple[str, Code | None]]) -> Result:
    """Largest generalised variance inflation, per column of the predictor.

    Notes
    -----
    SOURCE Fox & Monette (1992), JASA 87, 178-183: GVIF ** (1 / df).
    """
    variables = list(dict.fromkeys(name for name, _ in names))
    if len(variables) < 2:
        return refused("largest_vif", Note("one_predictor"), len(x))
    correlation: Any = np.corrcoef(x.T)
    whole = np.linalg.slogdet(correlation)[1]
    found = {}
    for variable in variables:
        own = np.array([name == variable for name, _ in names])
        inner = np.linalg.slogdet(correlation[np.ix_(own, own)])[1]
        outer = np.linalg.slogdet(correlation[np.ix_(~own, ~own)])[1]
        found[variable] = float(np.exp((inner + outer - whole) / own.sum()))
    worst = max(found, key=lambda one: found[one])
    notes = (Note("inflation", predictor=worst),)
    return Result("largest_vif", found[worst], n=len(x), notes=notes)


def hosmer_lemeshow(
    y: "NDArray[np.int64]", probability: "NDArray[np.float64]", groups: int = GROUPS
) -> Result:
    """Compare observed and expected outcomes in groups of fitted probability.

    Notes
    -----
    SOURCE Hosmer & Lemeshow (1980); groups by quantiles as in R's
    ``ResourceSelection::hoslem.test``; degrees of freedom: groups less 2.
    """
    name, n = "hosmer_lemeshow", len(y)
    edges = np.unique(np.quantile(probability, np.linspace(0, 1, groups + 1)))
    if edges.size < 4:
        return refused(name, Note("three_groups_needed"), n)
    place = np.clip(np.searchsorted(edges, probability, side="left") - 1, 0, edges.size - 2)
    size = np.bincount(place, minlength=edges.size - 1)
    observed: Any = np.bincount(place, y, minlength=edges.size - 1)
    expected: Any = np.bincount(place, probability, minlength=edges.size - 1)
    held = size > 0
    away = np.square(observed - expected)[held]
    statistic = float((away / (expected * (1 - expected / np.maximum(size, 1)))[held]).sum())
    df = int(held.sum()) - 2
    notes = (Note("calibration_groups", groups=int(held.sum())),)
    return Result(name, statistic, df, None, chi_square_tail(statistic, df), n, notes)


def brant(y: "NDArray[np.int64]", x: "NDArray[np.float64]") -> Result:
    """Test whether the slopes are the same at every cut of an ordered outcome.

    Notes
    -----
    SOURCE Brant (1990), Biometrics 46, 1171-1178: a Wald test of the slopes of the binary logits
    at each cut, with their joint covariance.
    """
    name, n = "brant", len(y)
    cuts = int(y.max())
    full = np.column_stack([np.ones(n), x])
    fits = [_binary(full, (y > cut).astype(np.float64)) for cut in range(cuts)]
    if any(one is None for one in fits):
        return refused(name, Note("cut_separated"), n)
    slopes, chances, inverses = zip(*(one for one in fits if one is not None), strict=True)
    width = x.shape[1]
    covariance = np.zeros((cuts * width, cuts * width))
    for j in range(cuts):
        for k in range(j, cuts):
            # P(y > k and y > j) is P(y > k): the cuts are nested.
            weight = chances[k] * (1 - chances[j])
            part = (inverses[j] @ (full.T @ (weight[:, None] * full)) @ inverses[k])[1:, 1:]
            covariance[j * width : (j + 1) * width, k * width : (k + 1) * width] = part
            covariance[k * width : (k + 1) * width, j * width : (j + 1) * width] = part.T
    against = np.hstack([np.tile(np.eye(width), (cuts - 1, 1)), -np.eye((cuts - 1) * width)])
    away = against @ np.concatenate([one[1:] for one in slopes])
    spread = against @ covariance @ against.T
    try:
        statistic = float(away @ np.linalg.solve(spread, away))
    except np.linalg.LinAlgError:
        return refused(name, Note("slopes_dependent"), n)
    df = (cuts - 1) * width
    if not statistic >= 0:
        return refused(name, Note("cuts_thin"), n)
    notes = (Note("against_proportional"),)
    return Result(name, statistic, df, None, chi_square_tail(statistic, df), n, notes)


def _binary(full: "NDArray[np.float64]", hit: "NDArray[np.float64]") -> tuple[Any, Any, Any] | None:
    """Fit a binary logit by Newton's method; None where it runs away."""
    values = np.zeros(full.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(full @ values)))
        information = full.T @ ((chance * (1 - chance))[:, None] * full)
        try:
            step = np.linalg.solve(information, full.T @ (hit - chance))
        except np.linalg.LinAlgError:
            return None
        values = values + step
        if not np.abs(values[1:]).max(initial=0.0) < LARGEST:
            return None
        if np.abs(step).max() < 1e-10:
            chance = 1 / (1 + np.exp(-(full @ values)))
            weight = (chance * (1 - chance))[:, None]
            return values, chance, np.linalg.inv(full.T @ (weight * full))
    return None
