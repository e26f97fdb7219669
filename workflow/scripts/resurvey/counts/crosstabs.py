"""Crosstab: who answered what, within which group, out of how many, and what can be said of it.

Under a sampling design tests for equal respondents are refused: on weighted counts they are wrong
by any factor.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, inf, log, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Variable
from resurvey.core.counting import Counted, checked_counts, cross_counts, encode
from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note, note_text
from resurvey.statistics import association, chi_square, exact, ordinal
from resurvey.statistics.contrasts import Contrast, Domains, Spread, rao_scott
from resurvey.statistics.exact import MOST_WORK
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
    import pandas as pd
    from numpy.typing import NDArray

    from resurvey.core.codebook import Survey
    from resurvey.counts.design import Design, PreparedDesign
    from resurvey.statistics.letters import ColumnLetters
    from resurvey.statistics.linearisation import TaylorSpread
    from resurvey.statistics.monte_carlo import MonteCarlo
    from resurvey.statistics.weighting import ReplicatedSpread

SEED = 20220515
"""Seed of the Monte Carlo p-values; any fixed number gives the same bytes on every run."""

NO_COLUMN = Variable("")
"""Stands for the column variable of a table that has none."""


@dataclass(frozen=True)
class Crosstab:
    """Counts of the answers to one variable within the answers to another.

    Attributes
    ----------
    row, column : Variable
        Row and column variable; a table of one variable has `column` None.
    row_codes, column_codes : list
        Codes of the rows and columns; a table of one variable has the column ``total``.
    observed : array, rows × columns
        int64 counts, or float64 sums of weights.
    unweighted : array, rows × columns
        int64 counts of respondents, whatever their weights.
    no_column : array, rows
        Like `observed`, of the respondents who answered the row but not the column variable:
        an all-respondents column is ``observed.sum(axis=1) + no_column``.
    unweighted_no_column : array, rows
        The same as int64 counts of respondents.
    weighting : str
        Empty, ``frequency`` or ``sampling``: what the weights are.
    seed : int
        Seed of the Monte Carlo p-values.
    exact_work : int
        Steps that Fisher's test of a table larger than 2 × 2 may take; 20 ns each.
    spread : TaylorSpread or ReplicatedSpread, optional
        How the weighted cells vary under the sampling design.
    notes : tuple of Note
        What was found in the weights.
    """

    row: Variable
    column: Variable | None
    row_codes: list[Code]
    column_codes: list[Code]
    observed: "NDArray[Any]"
    unweighted: "NDArray[np.int64]"
    no_column: "NDArray[Any]"
    unweighted_no_column: "NDArray[np.int64]"
    weighting: str = ""
    seed: int = SEED
    exact_work: int = MOST_WORK
    spread: "TaylorSpread | ReplicatedSpread | None" = None
    notes: tuple[Note, ...] = ()

    @classmethod
    def from_counts(
        cls,
        row: Variable,
        column: Variable | None,
        counts: Any,
        *,
        row_codes: Sequence[Code] | None = None,
        column_codes: Sequence[Code] | None = None,
        unweighted: Any = None,
        no_column: Any = None,
        seed: int = SEED,
        exact_work: int = MOST_WORK,
    ) -> "Crosstab":
        """Make a crosstab straight from counts, without respondents.

        Parameters
        ----------
        row, column : Variable
            `column` None makes a table of one variable; `counts` is then one-dimensional.
        counts : array of int, rows × columns
            Floats are taken for frequency-weighted counts unless they are whole.
        row_codes, column_codes : list, optional
            Codes of the rows and columns; by default the declared answers.
        unweighted : array of int, optional
            Respondents behind weighted counts.
        no_column : array of int, optional
            Respondents per row without an answer to the column variable.
        seed, exact_work : int
            As the attributes.

        Raises
        ------
        SurveyError
            When the shape does not fit the codes, or a count is negative or no number.

        Examples
        --------
        >>> job = Variable("job", codes={1: {}, 2: {}})
        >>> sex = Variable("sex", codes={1: {}, 2: {}})
        >>> table = Crosstab.from_counts(job, sex, [[12, 5], [7, 15]])
        >>> round(float(table.tests().loc["pearson", "statistic"]), 4)
        5.7696
        """
        rows = list(row.answers if row_codes is None else row_codes)
        columns: list[Code] = (
            ["total"]
            if column is None
            else list(column.answers if column_codes is None else column_codes)
        )
        name = f"table of '{row.name}'" + (f" by '{column.name}'" if column else "")
        cells = checked_counts(counts, name)
        cells = cells.reshape(-1, 1) if cells.ndim == 1 else cells
        if cells.shape != (len(rows), len(columns)):
            raise SurveyError(
                f"table of '{row.name}': counts of shape {cells.shape} do not fit "
                f"{len(rows)} row codes and {len(columns)} column codes"
            )
        aside = np.zeros(len(rows), np.int64) if no_column is None else np.asarray(no_column)
        heads = np.asarray(cells if unweighted is None else unweighted)
        whole = heads.reshape(cells.shape).astype(np.int64)
        kind = "frequency" if cells.dtype.kind == "f" else ""
        counted = cells, whole, aside, aside.astype(np.int64)
        return cls(row, column, rows, columns, *counted, kind, seed, exact_work)

    @classmethod
    def of(
        cls,
        row: Variable,
        column: Variable | None,
        row_codes: list[Code],
        column_codes: list[Code],
        counted: Counted,
        seed: int = SEED,
        exact_work: int = MOST_WORK,
    ) -> "Crosstab":
        """Make a crosstab of what was counted."""
        totals, people = counted.totals, counted.people
        cells = totals[:-1, :-1], people[:-1, :-1], totals[:-1, -1], people[:-1, -1]
        axes = row, column, row_codes, column_codes
        kind, spread = counted.weighting, counted.spread
        return cls(*axes, *cells, kind, seed, exact_work, spread, counted.notes)

    @property
    def counts(self) -> "pd.DataFrame":
        """Counts as a frame, codes × codes; empty rows and columns are kept."""
        return self._frame(self.observed, self.row_codes, self.column_codes)

    @cached_property
    def reduced(self) -> chi_square.Reduced:
        """The table that the tests see: without empty rows and columns."""
        return chi_square.reduce_table(self.observed)

    def percents(self, of: str = "column") -> "pd.DataFrame":
        """Per cents of the column, row or table total, unrounded; of an empty base: NaN.

        Parameters
        ----------
        of : str
            ``column``, ``row`` or ``total``.

        Examples
        --------
        >>> table = Crosstab.from_counts(Variable("q", codes={1: {}, 2: {}}), None, [1, 3])
        >>> table.percents()["total"].tolist()
        [25.0, 75.0]
        """
        axes = {"column": 0, "row": 1, "total": None}
        if of not in axes:
            raise ValueError(f"percentages are of 'column', 'row' or 'total', not {of!r}")
        base = np.broadcast_to(self.observed.sum(axis=axes[of], keepdims=True), self.observed.shape)
        share = np.full(self.observed.shape, np.nan)
        np.divide(100 * self.observed, base, out=share, where=base > 0)
        return self._frame(share, self.row_codes, self.column_codes)

    def residual_array(self, kind: str = "adjusted") -> "NDArray[np.float64]":
        """Residuals of the rows and columns that hold respondents, as an array."""
        if not self.reduced.counts.size:
            return np.zeros((0, 0))
        if self.weighting == "sampling":
            return _weighted_residuals(self, kind)
        return chi_square.residuals(self.reduced.counts, kind, self.reduced.expected)

    def residuals(self, kind: str = "adjusted") -> "pd.DataFrame":
        """Residuals under SPSS's names; empty rows and columns are omitted.

        Parameters
        ----------
        kind : str
            ``expected``, ``raw``, ``standardized`` or ``adjusted``. An adjusted residual is
            NaN where its row or column holds every respondent: it has no variance.
        """
        rows = [c for c, kept in zip(self.row_codes, self.reduced.rows, strict=True) if kept]
        columns = [
            c for c, kept in zip(self.column_codes, self.reduced.columns, strict=True) if kept
        ]
        values = self.residual_array(kind)
        if not values.size:
            rows, columns = [], []
        return self._frame(values, rows, columns)

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """Every test, computed or refused, in the order of ``tests.csv``."""
        if self.weighting == "sampling":
            return tuple(_weighted_tests(self))
        table, counts = self.reduced, self.observed.astype(np.float64)
        rows, columns = self.scales
        computed = (
            chi_square.pearson(table),
            chi_square.likelihood_ratio(table),
            chi_square.continuity_correction(table),
            ordinal.linear_by_linear(counts, rows, columns),
            *exact.fisher(table, self.seed, self.exact_work),
            ordinal.rank_test(counts, rows),
        )
        notes = self.notes
        if self.observed.dtype.kind == "f":
            notes += (Note("weighted_not_rounded"),)
        if not notes:
            return computed
        return tuple(replace(result, notes=result.notes + notes) for result in computed)

    @cached_property
    def effective_bases(self) -> "NDArray[np.float64]":
        """Effective base of every column under the sampling design (see `_effective_bases`)."""
        return _effective_bases(self)

    @cached_property
    def scales(self) -> tuple[ordinal.Scale, ordinal.Scale]:
        """Ordered answers of the rows and of the columns."""
        counts = self.observed.astype(np.float64)
        column = self.column or NO_COLUMN
        return (
            ordinal.scale_of(self.row, self.row_codes, counts.sum(axis=1), "row"),
            ordinal.scale_of(column, self.column_codes, counts.sum(axis=0), "column"),
        )

    def tests(self) -> "pd.DataFrame":
        """Tests as a frame indexed by name: statistic, df, df2, p_value, n, note, note_data.

        A refused test has empty values and says why in its note.
        """
        return _frame_by_name(self.test_records(), "test")

    def test_records(self) -> list[dict[str, Any]]:
        """Tests as plain dicts, without pandas."""
        return [result.record() for result in self.results]

    @cached_property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every measure of association, computed or refused."""
        if self.weighting == "sampling":
            return tuple(_weighted_association(self))
        return tuple(association.measures(self.observed.astype(np.float64), *self.scales))

    def association(self) -> "pd.DataFrame":
        """Measures of association as a frame indexed by name: value, lower, upper, note."""
        return _frame_by_name(self.association_records(), "name")

    def association_records(self) -> list[dict[str, Any]]:
        """Measures of association as plain dicts, without pandas."""
        return [estimate.record() for estimate in self.estimates]

    def shares(self, of: str = "column", level: float = 0.95) -> "list[Share]":
        """Shares of the cells with standard errors and intervals, row by row.

        Parameters
        ----------
        of : str
            ``column``, ``row`` or ``total``.
        level : float
            Confidence level. Wilson's intervals for counts; with sampling weights logit
            intervals from the design, with design effects and effective bases.
        """
        return list(shares(self, of, level))

    def letters(
        self, levels: tuple[float, ...] = (0.05,), method: str = "bonferroni"
    ) -> "ColumnLetters":
        """Compare the column proportions of every row, as letters (see `column_letters`).

        With sampling weights the shares are weighted, and their differences are tested with the
        covariance of the design (see `ColumnPairs`).
        """
        from resurvey.statistics.letters import column_letters

        counts = self.observed.astype(np.float64)
        if self.weighting != "sampling":
            return column_letters(counts, levels, method)
        heads, tested = self.unweighted.sum(axis=0), ColumnPairs(self).p_value
        return column_letters(counts, levels, method, heads=heads, tested=tested)

    def paired_tests(self) -> "tuple[Result, ...]":
        """Tests for the same people asked twice, of a table whose rows and columns match."""
        from resurvey.statistics.proportions import paired_tests

        if self.row_codes != self.column_codes:
            raise SurveyError(
                f"'{self.row.name}' and '{self.column.name if self.column else ''}' do not have "
                "the same answers in the same order; a paired test needs that"
            )
        if self.weighting == "sampling":
            raise SurveyError("paired tests are for equal respondents, not for sampling weights")
        return tuple(paired_tests(self.observed.astype(np.float64)))

    def monte_carlo(
        self, statistic: str = "pearson", replicates: int = 10_000, seed: int | None = None
    ) -> "MonteCarlo":
        """Monte Carlo p-value of ``pearson``, ``likelihood_ratio`` or ``fisher``."""
        from resurvey.statistics.monte_carlo import monte_carlo

        counts = self.reduced.counts
        if self.reduced.reason or not np.array_equal(counts, np.trunc(counts)):
            reason = self.reduced.reason or Note("counts_not_whole")
            raise SurveyError(f"table of '{self.row.name}': no Monte Carlo p-value, {reason.text}")
        whole = counts.astype(np.int64)
        return monte_carlo(whole, statistic, replicates, self.seed if seed is None else seed)

    def _frame(self, values: Any, rows: list[Code], columns: list[Code]) -> "pd.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            values,
            index=pd.Index(rows, name=self.row.name),
            columns=pd.Index(columns, name=self.column.name if self.column else None),
        )


