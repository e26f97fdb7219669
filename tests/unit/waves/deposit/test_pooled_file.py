"""The pooled file holds every wave's records under one codebook, or says why it cannot."""

from dataclasses import replace

import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.waves.deposit.pooled_file import (
    Handling,
    fit_dta,
    fit_sav,
    letters_of,
    merge_variable,
    pool_waves,
    shorten,
    write_pooled_csv,
    write_pooled_dta,
    write_pooled_parquet,
    write_pooled_sav,
)
from unit.waves.deposit.two_waves import HOSTILE, JOB, first_wave, pooled, second_wave


def steps(one):
    return {step.what: step.variables for step in one.steps}


def test_records_stand_under_each_other_with_the_wave_in_front():
    data = pooled().survey.data
    assert data.columns.tolist() == ["wave", "person", "job", "trust", "w"]
    assert data["wave"].tolist() == ["2022"] * 3 + ["2026"] * 2
    assert data["job"].tolist()[:4] == [1, 2, 98, 1]
    assert data["job"].isna().tolist() == [False] * 4 + [True]


def test_a_question_that_a_wave_did_not_ask_is_empty_there_and_known_to_be():
    one = pooled()
    assert one.survey.data["trust"].isna().tolist() == [True] * 3 + [False] * 2
    assert one.asked["trust"] == ("2026",)
    assert one.asked["job"] == ("2022", "2026")
    assert one.of_wave("2026").data["trust"].tolist() == [2, 1]


def test_ids_become_numbers_and_a_panel_member_keeps_its_own():
    one = pooled()
    assert one.survey.data["person"].tolist() == [1, 2, 3, 2, 4]
    assert steps(one)["ids_numbered"] == ("person",)
    apart = pooled(handling=Handling(panel=False))
    assert apart.survey.data["person"].tolist() == [1, 2, 3, 4, 5]
    assert "ids_renumbered" in steps(apart)


def test_ids_are_kept_or_dropped_where_the_study_says_so():
    assert pooled(handling=Handling(ids="keep")).survey.data["person"].tolist()[0] == 70
    dropped = pooled(handling=Handling(ids="drop"))
    assert "person" not in dropped.survey.data
    assert steps(dropped)["ids_dropped"] == ("person",)
    assert dropped.roles == {"w": "weight"}


def test_free_text_stays_out_unless_it_is_asked_for():
    assert steps(pooled())["text_dropped"] == ("why",)
    kept = pooled(handling=Handling(free_text="keep")).survey.data["why"]
    assert kept.tolist()[0] == "because of Ann"
    assert kept.isna().tolist() == [False, True, False, True, True]


def test_what_is_to_be_left_out_must_be_there():
    assert "trust" not in pooled(handling=Handling(leave_out=("trust",))).survey.data
    with pytest.raises(SurveyError, match="`leave_out` names 'trost', .* did you mean 'trust'"):
        pooled(handling=Handling(leave_out=("trost",)))


@pytest.mark.parametrize(
    ("identifying", "refused"),
    [
        ((), None),
        (("sex",), None),
        (("sex", "region"), "2 of 4 combinations of sex, region"),
        (("town",), "`identifying` names 'town'"),
    ],
    ids=["none", "many_share", "few_share", "unknown"],
)
def test_records_in_which_few_share_what_tells_a_person_are_refused(identifying, refused):
    answers = [(1, 1)] * 6 + [(2, 1)] * 5 + [(2, 2)] * 4 + [(1, None)] * 2
    data = pd.DataFrame(answers, columns=["sex", "region"], dtype="Int64")
    codes = {1: {}, 2: {}}
    book = Codebook({name: Variable(name, codes=codes) for name in data})
    handling = Handling(identifying=identifying)
    waves = {"2022": Survey(data, book)}
    if refused is None:
        assert len(pool_waves(waves, {}, {}, handling).survey.data) == len(data)
        return
    with pytest.raises(SurveyError, match=refused):
        pool_waves(waves, {}, {}, handling)


def test_a_variable_called_wave_is_refused():
    data = pd.DataFrame({"Wave": [1]})
    survey = Survey(data, Codebook({"Wave": Variable("Wave")}))
    with pytest.raises(SurveyError, match="'Wave': the pooled file has a variable of this name"):
        pool_waves({"1": survey}, {}, {})


def test_text_here_and_numbers_there_are_refused():
    one = Survey(pd.DataFrame({"q": pd.array(["a"], "str")}), Codebook({"q": Variable("q")}))
    two = Survey(pd.DataFrame({"q": pd.array([1], "Int64")}), Codebook({"q": Variable("q")}))
    with pytest.raises(SurveyError, match="'q' holds text in one wave and numbers in another"):
        pool_waves({"1": one, "2": two}, {}, {})


def test_dates_are_written_as_the_standard_writes_them():
    days = pd.to_datetime(["2022-10-01", None])
    survey = Survey(
        pd.DataFrame({"day": days}), Codebook({"day": Variable("day", measure="scale")})
    )
    data = pool_waves({"1": survey}, {}, {}).survey.data
    assert data["day"].tolist()[0] == "2022-10-01"
    assert data["day"].isna().tolist() == [False, True]


def test_one_wave_is_reconstructed_and_so_is_the_file():
    wave = first_wave()
    dealt = Survey(wave.data, replace(wave.codebook, reconstructed=True))
    assert pool_waves({"1": dealt, "2": second_wave()}, {}, {}).codebook.reconstructed
    assert not pooled().codebook.reconstructed


def test_answers_of_later_waves_are_added_and_labels_of_all_languages_kept():
    later = replace(JOB, codes={1: {"en": " Yes "}, 3: {"en": "Sometimes"}}, missing=(), reasons={})
    merged = merge_variable({"2022": JOB, "2026": later}).variable
    assert list(merged.codes) == [1, 2, 97, 98, 3]
    assert merged.codes[1] == {"en": "Yes", "ru": "Да"}
    assert merged.missing == (97, 98)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"codes": {1: {"en": "No"}}, "missing": ()},
            "code 1 is 'Yes' in wave '2022' and 'No' in wave '2026'; map it in waves.yaml",
        ),
        (
            {"codes": {98: {"en": "Refused"}}, "missing": ()},
            "code 98 is missing in wave '2022' and an answer in wave '2026'",
        ),
        ({"measure": "text"}, "is nominal in wave '2022' and text in wave '2026'"),
    ],
)
def test_what_was_not_harmonised_is_refused(change, message):
    with pytest.raises(SurveyError, match=message):
        merge_variable({"2022": JOB, "2026": replace(JOB, **change)})


def test_another_wording_is_kept_beside_the_first():
    later = replace(JOB, label={"en": "Have you a job?", "ru": "Вы работаете?"})
    assert merge_variable({"1": JOB, "2": later}).rewordings == {"2": {"en": "Have you a job?"}}


def test_new_questions_stand_where_the_later_questionnaire_has_them():
    assert list(pooled().codebook)[1:] == ["person", "job", "trust", "w"]


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
