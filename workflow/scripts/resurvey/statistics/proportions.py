"""Proportions: their intervals and differences, and tests for the same people asked twice."""

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.results import (
    LEVEL,
    Estimate,
    Result,
    around,
    beta_quantile,
    chi_square_tail,
    normal_quantile,
    refused,
    unavailable,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


def wilson(count: Any, base: Any, level: float = 0.95) -> tuple[Any, Any]:
    """Wilson's score interval of a proportion.

    Parameters
    ----------
    count, base : number or array
        Respondents with the answer, and respondents asked; weighted counts need an effective
        base. An empty base gives NaN.
    level : float
        Confidence level.

    Returns
    -------
    lower, upper
        Ends of the interval, within 0 and 1.

    Notes
    -----
    SOURCE Wilson (1927), JASA 22, 209-212; R: ``prop.test(x, n, correct = FALSE)``. Unlike
    Wald's it is no empty interval at 0 of n.

    Examples
    --------
    >>> [round(float(end), 4) for end in wilson(0, 10)]
    [0.0, 0.2775]
    """
    x, n = np.asarray(count, dtype=np.float64), np.asarray(base, dtype=np.float64)
    z2 = normal_quantile(0.5 + level / 2) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        p = x / n
        middle = (x + z2 / 2) / (n + z2)
        half = np.sqrt(z2) / (n + z2) * np.sqrt(n * p * (1 - p) + z2 / 4)
    lower = np.where(x == 0, 0.0, np.maximum(middle - half, 0.0))
    upper = np.where(x == n, 1.0, np.minimum(middle + half, 1.0))
    empty = n <= 0
    return np.where(empty, np.nan, lower)[()], np.where(empty, np.nan, upper)[()]


def clopper_pearson(count: int, base: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a proportion; never too short, often too long.

    Examples
    --------
    >>> [round(end, 4) for end in clopper_pearson(0, 10)]
    [0.0, 0.3085]
    """
    if base <= 0:
        return float("nan"), float("nan")
    tail = (1 - level) / 2
    lower = 0.0 if count == 0 else beta_quantile(tail, count, base - count + 1)
    upper = 1.0 if count == base else beta_quantile(1 - tail, count + 1, base - count)
    return lower, upper


def newcombe(
    first: Any, first_base: Any, second: Any, second_base: Any, level: float = 0.95
) -> tuple[Any, Any, Any]:
    """Difference of two independent proportions with Newcombe's hybrid score interval.

    Parameters
    ----------
    first, first_base, second, second_base : number or array
        Counts and bases of the two groups.
    level : float
        Confidence level.

    Returns
    -------
    difference, lower, upper
        First minus second; NaN where a base is empty.

    Notes
    -----
    SOURCE Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> [round(float(one), 4) for one in newcombe(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]
    """
    bases = np.asarray(first_base, dtype=np.float64), np.asarray(second_base, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        p, q = np.asarray(first) / bases[0], np.asarray(second) / bases[1]
    p_low, p_high = wilson(first, first_base, level)
    q_low, q_high = wilson(second, second_base, level)
    difference = p - q
    lower = difference - np.sqrt(np.square(p - p_low) + np.square(q_high - q))
    upper = difference + np.sqrt(np.square(p_high - p) + np.square(q - q_low))
    return difference, lower, upper


def newcombe_paired(
    both: int, first_only: int, second_only: int, neither: int, level: float = 0.95
) -> tuple[float, float, float]:
    """Difference of two proportions of the same people, with Newcombe's paired interval.

    Parameters
    ----------
    both, first_only, second_only, neither : int
        Cells of the 2 × 2 table of the same respondents' answers.
    level : float
        Confidence level.

    Notes
    -----
    SOURCE Newcombe (1998), Statistics in Medicine 17, 2635-2650, method 10.

    Examples
    --------
    >>> [round(one, 4) for one in newcombe_paired(36, 12, 2, 0)]
    [0.2, 0.0569, 0.3404]
    """
    n = both + first_only + second_only + neither
    if n <= 0:
        return float("nan"), float("nan"), float("nan")
    p, q = (both + first_only) / n, (both + second_only) / n
    p_low, p_high = (float(end) for end in wilson(both + first_only, n, level))
    q_low, q_high = (float(end) for end in wilson(both + second_only, n, level))
    margins = (
        (both + first_only)
        * (second_only + neither)
        * (both + second_only)
        * (first_only + neither)
    )
    cross = both * neither - first_only * second_only
    # SOURCE The paper corrects the numerator when it is positive.
    numerator = max(cross - n / 2, 0) if cross > 0 else cross
    phi = numerator / margins**0.5 if margins else 0.0
    down = (p - p_low) ** 2 - 2 * phi * (p - p_low) * (q_high - q) + (q_high - q) ** 2
    up = (p_high - p) ** 2 - 2 * phi * (p_high - p) * (q - q_low) + (q - q_low) ** 2
    return p - q, p - q - max(down, 0.0) ** 0.5, p - q + max(up, 0.0) ** 0.5


def paired_tests(counts: "NDArray[np.float64]") -> list[Result]:
    """Test whether answers changed between two questions with the same codes.

    Parameters
    ----------
    counts : array, k × k
        Respondents by first answer (rows) and second answer (columns), same codes in the same
        order.

    Returns
    -------
    list of Result
        ``mcnemar``, ``mcnemar_corrected`` and ``mcnemar_exact`` (2 × 2 only), ``bowker``
        (symmetry), ``stuart_maxwell`` (equal margins). Nothing is corrected unless its name says
        so; SPSS prints the exact McNemar test and the uncorrected Bowker test, R's
        ``mcnemar.test`` corrects by default.

    Examples
    --------
    >>> tests = paired_tests(np.array([[794.0, 86.0], [150.0, 570.0]]))
    >>> [round(test.statistic, 4) for test in tests if test.statistic is not None]
    [17.3559, 16.8178, 17.3559, 17.3559]
    """
    f = np.asarray(counts, dtype=np.float64)
    n = float(f.sum())
    return [*_mcnemar(f, n), _bowker(f, n), _stuart_maxwell(f, n)]


def _mcnemar(f: "NDArray[np.float64]", n: float) -> list[Result]:
    names = ("mcnemar", "mcnemar_corrected", "mcnemar_exact")
    if f.shape != (2, 2):
        return [refused(name, Note("two_answers_only"), n) for name in names]
    b, c = float(f[0, 1]), float(f[1, 0])
    if b + c == 0:
        return [refused(name, Note("nobody_changed"), n) for name in names]
    plain = (b - c) ** 2 / (b + c)
    corrected = max(abs(b - c) - 1, 0.0) ** 2 / (b + c)
    results = [
        Result(name, statistic, 1, None, chi_square_tail(statistic, 1), n, (Note(key),))
        for name, statistic, key in (
            (names[0], plain, "no_continuity_correction"),
            (names[1], corrected, "continuity_correction"),
        )
    ]
    if b + c != int(b + c):
        return [*results, refused(names[2], Note("weighted_not_whole"), n)]
    exact = Result(names[2], None, None, None, _sign_test(b, c), n, (Note("binomial"),))
    return [*results, exact]


def _sign_test(b: float, c: float) -> float:
    """Two-sided binomial p-value of b against c at one half."""
    from scipy.special import bdtr  # type: ignore[import-untyped,unused-ignore]

    return min(1.0, 2 * float(bdtr(min(b, c), int(b + c), 0.5)))


def _bowker(f: "NDArray[np.float64]", n: float) -> Result:
    """Bowker (1948), JASA 43, 572-574; pairs of answers that nobody changed between add no df."""
    upper = np.triu_indices(f.shape[0], 1)
    there, back = f[upper], f.T[upper]
    changed = there + back > 0
    if not changed.any():
        return refused("bowker", Note("nobody_changed"), n)
    statistic = float((np.square(there - back)[changed] / (there + back)[changed]).sum())
    df = int(changed.sum())
    unchanged = int((~changed).sum())
    notes = (Note("unchanged_pairs", pairs=unchanged),) if unchanged else ()
    return Result("bowker", statistic, df, None, chi_square_tail(statistic, df), n, notes)


def _stuart_maxwell(f: "NDArray[np.float64]", n: float) -> Result:
    """Stuart (1955), Biometrika 42, 412-416; Maxwell (1970)."""
    name = "stuart_maxwell"
    used = (f.sum(axis=0) + f.sum(axis=1)) > 0
    part = f[np.ix_(used, used)]
    changes = part.sum(axis=1) + part.sum(axis=0) - 2 * np.diag(part)
    moved = changes > 0
    if moved.sum() < 2:
        return refused(name, Note("nobody_changed"), n)
    part, changes = part[np.ix_(moved, moved)], changes[moved]
    difference = (part.sum(axis=1) - part.sum(axis=0))[:-1]
    covariance = -(part + part.T)
    np.fill_diagonal(covariance, changes)
    covariance = covariance[:-1, :-1]
    if np.linalg.matrix_rank(covariance) < len(covariance):
        return refused(name, Note("separate_answers"), n)
    statistic = float(difference @ np.linalg.solve(covariance, difference))
    df = len(difference)
    notes = () if moved.all() else (Note("unchanged_answers"),)
    return Result(name, statistic, df, None, chi_square_tail(statistic, df), n, notes)


_ROUNDING = 1e-12
"""Variance of shares that differences of equal numbers leave."""


def kappa(counts: "NDArray[np.float64]", level: float = LEVEL) -> Estimate:
    """Cohen's kappa of agreement, with the ASE1 of Fleiss, Cohen and Everitt (1969).

    Examples
    --------
    >>> round(kappa(np.array([[20.0, 5.0], [10.0, 15.0]])).value, 3)
    0.4
    """
    f = np.asarray(counts, dtype=np.float64)
    n = float(f.sum())
    if n == 0:
        return unavailable("kappa", Note("no_respondents"))
    p = f / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    agreed, chance = float(np.trace(p)), float(rows @ columns)
    if chance >= 1:
        return unavailable("kappa", Note("same_answers"))
    value = (agreed - chance) / (1 - chance)
    diagonal = np.diag(p) * np.square(1 - (rows + columns) * (1 - value))
    # Cell (i, j) stands against the column share of i plus the row share of j.
    shares = np.square(np.add.outer(columns, rows)) * p
    off = (1 - value) ** 2 * float(shares.sum() - np.trace(shares))
    last = (value - chance * (1 - value)) ** 2
    spread = float(diagonal.sum()) + off - last
    # Where one of the two never varies nothing spreads; what is left is of rounding.
    error = sqrt((spread if spread > _ROUNDING else 0.0) / n) / (1 - chance)
    return around("kappa", value, error, level)
