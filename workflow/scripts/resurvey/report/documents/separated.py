"""Separated: a table of the report as CSV, as printed, for a spreadsheet program."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from resurvey.report.blocks import Report, Table

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Stands first, since Excel otherwise takes UTF-8 for the code page of its country."""

_NUMBER = re.compile(r"[+-][0-9]+(?:[.,][0-9]+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guard_formula(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet program would take for a formula.

    A signed number is a number and stays.

    Examples
    --------
    >>> guard_formula("=1+1"), guard_formula("-2,1"), guard_formula("-x")
    ("'=1+1", '-2,1', "'-x")
    """
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def write_separated(tables: Sequence[Table], report: Report) -> str:
    r"""Write one table of the study, or the two grids of one, as CSV.

    Returns
    -------
    str
        UTF-8 with a byte order mark. Numbers are text as printed; fields are separated by ``;``
        where the language writes a decimal comma, else by ``,``: so Excel of that language opens
        the file in columns. A table of several questions has them in a column of their own;
        notes and the mark follow after an empty line.
    """
    stream = io.StringIO()
    separator = ";" if report.decimal == "," else ","
    writer = csv.writer(stream, delimiter=separator, lineterminator="\n")
    for place, table in enumerate(tables):
        if place:
            writer.writerow([])
        _write_table(writer, table)
    notes = [note for table in tables for note in table.notes]
    notes += [report.mark] if report.mark else []
    if notes:
        writer.writerow([])
    for note in notes:
        writer.writerow([guard_formula(note)])
    return BYTE_ORDER_MARK + stream.getvalue()


def _write_table(writer: Any, table: Table) -> None:
    grouped = any(len(row.cells) == 1 for row in table.rows) and len(table.columns) > 1
    headings = [column.heading for column in table.columns]
    writer.writerow(map(guard_formula, ([table.group] if grouped else []) + headings))
    question = ""
    for row in table.rows:
        if grouped and len(row.cells) == 1:
            question = row.cells[0].text
            continue
        texts = [cell.text for cell in row.cells]
        writer.writerow(map(guard_formula, ([question] if grouped else []) + texts))
