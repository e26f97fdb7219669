"""Stored sheet: the fields of a large text file, on the disk and read column by column."""

from array import array
from bisect import bisect_right
from collections.abc import Collection, MutableMapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

import numpy as np
import pyarrow as pa

from resurvey.reading.columns import RepeatedFields
from resurvey.reading.sheet import Sheet
from resurvey.reading.stored import (
    Store,
    StoredColumns,
    file_batches,
    new_file,
    said_of_the_disk,
    smallest,
    write_columns,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from resurvey.reading.delimited import Block

_CELLS = 1 << 20
"""Fields that are held at a time."""
_FEWEST = 1 << 8
"""Rows that are held at a time, however many fields they have."""
_FEW = 1 << 12
"""Different fields of a column that are kept for the next look at it."""


class StoredRecords:
    """Records of a text file that are written to the disk as they come.

    Parameters
    ----------
    store : Store
        Where they are written.

    Examples
    --------
    >>> import tempfile
    >>> records = StoredRecords(Store(Path(tempfile.mkdtemp())))
    >>> for line, record in enumerate([["1", "yes"], ["2", "no"]], 2):
    ...     records.add(line, record)
    >>> sheet = records.sheet(Path("a.csv"), ["id", "q"])
    >>> sheet.rows[-1], list(sheet.columns[1])
    (('2', 'no'), ['yes', 'no'])
    """

    def __init__(self, store: Store) -> None:
        self.widths: dict[int, int] = {}
        self._store, self._lines = store, array("q")
        self._waiting: list[Sequence[str]] = []
        self._written: _Written | None = None
        self._room = 0

    def add(self, line: int, record: Sequence[str]) -> None:
        """Take the next record; where they are of different lengths, none is kept."""
        if not self._fits(line, len(record)):
            return
        self._lines.append(line)
        self._waiting.append(record)
        if len(self._waiting) >= self._room:
            self._write()

    def add_block(self, line: int, block: "Block") -> None:
        """Take the next records together."""
        if not self._fits(line, block.width):
            return
        self._write()
        self._lines.extend(range(line, line + len(block.lines)))
        self._file(block.width).add(_split(block))

    def _fits(self, line: int, width: int) -> bool:
        """Remember the first line that is so long; whether all are as long as the first."""
        if width not in self.widths:
            self.widths[width] = line
            self._room = self.together(width)
        if len(self.widths) > 1:
            self._waiting.clear()
        return len(self.widths) == 1

    def together(self, width: int) -> int:
        """Lines of so many fields that are taken at once."""
        return max(_FEWEST, _CELLS // max(1, width))

    def _write(self) -> None:
        if self._waiting:
            columns = zip(*self._waiting, strict=True)
            arrays = [pa.array(column, pa.large_string()) for column in columns]
            self._file(len(arrays)).add(arrays)
            self._waiting.clear()

    def _file(self, width: int) -> "_Written":
        if self._written is None:
            self._written = _Written(self._store, width)
        return self._written

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def columns(self) -> Sequence[Sequence[str]]:
        """Fields, column by column, when all records are there."""
        return self._rows.columns

    @cached_property
    def _rows(self) -> "StoredRows":
        self._write()
        width = next(iter(self.widths), 0)
        written = self._written or _Written(self._store, width)
        written.close()
        return StoredRows(self._store, written, range(width))

    def cut(self, width: int) -> None:
        """Leave out the fields at the end of every record."""
        self._rows = self._rows.of_columns(range(width))
        self.widths = {width: min(self.widths.values())}

    def sheet(self, path: Path, headings: list[str], **known: Any) -> "StoredSheet":
        """Give the records, all as long as the headings, as a sheet."""
        if not self.widths:
            self.widths = {len(headings): 0}
        return StoredSheet(path, headings, self._rows, self._lines, **known)


def _split(block: "Block") -> list[pa.Array]:
    """Split lines in which nothing but the separator parts the fields.

    Arrow's reader is ten times as fast as Python's, and keeps what it is told is no quote, no
    escape and no missing value as it stands.
    """
    from pyarrow import csv

    names = list(map(str, range(block.width)))
    # A mark of the byte order that a field begins with is a part of it: it is put behind a line.
    content = ("\n" + "".join(block.lines)).encode()
    table = csv.read_csv(
        pa.BufferReader(content),
        csv.ReadOptions(
            use_threads=False, block_size=len(content) + 1, column_names=names, skip_rows=1
        ),
        csv.ParseOptions(
            delimiter=block.separator,
            quote_char=False,
            escape_char=False,
            ignore_empty_lines=False,
        ),
        csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()),
            check_utf8=False,
            null_values=[],
            strings_can_be_null=False,
        ),
    )
    return [column.combine_chunks() for column in table.columns]


