"""Every shared word is there in English and in Russian, and a third language is one file."""

import string

import pytest
import yaml

from invented import ROOT
from resurvey.core.errors import SurveyError
from resurvey.core.languages import decimal_mark, plural_form, plural_forms
from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording
from resurvey.study.words import FORMS, borrow_text, read_words

REPORT = ROOT / "report"
WORDS = {
    language: yaml.safe_load((REPORT / f"words.{language}.yaml").read_text(encoding="utf-8"))
    for language in ("en", "ru", "ky")
}
SECTIONS = sorted(set(WORDS["en"]) - {"language"})
FORMATTER = string.Formatter()


def families(section):
    """Words with a number: those that English has a singular and a plural of."""
    keys = WORDS["en"][section]
    return {key[:-4] for key in keys if key.endswith("_one") and f"{key[:-4]}_other" in keys}


def plain_keys(language, section):
    """Keys without the plural forms of words with a number."""
    forms = {f"{one}_{form}" for one in families(section) for form in FORMS}
    return set(WORDS[language].get(section, {})) - forms


def places(text):
    return {name for _, name, _, _ in FORMATTER.parse(text) if name}


def texts(language):
    for section in WORDS[language]:
        for key, text in WORDS[language][section].items():
            if section != "language":
                yield section, key, text


@pytest.mark.parametrize("section", SECTIONS)
def test_russian_has_the_same_words_as_english(section):
    if section == "notes":  # its keys are the statistics' English notes themselves
        assert set(WORDS["en"]["notes"]) <= set(WORDS["ru"]["notes"])
        return
    assert plain_keys("ru", section) == plain_keys("en", section)


def test_no_section_stands_in_one_language_only():
    assert set(WORDS["en"]) == set(WORDS["ru"])
    assert set(WORDS["ky"]) <= set(WORDS["en"])


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("section", SECTIONS)
def test_word_with_a_number_has_every_form_that_its_language_needs(language, section):
    for family in families(section):
        has = {form for form in FORMS if f"{family}_{form}" in WORDS[language].get(section, {})}
        if language != "ky" or has:
            assert has == set(plural_forms(language)), f"{section}.{family}"


@pytest.mark.parametrize("language", ["ru", "ky"])
def test_translation_has_the_places_of_the_english_text(language):
    english = {(section, key): text for section, key, text in texts("en")}
    wrong = []
    for section, key, text in texts(language):
        if section == "notes":
            continue
        stem, _, form = key.rpartition("_")
        source = english.get((section, key)) or english.get((section, f"{stem}_other"))
        # A singular may spell its number out.
        if places(str(text)) != places(str(source)) and form != "one":
            wrong.append(f"{section}.{key}")
    assert wrong == []


def test_no_word_is_empty_or_has_spaces_around_it_by_mistake():
    for language in WORDS:
        for section, key, text in texts(language):
            assert str(text).strip(), f"{language}: {section}.{key}"
            assert "  " not in str(text), f"{language}: {section}.{key}"


def test_russian_words_are_russian():
    """A word without a Cyrillic letter is a symbol, a name or a unit; each is known by its key."""
    english = {(section, key): str(text) for section, key, text in texts("en")}
    same = [
        f"{section}.{key}"
        for section, key, text in texts("ru")
        if english.get((section, key)) == str(text)
        and sum(sign.isalpha() for sign in str(text).replace("{", " {")) > 0
        and not _is_symbolic(str(text))
    ]
    assert same == []


def _is_symbolic(text):
    """Whether nothing but places, symbols of statistics, and names of programs is in a text."""
    for name in places(text):
        text = text.replace("{" + name + "}", "")
    words = "".join(sign if sign.isalpha() else " " for sign in text).split()
    return all(word in SYMBOLS for word in words)


SYMBOLS = {
    "n", "p", "df", "V", "G", "F", "x", "χ", "r", "t", "z", "BH", "DEFF", "OR", "SE", "CI", "h",
    "CSV", "LaTeX", "SVG", "PNG", "PDF", "Word", "Excel", "JSON", "SHA", "XML", "DDI", "HTML",
    "resurvey", "version", "README", "DOI", "ORCID", "codecheck", "yml", "ro", "crate", "metadata",
    "json", "sha", "RO", "Crate", "Tab", "Enter", "Esc",
}  # fmt: skip
"""What is written alike in every language: symbols, formats, programs, keys."""


# Falling back


def files(folder, **words):
    for language, text in words.items():
        (folder / f"words.{language}.yaml").write_text(text, encoding="utf-8")
    return folder


