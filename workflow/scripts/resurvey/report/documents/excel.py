"""Excel: every table of the manuscript on a sheet of its own, numbers as numbers."""

import datetime
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.report.documents.archives import zip_again
from resurvey.report.documents.banner_sheet import BannerSheet, write_banner
from resurvey.report.documents.excel_sheet import Formats, set_print, write_table
from resurvey.report.documents.locales import name_locale
from resurvey.report.documents.manuscript import Manuscript, Table
from resurvey.report.documents.sheet_names import SheetNames

LONGEST = 32_767
"""Characters that a cell of a spreadsheet can hold."""


def write_excel(
    manuscript: Manuscript,
    words: Mapping[str, str],
    more: Iterable[Table] = (),
    banners: Iterable[BannerSheet] = (),
) -> bytes:
    """Write the tables of a manuscript as a workbook with a contents sheet.

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
            "title": manuscript.title[:255],
            "subject": manuscript.wave[:255],
            "author": manuscript.generator,
            "comments": manuscript.mark,
            "category": manuscript.mark,
            "created": datetime.datetime(2000, 1, 1),
        }
    )
    workbook.set_custom_property("language", name_locale(manuscript.language))
    formats = Formats(workbook)
    names = SheetNames()
    front = names.take(words["sheet_contents"])
    tables = [*manuscript.tables, *more]
    for table in tables:
        refuse_long(table)
    sheets = _name_sheets(tables, names, words)
    contents = workbook.add_worksheet(front)
    rows = []
    for name, parts in sheets.items():
        sheet = workbook.add_worksheet(name)
        written = write_table(sheet, parts, manuscript, words, formats, front)
        rows.append((name, parts[0].numbered, written))
    for one in banners:
        name = names.take(one.title)
        sheet = workbook.add_worksheet(name)
        written = write_banner(sheet, one, manuscript, formats, front, words)
        rows.append((name, one.title, written))
    _write_contents(contents, manuscript, words, formats, rows)
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
            yield from (cell.text, cell.under)


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


def _write_contents(
    sheet: Any,
    manuscript: Manuscript,
    words: Mapping[str, str],
    formats: Formats,
    rows: list[tuple[str, str, int]],
) -> None:
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 92)
    sheet.set_column(2, 2, 8)
    sheet.write_string(0, 0, manuscript.title, formats.of(bold=True, font_size=14))
    under = "; ".join(text for text in (manuscript.wave, manuscript.subtitle) if text)
    sheet.write_string(1, 0, under, formats.of(font_color="#595959"))
    sheet.write_string(2, 0, manuscript.mark, formats.mark)
    sheet.write_string(3, 0, words["workbook_lead"], formats.of(font_color="#595959"))
    for column, word in enumerate(("sheet", "sheet_of", "rows")):
        sheet.write_string(5, column, words[word], formats.head(number=column == 2))
    for line, (name, title, written) in enumerate(rows, 6):
        target = name.replace("'", "''")
        sheet.write_url(line, 0, f"internal:'{target}'!A1", formats.link, name)
        sheet.write_string(line, 1, title, formats.of(text_wrap=True, valign="top"))
        sheet.write_number(line, 2, written, formats.of(valign="top"))
    sheet.freeze_panes(6, 0)
    sheet.hide_gridlines(2)
    set_print(sheet, manuscript, (5, 5))
