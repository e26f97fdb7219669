"""Contrasts: differences of shares or means of groups under a sampling design, with t tests.

The groups of one sample vary together: they share clusters, strata and the sum of the weights. A
difference has the variance of both groups less twice their covariance, and as many degrees of
freedom as the clusters that they live in allow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.distributions import f_tail, t_quantile
from resurvey.statistics.results import LEVEL, few_freedom, small_effective

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.statistics.rao_scott import Spread

ROUNDING = 1e-12
"""A variance below this share of the variances that it is made of is rounding error of zero."""


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

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the test and the interval are."""
        if self.reason:
            return (self.reason.refusing("not_tested"),)
        freedom = float("inf") if self.df is None else self.df
        return Note("linearised", df=freedom), *self.warnings

    @property
    def warnings(self) -> tuple[Note, ...]:
        """What to beware of; empty where the clusters and respondents are enough."""
        few = () if self.df is None else few_freedom(self.df)
        return few or small_effective(self.effective)


def freedom_of_contrast(
    factors: "NDArray[np.float64]",
    covariance: "NDArray[np.float64]",
    own: Sequence[float],
    joint: float,
) -> float:
    """Degrees of freedom of a linear combination of estimates of groups.

    Parameters
    ----------
    factors : array
        Factor of each group's estimate.
    covariance : array, groups × groups
        Of the estimates.
    own : sequence of float
        Degrees of freedom of each group: its clusters less their strata.
    joint : float
        Those of all these groups together, which are never exceeded.

    Returns
    -------
    float
        Satterthwaite's degrees of freedom, at most `joint`: a group of three villages compared
        with one of forty has about two, men and women of the same forty villages have 39. Zero
        where a group has none.

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
