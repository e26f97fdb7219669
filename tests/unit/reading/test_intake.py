"""The raw file of a wave is checked by its bytes, then by its codes, before anything is made."""

import hashlib
from pathlib import Path

import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.errors import SurveyError
from resurvey.prepare.import_gate import import_survey
from resurvey.reading.intake import CODEBOOK_COLUMNS, document_codebook

CODEBOOK = {"variables": {"sex": {"codes": {1: "men", 2: "women"}}}}


@pytest.fixture
def raw(tmp_path):
    path = tmp_path / "raw.csv"
    path.write_text("id;sex\n1;1\n2;2\n3;1\n")
    return str(path)


DIALECT = {"separator": ";"}


def test_file_with_the_declared_bytes_is_read(raw):
    sha = hashlib.sha256(Path(raw).read_bytes()).hexdigest()
    survey = import_survey(raw, CODEBOOK, {"sha256": sha, **DIALECT})
    assert survey.data["sex"].tolist() == [1, 2, 1]
    assert survey.codebook["sex"].answer(2) == "women"


def test_file_with_other_bytes_is_refused_with_both_hashes(raw):
    with pytest.raises(SurveyError, match=r"raw\.csv: its SHA-256 is \w{64}, not 0{64}; restore"):
        import_survey(raw, CODEBOOK, {"sha256": "0" * 64, **DIALECT})


def test_absent_file_is_named(tmp_path):
    for wave in ({}, {"sha256": "0" * 64}):
        with pytest.raises(SurveyError, match=r"absent\.csv"):
            import_survey(str(tmp_path / "absent.csv"), {}, wave)


def test_folder_is_no_file(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    for wave in ({}, {"sha256": "0" * 64}):
        with pytest.raises(SurveyError, match=r"folder\.csv"):
            import_survey(str(tmp_path / "folder.csv"), {}, wave)


def test_identifier_of_the_wave_is_checked(raw, tmp_path):
    assert len(import_survey(raw, CODEBOOK, {"id": "id", **DIALECT}).data) == 3
    with pytest.raises(SurveyError, match="the identifier 'sex' repeats 1 value in 2 rows"):
        import_survey(raw, CODEBOOK, {"id": "sex", **DIALECT})


def test_undeclared_code_is_named_with_its_rows(raw):
    with pytest.raises(SurveyError, match=r"'sex' has code 2 in 1 row \(row 2; line 3, column 2\)"):
        import_survey(raw, {"variables": {"sex": {"codes": {1: "men"}}}}, DIALECT)


def test_codebook_document_lists_every_code_and_every_missing_one():
    book = Codebook(
        {
            "job": Variable(
                "job",
                {"en": "Job"},
                codes={1: {"en": "yes"}, 9: {"en": "refused"}},
                missing=(9, 8),
                missing_ranges=((97, 99),),
            ),
            "age": Variable("age", measure="scale"),
        }
    )
    lines = document_codebook(book, "en")
    assert [(one["variable"], one.get("code"), one.get("kind")) for one in lines] == [
        ("job", 1, "answer"),
        ("job", 9, "user_missing"),
        ("job", 8, "user_missing"),
        ("job", "97 – 99", "user_missing"),
        ("age", None, None),
    ]
    assert set().union(*lines) <= set(CODEBOOK_COLUMNS)
