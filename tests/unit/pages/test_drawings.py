"""A drawing inside the page brings no script, no outside link and no clash of ids."""

import pytest

from resurvey.core.errors import SurveyError
from resurvey.pages.application import inline_svg

SVG = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="10pt" height="5pt" viewBox="0 0 10 5">
<defs><style type="text/css">*{stroke-linecap: butt}</style>
<clipPath id="c"><path d="M 0 0"/></clipPath></defs>
<script>alert(1)</script>
<g clip-path="url(#c)" onclick="alert(1)"><use xlink:href="#c"/>
<a xlink:href="http://example.org/"><text>&lt;script&gt;</text></a></g>
</svg>"""


@pytest.fixture
def drawn():
    return str(inline_svg(SVG, "jobs", 'Men "39" <b>'))


def test_scripts_and_handlers_are_dropped(drawn):
    assert "alert" not in drawn
    assert "onclick" not in drawn
    assert "&lt;script&gt;" in drawn


def test_ids_and_their_uses_get_the_name_of_the_figure(drawn):
    assert 'id="jobs-c"' in drawn
    assert "url(#jobs-c)" in drawn
    assert 'href="#jobs-c"' in drawn


def test_nothing_outside_is_linked(drawn):
    assert "example.org" not in drawn


def test_rule_for_every_element_stays_inside_the_drawing(drawn):
    assert "<style" not in drawn
    assert 'stroke-linecap="butt"' in drawn


def test_styles_become_attributes_and_win_over_those_that_stand_there():
    style = "fill: blue; color: url(#a); position: fixed"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><path fill="red" style="{style}"/></svg>'
    drawn = str(inline_svg(svg, "jobs", ""))
    assert 'fill="blue"' in drawn
    assert "style" not in drawn
    assert "position" not in drawn
    assert 'color="url(#jobs-a)"' in drawn


def test_id_that_nothing_refers_to_goes_and_the_name_of_a_number_stays():
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><g id="number_1" data-number="base:t/q"/></svg>'
    drawn = str(inline_svg(svg, "jobs", ""))
    assert " id=" not in drawn
    assert 'data-number="base:t/q"' in drawn


def test_size_follows_the_page_and_the_text_is_read_out(drawn):
    assert "10pt" not in drawn
    assert 'viewBox="0 0 10 5"' in drawn
    assert 'aria-label="Men &quot;39&quot; &lt;b&gt;"' in drawn


@pytest.mark.parametrize("text", ["<svg", "<html/>"])
def test_file_that_is_no_svg_is_named(text):
    with pytest.raises(SurveyError, match="jobs"):
        inline_svg(text, "jobs", "")
