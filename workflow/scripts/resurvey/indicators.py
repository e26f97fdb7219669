"""Indicators: declared recodes and combinations of answers, each a new variable."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.cleaning import missing_mask, select_rows
from resurvey.codebook import (
    Code,
    Labels,
    Variable,
    as_labels,
    clean_code,
    nearest,
    pick_label,
)
from resurvey.crosstab import crosstab
from resurvey.errors import SurveyError
from resurvey.published import TOTAL
from resurvey.reconstruction import crossed_in_print
from resurvey.survey import Survey
from resurvey.tabulation import NOT_IDENTIFIED, percent_of

if TYPE_CHECKING:
    import pandas as pd

    from resurvey.design import Design

SHARE_COLUMNS = (
    "indicator",
    "label",
    "dimension",
    "unit",
    "column_variable",
    "column_code",
    "column_label",
    "count",
    "base",
    "percent",
    "note",
)
YES_NO: dict[Code, Labels] = {1: {"ru": "да", "en": "yes"}, 0: {"ru": "нет", "en": "no"}}


def derive_indicators(survey: Survey, declared: Mapping[str, Mapping[str, Any]]) -> Survey:
    """Add every declared indicator to the survey as a variable.

    Parameters
    ----------
    survey : Survey
        Cleaned answers; not changed.
    declared : dict
        `indicators` of `config/indicators.yaml`, in order; a later one may use an earlier one.
        A `difference` compares two shares and adds no variable: see `summarise_indicators`.

    Returns
    -------
    Survey
        The same respondents with the new variables. A respondent whose answer is missing is
        missing in the indicator too: nobody is counted as "no" for not having answered.

    Raises
    ------
    SurveyError
        An indicator that uses an unknown variable or code, or takes the name of a variable.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.codebook import Codebook
    >>> book = Codebook({"q": Variable("q", codes={1: {}, 2: {}, 9: {}}, missing=(9,))})
    >>> people = Survey(pd.DataFrame({"q": pd.array([1, 2, 9], "Int64")}), book)
    >>> good = {"good": {"share": {"variable": "q", "codes": [1]}}}
    >>> derive_indicators(people, good).data["good"].tolist()
    [1, 0, <NA>]
    """
    for name, one in declared.items():
        if name in survey.codebook:
            raise SurveyError(f"indicators.yaml: '{name}' is a variable already; rename it")
        if "difference" in one:
            _check_difference(name, one["difference"], declared)
            continue
        kind = next(kind for kind in _KINDS if kind in one)
        values, variable = _KINDS[kind](survey, name, one, f"indicators.yaml, '{name}'")
        data = survey.data.assign(**{name: values})
        survey = Survey(data, survey.codebook.updated([variable]))
    return survey


def _check_difference(
    name: str, difference: Mapping[str, str], declared: Mapping[str, Mapping[str, Any]]
) -> None:
    for part in (difference["of"], difference["minus"]):
        if "share" not in declared.get(part, {}) and "combine" not in declared.get(part, {}):
            raise SurveyError(
                f"indicators.yaml, '{name}': '{part}' is not a share{nearest(part, declared)}"
            )


def _with_missing(values: np.ndarray, absent: np.ndarray) -> "pd.Series[Any]":
    import pandas as pd

    return pd.Series(values, dtype="Int64").mask(absent, pd.NA)


def _share(survey: Survey, name: str, one: Mapping[str, Any], place: str) -> tuple[Any, Variable]:
    source, codes = one["share"]["variable"], one["share"]["codes"]
    chosen = select_rows(survey, {source: codes}, place)
    for code in codes:
        if survey.codebook[source].is_missing(clean_code(code)):
            raise SurveyError(f"{place}: {code} is a missing code of '{source}', not an answer")
    values = _with_missing(chosen.astype("int64"), missing_mask(survey, source, place))
    return values, Variable(name, as_labels(one.get("label")), "nominal", dict(YES_NO))


def _recode(survey: Survey, name: str, one: Mapping[str, Any], place: str) -> tuple[Any, Variable]:
    import pandas as pd

    spec = one["recode"]
    source = spec["variable"]
    absent = missing_mask(survey, source, place)
    for old in spec["map"]:
        select_rows(survey, {source: [old]}, place)
    as_text = any(isinstance(new, str) for new in spec["map"].values())
    values = pd.Series(pd.NA, index=survey.data.index, dtype="str" if as_text else "Int64")
    for old, new in spec["map"].items():
        hit = select_rows(survey, {source: [old]}, place) & ~absent
        values = values.mask(hit, str(new) if as_text else new)
    labels = {clean_code(code): as_labels(text) for code, text in spec.get("codes", {}).items()}
    codes = labels or {new: {} for new in dict.fromkeys(spec["map"].values())}
    undeclared = [new for new in spec["map"].values() if new not in codes]
    if undeclared:
        raise SurveyError(f"{place}: code {undeclared[0]} has no label under `codes`")
    variable = Variable(name, as_labels(one.get("label")), spec.get("measure", "nominal"), codes)
    return values, variable


def _combine(survey: Survey, name: str, one: Mapping[str, Any], place: str) -> tuple[Any, Variable]:
    spec = one["combine"]
    parts, absent = [], np.zeros(len(survey.data), bool)
    for part in spec["of"]:
        absent |= missing_mask(survey, part, place)
        parts.append(select_rows(survey, {part: [1]}, place))
    stacked = np.vstack(parts)
    counted = stacked.sum(axis=0)
    values = {
        "all": stacked.all(axis=0).astype("int64"),
        "any": stacked.any(axis=0).astype("int64"),
        "count": counted,
    }[spec["how"]]
    label = as_labels(one.get("label"))
    if spec["how"] == "count":
        codes: dict[Code, Labels] = {number: {"": str(number)} for number in range(len(parts) + 1)}
        return _with_missing(values, absent), Variable(name, label, "ordinal", codes)
    return _with_missing(values, absent), Variable(name, label, "nominal", dict(YES_NO))


_KINDS = {"share": _share, "recode": _recode, "combine": _combine}


def summarise_indicators(
    survey: Survey,
    declared: Mapping[str, Mapping[str, Any]],
    columns: str | None = None,
    design: "Design | None" = None,
    language: str = "",
    everybody: str = "All respondents",
) -> list[dict[str, Any]]:
    """Compute the share of every 0/1 indicator, for all respondents and within groups.

    Parameters
    ----------
    survey : Survey
        With the indicators of `derive_indicators`.
    declared : dict
        `indicators` of `config/indicators.yaml`.
    columns : str, optional
        Variable whose groups are compared.
    design : Design, optional
        Weights and sampling design.
    language, everybody : str
        Language of the labels, and the label of the all-respondents column.

    Returns
    -------
    list of dict
        Keys `SHARE_COLUMNS`. `unit` is ``percent``, or ``percentage_points`` for a difference
        of two shares (`count` and `base` are then empty). On reconstructed records a share
        whose questions were never crossed in print is empty and says so in `note`.
    """
    lines: list[dict[str, Any]] = []
    for name, one in declared.items():
        if "recode" in one or one.get("combine", {}).get("how") == "count":
            continue
        for line in _shares_by_column(survey, name, one, declared, columns, design):
            code = line["column_code"]
            label = everybody
            if columns and code != TOTAL:
                label = survey.codebook[columns].answer(_as_code(code), language)
            lines.append(
                {
                    "indicator": name,
                    "label": pick_label(as_labels(one.get("label")), language, name),
                    "dimension": one.get("dimension", ""),
                    "unit": "percentage_points" if "difference" in one else "percent",
                    "column_label": label,
                    **line,
                }
            )
    return lines


def _shares_by_column(
    survey: Survey,
    name: str,
    one: Mapping[str, Any],
    declared: Mapping[str, Mapping[str, Any]],
    columns: str | None,
    design: "Design | None",
) -> list[dict[str, Any]]:
    if "difference" in one:
        parts = [one["difference"]["of"], one["difference"]["minus"]]
        sides = [
            _shares_by_column(survey, p, declared[p], declared, columns, design) for p in parts
        ]
        return [_subtract(of, minus) for of, minus in zip(*sides, strict=True)]
    sources = _sources(name, declared)
    counted = crosstab(survey, name, columns, design)
    cells = [(str(code), counted.observed[:, i]) for i, code in enumerate(counted.column_codes)]
    if columns:
        cells.append((TOTAL, counted.observed.sum(axis=1) + counted.no_column))
    crossed = crossed_in_print(survey.codebook)
    lines = []
    for code, column in cells:
        line: dict[str, Any] = {"column_variable": columns or "", "column_code": code}
        pairs = {(source, columns) for source in sources if code != TOTAL}
        invented = len(sources) > 1 or not pairs <= crossed
        if survey.codebook.reconstructed and invented:
            lines.append(line | {"note": NOT_IDENTIFIED})
            continue
        yes, base = column[counted.row_codes.index(1)].item(), column.sum().item()
        lines.append(line | {"count": yes, "base": base, "percent": percent_of(yes, base)})
    return lines


def _as_code(text: str) -> Code:
    try:
        return clean_code(float(text))
    except ValueError:
        return text


def _sources(name: str, declared: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Questions that an indicator is made of."""
    one = declared.get(name)
    if one is None:
        return {name}
    if "combine" in one:
        return set().union(*(_sources(part, declared) for part in one["combine"]["of"]))
    kind = "share" if "share" in one else "recode"
    return _sources(one[kind]["variable"], declared)


def _subtract(of: Mapping[str, Any], minus: Mapping[str, Any]) -> dict[str, Any]:
    line = {key: of[key] for key in ("column_variable", "column_code")}
    if of.get("percent") is None or minus.get("percent") is None:
        return line | {"note": of.get("note") or minus.get("note") or "no base"}
    return line | {"percent": of["percent"] - minus["percent"]}
