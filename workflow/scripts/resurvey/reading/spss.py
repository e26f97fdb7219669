"""SPSS files: what ReadStat does not check, their sets of options, the portable format."""

import codecs
import json
import re
import struct
import sys
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Codebook, nearest
from resurvey.core.errors import SurveyError
from resurvey.core.files import write_text
from resurvey.reading.data_block import extremes_are_usual
from resurvey.reading.encoding import plausible_encoding, true_encoding
from resurvey.reading.formats import LARGEST_NUMBER_OF_VARIABLES, check_cells, sidecar_of
from resurvey.reading.sheet import named_rows

if TYPE_CHECKING:
    import pandas as pd

_HEADER = 176
_LAST_RECORD = 999
_CONTINUED = -1
_MACHINE = 3
_LONG_NAMES = 13
_ENCODING = 20
_IEEE = 1
_FIRST_CODE_PAGE = 37
_WIDEST = 255
_WIDEST_LABELLED = 8
_TEXT_FORMATS = (1, 2)
_USUAL_BIAS = 100
_COUNTED = 16 * 2**20
_SEARCHED = 2 * 2**20
"""Bytes of compressed data in which texts are searched for zero bytes."""
_SETS, _MORE_SETS, _SHOWN_AS, _FLOATS, _CASES = 7, 19, 11, 4, 16
_ONCE = {
    _MACHINE: "numbers of the machine",
    _FLOATS: "extremes of its numbers",
    _SHOWN_AS: "measures of the variables",
    _LONG_NAMES: "names of the variables",
    _CASES: "number of cases",
    _ENCODING: "encoding",
}
"""Records that a dictionary has once -> what they hold."""
_KNOWN = frozenset({*range(3, 25)})
_EXTREME = sys.float_info.max / 2
_WRITTEN = re.compile(rb"[\d ]\d [A-Za-z]{3} \d\d[\d ]\d:\d\d:\d\d")
_SHORT_NAME = re.compile(rb"[^\x00-\x20.][^\x00-\x1f ]*[ \0]*", re.DOTALL)
_KINDS = frozenset({1, 2, *range(3, 13), *range(15, 42), 85})
"""Numbers of the formats in which SPSS shows values."""
_WIDEST_NUMBER = 40
_RAW_OPCODE = 253
_END_OPCODE = 252
FORMAT = "multiple-response sets 1"
_KEYS = {"type", "counted_value", "label", "variable_list"}
_SPLASH, _TABLE, _LINE = 200, 256, 80
_SIGNATURE = b"SPSSPORT"
_DIGITS = {ord(digit): value for value, digit in enumerate("0123456789ABCDEFGHIJKLMNOPQRST")}
_FIRST_LETTER = 64
_LETTERS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ."
_FORMATS = {
    20: "DATE",
    21: "TIME",
    22: "DATETIME",
    23: "ADATE",
    24: "JDATE",
    25: "DTIME",
    28: "MOYR",
    29: "QYR",
    30: "WKYR",
    38: "EDATE",
    39: "SDATE",
    40: "MTIME",
    41: "YMDHMS",
}
_LONGEST_NUMBER = 300
_INFINITY = float("inf")


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
    sets : int
        Multiple-response sets that the file declares.
    oddities : tuple of str
        What is not as any program writes it and leaves the answers as they are, a clause each.
    start : int
        Byte at which the data begin.
    compression : int
        0 none, 1 by bytes, 2 by bytes and zlib.
    widths : tuple of int
        For each unit of a row 0 (a number), the width of a text, or -1 (the text goes on).
    is_usual : bool
        Whether numbers are written as on today's machines, and no answer by the usual number.
    """

    declared_rows: int
    rows: int | None
    weight: str = ""
    encoding: str = "cp1252"
    text_codes: tuple[bytes, ...] = ()
    sets: int = 0
    oddities: tuple[str, ...] = ()
    start: int = 0
    compression: int = 0
    widths: tuple[int, ...] = ()
    is_usual: bool = False

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
        # A unit of a row takes a byte or more.
        unpacked = sum(size for _, size, _ in _blocks(content, walk.start, order))
        check_cells(path, unpacked / row_size, variables)
    if weight_unit and not (1 <= weight_unit <= row_size and walk.widths[weight_unit - 1] == 0):
        raise SurveyError(
            f"{path}: the file is damaged: its header says that the cases are weighted by the "
            f"variable at {weight_unit}, and no number stands there; fetch it again"
        )
    data = _data(content, walk.start, order, compression)
    rows, left = _rows(content, walk.start, data, row_size, compression)
    if rows is not None and declared_rows >= 0 and rows != declared_rows:
        raise SurveyError(
            f"{path}: the file is truncated or damaged: its header declares {declared_rows} rows, "
            f"but it holds {rows:g}; fetch it again"
        )
    if left:
        raise SurveyError(
            f"{path}: the file is damaged: {left} bytes stand after its last row; fetch it again"
        )
    return SpssDictionary(
        declared_rows,
        None if rows is None else int(rows),
        walk.name_at(weight_unit),
        walk.encoding,
        tuple(walk.text_codes),
        walk.sets,
        (*_odd_header(content, order, walk), *_cut_texts(data, walk, compression > 0)),
        walk.start,
        compression,
        tuple(walk.widths),
        order == "<" and walk.is_usual,
    )


def _odd_header(content: mmap, order: str, walk: "_Walk") -> Iterator[str]:
    """Say what the header and the records hold that no program writes."""
    (size,) = struct.unpack_from(order + "i", content, 68)
    if size not in (-1, 0, len(walk.widths)):
        yield f"its header says {size} values in a row, and there are {len(walk.widths)}"
    when = content[92:109]
    if when.strip(b" \0") and not _WRITTEN.fullmatch(when):
        yield "the day and the hour in its header are none"
    if encoding := walk.unknown_encoding:
        yield f"it declares the encoding '{encoding}', which no program knows"
    elif not walk.encoding_name and walk.code_page < _FIRST_CODE_PAGE:
        yield f"it does not say which encoding its texts are in; they are read as {walk.encoding}"
    yield from walk.oddities


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
        self.sets = 0
        self.seen: set[int] = set()
        self.is_usual = True
        self.oddities: dict[str, None] = {}

    @property
    def encoding(self) -> str:
        """Encoding of the texts; a file that names none is read as western."""
        if self.encoding_name:
            return self.encoding_name.decode("ascii", "replace").strip("\0 ")
        known = {1: "cp037", 65000: "utf-7", 65001: "utf-8"}
        if self.code_page < _FIRST_CODE_PAGE:
            return known.get(self.code_page, "cp1252")
        return known.get(self.code_page, f"cp{self.code_page}")

    def first_unit(self, unit: int) -> int:
        """Find the unit of a row, counted from 0, at which the variable of a unit begins."""
        while self.widths[unit] == _CONTINUED:
            unit -= 1
        return unit

    @property
    def unknown_encoding(self) -> str:
        """Name of the declared encoding where it is none; empty where there is one."""
        try:
            codecs.lookup(self.encoding)
        except (LookupError, ValueError):
            return self.encoding
        return ""

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
        units = next(
            (at for at, width in enumerate(reversed(self.widths)) if width != _CONTINUED), 0
        )
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
        if has_label not in (0, 1) or not -3 <= missing <= 3 or missing == -1:
            raise IndexError
        if width != _CONTINUED:
            self._format(at, width)
        self.widths.append(width)
        self.names.append(self.content[at + 24 : at + 32].rstrip(b" "))
        at += 32
        if has_label:
            at += 4 + -(-self._integer(at) // 4) * 4
        return at + 8 * abs(missing)

    def _format(self, at: int, width: int) -> None:
        """Hold the two formats of a variable against each other and against its width."""
        name = self.content[at + 24 : at + 32]
        if not _SHORT_NAME.fullmatch(name):
            self.oddities["a variable's short name is none"] = None
        for step in (16, 20):
            field = self._integer(at + step)
            kind, columns, decimals = field >> 16 & 255, field >> 8 & 255, field & 255
            if not field:
                continue
            sound = kind in _KINDS and columns > 0 and not field >> 24
            if not sound or (width == 0 and (columns > _WIDEST_NUMBER or decimals > columns)):
                self.oddities["a variable is shown in a format that there is not"] = None

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

    def _check_more(self, at: int, kind: int) -> None:
        """Hold an extension record against what any program writes there."""
        size, number = self._integer(at + 8), self._integer(at + 12)
        if kind not in _KNOWN:
            self.oddities[f"it holds a record of an unknown kind ({kind})"] = None
        if kind == _FLOATS and (size, number) == (8, 3):
            extremes = struct.unpack_from(self.order + "3d", self.content, at + 16)
            self.is_usual &= extremes_are_usual(extremes)
            # Some programs write NaN, or another order.
            if any(abs(number) < _EXTREME for number in extremes):
                self.oddities["the numbers by which it marks no answer are not the usual"] = None
        if kind == _SHOWN_AS and size == 4:
            count = sum(width != _CONTINUED for width in self.widths)
            step = number // max(1, count)
            shown = struct.unpack_from(f"{self.order}{number}i", self.content, at + 16)
            if number not in (2 * count, 3 * count) or any(
                not 0 <= value <= 3 for value in (*shown[::step], *shown[step - 1 :: step])
            ):
                self.oddities["its measures of the variables are none"] = None

    def _notes(self, at: int) -> int:
        return at + 8 + 80 * self._integer(at + 4)

    def _more(self, at: int) -> int:
        end = at + 16 + self._integer(at + 8) * self._integer(at + 12)
        kind = self._integer(at + 4)
        if kind in _ONCE and kind in self.seen:
            raise SurveyError(
                f"{self.path}: the file is damaged: it lists the {_ONCE[kind]} twice; fetch it "
                "again"
            )
        self.seen.add(kind)
        self._check_more(at, kind)
        if kind in (_SETS, _MORE_SETS):
            self.sets += sum(
                line.startswith(b"$") for line in self.content[at + 16 : end].split(b"\n")
            )
        if kind == _MACHINE:
            self.is_usual &= self._integer(at + 16 + 16) == _IEEE
            self.code_page = self._integer(at + 16 + 28)
        if kind == _ENCODING:
            self.encoding_name = self.content[at + 16 : end]
        if kind == _LONG_NAMES:
            pairs = (pair.partition(b"=") for pair in self.content[at + 16 : end].split(b"\t"))
            named = {short.upper(): long.rstrip(b"\0 ") for short, _, long in pairs}
            known = {name.upper() for name in self.names} | {b""}
            if not named.keys() <= known or any(b"=" in long for long in named.values()):
                self.oddities["it names variables that it does not have"] = None
            self.long_names |= named
        return end


def _data(content: mmap, start: int, order: str, compression: int) -> bytes:
    """Take the beginning of the data part, unpacked: as much of it as is looked at."""
    if compression == 2:
        return _inflated(content, start, order)
    return content[start : start + _COUNTED]


def _rows(
    content: mmap, start: int, data: bytes, row_size: int, compression: int
) -> tuple[float | None, int]:
    """Count the rows, a fraction when the last one is cut short, and the bytes after them."""
    if compression == 0:
        return (len(content) - start) / (8 * row_size), 0
    if len(data) >= _COUNTED:
        return None, 0
    values, end = _values(data)
    return values / row_size, max(0, len(data) - end)


def _cut_texts(data: bytes, walk: "_Walk", is_compressed: bool) -> Iterator[str]:
    """Name the texts in which letters stand behind a zero byte, where the reader ends them."""
    units = [walk.first_unit(at) for at in range(len(walk.widths))]
    texts = [walk.widths[unit] > 0 for unit in units]
    if not any(texts):
        return
    cells = _cut_cells(data, texts) if is_compressed else _cut_blocks(data, texts)
    rows: dict[str, list[int]] = {}
    for row, unit in cells:
        named = rows.setdefault(walk.name_at(units[unit] + 1), [])
        if row not in named[-1:]:
            named.append(row)
    for name, found in rows.items():
        yield f"variable '{name}' loses what stands behind a zero byte in {named_rows(found)}"


def _cut_blocks(data: bytes, texts: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Find letters behind a zero byte, unit by unit, in data that are not compressed."""
    import numpy as np

    rows = len(data) // (8 * len(texts))
    cells = np.frombuffer(data, "uint8", rows * 8 * len(texts)).reshape(rows, len(texts), 8)
    cells = np.where(np.asarray(texts)[None, :, None], cells, 32)
    if cells.all():
        return
    behind = np.maximum.accumulate(cells == 0, axis=2) & (cells != 0) & (cells != 32)
    yield from zip(*(places.tolist() for places in behind.any(axis=2).nonzero()), strict=True)


