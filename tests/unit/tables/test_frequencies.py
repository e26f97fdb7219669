"""Frequencies account for every respondent: an answer, a reason for none, or nothing at all."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.counts.design import Design
from resurvey.tables.frequencies import (
    FREQUENCY_COLUMNS,
    LOSS_COLUMNS,
    MOST_ANSWERS,
    NO_GROUP,
    count_frequencies,
    question_losses,
)
from resurvey.tables.tabulation import tabulate_survey

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


def test_weighted_answers_stand_beside_the_counts():
    weights = np.array([1.0, 2.0, 0.5, 4.0])
    lines = lines_of(pd.array([1, 2, 9, None], "Int64"), weights=weights)
    told = [(one["count"], one["weighted_count"], one["weighted_percent"]) for one in lines]
    assert sorted(told, key=str) == sorted(
        [(1, 1, 100 / 3), (1, 2, 200 / 3), (1, 0.5, None), (1, 4, None)], key=str
    )
    assert {one["weighted_base"] for one in lines} == {3}


def test_without_weights_the_weighted_columns_are_empty():
    assert {one["weighted_count"] for one in lines_of([1, 2])} == {None}


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


REASONS = {7: "refused", 8: "dont_know", 9: "not_asked", 99: "other"}
BOOK = Codebook(
    {
        "q": Variable(
            "q",
            codes={1: {}, 2: {}, 9: {}},
            missing=(7, 8, 9),
            missing_ranges=((90, 99),),
            reasons=REASONS,
        ),
        "sex": Variable("sex", codes={1: {}, 2: {}}),
        "tv": Variable("tv", codes={1: {}, 0: {}}),
        "radio": Variable("radio", codes={1: {}, 0: {}, 9: {}}, missing=(9,), reasons=REASONS),
        "w": Variable("w", measure="scale"),
    },
    multiple_response={
        "media": {
            "type": "D",
            "counted_value": 1,
            "label": "Media",
            "variable_list": ["tv", "radio"],
        }
    },
)
PEOPLE = pd.DataFrame(
    {
        "q": pd.array([1, 2, 1, 7, 8, 9, 99, None, 1, 2, 9], "Int64"),
        "sex": pd.array([1, 2, None, 1, 1, 1, 1, 1, 1, None, None], "Int64"),
        "tv": pd.array([1, 0, None, None, 0, None, 1, 1, 1, 0, 0], "Int64"),
        "radio": pd.array([0, 1, None, 9, 0, 9, 1, None, 0, 1, 9], "Int64"),
        "w": [1.0, 2.0, 1.0, 0.0, 1.0, np.nan, 1.0, 1.0, 0.0, np.nan, 1.0],
    }
)


def told(tables, design=None):
    lines = tabulate_survey(Survey(PEOPLE, BOOK), tables, design=design).crosstabs
    return {
        line["row_variable"]: line
        for line in lines
        if line["kind"] == "total" and line["column_code"] == "total"
    }


def lost(line):
    found = {key.removeprefix("lost_"): line[key] for key in LOSS_COLUMNS}
    return {reason: count for reason, count in found.items() if count}


def test_every_reason_has_its_own_count():
    line = told({"t": {"rows": ["q"], "columns": "sex"}})["q"]
    assert lost(line) == {
        "refused": 1,
        "dont_know": 1,
        "not_asked": 2,
        "other": 1,
        "system_missing": 1,
        NO_GROUP: 2,
    }


def test_absent_answer_comes_before_absent_weight():
    line = told({"t": {"rows": ["q"], "columns": "sex"}}, Design(weights="w"))["q"]
    assert line["unweighted_base"] == 3
    assert lost(line) == {
        "refused": 1,
        "dont_know": 1,
        "not_asked": 2,
        "other": 1,
        "system_missing": 1,
        "zero_weight": 1,
        "no_weight": 1,
        NO_GROUP: 1,
    }


def test_question_with_several_answers_tells_who_chose_none():
    line = told({"t": {"rows": ["media"], "columns": "sex"}})["media"]
    assert line["unweighted_base"] == 6
    assert lost(line) == {"none_chosen": 2, "not_asked": 2, "system_missing": 1, NO_GROUP: 1}


@pytest.mark.parametrize(
    "design", [None, Design(weights="w"), Design(weights="w", kind="sampling")]
)
@pytest.mark.parametrize("columns", [None, "sex"])
def test_reasons_add_up_to_the_respondents(design, columns):
    lines = told({"t": {"rows": ["q", "sex", "media", "tv"][: 4 if not columns else 1]
                        + (["media"] if columns else []), "columns": columns}}, design)  # fmt: skip
    for line in lines.values():
        reasons = lost(line)
        reasons.pop(NO_GROUP, None)
        assert line["unweighted_base"] + sum(reasons.values()) == len(PEOPLE)


@pytest.mark.parametrize("seed", range(8))
def test_reasons_add_up_on_any_answers_and_weights(seed):
    dice = np.random.default_rng(seed)
    values = dice.choice([1, 2, 7, 8, 9, 95, np.nan], 300)
    weights = dice.choice([0.0, 0.5, 2.0, np.nan], 300)
    frame = pd.DataFrame({"q": values, "w": weights, "sex": dice.choice([1.0, 2.0, np.nan], 300)})
    survey = Survey(frame, BOOK)
    ready = Design(weights="w").prepared(survey)
    found = question_losses(survey, ["q"], "sex", ready)
    valid = np.isin(values, [1, 2]) & (np.nan_to_num(weights) > 0)
    assert int(valid.sum()) + sum(found.values()) - found["lost_no_group"] == 300
    assert found["lost_no_group"] == int((valid & np.isnan(frame["sex"])).sum())


def test_other_cells_than_the_total_of_all_carry_no_losses():
    lines = tabulate_survey(Survey(PEOPLE, BOOK), {"t": {"rows": ["q"], "columns": "sex"}})
    others = [
        line
        for line in lines.crosstabs
        if (line["kind"], line["column_code"]) != ("total", "total")
    ]
    assert not any(set(LOSS_COLUMNS) & set(line) for line in others)


def test_rows_that_stand_for_many_respondents_lose_so_many():
    book = Codebook(
        {
            "q": Variable("q", codes={1: {}, 8: {}}, missing=(8,), reasons={8: "dont_know"}),
            "sex": Variable("sex", codes={1: {}}),
            "n": Variable("n", measure="scale"),
        }
    )
    people = pd.DataFrame(
        {
            "q": pd.array([1, 8, None, 1, 1], "Int64"),
            "sex": pd.array([1, 1, 1, None, 1], "Int64"),
            "n": [40, 30, 7, 5, 0],
        }
    )
    survey = Survey(people, book)
    ready = Design("n", kind="frequency").prepared(survey)
    lost = question_losses(survey, ["q"], "sex", ready)
    assert {key: number for key, number in lost.items() if number} == {
        "lost_dont_know": 30,
        "lost_system_missing": 7,
        "lost_no_group": 5,
    }
