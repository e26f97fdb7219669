"""Parquet: columns of a data frame as codes."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.codebook import Codebook, Labels, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.survey import Survey
from resurvey.reading.columns import number_column, text_column
from resurvey.reading.limits import MOST_LETTERS, check_cells, check_letters

if TYPE_CHECKING:
    import pandas as pd
    from pyarrow import DataType

ORIGIN = "resurvey.origin"
"""Key of the file's metadata under which records say that they are no microdata."""


def read_parquet(path: Path) -> Survey:
    """Read a Parquet file; ordered categories keep their order as codes.

    Raises
    ------
    SurveyError
        When the file is truncated, or a column holds neither numbers, text, truth values,
        categories nor dates.
    """
    import pandas as pd

    origin = _check_size(path)
    frame = pd.read_parquet(path).reset_index(drop=True)
    columns: dict[str, pd.Series] = {}
    variables: dict[str, Variable] = {}
    for position, name in enumerate(map(str, frame.columns)):
        if name in columns:
            raise SurveyError(f"{path}: variable '{name}' stands twice in the file")
        columns[name], codes, measure = _column(path, name, frame.iloc[:, position])
        variables[name] = Variable(name, measure=measure, codes=codes)
    return Survey(pd.DataFrame(columns), Codebook(variables, notes=(origin,) if origin else ()))


def _check_size(path: Path) -> str:
    """Refuse a file that would unfold to more than any survey, by what its end says about it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

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
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return any(
        one(kind)
        for one in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_binary,
            pa.types.is_large_binary,
        )
    )


def _check_letters(path: Path, names: list[str]) -> None:
    """Count the letters of the texts with every repetition, without unfolding them."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

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
        return (
            number_column(values.astype("Float64").to_numpy("float64", na_value=float("nan"))),
            (codes),
            "nominal",
        )
    if types.is_numeric_dtype(values.dtype):
        numbers = values.astype("Float64").to_numpy("float64", na_value=float("nan"))
        return number_column(numbers), {}, ""
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
