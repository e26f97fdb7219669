"""Glyphs: which letters the fonts of the PDF have, and how the others are shown all the same.

A letter that no font has is shown as a box of its script, and the text stays as it is. Three things
would stop the whole document: a mark that no font can set on its letter, such as the keycap of an
emoji; a sign that a font claims to have and has no picture of; and in a drawing whatever takes
several pictures, such as a stress mark or Devanagari.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from resurvey.core.errors import SurveyError

FAMILIES = ("Libertinus Serif", "DejaVu Sans")
"""Fonts of the text, in the order in which a letter is looked for; any other comes after them."""

_SURE = (
    "\x00-\u017f\u0400-\u0482\u048a-\u0525\u2010-\u2027\u202f-\u205e\u20a0-\u20bd\u2116\u2122"
    "\u2190-\u2199\u2212\u2260\u2264\u2265\u25b2\u25b6\u25bc\u25c0"
)
_IN_DOUBT = re.compile(f"[^{_SURE}]")
"""Letters outside of those that the fonts are known to have: Latin, Cyrillic, our own signs."""

_SINGLE = "\u0370-\u03ff\u0531-\u0587\u05d0-\u05ea\u0621-\u063a\u0641-\u064a\u10d0-\u10fc"
_UNLIKE_TEXT = re.compile(f"[^{_SURE}{_SINGLE}]")
"""Letters that a drawing cannot have as text: outside of those that DejaVu Sans has as one picture.

A line with another letter would be set as a whole in the font that has that one.
"""

_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Marks that turn the direction of writing, of a label and of everything after it."""

_JOINER, _EMOJI_LOOK = "\u200d", "\ufe0f"
_EXTENDS = re.compile(
    f"[{_JOINER}\u0e33\u0eb3\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)
"""Signs beside marks that belong to the letter before them: a joiner, am, colours of skin, tags."""

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
        extends = _EXTENDS.match(sign) or unicodedata.category(sign).startswith("M")
        if letters and (extends or letters[-1].endswith(_JOINER)):
            letters[-1] += sign
        else:
            letters.append(sign)
    return letters


def respell(letters: Iterable[str]) -> dict[str, str]:
    r"""Give each letter that would stop the document a way of writing that can be shown.

    A mark that no font can set on its letter stands behind it, by itself; a sign that a font has
    only by name is named.

    Examples
    --------
    >>> respell(["а\u0301", "1\ufe0f\u20e3", "中", "✨"])
    {'1️⃣': '1\u2060⃣', '✨': '[sparkles]'}
    """
    letters = list(letters)
    alone = _refused(sorted({sign for letter in letters for sign in letter}), fonts())
    refused = _refused([letter for letter in letters if len(letter) > 1], fonts())
    return {
        letter: _WORD_JOINER.join(
            f"[{unicodedata.name(sign, '').lower() or f'U+{ord(sign):04X}'}]"
            if sign in alone
            else sign
            for sign in letter
            if sign not in (_JOINER, _EMOJI_LOOK)
        )
        for letter in letters
        if letter[0] in alone or (len(letter) > 1 and refused.issuperset(letter))
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


def showable(text: str, spelled: Mapping[str, str]) -> str:
    r"""Write a text so that every letter of it can be shown.

    Examples
    --------
    >>> showable("и\u0306", {})
    'й'
    """
    if not _IN_DOUBT.search(text):
        return text
    letters = _letters(text.translate(_DIRECTIONS))
    return "".join(spelled.get(letter, letter) for letter in letters)


def lines_of(svg: str) -> list[str]:
    """List the lines of text of a drawing."""
    return [unescape(line[5]) for line in _LINE.finditer(svg)]


def outline_letters(svg: str, spelled: Mapping[str, str]) -> str:
    """Draw those lines of a drawing as shapes that it cannot have as text."""

    def drawn(line: re.Match[str]) -> str:
        words = unescape(line[5])
        return _outline(line, showable(words, spelled)) if _UNLIKE_TEXT.search(words) else line[0]

    return _LINE.sub(drawn, svg)


def _outline(line: re.Match[str], words: str) -> str:
    look = dict(part.split(": ", 1) for part in line[1].split("; "))
    size = float(look["font-size"].removesuffix("px"))
    width, shapes = _shapes(words, size, int(look.get("font-weight", "400")), look["fill"])
    shift = {"middle": 0.5, "end": 1.0}.get(look.get("text-anchor", ""), 0.0)
    left, top = float(line[2]) - shift * width, float(line[3]) - size
    return (
        f'<g xmlns:xlink="http://www.w3.org/1999/xlink"{line[4]}>'
        f'<g transform="translate({left:.3f} {top:.3f})">{shapes}</g></g>'
    )


@lru_cache(maxsize=512)
def _shapes(words: str, size: float, weight: int, fill: str) -> tuple[float, str]:
    """Draw one line of text, and say how wide it is: labels stand in several figures."""
    import typst

    style = {"words": words, "size": size, "weight": weight, "fill": fill}
    drawn = typst.compile(
        _DRAWN.encode(),
        format="svg",
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"style": json.dumps(style)},
    ).decode()
    width = _WIDTH.search(drawn)
    return float(width[1]) if width else 0.0, drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]


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
