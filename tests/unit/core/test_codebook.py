"""A codebook keeps every code as it is in the file and says which codes are no answers."""

import json
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import resurvey
from resurvey.core.codebook import (
    Codebook,
    Survey,
    Variable,
    as_labels,
    clean_code,
    declared_variable,
    nearest,
    pick_label,
    short_title,
    split_stem,
)
from resurvey.core.errors import SurveyError

CODES = st.one_of(
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not x.is_integer()),
    st.text(max_size=5),
)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, 1),
        (-3.0, -3),
        (0.0, 0),
        (2.5, 2.5),
        ("1", "1"),
        ("", ""),
        (np.float64(7), 7),
        (np.int8(-1), -1),
    ],
)
def test_code_is_an_integer_where_it_can_be(value, code):
    assert clean_code(value) == code
    assert type(clean_code(value)) in (int, float, str)


def test_large_integer_code_keeps_its_last_digit():
    assert clean_code(2**53 + 1) == 2**53 + 1
    assert clean_code(np.int64(2**53 + 1)) == 2**53 + 1


def test_label_is_chosen_by_language_then_the_file_then_any():
    labels = {"ru": "да", "": "yes (file)"}
    assert pick_label(labels, "ru", "1") == "да"
    assert pick_label(labels, "en", "1") == "yes (file)"
    assert pick_label({"ru": "да"}, "en", "1") == "да"
    assert pick_label({}, "en", "1") == "1"


def test_one_text_is_a_label_of_unknown_language():
    assert as_labels("yes") == {"": "yes"}
    assert as_labels(None) == {}
    assert as_labels({"no": "nei"}) == {"no": "nei"}


def test_missing_codes_and_ranges_are_no_answers_and_text_is_never_in_a_range():
    variable = Variable(
        "q", codes={1: {}, 2: {}, 8: {}, 99: {}, "x": {}}, missing=(8,), missing_ranges=((97, 99),)
    )
    assert variable.answers == [1, 2, "x"]
    assert [variable.is_missing(code) for code in (96.9, 97, 98, 99.0, 100, 8)] == [
        False,
        True,
        True,
        True,
        False,
        True,
    ]


def test_answers_stay_in_printed_order():
    assert Variable("q", codes={3: {}, 1: {}, 2: {}}).answers == [3, 1, 2]


def test_dont_know_is_an_answer_outside_the_order():
    variable = Variable("q", codes={1: {}, 2: {}, 3: {}}, dont_know=(3,))
    assert variable.answers == [1, 2, 3]
    assert variable.ordered_answers == [1, 2]


def test_answer_without_a_label_shows_its_code_and_variable_its_name():
    assert Variable("q").answer(-5) == "-5"
    assert Variable("q").title("en") == "q"


@pytest.mark.parametrize("key", ["order", "dont_know"])
def test_order_of_an_undeclared_code_is_refused_by_name(key):
    with pytest.raises(SurveyError, match=f"'q': `{key}` names the undeclared code 5"):
        declared_variable("q", {"codes": {1: "yes"}, key: [5]})


def test_declared_variable_reads_every_key():
    plain = {
        "label": {"en": "Sure?"},
        "measure": "ordinal",
        "codes": {1.0: "yes", 2: "no", 8: "?", 9: "refused"},
        "missing": [9, {"low": 97, "high": 99}],
        "order": [2, 1],
        "dont_know": [8],
        "source": "V17",
    }
    variable = declared_variable("q", plain)
    assert list(variable.codes) == [1, 2, 8, 9]
    assert variable.missing == (9,)
    assert variable.missing_ranges == ((97, 99),)
    assert variable.ordered_answers == [2, 1]
    assert variable.dont_know == (8,)
    assert variable.source == "V17"


def test_empty_declaration_is_a_variable():
    assert declared_variable("q", None).measure == "scale"


def test_unknown_variable_names_the_nearest():
    book = Codebook({"gender": Variable("gender")})
    with pytest.raises(SurveyError, match="'gendr' is not in the data; did you mean 'gender'"):
        book["gendr"]
    with pytest.raises(SurveyError, match="'zzz' is not in the data$"):
        book["zzz"]


def test_nearest_name_does_not_mind_case():
    assert nearest("TVNEWS", ["TVnews"]) == "; did you mean 'TVnews'?"


