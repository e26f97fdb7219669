"""Parquet: columns of a data frame as codes."""

from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.codebook import Codebook, Labels, Variable
from resurvey.errors import SurveyError
from resurvey.reading.columns import number_column, text_column
from resurvey.survey import Survey

if TYPE_CHECKING:
    import pandas as pd


def read_parquet(path: Path) -> Survey:
    """Read a Parquet file; ordered categories keep their order as codes.

    Raises
    ------
    SurveyError
        When the file is truncated, or a column holds neither numbers, text, truth values,
        categories nor dates.
    """
    import pandas as pd

    try:
        frame = pd.read_parquet(path).reset_index(drop=True)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise SurveyError(
            f"{path}: the file is truncated or damaged and cannot be read ({reason})"
        ) from None
    columns: dict[str, pd.Series] = {}
    variables: dict[str, Variable] = {}
    for position, name in enumerate(map(str, frame.columns)):
        if name in columns:
            raise SurveyError(f"{path}: variable '{name}' stands twice in the file")
        columns[name], codes, measure = _column(path, name, frame.iloc[:, position])
        variables[name] = Variable(name, measure=measure, codes=codes)
    return Survey(pd.DataFrame(columns), Codebook(variables))


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
