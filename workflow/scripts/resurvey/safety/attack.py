"""Attack: what a reader of everything released can work out of the cells that are hidden.

The reader knows every count that is printed, that counts are whole and not negative, and what adds
up to what: cells to bases, groups to totals, answers to subtotals, the same question in other
tables. A percentage that was left beside a hidden count is known within its rounding. What all of
this leaves of a cell is an interval, and its ends are found by linear programming over integers.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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
    from scipy.sparse import csr_array

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


@dataclass(frozen=True)
class Change:
    """How another table that everything printed allows differs from the true one."""

    cells: "NDArray[np.int64]"
    counts: "NDArray[np.int64]"


class WorkEnds(Exception):  # noqa: N818  # an end that was declared, and no error of a program
    """More work would be needed than was allowed.

    Attributes
    ----------
    cells : list of int
        Cells that hang together, of which too little is proven.
    """

    def __init__(self, cells: Sequence[int]) -> None:
        super().__init__()
        self.cells = list(cells)


@dataclass
class Work:
    """What linear programs cost, counted by their size and not timed: all machines end alike.

    Attributes
    ----------
    most : float
        Where it ends.
    done : float
        So far: cells of each program times the factors in its sums.
    """

    most: float = float("inf")
    done: float = 0.0

    def add(self, cells: Sequence[int], size: float) -> None:
        """Count a program before it is solved.

        Examples
        --------
        >>> work = Work(most=10)
        >>> work.add([1, 2], 4)
        >>> work.done
        8.0
        >>> work.add([1, 2], 4)
        Traceback (most recent call last):
        resurvey.safety.attack.WorkEnds
        """
        self.done += float(len(cells) * size)
        if self.done > self.most:
            raise WorkEnds(cells)


def attack_cells(
    linked: LinkedCells,
    hidden: Collection[int],
    targets: Collection[int],
    *,
    shares: Iterable[Share] = (),
    enough: int | None = None,
    relations: Sequence[Relation] | None = None,
    changes: list[Change] | None = None,
    first: bool = False,
    work: Work | None = None,
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
    changes : list of Change, optional
        Filled with how the tables that were found differ from the true one: while all cells of a
        change stay hidden, its table stays possible.
    first : bool
        Stop at the first target whose interval is narrower than `enough`; nothing is said of the
        others.
    work : Work, optional
        What the attack may cost.

    Raises
    ------
    WorkEnds
        More work would be needed than `work` allows.

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
            found |= component.bounds(aimed, enough, first, work or Work())
            if changes is not None:
                changes += component.changes()
            if first and narrow(found):
                return found
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
    matrix: "csr_array"
    lowest: "NDArray[np.float64]"
    highest: "NDArray[np.float64]"
    tables: list["NDArray[np.float64]"] = field(init=False, default_factory=list)
    least: "NDArray[np.float64]" = field(init=False)
    most: "NDArray[np.float64]" = field(init=False)

    def __post_init__(self) -> None:
        self.least, self.most = self.truth.copy(), self.truth.copy()

    def changes(self) -> list[Change]:
        """How the tables that were found differ from the true one."""
        found = []
        for table in self.tables:
            places = np.flatnonzero(table != self.truth)
            cells = np.array(self.cells)[places]
            found.append(Change(cells, (table - self.truth)[places].astype(np.int64)))
        return found

    def bounds(
        self, targets: Sequence[int], enough: int | None, first: bool, work: Work
    ) -> dict[int, Interval]:
        """Bound the targets; every table found counts for all of them."""
        place = {number: at for at, number in enumerate(self.cells)}
        if enough is not None and len(targets) > _FEW:
            self._widen(np.array([place[number] for number in targets]), enough, work)
        found = {}
        for number in targets:
            at = place[number]
            for sign in (-1, 1):
                if enough is None or self.most[at] - self.least[at] < enough:
                    aim = np.zeros(len(self.cells))
                    aim[at] = sign
                    self._extreme(aim, work, whole=True)
            found[number] = Interval(round(self.least[at]), round(self.most[at]))
            if first and enough is not None and found[number].width < enough:
                break
        return found

    def _widen(self, places: "NDArray[np.int64]", enough: int, work: Work) -> None:
        """Move many targets with one program: some up, the others down, drawn anew each time."""
        draw = np.random.default_rng(_SEED)
        left = places
        while len(left) > _FEW:
            aim = np.zeros(len(self.cells))
            aim[left] = draw.choice([-1.0, 1.0], len(left))
            self._extreme(aim, work, whole=False)
            before, left = left, left[(self.most - self.least)[left] < enough]
            if len(left) > _WORTH * len(before):
                break

    def _extreme(self, aim: "NDArray[np.float64]", work: Work, *, whole: bool) -> None:
        """Add the table in which a sum of cells is greatest; a whole one, or it is left out."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        work.add(self.cells, self.matrix.nnz)
        # A count is bounded by the sums it is part of; this one is for those in none.
        limits = Bounds(0, self.truth + self.truth.sum() + 2 * WIDTH)
        sums = LinearConstraint(self.matrix, self.lowest, self.highest)
        solved = milp(-aim, constraints=sums, bounds=limits)
        if solved.x is None:
            raise RuntimeError("the true counts are possible, but no solution was found")
        solution = np.round(solved.x)
        if np.abs(solution - solved.x).max() > _CLOSE:
            if not whole:
                return
            work.add(self.cells, _DEARER * self.matrix.nnz)
            tries: dict[str, Any] = {"node_limit": _MOST_NODES}
            solved = milp(-aim, constraints=sums, bounds=limits, integrality=1, options=tries)
            if solved.x is None:
                return
            solution = np.round(solved.x)
        self.tables.append(solution)
        np.minimum(self.least, solution, out=self.least)
        np.maximum(self.most, solution, out=self.most)


