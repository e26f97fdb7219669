"""Groups compared by a number: what people counted by hand show, and what must not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resurvey.statistics.group_means import compare_groups, difference_of_means, effect_sizes
from unit.statistics.test_summaries import simple

VALUES = np.array([1.0, 2, 3, 4, 6, 8, 5, 9, 7])
TWO = np.array([0, 0, 0, 1, 1, 1, -1, -1, -1])
THREE = np.repeat([0, 1, 2], 3)
WEIGHTS = np.array([1.0, 2, 1, 3, 1, 2, 1, 1, 2])


def found_by(*arguments, **options):
    return {one.test: one for one in compare_groups(*arguments, **options)}


def test_two_groups_of_three_have_the_t_that_one_counts():
    found = found_by(VALUES, TWO)["welch_t"]
    # Means 2 and 6, variances 1 and 4.
    assert found.statistic == pytest.approx(-4 / (1 / 3 + 4 / 3) ** 0.5)
    assert found.df == pytest.approx((5 / 3) ** 2 / ((1 / 3) ** 2 / 2 + (4 / 3) ** 2 / 2))


def test_two_groups_get_the_found_by_two_and_three_those_of_more():
    sample = simple(WEIGHTS)
    assert list(found_by(VALUES, TWO)) == ["welch_t", "mann_whitney"]
    assert list(found_by(VALUES, THREE)) == ["welch_anova", "kruskal_wallis"]
    assert list(found_by(VALUES, TWO, sample=sample)) == ["design_t", "design_wilcoxon"]
    assert list(found_by(VALUES, THREE, sample=sample)) == [
        "design_wald_f",
        "design_kruskal_wallis",
    ]


def test_equal_values_and_single_people_are_refused_with_the_reason():
    same = found_by([3.0, 3, 3, 3], np.array([0, 0, 1, 1]))["welch_t"]
    assert same.note == "not computed: all values are the same"
    alone = found_by([3.0, 4, 5], np.array([0, 0, 1]))["welch_t"]
    assert alone.note == "not computed: fewer than two groups hold respondents"


def test_a_group_of_one_is_left_out_with_a_note():
    found = found_by([1.0, 2, 5, 6, 9], np.array([0, 0, 1, 1, 2]))["welch_t"]
    assert "left out: 1" in found.note
    assert found.n == 4


def test_groups_without_spread_between_whom_all_differs_are_refused():
    found = found_by([1.0, 1, 2, 2], np.array([0, 0, 1, 1]))["welch_t"]
    assert found.note == "not computed: in a group all values are the same"


def test_a_difference_and_its_interval_are_those_of_the_test():
    found = difference_of_means(VALUES, TWO, 0, 1)
    test = found_by(VALUES, TWO)["welch_t"]
    assert found.value == -4
    assert (found.statistic, found.p_value) == pytest.approx((test.statistic, test.p_value))
    assert found.lower < -4 < found.upper
    assert found.notes[0].text.startswith("Welch's t on")


def test_groups_in_one_village_each_have_no_difference_with_an_interval():
    sample = simple(np.ones(9), [0, 0, 0, 1, 1, 1, 2, 2, 2])
    assert difference_of_means(VALUES, TWO, 0, 1, sample=sample).reason.key == "one_cluster"


def test_the_effect_of_two_groups_is_counted_by_hand():
    d, g, eta, omega = effect_sizes(VALUES, TWO)
    assert d.value == pytest.approx(-4 / 2.5**0.5)
    # Six people: J = 1 - 3 / (4 · 4 - 1) to two digits.
    assert g.value / d.value == pytest.approx(1 - 3 / 15, abs=5e-3)
    assert eta.value == pytest.approx(24 / 34)
    assert omega.value == pytest.approx((24 - 2.5) / (34 + 2.5))
    assert d.lower < d.value < d.upper
    assert eta.lower < eta.value < eta.upper


def test_omega_is_refused_under_a_design():
    found = effect_sizes(VALUES, THREE, sample=simple(WEIGHTS))
    assert [one.name for one in found] == ["eta_squared", "omega_squared"]
    assert found[1].value is None
    assert "not defined under a sampling design" in found[1].note


@settings(max_examples=10, deadline=None)
@given(st.integers(-(10**6), 10**6))
def test_adding_a_constant_changes_no_test_and_no_effect(constant):
    for options in ({}, {"sample": simple(WEIGHTS)}, {"weights": WEIGHTS}):
        for groups in (TWO, THREE):
            before = found_by(VALUES, groups, **options)
            after = found_by(VALUES + constant, groups, **options)
            for name, one in before.items():
                assert after[name].statistic == pytest.approx(one.statistic)
            values = [one.value for one in effect_sizes(VALUES, groups, **options)]
            moved = [one.value for one in effect_sizes(VALUES + constant, groups, **options)]
            assert moved == pytest.approx(values)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(9)))
def test_the_order_of_the_rows_changes_nothing(order):
    for groups in (TWO, THREE):
        before = found_by(VALUES, groups, sample=simple(WEIGHTS))
        after = found_by(VALUES[order], groups[order], sample=simple(WEIGHTS[order]))
        for name, one in before.items():
            assert after[name].p_value == pytest.approx(one.p_value)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=9, max_size=9))
def test_frequency_weights_are_so_many_people(people):
    weights = np.array(people, float)
    for groups in (TWO, THREE):
        counted = found_by(VALUES, groups, weights=weights)
        repeated = found_by(np.repeat(VALUES, people), np.repeat(groups, people))
        for name, one in repeated.items():
            assert counted[name].p_value == pytest.approx(one.p_value)


def test_turning_the_groups_round_turns_the_sign():
    turned = np.where(TWO < 0, -1, 1 - TWO)
    for options in ({}, {"sample": simple(WEIGHTS)}):
        name = "design_t" if options else "welch_t"
        before, after = found_by(VALUES, TWO, **options), found_by(VALUES, turned, **options)
        assert after[name].statistic == pytest.approx(-before[name].statistic)
        assert effect_sizes(VALUES, turned, **options)[0].value == pytest.approx(
            -effect_sizes(VALUES, TWO, **options)[0].value
        )
