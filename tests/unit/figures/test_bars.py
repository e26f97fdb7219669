"""Bars of one answer start at one line, in the colour of what the answer means."""

from itertools import combinations

import pytest
from matplotlib.patches import Rectangle

from resurvey.figures.bars import draw_bars, draw_rows, families
from resurvey.figures.cells import loose_bases, questions_of
from resurvey.figures.dumbbell import draw_dumbbell
from resurvey.figures.palette import GROUPS, ROLES
from resurvey.figures.residual_map import residual_blocks
from unit.figures.drawn_page import boxes, cells, setting, variable

SCALE = ["Bad", "Satisfactory", "Good"]
GENDER = variable("g", ["Men", "Women"])


def asked(*variables, counts=None, group=None, **more):
    counts = counts or {0: [2, 3, 5, 1]}
    rows = []
    for one in variables:
        own = {code: column[: len(one.codes)] for code, column in counts.items()}
        rows += cells(one, own, group)
    more.setdefault("tables", {"t": {"rows": [one.name for one in variables]}})
    style = setting(*variables, *([group] if group else []), **more)
    return questions_of("t", rows, style), style


def bars_of(canvas):
    """Left end, width and colour of every bar, in the order of drawing."""
    return [
        (round(one.get_x(), 3), one.get_width(), one.get_facecolor())
        for one in canvas._artists
        if isinstance(one, Rectangle) and one.get_height() > 8
    ]


@pytest.mark.parametrize("labels", [SCALE, ["No", "Mostly no", "Mostly yes", "Yes"]])
def test_bars_of_an_answer_start_at_one_line_in_every_row(labels):
    counts = {1: [1, 4, 5, 2], 2: [7, 2, 1, 3]}
    one, other = variable("q", labels, "ordinal"), variable("r", labels, "ordinal")
    questions, style = asked(one, other, counts=counts, group=GENDER)
    bars = bars_of(draw_bars("t", questions, style))
    assert len(bars) == 2 * 3 * len(labels)
    starts = [x for x, _, _ in bars]
    rows = [starts[place : place + len(labels)] for place in range(0, len(starts), len(labels))]
    assert all(row == rows[0] for row in rows)
    assert len(set(rows[0])) == len(labels)


def test_bars_of_equal_shares_are_equally_long_whatever_the_answer():
    questions, style = asked(variable("q", SCALE, "ordinal"), counts={0: [4, 4, 2]})
    first, second, third = (wide for _, wide, _ in bars_of(draw_bars("t", questions, style)))
    assert first == pytest.approx(second)
    assert first == pytest.approx(2 * third)


def valued(*names, good=3, bad=1):
    share = {"codes": [good], "middle": [2], "opposite": [bad]}
    return {"indicators": {name: {"share": {"variable": name, **share}} for name in names}}


def test_one_colour_has_one_meaning_whatever_the_order_of_the_codes():
    condition = variable("q", SCALE, "ordinal")
    plans = variable("p", ["Yes", "Perhaps", "No"], "ordinal", order=(3, 2, 1))
    both = {"indicators": {}}
    both["indicators"] |= valued("q")["indicators"] | valued("p", good=3, bad=1)["indicators"]
    questions, _ = asked(condition, plans, indicators=both)
    roles = {(one.variable, part.label): part.role for one in questions for part in one.segments}
    assert roles["q", "Good"] == roles["p", "No"] == "good"
    assert roles["q", "Bad"] == roles["p", "Yes"] == "bad"
    assert roles["q", "Satisfactory"] == "middle"


def test_steps_between_the_ends_are_paler():
    row = variable("q", ["Yes", "Mostly yes", "Mostly no", "No"], "ordinal", order=(4, 3, 2, 1))
    share = {"variable": "q", "codes": [1, 2], "opposite": [3, 4]}
    (question,), _ = asked(row, indicators={"indicators": {"i": {"share": share}}})
    assert [part.role for part in question.segments] == ["good", "rather_good", "rather_bad", "bad"]


def test_answer_of_which_the_study_says_nothing_is_neither_good_nor_bad():
    share = {"variable": "q", "codes": [3]}
    (question,), _ = asked(
        variable("q", SCALE, "ordinal"), indicators={"indicators": {"i": {"share": share}}}
    )
    assert {part.role for part in question.segments} == {""}


def test_groups_have_their_colours_where_they_are_the_answers():
    questions, style = asked(GENDER, tables={"t": {"rows": ["g"]}, "u": {"columns": "g"}})
    style_of = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in (
        tuple(round(255 * part) for part in colour[:3])
        for _, _, colour in bars_of(draw_bars("t", questions, style))
    )]  # fmt: skip
    assert style_of == list(GROUPS[:2])
    assert not set(style_of) & set(ROLES.values())


