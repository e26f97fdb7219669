"""Ranges: the smallest and largest value of every statistic over all solutions."""

from collections.abc import Iterable, Iterator
from typing import Any

from resurvey.audit.questions import RecoveredQuestion
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import reason_of, write_notes

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
TABLE_STATISTICS = ("pearson", "likelihood_ratio", "p_value", "cramer_v")
DIFFERENCES = ("difference", "difference_low", "difference_high")
VERDICTS = ("significant in all", "significant in some", "significant in none")


def range_lines(
    questions: Iterable[RecoveredQuestion], alpha: float, robust: bool = True
) -> list[dict[str, Any]]:
    """Give the exact extremes of every statistic of every question that has a solution.

    Returns
    -------
    list of dict
        Keys `RANGE_COLUMNS`. Of the table: Pearson's and the likelihood-ratio chi-square,
        Pearson's p, Cramér's V; of each answer and subtotal: the adjusted residual, the difference
        of the groups' proportions in percentage points with the ends of its 95 % Newcombe
        interval, and the count, with the count of the `chosen` solution. `robust_*`: when any
        one printed cell may be a misprint. An adjusted residual is significant beyond the normal
        quantile of `alpha`.

    Notes
    -----
    An answer without a printed share in any column (the rest of 100 per cent) enters the
    chi-square as a row like any other.
    """
    return [
        {"alpha": alpha, **question.key, **line}
        for question in questions
        if question.found
        for line in _lines(question, alpha, robust)
    ]


def verdict_of(minimum: float, maximum: float, alpha: float) -> str:
    """Word whether p lies below `alpha` over its whole range.

    Examples
    --------
    >>> verdict_of(0.01, 0.2, 0.05)
    'significant in some'
    """
    if maximum < alpha:
        return VERDICTS[0]
    return VERDICTS[1] if minimum < alpha else VERDICTS[2]


def _lines(
    question: RecoveredQuestion, alpha: float, any_misprint: bool
) -> Iterator[dict[str, Any]]:
    found, columns = question.found, question.columns
    rows = [*question.answers, *question.subtotals]
    compared = columns[1:]
    chosen = found.chosen()
    if compared:
        for statistic in TABLE_STATISTICS:
            yield _line(question, statistic, {}, alpha, robust=any_misprint)
    for row in rows:
        answers = question.positions(row)
        for column in dict.fromkeys([*columns, TOTAL]):
            low, high = found.range("count", answers, column)
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
            place = {"row_code": row, "column_code": columns[0], "against": against}
            for statistic in DIFFERENCES:
                robust = any_misprint and statistic == "difference"
                yield _line(question, statistic, where, alpha, robust=robust) | place


def _line(
    question: RecoveredQuestion,
    statistic: str,
    where: dict[str, Any],
    alpha: float,
    robust: bool = False,
) -> dict[str, Any]:
    line: dict[str, Any] = {"statistic": statistic}
    try:
        low, high = question.found.range(statistic, **where)
    except SurveyError as refusal:
        return line | write_notes(reason_of(refusal))
    line |= {"minimum": low, "maximum": high}
    if robust:
        least, most = question.found.robust_range(statistic, **where)
        line |= {"robust_minimum": least, "robust_maximum": most}
    if statistic == "p_value":
        line["verdict"] = verdict_of(low, high, alpha)
        if robust:
            line["robust_verdict"] = verdict_of(least, most, alpha)
    if statistic == "adjusted":
        line["verdict"] = _residual_verdict(low, high, alpha)
    return line


def _residual_verdict(low: float, high: float, alpha: float) -> str:
    from scipy.special import ndtri

    limit = float(ndtri(1 - alpha / 2))
    if low > limit or high < -limit:
        return VERDICTS[0]
    return VERDICTS[1] if high > limit or low < -limit else VERDICTS[2]
