"""Excel: every table of the report on a sheet of its own, numbers as numbers."""

import datetime
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from math import ceil
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.files import zip_again
from resurvey.core.languages import name_locale
from resurvey.pages.numerals import MINUS
from resurvey.report.banners import Banner, BannerCell, BannerRow
from resurvey.report.blocks import (
    FLAGS,
    SIGNS,
    SMALL,
    Cell,
    Column,
    Report,
    Row,
    Table,
    plain_text,
)

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
LONGEST_NAME = 31
RESERVED = "history"


class SheetNames:
    """Hands out sheet names.

    Examples
    --------
    >>> names = SheetNames()
    >>> names.take("Table 1"), names.take("table 1"), names.take("q1/q2: 'why'")
    ('Table 1', 'table 1 (2)', "q1 q2  'why")
    """

    def __init__(self) -> None:
        self.taken = {RESERVED}

    def take(self, wanted: str) -> str:
        """Return a free name near the wanted one: at most 31 characters, no forbidden ones."""
        plain = _FORBIDDEN.sub(" ", wanted).strip(" '") or "-"
        number, name = 1, _cut(plain, LONGEST_NAME)
        while name.casefold() in self.taken:
            number += 1
            ending = f" ({number})"
            name = _cut(plain, LONGEST_NAME - len(ending)) + ending
        self.taken.add(name.casefold())
        return name


def _cut(text: str, longest: int) -> str:
    """Cut to so many UTF-16 units, which is what spreadsheets count."""
    while len(text.encode("utf-16-le")) // 2 > longest:
        text = text[:-1]
    return text.strip(" '") or "-"


_PRINTED = re.compile(r"([+-]?)([0-9]{1,15})(?:[.,]([0-9]{1,15}))?")


@dataclass(frozen=True)
class NumberValue:
    """A number as a spreadsheet holds it.

    Attributes
    ----------
    value : float
        The number as printed: rounded once, never anew.
    format : str
        The number format that shows it with the same decimals and sign; the decimal mark is
        that of the reader's own settings.
    """

    value: float
    format: str


def read_number(text: str) -> NumberValue | None:
    """Read a printed number; None for anything else, such as a dash or ``< 0.001``.

    Examples
    --------
    >>> read_number("28,3")
    NumberValue(value=28.3, format='0.0')
    >>> read_number("+1.4").format, read_number("515").format, read_number("< 0.001")
    ('+0.0;−0.0;0.0', '0', None)
    """
    found = _PRINTED.fullmatch(text.replace(MINUS, "-"))
    if not found:
        return None
    sign, whole, decimals = found[1], found[2], found[3] or ""
    if len(whole) > 1 and whole.startswith("0"):
        # A code such as 007 is a name, not a number.
        return None
    shape = f"0.{'0' * len(decimals)}" if decimals else "0"
    value = float(f"{sign}{whole}.{decimals or 0}")
    return NumberValue(value, f"+{shape};{MINUS}{shape};{shape}" if sign else shape)


def sign_format(shape: str, mark: str = "", flag: str = "") -> str:
    """Put a mark and a flag into a number format: the cell stays a number to count with.

    Examples
    --------
    >>> sign_format("0.0", "above"), sign_format("0.0", flag="small"), sign_format("0.0")
    ('"▲ "0.0', '"("0.0")"', '0.0')
    """
    before, after = FLAGS.get(flag, ("", ""))
    before = f"{SIGNS[mark]} {before}" if mark else before
    if not before:
        return shape
    ending = f'"{after}"' if after else ""
    return ";".join(f'"{before}"{part}{ending}' for part in shape.split(";"))


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

    def head(self, number: bool = False, beside: bool = False) -> Any:
        """Return the format of a heading; a text's `beside` a number's stands apart from it."""
        apart = {"indent": 1} if beside else {}
        return self.of(
            bold=True,
            text_wrap=True,
            valign="bottom",
            align="right" if number else "left",
            top=2,
            bottom=1,
            **apart,
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
    report: Report,
    words: Mapping[str, str],
    formats: Formats,
    front: str,
) -> int:
    """Write one table, or the two grids of one, on a sheet."""
    writer = _SheetWriter(sheet, parts, words, formats)
    writer.top(report.mark, front)
    for part in parts:
        writer.grid(part)
    writer.notes()
    set_print(sheet, report, writer.head, writer.height <= _ONE_PAGE)
    return writer.written


