"""Correlations: what people counted by hand have, and what must not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from resurvey.statistics.correlation import bivariate_normal, correlate, correlation_matrix
from unit.statistics.test_summaries import simple

X = np.array([1.0, 2, 2, 3, 3, 3, 4, 4, 1, 2])
Y = np.array([2.0, 1, 3, 2, 3, 1, 4, 3, 1, 2])
WEIGHTS = np.array([1.0, 2, 1, 3, 1, 2, 1, 2, 1, 1])
METHODS = ("pearson", "spearman", "polychoric")
OPTIONS = ({}, {"sample": simple(WEIGHTS)}, {"weights": WEIGHTS})


def test_three_steps_of_four_people_are_counted_by_hand():
    # Deviations -3 -1 1 3 (halves) and the answers 2 1 4 3: 12 / 20.
    assert correlate([1, 2, 3, 4], [2, 1, 4, 3]).value == pytest.approx(0.6)
    assert correlate([1, 2, 3, 100], [2, 1, 4, 3], "spearman").value == pytest.approx(0.6)


def test_a_fourfold_table_of_equal_halves_has_the_sine_of_its_share():
    # Of 12 people 4 agree in each of both halves: P(both) = 1/3, r = sin(2 pi (1/3 - 1/4)).
    x = np.repeat([0.0, 0, 1, 1], [4, 2, 2, 4])
    y = np.repeat([0.0, 1, 0, 1], [4, 2, 2, 4])
    assert correlate(x, y, "polychoric").value == pytest.approx(0.5, abs=1e-12)


@pytest.mark.parametrize("value", [-0.95, -0.3, 0.0, 0.6, 0.99])
@pytest.mark.parametrize("limits", [(0.0, 0.0), (0.0, -1.2), (1.5, 0.0), (-0.7, 0.4), (2.0, 1.0)])
def test_the_bivariate_normal_is_that_of_scipy(value, limits):
    expected = multivariate_normal(cov=[[1, value], [value, 1]]).cdf(limits)
    assert float(bivariate_normal(*limits, value)) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_people_in_perfect_order_have_one_and_no_interval(method):
    found = correlate([1, 1, 2, 2, 3, 3], [3, 3, 2, 2, 1, 1], method)
    assert (found.value, found.lower) == (-1.0, None)
    assert found.notes[0].text == "no interval: the correlation is 1 or −1"


def test_too_few_people_equal_answers_and_too_many_answers_are_refused():
    assert "fewer than four" in correlate([1, 2, 3], [1, 3, 2]).notes[0].text
    assert "all values are the same" in correlate([1, 1, 1, 1], [1, 2, 3, 4]).notes[0].text
    many = correlate(np.arange(40), np.arange(40) % 7, "polychoric")
    assert many.value is None
    assert "more than 30" in many.notes[0].text


def test_a_pair_counts_whoever_has_both_and_listwise_whoever_has_all():
    data = np.column_stack([X, Y, X[::-1]])
    data[0, 0] = data[1, 2] = np.nan
    pairs, complete = correlation_matrix(data), correlation_matrix(data, listwise=True)
    assert [[one.n for one in row] for row in pairs] == [[9, 9, 8], [9, 10, 9], [8, 9, 9]]
    assert {one.n for row in complete for one in row} == {8}
    assert pairs[0][2] == complete[0][2]


@pytest.mark.parametrize("method", METHODS)
def test_who_is_answered_for_first_does_not_matter(method):
    for options in OPTIONS:
        one, other = correlate(X, Y, method, **options), correlate(Y, X, method, **options)
        assert other.value == pytest.approx(one.value)
        assert other.standard_error == pytest.approx(one.standard_error)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.integers(-100, 100), st.sampled_from([-3.0, -1.0, 0.5, 2.0]))
def test_other_units_change_at_most_the_sign(constant, factor):
    for method in METHODS:
        for options in OPTIONS:
            one = correlate(X, Y, method, **options)
            other = correlate(factor * X + constant, Y, method, **options)
            assert other.value == pytest.approx(np.sign(factor) * one.value)
            assert other.standard_error == pytest.approx(one.standard_error)
            assert other.p_value == pytest.approx(one.p_value)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(10)))
def test_the_order_of_the_rows_changes_nothing(order):
    for method in METHODS:
        one = correlate(X, Y, method, sample=simple(WEIGHTS))
        other = correlate(X[order], Y[order], method, sample=simple(WEIGHTS[order]))
        assert (other.lower, other.upper) == pytest.approx((one.lower, one.upper))


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=10, max_size=10))
def test_frequency_weights_are_so_many_people(people):
    for method in METHODS:
        counted = correlate(X, Y, method, weights=np.array(people, float))
        repeated = correlate(np.repeat(X, people), np.repeat(Y, people), method)
        assert counted.value == pytest.approx(repeated.value)
        assert (counted.lower, counted.p_value) == pytest.approx((repeated.lower, repeated.p_value))


def test_ranks_do_not_ask_for_distances():
    for options in OPTIONS:
        one = correlate(X, Y, "spearman", **options)
        other = correlate(np.exp(X), Y**3, "spearman", **options)
        assert (other.value, other.standard_error) == pytest.approx((one.value, one.standard_error))


def test_interval_and_test_under_a_design_never_contradict():
    for seed in range(40):
        rng = np.random.default_rng(seed)
        x, y = rng.normal(size=(2, 25))
        found = correlate(x, y + 0.4 * x, sample=simple(rng.uniform(1, 3, 25)))
        assert (found.p_value < 0.05) == (found.lower > 0 or found.upper < 0)
