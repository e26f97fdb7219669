"""A file is what its bytes say; a name that says otherwise is refused."""

import struct
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from invented import ROOT
from resurvey.__main__ import main
from resurvey.core.errors import SurveyError
from resurvey.reading import formats, read_survey, read_undeclared, workbook
from resurvey.reading.formats import FORMATS, Format, check_cells, described_formats, reader_errors
from resurvey.reading.sheet import Sheet

FOREIGN = {
    "page.sav": (b"<!DOCTYPE html><p>404</p>", r"this is \.html, not \.sav"),
    "table.sav": (b"a,b\n1,2\n", r"this is text \(\.csv\), not \.sav"),
    "wave.csv": (b"$FL2@(#) SPSS DATA FILE", r"this is \.sav, not \.csv"),
    "sheet.csv": (b"PK\x03\x04....", r"sheet\.csv: the file is truncated or damaged"),
    "wave.dta": (b"$FL2@(#) SPSS DATA FILE", r"this is \.sav, not \.dta"),
    "wave.parquet": (b"a,b\n1,2\n", r"not \.parquet"),
    "wave.por": (b"<stata_dta>", r"this is \.dta, not \.por"),
    "wave.xlsx": (b"PK\x03\x04....", r"truncated or damaged"),
    "table.xlsx": (b"a,b\n1,2\n", r"this is text \(\.csv\), not \.xlsx"),
    "page.xlsx": (b"<html><p>sign in</p>", r"this is \.html, not \.xlsx"),
    "locked.xlsx": (b"\xd0\xcf\x11\xe0....", r"this is \.xls, not \.xlsx.*with its password"),
    "wave.xls": (b"\xd0\xcf\x11\xe0....", r"cannot read a '\.xls' file.*save it as \.xlsx"),
    "wave.xpt": (b"a,b\n1,2\n", r"not \.xpt"),
    "wave.sas7bdat": (b"HEADER RECORD*******LIBRARY", r"this is \.xpt, not \.sas7bdat"),
    "form.csv": (
        b"<?xml version='1.0'?>\n<document>\n<LimeSurveyDocType>Survey</LimeSurveyDocType>",
        r"this is \.lss, not \.csv.*this is the questionnaire; name the answers as `file:`",
    ),
    "wave.sav": (b"", r"empty \(0 bytes\)"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_file_is_named_for_what_it_is(tmp_path, name):
    content, sentence = FOREIGN[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SurveyError, match=sentence) as problem:
        read_survey(tmp_path / name)
    assert name in str(problem.value)
    assert "\n" not in str(problem.value)


def test_absent_file_and_folder_are_refused(tmp_path):
    with pytest.raises(SurveyError, match="no such file"):
        read_survey(tmp_path / "wave.sav")
    with pytest.raises(SurveyError, match="this is a folder"):
        read_survey(tmp_path)


@pytest.mark.parametrize(
    "name", ["a.dta", "a.por", "a.parquet", "a.sav", "a.zsav", "a.xpt", "a.sas7bdat"]
)
def test_right_first_bytes_and_nothing_else_are_refused(tmp_path, name):
    first = {
        ".dta": b"<stata_dta><header>",
        ".por": b"0" * 200 + b"\r\nSPSSPORT",
        ".parquet": b"PAR1",
        ".sav": b"$FL2",
        ".zsav": b"$FL3",
        ".xpt": b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!",
        ".sas7bdat": bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011"),
    }
    file = tmp_path / name
    file.write_bytes(first[file.suffix] + bytes(100))
    with pytest.raises(SurveyError, match=name):
        read_survey(file)


def test_page_about_files_and_the_help_name_every_format(capsys):
    page = (ROOT / "docs/how-to/files.md").read_text(encoding="utf-8")
    assert described_formats() in " ".join(page.split())
    with pytest.raises(SystemExit):
        main(["init", "--help"])
    assert described_formats() in " ".join(capsys.readouterr().out.split())


def test_one_line_of_the_table_is_all_that_a_new_format_takes_beside_its_reader(
    tmp_path, monkeypatch
):
    """A reader registered under a new ending is found, named and given what is declared."""
    given = []

    def read(path, export):
        given.append(export)
        return Sheet(path, ["id", "q"], [("1", "a"), ("2", "b")], [2, 3], decimal=".")

    monkeypatch.setattr("resurvey.reading.workbook.read_new", read, raising=False)
    monkeypatch.setitem(FORMATS, ".new", Format("text", "workbook.read_new", is_table=True))
    (tmp_path / "wave.new").write_text("anything", encoding="utf-8")
    survey = read_survey(tmp_path / "wave.new", sheet="S")
    assert survey.data["id"].tolist() == [1, 2]
    assert given[0].sheet == "S"
    assert ".new" in described_formats()
    (tmp_path / "wave.old").write_text("anything", encoding="utf-8")
    with pytest.raises(SurveyError, match=r"resurvey reads .* \.new"):
        read_survey(tmp_path / "wave.old")


@pytest.mark.parametrize(
    ("rows", "columns", "size"),
    [
        (1_000_000, 50, 50_000_000),
        (72_000, 6_700, 482_400_000),
        (72_000, 6_700, 20_000_000),
        (3_000_000, 5, 1_000),
    ],
)
def test_honest_files_are_read_however_large(tmp_path, rows, columns, size):
    path = tmp_path / "honest.sav"
    with path.open("wb") as stream:
        stream.truncate(size)
    check_cells(path, rows, columns)


@pytest.mark.parametrize(("rows", "columns"), [(3_000_000, 20), (10**7, 3), (10**9, 2), (2**31, 1)])
def test_bomb_is_refused_with_its_shape(tmp_path, rows, columns):
    path = tmp_path / "bomb.zsav"
    path.write_bytes(bytes(177_000))
    with pytest.raises(
        SurveyError, match=rf"bomb\.zsav: the file declares {rows} rows × {columns}"
    ):
        check_cells(path, rows, columns)


@pytest.mark.parametrize("declared", [2**30, -1])
def test_packed_sav_is_judged_by_its_header_and_by_its_trailer(tmp_path, declared):
    path = tmp_path / "bomb.zsav"
    pyreadstat.write_sav(pd.DataFrame({"q": [1.0] * 9}), path, compress=True)
    content = bytearray(path.read_bytes())
    struct.pack_into("<i", content, 80, declared)
    (trailer,) = struct.unpack_from("<q", content, content.index(struct.pack("<i", 999)) + 16)
    if declared < 0:
        struct.pack_into("<i", content, trailer + 40, 2**31 - 1)
    path.write_bytes(content)
    with pytest.raises(SurveyError, match="more cells than the limit of 1000000000"):
        read_undeclared(path)


def test_parquet_of_nothing_but_repetition_is_refused_unread(tmp_path):
    path = tmp_path / "bomb.parquet"
    pq.write_table(pa.table({"q": pa.nulls(25_000_000, pa.int8())}), path)
    with pytest.raises(SurveyError, match=r"25000000 rows × 1 columns in \d+ bytes"):
        read_undeclared(path)


def test_parquet_with_one_long_text_in_every_row_is_refused_unread(tmp_path):
    path = tmp_path / "texts.parquet"
    places = pa.array([0] * 30_000, pa.int32())
    column = pa.DictionaryArray.from_arrays(places, pa.array(["x" * 100_000]))
    pq.write_table(pa.table({"q": column}), path)
    assert path.stat().st_size < 2_000_000
    with pytest.raises(SurveyError, match=r"3e\+09 letters together"):
        read_undeclared(path)


def test_parquet_of_lists_is_refused_by_its_schema(tmp_path):
    path = tmp_path / "lists.parquet"
    pq.write_table(pa.table({"q": [[1, 2, 3], [4]]}), path)
    with pytest.raises(SurveyError, match="'q' holds values of the kind 'list"):
        read_undeclared(path)


@pytest.mark.usefixtures("read_here")
def test_ordinary_texts_of_a_parquet_pass_the_count_of_letters(tmp_path, monkeypatch):
    path = tmp_path / "plain.parquet"
    pd.DataFrame({"q": ["Osh", "Bishkek"] * 50, "n": 1}).to_parquet(path)
    monkeypatch.setattr(formats, "MOST_LETTERS", 501)
    monkeypatch.setattr("resurvey.reading.parquet.MOST_LETTERS", 0)
    assert len(read_undeclared(path).data) == 100
    monkeypatch.setattr(formats, "MOST_LETTERS", 499)
    with pytest.raises(SurveyError, match="500 letters together"):
        read_undeclared(path)


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}'
    "</sheetData></worksheet>"
)


