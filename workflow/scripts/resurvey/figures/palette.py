"""Palette: colours that colour-blind readers tell apart, their inks, and fills for grey prints."""

from collections.abc import Sequence
from dataclasses import dataclass

GOOD, RATHER_GOOD = "#14579b", "#7fb2dc"
BAD, RATHER_BAD = "#a9520b", "#e6a65c"
MIDDLE, OUTSIDE, NOT_PRINTED = "#b9ad90", "#8f8f8f", "#e3e3e3"
PLAIN = "#6b5b85"
"""An answer that is neither good nor bad, or of which the study does not say so."""
NOMINAL = (PLAIN, "#ccad33", "#681b08", "#4c4cf0", "#080868", "#53ac77", "#f47bf4")
"""Answers told apart without an order, where lines need it: none of the colours above."""
GROUPS = ("#00735c", "#d9619f", "#857500", "#3f3f99", "#c23b22", "#5aa9a4", "#3d3d3d")
"""Groups of respondents, men and women first: the same on every page."""
BLACK, INK, GREY, RULE, PAPER, CAUTION = (
    "#000000",
    "#1a1a1a",
    "#595959",
    "#d4d4d4",
    "#ffffff",
    "#8a3b00",
)

ROLES = {
    "good": GOOD,
    "rather_good": RATHER_GOOD,
    "middle": MIDDLE,
    "rather_bad": RATHER_BAD,
    "bad": BAD,
    "dont_know": OUTSIDE,
    "not_printed": NOT_PRINTED,
    "": PLAIN,
}
"""What an answer means -> its colour, in every figure."""


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
    lines: str = "#9a9a9a"
    edge: str = PAPER

    @property
    def ink(self) -> str:
        """Colour of a number on it; on a hatch the number gets a ground of its own."""
        return ink_on(self.colour)


_RIM = "#333333"
_ROLE_GREYS = {
    "good": ("#4d4d4d", ""),
    "rather_good": ("#a0a0a0", ""),
    "middle": ("#ffffff", ""),
    "rather_bad": ("#ffffff", "falling"),
    "bad": ("#b4b4b4", "falling"),
    "dont_know": ("#ffffff", "level"),
    "not_printed": ("#ffffff", "dashes"),
    "": ("#7a7a7a", ""),
}
_NOMINAL_GREYS = (
    ("#5c5c5c", ""),
    ("#ececec", ""),
    ("#ffffff", "rising"),
    ("#a6a6a6", ""),
    ("#ffffff", "cross"),
    ("#d6d6d6", "falling"),
    ("#ffffff", "level"),
)


def fill_role(role: str, grey: bool) -> Fill:
    """Fill of an answer that means `role`, one of `ROLES`.

    Examples
    --------
    >>> fill_role("good", False).colour, fill_role("bad", True).hatch
    ('#14579b', 'falling')
    """
    if grey:
        colour, hatch = _ROLE_GREYS[role]
        return Fill(colour, hatch, _RIM if role != "not_printed" else OUTSIDE, _RIM)
    return Fill(ROLES[role], "rising" if role == "not_printed" else "")


def fills_of_names(number: int, grey: bool) -> list[Fill]:
    """Fills of so many answers without an order or a meaning; past the seventh they come again."""
    if not grey:
        return [Fill(NOMINAL[place % len(NOMINAL)]) for place in range(number)]
    chosen = [_NOMINAL_GREYS[place % len(_NOMINAL_GREYS)] for place in range(number)]
    return [Fill(colour, hatch, _RIM, _RIM) for colour, hatch in chosen]


def fill_residual(value: float, most: float = 4.0) -> Fill:
    """Fill of a residual's tile, in greys on every sheet: plain above zero, hatched below.

    More or less than expected is neither good nor bad, so it has none of their colours.
    """
    share = min(abs(value) / most, 1.0)
    if value < 0:
        return Fill(PAPER, "falling", between((PAPER, "#5a5a5a"), 0.25 + 0.75 * share), PAPER)
    return Fill(between((PAPER, "#8a8a8a"), share), edge=PAPER)


_TOGETHER = ("#1b6b5c", "#8fc7ba", PAPER, "#c9a9d6", "#6a2f83")
"""From r = 1 to r = -1: neither end is good or bad, so none has the colours of these."""


def fill_correlation(value: float, grey: bool) -> Fill:
    """Fill of a correlation's tile: green to violet through white, in greys hatched below zero.

    Examples
    --------
    >>> fill_correlation(0.0, False).colour, fill_correlation(-0.5, True).hatch
    ('#ffffff', 'falling')
    """
    if grey:
        return fill_residual(value, 1.0)
    return Fill(between(_TOGETHER, (1 - value) / 2), edge=PAPER)


_STEP_GREYS = ("bad", "rather_bad", "middle", "rather_good", "good")


def fills_of_steps(number: int, grey: bool) -> list[Fill]:
    """Fills of an ordered scale of which no end is good or bad, from low to high.

    Examples
    --------
    >>> [fill.colour for fill in fills_of_steps(3, False)]
    ['#6a2f83', '#e8e4ec', '#1b6b5c']
    """
    if grey:
        last = len(_STEP_GREYS) - 1
        places = [round(at * last / max(number - 1, 1)) for at in range(number)]
        return [fill_role(_STEP_GREYS[place], True) for place in places]
    anchors = [*reversed(_TOGETHER)]
    anchors[2] = "#e8e4ec"
    return [Fill(between(anchors, at / max(number - 1, 1))) for at in range(number)]


def fills_of_groups(number: int, grey: bool) -> list[Fill]:
    """Fills of groups by their order: in greys black, white, and a grey, by turns."""
    if not grey:
        return [Fill(GROUPS[place % len(GROUPS)]) for place in range(number)]
    greys = (BLACK, PAPER, "#9a9a9a")
    return [Fill(greys[place % len(greys)], edge=BLACK) for place in range(number)]
