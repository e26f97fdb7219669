"""Power agrees with R, and with statsmodels where the groups are of different size."""

import csv

import pytest
from statsmodels.stats.proportion import power_proportions_2indep

from invented import ROOT
from resurvey.statistics.power import power_of_difference, smallest_difference

with (ROOT / "tests/reference/statistics/power.csv").open(encoding="utf-8", newline="") as file:
    OF_R = [{key: float(text) for key, text in line.items()} for line in csv.DictReader(file)]


@pytest.mark.parametrize("case", OF_R)
def test_power_of_equal_groups_is_that_of_r(case):
    size = case["size"]
    found = power_of_difference(case["first"], size, case["second"], size, case["alpha"])
    assert found == pytest.approx(case["power"], abs=1e-12)


@pytest.mark.parametrize(("first", "second"), [(305, 210), (551, 393), (60, 40)])
def test_smallest_difference_has_the_power_that_statsmodels_gives_it(first, second):
    difference = smallest_difference(first, second)
    # The other tail, which statsmodels counts and R does not, is below one in a million.
    power = power_proportions_2indep(
        difference, 0.5 - difference / 2, first, ratio=second / first, return_results=False
    )
    assert power == pytest.approx(0.8, abs=1e-5)
    assert smallest_difference(second, first) == pytest.approx(difference)


def test_larger_groups_show_smaller_differences():
    found = [smallest_difference(size, size) for size in (40, 400, 4000)]
    assert found == sorted(found, reverse=True)
    # Four times the size, about half the difference.
    assert smallest_difference(1600, 1600) == pytest.approx(smallest_difference(400, 400) / 2, 0.02)


def test_groups_that_are_empty_or_tiny_show_none():
    assert smallest_difference(0, 100) is None
    assert smallest_difference(1, 2) is None
