"""A black-and-white print loses nothing: neighbours differ in grey or in their hatch."""

from itertools import combinations, pairwise

import pytest

from resurvey.figures.palette import (
    contrast,
    fill_outside,
    fill_residual,
    fills_for,
    luminance,
    marker_fills,
)

EVERY = [(ordinal, middle) for ordinal in (False, True) for middle in (False, True)]


def is_grey(colour):
    return len({colour[1:3], colour[3:5], colour[5:7]}) == 1


def apart(one, other):
    """Different hatches, or greys that differ clearly on paper."""
    return one.hatch != other.hatch or contrast(one.colour, other.colour) >= 1.25


@pytest.mark.parametrize(("ordinal", "middle"), EVERY)
@pytest.mark.parametrize("number", range(1, 10))
def test_journal_fills_are_greys_and_neighbours_differ(number, ordinal, middle):
    fills = fills_for(number, ordinal, middle, grey=True)
    assert len(fills) == number
    assert all(is_grey(one.colour) and is_grey(one.lines) for one in fills)
    assert all(apart(one, other) for one, other in pairwise(fills))


@pytest.mark.parametrize("number", range(2, 8))
def test_answers_without_order_all_differ_in_grey(number):
    for one, other in combinations(fills_for(number, False, False, grey=True), 2):
        assert apart(one, other)


@pytest.mark.parametrize("number", range(2, 10))
def test_both_sides_of_an_order_differ_in_their_hatch(number):
    fills = fills_for(number, True, True, grey=True)
    half = number // 2
    low, high = fills[:half], fills[len(fills) - half :]
    assert all(one.hatch for one in low)
    assert not any(one.hatch for one in high)


def test_parts_outside_the_order_have_hatches_of_their_own():
    outside = {fill_outside(kind, grey=True).hatch for kind in ("dont_know", "not_printed")}
    inside = {one.hatch for number in range(1, 10) for one in fills_for(number, True, True, True)}
    assert len(outside) == 2
    assert not outside & inside


@pytest.mark.parametrize("value", [-6.0, -2.0, -0.4, 0.4, 2.0, 6.0])
def test_residual_below_zero_is_hatched_and_above_is_grey(value):
    fill = fill_residual(value, grey=True)
    assert is_grey(fill.colour)
    assert bool(fill.hatch) is (value < 0)


def test_stronger_residual_is_darker():
    above = [luminance(fill_residual(value, True).colour) for value in (0.5, 1.5, 2.5, 4.0)]
    below = [luminance(fill_residual(-value, True).lines) for value in (0.5, 1.5, 2.5, 4.0)]
    for steps in (above, below):
        assert all(one > other for one, other in pairwise(steps))


@pytest.mark.parametrize(("ordinal", "middle"), EVERY)
@pytest.mark.parametrize("number", range(1, 10))
def test_number_on_every_fill_is_readable(number, ordinal, middle):
    for grey in (False, True):
        for fill in fills_for(number, ordinal, middle, grey):
            assert contrast(fill.ink, fill.colour) >= 4.5


def test_markers_differ_in_more_than_their_colour():
    fills = marker_fills(3, (), grey=True)
    assert len({one.colour for one in fills}) == 3
    assert all(is_grey(one.colour) for one in fills)
