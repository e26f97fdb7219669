"""Page: what every figure has around its drawing: title, legend, labels of rows, scale, notes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resurvey.figures.canvas import Canvas, Datum
from resurvey.figures.cells import Segment, Setting
from resurvey.figures.lettering import shorten, width, wrap
from resurvey.figures.palette import CAUTION, GREY, INK, PAPER, RULE, Fill, fill_outside, fills_for

LEADING = 10.5
"""From one line of a row's label to the next."""


@dataclass(frozen=True)
class Sign:
    """One entry of a legend.

    Attributes
    ----------
    shape : str
        "box", "tick" or a marker of the canvas.
    fill : Fill or str
        Its fill.
    words : str
        What it stands for.
    base, number : str
        Number of respondents written behind the words, and its identity.
    """

    shape: str
    fill: Fill | str
    words: str
    base: str = ""
    number: str = ""


class Page:
    """A canvas that fills from top to bottom; `y` is where the next thing goes.

    `left` and `right` are the margins of what is drawn now: the sheet's, or a column's.
    """

    def __init__(self, title: str, subtitle: str, setting: Setting) -> None:
        self.profile = setting.profile
        self.canvas = Canvas(self.profile)
        self.setting = setting
        self.left, self.right = self.profile.margin, self.profile.right
        self.y = self.profile.margin
        self._notes: dict[str, None] = {}
        size = self.profile.title
        if self.profile.titled:
            for line in wrap(title, self.room, size, True, most=4):
                self.canvas.text(self.left, self.y + size - 1, line, size, bold=True)
                self.y += size + 3.5
        for line in wrap(subtitle, self.room, self.text, most=3):
            self.canvas.text(self.left, self.y + 9, line, colour=self.soft)
            self.y += 12
        self.y += 6

    @property
    def room(self) -> float:
        """Width between the margins."""
        return self.right - self.left

    @property
    def text(self) -> float:
        """Size of labels and numbers."""
        return self.profile.text

    @property
    def soft(self) -> str:
        """Colour of remarks: on a black-and-white sheet a grey hair line of type would break."""
        return INK if self.profile.grey else GREY

    def note(self, words: str) -> None:
        """Add a remark under the drawing; the same remark only once."""
        self._notes[words] = None

    def legend(self, entries: Iterable[Sign]) -> None:
        """Draw swatches with their words."""
        x = self.left
        for sign in entries:
            base = f"n = {sign.base}" if sign.base else ""
            behind = width(base, self.text) + 4 if base else 0.0
            words = shorten(sign.words, self.room - 14 - behind - 3, self.text)
            words += "," if base else ""
            before = 14 + width(words, self.text)
            wide = before + behind
            if x > self.left and x + wide > self.right:
                x, self.y = self.left, self.y + 14
            if sign.shape == "box":
                fill = sign.fill if isinstance(sign.fill, Fill) else Fill(sign.fill)
                edge = None if fill.edge == PAPER else fill.edge
                self.canvas.box(x, self.y + 1, 10, 9, fill, edge, 0.6)
            elif sign.shape == "tick":
                self.tick(x + 5, self.y + 5.5, 5.5)
            else:
                self.canvas.mark(x + 5, self.y + 5.5, sign.shape, sign.fill)
            self.canvas.text(x + 14, self.y + 8.8, words)
            self.canvas.text(x + before + 4, self.y + 8.8, base, number=sign.number)
            x += wide + 14
        self.y += 17

    def tick(self, x: float, middle: float, half: float) -> None:
        """Draw the mark of all respondents: an upright stroke."""
        self.canvas.line(x, middle - half, x, middle + half, INK, 2.2)

    def heading(self, words: str) -> None:
        """Write the wording of a question, or the name of a part, over what belongs to it."""
        size = self.profile.heading
        for line in wrap(words, self.room - 20, size, True, most=4):
            self.canvas.text(self.left, self.y + 9, line, size, bold=True)
            self.y += 12
        self.y += 3

    def label_room(self, labels: Iterable[tuple[str, bool]], share: float) -> float:
        """Width that labels (words, bold) beside their rows need; 0 where they stand above."""
        if self.profile.labels_above:
            return 0.0
        widest = max((width(words, self.text, bold) for words, bold in labels), default=0.0)
        return min(widest + 2, self.room * share)

    def begin_row(
        self,
        words: str,
        room: float,
        least: float,
        *,
        bold: bool = False,
        align: str = "right",
        most: int = 4,
        thick: float = 12.0,
    ) -> tuple[float, float]:
        """Write a row's label; where the middle of its drawing is and where the row ends.

        Parameters
        ----------
        words : str
            The label.
        room : float
            Width of the labels beside the rows.
        least : float
            Height of a row with one line.
        bold, align, most
            Of the label: its weight, side and number of lines.
        thick : float
            Height of what is drawn, for a label that stands above it.
        """
        if self.profile.labels_above:
            for line in wrap(words, self.room, self.text, bold, most=most):
                self.canvas.text(self.left, self.y + 8.5, line, bold=bold)
                self.y += LEADING
            middle = self.y + 1.5 + thick / 2
            return middle, middle + thick / 2 + 5
        lines = wrap(words, room, self.text, bold, most=most)
        high = max(least * self.profile.stretch, LEADING * len(lines) + 5)
        middle = self.y + high / 2
        x = self.left + (room if align == "right" else 0)
        for position, line in enumerate(lines):
            base = middle - LEADING * (len(lines) - 1) / 2 + 3 + LEADING * position
            self.canvas.text(x, base, line, bold=bold, align=align)
        return middle, self.y + high

    def record(self, datum: Datum) -> None:
        """Keep a number for the file beside the figure."""
        self.canvas.data.append(datum)

    def finish(self) -> Canvas:
        """Write the notes and the kind of data, and set the height."""
        self.y += 4
        small = self.profile.small
        for words in self._notes:
            for line in wrap(words, self.room, small, most=5):
                self.canvas.text(self.left, self.y + 8, line, small, colour=self.soft)
                self.y += small + 3
        if self.setting.codebook.origin:
            colour = INK if self.profile.grey else CAUTION
            size = self.profile.aside
            mark = self.setting.words[self.setting.codebook.origin]
            lines = wrap(mark, self.room - 6, size, True, most=3)
            for line in lines:
                self.canvas.text(self.left, self.y + 9, line, size, bold=True, colour=colour)
                self.y += size + 4
        self.canvas.height = self.y + max(self.profile.margin - 3, 3.0)
        return self.canvas


