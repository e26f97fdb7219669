"""Agreement of coders and codes met by interview agree with textbook values and with R."""

import csv
from fractions import Fraction

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from invented import ROOT
from resurvey.statistics.coding import accumulation, krippendorff_alpha, mean_accumulation
from resurvey.statistics.proportions import kappa

with (ROOT / "tests/reference/statistics/coding.csv").open(encoding="utf-8", newline="") as file:
    OF_R = {
        (line["case"], line["statistic"]): float(line["value"]) for line in csv.DictReader(file)
    }

# Krippendorff (2011), sections A, B and C; a dot is a value that an observer did not give.
BINARY = ("0100000010", "1110010000")
TWO = ("aabbdcccedda", "babbbccceddd")
FOUR = ("12332141 2...".replace(" ", ""), "123322412 5.3".replace(" ", ""), ".33323422 51.".replace(" ", ""), "123324412 51.".replace(" ", ""))  # fmt: skip  # noqa: E501
PRINTED = {"binary": (BINARY, 0.095), "two": (TWO, 0.692), "four": (FOUR, 0.743)}


def units_of(observers):
    rows = ([None if value == "." else value for value in row] for row in observers)
    return list(zip(*rows, strict=True))


@pytest.mark.parametrize("case", PRINTED)
def test_alpha_is_what_krippendorff_printed_and_r_computes(case):
    observers, printed = PRINTED[case]
    found = krippendorff_alpha(units_of(observers)).value
    assert round(found, 3) == printed
    assert found == pytest.approx(OF_R[case, "alpha"], abs=1e-12)


@pytest.mark.parametrize("case", ["binary", "two"])
def test_kappa_of_the_same_observers_is_that_of_r_and_of_statsmodels(case):
    first, second = PRINTED[case][0]
    answers = sorted({*first, *second})
    pairs = list(zip(first, second, strict=True))
    counts = np.array([[pairs.count((a, b)) for b in answers] for a in answers], dtype=float)
    assert kappa(counts).value == pytest.approx(OF_R[case, "kappa"], abs=1e-12)
    assert kappa(counts).value == pytest.approx(cohens_kappa(counts).kappa, abs=1e-12)


def test_alpha_of_values_that_are_all_the_same_is_not_computed():
    assert krippendorff_alpha([(1, 1), (1, 1)]).value is None
    assert krippendorff_alpha([(1, None), (None, 2)]).value is None


def test_one_coders_value_of_a_unit_says_nothing_of_agreement():
    two = units_of(TWO)
    assert krippendorff_alpha([*two, ("a", None)]).value == krippendorff_alpha(two).value


def test_mean_over_all_orders_is_that_of_every_order_written_out():
    cases = [{1, 2}, {1, 3, 4}, {2}, set(), {1, 2, 5}, {3}]
    holders = [sum(code in case for case in cases) for code in range(1, 6)]
    found = mean_accumulation(holders, len(cases))
    assert [float(mean) for mean in found] == pytest.approx(
        [OF_R["orders", f"mean{place}"] for place in range(1, 7)], abs=1e-12
    )
    assert found[0] == Fraction(sum(map(len, cases)), len(cases))
    assert accumulation(cases) == [2, 4, 4, 4, 5, 5]


def test_mean_ends_at_the_number_of_codes_that_somebody_has():
    assert mean_accumulation([4, 0, 1], 4)[-1] == 2
