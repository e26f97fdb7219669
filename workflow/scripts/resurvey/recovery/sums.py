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

from resurvey.errors import SurveyError
from resurvey.recovery.bases import Candidates, Integers, count_bounds
from resurvey.recovery.constraints import Share
from resurvey.recovery.objectives import Objective

# States of one batch, and states beyond which one tuple of bases is refused.
_BATCH_STATES = 1 << 21
_LARGEST_STATE = 1 << 26

Array = NDArray[Any]


@dataclass(frozen=True)
class Algebra:
    """What adding up tables means: counting them, or keeping the largest value.

    With a modulus, counts are kept modulo it.
    """

    empty: float
    whole: float
    either: Callable[..., Array]
    both: Callable[..., Array]
    kind: type
    modulus: int | None = None

    def reduced(self, values: Array) -> Array:
        """Take values modulo the modulus, if there is one."""
        return values if self.modulus is None else values % self.modulus


LARGEST = Algebra(-np.inf, 0.0, np.maximum, np.add, np.float64)


def counting(modulus: int | None = None) -> Algebra:
    """Count tables, modulo a small prime where the number may leave 64 bits."""
    return Algebra(0, 1, np.add, np.multiply, np.int64, modulus)


@dataclass
class Node:
    """Some answers that are added up, and what their sum must satisfy."""

    answers: tuple[int, ...]
    children: list["Node"] = field(default_factory=list)
    shares: list[tuple[Share, bool]] = field(default_factory=list)


def build_tree(
    answers: int, shares: Sequence[Share], wanted: tuple[int, ...] = ()
) -> tuple[Node, list[Share]]:
    """Nest the sums that the cells speak of.

    Parameters
    ----------
    answers : int
        Number of answers.
    shares : sequence of Share
        What the cells demand.
    wanted : tuple of int
        Answers whose sum a statistic is about; it gets a node of its own.

    Returns
    -------
    tuple of Node and list of Share
        The root, and the cells whose sums overlap without one containing the other (nor its
        complement): those fit no tree.
    """
    every = frozenset(range(answers))
    family = {every, *(frozenset({answer}) for answer in every)}
    if wanted:
        family.add(frozenset(wanted))
    crossing, placed = [], []
    for share in shares:
        own = frozenset(share.answers)
        sides = [own, every - own]
        fits = [side for side in sides if side and all(_nested(side, one) for one in family)]
        if fits:
            family.add(fits[0])
            placed.append((share, fits[0]))
        else:
            crossing.append(share)
    nodes: list[Node] = []
    for one in sorted(family, key=lambda one: (len(one), sorted(one))):
        inside = [node for node in nodes if one.issuperset(node.answers)]
        nodes = [node for node in nodes if node not in inside]
        own_shares = [
            (share, share.answers != tuple(sorted(one))) for share, at in placed if at == one
        ]
        nodes.append(Node(tuple(sorted(one)), inside, own_shares))
    return nodes[0], crossing


def _nested(one: frozenset[int], other: frozenset[int]) -> bool:
    return one <= other or other <= one or not one & other


