"""Tests for the same people asked twice: McNemar, Bowker, Stuart-Maxwell, Cohen's kappa."""

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.distributions import chi_square_tail
from resurvey.statistics.results import LEVEL, Estimate, Result, around, refused, unavailable

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
    error = sqrt(max(float(diagonal.sum()) + off - last, 0.0) / n) / (1 - chance)
    return around("kappa", value, error, level)
