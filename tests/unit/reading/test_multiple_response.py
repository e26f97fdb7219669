"""Options in one cell are told apart by the list of options, or not at all."""

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from invented import ROOT
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.strict_yaml import read_yaml
from resurvey.reading import read_survey
from resurvey.reading.multiple_response import (
    Joined,
    declare_sets,
    joined_options,
    separate_mapped,
    split_joined,
)
from resurvey.study.folder import check_schema

LANGUAGES = {"ru": ["русский"], "ky": ["кыргызский"], "other": ["другой (какой, укажите)"]}


def test_comma_inside_an_option_does_not_end_it():
    found = split_joined("русский, кыргызский, другой (какой, укажите)", LANGUAGES)
    assert (found.chosen, found.rest, found.ambiguous) == (("ru", "ky", "other"), "", False)


def test_words_of_ones_own_stand_at_the_end():
    assert split_joined("кыргызский, дари, пушту", LANGUAGES).rest == "дари, пушту"
    assert split_joined("дари", LANGUAGES) is None


def test_case_and_blanks_say_nothing():
    assert split_joined("Русский,  Кыргызский\u00a0", LANGUAGES, [","]).chosen == ("ru", "ky")


def test_cell_with_two_readings_is_ambiguous():
    options = {"a": ["чай"], "b": ["кофе"], "ab": ["чай, кофе"]}
    assert split_joined("чай, кофе", options).ambiguous
    assert not split_joined("чай", options).ambiguous


def test_longer_option_is_preferred_to_a_rest():
    options = {"a": ["чай"], "ab": ["чай, с молоком"]}
    assert split_joined("чай, с молоком", options).chosen == ("ab",)


words = st.text("abc, ()", min_size=1, max_size=8).map(lambda text: " ".join(text.split()))


@settings(deadline=None)
@given(st.lists(words, min_size=1, max_size=5, unique=True), st.data())
def test_what_was_joined_is_told_apart_or_called_ambiguous(options, data):
    assume(all(option and option.strip(", ") == option for option in options))
    named = {str(at): [option] for at, option in enumerate(options)}
    chosen = data.draw(st.lists(st.sampled_from(sorted(named)), min_size=1, unique=True))
    found = split_joined(", ".join(named[name][0] for name in chosen), named)
    assert found.ambiguous or set(found.chosen) == set(chosen)
    assert found.rest == ""


@pytest.fixture
def forms(tmp_path):
    """Write a .csv with a joined column and read it with a set declared over it."""

    def read(*cells, **declared):
        file = tmp_path / "forms.csv"
        lines = [f'{number},"{cell}"' for number, cell in enumerate(cells, 1)]
        file.write_text("\n".join(["id,Языки", *lines]) + "\n", encoding="utf-8")
        one = {"joined": "Языки", "options": ["русский", "другой (какой, укажите)"], **declared}
        codebook = {"multiple_response": {"langs": one}}
        check_schema(codebook, read_yaml(ROOT / "workflow/schemas/codebook.schema.yaml"), "x")
        return read_survey(file, codebook)

    return read


def test_joined_column_becomes_a_set_and_stays_as_a_text(forms):
    survey = forms("русский, другой (какой, укажите)", "", "русский")
    assert survey.data["langs_1"].astype("object").fillna(9).tolist() == [1, 9, 1]
    assert survey.data["langs_2"].astype("object").fillna(9).tolist() == [1, 9, 0]
    assert survey.codebook["langs_2"].title() == "другой (какой, укажите)"
    assert survey.codebook.multiple_response["langs"]["variable_list"] == ["langs_1", "langs_2"]
    assert survey.codebook["Языки"].measure == "text"


def test_unknown_option_is_named_with_its_cell_and_what_to_do(forms):
    sentence = r"line 3, column 2: variable 'Языки' holds a text of 4 letters, .* `open: true`"
    with pytest.raises(SurveyError, match=sentence):
        forms("русский", "русский, дари")


def test_ambiguous_cell_is_refused(forms):
    with pytest.raises(SurveyError, match="line 2.*can be told apart in two ways"):
        forms("чай, кофе", options=["чай", "кофе", "чай, кофе"])


def test_open_set_keeps_the_words(forms):
    survey = forms("русский, дари", "дари", "русский", open=True)
    assert survey.data["langs_other"].tolist() == [1, 1, 0]
    assert survey.data["langs_other_text"].fillna("").tolist() == ["дари", "дари", ""]


def test_separator_and_names_can_be_declared(forms):
    options = {"ru": {"ru": "русский", "en": "Russian"}, "ky": "кыргызский"}
    survey = forms("русский;кыргызский", "кыргызский", options=options, separator=";")
    assert survey.data["langs_ru"].tolist() == [1, 0]
    assert survey.codebook["langs_ru"].title("en") == "Russian"


def test_set_over_an_absent_column_names_the_nearest(forms):
    with pytest.raises(SurveyError, match="there is no variable 'Язык'; did you mean 'Языки'"):
        forms("русский", joined="Язык")


def test_half_declared_set_is_refused_by_the_schema(forms):
    with pytest.raises(SurveyError, match="x: "):
        forms("русский", variables=["id"])


MEDIA = ["TV", "radio", "TV, radio", "press", "TV, press", "TV, radio, press"]


def test_options_of_a_form_are_found_in_its_order():
    assert joined_options(MEDIA * 3, 2) == Joined(", ", ("TV", "radio", "press"), False)


def test_option_that_contains_the_separator_stays_whole():
    cells = [one.replace("press", "papers, magazines") for one in MEDIA] * 3
    assert joined_options(cells, 2).options == ("TV", "radio", "papers, magazines")


