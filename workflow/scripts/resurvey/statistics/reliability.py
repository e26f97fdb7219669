"""Items of a scale: Cronbach's alpha, McDonald's omega, each item with the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.results import (
    LEVEL,
    Estimate,
    f_quantile,
    few_freedom,
    t_quantile,
    unavailable,
)
from resurvey.statistics.summaries import read_weights, summarise

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

    Returns
    -------
    Reliability

    Notes
    -----
    R: ``psych::alpha`` (with ``use = "complete.obs"`` or ``"pairwise"``), ``psych::omega(nfactors =
    1)`` and ``survey::svycralpha``. SOURCE alpha: Cronbach (1951), Psychometrika 16, 297-334; its
    interval without a design: Feldt (1965), Psychometrika 30, 357-370. Omega: McDonald (1999),
    Test Theory, 89: one minus the sum of the items' unique variances over the variance of their
    standardised sum, with one factor by minimum residuals (Harman & Jones 1966, Psychometrika 31,
    351-368).

    The other intervals are linearised on the scale ln(1 - value), with the influence of every
    respondent on the covariances (alpha: Maydeu-Olivares et al. 2007, Psychological Methods 12,
    157-176): under a design with its strata and clusters, without one as of a simple random
    sample. With replicate weights all is estimated anew. Pairwise covariances get no interval, as
    their respondents differ.

    Examples
    --------
    >>> answers = [[1, 2, 1], [2, 2, 3], [3, 4, 3], [4, 3, 5], [5, 5, 4], [2, 1, 2]]
    >>> found = assess_scale(answers)
    >>> round(found.alpha.value, 4), round(found.alpha.lower, 4), round(found.alpha.upper, 4)
    (0.9013, 0.5817, 0.9851)
    >>> [round(item.alpha_without, 3) for item in found.items]
    [0.731, 0.927, 0.898]
    """
    given = np.asarray(items, dtype=np.float64)
    used = read_weights(len(given), weights, sample)
    width = given.shape[1]
    signs = np.ones(width)
    signs[list(reverse)] = -1.0
    answered = np.isfinite(given) & (used > 0)[:, None]
    inside = np.asarray(answered.all(axis=1) if missing == "listwise" else answered.any(axis=1))
    n = int(inside.sum())
    reason = _reason(given, answered, inside, missing)
    if reason is not None:
        alpha, standardised, omega = (
            unavailable(name, reason) for name in ("alpha", "standardised_alpha", "omega")
        )
        lines = tuple(
            ItemStatistics(int(one.sum()), None, None, None, None, None) for one in answered.T
        )
        return Reliability(
            n, alpha, standardised, omega, None, lines, np.full((width, width), np.nan)
        )
    data = np.where(answered, given * signs, 0.0)
    if missing == "listwise":
        covariance = _covariance(data, used, inside)
    else:
        covariance = _pairwise_covariance(data, used, answered, counted=sample is None)
    whole = _Scale(data, used, inside, sample, missing == "listwise", level)
    correlations = covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    loadings = one_factor(correlations) if width > 2 else None
    alpha = whole.estimate("alpha", cronbach_alpha, covariance)
    standardised = whole.estimate("standardised_alpha", _standardised_alpha, covariance)
    if loadings is None or not (np.square(loadings) <= 1).all():
        why = Note("three_items_needed" if width < 3 else "beyond_one")
        omega = unavailable("omega", why)
    else:
        omega = whole.estimate("omega", _omega, covariance, (Note("one_factor"),))
    lines = tuple(
        _item(given[:, k], answered[:, k], weights, sample, covariance, k, loadings)
        for k in range(width)
    )
    against = sum(line.item_rest is not None and line.item_rest < 0 for line in lines)
    notes: tuple[Note, ...] = (Note(missing),)
    if against:
        notes += (Note("negative_items", items=against),)
    mean = float(correlations[np.triu_indices(width, 1)].mean())
    return Reliability(n, alpha, standardised, omega, mean, lines, correlations, notes)


