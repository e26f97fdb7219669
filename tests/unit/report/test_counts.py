"""A cell prints its per cent from its count and base, rounded once."""

from dataclasses import replace
from fractions import Fraction

import pytest

from resurvey.core.cells import rounded_percent
from resurvey.core.notes import NOT_IDENTIFIED
from resurvey.pages.numerals import Numerals
from resurvey.report.counts import Counts
from unit.report.small_survey import TABLES, table_lines


def test_cell_carries_its_count_and_base(counts):
    shown = counts.shown(counts.block("jobs", "fit"), "1", "total")
    assert (shown.text, shown.title, shown.count, shown.base) == ("30.4", "31 / 102", "31", "102")


def test_half_is_rounded_away_from_zero():
    assert rounded_percent(Fraction(1), Fraction(16), 1) == Fraction(63, 10)


def test_subtotal_is_made_from_counts_unless_the_article_added_rounded_parts(job_lines):
    from_counts = Counts(job_lines, TABLES, Numerals("ru"))
    from_parts = Counts(job_lines, {"jobs": {"derived": "printed_parts"}}, Numerals("ru"))
    block = from_counts.block("jobs", "fit")
    assert from_counts.shown(block, "1+2", "1").text == "66,7"
    assert from_parts.shown(block, "1+2", "2").text == "83,3"
    assert from_parts.shown(block, "1+2", "1").text == "66,7"


def test_subtotal_whose_parts_round_differently_shows_both_numbers():
    counts = {"1": {"total": 1}, "2": {"total": 1}, "1+2": {"total": 2}, "3": {"total": 1}}
    lines = table_lines("t", "q", "", counts, {"total": 3})
    printed = Counts(lines, {"t": {"derived": "printed_parts"}}, Numerals("en"))
    shown = printed.shown(printed.block("t", "q"), "1+2", "total")
    assert shown.text == "66.6"
    assert shown.title == "33.3 + 33.3 = 66.6; 2 / 3 = 66.7"


def test_answer_whose_code_has_a_plus_is_no_sum_where_the_article_added_rounded_parts():
    lines = table_lines("t", "q", "", {"65+": {"total": 1}, "18-64": {"total": 2}}, {"total": 3})
    lines = [{**line, "kind": "answer"} if line["row_code"] == "65+" else line for line in lines]
    printed = Counts(lines, {"t": {"derived": "printed_parts"}}, Numerals("en"))
    shown = printed.shown(printed.block("t", "q"), "65+", "total")
    assert (shown.text, shown.title) == ("33.3", "1 / 3")


def test_cell_that_is_not_identified_is_a_dash_with_its_reason():
    lines = table_lines(
        "t", "q", "g", {"1": {"1": None, "total": 3}}, {"1": 2, "total": 4}, NOT_IDENTIFIED
    )
    counts = Counts(lines, {}, Numerals("en"))
    shown = counts.shown(counts.block("t", "q"), "1", "1")
    assert (shown.text, shown.note) == ("—", NOT_IDENTIFIED.text)


def test_empty_base_prints_no_per_cent():
    counts = Counts(table_lines("t", "q", "g", {"1": {"1": 0}}, {"1": 0}), {}, Numerals("en"))
    assert counts.shown(counts.block("t", "q"), "1", "1").text == "—"


@pytest.mark.parametrize(("derived", "text"), [("counts", "−1,2"), ("printed_parts", "−1,1")])
def test_difference_follows_the_way_the_article_made_it(derived, text):
    lines = table_lines("t", "before", "", {"10": {"total": 9}}, {"total": 515})
    lines += table_lines("t", "after", "", {"10": {"total": 3}}, {"total": 515})
    counts = Counts(lines, {"t": {"derived": derived}}, Numerals("ru"))
    shown = counts.difference(counts.block("t", "after"), counts.block("t", "before"), "10")
    assert shown.text == text
    assert shown.title == "3 / 515 − 9 / 515 = −1,17"


def test_no_difference_is_a_bare_zero():
    lines = table_lines("t", "before", "", {"1": {"total": 6}}, {"total": 515})
    lines += table_lines("t", "after", "", {"1": {"total": 6}}, {"total": 515})
    counts = Counts(lines, {}, Numerals("ru"))
    shown = counts.difference(counts.block("t", "after"), counts.block("t", "before"), "1")
    assert shown.text == "0"


def test_sums_of_weights_are_rounded_from_ten_digits():
    numerals = Numerals("en")
    assert numerals.percent(Fraction("0.3"), Fraction("1.6")) == "18.8"
    assert numerals.count(Fraction("10.25")) == "10.3"


def test_cell_of_another_language_differs_only_in_its_mark(counts):
    block = counts.block("jobs", "fit")
    russian = Counts(block.cells.values(), TABLES, Numerals("ru"))
    assert russian.shown(block, "1", "total") == replace(
        counts.shown(block, "1", "total"), text="30,4"
    )


def test_a_flag_tells_of_the_base_before_it_tells_of_the_interval():
    from resurvey.report.counts import flag_of

    assert flag_of({"note_data": "unreliable:effective=20&width=31.0"}) == "uncertain"
    assert (
        flag_of({"note_data": "base_below:least=50;unreliable:effective=20&width=31.0"}) == "small"
    )
    assert flag_of({"note_data": "wilson"}) == ""
