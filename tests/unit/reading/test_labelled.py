"""Labelled files keep their codes, and every reason why there is no answer."""

import datetime
import logging
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyreadstat
import pytest

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.columns import date_column
from resurvey.reading.formats import Export, sniffed
from resurvey.reading.labelled import labelled_survey, read_labelled
from resurvey.reading.stored import Store, StoredColumns, in_memory


@pytest.fixture
def wave(tmp_path):
    """Write a .sav with pyreadstat and return its path."""

    def write(name="wave.sav", **options):
        answers = options.pop("answers", {"q": [1.0, 2.0, 98.0, None]})
        pyreadstat.write_sav(pd.DataFrame(answers), tmp_path / name, **options)
        return tmp_path / name

    return write


def test_codes_stay_codes_and_labels_come_in_the_order_of_the_codes(wave):
    survey = read_survey(wave(variable_value_labels={"q": {98: "?", 2: "no", 1: "yes"}}))
    assert survey.data["q"].tolist() == [1, 2, 98, pd.NA]
    assert list(survey.codebook["q"].codes) == [1, 2, 98]
    assert survey.codebook["q"].answer(2) == "no"


def test_user_missing_codes_stay_in_the_data_and_leave_the_answers(wave):
    survey = read_survey(wave(missing_ranges={"q": [{"lo": 97, "hi": 99}, -1]}))
    variable = survey.codebook["q"]
    assert survey.data["q"].tolist()[2] == 98
    assert variable.missing == (-1,)
    assert variable.missing_ranges == ((97.0, 99.0),)
    assert variable.answers == [1, 2]


def test_open_range_of_missing_codes_is_kept(wave):
    file = wave(missing_ranges={"q": [{"lo": 90, "hi": float("inf")}]})
    assert read_survey(file).codebook["q"].is_missing(98)


@pytest.mark.parametrize(
    ("values", "dtype"),
    [([1.0, None], "Int64"), ([1.5, None], "float64"), (["Ош ", ""], "str"), ([None], "Int64")],
)
def test_column_is_integer_number_or_text(wave, values, dtype):
    frame = pd.DataFrame({"q": values}, dtype="str" if dtype == "str" else "float64")
    assert read_survey(wave(answers=frame)).data["q"].dtype == dtype


def test_padded_text_is_stripped_and_empty_text_is_missing(wave):
    column = read_survey(wave(answers={"t": ["Ош  ", "", " a"]})).data["t"]
    assert column.tolist()[0] == "Ош"
    assert column.isna().tolist() == [False, True, False]
    assert column.tolist()[2] == " a"


@pytest.mark.parametrize("measure", ["nominal", "ordinal", "scale"])
def test_measure_of_the_file_is_kept(wave, measure):
    assert read_survey(wave(variable_measure={"q": measure})).codebook["q"].measure == measure


def test_file_label_notes_and_question_are_kept(wave):
    survey = read_survey(
        wave(file_label="Волна 2", note=["a", "b"], column_labels={"q": "Ваш ответ?"})
    )
    assert survey.codebook.file_label == "Волна 2"
    assert survey.codebook.notes == ("a", "b")
    assert survey.codebook["q"].title("ru") == "Ваш ответ?"


@pytest.mark.parametrize("where", ["file_label", "note"])
def test_file_that_says_so_is_reconstructed(wave, where):
    file = wave(**{where: "Reconstructed from PUBLISHED tables, not microdata"})
    assert read_survey(file).codebook.reconstructed
    assert not read_survey(wave("other.sav")).codebook.reconstructed


def test_dates_become_iso_text(wave):
    day = datetime.date(2022, 10, 3)
    survey = read_survey(
        wave(
            answers={
                "day": [day, None],
                "moment": [pd.Timestamp("2022-10-03 10:05"), pd.NaT],
                "time": [datetime.time(10, 30), None],
            }
        )
    )
    first = {name: survey.data[name].tolist()[0] for name in survey.data}
    assert first == {"day": "2022-10-03", "moment": "2022-10-03T10:05:00", "time": "10:30:00"}
    assert survey.data["day"].isna().tolist() == [False, True]
    assert survey.codebook["day"].measure == "text"


