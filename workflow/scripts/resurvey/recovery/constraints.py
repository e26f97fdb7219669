"""From printed cells and a rounding rule to constraints on integer counts.

A cell that is allowed to be a misprint is *loosened*: its interval grows by so many units of the
last digit on either side, or disappears.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from resurvey.core.printed import ROUNDING_RULES, Interval, Printed, interval
from resurvey.recovery.printed_table import Cell, PrintedTable
from resurvey.recovery.rounded_sums import RoundedSum


@dataclass(frozen=True, slots=True)
class Share:
    """The per cent that some answers have among some groups lies in an interval.

    With `against`, it is the difference from the same answers' per cent in other groups. With
    `rounded`, the counts must also have parts whose rounded per cents add up to what is printed.
    """

    answers: tuple[int, ...]
    groups: tuple[int, ...]
    against: tuple[int, ...]
    interval: Interval
    rounded: RoundedSum | None = None


#: Which cells may be misprints: by how many units of the last digit the right number may lie
#: below and above the printed one, or None for any number.
Loosened = Mapping[Cell, tuple[int, int] | None]
_AS_PRINTED = (0, 0)


def rules_of(rounding: str) -> tuple[str, ...]:
    """Return the rounding rules that a table may have been printed by."""
    return ROUNDING_RULES if rounding == "unknown" else (rounding,)


def constraints(
    table: PrintedTable, rules: Collection[str], loosened: Loosened | None = None
) -> list[Share] | None:
    """Collect what the printed cells demand of the counts under every one of the rules.

    None if the printed numbers contradict each other before any count is tried.
    """
    loosened = loosened or {}
    constraining = [
        cell
        for cell in table.cells
        if table.derived_from == "counts" or (isinstance(cell.row, int) and not cell.against)
    ]
    wanted = [
        (cell, cell.printed, loosened.get(cell) or _AS_PRINTED)
        for cell in constraining
        if cell.printed is not None and loosened.get(cell, _AS_PRINTED) is not None
    ]
    if table.derived_from == "printed_parts":
        inferred = infer_from_parts(table, loosened)
        if inferred is None:
            return None
        wanted += [(cell, printed, _AS_PRINTED) for cell, printed in inferred.items()]
    return [
        *(
            _share(cell, _common(printed, rules, units, cell.parts))
            for cell, printed, units in wanted
        ),
        *_rounded_sums(table, rules, wanted),
    ]


_ANY = Interval(Fraction(0), Fraction(100), True, True)


def _rounded_sums(
    table: PrintedTable,
    rules: Collection[str],
    wanted: Sequence[tuple[Cell, Printed, tuple[int, int]]],
) -> Iterator[Share]:
    """Demand parts of an answer that was printed as a sum, under every one of the rules.

    Groups are looked at together only where the column of all respondents is printed, too.
    """
    sums: dict[tuple[int, ...], list[tuple[Cell, int, int]]] = {}
    for cell, printed, (down, up) in wanted:
        if cell.parts > 1:
            ends = (cell, printed.units - down, printed.units + up)
            sums.setdefault(cell.answers, []).append(ends)
    for answers, columns in sums.items():
        (parts,) = {cell.parts for cell, _, _ in columns}
        digits = max(printed.digits for cell, printed, _ in wanted if cell.answers == answers)
        everyone = table.everyone
        if any(len(cell.groups) > 1 for cell, _, _ in columns):
            together = [everyone]
        else:
            together = [(group,) for group in everyone]
        for groups in together:
            own = tuple(
                (tuple(groups.index(group) for group in cell.groups), low, high)
                for cell, low, high in columns
                if set(cell.groups) <= set(groups)
            )
            if own:
                for rule in rules:
                    yield Share(answers, groups, (), _ANY, RoundedSum(parts, digits, rule, own))


def _share(cell: Cell, within: Interval) -> Share:
    return Share(cell.answers, cell.groups, cell.against, within)


def _common(
    printed: Printed, rules: Collection[str], units: tuple[int, int], parts: int = 1
) -> Interval:
    """Intersect the rules' intervals of a cell, each widened by so many units of its digit.

    A sum of several rounded parts is off by the sum of what each of them may be off by.
    """
    down, up = units
    ends = []
    for rule in rules:
        first = interval(_moved(printed, -down), rule)
        last = interval(_moved(printed, up), rule)
        if parts > 1:
            below = parts * (printed.value - interval(printed, rule).low)
            above = parts * (interval(printed, rule).high - printed.value)
            low, high = printed.value - down * printed.unit, printed.value + up * printed.unit
            ends.append(Interval(low - below, high + above, True, True))
            continue
        ends.append(Interval(first.low, last.high, first.low_closed, last.high_closed))
    low = max(end.low for end in ends)
    high = min(end.high for end in ends)
    return Interval(
        low,
        high,
        all(end.low_closed for end in ends if end.low == low),
        all(end.high_closed for end in ends if end.high == high),
    )


def _moved(printed: Printed, units: int) -> Printed:
    return replace(printed, value=printed.value + units * printed.unit)


def equations(table: PrintedTable) -> list[dict[Cell, int]]:
    """List the sums of printed numbers that derived cells were made from.

    Each is a set of cells with signs whose printed values sum to zero.
    """
    plain: dict[tuple[tuple[int, ...], tuple[int, ...]], Cell] = {}
    for cell in table.cells:
        if not cell.against:
            # Answers stand before derived rows, which may have one part alone.
            plain.setdefault((cell.groups, cell.answers), cell)
    sums = []
    for cell in table.cells:
        if cell.against:
            first = plain.get((cell.groups, cell.answers))
            second = plain.get((cell.against, cell.answers))
            terms = [(first, 1), (second, -1)]
        elif isinstance(cell.row, str):
            terms = [(plain.get((cell.groups, (part,))), 1) for part in cell.answers]
        else:
            continue
        if any(term is None or term == cell for term, _ in terms):
            continue
        equation = {cell: -1}
        for term, sign in terms:
            assert term is not None
            equation[term] = equation.get(term, 0) + sign
        sums.append(equation)
    return sums


def infer_from_parts(table: PrintedTable, loosened: Loosened) -> dict[Cell, Printed] | None:
    """Solve for printed numbers that derived rows and differences give away.

    An equation with one unprinted (or loosened) cell determines it; one with none must hold;
    one with several is left out, which can only leave too many solutions, never too few. None
    if an equation fails.
    """
    printed_by_cell = {
        cell: cell.printed
        for cell in table.cells
        if cell.printed is not None and cell not in loosened
    }
    inferred: dict[Cell, Printed] = {}
    waiting = equations(table)
    progress = True
    while progress:
        progress = False
        for equation in list(waiting):
            unknown = [cell for cell in equation if cell not in printed_by_cell]
            if len(unknown) > 1:
                continue
            waiting.remove(equation)
            rest = sum(
                (
                    sign * printed_by_cell[cell].value
                    for cell, sign in equation.items()
                    if cell in printed_by_cell
                ),
                start=Fraction(0),
            )
            if not unknown:
                if rest != 0:
                    return None
                continue
            (cell,) = unknown
            value = -rest / equation[cell]
            digits = max(printed.digits for printed in printed_by_cell.values())
            if not _possible(cell, value, loosened):
                return None
            inferred[cell] = printed_by_cell[cell] = Printed("", value, digits, "", False)
            progress = True
    # Only answers' own cells speak of counts; derived values follow from them.
    return {
        cell: printed
        for cell, printed in inferred.items()
        if isinstance(cell.row, int) and not cell.against
    }


def _possible(cell: Cell, value: Fraction, loosened: Loosened) -> bool:
    if not cell.against and value < 0:
        return False
    units = loosened.get(cell)
    if cell.printed is None or units is None:
        return True
    down, up = units
    return -down <= (value - cell.printed.value) / cell.printed.unit <= up