_FEW = 3
"""Targets that are moved one by one."""
_WORTH = 0.8
"""Share of the targets that a program for many may leave as they were before it is the last."""
_SEED = 15
_DEARER = 20
"""How much more a search for whole counts costs than a linear program, roughly."""


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
    from scipy.sparse import csr_array

    place = {number: at for at, number in enumerate(cells)}
    factors, lines, columns = [], [], []
    known = np.zeros(len(members))
    for line, (inside, row) in enumerate(members):
        factors += [row.factors[number] for number in inside]
        columns += [place[number] for number in inside]
        lines += [line] * len(inside)
        known[line] = sum(
            factor * counts[number] for number, factor in row.factors.items() if number not in place
        )
    return Component(
        cells,
        np.array([counts[number] for number in cells], dtype=float),
        csr_array((factors, (lines, columns)), shape=(len(members), len(cells))),
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
    work: Work | None = None,
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
    enough, work : optional
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
    return attack_cells(linked, hidden, targets, shares=shares, enough=enough, work=work)


def attack_weighted(
    linked: LinkedCells,
    files: Files,
    released: Files,
    targets: Collection[int],
    work: Work | None = None,
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
    work : Work, optional
        See `attack_cells`.

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
    known |= dict.fromkeys(weightless_cells(linked), 0.0)
    rows = [
        _Row({relation.whole: 1.0, **dict.fromkeys(relation.parts, -1.0)}, 0.0, 0.0)
        for relation in linked.relations
    ]
    aims = {number for number in targets if values.get(number)}
    found = aims & set(known)
    unknown = set(range(len(linked.cells))) - set(known)
    counts = [known.get(number, 0.0) for number in range(len(linked.cells))]
    for component in _components(rows, counts, unknown):
        found |= _narrow_weighted(linked, component, values, aims, work or Work())
    return sorted(found)


def weightless_cells(linked: LinkedCells) -> set[int]:
    """Return the cells of those without a weight, who count nothing in weighted tables."""
    found: set[int] = set()
    for relation in linked.relations:
        whole, part = linked.cells[relation.whole], linked.cells[relation.parts[0]]
        same = part.conditions == whole.conditions
        if same and part.population == WEIGHTED and not whole.population:
            found |= linked.latent.intersection(relation.parts[1:])
    return found


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
    linked: LinkedCells,
    component: Component,
    values: Mapping[int, float],
    aims: Collection[int],
    work: Work,
) -> set[int]:
    """Targets of a component whose weighted counts are found, each by two linear programs."""
    place = {number: at for at, number in enumerate(component.cells)}
    size = len(component.cells)
    aimed = sorted(set(aims) & set(place))
    if not aimed:
        return set()
    least, most = np.full(size, np.inf), np.full(size, -np.inf)
    slack = _contradiction(component)
    # Two files may give one count by other weights: what the sums determine is found all the same.
    loose = _undetermined(component) if slack.any() else np.ones(size, dtype=bool)
    found = {number for number in aimed if not loose[place[number]]}
    for number in aimed:
        at, enough = place[number], WIDTH * values[number] / max(1, linked.cells[number].count)
        for sign in (1, -1):
            if number in found or most[at] - least[at] >= enough:
                break
            aim = np.zeros(size)
            aim[at] = sign
            work.add(component.cells, component.matrix.nnz)
            status, solution = _solve_weighted(component, aim, slack)
            if status == _UNBOUNDED:
                least[at], most[at] = 0.0, np.inf
            elif solution is not None:
                np.minimum(least, solution, out=least)
                np.maximum(most, solution, out=most)
        if not most[at] - least[at] >= enough:
            found.add(number)
    return found


_UNBOUNDED = 3


def _contradiction(component: Component) -> "NDArray[np.float64]":
    """By how much each sum must be missed at least, all together; nothing where none need be."""
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, hstack

    lines, size = component.matrix.shape
    both = hstack([component.matrix, eye_array(lines), -eye_array(lines)], format="csr")
    price = np.concatenate([np.zeros(size), np.ones(2 * lines)])
    solved = linprog(price, A_eq=both, b_eq=component.lowest, bounds=(0, None), method="highs")
    missed: NDArray[np.float64] = solved.x[size : size + lines] + solved.x[size + lines :]
    return np.where(missed > _CLOSE, missed + _CLOSE, 0.0)


def _solve_weighted(
    component: Component, aim: "NDArray[np.float64]", slack: "NDArray[np.float64]"
) -> "tuple[int, NDArray[np.float64] | None]":
    from scipy.optimize import Bounds, LinearConstraint, milp

    sums = LinearConstraint(component.matrix, component.lowest - slack, component.highest + slack)
    solved = milp(aim, constraints=sums, bounds=Bounds(0, np.inf))
    return int(solved.status), solved.x


def _undetermined(component: Component) -> "NDArray[np.bool_]":
    """Cells that the sums alone do not determine, whatever they are."""
    _, sizes, directions = np.linalg.svd(component.matrix.toarray())
    rank = int((sizes > _CLOSE).sum())
    moved = np.abs(directions[rank:]).max(axis=0, initial=0.0)
    found: NDArray[np.bool_] = moved > _CLOSE
    return found


def narrow(found: Mapping[int, Interval]) -> list[int]:
    """Targets that a reader finds more closely than `WIDTH`."""
    return sorted(number for number, interval in found.items() if interval.width < WIDTH)
