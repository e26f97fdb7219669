"""Variances of weighted totals under strata, clusters and finite populations (Taylor)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.counting import BLOCK
from resurvey.core.notes import Note, Refusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALL_PRODUCT = 200_000
"""Multiplications of a matrix product that BLAS still does in one thread."""

NOISE = 1e-14
"""A variance below this share of the terms it is made of is rounding error of zero."""

LONELY = ("fail", "certainty", "remove", "adjust", "average")
"""What to do with a stratum of one cluster, under R survey's names."""


@dataclass(frozen=True)
class Stage:
    """One stage of sampling.

    Attributes
    ----------
    units : array of int
        For each respondent the sampled unit, 0 .. m - 1; units of different strata differ.
    strata : array of int
        For each unit its stratum, 0 .. h - 1.
    populations : array of float
        For each stratum the units in the population; infinite without correction.
    shares : array of float
        For each stratum the sampled fraction of all earlier stages, which this stage's variance
        is multiplied by.
    singletons : bool
        True when every unit is one respondent, who needs no table of units.
    sizes : array of int, optional
        For each stratum its units, where `units` are rows that several respondents share.
    """

    units: "NDArray[np.int64]"
    strata: "NDArray[np.int64]"
    populations: "NDArray[np.float64]"
    shares: "NDArray[np.float64]"
    singletons: bool
    sizes: "NDArray[np.int64] | None" = None

    def count_units(self) -> "NDArray[np.float64]":
        """Units of every stratum."""
        if self.sizes is not None:
            return self.sizes.astype(np.float64)
        return np.bincount(self.strata, minlength=len(self.populations)).astype(np.float64)


@dataclass(frozen=True)
class Margins:
    """Groups whose weighted totals raking has fixed, so that they do not vary.

    Attributes
    ----------
    patterns : array of int
        For each respondent the combination of groups, 0 .. p - 1.
    groups : array of 0 and 1, p × groups
        Which groups of all margins each combination is in.
    """

    patterns: "NDArray[np.int64]"
    groups: "NDArray[np.float64]"

    def fitted(
        self, weights: "NDArray[np.float64]", cells: "NDArray[Any]", size: int, inside: Any
    ) -> "NDArray[np.float64]":
        """Share of each combination in each cell as the margins alone predict it.

        Notes
        -----
        SOURCE R ``survey::svyrecvar``: the variance of a raked estimate is that of the residuals
        of an unweighted additive fit on the margins (Deville and Särndal 1992).
        """
        there, count = weights > 0, len(self.groups)
        heads = group_totals(self.patterns, count, cells, size, there.astype(np.float64))
        root = np.sqrt(np.bincount(self.patterns, there, minlength=count))[:, None]
        shares = np.divide(
            heads[:, inside], root, out=np.zeros((count, len(inside))), where=root > 0
        )
        return np.asarray(self.groups @ np.linalg.lstsq(root * self.groups, shares, rcond=None)[0])

    def residuals(
        self, weights: "NDArray[np.float64]", values: "NDArray[np.float64]"
    ) -> "NDArray[np.float64]":
        """Return what the margins leave of values, respondents × k (see `fitted`)."""
        there, count = weights > 0, len(self.groups)
        root = np.sqrt(np.bincount(self.patterns, there, minlength=count))[:, None]
        sums = np.stack(
            [np.bincount(self.patterns, there * column, minlength=count) for column in values.T],
            axis=1,
        )
        means = np.divide(sums, root, out=np.zeros_like(sums), where=root > 0)
        fitted = self.groups @ np.linalg.lstsq(root * self.groups, means, rcond=None)[0]
        return np.asarray(values - fitted[self.patterns])


