"""Tabulation: every declared table as tidy cells, with its tests, residuals and measures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.codebook import Code, Codebook, Variable, as_labels, clean_code, pick_label
from resurvey.crosstabs import Crosstab, crosstab
from resurvey.errors import SurveyError
from resurvey.published import TOTAL
from resurvey.reconstruction import crossed_in_print

if TYPE_CHECKING:
    from resurvey.design import Design
    from resurvey.survey import Survey

CROSSTAB_COLUMNS = (
    "table",
    "row_variable",
    "row_code",
    "row_label",
    "column_variable",
    "column_code",
    "column_label",
    "kind",
    "count",
    "base",
    "percent",
    "unweighted_count",
    "unweighted_base",
    "column_percent",
    "row_percent",
    "total_percent",
    "expected",
    "standardized_residual",
    "adjusted_residual",
    "note",
)
TEST_COLUMNS = (
    "table",
    "row_variable",
    "column_variable",
    "test",
    "statistic",
    "df",
    "df2",
    "p_value",
    "n",
    "note",
)
ASSOCIATION_COLUMNS = (
    "table",
    "row_variable",
    "column_variable",
    "measure",
    "value",
    "lower",
    "upper",
    "note",
)
PAIRED_TESTS = ("mcnemar", "mcnemar_corrected", "mcnemar_exact", "bowker", "stuart_maxwell")
NOT_IDENTIFIED = (
    "not identified: the records are reconstructed and these two questions were never crossed in "
    "print, so their joint counts are invented"
)


@dataclass
class Tables:
    """Tidy results of all tables; each list holds one dict per line of its CSV file."""

    crosstabs: list[dict[str, Any]] = field(default_factory=list)
    tests: list[dict[str, Any]] = field(default_factory=list)
    association: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    """One row of a table: an answer, a subtotal or the total, as positions of its parts."""

    code: str
    label: str
    kind: str
    parts: tuple[int, ...]


def tabulate_survey(
    survey: "Survey",
    tables: Mapping[str, Mapping[str, Any]],
    *,
    language: str = "",
    words: Mapping[str, str] | None = None,
    design: "Design | None" = None,
    invented: Collection[str] = (),
) -> Tables:
    """Count every table that `config/tables.yaml` declares.

    Parameters
    ----------
    survey : Survey
        `data` may be a pandas frame or a pyarrow table: only its columns are read.
    tables : dict
        Tables by name.
    language : str
        Language of the labels in the cells.
    words : dict, optional
        Labels of the total row and the all-respondents column: ``total``, ``all_respondents``.
    design : Design, optional
        Weights and sampling design.
    invented : collection of str
        On reconstructed records: variables made of several questions, whose very counts are
        invented.

    Returns
    -------
    Tables
        Percentages are unrounded and computed from integer counts; weighted ones from sums of
        weights. Subtotals never enter a test.

    Raises
    ------
    SurveyError
        A table names a variable that is not there or is not categorical.
    """
    words = {"total": "Total", "all_respondents": "All respondents", **(words or {})}
    crossed = crossed_in_print(survey.codebook)
    done = Tables()
    for name, table in tables.items():
        group = table.get("columns")
        for variable in [*table["rows"], *([group] if group else [])]:
            _check_variable(survey.codebook, variable, name)
        for row in table["rows"]:
            counted = crosstab(survey, row, group, design)
            _check_codes(counted, name)
            real = not survey.codebook.reconstructed
            known = real or row not in invented
            identified = real or (known and (not group or (row, group) in crossed))
            done.crosstabs += _cells(name, table, counted, known, identified, language, words)
            if group:
                keys = {"table": name, "row_variable": row, "column_variable": group}
                done.tests += [keys | one for one in _tests(counted, identified)]
                done.association += [keys | one for one in _association(counted, identified)]
        for pair in table.get("pairs", []):
            done.tests += _paired_tests(name, pair, survey, design)
    return done


def _check_variable(codebook: Codebook, name: str, table: str) -> None:
    try:
        variable = codebook[name]
    except SurveyError as problem:
        raise SurveyError(f"tables.yaml, '{table}': {problem}") from None
    if variable.measure == "text" and not variable.codes:
        raise SurveyError(
            f"tables.yaml, '{table}': '{name}' is free text; declare its answers under `codes` in "
            "codebook.yaml to tabulate it"
        )


def _check_codes(counted: Crosstab, table: str) -> None:
    for variable, codes in (
        (counted.row, counted.row_codes),
        (counted.column, counted.column_codes),
    ):
        fractions = [code for code in codes if isinstance(code, float)]
        if variable is not None and (fractions or len(codes) > 1000):
            what = f"the value {fractions[0]}" if fractions else f"{len(codes)} different values"
            raise SurveyError(
                f"tables.yaml, '{table}': '{variable.name}' has {what}; group it with a recode in "
                "indicators.yaml to tabulate it"
            )
        if variable is not None and TOTAL in codes:
            raise SurveyError(
                f"tables.yaml, '{table}': '{variable.name}' has the code '{TOTAL}', which names "
                "the total in crosstabs.csv; recode it in indicators.yaml"
            )


def _cells(
    name: str,
    table: Mapping[str, Any],
    counted: Crosstab,
    total_known: bool,
    identified: bool,
    language: str,
    words: Mapping[str, str],
) -> list[dict[str, Any]]:
    """All cells of one block, row by row, the all-respondents column last."""
    lines = _lines(name, table, counted, language, words)
    columns = _columns(counted, language, words)
    weighted, heads = _with_total(counted)
    residuals = _residuals(counted) if identified and counted.column is not None else {}
    cells = []
    for line in lines:
        for place, (code, label) in enumerate(columns):
            known = identified or (total_known and code == TOTAL)
            cell: dict[str, Any] = {
                "table": name,
                "row_variable": counted.row.name,
                "row_code": line.code,
                "row_label": line.label,
                "column_variable": counted.column.name if counted.column else "",
                "column_code": code,
                "column_label": label,
                "kind": line.kind,
                "note": "" if known else NOT_IDENTIFIED,
            }
            if known:
                cell |= _shares(weighted, heads, line.parts, place, table.get("percent", "column"))
            if line.kind == "answer":
                cell |= residuals.get((line.parts[0], place), {})
            cells.append(cell)
    return cells


def _lines(
    name: str, table: Mapping[str, Any], counted: Crosstab, language: str, words: Mapping[str, str]
) -> list[_Line]:
    """Answers in printed order, each subtotal after its last part, then the total."""
    variable, codes = counted.row, counted.row_codes
    answers = [
        _Line(str(code), variable.answer(code, language), "answer", (place,))
        for place, code in enumerate(codes)
    ]
    after: dict[int, list[_Line]] = {}
    for subtotal in table.get("subtotals", []):
        if variable.name not in subtotal.get("rows", [variable.name]):
            continue
        parts = [_place(codes, code, variable, name) for code in subtotal["of"]]
        if len(set(parts)) < len(parts):
            raise SurveyError(
                f"tables.yaml, '{name}': a subtotal of '{variable.name}' names a code twice"
            )
        label = " + ".join(variable.answer(codes[part], language) for part in parts)
        line = _Line(
            "+".join(str(codes[part]) for part in parts),
            pick_label(as_labels(subtotal.get("label")), language, label),
            "subtotal",
            tuple(parts),
        )
        after.setdefault(max(parts), []).append(line)
    lines = [one for place, line in enumerate(answers) for one in [line, *after.get(place, [])]]
    return [*lines, _Line(TOTAL, words["total"], "total", tuple(range(len(codes))))]


def _place(codes: Sequence[Code], code: Code, variable: Variable, table: str) -> int:
    try:
        return list(codes).index(clean_code(code))
    except ValueError:
        raise SurveyError(
            f"tables.yaml, '{table}': a subtotal of '{variable.name}' names {code}, which is no "
            "answer"
        ) from None


def _columns(counted: Crosstab, language: str, words: Mapping[str, str]) -> list[tuple[str, str]]:
    every = (TOTAL, words["all_respondents"])
    if counted.column is None:
        return [every]
    return [
        *((str(code), counted.column.answer(code, language)) for code in counted.column_codes),
        every,
    ]


def _with_total(counted: Crosstab) -> tuple[np.ndarray, np.ndarray]:
    """Counts (weighted, heads) with the all-respondents column appended."""
    if counted.column is None:
        return counted.observed, counted.unweighted
    weighted = counted.observed.sum(axis=1) + counted.no_column
    heads = counted.unweighted.sum(axis=1) + counted.unweighted_no_column
    return (
        np.column_stack([counted.observed, weighted]),
        np.column_stack([counted.unweighted, heads]),
    )


def _shares(
    weighted: np.ndarray, heads: np.ndarray, parts: Sequence[int], place: int, percent: str
) -> dict[str, Any]:
    """Count, bases and the three per cents of one cell."""
    rows = list(parts)
    count = weighted[rows, place].sum()
    # A row's or the table's per cents are of the respondents in its columns; the
    # all-respondents column is of itself.
    inner = slice(place, None) if place == weighted.shape[1] - 1 else slice(0, -1)
    bases = {
        "column": weighted[:, place].sum(),
        "row": weighted[rows, inner].sum(),
        "total": weighted[:, inner].sum(),
    }
    head_bases = {
        "column": heads[:, place].sum(),
        "row": heads[rows, inner].sum(),
        "total": heads[:, inner].sum(),
    }
    shares = {f"{of}_percent": percent_of(count, base) for of, base in bases.items()}
    return {
        "count": _plain(count),
        "base": _plain(bases[percent]),
        "percent": shares[f"{percent}_percent"],
        "unweighted_count": int(heads[rows, place].sum()),
        "unweighted_base": int(head_bases[percent]),
        **shares,
    }


def percent_of(count: Any, base: Any) -> float | None:
    """Per cent of a base, unrounded; None where the base is empty.

    Examples
    --------
    >>> percent_of(30, 515), percent_of(0, 0)
    (5.825242718446602, None)
    """
    return 100 * _plain(count) / _plain(base) if base else None


def _plain(number: Any) -> int | float:
    value = number.item() if hasattr(number, "item") else number
    return int(value) if float(value).is_integer() else float(value)


def _residuals(counted: Crosstab) -> dict[tuple[int, int], dict[str, float]]:
    """Expected counts and residuals by position; empty rows and columns have none."""
    rows = np.flatnonzero(counted.reduced.rows)
    columns = np.flatnonzero(counted.reduced.columns)
    found: dict[tuple[int, int], dict[str, float]] = {}
    for kind, column_name in (
        ("expected", "expected"),
        ("standardized", "standardized_residual"),
        ("adjusted", "adjusted_residual"),
    ):
        values = counted.residual_array(kind)
        for (down, across), value in np.ndenumerate(values):
            found.setdefault((int(rows[down]), int(columns[across])), {})[column_name] = float(
                value
            )
    return found


def _tests(counted: Crosstab, identified: bool) -> list[dict[str, Any]]:
    records = [
        one | {"n": None if one["n"] is None else _plain(one["n"])}
        for one in counted.test_records()
    ]
    return records if identified else [_refused(one["test"]) for one in records]


def _refused(test: str, note: str = NOT_IDENTIFIED) -> dict[str, Any]:
    return {"test": test, "note": note}


def _association(counted: Crosstab, identified: bool) -> list[dict[str, Any]]:
    records = [{"measure": one["name"], **one} for one in counted.association_records()]
    if identified:
        return records
    return [{"measure": one["measure"], "note": NOT_IDENTIFIED} for one in records]


def _paired_tests(
    name: str, pair: Mapping[str, str], survey: "Survey", design: "Design | None"
) -> list[dict[str, Any]]:
    """Tests of two answers of the same people; refused where their joint counts are invented."""
    keys = {"table": name, "row_variable": pair["after"], "column_variable": pair["before"]}
    pairs = crossed_in_print(survey.codebook)
    if survey.codebook.reconstructed and (pair["after"], pair["before"]) not in pairs:
        return [keys | _refused(test) for test in PAIRED_TESTS]
    if design is not None:
        note = "not computed: the paired tests are not defined for weighted respondents"
        return [keys | _refused(test, note) for test in PAIRED_TESTS]
    from resurvey.statistics.paired import paired_tests

    counts = _square(crosstab(survey, pair["after"], pair["before"]))
    return [keys | one.record() for one in paired_tests(counts)]


def _square(counted: Crosstab) -> np.ndarray:
    """Counts of two questions over the answers to either, in the same order."""
    codes = list(dict.fromkeys([*counted.row_codes, *counted.column_codes]))
    rows = [codes.index(code) for code in counted.row_codes]
    columns = [codes.index(code) for code in counted.column_codes]
    square = np.zeros((len(codes), len(codes)))
    square[np.ix_(rows, columns)] = counted.observed
    return square
