"""Data block: the answers of a .sav or .zsav, column by column, a few megabytes at a time.

The bytes behind the dictionary are plain: units of eight bytes, a number each or a piece of a text,
and in most files a byte that stands for a unit. They are parted here in arrays, many times faster
than value by value, and nothing in them can end the process. What the dictionary means is left to
the library that reads it everywhere else. A file with anything in it that is not written here as
every program writes it is refused (`Unlike`), and that library reads its answers, too.
"""

import codecs
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from resurvey.reading.spss import SpssDictionary

PIECE = 1 << 20
"""Bytes of the (unpacked) data that are parted at a time."""
UNIT = 8
_BIAS, _LAST, _END, _RAW, _BLANK, _ABSENT = 100, 251, 252, 253, 254, 255
_SYSTEM_MISSING = (0xFFEFFFFFFFFFFFFF, 0xFFEFFFFFFFFFFFFE, 0x7FEFFFFFFFFFFFFF)
"""Bits of the numbers by which a file marks no answer, and the ends of its open ranges."""
_BLANKS = int.from_bytes(b" " * UNIT, "little")
_LONGEST = 255
_SEGMENT = 252
_ONE_EACH = np.uint64(0x0101010101010101)
_NUMBERS = np.where(np.arange(256) == _ABSENT, np.nan, np.arange(256.0) - _BIAS)
_ENCODINGS = frozenset(
    {"utf-8", "koi8-r", "koi8-u", *(f"cp{page}" for page in (866, 1250, 1251, 1252, 1253, 1254))}
)
"""Encodings in which this program and the library read every text as the same words."""


class Unlike(Exception):
    """The data are written in a way that only the library reads."""


@dataclass(frozen=True)
class Place:
    """Where the values of a variable stand in a row.

    Attributes
    ----------
    name : str
        Variable.
    segments : tuple of slice
        Units of a row; a text of more than 255 bytes has several runs of them.
    is_text : bool
        Whether they hold a text.
    """

    name: str
    segments: tuple[slice, ...]
    is_text: bool


