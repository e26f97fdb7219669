"""Joint counts: many small tables of the same respondents, counted in one pass over their codes.

A table of two variables is the margin of a table of more. Variables are therefore joined into as
few joint tables as the processor's cache holds, the respondents are counted by these, block by
block, and every table that was asked for is summed from one of them. Two hundred tables of forty
questions by five groups are twenty joint tables.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.counting import Coded, check_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

Names = tuple[str, ...]

MOST_JOINED = 1 << 16
"""Cells of a joint table: its keys are two bytes and its counts stay in the processor's cache."""

JOINT_BLOCK = 1 << 17
"""Respondents counted at a time."""

_OPEN = 16
"""Joint tables that another one is tried to be joined to."""


def plan_joints(
    sets: Iterable[Names], sizes: Mapping[str, int], most: int = MOST_JOINED
) -> list[Names]:
    """Choose joint tables of which every asked-for table is a margin.

    Parameters
    ----------
    sets : iterable of tuple of str
        Variables of each table.
    sizes : dict
        Number of levels of every variable.
    most : int
        Cells of a joint table; a table that alone has more stands alone.

    Returns
    -------
    list of tuple of str
        Variables of the joint tables, first those that most tables ask for, so that joint tables
        have the beginning of their keys in common.

    Examples
    --------
    >>> sizes = {"job": 6, "hope": 6, "sex": 2, "age": 4}
    >>> plan_joints([("job", "sex"), ("job", "age"), ("hope", "sex"), ("hope", "age")], sizes)
    [('job', 'sex', 'age', 'hope')]
    >>> plan_joints([("job", "sex"), ("job", "age"), ("hope", "sex"), ("hope", "age")], sizes, 50)
    [('job', 'sex', 'age'), ('sex', 'age', 'hope')]
    """
    sets = list(dict.fromkeys(sets))
    wanted = [frozenset(names) for names in sets]
    asked = Counter(name for names in wanted for name in names)
    first = {name: at for at, name in enumerate(dict.fromkeys(n for s in sets for n in s))}

    def place(names: frozenset[str]) -> tuple[int, int, int]:
        """Larger sets first; what is asked of a rare variable together, in whatever order."""
        return -len(names), *min((asked[name], first[name]) for name in names)

    joints: list[set[str]] = []
    cells: list[int] = []
    holding: dict[str, list[int]] = {}
    for names in sorted(wanted, key=place):
        if not names:
            continue
        rarest = min(names, key=lambda name: (len(holding.get(name, ())), name))
        if any(names <= joints[at] for at in holding.get(rarest, ())):
            continue
        best, growth = -1, 0
        for at in range(max(0, len(joints) - _OPEN), len(joints)):
            more = prod([sizes[name] for name in names if name not in joints[at]])
            if more * cells[at] <= most and (best < 0 or more < growth):
                best, growth = at, more
        if best < 0:
            best, growth = len(joints), prod([sizes[name] for name in names])
            joints.append(set())
            cells.append(1)
        cells[best] *= growth
        for name in names - joints[best]:
            holding.setdefault(name, []).append(best)
        joints[best] |= names
    return [tuple(sorted(joint, key=lambda n: (-asked[n], first[n]))) for joint in joints]


