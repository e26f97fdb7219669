"""Workbooks (.xlsx): the cells of one sheet as text; nothing in them is computed or run."""

import datetime
import itertools
import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from resurvey.core.codebook import nearest
from resurvey.core.errors import SurveyError
from resurvey.reading.limits import archive_names, check_archive, check_letters, read_part
from resurvey.reading.sheet import Sheet, check_width, column_letters, title_rows, titles_left_out

logger = logging.getLogger(__name__)

_MOST_CELLS = 5_000_000
_MOST_MARKS = 4 * _MOST_CELLS
"""A cell with a value takes four: it opens and closes, and so does its value."""
#: SOURCE KoboToolbox and ODK: columns of a repeat that point at the respondent.
_PARENTS = frozenset(
    ("_parent_index", "_parent_table_name", "_submission__id", "PARENT_KEY", "parent_key")
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


def read_workbook(path: Path, sheet: str = "") -> Sheet:
    """Read one sheet of a workbook.

    Raises
    ------
    SurveyError
        For a damaged or hostile archive, several sheets to choose from, a cell with an error,
        and a formula whose value was not stored, with the cell.
    """
    tables = read_sheets(path, [sheet] if sheet else None)
    if sheet:
        return tables[sheet]
    filled = {name: one for name, one in tables.items() if one.headings}
    if len(filled) == 1:
        return next(iter(filled.values()))
    main = [name for name, one in filled.items() if not _PARENTS & set(one.headings)]
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
    import warnings

    if check_archive(path) > _MOST_MARKS:
        raise SurveyError(
            f"{path}: the workbook has more cells than a spreadsheet program opens in good time "
            f"(the limit is about {_MOST_CELLS}); save the sheet as .csv or the survey as .sav, "
            "which may be larger"
        )
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = openpyxl.load_workbook(path, read_only=True, data_only=True)
            formulas = openpyxl.load_workbook(path, read_only=True) if _has_formulas(path) else None
            return _sheets(path, values, formulas, names)
    except (SurveyError, MemoryError):
        raise
    except Exception as error:  # the reader raises a dozen kinds of errors on odd workbooks
        # Its words may quote a cell, and with it an answer.
        raise SurveyError(
            f"{path}: the workbook is damaged and cannot be read ({type(error).__name__}); open it "
            "in a spreadsheet program and save it anew"
        ) from None


def _sheets(
    path: Path, values: Any, formulas: Any, names: Sequence[str] | None
) -> dict[str, Sheet]:
    """Read sheet after sheet."""
    visible = [one.title for one in values.worksheets if one.sheet_state == "visible"]
    hidden = [one.title for one in values.worksheets if one.sheet_state != "visible"]
    if names is None and hidden:
        logger.info("%s: hidden sheets are not read: %s", path, ", ".join(hidden))
    known = [*visible, *hidden]
    for name in names or ():
        if name not in known:
            raise SurveyError(
                f"{path}: there is no sheet '{name}'{nearest(name, known)}; it has "
                + ", ".join(map(repr, known))
            )
    found = {}
    for name in visible if names is None else names:
        written = formulas[name] if formulas else None
        found[name] = _sheet(path, name, values[name], written)
    return found


def _has_formulas(path: Path) -> bool:
    """Tell whether any sheet has a formula: only then is it worth reading them all."""
    return any(
        _FORMULA.search(read_part(path, name))
        for name in archive_names(path)
        if name.startswith("xl/worksheets/") and name.endswith(".xml")
    )


def _sheet(path: Path, name: str, values: Any, formulas: Any) -> Sheet:
    """Turn the cells of a sheet into text."""
    grid: list[list[str]] = []
    lines: list[int] = []
    cells = width = letters = 0
    for line, row in _rows(path, name, values, formulas):
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
                raise SurveyError(
                    f"{path}: cell {column_letters(at)}{line} of sheet '{name}' holds the error "
                    f"{cell.value}; repair or clear it"
                )
            formula = at < len(source) and source[at].data_type == "f"
            if formula and cell.value is None:
                raise SurveyError(
                    f"{path}: cell {column_letters(at)}{line} of sheet '{name}' holds a formula "
                    "whose value was not stored; open the file in a spreadsheet program and save it"
                )
            texts.append(_text(cell.value))
        yield line, texts


def _text(value: Any) -> str:
    """Write the value of a cell as text.

    Examples
    --------
    >>> _text(7), _text(7.0), _text(0.1), _text("007"), _text(True), _text(None)
    ('7', '7', '0.1', '007', 'TRUE', '')
    >>> _text(datetime.datetime(2022, 10, 3)), _text(datetime.datetime(2022, 10, 3, 9, 30))
    ('2022-10-03', '2022-10-03T09:30:00')
    """
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
