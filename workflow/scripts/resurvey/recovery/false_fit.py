"""How much a fit means: how often invented percentages of the same shape fit some base.

A table with few answers fits some base almost always, so that its fit says nothing; a table with
many answers hardly ever does by chance.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from resurvey.core.errors import SurveyError
from resurvey.core.printed import ROUNDING_RULES, Printed
from resurvey.recovery.bases import Integers
from resurvey.recovery.cells import Cell, PrintedTable
from resurvey.recovery.constraints import rule_sets
from resurvey.recovery.many_tables import fitting
from resurvey.recovery.misprints import loosened_sets
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
        """Give Wilson's interval for the rate, which keeps its width at a rate of 0 or 1.

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


def false_fit(found: Recovered, draws: int = 1000, seed: int = 20240101) -> FalseFit:
    """Measure how often invented percentages of a table's shape fit some bases.

    Each draw invents every group's shares, all shares equally likely (uniform on the simplex),
    takes the total, derived rows and differences from them as a careful inventor would (groups
    weighted by their largest bases), prints all as the table is printed, and looks for counts
    under the same bounds of the bases.

    Parameters
    ----------
    found : Recovered
        A recovery; its table gives groups, answers, decimals, printed cells and bounds.
    draws : int
        Tables invented.
    seed : int
        Seed of the generator.

    Returns
    -------
    FalseFit
        The number of fits, with its rate, standard error, generator and seed.

    Raises
    ------
    SurveyError
        If there are no draws.

    Notes
    -----
    A rate near one means that the table's own fit is no evidence of anything; a rate near zero
    does not prove that a table is genuine, only that chance does not make it fit.

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
    table = found.table
    shares = random.dirichlet(np.ones(table.answers), size=(draws, len(table.groups)))
    rule = ROUNDING_RULES[0] if found.rounding == "unknown" else found.rounding
    units = _printed_units(table, shares, rule)
    rules = [rules[0] for _, rules in rule_sets(found.rounding) if len(rules) == 1]
    fits = np.any([fitting(table, units, rule) for rule in rules], axis=0)
    if not _answers_suffice(table):
        for draw in np.flatnonzero(fits):
            invented = _invented(table, units[draw])
            sets = loosened_sets(invented, found.rounding, {})
            fits[draw] = any(not one.is_empty for one in sets)
    return FalseFit(draws, int(fits.sum()), GENERATOR, seed)


def _answers_suffice(table: PrintedTable) -> bool:
    """Tell whether derived rows and differences can be left out: they add no constraint.

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
