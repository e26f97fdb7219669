"""A data set of statsmodels becomes a survey with the labels that the study declares."""

import pytest

from resurvey.core.errors import SurveyError
from resurvey.reading.data_sets import load_dataset


def test_data_set_gets_declared_labels_under_its_own_names():
    declared = {"variables": {"party": {"source": "PID", "codes": {0: "Strong Democrat"}}}}
    survey = load_dataset("anes96", declared)
    assert survey.data.shape == (944, 11)
    assert survey.codebook["PID"].answer(0) == "Strong Democrat"
    assert survey.codebook["PID"].source == ""
    assert "party" not in survey.codebook
    assert list(survey.data) == list(survey.codebook)


def test_whole_numbers_are_codes_and_others_stay_numbers():
    survey = load_dataset("anes96", {})
    assert survey.data["PID"].dtype == "Int64"
    assert survey.data["logpopul"].dtype == "float64"


def test_text_stays_text():
    survey = load_dataset("grunfeld", {})
    assert survey.data["firm"].dtype == "str"
    assert survey.codebook["firm"].measure == "text"


@pytest.mark.parametrize("name", ["no_such_thing", "utils"])
def test_what_is_no_data_set_is_named(name):
    with pytest.raises(SurveyError, match=f"'{name}'"):
        load_dataset(name, {})
