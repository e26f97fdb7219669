"""McNemar's test over all joint tables, when only the two margins are printed."""

import numpy as np
import pytest
from scipy.stats import binomtest, chi2

from resurvey.core.errors import SurveyError
from resurvey.recovery.paired_bounds import mcnemar_bounds

pytestmark = pytest.mark.slow


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


@pytest.mark.parametrize("seed", range(60))
def test_bounds_over_several_counts_are_those_of_all_their_joint_tables(seed):
    generator = np.random.default_rng([10, seed])
    n = int(generator.integers(1, 30))
    befores, afters = (sorted(map(int, generator.integers(0, n + 1, 2))) for _ in range(2))
    bounds = mcnemar_bounds(tuple(befores), tuple(afters), n)
    tables = [
        table
        for before in range(befores[0], befores[1] + 1)
        for after in range(afters[0], afters[1] + 1)
        for table in joint_tables(before, after, n)
    ]
    net = [gained - lost for lost, gained in tables]
    assert bounds.net == (min(net), max(net))
    changed = [lost + gained for lost, gained in tables]
    assert bounds.changed == (min(changed), max(changed))
    statistics = [(b - c) ** 2 / (b + c) for b, c in tables if b + c]
    expected = (min(statistics), max(statistics)) if statistics else None
    assert bounds.statistic == (expected and pytest.approx(expected))
    p_values = [chi2.sf((b - c) ** 2 / (b + c), 1) if b + c else 1.0 for b, c in tables]
    assert bounds.p_value == pytest.approx((min(p_values), max(p_values)))
    exact = [binomtest(b, b + c).pvalue if b + c else 1.0 for b, c in tables]
    assert bounds.exact_p_value == pytest.approx((min(exact), max(exact)))


def test_whole_per_cents_of_millions_are_bounded_without_listing_their_tables():
    bounds = mcnemar_bounds((400_000, 419_999), (500_000, 519_999), 2_000_000)
    assert bounds.net == (80_001, 119_999)
    assert bounds.changed == (80_001, 939_998)
    assert bounds.verdict() == "significant in all"


@pytest.mark.parametrize("margins", [(-1, 5, 10), (5, 11, 10), ((6, 5), 5, 10)])
def test_impossible_margin_is_refused(margins):
    with pytest.raises(SurveyError, match="not possible"):
        mcnemar_bounds(*margins)
