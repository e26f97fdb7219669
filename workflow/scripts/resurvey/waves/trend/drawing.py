"""Drawing: the answers of a table over the waves, as slopes and as small multiples by group."""

import math
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from resurvey.figures.canvas import Canvas, plain_style
from resurvey.figures.cells import Setting
from resurvey.figures.draw import Drawing
from resurvey.figures.lettering import shorten, width, wrap
from resurvey.figures.page import Page
from resurvey.figures.palette import RULE
from resurvey.waves.trend.drawn import WaveDatum
from resurvey.waves.trend.multiples import draw_multiples, panels_by_group
from resurvey.waves.trend.paths import (
    Line,
    Path,
    Times,
    answers_over_time,
    ceiling_of,
    data_of,
    draw_path,
    draw_waves,
    place_waves,
)

LABEL_STEP = 11.0
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
    changed: Collection[str] = (),
) -> dict[str, Drawing]:
    """Draw every table over time."""
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
    changed: Collection[str],
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
            page.heading(setting.question(variable))
        paths = [] if of_rows else answers_over_time(own, waves, variable, setting, intervals)
        drawn = [path for path in paths if path.shares]
        panels = panels_by_group(own, waves, variable, setting)
        if not drawn and not panels:
            page.canvas.text(page.left, page.y + 9, setting.words["empty"], colour=page.soft)
            page.y += 18
            continue
        if any(path.ends for path in drawn):
            page.note(setting.words["intervals"])
        if drawn:
            _draw_slopes(page, drawn, times, setting)
            if variable not in changed:
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
        width(setting.number(one), page.text) for path in drawn for one in path.shares.values()
    ]
    beside = max(values) + 8
    longest = max(width(path.label, page.text) for path in drawn) + SIGN
    labels = min(longest, page.room * 0.4)
    # A label that does not fit on a line is broken in two.
    step = LABEL_STEP * (1 if longest <= labels else 1.9)
    high = max(110.0, step * (len(drawn) + 1))
    left, right = page.left + 24 + beside, page.right - beside - labels
    top, bottom = page.y + 6, page.y + 6 + high
    most = ceiling_of(drawn)

    def across(place: int) -> float:
        return left + times.places[place] * (right - left)

    def down(share: float | Fraction) -> float:
        return bottom - float(share) / most * (bottom - top)

    for share in range(0, most + 1, 10 if most <= 50 else 20):
        page.canvas.line(left - beside, down(share), right, down(share), RULE, 0.6, behind=True)
        page.canvas.text(
            page.left + 18,
            down(share) + 3,
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
            place = max(path.shares) if last else min(path.shares)
            heights[number] = down(path.shares[place])
        for number, y in _apart(heights, step if last else LABEL_STEP, down(0) - 4).items():
            path = paths[number]
            place = max(path.shares) if last else min(path.shares)
            words = setting.number(path.shares[place])
            x = across(place)
            if last:
                page.canvas.text(x + 6, y + 3, words)
                page.canvas.mark(start + 3, y, path.shape, path.fill, 5.0)
                _write_label(page, path.label, start + SIGN, y)
            else:
                page.canvas.text(x - 6, y + 3, words, align="right")


def _write_label(page: Page, label: str, left: float, y: float) -> None:
    """Write a label in one or two lines whose middle is at `y`."""
    room = page.right - left
    lines = wrap(label, room, page.text, most=2)
    for row, words in enumerate(lines):
        above = 5.0 * (len(lines) - 1)
        page.canvas.text(left, y + 3 - above + 10 * row, shorten(words, room, page.text))


def _apart(
    heights: Mapping[int, float], step: float = LABEL_STEP, lowest: float = math.inf
) -> dict[int, float]:
    """Move labels apart so that none lies on another nor below `lowest`, as little as may be."""
    order = sorted(heights, key=lambda one: heights[one])
    groups: list[tuple[list[int], float]] = []
    for one in order:
        members, middle = [one], min(heights[one], lowest)
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
        one: middle + step * (place - (len(members) - 1) / 2)
        for members, middle in groups
        for place, one in enumerate(members)
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
    change, path = max(moves, key=lambda one: abs(one[0]))
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
