"""Printed cells are read as text, line by line, and a damaged line is named."""

import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.published import (
    CELL_COLUMNS,
    PrintedCell,
    printed_questions,
    read_cells,
    read_claims,
)
from resurvey.recovery import recover_question

HEADER = ",".join(CELL_COLUMNS) + "\n"
LINE = 't,q,Да,Всего,"31,3",q,1,,total\n'


@pytest.fixture
def cells_file(tmp_path):
    def write(text):
        path = tmp_path / "cells.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_cell_keeps_its_text(cells_file):
    (cell,) = read_cells(cells_file(HEADER + LINE))
    assert (cell.printed, cell.row_code, cell.name) == ("31,3", "1", "t, 'Да', Всего")


def test_nothing_published_is_no_cells():
    assert read_cells() == []
    assert read_claims() == []


def test_columns_may_stand_in_another_order_and_more_may_follow(cells_file):
    names = [*reversed(CELL_COLUMNS), "note"]
    text = ",".join(names) + '\ntotal,,1,q,"31,3",Всего,Да,q,t,x\n'
    assert read_cells(cells_file(text))[0].table == "t"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEADER.replace("printed,", ""), "column 'printed' is missing"),
        ("", "column 'table' is missing"),
        (HEADER + LINE + LINE, "line 3: t, 'Да', Всего stands twice"),
        (HEADER + LINE.replace("31,3", ""), "line 2: t, 'Да', Всего: '' is not a printed number"),
        (HEADER + LINE.replace("31,3", "31,,3"), "line 2: t, 'Да', Всего: '31,,3' is not a print"),
        (HEADER + "t,q,Да\n", "line 2: not as many fields as columns"),
        (HEADER + LINE.replace('"31,3"', "31,3"), "line 2: not as many fields as columns"),
        (HEADER + 't,q,"Да\n', "cannot be read as CSV"),
        ((HEADER + LINE).encode("cp1251"), "cannot be read as CSV in UTF-8"),
    ],
)
def test_damaged_line_is_named(cells_file, text, sentence):
    with pytest.raises(SurveyError, match=r"cells\.csv") as problem:
        read_cells(cells_file(text))
    assert sentence in str(problem.value)


def test_absent_file_is_named(tmp_path):
    with pytest.raises(SurveyError, match=r"absent\.csv: cannot be read"):
        read_cells(tmp_path / "absent.csv")


def cell(printed, row="1", column="total", group="", table="t"):
    return PrintedCell(table, "q", row, column, printed, "q", row, group, column)


def test_shares_are_collected_by_column_and_row_without_differences():
    cells = [
        cell("60", "1"),
        cell("40", "2"),
        cell("70", "1", "1", "sex"),
        cell("0", "1", "difference"),
    ]
    question = printed_questions(cells)["q"]
    assert question.shares == {"total": {"1": "60", "2": "40"}, "1": {"1": "70"}}
    assert question.groups == ["1"]


def test_share_of_the_text_never_replaces_one_of_a_table():
    claims = [
        {"cells": "text/q/1/total", "printed": "61"},
        {"cells": "text/q/3/total", "printed": "5"},
        {"cells": "text/q/1/total + text/q/2/total", "printed": "99"},
        {"cells": "t/q/1/total", "printed": "98"},
        {"cells": "text/q/4/total", "printed": ""},
    ]
    question = printed_questions([cell("60", "1")], claims)["q"]
    assert question.shares == {"total": {"1": "60", "3": "5"}}


def test_question_by_two_groups_would_mix_their_codes_and_is_refused():
    cells = [cell("60", "1", "1", "sex"), cell("70", "1", "1", "age", "u")]
    with pytest.raises(SurveyError, match="'q' is printed by 'age' here and by 'sex' before"):
        printed_questions(cells)


BOOK = Codebook({"q": Variable("q", codes={1: {}, 2: {}, 9: {}}, missing=(9,))})


def test_counts_behind_the_printed_shares_are_found():
    cells = [cell("31,3", "1"), cell("68,8", "2")]
    question = printed_questions(cells)["q"]
    found = recover_question(question, BOOK, {"total": 20})
    assert [one.counts for one in found.solutions] == [{"total": [5, 11]}]


def test_base_is_fixed_for_the_groups_themselves():
    question = printed_questions([cell("50", "1"), cell("50", "2")])["q"]
    found = recover_question(question, BOOK, {"total": 10}, fixed=True)
    assert [one.counts["total"] for one in found.solutions] == [[5, 5]]


def test_printed_row_that_is_no_sum_of_answers_is_refused():
    question = printed_questions([cell("50", "1"), cell("50", "1+7")])["q"]
    with pytest.raises(SurveyError, match=r"'q': printed row 1\+7 is no sum of its answers"):
        recover_question(question, BOOK, {"total": 10})


def test_group_that_nobody_is_known_to_be_in_is_refused():
    question = printed_questions([cell("50", "1", "3", "sex")])["q"]
    with pytest.raises(SurveyError, match="no respondents are known for its printed column 3"):
        recover_question(question, BOOK, {"total": 10, "1": 5})
