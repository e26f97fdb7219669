"""Page breaks: what stays together on a page, and what is too long to."""

from math import ceil

from resurvey.report.documents.manuscript import Row, Table

FEW_LINES = 20
"""A table of no more lines stays on one page."""

LONG = 400
"""A cell with more characters may be split, since it may not fit on a page."""


def stays_whole(row: Row) -> bool:
    """Tell whether a row is short enough to stay on one page."""
    return all(len(cell.text) + len(cell.under) <= LONG for cell in row.cells)


def heads_repeat(table: Table) -> bool:
    """Tell whether the headings are short enough to stand again on every page."""
    return all(len(one.heading) <= LONG for one in table.columns) and len(table.spanner) <= LONG


def fits_together(table: Table) -> bool:
    """Tell whether a table is short enough to stay on one page."""
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
        for text in (cell.text, cell.under)
        if text
    )
    lines = max((ceil(len(text) / (across * width)) for text, width in texts), default=1)
    return lines + any(cell.under for cell in row.cells)
