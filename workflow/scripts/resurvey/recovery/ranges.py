"""Exact smallest and largest value of a statistic over feasible sets."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, combinations

import numpy as np

from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note, Refusal
from resurvey.core.printed import Interval
from resurvey.recovery import objectives
from resurvey.recovery.cells import TOTAL, PrintedTable
from resurvey.recovery.constraints import Share
from resurvey.recovery.feasible import FeasibleSet
from resurvey.recovery.objectives import Floats, Objective

_NOBODY = Interval(Fraction(0), Fraction(0), True, True)
_SOMEBODY = Interval(Fraction(0), Fraction(100), False, True)

#: Statistics of the whole table.
TABLE_STATISTICS = (
    "pearson",
    "likelihood_ratio",
    "p_value",
    "likelihood_ratio_p_value",
    "cramer_v",
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

Extremes = tuple[float, float]


def statistic_range(
    table: PrintedTable,
    sets: Sequence[FeasibleSet],
    statistic: str,
    answers: tuple[int, ...],
    group: str | None,
    against: str | None,
    level: float,
) -> Extremes | None:
    """Give the extremes of a statistic over the union of feasible sets.

    Returns
    -------
    tuple of float, or None
        None if the statistic is defined for no table of the sets.
    """
    if statistic in TABLE_STATISTICS:
        if len(table.groups) < 2:
            raise Refusal(Note("one_group", statistic=statistic))
        extremes = [_table_extremes(statistic, one) for one in sets]
    elif statistic in CELL_STATISTICS:
        term = _cell_term(table, statistic, answers, group, against, level)
        extremes = [one.extremes(term, answers) for one in sets]
    else:
        known = ", ".join((*TABLE_STATISTICS, *CELL_STATISTICS))
        raise SurveyError(f"{statistic!r} is not a statistic with a range: {known}")
    low = min((float(low.min(initial=np.inf)) for low, _ in extremes), default=np.inf)
    high = max((float(high.max(initial=-np.inf)) for _, high in extremes), default=-np.inf)
    return (low, high) if low <= high else None


def _table_extremes(statistic: str, one: FeasibleSet) -> tuple[Floats, Floats]:
    term: Objective = (
        objectives.likelihood_ratio
        if statistic.startswith("likelihood_ratio")
        else objectives.pearson
    )
    if statistic in ("pearson", "likelihood_ratio"):
        return one.extremes(term)
    extremes = [
        _transformed(statistic, filled, part, *part.extremes(term))
        for filled, part in by_filled_rows(one)
        if filled > 1
    ]
    lows = [low for low, _ in extremes]
    highs = [high for _, high in extremes]
    return np.concatenate([*lows, []]), np.concatenate([*highs, []])


def _transformed(
    statistic: str, filled: int, part: FeasibleSet, low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    kept = low <= high
    low, high, bases = low[kept], high[kept], part.found.bases[kept]
    groups = bases.shape[1]
    if statistic == "cramer_v":
        scale = bases.sum(1) * min(filled - 1, groups - 1)
        return np.sqrt(low / scale), np.sqrt(high / scale)
    from scipy.special import chdtrc

    df = (filled - 1) * (groups - 1)
    return chdtrc(df, high), chdtrc(df, low)


def by_filled_rows(one: FeasibleSet) -> Iterator[tuple[int, FeasibleSet]]:
    """Split a feasible set by the answers that anybody gave: degrees of freedom depend on it."""
    low, high = one.found.low.sum(1), one.found.high.sum(1)
    everyone = tuple(range(one.found.bases.shape[1]))
    never = [answer for answer in range(one.answers) if not high[:, answer].any()]
    unclear = [
        answer
        for answer in range(one.answers)
        if answer not in never and (low[:, answer] == 0).any()
    ]
    certain = one.answers - len(never) - len(unclear)
    for empty in chain.from_iterable(
        combinations(unclear, size) for size in range(len(unclear) + 1)
    ):
        further = [
            Share((answer,), everyone, (), _NOBODY if answer in empty else _SOMEBODY)
            for answer in unclear
        ]
        part = one.restricted(further) if further else one
        if len(part.found):
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
        make: Callable[..., Objective] = getattr(objectives, statistic)
        return make(answers, groups)
    first = _position(table, group)
    if statistic == "adjusted":
        if len(table.groups) < 2:
            raise SurveyError("adjusted residuals compare groups, and the table has only one")
        return objectives.adjusted_residual(answers, first)
    second = _position(table, against)
    if statistic == "difference":
        return objectives.difference(answers, first, second)
    from scipy.special import ndtri

    z = float(ndtri((1 + level) / 2))
    end = -1 if statistic == "difference_low" else 1
    return objectives.newcombe(answers, first, second, end, z)


def _position(table: PrintedTable, group: str | None) -> int:
    if group not in table.groups:
        raise SurveyError(f"{group!r} is not a group of the table: {', '.join(table.groups)}")
    return table.groups.index(group)
