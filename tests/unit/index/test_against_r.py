"""Indices, their coherence and their means under a design are R's to 1e-8.

`tests/reference/index/make_index.R` made the values: COINr's documented formulas, psych, survey,
and the published example of Alkire and Foster.
"""

import csv

import numpy as np
import pandas as pd
import pytest

from invented import ROOT
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.index.coherence import assess_coherence
from resurvey.index.declaration import read_indices, resolve
from resurvey.index.results import Published, assess_indices
from resurvey.index.scoring import assemble, derive_indices, score_answers
from resurvey.tables.correlations import Numbers

REFERENCE = ROOT / "tests/reference"
SOURCE = {"source": "for the test"}
CLOSE = {"rtol": 1e-8, "atol": 1e-9}


def _values():
    values = {}
    with open(REFERENCE / "index/index_values.csv", encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            value = float("nan") if line["value"] == "NA" else float(line["value"])
            values.setdefault(line["case"], {})[line["statistic"]] = value
    return values


VALUES = _values()
TRAITS = [f"A{number}" for number in range(1, 6)], [f"N{number}" for number in range(1, 6)]


def bfi():
    frame = pd.read_csv(REFERENCE / "statistics/people_bfi.csv").astype("Int64")
    codes = {code: {} for code in range(1, 7)}
    return Survey(frame, Codebook({name: Variable(name, {}, "ordinal", codes) for name in frame}))


def bfi_index(**changes):
    agreeable = dict(zip(TRAITS[0], (1, 2, 1, 1, 2), strict=True))
    indicators = {
        name: {
            "variable": name,
            "dimension": "agreeable" if name in agreeable else "stable",
            "weight": agreeable.get(name, 1),
            "direction": "negative" if name == "A1" or name not in agreeable else "positive",
            **({"goalposts": [2, 5]} if changes.get("normalisation") == "goalposts" else {}),
            **SOURCE,
        }
        for name in (*TRAITS[0], *TRAITS[1])
    }
    dimensions = {"agreeable": {"weight": 2, **SOURCE}, "stable": {"weight": 1, **SOURCE}}
    plain = {"dimensions": dimensions, "indicators": indicators, **changes}
    return resolve(read_indices({"index": {"i": plain}})[0], bfi().codebook)


@pytest.mark.parametrize(
    "case", [name for name in VALUES if "_complete" in name or "_avail" in name]
)
def test_index_of_every_respondent_is_that_of_the_documented_formulas(case):
    method, _, missing = case.rpartition("_")
    changes = {"missing": missing, **({"minimum_items": 6} if missing == "available" else {})}
    if method == "geometric":
        changes |= {"aggregation": "geometric", "shift": 0.1}
    else:
        changes |= {"normalisation": method}
    index = bfi_index(**changes)
    overall = assemble(index, score_answers(bfi(), index)).overall
    expected = VALUES[case]
    listed = [expected[f"index[{row}]"] for row in range(1, 61)]
    np.testing.assert_allclose(overall[:60], listed, **CLOSE)
    known = overall[np.isfinite(overall)]
    np.testing.assert_allclose(
        [known.mean(), known.std(ddof=1)], [expected["mean"], expected["sd"]], **CLOSE
    )


def test_coherence_is_that_of_psych():
    index = bfi_index()
    made = assemble(index, score_answers(bfi(), index))
    lines = assess_coherence(index, Numbers(made.normalised))
    found = {}
    for line in lines:
        if line["statistic"] in ("alpha", "standardised_alpha", "mean_correlation", "omega"):
            found[f"{line['statistic']}:{line.get('dimension')}"] = line["value"]
        elif line["statistic"] in ("item_rest", "alpha_without"):
            found[f"{line['statistic']}:{line['indicator']}"] = line["value"]
    expected = VALUES["coherence"]
    np.testing.assert_allclose([found[key] for key in expected], [*expected.values()], **CLOSE)


def test_components_are_those_of_r():
    index = bfi_index()
    made = assemble(index, score_answers(bfi(), index))
    found = {}
    for line in assess_coherence(index, Numbers(made.normalised)):
        if line["statistic"] == "eigenvalue":
            found[f"eigenvalue[{line['component']}]"] = line["value"]
        elif line["statistic"] == "component_loading":
            place = (*TRAITS[0], *TRAITS[1]).index(line["indicator"]) + 1
            found[f"loading[{place}.{line['component']}]"] = line["value"]
    expected = VALUES["components"]
    np.testing.assert_allclose([found[key] for key in expected], [*expected.values()], **CLOSE)


def test_means_of_an_index_by_group_are_those_of_svyby():
    frame = pd.read_csv(REFERENCE / "statistics/people_apistrat.csv")
    codes = {1: {}, 2: {}}
    variables = [Variable(name, measure="scale") for name in frame.columns]
    variables += [Variable(name, codes=codes) for name in ("awards", "sch.wide")]
    survey = Survey(frame, Codebook({}).updated(variables))
    part = {
        "index": {
            "i": {
                "dimensions": {"level": {"weight": 2, **SOURCE}, "goal": {"weight": 1, **SOURCE}},
                "indicators": {
                    "performance": {
                        "variable": "api00", "dimension": "level", "weight": 1,
                        "goalposts": [400, 900], **SOURCE,
                    },
                    "need": {
                        "variable": "meals", "dimension": "level", "weight": 3,
                        "goalposts": [0, 100], "direction": "negative", **SOURCE,
                    },
                    "goals": {
                        "variable": "sch.wide", "dimension": "goal", "weight": 1,
                        "scores": {1: 0, 2: 1}, "goalposts": [0, 1], **SOURCE,
                    },
                },
                "normalisation": "goalposts",
                "by": ["awards"],
            }
        }
    }  # fmt: skip
    wave = {"weight": "pw", "strata": "stype", "fpc": "fpc"}
    lines = assess_indices(derive_indices(survey, part), part, wave, Published())
    found = {}
    for line in lines["index"]:
        if line["statistic"] == "mean" and line.get("variable") == "i":
            found[f"mean:{line['column_code']}"] = line["value"]
            found[f"standard_error:{line['column_code']}"] = line["standard_error"]
    (gap,) = [line for line in lines["decomposition"] if line["part"] == "gap"]
    found |= {"gap": gap["value"], "gap_error": gap["standard_error"]}
    expected = VALUES["apistrat"]
    np.testing.assert_allclose([found[key] for key in expected], [*expected.values()], **CLOSE)


def test_counting_gives_the_published_example_of_alkire_and_foster():
    people = [[13.1, 14, 4, 1], [15.2, 7, 5, 0], [12.5, 10, 1, 0], [20, 11, 3, 1]]
    names = ["income", "schooling", "health", "insured"]
    frame = pd.DataFrame(people, columns=names)
    survey = Survey(frame, Codebook({name: Variable(name, measure="scale") for name in names}))
    indicators = {
        name: {"variable": name, "dimension": "all", "weight": 1, "cutoff": cutoff, **SOURCE}
        for name, cutoff in zip(names, (13, 12, 3, 1), strict=True)
    }
    plain = {
        "dimensions": {"all": {"weight": 1, **SOURCE}},
        "indicators": indicators,
        "aggregation": "counting",
        "poverty_cutoff": 0.5,
    }
    part = {"index": {"i": plain}}
    lines = assess_indices(derive_indices(survey, part), part, {}, Published())["index"]
    found = {}
    for line in lines:
        if line.get("indicator"):
            place = names.index(line["indicator"]) + 1
            found[f"{line['statistic']}[{place}]"] = line.get("value")
        else:
            found[line["statistic"]] = line.get("value")
    expected = VALUES["alkire_foster"]
    np.testing.assert_allclose([found[key] for key in expected], [*expected.values()], **CLOSE)
