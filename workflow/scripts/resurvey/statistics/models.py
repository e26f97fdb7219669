"""Models: what a fit hands back, where a logit's fit starts, and the checks of a fitted logit."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code
from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note, Refusal
from resurvey.statistics.results import Result, chi_square_tail, refused

if TYPE_CHECKING:
    from numpy.typing import NDArray


Column = tuple[str, Code | None]

LARGEST = 15.0
"""A coefficient beyond this is a sign of separation: per answer, or per standard deviation."""


@dataclass(frozen=True)
class Term:
    """One coefficient or effect.

    Attributes
    ----------
    variable : str
        Predictor.
    code : code or None
        Answer compared with the reference answer; None for a number.
    outcome : code or None
        Outcome whose probability changes (effects); None for a coefficient.
    estimate, standard_error, z, p_value, lower, upper : float
        The estimate with its 95 % interval.
    """

    variable: str
    code: Code | None
    outcome: Code | None
    estimate: float
    standard_error: float
    z: float
    p_value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Model:
    """A fitted model.

    Attributes
    ----------
    kind : str
        ``linear``, ``binary``, ``ordered`` or ``multinomial``.
    outcomes : list
        Outcome codes: the other answers and the positive one, or from low to high.
    coefficients : list of Term
        On the logit scale.
    thresholds : list of float
        Cut points of an ordered model; minus the constant of a binary one; the constant of a
        linear one, those of the outcomes of a multinomial one.
    effects : list of Term
        Average marginal effects: change of the outcome's probability, averaged over the
        respondents, when the predictor goes from its reference to the code (or up by one).
    references : dict
        Reference answer of each predictor.
    n : int
        Respondents with an answer to every variable.
    log_likelihood, null_log_likelihood, mcfadden, likelihood_ratio, df, p_value : float
        Fit, and the test against the model without predictors; NaN where there is no such
        number, `p_value` under a design is that of `overall`.
    notes : tuple of Note
        Who was left out and what to beware of.
    diagnostics : tuple of Result
        Prediction, collinearity and the test of the model's assumption (see `check_model`).
    constants : list of Term
        The thresholds with their errors; the variable is empty.
    term_tests : dict
        Wald test of all columns of each predictor.
    overall : Result, optional
        Wald test of all predictors.
    freedom : float
        Degrees of freedom of the t in `Term.z`; infinite where it is normal.
    r_squared, adjusted_r_squared, residual_error : float, optional
        Fit of a linear model.
    """

    kind: str
    outcomes: list[Code]
    coefficients: list[Term]
    thresholds: list[float]
    effects: list[Term]
    references: dict[str, Code]
    n: int
    log_likelihood: float
    null_log_likelihood: float
    mcfadden: float
    likelihood_ratio: float
    df: int
    p_value: float
    notes: tuple[Note, ...]
    diagnostics: tuple[Result, ...] = ()
    constants: list[Term] = field(default_factory=list)
    term_tests: dict[str, Result] = field(default_factory=dict)
    overall: Result | None = None
    freedom: float = float("inf")
    r_squared: float | None = None
    adjusted_r_squared: float | None = None
    residual_error: float | None = None


def unit_of(
    x: "NDArray[np.float64]", names: Sequence[Column]
) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
    """Middle and standard deviation of each number; 0 and 1 for the indicator of an answer.

    The fit is made in these units, so that neither a year (far from zero) nor a rate (a small
    range) keeps it from converging or passes for an answer that separates the outcomes.
    """
    number = np.array([code is None for _, code in names])
    spread = x.std(axis=0)
    return np.where(number, x.mean(axis=0), 0.0), np.where(number & (spread > 0), spread, 1.0)


def start_logit(
    y: "NDArray[np.int64]", x: "NDArray[np.float64]", ordered: bool
) -> "NDArray[np.float64]":
    """Fit without weights by statsmodels; return slopes and cut points (minus the constant).

    Statsmodels takes differences of an ordered model's likelihood, which leaves six digits:
    `fit_model` goes on to the maximum.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = _fit_ordered(y, x) if ordered else _fit_binary(y, x)
            parameters = np.asarray(found.params)
            if np.abs(parameters[: x.shape[1]]).max() > LARGEST:
                raise Refusal(Note("separated"))
            if ordered:
                cuts = found.model.transform_threshold_params(parameters)[1:-1]
                values = np.concatenate([parameters[: x.shape[1]], cuts])
            else:
                values = np.append(np.ones(x.shape[1]), -1.0) * parameters
        except np.linalg.LinAlgError:
            raise Refusal(Note("separated")) from None
        except SurveyError:
            raise
        except Exception as error:  # statsmodels raises its own, numpy's and scipy's kinds
            raise Refusal(Note("fit_failed", error=str(error))) from error
    if not np.isfinite(values).all():
        raise Refusal(Note("separated"))
    if not found.mle_retvals["converged"]:
        raise Refusal(Note("not_converged"))
    return np.asarray(values)


