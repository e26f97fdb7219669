"""Dumbbells: one question asked twice of the same people, before and after, per answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from resurvey.core.names import name_number
from resurvey.core.printed import round_half_away_number
from resurvey.figures.canvas import Canvas, Datum
from resurvey.figures.cells import TOTAL, Question, Setting
from resurvey.figures.lettering import width
from resurvey.figures.page import Page, Sign, scale_lines
from resurvey.figures.palette import BLACK, BLUE, GREY, INK, ORANGE, OUTSIDE, PAPER, RULE, Fill

PITCH = 19.0
BEFORE, AFTER, FALL = ORANGE, BLUE, "#a9520b"


@dataclass(frozen=True)
class Change:
    """One answer of a question that was asked twice."""

    code: str
    label: str
    before: Fraction
    after: Fraction
    points: Fraction


def changes_of(before: Question, after: Question, from_printed: bool) -> list[Change]:
    """Changes of every answer among all respondents, the largest increase first."""
    if before.total is None or after.total is None:
        return []
    first, second = before.total.shares, after.total.shares
    labels = {segment.code: segment.label for segment in (*after.segments, *before.segments)}
    changes = []
    for code, label in labels.items():
        if code in first and code in second:
            ends = first[code], second[code]
            if from_printed:
                points = round_half_away_number(ends[1], 1) - round_half_away_number(ends[0], 1)
            else:
                points = ends[1] - ends[0]
            changes.append(Change(code, label, *ends, points))
    return sorted(changes, key=lambda change: -change.points)


def pairs_of(
    table: str, questions: Sequence[Question], setting: Setting
) -> list[tuple[Question, Question, list[Change]]]:
    """The questions of a table that were asked twice, with their changes."""
    spec = setting.tables[table]
    known: Mapping[str, Question] = {question.variable: question for question in questions}
    from_printed = spec.get("derived") == "printed_parts"
    found = []
    for pair in spec.get("pairs", []):
        before, after = known.get(pair["before"]), known.get(pair["after"])
        if before and after:
            found.append((before, after, changes_of(before, after, from_printed)))
    return found


def draw_dumbbell(table: str, questions: Sequence[Question], setting: Setting) -> Canvas:
    """Draw the questions that were asked twice: two dots per answer, joined, and the change."""
    page = Page(setting.title(table), setting.words["before_after"], setting)
    pairs = pairs_of(table, questions, setting)
    _explain(page, questions, pairs)
    for before, after, changes in pairs:
        if not changes:
            page.canvas.text(page.left, page.y + 9, setting.words["empty"], colour=page.soft)
            page.y += 18
            continue
        fills = _fills(page.profile.grey)
        signs = [
            Sign(
                shape, fill, question.title, question.total.base, question.name_base(question.total)
            )
            for question, shape, fill in zip((before, after), "os", fills, strict=True)
            if question.total
        ]
        page.legend(signs)
        _draw_changes(page, (before, after), changes, fills)
        page.y += 20
    return page.finish()


def _explain(
    page: Page,
    questions: Sequence[Question],
    pairs: Sequence[tuple[Question, Question, list[Change]]],
) -> None:
    """Say which questions and groups of the table are not in the drawing."""
    drawn = {question.variable for before, after, _ in pairs for question in (before, after)}
    others = [question.title for question in questions if question.variable not in drawn]
    if others:
        page.note(page.setting.words["questions_left"].format(questions="; ".join(others)))
    if any(len(question.bars) > 1 for question in questions):
        page.note(page.setting.words["groups_left"])


def _fills(grey: bool) -> tuple[Fill, Fill]:
    """Fills of the marks before and after."""
    return (Fill(PAPER, edge=BLACK), Fill(BLACK)) if grey else (Fill(BEFORE), Fill(AFTER))


def _draw_changes(
    page: Page,
    asked: tuple[Question, Question],
    changes: Sequence[Change],
    fills: tuple[Fill, Fill],
) -> None:
    small = page.profile.small
    label_room = page.label_room([(change.label, False) for change in changes], 0.4)
    heading = page.setting.words["change"]
    change_room = max(width(heading, small), 34.0) + 10
    left = page.left + (label_room + 8 if label_room else 0.0) + 30
    right = page.right - change_room - 30
    top = max(float(max(change.before, change.after)) for change in changes)
    step = next(size for size in (1, 2, 5, 10, 20, 25) if 6 * size >= top or size == 25)
    unit = (right - left) / max(top, step)
    page.canvas.text(page.right, page.y + 6, heading, small, colour=page.soft, align="right")
    page.y += 10
    start = page.y
    for position, change in enumerate(changes):
        if position:
            page.canvas.line(page.left, page.y, page.right, page.y, "#efefef", 0.6, behind=True)
        middle, end = page.begin_row(change.label, label_room, PITCH)
        _draw_change(page, asked, change, fills, (left, unit, middle))
        page.y = end
    page.canvas.line(left, start, left, page.y, RULE, 0.8, behind=True)
    last = int((right - left) / unit)
    places = [(left + value * unit, str(value)) for value in range(0, last + 1, step)]
    scale_lines(page, start, page.y + 1, places)


def _draw_change(
    page: Page,
    asked: tuple[Question, Question],
    change: Change,
    fills: tuple[Fill, Fill],
    place: tuple[float, float, float],
) -> None:
    """Draw the two marks of one answer with their values, and the change at the right."""
    canvas, size = page.canvas, page.profile.aside
    left, unit, middle = place
    data = _data(page.setting, asked, change)
    ends = [left + float(share) * unit for share in (change.before, change.after)]
    canvas.line(ends[0], middle, ends[1], middle, OUTSIDE, 2.0)
    # Where nothing changed, the rim of the first mark shows behind the second.
    canvas.mark(ends[0], middle, "o", fills[0], 12 if ends[0] == ends[1] else 8)
    canvas.mark(ends[1], middle, "s", fills[1], 7.5)
    first, last = (data[0], data[1]) if ends[0] <= ends[1] else (data[1], data[0])
    if change.before != change.after:
        wide = width(first.printed, size)
        canvas.box(min(ends) - 8 - wide, middle - 5, wide + 2, 10, PAPER)
        canvas.text(
            min(ends) - 7, middle + 2.8, first.printed, size, align="right", number=first.number
        )
    canvas.box(max(ends) + 7, middle - 5, width(last.printed, size) + 1, 10, PAPER)
    canvas.text(max(ends) + 7.5, middle + 2.8, last.printed, size, number=last.number)
    words = data[2].printed
    colour = GREY if words == "0" else AFTER if change.points > 0 else FALL
    canvas.text(
        page.right,
        middle + 3,
        words,
        bold=True,
        colour=INK if page.profile.grey else colour,
        align="right",
        number=data[2].number,
    )
    for datum in data:
        page.record(datum)


def _data(setting: Setting, asked: tuple[Question, Question], change: Change) -> list[Datum]:
    """The three numbers of one answer: before, after, and the change."""
    data = []
    for question, share in zip(asked, (change.before, change.after), strict=True):
        total = question.total
        segment = next((s for s in question.segments if s.code == change.code), None)
        if total and segment:
            data.append(question.datum(total, segment, setting.number(share)))
    before, after = asked
    place = after.table, after.variable, before.variable, change.code, TOTAL
    number = name_number("difference", *place)
    words = setting.number(change.points, sign=True)
    column = setting.words["change"]
    return [*data, Datum(after.title, change.label, column, change.points, words, number=number)]
