"""Regression with weights, designs and products of predictors: linear, and three kinds of logit."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from resurvey.core.codebook import Code
from resurvey.core.notes import Note, Refusal
from resurvey.statistics.group_means import wald_statistic
from resurvey.statistics.models import (
    LARGEST,
    Column,
    Model,
    Term,
    check_model,
    measure_inflation,
    start_logit,
    unit_of,
)
from resurvey.statistics.results import (
    LEVEL,
    Result,
    chi_square_tail,
    f_tail,
    few_freedom,
    refused,
    t_quantile,
    t_tail,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.statistics.linearisation import Sample
    from resurvey.statistics.weighting import ReplicatedSample

Kind = Literal["linear", "binary", "ordered", "multinomial"]

ROUNDS = 60
"""Newton steps after which a fit gives up."""


def fit_model(
    kind: Kind,
    y: "NDArray[Any]",
    x: "NDArray[np.float64]",
    names: Sequence[Column],
    outcomes: Sequence[Code] = (),
    references: Mapping[str, Code] | None = None,
    *,
    products: Mapping[int, Sequence[int]] | None = None,
    weights: Any = None,
    sample: "Sample | ReplicatedSample | None" = None,
    members: "NDArray[np.bool_] | None" = None,
    level: float = LEVEL,
    notes: tuple[Note, ...] = (),
) -> Model:
    """Fit a regression, with average marginal effects and a joint test of every predictor.

    Parameters
    ----------
    kind : str
        ``linear``, ``binary`` (the second outcome against the first), ``ordered`` (proportional
        odds, outcomes from low to high) or ``multinomial`` (every outcome against the first).
    y : array, rows
        The outcome: a number of a linear model, else positions in `outcomes`.
    x : array, rows × columns
        Predictors without a constant: numbers, a column of 0 and 1 for every answer but the
        reference, and products of such columns.
    names : sequence of (variable, code)
        What each column is of; the code is None for a number. Columns of one variable are tested
        together; a product's name is its own.
    outcomes : sequence
        Outcome codes; none of a linear model.
    references : mapping, optional
        Reference answer of each predictor that has columns for its answers.
    products : mapping, optional
        Column -> the columns that it is the product of (an interaction). Effects of these follow
        the product; the product has none of its own.
    weights : array, rows, optional
        Frequency weights: how many equal respondents a row stands for.
    sample : Sample or ReplicatedSample, optional
        The sampling design, whose weights are taken.
    members : array of bool, optional
        With `sample`: which of its respondents the rows are, in their order; by default all.
    level : float
        Confidence level.
    notes : tuple of Note
        Who was left out.

    Returns
    -------
    Model

    Raises
    ------
    SurveyError
        An outcome without respondents, predictors that determine one another or the outcome, a
        design without degrees of freedom.

    Notes
    -----
    Statsmodels fits without weights; Newton steps go on to the weighted maximum. Without a design
    the errors are those of maximum likelihood (R: ``lm``, ``glm``, ``MASS::polr``,
    ``nnet::multinom``). Under one they are linearised, the influence of a respondent being the
    inverse information times the score (Binder 1983, International Statistical Review 51,
    279-292; R survey: ``svyglm``, ``svyolr``; a multinomial model is treated alike, for which R
    survey has none), with t on the clusters less the strata less the predictors' columns. With
    replicate weights the model is fitted anew for each.

    Effects are averaged over the weighted respondents. Under a design their errors count that the
    respondents are a sample, too; without one the respondents are taken as they are.

    Examples
    --------
    >>> t = np.arange(4.0)[:, None]
    >>> found = fit_model("linear", np.array([1.0, 3, 5, 6]), t, [("t", None)])
    >>> term = found.coefficients[0]
    >>> round(term.estimate, 3), round(term.standard_error, 3), round(found.r_squared, 3)
    (1.7, 0.173, 0.98)
    """
    fit = _Fit.of(kind, y, x, names, outcomes, products or {}, weights, sample, members)
    family, width = fit.family, x.shape[1]
    values = fit.maximise(fit.start(), fit.weights)
    if kind != "linear" and np.abs(family.slopes(values, width)).max() > LARGEST:
        raise Refusal(Note("separated"))
    effects = fit.effects(values, fit.weights)
    covariance, of_effects, freedom = fit.covariances(values, effects)
    if not (np.isfinite(covariance).all() and (np.diag(covariance) > 0).all()):
        raise Refusal(Note("separated"))
    raw, turned = fit.in_raw_units(values, covariance)

    def term(column: Column, outcome: Code | None, value: Any, error: Any) -> Term:
        return _term(column, outcome, float(value), float(error), freedom, level)

    errors = np.sqrt(np.diag(turned))
    places = family.slope_places(width)
    coefficients = [
        term(names[k], outcomes[j + 1] if kind == "multinomial" else None, raw[at], errors[at])
        for j, row in enumerate(places)
        for k, at in enumerate(row)
    ]
    inner = np.setdiff1d(np.arange(raw.size), np.concatenate(places))
    listed: Sequence[Code | None] = [None] * inner.size
    if kind in ("ordered", "multinomial"):
        listed = list(outcomes[1:] if kind == "multinomial" else outcomes[:-1])
    constants = [
        term(("", None), code, raw[at], errors[at]) for code, at in zip(listed, inner, strict=True)
    ]
    told = fit.effect_columns()
    of_outcome = list(outcomes[-family.outputs :]) if kind != "linear" else [None]
    lines = [(column, outcome) for column in told for outcome in of_outcome]
    effect_errors = np.sqrt(np.maximum(np.diag(of_effects), 0.0))
    warning = few_freedom(freedom) if sample is not None else ()
    whole = fit.test(raw, turned, "model", np.arange(width), freedom)
    fitted = fit.describe(values, whole)
    return Model(
        kind,
        list(outcomes),
        coefficients,
        raw[inner].tolist(),
        [
            term(names[column], outcome, value, error)
            for (column, outcome), value, error in zip(lines, effects, effect_errors, strict=True)
        ],
        dict(references or {}),
        len(y),
        notes=(*notes, *warning),
        diagnostics=fit.check(values),
        constants=constants,
        term_tests={
            variable: fit.test(
                raw,
                turned,
                variable,
                np.array([k for k, (name, _) in enumerate(names) if name == variable]),
                freedom,
            )
            for variable in dict.fromkeys(name for name, _ in names)
        },
        freedom=freedom,
        **fitted,
    )


def _term(
    column: Column, outcome: Code | None, value: float, error: float, freedom: float, level: float
) -> Term:
    statistic = value / error if error > 0 else 0.0
    half = t_quantile(0.5 + level / 2, freedom) * error
    p_value = t_tail(statistic, freedom)
    return Term(*column, outcome, value, error, statistic, p_value, value - half, value + half)


class _Linear:
    """A number: constant last."""

    outputs = 1

    def __init__(self, _: int) -> None:
        pass

    @staticmethod
    def slope_places(width: int) -> list["NDArray[np.intp]"]:
        return [np.arange(width)]

    @staticmethod
    def slopes(values: Any, width: int) -> Any:
        return values[:width]

    @staticmethod
    def predict(values: Any, x: Any) -> Any:
        return (x @ values[:-1] + values[-1])[:, None]

    def log_likelihood(self, values: Any, x: Any, y: Any) -> Any:
        return -np.square(y - self.predict(values, x)[:, 0]) / 2

    def scores(self, values: Any, x: Any, y: Any) -> Any:
        return np.column_stack([x, np.ones(len(x))]) * (y - self.predict(values, x)[:, 0])[:, None]

    @staticmethod
    def moved(values: Any, _: Any, change: Any) -> Any:
        """Change of the prediction while the predictors move along `change`."""
        return (change @ values[:-1])[:, None]


class _Ordered(_Linear):
    """Ordered answers, and two answers as the shortest order: cut points last."""

    def __init__(self, answers: int) -> None:
        self.outputs = answers if answers > 2 else 1
        self.answers = answers

    def predict(self, values: Any, x: Any) -> Any:  # type: ignore[override]
        return self._chances(values, x)[:, -self.outputs :]

    def _below(self, values: Any, x: Any) -> Any:
        width = x.shape[1]
        return 1 / (1 + np.exp((x @ values[:width])[:, None] - values[None, width:]))

    def _chances(self, values: Any, x: Any) -> Any:
        return np.diff(self._below(values, x), axis=1, prepend=0.0, append=1.0)

    def log_likelihood(self, values: Any, x: Any, y: Any) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(self._chances(values, x)[np.arange(len(y)), y])

    def scores(self, values: Any, x: Any, y: Any) -> Any:
        below = self._below(values, x)
        density = np.pad(below * (1 - below), ((0, 0), (1, 1)))
        rows = np.arange(len(y))
        chance = self._chances(values, x)[rows, y]
        upper, lower = density[rows, y + 1] / chance, density[rows, y] / chance
        cuts = np.arange(below.shape[1])
        of_cuts = upper[:, None] * (y[:, None] == cuts) - lower[:, None] * (y[:, None] == cuts + 1)
        return np.column_stack([(lower - upper)[:, None] * x, of_cuts])

    def moved(self, values: Any, x: Any, change: Any) -> Any:  # type: ignore[override]
        below = self._below(values, x)
        slope = -np.diff(below * (1 - below), axis=1, prepend=0.0, append=0.0)
        return (slope * (change @ values[: x.shape[1]])[:, None])[:, -self.outputs :]


class _Multinomial(_Linear):
    """Unordered answers against the first: slopes and constant of each."""

    def __init__(self, answers: int) -> None:
        self.outputs = self.answers = answers

    def slope_places(self, width: int) -> list["NDArray[np.intp]"]:  # type: ignore[override]
        return [j * (width + 1) + np.arange(width) for j in range(self.answers - 1)]

    def slopes(self, values: Any, width: int) -> Any:  # type: ignore[override]
        return values.reshape(-1, width + 1)[:, :-1]

    def predict(self, values: Any, x: Any) -> Any:  # type: ignore[override]
        parts = values.reshape(-1, x.shape[1] + 1)
        # Less the largest, so that no exponential overflows.
        scores = np.column_stack([np.zeros(len(x)), x @ parts[:, :-1].T + parts[:, -1]])
        powers = np.exp(scores - scores.real.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def log_likelihood(self, values: Any, x: Any, y: Any) -> Any:
        with np.errstate(divide="ignore"):
            return np.log(self.predict(values, x)[np.arange(len(y)), y])

    def scores(self, values: Any, x: Any, y: Any) -> Any:
        away = (y[:, None] == np.arange(self.answers)) - self.predict(values, x)
        full = np.column_stack([x, np.ones(len(x))])
        return (away[:, 1:, None] * full[:, None, :]).reshape(len(x), -1)

    def moved(self, values: Any, x: Any, change: Any) -> Any:  # type: ignore[override]
        slopes = values.reshape(-1, x.shape[1] + 1)[:, :-1]
        chance = self.predict(values, x)
        scores = np.column_stack([np.zeros(len(x)), change @ slopes.T])
        return chance * (scores - (chance * scores).sum(axis=1, keepdims=True))


_FAMILIES = {
    "linear": _Linear,
    "binary": _Ordered,
    "ordered": _Ordered,
    "multinomial": _Multinomial,
}


@dataclass(frozen=True)
class _Fit:
    """Data of a fit: predictors in units of their spread, and how the rows were sampled."""

    kind: Kind
    family: Any
    y: "NDArray[Any]"
    x: "NDArray[np.float64]"
    names: Sequence[Column]
    middle: "NDArray[np.float64]"
    unit: "NDArray[np.float64]"
    products: Mapping[int, Sequence[int]]
    weights: "NDArray[np.float64]"
    counted: bool
    sample: "Sample | ReplicatedSample | None"
    members: "NDArray[np.bool_] | None"

    @classmethod
    def of(
        cls,
        kind: Kind,
        y: Any,
        x: Any,
        names: Sequence[Column],
        outcomes: Sequence[Code],
        products: Mapping[int, Sequence[int]],
        weights: Any,
        sample: Any,
        members: Any,
    ) -> "_Fit":
        """Check and scale the data."""
        if sample is not None:
            members = np.ones(sample.weights.size, np.bool_) if members is None else members
            used = sample.weights[members]
        else:
            used = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=np.float64)
        there = used > 0
        if not there.any():
            raise Refusal(Note("empty_base"))
        if kind != "linear":
            sizes = np.bincount(y, used, minlength=len(outcomes))
            if len(outcomes) < 2 or (sizes == 0).any():
                raise Refusal(Note("empty_outcome"))
        elif (y[there] == y[there][0]).all():
            raise Refusal(Note("same_outcomes"))
        middle, unit = unit_of(x, names)
        scaled = (x - middle) / unit
        whole = np.column_stack([np.ones(len(x)), scaled])[there]
        if np.linalg.matrix_rank(whole) <= x.shape[1]:
            raise Refusal(Note("predictors_dependent"))
        if len(whole) <= x.shape[1] + 1:
            raise Refusal(Note("no_freedom"))
        family = _FAMILIES[kind](len(outcomes))
        counted = weights is not None
        return cls(
            kind, family, y, scaled, names, middle, unit, products, used, counted, sample, members
        )

    def start(self) -> "NDArray[np.float64]":
        """Fit without weights by statsmodels."""
        there = self.weights > 0
        y, x = self.y[there], self.x[there]
        full = np.column_stack([x, np.ones(len(x))])
        if self.kind in ("binary", "ordered"):
            return start_logit(y, x, self.kind == "ordered")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                if self.kind == "linear":
                    from statsmodels.regression.linear_model import (  # type: ignore[import-untyped,unused-ignore]
                        WLS,
                    )

                    return np.asarray(WLS(y, full, weights=self.weights[there]).fit().params)
                from statsmodels.discrete.discrete_model import (  # type: ignore[import-untyped,unused-ignore]
                    MNLogit,
                )

                found = MNLogit(y, full).fit(method="newton", maxiter=100, tol=1e-10, disp=0)
            except np.linalg.LinAlgError:
                raise Refusal(Note("separated")) from None
            except Exception as error:  # statsmodels raises its own, numpy's and scipy's kinds
                raise Refusal(Note("fit_failed", error=str(error))) from error
        values = np.asarray(found.params).T.ravel()
        if not np.isfinite(values).all():
            raise Refusal(Note("separated"))
        return values

    def maximise(self, values: Any, weights: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Take Newton steps to the weighted maximum."""
        there = weights != 0
        y, x, own = self.y[there], self.x[there], weights[there] / np.abs(weights).max()
        height = float(own @ self.family.log_likelihood(values, x, y))
        for _ in range(ROUNDS):
            slope = own @ self.family.scores(values, x, y)
            try:
                step = np.linalg.solve(-self._bend(values, x, y, own), slope)
            except np.linalg.LinAlgError:
                raise Refusal(Note("separated")) from None
            small = np.abs(step).max() <= 1e-9 * max(1.0, np.abs(values).max())
            near = values + step
            while not small:
                higher = float(own @ self.family.log_likelihood(near, x, y))
                if higher >= height or not np.abs(step).max() > 1e-12:
                    height = higher
                    break
                step = step / 2
                near = values + step
            values = near
            if not np.isfinite(values).all():
                raise Refusal(Note("separated"))
            if small:
                # One more step doubles the digits, which small steps have already.
                return np.asarray(values)
        raise Refusal(Note("not_converged"))

    def _bend(self, values: Any, x: Any, y: Any, weights: Any) -> "NDArray[np.float64]":
        """Second derivatives of the weighted log likelihood."""
        from statsmodels.tools.numdiff import approx_fprime_cs  # type: ignore[import-untyped,unused-ignore]

        def slope(point: Any) -> Any:
            return weights @ self.family.scores(point, x, y)

        found = np.asarray(approx_fprime_cs(values, slope))
        return np.asarray((found + found.T) / 2)

    def effect_columns(self) -> list[int]:
        """Columns that have an effect of their own."""
        return [k for k in range(self.x.shape[1]) if k not in self.products]

    def effects(self, values: Any, weights: "NDArray[np.float64]") -> Any:
        """Average marginal effects, outcome by outcome within each column."""
        return weights @ self._changes(values) / weights.sum()

    def _changes(self, values: Any) -> Any:
        """Effects on every row, rows × effects."""
        return np.concatenate([self._change(values, k) for k in self.effect_columns()], axis=1)

    def _change(self, values: Any, column: int) -> Any:
        name, code = self.names[column]
        if code is None:
            change = np.zeros_like(self.x)
            change[:, column] = 1.0
            for product, factors in self.products.items():
                if column in factors:
                    others = [k for k in factors if k != column]
                    power = len(factors) - len(others)
                    along = np.prod(self._raw(self.x, others), axis=1)
                    if power > 1:
                        along = along * power * self._raw(self.x, [column])[:, 0] ** (power - 1)
                    change[:, product] = self.unit[column] / self.unit[product] * along
            return self.family.moved(values, self.x, change) / self.unit[column]
        low, high = self.x.copy(), self.x.copy()
        own = [
            k
            for k, (variable, _) in enumerate(self.names)
            if variable == name and k not in self.products
        ]
        low[:, own] = high[:, own] = 0.0
        high[:, column] = 1.0
        for side in (low, high):
            for product, factors in self.products.items():
                raw = np.prod(self._raw(side, factors), axis=1)
                side[:, product] = (raw - self.middle[product]) / self.unit[product]
        return self.family.predict(values, high) - self.family.predict(values, low)

    def _raw(self, x: Any, columns: Sequence[int]) -> Any:
        columns = list(columns)
        return x[:, columns] * self.unit[columns] + self.middle[columns]

    def covariances(self, values: Any, effects: Any) -> tuple[Any, Any, float]:
        """Covariances of the parameters and of the effects, and the degrees of freedom."""
        from statsmodels.tools.numdiff import approx_fprime_cs

        own = self.weights
        bread = np.linalg.inv(-self._bend(values, self.x, self.y, own))

        def average(point: Any) -> Any:
            return self.effects(point, own)

        slopes = np.atleast_2d(approx_fprime_cs(values, average))
        if self.sample is None:
            freedom = float("inf")
            if self.kind == "linear":
                freedom = float(own.sum()) - values.size
                residuals = self.y - self.family.predict(values, self.x)[:, 0]
                bread = bread * float(own @ np.square(residuals)) / freedom
            return bread, slopes @ bread @ slopes.T, freedom
        assert self.members is not None
        freedom = self.sample.freedom_among(self.members) - self.x.shape[1]
        if not freedom >= 1:
            raise Refusal(Note("no_freedom"))
        members = self.members

        def anew(weights: "NDArray[np.float64]") -> Any:
            copy = self.maximise(values, weights[members])
            return np.concatenate([copy, self.effects(copy, weights[members])])

        def influence(_: Any) -> Any:
            of_values = self.family.scores(values, self.x, self.y) @ bread
            of_rows = (self._changes(values) - effects) / own.sum()
            result = np.zeros((members.size, values.size + len(effects)))
            result[members] = np.column_stack([of_values, of_values @ slopes.T + of_rows])
            return result

        whole = self.sample.estimate(anew, influence)[1]
        cut = values.size
        return whole[:cut, :cut], whole[cut:, cut:], freedom

    def in_raw_units(self, values: Any, covariance: Any) -> tuple[Any, Any]:
        """Turn the parameters into the predictors' own units, with their covariance."""
        width = self.x.shape[1]
        turn = np.eye(values.size)
        for row in self.family.slope_places(width):
            turn[row, row] = 1 / self.unit
            if self.kind in ("binary", "ordered"):
                # A cut point moves by what the predictors' middles add up to.
                turn[width:, :width] = self.middle / self.unit
            else:
                turn[row[-1] + 1, row] = -self.middle / self.unit
        return turn @ values, turn @ covariance @ turn.T

    def test(self, values: Any, covariance: Any, name: str, columns: Any, freedom: float) -> Result:
        """Wald test of some columns: F of linear and designed models, else chi-square."""
        places = np.concatenate([r[columns] for r in self.family.slope_places(self.x.shape[1])])
        wald = wald_statistic(values[places], covariance[np.ix_(places, places)])
        df, n = places.size, float(len(self.y))
        if wald is None:
            return refused(name, Note("zero_variance"), n)
        if freedom == float("inf"):
            return Result("wald_chisq", wald, df, None, chi_square_tail(wald, df), n)
        return Result("wald_f", wald / df, df, freedom, f_tail(wald / df, df, freedom), n)

    def describe(self, values: Any, whole: Result) -> dict[str, Any]:
        """Measures of fit, and the test against the model without predictors."""
        own, nothing = self.weights, float("nan")
        found: dict[str, Any] = {"overall": whole}
        total = float(own.sum())
        if self.kind == "linear":
            squares = own @ np.square(self.y - self.family.predict(values, self.x)[:, 0])
            spread = own @ np.square(self.y - own @ self.y / total)
            people = total if self.sample is None else float(len(self.y))
            rest = people - values.size
            share = 1 - float(squares / spread)
            found |= {
                "log_likelihood": nothing,
                "null_log_likelihood": nothing,
                "mcfadden": nothing,
                "likelihood_ratio": nothing,
                "df": int(whole.df or 0),
                "p_value": nothing if whole.p_value is None else whole.p_value,
                "r_squared": share,
                "adjusted_r_squared": 1 - (1 - share) * (people - 1) / rest,
                "residual_error": float(squares / total * people / rest) ** 0.5,
            }
            return found
        # Weights of a design are scaled to the number of respondents.
        scale = 1.0 if self.sample is None else len(self.y) / total
        height = scale * float(own @ self.family.log_likelihood(values, self.x, self.y))
        sizes = scale * np.bincount(self.y, own)
        null = float((sizes * np.log(sizes / sizes.sum())).sum())
        ratio = 2 * (height - null)
        df = sum(row.size for row in self.family.slope_places(self.x.shape[1]))
        p_value = chi_square_tail(max(ratio, 0.0), df)
        if self.sample is not None:
            ratio, p_value = nothing, nothing if whole.p_value is None else whole.p_value
        found |= {"log_likelihood": height, "null_log_likelihood": null, "df": df}
        found |= {"mcfadden": 1 - height / null, "likelihood_ratio": ratio, "p_value": p_value}
        return found

    def check(self, values: Any) -> tuple[Result, ...]:
        """Describe the fit, as far as weights allow."""
        # A product goes with its factors by its making, which inflates nothing that is compared.
        own = self.effect_columns()
        inflation = measure_inflation(self.x[:, own], [self.names[k] for k in own])
        if self.kind in ("linear", "multinomial"):
            return (inflation,)
        if self.sample is None and not self.counted:
            chances = self.family._chances(values, self.x)
            scores = self.x @ self.family.slopes(values, self.x.shape[1])
            found = check_model(self.y, self.x, chances, self.names, scores)
            return tuple(inflation if one.test == inflation.test else one for one in found)
        why = Note("undefined_under_design")
        test = "hosmer_lemeshow" if self.kind == "binary" else "brant"
        checks = [refused(name, why, len(self.y)) for name in ("concordance", test)]
        return (*checks, inflation)
