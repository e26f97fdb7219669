"""The largest answer and the widest gap are said only where they are known."""

import pytest

from resurvey.pages.numerals import Numerals
from resurvey.report.counts import Counts
from resurvey.report.findings import Findings
from unit.report.small_survey import table_lines


def words_of(lines, labels, say, set_aside=(), tables=None):
    counts = Counts(lines, tables or {}, Numerals("en"))
    block = next(iter(counts.blocks.values()))
    found = Findings(counts, labels, say, set_aside).of_block(block)
    return [sentence.striptags() for sentence in found]


def test_largest_answer_and_widest_gap_are_named(job_lines, labels, say):
    (sentence,) = words_of(job_lines, labels, say)
    assert "“Mostly yes”, 43.1" in sentence
    assert "“Yes”: “Women” 50.0" in sentence
    assert "“Men” 16.7" in sentence


def test_group_of_few_respondents_is_not_compared(labels, say):
    counts = {"1": {"1": 29, "2": 40, "total": 69}, "2": {"1": 0, "2": 60, "total": 60}}
    lines = table_lines("jobs", "fit", "gender", counts, {"1": 29, "2": 100, "total": 129})
    (sentence,) = words_of(lines, labels, say)
    assert "differ" not in sentence


def test_equal_groups_have_no_gap(labels, say):
    counts = {"1": {"1": 40, "2": 40, "total": 80}}
    lines = table_lines("jobs", "fit", "gender", counts, {"1": 100, "2": 100, "total": 200})
    assert "differ" not in words_of(lines, labels, say)[0]


@pytest.mark.parametrize(("known", "said"), [(2, 0), (60, 1)])
def test_answer_smaller_than_what_is_not_printed_is_not_called_the_most_frequent(
    known, said, labels, say
):
    lines = table_lines(
        "t", "fit", "", {"1": {"total": known}, "97": {"total": 100 - known}}, {"total": 100}
    )
    assert len(words_of(lines, labels, say, {"97"})) == said


def test_row_per_cents_are_not_summarised(job_lines, labels, say):
    assert words_of(job_lines, labels, say, tables={"jobs": {"percent": "row"}}) == []
