"""Listing tables one by one: every count in turn, with what the other counts leave for it."""

from collections.abc import Iterator, Sequence

import numpy as np

from resurvey.recovery.bases import Candidates, Integers
from resurvey.recovery.constraints import Share
from resurvey.recovery.sums import allowed

# Unfinished tables held at a time; above it they are finished in halves.
_HELD = 1 << 18


def enumerate_tables(
    found: Candidates, shares: Sequence[Share]
) -> Iterator[tuple[Integers, Integers]]:
    """Walk through all tables of counts.

    Parameters
    ----------
    found : Candidates
        Tuples of bases with bounds of their counts.
    shares : sequence of Share
        What the cells demand.

    Yields
    ------
    tuple of array
        Positions of the tuples of bases, and counts (tables x groups x answers).
    """
    groups, answers = found.low.shape[1:]
    steps = [(group, answer) for answer in range(answers) for group in range(groups)]
    checks: dict[int, list[Share]] = {}
    for share in shares:
        checks.setdefault(max(share.answers), []).append(share)
    # What the answers after each one can still bring to a group.
    low_after = found.low[:, :, ::-1].cumsum(2)[:, :, ::-1] - found.low
    high_after = found.high[:, :, ::-1].cumsum(2)[:, :, ::-1] - found.high
    start = np.arange(len(found)), np.zeros((len(found), groups, answers), np.int64)
    waiting = [(0, *piece) for piece in _halves(*start)]
    while waiting:
        step, tuples, counts = waiting.pop()
        if step == len(steps):
            if len(tuples):
                yield tuples, counts
            continue
        group, answer = steps[step]
        left = found.bases[tuples, group] - counts[:, group, :answer].sum(1)
        low = np.maximum(found.low[tuples, group, answer], left - high_after[tuples, group, answer])
        high = np.minimum(
            found.high[tuples, group, answer], left - low_after[tuples, group, answer]
        )
        number = np.maximum(high - low + 1, 0)
        if number.sum() > 4 * _HELD and len(tuples) > 1:
            middle = len(tuples) // 2
            waiting.append((step, tuples[middle:], counts[middle:]))
            waiting.append((step, tuples[:middle], counts[:middle]))
            continue
        source = np.repeat(np.arange(len(tuples)), number)
        offset = np.arange(len(source)) - np.repeat(number.cumsum() - number, number)
        tuples, counts = tuples[source], counts[source]
        counts[:, group, answer] = low[source] + offset
        if group == groups - 1:
            bases = found.bases[tuples].T
            for share in checks.get(answer, []):
                sums = counts[:, :, list(share.answers)].sum(2).T
                fits = allowed(share, sums, bases)
                tuples, counts, bases = tuples[fits], counts[fits], bases[:, fits]
        waiting += [(step + 1, *piece) for piece in _halves(tuples, counts)]


def _halves(tuples: Integers, counts: Integers) -> list[tuple[Integers, Integers]]:
    if len(tuples) <= _HELD:
        return [(tuples, counts)]
    pieces = -(-len(tuples) // _HELD)
    # Pieces are taken from the end of the list: the last one is finished first.
    return list(
        zip(np.array_split(tuples, pieces)[::-1], np.array_split(counts, pieces)[::-1], strict=True)
    )
