"""Indicators: declared recodes and combinations of answers, each a new variable."""

from collections.abc import Iterable, Iterator, Mapping
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
from resurvey.counts.crosstabs import Crosstab, crosstab
from resurvey.counts.streamed import about
from resurvey.prepare.cleaning import missing_mask, select_rows
from resurvey.prepare.number_groups import WAYS, group_numbers
from resurvey.prepare.reconstruction import crossed_in_print
from resurvey.prepare.scales import derive_scales

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
    "middle_count",
    "middle_percent",
    "opposite_count",
    "opposite_percent",
    "unweighted_count",
    "unweighted_base",
    "unweighted_middle_count",
    "unweighted_opposite_count",
)
SIDES = ("middle", "opposite")
"""Answers of a `share` beside those that count, where it declares them."""
YES_NO: dict[Code, Labels] = {1: {"ru": "да", "en": "yes"}, 0: {"ru": "нет", "en": "no"}}


def derive_indicators(
    survey: Survey,
    declared: Mapping[str, Mapping[str, Any]],
    scales: Mapping[str, Mapping[str, Any]] | None = None,
) -> Survey:
    """Add every declared indicator and scale to the survey as a variable.

    Parameters
    ----------
    survey : Survey
        Cleaned answers; not changed.
    declared : dict
        `indicators` of `config/indicators.yaml`, in order; a later one may use an earlier one.
        A `difference` compares two shares and adds no variable: see `summarise_indicators`.
    scales : dict, optional
        `scales` of the same file (`resurvey.prepare.scales`). A scale is made before the first
        indicator that uses it, and otherwise after all of them; its items may be indicators.

    Returns
    -------
    Survey
        The same respondents with the new variables. A respondent whose answer is missing is
        missing in the indicator too: nobody is counted as "no" for not having answered.

    Raises
    ------
    SurveyError
        An indicator that uses an unknown variable or code, or takes the name of a variable.

    Notes
    -----
    Each reads the columns that it is made of, whole: one for a share, a recode or a range, two for
    quantile groups with weights, a mark a part for a combination, all its items for a scale.

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
    waiting = dict(scales or {})
    _check_circles(survey, {**waiting, **declared})
    for name, spec in declared.items():
        if name in survey.codebook:
            raise SurveyError(f"indicators.yaml: '{name}' is a variable already; rename it")
        if "difference" in spec:
            _check_difference(name, spec["difference"], declared)
            continue
        needed = {part: waiting.pop(part) for part in indicator_parts(spec) if part in waiting}
        _check_above(survey, name, [spec, *needed.values()], declared)
        survey = derive_scales(survey, needed)
        kind = next(kind for kind in _KINDS if kind in spec)
        values, variable = _KINDS[kind](survey, name, spec, f"indicators.yaml, '{name}'")
        data = survey.data.assign(**{name: values})
        survey = Survey(data, survey.codebook.updated([variable]))
    return derive_scales(survey, waiting)


def _check_circles(survey: Survey, made: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse indicators and scales that need each other."""
    for name in made:
        paths, seen = [[name]], {*survey.codebook}
        while paths:
            path = paths.pop()
            for part in indicator_parts(made[path[-1]]):
                if part == name and name not in survey.codebook:
                    *others, last = (f"'{one}'" for one in path)
                    said = f"{', '.join(others)} and {last} need each other"
                    said = said if others else f"{last} needs itself"
                    raise SurveyError(f"indicators.yaml: {said}; make one of something else")
                if part in made and part not in seen:
                    seen.add(part)
                    paths.append([*path, part])


def _check_above(
    survey: Survey,
    name: str,
    specs: Iterable[Mapping[str, Any]],
    declared: Mapping[str, Mapping[str, Any]],
) -> None:
    """Refuse what is made of an indicator that stands further down."""
    for part in (part for spec in specs for part in indicator_parts(spec)):
        if part in declared and part not in survey.codebook and "difference" not in declared[part]:
            raise SurveyError(
                f"indicators.yaml, '{name}': '{part}' is defined below it; move '{part}' above "
                f"'{name}'"
            )


def indicator_parts(entry: Mapping[str, Any]) -> list[str]:
    """List the variables or indicators that an indicator or a scale is made of.

    Examples
    --------
    >>> indicator_parts({"difference": {"of": "now", "minus": "before"}})
    ['now', 'before']
    """
    if "difference" in entry:
        return [entry["difference"]["of"], entry["difference"]["minus"]]
    if "combine" in entry:
        return list(entry["combine"]["of"])
    if "items" in entry:
        return list(entry["items"])
    return [entry["share" if "share" in entry else "recode"]["variable"]]


