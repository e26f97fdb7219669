"""A Parquet file becomes codes; the order of its categories is kept."""

import os

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core import files
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.reading import read_survey
from resurvey.reading.parquet import (
    FileColumns,
    load_codebook,
    load_columns,
    load_survey,
    save_survey,
)


def _read(tmp_path, frame):
    frame.to_parquet(tmp_path / "wave.parquet")
    return read_survey(tmp_path / "wave.parquet")


@pytest.mark.slow
def test_each_kind_of_column_becomes_codes_or_text(tmp_path):
    frame = pd.DataFrame(
        {
            "whole": [1.0, None],
            "number": [0.5, None],
            "truth": [True, False],
            "words": ["a", None],
            "day": pd.to_datetime(["2022-10-03", None]),
            "moment": pd.to_datetime(["2022-10-03 10:05", None]),
        }
    )
    data = _read(tmp_path, frame).data
    kinds = [str(data[name].dtype) for name in data]
    assert kinds == ["Int64", "float64", "Int64", "str", "str", "str"]
    assert data.iloc[0].tolist() == [1, 0.5, 1, "a", "2022-10-03", "2022-10-03T10:05:00"]


@pytest.mark.slow
def test_ordered_categories_keep_their_order(tmp_path):
    words = pd.Categorical(["low", "high"], ["low", "mid", "high"], ordered=True)
    variable = _read(tmp_path, pd.DataFrame({"q": words})).codebook["q"]
    assert (variable.measure, variable.answers) == ("ordinal", ["low", "mid", "high"])


@pytest.mark.slow
def test_truncated_file_is_refused(tmp_path):
    _read(tmp_path, pd.DataFrame({"q": range(100)}))
    file = tmp_path / "wave.parquet"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(SurveyError, match=r"wave\.parquet: the file is truncated or damaged"):
        read_survey(file)


@pytest.mark.slow
def test_columns_of_lists_are_refused(tmp_path):
    with pytest.raises(SurveyError, match="'q' holds values of the kind"):
        _read(tmp_path, pd.DataFrame({"q": [[1], [2]]}))


def through(tmp_path, **columns):
    frame = pd.DataFrame(columns)
    book = Codebook({name: Variable(name) for name in frame}, reconstructed=True)
    places = tmp_path / "responses.parquet", tmp_path / "codebook.json"
    save_survey(Survey(frame, book), *places)
    again = load_survey(*places)
    assert again.codebook == book
    assert load_codebook(places[1]) == book
    return frame, again.data


@pytest.mark.parametrize(
    "values",
    [
        pd.array([1, 2, None], "Int64"),
        pd.array([-128, 127, None], "Int64"),
        pd.array([-129, 128, 0], "Int64"),
        pd.array([2**31 - 1, -(2**31), None], "Int64"),
        pd.array([2**31, 2**53 + 1, None], "Int64"),
        pd.array([2**63 - 1, -(2**63), None], "Int64"),
        pd.array([None, None, None], "Int64"),
        pd.array([0.5, None, -1e300], "float64"),
        pd.array([None, None, None], "float64"),
        pd.array(["пол", "", None], "str"),
        pd.array(["001", "1", "=1+1"], "str"),
        pd.array([None, None, None], "str"),
    ],
    ids=str,
)
def test_column_survives_with_its_type(tmp_path, values):
    before, after = through(tmp_path, q=values)
    pd.testing.assert_frame_equal(before, after)


def test_column_of_nothing_stays_a_column_of_nothing(tmp_path):
    _, after = through(tmp_path, q=[None, None], r=[1, 2])
    assert after["q"].isna().all()
    assert len(after) == 2


def test_no_respondents_keep_their_columns(tmp_path):
    before, after = through(tmp_path, q=pd.array([], "Int64"), r=pd.array([], "str"))
    assert list(after) == list(before)
    assert after["q"].dtype == "Int64"


def test_small_codes_take_one_byte(tmp_path):
    through(tmp_path, q=pd.array([1, 99, None], "Int64"), r=pd.array([1, 300, None], "Int64"))
    schema = pq.read_schema(tmp_path / "responses.parquet")
    assert [str(kind) for kind in schema.types] == ["int8", "int16"]


