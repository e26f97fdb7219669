"""Waves are compared from their table files; respondents are read where counts are not enough."""

from dataclasses import replace

import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.files import csv_text, write_csv
from resurvey.reading.observed_answers import with_text_answers
from resurvey.reading.parquet import FileColumns, save_survey
from resurvey.tables.blocks import CROSSTAB_COLUMNS
from resurvey.tables.domains import with_crossed
from resurvey.tables.frequencies import FREQUENCY_COLUMNS, count_frequencies
from resurvey.tables.tabulation import tabulate_survey
from resurvey.waves.trend.wave_comparison import (
    TREND_FILES,
    WAVE_FILES,
    compare_waves,
    read_waves,
)

SETS = {"uses": {"type": "D", "counted_value": 1, "label": "", "variable_list": ["tv", "web"]}}
TWO = {1: {}, 2: {}}
BOOK = Codebook(
    {
        "nr": Variable("nr", measure="scale"),
        "sex": Variable("sex", codes=TWO),
        "town": Variable("town", codes=TWO),
        "mood": Variable(
            "mood", measure="ordinal", codes={1: {}, 2: {}, 3: {}, 9: {}}, missing=(9,)
        ),
        "party": Variable("party", measure="text"),
        "tv": Variable("tv", codes=TWO),
        "web": Variable("web", codes=TWO),
        "own_words": Variable("own_words", measure="text"),
        "weight": Variable("weight", measure="scale"),
    },
    multiple_response=SETS,
)
TABLES = {
    "moods": {"rows": ["mood", "party"], "columns": "sex"},
    "crossed": {"rows": ["mood"], "columns": "sex*town"},
    "men": {"rows": ["mood"], "columns": "town", "where": {"sex": 1}},
    "media": {"rows": ["uses"], "columns": "sex"},
    "by_answer": {"rows": ["party"], "columns": "sex", "percent": "row"},
}
YEARS = (2020, 2021, 2022)


def people(year, size=60):
    """Invented respondents whose moods fall; some gave no answer, some have no group."""
    rows = range(size)
    return pd.DataFrame(
        {
            "nr": [year * 1000 + row for row in rows],
            "sex": pd.array([(1, 2, 1, None)[row % 4] for row in rows], "Int64"),
            "town": pd.array([1 + row % 3 % 2 for row in rows], "Int64"),
            "mood": pd.array(
                [(1, 2, 3, 9, None)[(row * (year - 2010)) % 11 % 5] for row in rows], "Int64"
            ),
            "party": [("left", "right", None)[row * (year - 2015) % 7 % 3] for row in rows],
            "tv": pd.array([1 + row % 2 for row in rows], "Int64"),
            "web": pd.array([1 + (row + year) % 3 % 2 for row in rows], "Int64"),
            "own_words": [f"word {row}" for row in rows],
            "weight": [1.0 + row % 2 for row in rows],
        }
    )


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Files of three waves as the rules write them."""
    folder = tmp_path_factory.mktemp("waves")
    for year in YEARS:
        own = folder / str(year)
        own.mkdir()
        survey = Survey(people(year), BOOK)
        save_survey(survey, own / "responses.parquet", own / "codebook.json")
        counted = with_crossed(with_text_answers(survey, TABLES), ["sex*town"])
        crosstabs = tabulate_survey(counted, TABLES).crosstabs
        write_csv(own / "crosstabs.csv", CROSSTAB_COLUMNS, crosstabs)
        write_csv(own / "frequencies.csv", FREQUENCY_COLUMNS, count_frequencies(counted))
    return folder


def waves_of(room, people, wave=None, tables=TABLES):
    """Read the waves from the files that the rule would give the door."""
    names = {"crosstabs": "crosstabs.csv", "codebooks": "codebook.json", **people}
    files = {
        kind: [room / str(year) / names[kind] for year in YEARS if kind in names]
        for kind in WAVE_FILES
    }
    declared = [{"name": str(year), "time": year, "wave": wave or {}} for year in YEARS]
    return read_waves(declared, files, tables)


COUNTED = {"frequencies": "frequencies.csv"}
STORED = {"responses": "responses.parquet"}


def written(found):
    """Files of a comparison."""
    return {name: csv_text(columns, found[name]) for name, columns in TREND_FILES.items()}


@pytest.mark.slow
def test_counts_alone_give_the_bytes_that_respondents_give(room):
    by_counts, by_respondents = (
        written(compare_waves(waves_of(room, people), TABLES, {}, sample="probability"))
        for people in (COUNTED, STORED)
    )
    assert by_counts == by_respondents
    assert {name for name, text in by_counts.items() if text.count("\n") > 1} == {
        *("waves", "crosstabs", "differences", "tests", "slopes", "moved"),
    }
    assert "linear_by_linear" in by_counts["tests"]
    assert "2022,2022.0,60," in by_counts["waves"]


def test_one_column_is_read_when_it_is_asked_for(room, monkeypatch):
    asked = []
    read = FileColumns.__getitem__
    monkeypatch.setattr(
        FileColumns, "__getitem__", lambda self, name: asked.append(name) or read(self, name)
    )
    tables = {"men": TABLES["men"]}
    for wave, expected in (
        ({}, set()),
        ({"id": "nr"}, {"nr"}),
        ({"weight": "weight"}, {"weight", "mood", "town", "sex"}),
    ):
        asked.clear()
        compare_waves(waves_of(room, STORED, wave, tables), tables, {})
        assert set(asked) == expected


@pytest.mark.slow
def test_columns_of_a_file_give_the_numbers_that_a_frame_gives(room):
    waves = waves_of(room, STORED, {"weight": "weight"})
    surveys = (with_text_answers(Survey(people(year), BOOK), TABLES) for year in YEARS)
    frames = [
        replace(wave, survey=with_crossed(survey, ["sex*town"]))
        for wave, survey in zip(waves, surveys, strict=True)
    ]
    found = compare_waves(waves, TABLES, {})
    assert written(found) == written(compare_waves(frames, TABLES, {}))
    assert {line["method"] for line in found["slopes"]} == {"design"}


def test_id_of_one_wave_alone_asks_for_nobody(room):
    # One wave alone has an id: nobody can be in two waves, and no row is looked at.
    waves = waves_of(room, COUNTED)
    waves[0] = replace(waves[0], identifier="nr")
    found = compare_waves(waves, {}, {})
    assert [line["respondents"] for line in found["waves"]] == [60, 60, 60, 60]
