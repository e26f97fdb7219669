"""Every registered test and measure has a reference value and words; three files add one."""

import csv

import numpy as np
import pytest
import yaml

from invented import ROOT
from resurvey.core.codebook import Variable
from resurvey.counts.crosstabs import Crosstab
from resurvey.statistics.proportions import paired_tests
from resurvey.statistics.registry import (
    DICHOTOMOUS,
    MEASURES,
    NOMINAL,
    ORDINAL,
    PAIRED,
    STRATIFIED,
    TESTS,
    list_shown_measures,
    list_tests,
)
from resurvey.statistics.stratified import cochran_mantel_haenszel

REFERENCE = ROOT / "tests/reference/statistics"
LIBRARY = ROOT / "workflow/scripts/resurvey"


def reference_names():
    """Statistics that R or PSPP gives a value of, without the names of their parts and cells."""
    names = set()
    for file in ("values.csv", "pspp_values.csv", "design_values.csv", "number_values.csv"):
        with (REFERENCE / file).open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines):
                names.add(line["statistic"].partition(":")[0].partition("[")[0])
    return names


@pytest.mark.slow
@pytest.mark.parametrize("name", [*TESTS, *MEASURES])
def test_a_registered_statistic_has_a_reference_value_from_r_or_pspp(name):
    assert name in reference_names()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_is_shown_has_a_label_in_every_language(language):
    words = yaml.safe_load((ROOT / f"report/words.{language}.yaml").read_text(encoding="utf-8"))
    assert {test.name for test in TESTS.values() if test.place} <= set(words["tests"])
    assert {measure.name for measure in list_shown_measures()} <= set(words["measures"])


def crosstab(counts, measure="nominal"):
    rows, columns = (
        Variable(side, codes={code + 1: {} for code in range(size)}, measure=measure)
        for side, size in zip("rc", (len(counts), len(counts[0])), strict=True)
    )
    return Crosstab.from_counts(rows, columns, counts)


TABLES = [
    crosstab([[8, 3], [2, 9]]),
    crosstab([[8, 3, 4], [2, 9, 1], [5, 5, 6]], "ordinal"),
    crosstab([[8, 3, 4], [2, 9, 1], [5, 5, 6]]),
    crosstab([[0, 0], [0, 0]]),
]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_every_registered_measure_in_the_order_of_the_registry(table):
    assert [estimate.name for estimate in table.estimates] == list(MEASURES)


@pytest.mark.parametrize("table", TABLES)
def test_every_test_of_a_table_is_registered(table):
    assert {result.test for result in table.results} <= set(TESTS)


def test_every_test_of_strata_is_registered_the_shown_ones_with_a_place():
    layers = np.array([[[8.0, 3], [2, 9]], [[5, 4], [3, 7]]])
    scores = np.array([1.0, 2.0])
    found = {result.test for result in cochran_mantel_haenszel(layers, scores, scores)}
    assert found <= set(TESTS)
    assert set(list_tests(STRATIFIED)) <= found


def test_the_paired_tests_are_the_registered_ones_in_their_order():
    assert [result.test for result in paired_tests([[5, 2], [1, 4]])] == list(list_tests(PAIRED))


def test_a_measure_applies_to_its_level_and_to_levels_above():
    applied = {
        name: [level.applies(ordered, square) for ordered, square in CASES]
        for name, level in (
            (NOMINAL, MEASURES["cramer_v"]),
            (ORDINAL, MEASURES["gamma"]),
            (DICHOTOMOUS, MEASURES["odds_ratio"]),
        )
    }
    assert applied == {
        NOMINAL: [True, True, True],
        ORDINAL: [False, True, True],
        DICHOTOMOUS: [False, False, True],
    }


CASES = ((False, False), (True, False), (True, True))
"""Of a table: its answers have an order; it is two by two."""


def test_tschuprow_s_t_was_added_to_the_registry_the_words_and_the_reference_values_alone():
    files = [
        *sorted(LIBRARY.rglob("*.py")),
        *sorted((ROOT / "report").rglob("*.*")),
        *sorted((ROOT / "workflow/rules").glob("*.smk")),
        *sorted(REFERENCE.glob("*.R")),
        *sorted(REFERENCE.glob("*.csv")),
    ]
    naming = [path for path in files if b"tschuprow_t" in path.read_bytes()]
    assert [path.relative_to(ROOT).as_posix() for path in naming] == [
        "workflow/scripts/resurvey/statistics/registry.py",
        "report/words.en.yaml",
        "report/words.ky.yaml",
        "report/words.ru.yaml",
        "tests/reference/statistics/make_tables.R",
        "tests/reference/statistics/values.csv",
    ]


def test_tschuprow_s_t_of_a_diagonal_square_table_is_one_and_of_a_longer_one_is_less():
    square, longer = crosstab([[4, 0], [0, 6]]), crosstab([[4, 0], [0, 3], [0, 3]])
    values = [table.association().loc["tschuprow_t", "value"] for table in (square, longer)]
    # X² = n in both; the second has √((3 − 1) (2 − 1)) for the scale.
    assert values == pytest.approx([1.0, (1 / 2**0.5) ** 0.5])
    assert longer.association().loc["tschuprow_t", "upper"] <= values[1]
