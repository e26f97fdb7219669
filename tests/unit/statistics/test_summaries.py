"""Means, standard deviations and quantiles of people who can be counted by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from resurvey.statistics.linearisation import Sample, Stage
from resurvey.statistics.summaries import quantile, summarise

NUMBERS = arrays(np.float64, st.integers(4, 30), elements=st.integers(-50, 50))


def simple(weights, clusters=None):
    """A sample of respondents, or of clusters of them, without strata."""
    n = len(weights)
    units = np.arange(n) if clusters is None else np.asarray(clusters)
    number = int(units.max()) + 1
    stage = Stage(units, np.zeros(number, int), np.array([np.inf]), np.ones(1), clusters is None)
    return Sample(np.asarray(weights, float), (stage,), "fail", float(number - 1))


def test_five_people_have_the_mean_and_median_that_one_counts():
    found = summarise([1.0, 2, 3, 4, 10])
    assert (found.n, found.weighted, found.mean.value) == (5, 5.0, 4.0)
    assert found.deviation == pytest.approx((50 / 4) ** 0.5)
    assert [one.value for one in found.quantiles.values()] == [2.0, 3.0, 4.0]
    assert (found.minimum, found.maximum) == (1.0, 10.0)


def test_the_median_of_an_even_number_is_the_lower_middle_value_as_svyquantile_says():
    assert summarise([1.0, 2, 3, 4]).quantiles[0.5].value == 2.0


def test_a_quantile_that_the_weights_reach_exactly_is_not_passed_by_rounding():
    values, weights = np.arange(10.0), np.full(10, 0.1)
    assert [quantile(values, weights, share / 10) for share in (1, 3, 7)] == [0.0, 2.0, 6.0]


def test_nobody_has_no_mean_and_one_person_no_interval():
    nobody = summarise([np.nan, np.nan])
    assert (nobody.n, nobody.mean.value, nobody.minimum) == (0, None, None)
    assert nobody.mean.note == "not computed: no respondents"
    alone = summarise([3.0])
    assert (alone.mean.value, alone.mean.lower, alone.deviation) == (3.0, None, None)
    assert alone.mean.note == "no interval: one respondent"


def test_whoever_has_no_weight_or_is_outside_the_group_does_not_count():
    sample = simple([1.0, 1, 0, 1])
    found = summarise([1.0, 3, 99, 98], np.array([True, True, True, False]), sample=sample)
    assert (found.n, found.mean.value, found.maximum) == (2, 2.0, 3.0)


def test_a_group_keeps_the_clusters_of_the_others_in_the_design():
    values = np.array([1.0, 2, 4, 8, 5, 5])
    sample = simple(np.ones(6), [0, 0, 1, 1, 2, 2])
    inside = np.array([True, True, True, True, False, False])
    whole = summarise(values, inside, sample=sample)
    alone = summarise(values[:4], sample=simple(np.ones(4), [0, 0, 1, 1]))
    assert whole.freedom == 1
    assert alone.freedom == 1
    # Three clusters of which one has nobody: 3 / 2 of the squares instead of 2.
    ratio = whole.mean.standard_error / alone.mean.standard_error
    assert ratio == pytest.approx((1.5 / 2) ** 0.5)


def test_an_interval_from_one_cluster_is_refused():
    found = summarise([1.0, 2, 3], sample=simple(np.ones(3), [0, 0, 0]))
    assert found.mean.lower is None
    assert "no degrees of freedom" in found.mean.note


def test_an_end_beyond_all_respondents_is_missing_and_says_why():
    middle, highest = summarise([1.0, 2, 3], quantiles=[0.5, 0.9]).quantiles.values()
    assert (middle.lower, middle.upper) == (None, None)
    assert "beyond 0 or 1" in middle.note
    assert (highest.value, highest.upper) == (3.0, None)
    assert "no interval: the share is 0 or 1" in highest.note


@settings(max_examples=25, deadline=None)
@given(NUMBERS, st.integers(-1000, 1000))
def test_adding_a_constant_moves_the_places_and_leaves_the_spread(values, constant):
    first, second = summarise(values), summarise(values + constant)
    assert second.mean.value == pytest.approx(first.mean.value + constant)
    assert second.deviation == pytest.approx(first.deviation)
    assert second.quantiles[0.5].value == first.quantiles[0.5].value + constant


@settings(max_examples=25, deadline=None)
@given(NUMBERS, st.randoms())
def test_the_order_of_the_rows_changes_nothing(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    weights = np.arange(1.0, len(values) + 1)
    first = summarise(values, sample=simple(weights))
    second = summarise(values[order], sample=simple(weights[order]))
    assert second.mean.value == pytest.approx(first.mean.value)
    assert second.mean.standard_error == pytest.approx(first.mean.standard_error, abs=1e-9)
    for share, one in first.quantiles.items():
        assert second.quantiles[share].value == one.value


@settings(max_examples=25, deadline=None)
@given(NUMBERS)
def test_a_frequency_weight_of_two_is_two_people(values):
    twice = summarise(np.repeat(values, 2))
    weighted = summarise(values, weights=np.full(len(values), 2.0))
    assert weighted.mean.standard_error == pytest.approx(twice.mean.standard_error)
    assert weighted.deviation == pytest.approx(twice.deviation)
    for share, one in twice.quantiles.items():
        assert weighted.quantiles[share].value == one.value
        assert weighted.quantiles[share].lower == one.lower


@settings(max_examples=25, deadline=None)
@given(NUMBERS)
def test_equal_sampling_weights_are_a_simple_random_sample(values):
    plain, designed = summarise(values), summarise(values, sample=simple(np.full(len(values), 7.0)))
    assert designed.mean.standard_error == pytest.approx(plain.mean.standard_error, abs=1e-9)
    assert designed.deviation == pytest.approx(plain.deviation)
