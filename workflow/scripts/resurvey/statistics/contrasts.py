"""Tests of overlapping groups: under a sampling design, and of multiple-response sets.

The groups of one sample vary together: they share clusters, strata and the sum of the weights. A
difference has the variance of both groups less twice their covariance, and as many degrees of
freedom as the clusters that they live in allow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.chi_square import pearson_statistic
from resurvey.statistics.results import (
    LEVEL,
    Result,
    chi_square_tail,
    f_tail,
    few_freedom,
    refused,
    small_effective,
    t_quantile,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.statistics.linearisation import Sample
    from resurvey.statistics.weighting import ReplicatedSample

NAMES = ("rao_scott_f", "rao_scott_chisq")

LEAST = 150
"""With a smaller effective sample the tests reject too often (8 % at 120, 24 % at 32)."""

MANY_CLUSTERS = 30
"""With fewer degrees of freedom the test without them rejects too often."""

ROUNDING = 1e-12
"""A variance below this share of the variances that it is made of is rounding error of zero."""


class Spread(Protocol):
    """Weighted totals of cells whose ratios can be estimated with a covariance."""

    @property
    def totals(self) -> "NDArray[np.float64]":
        """Weighted total of each cell."""
        ...

    @property
    def freedom(self) -> float:
        """Degrees of freedom of the design."""
        ...

    @property
    def table_freedom(self) -> float:
        """Degrees of freedom of whoever is in the table."""
        ...

    def freedom_of(self, cells: Any) -> float:
        """Degrees of freedom of the respondents in some cells."""
        ...

    def ratios(
        self, numerators: "NDArray[np.float64]", denominators: "NDArray[np.float64]"
    ) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
        """Ratios of sums of cells and their covariance."""
        ...


@dataclass(frozen=True)
class Contrast:
    """A difference, or another linear combination, of estimates.

    Attributes
    ----------
    value, error : float
        The estimate and its standard error; the error is NaN without one.
    statistic, df, p_value, lower, upper : float or None
        t, its degrees of freedom, the two-sided p-value and the ends of the interval.
    reason : Note, optional
        Why there is no test; None where there is one.
    effective : float
        The smaller effective base of two groups, where it is known.
    how : str
        Note that names the test and its degrees of freedom.
    """

    value: float
    error: float
    statistic: float | None = None
    df: float | None = None
    p_value: float | None = None
    lower: float | None = None
    upper: float | None = None
    reason: Note | None = None
    effective: float = float("inf")
    how: str = "linearised"

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the test and the interval are."""
        if self.reason:
            return (self.reason.refusing("not_tested"),)
        freedom = float("inf") if self.df is None else self.df
        return Note(self.how, df=freedom), *self.warnings

    @property
    def warnings(self) -> tuple[Note, ...]:
        """What to beware of; empty where the clusters and respondents are enough."""
        clusters = self.df is not None and self.how == "linearised"
        few = few_freedom(self.df or 0.0) if clusters else ()
        return few or small_effective(self.effective)


def freedom_of_contrast(
    factors: "NDArray[np.float64]",
    covariance: "NDArray[np.float64]",
    own: Sequence[float],
    joint: float,
) -> float:
    """Satterthwaite's degrees of freedom of a linear combination of estimates of groups.

    `own` are those of each group, its clusters less their strata; `joint`, those of all together,
    is never exceeded. A group of three villages compared with one of forty has about two, men and
    women of the same forty villages have 39. Zero where a group has none.

    Notes
    -----
    SOURCE Satterthwaite (1946), Biometrics Bulletin 2, 110-114. The smaller one is taken of two:
    with the groups' estimated variances, and with the variances that their numbers of clusters
    let one expect. A variance of three clusters may by chance be estimated as next to nothing,
    and would then promise the freedom of the other group (in simulations 11 to 25 % of true nulls
    were rejected). R's ``svyttest`` takes ``degf`` of the groups together less one, however few
    clusters one of them has.

    Examples
    --------
    >>> variances = np.diag([0.04, 0.0004])
    >>> round(freedom_of_contrast(np.array([1.0, -1.0]), variances, [2, 36], 39), 2)
    2.04
    >>> round(freedom_of_contrast(np.array([1.0, -1.0]), variances[::-1, ::-1], [2, 36], 39), 2)
    2.23
    """
    freedoms = np.asarray(own, dtype=np.float64)
    if not (freedoms >= 1).all():
        return 0.0
    squares = np.square(factors)
    bounds = [joint]
    for parts in (squares * np.diag(covariance), squares / freedoms):
        spread = float((np.square(parts) / freedoms).sum())
        if spread > 0:
            bounds.append(float(parts.sum()) ** 2 / spread)
    return min(bounds)


