"""What a file leaves open is filled from the answers that were given."""

import logging

import pandas as pd
import pyarrow as pa
import pytest

from counted_study import counted
from resurvey.__main__ import main
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.prepare.import_gate import import_survey
from resurvey.reading import observed_answers
from resurvey.reading.observed_answers import (
    MOST,
    REST,
    SharedAnswers,
    complete_codebook,
    least_people,
    protect,
    with_text_answers,
)
from resurvey.study.initialise import initialise


def _completed(values, **known):
    kind = "str" if isinstance(values[0], str) else "Int64"
    kind = "float64" if isinstance(values[0], float) else kind
    frame = pd.DataFrame({"q": pd.array(values, dtype=kind)})
    book = Codebook({"q": Variable("q", **({"measure": ""} | known))})
    return complete_codebook(Survey(frame, book)).codebook["q"]


def test_few_integers_are_a_list_of_answers():
    variable = _completed([3, 1, None, 3])
    assert (variable.measure, variable.answers) == ("nominal", [1, 3])


@pytest.mark.parametrize("values", [list(range(21)), [0.5, 1.5]])
def test_many_integers_and_fractions_are_a_scale(values):
    variable = _completed(values)
    assert (variable.measure, variable.answers) == ("scale", [])


def test_unlabelled_answer_joins_the_labelled_ones_in_the_order_of_the_codes():
    variable = _completed([2, 5], codes={1: {"": "a"}, 3: {"": "b"}})
    assert variable.answers == [1, 2, 3, 5]


def test_labelled_ends_of_a_long_scale_make_no_list():
    variable = _completed(list(range(101)), codes={0: {"": "cold"}, 100: {"": "warm"}})
    assert (variable.measure, variable.answers) == ("scale", [0, 100])


def test_missing_codes_are_no_answers():
    assert _completed([1, 98, 99], missing_ranges=((98, 99),)).answers == [1]


def test_repeated_words_are_answers_and_own_words_are_text():
    assert _completed(["no", "yes", "no", "yes"]).answers == ["no", "yes"]
    assert _completed(["Aida", "Bek", "Chyngyz"]).measure == "text"
    assert _completed(["2022-10-03", "2022-10-03"]).measure == "text"
    assert _completed(["a long story " * 20] * 4).measure == "text"


CANARIES = ("CANARYVILLAGE", "CANARYSHORT", "CANARYNAME", "CANARYPHONE55", "CANARYTEXT")


def _cases(name):
    from pathlib import Path

    return Path(__file__).parents[2] / "cases/init" / name


def _csv(folder, **columns):
    pd.DataFrame(columns).to_csv(folder / "w.csv", index=False)
    return folder / "w.csv"


@pytest.mark.slow
def test_no_answer_of_one_person_reaches_the_settings_or_the_codebook(tmp_path):
    initialise(_cases("disclosure.csv"), tmp_path / "study")
    _, survey, tables = counted(tmp_path / "study")
    texts = [path.read_text() for path in (tmp_path / "study/config").iterdir()]
    texts.append(survey.codebook.to_json())
    for text in texts:
        assert not any(canary in text for canary in (*CANARIES, "987654321"))
    shown = {row for table in tables.values() for row in table["rows"]}
    assert {"village", "short", "occ"} <= shown
    assert survey.data["village"].value_counts()[REST] == 1
    assert survey.data["occ"].value_counts()[-900] == 1
    assert survey.codebook["village"].answer(REST, "ru") == "Другие ответы"


@pytest.mark.parametrize("people", [12, 30, 60, 200, 2000])
def test_ordinary_question_of_a_file_of_any_size_keeps_its_answers(tmp_path, people):
    tea = ["tea", "coffee", "water"]
    answers = [tea[at % 3] for at in range(people - 1)] + ["CANARY my own brew"]
    initialise(_csv(tmp_path, q=answers), tmp_path / "study")
    _, survey, _ = counted(tmp_path / "study")
    assert survey.codebook["q"].answers == [*sorted(tea), REST]
    page = (tmp_path / "study/config/codebook.yaml").read_text()
    assert "CANARY" not in page
    assert "1 respondent gave answers of their own" in page


def test_known_words_are_kept_however_few_people_gave_them(tmp_path):
    answers = ["Да", "Нет"] * 4 + ["Затрудняюсь ответить"]
    initialise(_csv(tmp_path, q=answers), tmp_path / "study")
    assert counted(tmp_path / "study")[1].codebook["q"].answers == [
        "Да",
        "Нет",
        "Затрудняюсь ответить",
    ]


