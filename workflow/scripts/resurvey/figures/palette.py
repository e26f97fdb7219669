"""Palette: colours that colour-blind readers tell apart, their inks, and fills for grey prints."""

from collections.abc import Sequence
from dataclasses import dataclass

BLUE, ORANGE, GREEN, SKY = "#0072b2", "#e69f00", "#009e73", "#56b4e9"
PURPLE, VERMILLION, YELLOW = "#cc79a7", "#d55e00", "#f0e442"
SLATE = "#4d6880"
# SOURCE: Okabe and Ito, "Color Universal Design" (2008); black is kept for text.
NOMINAL = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW)
OUTSIDE, NOT_PRINTED = "#9a9a9a", "#e3e3e3"
BLACK, INK, GREY, RULE, PAPER, CAUTION = (
    "#000000",
    "#1a1a1a",
    "#595959",
    "#d4d4d4",
    "#ffffff",
    "#8a3b00",
)

_RISING = ("#dcebf7", "#8fbfe0", "#3b8bc2", "#0b5394", "#062f5c")
_LOW = ("#f3d3a6", "#e0913a", "#a9520b")
_HIGH = ("#bcd9ee", "#5a9fd0", "#14579b")
_MIDDLE = "#e8e6e1"


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue


def between(anchors: Sequence[str], place: float) -> str:
    """Colour at `place` (0 to 1) on the ramp through `anchors`."""
    position = min(max(place, 0.0), 1.0) * (len(anchors) - 1)
    lower = min(int(position), len(anchors) - 2)
    share = position - lower
    pairs = zip(_channels(anchors[lower]), _channels(anchors[lower + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def rising(number: int) -> list[str]:
    """Colours of an order without a middle, light to dark.

    Examples
    --------
    >>> rising(2)
    ['#8fbfe0', '#0b5394']
    """
    if number <= 3:
        return [_RISING[place] for place in {1: (3,), 2: (1, 3), 3: (0, 1, 3)}.get(number, ())]
    return [between(_RISING, place / (number - 1)) for place in range(number)]


def diverging(number: int) -> list[str]:
    """Colours of an order around its middle: orange low, blue high, a grey middle if there is one.

    Examples
    --------
    >>> diverging(3)
    ['#e0913a', '#e8e6e1', '#5a9fd0']
    """
    half = number // 2
    steps = [0.5] if half == 1 else [place / (half - 1) for place in range(half)]
    low = [between(_LOW, step) for step in reversed(steps[:half])]
    high = [between(_HIGH, step) for step in steps[:half]]
    return [*low, *([_MIDDLE] if number % 2 else []), *high]


def nominal(number: int) -> list[str]:
    """Colours without an order; past the seventh they come again, and one alone is slate."""
    if number == 1:
        return [SLATE]
    return [NOMINAL[place % len(NOMINAL)] for place in range(number)]


def around_zero(value: float, most: float = 4.0) -> str:
    """Colour of a residual: orange below zero, blue above, paler near zero."""
    share = min(abs(value) / most, 1.0)
    return between((PAPER, *(_HIGH if value > 0 else _LOW)), share)


def luminance(colour: str) -> float:
    """Relative luminance of a colour, 0 (black) to 1 (white).

    References
    ----------
    WCAG 2.2, "relative luminance".
    """
    parts = [value / 255 for value in _channels(colour)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21; 4.5 is readable for small text (WCAG 2.2).

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def ink_on(fill: str) -> str:
    """Choose black or white text, whichever reads better on `fill`: 4.5 or more on any colour.

    Examples
    --------
    >>> ink_on("#e69f00"), ink_on("#0072b2")
    ('#000000', '#ffffff')
    """
    return max((BLACK, PAPER), key=lambda ink: contrast(ink, fill))


@dataclass(frozen=True)
class Fill:
    """A colour, and a hatch of lines on it.

    Attributes
    ----------
    colour : str
        Colour of the ground.
    hatch : str
        ``rising``, ``falling``, ``cross``, ``level`` or ``dashes``; empty for none.
    lines : str
        Colour of the hatch's lines.
    edge : str
        Colour of the rim.
    """

    colour: str
    hatch: str = ""
    lines: str = OUTSIDE
    edge: str = PAPER

    @property
    def ink(self) -> str:
        """Colour of a number on it; on a hatch the number gets a ground of its own."""
        return ink_on(self.colour)


_RIM = "#333333"
_GREYS = ("#f5f5f5", "#4d4d4d")
_NOMINAL_GREYS = (
    ("#5c5c5c", ""),
    ("#ececec", ""),
    ("#ffffff", "rising"),
    ("#a6a6a6", ""),
    ("#ffffff", "cross"),
    ("#d6d6d6", "falling"),
    ("#ffffff", "level"),
)


def fills_for(number: int, ordinal: bool, middle: bool, grey: bool) -> list[Fill]:
    """Fills of so many answers.

    Examples
    --------
    >>> [(one.colour, one.hatch) for one in fills_for(2, True, True, True)]
    [('#d0d0d0', 'falling'), ('#a1a1a1', '')]
    """
    if not grey:
        palette = diverging if middle else rising if ordinal else nominal
        return [Fill(colour) for colour in palette(number)]
    if middle:
        return _grey_sides(number)
    return _grey_order(number) if ordinal else _grey_names(number)


def _grey_sides(number: int) -> list[Fill]:
    """Low answers hatched, high ones plain, both darker towards their end."""
    half = number // 2
    steps = [0.5] if half == 1 else [place / (half - 1) for place in range(half)]
    # The hatch makes its ground darker by itself.
    low = [Fill(between(("#ffffff", "#a0a0a0"), step), "falling", _RIM, _RIM) for step in steps]
    high = [Fill(between(("#e2e2e2", "#606060"), step), edge=_RIM) for step in steps]
    centre = [Fill(PAPER, edge=_RIM)] if number % 2 else []
    return [*reversed(low), *centre, *high]


def _grey_order(number: int) -> list[Fill]:
    """Light to dark; past five steps every second one is hatched, too."""
    steps = [1.0] if number == 1 else [place / (number - 1) for place in range(number)]
    fills = []
    for position, step in enumerate(steps):
        colour = between(_GREYS, 0.55 if number == 1 else step)
        hatch = "rising" if number > 5 and position % 2 else ""
        fills.append(Fill(colour, hatch, ink_on(colour), _RIM))
    return fills


def _grey_names(number: int) -> list[Fill]:
    if number == 1:
        return [Fill("#a6a6a6", edge=_RIM)]
    chosen = [_NOMINAL_GREYS[place % len(_NOMINAL_GREYS)] for place in range(number)]
    return [Fill(colour, hatch, _RIM, _RIM) for colour, hatch in chosen]


def fill_outside(kind: str, grey: bool) -> Fill:
    """Fill of a part that is no answer in the order: `dont_know` or `not_printed`."""
    if kind == "not_printed":
        return Fill(PAPER, "dashes", OUTSIDE, _RIM) if grey else Fill(NOT_PRINTED, "rising")
    return Fill(PAPER, "level", "#8c8c8c", _RIM) if grey else Fill(OUTSIDE)


def fill_residual(value: float, grey: bool, most: float = 4.0) -> Fill:
    """Fill of a residual's tile, stronger away from zero; below zero hatched where it is grey."""
    if not grey:
        return Fill(around_zero(value, most))
    share = min(abs(value) / most, 1.0)
    if value < 0:
        return Fill(PAPER, "falling", between((PAPER, "#5a5a5a"), 0.25 + 0.75 * share), PAPER)
    return Fill(between((PAPER, "#8a8a8a"), share), edge=PAPER)


def marker_fills(number: int, colours: Sequence[str], grey: bool) -> list[Fill]:
    """Fills of the markers of several groups: in greys black, white, and a grey, by turns."""
    if not grey:
        return [Fill(colours[place % len(colours)]) for place in range(number)]
    greys = (BLACK, PAPER, "#9a9a9a")
    return [Fill(greys[place % len(greys)], edge=BLACK) for place in range(number)]
