"""Every letter reaches the PDF: a mark that no font can set stands by itself, nothing is lost."""

import unicodedata

import pytest

from resurvey.report.documents import glyphs
from resurvey.report.documents.glyphs import (
    boxed,
    in_doubt,
    lines_of,
    outline_letters,
    respell,
    showable,
)

LINE = (
    '<svg viewBox="0 0 60 20"><text style="font-weight: 700; font-size: 12px; font-family: '
    '\'DejaVu Sans\'; text-anchor: {anchor}; fill: #1a1a1a" x="50" y="18" '
    'transform="rotate(-0 50 18)">{words}</text></svg>'
)


def test_letters_out_of_doubt_are_in_the_fonts_of_the_pdf():
    """Else a label of such letters would not be tried, and would stop the document."""
    known = [chr(code) for code in range(0x20, 0x3000) if not glyphs._IN_DOUBT.match(chr(code))]
    assert {"ң", "ө", "ү", "Ё", "ß", "ő", "—", "№", "▲", "−"} <= set(known)
    printed = [one for one in known if unicodedata.category(one) not in ("Cc", "Cn")]
    assert boxed_whatever(printed) == set()


def boxed_whatever(signs):
    import typst

    from resurvey.figures.lettering import is_drawable

    own = typst.Fonts(include_system_fonts=False)
    return {one for one in glyphs._refused(signs, own) if not is_drawable(one)}


@pytest.mark.parametrize("text", ["Толук макулмун", "Kyrgyz: ң ө ү", "Ответ «да» — 5 %", "naïve"])
def test_plain_labels_are_not_tried(text):
    assert in_doubt([text]) == []
    assert showable(text, {}) is text


def test_letter_and_mark_are_one_sign_where_there_is_one():
    assert showable("мои\u0306 e\u0301", {}) == "мой é"


def test_mark_that_a_font_has_stays_on_its_letter():
    letters = in_doubt(["за\u0301мок n\u0308 e\u0323\u0300 हाँ مُوافِق g\u0303"])
    assert "а\u0301" in letters
    assert respell(letters) == {}


@pytest.mark.parametrize(
    "letter",
    ["1\ufe0f\u20e3", "#\u20e3", "e\u20dd", "в\ua66f", "a\u3099", "1\u0e33", "\u270c\U0001f3fd"],
)
def test_mark_that_no_font_sets_stands_by_itself_and_nothing_is_lost(letter):
    spelled = respell(in_doubt([letter]))
    shown = showable(f"{letter} плохо", spelled)
    assert glyphs._refused([shown], glyphs.fonts()) == set()
    assert shown.replace("\u2060", "") == f"{letter} плохо".replace("\ufe0f", "")


def test_letter_that_is_refused_with_one_mark_is_left_with_another():
    assert list(respell(["1\u20e3", "1\u0301"])) == ["1\u20e3"]


def test_sign_that_a_font_has_only_by_name_is_named():
    spelled = respell(in_doubt(["\u2728\ufe0f да \ue008"]))
    assert showable("\u2728\ufe0f да \ue008", spelled) == "[sparkles] да [U+E008]"


def test_boxes_are_known_from_pictures():
    assert boxed(in_doubt(["中文 нет ツ 😀 ა ไ"])) == {"中", "文", "ツ", "ไ"}


def test_turned_direction_ends_with_its_label():
    assert showable("a\u202eb \u2066c", {}) == "ab c"


def test_line_with_one_letter_of_another_font_is_drawn_as_shapes():
    assert "<text" not in outline_letters(LINE.format(anchor="start", words="shrug ツ"), {})


def test_drawing_keeps_plain_lines_as_text():
    drawing = LINE.format(anchor="end", words="A &lt; Б")
    assert outline_letters(drawing, {}) == drawing
    assert lines_of(drawing) == ["A < Б"]


@pytest.mark.parametrize(("anchor", "share"), [("start", 0), ("middle", 0.5), ("end", 1)])
def test_line_in_doubt_is_drawn_where_its_text_stood(anchor, share):
    drawn = outline_letters(LINE.format(anchor=anchor, words="за\u0301мок"), {})
    assert "<text" not in drawn
    assert drawn.count("<symbol") == 6
    left, top = drawn.partition('transform="translate(')[2].partition(")")[0].split()
    width = (50 - float(left)) / share if share else 55
    assert 40 < width < 60
    assert top == "6.000"
    assert 'fill="#1a1a1a"' in drawn
