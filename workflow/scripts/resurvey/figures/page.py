"""Page: what every figure has around its drawing: title, legend, scale, notes."""

from collections.abc import Iterable, Sequence

from resurvey.figures.canvas import WIDTH, Canvas
from resurvey.figures.cells import Segment, Setting
from resurvey.figures.lettering import shorten, width, wrap
from resurvey.figures.palette import (
    CAUTION,
    GREY,
    NOT_PRINTED,
    OUTSIDE,
    RULE,
    diverging,
    nominal,
    rising,
)

MARGIN = 12.0
ROOM = WIDTH - 2 * MARGIN
TEXT = 8.5


class Page:
    """A canvas that fills from top to bottom; `y` is where the next thing goes."""

    def __init__(self, title: str, subtitle: str, setting: Setting) -> None:
        self.canvas = Canvas()
        self.setting = setting
        self.y = MARGIN
        self._notes: dict[str, None] = {}
        for line in wrap(title, ROOM, 11, True, most=4):
            self.canvas.text(MARGIN, self.y + 10, line, 11, bold=True)
            self.y += 14.5
        for line in wrap(subtitle, ROOM, TEXT, most=3):
            self.canvas.text(MARGIN, self.y + 9, line, TEXT, colour=GREY)
            self.y += 12
        self.y += 6

    def note(self, words: str) -> None:
        """Add a remark under the drawing; the same remark only once."""
        self._notes[words] = None

    def legend(self, entries: Iterable[tuple[str, str, str]], left: float = MARGIN) -> None:
        """Draw swatches with their words; an entry is (shape, colour, words).

        The shape is "box", "slashes", "tick" or a marker of the canvas.
        """
        x, right = left, WIDTH - MARGIN
        for shape, colour, words in entries:
            words = shorten(words, right - left - 14, TEXT)
            wide = 14 + width(words, TEXT)
            if x > left and x + wide > right:
                x, self.y = left, self.y + 14
            if shape in ("box", "slashes"):
                hatch = OUTSIDE if shape == "slashes" else None
                self.canvas.box(x, self.y + 1, 10, 9, colour, hatch=hatch)
            elif shape == "tick":
                self.canvas.line(x + 5, self.y, x + 5, self.y + 11, colour, 2.2)
            else:
                self.canvas.mark(x + 5, self.y + 5.5, shape, colour)
            self.canvas.text(x + 14, self.y + 8.8, words)
            x += wide + 14
        self.y += 17

    def heading(self, words: str) -> None:
        """Write the wording of a question, or the name of a part, over what belongs to it."""
        for line in wrap(words, ROOM - 20, 9, True, most=4):
            self.canvas.text(MARGIN, self.y + 9, line, 9, bold=True)
            self.y += 12
        self.y += 3

    def finish(self) -> Canvas:
        """Write the notes and the kind of data, and set the height."""
        self.y += 4
        for words in self._notes:
            for line in wrap(words, ROOM, 7.5, most=5):
                self.canvas.text(MARGIN, self.y + 8, line, 7.5, colour=GREY)
                self.y += 10.5
        if self.setting.codebook.reconstructed:
            for line in wrap(self.setting.words["reconstructed"], ROOM, 8, True, most=3):
                self.canvas.text(MARGIN, self.y + 9, line, 8, bold=True, colour=CAUTION)
                self.y += 12
        self.canvas.height = self.y + MARGIN - 3
        return self.canvas


def colours_of(segments: Sequence[Segment], ordinal: bool, middle: bool = False) -> dict[str, str]:
    """Colour of every answer: a ramp for an order, told-apart hues without one, greys outside.

    Parameters
    ----------
    segments : sequence of Segment
        Answers of one question.
    ordinal : bool
        Whether their order means something.
    middle : bool
        Whether the order has two ends with a middle between them.
    """
    inside = [one.code for one in segments if not one.outside]
    palette = diverging if middle else rising if ordinal else nominal
    colours = dict(zip(inside, palette(len(inside)), strict=True))
    for one in segments:
        if one.outside:
            colours[one.code] = NOT_PRINTED if one.outside == "not_printed" else OUTSIDE
    return colours


def legend_entries(
    segments: Sequence[Segment], colours: dict[str, str]
) -> list[tuple[str, str, str]]:
    """Legend of the answers in the order of the bars."""
    return [
        ("slashes" if one.outside == "not_printed" else "box", colours[one.code], one.label)
        for one in segments
    ]


def scale_lines(page: Page, top: float, bottom: float, places: Iterable[tuple[float, str]]) -> None:
    """Draw the grid of a scale behind the drawing, with its numbers below."""
    for x, words in places:
        page.canvas.line(x, top, x, bottom, RULE, 0.6, behind=True)
        page.canvas.text(x, bottom + 9.5, words, 7.5, colour=GREY, align="center")
