"""Figures over time: shares as lines over the waves, and as small multiples by group."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from math import ceil
from typing import Any

from resurvey.core.files import csv_text
from resurvey.core.names import name_number
from resurvey.figures.canvas import MARKERS, Canvas, Datum, plain_style
from resurvey.figures.cells import TOTAL, Segment, Setting
from resurvey.figures.draw import Drawing
from resurvey.figures.lettering import shorten, width, wrap
from resurvey.figures.page import Page, Sign, fills_of
from resurvey.figures.palette import GREY, RULE, Fill

DRAWN_COLUMNS = (
    "question",
    "row",
    "column",
    "wave",
    "value",
    "printed",
    "count",
    "base",
    "lower",
    "upper",
    "number",
)


@dataclass(frozen=True)
class WaveDatum(Datum):
    """One number that a figure over time draws.

    Attributes
    ----------
    wave : str
        Label of the wave; `number` is the number's identity in that wave.
    lower, upper : str
        Ends of the interval that is drawn; empty where none is.
    """

    wave: str = ""
    lower: str = ""
    upper: str = ""


def drawn_csv(data: Iterable[WaveDatum]) -> str:
    """Write what a figure draws as CSV, in the order of drawing, each number once.

    Examples
    --------
    >>> from fractions import Fraction
    >>> job = WaveDatum("Job", "yes", "All", Fraction(125, 4), "31.3", "5", "16", wave="2022")
    >>> print(drawn_csv([job, job]), end="")
    question,row,column,wave,value,printed,count,base,lower,upper,number
    Job,yes,All,2022,31.25,31.3,5,16,,,
    """
    lines: list[Mapping[str, object]] = [
        {**asdict(datum), "value": None if datum.value is None else float(datum.value)}
        for datum in dict.fromkeys(data)
    ]
    return csv_text(DRAWN_COLUMNS, lines)


Line = Mapping[str, str]

MOST_INTERVALS = 6
"""Answers up to which intervals are drawn; of more they would cover one another."""

WIDEST = 90.0
"""Room of a wave's label, however far the next wave is."""

NARROWEST = 20.0
"""Room of the labels of the first and the last wave, however close they stand."""


@dataclass(frozen=True)
class Path:
    """The shares of one answer, or of one group, over the waves.

    `answer` is the answer whose groups are drawn; empty for a path that is an answer itself.
    """

    label: str
    fill: Fill
    shape: str
    shares: Mapping[int, Fraction]
    ends: Mapping[int, tuple[float, float]]
    lines: Mapping[int, Line] = field(hash=False)
    answer: str = ""


@dataclass(frozen=True)
class Times:
    """Waves on a line: their names and their places from 0 to 1."""

    names: tuple[str, ...]
    places: tuple[float, ...]


def place_waves(times: Mapping[str, float], labels: Mapping[str, str]) -> Times:
    """Place the waves by their times.

    Examples
    --------
    >>> place_waves({"2020": 2020, "2021": 2021, "2024": 2024}, {}).places
    (0.0, 0.25, 1.0)
    """
    first, last = min(times.values()), max(times.values())
    return Times(
        tuple(labels.get(name, name) for name in times),
        tuple((time - first) / (last - first) for time in times.values()),
    )


def follow(
    lines: Sequence[Line], waves: Sequence[str], intervals: bool
) -> tuple[dict[int, Fraction], dict[int, tuple[float, float]], dict[int, Line]]:
    """Shares of one cell by wave, their intervals, and the lines that they come from."""
    shares: dict[int, Fraction] = {}
    ends: dict[int, tuple[float, float]] = {}
    found: dict[int, Line] = {}
    for line in lines:
        if line["count"] and Fraction(line["base"] or 0):
            wave = waves.index(line["wave"])
            found[wave] = line
            shares[wave] = 100 * Fraction(line["count"]) / Fraction(line["base"])
            if intervals and line["lower"]:
                ends[wave] = float(line["lower"]), float(line["upper"])
    return shares, ends, found


