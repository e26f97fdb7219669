"""Residual map: in which cells of all tables a group differs from the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from resurvey.core.lines import CrosstabLine
from resurvey.core.names import name_number
from resurvey.figures.canvas import Canvas, Datum
from resurvey.figures.cells import TOTAL, Setting
from resurvey.figures.lettering import shorten, width, wrap
from resurvey.figures.page import Page, Sign
from resurvey.figures.palette import INK, Fill, fill_residual

MARKED = 2.0
"""Size from which a residual is framed; about the 95 per cent point of the normal."""
MIRRORED = 2
MOST_ROWS, MOST_COLUMNS, MOST_NARROW = 160, 12, 3
_GUTTER = 16.0


@dataclass(frozen=True)
class Row:
    """Residuals of one answer, one per group, with the identities of the numbers."""

    label: str
    values: tuple[float | None, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """Residuals of one question: its answers by the groups of one variable.

    `mirrored`: there are two groups, of which the first is shown. `headed`: the groups are named
    over the tiles. `kept`: some are kept back to protect respondents.
    """

    title: str
    groups: tuple[str, ...]
    rows: tuple[Row, ...]
    mirrored: bool = False
    headed: bool = True
    kept: bool = False


def residual_blocks(tables: Mapping[str, Sequence[CrosstabLine]], setting: Setting) -> list[Block]:
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


def _block(name: str, variable: str, cells: Sequence[CrosstabLine], setting: Setting) -> Block:
    columns = {cell["column_code"]: cell for cell in cells}
    if len(columns) == MIRRORED:
        # Of two groups the second has the residuals of the first with the other sign.
        columns = dict(list(columns.items())[:1])
    labels = {cell["row_code"]: cell["row_label"] for cell in cells}
    values = {(cell["row_code"], cell["column_code"]): _residual(cell) for cell in cells}
    inside, away = setting.ranked(variable, list(labels))
    # The share that nobody published is the rest of the others and no answer.
    away = [code for code in away if code != str(setting.not_printed)]
    number = setting.text.get("tables", {}).get(name, {}).get("number", "")
    question = setting.of_domain(name, setting.question(variable))
    return Block(
        f"{number}. {question}" if number else question,
        tuple(
            setting.answer(cell["column_variable"], code, cell["column_label"])
            for code, cell in columns.items()
        ),
        tuple(
            Row(
                setting.answer(variable, code, labels[code]),
                tuple(values.get((code, column)) for column in columns),
                tuple(name_number("residual", name, variable, code, column) for column in columns),
            )
            for code in [*inside, *away]
        ),
        len({cell["column_code"] for cell in cells}) == MIRRORED,
        kept=any(cell.get("suppressed") for cell in cells),
    )


def _residual(cell: Mapping[str, Any]) -> float | None:
    try:
        value = float(cell.get("adjusted_residual") or "")
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def draw_residuals(blocks: Sequence[Block], setting: Setting, title: str = "") -> Canvas:
    """Draw one map of all blocks; with few groups they stand in columns."""
    words = setting.words
    subtitle = words["residuals_subtitle"]
    first = {block.groups for block in blocks if block.mirrored}
    if len(first) == 1 and all(block.mirrored for block in blocks):
        # One heading for all of them.
        (group,) = first.pop()
        subtitle = f"{subtitle}. {words['residuals_of'].format(group=group)}"
        blocks = [replace(block, headed=False) for block in blocks]
    page = Page(title or words["residuals_title"], subtitle, setting)
    below, above = (replace(_fill(value), edge=INK) for value in (-3.0, 3.0))
    page.legend([Sign("box", below, words["below"]), Sign("box", above, words["above"])])
    if not blocks:
        page.canvas.text(page.left, page.y + page.text, words["no_residuals"], colour=page.soft)
        page.y += page.text + 8
        return page.finish()
    shown = _within_page(blocks, page)
    for narrow, run in groupby(shown, key=lambda block: len(block.groups) <= MOST_NARROW):
        if narrow:
            _draw_columns(page, list(run))
        else:
            for block in run:
                _draw_block(page, block, page.left, page.room)
    if any(block.mirrored and block.headed for block in shown):
        page.note(words["residuals_mirrored"])
    if counted := word_comparisons(setting):
        page.note(counted)
    if any(value is None for block in shown for row in block.rows for value in row.values):
        kept = any(block.kept for block in shown)
        page.note(words["kept_back_cells" if kept else "not_identified_cells"])
    return page.finish()


def word_comparisons(setting: Setting) -> str:
    """Say how many single comparisons there are, and how many are significant and stay so."""
    aside = str(setting.not_printed)
    lines = [line for line in setting.comparisons if line["p_value"] and line["row_code"] != aside]
    if not lines:
        return ""
    below, holm = (
        sum(bool(line[field]) and float(line[field]) < setting.alpha for line in lines)
        for field in ("p_value", "holm_article")
    )
    return setting.words["comparisons"].format(
        number=len(lines), alpha=f"{setting.number(setting.alpha, 2)}", below=below, holm=holm
    )


def _fill(value: float | None) -> Fill:
    return Fill("#f4f4f4") if value is None else fill_residual(value)


def _draw_columns(page: Page, blocks: Sequence[Block]) -> None:
    """Draw blocks with few groups in columns of about the same length."""
    number = max(1, min(int((page.room + _GUTTER) // page.profile.column), len(blocks)))
    room = (page.room - _GUTTER * (number - 1)) / number
    top, ends = page.y, [page.y]
    runs = _split(blocks, [_height(page, block, room) for block in blocks], number)
    for position, run in enumerate(runs):
        page.y = top
        for block in run:
            _draw_block(page, block, page.left + position * (room + _GUTTER), room)
        ends.append(page.y)
    page.y = max(ends)


def _within_page(blocks: Sequence[Block], page: Page) -> list[Block]:
    words = page.setting.words
    shown: list[Block] = []
    room, every = MOST_ROWS, sum(len(block.rows) for block in blocks)
    for block in blocks:
        rows = block.rows[:room]
        if rows:
            kept = tuple(
                Row(row.label, row.values[:MOST_COLUMNS], row.numbers[:MOST_COLUMNS])
                for row in rows
            )
            shown.append(replace(block, groups=block.groups[:MOST_COLUMNS], rows=kept))
        if len(block.groups) > MOST_COLUMNS:
            page.note(words["groups_cut"].format(shown=MOST_COLUMNS, all=len(block.groups)))
        room -= len(rows)
    if every > MOST_ROWS:
        page.note(words["residuals_cut"].format(shown=MOST_ROWS, all=every))
    return shown


def _split(blocks: Sequence[Block], heights: Sequence[float], number: int) -> list[Sequence[Block]]:
    """Share blocks out among columns, in their order, so that the longest is short."""
    least, most = max(heights), sum(heights)
    for step in range(41):
        limit = least + (most - least) * step / 40
        starts, used = [0], 0.0
        for position, high in enumerate(heights):
            if used + high > limit + 1e-6:
                starts.append(position)
                used = 0.0
            used += high
        if len(starts) <= number:
            break
    return [blocks[a:b] for a, b in zip(starts, [*starts[1:], len(blocks)], strict=True)]


def _tiles(page: Page, block: Block, room: float) -> tuple[float, float]:
    """Width of the labels and of one tile."""
    widest = max(width(row.label, page.text) for row in block.rows) + 6.5
    groups = len(block.groups)
    labels = [(word, page.text) for row in block.rows for word in row.label.split()]
    heads = [(word, page.profile.small) for group in block.groups for word in group.split()]
    longest, head = (max((width(*text) for text in own), default=0) for own in (labels, heads))
    # A tile gives way to the longest word of a label, but not to the point of cutting its head.
    least = max(30.0, head + 4)
    tile = min(62.0, max((room - longest - 7) / groups, least), room * 0.62 / groups)
    label_room = min(max(widest, 60.0), room - tile * len(block.groups))
    return label_room, min((room - label_room) / groups, 62.0)


def _heads(page: Page, block: Block, tile: float) -> list[list[str]]:
    if not block.headed:
        return [[] for _ in block.groups]
    return [wrap(group, tile - 3, page.profile.small, most=3) for group in block.groups]


def _height(page: Page, block: Block, room: float) -> float:
    label_room, tile = _tiles(page, block, room)
    title = page.leading * len(wrap(block.title, room, page.text, True, most=4))
    heads = page.leading * max(len(head) for head in _heads(page, block, tile))
    return title + heads + sum(_row(page, row.label, label_room)[1] for row in block.rows) + 12


def _row(page: Page, label: str, room: float) -> tuple[list[str], float]:
    lines = wrap(label, room - 6, page.text, most=3)
    least = 1.4 * page.text * min(page.profile.stretch, 1.2)
    return lines, max(least, page.leading * len(lines) + 3)


def _draw_block(page: Page, block: Block, x: float, room: float) -> None:
    canvas = page.canvas
    label_room, tile = _tiles(page, block, room)
    for line in wrap(block.title, room, page.text, True, most=4):
        canvas.text(x, page.y + page.text, line, bold=True)
        page.y += page.leading
    heads = _heads(page, block, tile)
    deep = max(len(head) for head in heads)
    start = x + room - tile * len(block.groups)
    for position, head in enumerate(heads):
        for depth, line in enumerate(head):
            y = page.y + page.text + page.leading * (deep - len(head) + depth)
            centre = start + tile * (position + 0.5)
            canvas.text(centre, y, line, page.profile.small, colour=page.soft, align="center")
    page.y += page.leading * deep + 3
    frames = []
    for row in block.rows:
        lines, high = _row(page, row.label, start - x)
        middle = page.y + high / 2
        for depth, line in enumerate(lines):
            base = middle + page.drop + page.leading * (depth - (len(lines) - 1) / 2)
            canvas.text(start - 6, base, line, align="right")
        for place in range(len(row.values)):
            strong = _draw_tile(page, block, row, place, (start + tile * place, tile, high))
            if strong:
                frames.append((start + tile * place + 1, page.y + 1, tile - 2, high - 2))
        page.y += high
    for left, top, wide, high in frames:
        canvas.line(left, top, left + wide, top, INK, 1.1)
        canvas.line(left, top + high, left + wide, top + high, INK, 1.1)
        canvas.line(left, top, left, top + high, INK, 1.1)
        canvas.line(left + wide, top, left + wide, top + high, INK, 1.1)
    page.y += 9


def _draw_tile(
    page: Page, block: Block, row: Row, place: int, extent: tuple[float, float, float]
) -> bool:
    """Draw one residual; tell whether it gets a frame."""
    left, tile, high = extent
    value = row.values[place]
    number = "" if value is None else row.numbers[place]
    strong = value is not None and abs(value) >= MARKED
    fill = _fill(value)
    page.canvas.box(left, page.y, tile, high, fill, "#ffffff", 1.0)
    words = "–" if value is None else page.setting.number(value, sign=True)
    page.record(Datum(block.title, row.label, block.groups[place], value, words, number=number))
    words = shorten(words, tile, page.text)
    centre, middle = left + tile / 2, page.y + high / 2
    if fill.hatch:
        half = width(words, page.text, strong) / 2 + 2
        high = page.text + 2
        page.canvas.box(centre - half, middle - high / 2, 2 * half, high, fill.colour)
    page.canvas.text(
        centre,
        middle + page.drop,
        words,
        bold=strong,
        colour=fill.ink,
        align="center",
        number=number,
    )
    return strong


def strongest(blocks: Sequence[Block]) -> tuple[float, Block, str, str] | None:
    """The residual that is largest in size, with its block, answer and group."""
    cells = [
        (value, block, row.label, group)
        for block in blocks
        for row in block.rows
        for group, value in zip(block.groups, row.values, strict=True)
        if value is not None
    ]
    return max(cells, key=lambda cell: abs(cell[0]), default=None)


def count_marked(blocks: Sequence[Block]) -> tuple[int, int]:
    """Number of residuals, and of those that are framed."""
    sizes = [
        abs(value)
        for block in blocks
        for row in block.rows
        for value in row.values
        if value is not None
    ]
    return len(sizes), sum(size >= MARKED for size in sizes)
