"""Several tables at once: one set of respondents has to satisfy all of them.

Each table says how many respondents of each group gave an answer, or answered at all; routing
says who cannot have answered what. Statements that no set of respondents satisfies are named in
the smallest number that contradict each other, with the number of respondents that it takes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from resurvey.core.errors import SurveyError
from resurvey.recovery.printed_table import TOTAL

#: The set that every respondent belongs to; every other set lies within it.
RESPONDENTS = "respondents"

# Sets that exclude each other are looked at up to so many together.
_LARGEST_CLIQUE = 4


@dataclass(frozen=True, slots=True)
class Size:
    """So many respondents of a group belong to a set.

    members: Name of the set, such as ``"job_fit answered"``, or ``respondents``.
    group: A group, or ``total``.
    low, high: Smallest and largest number: over all solutions of the table, say.
    says: The statement as a reader is told it.
    """

    members: str
    group: str
    low: int
    high: int
    says: str


@dataclass(frozen=True, slots=True)
class Disjoint:
    """Nobody belongs to both sets: routing that keeps the ones from a question."""

    first: str
    second: str
    says: str


@dataclass(frozen=True, slots=True)
class Within:
    """Everybody of the inner set belongs to the outer one."""

    inner: str
    outer: str
    says: str


Statement = Size | Disjoint | Within


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Statements that cannot all hold.

    statements: The smallest number of them that contradict each other.
    sets: The sets they are about.
    groups: The groups counted; all of them for the total.
    respondents: At least so many respondents break a statement: are in two sets that exclude
        each other, are missing from the outer set, or are more than there are.
    arithmetic: The sum that shows it, such as ``"83 + 501 - 515 = 69"``.
    """

    statements: tuple[Statement, ...]
    sets: tuple[str, ...]
    groups: tuple[str, ...]
    respondents: int
    arithmetic: str


@dataclass(frozen=True, slots=True)
class _Bound:
    number: int
    because: frozenset[Statement]


_NOTHING = _Bound(0, frozenset())


def contradictions(statements: Sequence[Statement], groups: Sequence[str]) -> list[Contradiction]:
    """Find the statements about one set of respondents that contradict each other.

    Parameters
    ----------
    statements : sequence of Size, Disjoint or Within
        What the tables and the routing say. Groups share no respondents and together are all.
    groups : sequence of str
        Names of the groups, without ``total``.

    Returns
    -------
    list of Contradiction
        For each set, pair or family of sets the smallest number of statements, and among these
        the most respondents; the largest number of respondents first.

    Raises
    ------
    SurveyError
        If a statement names an unknown group, or bounds that cross.

    Notes
    -----
    Sets that exclude each other fit into the groups S only if their smallest numbers there sum
    to no more than the respondents of S; a set's smallest number in S follows from its numbers by
    group, or from its total less its largest numbers elsewhere, or from a set within it. For one
    family of sets that exclude each other this is all that can go wrong (the cut condition of a
    transport problem), and nobody belongs to a set within two of them; what only several
    families together exclude is not looked for, so that a rare statement may be one too many.

    Examples
    --------
    >>> found = contradictions([
    ...     Size("respondents", "total", 515, 515, "515 respondents"),
    ...     Size("no job", "total", 83, 83, "83 did not work"),
    ...     Size("rated the job", "total", 501, 501, "501 rated their job"),
    ...     Disjoint("no job", "rated the job", "who does not work cannot rate the job"),
    ... ], groups=["men", "women"])
    >>> found[0].respondents, found[0].arithmetic, len(found[0].statements)
    (69, '83 + 501 - 515 = 69', 4)
    """
    distinct: dict[frozenset[Statement], Contradiction] = {}
    for contradiction in _search(statements, groups):
        # The best of its sets may still contain fewer statements that contradict each other.
        smallest = min(_search(contradiction.statements, groups), key=_rank)
        if len(smallest.statements) == len(contradiction.statements):
            smallest = contradiction
        # The same statements may contradict each other in several ways: tell the richest one.
        same = distinct.setdefault(frozenset(smallest.statements), smallest)
        if len(smallest.sets) > len(same.sets):
            distinct[frozenset(smallest.statements)] = smallest
    kept = [
        contradiction
        for contradiction in distinct.values()
        if not _implied(contradiction, distinct.values())
    ]
    return sorted(kept, key=lambda contradiction: (-contradiction.respondents, contradiction.sets))


