"""Strata: equal odds ratios are tested without loss of digits."""

from fractions import Fraction
from math import isqrt

import numpy as np
import pytest

from resurvey.statistics.stratified import cochran_mantel_haenszel


def breslow_day(tables):
    """Breslow-Day's statistic with 60 digits, from the Mantel-Haenszel odds ratio."""
    tables = [[[int(cell) for cell in row] for row in table] for table in tables]
    up = sum(Fraction(a * d, a + b + c + d) for (a, b), (c, d) in tables)
    down = sum(Fraction(b * c, a + b + c + d) for (a, b), (c, d) in tables)
    ratio, scale, statistic = up / down, 10**60, Fraction(0)
    for (a, b), (c, d) in tables:
        row, column, rest = a + b, a + c, (b + d) - (a + b)
        if ratio == 1:
            expected = Fraction(row * column, a + b + c + d)
        else:
            middle = rest + ratio * (row + column)
            inside = middle**2 + 4 * (1 - ratio) * ratio * row * column
            root = Fraction(isqrt(int(inside * scale**2)), scale)
            expected = (root - middle) / (2 * (1 - ratio))
        cells = [expected, row - expected, column - expected, rest + expected]
        statistic += (a - expected) ** 2 * sum(1 / cell for cell in cells)
    return float(statistic)


G = 10**9


@pytest.mark.parametrize(
    "tables",
    [
        [[[G, G], [G, G + 1]], [[2 * G, G], [2 * G, G]]],
        [[[12, 5], [7, 15]], [[10, 4], [3, 8]]],
        [[[1, 40], [2, 3]], [[90, 4], [3, 8]], [[5, 5], [5, 5]]],
        [[[5, 7], [5, 7]], [[8, 2], [8, 2]]],
        [[[200, 3], [50, 1]], [[1000, 10], [9, 1]]],
    ],
)
def test_breslow_day_keeps_its_digits_whatever_the_odds_ratio(tables):
    found = {one.test: one for one in cochran_mantel_haenszel(np.array(tables, float))}
    # The first has deviations of a fifth from expected counts of a billion.
    assert found["breslow_day"].statistic == pytest.approx(breslow_day(tables), rel=1e-5, abs=1e-12)
