"""Columns on the disk answer as a frame in memory does, and leave nothing behind."""

import logging
import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from resurvey.core.errors import SurveyError
from resurvey.core.files import sweep_parts
from resurvey.reading import read_survey
from resurvey.reading.stored import (
    Store,
    StoredColumns,
    Storing,
    ahead,
    in_memory,
    store_beside,
    write_columns,
)


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "q": pd.array([1, None, 300, 4, 5, 6, 7], "Int64"),
            "w": [0.5, np.nan, 2.0, np.inf, 1e300, -1.0, 3.0],
            "word": pd.Series(["a", None, "б", "", "a", "c", "d"], dtype="str"),
            "nobody": pd.array([None] * 7, "Int64"),
        }
    )


@pytest.fixture
def columns(frame, tmp_path):
    storing = Storing(Store(tmp_path, batch=3), list(frame))
    for at in range(0, 7, 2):
        part = frame[at : at + 2]
        storing.add({name: pa.array(part[name], from_pandas=True) for name in frame})
    return storing.done()


def test_every_look_at_the_columns_is_that_of_the_frame(frame, columns):
    def same(mine, theirs):
        pd.testing.assert_frame_equal(in_memory(mine), theirs, check_exact=True)
        assert (mine.shape, list(mine.columns), len(mine)) == (
            theirs.shape,
            list(theirs.columns),
            len(theirs),
        )
        assert {name: str(kind) for name, kind in theirs.dtypes.items()} == mine.dtypes

    mask = frame["w"].gt(0).to_numpy()
    same(columns, frame)
    same(columns.rename(columns={"q": "r"}), frame.rename(columns={"q": "r"}))
    same(columns.drop(columns=["q"]), frame.drop(columns=["q"]))
    same(columns[["word", "q"]], frame[["word", "q"]])
    same(columns[mask].reset_index(drop=True), frame[mask].reset_index(drop=True))
    twice = columns[mask].assign(new=np.arange(5))[np.arange(5) > 1]
    theirs = frame[mask].assign(new=np.arange(5))[np.arange(5) > 1].reset_index(drop=True)
    same(twice, theirs)
    assert columns.duplicated(["word"]).tolist() == frame.duplicated(["word"]).tolist()


def test_rows_come_in_the_smallest_types_and_in_whole_batches(columns):
    batches = list(columns.batches())
    assert [batch.num_rows for batch in batches] == [3, 3, 1]
    kinds = [str(kind) for kind in columns.schema.types]
    assert kinds == ["int16", "double", "large_string", "int64"]
    assert all(batch.schema == columns.schema for batch in batches)
    few = columns[np.array([True, True, False, True, True, True, True])]
    assert str(few.schema.field("q").type) == "int8"


def test_a_copy_that_is_set_leaves_the_first_as_it_was(columns):
    other = columns.copy(deep=False)
    other["q"] = pd.Series(range(7))
    assert columns["q"].tolist()[2] == 300
    assert other["q"].tolist() == list(range(7))
    with pytest.raises(ValueError, match="2 values of q for 7 respondents"):
        other["q"] = [1, 2]


def test_what_was_read_and_is_set_again_is_not_written_again(columns, tmp_path):
    before = len(list(tmp_path.iterdir()))
    columns["q"] = columns["q"]
    assert len(list(tmp_path.iterdir())) == before


def test_columns_go_to_another_process_without_their_values(columns):
    assert columns["word"].tolist()[0] == "a"
    sent = pickle.dumps(columns)
    assert len(sent) < 3000
    assert pickle.loads(sent)["word"].tolist()[0] == "a"


def test_a_store_is_private_to_its_file_and_goes_with_it(tmp_path):
    with store_beside(tmp_path / "responses.parquet") as store:
        write_columns(store, pa.table({"q": [1]}))
        assert store.folder.parent == tmp_path
    assert not list(tmp_path.iterdir())


def test_what_a_killed_run_stored_is_swept_away(tmp_path):
    kept = store_beside(tmp_path / "responses.parquet")
    store = kept.__enter__()
    write_columns(store, pa.table({"q": [1]}))
    sweep_parts(tmp_path)
    assert not list(tmp_path.iterdir())
    kept.__exit__(None, None, None)


