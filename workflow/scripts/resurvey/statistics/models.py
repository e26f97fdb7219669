"""Models: binary and ordered logit of an answer on other answers, with average marginal effects."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code
from resurvey.core.counting import encode
from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note, Refusal
from resurvey.statistics.distributions import chi_square_tail, normal_quantile, normal_tail
from resurvey.statistics.model_checks import check_model
from resurvey.statistics.results import Result

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.survey import Survey

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
    """A fitted logit model.

    Attributes
    ----------
    kind : str
        ``binary`` or ``ordered``.
    outcomes : list
        Outcome codes: the other answers and the positive one, or from low to high.
    coefficients : list of Term
        On the logit scale.
    thresholds : list of float
        Cut points of an ordered model; the constant of a binary one (one value).
    effects : list of Term
        Average marginal effects: change of the outcome's probability, averaged over the
        respondents, when the predictor goes from its reference to the code (or up by one).
    references : dict
        Reference answer of each predictor.
    n : int
        Respondents with an answer to every variable.
    log_likelihood, null_log_likelihood, mcfadden, likelihood_ratio, df, p_value : float
        Fit, and the test against the model without predictors.
    notes : tuple of Note
        Who was left out and what to beware of.
    diagnostics : tuple of Result
        Prediction, collinearity and the test of the model's assumption (see `model_checks`).
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


def binary_logit(
    survey: "Survey", outcome: str, positive: Sequence[Code], predictors: Sequence[str]
) -> Model:
    """Fit a binary logit: one of the `positive` answers against all others.

    "Don't know" codes of the outcome are left out unless they are `positive`, those of a scale
    predictor always; a note counts them.

    Raises
    ------
    SurveyError
        On reconstructed data, with separated answers, or when an outcome is missing.
    """
    variable = survey.codebook[outcome]
    codes = encode(survey.data[outcome], variable)[1]
    place = np.zeros(len(codes) + 1, np.int64)
    for position, code in enumerate(codes):
        if code in positive:
            place[position] = 1
        elif code in variable.dont_know:
            place[position] = -1
    y, x, names, references, kept = _prepare(survey, outcome, predictors, place)
    return _fit("binary", outcome, y, ["other", "positive"], x, names, references, kept)


def ordered_logit(survey: "Survey", outcome: str, predictors: Sequence[str]) -> Model:
    """Fit an ordered (proportional-odds) logit.

    "Don't know" codes of the outcome and of scale predictors are left out; a note counts them.

    Raises
    ------
    SurveyError
        On reconstructed data, with separated answers, or when the outcome has no order.
    """
    variable = survey.codebook[outcome]
    if variable.measure not in ("ordinal", "scale") and not variable.order:
        raise Refusal(Note("outcome_unordered", outcome=outcome))
    codes = encode(survey.data[outcome], variable)[1]
    ordered = [code for code in variable.ordered_answers if code in codes]
    ordered += [code for code in codes if code not in ordered and code not in variable.dont_know]
    place = np.full(len(codes) + 1, -1, np.int64)
    for rank, code in enumerate(ordered):
        place[codes.index(code)] = rank
    y, x, names, references, kept = _prepare(survey, outcome, predictors, place)
    present = np.unique(y)
    y = np.searchsorted(present, y)
    outcomes = [ordered[int(rank)] for rank in present]
    return _fit("ordered", outcome, y, outcomes, x, names, references, kept)


def _prepare(
    survey: "Survey", outcome: str, predictors: Sequence[str], place: "NDArray[np.int64]"
) -> tuple[Any, Any, list[tuple[str, Code | None]], dict[str, Code], tuple[Note, ...]]:
    """Arrange outcome and predictors; `place` says what each outcome code counts as, -1 nothing."""
    if survey.codebook.reconstructed:
        raise SurveyError(
            f"no model of '{outcome}': the records are reconstructed from published tables, their "
            "joint distribution is invented"
        )
    positions, codes = encode(survey.data[outcome], survey.codebook[outcome])
    y = place[positions]
    there = positions < len(codes)
    known = there & (y >= 0)
    columns: list[Any] = []
    names: list[tuple[str, Code | None]] = []
    references: dict[str, Code] = {}
    parts = []
    for name in predictors:
        variable = survey.codebook[name]
        found, answers = encode(survey.data[name], variable)
        there &= found < len(answers)
        aside = np.zeros(len(answers) + 1, np.bool_)
        if variable.measure == "scale":
            # The code of "don't know" is no amount.
            aside[:-1] = [code in variable.dont_know for code in answers]
        known &= (found < len(answers)) & ~aside[found]
        parts.append((name, variable, found, answers))
    dont_know = int((there & ~known).sum())
    notes: tuple[Note, ...] = (Note("answered", kept=int(known.sum()), all=there.size),)
    if dont_know:
        notes += (Note("did_not_know", left_out=dont_know),)
    there = known
    for name, variable, found, answers in parts:
        if variable.measure == "scale":
            amounts = [code for code in answers if code not in variable.dont_know]
            if any(isinstance(code, str) for code in amounts):
                raise Refusal(Note("scale_of_texts", predictor=name))
            values = [0.0 if code in variable.dont_know else float(code) for code in answers]
            columns.append(np.array([*values, 0.0])[found])
            names.append((name, None))
            continue
        held = [code for k, code in enumerate(answers) if (found[there] == k).any()]
        if len(held) < 2:
            raise Refusal(Note("one_answer_predictor", predictor=name))
        references[name] = held[0]
        for code in held[1:]:
            columns.append((found == answers.index(code)).astype(np.float64))
            names.append((name, code))
    if not names:
        raise Refusal(Note("no_predictor"), f"no model of '{outcome}': ")
    return y[there], np.stack(columns, axis=1)[there], names, references, notes


