"""SPSS, Stata, Parquet and CSV hold the same codes, labels and reasons for no answer."""

from dataclasses import replace

import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.survey import Survey
from resurvey.waves.deposit.pooled_file import (
    fit_dta,
    fit_sav,
    letters_of,
    pool_waves,
    shorten,
    write_pooled_csv,
    write_pooled_dta,
    write_pooled_parquet,
    write_pooled_sav,
)
from unit.waves.deposit.two_waves import HOSTILE, pooled


def test_spss_keeps_codes_labels_and_user_missing(tmp_path):
    write_pooled_sav(tmp_path / "a.sav", pooled(), "en", "Title", ["A note."])
    data, meta = pyreadstat.read_sav(tmp_path / "a.sav", user_missing=True)
    assert data["job"].tolist()[:4] == [1, 2, 98, 1]
    assert data["wave"].tolist() == ["2022"] * 3 + ["2026"] * 2
    assert meta.variable_value_labels["job"][2] == HOSTILE
    assert meta.variable_value_labels["wave"]["2026"] == "Spring 2026"
    assert [one["lo"] for one in meta.missing_ranges["job"]] == [97, 98]
    assert (meta.file_label, meta.notes) == ("Title", ["A note."])


def test_stata_keeps_each_reason_as_a_letter_with_its_label(tmp_path):
    kept = write_pooled_dta(tmp_path / "a.dta", pooled(), "ru", "Заголовок")
    assert kept.letters == {"job": {97: "a", 98: "b"}}
    data, meta = pyreadstat.read_dta(tmp_path / "a.dta", user_missing=True)
    assert data["job"].tolist()[:4] == [1, 2, "b", 1]
    assert pd.isna(data["job"].tolist()[4])
    assert meta.variable_value_labels["job"]["b"] == "Отказ"
    assert meta.variable_value_labels["job"][1] == "Да"
    assert meta.file_label == "Заголовок"
    assert data["w"].tolist() == [0.5, 1.0, 1.5, 1.25, 0.75]
    plain, _ = pyreadstat.read_dta(tmp_path / "a.dta")
    assert plain["job"].isna().tolist() == [False, False, True, False, True]


@pytest.mark.parametrize("ending", ["sav", "dta", "parquet", "csv"])
def test_two_runs_write_the_same_bytes(tmp_path, ending):
    def write(path):
        if ending == "sav":
            write_pooled_sav(path, pooled(), "en", "Title", [])
        elif ending == "dta":
            write_pooled_dta(path, pooled(), "en", "Title")
        elif ending == "parquet":
            write_pooled_parquet(path, path.with_suffix(".json"), pooled())
        else:
            write_pooled_csv(path, pooled())
        return path.read_bytes()

    first = write(tmp_path / f"a.{ending}")
    assert write(tmp_path / f"b.{ending}") == first
    if ending == "dta":
        assert b"<timestamp>\x1101 Jan 1980 00:00</timestamp>" in first


def test_csv_and_parquet_hold_the_codes(tmp_path):
    write_pooled_csv(tmp_path / "a.csv", pooled())
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "wave,person,job,trust,w"
    assert lines[3] == "2022,3,98,,1.5"
    write_pooled_parquet(tmp_path / "a.parquet", tmp_path / "a.json", pooled())
    assert pq.read_table(tmp_path / "a.parquet")["job"].to_pylist() == [1, 2, 98, 1, None]
    book = Codebook.from_json((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert book == pooled().codebook


def test_more_missing_codes_than_spss_holds_become_a_range():
    def fitted(*missing, answers=(1, 2), ranges=()):
        codes = {code: {} for code in (*answers, *missing)}
        book = Codebook({"q": Variable("q", codes=codes, missing=missing, missing_ranges=ranges)})
        one = fit_sav(book, "en").codebook["q"]
        return one.missing, one.missing_ranges

    assert fitted(96, 97, 98) == ((96, 97, 98), ())
    assert fitted(96, 97, 98, 99) == ((), ((96, 99),))
    assert fitted(-1, 96, 97, 98) == ((-1,), ((96, 98),))
    assert fitted(-2, ranges=((96, 99),)) == ((-2,), ((96, 99),))
    # No range is free of answers: the writer refuses it with its own sentence.
    assert fitted(5, 7, 9, 11, answers=(6, 8, 10)) == ((5, 7, 9, 11), ())


def test_what_spss_cannot_hold_is_refused_in_one_sentence(tmp_path):
    codes = {code: {} for code in range(5, 12)}
    variable = Variable("q", codes=codes, missing=(5, 7, 9, 11))
    survey = Survey(pd.DataFrame({"q": pd.array([6], "Int64")}), Codebook({"q": variable}))
    one = pool_waves({"1": survey}, {}, {})
    with pytest.raises(SurveyError, match="'q' has 4 user-missing codes and 0 ranges"):
        write_pooled_sav(tmp_path / "a.sav", one, "en", "", [])


def test_long_labels_are_cut_and_named_and_stay_whole_in_the_codebook(tmp_path):
    long = "слово " * 60
    variable = Variable("q", {"ru": long.strip()}, codes={1: {"ru": long.strip()}, 2: {"ru": "Да"}})
    survey = Survey(pd.DataFrame({"q": pd.array([1], "Int64")}), Codebook({"q": variable}))
    one = pool_waves({"1": survey}, {}, {})
    kept = write_pooled_sav(tmp_path / "a.sav", one, "ru", long, [long])
    assert kept.cut == ("q",)
    _, meta = pyreadstat.read_sav(tmp_path / "a.sav")
    assert meta.column_names_to_labels["q"].endswith("слово…")
    assert len(meta.variable_value_labels["q"][1].encode()) <= 120
    assert one.codebook["q"].label["ru"] == long.strip()
    assert len(meta.notes) > 1
    assert write_pooled_dta(tmp_path / "a.dta", one, "ru", long).cut == ("q",)


def test_names_that_a_format_does_not_accept_are_replaced_and_told():
    names = ["group/q1", "group_q1", "1st", "a" * 40, "if"]
    book = Codebook({name: Variable(name) for name in names})
    assert list(fit_sav(book, "en").codebook)[:3] == ["group_q1", "group_q1_2", "v1st"]
    stata = list(fit_dta(book, "en").codebook)
    assert stata == ["group_q1", "group_q1_2", "_1st", "a" * 32, "_if"]
    assert fit_sav(book, "en").names["group/q1"] == "group_q1"


def test_labels_are_cut_at_a_word():
    assert shorten("one two three", 9) == "one two…"
    assert shorten("unbreakable", 6) == "unbre…"
    assert shorten("да", 4, lambda text: len(text.encode())) == "да"


def test_codes_in_a_missing_range_get_letters_when_they_are_seen():
    variable = Variable("q", codes={-9: {}}, missing_ranges=((-9, -1),))
    assert letters_of(variable, [3, -5, -2]) == {-9: "a", -5: "b", -2: "c"}


def test_multiple_response_sets_are_not_lost_from_the_codebook():
    wave = pooled().survey
    sets = {"media": {"type": "D", "counted_value": 1, "label": "", "variable_list": ["job"]}}
    gone = {"texts": {"type": "C", "label": "", "variable_list": ["why"]}}
    data = wave.data.drop(columns="wave")
    book = replace(
        Codebook({name: wave.codebook[name] for name in data}),
        multiple_response={**sets, **gone},
    )
    assert list(pool_waves({"1": Survey(data, book)}, {}, {}).codebook.multiple_response) == [
        "media"
    ]
