"""Printed parts: whether the sums that an article made of printed numbers hold for some table.

An equation with one unknown number determines it, and so bounds a count; with several unknown
numbers (cells that may be misprints) only whole tables can tell, so tables are gone through.
"""

import numpy as np
from numpy.typing import NDArray

from resurvey.recovery.bases import Integers
from resurvey.recovery.cells import Cell, PrintedTable
from resurvey.recovery.constraints import Loosened, equations
from resurvey.recovery.feasible import FeasibleSet

# Tables gone through before the sums get the benefit of the doubt.
_MOST_TABLES = 1 << 20


def sums_hold(table: PrintedTable, one: FeasibleSet, rule: str, loosened: Loosened) -> bool:
    """Tell whether some table of a feasible set satisfies the sums of printed parts.

    Parameters
    ----------
    table : PrintedTable
        With ``derived_from="printed_parts"``.
    one : FeasibleSet
        Not empty.
    rule : str
        The rounding rule that made the numbers that are not known.
    loosened : mapping of Cell to tuple of int or None
        Cells that may be misprints.

    Returns
    -------
    bool
        True too where more tables than can be gone through leave it open.
    """
    unsettled = [
        equation
        for equation in equations(table)
        if sum(cell.printed is None or cell in loosened for cell in equation) > 1
    ]
    if not unsettled:
        return True
    seen = 0
    for tuples, counts in one.tables():
        bases = one.found.bases[tuples]
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
    """Tell for which tables the numbers of an equation sum to zero, in units of the last digit."""
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
    above = counts[:, groups, :][:, :, list(cell.answers)].sum((1, 2)) * (100 * 10**digits)
    below = bases[:, groups].sum(1)
    units: Integers
    units, rest = np.divmod(above, below)
    if rule == "truncation":
        return units
    tie_up = units % 2 == 1 if rule == "half_even" else True
    rounded: Integers = units + ((2 * rest > below) | ((2 * rest == below) & tie_up))
    return rounded
