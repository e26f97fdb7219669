"""Column means: the mean score of every column, and which columns differ."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from resurvey.statistics.contrasts import Domains
from resurvey.statistics.distributions import f_tail
from resurvey.statistics.letters import LEAST_BASE, column_key, larger_than
from resurvey.statistics.multiplicity import adjust
from resurvey.statistics.results import few_freedom, small_effective

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.statistics.rao_scott import Spread


@dataclass(frozen=True)
class ColumnMeans:
    """Means of the columns of a table whose rows have scores.

    Attributes
    ----------
    means, deviations : array, columns
        Mean and standard deviation of each column; NaN where its base is empty (below 2).
    bases : array, columns
        Counts, or sums of weights, behind each mean.
    letters : list of str
        Per column the letters of the columns with a significantly smaller mean: upper case at
        the stricter level, lower case at the other.
    p_values : array, columns × columns
        Adjusted p-values of the pairs; NaN where a pair was not compared.
    notes : list of str
        Per column what to beware of under a sampling design: few clusters, few respondents.
    """

    means: "NDArray[np.float64]"
    deviations: "NDArray[np.float64]"
    bases: "NDArray[np.float64]"
    letters: list[str]
    p_values: "NDArray[np.float64]"
    notes: list[str]


def column_means(
    counts: "NDArray[np.float64]",
    scores: "NDArray[np.float64]",
    levels: tuple[float, ...] = (0.05,),
    method: str = "bonferroni",
    left_out: Collection[int] = (),
    spread: "Spread | None" = None,
    cells: "NDArray[np.intp] | None" = None,
    heads: "NDArray[np.int64] | None" = None,
) -> ColumnMeans:
    """Compute the mean of every column and compare them pair by pair.

    Parameters
    ----------
    counts : array, scores × columns
        Counts, or with `spread` sums of sampling weights.
    scores : array
        Score of each row.
    levels : tuple of one or two floats
        Significance levels.
    method : str
        ``bonferroni``, ``holm`` or ``benjamini_hochberg``, over the compared pairs.
    left_out : collection of int
        Positions of columns that are not compared.
    spread : Spread, optional
        How the weighted cells of the whole table vary under the sampling design.
    cells : array of int, scores × columns, optional
        With `spread`: where each count stands among its cells.
    heads : array of int, scores × columns, optional
        With `spread`: respondents behind the sums of weights.

    Returns
    -------
    ColumnMeans

    Notes
    -----
    SOURCE SPSS Statistics Algorithms, CTABLES: t tests with the variance pooled over all compared
    columns; R: ``pairwise.t.test(pool.sd = TRUE)``. With a sampling design the difference of two
    means is divided by its linearised standard error (R survey: ``svyby(covmat = TRUE)`` and
    ``svycontrast``) and compared with t on the degrees of freedom of the two columns
    (`resurvey.statistics.contrasts`); the standard deviation is then the root of R's ``svyvar``.
    A column with a base below 2 is not compared.

    Examples
    --------
    >>> found = column_means(np.array([[9.0, 2], [3, 4], [1, 8]]), np.array([1.0, 2, 3]))
    >>> found.means.round(3).tolist(), found.letters
    ([1.385, 2.429], ['', 'A'])
    """
    counts = np.asarray(counts, dtype=np.float64)
    number = counts.shape[1]
    bases = counts.sum(axis=0)
    means = np.full(number, np.nan)
    np.divide(scores @ counts, bases, out=means, where=bases > 0)
    from_mean = np.where(bases > 0, scores[:, None] - np.nan_to_num(means), 0.0)
    squares = (counts * np.square(from_mean)).sum(axis=0)
    people = bases if heads is None else heads.sum(axis=0).astype(np.float64)
    shown = (people >= LEAST_BASE) & (bases > 0)
    deviations = np.full(number, np.nan)
    # As counts n - 1 is the divisor; weights are scaled to the number of respondents first.
    scale = np.divide(people, bases, out=np.ones(number), where=bases > 0)
    np.divide(squares * scale, people - 1, out=deviations, where=shown & (people > 1))
    deviations = np.sqrt(deviations)
    compared = [one for one in range(number) if shown[one] and one not in left_out]
    pairs = list(combinations(compared, 2))
    notes, raw = [""] * number, []
    if spread is None:
        raw = _pooled(means, squares, bases, compared, pairs)
    elif pairs:
        assert cells is not None
        groups = _domains(spread, cells, scores, compared)
        at = {column: place for place, column in enumerate(compared)}
        tested = [groups.difference(at[a], at[b]).p_value for a, b in pairs]
        raw = [float("nan") if p_value is None else p_value for p_value in tested]
        variances = np.diag(groups.estimates[1])
        for place, column in enumerate(compared):
            few = few_freedom(groups.freedom[place])
            alike = not variances[place] > 0
            base = np.inf if alike else deviations[column] ** 2 / variances[place]
            notes[column] = few or small_effective(float(base))
    p_values = np.full((number, number), np.nan)
    for (first, second), p in zip(pairs, adjust(raw, method).tolist(), strict=True):
        p_values[first, second] = p_values[second, first] = p
    keys = [column_key(one) for one in range(number)]
    letters = larger_than(means, p_values, keys, levels)
    return ColumnMeans(means, deviations, bases, letters, p_values, notes)


def _pooled(
    means: "NDArray[np.float64]",
    squares: "NDArray[np.float64]",
    bases: "NDArray[np.float64]",
    compared: list[int],
    pairs: list[tuple[int, int]],
) -> list[float]:
    """Two-sided p-values of t tests with the variance of all compared columns."""
    freedom = float(sum(bases[one] - 1 for one in compared))
    variance = float(sum(squares[one] for one in compared)) / freedom if freedom > 0 else 0.0
    if not variance > 0:
        return [float("nan")] * len(pairs)
    return [
        f_tail(
            float((means[a] - means[b]) ** 2 / (variance * (1 / bases[a] + 1 / bases[b]))),
            1,
            freedom,
        )
        for a, b in pairs
    ]


def _domains(
    spread: "Spread",
    cells: "NDArray[np.intp]",
    scores: "NDArray[np.float64]",
    compared: list[int],
) -> Domains:
    """Means of the compared columns as groups of the design."""
    tops = np.zeros((len(compared), spread.totals.size))
    bottoms = np.zeros_like(tops)
    for place, column in enumerate(compared):
        tops[place, cells[:, column]] = scores
        bottoms[place, cells[:, column]] = 1.0
    return Domains(spread, tops, bottoms)
