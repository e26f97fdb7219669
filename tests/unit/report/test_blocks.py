"""Blocks as paper shows them: plain text, their numbers, nothing that is for a page alone."""

from dataclasses import replace

import pytest
from markupsafe import Markup

from resurvey.pages.numerals import Shown
from resurvey.pages.wording import Wording
from resurvey.report.blocks import (
    Cell,
    Column,
    Figure,
    Folded,
    Group,
    Heading,
    Item,
    Items,
    Numbering,
    Paragraph,
    Report,
    Row,
    Section,
    Table,
    fold,
    plain_text,
)

WORDS = {"documents": {"supplementary_table": "Table S{n}", "figure_number": "Figure {n}"}}


def test_markup_loses_its_tags_and_keeps_its_spaces():
    marked = Markup("{}\N{NO-BREAK SPACE}% of {}").format(Shown("28.3", "146 / 515"), "<b>men</b>")
    assert plain_text(marked) == "28.3\N{NO-BREAK SPACE}% of <b>men</b>"


def test_label_that_looks_like_markup_stays_as_it_is():
    assert plain_text("<b>men</b> &amp; women") == "<b>men</b> &amp; women"


@pytest.mark.parametrize("code", [0, 1, 8, 11, 12, 27, 31, 127, 0x85, 0xD800, 0xDFFF, 0xFFFE])
def test_character_that_no_document_may_hold_is_left_out(code):
    assert plain_text(f"a{chr(code)}b") == "ab"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\t", "\u2028"])
def test_line_break_is_a_space(line_end):
    assert plain_text(f"a{line_end}b") == "a b"


def test_number_is_its_text():
    assert plain_text(Shown("−2,1")) == "−2,1"


def test_own_number_is_kept_and_does_not_count():
    numbering = Numbering(Wording(WORDS))
    assert [numbering.table(own) for own in ("", "Table 7", "")] == [
        "Table S1",
        "Table 7",
        "Table S2",
    ]


def test_figures_are_numbered_in_their_order():
    numbering = Numbering(Wording(WORDS))
    assert [numbering.figure(), numbering.figure()] == ["Figure 1", "Figure 2"]


def on_paper(*blocks):
    report = Report("en", ".", "A", "", "", "", "Contents", "resurvey", blocks)
    return list(report.on_paper.blocks)


def test_sections_groups_and_folds_are_one_row_of_blocks_on_paper():
    inner = Paragraph("Last.")
    folded = Folded("Open me", (inner,))
    group = Group((Paragraph("First."), folded), title="Listed")
    assert on_paper(Section("a", Markup("<b>Section</b>"), (group,))) == [
        Heading(1, "Section", "a"),
        Paragraph("First."),
        inner,
    ]


def test_appendix_has_one_heading_above_its_sections_and_theirs_are_lower():
    body = Section("a", "Body", (Heading(2, "Inner", "b"),))
    looked_up = replace(Section("f", "Looked up", ()).in_appendix, in_print=False)
    first, second = (
        Section(anchor, anchor.upper(), (Group((Heading(2, "Below", ""),)),)).in_appendix
        for anchor in "cd"
    )
    report = Report(
        "en", ".", "A", "", "", "", "", "", (body, looked_up, first, second), appendix="Appendix"
    )
    told = [(block.level, block.text) for block in report.on_paper.blocks]
    assert told == [
        (1, "Body"),
        (2, "Inner"),
        (1, "Appendix"),
        (2, "C"),
        (3, "Below"),
        (2, "D"),
        (3, "Below"),
    ]
    assert (report.body, report.appended) == ([body], [looked_up, first, second])


def test_table_that_paper_leaves_out_is_named_and_stays_in_the_workbook():
    shown, folded, kept = (
        Table(name, "", name, "", (Column("A"),), (), file=f"{name}.csv") for name in "abc"
    )
    section = Section("s", "S", (shown, fold(folded, 3, in_print=False), kept))
    report = Report("en", ".", "A", "", "", "", "", "", (section,))
    assert [table.file for table in report.unprinted] == ["b.csv"]
    paper = report.on_paper
    assert [block.name for block in paper.blocks if isinstance(block, Table)] == ["a", "c"]
    assert [table.name for table in paper.tables] == ["a", "b", "c"]


def test_what_is_for_a_page_alone_is_not_on_paper():
    items = Items((Item("515", "Raw"), Item("kept", "1. Step", in_print=False)), "flow")
    shown = on_paper(
        Paragraph("Point at it.", in_print=False), Paragraph("See.", on_page=False), items
    )
    assert shown[0].text == "See."
    assert shown[1].texts == ("Raw: 515",)
    assert len(shown) == 2


def test_texts_of_a_table_are_plain_and_its_drawing_stays():
    number = Shown("28.3", "146 / 515", "146", "515", identity="percent:t/q/1/total")
    row = Row(
        "answer", (Cell(Markup("<a>Yes</a>")), Cell(number, "146", under=(Markup("<i>x</i>"),)))
    )
    table = Table("t", "Table 1", Markup("<i>T</i>"), "%", (Column("A"), Column("n")), (row,))
    drawn = Figure("f", "Figure 1", Markup("<b>F</b>"), "Bars", "<svg>\n</svg>")
    plain, figure = on_paper(table, drawn)
    assert (plain.numbered, plain.rows[0].cells[0].value) == ("Table 1. T, %", "Yes")
    second = plain.rows[0].cells[1]
    assert (second.text, second.count, second.below) == ("28.3", "146", "x")
    assert (figure.title, figure.svg) == ("F", "<svg>\n</svg>")


def test_questions_part_a_table_and_what_stands_under_all_of_them_is_left_out():
    first, second = (Row("question", (Cell(text),)) for text in ("Q1", "Q2"))
    one, two = (Row("answer", (Cell(text), Cell("1"))) for text in ("a", "b"))
    foot = Row("base", (Cell("n"), Cell("2")), foot=True)
    columns = (Column("A"), Column("n"))
    table = Table("t", "", "T", "", columns, (first, one, second, two, foot))
    assert table.parts == [(first, [one]), (second, [two])]
    assert Table("t", "", "T", "", columns, (one, foot)).parts == [(None, [one])]
