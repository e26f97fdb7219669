"""Means: a statistic of numbers as points with intervals, all respondents and every group."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from math import ceil, floor, log10

from resurvey.core.lines import SummaryLine
from resurvey.core.names import TOTAL, name_number
from resurvey.figures.canvas import Canvas, Datum
from resurvey.figures.cells import Setting
from resurvey.figures.lettering import width
from resurvey.figures.page import Page, scale_lines
from resurvey.figures.palette import INK, PLAIN

MOST_TICKS = 6
LEAST_OF_GROUPS, LEAST_OF_QUESTIONS = 0.25, 0.02
"""Share of a common scale that a block of groups, or the interval of one question, needs."""


def means_of(table: str, statistic: str, setting: Setting) -> list[SummaryLine]:
    """List what a figure of a table draws: lines of its statistic with a value."""
    return [
        line
        for line in setting.summaries
        if line["table"] == table and line["statistic"] == statistic and line["value"]
    ]


def draw_means(title: str, lines: Sequence[SummaryLine], setting: Setting) -> Canvas:
    """Draw a block per variable: a row for all respondents and for every group.

    Parameters
    ----------
    title : str
        Title of the figure.
    lines : sequence of dict
        Lines of `means_of`. Blocks share a scale where all of them can be read on it; without
        groups the questions are then the rows of one block.
    setting : Setting
        Labels and words.
    """
    page = Page(title, setting.words[f"{lines[0]['statistic']}_axis"], setting)
    grouped = any(line["column_variable"] for line in lines)
    blocks = [list(own) for _, own in groupby(lines, key=lambda line: line["row_variable"])]
    shared = _shared_scale(blocks, LEAST_OF_GROUPS if grouped else LEAST_OF_QUESTIONS)
    by_question = bool(shared) and not grouped
    if by_question:
        blocks = [list(lines)]
    labels = [(_label(line, setting, by_question), grouped and _is_total(line)) for line in lines]
    named = dict(zip(map(id, lines), labels, strict=True))
    label_room = page.label_room(labels, 0.4)
    left = page.left + (label_room + 12 if label_room else 6.0)
    digits = {line["row_variable"]: _digits(own) for own in blocks for line in own}
    widest = max(width(_number(line, digits, setting), page.text) for line in lines)
    right = page.right - widest - 10
    for own in blocks:
        ticks = shared or _ticks(own)
        low, high = ticks[0], ticks[-1]

        def place(value: float, low: float = low, high: float = high) -> float:
            return left + (value - low) / (high - low) * (right - left)

        if len(blocks) > 1:
            page.heading(setting.question(own[0]["row_variable"]))
        start = page.y
        for line in own:
            words = _number(line, digits, setting)
            _row(page, line, place, label_room, named[id(line)], words)
        few = max(0, -floor(log10(ticks[1] - ticks[0])))
        scale_lines(
            page, start, page.y, [(place(tick), setting.number(tick, few)) for tick in ticks]
        )
        page.y += page.profile.small + 10
    if any(line["lower"] for line in lines):
        page.note(setting.words["intervals_of_groups" if grouped else "intervals"])
    return page.finish()


def _row(
    page: Page,
    line: SummaryLine,
    place: Callable[[float], float],
    label_room: float,
    label: tuple[str, bool],
    words: str,
) -> None:
    """Draw one point with its interval and its number; all respondents stand out."""
    (label_words, whole), setting = label, page.setting
    colour = INK if page.profile.grey or whole else PLAIN
    middle, end = page.begin_row(label_words, label_room, 1.55 * page.text, bold=whole, most=3)
    value = float(line["value"])
    if line["lower"] and line["upper"]:
        ends = place(float(line["lower"])), place(float(line["upper"]))
        page.canvas.line(ends[0], middle, ends[1], middle, colour, 1.6)
    page.canvas.mark(place(value), middle, "D" if whole else "o", colour, 7.5)
    names = line["table"], line["row_variable"], line["statistic"], line["column_code"]
    identity = name_number("summary", *names)
    page.canvas.text(page.right, middle + page.drop, words, align="right", number=identity)
    asked, column = setting.question(line["row_variable"]), setting.words[line["statistic"]]
    page.record(Datum(asked, label_words, column, Fraction(line["value"]), words, number=identity))
    page.y = end


def _is_total(line: SummaryLine) -> bool:
    return line["column_code"] == TOTAL


def _label(line: SummaryLine, setting: Setting, by_question: bool) -> str:
    """Label of a row: the group, or the question where every row is one."""
    if by_question:
        return setting.question(line["row_variable"])
    return setting.answer(line["column_variable"], line["column_code"], line["column_label"])


def _number(line: SummaryLine, digits: Mapping[str, int], setting: Setting) -> str:
    return setting.number(float(line["value"]), digits[line["row_variable"]])


def _digits(lines: Sequence[SummaryLine]) -> int:
    """Decimals of a block, as its table has them."""
    if lines[0]["statistic"] == "nps":
        return 1
    values = [float(line["value"]) for line in lines]
    if lines[0]["statistic"] == "median":
        return 0 if all(value.is_integer() for value in values) else 2
    size = max(map(abs, values))
    return 0 if size >= 10_000 else 1 if size >= 1000 else 2


def _ends(lines: Sequence[SummaryLine]) -> tuple[float, float]:
    values = [
        float(text)
        for line in lines
        for text in (line["value"], line["lower"], line["upper"])
        if text
    ]
    return min(values), max(values)


def _shared_scale(blocks: Sequence[Sequence[SummaryLine]], least: float) -> list[float]:
    """Ticks of all blocks, where the narrowest has at least this share of the whole width."""
    ends = [_ends(own) for own in blocks]
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    if len(blocks) == 1 or min(end[1] - end[0] for end in ends) >= least * (high - low):
        return _ticks([line for own in blocks for line in own])
    return []


def _ticks(lines: Sequence[SummaryLine]) -> list[float]:
    """Round numbers from below the smallest to above the largest."""
    low, high = _ends(lines)
    least = max((high - low) / (MOST_TICKS - 1), abs(high) * 1e-6, 1e-9)
    power = 10.0 ** floor(log10(least))
    step = power * next(one for one in (1, 2, 5, 10) if one * power >= least * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [place * step for place in range(first, max(last, first + 1) + 1)]
