"""Comparison: each printed cell beside the number that the counts give."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from resurvey.core.cells import Block, Cell, read_blocks
from resurvey.core.errors import SurveyError
from resurvey.core.lines import CrosstabLine
from resurvey.core.names import DIFFERENCE, TOTAL
from resurvey.core.printed import (
    Printed,
    format_fixed,
    parse_printed,
    printings,
    rule_of_tie,
)
from resurvey.core.published import PrintedCell

AUDIT_COLUMNS = (
    "table",
    "question",
    "row",
    "column",
    "printed",
    "recomputed",
    "verdict",
    "from_counts",
    "from_printed_parts",
    "count",
    "base",
    "row_variable",
    "row_code",
    "column_variable",
    "column_code",
    "arithmetic",
    "tie",
)
VERDICTS = ("agrees", "agrees_by_printed_parts", "differs", "no_integer_solution")

Counts = Mapping[tuple[str, str], Block]
"""The counted cells by table and question, as `resurvey.core.cells.read_blocks` gives them."""


def compare_cells(
    cells: Sequence[PrintedCell],
    crosstabs: Iterable[CrosstabLine],
    derived: Mapping[str, str],
    unsolved: Iterable[str] = (),
    rounding: str = "half_up",
) -> list[dict[str, Any]]:
    """Recompute every printed cell and say whether it agrees, digit for digit.

    Parameters
    ----------
    cells : sequence of PrintedCell
        What was printed, in the article's order.
    crosstabs : iterable of dict
        Lines of ``crosstabs.csv`` (text values).
    derived : dict
        Table -> ``counts`` or ``printed_parts``: how the article made subtotals and differences.
    unsolved : iterable of str
        Variables whose printed cells no counts can give. Their cells are still compared where
        the wave has counts, so that a misprint in a real wave differs and its neighbours agree.
    rounding : {"half_up", "half_even", "truncation", "unknown"}
        Rule by which the article's numbers were rounded.

    Returns
    -------
    list of dict
        Keys `AUDIT_COLUMNS`. `recomputed` has as many digits as `printed` and is written the
        same way, rounded once, by the rule (half away from zero where it is unknown); a bare "0"
        among differences has the digits of its column. An exact half agrees with the printed
        numbers on both its sides, whatever rule for halves is declared: `tie` names the one that
        prints it so (``half_up``, ``half_even``, ``truncation``), and `recomputed` is then as
        printed. A derived cell that agrees only when it is made from rounded parts has the
        verdict ``agrees_by_printed_parts``; `from_counts` and `from_printed_parts` stand side by
        side.

    Examples
    --------
    >>> cell = PrintedCell("t", "q", "yes", "all", "33,3", "q", "1", "", "total")
    >>> count = dict(table="t", row_variable="q", row_code="1", column_code="total")
    >>> line = compare_cells([cell], [{**count, "count": "1", "base": "3"}], {})[0]
    >>> line["recomputed"], line["verdict"], line["arithmetic"]
    ('33,3', 'agrees', '100 × 1 / 3 = 33,333…')
    >>> cell = replace(cell, printed="12,2")
    >>> line = compare_cells([cell], [{**count, "count": "49", "base": "400"}], {})[0]
    >>> line["recomputed"], line["verdict"], line["tie"]
    ('12,2', 'agrees', 'half_even')
    """
    counts = read_blocks(crosstabs)
    without = set(unsolved)
    writers = _writers(cells)
    return [
        _compare(
            cell,
            counts,
            derived.get(cell.table, "counts"),
            writers[_column(cell)],
            without,
            rounding,
        )
        for cell in cells
    ]


def exact_value(cell: PrintedCell, counts: Counts) -> Fraction | None:
    """Give the number behind a printed cell from the counts, unrounded; None where there is none.

    Parameters
    ----------
    cell : PrintedCell
        A per cent, a sum of answers, or a difference in percentage points.
    counts : dict
        Table and question -> block, as `read_blocks` gives them. Sums of weights are taken to ten
        significant digits.

    Examples
    --------
    >>> cell = PrintedCell("t", "q", "yes", "all", "33,3", "q", "1", "", "total")
    >>> place = dict(table="t", row_variable="q", row_code="1", column_code="total")
    >>> exact_value(cell, read_blocks([{**place, "count": "1", "base": "3"}]))
    Fraction(100, 3)
    """
    total = Fraction(0)
    for sign, variable, code in _parts(cell, counts):
        share = _share(counts, cell, variable, code)
        if share is None:
            return None
        total += sign * share.percent
    return total


def printed_numbers(cells: Sequence[PrintedCell]) -> list[Printed]:
    """Read every printed cell; a bare zero among differences has the digits of its column.

    Examples
    --------
    >>> place = ("t", "q", "yes", "change")
    >>> codes = ("b-a", "1", "", "difference")
    >>> cells = [PrintedCell(*place, text, *codes) for text in ("+1,4", "0")]
    >>> [one.digits for one in printed_numbers(cells)]
    [1, 1]
    """
    writers = _writers(cells)
    return [
        replace(parse_printed(cell.printed), digits=writers[_column(cell)].of(cell).digits)
        for cell in cells
    ]


def _column(cell: PrintedCell) -> tuple[str, str]:
    return cell.table, cell.column_code


def _compare(
    cell: PrintedCell,
    counts: Counts,
    derived: str,
    column: "_Writer",
    unsolved: set[str],
    rounding: str,
) -> dict[str, Any]:
    line = {name: getattr(cell, name, "") for name in AUDIT_COLUMNS}
    write = column.of(cell)
    parts = _parts(cell, counts)
    shares = [(sign, _share(counts, cell, variable, code)) for sign, variable, code in parts]
    if any(share is None for _, share in shares):
        if unsolved & {variable for _, variable, _ in parts}:
            return line | {"verdict": "no_integer_solution"}
        return line | {"verdict": "differs", "arithmetic": "not counted in this wave"}
    known = [(sign, share) for sign, share in shares if share is not None]
    exact = sum((sign * share.percent for sign, share in known), Fraction(0))
    printed = replace(parse_printed(cell.printed), digits=write.digits)
    of_counts = _matching(printings(exact, write.digits, rounding), printed.value)
    of_parts = _matching(_sums_of_parts(known, write.digits, rounding), printed.value)
    from_counts, from_parts = write(of_counts), write(of_parts)
    by_parts = derived == "printed_parts" and len(parts) > 1
    recomputed = from_parts if by_parts else from_counts
    agrees = recomputed == write.same(cell.printed)
    if agrees:
        recomputed = cell.printed
    only_parts = by_parts and from_counts != from_parts
    verdict = ("agrees_by_printed_parts" if only_parts else "agrees") if agrees else "differs"
    line |= {
        "recomputed": recomputed,
        "verdict": verdict,
        "from_counts": from_counts,
        "from_printed_parts": from_parts if len(parts) > 1 else "",
        "arithmetic": _arithmetic(known, write.decimal),
        "tie": rule_of_tie(printed, exact) if verdict == "agrees" else "",
    }
    if cell.column_code != DIFFERENCE:
        line |= {
            "count": _text(sum((share.count for _, share in known), Fraction(0))),
            "base": _text(known[0][1].base),
        }
    return line


def _matching(numbers: Sequence[Fraction], printed: Fraction) -> Fraction:
    """The printed number where it is among the possible ones, else the rule's own, the first."""
    return printed if printed in numbers else numbers[0]


