"""Grid tables: the study's own tables, from the report's grids."""

from collections.abc import Sequence

from resurvey.pages.numerals import Shown
from resurvey.report.documents.manuscript import Cell, Column, Row, Table
from resurvey.report.documents.plain import plain_text
from resurvey.report.exhibits import Exhibit, Grid
from resurvey.report.exhibits import Row as GridRow

MANY_COLUMNS = 6
"""From so many number columns on, a table is set in smaller type."""


def exhibit_tables(one: Exhibit, number: str, group: str) -> list[Table]:
    """Make the tables of an exhibit; its notes stand under the last of them."""
    title = plain_text(one.title)
    tables = []
    for place, grid in enumerate(one.grids):
        last = place == len(one.grids) - 1
        named = f"{title}: {' – '.join(map(plain_text, grid.columns[:2]))}" if place else title
        tables.append(
            Table(
                one.name,
                number,
                named,
                plain_text(one.unit),
                _columns(grid),
                tuple(_rows(grid)),
                plain_text(grid.spanner),
                tuple(map(plain_text, one.notes)) if last else (),
                fine=len(grid.columns) >= MANY_COLUMNS,
                group=group,
            )
        )
    return tables


def _columns(grid: Grid) -> tuple[Column, ...]:
    wide = max(1.6, len(grid.columns) * 0.6)
    return (
        Column(plain_text(grid.stub), width=wide),
        *(Column(plain_text(heading), number=True) for heading in grid.columns),
    )


def _rows(grid: Grid) -> list[Row]:
    rows = []
    for part in grid.parts:
        if len(grid.parts) > 1:
            rows.append(Row("question", (Cell(plain_text(part.question)),)))
        rows += [_row(row) for row in (*part.rows, *part.bases)]
    return rows + [_row(row) for row in grid.bases]


def _row(row: GridRow) -> Row:
    return Row(row.kind, (Cell(plain_text(row.label)), *shown_cells(row.cells)))


def shown_cells(numbers: Sequence[Shown]) -> list[Cell]:
    """Make cells of numbers; a count stands beside a per cent unless the row prints it already."""
    printed = {one.text for one in numbers if one.text in (one.count, one.base)}
    return [
        Cell(plain_text(one.text), "" if {one.text, one.count} & printed else one.count)
        for one in numbers
    ]
