"""What is said without going through all tables never contradicts what all tables say."""

import numpy as np
import pytest

from resurvey.core.printed import percent_text
from resurvey.recovery import recover
from resurvey.recovery.constraints import constraints
from resurvey.recovery.printed_table import read_table
from resurvey.recovery.relaxation import UNKNOWN, base_ranges, may_fit, shares_fit


def table(shares, total=None, base=None, largest=None):
    return read_table(shares, total, base, largest, None, None, "unknown")


def columns(random, groups, answers, digits):
    """Printed columns of groups and of all, and the bases behind them."""
    counts = {name: random.integers(0, 12, answers) for name in groups}
    counts = {name: some if some.sum() else some + 1 for name, some in counts.items()}
    shares = {
        name: [percent_text(int(one), int(some.sum()), digits) for one in some]
        for name, some in counts.items()
    }
    every = sum(counts.values())
    total = [percent_text(int(one), int(every.sum()), digits) for one in every]
    return shares, total, {name: int(some.sum()) for name, some in counts.items()}


@pytest.mark.parametrize("digits", [0, 1])
@pytest.mark.parametrize("seed", range(6))
def test_table_that_some_counts_print_always_may_fit(seed, digits):
    random = np.random.default_rng([seed, digits])
    shares, total, bases = columns(random, ["a", "b", "c"], 3, digits)
    unknown = dict.fromkeys(bases, UNKNOWN)
    assert may_fit(table(shares, total, bases), "half_up", {})
    assert may_fit(table(shares, total, largest=unknown), "half_up", {})
    assert may_fit(table(shares, total, largest={**unknown, "total": 200}), "half_up", {})


@pytest.mark.parametrize("seed", range(12))
def test_what_may_not_fit_has_no_solution(seed):
    random = np.random.default_rng(seed)
    shares, total, bases = columns(random, ["a", "b"], 2, 0)
    total = [str(int(one) + int(random.integers(-6, 7))) for one in total]
    total = [one if int(one) >= 0 else "0" for one in total]
    if not may_fit(table(shares, total, bases), "half_up", {}):
        assert not recover(shares, total, base=bases)


@pytest.mark.parametrize("seed", range(8))
def test_single_column_is_judged_exactly(seed):
    random = np.random.default_rng(seed)
    shares = {"a": [f"{one:.1f}" for one in random.dirichlet([2, 2, 2]) * 100]}
    limits = {"a": int(random.integers(20, 120))}
    assert may_fit(table(shares, largest=limits), "half_up", {}) == bool(
        recover(shares, max_base=limits)
    )


@pytest.mark.parametrize(
    ("printed", "fits"),
    [
        (["33", "33", "33"], True),
        (["33.3", "33.3", "33.3"], True),
        (["33.3", "33.3", "33.2"], False),
        (["33", "33", "32"], False),
        (["50.5", "49.6"], True),
        (["52", "47"], False),
        (["52", "49"], True),
    ],
)
def test_shares_of_any_base_sum_to_100_or_they_do_not(printed, fits):
    shape = table({"a": printed}, largest={"a": UNKNOWN})
    assert shares_fit(constraints(shape, ["half_up"]), len(printed)) is fits
    assert may_fit(shape, "half_up", {}) is fits


def test_base_of_a_group_follows_from_a_total_between_two_groups():
    shares = {"a": ["40.0", "60.0"], "b": ["20.0", "80.0"]}
    largest = {"a": 1000, "b": 1000}
    shape = table(shares, ["25.0", "75.0"], largest=largest)
    low, high = base_ranges(
        read_table(shares, ["25.0", "75.0"], {"total": 1000}, largest, None, None, "unknown"),
        "half_up",
    )[0]
    # A quarter of the way from 20 to 40, give or take a twentieth of a point on each side.
    assert 245 < low < 250 < high < 255
    assert may_fit(shape, "half_up", {})


@pytest.mark.parametrize(("subtotal", "fits"), [("50,1", True), ("50,2", False), ("49,8", False)])
def test_subtotal_of_an_unknown_base_lies_where_its_parts_and_the_rest_put_it(subtotal, fits):
    # The third answer is from 49.95 up to below 50.05, so that the first two are from above 49.95
    # up to 50.05, which prints as 50.1 at most, and as 50.0 at least.
    printed = read_table(
        {"men": ["30,0", "20,0", "50,0"]},
        None,
        None,
        {"men": UNKNOWN},
        {"A + B": {"parts": [0, 1], "men": subtotal}},
        None,
        "counts",
    )
    assert may_fit(printed, "half_up", {}) == fits
