"""Slips: the smallest sets of cells that explain why counts and per cents contradict each other.

A cell holds a count and its per cent. What the cells say of each other is a list of rules: a per
cent is that of its count, a total is the sum of its groups. Where rules are broken, cells are
rewritten one after the other until none is, each time a cell of a broken rule.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from math import ceil, floor

from resurvey.core.printed import Printed, interval

Key = tuple[str, str]
"""Row label and column code of a cell."""
#: Sets of more cells are not searched for.
MOST_SLIPS = 3
# Rules that are looked at for one table, a second of work, and counts that are tried in one cell.
_MOST_TRIED = 100_000
_MOST_COUNTS = 12
# Of more broken rules each is left to itself.
_MOST_BROKEN = 100


@dataclass(frozen=True)
class Sum:
    """A count, or a known base, that exceeds the sum of others by `low` to `high` people.

    None leaves that end open.
    """

    total: Key | int
    parts: tuple[Key, ...]
    low: int | None = 0
    high: int | None = 0

    @property
    def cells(self) -> tuple[Key, ...]:
        """Every cell that it is about."""
        return self.parts if isinstance(self.total, int) else (self.total, *self.parts)

    def excess(self, counts: Mapping[Key, int]) -> int:
        """Return by how many people it exceeds the sum of the others."""
        total = self.total if isinstance(self.total, int) else counts[self.total]
        return total - sum(counts[part] for part in self.parts)

    def holds(self, counts: Mapping[Key, int]) -> bool:
        """Return whether it exceeds them by no more and no less than it may."""
        excess = self.excess(counts)
        return (self.low is None or excess >= self.low) and (
            self.high is None or excess <= self.high
        )


_Rule = Key | Sum


@dataclass(frozen=True)
class CountedTable:
    """Counts with their per cents, and what is known of them.

    counts, shares: What the cells print.
    bases: Base of each per cent: a number, or the cells whose counts make it.
    sums: What has to hold.
    likely: What holds in most tables: explanations that keep all of it come before others.
    unsure: Cells whose per cent may be of another base.
    """

    counts: Mapping[Key, int]
    shares: Mapping[Key, Printed]
    bases: Mapping[Key, int | tuple[Key, ...]]
    sums: Sequence[Sum] = ()
    likely: Sequence[Sum] = ()
    unsure: Collection[Key] = ()
    rounding: str = "half_up"

    def base(self, key: Key, counts: Mapping[Key, int]) -> int:
        """Return the base of a per cent, given all counts."""
        base = self.bases.get(key, 0)
        return base if isinstance(base, int) else sum(counts[other] for other in base)

    def agrees(self, key: Key, counts: Mapping[Key, int], added: dict[int, int]) -> bool:
        """Return whether a per cent is that of its count; `added` keeps sums of these counts."""
        place = id(self.bases.get(key))
        if place not in added:
            added[place] = self.base(key, counts)
        return agrees(counts[key], added[place], self.shares[key], self.rounding)


@dataclass(frozen=True)
class Slip:
    """A rewritten cell: its count, and whether its per cent is another one too."""

    key: Key
    count: int
    share: bool


@dataclass(frozen=True)
class Contradiction:
    """Broken rules that hang together, and the smallest sets of slips that explain them.

    shares, sums: The cells whose per cent, and the sums, that do not hold.
    sets: Empty where no set of up to `MOST_SLIPS` cells was found.
    """

    shares: tuple[Key, ...]
    sums: tuple[Sum, ...]
    sets: tuple[tuple[Slip, ...], ...]

    @property
    def size(self) -> int:
        """Cells that must be misprinted, as far as is known."""
        return len(self.sets[0]) if self.sets else len(self.shares) + len(self.sums)


def agrees(count: int, base: int | None, share: Printed, rounding: str) -> bool:
    """Return whether a per cent is that of a count.

    Examples
    --------
    >>> from resurvey.core.printed import parse_printed
    >>> agrees(23, 51, parse_printed("45.1"), "half_up")
    True
    """
    if not base:
        return False
    exact = Fraction(100 * count, base)
    return exact in interval(share, rounding, either_tie=True) or (
        _padded(share) and abs(exact - share.value) <= Fraction(1, 2)
    )


def _padded(share: Printed) -> bool:
    """A word processor pads a whole number with the decimals of its table."""
    return share.value.denominator == 1 and share.digits > 1


def find_contradictions(table: CountedTable) -> list[Contradiction]:
    """Find what contradicts itself in a table, and what would explain it.

    Examples
    --------
    >>> from resurvey.core.printed import parse_printed
    >>> men, women, everybody = ("yes", "1"), ("yes", "2"), ("yes", "total")
    >>> counts = {men: 23, women: 26, everybody: 59}
    >>> shares = {everybody: parse_printed("47.6")}
    >>> table = CountedTable(counts, shares, {everybody: 103}, [Sum(everybody, (men, women))])
    >>> find_contradictions(table)[0].sets
    ((Slip(key=('yes', 'total'), count=49, share=False),),)
    """
    added: dict[int, int] = {}
    shares: list[_Rule] = [
        key
        for key in table.shares
        if key not in table.unsure and not table.agrees(key, table.counts, added)
    ]
    sums: list[_Rule] = [one for one in table.sums if not one.holds(table.counts)]
    if len(shares) + len(sums) > _MOST_BROKEN:
        return [_contradiction([one], ()) for one in (*shares, *sums)]
    about = _rules_by_cell(table)
    adding: dict[Key, list[Sum]] = {key: [] for key in table.counts}
    for one in (*table.sums, *table.likely):
        for key in one.cells:
            adding[key].append(one)
    found = []
    tried = 0
    for broken in _together(table, [*shares, *sums]):
        ignored = {*shares, *sums} - {*broken}
        search = _Search(table, about, adding, broken, ignored, tried)
        sets = search.smallest()
        tried = search.tried
        found.append(_contradiction(broken, sets))
    return found


def _contradiction(broken: Sequence[_Rule], sets: tuple[tuple[Slip, ...], ...]) -> Contradiction:
    return Contradiction(
        tuple(one for one in broken if not isinstance(one, Sum)),
        tuple(one for one in broken if isinstance(one, Sum)),
        sets,
    )


def _together(table: CountedTable, broken: Iterable[_Rule]) -> list[list[_Rule]]:
    """Part broken rules into those that share a cell, or a base that is a sum."""
    parts: list[tuple[set[Key], list[_Rule]]] = []
    for rule in broken:
        cells = set(rule.cells) if isinstance(rule, Sum) else {rule}
        for key in list(cells):
            base = table.bases.get(key, 0)
            cells |= set() if isinstance(base, int) else set(base)
        rules = [rule]
        apart = []
        for part in parts:
            if part[0] & cells:
                cells |= part[0]
                rules = [*part[1], *rules]
            else:
                apart.append(part)
        parts = [*apart, (cells, rules)]
    return [rules for _, rules in parts]


def _rules_by_cell(table: CountedTable) -> dict[Key, list[_Rule]]:
    """List the rules that the count of each cell has a part in."""
    about: dict[Key, list[_Rule]] = {key: [] for key in table.counts}
    for key in table.shares:
        base = table.bases.get(key, 0)
        for cell in dict.fromkeys((key, *(() if isinstance(base, int) else base))):
            about[cell].append(key)
    for one in table.sums:
        for cell in one.cells:
            about[cell].append(one)
    return about


@dataclass
class _Search:
    """A search for the smallest sets of slips; rules that are ignored stay as they are."""

    table: CountedTable
    about: Mapping[Key, Sequence[_Rule]]
    adding: Mapping[Key, Sequence[Sum]]
    broken: Sequence[_Rule]
    ignored: Collection[_Rule]
    tried: int
    found: dict[frozenset[Key], tuple[tuple[int, int, int], tuple[Slip, ...]]] = field(
        default_factory=dict
    )

    def smallest(self) -> tuple[tuple[Slip, ...], ...]:
        for size in range(1, MOST_SLIPS + 1):
            self._rewrite(dict(self.table.counts), frozenset(), frozenset(), size)
            if self.tried > _MOST_TRIED:
                return ()
            if self.found:
                # A cell that was set free may turn out to need no change.
                fewest = min(map(len, self.found))
                self.found = {
                    cells: kept for cells, kept in self.found.items() if len(cells) == fewest
                }
                return self._likeliest()
        return ()

    def _likeliest(self) -> tuple[tuple[Slip, ...], ...]:
        """Return the sets after which everything likely holds; all, if it holds after none."""
        cells = frozenset().union(*self.found)
        likely = [one for one in self.table.likely if cells.intersection(one.cells)]
        sets = [slips for _, slips in self.found.values()]
        clean = [
            slips
            for slips in sets
            if all(
                one.holds({**self.table.counts, **{slip.key: slip.count for slip in slips}})
                for one in likely
            )
        ]
        return tuple(clean or sets)

    def _rewrite(
        self, counts: dict[Key, int], moved: frozenset[Key], freed: frozenset[Key], size: int
    ) -> None:
        """Rewrite one cell more: `moved` have other counts by now, `freed` other per cents."""
        if self.tried > _MOST_TRIED:
            return
        rule = self._still_broken(counts, moved, freed)
        if rule is None:
            self._keep(counts, moved, freed)
            return
        cells = moved | freed
        if not isinstance(rule, Sum) and (rule in cells or len(cells) < size):
            self._rewrite(counts, moved, freed | {rule}, size)
        mending = self._cells(rule)
        for key in mending:
            if key in moved or (key not in cells and len(cells) == size):
                continue
            # Sums of so many counts are made for each cell.
            self.tried += 1 + len(mending) // 20
            if self.tried > _MOST_TRIED:
                return
            for count in self._counts(rule, key, counts):
                if count != counts[key]:
                    self._rewrite({**counts, key: count}, moved | {key}, freed, size)

    def _still_broken(
        self, counts: Mapping[Key, int], moved: Collection[Key], freed: Collection[Key]
    ) -> _Rule | None:
        """Return the first rule that does not hold, of those that can be broken by now."""
        touched = (rule for key in self.table.counts if key in moved for rule in self.about[key])
        added: dict[int, int] = {}
        for rule in chain(self.broken, touched):
            self.tried += 1
            if isinstance(rule, Sum):
                held = rule.holds(counts)
            else:
                passed = rule in freed or rule in self.table.unsure
                held = passed or self.table.agrees(rule, counts, added)
            if not held and rule not in self.ignored:
                return rule
        return None

    def _cells(self, rule: _Rule) -> tuple[Key, ...]:
        """The cells whose counts can mend a rule."""
        if isinstance(rule, Sum):
            return rule.cells
        base = self.table.bases.get(rule, 0)
        return (rule,) if isinstance(base, int) else (rule, *(key for key in base if key != rule))

    def _counts(self, rule: _Rule, key: Key, counts: Mapping[Key, int]) -> Iterator[int]:
        """Yield counts of a cell with which a rule holds, those nearest to its own first."""
        now = counts[key]
        if isinstance(rule, Sum):
            excess = rule.excess(counts)
            wanted = rule.low if rule.low is not None and excess < rule.low else rule.high
            assert wanted is not None
            step = wanted - excess
            moved = now + (step if key == rule.total else -step)
            if moved >= 0:
                yield moved
            return
        low, high = self._range(rule, key, counts)
        nearest = min(max(now, low), high)
        exact = {
            now + (-one.excess(counts) if key == one.total else one.excess(counts))
            for one in self.adding[key]
        }
        near = range(max(low, nearest - _MOST_COUNTS), min(high, nearest + _MOST_COUNTS) + 1)
        tried = sorted({*near, *exact}, key=lambda count: (abs(count - now), count))
        table = self.table
        base, parts = table.base(rule, counts), table.bases.get(rule, 0)
        summed = not isinstance(parts, int) and key in parts
        fitting = [
            count
            for count in tried
            if low <= count <= high
            and agrees(
                count if key == rule else counts[rule],
                base + (count - now if summed else 0),
                table.shares[rule],
                table.rounding,
            )
        ]
        yield from (
            count for place, count in enumerate(fitting) if place < _MOST_COUNTS or count in exact
        )

    def _range(self, rule: Key, key: Key, counts: Mapping[Key, int]) -> tuple[int, int]:
        """Bound the counts of a cell with which the per cent of a cell can be that of its count."""
        share = self.table.shares[rule]
        within = interval(share, self.table.rounding, either_tie=True)
        low, high = max(within.low, Fraction(0)), min(within.high, Fraction(100))
        if _padded(share):
            low, high = max(share.value - 1, Fraction(0)), min(share.value + 1, Fraction(100))
        base = self.table.base(rule, counts)
        parts = self.table.bases.get(rule, 0)
        summed = not isinstance(parts, int) and key in parts
        rest = base - counts[key] if summed else base
        most = 10 * (base + counts[key] + 1)
        if key != rule:
            # The count stands; another count changes the base.
            if not high:
                return 0, most
            count = 100 * counts[rule]
            ends = ceil(count / high) - rest, floor(count / low) - rest if low else most
        elif summed:
            ends = (
                ceil(low * rest / (100 - low)) if low < 100 else 0,
                floor(high * rest / (100 - high)) if high < 100 else most,
            )
        else:
            ends = ceil(low * rest / 100), floor(high * rest / 100)
        return max(0, ends[0]), min(most, ends[1])

    def _keep(
        self, counts: Mapping[Key, int], moved: Collection[Key], freed: Collection[Key]
    ) -> None:
        """Keep a set of slips, written in the way that changes least."""
        table = self.table
        added: dict[int, int] = {}
        shares = {key for key in freed if not table.agrees(key, counts, added)}
        slips = tuple(
            Slip(key, counts[key], key in shares)
            for key in table.counts
            if key in moved or key in shares
        )
        unlikely = sum(not one.holds(counts) for one in table.likely)
        numbers = sum((slip.key in moved) + slip.share for slip in slips)
        distance = sum(abs(counts[key] - table.counts[key]) for key in moved)
        rank = (unlikely, numbers, distance)
        cells = frozenset(slip.key for slip in slips)
        if cells not in self.found or rank < self.found[cells][0]:
            self.found[cells] = rank, slips
