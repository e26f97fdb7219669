"""Conclusions of an index are judged in scenarios; what cannot be judged is counted and said."""

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.index.declaration import read_indices, resolve
from resurvey.index.robustness import (
    CONCLUSION_COLUMNS,
    SCENARIO_COLUMNS,
    VARIANCE_COLUMNS,
    scenario_lines,
    usual_plan,
)
from resurvey.index.scoring import assemble, score_answers

OURS = {"weight": 1, "source": "our choice"}
FILES = {
    "conclusions": CONCLUSION_COLUMNS,
    "scenarios": SCENARIO_COLUMNS,
    "variances": VARIANCE_COLUMNS,
}


def people():
    """Sixty men with good answers, sixty women with bad ones, a few of each otherwise."""
    generator = np.random.default_rng(7)
    sex = np.repeat([1, 2], 60)
    frame = {"sex": sex}
    for name, men, women in (
        ("pay", 0.9, 0.2),
        ("fit", 0.8, 0.3),
        ("roof", 0.4, 0.1),
        ("bed", 0.4, 0.1),
    ):
        good = generator.random(120) < np.where(sex == 1, men, women)
        frame[name] = np.where(good, 2, 1)
    answers = {1: {"en": "Bad"}, 2: {"en": "Good"}}
    variables = [Variable(name, {}, "ordinal", answers) for name in ("pay", "fit", "roof", "bed")]
    sexes = {1: {"en": "Men"}, 2: {"en": "Women"}, 3: {"en": "Others"}}
    variables.append(Variable("sex", codes=sexes))
    return Survey(pd.DataFrame(frame), Codebook({}).updated(variables))


def lines_of(**changes):
    homes = {"pay": "work", "fit": "work", "roof": "home", "bed": "home"}
    declared = {
        "dimensions": {"work": OURS, "home": OURS},
        "indicators": {
            name: {"variable": name, "dimension": home, **OURS} for name, home in homes.items()
        },
        "types": {"low": {}, "high": {"from": 0.9}},
        "by": ["sex"],
        "sensitivity": {"scenarios": 300},
        **changes,
    }
    survey = people()
    index = resolve(read_indices({"index": {"i": declared}})[0], survey.codebook)
    made = assemble(index, score_answers(survey, index))
    return scenario_lines(index, made, survey, None, "en", "All")


def whole(lines):
    found = lines["conclusions"]
    return {line["conclusion"]: line for line in found if not line["factor"]}


@pytest.mark.slow
def test_what_the_index_shows_is_judged_in_every_scenario_that_can():
    conclusions = whole(lines_of())
    # The third sex has nobody, and is compared with nobody.
    assert list(conclusions) == ["sex_2_below_1", "lowest", "highest", "largest"]
    below = conclusions["sex_2_below_1"]
    assert (below["first_label"], below["second_label"]) == ("Women", "Men")
    assert below["declared"] == 1
    assert below["percent"] == 100
    assert below["judged"] + below["not_computed"] == below["scenarios"] == 300
    assert conclusions["lowest"]["dimension"] == "home"
    assert conclusions["largest"]["type"] == "low"
    # Standard scores and ranks do not put dimensions side by side.
    assert conclusions["lowest"]["not_comparable"] > 0


@pytest.mark.slow
def test_scenarios_that_are_not_computed_are_told_with_their_reason():
    below = whole(lines_of())["sex_2_below_1"]
    assert below["not_computed"] > 0
    assert "scenario_geometric_mean_of_standard_scores" in below["note_data"]
    assert str(below["not_computed"]) in below["note_data"]


@pytest.mark.slow
def test_levels_part_the_scenarios_of_a_conclusion():
    lines = lines_of()["conclusions"]
    own = [line for line in lines if line["conclusion"] == "sex_2_below_1"]
    (all_of_them,) = [line for line in own if not line["factor"]]
    for factor in ("normalisation", "aggregation", "missing", "left_out"):
        judged = [line["judged"] for line in own if line["factor"] == factor]
        assert sum(judged) == all_of_them["judged"]


@pytest.mark.slow
def test_a_declared_conclusion_stands_first_and_is_not_repeated():
    declared = {
        "scenarios": 100,
        "conclusions": {
            "homeless": {"label": "Home is the lowest", "lowest_dimension": "home"},
            "men_below": {"label": "Men", "below": {"variable": "sex", "first": 1, "second": 2}},
        },
    }
    conclusions = whole(lines_of(sensitivity=declared))
    assert list(conclusions)[:2] == ["homeless", "men_below"]
    assert "lowest" not in conclusions
    assert conclusions["men_below"]["declared"] == 0
    assert conclusions["men_below"]["percent"] == 0


def test_no_scenario_is_made_where_none_is_asked_for():
    assert lines_of(sensitivity={"scenarios": 0}) == {name: [] for name in FILES}


@pytest.mark.slow
def test_every_line_has_columns_of_its_file_and_shares_of_variance_are_told():
    lines = lines_of()
    for name, columns in FILES.items():
        assert {key for line in lines[name] for key in line} <= set(columns)
        assert lines[name]
    outputs = {(line["first_code"], line["second_code"]) for line in lines["variances"][5:]}
    assert outputs == {("1", "2")}
    for line in lines["variances"]:
        assert -0.3 < line["first_order"] < 1.3


@pytest.mark.slow
def test_the_same_seed_gives_the_same_lines():
    assert lines_of() == lines_of()
    assert lines_of() != lines_of(sensitivity={"scenarios": 300, "seed": 2})


@pytest.mark.parametrize(
    ("changes", "levels"),
    [
        ({}, ["min_max", "z", "rank"]),
        ({"normalisation": "rank"}, ["rank"]),
        ({"sensitivity": {"normalisation": ["z"]}}, ["z"]),
    ],
)
def test_scales_to_choose_among_are_the_declared_ones_or_the_usual(changes, levels):
    declared = {
        "dimensions": {"work": OURS},
        "indicators": {"pay": {"variable": "pay", "dimension": "work", **OURS}},
        **changes,
    }
    index = read_indices({"index": {"i": declared}})[0]
    assert list(usual_plan(index).sensitivity["normalisation"]) == levels
