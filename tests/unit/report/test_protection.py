"""What a report says of numbers that would give a respondent away: in the house, and outside."""

import pytest

from resurvey.core.codebook import Codebook
from resurvey.core.home import REPORT
from resurvey.core.names import KEPT_BACK
from resurvey.core.strict_yaml import read_yaml
from resurvey.pages.numerals import Shown, no_number
from resurvey.pages.wording import Wording
from resurvey.report.blocks import Column, Group, Row, Table, cells_of, plain_text
from resurvey.report.protection import (
    INTERNAL,
    OPEN,
    PUBLIC,
    explain,
    mark_kept,
    opening,
    read_protection,
)
from resurvey.report.results import Results

SAY = {code: Wording(read_yaml(REPORT / f"words.{code}.yaml")) for code in ("en", "ru")}
LINE = {"unweighted_count": "", "count": "4", "base": "40"}
REAL = {"waves": {"w": {"file": "resources/w/raw.sav"}}}


def results(book=None, **more):
    empty = dict.fromkeys(
        (
            "tests",
            "association",
            "indicators",
            "cleaning",
            "cells",
            "claims",
            "questions",
            "ranges",
        ),
        (),
    )
    lines = [LINE, LINE | {"count": "10"}, LINE | {"count": ""}, LINE | {"count": "0"}]
    return Results(
        crosstabs=lines,
        frequencies=[{"count": "3"}],
        codebook=book or Codebook({}),
        **(empty | more),
    )


def test_working_report_of_real_answers_counts_its_small_cells():
    found = read_protection(results(), REAL, "w")
    assert (found.kind, found.threshold, found.small) == (INTERNAL, 10, 2)
    title, text = opening(found, SAY["en"])
    assert title == "Internal report, not for publication"
    assert "2 cells of its tables rest on fewer than 10 respondents" in text
    assert "2 ячейки таблиц основаны" in opening(found, SAY["ru"])[1]


def test_weighted_cell_is_as_small_as_its_respondents_are_few():
    line = LINE | {"count": "31.5", "unweighted_count": "9"}
    found = read_protection(results_of(line), REAL, "w")
    assert found.small == 1


def results_of(line):
    known = results()
    return Results(**{**vars(known), "crosstabs": [line], "frequencies": []})


@pytest.mark.parametrize(
    ("book", "config", "reason"),
    [
        (Codebook({}, reconstructed=True), REAL, "reconstructed"),
        (Codebook({}, simulated=True), REAL, "simulated"),
        (Codebook({}), REAL | {"disclosure": {"apply": False}}, "declared"),
    ],
)
def test_records_of_nobody_and_public_ones_are_open_and_it_is_said(book, config, reason):
    found = read_protection(results(book), config, "w")
    assert (found.kind, found.reason) == (OPEN, reason)
    for say in SAY.values():
        (paragraph,) = explain(found, say, "")
        assert paragraph.text


def test_public_report_tells_how_much_is_kept_back():
    facts = {"threshold": 12, "cells": 90, "hidden": 7, "fields": 55}
    found = read_protection(results(disclosure=facts), REAL, "w")
    assert (found.kind, found.threshold) == (PUBLIC, 12)
    rule, table, *_ = explain(found, SAY["en"], "Table S1")
    assert "fewer than 12 respondents" in rule.text
    assert [row.cells[1].text for row in table.rows] == ["90", "7", "55"]


def test_table_with_numbers_kept_back_says_what_their_sign_means():
    shown = no_number({"suppressed": "confidential"})
    rows = (Row("answer", cells_of("yes", shown, Shown("12.0"))), Row("base", cells_of("n", "—")))
    columns = (Column(""), Column("all", number=True), Column("men", number=True))
    (group,) = mark_kept([Group((Table("t", "", "Title", "", columns, rows),))], SAY["ru"])
    (note,) = group.blocks[0].notes
    assert plain_text(note).startswith(f"{KEPT_BACK} – 1 число скрыто")


def test_table_without_any_has_no_note():
    table = Table("t", "", "Title", "", (Column(""),), (Row("answer", cells_of("yes")),))
    assert mark_kept([table], SAY["en"]) == (table,)


def test_why_there_is_no_number_is_told_where_it_is_pointed_at():
    assert SAY["en"].line_notes({"suppressed": "derived"}).startswith("not told: computed from")
    assert SAY["ru"].line_notes({"suppressed": ""}) == ""
