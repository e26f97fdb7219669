"""A survey of 102 respondents as the table room writes it, and the shared words."""

import pytest

from invented import words_of
from resurvey.core.codebook import Codebook, Variable
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording
from resurvey.reading.formats import Format
from resurvey.report.counts import Counts
from resurvey.report.results import Results
from unit.report.small_survey import TABLES, frequency_lines, table_lines


@pytest.fixture
def read_here(monkeypatch):
    """Read every format in this process, where a test can lower the limits of its reader."""
    monkeypatch.setattr(Format, "read", Format.read_here)


@pytest.fixture
def words():
    """Shared words in Russian, English, and a language without a file of its own."""
    return words_of(["ru", "en", "de"])


@pytest.fixture
def job_lines():
    """Of 60 men and 42 women, how well the job fits; 3 rounded thirds of each."""
    counts = {
        "1": {"1": 10, "2": 21, "total": 31},
        "2": {"1": 30, "2": 14, "total": 44},
        "1+2": {"1": 40, "2": 35, "total": 75},
        "3": {"1": 20, "2": 7, "total": 27},
    }
    return table_lines("jobs", "fit", "gender", counts, {"1": 60, "2": 42, "total": 102})


@pytest.fixture
def codebook():
    """Two questions; a group."""
    answers = {
        1: {"en": "Yes", "ru": "Да"},
        2: {"en": "Mostly yes", "ru": "В основном да"},
        3: {"en": "No", "ru": "Нет"},
    }
    genders = {1: {"en": "Men", "ru": "Мужчины"}, 2: {"en": "Women", "ru": "Женщины"}}
    return Codebook(
        {
            "fit": Variable("fit", {"en": "The job fits", "ru": "Работа подходит"}, codes=answers),
            "gender": Variable("gender", {"en": "Gender", "ru": "Пол"}, codes=genders),
        }
    )


@pytest.fixture
def counts(job_lines):
    return Counts(job_lines, TABLES, Numerals("en"))


@pytest.fixture
def say(words):
    return Wording(words["en"])


@pytest.fixture
def labels(codebook, words):
    return Labels(codebook, TABLES, {**words["en"]["tables"], "difference": "Difference"}, "en")


@pytest.fixture
def results(job_lines, codebook):
    """Nothing published, no indicators, no figures."""
    log = {
        "step": "0",
        "action": "import",
        "variables": "",
        "rows_before": "102",
        "rows_touched": "0",
        "cells_touched": "0",
        "rows_after": "102",
        "why": "",
    }
    return Results(
        job_lines, [], [], frequency_lines(codebook), [], [log], [], [], [], [], codebook
    )


@pytest.fixture
def study():
    """The smallest study folder: one wave, one table, no text."""
    config = {
        "waves": {"1": {"file": "resources/1/raw.sav"}},
        "languages": ["en"],
        "sample": "unknown",
        "alpha": 0.05,
        "title": "",
    }
    parts = {part: {} for part in ("codebook", "cleaning", "indicators", "figures", "lexicon")}
    return {**parts, "config": config, "tables": {"tables": TABLES}, "text": {"en": {}}}
