"""A banner in the workbook: numbers are numbers, letters stand beside them."""

import io

import openpyxl
import pytest

from resurvey.report.blocks import Report
from resurvey.report.documents.excel import write_excel
from unit.report.test_banners import HOSTILE, WORDS, laid_out, survey

MARK = "Reconstructed from published tables, not microdata"


def workbook(banner, mark=""):
    words = WORDS["en"]["documents"]
    report = Report("en", ".", "Study", "", "Wave", mark, "Contents", "resurvey", (), (banner,))
    content = write_excel(report, words)
    assert write_excel(report, words) == content
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture
def book():
    text = {"b": {"title": "=HYPERLINK(1)"}}
    return workbook(laid_out(survey(), text=text, means=True))


def rows(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_per_cents_and_counts_have_a_sheet_each(book):
    assert book.sheetnames[1:] == ["=HYPERLINK(1)", "=HYPERLINK(1), n"]
    per_cents, counts = book.worksheets[1:]
    assert per_cents["A1"].value == "=HYPERLINK(1), % of the column's base"
    assert per_cents["A1"].data_type == "s"
    assert counts["A1"].value == "=HYPERLINK(1), n"


def test_letters_stand_in_a_column_after_their_number(book):
    sheet = book.worksheets[1]
    lines = rows(sheet)
    assert lines[3][2] == "Sex"
    assert [lines[5][place] for place in (2, 4, 6)] == ["A", "B", "C"]
    yes = lines[7]
    assert yes[:4] == ["Yes", 45.2, 60.0, "B"]
    assert yes[4] == 30.0
    assert sheet["C8"].number_format == "0.0"


def test_a_number_of_a_small_base_is_a_number_in_brackets(book):
    sheet = book.worksheets[1]
    assert sheet["G8"].value == 50.0
    assert sheet["G8"].number_format == '"("0.0")"'


def test_counts_have_neither_letters_nor_means(book):
    lines = rows(book.worksheets[2])
    assert lines[7][:5] == ["Yes", 94, 60, 30, 4]
    labels = [line[0] for line in lines]
    assert "Mean" not in labels
    assert "Mean" in [line[0] for line in rows(book.worksheets[1])]
    assert HOSTILE in labels


def test_headings_and_first_column_are_frozen_and_the_contents_lead_there(book):
    assert book.worksheets[1].freeze_panes == "B7"
    links = [
        cell.hyperlink.location for row in book.worksheets[0] for cell in row if cell.hyperlink
    ]
    assert links == ["'=HYPERLINK(1)'!A1", "'=HYPERLINK(1), n'!A1"]


def test_what_is_not_identified_is_a_dash_and_the_sheet_is_marked():
    sheet = workbook(laid_out(survey(reconstructed=True)), MARK).worksheets[1]
    lines = rows(sheet)
    assert lines[1][0] == MARK
    town = next(place for place, value in enumerate(lines[3]) if value == "Town")
    assert lines[7][town] == "—"
    assert lines[7][2] == 60.0