def crosstab(
    survey: "Survey",
    rows: str,
    columns: str | None = None,
    design: "Design | PreparedDesign | None" = None,
    seed: int = SEED,
    exact_work: int = MOST_WORK,
) -> Crosstab:
    """Count the answers to one variable within the answers to another.

    Parameters
    ----------
    survey : Survey
        Respondents and codebook.
    rows, columns : str
        Names of the variables; without `columns` the table has one column, ``total``.
    design : Design, optional
        Weights, strata and clusters. Without it every respondent counts as one.
    seed : int
        Seed of the Monte Carlo p-values.
    exact_work : int
        Steps that Fisher's test of a table larger than 2 × 2 may take; 20 ns each.

    Returns
    -------
    Crosstab
        Declared answers keep their row or column even when nobody gave them; respondents
        without an answer leave the base.

    Raises
    ------
    SurveyError
        When a variable is not in the data, or a weight is negative or infinite.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> from resurvey.core.codebook import Survey
    >>> people = pd.DataFrame({"job": [1, 2, 2, 9], "sex": [1, 1, 2, 2]})
    >>> job = Variable("job", codes={1: {}, 2: {}, 3: {}}, missing=(9,))
    >>> sex = Variable("sex", codes={1: {}, 2: {}})
    >>> survey = Survey(people, Codebook({"job": job, "sex": sex}))
    >>> crosstab(survey, "job", "sex").counts.to_numpy().tolist()
    [[1, 0], [1, 1], [0, 0]]
    """
    row = survey.codebook[rows]
    down, row_codes = encode(survey.data[rows], row)
    if columns is None:
        column, across = None, np.zeros(down.size, np.uint8)
        column_codes: list[Code] = ["total"]
    else:
        column = survey.codebook[columns]
        across, column_codes = encode(survey.data[columns], column)
    shape = len(row_codes), len(column_codes)
    if design is None:
        counted = Counted.equal(cross_counts(down, across, *shape))
    else:
        counted = design.prepared(survey).count(down, across, shape)
    return Crosstab.of(row, column, row_codes, list(column_codes), counted, seed, exact_work)


