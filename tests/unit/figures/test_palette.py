"""Colours stay apart for colour-blind readers, and every number in a bar can be read."""

from itertools import combinations

import numpy as np
import pytest

from resurvey.figures.palette import GROUPS, NOMINAL, ROLES, contrast, ink_on

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


@pytest.mark.parametrize("fill", sorted({*NOMINAL, *GROUPS, *ROLES.values()}))
def test_ink_on_a_colour_is_readable(fill):
    assert contrast(ink_on(fill), fill) >= 4.5


@pytest.mark.parametrize("seen_by", [None, *SEEN_BY])
def test_meanings_are_told_apart(seen_by):
    for one, other in combinations(ROLES.values(), 2):
        assert apart(one, other, seen_by) > 7


@pytest.mark.parametrize("seen_by", [None, *SEEN_BY])
def test_good_and_bad_are_far_apart(seen_by):
    assert apart(ROLES["good"], ROLES["bad"], seen_by) > 30
    assert apart(ROLES["rather_good"], ROLES["rather_bad"], seen_by) > 30


@pytest.mark.parametrize("seen_by", [None, *SEEN_BY])
def test_answers_without_order_are_told_apart(seen_by):
    for one, other in combinations(NOMINAL, 2):
        assert apart(one, other, seen_by) > 12


@pytest.mark.parametrize("seen_by", [None, *SEEN_BY])
def test_first_groups_are_told_apart_and_have_no_colour_of_an_answer(seen_by):
    assert apart(*GROUPS[:2], seen_by) > 15
    for group in GROUPS[:2]:
        assert all(apart(group, ROLES[role], seen_by) > 10 for role in ("good", "bad", ""))


def test_one_colour_has_one_meaning():
    colours = [*ROLES.values(), *GROUPS, *NOMINAL[1:]]
    assert len(set(colours)) == len(colours)