@dataclass(frozen=True)
class Sample:
    """How the respondents were sampled.

    Attributes
    ----------
    weights : array of float
        One per respondent.
    stages : tuple of Stage
        First the primary units; later stages only with finite population corrections.
    lonely_psu : str
        One of `LONELY`.
    freedom : float
        Degrees of freedom: primary units minus strata.
    margins : Margins, optional
        What the weights were raked to.
    heads : array of int, optional
        Respondents of each row, where several with the same answers share one; `weights` then
        holds the sums of their weights.
    squares : array of float, optional
        Sums of the squares of their weights, where every respondent is a unit.
    """

    weights: "NDArray[np.float64]"
    stages: tuple[Stage, ...]
    lonely_psu: str
    freedom: float
    margins: Margins | None = None
    heads: "NDArray[np.int64] | None" = None
    squares: "NDArray[np.float64] | None" = None

    def estimate(
        self,
        values_of: "Callable[[NDArray[np.float64]], Any]",
        influence_of: "Callable[[NDArray[np.float64]], NDArray[np.float64]]",
    ) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
        """Estimate functions of weighted data, and their covariance by linearisation.

        Parameters
        ----------
        values_of : callable
            Weights -> the k estimates.
        influence_of : callable
            The estimates -> the influence of every respondent, respondents × k: how much the
            estimates change with the respondent's weight; zero outside of the domain.

        Returns
        -------
        values, covariance

        Notes
        -----
        SOURCE Deville (1999), Survey Methodology 25, 193-203: the variance of an estimate is that
        of the total of its influence function.

        Examples
        --------
        >>> x = np.array([1.0, 2.0, 6.0])
        >>> stage = Stage(np.arange(3), np.zeros(3, int), np.array([np.inf]), np.ones(1), True)
        >>> sample = Sample(np.ones(3), (stage,), "fail", 2.0)
        >>> mean = lambda weights: np.array([weights @ x / weights.sum()])
        >>> value, variance = sample.estimate(mean, lambda found: (x - found)[:, None] / 3)
        >>> value.tolist(), variance.round(6).tolist()
        ([3.0], [[2.333333]])
        """
        values = np.atleast_1d(np.asarray(values_of(self.weights), dtype=np.float64))
        return values, self.covariance(influence_of(values))

    def covariance(self, values: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Estimate the covariance of the weighted totals of variables, respondents × k.

        Notes
        -----
        R survey: ``vcov(svytotal(values, design))``.
        """
        covariance = np.zeros((values.shape[1], values.shape[1]))
        for stage in self.stages:
            kept = values
            if self.margins is not None:
                kept = self.margins.residuals(self.weights, values)
            factor = self._factor(stage)[0]
            n_units, n_strata = len(stage.strata), len(stage.populations)
            totals = np.empty((n_units, values.shape[1]))
            sums = np.empty((n_strata, values.shape[1]))
            for column in range(values.shape[1]):
                weighed = self.weights * kept[:, column]
                totals[:, column] = np.bincount(stage.units, weighed, minlength=n_units)
                sums[:, column] = np.bincount(stage.strata, totals[:, column], n_strata)
            if self.squares is not None:  # several units in a row, each with the same values
                totals = np.sqrt(self.squares)[:, None] * kept
            covariance += self._variance(stage, _squared(totals, factor[stage.strata]), sums)
        return covariance

    def respondents(self, members: "NDArray[np.bool_]") -> int:
        """Respondents in some rows."""
        return int(members.sum() if self.heads is None else self.heads[members].sum())

    def freedom_among(self, members: "NDArray[np.bool_]") -> float:
        """Degrees of freedom of some respondents: R's ``degf`` of the subset.

        Returns
        -------
        float
            Primary units less strata that hold them, at most those of the design.
        """
        first = self.stages[0]
        there = members & (self.weights > 0)
        units = np.unique(first.units[there])
        if self.squares is not None:
            strata = np.unique(first.strata[units]).size
            return float(min(self.respondents(there) - strata, self.freedom))
        return float(min(units.size - np.unique(first.strata[units]).size, self.freedom))

    def spread(
        self, cells: "NDArray[Any]", size: int, inside: "NDArray[np.intp]"
    ) -> "tuple[NDArray[np.float64], TaylorSpread]":
        """Total the weights by cell and compute the covariance of the totals.

        Parameters
        ----------
        cells : array of int
            For each respondent a cell 0 .. size - 1. Respondents without an answer have cells
            of their own: they stay in the design and count as zero in the table, as domain
            estimation asks.
        size : int
            Number of cells.
        inside : array of int
            The cells of the table.

        Returns
        -------
        totals, spread
            Weighted totals of all cells, and how those of the table vary.
        """
        covariance = np.zeros((inside.size, inside.size))
        totals, places = np.zeros(size), None
        for number, stage in enumerate(self.stages):
            square, sums, full, units = self._moments(stage, cells, size, inside)
            if number == 0:
                totals, places = full, self._places(stage, cells, size, inside, sums, units)
            if self.margins is not None:
                square, sums = self._residual_moments(self.margins, stage, cells, size, inside)
            covariance += self._variance(stage, square, sums)
        return totals, TaylorSpread(totals[inside], covariance, self.freedom, places)

    def _places(
        self, stage: Stage, cells: "NDArray[Any]", size: int, inside: Any, sums: Any, units: Any
    ) -> "Places":
        """Tell which units and strata hold respondents of each cell."""
        if units is not None:
            return Places(stage.strata, np.packbits(units > 0, axis=0), len(stage.strata))
        there = self.weights > 0
        kept = cells if there.all() else cells[there]
        people = None if self.heads is None else self.heads[there]
        heads = np.bincount(kept, people, minlength=size)[inside].astype(np.int64)
        return Places(heads, np.packbits(sums > 0, axis=0), len(stage.populations), alone=True)

    def _factor(
        self, stage: Stage
    ) -> tuple["NDArray[np.float64]", "NDArray[np.float64]", Any, Any]:
        """What the squares of a stratum's units are multiplied by; unit counts; lonely strata."""
        n_strata = len(stage.populations)
        units = stage.count_units()
        correction = np.ones(n_strata)
        finite = np.isfinite(stage.populations)
        correction[finite] = 1 - units[finite] / stage.populations[finite]
        correction[np.abs(correction) < 1e-7] = 0.0
        lonely = units == 1
        unknown = lonely & (correction > 0)
        if unknown.any() and self.lonely_psu == "fail":
            number = int(unknown.sum())
            several = number > 1
            raise Refusal(
                Note("lonely_strata", strata=number) if several else Note("lonely_stratum")
            )
        factor = correction * np.where(lonely, 1.0, units / np.maximum(units - 1, 1))
        return factor * stage.shares, units, lonely, unknown

    def _variance(
        self, stage: Stage, square: "NDArray[np.float64]", sums: "NDArray[np.float64]"
    ) -> "NDArray[np.float64]":
        """Centre the squares within the strata."""
        factor, units, lonely, unknown = self._factor(stage)
        centred = np.where(lonely, 0.0, factor / units)
        result = square - (sums * centred[:, None]).T @ sums
        if lonely.any():
            # The uncentred square of a lonely unit: kept by `adjust`, dropped otherwise.
            alone = sums[lonely] * factor[lonely, None]
            if self.lonely_psu != "adjust":
                result -= alone.T @ sums[lonely]
            if self.lonely_psu == "average":
                # R averages over the strata that hold respondents of the table.
                there = sums.any(axis=1)
                result *= there.sum() / max(int((there & ~unknown).sum()), 1)
        return np.asarray(result)

    def _moments(
        self, stage: Stage, cells: "NDArray[Any]", size: int, inside: "NDArray[np.intp]"
    ) -> tuple[Any, Any, Any, Any]:
        """Sum the factor times the squares of the unit totals; strata's, full and unit totals.

        The last are None where every unit is one respondent.
        """
        factor = self._factor(stage)[0]
        n_strata = len(stage.populations)
        if stage.singletons:
            strata = stage.strata[stage.units]
            sums = group_totals(strata, n_strata, cells, size, self.weights)
            square = np.square(self.weights) if self.squares is None else self.squares
            squares = group_totals(strata, n_strata, cells, size, square)
            variances = factor @ squares
            return np.diag(variances[inside]), sums[:, inside], sums.sum(axis=0), None
        units = group_totals(stage.units, len(stage.strata), cells, size, self.weights)
        totals = units[:, inside]
        square = _squared(totals, factor[stage.strata])
        by_stratum = np.empty((n_strata, inside.size))
        for position in range(inside.size):  # ten times as fast as np.add.at, in the same order
            by_stratum[:, position] = np.bincount(stage.strata, totals[:, position], n_strata)
        return square, by_stratum, units.sum(axis=0), totals

    def _residual_moments(
        self, margins: Margins, stage: Stage, cells: "NDArray[Any]", size: int, inside: Any
    ) -> tuple[Any, Any]:
        """Squares and strata's sums of what the margins leave of the unit totals."""
        fitted = margins.fitted(self.weights, cells, size, inside)
        n_units, n_strata = len(stage.strata), len(stage.populations)
        factor = self._factor(stage)[0]
        totals = group_totals(stage.units, n_units, cells, size, self.weights)[:, inside]
        sums = np.empty((n_strata, inside.size))
        for cell in range(inside.size):
            predicted = self.weights * fitted[margins.patterns, cell]
            totals[:, cell] -= np.bincount(stage.units, predicted, minlength=n_units)
            sums[:, cell] = np.bincount(stage.strata, totals[:, cell], minlength=n_strata)
        return _squared(totals, factor[stage.strata]), sums


def _squared(totals: "NDArray[np.float64]", factor: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Sum factor × total × total' over the units, in products too small for BLAS threads.

    Threads that wake for every small product cost more than the product on a busy machine.
    """
    width = totals.shape[1]
    step = max(1, SMALL_PRODUCT // max(width * width, 1))
    result = np.zeros((width, width))
    for start in range(0, len(totals), step):
        part = totals[start : start + step]
        result += (part * factor[start : start + step, None]).T @ part
    return result


def group_totals(
    groups: "NDArray[np.int64]",
    n_groups: int,
    cells: "NDArray[Any]",
    size: int,
    weights: "NDArray[np.float64]",
) -> "NDArray[np.float64]":
    """Sum the weights by group and cell, block by block in the processor's cache.

    Examples
    --------
    >>> group_totals(np.array([0, 1, 1]), 2, np.array([0, 0, 1]), 2, np.ones(3)).tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    bins = n_groups * size
    total = np.zeros(bins)
    block = max(BLOCK, 4 * bins)
    for start in range(0, len(weights), block):
        part = slice(start, start + block)
        key = groups[part] * size
        key += cells[part]
        total += np.bincount(key, weights[part], minlength=bins)
    return total.reshape(n_groups, size)


@dataclass(frozen=True)
class Places:
    """In which primary units and strata the respondents of a cell are.

    Attributes
    ----------
    of : array of int
        For each unit its stratum; where every unit is one respondent, for each cell its
        respondents.
    packed : array of uint8
        Bits, one column per cell: the units (or the strata) that hold respondents of it.
    size : int
        Units (or strata).
    alone : bool
        Whether every unit is one respondent.
    """

    of: "NDArray[np.int64]"
    packed: "NDArray[np.uint8]"
    size: int
    alone: bool = False
    freedoms: dict[bytes, float] = field(default_factory=dict, compare=False)

    def freedom(self, cells: "NDArray[np.bool_]") -> float:
        """Units less strata that hold respondents of some cells."""
        key = cells.tobytes()  # every row of a table asks for the same columns
        if key not in self.freedoms:
            self.freedoms[key] = self._freedom(cells)
        return self.freedoms[key]

    def _freedom(self, cells: "NDArray[np.bool_]") -> float:
        bits = np.bitwise_or.reduce(self.packed[:, cells], axis=1)
        there = np.unpackbits(bits, count=self.size).astype(bool)
        if self.alone:
            return float(self.of[cells].sum() - there.sum())
        return float(there.sum() - np.count_nonzero(np.bincount(self.of[there])))


@dataclass(frozen=True)
class TaylorSpread:
    """Weighted totals of the cells of a table and how they vary.

    Attributes
    ----------
    totals : array
        Weighted total of each cell.
    covariance : array, cells × cells
        Design-based covariance of the totals.
    freedom : float
        Degrees of freedom of the design.
    places : Places, optional
        Where the respondents of each cell are.
    """

    totals: "NDArray[np.float64]"
    covariance: "NDArray[np.float64]"
    freedom: float
    places: Places | None = None

    @property
    def table_freedom(self) -> float:
        """Degrees of freedom of whoever is in the table, where whole clusters may be outside.

        Where every unit is one respondent it is the design's: as in R, whoever did not answer
        is still a unit of the sample.
        """
        if self.places is None or self.places.alone:
            return self.freedom
        return self.freedom_of(np.ones(self.totals.size))

    def freedom_of(self, cells: Any) -> float:
        """Degrees of freedom of the respondents in some cells: R's ``degf`` of the subset.

        Parameters
        ----------
        cells : array
            Which cells; not zero where a cell belongs to the group.

        Returns
        -------
        float
            Primary units less strata that hold respondents of the group, at most those of the
            design: a group that lives in three villages has two, however many villages the
            sample has.
        """
        if self.places is None:
            return self.freedom
        return min(self.places.freedom(np.asarray(cells).ravel() != 0), self.freedom)

    def ratios(
        self, numerators: "NDArray[np.float64]", denominators: "NDArray[np.float64]"
    ) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
        """Estimate ratios of sums of cells, and their covariance by linearisation.

        Parameters
        ----------
        numerators, denominators : array of 0 and 1, ratios × cells
            Which cells are summed.
        """
        tops, bottoms = numerators @ self.totals, denominators @ self.totals
        values = tops / bottoms
        slopes = (numerators - values[:, None] * denominators) / bottoms[:, None]
        return values, self._of(slopes)

    def _of(self, slopes: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Covariance of linear combinations of the totals; rounding error of zero is zero."""
        result = np.asarray(slopes @ self.covariance @ slopes.T)
        # Terms that cancel leave this much, which no standard error is.
        sizes = np.abs(slopes)
        noise = NOISE * ((sizes @ np.abs(self.covariance)) * sizes).sum(axis=1)
        certain = np.diag(result) <= noise
        result[certain] = 0.0
        result[:, certain] = 0.0
        return result

    def deviations(self, shape: tuple[int, int]) -> tuple[Any, Any]:
        """Cell share minus product of margin shares, with its standard error."""
        share = (self.totals / self.totals.sum()).reshape(shape)
        rows, columns = share.sum(axis=1), share.sum(axis=0)
        values = share - np.outer(rows, columns)
        eye_rows, eye_columns = np.eye(shape[0]), np.eye(shape[1])
        slopes = np.kron(eye_rows, eye_columns)
        slopes = slopes - np.kron(eye_rows, np.outer(columns, np.ones(shape[1])))
        slopes = slopes - np.kron(np.outer(rows, np.ones(shape[0])), eye_columns)
        total = self.totals.sum()
        centred = slopes - (slopes @ share.ravel())[:, None]
        error = np.sqrt(np.diag(self._of(centred))) / total
        return values, error.reshape(shape)
