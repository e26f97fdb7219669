"""Ranges: the smallest and largest value of every statistic over all solutions."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from resurvey.audit.questions import RecoveredQuestion
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, reason_of, write_notes
from resurvey.recovery.paired_bounds import PairedBounds, mcnemar_bounds
from resurvey.recovery.ranges import VERDICTS, verdict_of
from resurvey.statistics.letters import adjust
from resurvey.statistics.ordinal import linear_by_linear, scale_of
from resurvey.statistics.registry import RANGES, list_measures

RANGE_COLUMNS = (
    "table",
    "row_variable",
    "statistic",
    "row_code",
    "column_code",
    "against",
    "minimum",
    "maximum",
    "chosen",
    "robust_minimum",
    "robust_maximum",
    "alpha",
    "verdict",
    "robust_verdict",
    "note",
    "note_data",
)
TABLE_STATISTICS = ("pearson", "likelihood_ratio", "p_value", *list_measures(RANGES))
DIFFERENCES = ("difference", "difference_low", "difference_high")
TREND = "linear_by_linear_p_value"
"""P-value of the linear-by-linear association of ordered answers."""

_FEWEST_ORDERED = 3
# The trend has no sum over answers by which extremes are found: every solution is computed.
_MOST_TRENDS = 10_000


def range_lines(
    questions: Iterable[RecoveredQuestion], alpha: float, robust: bool = True
) -> list[dict[str, Any]]:
    """Return the exact extremes of every statistic of every question that has a solution.

    Returns
    -------
    list of dict
        Keys `RANGE_COLUMNS`. Of the table: Pearson's and the likelihood-ratio chi-square,
        Pearson's p, the registered measures, and p of the trend where the codebook orders three
        answers or more (those outside the scale, such as "don't know", are left out). Of each
        answer and subtotal: the adjusted residual, the difference of the groups' proportions in
        percentage points with the ends of its 95 % Newcombe interval, and the count, with the count
        of the `chosen` solution. `robust_*`: when any one printed cell may be a misprint. An
        adjusted residual is significant beyond the normal quantile of `alpha`.

    Notes
    -----
    An answer without a printed share in any column (the rest of 100 per cent) enters the
    chi-square as a row like any other.
    """
    return [
        {"alpha": alpha, **question.key, **line}
        for question in questions
        if question.recovered
        for line in _lines(question, alpha, robust)
    ]


def _lines(
    question: RecoveredQuestion, alpha: float, any_misprint: bool
) -> Iterator[dict[str, Any]]:
    recovered, columns = question.recovered, question.columns
    rows = [*question.answers, *question.subtotals]
    compared = columns[1:]
    chosen = recovered.chosen()
    if compared:
        for statistic in TABLE_STATISTICS:
            yield _line(question, statistic, {}, alpha, robust=any_misprint)
        yield from _trend(question, alpha)
    for row in rows:
        answers = question.positions(row)
        for column in dict.fromkeys([*columns, TOTAL]):
            low, high = recovered.range("count", answers, column)
            yield {
                "statistic": "count",
                "row_code": row,
                "column_code": column,
                "minimum": int(low),
                "maximum": int(high),
                "chosen": question.counts(chosen, row, column)[0],
            }
        if not compared:
            continue
        for column in columns:
            where = {"answer": answers, "group": column}
            line = _line(question, "adjusted", where, alpha)
            yield line | {"row_code": row, "column_code": column}
        for against in compared:
            where = {"answer": answers, "group": columns[0], "against": against}
            cell = {"row_code": row, "column_code": columns[0], "against": against}
            for statistic in DIFFERENCES:
                robust = any_misprint and statistic == "difference"
                yield _line(question, statistic, where, alpha, robust=robust) | cell


def _line(
    question: RecoveredQuestion,
    statistic: str,
    where: dict[str, Any],
    alpha: float,
    robust: bool = False,
) -> dict[str, Any]:
    line: dict[str, Any] = {"statistic": statistic}
    try:
        low, high = question.recovered.range(statistic, **where)
    except SurveyError as refusal:
        return line | write_notes(reason_of(refusal))
    line |= {"minimum": low, "maximum": high}
    if robust:
        least, most = question.recovered.robust_range(statistic, **where)
        line |= {"robust_minimum": least, "robust_maximum": most}
    if statistic == "p_value":
        line["verdict"] = verdict_of((low, high), alpha)
        if robust:
            line["robust_verdict"] = verdict_of((least, most), alpha)
    if statistic == "adjusted":
        line["verdict"] = _residual_verdict(low, high, alpha)
    return line


def _trend(question: RecoveredQuestion, alpha: float) -> Iterator[dict[str, Any]]:
    """Bound the trend test over all solutions; nothing where the answers have no order."""
    variable, groups = question.declared, question.groups
    if variable is None or groups is None or question.recovered.count > _MOST_TRENDS:
        return
    codes = {str(code): code for code in variable.answers}
    columns = {str(code): code for code in groups.answers}
    if not set(question.columns) <= set(columns) or not set(question.answers) <= set(codes):
        return
    rows = [codes[answer] for answer in question.answers]
    across = [columns[column] for column in question.columns]
    p_values = []
    for solution in question.recovered.solutions:
        counts = np.array([solution.counts[column] for column in question.columns], dtype=float).T
        scale = scale_of(variable, rows, counts.sum(1), "row")
        held = (counts[scale.positions].sum(1) > 0).sum()
        if scale.reason or held < _FEWEST_ORDERED:
            return
        found = linear_by_linear(counts, scale, scale_of(groups, across, counts.sum(0), "column"))
        if found.p_value is None:
            return
        p_values.append(found.p_value)
    ends = min(p_values), max(p_values)
    yield {
        "statistic": TREND,
        "minimum": ends[0],
        "maximum": ends[1],
        "verdict": verdict_of(ends, alpha),
    }


def _residual_verdict(low: float, high: float, alpha: float) -> str:
    from scipy.special import ndtri

    limit = float(ndtri(1 - alpha / 2))
    if low > limit or high < -limit:
        return VERDICTS[0]
    return VERDICTS[1] if high > limit or low < -limit else VERDICTS[2]


PAIR_COLUMNS = (
    "table",
    "before",
    "after",
    "solutions",
    "row_code",
    "before_minimum",
    "before_maximum",
    "after_minimum",
    "after_maximum",
    "n_minimum",
    "n_maximum",
    "changed_minimum",
    "changed_maximum",
    "statistic_minimum",
    "statistic_maximum",
    "p_value_minimum",
    "p_value_maximum",
    "exact_p_value_minimum",
    "exact_p_value_maximum",
    "holm_minimum",
    "holm_maximum",
    "alpha",
    "verdict",
    "holm_verdict",
    "note",
    "note_data",
)
# With more people who answered only once, the margins among those who answered twice are too open.
_MOST_ONCE = 40
_Margins = tuple[tuple[int, int], tuple[int, int]]


def pair_lines(
    questions: Iterable[RecoveredQuestion],
    tables: Mapping[str, Mapping[str, Any]],
    respondents: int,
    alpha: float,
) -> list[dict[str, Any]]:
    """Bound McNemar's test of each answer over all joint tables that the margins allow.

    ``holm_…`` are bounds of the exact p after Holm's correction over all answers of the pair: it
    rises with every p-value, so that all smallest ones together and all largest ones bound it.
    Not every p has its end in the same joint table: these bounds are safe and need not be sharp.
    """
    by_name = {question.variable: question for question in questions}
    return [
        {"table": name, "before": pair["before"], "after": pair["after"], "alpha": alpha, **line}
        for name, table in tables.items()
        for pair in table.get("pairs", [])
        if pair["before"] in by_name and pair["after"] in by_name
        for line in _with_holm(
            list(_pair(by_name[pair["before"]], by_name[pair["after"]], respondents, alpha)), alpha
        )
    ]


def _with_holm(lines: list[dict[str, Any]], alpha: float) -> list[dict[str, Any]]:
    """Add the bounds after Holm's correction over the answers, for each set of solutions."""
    for solutions in {line.get("solutions"): None for line in lines}:
        own = [line for line in lines if line.get("solutions") == solutions]
        for end, open_p in (("minimum", 0.0), ("maximum", 1.0)):
            adjusted = adjust([line.get(f"exact_p_value_{end}", open_p) for line in own])
            for line, p in zip(own, adjusted.tolist(), strict=True):
                if "verdict" in line:
                    line[f"holm_{end}"] = p
        for line in own:
            if "verdict" in line:
                ends = line["holm_minimum"], line["holm_maximum"]
                line["holm_verdict"] = verdict_of(ends, alpha)
    return lines


