"""Labels beside lines never lie on one another, and waves keep their distances."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.waves.trend.figures import LABEL_STEP, _apart, draw_trends, place_waves
from unit.figures.drawn_page import WORDS, cells, setting, variable


@given(st.lists(st.floats(0, 300), min_size=1, max_size=12))
def test_labels_never_lie_on_one_another(heights):
    placed = sorted(_apart(dict(enumerate(heights))).values())
    for one, other in zip(placed, placed[1:], strict=False):
        assert other - one >= LABEL_STEP - 1e-6


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12, unique=True))
def test_labels_that_are_apart_stay_where_they_are(places):
    heights = {number: 20.0 * place for number, place in enumerate(places)}
    assert _apart(heights) == heights


def test_waves_keep_their_distances():
    assert place_waves({"a": 0, "b": 3, "c": 4}, {"a": "first"}).names == ("first", "b", "c")
    assert place_waves({"a": 0, "b": 3, "c": 4}, {}).places == (0.0, 0.75, 1.0)


@pytest.mark.parametrize(("answers", "panels"), [(7, 1), (9, 9)])
def test_more_lines_than_can_be_told_apart_have_a_panel_each(answers, panels):
    asked = variable("q", [f"Answer {place}" for place in range(answers)])
    lines = [
        {**line, "wave": wave, "lower": "", "upper": ""}
        for wave, more in (("2024", 1), ("2025", 2))
        for line in cells(asked, {0: [place * more + 5 for place in range(answers)]})
    ]
    words = {**WORDS["en"]["figures"], **WORDS["en"]["trend"]}
    style = replace(setting(asked), words=words)
    times, names = {"2024": 0.0, "2025": 1.0}, {"2024": "2024", "2025": "2025"}
    drawing = draw_trends(lines, times, names, style, intervals=False)["t"]
    assert drawing.svg.count(">2024<") == panels
    assert len(drawing.data) == 2 * answers
