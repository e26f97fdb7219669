"""Counted data are recognised by their combinations; respondents never are."""

import itertools

import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.prepare.import_gate import import_survey
from resurvey.reading.weights import (
    check_margins,
    counted_by,
    looks_like_weight,
    maybe_counted_by,
    printed_table,
)


def survey(**columns):
    frame = pd.DataFrame(columns)
    whole = {name: "Int64" for name in frame if frame[name].dtype.kind == "i"}
    return Survey(frame.astype(whole), Codebook({name: Variable(name) for name in frame}))


def crossed(name, numbers=None, **levels):
    combinations = list(itertools.product(*levels.values()))
    columns = dict(zip(levels, zip(*combinations, strict=True), strict=True))
    return survey(**columns, **{name: numbers or list(range(3, 3 + len(combinations)))})


@pytest.mark.parametrize(
    "name",
    [
        "Freq",
        "freq.",
        "Frequency",
        "n",
        "N",
        "count",
        "Count",
        "частота",
        "Число респондентов",
        "Количество человек",
        "кол-во",
        "Anzahl",
        "Häufigkeit",
        "effectif",
        "Nombre de personnes",
        "frecuencia",
        "liczba",
        "number_of_people",
    ],
)
def test_column_of_counts_is_found_by_its_name(name):
    assert counted_by(crossed(name, sex=["m", "f"], q=["yes", "no", "dk"])) == name


def test_column_of_counts_may_stand_anywhere_and_hold_zeros():
    frame = crossed("n", [0, 5, 10, 0, 7, 1], sex=[1, 2], q=[1, 2, 3]).data[["n", "sex", "q"]]
    book = Codebook({name: Variable(name) for name in frame})
    assert counted_by(Survey(frame, book)) == "n"


def test_label_may_say_what_the_name_does_not():
    found = crossed("v3", sex=["m", "f"], q=["yes", "no"])
    book = found.codebook.updated([Variable("v3", {"": "Number of respondents"})])
    assert counted_by(Survey(found.data, book)) == "v3"


def test_complete_table_with_large_numbers_needs_no_name():
    numbers = [120, 80, 45, 33, 90, 12]
    assert counted_by(crossed("value", numbers, sex=["m", "f"], q=["a", "b", "c"])) == "value"


def test_answers_to_one_question_with_their_counts_are_counted():
    assert counted_by(survey(answer=["yes", "no", "dk"], count=[10, 20, 5])) == "count"


def test_sparse_table_of_four_variables_is_counted():
    whole = crossed("Freq", a=[1, 2, 3], b=[1, 2], c=[1, 2], d=[1, 2])
    sparse = whole.data.iloc[::2].reset_index(drop=True)
    assert counted_by(Survey(sparse, whole.codebook)) == "Freq"


def test_answers_that_follow_from_others_do_not_make_a_table_sparse():
    ages = [*range(10, 85, 5)]
    whole = crossed("Freq", age=ages, sex=["m", "f"], method=list("abcdefgh"))
    group, half = whole.data["age"] // 20, whole.data["age"] > 40
    follow = whole.data.assign(group=group, half=half, kind=whole.data["method"] > "d")
    book = Codebook({name: Variable(name) for name in follow})
    assert len(follow) / (15 * 2 * 8 * 5 * 2 * 2) < 0.1
    assert counted_by(Survey(follow, book)) == "Freq"


