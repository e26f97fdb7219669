"""Indicators: declared recodes and combinations of answers, each a new variable."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.cells import percent_of
from resurvey.core.codebook import (
    Code,
    Labels,
    Survey,
    Variable,
    as_labels,
    clean_code,
    nearest,
    pick_label,
)
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import NOT_IDENTIFIED, Note, read_notes, write_notes
from resurvey.counts.crosstabs import crosstab
from resurvey.prepare.cleaning import missing_mask, select_rows
from resurvey.prepare.reconstruction import crossed_in_print

if TYPE_CHECKING:
    from resurvey.counts.design import Design, PreparedDesign

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
    "note_data",
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
    >>> from resurvey.core.codebook import Codebook
    >>> book = Codebook({"q": Variable("q", codes={1: {}, 2: {}, 9: {}}, missing=(9,))})
    >>> people = Survey(pd.DataFrame({"q": pd.array([1, 2, 9], "Int64")}), book)
    >>> good = {"good": {"share": {"variable": "q", "codes": [1]}}}
    >>> derive_indicators(people, good).data["good"].tolist()
    [1, 0, <NA>]
    """
    for name, spec in declared.items():
        if name in survey.codebook:
            raise SurveyError(f"indicators.yaml: '{name}' is a variable already; rename it")
        if "difference" in spec:
            _check_difference(name, spec["difference"], declared)
            continue
        kind = next(kind for kind in _KINDS if kind in spec)
        values, variable = _KINDS[kind](survey, name, spec, f"indicators.yaml, '{name}'")
        data = survey.data.assign(**{name: values})
        survey = Survey(data, survey.codebook.updated([variable]))
    return survey


def _is_share(entry: Mapping[str, Any]) -> bool:
    """Return whether an indicator is 0 or 1 for every respondent with an answer."""
    return "share" in entry or entry.get("combine", {}).get("how") in ("all", "any")


def _check_difference(
    name: str, difference: Mapping[str, str], declared: Mapping[str, Mapping[str, Any]]
) -> None:
    for part in (difference["of"], difference["minus"]):
        if not _is_share(declared.get(part, {})):
            raise SurveyError(
                f"indicators.yaml, '{name}': '{part}' is not a share{nearest(part, declared)}"
            )


def _with_missing(values: np.ndarray, absent: np.ndarray) -> Any:
    import pandas as pd

    return pd.arrays.IntegerArray(values.astype("int64"), absent.copy())


def _share(survey: Survey, name: str, entry: Mapping[str, Any], place: str) -> tuple[Any, Variable]:
    source, codes = entry["share"]["variable"], entry["share"]["codes"]
    chosen = select_rows(survey, {source: codes}, place)
    _need_answers(survey, source, codes, place)
    values = _with_missing(chosen, missing_mask(survey, source, place))
    return values, Variable(name, as_labels(entry.get("label")), "nominal", dict(YES_NO))


def _need_answers(survey: Survey, source: str, codes: Iterable[Code], place: str) -> None:
    for code in codes:
        if survey.codebook[source].is_missing(clean_code(code)):
            raise SurveyError(f"{place}: {code} is a missing code of '{source}', not an answer")


def _recode(
    survey: Survey, name: str, entry: Mapping[str, Any], place: str
) -> tuple[Any, Variable]:
    import pandas as pd

    spec = entry["recode"]
    source = spec["variable"]
    hits = [select_rows(survey, {source: [old]}, place) for old in spec["map"]]
    _need_answers(survey, source, spec["map"], place)
    new_codes = [clean_code(new) for new in spec["map"].values()]
    as_text = isinstance(new_codes[0], str)
    if any(isinstance(new, str) != as_text for new in new_codes):
        raise SurveyError(f"{place}: the new codes in `map` are text and numbers; choose one")
    values = pd.Series(pd.NA, index=survey.data.index, dtype="str" if as_text else "Int64")
    for hit, new in zip(hits, new_codes, strict=True):
        values = values.mask(hit, new)
    labels = {clean_code(code): as_labels(text) for code, text in spec.get("codes", {}).items()}
    codes = labels or {new: {} for new in dict.fromkeys(new_codes)}
    undeclared = [new for new in new_codes if new not in codes]
    if undeclared:
        raise SurveyError(f"{place}: code {undeclared[0]} has no label under `codes`")
    variable = Variable(name, as_labels(entry.get("label")), spec.get("measure", "nominal"), codes)
    return values, variable


