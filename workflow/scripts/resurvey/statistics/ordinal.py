"""Ordered answers: their scores, tests of trend and of ranks, and ordinal association."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Variable
from resurvey.core.notes import Note
from resurvey.statistics.results import (
    Estimate,
    Result,
    around,
    chi_square_tail,
    refused,
    unavailable,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

PLAIN = (1e-50, 1e50)
"""Codes within these bounds are taken for scores as they are."""


@dataclass(frozen=True)
class Scale:
    """The ordered answers of a variable.

    Attributes
    ----------
    positions : array of int
        Where the ordered answers stand among the codes of the table, low to high.
    scores : array of float
        Their scores: the code values (as SPSS uses them) where the codebook declares no
        substantive order; ranks 1, 2, ... of the declared order otherwise.
    used : tuple of Note
        Which scores were used.
    left_out : tuple of Note
        Which codes were left out.
    reason : Note, optional
        Why the variable has no order; None when it has.
    nominal : bool
        No order is declared, and more than two answers were given.
    """

    positions: "NDArray[np.intp]"
    scores: "NDArray[np.float64]"
    used: tuple[Note, ...] = ()
    left_out: tuple[Note, ...] = ()
    reason: Note | None = None
    nominal: bool = False

    @property
    def notes(self) -> tuple[Note, ...]:
        """Which scores were used and which codes were left out."""
        return *self.used, *self.left_out


def scale_of(
    variable: Variable, codes: list[Code], margin: "NDArray[np.float64]", side: str
) -> Scale:
    """Find the scores of a variable's answers.

    Parameters
    ----------
    variable : Variable
        Its measure, declared order and "don't know" codes decide.
    codes : list
        Codes of the table's rows (or columns).
    margin : array
        Respondents per code; a code nobody gave does not make a variable nominal.
    side : str
        ``row`` or ``column``, for the notes.
    """
    position_of = {code: position for position, code in enumerate(codes)}
    aside = [code for code in codes if code in variable.dont_know]
    if variable.order:
        ordered = [code for code in variable.order if code in position_of and code not in aside]
        beyond = [code for code in codes if code not in ordered and code not in aside]
    else:
        ordered = [code for code in codes if code not in aside]
        beyond = []
    gone = [code for code in aside + beyond if margin[position_of[code]] > 0]
    listed = {f"{side}_codes": ", ".join(map(str, gone))}
    left_out = (Note(f"{side}_codes_left_out", **listed),) if gone else ()
    positions = np.array([position_of[code] for code in ordered], dtype=np.intp)
    held = int((margin[positions] > 0).sum())
    if variable.measure not in ("ordinal", "scale") and not variable.order and held > 2:
        unordered = Note(f"{side}_nominal", variable=variable.name)
        return Scale(positions, np.zeros(0), (), left_out, unordered, nominal=True)
    texts = any(isinstance(code, str) for code in ordered)
    if variable.order or texts:
        scores = np.arange(1.0, len(ordered) + 1)
        kind = "ranks"
    else:
        rising = sorted(range(len(ordered)), key=ordered.__getitem__)
        positions = positions[rising]
        values = _code_values([ordered[position] for position in rising])
        if values is None:
            infinite = Note(f"{side}_code_not_finite", variable=variable.name)
            return Scale(positions, np.zeros(0), (), left_out, infinite)
        scores, kind = values, "codes"
    used = (Note(f"{side}_scores_{kind}"),) if held > 2 else ()
    return Scale(positions, scores, used, left_out)


def _code_values(codes: list[Any]) -> "NDArray[np.float64] | None":
    """Return rising codes as scores; None where one is infinite.

    Codes too large, too small or too close together for their squares are taken as distances
    from the smallest over the largest distance, which changes no statistic.
    """
    if not all(isfinite(code) for code in codes):
        return None
    scores = np.array(codes, dtype=np.float64)
    if not codes or codes[-1] == codes[0]:
        return np.zeros_like(scores) if codes and abs(codes[0]) > PLAIN[1] else scores
    # Python's integers keep all their digits in the subtraction.
    near = min(float(b) / 2 - float(a) / 2 for a, b in pairwise(codes))
    size = max(abs(float(codes[0])), abs(float(codes[-1])))
    if PLAIN[0] <= 2 * near and size <= min(PLAIN[1], 1e9 * near):
        return scores
    if all(isinstance(code, int) for code in codes):
        return np.array([(code - codes[0]) / (codes[-1] - codes[0]) for code in codes])
    return np.asarray((scores / size - codes[0] / size) / (codes[-1] / size - codes[0] / size))


def linear_by_linear(counts: "NDArray[np.float64]", rows: Scale, columns: Scale) -> Result:
    """Mantel's linear-by-linear association, (n - 1) r², one degree of freedom.

    Parameters
    ----------
    counts : array
        The full table.
    rows, columns : Scale
        Which rows and columns enter, with which scores.

    Notes
    -----
    r is Pearson's correlation of the scores. With the code values as scores the statistic is
    the one that SPSS and PSPP print.
    """
    name = "linear_by_linear"
    part = counts[np.ix_(rows.positions, columns.positions)]
    n = float(part.sum())
    reason = rows.reason or columns.reason
    if not reason and n <= 1:
        reason = Note("at_most_one_respondent" if n else "no_respondents")
    if reason:
        return refused(name, reason, n)
    r = correlation(part, rows.scores, columns.scores)
    if r is None:
        return refused(name, Note("one_line"), n)
    statistic = (n - 1) * r * r
    notes = *rows.notes, *columns.notes
    return Result(name, statistic, 1, None, chi_square_tail(statistic, 1), n, notes)


def correlation(
    counts: "NDArray[np.float64]", rows: "NDArray[np.float64]", columns: "NDArray[np.float64]"
) -> float | None:
    """Pearson's correlation of row and column scores; None where a score does not vary."""
    n = counts.sum()
    x = rows - (counts.sum(axis=1) @ rows) / n
    y = columns - (counts.sum(axis=0) @ columns) / n
    across, down = counts.sum(axis=1) @ np.square(x), counts.sum(axis=0) @ np.square(y)
    held = (counts.sum(axis=1) > 0).sum() > 1 and (counts.sum(axis=0) > 0).sum() > 1
    if not held or across <= 0 or down <= 0:
        return None
    return float(x @ counts @ y / np.sqrt(across) / np.sqrt(down))


