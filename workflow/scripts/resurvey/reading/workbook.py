"""Workbooks (.xlsx, .ods): the cells of one sheet as text; nothing in them is computed or run."""

import datetime
import itertools
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from resurvey.core.codebook import nearest
from resurvey.core.errors import SurveyError
from resurvey.reading.formats import archive_names, check_archive, check_letters, read_part
from resurvey.reading.sheet import Sheet, check_width, column_letters, title_rows, titles_left_out

if TYPE_CHECKING:
    from resurvey.reading.formats import Export

logger = logging.getLogger(__name__)

_MOST_CELLS = 5_000_000
_MOST_MARKS = 4 * _MOST_CELLS
"""A cell with a value takes four: it opens and closes, and so does its value."""
#: SOURCE KoboToolbox and ODK: columns of a repeat that point at the respondent.
_PARENTS = frozenset(
    ("_parent_index", "_parent_table_name", "_submission__id", "PARENT_KEY", "parent_key")
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_OFFICE, _STYLE, _TABLE, _TEXT = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
    for name in ("office", "style", "table", "text")
)
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CLOCK = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:\.\d+)?S")
_MOST_BLANKS = 1000


def read_workbook(path: Path, export: "Export") -> Sheet:
    """Read one sheet of a workbook."""
    sheet = export.sheet
    tables = read_sheets(path, [sheet] if sheet else None)
    if sheet:
        return tables[sheet]
    filled = {name: table for name, table in tables.items() if table.headings}
    if len(filled) == 1:
        return next(iter(filled.values()))
    main = [name for name, table in filled.items() if not _PARENTS & set(table.headings)]
    if len(main) == 1:
        others = [name for name in filled if name != main[0]]
        said = ", ".join(map(repr, others))
        plural = len(others) > 1
        return filled[main[0]].assuming(
            f"sheet '{main[0]}' is read; the sheet{'s' * plural} {said} hold{'s' * (not plural)} "
            "repeats, with rows of their own, and cannot be counted with it"
        )
    if not filled:
        raise SurveyError(f"{path}: the file has no variables: no visible sheet has a cell")
    raise SurveyError(
        f"{path}: the workbook has {len(filled)} sheets ({', '.join(map(repr, filled))}); declare "
        "which one holds the answers with `sheet:`"
    )


def read_sheets(path: Path, names: Sequence[str] | None = None) -> dict[str, Sheet]:
    """Read the named sheets of a workbook, or all that are visible."""
    if check_archive(path) > _MOST_MARKS:
        raise SurveyError(
            f"{path}: the workbook has more cells than a spreadsheet program opens in good time "
            f"(the limit is about {_MOST_CELLS}); save the sheet as .csv or the survey as .sav, "
            "which may be larger"
        )
    try:
        if "content.xml" in archive_names(path):
            return _open_document_sheets(path, names)
        return _excel_sheets(path, names)
    except (SurveyError, MemoryError):
        raise
    except Exception as error:  # the reader raises a dozen kinds of errors on odd workbooks
        # Its words may quote a cell, and with it an answer.
        raise SurveyError(
            f"{path}: the workbook is damaged and cannot be read ({type(error).__name__}); open it "
            "in a spreadsheet program and save it anew"
        ) from None


def _chosen(
    path: Path, visible: list[str], hidden: list[str], names: Sequence[str] | None
) -> Sequence[str]:
    """Choose the sheets to read: the named ones, or all that are visible."""
    if names is None:
        if hidden:
            logger.info("%s: hidden sheets are not read: %s", path, ", ".join(hidden))
        return visible
    for name in names:
        if name not in (known := [*visible, *hidden]):
            raise SurveyError(
                f"{path}: there is no sheet '{name}'{nearest(name, known)}; it has "
                + ", ".join(map(repr, known))
            )
    return names


