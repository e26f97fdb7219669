"""What a reader sees of a sentence or a label, and nothing else, reaches a document."""

import pytest
from markupsafe import Markup

from resurvey.pages.numerals import Shown
from resurvey.report.documents.plain import plain_text


def test_markup_loses_its_tags_and_keeps_its_spaces():
    marked = Markup("{}\N{NO-BREAK SPACE}% of {}").format(Shown("28.3", "146 / 515"), "<b>men</b>")
    assert plain_text(marked) == "28.3\N{NO-BREAK SPACE}% of <b>men</b>"


def test_label_that_looks_like_markup_stays_as_it_is():
    assert plain_text("<b>men</b> &amp; women") == "<b>men</b> &amp; women"


@pytest.mark.parametrize("code", [0, 1, 8, 11, 12, 27, 31, 127, 0x85, 0xD800, 0xDFFF, 0xFFFE])
def test_character_that_no_document_may_hold_is_left_out(code):
    assert plain_text(f"a{chr(code)}b") == "ab"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\t", "\u2028"])
def test_line_break_is_a_space(line_end):
    assert plain_text(f"a{line_end}b") == "a b"


def test_number_is_its_text():
    assert plain_text(Shown("−2,1")) == "−2,1"
