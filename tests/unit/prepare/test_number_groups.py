"""Numbers are put into groups: ends included, missing answers by reason, nothing lost unsaid."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.prepare.indicators import derive_indicators
from resurvey.prepare.number_groups import outside_groups

AGE = Variable(
    "age",
    measure="scale",
    codes={98: {"en": "hard to say"}, 99: {"en": "refused"}},
    missing=(98, 99),
    reasons={99: "refused"},
)


def people(*ages, **more):
    frame = pd.DataFrame({"age": pd.array(ages, "Float64" if 0.5 in ages else "Int64"), **more})
    book = Codebook({"age": AGE, **{name: Variable(name, measure="scale") for name in more}})
    return Survey(frame, book)


def grouped(survey, **spec):
    return derive_indicators(survey, {"group": {"recode": {"variable": "age", **spec}}})


def values(survey):
    return [None if pd.isna(one) else one for one in survey.data["group"]]


RANGES = {1: [18, 34], 2: [35, 54], 3: [55, None]}


def test_both_ends_of_a_range_belong_to_it_and_an_open_end_has_no_limit():
    found = grouped(people(17, 18, 34, 35, 54, 55, 90), ranges=RANGES)
    assert values(found) == [None, 1, 1, 2, 2, 3, 3]


def test_missing_answers_stay_missing_with_their_reasons():
    found = grouped(people(18, 99, 98, None), ranges=RANGES)
    assert values(found) == [1, 99, 98, None]
    variable = found.codebook["group"]
    assert variable.answers == [1, 2, 3]
    assert variable.missing == (98, 99)
    assert variable.reasons == {99: "refused"}
    assert variable.codes[99] == {"en": "refused"}


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ({"ranges": RANGES}, [1, 2, 3, 98]),
        ({"bands": {"width": 20, "from": 10}}, [1, 2, 3, 98]),
        ({"quantiles": 3}, [1, 2, 3, 98]),
    ],
)
def test_dont_know_is_no_number_and_keeps_its_code_beside_the_groups(spec, found):
    survey = people(18, 40, 55, 98)
    unsure = Variable("age", measure="scale", codes={98: {"en": "hard to say"}}, dont_know=(98,))
    survey = Survey(survey.data, Codebook({"age": unsure}))
    made = grouped(survey, **spec)
    assert values(made) == found
    variable = made.codebook["group"]
    assert variable.dont_know == (98,)
    assert variable.answers == [1, 2, 3, 98]
    assert variable.codes[98] == {"en": "hard to say"}
    assert outside_groups(made, {"group": {"recode": {"variable": "age", **spec}}}, 0) == []


def test_groups_are_ordinal_and_labelled_by_their_ends_unless_the_study_labels_them():
    variable = grouped(people(18), ranges=RANGES, codes={1: "young"}).codebook["group"]
    assert variable.measure == "ordinal"
    assert [variable.answer(code) for code in variable.answers] == ["young", "35–54", "55+"]


def test_numbers_in_no_group_are_counted_in_the_ledger_and_named():
    declared = {"group": {"recode": {"variable": "age", "ranges": RANGES}}}
    found = derive_indicators(people(15, 17, 15, 20, 99, None), declared)
    (line,) = outside_groups(found, declared, steps=2)
    assert (line["step"], line["action"], line["variables"]) == (3, "groups", "age group")
    assert (line["rows_touched"], line["cells_touched"], line["rows_after"]) == (3, 3, 6)
    assert line["why"] == "age: 15, 17"


def test_a_grouping_that_takes_every_number_has_no_line():
    declared = {"group": {"recode": {"variable": "age", "ranges": RANGES}}}
    assert outside_groups(derive_indicators(people(20, 99), declared), declared, 0) == []


@pytest.mark.parametrize(
    ("ranges", "said"),
    [
        ({1: [18, 35], 2: [35, 54]}, "the ranges of 1 and 2 overlap; 35 is in both"),
        ({1: [18, None], 2: [35, 54]}, "the ranges of 1 and 2 overlap"),
        ({1: [34, 18]}, "begins at 34 and ends at 18, so nobody can be in it"),
        ({1: [None, None]}, "has no end"),
        ({1: [18, 34], 2: [99, 99]}, "99 is a missing code of 'age'"),
        ({99: [18, 34]}, "the new code 99 is a missing code"),
        ({1: [18, 34], "b": [35, 54]}, "text and numbers"),
    ],
)
def test_ranges_that_cannot_be_meant_are_refused(ranges, said):
    with pytest.raises(SurveyError, match=said):
        grouped(people(18), ranges=ranges)


def test_a_range_without_any_answer_of_a_closed_question_is_refused():
    book = Codebook({"age": Variable("age", measure="ordinal", codes={1: {}, 5: {}})})
    survey = Survey(pd.DataFrame({"age": pd.array([1], "Int64")}), book)
    with pytest.raises(SurveyError, match=r"no answer of 'age' is in the range of 2 \(6–10\)"):
        grouped(survey, ranges={1: [1, 5], 2: [6, 10]})


def test_a_label_for_no_group_is_refused():
    with pytest.raises(SurveyError, match=r"`codes` labels 4, and there is no such group \(1\)"):
        grouped(people(18), ranges={1: [18, 34]}, codes={4: "old"})


def test_words_are_no_numbers():
    book = Codebook({"age": Variable("age")})
    survey = Survey(pd.DataFrame({"age": pd.array(["old"], "str")}), book)
    with pytest.raises(SurveyError, match="'age' is text"):
        grouped(survey, ranges=RANGES)


def test_bands_have_one_width_and_their_lower_end():
    found = grouped(people(15, 24, 25, 44, 14), bands={"width": 10, "from": 15})
    assert values(found) == [1, 1, 2, 3, None]
    variable = found.codebook["group"]
    assert [variable.answer(code) for code in variable.answers] == ["15–24", "25–34", "35–44"]


def test_bands_end_where_the_study_says():
    found = grouped(people(15, 40), bands={"width": 10, "from": 15, "to": 35})
    assert values(found) == [1, None]


def test_too_narrow_bands_are_refused():
    with pytest.raises(SurveyError, match="would make 1000 groups"):
        grouped(people(0, 90), bands={"width": 0.1, "from": -1, "to": 99})


def test_decimal_bands_have_decimal_ends():
    found = grouped(people(0.5, 0.7, 1.0), bands={"width": 0.1, "from": 0.5})
    assert values(found) == [1, 3, 6]


def test_quantile_groups_are_of_equal_size_and_equal_numbers_stay_together():
    found = grouped(people(1, 2, 3, 4, 5, 6, 7, 8), quantiles=4)
    assert values(found) == [1, 1, 2, 2, 3, 3, 4, 4]
    assert found.codebook["group"].answer(1) == "1–2"
    tied = grouped(people(1, 1, 1, 2, 3, 4), quantiles=2)
    assert values(tied) == [1, 1, 1, 2, 2, 2]


def test_quantile_groups_follow_the_weights():
    found = grouped(people(1, 2, 3, 4, weight=[3.0, 1.0, 1.0, 1.0]), quantiles=2, weight="weight")
    assert values(found) == [1, 2, 2, 2]


def test_an_empty_quantile_group_is_refused():
    with pytest.raises(SurveyError, match="group 1 of 4 is empty"):
        grouped(people(1, 1, 1, 2), quantiles=4)


@pytest.mark.slow
@given(st.lists(st.integers(0, 90), min_size=1), st.integers(1, 30))
def test_every_number_from_the_first_on_is_in_exactly_its_band(ages, width):
    found = grouped(people(*ages), bands={"width": width, "from": 0})
    assert values(found) == [age // width + 1 for age in ages]
