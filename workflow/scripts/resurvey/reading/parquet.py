"""Parquet: the files of others, and the tables that this library hands from step to step."""

import io
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from resurvey.core.codebook import Codebook, Labels, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.files import whole_file, write_bytes, write_text
from resurvey.core.progress import track
from resurvey.reading import ORIGINS
from resurvey.reading.columns import number_column, text_column, to_frame
from resurvey.reading.formats import MOST_LETTERS, check_cells, check_letters
from resurvey.reading.stored import (
    BATCH,
    ROWS,
    Store,
    StoredColumns,
    Storing,
    ahead,
    as_arrow,
    file_batches,
    open_stored,
    smallest,
)

if TYPE_CHECKING:
    import pandas as pd
    from pyarrow import DataType

    from resurvey.reading.formats import Export

logger = logging.getLogger(__name__)

ORIGIN = "resurvey.origin"
"""Key of the file's metadata under which records say that they are no microdata."""


def read_parquet(path: Path, export: "Export") -> Survey:
    """Read a Parquet file; ordered categories keep their order as codes.

    Of a large file, where there is a store, some columns are read a part at a time, and those that
    are told only as a whole (categories, dates) one after the other.
    """
    import pandas as pd

    origin = _check_size(path)
    with pq.ParquetFile(path) as file:
        rows, schema = file.metadata.num_rows, file.schema_arrow
    names = list(map(str, schema.empty_table().to_pandas().columns))
    columns: Any = {}
    frame, parted = None, None
    if export.store is not None and rows >= export.store.least:
        logger.info("%s: a large file; its columns are read a part at a time", path)
        columns = StoredColumns(export.store, {}, rows)
        parted = _parted(path, schema, names, export.store)
    else:
        frame = pd.read_parquet(path).reset_index(drop=True)
    variables: dict[str, Variable] = {}
    for position, name in enumerate(names):
        if name in variables:
            raise SurveyError(f"{path}: variable '{name}' stands twice in the file")
        if parted is not None and name in parted:
            columns.adopt(parted, name)
            variables[name] = Variable(name, measure="")
            continue
        if frame is None:
            values = pd.read_parquet(path, columns=[name]).reset_index(drop=True).iloc[:, 0]
        else:
            values = frame.iloc[:, position]
        columns[name], codes, measure = _column(path, name, values)
        variables[name] = Variable(name, measure=measure, codes=codes)
    data = columns if frame is None else pd.DataFrame(columns)
    return Survey(data, Codebook(variables, notes=(origin,) if origin else ()))


_TOGETHER = 16
"""Columns that are read at the same time, so many rows of each."""
_ROWS = 1 << 15


def _parted(path: Path, schema: pa.Schema, names: Sequence[str], store: Store) -> StoredColumns:
    """Store the columns whose every part is told by itself: numbers and texts."""
    plain = [
        name for name in names if names.count(name) == 1 and _is_plain(schema.field(name).type)
    ]
    stored = StoredColumns(store, {}, 0)
    for first in range(0, len(plain), _TOGETHER):
        some = plain[first : first + _TOGETHER]
        storing = Storing(store, some)
        for batch in file_batches(path, some, _ROWS):
            columns = {name: _column(path, name, batch.column(name).to_pandas()) for name in some}
            storing.add({name: as_arrow(column) for name, (column, _, _) in columns.items()})
        done = storing.done()
        for name in some:
            stored.adopt(done, name)
    return stored


def _is_plain(kind: "DataType") -> bool:
    numeric = pa.types.is_integer(kind) or pa.types.is_float32(kind) or pa.types.is_float64(kind)
    return bool(numeric or pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _check_size(path: Path) -> str:
    """Refuse a file that would unfold to more than any survey, by what its end says about it."""
    with pq.ParquetFile(path) as file:
        meta, schema = file.metadata, file.schema_arrow
        check_cells(path, meta.num_rows, len(schema))
        for field in schema:
            if pa.types.is_nested(field.type):
                # A list in one cell can hold as many values as it likes.
                raise _odd(path, field.name, str(field.type))
        texts = [field.name for field in schema if _holds_text(field.type)]
        # What a chunk of a column says about itself is left alone: pyarrow ends the process where
        # it is wrong.
        groups = [meta.row_group(number) for number in range(meta.num_row_groups)]
        most = len(texts) * sum(group.num_rows * group.total_byte_size for group in groups)
    # One text can stand in every row and in the file only once; only then it is worth counting.
    if most > MOST_LETTERS:
        _check_letters(path, texts)
    origin: bytes = (schema.metadata or {}).get(ORIGIN.encode(), b"")
    return origin.decode("utf-8", "replace")


def _holds_text(kind: "DataType") -> bool:

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return any(
        is_kind(kind)
        for is_kind in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_binary,
            pa.types.is_large_binary,
        )
    )


