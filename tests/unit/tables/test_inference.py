"""Intervals, letters and adjusted p-values stand beside what they qualify."""

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.notes import Note, write_notes
from resurvey.counts.crosstabs import Crosstab, crosstab
from resurvey.counts.design import Design
from resurvey.tables.inference import (
    COMPARISON_COLUMNS,
    MOST_COLUMNS,
    adjust_comparisons,
    adjust_tests,
    cell_letters,
    compare_columns,
    design_interval,
    label_nominal,
    wilson_interval,
)


def answers(name, number):
    return Variable(name, codes={code + 1: {} for code in range(number)})


def table(counts):
    rows, columns = np.shape(counts)
    return Crosstab.from_counts(answers("q", rows), answers("g", columns), counts)


def test_interval_of_nobody_starts_at_zero_and_is_not_empty():
    found = wilson_interval(0, 10)
    assert found["lower"] == 0
    assert 27 < found["upper"] < 28


def test_empty_base_has_no_interval():
    assert wilson_interval(0, 0) == {}


def test_letter_is_lower_case_between_the_two_levels():
    # z = 2.12, p = 0.034: below 0.05, not below 0.01.
    found = cell_letters(table([[60, 45], [40, 55]]), 0.05)
    assert found[0, 0]["letters"] == "b"
    assert found[1, 1]["letters"] == "a"


def test_letter_is_upper_case_below_the_stricter_level():
    assert cell_letters(table([[70, 40], [30, 60]]), 0.05)[0, 0]["letters"] == "B"


def test_table_with_more_columns_than_letters_gets_none():
    assert cell_letters(table(np.ones((2, MOST_COLUMNS + 1), int)), 0.05) == {}


def test_comparison_of_two_columns_is_the_z_test_with_pooled_share():
    first = compare_columns(table([[60, 45], [40, 55]]))[0]
    assert first["difference"] == pytest.approx(15)
    assert first["z"] == pytest.approx(0.15 / (0.525 * 0.475 * 0.02) ** 0.5)
    assert first["lower"] < 15 < first["upper"]
    assert set(first) <= set(COMPARISON_COLUMNS)


def test_share_of_everybody_is_compared_but_not_tested():
    one = compare_columns(table([[10, 5], [0, 5]]))[0]
    assert one["note"] == "not tested: a share is 0 or 1"
    assert one["difference"] == 50
    assert one.get("p_value") is None


def test_tiny_base_is_not_compared():
    assert "base is below 2" in compare_columns(table([[1, 5], [0, 5]]))[0]["note"]


@pytest.mark.filterwarnings("error")
def test_group_of_nobody_is_left_out_without_a_warning():
    lines = compare_columns(table([[5, 0, 7], [5, 0, 3]]))
    compared = [one["first_code"] + one["second_code"] for one in lines if "z" in one]
    assert compared == ["13", "13"]


def test_too_many_pairs_are_one_line_with_the_reason():
    lines = compare_columns(table(np.ones((30, 40), int)))
    assert [one["note"][:12] for one in lines] == ["not computed"]


def test_holm_counts_the_tests_of_a_table_and_of_the_study():
    tests = [
        {"table": "a", "test": "pearson", "p_value": 0.01},
        {"table": "a", "test": "pearson", "p_value": 0.04},
        {"table": "b", "test": "pearson", "p_value": 0.03},
        {"table": "b", "test": "likelihood_ratio", "p_value": 0.03},
        {"table": "b", "test": "pearson", "note": "refused"},
    ]
    adjust_tests(tests)
    assert [one["holm_table"] for one in tests[:4]] == [0.02, 0.04, 0.03, 0.03]
    assert [one["holm_article"] for one in tests[:3]] == pytest.approx([0.03, 0.06, 0.06])
    assert tests[3]["holm_article"] == 0.03
    assert np.isnan(tests[4]["holm_article"])


def test_monte_carlo_p_values_count_with_the_exact_ones():
    tests = [
        {"table": "a", "test": "fisher", "p_value": 0.01},
        {"table": "a", "test": "fisher_monte_carlo", "p_value": 0.04},
    ]
    adjust_tests(tests)
    assert tests[0]["holm_table"] == 0.02


def test_comparisons_are_adjusted_over_the_whole_study():
    lines = [{"table": name, "p_value": 0.01} for name in "abc"]
    adjust_comparisons(lines)
    assert [one["holm_article"] for one in lines] == pytest.approx([0.03] * 3)
    assert [one["holm_table"] for one in lines] == [0.01] * 3


@pytest.mark.parametrize("sample", ["probability", "census"])
def test_random_samples_have_no_nominal_note(sample):
    tests = [{"p_value": 0.01, "note": ""}]
    label_nominal(tests, sample)
    assert tests[0]["note"] == ""


