"""The declared choice among several solutions, made without listing them."""

from collections.abc import Sequence

import numpy as np

from resurvey.recovery.bases import Candidates
from resurvey.recovery.feasible import FeasibleSet

Counts = tuple[tuple[int, ...], ...]


def choose(sets: Sequence[FeasibleSet]) -> tuple[tuple[int, ...], Counts] | None:
    """Choose the largest total base, then the largest first group, then the smallest counts.

    Returns
    -------
    tuple, or None
        Bases and counts by group; None if the sets are empty.
    """
    best: tuple[int, ...] | None = None
    counts: Counts | None = None
    for one in sets:
        feasible = [
            (sum(bases), *bases)
            for bases, number in zip(one.found.bases.tolist(), one.numbers, strict=True)
            if number
        ]
        if not feasible:
            continue
        largest = max(feasible)
        if best is not None and largest < best:
            continue
        own = _smallest_counts(one, largest[1:])
        if best is None or counts is None or largest > best or own < counts:
            best, counts = largest, own
    return None if best is None or counts is None else (best[1:], counts)


def _smallest_counts(one: FeasibleSet, bases: tuple[int, ...]) -> Counts:
    """Fix the counts of one tuple of bases one after the other, each as small as can be."""
    at = np.flatnonzero((one.found.bases == bases).all(1))
    found = one.found.take(at)
    groups, answers = found.low.shape[1:]
    for group in range(groups):
        for answer in range(answers):
            low, high = int(found.low[0, group, answer]), int(found.high[0, group, answer])
            # Feasibility of "at most so many" grows with the number: the smallest by halves.
            while low < high:
                middle = (low + high) // 2
                part = _between(found, group, answer, low, middle)
                if FeasibleSet(one.answers, one.shares, part).is_empty:
                    low = middle + 1
                else:
                    high = middle
            found = _between(found, group, answer, low, low)
    return tuple(map(tuple, found.low[0].tolist()))


def _between(found: Candidates, group: int, answer: int, low: int, high: int) -> Candidates:
    lows, highs = found.low.copy(), found.high.copy()
    lows[:, group, answer], highs[:, group, answer] = low, high
    return Candidates(found.bases, lows, highs)