def _pair(
    before: RecoveredQuestion, after: RecoveredQuestion, respondents: int, alpha: float
) -> Iterator[dict[str, Any]]:
    for row in before.answers:
        if row not in after.answers:
            continue
        if not before.recovered or not after.recovered:
            yield {"row_code": row, **write_notes(Note("no_integer_solution"))}
            continue
        for solutions, firsts, lasts in (
            ("chosen", [before.recovered.chosen()], [after.recovered.chosen()]),
            ("all", before.recovered.solutions, after.recovered.solutions),
        ):
            margins = {
                (before.counts(first, row, TOTAL), after.counts(other, row, TOTAL))
                for first in firsts
                for other in lasts
            }
            line: dict[str, Any] = {"solutions": solutions, "row_code": row}
            for name, time in (("before", 0), ("after", 1)):
                counts = [pair[time][0] for pair in margins]
                line |= {f"{name}_minimum": min(counts), f"{name}_maximum": max(counts)}
            bounds = _bounds(margins, respondents)
            too_many = write_notes(Note("too_many_answered_once"))
            yield line | (_united(bounds, alpha) if bounds else too_many)


def _bounds(margins: set[_Margins], respondents: int) -> list[tuple[int, PairedBounds]]:
    """Bounds for every number of people who may have answered both questions."""
    bounds = []
    for (first, first_base), (last, last_base) in sorted(margins):
        fewest = max(1, first_base + last_base - respondents)
        most = min(first_base, last_base)
        if respondents - fewest > _MOST_ONCE:
            return []
        for n in range(fewest, most + 1):
            ranges = [
                (max(0, count - (base - n)), min(count, n))
                for count, base in ((first, first_base), (last, last_base))
            ]
            bounds.append((n, mcnemar_bounds(ranges[0], ranges[1], n)))
    return bounds


def _united(bounds: list[tuple[int, PairedBounds]], alpha: float) -> dict[str, Any]:
    line: dict[str, Any] = {}
    ends: dict[str, list[tuple[float, float]]] = {
        "n": [(n, n) for n, _ in bounds],
        "changed": [bound.changed for _, bound in bounds],
        "statistic": [bound.statistic for _, bound in bounds if bound.statistic],
        "p_value": [bound.p_value for _, bound in bounds],
        "exact_p_value": [bound.exact_p_value for _, bound in bounds],
    }
    for name, ranges in ends.items():
        if ranges:
            line[f"{name}_minimum"] = min(low for low, _ in ranges)
            line[f"{name}_maximum"] = max(high for _, high in ranges)
    verdicts = {bound.verdict(alpha) for _, bound in bounds}
    line["verdict"] = verdicts.pop() if len(verdicts) == 1 else "significant in some"
    return line
