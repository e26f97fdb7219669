"""Indices, their coherence and their means under a design are R's to 1e-8."""

import numpy as np
import pytest

from reference.index_conformance import index_statistics, index_values

VALUES = index_values()


@pytest.fixture(scope="module")
def ours():
    return index_statistics()


@pytest.mark.parametrize("case", VALUES)
def test_every_value_of_an_index_is_that_of_r(case, ours):
    found = [np.nan if ours[case][key] is None else ours[case][key] for key in VALUES[case]]
    expected = [np.nan if text == "NA" else float(text) for text in VALUES[case].values()]
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-9)
