"""A file is what its bytes say; a name that says otherwise is refused."""

import pytest

from invented import ROOT
from resurvey.__main__ import main
from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.formats import FORMATS, Format, described_formats
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


def test_page_about_the_configuration_and_the_help_name_every_format(capsys):
    page = (ROOT / "config" / "README.md").read_text(encoding="utf-8")
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
