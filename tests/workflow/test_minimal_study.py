"""A study of one wave and one table, without any other file, runs to its report."""

import pytest

from invented import read


@pytest.fixture(scope="module")
def cells(minimal_run):
    lines = read(minimal_run / "results/1996/tables/crosstabs.csv")
    return {(one["row_code"], one["column_code"]): one for one in lines}


def test_crosstab_starts_with_the_columns_of_the_contract(minimal_run):
    header = (minimal_run / "results/1996/tables/crosstabs.csv").read_text().splitlines()[0]
    assert header.startswith(
        "table,row_variable,row_code,row_label,column_variable,column_code,column_label,kind,"
        "count,base,percent"
    )


def test_counts_are_those_counted_by_hand(cells):
    counted = {place: one["count"] for place, one in cells.items() if place[0] in "12"}
    assert counted == {
        ("1", "1"): "2",
        ("1", "2"): "1",
        ("1", "total"): "3",
        ("2", "1"): "1",
        ("2", "2"): "2",
        ("2", "total"): "4",
    }


def test_refused_and_blank_leave_the_base(cells):
    assert cells["1", "1"]["base"] == "3"
    assert cells["1", "total"]["base"] == "7"


def test_answer_nobody_gave_keeps_its_row(cells):
    assert cells["3", "2"]["count"] == "0"


def test_refusal_is_no_row(cells):
    assert ("9", "total") not in cells


def test_all_respondents_column_holds_those_without_a_group(cells):
    groups = int(cells["2", "1"]["count"]) + int(cells["2", "2"]["count"])
    assert int(cells["2", "total"]["count"]) == groups + 1


def test_percent_is_unrounded(cells):
    assert float(cells["1", "total"]["percent"]) == 300 / 7


def test_kinds_and_labels_are_told(cells):
    assert cells["1", "2"]["kind"] == "answer"
    assert cells["1", "2"]["row_label"] == "left"
    assert cells["1", "2"]["column_label"] == "college"
    assert cells["total", "total"]["kind"] == "total"
    assert cells["total", "total"]["count"] == "7"


def test_pearson_is_that_of_the_two_by_two_table(minimal_run):
    tests = {
        one["test"]: one
        for one in read(minimal_run / "results/1996/tables/tests.csv")
        if one["row_variable"] == "vote"
    }
    # 2 1 / 1 2: X² = 6 (2·2 − 1·1)² / (3·3·3·3)
    assert float(tests["pearson"]["statistic"]) == pytest.approx(6 * 9 / 81)
    assert tests["pearson"]["df"] == "1"
    assert tests["pearson"]["n"] == "6"


def test_nothing_published_writes_the_header_alone(minimal_run):
    assert read(minimal_run / "results/1996/audit/cells.csv") == []
    header = (minimal_run / "results/1996/audit/cells.csv").read_text()
    assert header.startswith("table,question,row,column,printed,recomputed,verdict")


def test_report_is_written_and_names_the_answers(minimal_run):
    page = (minimal_run / "results/1996/report/report.en.html").read_text(encoding="utf-8")
    assert "Vote intended" in page
    assert "college" in page
