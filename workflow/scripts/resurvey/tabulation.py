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
@dataclass
class Tables:
    """Tidy results of all tables; each list holds one dict per line of its CSV file."""

    crosstabs: list[dict[str, Any]] = field(default_factory=list)
    tests: list[dict[str, Any]] = field(default_factory=list)
    association: list[dict[str, Any]] = field(default_factory=list)


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
