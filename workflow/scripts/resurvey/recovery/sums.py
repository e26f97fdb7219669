"""Dynamic programming over sums: how many tables there are, and the extremes of a statistic.

A table is a choice of one vector of counts (one count per group) for each answer, and the vectors
must sum to the bases. Vectors are added up along a tree whose inner nodes are the derived rows,
so that every printed sum is checked where it arises; the last step looks up what is missing to
the bases. All tuples of bases of a batch go through each step together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from resurvey.core.errors import SurveyError
from resurvey.recovery.bases import Candidates, Integers, count_bounds
from resurvey.recovery.constraints import Share
from resurvey.recovery.convolution import Algebra, Array, Part, completed, gathered
from resurvey.recovery.objectives import Objective

# States of one batch, and states beyond which one tuple of bases is refused.
_BATCH_STATES = 1 << 21
_LARGEST_STATE = 1 << 23


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
    values = completed(gathered(parts, algebra, cap, 2), found.bases, algebra)
    return algebra.reduced(algebra.both(values, whole))


def _table(
    node: Node,
    found: Candidates,
    bases: Integers,
    algebra: Algebra,
    term: Objective | None,
    cap: Integers,
) -> Part:
    """Add up a node's answers: values by sum of counts, counted from the sum of the lows."""
    if node.children:
        parts = [_table(child, found, bases, algebra, term, cap) for child in node.children]
        (together,) = gathered(parts, algebra, cap, 1)
        values, low, plain = together.values, together.low, together.plain
    else:
        (answer,) = node.answers
        low = found.low[:, :, answer]
        spread = found.high[:, :, answer] - low
        sides = np.minimum(spread.max(0) + 1, cap)
        values, plain = np.ones((len(found), *sides), np.int64), True
        for group, side in enumerate(sides):
            inside = np.arange(side) <= spread[:, group, None]
            shape = [len(found), *[1] * len(sides)]
            shape[group + 1] = side
            values = values * inside.reshape(shape)
    # The counts of one answer that print as they do make a run along each group.
    runs = not node.children
    if not node.shares and term is None:
        return Part(values, low, plain, runs)
    counts = _counts(values.shape, low)
    for share, complement in node.shares:
        fits = allowed(share, bases - counts if complement else counts, bases)
        values = np.where(fits, values, 0 if plain else algebra.empty)
    if term is not None:
        # Counts beyond the bases belong to no table; the terms need not be defined there.
        value = term(node.answers, np.minimum(counts, bases), bases)
        if value is not None:
            values = algebra.both(Part(values, low, plain).valued(algebra), _defined(value))
            plain = runs = False
    return Part(values, low, plain, runs)


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
    prints_so: NDArray[np.bool_] = (low <= chosen) & (chosen <= high)
    return prints_so
