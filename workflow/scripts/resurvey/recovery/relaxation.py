"""Tables whose bases are too many to go through, or not known at all: what can still be said.

Each column is judged by itself, exactly: by whole counts of every base that is possible, or, where
nothing bounds the base, by whether shares inside the printed intervals can sum to 100. That the
column of all respondents is made of the groups is judged in real numbers (a linear program over
people who may be divided): what it refuses no counts give, what it allows some counts may.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from resurvey.core.printed import Interval
from resurvey.recovery.bases import find_candidates
from resurvey.recovery.constraints import Loosened, Share, constraints, rules_of
from resurvey.recovery.misprints import columns_alone
from resurvey.recovery.printed_table import LARGEST_BASE, PrintedTable

#: A base with this upper bound is not bounded at all.
UNKNOWN = LARGEST_BASE
# More bases than this are taken as any base: every interval of a printed share then has a count.
_MOST_BASES = 200_000


def may_fit(table: PrintedTable, rounding: str, loosened: Loosened) -> bool:
    """Return whether nothing speaks against counts that print as a table does.

    A base whose largest value is `UNKNOWN` is not known.

    Examples
    --------
    >>> from resurvey.recovery.printed_table import read_table
    >>> shape = {"derived": None, "differences": None, "derived_from": "unknown"}
    >>> sizes = {"men": UNKNOWN, "women": UNKNOWN}
    >>> [may_fit(read_table({"men": ["40", "60"], "women": ["30", "70"]}, total, None, sizes,
    ...                     **shape), "half_up", {}) for total in (["35", "65"], ["45", "55"])]
    [True, False]
    """
    for rule in rules_of(rounding):
        shares = constraints(table, [rule], loosened)
        if (
            shares is not None
            and all(_column_fits(column, rule, loosened) for column in columns_alone(table))
            and (
                len(table.groups) == 1
                or not any(len(share.groups) > 1 for share in shares)
                or people(table, shares) is not None
            )
        ):
            return True
    return False


def _column_fits(column: PrintedTable, rule: str, loosened: Loosened) -> bool:
    loosened_here = {(cell.column, cell.row): units for cell, units in loosened.items()}
    freed = {
        cell: loosened_here[cell.column, cell.row]
        for cell in column.cells
        if (cell.column, cell.row) in loosened_here
    }
    shares = constraints(column, [rule], freed)
    if shares is None:
        return False
    if column.largest[0] - column.smallest[0] <= _MOST_BASES:
        return len(find_candidates(column, shares)) > 0
    return shares_fit(shares, column.answers)


def shares_fit(shares: Iterable[Share], answers: int) -> bool:
    """Return whether shares of some base can lie in their intervals and sum to 100.

    Each share of several answers is held against those of its answers and of the others; two of
    them are not held against each other.
    """
    alone = [Interval(Fraction(0), Fraction(100), True, True)] * answers
    together = []
    for share in shares:
        if len(share.answers) > 1:
            together.append(share)
            continue
        (answer,) = share.answers
        alone[answer] = _common(alone[answer], share.interval)
    if any(_is_empty(within) for within in alone):
        return False
    everything = range(answers)
    for share in [Share(tuple(everything), (0,), (), _WHOLE), *together]:
        inside = _summed(alone[answer] for answer in share.answers)
        outside = _summed(alone[answer] for answer in everything if answer not in share.answers)
        left = Interval(
            100 - outside.high, 100 - outside.low, outside.high_closed, outside.low_closed
        )
        if _is_empty(_common(_common(inside, left), share.interval)):
            return False
    return True


_WHOLE = Interval(Fraction(100), Fraction(100), True, True)


def _common(first: Interval, second: Interval) -> Interval:
    """Return what lies in both intervals."""
    low, high = max(first.low, second.low), min(first.high, second.high)
    return Interval(
        low,
        high,
        all(one.low_closed for one in (first, second) if one.low == low),
        all(one.high_closed for one in (first, second) if one.high == high),
    )


def _is_empty(within: Interval) -> bool:
    closed = within.low_closed and within.high_closed
    return within.low > within.high or (within.low == within.high and not closed)


def _summed(intervals: Iterable[Interval]) -> Interval:
    """Return where the sum of numbers from some intervals lies."""
    parts = list(intervals)
    return Interval(
        sum((part.low for part in parts), Fraction(0)),
        sum((part.high for part in parts), Fraction(0)),
        all(part.low_closed for part in parts),
        all(part.high_closed for part in parts),
    )


def people(
    table: PrintedTable, shares: Sequence[Share], ranges: bool = False
) -> list[tuple[float, float]] | None:
    """Bound the base of every group that a column of all respondents leaves possible.

    People may be divided here, so that the bounds are wider than whole counts would make them;
    shares of all where nothing bounds any base. None where no bases make the total column; the
    ends are worked out only with `ranges`.
    """
    from scipy.optimize import linprog

    groups, answers = len(table.groups), table.answers
    index = np.arange(groups * answers).reshape(groups, answers)
    rows, limits = [], []

    def at_most(coefficients: "np.ndarray", limit: float) -> None:
        rows.append(coefficients)
        limits.append(limit)

    for share in shares:
        if share.against:
            continue
        base, part = np.zeros(groups * answers), np.zeros(groups * answers)
        base[index[list(share.groups)].ravel()] = 1
        part[index[np.ix_(share.groups, share.answers)].ravel()] = 1
        at_most(float(share.interval.low) / 100 * base - part, 0)
        at_most(part - float(share.interval.high) / 100 * base, 0)
    everybody = np.ones(groups * answers)
    unknown = all(size >= UNKNOWN for size in table.largest) and table.total_largest >= UNKNOWN
    equal, equals = None, None
    if unknown:
        equal, equals = everybody[None], [1.0]
    else:
        scale = min(size for size in (*table.largest, table.total_largest))
        for group in range(groups):
            of_group = np.zeros(groups * answers)
            of_group[index[group]] = 1
            at_most(-of_group, -table.smallest[group] / scale)
            if table.largest[group] < UNKNOWN:
                at_most(of_group, table.largest[group] / scale)
        at_most(-everybody, -table.total_smallest / scale)
        if table.total_largest < UNKNOWN:
            at_most(everybody, table.total_largest / scale)
    units = 1.0 if unknown else float(scale)

    def solve(goal: "np.ndarray") -> "tuple[int, float]":
        done = linprog(
            goal, np.array(rows), np.array(limits), equal, equals, bounds=(0, None), method="highs"
        )
        return int(done.status), float(done.fun if done.fun is not None else 0.0)

    status, _ = solve(np.zeros(groups * answers))
    # Only a proof that nothing fits counts against the table.
    if status == 2:
        return None
    ends = []
    for group in range(groups):
        of_group = np.zeros(groups * answers)
        of_group[index[group]] = 1
        if not ranges:
            ends.append((0.0, float("inf")))
            continue
        (first, low), (second, high) = solve(of_group), solve(-of_group)
        ends.append(
            (
                low * units if first == 0 else 0.0,
                -high * units if second == 0 else float("inf"),
            )
        )
    return ends


def base_ranges(table: PrintedTable, rounding: str) -> list[tuple[float, float]] | None:
    """Bound every group's base; as `people`, with the ends worked out."""
    by_rule = [
        ends
        for rule in rules_of(rounding)
        if (shares := constraints(table, [rule])) is not None
        and (ends := people(table, shares, ranges=True)) is not None
    ]
    return [
        (min(low for low, _ in group), max(high for _, high in group))
        for group in zip(*by_rule, strict=True)
    ] or None
