"""Variances of weighted totals under strata, clusters and finite populations (Taylor)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.errors import SurveyError

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    """

    units: "NDArray[np.int64]"
    strata: "NDArray[np.int64]"
    populations: "NDArray[np.float64]"
    shares: "NDArray[np.float64]"
    singletons: bool


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
    """

    weights: "NDArray[np.float64]"
    stages: tuple[Stage, ...]
    lonely_psu: str
    freedom: float

    def spread(self, cells: "NDArray[Any]", size: int) -> "TaylorSpread":
        """Total the weights by cell and compute the covariance of the totals.

        Parameters
        ----------
        cells : array of int
            For each respondent a cell 0 .. size - 1, or `size` outside the table: outside
            respondents stay in the design and count as zero, as domain estimation asks.
        size : int
            Number of cells.
        """
        totals: Any = np.bincount(cells, self.weights, minlength=size + 1)[:size]
        covariance = np.zeros((size, size))
        for stage in self.stages:
            covariance += self._stage(stage, cells, size)
        return TaylorSpread(totals, covariance, self.freedom)

    def _stage(self, stage: Stage, cells: "NDArray[Any]", size: int) -> "NDArray[np.float64]":
        n_strata = len(stage.populations)
        units = np.bincount(stage.strata, minlength=n_strata).astype(np.float64)
        correction = np.ones(n_strata)
        finite = np.isfinite(stage.populations)
        correction[finite] = 1 - units[finite] / stage.populations[finite]
        correction[np.abs(correction) < 1e-7] = 0.0
        lonely = units == 1
        open_lonely = lonely & (correction > 0)
        if open_lonely.any() and self.lonely_psu == "fail":
            raise SurveyError(
                f"{int(open_lonely.sum())} strata have only one cluster, whose variance is "
                "unknown; choose lonely_psu 'certainty', 'remove', 'adjust' or 'average'"
            )
        factor = correction * np.where(lonely, 1.0, units / np.maximum(units - 1, 1))
        factor = factor * stage.shares
        square, sums = _moments(stage, self.weights, cells, size, n_strata, factor)
        centred = np.where(lonely, 0.0, factor / units)
        result = square - (sums * centred[:, None]).T @ sums
        if lonely.any():
            # The uncentred square of a lonely unit: kept by `adjust`, dropped otherwise.
            alone = sums[lonely] * factor[lonely, None]
            if self.lonely_psu != "adjust":
                result -= alone.T @ sums[lonely]
            if self.lonely_psu == "average":
                result *= n_strata / max(n_strata - int(open_lonely.sum()), 1)
        return np.asarray(result)


def _moments(
    stage: Stage,
    weights: "NDArray[np.float64]",
    cells: "NDArray[Any]",
    size: int,
    n_strata: int,
    factor: "NDArray[np.float64]",
) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
    """Sum over units the factor times the square of the unit totals; and the strata's totals."""
    width = size + 1
    if stage.singletons:
        strata = stage.strata[stage.units]
        sums: Any = np.bincount(strata * width + cells, weights, minlength=n_strata * width)
        own = np.bincount(cells, np.square(weights) * factor[strata], minlength=width)[:size]
        return np.diag(own), sums.reshape(n_strata, width)[:, :size]
    n_units = len(stage.strata)
    table = np.bincount(stage.units * width + cells, weights, minlength=n_units * width)
    totals = table.reshape(n_units, width)[:, :size]
    square: Any = (totals * factor[stage.strata, None]).T @ totals
    sums = np.zeros((n_strata, size))
    np.add.at(sums, stage.strata, totals)
    return square, sums


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
    """

    totals: "NDArray[np.float64]"
    covariance: "NDArray[np.float64]"
    freedom: float

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
        return values, slopes @ self.covariance @ slopes.T

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
        error = np.sqrt(np.maximum(np.diag(centred @ self.covariance @ centred.T), 0)) / total
        return values, error.reshape(shape)
