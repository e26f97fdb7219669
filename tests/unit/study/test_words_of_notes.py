"""Every note of the statistics has its words in every language, with the same places."""

import re

import pytest

from invented import ROOT
from resurvey.core.languages import plural_forms
from resurvey.core.notes import NOTES, PLACE, REFUSALS, Note, english_notes, number_formats
from resurvey.core.strict_yaml import read_yaml
from resurvey.pages.wording import Wording
from resurvey.study.words import read_words

LANGUAGES = sorted(
    path.name.removeprefix("words.").removesuffix(".yaml")
    for path in (ROOT / "report").glob("words.*.yaml")
)
WORDS = read_words(ROOT / "report", LANGUAGES)
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
@pytest.mark.parametrize("key", sorted(NOTES))
def test_note_has_a_text_with_its_places(language, key):
    text = WORDS[language]["notes"][key]
    assert places(text) == places(NOTES[key])


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_says_every_note_itself_or_borrows_it(language):
    file = read_yaml(ROOT / f"report/words.{language}.yaml")
    own = file.get("notes", {})
    assert set(own) <= set(NOTES)
    if language != "en" and set(own) < set(NOTES):
        assert file["language"]["fallback"] in LANGUAGES
        assert WORDS[language]["language"]["partly"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(NOTES))
def test_words_that_go_with_a_number_are_as_many_as_the_language_has_forms(language, key):
    said_by = WORDS[language]["language"]["forms"].get(f"notes.{key}", language)
    # The form of fractions is never needed: these numbers are whole.
    forms = len(plural_forms(said_by)) - (said_by == "ru")
    for name, how in PLACE.findall(WORDS[language]["notes"][key]):
        if how:
            assert how.count("|") + 1 == forms
            assert number_formats(key)[name]


@pytest.mark.parametrize("number", [1, 2, 5, 21])
@pytest.mark.parametrize("key", KEYS)
def test_russian_sentence_has_no_english_left(key, number):
    assert set(ENGLISH_WORD.findall(said("ru", sample(key, number)))) <= NAMES


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


@pytest.mark.parametrize("key", KEYS)
def test_english_page_says_what_the_csv_file_says(key):
    if WORDS["en"]["notes"][key] == english_notes()[key]:
        assert said("en", sample(key, 2)) == sample(key, 2).text
    else:
        assert key in ("sparse", "not_identified")
