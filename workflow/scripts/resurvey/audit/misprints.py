"""Misprints: where no counts fit, the smallest sets of cells that cannot be as printed."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from resurvey.audit.questions import RecoveredQuestion
from resurvey.core.printed import format_fixed, parse_printed

MISPRINT_COLUMNS = (
    "table",
    "row_variable",
    "misprint_set",
    "row_code",
    "column_code",
    "printed",
    "units",
    "nearest",
    "size",
    "sets",
    "searched",
)


def misprint_lines(questions: Iterable[RecoveredQuestion]) -> list[dict[str, Any]]:
    """List, for each question without a solution, every smallest set of misprints.

    Returns
    -------
    list of dict
        Keys `MISPRINT_COLUMNS`: one line per cell of a set. `units`: by how much the printed
        number must change at the least, in steps of its last digit; `nearest`: the number that
        this gives; `size`: cells in each set; `sets`: exact number of sets; `searched`: all sets
        of up to so many cells were tried. Where none of them explains the table, one line without
        a cell says so.
    """
    lines: list[dict[str, Any]] = []
    for question in questions:
        if question.found:
            continue
        misprints = question.found.misprints
        counted = {
            "size": misprints.size,
            "sets": misprints.count,
            "searched": misprints.searched,
        }
        if not misprints.count:
            lines.append(question.key | counted)
        for number, cells in enumerate(misprints, start=1):
            for cell in cells:
                row = cell.row if isinstance(cell.row, str) else question.answers[cell.row]
                place = {"misprint_set": number, "row_code": row, "column_code": cell.column}
                change = {"printed": cell.printed, "units": cell.units}
                nearest = {"nearest": corrected(cell.printed, cell.units)}
                lines.append(question.key | place | change | nearest | counted)
    return lines


def corrected(text: str, units: int) -> str:
    """Move a printed number by so many units of its last digit.

    Examples
    --------
    >>> corrected("28,3", -2)
    '28,1'
    """
    printed = parse_printed(text)
    value = printed.value + units * Fraction(printed.unit)
    return format_fixed(value, printed.digits, printed.decimal or ".")
