"""Letters, multiplicity, intervals and multiple responses, of people counted by hand."""

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.statistics.contrasts import marginal_independence
from resurvey.statistics.letters import adjust, column_letters
from resurvey.statistics.proportions import newcombe, newcombe_paired, paired_tests, wilson
from resurvey.statistics.stratified import cochran_mantel_haenszel
from resurvey.tables.response_sets import choices


def test_two_levels_give_two_cases_of_letters():
    found = column_letters(np.array([[60, 45, 30], [40, 55, 70]]), levels=(0.05, 0.01))
    assert found.letters[0] == ["C", "", ""]
    weaker = column_letters(np.array([[60, 45, 30], [40, 55, 70]]), (0.3, 0.0001))
    assert weaker.letters[0] == ["b C", "c", ""]


def test_apa_columns_that_do_not_differ_share_a_letter():
    found = column_letters(np.array([[60, 45, 30], [40, 55, 70]]))
    assert found.subscripts[0] == ["a", "a, b", "b"]


def test_column_without_the_answer_is_not_compared():
    found = column_letters(np.array([[60, 0, 30], [40, 50, 70]]))
    assert found.letters[0] == ["C", "", ""]
    assert "B" in found.notes[0][0].text
    assert np.isnan(found.p_values[0, 0, 1])


def test_bonferroni_counts_the_pairs_of_eligible_columns_only():
    three = column_letters(np.array([[60, 0, 45], [40, 50, 55]])).p_values[0, 0, 2]
    two = column_letters(np.array([[60, 45], [40, 55]])).p_values[0, 0, 1]
    assert three == pytest.approx(two)


def test_tests_that_were_not_made_do_not_count():
    assert adjust([0.01, np.nan, 0.04], "bonferroni")[0] == pytest.approx(0.02)
    assert np.isnan(adjust([np.nan])[0])


@pytest.mark.parametrize("method", ["holm", "benjamini_hochberg"])
def test_article_level_is_never_kinder_than_row_level(method):
    p_values = np.random.default_rng(1).uniform(size=30)
    levels = [
        np.concatenate([adjust(part, method) for part in np.split(p_values, size)])
        for size in (1, 3, 10)
    ]
    if method == "holm":
        assert (levels[0] >= levels[1] - 1e-12).all()
        assert (levels[1] >= levels[2] - 1e-12).all()
    else:
        assert (levels[0] >= p_values).all()


@pytest.mark.slow
def test_adjusted_p_values_are_those_of_statsmodels():
    from statsmodels.stats.multitest import multipletests

    p_values = np.round(np.random.default_rng(2).uniform(size=200) ** 3, 2)
    for ours, theirs in (("holm", "holm"), ("benjamini_hochberg", "fdr_bh")):
        assert adjust(p_values, ours) == pytest.approx(multipletests(p_values, method=theirs)[1])


def test_nobody_of_ten_still_has_an_upper_limit():
    assert wilson(0, 10)[1] == pytest.approx(0.2775, abs=1e-4)
    assert np.isnan(wilson(0, 0)[0])


def test_difference_and_its_interval_are_newcombes():
    # SOURCE Newcombe (1998), table II: 56/70 against 48/80; and paired example 36, 12, 2, 0.
    assert [float(one) for one in newcombe(56, 70, 48, 80)] == pytest.approx(
        [0.2, 0.0524, 0.3339], abs=1e-4
    )
    assert newcombe_paired(36, 12, 2, 0) == pytest.approx((0.2, 0.0569, 0.3404), abs=1e-4)


def test_paired_tests_need_somebody_who_changed():
    notes = [one.note for one in paired_tests(np.array([[5.0, 0.0], [0.0, 7.0]]))]
    assert all("no respondent changed" in note for note in notes)


def test_strata_of_one_respondent_are_left_out_and_said():
    tables = np.array([[[12.0, 5.0], [7.0, 15.0]], [[1.0, 0.0], [0.0, 0.0]]])
    general = cochran_mantel_haenszel(tables)[0]
    assert general.n == 39
    assert "1 strata" in general.note
    assert general.statistic == pytest.approx(5.76959611596 * 38 / 39)


@pytest.fixture
def listeners():
    """Six respondents choose among radio, television and newspaper; one chooses nothing."""
    people = pd.DataFrame(
        {
            "radio": [1, 1, 0, 0, 1, 0],
            "tv": [1, 0, 1, 0, 1, 1],
            "paper": [0, 0, 1, 0, 1, 0],
            "first": [1, 1, 2, None, 1, 2],
            "second": [2, None, 3, None, 1, None],
            "sex": [1, 1, 2, 2, 1, 2],
        }
    )
    return Survey(people, Codebook({name: Variable(name) for name in people}))


def test_base_in_cases_is_those_who_chose_something(listeners):
    options, chosen = choices(listeners, ["radio", "tv", "paper"], counted=1)
    assert options == ["radio", "tv", "paper"]
    assert chosen.any(axis=1).sum() == 5
    assert chosen.sum(axis=0).tolist() == [3, 4, 2]


def test_answer_named_twice_counts_once(listeners):
    options, chosen = choices(listeners, ["first", "second"])
    assert options == [1, 2, 3]
    by_sex = [chosen[listeners.data["sex"] == sex].sum(axis=0).tolist() for sex in (1, 2)]
    assert by_sex == [[3, 1, 0], [0, 2, 1]]


def test_overlap_of_options_is_corrected_for(listeners):
    rng = np.random.default_rng(3)
    same = rng.integers(0, 2, 400)
    people = pd.DataFrame({"a": same, "b": same, "c": 1, "g": rng.integers(1, 3, 400)})
    survey = Survey(people, Codebook({name: Variable(name) for name in people}))
    twice, once = (
        marginal_independence(choices(survey, items, 1)[1], people["g"].to_numpy())
        for items in (["a", "b", "c"], ["a", "c"])
    )
    # An option that only repeats another brings nothing new.
    assert twice.p_value == pytest.approx(once.p_value)
    assert twice.df == pytest.approx(1)


def test_set_without_variables_is_an_error(listeners):
    with pytest.raises(SurveyError, match="at least one variable"):
        choices(listeners, [])
