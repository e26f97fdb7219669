"""Paths: the shares of one answer over the waves, and how such a line is drawn."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from resurvey.core.names import name_number
from resurvey.figures.canvas import MARKERS
from resurvey.figures.cells import TOTAL, Segment, Setting
from resurvey.figures.lettering import shorten, width, wrap
from resurvey.figures.page import Page, fills_of
from resurvey.figures.palette import GREY, RULE, Fill
from resurvey.waves.trend.drawn import WaveDatum

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
            place = waves.index(line["wave"])
            found[place] = line
            shares[place] = 100 * Fraction(line["count"]) / Fraction(line["base"])
            if intervals and line["lower"]:
                ends[place] = float(line["lower"]), float(line["upper"])
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
    segments = [Segment(code, "") for code in inside]
    segments += [Segment(code, "", "dont_know") for code in outside]
    # Colours told apart, for an order too: the pale end of a ramp makes no line.
    fills = fills_of(segments, False, grey=setting.profile.grey)
    intervals = intervals and len(segments) <= MOST_INTERVALS
    return [
        Path(
            setting.answer(variable, code, labels[code]),
            fills[code],
            # Colours come again after as many answers as there are markers: then these differ.
            MARKERS[(place + place // len(MARKERS)) % len(MARKERS)],
            *follow([line for line in total if line["row_code"] == code], waves, intervals),
        )
        for place, code in enumerate([*inside, *outside])
    ]


def data_of(path: Path, setting: Setting, variable: str, times: Times) -> Iterator[WaveDatum]:
    """Yield the numbers of a path, wave by wave."""
    whole = setting.words["all_respondents"]
    for place, share in sorted(path.shares.items()):
        line = path.lines[place]
        low, up = map(str, path.ends[place]) if place in path.ends else ("", "")
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
            times.names[place],
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
    for place in shown:
        others = [abs(places[place] - places[one]) for one in shown if one != place]
        room = max(min([*others, WIDEST]) - 3, NARROWEST)
        words = wrap(names[place], room, size, most=2)
        lines = max(lines, len(words))
        for row, text in enumerate(words):
            page.canvas.text(
                places[place],
                bottom + 9.5 + step * row,
                shorten(text, room, size),
                size,
                colour=page.soft,
                align="center",
            )
    return 10 + step * (lines - 1)


def _with_room(places: Sequence[float], widths: Sequence[float]) -> list[int]:
    """Waves whose labels are written: the first, the last, and those that stand apart.

    Examples
    --------
    >>> _with_room([0, 10, 50, 100], [20, 20, 20, 20])
    [0, 2, 3]
    """
    last = len(places) - 1
    kept = [0]
    for place in range(1, last):
        wanted = [
            min((widths[place] + widths[one]) / 2, WIDEST / 2) + 3 for one in (kept[-1], last)
        ]
        if (
            places[place] - places[kept[-1]] >= wanted[0]
            and places[last] - places[place] >= wanted[1]
        ):
            kept.append(place)
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
    for place, following in zip(known, known[1:], strict=False):
        page.canvas.line(
            across(place),
            down(path.shares[place]),
            across(following),
            down(path.shares[following]),
            line,
            1.6,
        )
    for place in known:
        if place in path.ends:
            low, up = path.ends[place]
            page.canvas.line(across(place), down(low), across(place), down(up), line, 0.8)
        page.canvas.mark(across(place), down(path.shares[place]), path.shape, path.fill, size)


def ceiling_of(paths: Sequence[Path]) -> int:
    """Upper end of the scale: the next ten above the largest share, or its interval."""
    largest = max(float(one) for path in paths for one in path.shares.values())
    tops = [up for path in paths for _, up in path.ends.values()]
    return min(100, max(20, 10 * ceil(max([largest, *tops]) / 10)))
