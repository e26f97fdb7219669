"""The tail in closed form is SciPy's."""

import pytest
from scipy.special import chdtrc

from resurvey.statistics.tails import chi_square_tail


@pytest.mark.parametrize("df", [1, 2, 3, 4, 7, 12, 33, 60, 201])
@pytest.mark.parametrize("statistic", [0, 1e-9, 0.01, 0.7, 3.0, 11.5, 60.0, 250.0, 1300.0])
def test_tail_is_the_one_of_scipy(statistic, df):
    assert chi_square_tail(statistic, df) == pytest.approx(chdtrc(df, statistic), rel=1e-12)