def contrast(
    values: "NDArray[np.float64]",
    covariance: "NDArray[np.float64]",
    factors: "NDArray[np.float64]",
    own: Sequence[float],
    joint: float,
    level: float = LEVEL,
) -> Contrast:
    """Test a linear combination of estimates, with its t interval.

    Parameters
    ----------
    values : array
        Estimates of the groups.
    covariance, factors, own, joint
        As `freedom_of_contrast` takes them.
    level : float
        Confidence level.

    Notes
    -----
    R survey: ``svycontrast(svyby(..., covmat = TRUE), factors)``, and ``confint`` with these
    degrees of freedom.

    Examples
    --------
    >>> found = contrast(np.array([0.5, 0.3]), np.diag([0.01, 0.01]), np.array([1, -1]), [9, 9], 19)
    >>> round(found.statistic, 4), found.df, round(found.p_value, 4)
    (1.4142, 18.0, 0.1744)
    """
    value = float(factors @ values)
    variance = float(factors @ covariance @ factors)
    if not joint >= 1:
        return Contrast(value, float("nan"), reason=Note("no_freedom"))
    freedom = freedom_of_contrast(factors, covariance, own, joint)
    if not freedom >= 1:
        return Contrast(value, float("nan"), reason=Note("one_cluster"))
    if not variance > ROUNDING * float(np.square(factors) @ np.diag(covariance)):
        return Contrast(value, float("nan"), reason=Note("constant_shares"))
    error = variance**0.5
    t = value / error
    infinite = freedom == float("inf")
    half = t_quantile(0.5 + level / 2, freedom) * error
    p_value = f_tail(t * t, 1, freedom)
    return Contrast(
        value, error, t, None if infinite else freedom, p_value, value - half, value + half
    )


@dataclass(frozen=True)
class Domains:
    """Shares or means of groups, each a ratio of sums of weighted cells.

    Attributes
    ----------
    spread : Spread
        How the weighted cells of the table vary.
    tops, bottoms : array, groups × cells
        What each cell counts in the numerator and, as 0 or 1, in the base of each group. No base
        is empty.
    """

    spread: "Spread"
    tops: "NDArray[np.float64]"
    bottoms: "NDArray[np.float64]"

    @cached_property
    def estimates(self) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
        """Estimates of the groups and their covariance."""
        return self.spread.ratios(self.tops, self.bottoms)

    @cached_property
    def freedom(self) -> list[float]:
        """Degrees of freedom of each group."""
        return [self.spread.freedom_of(bottom) for bottom in self.bottoms]

    @cached_property
    def _joint(self) -> dict[tuple[int, int], float]:
        return {}

    def with_tops(self, tops: "NDArray[np.float64]") -> "Domains":
        """Other shares of the same groups, whose degrees of freedom are known already."""
        other = replace(self, tops=tops)
        other.__dict__.update(freedom=self.freedom, _joint=self._joint)
        return other

    def difference(self, first: int, second: int, level: float = LEVEL) -> Contrast:
        """The first group less the second."""
        values, covariance = self.estimates
        pair = [first, second]
        if (first, second) not in self._joint:
            both: Any = self.bottoms[first] + self.bottoms[second]
            self._joint[first, second] = self.spread.freedom_of(both)
        return contrast(
            values[pair],
            covariance[np.ix_(pair, pair)],
            np.array([1.0, -1.0]),
            [self.freedom[first], self.freedom[second]],
            self._joint[first, second],
            level,
        )


