"""Claims find recomputed counts and printed text under one reference."""

from types import SimpleNamespace

from resurvey.audit.claims import claim_cells
from resurvey.audit.claims.evaluation import interview_cells
from resurvey.audit.claims.ledger import audit_claims


def line(**columns):
    return {
        "table": "table_2",
        "row_variable": "fit",
        "row_code": "1",
        "column_code": "total",
        "kind": "answer",
        "count": "5",
        "base": "16",
        **columns,
    }


def test_a_printed_cell_and_its_count_meet_under_one_reference():
    printed = SimpleNamespace(
        table="table_2", row_variable="fit", row_code="1", column_code="total", printed="31,3"
    )
    found = claim_cells([line()], [printed])
    assert found["table_2/fit/1/total"] == {"printed": "31,3", "count": 5, "base": 16}


def test_a_share_of_the_text_alone_is_found_without_its_table():
    assert claim_cells([line()])["text/fit/1/total"]["count"] == 5


def test_a_printed_cell_that_was_not_recomputed_has_no_count():
    found = claim_cells([], [SimpleNamespace(**line(), printed="31,3")])
    assert found == {"table_2/fit/1/total": {"printed": "31,3", "count": None, "base": None}}


def test_total_rows_are_no_answers():
    assert claim_cells([line(kind="total", row_code="total")]) == {}


def test_weighted_counts_are_taken_to_ten_digits():
    cell = claim_cells([line(count="0.30000000000000004", base="1.0")])["table_2/fit/1/total"]
    assert (cell["count"] * 10, cell["base"]) == (3, 1)


# Interviews -------------------------------------------------------------------------------------

CODED = [
    {"kind": "all", "code": "", "attribute": "", "value": "", "cases": "37", "n": "37"},
    {"kind": "all", "code": "", "attribute": "sex", "value": "men", "cases": "22", "n": "37"},
    {"kind": "theme", "code": "hard", "attribute": "", "value": "", "cases": "2", "n": "37"},
    {"kind": "theme", "code": "hard", "attribute": "sex", "value": "men", "cases": "", "n": ""},
    {"kind": "code", "code": "Work > Hard", "attribute": "", "value": "", "cases": "2", "n": "37"},
]


def judged(cells, printed="", form="number", quantifier="", coded=CODED):
    claim = {"claim": "c1", "form": form, "printed": printed, "cells": cells}
    claim["quantifier"] = quantifier
    lexicon = {"quantifiers": {"most": {"unit": "percent", "meaning": "(50, 100]"}}}
    (found,) = audit_claims([claim], [], [], lexicon, False, interviews=coded)
    return found["verdict"], found["arithmetic"]


def test_themes_are_cells_and_single_codes_and_what_is_kept_back_are_none():
    assert set(interview_cells(CODED)) == {
        "interviews/everybody/1/total",
        "interviews/everybody/1/sex_men",
        "interviews/hard/1/total",
    }


def test_only_two_of_37_is_recomputed_from_the_interviews():
    assert judged("count(interviews/hard/1/total)", "2") == ("confirmed", "2")
    assert judged("base(interviews/hard/1/total)", "37")[0] == "confirmed"
    assert judged("count(interviews/everybody/1/sex_men)", "22")[0] == "confirmed"
    assert judged("count(interviews/hard/1/total)", "3")[0] == "contradicted"


def test_a_word_about_interviews_has_its_share_of_them():
    most = judged("100 - interviews/hard/1/total", form="quantifier", quantifier="most")
    assert most == ("confirmed", "100 − 100·2/37 = 94,6 ∈ (50; 100]")


def test_what_no_interview_tells_cannot_be_checked():
    assert judged("count(interviews/hard/1/sex_men)", "1")[0] == "cannot_be_checked"
    assert judged("count(interviews/hard/1/total)", "2", coded=[])[0] == "cannot_be_checked"