def batches(found: Candidates) -> Iterator[Integers]:
    """Split tuples of bases into batches of similar size, in ascending order of their states."""
    room = found.bases - found.low.sum(2)
    width = np.minimum((found.high - found.low).sum(2), room) + 1
    states = width.astype(np.float64).prod(1)
    if len(states) and states.max() > _LARGEST_STATE:
        worst = int(states.argmax())
        raise SurveyError(
            f"bases {found.bases[worst].tolist()}: too many possible counts in a cell for an exact "
            "answer; fix the bases, or give the cells that are not printed"
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


def add_up(root: Node, found: Candidates, algebra: Algebra, term: Objective | None = None) -> Array:
    """Add up all tables of each tuple of bases.

    Parameters
    ----------
    root : Node
        From `build_tree`.
    found : Candidates
        One batch of tuples of bases.
    algebra : Algebra
        Counting, or the largest value.
    term : Objective, optional
        What each answer (or sum of answers) contributes.

    Returns
    -------
    array, one value per tuple
        The number of tables, or the largest sum of terms over them (minus infinity: no table).
    """
    cap = (found.bases - found.low.sum(2)).max(0) + 1
    bases = found.bases.T.reshape(found.bases.shape[1], len(found), *[1] * found.bases.shape[1])
    whole: Array = np.full(len(found), algebra.whole, algebra.kind)
    for share, _ in root.shares:
        # The sum of all answers is the base itself.
        fits = allowed(share, bases, bases).reshape(len(found))
        whole = np.where(fits, whole, algebra.empty)
    parts = [_table(child, found, bases, algebra, term, cap) for child in root.children]
    if not parts:
        parts = [_table(Node(root.answers), found, bases, algebra, term, cap)]
    elif term is not None:
        value = term(root.answers, bases, bases)
        if value is not None:
            whole = algebra.both(whole, _defined(value).reshape(len(found)))
    while len(parts) > 2:
        parts.sort(key=lambda part: part[0].size)
        parts = [_joined(parts[0], parts[1], algebra, cap), *parts[2:]]
    values = _completed(parts, found.bases, algebra)
    return algebra.reduced(algebra.both(values, whole))


def _table(
    node: Node,
    found: Candidates,
    bases: Integers,
    algebra: Algebra,
    term: Objective | None,
    cap: Integers,
) -> tuple[Array, Integers]:
    """Add up a node's answers: values by sum of counts, counted from the sum of the lows."""
    if node.children:
        parts = [_table(child, found, bases, algebra, term, cap) for child in node.children]
        while len(parts) > 1:
            parts.sort(key=lambda part: part[0].size)
            parts = [_joined(parts[0], parts[1], algebra, cap), *parts[2:]]
        values, low = parts[0]
    else:
        (answer,) = node.answers
        low = found.low[:, :, answer]
        spread = found.high[:, :, answer] - low
        sides = np.minimum(spread.max(0) + 1, cap)
        values = np.full((len(found), *sides), algebra.whole, algebra.kind)
        for group, side in enumerate(sides):
            inside = np.arange(side) <= spread[:, group, None]
            shape = [len(found), *[1] * len(sides)]
            shape[group + 1] = side
            values = np.where(inside.reshape(shape), values, algebra.empty)
    if not node.shares and term is None:
        return values, low
    counts = _counts(values.shape, low)
    for share, complement in node.shares:
        fits = allowed(share, bases - counts if complement else counts, bases)
        values = np.where(fits, values, algebra.empty)
    if term is not None:
        # Counts beyond the bases belong to no table; the terms need not be defined there.
        value = term(node.answers, np.minimum(counts, bases), bases)
        if value is not None:
            values = algebra.both(values, _defined(value))
    return values, low


def _defined(value: Array) -> Array:
    """A table for which the statistic is not defined is left out."""
    return np.where(np.isnan(value), -np.inf, value)


def _counts(shape: tuple[int, ...], low: Integers) -> Integers:
    """Give the groups' counts (first axis) that the entries of a table of sums stand for."""
    counts = np.empty((len(shape) - 1, *shape), np.int64)
    for group, side in enumerate(shape[1:]):
        axes = [1] * len(shape)
        axes[group + 1] = side
        start = low[:, group].reshape(-1, *[1] * (len(shape) - 1))
        counts[group] = start + np.arange(side).reshape(axes)
    return counts


def allowed(share: Share, counts: Integers, bases: Integers) -> NDArray[np.bool_]:
    """Tell which sums of counts print as the cell does."""
    groups, against = list(share.groups), list(share.against)
    chosen, base = counts[groups].sum(0), bases[groups].sum(0)
    if against:
        other = bases[against].sum(0)
        chosen = chosen * other - counts[against].sum(0) * base
        base = base * other
    low, high = count_bounds(share.interval, base)
    return (low <= chosen) & (chosen <= high)


def _joined(
    one: tuple[Array, Integers], other: tuple[Array, Integers], algebra: Algebra, cap: Integers
) -> tuple[Array, Integers]:
    """Add two tables of sums; sums beyond the bases are dropped."""
    (small, small_low), (large, large_low) = sorted((one, other), key=lambda part: part[0].size)
    dimensions = len(cap)
    sides = [
        min(a + b - 1, int(c))
        for a, b, c in zip(small.shape[1:], large.shape[1:], cap, strict=True)
    ]
    values = np.full((len(large), *sides), algebra.empty, algebra.kind)
    for step, index in enumerate(np.ndindex(*small.shape[1:]), start=1):
        weight = small[(slice(None), *index)]
        if (weight == algebra.empty).all():
            continue
        lengths = [
            min(side - at, length)
            for side, at, length in zip(sides, index, large.shape[1:], strict=True)
        ]
        if min(lengths) <= 0:
            continue
        to = (slice(None), *(slice(at, at + by) for at, by in zip(index, lengths, strict=True)))
        frm = (slice(None), *(slice(0, by) for by in lengths))
        weight = weight.reshape(-1, *[1] * dimensions)
        algebra.either(values[to], algebra.both(large[frm], weight), out=values[to])
        if step % (1 << 19) == 0:
            values = algebra.reduced(values)
    return algebra.reduced(values), small_low + large_low


def _completed(parts: list[tuple[Array, Integers]], bases: Integers, algebra: Algebra) -> Array:
    """Complete each sum of the one part by what the other must bring to reach the bases."""
    parts = sorted(parts, key=lambda part: part[0].size)
    values, low = parts[0]
    if len(parts) == 1:
        one: Array = np.full((len(bases), *[1] * bases.shape[1]), algebra.whole, algebra.kind)
        other, other_low = values, low
        values, low = one, np.zeros_like(low)
    else:
        other, other_low = parts[1]
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
    completed = algebra.both(values, other[tuple(index)])
    completed = np.where(reachable, algebra.reduced(completed), algebra.empty)
    return algebra.either.reduce(completed, axis=tuple(range(1, dimensions + 1)))  # type: ignore[attr-defined]
