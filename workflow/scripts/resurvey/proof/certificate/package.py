"""Package: a certificate's files, read from a folder or a zip that a stranger sent.

Nothing is unpacked and nothing is followed: a link, a path that leads out, or an archive that
unfolds to more than it may is refused before its content is read.
"""

import hashlib
import json
import os
import re
import stat
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from resurvey.core.errors import SurveyError

#: More than this is no certificate.
MOST_FILES = 20_000
MOST_BYTES = 2 * 1024**3
#: A document that is read whole.
MOST_READ = 64 * 1024**2
#: An archive may shrink a file to this share of its size, once it has more than a mebibyte.
MOST_RATIO = 300
_BLOCK = 1024**2


class Package(ABC):
    """The files of a certificate by path, each readable and hashable.

    Attributes
    ----------
    sizes : dict
        Path -> size in bytes.
    """

    def __init__(self, name: str, sizes: dict[str, int]) -> None:
        self.name, self.sizes = name, sizes

    @abstractmethod
    def open(self, path: str) -> IO[bytes]:
        """Open one of the files."""

    def read(self, path: str) -> bytes:
        """Read a whole document.

        Raises
        ------
        SurveyError
            There is none, it is too large, or the archive is damaged there.
        """
        if path not in self.sizes:
            raise SurveyError(f"{self.name}: there is no {path} in it, so it is no certificate")
        if self.sizes[path] > MOST_READ:
            raise SurveyError(f"{self.name}: {path} has {self.sizes[path]} bytes, too many to read")
        return b"".join(self._blocks(path))

    def hash(self, path: str) -> str:
        """SHA-256 of a file, in hexadecimal."""
        digest = hashlib.sha256()
        for block in self._blocks(path):
            digest.update(block)
        return digest.hexdigest()

    def _blocks(self, path: str) -> Iterator[bytes]:
        try:
            with self.open(path) as stream:
                while block := stream.read(_BLOCK):
                    yield block
        except (
            OSError,
            zipfile.BadZipFile,
            EOFError,
            RuntimeError,
            NotImplementedError,
        ) as problem:
            why = getattr(problem, "strerror", None) or problem
            raise SurveyError(f"{self.name}: {path} cannot be read: {shown(str(why))}") from None
        except Exception as problem:  # a damaged stream raises its decoder's own error
            if type(problem).__module__ not in ("zlib", "lzma", "_lzma", "bz2", "zipfile"):
                raise
            raise SurveyError(f"{self.name}: {path} is damaged in the archive") from None


class _Folder(Package):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(folder.name or str(folder), dict(_walk(folder)))

    def open(self, path: str) -> IO[bytes]:
        # A link that took the file's place since it was listed is not followed either.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(self.folder / path, flags)
        return os.fdopen(handle, "rb")


class _Archive(Package):
    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.archive, members = archive, _members(path.name, archive)
        self.inside = _without_top(members)
        sizes = {name: archive.getinfo(full).file_size for name, full in self.inside.items()}
        super().__init__(path.name, sizes)

    def open(self, path: str) -> IO[bytes]:
        return self.archive.open(self.inside[path])


@contextmanager
def open_package(path: str | Path) -> Iterator[Package]:
    """Open a certificate's folder, or a zip of it, without unpacking.

    Raises
    ------
    SurveyError
        There is none, it is neither, or it holds a link, a path that leads out, a file twice,
        an encrypted file, or more than it may unfold to.
    """
    path = Path(path)
    if path.is_dir():
        yield _Folder(path)
        return
    if not path.is_file():
        raise SurveyError(f"{path}: there is no such folder or zip")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OverflowError):
        raise SurveyError(f"{path}: neither a certificate's folder nor a zip of one") from None
    with archive:
        yield _Archive(path, archive)


def _walk(folder: Path) -> Iterator[tuple[str, int]]:
    """Every file below a folder, sorted; anything that is no plain file is refused."""
    total = count = 0
    todo = [folder]
    while todo:
        here = todo.pop()
        for entry in sorted(os.scandir(here), key=lambda entry: entry.name):
            path = Path(entry.path).relative_to(folder).as_posix()
            kind = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISLNK(kind):
                raise SurveyError(
                    f"{folder.name}: '{shown(path)}' is a link, which is not followed"
                )
            count += 1
            if count > MOST_FILES:
                raise SurveyError(f"{folder.name}: more than {MOST_FILES} files")
            if stat.S_ISDIR(kind):
                todo.append(Path(entry.path))
                continue
            if not stat.S_ISREG(kind):
                raise SurveyError(f"{folder.name}: '{shown(path)}' is not a plain file")
            size = entry.stat(follow_symlinks=False).st_size
            total += size
            if total > MOST_BYTES:
                raise SurveyError(f"{folder.name}: more than {MOST_BYTES} bytes")
            yield check_path(path, folder.name), size


