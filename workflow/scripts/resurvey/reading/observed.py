"""Observed codes: what the data add to a codebook that the file left unfinished."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from resurvey.core.codebook import Code, Variable
from resurvey.core.survey import Survey
from resurvey.reading.reasons import reasons_of

if TYPE_CHECKING:
    import pandas as pd

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?")
LONG = 100
"""Text with more letters than that is somebody's own words and no answer to choose."""
FEW = 20
"""An unlabelled variable with at most so many different answers is read as a list of answers."""
MANY = 100
"""The same where the file itself calls the variable nominal or ordinal."""


def complete_codebook(survey: Survey) -> Survey:
    """Give every variable a measure, and the observed answers that have no label a code.

    A variable whose measure the file does not know is nominal when it has labelled answers or
    at most 20 different integers, and a scale otherwise; text with at most 20 different answers,
    each given twice on average, is nominal too. An answer without a label is its own label.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> frame = pd.DataFrame({"q": pd.array([3, 1, 3], dtype="Int64")})
    >>> book = Codebook({"q": Variable("q", measure="")})
    >>> complete_codebook(Survey(frame, book)).codebook["q"].answers
    [1, 3]
    """
    variables = [
        _with_reasons(survey.data[name], _completed(survey.data[name], variable))
        for name, variable in survey.codebook.variables.items()
    ]
    return Survey(survey.data, survey.codebook.updated(variables))


def _with_reasons(column: "pd.Series", variable: Variable) -> Variable:
    """Give the user-missing codes their reasons, by what the study or their labels say."""
    if not variable.missing and not variable.missing_ranges:
        return variable
    observed = observed_codes(column) if variable.missing_ranges else []
    return replace(variable, reasons=reasons_of(variable, observed))


def observed_codes(column: "pd.Series") -> list[Code]:
    """Return the different codes in a column, in ascending order, without system-missing."""
    codes = column.dropna().unique().tolist()
    return sorted(codes)


def _completed(column: "pd.Series", variable: Variable) -> Variable:
    """Decide the measure and merge the observed answers into the codes."""
    codes = [code for code in observed_codes(column) if not variable.is_missing(code)]
    if column.dtype == "str":
        return _completed_text(column, variable, codes)
    labelled = bool(variable.answers)
    whole = column.dtype == "Int64"
    unlabelled = [code for code in codes if code not in variable.codes]
    measure = variable.measure
    if not measure:
        categorical = len(unlabelled) <= FEW and (whole or labelled) and (codes or labelled)
        measure = "nominal" if categorical else "scale"
    room = MANY if measure in ("nominal", "ordinal") else FEW
    if labelled and measure in ("nominal", "ordinal"):
        room = len(unlabelled)
    added = unlabelled if len(unlabelled) <= room and (whole or labelled) else []
    return replace(variable, measure=measure, codes=_merged(variable, added))


def _completed_text(column: "pd.Series", variable: Variable, codes: list[Code]) -> Variable:
    """Read text as answers where it repeats, or where the file labels it."""
    if variable.measure == "text":
        return variable
    if variable.answers:
        measure = variable.measure if variable.measure not in ("", "scale") else "nominal"
        return replace(variable, measure=measure, codes=_merged(variable, _not_in(variable, codes)))
    answered = int(column.isin(codes).sum())
    repeats = 0 < len(codes) <= FEW and 2 * len(codes) <= answered
    if not repeats or are_dates(codes) or max(map(len, map(str, codes))) > LONG:
        return replace(variable, measure="text")
    return replace(variable, measure="nominal", codes=_merged(variable, codes))


def _not_in(variable: Variable, codes: list[Code]) -> list[Code]:
    return [code for code in codes if code not in variable.codes]


def are_dates(codes: list[Code]) -> bool:
    """Tell whether every text is an ISO date, with or without the time."""
    texts = list(map(str, codes))
    if not all(_DATE.fullmatch(text) for text in texts):
        return False
    try:
        np.array([text[:10] for text in texts], dtype="datetime64")
    except ValueError:
        return False
    return True


def _merged(variable: Variable, added: list[Code]) -> dict[Code, dict[str, str]]:
    """Labelled and merely observed codes together, in ascending order.

    Where the questionnaire has an order of its own, the observed codes come after it.
    """
    if not added:
        return dict(variable.codes)
    codes = variable.codes | {code: {} for code in added}
    if list(variable.codes) != sorted(variable.codes, key=code_rank):
        return codes
    return {code: codes[code] for code in sorted(codes, key=code_rank)}


def code_rank(code: Code) -> tuple[bool, Code]:
    return isinstance(code, str), code
