"""Dimension page: every indicator of the study on one page, under its dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from resurvey.core.cells import cell_of
from resurvey.core.lines import IndicatorLine
from resurvey.core.names import name_number
from resurvey.core.printed import round_half_away_number
from resurvey.figures.canvas import MARKERS, Canvas, Datum
from resurvey.figures.cells import TOTAL, Setting
from resurvey.figures.lettering import printable, wrap
from resurvey.figures.page import Page, Sign, scale_lines
from resurvey.figures.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, Fill, marker_fills

MOST_GROUPS = 4
_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY)
_MANY = 9
"""Indicators past which a slide sets them in two columns."""
_NARROW = 400.0
"""Room under which the columns of numbers are set closer."""


@dataclass(frozen=True)
class Indicator:
    """One indicator: its share among all respondents and in each group."""

    name: str
    label: str
    dimension: str
    points: bool
    shares: Mapping[str, Fraction]
    lines: Mapping[str, IndicatorLine] = field(default_factory=dict)


def indicators_of(
    lines: Sequence[IndicatorLine], setting: Setting
) -> tuple[list[Indicator], dict[str, str]]:
    """Read the lines of indicators.csv that have a dimension, and the labels of the groups."""
    declared = setting.indicators.get("indicators", {})
    groups = {
        line["column_code"]: setting.answer(
            line["column_variable"], line["column_code"], line["column_label"]
        )
        for line in lines
        if line["column_code"] != TOTAL
    }
    found = []
    for name in dict.fromkeys(line["indicator"] for line in lines if line["dimension"]):
        own = [line for line in lines if line["indicator"] == name]
        shares = {line["column_code"]: _share(line) for line in own}
        found.append(
            Indicator(
                name,
                setting.label(declared.get(name, {}).get("label"), printable(own[0]["label"])),
                own[0]["dimension"],
                own[0]["unit"] == "percentage_points",
                {code: share for code, share in shares.items() if share is not None},
                {line["column_code"]: line for line in own},
            )
        )
    return found, groups


def _share(line: IndicatorLine) -> Fraction | None:
    if line["unit"] != "percentage_points":
        cell = cell_of(line)
        return None if cell is None else cell.percent
    try:
        return round_half_away_number(float(line["percent"]), 6)
    except ValueError:
        return None


@dataclass(frozen=True)
class Mark:
    """How all respondents, or one group, are drawn."""

    code: str
    label: str
    shape: str
    fill: Fill


def draw_dimensions(
    indicators: Sequence[Indicator], groups: Mapping[str, str], setting: Setting
) -> Canvas:
    """Draw a row per indicator: dots for all respondents and the groups, and their numbers."""
    words = setting.words
    page = Page(words["dimensions_title"], words["dimensions_subtitle"], setting)
    if not indicators:
        page.canvas.text(page.left, page.y + 9, words["no_shares"], colour=page.soft)
        page.y += 18
        return page.finish()
    if len(groups) > MOST_GROUPS:
        page.note(words["groups_hidden"].format(number=len(groups)))
        groups = {}
    fills = marker_fills(len(groups), _COLOURS, page.profile.grey)
    marks = [Mark(TOTAL, words["all_respondents"], "tick", Fill(INK))]
    shapes = zip(groups.items(), MARKERS, fills, strict=False)
    marks += [Mark(code, label, shape, fill) for (code, label), shape, fill in shapes]
    page.legend([Sign(mark.shape, mark.fill, mark.label) for mark in marks])
    declared = setting.indicators.get("dimensions", {})
    order = list(dict.fromkeys([*declared, *(indicator.dimension for indicator in indicators)]))
    parts = [
        [indicator for indicator in indicators if indicator.dimension == name] for name in order
    ]
    named = [
        (setting.label(declared.get(name), printable(name)), inside)
        for name, inside in zip(order, parts, strict=True)
        if inside
    ]
    _draw_columns(page, named, marks, _ends(indicators))
    if any(mark.code not in indicator.shares for indicator in indicators for mark in marks):
        page.note(words["not_identified_cells"])
    return page.finish()


Part = tuple[str, Sequence[Indicator]]


def _draw_columns(
    page: Page, parts: Sequence[Part], marks: Sequence[Mark], ends: tuple[int, int]
) -> None:
    """Draw the dimensions one under another; on a sheet of fixed height in two columns."""
    gutter = 24.0
    left, right, top = page.left, page.right, page.y
    runs = [list(parts)]
    if page.profile.height and len(parts) > 1 and sum(len(part[1]) for part in parts) > _MANY:
        sizes = [len(inside) + 1.5 for _, inside in parts]
        cuts = range(1, len(parts))
        cut = min(cuts, key=lambda place: abs(sum(sizes[:place]) - sum(sizes[place:])))
        runs = [list(parts[:cut]), list(parts[cut:])]
    wide = (right - left - gutter * (len(runs) - 1)) / len(runs)
    bottoms = []
    for position, run in enumerate(runs):
        page.y = top
        page.left = left + position * (wide + gutter)
        page.right = page.left + wide
        _draw_column(page, run, marks, ends)
        bottoms.append(page.y)
    page.left, page.right, page.y = left, right, max(bottoms)


def _draw_column(
    page: Page, parts: Sequence[Part], marks: Sequence[Mark], ends: tuple[int, int]
) -> None:
    pitch = 44.0 if page.room > _NARROW else 33.0
    label_room = 0.0 if page.profile.labels_above else page.room * 0.36
    right = page.right - pitch * len(marks)
    inset = 14.0 if page.room > _NARROW else 8.0
    scale = Scale(*ends, page.left + (label_room + 12 if label_room else 6.0), right - inset, pitch)
    for position, mark in enumerate(marks):
        # The markers themselves head the columns of numbers, so that no long label is cut.
        _mark(page, mark, right + pitch * (position + 1) - 10, page.y + 4)
    page.y += 8
    top = page.y
    for title, inside in parts:
        _heading(page, title)
        for indicator in inside:
            _draw_indicator(page, title, indicator, marks, scale, label_room)
    per_ten = (scale.right - scale.left) / (scale.high - scale.low) * 10
    step = next((size for size in (10, 20, 50) if per_ten * size / 10 > 19), 100)
    values = range(scale.low, scale.high + 1, step)
    scale_lines(page, top, page.y + 1, [(scale.place(value), str(value)) for value in values])
    page.y += 16


@dataclass(frozen=True)
class Scale:
    """Per cents from `low` to `high`, laid from `left` to `right`; then columns of numbers."""

    low: int
    high: int
    left: float
    right: float
    pitch: float

    def place(self, share: Fraction | int) -> float:
        """Horizontal position of a per cent."""
        along = (float(share) - self.low) / (self.high - self.low)
        return self.left + along * (self.right - self.left)


def _ends(indicators: Sequence[Indicator]) -> tuple[int, int]:
    """The tens around all shares: dots, unlike bars, need no zero."""
    shares = [
        float(s)
        for indicator in indicators
        if not indicator.points
        for s in indicator.shares.values()
    ]
    low = int(min(shares, default=0) // 10 * 10)
    high = int(-(-max(shares, default=100) // 10) * 10)
    return min(low, 90), max(high, low + 10)


def _heading(page: Page, words: str) -> None:
    size = page.profile.heading
    page.y += 7
    for line in wrap(words, page.room, size, True, most=3):
        page.canvas.text(page.left, page.y + 9, line, size, bold=True)
        page.y += 12
    page.canvas.line(page.left, page.y + 1, page.right, page.y + 1, GREY, 0.6)
    page.y += 4


def _draw_indicator(
    page: Page,
    dimension: str,
    indicator: Indicator,
    marks: Sequence[Mark],
    scale: Scale,
    label_room: float,
) -> None:
    canvas, setting = page.canvas, page.setting
    middle, end = page.begin_row(indicator.label, label_room, 17.0, align="left")
    places = [scale.place(share) for share in indicator.shares.values()]
    if places and not indicator.points:
        canvas.line(min(places), middle, max(places), middle, "#9a9a9a", 1.6)
    for position, mark in enumerate(marks):
        share = indicator.shares.get(mark.code)
        words = "–" if share is None else setting.number(share, sign=indicator.points)
        number = "" if share is None else name_number("indicator", indicator.name, mark.code)
        x = page.right - scale.pitch * (len(marks) - 1 - position)
        bold = mark.code == TOTAL
        canvas.text(x, middle + 3, words, bold=bold, align="right", number=number)
        line = indicator.lines.get(mark.code)
        counts = (line["count"], line["base"]) if line else ("", "")
        page.record(Datum(dimension, indicator.label, mark.label, share, words, *counts, number))
    for mark in reversed(marks):
        if mark.code in indicator.shares and not indicator.points:
            _mark(page, mark, scale.place(indicator.shares[mark.code]), middle)
    page.y = end


def _mark(page: Page, mark: Mark, x: float, middle: float) -> None:
    if mark.shape == "tick":
        page.tick(x, middle, 6.0)
    else:
        page.canvas.mark(x, middle, mark.shape, mark.fill, 7.5)
