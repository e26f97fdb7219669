"""LaTeX fragments hold no command of a label, CSV no formula."""

import csv
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.report.blocks import Cell, Row, plain_text
from resurvey.report.documents.fragments import (
    _separated,
    escape_latex,
    write_latex,
    write_separated,
)
from unit.report.documents.conftest import HOSTILE, MARK, make_report, make_table

COMMANDS = (
    r"\\(?:textbackslash|textasciicircum|textasciitilde|textless|textgreater|textbar|char34"
    r"|textasciigrave|ensuremath|times|chi|textsuperscript|bigtriangle(?:up|down)|textendash|textemdash)(?![a-z])"
    r"|\\[{}$&#%_]"
)


def structure(tex):
    """The fragment without comments, escaped characters and printed text."""
    lines = [line for line in tex.splitlines() if not line.startswith("%")]
    return "\n".join(lines)


@given(st.text(max_size=80))
def test_nothing_that_latex_would_obey_is_left_of_a_text(text):
    left = re.sub(COMMANDS, "", escape_latex(plain_text(text)))
    assert not set(left) & set("\\$&#%_^<>|`" + '"')
    assert left.count("~") == text.count("\N{NO-BREAK SPACE}")
    opened = 0
    for one in left:
        opened += {"{": 1, "}": -1}.get(one, 0)
        assert opened >= 0
    assert opened == 0


def test_fragment_is_a_table_of_booktabs(report):
    tex = write_latex("table_2", [make_table()], report)
    assert tex.count(r"\begin{table}") == tex.count(r"\end{table}") == 1
    assert r"\caption{How the job fits, \% of those who answered}" in tex
    assert r"\label{tab:table-2}" in tex
    assert r"\renewcommand{\thetable}{2}" in tex
    assert r"    Yes & 30.4 & 16.7 & 50.0 \\" in tex
    assert tex.index(r"\toprule") < tex.index(r"\midrule") < tex.index(r"\bottomrule")
    assert MARK in tex


def test_every_line_has_as_many_columns_as_the_table(report):
    for label in HOSTILE:
        table = make_table(label=label, title=label, spanner=label)
        tex = structure(write_latex("t", [table], report))
        lines = [line for line in tex.splitlines() if line.endswith(r"\\")]
        for line in lines[1:]:
            assert len(re.findall(r"(?<!\\)&", line)) == 3
        commands = set(re.findall(r"\\([a-z]+)", tex))
        assert not commands & {"input", "write", "import", "x"}


def test_question_stands_over_its_answers(report):
    table = make_table()
    object.__setattr__(table, "rows", (Row("question", (Cell("Why?"),)), *table.rows))
    tex = write_latex("t", [table], report)
    assert r"\multicolumn{4}{@{}p{0.920\linewidth}@{}}{\bfseries Why?} \\" in tex
    lines = list(csv.reader(io.StringIO(write_separated([table], report)[1:])))
    assert lines[0][:2] == ["Question", "The job fits"]
    assert lines[1] == ["Why?", "Yes", "30.4", "16.7", "50.0"]


def test_comment_cannot_be_ended_by_a_title(report):
    table = make_table(title="a\N{LINE SEPARATOR}\\input{x}\x0b")
    first = write_latex("t", [table], report).splitlines()[0]
    assert first.startswith("% ")
    assert "\\input" in first


def test_table_nobody_answered_is_a_comment(report):
    assert write_latex("t", [], report).startswith("% t: no answers\n")
    assert MARK in write_separated([], report).splitlines()[-1]


def test_numbers_are_printed_with_the_decimal_mark_of_the_language():
    table = make_table()
    english = write_separated([table], make_report())
    assert english.startswith("\ufeffThe job fits,All,Men,Women\nYes,30.4,16.7,50.0\n")
    russian = write_separated([table], make_report(language="ru"))
    assert russian.startswith("\ufeffThe job fits;All;Men;Women\nYes;30.4;16.7;50.0\n")


@pytest.mark.parametrize("label", [*HOSTILE, "\tx", "-x", "=1"])
def test_no_cell_begins_as_a_formula_does(label, report):
    table = make_table(label=label, title=label, notes=(label,))
    for row in csv.reader(io.StringIO(write_separated([table], report)[1:])):
        for cell in row:
            assert not cell.startswith(("=", "@", "\t", "\r"))
            assert re.fullmatch(r"[+-][\d.,]+", cell) or not cell.startswith(("+", "-"))


def test_signed_numbers_keep_their_sign():
    assert [_separated(one) for one in ("+8,1", "-5.0", "-5+1")] == ["+8,1", "-5.0", "'-5+1"]


def read_rows(text):
    """Rows of a CSV file with its byte order mark."""
    return list(csv.reader(io.StringIO(text[1:])))


def marked_table():
    """A table whose first row has a mark, a flag and letters."""
    table = make_table()
    label, first, *rest = table.rows[0].cells
    cell = Cell(first.value, mark="above", flag="small", letters="A b")
    row = Row(table.rows[0].kind, (label, cell, *rest))
    return replace(table, rows=(row, *table.rows[1:]), legend=("▲ more often.",))


def test_marks_flags_and_letters_stand_in_the_fragment(report):
    tex = write_latex("t", [marked_table()], report)
    assert r"\ensuremath{\bigtriangleup}~(" in tex
    assert r")\textsuperscript{Ab}" in tex
    assert r"\ensuremath{\bigtriangleup} more often." in tex


def test_marks_stand_in_a_column_of_their_own_and_numbers_stay_numbers(report):
    table = marked_table()
    head, first, *_ = read_rows(write_separated([table], report))
    at = head.index(f"{table.columns[1].heading} ▲▼ ( ) A")
    assert head[at - 1] == table.columns[1].heading
    assert first[at - 1 : at + 1] == [table.rows[0].cells[1].text, "▲ ( ) A b"]


def test_table_without_marks_has_no_more_columns_than_before(report):
    table = make_table()
    head, *_ = read_rows(write_separated([table], report))
    assert len(head) <= len(table.columns) + 1
