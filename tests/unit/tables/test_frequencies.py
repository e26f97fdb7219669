"""Frequencies account for every respondent: an answer, a reason for none, or nothing at all."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.survey import Survey
from resurvey.tables.frequencies import FREQUENCY_COLUMNS, MOST_ANSWERS, count_frequencies

JOB = Variable(
    "job",
    {"en": "Job"},
    codes={2: {"en": "no"}, 1: {"en": "yes"}, 9: {"en": "refused"}},
    missing=(9,),
    missing_ranges=((97, 99),),
)


def lines_of(values, variable=JOB, **options):
    survey = Survey(pd.DataFrame({variable.name: values}), Codebook({variable.name: variable}))
    return count_frequencies(survey, "en", **options)


def test_reasons_for_no_answer_are_told_apart():
    lines = lines_of(pd.array([1, 1, 2, 9, 98, None], "Int64"))
    assert [(one["kind"], one["code"], one["count"]) for one in lines] == [
        ("answer", 2, 1),
        ("answer", 1, 2),
        ("user_missing", 9, 1),
        ("user_missing", 98, 1),
        ("system_missing", "", 1),
    ]


def test_per_cent_is_of_everybody_and_valid_per_cent_of_those_with_an_answer():
    yes = lines_of(pd.array([1, 1, 2, 9, None], "Int64"))[1]
    assert (yes["percent"], yes["valid_percent"]) == (40.0, 100 * 2 / 3)
    assert (yes["respondents"], yes["base"]) == (5, 3)
    refused = lines_of(pd.array([1, 9], "Int64"))[2]
    assert (refused["percent"], refused["valid_percent"]) == (50.0, None)


def test_answer_nobody_gave_is_listed_with_zero():
    assert lines_of(pd.array([1], "Int64"))[0]["count"] == 0


def test_variable_that_nobody_answered_has_empty_valid_per_cents():
    lines = lines_of(pd.array([None, None], "Int64"))
    assert [one["valid_percent"] for one in lines] == [None] * 4
    assert lines[-1]["kind"] == "system_missing"


def test_variable_with_many_values_is_one_line():
    many = list(range(MOST_ANSWERS + 1))
    (line,) = lines_of(many, Variable("age", measure="scale"))
    assert (line["kind"], line["count"], line["valid_percent"]) == ("values", 61, 100.0)


def test_many_declared_answers_are_all_listed():
    codes = {code: {} for code in range(MOST_ANSWERS + 5)}
    assert len(lines_of([1, 2], Variable("q", codes=codes))) == MOST_ANSWERS + 5


def test_free_text_is_counted_and_never_listed():
    (line, none) = lines_of(
        pd.array(["my name is N", None], "str"), Variable("words", measure="text")
    )
    assert (line["kind"], line["count"], line["answer"]) == ("values", 1, "")
    assert none["kind"] == "system_missing"


def test_text_answers_that_the_codebook_declares_are_listed():
    lines = lines_of(pd.array(["m", "f", "f"], "str"), Variable("sex", codes={"m": {}, "f": {}}))
    assert [(one["code"], one["count"]) for one in lines] == [("m", 1), ("f", 2)]


def test_left_out_variable_has_no_lines():
    assert lines_of([1], left_out={"job"}) == []


def test_label_of_system_missing_is_given():
    assert lines_of([1.0, None], missing_label="Нет ответа")[-1]["answer"] == "Нет ответа"


@given(st.lists(st.sampled_from([1, 2, 3, 9, 97, None]), min_size=1, max_size=40))
def test_every_respondent_is_in_exactly_one_line(answers):
    lines = lines_of(pd.array(answers, "Int64"))
    assert sum(one["count"] for one in lines) == len(answers)
    assert all(set(one) == set(FREQUENCY_COLUMNS) for one in lines)
    assert sum(one["percent"] for one in lines) == pytest.approx(100)
