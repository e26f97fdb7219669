"""What is odd in a file is told with its variable and rows, kept, and counted in the report."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.prepare.import_gate import import_survey
from resurvey.reading.columns import number_column
from resurvey.reading.oddities import _median, _tallied, mention_labels, mention_oddities


def told(values, dtype=None):
    column = pd.Series(values, dtype=dtype)
    survey = Survey(pd.DataFrame({"q": column}), Codebook({"q": Variable("q")}))
    return mention_oddities("raw.sav", survey)


@pytest.mark.parametrize(
    ("values", "dtype", "sentence"),
    [
        ([1.5, 1.7e308], "float64", "a number beyond 2**53 in 1 row (row 2)"),
        ([1.5, -5.8e77, 2e16], "float64", "a number beyond 2**53 in 2 rows (rows 2, 3)"),
        (["2022-10-03", "2087-01-01"], "str", "a date outside of 1900 to 2050 in 1 row (row 2)"),
        (["1582-10-14", "1950-01-01"], "str", "a date outside of 1900 to 2050 in 1 row (row 1)"),
        (["a", "x" * 40_000], "str", "a text of more than 10000 letters in 1 row (row 2)"),
        (["a", "b\0c"], "str", "a text with control characters in 1 row (row 2)"),
        (["Ош", "Oш"], "str", "a word of letters of two alphabets in 1 row (row 2)"),
        (["Osh", "Osh", "osh", " Osh", "x", "x", "x", "x"], "str",
         "an answer that is written in several ways in 4 rows (rows 1, 2, 3, 4)"),
        (["yes", "yes\u200b", "x", "x", "x", "x"], "str",
         "an answer that is written in several ways in 2 rows (rows 1, 2)"),
        (["Jos\u00e9", "Jose\u0301", "x", "x", "x", "x"], "str",
         "an answer that is written in several ways in 2 rows (rows 1, 2)"),
    ],
)  # fmt: skip
def test_oddity_is_told_with_its_rows(caplog, values, dtype, sentence):
    assert told(values, dtype) == [f"variable 'q' holds {sentence}"]
    assert f"raw.sav: variable 'q' holds {sentence}; look whether that is right" in caplog.text


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1, 2, None, 2**60], "Int64"),
        ([17.5, None, 2e12], "float64"),
        (["2022-10-03", "1931-02-01", "2049-12-31"], "str"),
        (["two\nlines", "tab\there", "Да", "нет", "Müller", "‘x’"], "str"),
        (["Yes", "No", "Yes", "No"], "str"),
        (["my own words", "My own words"], "str"),
    ],
)
def test_ordinary_answers_are_no_oddities(caplog, values, dtype):
    assert told(values, dtype) == []
    assert not caplog.text


WHOLE = [float(20 + number) for number in range(40)]
DAYS = [f"2024-03-{1 + number % 28:02}" for number in range(40)]


def with_odd(values, odd):
    """The values with another one in the fifth row."""
    return [*values[:4], odd, *values[5:]]


@pytest.mark.parametrize(
    ("values", "dtype", "sentence"),
    [
        (with_odd(WHOLE, 3.000000001), "float64", "a number that is nearly whole"),
        (with_odd(WHOLE, 24.5), "float64", "a number with more decimals than the others"),
        ([value + 0.5 for value in with_odd(WHOLE, 24.015625)], "float64",
         "a number with more decimals than the others"),
        (with_odd(WHOLE, -1.0), "float64", "a negative number, as hardly another"),
        (with_odd(WHOLE, 6000.0), "float64", "a number more than 100 times the median"),
        (with_odd(WHOLE, 999), "Int64",
         "a number of nines, which looks like a code for no answer,"),
        (with_odd(WHOLE, 1e-300), "float64", "a number next to nought"),
        (with_odd(DAYS, "2025-03-05"), "str", "a date months away from nearly all others"),
        (with_odd(DAYS, "2024-13-05"), "str", "a text where all others are dates"),
        (with_odd([str(int(value)) for value in WHOLE], "3O"), "str",
         "a text where all others are numbers"),
        (with_odd(["слово"] * 40, "слzво"), "str", "a word of letters of two alphabets"),
        (with_odd(["слово"] * 40, "слЮво"), "str", "a capital letter inside of a word"),
        (with_odd(["слово"] * 40, "сло\ufffdво"), "str", "letters that could not be read"),
        (with_odd(["да"] * 40, "да" + " " * 20 + "@"), "str",
         "letters far behind the text, after many blanks"),
    ],
)  # fmt: skip
def test_one_answer_unlike_all_others_is_told(values, dtype, sentence):
    assert told(values, dtype) == [f"variable 'q' holds {sentence} in 1 row (row 5)"]


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (WHOLE, "float64"),
        ([value / 2 for value in WHOLE], "float64"),
        (np.random.default_rng(1).normal(size=5000), "float64"),
        ([-value for value in WHOLE[:20]] + WHOLE[:20], "float64"),
        ([18, *range(18, 57), 99], "Int64"),
        (DAYS, "str"),
        ([f"19{number:02}-05-01" for number in range(40, 80)], "str"),
        (["YouTube", "МГУ", "Wi-Fi в кафе", "5 сом"] * 10, "str"),
    ],
)
def test_answers_that_differ_as_people_do_are_no_oddities(values, dtype):
    told_of = told(values, dtype)
    assert told_of == []


def survey(**columns):
    """A survey of columns, and of what is said of them."""
    frame = pd.DataFrame({name: column for name, (column, _) in columns.items()})
    book = {name: Variable(name, **about) for name, (_, about) in columns.items()}
    return Survey(frame, Codebook(book))


@pytest.mark.parametrize(
    ("code", "label"),
    [(99, "Refused"), (-9, "Отказ от ответа"), (9999, "kA"), (-1, "skipped by mistake")],
)
def test_labelled_code_of_a_measurement_that_is_not_declared_missing_is_told(code, label):
    ages = pd.array([*range(18, 57), code], "Int64")
    about = {"codes": {code: {"": label}}}
    assert mention_oddities("w.sav", survey(age=(ages, about))) == [
        "variable 'age' holds a labelled code that may be no answer but counts as a number, "
        "in 1 row (row 40)"
    ]
    assert mention_oddities("w.sav", survey(age=(ages, {**about, "missing": (code,)}))) == []


@pytest.mark.parametrize("code", [0, 80, 99])
def test_labelled_end_of_a_measurement_is_no_oddity(code):
    ages = pd.array([*range(18, 57), code], "Int64")
    about = {"codes": {code: {"": "this or more"}}}
    assert mention_oddities("w.sav", survey(age=(ages, about))) == []


def test_nines_without_a_label_are_told_beside_a_labelled_refusal():
    ages = pd.array([*range(18, 57), 998, 999], "Int64")
    about = {"codes": {998: {"": "Refused"}}}
    assert [
        clause.partition(" in ")[0]
        for clause in mention_oddities("w.sav", survey(age=(ages, about)))
    ] == [
        "variable 'age' holds a labelled code that may be no answer but counts as a number,",
        "variable 'age' holds a number of nines, which looks like a code for no answer,",
    ]


def test_identifier_that_stands_twice_or_is_empty_is_told_by_its_name_alone():
    numbers = pd.array([*range(1, 19), 18, None], "Int64")
    assert mention_oddities("raw.sav", survey(id=(numbers, {}), age=(numbers, {}))) == [
        "variable 'id' holds no identifier of the respondent in 1 row (row 20)",
        "variable 'id' holds an identifier that stands twice in 2 rows (rows 18, 19)",
    ]


def test_identifier_out_of_order_is_told_where_all_others_rise():
    numbers = pd.array([*range(1, 11), 139, *range(12, 31)], "Int64")
    assert mention_oddities("raw.sav", survey(id=(numbers, {}))) == [
        "variable 'id' holds an identifier out of their order in 1 row (row 11)"
    ]
    assert mention_oddities("raw.sav", survey(id=(numbers[::-1], {}))) == []


def test_code_without_a_label_is_told_among_labelled_ones_and_not_between_two_ends():
    labels = {code: {"": f"answer {code}"} for code in (1, 2, 3)}
    column = pd.array([1, 2, 3, 7, 2], "Int64")
    assert mention_oddities("raw.sav", survey(q=(column, {"codes": labels}))) == [
        "variable 'q' holds a code without a label in 1 row (row 4)"
    ]
    ends = {1: {"": "not at all"}, 7: {"": "very much"}}
    assert mention_oddities("raw.sav", survey(q=(column, {"codes": ends}))) == []


@pytest.mark.parametrize(
    ("odd", "sentence"),
    [
        (0.0, "the weight 'weight' is nought or missing in 1 row (row 5)"),
        (30.0, "the weight 'weight' is far above all others in 1 row (row 5)"),
    ],
)
def test_weight_that_nobody_uses_yet_is_looked_at(odd, sentence):
    weights = with_odd([0.5 + number % 3 / 2 for number in range(40)], odd)
    assert sentence in mention_oddities("raw.sav", survey(weight=(weights, {})))


@pytest.mark.parametrize(
    ("label", "answers", "sentence"),
    [
        ("a\x1b[2J", ["yes", "no"], "there are control characters in the labels"),
        ("a\ufffd", ["yes", "no"], "there are letters that could not be read in the labels"),
        ("a", ["yes", "Yes"], "two answers have the same label"),
        ("a", ["ж" * 60, "no"], "a label fills all that a .sav holds of it"),
    ],
)
def test_odd_label_is_told_with_its_variable(caplog, label, answers, sentence):
    codes = {code: {"": words} for code, words in enumerate(answers)}
    mention_labels("w.sav", survey(q=([0, 1], {"label": {"": label}, "codes": codes})))
    assert sentence in caplog.text
    assert "of variable 'q'" in caplog.text


def test_import_counts_what_its_log_warns_of_and_leaves_the_answers_as_they_are(tmp_path):
    path = tmp_path / "wave.csv"
    rows = [f"{number},{20 + number % 30}" for number in range(40)]
    path.write_text("\n".join(["nr,age", *rows, "40,999", ""]), encoding="utf-8")
    found = import_survey(str(path), {"variables": {"age": {"measure": "scale"}}})
    assert [flag.partition(" in ")[0] for flag in found.codebook.flags] == [
        "variable 'age' holds a number of nines, which looks like a code for no answer,"
    ]
    assert found.data["age"].tolist()[-1] == 999
    assert Codebook.from_json(found.codebook.to_json()).flags == found.codebook.flags


def test_weight_that_holds_a_word_names_the_file(tmp_path):
    path = tmp_path / "wave.csv"
    path.write_text("w,q\n1,1\n2,2\none,1\n1,2\n", encoding="utf-8")
    with pytest.raises(SurveyError, match=r"wave\.csv: variable 'w' of the design holds text"):
        import_survey(str(path), {}, {"file": str(path), "weight": "w"})


@given(st.lists(st.sampled_from([None, -3, 0, 1, 2, 99, 5_000_000]), min_size=1))
def test_numbers_are_told_by_how_many_gave_each(answers):
    column = number_column(answers)
    numbers, people = _tallied(column)
    given = np.array([answer for answer in answers if answer is not None], float)
    assert np.repeat(numbers, people).tolist() == sorted(given.tolist())
    halves, others = _tallied(column.astype("float64"))
    assert (halves.tolist(), others.tolist()) == (numbers.tolist(), people.tolist())
    if len(given):
        assert _median(numbers[::-1], people[::-1]) == np.median(given)