def rao_scott(
    spread: Spread,
    shape: tuple[int, int],
    respondents: int,
    notes: tuple[Note, ...] = (),
    design_freedom: float | None = None,
) -> list[Result]:
    """Test independence of rows and columns under the design.

    Parameters
    ----------
    spread : Spread
        Weighted totals of the cells, row by row.
    shape : tuple
        Rows and columns.
    respondents : int
        Respondents in the table.
    notes : tuple of Note
        Added to the results.
    design_freedom : float, optional
        Degrees of freedom of the clusters; by default those of the clusters that hold respondents
        of the table.

    Returns
    -------
    list of Result
        ``rao_scott_f``: second-order correction as an F test, R's ``svychisq(statistic = "F")``;
        ``rao_scott_chisq``: X² over the mean generalised design effect, first order. R's
        ``statistic = "Chisq"`` prints X² itself with this p-value.

    Notes
    -----
    SOURCE Rao & Scott (1984), Annals of Statistics 12, 46-60; Thomas & Rao (1987). The design
    effects are taken at the observed proportions, as R does; SPSS and Stata may take the
    expected ones.
    """
    totals = spread.totals.reshape(shape)
    rows, columns = totals.sum(axis=1) > 0, totals.sum(axis=0) > 0
    if rows.sum() < 2 or columns.sum() < 2:
        which = "one_row" if rows.sum() < 2 else "one_column"
        reason = Note(which if totals.sum() > 0 else "no_respondents")
        return [refused(name, reason, respondents) for name in NAMES]
    if design_freedom is None:
        design_freedom = spread.table_freedom
    if design_freedom < 1:
        return [refused(name, Note("no_freedom"), respondents) for name in NAMES]
    inside = np.outer(rows, columns).ravel()
    picked = np.eye(len(inside))[inside]
    share, covariance = spread.ratios(picked, np.tile(inside.astype(float), (len(picked), 1)))
    r, c = int(rows.sum()), int(columns.sum())
    inverse = np.divide(1.0, share, out=np.zeros_like(share), where=share > 0)
    contrasts = np.kron(_contrasts(r), _contrasts(c)) * inverse[:, None]
    under_srs = contrasts.T @ (contrasts * share[:, None])
    if np.linalg.matrix_rank(under_srs) < len(under_srs):
        return [refused(name, Note("too_many_empty_cells"), respondents) for name in NAMES]
    effects = np.linalg.solve(under_srs, respondents * contrasts.T @ covariance @ contrasts)
    total, squares = float(np.trace(effects)), float(np.trace(effects @ effects))
    if total <= 0:
        return [refused(name, Note("zero_variance"), respondents) for name in NAMES]
    statistic = respondents * pearson_statistic(share.reshape(r, c))
    freedom = total**2 / squares
    size = (r - 1) * (c - 1)
    mean = total / size
    if not (rows.all() and columns.all()):
        notes = *notes, Note("empty_rows_and_columns")
    f = statistic / total
    # The expansion behind the correction needs more respondents than R or we ask for; a column in
    # few clusters has a variance that the degrees of freedom of the whole design do not doubt.
    least = min(
        spread.freedom_of(column) for column in _columns(shape) if (column @ spread.totals) > 0
    )
    warning = few_freedom(min(least, design_freedom)) or small_effective(respondents / mean, LEAST)
    common = Note("design_effect", effect=mean), *warning, *notes
    few = not warning and design_freedom < MANY_CLUSTERS
    uncounted = (Note("uncounted_freedom", uncounted=design_freedom),) if few else ()
    return [
        Result(
            "rao_scott_f",
            f,
            freedom,
            freedom * design_freedom,
            f_tail(f, freedom, freedom * design_freedom),
            respondents,
            (Note("second_order"), *common),
        ),
        Result(
            "rao_scott_chisq",
            statistic / mean,
            size,
            None,
            chi_square_tail(statistic / mean, size),
            respondents,
            (Note("first_order"), *common, *uncounted),
        ),
    ]


def _columns(shape: tuple[int, int]) -> "NDArray[np.float64]":
    """Cells of each column, one line a column."""
    return np.tile(np.eye(shape[1]), (1, shape[0]))


def _contrasts(size: int) -> "NDArray[np.float64]":
    """Orthogonal contrasts of `size` answers: columns that sum to zero (Helmert)."""
    result = np.zeros((size, size - 1))
    for column in range(size - 1):
        result[: column + 1, column] = 1.0
        result[column + 1, column] = -(column + 1.0)
    return result


def marginal_independence(chosen: "NDArray[np.bool_]", groups: "NDArray[np.int64]") -> Result:
    """Test whether any option is chosen more often in one group than in another.

    The options' Pearson statistics are added. As the same respondents stand behind all of them,
    the sum is corrected for the overlap by the correlations of the options (second order, Rao
    and Scott), without which it is no chi-square.

    Parameters
    ----------
    chosen : array of bool, respondents × options
        Who chose what, of the respondents in the base.
    groups : array of int, respondents
        Group of each.

    Notes
    -----
    SOURCE Bilder & Loughin (2004), Biometrics 60, 241-248; Thomas & Decady (2004).
    """
    name = "marginal_independence"
    n = len(groups)
    kinds = np.unique(groups)
    varying = chosen.any(axis=0) & ~chosen.all(axis=0)
    if len(kinds) < 2:
        return refused(name, Note("two_groups_needed"), n)
    if not varying.any():
        return refused(name, Note("options_constant"), n)
    picks = chosen[:, varying].astype(np.float64)
    share = picks.mean(axis=0)
    statistic = 0.0
    for group in kinds:
        group_picks = picks[groups == group]
        deviation = group_picks.mean(axis=0) - share
        statistic += float((len(group_picks) * np.square(deviation) / (share * (1 - share))).sum())
    correlation = np.atleast_2d(np.corrcoef(picks.T))
    options, freedom = len(share), len(kinds) - 1
    squares = float(np.square(correlation).sum())
    # Eigenvalues of correlation ⊗ I: their sum is options × freedom.
    corrected, df = statistic * options / squares, options * options * freedom / squares
    notes = (Note("overlap", options=options, sum=statistic),)
    return Result(name, corrected, df, None, chi_square_tail(corrected, df), n, notes)


