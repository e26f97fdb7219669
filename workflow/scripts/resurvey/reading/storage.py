"""Storage: a survey between two rooms of the pipeline, as Parquet codes and a codebook."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from resurvey.core.codebook import Codebook
from resurvey.core.files import write_bytes, write_text
from resurvey.core.survey import Survey
from resurvey.reading import ORIGINS
from resurvey.reading.columnar import ORIGIN

if TYPE_CHECKING:
    import pandas as pd

_INTEGERS = ((pa.int8(), 2**7), (pa.int16(), 2**15), (pa.int32(), 2**31))


def save_survey(survey: Survey, responses: str | Path, codebook: str | Path) -> None:
    """Write the codes as Parquet, in the smallest integers that hold them, and the codebook.

    The Parquet file of records that are no microdata says so by itself, wherever it is taken.
    """
    table = pa.Table.from_pandas(survey.data, preserve_index=False).replace_schema_metadata(None)
    columns = [_shrink(column) for column in table.columns]
    buffer = io.BytesIO()
    written = pa.table(columns, names=table.column_names)
    if survey.codebook.origin:
        written = written.replace_schema_metadata({ORIGIN: ORIGINS[survey.codebook.origin]})
    pq.write_table(written, buffer, compression="zstd")
    write_bytes(responses, buffer.getvalue())
    write_text(codebook, survey.codebook.to_json())


def _shrink(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    if not pa.types.is_integer(column.type) or column.null_count == len(column):
        return column
    # Only a door that writes pays for the import.
    from pyarrow.compute import min_max

    ends = min_max(column).as_py()
    for kind, limit in _INTEGERS:
        if -limit <= ends["min"] and ends["max"] < limit:
            return column.cast(kind)
    return column


def load_columns(responses: str | Path, codebook: str | Path) -> tuple[Any, Codebook]:
    """Read the codes as a pyarrow table, without importing pandas: enough for counting."""
    # `pq.read_table` would import pandas, a second of processor time.
    with pq.ParquetFile(responses) as file:
        return file.read(), load_codebook(codebook)


def load_codebook(codebook: str | Path) -> Codebook:
    """Read a codebook that `save_survey` wrote."""
    return Codebook.from_json(Path(codebook).read_text(encoding="utf-8"))


def load_survey(responses: str | Path, codebook: str | Path) -> Survey:
    """Read what `save_survey` wrote, with nullable integers, as a pandas frame."""
    table, book = load_columns(responses, codebook)
    return Survey(_to_frame(table), book)


def _to_frame(table: "pa.Table") -> "pd.DataFrame":
    import pandas as pd

    def series(column: "pa.ChunkedArray") -> Any:
        if pa.types.is_integer(column.type):
            return column.cast(pa.int64()).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        return column.to_pandas()

    return pd.DataFrame({name: series(table[name]) for name in table.column_names})