class _Written:
    """Records in a file of Arrow's, so many in each batch."""

    def __init__(self, store: Store, width: int) -> None:
        self.width = width
        self.starts = [0]
        """Row with which each batch begins, and at last the number of rows."""
        self._store, self._folder = store, store.folder
        self._coded: dict[int, tuple[list[str], Path]] = {}
        schema = pa.schema([(str(at), pa.large_string()) for at in range(width)])
        self.file, options = new_file(store, schema)
        with said_of_the_disk(self._folder):
            self._sink = pa.OSFile(str(self.file), "wb")
            self._writer = pa.ipc.new_file(self._sink, schema, options=options)

    def add(self, columns: Sequence[pa.Array]) -> None:
        """Write the fields of some records, column by column."""
        batch = pa.record_batch(list(columns), names=list(map(str, range(self.width))))
        with said_of_the_disk(self._folder):
            self._writer.write_batch(batch)
        self.starts.append(self.starts[-1] + batch.num_rows)

    def close(self) -> None:
        """Finish the file."""
        with said_of_the_disk(self._folder):
            self._writer.close()
            self._sink.close()

    def coded(self, at: int) -> "tuple[list[str], NDArray[Any]]":
        """Give the different fields of a column, and for each record the place of its field.

        Where they are few, the places are written, too: the next look finds them.
        """
        places = np.empty(self.starts[-1], np.int32)
        end = 0
        if at in self._coded:
            distinct, file = self._coded[at]
            for batch in file_batches(file, ["places"]):
                places[end : end + len(batch)] = batch.column(0).to_numpy()
                end += len(batch)
            return distinct, places
        arrays = [batch.column(0) for batch in file_batches(self.file, [str(at)])]
        fields = pa.chunked_array(arrays, pa.large_string()).dictionary_encode()
        for chunk in fields.chunks:
            places[end : end + len(chunk)] = chunk.indices.to_numpy()
            end += len(chunk)
        distinct = fields.chunk(0).dictionary.to_pylist() if fields.num_chunks else []
        if len(distinct) <= _FEW:
            table = pa.table({"places": smallest(pa.array(places))})
            self._coded[at] = distinct, write_columns(self._store, table)
        return distinct, places

    def batch(self, number: int) -> pa.RecordBatch:
        """Read one batch of all columns."""
        with pa.memory_map(str(self.file)) as source:
            return pa.ipc.open_file(source).get_batch(number)


class StoredFields(RepeatedFields):
    """A column of stored records, which is read when it is looked at.

    Parameters
    ----------
    rows : StoredRows
        The records.
    at : int
        Their field.
    """

    def __init__(self, rows: "StoredRows", at: int) -> None:
        self._rows, self._at = rows, at
        self._few: Sequence[str] | None = None

    @property
    def distinct(self) -> Sequence[str]:
        """The different fields."""
        return self._few if self._few is not None else self.loaded().distinct

    @property
    def places(self) -> "NDArray[Any]":
        """For each row, the place of its field among them."""
        return self.loaded().places

    def loaded(self) -> RepeatedFields:
        """Read the column."""
        column = self._rows.read(self._at)
        if len(column.distinct) <= _FEW:
            self._few = column.distinct
        return column

    def __len__(self) -> int:
        return len(self._rows)


