"""How often invented percentages fit depends on the number of answers and of bases."""

import numpy as np
import pytest

from resurvey.core.errors import SurveyError
from resurvey.recovery import recover
from resurvey.recovery.false_fit import false_fit


def test_two_answers_fit_some_base_almost_always():
    found = recover({"all": ["31,3", "68,8"]}, max_base={"all": 500})
    assert false_fit(found, 300).rate > 0.95


def test_one_small_base_is_hardly_ever_hit():
    # Of 1000 steps 7 are multiples of an eighth, and half a step at either end is 0 or 100; odd
    # sixteenths are ties, which print as 100.1 together and are never drawn.
    measured = false_fit(recover({"all": ["31,3", "68,8"]}, base={"all": 16}), 3000)
    expected = 8 / 1000
    assert abs(measured.rate - expected) < 4 * np.sqrt(expected / 3000)
    low, high = measured.interval()
    assert low < expected < high


def test_same_seed_gives_the_same_rate_and_another_seed_another_draw():
    found = recover({"all": ["33,3", "33,3", "33,3"]}, max_base={"all": 60})
    assert false_fit(found, 200, seed=1) == false_fit(found, 200, seed=1)
    rates = {false_fit(found, 200, seed=seed).fits for seed in range(5)}
    assert len(rates) > 1


@pytest.mark.parametrize("derived_from", ["unknown", "counts", "printed_parts"])
@pytest.mark.parametrize("rounding", ["half_up", "truncation", "unknown"])
def test_every_shape_of_table_can_be_invented(derived_from, rounding):
    found = recover(
        {"men": ["50,0", None, "25,0"], "women": ["50,0", "25,0", "25,0"]},
        total=["50,0", "25,0", "25,0"],
        max_base={"men": 80, "women": 80},
        derived={"yes": {"parts": [0, 1], "women": "75,0"}},
        differences={"gap": {"of": ["men", "women"], "cells": ["0", None, "0"]}},
        derived_from=derived_from,
        rounding=rounding,
    )
    measured = false_fit(found, 40)
    assert 0 <= measured.fits <= 40
    assert measured.standard_error <= 0.5 / np.sqrt(40)


def test_no_draws_measure_nothing():
    with pytest.raises(SurveyError, match="measure nothing"):
        false_fit(recover({"all": ["50,0", "50,0"]}, base={"all": 2}), 0)


def test_groups_that_are_alike_fit_more_often_than_independent_ones():
    found = recover(
        {"men": ["50,0", "25,0", "25,0"], "women": ["50,0", "25,0", "25,0"]},
        total=["50,0", "25,0", "25,0"],
        max_base={"men": 305, "women": 210},
    )
    apart = false_fit(found, 200)
    alike = false_fit(found, 200, concentration=60)
    assert apart.interval()[1] < alike.interval()[0]
    # As like as two drops of water: the total is printed like both groups.
    same = false_fit(found, 200, concentration=1e9)
    assert same.rate >= alike.rate
    assert false_fit(found, 200, concentration=60) == alike
