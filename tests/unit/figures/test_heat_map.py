"""A heat map shows every correlation below the diagonal once, with its number and identity."""

import pytest

from resurvey.core.codebook import Variable
from resurvey.figures.draw import draw_figures
from resurvey.figures.heat_map import MOST_VARIABLES, draw_heat_map, find_in_matrix
from resurvey.figures.palette import fill_correlation
from resurvey.figures.plan import plan_figures
from unit.figures.drawn_page import boxes, misplaced, setting


def matrix(number, value="0.5"):
    """So many variables, each pair with the same correlation."""
    names = [f"q{place}" for place in range(1, number + 1)]
    lines = [
        {"name": "m", "row_variable": row, "column_variable": column, "value": value, "n": "9"}
        for place, row in enumerate(names)
        for column in names[:place]
    ]
    spec = {"variables": names, "label": {"en": "Life"}}
    variables = [Variable(name, {"en": f"How much of {name} is there?"}) for name in names]
    own = setting(*variables, matrices={"m": spec}, correlations=lines)
    return spec, lines, own


def test_each_correlation_stands_once_with_its_identity():
    spec, lines, own = matrix(4)
    lines[0]["value"] = "-0.815"
    canvas = draw_heat_map("m", spec, lines, own, "Title")
    printed = [datum.printed for datum in canvas.data]
    assert printed == ["−0.82", *["0.50"] * 5]
    assert canvas.data[0].number == "correlation:m/q2/q1/value"
    assert not misplaced(canvas)


@pytest.mark.parametrize("number", [2, MOST_VARIABLES, MOST_VARIABLES + 5])
def test_numbers_fit_into_their_tiles(number):
    spec, lines, own = matrix(number, "-0.555")
    canvas = draw_heat_map("m", spec, lines, own, "Title")
    assert not misplaced(canvas)
    shown = min(number, MOST_VARIABLES)
    assert len(canvas.data) == shown * (shown - 1) // 2
    cut = [words for *_, words in boxes(canvas) if "the table has all of them" in words]
    assert bool(cut) == (number > MOST_VARIABLES)


def test_strongest_correlation_is_the_title_whatever_its_sign():
    _, lines, own = matrix(3, "0.2")
    lines[1]["value"] = "-0.6"
    assert find_in_matrix(lines, own).endswith(
        "“How much of q3 is there?” and “How much of q1 is there?”, −0.60"
    )


def test_matrix_without_a_correlation_is_no_figure():
    _, _, own = matrix(3, "")
    (drawing,) = draw_figures({"m": "heat_map"}, [], [], own).values()
    assert not drawing.drawn
    assert drawing.alt == "No correlation of this matrix is known."


def test_every_matrix_has_a_figure_unless_it_is_switched_off():
    declared = {"a": {}, "b": {}}
    found = plan_figures({}, {"figures": {"b": {"kind": "none"}}}, {}, declared)
    assert found == {"a": "heat_map"}


def test_colours_of_both_signs_differ_and_zero_has_none():
    assert fill_correlation(0.0, False).colour == "#ffffff"
    assert fill_correlation(0.7, False).colour != fill_correlation(-0.7, False).colour
    assert fill_correlation(0.7, True).hatch == ""