def cronbach_alpha(covariance: "NDArray[np.float64]") -> tuple[float, "NDArray[np.float64]"]:
    """Cronbach's alpha of items, and its derivatives by their covariances.

    Parameters
    ----------
    covariance : (k, k) array of float
        Of at least two items, all in one direction; their sum above zero.

    Returns
    -------
    tuple of float and (k, k) array of float

    Examples
    --------
    >>> round(cronbach_alpha(np.cov([[1.0, 2.0, 3.0], [2.0, 3.0, 5.0]]))[0], 4)
    0.9474
    """
    width, whole = len(covariance), float(covariance.sum())
    factor, own = width / (width - 1), float(np.trace(covariance))
    slopes = factor * (own / whole**2 * np.ones_like(covariance) - np.eye(width) / whole)
    return factor * (1 - own / whole), slopes


WEAK_ITEM = 0.3
"""An item-rest correlation below this is weak. SOURCE: Nunnally & Bernstein (1994), Psychometric
Theory, 305."""


def judge_alpha(alpha: float) -> Literal["unfit", "questionable", "fits", "redundant"]:
    """Say what a value of alpha is usually taken for.

    Returns
    -------
    str
        ``unfit`` to be added below 0.6, ``questionable`` below 0.7, ``fits`` up to 0.95, and
        ``redundant`` above: the items say the same.

    Notes
    -----
    A rule of thumb. SOURCE: Nunnally (1978), Psychometric Theory, 245; Tavakol & Dennick (2011),
    International Journal of Medical Education 2, 53-55.

    Examples
    --------
    >>> [judge_alpha(alpha) for alpha in (0.599, 0.6, 0.7, 0.95, 0.951)]
    ['unfit', 'questionable', 'fits', 'fits', 'redundant']
    """
    if alpha < 0.6:
        return "unfit"
    if alpha < 0.7:
        return "questionable"
    return "fits" if alpha <= 0.95 else "redundant"


def one_factor(correlations: "NDArray[np.float64]") -> "NDArray[np.float64] | None":
    """Load items on one factor by minimum residuals; None where the search does not settle.

    Notes
    -----
    The loadings make Σ (r_ij - l_i l_j)², i < j, least (R: ``psych::fa(fm = "minres")``). Their
    sum is not negative.

    Examples
    --------
    >>> made = np.outer([0.9, 0.8, 0.7], [0.9, 0.8, 0.7])
    >>> np.fill_diagonal(made, 1.0)
    >>> one_factor(made).round(6).tolist()
    [0.9, 0.8, 0.7]
    """
    off = correlations - np.diag(np.diag(correlations))
    sizes, vectors = np.linalg.eigh(correlations)
    loadings = vectors[:, -1] * np.sqrt(sizes[-1])
    for _ in range(PRINCIPAL_ROUNDS):  # principal factors come near whatever the start
        sizes, vectors = np.linalg.eigh(off + np.diag(np.minimum(np.square(loadings), 1.0)))
        loadings = vectors[:, -1] * np.sqrt(max(sizes[-1], 0.0))
    for _ in range(NEWTON_ROUNDS):
        slope = _minres_slope(loadings, off)
        try:
            step = np.linalg.solve(_minres_bend(loadings, off), -slope)
        except np.linalg.LinAlgError:
            return None
        loadings = loadings + step
        if np.abs(step).max() <= 1e-14:
            break
    else:
        if not np.abs(step).max() <= 1e-9:
            return None
    return np.asarray(loadings if loadings.sum() >= 0 else -loadings)


PRINCIPAL_ROUNDS, NEWTON_ROUNDS = 100, 50


def _minres_slope(loadings: Any, off: Any) -> Any:
    """Sum over the other items of (r_ij - l_i l_j) l_j, which is zero at the solution."""
    squares = np.square(loadings)
    return off @ loadings - loadings * (squares.sum() - squares)


