"""Dimension page: every indicator of the study on one page, under its dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from resurvey.figures.canvas import MARKERS, WIDTH, Canvas
from resurvey.figures.cells import TOTAL, Setting, exact_percent
from resurvey.figures.lettering import printable, wrap
from resurvey.figures.page import MARGIN, ROOM, TEXT, Page, scale_lines
from resurvey.figures.palette import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY
from resurvey.printed import round_half_away_number

MOST_GROUPS = 4
_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY)
_COLUMN = 44.0


@dataclass(frozen=True)
class Indicator:
    """One indicator: its share among all respondents and in each group."""

    label: str
    dimension: str
    points: bool
    shares: Mapping[str, Fraction]


def indicators_of(
    lines: Sequence[Mapping[str, str]], setting: Setting
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
                setting.label(declared.get(name, {}).get("label"), printable(own[0]["label"])),
                own[0]["dimension"],
                own[0]["unit"] == "percentage_points",
                {code: share for code, share in shares.items() if share is not None},
            )
        )
    return found, groups


def _share(line: Mapping[str, str]) -> Fraction | None:
    if line["unit"] != "percentage_points":
        return exact_percent(line)
    try:
        return round_half_away_number(float(line["percent"]), 6)
    except ValueError:
        return None


def draw_dimensions(
    indicators: Sequence[Indicator], groups: Mapping[str, str], setting: Setting
) -> Canvas:
    """Draw a row per indicator: dots for all respondents and the groups, and their numbers."""
    words = setting.words
    page = Page(words["dimensions_title"], words["dimensions_subtitle"], setting)
    if not indicators:
        page.canvas.text(MARGIN, page.y + 9, words["no_shares"], TEXT, colour=GREY)
        page.y += 18
        return page.finish()
    if len(groups) > MOST_GROUPS:
        page.note(words["groups_hidden"].format(number=len(groups)))
        groups = {}
    marks = [(TOTAL, words["all_respondents"], "tick", INK)]
    shapes = zip(groups.items(), MARKERS, _COLOURS, strict=False)
    marks += [(code, label, shape, fill) for (code, label), shape, fill in shapes]
    page.legend([(shape, fill, label) for _, label, shape, fill in marks])
    left = MARGIN + ROOM * 0.36 + 12
    right = WIDTH - MARGIN - _COLUMN * len(marks)
    _column_heads(page, marks, right)
    scale = _scale(indicators, left, right - 14)
    declared = setting.indicators.get("dimensions", {})
    order = list(dict.fromkeys([*declared, *(one.dimension for one in indicators)]))
    top = page.y
    for dimension in order:
        inside = [one for one in indicators if one.dimension == dimension]
        if inside:
            _heading(page, setting.label(declared.get(dimension), printable(dimension)))
            for one in inside:
                _draw_indicator(page, one, marks, scale)
    step = 10 if scale.high - scale.low <= 70 else 20
    values = range(scale.low, scale.high + 1, step)
    scale_lines(page, top, page.y + 1, [(scale.place(value), str(value)) for value in values])
    page.y += 16
    if any(code not in one.shares for one in indicators for code, *_ in marks):
        page.note(words["not_identified_cells"])
    return page.finish()


@dataclass(frozen=True)
class Scale:
    """Per cents from `low` to `high`, laid from `left` to `right`."""

    low: int
    high: int
    left: float
    right: float

    def place(self, share: Fraction | int) -> float:
        """Horizontal position of a per cent."""
        along = (float(share) - self.low) / (self.high - self.low)
        return self.left + along * (self.right - self.left)


def _scale(indicators: Sequence[Indicator], left: float, right: float) -> Scale:
    """The tens around all shares: dots, unlike bars, need no zero."""
    shares = [float(s) for one in indicators if not one.points for s in one.shares.values()]
    low = int(min(shares, default=0) // 10 * 10)
    high = int(-(-max(shares, default=100) // 10) * 10)
    return Scale(min(low, 90), max(high, low + 10), left, right)


def _column_heads(page: Page, marks: Sequence[tuple[str, str, str, str]], right: float) -> None:
    """Heads of the number columns: the markers themselves, so that no long label is cut."""
    for place, (_, _, shape, fill) in enumerate(marks):
        _mark(page, right + _COLUMN * (place + 1) - 10, page.y + 4, shape, fill)
    page.y += 8


def _heading(page: Page, words: str) -> None:
    page.y += 7
    for line in wrap(words, ROOM, 9, True, most=3):
        page.canvas.text(MARGIN, page.y + 9, line, 9, bold=True)
        page.y += 12
    page.canvas.line(MARGIN, page.y + 1, WIDTH - MARGIN, page.y + 1, GREY, 0.6)
    page.y += 4


def _draw_indicator(
    page: Page,
    one: Indicator,
    marks: Sequence[tuple[str, str, str, str]],
    scale: Scale,
) -> None:
    canvas, setting = page.canvas, page.setting
    lines = wrap(one.label, scale.left - MARGIN - 10, TEXT, most=4)
    high = max(17.0, 10.5 * len(lines) + 5)
    middle = page.y + high / 2
    for depth, line in enumerate(lines):
        canvas.text(MARGIN, middle + 3 - 10.5 * (len(lines) - 1) / 2 + 10.5 * depth, line, TEXT)
    places = [scale.place(share) for share in one.shares.values()]
    if places and not one.points:
        canvas.line(min(places), middle, max(places), middle, "#9a9a9a", 1.6)
    for place, (code, *_) in enumerate(marks):
        share = one.shares.get(code)
        words = "–" if share is None else setting.number(share, sign=one.points)
        end = scale.right + 14 + _COLUMN * (place + 1)
        canvas.text(end, middle + 3, words, TEXT, bold=code == TOTAL, align="right")
    for code, _, shape, fill in reversed(marks):
        if code in one.shares and not one.points:
            _mark(page, scale.place(one.shares[code]), middle, shape, fill)
    page.y += high


def _mark(page: Page, x: float, middle: float, shape: str, fill: str) -> None:
    if shape == "tick":
        page.canvas.line(x, middle - 6, x, middle + 6, fill, 2.2)
    else:
        page.canvas.mark(x, middle, shape, fill, 7.5)
