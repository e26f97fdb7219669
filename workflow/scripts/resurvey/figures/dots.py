"""Dots: questions with more answers than one bar can hold, a row per answer."""

from collections.abc import Sequence

from resurvey.figures.canvas import MARKERS, WIDTH, Canvas
from resurvey.figures.cells import TOTAL, Bar, Question, Setting
from resurvey.figures.lettering import width, wrap
from resurvey.figures.page import MARGIN, ROOM, TEXT, Page, scale_lines
from resurvey.figures.palette import GREY, NOMINAL, OUTSIDE, RULE

MOST_ROWS, MOST_GROUPS = 40, 6
_PALE, _PLAIN = "#bcd9ee", "#5a9fd0"


def draw_dots(table: str, questions: Sequence[Question], setting: Setting) -> Canvas:
    """Draw every answer as a row: a bar for all respondents, a marker for each group.

    Answers keep their order; past `MOST_ROWS` the least frequent go, past `MOST_GROUPS` the
    markers, and a note says so.
    """
    page = Page(setting.title(table), setting.words["of_answers"], setting)
    for question in questions:
        groups = [bar for bar in question.bars if bar.code != TOTAL]
        if len(groups) > MOST_GROUPS:
            page.note(setting.words["groups_hidden"].format(number=len(groups)))
            groups = []
        if len(questions) > 1:
            page.heading(question.title)
        if question.total is None and not groups:
            page.canvas.text(MARGIN, page.y + 9, setting.words["empty"], TEXT, colour=GREY)
            page.y += 18
            continue
        marks = list(zip(groups, MARKERS, NOMINAL, strict=False))
        bar_colour = _PALE if groups else _PLAIN
        entries = [(bar, shape, fill) for bar, shape, fill in marks]
        if question.total:
            entries.insert(0, (question.total, "box", bar_colour))
        page.legend((shape, fill, _with_base(bar)) for bar, shape, fill in entries)
        _draw_rows(page, question, marks, bar_colour)
        page.y += 20
    return page.finish()


def _with_base(bar: Bar) -> str:
    return f"{bar.label}, n = {bar.base}" if bar.base else bar.label


def _draw_rows(
    page: Page, question: Question, marks: Sequence[tuple[Bar, str, str]], bar_colour: str
) -> None:
    total = question.total
    bars = [*([total] if total else []), *(bar for bar, _, _ in marks)]
    rows = list(question.segments)
    if len(rows) > MOST_ROWS:
        most = sorted(rows, key=lambda one: -bars[0].shares.get(one.code, 0))[:MOST_ROWS]
        words = page.setting.words["answers_cut"]
        page.note(words.format(shown=MOST_ROWS, all=len(rows)))
        rows = [one for one in rows if one in most]
    widest = max(width(one.label, TEXT) for one in rows)
    label_room = min(widest + 2, ROOM * 0.42)
    left = MARGIN + label_room + 10
    room = WIDTH - MARGIN - 34 - left
    top = max(float(share) for bar in bars for share in bar.shares.values())
    step = next(one for one in (1, 2, 5, 10, 20, 25) if 5 * one >= top or one == 25)
    unit = room / max(-(-top // step) * step, step)
    start = page.y
    for one in rows:
        lines = wrap(one.label, label_room, TEXT, most=4)
        high = max(17.0, 10.5 * len(lines) + 5)
        middle = page.y + high / 2
        for place, line in enumerate(lines):
            base = middle - 10.5 * (len(lines) - 1) / 2 + 3 + 10.5 * place
            page.canvas.text(MARGIN + label_room, base, line, TEXT, align="right")
        if total and one.code in total.shares:
            wide = float(total.shares[one.code]) * unit
            fill = OUTSIDE if one.outside else bar_colour
            page.canvas.box(left, middle - 5, wide, 10, fill)
            words = page.setting.number(total.shares[one.code])
            page.canvas.text(WIDTH - MARGIN, middle + 3, words, TEXT, align="right")
        placed = [(bar.shares[one.code], fill, shape) for bar, shape, fill in marks
                  if one.code in bar.shares]  # fmt: skip
        if len(placed) > 1:
            ends = [left + float(share) * unit for share, _, _ in placed]
            page.canvas.line(min(ends), middle, max(ends), middle, GREY, 0.8)
        for share, fill, shape in placed:
            page.canvas.mark(left + float(share) * unit, middle, shape, fill, 6.5)
        page.y += high
    page.canvas.line(left, start, left, page.y, RULE, 0.8)
    places = [(left + value * unit, str(value)) for value in range(0, int(room / unit) + 1, step)]
    scale_lines(page, start, page.y + 1, places)
