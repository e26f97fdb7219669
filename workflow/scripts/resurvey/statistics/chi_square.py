"""Chi-square tests of independence on a table of counts, as SPSS prints them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.statistics.distributions import chi_square_tail
from resurvey.statistics.results import Result, join_notes, refused

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
    note : str
        Which were dropped, in words; empty when none was.
    """

    counts: "NDArray[np.float64]"
    rows: "NDArray[np.bool_]"
    columns: "NDArray[np.bool_]"
    note: str

    @property
    def n(self) -> float:
        """Sum of all cells."""
        return float(self.counts.sum())

    @property
    def reason(self) -> str:
        """Why the table allows no test of independence; empty when it does."""
        if not self.counts.size:
            return "no respondents"
        if self.counts.shape[0] < 2:
            return "only one row holds respondents"
        if self.counts.shape[1] < 2:
            return "only one column holds respondents"
        return ""


def reduce_table(observed: Any) -> Reduced:
    """Drop the rows and columns without respondents, and say so.

    Examples
    --------
    >>> reduce_table([[3, 0, 1], [2, 0, 4]]).note
    'empty and left out: 1 column'
    """
    counts = np.asarray(observed, dtype=np.float64)
    rows, columns = counts.sum(axis=1) > 0, counts.sum(axis=0) > 0
    empty = [_number(int((~rows).sum()), "row"), _number(int((~columns).sum()), "column")]
    said = " and ".join(part for part in empty if part)
    return Reduced(
        counts[np.ix_(rows, columns)], rows, columns, f"empty and left out: {said}" if said else ""
    )


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}" if count else ""


def expected_counts(counts: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return the counts expected under independence: row total × column total / n."""
    expected: NDArray[np.float64] = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return expected


def pearson_statistic(counts: "NDArray[np.float64]") -> float:
    """Return Pearson's X² of a table without empty rows and columns."""
    expected = expected_counts(counts)
    return float((np.square(counts - expected) / expected).sum())


def likelihood_statistic(counts: "NDArray[np.float64]") -> float:
    """Return the likelihood ratio G² of a table without empty rows and columns."""
    # An empty cell adds 0, the limit of x ln x.
    expected = expected_counts(counts)
    filled = counts > 0
    ratio = np.ones_like(counts)
    np.divide(counts, expected, out=ratio, where=filled)
    return max(float(2 * (counts * np.log(ratio)).sum()), 0.0)


def sparse_note(counts: "NDArray[np.float64]") -> str:
    """Word the warning about small expected counts; empty when all are large enough.

    Examples
    --------
    >>> sparse_note(np.array([[3.0, 1.0], [1.0, 3.0]]))
    '4 cells (100.0 %) have expected count below 5; smallest expected 2.00'
    """
    expected = expected_counts(counts)
    few = int((expected < SPARSE).sum())
    if not few:
        return ""
    tenths = (2000 * few + expected.size) // (2 * expected.size)
    return (
        f"{few} {'cell' if few == 1 else 'cells'} ({tenths // 10}.{tenths % 10} %) "
        f"{'has' if few == 1 else 'have'} expected count below {SPARSE}; "
        f"smallest expected {expected.min():.2f}"
    )


def pearson(table: Reduced) -> Result:
    """Test independence by Pearson's chi-square, never corrected."""
    if table.reason:
        return refused("pearson", table.reason, table.n)
    counts = table.counts
    statistic, df = pearson_statistic(counts), _freedom(counts)
    note = join_notes(sparse_note(counts), table.note)
    return Result("pearson", statistic, df, None, chi_square_tail(statistic, df), table.n, note)


def likelihood_ratio(table: Reduced) -> Result:
    """Test independence by the likelihood ratio; no 0.5 is added to empty cells."""
    if table.reason:
        return refused("likelihood_ratio", table.reason, table.n)
    statistic, df = likelihood_statistic(table.counts), _freedom(table.counts)
    p_value = chi_square_tail(statistic, df)
    return Result("likelihood_ratio", statistic, df, None, p_value, table.n, table.note)


def continuity_correction(table: Reduced) -> Result:
    """Test a 2 × 2 table by Pearson's chi-square with Yates's correction.

    The correction is never larger than the deviation itself, as in SPSS and R.
    """
    name = "continuity_correction"
    if table.reason:
        return refused(name, table.reason, table.n)
    if table.counts.shape != (2, 2):
        return refused(name, "for 2 × 2 tables only", table.n)
    expected = expected_counts(table.counts)
    deviation = np.abs(table.counts - expected)
    # SOURCE R chisq.test: min(0.5, |O - E|), so that the correction never changes the sign.
    deviation = deviation - min(0.5, float(deviation.min()))
    statistic = float((np.square(deviation) / expected).sum())
    note = join_notes("Yates's correction", table.note)
    return Result(name, statistic, 1, None, chi_square_tail(statistic, 1), table.n, note)


def _freedom(counts: "NDArray[np.float64]") -> int:
    rows, columns = counts.shape
    return int((rows - 1) * (columns - 1))


def residuals(counts: "NDArray[np.float64]", kind: str) -> "NDArray[np.float64]":
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
    expected = expected_counts(counts)
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
