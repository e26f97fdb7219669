"""Texts are measured as they will be drawn, and broken so that they fit."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from resurvey.figures.lettering import FAMILY, is_drawable, printable, shorten, width, wrap


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(
    "words", ["Удовлетворительно / Плохо, 31,3 %", "WAVE To AVA — Ң Ө Ү", "−12.5", "满意"]
)
def test_width_is_the_width_that_is_drawn(words, bold):
    figure = Figure(figsize=(9, 1), dpi=720)
    text = Text(0, 0, words, fontsize=10, family=FAMILY, weight="bold" if bold else "normal")
    figure.add_artist(text)
    if not all(map(is_drawable, words)):
        with pytest.warns(UserWarning, match="Glyph"):
            box = text.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    else:
        box = text.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    assert width(words, 10, bold) == pytest.approx(box.width / 10, rel=0.05)


@pytest.mark.parametrize("room", [8, 30, 90, 400])
@pytest.mark.parametrize("words", ["one two three four", "W" * 60, "а б " * 40, "", "满意" * 30])
def test_no_line_is_wider_than_its_room(words, room):
    least = max((width(sign + "…", 9) for sign in words), default=0)
    for line in wrap(words, room, 9, most=4):
        assert width(line, 9) <= max(room, least)


def test_text_that_fits_keeps_every_word():
    words = "neither good nor bad, all things considered"
    assert " ".join(wrap(words, 60, 9, most=20)) == words


def test_text_that_is_too_long_ends_with_an_ellipsis():
    lines = wrap("word " * 100, 60, 9, most=3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")


def test_shortened_text_fits_and_says_so():
    assert width(shorten("A very long label", 40, 9), 9) <= 40
    assert shorten("A very long label", 40, 9).endswith("…")
    assert shorten("Short", 400, 9) == "Short"


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\ud800", "\u202e", "\uffff", "\u2028"])
def test_sign_that_no_document_may_hold_goes(sign):
    assert sign not in printable(f"a{sign}b")