def test_option_with_words_of_ones_own_is_a_closed_question_with_a_rest(tmp_path):
    answers = ["bus", "car", "bike"] * 30 + [f"CANARY{at}" for at in range(15)]
    initialise(_csv(tmp_path, q=answers), tmp_path / "study")
    _, survey, _ = counted(tmp_path / "study")
    assert survey.data["q"].value_counts().to_dict() == {
        "bus": 30,
        "car": 30,
        "bike": 30,
        REST: 15,
    }


def test_names_and_open_questions_are_words_and_no_answers(tmp_path):
    names = [f"CANARY{at % 40}" for at in range(120)]
    same = ["больше парков", "чаще автобусы", "ничего не менять"] * 40
    heading = "Что бы Вы изменили? (открытый вопрос)"
    file = _csv(tmp_path, name=names, q=[1, 2] * 60, **{heading: same})
    initialise(file, tmp_path / "study")
    parts, survey, _ = counted(tmp_path / "study")
    assert parts["codebook"]["variables"][heading] == {"measure": "text"}
    assert list(survey.codebook[heading].codes) == []
    assert "CANARY" not in survey.codebook.to_json()


def test_dates_addresses_and_telephones_are_no_answers(tmp_path):
    file = _csv(
        tmp_path,
        q=[1, 2] * 20,
        start=["10/03/2022 10:00:00 AM"] * 40,
        ip=["192.0.2.1", "192.0.2.2"] * 20,
        contact=["+996 555 12 00 01"] * 40,
    )
    assert set(initialise(file, tmp_path / "study").variables) == {"q"}


def test_new_words_of_a_later_file_are_counted_as_the_rest_and_not_repeated(tmp_path, caplog):
    codebook = {"variables": {"q": {"codes": {"tea": "Tea", "other": "Other"}, "rest": "other"}}}
    file = _csv(tmp_path, q=["tea", "TEA ", "CANARY", "CANARY two"])
    with caplog.at_level(logging.INFO):
        survey = import_survey(str(file), codebook)
    assert survey.data["q"].tolist() == ["tea", "tea", "other", "other"]
    assert "2 people gave 2 answers" in caplog.text
    assert "CANARY" not in caplog.text


def test_rest_that_is_no_code_is_refused(tmp_path):
    codebook = {"variables": {"q": {"codes": {"tea": "Tea"}, "rest": "other"}}}
    with pytest.raises(SurveyError, match="`rest` names 'other', which is not among its codes"):
        import_survey(str(_csv(tmp_path, q=["tea", "tea"])), codebook)


def test_study_without_a_codebook_shows_no_words_of_one_person(tmp_path):
    answers = ["tea", "coffee"] * 30 + ["CANARY"]
    survey = import_survey(str(_csv(tmp_path, q=answers)), {})
    assert survey.codebook["q"].answers == ["coffee", "tea", REST]
    assert survey.data["q"].value_counts()[REST] == 1


def test_labelled_texts_are_what_somebody_declared():
    book = Codebook({"q": Variable("q", codes={"A": {"": "Alone"}, "B": {}, "C": {}})})
    people = pd.DataFrame({"q": ["A", *["B"] * 9, "C"]}, dtype="str")
    survey = protect(Survey(people, book))
    assert survey.codebook["q"].answers == ["A", "B", REST]
    assert survey.data["q"].tolist() == ["A", *["B"] * 9, REST]


def test_option_of_a_neighbouring_item_is_an_option():
    people = pd.DataFrame({"a": ["x"] * 9 + ["y"], "b": ["y"] * 9 + ["z"]}, dtype="str")
    shared = SharedAnswers(people)
    assert shared.closed(people["a"]).answers == ("x", "y")
    assert shared.closed(people["b"]).answers == ("y",)


def test_no_file_is_so_small_that_one_person_is_several():
    assert [least_people(people) for people in (1, 40, 100, 10**6)] == [2, 2, 5, 5]


@pytest.mark.slow
def test_comparison_of_waves_repeats_no_words_of_one_person(tmp_path, capsys):
    first, second = tmp_path / "w2020.csv", tmp_path / "w2021.csv"
    drinks = ["tea", "coffee", "water"] * 20
    sexes = [1, 2] * 30
    pd.DataFrame({"sex": [*sexes, 1], "q": [*drinks, "CANARYA"]}).to_csv(first, index=False)
    new = {"sex": [*sexes, 1, 2], "q": [*drinks, "CANARYB", "CANARYC"]}
    pd.DataFrame(new).to_csv(second, index=False)
    study = tmp_path / "study"
    assert main(["init", str(first), "--into", str(study)]) == 0
    assert main(["add-wave", str(second), "--name", "2021", "--study", str(study)]) == 0
    assert "CANARY" not in capsys.readouterr().out
    assert not any("CANARY" in path.read_text() for path in (study / "config").iterdir())
    # An answer that several people gave is one that the questionnaire may offer now.
    third = tmp_path / "w2022.csv"
    pd.DataFrame({"sex": sexes, "q": ["tea", "juice"] * 30}).to_csv(third, index=False)
    assert main(["add-wave", str(third), "--name", "2022", "--study", str(study)]) == 1
    assert "new_answer  juice" in capsys.readouterr().out