def test_columns_are_read_without_a_frame(tmp_path):
    through(tmp_path, q=pd.array([1, None], "Int64"))
    table, book = load_columns(tmp_path / "responses.parquet", tmp_path / "codebook.json")
    assert table["q"].to_pylist() == [1, None]
    assert "q" in book


def test_columns_of_a_file_are_read_one_by_one(tmp_path):
    through(tmp_path, **{"q": pd.array([1, None], "Int64"), "q.1": pd.array([2, 3], "Int64")})
    columns = FileColumns.of(tmp_path / "responses.parquet")
    more = columns.append_column("r", [5, 6])
    assert (len(columns), columns.shape, more.shape) == (2, (2, 2), (2, 3))
    assert [columns[name].to_pylist() for name in ("q", "q.1")] == [[1, None], [2, 3]]
    assert (more["r"], more["q"].to_pylist()) == ([5, 6], [1, None])
    with pytest.raises(KeyError):
        columns["r"]


def test_index_of_the_frame_is_not_stored(tmp_path):
    frame = pd.DataFrame({"q": pd.array([1, 2], "Int64")}, index=[7, 3])
    save_survey(Survey(frame, Codebook({"q": Variable("q")})), tmp_path / "r", tmp_path / "c")
    assert load_survey(tmp_path / "r", tmp_path / "c").data.index.tolist() == [0, 1]


def test_same_answers_give_the_same_bytes(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        through(tmp_path / folder, q=pd.array([1, None], "Int64"), r=pd.array(["a", "b"], "str"))
    for name in ("responses.parquet", "codebook.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_failing_write_leaves_the_old_answers(tmp_path, monkeypatch):
    before, _ = through(tmp_path, q=pd.array([1, 2], "Int64"))

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(SurveyError, match=f"^{tmp_path}: the disk is full"):
        through(tmp_path, q=pd.array([3], "Int64"))
    monkeypatch.undo()
    after = load_survey(tmp_path / "responses.parquet", tmp_path / "codebook.json").data
    pd.testing.assert_frame_equal(before, after)
    assert sorted(os.listdir(tmp_path)) == ["codebook.json", "responses.parquet"]


@pytest.mark.slow
@given(st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)), min_size=1, max_size=20))
def test_any_integers_survive(tmp_path_factory, codes):
    before, after = through(tmp_path_factory.mktemp("any"), q=pd.array(codes, "Int64"))
    pd.testing.assert_frame_equal(before, after)


@pytest.mark.slow
@given(
    st.lists(
        st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=9)),
        min_size=1,
    )
)
def test_any_text_survives(tmp_path_factory, words):
    before, after = through(tmp_path_factory.mktemp("any"), q=pd.array(words, "str"))
    pd.testing.assert_frame_equal(before, after)


@pytest.mark.slow
@pytest.mark.parametrize("origin", ["reconstructed", "simulated"])
def test_parquet_of_records_that_are_no_microdata_says_so_wherever_it_is_taken(tmp_path, origin):
    book = Codebook({"q": Variable("q", codes={1: {}, 2: {}})}, **{origin: True})
    survey = Survey(pd.DataFrame({"q": pd.array([1, 2], "Int64")}), book)
    save_survey(survey, tmp_path / "responses.parquet", tmp_path / "codebook.json")
    taken = read_survey(tmp_path / "responses.parquet")
    assert taken.codebook.origin == origin
    assert load_survey(tmp_path / "responses.parquet", tmp_path / "codebook.json").data.equals(
        survey.data
    )


@pytest.mark.slow
def test_parquet_of_microdata_claims_no_origin(tmp_path):
    survey = Survey(pd.DataFrame({"q": [1, 2]}), Codebook({"q": Variable("q")}))
    save_survey(survey, tmp_path / "responses.parquet", tmp_path / "codebook.json")
    assert read_survey(tmp_path / "responses.parquet").codebook.origin == ""