def test_updated_codebook_replaces_namesakes_in_place_and_leaves_the_old_one():
    book = Codebook({"a": Variable("a"), "b": Variable("b")})
    new = book.updated([Variable("a", measure="scale"), Variable("c")])
    assert list(new) == ["a", "b", "c"]
    assert new["a"].measure == "scale"
    assert "c" not in book


@pytest.mark.slow
@given(
    codes=st.lists(CODES, unique=True, max_size=6),
    missing=st.lists(CODES, max_size=3),
    label=st.dictionaries(st.sampled_from(["", "ru", "en"]), st.text(max_size=8)),
    notes=st.lists(st.text(max_size=20), max_size=3),
)
def test_codebook_survives_json_with_the_types_of_its_codes(codes, missing, label, notes):
    variable = Variable(
        "q", label, "nominal", {code: dict(label) for code in codes}, tuple(missing), ((-9.5, -9),)
    )
    book = Codebook({"q": variable}, "file", tuple(notes), {"set": {"type": "D"}}, True)
    again = Codebook.from_json(book.to_json())
    assert again == book
    assert [type(code) for code in again["q"].codes] == [type(code) for code in codes]
    assert book.to_json() == again.to_json()


def test_json_keeps_letters_readable():
    book = Codebook({"пол": Variable("пол", {"ru": "Пол"})})
    assert "Пол" in book.to_json()
    assert json.loads(book.to_json())["variables"][0]["name"] == "пол"


def test_survey_holds_codes_and_codebook():
    people = pd.DataFrame({"q": pd.array([1, 9, None], "Int64")})
    survey = Survey(people, Codebook({"q": Variable("q", missing=(9,))}))
    assert survey.data["q"].tolist()[:2] == [1, 9]
    assert survey.codebook["q"].is_missing(9)


def test_survey_cannot_be_given_another_codebook():
    survey = Survey(pd.DataFrame(), Codebook({}))
    with pytest.raises(FrozenInstanceError):
        survey.codebook = Codebook({})


def test_public_names_come_from_the_package():
    assert resurvey.Survey is Survey
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        resurvey.nothing  # noqa: B018


@pytest.mark.slow
def test_importing_the_package_loads_nothing_heavy():
    import subprocess
    import sys

    heavy = "{'pandas', 'numpy', 'scipy', 'matplotlib', 'statsmodels', 'ortools', 'pyarrow'}"
    program = f"import sys; sys.path[:0] = {sys.path!r}; import resurvey; print({heavy} & set(sys.modules))"  # noqa: E501
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


@pytest.mark.parametrize(
    ("wordings", "stem", "endings"),
    [
        (
            ["Agree? People are honest", "Agree? courts are fair"],
            "Agree?",
            ["People are honest", "Courts are fair"],
        ),
        (["Agree? – Yes, always", "Agree? – Never"], "Agree?", ["Yes, always", "Never"]),
        (["Agree? [Courts are fair]", "Agree? [We are]"], "Agree?", ["Courts are fair", "We are"]),
        (["Rate [the police]", "Rate [the courts]"], "Rate", ["The police", "The courts"]),
        (
            ["Think of your work. The pay", "Think of your work. The hours"],
            "Think of your work",
            ["The pay", "The hours"],
        ),
        (["Mr. Smith", "Mr. Jones"], "", ["Mr. Smith", "Mr. Jones"]),
        (["Your job", "Your pay"], "", ["Your job", "Your pay"]),
        (["Agree? Yes", "Agree? Yes"], "", ["Agree? Yes", "Agree? Yes"]),
        (["Agree?", "Agree? Yes"], "", ["Agree?", "Agree? Yes"]),
        (["Age"], "", ["Age"]),
    ],
)
def test_stem_is_what_all_wordings_share_up_to_a_mark(wordings, stem, endings):
    assert split_stem(wordings) == (stem, endings)


def test_three_items_may_share_words_without_a_mark_and_two_may_not():
    asked = [f"How satisfied are you with the {what}?" for what in ("roads", "schools", "parks")]
    assert split_stem(asked) == ("How satisfied are you with the…", ["Roads", "Schools", "Parks"])
    assert split_stem(asked[:2])[0] == ""


def test_long_heading_is_cut_after_a_question_or_a_word():
    asked = "Have you children?; Have you a car?; Were you born in this town or in another one?"
    assert short_title(asked, 50) == "Have you children?; Have you a car?; …"
    assert short_title("How often do you travel", 12) == "How often…"
    assert len(short_title("word " * 60)) <= 90
