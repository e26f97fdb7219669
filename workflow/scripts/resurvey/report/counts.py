"""Counts: the cells of the table room, and the number each prints."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from resurvey.core.cells import Block, exact_number, read_blocks
from resurvey.core.lines import CrosstabLine
from resurvey.core.names import TOTAL, name_number
from resurvey.core.notes import read_notes
from resurvey.core.printed import format_fixed
from resurvey.pages.numerals import MINUS, Numerals, Shown, no_number
from resurvey.report.blocks import SMALL, UNCERTAIN
from resurvey.statistics.chi_square import NOTABLE


def flag_of(line: Mapping[str, Any]) -> str:
    """Return the flag that the notes of a line call for: a small base tells more than the rest.

    Examples
    --------
    >>> flag_of({"note_data": "base_below:least=50"}), flag_of({})
    ('small', '')
    """
    keys = {note.key for note in read_notes(line)} if line.get("note_data") else set()
    return SMALL if "base_below" in keys else UNCERTAIN if "unreliable" in keys else ""


class Counts:
    """All blocks of ``crosstabs.csv``, and the one place where a cell becomes a printed number."""

    def __init__(
        self,
        crosstabs: Iterable[CrosstabLine],
        tables: Mapping[str, Mapping[str, Any]],
        numerals: Numerals,
        word_notes: Callable[[Mapping[str, Any]], str] = lambda line: line.get("note", ""),
    ) -> None:
        self.tables, self.numerals, self.word_notes = tables, numerals, word_notes
        self.blocks = read_blocks(crosstabs)

    def block(self, table: str, variable: str) -> Block | None:
        """Return the block of one question in a table, or None."""
        return self.blocks.get((table, variable))

    def by_parts(self, table: str) -> bool:
        """Return whether the article adds up rounded per cents in this table."""
        return self.tables.get(table, {}).get("derived") == "printed_parts"

    def rounded(self, block: Block, row: str, column: str, digits: int = 1) -> Fraction | None:
        """Return the per cent that a cell prints; None where it has no base."""
        parts = block.parts(row) if self.by_parts(block.table) else [row]
        cells = [block.cell(part, column) for part in parts]
        if None in cells:
            return None
        rounded = (cell.rounded(digits) for cell in cells if cell is not None)
        return sum(rounded, Fraction(0))

    def shown(self, block: Block, row: str, column: str) -> Shown:
        """Print a cell; one that is not identified is a dash with the reason."""
        value, cell = self.rounded(block, row, column), block.cell(row, column)
        if value is None or cell is None:
            return self._nothing(block, row, column)
        counted, based = self.numerals.count(cell.count), self.numerals.count(cell.base)
        text = self.numerals.fixed(value, 1)
        title = f"{counted} / {based}"
        if text != (exact := self.numerals.percent(cell.count, cell.base)):
            terms = [self.shown(block, part, column).text for part in block.parts(row)]
            title = f"{' + '.join(terms)} = {text}; {counted} / {based} = {exact}"
        return Shown(text, title, counted, based, identity=block.name("percent", row, column))

    def signs(self, block: Block, row: str, column: str) -> tuple[str, str]:
        """Mark and flag of a cell: how it differs from independence, how far it may be relied on.

        Returns
        -------
        tuple of str
            ``above`` or ``below`` where the adjusted residual is 2 or more in size, and ``small``
            or ``uncertain``, as the note of the file says; empty texts otherwise.
        """
        line = block.line(row, column)
        residual = float(line.get("adjusted_residual") or 0)
        mark = ("above" if residual > 0 else "below") if abs(residual) >= NOTABLE else ""
        return mark, flag_of(line) if line.get("count") else ""

    def whole(self, block: Block, row: str, column: str, kind: str = "count") -> Shown:
        """Print the count of a cell, or its base, as a number of its own."""
        if kind == "base":
            return self.base(block, column, row)
        cell = block.cell(row, column)
        if cell is None:
            return self._nothing(block, row, column)
        text = self.numerals.count(cell.count)
        return Shown(text, count=text, identity=block.name("count", row, column))

    def _nothing(self, block: Block, row: str, column: str) -> Shown:
        """Print that there is no number, with the reason that the file gives."""
        line = block.line(row, column)
        return no_number(line, self.word_notes(line))

    def difference(self, after: Block, before: Block, row: str, column: str = TOTAL) -> Shown:
        """Print the change of a share in percentage points, with its sign; none as a bare zero.

        So articles print it, and so it is compared with what they printed.
        """
        later, earlier = after.cell(row, column), before.cell(row, column)
        if later is None or earlier is None:
            kept = after.line(row, column)
            told = after if kept.get("note") or kept.get("suppressed") else before
            return self._nothing(told, row, column)
        exact = later.percent - earlier.percent
        value = exact
        if self.by_parts(after.table):
            printed = [self.rounded(block, row, column) for block in (after, before)]
            value = (printed[0] or Fraction(0)) - (printed[1] or Fraction(0))
        numerals = self.numerals
        text = format_fixed(value, 1, numerals.decimal, sign=True).replace("-", MINUS)
        title = " − ".join(
            f"{numerals.count(cell.count)} / {numerals.count(cell.base)}"
            for cell in (later, earlier)
        )
        name = name_number("difference", after.table, after.variable, before.variable, row, column)
        return Shown(text, f"{title} = {numerals.fixed(exact, 2, sign=True)}", identity=name)

    def base(self, block: Block, column: str, row: str = TOTAL, heads: bool = False) -> Shown:
        """Print the base of a column (of a row, where per cents are of rows)."""
        line = block.line(row, column)
        name = "unweighted_base" if heads else "base"
        if not line.get(name):
            return self._nothing(block, row, column)
        text = self.numerals.count(exact_number(line[name]))
        place = ("unweighted",) if heads else ()
        return Shown(text, base=text, identity=block.name("base", row, column, *place))

    def weighted(self, block: Block) -> bool:
        """Return whether the counts are sums of weights."""
        return any(
            line.get("unweighted_base")
            and exact_number(line["unweighted_base"]) != exact_number(line["base"])
            for line in block.cells.values()
            if line.get("base")
        )
