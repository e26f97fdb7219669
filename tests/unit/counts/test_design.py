"""A design reads its weights strictly and keeps to the rules of weighted estimation."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.survey import Survey
from resurvey.counts.crosstabs import crosstab
from resurvey.counts.design import Design, kish


def people(n=60, seed=3, **columns):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "q": rng.integers(1, 4, n),
            "g": rng.integers(1, 3, n),
            "w": rng.uniform(0.5, 3, n),
            "stratum": np.arange(n) % 3,
            "village": np.arange(n) // 3 % 5,
        }
    ).assign(**columns)
    return Survey(frame, Codebook({name: Variable(name) for name in frame}))


def numbers(table):
    found = {one.test: one.statistic for one in table.results}
    return [found["rao_scott_f"], found["rao_scott_chisq"]]


@pytest.mark.parametrize("bad", [-1.0, np.inf])
def test_impossible_weight_is_an_error_with_its_row(bad):
    survey = people()
    survey.data.loc[4, "w"] = bad
    with pytest.raises(SurveyError, match=r"negative or infinite \(row 5\)"):
        crosstab(survey, "q", "g", Design(weights="w"))


def test_weights_that_are_all_zero_are_an_error():
    with pytest.raises(SurveyError, match="zero or missing for every"):
        crosstab(people(w=0.0), "q", "g", Design(weights="w"))


def test_missing_weight_counts_for_nothing_and_is_said():
    survey = people()
    survey.data.loc[[1, 2], "w"] = np.nan
    table = crosstab(survey, "q", "g", Design(weights="w"))
    assert table.unweighted.sum() == 58
    assert "2 respondents without a weight" in table.tests().loc["rao_scott_f", "note"]


def test_missing_stratum_is_an_error():
    survey = people()
    survey.data["stratum"] = survey.data["stratum"].astype("Int64")
    survey.data.loc[0, "stratum"] = pd.NA
    with pytest.raises(SurveyError, match="'stratum' of the design is missing for 1"):
        crosstab(survey, "q", "g", Design(weights="w", strata="stratum"))


def test_stratum_with_one_cluster_fails_unless_told_otherwise():
    survey = people(village=np.where(np.arange(60) % 3 == 0, 0, np.arange(60) // 3))
    design = Design(weights="w", strata="stratum", clusters="village")
    with pytest.raises(SurveyError, match="only one cluster"):
        crosstab(survey, "q", "g", design)
    kept = Design(weights="w", strata="stratum", clusters="village", lonely_psu="certainty")
    assert numbers(crosstab(survey, "q", "g", kept))[0] > 0


def test_cluster_in_two_strata_is_an_error_unless_nested():
    design = Design(weights="w", strata="stratum", clusters="village", nest=False)
    with pytest.raises(SurveyError, match="more than one stratum"):
        crosstab(people(), "q", "g", design)


def test_population_smaller_than_the_sample_is_an_error():
    with pytest.raises(SurveyError, match="smaller than the sample"):
        crosstab(people(N=10), "q", "g", Design(weights="w", fpc="N"))


def test_unknown_ways_are_refused_when_the_design_is_written():
    with pytest.raises(SurveyError, match="lonely_psu is one of"):
        Design(lonely_psu="ignore")
    with pytest.raises(SurveyError, match="replicate weights replace"):
        Design(strata="s", replicates=["r1"])


def test_scaling_the_weights_changes_no_test():
    survey = people()
    design = Design(weights="w", strata="stratum", clusters="village")
    before = numbers(crosstab(survey, "q", "g", design))
    scaled = people()
    scaled.data["w"] *= 1000
    assert numbers(crosstab(scaled, "q", "g", design)) == pytest.approx(before, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000))
def test_order_of_respondents_changes_no_test(seed):
    survey = people()
    design = Design(weights="w", strata="stratum", clusters="village")
    mixed = Survey(survey.data.sample(frac=1, random_state=seed), survey.codebook)
    before, after = (numbers(crosstab(one, "q", "g", design)) for one in (survey, mixed))
    assert after == pytest.approx(before, rel=1e-9)


def test_weights_of_one_give_nearly_pearsons_test():
    survey = people(n=3000, w=1.0)
    plain = crosstab(survey, "q", "g").tests().loc["pearson", "statistic"]
    weighted = crosstab(survey, "q", "g", Design(weights="w")).tests()
    assert weighted.loc["rao_scott_chisq", "statistic"] == pytest.approx(plain, rel=0.02)


def test_prepared_design_gives_the_same_table_and_belongs_to_its_survey():
    survey, design = people(), Design(weights="w", strata="stratum")
    ready = design.prepared(survey)
    assert numbers(crosstab(survey, "q", "g", ready)) == numbers(crosstab(survey, "q", "g", design))
    with pytest.raises(SurveyError, match="prepared for 60"):
        crosstab(people(n=30), "q", "g", ready)


def test_replicate_weights_and_bootstrap_come_close_to_linearisation():
    survey, design = people(n=600), Design(weights="w", strata="stratum", clusters="village")
    linear = crosstab(survey, "q", "g", design).shares()
    knife = crosstab(survey, "q", "g", replace(design, resample="jackknife")).shares()
    boot = crosstab(
        survey, "q", "g", replace(design, resample="bootstrap", resamples=2000, seed=1)
    ).shares()
    for one, two, three in zip(linear, knife, boot, strict=True):
        assert two.standard_error == pytest.approx(one.standard_error, rel=0.05)
        assert three.standard_error == pytest.approx(one.standard_error, rel=0.15)


def test_replicate_columns_are_read_from_the_survey():
    survey = people()
    rng = np.random.default_rng(1)
    names = [f"r{k}" for k in range(20)]
    for name in names:
        survey.data[name] = survey.data["w"] * rng.integers(0, 3, 60)
    book = survey.codebook.updated([Variable(name) for name in names])
    design = Design(weights="w", replicates=names, replicate_kind="bootstrap")
    assert numbers(crosstab(Survey(survey.data, book), "q", "g", design))[0] > 0
    with pytest.raises(SurveyError, match="need replicate_scales"):
        Design(weights="w", replicates=names, replicate_kind="jkn").prepared(
            Survey(survey.data, book)
        )


def test_adjusted_residual_is_the_deviation_over_its_design_error():
    survey = people(n=3000, w=1.0)
    plain = crosstab(survey, "q", "g").residual_array("adjusted")
    weighted = crosstab(survey, "q", "g", Design(weights="w")).residual_array("adjusted")
    assert weighted == pytest.approx(plain, rel=0.05)


def test_equal_weights_have_no_design_effect():
    assert kish([2.0, 2.0, 2.0]) == (1.0, 3.0)


@pytest.mark.parametrize("far", [1e300, 1e-300])
def test_weight_whose_square_overflows_or_vanishes_is_an_error_with_its_row(far):
    survey = people()
    survey.data.loc[4, "w"] = far
    for kind in ("sampling", "frequency"):
        with pytest.raises(SurveyError, match=r"\(row 5\); rescale the weights"):
            crosstab(survey, "q", "g", Design(weights="w", kind=kind))


def test_dates_are_no_weights():
    survey = people(w=pd.Timestamp("2020-01-01"))
    with pytest.raises(SurveyError, match="holds text or dates"):
        crosstab(survey, "q", "g", Design(weights="w"))


def test_variance_that_cancels_is_zero_not_rounding_error():
    # Every respondent of a village gives the same share of answers: nothing can vary.
    frame = pd.DataFrame({"q": [1, 1, 2] * 12, "g": [1, 2, 1, 1, 2, 1] * 6})
    frame["village"], frame["w"] = np.arange(36) // 6, np.repeat([0.1, 0.7, 1.3, 2.9, 0.3, 1.7], 6)
    survey = Survey(frame, Codebook({name: Variable(name) for name in frame}))
    table = crosstab(survey, "q", "g", Design(weights="w", clusters="village"))
    assert [one.standard_error for one in table.shares()] == [0.0] * 4
    assert table.tests().loc["rao_scott_f", "note"].startswith("not computed: the design-based")


@pytest.mark.filterwarnings("error")
def test_replicate_that_leaves_the_whole_table_out_gives_no_warning():
    survey = people(r1=0.0, r2=1.0, r3=2.0)
    table = crosstab(survey, "q", "g", Design(weights="w", replicates=("r1", "r2", "r3")))
    assert table.residuals().shape == (3, 2)


@pytest.mark.parametrize("design", [{"strata": "bad"}, {"fpc": "bad"}, {"replicates": ("bad",)}])
def test_missing_value_of_the_design_is_named_with_its_row(design):
    survey = people(bad=2.0)
    survey.data.loc[4, "bad"] = np.nan
    with pytest.raises(SurveyError, match=r"'bad'.*\(row 5\)"):
        crosstab(survey, "q", "g", Design(weights="w", **design))


def test_stratum_without_answers_is_no_part_of_the_average_over_strata():
    # As R: svychisq of a subset averages over the strata that are left.
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"q": rng.integers(1, 4, 80), "g": rng.integers(1, 3, 80)}, dtype=float)
    frame["stratum"], frame["village"] = np.arange(80) // 20, np.arange(80) % 5
    frame.loc[frame.stratum == 0, "village"] = 1
    frame.loc[frame.stratum == 3, "q"] = np.nan
    design = Design(strata="stratum", clusters="village", lonely_psu="average")
    found = [
        crosstab(Survey(one, Codebook({name: Variable(name) for name in one})), "q", "g", design)
        for one in (frame, frame[frame.stratum < 3])
    ]
    assert np.allclose(*(table.spread.covariance for table in found), rtol=1e-12)
