"""Vector: matplotlib's SVG made fit to stand in a page, and its settings fixed."""

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import matplotlib

from resurvey.figures.lettering import FALLBACKS, FAMILY


@contextmanager
def plain_style() -> Iterator[None]:
    """Draw with matplotlib's own defaults, whatever the user's settings are.

    Characters that the font lacks are counted by the canvas, not warned of one by one.
    """
    # Not `rcdefaults`, which reads every style sheet there is.
    settings: dict[Any, Any] = dict(matplotlib.rcParamsDefault)
    del settings["backend"]
    settings |= {
        "svg.fonttype": "none",
        "svg.hashsalt": "resurvey",
        "pdf.fonttype": 42,
        "text.parse_math": False,
    }
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph ", category=UserWarning)
        yield


_TAG = re.compile(r"<[^>]*>")
_NAMED = re.compile(r'(\bid="|href="#|url\(#)')
_NUMBER = re.compile(r'<g id="number_(\d+)"')


def embeddable(
    svg: str, prefix: str, title: str, description: str, size: str, numbers: Sequence[str]
) -> str:
    """Take off the document head; give it a name, own ids, a size and its numbers' names."""
    body = svg[svg.index("<svg") :]
    body = body[body.index(">") + 1 :]
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", body, count=1, flags=re.DOTALL)
    # This style would reach every other picture of the page.
    body = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", body, count=1, flags=re.DOTALL)
    found = re.search(r'viewBox="[^"]*"', svg)
    box = found[0] if found else ""
    body = _TAG.sub(lambda tag: _own_names(tag[0], prefix, numbers), body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{box} {size} role="img" aria-label={quoteattr(title)} '
        f'aria-describedby="{prefix}-description" style="stroke-linejoin: round">\n'
        f' <desc id="{prefix}-description">{escape(description)}</desc>{body}'
    )


def _own_names(tag: str, prefix: str, numbers: Sequence[str]) -> str:
    tag = tag.replace(f"'{FAMILY}'", FALLBACKS)
    own = _NAMED.sub(lambda start: f"{start[0]}{prefix}-", tag)
    number = _NUMBER.match(tag)
    if number:
        return f"{own[:-1]} data-number={quoteattr(numbers[int(number[1]) - 1])}>"
    return own
