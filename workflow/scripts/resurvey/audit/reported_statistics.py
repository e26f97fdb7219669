"""Reported: χ², p and V that a table prints, against all counts that print like the table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from resurvey.core.errors import SurveyError
from resurvey.recovery.recovered import Recovered
from resurvey.statistics.chi_square import (
    continuity_correction,
    likelihood_ratio,
    pearson,
    pearson_statistic,
    reduce_table,
)

# The corrected and the exact test are tried on so many tables of counts.
_MOST_TABLES = 200
_TEXT = re.compile(
    r"(?:[^\d<>=≤≥.,(]*?)(?P<than>[<>≤≥=]?)\s*(?P<number>\d*[.,]\d+|\d+)(?:\s*\(.*\))?\s*[*†‡§]*"
)
# Sums of floats against printed digits.
_SLACK = 1e-9


@dataclass(frozen=True)
class ReportedStatistic:
    """A printed statistic and what it can be.

    name: one of {"pearson", "p_value", "cramer_v"}.
    printed: As it stands in the file.
    minimum, maximum: Over all tables of counts; None where the counts are not known well
        enough.
    verdict: one of {"consistent", "not_consistent", "undecided"}.
    row: Row that the statistic is of alone; empty where it is of the whole table.
    instead: Another statistic that agrees where Pearson's does not: ``likelihood_ratio``,
        ``yates``, ``fisher``; empty for none.
    """

    name: str
    printed: str
    minimum: float | None
    maximum: float | None
    verdict: str
    instead: str = ""
    row: str = ""


def judge_statistics(
    printed: Mapping[str, str],
    recovered: Recovered | None,
    shape: str,
    counts: Mapping[str, Sequence[int]] | None = None,
) -> list[ReportedStatistic]:
    """Recompute the printed statistics of a question.

    Examples
    --------
    >>> counts = {"men": [10, 3], "women": [5, 9]}
    >>> found = judge_statistics({"pearson": "4.64", "p_value": "0.5"}, None, "parts", counts)
    >>> [(one.name, one.verdict) for one in found]
    [('pearson', 'consistent'), ('p_value', 'not_consistent')]
    """
    judged = []
    for name, text in printed.items():
        ends = _range(name, recovered, counts) if shape in ("parts", "counts") else None
        limits = _limits(name, text)
        if ends is None or limits is None:
            judged.append(ReportedStatistic(name, text, None, None, "undecided"))
            continue
        verdict = _compare(ends, limits)
        instead = ""
        if verdict == "not_consistent":
            instead = _instead(name, limits, recovered, counts)
            verdict = "consistent" if instead else verdict
        judged.append(ReportedStatistic(name, text, *ends, verdict, instead))
    return judged


def judge_row_statistics(
    printed: Mapping[str, Mapping[str, str]],
    recovered: Mapping[str, Recovered],
    counts: Mapping[str, Sequence[Mapping[str, Sequence[int]] | None]],
) -> list[ReportedStatistic]:
    """Recompute the statistics that are printed one to a row, each from the row's own table.

    Where a row may have been tested in several tables, a statistic that one of them gives agrees,
    and one that none gives is open if a table of them is not known.

    Examples
    --------
    >>> tables = {"smoker": [{"cases": [28, 32], "controls": [26, 29]}]}
    >>> (one,) = judge_row_statistics({"smoker": {"p_value": "0.59"}}, {}, tables)
    >>> one.row, one.verdict
    ('smoker', 'not_consistent')
    """
    judged = []
    for row, texts in printed.items():
        ways = [
            judge_statistics(texts, recovered.get(row), "counts", table)
            for table in counts.get(row) or [None]
        ]
        for found in zip(*ways, strict=True):
            by_verdict = {one.verdict: one for one in reversed(found)}
            best = by_verdict.get("consistent") or by_verdict.get("undecided") or found[0]
            judged.append(replace(best, row=row))
    return judged


def choose_statistics(
    whole: Sequence[ReportedStatistic], rows: Sequence[ReportedStatistic]
) -> list[ReportedStatistic]:
    """Take a statistic that each row repeats for the rows' own, unless only the table gives it."""
    chosen = []
    for name in dict.fromkeys(one.name for one in (*whole, *rows)):
        of_table = [one for one in whole if one.name == name]
        of_rows = [one for one in rows if one.name == name]
        repeated = len({one.printed for one in (*of_table, *of_rows)}) == 1
        given = any(one.verdict == "consistent" for one in of_table)
        failing = any(one.verdict != "consistent" for one in of_rows)
        if not repeated or not of_rows:
            chosen += [*of_table, *of_rows]
        else:
            chosen += of_table if of_table and given and failing else of_rows
    return chosen