class StoredRows(Sequence[tuple[str, ...]]):
    """Records on the disk: a sequence of rows that is quickest by its columns.

    Parameters
    ----------
    store : Store
        Where coded columns will be written.
    written : _Written
        The records.
    fields : sequence of int
        Which of their fields are columns.
    kept : array of int, optional
        Which of the records are rows.
    """

    def __init__(
        self,
        store: Store,
        written: _Written,
        fields: Sequence[int],
        kept: "NDArray[Any] | None" = None,
    ) -> None:
        self.store = store
        self._written, self._fields, self._kept = written, list(fields), kept
        self.columns = [StoredFields(self, at) for at in range(len(self._fields))]

    def of_columns(self, columns: Sequence[int]) -> "StoredRows":
        """Leave out all other columns."""
        fields = [self._fields[at] for at in columns]
        return StoredRows(self.store, self._written, fields, self._kept)

    def without(self, rows: Collection[int]) -> "StoredRows":
        """Leave out some rows."""
        kept = np.arange(self._written.starts[-1]) if self._kept is None else self._kept
        return StoredRows(self.store, self._written, self._fields, _others(kept, rows))

    def read(self, at: int) -> RepeatedFields:
        """Read a column."""
        distinct, places = self._written.coded(self._fields[at])
        if self._kept is not None:
            places = places[self._kept]
            there = np.zeros(len(distinct), bool)
            there[places] = True
            places = (np.cumsum(there, dtype=np.int32) - 1)[places]
            distinct = list(compress(distinct, there.tolist()))
        return RepeatedFields(distinct, places)

    def __len__(self) -> int:
        return self._written.starts[-1] if self._kept is None else len(self._kept)

    @overload
    def __getitem__(self, row: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, row: slice) -> list[tuple[str, ...]]: ...
    def __getitem__(self, row: int | slice) -> tuple[str, ...] | list[tuple[str, ...]]:
        if isinstance(row, slice):
            return [self[at] for at in range(len(self))[row]]
        at = range(len(self))[row]
        record = at if self._kept is None else int(self._kept[at])
        number = bisect_right(self._written.starts, record) - 1
        batch = self._written.batch(number)
        place = record - self._written.starts[number]
        return tuple(batch.column(field)[place].as_py() for field in self._fields)

    @cached_property
    def filled(self) -> "NDArray[Any]":
        """How many cells of each row hold anything but blanks."""
        filled = np.zeros(len(self), np.int32)
        for column in self.columns:
            filled += 1
            if not all(map(str.strip, column.distinct)):
                read = column.loaded()
                filled -= np.array([not field.strip() for field in read.distinct])[read.places]
        return filled

    @property
    def alike(self) -> "NDArray[Any]":
        """For each row, the first row that has the same cells."""
        first = np.arange(len(self))
        # Rows that are still like others, and which group of alike rows they are in.
        rows, groups = first, np.zeros(len(self), np.int64)
        for at in range(len(self.columns)):
            if len(rows) == 0:
                break
            column = self.read(at)
            _, groups, sizes = np.unique(
                groups * len(column.distinct) + column.places[rows],
                return_inverse=True,
                return_counts=True,
            )
            several = sizes[groups] > 1
            rows, groups = rows[several], groups[several]
        if len(rows):
            _, begin, groups = np.unique(groups, return_index=True, return_inverse=True)
            first[rows] = rows[begin][groups]
        return first


def _others(places: "NDArray[Any]", rows: Collection[int]) -> "NDArray[Any]":
    gone = np.zeros(len(places), bool)
    gone[[row for row in rows if row < len(places)]] = True
    return places[~gone]


class StoredSheet(Sheet):
    """A sheet whose rows are on the disk.

    Whatever is asked of a sheet is answered as one in memory would; columns are read when they are
    looked at, and coded columns are written to the disk.
    """

    rows: StoredRows

    @property
    def columns(self) -> Sequence[Sequence[str]]:
        """The cells, column by column."""
        return self.rows.columns

    @property
    def filled(self) -> Sequence[int]:
        """How many cells of each row hold anything but blanks."""
        return array("i", self.rows.filled.tobytes())

    @property
    def alike(self) -> Sequence[int]:
        """For each row, the first row that has the same cells."""
        return array("q", self.rows.alike.tobytes())

    def without(self, rows: Collection[int] = (), columns: Collection[int] = ()) -> "StoredSheet":
        """Leave out rows and columns by their numbers, from 0."""
        there = [at for at in range(len(self.headings)) if at not in columns]
        data, lines = self.rows, self.lines
        if rows:
            data = data.without(rows)
            lines = array("q", _others(np.array(lines, np.int64), rows).tobytes())
        if columns:
            data = data.of_columns(there)
        return replace(
            self,
            headings=[self.headings[at] for at in there],
            rows=data,
            lines=lines,
            positions=tuple(map(self.position, there)) if columns else self.positions,
        )

    def without_rows(self, number: int) -> "StoredSheet":
        """Leave out the first rows below the headings: they were headings too."""
        return self.without(rows=range(number))

    def new_data(self) -> "MutableMapping[str, pd.Series]":
        """Begin the columns of a survey, which are written to the disk one by one."""
        columns: Any = StoredColumns(self.rows.store, {}, len(self.rows))
        return cast("MutableMapping[str, pd.Series]", columns)