def _combine(
    survey: Survey, name: str, entry: Mapping[str, Any], place: str
) -> tuple[Any, Variable]:
    spec = entry["combine"]
    parts, absent = [], np.zeros(len(survey.data), bool)
    for part in spec["of"]:
        absent |= missing_mask(survey, part, place)
        if not set(survey.codebook[part].answers) == {0, 1}:
            raise SurveyError(f"{place}: '{part}' is not 0 or 1; make a `share` of it first")
        parts.append(select_rows(survey, {part: [1]}, place))
    stacked = np.vstack(parts)
    values = {
        "all": stacked.all(axis=0),
        "any": stacked.any(axis=0),
        "count": stacked.sum(axis=0),
    }[spec["how"]]
    label = as_labels(entry.get("label"))
    if spec["how"] == "count":
        codes: dict[Code, Labels] = {number: {"": str(number)} for number in range(len(parts) + 1)}
        return _with_missing(values, absent), Variable(name, label, "ordinal", codes)
    return _with_missing(values, absent), Variable(name, label, "nominal", dict(YES_NO))


_KINDS = {"share": _share, "recode": _recode, "combine": _combine}


def summarise_indicators(
    survey: Survey,
    declared: Mapping[str, Mapping[str, Any]],
    columns: str | None = None,
    design: "Design | PreparedDesign | None" = None,
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
    labels = {TOTAL: everybody}
    if columns:
        if columns not in survey.codebook:
            raise SurveyError(
                f"indicators.yaml: `columns` names '{columns}', which is not in the data"
                f"{nearest(columns, survey.codebook)}"
            )
        group = survey.codebook[columns]
        labels |= {str(code): group.answer(code, language) for code in group.answers}
    for name, spec in declared.items():
        if "difference" not in spec and not _is_share(spec):
            continue
        for line in _shares_by_column(survey, name, spec, declared, columns, design):
            code = line["column_code"]
            lines.append(
                {
                    "indicator": name,
                    "label": pick_label(as_labels(spec.get("label")), language, name),
                    "dimension": spec.get("dimension", ""),
                    "unit": "percentage_points" if "difference" in spec else "percent",
                    "column_label": labels.get(code, code),
                    **line,
                }
            )
    return lines


def _shares_by_column(
    survey: Survey,
    name: str,
    entry: Mapping[str, Any],
    declared: Mapping[str, Mapping[str, Any]],
    columns: str | None,
    design: "Design | PreparedDesign | None",
) -> list[dict[str, Any]]:
    if "difference" in entry:
        parts = [entry["difference"]["of"], entry["difference"]["minus"]]
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
            lines.append(line | write_notes(NOT_IDENTIFIED))
            continue
        yes, base = column[counted.row_codes.index(1)].item(), column.sum().item()
        lines.append(line | {"count": yes, "base": base, "percent": percent_of(yes, base)})
    return lines


def _sources(name: str, declared: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Questions that an indicator is made of."""
    entry = declared.get(name)
    if entry is None:
        return {name}
    if "combine" in entry:
        return set().union(*(_sources(part, declared) for part in entry["combine"]["of"]))
    kind = "share" if "share" in entry else "recode"
    return _sources(entry[kind]["variable"], declared)


def joint_indicators(declared: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Indicators made of several questions, which depend on how their answers go together.

    Examples
    --------
    >>> sure = {"share": {"variable": "a", "codes": [1]}}
    >>> glad = {"share": {"variable": "b", "codes": [1]}}
    >>> both = {"combine": {"how": "all", "of": ["sure", "glad"]}}
    >>> joint_indicators({"sure": sure, "glad": glad, "both": both})
    {'both'}
    """
    made = {name for name, spec in declared.items() if "difference" not in spec}
    return {name for name in made if len(_sources(name, declared)) > 1}


def _subtract(of: Mapping[str, Any], minus: Mapping[str, Any]) -> dict[str, Any]:
    line = {key: of[key] for key in ("column_variable", "column_code")}
    if of.get("percent") is None or minus.get("percent") is None:
        return line | write_notes(*(read_notes(of) or read_notes(minus) or (Note("no_base"),)))
    return line | {"percent": of["percent"] - minus["percent"]}
