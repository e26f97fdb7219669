"""Measures for 2 × 2 tables: odds ratio, risk ratios, Cohen's h."""

from collections.abc import Iterator
from math import asin, sqrt
from typing import TYPE_CHECKING

import numpy as np

from resurvey.statistics.intervals import around, around_log
from resurvey.statistics.results import Estimate, unavailable

if TYPE_CHECKING:
    from numpy.typing import NDArray

TWO_BY_TWO_NAMES = (
    "odds_ratio",
    "risk_ratio",
    "risk_ratio_second_column",
    "risk_ratio_of_columns",
    "cohen_h",
)


def two_by_two_measures(counts: "NDArray[np.float64]", level: float) -> Iterator[Estimate]:
    """Yield the ratios of a 2 × 2 table, with intervals on the log scale (Woolf, Katz; SPSS).

    ``risk_ratio`` compares the rows: the share of column 1 in row 1 over that in row 2, which
    SPSS calls the cohort of the first column; ``risk_ratio_second_column`` is SPSS's second.
    ``risk_ratio_of_columns`` compares the columns, as column per cents do: the share of row 1 in
    column 1 over that in column 2. ``cohen_h`` is the difference of these two shares on the
    arcsine scale. An empty cell makes a ratio zero or infinite; nothing is added to it.
    """
    if counts.shape != (2, 2):
        yield from (unavailable(name, "for 2 × 2 tables only") for name in TWO_BY_TWO_NAMES)
        return
    (a, b), (c, d) = ((float(one) for one in line) for line in counts)
    if min(a, b, c, d) > 0:
        error = sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        yield around_log("odds_ratio", (a / b) * (d / c), error, level, "sample odds ratio")
    else:
        yield unavailable("odds_ratio", "a cell is empty, the ratio is zero or infinite")
    yield _risk("risk_ratio", a, a + b, c, c + d, level, "rows compared, column 1")
    yield _risk("risk_ratio_second_column", b, a + b, d, c + d, level, "rows compared, column 2")
    yield _risk("risk_ratio_of_columns", a, a + c, b, b + d, level, "columns compared, row 1")
    h = 2 * asin(sqrt(a / (a + c))) - 2 * asin(sqrt(b / (b + d)))
    error = sqrt(1 / (a + c) + 1 / (b + d))
    words = "columns compared, row 1"
    yield around("cohen_h", h, error, level, words, -float(np.pi), float(np.pi))


def _risk(
    name: str, first: float, base: float, second: float, other: float, level: float, note: str
) -> Estimate:
    if min(first, second) <= 0:
        return unavailable(name, "a cell is empty, the ratio is zero or infinite")
    error = sqrt(max((base - first) / (first * base) + (other - second) / (second * other), 0.0))
    return around_log(name, (first / base) * (other / second), error, level, note)
