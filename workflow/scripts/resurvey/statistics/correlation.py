"""Correlations of variables: Pearson's, Spearman's, polychoric, with intervals."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.results import LEVEL, few_freedom, find_root, t_quantile, t_tail
from resurvey.statistics.summaries import read_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.statistics.linearisation import Sample
    from resurvey.statistics.weighting import ReplicatedSample

Method = Literal["pearson", "spearman", "polychoric"]

MOST_ANSWERS = 30
"""A polychoric correlation of more different answers takes too long and is next to Pearson's."""

NEAREST = 1 - 1e-9
"""A polychoric correlation beyond this is one."""

PERFECT = 1 - 1e-12
"""A correlation beyond this is one, but for rounding."""


@dataclass(frozen=True)
class Correlation:
    """One correlation.

    Attributes
    ----------
    value, lower, upper, standard_error, p_value : float or None
        None where there is none.
    df : float or None
        Degrees of freedom of the test; None of a normal one.
    n : int
        Respondents with both values and a weight above zero.
    notes : tuple of Note
        How interval and test are made; of a refused one the reason.
    """

    value: float | None
    lower: float | None
    upper: float | None
    standard_error: float | None
    p_value: float | None
    df: float | None
    n: int
    notes: tuple[Note, ...] = ()


def correlate(
    x: Any,
    y: Any,
    method: Method = "pearson",
    *,
    weights: Any = None,
    sample: "Sample | ReplicatedSample | None" = None,
    level: float = LEVEL,
) -> Correlation:
    """Correlate two variables.

    Parameters
    ----------
    x, y : array of float, respondents
        NaN where a respondent has no value.
    method : str
        ``pearson``, ``spearman`` or ``polychoric`` (of ordered answers, each taken for a range of
        a normal variable).
    weights : array, optional
        Frequency weights: how many equal respondents a row stands for.
    sample : Sample or ReplicatedSample, optional
        The sampling design, whose weights are taken.
    level : float
        Confidence level.

    Notes
    -----
    Without a design: Pearson's r with Fisher's z (R: ``cor.test``); Spearman's with the t test of
    R and the variance (1 + r² / 2) / (n - 3) of z (Bonett & Wright 2000, Psychometrika 65,
    23-28). Polychoric: thresholds from the margins, then the most likely correlation (Olsson 1979,
    Psychometrika 44, 443-460; R: ``polycor::polychor``, ``psych::polychoric(correct = 0)``), with
    the standard error of such a two-step estimate from its influence function.

    Under a design the influence function of each is linearised: of Pearson's r it is z_x z_y -
    r (z_x² + z_y²) / 2 of standardised values, which is what R's ``svycontrast`` of ``svyvar``
    takes; Spearman's is the correlation of weighted mid-ranks (those of ``svyranktest``), and its
    influence counts that ranks are estimated. With replicate weights all is estimated anew.
    Interval and test are made on Fisher's z scale, with t on the degrees of freedom of whoever
    has both values, so that they never contradict.

    Examples
    --------
    >>> found = correlate([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])
    >>> round(found.value, 3), round(found.lower, 3), round(found.upper, 3)
    (0.8, -0.28, 0.986)
    """
    first, second = (np.asarray(side, dtype=np.float64) for side in (x, y))
    used = read_weights(first.size, weights, sample)
    inside = np.isfinite(first) & np.isfinite(second) & (used > 0)
    n = int(inside.sum())
    people = n if sample is not None else float(used[inside].sum())
    reason = _reason(first[inside], second[inside], people, method)
    if reason is not None:
        return _refused(reason, n)
    estimator = _ESTIMATORS[method](first[inside], second[inside])
    own = used[inside]
    value = estimator.value(own)
    if not abs(value) < (NEAREST if method == "polychoric" else PERFECT):
        sign = 1.0 if value > 0 else -1.0
        reason = Note("perfect", "no_interval")
        return Correlation(sign, None, None, None, None, None, n, (reason,))
    if sample is None and method != "polychoric":
        return _classical(value, people, n, method, level)
    if sample is None:
        influence = estimator.influence(own, value)
        error = float(own @ np.square(influence)) ** 0.5 / people
        spread = error / (1 - value * value)
        return _on_z(value, error, spread, float("inf"), n, (Note("two_step"),), level)
    return _designed(estimator, sample, inside, value, n, level)


