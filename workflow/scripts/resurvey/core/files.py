"""Files: written whole or not at all, with the same bytes for the same content."""

import csv
import hashlib
import io
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from resurvey.core.errors import SurveyError, storage_problem

PART = ".part"
"""Ending of what is being written; a run that was killed may leave such files behind."""

_ROOM = 2**16


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Write a file under a temporary name, then rename: a reader never sees half of it.

    Gives the temporary path, beside the file. When the block ends, its bytes are brought to the
    disk and take the file's name; when it fails, nothing of it stays and the file is as before.

    Raises
    ------
    SurveyError
        The disk is full or the folder cannot be written to; the sentence names the folder.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with open(temporary, "r+b") as stream:
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except OSError as problem:
        if sentence := storage_problem(problem, path.parent):
            raise SurveyError(sentence) from None
        raise
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write a file, whole or not at all; see `whole_file`."""
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def check_room(path: str | Path) -> None:
    """Raise what the system has against more bytes in a file that a C library wrote.

    ReadStat ends a .sav without a word where the disk is full: the file is cut, and looks whole.
    """
    with open(path, "ab") as stream:
        size = stream.tell()
        stream.write(bytes(_ROOM))
        stream.flush()
        os.fsync(stream.fileno())
        stream.truncate(size)


def check_writable(folder: str | Path) -> None:
    """Refuse a folder in which nothing can be written, before hours of work end there.

    Raises
    ------
    SurveyError
        The disk is full or may only be read, or the account may not write there. Of a folder that
        is not there yet, the one in which it would be made counts.
    """
    folder = Path(folder)
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder) as stream:
            stream.write(bytes(_ROOM))
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as problem:
        sentence = storage_problem(problem, folder.resolve())
        raise SurveyError(sentence or f"{folder.resolve()}: {problem.strerror}") from None


def copy_file(source: str | Path, path: str | Path) -> None:
    """Copy the bytes of a file, whole or not at all, without its age and its rights."""
    with (
        open(source, "rb") as original,
        whole_file(path) as temporary,
        open(temporary, "wb") as stream,
    ):
        shutil.copyfileobj(original, stream)


def sweep_parts(folder: str | Path) -> None:
    """Delete what a killed run was writing; nobody may be writing there."""
    for path in sorted(Path(folder).rglob(f".*{PART}")):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write UTF-8 text with Unix line ends, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


_NUMBER = re.compile(r"[+-][0-9]+(?:[.,][0-9]+)?(?:/[0-9]+|e[+-]?[0-9]+)?")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_SUSPECT = frozenset("'=+-@\t\r")


def guard_formula(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet program would take for a formula.

    A signed number is a number and stays. `read_csv` takes the apostrophe away again.

    Examples
    --------
    >>> guard_formula("=1+1"), guard_formula("-2.1"), guard_formula("-x"), guard_formula("a=b")
    ("'=1+1", '-2.1', "'-x", 'a=b')
    """
    if text[:1] not in _SUSPECT:  # nearly every text
        return text
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _unguarded(cell: str) -> str:
    """Take the apostrophe away from a cell that begins with one."""
    return cell[1:] if _FORMULA.match(cell) else cell


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    r"""Write rows as CSV text: comma, UTF-8, ``\n``; None and NaN are empty cells.

    A label that begins like a formula has an apostrophe before it: people open these files in
    spreadsheet programs, which would do what it says.

    Examples
    --------
    >>> csv_text(["code", "percent"], [{"code": 1, "percent": 12.5}, {"code": 2}])
    'code,percent\n1,12.5\n2,\n'
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return stream.getvalue()


def write_csv(path: str | Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as a CSV file, whole or not at all."""
    write_text(path, csv_text(columns, rows))


def read_text(path: str | Path) -> str:
    """Read UTF-8 text."""
    return Path(path).read_text(encoding="utf-8")


def read_csv(path: str | Path) -> list[dict[str, str]]:
    """Read a CSV file as text, one dict a line: nothing is guessed to be a number."""
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return parse_csv(lines)


def read_header(path: str | Path) -> list[str]:
    """Read the columns of a CSV file, which one without lines has, too."""
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return next(csv.reader(lines), [])


def parse_csv(lines: Iterable[str]) -> list[dict[str, str]]:
    r"""Read lines of CSV as `read_csv` does, the guards before formulas taken away.

    Examples
    --------
    >>> parse_csv(["label\n", "'=1+1\n"])
    [{'label': '=1+1'}]
    """
    return [
        {name: _unguarded(cell) if cell and cell[0] == "'" else cell for name, cell in row.items()}
        for row in csv.DictReader(lines)
    ]


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return guard_formula(value)
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if hasattr(value, "item"):
        return _cell(value.item())
    return repr(value) if isinstance(value, float) else value


def hash_file(path: str | Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hash_files(paths: Iterable[str | Path]) -> str:
    """SHA-256 of several files' bytes, in the given order; their names and ages do not count."""
    return hashlib.sha256("".join(map(hash_file, paths)).encode()).hexdigest()


EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip file can hold: it says nothing of when the file was made."""


def zip_again(content: bytes) -> bytes:
    """Write a zip file anew: entries sorted, one date, no system, one compression."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as after,
    ):
        for name in sorted(before.namelist()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = (
                zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            )
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            after.writestr(entry, before.read(name))
    return stream.getvalue()
