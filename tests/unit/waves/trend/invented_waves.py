"""The invented panel of tests/reference/trend as waves of a trend."""

from pathlib import Path

import pandas as pd

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.counts.design import Design
from resurvey.study.order import TrendWave
from resurvey.tables.tabulation import tabulate_survey

REFERENCE = Path(__file__).parents[3] / "reference/trend"
TABLES = {"moods": {"rows": ["mood", "works"], "columns": "gender"}}
BOOK = Codebook(
    {
        "person": Variable("person", measure="scale"),
        "village": Variable("village"),
        "stratum": Variable("stratum"),
        "weight": Variable("weight", measure="scale"),
        "mood": Variable("mood", measure="ordinal", codes={1: {}, 2: {}, 3: {}}),
        "works": Variable("works", codes={1: {}, 2: {}}),
        "gender": Variable("gender", codes={1: {}, 2: {}}),
    }
)


def make_wave(name, people, design=None, identifier="", tables=TABLES, book=BOOK, time=None):
    """One wave with its crosstabs as `crosstabs.csv` would hold them."""
    survey = Survey(people.reset_index(drop=True), book)
    counted = tabulate_survey(survey, tables, design=design)
    lines = [
        {key: "" if value is None else str(value) for key, value in line.items()}
        for line in counted.crosstabs
    ]
    lines = [{"count": "", "base": "", "note": "", **line} for line in lines]
    return TrendWave(name, float(time or name), lines, survey, design, identifier)


def read_people(years=(2020, 2021, 2023)):
    """Respondents by year."""
    people = pd.read_csv(REFERENCE / "people.csv")
    return {year: people[people["wave"] == year].drop(columns="wave") for year in years}


def reference_waves(design=None, identifier="", years=(2020, 2021, 2023), tables=TABLES):
    """The three waves, or two of them; one design for all, or a tuple of one for each."""
    designs = design if isinstance(design, tuple) else (design,) * len(years)
    return [
        make_wave(str(year), people, own, identifier, tables)
        for own, (year, people) in zip(designs, read_people(years).items(), strict=True)
    ]


WEIGHTS = Design(weights="weight")
VILLAGES = Design(weights="weight", clusters="village")
STRATA = Design(weights="weight", clusters="village", strata="stratum")
