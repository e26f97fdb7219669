"""Coefficients: a model as points with intervals; odds ratios stand on a logarithmic scale."""

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from math import ceil, floor, log10
from typing import Any

from resurvey.core.names import name_model_number
from resurvey.figures.canvas import Canvas
from resurvey.figures.cells import Setting
from resurvey.figures.lettering import width
from resurvey.figures.page import Page, scale_lines
from resurvey.figures.palette import INK, PLAIN
from resurvey.study.expansion import CROSS
from resurvey.tables.models import factors_of

FARTHEST = 4.0
"""Powers of ten beyond which an interval is cut off, with an arrow."""

_FINE = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def draw_coefficients(
    title: str, lines: Sequence[Mapping[str, Any]], setting: Setting, note: str = ""
) -> Canvas:
    """Draw the odds ratios of one model, or the coefficients of a linear one."""
    linear = not any(line.get("odds_ratio") for line in lines)
    field = "estimate" if linear else "odds_ratio"
    page = Page(title, setting.words["coefficients_axis" if linear else "odds_axis"], setting)
    rows = [(_label(line, setting), float(line[field]), _ends(line, linear)) for line in lines]
    label_room = page.label_room([(label, False) for label, _, _ in rows], 0.4)
    left = page.left + (label_room + 12 if label_room else 6.0)
    every = [value for _, middle, ends in rows for value in (middle, *ends)]
    # Two digits of the smallest error, so that every coefficient can be told from its neighbours.
    digits = max((_digits(float(line["standard_error"])) for line in lines), default=2)
    words = [
        setting.number(value, digits) if linear else _number(value, setting) for _, value, _ in rows
    ]
    longest = max((width(text, page.text) for text in words), default=0.0)
    right = page.right - max(width("10000", page.text), longest) - 8
    low, high = _limits(every) if linear else _range(every)
    none = 0.0 if linear else 1.0
    colour = INK if page.profile.grey else PLAIN

    def place(value: float) -> float:
        share = ((value if linear else log10(value)) - low) / (high - low)
        return left + min(max(share, 0.0), 1.0) * (right - left)

    start, at = page.y, 0
    for (_, variable), group in groupby(
        lines, key=lambda line: (line.get("outcome_code", ""), str(line["variable"]))
    ):
        own = list(group)
        page.heading(_heading(variable, own[0], setting))
        for line in own:
            label, value, (lower, upper) = rows[at]
            middle, end = page.begin_row(label, label_room, 1.55 * page.text, most=3)
            page.canvas.line(place(lower), middle, place(upper), middle, colour, 1.6)
            page.canvas.mark(place(value), middle, "o", colour, 7.5)
            number = name_model_number("coefficients", line, field)
            page.canvas.text(
                page.right, middle + page.drop, words[at], align="right", number=number
            )
            page.y = end
            at += 1
        page.y += 5
    page.canvas.line(place(none), start, place(none), page.y, INK, 1.0, behind=True)
    if linear:
        steps = _even(low, high)
        finest = max((_digits(abs(b - a) * 10) for a, b in pairwise(steps)), default=0)
        places = [(place(tick), setting.number(tick, finest)) for tick in steps]
    else:
        places = [(place(tick), _tick(tick, setting)) for tick in _ticks(low, high)]
    scale_lines(page, start, page.y, places)
    small = page.profile.small
    page.y += small + 5
    if not linear:
        below, above = setting.words["odds_less"], setting.words["odds_more"]
        page.canvas.text(
            place(1.0) - 6, page.y + small, below, small, colour=page.soft, align="right"
        )
        page.canvas.text(place(1.0) + 6, page.y + small, above, small, colour=page.soft)
        page.y += small + 6
    if note:
        page.note(note)
    return page.finish()


def _ends(line: Mapping[str, Any], linear: bool) -> tuple[float, float]:
    stem = "" if linear else "odds_ratio_"
    return float(line[f"{stem}lower"]), float(line[f"{stem}upper"])


def _digits(size: float) -> int:
    """Decimals that show two digits of a number."""
    return min(max(1 - floor(log10(size)), 0), 6) if size > 0 else 0


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Ends of a linear axis, 0 within them."""
    low, high = min([*values, 0.0]), max([*values, 0.0])
    room = 0.04 * (high - low or 1.0)
    return low - room, high + room


def _even(low: float, high: float) -> list[float]:
    """Round numbers at even distances on a linear axis, 0 among them.

    Examples
    --------
    >>> _even(-0.5, 3.2)
    [0.0, 1.0, 2.0, 3.0]
    """
    rough = (high - low) / 5
    power: float = 10.0 ** floor(log10(rough))
    step = next(power * size for size in (1, 2, 5, 10) if power * size >= rough)
    return [number * step for number in range(ceil(low / step), floor(high / step) + 1)]


def _label(line: Mapping[str, Any], setting: Setting) -> str:
    factors = factors_of(str(line["variable"]), str(line["code"]))
    if len(factors) == 1 and line["code"] == "":
        return setting.words["per_unit"]
    if len(factors) == 1:
        return setting.answer(str(line["variable"]), str(line["code"]), str(line["label"]))
    return ", ".join(
        setting.answer(name, code, code)
        if code
        else setting.words["per_unit_of"].format(question=setting.question(name))
        for name, code in factors
    )


def _heading(variable: str, line: Mapping[str, Any], setting: Setting) -> str:
    question = " × ".join(map(setting.question, variable.split(CROSS)))
    end = str(line.get("outcome_code", ""))
    if end:
        answer = setting.answer(str(line["outcome"]), end, str(line["outcome_label"]))
        question = f"{setting.words['equation'].format(outcome=answer)} {question}"
    if line["reference_code"] == "" or CROSS in variable:
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