def answers_over_time(
    lines: Sequence[Line],
    waves: Sequence[str],
    variable: str,
    setting: Setting,
    intervals: bool,
) -> list[Path]:
    """One path an answer, of all respondents, in the order of the answers."""
    total = [line for line in lines if line["column_code"] == TOTAL]
    codes = list(dict.fromkeys(line["row_code"] for line in total))
    inside, outside = setting.ranked(variable, codes)
    labels = {line["row_code"]: line["row_label"] for line in total}
    roles = setting.roles(variable)
    segments = [Segment(code, "", "", roles.get(code, "")) for code in inside]
    segments += [Segment(code, "", "dont_know", "dont_know") for code in outside]
    grouping = setting.is_grouping(variable)
    fills = fills_of(segments, grouping, setting.profile.grey, told_apart=True)
    intervals = intervals and len(segments) <= MOST_INTERVALS
    return [
        Path(
            setting.answer(variable, code, labels[code]),
            fills[code],
            # Colours come again after as many answers as there are markers: then these differ.
            MARKERS[(number + number // len(MARKERS)) % len(MARKERS)],
            *follow([line for line in total if line["row_code"] == code], waves, intervals),
        )
        for number, code in enumerate([*inside, *outside])
    ]


def data_of(path: Path, setting: Setting, variable: str, times: Times) -> Iterator[WaveDatum]:
    """Yield the numbers of a path, wave by wave."""
    whole = setting.words["all_respondents"]
    for wave, share in sorted(path.shares.items()):
        line = path.lines[wave]
        low, up = map(str, path.ends[wave]) if wave in path.ends else ("", "")
        keys = ("table", "row_variable", "row_code", "column_code")
        yield WaveDatum(
            setting.question(variable),
            path.answer or path.label,
            path.label if path.answer else whole,
            share,
            setting.number(share),
            line["count"],
            line["base"],
            name_number("percent", *(line[key] for key in keys)),
            times.names[wave],
            low,
            up,
        )


def draw_waves(
    page: Page, top: float, bottom: float, places: Sequence[float], names: Sequence[str]
) -> float:
    """Draw an upright line for every wave with its label below; give back the labels' height.

    A label that has no room beside its neighbours is broken in two, then shortened; where waves
    stand too close, those between the first and the last go without.
    """
    size, step = page.profile.small, page.profile.small + 2
    for x in places:
        page.canvas.line(x, top, x, bottom, RULE, 0.6, behind=True)
    shown = _with_room(places, [min(width(name, size), WIDEST) for name in names])
    lines = 1
    for wave in shown:
        others = [
            abs(places[wave] - places[shown_wave]) for shown_wave in shown if shown_wave != wave
        ]
        room = max(min([*others, WIDEST]) - 3, NARROWEST)
        words = wrap(names[wave], room, size, most=2)
        lines = max(lines, len(words))
        for row, text in enumerate(words):
            page.canvas.text(
                places[wave],
                bottom + size + 2 + step * row,
                shorten(text, room, size),
                size,
                colour=page.soft,
                align="center",
            )
    return size + 3 + step * (lines - 1)


def _with_room(places: Sequence[float], widths: Sequence[float]) -> list[int]:
    """Waves whose labels are written: the first, the last, and those that stand apart.

    Examples
    --------
    >>> _with_room([0, 10, 50, 100], [20, 20, 20, 20])
    [0, 2, 3]
    """
    last = len(places) - 1
    kept = [0]
    for wave in range(1, last):
        wanted = [
            min((widths[wave] + widths[neighbour]) / 2, WIDEST / 2) + 3
            for neighbour in (kept[-1], last)
        ]
        if (
            places[wave] - places[kept[-1]] >= wanted[0]
            and places[last] - places[wave] >= wanted[1]
        ):
            kept.append(wave)
    return [*kept, last]


def draw_path(
    page: Page,
    path: Path,
    across: Callable[[int], float],
    down: Callable[[float | Fraction], float],
    size: float = 6.0,
) -> None:
    """Draw a line through the shares of a path, with a marker and an interval at each."""
    known = sorted(path.shares)
    line = path.fill.colour if path.fill.colour.lower() not in ("#ffffff", "#ececec") else GREY
    for wave, following in zip(known, known[1:], strict=False):
        page.canvas.line(
            across(wave),
            down(path.shares[wave]),
            across(following),
            down(path.shares[following]),
            line,
            1.6,
        )
    for wave in known:
        if wave in path.ends:
            low, up = path.ends[wave]
            page.canvas.line(across(wave), down(low), across(wave), down(up), line, 0.8)
        page.canvas.mark(across(wave), down(path.shares[wave]), path.shape, path.fill, size)


def ceiling_of(paths: Sequence[Path]) -> int:
    """Upper end of the scale: the next ten above the largest share, or its interval."""
    largest = max(float(share) for path in paths for share in path.shares.values())
    tops = [up for path in paths for _, up in path.ends.values()]
    return min(100, max(20, 10 * ceil(max([largest, *tops]) / 10)))


MOST_LINES = 7
"""So many lines are told apart in one panel; more answers have a panel each."""

PANELS = 3
"""Small multiples in a row."""

Panel = tuple[str, list[Path]]


def panels_by_group(
    lines: Sequence[Line], waves: Sequence[str], variable: str, setting: Setting
) -> list[Panel]:
    """Follow every answer in every group through the waves."""
    grouped = [line for line in lines if line["column_code"] != TOTAL]
    groups = {line["column_code"]: line for line in grouped}
    if not 2 <= len(groups) <= len(MARKERS):
        return []
    fills = fills_of([Segment(code, "") for code in groups], True, setting.profile.grey)
    names = {
        code: setting.answer(line["column_variable"], code, line["column_label"])
        for code, line in groups.items()
    }
    codes = list(dict.fromkeys(line["row_code"] for line in grouped))
    inside, outside = setting.ranked(variable, codes)
    panels = []
    for code in [*inside, *outside]:
        own = [line for line in grouped if line["row_code"] == code]
        answer = setting.answer(variable, code, own[0]["row_label"])
        paths = [
            Path(
                names[group],
                fills[group],
                MARKERS[number],
                *follow([line for line in own if line["column_code"] == group], waves, False),
                answer,
            )
            for number, group in enumerate(groups)
        ]
        if any(path.shares for path in paths):
            panels.append((answer, paths))
    return panels


def draw_multiples(page: Page, panels: Sequence[Panel], times: Times) -> None:
    """Draw the panels in rows below a legend of the groups, all on one scale.

    A line that is alone in its panel has its first and its last number beside it.
    """
    if len(panels[0][1]) > 1:
        page.legend(Sign(path.shape, path.fill, path.label) for path in panels[0][1])
    most = ceiling_of([path for _, paths in panels for path in paths if path.shares])
    gap, high = 18.0, 70.0
    beside = width("100", page.profile.small) + 8
    wide = (page.room - beside - gap * (PANELS - 1)) / PANELS
    for first in range(0, len(panels), PANELS):
        row = panels[first : first + PANELS]
        titles = [wrap(title, wide, page.text, most=3) for title, _ in row]
        above = page.leading * max(len(lines) for lines in titles)
        for column, ((_, paths), title) in enumerate(zip(row, titles, strict=True)):
            left = page.left + beside + column * (wide + gap)
            for number, words in enumerate(title):
                page.canvas.text(left, page.y + page.text + page.leading * number, words)
            _draw_panel(page, paths, times, (left, wide, page.y + above + 4, high), most, column)
        page.y += above + high + page.profile.small + 14


def _draw_panel(
    page: Page,
    paths: Sequence[Path],
    times: Times,
    frame: tuple[float, float, float, float],
    most: int,
    column: int,
) -> None:
    left, wide, top, high = frame

    def across(wave: int) -> float:
        return left + 5 + times.places[wave] * (wide - 10)

    def down(share: float | Fraction) -> float:
        return top + high - float(share) / most * high

    for step in (0, most // 2, most):
        page.canvas.line(left, down(step), left + wide, down(step), RULE, 0.6, behind=True)
        if column == 0:
            page.canvas.text(
                left - 5,
                down(step) + page.drop,
                str(step),
                page.profile.small,
                colour=page.soft,
                align="right",
            )
    ends = (0, len(times.names) - 1)
    for wave, align in zip(ends, ("left", "right"), strict=True):
        name = shorten(times.names[wave], wide / 2 - 2, page.profile.small)
        x = left if align == "left" else left + wide
        page.canvas.text(
            x,
            top + high + page.profile.small + 1,
            name,
            page.profile.small,
            colour=page.soft,
            align=align,
        )
    for path in paths:
        if path.shares:
            draw_path(page, path, across, down, 5.0)
    if len(paths) > 1 or not paths[0].shares:
        return
    shares = paths[0].shares
    for wave, align in zip(
        dict.fromkeys((min(shares), max(shares))), ("left", "right"), strict=False
    ):
        # Above the line, or below one that is near the upper edge.
        high_up = float(shares[wave]) > 0.75 * most
        y = down(shares[wave]) + (page.text + 4 if high_up else -7)
        words = page.setting.number(shares[wave])
        x = across(wave) + (-5 if align == "left" else 5)
        page.canvas.text(x, y, words, page.profile.small, align=align)


LABEL_STEP = 13.0
"""Least distance of two labels at the right of the lines."""

SIGN = 10.0
"""Room of the marker before a label."""


def draw_trends(
    lines: Sequence[Line],
    times: Mapping[str, float],
    labels: Mapping[str, str],
    setting: Setting,
    *,
    intervals: bool,
    changed: Collection[tuple[str, str]] = (),
) -> dict[str, Drawing]:
    """Draw every table over time; of (table, question) in `changed` no words are made."""
    tables: dict[str, list[Line]] = {}
    for line in lines:
        tables.setdefault(line["table"], []).append(line)
    waves = list(times)
    placed = place_waves(times, labels)
    drawings = {}
    with plain_style():
        for name in setting.tables:
            if name in tables:
                canvas, said, data = _draw_table(
                    name, tables[name], waves, placed, setting, intervals, changed
                )
                title = setting.title(name)
                said = said or title
                svg = canvas.svg(f"trend-{name}-{setting.language}", title, said)
                drawings[name] = Drawing(title, said, svg, canvas.png(), data=data)
    return drawings


def _draw_table(
    name: str,
    lines: Sequence[Line],
    waves: Sequence[str],
    times: Times,
    setting: Setting,
    intervals: bool,
    changed: Collection[tuple[str, str]],
) -> tuple[Canvas, str, tuple[WaveDatum, ...]]:
    page = Page(setting.title(name), setting.words["subtitle"], setting)
    said: list[str] = []
    data: list[WaveDatum] = []
    # Per cents of a row are all 100 for all respondents together.
    of_rows = setting.tables[name].get("percent", "column") == "row"
    variables = list(dict.fromkeys(line["row_variable"] for line in lines))
    for variable in variables:
        own = [
            line for line in lines if line["row_variable"] == variable and line["kind"] == "answer"
        ]
        if len(variables) > 1 or setting.profile.titled is False:
            page.heading(setting.item(name, variable))
        paths = [] if of_rows else answers_over_time(own, waves, variable, setting, intervals)
        drawn = [path for path in paths if path.shares]
        panels = panels_by_group(own, waves, variable, setting)
        if not drawn and not panels:
            page.canvas.text(
                page.left, page.y + page.text, setting.words["empty"], colour=page.soft
            )
            page.y += page.text + 8
            continue
        if any(path.ends for path in drawn):
            page.note(setting.words["intervals"])
        if drawn:
            if len(drawn) > MOST_LINES:
                draw_multiples(page, [(path.label, [path]) for path in drawn], times)
                page.y += 10
            else:
                _draw_slopes(page, drawn, times, setting)
            if (name, variable) not in changed:
                said.append(_say(setting, variable, drawn, times))
            for path in drawn:
                data += data_of(path, setting, variable, times)
        if panels:
            draw_multiples(page, panels, times)
            for _, grouped in panels:
                for path in grouped:
                    data += data_of(path, setting, variable, times)
        page.y += 10
    return page.finish(), " ".join(filter(None, said)), tuple(data)


def _draw_slopes(page: Page, drawn: Sequence[Path], times: Times, setting: Setting) -> None:
    values = [
        width(setting.number(share), page.text) for path in drawn for share in path.shares.values()
    ]
    beside = max(values) + 8
    longest = max(width(path.label, page.text) for path in drawn) + SIGN
    labels = min(longest, page.room * 0.4)
    # A label that does not fit on a line is broken in two.
    step = LABEL_STEP * (1 if longest <= labels else 1.9)
    high = max(110.0, step * (len(drawn) + 1))
    left, right = (
        page.left + width("100", page.profile.small) + 10 + beside,
        page.right - beside - labels,
    )
    top, bottom = page.y + 6, page.y + 6 + high
    most = ceiling_of(drawn)

    def across(wave: int) -> float:
        return left + times.places[wave] * (right - left)

    def down(share: float | Fraction) -> float:
        return bottom - float(share) / most * (bottom - top)

    for share in range(0, most + 1, 10 if most <= 50 else 20):
        page.canvas.line(left - beside, down(share), right, down(share), RULE, 0.6, behind=True)
        page.canvas.text(
            page.left + width("100", page.profile.small),
            down(share) + page.drop,
            str(share),
            page.profile.small,
            colour=page.soft,
            align="right",
        )
    places = [across(number) for number in range(len(times.names))]
    below = draw_waves(page, top, bottom, places, times.names)
    for path in drawn:
        draw_path(page, path, across, down)
    _label_ends(page, drawn, across, down, setting, right + beside, step)
    page.y = bottom + below + 10


def _label_ends(
    page: Page,
    paths: Sequence[Path],
    across: Any,
    down: Any,
    setting: Setting,
    start: float,
    step: float,
) -> None:
    """Write the first and the last share of every path, and its label behind the last."""
    for last in (False, True):
        heights = {}
        for number, path in enumerate(paths):
            wave = max(path.shares) if last else min(path.shares)
            heights[number] = down(path.shares[wave])
        for number, y in _apart(heights, step if last else LABEL_STEP, down(0) - 4).items():
            path = paths[number]
            wave = max(path.shares) if last else min(path.shares)
            words = setting.number(path.shares[wave])
            x = across(wave)
            if last:
                page.canvas.text(x + 6, y + page.drop, words)
                page.canvas.mark(start + 3, y, path.shape, path.fill, 5.0)
                _write_label(page, path.label, start + SIGN, y)
            else:
                page.canvas.text(x - 6, y + page.drop, words, align="right")


def _write_label(page: Page, label: str, left: float, y: float) -> None:
    """Write a label in one or two lines whose middle is at `y`."""
    room = page.right - left
    lines = wrap(label, room, page.text, most=2)
    for row, words in enumerate(lines):
        above = page.leading / 2 * (len(lines) - 1)
        page.canvas.text(
            left, y + page.drop - above + page.leading * row, shorten(words, room, page.text)
        )


def _apart(
    heights: Mapping[int, float], step: float = LABEL_STEP, lowest: float = math.inf
) -> dict[int, float]:
    """Move labels apart so that none lies on another nor below `lowest`, as little as may be."""
    order = sorted(heights, key=lambda label: heights[label])
    groups: list[tuple[list[int], float]] = []
    for label in order:
        members, middle = [label], min(heights[label], lowest)
        while groups:
            before, centre = groups[-1]
            reach = step * (len(before) + len(members)) / 2
            if middle - centre >= reach:
                break
            groups.pop()
            members = before + members
            middle = sum(heights[each] for each in members) / len(members)
            middle = min(middle, lowest - step * (len(members) - 1) / 2)
        groups.append((members, middle))
    return {
        label: middle + step * (rank - (len(members) - 1) / 2)
        for members, middle in groups
        for rank, label in enumerate(members)
    }


def _say(setting: Setting, variable: str, paths: Sequence[Path], times: Times) -> str:
    """Say in words which answer moved most between the first and the last wave."""
    moves = [
        (path.shares[max(path.shares)] - path.shares[min(path.shares)], path)
        for path in paths
        if len(path.shares) > 1
    ]
    if not moves:
        return ""
    change, path = max(moves, key=lambda move: abs(move[0]))
    first, last = min(path.shares), max(path.shares)
    return setting.words["moved"].format(
        question=setting.question(variable),
        answer=path.label,
        first=times.names[first],
        before=setting.percent(path.shares[first]),
        last=times.names[last],
        after=setting.percent(path.shares[last]),
        points=setting.points(change, sign=True),
    )
