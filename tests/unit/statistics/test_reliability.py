"""Scales of items: alpha and omega of answers counted by hand, and what must not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resurvey.statistics.correlation import correlate
from resurvey.statistics.reliability import assess_scale, one_factor
from unit.statistics.test_summaries import simple

ANSWERS = np.array(
    [
        [1, 2, 1, 3],
        [2, 2, 3, 1],
        [3, 4, 3, 3],
        [4, 3, 5, 4],
        [5, 5, 4, 4],
        [2, 1, 2, 2],
        [4, 4, 3, 5],
        [1, 2, 2, 1],
    ],
    float,
)
WEIGHTS = np.array([1.0, 2, 1, 3, 1, 2, 1, 2])
COEFFICIENTS = ("alpha", "standardised_alpha", "omega")


def values_of(scale):
    return [getattr(scale, name).value for name in COEFFICIENTS]


def test_two_items_that_one_can_count():
    # Variances 1 and 1 (of 3 people), covariance 1/2: alpha = 2 (1 - 2 / 3).
    found = assess_scale([[1, 1], [2, 3], [3, 2]])
    assert found.alpha.value == pytest.approx(2 / 3)
    assert found.mean_correlation == pytest.approx(0.5)
    assert found.items[0].item_rest == pytest.approx(0.5)
    assert found.items[0].alpha_without is None
    assert found.omega.value is None
    assert "three items or more" in found.omega.note


def test_the_rest_of_an_item_is_the_sum_of_the_others():
    found = assess_scale(ANSWERS)
    for k, item in enumerate(found.items):
        rest = np.delete(ANSWERS, k, axis=1)
        assert item.item_rest == pytest.approx(correlate(ANSWERS[:, k], rest.sum(axis=1)).value)
        assert item.alpha_without == pytest.approx(assess_scale(rest).alpha.value)


def test_items_of_one_factor_give_its_loadings_and_omega():
    loadings = np.array([0.9, 0.8, 0.7, 0.6])
    made = np.outer(loadings, loadings)
    np.fill_diagonal(made, 1.0)
    assert one_factor(made) == pytest.approx(loadings)


def test_a_reversed_item_is_turned_and_its_mean_told_as_it_was_answered():
    turned = ANSWERS.copy()
    turned[:, 1] = 6 - turned[:, 1]
    before, after = assess_scale(ANSWERS), assess_scale(turned, reverse=[1])
    assert values_of(after) == pytest.approx(values_of(before))
    assert after.alpha.lower == pytest.approx(before.alpha.lower)
    assert after.items[1].mean == pytest.approx(6 - before.items[1].mean)
    unturned = assess_scale(turned)
    assert "against the rest: 1" in unturned.notes[1].text


def test_listwise_and_pairwise_differ_only_where_answers_are_missing():
    gaps = ANSWERS.copy()
    gaps[0, 0] = np.nan
    assert values_of(assess_scale(ANSWERS, missing="pairwise")) == pytest.approx(
        values_of(assess_scale(ANSWERS))
    )
    listwise, pairwise = assess_scale(gaps), assess_scale(gaps, missing="pairwise")
    assert (listwise.n, pairwise.n) == (7, 8)
    assert [item.n for item in listwise.items] == [7, 8, 8, 8]
    assert pairwise.alpha.lower is None
    assert "differ from pair to pair" in pairwise.alpha.note


def test_an_item_with_one_answer_or_one_item_alone_has_no_alpha():
    same = assess_scale([[1, 2], [1, 3], [1, 1]])
    assert same.alpha.note == "not computed: an item has only one answer"
    assert assess_scale([[1], [2], [3]]).alpha.note.endswith("at least two items")


def test_items_beyond_one_factor_get_no_omega():
    # The first is the sum of two others that hardly go together.
    answers = np.array([[2, 1, 1], [2, 1, 1], [1, 1, 0], [1, 0, 1], [0, 0, 0], [0, 0, 0]], float)
    found = assess_scale(answers)
    assert found.omega.value is None
    assert "Heywood" in found.omega.note


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(-100, 100), min_size=4, max_size=4))
def test_constants_added_to_items_change_nothing(constants):
    moved = ANSWERS + np.array(constants, float)
    for options in ({}, {"sample": simple(WEIGHTS)}):
        before, after = assess_scale(ANSWERS, **options), assess_scale(moved, **options)
        assert values_of(after) == pytest.approx(values_of(before))
        for name in COEFFICIENTS:
            assert getattr(after, name).lower == pytest.approx(getattr(before, name).lower)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(8)), st.permutations(range(4)))
def test_the_order_of_people_and_items_changes_nothing(rows, columns):
    before = assess_scale(ANSWERS, sample=simple(WEIGHTS))
    after = assess_scale(ANSWERS[rows][:, columns], sample=simple(WEIGHTS[rows]))
    assert values_of(after) == pytest.approx(values_of(before))
    assert after.omega.standard_error == pytest.approx(before.omega.standard_error)
    loadings = [before.items[k].loading for k in columns]
    assert [item.loading for item in after.items] == pytest.approx(loadings)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=8, max_size=8))
def test_frequency_weights_are_so_many_people(people):
    counted = assess_scale(ANSWERS, weights=np.array(people, float))
    repeated = assess_scale(np.repeat(ANSWERS, people, axis=0))
    for name in COEFFICIENTS:
        one, other = getattr(counted, name), getattr(repeated, name)
        assert (one.value, one.lower) == pytest.approx((other.value, other.lower))
    for one, other in zip(counted.items, repeated.items, strict=True):
        assert one.item_rest == pytest.approx(other.item_rest)
        assert one.deviation == pytest.approx(other.deviation)


def test_standardised_alpha_does_not_ask_for_the_units():
    scaled = ANSWERS * np.array([1.0, 10.0, 0.1, 3.0])
    before, after = assess_scale(ANSWERS), assess_scale(scaled)
    assert after.standardised_alpha.value == pytest.approx(before.standardised_alpha.value)
    assert after.omega.upper == pytest.approx(before.omega.upper)
    assert after.alpha.value != pytest.approx(before.alpha.value)
