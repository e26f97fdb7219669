"""A damaged .sav is refused by its own bytes, before the C library sees it."""

import struct

import pandas as pd
import pyreadstat
import pytest

from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.spss_dictionary import check_spss_file

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


def test_too_many_variables_are_refused_before_they_are_read(tmp_path, monkeypatch, content):
    monkeypatch.setattr("resurvey.reading.spss_dictionary.LARGEST_NUMBER_OF_VARIABLES", 3)
    with pytest.raises(SurveyError, match="has 5 variables, more than the limit of 3"):
        read_survey(_file(tmp_path, content))


def test_every_cut_ends_in_a_sentence(tmp_path, content):
    for size in range(1, len(content) - 1, 97):
        with pytest.raises(SurveyError, match=r"wave\.sav"):
            read_survey(_file(tmp_path, content[:size]))