def _frame_by_name(records: list[dict[str, Any]], key: str) -> "pd.DataFrame":
    """Return records as a frame indexed by their name; everything but the notes is a float."""
    import pandas as pd

    frame = pd.DataFrame(records).set_index(key)
    numbers = [name for name in frame.columns if name not in ("note", "note_data")]
    return frame.astype(dict.fromkeys(numbers, "float64"))


EMPTY = (None, None, None, None, None, None)

EQUAL_RESPONDENTS = ("pearson", "likelihood_ratio", "linear_by_linear", "fisher")


def design_tests(table: Crosstab, design_freedom: float | None = None) -> list[Result]:
    """Test independence under the design (`resurvey.statistics.contrasts.rao_scott`)."""
    assert table.spread is not None
    n = int(table.unweighted.sum())
    return rao_scott(table.spread, table.observed.shape, n, table.notes, design_freedom)


def _weighted_tests(table: Crosstab) -> Iterator[Result]:
    """Yield the design-based tests, and the refusals of the others."""
    n = int(table.unweighted.sum())
    for name in EQUAL_RESPONDENTS:
        yield refused(name, Note("see_rao_scott"), n)
    yield from design_tests(table)


def _weighted_association(table: Crosstab) -> Iterator[Estimate]:
    """Yield measures of association of the weighted shares, without intervals."""
    total = table.observed.sum()
    scale = table.unweighted.sum() / total if total > 0 else 1.0
    for measure in association.measures(table.observed * scale, *table.scales):
        if measure.value is None:
            yield measure
        elif measure.name == "cramer_v_bias_corrected":
            yield unavailable(measure.name, Note("correction_weighted"))
        else:
            yield Estimate(measure.name, measure.value, notes=(Note("weighted_shares"),))


