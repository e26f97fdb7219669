"""Cells become bars in the substantive order, in the words of the language."""

from fractions import Fraction

from resurvey.figures.cells import questions_of
from unit.figures.drawn_page import cells, setting, variable


def job():
    """An article prints "no" before "mostly no"."""
    labels = ["yes", "mostly yes", "no", "mostly no", "hard to say", "not printed"]
    return variable("job", labels, "ordinal", order=(3, 4, 2, 1), dont_know=(5,))


def asked(**more):
    row, group = job(), variable("gender", ["Men", "Women"])
    rows = cells(row, {1: [1, 2, 3, 4, 5, 6], 2: [6, 5, 4, 3, 2, 0]}, group)
    style = setting(row, group, tables={"t": {"rows": ["job"]}}, **more)
    (question,) = questions_of("t", rows, style)
    return question


def test_answers_stand_in_their_order_as_the_table_runs_and_the_others_apart():
    question = asked(not_printed=6)
    labels = [(one.label, one.outside) for one in question.segments]
    assert labels == [
        ("yes", ""),
        ("mostly yes", ""),
        ("mostly no", ""),
        ("no", ""),
        ("hard to say", "dont_know"),
        ("not printed", "not_printed"),
    ]


def test_bar_of_all_respondents_comes_first_with_its_base():
    bars = asked().bars
    assert [(bar.label, bar.base) for bar in bars] == [
        ("All respondents", "41"),
        ("Men", "21"),
        ("Women", "20"),
    ]


def test_shares_are_exact():
    men = asked().bars[1]
    assert men.shares["1"] == Fraction(100, 21)
    assert sum(men.shares.values()) == 100


def test_subtotals_are_no_parts_of_a_bar():
    row = variable("q", ["yes", "no"])
    rows = cells(row, {0: [3, 1]})
    rows.append(rows[0] | {"row_code": "1+2", "kind": "subtotal", "count": "4"})
    (question,) = questions_of("t", rows, setting(row))
    assert set(question.bars[0].shares) == {"1", "2"}


def test_weighted_cells_show_the_respondents_not_the_weights():
    row = variable("q", ["yes", "no"])
    rows = cells(row, {0: [3, 1]})
    for cell in rows:
        cell |= {"count": "1.5", "base": "3.7", "percent": "40.54054054054054"}
    (question,) = questions_of("t", rows, setting(row))
    assert question.bars[0].base == "4"
    assert float(question.bars[0].shares["1"]) == 40.54054054


def test_number_has_the_mark_of_its_language():
    assert setting(language="ru").number(Fraction(-25, 100), sign=True) == "−0,3"
    assert setting(language="en").number(Fraction(25, 100), sign=True) == "+0.3"
    assert setting(language="en").number(Fraction(3, 100), sign=True) == "0.0"


def test_title_is_the_study_s_own_else_the_question():
    row = variable("q", ["yes"], label="Do you have a job?")
    own = {"tables": {"t": {"title": "Jobs", "number": "Table 2"}}}
    assert setting(row, text=own).title("t") == "Table 2. Jobs"
    assert setting(row).title("t") == "Do you have a job?"


def test_items_of_a_battery_are_drawn_without_their_stem():
    first = variable("q1", ["yes", "no"], label="Agree? Courts are fair")
    second = variable("q2", ["yes", "no"], label="Agree? Police is fair")
    style = setting(first, second, tables={"t": {"rows": ["q1", "q2"]}})
    assert style.title("t") == "Agree?"
    assert style.item("t", "q2") == "Police is fair"


def test_a_title_that_is_a_question_has_no_stop_behind_its_mark():
    row = variable("q", ["yes"], label="Do you have a job?")
    words = setting(row).caption("t")
    assert words.startswith("Do you have a job? ")


def test_a_table_of_some_is_of_respondents_where_all_of_them_answered():
    row = variable("q", ["yes"])
    style = setting(row, respondents=10)
    everybody = style.caption("t", ["10"])
    style.codebook.domains["t"] = 4
    assert style.caption("t", ["4"]) == everybody.replace("10", "4")
    assert style.caption("t", ["3"]) != everybody.replace("10", "3")
