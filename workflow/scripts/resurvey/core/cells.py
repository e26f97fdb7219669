"""Cells: the lines of ``crosstabs.csv`` by table, question, row and column, and their shares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Any, cast

from resurvey.core.files import read_csv
from resurvey.core.lines import CrosstabLine
from resurvey.core.names import TOTAL, name_number
from resurvey.core.printed import round_half_away, round_half_away_number


def exact_percent(count: Fraction, base: Fraction) -> Fraction:
    """Return a per cent without any rounding.

    Examples
    --------
    >>> exact_percent(Fraction(1), Fraction(3))
    Fraction(100, 3)
    """
    return 100 * count / base


def rounded_percent(count: Fraction, base: Fraction, digits: int = 1) -> Fraction:
    """Round a per cent once: exactly for counts, from ten significant digits for weights.

    Examples
    --------
    >>> rounded_percent(Fraction(5), Fraction(16))
    Fraction(313, 10)
    """
    if count.denominator == 1 == base.denominator:
        return round_half_away(100 * count.numerator, base.numerator, digits)
    return round_half_away_number(float(exact_percent(count, base)), digits)


def percent_of(count: Any, base: Any) -> float | None:
    """Return a per cent as a float; None where the base is empty.

    Examples
    --------
    >>> percent_of(30, 515), percent_of(0, 0)
    (5.825242718446602, None)
    """
    return 100 * plain_number(count) / plain_number(base) if base else None


def plain_number(number: Any) -> int | float:
    """Return a number of NumPy as Python's, a whole one as an integer."""
    value = number.item() if hasattr(number, "item") else number
    return int(value) if float(value).is_integer() else float(value)


@dataclass(frozen=True)
class Cell:
    """Count and base of a cell that has both; the base is not zero."""

    count: Fraction
    base: Fraction

    @property
    def percent(self) -> Fraction:
        """The per cent: exact for counts, to ten significant digits for sums of weights."""
        if self.count.denominator == 1 == self.base.denominator:
            return exact_percent(self.count, self.base)
        return round_half_away_number(float(exact_percent(self.count, self.base)), 10)

    def rounded(self, digits: int = 1) -> Fraction:
        """Return the per cent rounded once."""
        return rounded_percent(self.count, self.base, digits)


def cell_of(line: Mapping[str, Any]) -> Cell | None:
    """Return count and base of a line; None where it has none, or nobody is in the base.

    Examples
    --------
    >>> cell_of({"count": "5", "base": "16"}).percent
    Fraction(125, 4)
    >>> cell_of({"count": "0", "base": "0"}) is None, cell_of({"count": "", "base": ""}) is None
    (True, True)
    """
    count, base = line.get("count"), line.get("base")
    if count in ("", None) or base in ("", None):
        return None
    cell = Cell(exact_number(str(count)), exact_number(str(base)))
    return cell if cell.base else None


@cache
def exact_number(text: str) -> Fraction:
    """Return the number that a file writes, exactly."""
    return Fraction(text)


@dataclass(frozen=True)
class Block:
    """The cells of one question in one table: rows × columns, in the order of the file.

    Attributes
    ----------
    table, variable, group : str
        Table, question, and the variable of the columns or "".
    cells : dict
        (row code, column code) -> line of ``crosstabs.csv``.
    """

    table: str
    variable: str
    group: str
    cells: Mapping[tuple[str, str], CrosstabLine]

    @cached_property
    def rows(self) -> tuple[str, ...]:
        """Codes of the rows."""
        return tuple(dict.fromkeys(row for row, _ in self.cells))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Codes of the columns."""
        return tuple(dict.fromkeys(column for _, column in self.cells))

    @cached_property
    def _kinds(self) -> dict[str, str]:
        kinds: dict[str, str] = {}
        for (row, _), line in self.cells.items():
            kinds.setdefault(row, line.get("kind", ""))
        return kinds

    def kind(self, row: str) -> str:
        """Return the kind of a row: answer, subtotal or total."""
        return self._kinds[row]

    def line(self, row: str, column: str) -> Mapping[str, Any]:
        """Return the line of one cell; an empty one where the file has none."""
        return self.cells.get((row, column), {})

    def cell(self, row: str, column: str) -> Cell | None:
        """Return count and base of one cell; None where it has none."""
        return cell_of(self.line(row, column))

    def heading(self, column: str) -> str:
        """Return the label of a column as the file has it."""
        return next(
            line["column_label"] for (_, code), line in self.cells.items() if code == column
        )

    @property
    def answers(self) -> list[str]:
        """Rows that are single answers."""
        return [row for row in self.rows if self.kind(row) == "answer"]

    @property
    def groups(self) -> list[str]:
        """Columns other than all respondents."""
        return [column for column in self.columns if column != TOTAL]

    def parts(self, row: str) -> list[str]:
        """Return the answers that a row adds up."""
        kind = self.kind(row)
        if kind == "total":
            return self.answers
        return row.split("+") if kind == "subtotal" else [row]

    def name(self, kind: str, row: str, column: str, *more: str) -> str:
        """Name a number of a cell (see `resurvey.core.names.name_number`)."""
        return name_number(kind, self.table, self.variable, row, column, *more)


def read_crosstabs(path: str | Path) -> list[CrosstabLine]:
    """Read ``crosstabs.csv`` as text."""
    return cast("list[CrosstabLine]", read_csv(path))


def read_blocks(lines: Iterable[CrosstabLine]) -> dict[tuple[str, str], Block]:
    """Group the lines of ``crosstabs.csv`` by table and question, in the order of the file.

    Examples
    --------
    >>> line = dict(table="t", row_variable="q", row_code="1", column_code="total", kind="answer")
    >>> line |= {"column_variable": "", "count": "1", "base": "3"}
    >>> block = read_blocks([line])["t", "q"]
    >>> block.cell("1", "total").percent, block.name("percent", "1", "total")
    (Fraction(100, 3), 'percent:t/q/1/total')
    """
    found: dict[tuple[str, str], dict[tuple[str, str], CrosstabLine]] = {}
    for line in lines:
        cells = found.setdefault((line["table"], line["row_variable"]), {})
        cells[line["row_code"], line["column_code"]] = line
    return {
        place: Block(*place, next(iter(cells.values())).get("column_variable", ""), cells)
        for place, cells in found.items()
    }