def _sums_of_parts(
    shares: Sequence[tuple[int, Cell]], digits: int, rounding: str
) -> list[Fraction]:
    """What a derived cell may print as when each of its parts was rounded before it was added."""
    sums = [Fraction(0)]
    for sign, share in shares:
        parts = printings(share.percent, digits, rounding)
        sums = list(dict.fromkeys(total + sign * part for part in parts for total in sums))
    return sums


@dataclass(frozen=True)
class _Writer:
    """Writes a number as the article prints a column: digits, decimal mark and signs."""

    digits: int
    decimal: str
    plus: bool
    minus: str

    def __call__(self, value: Fraction) -> str:
        text = format_fixed(value, self.digits, self.decimal, self.plus)
        return text.replace("-", self.minus)

    def same(self, printed: str) -> str:
        """The printed number written our way, so that "0" and "0,0" or minus signs compare."""
        return self(parse_printed(printed).value)

    def of(self, cell: PrintedCell) -> "_Writer":
        """Writer of one cell: its own digits, but a bare zero difference has its column's."""
        printed = parse_printed(cell.printed)
        if cell.column_code == DIFFERENCE and not printed.value:
            return self
        return replace(self, digits=printed.digits, decimal=printed.decimal or self.decimal)


def _writers(cells: Sequence[PrintedCell]) -> dict[tuple[str, str], _Writer]:
    """How each table prints each of its columns."""
    columns: dict[tuple[str, str], list[str]] = {}
    marks: dict[str, str] = {}
    for cell in cells:
        columns.setdefault(_column(cell), []).append(cell.printed)
        marks.setdefault(cell.table, "")
        marks[cell.table] = marks[cell.table] or parse_printed(cell.printed).decimal
    usual = next(filter(None, marks.values()), ",")
    return {
        (table, code): _Writer(
            digits=max(parse_printed(text).digits for text in texts),
            decimal=marks[table] or usual,
            plus=code == DIFFERENCE and any(text.strip().startswith("+") for text in texts),
            minus=next((text.strip()[0] for text in texts if parse_printed(text).value < 0), "-"),
        )
        for (table, code), texts in columns.items()
    }


