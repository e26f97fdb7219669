"""Excel sheet: one table with frozen headings, counts beside per cents, notes under it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from math import ceil
from typing import Any

from resurvey.report.documents.manuscript import Column, Manuscript, Row, Table
from resurvey.report.documents.number_values import read_number

GREY, ACCENT, INK = "#595959", "#8A1C12", "#1C2126"
_TOP = 3
"""Rows above the headings: caption, mark, the way back."""

_LINE = 15
"""Height of a line in points."""

_ONE_PAGE = 45
"""Lines that are printed on one page."""

_TITLE = {"bold": True, "font_size": 12, "text_wrap": True, "valign": "top"}


@dataclass
class Formats:
    """Cell formats of a workbook, each made once."""

    workbook: Any
    made: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def of(self, **properties: Any) -> Any:
        """Return the format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.workbook.add_format(properties)
        return self.made[key]

    def head(self, number: bool = False) -> Any:
        """Return the format of a heading."""
        return self.of(
            bold=True,
            text_wrap=True,
            valign="bottom",
            align="right" if number else "left",
            top=2,
            bottom=1,
        )

    @property
    def mark(self) -> Any:
        """Return the format of the mark on reconstructed records."""
        return self.of(bold=True, font_color=ACCENT)

    @property
    def link(self) -> Any:
        """Return the format of a link inside the workbook."""
        return self.of(font_color="#14539A", underline=1, valign="top")


@dataclass(frozen=True)
class _Field:
    """A column of the sheet: a column of the table, or what stands beside or under its cells."""

    column: Column
    place: int
    part: str
    heading: str
    counted: bool = False


def write_table(
    sheet: Any,
    parts: Sequence[Table],
    manuscript: Manuscript,
    words: Mapping[str, str],
    formats: Formats,
    front: str,
) -> int:
    """Write one table, or the two grids of one, on a sheet."""
    writer = _SheetWriter(sheet, parts, words, formats)
    writer.top(manuscript.mark, front)
    for part in parts:
        writer.grid(part)
    writer.notes()
    set_print(sheet, manuscript, writer.head, writer.height <= _ONE_PAGE)
    return writer.written


class _SheetWriter:
    """Writes down a sheet and remembers where it is."""

    def __init__(
        self, sheet: Any, parts: Sequence[Table], words: Mapping[str, str], formats: Formats
    ) -> None:
        self.sheet, self.parts, self.words, self.formats = sheet, parts, words, formats
        self.line = self.written = self.height = 0
        self.head = (0, 0)
        columns = [[_width(one, part) for one in _fields(part, words)] for part in parts]
        self.widths = [max(same) for same in zip_longest(*columns, fillvalue=0.0)]
        for number, width in enumerate(self.widths):
            sheet.set_column(number, number, width)

    def top(self, mark: str, front: str) -> None:
        """Write caption, mark and the way back to the contents."""
        self._across(self.parts[0].numbered, self.formats.of(**_TITLE))
        self.sheet.write_string(1, 0, mark, self.formats.mark)
        target = front.replace("'", "''")
        link = f"internal:'{target}'!A1"
        self.sheet.write_url(2, 0, link, self.formats.link, self.words["back"])
        self.line = _TOP

    def grid(self, table: Table) -> None:
        """Write one grid; the first one's headings are frozen."""
        if table is not self.parts[0]:
            self.line += 1
            self._across(table.caption, self.formats.of(**_TITLE))
        fields, top = list(_fields(table, self.words)), self.line
        self._headings(table, fields)
        body = self.line
        if table is self.parts[0]:
            self.head = (top, body - 1)
            self.sheet.freeze_panes(body, 1)
        self._rows(table, fields)
        if table.flat and self.line > body:
            self.sheet.autofilter(body - 1, 0, self.line - 1, len(fields) - 1)
        for number in range(len(fields)):
            self.sheet.write_blank(self.line, number, None, self.formats.of(top=2))

    def notes(self) -> None:
        """Write the notes, and end the printed area with them."""
        note = self.formats.of(font_color=GREY, text_wrap=True, valign="top")
        for text in self.parts[-1].notes:
            self.line += 1
            self._across(text, note, step=0)
        self.sheet.hide_gridlines(2)
        self.sheet.print_area(0, 0, self.line, len(self.widths) - 1)

    def _across(self, text: str, look: Any, step: int = 1) -> None:
        """Write a text over all columns, as high as it needs to be."""
        if len(self.widths) > 1:
            self.sheet.merge_range(self.line, 0, self.line, len(self.widths) - 1, "", look)
        self.sheet.write_string(self.line, 0, text, look)
        self._heighten(_lines(text, sum(self.widths)))
        self.line += step

    def _heighten(self, lines: int) -> None:
        """Make the row as high as its longest text; no row is higher than a spreadsheet allows."""
        self.height += lines
        if lines > 1:
            self.sheet.set_row(self.line, _LINE * min(lines, 27))

    def _headings(self, table: Table, fields: Sequence[_Field]) -> None:
        formats, sheet = self.formats, self.sheet
        spanned = [number for number, one in enumerate(fields) if one.place >= 2]
        if table.spanner and len(spanned) > 1:
            over = formats.of(bold=True, align="center", top=2, bottom=1, text_wrap=True)
            for number in range(spanned[0]):
                sheet.write_blank(self.line, number, None, formats.of(top=2))
            sheet.merge_range(self.line, spanned[0], self.line, spanned[-1], "", over)
            sheet.write_string(self.line, spanned[0], table.spanner, over)
            self.line += 1
        high = 1
        for number, one in enumerate(fields):
            sheet.write_string(self.line, number, one.heading, formats.head(one.column.number))
            high = max(high, _lines(one.heading, self.widths[number], words=True))
        self._heighten(high)
        self.line += 1

    def _rows(self, table: Table, fields: Sequence[_Field]) -> None:
        question, last = "", ""
        for row in table.rows:
            high = 1
            if len(row.cells) == 1 and len(table.columns) > 1:
                question = row.cells[0].text
                if table.flat:
                    continue
                self.sheet.write_string(self.line, 0, question, self.formats.of(bold=True))
            else:
                ruled = row.kind == "base" and last != "base"
                for number, one in enumerate(fields):
                    text = question if one.part == "group" else _text_of(row, one)
                    self._cell(number, one, text, self._look(row, ruled))
                    if not one.column.number and one.part != "group":
                        high = max(high, _lines(text, self.widths[number]))
                self.written, last = self.written + 1, row.kind
            self._heighten(high)
            self.line += 1

    def _look(self, row: Row, ruled: bool) -> dict[str, Any]:
        look: dict[str, Any] = {"valign": "top"}
        if row.kind in ("subtotal", "total", "missing"):
            look["italic"] = True
        if row.kind == "base":
            look["font_color"] = GREY
        return look | ({"top": 1} if ruled else {})

    def _cell(self, number: int, one: _Field, text: str, look: dict[str, Any]) -> None:
        sheet, formats, numeric = self.sheet, self.formats, one.column.number
        value = read_number(text) if numeric and not one.column.printed else None
        if value is not None:
            shape = formats.of(**look, num_format=value.format, align="right")
            sheet.write_number(self.line, number, value.value, shape)
        elif text:
            wrapped = one.part != "group" and (not numeric or one.part == "under")
            look |= {"text_wrap": True} if wrapped else {"align": "right"} if numeric else {}
            sheet.write_string(self.line, number, text, formats.of(**look))
        else:
            sheet.write_blank(self.line, number, None, formats.of(**look))


