"""Multiples: a small panel for every answer, with a line for every group."""

from collections.abc import Sequence
from fractions import Fraction

from resurvey.figures.canvas import MARKERS
from resurvey.figures.cells import TOTAL, Segment, Setting
from resurvey.figures.lettering import shorten, wrap
from resurvey.figures.page import Page, Sign, fills_of
from resurvey.figures.palette import RULE
from resurvey.waves.trend.paths import Line, Path, Times, ceiling_of, draw_path, follow

PANELS = 4
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
    fills = fills_of([Segment(code, "") for code in groups], False, grey=setting.profile.grey)
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
                MARKERS[place],
                *follow([line for line in own if line["column_code"] == group], waves, False),
                answer,
            )
            for place, group in enumerate(groups)
        ]
        if any(path.shares for path in paths):
            panels.append((answer, paths))
    return panels


def draw_multiples(page: Page, panels: Sequence[Panel], times: Times) -> None:
    """Draw the panels in rows below a legend of the groups, all on one scale."""
    page.legend(Sign(path.shape, path.fill, path.label) for path in panels[0][1])
    most = ceiling_of([path for _, paths in panels for path in paths if path.shares])
    gap, high = 18.0, 70.0
    wide = (page.room - 22 - gap * (PANELS - 1)) / PANELS
    for first in range(0, len(panels), PANELS):
        row = panels[first : first + PANELS]
        titles = [wrap(title, wide, page.text, most=3) for title, _ in row]
        above = 11.0 * max(len(one) for one in titles)
        for place, ((_, paths), title) in enumerate(zip(row, titles, strict=True)):
            left = page.left + 22 + place * (wide + gap)
            for number, words in enumerate(title):
                page.canvas.text(left, page.y + 8 + 11 * number, words)
            _draw_panel(page, paths, times, (left, wide, page.y + above + 4, high), most, place)
        page.y += above + high + 22


def _draw_panel(
    page: Page,
    paths: Sequence[Path],
    times: Times,
    frame: tuple[float, float, float, float],
    most: int,
    place: int,
) -> None:
    left, wide, top, high = frame

    def across(wave: int) -> float:
        return left + 5 + times.places[wave] * (wide - 10)

    def down(share: float | Fraction) -> float:
        return top + high - float(share) / most * high

    for step in (0, most // 2, most):
        page.canvas.line(left, down(step), left + wide, down(step), RULE, 0.6, behind=True)
        if place == 0:
            page.canvas.text(
                left - 5,
                down(step) + 3,
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
            x, top + high + 10, name, page.profile.small, colour=page.soft, align=align
        )
    for path in paths:
        if path.shares:
            draw_path(page, path, across, down, 5.0)