def fills_of(
    segments: Sequence[Segment], ordinal: bool, middle: bool = False, grey: bool = False
) -> dict[str, Fill]:
    """Fill of every answer: a ramp for an order, told-apart ones without, greys outside.

    Parameters
    ----------
    segments : sequence of Segment
        Answers of one question.
    ordinal : bool
        Whether their order means something.
    middle : bool
        Whether the order has two ends with a middle between them.
    grey : bool
        In greys and hatches alone.
    """
    inside = [segment.code for segment in segments if not segment.outside]
    fills = dict(zip(inside, fills_for(len(inside), ordinal, middle, grey), strict=True))
    for segment in segments:
        if segment.outside:
            fills[segment.code] = fill_outside(segment.outside, grey)
    return fills


def legend_signs(segments: Sequence[Segment], fills: dict[str, Fill]) -> list[Sign]:
    """Legend of the answers in the order of the bars."""
    return [Sign("box", fills[segment.code], segment.label) for segment in segments]


def scale_lines(page: Page, top: float, bottom: float, places: Iterable[tuple[float, str]]) -> None:
    """Draw the grid of a scale behind the drawing, with its numbers below."""
    for x, words in places:
        page.canvas.line(x, top, x, bottom, RULE, 0.6, behind=True)
        page.canvas.text(
            x, bottom + 9.5, words, page.profile.small, colour=page.soft, align="center"
        )
