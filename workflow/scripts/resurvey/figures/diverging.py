"""Diverging: a bar for every question of one ordered scale, low answers left of the middle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from resurvey.core.names import sum_parts
from resurvey.figures.bars import draw_bars, head_of, is_one_scale
from resurvey.figures.canvas import Canvas
from resurvey.figures.cells import TOTAL, Bar, Question, Segment, Setting
from resurvey.figures.lettering import width, wrap
from resurvey.figures.page import Page, Sign, scale_lines
from resurvey.figures.palette import GREY, Fill, fill_role, fills_of_steps
from resurvey.tables.boxes import names_of_boxes

MOST_ROWS = 60
_THICK, _PITCH = 1.5, 1.85
"""Height of a bar and of its row, in sizes of type."""
_BETWEEN = 8.0
_STEP = 25
"""Per cents between the lines of the scale."""


@dataclass(frozen=True)
class Column:
    """A column of numbers at the right: a box, an answer outside the scale, or the bases."""

    heading: tuple[str, ...]
    right: float
    codes: tuple[str, ...]  # of the row in each question; empty for the bases


def draw_diverging(
    table: str, questions: Sequence[Question], setting: Setting, title: str = ""
) -> Canvas:
    """Draw every question of one scale as a bar around the middle of the scale.

    The middle answer, where there is one, lies half on either side of the line. "Don't know" and
    the sums of the highest and lowest answers stand as numbers at the right, so that the bars add
    up the answers of the scale alone. Questions keep the order of the table. Tables that are not
    of one ordered scale are drawn as bars (`draw_bars`).
    """
    known = [question for question in questions if question.bars]
    ordered = all(question.ordinal and not question.turned for question in known)
    rows = [(question, bar) for question in known for bar in question.bars]
    if len(rows) > MOST_ROWS or not (known and ordered and is_one_scale(known)):
        return draw_bars(table, questions, setting, title)
    steps = _steps(known, setting)
    if len(steps) < 2:
        return draw_bars(table, questions, setting, title)
    bases = [question.total.base for question in questions if question.total]
    page = Page(title or setting.title(table), setting.caption(table, bases), setting)
    fills = _fills(known, steps, page)
    page.legend(Sign("box", fills[step.code], step.label) for step in steps)
    alone = all(len(question.bars) == 1 for question in known)
    labels = [(question.title, False) for question in known] if alone else [
        (bar.label, bar.code == TOTAL) for _, bar in rows
    ]  # fmt: skip
    label_room = page.label_room(labels, 0.36)
    columns, left_of_columns = _columns(table, known, page)
    sides = [_sides(bar.shares, [step.code for step in steps]) for _, bar in rows]
    most = [max((float(side[at]) for side in sides), default=0.0) for at in (0, 1)]
    start = page.left + (label_room + 8 if label_room else 0.0)
    unit = (left_of_columns - _BETWEEN - start) / max(sum(most), 1.0)
    middle = start + most[0] * unit
    _draw_heads(page, columns)
    top = page.y
    for question in known:
        if not alone:
            page.heading(question.title)
        for bar in question.bars:
            label = question.title if alone else bar.label
            heavy = not alone and bar.code == TOTAL
            thick = _THICK * page.text * page.profile.stretch
            line, end = page.begin_row(
                label, label_room, _PITCH * page.text, bold=heavy, thick=thick
            )
            _draw_bar(page, (question, bar), steps, fills, (middle, line, thick, unit))
            _draw_numbers(page, columns, known.index(question), (question, bar), line)
            page.y = end
    page.canvas.line(middle, top, middle, page.y + 1, GREY, 0.8, behind=True)
    places = range(-(int(most[0]) // _STEP) * _STEP, int(most[1]) + 1, _STEP)
    scale_lines(page, top, page.y + 1, [(middle + at * unit, str(abs(at))) for at in places])
    page.y += page.profile.small + 8
    return page.finish()


def _steps(questions: Sequence[Question], setting: Setting) -> list[Segment]:
    """Answers of the scale from low to high, in the wording that most questions have."""
    first = questions[0]
    order = [str(code) for code in setting.low_to_high(first.variable)]
    scale = [segment for segment in first.scale if segment.code in order]
    scale.sort(key=lambda segment: order.index(segment.code))
    return [
        Segment(one.code, head_of(questions, one.code), role=one.role)
        for one in scale
    ]  # fmt: skip


def _fills(questions: Sequence[Question], steps: Sequence[Segment], page: Page) -> dict[str, Fill]:
    """Colours of good and bad where the study says which is which, else of neither."""
    grey = page.profile.grey
    if all(step.role for step in steps):
        return {step.code: fill_role(step.role, grey) for step in steps}
    plain = fills_of_steps(len(steps), grey)
    return {step.code: fill for step, fill in zip(steps, plain, strict=True)}


def _sides(shares: Mapping[str, Fraction], codes: Sequence[str]) -> tuple[Fraction, Fraction]:
    """Per cents left and right of the middle.

    Examples
    --------
    >>> _sides({"1": Fraction(10), "2": Fraction(30), "3": Fraction(60)}, ["1", "2", "3"])
    (Fraction(25, 1), Fraction(75, 1))
    """
    values = [shares.get(code, Fraction(0)) for code in codes]
    half, odd = divmod(len(values), 2)
    shared = values[half] / 2 if odd else Fraction(0)
    low, high = sum(values[:half], shared), sum(values[half + odd :], shared)
    return low, high


def _columns(table: str, questions: Sequence[Question], page: Page) -> tuple[list[Column], float]:
    """Lay out the numbers at the right; and where they begin."""
    setting, first = page.setting, questions[0]
    found: list[tuple[str, tuple[str, ...]]] = []
    for name in names_of_boxes(setting.tables[table]):
        codes = tuple(
            next((one.code for one in question.subtotals if one.label == name), "")
            for question in questions
        )
        if any(codes):
            found.append((name, codes))
    found += [
        (segment.label, (segment.code,) * len(questions))
        for segment in first.segments
        if segment.outside
    ]
    bases = {bar.base for question in questions for bar in question.bars if bar.base}
    if len(bases) > 1:
        found.append(("n", ()))
    columns: list[Column] = []
    right = page.right
    for heading, codes in reversed(found):
        numbers = bases if not codes else [setting.number(Fraction(100))]
        word = max(width(word, page.text) for word in heading.split())
        wide = max(*(width(number, page.text) for number in numbers), word)
        lines = wrap(heading, max(wide, 60.0), page.text, most=4)
        wide = max([wide, *(width(line, page.text) for line in lines)])
        columns.append(Column(tuple(lines), right, codes))
        right -= wide + _BETWEEN
    return columns[::-1], right


def _draw_heads(page: Page, columns: Sequence[Column]) -> None:
    deep = max((len(column.heading) for column in columns), default=0)
    for column in columns:
        start = page.y + page.leading * (deep - len(column.heading)) + page.text
        for number, line in enumerate(column.heading):
            y = start + page.leading * number
            page.canvas.text(column.right, y, line, colour=page.soft, align="right")
    page.y += page.leading * deep + 3


def _draw_bar(
    page: Page,
    of: tuple[Question, Bar],
    steps: Sequence[Segment],
    fills: Mapping[str, Fill],
    place: tuple[float, float, float, float],
) -> None:
    """Draw the answers beside each other; a number that has no room is in the table alone."""
    question, bar = of
    middle, line, thick, unit = place
    x = middle - float(_sides(bar.shares, [step.code for step in steps])[0]) * unit
    for step in steps:
        share = bar.shares.get(step.code)
        if share is None:
            continue
        words, fill = page.setting.number(share), fills[step.code]
        page.record(question.datum(bar, step, words))
        wide = float(share) * unit
        if share:
            page.canvas.box(x, line - thick / 2, wide, thick, fill, fill.edge, 0.8)
        if width(words, page.text) + 4 <= wide:
            number = question.name_share(bar, step.code)
            at, base = x + wide / 2, line + page.drop
            if fill.hatch:
                # Digits would be lost among the lines.
                room = width(words, page.text) + 3
                page.canvas.box(at - room / 2, line - thick / 2 + 1, room, thick - 2, fill.colour)
            page.canvas.text(at, base, words, colour=fill.ink, align="center", number=number)
        x += wide


def _draw_numbers(
    page: Page, columns: Sequence[Column], number: int, of: tuple[Question, Bar], line: float
) -> None:
    question, bar = of
    for column in columns:
        y = line + page.drop
        if not column.codes:
            name = "" if bar.base.startswith("≤") else question.name_base(bar)
            page.canvas.text(
                column.right, y, bar.base, colour=page.soft, align="right", number=name
            )
            continue
        code = column.codes[number]
        answers = sum_parts(code, bar.shares)
        parts = [bar.shares[part] for part in answers if part in bar.shares]
        if not parts:
            continue
        words, box = page.setting.number(sum(parts, Fraction(0))), len(answers) > 1
        segments = [one for one in (*question.segments, *question.subtotals) if one.code == code]
        if not box:
            page.record(question.datum(bar, segments[0], words))
        name = question.name_share(bar, code)
        page.canvas.text(column.right, y, words, bold=box, align="right", number=name)
