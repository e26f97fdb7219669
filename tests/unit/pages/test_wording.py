"""The shared words are complete in both languages and decline as Russian does."""

import re

import pytest

from resurvey.pages.wording import Wording
from resurvey.statistics.results import ONE_CLUSTER

SECTIONS = ("report", "verdicts", "tests", "notes", "disclosure", "cleaning")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1 опрошенный"),
        (3, "3 опрошенных"),
        (21, "21 опрошенный"),
        (515, "515 опрошенных"),
    ],
)
def test_russian_noun_follows_its_number(words, number, text):
    assert Wording(words["ru"]).plural("respondents", number) == text


def test_language_without_words_is_in_english(words):
    say = Wording(words["de"])
    assert say.plural("respondents", 1) == "1 respondent"
    assert say("report.contents") == "Contents"


def test_every_english_word_has_a_russian_one_with_the_same_places(words):
    for section in SECTIONS:
        for key, text in words["en"][section].items():
            russian = words["ru"][section][key]
            assert set(re.findall(r"\{\w+\}", russian)) == set(re.findall(r"\{\w+\}", text)), key
            assert russian != text or not re.search("[A-Za-z]{4}", re.sub(r"\{\w+\}", "", text)), (
                key
            )


def test_word_never_holds_a_value_that_is_not_escaped(words):
    text = Wording(words["en"])("report.weighted_by", variable="<script>")
    assert "<script>" not in text


@pytest.mark.parametrize(
    ("note", "part"),
    [
        (
            "4 cells (40.0 %) have expected count below 5; smallest expected 2.00",
            "ожидаемая частота ниже 5",
        ),
        ("empty and left out: 1 column", "пустые столбцы исключены (1)"),
        ("empty and left out: 2 rows and 1 column", "строк – 2, столбцов – 1"),
        ("of 'age'; 1 is none", "у «age»"),
        ("against the model without predictors", "без предикторов"),
        ("a small p speaks against proportional odds", "пропорциональности шансов"),
        ("4 respondents without a weight count for nothing", "без веса не учтены (4)"),
        ("5 respondents of weight zero count for nothing", "с нулевым весом не учтены (5)"),
        (f"{ONE_CLUSTER}: the p-value may be too small", "неизвестна: p может быть занижено"),
        ("not computed: for two answers only", "только для двух ответов"),
        ("not computed: no respondent changed the answer", "никто не изменил ответа"),
    ],
)
def test_note_of_the_statistics_is_translated(words, note, part):
    translated = Wording(words["ru"]).note(note, ",")
    assert part in translated
    assert not re.search("[a-z]{3}", translated.replace("«age»", ""))


def test_reason_of_reconstruction_is_translated(words):
    reason = (
        "not identified: the records are reconstructed and these two questions were never "
        "crossed in print, so their joint counts are invented"
    )
    assert not re.search("[a-z]", Wording(words["ru"]).note(reason))


def test_unknown_note_stays_as_it_is(words):
    assert Wording(words["ru"]).note("z = 2.5, unheard of") == "z = 2.5, unheard of"
