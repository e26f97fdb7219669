"""Dynamic programming over sums: how many tables there are, and the extremes of a statistic.

A table is a choice of one vector of counts (one count per group) for each answer, and the vectors
must sum to the bases. Vectors are added up along a tree whose inner nodes are the derived rows,
so that every printed sum is checked where it arises; the last step looks up what is missing to
the bases. All tuples of bases of a batch go through each step together.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resurvey.core.errors import SurveyError
from resurvey.recovery.bases import Candidates, Integers, count_bounds
from resurvey.recovery.constraints import Share

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
#: Given the answers summed, their counts by group (first axis) and the groups' bases, a term;
#: None where these answers contribute nothing. Not a number: the table does not count.
Objective = Callable[[tuple[int, ...], NDArray[np.int64], NDArray[np.int64]], Floats | None]
# States of one batch, and states beyond which one tuple of bases is refused.
_BATCH_STATES = 1 << 21
_LARGEST_STATE = 1 << 23


Array = NDArray[Any]
# Numbers that a step along a whole row may touch: about what a core's cache holds.
_ROW_WORK = 1 << 19


@dataclass(frozen=True)
class Algebra:
    """What adding up tables means: counting them, or keeping the largest value.

    empty, whole: Value of no table, and of a table of nothing.
    either, both: Value of two sets of tables, and of tables put together.
    kind: Of the numbers.
    counts: Whether tables are counted.
    modulus: Counts are kept modulo this number; None keeps them whole.
    most: Counts above this one are cut to it: 1 tells only whether there is a table.
    """

    empty: float
    whole: float
    either: np.ufunc
    both: np.ufunc
    kind: type
    counts: bool
    modulus: int | None = None
    most: int | None = None

    def reduced(self, values: Array) -> Array:
        """Keep counts small: modulo the modulus, or cut."""
        if self.modulus is not None:
            return values % self.modulus
        return values if self.most is None else np.minimum(values, self.most)


LARGEST = Algebra(-np.inf, 0.0, np.maximum, np.add, np.float64, counts=False)


def counting(modulus: int | None = None) -> Algebra:
    """Count tables, modulo a small prime where the number may leave 64 bits."""
    return Algebra(0, 1, np.add, np.multiply, np.int64, counts=True, modulus=modulus)


#: Tell only whether there is a table.
EXISTENCE = Algebra(0, 1, np.add, np.multiply, np.int64, counts=True, most=1)


@dataclass(frozen=True, slots=True)
class Part:
    """Values by sum of counts.

    values: array, tuples x sums in the first group x sums in the second ...
    low: array, tuples x groups; The sums of counts that the first entries stand for.
    plain: Whether the values are numbers of tables (0 or 1 where tables are not counted),
        because no term of a statistic has entered them yet.
    runs: Whether they are 1 in one run along the last group and 0 elsewhere.
    """

    values: Array
    low: Integers
    plain: bool = True
    runs: bool = False

    def valued(self, algebra: Algebra) -> Array:
        """Return the values in an algebra: a table without any term has the sum zero."""
        if self.plain and not algebra.counts:
            return np.where(self.values > 0, algebra.whole, algebra.empty)
        return self.values


def gathered(parts: Sequence[Part], algebra: Algebra, cap: Integers, until: int) -> list[Part]:
    """Add parts, the smallest first, until so many are left; `cap` sums are kept in each group."""
    # What no term has entered goes first: whether there is a table is less work than which.
    order = lambda part: (not part.plain, part.runs, part.values.size)  # noqa: E731
    left = sorted(parts, key=order)
    while len(left) > until:
        smallest, other, *rest = left
        plain = smallest.plain and other.plain and not algebra.counts
        kind = EXISTENCE if plain else algebra
        if smallest.plain and other.runs and other.values.shape[-1] > 3:
            # One answer at a time: adding its runs to any sums takes differences of their totals.
            left = [_joined_with_runs(smallest, other, kind, cap), *rest]
        else:
            left = sorted([_joined(smallest, other, kind, cap), *rest], key=order)
    return left


def _sides(first: Array, other: Array, cap: Integers) -> list[int]:
    return [
        min(a + b - 1, int(c))
        for a, b, c in zip(first.shape[1:], other.shape[1:], cap, strict=True)
    ]


def _joined_with_runs(part: Part, runs: Part, algebra: Algebra, cap: Integers) -> Part:
    """Add an answer whose allowed counts are runs, by differences of running totals."""
    inside = runs.values > 0
    first = inside.argmax(-1)
    beyond = first + inside.sum(-1)
    sides = _sides(part.values, runs.values, cap)
    values: Array = np.zeros((len(part.values), *sides), np.int64)
    # Running totals, with nothing before the first sum and no more after the last one.
    before, length = int(beyond.max()), part.values.shape[-1]
    totals = np.zeros((*part.values.shape[:-1], before + max(length, sides[-1]) + 1), np.int64)
    np.cumsum(part.values, axis=-1, out=totals[..., before + 1 : before + 1 + length])
    totals[..., before + 1 + length :] = totals[..., before + length, None]
    ends = np.arange(before + 1, before + 1 + sides[-1])
    for index in np.ndindex(*runs.values.shape[1:-1]):
        at = (slice(None), *index)
        start, stop = first[at], beyond[at]
        if (start == stop).all():
            continue
        kept = [
            min(side - step, size)
            for side, step, size in zip(sides, index, part.values.shape[1:], strict=False)
        ]
        if kept and min(kept) <= 0:
            continue
        to = (slice(None), *(slice(step, step + by) for step, by in zip(index, kept, strict=True)))
        source = totals[(slice(None), *(slice(0, by) for by in kept))]
        if (start == start[0]).all() and (stop == stop[0]).all():
            upper, lower = (
                source[..., ends[0] - by : ends[-1] + 1 - by] for by in (start[0], stop[0])
            )
        else:
            shape = (-1, *[1] * len(kept), sides[-1])
            upper, lower = (
                np.take_along_axis(source, (ends - by[:, None]).reshape(shape), -1)
                for by in (start, stop)
            )
        values[to] += upper - lower
    return Part(algebra.reduced(values), part.low + runs.low)


def _joined(part: Part, other: Part, algebra: Algebra, cap: Integers) -> Part:
    """Add two tables of sums; sums beyond the bases are dropped."""
    first, second = sorted((part, other), key=lambda part: part.values.size)
    small, large = first.valued(algebra), second.valued(algebra)
    dimensions = len(cap)
    sides = _sides(small, large, cap)
    values: Array = np.full((len(large), *sides), algebra.empty, algebra.kind)
    reach = small.shape[-1]
    by_rows = reach > 3 and values.size * reach <= _ROW_WORK
    # Along the last group all steps at once where that fits the cache, else one step at a time.
    axes = small.shape[1:-1] if by_rows else small.shape[1:]
    source = _shifted(large, reach, sides[-1], algebra) if by_rows else large[None]
    lengths = source.shape[2:]
    for step, index in enumerate(np.ndindex(*axes), start=1):
        weight = small[(slice(None), *index)]
        if (weight == algebra.empty).all():
            continue
        start = (*index, 0) if by_rows else index
        kept = [
            min(side - at, length) for side, at, length in zip(sides, start, lengths, strict=True)
        ]
        if min(kept) <= 0:
            continue
        to = (slice(None), *(slice(at, at + by) for at, by in zip(start, kept, strict=True)))
        frm = (slice(None), slice(None), *(slice(0, by) for by in kept))
        weight = weight.reshape(len(large), -1).T[::-1].reshape(-1, len(large), *[1] * dimensions)
        moved = algebra.both(source[frm], weight)
        moved = algebra.either.reduce(moved, axis=0) if by_rows else moved[0]
        algebra.either(values[to], moved, out=values[to])
        if step % (1 << 15) == 0:
            values = algebra.reduced(values)
    return Part(algebra.reduced(values), part.low + other.low, plain=algebra.counts)


def _shifted(large: Array, reach: int, side: int, algebra: Algebra) -> Array:
    """Return views of a table moved by each of so many steps along the last group, first axis."""
    around = np.full((*large.shape[:-1], side + reach - 1), algebra.empty, algebra.kind)
    kept = min(side, large.shape[-1])
    around[..., reach - 1 : reach - 1 + kept] = large[..., :kept]
    return np.moveaxis(np.lib.stride_tricks.sliding_window_view(around, reach, axis=-1), -1, 0)


def completed(parts: Sequence[Part], bases: Integers, algebra: Algebra) -> Array:
    """Complete each sum of the one part by what the other must bring to reach the bases."""
    parts = sorted(parts, key=lambda part: part.values.size)
    values, low = parts[0].valued(algebra), parts[0].low
    if len(parts) == 1:
        nothing: Array = np.full((len(bases), *[1] * bases.shape[1]), algebra.whole, algebra.kind)
        other, other_low = values, low
        values, low = nothing, np.zeros_like(low)
    else:
        other, other_low = parts[1].valued(algebra), parts[1].low
    missing = bases - low - other_low
    dimensions = bases.shape[1]
    index: list[Integers] = [np.arange(len(bases)).reshape(-1, *[1] * dimensions)]
    reachable = np.ones(values.shape, np.bool_)
    for group in range(dimensions):
        need = missing[:, group, None] - np.arange(values.shape[group + 1])
        shape = [len(bases), *[1] * dimensions]
        shape[group + 1] = values.shape[group + 1]
        inside = (need >= 0) & (need < other.shape[group + 1])
        reachable &= inside.reshape(shape)
        index.append(np.where(inside, need, 0).reshape(shape))
    whole = algebra.both(values, other[tuple(index)])
    whole = np.where(reachable, algebra.reduced(whole), algebra.empty)
    total: Array = algebra.either.reduce(whole, axis=tuple(range(1, dimensions + 1)))
    return total


@dataclass
class Node:
    """Some answers that are added up, and what their sum must satisfy."""

    answers: tuple[int, ...]
    children: list["Node"] = field(default_factory=list)
    shares: list[tuple[Share, bool]] = field(default_factory=list)


def build_tree(
    answers: int, shares: Sequence[Share], wanted: tuple[int, ...] = ()
) -> tuple[Node, list[Share]]:
    """Nest the sums that the cells speak of, with a node for the sum of the wanted answers.

    The second value are the cells whose sums overlap without one containing the other (nor its
    complement): those fit no tree.
    """
    everything = frozenset(range(answers))
    family = {everything, *(frozenset({answer}) for answer in everything)}
    if wanted:
        family.add(frozenset(wanted))
    crossing, placed = [], []
    for share in shares:
        named = frozenset(share.answers)
        sides = [named, everything - named]
        fits = [side for side in sides if side and all(_nested(side, summed) for summed in family)]
        if fits:
            family.add(fits[0])
            placed.append((share, fits[0]))
        else:
            crossing.append(share)
    nodes: list[Node] = []
    for summed in sorted(family, key=lambda summed: (len(summed), sorted(summed))):
        inside = [node for node in nodes if summed.issuperset(node.answers)]
        nodes = [node for node in nodes if node not in inside]
        own_shares = [
            (share, share.answers != tuple(sorted(summed))) for share, at in placed if at == summed
        ]
        nodes.append(Node(tuple(sorted(summed)), inside, own_shares))
    return nodes[0], crossing


def _nested(first: frozenset[int], other: frozenset[int]) -> bool:
    return first <= other or other <= first or not first & other


def batches(candidates: Candidates) -> Iterator[Integers]:
    """Split tuples of bases into batches of similar size, in ascending order of their states."""
    room = candidates.bases - candidates.low.sum(2)
    width = np.minimum((candidates.high - candidates.low).sum(2), room) + 1
    states = width.astype(np.float64).prod(1)
    if len(states) and states.max() > _LARGEST_STATE:
        worst = int(states.argmax())
        raise SurveyError(
            f"bases {candidates.bases[worst].tolist()}: too many possible counts in a cell for an "
            "exact answer; fix the bases, or give the cells that are not printed"
        )
    order = np.argsort(states, kind="stable")
    start = 0
    while start < len(order):
        stop = start + max(1, int(_BATCH_STATES // states[order[start]]))
        while stop - start > 1 and states[order[min(stop, len(order)) - 1]] * (stop - start) > (
            2 * _BATCH_STATES
        ):
            stop = start + (stop - start) // 2
        yield order[start:stop]
        start = stop


def add_up(
    root: Node, candidates: Candidates, algebra: Algebra, term: Objective | None = None
) -> Array:
    """Return the number of tables of each tuple of bases, or the largest sum of terms over them."""
    cap = (candidates.bases - candidates.low.sum(2)).max(0) + 1
    bases = candidates.bases.T.reshape(
        candidates.bases.shape[1], len(candidates), *[1] * candidates.bases.shape[1]
    )
    whole: Array = np.full(len(candidates), algebra.whole, algebra.kind)
    for share, _ in root.shares:
        # The sum of all answers is the base itself.
        fits = allowed(share, bases, bases).reshape(len(candidates))
        whole = np.where(fits, whole, algebra.empty)
    parts = [_table(child, candidates, bases, algebra, term, cap) for child in root.children]
    if not parts:
        parts = [_table(Node(root.answers), candidates, bases, algebra, term, cap)]
    elif term is not None:
        value = term(root.answers, bases, bases)
        if value is not None:
            whole = algebra.both(whole, _defined(value).reshape(len(candidates)))
    values = completed(gathered(parts, algebra, cap, 2), candidates.bases, algebra)
    return algebra.reduced(algebra.both(values, whole))


def _table(
    node: Node,
    candidates: Candidates,
    bases: Integers,
    algebra: Algebra,
    term: Objective | None,
    cap: Integers,
) -> Part:
    """Add up a node's answers: values by sum of counts, counted from the sum of the lows."""
    if node.children:
        parts = [_table(child, candidates, bases, algebra, term, cap) for child in node.children]
        (together,) = gathered(parts, algebra, cap, 1)
        values, low, plain = together.values, together.low, together.plain
    else:
        low = candidates.low[:, :, node.answers[0]]
        values, plain = _fitting(node, candidates, bases, cap).astype(np.int64), True
    # The counts of one answer that print as they do make a run along each group.
    runs = not node.children
    if not node.shares and term is None:
        return Part(values, low, plain, runs)
    counts = _counts(values.shape, low)
    if node.children:
        fits = _all_allowed(node, counts, bases)
        values = np.where(fits, values, 0 if plain else algebra.empty)
    if term is not None:
        # Counts beyond the bases belong to no table; the terms need not be defined there.
        value = term(node.answers, np.minimum(counts, bases), bases)
        if value is not None:
            values = algebra.both(Part(values, low, plain).valued(algebra), _defined(value))
            plain = runs = False
    return Part(values, low, plain, runs)