class _SheetWriter:
    """Writes down a sheet and remembers where it is."""

    def __init__(
        self, sheet: Any, parts: Sequence[Table], words: Mapping[str, str], formats: Formats
    ) -> None:
        self.sheet, self.parts, self.words, self.formats = sheet, parts, words, formats
        self.line = self.written = self.height = 0
        self.after_numbers: set[int] = set()
        self.head = (0, 0)
        columns = [[_width(entry, part) for entry in _fields(part, words)] for part in parts]
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
        for text in self.parts[-1].under:
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
        spanned = [number for number, entry in enumerate(fields) if entry.place >= 2]
        if table.spanner and len(spanned) > 1:
            over = formats.of(bold=True, align="center", top=2, bottom=1, text_wrap=True)
            for number in range(spanned[0]):
                sheet.write_blank(self.line, number, None, formats.of(top=2))
            sheet.merge_range(self.line, spanned[0], self.line, spanned[-1], "", over)
            sheet.write_string(self.line, spanned[0], table.spanner, over)
            self._heighten(_lines(table.spanner, sum(self.widths[spanned[0] :]), words=True))
            self.line += 1
        high = 1
        # A text beside a number, which stands at its right edge, would touch it.
        self.after_numbers = {
            place + 1 for place, entry in enumerate(fields) if entry.column.number
        }
        for number, entry in enumerate(fields):
            beside = number in self.after_numbers
            look = formats.head(entry.column.number, beside and not entry.column.number)
            sheet.write_string(self.line, number, entry.heading, look)
            high = max(high, _lines(entry.heading, self.widths[number], words=True))
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
                for number, entry in enumerate(fields):
                    text = question if entry.part == "group" else _text_of(row, entry)
                    signed = row.cells[entry.place] if entry.part == "text" else None
                    self._cell(number, entry, text, self._look(row, ruled), signed)
                    if not entry.column.number and entry.part != "group":
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

    def _cell(
        self, number: int, entry: _Field, text: str, look: dict[str, Any], signed: Cell | None
    ) -> None:
        sheet, formats, numeric = self.sheet, self.formats, entry.column.number
        value = read_number(text) if numeric and not entry.column.printed else None
        if value is not None:
            shown = sign_format(value.format, signed.mark, signed.flag) if signed else value.format
            shape = formats.of(**look, num_format=shown, align="right")
            sheet.write_number(self.line, number, value.value, shape)
        elif text:
            wrapped = entry.part != "group" and (not numeric or entry.part == "under")
            # Without an alignment of its own a cell is not set in by every program.
            beside = number in self.after_numbers and not numeric
            look |= {"indent": 1, "align": "left"} if beside else {}
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
        if any(cell.below for cell in cells):
            yield _Field(column, place, "under", column.under)


def _width(entry: _Field, table: Table) -> float:
    """Choose a width from the longest text, within reason; longer text is wrapped."""
    if entry.part == "group":
        questions = [row.cells[0].text for row in table.rows if len(row.cells) == 1]
        return min(max(map(len, [entry.heading, *questions])) + 2, 60)
    if entry.column.number and entry.part != "under":
        # A code may be a word, and a heading is broken between words only.
        cells = [row.cells[entry.place].marked for row in table.rows if len(row.cells) > 1]
        longest = max(map(len, [*cells, *entry.heading.split()]), default=0)
        return min(max(14, 1.15 * longest + 2), 40)
    texts = [entry.heading]
    for row in table.rows:
        if len(row.cells) > 1:
            cell = row.cells[entry.place]
            texts.append(cell.below if entry.part == "under" else cell.text)
    least = 36 if entry.place == 0 and not table.flat else 10
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


def _text_of(row: Row, entry: _Field) -> str:
    cell = row.cells[entry.place]
    if row.kind == "base" and entry.counted:
        # A base is a number of people: it stands where the counts stand.
        return cell.text if entry.part == "count" else ""
    return {"text": cell.text, "count": cell.count, "under": cell.below}[entry.part]