def _minres_bend(loadings: Any, off: Any) -> Any:
    """Derivatives of `_minres_slope` by the loadings."""
    bend = off - 2 * np.outer(loadings, loadings)
    squares = np.square(loadings)
    np.fill_diagonal(bend, squares - squares.sum())
    return bend


def _reason(given: Any, answered: Any, inside: Any, missing: str) -> Note | None:
    """Why the items have no alpha."""
    width = given.shape[1]
    if width < 2:
        return Note("two_items_needed")
    if int(inside.sum()) < 2:
        return Note("at_most_one_respondent" if inside.any() else "no_respondents")
    for one in range(width):
        for other in range(width):
            both = inside & answered[:, one] & answered[:, other]
            held = given[both, one]
            if held.size < 2 or (held == held[0]).all():
                return Note("item_constant")
            if missing == "listwise":
                break
    return None


def _covariance(data: Any, weights: Any, inside: Any) -> "NDArray[np.float64]":
    """Weighted covariances of whoever enters."""
    held, own = data[inside], weights[inside]
    away = held - own @ held / own.sum()
    return np.asarray((away * own[:, None]).T @ away / own.sum())


def _pairwise_covariance(
    data: Any, weights: Any, answered: Any, counted: bool
) -> "NDArray[np.float64]":
    """Weighted covariances of whoever answered both items of a pair.

    With n - 1 for a divisor, as R's ``cov(use = "pairwise")``, since n differs from pair to pair;
    n is the sum of frequency weights that are `counted`, or the number of respondents.
    """
    width = data.shape[1]
    result = np.empty((width, width))
    for one in range(width):
        for other in range(one + 1):
            both = answered[:, one] & answered[:, other]
            own = weights[both]
            x, y = data[both, one], data[both, other]
            total = own.sum()
            product = own @ ((x - own @ x / total) * (y - own @ y / total))
            n = total if counted else float(own.size)
            result[one, other] = result[other, one] = product / total * n / (n - 1)
    return result


def _item(
    given: Any, answered: Any, weights: Any, sample: Any, covariance: Any, k: int, loadings: Any
) -> ItemStatistics:
    """Describe one item, and it beside the sum of the others."""
    own = summarise(given, answered, weights=weights, sample=sample, quantiles=())
    width = len(covariance)
    others = np.arange(width) != k
    rest = float(covariance[np.ix_(others, others)].sum())
    with_rest = float(covariance[k, others].sum())
    size = float(covariance[k, k]) * rest
    return ItemStatistics(
        own.n,
        own.mean.value,
        own.deviation,
        with_rest / size**0.5 if size > 0 else None,
        cronbach_alpha(covariance[np.ix_(others, others)])[0] if width > 2 else None,
        None if loadings is None else float(loadings[k]),
    )


def _standardised_alpha(covariance: "NDArray[np.float64]") -> tuple[float, Any]:
    """Alpha of standardised items, and its derivatives by the covariances."""
    width = len(covariance)
    errors, r = _correlations(covariance)
    mean = (float(r.sum()) - width) / (width * (width - 1))
    slope = width / (1 + (width - 1) * mean) ** 2 / (width * (width - 1))
    by_correlation = slope * (np.ones_like(r) - np.eye(width))
    value = width * mean / (1 + (width - 1) * mean)
    return value, _by_covariances(by_correlation, errors, r)


def _omega(covariance: "NDArray[np.float64]") -> tuple[float, Any]:
    """McDonald's omega total, and its derivatives by the covariances."""
    errors, r = _correlations(covariance)
    width, whole = len(r), float(r.sum())
    loadings = one_factor(r)
    if loadings is None:
        return float("nan"), np.full_like(r, np.nan)
    unique = width - float(np.square(loadings).sum())
    off = r - np.eye(width)
    # The loadings follow the correlations so that their slope stays zero (implicit function).
    pull = -np.linalg.solve(_minres_bend(loadings, off).T, 2 * loadings / whole)
    by_correlation = np.outer(pull, loadings)
    by_correlation = (by_correlation + by_correlation.T) / 2 + unique / whole**2
    np.fill_diagonal(by_correlation, 0.0)
    return 1 - unique / whole, _by_covariances(by_correlation, errors, r)


