"""Sums of rounded parts: which counts an answer can have whose printed per cent adds several.

An article may say that 53.3 % answered "well or mostly well" and print neither part. If the parts
were rounded before they were added, the printed number is not the rounded per cent of the sum:
the counts that can stand behind it are more, and each must be split into parts whose rounded per
cents add up, group by group, with the parts of all respondents the sums of the groups' parts.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from resurvey.core.errors import SurveyError

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
#: Parts that an answer may have; one is an answer that was rounded itself.
MOST_PARTS = 5
# Splits of one count that are told apart at most.
_MOST_SPLITS = 1 << 22


def printed_units(count: Integers, base: Integers, digits: int, rule: str) -> Integers:
    """Print counts as per cents of their bases under a rule, in units of the last digit.

    Examples
    --------
    >>> printed_units(np.array([5, 1]), np.array([16, 16]), 1, "half_up").tolist()
    [313, 63]
    """
    units: Integers
    units, rest = np.divmod(count * (100 * 10**digits), base)
    if rule == "truncation":
        return units
    tie_up = units % 2 == 1 if rule == "half_even" else True
    rounded: Integers = units + ((2 * rest > base) | ((2 * rest == base) & tie_up))
    return rounded


@dataclass(frozen=True, slots=True)
class RoundedSum:
    """The printed cells of an answer whose parts were rounded before they were added.

    parts: Number of parts.
    digits, rule: Decimals and rounding rule of the parts.
    columns: For each printed cell the groups whose respondents are its base, and the smallest
        and the largest sum in units of the last digit (alike unless a misprint is allowed for).
    """

    parts: int
    digits: int
    rule: str
    columns: tuple[tuple[tuple[int, ...], int, int], ...]

    def holds(self, counts: Integers, bases: Integers) -> Booleans:
        """Return which counts have parts that add up to every printed cell.

        The first axis of both arrays are the groups.

        Examples
        --------
        >>> both = RoundedSum(2, 0, "half_up", (((0,), 66, 66),))
        >>> both.holds(np.array([[2, 2, 4]]), np.array([[3, 4, 6]])).tolist()
        [True, False, True]
        """
        counts, bases = np.broadcast_arrays(counts, bases)
        found: Booleans = np.asarray(((counts >= 0) & (counts <= bases)).all(0))
        scale = 100 * 10**self.digits
        for groups, low, high in self.columns:
            whole, base = (numbers[list(groups)].sum(0) for numbers in (counts, bases))
            # Rounding moves each part by less than a unit.
            found &= (scale * whole > (low - self.parts) * base) & (
                scale * whole < (high + self.parts) * base
            )
        at = np.nonzero(found)
        if len(at[0]):
            rows = np.stack([numbers[at] for numbers in (*counts, *bases)], axis=1)
            distinct, which = np.unique(rows, axis=0, return_inverse=True)
            groups_ = counts.shape[0]
            splits = [
                _splits_add_up(self, tuple(row[:groups_]), tuple(row[groups_:]))
                for row in distinct.tolist()
            ]
            found[at] = np.array(splits)[which.ravel()]
        return found


@lru_cache(maxsize=1 << 20)
def _splits_add_up(cells: RoundedSum, counts: tuple[int, ...], bases: tuple[int, ...]) -> bool:
    """Return whether every group's count can be split so that each printed cell is the sum."""
    width = 1 << sum(counts).bit_length()
    if width ** (cells.parts - 1) > _MOST_SPLITS:
        raise SurveyError(
            f"a count of {sum(counts)} has more splits into {cells.parts} rounded parts than can "
            "be gone through: declare fewer parts, or give a smaller base"
        )
    alone = [
        _splits(count, base, cells, width, _demands(cells, (group,)))
        for group, (count, base) in enumerate(zip(counts, bases, strict=True))
    ]
    everyone = tuple(range(len(counts)))
    joint = _demands(cells, everyone) if len(counts) > 1 else ()
    if not all(alone):
        return False
    if not joint:
        return True
    total = _splits(sum(counts), sum(bases), cells, width, joint)
    *several, last = sorted(alone, key=int.bit_count, reverse=True)
    together = several[0]
    for splits in several[1:]:
        sums = 0
        for split in _members(splits):
            sums |= together << split
        together = sums
    if together.bit_count() < last.bit_count():
        together, last = last, together
    return any((together << split) & total for split in _members(last))


def _demands(cells: RoundedSum, groups: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    return tuple((low, high) for of, low, high in cells.columns if of == groups)


def _splits(
    count: int, base: int, cells: RoundedSum, width: int, demands: tuple[tuple[int, int], ...]
) -> int:
    return _split_set(count, base, cells.parts, cells.digits, cells.rule, width, demands)


@lru_cache(maxsize=1 << 14)
def _split_set(
    count: int,
    base: int,
    parts: int,
    digits: int,
    rule: str,
    width: int,
    demands: tuple[tuple[int, int], ...],
) -> int:
    """Collect the splits of a count whose rounded per cents add up to what is demanded.

    A split is the number whose digits to the base `width` are all parts but the last, so that
    adding splits of groups adds their parts; a set of splits is an integer with these bits.
    """
    units = printed_units(np.arange(count + 1), np.int64(base), digits, rule)  # type: ignore[arg-type]
    codes, left = np.zeros(1, np.int64), np.full(1, count)
    sums = np.zeros(1, np.int64)
    for part in range(parts - 1):
        source = np.repeat(np.arange(len(left)), left + 1)
        ends = (left + 1).cumsum()
        taken = np.arange(len(source)) - (ends - left - 1)[source]
        codes = codes[source] + taken * width**part
        sums, left = sums[source] + units[taken], left[source] - taken
    sums = sums + units[left]
    kept = np.ones(len(sums), np.bool_)
    for low, high in demands:
        kept &= (low <= sums) & (sums <= high)
    marks = np.zeros(width ** (parts - 1), np.bool_)
    marks[codes[kept]] = True
    return int.from_bytes(np.packbits(marks, bitorder="little").tobytes(), "little")


def _members(splits: int) -> list[int]:
    """List the splits of a set, ascending."""
    octets = np.frombuffer(splits.to_bytes((splits.bit_length() + 7) // 8 or 1, "little"), np.uint8)
    members: list[int] = np.flatnonzero(np.unpackbits(octets, bitorder="little")).tolist()
    return members
