"""A file is written whole or not at all, and the same content gives the same bytes."""

import hashlib
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core import files
from resurvey.core.files import csv_text, hash_file, hash_files, read_csv, write_bytes, write_csv


def test_failing_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "old.csv"
    path.write_text("old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_bytes(path, b"new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["old.csv"]


def test_failing_rename_leaves_no_part_behind(tmp_path, monkeypatch):
    def refuse(source, target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.os, "replace", refuse)
    with pytest.raises(PermissionError):
        write_bytes(tmp_path / "new.csv", b"new")
    assert os.listdir(tmp_path) == []


def test_rows_that_fail_half_way_write_nothing(tmp_path):
    def rows():
        yield {"a": 1}
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        write_csv(tmp_path / "t.csv", ["a"], rows())
    assert os.listdir(tmp_path) == []


def test_folders_on_the_way_are_made(tmp_path):
    write_bytes(tmp_path / "a/b/c.txt", b"x")
    assert (tmp_path / "a/b/c.txt").read_bytes() == b"x"


def test_empty_table_has_its_header():
    assert csv_text(["a", "b"], []) == "a,b\n"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (float("nan"), ""),
        (np.float64("nan"), ""),
        (0, "0"),
        (0.1, "0.1"),
        (100 / 3, "33.333333333333336"),
        (np.float64(2.5), "2.5"),
        (np.int64(-7), "-7"),
        (2**60, "1152921504606846976"),
        ("1+2", "1+2"),
        ("a,b", '"a,b"'),
        ('say "x"', '"say ""x"""'),
        ("two\nlines", '"two\nlines"'),
        ("", '""'),
    ],
)
def test_cell_is_written_exactly(value, cell):
    assert csv_text(["v"], [{"v": value}]) in (f"v\n{cell}\n", 'v\n""\n' if cell == "" else "")


def test_column_that_a_row_lacks_is_empty_and_one_too_many_is_left_out():
    assert csv_text(["a", "b"], [{"b": 1, "c": 2}]) == "a,b\n,1\n"


text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=10)


@given(st.lists(st.fixed_dictionaries({"a": text, "b": text}), max_size=5))
def test_text_survives_a_csv_file(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write_csv(path, ["a", "b"], rows)
    assert read_csv(path) == rows
    assert b"\r" not in path.read_bytes()


def test_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"\xef\xbb\xbfa\r\n1\r\n")
    assert read_csv(path) == [{"a": "1"}]


def test_hash_is_of_the_content_alone(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"x")
    two.write_bytes(b"x")
    os.utime(two, (1, 1))
    assert hash_file(one) == hash_file(two) == hashlib.sha256(b"x").hexdigest()
    two.write_bytes(b"y")
    assert hash_files([one, two]) != hash_files([one, one])
    assert hash_files([one, two]) != hash_files([two, one])
