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
