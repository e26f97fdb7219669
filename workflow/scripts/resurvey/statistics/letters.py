"""Comparisons of columns, as letters: of the shares of every row, and of mean scores.

With the adjustment of p-values for being many.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.notes import Note
from resurvey.statistics.contrasts import Domains
from resurvey.statistics.results import f_tail, few_freedom, normal_tail, small_effective

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.statistics.contrasts import Spread

METHODS = ("holm", "benjamini_hochberg", "bonferroni")


def adjust(p_values: Any, method: str = "holm") -> "NDArray[np.float64]":
    """Adjust p-values for being many.

    Parameters
    ----------
    p_values : array
        NaN and None are tests that were not made: they do not count and stay NaN.
    method : str
        ``holm`` (no assumption, controls any false positive), ``benjamini_hochberg`` (share of
        false positives) or ``bonferroni``.

    Returns
    -------
    array
        Adjusted p-values in the given order, at most 1.

    Notes
    -----
    As R's ``p.adjust`` with ``holm``, ``BH`` and ``bonferroni``, and as ``multipletests`` of
    statsmodels, whose import takes longer than all tables of an article.

    Examples
    --------
    >>> adjust([0.01, float("nan"), 0.04]).round(3).tolist()
    [0.02, nan, 0.04]
    """
    if method not in METHODS:
        raise ValueError(f"method is one of {', '.join(METHODS)}, not {method!r}")
    given = np.asarray(p_values, dtype=np.float64)
    made = np.flatnonzero(~np.isnan(given))
    result = np.full(given.shape, np.nan)
    p, m = given[made], made.size
    if m == 0:
        return result
    if method == "bonferroni":
        result[made] = np.minimum(p * m, 1.0)
        return result
    order = np.argsort(p, kind="stable")
    if method == "holm":
        steps = np.maximum.accumulate(p[order] * (m - np.arange(m)))
    else:
        scaled = p[order] * m / np.arange(1, m + 1)
        steps = np.minimum.accumulate(scaled[::-1])[::-1]
    result[made[order]] = np.minimum(steps, 1.0)
    return result


LEAST_BASE = 2
"""Columns with a smaller base are not compared (CTABLES)."""


@dataclass(frozen=True)
class ColumnLetters:
    """Which columns differ, row by row.

    Attributes
    ----------
    keys : list of str
        Letter of each column: A, B, C, ...
    letters : list of list of str
        Per row and column the letters of the columns with a significantly smaller proportion:
        upper case at the stricter level, lower case at the other; one level: upper case.
    subscripts : list of list of str
        APA style at the first level: columns of a row that share a letter do not differ.
    p_values : array, rows × columns × columns
        Adjusted p-values of the pairs; NaN where a pair is not eligible.
    notes : list of tuple of Note
        Per row which columns were not compared and why; empty when all were.
    """

    keys: list[str]
    letters: list[list[str]]
    subscripts: list[list[str]]
    p_values: "NDArray[np.float64]"
    notes: list[tuple[Note, ...]]


def column_letters(
    counts: "NDArray[np.float64]",
    levels: tuple[float, ...] = (0.05,),
    method: str = "bonferroni",
    bases: "NDArray[np.float64] | None" = None,
    left_out: Collection[int] = (),
    heads: "NDArray[np.int64] | None" = None,
    tested: Callable[[int, int, int], float] | None = None,
) -> ColumnLetters:
    """Compare the column proportions of every row, pair by pair.

    Parameters
    ----------
    counts : array, rows × columns
        Counts. Each row is compared for itself.
    levels : tuple of one or two floats
        Significance levels.
    method : str
        ``bonferroni``, ``holm`` or ``benjamini_hochberg``, over the eligible pairs of a row.
    bases : array, rows × columns, optional
        What the proportions are of; by default the sums of the columns, so that subtotals must
        not be among the rows.
    left_out : collection of int
        Positions of columns that are not compared, say because their bases are small.
    heads : array of int, rows × columns, optional
        Respondents behind `bases`, where these are sums of sampling weights.
    tested : callable, optional
        Gives the p-value of a pair from row, first and second column: the test of a sampling
        design (`resurvey.statistics.contrasts`) in place of the z test; NaN where there is none.

    Returns
    -------
    ColumnLetters

    Notes
    -----
    SOURCE SPSS Statistics Algorithms, CTABLES: z test with the proportion pooled over the two
    columns. A column whose proportion is 0 or 1, or whose base is below 2, is not eligible.

    Examples
    --------
    >>> found = column_letters(np.array([[60.0, 30.0], [40.0, 70.0]]))
    >>> found.letters
    [['B', ''], ['', 'A']]
    """
    counts = np.asarray(counts, dtype=np.float64)
    rows, columns = counts.shape
    base_of = np.broadcast_to(counts.sum(axis=0) if bases is None else bases, counts.shape)
    people = base_of if heads is None else np.broadcast_to(heads, counts.shape)
    p_values = np.full((rows, columns, columns), np.nan)
    keys = [column_key(number) for number in range(columns)]
    letters, subscripts = [], []
    notes: list[tuple[Note, ...]] = []
    for row in range(rows):
        share = np.divide(
            counts[row], base_of[row], out=np.full(columns, np.nan), where=base_of[row] > 0
        )
        cells, base = counts[row].tolist(), base_of[row].tolist()
        eligible = [
            column
            for column in range(columns)
            if column not in left_out
            and people[row, column] >= LEAST_BASE
            and 0 < share[column] < 1
        ]
        pairs = list(combinations(eligible, 2))
        if tested is None:
            raw = [pooled_test(cells[a], base[a], cells[b], base[b])[1] for a, b in pairs]
        else:
            raw = [tested(row, a, b) for a, b in pairs]
        for (first, second), p in zip(pairs, adjust(raw, method).tolist(), strict=True):
            p_values[row, first, second] = p_values[row, second, first] = p
        letters.append(larger_than(share, p_values[row], keys, levels))
        subscripts.append(_subscripts(share, p_values[row], eligible, max(levels)))
        out = [keys[column] for column in range(columns) if column not in (*eligible, *left_out)]
        left = Note("columns_left_out", least=LEAST_BASE, columns=", ".join(out))
        notes.append((left,) if out else ())
    return ColumnLetters(keys, letters, subscripts, p_values, notes)


def column_key(number: int) -> str:
    """Name the column at a position: A ... Z, AA, AB, ...

    Examples
    --------
    >>> column_key(0), column_key(25), column_key(26)
    ('A', 'Z', 'AA')
    """
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, len(ascii_uppercase))
        text = ascii_uppercase[rest] + text
    return text


def pooled_test(
    first: float, first_base: float, second: float, second_base: float
) -> tuple[float, float]:
    """Compare two independent proportions with the proportion pooled, as CTABLES does.

    Parameters
    ----------
    first, first_base, second, second_base : float
        Counts and bases; neither both proportions 0 nor both 1.

    Returns
    -------
    z, p_value
        Positive when the first proportion is larger; two-sided.

    Examples
    --------
    >>> z, p_value = pooled_test(60, 100, 40, 100)
    >>> round(z, 4), round(p_value, 4)
    (2.8284, 0.0047)
    """
    p, q = first / first_base, second / second_base
    pooled = (first + second) / (first_base + second_base)
    z = (p - q) / (pooled * (1 - pooled) * (1 / first_base + 1 / second_base)) ** 0.5
    return z, 2 * normal_tail(abs(z))


def larger_than(
    share: "NDArray[np.float64]",
    p_values: "NDArray[np.float64]",
    keys: list[str],
    levels: tuple[float, ...],
) -> list[str]:
    """List for every column the letters of those whose share (or mean) is significantly smaller.

    Examples
    --------
    >>> p_values = np.array([[np.nan, 0.03], [0.03, np.nan]])
    >>> larger_than(np.array([0.2, 0.5]), p_values, ["A", "B"], (0.05, 0.01))
    ['', 'a']
    """
    strict = min(levels)
    cells = []
    for column in range(len(keys)):
        smaller = []
        for other, key in enumerate(keys):
            if not share[column] > share[other] or np.isnan(p_values[column, other]):
                continue
            if p_values[column, other] < strict:
                smaller.append(key)
            elif p_values[column, other] < max(levels):
                smaller.append(key.lower())
        cells.append(" ".join(smaller))
    return cells


def _subscripts(
    share: "NDArray[np.float64]", p_values: "NDArray[np.float64]", eligible: list[int], level: float
) -> list[str]:
    """Give a letter to every largest set of columns that do not differ from one another."""
    alike = {
        first: {
            second for second in eligible if second == first or not p_values[first, second] < level
        }
        for first in eligible
    }
    groups = sorted(_largest_groups(set(), set(eligible), set(), alike), key=sorted)
    cells = []
    for column in range(len(share)):
        named = [column_key(i).lower() for i, group in enumerate(groups) if column in group]
        cells.append(", ".join(named))
    return cells


def _largest_groups(
    chosen: set[int],
    candidates: set[int],
    done: set[int],
    alike: dict[int, set[int]],
) -> Iterator[set[int]]:
    """Yield the maximal cliques (Bron and Kerbosch 1973, with a pivot)."""
    if not candidates and not done:
        if chosen:
            yield set(chosen)
        return
    pivot = max(candidates | done, key=lambda column: len(alike[column] & candidates))
    for column in sorted(candidates - (alike[pivot] - {pivot})):
        near = alike[column] - {column}
        yield from _largest_groups(chosen | {column}, candidates & near, done & near, alike)
        candidates = candidates - {column}
        done = done | {column}


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
    notes : list of tuple of Note
        Per column what to beware of under a sampling design: few clusters, few respondents.
    """

    means: "NDArray[np.float64]"
    deviations: "NDArray[np.float64]"
    bases: "NDArray[np.float64]"
    letters: list[str]
    p_values: "NDArray[np.float64]"
    notes: list[tuple[Note, ...]]


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
    compared = [column for column in range(number) if shown[column] and column not in left_out]
    pairs = list(combinations(compared, 2))
    notes: list[tuple[Note, ...]] = [()] * number
    raw: list[float] = []
    if spread is None:
        raw = _pooled(means, squares, bases, compared, pairs)
    elif pairs:
        assert cells is not None
        groups = _domains(spread, cells, scores, compared)
        position_of = {column: position for position, column in enumerate(compared)}
        tested = [groups.difference(position_of[a], position_of[b]).p_value for a, b in pairs]
        raw = [float("nan") if p_value is None else p_value for p_value in tested]
        variances = np.diag(groups.estimates[1])
        for position, column in enumerate(compared):
            few = few_freedom(groups.freedom[position])
            alike = not variances[position] > 0
            base = np.inf if alike else deviations[column] ** 2 / variances[position]
            notes[column] = few or small_effective(float(base))
    p_values = np.full((number, number), np.nan)
    for (first, second), p in zip(pairs, adjust(raw, method).tolist(), strict=True):
        p_values[first, second] = p_values[second, first] = p
    keys = [column_key(column) for column in range(number)]
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
    freedom = float(sum(bases[column] - 1 for column in compared))
    variance = float(sum(squares[column] for column in compared)) / freedom if freedom > 0 else 0.0
    # Equal answers leave a variance of rounding errors, which is none.
    if not variance > 1e-24 * max((float(means[column]) ** 2 for column in compared), default=0.0):
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
    for position, column in enumerate(compared):
        tops[position, cells[:, column]] = scores
        bottoms[position, cells[:, column]] = 1.0
    return Domains(spread, tops, bottoms)