@pytest.mark.parametrize("sample", ["purposive", "unknown"])
def test_everything_that_infers_says_that_the_sample_is_not_random(sample):
    lines = [
        {"p_value": 0.01, **write_notes(Note("binomial"))},
        {"p_value": 0.01, "lower": 1.0, "upper": 2.0, "note": ""},
        {"lower": 0.0, "upper": 2.0, "note": None},
        {"p_value": None, "lower": None, **write_notes(Note("one_row", "not_computed"))},
    ]
    label_nominal(lines, sample)
    assert [line["note"] for line in lines] == [
        "binomial, two-sided; descriptive p-value: the sample is not random",
        "descriptive p-value and interval: the sample is not random",
        "descriptive interval: the sample is not random",
        "not computed: only one row holds respondents",
    ]


def test_a_comparison_of_few_respondents_is_noted_as_sparse():
    note = compare_columns(table([[3, 1], [4, 9]]))[0]["note"]
    assert "expected count below 5" in note
    assert compare_columns(table([[30, 10], [40, 90]]))[0]["note"] == ""


def test_subtotal_of_a_weighted_table_has_the_interval_of_the_joined_answer():
    rng = np.random.default_rng(3)
    people = pd.DataFrame(
        {
            "q": rng.integers(1, 4, 200),
            "g": rng.integers(1, 3, 200),
            "w": rng.random(200) + 0.5,
            "c": rng.integers(1, 20, 200),
        }
    )
    people["joined"] = np.where(people["q"] < 3, 1, 2)
    book = Codebook(
        {
            "q": answers("q", 3),
            "joined": answers("joined", 2),
            "g": answers("g", 2),
            "w": Variable("w", measure="scale"),
            "c": Variable("c"),
        }
    )
    survey, design = Survey(people, book), Design(weights="w", clusters="c")
    parts = design_interval(crosstab(survey, "q", "g", design), (0, 1), 0, "column")
    whole = design_interval(crosstab(survey, "joined", "g", design), (0,), 0, "column")
    assert parts == pytest.approx(whole, rel=1e-12)


def test_weighted_comparisons_have_the_covariance_of_the_design():
    people = pd.DataFrame({"q": [1, 2] * 50, "g": [1] * 50 + [2] * 50, "w": [1.0, 3.0] * 50})
    people.loc[60:70, "q"] = 1
    book = Codebook(
        {"q": answers("q", 2), "g": answers("g", 2), "w": Variable("w", measure="scale")}
    )
    counted = crosstab(Survey(people, book), "q", "g", Design(weights="w"))
    one = compare_columns(counted)[0]
    # R 4.2.2, survey 4.1: svycontrast(svyby(~q1, ~g, d, svymean, covmat = TRUE), c(1, -1)).
    assert one["first_percent"] == pytest.approx(25)
    assert one["difference"] == pytest.approx(-15)
    assert one["z"] == pytest.approx(-1.6469149240696339, rel=1e-9)
    assert one["p_value"] == pytest.approx(0.10309624010484425, rel=1e-9)
    assert one["lower"] == pytest.approx(-33.096859811507372, rel=1e-9)
    assert one["note"] == "linearised difference, t on 89.1502 degrees of freedom"


def test_a_group_of_one_cluster_is_not_compared_and_the_note_says_why():
    people = pd.DataFrame({"q": [1, 2] * 50, "g": [1] * 10 + [2] * 90, "c": np.arange(100) // 10})
    book = Codebook({"q": answers("q", 2), "g": answers("g", 2), "c": Variable("c")})
    people.loc[20:30, "q"] = 1
    counted = crosstab(Survey(people, book), "q", "g", Design(clusters="c"))
    one = compare_columns(counted)[0]
    assert "p_value" not in one
    assert "lower" not in one
    assert one["note"].startswith("not tested: a group is in one cluster only")
    assert counted.letters().letters == [["", ""], ["", ""]]


def test_a_share_of_nobody_in_a_weighted_table_is_not_tested():
    people = pd.DataFrame({"q": [1] * 20 + [1, 2] * 20, "g": [1] * 20 + [2] * 40})
    people["w"] = np.linspace(1, 2, 60)
    book = Codebook(
        {"q": answers("q", 2), "g": answers("g", 3), "w": Variable("w", measure="scale")}
    )
    lines = compare_columns(crosstab(Survey(people, book), "q", "g", Design(weights="w")))
    assert lines[0]["note"] == "not tested: a share is 0 or 1"
    assert lines[1]["note"] == "not compared: a base is below 2"
