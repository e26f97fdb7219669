"""Ordinal measures: standard errors are those of the delta method."""

import numpy as np
import pytest

from resurvey.core.codebook import Variable
from resurvey.counts.crosstabs import Crosstab


def somers_d(shares):
    """Symmetric Somers' d of a table of shares, written out over all pairs of cells."""
    rows, columns = shares.shape
    agree = disagree = tied_rows = tied_columns = 0.0
    for i in range(rows):
        for j in range(columns):
            for k in range(rows):
                for m in range(columns):
                    pair = shares[i, j] * shares[k, m]
                    way = np.sign(i - k) * np.sign(j - m)
                    agree += pair * (way > 0)
                    disagree += pair * (way < 0)
                    tied_rows += pair * (i == k)
                    tied_columns += pair * (j == m)
    total = shares.sum() ** 2
    return (agree - disagree) / (((total - tied_rows) + (total - tied_columns)) / 2)


@pytest.mark.parametrize(
    "counts",
    [
        [[60, 2], [193, 0]],
        [[2, 320], [0, 25]],
        [[20, 5, 1], [4, 9, 6]],
        [[300, 1], [2, 3], [1, 4], [0, 2]],
    ],
)
def test_interval_of_symmetric_somers_d_is_that_of_the_delta_method(counts):
    counts = np.array(counts)
    rows, columns = (
        Variable(name, measure="ordinal", codes={code: {} for code in range(1, size + 1)})
        for name, size in zip("ab", counts.shape, strict=True)
    )
    measures = {one.name: one for one in Crosstab.from_counts(rows, columns, counts).estimates}
    shares, n = counts / counts.sum(), counts.sum()
    slopes = np.zeros(counts.shape)
    for cell in np.ndindex(*counts.shape):
        step = np.zeros(counts.shape, complex)
        step[cell] = 1e-20j
        slopes[cell] = somers_d(shares + step).imag / 1e-20
    slopes -= (shares * slopes).sum()
    half = 1.959963984540054 * np.sqrt((shares * slopes**2).sum() / n)
    found = measures["somers_d_symmetric"]
    assert found.value == pytest.approx(somers_d(shares))
    assert (found.lower, found.upper) == pytest.approx((found.value - half, found.value + half))
    assert "SPSS prints the standard error of tau-b" in found.note
