"""Dots: questions with more answers than one bar can hold, a row per answer."""

from collections.abc import Sequence

from resurvey.figures.canvas import MARKERS, Canvas
from resurvey.figures.cells import TOTAL, Bar, Question, Setting
from resurvey.figures.fills import Fill, marker_fills
from resurvey.figures.page import Page, Sign, scale_lines
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
            words = setting.words["empty"]
            page.canvas.text(page.left, page.y + 9, words, colour=page.soft)
            page.y += 18
            continue
        fills = marker_fills(len(groups), NOMINAL, page.profile.grey)
        marks = list(zip(groups, MARKERS, fills, strict=False))
        plain = _PALE if groups else _PLAIN
        signs = [_sign(question, bar, shape, fill) for bar, shape, fill in marks]
        if question.total:
            box = Fill("#c4c4c4", edge="#333333") if page.profile.grey else Fill(plain)
            signs.insert(0, _sign(question, question.total, "box", box))
            plain = box.colour
        page.legend(signs)
        _draw_rows(page, question, marks, plain)
        page.y += 20
    return page.finish()


def _sign(question: Question, bar: Bar, shape: str, fill: Fill) -> Sign:
    return Sign(shape, fill, bar.label, bar.base, question.name_base(bar))


def _draw_rows(
    page: Page, question: Question, marks: Sequence[tuple[Bar, str, Fill]], plain: str
) -> None:
    total = question.total
    bars = [*([total] if total else []), *(bar for bar, _, _ in marks)]
    rows = list(question.segments)
    if len(rows) > MOST_ROWS:
        most = sorted(rows, key=lambda one: -bars[0].shares.get(one.code, 0))[:MOST_ROWS]
        words = page.setting.words["answers_cut"]
        page.note(words.format(shown=MOST_ROWS, all=len(rows)))
        rows = [one for one in rows if one in most]
    label_room = page.label_room([(one.label, False) for one in rows], 0.42)
    left = page.left + (label_room + 10 if label_room else 0.0)
    room = page.right - 34 - left
    top = max(float(share) for bar in bars for share in bar.shares.values())
    step = next(one for one in (1, 2, 5, 10, 20, 25) if 5 * one >= top or one == 25)
    unit = room / max(-(-top // step) * step, step)
    start = page.y
    for one in rows:
        middle, end = page.begin_row(one.label, label_room, 17.0)
        if total and one.code in total.shares:
            wide = float(total.shares[one.code]) * unit
            fill = OUTSIDE if one.outside else plain
            page.canvas.box(left, middle - 5, wide, 10, fill)
            words = page.setting.number(total.shares[one.code])
            number = question.name_share(total, one.code)
            page.canvas.text(page.right, middle + 3, words, align="right", number=number)
        for bar in bars:
            if one.code in bar.shares:
                printed = page.setting.number(bar.shares[one.code])
                page.record(question.datum(bar, one, printed))
        placed = [(bar.shares[one.code], fill, shape) for bar, shape, fill in marks
                  if one.code in bar.shares]  # fmt: skip
        if len(placed) > 1:
            ends = [left + float(share) * unit for share, _, _ in placed]
            page.canvas.line(min(ends), middle, max(ends), middle, GREY, 0.8)
        for share, fill_, shape in placed:
            page.canvas.mark(left + float(share) * unit, middle, shape, fill_, 6.5)
        page.y = end
    page.canvas.line(left, start, left, page.y, RULE, 0.8)
    places = [(left + value * unit, str(value)) for value in range(0, int(room / unit) + 1, step)]
    scale_lines(page, start, page.y + 1, places)
