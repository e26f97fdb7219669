"""Exact smallest and largest value of a statistic over feasible sets."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note, Refusal
from resurvey.core.printed import Interval
from resurvey.recovery.constraints import Share
from resurvey.recovery.feasible import FeasibleSet
from resurvey.recovery.printed_table import TOTAL, PrintedTable
from resurvey.recovery.sums import Floats, Objective
from resurvey.statistics.registry import MEASURES

_NOBODY = Interval(Fraction(0), Fraction(0), True, True)
_SOMEBODY = Interval(Fraction(0), Fraction(100), False, True)

#: Statistics of the whole table.
TABLE_STATISTICS = (
    "pearson",
    "likelihood_ratio",
    "p_value",
    "likelihood_ratio_p_value",
    *(name for name, measure in MEASURES.items() if measure.scale is not None),
)
#: Statistics of a row (an answer, a derived row or several answers) in one or two groups.
CELL_STATISTICS = (
    "adjusted",
    "difference",
    "difference_low",
    "difference_high",
    "count",
    "percent",
)

#: Whether p lies below a level over its whole range.
VERDICTS = ("significant in all", "significant in some", "significant in none")

Extremes = tuple[float, float]


def verdict_of(p_value: Extremes, alpha: float) -> str:
    """Return which of `VERDICTS` a range of p has at a level.

    Examples
    --------
    >>> verdict_of((0.01, 0.2), 0.05)
    'significant in some'
    """
    smallest, largest = p_value
    if largest < alpha:
        return VERDICTS[0]
    return VERDICTS[1] if smallest < alpha else VERDICTS[2]


def statistic_range(
    table: PrintedTable,
    sets: Sequence[FeasibleSet],
    statistic: str,
    answers: tuple[int, ...],
    group: str | None,
    against: str | None,
    level: float,
) -> Extremes | None:
    """Return the extremes of a statistic over the union of feasible sets."""
    if statistic in TABLE_STATISTICS:
        if len(table.groups) < 2:
            raise Refusal(Note("one_group", statistic=statistic))
        extremes = [_table_extremes(statistic, feasible) for feasible in sets]
    elif statistic in CELL_STATISTICS:
        term = _cell_term(table, statistic, answers, group, against, level)
        extremes = [feasible.extremes(term, answers) for feasible in sets]
    else:
        names = ", ".join((*TABLE_STATISTICS, *CELL_STATISTICS))
        raise SurveyError(f"{statistic!r} is not a statistic with a range: {names}")
    low = min((float(low.min(initial=np.inf)) for low, _ in extremes), default=np.inf)
    high = max((float(high.max(initial=-np.inf)) for _, high in extremes), default=-np.inf)
    return (low, high) if low <= high else None


def _table_extremes(statistic: str, feasible: FeasibleSet) -> tuple[Floats, Floats]:
    term: Objective = likelihood_ratio if statistic.startswith("likelihood_ratio") else pearson
    if statistic in ("pearson", "likelihood_ratio"):
        return feasible.extremes(term)
    extremes = [
        _transformed(statistic, filled, part, *part.extremes(term))
        for filled, part in by_filled_rows(feasible)
        if filled > 1
    ]
    lows = [low for low, _ in extremes]
    highs = [high for _, high in extremes]
    return np.concatenate([*lows, []]), np.concatenate([*highs, []])


def _transformed(
    statistic: str, filled: int, part: FeasibleSet, low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    kept = low <= high
    low, high, bases = low[kept], high[kept], part.candidates.bases[kept]
    groups = bases.shape[1]
    if statistic in MEASURES and (scale_of := MEASURES[statistic].scale) is not None:
        scale = bases.sum(1) * scale_of(filled, groups)
        return np.sqrt(low / scale), np.sqrt(high / scale)
    from scipy.special import chdtrc

    df = (filled - 1) * (groups - 1)
    return chdtrc(df, high), chdtrc(df, low)


def by_filled_rows(feasible: FeasibleSet) -> Iterator[tuple[int, FeasibleSet]]:
    """Split a feasible set by the answers that anybody gave: degrees of freedom depend on it."""
    low, high = feasible.candidates.low.sum(1), feasible.candidates.high.sum(1)
    everyone = tuple(range(feasible.candidates.bases.shape[1]))
    never = [answer for answer in range(feasible.answers) if not high[:, answer].any()]
    unclear = [
        answer
        for answer in range(feasible.answers)
        if answer not in never and (low[:, answer] == 0).any()
    ]
    certain = feasible.answers - len(never) - len(unclear)
    for empty in chain.from_iterable(
        combinations(unclear, size) for size in range(len(unclear) + 1)
    ):
        further = [
            Share((answer,), everyone, (), _NOBODY if answer in empty else _SOMEBODY)
            for answer in unclear
        ]
        part = feasible.restricted(further) if further else feasible
        if len(part.candidates):
            yield certain + len(unclear) - len(empty), part


def _cell_term(
    table: PrintedTable,
    statistic: str,
    answers: tuple[int, ...],
    group: str | None,
    against: str | None,
    level: float,
) -> Objective:
    if not answers:
        raise SurveyError(f"{statistic}: name an answer by its position, or a derived row")
    if statistic in ("count", "percent"):
        groups = table.everyone if group in (None, TOTAL) else (_position(table, group),)
        return (count if statistic == "count" else percent)(answers, groups)
    first = _position(table, group)
    if statistic == "adjusted":
        if len(table.groups) < 2:
            raise SurveyError("adjusted residuals compare groups, and the table has only one")
        return adjusted_residual(answers, first)
    second = _position(table, against)
    if statistic == "difference":
        return difference(answers, first, second)
    from scipy.special import ndtri

    z = float(ndtri((1 + level) / 2))
    end = -1 if statistic == "difference_low" else 1
    return newcombe(answers, first, second, end, z)


def _position(table: PrintedTable, group: str | None) -> int:
    if group not in table.groups:
        raise SurveyError(f"{group!r} is not a group of the table: {', '.join(table.groups)}")
    return table.groups.index(group)


def pearson(
    answers: tuple[int, ...], counts: NDArray[np.int64], bases: NDArray[np.int64]
) -> Floats | None:
    """Return an answer's part of Pearson's X², zero for an answer that nobody gave.

    Written over the common denominator, ``(N n - N_g T)² / (N N_g T)`` per cell, so that a count
    equal to its expectation gives exactly zero and every part is positive.
    """
    if len(answers) != 1:
        return None
    total, n = counts.sum(0), bases.sum(0)
    surplus = (n * counts - bases * total).astype(np.float64)
    expected = bases.astype(np.float64) * total * n
    parts = np.divide(surplus**2, expected, out=np.zeros_like(surplus), where=expected > 0)
    statistic: Floats = parts.sum(0)
    return statistic


def likelihood_ratio(
    answers: tuple[int, ...], counts: NDArray[np.int64], bases: NDArray[np.int64]
) -> Floats | None:
    """Return an answer's part of the likelihood-ratio chi-square G².

    Each cell adds ``2 (n ln(n/E) - n + E)``; the last two terms sum to zero over an answer and
    keep every part positive.
    """
    if len(answers) != 1:
        return None
    total, n = counts.sum(0), bases.sum(0)
    expected = bases.astype(np.float64) * total / n
    surplus = (n * counts - bases * total).astype(np.float64)
    relative = np.divide(surplus, expected * n, out=np.zeros_like(surplus), where=expected > 0)
    # An empty cell has relative surplus -1, whose logarithm is cut to count times log = 0.
    logarithm = np.log1p(np.where(counts > 0, relative, 0.0))
    statistic: Floats = 2 * (counts * logarithm - surplus / n).sum(0)
    return statistic


def adjusted_residual(answers: tuple[int, ...], group: int) -> Objective:
    """Return the adjusted residual of some answers (summed) in a group.

    ``(n - E) / sqrt(E (1 - N_g/N) (1 - T/N))``; it is not defined, and the table is left out,
    where nobody or everybody gave the answers.
    """

    def term(
        of: tuple[int, ...], counts: NDArray[np.int64], bases: NDArray[np.int64]
    ) -> Floats | None:
        if of != answers:
            return None
        total, n = counts.sum(0), bases.sum(0)
        surplus = (n * counts[group] - bases[group] * total).astype(np.float64)
        spread = (
            bases[group].astype(np.float64) * total * (n - bases[group]) * np.maximum(n - total, 0)
        )
        missing = np.full_like(surplus, np.nan)
        root = np.sqrt(spread)
        scaled = surplus * np.sqrt(n.astype(np.float64))
        residual: Floats = np.divide(scaled, root, out=missing, where=root > 0)
        return residual

    return term


def count(answers: tuple[int, ...], groups: tuple[int, ...]) -> Objective:
    """Return the number of respondents of some groups who gave one of some answers."""

    def term(
        of: tuple[int, ...], counts: NDArray[np.int64], bases: NDArray[np.int64]
    ) -> Floats | None:
        if of != answers:
            return None
        people: Floats = counts[list(groups)].sum(0).astype(np.float64)
        return people

    return term


def percent(answers: tuple[int, ...], groups: tuple[int, ...]) -> Objective:
    """Return the per cent of some groups' respondents who gave one of some answers."""

    def term(
        of: tuple[int, ...], counts: NDArray[np.int64], bases: NDArray[np.int64]
    ) -> Floats | None:
        if of != answers:
            return None
        chosen = list(groups)
        share: Floats = 100 * counts[chosen].sum(0) / bases[chosen].sum(0)
        return share

    return term


