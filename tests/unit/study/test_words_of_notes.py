"""Every note of the statistics has its words in every language, with the same places."""

import re

import pytest

from invented import ROOT, words_of
from resurvey.core.languages import plural_forms
from resurvey.core.notes import NOTES, PLACE, REFUSALS, Note, english_notes, number_formats
from resurvey.core.strict_yaml import read_yaml
from resurvey.pages.wording import Wording

LANGUAGES = sorted(
    path.name.removeprefix("words.").removesuffix(".yaml")
    for path in (ROOT / "report").glob("words.*.yaml")
)
WORDS = words_of(LANGUAGES)
KEYS = sorted(set(NOTES) - set(REFUSALS))
ENGLISH_WORD = re.compile(r"[A-Za-z]{3,}")
NAMES = {
    "SPSS", "PSPP", "NCHS", "vcd", "fisher", "monte", "carlo", "rao", "scott", "lonely", "psu",
    "config", "yaml", "panel", "false", "certainty", "remove", "adjust", "average", "svyglm",
    "svyranktest", "psych", "omega",
}  # fmt: skip
"""Programs, tests and keys of the configuration, which a note quotes."""


def said(language, note):
    return Wording(WORDS[language]).notes([note]).unescape()


def sample(key, number):
    values = {name: number if how else "ячейка" for name, how in number_formats(key).items()}
    return Note(key, **{name: str(value) for name, value in values.items()})


def places(text):
    return {name for name, _ in PLACE.findall(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_note_has_a_text_with_its_places(language):
    texts = WORDS[language]["notes"]
    assert {key: places(texts[key]) for key in NOTES} == {key: places(NOTES[key]) for key in NOTES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_says_every_note_itself_or_borrows_it(language):
    file = read_yaml(ROOT / f"report/words.{language}.yaml")
    own = file.get("notes", {})
    assert set(own) <= set(NOTES)
    if language != "en" and set(own) < set(NOTES):
        assert file["language"]["fallback"] in LANGUAGES
        assert WORDS[language]["language"]["partly"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_go_with_a_number_are_as_many_as_the_language_has_forms(language):
    for key in NOTES:
        said_by = WORDS[language]["language"]["forms"].get(f"notes.{key}", language)
        # The form of fractions is never needed: these numbers are whole.
        forms = len(plural_forms(said_by)) - (said_by == "ru")
        for name, how in PLACE.findall(WORDS[language]["notes"][key]):
            if how:
                assert how.count("|") + 1 == forms, key
                assert number_formats(key)[name], key


@pytest.mark.parametrize("number", [1, 2, 5, 21])
def test_russian_sentence_has_no_english_left(number):
    left = {key: set(ENGLISH_WORD.findall(said("ru", sample(key, number)))) for key in KEYS}
    assert {key: words - NAMES for key, words in left.items() if words - NAMES} == {}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_russian_refusal_is_whole(refusal):
    text = said("ru", Note("one_row", refusal))
    assert text.endswith(": респонденты есть только в одной строке")
    assert ENGLISH_WORD.findall(text) == []


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1 страте"), (2, "2 стратах"), (11, "11 стратах"), (21, "21 страте")]
)
def test_russian_word_goes_with_its_number(number, text):
    note = Note("lonely_strata", strata=number)
    assert f"в {text} только" in said("ru", note)
    # Kyrgyz borrows the sentence, and declines it as Russian does.
    assert said("ky", note) == said("ru", note)


def test_numbers_have_the_marks_of_the_language():
    note = Note("monte_carlo", replicates=10_000, seed=7, lower=0.0123, upper=0.5)
    assert "10\N{NO-BREAK SPACE}000 таблиц" in said("ru", note)
    assert "от 0,0123 до 0,5" in said("ru", note)
    assert said("en", note) == note.text


def test_english_page_says_what_the_csv_file_says():
    same = [key for key in KEYS if WORDS["en"]["notes"][key] == english_notes()[key]]
    assert set(KEYS) - set(same) == {"sparse", "not_identified"}
    texts = {key: sample(key, 2).text for key in same}
    assert {key: said("en", sample(key, 2)) for key in same} == texts
