"""The shared words are complete in both languages and decline as Russian does."""

import re

import pytest
from markupsafe import Markup

from resurvey.core.notes import Note, write_notes
from resurvey.pages.numerals import Shown
from resurvey.pages.wording import Wording, keep_together

SECTIONS = ("report", "verdicts", "tests", "disclosure", "cleaning")


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
            Note("sparse", cells=4, share="40.0", limit=5, smallest=2.0),
            "ожидаемая частота ниже 5 в ячейках: 4 (40,0 %), наименьшая – 2,00",
        ),
        (Note("empty_columns_left_out", columns=1), "пустые столбцы исключены (1)"),
        (Note("empty_left_out", rows=2, columns=1), "строк – 2, столбцов – 1"),
        (Note("inflation", predictor="age"), "у «age»"),
        (Note("against_no_predictors"), "без предикторов"),
        (Note("against_proportional"), "пропорциональности шансов"),
        (Note("weightless", without=4), "без веса не учтены (4)"),
        (Note("zero_weight", zero=5), "с нулевым весом не учтены (5)"),
        (Note("one_cluster_p_value"), "неизвестна: p может быть занижено"),
        (Note("two_answers_only", "not_computed"), "не рассчитано: только для двух ответов"),
        (Note("one_row", "not_computed"), "не рассчитано: респонденты есть только в одной строке"),
    ],
)
def test_note_of_the_statistics_is_said_in_russian(words, note, part):
    said = Wording(words["ru"]).notes([note])
    assert part in said
    assert not re.search("[a-z]{3}", said.replace("«age»", ""))


def test_numbers_of_a_note_are_marked_and_its_texts_are_escaped(words):
    notes = [Note("answered", kept=90, all=100), Note("inflation", predictor="<b>")]
    told = []

    def show(name, text):
        told.append((name, text))
        return Shown(text, identity=f"test:t/{name}")

    said = Wording(words["ru"]).notes(notes, show)
    assert told == [("kept", "90"), ("all", "100")]
    assert 'data-number="test:t/kept"' in said
    assert said.endswith("у «&lt;b&gt;»; 1 – инфляции нет")


def test_line_of_a_file_tells_its_notes_in_plain_text(words):
    line = write_notes(Note("inflation", predictor="a & b"), Note("no_base"))
    assert Wording(words["ru"]).line_notes(line) == "у «a & b»; 1 – инфляции нет; нет базы"
    assert Wording(words["ru"]).line_notes({"note": ""}) == ""


def test_a_sign_stays_with_its_number_where_a_line_ends():
    kept = keep_together("t = −2,12 (p < 0,001); n = 5; a – 17; men – women; a = b")
    assert kept.replace("\N{NO-BREAK SPACE}", "_") == (
        "t_=_−2,12 (p_<_0,001); n_=_5; a_–_17; men_– women; a_= b"
    )
    marked = Markup("p {}, V = {}").format(Shown("< 0,05", identity="p"), Shown("0,1"))
    assert keep_together(marked).count("\N{NO-BREAK SPACE}") == 4
