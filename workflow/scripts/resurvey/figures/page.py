"""Page: what every figure has around its drawing: title, legend, labels of rows, scale, notes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resurvey.figures.canvas import Canvas, Datum
from resurvey.figures.cells import Segment, Setting
from resurvey.figures.lettering import shorten, width, wrap
from resurvey.figures.palette import (
    CAUTION,
    GREY,
    INK,
    PAPER,
    RULE,
    Fill,
    fill_role,
    fills_of_groups,
    fills_of_names,
)


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
            self.canvas.text(self.left, self.y + self.text, line, colour=self.soft)
            self.y += self.leading + 1
        self.y += 5

    @property
    def room(self) -> float:
        """Width between the margins."""
        return self.right - self.left

    @property
    def text(self) -> float:
        """Size of labels and numbers."""
        return self.profile.text

    @property
    def leading(self) -> float:
        """From one line of a label to the next."""
        return 1.22 * self.text

    @property
    def drop(self) -> float:
        """From the middle of a line of type down to its baseline."""
        return 0.36 * self.text

    @property
    def soft(self) -> str:
        """Colour of remarks: on a black-and-white sheet a grey hair line of type would break."""
        return INK if self.profile.grey else GREY

    def note(self, words: str) -> None:
        """Add a remark under the drawing; the same remark only once."""
        self._notes[words] = None

    def legend(self, entries: Iterable[Sign]) -> None:
        """Draw swatches with their words."""
        x, high = self.left, self.text + 1
        before_words = high + 4
        for sign in entries:
            base = f"n = {sign.base}" if sign.base else ""
            if sign.base.startswith("≤"):
                base = f"n {sign.base}"
            behind = width(base, self.text) + 4 if base else 0.0
            words = shorten(sign.words, self.room - before_words - behind - 3, self.text)
            words += "," if base else ""
            before = before_words + width(words, self.text)
            wide = before + behind
            if x > self.left and x + wide > self.right:
                x, self.y = self.left, self.y + high + 4
            middle = self.y + high / 2
            if sign.shape == "box":
                fill = sign.fill if isinstance(sign.fill, Fill) else Fill(sign.fill)
                edge = None if fill.edge == PAPER else fill.edge
                self.canvas.box(x, self.y + 1, high - 1, high - 2, fill, edge, 0.6)
            elif sign.shape == "tick":
                self.tick(x + 5, middle, 5.5)
            else:
                self.canvas.mark(x + 5, middle, sign.shape, sign.fill)
            self.canvas.text(x + before_words, middle + self.drop, words)
            self.canvas.text(x + before + 4, middle + self.drop, base, number=sign.number)
            x += wide + 14
        self.y += high + 6

    def tick(self, x: float, middle: float, half: float) -> None:
        """Draw the mark of all respondents: an upright stroke."""
        self.canvas.line(x, middle - half, x, middle + half, INK, 2.2)

    def heading(self, words: str) -> None:
        """Write the wording of a question, or the name of a part, over what belongs to it."""
        size = self.profile.heading
        for line in wrap(words, self.room - 20, size, True, most=4):
            self.canvas.text(self.left, self.y + size, line, size, bold=True)
            self.y += size + 3
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
                self.canvas.text(self.left, self.y + self.text, line, bold=bold)
                self.y += self.leading
            middle = self.y + 1.5 + thick / 2
            return middle, middle + thick / 2 + 5
        lines = wrap(words, room, self.text, bold, most=most)
        high = max(least * self.profile.stretch, self.leading * len(lines) + 3)
        middle = self.y + high / 2
        x = self.left + (room if align == "right" else 0)
        for position, line in enumerate(lines):
            base = middle + self.drop + self.leading * (position - (len(lines) - 1) / 2)
            self.canvas.text(x, base, line, bold=bold, align=align)
        return middle, self.y + high

    def record(self, datum: Datum) -> None:
        """Keep a number for the file beside the figure."""
        self.canvas.data.append(datum)

    def finish(self) -> Canvas:
        """Write the notes and the kind of data, and set the height."""
        self.y += 2
        small = self.profile.small
        for words in self._notes:
            for line in wrap(words, self.room, small, most=5):
                self.canvas.text(self.left, self.y + small, line, small, colour=self.soft)
                self.y += small + 3
        if self.setting.codebook.origin:
            colour = INK if self.profile.grey else CAUTION
            size = self.profile.aside
            mark = self.setting.words[self.setting.codebook.origin]
            lines = wrap(mark, self.room - 6, size, True, most=3)
            for line in lines:
                self.canvas.text(self.left, self.y + size, line, size, bold=True, colour=colour)
                self.y += size + 3
        self.canvas.height = self.y + max(self.profile.margin - 3, 3.0)
        return self.canvas


def fills_of(
    segments: Sequence[Segment], grouping: bool, grey: bool, *, told_apart: bool = False
) -> dict[str, Fill]:
    """Fill of every answer by what it means, of every group by its place.

    Parameters
    ----------
    segments : sequence of Segment
        Answers of one question.
    grouping : bool
        Whether they are groups of respondents.
    grey : bool
        In greys and hatches alone.
    told_apart : bool
        Whether answers without a meaning need colours of their own, as lines do.
    """
    fills = {segment.code: fill_role(segment.role, grey) for segment in segments}
    inside = [segment for segment in segments if not segment.outside]
    if grouping:
        names = fills_of_groups(len(inside), grey)
    elif told_apart and not any(segment.role for segment in inside):
        names = fills_of_names(len(inside), grey)
    else:
        return fills
    return fills | {segment.code: fill for segment, fill in zip(inside, names, strict=True)}


def scale_lines(page: Page, top: float, bottom: float, places: Iterable[tuple[float, str]]) -> None:
    """Draw the grid of a scale behind the drawing, with its numbers below."""
    small = page.profile.small
    for x, words in places:
        page.canvas.line(x, top, x, bottom, RULE, 0.6, behind=True)
        page.canvas.text(x, bottom + small + 2, words, small, colour=page.soft, align="center")
