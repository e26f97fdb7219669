"""The audit knows from the page alone which questions no counts can give."""

import pytest

from resurvey.audit.cells import audit_cells, audit_claims, group_sizes
from resurvey.core.codebook import Codebook, Variable
from resurvey.core.published import PrintedCell

BOOK = Codebook(
    {"q": Variable("q", codes={1: {}, 2: {}}), "sex": Variable("sex", codes={1: {}, 2: {}})}
)
FREQUENCIES = [
    {"variable": "q", "code": "1", "kind": "answer", "count": "3", "respondents": "10"},
    {"variable": "sex", "code": "1", "kind": "answer", "count": "6", "respondents": "10"},
    {"variable": "sex", "code": "2", "kind": "answer", "count": "4", "respondents": "10"},
    {"variable": "sex", "code": "9", "kind": "user_missing", "count": "0", "respondents": "10"},
]


def cell(code, printed, column="total", group=""):
    return PrintedCell("t", "q", f"row {code}", column, printed, "q", code, group, column)


def line(code, count, base):
    return {
        "table": "t",
        "row_variable": "q",
        "row_code": code,
        "column_code": "total",
        "kind": "answer",
        "count": count,
        "base": base,
    }


def test_sizes_are_those_of_the_printed_groups_and_of_everybody():
    assert group_sizes([cell("1", "50", "1", "sex")], FREQUENCIES) == {"total": 10, "1": 6, "2": 4}
    assert group_sizes([cell("1", "50")], FREQUENCIES) == {"total": 10}


def test_counted_cells_do_not_wait_for_a_recovery(monkeypatch):
    def never(*_, **__):
        raise AssertionError("recovered what is counted")

    monkeypatch.setattr("resurvey.audit.cells.recover_question", never)
    lines = [line("1", "1", "3"), line("2", "2", "3")]
    audited = audit_cells([cell("1", "33,3"), cell("2", "66,9")], lines, FREQUENCIES, BOOK, {})
    assert [one["verdict"] for one in audited] == ["agrees", "differs"]


def test_nothing_published_is_nothing_to_audit():
    assert audit_cells([], [], [], BOOK, {}) == []


@pytest.mark.parametrize(
    ("second", "counts", "verdicts"),
    [
        ("66,7", [("1", "3"), ("2", "3")], ["agrees", "agrees"]),
        ("66,9", [("1", "3"), ("2", "3")], ["agrees", "differs"]),
        ("66,9", [("0", "0"), ("0", "0")], ["no_integer_solution"] * 2),
        ("66,7", [("0", "0"), ("0", "0")], ["differs"] * 2),
    ],
)
def test_verdicts_tell_a_misprint_from_missing_counts(second, counts, verdicts):
    lines = [line(str(code), *pair) for code, pair in enumerate(counts, 1)]
    audited = audit_cells([cell("1", "33,3"), cell("2", second)], lines, FREQUENCIES, BOOK, {})
    assert [one["verdict"] for one in audited] == verdicts


@pytest.mark.parametrize(
    ("rounding", "verdicts"),
    [
        ("half_up", ["agrees", "agrees"]),
        ("half_even", ["agrees", "agrees"]),
        ("truncation", ["agrees", "differs"]),
        ("unknown", ["agrees", "agrees"]),
    ],
)
def test_declared_rounding_reaches_the_cells(rounding, verdicts):
    # 5 and 11 of 16 are 31.25 and 68.75.
    lines = [line("1", "5", "16"), line("2", "11", "16")]
    cells = [cell("1", "31,2"), cell("2", "68,8")]
    audited = audit_cells(cells, lines, FREQUENCIES, BOOK, {}, rounding)
    assert [one["verdict"] for one in audited] == verdicts


def test_declared_rounding_decides_whether_counts_can_give_a_question():
    # Of eight people 12.5 and 87.5 print as 13 and 88 only where halves go up.
    cells = [cell("1", "12"), cell("2", "88")]
    sizes = [one | {"respondents": "8"} for one in FREQUENCIES]
    for rounding, verdict in {"half_up": "no_integer_solution", "half_even": "differs"}.items():
        audited = audit_cells(cells, [], sizes, BOOK, {}, rounding)
        assert [one["verdict"] for one in audited] == [verdict] * 2


@pytest.mark.parametrize(("printed", "verdict"), [("31,2", "agrees"), ("31,1", "contradicts")])
def test_a_claim_of_a_half_agrees_as_the_cell_does(printed, verdict):
    claim = {"claim": "c1", "form": "number", "printed": printed, "cells": "t/q/1/total"}
    lines = [line("1", "5", "16"), line("2", "11", "16")]
    (found,) = audit_claims(
        [claim], [cell("1", "31,2")], lines, {}, reconstructed=False, rounding="half_even"
    )
    assert found["verdict"] == verdict