def _parts(cell: PrintedCell, counts: Counts) -> list[tuple[int, str, str]]:
    """Signed cells a printed cell is made of: one answer, a sum of answers, or a difference."""
    if cell.column_code == DIFFERENCE:
        of, minus, *more = [*cell.row_variable.split("-"), ""]
        if not minus or more != [""]:
            raise SurveyError(
                f"cells.csv: {cell.name}: a difference needs the row_variable 'after-before', not "
                f"'{cell.row_variable}'"
            )
        return [(1, of, cell.row_code), (-1, minus, cell.row_code)]
    codes = cell.row_code.split("+")
    block = counts.get((cell.table, cell.row_variable))
    kind = block.line(cell.row_code, cell.column_code).get("kind") if block else ""
    if kind == "answer" or not all(codes):
        codes = [cell.row_code]
    return [(1, cell.row_variable, code) for code in codes]


def _share(counts: Counts, cell: PrintedCell, variable: str, code: str) -> Cell | None:
    block = counts.get((cell.table, variable))
    column = TOTAL if cell.column_code == DIFFERENCE else cell.column_code
    return block.cell(code, column) if block else None


def _arithmetic(shares: Sequence[tuple[int, Cell]], decimal: str) -> str:
    terms = [f"100 × {_text(share.count)} / {_text(share.base)}" for _, share in shares]
    joined = terms[0]
    for (sign, _), term in zip(shares[1:], terms[1:], strict=True):
        joined += f" {'+' if sign > 0 else '−'} {term}"
    total = sum((sign * share.percent for sign, share in shares), Fraction(0))
    exact = format_fixed(round_toward_zero(total, 3), 3, decimal)
    rest = "…" if total * 1000 % 1 else ""
    return f"{joined} = {exact}{rest}"


def round_toward_zero(value: Fraction, digits: int) -> Fraction:
    """Cut a number after `digits` decimals.

    Examples
    --------
    >>> round_toward_zero(Fraction(-2, 3), 2)
    Fraction(-33, 50)
    """
    scale = 10**digits
    return Fraction(int(value * scale), scale)


def _text(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.10g}"
