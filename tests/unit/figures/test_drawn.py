"""Every number in a drawing has its identity in the SVG, and its line in the file beside it."""

import csv
import io
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from resurvey.figures.draw import draw_figures
from unit.figures.drawn_page import cells, setting, variable
from unit.figures.test_profiles import KINDS, SHARES, SMALL, study

SVG = "{http://www.w3.org/2000/svg}"


def numbers_of(svg):
    """Identity -> text of every number in a drawing."""
    groups = [
        one for one in ElementTree.fromstring(svg).iter(f"{SVG}g") if "data-number" in one.attrib
    ]
    return [(one.attrib["data-number"], one.find(f"{SVG}text").text) for one in groups]


def drawn(kind, rows, style, profile="screen"):
    drawing = draw_figures({"t": kind}, rows, SHARES, style, profile, SMALL)["t"]
    return drawing, list(csv.DictReader(io.StringIO(drawing.csv)))


def test_number_in_a_bar_names_its_cell():
    row, group = variable("q", ["yes", "no"]), variable("g", ["Men", "Women"])
    rows = cells(row, {1: [1, 3], 2: [2, 2]}, group)
    drawing, lines = drawn("bars", rows, setting(row, group, tables={"t": {"rows": ["q"]}}))
    assert ("percent:t/q/1/1", "25.0") in numbers_of(drawing.svg)
    assert ("base:t/q/total/2", "4") in numbers_of(drawing.svg)
    line = next(one for one in lines if one["number"] == "percent:t/q/1/1")
    assert line == {
        "question": "q", "row": "yes", "column": "Men", "value": "25.0", "printed": "25.0",
        "count": "1", "base": "4", "number": "percent:t/q/1/1",
    }  # fmt: skip


def test_row_per_cents_name_the_cell_of_their_row():
    row, group = variable("q", ["yes", "no"]), variable("g", ["Men", "Women"])
    rows = cells(row, {1: [1, 3], 2: [3, 3]}, group)
    for cell in rows:
        total = {"1": "4", "2": "6", "total": "10"}[cell["row_code"]]
        cell |= {"base": total, "unweighted_base": total}
    style = setting(row, group, tables={"t": {"rows": ["q"], "percent": "row"}})
    drawing, lines = drawn("bars", rows, style)
    assert ("percent:t/q/1/2", "75.0") in numbers_of(drawing.svg)
    assert ("base:t/q/1/total", "4") in numbers_of(drawing.svg)
    line = next(one for one in lines if one["number"] == "percent:t/q/1/2")
    assert (line["row"], line["column"], line["count"], line["base"]) == ("yes", "Women", "3", "4")


def test_weighted_base_names_the_number_of_heads():
    row, group = variable("q", ["yes", "no"]), variable("g", ["Men", "Women"])
    rows = [{**one, "base": "9.5"} for one in cells(row, {1: [1, 3], 2: [1, 1]}, group)]
    drawing, _ = drawn("bars", rows, setting(row, group, tables={"t": {"rows": ["q"]}}))
    assert ("base:t/q/total/1/unweighted", "4") in numbers_of(drawing.svg)


def test_dumbbell_names_both_shares_and_the_change():
    rows, style = study(2)
    drawing, lines = drawn("dumbbell", rows, style)
    names = {name for name, _ in numbers_of(drawing.svg)}
    assert {"percent:t/after/1/total", "difference:t/after/before/1/total"} <= names
    assert any(one["number"] == "difference:t/after/before/1/total" for one in lines)


@pytest.mark.slow
def test_residual_and_indicator_name_themselves():
    rows, style = study()
    drawing, lines = drawn("residuals", rows, style)
    assert ("residual:t/before/1/1", "−2.3") in numbers_of(drawing.svg)
    assert lines[0]["value"] == "-2.25"
    drawing, lines = drawn("dimensions", rows, style)
    assert ("indicator:i1/total", "11.1") in numbers_of(drawing.svg)
    # Within a dimension the highest comes first.
    assert float(lines[0]["value"]) == float(Fraction(200, 9))


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["screen", "journal", "slide"])
@pytest.mark.parametrize("kind", KINDS)
def test_file_beside_the_figure_has_every_number_that_is_drawn(kind, profile):
    rows, style = study()
    drawing, lines = drawn(kind, rows, style, profile)
    known = {one["number"]: one["printed"] for one in lines}
    seen = [(name, text) for name, text in numbers_of(drawing.svg) if not name.startswith("base")]
    assert seen
    assert all(known[name] == text for name, text in seen)


def test_part_that_is_nearly_nothing_has_its_number_all_the_same():
    row = variable("q", ["A", "B", "C", "D"])
    drawing, lines = drawn("bars", cells(row, {0: [500, 3, 497, 0]}), setting(row))
    assert [text for _, text in numbers_of(drawing.svg)] == ["50.0", "0.3", "49.7", "0.0"]
    assert [one["printed"] for one in lines] == ["50.0", "0.3", "49.7", "0.0"]


def test_number_that_is_not_identified_has_a_line_without_a_value():
    rows, style = study()
    shares = [{**one, "count": "", "base": "", "percent": ""} for one in SHARES]
    drawing = draw_figures({"t": "dimensions"}, rows, shares, style)["t"]
    assert numbers_of(drawing.svg) == []
    lines = list(csv.DictReader(io.StringIO(drawing.csv)))
    assert {(one["value"], one["printed"], one["number"]) for one in lines} == {("", "–", "")}


def test_hostile_code_cannot_leave_its_attribute():
    row = variable("q", ["yes", "no"])
    rows = [{**one, "row_code": '1"><script>'} if one["row_code"] == "1" else one
            for one in cells(row, {0: [1, 3]})]  # fmt: skip
    drawing, _ = drawn("bars", rows, setting(row))
    assert ('percent:t/q/1"><script>/total', "25.0") in numbers_of(drawing.svg)
