"""A black-and-white print loses nothing: what means something else differs in grey or hatch."""

from itertools import combinations, pairwise

import pytest

from resurvey.figures.palette import (
    ROLES,
    contrast,
    fill_residual,
    fill_role,
    fills_of_groups,
    fills_of_names,
    luminance,
)


def is_grey(colour):
    return len({colour[1:3], colour[3:5], colour[5:7]}) == 1


def apart(one, other):
    """Different hatches, or greys that differ clearly on paper."""
    return one.hatch != other.hatch or contrast(one.colour, other.colour) >= 1.25


def test_every_meaning_has_a_grey_of_its_own():
    fills = [fill_role(role, grey=True) for role in ROLES]
    assert all(is_grey(one.colour) and is_grey(one.lines) for one in fills)
    assert all(apart(one, other) for one, other in combinations(fills, 2))


def test_bad_sides_are_hatched_and_good_ones_are_not():
    assert all(fill_role(role, True).hatch for role in ("bad", "rather_bad"))
    assert not any(fill_role(role, True).hatch for role in ("good", "rather_good", "middle", ""))


@pytest.mark.parametrize("number", range(2, 8))
def test_answers_without_order_all_differ_in_grey(number):
    for one, other in combinations(fills_of_names(number, grey=True), 2):
        assert apart(one, other)


@pytest.mark.parametrize("value", [-6.0, -2.0, -0.4, 0.4, 2.0, 6.0])
def test_residual_below_zero_is_hatched_and_above_is_grey(value):
    fill = fill_residual(value)
    assert is_grey(fill.colour)
    assert bool(fill.hatch) is (value < 0)


@pytest.mark.parametrize("value", [-6.0, -2.0, 0.0, 0.4, 2.0, 6.0])
def test_number_on_the_tile_of_a_residual_is_readable(value):
    fill = fill_residual(value)
    assert contrast(fill.ink, fill.colour) >= 4.5


def test_stronger_residual_is_darker():
    above = [luminance(fill_residual(value).colour) for value in (0.5, 1.5, 2.5, 4.0)]
    below = [luminance(fill_residual(-value).lines) for value in (0.5, 1.5, 2.5, 4.0)]
    for steps in (above, below):
        assert all(one > other for one, other in pairwise(steps))


def test_markers_differ_in_more_than_their_colour():
    fills = fills_of_groups(3, grey=True)
    assert len({one.colour for one in fills}) == 3
    assert all(is_grey(one.colour) for one in fills)
