"""An indicator is 1, 0 or missing: nobody counts as "no" for not having answered."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.notes import NOT_IDENTIFIED
from resurvey.prepare.indicators import (
    SHARE_COLUMNS,
    derive_indicators,
    joint_indicators,
    summarise_indicators,
)
from resurvey.prepare.reconstruction import CROSSED

LABELS = {1: {"en": "yes"}, 2: {"en": "mostly yes"}, 3: {"en": "no"}, 9: {}}
BOOK = Codebook(
    {
        "job": Variable("job", codes=LABELS, missing=(9,)),
        "home": Variable("home", codes={1: {}, 2: {}}),
        "sex": Variable("sex", codes={"m": {"en": "Men"}, "f": {"en": "Women"}, "01": {}}),
    }
)
JOB = {"share": {"variable": "job", "codes": [1, 2]}}
HOME = {"share": {"variable": "home", "codes": [1]}}


@pytest.fixture
def people():
    """Six respondents; the fourth refused, the fifth skipped, the sixth gave no sex."""
    data = pd.DataFrame(
        {
            "job": pd.array([1, 2, 3, 9, None, 1], "Int64"),
            "home": pd.array([1, 2, 1, 1, 2, None], "Int64"),
            "sex": pd.array(["m", "m", "f", "f", "f", None], "str"),
        },
        index=[10, 11, 12, 13, 14, 15],
    )
    return Survey(data, BOOK)


def derived(people, **declared):
    return derive_indicators(people, declared)


def values(survey, name):
    return [None if pd.isna(one) else one for one in survey.data[name]]


def test_share_is_one_for_its_answers_zero_for_others_and_missing_without_an_answer(people):
    survey = derived(people, good=JOB)
    assert values(survey, "good") == [1, 1, 0, None, None, 1]
    assert survey.codebook["good"].answers == [1, 0]


def test_share_of_text_answers(people):
    survey = derived(people, men={"share": {"variable": "sex", "codes": ["m"]}})
    assert values(survey, "men") == [1, 1, 0, 0, 0, None]


def test_recode_groups_codes_and_leaves_out_the_rest(people):
    survey = derived(
        people,
        job2={
            "recode": {
                "variable": "job",
                "map": {1: 1, 2: 1},
                "codes": {1: "yes"},
                "measure": "ordinal",
            }
        },
    )
    assert values(survey, "job2") == [1, 1, None, None, None, 1]
    assert survey.codebook["job2"].measure == "ordinal"
    assert survey.codebook["job2"].answer(1) == "yes"


def test_recode_can_name_its_groups_in_text(people):
    survey = derived(people, word={"recode": {"variable": "job", "map": {1: "good", 3: "bad"}}})
    assert values(survey, "word") == ["good", None, "bad", None, None, "good"]
    assert survey.codebook["word"].answers == ["good", "bad"]


def test_recode_exchanges_codes_at_once(people):
    survey = derived(people, turned={"recode": {"variable": "home", "map": {1: 2, 2: 1}}})
    assert values(survey, "turned") == [2, 1, 2, 2, 1, None]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("all", [1, 0, 0, None, None, None]),
        ("any", [1, 1, 1, None, None, None]),
        ("count", [2, 1, 1, None, None, None]),
    ],
)
def test_combination_is_missing_where_one_part_is(people, how, expected):
    survey = derived(
        people,
        job_good=JOB,
        home_good=HOME,
        both={"combine": {"how": how, "of": ["job_good", "home_good"]}},
    )
    assert values(survey, "both") == expected


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({"job": JOB}, "'job' is a variable already; rename it"),
        ({"a": {"share": {"variable": "jop", "codes": [1]}}}, "'a': variable 'jop' is not in the"),
        ({"a": {"share": {"variable": "job", "codes": [7]}}}, "'a': 'job' has no code 7"),
        ({"a": {"share": {"variable": "job", "codes": ["1"]}}}, "cannot have the code '1'"),
        ({"a": {"share": {"variable": "job", "codes": [9]}}}, "9 is a missing code of 'job', not"),
        ({"a": {"recode": {"variable": "job", "map": {9: 1}}}}, "9 is a missing code of 'job'"),
        ({"a": {"recode": {"variable": "job", "map": {7: 1}}}}, "'job' has no code 7"),
        ({"a": {"recode": {"variable": "job", "map": {1: 1, 2: "x"}}}}, "are text and numbers"),
        (
            {"a": {"recode": {"variable": "job", "map": {1: 1, 2: 2}, "codes": {1: "x"}}}},
            "'a': code 2 has no label under `codes`",
        ),
        ({"a": {"combine": {"how": "all", "of": ["job", "home"]}}}, "'job' is not 0 or 1; make a"),
        (
            {"a": JOB, "b": {"difference": {"of": "a", "minus": "aa"}}},
            "'b': 'aa' is not a share; did you mean 'a'?",
        ),
        (
            {
                "a": JOB,
                "b": HOME,
                "n": {"combine": {"how": "count", "of": ["a", "b"]}},
                "d": {"difference": {"of": "a", "minus": "n"}},
            },
            "'d': 'n' is not a share",
        ),
    ],
)
def test_indicator_that_cannot_be_meant_is_refused(people, declared, sentence):
    with pytest.raises(SurveyError, match=r"^indicators\.yaml") as problem:
        derive_indicators(people, declared)
    assert sentence in str(problem.value)


def test_cleaned_answers_are_not_changed(people):
    before = people.data.copy()
    derived(people, good=JOB)
    pd.testing.assert_frame_equal(people.data, before)
    assert "good" not in people.codebook


@given(st.lists(st.sampled_from([1, 2, 3, 9, None]), min_size=1, max_size=40))
def test_share_and_its_complement_leave_exactly_the_missing(answers):
    book = Codebook({"q": Variable("q", codes=LABELS, missing=(9,))})
    survey = derive_indicators(
        Survey(pd.DataFrame({"q": pd.array(answers, "Int64")}), book),
        {
            "yes": {"share": {"variable": "q", "codes": [1, 2]}},
            "no": {"share": {"variable": "q", "codes": [3]}},
        },
    )
    missing = sum(one in (9, None) for one in answers)
    assert survey.data["yes"].isna().sum() == missing
    assert (survey.data["yes"] + survey.data["no"]).sum() == len(answers) - missing


# Shares


def summary(people, columns=None, **declared):
    survey = derive_indicators(people, declared)
    return summarise_indicators(survey, declared, columns, language="en")


def test_share_is_a_per_cent_of_those_who_answered(people):
    (line,) = summary(people, good={**JOB, "label": {"en": "Good job"}, "dimension": "social"})
    assert (line["count"], line["base"], line["percent"]) == (3, 4, 75.0)
    assert (line["label"], line["dimension"], line["unit"]) == ("Good job", "social", "percent")
    assert (line["column_code"], line["column_label"]) == ("total", "All respondents")
    assert set(line) <= set(SHARE_COLUMNS)


def test_groups_keep_their_labels_and_a_respondent_without_one_is_in_the_total(people):
    lines = summary(people, "sex", good=JOB)
    assert [(one["column_code"], one["column_label"], one["base"]) for one in lines] == [
        ("m", "Men", 2),
        ("f", "Women", 1),
        ("01", "01", 0),
        ("total", "All respondents", 4),
    ]
    assert lines[2]["percent"] is None


def test_difference_is_of_shares_each_with_its_own_base(people):
    lines = summary(
        people, good=JOB, home_good=HOME, gap={"difference": {"of": "good", "minus": "home_good"}}
    )
    gap = lines[-1]
    assert gap["percent"] == pytest.approx(75 - 60)
    assert gap["unit"] == "percentage_points"
    assert "count" not in gap


def test_difference_without_a_base_says_so(people):
    lines = summary(
        people,
        "sex",
        good=JOB,
        home_good=HOME,
        gap={"difference": {"of": "good", "minus": "home_good"}},
    )
    nobody = next(one for one in lines if (one["indicator"], one["column_code"]) == ("gap", "01"))
    assert nobody["note"] == "no base"
    assert "percent" not in nobody


def test_recodes_and_counts_are_no_shares(people):
    declared = {
        "good": JOB,
        "home_good": HOME,
        "sum": {"combine": {"how": "count", "of": ["good", "home_good"]}},
        "new": {"recode": {"variable": "job", "map": {1: 1}}},
    }
    assert {line["indicator"] for line in summary(people, **declared)} == {"good", "home_good"}


def test_groups_by_an_unknown_variable_are_refused(people):
    with pytest.raises(
        SurveyError, match="`columns` names 'sexx', which is not in the data; did y"
    ):
        summary(people, "sexx", good=JOB)


# Reconstructed records


@pytest.fixture
def dealt(people):
    """The same six as reconstructed records; only the job was crossed with the sex in print."""
    book = Codebook(BOOK.variables, notes=(CROSSED + "job by sex",), reconstructed=True)
    return Survey(people.data, book)


def test_group_share_is_given_only_where_it_was_crossed_in_print(dealt):
    lines = summary(dealt, "sex", good=JOB, home_good=HOME)
    notes = {(one["indicator"], one["column_code"]): one.get("note", "") for one in lines}
    assert notes[("good", "m")] == ""
    assert notes[("home_good", "m")] == NOT_IDENTIFIED.text
    assert notes[("home_good", "total")] == ""
    assert not any("percent" in one for one in lines if one.get("note"))


def test_combination_of_two_questions_is_never_given_on_reconstructed_records(dealt):
    both = {"combine": {"how": "all", "of": ["good", "home_good"]}}
    lines = summary(dealt, good=JOB, home_good=HOME, both=both)
    assert lines[-1]["note"] == NOT_IDENTIFIED.text
    assert "percent" not in lines[-1]
    assert joint_indicators({"good": JOB, "home_good": HOME, "both": both}) == {"both"}


def test_combination_within_one_question_is_given(dealt):
    only = {"share": {"variable": "job", "codes": [1]}}
    either = {"combine": {"how": "any", "of": ["good", "only"]}}
    lines = summary(dealt, "sex", good=JOB, only=only, either=either)
    assert not any(one.get("note") for one in lines)
    assert np.isclose(lines[-1]["percent"], 75)


def test_answers_beside_those_that_count_are_counted_of_the_same_base():
    rating = {1: {"en": "bad"}, 2: {"en": "fair"}, 3: {"en": "good"}, 9: {"en": "refused"}}
    book = Codebook({"q": Variable("q", codes=rating, missing=(9,))})
    people = Survey(pd.DataFrame({"q": pd.array([3, 3, 2, 1, 1, 1, 9], "Int64")}), book)
    good = {"variable": "q", "codes": [3], "middle": [2], "opposite": [1]}
    declared = {"good": {"share": good}}
    (line,) = summarise_indicators(derive_indicators(people, declared), declared)
    counts = [line[name] for name in ("count", "middle_count", "opposite_count", "base")]
    assert counts == [2, 1, 3, 6]
    assert line["opposite_percent"] == 50.0


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        ({"middle": [3]}, "3 stands twice in the share of 'q'"),
        ({"middle": [2], "opposite": [2]}, "2 stands twice in the share of 'q'"),
        ({"opposite": [9]}, "9 is a missing code of 'q', not an answer"),
        ({"opposite": [7]}, "'q' has no code 7"),
    ],
)
def test_answers_beside_those_that_count_are_others_and_known(sides, message):
    codes = {code: {"en": str(code)} for code in (1, 2, 3, 9)}
    book = Codebook({"q": Variable("q", codes=codes, missing=(9,))})
    people = Survey(pd.DataFrame({"q": pd.array([3, 1], "Int64")}), book)
    with pytest.raises(SurveyError, match=message):
        derive_indicators(people, {"good": {"share": {"variable": "q", "codes": [3], **sides}}})


def _any(*parts):
    return {"combine": {"how": "any", "of": list(parts)}}


@pytest.mark.parametrize(
    ("declared", "scales", "said"),
    [
        ({"a": _any("b", "good"), "b": _any("a", "good")}, {}, "'a' and 'b' need each other"),
        ({"a": _any("b"), "b": _any("c"), "c": _any("a")}, {}, "'a', 'b' and 'c' need each other"),
        ({"b": _any("a"), "a": _any("a", "good")}, {}, "'a' needs itself"),
        ({"a": _any("s")}, {"s": {"items": ["job", "a"]}}, "'s' and 'a' need each other"),
        ({"a": _any("good", "b"), "b": _any("good")}, {}, "'a': 'b' is defined below it; move 'b'"),
        ({"a": _any("s"), "b": HOME}, {"s": {"items": ["b"]}}, "'a': 'b' is defined below it"),
    ],
)
def test_indicators_that_need_each_other_or_one_further_down_are_refused(
    people, declared, scales, said
):
    with pytest.raises(SurveyError) as problem:
        derive_indicators(people, {"good": JOB, **declared}, scales)
    assert said in str(problem.value)


def test_indicator_named_like_its_variable_is_told_to_take_another_name(people):
    with pytest.raises(SurveyError, match="'job' is a variable already; rename it"):
        derived(people, job=JOB)


def test_two_indicators_may_use_one(people):
    made = derived(people, good=JOB, a=_any("good"), b=_any("good", "a"))
    assert values(made, "b") == values(made, "good")
