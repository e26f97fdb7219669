"""Weights: raking to known margins, and the variances that replicate weights give."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.errors import SurveyError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.statistics.linearisation import Sample


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
    return Raking(
        current,
        rounds,
        error <= tolerance,
        kish(current)[0],
        float(used.min()) / mean,
        float(used.max()) / mean,
        int(trimmed.sum()),
        error,
    )


def kish(weights: Any) -> tuple[float, float]:
    """Kish's design effect of unequal weights, and the effective sample size.

    Returns
    -------
    effect, effective
        n Σw² / (Σw)², and n over it.

    Examples
    --------
    >>> kish([1.0, 1.0, 2.0])
    (1.125, 2.6666666666666665)
    """
    w = np.asarray(weights, dtype=np.float64)
    w = w[w > 0]
    if not w.size:
        return float("nan"), 0.0
    effective = float(w.sum() ** 2 / np.square(w).sum())
    return w.size / effective, effective


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


RANK_TOLERANCE = 1e-5
"""Singular values below this share of the largest are zero, as in R's ``degf``."""


@dataclass(frozen=True)
class ReplicatedSample:
    """Respondents with a full weight and replicate weights.

    Attributes
    ----------
    weights : array, respondents
        Full weights.
    replicates : array, respondents × replicates
        Replicate weights (combined: they include the full weight).
    scales : array, replicates
        What the square of each replicate's deviation is multiplied by.
    around_full : bool
        Deviations from the full estimate instead of the replicates' mean (R: ``mse = TRUE``).
    freedom : float
        Rank of the replicate weights minus one.
    heads : array of int, optional
        Respondents of each row, as `Sample` has them; here always one.
    """

    weights: "NDArray[np.float64]"
    replicates: "NDArray[np.float64]"
    scales: "NDArray[np.float64]"
    around_full: bool
    freedom: float
    heads: "NDArray[np.int64] | None" = None

    def estimate(
        self,
        values_of: "Callable[[NDArray[np.float64]], Any]",
        influence_of: object = None,
    ) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
        """Estimate functions of weighted data again with every replicate (see `Sample.estimate`).

        The influence of the respondents is not asked for.
        """
        values = np.atleast_1d(np.asarray(values_of(self.weights), dtype=np.float64))
        copies = [np.atleast_1d(values_of(weights)) for weights in self.replicates.T]
        return values, replicate_covariance(values, np.stack(copies), self.scales, self.around_full)

    def covariance(self, values: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Estimate the covariance of the weighted totals of variables, respondents × k."""
        totals = self.weights @ values
        return replicate_covariance(
            totals, self.replicates.T @ values, self.scales, self.around_full
        )

    def respondents(self, members: "NDArray[np.bool_]") -> int:
        """Respondents among some."""
        return int(members.sum())

    def freedom_among(self, members: "NDArray[np.bool_]") -> float:
        """Degrees of freedom of some respondents: R's ``degf`` of the subset."""
        return min(_rank(self.replicates[members & (self.weights > 0)]), self.freedom)

    def spread(
        self, cells: "NDArray[Any]", size: int, inside: "NDArray[np.intp]"
    ) -> "tuple[NDArray[np.float64], ReplicatedSpread]":
        """Total the weights by cell, in full and per replicate (see `Sample.spread`)."""
        totals: Any = np.bincount(cells, self.weights, minlength=size)
        copies: Any = np.stack(
            [
                np.bincount(cells, replicate, minlength=size)[inside]
                for replicate in self.replicates.T
            ]
        )
        scales, around = self.scales, self.around_full
        place = np.full(size, inside.size)
        place[inside] = np.arange(inside.size)
        own = place[cells]
        # Only whoever weighs something is in the design; those outside of the table share a place.
        own[self.weights <= 0] = inside.size

        def rank(chosen: tuple[bool, ...]) -> float:
            return _rank(self.replicates[np.array([*chosen, False])[own]])

        return totals, ReplicatedSpread(
            totals[inside], copies, scales, around, self.freedom, cache(rank)
        )


def _rank(rows: "NDArray[np.float64]") -> float:
    """Rank of the replicate weights of some respondents, less one."""
    if not len(rows):
        return 0.0
    # Of the products of the columns, which many respondents make no larger; R's tolerance.
    sizes = np.linalg.eigvalsh(rows.T @ rows)
    return float((sizes > RANK_TOLERANCE**2 * sizes[-1]).sum() - 1)


def replicate_covariance(
    full: "NDArray[np.float64]",
    copies: "NDArray[np.float64]",
    scales: "NDArray[np.float64]",
    around_full: bool,
) -> "NDArray[np.float64]":
    """Covariance of estimates from their replicates."""
    centre = full if around_full else copies[scales > 0].mean(axis=0)
    away = copies - centre
    return np.asarray((away * scales[:, None]).T @ away)


@dataclass(frozen=True)
class ReplicatedSpread:
    """Weighted totals of the cells of a table, in full and per replicate."""

    totals: "NDArray[np.float64]"
    copies: "NDArray[np.float64]"
    scales: "NDArray[np.float64]"
    around_full: bool
    freedom: float
    rank: Any = None

    @property
    def table_freedom(self) -> float:
        """Degrees of freedom of a test of the whole table: those of the replicates."""
        return self.freedom

    def freedom_of(self, cells: Any) -> float:
        """Degrees of freedom of the respondents in some cells: R's ``degf`` of the subset.

        Returns
        -------
        float
            Rank of their replicate weights less one, at most that of all.
        """
        if self.rank is None:
            return self.freedom
        chosen = tuple((np.asarray(cells).ravel() != 0).tolist())
        return min(float(self.rank(chosen)), self.freedom)

    def _covariance(
        self, full: "NDArray[np.float64]", copies: "NDArray[np.float64]"
    ) -> "NDArray[np.float64]":
        return replicate_covariance(full, copies, self.scales, self.around_full)

    @property
    def covariance(self) -> "NDArray[np.float64]":
        """Covariance of the totals."""
        return self._covariance(self.totals, self.copies)

    def ratios(
        self, numerators: "NDArray[np.float64]", denominators: "NDArray[np.float64]"
    ) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
        """Estimate ratios of sums of cells, and their covariance over the replicates."""
        full = (numerators @ self.totals) / (denominators @ self.totals)
        bottoms = self.copies @ denominators.T
        copies = np.divide(
            self.copies @ numerators.T, bottoms, out=np.zeros_like(bottoms), where=bottoms != 0
        )
        return full, self._covariance(full, copies)

    def deviations(self, shape: tuple[int, int]) -> tuple[Any, Any]:
        """Cell share minus product of margin shares, with its standard error."""

        def away(totals: "NDArray[np.float64]") -> "NDArray[np.float64]":
            total = totals.sum()  # a replicate may leave the whole table out
            share = (totals / total if total > 0 else totals).reshape(shape)
            return share - np.outer(share.sum(axis=1), share.sum(axis=0))

        full = away(self.totals)
        copies = np.stack([away(copy).ravel() for copy in self.copies])
        variance = np.diag(self._covariance(full.ravel(), copies))
        return full, np.sqrt(np.maximum(variance, 0)).reshape(shape)


def jackknife(sample: "Sample") -> ReplicatedSample:
    """Make jackknife weights that leave out one primary unit at a time (R: JK1, JKn).

    With one stratum all other units are raised by m / (m - 1); with more, the units of the same
    stratum. Finite population corrections scale the replicates.

    Raises
    ------
    ValueError
        When a stratum has one unit only.
    """
    stage = sample.stages[0]
    size = np.bincount(stage.strata, minlength=len(stage.populations)).astype(np.float64)
    if (size < 2).any():
        raise ValueError("a stratum with one cluster has no jackknife replicate")
    copies = []
    for unit, stratum in enumerate(stage.strata.tolist()):
        inside = stage.strata[stage.units] == stratum
        factor = np.where(inside, size[stratum] / (size[stratum] - 1), 1.0)
        factor[stage.units == unit] = 0.0
        copies.append(sample.weights * factor)
    per_stratum = (
        (size - 1)
        / size
        * (1 - np.where(np.isfinite(stage.populations), size / stage.populations, 0.0))
    )
    replicates = np.stack(copies, axis=1)
    scales = per_stratum[stage.strata]
    return ReplicatedSample(sample.weights, replicates, scales, False, sample.freedom)


def bootstrap(sample: "Sample", replicates: int, seed: int) -> ReplicatedSample:
    """Make bootstrap weights: in each stratum m - 1 of m primary units drawn with replacement.

    Notes
    -----
    SOURCE Rao & Wu (1988), JASA 83, 231-241; R: ``as.svrepdesign(type = "subbootstrap")``. Not
    for large sampling fractions: no finite population correction is made.
    """
    stage = sample.stages[0]
    rng = np.random.default_rng(seed)
    factors = np.zeros((len(stage.strata), replicates))
    for stratum in range(len(stage.populations)):
        inside = np.flatnonzero(stage.strata == stratum)
        m = len(inside)
        if m < 2:
            raise ValueError("a stratum with one cluster cannot be bootstrapped")
        drawn = rng.multinomial(m - 1, np.full(m, 1 / m), size=replicates)
        factors[inside] = (drawn * (m / (m - 1))).T
    weights = sample.weights[:, None] * factors[stage.units]
    scales = np.full(replicates, 1 / (replicates - 1))
    return ReplicatedSample(sample.weights, weights, scales, False, sample.freedom)
