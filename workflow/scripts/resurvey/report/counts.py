"""Counts: the cells of the table room, found by name, and the number each prints."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from resurvey.core.names import TOTAL, name_number
from resurvey.core.printed import round_half_away_number
from resurvey.pages.numerals import NOTHING, Numerals, Shown, rounded_percent

Line = Mapping[str, str]


@dataclass(frozen=True)
class Block:
    """The cells of one question in one table: rows × columns, in the order of the file."""

    table: str
    variable: str
    group: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Line]

    def line(self, row: str, column: str) -> Line:
        """Return the line of one cell; an empty one where the file has none."""
        return self.cells.get((row, column), {})

    def kind(self, row: str) -> str:
        """Return the kind of a row: answer, subtotal or total."""
        return next(line["kind"] for (code, _), line in self.cells.items() if code == row)

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


class Counts:
    """All blocks of ``crosstabs.csv``, and the one place where a cell becomes a printed number."""

    def __init__(
        self,
        crosstabs: Iterable[Line],
        tables: Mapping[str, Mapping[str, Any]],
        numerals: Numerals,
        word_notes: Callable[[Line], str] = lambda line: line.get("note", ""),
    ) -> None:
        self.tables, self.numerals, self.word_notes = tables, numerals, word_notes
        self.blocks: dict[tuple[str, str], Block] = {}
        found: dict[tuple[str, str], dict[tuple[str, str], Line]] = {}
        for line in crosstabs:
            cells = found.setdefault((line["table"], line["row_variable"]), {})
            cells[line["row_code"], line["column_code"]] = line
        for (table, variable), cells in found.items():
            self.blocks[table, variable] = Block(
                table,
                variable,
                next(iter(cells.values()))["column_variable"],
                tuple(dict.fromkeys(row for row, _ in cells)),
                tuple(dict.fromkeys(column for _, column in cells)),
                cells,
            )

    def block(self, table: str, variable: str) -> Block | None:
        """Return the block of one question in a table, or None."""
        return self.blocks.get((table, variable))

    def by_parts(self, table: str) -> bool:
        """Tell whether the article adds up rounded per cents in this table."""
        return self.tables.get(table, {}).get("derived") == "printed_parts"

    def rounded(self, block: Block, row: str, column: str, digits: int = 1) -> Fraction | None:
        """Return the per cent that a cell prints; None where it has no base."""
        parts = row.split("+") if self.by_parts(block.table) else [row]
        lines = [block.line(part, column) for part in parts]
        if not all(_has_base(line) for line in lines):
            return None
        return sum(
            (rounded_percent(_exact(one["count"]), _exact(one["base"]), digits) for one in lines),
            Fraction(0),
        )

    def shown(self, block: Block, row: str, column: str) -> Shown:
        """Print a cell; one that is not identified is a dash with the reason."""
        line = block.line(row, column)
        value = self.rounded(block, row, column)
        if value is None or not _has_base(line):
            return Shown(NOTHING, note=self.word_notes(line))
        count, base = _exact(line["count"]), _exact(line["base"])
        counted, based = self.numerals.count(count), self.numerals.count(base)
        text = self.numerals.fixed(value, 1)
        title = f"{counted} / {based}"
        if text != (exact := self.numerals.percent(count, base)):
            terms = [self.shown(block, part, column).text for part in row.split("+")]
            title = f"{' + '.join(terms)} = {text}; {counted} / {based} = {exact}"
        identity = _name("percent", block, row, column)
        return Shown(text, title, counted, based, identity=identity)

    def whole(self, block: Block, row: str, column: str, kind: str = "count") -> Shown:
        """Print the count of a cell, or its base, as a number of its own."""
        if kind == "base":
            return self.base(block, column, row)
        line = block.line(row, column)
        if not _has_base(line):
            return Shown(NOTHING, note=self.word_notes(line))
        text = self.numerals.count(_exact(line["count"]))
        return Shown(text, count=text, identity=_name("count", block, row, column))

    def difference(self, after: Block, before: Block, row: str, column: str = TOTAL) -> Shown:
        """Print the change of a share in percentage points, with its sign."""
        later, earlier = after.line(row, column), before.line(row, column)
        if not (_has_base(later) and _has_base(earlier)):
            return Shown(NOTHING, note=self.word_notes(later) or self.word_notes(earlier))
        exact = _share(later) - _share(earlier)
        value = exact
        if self.by_parts(after.table):
            printed = [self.rounded(one, row, column) for one in (after, before)]
            value = (printed[0] or Fraction(0)) - (printed[1] or Fraction(0))
        numerals = self.numerals
        text = numerals.fixed(value, 1, sign=True).replace("\N{MINUS SIGN}", "-")
        title = " − ".join(
            f"{numerals.count(_exact(one['count']))} / {numerals.count(_exact(one['base']))}"
            for one in (later, earlier)
        )
        name = name_number("difference", after.table, after.variable, before.variable, row, column)
        return Shown(text, f"{title} = {numerals.fixed(exact, 2, sign=True)}", identity=name)

    def base(self, block: Block, column: str, row: str = TOTAL, heads: bool = False) -> Shown:
        """Print the base of a column (of a row, where per cents are of rows)."""
        line = block.line(row, column)
        name = "unweighted_base" if heads else "base"
        if not line.get(name):
            return Shown(NOTHING, note=self.word_notes(line))
        text = self.numerals.count(_exact(line[name]))
        place = ("unweighted",) if heads else ()
        return Shown(text, base=text, identity=_name("base", block, row, column, *place))

    def weighted(self, block: Block) -> bool:
        """Tell whether the counts are sums of weights."""
        return any(
            line.get("unweighted_base") and _exact(line["unweighted_base"]) != _exact(line["base"])
            for line in block.cells.values()
            if line.get("base")
        )


def _name(kind: str, block: Block, *place: str) -> str:
    return name_number(kind, block.table, block.variable, *place)


def _has_base(line: Line) -> bool:
    return bool(line.get("count") and line.get("base")) and _exact(line["base"]) != 0


@cache
def _exact(text: str) -> Fraction:
    return Fraction(text)


def _share(line: Line) -> Fraction:
    count, base = _exact(line["count"]), _exact(line["base"])
    if count.denominator == 1 == base.denominator:
        return 100 * count / base
    return round_half_away_number(float(100 * count / base), 10)
