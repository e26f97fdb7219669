"""Which bases can carry the printed percentages, and between which counts each cell then lies.

Everything is 64-bit integer arithmetic over arrays of candidate bases: a count is tried against
an interval by cross-multiplication, never by division of floats.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from resurvey.core.errors import SurveyError
from resurvey.core.printed import Interval
from resurvey.recovery.constraints import Share
from resurvey.recovery.printed_table import PrintedTable

Integers = NDArray[np.int64]
# Candidates are crossed in blocks of this many tuples of bases.
_BLOCK = 1 << 20
# Bounds of counts that are kept at most; more would take gigabytes.
_MOST_BOUNDS = 100_000_000
# Products up to this one are safe in 64-bit integers.
_LARGEST = 1 << 62


@dataclass(frozen=True)
class Candidates:
    """Tuples of bases that no bound rules out, with bounds of every count.

    bases: array, tuples x groups
    low, high: array, tuples x groups x answers; Smallest and largest count; every solution lies
        between them, not every count between them belongs to a solution.
    fitting: Answer and the cells that speak of it alone, by their identity -> which of its counts
        print as they do. Every statistic asks for them anew; filled by whoever asks first, and
        keeps the cells as long as these candidates.
    """

    bases: Integers
    low: Integers
    high: Integers
    fitting: dict[tuple[object, ...], NDArray[np.bool_]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __len__(self) -> int:
        """Return the number of tuples."""
        return len(self.bases)

    def take(self, which: NDArray[np.generic] | slice) -> "Candidates":
        """Keep some of the tuples."""
        return Candidates(self.bases[which], self.low[which], self.high[which])


def count_bounds(within: Interval, base: Integers) -> tuple[Integers, Integers]:
    """Return the smallest and largest whole counts whose per cents of the bases lie in an interval.

    Where no count fits, the first is above the second.

    Examples
    --------
    >>> from resurvey.core.printed import interval, parse_printed
    >>> low, high = count_bounds(interval(parse_printed("31,3")), np.array([15, 16]))
    >>> low.tolist(), high.tolist()
    ([5, 5], [4, 5])
    """
    low = _ceiling(within.low, base) if within.low_closed else _floor(within.low, base) + 1
    high = _floor(within.high, base) if within.high_closed else _ceiling(within.high, base) - 1
    return low, high


def _floor(percent: Fraction, base: Integers) -> Integers:
    numerator, denominator = percent.numerator, 100 * percent.denominator
    largest = int(base.max(initial=1))
    if max(abs(numerator) * largest, denominator) <= _LARGEST:
        return (numerator * base) // denominator
    # Many decimals or a huge misprint: whole numbers of any size, then cut to what no sum exceeds.
    exact = (numerator * base.astype(object)) // denominator
    cut: Integers = np.clip(exact, -_LARGEST >> 8, _LARGEST >> 8).astype(np.int64)
    return cut


def _ceiling(percent: Fraction, base: Integers) -> Integers:
    return -_floor(-percent, base)


def find_candidates(table: PrintedTable, shares: Sequence[Share]) -> Candidates:
    """Find the tuples of bases, ascending, that survive the bounds of every cell."""
    alone = [_group_candidates(table, shares, group) for group in table.everyone]
    sizes = [len(group) for group in alone]
    joint = [share for share in shares if len(share.groups) > 1 and not share.against]
    kept = []
    # The first group is walked in blocks, so that memory does not grow with the product.
    rest = int(np.prod(sizes[1:], dtype=object)) if len(sizes) > 1 else 1
    step = max(1, _BLOCK // max(rest, 1))
    for start in range(0, sizes[0], step):
        first = np.arange(start, min(start + step, sizes[0]))
        which = _crossed(table, alone, first)
        kept.append(_joint_candidates(table, alone, which, shares, joint))
        if sum(block.low.size for block in kept) > _MOST_BOUNDS:
            raise SurveyError(
                f"more than {sum(map(len, kept))} combinations of bases may carry the percentages, "
                "more than can be gone through: give the base of a group, or a smaller max_base"
            )
    if not kept:
        empty = np.zeros((0, len(sizes), table.answers), np.int64)
        return Candidates(np.zeros((0, len(sizes)), np.int64), empty, empty)
    return Candidates(
        np.concatenate([block.bases for block in kept]),
        np.concatenate([block.low for block in kept]),
        np.concatenate([block.high for block in kept]),
    )


def _group_candidates(table: PrintedTable, shares: Sequence[Share], group: int) -> Candidates:
    bases = np.arange(table.smallest[group], table.largest[group] + 1)
    others = [other for other in table.everyone if other != group]
    room = table.total_largest - sum(table.smallest[other] for other in others)
    need = table.total_smallest - sum(table.largest[other] for other in others)
    bases = bases[(bases <= room) & (bases >= need)]
    of_group = [share for share in shares if share.groups == (group,) and not share.against]
    low = np.zeros((len(bases), 1, table.answers), np.int64)
    high = np.repeat(bases[:, None, None], table.answers, axis=2)
    candidates = Candidates(bases[:, None], low, high)
    single = [share for share in of_group if len(share.answers) == 1]
    for share in single:
        low_count, high_count = count_bounds(share.interval, candidates.bases[:, 0])
        (answer,) = share.answers
        candidates.low[:, 0, answer] = np.maximum(candidates.low[:, 0, answer], low_count)
        candidates.high[:, 0, answer] = np.minimum(candidates.high[:, 0, answer], high_count)
        candidates = candidates.take(candidates.low[:, 0, answer] <= candidates.high[:, 0, answer])
    sums = candidates.low.sum((1, 2)) <= candidates.bases[:, 0]
    candidates = candidates.take(sums & (candidates.high.sum((1, 2)) >= candidates.bases[:, 0]))
    alone = [replace(share, groups=(0,)) for share in of_group if len(share.answers) > 1]
    return tighten(candidates, alone)


def _crossed(table: PrintedTable, alone: list[Candidates], first: Integers) -> list[Integers]:
    """Cross the groups' candidates and keep the tuples whose sum may be the total's base."""
    which = [first]
    total = alone[0].bases[first, 0]
    for group, column in enumerate(alone[1:], start=1):
        left = np.repeat(np.arange(len(which[0])), len(column))
        right = np.tile(np.arange(len(column)), len(which[0]))
        total = total[left] + column.bases[right, 0]
        later = [other for other in table.everyone if other > group]
        keep = total + sum(table.smallest[other] for other in later) <= table.total_largest
        keep &= total + sum(table.largest[other] for other in later) >= table.total_smallest
        which = [chosen[left[keep]] for chosen in which] + [right[keep]]
        total = total[keep]
    return which


def _joint_candidates(
    table: PrintedTable,
    alone: list[Candidates],
    which: list[Integers],
    shares: Sequence[Share],
    joint: list[Share],
) -> Candidates:
    # The cells of the total column first, each on what the one before left: most tuples fall here.
    total = sum(
        (column.bases[chosen, 0] for column, chosen in zip(alone, which, strict=True)),
        start=np.zeros(len(which[0]), np.int64),
    )
    for share in joint:
        if len(share.answers) > 1:
            continue
        (answer,) = share.answers
        low, high = count_bounds(share.interval, total)
        lowest, highest = (
            sum(
                getattr(column, end)[chosen, 0, answer]
                for column, chosen in zip(alone, which, strict=True)
            )
            for end in ("low", "high")
        )
        keep = (low <= high) & (low <= highest) & (lowest <= high)
        which = [chosen[keep] for chosen in which]
        total = total[keep]
    candidates = Candidates(
        np.concatenate(
            [column.bases[chosen] for column, chosen in zip(alone, which, strict=True)], 1
        ),
        np.concatenate(
            [column.low[chosen] for column, chosen in zip(alone, which, strict=True)], 1
        ),
        np.concatenate(
            [column.high[chosen] for column, chosen in zip(alone, which, strict=True)], 1
        ),
    )
    return tighten(candidates, shares)


def tighten(candidates: Candidates, shares: Sequence[Share]) -> Candidates:
    """Draw the bounds of the counts together until nothing moves, dropping what empties.

    The counts of a group sum to its base, and a share bounds the sum of its counts; from both
    the bounds of each count follow from those of the others. Differences are left to the sums.
    """
    candidates = Candidates(candidates.bases, candidates.low.copy(), candidates.high.copy())
    groups, answers = candidates.low.shape[1:]
    all_answers = list(range(answers))
    sums: list[tuple[list[int], list[int], Interval | None]] = [
        ([group], all_answers, None) for group in range(groups)
    ]
    sums += [
        (list(share.groups), list(share.answers), share.interval)
        for share in shares
        if not share.against
    ]
    while len(candidates):
        before = candidates.low, candidates.high
        low, high = candidates.low.copy(), candidates.high.copy()
        for rows, columns, within in sums:
            base = candidates.bases[:, rows].sum(1)
            smallest, largest = (base, base) if within is None else count_bounds(within, base)
            box = np.ix_(np.arange(len(candidates)), np.array(rows), np.array(columns))
            lowest, highest = low[box], high[box]
            spare = smallest - highest.sum((1, 2))
            room = largest - lowest.sum((1, 2))
            low[box] = np.maximum(lowest, highest + spare[:, None, None])
            high[box] = np.minimum(highest, lowest + room[:, None, None])
        keep = (low <= high).all((1, 2))
        changed = (low != before[0]).any() or (high != before[1]).any()
        candidates = Candidates(candidates.bases[keep], low[keep], high[keep])
        if not changed:
            break
    return candidates