def _fitting(node: Node, candidates: Candidates, bases: Integers, cap: Integers) -> Booleans:
    """Return which counts of one answer lie within its bounds and print as its cells do."""
    key = (*node.answers, *((id(share), complement) for share, complement in node.shares))
    if key not in candidates.fitting:
        low = candidates.low[:, :, node.answers[0]]
        spread = candidates.high[:, :, node.answers[0]] - low
        sides = np.minimum(spread.max(0) + 1, cap)
        inside: Booleans = np.ones((len(candidates), *sides), np.bool_)
        for group, side in enumerate(sides):
            shape = [len(candidates), *[1] * len(sides)]
            shape[group + 1] = side
            inside &= (np.arange(side) <= spread[:, group, None]).reshape(shape)
        if node.shares:
            inside &= _all_allowed(node, _counts(inside.shape, low), bases)
        candidates.fitting[key] = inside
    return candidates.fitting[key]


def _all_allowed(node: Node, counts: Integers, bases: Integers) -> Booleans:
    """Return which sums of counts print as all cells do that speak of a node's answers."""
    fits: Booleans = np.ones(counts.shape[1:], np.bool_)
    for share, complement in node.shares:
        fits &= allowed(share, bases - counts if complement else counts, bases)
    return fits


def _defined(value: Array) -> Array:
    """A table for which the statistic is not defined is left out."""
    return np.where(np.isnan(value), -np.inf, value)


def _counts(shape: tuple[int, ...], low: Integers) -> Integers:
    """Return the groups' counts (first axis) that the entries of a table of sums stand for."""
    counts = np.empty((len(shape) - 1, *shape), np.int64)
    for group, side in enumerate(shape[1:]):
        axes = [1] * len(shape)
        axes[group + 1] = side
        start = low[:, group].reshape(-1, *[1] * (len(shape) - 1))
        counts[group] = start + np.arange(side).reshape(axes)
    return counts


def allowed(share: Share, counts: Integers, bases: Integers) -> Booleans:
    """Return which sums of counts print as the cell does."""
    if share.rounded is not None:
        of = list(share.groups)
        return share.rounded.holds(counts[of], bases[of])
    groups, against = list(share.groups), list(share.against)
    chosen, base = counts[groups].sum(0), bases[groups].sum(0)
    if against:
        other = bases[against].sum(0)
        chosen = chosen * other - counts[against].sum(0) * base
        base = base * other
    low, high = count_bounds(share.interval, base)
    prints_so: Booleans = (low <= chosen) & (chosen <= high)
    return prints_so