def test_text_codes_keep_their_labels(wave):
    file = wave(answers={"s": ["a", "b", ""]}, variable_value_labels={"s": {"a": "Да", "b": "Нет"}})
    survey = read_survey(file)
    assert survey.codebook["s"].answers == ["a", "b"]
    assert survey.codebook["s"].answer("a") == "Да"


def test_zsav_and_upper_case_ending_are_read(wave):
    assert len(read_survey(wave("WAVE.ZSAV", compress=True)).data) == 4
    assert len(read_survey(wave("WAVE.SAV")).data) == 4


def test_two_answers_with_one_label_are_refused_with_their_rows(wave):
    file = wave(variable_value_labels={"q": {1: "Да", 2: " да"}})
    with pytest.raises(SurveyError, match=r"'q' has the label .* code 1 \(rows: 1\) and code 2"):
        read_survey(file)


def test_missing_codes_may_share_a_label(wave):
    labels = {97: "no answer", 98: "no answer"}
    file = wave(variable_value_labels={"q": labels}, missing_ranges={"q": [97, 98]})
    assert read_survey(file).codebook["q"].missing == (97, 98)


def test_names_that_differ_by_case_are_refused(wave):
    with pytest.raises(SurveyError, match="'q6' and 'Q6' differ only by"):
        read_survey(wave(answers={"q6": [1], "Q6": [2]}))


def test_file_without_respondents_is_refused(wave):
    with pytest.raises(SurveyError, match="1 variables but 0 respondents"):
        read_survey(wave(answers=pd.DataFrame({"q": pd.Series([], dtype="float64")})))


def test_stata_missing_letters_become_labelled_codes(tmp_path):
    pyreadstat.write_dta(
        pd.DataFrame({"q": [1, "a", 2, "b"], "s": ["Да", "", "Нет", "x"]}),
        tmp_path / "wave.dta",
        missing_user_values={"q": ["a", "b"]},
        variable_value_labels={"q": {1: "yes", 2: "no", "a": "refused"}},
    )
    survey = read_survey(tmp_path / "wave.dta")
    assert survey.data["q"].tolist() == [1, -901, 2, -902]
    assert survey.codebook["q"].answers == [1, 2]
    assert [survey.codebook["q"].answer(code) for code in (-901, -902)] == ["refused", ".b"]


def test_cyrillic_in_an_old_stata_file_is_recognised(tmp_path):
    file = tmp_path / "old.dta"
    pyreadstat.write_dta(
        pd.DataFrame({"q": [1, 2]}),
        file,
        version=10,
        variable_value_labels={"q": {1: "MMMMMMM"}},
    )
    file.write_bytes(file.read_bytes().replace(b"MMMMMMM", "Мужской".encode("cp1251")))
    assert read_survey(file).codebook["q"].answer(1) == "Мужской"


def _encoded(file, encoding_record):
    """Re-encode the labels of a .sav in windows-1251, and declare `encoding_record`."""
    content = file.read_bytes()
    content = content.replace("Пол".encode(), "Пол   ".encode("cp1251"))
    record = b"\x07\x00\x00\x00\x14\x00\x00\x00\x01\x00\x00\x00"
    at = content.find(record)
    old = 16 + int.from_bytes(content[at + 12 : at + 16], "little")
    declared = encoding_record.encode()
    new = record + len(declared).to_bytes(4, "little") + declared if declared else b""
    content = content[:at] + new + content[at + old :]
    integers = content.find(b"\x07\x00\x00\x00\x03\x00\x00\x00")
    page = (1251 if "1251" in encoding_record else 2).to_bytes(4, "little")
    file.write_bytes(content[: integers + 44] + page + content[integers + 48 :])
    return file


@pytest.mark.parametrize("declared", ["windows-1251", "windows-1252", ""])
def test_windows_1251_is_read_right_whatever_the_file_declares(wave, declared):
    file = _encoded(wave(column_labels={"q": "Пол"}), declared)
    book = read_survey(file).codebook
    assert book["q"].title() == "Пол"
    assert any("windows-1251" in note for note in book.notes) == (declared != "windows-1251")


def test_declared_encoding_is_used_without_guessing(wave):
    file = _encoded(wave(column_labels={"q": "Пол"}), "windows-1252")
    book = read_survey(file, encoding="WINDOWS-1251").codebook
    assert book["q"].title() == "Пол"
    assert book.notes == ()


