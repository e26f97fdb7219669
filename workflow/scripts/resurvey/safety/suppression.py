"""Secondary suppression: which further cells are hidden so that the primary ones stay hidden."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from resurvey.core.progress import track
from resurvey.safety.attack import (
    WIDTH,
    Change,
    Work,
    WorkEnds,
    attack_cells,
    narrow,
    weightless_cells,
)
from resurvey.safety.linked_cells import ANSWERED, SILENT, LinkedCells, Relation

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIXED = float("inf")
_ALLOWED = (frozenset[str](), frozenset({"zeros"}), frozenset({"zeros", "bases"}))
"""What may be hidden beside counts of answers, tried in this order."""
MOST_SPARED = 3 * 10**10
"""Work, in the unit of `Work`, until no more is shown again."""
logger = logging.getLogger(__name__)


def suppress_cells(
    linked: LinkedCells,
    primary: Collection[int],
    known: Collection[int] = (),
    work: Work | None = None,
) -> set[int]:
    """Choose cells to hide beside the primary ones, at the least cost that is found.

    For a cell that a reader would find, other tables are sought that everything printed allows and
    in which the cell is `WIDTH` larger: counts go up and down along the relations, at a price for
    each count that would have to be hidden for it. The cheapest such change, a linear program, says
    what is hidden; what is hidden already is free. A relation of any file can be used, so linked
    tables are protected together. Whole bases are hidden only where nothing else helps; what
    later choices made needless is shown again.

    Parameters
    ----------
    linked : LinkedCells
        Cells of all files.
    primary : collection of int
        Cells that must not be found.
    known : collection of int
        Cells that an earlier release told: hiding them protects nothing.
    work : Work, optional
        What the choice may cost; to show again what need not be hidden has a bound of its own.

    Returns
    -------
    set of int
        Printed cells; together with the primary ones they leave every primary cell an interval of
        `WIDTH` or more, as `attack_cells` then shows. Where no change protects a cell, all that is
        related to it is hidden.

    Raises
    ------
    WorkEnds
        More work would be needed than `work` allows.

    Notes
    -----
    tau-ARGUS (pytauargus 0.6.0) protects one table at a time. On the invented survey of
    benchmarks/disclosure.py (1,200 respondents, 60 questions by five groupings) its optimal
    patterns of single tables hid 866 further cells and left 16 of 811 small counts to be found by
    way of other tables; the changes above hid 672 and left none. It also leaves logs with the true
    counts in the working folder. So it is a peer in tests and benchmarks and touches no study.

    Weights: a change moves weighted counts as it moves counts, as far as no weighted count falls
    below zero; of a weighted cell a reader is left an interval of at least `WIDTH` times the least
    mean weight of the cells that change.

    References
    ----------
    J. P. Kelly, B. L. Golden, A. A. Assad (1992), Cell suppression: disclosure protection for
    sensitive tabular data, Networks 22, 397-417.

    Examples
    --------
    >>> linked = LinkedCells()
    >>> total = linked.add("", (), 60)
    >>> counts = (("1", 3), ("2", 37), ("3", 20))
    >>> cells = [linked.add("", [("q", code)], count) for code, count in counts]
    >>> linked.relate(total, cells, "rest")
    >>> suppress_cells(linked, cells[:1]) == {cells[2]}
    True
    """
    told, work = set(known), work or Work()
    aims = sorted(set(primary) - told)
    hidden = {number for number in aims if linked.cells[number].printed}
    costs = np.array(
        [_FIXED if number in told else _cost(linked, number) for number in range(len(linked.cells))]
    )

    def attacked() -> list[int]:
        return narrow(attack_cells(linked, hidden, aims, enough=WIDTH, work=work))

    for allowed in _ALLOWED:
        if failing := attacked():
            hidden |= _protect(linked, failing, hidden, costs, allowed, work)
    failing = attacked()
    while failing and (more := _nearest_around(linked, failing, told | hidden)):
        hidden |= more
        failing = attacked()
    if failing:
        # The release is refused: nothing can be shown again.
        return hidden - set(aims)
    return _spared(linked, hidden, set(aims), costs)


def suppress_weighted(
    linked: LinkedCells,
    found: Collection[int],
    hidden: Collection[int],
    known: Collection[int],
    work: Work,
) -> set[int]:
    """Choose further cells to hide where weighted counts tell what counts do not.

    Who has no weight adds nothing to weighted counts: a change that moves only them leaves these
    as they are. So the cheapest change without them is sought, and where it hides nothing more,
    the cells around those that were found are hidden, the nearest first.

    Parameters
    ----------
    linked : LinkedCells
        Cells of all files.
    found : collection of int
        Cells that `attack_weighted` found.
    hidden : collection of int
        Cells that are hidden.
    known : collection of int
        Cells that an earlier release told.
    work : Work
        What the choice may cost.

    Returns
    -------
    set of int
        Empty where nothing more can be hidden.
    """
    kept, fixed = set(known) | set(hidden), set(known) | weightless_cells(linked)
    costs = np.array(
        [
            _FIXED if number in fixed else _cost(linked, number)
            for number in range(len(linked.cells))
        ]
    )
    for allowed in _ALLOWED:
        if more := _protect(linked, found, hidden, costs, allowed, work) - kept:
            return more
    return _nearest_around(linked, found, kept)


def _nearest_around(linked: LinkedCells, found: Collection[int], kept: Collection[int]) -> set[int]:
    """Printed cells that relations connect to those found, the nearest not kept back already."""
    reached, before = set(found), set[int]()
    while reached != before:
        before = set(reached)
        for relation in linked.relations:
            members = {relation.whole, *relation.parts}
            if members & before:
                reached |= members
        # All respondents are told in any case.
        more = {
            number
            for number in reached - set(kept)
            if linked.cells[number].printed and linked.cells[number].conditions
        }
        if more:
            return more
    return set()


def _spared(
    linked: LinkedCells, hidden: set[int], aims: set[int], costs: "NDArray[np.float64]"
) -> set[int]:
    """Show again what proves not to be needed, the dearest first; later choices made it so.

    After `MOST_SPARED` what is left stays hidden. The work is counted, not timed, so that every
    machine hides the same.
    """
    members: dict[int, list[Relation]] = {}
    for relation in linked.relations:
        for number in (relation.whole, *relation.parts):
            members.setdefault(number, []).append(relation)
    tables = _Tables(sorted(hidden | linked.latent))
    found: list[Change] = []
    attack_cells(linked, hidden, aims, enough=WIDTH, changes=found)
    tables.add(found)
    work = Work(MOST_SPARED)
    others = sorted(hidden - aims, key=lambda one: (-costs[one], one))
    for number in track(others, "seeking what need not be hidden"):
        fewer = hidden - {number}
        reached, relations = _reach(number, members, fewer | linked.latent)
        # No relation with an unknown cell holds the others: they are as wide as they were.
        touched = sorted(tables.narrow_without(number, aims & reached))
        found = []
        try:
            left = attack_cells(
                linked,
                fewer,
                touched,
                enough=WIDTH,
                relations=relations,
                changes=found,
                first=True,
                work=work,
            )
        except WorkEnds:
            logger.info("the rest stays hidden: whether it need be would take too long to find")
            break
        tables.add(found)
        if not narrow(left):
            hidden = fewer
            tables.without(number, reached)
    return hidden - aims


class _Tables:
    """Tables that are possible while some cells are hidden, as changes of the true one."""

    def __init__(self, cells: Sequence[int]) -> None:
        self.place = {number: at for at, number in enumerate(cells)}
        self.changes = np.zeros((0, len(cells)), dtype=np.int64)

    def add(self, found: Sequence[Change]) -> None:
        more = np.zeros((len(found), len(self.place)), dtype=np.int64)
        for line, change in enumerate(found):
            more[line, [self.place[number] for number in change.cells.tolist()]] = change.counts
        self.changes = np.concatenate([self.changes, more])

    def narrow_without(self, number: int, aims: Collection[int]) -> set[int]:
        """Cells that those tables leave too narrow in which another cell does not change."""
        ordered = sorted(aims)
        kept = self.changes[self.changes[:, self.place[number]] == 0]
        kept = kept[:, [self.place[aim] for aim in ordered]]
        wide = kept.max(axis=0, initial=0) - kept.min(axis=0, initial=0) >= WIDTH
        return {aim for aim, enough in zip(ordered, wide.tolist(), strict=True) if not enough}

    def without(self, number: int, reached: Collection[int]) -> None:
        """Show a cell: tables in which it changes are possible only away from it."""
        lost = self.changes[:, self.place[number]] != 0
        places = [self.place[one] for one in reached if one in self.place]
        self.changes[np.ix_(lost, places)] = 0
        self.changes = self.changes[self.changes.any(axis=1)]


def _reach(
    start: int, members: Mapping[int, list[Relation]], unknown: Collection[int]
) -> tuple[set[int], list[Relation]]:
    """Cells that unknown cells connect to one, and the relations that do so."""
    reached, waiting, relations = {start}, [start], dict[Relation, None]()
    while waiting:
        for relation in members.get(waiting.pop(), ()):
            if relation in relations:
                continue
            relations[relation] = None
            more = {relation.whole, *relation.parts}.intersection(unknown) - reached
            reached |= more
            waiting += sorted(more)
    return reached, list(relations)


def _cost(linked: LinkedCells, number: int) -> float:
    """What hiding a cell takes from the reader."""
    cell = linked.cells[number]
    if not cell.printed:
        return 0.0
    told = [code for _, code in cell.conditions if code != ANSWERED]
    if not cell.conditions:
        return _FIXED
    scale = 1 + np.log1p(cell.count) / 10
    if len(told) < len(cell.conditions):
        return float(scale * (400 if told else 2000))
    if any(code.startswith(SILENT) for code in told):
        return float(scale * 3)
    return float(scale * {1: 60, 2: 6}.get(len(told), 4))


def _is_base(linked: LinkedCells, number: int) -> bool:
    conditions = linked.cells[number].conditions
    return not conditions or any(code == ANSWERED for _, code in conditions)


def _protect(
    linked: LinkedCells,
    failing: Iterable[int],
    hidden: Collection[int],
    costs: "NDArray[np.float64]",
    allowed: Collection[str],
    work: Work,
) -> set[int]:
    """Hide what the cheapest change for each failing cell needs."""
    free = [
        number
        for number in range(len(linked.cells))
        if costs[number] < _FIXED
        and (
            number in hidden
            or not linked.cells[number].printed
            or (
                ("bases" in allowed or not _is_base(linked, number))
                and ("zeros" in allowed or linked.cells[number].count)
            )
        )
    ]
    chosen: set[int] = set()
    blocks = _blocks(linked.relations, set(free))
    for cells, relations in blocks:
        aims = sorted(set(failing) & set(cells))
        if aims:
            chosen |= _protect_block(linked, cells, relations, aims, set(hidden), costs, work)
    return chosen


def _blocks(
    relations: Iterable[Relation], free: set[int]
) -> list[tuple[list[int], list[Relation]]]:
    """Divide free cells into those that no relation connects."""
    parent = {number: number for number in free}

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    kept = []
    for relation in relations:
        inside = [number for number in (relation.whole, *relation.parts) if number in free]
        if inside:
            kept.append((inside[0], relation))
            for number in inside[1:]:
                parent[root(number)] = root(inside[0])
    grouped: dict[int, tuple[list[int], list[Relation]]] = {}
    for number in sorted(free):
        grouped.setdefault(root(number), ([], []))[0].append(number)
    for first, relation in kept:
        grouped[root(first)][1].append(relation)
    return list(grouped.values())


def _protect_block(
    linked: LinkedCells,
    cells: list[int],
    relations: list[Relation],
    aims: list[int],
    hidden: set[int],
    costs: "NDArray[np.float64]",
    work: Work,
) -> set[int]:
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    place = {number: at for at, number in enumerate(cells)}
    size = len(cells)
    lines, columns, factors = [], [], []
    for line, relation in enumerate(relations):
        for number, factor in ((relation.whole, 1.0), *((part, -1.0) for part in relation.parts)):
            if number in place:
                lines += [line, line]
                columns += [place[number], size + place[number]]
                factors += [factor, -factor]
    matrix = csr_array((factors, (lines, columns)), shape=(len(relations), 2 * size))
    nothing = np.zeros(len(relations))
    counts = np.array([linked.cells[number].count for number in cells], dtype=float)
    price = costs[cells].copy()
    price[[place[number] for number in hidden if number in place]] = 0.01
    price[price == 0] = 0.01
    chosen: set[int] = set()
    least, most = counts.copy(), counts.copy()
    for aim in aims:
        at = place[aim]
        if most[at] - least[at] >= WIDTH:
            continue
        limits = np.column_stack(
            [np.zeros(2 * size), np.concatenate([np.full(size, np.inf), counts])]
        )
        limits[at] = (WIDTH, WIDTH)
        limits[size + at] = (0, 0)
        work.add(cells, matrix.nnz)
        solved = linprog(
            np.concatenate([price, price]),
            A_eq=matrix,
            b_eq=nothing,
            bounds=limits,
            method="highs",
        )
        if solved.x is None:
            continue
        change = solved.x[:size] - solved.x[size:]
        for place_of_cell in np.flatnonzero(np.abs(change) > 1e-6):
            number = cells[place_of_cell]
            price[place_of_cell] = 0.01
            if linked.cells[number].printed and number not in hidden:
                chosen.add(number)
        if np.abs(change - np.round(change)).max() < 1e-6:
            np.minimum(least, counts + np.round(change), out=least)
            np.maximum(most, counts + np.round(change), out=most)
    return chosen