def places_of(widths: Sequence[int], variables: Mapping[str, tuple[str, int]]) -> list[Place]:
    """Find the units of every variable.

    Parameters
    ----------
    widths : sequence of int
        What the dictionary says of each unit of a row: 0 for a number, the width of a text, and -1
        for each further unit of it.
    variables : dict
        Name -> ``string`` or ``double``, and its width in bytes, in the order of the file.

    Raises
    ------
    Unlike
        The two do not agree.

    Examples
    --------
    >>> places_of([0, 9, -1], {"age": ("double", 8), "town": ("string", 9)})[1].segments
    (slice(1, 3, None),)
    """
    ends = [at for at, width in enumerate(widths) if width >= 0] + [len(widths)]
    runs = [(widths[first], slice(first, last)) for first, last in _pairs(ends)]
    found, at = [], 0
    for name, (kind, width) in variables.items():
        count = -(-width // _SEGMENT) if kind == "string" and width > _LONGEST else 1
        held = runs[at : at + count]
        at += count
        is_text = kind == "string"
        sound = len(held) == count and all((wide > 0) == is_text for wide, _ in held)
        full = [run.stop - run.start == (_LONGEST + 1) // UNIT for _, run in held[:-1]]
        if not sound or not all(full):
            raise Unlike
        found.append(Place(name, tuple(run for _, run in held), is_text))
    if at != len(runs):
        raise Unlike
    return found


def _pairs(ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    return zip(ends, ends[1:], strict=False)


@dataclass
class Rows:
    """Some rows of the data, parted by unit.

    Attributes
    ----------
    size : int
        Rows.
    opcodes : ndarray of uint8, shape (units, rows), or None
        What stands for each unit in compressed data.
    units : ndarray of uint64
        Units as they stand: all of them, shape (rows, units), or those that opcodes announce.
    """

    size: int
    opcodes: "NDArray[np.uint8] | None"
    units: "NDArray[np.uint64]"
    _written: "dict[int, tuple[NDArray[np.bool_], NDArray[np.uint64]]]" = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        if self.opcodes is None:
            return
        # Units that are written out stand in the order of the rows: each row's after the last's.
        written = self.opcodes == _RAW
        many = np.flatnonzero(written.any(axis=1))
        inside = written[many].sum(axis=0, dtype=np.int64)
        nexts = np.cumsum(inside) - inside
        for unit in many.tolist():
            here = written[unit]
            self._written[unit] = here, self.units[nexts[here]]
            nexts += here

    def values(self, place: Place, encoding: str) -> "NDArray[np.float64] | pa.Array":
        """Give the values of a variable: numbers, small whole numbers as Arrow's, or texts."""
        if place.is_text:
            return self._texts(place, encoding)
        return self._numbers(place.segments[0].start)

    def _numbers(self, unit: int) -> "NDArray[np.float64] | pa.Array":
        if self.opcodes is None:
            return _floats(self.units[:, unit])
        opcodes = self.opcodes[unit]
        if unit not in self._written:
            return _small(opcodes)
        if (opcodes == _BLANK).any():
            raise Unlike
        numbers: NDArray[np.float64] = _NUMBERS.take(opcodes)
        here, units = self._written[unit]
        numbers[here] = _floats(units)
        return numbers

    def _texts(self, place: Place, encoding: str) -> "pa.Array":
        import pyarrow as pa

        last = len(place.segments) - 1
        parts = []
        for at, run in enumerate(place.segments):
            letters = self._letters(run)
            # The last byte of a piece of a long text is none of it.
            parts.append(letters if at == last else letters[:, :_LONGEST])
        letters = np.ascontiguousarray(parts[0] if last == 0 else np.hstack(parts))
        if not letters.all():
            raise Unlike  # behind a zero byte stands what each program reads in its own way
        width = letters.shape[1]
        cells = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(width), self.size, [None, pa.py_buffer(letters)]
        ).dictionary_encode()
        try:
            words = [cell.rstrip(b" ").decode(encoding) for cell in cells.dictionary.to_pylist()]
        except UnicodeError:
            raise Unlike from None
        known = pa.array([word.rstrip(" ") or None for word in words], pa.large_string())
        return known.take(cells.indices)

    def _letters(self, run: slice) -> "NDArray[np.uint8]":
        """Bytes of some units, row by row."""
        if self.opcodes is None:
            units = np.ascontiguousarray(self.units[:, run])
        else:
            units = np.full((self.size, run.stop - run.start), _BLANKS, np.uint64)
            for at, unit in enumerate(range(run.start, run.stop)):
                here, held = self._written.get(unit, (None, None))
                written = 0
                if here is not None and held is not None:
                    units[here, at] = held
                    written = len(held)
                if int((self.opcodes[unit] == _BLANK).sum()) + written != self.size:
                    raise Unlike
        return units.view(np.uint8).reshape(self.size, -1)


def _small(opcodes: "NDArray[np.uint8]") -> "pa.Array":
    """Whole numbers that a byte stands for."""
    import pyarrow as pa

    # One more makes nought of what is absent, so that the largest is that of a number.
    raised = opcodes + np.uint8(1)
    most = int(raised.max(initial=0)) - 1
    if most > _LAST:
        raise Unlike
    if most - _BIAS < 128:
        numbers, kind = (opcodes - np.uint8(_BIAS)).view(np.int8), pa.int8()
    else:
        numbers, kind = opcodes.astype(np.int16) - np.int16(_BIAS), pa.int16()
    there = np.packbits(raised, bitorder="little")
    return pa.Array.from_buffers(kind, len(numbers), [pa.py_buffer(there), pa.py_buffer(numbers)])


def _floats(units: "NDArray[np.uint64]") -> "NDArray[np.float64]":
    """Numbers, with not-a-number where the file says that there is none."""
    numbers = np.ascontiguousarray(units).view(np.float64).copy()
    numbers[np.isin(units, np.array(_SYSTEM_MISSING, np.uint64))] = np.nan
    return numbers


def read_rows(path: Path, dictionary: "SpssDictionary") -> Iterator[Rows]:
    """Go through the rows of a .sav or .zsav, some at a time.

    Parameters
    ----------
    path : Path
        The file, whose dictionary was checked.
    dictionary : SpssDictionary
        What `resurvey.reading.spss.check_spss_file` found.

    Raises
    ------
    Unlike
        The data do not end with a row, or are compressed as no program does it.

    Notes
    -----
    Format: PSPP developers' guide, "System File Format", section "Data Record". Memory: about
    fifty bytes for each byte of `PIECE`, where every byte stands for a value.
    """
    rows = _unpacked(path, dictionary) if dictionary.compression else _plain(path, dictionary)
    left = dictionary.declared_rows if dictionary.declared_rows >= 0 else None
    for some in rows:
        if left is not None:
            if some.size > left:
                raise Unlike
            left -= some.size
        yield some
    if left:
        raise Unlike


def is_plain(dictionary: "SpssDictionary", encoding: str) -> bool:
    """Whether the data are of a machine and in an encoding whose every value is read here."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        return False
    return dictionary.is_usual and (name in _ENCODINGS or name.startswith("iso8859"))


def _plain(path: Path, dictionary: "SpssDictionary") -> Iterator[Rows]:
    """Rows that are not compressed."""
    units = len(dictionary.widths)
    size = max(1, PIECE // (UNIT * units)) * UNIT * units
    with path.open("rb") as stream:
        stream.seek(dictionary.start)
        while piece := stream.read(size):
            held = np.frombuffer(piece, np.uint8)
            if len(held) % (UNIT * units):
                raise Unlike
            yield Rows(len(held) // (UNIT * units), None, held.view(np.uint64).reshape(-1, units))


def _unpacked(path: Path, dictionary: "SpssDictionary") -> Iterator[Rows]:
    """Rows of which most units are bytes."""
    units = len(dictionary.widths)
    rest = b""
    opcodes, written = np.empty(0, np.uint8), np.empty(0, np.uint64)
    pieces = _inflated(path, dictionary) if dictionary.compression == 2 else _read(path, dictionary)
    for piece in pieces:
        new_opcodes, new_units, rest = _parted(rest + piece)
        end = np.flatnonzero(new_opcodes == _END)
        if len(end):
            new_opcodes = new_opcodes[: end[0]]
            new_units = new_units[: int((new_opcodes == _RAW).sum())]
        opcodes = np.concatenate([opcodes, new_opcodes])
        written = np.concatenate([written, new_units])
        size = len(opcodes) // units
        if size:
            whole = opcodes[: size * units]
            known = int((whole == _RAW).sum())
            yield Rows(size, np.ascontiguousarray(whole.reshape(size, units).T), written[:known])
            opcodes, written = opcodes[size * units :], written[known:]
        if len(end):
            rest = b""
            break
    if rest or len(opcodes):
        raise Unlike


def _read(path: Path, dictionary: "SpssDictionary") -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(dictionary.start)
        while piece := stream.read(PIECE):
            yield piece


def _inflated(path: Path, dictionary: "SpssDictionary") -> Iterator[bytes]:
    """Unpack the blocks of a .zsav one after the other, each as long as the file says."""
    with path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
        for at, size, packed in _blocks(content, dictionary.start):
            inflater = zlib.decompressobj()
            left = content[at : at + packed]
            try:
                while piece := inflater.decompress(left, PIECE):
                    yield piece
                    size -= len(piece)
                    left = inflater.unconsumed_tail
            except zlib.error:
                raise Unlike from None
            if size or not inflater.eof or inflater.unused_data:
                raise Unlike


def _blocks(content: mmap, start: int) -> list[tuple[int, int, int]]:
    """Find the packed blocks: where each begins, its size unpacked and packed."""
    here, trailer, length = struct.unpack_from("<3q", content, start)
    bias, zero, _, count = struct.unpack_from("<2q2i", content, trailer)
    if (here, bias, zero, length) != (start, -_BIAS, 0, len(content) - trailer):
        raise Unlike
    found, unpacked_at, packed_at = [], start, start + 24
    for block in range(count):
        told = struct.unpack_from("<2q2i", content, trailer + 24 + 24 * block)
        if told[:2] != (unpacked_at, packed_at) or min(told[2:]) < 0:
            raise Unlike
        found.append((told[1], told[2], told[3]))
        unpacked_at, packed_at = unpacked_at + told[2], packed_at + told[3]
    if packed_at != trailer:
        raise Unlike
    return found


def _parted(
    content: bytes,
) -> "tuple[NDArray[np.uint8], NDArray[np.uint64], bytes]":
    """Part compressed data into opcodes, the units that they announce, and an unfinished end.

    Eight opcodes are followed by as many units as there are 253 among them. So every unit knows
    where the next opcodes would be if it held opcodes itself; from the first on they follow each
    other, and only those that announce units have to be looked at one by one.
    """
    size = len(content) // UNIT
    held = np.frombuffer(content, np.uint8, size * UNIT)
    # The bytes of eight answers of yes and no, added up.
    announced = (held == _RAW).view(np.uint64) * _ONE_EACH >> np.uint64(56)
    candidates = np.flatnonzero(announced)
    after = candidates + 1 + announced[candidates].astype(np.int64)
    met = _followed(candidates, after)
    heads = candidates[met]
    ends = after[met]
    if len(ends) and ends[-1] > size:
        size = int(heads[-1])
        heads, ends = heads[:-1], ends[:-1]
    steps = np.zeros(size + 1, np.int8)
    steps[heads + 1] = 1
    steps[ends] -= 1
    is_unit = np.cumsum(steps[:size], dtype=np.int8).astype(bool)
    units = held.view(np.uint64)[:size]
    units, opcodes = units[is_unit], units[~is_unit].view(np.uint8)
    if not opcodes.all():
        opcodes = opcodes[opcodes != 0]
    return opcodes, units, content[size * UNIT :]


def _followed(candidates: "NDArray[np.int64]", after: "NDArray[np.int64]") -> "NDArray[np.bool_]":
    """Find the units that announce others, among those that would if they held opcodes.

    One that lies behind all that any unit before it would announce is met for certain; only the
    others have to be looked at one by one, from the last certain one on.

    Examples
    --------
    >>> _followed(np.array([0, 2, 3, 9]), np.array([3, 5, 4, 10])).tolist()
    [True, False, True, True]
    """
    met = np.ones(len(candidates), bool)
    met[1:] = candidates[1:] >= np.maximum.accumulate(after)[:-1]
    doubtful = np.append(~met, False)
    nexts = np.searchsorted(candidates, after).tolist()
    for at in np.flatnonzero(met & doubtful[1:]).tolist():
        while doubtful[at := nexts[at]]:
            met[at] = True
    return met


def extremes_are_usual(values: Sequence[float]) -> bool:
    """Whether a file marks no answer and open ranges by the numbers that every program uses.

    Examples
    --------
    >>> import sys
    >>> largest = sys.float_info.max
    >>> extremes_are_usual([-largest, largest, np.nextafter(-largest, 0)])
    True
    """
    bits = [struct.unpack("<Q", struct.pack("<d", value))[0] for value in values]
    absent, lowest, highest = _SYSTEM_MISSING
    return bits == [absent, highest, lowest]
