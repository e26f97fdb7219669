"""Lettering: how wide a text is, where its lines break, and which of its characters can be drawn.

Widths come from the font that ships with matplotlib, so that a layout needs no drawing and is the
same on every machine.
"""

import unicodedata
from functools import cache
from pathlib import Path

import matplotlib
from matplotlib.ft2font import FT2Font, LoadFlags

FAMILY = "DejaVu Sans"
FALLBACKS = "'DejaVu Sans', Verdana, Arial, sans-serif"
"""Verdana is as wide as DejaVu, Arial narrower: a page without DejaVu still fits."""

_SIZE = 100.0
_BOX = 1.2
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])


def printable(text: object) -> str:
    r"""Write a label as one line without characters that no document may hold.

    Control characters, lone surrogates and line breaks become spaces; marks that turn the
    direction of everything after them go.

    Examples
    --------
    >>> printable("yes\x00,\n mostly ")
    'yes , mostly'
    """
    kept = (
        " " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign
        for sign in str(text).translate(_DIRECTIONS)
    )
    return " ".join("".join(kept).replace("\ufffe", "").replace("\uffff", "").split())


def font_file(bold: bool) -> str:
    """Path of the font's file that ships with matplotlib."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name)


@cache
def _font(bold: bool) -> FT2Font:
    font = FT2Font(font_file(bold))
    font.set_size(_SIZE, 72)
    return font


@cache
def _advance(sign: str, bold: bool) -> float:
    font = _font(bold)
    if font.get_char_index(ord(sign)) == 0:
        return _BOX
    glyph = font.load_char(ord(sign), flags=LoadFlags.NO_HINTING)
    return glyph.linearHoriAdvance / 65536 / _SIZE


def is_drawable(sign: str) -> bool:
    """Return whether the font has a picture of the character."""
    return _font(False).get_char_index(ord(sign)) != 0


def width(text: str, size: float, bold: bool = False) -> float:
    """Width of one line of text, in points.

    Examples
    --------
    >>> width("mm", 10) == 2 * width("m", 10)
    True
    """
    return size * sum(_advance(sign, bold) for sign in text)


def wrap(text: str, room: float, size: float, bold: bool = False, most: int = 6) -> list[str]:
    """Break a text into lines that fit into `room` points.

    Words longer than a line are broken where they must; past `most` lines the text ends with an
    ellipsis.

    Examples
    --------
    >>> wrap("Mostly yes", 40, 10)
    ['Mostly', 'yes']
    """
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width(line, size, bold) > room and len(line) > 1:
            head = _head(line, room, size, bold)
            lines.append(line[:head])
            line = line[head:]
        if len(lines) > most:
            break
    lines.append(line)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], shorten(lines[most - 1] + "…", room, size, bold)]


def shorten(text: str, room: float, size: float, bold: bool = False) -> str:
    """Cut a text to one line of `room` points; what is cut is marked with an ellipsis."""
    if width(text, size, bold) <= room:
        return text
    head = _head(text, room - width("…", size, bold), size, bold)
    return text[:head].rstrip(" …") + "…"


def _head(text: str, room: float, size: float, bold: bool) -> int:
    """How many characters fit, at least one."""
    used = 0.0
    for position, sign in enumerate(text):
        used += size * _advance(sign, bold)
        if used > room:
            return max(position, 1)
    return len(text)