def design_independence(
    chosen: "NDArray[np.bool_]",
    groups: "NDArray[np.int64]",
    sample: "Sample | ReplicatedSample",
) -> Result:
    """Test under a sampling design whether any option is chosen more often in one group.

    The options' Pearson statistics at the weighted shares are added. Under the null hypothesis
    the sum is distributed as a weighted sum of chi-squares with one degree of freedom each, whose
    weights are the generalised design effects of all shares together: of the weights, the
    clusters, the strata, and of the same respondents choosing several options. The sum is
    corrected by them in the second order and referred to F.

    Parameters
    ----------
    chosen : array of bool, respondents × options
        Who chose what, of everybody in the sample.
    groups : array of int, respondents
        Group of each, 0 .. k - 1; negative where somebody is not in the base.
    sample : Sample or ReplicatedSample
        The sampling design.

    Returns
    -------
    Result
        ``marginal_independence_f``: X² / Σ δ, with (Σ δ)² / Σ δ² and, as `rao_scott`, as many times
        the clusters less strata degrees of freedom. Options that nobody or everybody chose, and
        groups of nobody, are left out.

    Notes
    -----
    SOURCE Rao & Scott (1984), Annals of Statistics 12, 46-60; Thomas & Decady (2004), International
    Journal of Testing 4, 43-59; Bilder & Loughin (2004), Biometrics 60, 241-248. The Pearson
    statistics weigh by the pooled shares, as the null hypothesis has them; the design effects are
    of the observed shares. R survey: from ``svyby(~options, ~group, svymean, covmat = TRUE)``.

    Examples
    --------
    >>> from resurvey.statistics.linearisation import Sample, Stage
    >>> stage = Stage(np.arange(8), np.zeros(8, int), np.array([np.inf]), np.ones(1), True)
    >>> chosen = np.array([[1, 0], [1, 1], [1, 0], [0, 1], [0, 1], [1, 1], [0, 1], [0, 1]], bool)
    >>> groups = np.repeat([0, 1], 4)
    >>> found = design_independence(chosen, groups, Sample(np.ones(8), (stage,), "fail", 7.0))
    >>> round(found.statistic, 4), round(found.df, 4), found.n
    (2.8824, 1.7101, 8)
    """
    name = "marginal_independence_f"
    inside = (groups >= 0) & (sample.weights > 0)
    n = sample.respondents(inside)
    kinds = np.unique(groups[inside])
    own = chosen[inside]
    varying = own.any(axis=0) & ~own.all(axis=0)
    if kinds.size < 2:
        return refused(name, Note("two_groups_needed"), n)
    if not varying.any():
        return refused(name, Note("options_constant"), n)
    freedom = sample.freedom_among(inside)
    if freedom < 1:
        return refused(name, Note("no_freedom"), n)
    picks = own[:, varying].astype(np.float64)
    mine = np.searchsorted(kinds, groups[inside])

    def by_group(values: "NDArray[np.float64]") -> "NDArray[np.float64]":
        return np.asarray(np.bincount(mine, values, minlength=kinds.size), np.float64)

    sizes = by_group(sample.weights[inside])

    def shares(weights: "NDArray[np.float64]") -> Any:
        used = weights[inside]
        return (
            np.stack([by_group(used * option) for option in picks.T], axis=1)
            / by_group(used)[:, None]
        ).ravel()

    def influence(found: "NDArray[np.float64]") -> "NDArray[np.float64]":
        away = (picks - found.reshape(kinds.size, -1)[mine]) / sizes[mine, None]
        result = np.zeros((groups.size, kinds.size, picks.shape[1]))
        result[np.flatnonzero(inside), mine] = away
        return result.reshape(groups.size, -1)

    values, covariance = sample.estimate(shares, influence)
    table, weights = values.reshape(kinds.size, -1), sizes / sizes.sum()
    pooled = weights @ table
    statistic = n * float((weights @ np.square(table - pooled) / (pooled * (1 - pooled))).sum())
    between = np.diag(weights) - np.outer(weights, weights)
    metric = n * np.kron(between, np.diag(1 / (pooled * (1 - pooled))))
    effects = metric @ covariance
    total, squares = float(np.trace(effects)), float(np.trace(effects @ effects))
    if not total > 0:
        return refused(name, Note("zero_variance"), n)
    df = total**2 / squares
    options = int(varying.sum())
    mean = total / (options * (kinds.size - 1))
    least = min(sample.freedom_among(inside & (groups == kind)) for kind in kinds)
    warning = few_freedom(min(least, freedom)) or small_effective(n / mean, LEAST)
    notes = (
        Note("second_order"),
        Note("overlap_by_design", options=options, sum=statistic, effect=mean),
        *warning,
    )
    f = statistic / total
    tail = f_tail(f, df, df * freedom)
    return Result(name, f, df, df * freedom, tail, n, notes)
