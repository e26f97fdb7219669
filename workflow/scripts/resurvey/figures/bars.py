"""Bars: a column of bars for every answer, each from its own baseline; rows for many answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from resurvey.core.names import KEPT_BACK
from resurvey.figures.canvas import MARKERS, Canvas
from resurvey.figures.cells import TOTAL, Bar, Question, Segment, Setting
from resurvey.figures.lettering import width, wrap
from resurvey.figures.page import Page, Sign, fills_of, scale_lines
from resurvey.figures.palette import GREY, PAPER, RULE, Fill, fills_of_groups

MOST_BARS, MOST_COLUMNS = 120, 9
"""More bars than a page shows go; more answers than a page has columns become a row each."""
MOST_LINES = 4
"""Lines of an answer's wording over its column."""
_THICK = 1.1
_PITCH = 1.55
"""Height of a bar and of its row, in sizes of type."""
_LEAST, _GENEROUS, _MOST = 0.3, 1.0, 2.6
"""Points per per cent: bars that are shorter say nothing, longer ones nothing more."""
_GAP = 3.0
_BETWEEN = 9.0


@dataclass(frozen=True)
class Column:
    """Where the bars of one answer start, how wide its column is, and its wording in lines."""

    segment: Segment
    x: float
    wide: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Family:
    """Neighbouring questions whose answers stand in the same columns."""

    questions: tuple[Question, ...]
    heads: tuple[Segment, ...]
    titled: bool


@dataclass(frozen=True)
class Frame:
    """Width of the labels, points per per cent, columns of every family; whether bases differ."""

    label_room: float
    unit: float
    columns: tuple[tuple[Column, ...], ...]
    bases: bool


def draw_bars(
    table: str, questions: Sequence[Question], setting: Setting, title: str = ""
) -> Canvas:
    """Draw the questions of one table: a row per group, a column of bars per answer.

    The bars of an answer start at one line on the whole page, so that groups, and questions with
    the same answers, are compared by the ends of their bars. Where the columns leave no room for
    bars, every answer is a row (`draw_rows`).
    """
    bases = [question.total.base for question in questions if question.total]
    page = Page(title or setting.title(table), setting.caption(table, bases), setting)
    shown = _within_page(questions, page)
    together = list(families(shown))
    frame = _frame(page, together)
    if frame is None:
        return draw_rows(table, questions, setting, title)
    for family, columns in zip(together, frame.columns, strict=True):
        fills = fills_of(family.heads, family.questions[0].grouping, page.profile.grey)
        if family.titled:
            for question in family.questions:
                _draw_heads(page, frame, columns, question.title, family is together[0])
                _draw_rows(page, frame, columns, [question], fills, of_questions=False)
        else:
            _draw_heads(page, frame, columns, "", family is together[0])
            alone = all(len(question.bars) <= 1 for question in family.questions)
            _draw_rows(page, frame, columns, family.questions, fills, alone)
    _explain(page, shown)
    return page.finish()


def families(questions: Sequence[Question]) -> Iterator[Family]:
    """Group neighbouring questions that can share their columns: the same codes, like answers.

    Questions of one bar each are rows under one head, which has the wording that most of them
    have; questions with groups have a head each, in their own words.
    """
    alone = all(len(question.bars) <= 1 for question in questions)
    run: list[Question] = []
    for question in [*questions, None]:
        if run and (question is None or not alone or not _alike(run[0], question)):
            yield Family(tuple(run), _heads(run), not alone and len(questions) > 1)
            run = []
        if question is not None:
            run.append(question)


def _alike(first: Question, second: Question) -> bool:
    # "Bad" and "Badly" are one scale; "Men" and "Kyrgyzstan" are not, though both have code 1.
    if [(segment.code, segment.role) for segment in first.segments] != [
        (segment.code, segment.role) for segment in second.segments
    ]:
        return False
    if first.ordinal != second.ordinal:
        return False
    pairs = list(zip(first.segments, second.segments, strict=True))
    same = sum(a.label[:3].casefold() == b.label[:3].casefold() for a, b in pairs)
    if first.ordinal and second.ordinal:
        return 2 * same > len(pairs)
    return same == len(pairs)


def is_one_scale(questions: Sequence[Question]) -> bool:
    """Tell whether all questions have the same codes and like answers."""
    return all(_alike(questions[0], question) for question in questions[1:])


