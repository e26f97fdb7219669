"""Banner sheet: a banner table on two sheets of the workbook, per cents and counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resurvey.pages.wording import Wording
from resurvey.report.banners import Banner, BannerCell, BannerRow
from resurvey.report.documents.excel_sheet import Formats, set_print
from resurvey.report.documents.manuscript import Manuscript
from resurvey.report.documents.number_values import read_number
from resurvey.report.documents.plain import plain_text

GREY, ACCENT = "#595959", "#14539A"
_HEAD = 3
"""Rows above the headings: caption, mark, the way back."""


@dataclass(frozen=True)
class BannerSheet:
    """A banner table on a sheet of its own.

    Attributes
    ----------
    banner : Banner
        As the report lays it out.
    title : str
        Name of the sheet in the contents.
    stub : str
        Heading of the answers.
    counts : bool
        The sheet holds the counts instead of the per cents; they have no letters.
    """

    banner: Banner
    title: str
    stub: str
    counts: bool = False


def list_sheets(banners: Sequence[Banner], say: Wording) -> list[BannerSheet]:
    """List the sheets of all banners: per cents, then counts."""
    stub = say.plain("report.answer")
    return [
        BannerSheet(
            banner,
            say.plain("banners.sheet_counts", title=banner.plain) if counts else banner.plain,
            stub,
            counts,
        )
        for banner in banners
        for counts in (False, True)
    ]


def write_banner(
    sheet: Any,
    one: BannerSheet,
    manuscript: Manuscript,
    formats: Formats,
    front: str,
    words: Mapping[str, str],
) -> int:
    """Write a banner table on a sheet, letters in narrow columns of their own."""
    return _BannerSheet(sheet, one, formats).write(manuscript, front, words["back"])


class _BannerSheet:
    """Writes one sheet; a column of letters follows each column that is compared."""

    def __init__(self, sheet: Any, one: BannerSheet, formats: Formats) -> None:
        self.sheet, self.one, self.formats = sheet, one, formats
        self.banner, self.counts = one.banner, one.counts
        self.places: list[int] = [1]
        self.lettered: list[bool] = [False]
        for group in self.banner.groups:
            for column in group.columns:
                self.places.append(self.places[-1] + 1 + self.lettered[-1])
                self.lettered.append(bool(column.letter) and not self.counts)
        self.width = self.places[-1] + 1 + self.lettered[-1]

    def write(self, manuscript: Manuscript, front: str, back: str) -> int:
        """Write everything, top down."""
        sheet, formats = self.sheet, self.formats
        sheet.set_column(0, 0, 38)
        labels = [column.label for group in self.banner.groups for column in group.columns]
        for place, lettered, label in zip(
            self.places, self.lettered, [self.banner.everyone, *labels], strict=True
        ):
            # A heading breaks between words, never inside one.
            longest = max(map(len, plain_text(label).split()), default=0)
            sheet.set_column(place, place, max(9.0, min(1.15 * longest + 1, 24)))
            if lettered:
                sheet.set_column(place + 1, place + 1, 4)
        unit = "" if self.counts else f", {self.banner.unit}"
        title = formats.of(bold=True, font_size=12)
        sheet.write_string(0, 0, plain_text(self.one.title) + unit, title)
        sheet.write_string(1, 0, manuscript.mark, formats.mark)
        target = front.replace("'", "''")
        sheet.write_url(2, 0, f"internal:'{target}'!A1", formats.link, back)
        body = self._headings()
        line, written = self._parts(body)
        for number in range(self.width):
            sheet.write_blank(line, number, None, formats.of(top=2))
        for note in self.banner.notes:
            line += 1
            sheet.write_string(line, 0, plain_text(note), formats.of(font_color=GREY))
        sheet.freeze_panes(body, 1)
        sheet.hide_gridlines(2)
        set_print(sheet, manuscript, (_HEAD, body - 1))
        return written

    def _headings(self) -> int:
        """Groups, columns, and the letters by which other columns name them."""
        sheet, formats = self.sheet, self.formats
        over = formats.of(bold=True, top=2, bottom=1, left=1, text_wrap=True, valign="bottom")
        head = formats.of(bold=True, text_wrap=True, valign="bottom", align="right")
        letter = formats.of(bold=True, font_color=ACCENT, align="right", bottom=1)
        sheet.write_string(_HEAD, 0, "", formats.of(top=2))
        sheet.write_string(_HEAD, 1, "", formats.of(top=2))
        sheet.write_string(_HEAD + 1, 0, self.one.stub, formats.of(bold=True, valign="bottom"))
        sheet.write_string(_HEAD + 1, 1, plain_text(self.banner.everyone), head)
        sheet.write_blank(_HEAD + 2, 0, None, formats.of(bottom=1))
        sheet.write_blank(_HEAD + 2, 1, None, formats.of(bottom=1))
        at = 1
        for group in self.banner.groups:
            first, last = self.places[at], self.places[at + len(group.columns) - 1]
            last += self.lettered[at + len(group.columns) - 1]
            if last > first:
                sheet.merge_range(_HEAD, first, _HEAD, last, "", over)
            sheet.write_string(_HEAD, first, plain_text(group.question), over)
            for column in group.columns:
                place = self.places[at]
                sheet.write_string(_HEAD + 1, place, plain_text(column.label), head)
                sheet.write_string(_HEAD + 2, place, "" if self.counts else column.letter, letter)
                if self.lettered[at]:
                    sheet.write_blank(_HEAD + 2, place + 1, None, formats.of(bottom=1))
                at += 1
        sheet.set_row(_HEAD + 1, 45)
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
        label = self.formats.of(**look, text_wrap=True, valign="top", indent=1)
        self.sheet.write_string(line, 0, plain_text(row.label), label)
        for place, lettered, cell in zip(self.places, self.lettered, row.cells, strict=True):
            self._number(line, place, cell, look)
            if lettered and cell.letters:
                shape = self.formats.of(font_color=ACCENT, font_size=9)
                self.sheet.write_string(line, place + 1, cell.letters.replace(" ", ""), shape)

    def _number(self, line: int, place: int, cell: BannerCell, look: dict[str, Any]) -> None:
        """A number with its format; one of a small base stands in brackets, and stays a number."""
        shown = cell.shown
        text = (shown.count or shown.text) if self.counts else shown.text
        value = read_number(text)
        if value is None:
            self.sheet.write_string(line, place, text, self.formats.of(**look, align="right"))
            return
        shape = f"({value.format})" if cell.small else value.format
        self.sheet.write_number(
            line, place, value.value, self.formats.of(**look, num_format=shape, align="right")
        )
