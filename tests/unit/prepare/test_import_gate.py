"""The raw file of a wave is checked by its bytes, then by its codes, before anything is made."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.prepare.import_gate import adopt, import_survey, recode_wave
from resurvey.reading import CODEBOOK_COLUMNS, document_codebook
from resurvey.reading.writing import write_sav
from resurvey.study.mapping import WaveMapping
from unit.waves.contract.small_waves import people, survey

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


BOOK = {
    "variables": {
        "sex": {"codes": {1: "Men", 2: "Women"}},
        "works": {"codes": {1: "Yes", 2: "No"}},
        "satisfied": {"codes": {1: "Yes", 2: "Mostly yes", 3: "Mostly no", 4: "No"}},
        "plans": {"codes": {1: "Stay", 2: "Leave", 8: "Hard to say", 9: "Refused"}, "missing": [9]},
    }
}


def recoded(data, entry, **more):
    return recode_wave(survey(data, **more), WaveMapping(entry), BOOK, "waves.yaml, wave '2026'")


def test_codes_labels_and_missing_codes_are_recoded_together():
    data = people(50)
    swap = {"plans": {"codes": {1: 2, 2: 1, 9: 99}}}
    after = recoded(data, swap)
    assert after.data["plans"].tolist() == data["plans"].replace({1: 2, 2: 1, 9: 99}).tolist()
    assert after.codebook["plans"].codes[2] == {"": "Stay"}
    assert after.codebook["plans"].missing == (99,)
    assert data.equals(people(50))


def test_code_without_a_target_becomes_no_answer():
    after = recoded(people(50), {"works": {"codes": {2: None}}})
    assert set(after.data["works"].dropna()) == {1}
    assert after.codebook["works"].answers == [1]


def test_texts_become_codes():
    data = people(5)[["sex"]].assign(sex=pd.Series(["m", "f", None, "m", "f"], dtype="str"))
    after = recoded(data, {"sex": {"codes": {"m": 1, "f": 2}}}, labels={"sex": {}})
    assert after.data["sex"].tolist() == [1, 2, pd.NA, 1, 2]
    assert after.data["sex"].dtype == "Int64"


def test_text_numbers_are_meant_by_numbers():
    data = people(2)[["sex"]].assign(sex=pd.Series(["1", "2"], dtype="str"))
    after = recoded(data, {"sex": {"codes": {1: 2, 2: 1}}}, labels={"sex": {}})
    assert after.data["sex"].tolist() == [2, 1]


def test_two_variables_can_exchange_their_names():
    data = people(50)
    after = recoded(data, {"sex": {"from": "works"}, "works": {"from": "sex"}})
    assert after.data["sex"].tolist() == data["works"].tolist()
    assert after.codebook["works"].source == "sex"


def test_name_that_the_file_has_too_is_refused():
    data = people(50).assign(Q1=1)
    with pytest.raises(SurveyError, match="'Q1' cannot become 'sex', because the file has"):
        recoded(data, {"sex": {"from": "Q1"}})


def test_code_that_the_file_has_already_is_refused_unless_merging_is_said():
    entry = {"plans": {"codes": {8: 2}}}
    with pytest.raises(SurveyError, match="the codes '2' and '8' of the file would both become 2"):
        recoded(people(50), entry)
    merged = recoded(people(50), {"plans": {**entry["plans"], "merge": True}})
    assert merged.codebook["plans"].codes[2] == {"": "Leave / Hard to say"}


def imported(tmp_path, entry, **more):
    path = str(tmp_path / "wave.sav")
    write_sav(path, survey(more.pop("data", people(60)), **more))
    return import_survey(path, BOOK, {}, entry)


def test_import_maps_before_it_checks_the_codebook(tmp_path):
    data = people(60)
    renamed = data.rename(columns={"sex": "Q1"}).assign(Q1=3 - data["sex"])
    labels = {"Q1": {1: "Women", 2: "Men"}}
    entry = {"variables": {"sex": {"from": "Q1", "codes": {1: 2, 2: 1}}}}
    wave = imported(tmp_path, entry, data=renamed, labels=labels)
    assert wave.data["sex"].tolist() == data["sex"].tolist()
    assert wave.codebook["sex"].answer(1) == "Men"
    assert wave.codebook["sex"].source == "Q1"


def test_accepted_new_answer_is_an_answer_of_that_wave(tmp_path):
    data = people(60)
    data.loc[0, "works"] = 3
    line = {"variable": "works", "difference": "new_answer", "code": 3, "why": "new"}
    labels = {"works": {1: "Yes", 2: "No", 3: "On leave"}}
    with pytest.raises(SurveyError, match="'works' has code 3"):
        imported(tmp_path, {}, data=data, labels=labels)
    wave = imported(tmp_path, {"accept": [line]}, data=data, labels=labels)
    assert wave.codebook["works"].answer(3) == "On leave"
    named = {"accept": [{**line, "label": {"en": "Leave", "ru": "Отпуск"}}]}
    wave = imported(tmp_path, named, data=data, labels=labels)
    assert wave.codebook["works"].answer(3, "ru") == "Отпуск"


def test_question_that_was_not_asked_is_an_empty_column(tmp_path):
    line = {"variable": "works", "difference": "missing_variable", "why": "no room"}
    wave = imported(tmp_path, {"accept": [line]}, data=people(60).drop(columns="works"))
    assert wave.data["works"].isna().all()
    assert wave.codebook["works"].answers == [1, 2]
    assert "not asked in this wave: works" in wave.codebook.notes


@pytest.mark.parametrize("gone", [["sex"], []])
def test_mapped_variable_that_the_file_does_not_have_is_named(tmp_path, gone):
    # Also where the file has a variable of the study's own name, which was not meant.
    entry = {"variables": {"sex": {"from": "Q1"}}}
    with pytest.raises(SurveyError, match="'sex' is to come from 'Q1', which the file does not"):
        imported(tmp_path, entry, data=people(60).drop(columns=gone))


def test_set_of_questions_that_were_not_asked_is_accepted_as_missing():
    codebook = {
        "variables": {name: {"codes": {0: "no", 1: "yes"}} for name in ("tv", "radio")},
        "multiple_response": {"media": {"variables": ["tv", "radio"], "counted": 1}},
    }
    accept = [
        {"variable": name, "difference": "missing_variable", "why": "A form cannot have it"}
        for name in ("tv", "radio")
    ]
    wave = adopt(survey(people(20)), codebook, {"accept": accept}, "2026.xlsx")
    assert wave.data["tv"].isna().all()
    assert wave.codebook.multiple_response["media"]["variable_list"] == ["tv", "radio"]


def test_new_answer_of_a_form_is_called_as_it_is_written():
    data = pd.DataFrame({"Plans?": ["Stay", "Packing", "Leave"]}, dtype="str")
    codes = {"Stay": 1, "Leave": 2, "Packing": 3}
    entry = {
        "variables": {"plans": {"from": "Plans?", "codes": codes}},
        "accept": [{"variable": "plans", "difference": "new_answer", "code": 3, "why": "New"}],
    }
    codebook = {"variables": {"plans": {"codes": {1: "Stay", 2: "Leave"}}}}
    wave = adopt(survey(data), codebook, entry, "2026.xlsx")
    assert wave.data["plans"].tolist() == [1, 3, 2]
    assert wave.codebook["plans"].codes[3] == {"": "Packing"}


def test_joined_answers_of_a_form_are_held_against_the_codebook_of_the_set():
    cells = pd.Series(["roads, schools", "hard to say", None], dtype="str")
    form = Survey(
        pd.DataFrame({"Problems?": cells}), Codebook({"Problems?": Variable("Problems?")})
    )
    answers = {1: "Roads", 2: "Schools", 99: "Hard to say"}
    spec = {"codes": answers, "missing": [99]}
    codes = {"roads": 1, "schools": 2, "hard to say": 99}
    entry = {
        "variables": {
            f"q_{at}": {"from": "Problems?", "place": at, "codes": codes} for at in (1, 2)
        }
    }
    book = {
        "variables": {"q_1": spec, "q_2": spec},
        "multiple_response": {"q": {"label": "Problems", "variables": ["q_1", "q_2"]}},
    }
    wave = adopt(form, book, entry, "2026.xlsx")
    assert wave.data["q_1"].tolist() == [1, 99, pd.NA]
    assert wave.data["q_2"].tolist() == [2, pd.NA, pd.NA]
    assert wave.codebook["q_1"].is_missing(99)
    assert wave.codebook.multiple_response["q"]["variable_list"] == ["q_1", "q_2"]
