"""Codes that may be no answers are offered with counts, on lines that work."""

import pandas as pd
import pyreadstat
import pytest

from counted_study import counted, take_the_marks_away
from resurvey.__main__ import main
from resurvey.study.initialise import initialise

TWO = {1: "yes", 2: "no"}


def _sav(folder, column, labels, **options):
    people = pd.DataFrame({"q": column, "other": [1, 2] * (len(column) // 2)})
    values = {"q": labels, "other": {1: "a", 2: "b"}}
    pyreadstat.write_sav(people, folder / "w.sav", variable_value_labels=values, **options)
    return folder / "w.sav"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("labels", "code"),
    [
        ({**TWO, 99: "отказ"}, 99),
        ({**TWO, 9: "Refused"}, 9),
        ({**TWO, 3: "Don't know"}, 3),
        ({**TWO, 3: "manquant"}, 3),
        ({**TWO, 0: "keine Angabe"}, 0),
        ({**TWO, -2147483648: "NA"}, -2147483648),
        (TWO, -1),
        (TWO, -9),
        (TWO, 77),
        (TWO, 999),
        (TWO, 9),
    ],
)
def test_code_outside_the_scale_is_offered_with_its_count(tmp_path, labels, code, capsys):
    file = _sav(tmp_path, [1, 2, 1, 2] * 10 + [code] * 6, labels)
    study = tmp_path / "study"
    assert main(["init", str(file), "--into", str(study)]) == 0
    said = capsys.readouterr().out
    assert f"{code}" in said
    assert "6 respondents are counted as an answer unless" in said
    _, survey, _ = counted(study)
    assert code in survey.codebook["q"].answers
    page = take_the_marks_away(study / "config/codebook.yaml", ["missing: "])
    assert "(6 respondents)" in page
    _, survey, _ = counted(study)
    assert survey.codebook["q"].answers == [1, 2]


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        ([-1, 0, 1] * 10, {-1: "left", 0: "centre", 1: "right"}),
        ([-1, 0, 1] * 10, {}),
        ([1, 2, 9] * 10, {**TWO, 9: "Green party"}),
        (list(range(11)) * 4, {}),
        (list(range(1, 10)) * 4, {}),
        ([97, 98, 99] * 10, {97: "winter", 98: "spring", 99: "summer"}),
    ],
)
def test_codes_that_mean_something_are_not_offered(tmp_path, column, labels):
    assert "q" not in initialise(_sav(tmp_path, column, labels), tmp_path / "study").missing


def test_number_of_many_values_is_offered_its_code_too(tmp_path):
    ages = [18 + at % 60 for at in range(200)] + [999, 999]
    initialise(_sav(tmp_path, ages, {}), tmp_path / "study")
    _, survey, _ = counted(tmp_path / "study")
    assert not survey.codebook["q"].is_missing(999)
    page = take_the_marks_away(tmp_path / "study/config/codebook.yaml", ["missing: "])
    assert "999 (2 respondents)" in page
    assert counted(tmp_path / "study")[1].codebook["q"].is_missing(999)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("codes", "others"),
    [
        ({-9: "Refused"}, range(18, 90)),
        ({98: "Don't know", 99: "No answer"}, range(60)),
        ({9999999: "Отказ от ответа"}, range(3000, 90000, 1000)),
        ({9999: "Skipped by mistake"}, range(1940, 2005)),
        ({9: "Refused"}, range(1, 6)),
    ],
)
def test_labelled_code_of_a_measurement_is_offered_with_its_label(tmp_path, codes, others, capsys):
    people = [*(list(others) * 2), *(list(codes) * 2)]
    file = _sav(tmp_path, people, codes)
    study = tmp_path / "study"
    assert main(["init", str(file), "--into", str(study)]) == 0
    said = capsys.readouterr().out
    _, survey, _ = counted(study)
    assert not any(survey.codebook["q"].is_missing(code) for code in codes)
    page = take_the_marks_away(study / "config/codebook.yaml", ["missing: "])
    plain = " ".join(page.replace("#", " ").split())
    for code, label in codes.items():
        assert f"{code} '{label}' in 'q': 2 respondents are counted as an answer unless" in said
        assert f"{code} '{label}' (2 respondents)" in plain
    _, survey, _ = counted(study)
    variable = survey.codebook["q"]
    assert {code: variable.codes[code][""] for code in variable.missing} == codes