@pytest.mark.parametrize(
    "rare",
    ["60 и старше", "Widowed", "Вдовец/вдова", "Начальное", "PhD", "Учёная степень"],
)
def test_option_that_any_questionnaire_offers_stays_though_one_person_chose_it(rare):
    common = {"60 и старше": ["18–29", "30–59"]}.get(rare, ["one", "two"])
    people = pd.DataFrame({"q": [*common * 20, rare]}, dtype="str")
    assert SharedAnswers(people).closed(people["q"]).answers == tuple(sorted([*common, rare]))


@pytest.mark.parametrize(
    ("common", "rare"),
    [
        (["Slightly stressed", "Very stressed"], "Not at all stressed"),
        (["0-5 hours", "6-10 hours"], "More than 10 hours"),
        (["1 курс", "2 курс"], "4 курс"),
        (["0 (not at all likely)", "2", "3", "10 (extremely likely)"], "1"),
    ],
)
def test_step_of_a_scale_stays_though_one_person_chose_it(common, rare):
    people = pd.DataFrame({"q": [*common * 20, rare]}, dtype="str")
    assert SharedAnswers(people).closed(people["q"]).answers == tuple(sorted([*common, rare]))


@pytest.mark.parametrize(
    "rare",
    [
        "PhD Bakyt",
        "doctor in Naryn",
        "divers",
        "вдова из Оша",
        "45",
        "555-1234",
        "older than Bakyt",
    ],
)
def test_words_of_one_person_are_counted_with_the_others(rare):
    people = pd.DataFrame({"q": [*["one", "two"] * 20, rare]}, dtype="str")
    assert SharedAnswers(people).closed(people["q"]).answers == ("one", "two")


TABLES = {"t": {"rows": ["vote"], "columns": "city"}}


def survey(votes):
    frame = pd.DataFrame({"vote": votes, "city": ["Osh"] * len(votes), "name": ["x"] * len(votes)})
    book = Codebook({name: Variable(name, measure="text") for name in frame})
    return Survey(frame, book)


def test_observed_texts_become_answers():
    book = with_text_answers(survey(["yes", None, "no"]), TABLES).codebook
    assert (book["vote"].answers, book["city"].answers) == (["no", "yes"], ["Osh"])
    assert book["vote"].measure == "nominal"


def test_text_outside_the_tables_stays_text():
    assert with_text_answers(survey(["yes"]), TABLES).codebook["name"].measure == "text"


def test_item_that_nobody_answered_has_no_answers():
    empty = with_text_answers(survey(pd.Series([None, None], dtype="str")), TABLES)
    assert (empty.codebook["vote"].measure, empty.codebook["vote"].codes) == ("nominal", {})


@pytest.mark.parametrize(("texts", "measure"), [(MOST, "nominal"), (MOST + 1, "text")])
def test_many_different_texts_are_free_text(texts, measure):
    votes = [f"answer {number}" for number in range(texts)]
    assert with_text_answers(survey(votes), TABLES).codebook["vote"].measure == measure


def test_arrow_columns_are_read_too():
    few = survey(["yes", "no"])
    arrow = Survey(pa.table({"vote": ["yes", None], "city": ["Osh", "Osh"]}), few.codebook)
    assert with_text_answers(arrow, TABLES).codebook["vote"].answers == ["yes"]


def test_words_of_everybodys_own_are_not_looked_at_one_by_one(monkeypatch):
    looked_at = []
    known = observed_answers.is_known_answer
    monkeypatch.setattr(
        observed_answers, "is_known_answer", lambda text: looked_at.append(text) or known(text)
    )
    people = pd.DataFrame({"own": [f"word {n}" for n in range(500)], "q": ["yes", "no"] * 250})
    people = people.astype("str")
    shared = SharedAnswers(people)
    assert shared.question(people["own"], Variable("own")) is None
    assert not looked_at
    assert shared.question(people["q"], Variable("q")).answers == ("no", "yes")


def test_question_whose_few_answers_most_people_gave_has_them_whatever_else_is_written():
    answers = [f"answer {n}" for n in range(20)] * 40 + [f"word {n}" for n in range(150)]
    column = pd.Series(answers, dtype="str")
    found = SharedAnswers(pd.DataFrame({"q": column})).question(column, Variable("q"))
    assert len(found.answers) == 20
    assert (found.people, found.wordings) == (150, 150)
