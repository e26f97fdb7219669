"""Counts are held against the per cents beside them, and against each other."""

import pytest

from resurvey.audit.command import read_terms
from resurvey.audit.judgement import judge_questions
from resurvey.audit.typed_table import read_typed


@pytest.fixture
def judge(tmp_path):
    def judged(text, **options):
        path = tmp_path / "my_table.csv"
        path.write_text(text, encoding="utf-8")
        typed = read_typed(path)
        (judgement,) = judge_questions(typed.questions, read_terms(typed, **options))
        return judgement

    return judged


def assumed(judgement):
    return [note.key for note in judgement.assumptions]


def noted(judgement):
    return [note.key for note in judgement.notes]


# 60/150, 90/150; 45/150, 105/150; 6/30, 24/30: the first two rows have the same base.
ROWS = (
    "sex,agree,disagree\nmen,60 (40.0%),90 (60.0%)\nwomen,45 (30.0%),105 (70.0%)\n"
    "other,6 (20.0%),24 (80.0%)\n"
)


def test_per_cents_of_rows_are_known_though_two_rows_have_the_same_base(judge):
    judged = judge(ROWS)
    assert (judged.verdict, assumed(judged)) == ("fits", ["assume_counts_rows"])


def test_slip_in_per_cents_of_rows_is_found_though_two_rows_have_the_same_base(judge):
    judged = judge(ROWS.replace("20.0%", "22.0%"))
    (slip,) = judged.misprints
    assert (slip.row, slip.column, slip.nearest) == ("other", "agree", "20.0")


def test_two_bases_that_explain_as_many_cells_are_both_told(judge):
    # 80/201 and 80/200 are both 40 %, 120/201 = 59.7 % and 120/200 = 60 % both 60 %.
    judged = judge("answer,all (n = 201)\nyes,80 (40)\nno,120 (60)\n")
    assert (judged.verdict, assumed(judged)) == ("fits", ["assume_counts_given"])
    assert "note_counts_also_columns" in noted(judged)


# Pearson's p in R: 0.333, 0.948 and 0.0203, each of 2 x 2 people.
HEALTH = (
    "characteristic,cases (n=60),controls (n=55),p\nFemale,23 (38.3),26 (47.3),0.33\n"
    "Smoker,28 (46.7),26 (47.3),0.95\nUrban,31 (51.7),40 (72.7),0.020\n"
)


def found(judgement):
    return [(one.row, one.verdict, one.instead) for one in judgement.statistics]


def test_each_of_several_p_is_of_its_own_row(judge):
    judged = judge(HEALTH)
    assert found(judged) == [(row, "consistent", "") for row in ("Female", "Smoker", "Urban")]
    assert [round(one.minimum, 3) for one in judged.statistics] == [0.333, 0.948, 0.020]


def test_wrong_p_is_named_with_its_row(judge):
    judged = judge(HEALTH.replace("0.95", "0.59"))
    assert [row for row, verdict, _ in found(judged) if verdict == "not_consistent"] == ["Smoker"]


def test_p_of_a_row_may_be_exact_or_corrected(judge):
    # The lady tasting tea: exact p = 34/70; with the correction chi-squared is 0.5, p = 0.480.
    rows = "item,a (n=4),b (n=4),p\nx,3 (75),1 (25),{}\ny,2 (50),2 (50),1.000\n"
    assert found(judge(rows.format("0.486")))[0] == ("x", "consistent", "fisher")
    assert found(judge(rows.format("0.480")))[0] == ("x", "consistent", "yates")


# 10, 20, 20 against 20, 20, 10: chi-squared = 4 * 25/15 = 20/3 with two degrees of freedom,
# p = exp(-10/3) = 0.0357; the first row alone has 0.0291.
BLOCKS = (
    "item,a (n=50),b (n=50),p\nyoung,10 (20.0),20 (40.0),{}\nadult,20 (40.0),20 (40.0),\n"
    "old,20 (40.0),10 (20.0),\nwomen,25 (50.0),25 (50.0),1.000\nmen,25 (50.0),25 (50.0),\n"
)


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [("0.036", "consistent"), ("0.029", "consistent"), ("0.36", "not_consistent")],
)
def test_p_above_rows_without_one_is_of_the_block_or_of_its_row(printed, verdict, judge):
    judged = judge(BLOCKS.format(printed))
    assert found(judged) == [("young", verdict, ""), ("women", "consistent", "")]


def test_p_of_a_row_whose_base_is_not_known_is_open(judge):
    # 38.5 % of 52 who answered, not of 60.
    judged = judge(HEALTH.replace("23 (38.3),26 (47.3),0.33", "20 (38.5),26 (47.3),0.99"))
    assert found(judged)[0] == ("Female", "undecided", "")


def test_p_that_a_merged_cell_repeats_is_of_the_table(judge):
    # 10, 20, 20 against 20, 20, 10, as above.
    text = BLOCKS.split("women")[0].replace(",\n", ",{}\n").replace("{}", "0.036")
    assert found(judge(text)) == [("", "consistent", "")]


@pytest.mark.parametrize(
    ("printed", "verdict"), [("0.155", "consistent"), ("0.5", "not_consistent")]
)
def test_p_of_each_row_of_per_cents_is_held_against_its_row(printed, verdict, judge):
    # 60 of 100 against 50 of 100: chi-squared = 200 * 1000^2 / (100 * 100 * 110 * 90) = 2.02.
    rows = f"A,10.0,20.0,0.048\nB,30.0,30.0,1.000\nC,60.0,50.0,{printed}\n"
    judged = judge("answer,men (n=100),women (n=100),p\n" + rows)
    assert found(judged)[-1] == ("C", verdict, "")
    assert [row for row, *_ in found(judged)] == ["A", "B", "C"]