def test_code_joins_the_missing_ones_that_the_file_declares(tmp_path):
    labels = {**TWO, 8: "Don't know", 9: "Refused"}
    file = _sav(tmp_path, [1, 2, 8, 9] * 10, labels, missing_ranges={"q": [9]})
    initialise(file, tmp_path / "study")
    parts, survey, _ = counted(tmp_path / "study")
    assert parts["codebook"]["variables"]["q"]["dont_know"] == [8]
    assert survey.codebook["q"].answers == [1, 2, 8]
    take_the_marks_away(tmp_path / "study/config/codebook.yaml", ["- 8"])
    _, survey, _ = counted(tmp_path / "study")
    assert survey.codebook["q"].answers == [1, 2]
    assert survey.codebook["q"].reasons == {8: "dont_know", 9: "refused"}


@pytest.mark.parametrize("other", [" f", "F", "f\u200b"])
def test_answers_that_look_alike_are_counted_apart_by_the_first_run(tmp_path, other):
    answers = ["f", other, "m", other] * 10
    pd.DataFrame({"q": answers, "v": [1, 2] * 20}).to_csv(tmp_path / "w.csv", index=False)
    initialise(tmp_path / "w.csv", tmp_path / "study")
    page = " ".join((tmp_path / "study/config/codebook.yaml").read_text().split())
    assert "are alike but for case, blanks" in page
    assert page.isprintable()
    assert "The file has the label" not in page
    _, survey, _ = counted(tmp_path / "study")
    assert survey.data["q"].value_counts().to_dict() == {other: 20, "f": 10, "m": 10}
    labels = {code: words[""] for code, words in survey.codebook["q"].codes.items()}
    assert {labels["f"].rstrip(" [12]"), labels["m"]} == {"f", "m"}
    assert sorted(words[-3:] for words in labels.values() if "[" in words) == ["[1]", "[2]"]


def test_numbers_with_na_of_r_are_offered_as_numbers(tmp_path):
    income = [*(str(1000 + 37 * at) for at in range(30)), "NA"]
    pd.DataFrame({"q": [1, 2] * 15 + [1], "x": income}).to_csv(tmp_path / "w.csv", index=False)
    initialise(tmp_path / "w.csv", tmp_path / "study")
    assert counted(tmp_path / "study")[1].codebook["x"].measure == "text"
    take_the_marks_away(tmp_path / "study/config/codebook.yaml", ["x: "])
    _, survey, _ = counted(tmp_path / "study")
    assert survey.codebook["x"].measure == "scale"
    assert survey.data["x"].max() == 1000 + 37 * 29


def test_words_that_are_no_answers_are_offered_in_a_text_file(tmp_path):
    answers = ["Да", "Нет", "Отказ от ответа", "Затрудняюсь ответить"] * 10
    pd.DataFrame({"q": answers}).to_csv(tmp_path / "w.csv", index=False)
    initialise(tmp_path / "w.csv", tmp_path / "study")
    _, survey, _ = counted(tmp_path / "study")
    assert survey.codebook["q"].answers[:2] == ["Да", "Нет"]
    assert survey.codebook["q"].dont_know == ("Затрудняюсь ответить",)
    take_the_marks_away(tmp_path / "study/config/codebook.yaml", ["missing: "])
    assert counted(tmp_path / "study")[1].codebook["q"].answers == ["Да", "Нет"]


def test_refusals_with_the_first_code_are_printed_last(tmp_path):
    labels = {-1: "Refused", 0: "Don't know", 1: "Bad", 2: "Fair", 3: "Good", 4: "Other"}
    initialise(_sav(tmp_path, [-1, 0, 1, 2, 3, 4] * 6, labels), tmp_path / "study")
    _, survey, _ = counted(tmp_path / "study")
    assert survey.codebook["q"].answers == [1, 2, 3, -1, 0, 4]
    assert survey.codebook["q"].ordered_answers == [1, 2, 3]


def test_words_that_a_program_numbered_by_the_alphabet_stand_in_their_order(tmp_path):
    labels = {1: "Agree", 2: "Disagree", 3: "Strongly agree", 4: "Strongly disagree"}
    initialise(_sav(tmp_path, [1, 2, 3, 4] * 6, labels), tmp_path / "study")
    _, survey, _ = counted(tmp_path / "study")
    assert survey.codebook["q"].measure == "ordinal"
    assert survey.codebook["q"].answers == [4, 2, 1, 3]


def test_order_that_somebody_chose_is_kept(tmp_path):
    labels = {1: "Good", 2: "Bad", 3: "Fair"}
    initialise(_sav(tmp_path, [1, 2, 3, 1] * 6, labels), tmp_path / "study")
    _, survey, _ = counted(tmp_path / "study")
    assert (survey.codebook["q"].answers, survey.codebook["q"].measure) == ([1, 2, 3], "nominal")