def _weighted_residuals(table: Crosstab, kind: str) -> "NDArray[np.float64]":
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


def column_domains(table: Crosstab, rows: Sequence[int] = ()) -> Domains:
    """Shares of some rows in every column, as groups that can be compared."""
    assert table.spread is not None
    shape = table.observed.shape
    tops, bottoms = np.zeros((2, shape[1], *shape))
    for column in range(shape[1]):
        tops[column, list(rows), column] = 1.0
        bottoms[column, :, column] = 1.0
    flat = shape[1], -1
    return Domains(table.spread, tops.reshape(flat), bottoms.reshape(flat))


def _effective_bases(table: Crosstab) -> "NDArray[np.float64]":
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

    def __init__(self, table: Crosstab, parts: Sequence[Sequence[int]] | None = None) -> None:
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


def shares(table: Crosstab, of: str, level: float = LEVEL) -> Iterator[Share]:
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


NO_ERROR = 1e-8
"""Part of the standard deviation of an answer below which a standard error is that of rounding."""


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
    # Rounding leaves a little variance where the share cannot vary: no sample is so large.
    if not 0 < p < 1 or error < NO_ERROR * sqrt(p * (1 - p)):
        return p, 0.0, None, None
    freedom = spread.freedom_of(bottom)
    if not freedom >= 1:
        return p, error, None, None
    quantile = t_quantile(0.5 + level / 2, freedom)
    half = quantile * error / (p * (1 - p))
    middle = log(p / (1 - p))
    lower, upper = (1 / (1 + exp(-(middle + side * half))) for side in (-1, 1))
    return p, error, lower, upper


def design_shares(table: Crosstab, of: str, level: float = LEVEL) -> Iterator[Share]:
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