def set_print(sheet: Any, report: Report, head: tuple[int, int], one_page: bool = False) -> None:
    """Set a sheet up for paper: A4 across, one page wide, headings and the mark on each page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1 if one_page else 0)
    sheet.repeat_rows(*head)
    mark = report.mark.replace("&", "&&")
    sheet.set_header(f'&L&"Calibri,Bold"&K8A1C12{mark}&R&K595959&A' if mark else "&R&K595959&A")
    sheet.set_footer("&C&P / &N")


LETTERS = "#14539A"
_HEAD = 3
"""Rows above the headings: caption, mark, the way back."""

_STUB = 38
"""Width of the answers of a banner."""

_NOTE_COLUMNS = 10
"""Columns of a banner that its notes take."""


class _BannerSheet:
    """Writes the per cents of a banner, or the counts, which have no letters.

    A column of letters follows each column that is compared.
    """

    def __init__(self, sheet: Any, banner: Banner, counts: bool, formats: Formats) -> None:
        self.sheet, self.formats = sheet, formats
        self.banner, self.counts = banner, counts
        self.places: list[int] = [1]
        self.lettered: list[bool] = [False]
        for group in self.banner.groups:
            for column in group.columns:
                self.places.append(self.places[-1] + 1 + self.lettered[-1])
                self.lettered.append(bool(column.letter) and not self.counts)
        self.width = self.places[-1] + 1 + self.lettered[-1]
        self.widths: dict[int, float] = {0: _STUB}

    def _most_letters(self, place: int) -> int:
        """How many letters stand at most beside a number of a column."""
        at = self.places.index(place)
        rows = (row for part in self.banner.parts for row in part.rows)
        return max((len(row.cells[at].letters.replace(" ", "")) for row in rows), default=0)

    def write(self, report: Report, front: str, back: str) -> int:
        """Write everything, top down."""
        sheet, formats = self.sheet, self.formats
        sheet.set_column(0, 0, _STUB)
        labels = [column.label for group in self.banner.groups for column in group.columns]
        for place, lettered, label in zip(
            self.places, self.lettered, [self.banner.everyone, *labels], strict=True
        ):
            # A heading breaks between words, never inside one; it stands over its letters, too.
            longest = max(map(len, plain_text(label).split()), default=0)
            width = max(9.0, min(1.2 * longest + 2, 28))
            self.widths[place] = width
            sheet.set_column(place, place, width)
            if lettered:
                letters = max(4.0, 1.1 * self._most_letters(place) + 1)
                self.widths[place + 1] = letters
                sheet.set_column(place + 1, place + 1, letters)
        title = formats.of(bold=True, font_size=12)
        unit = f", {self.banner.unit}"
        named = self.banner.counts_title if self.counts else self.banner.plain + unit
        sheet.write_string(0, 0, named, title)
        sheet.write_string(1, 0, report.mark, formats.mark)
        target = front.replace("'", "''")
        sheet.write_url(2, 0, f"internal:'{target}'!A1", formats.link, back)
        body = self._headings()
        line, written = self._parts(body)
        for number in range(self.width):
            sheet.write_blank(line, number, None, formats.of(top=2))
        # Not across all columns: who looks at the first screen reads the notes, too.
        last = min(self.width, _NOTE_COLUMNS) - 1
        look = formats.of(font_color=GREY, text_wrap=True, valign="top")
        for note in map(plain_text, self.banner.notes):
            line += 1
            if last > 0:
                sheet.merge_range(line, 0, line, last, "", look)
            sheet.write_string(line, 0, note, look)
            room = sum(self.widths.get(column, 9.0) for column in range(last + 1))
            sheet.set_row(line, _LINE * _lines(note, room))
        sheet.freeze_panes(body, 1)
        sheet.hide_gridlines(2)
        set_print(sheet, report, (_HEAD, body - 1))
        return written

    def _headings(self) -> int:
        """Groups, columns, and the letters by which other columns name them."""
        sheet, formats = self.sheet, self.formats
        over = formats.of(bold=True, top=2, bottom=1, left=1, text_wrap=True, valign="bottom")
        head = formats.of(bold=True, text_wrap=True, valign="bottom", align="right")
        letter = formats.of(bold=True, font_color=LETTERS, align="right", bottom=1)
        sheet.write_string(_HEAD, 0, "", formats.of(top=2))
        sheet.write_string(_HEAD, 1, "", formats.of(top=2))
        sheet.write_string(_HEAD + 1, 0, self.banner.stub, formats.of(bold=True, valign="bottom"))
        sheet.write_string(_HEAD + 1, 1, plain_text(self.banner.everyone), head)
        sheet.write_blank(_HEAD + 2, 0, None, formats.of(bottom=1))
        sheet.write_blank(_HEAD + 2, 1, None, formats.of(bottom=1))
        at, high = 1, [1, 1]
        everyone = plain_text(self.banner.everyone)
        high[1] = _lines(everyone, self.widths[1], words=True)
        for group in self.banner.groups:
            first, last = self.places[at], self.places[at + len(group.columns) - 1]
            last += self.lettered[at + len(group.columns) - 1]
            if last > first:
                sheet.merge_range(_HEAD, first, _HEAD, last, "", over)
            question = plain_text(group.question)
            sheet.write_string(_HEAD, first, question, over)
            room = sum(self.widths.get(place, 9.0) for place in range(first, last + 1))
            high[0] = max(high[0], _lines(question, room, words=True))
            for column in group.columns:
                place = self.places[at]
                label = plain_text(column.label)
                sheet.write_string(_HEAD + 1, place, label, head)
                high[1] = max(high[1], _lines(label, self.widths[place], words=True))
                sheet.write_string(_HEAD + 2, place, "" if self.counts else column.letter, letter)
                if self.lettered[at]:
                    sheet.write_blank(_HEAD + 2, place + 1, None, formats.of(bottom=1))
                at += 1
        for row, lines in enumerate(high):
            sheet.set_row(_HEAD + row, _LINE * lines + 2)
        return _HEAD + 3

    def _parts(self, line: int) -> tuple[int, int]:
        written = 0
        for part in self.banner.parts:
            self.sheet.write_string(line, 0, plain_text(part.question), self.formats.of(bold=True))
            line += 1
            for row in part.rows:
                if self.counts and row.kind == "mean":
                    continue
                self._row(line, row)
                line, written = line + 1, written + 1
        return line, written

    def _row(self, line: int, row: BannerRow) -> None:
        look: dict[str, Any] = {}
        if row.kind in ("subtotal", "mean"):
            look["italic"] = True
        if row.kind == "base":
            look["font_color"] = GREY
        label = self.formats.of(**look, text_wrap=True, valign="top", align="left", indent=1)
        self.sheet.write_string(line, 0, plain_text(row.label), label)
        for place, lettered, cell in zip(self.places, self.lettered, row.cells, strict=True):
            self._number(line, place, cell, look)
            if lettered and cell.letters:
                shape = self.formats.of(font_color=LETTERS, font_size=9)
                self.sheet.write_string(line, place + 1, cell.letters.replace(" ", ""), shape)

    def _number(self, line: int, place: int, cell: BannerCell, look: dict[str, Any]) -> None:
        """A number with its format; one of a small base stands in brackets, and stays a number."""
        shown = cell.shown
        text = (shown.count or shown.text) if self.counts else shown.text
        value = read_number(text)
        if value is None:
            self.sheet.write_string(line, place, text, self.formats.of(**look, align="right"))
            return
        shape = sign_format(value.format, flag=SMALL if cell.small else "")
        self.sheet.write_number(
            line, place, value.value, self.formats.of(**look, num_format=shape, align="right")
        )


LONGEST = 32_767
"""Characters that a cell of a spreadsheet can hold."""


def write_excel(report: Report, words: Mapping[str, str]) -> bytes:
    """Write the tables of a report as a workbook with a contents sheet.

    Raises
    ------
    SurveyError
        A text is longer than a cell can hold, so that it would be cut off.

    Notes
    -----
    A per cent is stored as printed, rounded once; the count beside it gives it exactly. Text is
    never a formula, a link or a number.
    """
    import xlsxwriter

    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    workbook.set_properties(
        {
            "title": report.title[:255],
            "subject": report.wave[:255],
            "author": report.generator,
            "comments": report.mark,
            "category": report.mark,
            "created": datetime.datetime(2000, 1, 1),
        }
    )
    workbook.set_custom_property("language", name_locale(report.language))
    formats = Formats(workbook)
    names = SheetNames()
    front = names.take(words["sheet_contents"])
    tables = [*report.tables, *(block for block in report.workbook if isinstance(block, Table))]
    for table in tables:
        refuse_long(table)
    sheets = _name_sheets(tables, names, words)
    contents = workbook.add_worksheet(front)
    rows = []
    for name, parts in sheets.items():
        sheet = workbook.add_worksheet(name)
        written = write_table(sheet, parts, report, words, formats, front)
        rows.append((name, parts[0].numbered, written))
    for banner in report.workbook:
        if isinstance(banner, Banner):
            titles = (banner.plain, False), (banner.counts_title, True)
            for short, (title, counts) in zip(banner.sheets, titles, strict=True):
                name = names.take(short)
                sheet = _BannerSheet(workbook.add_worksheet(name), banner, counts, formats)
                rows.append((name, title, sheet.write(report, front, words["back"])))
    _write_contents(contents, report, words, formats, rows)
    workbook.close()
    return zip_again(stream.getvalue())


def refuse_long(table: Table) -> None:
    """Stop where a cell could not hold its text."""
    for text in _texts(table):
        if len(text) > LONGEST:
            raise SurveyError(
                f"table '{table.name}': the text '{text[:40]}…' has {len(text)} characters, and a "
                f"cell of Excel holds {LONGEST}; shorten the label, or leave `xlsx` out of "
                "`documents:` in config/config.yaml"
            )


def _texts(table: Table) -> Iterator[str]:
    yield from (table.numbered, table.spanner, table.group, *table.notes)
    yield from (column.heading for column in table.columns)
    for row in table.rows:
        for cell in row.cells:
            yield from (cell.text, cell.below)


def _name_sheets(
    tables: Iterable[Table], names: SheetNames, words: Mapping[str, str]
) -> dict[str, list[Table]]:
    """Give every table a sheet; the two grids of one table share theirs."""
    sheets: dict[str, list[Table]] = {}
    last: Table | None = None
    for table in tables:
        if last is not None and (last.name, last.number) == (table.name, table.number):
            next(reversed(sheets.values())).append(table)
        else:
            part = table.name.removeprefix("report/")
            own = part == table.name
            wanted = table.number if own else words.get(f"sheet_{part}", table.number)
            sheets[names.take(wanted)] = [table]
        last = table
    return sheets


_CONTENTS = 92
"""Width of the column that says what is on a sheet."""


def _write_contents(
    sheet: Any,
    report: Report,
    words: Mapping[str, str],
    formats: Formats,
    rows: list[tuple[str, str, int]],
) -> None:
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, _CONTENTS)
    sheet.set_column(2, 2, 8)
    sheet.write_string(0, 0, report.title, formats.of(bold=True, font_size=14))
    under = "; ".join(text for text in (report.wave, report.subtitle) if text)
    sheet.write_string(1, 0, under, formats.of(font_color="#595959"))
    sheet.write_string(2, 0, report.mark, formats.mark)
    sheet.write_string(3, 0, words["workbook_lead"], formats.of(font_color="#595959"))
    for column, word in enumerate(("sheet", "sheet_of", "rows")):
        sheet.write_string(5, column, words[word], formats.head(number=column == 2))
    for line, (name, title, written) in enumerate(rows, 6):
        target = name.replace("'", "''")
        sheet.write_url(line, 0, f"internal:'{target}'!A1", formats.link, name)
        sheet.write_string(line, 1, title, formats.of(text_wrap=True, valign="top"))
        sheet.write_number(line, 2, written, formats.of(valign="top"))
        # As high as its text: not every program that opens a workbook sees to that itself.
        sheet.set_row(line, _LINE * _lines(title, _CONTENTS))
    sheet.freeze_panes(6, 0)
    sheet.hide_gridlines(2)
    set_print(sheet, report, (5, 5))
