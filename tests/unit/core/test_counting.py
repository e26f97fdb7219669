"""Codes become positions and positions become counts; nobody is lost on the way."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from resurvey.core.codebook import Variable
from resurvey.core.counting import cross_counts, encode
from resurvey.core.errors import SurveyError

JOB = Variable("job", codes={1: {}, 2: {}, 3: {}, 99: {}}, missing=(99,))
CODES = [2, 1, 99, None, 7]


@pytest.mark.parametrize(
    "values",
    [
        np.array([2, 1, 99, np.nan, 7]),
        pd.Series(CODES, dtype="Int64"),
        pd.Series(CODES, dtype="float64"),
        pd.Series(CODES, dtype=object),
        pd.Series(CODES, dtype="Int64").astype("category"),
        pa.array(CODES),
        pa.chunked_array([CODES[:2], CODES[2:]]),
    ],
    ids=["numpy", "Int64", "float", "object", "category", "arrow", "chunked"],
)
def test_every_kind_of_column_gives_the_same_positions(values):
    positions, answers = encode(values, JOB)
    assert positions.tolist() == [1, 0, 4, 4, 3]
    assert answers == [1, 2, 3, 7]


def test_texts_are_codes_too():
    city = Variable("city", codes={"Osh": {}, "Bishkek": {}}, missing=("-",), measure="text")
    for kind in (object, "str", "string"):
        positions, answers = encode(pd.Series(["Bishkek", "-", None, "Talas"], dtype=kind), city)
        assert positions.tolist() == [1, 3, 3, 2]
        assert answers == ["Osh", "Bishkek", "Talas"]


def test_undeclared_codes_are_sorted_behind_the_declared():
    positions, answers = encode(np.array([9, 5, 1]), Variable("q", codes={3: {}, 1: {}}))
    assert answers == [3, 1, 5, 9]
    assert positions.tolist() == [3, 2, 1]


def test_nobody_asked_is_no_error():
    positions, answers = encode(np.array([]), JOB)
    assert positions.size == 0
    assert answers == [1, 2, 3]


def test_codes_far_apart_are_told_apart():
    positions, answers = encode(np.array([10**12, 1, 10**12]), Variable("id"))
    assert answers == [1, 10**12]
    assert positions.tolist() == [1, 0, 1]


def test_more_answers_than_a_byte_holds_need_wider_positions():
    positions, answers = encode(np.arange(300), Variable("village"))
    assert positions.dtype == np.uint16
    assert len(answers) == 300


def test_long_columns_of_bytes_are_read_like_short_ones():
    codes = np.random.default_rng(1).integers(-3, 4, 200_001).astype(np.int8)
    codes[-1] = 99
    variable = Variable("q", codes={2: {}, 1: {}, 99: {}})
    positions, answers = encode(codes, variable)
    assert answers == [2, 1, 99, -3, -2, -1, 0, 3]
    assert (np.array(answers)[positions] == codes).all()


def test_a_variable_that_is_an_id_is_no_table():
    many = np.zeros(1, dtype=np.int32)
    with pytest.raises(SurveyError, match="more than"):
        cross_counts(many, many, 10_000, 10_000)


def test_weights_are_summed_by_cell():
    rows, columns = np.array([0, 0, 1, 2]), np.array([0, 0, 1, 0])
    counts = cross_counts(rows, columns, 2, 2, np.array([0.5, 1.0, 2.0, 4.0]))
    assert counts.tolist() == [[1.5, 0, 0], [0, 2, 0], [4, 0, 0]]


def test_bytes_with_missing_ones_are_read_like_other_numbers(monkeypatch):
    monkeypatch.setattr("resurvey.core.counting.MANY", -1)
    codes = pa.array([-128, None, 127, 2, None, 3, -1], pa.int8())  # nothing is held as 0
    variable = Variable("q", codes={3: {}, 2: {}}, missing=(127,))
    for part in (codes, codes.slice(1, 5), codes.slice(0, 0)):
        positions, answers = encode(part, variable)
        wider, same = encode(part.cast(pa.int32()), variable)
        assert (positions.tolist(), answers) == (wider.tolist(), same)


@pytest.mark.parametrize("codes", [[1, 2, 3, 99], [3, 2, 1], [-1, 0, 1], [0, 1, 2], [5, 7]])
def test_bytes_that_run_on_are_read_like_others(codes, monkeypatch):
    monkeypatch.setattr("resurvey.core.counting.MANY", -1)
    variable = Variable("q", codes={code: {} for code in codes}, missing=(99,))
    held = np.random.default_rng(1).choice(codes, 500).astype(np.int8)
    positions, answers = encode(held, variable)
    wider, same = encode(held.astype(np.int32), variable)
    assert (positions == wider).all()
    assert positions.dtype == wider.dtype
    assert answers == same