def _search(statements: Sequence[Statement], groups: Sequence[str]) -> list[Contradiction]:
    """Find the best contradiction of each set, pair or family of sets."""
    numbers = _Numbers(statements, tuple(groups))
    best_by_sets: dict[frozenset[str], Contradiction] = {}
    for sets, routing, container in _families(statements, numbers.holders):
        for some in _group_sets(groups):
            for contradiction in _overflows(numbers, sets, routing, container, some):
                key = _about(contradiction)
                best = best_by_sets.get(key)
                if best is None or _rank(contradiction) < _rank(best):
                    best_by_sets[key] = contradiction
    return list(best_by_sets.values())


def _about(contradiction: Contradiction) -> frozenset[str]:
    """Name the sets that the statements are about, besides all respondents."""
    names: set[str] = set()
    for statement in contradiction.statements:
        if isinstance(statement, Size):
            names.add(statement.members)
        elif isinstance(statement, Disjoint):
            names |= {statement.first, statement.second}
        else:
            names |= {statement.inner, statement.outer}
    return frozenset(names - {RESPONDENTS})


def _rank(contradiction: Contradiction) -> tuple[int, int, int]:
    return len(contradiction.statements), -contradiction.respondents, len(contradiction.groups)


def _implied(contradiction: Contradiction, others: Iterable[Contradiction]) -> bool:
    """Return whether fewer of the same statements already contradict each other."""
    statements = set(contradiction.statements)
    return any(set(other.statements) < statements for other in others)


