"""SPSS dictionary: what a .sav says about its own size, checked before anybody trusts it."""

import codecs
import struct
import zlib
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from resurvey.core.errors import SurveyError
from resurvey.reading.limits import check_cells

LARGEST_NUMBER_OF_VARIABLES = 20_000
_HEADER = 176
_LAST_RECORD = 999
_CONTINUED = -1
_MACHINE = 3
_LONG_NAMES = 13
_ENCODING = 20
_FIRST_CODE_PAGE = 37
_WIDEST = 255
_WIDEST_LABELLED = 8
_TEXT_FORMATS = (1, 2)
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
    weight : str
        Variable by which the file says its cases are weighted; empty where it does not.
    encoding : str
        Encoding of the texts that the file declares.
    text_codes : tuple of bytes
        Codes with labels of variables that hold texts.
    """

    declared_rows: int
    rows: int | None
    weight: str = ""
    encoding: str = "cp1252"
    text_codes: tuple[bytes, ...] = ()

    def check_text_codes(self, path: Path, encoding: str | None) -> None:
        """Refuse labelled texts that are no texts in the encoding that they are read in.

        ReadStat hands such a text on as nothing at all, and the process ends.
        """
        chosen = encoding or self.encoding
        try:
            decoder = codecs.lookup(chosen).incrementaldecoder
        except (LookupError, ValueError):
            return  # the reader knows it, or refuses it by name
        for code in self.text_codes:
            try:
                decoder().decode(code.rstrip(b" \0"))  # a last sign cut short is read as none
            except UnicodeError:
                raise SurveyError(
                    f"{path}: the codes of a labelled text are no {chosen.lower()}; declare the "
                    "`encoding:` that the file's texts are in, or fetch it again"
                ) from None


def check_spss_file(path: Path) -> SpssDictionary:
    """Walk the dictionary of a .sav and refuse a file that contradicts itself.

    ReadStat trusts the dictionary: a value-label record that points at no variable, or at a text
    that is labelled like a number, ends the whole process; rows beyond the declared number are
    dropped without a word. So the bytes are checked here before the file is handed on.

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
        except (struct.error, IndexError, KeyError, zlib.error):
            raise SurveyError(
                f"{path}: the file is truncated or damaged: it ends or turns into nonsense within "
                f"its {len(content)} bytes; fetch it again"
            ) from None


def _checked(path: Path, content: mmap) -> SpssDictionary:
    order = "<" if struct.unpack_from("<i", content, 64)[0] in (2, 3) else ">"
    compression, weight_unit, declared_rows = struct.unpack_from(order + "3i", content, 72)
    if compression and struct.unpack_from(order + "d", content, 84)[0] != _USUAL_BIAS:
        raise SurveyError(
            f"{path}: the file is damaged: the key to its compressed numbers (bias) is not the "
            f"usual {_USUAL_BIAS}, and every code would be read wrong; fetch it again"
        )
    walk = _Walk(path, content, order).done()
    variables, row_size = walk.variables, len(walk.widths)
    if variables == 0:
        raise SurveyError(f"{path}: the file has no variables")
    if variables > LARGEST_NUMBER_OF_VARIABLES:
        raise SurveyError(
            f"{path}: the file has {variables} variables, more than the limit of "
            f"{LARGEST_NUMBER_OF_VARIABLES}; save the ones you need"
        )
    check_cells(path, declared_rows, variables)
    if compression == 2 and declared_rows < 0:
        check_cells(path, _unpacked(content, walk.start, order) / row_size, variables)
    rows = _rows(content, walk.start, order, row_size, compression)
    if rows is not None and declared_rows >= 0 and rows != declared_rows:
        raise SurveyError(
            f"{path}: the file is truncated or damaged: its header declares {declared_rows} rows, "
            f"but it holds {rows:g}; fetch it again"
        )
    return SpssDictionary(
        declared_rows,
        None if rows is None else int(rows),
        walk.name_at(weight_unit),
        walk.encoding,
        tuple(walk.text_codes),
    )


def weight_unit(path: Path, name: str) -> int:
    """Find the place of a variable in a row of a .sav, as its header counts: in units from 1."""
    with path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
        walk = _Walk(path, content, "<").done()
        units = range(1, len(walk.names) + 1)
        return next(unit for unit in units if walk.name_at(unit) == name)


