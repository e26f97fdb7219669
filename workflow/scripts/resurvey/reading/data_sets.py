"""Export: a data set that ships with statsmodels, as a survey with labels."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import Codebook, Survey, Variable, declared_variable
from resurvey.core.errors import SurveyError

if TYPE_CHECKING:
    import pandas as pd


def load_dataset(name: str, declared: Mapping[str, Any]) -> Survey:
    """Load a data set of ``statsmodels.datasets`` with the labels that the study declares.

    Parameters
    ----------
    name : str
        Name of the data set's module.
    declared : dict
        `config/codebook.yaml`; `source` names the column where it differs.

    Raises
    ------
    SurveyError
        There is no such data set in the installed statsmodels.
    """
    from importlib import import_module

    try:
        dataset = import_module(f"statsmodels.datasets.{name}")
    except ModuleNotFoundError:
        raise SurveyError(f"config.yaml: statsmodels ships no data set '{name}'") from None
    if not hasattr(dataset, "load_pandas"):
        raise SurveyError(f"config.yaml: '{name}' of statsmodels is no data set")
    frame = dataset.load_pandas().data
    by_source = {
        (spec or {}).get("source", variable): declared_variable(variable, spec)
        for variable, spec in declared.get("variables", {}).items()
    }
    columns = {str(column): _codes(frame[column]) for column in frame.columns}
    # The file keeps the data set's own names; the study's `source:` maps them on import.
    variables = {
        column: _renamed(by_source.get(column, _undeclared(column, columns[column])), column)
        for column in columns
    }
    import pandas as pd

    return Survey(pd.DataFrame(columns), Codebook(variables))


def _codes(column: "pd.Series[Any]") -> "pd.Series[Any]":
    try:
        numbers = column.astype("float64")
    except (TypeError, ValueError):
        return column.astype("str")
    whole = (numbers.dropna() % 1 == 0).all()
    return numbers.astype("Int64") if whole else numbers


def _undeclared(name: str, column: "pd.Series[Any]") -> Variable:
    return Variable(name, measure="text" if column.dtype == "str" else "scale")


def _renamed(variable: Variable, name: str) -> Variable:
    from dataclasses import replace

    return replace(variable, name=name, source="")