class JointCounts:
    """Counts of sets of variables, added up from batches of respondents.

    Parameters
    ----------
    sets : iterable of tuple of str
        Variables of each table that is asked for.
    sizes : dict
        Number of levels of every variable; may grow from batch to batch (`grow`).
    sums : int
        Sums of weights that are kept beside the respondents.
    most : int
        Cells of a joint table.

    Examples
    --------
    >>> counts = JointCounts([("job", "sex"), ("job",)], {"job": 2, "sex": 2})
    >>> counts.add({"job": np.array([0, 1, 1]), "sex": np.array([0, 0, 1])})
    >>> counts.add({"job": np.array([1]), "sex": np.array([1])})
    >>> counts.table(("job", "sex"))[0].tolist(), counts.table(("job",))[0].tolist()
    ([[1, 0], [1, 2]], [1, 3])
    """

    def __init__(
        self,
        sets: Iterable[Names],
        sizes: Mapping[str, int],
        sums: int = 0,
        most: int = MOST_JOINED,
    ) -> None:
        self.sets = list(dict.fromkeys(sets))
        self._sums, self._most = sums, most
        self._tables: dict[Names, list[NDArray[Any]]] = {}
        self._open = False
        self._plan(sizes)

    def _plan(self, sizes: Mapping[str, int]) -> None:
        self._sizes = dict(sizes)
        self._joints = plan_joints(self.sets, sizes, self._most)
        self._cells = [prod(sizes[name] for name in joint) for joint in self._joints]
        starts = Counter(joint[:end] for joint in self._joints for end in range(1, len(joint) + 1))
        # Others are not kept: memory that is given back at once is there for the next key.
        self._shared = {names for names, times in starts.items() if times > 1}
        kinds = [np.int64, *[np.float64] * self._sums]
        self._totals = [[np.zeros(cells, kind) for kind in kinds] for cells in self._cells]

    def fits(self, sizes: Mapping[str, int]) -> bool:
        """Return whether no variable has more levels than before."""
        return all(sizes[name] == size for name, size in self._sizes.items())

    def grow(self, sizes: Mapping[str, int]) -> None:
        """Take note that variables have more levels than before."""
        if not self.fits(sizes):
            if self._open:
                self._settle()
            self._plan(sizes)

    def drop(self, sets: Iterable[Names]) -> None:
        """Count no longer by some sets, whose variables turned out to have too many levels."""
        left_out = set(sets)
        if self._open:
            self._settle()
        self.sets = [names for names in self.sets if names not in left_out]
        self._tables = {names: self._tables[names] for names in self.sets if names in self._tables}
        self._plan(self._sizes)

    def exchange(
        self, old: Names, new: Names, collapse: "Callable[[NDArray[Any]], NDArray[Any]]"
    ) -> None:
        """Go on with one set in place of another, whose counts so far are collapsed to it."""
        if self._open:
            self._settle()
        self.sets = [new if names == old else names for names in self.sets]
        if old in self._tables:
            self._tables[new] = [collapse(table) for table in self._tables.pop(old)]
        self._plan(self._sizes)

    def add(
        self, levels: "Mapping[str, NDArray[Any]]", weights: "Sequence[NDArray[np.float64]]" = ()
    ) -> None:
        """Count a batch of respondents.

        Parameters
        ----------
        levels : dict
            Variable -> level of every respondent, 0 .. size - 1.
        weights : sequence of array
            As many as `sums`.
        """
        self._open = True
        size = next((len(column) for column in levels.values()), 0)
        small = [at for at, cells in enumerate(self._cells) if cells <= MOST_JOINED]
        large = [at for at, cells in enumerate(self._cells) if cells > MOST_JOINED]
        # Adding up the cells of a large table costs more than what the cache saves.
        for joints, step in ((small, JOINT_BLOCK), (large, max(size, 1))):
            for start in range(0, size if joints else 0, step):
                self._add_block(joints, levels, weights, slice(start, start + step))

    def _add_block(
        self,
        joints: Sequence[int],
        levels: "Mapping[str, NDArray[Any]]",
        weights: "Sequence[NDArray[np.float64]]",
        rows: slice,
    ) -> None:
        keys: dict[tuple[Names, Any], NDArray[Any]] = {}
        shared = [weight[rows] for weight in weights]
        for at in joints:
            cells = self._cells[at]
            kind = np.uint16 if cells <= MOST_JOINED else np.int64
            key = self._keys(self._joints[at], kind, levels, rows, keys)
            totals = self._totals[at]
            totals[0] += np.bincount(key, minlength=cells)
            for total, weight in zip(totals[1:], shared, strict=True):
                total += np.bincount(key, weight, minlength=cells)

    def _keys(
        self,
        names: Names,
        kind: Any,
        levels: "Mapping[str, NDArray[Any]]",
        rows: slice,
        keys: "dict[tuple[Names, Any], NDArray[Any]]",
    ) -> "NDArray[Any]":
        """Number of every respondent's cell; what tables begin with in common is made once.

        The first variable's levels run fastest: what a table begins with is then a row of its
        cells, and rows of cells are summed to margins many numbers at a time.
        """
        key, stride = np.zeros(0, kind), 1
        for length, name in enumerate(names, 1):
            beginning = names[:length], kind
            if beginning in keys:
                key = keys[beginning]
            else:
                # Of one level each number is zero, and beyond a full table a step has none.
                step = kind(stride if self._sizes[name] > 1 else 0)
                longer = np.multiply(levels[name][rows], step, dtype=kind, casting="unsafe")
                if length > 1:
                    longer += key
                key = longer
                if names[:length] in self._shared:
                    keys[beginning] = key
            stride *= self._sizes[name]
        return key

    def _settle(self) -> None:
        """Sum the joint tables to those that were asked for."""
        holding: dict[str, list[int]] = {}
        for at, joint in enumerate(self._joints):
            for name in joint:
                holding.setdefault(name, []).append(at)
        margins = [_Margins(joint, self._sizes) for joint in self._joints]
        for names in self.sets:
            rarest = min(names, key=lambda name: len(holding[name]))
            at = next(at for at in holding[rarest] if set(names) <= set(self._joints[at]))
            found = margins[at].of(names, self._totals[at])
            before = self._tables.get(names)
            if before is not None:
                for new, old in zip(found, before, strict=True):
                    new[tuple(map(slice, old.shape))] += old
            self._tables[names] = found
        for totals in self._totals:
            for total in totals:
                total[:] = 0
        self._open = False

    def table(self, names: Names) -> "list[NDArray[Any]]":
        """Respondents by the levels of some variables, then the sums of weights.

        Parameters
        ----------
        names : tuple of str
            One of `sets`.
        """
        if self._open:
            self._settle()
        if names not in self._tables:  # nobody was counted yet
            shape = [self._sizes[name] for name in names]
            kinds = [np.int64, *[np.float64] * self._sums]
            return [np.zeros(shape, kind) for kind in kinds]
        return self._tables[names]


