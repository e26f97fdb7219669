"""Dumbbells: one question asked twice of the same people, before and after, per answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from resurvey.core.codebook import Code
from resurvey.core.names import name_number
from resurvey.core.printed import round_half_away_number
from resurvey.figures.canvas import Canvas, Datum
from resurvey.figures.cells import TOTAL, Question, Setting
from resurvey.figures.lettering import width
from resurvey.figures.page import Page, Sign
from resurvey.figures.palette import BLACK, GREY, OUTSIDE, PAPER, RULE, Fill

BEFORE, AFTER = Fill(PAPER, edge=BLACK), Fill(BLACK)
"""Before and after, hollow and full: a change is neither good nor bad by itself."""
_PITCH = 1.6
"""Height of a row, in sizes of type."""


@dataclass(frozen=True)
class Change:
    """One answer of a question that was asked twice."""

    code: str
    label: str
    before: Fraction
    after: Fraction
    points: Fraction


def changes_of(before: Question, after: Question, from_printed: bool) -> list[Change]:
    """Changes of every answer among all respondents, in the order of the answers."""
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
    return changes


def name_apart(before: str, after: str) -> tuple[str, str]:
    """Shorten two wordings by what both begin with, up to a colon.

    Examples
    --------
    >>> name_apart("Sector: in Russia", "Sector: in Kyrgyzstan")
    ('in Russia', 'in Kyrgyzstan')
    >>> name_apart("Job before", "Job after")
    ('Job before', 'Job after')
    """
    first, second = before.rpartition(": "), after.rpartition(": ")
    if first[0] and first[0] == second[0] and first[2] and second[2]:
        return first[2], second[2]
    return before, after


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


def draw_dumbbell(
    table: str,
    questions: Sequence[Question],
    setting: Setting,
    title: str = "",
    apart: Collection[Code] = (),
) -> Canvas:
    """Draw the questions that were asked twice: two dots per answer, joined, and the change.

    Parameters
    ----------
    table, questions, setting
        What is drawn.
    title : str
        Title of the figure.
    apart : collection of codes
        Answers that stand below the others, after a rule: "did not work" among sectors of work.
    """
    pairs = pairs_of(table, questions, setting)
    drawn = [question for pair in pairs for question in pair[:2] if question.total]
    bases = {question.total.base for question in drawn if question.total}
    alike = len(bases) == 1
    caption = setting.caption(table, sorted(bases) if alike else ())
    page = Page(title or setting.title(table), caption, setting)
    _explain(page, questions, pairs)
    codes = {str(code) for code in apart}
    for before, after, changes in pairs:
        if not changes:
            page.canvas.text(
                page.left, page.y + page.text, setting.words["empty"], colour=page.soft
            )
            page.y += _PITCH * page.text
            continue
        names = name_apart(*(setting.question(one.variable) for one in (before, after)))
        signs = [
            Sign(
                shape,
                fill,
                name,
                "" if alike else question.total.base,
                "" if question.total.base.startswith("≤") else question.name_base(question.total),
            )
            for question, name, shape, fill in zip(
                (before, after), names, "os", (BEFORE, AFTER), strict=True
            )
            if question.total
        ]
        page.legend(signs)
        inside = [change for change in changes if change.code not in codes]
        _draw_changes(page, (before, after), inside, [one for one in changes if one.code in codes])
        page.y += 8
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


def _draw_changes(
    page: Page,
    asked: tuple[Question, Question],
    changes: Sequence[Change],
    apart: Sequence[Change],
) -> None:
    small, every = page.profile.small, [*changes, *apart]
    label_room = page.label_room([(change.label, False) for change in every], 0.4)
    heading = page.setting.words["change"]
    change_room = max(width(heading, small), 34.0) + 10
    beside = width("100,0", page.profile.aside) + 9
    left = page.left + (label_room + 8 if label_room else 0.0) + beside
    right = page.right - change_room - beside
    top = max(float(max(change.before, change.after)) for change in every)
    unit = (right - left) / max(top, 1.0)
    y = page.y + small - 2
    page.canvas.text(page.right, y, heading, small, colour=page.soft, align="right")
    page.y += small + 3
    start = page.y
    for position, change in enumerate(every):
        if position:
            strong = bool(changes) and position == len(changes)
            page.y += 4 if strong else 0
            colour, wide = (GREY, 0.8) if strong else ("#efefef", 0.6)
            page.canvas.line(page.left, page.y, page.right, page.y, colour, wide, behind=True)
            page.y += 4 if strong else 0
        middle, end = page.begin_row(change.label, label_room, _PITCH * page.text)
        _draw_change(page, asked, change, (left, unit, middle))
        page.y = end
    page.canvas.line(left, start, left, page.y, RULE, 0.8, behind=True)


def _draw_change(
    page: Page,
    asked: tuple[Question, Question],
    change: Change,
    place: tuple[float, float, float],
) -> None:
    """Draw the two marks of one answer with their values, and the change at the right."""
    canvas, size = page.canvas, page.profile.aside
    left, unit, middle = place
    data = _data(page.setting, asked, change)
    ends = [left + float(share) * unit for share in (change.before, change.after)]
    canvas.line(ends[0], middle, ends[1], middle, OUTSIDE, 2.0)
    # Where nothing changed, the rim of the first mark shows behind the second.
    canvas.mark(ends[0], middle, "o", BEFORE, 12 if ends[0] == ends[1] else 8)
    canvas.mark(ends[1], middle, "s", AFTER, 7.5)
    first, last = (data[0], data[1]) if ends[0] <= ends[1] else (data[1], data[0])
    if change.before != change.after:
        wide = width(first.printed, size)
        canvas.box(min(ends) - 8 - wide, middle - size / 2, wide + 2, size, PAPER)
        canvas.text(
            min(ends) - 7,
            middle + page.drop,
            first.printed,
            size,
            align="right",
            number=first.number,
        )
    behind = 9.5 if ends[0] == ends[1] else 7.5
    canvas.box(
        max(ends) + behind - 0.5, middle - size / 2, width(last.printed, size) + 1, size, PAPER
    )
    canvas.text(max(ends) + behind, middle + page.drop, last.printed, size, number=last.number)
    canvas.text(
        page.right,
        middle + page.drop,
        data[2].printed,
        bold=True,
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