def _excel_sheets(path: Path, names: Sequence[str] | None) -> dict[str, Sheet]:
    import warnings

    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = openpyxl.load_workbook(path, read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(path, read_only=True) if _has_formulas(path) else None
        shown = {sheet.title: sheet.sheet_state == "visible" for sheet in values.worksheets}
        visible = [name for name, is_visible in shown.items() if is_visible]
        hidden = [name for name, is_visible in shown.items() if not is_visible]
        return {
            name: _sheet(
                path, name, _rows(path, name, values[name], formulas[name] if formulas else None)
            )
            for name in _chosen(path, visible, hidden, names)
        }


def _has_formulas(path: Path) -> bool:
    """Return whether any sheet has a formula: only then is it worth reading them all."""
    return any(
        _FORMULA.search(read_part(path, name))
        for name in archive_names(path)
        if name.startswith("xl/worksheets/") and name.endswith(".xml")
    )


def _sheet(path: Path, name: str, numbered: Iterable[tuple[int, list[str]]]) -> Sheet:
    """Turn the cells of a sheet into text."""
    grid: list[list[str]] = []
    lines: list[int] = []
    cells = width = letters = 0
    for line, row in numbered:
        cells += max(1, len(row))
        if cells > _MOST_CELLS:
            raise SurveyError(
                f"{path}: sheet '{name}' has more than {_MOST_CELLS} cells; save it as .csv"
            )
        # The same long text can stand in every cell and take its place only once in the file.
        letters += sum(map(len, row))
        check_letters(path, letters)
        while row and not row[-1]:
            row.pop()
        if not row:
            continue
        check_width(path, len(row))
        width = max(width, len(row))
        grid.append(row)
        lines.append(line)
    rows = [tuple(row) + ("",) * (width - len(row)) for row in grid]
    assumed: tuple[str, ...] = ()
    if titles := title_rows(rows, lines):
        assumed = (titles_left_out("row", lines[:titles]),)
        del rows[:titles], lines[:titles]
    headings = [cell.strip() for cell in rows[0]] if rows else []
    return Sheet(path, headings, rows[1:], lines[1:], name=name, decimal=".", assumed=assumed)


def _rows(path: Path, name: str, values: Any, formulas: Any) -> Iterator[tuple[int, list[str]]]:
    """Walk through the rows, with their numbers."""
    values.reset_dimensions()
    if formulas is not None:
        formulas.reset_dimensions()
    written = formulas.iter_rows() if formulas is not None else itertools.repeat(())
    for line, (row, source) in enumerate(zip(values.iter_rows(), written, strict=False), 1):
        texts = []
        for at, cell in enumerate(row):
            if cell.data_type == "e":
                raise _error_in_cell(path, name, at, line, cell.value)
            if at < len(source) and source[at].data_type == "f" and cell.value is None:
                raise _unstored_formula(path, name, at, line)
            texts.append(_text(cell.value))
        yield line, texts


def _error_in_cell(path: Path, sheet: str, column: int, line: int, error: str) -> SurveyError:
    return SurveyError(
        f"{path}: cell {column_letters(column)}{line} of sheet '{sheet}' holds the error {error}; "
        "repair or clear it"
    )


def _unstored_formula(path: Path, sheet: str, column: int, line: int) -> SurveyError:
    return SurveyError(
        f"{path}: cell {column_letters(column)}{line} of sheet '{sheet}' holds a formula whose "
        "value was not stored; open the file in a spreadsheet program and save it"
    )


def _text(value: Any) -> str:
    """Write the value of a cell as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value)


def _open_document_sheets(path: Path, names: Sequence[str] | None) -> dict[str, Sheet]:
    """Read the sheets of an OpenDocument spreadsheet, row by row; its styles stand before them."""
    unseen: set[str | None] = set()
    shown: dict[str, bool] = {}
    rows: dict[str, list[tuple[int, int, list[str]]]] = {}
    name, line = "", 1
    content = BytesIO(read_part(path, "content.xml"))
    for event, element in ElementTree.iterparse(content, ("start", "end")):
        if event == "start" and element.tag == f"{_TABLE}table":
            name, line = str(element.get(f"{_TABLE}name")), 1
            shown[name], rows[name] = element.get(f"{_TABLE}style-name") not in unseen, []
        elif event == "end" and element.tag == f"{_STYLE}style":
            if any(properties.get(f"{_TABLE}display") == "false" for properties in element):
                unseen.add(element.get(f"{_STYLE}name"))
        elif event == "end" and element.tag == f"{_TABLE}table-row":
            times = int(element.get(f"{_TABLE}number-rows-repeated", 1))
            if shown[name] if names is None else name in names:
                rows[name].append((line, times, _open_document_row(path, name, line, element)))
            line += times
            element.clear()
    visible = [name for name, is_visible in shown.items() if is_visible]
    hidden = [name for name, is_visible in shown.items() if not is_visible]
    return {
        name: _sheet(
            path,
            name,
            (
                (line + number, list(texts))
                for line, times, texts in rows[name]
                for number in range(times if texts else 0)
            ),
        )
        for name in _chosen(path, visible, hidden, names)
    }


def _open_document_row(path: Path, name: str, line: int, row: ElementTree.Element) -> list[str]:
    """Write the cells of a row as text; equal neighbours are stored as one."""
    texts: list[str] = []
    blanks = 0
    for cell in row:
        repeated = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        text = _open_document_text(path, name, len(texts) + blanks, line, cell)
        if not text:
            blanks += repeated
            continue
        check_width(path, len(texts) + blanks + repeated)
        texts += [""] * blanks + [text] * repeated
        blanks = 0
    return texts


def _open_document_text(
    path: Path, sheet: str, column: int, line: int, cell: ElementTree.Element
) -> str:
    """Write the value of a cell as text, as `_text` does; a covered cell holds none."""
    if cell.tag != f"{_TABLE}table-cell":
        return ""
    written = "\n".join(map(_paragraph, cell.iterfind(f"{_TEXT}p")))
    if cell.get(f"{_CALC}value-type") == "error":
        raise _error_in_cell(path, sheet, column, line, written)
    kind = cell.get(f"{_OFFICE}value-type")
    if kind is None and cell.get(f"{_TABLE}formula"):
        raise _unstored_formula(path, sheet, column, line)
    if kind in ("float", "percentage", "currency"):
        return _text(float(cell.attrib[f"{_OFFICE}value"]))
    if kind == "date":
        moment = datetime.datetime.fromisoformat(cell.attrib[f"{_OFFICE}date-value"])
        return _text(moment.replace(microsecond=0))
    if kind == "time" and (clock := _CLOCK.fullmatch(cell.attrib[f"{_OFFICE}time-value"])):
        return ":".join(part.zfill(2) for part in clock.groups())
    if kind == "boolean":
        return cell.attrib[f"{_OFFICE}boolean-value"].upper()
    return cell.get(f"{_OFFICE}string-value") or written


def _paragraph(element: ElementTree.Element) -> str:
    """Write the text of a paragraph, in which blanks, tabs and line ends are elements."""
    text = element.text or ""
    for part in element:
        if part.tag == f"{_TEXT}s":
            text += " " * min(int(part.get(f"{_TEXT}c", 1)), _MOST_BLANKS)
        elif part.tag == f"{_TEXT}tab":
            text += "\t"
        elif part.tag == f"{_TEXT}line-break":
            text += "\n"
        elif part.tag != f"{_OFFICE}annotation":
            text += _paragraph(part)
        text += part.tail or ""
    return text
