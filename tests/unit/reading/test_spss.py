"""A damaged .sav is refused by its own bytes, before the C library sees it."""

import struct
from contextlib import suppress

import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.spss import _from_base_30, check_spss_file

ROWS = 40
WRITERS = {"plain": {}, "compressed": {"row_compress": True}, "zsav": {"compress": True}}


@pytest.fixture(params=WRITERS)
def content(request, tmp_path):
    """Bytes of a good file in each of the three forms."""
    frame = pd.DataFrame({f"q{number}": [float(row) for row in range(ROWS)] for number in range(4)})
    frame["t"] = [f"город {row % 3}" * 4 for row in range(ROWS)]
    labels = {"q1": {1: "yes", 2: "no"}}
    pyreadstat.write_sav(
        frame, tmp_path / "good.sav", variable_value_labels=labels, **WRITERS[request.param]
    )
    return (tmp_path / "good.sav").read_bytes()


def _file(tmp_path, content):
    (tmp_path / "wave.sav").write_bytes(content)
    return tmp_path / "wave.sav"


def _patched(content, at, number):
    return content[:at] + struct.pack("<i", number) + content[at + 4 :]


def test_good_file_has_as_many_rows_as_it_declares(tmp_path, content):
    dictionary = check_spss_file(_file(tmp_path, content))
    assert (dictionary.declared_rows, dictionary.rows) == (ROWS, ROWS)
    assert len(read_survey(_file(tmp_path, content)).data) == ROWS


@pytest.mark.parametrize("declared", [ROWS - 10, ROWS + 10])
def test_wrong_number_of_rows_in_the_header_is_refused(tmp_path, content, declared):
    file = _file(tmp_path, _patched(content, 80, declared))
    with pytest.raises(SurveyError, match=rf"wave.sav: .* declares {declared} rows.* holds {ROWS}"):
        read_survey(file)


def test_unknown_number_of_rows_is_accepted(tmp_path, content):
    assert len(read_survey(_file(tmp_path, _patched(content, 80, -1))).data) == ROWS


@pytest.mark.parametrize("kept", [0.1, 0.3, 0.5, 0.8, 0.95])
def test_truncated_file_is_refused(tmp_path, content, kept):
    file = _file(tmp_path, content[: int(kept * len(content))])
    with pytest.raises(SurveyError, match="truncated or damaged"):
        read_survey(file)


@pytest.mark.parametrize("index", [0, -1, 1000])
def test_value_label_that_points_nowhere_is_refused(tmp_path, content, index):
    at = content.find(struct.pack("<ii", 4, 1)) + 8
    with pytest.raises(SurveyError, match=f"points at variable {index}"):
        read_survey(_file(tmp_path, _patched(content, at, index)))


@pytest.mark.parametrize("width", [5, 19, 150, -1, 1000])
def test_number_that_claims_to_be_text_is_refused(tmp_path, content, width):
    at = content.find(b"Q1 ") - 20
    assert content[at - 4 : at + 4] == struct.pack("<ii", 2, 0)
    with pytest.raises(SurveyError, match="truncated or damaged"):
        read_survey(_file(tmp_path, _patched(content, at, width)))


def test_long_texts_are_no_damage(tmp_path):
    words = ["ж" * length for length in (1, 4, 127, 128, 400, 2000)]
    frame = pd.DataFrame({f"t{number}": [word] for number, word in enumerate(words)})
    pyreadstat.write_sav(frame, tmp_path / "wave.sav")
    assert read_survey(tmp_path / "wave.sav").data.iloc[0].tolist() == words


def test_damaged_key_of_the_compression_is_refused(tmp_path, content):
    file = _file(tmp_path, _patched(content, 88, 0))
    if content[72] == 0:  # a file without compression does not use its key
        assert len(read_survey(file).data) == ROWS
        return
    with pytest.raises(SurveyError, match="bias"):
        read_survey(file)


@pytest.mark.usefixtures("read_here")
def test_too_many_variables_are_refused_before_they_are_read(tmp_path, monkeypatch, content):
    monkeypatch.setattr("resurvey.reading.spss.LARGEST_NUMBER_OF_VARIABLES", 3)
    with pytest.raises(SurveyError, match="has 5 variables, more than the limit of 3"):
        read_survey(_file(tmp_path, content))


def test_every_cut_ends_in_a_sentence(tmp_path, content):
    for size in range(1, len(content) - 1, 97):
        with pytest.raises(SurveyError, match=r"wave\.sav"):
            read_survey(_file(tmp_path, content[:size]))


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
def test_truncated_portable_file_is_refused(wave, cut):
    with pytest.raises(SurveyError, match=r"wave\.por: the file is truncated or damaged"):
        read_survey(wave(portable()[:-cut]))


@pytest.mark.slow
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
