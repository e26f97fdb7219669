"""A workbook is read cell by cell as text; nothing in it is computed, run or trusted."""

import datetime
import zipfile

import openpyxl
import pytest
import xlsxwriter

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.formats import Export
from resurvey.reading.workbook import read_workbook
from tool_exports import write_workbook

ROWS = [["id", "q"], ["1", "a"], ["2", "b"]]


def changed(path, change):
    """Write an archive anew with changed parts; `change` gets a name and bytes."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change(name, content))
    return path


def test_text_numbers_dates_and_truth_are_what_the_cells_show(tmp_path):
    file = tmp_path / "w.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Data")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["code", "number", "share", "met", "agree", "big", "na"])
        sheet.write_row(1, 0, ["007", 7, 0.1])
        sheet.write_datetime(1, 3, datetime.datetime(2022, 10, 3), day)
        sheet.write_boolean(1, 4, True)
        sheet.write_string(1, 5, "12345678901234567890")
        sheet.write_string(1, 6, "NA")
    data = read_survey(file).data
    assert data.iloc[0].tolist() == [
        "007",
        7,
        0.1,
        "2022-10-03",
        "TRUE",
        "12345678901234567890",
        "NA",
    ]


def test_formula_is_the_value_that_was_stored_with_it(tmp_path):
    file = tmp_path / "w.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_number(1, 0, 2)
        sheet.write_formula(1, 1, "=A2*21", value=42)
    assert read_survey(file).data["b"].tolist() == [42]


def test_formula_without_a_value_is_named_by_its_cell(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append([2, "=A2*21"])
    book.save(tmp_path / "w.xlsx")
    with pytest.raises(SurveyError, match="cell B2 of sheet 'Sheet' holds a formula whose value"):
        read_survey(tmp_path / "w.xlsx")


def test_error_in_a_cell_is_named_by_its_cell(tmp_path):
    file = tmp_path / "w.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_formula(1, 1, "=1/0", value="#DIV/0!")
    with pytest.raises(SurveyError, match="cell B2 of sheet 'Data' holds the error #DIV/0!"):
        read_survey(file)


def test_text_that_looks_like_a_formula_is_text(tmp_path):
    write_workbook(tmp_path / "w.xlsx", {"S": [["q", "r"], ['=HYPERLINK("x")', "1"]]})
    assert read_survey(tmp_path / "w.xlsx").data["q"].tolist() == ['=HYPERLINK("x")']


def test_one_of_several_sheets_has_to_be_named(tmp_path):
    file = write_workbook(tmp_path / "w.xlsx", {"Ответы": ROWS, "Справка": [["x"], ["1"]]})
    with pytest.raises(SurveyError, match="has 2 sheets \\('Ответы', 'Справка'\\); declare which"):
        read_survey(file)
    assert read_survey(file, sheet="Ответы").data["q"].tolist() == ["a", "b"]
    with pytest.raises(SurveyError, match="there is no sheet 'Ответ'; did you mean 'Ответы'"):
        read_survey(file, sheet="Ответ")


def test_hidden_and_empty_sheets_are_passed_over_and_told(tmp_path, caplog):
    caplog.set_level("INFO")
    sheets = {"Data": ROWS, "Old": [["x"], ["1"]], "Empty": []}
    file = write_workbook(tmp_path / "w.xlsx", sheets, hidden=["Old"])
    assert list(read_survey(file).data) == ["id", "q"]
    assert "hidden sheets are not read: Old" in caplog.text
    assert list(read_survey(file, sheet="Old").data) == ["x"]


def test_empty_rows_and_columns_around_the_table_say_nothing(tmp_path):
    rows = [["id", "q", ""], ["", "", ""], ["1", "a", ""], ["", "", ""]]
    assert read_survey(write_workbook(tmp_path / "w.xlsx", {"S": rows})).data["q"].tolist() == ["a"]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["id", "q"], ["1", "a", "stray"]], "column 3 has no name in the header"),
        ([["id", "q"]], "2 variables but 0 respondents"),
        ([], "no visible sheet has a cell"),
        ([["Опрос"], ["id", "q"], ["1", "2"]], "column 2 has no name"),
    ],
)
def test_sheet_that_is_no_table_is_refused(tmp_path, rows, sentence):
    with pytest.raises(SurveyError, match=sentence):
        read_survey(write_workbook(tmp_path / "w.xlsx", {"S": rows}))


@pytest.mark.parametrize("above", [[["Мой опрос"]], [["Опрос"], []], [["2026"], ["Город Ош"]]])
def test_title_above_the_headings_is_left_out_and_said(tmp_path, above):
    rows = [*above, ["id", "q"], ["1", "2"], ["2", "3"]]
    survey = read_survey(write_workbook(tmp_path / "w.xlsx", {"S": rows}))
    assert survey.data["q"].tolist() == [2, 3]
    assert "above the headings" in survey.codebook.assumed[0]


def test_workbook_with_macros_is_read_without_them(tmp_path):
    file = write_workbook(tmp_path / "w.xlsx", {"S": ROWS})
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Auto_Open")
    changed(
        file,
        lambda name, content: content.replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ),
    )
    file.rename(tmp_path / "w.xlsm")
    assert read_survey(tmp_path / "w.xlsm").data["q"].tolist() == ["a", "b"]


@pytest.mark.slow
def test_bomb_is_not_unpacked(tmp_path):
    file = write_workbook(tmp_path / "w.xlsx", {"S": ROWS})
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(60 * 2**20))
    assert file.stat().st_size < 100_000
    with pytest.raises(
        SurveyError, match=r"unpacked the file would have 60 MB .* meant to do harm"
    ):
        read_survey(file)


def test_size_that_an_archive_lies_about_is_refused(tmp_path):
    file = write_workbook(tmp_path / "w.xlsx", {"S": ROWS})
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    old, new = (size.to_bytes(4, "little") for size in (part.file_size, part.file_size // 2))
    file.write_bytes(bytes(content).replace(old, new))
    with pytest.raises(SurveyError, match="damaged"):
        read_survey(file)


@pytest.mark.parametrize("name", ["../../evil.xml", "/etc/evil.xml", "..\\evil.xml"])
def test_path_that_leads_out_of_the_archive_is_refused(tmp_path, name):
    file = write_workbook(tmp_path / "w.xlsx", {"S": ROWS})
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"<x/>")
    with pytest.raises(SurveyError, match="a path that leads out of it"):
        read_survey(file)


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize("before", [b"", b"<!-- " + b"x" * 100 + b" -->"])
def test_document_type_in_any_part_is_refused(tmp_path, part, before):
    file = write_workbook(tmp_path / "w.xlsx", {"S": ROWS})

    def change(name, content):
        mark = content.index(b"?>") + 2
        return content[:mark] + before + DOCTYPE + content[mark:] if name == part else content

    with pytest.raises(SurveyError, match=f"'{part}' in it declares a document type"):
        read_survey(changed(file, change))


def test_part_that_stands_twice_is_refused(tmp_path):
    file = write_workbook(tmp_path / "w.xlsx", {"S": ROWS})
    with (
        zipfile.ZipFile(file, "a") as archive,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        archive.writestr("xl/workbook.xml", b"<x/>")
    with pytest.raises(SurveyError, match="holds 'xl/workbook.xml' twice"):
        read_survey(file)


def test_cell_at_the_end_of_the_sheet_does_not_fill_the_memory(tmp_path):
    file = write_workbook(tmp_path / "w.xlsx", {"S": ROWS})

    def change(name, content):
        if name != "xl/worksheets/sheet1.xml":
            return content
        far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        return content.replace(b"</sheetData>", far + b"</sheetData>")

    with pytest.raises(SurveyError, match="column 16384 has no name"):
        read_survey(changed(file, change))


def test_truncated_workbook_is_refused_wherever_it_ends(tmp_path):
    content = write_workbook(tmp_path / "w.xlsx", {"S": ROWS}).read_bytes()
    for size in range(5, len(content), len(content) // 40):
        (tmp_path / "cut.xlsx").write_bytes(content[:size])
        with pytest.raises(SurveyError, match="cut.xlsx: the file is truncated or damaged"):
            read_survey(tmp_path / "cut.xlsx")


def test_other_archives_are_named_for_what_they_are(tmp_path):
    for name, part, sentence in (
        ("a.xlsx", "content.xml", "this is .ods, not .xlsx.*save the sheet as .xlsx"),
        ("b.xlsx", "data.csv", "this is .zip, not .xlsx.*unpack it"),
        ("c.zip", "data.csv", "cannot read a '.zip' file"),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(part, b"<x/>")
        with pytest.raises(SurveyError, match=sentence):
            read_survey(tmp_path / name)


def test_workbook_keeps_the_number_of_each_row(tmp_path):
    file = write_workbook(tmp_path / "w.xlsx", {"S": [["a", "b"], [], ["1", "x"]]})
    sheet = read_workbook(file, Export())
    assert sheet.place(0, 1) == "cell B3"


def test_message_about_a_code_names_the_cell(tmp_path):
    file = write_workbook(tmp_path / "w.xlsx", {"S": [["id", "q"], ["1", "1"], ["2", "7"]]})
    with pytest.raises(SurveyError, match=r"code 7 in 1 row \(row 2; cell B3\)"):
        read_survey(file, {"variables": {"q": {"codes": {1: "yes"}}}})