def _check_letters(path: Path, names: list[str]) -> None:
    """Count the letters of the texts with every repetition, without unfolding them."""
    import pyarrow.compute as pc

    letters = 0.0
    with pq.ParquetFile(path, read_dictionary=names) as packed:
        for batch in packed.iter_batches(columns=names):
            for column in batch.columns:
                if pa.types.is_dictionary(column.type):
                    sizes = pc.binary_length(column.dictionary)
                    # Sums of floats: the sum of a bomb may leave 64 bits.
                    letters += pc.sum(pc.take(sizes, column.indices).cast("float64")).as_py() or 0
                else:
                    letters += column.nbytes
                check_letters(path, letters)


def _odd(path: Path, name: str, kind: str) -> SurveyError:
    return SurveyError(
        f"{path}: variable '{name}' holds values of the kind '{kind}'; codes are numbers or text"
    )


def _column(
    path: Path, name: str, values: "pd.Series"
) -> "tuple[pd.Series, dict[int | float | str, Labels], str]":
    """Codes, labels and measure of one column."""
    import pandas as pd
    from pandas.api import types

    if isinstance(values.dtype, pd.CategoricalDtype):
        categories = values.cat.categories
        column, _, _ = _column(path, name, pd.Series(values.to_numpy()).infer_objects())
        measure = "ordinal" if values.cat.ordered else "nominal"
        return column, {category: {} for category in categories.tolist()}, measure
    if types.is_bool_dtype(values.dtype):
        codes: dict[int | float | str, Labels] = {0: {"": "False"}, 1: {"": "True"}}
        return _numbers(values), codes, "nominal"
    if types.is_numeric_dtype(values.dtype):
        return _numbers(values), {}, ""
    if types.is_datetime64_any_dtype(values.dtype):
        form = "%Y-%m-%d" if (values.dropna() == values.dropna().dt.normalize()).all() else None
        moments = values.dt.strftime(form or "%Y-%m-%dT%H:%M:%S")
        return text_column(moments), {}, "text"
    present = values.dropna()
    if all(isinstance(value, str) for value in present):
        return text_column(values), {}, ""
    if all(hasattr(value, "isoformat") for value in present):
        texts = values.map(lambda value: value.isoformat() if hasattr(value, "isoformat") else None)
        return text_column(texts), {}, "text"
    odd = type(next(value for value in present if not isinstance(value, str))).__name__
    raise _odd(path, name, odd)


def _numbers(values: "pd.Series") -> "pd.Series":
    return number_column(values.astype("Float64").to_numpy("float64", na_value=float("nan")))


def save_survey(survey: Survey, responses: str | Path, codebook: str | Path) -> None:
    """Write the codes as Parquet, in the smallest integers that hold them, and the codebook.

    The Parquet file of records that are no microdata says so by itself, wherever it is taken.
    Columns that are stored on the disk are written some rows at a time.
    """
    origin = {ORIGIN: ORIGINS[survey.codebook.origin]} if survey.codebook.origin else None
    if isinstance(survey.data, StoredColumns):
        schema = survey.data.schema.with_metadata(origin)
        with (
            whole_file(responses) as temporary,
            pq.ParquetWriter(temporary, schema, **_written_as(schema)) as writer,
        ):
            batches = ahead(survey.data.batches())
            for batch in track(batches, "respondents written", len(survey.data), size=len):
                writer.write_table(pa.Table.from_batches([batch]).replace_schema_metadata(origin))
    else:
        table = pa.Table.from_pandas(survey.data, preserve_index=False)
        written = pa.table(list(map(smallest, table.columns)), names=table.column_names)
        buffer = io.BytesIO()
        written = written.replace_schema_metadata(origin)
        pq.write_table(written, buffer, **_written_as(written.schema))
        write_bytes(responses, buffer.getvalue())
    write_text(codebook, survey.codebook.to_json())