def _fit(
    kind: str,
    outcome: str,
    y: "NDArray[np.int64]",
    outcomes: list[Code],
    x: "NDArray[np.float64]",
    names: list[tuple[str, Code | None]],
    references: dict[str, Code],
    notes: tuple[Note, ...],
) -> Model:
    sizes = np.bincount(y, minlength=len(outcomes))
    if len(outcomes) < 2 or (sizes == 0).any():
        raise Refusal(Note("empty_outcome"), f"no model of '{outcome}': ")
    middle, unit = _unit(x, names)
    scaled = (x - middle) / unit
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(x)), scaled])) <= x.shape[1]:
        raise Refusal(Note("predictors_dependent"), f"no model of '{outcome}': ")
    slopes, cuts, covariance, fit = _estimate(kind, outcome, y, scaled)
    if np.abs(slopes).max() > LARGEST or not np.isfinite(covariance).all():
        raise Refusal(Note("separated"), f"no model of '{outcome}': ")
    checks = check_model(
        y, scaled, _probabilities(np.concatenate([slopes, cuts]), scaled), names, scaled @ slopes
    )
    # Back to the predictors' own units: a cut point moves by what their middles add up to.
    back = np.diag(np.concatenate([1 / unit, np.ones(cuts.size)]))
    back[slopes.size :, : slopes.size] = middle / unit
    values = back @ np.concatenate([slopes, cuts])
    covariance = back @ covariance @ back.T
    slopes, cuts = values[: slopes.size], values[slopes.size :]
    null = float((sizes * np.log(sizes / sizes.sum())).sum())
    errors = np.sqrt(np.diag(covariance))
    terms = [_term(name, code, None, slopes[k], errors[k]) for k, (name, code) in enumerate(names)]
    ratio = 2 * (fit - null)
    return Model(
        kind,
        outcomes,
        terms,
        cuts.tolist(),
        _effects(
            slopes,
            cuts,
            covariance,
            x,
            names,
            outcomes if kind == "ordered" else outcomes[1:],
            kind,
        ),
        references,
        len(y),
        fit,
        null,
        1 - fit / null,
        ratio,
        x.shape[1],
        chi_square_tail(max(ratio, 0.0), x.shape[1]),
        notes,
        checks,
    )


def _unit(
    x: "NDArray[np.float64]", names: Sequence[tuple[str, Code | None]]
) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
    """Middle and standard deviation of each number; 0 and 1 for the indicator of an answer.

    The fit is made in these units, so that neither a year (far from zero) nor a rate (a small
    range) keeps it from converging or passes for an answer that separates the outcomes.
    """
    number = np.array([code is None for _, code in names])
    spread = x.std(axis=0)
    return np.where(number, x.mean(axis=0), 0.0), np.where(number & (spread > 0), spread, 1.0)


def _estimate(kind: str, outcome: str, y: Any, x: Any) -> tuple[Any, Any, Any, float]:
    """Fit by statsmodels; return slopes, cut points (or minus the constant), covariance, fit."""
    from statsmodels.discrete.discrete_model import Logit  # type: ignore[import-untyped,unused-ignore]
    from statsmodels.miscmodels.ordinal_model import OrderedModel  # type: ignore[import-untyped,unused-ignore]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if kind == "binary":
                full = np.column_stack([x, np.ones(len(x))])
                found = Logit(y, full).fit(method="newton", maxiter=100, tol=1e-13, disp=0)
                done = found.mle_retvals["converged"]
                values = np.asarray(found.params)
                slopes, cuts = values[:-1], -values[-1:]
                start = np.concatenate([slopes, cuts])
            else:
                model = OrderedModel(y, x, distr="logit")
                found = model.fit(method="bfgs", maxiter=2000, gtol=1e-6, disp=0)
                done = True
                cuts = np.asarray(model.transform_threshold_params(found.params))[1:-1]
                start = np.concatenate([np.asarray(found.params)[: x.shape[1]], cuts])
        except Exception as error:  # statsmodels raises its own, numpy's and scipy's kinds
            raise Refusal(
                Note("fit_failed", error=str(error)), f"no model of '{outcome}': "
            ) from error
    if not done:
        raise Refusal(Note("not_converged"), f"no model of '{outcome}': ")
    try:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            values, covariance, fit = _polish(start, y, x)
    except np.linalg.LinAlgError:
        raise Refusal(Note("separated"), f"no model of '{outcome}': ") from None
    return values[: x.shape[1]], values[x.shape[1] :], covariance, fit


