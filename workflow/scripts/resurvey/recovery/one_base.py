"""One base: what it means that shares of several questions are all possible at the same base.

One share fits some base almost always, and a given base about as often as the base has counts to
a printed number. Many shares that all fit the one base that was given in advance, such as the
number of respondents, are evidence together that none of them is alone.
"""

from collections.abc import Iterable
from fractions import Fraction
from math import comb

from resurvey.core.errors import SurveyError


def printings(shares: int, complete: bool, digits: int) -> int:
    """Count the ways in which shares of one question can be printed, ties left aside.

    Parameters
    ----------
    shares : int
        Printed shares.
    complete : bool
        They are all answers, so that the exact shares make 100 per cent.
    digits : int
        Decimals.

    Examples
    --------
    >>> printings(1, False, 1), printings(2, True, 0)
    (1001, 101)
    """
    whole = 100 * 10**digits
    number = 0
    for positive in range(shares + 1):
        # A share above zero is at least half a unit below what is printed, zero is zero.
        largest = (2 * whole + positive - 1) // 2
        smallest = max(positive, (2 * whole - shares) // 2 + 1 if complete else 0)
        if positive == 0:
            number += 0 if smallest > 0 else 1
            continue
        # Positive numbers with a sum: compositions; the sums of their numbers are binomial too.
        compositions = comb(largest, positive) - comb(smallest - 1, positive)
        number += comb(shares, positive) * compositions
    return number


def printings_at(base: int, shares: int, complete: bool, digits: int) -> int:
    """Count the ways in which counts of one base can be printed.

    Every count of a base of no more people than there are printed numbers prints differently.

    Raises
    ------
    SurveyError
        If the base is larger than that.

    Examples
    --------
    >>> printings_at(515, 1, False, 1), printings_at(3, 2, True, 0)
    (516, 4)
    """
    if not 1 <= base <= 100 * 10**digits:
        raise SurveyError(f"at a base of {base} different counts are printed alike")
    return comb(base + shares - 1, shares - 1) if complete else comb(base + shares, shares)


def at_least(chances: Iterable[Fraction], fits: int) -> Fraction:
    """Return the chance that at least so many of independent questions fit.

    Examples
    --------
    >>> at_least([Fraction(1, 2), Fraction(1, 2), Fraction(1, 4)], 2)
    Fraction(3, 8)
    """
    numbers = [Fraction(1)]
    for chance in chances:
        fitting = [Fraction(0), *(chance * number for number in numbers)]
        failing = [*((1 - chance) * number for number in numbers), Fraction(0)]
        numbers = [one + other for one, other in zip(fitting, failing, strict=True)]
    return sum(numbers[fits:], start=Fraction(0))