def _limits(name: str, text: str) -> tuple[float, float] | None:
    """Return what a printed statistic stands for; None where it is no number."""
    match = _TEXT.fullmatch(text.strip())
    if not match:
        return None
    digits = match["number"].replace(",", ".")
    value = float(digits)
    half = 0.5 * 10.0 ** -(len(digits.partition(".")[2]))
    if match["than"] in ("<", "≤"):
        return (0.0, value)
    if match["than"] in (">", "≥"):
        return (value, 1.0 if name == "p_value" else float("inf"))
    # Cut and rounded numbers alike.
    return (value - half - _SLACK, value + 2 * half + _SLACK)


def _compare(ends: tuple[float, float], limits: tuple[float, float]) -> str:
    low, high = ends
    if limits[0] - _SLACK <= low and high <= limits[1] + _SLACK:
        return "consistent"
    if high < limits[0] - _SLACK or low > limits[1] + _SLACK:
        return "not_consistent"
    return "undecided"


def _range(
    name: str, recovered: Recovered | None, counts: Mapping[str, Sequence[int]] | None
) -> tuple[float, float] | None:
    if counts is not None:
        value = table_statistics(list(counts.values())).get(name)
        return None if value is None else (value, value)
    if not recovered or len(recovered.table.groups) < 2:
        return None
    try:
        low, high = recovered.range(name)
    except SurveyError:
        return None
    return float(low), float(high)


def table_statistics(columns: Sequence[Sequence[int]]) -> dict[str, float]:
    """Return the tests of a table of counts, a column a group; empty where there is none."""
    table = reduce_table(list(zip(*columns, strict=True)))
    if table.reason or not table.columns.all():
        return {}
    tests = {
        "pearson": pearson(table),
        "likelihood_ratio": likelihood_ratio(table),
        "yates": continuity_correction(table),
    }
    values = {name: test.statistic for name, test in tests.items()}
    values |= {f"{name}_p_value": test.p_value for name, test in tests.items()}
    values["p_value"] = values.pop("pearson_p_value")
    smaller = min(table.counts.shape) - 1
    values["cramer_v"] = sqrt(pearson_statistic(table.counts) / (table.n * smaller))
    return {name: value for name, value in values.items() if value is not None}


def _instead(
    name: str,
    limits: tuple[float, float],
    recovered: Recovered | None,
    counts: Mapping[str, Sequence[int]] | None,
) -> str:
    """Name another test that gives the printed number."""
    if name == "cramer_v":
        return ""
    tables = [list(counts.values())] if counts is not None else []
    if counts is None and recovered is not None and recovered.count <= _MOST_TABLES:
        tables = [list(solution.counts.values()) for solution in recovered.solutions]
    suffix = "_p_value" if name == "p_value" else ""
    for test in ("likelihood_ratio", "yates", "fisher"):
        for table in tables:
            value = (_fisher if test == "fisher" else table_statistics)(table).get(test + suffix)
            if value is not None and _compare((value, value), limits) == "consistent":
                return test
    return ""


def _fisher(columns: Sequence[Sequence[int]]) -> dict[str, float]:
    """Return Fisher's two-sided p of a 2 × 2 table; empty for any other."""
    from scipy.stats import fisher_exact

    table = reduce_table(list(zip(*columns, strict=True)))
    if table.counts.shape != (2, 2) or not table.columns.all():
        return {}
    return {"fisher_p_value": float(fisher_exact(table.counts.astype(int))[1])}
