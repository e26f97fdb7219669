"""The text of a figure says what stands out, with the numbers of the results."""

from resurvey.figures.cells import questions_of
from resurvey.figures.draw import find_in_bars, find_in_dumbbell, find_in_residuals
from resurvey.figures.dumbbell import changes_of
from resurvey.figures.residual_map import residual_blocks
from unit.figures.drawn_page import cells, setting, variable

GENDER = variable("gender", ["Men", "Women"])


def test_largest_answer_and_largest_difference_are_named():
    row = variable("q", ["yes", "no", "perhaps"])
    rows = cells(row, {1: [5, 1, 4], 2: [1, 5, 4]}, GENDER)
    style = setting(row, GENDER, tables={"t": {"rows": ["q"]}})
    assert find_in_bars("t", questions_of("t", rows, style), style) == (
        "Largest share (all respondents): “perhaps”, 40.0\xa0%. Largest difference between "
        "groups: “yes”, Men 50.0\xa0%, Women 10.0\xa0%."
    )


def test_share_that_nobody_published_is_never_the_finding():
    row = variable("q", ["bad", "not printed"])
    style = setting(row, not_printed=2)
    text = find_in_bars("t", questions_of("t", cells(row, {0: [2, 98]}), style), style)
    assert text == "Largest published share (all respondents): “bad”, 2.0\xa0%."
    assert "not printed" not in text


def test_equal_groups_have_no_largest_difference():
    row = variable("q", ["yes", "no"])
    style = setting(row, GENDER, tables={"t": {"rows": ["q"]}})
    rows = cells(row, {1: [2, 2], 2: [3, 3]}, GENDER)
    assert "difference" not in find_in_bars("t", questions_of("t", rows, style), style)


def test_reconstructed_data_are_named_in_every_text():
    row = variable("q", ["yes", "no"])
    style = setting(row, reconstructed=True)
    text = find_in_bars("t", questions_of("t", cells(row, {0: [1, 3]}), style), style)
    assert text.endswith("Reconstructed from published tables, not microdata.")


def before_after(derived):
    before, after = variable("b", ["A", "B", "C"]), variable("a", ["A", "B", "C"])
    rows = [*cells(before, {0: [30, 41, 444]}), *cells(after, {0: [37, 83, 395]})]
    tables = {
        "t": {"rows": ["b", "a"], "pairs": [{"before": "b", "after": "a"}], "derived": derived}
    }
    style = setting(before, after, tables=tables)
    return questions_of("t", rows, style), style


def test_change_follows_the_way_the_article_subtracted():
    questions, _ = before_after("counts")
    # 83/515 - 41/515 = 8.155 per cent, which prints 8.2; but 16.1 - 8.0 = 8.1.
    assert float(changes_of(*questions, from_printed=False)[0].points) > 8.15
    assert float(changes_of(*questions, from_printed=True)[0].points) == 8.1


def test_largest_change_is_named_with_its_sign():
    questions, style = before_after("printed_parts")
    assert find_in_dumbbell("t", questions, style) == (
        "Largest change from “b” to “a”: “C”, from 86.2\xa0% to 76.7\xa0%, −9.5\xa0pp."
    )


def test_residuals_of_two_or_more_are_counted():
    row = variable("q", ["yes", "no"])
    rows = cells(row, {1: [5, 1], 2: [1, 5]}, GENDER)
    values = iter(["2.3", "-1.9", "-2.0", "1.0"])
    for cell in rows:
        if cell["kind"] == "answer" and cell["column_code"] != "total":
            cell["adjusted_residual"] = next(values)
    style = setting(row, GENDER, tables={"t": {"rows": ["q"]}})
    text = find_in_residuals(residual_blocks({"t": rows}, style), style)
    assert text == (
        "Of 4 cells, 2 have an adjusted residual of 2 or more in absolute value. "
        "The largest: “yes” (q), Men, +2.3."
    )
