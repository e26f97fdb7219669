"""Colours stay apart for colour-blind readers, and every number in a bar can be read."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from resurvey.figures.palette import (
    NOMINAL,
    NOT_PRINTED,
    OUTSIDE,
    around_zero,
    contrast,
    diverging,
    ink_on,
    nominal,
    rising,
)

# SOURCE: Machado, Oliveira and Fernandes (2009), severity 1.0; on linear RGB.
SEEN_BY = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def lab(colour, seen_by=None):
    """CIE Lab of a colour as somebody sees it."""
    values = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    if seen_by:
        linear = np.clip(np.array(SEEN_BY[seen_by]) @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    x, y, z = np.cbrt(to_xyz @ linear / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one, other, seen_by):
    return float(np.linalg.norm(lab(one, seen_by) - lab(other, seen_by)))


def all_fills():
    ramps = [palette(number) for palette in (rising, diverging) for number in range(1, 10)]
    residuals = [around_zero(step / 4) for step in range(-24, 25)]
    return {*NOMINAL, *nominal(1), OUTSIDE, NOT_PRINTED, *residuals, *sum(ramps, [])}


@pytest.mark.parametrize("fill", sorted(all_fills()))
def test_number_in_a_bar_is_readable(fill):
    assert contrast(ink_on(fill), fill) >= 4.5


@pytest.mark.parametrize("seen_by", [None, *SEEN_BY])
@pytest.mark.parametrize("number", range(2, 8))
def test_answers_without_order_are_told_apart(seen_by, number):
    for one, other in combinations(nominal(number), 2):
        assert apart(one, other, seen_by) > 12


@pytest.mark.parametrize("seen_by", [None, *SEEN_BY])
@pytest.mark.parametrize("palette", [rising, diverging])
@pytest.mark.parametrize("number", range(2, 10))
def test_neighbours_in_an_order_are_told_apart(seen_by, palette, number):
    for one, other in pairwise(palette(number)):
        assert apart(one, other, seen_by) > 6


@pytest.mark.parametrize("seen_by", [None, *SEEN_BY])
def test_both_ends_of_an_order_are_told_apart(seen_by):
    for number in range(2, 10):
        colours = diverging(number)
        assert apart(colours[0], colours[-1], seen_by) > 30


@pytest.mark.parametrize("number", range(1, 10))
def test_an_order_gets_as_many_colours_as_answers(number):
    for palette in (rising, diverging, nominal):
        assert len(palette(number)) == number
