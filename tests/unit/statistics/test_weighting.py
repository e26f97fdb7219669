"""Raking meets its margins as R's does, and says when it cannot."""

import csv
from pathlib import Path

import numpy as np
import pytest

from resurvey.core.errors import SurveyError
from resurvey.statistics.weighting import rake

HERE = Path(__file__).parents[2] / "reference" / "statistics"


def reference(name):
    with (HERE / "design_values.csv").open(encoding="utf-8") as file:
        return np.array(
            [float(one["value"]) for one in csv.DictReader(file) if one["design"] == name]
        )


@pytest.fixture(scope="module")
def schools():
    with (HERE / "people_apiclus1.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    kind, wide = ([int(one[name]) - 1 for one in rows] for name in ("stype", "sch.wide"))
    targets = [[4421, 755, 1018], [1072, 5122]]
    return [kind, wide], targets, [float(one["pw"]) for one in rows]


def test_raked_weights_agree_with_r_survey(schools):
    found = rake(*schools)
    assert found.converged
    assert found.weights == pytest.approx(reference("raked"), rel=1e-9)


def test_bounds_hold_and_what_they_cost_is_said(schools):
    found = rake(*schools, bounds=(0.5, 1.3))
    assert found.smallest >= 0.5 - 1e-9
    assert found.largest <= 1.3 + 1e-9
    assert found.trimmed > 0 or found.converged
    assert found.design_effect < rake(*schools).design_effect


def test_margins_that_contradict_one_another_are_an_error():
    with pytest.raises(SurveyError, match="must agree"):
        rake([[0, 1], [0, 1]], [[1, 1], [2, 2]])


def test_target_without_respondents_is_an_error():
    with pytest.raises(SurveyError, match="no respondent"):
        rake([[0, 0, 1]], [[1, 1, 1]])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("groups", "targets", "weights", "said"),
    [
        ([], [], None, "at least one margin"),
        ([[0.0, np.nan]], [[1, 1]], None, "has no group in margin 1"),
        ([[0, 1], [0, 1, 1]], [[1, 1], [1, 1]], None, "different respondents"),
        ([[0, 1]], [[1, 1]], [1, 1, 1], "a weight per respondent"),
        ([[0, 1]], [[np.inf, 2]], None, "must be finite"),
        ([[0, 1]], [[0, 0]], None, "must be finite"),
        ([[0, 1]], [[-1, 2]], None, "must be finite"),
    ],
)
def test_impossible_raking_is_refused_in_one_sentence(groups, targets, weights, said):
    with pytest.raises(SurveyError, match=said):
        rake(groups, targets, weights)