def _group_sets(groups: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for size in range(1, len(groups) + 1):
        yield from combinations(groups, size)


def _families(
    statements: Sequence[Statement], holders: dict[str, dict[str, frozenset[Statement]]]
) -> Iterator[tuple[tuple[str, ...], frozenset[Statement], str]]:
    """Return the families of sets that must fit side by side into one set, and why.

    Each set by itself must fit into the respondents, and into what it lies within; sets that
    exclude each other must fit side by side into whatever holds them all.
    """
    names = sorted(
        {statement.members for statement in statements if isinstance(statement, Size)}
        - {RESPONDENTS}
    )
    excluding = {
        frozenset((statement.first, statement.second)): statement
        for statement in statements
        if isinstance(statement, Disjoint)
    }
    names = sorted({*names, *(name for pair in excluding for name in pair)} - {RESPONDENTS})
    for size in range(1, _LARGEST_CLIQUE + 1):
        for sets in combinations(names, size):
            pairs = [frozenset(pair) for pair in combinations(sets, 2)]
            if not all(pair in excluding for pair in pairs):
                continue
            routing = frozenset(excluding[pair] for pair in pairs)
            yield sets, routing, RESPONDENTS
            if size == 1:
                yield sets, routing, sets[0]
            shared = set.intersection(*(set(holders.get(name, {})) for name in sets))
            for holder in sorted(shared):
                chains = frozenset(step for name in sets for step in holders[name][holder])
                yield sets, routing | chains, holder
    yield (RESPONDENTS,), frozenset(), RESPONDENTS


def _holders(
    statements: Sequence[Statement],
) -> dict[str, dict[str, frozenset[Statement]]]:
    """Follow `Within` from each set to all sets that hold it, by the shortest way."""
    steps = [step for step in statements if isinstance(step, Within)]
    holders: dict[str, dict[str, frozenset[Statement]]] = {}
    for start in {step.inner for step in steps}:
        reached: dict[str, frozenset[Statement]] = {start: frozenset()}
        edge = [start]
        while edge:
            name = edge.pop(0)
            for step in steps:
                if step.inner == name and step.outer not in reached:
                    reached[step.outer] = reached[name] | {step}
                    edge.append(step.outer)
        del reached[start]
        holders[start] = reached
    return holders


def _empty(
    statements: Sequence[Statement], holders: dict[str, dict[str, frozenset[Statement]]]
) -> dict[str, frozenset[Statement]]:
    """Find the sets that lie within two sets that exclude each other, and why."""
    empty: dict[str, frozenset[Statement]] = {}
    for exclusion in statements:
        if not isinstance(exclusion, Disjoint):
            continue
        for name in sorted({exclusion.first, exclusion.second, *holders}):
            ways = {name: frozenset[Statement](), **holders.get(name, {})}
            if exclusion.first in ways and exclusion.second in ways:
                why = ways[exclusion.first] | ways[exclusion.second] | {exclusion}
                if name not in empty or len(why) < len(empty[name]):
                    empty[name] = why
    return empty


def _overflows(
    numbers: "_Numbers",
    sets: tuple[str, ...],
    routing: frozenset[Statement],
    container: str,
    some: tuple[str, ...],
) -> Iterator[Contradiction]:
    lows = [numbers.at_least(name, some) for name in sets]
    for chosen in product(*lows, numbers.at_most(container, some)):
        *smallest, largest = chosen
        total = sum(bound.number for bound in smallest)
        excess = total - largest.number
        if excess <= 0:
            continue
        because = routing.union(*(bound.because for bound in chosen))
        left = " + ".join(str(bound.number) for bound in smallest)
        yield Contradiction(
            tuple(statement for statement in numbers.statements if statement in because),
            sets if container in (RESPONDENTS, *sets) else (*sets, container),
            some,
            excess,
            f"{left} - {largest.number} = {excess}",
        )


class _Numbers:
    """What the statements say of the size of each set in each union of groups."""

    def __init__(self, statements: Sequence[Statement], groups: tuple[str, ...]):
        self.statements = tuple(statements)
        self.groups = groups
        self.holders = _holders(statements)
        self.empty = _empty(statements, self.holders)
        self.low: dict[tuple[str, str], _Bound] = {}
        self.high: dict[tuple[str, str], _Bound] = {}
        for size in statements:
            if not isinstance(size, Size):
                continue
            if size.group not in (*groups, TOTAL):
                raise SurveyError(f"{size.says!r} is about {size.group!r}, which is not a group")
            if not 0 <= size.low <= size.high:
                raise SurveyError(f"{size.says!r} has bounds {size.low} to {size.high} that cross")
            at = size.members, size.group
            if at not in self.low or size.low > self.low[at].number:
                self.low[at] = _Bound(size.low, frozenset({size}))
            if at not in self.high or size.high < self.high[at].number:
                self.high[at] = _Bound(size.high, frozenset({size}))

    def at_least(self, name: str, some: tuple[str, ...]) -> list[_Bound]:
        """Bound a set from below in some groups: by itself, or by a set that lies within it."""
        bounds = self._at_least(name, some)
        for inner, holders in self.holders.items():
            if name in holders:
                bounds += [
                    _Bound(bound.number, bound.because | holders[name])
                    for bound in self._at_least(inner, some)
                ]
        return bounds

    def _at_least(self, name: str, some: tuple[str, ...]) -> list[_Bound]:
        """Bound a set from below by group, and from its total less the rest."""
        by_group = [self.low[name, group] for group in some if (name, group) in self.low]
        # Fewer groups than there are give a lower bound still, from fewer statements.
        bounds = [
            _added(list(chosen))
            for size in range(len(by_group) + 1)
            for chosen in combinations(by_group, size)
        ]
        rest = [group for group in self.groups if group not in some]
        if (name, TOTAL) in self.low:
            for others in self._rest_at_most(name, rest):
                total = self.low[name, TOTAL]
                bounds.append(_Bound(total.number - others.number, total.because | others.because))
        return bounds

    def at_most(self, name: str, some: tuple[str, ...]) -> list[_Bound]:
        """Bound a set from above in some groups: by group, and from the total less the rest."""
        bounds = [_Bound(0, self.empty[name])] if name in self.empty else []
        if all((name, group) in self.high for group in some):
            bounds.append(_added([self.high[name, group] for group in some]))
        if (name, TOTAL) in self.high:
            total = self.high[name, TOTAL]
            rest = [group for group in self.groups if group not in some]
            # Less what the other groups have at least; nothing said of them takes nothing off.
            choices = [[_NOTHING, *self._fewest(name, group)] for group in rest]
            for taken in product(*choices):
                others = _added(list(taken))
                bounds.append(_Bound(total.number - others.number, total.because | others.because))
        return bounds

    def _fewest(self, name: str, group: str) -> list[_Bound]:
        """Bound a set from below in one group, itself or by a set within it, the best bounds."""
        inner = {inside: ways[name] for inside, ways in self.holders.items() if name in ways}
        if name == RESPONDENTS:
            inner = {inside: inner.get(inside, frozenset()) for inside, _ in self.low}
        bounds = [
            _Bound(bound.number, bound.because | inner.get(inside, frozenset()))
            for (inside, where), bound in self.low.items()
            if where == group and (inside == name or inside in inner)
        ]
        best: list[_Bound] = []
        for bound in sorted(bounds, key=lambda bound: (len(bound.because), -bound.number)):
            if not best or bound.number > best[-1].number:
                best.append(bound)
        return best

    def _rest_at_most(self, name: str, rest: list[str]) -> list[_Bound]:
        """Bound a set from above in the other groups, each by its own or its respondents."""
        choices = []
        for group in rest:
            by_itself = [
                self.high[at] for at in ((name, group), (RESPONDENTS, group)) if at in self.high
            ]
            if not by_itself:
                return []
            choices.append(by_itself)
        return [_added(list(chosen)) for chosen in product(*choices)]


def _added(bounds: list[_Bound]) -> _Bound:
    because: frozenset[Statement] = frozenset()
    return _Bound(
        sum(bound.number for bound in bounds), because.union(*(bound.because for bound in bounds))
    )
