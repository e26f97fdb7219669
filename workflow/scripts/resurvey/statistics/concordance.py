"""Ordinal association: gamma, Kendall's tau-b and tau-c, Somers' d, rank correlation."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from resurvey.statistics.intervals import around
from resurvey.statistics.ordinal import Scale
from resurvey.statistics.results import Estimate, join_notes, unavailable

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORDINAL_NAMES = (
    "gamma",
    "tau_b",
    "tau_c",
    "somers_d_symmetric",
    "somers_d_rows",
    "somers_d_columns",
    "spearman",
    "pearson_r",
)


def ordinal_measures(
    observed: "NDArray[np.float64]", rows: Scale, columns: Scale, level: float
) -> Iterator[Estimate]:
    """Yield the ordinal measures; ``somers_d_rows`` takes the row variable for the dependent one.

    Standard errors are SPSS's ASE1, but for the symmetric Somers' d, which has its own by the
    delta method. "Don't know" codes are left out first; nominal variables
    are refused.
    """
    part = observed[np.ix_(rows.positions, columns.positions)]
    reason = rows.reason or columns.reason
    if not reason:
        kept_rows, kept_columns = part.sum(axis=1) > 0, part.sum(axis=0) > 0
        part = part[np.ix_(kept_rows, kept_columns)]
        if min(part.shape) < 2:
            reason = "all ordered answers in one row or one column"
    if reason:
        yield from (unavailable(name, reason) for name in ORDINAL_NAMES)
        return
    left_out = [
        note for scale in (rows, columns) for note in scale.note.split("; ") if "left out" in note
    ]
    note = join_notes(*left_out)
    yield from _pairs(part, level, note)
    ranks = [np.cumsum(side) - (side - 1) / 2 for side in (part.sum(axis=1), part.sum(axis=0))]
    yield _correlation("spearman", part, ranks[0], ranks[1], level, note)
    scores = rows.scores[kept_rows], columns.scores[kept_columns]
    full = join_notes(rows.note, columns.note)
    yield _correlation("pearson_r", part, *scores, level, full)


def concordant(
    counts: "NDArray[np.float64]",
) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
    """For each cell the respondents who agree with it in order, and those who disagree.

    Examples
    --------
    >>> agree, disagree = concordant(np.array([[1.0, 2.0], [3.0, 4.0]]))
    >>> agree.tolist(), disagree.tolist()
    ([[4.0, 0.0], [0.0, 1.0]], [[0.0, 3.0], [2.0, 0.0]])
    """
    sums = np.zeros((counts.shape[0] + 1, counts.shape[1] + 1))
    sums[1:, 1:] = counts.cumsum(axis=0).cumsum(axis=1)
    above, below = sums[:-1], sums[1:]
    to_row, from_row = above, sums[-1] - below
    agree = to_row[:, :-1] + (from_row[:, -1:] - from_row[:, 1:])
    disagree = (to_row[:, -1:] - to_row[:, 1:]) + from_row[:, :-1]
    return agree, disagree


def _pairs(counts: "NDArray[np.float64]", level: float, note: str) -> Iterator[Estimate]:
    n = float(counts.sum())
    f = counts / n
    agree, disagree = concordant(f)
    r, c = f.sum(axis=1, keepdims=True), f.sum(axis=0, keepdims=True)
    p, q = float((f * agree).sum()), float((f * disagree).sum())
    untied_rows, untied_columns = float(1 - np.square(r).sum()), float(1 - np.square(c).sum())
    difference = agree - disagree

    def error(slopes: "NDArray[np.float64]") -> float:
        return float(np.sqrt((f * np.square(slopes)).sum() / n))

    if p + q > 0:
        gamma = (p - q) / (p + q)
        slopes = 4 * (q * agree - p * disagree) / (p + q) ** 2
        yield around("gamma", gamma, error(slopes), level, note)
    else:
        yield unavailable("gamma", "no pair of respondents differs on both variables")
    mean = np.sqrt(untied_rows * untied_columns)
    tau_b = (p - q) / mean
    ties = r * untied_columns + c * untied_rows
    slopes = (2 * difference + tau_b * ties / mean) / mean
    slopes = slopes - float((f * slopes).sum())
    yield around("tau_b", float(tau_b), error(slopes), level, note)
    side = min(counts.shape)
    factor = side / (side - 1)
    tau_c = factor * (p - q)
    yield around("tau_c", tau_c, error(2 * factor * (difference - (p - q))), level, note)
    half = (untied_rows + untied_columns) / 2
    slopes = (2 * difference * half + (p - q) * (r + c)) / half**2
    slopes = slopes - float((f * slopes).sum())
    # SPSS Statistics Algorithms, CROSSTABS, rescales tau-b's error, which is off by up to 2.
    words = join_notes("delta method; SPSS prints the standard error of tau-b rescaled", note)
    yield around("somers_d_symmetric", (p - q) / half, error(slopes), level, words)
    for name, untied, share in (
        ("somers_d_rows", untied_columns, c),
        ("somers_d_columns", untied_rows, r),
    ):
        slopes = 2 * (untied * difference - (p - q) * (1 - share)) / untied**2
        yield around(name, (p - q) / untied, error(slopes), level, note)


def _correlation(
    name: str,
    counts: "NDArray[np.float64]",
    rows: "NDArray[np.float64]",
    columns: "NDArray[np.float64]",
    level: float,
    note: str,
) -> Estimate:
    """Pearson's correlation of scores with SPSS's ASE1 (scores, or ranks, taken as fixed)."""
    n = float(counts.sum())
    f = counts / n
    x = rows - f.sum(axis=1) @ rows
    y = columns - f.sum(axis=0) @ columns
    x = x / np.sqrt(f.sum(axis=1) @ np.square(x))
    y = y / np.sqrt(f.sum(axis=0) @ np.square(y))
    r = float(x @ f @ y)
    influence = np.outer(x, y) - r / 2 * np.add.outer(np.square(x), np.square(y))
    error = float(np.sqrt((f * np.square(influence)).sum() / n))
    return around(name, r, error, level, note)
