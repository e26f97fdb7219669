"""Solutions: every table of counts behind a printed question, and the bases it can have."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from resurvey.audit.questions import RecoveredQuestion
from resurvey.core.codebook import Codebook
from resurvey.core.names import TEXT_ONLY, TOTAL
from resurvey.core.printed import format_fixed, parse_printed
from resurvey.recovery.false_fit import CONCENTRATION, FalseFit, false_fit
from resurvey.recovery.printed_table import PrintedTable
from resurvey.recovery.recovered import LARGEST_LIST

SOLUTION_COLUMNS = (
    "table",
    "row_variable",
    "solution",
    "column_code",
    "row_code",
    "count",
    "base",
)
BASE_COLUMNS = (
    "table",
    "row_variable",
    "base_set",
    "column_code",
    "base",
    "size",
    "solutions",
    "all_solutions",
    "listed",
    "chosen",
)


def solution_lines(
    questions: Iterable[RecoveredQuestion], most: int = LARGEST_LIST
) -> list[dict[str, Any]]:
    """List every count of every solution.

    Solutions are numbered from 1 in ascending order of bases and counts. A question with more
    than `most` solutions is left out: `base_lines` states their exact number.
    """
    lines = []
    for question in questions:
        if question.recovered.count > min(most, LARGEST_LIST):
            continue
        for number, solution in enumerate(question.recovered.solutions, start=1):
            for column in _with_total(question):
                for answer in question.answers:
                    count, base = question.counts(solution, answer, column)
                    line = {"solution": number, "column_code": column, "row_code": answer}
                    lines.append(question.key | line | {"count": count, "base": base})
    return lines


def base_lines(
    questions: Iterable[RecoveredQuestion], most: int = LARGEST_LIST
) -> list[dict[str, Any]]:
    """List the feasible sets of bases, each with its exact number of solutions.

    Of a question with more than `most` sets only the chosen one is listed.

    Returns
    -------
    list of dict
        Keys `BASE_COLUMNS`: one line per set of bases and column. `size` is the largest base that
        was possible, `chosen` marks the set that records are dealt from (the largest total base,
        then the largest first group).
    """
    lines = []
    for question in questions:
        recovered = question.recovered
        if not recovered:
            continue
        chosen = recovered.chosen().bases
        sets = list(enumerate(recovered.bases(), start=1))
        if len(sets) > most:
            sets = [feasible for feasible in sets if feasible[1].bases == chosen]
        for number, (bases, solutions) in sets:
            for column in _with_total(question):
                line = {
                    "base_set": number,
                    "column_code": column,
                    "base": bases.get(column, sum(bases.values())),
                    "size": question.sizes[column],
                    "solutions": solutions,
                    "all_solutions": recovered.count,
                    "listed": "yes" if recovered.count <= min(most, LARGEST_LIST) else "no",
                    "chosen": "yes" if bases == chosen else "no",
                }
                lines.append(question.key | line)
    return lines


def unsolved_questions(lines: Iterable[Mapping[str, str]], codebook: Codebook) -> list[str]:
    """Name the questions of `questions.csv` that were asked and whose per cents no counts give."""
    unsolved = [line for line in lines if line["status"] == "no_integer_solution"]
    return [line["row_variable"] for line in unsolved if line["row_variable"] in codebook]


def read_solutions(
    lines: Iterable[Mapping[str, str]],
) -> dict[str, list[dict[str, tuple[int, int]]]]:
    """Read lines of `solutions.csv` the way claims are judged by.

    Returns
    -------
    dict
        ``table/variable`` and ``text/variable`` -> one dict ``"code/column" -> (count, base)``
        per solution.

    Examples
    --------
    >>> key = {"table": "t", "row_variable": "v", "solution": "1", "column_code": "total"}
    >>> read_solutions([key | {"row_code": "1", "count": "5", "base": "16"}])["text/v"]
    [{'1/total': (5, 16)}]
    """
    questions: dict[tuple[str, str], dict[str, dict[str, tuple[int, int]]]] = {}
    for line in lines:
        solutions = questions.setdefault((line["table"], line["row_variable"]), {})
        cell = f"{line['row_code']}/{line['column_code']}"
        counted = (int(line["count"]), int(line["base"]))
        solutions.setdefault(line["solution"], {})[cell] = counted
    read: dict[str, list[dict[str, tuple[int, int]]]] = {}
    for (table, variable), solutions in questions.items():
        for name in {table, TEXT_ONLY}:
            read[f"{name}/{variable}"] = list(solutions.values())
    return read


def read_sizes(lines: Iterable[Mapping[str, str]]) -> dict[str, int]:
    """Read respondents by column code off lines of `bases.csv`; a code with two sizes is left out.

    Examples
    --------
    >>> read_sizes([{"column_code": "total", "size": "9"}, {"column_code": "1", "size": "5"}])
    {'total': 9, '1': 5}
    """
    sizes: dict[str, set[int]] = {}
    for line in lines:
        sizes.setdefault(line["column_code"], set()).add(int(line["size"]))
    return {code: min(some) for code, some in sizes.items() if len(some) == 1}


def _with_total(question: RecoveredQuestion) -> list[str]:
    return list(dict.fromkeys([*question.columns, TOTAL]))


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
    "null",
    "alike_concentration",
    "alike_fits",
    "alike_rate",
    "alike_low",
    "alike_high",
)
#: What a fit means, by the upper end of the rate's interval: from the first limit on little.
READINGS = {"says_little": 0.5, "says_something": 0.05, "says_much": 0.0}


def chance_lines(
    questions: Iterable[RecoveredQuestion], draws: int, seed: int
) -> list[dict[str, Any]]:
    """Measure for each question the chance that arbitrary percentages fit some bases.

    Two ways of inventing are tried where there are groups: every group by itself (`null`), and
    groups that are alike (`alike_*`). The reading is the one of the larger rate, by the upper end
    of its interval: that most inventions do not fit is said only where it is so under both.
    """
    lines = []
    measurements: dict[Any, tuple[FalseFit, FalseFit | None]] = {}
    for question in questions:
        # Only the shape counts: questions that are printed alike share one measurement.
        shape = (_shape(question.recovered.table), question.recovered.rounding)
        if shape not in measurements:
            several = len(question.recovered.table.groups) > 1
            measurements[shape] = (
                false_fit(question.recovered, draws, seed),
                false_fit(question.recovered, draws, seed, CONCENTRATION) if several else None,
            )
        measured, alike = measurements[shape]
        low, high = measured.interval()
        alike_low, alike_high = alike.interval() if alike else (None, None)
        shares = question.printed.shares.values()
        line = {
            "columns": len(question.printed.shares),
            "answers": len(question.answers),
            "printed_shares": sum(len(column) for column in shares),
            "solutions": question.recovered.count,
            "draws": measured.draws,
            "fits": measured.fits,
            "rate": measured.rate,
            "standard_error": measured.standard_error,
            "low": low,
            "high": high,
            "generator": measured.generator,
            "seed": measured.seed,
            "reading": reading(max(high, alike_high or 0.0)),
            "null": "independent" if alike else "uniform",
            "alike_concentration": CONCENTRATION if alike else None,
            "alike_fits": alike.fits if alike else None,
            "alike_rate": alike.rate if alike else None,
            "alike_low": alike_low,
            "alike_high": alike_high,
        }
        lines.append(question.key | line)
    return lines


def reading(highest: float) -> str:
    """Word how much a fit means by the largest rate of false fits that the draws allow.

    Examples
    --------
    >>> reading(0.97), reading(0.49), reading(0.001)
    ('says_little', 'says_something', 'says_much')
    """
    return next(name for name, limit in READINGS.items() if highest >= limit)


def _shape(table: PrintedTable) -> tuple[Any, ...]:
    """Say everything of a table that its invention keeps: cells without their numbers."""
    cells = tuple(
        (
            cell.column,
            cell.row,
            cell.answers,
            cell.groups,
            cell.against,
            cell.printed and cell.printed.digits,
        )
        for cell in table.cells
    )
    bounds = (table.smallest, table.largest, table.total_smallest, table.total_largest)
    # The origin of derived rows matters only where there are any.
    derived = any(isinstance(cell.row, str) or cell.against for cell in table.cells)
    return (table.groups, table.answers, cells, bounds, derived and table.derived_from)


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
        if question.recovered:
            continue
        misprints = question.recovered.misprints
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
                cell_key = {"misprint_set": number, "row_code": row, "column_code": cell.column}
                change = {"printed": cell.printed, "units": cell.units}
                nearest = {"nearest": corrected(cell.printed, cell.units)}
                lines.append(question.key | cell_key | change | nearest | counted)
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
