"""Fills: the colour and the hatch of an answer's bar, in colours or in greys alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from resurvey.figures.palette import (
    BLACK,
    NOT_PRINTED,
    OUTSIDE,
    PAPER,
    around_zero,
    between,
    diverging,
    ink_on,
    nominal,
    rising,
)


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
    for place, step in enumerate(steps):
        colour = between(_GREYS, 0.55 if number == 1 else step)
        hatch = "rising" if number > 5 and place % 2 else ""
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
