"""The text of a figure says what stands out, with the numbers of the results."""

from resurvey.figures.cells import questions_of
from resurvey.figures.dimension_page import indicators_of
from resurvey.figures.draw import (
    draw_figures,
    find_in_bars,
    find_in_dumbbell,
    find_in_residuals,
    share_not_printed,
    title_bars,
    title_dimensions,
    title_dumbbell,
)
from resurvey.figures.dumbbell import changes_of
from resurvey.figures.residual_map import residual_blocks
from unit.figures.drawn_page import cells, setting, variable

GENDER = variable("gender", ["Men", "Women"])


def test_largest_answer_and_largest_difference_are_named():
    row = variable("q", ["yes", "no", "perhaps"])
    rows = cells(row, {1: [5, 1, 4], 2: [1, 5, 4]}, GENDER)
    style = setting(row, GENDER, tables={"t": {"rows": ["q"]}})
    assert find_in_bars("t", questions_of("t", rows, style), style) == (
        "Largest share (all respondents): “perhaps”, 40.0%. Largest difference between "
        "groups: “yes”, Men 50.0%, Women 10.0%."
    )


def test_share_that_nobody_published_is_never_the_finding():
    row = variable("q", ["bad", "not printed"])
    style = setting(row, not_printed=2)
    text = find_in_bars("t", questions_of("t", cells(row, {0: [2, 98]}), style), style)
    assert text == "Largest published share (all respondents): “bad”, 2.0%."
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
    assert float(changes_of(*questions, from_printed=False)[1].points) > 8.15
    assert float(changes_of(*questions, from_printed=True)[1].points) == 8.1


def test_largest_change_is_named_with_its_sign():
    questions, style = before_after("printed_parts")
    assert find_in_dumbbell("t", questions, style) == (
        "Largest change from “b” to “a”: “C”, from 86.2% to 76.7%, −9.5\xa0pp."
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
        "Of 2 cells, 1 have an adjusted residual of 2 or more in absolute value. "
        "The largest: “yes” (q), Men, +2.3."
    )


def titled(variables, rows, **more):
    style = setting(*variables, tables={"t": {"rows": [variables[0].name], **more}})
    return title_bars("t", questions_of("t", rows, style), style)


def test_title_names_the_leading_answer_and_what_each_group_gave():
    row = variable("q", ["yes", "no"])
    rows = cells(row, {1: [60, 20], 2: [20, 20]}, GENDER)
    assert titled([row, GENDER], rows) == (
        "The most frequent answer is “yes”: 66.7% (Men 75.0%, Women 50.0%)"
    )


def test_group_of_a_few_is_not_named_in_a_title():
    row = variable("q", ["yes", "no"])
    rows = cells(row, {1: [30, 10], 2: [1, 28]}, GENDER)
    assert titled([row, GENDER], rows) == "The most frequent answer is “no”: 55.1%"


def test_title_names_the_sum_that_a_majority_gave_as_the_article_added_it():
    row = variable("q", ["yes", "mostly yes", "no"], "ordinal")
    rows = cells(row, {0: [142, 180, 179]})
    rows.append(rows[0] | {"row_code": "1+2", "kind": "subtotal", "count": "322"})
    sums = [{"of": [1, 2], "label": "Yes in all"}]
    # 28.3 + 35.9 = 64.2, but 322/501 prints 64.3.
    assert titled([row], rows, subtotals=sums, derived="printed_parts").startswith("64.2%")
    assert titled([row], rows, subtotals=sums) == "64.3% answered “Yes in all”"


def test_sum_of_less_than_a_half_is_not_the_title():
    row = variable("q", ["yes", "mostly yes", "no"], "ordinal")
    rows = cells(row, {0: [2, 2, 6]})
    rows.append(rows[0] | {"row_code": "1+2", "kind": "subtotal", "count": "4"})
    assert titled([row], rows) == "The most frequent answer is “no”: 60.0%"


def test_answer_that_the_unpublished_rest_may_exceed_does_not_lead():
    row = variable("q", ["bad", "not printed"], label="Food")
    style = setting(row, not_printed=2)
    for counts, title in (([40, 60], "Food"), ([70, 30], "The most frequent answer is “bad”: 70")):
        questions = questions_of("t", cells(row, {0: counts}), style)
        assert title_bars("t", questions, style).startswith(title)


def test_many_questions_of_one_scale_are_told_by_their_ends():
    asked = [variable(f"q{i}", ["bad", "good"], "ordinal", label=f"Item {i}") for i in range(4)]
    rows = [cell for i, one in enumerate(asked) for cell in cells(one, {0: [10 - i, 30 + i]})]
    style = setting(*asked)
    assert title_bars("t", questions_of("t", rows, style), style) == (
        "Answered “good”: from 75.0% (item 0) to 82.5% (item 3)"
    )


def test_change_is_told_by_what_is_different_in_the_two_wordings():
    before = variable("b", ["A", "B"], label="Sector: there")
    after = variable("a", ["A", "B"], label="Sector: here")
    rows = [*cells(before, {0: [1, 3]}), *cells(after, {0: [2, 2]})]
    style = setting(
        before, after, tables={"t": {"rows": ["b", "a"], "pairs": [{"before": "b", "after": "a"}]}}
    )
    title = title_dumbbell("t", questions_of("t", rows, style), style)
    assert title == "The share of “A” changed most: there 25.0%, here 50.0%"


def line(name, count, **more):
    plain = {"indicator": name, "label": name, "dimension": "d", "unit": "percent"}
    plain |= {"column_variable": "", "column_code": "total", "column_label": "", "base": "10"}
    return plain | {"count": str(count), "percent": str(10 * count)} | more


def test_indicators_that_reach_a_half_are_counted_without_differences_and_what_is_left_out():
    shares = [line("a", 5), line("b", 4), line("c", 9), line("d", 2, unit="percentage_points")]
    style = setting(tables={})
    indicators, _ = indicators_of(shares, style, ["c"])
    assert [one.name for one in indicators] == ["a", "b"]
    assert title_dimensions(indicators, style) == (
        "1 of 2 published shares reach one half; the lowest is 40.0% (b), the highest 50.0% (a)"
    )


def test_figure_that_is_mostly_not_printed_is_not_drawn_and_its_files_say_why():
    row = variable("q", ["good", "not printed"], label="Food")
    style = setting(row, not_printed=2)
    for unpublished, drawn in ((39, True), (41, False)):
        rows = cells(row, {0: [100 - unpublished, unpublished]})
        assert share_not_printed(questions_of("t", rows, style)) == unpublished
        drawing = draw_figures({"t": "bars"}, rows, [], style)["t"]
        assert drawing.drawn is drawn
        assert ("No figure: more than 40" in drawing.svg) is not drawn
    own = draw_figures({"t": "bars"}, rows, [], style, declared={"most_not_printed": 50})["t"]
    assert own.drawn


def test_map_without_a_residual_of_two_is_a_sentence():
    row = variable("q", ["yes", "no"])
    style = setting(row, GENDER, tables={"t": {"rows": ["q"]}})
    for residual, drawn in (("1.9", False), ("2.0", True)):
        rows = cells(row, {1: [5, 1], 2: [1, 5]}, GENDER, residual=residual)
        drawing = draw_figures({"residuals": "residuals"}, rows, [], style)["residuals"]
        assert drawing.drawn is drawn
        assert drawing.alt.startswith("None of the 2 cells") is not drawn
