"""Frequencies: every variable of the codebook, its answers and the reasons for no answer."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.cells import percent_of
from resurvey.core.codebook import Variable
from resurvey.core.counting import count_rows, encode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.survey import Survey

FREQUENCY_COLUMNS = (
    "variable",
    "label",
    "code",
    "answer",
    "kind",
    "count",
    "respondents",
    "base",
    "percent",
    "valid_percent",
)
MOST_ANSWERS = 60
"""A variable with more different values is summarised by its number of answers alone."""


def count_frequencies(
    survey: "Survey",
    language: str = "",
    missing_label: str = "No answer",
    left_out: Collection[str] = (),
    people: "NDArray[np.int64] | None" = None,
) -> list[dict[str, Any]]:
    """Count the answers of every variable, unweighted, as a codebook prints them.

    Parameters
    ----------
    survey : Survey
        Respondents and codebook.
    language : str
        Language of the labels.
    missing_label : str
        Label of system-missing.
    left_out : collection of str
        Variables that are not counted, such as those whose counts are invented.
    people : array of int, optional
        How many equal respondents each row stands for; without it a row is one respondent.

    Returns
    -------
    list of dict
        Keys `FREQUENCY_COLUMNS`; `kind` is ``answer``, ``user_missing``, ``system_missing`` or
        ``values`` (a variable with many values, or free text, which is never listed: the number
        of respondents with one). `percent` is of all respondents, `valid_percent` of those with
        an answer.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> from resurvey.core.survey import Survey
    >>> book = Codebook({"q": Variable("q", codes={1: {}, 9: {}}, missing=(9,))})
    >>> people = Survey(pd.DataFrame({"q": pd.array([1, 9, None], "Int64")}), book)
    >>> [(line["kind"], line["count"]) for line in count_frequencies(people)]
    [('answer', 1), ('user_missing', 1), ('system_missing', 1)]
    >>> counted = count_frequencies(people, people=np.array([20, 3, 2]))
    >>> [(line["count"], line["respondents"]) for line in counted]
    [(20, 25), (3, 25), (2, 25)]
    """
    lines: list[dict[str, Any]] = []
    for name in survey.codebook:
        if name in left_out:
            continue
        variable = survey.codebook[name]
        lines += _one_variable(variable, survey.data[name], language, missing_label, people)
    return lines


def _one_variable(
    variable: Variable,
    values: Any,
    language: str,
    missing_label: str,
    people: "NDArray[np.int64] | None",
) -> list[dict[str, Any]]:
    # Without missing codes every code is counted, the user-missing ones too.
    everything = Variable(variable.name, codes=variable.codes)
    positions, codes = encode(values, everything)
    counts = count_rows(positions, len(codes) + 1, people)
    respondents = int(counts.sum())
    missing = [variable.is_missing(code) for code in codes]
    base = int(sum(n for n, absent in zip(counts[:-1], missing, strict=True) if not absent))
    shared = {
        "variable": variable.name,
        "label": variable.title(language),
        "respondents": respondents,
        "base": base,
    }

    def line(code: Any, answer: str, kind: str, count: int) -> dict[str, Any]:
        valid = percent_of(count, base) if kind in ("answer", "values") else None
        return shared | {
            "code": code,
            "answer": answer,
            "kind": kind,
            "count": count,
            "percent": percent_of(count, respondents),
            "valid_percent": valid,
        }

    lines = []
    free_text = variable.measure == "text" and not variable.answers
    many = len(codes) - sum(missing) > MOST_ANSWERS and len(variable.answers) <= MOST_ANSWERS
    if free_text or many:
        lines.append(line("", "", "values", base))
    else:
        lines += [
            line(code, variable.answer(code, language), "answer", int(count))
            for code, count, absent in zip(codes, counts[:-1], missing, strict=True)
            if not absent
        ]
    lines += [
        line(code, variable.answer(code, language), "user_missing", int(count))
        for code, count, absent in zip(codes, counts[:-1], missing, strict=True)
        if absent
    ]
    if counts[-1]:
        lines.append(line("", missing_label, "system_missing", int(counts[-1])))
    return lines
