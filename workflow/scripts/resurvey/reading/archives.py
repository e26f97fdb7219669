"""Archives: zip files (.xlsx is one) are looked through before anything in them is unpacked."""

import re
import struct
import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from resurvey.core.errors import SurveyError

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


def archive_names(path: Path) -> list[str]:
    """List the files in an archive, in its order.

    Raises
    ------
    SurveyError
        When the archive is truncated or damaged.
    """
    return [part.filename for part in _parts(path)]


def check_archive(path: Path) -> int:
    """Refuse an archive that is damaged, encrypted, or larger unpacked than any survey.

    Nothing in it is ever written to the disk. Its XML must not declare entities: they make a
    bomb of a few hundred bytes, or read other files.

    Raises
    ------
    SurveyError
        Saying which part of the archive stands against it.
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
