"""Conventions: what the formats share: locales, archives without a time, page breaks."""

import io
import zipfile
from math import ceil

from babel.core import get_global

from resurvey.report.blocks import Row, Table

_OURS = {"en": "en-GB"}
"""Where the words of `report/` are of another country than the language's likeliest."""


def name_locale(language: str) -> str:
    """Name language and country, for spelling checkers and screen readers.

    Examples
    --------
    >>> name_locale("ru"), name_locale("ky"), name_locale("en"), name_locale("xx")
    ('ru-RU', 'ky-KG', 'en-GB', 'xx')
    """
    if language in _OURS:
        return _OURS[language]
    likely = get_global("likely_subtags").get(language, language)
    parts = str(likely).split("_")
    return f"{language}-{parts[-1]}" if len(parts) > 1 else language


EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip file can hold: it says nothing of when the file was made."""


def zip_again(content: bytes) -> bytes:
    """Write a zip file anew: entries sorted, one date, no system, one compression."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as after,
    ):
        for name in sorted(before.namelist()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = (
                zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            )
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            after.writestr(entry, before.read(name))
    return stream.getvalue()


FEW_LINES = 20
"""A table of no more lines stays on one page."""

LONG = 400
"""A cell with more characters may be split, since it may not fit on a page."""


def stays_whole(row: Row) -> bool:
    """Return whether a row is short enough to stay on one page."""
    return all(len(cell.text) + len(cell.below) <= LONG for cell in row.cells)


def heads_repeat(table: Table) -> bool:
    """Return whether the headings are short enough to stand again on every page."""
    return (
        all(len(column.heading) <= LONG for column in table.columns) and len(table.spanner) <= LONG
    )


def fits_together(table: Table) -> bool:
    """Return whether a table is short enough to stay on one page."""
    if not heads_repeat(table) or not all(map(stays_whole, table.rows)):
        return False
    return sum(_count_lines(table, row) for row in table.rows) <= FEW_LINES


def _count_lines(table: Table, row: Row) -> int:
    """Estimate how many lines a row takes on a page."""
    if len(row.cells) == 1:
        return 1
    across = (120 if table.fine else 95) / sum(column.width for column in table.columns)
    texts = (
        (text, column.width)
        for cell, column in zip(row.cells, table.columns, strict=True)
        for text in (cell.text, cell.below)
        if text
    )
    lines = max((ceil(len(text) / (across * width)) for text, width in texts), default=1)
    return lines + any(cell.below for cell in row.cells)
