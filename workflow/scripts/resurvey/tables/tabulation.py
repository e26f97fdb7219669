"""Tabulation: every declared table as tidy cells, with its tests, residuals and measures."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.cells import percent_of, plain_number
from resurvey.core.codebook import Codebook
from resurvey.core.errors import SurveyError
from resurvey.core.notes import NOT_IDENTIFIED
from resurvey.counts.crosstabs import Crosstab, crosstab
from resurvey.prepare.reconstruction import crossed_in_print
from resurvey.statistics.registry import MEASURES, PAIRED, list_tests
from resurvey.tables.blocks import CROSSTAB_COLUMNS, Block, Setting, block_cells, told_losses
from resurvey.tables.checks import check_codes, check_variable
from resurvey.tables.inference import (
    ADJUSTED_COLUMNS,
    adjust_comparisons,
    adjust_tests,
    compare_columns,
)
from resurvey.tables.losses import question_losses
from resurvey.tables.response_sets import ResponseSet, count_set, find_set, set_test
from resurvey.tables.uncrossed import PairBounds

if TYPE_CHECKING:
    from resurvey.core.survey import Survey
    from resurvey.counts.design import Design, PreparedDesign

__all__ = [
    "ASSOCIATION_COLUMNS",
    "CROSSTAB_COLUMNS",
    "NOT_IDENTIFIED",
    "PAIRED_TESTS",
    "TEST_COLUMNS",
    "Tables",
    "percent_of",
    "tabulate_survey",
]

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
    *ADJUSTED_COLUMNS,
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
PAIRED_TESTS = list_tests(PAIRED)


@dataclass
class Tables:
    """Tidy results of all tables; each list holds one dict per line of its CSV file."""

    crosstabs: list[dict[str, Any]] = field(default_factory=list)
    tests: list[dict[str, Any]] = field(default_factory=list)
    association: list[dict[str, Any]] = field(default_factory=list)
    comparisons: list[dict[str, Any]] = field(default_factory=list)


def tabulate_survey(
    survey: "Survey",
    tables: Mapping[str, Mapping[str, Any]],
    *,
    language: str = "",
    words: Mapping[str, str] | None = None,
    design: "Design | PreparedDesign | None" = None,
    invented: Collection[str] = (),
    alpha: float = 0.05,
) -> Tables:
    """Count every table that `config/tables.yaml` declares.

    Returns
    -------
    Tables
        Percentages are unrounded and computed from integer counts; weighted ones from sums of
        weights. Subtotals never enter a test. A row that names a multiple-response set has a
        cell per option: `base` counts the respondents who chose any, `responses` the choices.

    Raises
    ------
    SurveyError
        A table names a variable that is not there or is not categorical.
    """
    words = {"total": "Total", "all_respondents": "All respondents", **(words or {})}
    setting = Setting(language, words, alpha)
    crossed = crossed_in_print(survey.codebook)
    real = not survey.codebook.reconstructed
    ready = None if design is None else design.prepared(survey)
    done = Tables()
    for name, table in tables.items():
        group = table.get("columns")
        if group:
            check_variable(survey.codebook, group, name)
        for row in table["rows"]:
            if found := find_set(survey.codebook, row):
                _tabulate_set(done, name, table, found, survey, ready, setting)
                continue
            check_variable(survey.codebook, row, name)
            counted = crosstab(survey, row, group, ready)
            check_codes(counted.row, counted.row_codes, name)
            if counted.column is not None:
                check_codes(counted.column, counted.column_codes, name)
            known = real or row not in invented
            identified = real or (known and (not group or (row, group) in crossed))
            everyone = counted
            if group and counted.weighting == "sampling":
                everyone = crosstab(survey, row, None, ready)
            percent = table.get("percent", "column")
            bounds = None
            if group and known and not identified and group not in invented:
                bounds = PairBounds(survey, row, group, crossed)
            block = Block(counted, everyone, percent, identified, known, setting, bounds)
            cells = block_cells(name, table, block, setting)
            if real:
                told_losses(cells, question_losses(survey, [row], group, ready))
            done.crosstabs += cells
            if group:
                keys = {"table": name, "row_variable": row, "column_variable": group}
                done.tests += [keys | one for one in _tests(counted, identified)]
                done.association += [keys | one for one in _association(counted, identified)]
                done.comparisons += [keys | one for one in _comparisons(counted, identified)]
        for pair in table.get("pairs", []):
            _check_pair(survey.codebook, pair, name)
            done.tests += _paired_tests(name, pair, survey, ready)
    adjust_tests(done.tests)
    adjust_comparisons(done.comparisons)
    return done


def _tabulate_set(
    done: Tables,
    name: str,
    table: Mapping[str, Any],
    found: ResponseSet,
    survey: "Survey",
    ready: "PreparedDesign | None",
    setting: Setting,
) -> None:
    """Add the cells, tests and comparisons of a multiple-response set."""
    group, real = table.get("columns"), not survey.codebook.reconstructed
    for item in found.items:
        check_variable(survey.codebook, item, name)
    if table.get("subtotals") and any(
        found.name in one.get("rows", [found.name]) for one in table["subtotals"]
    ):
        raise SurveyError(
            f"tables.yaml, '{name}': a subtotal cannot be of the multiple-response set "
            f"'{found.name}', whose answers overlap; limit it with `rows`"
        )
    percent = table.get("percent", "column")
    done.crosstabs += count_set(name, found, survey, group, ready, percent, real, setting)
    if group:
        keys = {"table": name, "row_variable": found.name, "column_variable": group}
        done.tests.append(keys | set_test(found, survey, group, ready, real))


def _check_pair(codebook: Codebook, pair: Mapping[str, str], table: str) -> None:
    for variable in (pair["before"], pair["after"]):
        if find_set(codebook, variable):
            raise SurveyError(
                f"tables.yaml, '{table}': `pairs` names the multiple-response set '{variable}'; "
                "a paired test needs one answer per person"
            )


def _tests(counted: Crosstab, identified: bool) -> list[dict[str, Any]]:
    records = [
        one | {"n": None if one["n"] is None else plain_number(one["n"])}
        for one in counted.test_records()
    ]
    return records if identified else [_refused(one["test"]) for one in records]


def _refused(test: str, note: str = NOT_IDENTIFIED) -> dict[str, Any]:
    return {"test": test, "note": note}


def _association(counted: Crosstab, identified: bool) -> list[dict[str, Any]]:
    """Measures that apply to the level of measurement of the rows and columns."""
    ordered = not any(scale.nominal for scale in counted.scales)
    two_by_two = counted.reduced.counts.shape == (2, 2)
    records = [
        {"measure": record["name"], **record}
        for record in counted.association_records()
        if MEASURES[record["name"]].applies(ordered, two_by_two)
    ]
    if identified:
        return records
    return [{"measure": one["measure"], "note": NOT_IDENTIFIED} for one in records]


def _comparisons(counted: Crosstab, identified: bool) -> list[dict[str, Any]]:
    return compare_columns(counted) if identified else [{"note": NOT_IDENTIFIED}]


def _paired_tests(
    name: str, pair: Mapping[str, str], survey: "Survey", design: "PreparedDesign | None"
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
    records = [one.record() for one in paired_tests(counts)]
    return [
        keys | one | {"n": None if one["n"] is None else plain_number(one["n"])} for one in records
    ]


def _square(counted: Crosstab) -> np.ndarray:
    """Counts of two questions over the answers to either, in the same order."""
    codes = list(dict.fromkeys([*counted.row_codes, *counted.column_codes]))
    rows = [codes.index(code) for code in counted.row_codes]
    columns = [codes.index(code) for code in counted.column_codes]
    square = np.zeros((len(codes), len(codes)))
    square[np.ix_(rows, columns)] = counted.observed
    return square
