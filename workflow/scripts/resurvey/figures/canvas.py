"""Canvas: shapes and texts in points from the top left corner, written as SVG and PNG.

The position of everything is known before anything is drawn, so each file is drawn once.
"""

import io
import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import matplotlib
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from resurvey.figures.lettering import FALLBACKS, FAMILY, is_drawable
from resurvey.figures.palette import INK

WIDTH = 576.0
"""Width of every figure in points: 8 inches."""
DOTS_PER_INCH = 170
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


class Canvas:
    """A page of fixed width; its height is set when everything on it has been placed."""

    def __init__(self) -> None:
        self.height = 0.0
        self.missing: set[str] = set()
        self._artists: list[Artist] = []

    def _add(self, artist: Artist, behind: bool = False) -> None:
        # What comes later lies above what came before, except a grid.
        artist.set_zorder(0 if behind else len(self._artists) + 1)
        self._artists.append(artist)

    def box(
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        fill: str,
        edge: str | None = None,
        line: float = 0.8,
        hatch: str | None = None,
    ) -> None:
        """Draw a rectangle from its top left corner."""
        self._add(
            Rectangle(
                (x, y),
                wide,
                high,
                facecolor=fill,
                edgecolor=edge or "none",
                linewidth=line if edge else 0,
            )
        )
        if hatch:
            self._slashes(x, y, wide, high, hatch)

    def _slashes(self, x: float, y: float, wide: float, high: float, colour: str) -> None:
        # One broken line: a hatch of matplotlib would need a named pattern in the SVG.
        across: list[float] = []
        down: list[float] = []
        start = x - high
        while start < x + wide:
            left, right = max(start, x), min(start + high, x + wide)
            if right > left:
                across += [left, right, math.nan]
                down += [y + high - (left - start), y + high - (right - start), math.nan]
            start += 4.0
        self._add(Line2D(across, down, color=colour, linewidth=0.5, solid_capstyle="butt"))

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        colour: str = INK,
        wide: float = 0.8,
        behind: bool = False,
    ) -> None:
        """Draw a straight line; `behind` everything else for a grid."""
        line = Line2D([x1, x2], [y1, y2], color=colour, linewidth=wide, solid_capstyle="butt")
        self._add(line, behind)

    def mark(self, x: float, y: float, shape: str, fill: str, size: float = 7.0) -> None:
        """Draw a marker, one of `MARKERS`, with a white rim that parts it from its neighbours."""
        self._add(
            Line2D(
                [x],
                [y],
                linestyle="none",
                marker=shape,
                markersize=size,
                markerfacecolor=fill,
                markeredgecolor="white",
                markeredgewidth=0.7,
            )
        )

    def arrow(self, x1: float, x2: float, y: float, colour: str) -> None:
        """Draw a small arrow head at `x2` on the line from `x1`."""
        back = -4.0 if x2 > x1 else 4.0
        corners = [(x2, y), (x2 + back, y - 2.6), (x2 + back, y + 2.6)]
        self._add(Polygon(corners, facecolor=colour, edgecolor="none"))

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 8.5,
        *,
        bold: bool = False,
        colour: str = INK,
        align: str = "left",
    ) -> None:
        """Write one line of text; `y` is its baseline."""
        if not words:
            return
        self.missing.update(sign for sign in words if not is_drawable(sign))
        self._add(_Line(x, y, words, fontproperties=_font(size, bold), color=colour, ha=align))

    def svg(self, prefix: str, title: str, description: str) -> str:
        """Write the page as SVG that scales and can be pasted into a page beside others.

        Parameters
        ----------
        prefix : str
            Starts every id, so that two figures in one page never share one.
        title, description : str
            What a screen reader reads.
        """
        stream = io.StringIO()
        # Nothing about the machine, the time or the program: the same bytes on every run.
        unsigned = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        renderer = RendererSVG(WIDTH, self.height, stream, metadata=unsigned)
        self._draw(renderer, 72)
        renderer.finalize()
        return _embeddable(stream.getvalue(), prefix, title, description)

    def png(self) -> bytes:
        """Draw the page as a PNG image."""
        from PIL import Image

        size = int(WIDTH / 72 * DOTS_PER_INCH), int(self.height / 72 * DOTS_PER_INCH)
        renderer = RendererAgg(*size, DOTS_PER_INCH)
        self._draw(renderer, DOTS_PER_INCH)
        picture = Image.frombuffer("RGBA", size, renderer.buffer_rgba())
        stream = io.BytesIO()
        resolution = (DOTS_PER_INCH, DOTS_PER_INCH)
        picture.convert("RGB").save(stream, "png", compress_level=3, dpi=resolution)
        return stream.getvalue()

    def _draw(self, renderer: RendererBase, dots: float) -> None:
        # A figure of matplotlib would bring its axes and its layout, which nothing here needs.
        paper = Rectangle((0, 0), WIDTH, self.height, facecolor="white", antialiased=False)
        paper.set_linewidth(0)
        place = Affine2D().scale(1 / 72, -1 / 72).translate(0, self.height / 72).scale(dots)
        renderer.open_group("figure")
        for artist in [paper, *sorted(self._artists, key=Artist.get_zorder)]:
            artist.set_transform(place)
            artist.draw(renderer)
        renderer.close_group("figure")


