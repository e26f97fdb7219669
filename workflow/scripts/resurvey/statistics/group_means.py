"""Groups compared by a numeric variable: tests, differences of means, effect sizes."""

from dataclasses import dataclass
from math import exp, lgamma, log
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.contrasts import Contrast, contrast
from resurvey.statistics.ordinal import Scale, rank_test
from resurvey.statistics.results import (
    LEVEL,
    Estimate,
    Result,
    around_t,
    f_tail,
    few_freedom,
    noncentral_f_limits,
    noncentral_t_limits,
    refused,
    t_quantile,
    t_tail,
    unavailable,
)
from resurvey.statistics.summaries import read_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.statistics.linearisation import Sample
    from resurvey.statistics.weighting import ReplicatedSample

RANK = 1e-10
"""Singular values of a correlation matrix below this are zero."""

TESTS_OF_MEANS = {False: ("welch_t", "welch_anova"), True: ("design_t", "design_wald_f")}
"""Names of the tests of two and of more groups, without and with a design."""

TESTS_OF_RANKS = {
    False: ("mann_whitney", "kruskal_wallis"),
    True: ("design_wilcoxon", "design_kruskal_wallis"),
}


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
        ``design_wald_f`` and ``design_kruskal_wallis``. The t of two groups is of the first less
        the second. Groups of fewer than two respondents are left out with a note.

    Notes
    -----
    R: ``t.test``, ``oneway.test``, ``wilcox.test(exact = FALSE, correct = FALSE)``,
    ``kruskal.test``; survey: ``svyttest``, ``regTermTest`` of ``svyglm`` (Wald) and
    ``svyranktest``, of the ``subset`` with an answer. SOURCE Welch (1951), Biometrika 38, 330-336;
    Lumley & Scott (2013), Biometrika 100, 831-842.

    Examples
    --------
    >>> found = compare_groups([1.0, 2, 3, 4, 6, 8], np.array([0, 0, 0, 1, 1, 1]))
    >>> [(one.test, round(one.p_value, 4)) for one in found]
    [('welch_t', 0.0548), ('mann_whitney', 0.0495)]
    """
    held = _Groups.of(values, groups, weights, sample)
    designed = sample is not None
    several = int(held.count > 2)
    names = TESTS_OF_MEANS[designed][several], TESTS_OF_RANKS[designed][several]
    reason = held.reason()
    if reason is not None:
        return [refused(name, reason, held.base) for name in names]
    if sample is None:
        means = _welch_anova(held) if several else _welch_t(held)
        return [means, _ranks(held, names[1])]
    return [
        _wald(held, sample, names[0], held.values, Note("linearised_means")),
        _wald(held, sample, names[1], _weighted_ranks(held), Note("linearised_ranks"), True),
    ]


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
    """Estimate the mean of the first group less that of the second, with its interval and test.

    Parameters
    ----------
    values, groups, weights, sample
        As `compare_groups` takes them.
    first, second : int
        Two of the groups.
    level : float
        Confidence level.

    Notes
    -----
    Without a design Welch's t, as R's ``t.test``. Under one the linearised difference, with the
    degrees of freedom of the clusters that the groups live in
    (`resurvey.statistics.contrasts.freedom_of_contrast`), which never exceed R's.

    Examples
    --------
    >>> found = difference_of_means([1.0, 2, 3, 4, 6, 8], np.array([0, 0, 0, 1, 1, 1]), 1, 0)
    >>> found.value, round(found.lower, 3), round(found.upper, 3), round(found.df, 3)
    (4.0, -0.155, 8.155, 2.941)
    """
    pair = np.full(np.shape(groups), -1)
    for place, group in enumerate((first, second)):
        pair[np.asarray(groups) == group] = place
    held = _Groups.of(values, pair, weights, sample, 2)
    reason = held.reason()
    if reason is not None:
        return Contrast(float("nan"), float("nan"), reason=reason)
    if sample is None:
        value, error, freedom = held.welch()
        half = t_quantile(0.5 + level / 2, freedom) * error
        t = value / error
        ends = value - half, value + half
        return Contrast(value, error, t, freedom, t_tail(t, freedom), *ends, how="welch_difference")
    means, covariance = held.linearised(sample, held.values)
    own = [sample.freedom_among(held.inside & (held.groups == group)) for group in (0, 1)]
    joint = sample.freedom_among(held.inside)
    return contrast(means, covariance, np.array([1.0, -1.0]), own, joint, level)


def effect_sizes(
    values: Any,
    groups: "NDArray[np.int64]",
    *,
    weights: Any = None,
    sample: "Sample | ReplicatedSample | None" = None,
    level: float = LEVEL,
) -> list[Estimate]:
    """Estimate how far apart the groups are.

    Parameters
    ----------
    values, groups, weights, sample
        As `compare_groups` takes them.
    level : float
        Confidence level.

    Returns
    -------
    list of Estimate
        ``cohen_d`` and ``hedges_g`` of two groups: first less second, over the pooled standard
        deviation; ``eta_squared`` and ``omega_squared``, the share of the variance between groups.

    Notes
    -----
    SOURCE d and g: Hedges (1981), Journal of Educational Statistics 6, 107-128, with the exact
    factor of g and the interval by the noncentral t (R: ``effectsize::cohens_d``, ``hedges_g``).
    eta² and omega²: Hays (1963); the interval is that of the population's share λ / (λ + n) by the
    noncentral F (Steiger 2004, Psychological Methods 9, 164-182), the same for both.

    Under a design d is of weighted means over the weighted pooled variance, and its interval is
    linearised; so is that of eta², which near 0 may be too short. Omega² is not defined there.

    Examples
    --------
    >>> found = effect_sizes([1.0, 2, 3, 4, 6, 8], np.array([1, 1, 1, 0, 0, 0]))
    >>> [(one.name, round(one.value, 3)) for one in found][:2]
    [('cohen_d', 2.53), ('hedges_g', 2.019)]
    >>> round(found[2].value, 3), round(found[2].lower, 3), round(found[2].upper, 3)
    (0.706, 0.0, 0.852)
    """
    held = _Groups.of(values, groups, weights, sample)
    names = ["cohen_d", "hedges_g"] if held.count == 2 else []
    names += ["eta_squared", "omega_squared"]
    reason = held.reason()
    if reason is None and not held.within > 0:
        reason = Note("group_constant")
    if reason is not None:
        return [unavailable(name, reason) for name in names]
    if sample is not None:
        return _linearised_effects(held, sample, level)
    return [*(_standardised(held, level) if held.count == 2 else ()), *_shares(held, level)]


@dataclass(frozen=True)
class _Groups:
    """Respondents in groups, with the weight, mean and squares of each group."""

    values: "NDArray[np.float64]"
    groups: "NDArray[np.int64]"
    weights: "NDArray[np.float64]"
    inside: "NDArray[np.bool_]"
    sizes: "NDArray[np.float64]"
    means: "NDArray[np.float64]"
    squares: "NDArray[np.float64]"
    people: "NDArray[np.float64]"
    left_out: int

    @classmethod
    def of(cls, values: Any, groups: Any, weights: Any, sample: Any, least: int = 0) -> "_Groups":
        """Take whoever has a value, a weight and a group of at least two respondents."""
        data = np.asarray(values, dtype=np.float64)
        used = read_weights(data.size, weights, sample)
        given = np.asarray(groups, dtype=np.int64)
        inside = np.isfinite(data) & (used > 0) & (given >= 0)
        kinds = max(int(given.max(initial=-1)) + 1, least)
        counted = used
        if sample is not None:
            heads = sample.heads
            counted = np.ones(data.size) if heads is None else heads.astype(np.float64)
        people: Any = np.bincount(given[inside], counted[inside], minlength=kinds)
        small = (people > 0) & (people < 2)
        kept = np.flatnonzero(people >= 2)
        numbers = np.full(kinds + 1, -1)
        numbers[kept] = np.arange(kept.size)
        numbered = np.where(inside, numbers[np.where(inside, given, kinds)], -1)
        inside = numbered >= 0
        own, mine = used[inside], numbered[inside]
        sizes: Any = np.bincount(mine, own, minlength=kept.size)
        # Around one value, so that large numbers keep the digits in which they differ.
        origin = float(data[inside][0]) if inside.any() else 0.0
        data = np.where(inside, data - origin, 0.0)
        means = np.bincount(mine, own * data[inside], minlength=kept.size) / sizes
        away = data[inside] - means[mine]
        squares: Any = np.bincount(mine, own * np.square(away), minlength=kept.size)
        left_out = int(small.sum())
        return cls(data, numbered, used, inside, sizes, means, squares, people[kept], left_out)

    @property
    def count(self) -> int:
        """Groups that are compared."""
        return int(self.sizes.size)

    @property
    def base(self) -> float:
        """Respondents who are compared."""
        return float(self.people.sum())

    @property
    def within(self) -> float:
        """Sum of squares within the groups; rounding error is none."""
        squares = float(self.squares.sum())
        return squares if squares > RANK**2 * (squares + self.between) else 0.0

    @property
    def between(self) -> float:
        """Sum of squares between the groups."""
        middle = self.sizes @ self.means / self.sizes.sum()
        return float(self.sizes @ np.square(self.means - middle))

    @property
    def notes(self) -> tuple[Note, ...]:
        """Which groups were left out."""
        return (Note("small_groups_left_out", groups=self.left_out),) if self.left_out else ()

    def reason(self) -> Note | None:
        """Why the groups cannot be compared."""
        if self.count < 2:
            return Note("two_groups_needed")
        if not self.within + self.between > 0:
            return Note("same_values")
        return None if self.within > 0 else Note("group_constant")

    def welch(self) -> tuple[float, float, float]:
        """Difference of two means, its standard error and degrees of freedom."""
        parts = self.squares / (self.sizes - 1) / self.sizes
        variance = float(parts.sum())
        freedom = variance**2 / float((np.square(parts) / (self.sizes - 1)).sum())
        return float(self.means[0] - self.means[1]), variance**0.5, freedom

    def linearised(
        self,
        sample: "Sample | ReplicatedSample",
        values: "NDArray[np.float64]",
        fixed: bool = False,
    ) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
        """Weighted means of the groups and their covariance.

        That of the influences, with replicates too, where values are `fixed` as ranks are.
        """

        def means(weights: "NDArray[np.float64]") -> Any:
            return self._of_groups(weights, values) / self._of_groups(weights, np.ones(values.size))

        def influence(found: "NDArray[np.float64]") -> "NDArray[np.float64]":
            result = np.zeros((values.size, self.count))
            own = self.groups[self.inside]
            away = (values[self.inside] - found[own]) / self.sizes[own]
            result[np.flatnonzero(self.inside), own] = away
            return result

        if not fixed:
            return sample.estimate(means, influence)
        found = np.asarray(means(self.weights))
        return found, sample.covariance(influence(found))

    def _of_groups(self, weights: Any, values: Any) -> Any:
        return np.bincount(
            self.groups[self.inside],
            (weights * values)[self.inside],
            minlength=self.count,
        )


def _welch_t(held: _Groups) -> Result:
    value, error, freedom = held.welch()
    t = value / error
    notes = Note("welch"), *held.notes
    return Result("welch_t", t, freedom, None, t_tail(t, freedom), held.base, notes)


def _welch_anova(held: _Groups) -> Result:
    if not (held.squares > RANK**2 * held.within).all():
        return refused("welch_anova", Note("group_constant"), held.base)
    weights = held.sizes * (held.sizes - 1) / held.squares
    total = float(weights.sum())
    middle = float(weights @ held.means) / total
    k = held.count
    doubt = float((np.square(1 - weights / total) / (held.sizes - 1)).sum()) / (k * k - 1)
    f = float(weights @ np.square(held.means - middle)) / (k - 1) / (1 + 2 * (k - 2) * doubt)
    notes = Note("welch"), *held.notes
    freedom = 1 / (3 * doubt)
    tail = f_tail(f, k - 1, freedom)
    return Result("welch_anova", f, k - 1, freedom, tail, held.base, notes)


def _ranks(held: _Groups, name: str) -> Result:
    """Mann-Whitney or Kruskal-Wallis of the table of values by groups."""
    kinds, rows = np.unique(held.values[held.inside], return_inverse=True)
    shape = kinds.size, held.count
    cells = np.ravel_multi_index((rows, held.groups[held.inside]), shape)
    counts: Any = np.bincount(cells, held.weights[held.inside], minlength=kinds.size * held.count)
    found = rank_test(counts.reshape(shape), Scale(np.arange(kinds.size), kinds))
    notes = *found.notes, *held.notes
    return Result(name, found.statistic, found.df, None, found.p_value, found.n, notes)


def _weighted_ranks(held: _Groups) -> "NDArray[np.float64]":
    """Share of the weights below each value, with half of those at it."""
    _, rows = np.unique(held.values[held.inside], return_inverse=True)
    own = np.bincount(rows, held.weights[held.inside])
    result = np.zeros(held.values.size)
    result[held.inside] = ((np.cumsum(own) - own / 2) / own.sum())[rows]
    return result


def _wald(
    held: _Groups,
    sample: "Sample | ReplicatedSample",
    name: str,
    values: "NDArray[np.float64]",
    how: Note,
    fixed: bool = False,
) -> Result:
    """Test equal weighted means of values."""
    means, covariance = held.linearised(sample, values, fixed)
    freedom = sample.freedom_among(held.inside) - (held.count - 1)
    if not freedom >= 1:
        return refused(name, Note("no_freedom"), held.base)
    away = means[0] - means[1:]
    factors = np.column_stack([np.ones(held.count - 1), -np.eye(held.count - 1)])
    spread = factors @ covariance @ factors.T
    wald = wald_statistic(away, spread)
    if wald is None:
        return refused(name, Note("zero_variance"), held.base)
    groups = [sample.freedom_among(held.inside & (held.groups == k)) for k in range(held.count)]
    notes = how, *few_freedom(min(freedom, *groups)), *held.notes
    if held.count == 2:
        t = float(away[0]) / float(spread[0, 0]) ** 0.5
        return Result(name, t, freedom, None, t_tail(t, freedom), held.base, notes)
    f, df = wald / (held.count - 1), held.count - 1
    return Result(name, f, df, freedom, f_tail(f, df, freedom), held.base, notes)


def wald_statistic(
    values: "NDArray[np.float64]", covariance: "NDArray[np.float64]"
) -> float | None:
    """Return v' C⁻¹ v; None where the covariance has no inverse.

    Examples
    --------
    >>> wald_statistic(np.array([1.0, 2.0]), np.diag([1.0, 4.0]))
    2.0
    """
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    if not (errors > 0).all():
        return None
    correlation = covariance / np.outer(errors, errors)
    if np.linalg.svd(correlation, compute_uv=False)[-1] < RANK:
        return None
    z = values / errors
    return float(z @ np.linalg.solve(correlation, z))


def _standardised(held: _Groups, level: float) -> list[Estimate]:
    """Cohen's d and Hedges' g of two groups."""
    freedom = float(held.sizes.sum()) - 2
    scale = float((1 / held.sizes).sum()) ** 0.5
    d = float(held.means[0] - held.means[1]) / (held.within / freedom) ** 0.5
    ends = [end * scale for end in noncentral_t_limits(d / scale, freedom, level)]
    factor = exp(lgamma(freedom / 2) - log(freedom / 2) / 2 - lgamma((freedom - 1) / 2))
    notes = Note("pooled_deviation"), *held.notes
    return [
        Estimate("cohen_d", d, ends[0], ends[1], notes),
        Estimate("hedges_g", factor * d, factor * ends[0], factor * ends[1], notes),
    ]


def _shares(held: _Groups, level: float) -> list[Estimate]:
    """Share of the variance between groups: eta² and omega²."""
    n, df = float(held.sizes.sum()), held.count - 1
    df2 = n - held.count
    f = held.between / df / (held.within / df2)
    low, high = (end / (end + n) for end in noncentral_f_limits(f, df, df2, level))
    notes = Note("noncentral_f"), *held.notes
    omega = df * (f - 1) / (df * (f - 1) + n)
    eta = held.between / (held.between + held.within)
    return [
        Estimate("eta_squared", eta, low, high, notes),
        Estimate("omega_squared", max(omega, 0.0), low, high, notes),
    ]


def _linearised_effects(
    held: _Groups, sample: "Sample | ReplicatedSample", level: float
) -> list[Estimate]:
    """Effect sizes of weighted means over weighted variances, with linearised intervals."""
    inside, own = held.inside, held.groups[held.inside]
    values, n = held.values[inside], held.base
    correction = n / (n - held.count)
    two = held.count == 2

    def effects(weights: "NDArray[np.float64]") -> Any:
        mine = weights[inside]
        sizes = np.bincount(own, mine, minlength=held.count)
        means = np.bincount(own, mine * values, minlength=held.count) / sizes
        within = float(mine @ np.square(values - means[own]))
        middle = float(sizes @ means / sizes.sum())
        between = float(sizes @ np.square(means - middle))
        share = between / (between + within)
        if not two:
            return np.array([share])
        deviation = (within / sizes.sum() * correction) ** 0.5
        return np.array([(means[0] - means[1]) / deviation, share])

    def influence(found: "NDArray[np.float64]") -> "NDArray[np.float64]":
        total = float(held.sizes.sum())
        middle = float(held.sizes @ held.means / total)
        away = values - held.means[own]
        within, between = held.within, held.between
        from_middle = np.square(values - middle)
        # eta² = 1 - within / total squares; both sums of squares are least at their means.
        share = -np.square(away) / (within + between)
        share = share + within / (within + between) ** 2 * from_middle
        columns = [share]
        if two:
            variance = within / total * correction
            of_variance = (np.square(away) * correction - variance) / total
            sign = np.where(own == 0, 1.0, -1.0)
            of_means = sign * away / held.sizes[own]
            columns = [of_means / variance**0.5 - found[0] * of_variance / variance / 2, share]
        result = np.zeros((inside.size, len(columns)))
        result[inside] = np.stack(columns, axis=1)
        return result

    found, covariance = sample.estimate(effects, influence)
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    freedom = sample.freedom_among(inside)
    notes = *few_freedom(freedom), *held.notes
    estimates = []
    if two:
        factor = exp(lgamma(n / 2 - 1) - log(n / 2 - 1) / 2 - lgamma((n - 3) / 2))
        for name, scale in (("cohen_d", 1.0), ("hedges_g", factor)):
            value, error = float(found[0]) * scale, float(errors[0]) * scale
            estimates.append(around_t(name, value, error, freedom, level, notes))
    eta = float(found[-1])
    shared = (Note("near_zero"), *notes)
    estimates.append(
        around_t("eta_squared", eta, float(errors[-1]), freedom, level, shared, (0.0, 1.0))
    )
    return [*estimates, unavailable("omega_squared", Note("undefined_under_design"))]