def correlation_matrix(
    columns: Any,
    method: Method = "pearson",
    *,
    listwise: bool = False,
    weights: Any = None,
    sample: "Sample | ReplicatedSample | None" = None,
    level: float = LEVEL,
) -> list[list[Correlation]]:
    """Correlate every pair of columns.

    Parameters
    ----------
    columns : array of float, respondents × variables
        NaN where a respondent has no value.
    method, weights, sample, level
        As `correlate` takes them.
    listwise : bool
        Only of whoever has a value of every variable; else of whoever has both of a pair.

    Returns
    -------
    list of list of Correlation
        Symmetric; on the diagonal 1 and the respondents who have a value.

    Examples
    --------
    >>> found = correlation_matrix([[1, 2], [2, 1], [3, 4], [4, 3], [5, np.nan]])
    >>> found[0][0].n, found[0][1].n, round(found[0][1].value, 2)
    (5, 4, 0.6)
    """
    data = np.array(columns, dtype=np.float64)
    if listwise:
        data[~np.isfinite(data).all(axis=1)] = np.nan
    used = read_weights(len(data), weights, sample)
    width = data.shape[1]
    heads = (np.isfinite(data) & (used > 0)[:, None]).sum(axis=0)
    found = [[Correlation(1.0, None, None, None, None, None, int(n))] * width for n in heads]
    for one, other in combinations(range(width), 2):
        found[one][other] = found[other][one] = correlate(
            data[:, one], data[:, other], method, weights=weights, sample=sample, level=level
        )
    return found


def _reason(x: Any, y: Any, people: float, method: Method) -> Note | None:
    """Why two variables have no correlation."""
    if people < 4:
        return Note("four_respondents_needed")
    if (x == x[0]).all() or (y == y[0]).all():
        return Note("same_values")
    if method == "polychoric" and max(np.unique(x).size, np.unique(y).size) > MOST_ANSWERS:
        return Note("too_many_answers", most=MOST_ANSWERS)
    return None


def _refused(reason: Note, n: int) -> Correlation:
    return Correlation(None, None, None, None, None, None, n, (reason.refusing("not_computed"),))


def _classical(value: float, people: float, n: int, method: Method, level: float) -> Correlation:
    """Give the correlation of a simple random sample its interval and t test."""
    freedom = people - 2
    error = ((1 - value * value) / freedom) ** 0.5
    spearman = method == "spearman"
    wider = 1 + value * value / 2 if spearman else 1.0
    half = t_quantile(0.5 + level / 2, float("inf")) * (wider / (people - 3)) ** 0.5
    middle = float(np.arctanh(value))
    low, high = (float(np.tanh(middle + side * half)) for side in (-1, 1))
    note = Note("bonett_wright" if spearman else "fisher_z")
    tail = t_tail(value / error, freedom)
    return Correlation(value, low, high, error, tail, freedom, n, (note,))


def _on_z(
    value: float,
    error: float,
    spread: float,
    freedom: float,
    n: int,
    notes: tuple[Note, ...],
    level: float,
) -> Correlation:
    """Give a correlation an interval and test from its standard error on Fisher's z scale."""
    if not freedom >= 1:
        reason = Note("no_freedom", "no_interval")
        return Correlation(value, None, None, None, None, None, n, (reason,))
    if not spread > 0:
        reason = Note("zero_standard_error", "no_interval")
        return Correlation(value, None, None, 0.0, None, None, n, (reason,))
    middle = float(np.arctanh(value))
    half = t_quantile(0.5 + level / 2, freedom) * spread
    low, high = (float(np.tanh(middle + side * half)) for side in (-1, 1))
    df = None if freedom == float("inf") else freedom
    return Correlation(value, low, high, error, t_tail(middle / spread, freedom), df, n, notes)


