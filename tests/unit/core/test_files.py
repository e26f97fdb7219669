"""A file is written whole or not at all, and the same content gives the same bytes."""

import ast
import hashlib
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from invented import ROOT
from resurvey.core import files
from resurvey.core.errors import SurveyError
from resurvey.core.files import (
    copy_file,
    csv_text,
    hash_file,
    hash_files,
    read_csv,
    sweep_parts,
    write_bytes,
    write_csv,
)


def test_failing_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "old.csv"
    path.write_text("old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(SurveyError, match=f"^{tmp_path}: the disk is full"):
        write_bytes(path, b"new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["old.csv"]


def test_failing_rename_leaves_no_part_behind(tmp_path, monkeypatch):
    def refuse(source, target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.os, "replace", refuse)
    with pytest.raises(SurveyError, match=f"^{tmp_path}: this account may not write there"):
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


@pytest.mark.slow
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


SCRIPTS = ROOT / "workflow/scripts"
WRITES = {
    "write_text", "write_bytes", "touch", "rename", "replace", "renames", "copy", "copy2",
    "copyfile", "copytree", "move", "to_csv", "to_excel", "to_parquet", "savefig", "write_sav",
    "write_dta",
}  # fmt: skip
NOT_ON_THE_DISK = {
    # Whole folders are made under another name, and renamed when they are complete.
    ("resurvey/proof/certificate/writing.py", "os.replace"),
    ("resurvey/study/initialise/__init__.py", "os.replace"),
    # A temporary file that `whole_file` gave.
    ("resurvey/reading/writing.py", "pyreadstat.write_sav"),
    ("resurvey/reading/writing.py", "temporary.open"),
    ("resurvey/waves/deposit/pooled_file.py", "pyreadstat.write_dta"),
    ("resurvey/waves/deposit/pooled_file.py", "temporary.write_bytes"),
    # A lock: who reads it half written is told so by the lock itself.
    ("resurvey/study/holding.py", "path.open"),
    # Gives text.
    ("resurvey/waves/deposit/pooled_file.py", "frame.to_csv"),
}


def is_writing_mode(node):
    modes = [*node.args, *(key.value for key in node.keywords if key.arg == "mode")]
    texts = [mode.value for mode in modes if isinstance(mode, ast.Constant)]
    return any(
        isinstance(text, str) and set(text) & set("wax+") and len(text) < 4 for text in texts
    )


def writings():
    """Every call that opens, makes or renames a file for writing, outside of `core/files.py`."""
    for path in sorted(SCRIPTS.rglob("*.py")):
        if path == SCRIPTS / "resurvey/core/files.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            name = called.rpartition(".")[2]
            owner = called.rpartition(".")[0]
            method = name in WRITES and owner
            # Texts, dates and frames are replaced, too: those of modules and paths count.
            if name in ("replace", "rename", "copy"):
                method = owner in ("os", "shutil") or owner.endswith(("path", "file", "folder"))
            if method or (name == "open" and is_writing_mode(node)):
                yield path.relative_to(SCRIPTS).as_posix(), called


@pytest.mark.slow
def test_nothing_is_written_but_whole():
    assert set(writings()) == NOT_ON_THE_DISK


def test_copy_that_cannot_read_says_nothing_of_the_folder(tmp_path):
    with pytest.raises(FileNotFoundError):
        copy_file(tmp_path / "none", tmp_path / "copy")
    assert os.listdir(tmp_path) == []


def test_what_a_killed_run_was_writing_is_swept_up(tmp_path):
    (tmp_path / "1/.certificate.77.part").mkdir(parents=True)
    (tmp_path / "1/.certificate.77.part/index.html").write_text("half")
    (tmp_path / "1/.report.html.77.part").write_text("half")
    (tmp_path / "1/spare.part").write_text("mine")
    sweep_parts(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["1", "spare.part"]


WRITERS = """
import sys, resource
import pandas as pd
from pathlib import Path
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.files import write_bytes
from resurvey.reading.writing import write_sav
folder, limit = Path(sys.argv[1]), int(sys.argv[2])
numbers = [1 / (7 + row) for row in range(20_000)]
survey = Survey(pd.DataFrame({"q": numbers}), Codebook({"q": Variable("q")}))
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
for write in (
    lambda: write_bytes(folder / "a.bin", bytes(200_000)),
    lambda: write_sav(folder / "a.sav", survey),
):
    try:
        write()
    except SurveyError as problem:
        print(problem)
"""


def written(folder, limit=0):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    # Python keeps a compiled module that the limit has cut, and every later import of it fails.
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-c", WRITERS, str(folder), str(limit)]
    told = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return told.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("limit", [1, 70_000, 100_000])
def test_writers_that_reach_the_end_of_what_they_may_write_leave_nothing(tmp_path, limit):
    """ReadStat itself ends a cut file without a word."""
    sentences = written(tmp_path, limit)
    assert len(sentences) == 2
    assert all(sentence.startswith(f"{tmp_path}: a file would be larg") for sentence in sentences)
    assert os.listdir(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a hundred kilobytes."""
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=100k", "none", str(tmp_path)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("this account may not mount a disk")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("mount"), reason="there is no mount")
def test_full_disk_is_named_and_keeps_nothing_of_what_was_written(small_disk):
    sentences = written(small_disk)
    assert len(sentences) == 2
    assert all(sentence.startswith(f"{small_disk}: the disk is full") for sentence in sentences)
    assert os.listdir(small_disk) == []


@given(st.text())
def test_guard_before_a_formula_is_taken_away_again(text):
    lines = files.parse_csv(csv_text(["label"], [{"label": text}]).splitlines(keepends=True))
    assert not text.isprintable() or [line["label"] for line in lines] == [text] or not text


@pytest.mark.parametrize("text", ["=1+1", "+cmd|x", "@SUM(A1)", "-x", "\t=1", "'=1", "- none"])
def test_no_cell_begins_a_formula(tmp_path, text):
    write_csv(tmp_path / "t.csv", ["label"], [{"label": text}])
    cell = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()[1].strip('"')
    assert cell == f"'{text}"
    assert read_csv(tmp_path / "t.csv") == [{"label": text}]


@pytest.mark.parametrize("text", ["-2.5", "+3", "-1e-05", "-1/3", "'quoted'", "a=b", "-7"])
def test_numbers_and_other_texts_are_left_alone(text):
    assert csv_text(["v"], [{"v": text}]) == f"v\n{text}\n"
