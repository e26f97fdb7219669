"""Cleaning: declared, ordered steps; every row or cell that changes has a line in the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.accounting import Account
from resurvey.core.codebook import (
    Code,
    Codebook,
    Labels,
    Survey,
    Variable,
    as_labels,
    clean_code,
    pick_label,
)
from resurvey.core.errors import SurveyError

if TYPE_CHECKING:
    import pandas as pd

LOG_COLUMNS = (
    "step",
    "action",
    "variables",
    "rows_before",
    "rows_touched",
    "cells_touched",
    "rows_after",
    "why",
)
FLAG_COLUMNS = ("step", "action", "row", "variable")
FLAG_LABELS: dict[Any, Labels] = {
    0: {"ru": "нет", "en": "no"},
    1: {"ru": "отмечено", "en": "flagged"},
}


@dataclass(frozen=True)
class Cleaned:
    """A cleaned survey and its ledgers.

    Attributes
    ----------
    survey : Survey
        What the steps left.
    log : list of dict
        One line per step, after a first line for the rows that came in; keys `LOG_COLUMNS`.
    flags : list of dict
        One line per touched row (position in the imported file, from 1); keys `FLAG_COLUMNS`.
        Person-level: it stays in the room that is never published.
    """

    survey: Survey
    log: list[dict[str, Any]]
    flags: list[dict[str, Any]]


def clean_survey(survey: Survey, steps: Sequence[Mapping[str, Any]], language: str = "") -> Cleaned:
    """Do the declared steps in their order.

    Parameters
    ----------
    survey : Survey
        Imported answers; not changed.
    steps : sequence of dict
        As in `config/cleaning.yaml`.
    language : str
        Language in which the reasons are logged.

    Raises
    ------
    SurveyError
        A step names a variable or code that does not exist, or no respondent is left.

    Notes
    -----
    A step reads the columns that it names, those of `duplicates` together, and holds two marks for
    each respondent; so columns that are stored on the disk (`resurvey.reading.stored`) stay there.
    The list of flags has a line for every touched row and is held in memory.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": pd.array([20, 200], "Int64")})
    >>> book = Codebook({"age": Variable("age", measure="scale")})
    >>> step = {"action": "range", "variable": "age", "max": 110, "then": "drop", "why": "typo"}
    >>> cleaned = clean_survey(Survey(people, book), [step])
    >>> [(line["action"], line["rows_after"]) for line in cleaned.log]
    [('import', 2), ('range', 1)]
    """
    row_numbers = np.arange(1, len(survey.data) + 1)
    log = [_line(0, "import", [], len(row_numbers), 0, 0, len(row_numbers), "")]
    flags: list[dict[str, Any]] = []
    for number, step in enumerate(steps, start=1):
        done = _ACTIONS[step["action"]](survey, step, f"cleaning.yaml, step {number}")
        before = len(row_numbers)
        flags += [
            {"step": number, "action": step["action"], "row": int(row), "variable": name}
            for name, touched in done.touched.items()
            for row in row_numbers[touched]
        ]
        touched_rows = np.zeros(before, bool)
        for touched in done.touched.values():
            touched_rows |= touched
        row_numbers = row_numbers[done.keep]
        removed = int((~done.keep).sum())
        Account("cleaning", str(number), "", before, len(row_numbers), {"removed": removed})
        survey = Survey(done.data[done.keep].reset_index(drop=True), done.codebook)
        log.append(
            _line(
                number,
                step["action"],
                list(done.touched),
                before,
                int(touched_rows.sum()),
                sum(int(touched.sum()) for touched in done.touched.values()),
                len(row_numbers),
                pick_label(as_labels(step["why"]), language, ""),
            )
        )
    if not len(row_numbers):
        raise SurveyError("cleaning.yaml: no respondent is left after the last step")
    return Cleaned(survey, log, flags)


def _line(step: int, action: str, variables: list[str], *rest: Any) -> dict[str, Any]:
    return dict(zip(LOG_COLUMNS, (step, action, " ".join(variables), *rest), strict=True))


@dataclass(frozen=True)
class _Done:
    """Outcome of one step: the data, who stays, and which rows were touched by variable."""

    data: "pd.DataFrame"
    codebook: Codebook
    keep: np.ndarray
    touched: dict[str, np.ndarray]


def missing_mask(survey: Survey, name: str, place: str = "") -> np.ndarray:
    """Mark respondents without an answer to `name`, user-missing or system-missing."""
    variable, values = _column(survey, name, place)
    mask = values.isna().to_numpy(bool, copy=True)
    if variable.missing:
        mask |= values.isin(list(variable.missing)).to_numpy(bool)
    if not _is_text(values):
        for low, high in variable.missing_ranges:
            mask |= _between(values, low, high)
    return mask


def _is_text(values: "pd.Series[Any]") -> bool:
    return values.dtype.kind not in "iufb" and not values.isna().all()


def _between(values: "pd.Series[Any]", low: float, high: float) -> np.ndarray:
    if values.isna().all():
        return np.zeros(len(values), bool)
    return values.between(low, high).fillna(False).to_numpy(bool)


def select_rows(survey: Survey, where: Mapping[str, Any], place: str = "") -> np.ndarray:
    """Mark the respondents for whom every line of `where` holds.

    A line is variable -> a code, a list of codes, ``missing``, or ``{min, max}``. A missing
    answer never meets a range, and a user-missing code is met only by its own name.
    """
    mask = np.ones(len(survey.data), bool)
    for name, condition in where.items():
        variable, values = _column(survey, name, place)
        absent = missing_mask(survey, name, place)
        if condition == "missing":
            mask &= absent
        elif isinstance(condition, Mapping):
            _need_numbers(name, values, place)
            mask &= _between(values, *_ends(name, condition, place)) & ~absent
        else:
            codes = condition if isinstance(condition, list) else [condition]
            for code in codes:
                _check_code(variable, values, code, place)
            mask &= _is_one_of(values, codes)
    return mask


def _is_one_of(values: "pd.Series[Any]", codes: Sequence[Code]) -> np.ndarray:
    if values.isna().all():
        return np.zeros(len(values), bool)
    return values.isin([clean_code(code) for code in codes]).fillna(False).to_numpy(bool)


def _check_kind(variable: Variable, values: "pd.Series[Any]", code: Code, place: str) -> None:
    """Refuse a word among numbers and a number among words: no respondent would have it."""
    text = _is_text(values)
    if isinstance(code, str) != text and not values.isna().all():
        holds = "text; put the code in quotes" if text else f"numbers{_codes_of(variable)}"
        raise SurveyError(
            f"{place}: '{variable.name}' cannot have the code {code!r}: it holds {holds}"
        )


_MOST_LISTED = 12
"""So many codes of a variable are listed in a message."""


def _codes_of(variable: Variable) -> str:
    """List the codes of a variable with their labels; empty where it has no list of answers."""
    codes = list(variable.codes)
    listed = [
        f"{code} {label!r}" if (label := pick_label(variable.codes[code], "", "")) else str(code)
        for code in codes[:_MOST_LISTED]
    ]
    more = f" and {len(codes) - _MOST_LISTED} more" if len(codes) > _MOST_LISTED else ""
    return f"; its codes are {', '.join(listed)}{more}" if listed else ""


def _check_code(variable: Variable, values: "pd.Series[Any]", code: Code, place: str) -> None:
    _check_kind(variable, values, code, place)
    known = not variable.codes or clean_code(code) in variable.codes
    if not known and not variable.is_missing(clean_code(code)):
        raise SurveyError(
            f"{place}: '{variable.name}' has no code {code}; declare it in codebook.yaml"
            f"{_codes_of(variable)}"
        )


def _column(survey: Survey, name: str, place: str) -> tuple[Variable, "pd.Series[Any]"]:
    try:
        return survey.codebook[name], survey.data[name]
    except SurveyError as problem:
        raise SurveyError(f"{place}: {problem}" if place else str(problem)) from None


def _need_numbers(name: str, values: "pd.Series[Any]", place: str) -> None:
    if _is_text(values):
        raise SurveyError(f"{place}: '{name}' is text and has no smallest or largest value")


def _ends(name: str, limits: Mapping[str, Any], place: str) -> tuple[float, float]:
    """Smallest and largest value of a range, in which somebody can be."""
    low, high = limits.get("min", -np.inf), limits.get("max", np.inf)
    if low > high:
        raise SurveyError(
            f"{place}: `min` {low} is above `max` {high}, so no '{name}' can be in the range; "
            "write the smaller number as `min`"
        )
    return low, high


def _drop(survey: Survey, step: Mapping[str, Any], place: str) -> _Done:
    out = select_rows(survey, step["where"], place)
    return _Done(
        survey.data, survey.codebook, ~out, {name: out for name in list(step["where"])[:1]}
    )


def _keep(survey: Survey, step: Mapping[str, Any], place: str) -> _Done:
    inside = select_rows(survey, step["where"], place)
    touched = {name: ~inside for name in list(step["where"])[:1]}
    return _Done(survey.data, survey.codebook, inside, touched)


def _flag(survey: Survey, step: Mapping[str, Any], place: str) -> _Done:
    return _marked(survey, select_rows(survey, step["where"], place), step["name"], step, place)


def _marked(
    survey: Survey, mask: np.ndarray, name: str, step: Mapping[str, Any], place: str
) -> _Done:
    if name in survey.codebook:
        raise SurveyError(f"{place}: a variable '{name}' exists already; choose another name")
    flag = Variable(name, as_labels(step["why"]), "nominal", dict(FLAG_LABELS))
    import pandas as pd

    marks = pd.arrays.IntegerArray(mask.astype("int64"), np.zeros(len(mask), bool))
    data = survey.data.assign(**{name: pd.Series(marks, index=survey.data.index)})
    return _Done(data, survey.codebook.updated([flag]), np.ones(len(mask), bool), {name: mask})


def _recode(survey: Survey, step: Mapping[str, Any], place: str) -> _Done:
    name = step["variable"]
    variable, values = _column(survey, name, place)
    changed = np.zeros(len(values), bool)
    new = values.copy()
    for old, code in step["map"].items():
        _check_kind(variable, values, old, place)
        if code is not None:
            _check_code(variable, values, code, place)
        hit = _is_one_of(values, [old])
        new = _replaced(new, hit, code)
        changed |= hit
    return _Done(
        survey.data.assign(**{name: new}),
        survey.codebook,
        np.ones(len(changed), bool),
        {name: changed},
    )


def _range(survey: Survey, step: Mapping[str, Any], place: str) -> _Done:
    name = step["variable"]
    if "min" not in step and "max" not in step:
        raise SurveyError(f"{place}: a range needs `min`, `max` or both")
    _, values = _column(survey, name, place)
    _need_numbers(name, values, place)
    inside = _between(values, *_ends(name, step, place))
    outside = ~inside & ~missing_mask(survey, name)
    return _treat(survey, outside, [name], step, place)


def _duplicates(survey: Survey, step: Mapping[str, Any], place: str) -> _Done:
    # Two respondents who both left out every one of these variables are not the same person.
    nothing = np.logical_and.reduce([missing_mask(survey, name, place) for name in step["by"]])
    again = survey.data.duplicated(subset=list(step["by"]), keep="first").to_numpy(bool) & ~nothing
    return _treat(survey, again, list(step["by"])[:1], {"then": "drop", **step}, place)


def _skip_logic(survey: Survey, step: Mapping[str, Any], place: str) -> _Done:
    routed = select_rows(survey, step["where"], place)
    masks = {name: routed & ~missing_mask(survey, name, place) for name in step["variables"]}
    if step["then"] == "flag":
        anyone = np.logical_or.reduce(list(masks.values()))
        return _marked(survey, anyone, step.get("name", "flag_skip_logic"), step, place)
    return _set_missing(survey, masks, step.get("code"), place)


def _treat(
    survey: Survey, mask: np.ndarray, names: list[str], step: Mapping[str, Any], place: str
) -> _Done:
    if step["then"] == "drop":
        return _Done(survey.data, survey.codebook, ~mask, {name: mask for name in names})
    if step["then"] == "flag":
        return _marked(survey, mask, step.get("name", f"flag_{names[0]}"), step, place)
    return _set_missing(survey, {name: mask for name in names}, None, place)


def _set_missing(
    survey: Survey, masks: Mapping[str, np.ndarray], code: int | None, place: str
) -> _Done:
    for name in masks:
        if code is not None and not survey.codebook[name].is_missing(code):
            raise SurveyError(f"{place}: {code} is not a user-missing code of '{name}'")
    new = {name: _replaced(survey.data[name], mask, code) for name, mask in masks.items()}
    keep = np.ones(len(survey.data), bool)
    return _Done(survey.data.assign(**new), survey.codebook, keep, dict(masks))


def _replaced(values: "pd.Series[Any]", mask: np.ndarray, code: Code | None) -> "pd.Series[Any]":
    """Write a code, or system-missing, where the mask says; the column's type stays if it can."""
    if code is None or not mask.any():
        return values.mask(mask)
    code = clean_code(code)
    if isinstance(code, float) and values.dtype.kind in "iu":
        values = values.astype("float64")
    return values.mask(mask, code)


_ACTIONS = {
    "drop": _drop,
    "keep": _keep,
    "flag": _flag,
    "recode": _recode,
    "range": _range,
    "duplicates": _duplicates,
    "skip_logic": _skip_logic,
}
