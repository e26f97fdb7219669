"""Only what the publication's own tables do not bear out is to be corrected."""

import pytest

from resurvey.audit.claims.ledger import VERDICTS
from resurvey.audit.comparison import VERDICTS as CELL_VERDICTS
from resurvey.audit.corrections import (
    CORRECTED,
    CORRECTED_CELLS,
    count_agreeing,
    find_corrections,
)

LEFT = {
    "agrees",
    "agrees_by_rounded_parts",
    "confirmed",
    "by_rounded_parts",
    "imprecise",
    "depends_on_reading",
    "internally_consistent",
    "cannot_be_checked",
}
"""Verdicts on a statement that ask the authors for nothing."""


def claim(verdict, **more):
    line = {"verdict": verdict, "form": "number", "printed": "47,6", "recomputed": "44,1"}
    return line | {"cells": "t/own/3/total", "unit": "percent"} | more


def test_every_verdict_is_decided():
    assert set(VERDICTS) <= CORRECTED | LEFT
    assert not CORRECTED & LEFT
    assert set(CELL_VERDICTS) > CORRECTED_CELLS


@pytest.mark.parametrize("verdict", sorted(LEFT))
def test_what_agrees_or_may_be_read_otherwise_is_left(verdict):
    assert find_corrections([], [claim(verdict)]) == []


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (claim("wrong_cell"), "number"),
        (claim("contradicted"), "number"),
        (claim("contradicts", form="quantifier", printed=""), "wording"),
        (claim("percent_for_percentage_points", form="comparison"), "points"),
        (claim("imprecise", form="comparison", reason="points"), "points"),
        (claim("wrong_cell", form="comparison", cells="t/a/1/total / t/b/1/total"), "turned"),
        (
            claim("contradicted", reason="another_cell", cells="t/a/1/total / t/b/1/total"),
            "turned",
        ),
    ],
)
def test_kind_of_a_correction_is_that_of_what_is_wrong(line, kind):
    (found,) = find_corrections([], [line])
    assert found.kind == kind
    assert found.cells[0].table == "t"


def test_statement_without_a_recomputed_number_offers_no_reading():
    assert find_corrections([], [claim("contradicted", recomputed="")]) == []


def test_cells_that_differ_are_listed_and_those_of_rounded_parts_are_not():
    cells = [{"verdict": verdict} for verdict in CELL_VERDICTS]
    kinds = [found.kind for found in find_corrections(cells, [])]
    assert sorted(kinds) == ["cell", "no_count"]
    assert count_agreeing(cells) == 2


def test_caption_is_corrected_once_for_a_table_that_fewer_answered():
    tables = {
        "t7": {"rows": ["a", "b"], "claimed_base": "respondents"},
        "t8": {"rows": ["c"], "claimed_base": "respondents"},
        "t9": {"rows": ["d"]},
    }
    largest = {"a": "496", "b": "494", "c": "515", "d": "400"}
    questions = [
        {"row_variable": name, "largest_base": base, "respondents": "515"}
        for name, base in largest.items()
    ]
    (found,) = find_corrections([], [], questions, tables)
    assert (found.kind, found.line["row_variable"]) == ("caption", "b")
    assert found.bases == (("a", "496"), ("b", "494"))
