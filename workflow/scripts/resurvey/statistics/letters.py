"""Column-proportion tests: which columns of a row differ, as CTABLES letters or APA style."""

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
) -> ColumnLetters:
    """Compare the column proportions of every row, pair by pair.

    Parameters
    ----------
    counts : array, rows × columns
        Counts; subtotals must not be among the rows.
    levels : tuple of one or two floats
        Significance levels.
    method : str
        ``bonferroni``, ``holm`` or ``benjamini_hochberg``, over the eligible pairs of a row.

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
    base = counts.sum(axis=0)
    rows, columns = counts.shape
    p_values = np.full((rows, columns, columns), np.nan)
    keys = [_key(number) for number in range(columns)]
    letters, subscripts, notes = [], [], []
    for row in range(rows):
        share = np.divide(counts[row], base, out=np.full(columns, np.nan), where=base > 0)
        eligible = [one for one in range(columns) if base[one] >= LEAST_BASE and 0 < share[one] < 1]
        pairs = list(combinations(eligible, 2))
        cells = counts[row].tolist()
        raw = [pooled_test(cells[a], float(base[a]), cells[b], float(base[b]))[1] for a, b in pairs]
        for (first, second), p in zip(pairs, adjust(raw, method).tolist(), strict=True):
            p_values[row, first, second] = p_values[row, second, first] = p
        letters.append(_letters(share, p_values[row], keys, levels))
        subscripts.append(_subscripts(share, p_values[row], eligible, max(levels)))
        out = [keys[one] for one in range(columns) if one not in eligible]
        notes.append(
            f"not compared (share 0 or 1, or base below {LEAST_BASE}): {', '.join(out)}"
            if out
            else ""
        )
    return ColumnLetters(keys, letters, subscripts, p_values, notes)


def _key(number: int) -> str:
    """Name columns A ... Z, AA, AB, ..."""
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


def _letters(
    share: "NDArray[np.float64]",
    p_values: "NDArray[np.float64]",
    keys: list[str],
    levels: tuple[float, ...],
) -> list[str]:
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
        own = [_key(i).lower() for i, group in enumerate(groups) if column in group]
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
