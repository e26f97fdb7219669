"""The audit knows from the page alone which questions no counts can give."""

import pytest

from resurvey.audit.claims.ledger import audit_claims
from resurvey.audit.comparison import compare_cells
from resurvey.audit.published_wave import recover_wave
from resurvey.audit.solutions import unsolved_questions
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


def audit_cells(cells, lines, frequencies, rounding="half_up"):
    """Recover what was printed, then compare it with the counts, as the two jobs do."""
    variables = {"q": {"codes": {1: "yes", 2: "no"}}, "sex": {"codes": {1: "men", 2: "women"}}}
    audit = {"rounding": rounding, "false_fit": {"draws": 1}}
    wave = recover_wave(cells, [], {"variables": variables}, {}, {}, audit, 0.05, frequencies)
    unsolved = unsolved_questions(wave.files["questions"], BOOK)
    return compare_cells(cells, lines, {}, unsolved, rounding)


def test_a_question_that_nobody_asked_is_not_unsolved():
    line = {"row_variable": "other", "status": "no_integer_solution"}
    assert unsolved_questions([line, line | {"row_variable": "q"}], BOOK) == ["q"]


def test_counted_cells_are_compared_though_no_counts_print_all_of_them():
    lines = [line("1", "1", "3"), line("2", "2", "3")]
    audited = audit_cells([cell("1", "33,3"), cell("2", "66,9")], lines, FREQUENCIES)
    assert [one["verdict"] for one in audited] == ["agrees", "differs"]


def test_nothing_published_is_nothing_to_audit():
    assert audit_cells([], [], []) == []


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
    audited = audit_cells([cell("1", "33,3"), cell("2", second)], lines, FREQUENCIES)
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
    audited = audit_cells(cells, lines, FREQUENCIES, rounding)
    assert [one["verdict"] for one in audited] == verdicts


def test_declared_rounding_decides_whether_counts_can_give_a_question():
    # Of eight people 12.5 and 87.5 print as 13 and 88 only where halves go up.
    cells = [cell("1", "12"), cell("2", "88")]
    sizes = [one | {"respondents": "8"} for one in FREQUENCIES]
    for rounding, verdict in {"half_up": "no_integer_solution", "half_even": "differs"}.items():
        audited = audit_cells(cells, [], sizes, rounding)
        assert [one["verdict"] for one in audited] == [verdict] * 2


@pytest.mark.parametrize(("printed", "verdict"), [("31,2", "confirmed"), ("31,1", "contradicted")])
def test_a_claim_of_a_half_agrees_as_the_cell_does(printed, verdict):
    claim = {"claim": "c1", "form": "number", "printed": printed, "cells": "t/q/1/total"}
    lines = [line("1", "5", "16"), line("2", "11", "16")]
    (found,) = audit_claims(
        [claim], [cell("1", "31,2")], lines, {}, reconstructed=False, rounding="half_even"
    )
    assert found["verdict"] == verdict