class _Line(Text):
    """One line of text on its baseline: nothing of a text of several lines is laid out."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw the text; an SVG places it by its anchor, a bitmap by its width."""
        renderer.open_group("text", self.get_gid())
        x, y = self.get_transform().transform(self.get_unitless_position())
        words, font = self.get_text(), self.get_fontproperties()
        align = self.get_horizontalalignment()
        if align != "left" and isinstance(renderer, RendererAgg):
            wide, _, _ = renderer.get_text_width_height_descent(words, font, False)
            x -= wide / 2 if align == "center" else wide
        if renderer.flipy():
            y = renderer.get_canvas_width_height()[1] - y
        context = renderer.new_gc()
        context.set_foreground(self.get_color())
        renderer.draw_text(context, x, y, words, font, 0.0, False, self)
        context.restore()
        renderer.close_group("text")


@cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(family=[FAMILY], size=size, weight="bold" if bold else "normal")


@contextmanager
def plain_style() -> Iterator[None]:
    """Draw with matplotlib's own defaults, whatever the user's settings are.

    Characters that the font lacks are counted by the canvas, not warned of one by one.
    """
    # Not `rcdefaults`, which reads every style sheet there is.
    settings: dict[Any, Any] = dict(matplotlib.rcParamsDefault)
    del settings["backend"]
    settings |= {"svg.fonttype": "none", "svg.hashsalt": "resurvey"}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph ", category=UserWarning)
        yield


_TAG = re.compile(r"<[^>]*>")
_NAMED = re.compile(r'(\bid="|href="#|url\(#)')


def _embeddable(svg: str, prefix: str, title: str, description: str) -> str:
    """Take the document's head off and give it a name, own ids and a width of its container."""
    body = svg[svg.index("<svg") :]
    body = body[body.index(">") + 1 :]
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", body, count=1, flags=re.DOTALL)
    # This style would reach every other picture of the page.
    body = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", body, count=1, flags=re.DOTALL)
    size = re.search(r'viewBox="[^"]*"', svg)
    box = size[0] if size else ""
    body = _TAG.sub(lambda tag: _own_names(tag[0], prefix), body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{box} width="100%" role="img" aria-label={quoteattr(title)} '
        f'aria-describedby="{prefix}-description" style="stroke-linejoin: round">\n'
        f' <desc id="{prefix}-description">{escape(description)}</desc>{body}'
    )


def _own_names(tag: str, prefix: str) -> str:
    tag = tag.replace(f"'{FAMILY}'", FALLBACKS)
    return _NAMED.sub(lambda start: f"{start[0]}{prefix}-", tag)
