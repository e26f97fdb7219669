"""Bars: 100 % stacked bars, from the left or around a middle; dots where one bar is too short."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from resurvey.figures.canvas import MARKERS, Canvas
from resurvey.figures.cells import TOTAL, Bar, Question, Segment, Setting
from resurvey.figures.lettering import width
from resurvey.figures.page import Page, Sign, fills_of, legend_signs, scale_lines
from resurvey.figures.palette import GREY, INK, NOMINAL, OUTSIDE, RULE, Fill, marker_fills

THICK, PITCH = 16.0, 21.0
MOST_NOMINAL, MOST_ORDINAL, MOST_BARS = 7, 9, 120
"""More answers than colours can tell apart become a row each; more bars than a page shows go."""
OUTER = 24.0
"""Room at both ends of a bar for the value of a part that is too narrow to hold it."""


@dataclass(frozen=True)
class Frame:
    """Where the bars of a figure lie: `zero` is where they start or, diverging, their middle.

    Attributes
    ----------
    label_room : float
        Width of the labels at the left.
    zero : float
        Horizontal position of zero.
    unit : float
        Points per per cent.
    aside : float, optional
        Start of the answers outside the order, apart from the diverging bars.
    reach : tuple of float
        Per cents that the scale covers to the left and to the right of zero.
    """

    label_room: float
    zero: float
    unit: float
    reach: tuple[float, float]
    aside: float | None = None


_MOST_PERCENT = 101
"""Shares that add to more are of people who chose several answers; the rest is rounding."""


def is_stackable(question: Question) -> bool:
    """Return whether the answers are few enough for one bar, and add to no more than 100 %."""
    if any(sum(bar.shares.values()) > _MOST_PERCENT for bar in question.bars):
        return False
    return len(question.scale) <= (MOST_ORDINAL if question.ordinal else MOST_NOMINAL)


def draw_bars(table: str, questions: Sequence[Question], setting: Setting, middle: bool) -> Canvas:
    """Draw the questions of one table as stacked bars, one per group of respondents."""
    words = setting.words
    subtitle = words["around_middle"] if middle else words["of_answers"]
    page = Page(setting.title(table), setting.subtitle(table, subtitle), setting)
    shown = _within_page(questions, page)
    alone = all(len(question.bars) <= 1 for question in shown)
    frame = _frame(page, shown, middle, alone)
    together = list(families(shown))
    for family in together:
        heads = _family_segments(family)
        fills = fills_of(heads, family[0].ordinal, middle, page.profile.grey)
        page.legend(legend_signs(heads, fills))
        if family is together[0] and any(bar.base for question in shown for bar in question.bars):
            small = page.profile.small
            page.canvas.text(page.right, page.y + 6, "n", small, colour=page.soft, align="right")
            page.y += 9 if alone or len(questions) == 1 else 0
        top = page.y
        for question in family:
            if not alone and len(questions) > 1:
                page.heading(question.title)
                top = page.y
            _draw_question(page, frame, question, fills, alone)
            if not alone:
                _draw_grid(page, frame, top, question is shown[-1])
        if alone:
            _draw_grid(page, frame, top, family is together[-1])
    _explain(page, shown)
    return page.finish()


def families(questions: Sequence[Question]) -> Iterator[list[Question]]:
    """Group neighbouring questions that can share one legend: the same codes, like answers."""
    family: list[Question] = []
    for question in questions:
        if family and not _alike(family[0], question):
            yield family
            family = []
        family.append(question)
    if family:
        yield family


def _alike(first: Question, second: Question) -> bool:
    # "Bad" and "Badly" are one scale; "Men" and "Kyrgyzstan" are not, though both have code 1.
    if [(segment.code, segment.outside) for segment in first.segments] != [
        (segment.code, segment.outside) for segment in second.segments
    ]:
        return False
    if first.ordinal != second.ordinal:
        return False
    pairs = list(zip(first.segments, second.segments, strict=True))
    same = sum(a.label[:3].casefold() == b.label[:3].casefold() for a, b in pairs)
    if first.ordinal and second.ordinal:
        return 2 * same > len(pairs)
    return same == len(pairs)


def _family_segments(family: Sequence[Question]) -> list[Segment]:
    """Answers of a family; wordings that differ stand side by side."""
    merged = []
    for column in zip(*(question.segments for question in family), strict=True):
        labels = " / ".join(dict.fromkeys(segment.label for segment in column))
        merged.append(Segment(column[0].code, labels, column[0].outside))
    return merged


def _within_page(questions: Sequence[Question], page: Page) -> list[Question]:
    """Questions with no more bars than a page can show; what is left out is said in a note."""
    words = page.setting.words
    shown, used = [], 0
    for question in questions:
        bars = question.bars
        if used + len(bars) > MOST_BARS:
            bars = bars[: max(MOST_BARS - used, 1)]
            page.note(words["groups_cut"].format(shown=len(bars), all=len(question.bars)))
        used += len(bars)
        shown.append(replace(question, bars=bars))
    return shown


def _frame(page: Page, questions: Sequence[Question], middle: bool, alone: bool) -> Frame:
    bars = [(question, bar) for question in questions for bar in question.bars]
    labels = [
        (question.title, False) if alone else (bar.label, bar.code == TOTAL)
        for question, bar in bars
    ]
    label_room = page.label_room(labels, 0.34)
    base_room = max([width(bar.base, page.text) for _, bar in bars if bar.base] or [0.0]) + 8
    left = page.left + (label_room + 8 if label_room else 2.0)
    room = page.right - base_room - left
    if not middle:
        first, last = _narrow_ends(bars, room, page.text)
        zero = left + (OUTER - 4 if first else 0)
        unit = (room - (zero - left) - (OUTER if last else 0)) / 100
        return Frame(label_room, zero, unit, (0, 100))
    sides = [_sides(question, bar) for question, bar in bars] or [(0.0, 0.0, 0.0)]
    low, high, outside = (max(side[i] for side in sides) for i in range(3))
    low, high = _round_up(low), _round_up(high)
    gap = 34.0 if outside else 0.0
    unit = (room - 2 * OUTER - gap) / (low + high + outside)
    zero = left + OUTER + low * unit
    return Frame(
        label_room, zero, unit, (low, high), zero + high * unit + gap - 6 if outside else None
    )


def _round_up(share: float) -> float:
    """Next multiple of 5 per cent, at least 10: the end of a side's scale."""
    return max(10.0, -(-share // 5) * 5)


def _narrow_ends(
    bars: Sequence[tuple[Question, Bar]], room: float, size: float
) -> tuple[bool, bool]:
    """Return whether a first or a last part of a bar is too narrow for its value."""
    first = last = False
    least = width("10.0", size) + 1
    for question, bar in bars:
        parts = [bar.shares[s.code] for s in question.segments if bar.shares.get(s.code)]
        if parts:
            first |= float(parts[0]) * (room - 2 * OUTER) / 100 < least
            last |= float(parts[-1]) * (room - 2 * OUTER) / 100 < least
    return first, last


def _sides(question: Question, bar: Bar) -> tuple[float, float, float]:
    """Per cents below the middle, above it, and outside the order."""
    shares = [float(bar.shares.get(segment.code, 0)) for segment in question.scale]
    half = len(shares) // 2
    centre = shares[half] / 2 if len(shares) % 2 else 0.0
    low = sum(shares[:half]) + centre
    outside = sum(
        float(bar.shares.get(segment.code, 0)) for segment in question.segments if segment.outside
    )
    return low, sum(shares) - low, outside


def _draw_question(
    page: Page, frame: Frame, question: Question, fills: dict[str, Fill], alone: bool
) -> None:
    if not question.bars:
        words = page.setting.words["empty"]
        page.canvas.text(page.left, page.y + 9, words, colour=page.soft)
        page.y += PITCH
        return
    for bar in question.bars:
        label = question.title if alone else bar.label
        heavy = not alone and bar.code == TOTAL
        middle, end = page.begin_row(
            label, frame.label_room, PITCH, bold=heavy, most=6, thick=THICK
        )
        _draw_bar(page, frame, question, bar, middle, fills)
        page.canvas.text(
            page.right,
            middle + 3,
            bar.base,
            colour=page.soft,
            align="right",
            number=question.name_base(bar),
        )
        page.y = end


def _draw_grid(page: Page, frame: Frame, top: float, last: bool) -> None:
    """Draw the grid behind the bars since `top`; its numbers stand under the last bars."""
    low, high = frame.reach
    step = 25 if low + high >= 75 else 10
    places = [place for place in range(-100, 101, step) if -low <= place <= high]
    marks = [(frame.zero + place * frame.unit, str(abs(place))) for place in places]
    scale_lines(page, top, page.y + 1, marks if last else [(x, "") for x, _ in marks])
    page.y += 16 if last else 8


def _draw_bar(
    page: Page,
    frame: Frame,
    question: Question,
    bar: Bar,
    middle: float,
    fills: dict[str, Fill],
) -> None:
    """Draw the parts of one bar, each with its value inside, or at the end of the bar."""
    inside = [
        segment for segment in question.segments if frame.aside is None or not segment.outside
    ]
    start = frame.zero
    through = len(question.scale) % 2 == 1
    if frame.reach[0]:
        start -= _sides(question, bar)[0] * frame.unit
        # The middle line runs behind a middle answer, whose number stands on it.
        if through:
            _draw_middle(page, frame, middle, GREY, 0.6)
    _draw_parts(page, frame, (question, bar), inside, (start, middle), fills)
    if frame.aside is not None:
        apart = [segment for segment in question.segments if segment.outside]
        _draw_parts(page, frame, (question, bar), apart, (frame.aside, middle), fills)
    if frame.reach[0] and not through:
        _draw_middle(page, frame, middle, INK, 0.9)


def _draw_middle(page: Page, frame: Frame, middle: float, colour: str, wide: float) -> None:
    thick = THICK * page.profile.stretch
    half = thick / 2 + (1.5 if page.profile.labels_above else 2.5)
    page.canvas.line(frame.zero, middle - half, frame.zero, middle + half, colour, wide)


def _draw_parts(
    page: Page,
    frame: Frame,
    of: tuple[Question, Bar],
    segments: Sequence[Segment],
    start: tuple[float, float],
    fills: dict[str, Fill],
) -> None:
    question, bar = of
    x, middle = start
    thick = THICK * page.profile.stretch
    parts = [
        (segment, bar.shares[segment.code]) for segment in segments if bar.shares.get(segment.code)
    ]
    for position, (segment, share) in enumerate(parts):
        wide = float(share) * frame.unit
        fill = fills[segment.code]
        page.canvas.box(x, middle - thick / 2, wide, thick, fill, fill.edge)
        words = page.setting.number(share)
        page.record(question.datum(bar, segment, words))
        number = question.name_share(bar, segment.code)
        _write_value(page, (words, number), (x, wide), middle, fill, (position, len(parts)))
        x += wide
    for segment in segments:
        if segment.code in bar.shares and not bar.shares[segment.code]:
            words = page.setting.number(bar.shares[segment.code])
            page.record(question.datum(bar, segment, words))


def _write_value(
    page: Page,
    value: tuple[str, str],
    extent: tuple[float, float],
    middle: float,
    fill: Fill,
    order: tuple[int, int],
) -> None:
    words, number = value
    x, wide = extent
    sizes = page.profile
    place, last = order[0], order[1] - 1
    needed = width(words, sizes.text)
    centre = x + wide / 2
    if needed + 3 <= wide:
        if fill.hatch:
            page.canvas.box(centre - needed / 2 - 2, middle - 6, needed + 4, 12, fill.colour)
        page.canvas.text(centre, middle + 3, words, colour=fill.ink, align="center", number=number)
    elif place == last:
        page.canvas.text(
            x + wide + 3, middle + 3, words, sizes.aside, colour=page.soft, number=number
        )
    elif place == 0:
        page.canvas.text(
            x - 3, middle + 3, words, sizes.aside, colour=page.soft, align="right", number=number
        )
    elif width(words, sizes.tiny) + 1.5 <= wide and not fill.hatch:
        page.canvas.text(
            centre, middle + 2.6, words, sizes.tiny, colour=fill.ink, align="center", number=number
        )
    else:
        page.note(page.setting.words["narrow"])


def _explain(page: Page, questions: Sequence[Question]) -> None:
    """Say which bars are not there and why."""
    for invented, together in groupby(
        (question for question in questions if question.left_out),
        key=lambda question: question.invented,
    ):
        names = list(dict.fromkeys(label for question in together for label in question.left_out))
        words = page.setting.words["not_identified" if invented else "empty_groups"]
        page.note(words.format(groups=", ".join(names)))


MOST_ROWS, MOST_GROUPS = 40, 6
_PALE, _PLAIN = "#bcd9ee", "#5a9fd0"


def draw_dots(table: str, questions: Sequence[Question], setting: Setting) -> Canvas:
    """Draw every answer as a row: a bar for all respondents, a marker for each group.

    Answers keep their order; past `MOST_ROWS` the least frequent go, past `MOST_GROUPS` the
    markers, and a note says so.
    """
    subtitle = setting.subtitle(table, setting.words["of_answers"])
    page = Page(setting.title(table), subtitle, setting)
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
        most = sorted(rows, key=lambda row: -bars[0].shares.get(row.code, 0))[:MOST_ROWS]
        words = page.setting.words["answers_cut"]
        page.note(words.format(shown=MOST_ROWS, all=len(rows)))
        rows = [row for row in rows if row in most]
    label_room = page.label_room([(row.label, False) for row in rows], 0.42)
    left = page.left + (label_room + 10 if label_room else 0.0)
    room = page.right - 34 - left
    top = max(float(share) for bar in bars for share in bar.shares.values())
    step = next(size for size in (1, 2, 5, 10, 20, 25) if 5 * size >= top or size == 25)
    unit = room / max(-(-top // step) * step, step)
    start = page.y
    for row in rows:
        middle, end = page.begin_row(row.label, label_room, 17.0)
        if total and row.code in total.shares:
            wide = float(total.shares[row.code]) * unit
            fill = OUTSIDE if row.outside else plain
            page.canvas.box(left, middle - 5, wide, 10, fill)
            words = page.setting.number(total.shares[row.code])
            number = question.name_share(total, row.code)
            page.canvas.text(page.right, middle + 3, words, align="right", number=number)
        for bar in bars:
            if row.code in bar.shares:
                printed = page.setting.number(bar.shares[row.code])
                page.record(question.datum(bar, row, printed))
        placed = [(bar.shares[row.code], fill, shape) for bar, shape, fill in marks
                  if row.code in bar.shares]  # fmt: skip
        if len(placed) > 1:
            ends = [left + float(share) * unit for share, _, _ in placed]
            page.canvas.line(min(ends), middle, max(ends), middle, GREY, 0.8)
        for share, fill_, shape in placed:
            page.canvas.mark(left + float(share) * unit, middle, shape, fill_, 6.5)
        page.y = end
    page.canvas.line(left, start, left, page.y, RULE, 0.8)
    places = [(left + value * unit, str(value)) for value in range(0, int(room / unit) + 1, step)]
    scale_lines(page, start, page.y + 1, places)