def test_declared_encoding_that_mixes_alphabets_stops(wave):
    file = wave(column_labels={"q": "MMMMMMM und Frauen, vMMMMMMMllig"})
    content = file.read_bytes().replace(b"vMMMMMMMllig", "völlig zufried".encode("cp1252")[:12])
    file.write_bytes(content.replace(b"MMMMMMM", "Männer ".encode("cp1252")))
    with pytest.raises(SurveyError, match="nonsense in the declared windows-1251; they look like"):
        read_survey(file, encoding="windows-1251")
    assert read_survey(file, encoding="windows-1252").codebook["q"].title().startswith("Männer")


def test_utf8_declared_as_windows_1251_is_read_right(wave):
    file = wave(column_labels={"q": "Пол"})
    content = file.read_bytes().replace(b"\x05\x00\x00\x00UTF-8", b"\x06\x00\x00\x00CP1251")
    file.write_bytes(content)
    assert read_survey(file).codebook["q"].title() == "Пол"


def test_french_labels_are_left_alone(wave):
    file = wave(column_labels={"q": "Âge du père à l'été"})
    assert read_survey(file).codebook["q"].title() == "Âge du père à l'été"


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


@pytest.fixture
def stata(tmp_path, caplog, monkeypatch):
    """Write a .dta, read it whole and five rows at a time; give both and what was said."""

    def read(frame, version=15, **options):
        file = tmp_path / "wave.dta"
        pyreadstat.write_dta(frame, file, version=version, **options)
        # In this process, where the size of a part can be set.
        monkeypatch.setattr("resurvey.reading.labelled._STEPPED_OVER", 5 * len(frame.columns))
        caplog.set_level(logging.INFO, "resurvey")
        (tmp_path / "store").mkdir(exist_ok=True)
        whole = read_labelled(file, Export())
        parted = read_labelled(file, Export(store=Store(tmp_path / "store", 1, 7)))
        pd.testing.assert_frame_equal(whole.data, in_memory(parted.data), check_exact=True)
        assert whole.codebook == parted.codebook
        assert [list(whole.codebook[name].codes) for name in whole.codebook] == [
            list(parted.codebook[name].codes) for name in parted.codebook
        ]
        return parted, caplog.text

    return read


@pytest.mark.parametrize("version", [8, 12, 14, 15])
def test_a_large_file_of_stata_is_the_same_in_parts(stata, version):
    size = 23
    letters = [1.0, 2.0, "a", None, "b", 3.0]
    frame = pd.DataFrame(
        {
            "q": pd.Series((letters * 4)[:size], dtype="object"),
            "late": pd.Series([1.0] * (size - 1) + ["c"], dtype="object"),
            "half": [at / 2 for at in range(size)],
            "whole": [float(at) for at in range(size)],
            "nobody": [None] * size,
            "word": (["x", "", " y ", "z" * 90] * 6)[:size],
            "day": [datetime.date(2024, 2, 29)] * (size - 1) + [None],
        }
    )
    frame["nobody"] = frame["nobody"].astype("float64")
    parted, said = stata(
        frame,
        version=version,
        missing_user_values={"q": ["a", "b"], "late": ["c"]},
        variable_value_labels={"q": {1: "yes", "a": "refused"}, "late": {1: "yes"}},
        column_labels={"q": "A question"},
    )
    assert isinstance(parted.data, StoredColumns)
    assert "a part at a time" in said
    assert parted.codebook["q"].missing == (-901, -902)
    assert parted.codebook["late"].missing == (-903,)


@pytest.mark.parametrize("where", ["value above", "value below", "label"])
def test_a_file_of_stata_with_numbers_that_look_like_the_codes_of_letters_is_read_whole(
    stata, where
):
    values = [1.0] * 20
    values[2 if where == "value above" else 19] = 1.0 if where == "label" else -901.0
    values[10] = "a"
    labels = {1: "yes", -910: "odd"} if where == "label" else {1: "yes"}
    parted, said = stata(
        pd.DataFrame({"q": pd.Series(values, dtype="object")}),
        missing_user_values={"q": ["a"]},
        variable_value_labels={"q": labels},
    )
    assert not isinstance(parted.data, StoredColumns)
    assert "it is read whole" in said
    assert parted.codebook["q"].missing == (-9001,)