def _designed(
    estimator: "_Estimator",
    sample: "Sample | ReplicatedSample",
    inside: "NDArray[np.bool_]",
    value: float,
    n: int,
    level: float,
) -> Correlation:
    """Linearise a correlation and its Fisher's z, or estimate them with every replicate."""
    slope = 1 / (1 - value * value)

    def both(weights: "NDArray[np.float64]") -> Any:
        found = estimator.value(weights[inside])
        return np.array([found, np.arctanh(found)])

    def influence(_: "NDArray[np.float64]") -> "NDArray[np.float64]":
        own = sample.weights[inside]
        column = estimator.influence(own, value) / own.sum()
        result = np.zeros((inside.size, 2))
        result[inside] = np.stack([column, slope * column], axis=1)
        return result

    covariance = sample.estimate(both, influence)[1]
    if not np.isfinite(covariance).all():
        reason = Note("perfect", "no_interval")
        return Correlation(value, None, None, None, None, None, n, (reason,))
    error, spread = np.sqrt(np.maximum(np.diag(covariance), 0.0)).tolist()
    freedom = sample.freedom_among(inside)
    notes = Note("linearised_z", df=freedom), *few_freedom(freedom)
    return _on_z(value, error, spread, freedom, n, notes, level)


class _Pearson:
    """Pearson's correlation of weighted values."""

    def __init__(self, x: "NDArray[np.float64]", y: "NDArray[np.float64]") -> None:
        # Around one value, so that large numbers keep the digits in which they differ.
        self.x, self.y = x - x[0], y - y[0]

    def value(self, weights: "NDArray[np.float64]") -> float:
        x, y = self._standardised(weights)
        return float(weights @ (x * y) / weights.sum())

    def influence(self, weights: "NDArray[np.float64]", value: float) -> Any:
        x, y = self._standardised(weights)
        return x * y - value / 2 * (np.square(x) + np.square(y))

    def _standardised(self, weights: "NDArray[np.float64]") -> Any:
        total = weights.sum()
        sides = (side - weights @ side / total for side in (self.x, self.y))
        return tuple(side / np.sqrt(weights @ np.square(side) / total) for side in sides)


class _Spearman:
    """Correlation of the weighted mid-ranks."""

    def __init__(self, x: "NDArray[np.float64]", y: "NDArray[np.float64]") -> None:
        self.x, self.y = (np.unique(side, return_inverse=True)[1] for side in (x, y))

    def value(self, weights: "NDArray[np.float64]") -> float:
        total = weights.sum()
        u, v = self._ranks(self.x, weights), self._ranks(self.y, weights)
        sizes = (weights @ np.square(u - 0.5)) * (weights @ np.square(v - 0.5)) / total**2
        return float(weights @ ((u - 0.5) * (v - 0.5)) / total / np.sqrt(sizes))

    def influence(self, weights: "NDArray[np.float64]", value: float) -> Any:
        """Count that the ranks of the others move with a respondent's weight."""
        u, v = self._ranks(self.x, weights), self._ranks(self.y, weights)
        total = weights.sum()

        def moment(a: Any, b: Any, sides: Any) -> tuple[float, Any]:
            mean = float(weights @ (a * b) / total)
            own = a * b - mean
            for kinds, other in sides:
                own = own + _above(kinds, weights * other) / total - mean
            return mean - 0.25, own

        both, of_both = moment(u, v, ((self.x, v), (self.y, u)))
        first, of_first = moment(u, u, ((self.x, u), (self.x, u)))
        second, of_second = moment(v, v, ((self.y, v), (self.y, v)))
        size = (first * second) ** 0.5
        return of_both / size - both / size / 2 * (of_first / first + of_second / second)

    def _ranks(self, kinds: Any, weights: Any) -> Any:
        own = np.bincount(kinds, weights)
        return ((np.cumsum(own) - own / 2) / weights.sum())[kinds]


