"""Whether printed tables fit any counts: many tables of one shape at once, without a list.

A group's counts of one answer lie between two whole numbers, and so does their sum over the
groups where the total column is printed. Such sets of vectors are generalised polymatroids, which
add up exactly, whole vectors to whole vectors: there are counts for a tuple of bases if and only
if every sum of bases lies between the sums, over the answers, of its smallest and largest counts
(A. Frank and É. Tardos, Generalized polymatroids and submodular flows, Mathematical Programming
42, 1988, 489-563). No table is built, and the bases of all tables are tried together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from resurvey.core.printed import Printed, interval
from resurvey.recovery.bases import Integers
from resurvey.recovery.cells import PrintedTable

Booleans = NDArray[np.bool_]
# Tables with their bases that are tried together: about what a core's cache holds.
_BLOCK = 1 << 16


@dataclass(frozen=True)
class _Bounds:
    """Tables with a base each: the table's position, the base, and bounds of its counts."""

    table: Integers
    base: Integers
    low: Integers
    high: Integers

    def take(self, which: NDArray[np.generic]) -> "_Bounds":
        return _Bounds(self.table[which], self.base[which], self.low[:, which], self.high[:, which])


def fitting(table: PrintedTable, units: Integers, rule: str) -> Booleans:
    """Tell which tables some counts print, as far as the answers' own cells go.

    Parameters
    ----------
    table : PrintedTable
        Shape of the tables, and bounds of the bases. Derived rows and differences are left out.
    units : array of int, tables x cells
        Printed numbers, none negative, in units of their last digit, in the order of the table's
        cells; those of cells that are not printed are not read.
    rule : str
        The rounding rule.

    Returns
    -------
    array of bool, one per table

    Examples
    --------
    >>> from resurvey.recovery.cells import read_table
    >>> shape = read_table({"all": ["31,3", "68,8"]}, None, {"all": 16}, None, None, None, "counts")
    >>> fitting(shape, np.array([[313, 688], [314, 687]]), "half_up").tolist()
    [True, False]
    """
    largest = max(table.largest) - min(table.smallest) + 1
    step = max(1, 4 * _BLOCK // largest)
    found = [
        _block_fitting(table, units[start : start + step], rule)
        for start in range(0, len(units), step)
    ]
    return np.concatenate([*found, np.zeros(0, np.bool_)])


def _block_fitting(table: PrintedTable, units: Integers, rule: str) -> Booleans:
    groups = [_group_bounds(table, units, rule, group) for group in table.everyone]
    fits = np.zeros(len(units), np.bool_)
    if len(groups) == 1:
        fits[groups[0].table] = True
        return fits
    numbers = [np.bincount(one.table, minlength=len(units)) for one in groups]
    tuples = np.prod(numbers[1:], axis=0)
    # The largest bases first: they fit most often, and a table that fits needs no other bases.
    waiting = np.argsort(-groups[0].base, kind="stable")
    while len(waiting := waiting[~fits[groups[0].table[waiting]]]):
        total = tuples[groups[0].table[waiting]].cumsum()
        taken = max(1, int(np.searchsorted(total, _BLOCK, "right")))
        crossed = _crossed(groups, numbers, waiting[:taken])
        fits[_jointly_fitting(table, units, rule, crossed)] = True
        waiting = waiting[taken:]
    return fits


def _cells(
    table: PrintedTable, groups: tuple[int, ...], units: Integers, rule: str
) -> list[tuple[int, Integers, int]]:
    """Give answer, ends and scale of the printed shares of some groups.

    Ends are four numbers a table: of the lower and of the upper end its `scale`-fold, and 1 if
    it is closed (lower end) or open (upper end).
    """
    found = []
    for position, cell in enumerate(table.cells):
        printed = cell.printed
        if printed is None or cell.against or cell.groups != groups or isinstance(cell.row, str):
            continue
        # Intervals move with their numbers; only zero and even numbers have ends of their own.
        ends = []
        for number in range(3):
            value = Fraction(number, 10**printed.digits)
            one = interval(Printed("", value, printed.digits, "", False), rule)
            first, last = (int(2 * (end - value) / printed.unit) for end in (one.low, one.high))
            ends.append([first, one.low_closed, last, not one.high_closed])
        own = units[:, position]
        moved = np.array(ends)[np.where(own == 0, 0, 2 - own % 2)].T
        moved[[0, 2]] += 2 * own
        found.append((cell.row, moved, 200 * 10**printed.digits))
    return found


def _count_bounds(ends: Integers, scale: int, base: Integers) -> tuple[Integers, Integers]:
    """Give the smallest and largest counts of bases: a closed end is kept, an open one is not."""
    first, closed, last, opened = ends
    return (first * base - closed) // scale + 1, (last * base - opened) // scale


def _group_bounds(table: PrintedTable, units: Integers, rule: str, group: int) -> _Bounds:
    """Find the bases of one group that every cell of its column allows, table by table."""
    room = table.total_largest - sum(table.smallest) + table.smallest[group]
    need = table.total_smallest - sum(table.largest) + table.largest[group]
    bases = np.arange(max(table.smallest[group], need), min(table.largest[group], room) + 1)
    which, base = np.repeat(np.arange(len(units)), len(bases)), np.tile(bases, len(units))
    cells = _cells(table, (group,), units, rule)
    for _, ends, scale in cells:
        low, high = _count_bounds(ends[:, which], scale, base)
        keep = np.flatnonzero(low <= high)
        which, base = which[keep], base[keep]
    lows = np.zeros((table.answers, len(base)), np.int64)
    highs = np.repeat(base[None], table.answers, axis=0)
    for answer, ends, scale in cells:
        low, high = _count_bounds(ends[:, which], scale, base)
        lows[answer] = np.maximum(lows[answer], low)
        highs[answer] = np.minimum(highs[answer], high)
    keep = (lows <= highs).all(0) & (lows.sum(0) <= base) & (base <= highs.sum(0))
    return _Bounds(which, base, lows, highs).take(np.flatnonzero(keep))


def _crossed(
    groups: Sequence[_Bounds], numbers: Sequence[Integers], first: Integers
) -> list[_Bounds]:
    """Cross some bases of the first group with all bases of the others, within each table."""
    which = [first]
    tables = groups[0].table[first]
    for number in numbers[1:]:
        repeats = number[tables]
        left = np.repeat(np.arange(len(tables)), repeats)
        start = (number.cumsum() - number)[tables]
        right = np.arange(len(left)) - np.repeat(repeats.cumsum() - repeats - start, repeats)
        which = [chosen[left] for chosen in which] + [right]
        tables = tables[left]
    return [one.take(chosen) for one, chosen in zip(groups, which, strict=True)]


def _jointly_fitting(
    table: PrintedTable, units: Integers, rule: str, groups: list[_Bounds]
) -> Integers:
    """Give the positions of the tables that fit one of their tuples of bases."""
    total = np.sum([one.base for one in groups], axis=0)
    at = np.flatnonzero((table.total_smallest <= total) & (total <= table.total_largest))
    groups, total = [one.take(at) for one in groups], total[at]
    lowest = np.sum([one.low for one in groups], axis=0)
    highest = np.sum([one.high for one in groups], axis=0)
    joint = _cells(table, table.everyone, units, rule)
    for answer, ends, scale in joint:
        low, high = _count_bounds(ends[:, groups[0].table], scale, total)
        lowest[answer] = np.maximum(lowest[answer], low)
        highest[answer] = np.minimum(highest[answer], high)
        at = np.flatnonzero(lowest[answer] <= highest[answer])
        groups, total = [one.take(at) for one in groups], total[at]
        lowest, highest = lowest[:, at], highest[:, at]
    fits = np.ones(len(total), np.bool_)
    sizes = range(1, len(groups) + 1) if joint else range(1, 2)
    for some in chain.from_iterable(combinations(table.everyone, size) for size in sizes):
        base, smallest, largest = np.zeros_like(total), lowest, highest
        own_low, own_high = np.zeros_like(lowest), np.zeros_like(highest)
        for group, one in enumerate(groups):
            if group in some:
                base = base + one.base
                own_low, own_high = own_low + one.low, own_high + one.high
            else:
                smallest, largest = smallest - one.high, largest - one.low
        fits &= np.maximum(smallest, own_low).sum(0) <= base
        fits &= base <= np.minimum(largest, own_high).sum(0)
    return groups[0].table[fits]
