"""Questions of one scale diverge from its middle, and what is no answer of it stands aside."""

import pytest
from matplotlib.patches import Rectangle

from resurvey.figures.cells import questions_of
from resurvey.figures.diverging import draw_diverging
from resurvey.figures.draw import title_grid
from resurvey.figures.plan import plan_figures
from unit.figures.drawn_page import boxes, cells, setting, variable

SCALE = ["No", "Rather no", "Both", "Rather yes", "Yes"]


def asked(labels=SCALE, measure="ordinal", counts=((1, 2, 3, 2, 2), (4, 2, 2, 1, 1)), **more):
    variables = [variable(name, labels, measure, **more) for name in ("q", "r")]
    rows = [
        line
        for one, column in zip(variables, counts, strict=True)
        for line in with_boxes(cells(one, {0: list(column)}), len(column))
    ]
    tables = {"t": {"rows": ["q", "r"], "grid": True, "top_box": 2, "bottom_box": 2}}
    style = setting(*variables, tables=tables)
    return questions_of("t", rows, style), style


def with_boxes(lines, size):
    """The lines of a question with its two highest answers together."""
    total = lines[-1]
    code, count = f"{size - 1}+{size}", sum(int(line["count"]) for line in lines[size - 2 : size])
    box = {**total, "row_code": code, "row_label": "Top-2", "kind": "subtotal", "count": str(count)}
    return [*lines[:-1], box, total]


def bars_of(canvas):
    """Left end and width of every bar, row by row."""
    found = [
        (round(one.get_x(), 6), round(one.get_width(), 6), one.get_y())
        for one in canvas._artists
        if isinstance(one, Rectangle) and one.get_height() > 14
    ]
    rows = {}
    for x, wide, y in found:
        rows.setdefault(y, []).append((x, wide))
    return list(rows.values())


def test_middle_answer_lies_half_on_either_side_of_one_line():
    questions, style = asked()
    first, second = bars_of(draw_diverging("t", questions, style))
    middles = [row[2][0] + row[2][1] / 2 for row in (first, second)]
    assert middles[0] == pytest.approx(middles[1])


def test_bars_of_a_row_touch_and_are_as_long_as_their_shares():
    questions, style = asked()
    for row, counts in zip(
        bars_of(draw_diverging("t", questions, style)), ((1, 2, 3, 2, 2), (4, 2, 2, 1, 1)),
        strict=True,
    ):  # fmt: skip
        for (x, wide), (after, _) in zip(row, row[1:], strict=False):
            assert x + wide == pytest.approx(after, abs=1e-4)
        unit = sum(wide for _, wide in row) / sum(counts)
        assert [wide for _, wide in row] == pytest.approx([unit * count for count in counts])


def test_scale_without_a_middle_has_its_line_between_two_answers():
    questions, style = asked(SCALE[:2] + SCALE[3:], counts=((1, 2, 3, 4), (4, 3, 2, 1)))
    first, second = bars_of(draw_diverging("t", questions, style))
    assert first[2][0] == pytest.approx(second[2][0])


def test_dont_know_is_a_number_aside_and_no_bar():
    questions, style = asked([*SCALE[:4], "Hard to say"], dont_know=(5,))
    canvas = draw_diverging("t", questions, style)
    assert [len(row) for row in bars_of(canvas)] == [4, 4]
    assert "Hard to say" in " ".join(words for *_, words in boxes(canvas))


def test_every_share_is_in_the_file_beside_the_figure_and_top_box_is_printed():
    questions, style = asked()
    canvas = draw_diverging("t", questions, style)
    assert len(canvas.data) == 10
    printed = [words for *_, words in boxes(canvas)]
    assert "Top-2" in printed
    assert {"40.0", "20.0"} <= set(printed)


def test_questions_without_an_order_are_drawn_as_bars():
    questions, style = asked(measure="nominal")
    rows = bars_of(draw_diverging("t", questions, style))
    starts = {tuple(x for x, _ in row) for row in rows}
    assert len(starts) <= 1


def test_grid_diverges_without_being_told_and_its_title_is_its_top_box():
    questions, style = asked()
    assert plan_figures(style.tables, {"residual_map": False}, {}) == {"t": "diverging"}
    assert title_grid("t", questions, style) == "Top-2: q 40.0%, r 20.0%"