def _above(kinds: Any, amounts: Any) -> Any:
    """For each respondent the amounts of those with a larger value, and half of those equal."""
    own = np.bincount(kinds, amounts)
    return (own.sum() - np.cumsum(own) + own / 2)[kinds]


class _Polychoric:
    """Correlation of two normal variables that were cut into ordered answers."""

    def __init__(self, x: "NDArray[np.float64]", y: "NDArray[np.float64]") -> None:
        rows, self.rows = np.unique(x, return_inverse=True)
        columns, self.columns = np.unique(y, return_inverse=True)
        self.shape = rows.size, columns.size

    def value(self, weights: "NDArray[np.float64]") -> float:
        shares, h, k = self._cut(weights)

        def score(value: float) -> float:
            return _score(shares, h, k, value)

        # A replicate may lack answers, and then determine no correlation.
        if min(shares.shape) < 2:
            return float("nan")
        # Outwards from Pearson's: cells that are all but impossible there have no sound score.
        near = _Pearson(self.rows.astype(float), self.columns.astype(float)).value(weights)
        start = float(np.arctanh(np.clip(near, -0.9, 0.9)))
        direction = 1.0 if score(float(np.tanh(start))) > 0 else -1.0
        inner, step = start, 0.25
        while abs(np.tanh(inner)) < NEAREST:
            outer = inner + direction * step
            if direction * score(float(np.tanh(outer))) <= 0:
                low, high = sorted(float(np.tanh(end)) for end in (inner, outer))
                return find_root(score, low, high)
            inner, step = outer, 2 * step
        return direction

    def influence(self, weights: "NDArray[np.float64]", value: float) -> Any:
        shares, h, k = self._cut(weights)
        chance, density = _rectangles(h, k, value)
        held = shares > 0
        safe = np.where(held, chance, 1.0)
        ratio = np.where(held, density / safe, 0.0)
        steepness = np.where(held, _rectangle(_density_slope(h, k, value)) / safe, 0.0)
        slope = float((shares * (steepness - np.square(ratio))).sum())
        of_rows = self._of_cuts(shares, safe, ratio, h, k, value)
        of_columns = self._of_cuts(shares.T, safe.T, ratio.T, k, h, value)
        cells = ratio.copy()
        for cuts, moved, side in ((h, of_rows, 0), (k, of_columns, 1)):
            reached = np.cumsum(shares.sum(axis=1 - side))[:-1]
            below = np.arange(shares.shape[side])[:, None] <= np.arange(cuts.size)
            of_answers = (below - reached) / _density(cuts) @ moved
            cells = cells + (of_answers[:, None] if side == 0 else of_answers)
        # Where the likelihood is flat the correlation has no standard error.
        slope = slope if slope else float("nan")
        return -(cells / slope)[self.rows, self.columns]

    @staticmethod
    def _of_cuts(shares: Any, chance: Any, ratio: Any, h: Any, k: Any, value: float) -> Any:
        """How the mean score changes with each cut point of the rows."""
        root = (1 - value * value) ** 0.5
        beyond = _normal((k - value * h[:, None]) / root)
        moved = _density(h)[:, None] * np.diff(np.pad(beyond, ((0, 0), (1, 1)), **_ENDS), axis=1)
        height = _heights(h, k, value) * -(h[:, None] - value * k) / root**2
        bent = np.diff(np.pad(height, ((0, 0), (1, 1))), axis=1)
        upper = shares[:-1] / chance[:-1] * (bent - ratio[:-1] * moved)
        lower = shares[1:] / chance[1:] * (bent - ratio[1:] * moved)
        return (upper - lower).sum(axis=1)

    def _cut(self, weights: "NDArray[np.float64]") -> Any:
        """Shares of the cells that hold answers, and the cut points of rows and columns."""
        cells = self.rows * self.shape[1] + self.columns
        table = np.bincount(cells, weights, self.shape[0] * self.shape[1]).reshape(self.shape)
        table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
        shares = table / table.sum()
        cuts = (_special().ndtri(np.cumsum(shares.sum(axis=axis))[:-1]) for axis in (1, 0))
        return shares, *cuts


