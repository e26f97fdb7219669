"""A design reads its weights strictly and keeps to the rules of weighted estimation."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.counts.crosstabs import crosstab
from resurvey.counts.design import Design, Rake, check_weights, describe_weights
from resurvey.prepare.import_gate import import_survey
from resurvey.statistics.weighting import kish
from resurvey.tables.tabulation import with_weighting


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


LONELY = pd.DataFrame(
    {
        "q": [1, 2, 1, 2, 1, 2, 1, 2, 1],
        "region": [1, 1, 1, 2, 2, 3, 4, 4, 4],
        "village": [1, 2, 2, 1, 1, 1, 1, 2, 3],
        "towns": [2, 2, 2, 9, 9, 1, 9, 9, 9],
    }
)
"""Villages of region 2 and 3 are alone; region 1 was asked whole, and so was region 3."""


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "2 of 4 strata have .* 'region' 2, 2 people; 'region' 3 \\(South\\), 1 person; join"),
        ({"fpc": "towns"}, "1 of 4 strata has .* 'region' 2, 2 people; join .* `lonely_psu: cert"),
        (
            {"resample": "jackknife", "lonely_psu": "adjust"},
            "2 of 4 .* 1 person; join each with another stratum$",
        ),
    ],
)
def test_strata_of_one_cluster_are_named_with_their_people(keys, said):
    regions = Variable("region", codes={3: {"": "South"}})
    survey = Survey(LONELY, Codebook({name: Variable(name) for name in LONELY}).updated([regions]))
    with pytest.raises(SurveyError, match=said):
        Design(strata="region", clusters="village", **keys).prepared(survey)


def test_no_more_than_five_strata_are_named():
    alone = pd.DataFrame({"region": np.arange(9), "q": 1})
    survey = Survey(alone, Codebook({name: Variable(name) for name in alone}))
    with pytest.raises(SurveyError, match=r"\(one row\).* 'region' 4, 1 person; 4 more; join"):
        Design(strata="region").prepared(survey)


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


@pytest.mark.slow
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


@pytest.mark.slow
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


CANARY = 987654321.25


def weighted_people(weights, **about):
    book = Codebook({"w": Variable("w", measure="scale", **about)})
    return Survey(pd.DataFrame({"w": np.asarray(weights, dtype="float64")}), book)


def ones(number, **others):
    return [float(others.get(f"row_{row}", 1)) for row in range(1, number + 1)]


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (ones(205, row_1=CANARY), "more than 25% of all weights together in 1 row \\(row 1\\)"),
        (ones(5000, row_7=CANARY), "more than 25% .* \\(row 7\\)"),
        (ones(5000, row_7=1700), "more than 25%"),
        (ones(60, row_60=21), "more than 25% .* \\(row 60\\)"),
        (ones(205, row_3=CANARY, row_9=CANARY), "in 2 rows \\(rows 3, 9\\)"),
        (ones(5000, row_3=CANARY, row_9=CANARY, row_11=CANARY, row_12=CANARY, row_1=CANARY),
         "more than 1000 times the median weight in 5 rows"),
        (ones(50_000, row_2=1500), "more than 1000 times the median weight in 1 row \\(row 2\\)"),
        (ones(8, row_8=1e300), "more than 1000 times"),
        (ones(30, row_4=-1), "negative or infinite in 1 row \\(row 4\\)"),
        (ones(30, row_4=np.inf), "negative or infinite in 1 row \\(row 4\\)"),
        ([0.0] * 30, "zero or missing for every respondent"),
        ([np.nan] * 30, "zero or missing for every respondent"),
    ],
)  # fmt: skip
def test_weight_that_cannot_be_right_stops_with_its_row_and_without_its_value(weights, words):
    with pytest.raises(SurveyError, match=words) as problem:
        check_weights(weighted_people(weights), "w", "raw.csv")
    assert str(problem.value).startswith("raw.csv: weight 'w' is ")
    assert "987654321" not in str(problem.value)


@pytest.mark.parametrize(
    "weights",
    [
        np.linspace(500, 3000, 700),
        np.exp(np.linspace(-3, 3, 400)),
        ones(205, row_1=20),
        [1.0, 2.0, 9.0],
        [1e-9] * 40,
        [1e15] * 40,
        ones(40, row_1=0, row_2=np.nan),
    ],
    ids=["population", "lognormal", "untrimmed", "three people", "tiny", "huge", "some of none"],
)
def test_weights_as_surveys_have_them_are_accepted(weights):
    check_weights(weighted_people(weights), "w", "raw.csv")


def test_declared_largest_weight_replaces_the_rule():
    weights = ones(60, row_5=500)
    assert check_weights(weighted_people(weights), "w", "raw.csv", 500).respondents == 60
    with pytest.raises(
        SurveyError, match=r"above the declared `largest_weight` in 1 row \(row 5\)"
    ):
        check_weights(weighted_people(weights), "w", "raw.csv", 499)


def test_frequencies_may_be_as_unequal_as_they_like():
    check_weights(weighted_people(ones(60, row_5=1e6)), "w", "raw.csv", kind="frequency")


def test_code_that_is_declared_missing_is_no_weight():
    weights = ones(40, row_1=-1, row_2=-9, row_3=99_999)
    coded = weighted_people(weights, missing=(-1, 99_999), missing_ranges=((-9.0, -8.0),))
    assert check_weights(coded, "w", "raw.csv").missing == 3


def test_zero_and_absent_weights_are_told(caplog):
    check_weights(weighted_people(ones(40, row_1=0, row_2=np.nan, row_3=0)), "w", "raw.csv")
    assert "respondents without a weight: 1, of weight 0: 2, together 3 rows" in caplog.text


def test_very_unequal_weights_are_told_with_what_they_cost(caplog):
    found = check_weights(weighted_people(ones(200, row_1=60)), "w", "raw.csv")
    assert found.is_notable
    assert "very unequal: the largest is 46.3 times the mean" in caplog.text


def test_weights_are_described_as_kish_does():
    found = describe_weights([1.0, 1.0, 1.0, 5.0, 0.0, np.nan])
    assert (found.respondents, found.zero, found.missing) == (4, 1, 1)
    assert found.largest == 2.5
    assert found.effect == pytest.approx(4 * 28 / 64)
    assert found.effective == pytest.approx(64 / 28)


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1.0, 1e9, 1e200, 1e307])
def test_description_does_not_depend_on_the_unit_of_the_weights(scale):
    found = describe_weights(np.array([1.0, 2.0, 3.0]) * scale)
    assert found.effect == pytest.approx(3 * 14 / 36)
    assert found.largest == pytest.approx(1.5)


@pytest.fixture
def study(tmp_path):
    """Import a wave of forty people with the given weights."""

    def run(weights, **wave):
        path = tmp_path / "raw.csv"
        pd.DataFrame({"q": [1, 2] * 20, "w": weights}).to_csv(path, index=False)
        return import_survey(str(path), {}, {"file": str(path), "weight": "w", **wave})

    return run


def test_import_stops_at_an_absurd_weight(study):
    with pytest.raises(
        SurveyError, match=r"raw\.csv: weight 'w' .*`largest_weight:` under the wave"
    ):
        study(ones(40, row_1=1e9))
    assert len(study(ones(40, row_1=1e9), largest_weight=1e9).data) == 40


def test_import_stops_at_a_negative_weight(study):
    with pytest.raises(SurveyError, match="negative or infinite in 1 row"):
        study(ones(40, row_1=-1))


def test_codebook_of_the_tables_carries_the_description_only_where_there_are_weights():
    survey = weighted_people(ones(40, row_1=3))
    assert with_weighting(survey, {"file": "a"}) == survey.codebook
    book = with_weighting(survey, {"file": "a", "weight": "w"})
    assert book.weighting["respondents"] == 40
    assert Codebook.from_json(book.to_json()) == book
    assert "weighting" not in json.loads(survey.codebook.to_json())


def test_margins_may_be_shares_per_cents_or_totals():
    survey = people()
    shares, per_cents, totals = (
        Design(weights="w", rake=Rake({"g": margin})).prepared(survey).weights
        for margin in ({"1": 0.3, "2": 0.7}, {"1": 30, "2": 70}, {"1": 3000, "2": 7000})
    )
    assert per_cents == pytest.approx(shares)
    assert shares.sum() == pytest.approx(survey.data["w"].sum())
    assert totals.sum() == pytest.approx(10_000)
    assert totals / totals.sum() == pytest.approx(shares / shares.sum())
    held = [totals[survey.data["g"] == code].sum() for code in (1, 2)]
    assert held == pytest.approx([3000, 7000])


def test_printed_shares_that_miss_100_by_rounding_are_shares():
    survey = people()
    survey.data["q"] = np.arange(60) % 3 + 1
    ready = Design(rake=Rake({"q": {"1": 33.3, "2": 33.3, "3": 33.3}})).prepared(survey)
    assert ready.weights == pytest.approx(np.ones(60))
    assert ready.described().rounds > 0


@pytest.mark.parametrize("shares", [{"1": 33, "2": 33, "3": 33}, {"1": 0.33, "2": 0.33, "3": 0.33}])
def test_shares_of_few_digits_may_miss_more(shares):
    survey = people(q=np.arange(60) % 3 + 1)
    assert Design(rake=Rake({"q": shares})).prepared(survey).weights == pytest.approx(np.ones(60))


@pytest.mark.parametrize(
    ("margins", "said"),
    [
        ({"g": {"1": 30, "2": 60}}, "the margin of 'g' adds up to 90, and not to 1 .* or 100"),
        ({"g": {"1": 0.3, "2": 0.6}}, "the margin of 'g' adds up to 0.9, and"),
        ({"g": {"1": 25, "2": 30}}, "adds up to 55, .* no fewer than the 60 respondents"),
        (
            {"g": {"1": 30, "2": 70}, "q": {"1": 20, "2": 30, "3": 40}},
            r"do not add up to the same \('g' to 100, 'q' to 90\)",
        ),
        (
            {"g": {"1": 3000, "2": 7000}, "q": {"1": 2000, "2": 3000, "3": 5001}},
            r"do not add up to the same \('g' to 10000, 'q' to 10001\)",
        ),
    ],
)
def test_shares_that_do_not_add_up_are_no_totals(margins, said):
    with pytest.raises(SurveyError, match=said):
        Design(rake=Rake(margins)).prepared(people())


def test_whoever_has_no_weight_needs_no_group_to_be_raked():
    survey = people()
    survey.data["g"] = survey.data["g"].astype("Int64")
    survey.data.loc[3, "g"] = pd.NA
    design = Design(weights="w", rake=Rake({"g": {"1": 30, "2": 70}}))
    with pytest.raises(SurveyError, match=r"'g' has no answer of 1 respondents \(row 4\)"):
        design.prepared(survey)
    survey.data.loc[3, "w"] = 0.0
    assert design.prepared(survey).weights[3] == 0


def test_a_raked_margin_does_not_vary():
    survey = people(n=300)
    table = crosstab(survey, "g", None, Design(weights="w", rake=Rake({"g": {"1": 30, "2": 70}})))
    for share in table.shares("column"):
        assert share.standard_error == pytest.approx(0, abs=1e-9)
