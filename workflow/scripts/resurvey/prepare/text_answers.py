"""Text answers: what the study puts into a table is a question, however few people answered it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from resurvey.core.codebook import Variable
from resurvey.core.survey import Survey

MOST = 50
"""Different texts up to which a tabulated variable is a question; above, it is free text."""


def with_text_answers(survey: Survey, tables: Mapping[str, Mapping[str, Any]]) -> Survey:
    """Give the tabulated text variables that have no list of answers the observed ones.

    In a small file texts hardly repeat, so that reading cannot tell answers from free text; an
    item that nobody answered has no text at all. A table of the study tells them apart.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> frame = pd.DataFrame({"vote": ["yes", "no", None]})
    >>> book = Codebook({"vote": Variable("vote", measure="text")})
    >>> with_text_answers(Survey(frame, book), {"t": {"rows": ["vote"]}}).codebook["vote"].answers
    ['no', 'yes']
    """
    named = dict.fromkeys(
        name
        for table in tables.values()
        for name in [*table["rows"], *filter(None, [table.get("columns")])]
        if name in survey.codebook
    )
    variables = [
        _answered(survey, survey.codebook[name])
        for name in named
        if survey.codebook[name].measure == "text" and not survey.codebook[name].codes
    ]
    return Survey(survey.data, survey.codebook.updated(variables))


def _answered(survey: Survey, variable: Variable) -> Variable:
    column: Any = survey.data[variable.name]
    values = column.to_pylist() if hasattr(column, "to_pylist") else column.dropna().tolist()
    texts = sorted({value for value in values if value is not None})
    codes = [text for text in texts if not variable.is_missing(text)]
    if len(codes) > MOST:
        return variable
    return replace(variable, measure="nominal", codes={code: {} for code in codes})