def _fields(table: Table, words: Mapping[str, str]) -> Iterator[_Field]:
    """List the columns of the sheet: counts beside per cents, second lines in columns."""
    if table.flat:
        yield _Field(Column(table.group), -1, "group", table.group)
    for place, column in enumerate(table.columns):
        cells = [row.cells[place] for row in table.rows if len(row.cells) > 1]
        counted = any(cell.count for cell in cells)
        heading = f"{column.heading}, %" if counted else column.heading
        yield _Field(column, place, "text", heading, counted)
        if counted:
            heading = f"{column.heading}, {words['count_of']}"
            yield _Field(column, place, "count", heading, counted)
        if any(cell.under for cell in cells):
            yield _Field(column, place, "under", column.under)


def _width(one: _Field, table: Table) -> float:
    """Choose a width from the longest text, within reason; longer text is wrapped."""
    if one.part == "group":
        questions = [row.cells[0].text for row in table.rows if len(row.cells) == 1]
        return min(max(map(len, [one.heading, *questions])) + 2, 60)
    if one.column.number and one.part != "under":
        return 14
    texts = [one.heading]
    for row in table.rows:
        if len(row.cells) > 1:
            cell = row.cells[one.place]
            texts.append(cell.under if one.part == "under" else cell.text)
    least = 36 if one.place == 0 and not table.flat else 10
    return min(max(1.1 * max(map(len, texts)) + 2, least), 60)


def _lines(text: str, width: float, words: bool = False) -> int:
    """Estimate the lines of a text in a column, where `words` of a heading are not broken."""
    if words:
        lines, room = 1, width
        for word in text.split():
            if len(word) * 1.15 > room and room < width:
                lines, room = lines + 1, width
            room -= (len(word) + 1) * 1.15
        return lines
    return max(1, ceil(1.08 * len(text) / width))


def _text_of(row: Row, one: _Field) -> str:
    cell = row.cells[one.place]
    if row.kind == "base" and one.counted:
        # A base is a number of people: it stands where the counts stand.
        return cell.text if one.part == "count" else ""
    return {"text": cell.text, "count": cell.count, "under": cell.under}[one.part]


def set_print(
    sheet: Any, manuscript: Manuscript, head: tuple[int, int], one_page: bool = False
) -> None:
    """Set a sheet up for paper: A4 across, one page wide, headings and the mark on each page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1 if one_page else 0)
    sheet.repeat_rows(*head)
    mark = manuscript.mark.replace("&", "&&")
    sheet.set_header(f'&L&"Calibri,Bold"&K8A1C12{mark}&R&K595959&A' if mark else "&R&K595959&A")
    sheet.set_footer("&C&P / &N")