def test_a_folder_that_cannot_hold_columns_is_named(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises((SurveyError, OSError)),
        store_beside(tmp_path / "file" / "responses.parquet"),
    ):
        pass


def test_an_error_on_the_way_reaches_whoever_waits():
    def broken():
        yield 1
        raise RuntimeError("half way")

    things = ahead(broken())
    assert next(things) == 1
    with pytest.raises(RuntimeError, match="half way"):
        next(things)


def test_a_large_parquet_file_is_read_a_part_at_a_time(frame, tmp_path, caplog):
    caplog.set_level(logging.INFO, "resurvey")
    frame["kind"] = pd.Categorical(["x", "y", None, "x", "x", "y", "x"], ["y", "x"], ordered=True)
    frame["yes"] = [True, False] * 3 + [True]
    frame["when"] = pd.to_datetime(["2024-02-29 10:00"] * 7)
    frame.index = list("abcdefg")
    frame.to_parquet(tmp_path / "wave.parquet", row_group_size=3)
    (tmp_path / "store").mkdir()
    whole = read_survey(tmp_path / "wave.parquet")
    parted = read_survey(tmp_path / "wave.parquet", store=Store(tmp_path / "store", 0, 3))
    assert "a part at a time" in caplog.text
    assert isinstance(parted.data, StoredColumns)
    pd.testing.assert_frame_equal(whole.data, parted.data.in_memory(), check_exact=True)
    assert whole.codebook == parted.codebook


def test_a_full_disk_is_named_with_its_folder(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("resurvey.reading.stored.pa.OSFile", full)
    with pytest.raises(SurveyError, match=f"^{tmp_path}: the disk is full"):
        write_columns(Store(tmp_path), pa.table({"q": [1]}))


def test_columns_of_parquet_are_the_same_in_parts_whatever_they_hold(tmp_path, monkeypatch):
    monkeypatch.setattr("resurvey.reading.parquet._TOGETHER", 2)
    monkeypatch.setattr("resurvey.reading.parquet._ROWS", 2)
    wide = {f"q{at}": pa.array([at, None, 300, -1, at], pa.int16()) for at in range(5)}
    table = pa.table(
        wide
        | {
            "half": pa.array([1, 2, 3, 4.5, None], pa.float32()),
            "large": pa.array([1, 2**53 + 1, None, 4, 5], pa.uint64()),
            "some": pa.array([None, None, None, 1.0, 2.0]),
            "nobody": pa.array([None] * 5, pa.int8()),
            "word": pa.array([" a ", "", None, "б", "007"]),
            "empty": pa.array([None, None, "", " ", None], pa.large_string()),
            "perhaps": pa.array([True, False, True, False, True]),
            "kind": pa.array(["x", "y", "x", None, "x"]).dictionary_encode(),
            "day": pa.array([1, 2, None, 4, 5], pa.date32()),
            "date of index": pa.array([1, 2, 3, 4, 5], pa.timestamp("s")),
        }
    )
    with pq.ParquetWriter(tmp_path / "wave.parquet", table.schema) as writer:
        writer.write_table(table, row_group_size=3)
    (tmp_path / "store").mkdir()
    whole = read_survey(tmp_path / "wave.parquet")
    parted = read_survey(tmp_path / "wave.parquet", store=Store(tmp_path / "store", 0, 3))
    pd.testing.assert_frame_equal(whole.data, parted.data.in_memory(), check_exact=True)
    assert list(whole.data) == list(parted.data)
    assert whole.codebook == parted.codebook


def test_a_column_is_dropped_by_its_name_alone(columns):
    renamed = columns.rename(columns={"word": "w2"})
    assert list(renamed.drop(columns="w2")) == ["q", "w", "nobody"]


def test_a_large_file_that_is_read_as_a_whole_says_how_to_do_without(tmp_path, caplog):
    caplog.set_level(logging.INFO, "resurvey")
    pyreadstat.write_xport(pd.DataFrame({"q": [1.0, 2.0, 3.0]}), tmp_path / "wave.xpt")
    for least, said in ((4, False), (3, True)):
        caplog.clear()
        read_survey(tmp_path / "wave.xpt", store=Store(tmp_path, least))
        assert ("3 respondents are held in memory" in caplog.text) == said