def head_of(run: Sequence[Question], code: str) -> str:
    """Wording of an answer that most questions of one scale have."""
    labels = [one.label for question in run for one in question.segments if one.code == code]
    return max(labels, key=labels.count)


def _heads(run: Sequence[Question]) -> tuple[Segment, ...]:
    return tuple(replace(one, label=head_of(run, one.code)) for one in run[0].segments)


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


def _frame(page: Page, together: Sequence[Family]) -> Frame | None:
    """Lay the columns out with the longest bars that have room; None where none have."""
    questions = [question for family in together for question in family.questions]
    if any(len(family.heads) > MOST_COLUMNS for family in together):
        return None
    labels = []
    for family in together:
        alone = all(len(question.bars) <= 1 for question in family.questions)
        for question in family.questions:
            rows = [(bar.label, bar.code == TOTAL) for bar in question.bars]
            labels += [(question.title, False)] if alone and not family.titled else rows
            labels += [(question.title, True)] if family.titled else []
    if all(len(question.bars) <= 1 for question in questions) and len(questions) == 1:
        labels = []
    label_room = page.label_room(labels, 0.32)
    base_room = _base_room(page, questions)
    left = page.left + (label_room + 8 if label_room else 2.0)
    room = page.right - base_room - left
    # Wordings in two lines if there is room for them, else in as many as their longest word asks.
    for lines in (2, MOST_LINES):
        needs = _aligned(
            together, [[_need(page, one, head, lines) for head in one.heads] for one in together]
        )
        fitting = [_unit(family, room) for family in needs]
        if all(fitting) and min(fitting, default=_MOST) >= _GENEROUS:
            break
    if not all(fitting):
        return None
    unit = min(fitting, default=_MOST)
    columns = []
    for family, own in zip(together, needs, strict=True):
        x, placed = left, []
        spare = room - sum(_wide(need, unit) for need in own)
        more = min(max(spare, 0.0) / len(own), 12.0) if own else 0.0
        for head, need in zip(family.heads, own, strict=True):
            wide = _wide(need, unit) + more
            wording = wrap(head.label, wide - _BETWEEN, page.text, most=99)
            if len(wording) > MOST_LINES:
                return None
            placed.append(Column(head, x, wide, tuple(wording)))
            x += wide
        columns.append(tuple(placed))
    return Frame(label_room, unit, tuple(columns), base_room > 0)


def _base_room(page: Page, questions: Sequence[Question]) -> float:
    bases = {bar.base for question in questions for bar in question.bars if bar.base}
    if len(bases) <= 1:
        return 0.0
    return max(width(base, page.text) for base in bases) + 8


Need = tuple[float, float, float]


def _need(page: Page, family: Family, head: Segment, lines: int) -> Need:
    """Largest share of an answer, the room of its numbers, and that of its wording in lines."""
    shares = [
        bar.shares[head.code]
        for question in family.questions
        for bar in question.bars
        if head.code in bar.shares
    ]
    numbers = [width(page.setting.number(share), page.text) for share in shares]
    word = max(width(word, page.text) for word in head.label.split(" "))
    while len(wrap(head.label, word, page.text, most=99)) > lines:
        word += page.text / 2
    return float(max(shares, default=0)), max(numbers, default=0.0) + _GAP, word


def _aligned(together: Sequence[Family], needs: Sequence[list[Need]]) -> list[list[Need]]:
    """Give neighbouring questions of one scale the same columns."""
    aligned: list[list[Need]] = []
    first = 0
    for place in range(1, len(together) + 1):
        if place < len(together) and _alike(
            together[first].questions[0], together[place].questions[0]
        ):
            continue
        run = needs[first:place]
        most = [
            (max(sizes) for sizes in zip(*column, strict=True)) for column in zip(*run, strict=True)
        ]
        shared = [(share, number, word) for share, number, word in most]
        aligned += [shared] * len(run)
        first = place
    return aligned


def _wide(need: Need, unit: float) -> float:
    share, number, word = need
    return max(share * unit + number, word) + _BETWEEN


def _unit(needs: Sequence[Need], room: float) -> float:
    """Points per per cent with which the columns fill the room; 0 where they do not fit."""
    if not needs:
        return _MOST
    low, high = _LEAST, _MOST
    if sum(_wide(need, low) for need in needs) > room:
        return 0.0
    for _ in range(30):
        middle = (low + high) / 2
        if sum(_wide(need, middle) for need in needs) > room:
            high = middle
        else:
            low = middle
    return low