def _cut_cells(data: bytes, texts: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Find the same among the values that the opcodes announce."""
    value, at = 0, 0
    while at < min(len(data), _SEARCHED):
        opcodes = data[at : at + 8]
        at += 8
        for opcode in opcodes:
            if opcode == _END_OPCODE:
                return
            if opcode == _RAW_OPCODE:
                unit = data[at : at + 8]
                at += 8
                letters = unit.partition(b"\0")[2] if texts[value % len(texts)] else b""
                if letters.strip(b"\0 "):
                    yield divmod(value, len(texts))
            value += opcode != 0


def _blocks(content: mmap, start: int, order: str) -> Iterator[tuple[int, int, int]]:
    """List the blocks of a .zsav: where each begins, its declared size unpacked and packed."""
    _, trailer, _ = struct.unpack_from(order + "3q", content, start)
    if not start < trailer < len(content):
        raise IndexError
    (blocks,) = struct.unpack_from(order + "i", content, trailer + 20)
    if not 0 <= blocks <= (len(content) - trailer) // 24:
        raise IndexError
    if trailer + 24 + 24 * blocks != len(content):
        raise IndexError
    for block in range(blocks):
        yield struct.unpack_from(order + "q2i", content, trailer + 32 + 24 * block)


def _inflated(content: mmap, start: int, order: str) -> bytes:
    """Unpack the blocks of a .zsav, as far as they are counted."""
    parts, size = [], 0
    for at, _, packed in _blocks(content, start, order):
        if at < start or packed < 0 or at + packed > len(content):
            raise IndexError
        parts.append(zlib.decompressobj().decompress(content[at : at + packed], _COUNTED - size))
        size += len(parts[-1])
        if size >= _COUNTED:
            break
    return b"".join(parts)


def _values(data: bytes) -> tuple[int, int]:
    """Count the values that the opcodes of compressed data stand for, and the bytes they take.

    Some programs fill up the opcodes at the end of a row, even with eight that stand for nothing;
    nobody writes more of these at the end of the file.
    """
    values, at, end = 0, 0, 0
    while at < len(data):
        opcodes = data[at : at + 8]
        at += 8 + 8 * opcodes.count(_RAW_OPCODE)
        if any(opcodes):
            end = at + 8
        last = opcodes.find(_END_OPCODE)
        if last >= 0:
            return values + last - opcodes[:last].count(0), end
        values += len(opcodes) - opcodes.count(0)
    if at > len(data):
        values -= -(-(at - len(data)) // 8)  # announced by the last opcodes, but not there
    return values, end


def write_sidecar(path: Path, codebook: Codebook) -> None:
    """Write the sets of a codebook beside a .sav; remove an old sidecar where there are none."""
    target = sidecar_of(path)
    if not codebook.multiple_response:
        target.unlink(missing_ok=True)
        return
    sets = {
        name: {key: option_set.get(key) for key in sorted(_KEYS)}
        for name, option_set in sorted(codebook.multiple_response.items())
    }
    content = {"format": FORMAT, "multiple_response": sets}
    write_text(target, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def read_sidecar(
    path: Path, variables: Collection[str], own: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Read the sets that stand beside a .sav; none where there is no sidecar."""
    file = sidecar_of(path)
    if not file.is_file():
        return {}
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        sets = content["multiple_response"]
        sound = content["format"] == FORMAT and all(
            set(option_set) <= _KEYS
            and option_set["type"] in ("C", "D")
            and isinstance(option_set["variable_list"], list)
            and option_set["variable_list"]
            for option_set in sets.values()
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        sound, sets = False, {}
    if not sound:
        raise SurveyError(
            f"{file}: this is no list of multiple-response sets as resurvey writes it; remove the "
            "file or write the .sav anew"
        )
    for name, option_set in sets.items():
        for variable in option_set["variable_list"]:
            if variable not in variables:
                raise SurveyError(
                    f"{file}: the set '{name}' names the variable '{variable}', which {path.name} "
                    f"does not have{nearest(str(variable), variables)}"
                )
        if name in own and list(own[name]["variable_list"]) != option_set["variable_list"]:
            raise SurveyError(
                f"{file}: the set '{name}' has other variables than the set of that name in "
                f"{path.name}; remove one of them"
            )
    return {name: option_set for name, option_set in sets.items() if name not in own}


@dataclass
class PortableMetadata:
    """What a portable file says about its variables, under the names that ReadStat uses."""

    column_names_to_labels: dict[str, str] = field(default_factory=dict)
    variable_value_labels: dict[str, dict[Any, str]] = field(default_factory=dict)
    missing_ranges: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    missing_user_values: dict[str, list[str]] = field(default_factory=dict)
    original_variable_types: dict[str, str] = field(default_factory=dict)
    variable_measure: dict[str, str] = field(default_factory=dict)
    mr_sets: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    file_label: str = ""
    file_encoding: str = ""

    @property
    def column_labels(self) -> list[str]:
        """Questions in file order."""
        return list(self.column_names_to_labels.values())


def read_portable(path: Path, encoding: str | None = None) -> "tuple[pd.DataFrame, Any]":
    """Read a portable SPSS file: numbers and texts as stored, with their labels.

    Notes
    -----
    Format: PSPP developers' guide, "Portable File Format". Numbers are written to the base 30;
    a fraction is given back to 15 significant digits, which is what the format carries.
    """
    reader = _Reader(_unfolded(path.read_bytes()))
    try:
        reader.read()
        return reader.decoded(encoding)
    except (IndexError, KeyError, ValueError, OverflowError):
        raise SurveyError(
            f"{path}: the file is truncated or damaged: it makes no sense after "
            f"{reader.at} characters; fetch it again"
        ) from None
    except LookupError:
        raise SurveyError(f"{path}: there is no encoding called '{encoding}'") from None


def _unfolded(content: bytes) -> bytes:
    """Join the lines of 80 characters and translate the file's alphabet to ASCII."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    text = b"".join(line.ljust(_LINE) for line in lines[:-1]) + lines[-1]
    alphabet = text[_SPLASH + _FIRST_LETTER :][: len(_LETTERS)]
    if len(alphabet) == len(_LETTERS) == len(set(alphabet)) and alphabet != _LETTERS:
        text = text.translate(bytes.maketrans(alphabet, _LETTERS))
    return text


class _Reader:
    """A walk through the records, one after the other."""

    def __init__(self, text: bytes) -> None:
        self.text, self.at = text, _SPLASH + _TABLE + len(_SIGNATURE)
        self.names: list[bytes] = []
        self.widths: list[int] = []
        self.formats: dict[bytes, str] = {}
        self.labels: dict[bytes, bytes] = {}
        self.values: dict[bytes, list[tuple[Any, bytes]]] = {}
        self.missing: dict[bytes, list[tuple[Any, Any]]] = {}
        self.notes: list[bytes] = []
        self.columns: list[list[Any]] = []

    def read(self) -> None:
        """Read the dictionary and the data."""
        if self._tag() != "A":
            raise ValueError
        self._string(), self._string()
        while (tag := self._tag()) != "F":
            if tag in "1236":
                self._string()
            elif tag in "45":
                self._number()
            elif tag == "7":
                self._variable()
            elif tag == "C":
                self.labels[self.names[-1]] = self._string()
            elif tag in "89AB":
                self._missing(tag)
            elif tag == "D":
                self._value_labels()
            elif tag == "E":
                self.notes = [self._string() for _ in range(self._count())]
            else:
                raise ValueError
        self._data()

    def _tag(self) -> str:
        self.at += 1
        return chr(self.text[self.at - 1])

    def _number(self) -> float | None:
        while self.text[self.at] == ord(" "):
            self.at += 1
        if self.text[self.at] == ord("*"):
            self.at += 2
            return None
        end = self.text.index(b"/", self.at)
        written, self.at = self.text[self.at : end], end + 1
        return _from_base_30(written)

    def _count(self) -> int:
        number = self._number()
        if number is None or number < 0 or number != int(number):
            raise ValueError
        return int(number)

    def _string(self) -> bytes:
        length = self._count()
        if self.at + length > len(self.text):
            raise IndexError
        self.at += length
        return self.text[self.at - length : self.at]

    def _value(self, name: bytes) -> Any:
        """Read a code: a label or a missing value cannot be that of system-missing."""
        value = self._string() if self.widths[self.names.index(name)] else self._number()
        if value is None:
            raise ValueError
        return value

    def _variable(self) -> None:
        self.widths.append(self._count())
        name = self._string()
        self.names.append(name)
        kind, *_ = [self._count() for _ in range(6)]
        self.formats[name] = _FORMATS.get(kind, "")

    def _missing(self, tag: str) -> None:
        name = self.names[-1]
        low = -_INFINITY if tag == "9" else self._value(name)
        high = {"8": low, "A": _INFINITY}.get(tag)
        self.missing.setdefault(name, []).append((low, self._value(name) if high is None else high))

    def _value_labels(self) -> None:
        names = [self._string() for _ in range(self._count())]
        labels = [(self._value(names[0]), self._string()) for _ in range(self._count())]
        for name in names:
            self.values[name] = labels

    def _data(self) -> None:
        self.columns = [[] for _ in self.names]
        readers = [self._string if width else self._number for width in self.widths]
        while self.text[self.at] != ord("Z"):
            for column, read in zip(self.columns, readers, strict=True):
                column.append(read())

    def decoded(self, encoding: str | None) -> "tuple[pd.DataFrame, PortableMetadata]":
        """Turn bytes into text and columns."""
        import pandas as pd

        used = encoding or self._encoding()

        def words(value: Any) -> Any:
            return value.decode(used) if isinstance(value, bytes) else value

        names = [words(name) for name in self.names]
        if len(set(names)) < len(names):
            raise ValueError
        plain = zip(names, self.columns, self.widths, strict=True)
        frame = pd.DataFrame(
            {
                name: pd.Series(list(map(words, column)), dtype="str" if width else "float64")
                for name, column, width in plain
            }
        )
        return frame, PortableMetadata(
            column_names_to_labels={
                words(name): words(self.labels.get(name, b"")) for name in self.names
            },
            variable_value_labels={
                words(name): {words(value): words(label) for value, label in labels}
                for name, labels in self.values.items()
            },
            missing_ranges={
                words(name): [{"lo": words(low), "hi": words(high)} for low, high in ranges]
                for name, ranges in self.missing.items()
            },
            original_variable_types={
                words(name): shown_as for name, shown_as in self.formats.items()
            },
            notes=list(map(words, self.notes)),
            file_encoding=used,
        )

    def _encoding(self) -> str:
        """Recognise the encoding, which the format does not declare."""
        try:
            self.text.decode("utf-8")
        except UnicodeDecodeError:
            texts = [self.text.decode("latin-1")]
            found = plausible_encoding(self.text) or true_encoding(texts, "windows-1252")
            return found or "windows-1252"
        return "UTF-8"


def _from_base_30(written: bytes) -> float:
    """Read a number of the portable format."""
    sign, digits = (-1, written[1:]) if written[:1] == b"-" else (1, written)
    mark = next((at for at, digit in enumerate(digits) if digit in b"+-"), len(digits))
    mantissa, exponent = digits[:mark], digits[mark:]
    whole, _, fraction = mantissa.partition(b".")
    if not whole + fraction:
        raise ValueError
    power = -len(fraction)
    if 1 < len(exponent) <= 4:
        power += _integer(exponent[1:]) * (-1 if exponent[:1] == b"-" else 1)
    elif exponent:
        raise ValueError
    if len(whole + fraction) > _LONGEST_NUMBER or abs(power) > _LONGEST_NUMBER:
        raise ValueError
    number = sign * _integer(whole + fraction) * Fraction(30) ** power
    return float(f"{float(number):.15g}")


def _integer(digits: bytes) -> int:
    value = 0
    for digit in digits:
        value = 30 * value + _DIGITS[digit]
    return value
