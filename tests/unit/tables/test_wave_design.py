"""The design that a wave declares is read once, and refused in one sentence where it is bad."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.survey import Survey
from resurvey.counts.design import wave_design
from resurvey.tables.tabulation import fill_tables

SCHOOLS = Path(__file__).parents[2] / "reference/statistics/people_apistrat.csv"
LONELY = SCHOOLS.with_name("people_lonely.csv")
TABLES = {"t": {"rows": ["sch.wide"], "columns": "comp.imp"}}
WORDS = {"total": "Total", "all_respondents": "All", "no_answer": "No answer"}
WAVE = {"file": "schools.csv", "weight": "pw", "strata": "stype", "fpc": "fpc"}


def filled(people, wave=WAVE, tables=TABLES):
    book = Codebook({str(name): Variable(str(name)) for name in people})
    return fill_tables(Survey(people, book), tables, {}, wave, "", WORDS)


def test_wave_without_weights_has_no_design():
    assert wave_design({"file": "a.sav", "weight_kind": "frequency"}) is None


def test_every_key_of_a_wave_reaches_the_design():
    wave = {**WAVE, "clusters": ["dnum", "snum"], "lonely_psu": "adjust", "nest": False}
    design = wave_design(wave)
    assert (design.weights, design.strata, design.fpc) == ("pw", "stype", "fpc")
    assert (design.clusters, design.lonely_psu, design.nest) == (["dnum", "snum"], "adjust", False)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda one: one.assign(pw=-one["pw"]), "200 values are negative or infinite"),
        (lambda one: one.assign(pw=0.0), "zero or missing for every respondent"),
        (lambda one: one.assign(pw="heavy"), "holds text"),
        (lambda one: one.drop(columns="pw"), "'pw' is not in the data"),
        (lambda one: one.assign(stype=one["stype"].mask(one["snum"] > 5000)), "'stype'"),
        (lambda one: one.assign(fpc=2.0), "smaller than the sample"),
        (lambda one: one.assign(fpc=one["fpc"].mask(one["snum"] > 5000)), "missing, zero"),
    ],
)
def test_bad_design_is_refused_in_one_sentence(change, sentence):
    with pytest.raises(SurveyError, match=sentence) as problem:
        filled(change(pd.read_csv(SCHOOLS)))
    assert str(problem.value).startswith("config.yaml, design of the wave: ")
    assert "\n" not in str(problem.value)


def test_respondents_without_a_weight_are_told():
    people = pd.read_csv(SCHOOLS)
    people["pw"] = people["pw"].mask(people["snum"] > 5000)
    tests = {one["test"]: one for one in filled(people)["tests"]}
    assert "41 respondents without a weight" in tests["rao_scott_f"]["note"]


def test_frequency_weights_are_that_many_equal_respondents():
    people = pd.DataFrame({"sch.wide": [1, 1, 2, 2], "comp.imp": [1, 2, 1, 2], "n": [3, 1, 2, 4]})
    wave = {"file": "a.csv", "weight": "n", "weight_kind": "frequency"}
    whole = filled(people.loc[people.index.repeat(people["n"])].reset_index(drop=True), {})
    by_weight = filled(people, wave)
    statistics = [
        {one["test"]: one.get("statistic") for one in done["tests"]} for done in (whole, by_weight)
    ]
    assert statistics[0] == pytest.approx(statistics[1])


def test_lonely_cluster_stops_the_run_until_the_study_decides():
    people = pd.read_csv(LONELY)
    wave = {"weight": "WTMEC2YR", "strata": "SDMVSTRA", "clusters": "SDMVPSU"}
    tables = {"age": {"rows": ["agecat"], "columns": "RIAGENDR"}}
    with pytest.raises(SurveyError, match="only one cluster"):
        filled(people, wave, tables)
    done = filled(people, {**wave, "lonely_psu": "adjust"}, tables)
    with LONELY.with_name("design_values.csv").open(encoding="utf-8") as lines:
        expected = {
            one["statistic"]: float(one["value"])
            for one in csv.DictReader(lines)
            if one["design"] == "lonely_adjust"
        }
    found = next(one for one in done["tests"] if one["test"] == "rao_scott_f")
    assert found["statistic"] == pytest.approx(expected["rao_scott_f"], rel=1e-9)