def _fit_binary(y: "NDArray[Any]", x: "NDArray[np.float64]") -> Any:
    """Fit the second outcome against the first; the constant is the last parameter."""
    from statsmodels.discrete.discrete_model import Logit  # type: ignore[import-untyped,unused-ignore]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        full = np.column_stack([x, np.ones(len(x))])
        return Logit(y, full).fit(method="newton", maxiter=100, tol=1e-13, disp=0)


def _fit_ordered(y: "NDArray[np.int64]", x: "NDArray[np.float64]") -> Any:
    """Fit proportional odds to six digits."""
    from statsmodels.miscmodels.ordinal_model import OrderedModel  # type: ignore[import-untyped,unused-ignore]

    model = OrderedModel(y, x, distr="logit")
    return model.fit(method="bfgs", maxiter=2000, gtol=1e-6, disp=0, skip_hessian=True)


GROUPS = 10
"""Groups of the Hosmer–Lemeshow test."""


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
    return concordance(y, scores), _hits(y, probabilities), measure_inflation(x, names), check


def concordance(y: "NDArray[np.int64]", scores: "NDArray[np.float64]") -> Result:
    """Share of pairs with different outcomes that the scores put in the right order.

    Ties count half; of a binary outcome it is the area under the ROC curve.

    Examples
    --------
    >>> concordance(np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 2.0, 3.0])).statistic
    0.875
    """
    by_outcome = [np.sort(scores[y == outcome]) for outcome in np.unique(y)]
    right = pairs = 0.0
    for rank, low in enumerate(by_outcome):
        for high in by_outcome[rank + 1 :]:
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


def measure_inflation(x: "NDArray[np.float64]", names: Sequence[tuple[str, Code | None]]) -> Result:
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
        inside = np.array([name == variable for name, _ in names])
        inner = np.linalg.slogdet(correlation[np.ix_(inside, inside)])[1]
        outer = np.linalg.slogdet(correlation[np.ix_(~inside, ~inside)])[1]
        found[variable] = float(np.exp((inner + outer - whole) / inside.sum()))
    worst = max(found, key=lambda variable: found[variable])
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
    group_of = np.clip(np.searchsorted(edges, probability, side="left") - 1, 0, edges.size - 2)
    size = np.bincount(group_of, minlength=edges.size - 1)
    observed: Any = np.bincount(group_of, y, minlength=edges.size - 1)
    expected: Any = np.bincount(group_of, probability, minlength=edges.size - 1)
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
    full = np.column_stack([x, np.ones(n)])
    slopes, chances, inverses = [], [], []
    for cut in range(cuts):
        try:
            found = _fit_binary((y > cut).astype(np.float64), x)
        except np.linalg.LinAlgError:
            return refused(name, Note("cut_separated"), n)
        if not found.mle_retvals["converged"] or np.abs(found.params[:-1]).max() > LARGEST:
            return refused(name, Note("cut_separated"), n)
        slopes.append(found.params[:-1])
        chances.append(found.predict())
        inverses.append(found.cov_params())
    width = x.shape[1]
    covariance = np.zeros((cuts * width, cuts * width))
    for j in range(cuts):
        for k in range(j, cuts):
            # P(y > k and y > j) is P(y > k): the cuts are nested.
            weight = chances[k] * (1 - chances[j])
            part = (inverses[j] @ (full.T @ (weight[:, None] * full)) @ inverses[k])[:-1, :-1]
            covariance[j * width : (j + 1) * width, k * width : (k + 1) * width] = part
            covariance[k * width : (k + 1) * width, j * width : (j + 1) * width] = part.T
    against = np.hstack([np.tile(np.eye(width), (cuts - 1, 1)), -np.eye((cuts - 1) * width)])
    away = against @ np.concatenate(slopes)
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