def _draw_heads(
    page: Page, frame: Frame, columns: Sequence[Column], title: str, first: bool
) -> None:
    """Write the answers over their columns, and the question at the left of them."""
    above = bool(title) and not frame.label_room
    if above:
        page.heading(title)
    beside = [] if above else wrap(title, frame.label_room, page.text, True, most=4)
    deep = max([len(column.lines) for column in columns] + [len(beside) if title else 0])
    for column in columns:
        start = page.y + page.leading * (deep - len(column.lines)) + page.text
        for number, line in enumerate(column.lines):
            page.canvas.text(column.x, start + page.leading * number, line, colour=page.soft)
    if title and not above:
        for number, line in enumerate(beside):
            y = page.y + page.text + page.leading * (deep - len(beside) + number)
            page.canvas.text(page.left + frame.label_room, y, line, bold=True, align="right")
    if first and frame.bases:
        y = page.y + page.text + page.leading * (deep - 1)
        page.canvas.text(page.right, y, "n", colour=page.soft, align="right")
    page.y += page.leading * deep + 3


def _draw_rows(
    page: Page,
    frame: Frame,
    columns: Sequence[Column],
    questions: Sequence[Question],
    fills: dict[str, Fill],
    of_questions: bool,
) -> None:
    """Draw the rows under their heads: groups of one question, or questions of one bar each."""
    thick = _THICK * page.text * page.profile.stretch
    top, words = page.y, page.setting.words
    drawn = False
    for question in questions:
        if not question.bars:
            label = question.title if of_questions and frame.label_room else ""
            middle, page_end = page.begin_row(label, frame.label_room, _PITCH * page.text)
            x = columns[0].x + 4 if columns else page.left
            page.canvas.text(x, middle + page.drop, words["empty"], colour=page.soft)
            page.y = page_end
        for bar in question.bars:
            label = question.title if of_questions else bar.label
            if not frame.label_room and not page.profile.labels_above:
                label = ""
            heavy = not of_questions and bar.code == TOTAL
            pitch = _PITCH * page.text
            middle, page_end = page.begin_row(
                label, frame.label_room, pitch, bold=heavy, most=4, thick=thick
            )
            _draw_row(page, frame, columns, (question, bar), (middle, thick), fills)
            page.y, drawn = page_end, True
    if drawn:
        for column in columns:
            page.canvas.line(column.x, top, column.x, page.y, GREY, 0.7)
    page.y += 5


def _draw_row(
    page: Page,
    frame: Frame,
    columns: Sequence[Column],
    of: tuple[Question, Bar],
    place: tuple[float, float],
    fills: dict[str, Fill],
) -> None:
    question, bar = of
    middle, thick = place
    for column in columns:
        segment = next(one for one in question.segments if one.code == column.segment.code)
        share = bar.shares.get(segment.code)
        if segment.code in bar.kept:
            page.canvas.text(column.x + _GAP, middle + page.drop, KEPT_BACK, colour=page.soft)
        if share is None:
            continue
        wide = float(share) * frame.unit
        words = page.setting.number(share)
        page.record(question.datum(bar, segment, words))
        if share:
            fill = fills[segment.code]
            edge = None if fill.edge == PAPER else fill.edge
            page.canvas.box(column.x, middle - thick / 2, wide, thick, fill, edge)
        page.canvas.text(
            column.x + wide + _GAP,
            middle + page.drop,
            words,
            number=question.name_share(bar, segment.code),
        )
    if frame.bases:
        page.canvas.text(
            page.right,
            middle + page.drop,
            bar.base,
            colour=page.soft,
            align="right",
            number="" if bar.base.startswith("≤") else question.name_base(bar),
        )


def _explain(page: Page, questions: Sequence[Question]) -> None:
    """Say which bars are not there and why."""
    if any(question.keeps_back for question in questions):
        page.note(page.setting.words["kept_back"])
    for invented, together in groupby(
        (question for question in questions if question.left_out),
        key=lambda question: question.invented,
    ):
        names = list(dict.fromkeys(label for question in together for label in question.left_out))
        words = page.setting.words["not_identified" if invented else "empty_groups"]
        page.note(words.format(groups=", ".join(names)))


