"""Names of sheets are always accepted; numbers are shown as they were printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from product.printed_numbers import show_number
from resurvey.core.printed import format_fixed, round_half_away
from resurvey.report.documents.excel import SheetNames, read_number


@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_names_make_valid_and_different_sheet_names(wanted):
    names = SheetNames()
    taken = [names.take(one) for one in wanted]
    assert len({one.casefold() for one in taken}) == len(taken)
    for one in taken:
        assert 0 < len(one.encode("utf-16-le")) // 2 <= 31
        assert not set(one) & set("[]:*?/\\")
        assert not one.startswith("'")
        assert not one.endswith("'")
        assert one.casefold() != "history"


@given(st.integers(-10_000, 10_000), st.integers(1, 999), st.integers(0, 3), st.booleans())
def test_number_format_shows_the_printed_number_again(count, base, digits, sign):
    printed = format_fixed(round_half_away(count, base, digits), digits, ",", sign)
    read = read_number(printed)
    shown = show_number(read.value, read.format, ",")
    # A difference of nothing is printed as a bare zero.
    assert shown == printed or float(printed.replace(",", ".")) == 0


@pytest.mark.parametrize("text", ["—", "", "< 0.001", "= 0.5", "1+2", "007", "12 345", "1e5", "٣"])
def test_other_text_is_no_number(text):
    assert read_number(text) is None
