"""Dimension page: every indicator of the study on one page, under its dimension."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from resurvey.core.cells import cell_of
from resurvey.core.lines import IndicatorLine
from resurvey.core.names import name_number
from resurvey.figures.canvas import MARKERS, Canvas, Datum
from resurvey.figures.cells import TOTAL, Setting
from resurvey.figures.lettering import printable, width, wrap
from resurvey.figures.page import Page, Sign, scale_lines
from resurvey.figures.palette import GREY, INK, RULE, Fill, fills_of_groups

MOST_GROUPS = 4
HALF = 50
"""Per cent at which a line is drawn: a share of one half."""
_MANY = 9
"""Indicators past which a slide sets them in two columns."""


@dataclass(frozen=True)
class Indicator:
    """One indicator: its share among all respondents and in each group."""

    name: str
    label: str
    dimension: str
    shares: Mapping[str, Fraction]
    lines: Mapping[str, IndicatorLine] = field(default_factory=dict)


def indicators_of(
    lines: Sequence[IndicatorLine], setting: Setting, left_out: Collection[str] = ()
) -> tuple[list[Indicator], dict[str, str]]:
    """Read the lines of indicators.csv that have a dimension, and the labels of the groups.

    A difference is no share: it has no place on a scale of per cents and stays in the table.
    """
    lines = [
        line
        for line in lines
        if line["indicator"] not in left_out and line["unit"] != "percentage_points"
    ]
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
        cells = {line["column_code"]: cell_of(line) for line in own}
        found.append(
            Indicator(
                name,
                setting.label(declared.get(name, {}).get("label"), printable(own[0]["label"])),
                own[0]["dimension"],
                {code: cell.percent for code, cell in cells.items() if cell is not None},
                {line["column_code"]: line for line in own},
            )
        )
    return found, groups


@dataclass(frozen=True)
class Mark:
    """How all respondents, or one group, are drawn."""

    code: str
    label: str
    shape: str
    fill: Fill


def draw_dimensions(
    indicators: Sequence[Indicator], groups: Mapping[str, str], setting: Setting, title: str = ""
) -> Canvas:
    """Draw a row per indicator on a scale from 0: all respondents with their number, the groups.

    Within a dimension the highest comes first. Groups stand a little above and below the middle
    of their row, so that equal shares do not hide one another.
    """
    words = setting.words
    page = Page(title or words["dimensions_title"], words["dimensions_subtitle"], setting)
    if not indicators:
        page.canvas.text(page.left, page.y + page.text, words["no_shares"], colour=page.soft)
        page.y += page.text + 8
        return page.finish()
    if len(groups) > MOST_GROUPS:
        page.note(words["groups_hidden"].format(number=len(groups)))
        groups = {}
    fills = fills_of_groups(len(groups), page.profile.grey)
    marks = [Mark(TOTAL, words["all_respondents"], "tick", Fill(INK))]
    shapes = zip(groups.items(), MARKERS, fills, strict=False)
    marks += [Mark(code, label, shape, fill) for (code, label), shape, fill in shapes]
    page.legend([Sign(mark.shape, mark.fill, mark.label) for mark in marks])
    declared = setting.indicators.get("dimensions", {})
    order = list(dict.fromkeys([*declared, *(indicator.dimension for indicator in indicators)]))
    parts = [
        sorted(
            (indicator for indicator in indicators if indicator.dimension == name),
            key=lambda indicator: -indicator.shares.get(TOTAL, -1),
        )
        for name in order
    ]
    named = [
        (setting.label(declared.get(name), printable(name)), inside)
        for name, inside in zip(order, parts, strict=True)
        if inside
    ]
    _draw_columns(page, named, marks)
    if any(TOTAL not in indicator.shares for indicator in indicators):
        every = (line for indicator in indicators for line in indicator.lines.values())
        kept = any(line.get("suppressed") for line in every)
        page.note(words["kept_back_cells" if kept else "not_identified_cells"])
    if any(mark.code not in indicator.shares for indicator in indicators for mark in marks[1:]):
        page.note(words["groups_unmarked"])
    return page.finish()


Part = tuple[str, Sequence[Indicator]]


def _draw_columns(page: Page, parts: Sequence[Part], marks: Sequence[Mark]) -> None:
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
        _draw_column(page, run, marks)
        bottoms.append(page.y)
    page.left, page.right, page.y = left, right, max(bottoms)


def _draw_column(page: Page, parts: Sequence[Part], marks: Sequence[Mark]) -> None:
    labels = [(indicator.label, False) for _, inside in parts for indicator in inside]
    label_room = page.label_room(labels, 0.5)
    beside = width("100,0", page.text, True) + 10
    scale = Scale(page.left + (label_room + 10 if label_room else 6.0), page.right - beside)
    top = page.y
    for title, inside in parts:
        _heading(page, title)
        for indicator in inside:
            _draw_indicator(page, title, indicator, marks, scale, label_room)
    scale_lines(page, top, page.y + 1, [(scale.place(value), str(value)) for value in (0, 100)])
    half = scale.place(HALF)
    page.canvas.line(half, top, half, page.y + 1, GREY, 1.0, behind=True)
    small = page.profile.small
    page.canvas.text(
        half, page.y + small + 3, str(HALF), small, colour=page.soft, align="center",
    )  # fmt: skip
    page.y += small + 7


@dataclass(frozen=True)
class Scale:
    """Per cents from 0 to 100, laid from `left` to `right`."""

    left: float
    right: float

    def place(self, share: Fraction | int) -> float:
        """Horizontal position of a per cent."""
        return self.left + float(share) / 100 * (self.right - self.left)


def _heading(page: Page, words: str) -> None:
    size = page.profile.heading
    page.y += 4
    for line in wrap(words, page.room, size, True, most=3):
        page.canvas.text(page.left, page.y + size, line, size, bold=True)
        page.y += size + 2
    page.canvas.line(page.left, page.y + 2, page.right, page.y + 2, GREY, 0.6)
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
    middle, end = page.begin_row(indicator.label, label_room, 1.45 * page.text, align="left")
    places = [scale.place(share) for share in indicator.shares.values()]
    if places:
        canvas.line(scale.left, middle, max(places), middle, RULE, 1.0, behind=True)
    for mark in marks:
        share = indicator.shares.get(mark.code)
        words = "–" if share is None else setting.number(share)
        number = "" if share is None else name_number("indicator", indicator.name, mark.code)
        if mark.code == TOTAL:
            y = middle + page.drop
            canvas.text(page.right, y, words, bold=True, align="right", number=number)
        line = indicator.lines.get(mark.code)
        counts = (line["count"], line["base"]) if line else ("", "")
        page.record(Datum(dimension, indicator.label, mark.label, share, words, *counts, number))
    groups = [mark for mark in marks if mark.code != TOTAL]
    for mark in marks:
        if mark.code in indicator.shares:
            x = scale.place(indicator.shares[mark.code])
            aside = 0.0
            if mark in groups:
                aside = _ASIDE * (groups.index(mark) - (len(groups) - 1) / 2)
            _mark(page, mark, x, middle + aside)
    page.y = end


_ASIDE = 5.0
"""From the marker of one group down to that of the next."""


def _mark(page: Page, mark: Mark, x: float, middle: float) -> None:
    if mark.shape == "tick":
        page.tick(x, middle, 7.0)
    else:
        page.canvas.mark(x, middle, mark.shape, mark.fill, 5.5)
