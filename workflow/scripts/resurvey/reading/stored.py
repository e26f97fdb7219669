"""Stored columns: respondents too many for memory, on the disk and read column by column."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import pyarrow as pa

from resurvey.core.errors import SurveyError, storage_problem
from resurvey.core.files import PART
from resurvey.reading.formats import STORED_FROM

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Thing = TypeVar("Thing")

BATCH = 1 << 18
"""Rows of a few columns that are read at a time."""
ROWS = 1 << 17
"""Rows of all columns that are written at a time."""
_INTEGERS = ((pa.int8(), 2**7), (pa.int16(), 2**15), (pa.int32(), 2**31))


@dataclass(frozen=True)
class Store:
    """Where the columns of a large file may be put, and from which size on they are.

    Attributes
    ----------
    folder : pathlib.Path
        An own folder on the disk of the results: it holds answers of respondents.
    least : int
        Respondents from which on a file is stored; a smaller one is read into memory.
    batch : int
        Rows that are held at a time.
    """

    folder: Path
    least: int = STORED_FROM
    batch: int = ROWS


@contextmanager
def store_beside(path: str | Path, least: int = STORED_FROM, batch: int = ROWS) -> Iterator[Store]:
    """Give a store in a folder beside a file that will be written, and remove it at the end.

    The folder is called as the parts of a file are, so that what a killed run leaves is swept away
    with them.

    Examples
    --------
    >>> import tempfile
    >>> with store_beside(Path(tempfile.mkdtemp()) / "responses.parquet") as store:
    ...     store.folder.is_dir()
    True
    """
    path = Path(path)
    folder = path.with_name(f".{path.name}.{os.getpid()}.columns{PART}")
    try:
        with said_of_the_disk(folder.parent):
            folder.mkdir(parents=True, exist_ok=True)
        yield Store(folder, least, batch)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def said_of_the_disk(folder: Path) -> Iterator[None]:
    """Say in one sentence that the disk is full or may not be written to."""
    try:
        yield
    except OSError as problem:
        if sentence := storage_problem(problem, folder):
            raise SurveyError(sentence) from None
        raise


def smallest(column: Any) -> Any:
    """Hold whole numbers in the smallest integers; other columns stay as they are.

    Examples
    --------
    >>> smallest(pa.chunked_array([[1, None, 300]])).type
    DataType(int16)
    """
    kind = column.type
    if kind == pa.int8() or not pa.types.is_integer(kind) or column.null_count == len(column):
        return column
    # Only a door that writes pays for the import.
    from pyarrow.compute import min_max

    ends = min_max(column).as_py()
    for kind, limit in _INTEGERS:
        if -limit <= ends["min"] and ends["max"] < limit:
            return column.cast(kind)
    return column


def ahead(things: Iterable[Thing]) -> Iterator[Thing]:
    """Give things one by one while the next one is already being made, by another thread.

    Examples
    --------
    >>> list(ahead("abc"))
    ['a', 'b', 'c']
    """
    waiting, nothing = iter(things), object()
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, waiting, nothing)
        while (thing := coming.result()) is not nothing:
            coming = maker.submit(next, waiting, nothing)
            yield cast("Thing", thing)


@dataclass(frozen=True)
class Kept:
    """One column on the disk.

    Attributes
    ----------
    files : tuple of pathlib.Path
        Files that hold it, each the next rows; Parquet, or Arrow's own format.
    field : str
        Its name in them.
    dtype : str
        Its type as a pandas column.
    kind : pyarrow.DataType or None
        Its type in a file where it is written whole; None where it is yet to be found.
    since : int
        Selections of rows that had been made when it was written.
    """

    files: tuple[Path, ...]
    field: str
    dtype: str
    kind: Any = None
    since: int = 0


def file_batches(file: Path, fields: Sequence[str], rows: int = BATCH) -> Iterator[pa.RecordBatch]:
    """Go through some columns of a file, Parquet or Arrow's own, some rows at a time.

    Parameters
    ----------
    file : pathlib.Path
        The file.
    fields : sequence of str
        Names of the columns.
    rows : int
        Rows at a time, of a Parquet file; Arrow's own has those with which it was written.
    """
    if file.suffix != ".arrow":
        import pyarrow.parquet as pq

        with pq.ParquetFile(file) as parquet:
            meta = parquet.metadata
        for group in range(meta.num_row_groups):
            # An open file keeps what it has read: it is opened anew for every part.
            with pq.ParquetFile(file, metadata=meta) as parquet:
                yield from parquet.iter_batches(rows, row_groups=[group], columns=list(fields))
        return
    with pa.memory_map(str(file)) as source:
        schema = pa.ipc.open_file(source).schema
        places = sorted(schema.get_field_index(field) for field in fields)
        options = pa.ipc.IpcReadOptions(included_fields=places, use_threads=False)
        reader = pa.ipc.open_file(source, options=options)
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)


@dataclass
class _Last:
    """The column that was read last, of a table or of any other look at the same files."""

    kept: Kept | None = None
    chosen: "tuple[NDArray[np.bool_], ...]" = ()
    column: Any = None

    def is_of(self, table: "StoredColumns", name: str) -> bool:
        """Return whether it is a column of a table."""
        return self.kept is table._kept.get(name) is not None and self.chosen is table._chosen


class StoredColumns:
    """Columns of respondents on the disk; stands where a survey has its data frame.

    It does what the rooms before the tables ask of a `pandas.DataFrame`, with the same names: a
    column by its name is a `pandas.Series` that is read from the disk at that moment; a column that
    is set is written there; all else (other names, fewer rows or columns) is another look at the
    same files. So whatever goes column by column is one function for few respondents and for many,
    and holds some columns of a row at a time: about forty bytes for each respondent, however many
    variables there are.

    Parameters
    ----------
    store : Store
        Where columns are written.
    columns : dict
        Name -> `Kept`, in the order of the file.
    size : int
        Respondents.
    chosen : tuple of array of bool
        Selections of rows, one after the other, each of the rows that the one before left.
    """

    def __init__(
        self,
        store: Store,
        columns: Mapping[str, Kept],
        size: int,
        chosen: "tuple[NDArray[np.bool_], ...]" = (),
    ) -> None:
        self._store, self._kept, self._size, self._chosen = store, dict(columns), size, chosen
        self._last = _Last()

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_last": _Last()}

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    @property
    def columns(self) -> "pd.Index[str]":
        """Names, in the order of the file."""
        import pandas as pd

        return pd.Index(list(self._kept), dtype="object")

    @property
    def index(self) -> "pd.RangeIndex":
        """Positions of the respondents."""
        import pandas as pd

        return pd.RangeIndex(self._size)

    @property
    def shape(self) -> tuple[int, int]:
        """Respondents and variables."""
        return self._size, len(self._kept)

    @property
    def dtypes(self) -> dict[str, str]:
        """Types of the columns, which need not be read for it."""
        return {name: kept.dtype for name, kept in self._kept.items()}

    def __getitem__(self, wanted: Any) -> Any:
        if isinstance(wanted, str):
            return self._column(wanted)
        if isinstance(wanted, np.ndarray) and wanted.dtype == bool:
            return self._where(wanted)
        return self._with({name: self._kept[name] for name in wanted})

    def __setitem__(self, name: str, values: Any) -> None:
        if self._last.is_of(self, name) and values is self._last.column:
            return  # it is what was read
        self._kept[name] = self._written(name, values)
        self._last.kept = self._last.column = None

    def copy(self, deep: bool = True) -> "StoredColumns":
        """Return a table whose columns can be set without changing this one's."""
        return self._with(self._kept)

    def adopt(self, other: "StoredColumns", name: str) -> None:
        """Take a column of another table of the same respondents, without reading it."""
        self._kept[name] = other._kept[name]

    def assign(self, **columns: Any) -> "StoredColumns":
        """Return the table with some columns set."""
        other = self.copy()
        for name, values in columns.items():
            other[name] = values
        return other

    def rename(self, columns: Mapping[str, str]) -> "StoredColumns":
        """Return the table with other names."""
        return self._with({columns.get(name, name): kept for name, kept in self._kept.items()})

    def drop(self, columns: str | Sequence[str]) -> "StoredColumns":
        """Return the table without some columns."""
        gone = {columns} if isinstance(columns, str) else set(columns)
        return self._with({name: kept for name, kept in self._kept.items() if name not in gone})

    def reset_index(self, drop: bool = True) -> "StoredColumns":
        """Return the table: its rows are always counted from the first."""
        return self

    def duplicated(self, subset: Sequence[str], keep: Any = "first") -> "pd.Series[bool]":
        """Mark the rows whose values stand in a row above; reads these columns into memory."""
        return self.in_memory(subset).duplicated(keep=keep)

    def in_memory(self, names: Sequence[str] | None = None) -> "pd.DataFrame":
        """Read columns (all, where none are named) into memory, as a frame."""
        import pandas as pd

        return pd.DataFrame({name: self._column(name) for name in names or self._kept})

    def _with(self, columns: Mapping[str, Kept]) -> "StoredColumns":
        return self._look(columns, self._size, self._chosen)

    def _where(self, mask: "NDArray[np.bool_]") -> "StoredColumns":
        if mask.all():
            return self
        return self._look(self._kept, int(mask.sum()), (*self._chosen, mask))

    def _look(
        self, columns: Mapping[str, Kept], size: int, chosen: "tuple[NDArray[np.bool_], ...]"
    ) -> "StoredColumns":
        """Return another look at the same files; one column is held for all of them."""
        other = StoredColumns(self._store, columns, size, chosen)
        other._last = self._last
        return other

    def _column(self, name: str) -> "pd.Series[Any]":
        last = self._last
        if last.is_of(self, name):
            return cast("pd.Series[Any]", last.column)
        kept = self._kept[name]
        last.kept = last.column = None
        column = _as_pandas(self._arrays(kept), kept.dtype, self._size)
        last.kept, last.chosen, last.column = kept, self._chosen, column
        return column

    def _arrays(self, kept: Kept) -> Iterator[pa.Array]:
        """Go through the values of a column for the rows that are left."""
        for batch in self._batches(kept, [kept.field]):
            yield batch.column(0)

    def _batches(self, kept: Kept, fields: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Go through some columns of the files of one of them, for the rows that are left."""
        mask = _joint(self._chosen[kept.since :])
        at = 0
        for file in kept.files:
            for batch in file_batches(file, fields):
                if mask is not None:
                    here = mask[at : at + len(batch)]
                    at += len(batch)
                    batch = batch.filter(pa.array(here))
                yield batch

    def _written(self, name: str, values: Any) -> Kept:
        """Write a column to the disk."""
        import pandas as pd

        column = pd.Series(values)
        if len(column) != self._size:
            raise ValueError(f"{len(column)} values of {name} for {self._size} respondents")
        written = smallest(as_arrow(column))
        file = write_columns(self._store, pa.table({"values": written}))
        return Kept((file,), "values", str(column.dtype), written.type, len(self._chosen))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Go through the rows, in the types that a file of all of them has."""
        kinds = {name: self._kind(name) for name in self._kept}
        schema = pa.schema(list(kinds.items()))
        together: dict[tuple[tuple[Path, ...], int], list[str]] = {}
        for name, kept in self._kept.items():
            together.setdefault((kept.files, kept.since), []).append(name)
        pieces = [
            _pieces(self._together(names), [kinds[name] for name in names], self._store.batch)
            for names in together.values()
        ]
        order = [name for names in together.values() for name in names]
        for parts in zip(*pieces, strict=True):
            columns = dict(zip(order, chain.from_iterable(parts), strict=True))
            yield pa.record_batch([columns[name] for name in kinds], schema=schema)

    def _together(self, names: Sequence[str]) -> Iterator[list[pa.Array]]:
        """Go through columns that are in the same files, each of which is opened once."""
        fields = [self._kept[name].field for name in names]
        for batch in self._batches(self._kept[names[0]], list(dict.fromkeys(fields))):
            yield [batch.column(field) for field in fields]

    @property
    def schema(self) -> pa.Schema:
        """Names and types of the columns in a file of all rows."""
        return pa.schema([(name, self._kind(name)) for name in self._kept])

    def _kind(self, name: str) -> Any:
        """Find the smallest type of a column."""
        kept = self._kept[name]
        if kept.kind is not None and (
            len(self._chosen) == kept.since or not pa.types.is_integer(kept.kind)
        ):
            return kept.kind
        # One part after the other: the column need not be held for its ends.
        from pyarrow.compute import min_max

        ends: list[int] = []
        for array in self._arrays(kept):
            ends += [end for end in min_max(array).as_py().values() if end is not None]
            ends = [min(ends), max(ends)] if ends else []
        return smallest(pa.array(ends, pa.int64())).type


def _joint(masks: "Sequence[NDArray[np.bool_]]") -> "NDArray[np.bool_] | None":
    """Join selections that were made one after the other to one of the first rows."""

    def joined(later: "NDArray[np.bool_]", earlier: "NDArray[np.bool_]") -> "NDArray[np.bool_]":
        both = earlier.copy()
        both[earlier] = later
        return both

    return reduce(joined, reversed(masks)) if masks else None


def _as_pandas(arrays: Iterable[pa.Array], dtype: str, size: int) -> "pd.Series[Any]":
    """Give the parts of a column as one, in a pandas type."""
    import pandas as pd

    if dtype == "str":
        kind = pa.large_string()
        column = pa.chunked_array([array.cast(kind) for array in arrays], kind).to_pandas()
        return cast("pd.Series[Any]", column.astype(dtype))
    # Part by part into its place: the column is held once.
    numbers = np.zeros(size, "float64" if dtype == "float64" else "int64")
    absent = np.zeros(size, bool)
    at = 0
    for array in arrays:
        here = slice(at, at + len(array))
        if dtype != "float64" and array.null_count:
            absent[here] = array.is_null().to_numpy(zero_copy_only=False)
            array = array.fill_null(0)
        numbers[here] = array.to_numpy(zero_copy_only=False)
        at += len(array)
    held = pd.arrays.IntegerArray(numbers, absent) if dtype == "Int64" else numbers
    return pd.Series(held)


def _pieces(
    parts: Iterator[Sequence[pa.Array]], kinds: Sequence[Any], size: int
) -> Iterator[list[pa.Array]]:
    """Cut columns, of which each part has as many rows, into parts of so many rows."""
    waiting: list[Sequence[pa.Array]] = []
    held = 0

    def joined() -> list[pa.Array]:
        return [
            pa.concat_arrays([array.cast(kind) for array in arrays])
            for kind, arrays in zip(kinds, zip(*waiting, strict=True), strict=True)
        ]

    for arrays in parts:
        waiting.append(arrays)
        held += len(arrays[0])
        if held < size:
            continue
        whole = joined()
        for at in range(0, held - size + 1, size):
            yield [array.slice(at, size) for array in whole]
        rest = held % size
        waiting, held = [[array.slice(len(array) - rest) for array in whole]], rest
    if held:
        yield joined()


def as_arrow(column: Any) -> pa.Array:
    """Give a pandas column as Arrow's, with nothing where it has none.

    Examples
    --------
    >>> import pandas as pd
    >>> as_arrow(pd.Series([1.5, None])).null_count
    1
    """
    if isinstance(column, pa.Array):
        return column
    array = pa.array(column, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


_numbers = count(1)


def new_file(store: Store, schema: pa.Schema) -> tuple[Path, Any]:
    """Give a file of the store that is not there yet, and the options with which it is written.

    Texts are packed; numbers are as small as they are, and packing them costs as much time as
    parting a .sav.
    """
    packed = any(map(pa.types.is_large_string, schema.types))
    options = pa.ipc.IpcWriteOptions(compression="lz4" if packed else None, use_threads=False)
    return store.folder / f"{os.getpid()}_{next(_numbers)}.arrow", options


def write_columns(store: Store, table: pa.Table) -> Path:
    """Write some rows or a column into the store; returns the file."""
    file, options = new_file(store, table.schema)
    with (
        said_of_the_disk(store.folder),
        pa.OSFile(str(file), "wb") as sink,
        pa.ipc.new_file(sink, table.schema, options=options) as writer,
    ):
        writer.write_table(table, max_chunksize=store.batch)
    return file


class Storing:
    """Rows that come in parts and are stored as columns.

    Parameters
    ----------
    store : Store
        Where they are written.
    names : sequence of str
        Columns.

    Examples
    --------
    >>> import tempfile
    >>> storing = Storing(Store(Path(tempfile.mkdtemp())), ["q"])
    >>> storing.add({"q": pa.array([1, None])})
    >>> storing.add({"q": pa.array([2.5])})
    >>> storing.done()["q"].tolist()
    [1.0, nan, 2.5]
    """

    def __init__(self, store: Store, names: Sequence[str]) -> None:
        self._store = store
        self._waiting: dict[str, list[pa.Array]] = {name: [] for name in names}
        self._held, self.size = 0, 0
        self._files: list[Path] = []
        self._kinds: dict[str, Any] = dict.fromkeys(names)
        """Type of each column so far; None where there is no value yet."""

    def add(self, columns: Mapping[str, pa.Array]) -> None:
        """Take some rows."""
        for name, held in self._waiting.items():
            held.append(columns[name])
        size = len(next(iter(columns.values())))
        self._held += size
        self.size += size
        if self._held >= self._store.batch:
            self._write()

    def _write(self) -> None:
        columns = {}
        for name, parts in self._waiting.items():
            kind = reduce(_wider, (part.type for part in parts))
            same = [part if part.type == kind else part.cast(kind) for part in parts]
            column = smallest(pa.concat_arrays(same))
            # Where there is no number, none says how large they are.
            if not pa.types.is_integer(column.type) or column.null_count < len(column):
                self._kinds[name] = _wider(self._kinds.get(name), column.type)
            columns[name] = column
            parts.clear()
        self._files.append(write_columns(self._store, pa.table(columns)))
        self._held = 0

    def done(self) -> StoredColumns:
        """Give what was stored."""
        if self._held:
            self._write()
        kept = {
            name: Kept(tuple(self._files), name, _dtype_of(kind or pa.int64()), kind or pa.int64())
            for name, kind in self._kinds.items()
        }
        return StoredColumns(self._store, kept, self.size)


def _wider(one: Any, other: Any) -> Any:
    """Type that holds the values of both: whole numbers become numbers with decimals."""
    if one is None or one == other:
        return other
    if pa.types.is_integer(one) and pa.types.is_integer(other):
        return one if one.bit_width >= other.bit_width else other
    return pa.float64()


def _dtype_of(kind: Any) -> str:
    if pa.types.is_integer(kind):
        return "Int64"
    return "float64" if pa.types.is_floating(kind) else "str"


def in_memory(data: Any) -> "pd.DataFrame":
    """Give the data of a survey as a frame: read into memory where they are stored."""
    frame: pd.DataFrame = data.in_memory() if isinstance(data, StoredColumns) else data
    return frame


def open_stored(path: Path, store: Store) -> StoredColumns:
    """Look at a file that `resurvey.reading.parquet.save_survey` wrote as stored columns."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        schema, size = file.schema_arrow, file.metadata.num_rows
    kept = {
        field.name: Kept((path,), field.name, _dtype_of(field.type), field.type) for field in schema
    }
    return StoredColumns(store, kept, size)