def difference(answers: tuple[int, ...], first: int, second: int) -> Objective:
    """Return the difference of two groups' proportions, in percentage points."""

    def term(
        of: tuple[int, ...], counts: NDArray[np.int64], bases: NDArray[np.int64]
    ) -> Floats | None:
        if of != answers:
            return None
        # One division of whole numbers: equal proportions differ by exactly zero.
        across = counts[first] * bases[second] - counts[second] * bases[first]
        points: Floats = 100 * across / (bases[first].astype(np.float64) * bases[second])
        return points

    return term


def mean_score(scores: Sequence[float], groups: Sequence[int], against: int | None) -> Objective:
    """Return the mean score of some groups' respondents, less that of another group.

    `scores` has a number for every answer.
    """

    def term(
        of: tuple[int, ...], counts: NDArray[np.int64], bases: NDArray[np.int64]
    ) -> Floats | None:
        if len(of) != 1:
            return None
        chosen = list(groups)
        share: Floats = counts[chosen].sum(0) / bases[chosen].sum(0)
        if against is not None:
            share = share - counts[against] / bases[against]
        return scores[of[0]] * share

    return term


def newcombe(answers: tuple[int, ...], first: int, second: int, end: int, z: float) -> Objective:
    """Return one end of Newcombe's interval for the difference of two groups' proportions.

    The hybrid score interval without continuity correction, from the two Wilson intervals, in
    percentage points; `end` is -1 for the lower end and 1 for the upper one.

    References
    ----------
    R. G. Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """

    def wilson(counts: NDArray[np.int64], base: NDArray[np.int64]) -> tuple[Floats, Floats]:
        share = counts / base
        centre = share + z**2 / (2 * base)
        spread = z * np.sqrt(share * (1 - share) / base + z**2 / (4 * base.astype(float) ** 2))
        scale = 1 + z**2 / base
        return (centre - spread) / scale, (centre + spread) / scale

    def term(
        of: tuple[int, ...], counts: NDArray[np.int64], bases: NDArray[np.int64]
    ) -> Floats | None:
        if of != answers:
            return None
        low, high = wilson(counts[first], bases[first])
        other_low, other_high = wilson(counts[second], bases[second])
        share, other = counts[first] / bases[first], counts[second] / bases[second]
        reach: Floats
        if end < 0:
            reach = share - other - np.sqrt((share - low) ** 2 + (other_high - other) ** 2)
        else:
            reach = share - other + np.sqrt((high - share) ** 2 + (other - other_low) ** 2)
        return 100 * reach

    return term
