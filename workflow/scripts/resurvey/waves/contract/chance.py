"""Chance: how likely two shares as different as these are when nothing changed."""

import math

LEVEL = 1e-4
"""Chance, at most, that a comparison of two waves stops although nobody's routing changed."""


def chance(first: int, first_base: int, second: int, second_base: int) -> float:
    """Give the two-sided p-value of Fisher's exact test of two shares.

    Conditional on the margins, twice the smaller tail, at most 1: never smaller than the chance
    of so large a difference in its own direction. Needs no SciPy, whose import takes longer than
    all comparisons of two waves.

    References
    ----------
    A. Agresti (2002), Categorical Data Analysis, 3.5.1.

    Examples
    --------
    >>> round(chance(3, 4, 1, 4), 6), round(chance(10, 10, 0, 10) * 184756)
    (0.485714, 2)
    """
    total, all_with = first_base + second_base, first + second
    low, high = max(0, all_with - second_base), min(first_base, all_with)
    upward = first * total >= all_with * first_base
    steps = range(first, high + 1) if upward else range(first, low - 1, -1)
    tail, largest = 0.0, -math.inf
    whole = _choose(total, all_with)
    for with_trait in steps:
        term = _choose(first_base, with_trait) + _choose(second_base, all_with - with_trait) - whole
        tail += math.exp(term)
        largest = max(largest, term)
        if term < largest - 40:
            break
    return min(1.0, 2 * tail)


def _choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
