"""Parquet: columns of a data frame as codes."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.codebook import Codebook, Labels, Variable
from resurvey.errors import SurveyError
from resurvey.reading.columns import number_column, text_column
from resurvey.reading.limits import MOST_LETTERS, check_cells, check_letters
from resurvey.survey import Survey

if TYPE_CHECKING:
    import pandas as pd
    from pyarrow.parquet import ParquetFile


def read_parquet(path: Path) -> Survey:
    """Read a Parquet file; ordered categories keep their order as codes.

    Raises
    ------
    SurveyError
        When the file is truncated, or a column holds neither numbers, text, truth values,
        categories nor dates.
    """
    import pandas as pd

    _check_size(path)
    frame = pd.read_parquet(path).reset_index(drop=True)
    columns: dict[str, pd.Series] = {}
    variables: dict[str, Variable] = {}
    for position, name in enumerate(map(str, frame.columns)):
        if name in columns:
            raise SurveyError(f"{path}: variable '{name}' stands twice in the file")
        columns[name], codes, measure = _column(path, name, frame.iloc[:, position])
        variables[name] = Variable(name, measure=measure, codes=codes)
    return Survey(pd.DataFrame(columns), Codebook(variables))


def _check_size(path: Path) -> None:
    """Refuse a file that would unfold to more than any survey, by what its end says about it."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        meta = file.metadata
        groups = [meta.row_group(number) for number in range(meta.num_row_groups)]
        chunks = [group.column(place) for group in groups for place in range(group.num_columns)]
        # A list in a cell has many values; the rows alone would not tell.
        values = sum(chunk.num_values for chunk in chunks)
        check_cells(path, meta.num_rows, len(file.schema_arrow))
        check_cells(path, values, 1)
        letters = 0.0
        for place in range(len(file.schema)):
            if file.schema.column(place).physical_type not in ("BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"):
                continue
            sizes = [group.column(place).total_uncompressed_size for group in groups]
            most = sum(
                group.num_rows * size for group, size in zip(groups, sizes, strict=True)
            )
            # One text of a dictionary can stand in every row; only then it is worth counting.
            letters += most if letters + most <= MOST_LETTERS else _letters(path, file, place)
            check_letters(path, letters)


def _letters(path: Path, file: "ParquetFile", place: int) -> float:
    """Bytes of a column of texts with every repetition, without unfolding it."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    name = file.schema.column(place).path
    letters = 0.0
    with pq.ParquetFile(path, read_dictionary=[name]) as packed:
        for batch in packed.iter_batches(columns=[name]):
            column = batch.column(0)
            if not pa.types.is_dictionary(column.type):
                letters += column.nbytes
                continue
            sizes = pc.binary_length(column.dictionary)
            letters += pc.sum(pc.take(sizes, column.indices)).as_py() or 0
            if letters > MOST_LETTERS:
                break
    return letters


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
    raise SurveyError(
        f"{path}: variable '{name}' holds values of the kind '{odd}'; codes are numbers or text"
    )
