"""Claims find recomputed counts and printed text under one reference."""

from types import SimpleNamespace

from resurvey.audit.claims import claim_cells


def line(**columns):
    return {
        "table": "table_2",
        "row_variable": "fit",
        "row_code": "1",
        "column_code": "total",
        "kind": "answer",
        "count": "5",
        "base": "16",
        **columns,
    }


def test_a_printed_cell_and_its_count_meet_under_one_reference():
    printed = SimpleNamespace(
        table="table_2", row_variable="fit", row_code="1", column_code="total", printed="31,3"
    )
    found = claim_cells([line()], [printed])
    assert found["table_2/fit/1/total"] == {"printed": "31,3", "count": 5, "base": 16}


def test_a_share_of_the_text_alone_is_found_without_its_table():
    assert claim_cells([line()])["text/fit/1/total"]["count"] == 5


def test_a_printed_cell_that_was_not_recomputed_has_no_count():
    found = claim_cells([], [SimpleNamespace(**line(), printed="31,3")])
    assert found == {"table_2/fit/1/total": {"printed": "31,3", "count": None, "base": None}}


def test_total_rows_are_no_answers():
    assert claim_cells([line(kind="total", row_code="total")]) == {}


def test_weighted_counts_are_taken_to_ten_digits():
    cell = claim_cells([line(count="0.30000000000000004", base="1.0")])["table_2/fit/1/total"]
    assert (cell["count"] * 10, cell["base"]) == (3, 1)
