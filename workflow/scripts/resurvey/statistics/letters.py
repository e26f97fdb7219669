"""Column-proportion tests: which columns of a row differ, as CTABLES letters or APA style."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import combinations
from string import ascii_uppercase
from typing import TYPE_CHECKING

import numpy as np

from resurvey.statistics.distributions import normal_tail
from resurvey.statistics.multiplicity import adjust

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    notes : list of str
        Per row which columns were not compared and why; empty when all were.
    """

    keys: list[str]
    letters: list[list[str]]
    subscripts: list[list[str]]
    p_values: "NDArray[np.float64]"
    notes: list[str]


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
    every = np.broadcast_to(counts.sum(axis=0) if bases is None else bases, counts.shape)
    people = every if heads is None else np.broadcast_to(heads, counts.shape)
    p_values = np.full((rows, columns, columns), np.nan)
    keys = [column_key(number) for number in range(columns)]
    letters, subscripts, notes = [], [], []
    for row in range(rows):
        share = np.divide(
            counts[row], every[row], out=np.full(columns, np.nan), where=every[row] > 0
        )
        cells, base = counts[row].tolist(), every[row].tolist()
        eligible = [
            one
            for one in range(columns)
            if one not in left_out and people[row, one] >= LEAST_BASE and 0 < share[one] < 1
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
        out = [keys[one] for one in range(columns) if one not in (*eligible, *left_out)]
        notes.append(
            f"not compared (share 0 or 1, or base below {LEAST_BASE}): {', '.join(out)}"
            if out
            else ""
        )
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

    Parameters
    ----------
    share : array, columns
        What is compared; NaN where a column has none.
    p_values : array, columns × columns
        Adjusted p-values; NaN where a pair was not compared.
    keys : list of str
        Letters of the columns.
    levels : tuple of one or two floats
        Upper case below the stricter one, lower case below the other.

    Examples
    --------
    >>> p_values = np.array([[np.nan, 0.03], [0.03, np.nan]])
    >>> larger_than(np.array([0.2, 0.5]), p_values, ["A", "B"], (0.05, 0.01))
    ['', 'a']
    """
    strict = min(levels)
    cells = []
    for column in range(len(keys)):
        found = []
        for other, key in enumerate(keys):
            if not share[column] > share[other] or np.isnan(p_values[column, other]):
                continue
            if p_values[column, other] < strict:
                found.append(key)
            elif p_values[column, other] < max(levels):
                found.append(key.lower())
        cells.append(" ".join(found))
    return cells


def _subscripts(
    share: "NDArray[np.float64]", p_values: "NDArray[np.float64]", eligible: list[int], level: float
) -> list[str]:
    """Give a letter to every largest set of columns that do not differ from one another."""
    alike = {
        one: {two for two in eligible if two == one or not p_values[one, two] < level}
        for one in eligible
    }
    groups: list[set[int]] = []
    _largest_groups(set(), set(eligible), set(), alike, groups)
    groups.sort(key=sorted)
    cells = []
    for column in range(len(share)):
        own = [column_key(i).lower() for i, group in enumerate(groups) if column in group]
        cells.append(", ".join(own))
    return cells


def _largest_groups(
    chosen: set[int],
    candidates: set[int],
    done: set[int],
    alike: dict[int, set[int]],
    groups: list[set[int]],
) -> None:
    """List the maximal cliques (Bron and Kerbosch 1973, with a pivot)."""
    if not candidates and not done:
        if chosen:
            groups.append(set(chosen))
        return
    pivot = max(candidates | done, key=lambda one: len(alike[one] & candidates))
    for one in sorted(candidates - (alike[pivot] - {pivot})):
        near = alike[one] - {one}
        _largest_groups(chosen | {one}, candidates & near, done & near, alike, groups)
        candidates = candidates - {one}
        done = done | {one}
