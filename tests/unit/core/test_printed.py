"""A printed number stays text until it becomes an interval, and comes back as the same text."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.errors import SurveyError
from resurvey.core.printed import (
    ROUNDING_RULES,
    format_fixed,
    interval,
    parse_printed,
    percent_text,
    round_half_away,
    round_half_away_number,
)

DECIMAL_RULES = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "truncation": ROUND_DOWN,
}


@pytest.mark.parametrize(
    ("text", "value", "digits"),
    [
        ("31,3", Fraction(313, 10), 1),
        ("31.30", Fraction(313, 10), 2),
        ("0", Fraction(0), 0),
        ("+1,4", Fraction(14, 10), 1),
        ("-2,1", Fraction(-21, 10), 1),
        ("\N{MINUS SIGN}2,1", Fraction(-21, 10), 1),
        ("\N{NO-BREAK SPACE}28,3\N{NARROW NO-BREAK SPACE}%", Fraction(283, 10), 1),
    ],
)
def test_printed_text_keeps_value_and_decimals(text, value, digits):
    printed = parse_printed(text)
    assert (printed.value, printed.digits, printed.text) == (value, digits, text)


@pytest.mark.parametrize(
    "text", ["", " ", "n.a.", "-", "31,", ",5", "1 234,5", "3,1,3", "1e5", "٣", "9" * 5000, "++1"]
)
def test_text_that_is_no_number_is_refused_by_name(text):
    with pytest.raises(SurveyError, match="is not a printed number"):
        parse_printed(text)


def test_more_decimals_than_anybody_prints_are_refused():
    assert parse_printed("31,333333").digits == 6
    with pytest.raises(SurveyError, match="has 7 decimals"):
        parse_printed("31,3333333")


@pytest.mark.parametrize("value", [31.3, 31, None, float("nan")])
def test_a_number_instead_of_text_is_refused(value):
    with pytest.raises(SurveyError, match="is not text"):
        parse_printed(value)


@pytest.mark.parametrize("rule", ROUNDING_RULES)
@given(
    hundredths_of_units=st.integers(-400, 400),
    printed_units=st.integers(-4, 4),
    digits=st.integers(0, 2),
)
def test_interval_holds_what_the_rule_prints(rule, hundredths_of_units, printed_units, digits):
    value = Fraction(hundredths_of_units, 100 * 10**digits)
    exact = Decimal(hundredths_of_units).scaleb(-2 - digits)
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=DECIMAL_RULES[rule])
    printed = parse_printed(format_fixed(Fraction(printed_units, 10**digits), digits))
    assert (value in interval(printed, rule)) == (Fraction(rounded) == printed.value)


@given(hundredths=st.integers(-400, 400), printed_tenths=st.integers(-20, 20))
def test_unknown_rule_is_the_union_of_the_three(hundredths, printed_tenths):
    printed = parse_printed(format_fixed(Fraction(printed_tenths, 10), 1))
    value = Fraction(hundredths, 100)
    union = any(value in interval(printed, rule) for rule in ROUNDING_RULES)
    assert (value in interval(printed, "unknown")) == union


def test_unknown_name_of_a_rule_is_refused():
    with pytest.raises(SurveyError, match="half_upp"):
        interval(parse_printed("1,0"), "half_upp")


@pytest.mark.parametrize(
    ("count", "base", "digits", "text"),
    [(5, 16, 1, "31,3"), (1, 8, 1, "12,5"), (1, 16, 1, "6,3"), (0, 5, 1, "0,0"), (1, 3, 0, "33")],
)
def test_counts_print_with_halves_away_from_zero(count, base, digits, text):
    assert percent_text(count, base, digits) == text


def test_share_of_nobody_is_refused():
    with pytest.raises(SurveyError, match="base is 0"):
        percent_text(0, 0)


def test_negative_halves_go_away_from_zero():
    assert round_half_away(-1, 20, 1) == Fraction(-1, 10)
    assert round_half_away(1, -20, 1) == Fraction(-1, 10)


@pytest.mark.parametrize(("value", "expected"), [(0.285 * 100, 285), (28.45, 285), (1.005, 10)])
def test_float_tie_is_a_tie_of_its_ten_digits(value, expected):
    assert round_half_away_number(value, 1) == Fraction(expected, 10)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_missing_number_is_not_rounded(value):
    with pytest.raises(SurveyError, match="not a finite number"):
        round_half_away_number(value, 1)


@given(units=st.integers(-(10**6), 10**6), digits=st.integers(0, 3), sign=st.booleans())
def test_text_comes_back_from_its_value(units, digits, sign):
    value = Fraction(units, 10**digits)
    assert parse_printed(format_fixed(value, digits, sign=sign)).value == value


@pytest.mark.parametrize(
    ("value", "decimal", "sign", "text"),
    [
        (Fraction(14, 10), ",", True, "+1,4"),
        (Fraction(-21, 10), ",", True, "-2,1"),
        (Fraction(0), ",", True, "0"),
        (Fraction(0), ",", False, "0,0"),
        (Fraction(5, 100), ".", False, "0.1"),
    ],
)
def test_signs_and_marks_print_as_in_a_difference_column(value, decimal, sign, text):
    assert format_fixed(value, 1, decimal, sign) == text
