"""Scores, normalisation and aggregation do what the declaration says, and nothing silently."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.index.declaration import read_indices, resolve
from resurvey.index.scoring import (
    aggregate,
    assemble,
    assign_types,
    derive_indices,
    effective_weights,
    normalise,
    score_answers,
)

OURS = {"weight": 1, "source": "our choice"}
PLAN = {
    "dimensions": {"work": {**OURS, "weight": 2}, "home": OURS},
    "indicators": {
        "pay": {"variable": "pay", "dimension": "work", **OURS},
        "fit": {"variable": "fit", "dimension": "work", **OURS, "weight": 3, "dont_know": 2},
        "noise": {"variable": "noise", "dimension": "home", "direction": "negative", **OURS},
    },
    "types": {"low": {"label": "Low"}, "high": {"label": "High", "from": 0.5}},
}


def people():
    """Five people: the second did not know whether the job fits, the last two skipped questions."""
    labels = {code: {} for code in (1, 2, 3)}
    book = Codebook(
        {
            "pay": Variable("pay", {}, "ordinal", {**labels, 9: {}}, missing=(9,)),
            "fit": Variable("fit", {}, "ordinal", {**labels, 8: {}}, dont_know=(8,)),
            "noise": Variable("noise", {}, "ordinal", labels),
        }
    )
    frame = {"pay": [3, 1, 2, 9, 1], "fit": [3, 8, 1, 2, 2], "noise": [1, 3, 2, 1, None]}
    return Survey(pd.DataFrame(frame, dtype="Int64"), book)


def index_of(survey=None, **changes):
    declared = read_indices({"index": {"i": {**PLAN, **changes}}})[0]
    return resolve(declared, (survey or people()).codebook)


def test_every_answer_has_its_score_and_no_answer_has_none():
    scores = score_answers(people(), index_of())
    expected = [[3, 3, 1], [1, 2, 3], [2, 1, 2], [np.nan, 2, 1], [1, 2, np.nan]]
    np.testing.assert_array_equal(scores, expected)


def test_dont_know_counts_as_no_answer_unless_it_has_a_score():
    indicators = {**PLAN["indicators"], "fit": {"variable": "fit", "dimension": "work", **OURS}}
    scores = score_answers(people(), index_of(indicators=indicators))
    assert np.isnan(scores[1, 1])


def test_an_answer_without_a_score_that_somebody_gave_is_refused():
    indicators = {**PLAN["indicators"]}
    indicators["pay"] = {"variable": "pay", "dimension": "work", "scores": {1: 0, 3: 1}, **OURS}
    with pytest.raises(SurveyError, match="1 respondents gave the answer 2 of 'pay', which has no"):
        score_answers(people(), index_of(indicators=indicators))


def test_index_of_whoever_answered_everything_by_hand():
    # Work: (pay + 3 fit) / 4, home: 1 - noise; two thirds work and one third home.
    made = assemble(index_of(), score_answers(people(), index_of()))
    np.testing.assert_allclose(made.dimensions[0], [1, 1])
    np.testing.assert_allclose(made.dimensions[1], [3 * 0.5 / 4, 0])
    np.testing.assert_allclose(made.overall[:3], [1, 0.25, (2 * 0.125 + 0.5) / 3])
    assert np.isnan(made.overall[3:]).all()


def test_weights_are_shared_out_among_the_answered_indicators_of_a_dimension():
    index = index_of(missing="available")
    made = assemble(index, score_answers(people(), index))
    assert made.overall[3] == pytest.approx((2 * 0.5 + 1) / 3)
    # A dimension nobody knows anything of is not replaced by the other one.
    assert np.isnan(made.overall[4])
    assert made.dimensions[4, 0] == pytest.approx((0 + 3 * 0.5) / 4)


def test_fewest_answered_indicators_are_asked_for():
    index = index_of(missing="available", minimum_items=3)
    assert np.isnan(assemble(index, score_answers(people(), index)).overall[3])


def test_a_score_beyond_a_goalpost_counts_as_the_goalpost():
    found = normalise([[-5.0], [5.0], [30.0]], "goalposts", ends=[[0, 10]], directions=[-1])
    assert found.ravel().tolist() == [1.0, 0.5, 0.0]


def test_weights_of_respondents_count_as_equal_respondents_in_ranks():
    once = normalise([[1.0], [2.0]], "rank", weights=[3.0, 1.0])
    spelled_out = normalise([[1.0], [1.0], [1.0], [2.0]], "rank")
    assert once.ravel().tolist() == spelled_out[[0, 3]].ravel().tolist()


def test_ranks_of_equal_answers_are_equal_and_average_one_half():
    found = normalise([[1.0], [1.0], [2.0], [np.nan]], "rank").ravel()
    assert found[0] == found[1]
    assert np.nanmean(found) == pytest.approx(0.5)


def test_a_column_that_does_not_vary_has_no_standard_scores():
    assert np.isnan(normalise([[2.0], [2.0]], "z")).all()


def test_geometric_mean_of_a_zero_is_refused_where_only_the_data_tell():
    survey = people()
    survey.codebook.variables["pay"] = Variable("pay", measure="scale", missing=(9,))
    indicators = {**PLAN["indicators"]}
    for name in indicators:
        indicators[name] = {**indicators[name], "goalposts": [1, 4]}
    with pytest.raises(SurveyError, match="its worst answer counts as 0"):
        index_of(survey, indicators=indicators, aggregation="geometric")
    index = index_of(survey, indicators=indicators)
    forced = replace(index, aggregation="geometric")
    with pytest.raises(SurveyError, match="a normalised score is 0"):
        assemble(forced, score_answers(survey, index))


def test_shifted_geometric_mean_lies_between_zero_and_the_arithmetic_mean():
    scores = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 1.0]])
    _, found = aggregate(scores, [1, 1], [0, 0], [1], "geometric", shift=0.01)
    assert found[0] == pytest.approx((0.01 * 1.01) ** 0.5 - 0.01)
    np.testing.assert_allclose(found[1:], [0.5, 1.0])


def test_effective_weights_add_up_to_one_where_every_dimension_has_an_answer():
    there = np.array([[True, True, True], [False, True, True], [True, True, False]])
    found = effective_weights(there, [1, 3, 1], [0, 0, 1], [2, 1])
    np.testing.assert_allclose(found[:2].sum(axis=1), 1)
    np.testing.assert_allclose(found[1], [0, 2 / 3, 1 / 3])
    assert np.isnan(found[2]).all()


def test_a_value_at_a_cutoff_belongs_to_the_type_above_whatever_the_rounding():
    index = index_of(types={"low": {}, "high": {"from": 0.3}})
    assert assign_types(index, [0.1 + 0.2, 0.3, 0.3 - 1e-9]).tolist() == [1, 1, 0]
    assert 0.7 - 0.4 < 0.3
    assert assign_types(index, [0.7 - 0.4]).tolist() == [1]


def test_index_its_dimensions_and_types_become_variables():
    found = derive_indices(people(), {"index": {"i": PLAN}})
    assert list(found.codebook)[-4:] == ["i_work", "i_home", "i", "i_type"]
    assert found.data["i_type"].tolist() == [2, 1, 1, pd.NA, pd.NA]
    assert found.codebook["i_type"].answer(2) == "High"
    assert found.codebook["i"].measure == "scale"


def test_an_index_takes_no_name_that_is_taken():
    survey = people()
    taken = Survey(survey.data.assign(i=1), survey.codebook.updated([Variable("i")]))
    with pytest.raises(SurveyError, match="'i' is a variable already; rename the index or its"):
        derive_indices(taken, {"index": {"i": PLAN}})


def test_standard_scores_take_the_weights_of_the_wave():
    survey = people()
    survey = Survey(
        survey.data.assign(w=[1.0, 1.0, 4.0, 1.0, 1.0]),
        survey.codebook.updated([Variable("w", measure="scale")]),
    )
    part = {"index": {"i": {**PLAN, "normalisation": "z", "types": {}}}}
    plain = derive_indices(survey, part).data["i"]
    weighted = derive_indices(survey, part, {"weight": "w"}).data["i"]
    assert not np.allclose(plain[:3], weighted[:3])
    pay = np.array([3.0, 1.0, 2.0, 1.0])
    own = np.array([1.0, 1.0, 4.0, 1.0])
    mean = own @ pay / own.sum()
    deviation = (own @ (pay - mean) ** 2 / own.sum() * 4 / 3) ** 0.5
    scores = score_answers(survey, resolve(read_indices(part)[0], survey.codebook))
    found = normalise(scores, "z", weights=[1, 1, 4, 1, 1])[0, 0]
    assert found == pytest.approx((3 - mean) / deviation)
