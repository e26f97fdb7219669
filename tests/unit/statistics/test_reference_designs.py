"""Weighted tables agree with R survey; `tests/reference/statistics/make_designs.R` made the values."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from resurvey.codebook import Codebook, Variable
from resurvey.crosstab import crosstab
from resurvey.design import Design
from resurvey.statistics.weighted import design_shares
from resurvey.survey import Survey

HERE = Path(__file__).parents[2] / "reference" / "statistics"
CLOSE = 1e-9

NHANES = Design(weights="WTMEC2YR", strata="SDMVSTRA", clusters="SDMVPSU")
STRATA = Design(weights="pw", strata="stype", fpc="fpc")
CLUSTERS = Design(weights="pw", clusters="dnum", fpc="fpc")


def lonely(way):
    return Design(weights="WTMEC2YR", strata="SDMVSTRA", clusters="SDMVPSU", lonely_psu=way)


CASES = {
    "apistrat_fpc": ("apistrat", STRATA, "sch.wide", "comp.imp"),
    "apistrat_fpc_stype": ("apistrat", STRATA, "awards", "stype"),
    "apistrat_weights": ("apistrat", Design(weights="pw"), "stype", "awards"),
    "apiclus1_fpc": ("apiclus1", CLUSTERS, "sch.wide", "stype"),
    "apiclus1": ("apiclus1", Design(weights="pw", clusters="dnum"), "sch.wide", "stype"),
    "apiclus2_two_stages": (
        "apiclus2",
        Design(clusters=["dnum", "snum"], fpc=["fpc1", "fpc2"]),
        "sch.wide",
        "comp.imp",
    ),
    "nhanes": ("nhanes", NHANES, "agecat", "RIAGENDR"),
    "nhanes_missing": ("nhanes", NHANES, "HI_CHOL", "race"),
    "apiclus1_jk1": ("apiclus1", CLUSTERS, "sch.wide", "stype"),
    "apistrat_jkn": ("apistrat", STRATA, "sch.wide", "comp.imp"),
    "lonely_certainty": ("lonely", lonely("certainty"), "agecat", "RIAGENDR"),
    "lonely_remove": ("lonely", lonely("remove"), "agecat", "RIAGENDR"),
    "lonely_adjust": ("lonely", lonely("adjust"), "agecat", "RIAGENDR"),
    "lonely_average": ("lonely", lonely("average"), "agecat", "RIAGENDR"),
}


def read_people(name):
    people = pd.read_csv(HERE / f"people_{name}.csv")
    return Survey(people, Codebook({column: Variable(column) for column in people}))


def read_values(design):
    with (HERE / "design_values.csv").open(encoding="utf-8") as file:
        rows = [one for one in csv.DictReader(file) if one["design"] == design]
    return {one["statistic"]: float(one["value"]) for one in rows}


def our_values(survey, design, row, column):
    table = crosstab(survey, row, column, design)
    ours = {}
    for one in table.results:
        ours |= {one.test: one.statistic, f"{one.test}:p": one.p_value}
        ours |= {f"{one.test}:df": one.df, f"{one.test}:df2": one.df2}
    fields = {"share": "share", "se": "standard_error", "deff": "design_effect"}
    fields |= {"lower": "lower", "upper": "upper"}
    columns = table.observed.shape[1]
    for number, one in enumerate(design_shares(table, "column")):
        place = f"[{number // columns + 1},{number % columns + 1}]"
        ours |= {f"{name}{place}": getattr(one, field) for name, field in fields.items()}
        ours[f"count{place}"] = table.observed[number // columns, number % columns]
    return ours


@pytest.mark.parametrize("case", CASES)
def test_every_estimate_under_the_design_agrees_with_r_survey(case):
    people, design, row, column = CASES[case]
    survey = read_people(people)
    if case.endswith(("jk1", "jkn")):
        design = design.resampled(survey, "jackknife")
    ours, wrong = our_values(survey, design, row, column), []
    for statistic, value in read_values(case).items():
        mine = ours.get(statistic)
        if mine is None or not np.isclose(mine, value, rtol=CLOSE, atol=1e-14):
            wrong.append(f"{statistic}: ours {mine}, R {value}")
    assert not wrong, "\n".join(wrong)
