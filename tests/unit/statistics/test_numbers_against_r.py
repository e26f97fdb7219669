"""Summaries, groups, scales, correlations and regressions agree with R, case by case."""

from pathlib import Path

import pytest

from reference.conformance import CLOSE_NUMBER, _read_values, number_statistics
from resurvey.core.strict_yaml import read_yaml

HERE = Path(__file__).parents[2] / "reference" / "statistics"
CASES = read_yaml(HERE / "numbers.yaml")


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_every_value_of_a_case_is_that_of_r(name):
    ours = number_statistics(HERE, CASES[name])
    expected = {key: float(text) for key, text in VALUES[name].items()}
    wrong = [
        f"{key}: ours {ours.get(key)}, R {value}"
        for key, value in expected.items()
        if ours.get(key) != pytest.approx(value, rel=CLOSE_NUMBER, abs=1e-12)
    ]
    assert expected
    assert not wrong, "\n".join(wrong)


VALUES = _read_values(HERE / "number_values.csv", "case")


def test_the_cases_are_those_that_have_values():
    assert set(VALUES) == set(CASES)


def test_more_than_four_public_samples_are_weighted_clustered_or_both():
    people = {case["people"] for case in CASES.values()}
    clustered = {case["people"] for case in CASES.values() if "clusters" in case}
    assert len(people) >= 8
    assert clustered >= {"apiclus1", "apiclus2", "nhanes"}