def test_options_that_end_with_semicolons_may_stand_in_any_order():
    cells = ["Bus;", "Tram;", "Bus;Tram;", "Tram;Bus;", "Taxi, cheap;"] * 3
    assert joined_options(cells, 2).separator == ";"
    assert set(joined_options(cells, 2).options) == {"Bus", "Tram", "Taxi, cheap"}


def test_own_words_at_the_end_are_no_option_and_said():
    found = joined_options([*MEDIA * 3, "TV, my aunt Bakyt"], 2)
    assert found == Joined(", ", ("TV", "radio", "press"), True)


@pytest.mark.parametrize(
    "cells",
    [
        ["yes, fully", "yes, partly", "no", "no, never"] * 5,
        ["Osh, Kyrgyzstan", "Bishkek, Kyrgyzstan", "Almaty, Kazakhstan"] * 5,
        ["TV", "radio", "press"] * 5,
        ["TV, radio", "radio, TV", "TV", "radio"] * 5,
        # A rare option before others cannot be told from somebody's own words.
        [*MEDIA * 3, "a rare one, TV"],
        [*MEDIA, *(f"I like it, number {at}" for at in range(12))],
        [],
    ],
)
def test_single_answers_and_free_words_are_not_taken_apart(cells):
    assert joined_options(cells, 2) is None


def test_options_in_any_order_are_found_where_nothing_else_is_written():
    words = ["TV", "radio", "press"]
    cells = [*words, *(f"{one}, {other}" for one in words for other in words if one != other)]
    assert set(joined_options(cells * 3, 2).options) == set(words)
    assert joined_options([*cells * 3, "TV, my aunt"], 2) is None


def book(**sets):
    variables = {"tv": Variable("tv", source="Q7_1"), "radio": Variable("radio")}
    return Codebook(variables, multiple_response=sets)


def test_set_of_the_file_follows_renamed_variables():
    told = {"type": "D", "counted_value": 1, "label": "", "variable_list": ["Q7_1", "radio"]}
    found, problems = declare_sets(book(media=told), {})
    assert found.multiple_response["media"]["variable_list"] == ["tv", "radio"]
    assert problems == []


def test_declared_set_replaces_that_of_the_file():
    told = {"type": "D", "counted_value": 1, "label": "", "variable_list": ["radio"]}
    declared = {"media": {"variables": ["tv", "radio"], "label": {"en": "Media"}}}
    found, _ = declare_sets(book(media=told), declared)
    assert found.multiple_response["media"] == {
        "type": "C",
        "counted_value": None,
        "label": {"en": "Media"},
        "variable_list": ["tv", "radio"],
    }


def test_set_with_the_name_of_a_variable_is_a_problem():
    _, problems = declare_sets(book(), {"tv": {"variables": ["radio"], "counted": 1}})
    assert problems == ["multiple-response set 'tv' has the name of a variable; rename it"]


def _form(*cells):
    column = pd.Series(list(cells), dtype="str")
    return Survey(pd.DataFrame({"Media?": column}), Codebook({"Media?": Variable("Media?")}))


def test_options_of_a_joined_column_become_the_variables_of_the_study():
    entries = {
        "tv": {"from": "Media?", "option": "TV", "codes": {1: 1, 0: 2}},
        "chat": {"from": "Media?", "option": "chats (Telegram, Signal)"},
    }
    form = _form("TV, chats (Telegram, Signal)", "TV", None, "chats (Telegram, Signal)")
    found = separate_mapped(form, entries, {"tv": {"missing": [9]}}, "2026")
    assert found.data["tv"].tolist() == [1, 1, pd.NA, 2]
    assert found.data["chat"].tolist() == [1, 0, pd.NA, 1]
    assert list(found.codebook) == ["tv", "chat"]
    # The file itself declares nothing as missing.
    assert found.codebook["tv"].missing == ()


def test_places_of_a_joined_column_hold_the_chosen_codes_one_after_the_other():
    codes = {"prices": 1, "roads": 2, "schools": 3, "hard to say": 99}
    entries = {f"q_{at}": {"from": "Media?", "place": at, "codes": codes} for at in (1, 2)}
    found = separate_mapped(_form("roads, schools", "prices", "hard to say"), entries, {}, "2026")
    assert found.data["q_1"].tolist() == [2, 1, 99]
    assert found.data["q_2"].tolist() == [3, pd.NA, pd.NA]


def test_own_words_count_where_the_study_says_so_and_stop_otherwise():
    entries = {"tv": {"from": "Media?", "option": "TV"}, "o": {"from": "Media?", "option": "other"}}
    form = _form("TV, my neighbour", "other", "TV")
    with pytest.raises(SurveyError, match="which is no `option` of a variable"):
        separate_mapped(form, entries, {}, "2026")
    entries["o"]["open"] = True
    found = separate_mapped(form, entries, {}, "2026")
    assert found.data["o"].tolist() == [1, 1, 0]
    assert found.data["tv"].tolist() == [1, 0, 1]


def test_more_chosen_answers_than_places_stop():
    entries = {"q_1": {"from": "Media?", "place": 1, "codes": {"a": 1, "b": 2}}}
    with pytest.raises(SurveyError, match="holds 2 answers, and only 1 variables have a `place`"):
        separate_mapped(_form("a, b"), entries, {}, "2026")


def test_name_that_the_file_has_too_is_refused():
    form = _form("TV")
    data = form.data.assign(tv=pd.array([1], "Int64"))
    form = Survey(data, form.codebook.updated([Variable("tv")]))
    with pytest.raises(SurveyError, match="the file has a variable 'tv' too"):
        separate_mapped(form, {"tv": {"from": "Media?", "option": "TV"}}, {}, "2026")