def _written_as(schema: pa.Schema) -> dict[str, Any]:
    """Options of writing; values of which there are many are not looked up in a dictionary."""
    few = (pa.types.is_int8, pa.types.is_int16, pa.types.is_large_string, pa.types.is_string)
    repeated = [field.name for field in schema if any(is_kind(field.type) for is_kind in few)]
    return {
        "compression": "zstd",
        "use_dictionary": repeated,
        # Nobody asks the file for the ends of its columns, and they cost a tenth of the time.
        "write_statistics": False,
        # Pages of 20,000 rows, the default, take a quarter longer to read.
        "max_rows_per_page": ROWS,
    }


def load_columns(responses: str | Path, codebook: str | Path) -> tuple[Any, Codebook]:
    """Read the codes as a pyarrow table, without importing pandas: enough for counting."""
    # `pq.read_table` would import pandas, a second of processor time.
    with pq.ParquetFile(responses) as file:
        return file.read(), load_codebook(codebook)


@dataclass(frozen=True)
class FileColumns:
    """Columns of a Parquet file as those of a pyarrow table; each is read when it is asked for.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    meta : pyarrow.parquet.FileMetaData
        What its end says.
    more : dict
        Columns beside those of the file.
    """

    path: Path
    meta: Any
    more: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, path: str | Path) -> "FileColumns":
        """Look at the end of a file."""
        return cls(Path(path), pq.read_metadata(path))

    def __len__(self) -> int:
        """Respondents."""
        return int(self.meta.num_rows)

    @property
    def shape(self) -> tuple[int, int]:
        """Respondents and variables."""
        return len(self), self.meta.num_columns + len(self.more)

    def __getitem__(self, name: str) -> Any:
        """Read a column."""
        if name in self.more:
            return self.more[name]
        with pq.ParquetFile(self.path, metadata=self.meta) as file:
            return file.read([name])[name]

    def append_column(self, name: str, values: Any) -> "FileColumns":
        """Return the columns and one more."""
        return replace(self, more={**self.more, name: values})


def open_batches(
    path: str | Path,
) -> tuple[Callable[[Sequence[str]], Iterator[pa.RecordBatch]], pa.Schema, int]:
    """Open a Parquet file for reading in batches, whatever its size.

    Returns
    -------
    batches, schema, rows
        `batches` takes names of columns and reads these from the beginning, `BATCH` rows at a
        time; `schema` are the columns, `rows` their number of rows.
    """
    with pq.ParquetFile(path) as file:
        schema, meta = file.schema_arrow, file.metadata

    def unpacked(names: list[str]) -> Iterator[pa.RecordBatch]:
        for group in range(meta.num_row_groups):
            # An open file keeps what it has read: it is opened anew for every part.
            with pq.ParquetFile(path, metadata=meta) as file:
                yield from file.iter_batches(BATCH, row_groups=[group], columns=names)

    def batches(names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        # The next batch is unpacked while this one is counted.
        for batch in ahead(unpacked(list(names))):
            yield batch.select(list(names))

    return batches, schema, meta.num_rows


def load_codebook(codebook: str | Path) -> Codebook:
    """Read a codebook that `save_survey` wrote."""
    return Codebook.from_json(Path(codebook).read_text(encoding="utf-8"))


def load_survey(responses: str | Path, codebook: str | Path) -> Survey:
    """Read what `save_survey` wrote, with nullable integers, as a pandas frame."""
    table, book = load_columns(responses, codebook)
    return Survey(to_frame(table), book)


def open_survey(responses: str | Path, codebook: str | Path, store: Store) -> Survey:
    """Look at what `save_survey` wrote: in memory, or column by column where it is large.

    Raises
    ------
    SurveyError
        The disk of the store is full.
    """
    with pq.ParquetFile(responses) as file:
        rows = file.metadata.num_rows
    if rows < store.least:
        return load_survey(responses, codebook)
    return Survey(cast("Any", open_stored(Path(responses), store)), load_codebook(codebook))
