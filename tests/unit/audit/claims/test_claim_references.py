"""References name cells, and what is no reference is refused with its place."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.audit.claims.references import (
    DEEPEST,
    Call,
    Comparison,
    Operation,
    Reference,
    parse_cells,
    references,
)
from resurvey.core.errors import SurveyError


def test_a_sum_of_codes_is_one_reference_with_its_parts():
    cell = parse_cells("table_9/met/1+2/total")
    assert isinstance(cell, Reference)
    assert [part.code for part in cell.parts] == ["1", "2"]
    assert cell.name == "table_9/met/1+2/total"


def test_division_needs_spaces_and_a_reference_has_none():
    ratio = parse_cells("t/v/1/total / t/w/1/total")
    assert isinstance(ratio, Operation)
    assert ratio.operator == "/"


def test_products_bind_before_sums_and_signs_bind_to_the_left():
    node = parse_cells("100 - 4 - 2 * 3")
    assert isinstance(node, Operation)
    assert isinstance(node.left, Operation)
    assert (node.operator, node.left.operator) == ("-", "-")
    assert isinstance(node.right, Operation)


def test_brackets_come_first():
    node = parse_cells("100 - (4 - 2)")
    assert isinstance(node, Operation)
    assert isinstance(node.right, Operation)


def test_a_statement_compares_two_expressions():
    node = parse_cells("t/v/1/2 < max(t/v/1/1, t/v/2/1)")
    assert isinstance(node, Comparison)
    assert isinstance(node.right, Call)
    assert [one.code for one in references(node)] == ["1", "1", "2"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "missing at its end"),
        ("t/v/1", "not understood at 't/v/1'"),
        ("t/v/1/total +", "missing at its end"),
        ("(1 + 2", "missing at its end"),
        ("1 2", "not understood at '2'"),
        ("1 < 2 < 3", "not understood at '< 3'"),
        ("t/v/1/total/2", "not understood"),
        ("median(1)", "no function 'median'"),
        ("percent_less(1)", "takes 2 to 2"),
        ("base(1 + 2)", "takes one cell"),
        ("paired_p_value(t/v/1/total, 2)", "takes two cells"),
        ("1 ; drop", "not understood at '; drop'"),
        ("(" * (DEEPEST + 5) + "1", "brackets deep"),
        ("1 + " * 2000 + "1", "at most"),
    ],
)
def test_what_is_no_claim_is_refused_with_its_place(text, problem):
    with pytest.raises(SurveyError, match=problem.replace("(", r"\(")):
        parse_cells(text)


TOKENS = [
    "t/v/1/total",
    "t/v/1+2/2",
    "100",
    "2.5",
    "+",
    "-",
    "*",
    "/",
    "<",
    "(",
    ")",
    ",",
    "max",
    "é",
]


@given(st.lists(st.sampled_from(TOKENS), max_size=12).map(" ".join) | st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    with suppress(SurveyError):
        assert all(one.table for one in references(parse_cells(text)))
