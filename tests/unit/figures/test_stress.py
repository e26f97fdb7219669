"""No survey stops a figure: whatever the labels, answers and groups, nothing overlaps or is cut."""

import xml.etree.ElementTree as ElementTree

import pytest

from resurvey.figures.canvas import plain_style
from resurvey.figures.cells import group_cells, questions_of
from resurvey.figures.draw import _draw, draw_figures
from unit.figures.drawn_page import cells, misplaced, setting, variable

pytestmark = pytest.mark.slow

LONG = "Very long answer that nobody would print in a questionnaire, but somebody always does, "
NASTY = [
    r"from 5 $ to 10 $ \frac{1}{0$",
    "<script>alert(1)</script> & \"quotes\" 'here'",
    "很好 非常满意的回答没有空格也不会断行所以必须在字符之间断开因为行太长了",
    "tab\tnew\nline\x00\x1b[31m\u202eturned\ud800",
    "{answer} %s %(n)s {0}",
    "W" * 300,
    "",
]


def layout(kind, rows, style, shares=()):
    """A figure that is laid out but not drawn: enough to see what overlaps."""
    canvas, title, alt, _ = _draw("t", kind, group_cells(rows), shares, style)
    assert title
    assert alt
    assert canvas.height < 6000
    return canvas


def page(kind, rows, style, shares=()):
    """A figure in both formats."""
    with plain_style():
        canvas, title, alt, _ = _draw("t", kind, group_cells(rows), shares, style)
        svg, png = canvas.svg("t-en", title, alt), canvas.png()
    ElementTree.fromstring(svg)
    assert png.startswith(b"\x89PNG")
    return canvas, svg, alt


@pytest.mark.parametrize("kind", ["bars", "residuals"])
@pytest.mark.parametrize("measure", ["nominal", "ordinal"])
@pytest.mark.parametrize("answers", [1, 2, 3, 7, 8, 9, 10, 25, 90])
@pytest.mark.parametrize("groups", [0, 1, 2, 5, 30])
def test_any_number_of_answers_and_groups_fits(kind, measure, answers, groups):
    row = variable("q", [f"Answer {i} {LONG[: 7 * (i % 9)]}" for i in range(answers)], measure)
    group = variable("g", [f"Group {i} {LONG[: 9 * (i % 7)]}" for i in range(groups)])
    counts = {g: [(7 * a + 3 * g) % 23 for a in range(answers)] for g in range(1, groups + 1)}
    counts = counts or {0: [(5 * a + 1) % 17 for a in range(answers)]}
    rows = cells(row, counts, group if groups else None, residual="-12.25")
    style = setting(row, group, tables={"t": {"rows": ["q"]}})
    assert misplaced(layout(kind, rows, style)) == []


@pytest.mark.parametrize("kind", ["bars", "residuals"])
@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("titled", [False, True])
def test_no_label_stops_a_figure(kind, many, titled):
    questions = [
        variable(f"q{i}", NASTY, "ordinal", label=NASTY[i] + LONG * 3) for i in range(many)
    ]
    group = variable("g", NASTY)
    counts = {g: [5, 0, 1, 2, 30, 4, 1] for g in range(1, 8)}
    rows = [cell for one in questions for cell in cells(one, counts, group, residual="2.5")]
    text = {"tables": {"t": {"title": NASTY[3] + LONG * 9, "number": NASTY[1]}}} if titled else {}
    style = setting(
        *questions, group, text=text, tables={"t": {"rows": [q.name for q in questions]}}
    )
    canvas, svg, _ = page(kind, rows, style)
    assert misplaced(canvas) == []
    assert "<script" not in svg


def test_empty_group_leaves_and_is_named():
    row, group = variable("q", ["yes", "no"]), variable("g", ["Men", "Women"])
    rows = cells(row, {1: [3, 1], 2: [0, 0]}, group)
    canvas, svg, _ = page("bars", rows, setting(row, group, tables={"t": {"rows": ["q"]}}))
    assert "nobody in the group answered: Women" in svg
    assert misplaced(canvas) == []


def test_group_that_is_not_identified_leaves_and_says_why():
    row, group = variable("q", ["yes", "no"]), variable("g", ["Men", "Women"])
    rows = cells(row, {1: [3, 1], 2: [2, 2]}, group)
    for cell in rows:
        if cell["column_code"] != "total":
            cell |= {"count": "", "base": "", "percent": "", "note": "not identified: invented"}
    _, svg, _ = page("bars", rows, setting(row, group, tables={"t": {"rows": ["q"]}}))
    assert "do not determine the group's shares: Men, Women" in svg


@pytest.mark.parametrize("kind", ["bars", "dumbbell", "residuals", "dimensions"])
def test_survey_without_answers_is_drawn(kind):
    row = variable("q", ["yes", "no"], "ordinal")
    twice = {"t": {"rows": ["q"], "pairs": [{"before": "q", "after": "q"}]}}
    for rows in ([], cells(row, {0: [0, 0]})):
        canvas, _, _ = page(kind, rows, setting(row, tables=twice))
        assert misplaced(canvas) == []


@pytest.mark.parametrize("answers", [1, 13, 60])
def test_before_and_after_fits(answers):
    labels = [f"{i}. {LONG[: 11 * (i % 9)]}" for i in range(answers)]
    before, after = variable("b", labels, label=LONG), variable("a", labels, label="After " + LONG)
    rows = [
        *cells(before, {0: [i % 5 for i in range(answers)]}),
        *cells(after, {0: [(i * i + 1) % 7 for i in range(answers)]}),
    ]
    tables = {"t": {"rows": ["b", "a"], "pairs": [{"before": "b", "after": "a"}]}}
    canvas, _, _ = page("dumbbell", rows, setting(before, after, tables=tables))
    assert misplaced(canvas) == []


@pytest.mark.parametrize("groups", [0, 2, 9])
def test_dimension_page_fits(groups):
    group = variable("g", [LONG for _ in range(groups)])
    shares = [
        {
            "indicator": f"i{i}",
            "label": LONG[: 10 * (i % 9) + 5],
            "dimension": "ab"[i % 2],
            "unit": "percentage_points" if i == 4 else "percent",
            "column_variable": "g" if groups else "",
            "column_code": code,
            "column_label": code,
            "count": str(i),
            "base": "0" if i == 7 else "30",
            "percent": "-33.3" if i == 4 else "50",
        }
        for i in range(30)
        for code in [*map(str, range(1, groups + 1)), "total"]
    ]
    canvas, _, _ = page("dimensions", [], setting(group, tables={}), shares)
    assert misplaced(canvas) == []


def test_answers_beyond_the_font_are_said_in_the_log(caplog):
    row = variable("q", ["很好", "no"])
    draw_figures({"t": "bars"}, cells(row, {0: [1, 2]}), [], setting(row))
    assert "has no picture of 2 characters" in caplog.text


def test_row_per_cents_turn_the_bars():
    row, group = variable("q", ["yes", "no"]), variable("g", ["Men", "Women"])
    rows = cells(row, {1: [3, 1], 2: [1, 3]}, group)
    for cell in rows:
        base = {"1": 4, "2": 4, "total": 8}[cell["row_code"]]
        cell["base"] = cell["unweighted_base"] = str(base)
    style = setting(row, group, tables={"t": {"rows": ["q"], "percent": "row"}})
    (question,) = questions_of("t", rows, style)
    assert [bar.label for bar in question.bars] == ["All respondents", "yes", "no"]
    assert [segment.label for segment in question.segments] == ["Men", "Women"]
    assert [bar.shares for bar in question.bars][1] == {"1": 75, "2": 25}
