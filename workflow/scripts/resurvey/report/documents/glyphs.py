"""Glyphs: which letters the fonts of the PDF have, and how the others are shown all the same.

A letter that no font has is shown as a box of its script, and the text stays as it is. Two things
would stop the whole document: a mark that no font can set on its letter, such as the keycap of an
emoji, and in a drawing whatever takes several pictures, such as a stress mark or Devanagari.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from resurvey.core.errors import SurveyError

FAMILIES = ("Libertinus Serif", "DejaVu Sans")
"""Fonts of the text, in the order in which a letter is looked for; any other comes after them."""

_IN_DOUBT = re.compile(
    "[^\x00-\u017f\u0400-\u0482\u048a-\u0525\u2010-\u2027\u202f-\u205e\u20a0-\u20bd\u2116\u2122"
    "\u2190-\u2199\u2212\u2260\u2264\u2265\u25b2\u25b6\u25bc\u25c0]"
)
"""Letters outside of those that both fonts are known to have: Latin, Cyrillic, our own signs."""

_WORD_JOINER = "\u2060"
"""Has no picture and no width, and no line ends there: a mark behind it stands by itself."""

_REFUSED = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")

_TRIED = """#set document(title: "letters")
#set text(font: json(bytes(sys.inputs.families)))
#for one in json(bytes(sys.inputs.letters)) { par(one) }"""

# The line is as high as its letters above the baseline, so that it is known where that lies.
_DRAWN = """#set page(width: auto, height: auto, margin: 0pt, fill: none)
#let style = json(bytes(sys.inputs.style))
#text(
  font: ("DejaVu Sans", "Libertinus Serif"), size: style.size * 1pt, weight: style.weight,
  fill: rgb(style.fill), top-edge: 1em, bottom-edge: "baseline", style.words,
)"""

_LINE = re.compile(r'<text style="([^"]*)" x="([^"]*)" y="([^"]*)"([^>]*)>([^<]*)</text>')
_WIDTH = re.compile(r'viewBox="0 0 ([0-9.]+) ')


@cache
def fonts() -> Any:
    """Return Typst's own fonts and the figures', read once for all languages."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[_figure_fonts()])


def _figure_fonts() -> Path:
    """Folder of the fonts that the figures are drawn with; matplotlib itself is not imported."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise SurveyError("the fonts of the figures are not there: matplotlib is not installed")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


def in_doubt(texts: Iterable[str]) -> list[str]:
    r"""List the letters, each with its marks, of which it is not known that the fonts have them.

    Examples
    --------
    >>> in_doubt(["и\u0306 ң ö", "за\u0301мок 中"])
    ['а\u0301', '中']
    """
    found: set[str] = set()
    for text in texts:
        if _IN_DOUBT.search(text):
            found.update(one for one in _letters(text) if _IN_DOUBT.search(one))
    return sorted(found)


def _letters(text: str) -> list[str]:
    """Part a text into letters with the marks on them, in as few signs as they can be written."""
    letters: list[str] = []
    for sign in unicodedata.normalize("NFC", text):
        if letters and unicodedata.category(sign).startswith("M"):
            letters[-1] += sign
        else:
            letters.append(sign)
    return letters


def detach(letters: Iterable[str]) -> dict[str, str]:
    r"""Give each letter whose marks no font can set on it a way of writing that can be shown.

    Examples
    --------
    >>> detach(["а\u0301", "1\ufe0f\u20e3", "中"])
    {'1️⃣': '1\u2060⃣'}
    """
    several = [one for one in letters if len(one) > 1]
    refused = _refused(several, fonts())
    return {
        letter: letter[0] + "".join(_WORD_JOINER + mark for mark in letter[1:] if mark != "\ufe0f")
        for letter in several
        if refused.issuperset(letter)
    }


def boxed(letters: Iterable[str]) -> set[str]:
    """Return the signs of which no font has a picture but of a box for their whole script.

    Examples
    --------
    >>> sorted(boxed(["中", "ა", "हाँ"]))
    ['中']
    """
    import typst

    own = typst.Fonts(include_system_fonts=False)
    signs = sorted({sign for letter in letters for sign in letter if _IN_DOUBT.match(sign)})
    missing = _refused(signs, own)
    if not missing:
        return set()
    from resurvey.figures.lettering import is_drawable

    return {sign for sign in missing if not is_drawable(sign)}


def _refused(letters: list[str], having: Any) -> set[str]:
    """Return the signs of those letters that Typst cannot show: it names all of them at once."""
    import typst

    if not letters:
        return set()
    given = {"letters": json.dumps(letters), "families": json.dumps(FAMILIES)}
    try:
        typst.compile(
            _TRIED.encode(),
            format="pdf",
            font_paths=having,
            ignore_system_fonts=True,
            sys_inputs=given,
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as problem:
        named = "".join(_REFUSED.findall(problem.diagnostic))
        return set(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), named))
    return set()


def showable(text: str, detached: Mapping[str, str]) -> str:
    r"""Write a text so that every letter of it can be shown.

    Examples
    --------
    >>> showable("и\u0306", {})
    'й'
    """
    if not _IN_DOUBT.search(text):
        return text
    return "".join(detached.get(letter, letter) for letter in _letters(text))


def lines_of(svg: str) -> list[str]:
    """List the lines of text of a drawing."""
    return [unescape(line[5]) for line in _LINE.finditer(svg)]


def outline_letters(svg: str, detached: Mapping[str, str]) -> str:
    """Draw those lines of a drawing as shapes that have letters in doubt; the others stay text."""

    def drawn(line: re.Match[str]) -> str:
        words = unescape(line[5])
        return _outline(line, showable(words, detached)) if _IN_DOUBT.search(words) else line[0]

    return _LINE.sub(drawn, svg)


def _outline(line: re.Match[str], words: str) -> str:
    import typst

    look = dict(part.split(": ", 1) for part in line[1].split("; "))
    size = float(look["font-size"].removesuffix("px"))
    weight = int(look.get("font-weight", "400"))
    style = {"words": words, "size": size, "weight": weight, "fill": look["fill"]}
    shapes = typst.compile(
        _DRAWN.encode(),
        format="svg",
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"style": json.dumps(style)},
    ).decode()
    width = _WIDTH.search(shapes)
    shift = {"middle": 0.5, "end": 1.0}.get(look.get("text-anchor", ""), 0.0)
    left = float(line[2]) - (shift * float(width[1]) if width else 0.0)
    inner = shapes[shapes.index(">") + 1 : shapes.rindex("</svg>")]
    return (
        f'<g xmlns:xlink="http://www.w3.org/1999/xlink"{line[4]}>'
        f'<g transform="translate({left:.3f} {float(line[3]) - size:.3f})">{inner}</g></g>'
    )


def each_text(values: Any, change: Callable[[str], str]) -> Any:
    """Change every text of nested lists and dictionaries.

    Examples
    --------
    >>> each_text({"notes": ["a", ("b", 1)]}, str.upper)
    {'notes': ['A', ['B', 1]]}
    """
    if isinstance(values, str):
        return change(values)
    if isinstance(values, dict):
        return {key: each_text(value, change) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [each_text(value, change) for value in values]
    return values
