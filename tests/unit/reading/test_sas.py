"""SAS files: codes, dates by their formats, and missing values with their letters."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyreadstat
import pytest

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.columns import date_column
from resurvey.reading.formats import sniffed
from resurvey.reading.labelled import labelled_survey

HAVEN = Path("/usr/lib/R/site-library/haven/examples/iris.sas7bdat")


@pytest.fixture
def transport(tmp_path):
    """Write a transport file with pyreadstat."""

    def write(version=8, **columns):
        pyreadstat.write_xport(
            pd.DataFrame(columns),
            str(tmp_path / "w.xpt"),
            file_label="Wave",
            column_labels={"sex": "Sex of the respondent"},
            variable_format={"met": "DATE9.", "start": "DATETIME20."},
            file_format_version=version,
        )
        return tmp_path / "w.xpt"

    return write


@pytest.mark.parametrize("version", [5, 8])
def test_transport_file_keeps_codes_texts_labels_and_dates(transport, version):
    file = transport(
        version,
        sex=[1.0, 2.0, None],
        city=["Osh", "Bishkek", ""],
        met=[22_835.0, None, 22_836.0],
        start=[1_980_583_200.0, None, None],
    )
    survey = read_survey(file)
    assert survey.data["sex"].astype("object").fillna(0).tolist() == [1, 2, 0]
    assert survey.data["city"].fillna("").tolist() == ["Osh", "Bishkek", ""]
    assert survey.data["met"].fillna("").tolist() == ["2022-07-09", "", "2022-07-10"]
    assert survey.data["start"].tolist()[0] == "2022-10-05T10:00:00"
    assert survey.codebook["sex"].title() == "Sex of the respondent"
    assert survey.codebook["met"].measure == "text"


def test_labels_of_a_file_without_them_come_from_the_codebook(transport):
    codes = {"variables": {"sex": {"codes": {1: "men", 2: "women"}}}}
    survey = read_survey(transport(sex=[1.0, 2.0]), codes)
    assert survey.codebook["sex"].answer(2) == "women"


@pytest.mark.parametrize(
    ("written_as", "number", "iso"),
    [
        ("DATE9", 22_835, "2022-07-09"),
        ("DDMMYYP10", 22_835, "2022-07-09"),
        ("YYMMDD10", 22_835, "2022-07-09"),
        ("DATETIME20", 1_980_583_200, "2022-10-05T10:00:00"),
        ("TIME8", 34_200, "09:30:00"),
    ],
)
def test_formats_of_sas_are_dates_of_its_calendar(written_as, number, iso):
    assert date_column(pd.Series([float(number)]).to_numpy(), written_as, "SAS").tolist() == [iso]


@pytest.mark.parametrize("written_as", ["BEST12", "F8", "$6", "DOLLAR8", "COMMA9", "SEXF"])
def test_other_formats_of_sas_are_no_dates(written_as):
    assert date_column(pd.Series([1.0]).to_numpy(), written_as, "SAS") is None


@pytest.mark.skipif(not HAVEN.exists(), reason="haven's examples are not on this machine")
def test_data_set_of_haven_is_read():
    survey = read_survey(HAVEN)
    assert survey.data.shape == (150, 5)
    assert survey.codebook["Species"].answers == ["setosa", "versic", "virgin"]
    assert survey.data["Sepal_Length"].iloc[0] == 5.1


@pytest.mark.skipif(not HAVEN.exists(), reason="haven's examples are not on this machine")
def test_catalog_is_looked_for_by_name_and_must_be_one(tmp_path):
    shutil.copy(HAVEN, tmp_path / "w.sas7bdat")
    shutil.copy(HAVEN, tmp_path / "w.sas7bcat")
    with pytest.raises(SurveyError, match="w.sas7bcat: this is no SAS format catalog"):
        read_survey(tmp_path / "w.sas7bdat")
    content = bytearray(HAVEN.read_bytes())
    content[15] = 0x63
    (tmp_path / "w.sas7bcat").write_bytes(content)
    with pytest.raises(SurveyError, match="w.sas7bcat: the file is truncated or damaged"):
        read_survey(tmp_path / "w.sas7bdat")


@pytest.mark.skipif(not HAVEN.exists(), reason="haven's examples are not on this machine")
def test_truncated_data_set_is_refused(tmp_path):
    content = HAVEN.read_bytes()
    for size in (200, 4096, len(content) // 2):
        (tmp_path / "w.sas7bdat").write_bytes(content[:size])
        with pytest.raises(SurveyError, match="truncated or damaged"):
            read_survey(tmp_path / "w.sas7bdat")


def test_truncated_transport_file_is_refused(transport, tmp_path):
    content = transport(sex=[1.0, 2.0]).read_bytes()
    (tmp_path / "cut.xpt").write_bytes(content[:300])
    with pytest.raises(SurveyError, match="cut.xpt"):
        read_survey(tmp_path / "cut.xpt")


def test_missing_values_with_letters_keep_apart():
    # The C library writes no such data set; this is what it hands over for one.
    meta = SimpleNamespace(
        variable_value_labels={"q": {1.0: "yes", "R": "refused"}},
        missing_ranges={},
        missing_user_values={"q": ["R", "_"]},
        original_variable_types={"q": "YNF"},
        column_names_to_labels={"q": "Question"},
        variable_measure={},
        mr_sets={},
        notes=[],
        file_label="",
    )
    frame = pd.DataFrame({"q": pd.Series([1.0, "R", "_", None], dtype=object)})
    variable = labelled_survey(frame, meta, [], "SAS").codebook["q"]
    assert [variable.answer(code) for code in variable.missing] == ["._", "refused"]
    assert variable.answers == [1]


def test_catalog_is_no_data_and_transport_files_have_none(transport, tmp_path):
    start = bytes(12) + bytes.fromhex("c2ea8163b31411cfbd92080009c7318c181f1011")
    assert sniffed(start) == "SAS catalog"
    (tmp_path / "w.sas7bdat").write_bytes(start + bytes(100))
    with pytest.raises(
        SurveyError, match="this is .sas7bcat, not .sas7bdat.*these are the formats"
    ):
        read_survey(tmp_path / "w.sas7bdat")
    with pytest.raises(SurveyError, match="a transport file has no catalog"):
        read_survey(transport(sex=[1.0]), structure=tmp_path / "w.sas7bdat")
