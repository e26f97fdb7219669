"""Coefficients: the odds ratios of a model as points with intervals on a logarithmic scale."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import ceil, floor, log10
from typing import Any

from resurvey.core.names import name_model_number
from resurvey.figures.canvas import Canvas
from resurvey.figures.cells import Setting
from resurvey.figures.lettering import width
from resurvey.figures.page import Page, scale_lines
from resurvey.figures.palette import INK, PLAIN

FARTHEST = 4.0
"""Powers of ten beyond which an interval is cut off, with an arrow."""

_FINE = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def draw_coefficients(
    title: str, lines: Sequence[Mapping[str, Any]], setting: Setting, note: str = ""
) -> Canvas:
    """Draw the odds ratios of one model."""
    page = Page(title, setting.words["odds_axis"], setting)
    rows = [(_label(line, setting), float(line["odds_ratio"]), _ends(line)) for line in lines]
    label_room = page.label_room([(label, False) for label, _, _ in rows], 0.4)
    left = page.left + (label_room + 12 if label_room else 6.0)
    right = page.right - width("10000", page.text) - 8
    low, high = _range([value for _, odds, ends in rows for value in (odds, *ends)])
    colour = INK if page.profile.grey else PLAIN

    def place(odds: float) -> float:
        share = (log10(odds) - low) / (high - low)
        return left + min(max(share, 0.0), 1.0) * (right - left)

    start, at = page.y, 0
    for variable, group in groupby(lines, key=lambda line: str(line["variable"])):
        own = list(group)
        page.heading(_heading(variable, own[0], setting))
        for line in own:
            label, odds, (lower, upper) = rows[at]
            at += 1
            middle, end = page.begin_row(label, label_room, 1.55 * page.text, most=3)
            page.canvas.line(place(lower), middle, place(upper), middle, colour, 1.6)
            page.canvas.mark(place(odds), middle, "o", colour, 7.5)
            words = _number(odds, setting)
            number = name_model_number("coefficients", line, "odds_ratio")
            page.canvas.text(page.right, middle + page.drop, words, align="right", number=number)
            page.y = end
        page.y += 5
    page.canvas.line(place(1.0), start, place(1.0), page.y, INK, 1.0, behind=True)
    places = [(place(tick), _tick(tick, setting)) for tick in _ticks(low, high)]
    scale_lines(page, start, page.y, places)
    small = page.profile.small
    page.y += small + 5
    below, above = setting.words["odds_less"], setting.words["odds_more"]
    page.canvas.text(place(1.0) - 6, page.y + small, below, small, colour=page.soft, align="right")
    page.canvas.text(place(1.0) + 6, page.y + small, above, small, colour=page.soft)
    page.y += small + 6
    if note:
        page.note(note)
    return page.finish()


def _ends(line: Mapping[str, Any]) -> tuple[float, float]:
    return float(line["odds_ratio_lower"]), float(line["odds_ratio_upper"])


def _label(line: Mapping[str, Any], setting: Setting) -> str:
    if line["code"] == "":
        return setting.words["per_unit"]
    return setting.answer(str(line["variable"]), str(line["code"]), str(line["label"]))


def _heading(variable: str, line: Mapping[str, Any], setting: Setting) -> str:
    question = setting.question(variable)
    if line["reference_code"] == "":
        return question
    against = setting.answer(variable, str(line["reference_code"]), str(line["reference_label"]))
    return setting.words["against"].format(question=question, reference=against)


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Ends of the axis as powers of ten, 1 within them."""
    powers = [min(max(log10(value), -FARTHEST), FARTHEST) for value in values if value > 0]
    low, high = min([*powers, -0.05]), max([*powers, 0.05])
    return low - 0.04 * (high - low), high + 0.04 * (high - low)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers on the axis: 1, 10, 100, or finer ones where the range is short.

    Examples
    --------
    >>> _ticks(-0.5, 0.6), _ticks(-0.05, 2.1)
    ([0.5, 1.0, 2.0], [1.0, 10.0, 100.0])
    """
    if high - low <= 0.5:
        fine = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2.0, 2.5]
        inside = [tick for tick in fine if low <= log10(tick) <= high]
        return (
            inside[:: max(1, len(inside) // 6)]
            if 1.0 in inside[:: max(1, len(inside) // 6)]
            else [1.0]
        )
    if high - low <= 2:
        return [tick for tick in _FINE if low <= log10(tick) <= high]
    return [10.0**power for power in range(ceil(low), floor(high) + 1)]


def _tick(value: float, setting: Setting) -> str:
    digits = 0 if value >= 1 and value == int(value) else max(1, -floor(log10(value)))
    return setting.number(value, digits)


def _number(value: float, setting: Setting) -> str:
    """Write an odds ratio: two decimals where it is small, none where it is large."""
    return setting.number(value, 0 if value >= 100 else 1 if value >= 10 else 2)
