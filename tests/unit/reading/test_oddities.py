"""What nobody answers is told on arrival, with its rows and without its value."""

import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.survey import Survey
from resurvey.reading.oddities import mention_oddities


def told(values, dtype=None):
    column = pd.Series(values, dtype=dtype)
    survey = Survey(pd.DataFrame({"q": column}), Codebook({"q": Variable("q")}))
    return mention_oddities("raw.sav", survey)


@pytest.mark.parametrize(
    ("values", "dtype", "sentence"),
    [
        ([1.5, 1.7e308], "float64", "a number beyond 2**53 in 1 row (row 2)"),
        ([1.5, -5.8e77, 2e16], "float64", "a number beyond 2**53 in 2 rows (rows 2, 3)"),
        (["2022-10-03", "2087-01-01"], "str", "a date outside of 1900 to 2050 in 1 row (row 2)"),
        (["1582-10-14", "1950-01-01"], "str", "a date outside of 1900 to 2050 in 1 row (row 1)"),
        (["a", "x" * 40_000], "str", "a text of more than 10000 letters in 1 row (row 2)"),
        (["a", "b\0c"], "str", "a text with control characters in 1 row (row 2)"),
        (["Ош", "Oш"], "str", "a word of letters of two alphabets in 1 row (row 2)"),
        (["Osh", "Osh", "osh", " Osh", "x", "x", "x", "x"], "str",
         "an answer that is written in several ways in 4 rows (rows 1, 2, 3, 4)"),
        (["Jos\u00e9", "Jose\u0301", "x", "x", "x", "x"], "str",
         "an answer that is written in several ways in 2 rows (rows 1, 2)"),
    ],
)  # fmt: skip
def test_oddity_is_told_with_its_rows(caplog, values, dtype, sentence):
    assert told(values, dtype) == [f"variable 'q' holds {sentence}"]
    assert f"raw.sav: variable 'q' holds {sentence}; look whether that is right" in caplog.text


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1, 2, None, 2**60], "Int64"),
        ([17.5, None, 2e12], "float64"),
        (["2022-10-03", "1931-02-01", "2049-12-31"], "str"),
        (["two\nlines", "tab\there", "Да", "нет", "Müller", "‘x’"], "str"),
        (["Yes", "No", "Yes", "No"], "str"),
        (["my own words", "My own words"], "str"),
    ],
)
def test_ordinary_answers_are_no_oddities(caplog, values, dtype):
    assert told(values, dtype) == []
    assert not caplog.text
