"""Reported: χ², p and V that a table prints, against all counts that print like the table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from resurvey.core.errors import SurveyError
from resurvey.recovery.recovered import Recovered
from resurvey.statistics.distributions import chi_square_tail

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

    Attributes
    ----------
    name : {"pearson", "p_value", "cramer_v"}
    printed : str
        As it stands in the file.
    minimum, maximum : float or None
        Over all tables of counts; None where the counts are not known well enough.
    verdict : {"consistent", "not_consistent", "undecided"}
    instead : str
        Another statistic that agrees where Pearson's does not: ``likelihood_ratio``, ``yates``,
        ``fisher``; empty for none.
    """

    name: str
    printed: str
    minimum: float | None
    maximum: float | None
    verdict: str
    instead: str = ""


def judge_statistics(
    printed: Mapping[str, str],
    found: Recovered | None,
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
        ends = _range(name, found, counts) if shape in ("parts", "counts") else None
        limits = _limits(name, text)
        if ends is None or limits is None:
            judged.append(ReportedStatistic(name, text, None, None, "undecided"))
            continue
        verdict = _compare(ends, limits)
        instead = ""
        if verdict == "not_consistent":
            instead = _instead(name, limits, found, counts)
            verdict = "consistent" if instead else verdict
        judged.append(ReportedStatistic(name, text, *ends, verdict, instead))
    return judged


def _limits(name: str, text: str) -> tuple[float, float] | None:
    """Give what a printed statistic stands for; None where it is no number."""
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
    name: str, found: Recovered | None, counts: Mapping[str, Sequence[int]] | None
) -> tuple[float, float] | None:
    if counts is not None:
        value = _statistics(list(counts.values())).get(name)
        return None if value is None else (value, value)
    if not found or len(found.table.groups) < 2:
        return None
    try:
        low, high = found.range(name)
    except SurveyError:
        return None
    return float(low), float(high)


def _statistics(columns: Sequence[Sequence[int]]) -> dict[str, float]:
    from math import log

    rows = [row for row in zip(*columns, strict=True) if sum(row)]
    sizes = [sum(column) for column in columns]
    n = sum(sizes)
    df = (len(rows) - 1) * (len(columns) - 1)
    if df < 1 or not all(sizes):
        return {}
    expected = [[sum(row) * size / n for size in sizes] for row in rows]
    pairs = [
        (count, mean)
        for row, means in zip(rows, expected, strict=True)
        for count, mean in zip(row, means, strict=True)
    ]
    pearson = sum((count - mean) ** 2 / mean for count, mean in pairs)
    ratio = 2 * sum(count * log(count / mean) for count, mean in pairs if count)
    found = {
        "pearson": pearson,
        "p_value": chi_square_tail(pearson, df),
        "cramer_v": sqrt(pearson / (n * (min(len(rows), len(columns)) - 1))),
        "likelihood_ratio": ratio,
        "likelihood_ratio_p_value": chi_square_tail(ratio, df),
    }
    if df == 1 and len(rows) == 2:
        yates = sum(max(0.0, abs(count - mean) - 0.5) ** 2 / mean for count, mean in pairs)
        found |= {"yates": yates, "yates_p_value": chi_square_tail(yates, 1)}
        from scipy.stats import fisher_exact

        found["fisher_p_value"] = float(fisher_exact([list(row) for row in rows])[1])
    return found


def _instead(
    name: str,
    limits: tuple[float, float],
    found: Recovered | None,
    counts: Mapping[str, Sequence[int]] | None,
) -> str:
    """Name another test that gives the printed number."""
    tables = [list(counts.values())] if counts is not None else []
    if counts is None and found is not None and found.count <= _MOST_TABLES:
        tables = [list(one.counts.values()) for one in found.solutions]
    suffix = "_p_value" if name == "p_value" else ""
    for test in ("likelihood_ratio", "yates", "fisher"):
        for table in tables:
            value = _statistics(table).get(test + suffix)
            if (
                name != "cramer_v"
                and value is not None
                and (_compare((value, value), limits) == "consistent")
            ):
                return test
    return ""
