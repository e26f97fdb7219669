"""Statistics as sums over answers, so that their extremes follow from sums over tables.

Pearson's and the likelihood-ratio chi-square are sums of one term per answer when the bases are
given; a residual or a difference of proportions is the term of one answer alone.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Given the answers summed, their counts by group (first axis) and the groups' bases, a term;
#: None where these answers contribute nothing. Not a number: the table does not count.
Objective = Callable[[tuple[int, ...], NDArray[np.int64], NDArray[np.int64]], Floats | None]


def pearson(
    answers: tuple[int, ...], counts: NDArray[np.int64], bases: NDArray[np.int64]
) -> Floats | None:
    """Give an answer's part of Pearson's X², zero for an answer that nobody gave.

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
    """Give an answer's part of the likelihood-ratio chi-square G².

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
    """Give the adjusted residual of some answers (summed) in a group.

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
    """Give the number of respondents of some groups who gave one of some answers."""

    def term(
        of: tuple[int, ...], counts: NDArray[np.int64], bases: NDArray[np.int64]
    ) -> Floats | None:
        if of != answers:
            return None
        people: Floats = counts[list(groups)].sum(0).astype(np.float64)
        return people

    return term


def percent(answers: tuple[int, ...], groups: tuple[int, ...]) -> Objective:
    """Give the per cent of some groups' respondents who gave one of some answers."""

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
    """Give the difference of two groups' proportions, in percentage points."""

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


def newcombe(answers: tuple[int, ...], first: int, second: int, end: int, z: float) -> Objective:
    """Give one end of Newcombe's interval for the difference of two groups' proportions.

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
