"""Canvas: shapes, texts and numbers in points from the top left, written as SVG, PNG and PDF.

The position of everything is known before anything is drawn, so each file is drawn once.
"""

import io
import math
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from fractions import Fraction
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
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from resurvey.core.files import csv_text
from resurvey.figures.lettering import FALLBACKS, FAMILY, font_file, is_drawable, printable
from resurvey.figures.palette import INK, PAPER, Fill
from resurvey.figures.plan import POINTS_PER_MM, SCREEN, Profile

MARKERS = ("o", "s", "^", "D", "v", "P", "X")


class Canvas:
    """A sheet of fixed width; its height is set when everything on it has been placed.

    Attributes
    ----------
    profile : Profile
        What the sheet is like.
    height : float
        Points of the layout.
    missing : set of str
        Characters that the font has no picture of.
    data : list of Datum
        Numbers that the drawing shows, in the order of drawing.
    """

    def __init__(self, profile: Profile = SCREEN) -> None:
        self.profile = profile
        self.height = 0.0
        self.missing: set[str] = set()
        self.data: list[Datum] = []
        self._numbers: list[str] = []
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
        fill: Fill | str,
        edge: str | None = None,
        line: float = 0.8,
    ) -> None:
        """Draw a rectangle from its top left corner, with the hatch of its fill."""
        fill = Fill(fill) if isinstance(fill, str) else fill
        rim: dict[str, Any] = {"edgecolor": edge or "none", "linewidth": line if edge else 0}
        if not fill.hatch:
            self._add(Rectangle((x, y), wide, high, facecolor=fill.colour, **rim))
            return
        self._add(Rectangle((x, y), wide, high, facecolor=fill.colour, linewidth=0))
        self._hatch(x, y, wide, high, fill)
        if edge:
            self._add(Rectangle((x, y), wide, high, fill=False, **rim))

    def _hatch(self, x: float, y: float, wide: float, high: float, fill: Fill) -> None:
        # Broken lines: a hatch of matplotlib would need a named pattern in the SVG.
        slopes = {"rising": (1,), "falling": (-1,), "cross": (1, -1)}.get(fill.hatch, ())
        for slope in slopes:
            self._slashes(x, y, wide, high, fill.lines, slope)
        if fill.hatch in ("level", "dashes"):
            dash = wide if fill.hatch == "level" else 3.0
            across: list[float] = []
            down: list[float] = []
            for row in range(1, math.ceil(high / 3.2)):
                start = 0.0 if fill.hatch == "level" else (row % 2) * dash
                while start < wide:
                    across += [x + start, x + min(start + dash, wide), math.nan]
                    down += [y + 3.2 * row, y + 3.2 * row, math.nan]
                    start += 2 * dash
            self._strokes(across, down, fill.lines)

    def _slashes(
        self, x: float, y: float, wide: float, high: float, colour: str, slope: int
    ) -> None:
        across: list[float] = []
        down: list[float] = []
        start = x - high
        while start < x + wide:
            left, right = max(start, x), min(start + high, x + wide)
            if right > left:
                across += [left, right, math.nan]
                rise = (left - start, right - start)
                ends = [high - end if slope > 0 else end for end in rise]
                down += [y + ends[0], y + ends[1], math.nan]
            start += 4.0
        self._strokes(across, down, colour)

    def _strokes(self, across: list[float], down: list[float], colour: str) -> None:
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

    def mark(self, x: float, y: float, shape: str, fill: Fill | str, size: float = 7.0) -> None:
        """Draw a marker, one of `MARKERS`, with a rim that parts it from its neighbours."""
        fill = Fill(fill) if isinstance(fill, str) else fill
        self._add(
            Line2D(
                [x],
                [y],
                linestyle="none",
                marker=shape,
                markersize=size,
                markerfacecolor=fill.colour,
                markeredgecolor=fill.edge,
                markeredgewidth=0.7,
            )
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float | None = None,
        *,
        bold: bool = False,
        colour: str = INK,
        align: str = "left",
        number: str = "",
    ) -> None:
        """Write one line of text; `y` is its baseline, `number` its identity if it is one."""
        if not words:
            return
        self.missing.update(sign for sign in words if not is_drawable(sign))
        font = _font(self.profile.text if size is None else size, bold)
        line = _Line(x, y, words, fontproperties=font, color=colour, ha=align, parse_math=False)
        if number:
            self._numbers.append(printable(number))
            line.set_gid(f"number_{len(self._numbers)}")
        self._add(line)

    def fill_sheet(self) -> None:
        """Fill a sheet of fixed height; what is too high for it is set smaller as a whole."""
        sheet = self.profile
        if not sheet.height:
            return
        grown = max(self.height / sheet.height, 1.0)
        self.height = sheet.height * grown
        self.profile = replace(
            sheet,
            width=sheet.width * grown,
            height=self.height,
            scale=sheet.scale / grown,
            dots_per_inch=round(sheet.dots_per_inch / grown),
        )

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
        renderer = RendererSVG(self.profile.width, self.height, stream, metadata=unsigned)
        self._draw(renderer, 72)
        renderer.finalize()
        size = 'width="100%"'
        if self.profile.printed:
            sides = (self.profile.width, self.height)
            wide, high = (f"{side * self.profile.scale / POINTS_PER_MM:.2f}mm" for side in sides)
            size = f'width="{wide}" height="{high}"'
        return embeddable(stream.getvalue(), prefix, title, description, size, self._numbers)

    def png(self) -> bytes:
        """Draw the page as a PNG image."""
        return self.paint()()

    def paint(self) -> Callable[[], bytes]:
        """Draw the page as an image now; what is returned packs it as PNG, in any thread.

        Packing takes a quarter of the time and does not hold Python's lock.
        """
        from PIL import Image

        dots = self.profile.dots_per_inch
        size = int(self.profile.width / 72 * dots), int(self.height / 72 * dots)
        renderer = RendererAgg(*size, dots)
        self._draw(renderer, dots)
        picture = Image.frombuffer("RGBA", size, renderer.buffer_rgba()).convert("RGB")
        if self.profile.grey:
            picture = picture.convert("L")
        on_paper = dots / self.profile.scale

        def pack() -> bytes:
            stream = io.BytesIO()
            picture.save(stream, "png", compress_level=3, dpi=(on_paper, on_paper))
            return stream.getvalue()

        return pack

    def pdf(self, title: str) -> bytes:
        """Write the page as a PDF of its size on paper, with its fonts in it.

        Parameters
        ----------
        title : str
            Title of the document.
        """
        from matplotlib.backends.backend_pdf import Op, PdfFile, RendererPdf

        stream = io.BytesIO()
        unsigned = dict.fromkeys(("Creator", "Producer", "CreationDate"))
        file = PdfFile(stream, metadata={"Title": title, **unsigned})
        scale = self.profile.scale
        wide, high = self.profile.width * scale / 72, self.height * scale / 72
        file.newPage(wide, high)
        renderer = RendererPdf(file, 72, high, wide)
        file.output(scale, 0, 0, scale, 0, 0, Op.concat_matrix)
        self._draw(renderer, 72)
        renderer.finalize()
        file.finalize()
        file.close()
        return stream.getvalue()

    def _draw(self, renderer: RendererBase, dots: float) -> None:
        # A figure of matplotlib would bring its axes and its layout, which nothing here needs.
        paper = Rectangle(
            (0, 0), self.profile.width, self.height, facecolor=PAPER, antialiased=False
        )
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
        """Draw the text; an SVG places it by its anchor, other files by its width."""
        renderer.open_group("text", self.get_gid())
        x, y = self.get_transform().transform(self.get_unitless_position())
        words, font = self.get_text(), self.get_fontproperties()
        align = self.get_horizontalalignment()
        if align != "left" and not isinstance(renderer, RendererSVG):
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
    # The file itself: another release of the font may lie among the machine's own.
    weight = "bold" if bold else "normal"
    return FontProperties(family=[FAMILY], size=size, weight=weight, fname=font_file(bold))