def parts_behind(name: str, declared: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """List a variable and all that it is made of, down to the questions.

    Examples
    --------
    >>> groups = {"recode": {"variable": "age", "ranges": {1: [18, 34], 2: [35, None]}}}
    >>> young = {"share": {"variable": "age_group", "codes": [1]}}
    >>> parts_behind("young", {"young": young, "age_group": groups})
    ['young', 'age_group', 'age']
    """
    found, todo = dict[str, None](), [name]
    while todo:
        part = todo.pop(0)
        if part not in found:
            found[part] = None
            todo = [*(indicator_parts(declared[part]) if part in declared else ()), *todo]
    return list(found)


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
    _check_sides(survey, entry["share"], place)
    values = _with_missing(chosen, missing_mask(survey, source, place))
    return values, Variable(name, as_labels(entry.get("label")), "nominal", dict(YES_NO))


def _check_sides(survey: Survey, share: Mapping[str, Any], place: str) -> None:
    """Refuse answers beside those that count that are unknown, missing or named twice."""
    source, named = share["variable"], {clean_code(code) for code in share["codes"]}
    for side in SIDES:
        codes = share.get(side, [])
        if codes and not survey.codebook[source].codes:
            raise SurveyError(f"{place}: `{side}` needs the codes of '{source}' in codebook.yaml")
        select_rows(survey, {source: codes}, place)
        _need_answers(survey, source, codes, place)
        for code in map(clean_code, codes):
            if code in named:
                raise SurveyError(f"{place}: {code} stands twice in the share of '{source}'")
            named.add(code)


def _need_answers(survey: Survey, source: str, codes: Iterable[Code], place: str) -> None:
    for code in codes:
        if survey.codebook[source].is_missing(clean_code(code)):
            raise SurveyError(f"{place}: {code} is a missing code of '{source}', not an answer")


def _recode(
    survey: Survey, name: str, entry: Mapping[str, Any], place: str
) -> tuple[Any, Variable]:
    import pandas as pd

    spec = entry["recode"]
    if any(way in spec for way in WAYS):
        return group_numbers(survey, name, entry, place)
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
    counted = _counted(survey, name, columns, design)
    crossed = crossed_in_print(survey.codebook)
    beside = _sides_by_column(survey, entry.get("share", {}), columns, design)
    lines = []
    for code, column, heads, rows in _columns_of(counted, columns):
        line: dict[str, Any] = {"column_variable": columns or "", "column_code": code}
        pairs = {(source, columns) for source in sources if code != TOTAL}
        invented = len(sources) > 1 or not pairs <= crossed
        if survey.codebook.reconstructed and invented:
            lines.append(line | write_notes(NOT_IDENTIFIED))
            continue
        yes, base = column[rows.index(1)].item(), column.sum().item()
        line |= {"count": yes, "base": base, "percent": percent_of(yes, base)}
        line |= {
            "unweighted_count": heads[rows.index(1)].item(),
            "unweighted_base": heads.sum().item(),
        }
        lines.append(line | beside.get(code, {}))
    return lines


def _counted(
    survey: Survey, row: str, column: str | None, design: "Design | PreparedDesign | None"
) -> Crosstab:
    ready = None if design is None else design.prepared(survey)
    people, inside = about(survey, ready, row, *([column] if column else []))
    return crosstab(people, row, column, inside)


def _sides_by_column(
    survey: Survey,
    share: Mapping[str, Any],
    columns: str | None,
    design: "Design | PreparedDesign | None",
) -> dict[str, dict[str, Any]]:
    """Count the answers beside those that count, by column; nothing where none are declared."""
    declared = [side for side in SIDES if side in share]
    found: dict[str, dict[str, Any]] = {}
    if not declared:
        return found
    counted = _counted(survey, share["variable"], columns, design)
    for code, column, heads, rows in _columns_of(counted, columns):
        for side in declared:
            places = [rows.index(clean_code(answer)) for answer in share[side]]
            count, base = column[places].sum().item(), column.sum().item()
            line = {f"{side}_count": count, f"{side}_percent": percent_of(count, base)}
            line[f"unweighted_{side}_count"] = heads[places].sum().item()
            found.setdefault(code, {}).update(line)
    return found


def _columns_of(
    counted: Crosstab, columns: str | None
) -> Iterator[tuple[str, np.ndarray, np.ndarray, list[Code]]]:
    """Go through the columns of a table, all respondents last: counts, heads, codes of rows."""
    rows = counted.row_codes
    for place, code in enumerate(counted.column_codes):
        yield str(code), counted.observed[:, place], counted.unweighted[:, place], rows
    if columns:
        heads = counted.unweighted.sum(axis=1) + counted.unweighted_no_column
        yield TOTAL, counted.observed.sum(axis=1) + counted.no_column, heads, rows


def _sources(name: str, declared: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Questions that an indicator or a scale is made of."""
    return set(parts_behind(name, declared)) - set(declared)


def as_indicators(combinations: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Write the declared combinations as indicators, which are 1 where all their parts are.

    Examples
    --------
    >>> as_indicators({"both": {"label": "Both", "of": ["sure", "glad"]}})
    {'both': {'combine': {'how': 'all', 'of': ['sure', 'glad']}}}
    """
    return {
        name: {"combine": {"how": "all", "of": list(entry["of"])}}
        for name, entry in combinations.items()
    }


def joint_indicators(
    declared: Mapping[str, Mapping[str, Any]], scales: Mapping[str, Mapping[str, Any]] | None = None
) -> set[str]:
    """Indicators and scales of several questions, which depend on how their answers go together.

    Examples
    --------
    >>> sure = {"share": {"variable": "a", "codes": [1]}}
    >>> glad = {"share": {"variable": "b", "codes": [1]}}
    >>> both = {"combine": {"how": "all", "of": ["sure", "glad"]}}
    >>> joint_indicators({"sure": sure, "glad": glad, "both": both})
    {'both'}
    """
    made = {name: spec for name, spec in declared.items() if "difference" not in spec}
    made |= scales or {}
    return {name for name in made if len(_sources(name, made)) > 1}


def _subtract(of: Mapping[str, Any], minus: Mapping[str, Any]) -> dict[str, Any]:
    line = {key: of[key] for key in ("column_variable", "column_code")}
    if of.get("percent") is None or minus.get("percent") is None:
        return line | write_notes(*(read_notes(of) or read_notes(minus) or (Note("no_base"),)))
    return line | {"percent": of["percent"] - minus["percent"]}