def test_same_scale_in_other_endings_has_one_head_in_the_words_of_most():
    questions, style = asked(
        variable("q", SCALE, "ordinal"),
        variable("r", ["Badly", "Satisfactorily", "Well"], "ordinal"),
        variable("s", SCALE, "ordinal"),
    )
    assert len(list(families(questions))) == 1
    words = [box[4] for box in boxes(draw_bars("t", questions, style))]
    assert words.count("Bad") == words.count("Good") == 1
    assert "Well" not in words


def test_questions_with_groups_have_heads_in_their_own_words():
    other = variable("r", ["Badly", "Satisfactorily", "Well"], "ordinal")
    counts = {1: [1, 4, 5], 2: [7, 2, 1]}
    questions, style = asked(variable("q", SCALE, "ordinal"), other, counts=counts, group=GENDER)
    words = [box[4] for box in boxes(draw_bars("t", questions, style))]
    assert {"Bad", "Badly", "Good", "Well"} <= set(words)


def test_other_answers_under_the_same_codes_have_their_own_head():
    questions, _ = asked(variable("q", ["Men", "Women"]), variable("r", ["Kyrgyzstan", "Russia"]))
    assert len(list(families(questions))) == 2


def test_every_part_of_a_bar_has_its_number_and_the_base_stands_in_the_caption():
    questions, style = asked(variable("q", SCALE, "ordinal"))
    words = [box[4] for box in boxes(draw_bars("t", questions, style))]
    assert {"20.0", "30.0", "50.0"} <= set(words)
    assert any(word.endswith("of those who answered, n\xa0=\xa010") for word in words)


def test_base_that_published_numbers_leave_open_is_told_as_the_largest():
    row = variable("q", SCALE, "ordinal")
    line = {"table": "t", "row_variable": "q", "smallest_base": "5", "largest_base": "20"}
    counts = {1: [1, 4, 5], 2: [7, 2, 1]}
    loose = loose_bases([line], reconstructed=True)
    questions, style = asked(row, counts=counts, group=GENDER, loose_bases=loose)
    words = " ".join(box[4] for box in boxes(draw_bars("t", questions, style)))
    assert "n\xa0≤\xa020" in words
    assert "10" not in words.split()
    assert loose_bases([line], reconstructed=False) == {}


def test_answers_too_many_for_columns_are_rows():
    labels = [f"A rather long answer of number {place}" for place in range(9)]
    questions, style = asked(variable("q", labels), counts={0: list(range(1, 10))})
    starts = {x for x, _, _ in bars_of(draw_bars("t", questions, style))}
    assert len(starts) == 1


def test_answer_set_apart_comes_last_and_the_others_keep_their_order():
    labels = ["Nothing", "Trade", "Farming"]
    before, after = variable("b", labels), variable("a", labels)
    twice = {"rows": ["b", "a"], "pairs": [{"before": "b", "after": "a"}]}
    questions, style = asked(before, after, tables={"t": twice})
    placed = boxes(draw_dumbbell("t", questions, style, apart=[1]))
    ordered = [box[4] for box in sorted(placed, key=lambda box: box[1]) if box[4] in labels]
    assert ordered == ["Trade", "Farming", "Nothing"]


def test_residuals_of_two_groups_are_shown_once_and_of_three_each():
    row = variable("q", ["yes", "no"])
    for groups in (2, 3):
        group = variable("g", ["A", "B", "C"][:groups])
        counts = {code: [code, 4 - code] for code in range(1, groups + 1)}
        rows = cells(row, counts, group, residual="1.5")
        style = setting(row, group, tables={"t": {"rows": ["q"]}})
        (block,) = residual_blocks({"t": rows}, style)
        numbers = [number for one in block.rows for number in one.numbers]
        assert len(numbers) == (2 if groups == 2 else 6)
        assert all(one != other for one, other in combinations(numbers, 2))


def test_the_same_answers_of_several_questions_are_drawn_to_one_scale():
    labels = [f"A rather long answer of number {place}" for place in range(9)]
    few, many = variable("a", labels), variable("b", labels)
    first, style = asked(few, many, counts={0: list(range(1, 10))})
    second, _ = asked(variable("b", labels), counts={0: [1, 0, 0, 0, 0, 0, 0, 0, 49]})
    drawn = bars_of(draw_rows("t", [first[0], *second], style))
    alone = bars_of(draw_rows("t", [first[0]], style))
    assert drawn[8][1] < alone[8][1]
    assert drawn[8][1] / drawn[-1][1] == pytest.approx(20 / 98)