def _likelihood(values: Any, y: Any, x: Any) -> Any:
    """Log likelihood of the ordered logit; with one cut point it is the binary logit's."""
    return np.log(_probabilities(values, x)[np.arange(len(y)), y]).sum()


def _probabilities(values: Any, x: Any) -> Any:
    slopes, cuts = values[: x.shape[1]], values[x.shape[1] :]
    below = 1 / (1 + np.exp(-(cuts[None, :] - (x @ slopes)[:, None])))
    edge = np.zeros((len(x), 1))
    return np.diff(np.concatenate([edge, below, edge + 1], axis=1), axis=1)


def _polish(start: Any, y: Any, x: Any) -> tuple[Any, Any, float]:
    """Take Newton steps to the maximum; exact gradient, Hessian by complex steps of it."""
    values = np.array(start, dtype=np.float64)
    hessian = np.eye(values.size)
    for _ in range(25):
        gradient = _gradient(values, y, x)
        hessian = np.stack(
            [_gradient(values + 1e-30j * unit, y, x).imag / 1e-30 for unit in np.eye(values.size)]
        )
        step = np.linalg.solve(hessian, gradient.real)
        values = values - step
        if not np.isfinite(values).all():
            raise np.linalg.LinAlgError("the steps run away")
        if np.abs(step).max() < 1e-12:
            break
    return values, np.linalg.inv(-hessian), float(_likelihood(values, y, x))


def _gradient(values: Any, y: Any, x: Any) -> Any:
    slopes, cuts = values[: x.shape[1]], values[x.shape[1] :]
    below = 1 / (1 + np.exp(-(cuts[None, :] - (x @ slopes)[:, None])))
    density = below * (1 - below)
    edge = np.zeros((len(x), 1))
    below = np.concatenate([edge, below, edge + 1], axis=1)
    density = np.concatenate([edge, density, edge], axis=1)
    rows = np.arange(len(y))
    chance = below[rows, y + 1] - below[rows, y]
    upper, lower = density[rows, y + 1] / chance, density[rows, y] / chance
    of_slopes = -((upper - lower) @ x)
    of_cuts = [upper[y == k].sum() - lower[y == k + 1].sum() for k in range(cuts.size)]
    return np.concatenate([of_slopes, of_cuts])


def _effects(
    slopes: Any,
    cuts: Any,
    covariance: Any,
    x: Any,
    names: list[tuple[str, Code | None]],
    outcomes: list[Code],
    kind: str,
) -> list[Term]:
    """Average marginal effects with delta-method errors (slopes by complex steps)."""
    values = np.concatenate([slopes, cuts])
    groups = {name: [k for k, (one, _) in enumerate(names) if one == name] for name, _ in names}
    first = 0 if kind == "ordered" else 1

    def effect(point: Any, column: int) -> Any:
        name, code = names[column]
        if code is None:
            below = 1 / (
                1 + np.exp(-(point[x.shape[1] :][None, :] - (x @ point[: x.shape[1]])[:, None]))
            )
            density = below * (1 - below)
            edge = np.zeros((len(x), 1))
            full = np.concatenate([edge, density, edge], axis=1)
            return (-np.diff(full, axis=1) * point[column]).mean(axis=0)[first:]
        low, high = x.copy(), x.copy()
        low[:, groups[name]] = 0.0
        high[:, groups[name]] = 0.0
        high[:, column] = 1.0
        return (_probabilities(point, high) - _probabilities(point, low)).mean(axis=0)[first:]

    terms = []
    for column, (name, code) in enumerate(names):
        estimate = effect(values, column)
        jacobian = np.stack(
            [effect(values + 1e-30j * unit, column).imag / 1e-30 for unit in np.eye(values.size)],
            axis=1,
        )
        errors = np.sqrt(np.maximum(np.diag(jacobian @ covariance @ jacobian.T), 0))
        terms += [
            _term(name, code, outcome, estimate[k], errors[k]) for k, outcome in enumerate(outcomes)
        ]
    return terms


def _term(name: str, code: Code | None, outcome: Code | None, value: Any, error: Any) -> Term:
    value, error = float(value), float(error)
    z = value / error if error > 0 else 0.0
    half = normal_quantile(0.975) * error
    p_value = 2 * normal_tail(abs(z))
    return Term(name, code, outcome, value, error, z, p_value, value - half, value + half)
