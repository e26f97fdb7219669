"""Printed shares are counted as writing them all out counts them."""

from fractions import Fraction
from itertools import product

import pytest

from resurvey.core.errors import SurveyError
from resurvey.recovery.one_base import at_least, printings, printings_at
from unit.recovery.brute_force import compositions, printed


@pytest.mark.parametrize(("shares", "complete"), [(1, False), (2, False), (2, True), (3, True)])
@pytest.mark.parametrize("base", [1, 7, 16, 30])
def test_printings_of_a_base_are_those_of_its_counts(base, shares, complete):
    answers = shares if complete else shares + 1
    written = {
        tuple(printed(Fraction(count, base), 0, "half_up") for count in counts[:shares])
        for counts in compositions(base, answers)
    }
    assert printings_at(base, shares, complete, 0) == len(written)


@pytest.mark.slow
@pytest.mark.parametrize(("shares", "complete"), [(1, False), (2, False), (2, True), (3, True)])
def test_printings_of_any_shares_are_those_with_shares_inside_their_intervals(shares, complete):
    number = 0
    for numbers in product(range(102), repeat=shares):
        twice_low = sum(max(0, 2 * one - 1) for one in numbers)
        twice_high = sum(2 * one + 1 for one in numbers)
        number += twice_low < 200 and (not complete or twice_high > 200)
    assert printings(shares, complete, 0) == number


def test_chances_of_independent_questions_are_put_together_exactly():
    chances = [Fraction(1, 3), Fraction(1, 2), Fraction(2, 5), Fraction(1, 7)]
    for fits in range(5):
        expected = Fraction(0)
        for hits in product((True, False), repeat=4):
            if sum(hits) >= fits:
                chance = Fraction(1)
                for hit, one in zip(hits, chances, strict=True):
                    chance *= one if hit else 1 - one
                expected += chance
        assert at_least(chances, fits) == expected


def test_a_base_whose_counts_print_alike_is_refused():
    with pytest.raises(SurveyError, match="printed alike"):
        printings_at(101, 1, False, 0)
