"""Chi-square tests of independence on a table of counts, as SPSS prints them."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.results import Result, chi_square_tail, refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPARSE = 5
"""Expected counts below this are reported with Pearson's test (Cochran 1954, SPSS's rule)."""

NOTABLE = 2.0
"""Absolute adjusted residual from which a cell is named."""

MOST_RESIDUALS = 6
"""Cells named of one question; the others are counted."""


@dataclass(frozen=True)
class Reduced:
    """A table without its empty rows and columns.

    Attributes
    ----------
    counts : array of float
        Cells of the rows and columns that hold respondents.
    rows, columns : array of bool
        Which rows and columns of the full table were kept.
    notes : tuple of Note
        Which were dropped; empty when none was.
    """

    counts: "NDArray[np.float64]"
    rows: "NDArray[np.bool_]"
    columns: "NDArray[np.bool_]"
    notes: tuple[Note, ...]

    @cached_property
    def n(self) -> float:
        """Sum of all cells."""
        return float(self.counts.sum())

    @cached_property
    def expected(self) -> "NDArray[np.float64]":
        """Counts expected under independence."""
        return expected_counts(self.counts)

    @property
    def reason(self) -> Note | None:
        """Why the table allows no test of independence; None when it does."""
        if not self.counts.size:
            return Note("no_respondents")
        if self.counts.shape[0] < 2:
            return Note("one_row")
        return Note("one_column") if self.counts.shape[1] < 2 else None


def reduce_table(observed: Any) -> Reduced:
    """Drop the rows and columns without respondents, and say so.

    Examples
    --------
    >>> reduce_table([[3, 0, 1], [2, 0, 4]]).notes[0].text
    'empty and left out: 1 column'
    """
    counts = np.asarray(observed, dtype=np.float64)
    rows, columns = counts.sum(axis=1) > 0, counts.sum(axis=0) > 0
    return Reduced(
        counts[np.ix_(rows, columns)],
        rows,
        columns,
        _left_out(int((~rows).sum()), int((~columns).sum())),
    )


def _left_out(rows: int, columns: int) -> tuple[Note, ...]:
    if rows and columns:
        return (Note("empty_left_out", rows=rows, columns=columns),)
    if rows:
        return (Note("empty_rows_left_out", rows=rows),)
    return (Note("empty_columns_left_out", columns=columns),) if columns else ()


def expected_counts(counts: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return the counts expected under independence: row total × column total / n."""
    expected: NDArray[np.float64] = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return expected


def pearson_statistic(
    counts: "NDArray[np.float64]", expected: "NDArray[np.float64] | None" = None
) -> float:
    """Return Pearson's X² of a table without empty rows and columns.

    The expected counts, here and below, are those of independence, and given where they are known.
    """
    expected = expected_counts(counts) if expected is None else expected
    return float((np.square(counts - expected) / expected).sum())


def likelihood_statistic(
    counts: "NDArray[np.float64]", expected: "NDArray[np.float64] | None" = None
) -> float:
    """Return the likelihood ratio G² of a table without empty rows and columns."""
    # An empty cell adds 0, the limit of x ln x.
    expected = expected_counts(counts) if expected is None else expected
    filled = counts > 0
    ratio = np.ones_like(counts)
    np.divide(counts, expected, out=ratio, where=filled)
    return max(float(2 * (counts * np.log(ratio)).sum()), 0.0)


def sparse_notes(
    counts: "NDArray[np.float64]", expected: "NDArray[np.float64] | None" = None
) -> tuple[Note, ...]:
    """Return the warning about small expected counts; empty when all are large enough.

    Examples
    --------
    >>> sparse_notes(np.array([[3.0, 1.0], [1.0, 3.0]]))[0].text
    '4 cells (100.0 %) have expected count below 5; smallest expected 2.00'
    """
    expected = expected_counts(counts) if expected is None else expected
    few = int((expected < SPARSE).sum())
    if not few:
        return ()
    tenths = (2000 * few + expected.size) // (2 * expected.size)
    share, smallest = f"{tenths // 10}.{tenths % 10}", float(expected.min())
    return (Note("sparse", cells=few, share=share, limit=SPARSE, smallest=smallest),)