@dataclass(frozen=True)
class Datum:
    """One number that a figure draws.

    Attributes
    ----------
    question, row, column : str
        Labels of its place: the question, the answer (or indicator) and the group.
    value : Fraction or float or None
        Unrounded; None where there is no number.
    printed : str
        As the figure writes it.
    count, base : str
        Integers (or sums of weights) that it was made of; empty where there are none.
    number : str
        Its identity, as `resurvey.core.names.name_number` makes it.
    """

    question: str
    row: str
    column: str
    value: Fraction | float | None
    printed: str
    count: str = ""
    base: str = ""
    number: str = ""


def data_csv(data: Iterable[Datum]) -> str:
    """Write what a figure draws as CSV, in the order of drawing, each number once.

    Examples
    --------
    >>> job = Datum("Job", "yes", "Men", Fraction(125, 4), "31.3", "5", "16", "percent:t/q/1/1")
    >>> print(data_csv([job, job]), end="")
    question,row,column,value,printed,count,base,number
    Job,yes,Men,31.25,31.3,5,16,percent:t/q/1/1
    """
    columns = [field.name for field in fields(Datum)]
    lines = []
    for datum in dict.fromkeys(data):
        value = None if datum.value is None else float(datum.value)
        lines.append({**asdict(datum), "value": value})
    return csv_text(columns, lines)


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
        # Hinted letters are wider than the layout knows.
        "text.hinting": "no_hinting",
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