def _members(name: str, archive: zipfile.ZipFile) -> list[str]:
    """Files of an archive, after looking at what the archive says of each."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise SurveyError(f"{name}: more than {MOST_FILES} files")
    total, found = 0, []
    for entry in entries:
        path = check_path(entry.filename.removesuffix("/"), name)
        kind = entry.external_attr >> 16
        if kind and stat.S_IFMT(kind) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise SurveyError(f"{name}: '{shown(path)}' is a link or a device, not a plain file")
        if entry.flag_bits & 1:
            raise SurveyError(f"{name}: '{shown(path)}' is encrypted")
        total += entry.file_size
        swollen = entry.file_size > _BLOCK and entry.file_size > MOST_RATIO * entry.compress_size
        if swollen or total > MOST_BYTES:
            raise SurveyError(
                f"{name}: '{shown(path)}' unfolds to {entry.file_size} bytes, refused"
            )
        if entry.is_dir():
            continue
        if path in found:
            raise SurveyError(f"{name}: '{shown(path)}' stands twice in the archive")
        found.append(path)
    return found


def _without_top(members: list[str]) -> dict[str, str]:
    """Paths inside the certificate: a zip may hold its files, or one folder that holds them."""
    tops = {path.partition("/")[0] for path in members}
    if METADATA not in members and len(tops) == 1:
        return {path.partition("/")[2]: path for path in members if "/" in path}
    return {path: path for path in members}


METADATA = "ro-crate-metadata.json"
MANIFEST_JSON = "manifest.json"
MANIFEST_CSV = "manifest.csv"
COMPARISON = "comparison.json"
NUMBERS = "numbers.json"
ENVIRONMENT = "environment.json"
CODECHECK = "codecheck.yml"
README = "README.md"
STARTER, VERIFIER = "verify.py", "verifier"

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST = 400


def check_path(path: object, of: str) -> str:
    """Refuse a path that could lead out of the certificate's folder.

    Raises
    ------
    SurveyError
        No text, absolute, with a drive, ``..``, a backslash or a control character.

    Examples
    --------
    >>> check_path("results/2022/tables/crosstabs.csv", "manifest.json")
    'results/2022/tables/crosstabs.csv'
    >>> check_path("../secret", "manifest.json")
    Traceback (most recent call last):
    resurvey.SurveyError: manifest.json: the path '../secret' leaves the certificate's folder
    """
    if not isinstance(path, str) or not path or len(path) > _LONGEST:
        raise SurveyError(f"{of}: {shown(path)} is no path")
    parts = path.split("/")
    if path.startswith("/") or _DRIVE.match(path) or ".." in parts:
        raise SurveyError(f"{of}: the path '{shown(path)}' leaves the certificate's folder")
    if "\\" in path or _CONTROL.search(path) or str(PurePosixPath(path)) != path:
        raise SurveyError(f"{of}: the path '{shown(path)}' is not written as a/b/c")
    return path


def shown(value: object, longest: int = 120) -> str:
    r"""Write a stranger's text for the terminal: no control characters, not endless.

    Examples
    --------
    >>> shown("a\x1b[31mb")
    'a?[31mb'
    """
    text = _CONTROL.sub("?", value if isinstance(value, str) else repr(value))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def parse_json(content: bytes, name: str) -> Any:
    """Read JSON text strictly.

    Raises
    ------
    SurveyError
        Not UTF-8, not JSON, a key that stands twice, NaN or infinity, nested too deeply.

    Examples
    --------
    >>> parse_json(b'{"a": 1, "a": 2}', "manifest.json")
    Traceback (most recent call last):
    resurvey.SurveyError: manifest.json: the key 'a' stands twice
    """

    def no_constant(word: str) -> None:
        raise SurveyError(f"{name}: {word} is no number of JSON")

    def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise SurveyError(f"{name}: the key '{shown(key)}' stands twice")
            found[key] = value
        return found

    try:
        text = content.decode("utf-8")
        return json.loads(text, object_pairs_hook=once, parse_constant=no_constant)
    except SurveyError:
        raise
    except UnicodeDecodeError as problem:
        raise SurveyError(f"{name}: not UTF-8 text at byte {problem.start}") from None
    except json.JSONDecodeError as problem:
        raise SurveyError(
            f"{name}: not JSON at line {problem.lineno}, column {problem.colno}: {problem.msg}"
        ) from None
    except RecursionError:
        raise SurveyError(f"{name}: nested too deeply to be read") from None
    except ValueError as problem:
        raise SurveyError(f"{name}: not readable as JSON: {problem}") from None


def json_bytes(value: Any) -> bytes:
    """Write a document as JSON in UTF-8, one space of indent, keys in their order."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
