"""How much a fit means: how often invented percentages of the same shape fit some base.

A table with few answers fits some base almost always, so that its fit says nothing; a table with
many answers hardly ever does by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from resurvey.core.errors import SurveyError
from resurvey.core.printed import Printed, interval
from resurvey.recovery.bases import Integers
from resurvey.recovery.constraints import rules_of
from resurvey.recovery.misprints import loosened_sets
from resurvey.recovery.printed_table import Cell, PrintedTable
from resurvey.recovery.recovered import Recovered

#: The random numbers' generator, named with every rate.
GENERATOR = "NumPy PCG64"


@dataclass(frozen=True, slots=True)
class FalseFit:
    """The rate at which invented percentages fit.

    Attributes
    ----------
    draws, fits : int
        Tables invented, and those of them that some counts print.
    generator : str
        The random numbers' generator.
    seed : int
        Its seed.
    """

    draws: int
    fits: int
    generator: str
    seed: int

    @property
    def rate(self) -> float:
        """Share of the invented tables that fit."""
        return self.fits / self.draws

    @property
    def standard_error(self) -> float:
        """Standard error of the rate, ``sqrt(p (1 - p) / draws)``; zero at a rate of 0 or 1."""
        return float(np.sqrt(self.rate * (1 - self.rate) / self.draws))

    def interval(self, z: float = 1.959963984540054) -> tuple[float, float]:
        """Return Wilson's interval for the rate, which keeps its width at a rate of 0 or 1.

        Examples
        --------
        >>> FalseFit(1000, 0, GENERATOR, 0).interval()[1] < 0.004
        True
        """
        centre = self.rate + z**2 / (2 * self.draws)
        spread = z * np.sqrt(self.standard_error**2 + z**2 / (4 * self.draws**2))
        scale = 1 + z**2 / self.draws
        low = 0.0 if self.fits == 0 else float((centre - spread) / scale)
        high = 1.0 if self.fits == self.draws else float((centre + spread) / scale)
        return low, high


#: How alike the groups of the second null are: as random samples of about so many people.
CONCENTRATION = 60


def false_fit(
    recovered: Recovered,
    draws: int = 1000,
    seed: int = 20240101,
    concentration: float | None = None,
) -> FalseFit:
    """Measure how often invented percentages of a table's shape fit some bases.

    Each draw invents every group's shares by themselves, all shares equally likely (uniform on
    the simplex); with a `concentration` c the groups are alike: common shares p are drawn that
    way, and those of each group from a Dirichlet distribution with the parameters c p. It takes
    the total, derived rows and differences from them as a careful inventor would (groups
    weighted by their largest bases), prints all as the table is printed, and looks for counts
    under the same bounds of the bases.

    Notes
    -----
    A rate near one means that the table's own fit is no evidence of anything; a rate near zero
    does not prove that a table is genuine, only that chance does not make it fit. The rate depends
    on how the numbers are invented: of groups that are alike the total fits more often. An answer
    that is a sum of rounded parts is taken as rounded once; with its parts a fit is likelier.

    Examples
    --------
    >>> from resurvey.recovery import recover
    >>> two = recover({"all": ["31,3", "68,8"]}, max_base={"all": 500})
    >>> one = recover({"all": ["31,3", "68,8"]}, base={"all": 16})
    >>> false_fit(two, 200).rate > 0.9 > 0.1 > false_fit(one, 200).rate
    True
    """
    if draws < 1:
        raise SurveyError(f"{draws} draws measure nothing: draw at least one table")
    random = np.random.Generator(np.random.PCG64(seed))
    table = recovered.from_counts.table
    shares = _invented_shares(random, draws, table, concentration)
    rules = rules_of(recovered.rounding)
    units = _printed_units(table, shares, rules[0])
    fits = np.any([fitting(table, units, rule) for rule in rules], axis=0)
    if not _answers_suffice(table):
        for draw in np.flatnonzero(fits):
            invented = _invented(table, units[draw])
            sets = loosened_sets(invented, recovered.rounding, {})
            fits[draw] = any(not feasible.is_empty for feasible in sets)
    return FalseFit(draws, int(fits.sum()), GENERATOR, seed)


def _invented_shares(
    random: np.random.Generator, draws: int, table: PrintedTable, concentration: float | None
) -> NDArray[np.float64]:
    """Draw shares: draws x groups x answers."""
    groups = len(table.groups)
    if concentration is None:
        return random.dirichlet(np.ones(table.answers), size=(draws, groups))
    common = random.dirichlet(np.ones(table.answers), size=(draws, 1))
    # A Dirichlet variable is made of gamma variables with its parameters.
    parts = random.standard_gamma(concentration * np.repeat(common, groups, axis=1))
    alike: NDArray[np.float64] = parts / parts.sum(2, keepdims=True)
    return alike


def _answers_suffice(table: PrintedTable) -> bool:
    """Return whether derived rows and differences can be left out: they add no constraint.

    They add none where nothing is known of their origin, nor where they are made from parts that
    are all printed to the same digit.
    """
    if not any(isinstance(cell.row, str) or cell.against for cell in table.cells):
        return True
    if table.derived_from == "printed_parts":
        return len({cell.printed and cell.printed.digits for cell in table.cells}) == 1
    return table.derived_from == "unknown"


def _printed_units(table: PrintedTable, shares: NDArray[np.float64], rule: str) -> Integers:
    """Print every cell of every draw: whole numbers of its last digit, draws x cells."""
    units = np.zeros((len(shares), len(table.cells)), np.int64)
    for position, cell in enumerate(table.cells):
        if cell.printed is None:
            continue
        percent = _percent(table, shares, cell.answers, cell.groups)
        if cell.against:
            percent -= _percent(table, shares, cell.answers, cell.against)
        scaled = percent * 10**cell.printed.digits
        # Random shares are never ties, so that both ways of rounding halves agree.
        half = 0 if rule == "truncation" else np.copysign(0.5, scaled)
        units[:, position] = np.trunc(scaled + half)
    return units


def _percent(
    table: PrintedTable,
    shares: NDArray[np.float64],
    answers: tuple[int, ...],
    groups: tuple[int, ...],
) -> NDArray[np.float64]:
    weights = np.array(table.largest, float)[list(groups)]
    columns = shares[:, list(groups)][:, :, list(answers)].sum(2)
    percent: NDArray[np.float64] = 100 * (weights * columns).sum(1) / weights.sum()
    return percent


def _invented(table: PrintedTable, units: Integers) -> PrintedTable:
    """Put the numbers of one draw into the table."""
    cells = tuple(
        cell if cell.printed is None else _with_units(cell, int(number))
        for cell, number in zip(table.cells, units, strict=True)
    )
    invented = replace(table, cells=cells)
    if table.derived_from == "printed_parts":
        return replace(invented, cells=tuple(_from_parts(invented)))
    return invented


def _from_parts(table: PrintedTable) -> list[Cell]:
    """Make derived cells from the printed parts, where all of these are printed."""
    plain = {
        (cell.groups, cell.answers): cell.printed
        for cell in table.cells
        if isinstance(cell.row, int) and not cell.against
    }
    cells = []
    for cell in table.cells:
        if cell.printed is None or (isinstance(cell.row, int) and not cell.against):
            cells.append(cell)
            continue
        parts = [(plain.get((cell.groups, (answer,))), 1) for answer in cell.answers]
        if cell.against:
            parts += [(plain.get((cell.against, (answer,))), -1) for answer in cell.answers]
        value = sum(
            (sign * part.value for part, sign in parts if part is not None), start=Fraction(0)
        )
        whole = all(part is not None for part, _ in parts)
        cells.append(_with_units(cell, int(value * 10**cell.printed.digits)) if whole else cell)
    return cells


def _with_units(cell: Cell, units: int) -> Cell:
    assert cell.printed is not None
    digits = cell.printed.digits
    return replace(cell, printed=Printed("", Fraction(units, 10**digits), digits, "", False))


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
    """Return which tables some counts print, as far as the answers' own cells go.

    `units` (tables x cells) are printed numbers in steps of their last digit, in the order of
    the cells of `table`, which gives the shape; derived rows and differences are left out.

    Examples
    --------
    >>> from resurvey.recovery.printed_table import read_table
    >>> shape = read_table({"all": ["31,3", "68,8"]}, None, {"all": 16}, None, None, None, "counts")
    >>> fitting(shape, np.array([[313, 688], [314, 687]]), "half_up").tolist()
    [True, False]
    """
    largest = max(table.largest) - min(table.smallest) + 1
    step = max(1, 4 * _BLOCK // largest)
    fits = [
        _block_fitting(table, units[start : start + step], rule)
        for start in range(0, len(units), step)
    ]
    return np.concatenate([*fits, np.zeros(0, np.bool_)])


def _block_fitting(table: PrintedTable, units: Integers, rule: str) -> Booleans:
    groups = [_group_bounds(table, units, rule, group) for group in table.everyone]
    fits = np.zeros(len(units), np.bool_)
    if len(groups) == 1:
        fits[groups[0].table] = True
        return fits
    numbers = [np.bincount(bounds.table, minlength=len(units)) for bounds in groups]
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
    """Return answer, ends and scale of the printed shares of some groups.

    Ends are four numbers a table: of the lower and of the upper end its `scale`-fold, and 1 if
    it is closed (lower end) or open (upper end).
    """
    cells_ = []
    for position, cell in enumerate(table.cells):
        printed = cell.printed
        if printed is None or cell.against or cell.groups != groups or isinstance(cell.row, str):
            continue
        # Intervals move with their numbers; only zero and even numbers have ends of their own.
        ends = []
        for number in range(3):
            value = Fraction(number, 10**printed.digits)
            within = interval(Printed("", value, printed.digits, "", False), rule)
            first, last = (
                int(2 * (end - value) / printed.unit) for end in (within.low, within.high)
            )
            ends.append([first, within.low_closed, last, not within.high_closed])
        numbers = units[:, position]
        moved = np.array(ends)[np.where(numbers == 0, 0, 2 - numbers % 2)].T
        moved[[0, 2]] += 2 * numbers
        cells_.append((cell.row, moved, 200 * 10**printed.digits))
    return cells_


def _count_bounds(ends: Integers, scale: int, base: Integers) -> tuple[Integers, Integers]:
    """Return the smallest and largest counts of bases: a closed end is kept, an open one is not."""
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
    return [bounds.take(chosen) for bounds, chosen in zip(groups, which, strict=True)]


def _jointly_fitting(
    table: PrintedTable, units: Integers, rule: str, groups: list[_Bounds]
) -> Integers:
    """Return the positions of the tables that fit one of their tuples of bases."""
    total = np.sum([bounds.base for bounds in groups], axis=0)
    at = np.flatnonzero((table.total_smallest <= total) & (total <= table.total_largest))
    groups, total = [bounds.take(at) for bounds in groups], total[at]
    lowest = np.sum([bounds.low for bounds in groups], axis=0)
    highest = np.sum([bounds.high for bounds in groups], axis=0)
    joint = _cells(table, table.everyone, units, rule)
    for answer, ends, scale in joint:
        low, high = _count_bounds(ends[:, groups[0].table], scale, total)
        lowest[answer] = np.maximum(lowest[answer], low)
        highest[answer] = np.minimum(highest[answer], high)
        at = np.flatnonzero(lowest[answer] <= highest[answer])
        groups, total = [bounds.take(at) for bounds in groups], total[at]
        lowest, highest = lowest[:, at], highest[:, at]
    fits = np.ones(len(total), np.bool_)
    sizes = range(1, len(groups) + 1) if joint else range(1, 2)
    for some in chain.from_iterable(combinations(table.everyone, size) for size in sizes):
        base, smallest, largest = np.zeros_like(total), lowest, highest
        own_low, own_high = np.zeros_like(lowest), np.zeros_like(highest)
        for group, bounds in enumerate(groups):
            if group in some:
                base = base + bounds.base
                own_low, own_high = own_low + bounds.low, own_high + bounds.high
            else:
                smallest, largest = smallest - bounds.high, largest - bounds.low
        fits &= np.maximum(smallest, own_low).sum(0) <= base
        fits &= base <= np.minimum(largest, own_high).sum(0)
    return groups[0].table[fits]
