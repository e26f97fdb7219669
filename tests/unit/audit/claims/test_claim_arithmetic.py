"""Arithmetic is written in signs, with brackets where they are needed."""

import pytest

from resurvey.audit.claims.evaluation import Cells, derivation
from resurvey.audit.claims.references import parse_cells

CELLS = Cells(
    {f"t/v/{code}/{column}": {"count": code, "base": 8} for code in (1, 2) for column in (1, 2)}
)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("t/v/1/1", "100·1/8"),
        ("100 - t/v/1/1 - t/v/2/1", "100 − 100·1/8 − 100·2/8"),
        ("100 - (t/v/1/1 + t/v/2/1)", "100 − (100·1/8 + 100·2/8)"),
        ("(t/v/1/1 + t/v/2/1) * 2", "(100·1/8 + 100·2/8) · 2"),
        ("t/v/1/1 / t/v/2/1", "100·1/8 / (100·2/8)"),
        ("max(abs(t/v/1/1 - t/v/1/2), 2.5)", "max(|100·1/8 − 100·1/8|; 2,5)"),
        ("base(t/v/1/1)", "8"),
        ("t/v/1+2/1", "100·3/8"),
        ("t/w/1/1", "t/w/1/1 = ?"),
    ],
)
def test_an_expression_is_written_from_counts_and_bases(text, written):
    assert derivation(parse_cells(text), CELLS) == written


def test_rounded_parts_of_a_sum_stand_side_by_side():
    assert derivation(parse_cells("100 - t/v/1+2/1"), CELLS, by_parts=True) == "100 − (12,5 + 25,0)"


def test_long_expressions_show_per_cents():
    text = "max(t/v/1/1, t/v/2/1, t/v/1/2, t/v/2/2, t/v/1/1)"
    assert derivation(parse_cells(text), CELLS) == "max(12,5; 25,0; 12,5; 25,0; 12,5)"


def test_the_largest_of_many_differences_is_written_from_its_counts():
    differences = ", ".join(f"abs(t/v/{code}/1 - t/v/1/2)" for code in (1, 2, 1))
    assert derivation(parse_cells(f"max({differences})"), CELLS) == (
        "max(|12,5 − 12,5|; |25,0 − 12,5|; |12,5 − 12,5|) = |100·2/8 − 100·1/8|"
    )


def test_the_decimal_mark_is_the_readers():
    assert (
        derivation(parse_cells("2.5 + t/v/1/1"), CELLS, by_parts=True, decimal=".") == "2.5 + 12.5"
    )
