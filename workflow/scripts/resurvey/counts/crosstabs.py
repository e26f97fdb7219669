"""Crosstab: who answered what, within which group, out of how many, and what can be said of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Variable
from resurvey.core.counting import Counted, checked_counts, cross_counts, encode
from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note
from resurvey.counts import weighted
from resurvey.statistics import association, chi_square, exact, ordinal
from resurvey.statistics.exact import MOST_WORK
from resurvey.statistics.results import Estimate, Result

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from resurvey.core.codebook import Survey
    from resurvey.counts.design import Design, PreparedDesign
    from resurvey.counts.weighted import Share
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
            raise ValueError(f"per cents are of 'column', 'row' or 'total', not {of!r}")
        base = np.broadcast_to(self.observed.sum(axis=axes[of], keepdims=True), self.observed.shape)
        share = np.full(self.observed.shape, np.nan)
        np.divide(100 * self.observed, base, out=share, where=base > 0)
        return self._frame(share, self.row_codes, self.column_codes)

    def residual_array(self, kind: str = "adjusted") -> "NDArray[np.float64]":
        """Residuals of the rows and columns that hold respondents, as an array."""
        if not self.reduced.counts.size:
            return np.zeros((0, 0))
        if self.weighting == "sampling":
            return weighted.residuals(self, kind)
        return chi_square.residuals(self.reduced.counts, kind)

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
            return tuple(weighted.tests(self))
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
        return tuple(replace(result, notes=result.notes + notes) for result in computed)

    @cached_property
    def effective_bases(self) -> "NDArray[np.float64]":
        """Effective base of every column under the sampling design (see `weighted`)."""
        return weighted.effective_bases(self)

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
            return tuple(weighted.association(self))
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
        return list(weighted.shares(self, of, level))

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
        heads, tested = self.unweighted.sum(axis=0), weighted.ColumnPairs(self).p_value
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
