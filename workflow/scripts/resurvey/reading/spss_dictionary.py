"""SPSS dictionary: what a .sav says about its own size, checked before anybody trusts it."""

import struct
import zlib
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from resurvey.errors import SurveyError

LARGEST_NUMBER_OF_VARIABLES = 20_000
_HEADER = 176
_USUAL_BIAS = 100
_COUNTED = 16 * 2**20
_RAW_OPCODE = 253
_END_OPCODE = 252


@dataclass(frozen=True)
class SpssDictionary:
    """Sizes that a .sav or .zsav declares, with the number of rows that its bytes hold.

    Attributes
    ----------
    declared_rows : int
        Number of cases in the header; -1 when the writer did not know it.
    rows : int or None
        Rows that the data part holds; None where it was not counted (very large files).
    """

    declared_rows: int
    rows: int | None


def check_spss_file(path: Path) -> SpssDictionary:
    """Walk the dictionary of a .sav and refuse a file that contradicts itself.

    ReadStat trusts the dictionary: a value-label record that points at no variable ends the
    whole process, and rows beyond the declared number are dropped without a word. So both are
    checked here, on the bytes, before the file is handed on.

    Parameters
    ----------
    path : pathlib.Path
        A file that begins with ``$FL2`` or ``$FL3``.

    Raises
    ------
    SurveyError
        When the dictionary is cut short or points at variables that do not exist, when it has
        more than 20,000 variables, and when the declared number of rows is not the number in
        the file.

    Notes
    -----
    Format: PSPP developers' guide, "System File Format". The rows of a compressed .sav are
    counted up to 16 MB of (unpacked) data.
    """
    with path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
        try:
            return _checked(path, content)
        except (struct.error, IndexError, zlib.error):
            raise SurveyError(
                f"{path}: the file is truncated or damaged: it ends or turns into nonsense within "
                f"its {len(content)} bytes; fetch it again"
            ) from None


def _checked(path: Path, content: mmap) -> SpssDictionary:
    order = "<" if struct.unpack_from("<i", content, 64)[0] in (2, 3) else ">"
    compression, _, declared_rows = struct.unpack_from(order + "3i", content, 72)
    if compression and struct.unpack_from(order + "d", content, 84)[0] != _USUAL_BIAS:
        raise SurveyError(
            f"{path}: the file is damaged: the key to its compressed numbers (bias) is not the "
            f"usual {_USUAL_BIAS}, and every code would be read wrong; fetch it again"
        )
    row_size, variables, start = _walk(path, content, order)
    if variables == 0 or row_size == 0:
        raise SurveyError(f"{path}: the file has no variables")
    if variables > LARGEST_NUMBER_OF_VARIABLES:
        raise SurveyError(
            f"{path}: the file has {variables} variables, more than the limit of "
            f"{LARGEST_NUMBER_OF_VARIABLES}; save the ones you need"
        )
    rows = _rows(content, start, order, row_size, compression)
    if rows is not None and declared_rows >= 0 and rows != declared_rows:
        raise SurveyError(
            f"{path}: the file is truncated or damaged: its header declares {declared_rows} rows, "
            f"but it holds {rows:g}; fetch it again"
        )
    return SpssDictionary(declared_rows, None if rows is None else int(rows))


def _walk(path: Path, content: mmap, order: str) -> tuple[int, int, int]:
    """Step over the dictionary records: (8-byte units in a row, variables, start of the data)."""
    at, row_size, variables, labelled = _HEADER, 0, 0, True

    def integer(offset: int) -> int:
        return int(struct.unpack_from(order + "i", content, offset)[0])

    while True:
        record = integer(at)
        if record == 2:
            width, has_label, missing = integer(at + 4), integer(at + 8), integer(at + 12)
            row_size += 1
            variables += width != -1
            at += 32
            if has_label:
                at += 4 + -(-integer(at) // 4) * 4
            at += 8 * abs(missing)
        elif record == 3:
            labels = integer(at + 4)
            at += 8
            for _ in range(labels):
                at += -(-(9 + content[at + 8]) // 8) * 8
            labelled = False
        elif record == 4:
            pointers = integer(at + 4)
            if pointers < 0 or labelled:
                raise IndexError
            for number in range(pointers):
                index = integer(at + 8 + 4 * number)
                if not 1 <= index <= row_size:
                    raise SurveyError(
                        f"{path}: the file is damaged: a value-label record points at variable "
                        f"{index}, but the file has {row_size}; fetch it again"
                    )
            at, labelled = at + 8 + 4 * pointers, True
        elif record == 6:
            at += 8 + 80 * integer(at + 4)
        elif record == 7:
            at += 16 + integer(at + 8) * integer(at + 12)
        elif record == 999:
            return row_size, variables, at + 8
        else:
            raise IndexError
        if at < _HEADER or at > len(content):
            raise IndexError


def _rows(content: mmap, start: int, order: str, row_size: int, compression: int) -> float | None:
    """Count the rows in the data part; a fraction when the last one is cut short."""
    if compression == 0:
        return (len(content) - start) / (8 * row_size)
    data = _inflated(content, start, order) if compression == 2 else content[start:][:_COUNTED]
    if len(data) >= _COUNTED:
        return None
    return _values(data) / row_size


def _inflated(content: mmap, start: int, order: str) -> bytes:
    """Unpack the blocks of a .zsav, as far as they are counted."""
    _, trailer, _ = struct.unpack_from(order + "3q", content, start)
    if not start < trailer < len(content):
        raise IndexError
    (blocks,) = struct.unpack_from(order + "i", content, trailer + 20)
    parts, size = [], 0
    for block in range(blocks):
        at, _, packed = struct.unpack_from(order + "q2i", content, trailer + 32 + 24 * block)
        if at < start or packed < 0 or at + packed > len(content):
            raise IndexError
        parts.append(zlib.decompressobj().decompress(content[at : at + packed], _COUNTED - size))
        size += len(parts[-1])
        if size >= _COUNTED:
            break
    return b"".join(parts)


def _values(data: bytes) -> int:
    """Count the values that the opcodes of compressed data stand for."""
    values, at = 0, 0
    while at < len(data):
        opcodes = data[at : at + 8]
        at += 8 + 8 * opcodes.count(_RAW_OPCODE)
        end = opcodes.find(_END_OPCODE)
        if end >= 0:
            return values + end - opcodes[:end].count(0)
        values += len(opcodes) - opcodes.count(0)
    if at > len(data):
        values -= -(-(at - len(data)) // 8)  # announced by the last opcodes, but not there
    return values
