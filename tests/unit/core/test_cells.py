"""The cells of a table keep the order of the file, and their shares are exact."""

from fractions import Fraction

from resurvey.core.cells import Cell, cell_of, percent_of, read_blocks, rounded_percent
from unit.report.small_survey import table_lines

COUNTS = {"1": {"1": 2, "2": 1, "total": 3}, "2": {"1": 1, "2": 1, "total": 2}}
BASES = {"1": 3, "2": 2, "total": 5}


def block(counts=COUNTS, bases=BASES):
    return read_blocks(table_lines("t", "q", "g", counts, bases))["t", "q"]


def test_rows_columns_and_groups_stand_in_the_order_of_the_file():
    found = block()
    assert (found.rows, found.columns) == (("1", "2", "total"), ("1", "2", "total"))
    assert (found.group, found.answers, found.groups) == ("g", ["1", "2"], ["1", "2"])


def test_a_share_of_people_is_exact_and_one_of_weights_has_ten_digits():
    assert block().cell("1", "1") == Cell(Fraction(2), Fraction(3))
    assert block().cell("1", "1").percent == Fraction(200, 3)
    weighted = cell_of({"count": "1.5", "base": "7.0"})
    assert weighted.percent == Fraction(2142857143, 10**8)


def test_a_share_is_rounded_once_half_away_from_zero_and_so_is_a_weighted_one():
    assert Cell(Fraction(1), Fraction(16)).rounded() == Fraction(63, 10)
    assert Cell(Fraction("1.5"), Fraction(24)).rounded() == Fraction(63, 10)
    assert rounded_percent(Fraction(1), Fraction(16), 2) == Fraction(25, 4)
    assert percent_of(1, 16) == 6.25


def test_what_has_no_base_or_was_not_identified_has_no_share():
    for count, base in (("0", "0"), ("", ""), ("", "5"), (None, None)):
        assert cell_of({"count": count, "base": base}) is None
    assert block().cell("9", "1") is None


def test_a_whole_number_of_nobody_is_a_share_and_no_empty_cell():
    assert cell_of({"count": 0, "base": 4}).percent == 0


def test_a_row_adds_up_the_answers_of_its_code_and_the_total_all_of_them():
    lines = table_lines("t", "q", "g", {**COUNTS, "1+2": {"1": 3, "total": 5}}, BASES)
    found = read_blocks(lines)["t", "q"]
    assert (found.parts("1+2"), found.parts("total"), found.parts("1")) == (
        ["1", "2"],
        ["1", "2"],
        ["1"],
    )


def test_a_cell_names_its_numbers_as_the_pages_do():
    assert block().name("base", "1", "total", "unweighted") == "base:t/q/1/total/unweighted"
