"""The workbook holds numbers as numbers, labels as text and nothing as a formula."""

import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from product.printed_numbers import show_number
from resurvey.core.errors import SurveyError
from resurvey.report.blocks import Cell, Column, Row, Table
from resurvey.report.documents.excel import LONGEST, write_excel
from unit.report.documents.conftest import HOSTILE, MARK, make_report, make_table


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture
def content(report, words):
    return write_excel(report, words)


def test_same_report_gives_the_same_bytes(report, words, content):
    assert write_excel(report, words) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_numbers_are_numbers_with_their_printed_decimals(content):
    sheet = opened(content)["Table 2"]
    cells = {row[0].value: row[1:] for row in sheet.iter_rows(min_row=5, max_row=8)}
    shown = [show_number(cell.value, cell.number_format) for cell in cells["Yes"]]
    assert shown == ["30.4", "31", "16.7", "10", "50.0", "21"]
    assert cells["All of it"][4].value == pytest.approx(8.1)
    assert cells["All of it"][4].number_format == "+0.0;−0.0;0.0"
    assert cells["All of it"][2].value == "—"


def test_base_stands_where_the_counts_stand(content):
    sheet = opened(content)["Table 2"]
    assert [cell.value for cell in sheet[8]] == ["Base, n", None, 102, None, 60, None, 42]


def test_headings_are_frozen_and_repeated_on_paper(content):
    sheet = opened(content)["Table 2"]
    assert sheet.freeze_panes == "B5"
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.page_setup.orientation == "landscape"


def test_contents_sheet_links_to_every_sheet_and_nowhere_else(content):
    workbook = opened(content)
    front = workbook.worksheets[0]
    links = [row[0].hyperlink for row in front.iter_rows() if row[0].hyperlink]
    assert [one.location.split("!")[0].strip("'") for one in links] == workbook.sheetnames[1:]
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    found = [cell.hyperlink for cell in cells if cell.hyperlink]
    assert len(found) == 2 * len(links)
    assert all(one.target is None for one in found)


def test_every_sheet_says_that_records_are_reconstructed(content):
    for sheet in opened(content):
        assert MARK in [cell.value for row in sheet["A1:A4"] for cell in row]
        assert MARK in sheet.oddHeader.left.text


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_label_is_text(label, words):
    table = make_table(label=label, title=label, number=label)
    content = write_excel(make_report(table, label=label, title=label), words)
    workbook = opened(content)
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert label in [cell.value for cell in cells]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)
            assert b"TargetMode" not in archive.read(name)


def test_text_that_would_be_cut_off_is_refused(words):
    report = make_report(make_table(label="x" * (LONGEST + 1)))
    with pytest.raises(SurveyError, match="table 'table_2'.*32768 characters.*32767"):
        write_excel(report, words)


def test_text_that_just_fits_is_written_whole(words):
    content = write_excel(make_report(make_table(label="x" * LONGEST)), words)
    assert len(opened(content)["Table 2"]["A5"].value) == LONGEST


def test_note_and_caption_that_would_be_cut_off_are_refused(words):
    for more in ({"notes": ("x" * (LONGEST + 1),)}, {"title": "x" * LONGEST}):
        with pytest.raises(SurveyError, match="32767"):
            write_excel(make_report(make_table(**more)), words)


def test_list_of_several_questions_can_be_filtered(words):
    columns = Column("Answer"), Column("n", number=True)
    rows = (
        Row("question", (Cell("First?"),)),
        Row("answer", (Cell("yes"), Cell("3"))),
        Row("question", (Cell("Second?"),)),
        Row("answer", (Cell("no"), Cell("4"))),
    )
    table = Table("report/frequencies", "Table S1", "All", "", columns, rows, group="Q", flat=True)
    sheet = opened(write_excel(make_report(table), words))["Frequencies"]
    assert [[cell.value for cell in row] for row in sheet["A4:C6"]] == [
        ["Q", "Answer", "n"],
        ["First?", "yes", 3],
        ["Second?", "no", 4],
    ]
    assert sheet.auto_filter.ref == "A4:C6"


def test_numbers_quoted_from_the_article_stay_text(words):
    columns = Column("Row"), Column("Printed", number=True, printed=True)
    rows = (Row("answer", (Cell("yes"), Cell("28,3"))),)
    table = Table("report/printed", "Table S1", "All", "", columns, rows)
    sheet = opened(write_excel(make_report(table), words)).worksheets[1]
    assert sheet["B5"].value == "28,3"


def test_two_grids_of_one_table_share_a_sheet(words):
    second = replace(make_table(), title="Before and after")
    workbook = opened(write_excel(make_report(make_table(), second), words))
    assert workbook.sheetnames == ["Contents", "Table 2"]


def test_a_marked_number_stays_a_number(words):
    table = make_table()
    row = table.rows[0]
    marked = replace(row.cells[2], mark="below"), replace(row.cells[3], flag="uncertain")
    rows = (replace(row, cells=(*row.cells[:2], *marked)), *table.rows[1:])
    sheet = openpyxl.load_workbook(
        io.BytesIO(write_excel(make_report(replace(table, rows=rows, legend=("▼ less",))), words))
    ).worksheets[1]
    cells = [cell for line in sheet.iter_rows() for cell in line]
    formats = {cell.value: cell.number_format for cell in cells if cell.value in (16.7, 50.0)}
    assert formats[16.7] == '"▼ "0.0'
    assert '"*"0.0' in {cell.number_format for cell in cells if cell.value == 50.0}
    assert "▼ less" in [cell.value for cell in cells]


def test_a_text_beside_a_number_does_not_touch_it(words):
    columns = Column("Variable"), Column("Code", number=True), Column("Answer")
    rows = (Row("answer", (Cell("q"), Cell("a-long-code-of-text"), Cell("Yes"))),)
    table = Table("t", "Table 1", "T", "", columns, rows)
    sheet = openpyxl.load_workbook(io.BytesIO(write_excel(make_report(table), words))).worksheets[1]
    assert sheet["C5"].value == "Yes"
    assert (sheet["C5"].alignment.horizontal, sheet["C5"].alignment.indent) == ("left", 1)
    assert sheet.column_dimensions["B"].width > len("a-long-code-of-text")


def test_a_row_of_the_contents_is_as_high_as_its_title(words):
    title = "A question that goes on and on " * 7
    columns = Column("Answer"), Column("All", number=True)
    long = Table("t", "Table 1", title, "", columns, (Row("answer", (Cell("Yes"), Cell("1"))),))
    front = opened(write_excel(make_report(long), words)).worksheets[0]
    assert front.row_dimensions[7].height > 2 * 15
