"""Counts of interviews go back to their files, and claims about them to these counts."""

import pytest

from resurvey.report.provenance.graph import FORMULAS, Graph
from resurvey.report.provenance.interviews import add_interviews
from resurvey.report.provenance.judgements import add_claims
from resurvey.report.provenance.tracing import Inputs

GROUPS = [
    {"kind": "all", "code": "", "attribute": "", "value": "", "cases": "37", "n": "37"},
    {"kind": "all", "code": "", "attribute": "sex", "value": "men", "cases": "22", "n": "37"},
    {"kind": "theme", "code": "work", "attribute": "", "value": "", "cases": "2", "n": "37"},
    {"kind": "theme", "code": "work", "attribute": "sex", "value": "men", "cases": "", "n": ""},
]
SATURATED = {"interviews": "1", "codes": "", "new_codes": "", "mean_codes": "1.5", "mean_new": "1"}
AGREED = {
    "code": "",
    "units": "12",
    "agreed": "11",
    "kappa": "0.8",
    "alpha": "0.81",
}


@pytest.fixture
def graph():
    found = Graph()
    files = {"codes_by_attribute": GROUPS, "saturation": [SATURATED], "agreement": [AGREED]}
    add_interviews(found, files)
    return found


def test_every_number_names_its_file_and_line(graph):
    number = graph.numbers["interview:codes_by_attribute/theme/work///cases"]
    assert (number.value, number.unit, number.rule) == ("2", "interviews", "tabulate_interviews")
    assert number.file == "interviews/codes_by_attribute.csv"
    assert number.line == {"kind": "theme", "code": "work"}
    assert {number.formula for number in graph.numbers.values()} <= set(FORMULAS)


def test_what_is_kept_back_is_no_number(graph):
    assert "interview:codes_by_attribute/theme/work/sex/men/cases" not in graph.numbers
    assert "interview:saturation/1/codes" not in graph.numbers
    assert graph.numbers["interview:saturation/1/mean_codes"].formula == "mean_over_orders"


def test_numbers_go_back_to_the_coded_files_and_to_no_respondent(graph):
    inputs = Inputs({"raw.sav": "a"}, {"cells.csv": "b"}, False, {}, {"coded.qdpx": "c"})
    assert {path for number in graph.numbers.values() for path in inputs.of(number)} == {
        "coded.qdpx"
    }


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        ("count(interviews/work/1/total)", ("codes_by_attribute/theme/work///cases",)),
        ("count(interviews/everybody/1/sex_men)", ("codes_by_attribute/all//sex/men/cases",)),
    ],
)
def test_a_claim_about_interviews_is_made_of_their_counts(graph, cells, parts):
    claim = {"claim": "c1", "recomputed": "2", "cells": cells, "verdict": "confirmed"}
    add_claims(graph, [claim])
    made_from = graph.numbers["claim:c1/recomputed"].made_from
    assert made_from == tuple(f"interview:{part}" for part in parts)


def test_a_claim_made_of_another_claim_goes_back_to_that():
    graph = Graph()
    first = {"claim": "c1", "recomputed": "37", "cells": "claim(c2) + claim(c3)", "verdict": "x"}
    others = [
        {"claim": name, "printed": printed, "verdict": "x"}
        for name, printed in (("c2", "22"), ("c3", "15"))
    ]
    add_claims(graph, [first, *others])
    assert graph.numbers["claim:c1/recomputed"].made_from == (
        "claim:c2/printed",
        "claim:c3/printed",
    )
