"""A portable SPSS file keeps its user-missing codes, and Cyrillic whatever its encoding."""

from contextlib import suppress

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.portable import _from_base_30

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRST"
ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ."


def base_30(number):
    """Write an integer to the base 30."""
    sign, number, text = "-" * (number < 0), abs(number), ""
    while number or not text:
        number, digit = divmod(number, 30)
        text = DIGITS[digit] + text
    return f"{sign}{text}/".encode()


def string(text, encoding):
    """Write a text behind its length in bytes."""
    content = text.encode(encoding)
    return base_30(len(content)) + content


def portable(encoding="utf-8", end="\r\n"):
    """Two variables, three respondents: numbers with every kind of missing code, and text."""

    def text(words):
        return string(words, encoding)

    body = b"A" + text("20221003") + text("101500") + b"1" + text("SPSS") + b"4" + base_30(2)
    body += b"5" + base_30(11) + b"7" + base_30(0) + text("Q1") + base_30(5) + base_30(8)
    body += base_30(0) + base_30(5) + base_30(8) + base_30(0)
    body += b"8" + base_30(-1) + b"B" + base_30(97) + base_30(99) + b"C" + text("Ваш пол?")
    body += b"7" + base_30(8) + text("CITY") + base_30(1) + base_30(8) + base_30(0)
    body += base_30(1) + base_30(8) + base_30(0)
    body += b"D" + base_30(1) + text("Q1") + base_30(2)
    body += base_30(1) + text("Мужской") + base_30(2) + text("Женский")
    body += b"E" + base_30(1) + text("заметка") + b"F"
    body += base_30(1) + text("Ош") + base_30(98) + text(" ") + b"*." + text("Бишкек") + b"Z"
    table = bytearray(b"0" * 256)
    table[64 : 64 + len(ALPHABET)] = ALPHABET
    content = b"0" * 200 + bytes(table) + b"SPSSPORT" + body
    content += b"Z" * (-len(content) % 80)
    lines = [content[at : at + 80].rstrip(b" ") for at in range(0, len(content), 80)]
    return end.encode().join(lines) + end.encode()


@pytest.fixture
def wave(tmp_path):
    """Write bytes as a portable file."""

    def write(content):
        (tmp_path / "wave.por").write_bytes(content)
        return tmp_path / "wave.por"

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_codes_labels_and_missing_codes_are_kept(wave, encoding, end):
    survey = read_survey(wave(portable(encoding, end)))
    question = survey.codebook["Q1"]
    assert survey.data["Q1"].tolist() == [1, 98, pd.NA]
    assert survey.data["CITY"].fillna("").tolist() == ["Ош", "", "Бишкек"]
    assert question.title() == "Ваш пол?"
    assert [question.answer(code) for code in question.answers] == ["Мужской", "Женский"]
    assert (question.missing, question.missing_ranges) == ((-1,), ((97.0, 99.0),))
    assert survey.codebook.notes[0] == "заметка"


def test_file_in_the_alphabet_of_another_machine_is_translated(wave):
    # Capital and small letters exchanged stand for a machine with another alphabet.
    content = portable()
    exchanged = content[:200].swapcase() + content[200:].swapcase()
    survey = read_survey(wave(exchanged.replace(b"spssport", b"SPSSPORT")))
    assert survey.data["Q1"].tolist() == [1, 98, pd.NA]


@pytest.mark.parametrize("cut", [90, 120, 200, 250])
def test_truncated_file_is_refused(wave, cut):
    with pytest.raises(SurveyError, match=r"wave\.por: the file is truncated or damaged"):
        read_survey(wave(portable()[:-cut]))


@given(st.integers(460, 800), st.binary(min_size=1, max_size=4))
def test_damaged_file_ends_in_a_sentence_or_in_a_survey(tmp_path_factory, at, damage):
    content = portable()
    file = tmp_path_factory.mktemp("por") / "wave.por"
    file.write_bytes(content[:at] + damage + content[at + len(damage) :])
    with suppress(SurveyError):
        assert len(read_survey(file).data) > 0


@given(st.integers(-(10**12), 10**12))
def test_integers_survive_the_base_30(number):
    assert _from_base_30(base_30(number)[:-1]) == number


@pytest.mark.parametrize(
    ("written", "number"), [(b".F", 0.5), (b"-1.F", -1.5), (b"1+2", 900), (b"1-1", 1 / 30)]
)
def test_fractions_and_exponents_are_read(written, number):
    assert _from_base_30(written) == pytest.approx(number, rel=1e-14)


@pytest.mark.parametrize("written", [b"", b"-", b".", b"1+", b"1+TTTTTTT", b"U"])
def test_nonsense_is_no_number(written):
    with pytest.raises((ValueError, KeyError)):
        _from_base_30(written)