def many_sparse_notes(tables: "NDArray[np.float64]") -> list[tuple[Note, ...]]:
    """Return the warnings about small expected counts of many tables of one size.

    Examples
    --------
    >>> few, many = many_sparse_notes(np.array([[[3.0, 1.0], [1.0, 3.0]], np.full((2, 2), 9.0)]))
    >>> few[0].text, many
    ('4 cells (100.0 %) have expected count below 5; smallest expected 2.00', ())
    """
    sums = tables.sum(axis=2)[:, :, None] * tables.sum(axis=1)[:, None, :]
    totals = tables.reshape(-1, tables.shape[1] * tables.shape[2]).sum(axis=1)
    expected = sums / totals[:, None, None]
    few = (expected < SPARSE).any(axis=(1, 2))
    both = zip(tables, expected, few, strict=True)
    return [sparse_notes(table, own) if told else () for table, own, told in both]


def pearson(table: Reduced) -> Result:
    """Test independence by Pearson's chi-square, never corrected."""
    if table.reason:
        return refused("pearson", table.reason, table.n)
    counts, expected = table.counts, table.expected
    statistic, df = pearson_statistic(counts, expected), _freedom(counts)
    notes = *sparse_notes(counts, expected), *table.notes
    return Result("pearson", statistic, df, None, chi_square_tail(statistic, df), table.n, notes)


def likelihood_ratio(table: Reduced) -> Result:
    """Test independence by the likelihood ratio; no 0.5 is added to empty cells."""
    if table.reason:
        return refused("likelihood_ratio", table.reason, table.n)
    statistic = likelihood_statistic(table.counts, table.expected)
    df = _freedom(table.counts)
    p_value = chi_square_tail(statistic, df)
    return Result("likelihood_ratio", statistic, df, None, p_value, table.n, table.notes)


def continuity_correction(table: Reduced) -> Result:
    """Test a 2 × 2 table by Pearson's chi-square with Yates's correction.

    The correction is never larger than the deviation itself, as in SPSS and R.
    """
    name = "continuity_correction"
    if table.reason:
        return refused(name, table.reason, table.n)
    if table.counts.shape != (2, 2):
        return refused(name, Note("two_by_two_only"), table.n)
    expected = table.expected
    deviation = np.abs(table.counts - expected)
    # SOURCE R chisq.test: min(0.5, |O - E|), so that the correction never changes the sign.
    deviation = deviation - min(0.5, float(deviation.min()))
    statistic = float((np.square(deviation) / expected).sum())
    notes = Note("yates"), *table.notes
    return Result(name, statistic, 1, None, chi_square_tail(statistic, 1), table.n, notes)


def _freedom(counts: "NDArray[np.float64]") -> int:
    rows, columns = counts.shape
    return int((rows - 1) * (columns - 1))


def residuals(
    counts: "NDArray[np.float64]", kind: str, expected: "NDArray[np.float64] | None" = None
) -> "NDArray[np.float64]":
    """Compare every cell with independence, under SPSS's names.

    Parameters
    ----------
    counts : array
        Table without empty rows and columns.
    kind : str
        ``expected``; ``raw`` = observed - expected; ``standardized`` = raw / sqrt(expected)
        (statsmodels calls it ``resid_pearson``); ``adjusted`` = standardized over its
        standard error (statsmodels: ``standardized_resids``).

    Raises
    ------
    ValueError
        When `kind` is none of these.

    Examples
    --------
    >>> residuals(np.array([[12.0, 5.0], [7.0, 15.0]]), "adjusted").round(3).tolist()
    [[2.402, -2.402], [-2.402, 2.402]]
    """
    expected = expected_counts(counts) if expected is None else expected
    if kind == "expected":
        return expected
    raw = counts - expected
    if kind == "raw":
        return raw
    if kind not in ("standardized", "adjusted"):
        raise ValueError(
            f"residuals are 'expected', 'raw', 'standardized' or 'adjusted', not {kind!r}"
        )
    standardized = raw / np.sqrt(expected)
    if kind == "standardized":
        return standardized
    n = counts.sum()
    spread = np.outer(1 - counts.sum(axis=1) / n, 1 - counts.sum(axis=0) / n)
    adjusted = np.full_like(raw, np.nan)
    np.divide(standardized, np.sqrt(spread), out=adjusted, where=spread > 0)
    return adjusted
