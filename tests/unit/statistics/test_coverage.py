"""Tests reject as often, and intervals hold as often, as they say: a small share of the benchmark.

`./run benchmark coverage` draws many more samples of every scenario. Here the seeds are fixed, so
that a test that fails has found a change and not a chance.
"""

import importlib.util
import sys

import numpy as np
import pytest

from invented import ROOT
from resurvey.core.notes import Note

pytestmark = pytest.mark.slow

NAME = "benchmark_of_coverage"


def loaded():
    spec = importlib.util.spec_from_file_location(NAME, ROOT / "benchmarks" / "coverage.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


BENCHMARK = loaded()
QUICK = {
    "simple random sample, n = 400": 60,
    "the same with a difference": 60,
    "small groups, n = 40": 60,
    "dominant answer with a difference": 60,
    "weights, n = 400": 80,
    "very unequal weights, n = 45": 80,
    "40 villages, men and women of each": 80,
    "two regions of 20 villages": 80,
    "20 strata of two villages, weights": 60,
    "a group in 3 of 40 villages": 100,
    "two answers twice with a change": 100,
    "several answers, n = 150": 100,
    "waves of 30 villages, a group in 3": 160,
}


@pytest.fixture(scope="module")
def simulated():
    return {name: BENCHMARK.simulate(name, samples) for name, samples in QUICK.items()}


@pytest.mark.parametrize("name", QUICK)
def test_nothing_misses_without_a_word_in_its_note(name, simulated):
    missed = [key for key, tally in simulated[name].items() if tally.verdict() == "MISSES"]
    assert missed == []


def rate(tallies, what, start):
    found = next(tally for (kind, name), tally in tallies.items() if (kind, name) == (what, start))
    return float(np.mean(found.every))


@pytest.mark.parametrize(
    "name", ["40 villages, men and women of each", "two regions of 20 villages", "weights, n = 400"]
)
def test_letters_and_comparisons_under_a_design_reject_one_true_null_in_twenty(name, simulated):
    # They rejected 29 to 44 % of them, or none at all where groups share villages.
    assert 0.02 < rate(simulated[name], "size", "difference (linearised, t)") < 0.09
    assert rate(simulated[name], "size", "letters of a row (Bonferroni)") < 0.1
    assert rate(simulated[name], "coverage", "difference (linearised, t)") > 0.91


def test_the_interval_of_a_group_in_three_villages_holds(simulated):
    # With the degrees of freedom of all forty it held in 77 %.
    own = simulated["a group in 3 of 40 villages"]
    assert rate(own, "coverage", "share (logit, t)") > 0.9
    assert rate(own, "size", "difference (linearised, t)") < 0.12


def test_a_group_in_three_villages_a_wave_is_not_said_to_have_changed(simulated):
    # 28 % of true nulls were rejected.
    own = simulated["waves of 30 villages, a group in 3"]
    assert rate(own, "size", "difference of waves, group (design)") < 0.12
    assert rate(own, "size", "question over waves: rao_scott_f") < 0.12


def test_a_test_of_very_unequal_weights_says_how_few_respondents_it_stands_on(simulated):
    own = simulated["very unequal weights, n = 45"]["size", "rao_scott_f"]
    assert own.unwarned == []
    assert len(own.every) > 50


def test_the_verdict_finds_a_method_that_is_wrong():
    tally = BENCHMARK.Tally(0.05)
    for sample in range(200):
        tally.add(sample % 5 == 0, (), sample)
    assert tally.verdict() == "MISSES"
    warned = BENCHMARK.Tally(0.05)
    for sample in range(200):
        warned.add(sample % 5 == 0, (Note("near_zero"),), sample)
    assert warned.verdict() == "noted"
