"""Tests, measures and estimates of a table of sampling-weighted counts.

Tests for equal respondents are refused: on weighted counts they are wrong by any factor.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, inf, log, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code
from resurvey.core.notes import Note, note_text
from resurvey.statistics import chi_square
from resurvey.statistics.association import measures
from resurvey.statistics.contrasts import Contrast, Domains, Spread, rao_scott
from resurvey.statistics.proportions import wilson
from resurvey.statistics.results import (
    LEVEL,
    Estimate,
    Result,
    refused,
    small_effective,
    t_quantile,
    unavailable,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.counts.crosstabs import Crosstab

EMPTY = (None, None, None, None, None, None)

EQUAL_RESPONDENTS = ("pearson", "likelihood_ratio", "linear_by_linear", "fisher")


def design_tests(table: "Crosstab", design_freedom: float | None = None) -> list[Result]:
    """Test independence under the design (`resurvey.statistics.contrasts.rao_scott`)."""
    assert table.spread is not None
    n = int(table.unweighted.sum())
    return rao_scott(table.spread, table.observed.shape, n, table.notes, design_freedom)


def tests(table: "Crosstab") -> Iterator[Result]:
    """Yield the design-based tests, and the refusals of the others."""
    n = int(table.unweighted.sum())
    for name in EQUAL_RESPONDENTS:
        yield refused(name, Note("see_rao_scott"), n)
    yield from design_tests(table)


def association(table: "Crosstab") -> Iterator[Estimate]:
    """Yield measures of association of the weighted shares, without intervals."""
    total = table.observed.sum()
    scale = table.unweighted.sum() / total if total > 0 else 1.0
    for measure in measures(table.observed * scale, *table.scales):
        if measure.value is None:
            yield measure
        elif measure.name == "cramer_v_bias_corrected":
            yield unavailable(measure.name, Note("correction_weighted"))
        else:
            yield Estimate(measure.name, measure.value, notes=(Note("weighted_shares"),))


def residuals(table: "Crosstab", kind: str) -> "NDArray[np.float64]":
    """Compare the weighted cells with independence.

    ``expected`` and ``raw`` are weighted counts; ``standardized`` takes the weights scaled to
    the number of respondents; ``adjusted`` is the cell's deviation over its design-based
    standard error.
    """
    counts = table.reduced.counts
    if kind in ("expected", "raw"):
        return chi_square.residuals(counts, kind)
    if kind != "adjusted":
        return chi_square.residuals(counts * table.unweighted.sum() / counts.sum(), kind)
    assert table.spread is not None
    values, error = table.spread.deviations(table.observed.shape)
    # A standard error that is zero but for rounding has no residual.
    certain = error <= 1e-12 * np.abs(table.observed / counts.sum()).max()
    result = np.full(values.shape, np.nan)
    np.divide(values, error, out=result, where=~certain)
    return np.asarray(result[np.ix_(table.reduced.rows, table.reduced.columns)])


@dataclass(frozen=True)
class Share:
    """Share of a cell in its base, with its precision.

    Attributes
    ----------
    row_code, column_code
        Codes of the cell.
    share : float or None
        Cell over base, unrounded, 0 to 1; None with an empty base.
    standard_error : float or None
        Design-based; None where the counts are not weighted by a sampling design.
    lower, upper : float or None
        Interval: logit with the t quantile of the base's degrees of freedom (R's ``svyciprop``),
        Wilson without design.
    design_effect : float or None
        Variance over that of a simple random sample drawn with replacement.
    effective_base : float or None
        Unweighted base over the design effect.
    base, unweighted_base : float
        What the share is of.
    notes : tuple of Note
        Which interval, or the reason why there is none.
    """

    row_code: Code
    column_code: Code
    share: float | None
    standard_error: float | None
    lower: float | None
    upper: float | None
    design_effect: float | None
    effective_base: float | None
    base: float
    unweighted_base: int
    notes: tuple[Note, ...]

    @property
    def note(self) -> str:
        """The notes as English sentences."""
        return note_text(self.notes)


def column_domains(table: "Crosstab", rows: Sequence[int] = ()) -> "Domains":
    """Shares of some rows in every column, as groups that can be compared."""
    assert table.spread is not None
    shape = table.observed.shape
    tops, bottoms = np.zeros((2, shape[1], *shape))
    for column in range(shape[1]):
        tops[column, list(rows), column] = 1.0
        bottoms[column, :, column] = 1.0
    flat = shape[1], -1
    return Domains(table.spread, tops.reshape(flat), bottoms.reshape(flat))


def effective_bases(table: "Crosstab") -> "NDArray[np.float64]":
    """Effective base of every column: the smallest that one of its answers has.

    The effective base of one share is p (1 - p) over its variance. By chance a share near 0 or 1
    is estimated with next to no variance; what the column is worth shows in its other answers.
    """
    assert table.spread is not None
    rows, columns = table.observed.shape
    bases = np.full(columns, np.inf)
    numbers = np.arange(rows * columns).reshape(rows, columns)
    for column in np.flatnonzero(table.observed.sum(axis=0) > 0).tolist():
        tops, bottoms = np.zeros((2, rows, rows * columns))
        tops[np.arange(rows), numbers[:, column]] = 1.0
        bottoms[:, numbers[:, column]] = 1.0
        shares, covariance = table.spread.ratios(tops, bottoms)
        variances = np.diag(covariance)
        varying = (shares > 0) & (shares < 1) & (variances > 0)
        if varying.any():
            column_bases = shares[varying] * (1 - shares[varying]) / variances[varying]
            bases[column] = column_bases.min()
    return bases


class ColumnPairs:
    """Differences between the columns of a table under its sampling design.

    Parameters
    ----------
    table : Crosstab
        Counted with sampling weights.
    parts : sequence of sequence of int, optional
        Rows of the comparison: the answers that each adds; by default every answer for itself.
    """

    def __init__(self, table: "Crosstab", parts: Sequence[Sequence[int]] | None = None) -> None:
        self.parts = parts or [(row,) for row in range(len(table.row_codes))]
        # Columns that hold nobody have no share and would divide by zero.
        self.columns = np.flatnonzero(table.observed.sum(axis=0) > 0)
        self._position = {int(column): position for position, column in enumerate(self.columns)}
        self._table = table
        columns = column_domains(table)
        self._groups = Domains(
            columns.spread, columns.tops[self.columns], columns.bottoms[self.columns]
        )
        self._rows: dict[int, Domains] = {}

    def difference(self, row: int, first: int, second: int) -> Contrast:
        """The share of a row in the first column less that in the second, neither of them empty."""
        if row not in self._rows:
            tops = column_domains(self._table, self.parts[row]).tops[self.columns]
            self._rows[row] = self._groups.with_tops(tops)
        found = self._rows[row].difference(self._position[first], self._position[second])
        bases = self._table.effective_bases[[first, second]]
        return replace(found, effective=float(bases.min()))

    def p_value(self, row: int, first: int, second: int) -> float:
        """Two-sided p-value of the difference; NaN where there is none."""
        p_value = self.difference(row, first, second).p_value
        return float("nan") if p_value is None else p_value


def shares(table: "Crosstab", of: str, level: float = LEVEL) -> Iterator[Share]:
    """Yield the share of every cell: Wilson's interval, or the design's."""
    if of not in ("column", "row", "total"):
        raise ValueError(f"shares are of 'column', 'row' or 'total', not {of!r}")
    if table.weighting == "sampling":
        yield from design_shares(table, of, level)
        return
    axis = {"column": 0, "row": 1, "total": None}[of]
    shape = table.observed.shape
    bases = np.broadcast_to(table.observed.sum(axis=axis, keepdims=True), shape)
    heads = np.broadcast_to(table.unweighted.sum(axis=axis, keepdims=True), shape)
    lower, upper = wilson(table.observed, bases, level)
    for i, row in enumerate(table.row_codes):
        for j, column in enumerate(table.column_codes):
            base, people = float(bases[i, j]), int(heads[i, j])
            if base <= 0:
                yield Share(row, column, *EMPTY, base, people, (Note("empty_base"),))
                continue
            p = float(table.observed[i, j]) / base
            error = sqrt(p * (1 - p) / base)
            ends = float(lower[i, j]), float(upper[i, j])
            yield Share(row, column, p, error, *ends, 1.0, base, base, people, (Note("wilson"),))


def share_interval(
    spread: Spread, top: Any, bottom: Any, level: float = LEVEL
) -> tuple[float, float, float | None, float | None]:
    """Estimate the share of some cells in others, with the design's logit interval.

    Parameters
    ----------
    spread : Spread
        Weighted totals of the cells and how they vary.
    top, bottom : array of 0 and 1, one per cell
        Cells of the numerator and of the (not empty) base.
    level : float
        Confidence level.

    Returns
    -------
    share, standard_error, lower, upper
        The limits are R's ``svyciprop(method = "logit")``, with the t quantile of the degrees of
        freedom of the respondents in the base (R: ``degf`` of the subset); None where the share
        is 0 or 1 or cannot vary, or the base leaves no degrees of freedom.
    """
    values, covariance = spread.ratios(
        np.asarray(top, dtype=np.float64).reshape(1, -1),
        np.asarray(bottom, dtype=np.float64).reshape(1, -1),
    )
    p, error = float(values[0]), sqrt(max(float(covariance[0, 0]), 0.0))
    # Rounding leaves a little variance where the share cannot vary.
    if not 0 < p < 1 or error < 1e-14:
        return p, error, None, None
    freedom = spread.freedom_of(bottom)
    if not freedom >= 1:
        return p, error, None, None
    quantile = t_quantile(0.5 + level / 2, freedom)
    half = quantile * error / (p * (1 - p))
    middle = log(p / (1 - p))
    lower, upper = (1 / (1 + exp(-(middle + side * half))) for side in (-1, 1))
    return p, error, lower, upper


def design_shares(table: "Crosstab", of: str, level: float = LEVEL) -> Iterator[Share]:
    """Yield the share of every cell with its design-based precision."""
    assert table.spread is not None
    shape = table.observed.shape
    number = np.arange(shape[0] * shape[1]).reshape(shape)
    bases = table.effective_bases if of == "column" else np.full(shape[1], inf)
    for i, row in enumerate(table.row_codes):
        for j, column in enumerate(table.column_codes):
            cells = {"column": number[:, j], "row": number[i], "total": number.ravel()}[of]
            base = float(table.observed.ravel()[cells].sum())
            heads = int(table.unweighted.ravel()[cells].sum())
            if base <= 0:
                yield Share(row, column, *EMPTY, base, heads, (Note("empty_base"),))
                continue
            top, bottom = np.zeros(number.size), np.zeros(number.size)
            bottom[cells] = 1.0
            top[number[i, j]] = 1.0
            p, error, lower, upper = share_interval(table.spread, top, bottom, level)
            if lower is None:
                alone = 0 < p < 1 and not table.spread.freedom_of(bottom) >= 1
                why = (Note("one_cluster" if alone else "fixed_share", "no_interval"),)
                nothing = 0.0 if 0 < p < 1 else None
                yield Share(row, column, p, error, None, None, nothing, None, base, heads, why)
                continue
            effect = error**2 / (p * (1 - p) / (heads - 1)) if heads > 1 else None
            effective = heads / effect if effect else None
            least = min(effective or inf, bases[j])
            few = small_effective(least, key="small_effective_interval")
            notes = Note("logit_interval"), *few
            yield Share(row, column, p, error, lower, upper, effect, effective, base, heads, notes)