class _Margins:
    """Margins of one joint table; what several have in common is summed once."""

    def __init__(self, joint: Names, sizes: Mapping[str, int]) -> None:
        self._joint, self._sizes = joint[::-1], sizes
        self._made: dict[Names, list[NDArray[Any]]] = {}

    def of(self, names: Names, totals: "Sequence[NDArray[Any]]") -> "list[NDArray[Any]]":
        """Sum the joint table over all variables but some."""
        shape = [self._sizes[name] for name in self._joint]
        kept, tables = self._joint, [total.reshape(shape) for total in totals]
        # The variable with most levels first: what is left to sum is then smallest.
        aside = [name for name in self._joint if name not in names]
        for name in sorted(aside, key=lambda name: -self._sizes[name]):
            axis = kept.index(name)
            kept = kept[:axis] + kept[axis + 1 :]
            if kept not in self._made:
                self._made[kept] = [table.sum(axis=axis) for table in tables]
            tables = self._made[kept]
        order = [kept.index(name) for name in names]
        return [np.array(table.transpose(order)) for table in tables]


def many_counts(
    rows: Sequence[Coded], columns: Sequence[Coded]
) -> "dict[tuple[int, int], NDArray[np.int64]]":
    """Count every row variable by every column variable in one pass over the respondents.

    Parameters
    ----------
    rows, columns : sequence of (positions, number of answers)
        All of the same respondents, as `resurvey.core.counting.encode` writes them.

    Returns
    -------
    dict
        (row number, column number) -> counts as from `resurvey.core.counting.cross_counts`.

    Examples
    --------
    >>> job, sex = np.array([0, 1, 1, 2], np.uint8), np.array([0, 0, 1, 1], np.uint8)
    >>> many_counts([(job, 2)], [(sex, 1)])[0, 0].tolist()
    [[1, 0], [1, 1], [0, 1]]
    """
    coded = {f"r{at}": one for at, one in enumerate(rows)}
    coded |= {f"c{at}": one for at, one in enumerate(columns)}
    pairs = {(i, j): (f"r{i}", f"c{j}") for i in range(len(rows)) for j in range(len(columns))}
    for i, j in pairs:
        check_cells(rows[i][1], columns[j][1])
    # Without a place for those who are not there (mostly: nobody without an answer) joint tables
    # are a fraction of the size.
    seen = {name: int(positions.max(initial=0)) + 1 for name, (positions, _) in coded.items()}
    counts = JointCounts(pairs.values(), seen)
    if pairs:
        counts.add({name: positions for name, (positions, _) in coded.items()})

    def whole(names: Names) -> "NDArray[np.int64]":
        found = counts.table(names)[0]
        table = np.zeros([coded[name][1] + 1 for name in names], np.int64)
        table[tuple(map(slice, found.shape))] = found
        return table

    return {place: whole(names) for place, names in pairs.items()}