_ENDS: dict[str, Any] = {"constant_values": (0.0, 1.0)}


def _special() -> Any:
    from scipy import special  # type: ignore[import-untyped,unused-ignore]

    return special


def _normal(z: Any) -> Any:
    return _special().ndtr(z)


def _density(z: Any) -> Any:
    return np.exp(-np.square(z) / 2) / (2 * np.pi) ** 0.5


def bivariate_normal(h: Any, k: Any, correlation: float) -> Any:
    """Probability that two standard normal variables are below h and k.

    Parameters
    ----------
    h, k : array of float
        Finite limits; broadcast against each other.
    correlation : float
        Between -1 and 1, both excluded.

    Notes
    -----
    SOURCE Owen (1956), Annals of Mathematical Statistics 27, 1075-1090, by his function T.

    Examples
    --------
    >>> float(bivariate_normal(0.0, 0.0, 0.5).round(15)) == round(1 / 3, 15)
    True
    """
    h, k = np.broadcast_arrays(np.asarray(h, dtype=np.float64), np.asarray(k, dtype=np.float64))
    root = (1 - correlation * correlation) ** 0.5
    owens_t = _special().owens_t

    def part(one: Any, other: Any) -> Any:
        far = np.where(other == 0, 0.0, np.copysign(np.inf, other))
        steep = np.divide(other - correlation * one, one * root, out=far, where=one != 0)
        return _normal(one) / 2 - owens_t(one, steep)

    opposite = (h * k < 0) | ((h * k == 0) & (h + k < 0))
    found = part(h, k) + part(k, h) - opposite / 2
    return np.where((h == 0) & (k == 0), 0.25 + np.arcsin(correlation) / (2 * np.pi), found)


def _heights(h: Any, k: Any, value: float) -> Any:
    """Bivariate normal density at every pair of cut points."""
    rest = 1 - value * value
    h = h[:, None]
    return np.exp(-(h * h - 2 * value * h * k + k * k) / (2 * rest)) / (2 * np.pi * rest**0.5)


def _density_slope(h: Any, k: Any, value: float) -> Any:
    """Derivative of `_heights` by the correlation."""
    rest = 1 - value * value
    down = h[:, None]
    bend = (down * k * (1 + value * value) - value * (down * down + k * k)) / rest**2
    return _heights(h, k, value) * (value / rest + bend)


def _rectangle(corners: Any) -> Any:
    """Differences of a function that is zero at the infinite ends."""
    return np.diff(np.diff(np.pad(corners, 1), axis=0), axis=1)


def _rectangles(h: Any, k: Any, value: float) -> Any:
    """Probability of every cell and its derivative by the correlation."""
    below = np.zeros((h.size + 2, k.size + 2))
    below[1:-1, 1:-1] = bivariate_normal(h[:, None], k, value)
    below[1:-1, -1], below[-1, 1:-1], below[-1, -1] = _normal(h), _normal(k), 1.0
    chance = np.maximum(np.diff(np.diff(below, axis=0), axis=1), 1e-300)
    return chance, _rectangle(_heights(h, k, value))


def _score(shares: Any, h: Any, k: Any, value: float) -> float:
    """Derivative of the log likelihood by the correlation."""
    chance, density = _rectangles(h, k, value)
    held = shares > 0
    return float((shares[held] * density[held] / chance[held]).sum())


_Estimator = _Pearson | _Spearman | _Polychoric

_ESTIMATORS: dict[Method, Callable[[Any, Any], _Estimator]] = {
    "pearson": _Pearson,
    "spearman": _Spearman,
    "polychoric": _Polychoric,
}
