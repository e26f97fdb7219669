"""Cleaning does the declared steps in order, and nothing disappears without a line."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.prepare.cleaning import (
    FLAG_COLUMNS,
    LOG_COLUMNS,
    clean_survey,
    missing_mask,
    select_rows,
)

BOOK = Codebook(
    {
        "id": Variable("id", measure="scale"),
        "job": Variable("job", codes={1: {}, 2: {}, 9: {}}, missing=(9,)),
        "boss": Variable("boss", codes={1: {}, 2: {}, 3: {}}, missing_ranges=((97, 99),)),
        "age": Variable("age", measure="scale", missing=(-1,)),
        "city": Variable("city", codes={"osh": {}, "bishkek": {}}, missing=("?",)),
        "words": Variable("words", measure="text"),
    }
)


@pytest.fixture
def people():
    """Six respondents; job 9 is a refusal, the sixth left almost everything out."""
    data = pd.DataFrame(
        {
            "id": pd.array([1, 2, 3, 3, 5, 6], "Int64"),
            "job": pd.array([1, 2, 2, 2, 9, None], "Int64"),
            "boss": pd.array([1, 2, None, 3, 98, None], "Int64"),
            "age": [20.0, 200.0, 35.5, -1.0, 17.0, np.nan],
            "city": pd.array(["osh", "bishkek", "osh", "?", None, None], "str"),
            "words": pd.array(["a", "b", None, "c", "d", ""], "str"),
        }
    )
    return Survey(data, BOOK)


def clean(survey, **step):
    return clean_survey(survey, [{"why": "because", **step}])


def ids(cleaned):
    return cleaned.survey.data["id"].tolist()


# Who has no answer


def test_user_missing_and_system_missing_are_both_no_answer(people):
    assert missing_mask(people, "job").tolist() == [False] * 4 + [True, True]
    assert missing_mask(people, "boss").tolist() == [False, False, True, False, True, True]
    assert missing_mask(people, "age").tolist() == [False, False, False, True, False, True]


def test_text_has_missing_codes_of_its_own(people):
    assert missing_mask(people, "city").tolist() == [False] * 3 + [True] * 3


def test_range_of_missing_numbers_says_nothing_about_text(people):
    book = BOOK.updated([Variable("city", missing_ranges=((97, 99),))])
    assert missing_mask(Survey(people.data, book), "city").sum() == 2


# Who meets a condition


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ({"job": 2}, [2, 3, 4]),
        ({"job": [1, 2]}, [1, 2, 3, 4]),
        ({"job": 2.0}, [2, 3, 4]),
        ({"job": 9}, [5]),
        ({"job": "missing"}, [5, 6]),
        ({"job": {"min": 2}}, [2, 3, 4]),
        ({"age": {"max": 20}}, [1, 5]),
        ({"age": {"min": 35.5, "max": 35.5}}, [3]),
        ({"boss": 98}, [5]),
        ({"boss": {"min": 3}}, [4]),
        ({"city": "osh"}, [1, 3]),
        ({"city": "?"}, [4]),
        ({"city": "missing"}, [4, 5, 6]),
        ({"words": ""}, [6]),
        ({"job": 2, "city": "osh"}, [3]),
        ({}, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_respondents_meet_every_line_of_a_condition(people, where, rows):
    assert (np.flatnonzero(select_rows(people, where)) + 1).tolist() == rows


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ({"jobb": 1}, "step: variable 'jobb' is not in the data; did you mean 'job'?"),
        (
            {"job": 7},
            "step: 'job' has no code 7; declare it in codebook.yaml; its codes are 1, 2, 9",
        ),
        (
            {"job": "1"},
            "step: 'job' cannot have the code '1': it holds numbers; its codes are 1, 2, 9",
        ),
        ({"city": 1}, "step: 'city' cannot have the code 1: it holds text; put the code in quotes"),
        ({"city": {"min": 1}}, "step: 'city' is text and has no smallest or largest value"),
        ({"words": {"max": 1}}, "step: 'words' is text and has no smallest or largest value"),
    ],
)
def test_condition_that_cannot_be_meant_is_refused(people, where, sentence):
    with pytest.raises(SurveyError) as problem:
        select_rows(people, where, "step")
    assert str(problem.value) == sentence


def test_column_that_nobody_answered_meets_nothing_but_missing():
    for empty in (pd.array([None, None], "Int64"), pd.array([None, None], "str"), [None, None]):
        nobody = Survey(pd.DataFrame({"q": empty}), Codebook({"q": Variable("q")}))
        assert select_rows(nobody, {"q": "missing"}).all()
        assert not select_rows(nobody, {"q": {"min": 0}}).any()
        assert not select_rows(nobody, {"q": [1, 10**300]}).any()


# The steps


def test_dropped_respondents_leave_with_a_line(people):
    cleaned = clean(people, action="drop", where={"job": "missing"})
    assert ids(cleaned) == [1, 2, 3, 3]
    line = cleaned.log[1]
    assert (line["rows_before"], line["rows_touched"], line["rows_after"]) == (6, 2, 4)
    assert [flag["row"] for flag in cleaned.flags] == [5, 6]


def test_flag_marks_and_keeps_everybody(people):
    cleaned = clean(people, action="flag", where={"age": {"min": 110}}, name="too_old")
    assert cleaned.survey.data["too_old"].tolist() == [0, 1, 0, 0, 0, 0]
    assert cleaned.survey.codebook["too_old"].answers == [0, 1]
    assert cleaned.log[1]["rows_after"] == 6


def test_flag_cannot_take_the_name_of_a_variable(people):
    with pytest.raises(SurveyError, match=r"cleaning\.yaml, step 1: a variable 'job' exists"):
        clean(people, action="flag", where={"job": 1}, name="job")


def test_recode_exchanges_codes_at_once(people):
    cleaned = clean(people, action="recode", variable="job", map={1: 2, 2: 1})
    assert cleaned.survey.data["job"].tolist()[:5] == [2, 1, 1, 1, 9]
    assert cleaned.log[1]["cells_touched"] == 4


def test_recode_to_null_is_system_missing_and_keeps_the_type(people):
    cleaned = clean(people, action="recode", variable="job", map={9: None})
    assert cleaned.survey.data["job"].isna().tolist() == [False] * 4 + [True] * 2
    assert cleaned.survey.data["job"].dtype == "Int64"


def test_recode_to_a_user_missing_code_without_a_label_is_fine(people):
    cleaned = clean(people, action="recode", variable="boss", map={3: 99})
    assert cleaned.survey.data["boss"].tolist()[3] == 99


def test_recode_of_text_takes_text(people):
    cleaned = clean(people, action="recode", variable="city", map={"?": "osh"})
    assert cleaned.survey.data["city"].tolist()[3] == "osh"
    assert cleaned.survey.data["city"].dtype == "str"


def test_recode_to_a_fraction_makes_the_column_one_of_fractions(people):
    cleaned = clean(people, action="recode", variable="id", map={1: 1.5})
    assert cleaned.survey.data["id"].tolist()[:2] == [1.5, 2.0]


def test_who_meets_the_condition_is_kept_and_nobody_else():
    book = Codebook({"job": Variable("job", codes={1: {}, 2: {}, 9: {}}, missing=(9,))})
    people = Survey(pd.DataFrame({"job": pd.array([1, 2, None, 9, 1], "Int64")}), book)
    kept, dropped = (
        clean_survey(people, [{"action": action, "where": where, "why": "adults"}])
        for action, where in (("keep", {"job": 1}), ("drop", {"job": [2, 9]}))
    )
    assert kept.survey.data["job"].tolist() == [1, 1]
    assert len(dropped.survey.data) == 3
    line = kept.log[1]
    assert (line["rows_before"], line["rows_touched"], line["rows_after"]) == (5, 3, 2)
    assert [flag["row"] for flag in kept.flags] == [2, 3, 4]


def test_a_word_in_place_of_a_code_is_answered_with_the_codes_and_their_labels():
    job = Variable("job", codes={1: {"ru": "Работаю"}, 2: {"ru": "Учусь"}})
    people = Survey(pd.DataFrame({"job": [1, 2]}), Codebook({"job": job}))
    with pytest.raises(SurveyError, match=r"its codes are 1 'Работаю', 2 'Учусь'$"):
        select_rows(people, {"job": "Работаю"}, "tables.yaml")


@pytest.mark.parametrize(
    ("variable", "mapping", "sentence"),
    [
        ("job", {1: 5}, "'job' has no code 5; declare it"),
        ("job", {1: "yes"}, "'job' cannot have the code 'yes': it holds numbers"),
        ("city", {"?": 1}, "'city' cannot have the code 1: it holds text"),
        ("jop", {1: 2}, "did you mean 'job'"),
    ],
)
def test_recode_to_what_the_codebook_does_not_know_is_refused(people, variable, mapping, sentence):
    with pytest.raises(SurveyError, match=r"^cleaning\.yaml, step 1: ") as problem:
        clean(people, action="recode", variable=variable, map=mapping)
    assert sentence in str(problem.value)


@pytest.mark.parametrize(
    ("then", "left"), [("drop", [1, 3, 3, 6]), ("missing", [1, 2, 3, 3, 5, 6])]
)
def test_range_leaves_missing_answers_alone(people, then, left):
    cleaned = clean(people, action="range", variable="age", min=18, max=110, then=then)
    assert ids(cleaned) == left
    assert cleaned.log[1]["rows_touched"] == 2


def test_range_set_missing_is_system_missing(people):
    cleaned = clean(people, action="range", variable="age", min=18, max=110, then="missing")
    assert cleaned.survey.data["age"].isna().tolist() == [False, True, False, False, True, True]


def test_ends_of_a_range_are_inside(people):
    cleaned = clean(people, action="range", variable="age", min=17, max=200, then="drop")
    assert len(ids(cleaned)) == 6


def test_range_without_ends_and_range_of_text_are_refused(people):
    with pytest.raises(SurveyError, match="step 1: a range needs `min`, `max` or both"):
        clean(people, action="range", variable="age", then="drop")
    with pytest.raises(SurveyError, match="'words' is text"):
        clean(people, action="range", variable="words", min=1, then="drop")


@pytest.mark.parametrize(
    "step",
    [
        {"action": "range", "variable": "age", "min": 90, "max": 18, "then": "missing"},
        {"action": "drop", "where": {"age": {"min": 90, "max": 18}}},
        {"action": "keep", "where": {"job": 1, "age": {"min": 90, "max": 18}}},
    ],
)
def test_range_that_ends_before_it_begins_is_refused(people, step):
    said = r"cleaning.yaml, step 1: `min` 90 is above `max` 18, so no 'age' can be in the range"
    with pytest.raises(SurveyError, match=said):
        clean(people, **step)


def test_range_of_one_number_holds_it(people):
    cleaned = clean(people, action="range", variable="age", min=20, max=20, then="drop")
    assert 1 in ids(cleaned)


def test_first_of_duplicates_stays(people):
    cleaned = clean(people, action="duplicates", by=["id"])
    assert ids(cleaned) == [1, 2, 3, 5, 6]
    assert [flag["row"] for flag in cleaned.flags] == [4]


def test_two_respondents_without_an_id_are_no_duplicates():
    data = pd.DataFrame({"id": pd.array([None, None, 1, 1], "Int64"), "q": [1, 1, 2, 2]})
    survey = Survey(data, Codebook({"id": Variable("id"), "q": Variable("q")}))
    assert len(clean(survey, action="duplicates", by=["id"]).survey.data) == 3
    assert len(clean(survey, action="duplicates", by=["id", "q"]).survey.data) == 2


def test_skipped_questions_lose_their_answers_with_a_reason(people):
    cleaned = clean(
        people, action="skip_logic", where={"job": 2}, variables=["boss"], then="missing", code=97
    )
    assert cleaned.survey.data["boss"].tolist()[:4] == [1, 97, pd.NA, 97]
    assert cleaned.log[1]["cells_touched"] == 2


def test_skip_logic_without_a_code_is_system_missing(people):
    cleaned = clean(
        people, action="skip_logic", where={"job": 2}, variables=["boss", "city"], then="missing"
    )
    assert cleaned.survey.data["boss"].isna().tolist() == [False, True, True, True, False, True]
    assert cleaned.survey.data["city"].tolist()[0] == "osh"
    line = cleaned.log[1]
    assert (line["variables"], line["rows_touched"], line["cells_touched"]) == ("boss city", 3, 4)


def test_skip_logic_can_only_flag(people):
    cleaned = clean(
        people, action="skip_logic", where={"job": 2}, variables=["boss"], then="flag", name="odd"
    )
    assert cleaned.survey.data["odd"].tolist() == [0, 1, 0, 1, 0, 0]
    assert cleaned.survey.data["boss"].equals(people.data["boss"])


def test_skip_logic_refuses_a_code_that_is_an_answer(people):
    with pytest.raises(SurveyError, match="step 1: 2 is not a user-missing code of 'boss'"):
        clean(
            people,
            action="skip_logic",
            where={"job": 2},
            variables=["boss"],
            then="missing",
            code=2,
        )


# The ledger


def test_steps_are_done_in_their_order(people):
    out_of_range = {"action": "range", "variable": "age", "max": 110, "then": "missing", "why": "x"}
    no_age = {"action": "drop", "where": {"age": "missing"}, "why": "y"}
    assert len(clean_survey(people, [out_of_range, no_age]).survey.data) == 3
    assert len(clean_survey(people, [no_age, out_of_range]).survey.data) == 4


def test_rows_in_the_ledger_are_those_of_the_imported_file(people):
    steps = [
        {"action": "drop", "where": {"job": 1}, "why": "x"},
        {"action": "drop", "where": {"job": "missing"}, "why": "y"},
    ]
    cleaned = clean_survey(people, steps)
    assert [(flag["step"], flag["row"]) for flag in cleaned.flags] == [(1, 1), (2, 5), (2, 6)]
    assert set(cleaned.flags[0]) == set(FLAG_COLUMNS)


def test_step_that_touches_nobody_has_its_line(people):
    cleaned = clean(people, action="drop", where={"age": {"min": 300}})
    assert cleaned.log[1]["rows_touched"] == 0
    assert len(cleaned.log) == 2


def test_reason_is_logged_in_the_language_asked_for(people):
    step = {"action": "drop", "where": {"job": 9}, "why": {"ru": "отказ", "en": "refusal"}}
    assert clean_survey(people, [step], "ru").log[1]["why"] == "отказ"
    assert clean_survey(people, [step], "ky").log[1]["why"] == "отказ"
    assert clean_survey(people, [{**step, "why": "no"}], "ru").log[1]["why"] == "no"


def test_nobody_left_is_an_error(people):
    with pytest.raises(SurveyError, match="no respondent is left"):
        clean(people, action="drop", where={"id": {"min": 0}})


def test_imported_answers_are_not_changed(people):
    before = people.data.copy()
    clean(people, action="recode", variable="job", map={1: 2})
    clean(people, action="range", variable="age", min=18, then="missing")
    pd.testing.assert_frame_equal(people.data, before)
    assert "flag_age" not in people.codebook


codes = st.lists(st.sampled_from([1, 2, 3, 9, None]), min_size=1, max_size=30)
steps = st.lists(
    st.one_of(
        st.builds(
            lambda code: {"action": "drop", "where": {"q": code}},
            st.sampled_from([1, 2, 9, "missing", {"min": 3}]),
        ),
        st.builds(
            lambda old, new: {"action": "recode", "variable": "q", "map": {old: new}},
            st.sampled_from([1, 2, 3, 9]),
            st.sampled_from([1, 3, 9, None]),
        ),
        st.builds(
            lambda then, high: {"action": "range", "variable": "q", "max": high, "then": then},
            st.sampled_from(["drop", "missing"]),
            st.sampled_from([1, 2]),
        ),
        st.just({"action": "duplicates", "by": ["q", "r"]}),
        st.just(
            {
                "action": "skip_logic",
                "where": {"q": 1},
                "variables": ["r"],
                "then": "missing",
                "code": 9,
            }
        ),
    ),
    max_size=5,
)


@given(codes, st.randoms(use_true_random=False), steps)
def test_every_row_that_came_in_went_out_or_has_its_line(first, random, plan):
    second = random.sample(first, len(first))
    data = pd.DataFrame({"q": pd.array(first, "Int64"), "r": pd.array(second, "Int64")})
    labels = {1: {}, 2: {}, 3: {}, 9: {}}
    book = Codebook({name: Variable(name, codes=labels, missing=(9,)) for name in "qr"})
    plan = [{**step, "why": "x"} for step in plan]
    try:
        cleaned = clean_survey(Survey(data, book), plan)
    except SurveyError:
        return  # nobody is left
    log = cleaned.log
    assert [set(line) for line in log] == [set(LOG_COLUMNS)] * (len(plan) + 1)
    assert log[0]["rows_after"] == len(data)
    for before, after in zip(log, log[1:], strict=False):
        assert after["rows_before"] == before["rows_after"]
        dropped = after["rows_before"] - after["rows_after"]
        assert dropped in (0, after["rows_touched"])
    assert log[-1]["rows_after"] == len(cleaned.survey.data)
    drops = {n for n, line in enumerate(log) if line["rows_after"] < line["rows_before"]}
    gone = {flag["row"] for flag in cleaned.flags if flag["step"] in drops}
    assert len(gone) == len(data) - len(cleaned.survey.data)
    assert cleaned.survey.data["q"].dtype == "Int64"
    # A cell that was changed has its line in the flags.
    left = [row for row in range(1, len(data) + 1) if row not in gone]
    for column in "qr":
        changed = {flag["row"] for flag in cleaned.flags if flag["variable"] == column}
        for row, now in zip(left, cleaned.survey.data[column], strict=True):
            then = data[column][row - 1]
            same = (then is pd.NA and now is pd.NA) or (
                then is not pd.NA and now is not pd.NA and then == now
            )
            assert same or row in changed


@pytest.mark.parametrize(("variable", "old"), [("job", "01"), ("job", "1"), ("city", 1)])
def test_a_recode_of_codes_that_nobody_can_have_is_refused(people, variable, old):
    new = 2 if variable == "job" else "osh"
    step = {"action": "recode", "variable": variable, "map": {old: new}, "why": "x"}
    with pytest.raises(SurveyError, match="cannot have the code"):
        clean_survey(people, [step])
