"""Chance: how often invented percentages of the same shape would fit some counts, too."""

from collections.abc import Iterable
from typing import Any

from resurvey.audit.questions import RecoveredQuestion
from resurvey.recovery.cells import PrintedTable
from resurvey.recovery.false_fit import FalseFit, false_fit

CHANCE_COLUMNS = (
    "table",
    "row_variable",
    "columns",
    "answers",
    "printed_shares",
    "solutions",
    "draws",
    "fits",
    "rate",
    "standard_error",
    "low",
    "high",
    "generator",
    "seed",
    "reading",
)
#: What a fit means: above the first limit nothing, below the second a good deal.
READINGS = {"says_little": 0.5, "says_something": 0.05, "says_much": 0.0}


def chance_lines(
    questions: Iterable[RecoveredQuestion], draws: int, seed: int
) -> list[dict[str, Any]]:
    """Measure for each question the chance that arbitrary percentages fit some bases."""
    lines = []
    known: dict[Any, FalseFit] = {}
    for question in questions:
        # Only the shape counts: questions that are printed alike share one measurement.
        shape = (_shape(question.found.table), question.found.rounding)
        if shape not in known:
            known[shape] = false_fit(question.found, draws, seed)
        measured = known[shape]
        low, high = measured.interval()
        shares = question.printed.shares.values()
        line = {
            "columns": len(question.printed.shares),
            "answers": len(question.answers),
            "printed_shares": sum(len(column) for column in shares),
            "solutions": question.found.count,
            "draws": measured.draws,
            "fits": measured.fits,
            "rate": measured.rate,
            "standard_error": measured.standard_error,
            "low": low,
            "high": high,
            "generator": measured.generator,
            "seed": measured.seed,
            "reading": reading(measured.rate),
        }
        lines.append(question.key | line)
    return lines


def reading(rate: float) -> str:
    """Word how much a fit means at a rate of false fits.

    Examples
    --------
    >>> reading(0.97), reading(0.001)
    ('says_little', 'says_much')
    """
    return next(name for name, limit in READINGS.items() if rate >= limit)


def _shape(table: PrintedTable) -> tuple[Any, ...]:
    """Say everything of a table that its invention keeps: cells without their numbers."""
    cells = tuple(
        (
            one.column,
            one.row,
            one.answers,
            one.groups,
            one.against,
            one.printed and one.printed.digits,
        )
        for one in table.cells
    )
    bounds = (table.smallest, table.largest, table.total_smallest, table.total_largest)
    # The origin of derived rows matters only where there are any.
    derived = any(isinstance(one.row, str) or one.against for one in table.cells)
    return (table.groups, table.answers, cells, bounds, derived and table.derived_from)
