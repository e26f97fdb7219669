"""One absurd weight does not make a report: it stops the import, or is told to the reader."""

import json

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.survey import Survey
from resurvey.counts.design import check_weights, describe_weights
from resurvey.prepare.import_gate import import_survey
from resurvey.tables.tabulation import with_weighting

CANARY = 987654321.25


def people(weights, **about):
    book = Codebook({"w": Variable("w", measure="scale", **about)})
    return Survey(pd.DataFrame({"w": np.asarray(weights, dtype="float64")}), book)


def ones(number, **others):
    return [float(others.get(f"row_{row}", 1)) for row in range(1, number + 1)]


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (ones(205, row_1=CANARY), "more than 25% of all weights together in 1 row \\(row 1\\)"),
        (ones(5000, row_7=CANARY), "more than 25% .* \\(row 7\\)"),
        (ones(5000, row_7=1700), "more than 25%"),
        (ones(60, row_60=21), "more than 25% .* \\(row 60\\)"),
        (ones(205, row_3=CANARY, row_9=CANARY), "in 2 rows \\(rows 3, 9\\)"),
        (ones(5000, row_3=CANARY, row_9=CANARY, row_11=CANARY, row_12=CANARY, row_1=CANARY),
         "more than 1000 times the median weight in 5 rows"),
        (ones(50_000, row_2=1500), "more than 1000 times the median weight in 1 row \\(row 2\\)"),
        (ones(8, row_8=1e300), "more than 1000 times"),
        (ones(30, row_4=-1), "negative or infinite in 1 row \\(row 4\\)"),
        (ones(30, row_4=np.inf), "negative or infinite in 1 row \\(row 4\\)"),
        ([0.0] * 30, "zero or missing for every respondent"),
        ([np.nan] * 30, "zero or missing for every respondent"),
    ],
)  # fmt: skip
def test_weight_that_cannot_be_right_stops_with_its_row_and_without_its_value(weights, words):
    with pytest.raises(SurveyError, match=words) as problem:
        check_weights(people(weights), "w", "raw.csv")
    assert str(problem.value).startswith("raw.csv: weight 'w' is ")
    assert "987654321" not in str(problem.value)


@pytest.mark.parametrize(
    "weights",
    [
        np.linspace(500, 3000, 700),
        np.exp(np.linspace(-3, 3, 400)),
        ones(205, row_1=20),
        [1.0, 2.0, 9.0],
        [1e-9] * 40,
        [1e15] * 40,
        ones(40, row_1=0, row_2=np.nan),
    ],
    ids=["population", "lognormal", "untrimmed", "three people", "tiny", "huge", "some of none"],
)
def test_weights_as_surveys_have_them_are_accepted(weights):
    check_weights(people(weights), "w", "raw.csv")


def test_declared_largest_weight_replaces_the_rule():
    weights = ones(60, row_5=500)
    assert check_weights(people(weights), "w", "raw.csv", 500).respondents == 60
    with pytest.raises(
        SurveyError, match=r"above the declared `largest_weight` in 1 row \(row 5\)"
    ):
        check_weights(people(weights), "w", "raw.csv", 499)


def test_frequencies_may_be_as_unequal_as_they_like():
    check_weights(people(ones(60, row_5=1e6)), "w", "raw.csv", kind="frequency")


def test_code_that_is_declared_missing_is_no_weight():
    weights = ones(40, row_1=-1, row_2=-9, row_3=99_999)
    coded = people(weights, missing=(-1, 99_999), missing_ranges=((-9.0, -8.0),))
    assert check_weights(coded, "w", "raw.csv").missing == 3


def test_zero_and_absent_weights_are_told(caplog):
    check_weights(people(ones(40, row_1=0, row_2=np.nan, row_3=0)), "w", "raw.csv")
    assert "respondents of weight 0: 2, without a weight: 1" in caplog.text


def test_very_unequal_weights_are_told_with_what_they_cost(caplog):
    found = check_weights(people(ones(200, row_1=60)), "w", "raw.csv")
    assert found.is_notable
    assert "very unequal: the largest is 46.3 times the mean" in caplog.text


def test_weights_are_described_as_kish_does():
    found = describe_weights([1.0, 1.0, 1.0, 5.0, 0.0, np.nan])
    assert (found.respondents, found.zero, found.missing) == (4, 1, 1)
    assert found.largest == 2.5
    assert found.effect == pytest.approx(4 * 28 / 64)
    assert found.effective == pytest.approx(64 / 28)


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1.0, 1e9, 1e200, 1e307])
def test_description_does_not_depend_on_the_unit_of_the_weights(scale):
    found = describe_weights(np.array([1.0, 2.0, 3.0]) * scale)
    assert found.effect == pytest.approx(3 * 14 / 36)
    assert found.largest == pytest.approx(1.5)


@pytest.fixture
def study(tmp_path):
    """Import a wave of forty people with the given weights."""

    def run(weights, **wave):
        path = tmp_path / "raw.csv"
        pd.DataFrame({"q": [1, 2] * 20, "w": weights}).to_csv(path, index=False)
        return import_survey(str(path), {}, {"file": str(path), "weight": "w", **wave})

    return run


def test_import_stops_at_an_absurd_weight(study):
    with pytest.raises(
        SurveyError, match=r"raw\.csv: weight 'w' .*`largest_weight:` under the wave"
    ):
        study(ones(40, row_1=1e9))
    assert len(study(ones(40, row_1=1e9), largest_weight=1e9).data) == 40


def test_import_stops_at_a_negative_weight(study):
    with pytest.raises(SurveyError, match="negative or infinite in 1 row"):
        study(ones(40, row_1=-1))


def test_codebook_of_the_tables_carries_the_description_only_where_there_are_weights():
    survey = people(ones(40, row_1=3))
    assert with_weighting(survey, {"file": "a"}) == survey.codebook
    book = with_weighting(survey, {"file": "a", "weight": "w"})
    assert book.weighting["respondents"] == 40
    assert Codebook.from_json(book.to_json()) == book
    assert "weighting" not in json.loads(survey.codebook.to_json())