class _Walk:
    """A walk over the dictionary records, up to the start of the data."""

    def __init__(self, path: Path, content: mmap, order: str) -> None:
        self.path, self.content, self.order = path, content, order
        self.widths: list[int] = []
        self.names: list[bytes] = []
        self.long_names: dict[bytes, bytes] = {}
        self.labels_wait = False
        self.labelled: list[bytes] = []
        self.text_codes: list[bytes] = []
        self.code_page = 0
        self.encoding_name = b""
        self.start = 0

    @property
    def encoding(self) -> str:
        """Encoding of the texts; a file that names none is read as western."""
        if self.encoding_name:
            return self.encoding_name.decode("ascii", "replace").strip("\0 ")
        known = {1: "cp037", 65000: "utf-7", 65001: "utf-8"}
        if self.code_page < _FIRST_CODE_PAGE:
            return known.get(self.code_page, "cp1252")
        return known.get(self.code_page, f"cp{self.code_page}")

    @property
    def variables(self) -> int:
        """Number of variables; a long text takes several units of a row."""
        return sum(width != _CONTINUED for width in self.widths)

    def name_at(self, unit: int) -> str:
        """Name of the variable that begins at a unit of a row, counted from 1; 0 is none."""
        if not 1 <= unit <= len(self.names):
            return ""
        short = self.names[unit - 1]
        return self.long_names.get(short.upper(), short).decode("utf-8", "replace")

    def done(self) -> "_Walk":
        """Step over all records; every step leads forward."""
        steps = {
            2: self._variable,
            3: self._labels,
            4: self._labelled,
            6: self._notes,
            7: self._more,
        }
        at = _HEADER
        while (record := self._integer(at)) != _LAST_RECORD:
            after = steps[record](at)
            if not at < after <= len(self.content):
                raise IndexError
            at = after
        if self._continued():
            raise IndexError
        self.start = at + 8
        return self

    def _integer(self, at: int) -> int:
        return int(struct.unpack_from(self.order + "i", self.content, at)[0])

    def _continued(self) -> int:
        """How many units of the last text are still to come."""
        units = next((at for at, one in enumerate(reversed(self.widths)) if one != _CONTINUED), 0)
        width = self.widths[-1 - units] if self.widths else 0
        return max(0, -(-width // 8) - 1) - units

    def _variable(self, at: int) -> int:
        width, has_label, missing = (self._integer(at + step) for step in (4, 8, 12))
        shown, written = (
            (self._integer(at + step) >> 16 & 255) in _TEXT_FORMATS for step in (16, 20)
        )
        expected = self._continued()
        if width == _CONTINUED:
            if not expected:
                raise IndexError
        elif expected or not 0 <= width <= _WIDEST or shown != (width > 0):
            raise IndexError
        elif written != (width > 0) and self._integer(at + 20):
            # The reader believes the write format and takes a number's labels for texts.
            raise IndexError
        self.widths.append(width)
        self.names.append(self.content[at + 24 : at + 32].rstrip(b" "))
        at += 32
        if has_label:
            at += 4 + -(-self._integer(at) // 4) * 4
        return at + 8 * abs(missing)

    def _labels(self, at: int) -> int:
        labels = self._integer(at + 4)
        at += 8
        self.labelled = []
        for _ in range(labels):
            self.labelled.append(self.content[at : at + 8])
            at += -(-(9 + self.content[at + 8]) // 8) * 8
        self.labels_wait = True
        return at

    def _labelled(self, at: int) -> int:
        pointers = self._integer(at + 4)
        if pointers < 0 or not self.labels_wait:
            raise IndexError
        kinds = set()
        for number in range(pointers):
            index = self._integer(at + 8 + 4 * number)
            if not 1 <= index <= len(self.widths):
                raise SurveyError(
                    f"{self.path}: the file is damaged: a value-label record points at variable "
                    f"{index}, but the file has {len(self.widths)}; fetch it again"
                )
            width = self.widths[index - 1]
            kinds.add(width > 0)
            if not 0 <= width <= _WIDEST_LABELLED or len(kinds) > 1:
                raise IndexError
        if kinds == {True}:
            self.text_codes += self.labelled
        self.labels_wait = False
        return at + 8 + 4 * pointers

    def _notes(self, at: int) -> int:
        return at + 8 + 80 * self._integer(at + 4)

    def _more(self, at: int) -> int:
        end = at + 16 + self._integer(at + 8) * self._integer(at + 12)
        kind = self._integer(at + 4)
        if kind == _MACHINE:
            self.code_page = self._integer(at + 16 + 28)
        if kind == _ENCODING:
            self.encoding_name = self.content[at + 16 : end]
        if kind == _LONG_NAMES:
            pairs = (pair.partition(b"=") for pair in self.content[at + 16 : end].split(b"\t"))
            self.long_names |= {short.upper(): long.rstrip(b"\0 ") for short, _, long in pairs}
        return end


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


def _unpacked(content: mmap, start: int, order: str) -> int:
    """Add up what the blocks of a .zsav declare to hold; a unit of a row takes a byte or more."""
    _, trailer, _ = struct.unpack_from(order + "3q", content, start)
    if not start < trailer < len(content):
        raise IndexError
    (blocks,) = struct.unpack_from(order + "i", content, trailer + 20)
    if not 0 <= blocks <= (len(content) - trailer) // 24:
        raise IndexError
    sizes = (
        struct.unpack_from(order + "i", content, trailer + 40 + 24 * block)[0]
        for block in range(blocks)
    )
    return sum(sizes)


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
