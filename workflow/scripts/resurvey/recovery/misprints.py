"""Where nothing fits: the smallest sets of cells that would have to be misprints.

A cell is freed from its printed number, alone or with others, until the rest of the table has a
solution; then each freed cell is drawn back towards its number as far as it goes.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resurvey.recovery.bases import Integers
from resurvey.recovery.constraints import Loosened, constraints, equations, rules_of
from resurvey.recovery.feasible import FeasibleSet
from resurvey.recovery.printed_table import TOTAL, Cell, PrintedTable
from resurvey.recovery.rounded_sums import printed_units

# A table that needs more misprints than this, or more trials, is not a table with misprints.
_LARGEST_SIZE = 4
_MOST_TRIALS = 3_000
_LARGEST_LIST = 200


#: Whether a table has a solution under a rounding rule with some of its cells loosened.
Solves = Callable[[PrintedTable, str, Loosened], bool]


class Misprint(NamedTuple):
    """A cell that would have to be a misprint.

    Attributes
    ----------
    column, row : str, int or str
        Group, ``total`` or difference column; position of the answer or name of a derived row.
    printed : str
        What is printed.
    units : int
        By how many units of its last digit it would have to change, at the least: positive if
        the printed number is too small. (Where either direction will do, the positive one.) In
        a set of several, the largest change is as small as can be, then each in its turn.
    """

    column: str
    row: int | str
    printed: str
    units: int


@dataclass(frozen=True, slots=True)
class Misprints:
    """The smallest sets of misprints that would explain a table without solution.

    Attributes
    ----------
    size : int
        Cells in each set; 0 if there is a solution, or if no set was found.
    count : int
        Exact number of sets of this size.
    sets : tuple of tuple of Misprint
        The sets, in the order of the table; at most 200 are listed.
    searched : int
        Every set with at most so many cells was tried.
    """

    size: int
    count: int
    sets: tuple[tuple[Misprint, ...], ...]
    searched: int

    def __len__(self) -> int:
        """Return the number of sets listed."""
        return len(self.sets)

    def __iter__(self) -> Iterator[tuple[Misprint, ...]]:
        """Walk through the sets listed."""
        return iter(self.sets)

    def __getitem__(self, position: int) -> tuple[Misprint, ...]:
        """Return one set."""
        return self.sets[position]


def constraining_cells(table: PrintedTable) -> list[Cell]:
    """List the printed cells that have a say in the recovery."""
    return [
        cell
        for cell in table.cells
        if cell.printed is not None
        and (table.derived_from != "unknown" or (isinstance(cell.row, int) and not cell.against))
    ]


def loosened_sets(table: PrintedTable, rounding: str, loosened: Loosened) -> list[FeasibleSet]:
    """Find the feasible sets, one a rounding rule, of a table with some cells loosened."""
    return [
        FeasibleSet.of(table, shares)
        for rule in rules_of(rounding)
        if (shares := constraints(table, [rule], loosened)) is not None
    ]


def one_misprint_sets(table: PrintedTable, rounding: str) -> list[FeasibleSet]:
    """Find the feasible sets of the table with each one of its cells freed."""
    return [
        feasible
        for cell in constraining_cells(table)
        for feasible in loosened_sets(table, rounding, {cell: None})
    ]


def find_misprints(
    table: PrintedTable,
    rounding: str,
    solves: Solves | None = None,
    most_trials: int = _MOST_TRIALS,
    largest_size: int = _LARGEST_SIZE,
    most_listed: int = _LARGEST_LIST,
) -> Misprints:
    """Find the smallest sets of cells that must be misprints; `solves` judges by whole counts."""
    solves = solves or _has_solution
    cells = constraining_cells(table)
    conflicts = _conflicts(table, rounding, solves)
    trials = 0
    for size in range(1, min(largest_size, len(cells)) + 1):
        tried = [
            chosen
            for chosen in combinations(cells, size)
            if all(not conflict.isdisjoint(chosen) for conflict in conflicts)
        ]
        trials += len(tried)
        if trials > most_trials:
            return Misprints(0, 0, (), size - 1)
        explaining = [chosen for chosen in tried if solves(table, rounding, dict.fromkeys(chosen))]
        if explaining:
            listed = tuple(
                _measured(table, rounding, chosen, solves)
                for chosen in islice(explaining, most_listed)
            )
            return Misprints(size, len(explaining), listed, size)
    return Misprints(0, 0, (), min(largest_size, len(cells)))


def _has_solution(table: PrintedTable, rounding: str, loosened: Loosened) -> bool:
    return any(
        not feasible.is_empty
        and (table.derived_from != "printed_parts" or sums_hold(table, feasible, rule, loosened))
        for rule in rules_of(rounding)
        for feasible in loosened_sets(table, rule, loosened)
    )


def _conflicts(table: PrintedTable, rounding: str, solves: Solves) -> list[frozenset[Cell]]:
    """List sets of cells that contradict each other: each must contain a misprint.

    A column that fits no base of its own, or printed parts that miss their printed sum.
    """
    conflicts = []
    if table.derived_from == "printed_parts":
        for equation in equations(table):
            if all(cell.printed is not None for cell in equation) and sum(
                (sign * cell.printed.value for cell, sign in equation.items() if cell.printed),
                start=Fraction(0),
            ):
                conflicts.append(frozenset(equation))
    for column in columns_alone(table):
        if not solves(column, rounding, {}):
            places = {(cell.column, cell.row) for cell in column.cells}
            conflicts.append(
                frozenset(cell for cell in table.cells if (cell.column, cell.row) in places)
            )
    return conflicts


def columns_alone(table: PrintedTable) -> Iterator[PrintedTable]:
    """Take each column as a table of its own, the total as one group of all respondents."""
    limits = {
        **{
            name: (table.smallest[group], table.largest[group])
            for group, name in enumerate(table.groups)
        },
        TOTAL: (table.total_smallest, table.total_largest),
    }
    for name, (smallest, largest) in limits.items():
        cells = tuple(replace(cell, groups=(0,)) for cell in table.cells if cell.column == name)
        if cells:
            yield PrintedTable(
                (name,),
                table.answers,
                cells,
                (smallest,),
                (largest,),
                smallest,
                largest,
                table.derived_from,
            )


def _measured(
    table: PrintedTable, rounding: str, chosen: Collection[Cell], has_solution: Solves
) -> tuple[Misprint, ...]:
    """Draw freed cells back towards their printed numbers as far as there is a solution."""

    def solves(reach: dict[Cell, tuple[int, int]]) -> bool:
        return has_solution(table, rounding, reach)

    # No printed number lies further than this from any share, or difference of shares.
    largest = max(
        200 * 10**cell.printed.digits + abs(cell.printed.units) for cell in chosen if cell.printed
    )
    together = _smallest(lambda by: solves(dict.fromkeys(chosen, (by, by))), largest)
    reach = dict.fromkeys(chosen, (together, together))
    for cell in chosen:
        radius = _smallest(lambda by, cell=cell: solves(reach | {cell: (by, by)}), together)
        upwards = solves(reach | {cell: (-radius, radius)})
        reach[cell] = (-radius, radius) if upwards else (radius, -radius)
    return tuple(
        Misprint(cell.column, cell.row, cell.printed.text, reach[cell][1])
        for cell in chosen
        if cell.printed is not None
    )


def _smallest(holds, largest: int) -> int:  # type: ignore[no-untyped-def]
    """Return the smallest number from 0 to `largest` for which a growing condition holds."""
    low, high = 0, largest
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


# Tables gone through before the sums get the benefit of the doubt.
_MOST_TABLES = 1 << 20


def sums_hold(table: PrintedTable, feasible: FeasibleSet, rule: str, loosened: Loosened) -> bool:
    """Return whether a table of the set satisfies the sums of printed parts, or may."""
    unsettled = [
        equation
        for equation in equations(table)
        if sum(cell.printed is None or cell in loosened for cell in equation) > 1
    ]
    if not unsettled:
        return True
    seen = 0
    for tuples, counts in feasible.tables():
        bases = feasible.candidates.bases[tuples]
        fits = np.ones(len(counts), bool)
        for equation in unsettled:
            fits &= _holds(equation, counts, bases, rule, loosened, _digits(table))
        if fits.any():
            return True
        seen += len(counts)
        if seen > _MOST_TABLES:
            return True
    return False


def _digits(table: PrintedTable) -> int:
    return max(cell.printed.digits for cell in table.cells if cell.printed is not None)


def _holds(
    equation: dict[Cell, int],
    counts: Integers,
    bases: Integers,
    rule: str,
    loosened: Loosened,
    digits: int,
) -> NDArray[np.bool_]:
    """Return for which tables the numbers of an equation sum to zero, in last digits."""
    holds: NDArray[np.bool_]
    total = np.zeros(len(counts), np.int64)
    made: Cell | None = None
    for cell, sign in equation.items():
        if cell.printed is not None and cell not in loosened:
            total += sign * int(cell.printed.value * 10**digits)
        elif isinstance(cell.row, int) and not cell.against:
            total += sign * _rounded(cell, counts, bases, rule, digits)
        elif made is None and sign == -1:
            made = cell
        else:
            # A derived row inside a difference of derived rows: left open.
            return np.ones(len(counts), bool)
    if made is None:
        holds = total == 0
        return holds
    reach = loosened.get(made)
    if made.printed is None or reach is None:
        return np.ones(len(counts), bool)
    change = total - int(made.printed.value * 10**digits)
    unit = 10 ** (digits - made.printed.digits)
    holds = (change >= -reach[0] * unit) & (change <= reach[1] * unit)
    return holds


def _rounded(cell: Cell, counts: Integers, bases: Integers, rule: str, digits: int) -> Integers:
    """Print a share under a rule, in units of the last digit."""
    groups = list(cell.groups)
    count = counts[:, groups, :][:, :, list(cell.answers)].sum((1, 2))
    return printed_units(count, bases[:, groups].sum(1), digits, rule)