@pytest.fixture
def book(tmp_path):
    """Write a workbook whose sheet has the given XML."""
    import openpyxl

    def write(rows, part="xl/worksheets/sheet1.xml", before=""):
        openpyxl.Workbook().save(tmp_path / "plain.xlsx")
        with (
            zipfile.ZipFile(tmp_path / "plain.xlsx") as plain,
            zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in plain.namelist():
                content = plain.read(name)
                if name == "xl/worksheets/sheet1.xml":
                    new.writestr(part, before + SHEET.format(rows))
                else:
                    place = part.removeprefix("xl/").encode()
                    content = content.replace(b"worksheets/sheet1.xml", place)
                    new.writestr(name, content)
        return tmp_path / "b.xlsx"

    return write


CELLS = "<row><c t='str'><v>q</v></c></row>" + "<row><c><v>1</v></c></row>" * 30


@pytest.mark.usefixtures("read_here")
def test_workbook_with_more_cells_than_a_spreadsheet_opens_is_refused(book, monkeypatch):
    path = book(CELLS)
    assert len(read_undeclared(path).data) == 30
    monkeypatch.setattr(workbook, "_MOST_MARKS", 100)
    with pytest.raises(SurveyError, match=r"more cells than .*save the sheet as \.csv"):
        read_undeclared(path)


@pytest.mark.usefixtures("read_here")
def test_rows_without_cells_count_as_work_too(book, monkeypatch):
    monkeypatch.setattr(workbook, "_MOST_MARKS", 400)
    with pytest.raises(SurveyError, match="more cells than"):
        read_undeclared(book(CELLS + "<row/>" * 400))


@pytest.mark.usefixtures("read_here")
def test_a_long_text_in_every_cell_is_counted_as_often_as_it_stands(book, monkeypatch):
    monkeypatch.setattr(formats, "MOST_LETTERS", 20)
    with pytest.raises(SurveyError, match="letters together"):
        read_undeclared(book(CELLS))


def test_entities_are_refused_whatever_the_part_is_called(book):
    before = '<!DOCTYPE worksheet [<!ENTITY a "aaaa">]>'
    with pytest.raises(SurveyError, match=r"'xl/worksheets/sheet1\.bin' in it declares a document"):
        read_undeclared(book(CELLS, "xl/worksheets/sheet1.bin", before))


@pytest.mark.parametrize("error", [MemoryError(), pa.ArrowMemoryError("malloc of 9 failed")])
def test_lack_of_memory_is_a_sentence_that_says_how_to_go_on(tmp_path, error):
    with (
        pytest.raises(SurveyError, match=r"w\.sav: .*more memory .*save only the variables"),
        reader_errors(tmp_path / "w.sav"),
    ):
        raise error


@pytest.mark.parametrize(
    "error", [TypeError("Osh"), AttributeError("Osh"), KeyError("Osh"), RecursionError("Osh")]
)
def test_any_error_of_a_reader_is_a_sentence_without_its_words(tmp_path, error):
    with pytest.raises(SurveyError) as problem, reader_errors(tmp_path / "w.xpt"):
        raise error
    assert f"cannot be read ({type(error).__name__})" in str(problem.value)
    assert "Osh" not in str(problem.value)


def test_file_that_may_not_be_read_is_not_called_damaged(tmp_path):
    with (
        pytest.raises(SurveyError, match="cannot be read: Permission denied"),
        reader_errors(tmp_path / "w.sav"),
    ):
        raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("name", ["~$wave.xlsx", ".~lock.wave.xlsx#"])
def test_the_mark_of_an_open_workbook_is_no_survey(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x05user" + bytes(150))
    with pytest.raises(SurveyError, match=r"while a file is open, .* itself \(wave\.xlsx\)"):
        formats.survey_format(tmp_path / name)
