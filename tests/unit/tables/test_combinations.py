"""Combinations are counted where answers are known together, and bounded where they are not."""

from itertools import combinations as choose

import pandas as pd
import pyarrow as pa
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.counts.design import Design
from resurvey.prepare.indicators import derive_indicators, summarise_indicators
from resurvey.tables.combinations import (
    COMBINATION_COLUMNS,
    bound_together,
    tabulate_combinations,
)

DECLARED = {
    "works": {"share": {"variable": "job", "codes": [1]}},
    "housed": {"share": {"variable": "home", "codes": [1]}},
}
BOTH = {"both": {"label": {"en": "Works and is housed"}, "of": ["works", "housed"]}}


def people(reconstructed=False):
    """Five respondents; the last did not say where they live."""
    answers = {1: {"en": "yes"}, 2: {"en": "no"}}
    book = Codebook(
        {name: Variable(name, codes=answers) for name in ("job", "home")},
        reconstructed=reconstructed,
    )
    data = {"job": [1, 1, 1, 2, 1], "home": [1, 1, 2, 1, None], "w": [1.0, 2.0, 3.0, 4.0, 5.0]}
    frame = pd.DataFrame(data).astype({"job": "Int64", "home": "Int64"})
    book = book.updated([Variable("w")])
    return derive_indicators(Survey(frame, book), DECLARED)


def tabulate(survey, design=None):
    shares = summarise_indicators(survey, DECLARED, None, design)
    return tabulate_combinations(survey, BOTH, shares, design, "en")


def test_records_are_counted_among_those_with_all_answers():
    (line,) = tabulate(people())
    assert (line["count"], line["base"], line["percent"]) == (2, 4, 50.0)
    assert "lowest_count" not in line
    assert line["label"] == "Works and is housed"
    assert set(line) <= set(COMBINATION_COLUMNS)


def test_a_table_of_pyarrow_gives_the_same_count():
    survey = people()
    columns = pa.Table.from_pandas(survey.data)
    shares = summarise_indicators(survey, DECLARED)
    found = tabulate_combinations(Survey(columns, survey.codebook), BOTH, shares)
    assert (found[0]["count"], found[0]["base"]) == (2, 4)


def test_weights_are_added_up():
    (line,) = tabulate(people(), Design(weights="w"))
    assert (line["count"], line["base"]) == (3.0, 10.0)


def test_invented_records_give_bounds_of_all_respondents():
    (line,) = tabulate(people(reconstructed=True))
    # Four of five work, three are housed: at least two and at most three are both.
    assert (line["lowest_count"], line["highest_count"], line["base"]) == (2, 3, 5)
    assert (line["lowest_percent"], line["highest_percent"]) == (40.0, 60.0)
    assert (line["smallest_base"], line["largest_base"]) == (4, 5)
    assert "count" not in line
    assert line["note_data"] == "not_crossed"


@pytest.mark.parametrize("sizes", [(2, 3), (3, 3), (1, 4, 4), (3, 3, 3), (0, 4)])
def test_bounds_are_those_that_some_respondents_reach(sizes):
    everybody = range(4)
    together = [set(everybody)]
    for size in sizes:
        together = [kept & set(some) for kept in together for some in choose(everybody, size)]
    seen = {len(kept) for kept in together}
    assert bound_together(list(sizes), 4) == (min(seen), max(seen))
