"""Limits: how large a file may become in memory, and what a zip file may hold."""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from resurvey.core.errors import SurveyError

LARGEST_NUMBER_OF_VARIABLES = 20_000
MOST_CELLS = 1_000_000_000
"""Respondents times variables; the largest public surveys have half as many."""
MOST_CELLS_PER_BYTE = 100
"""Compressed answers of people take a byte for every one to twenty; a bomb a byte for hundreds."""
ALWAYS_SMALL = 20_000_000
"""Cells that fit into any memory, however well they were packed."""
MOST_LETTERS = 2**31
"""Letters of all texts of a file together, each counted as often as it stands in a row."""
LARGEST = 400 * 2**20
"""Bytes that an archive may have when unpacked."""
LARGEST_RATIO = 200
"""An honest sheet is packed ten to thirty times; a bomb a thousand times."""
_ALWAYS_SMALL = 20 * 2**20
_MOST_PARTS = 10_000
_ENCRYPTED = 1
_HEAD = 2**16
_XML_STARTS = (b"<", b"\xff\xfe", b"\xfe\xff")
_UNREADABLE = (
    BadZipFile,
    OSError,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What the library raises on damaged archives."""


def check_cells(path: Path, rows: float, columns: float) -> None:
    """Refuse a file that would become larger in memory than any survey, before it is read.

    Examples
    --------
    >>> check_cells(Path("bomb.zsav"), 1e9, 20)
    Traceback (most recent call last):
    resurvey.SurveyError: bomb.zsav: the file declares 1000000000 rows × 20 columns, more \
cells than the limit of 1000000000; save only the variables that you need
    """
    cells = rows * columns
    shape = f"{path}: the file declares {rows:.0f} rows × {columns:.0f} columns"
    if cells > MOST_CELLS:
        raise SurveyError(
            f"{shape}, more cells than the limit of {MOST_CELLS}; save only the variables that "
            "you need"
        )
    size = path.stat().st_size if cells > ALWAYS_SMALL else 0
    if cells > ALWAYS_SMALL and cells > MOST_CELLS_PER_BYTE * size:
        raise SurveyError(
            f"{shape} in {size} bytes, more than {MOST_CELLS_PER_BYTE} cells for each byte; it is "
            "damaged or meant to do harm; if its answers really are that much alike, save it "
            "without compression"
        )


def check_letters(path: Path, letters: float) -> None:
    """Refuse texts that would take more memory than any survey's."""
    if letters > MOST_LETTERS:
        raise SurveyError(
            f"{path}: the texts of its cells have {letters:.3g} letters together, more than the "
            f"limit of {MOST_LETTERS}; leave out the columns of text that you do not need"
        )


@contextmanager
def reader_errors(path: Path) -> Iterator[None]:
    """Turn whatever a reader raises on odd bytes into one sentence.

    Foreign readers raise dozens of kinds of errors; which of them a damaged byte provokes is
    their own affair.
    """
    try:
        yield
    except SurveyError:
        raise
    except MemoryError:
        raise SurveyError(
            f"{path}: the file needs more memory than this machine has; save only the variables "
            "that you need, or use a larger machine"
        ) from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise SurveyError(f"{path}: cannot be read: {error.strerror}") from None
        # The reader's own words may hold answers of respondents; its kind of error does not.
        raise SurveyError(
            f"{path}: the file is truncated or damaged and cannot be read "
            f"({type(error).__name__}); fetch it again"
        ) from error


def archive_names(path: Path) -> list[str]:
    """List the files in an archive, in its order."""
    return [part.filename for part in _parts(path)]


def check_archive(path: Path) -> int:
    """Refuse an archive that is damaged, encrypted, or larger unpacked than any survey.

    Nothing in it is ever written to the disk. Its XML must not declare entities: they make a
    bomb of a few hundred bytes, or read other files.
    """
    parts = _parts(path)
    if len(parts) > _MOST_PARTS:
        raise SurveyError(f"{path}: the archive has {len(parts)} parts; this is no survey file")
    seen: set[str] = set()
    for part in parts:
        if part.filename in seen:
            raise SurveyError(f"{path}: the archive holds '{part.filename}' twice; save it anew")
        seen.add(part.filename)
        steps = re.split(r"[\\/]", part.filename)
        if not steps[0] or ".." in steps:
            raise SurveyError(
                f"{path}: the archive holds '{part.filename}', a path that leads out of it; "
                "this is no file to be opened"
            )
        if part.flag_bits & _ENCRYPTED:
            raise SurveyError(f"{path}: '{part.filename}' is encrypted; save it without a password")
    size = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if size > LARGEST or (size > _ALWAYS_SMALL and size > LARGEST_RATIO * packed):
        raise SurveyError(
            f"{path}: unpacked the file would have {size / 2**20:.0f} MB ({size / packed:.0f} "
            f"times its size; the limit is {LARGEST // 2**20} MB or {LARGEST_RATIO} times); "
            "it is damaged or meant to do harm"
        )
    with ZipFile(path) as archive:
        return sum(_check_part(path, archive, part) for part in parts)


def read_part(path: Path, name: str) -> bytes:
    """Unpack one part of a checked archive into memory."""
    try:
        with ZipFile(path) as archive:
            return archive.read(name)
    except _UNREADABLE:
        raise _damaged(path) from None


def _parts(path: Path) -> list[ZipInfo]:
    try:
        with ZipFile(path) as archive:
            return archive.infolist()
    except _UNREADABLE:
        raise _damaged(path) from None


def _check_part(path: Path, archive: ZipFile, part: ZipInfo) -> int:
    """Unpack a part once: its checksum must fit, and XML must not declare a document type."""
    try:
        with archive.open(part) as stream:
            head = stream.read(_HEAD)
            size, marks = len(head), head.count(b"<")
            while piece := stream.read(2**20):
                size += len(piece)
                marks += piece.count(b"<")
    except _UNREADABLE:
        raise _damaged(path) from None
    if size != part.file_size:
        raise _damaged(path)
    named = part.filename.casefold().endswith((".xml", ".rels", ".vml"))
    # A reader follows the links in a workbook, whatever the parts are called.
    is_xml = named or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_XML_STARTS)
    if not is_xml or not head:
        return 0
    prolog = re.match(rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", head, re.DOTALL)
    rest = head[prolog.end() :] if prolog else head
    if not re.match(rb"<[A-Za-z_]", rest):
        raise SurveyError(
            f"{path}: '{part.filename}' in it declares a document type or is no plain XML; "
            "entities could read other files, so it is not opened"
        )
    return marks


def _damaged(path: Path) -> SurveyError:
    return SurveyError(f"{path}: the file is truncated or damaged; fetch it again")
