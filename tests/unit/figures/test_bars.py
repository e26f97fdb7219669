"""Bars share a legend where the answers are one scale, and lie around its middle if asked."""

from resurvey.figures.bars import draw_bars, families
from resurvey.figures.cells import questions_of
from unit.figures.drawn_page import boxes, cells, setting, variable


def asked(*variables):
    rows = [cell for one in variables for cell in cells(one, {0: [2, 3, 5][: len(one.codes)]})]
    style = setting(*variables)
    return questions_of("t", rows, style), style


def test_same_scale_in_other_endings_has_one_legend():
    questions, style = asked(
        variable("q", ["Bad", "Satisfactory", "Good"], "ordinal"),
        variable("r", ["Badly", "Satisfactorily", "Well"], "ordinal"),
    )
    assert len(list(families(questions))) == 1
    words = [box[4] for box in boxes(draw_bars("t", questions, style, middle=True))]
    assert "Bad / Badly" in words
    assert "Good / Well" in words


def test_other_answers_under_the_same_codes_have_their_own_legend():
    questions, _ = asked(variable("q", ["Men", "Women"]), variable("r", ["Kyrgyzstan", "Russia"]))
    assert len(list(families(questions))) == 2


def test_every_part_of_a_bar_has_its_number():
    questions, style = asked(variable("q", ["Bad", "Satisfactory", "Good"], "ordinal"))
    for middle in (False, True):
        words = [box[4] for box in boxes(draw_bars("t", questions, style, middle))]
        assert {"20.0", "30.0", "50.0", "10"} <= set(words)


def test_part_too_narrow_inside_a_bar_is_said_in_a_note():
    row = variable("q", ["A", "B", "C"])
    style = setting(row)
    questions = questions_of("t", cells(row, {0: [500, 3, 497]}), style)
    words = [box[4] for box in boxes(draw_bars("t", questions, style, middle=False))]
    assert "0.3" not in words
    assert style.words["narrow"] in words
