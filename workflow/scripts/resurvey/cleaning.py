"""Cleaning: declared, ordered steps; every row or cell that changes has a line in the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.codebook import Codebook, Labels, Variable, as_labels, clean_code
from resurvey.errors import SurveyError
from resurvey.survey import Survey

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
        survey = Survey(done.data[done.keep].reset_index(drop=True), done.codebook)
        why = as_labels(step["why"])
        log.append(
            _line(
                number,
                step["action"],
                list(done.touched),
                before,
                int(touched_rows.sum()),
                sum(int(touched.sum()) for touched in done.touched.values()),
                len(row_numbers),
                why.get(language) or next(iter(why.values())),
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
    for low, high in variable.missing_ranges:
        mask |= values.between(low, high).fillna(False).to_numpy(bool)
    return mask


def select_rows(survey: Survey, where: Mapping[str, Any], place: str = "") -> np.ndarray:
    """Mark the respondents for whom every line of `where` holds.

    A line is variable -> a code, a list of codes, ``missing``, or ``{min, max}``; missing
    answers never meet a code or a range.
    """
    mask = np.ones(len(survey.data), bool)
    for name, condition in where.items():
        variable, values = _column(survey, name, place)
        absent = missing_mask(survey, name, place)
        if condition == "missing":
            mask &= absent
        elif isinstance(condition, Mapping):
            _need_numbers(variable, place)
            low, high = condition.get("min", -np.inf), condition.get("max", np.inf)
            mask &= values.between(low, high).fillna(False).to_numpy(bool) & ~absent
        else:
            codes = condition if isinstance(condition, list) else [condition]
            for code in codes:
                if variable.codes and clean_code(code) not in variable.codes:
                    raise SurveyError(f"{place}: '{name}' has no code {code}")
            mask &= values.isin(codes).fillna(False).to_numpy(bool)
    return mask


def _column(survey: Survey, name: str, place: str) -> tuple[Variable, "pd.Series[Any]"]:
    try:
        return survey.codebook[name], survey.data[name]
    except SurveyError as problem:
        raise SurveyError(f"{place}: {problem}" if place else str(problem)) from None


def _need_numbers(variable: Variable, place: str) -> None:
    if variable.measure == "text":
        raise SurveyError(f"{place}: '{variable.name}' is text and has no smallest or largest")


def _drop(survey: Survey, step: Mapping[str, Any], place: str) -> _Done:
    out = select_rows(survey, step["where"], place)
    return _Done(
        survey.data, survey.codebook, ~out, {name: out for name in list(step["where"])[:1]}
    )


def _flag(survey: Survey, step: Mapping[str, Any], place: str) -> _Done:
    return _marked(survey, select_rows(survey, step["where"], place), step["name"], step, place)


def _marked(
    survey: Survey, mask: np.ndarray, name: str, step: Mapping[str, Any], place: str
) -> _Done:
    if name in survey.codebook:
        raise SurveyError(f"{place}: a variable '{name}' exists already; choose another name")
    flag = Variable(name, as_labels(step["why"]), "nominal", dict(FLAG_LABELS))
    data = survey.data.assign(**{name: mask.astype("int64")}).astype({name: "Int64"})
    return _Done(data, survey.codebook.updated([flag]), np.ones(len(mask), bool), {name: mask})


def _recode(survey: Survey, step: Mapping[str, Any], place: str) -> _Done:
    import pandas as pd

    name = step["variable"]
    variable, values = _column(survey, name, place)
    changed = np.zeros(len(values), bool)
    new = values.copy()
    for old, code in step["map"].items():
        if isinstance(code, str) != (variable.measure == "text") and code is not None:
            raise SurveyError(f"{place}: '{name}' cannot take the code {code!r}")
        if code is not None and variable.codes and clean_code(code) not in variable.codes:
            raise SurveyError(f"{place}: '{name}' has no code {code}; declare it in codebook.yaml")
        hit = (values == old).fillna(False).to_numpy(bool)
        new = new.mask(hit, pd.NA if code is None else code)
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
    variable, values = _column(survey, name, place)
    _need_numbers(variable, place)
    inside = values.between(step.get("min", -np.inf), step.get("max", np.inf)).fillna(False)
    outside = ~inside.to_numpy(bool) & ~missing_mask(survey, name)
    return _treat(survey, outside, [name], step, place)


def _duplicates(survey: Survey, step: Mapping[str, Any], place: str) -> _Done:
    for name in step["by"]:
        _column(survey, name, place)
    again = survey.data.duplicated(subset=list(step["by"]), keep="first").to_numpy(bool)
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
    import pandas as pd

    for name in masks:
        if code is not None and not survey.codebook[name].is_missing(code):
            raise SurveyError(f"{place}: {code} is not a user-missing code of '{name}'")
    new = {
        name: survey.data[name].mask(mask, pd.NA if code is None else code)
        for name, mask in masks.items()
    }
    keep = np.ones(len(survey.data), bool)
    return _Done(survey.data.assign(**new), replace(survey.codebook), keep, dict(masks))


_ACTIONS = {
    "drop": _drop,
    "flag": _flag,
    "recode": _recode,
    "range": _range,
    "duplicates": _duplicates,
    "skip_logic": _skip_logic,
}