def rank_test(counts: "NDArray[np.float64]", rows: Scale) -> Result:
    """Compare the groups (columns) by the ranks of their ordered answers.

    Two groups: Mann-Whitney, with the smaller U as SPSS prints it, normal approximation with
    tie correction, two-sided and without continuity correction (R's ``wilcox.test`` has one
    unless told otherwise). More groups: Kruskal-Wallis H with tie correction.
    """
    held = counts[:, counts.sum(axis=0) > 0]
    name = "mann_whitney" if held.shape[1] == 2 else "kruskal_wallis"
    part = held[rows.positions]
    part = part[:, part.sum(axis=0) > 0]
    n = float(part.sum())
    if rows.reason:
        return refused(name, rows.reason, n)
    if part.shape[1] < 2:
        return refused(name, Note("two_ordered_groups_needed"), n)
    if n <= 1:
        return refused(name, Note("at_most_one_respondent"), n)
    totals = part.sum(axis=1)
    if (totals > 0).sum() < 2:
        return refused(name, Note("same_answers"), n)
    ranks = np.cumsum(totals) - (totals - 1) / 2
    groups = part.sum(axis=0)
    sums = ranks @ part
    # Variance of the mid-ranks: (n³ - n - Σ(t³ - t)) / 12, taken as a sum of squares so that
    # it keeps its digits for large n.
    spread = float(totals @ np.square(ranks - (n + 1) / 2))
    h = float((groups * np.square(sums / groups - (n + 1) / 2)).sum()) * (n - 1) / spread
    if part.shape[1] == 2:
        first = float(sums[0] - groups[0] * (groups[0] + 1) / 2)
        smaller = min(first, float(groups[0] * groups[1]) - first)
        z = float(np.sign(sums[0] / groups[0] - sums[1] / groups[1]) * np.sqrt(h))
        notes = Note("ranks_of_two", z=z), *rows.left_out
        return Result("mann_whitney", smaller, None, None, chi_square_tail(h, 1), n, notes)
    df = part.shape[1] - 1
    notes = Note("tie_corrected"), *rows.left_out
    return Result(name, h, df, None, chi_square_tail(h, df), n, notes)


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
            reason = Note("one_ordered_line")
    if reason:
        yield from (unavailable(name, reason) for name in ORDINAL_NAMES)
        return
    left_out = *rows.left_out, *columns.left_out
    yield from _pairs(part, level, left_out)
    ranks = [np.cumsum(side) - (side - 1) / 2 for side in (part.sum(axis=1), part.sum(axis=0))]
    yield _correlation("spearman", part, ranks[0], ranks[1], level, left_out)
    scores = rows.scores[kept_rows], columns.scores[kept_columns]
    yield _correlation("pearson_r", part, *scores, level, (*rows.notes, *columns.notes))


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


def _pairs(
    counts: "NDArray[np.float64]", level: float, notes: tuple[Note, ...]
) -> Iterator[Estimate]:
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
        yield around("gamma", gamma, error(slopes), level, notes)
    else:
        yield unavailable("gamma", Note("no_untied_pair"))
    mean = np.sqrt(untied_rows * untied_columns)
    tau_b = (p - q) / mean
    ties = r * untied_columns + c * untied_rows
    slopes = (2 * difference + tau_b * ties / mean) / mean
    slopes = slopes - float((f * slopes).sum())
    yield around("tau_b", float(tau_b), error(slopes), level, notes)
    side = min(counts.shape)
    factor = side / (side - 1)
    tau_c = factor * (p - q)
    yield around("tau_c", tau_c, error(2 * factor * (difference - (p - q))), level, notes)
    half = (untied_rows + untied_columns) / 2
    slopes = (2 * difference * half + (p - q) * (r + c)) / half**2
    slopes = slopes - float((f * slopes).sum())
    # SPSS Statistics Algorithms, CROSSTABS, rescales tau-b's error, which is off by up to 2.
    symmetric_notes = Note("delta_method"), *notes
    yield around("somers_d_symmetric", (p - q) / half, error(slopes), level, symmetric_notes)
    for name, untied, share in (
        ("somers_d_rows", untied_columns, c),
        ("somers_d_columns", untied_rows, r),
    ):
        slopes = 2 * (untied * difference - (p - q) * (1 - share)) / untied**2
        yield around(name, (p - q) / untied, error(slopes), level, notes)


def _correlation(
    name: str,
    counts: "NDArray[np.float64]",
    rows: "NDArray[np.float64]",
    columns: "NDArray[np.float64]",
    level: float,
    notes: tuple[Note, ...],
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
    return around(name, r, error, level, notes)