def few_of_many(name, most):
    """Ten rows of 3⁶ possible ones, each another one and none of a value that fixes another's."""
    columns = {
        f"q{at}": [row // 3**at % 3 for row in (0, 55, 123, 200, 301, 365, 444, 520, 601, 700)]
        for at in range(6)
    }
    return survey(**columns, **{name: [*range(1, 10), most]})


@pytest.mark.parametrize(
    ("people", "found"),
    [
        (few_of_many("Freq", 21), "Freq"),
        (few_of_many("Freq", 20), ""),
        (few_of_many("age", 90), ""),
        (crossed("Freq", [30, 40, 50, 60], sex=["m", "f"], q=["yes", "no"]), ""),
    ],
    ids=["rare combinations", "small numbers", "another name", "surely"],
)
def test_a_table_of_few_of_its_combinations_is_only_asked_about(people, found):
    assert maybe_counted_by(people) == found
    assert counted_by(people) == ("Freq" if "q" in people.codebook else "")


@pytest.mark.parametrize(
    "table",
    [
        survey(Antwort=["ja", "nein", "weiß nicht"], m=[10, 30, 3], f=[20, 5, 2], alle=[30, 35, 5]),
        survey(answer=["yes", "no", "all"], men=[10, 5, 15], women=[7, 2, 9]),
        survey(answer=["yes", "no", "maybe"], men=[10, 30, 3], women=[20, 5, 2]),
        survey(region=["Osh", "Naryn", "Batken"], poor=[2, 3, 4], rich=[5, 2, 2], all=[7, 5, 6]),
    ],
)
def test_few_lines_of_small_counts_are_a_printed_table_too(table):
    assert "look like numbers of the groups in" in printed_table(table)


@pytest.mark.parametrize(
    "people",
    [
        survey(id=[1, 2, 3, 4], n=[2, 3, 1, 2]),
        survey(id=[1, 2, 3, 4], sex=["m", "f", "m", "f"], count=[2, 3, 1, 2]),
        survey(name=["a", "b", "c"], sex=["m", "f", "m"], n=[2, 0, 1]),
        survey(sex=["m", "f", "m", "f", "m"], n=[2, 3, 2, 2, 1]),
        survey(sex=["m", "f", "m", "f"], vote=[2, 1, 1, 2], q=[1, 2, 2, 1]),
        survey(sex=["m", "f", "m", "f"], q=[1, 1, 2, 2], Freq=[0.5, 1.5, 2.5, 1.0]),
        survey(sex=["m", "f", "m", "f"], q=[1, 1, 2, 2], n=[0, 1, 1, 0]),
    ],
    ids=["id", "id and sex", "names", "repeated", "no name", "fractions", "yes or no"],
)
def test_respondents_are_not_counted_data(people):
    assert counted_by(people) == ""


def test_many_questions_with_different_answers_of_everybody_are_no_counted_data():
    columns = {f"q{at}": [(row * at + row // 3) % 5 for row in range(30)] for at in range(1, 9)}
    assert counted_by(survey(**columns, n=[row % 4 for row in range(30)])) == ""


def test_numbers_in_front_of_the_combinations_change_nothing():
    counted = crossed("Freq", sex=["m", "f"], q=["yes", "no"])
    data = counted.data.assign(id=pd.array([1, 2, 3, 4], "Int64"))[["id", "sex", "q", "Freq"]]
    book = Codebook({name: Variable(name) for name in data})
    assert counted_by(Survey(data, book)) == "Freq"


def test_printed_tables_are_said_to_be_none_of_respondents():
    wide = survey(sex=["m", "f"], yes=[110, 31], no=[20, 40])
    assert "'yes', 'no' look like numbers of the groups in 'sex'" in printed_table(wide)
    shares = survey(sex=list("mmff"), q=list("ynyn"), percent=[33.3, 66.7, 42.9, 57.1])
    assert "with its 'percent'" in printed_table(shares)


@pytest.mark.parametrize(
    "people",
    [
        survey(sex=["m", "f", "m"], age=[20, 30, 41]),
        survey(name=["a", "b", "c"], age=[20, 30, 41], q=[1, 2, 1]),
        survey(sex=["m", "f", "m", "f"], q=["y", "y", "n", "y"], age=[20.5, 30, 41, 22]),
        survey(a=[1, 2], b=[100, 200]),
        survey(name=["Osh", "Naryn", "Batken"], a=[10, 30, 3], b=[20, 5, 2]),
        survey(q=["yes", "no", "maybe"], a=[1, 3, 2], b=[2, 5, 1]),
        survey(name=[f"p{at}" for at in range(13)], a=[2] * 13, b=[3] * 13, all=[5] * 13),
        survey(name=["a", "b", "c"], q1=[0, 1, 1], q2=[1, 0, 1], q3=[1, 1, 0]),
    ],
)
def test_few_respondents_are_no_printed_table(people):
    assert printed_table(people) == ""


@pytest.mark.parametrize("name", ["Percent", "percent_n", "% of people", "Доля, %", "Anteil"])
def test_whole_per_cents_are_no_counts(name):
    frame = crossed(name, [41, 35, 24, 50, 30, 20], sex=["m", "f"], q=["yes", "no", "dk"])
    assert counted_by(frame) == ""
    assert f"its '{name}'" in printed_table(frame)


@pytest.mark.parametrize("word", ["Total", "Both sexes", "оба пола"])
def test_counted_data_with_margins_stop(word):
    found = crossed("n", [1, 2, 3, 4, 6, 10], q=["yes", "no"], sex=["m", "f", word])
    with pytest.raises(SurveyError, match=f"the rows with '{word}' in 'sex' are the sums"):
        check_margins(found, counted_by(found), "t.csv")


def test_margin_is_recognised_by_its_word_in_a_list_of_one_variable():
    found = crossed("n", [10, 20, 30], q=["yes", "no", "Всего"])
    with pytest.raises(SurveyError, match="the rows with 'Всего' in 'q'"):
        check_margins(found, "n", "t.csv")


def test_counts_that_happen_to_add_up_in_one_group_are_no_margin():
    check_margins(crossed("n", [1, 2, 3, 4, 6, 9], q=[1, 2], e=["low", "среднее", "x"]), "n", "t")


def test_per_cents_beside_the_counts_hide_them_not():
    data = {"sex": list("mmff"), "q": list("ynyn"), "n": [30, 70, 40, 60]}
    assert counted_by(survey(**data, percent=[30.0, 70.0, 40.0, 60.0])) == "n"


def test_margins_stop_the_import_of_a_study_too(tmp_path):
    file = tmp_path / "t.csv"
    rows = ["m,1,3", "f,1,5", "all,1,8", "m,2,4", "f,2,2", "all,2,6"]
    file.write_text("\n".join(["sex,q,n", *rows]) + "\n")
    with pytest.raises(SurveyError, match="the rows with 'all' in 'sex' are the sums"):
        import_survey(str(file), {}, {"weight": "n", "weight_kind": "frequency"})


@pytest.mark.parametrize("column", [[1, 2, 2], [12, 7, 9], ["yes", "no", "yes"], [5]])
def test_file_of_one_variable_is_asked_every_question_and_counts_nothing(column):
    alone = survey(n=column)
    assert counted_by(alone) == ""
    assert isinstance(printed_table(alone), str)


@pytest.mark.parametrize(
    "label",
    ["Ağırlık", "Ağırlık katsayısı", "Вага", "Ваговий коефіцієнт", "Салмақ", "Салмагы", "Vægt"]
    + ["Poids", "Gewicht", "Peso", "Waga", "Súly"],
)
def test_one_word_for_weight_makes_a_weight_of_numbers_around_one(label):
    around_one = pd.Series([0.5, 1.5, 1.25, 0.75])
    assert looks_like_weight("xw1", label, around_one)
    assert not looks_like_weight("xw1", label, 60 * around_one)
    assert not looks_like_weight("xw1", label, 3.4 * around_one)
    assert not looks_like_weight("xw1", f"{label}, кг", around_one)
