"""Attack: what a reader of everything released can work out of the cells that are hidden.

The reader knows every count that is printed, that counts are whole and not negative, and what adds
up to what: cells to bases, groups to totals, answers to subtotals, the same question in other
tables. A percentage that was left beside a hidden count is known within its rounding. What all of
this leaves of a cell is an interval, and its ends are found by linear programming over integers.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from resurvey.safety.linked_cells import (
    WEIGHTED,
    Files,
    LinkedCells,
    Relation,
    number_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH = 3
"""Least width of the interval that a reader may get of a hidden count: 1 or 2 is never told."""
_CLOSE = 1e-6
_MOST_NODES = 2000
"""Where the search for whole counts ends: an interval is then taken for narrower than it may be."""


@dataclass(frozen=True)
class Share:
    """A printed percentage: one cell between two shares of another."""

    part: int
    whole: int
    lowest: float
    highest: float


@dataclass(frozen=True)
class Interval:
    """What is left open of a cell; both ends are counts that some table has."""

    lower: int
    upper: int

    @property
    def width(self) -> int:
        """Upper end less lower end; 0 where the count is found."""
        return self.upper - self.lower


def attack_cells(
    linked: LinkedCells,
    hidden: Collection[int],
    targets: Collection[int],
    *,
    shares: Iterable[Share] = (),
    enough: int | None = None,
    relations: Sequence[Relation] | None = None,
    witnesses: dict[int, set[int]] | None = None,
    first: bool = False,
) -> dict[int, Interval]:
    """Find the least and the greatest count that each target can have.

    Parameters
    ----------
    linked : LinkedCells
        Cells and relations; the true counts of printed cells that are not hidden are known.
    hidden : collection of int
        Printed cells whose counts are not released. Cells that no file prints are never known.
    targets : collection of int
        Cells to attack.
    shares : iterable of Share
        Percentages that are released.
    enough : int, optional
        Stop with a target once two of its possible counts lie so far apart. The interval is then
        part of the whole one; without it, ends are exact.
    relations : sequence of Relation, optional
        Those that reach the targets, where the others are known not to; by default all.
    witnesses : dict, optional
        Filled with the cells that differ from the truth in the two tables that give a target's
        interval: while these stay hidden, the interval is at least as wide.
    first : bool
        Stop at the first target whose interval is narrower than `enough`; nothing is said of the
        others.

    Returns
    -------
    dict
        Target -> interval. A target that is known has width 0.

    Examples
    --------
    >>> linked = LinkedCells()
    >>> total = linked.add("", (), 40)
    >>> yes, no = (linked.add("", [("q", code)], count) for code, count in (("1", 3), ("2", 37)))
    >>> linked.relate(total, [yes, no], "rest")
    >>> attack_cells(linked, {yes}, [yes])[yes]
    Interval(lower=3, upper=3)
    >>> attack_cells(linked, {yes, no}, [yes])[yes]
    Interval(lower=0, upper=40)
    """
    unknown = set(hidden) | linked.latent
    shares = list(shares)
    rows = [
        _Row({relation.whole: 1.0, **dict.fromkeys(relation.parts, -1.0)}, 0.0, 0.0)
        for relation in (linked.relations if relations is None else relations)
    ]
    equations = len(rows)
    for share in shares:
        rows.append(_Row({share.part: 1.0, share.whole: -share.lowest}, 0.0, np.inf))
        rows.append(_Row({share.part: 1.0, share.whole: -share.highest}, -np.inf, 0.0))
    counts = [cell.count for cell in linked.cells]
    _solve_single(rows, counts, unknown, equations)
    found = {
        number: Interval(counts[number], counts[number])
        for number in targets
        if number not in unknown
    }
    for component in _components(rows, counts, unknown):
        aimed = sorted(set(targets) & set(component.cells))
        if aimed:
            found |= component.bounds(aimed, enough, first)
            if first and narrow(found):
                return found
            if witnesses is not None:
                witnesses |= {number: component.witness(number) for number in aimed}
    for number in targets:
        # No relation holds it: nothing but its own field tells of it.
        found.setdefault(number, Interval(0, max(counts[number], WIDTH) + WIDTH))
    return found


@dataclass
class _Row:
    """A linear combination of cells that lies between two numbers."""

    factors: dict[int, float]
    lowest: float
    highest: float


def _solve_single(
    rows: Sequence[_Row], counts: Sequence[int], unknown: set[int], equations: int
) -> None:
    """Take away from `unknown` what plain subtraction finds, until nothing more is found."""
    members: dict[int, list[int]] = {}
    for place, row in enumerate(rows[:equations]):
        for number in row.factors:
            members.setdefault(number, []).append(place)
    waiting = list(range(equations))
    while waiting:
        row = rows[waiting.pop()]
        open_cells = [number for number in row.factors if number in unknown]
        if not open_cells:
            continue
        signs = {row.factors[number] for number in open_cells}
        # Counts that add up to nothing are all nothing.
        nothing = len(signs) == 1 and not any(counts[number] for number in open_cells)
        if len(open_cells) == 1 or nothing:
            for number in open_cells:
                unknown.discard(number)
                waiting.extend(members[number])


@dataclass
class Component:
    """Unknown cells that hang together, with what is known of their sums."""

    cells: list[int]
    truth: "NDArray[np.float64]"
    matrix: "NDArray[np.float64]"
    lowest: "NDArray[np.float64]"
    highest: "NDArray[np.float64]"
    tables: list["NDArray[np.float64]"] = field(init=False)
    least: "NDArray[np.float64]" = field(init=False)
    most: "NDArray[np.float64]" = field(init=False)

    def __post_init__(self) -> None:
        self.tables = [self.truth]
        self.least, self.most = self.truth.copy(), self.truth.copy()

    def witness(self, number: int) -> set[int]:
        """Cells that change in the tables in which one is least and greatest."""
        at = self.cells.index(number)
        ends = (self.least[at], self.most[at])
        changed: set[int] = set()
        for end in ends:
            table = next(table for table in self.tables if table[at] == end)
            changed |= {self.cells[place] for place in np.flatnonzero(table != self.truth)}
        return changed

    def bounds(
        self, targets: Sequence[int], enough: int | None, first: bool = False
    ) -> dict[int, Interval]:
        """Bound the targets one by one; every table found counts for all of them."""
        place = {number: at for at, number in enumerate(self.cells)}
        found = {}
        for number in targets:
            at = place[number]
            for sign in (-1, 1):
                if enough is None or self.most[at] - self.least[at] < enough:
                    self._extreme(at, sign)
            found[number] = Interval(round(self.least[at]), round(self.most[at]))
            if first and enough is not None and found[number].width < enough:
                break
        return found

    def _extreme(self, at: int, sign: int) -> None:
        from scipy.optimize import Bounds, LinearConstraint, milp

        aim = np.zeros(len(self.cells))
        aim[at] = -sign
        # A count is bounded by the sums it is part of; this one is for those in none.
        limits = Bounds(0, self.truth + self.truth.sum() + 2 * WIDTH)
        sums = LinearConstraint(self.matrix, self.lowest, self.highest)
        solved = milp(aim, constraints=sums, bounds=limits)
        if solved.x is None:
            raise RuntimeError("the true counts are possible, but no solution was found")
        solution = np.round(solved.x)
        if np.abs(solution - solved.x).max() > _CLOSE:
            tries = {"node_limit": _MOST_NODES}
            solved = milp(aim, constraints=sums, bounds=limits, integrality=1, options=tries)
            if solved.x is None:
                return
            solution = np.round(solved.x)
        self.tables.append(solution)
        np.minimum(self.least, solution, out=self.least)
        np.maximum(self.most, solution, out=self.most)


def _components(
    rows: Sequence[_Row], counts: Sequence[float], unknown: Collection[int]
) -> list[Component]:
    """Divide the unknown cells into those that no row connects."""
    parent = {number: number for number in unknown}

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    reduced: list[tuple[list[int], _Row]] = []
    for row in rows:
        inside = [number for number in row.factors if number in parent]
        if inside:
            reduced.append((inside, row))
            for number in inside[1:]:
                parent[root(number)] = root(inside[0])
    grouped: dict[int, tuple[list[int], list[tuple[list[int], _Row]]]] = {}
    for inside, row in reduced:
        grouped.setdefault(root(inside[0]), ([], []))[1].append((inside, row))
    for number in sorted(parent):
        if root(number) in grouped:
            grouped[root(number)][0].append(number)
    return [_component(cells, members, counts) for cells, members in grouped.values()]


def _component(
    cells: list[int], members: Sequence[tuple[list[int], _Row]], counts: Sequence[float]
) -> Component:
    place = {number: at for at, number in enumerate(cells)}
    matrix = np.zeros((len(members), len(cells)))
    known = np.zeros(len(members))
    for line, (inside, row) in enumerate(members):
        for number in inside:
            matrix[line, place[number]] = row.factors[number]
        known[line] = sum(
            factor * counts[number] for number, factor in row.factors.items() if number not in place
        )
    return Component(
        cells,
        np.array([counts[number] for number in cells], dtype=float),
        matrix,
        np.array([row.lowest for _, row in members]) - known,
        np.array([row.highest for _, row in members]) - known,
    )


def released_cells(linked: LinkedCells, files: Files) -> set[int]:
    """Return the cells whose count some field of the released files still tells.

    Parameters
    ----------
    linked : LinkedCells
        Traced from the files before protection.
    files : dict
        The files as they are released.
    """
    return {
        one.cells[0]
        for one in linked.fields
        if one.exact and files[one.place[0]][one.place[1]].get(one.place[2])
    }


def released_shares(
    linked: LinkedCells, files: Files, hidden: Collection[int], digits: int | None = None
) -> list[Share]:
    """Return the percentages that are still told where a count of theirs is hidden.

    `digits` are those that readers see; without it, the numbers are as exact as the file has them.
    """
    hidden, shares = set(hidden), []
    half = 10.0**-9 if digits is None else 0.5 * 10.0**-digits
    for one in linked.fields:
        if not one.share or not set(one.cells[:2]) & hidden:
            continue
        text = files[one.place[0]][one.place[1]].get(one.place[2])
        if text:
            percent = float(text) if digits is None else round(float(text), digits)
            lowest, highest = (percent - half) / 100, (percent + half) / 100
            shares.append(Share(one.cells[0], one.cells[1], lowest, highest))
    return shares


def attack_release(
    linked: LinkedCells,
    files: Files,
    targets: Collection[int],
    *,
    known: Collection[int] = (),
    digits: int | None = None,
    enough: int | None = WIDTH,
) -> dict[int, Interval]:
    """Attack the targets with everything that the released files still tell.

    Parameters
    ----------
    linked : LinkedCells
        Traced from the files before protection.
    files : dict
        The files as they are released: what is known is read off them, not off the plan of what
        was to be hidden.
    targets : collection of int
        Cells that must not be found.
    known : collection of int
        Cells that an earlier release told.
    digits : int, optional
        Decimals with which percentages are read.
    enough : int, optional
        See `attack_cells`.

    Returns
    -------
    dict
        Target -> interval.
    """
    known = released_cells(linked, files) | set(known)
    hidden = {
        number for number, cell in enumerate(linked.cells) if cell.printed and number not in known
    }
    shares = released_shares(linked, files, hidden, digits)
    return attack_cells(linked, hidden, targets, shares=shares, enough=enough)


def attack_weighted(
    linked: LinkedCells, files: Files, released: Files, targets: Collection[int]
) -> list[int]:
    """Find the targets whose weighted counts follow from those that are released.

    Weighted counts add up as counts do, are not negative, and are nothing where nobody is counted
    or nobody has a weight. The weights are not known to a reader.

    Parameters
    ----------
    linked : LinkedCells
        Traced from the files before protection.
    files, released : dict
        The files before protection, and as they are released.
    targets : collection of int
        Cells of which neither count may be found.

    Returns
    -------
    list of int
        Targets with a weighted count in `files` of which the released ones leave an interval less
        than `WIDTH` respondents of the target's mean weight wide. Empty without weights.

    Examples
    --------
    >>> from resurvey.safety.linked_cells import Field
    >>> linked, file = LinkedCells(), "tables/crosstabs.csv"
    >>> total = linked.add("", (), 40)
    >>> yes, no = (linked.add("", [("q", code)], count) for code, count in (("1", 3), ("2", 37)))
    >>> linked.relate(total, [yes, no], "rest")
    >>> for number, cell in enumerate((total, yes, no)):
    ...     linked.fields.append(Field((file, number, "count"), (cell,), weighted=True))
    >>> lines = [{"count": "50.5"}, {"count": "4.5"}, {"count": "46"}]
    >>> attack_weighted(linked, {file: lines}, {file: [lines[0], {"count": ""}, lines[2]]}, [yes])
    [1]
    >>> attack_weighted(linked, {file: lines}, {file: [lines[0], *2 * [{"count": ""}]]}, [yes])
    []
    """
    values, known = _weighted_counts(linked, files), _weighted_counts(linked, released)
    known |= {number: 0.0 for number in released_cells(linked, released) if _nobody(linked, number)}
    equal: list[tuple[int, ...]] = []
    for relation in linked.relations:
        parts = [linked.cells[part] for part in relation.parts]
        if parts[0].population == WEIGHTED and not linked.cells[relation.whole].population:
            # Who has no weight counts nothing.
            known |= {number: 0.0 for number in relation.parts[1:] if number in linked.latent}
        equal.append((relation.whole, *relation.parts))
    rows = [_Row({whole: 1.0, **dict.fromkeys(parts, -1.0)}, 0.0, 0.0) for whole, *parts in equal]
    aims = {number for number in targets if values.get(number)}
    found = aims & set(known)
    unknown = set(range(len(linked.cells))) - set(known)
    counts = [known.get(number, 0.0) for number in range(len(linked.cells))]
    for component in _components(rows, counts, unknown):
        found |= _narrow_weighted(linked, component, values, aims)
    return sorted(found)


def _weighted_counts(linked: LinkedCells, files: Files) -> dict[int, float]:
    told = {}
    for one in linked.fields:
        if one.weighted:
            number = number_of(files[one.place[0]][one.place[1]].get(one.place[2]))
            if number is not None:
                told[one.cells[0]] = number
    return told


def _nobody(linked: LinkedCells, number: int) -> bool:
    return linked.cells[number].count == 0


def _narrow_weighted(
    linked: LinkedCells, component: Component, values: Mapping[int, float], aims: Collection[int]
) -> set[int]:
    """Targets of a component whose weighted counts are found, each by two linear programs."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    place = {number: at for at, number in enumerate(component.cells)}
    sums, size = csr_array(component.matrix), len(component.cells)
    least, most = np.full(size, np.inf), np.full(size, -np.inf)
    found = set()
    loose: NDArray[np.bool_] | None = None
    for number in sorted(set(aims) & set(place)):
        at, enough = place[number], WIDTH * values[number] / max(1, linked.cells[number].count)
        for sign in (1, -1):
            if most[at] - least[at] >= enough:
                break
            aim = np.zeros(size)
            aim[at] = sign
            solved = linprog(
                aim, A_eq=sums, b_eq=component.lowest, bounds=(0, None), method="highs"
            )
            if solved.status == _INFEASIBLE:
                # Two files give one count by other weights: whether it is found is left to ask.
                loose = _undetermined(component) if loose is None else loose
                if loose[at]:
                    least[at], most[at] = 0.0, np.inf
            elif solved.status == _UNBOUNDED:
                least[at], most[at] = 0.0, np.inf
            elif solved.x is not None:
                np.minimum(least, solved.x, out=least)
                np.maximum(most, solved.x, out=most)
        if not most[at] - least[at] >= enough:
            found.add(number)
    return found


_INFEASIBLE, _UNBOUNDED = 2, 3


def _undetermined(component: Component) -> "NDArray[np.bool_]":
    """Cells that the sums alone do not determine, whatever they are."""
    _, sizes, directions = np.linalg.svd(component.matrix)
    rank = int((sizes > _CLOSE).sum())
    moved = np.abs(directions[rank:]).max(axis=0, initial=0.0)
    found: NDArray[np.bool_] = moved > _CLOSE
    return found


def narrow(found: Mapping[int, Interval]) -> list[int]:
    """Targets that a reader finds more closely than `WIDTH`."""
    return sorted(number for number, interval in found.items() if interval.width < WIDTH)