MOST_ROWS, MOST_GROUPS = 40, 6


def draw_rows(
    table: str, questions: Sequence[Question], setting: Setting, title: str = ""
) -> Canvas:
    """Draw every answer as a row: a bar for all respondents, a marker for each group.

    Answers keep their order; past `MOST_ROWS` the least frequent go, past `MOST_GROUPS` the
    markers, and a note says so.
    """
    bases = [question.total.base for question in questions if question.total]
    page = Page(title or setting.title(table), setting.caption(table, bases), setting)
    # The same answers are compared from question to question, so they have one scale.
    answers = {tuple(row.label for row in question.segments) for question in questions}
    shared = max(map(_largest, questions)) if len(answers) == 1 else None
    for question in questions:
        groups = [bar for bar in question.bars if bar.code != TOTAL]
        if len(groups) > MOST_GROUPS:
            page.note(setting.words["groups_hidden"].format(number=len(groups)))
            groups = []
        if len(questions) > 1:
            page.heading(question.title)
        if question.total is None and not groups:
            words = setting.words["empty"]
            page.canvas.text(page.left, page.y + page.text, words, colour=page.soft)
            page.y += _PITCH * page.text
            continue
        fills = fills_of_groups(len(groups), page.profile.grey)
        marks = list(zip(groups, MARKERS, fills, strict=False))
        signs = [_sign(question, bar, shape, fill) for bar, shape, fill in marks]
        if question.total and marks:
            box = Fill("#c4c4c4", edge="#333333" if page.profile.grey else PAPER)
            signs.insert(0, _sign(question, question.total, "box", box))
        if signs:
            page.legend(signs)
        _draw_answers(page, question, marks, shared or _largest(question))
        page.y += page.text + 8
    _explain(page, questions)
    return page.finish()


def _sign(question: Question, bar: Bar, shape: str, fill: Fill) -> Sign:
    number = "" if bar.base.startswith("≤") else question.name_base(bar)
    return Sign(shape, fill, bar.label, bar.base, number)


def _largest(question: Question) -> float:
    """Return the largest share of a question that is drawn."""
    groups = [bar for bar in question.bars if bar.code != TOTAL]
    bars = [question.total, *(groups if len(groups) <= MOST_GROUPS else [])]
    return max((float(share) for bar in bars if bar for share in bar.shares.values()), default=0.0)


def _draw_answers(
    page: Page, question: Question, marks: Sequence[tuple[Bar, str, Fill]], top: float
) -> None:
    total = question.total
    bars = [*([total] if total else []), *(bar for bar, _, _ in marks)]
    rows = list(question.segments)
    if len(rows) > MOST_ROWS:
        most = sorted(rows, key=lambda row: -bars[0].shares.get(row.code, 0))[:MOST_ROWS]
        words = page.setting.words["answers_cut"]
        page.note(words.format(shown=MOST_ROWS, all=len(rows)))
        rows = [row for row in rows if row in most]
    own = fills_of(rows, question.grouping and not marks, page.profile.grey)
    label_room = page.label_room([(row.label, False) for row in rows], 0.42)
    left = page.left + (label_room + 10 if label_room else 0.0)
    room = page.right - width("100,0", page.text) - 10 - left
    step = next(size for size in (1, 2, 5, 10, 20, 25) if 5 * size >= top or size == 25)
    unit = room / max(-(-top // step) * step, step)
    start, half = page.y, 0.5 * page.text
    for row in rows:
        middle, end = page.begin_row(row.label, label_room, _PITCH * page.text)
        if total and row.code in total.shares:
            wide = float(total.shares[row.code]) * unit
            # Under the markers of groups a bar is pale, whatever its answer means.
            fill = Fill("#c4c4c4") if marks and not row.outside and not row.role else own[row.code]
            page.canvas.box(left, middle - half, wide, 2 * half, fill)
            words = page.setting.number(total.shares[row.code])
            number = question.name_share(total, row.code)
            page.canvas.text(page.right, middle + page.drop, words, align="right", number=number)
        if total and row.code in total.kept:
            page.canvas.text(
                page.right, middle + page.drop, KEPT_BACK, colour=page.soft, align="right"
            )
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
    scale_lines(page, start, page.y + 1, places if marks else [])
