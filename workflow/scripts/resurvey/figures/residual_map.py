"""Residual map: in which cells of all tables a group differs from the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from resurvey.figures.canvas import Canvas
from resurvey.figures.cells import TOTAL, Setting
from resurvey.figures.lettering import shorten, width, wrap
from resurvey.figures.page import MARGIN, ROOM, TEXT, Page
from resurvey.figures.palette import GREY, INK, around_zero, ink_on

MARKED = 2.0
"""Size from which a residual is framed; about the 95 per cent point of the normal."""
MOST_ROWS, MOST_COLUMNS, MOST_NARROW = 160, 12, 3
_HIGH = 15.0
_GUTTER = 22.0


@dataclass(frozen=True)
class Block:
    """Residuals of one question: its answers by the groups of one variable."""

    title: str
    groups: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]


def residual_blocks(
    tables: Mapping[str, Sequence[Mapping[str, str]]], setting: Setting
) -> list[Block]:
    """Collect the adjusted residuals of every question that has columns.

    Subtotals and totals have none; a question without any residual has no block.
    """
    blocks = []
    for name, cells in tables.items():
        answers = [
            cell
            for cell in cells
            if cell["kind"] == "answer" and cell["column_variable"] and cell["column_code"] != TOTAL
        ]
        for variable in dict.fromkeys(cell["row_variable"] for cell in answers):
            inner = [cell for cell in answers if cell["row_variable"] == variable]
            if any(_residual(cell) is not None for cell in inner):
                blocks.append(_block(name, variable, inner, setting))
    return blocks


def _block(name: str, variable: str, cells: Sequence[Mapping[str, str]], setting: Setting) -> Block:
    columns = {cell["column_code"]: cell for cell in cells}
    labels = {cell["row_code"]: cell["row_label"] for cell in cells}
    values = {(cell["row_code"], cell["column_code"]): _residual(cell) for cell in cells}
    inside, away = setting.ranked(variable, list(labels))
    # The share that nobody published is the rest of the others and no answer.
    away = [code for code in away if code != str(setting.not_printed)]
    number = setting.text.get("tables", {}).get(name, {}).get("number", "")
    question = setting.question(variable)
    return Block(
        f"{number}. {question}" if number else question,
        tuple(
            setting.answer(cell["column_variable"], code, cell["column_label"])
            for code, cell in columns.items()
        ),
        tuple(
            (
                setting.answer(variable, code, labels[code]),
                tuple(values.get((code, column)) for column in columns),
            )
            for code in [*inside, *away]
        ),
    )


def _residual(cell: Mapping[str, Any]) -> float | None:
    try:
        value = float(cell.get("adjusted_residual") or "")
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def draw_residuals(blocks: Sequence[Block], setting: Setting) -> Canvas:
    """Draw one map of all blocks; with few groups they stand in two columns."""
    words = setting.words
    page = Page(words["residuals_title"], words["residuals_subtitle"], setting)
    page.legend([("box", around_zero(-3), words["below"]), ("box", around_zero(3), words["above"])])
    if not blocks:
        page.canvas.text(MARGIN, page.y + 9, words["no_residuals"], TEXT, colour=GREY)
        page.y += 18
        return page.finish()
    shown = _within_page(blocks, page)
    for narrow, run in groupby(shown, key=lambda block: len(block.groups) <= MOST_NARROW):
        if narrow:
            _draw_columns(page, list(run))
        else:
            for block in run:
                _draw_block(page, block, MARGIN, ROOM)
    if any(value is None for block in shown for _, row in block.rows for value in row):
        page.note(words["not_identified_cells"])
    return page.finish()


def _draw_columns(page: Page, blocks: Sequence[Block]) -> None:
    """Draw blocks with few groups in two columns of about the same length."""
    room = (ROOM - _GUTTER) / 2
    cut = _split([_height(block, room) for block in blocks])
    top, ends = page.y, [page.y]
    for x, column in ((MARGIN, blocks[:cut]), (MARGIN + room + _GUTTER, blocks[cut:])):
        page.y = top
        for block in column:
            _draw_block(page, block, x, room)
        ends.append(page.y)
    page.y = max(ends)


def _within_page(blocks: Sequence[Block], page: Page) -> list[Block]:
    words = page.setting.words
    shown: list[Block] = []
    room, every = MOST_ROWS, sum(len(block.rows) for block in blocks)
    for block in blocks:
        rows = block.rows[:room]
        if rows:
            kept = tuple((label, values[:MOST_COLUMNS]) for label, values in rows)
            shown.append(Block(block.title, block.groups[:MOST_COLUMNS], kept))
        if len(block.groups) > MOST_COLUMNS:
            page.note(words["groups_cut"].format(shown=MOST_COLUMNS, all=len(block.groups)))
        room -= len(rows)
    if every > MOST_ROWS:
        page.note(words["residuals_cut"].format(shown=MOST_ROWS, all=every))
    return shown


def _split(heights: Sequence[float]) -> int:
    """How many blocks go into the left column so that both are about as long."""
    half = sum(heights) / 2
    return min(range(1, len(heights) + 1), key=lambda cut: abs(sum(heights[:cut]) - half))


def _tiles(block: Block, room: float) -> tuple[float, float]:
    """Width of the labels and of one tile."""
    widest = max(width(label, TEXT) for label, _ in block.rows) + 6
    tile = min(62.0, room * 0.62 / len(block.groups))
    label_room = min(max(widest, 60.0), room - tile * len(block.groups))
    return label_room, min((room - label_room) / len(block.groups), 62.0)


def _heads(block: Block, tile: float) -> list[list[str]]:
    return [wrap(group, tile - 3, 7.5, most=3) for group in block.groups]


def _height(block: Block, room: float) -> float:
    label_room, tile = _tiles(block, room)
    title = 11.5 * len(wrap(block.title, room, TEXT, True, most=4))
    heads = 9.5 * max(len(head) for head in _heads(block, tile))
    return title + heads + sum(_row(label, label_room)[1] for label, _ in block.rows) + 16


def _row(label: str, room: float) -> tuple[list[str], float]:
    lines = wrap(label, room - 6, TEXT, most=3)
    return lines, max(_HIGH, 10.0 * len(lines) + 4)


def _draw_block(page: Page, block: Block, x: float, room: float) -> None:
    canvas, number = page.canvas, page.setting.number
    label_room, tile = _tiles(block, room)
    for line in wrap(block.title, room, TEXT, True, most=4):
        canvas.text(x, page.y + 9, line, TEXT, bold=True)
        page.y += 11.5
    heads = _heads(block, tile)
    deep = max(len(head) for head in heads)
    start = x + room - tile * len(block.groups)
    for place, head in enumerate(heads):
        for depth, line in enumerate(head):
            y = page.y + 8 + 9.5 * (deep - len(head) + depth)
            centre = start + tile * (place + 0.5)
            canvas.text(centre, y, line, 7.5, colour=GREY, align="center")
    page.y += 9.5 * deep + 3
    frames = []
    for label, values in block.rows:
        lines, high = _row(label, start - x)
        middle = page.y + high / 2
        for depth, line in enumerate(lines):
            base = middle + 3 - 10.0 * (len(lines) - 1) / 2 + 10.0 * depth
            canvas.text(start - 6, base, line, TEXT, align="right")
        for place, value in enumerate(values):
            left = start + tile * place
            strong = value is not None and abs(value) >= MARKED
            fill = "#f4f4f4" if value is None else around_zero(value)
            canvas.box(left, page.y, tile, high, fill, "#ffffff", 1.0)
            if strong:
                frames.append((left + 1, page.y + 1, tile - 2, high - 2))
            words = "–" if value is None else number(value, sign=True)
            words = shorten(words, tile, TEXT)
            centre = left + tile / 2
            canvas.text(
                centre, middle + 3, words, TEXT, bold=strong, colour=ink_on(fill), align="center"
            )
        page.y += high
    for left, top, wide, high in frames:
        canvas.line(left, top, left + wide, top, INK, 1.1)
        canvas.line(left, top + high, left + wide, top + high, INK, 1.1)
        canvas.line(left, top, left, top + high, INK, 1.1)
        canvas.line(left + wide, top, left + wide, top + high, INK, 1.1)
    page.y += 13


def strongest(blocks: Sequence[Block]) -> tuple[float, Block, str, str] | None:
    """The residual that is largest in size, with its block, answer and group."""
    cells = [
        (value, block, label, group)
        for block in blocks
        for label, values in block.rows
        for group, value in zip(block.groups, values, strict=True)
        if value is not None
    ]
    return max(cells, key=lambda cell: abs(cell[0]), default=None)


def count_marked(blocks: Sequence[Block]) -> tuple[int, int]:
    """Number of residuals, and of those that are framed."""
    sizes = [
        abs(value)
        for block in blocks
        for _, row in block.rows
        for value in row
        if value is not None
    ]
    return len(sizes), sum(size >= MARKED for size in sizes)
