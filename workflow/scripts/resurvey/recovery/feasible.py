"""The feasible set of one rounding rule: every tuple of bases with its tables of counts."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice

import numpy as np

from resurvey.recovery.bases import Candidates, Integers, find_candidates, tighten
from resurvey.recovery.constraints import Share
from resurvey.recovery.printed_table import PrintedTable
from resurvey.recovery.sums import (
    EXISTENCE,
    LARGEST,
    Floats,
    Node,
    Objective,
    add_up,
    allowed,
    batches,
    build_tree,
    counting,
)

# A step of adding up takes the time of so many sums, however few it makes.
_STEP = 10_000


class FeasibleSet:
    """All tables of counts that satisfy a set of constraints.

    answers: Number of answers.
    shares: What the cells demand.
    found: Tuples of bases with bounds of their counts.
    """

    def __init__(self, answers: int, shares: Sequence[Share], candidates: Candidates):
        self.answers = answers
        self.shares = tuple(shares)
        self.candidates = candidates
        # Several statistics of the whole table are made from the extremes of the same sum.
        self._known: dict[Objective, tuple[Floats, Floats]] = {}

    @classmethod
    def of(cls, table: PrintedTable, shares: Sequence[Share]) -> "FeasibleSet":
        """Find the candidates of a printed table."""
        return cls(table.answers, shares, find_candidates(table, shares))

    @cached_property
    def numbers(self) -> list[int]:
        """The exact number of tables of each candidate tuple of bases, in order."""
        root, crossing = build_tree(self.answers, self.shares)
        if crossing:
            numbers = [0] * len(self.candidates)
            for tuples, _ in self.tables():
                for position, number in zip(*np.unique(tuples, return_counts=True), strict=True):
                    numbers[position] += int(number)
            return numbers
        if all(len(share.groups) == 1 and not share.against for share in self.shares):
            return self._independent_numbers()
        return _numbers(root, self.candidates)

    def _independent_numbers(self) -> list[int]:
        """Multiply the groups' own numbers where no cell speaks of two groups."""
        product = [1] * len(self.candidates)
        for group in range(self.candidates.bases.shape[1]):
            alone = [
                replace(share, groups=(0,)) for share in self.shares if share.groups == (group,)
            ]
            # The same base of a group stands in many tuples, and has its number once.
            bases, first, which = np.unique(
                self.candidates.bases[:, group], return_index=True, return_inverse=True
            )
            part = Candidates(
                bases[:, None],
                self.candidates.low[first, group : group + 1],
                self.candidates.high[first, group : group + 1],
            )
            numbers = _numbers(build_tree(self.answers, alone)[0], part)
            product = [old * numbers[at] for old, at in zip(product, which, strict=True)]
        return product

    @cached_property
    def number(self) -> int:
        """The exact number of tables."""
        return sum(self.numbers)

    @cached_property
    def is_empty(self) -> bool:
        """Whether no table satisfies the constraints."""
        root, crossing = build_tree(self.answers, self.shares)
        if crossing:
            return next(self.tables(), None) is None
        return not any(
            add_up(root, self.candidates.take(batch), EXISTENCE).any()
            for batch in batches(self.candidates)
        )

    @cached_property
    def work(self) -> float:
        """About how many sums of counts the extremes of one statistic take the time of."""
        low, high = self.candidates.low, self.candidates.high
        if not len(self.candidates):
            return 0.0
        room = self.candidates.bases - low.sum(2) + 1.0
        widths = high - low + 1.0
        # The smallest answers are added up first, as `gathered` does.
        order = widths.prod(1).argsort(1, kind="stable")
        widths = np.take_along_axis(widths, order[:, None, :], 2)
        sums, steps, total = widths[:, :, 0], np.zeros(len(widths)), 0.0
        # The last answer is looked up: it has what is missing to the bases.
        for answer in range(1, self.answers - 1):
            added = widths[:, :, answer]
            fewer = np.minimum(sums.prod(1), added.prod(1))
            steps += fewer
            total += float((fewer * np.maximum(sums.prod(1), added.prod(1))).sum())
            sums = np.minimum(sums + added - 1, room)
        total += float(sums.prod(1).sum())
        return total + _STEP * float(steps.max())

    def extremes(self, term: Objective, wanted: tuple[int, ...] = ()) -> tuple[Floats, Floats]:
        """Return the smallest and largest sum of terms over the tables of each tuple of bases.

        Tables for which a term is not defined are left out; where no table is left, the smallest
        is infinite and the largest minus infinite.
        """
        if wanted:
            return self._extremes(term, wanted)
        if term not in self._known:
            self._known[term] = self._extremes(term, wanted)
        return self._known[term]

    def _extremes(self, term: Objective, wanted: tuple[int, ...]) -> tuple[Floats, Floats]:
        low = np.full(len(self.candidates), np.inf)
        high = np.full(len(self.candidates), -np.inf)
        root, crossing = build_tree(self.answers, self.shares, wanted)
        if crossing:
            for tuples, counts in self.tables():
                values = _direct(term, wanted, counts, self.candidates.bases[tuples])
                kept = ~np.isnan(values)
                np.minimum.at(low, tuples[kept], values[kept])
                np.maximum.at(high, tuples[kept], values[kept])
            return low, high

        def both_ends(of: tuple[int, ...], counts: Integers, bases: Integers) -> Floats | None:
            value = term(of, counts, bases)
            if value is not None:
                value = value.copy()
                value[len(value) // 2 :] *= -1
            return value

        for batch, twice in self._only_batch or self._doubled():
            ends = add_up(root, twice, LARGEST, both_ends)
            high[batch], low[batch] = ends[: len(batch)], -ends[len(batch) :]
        return low, high

    def _doubled(self) -> Iterator[tuple[Integers, Candidates]]:
        """Give each tuple of bases twice: once for the largest sum, once for the smallest."""
        for batch in batches(self.candidates):
            yield batch, self.candidates.take(np.tile(batch, 2))

    @cached_property
    def _only_batch(self) -> list[tuple[Integers, Candidates]]:
        """The batch with what is known of it, where there is one; several would not fit at once."""
        first = list(islice(self._doubled(), 2))
        return first if len(first) == 1 else []

    def tables(self) -> Iterator[tuple[Integers, Integers]]:
        """Walk through all tables: positions of their bases, and counts by group and answer."""
        return enumerate_tables(self.candidates, self.shares)

    def with_bases(self, among: Collection[tuple[int, ...]]) -> "FeasibleSet":
        """Keep the tables with certain bases."""
        kept = [tuple(bases) in among for bases in self.candidates.bases.tolist()]
        return FeasibleSet(self.answers, self.shares, self.candidates.take(np.array(kept, bool)))

    def restricted(self, shares: Sequence[Share]) -> "FeasibleSet":
        """Keep the tables that satisfy further constraints."""
        together = (*self.shares, *shares)
        return FeasibleSet(self.answers, together, tighten(self.candidates, together))


def _direct(term: Objective, wanted: tuple[int, ...], counts: Integers, bases: Integers) -> Floats:
    """Evaluate a statistic on listed tables."""
    values = np.zeros(len(counts))
    rows = [wanted] if wanted else [(answer,) for answer in range(counts.shape[2])]
    for answers in rows:
        value = term(answers, counts[:, :, list(answers)].sum(2).T, bases.T)
        if value is not None:
            values = values + value
    return values


def _numbers(root: Node, candidates: Candidates) -> list[int]:
    """Count the tables of each tuple of bases exactly."""
    numbers = [0] * len(candidates)
    for batch in batches(candidates):
        for position, number in zip(
            batch, _batch_numbers(root, candidates.take(batch)), strict=True
        ):
            numbers[position] = number
    return numbers


def _batch_numbers(root: Node, part: Candidates) -> list[int]:
    """Count, by remainders where 64 bits might not hold the number."""
    widths = (part.high - part.low + 1).astype(np.float64).prod(1)
    # The counts of one answer follow from those of the others.
    bits = np.log2(widths).sum(1) - np.log2(widths).min(1)
    largest = float(bits.max(initial=0))
    if largest < 62:
        return [int(number) for number in add_up(root, part, counting())]
    total, product = np.zeros(len(part), object), 1
    for prime in _primes():
        remainder = add_up(root, part, counting(prime)).astype(object)
        total = total + product * ((remainder - total) * pow(product, -1, prime) % prime)
        product *= prime
        if product.bit_length() > largest + 2:
            break
    return [int(number) for number in total]


def _primes() -> Iterator[int]:
    """Primes small enough that a million products of two remainders stay in 64 bits."""
    candidate = (1 << 21) - 1
    while True:
        if all(candidate % divisor for divisor in range(3, int(candidate**0.5) + 1, 2)):
            yield candidate
        candidate -= 2


# Unfinished tables held at a time; above it they are finished in halves.
_HELD = 1 << 18


def enumerate_tables(
    candidates: Candidates, shares: Sequence[Share]
) -> Iterator[tuple[Integers, Integers]]:
    """Yield positions of tuples of bases, and counts (tables x groups x answers) of all tables."""
    groups, answers = candidates.low.shape[1:]
    steps = [(group, answer) for answer in range(answers) for group in range(groups)]
    checks: dict[int, list[Share]] = {}
    for share in shares:
        checks.setdefault(max(share.answers), []).append(share)
    # What the answers after each one can still bring to a group.
    low_after = candidates.low[:, :, ::-1].cumsum(2)[:, :, ::-1] - candidates.low
    high_after = candidates.high[:, :, ::-1].cumsum(2)[:, :, ::-1] - candidates.high
    start = np.arange(len(candidates)), np.zeros((len(candidates), groups, answers), np.int64)
    waiting = [(0, *piece) for piece in _halves(*start)]
    while waiting:
        step, tuples, counts = waiting.pop()
        if step == len(steps):
            if len(tuples):
                yield tuples, counts
            continue
        group, answer = steps[step]
        left = candidates.bases[tuples, group] - counts[:, group, :answer].sum(1)
        low = np.maximum(
            candidates.low[tuples, group, answer], left - high_after[tuples, group, answer]
        )
        high = np.minimum(
            candidates.high[tuples, group, answer], left - low_after[tuples, group, answer]
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
            bases = candidates.bases[tuples].T
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
