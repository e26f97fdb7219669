"""McNemar's test over all joint tables, when only the two margins are printed."""

import numpy as np
import pytest
from scipy.stats import binomtest

from resurvey.errors import SurveyError
from resurvey.recovery.paired_bounds import mcnemar_bounds


def joint_tables(before, after, n):
    """Walk through all 2 x 2 tables with the margins: (lost, gained)."""
    for both in range(n + 1):
        lost, gained = before - both, after - both
        if min(lost, gained, n - both - lost - gained) >= 0:
            yield lost, gained


@pytest.mark.parametrize("seed", range(40))
def test_bounds_are_those_of_all_joint_tables(seed):
    generator = np.random.default_rng([9, seed])
    n = int(generator.integers(1, 60))
    before, after = (int(x) for x in generator.integers(0, n + 1, 2))
    bounds = mcnemar_bounds(before, after, n)
    tables = list(joint_tables(before, after, n))
    assert bounds.net == (after - before, after - before)
    changed = [lost + gained for lost, gained in tables]
    assert bounds.changed == (min(changed), max(changed))
    statistics = [(b - c) ** 2 / (b + c) for b, c in tables if b + c]
    if statistics:
        assert bounds.statistic == pytest.approx((min(statistics), max(statistics)))
    else:
        assert bounds.statistic is None
    exact = [binomtest(b, b + c).pvalue if b + c else 1.0 for b, c in tables]
    assert bounds.exact_p_value == pytest.approx((min(exact), max(exact)))
    significant = [p < 0.05 for p in exact]
    word = "all" if all(significant) else "some" if any(significant) else "none"
    assert bounds.verdict() == f"significant in {word}"


def test_more_people_without_a_job_is_significant_whoever_they_are():
    bounds = mcnemar_bounds(41, 83, 515)
    assert bounds.verdict() == "significant in all"


def test_equal_margins_may_hide_no_change_or_much():
    bounds = mcnemar_bounds(6, 6, 515)
    assert bounds.changed == (0, 12)
    assert bounds.statistic == (0.0, 0.0)
    assert bounds.p_value == (1.0, 1.0)


def test_several_possible_counts_widen_the_bounds():
    one, several = mcnemar_bounds(20, 30, 100), mcnemar_bounds((19, 21), (30, 31), 100)
    assert several.net == (9, 12)
    assert several.p_value[0] <= one.p_value[0] <= one.p_value[1] <= several.p_value[1]


@pytest.mark.parametrize("margins", [(-1, 5, 10), (5, 11, 10), ((6, 5), 5, 10)])
def test_impossible_margin_is_refused(margins):
    with pytest.raises(SurveyError, match="not possible"):
        mcnemar_bounds(*margins)