ENGLISH = "tables: {total: Total, note: Note}\nreport: {n_one: '{n} one', n_other: '{n} more'}\n"
RUSSIAN = (
    "tables: {total: Всего}\n"
    "report: {n_one: '{n} один', n_few: '{n} два', n_many: '{n} пять', n_other: '{n} дроби'}\n"
)


def test_language_without_words_of_its_own_is_in_english(tmp_path):
    words = read_words(files(tmp_path, en=ENGLISH, ru=RUSSIAN, kk=""), ["en", "ru", "ky", "kk"])
    assert words["ru"]["tables"] == {"total": "Всего", "note": "Note"}
    for language in ("ky", "kk"):
        assert words[language]["tables"] == words["en"]["tables"]
        assert words[language]["language"]["partly"]
    assert not words["en"]["language"]["partly"]


def test_language_falls_back_to_the_one_that_it_names(tmp_path):
    own = "language: {code: ky, fallback: ru}\ntables: {note: Эскертүү}\n"
    words = read_words(files(tmp_path, en=ENGLISH, ru=RUSSIAN, ky=own), ["ky"])["ky"]
    assert words["tables"] == {"total": "Всего", "note": "Эскертүү"}
    assert words["language"]["borrows"] == ["ru"]


def test_borrowed_word_with_a_number_has_the_forms_of_its_own_language(tmp_path):
    own = "language: {code: ky, fallback: ru}\n"
    words = read_words(files(tmp_path, en=ENGLISH, ru=RUSSIAN, ky=own), ["ky", "kk"])
    assert [str(Wording(words["ky"]).plural("n", number)) for number in (1, 3, 5)] == [
        "1 один",
        "3 два",
        "5 пять",
    ]
    assert str(Wording(words["kk"]).plural("n", 3)) == "3 more"


def test_language_with_fewer_forms_gets_none_of_another(tmp_path):
    own = "language: {fallback: ru}\nreport: {n_one: '{n} киши', n_other: '{n} киши'}\n"
    words = read_words(files(tmp_path, en=ENGLISH, ru=RUSSIAN, ky=own), ["ky"])["ky"]
    assert set(words["report"]) == {"n_one", "n_other"}
    assert str(Wording(words).plural("n", 3)) == "3 киши"


def test_complete_language_is_not_called_partly_translated():
    words = read_words(REPORT, ["en", "ru", "ky"])
    assert [words[one]["language"]["partly"] for one in ("en", "ru", "ky")] == [False, False, True]


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ("tabels: {total: x}\n", "unknown section 'tabels'; did you mean 'tables'"),
        ("tables: {totl: x}\n", "unknown key 'totl' under 'tables'; did you mean 'total'"),
        ("language: {falback: ru}\n", "unknown key 'falback' under 'language'"),
        ("language: {fallback: xx}\n", "words.ky.yaml: there is no words.xx.yaml"),
        ("language: {fallback: ky}\n", "leads back to 'ky'"),
    ],
)
def test_mistake_of_a_translator_is_named(tmp_path, own, problem):
    files(tmp_path, en=ENGLISH, ky=own)
    with pytest.raises(SurveyError, match=problem):
        read_words(tmp_path, ["ky"])


def test_text_of_the_study_is_borrowed_table_by_table_and_only_where_declared():
    words = read_words(REPORT, ["en", "ru", "ky", "de"])
    text = {
        "en": {"subtitle": "A"},
        "ru": {"subtitle": "А", "tables": {"t": {"number": "Таблица 2", "title": "О"}}},
        "ky": {"tables": {"t": {"title": "К"}, "u": {"title": "Л"}}},
        "de": {},
    }
    complete = borrow_text(text, words)
    assert complete["ky"] == {
        "subtitle": "А",
        "tables": {"t": {"number": "Таблица 2", "title": "К"}, "u": {"title": "Л"}},
    }
    assert complete["ru"] == text["ru"]
    assert complete["de"] == {}


# What Babel says


@pytest.mark.parametrize("language", ["zz", "q", "toolong", "не-код"])
def test_language_that_babel_does_not_know_stops_nothing(language):
    assert decimal_mark(language) == "."
    assert plural_form(language, 2) == "other"
    assert plural_forms(language) == ("other",)
    assert Numerals(language).fixed(-1.25, 1) == "−1.3"


def test_kyrgyz_has_a_decimal_comma_and_two_forms():
    assert Numerals("ky").fixed(28.34, 1) == "28,3"
    assert [plural_form("ky", number) for number in (1, 2, 5)] == ["one", "other", "other"]
