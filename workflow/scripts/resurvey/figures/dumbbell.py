"""Dumbbells: one question asked twice of the same people, before and after, per answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from resurvey.figures.canvas import WIDTH, Canvas
from resurvey.figures.cells import Question, Setting
from resurvey.figures.lettering import width, wrap
from resurvey.figures.page import MARGIN, ROOM, TEXT, Page, scale_lines
from resurvey.figures.palette import BLUE, GREY, ORANGE, OUTSIDE, PAPER, RULE
from resurvey.printed import round_half_away_number

PITCH = 19.0
BEFORE, AFTER, FALL = ORANGE, BLUE, "#a9520b"


@dataclass(frozen=True)
class Change:
    """One answer of a question that was asked twice."""

    label: str
    before: Fraction
    after: Fraction
    points: Fraction


def changes_of(before: Question, after: Question, from_printed: bool) -> list[Change]:
    """Changes of every answer among all respondents, the largest increase first.

    Parameters
    ----------
    before, after : Question
        The question at the two times; answers are matched by code.
    from_printed : bool
        Whether a difference is made of the rounded per cents, as some articles print it.

    Returns
    -------
    list of Change
        Answers without a per cent at one of the times are left out; ties keep their order.
    """
    if before.total is None or after.total is None:
        return []
    first, second = before.total.shares, after.total.shares
    labels = {one.code: one.label for one in (*after.segments, *before.segments)}
    changes = []
    for code, label in labels.items():
        if code in first and code in second:
            ends = first[code], second[code]
            if from_printed:
                points = round_half_away_number(ends[1], 1) - round_half_away_number(ends[0], 1)
            else:
                points = ends[1] - ends[0]
            changes.append(Change(label, *ends, points))
    return sorted(changes, key=lambda one: -one.points)


def pairs_of(
    table: str, questions: Sequence[Question], setting: Setting
) -> list[tuple[Question, Question, list[Change]]]:
    """The questions of a table that were asked twice, with their changes."""
    spec = setting.tables[table]
    known: Mapping[str, Question] = {one.variable: one for one in questions}
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
            page.canvas.text(MARGIN, page.y + 9, setting.words["empty"], TEXT, colour=GREY)
            page.y += 18
            continue
        bases = [one.total.base if one.total else "" for one in (before, after)]
        names = [
            f"{one.title}, n = {base}" if base else one.title
            for one, base in zip((before, after), bases, strict=True)
        ]
        page.legend([("o", BEFORE, names[0]), ("s", AFTER, names[1])])
        _draw_changes(page, changes)
        page.y += 20
    return page.finish()


def _explain(
    page: Page,
    questions: Sequence[Question],
    pairs: Sequence[tuple[Question, Question, list[Change]]],
) -> None:
    """Say which questions and groups of the table are not in the drawing."""
    drawn = {one.variable for before, after, _ in pairs for one in (before, after)}
    others = [one.title for one in questions if one.variable not in drawn]
    if others:
        page.note(page.setting.words["questions_left"].format(questions="; ".join(others)))
    if any(len(one.bars) > 1 for one in questions):
        page.note(page.setting.words["groups_left"])


def _draw_changes(page: Page, changes: Sequence[Change]) -> None:
    number = page.setting.number
    label_room = min(max(width(one.label, TEXT) for one in changes) + 2, ROOM * 0.4)
    heading = page.setting.words["change"]
    change_room = max(width(heading, 7.5), 34.0) + 10
    left = MARGIN + label_room + 8 + 30
    right = WIDTH - MARGIN - change_room - 30
    top = max(float(max(one.before, one.after)) for one in changes)
    step = next(one for one in (1, 2, 5, 10, 20, 25) if 6 * one >= top or one == 25)
    unit = (right - left) / max(top, step)
    page.canvas.text(WIDTH - MARGIN, page.y + 6, heading, 7.5, colour=GREY, align="right")
    page.y += 10
    start = page.y
    for place, one in enumerate(changes):
        lines = wrap(one.label, label_room, TEXT, most=4)
        high = max(PITCH, 10.5 * len(lines) + 5)
        middle = page.y + high / 2
        if place:
            page.canvas.line(MARGIN, page.y, WIDTH - MARGIN, page.y, "#efefef", 0.6, behind=True)
        for depth, line in enumerate(lines):
            base = middle - 10.5 * (len(lines) - 1) / 2 + 3 + 10.5 * depth
            page.canvas.text(MARGIN + label_room, base, line, TEXT, align="right")
        ends = [left + float(share) * unit for share in (one.before, one.after)]
        page.canvas.line(ends[0], middle, ends[1], middle, OUTSIDE, 2.0)
        # Where nothing changed, the rim of the first dot shows behind the second.
        page.canvas.mark(ends[0], middle, "o", BEFORE, 12 if ends[0] == ends[1] else 8)
        page.canvas.mark(ends[1], middle, "s", AFTER, 7.5)
        values = [number(one.before), number(one.after)]
        low = 0 if ends[0] <= ends[1] else 1
        if one.before != one.after:
            wide = width(values[low], 8)
            page.canvas.box(min(ends) - 8 - wide, middle - 5, wide + 2, 10, PAPER)
            page.canvas.text(min(ends) - 7, middle + 2.8, values[low], 8, align="right")
        page.canvas.box(max(ends) + 7, middle - 5, width(values[1 - low], 8) + 1, 10, PAPER)
        page.canvas.text(max(ends) + 7.5, middle + 2.8, values[1 - low], 8)
        words = number(one.points, sign=True)
        colour = GREY if words == "0" else AFTER if one.points > 0 else FALL
        page.canvas.text(
            WIDTH - MARGIN, middle + 3, words, TEXT, bold=True, colour=colour, align="right"
        )
        page.y += high
    page.canvas.line(left, start, left, page.y, RULE, 0.8, behind=True)
    last = int((right - left) / unit)
    places = [(left + value * unit, str(value)) for value in range(0, last + 1, step)]
    scale_lines(page, start, page.y + 1, places)