def _correlations(covariance: Any) -> tuple[Any, Any]:
    errors = np.sqrt(np.diag(covariance))
    return errors, covariance / np.outer(errors, errors)


def _by_covariances(by_correlation: Any, errors: Any, r: Any) -> Any:
    """Turn derivatives by correlations (over all ordered pairs) into those by covariances."""
    result = by_correlation / np.outer(errors, errors)
    np.fill_diagonal(result, -(by_correlation * r).sum(axis=1) / np.square(errors))
    return result


@dataclass(frozen=True)
class _Scale:
    """Answers to the items, of which functions of their covariances are estimated."""

    data: "NDArray[np.float64]"
    weights: "NDArray[np.float64]"
    inside: "NDArray[np.bool_]"
    sample: "Sample | ReplicatedSample | None"
    listwise: bool
    level: float

    def estimate(
        self, name: str, function: Any, covariance: Any, notes: tuple[Note, ...] = ()
    ) -> Estimate:
        """Give a coefficient its interval."""
        value, slopes = function(covariance)
        if not self.listwise:
            reason = Note("pairwise_interval", "no_interval")
            return Estimate(name, value, notes=(reason, *notes))
        if not value < 1:
            return Estimate(name, value, notes=(Note("perfect", "no_interval"), *notes))
        if self.sample is None and name == "alpha":
            return self._feldt(value)
        if self.sample is None:
            influence = self._influence(covariance, slopes)
            own = self.weights[self.inside]
            error = float(own @ np.square(influence)) ** 0.5 / float(own.sum())
            return self._around(name, value, error / (1 - value), None, notes)

        def on_log_scale(weights: "NDArray[np.float64]") -> Any:
            copy = _covariance(self.data, weights, self.inside)
            return np.log(1 - function(copy)[0])

        def column(_: "NDArray[np.float64]") -> "NDArray[np.float64]":
            result = np.zeros((self.inside.size, 1))
            own = float(self.weights[self.inside].sum())
            influence = self._influence(covariance, slopes)
            result[self.inside, 0] = -influence / own / (1 - value)
            return result

        variance = float(self.sample.estimate(on_log_scale, column)[1][0, 0])
        freedom = self.sample.freedom_among(self.inside)
        if not freedom >= 1 or not np.isfinite(variance):
            return Estimate(name, value, notes=(Note("no_freedom", "no_interval"), *notes))
        return self._around(name, value, max(variance, 0.0) ** 0.5, freedom, notes)

    def _influence(self, covariance: Any, slopes: Any) -> Any:
        """Influence of whoever enters on a function of the covariances."""
        held, own = self.data[self.inside], self.weights[self.inside]
        away = held - own @ held / own.sum()
        return ((away @ slopes) * away).sum(axis=1) - float((slopes * covariance).sum())

    def _feldt(self, value: float) -> Estimate:
        """Interval of alpha by the F distribution."""
        n, width = float(self.weights[self.inside].sum()), self.data.shape[1]
        df, df2 = n - 1, (n - 1) * (width - 1)
        tail = (1 - self.level) / 2
        low, high = (1 - (1 - value) * f_quantile(end, df, df2) for end in (1 - tail, tail))
        return Estimate("alpha", value, low, high, (Note("feldt"),))

    def _around(
        self, name: str, value: float, error: float, freedom: float | None, notes: Any
    ) -> Estimate:
        """Interval on the scale ln(1 - value)."""
        half = t_quantile(0.5 + self.level / 2, freedom or float("inf")) * error
        low, high = (1 - (1 - value) * float(np.exp(side * half)) for side in (1, -1))
        first = Note("on_log_scale", df=freedom) if freedom else Note("distribution_free")
        warning = few_freedom(freedom) if freedom else ()
        return Estimate(name, value, low, high, (first, *warning, *notes), error * (1 - value))
