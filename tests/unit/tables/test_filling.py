"""The table room is filled in one pass, with the columns that its files promise."""

import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.survey import Survey
from resurvey.counts.design import Design, wave_design
from resurvey.prepare.indicators import derive_indicators
from resurvey.tables.tabulation import TABLE_FILES, fill_tables

WORDS = {"total": "Total", "all_respondents": "Everybody", "no_answer": "No answer"}
TABLES = {"t": {"rows": ["job"], "columns": "sex"}}
DECLARED = {
    "good": {"share": {"variable": "job", "codes": [1]}},
    "man": {"share": {"variable": "sex", "codes": [1]}},
    "good_man": {"combine": {"how": "all", "of": ["good", "man"]}},
}


@pytest.fixture
def people():
    data = pd.DataFrame(
        {
            "job": pd.array([1, 2, 1, None], "Int64"),
            "sex": pd.array([1, 1, 2, 2], "Int64"),
            "w": [1.0, 1.0, 2.0, 1.0],
        }
    )
    codes = {1: {}, 2: {}}
    book = Codebook(
        {
            "job": Variable("job", codes=codes),
            "sex": Variable("sex", codes=codes),
            "w": Variable("w", measure="scale"),
        }
    )
    return Survey(data, book)


def test_every_file_gets_lines_with_its_own_columns(people):
    filled = fill_tables(people, TABLES, {}, {}, "en", WORDS)
    assert set(filled) == set(TABLE_FILES)
    for name, columns in TABLE_FILES.items():
        extra = set().union(*map(set, filled[name])) - set(columns) if filled[name] else set()
        assert extra <= {"name"}
    assert filled["crosstabs"][-1]["column_label"] == "Everybody"
    assert filled["indicators"] == []


def test_frequencies_of_counted_answers_are_those_of_the_people(people):
    wave = {"weight": "w", "weight_kind": "frequency"}
    lines = fill_tables(people, TABLES, {}, wave, "en", WORDS)["frequencies"]
    told = [(one["variable"], one["code"], one["count"], one["respondents"]) for one in lines]
    assert told == [
        ("job", 1, 3, 5),
        ("job", 2, 1, 5),
        ("job", "", 1, 5),
        ("sex", 1, 2, 5),
        ("sex", 2, 3, 5),
    ]


def test_indicators_are_compared_by_the_declared_groups(people):
    survey = derive_indicators(people, DECLARED)
    declared = {"indicators": DECLARED, "columns": "sex"}
    shares = fill_tables(survey, TABLES, declared, {}, "en", WORDS)["indicators"]
    assert [one["percent"] for one in shares if one["indicator"] == "good"] == [
        50,
        100,
        100 * 2 / 3,
    ]


def test_joint_counts_of_reconstructed_records_are_in_no_file(people):
    book = Codebook(people.codebook.variables, reconstructed=True)
    survey = derive_indicators(Survey(people.data, book), DECLARED)
    tables = {"t": {"rows": ["good_man", "good"]}}
    filled = fill_tables(survey, tables, {"indicators": DECLARED}, {}, "en", WORDS)
    joint = [one for one in filled["crosstabs"] if one["row_variable"] == "good_man"]
    assert joint
    assert not any("count" in one for one in joint)
    assert "good_man" not in {one["variable"] for one in filled["frequencies"]}
    assert "good" in {one["variable"] for one in filled["frequencies"]}


def test_weight_of_the_wave_enters_every_table(people):
    filled = fill_tables(people, TABLES, {}, {"weight": "w"}, "en", WORDS)
    yes = [one["count"] for one in filled["crosstabs"] if one["row_code"] == "1"]
    assert yes == [1, 2, 3]
    # Frequencies describe the file: every respondent counts as one.
    assert filled["frequencies"][0]["count"] == 2


def test_design_is_the_one_that_the_wave_declares():
    assert wave_design({"file": "a.sav"}) is None
    wave = {"file": "a.sav", "weight": "w", "strata": "s", "clusters": "c", "fpc": "N"}
    assert wave_design(wave) == Design(weights="w", strata="s", clusters="c", fpc="N")


def test_a_banner_counts_every_question_but_the_weight(people):
    banners = {"b": {"columns": ["sex"], "means": True}}
    words = {**WORDS, "mean": "Mean"}
    filled = fill_tables(people, TABLES, {}, {"weight": "w"}, "en", words, banners=banners)
    assert {one["row_variable"] for one in filled["banners"]} == {"job"}
    assert filled["banners"][0]["base"] == 4
    assert fill_tables(people, TABLES, {}, {}, "en", WORDS)["banners"] == []
