"""What init chooses for a file that it never saw: groups, weights, identifier, tables."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from counted_study import counted, take_the_marks_away
from resurvey.__main__ import main
from resurvey.study.folder import read_yaml
from resurvey.study.initialise import initialise

CASES = Path(__file__).parents[3] / "cases/init"
YES_NO = {1: "yes", 2: "no"}
LIKELY = {1: "likely", 2: "neutral", 3: "unlikely"}


def _sav(folder, columns, labels=None, values=None, name="wave.sav"):
    frame = pd.DataFrame(columns)
    pyreadstat.write_sav(
        frame, folder / name, column_labels=labels or {}, variable_value_labels=values or {}
    )
    return folder / name


def _codes(rows, *codes):
    return [codes[row % len(codes)] for row in range(rows)]


def _page(folder, name):
    return (folder / "study/config" / name).read_text(encoding="utf-8").replace("\n# ", " ")


def _made(folder, file, *options):
    assert main(["init", str(file), "--into", str(folder / "study"), *options]) == 0
    return folder / "study"


def test_items_are_never_groups_where_nothing_says_who_somebody_is(tmp_path):
    guess = initialise(CASES / "sav_no_groups.sav", tmp_path / "study")
    assert guess.groups == ()
    _, _, tables = counted(tmp_path / "study")
    assert tables == {"table_1": {"rows": [f"item{at}" for at in range(1, 9)]}}
    assert "No variable says who the respondents are" in _page(tmp_path, "tables.yaml")


def test_a_question_of_one_country_is_no_group_for_all(tmp_path):
    guess = initialise(CASES / "sav_sparse_group.sav", tmp_path / "study")
    assert guess.groups == ("country",)
    _, _, tables = counted(tmp_path / "study")
    assert all(table.get("columns", "country") == "country" for table in tables.values())
    page = _page(tmp_path, "tables.yaml")
    assert "'country' was chosen: its name or label says country, and 400 of 400" in page
    assert "'edu_de', because only 61 of 400 respondents answered it" in page


@pytest.mark.parametrize(
    ("name", "label", "answers", "is_group"),
    [
        ("v1", "Ваш пол", {1: "М", 2: "Ж"}, True),
        ("v1", "Quel est votre sexe ?", {1: "Homme", 2: "Femme"}, True),
        ("v1", "Geschlecht", {1: "m", 2: "w"}, True),
        ("v1", "Highest level of education completed", {1: "low", 2: "high"}, True),
        ("v1", "Возраст, группы", {1: "18-34", 2: "35+"}, True),
        ("v1", "Тип населённого пункта", {1: "город", 2: "село"}, True),
        ("region", "", {1: "North", 2: "South"}, True),
        ("v1", "Access to education was difficult", YES_NO, False),
        ("v1", "How satisfied are you with your region?", {1: "very", 2: "not"}, False),
        ("v1", "Do you want to leave the country?", YES_NO, False),
        ("job", "How is your job?", {1: "Bad", 2: "So-so", 3: "Good"}, False),
    ],
)
def test_groups_are_who_somebody_is_and_no_question_that_mentions_it(
    tmp_path, name, label, answers, is_group
):
    people = {name: _codes(60, *answers), "q": _codes(60, 1, 1, 2)}
    file = _sav(tmp_path, people, {name: label, "q": "Anything"}, {name: answers, "q": YES_NO})
    assert initialise(file, tmp_path / "study").groups == ((name,) if is_group else ())


WEIGHTS = [
    ("poids", "Poids de sondage", [426.5, 15019.0, 29779.9]),
    ("wtssall", "Weight variable", [0.45, 1.2, 2.3]),
    ("pspwght", "", [0.3, 1.0, 4.0]),
    ("anweight", "Analysis weight", [0.3, 1.0, 4.0]),
    ("rb050", "", [120.5, 410.25, 88.0]),
    ("Gewicht", "Designgewicht", [0.9, 1.1, 1.0]),
    ("v9", "Весовой коэффициент", [0.9, 1.1, 1.0]),
    ("ponde", "", [10, 1, 15]),
    ("ponderacion", "", [0.5, 1.5, 1.0]),
    ("w", "", [10, 1, 5]),
    ("wt", "", [0.0, 1.5, 2.5]),
    ("q99", "Peso campionario", [0.8, 1.2, 1.0]),
    ("perwt", "Person weight", [1500, 2300, 800]),
    ("waga", "", [0.3, 1.0, 4.0]),
    ("súly", "", [0.3, 1.0, 4.0]),
    ("салмак", "", [0.3, 1.0, 4.0]),
    ("redressement", "", [0.3, 1.0, 4.0]),
]
NO_WEIGHTS = [
    ("weight", "Weight of respondent (kg)", [61.5, 80.0, 73.0]),
    ("weight", "", [61.5, 80.0, 73.0]),
    ("waga", "", [61.5, 80.0, 73.0]),
    ("WEIGHT_LB", "", [132.0, 180.0, 201.0]),
    ("birthweight", "", [2900, 3500, 3100]),
    ("poids", "Poids (en kilos)", [61, 80, 73]),
    ("вес", "Ваш вес, кг", [61, 80, 73]),
    ("w", "", [1, 2, 1]),
    ("hours", "Hours of television", [0.5, 4.0, 2.0]),
    ("swt", "", [-1.0, 2.0, 0.5]),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "label", "sizes"), WEIGHTS)
def test_weights_are_known_by_name_and_label_in_the_languages_of_the_field(
    tmp_path, name, label, sizes, capsys
):
    file = _sav(
        tmp_path,
        {"sex": _codes(60, 1, 2), "q": _codes(60, 1, 1, 2), name: _codes(60, *sizes)},
        {name: label},
        {"sex": {1: "m", 2: "f"}, "q": YES_NO},
    )
    study = _made(tmp_path, file)
    assert f"'{name}' is or looks like a weight and is not used" in capsys.readouterr().out
    _, survey, _ = counted(study)
    assert survey.codebook.weights == (name,)
    config = study / "config/config.yaml"
    assert ("20 respondents have the weight 0" in config.read_text()) == (0.0 in sizes)
    take_the_marks_away(config, ["weight: "])
    (wave,) = read_yaml(config)["waves"].values()
    assert wave["weight"] == name


@pytest.mark.parametrize(("name", "label", "sizes"), NO_WEIGHTS)
def test_bodies_hours_and_codes_are_no_weights(tmp_path, name, label, sizes):
    people = {"q": _codes(60, 1, 1, 2), name: _codes(60, *sizes)}
    file = _sav(tmp_path, people, {name: label}, {"q": YES_NO})
    assert initialise(file, tmp_path / "study").weights == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("numbers", "is_id"),
    [
        (list(range(1, 61)), False),
        (list(range(60, 0, -1)), False),
        (list(range(0, 60)), False),
        (list(range(2, 122, 2)), False),
        (list(range(1001, 1061)), False),
        ([11_800_000_000 + 37 * at for at in range(60)], True),
        ([f"R_{at * 7919:x}" for at in range(60)], True),
        ([f"{at:04d}" for at in range(1, 61)], False),
    ],
)
def test_numbers_of_rows_are_no_identifier(tmp_path, numbers, is_id):
    file = _sav(tmp_path, {"ID": numbers, "q": _codes(60, 1, 2)}, values={"q": YES_NO})
    guess = initialise(file, tmp_path / "study")
    assert (guess.identifier, guess.numbering) == (("ID", "") if is_id else ("", "ID"))
    parts, _, _ = counted(tmp_path / "study")
    assert ("id" in parts["codebook"]) == is_id
    assert "ID" not in parts["codebook"]["variables"]
    if not is_id:
        take_the_marks_away(tmp_path / "study/config/codebook.yaml", ["id: "])
        assert counted(tmp_path / "study")[0]["codebook"]["id"] == "ID"


def test_an_id_that_stands_twice_is_none_and_that_is_said(tmp_path, capsys):
    ids = [f"P{at:03d}" for at in range(59)] + ["P000"]
    file = _sav(tmp_path, {"id": ids, "q": _codes(60, 1, 2)}, values={"q": YES_NO})
    study = _made(tmp_path, file)
    assert "'id' is named like an identifier but is the same for several" in capsys.readouterr().out
    assert "id" not in counted(study)[0]["codebook"]


def test_two_samples_that_number_their_rows_are_no_panel(tmp_path, monkeypatch):
    first, second = (
        _sav(
            tmp_path,
            {"ID": range(1, 61), "sex": _codes(60, *sexes), "q": _codes(60, 1, 2, 2)},
            {"sex": "Sex"},
            {"sex": {1: "m", 2: "f"}, "q": YES_NO},
            name,
        )
        for sexes, name in (((1, 2), "wave 2020.sav"), ((2, 1), "wave 2021.sav"))
    )
    study = _made(tmp_path, first)
    given = ["add-wave", str(second), "--name", "2021", "--study", str(study)]
    assert main(given) == 0
    assert "id" not in read_yaml(study / "config/codebook.yaml")
    assert all(
        "id" not in wave for wave in read_yaml(study / "config/config.yaml")["waves"].values()
    )


@pytest.mark.slow
def test_battery_of_words_is_a_table_and_the_set_is_tabulated(tmp_path):
    guess = initialise(CASES / "surveymonkey_text_battery.csv", tmp_path / "study")
    parts, survey, tables = counted(tmp_path / "study")
    assert guess.groups[0] == "q1"
    batteries = [table["rows"] for table in tables.values() if len(table["rows"]) > 2]
    assert [len(rows) for rows in batteries] == [12, 12]
    assert {"rows": ["q4"], "columns": "q1"} in tables.values()
    assert not guess.omitted or not set(guess.omitted) & {f"q5_{at}" for at in range(1, 25)}
    variables = parts["codebook"]["variables"]
    assert list(variables["q2"]["codes"])[:2] == ["$0 - $24,999", "$25,000 - $49,999"]
    assert list(variables["q3"]["codes"])[0] == "Never"
    assert list(variables["q3"]["codes"])[-1] == "Every day"
    assert survey.codebook["q5_1"].measure == "ordinal"
    assert list(variables["q5_1"]["codes"])[0] == "Very unfavorably"
    assert variables["q5_1"]["dont_know"] == ["Unfamiliar"]


def test_item_in_which_an_answer_is_absent_has_it_all_the_same(tmp_path):
    scale = ["Never", "Sometimes", "Often"]
    people = pd.DataFrame(
        {"Q [a]": _codes(60, *scale), "Q [b]": _codes(60, *scale[:2]), "Q [c]": _codes(60, *scale)}
    )
    people.to_csv(tmp_path / "forms.csv", index=False)
    initialise(tmp_path / "forms.csv", tmp_path / "study")
    _, survey, tables = counted(tmp_path / "study")
    assert [table["rows"] for table in tables.values()] == [["Q [a]", "Q [b]", "Q [c]"]]
    assert survey.codebook["Q [b]"].answers == scale


def test_numbers_with_labelled_ends_stay_numbers_without_invented_labels(tmp_path):
    names = [f"q3_{at}" for at in range(1, 6)]
    ends = {0: "no trust", 10: "full trust", 99: "Don't know"}
    people = {name: [*range(11)] * 6 + [99] for name in names} | {"nps": [*range(11)] * 6 + [4]}
    file = _sav(tmp_path, people, values=dict.fromkeys(names, ends))
    initialise(file, tmp_path / "study")
    parts, survey, tables = counted(tmp_path / "study")
    assert parts["codebook"]["variables"]["q3_1"] == {"measure": "scale"}
    assert parts["codebook"]["variables"]["nps"] == {"measure": "scale"}
    assert survey.codebook["q3_1"].codes[5] == {}
    assert [table["rows"] for table in tables.values()] == [names, ["nps"]]
    take_the_marks_away(tmp_path / "study/config/codebook.yaml", ["missing: "])
    assert 99 not in counted(tmp_path / "study")[1].codebook["q3_1"].answers


@pytest.mark.slow
def test_many_numbers_are_no_battery_of_answers(tmp_path):
    generator = np.random.default_rng(1)
    scores = {f"score{at}": generator.integers(20, 38, 200) for at in range(25)}
    items = {f"A{at}": generator.integers(1, 7, 200) for at in range(25)}
    guess = initialise(_sav(tmp_path, {**scores, **items}), tmp_path / "study")
    _, _, tables = counted(tmp_path / "study")
    assert [len(table["rows"]) for table in tables.values()] == [9, 9, 7]
    assert set(guess.uncounted) == set(scores)


@pytest.mark.slow
def test_limit_of_tables_takes_the_important_ones_first(tmp_path, capsys):
    columns, labels, values = {}, {}, {}
    asides = ["month", "phone", "form", "interviewer"]
    for name in [*asides, *(f"x{at}" for at in range(20)), "heat2a"]:
        columns[name] = _codes(90, 1, 2, 3)
        values[name] = {1: f"{name} one", 2: f"{name} two", 3: f"{name} three"}
    labels["heat2a"] = "If the election were held today, whom would you vote for?"
    columns["rare"] = [1, 2, 3] + [None] * 87
    values["rare"] = {1: "a", 2: "b", 3: "c"}
    study = _made(tmp_path, _sav(tmp_path, columns, labels, values), "--tables", "21")
    _, _, tables = counted(study)
    shown = [row for table in tables.values() for row in table["rows"]]
    assert shown == [*(f"x{at}" for at in range(20)), "heat2a"]
    assert "5 variables in no table (at most 21 are written" in capsys.readouterr().out
    assert "month, phone, form, interviewer, rare" in _page(tmp_path, "tables.yaml")


def test_options_that_were_marked_or_not_are_a_set(tmp_path):
    marks = {0: "Не отмечено", 1: "Отмечено"}
    first = [f"Q5_{at}" for at in range(1, 5)]
    second = [f"Q6_{at}" for at in range(1, 3)]
    people = {
        name: _codes(60, *[int(at == row) for at in range(4)]) for row, name in enumerate(first)
    }
    people |= {name: _codes(60, 1, 0, 0) for name in second}
    words = ["Телевидение", "Радио", "Газеты", "Интернет"]
    labels = {
        name: f"Откуда Вы узнаёте новости? – {word}"
        for name, word in zip(first, words, strict=True)
    }
    labels |= dict(
        zip(second, ["Чем пользуетесь? – Такси", "Чем пользуетесь? – Трамвай"], strict=True)
    )
    file = _sav(tmp_path, people, labels, dict.fromkeys(people, marks))
    guess = initialise(file, tmp_path / "study")
    _, survey, tables = counted(tmp_path / "study")
    assert [table["rows"] for table in tables.values()] == [["Q5"], ["Q6"]]
    assert guess.sets["Q5"] == {
        "label": "Откуда Вы узнаёте новости?",
        "variables": first,
        "counted": 1,
    }
    assert survey.codebook.multiple_response["Q6"]["variable_list"] == second


def test_who_somebody_is_may_have_the_answers_of_its_neighbours(tmp_path):
    people = {name: _codes(60, 1, 2) for name in ("married", "q1", "q2", "q3")}
    file = _sav(tmp_path, people, {"q1": "Do you smoke?"}, dict.fromkeys(people, YES_NO))
    assert initialise(file, tmp_path / "study").groups == ("married",)


def test_item_about_the_region_is_no_group_among_items(tmp_path):
    people = {f"income_{at}": _codes(60, 1, 2, 3) for at in range(4)}
    file = _sav(tmp_path, people, values=dict.fromkeys(people, LIKELY))
    guess = initialise(file, tmp_path / "study")
    assert guess.groups == ()
    assert "one of several items" in _page(tmp_path, "tables.yaml") or not guess.reasons


CHOSEN = ["Bus, red, Tram", "Bus, red", "Tram", "Bus, red, Tram", "Bus, red", "", "Tram", "Tram"]


@pytest.mark.parametrize(("separator", "end"), [(", ", ""), (";", ";")])
def test_options_in_one_cell_are_counted_one_by_one(tmp_path, separator, end):
    rows = [one.replace(", Tram", f"{separator}Tram") + end * bool(one) for one in CHOSEN * 3]
    file = tmp_path / "form.csv"
    pd.DataFrame({"sex": _codes(24, "m", "f"), "Which?": rows}).to_csv(file, index=False)
    _, survey, tables = counted(_made(tmp_path, file))
    records, codebook = survey.data, survey.codebook
    assert tables["table_1"] == {"rows": ["options_1"], "columns": "sex"}
    options = codebook.multiple_response["options_1"]["variable_list"]
    labels = [codebook[one].title() for one in options]
    counts = [int((records[one] == 1).sum()) for one in options]
    assert dict(zip(labels, counts, strict=True)) == {"Bus, red": 12, "Tram": 15}
    assert [int(records[one].notna().sum()) for one in options] == [21, 21]


@pytest.mark.parametrize("tick", ["Да", "Y", "x", "1"])
def test_options_of_which_only_the_chosen_ones_are_ticked_are_a_set(tmp_path, tick):
    columns = {f"Which?[SQ00{at}]": _codes(24, tick, "", *[""] * at) for at in (1, 2, 3)}
    file = tmp_path / "lime.csv"
    pd.DataFrame({"sex": _codes(24, "m", "f"), **columns}).to_csv(file, index=False)
    _, survey, tables = counted(_made(tmp_path, file))
    codebook = survey.codebook
    (name,) = codebook.multiple_response
    assert codebook.multiple_response[name]["variable_list"] == list(columns)
    assert tables["table_1"] == {"rows": [name], "columns": "sex"}


def test_questions_that_everybody_answered_alike_are_no_set_and_why_is_said(tmp_path, capsys):
    columns = {"consent_1": ["Yes"] * 24, "consent_2": ["Yes"] * 24}
    file = tmp_path / "w.csv"
    pd.DataFrame({"sex": _codes(24, "m", "f"), "q": _codes(24, "a", "b", "c"), **columns}).to_csv(
        file, index=False
    )
    _, survey, _ = counted(_made(tmp_path, file))
    assert not survey.codebook.multiple_response
    assert "2 variables in no table (of one answer, or" in capsys.readouterr().out


@pytest.mark.parametrize(
    "answers",
    [
        ["1 - Да", "2 - Нет", "99 - Затрудняюсь"],
        ["1. Fully agree", "2. Agree", "3. Disagree", "4. Fully disagree"],
        ["1", "2", "NA"],
    ],
)
def test_answers_keep_the_numbers_of_the_questionnaire(tmp_path, answers):
    file = tmp_path / "w.csv"
    pd.DataFrame({"sex": _codes(60, "m", "f"), "q": _codes(60, *answers[::-1])}).to_csv(
        file, index=False
    )
    _, survey, _ = counted(_made(tmp_path, file))
    assert list(survey.codebook["q"].codes) == answers


@pytest.mark.parametrize("answers", [["18-64", "65+"], ["Yes", "No"], ["10%", "20%"]])
def test_two_amounts_rise_and_yes_stands_before_no(tmp_path, answers):
    file = tmp_path / "w.csv"
    pd.DataFrame({"q": _codes(60, *answers[::-1]), "v": _codes(60, 1, 2)}).to_csv(file, index=False)
    _, survey, _ = counted(_made(tmp_path, file))
    assert survey.codebook["q"].answers == answers


def test_numbers_that_commas_make_a_text_are_said(tmp_path, capsys):
    file = tmp_path / "w.csv"
    rows = ['yes,m,"1,200"', "no,m,900", 'yes,f,"1,100"', 'no,f,"2,000"']
    file.write_text("\n".join(["q,sex,n", *rows]) + "\n")
    _made(tmp_path, file)
    assert (
        "'n' is read as text: 4 of 4 answers are numbers with commas between thousands; if the "
        "commas part thousands, begin again with `--thousands ,`."
    ) in capsys.readouterr().out
    guess = initialise(file, tmp_path / "again", export={"thousands": ","})
    assert guess.counts == "n"
