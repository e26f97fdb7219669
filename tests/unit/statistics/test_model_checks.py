"""Checks of a logit model: prediction, collinearity and its assumption."""

import csv
from pathlib import Path

import numpy as np
import pytest
import yaml

from reference.conformance import model_statistics
from resurvey.statistics.model_checks import brant, check_model, concordance, hosmer_lemeshow

HERE = Path(__file__).parents[2] / "reference" / "statistics"


def test_every_check_agrees_with_r():
    cases = yaml.safe_load((HERE / "models.yaml").read_text(encoding="utf-8"))
    ours = {name: model_statistics(HERE, case) for name, case in cases.items()}
    with (HERE / "model_values.csv").open(encoding="utf-8") as lines:
        checks = [one for one in csv.DictReader(lines) if one["term"].startswith("check")]
    assert len(checks) == 6
    for one in checks:
        found = ours[one["model"]][one["term"]]
        assert found == pytest.approx(float(one["value"]), rel=1e-9), one["term"]


def people(seed=1, n=3000):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    return rng, x


def test_brant_keeps_quiet_where_the_odds_are_proportional():
    rng, x = people()
    latent = x @ [1.0, -0.5] + rng.logistic(size=len(x))
    assert brant(np.digitize(latent, [-1, 0, 1]), x).p_value > 0.01


def test_brant_finds_a_slope_that_differs_between_the_cuts():
    rng, x = people()
    latent = x @ [1.0, -0.5] + rng.logistic(size=len(x))
    y = np.digitize(latent, [-1, 0, 1])
    y = np.where(y > 1, 2 + (rng.random(len(x)) < 1 / (1 + np.exp(2 * x[:, 0]))), y)
    assert brant(y, x).p_value < 1e-6


def test_brant_refuses_separated_answers():
    x = np.array([[0.0], [0.0], [1.0], [1.0], [2.0], [2.0]] * 10)
    found = brant(x[:, 0].astype(int), x)
    assert found.p_value is None
    assert "separated" in found.note


def test_chance_is_a_concordance_of_one_half():
    rng = np.random.default_rng(2)
    found = concordance(rng.integers(0, 3, 5000), rng.normal(size=5000))
    assert found.statistic == pytest.approx(0.5, abs=0.02)


def test_concordance_of_a_single_outcome_is_refused():
    assert concordance(np.zeros(4, int), np.arange(4.0)).statistic is None


def test_constant_probability_has_no_groups_to_compare():
    assert hosmer_lemeshow(np.array([0, 1] * 10), np.full(20, 0.5)).p_value is None


def test_one_predictor_has_no_inflation():
    y, x = np.array([0, 1] * 20), np.arange(40.0)[:, None]
    chance = np.linspace(0.1, 0.9, 40)
    checks = check_model(y, x, np.column_stack([1 - chance, chance]), [("age", None)], x[:, 0])
    assert {one.test: one.statistic for one in checks}["largest_vif"] is None
