"""Numbers are summarised by groups, people can be counted by hand, and R agrees."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.counts.design import Design
from resurvey.tables.blocks import Setting
from resurvey.tables.summaries import (
    histogram_ends,
    named_statistics,
    summarise_frequencies,
    summarise_question,
)
from resurvey.tables.tabulation import fill_tables, tabulate_survey

REFERENCE = Path(__file__).parents[2] / "reference/statistics"
SETTING = Setting("en", {"all_respondents": "All"}, 0.05)
WORDS = {"total": "Total", "all_respondents": "All", "no_answer": "No answer"}
SEX = Variable("sex", codes={1: {"en": "men"}, 2: {"en": "women"}})
PAY = Variable(
    "pay",
    measure="scale",
    codes={98: {}, 99: {}},
    missing=(98, 99),
    reasons={98: "refused", 99: "not_asked"},
)


def people(**columns):
    """Three men with pay of 10, 20 and 60, two women with 30 and 50, one who refused."""
    data = {"sex": [1, 1, 1, 2, 2, 2], "pay": [10, 20, 60, 30, 50, 98], **columns}
    book = Codebook({"sex": SEX, "pay": PAY, "w": Variable("w", measure="scale")})
    return Survey(pd.DataFrame(data), book)


def found(survey, statistics, design=None, row="pay", **table):
    """Values by column and statistic."""
    ready = None if design is None else design.prepared(survey)
    spec = {"columns": "sex", "statistics": statistics, **table}
    lines = summarise_question("t", spec, row, survey, ready, SETTING).lines
    return {(line["column_code"], line["statistic"]): line for line in lines}


def test_every_group_has_its_own_numbers_and_all_respondents_theirs():
    lines = found(people(), ["n", "mean", "median", "min", "max"])
    assert [lines[code, "mean"]["value"] for code in ("total", "1", "2")] == [34, 30, 40]
    assert [lines[code, "n"]["value"] for code in ("total", "1", "2")] == [5, 3, 2]
    assert [lines["1", name]["value"] for name in ("median", "min", "max")] == [20, 10, 60]


def test_whoever_has_no_number_is_counted_by_the_reason():
    lines = found(people(), ["mean", "missing"])
    assert lines["total", "missing"]["value"] == 1
    assert lines["2", "missing_refused"]["value"] == 1
    assert ("1", "missing_refused") not in lines
    assert ("total", "missing_not_asked") not in lines


def test_weights_change_the_mean_and_leave_the_heads():
    survey = people(w=[1.0, 1.0, 2.0, 1.0, 1.0, 1.0])
    lines = found(survey, ["n", "mean"], Design(weights="w"))
    assert lines["1", "mean"]["value"] == pytest.approx((10 + 20 + 2 * 60) / 4)
    assert lines["1", "n"]["value"] == 3
    assert lines["1", "weighted_n"]["value"] == 4


def test_a_frequency_weight_counts_people():
    survey = people(w=[1, 1, 2, 1, 1, 3])
    lines = found(survey, ["n", "mean", "missing"], Design(weights="w", kind="frequency"))
    assert lines["1", "n"]["value"] == 4
    assert lines["1", "mean"]["value"] == pytest.approx(37.5)
    assert lines["2", "missing"]["value"] == 3


def test_a_net_promoter_score_is_promoters_less_detractors():
    data = pd.DataFrame({"sex": [1] * 10, "rate": [10, 9, 9, 8, 7, 7, 6, 0, 10, 10]})
    book = Codebook({"sex": SEX, "rate": Variable("rate", measure="scale")})
    lines = found(Survey(data, book), ["nps"], row="rate")
    assert lines["total", "nps"]["value"] == pytest.approx(50 - 20)
    assert lines["total", "nps"]["lower"] < 30 < lines["total", "nps"]["upper"]


def test_a_net_score_of_other_numbers_is_refused():
    with pytest.raises(
        SurveyError, match="whole numbers from 0 to 10, and 'pay' has answers from 10 to 60"
    ):
        found(people(), ["nps"])


def test_answers_without_an_order_have_no_mean():
    region = Variable("region", codes={1: {}, 2: {}, 3: {}})
    survey = Survey(pd.DataFrame({"region": [1, 2, 3]}), Codebook({"region": region}))
    with pytest.raises(SurveyError, match="'region' have no order"):
        summarise_question("t", {}, "region", survey, None, SETTING)


def test_dont_know_is_no_place_on_a_scale():
    rate = Variable("rate", measure="scale", codes={1: {}, 5: {}, 99: {}}, dont_know=(99,))
    survey = Survey(pd.DataFrame({"rate": [1, 5, 99]}), Codebook({"rate": rate}))
    lines = summarise_question("t", {"statistics": ["mean"]}, "rate", survey, None, SETTING).lines
    told = {line["statistic"]: line["value"] for line in lines}
    assert told == {"mean": 3, "missing_dont_know": 1}


def test_quartiles_are_two_statistics_and_the_default_has_them():
    assert named_statistics({}) == ["n", "mean", "sd", "median", "q1", "q3"]


def test_letters_name_the_group_with_the_smaller_mean():
    random = np.random.default_rng(1)
    data = {"sex": [1] * 50 + [2] * 50, "pay": [*random.normal(0, 1, 50), *random.normal(5, 1, 50)]}
    survey = Survey(pd.DataFrame(data), Codebook({"sex": SEX, "pay": PAY}))
    lines = found(survey, ["mean"])
    assert (lines["1", "mean"]["letters"], lines["2", "mean"]["letters"]) == ("", "A")


def test_groups_are_compared_and_the_effect_has_an_interval():
    table = {"t": {"summaries": ["pay"], "columns": "sex"}}
    filled = tabulate_survey(people(), table, words=WORDS)
    assert [test["test"] for test in filled.tests] == ["welch_t", "mann_whitney"]
    effects = {one["measure"]: one for one in filled.association}
    assert effects["cohen_d"]["lower"] < effects["cohen_d"]["value"] < effects["cohen_d"]["upper"]


def test_whoever_is_in_no_group_takes_no_part_in_the_comparison():
    with_nobody = people(sex=[1, 1, 1, 2, 2, 2, np.nan, np.nan], pay=[10, 20, 60, 30, 50, 98, 1, 2])
    spec = {"columns": "sex", "statistics": ["mean"]}
    given = [
        summarise_question("t", spec, "pay", survey, None, SETTING)
        for survey in (with_nobody, people())
    ]
    assert [one["test"] for one in given[0].tests] == ["welch_t", "mann_whitney"]
    assert given[0].tests == given[1].tests
    assert given[0].association == given[1].association
    told = [line for line in given[0].lines if line["statistic"] == "no_group"]
    # Of the seven who said their pay: 98 is no answer.
    assert [(line["column_code"], line["value"], line["n"]) for line in told] == [("total", 2, 7)]
    assert not any(line["statistic"] == "no_group" for line in given[1].lines)


def test_groups_of_reconstructed_records_are_not_compared():
    survey = people()
    dealt = Survey(survey.data, Codebook(survey.codebook.variables, reconstructed=True))
    table = {"t": {"summaries": ["pay"], "columns": "sex"}}
    filled = tabulate_survey(dealt, table, words=WORDS)
    assert {line["column_code"] for line in filled.summaries if "value" in line} == {"total"}
    assert all(test.get("p_value") is None for test in filled.tests)
    refused = [line for line in filled.summaries if line["column_code"] == "1"]
    assert all("not identified" in line["note"] for line in refused)


def test_a_domain_has_the_mean_of_its_people_within_the_whole_design():
    survey = people(w=[1.0, 2.0, 1.0, 1.0, 3.0, 1.0])
    table = {"t": {"summaries": ["pay"], "where": {"sex": 1}}}
    filled = tabulate_survey(survey, table, words=WORDS, design=Design(weights="w"))
    lines = {line["statistic"]: line for line in filled.summaries}
    assert lines["mean"]["value"] == pytest.approx((10 + 40 + 60) / 4)
    by_group = found(survey, ["mean"], Design(weights="w"))["1", "mean"]
    assert lines["mean"]["standard_error"] == pytest.approx(by_group["standard_error"], rel=1e-12)


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([1, 1, 2, 3], [0, 2, 4]),
        ([0.0, 10.0], [0, 10, 20]),
        ([5, 5], [5, 6]),
        (range(11), [0, 5, 10, 15]),
        ([*range(11)] * 200, list(range(12))),
        ([-3, -1, 2], [-5, 0, 5]),
        ([0.1, 0.25, 0.5], [0, 0.5, 1]),
    ],
)
def test_bars_of_a_histogram_have_round_ends(values, ends):
    assert histogram_ends(np.array(values, float)) == ends


def test_a_far_value_leaves_at_most_twenty_bars():
    ends = histogram_ends(np.array([*range(1000), 1e6]))
    assert len(ends) <= 21
    assert ends[0] <= 0 < 1e6 < ends[-1]


def test_every_respondent_with_a_number_is_in_one_bar():
    lines = summarise_frequencies(people(), None, SETTING, {"w"})
    bars = [line for line in lines if line["statistic"].startswith("bin_")]
    assert sum(line["value"] for line in bars) == 5
    assert {line["row_variable"] for line in lines} == {"pay"}


def test_numbers_that_run_from_row_to_row_are_no_measurements():
    book = Codebook({name: Variable(name, measure="scale") for name in ("nr", "age")})
    data = pd.DataFrame({"nr": range(1, 31), "age": [20, 21, 22] * 10})
    lines = summarise_frequencies(Survey(data, book), None, SETTING)
    assert {line["row_variable"] for line in lines} == {"age"}


def test_the_weight_of_the_wave_has_no_summary_among_the_frequencies():
    survey = people(w=[1.0, 2.0, 1.0, 1.0, 3.0, 1.0])
    filled = fill_tables(survey, {"t": {"rows": ["sex"]}}, {}, {"weight": "w"}, "en", WORDS)
    assert {line["row_variable"] for line in filled["summaries"]} == {"pay"}


CASES = {
    "nhanes_race": (
        "nhanes",
        "HI_CHOL",
        "race",
        {"weights": "WTMEC2YR", "strata": "SDMVSTRA", "clusters": "SDMVPSU", "nest": True},
    ),
    "apistrat_type": (
        "apistrat",
        "api00",
        "stype",
        {"weights": "pw", "strata": "stype", "fpc": "fpc"},
    ),
    "apiclus1_type": (
        "apiclus1",
        "api00",
        "stype",
        {"weights": "pw", "clusters": "dnum", "fpc": "fpc"},
    ),
    "quine_sex": ("quine", "Days", "Sex", {}),
    "satact_gender": ("satact", "SATV", "gender", {}),
}
OF_R = {
    "n": ("n", "value"),
    "mean": ("mean", "value"),
    "mean:se": ("mean", "standard_error"),
    "mean:lower": ("mean", "lower"),
    "mean:upper": ("mean", "upper"),
    "deviation": ("sd", "value"),
    "quantile25": ("q1", "value"),
    "quantile50": ("median", "value"),
    "quantile50:lower": ("median", "lower"),
    "quantile50:upper": ("median", "upper"),
    "quantile75": ("q3", "value"),
    "minimum": ("min", "value"),
    "maximum": ("max", "value"),
}


@pytest.mark.parametrize("case", CASES)
def test_lines_of_the_file_are_the_values_of_r(case):
    sample, values, groups, design = CASES[case]
    data = pd.read_csv(REFERENCE / f"people_{sample}.csv")
    book = Codebook(
        {
            name: Variable(name, measure="nominal" if name == groups else "scale")
            for name in data.columns
        }
    )
    ready = Design(**design).prepared(Survey(data, book)) if design else None
    spec = {
        "columns": groups,
        "statistics": ["n", "mean", "sd", "median", "quartiles", "min", "max"],
    }
    told = summarise_question("t", spec, values, Survey(data, book), ready, SETTING)
    lines = {(line["column_code"], line["statistic"]): line for line in told.lines}
    with (REFERENCE / "number_values.csv").open(encoding="utf-8") as file:
        expected = {
            row["statistic"]: row["value"] for row in csv.DictReader(file) if row["case"] == case
        }
    compared = 0
    for name, value in expected.items():
        key, _, place = name.partition("[")
        if key not in OF_R or not place or value in ("", "NA", "NaN"):
            continue
        statistic, field = OF_R[key]
        number = lines[place.rstrip("]"), statistic].get(field)
        if number is None:
            continue
        assert number == pytest.approx(float(value), rel=1e-8, abs=1e-12), name
        compared += 1
    assert compared >= 10 * (len({line["column_code"] for line in told.lines}) - 1)
