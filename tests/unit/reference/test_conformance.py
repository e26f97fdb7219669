"""Our statistics are R's and PSPP's, or the difference has a reason."""

from pathlib import Path

import numpy as np
import pytest

from reference.conformance import CLOSE, KNOWN, conformance, unexplained
from resurvey.core.codebook import Variable
from resurvey.counts.crosstabs import Crosstab

pytestmark = pytest.mark.slow

REFERENCE = Path(__file__).parents[2] / "reference" / "statistics"


@pytest.fixture(scope="module")
def rows():
    return conformance(REFERENCE)


def test_no_difference_is_without_a_reason(rows):
    assert [f"{one.data_set} {one.statistic}" for one in unexplained(rows)] == []


def test_nearly_every_value_agrees(rows):
    differing = [f"{one.data_set} {one.statistic}: {one.reason}" for one in rows if not one.agrees]
    reasons = {known.reason for known in KNOWN}
    assert [told for told in differing if told.partition(": ")[2] not in reasons] == []
    assert len(differing) < 0.03 * len(rows), differing


def test_every_kind_of_data_is_compared(rows):
    names = {one.data_set for one in rows}
    assert len(names) >= 30
    assert {
        "hair_eye",
        "job",
        "ucb_departments",
        "visual_acuity",
        "apistrat_fpc",
        "nhanes",
    } <= names
    assert sum(one.pspp is not None for one in rows) > 1000
    assert sum(one.r is not None for one in rows) > 2000


def test_no_value_of_r_is_left_uncomputed(rows):
    assert [one.statistic for one in rows if one.r is not None and one.ours is None] == []


# SOURCE The values that the project's requirements list, from R 4.2.2.
LISTED = {
    "party": (
        [[762, 327, 468], [484, 239, 477]],
        {"pearson": 30.0701490958, "cramer_v": 0.104435802356},
    ),
    "job": (
        [[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]],
        {"pearson": 5.96551458877, "fisher": 0.782684938966},
    ),
    "tea": ([[3, 1], [1, 3]], {"continuity_correction": 0.5, "fisher": 0.485714285714}),
    "convictions": (
        [[2, 15], [10, 3]],
        {
            "pearson": 13.0316742081,
            "continuity_correction": 10.4581447964,
            "fisher": 5.36724119143e-04,
        },
    ),
    "zero cell": ([[0, 5], [7, 15]], {"pearson": 2.14772727273, "likelihood_ratio": 3.38153790737}),
    "three by three": ([[3, 1, 2], [1, 3, 4], [2, 2, 0]], {"fisher": 0.41969794911}),
    "scipy 4130": ([[345, 455], [260, 345]], {"fisher": 0.956677863993}),
    "over-correction": ([[1573, 3], [4, 0]], {"continuity_correction": 0.0}),
}


@pytest.mark.parametrize("name", LISTED)
def test_listed_values_are_met(name):
    counts, expected = LISTED[name]
    height, width = np.shape(counts)
    row, column = (
        Variable(side, codes={code + 1: {} for code in range(size)})
        for side, size in (("q", height), ("g", width))
    )
    table = Crosstab.from_counts(row, column, counts)
    tests, measures = table.tests(), table.association()
    for statistic, value in expected.items():
        if statistic == "fisher":
            assert tests.loc["fisher", "p_value"] == pytest.approx(value, rel=1e-9)
        elif statistic in tests.index:
            assert tests.loc[statistic, "statistic"] == pytest.approx(
                value, rel=CLOSE * 10, abs=1e-20
            )
        else:
            assert measures.loc[statistic, "value"] == pytest.approx(value, rel=CLOSE * 10)
