"""Tests of independence under a sampling design: Rao and Scott's corrections of Pearson's X²."""

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.chi_square import pearson_statistic
from resurvey.statistics.distributions import chi_square_tail, f_tail
from resurvey.statistics.results import (
    Result,
    few_freedom,
    refused,
    small_effective,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAMES = ("rao_scott_f", "rao_scott_chisq")

LEAST = 150
"""With a smaller effective sample the tests reject too often (8 % at 120, 24 % at 32)."""

MANY_CLUSTERS = 30
"""With fewer degrees of freedom the test without them rejects too often."""


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
