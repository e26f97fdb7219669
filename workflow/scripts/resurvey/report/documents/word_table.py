"""Word table: a table of the report as WordprocessingML."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from resurvey.report.blocks import Cell, Row, Table
from resurvey.report.documents.conventions import fits_together, heads_repeat, stays_whole
from resurvey.report.documents.word_styles import GREY, TEXT_WIDTH

_STYLES = {
    "question": ("TableQuestion", "TableQuestion"),
    "subtotal": ("TableSubtotal", "TableSubtotalNumber"),
    "total": ("TableSubtotal", "TableSubtotalNumber"),
    "base": ("TableMinor", "TableMinorNumber"),
    "missing": ("TableSubtotal", "TableSubtotalNumber"),
}
_RULE = (
    '<w:tcBorders><w:{side} w:val="single" w:sz="6" w:space="0" w:color="1C2126"/></w:tcBorders>'
)


def table_xml(table: Table) -> str:
    """Write a table with its header rows repeated on every page and its rows unsplit."""
    widths = share_width([column.width for column in table.columns], TEXT_WIDTH)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    few = fits_together(table)
    rows = []
    previous = ""
    for place, row in enumerate(table.rows):
        stays = (few and place < len(table.rows) - 1) or row.kind == "question"
        ruled = row.kind == "base" and previous != "base"
        rows.append(_row(table, row, widths, stays, ruled))
        previous = row.kind
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="SurveyTable"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" '
        'w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(f'{table.number}. {table.title}'[:250])}/>"
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{_head(table, widths)}{''.join(rows)}</w:tbl>"
    )


def share_width(shares: Sequence[float], total: int) -> list[int]:
    """Share a width among columns, to the last unit.

    Examples
    --------
    >>> share_width([2, 1, 1], 9301)
    [4651, 2325, 2325]
    """
    whole = sum(shares)
    widths = [int(total * share / whole) for share in shares]
    return [widths[0] + total - sum(widths), *widths[1:]]


def _head(table: Table, widths: Sequence[int]) -> str:
    headings = [column.heading for column in table.columns]
    repeated = heads_repeat(table)
    properties = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if repeated else ""
    fine = "Fine" if table.fine else ""
    styles = [f"TableHead{'Number' if one.number else ''}{fine}" for one in table.columns]
    below = _RULE.format(side="bottom")
    if not table.spanner or len(headings) < 4:
        cells = (
            _cell(text, style, f'<w:tcW w:w="{width}" w:type="dxa"/>{below}')
            for text, style, width in zip(headings, styles, widths, strict=True)
        )
        return f"<w:tr>{properties}{''.join(cells)}</w:tr>"
    first, second = [], []
    for place, (text, style, width) in enumerate(zip(headings, styles, widths, strict=True)):
        size = f'<w:tcW w:w="{width}" w:type="dxa"/>'
        if place < 2:
            first.append(_cell(text, style, f'{size}<w:vMerge w:val="restart"/>'))
            second.append(_cell("", style, f"{size}<w:vMerge/>{below}"))
        else:
            second.append(_cell(text, style, size + below))
    span = f'<w:tcW w:w="{sum(widths[2:])}" w:type="dxa"/><w:gridSpan w:val="{len(widths) - 2}"/>'
    first.append(_cell(table.spanner, f"TableHeadNumber{fine}", span + below))
    return "".join(f"<w:tr>{properties}{''.join(cells)}</w:tr>" for cells in (first, second))


def _row(table: Table, row: Row, widths: Sequence[int], stays: bool, ruled: bool) -> str:
    fine = "Fine" if table.fine else ""
    text_style, number_style = _STYLES.get(row.kind, ("TableText", "TableNumber"))
    properties = "<w:trPr><w:cantSplit/></w:trPr>" if stays_whole(row) else ""
    if len(row.cells) == 1:
        size = f'<w:tcW w:w="{sum(widths)}" w:type="dxa"/><w:gridSpan w:val="{len(widths)}"/>'
        cell = row.cells[0]
        return f"<w:tr>{properties}{_filled(cell, text_style + fine, size, stays)}</w:tr>"
    rule = _RULE.format(side="top") if ruled else ""
    cells = (
        _filled(
            cell,
            (number_style if column.number else text_style) + fine,
            f'<w:tcW w:w="{width}" w:type="dxa"/>{rule}',
            stays,
        )
        for cell, column, width in zip(row.cells, table.columns, widths, strict=True)
    )
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def _filled(cell: Cell, style: str, properties: str, stays: bool) -> str:
    second = (
        f'<w:r><w:rPr><w:i/><w:color w:val="{GREY}"/></w:rPr><w:br/>'
        f'<w:t xml:space="preserve">{escape(cell.below)}</w:t></w:r>'
        if cell.below
        else ""
    )
    return _cell(cell.text, style, properties, stays, second)


def _cell(text: str, style: str, properties: str, stays: bool = False, second: str = "") -> str:
    keep = "<w:keepNext/>" if stays else ""
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return (
        f'<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/>{keep}</w:pPr>'
        f"{run}{second}</w:p></w:tc>"
    )
