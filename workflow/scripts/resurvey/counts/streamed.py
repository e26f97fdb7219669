"""Streamed respondents: a file larger than memory as the small tables that its questions need.

Respondents who gave the same answers to some questions are one row with a number: of a table's two
questions there are as many rows as cells, however many respondents. Under a sampling design a row
is the respondents of one cluster (or, without clusters, of one stratum) with the same answers, and
holds the sum of their weights, which is all that the linearised variance asks for. Everything that
is counted or tested of a question is the same of these rows as of the respondents.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from resurvey.core.codebook import Code, Codebook, Survey
from resurvey.core.errors import SurveyError
from resurvey.core.progress import track
from resurvey.counts.design import (
    EQUAL,
    Design,
    PreparedDesign,
    Weighting,
    check_bounds,
    read_weights,
    refuse_weights,
    weight_notes,
)
from resurvey.counts.joint_counts import JointCounts, Names
from resurvey.statistics.linearisation import Sample, Stage

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Batches = Callable[[Sequence[str]], Iterator[pa.RecordBatch]]

logger = logging.getLogger(__name__)

MOST_LEVELS = 100_000
"""Different values of one variable that are told apart; an id has more."""

MOST_CELLS = 1 << 22
"""Cells of a table, its clusters among them, up to which it is counted in the pass."""

MOST_BYTES = 400_000_000
"""What the tables of one pass over the file may hold; for more the file is read again."""

UNIT = "\0unit"
"""Name of the clusters (or strata) as one more variable of every table; no variable has it."""

WEIGHED = "\0weighed"
"""Name of whether a respondent has a weight, where clusters are not asked for."""

WEIGHTLESS, UNWEIGHTED, UNITS = 0, 1, 2
"""Units of whoever weighs nothing, of whoever has no weight, and the first one that is one."""

_SPAN = 1 << 32


class Levels:
    """Numbers of the different values of one variable, in the order in which they are met.

    No value at all is a level, too, from the first respondent on who gave none.

    Examples
    --------
    >>> import pyarrow as pa
    >>> levels = Levels([1, 2])
    >>> levels.number(pa.array([2, None, 1, 7], pa.int8())).tolist(), levels.values
    ([1, 2, 0, 3], [1, 2, None, 7])
    """

    def __init__(
        self,
        known: Iterable[Code] = (),
        is_missing: "Callable[[Any], bool] | None" = None,
        ranges: bool = False,
    ) -> None:
        self.values: list[Code | None] = list(dict.fromkeys(known))
        self._places: dict[Any, int] = {value: at for at, value in enumerate(self.values)}
        self._bytes: tuple[NDArray[Any], int] | None = None
        self._run: tuple[int, int, int | None] = (255, 0, None)
        self._is_missing = is_missing
        # Codes that are told apart however many other values there are.
        self._few = self.values[:] if len(self.values) < 300 and not ranges else None
        self._last = 0
        self.overflowed = False

    def __len__(self) -> int:
        return len(self.values)

    def number(self, column: "pa.Array") -> "NDArray[Any]":
        """Return the level of every value; values that are new get the next ones."""
        import pyarrow as pa

        if column.type == pa.int8():
            return self._number_bytes(column)
        if self.overflowed and self._few is not None and not pa.types.is_dictionary(column.type):
            return self._number_few(column)
        if pa.types.is_dictionary(column.type):
            encoded = column
            places = list(map(self._place, encoded.dictionary.to_pylist()))
            if encoded.indices.null_count:
                places.append(self._place(None))  # the place at -1
            indices = np.asarray(encoded.indices.fill_null(-1))
            return np.asarray(np.array(places, self._kind())[indices])
        encoded = column.dictionary_encode(null_encoding="encode")
        found = encoded.dictionary.to_pylist()
        places = [self._place(value) for value in found]
        return np.asarray(np.array(places, self._kind())[np.from_dlpack(encoded.indices)])

    def _number_few(self, column: "pa.Array") -> "NDArray[Any]":
        """Tell apart the expected codes alone."""
        import pyarrow as pa
        from pyarrow.compute import equal

        absent = np.asarray(column.is_null(nan_is_null=True))
        nothing = self._place(None) if absent.any() else 0
        levels = np.where(absent, nothing, self._last).astype(self._kind())
        for code in self._few or ():
            if isinstance(code, str) == pa.types.is_string(column.type):
                chosen = equal(column, pa.scalar(code)).fill_null(False)
                levels[np.asarray(chosen)] = self._places[code]
        return levels

    def _number_bytes(self, column: "pa.Array") -> "NDArray[Any]":
        """Look whole bytes up in a table of 256."""
        held = np.frombuffer(column.buffers()[1], np.uint8)
        held = held[column.offset : column.offset + len(column)]
        there = _there(column)
        nothing = 0 if there is None else self._place(None)
        unknown = 255 if len(self.values) < 200 else 65535
        if self._bytes is None or self._bytes[1] != unknown:
            table = np.full(256, unknown, np.uint8 if unknown == 255 else np.uint16)
            for value, at in self._places.items():
                if isinstance(value, int | float) and -128 <= value < 128 and value == int(value):
                    table[int(value) % 256] = at
            self._bytes, self._run = (table, unknown), (255, 0, None)
        table = self._bytes[0]
        ends = _ends(held, there)
        if ends != self._run[:2]:
            self._run = *ends, _run_of(table, *ends)
        if self._run[2] is not None:
            # Codes that run on in the order of the levels need no look-up.
            levels: NDArray[Any] = held + np.uint8(self._run[2])
        else:
            levels = table.take(held)
        if there is not None:
            # Chosen by a mask it would take twenty times as long.
            levels *= there
            levels += (there ^ 1) * levels.dtype.type(nothing)
        if levels.size and int(levels.max()) == unknown:
            new = np.unique(held[levels == unknown])
            for byte in new.tolist():
                self._place(byte - 256 if byte > 127 else byte)
            self._bytes = None
            return self._number_bytes(column)
        return levels

    def _kind(self) -> Any:
        size = len(self.values)
        return np.uint8 if size <= 256 else np.uint16 if size <= 65536 else np.int32

    def _place(self, value: Any) -> int:
        if value != value:
            value = None
        at = self._places.get(value)
        if at is None:
            missing = value is None or (self._is_missing is not None and self._is_missing(value))
            if len(self.values) > MOST_LEVELS and not missing:
                # The variable leaves every table; how many have a value is still counted.
                self.overflowed = True
                return self._last
            at = self._places[value] = len(self.values)
            self.values.append(value)
            self._last = self._last if missing else at
        return at


def _there(column: "pa.Array") -> "NDArray[np.uint8] | None":
    """1 for every value, 0 for every missing one; None where none is missing."""
    if not column.null_count:
        return None
    bits = np.frombuffer(column.buffers()[0], np.uint8)
    return np.unpackbits(bits, bitorder="little")[column.offset : column.offset + len(column)]


def _ends(held: "NDArray[np.uint8]", there: "NDArray[np.uint8] | None") -> tuple[int, int]:
    """Smallest and largest of the bytes that are there; (255, 0) where none is."""
    if there is None:
        low = high = held
    else:
        low, high = held | (there - np.uint8(1)), held * there
    return int(low.min(initial=255)), int(high.max(initial=0))


def _run_of(table: "NDArray[Any]", low: int, high: int) -> int | None:
    """What to add to the bytes from `low` to `high` to have their levels; None: it differs."""
    if low > high:
        return None
    first = int(table[low])
    run = np.arange(first, first + high - low + 1)
    alike = table.dtype == np.uint8 and run[-1] < 255 and np.array_equal(table[low : high + 1], run)
    return (first - low) % 256 if alike else None


@dataclass
class Units:
    """Weights and clusters of the whole file, read before the tables.

    Attributes
    ----------
    design : Design
        What was declared.
    weighting : Weighting
        How unequal the weights are.
    whole : bool
        Whether all weights are whole numbers.
    keys, numbers : array of int
        Levels of stratum and cluster as one number, ascending, and the unit that each is.
    strata : array of int
        For each unit its stratum.
    sizes : array of int
        Respondents of each unit.
    """

    design: Design
    weighting: Weighting
    whole: bool
    keys: "NDArray[np.int64]"
    numbers: "NDArray[np.intp]"
    strata: "NDArray[np.int64]"
    sizes: "NDArray[np.int64]"

    @property
    def lonely(self) -> bool:
        """Whether a stratum has only one cluster (or, without clusters, one respondent)."""
        units = self.sizes if self.design.clusters is None else np.bincount(self.strata)
        return bool((units == 1).any())

    def sample(self, rows: "NDArray[np.intp]", tables: "Sequence[NDArray[Any]]") -> Sample:
        """The sampling design of rows of which each is in one unit and has sums of weights."""
        heads, weights = tables[0], tables[1]
        held = np.maximum(rows - UNITS, 0)
        count = int(self.strata.max(initial=-1)) + 1
        nowhere = np.full(count, np.inf)
        if self.design.clusters is None:
            own = np.arange(len(rows))
            stage = Stage(own, held, nowhere, np.ones(count), True, self.sizes)
            freedom = float(self.sizes.sum() - count)
            squares = tables[2]
        else:
            stage = Stage(held, self.strata, nowhere, np.ones(count), False)
            freedom, squares = float(len(self.strata) - count), None
        return Sample(
            weights, (stage,), self.design.lonely_psu, freedom, heads=heads, squares=squares
        )


class _Weights:
    """Sums over the weights of a file, batch by batch, and what is wrong with them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._bad, self._rows, self._seen = 0, np.zeros(0, np.intp), 0
        self.missing = self.zero = self.held = 0
        self.whole = True
        self.largest = self.total = self.squares = 0.0

    def add(self, weights: "NDArray[np.float64]") -> None:
        """Look at a batch."""
        missing = np.isnan(weights)
        bad = (weights < 0) | np.isinf(weights)
        self._bad += int(bad.sum())
        if bad.any() and self._rows.size < 5:
            self._rows = np.concatenate([self._rows, np.flatnonzero(bad) + self._seen])
        elif not bad.any():
            held = weights[weights > 0]
            check_bounds(self._name, np.where(missing, 0.0, weights))
            self.held += held.size
            self.missing += int(missing.sum())
            self.whole &= bool(np.array_equal(held, np.trunc(held)))
            self.zero += int((weights == 0).sum())
            self.largest = max(self.largest, float(held.max(initial=0.0)))
            self.total += float(held.sum())
            self.squares += float(held @ held)
        self._seen += weights.size

    def finished(self) -> Weighting:
        """How unequal the weights are; refuses bad ones."""
        if self._bad:
            raise refuse_weights(self._name, self._bad, self._rows)
        if not self.held:
            raise SurveyError(f"weight '{self._name}' is zero or missing for every respondent")
        effect = self.held * self.squares / self.total**2
        largest = self.largest * self.held / self.total
        return Weighting(
            self.held, self.zero, self.missing, largest, effect, self.total**2 / self.squares
        )


@dataclass(frozen=True)
class _Counted:
    """Combinations of answers that anybody gave: their levels, respondents and sums of weights."""

    cells: "tuple[NDArray[Any], ...]"
    held: "list[NDArray[Any]]"
    by_unit: bool

    @classmethod
    def of(cls, tables: "Sequence[NDArray[Any]]", names: Names) -> "_Counted":
        cells = np.nonzero(tables[0])
        # Places among levels, of which there are few.
        small = tuple(places.astype(np.int32) for places in cells)
        return cls(small, [table[cells] for table in tables], names[-1] == UNIT)


class StreamedColumns:
    """Columns of a file that is read in batches; stands where a survey has its data.

    A column that is asked for by name is read into memory. Tables ask for what they need with
    `about` instead.

    Parameters
    ----------
    batches : callable
        Names of columns -> the file's record batches of these columns, from the beginning.
    schema : pyarrow.Schema
        The file's columns.
    rows : int
        Respondents.
    codebook : Codebook
        Says which codes to expect; others are found.
    design : Design, optional
        Weights, strata and clusters, for which `streams` holds.
    """

    def __init__(
        self,
        batches: "Batches",
        schema: "pa.Schema",
        rows: int,
        codebook: Codebook,
        design: Design | None = None,
    ) -> None:
        self._batches, self._schema, self._rows = batches, schema, rows
        self._codebook, self.design = codebook, design
        self._levels = {
            name: (
                Levels(
                    [*codebook[name].codes, *codebook[name].missing],
                    codebook[name].is_missing,
                    bool(codebook[name].missing_ranges),
                )
                if name in codebook
                else Levels()
            )
            for name in schema.names
        }
        self._counted: dict[Names, _Counted] = {}
        self._made: dict[str, tuple[Names, Callable[[Survey], Survey]]] = {}
        self._whole: PreparedDesign | None = None
        self.passes = 0
        self.units = None if design is None else self._read_units(design)
        if self.units is not None and self.units.lonely and self.units.design.lonely_psu == "fail":
            # The sentence that names the strata is that of a design in memory.
            self.whole_design()

    def __len__(self) -> int:
        return self._rows

    @property
    def shape(self) -> tuple[int, int]:
        """Respondents and columns."""
        return self._rows, len(self._schema)

    @property
    def column_names(self) -> list[str]:
        """Names of the columns of the file."""
        return list(self._schema.names)

    def __getitem__(self, name: str) -> Any:
        return self.select([name])[name]

    def select(self, names: Sequence[str]) -> "pa.Table":
        """Read some columns into memory."""
        import pyarrow as pa

        logger.info("read into memory: %s (%d respondents)", ", ".join(names), self._rows)
        schema = pa.schema([self._schema.field(name) for name in names])
        return pa.Table.from_batches(self._batches(names), schema)

    def with_made(
        self, name: str, parts: Names, make: "Callable[[Survey], Survey]"
    ) -> "StreamedColumns":
        """Return the columns with one that is made of others where it is asked for."""
        other = object.__new__(StreamedColumns)
        other.__dict__.update(self.__dict__)
        other._made = {**self._made, name: (parts, make)}
        return other

    def overflows(self, names: Sequence[str]) -> bool:
        """Whether there are more different values than are told apart, or kept by unit."""
        key = self._key(names)
        if any(self._levels[name].overflowed for name in key):
            return True
        sampled = self.design is not None and self.design.kind == "sampling"
        return sampled and self._with_unit(key)[-1] != UNIT

    def weighting(self) -> Weighting:
        """How unequal the weights are."""
        assert self.units is not None
        return self.units.weighting

    def count(self, sets: Iterable[Sequence[str]]) -> None:
        """Count respondents by every set of variables, in as few passes as memory allows.

        Parameters
        ----------
        sets : iterable of sequence of str
            Variables that are asked about together (`about`). Sets of so many answers that their
            tables would not be small are left out.
        """
        wanted = dict.fromkeys(map(self._key, sets))

        def still_waiting() -> list[Names]:
            return [n for n in wanted if n not in self._counted and self._fits(n)]

        while waiting := still_waiting():
            taken: list[Names] = []
            held = 0
            for names in waiting:
                held += self._bytes(names)
                if taken and held > MOST_BYTES:
                    break
                taken.append(names)
            self._pass(taken)

    def about(self, codebook: Codebook, names: Sequence[str]) -> tuple[Survey, Any]:
        """Give what some variables say of the respondents: see `about`."""
        key = self._key(names)
        if key not in self._counted:
            self.count([key])
        if key not in self._counted:
            return self.read(codebook, names)
        counted = self._counted[key]
        import pyarrow as pa

        columns = {
            name: pa.array(self._levels[name].values, self._kind_of(name)).take(pa.array(places))
            for name, places in zip(key, counted.cells, strict=False)
        }
        people = Survey(cast("Any", pa.table(columns)), codebook)
        return self._completed(people, names), self._prepared(counted)

    def _prepared(self, counted: "_Counted") -> PreparedDesign:
        held = counted.held
        if self.units is None:
            heads = held[0]
            return PreparedDesign(EQUAL, None, heads.astype(np.float64), heads=heads)
        weighting = self.units.weighting
        notes = weight_notes(weighting.missing, weighting.zero)
        rows, kind = counted.cells[-1], self.units.design.kind
        sample = self.units.sample(rows, held) if counted.by_unit and kind == "sampling" else None
        return PreparedDesign(kind, sample, held[1], notes, rows == UNWEIGHTED, heads=held[0])

    def whole_design(self) -> PreparedDesign | None:
        """Read the design of every respondent into memory, for what is not counted by cells."""
        if self.design is None:
            return None
        if self._whole is None:
            named = [self.design.weights, self.design.strata, self.design.clusters]
            names = [_only(name) for name in named if name is not None]
            people = Survey(cast("Any", self.select(list(dict.fromkeys(names)))), self._codebook)
            self._whole = self.design.prepared(people)
        return self._whole

    def read(
        self, codebook: Codebook, names: Sequence[str]
    ) -> tuple[Survey, PreparedDesign | None]:
        """Read the respondents themselves, with some variables and their design, into memory."""
        people = Survey(cast("Any", self.select(self._key(names))), codebook)
        return self._completed(people, names), self.whole_design()

    def _completed(self, people: Survey, names: Sequence[str]) -> Survey:
        """Add the variables that are made of others."""
        for name in names:
            if name in self._made:
                people = Survey(self._made[name][1](people).data, people.codebook)
        return people

    def _kind_of(self, name: str) -> Any:
        import pyarrow as pa

        kind = self._schema.field(name).type
        return kind.value_type if pa.types.is_dictionary(kind) else kind

    def _key(self, names: Sequence[str]) -> Names:
        """Columns of the file behind some variables, in the order of the file."""
        parts: dict[str, None] = {}
        for name in names:
            parts |= dict.fromkeys(self._made[name][0] if name in self._made else (name,))
        order = {name: at for at, name in enumerate(self._schema.names)}
        for name in parts:
            if name not in order:
                _ = self._codebook[name]
        return tuple(sorted(parts, key=order.__getitem__))

    def _sizes(self) -> dict[str, int]:
        own = [] if self.units is None else [UNIT, WEIGHED]
        return {name: self._size(name) for name in [*self._levels, *own]}

    def _size(self, name: str) -> int:
        if name == WEIGHED:
            return UNITS + 1
        if name == UNIT and self.units is not None:
            return UNITS + len(self.units.strata)
        return max(1, len(self._levels[name]))

    def _cells(self, names: Names) -> int:
        return prod(map(self._size, self._with_unit(names)))

    def _with_unit(self, names: Names) -> Names:
        """Count by unit, too; of a single variable with very many values not."""
        if self.units is None:
            return names
        levels = self._levels[names[0]]
        many = len(names) == 1 and len(levels) * (UNITS + len(self.units.strata)) > MOST_CELLS
        return (*names, WEIGHED if many or self.units.design.kind == "frequency" else UNIT)

    def _fits(self, names: Names) -> bool:
        crowded = len(names) > 1 and any(self._levels[name].overflowed for name in names)
        return not crowded and self._cells(names) <= MOST_CELLS

    def _bytes(self, names: Names) -> int:
        return 8 * (1 + self._sums) * self._cells(names)

    @property
    def _sums(self) -> int:
        """Sums of weights that are kept: with their squares where each respondent is a unit."""
        if self.units is None:
            return 0
        alone = self.units.design.kind == "sampling" and self.units.design.clusters is None
        return 2 if alone else 1

    def _pass(self, sets: Sequence[Names]) -> None:
        """Read the file once and count by these sets."""
        self.passes += 1
        logger.debug("pass %d: %s", self.passes, "; ".join(map(",".join, sets)))
        needed = list(dict.fromkeys(name for names in sets for name in names))
        design = [] if self.units is None else self._design_names(self.units.design)
        columns = list(dict.fromkeys([*needed, *design]))
        keyed = {names: self._with_unit(names) for names in sets}
        counts = JointCounts(keyed.values(), self._sizes(), self._sums)
        batches = self._batches(columns)
        for batch in track(batches, "respondents counted", self._rows, size=len):
            named = dict(zip(columns, batch.columns, strict=True))
            levels = {name: self._levels[name].number(named[name]) for name in needed}
            if not counts.fits(self._sizes()):
                self._make_room(counts, keyed)
                counts.grow(self._sizes())
            weights: list[NDArray[np.float64]] = []
            if self.units is not None:
                levels[UNIT], weight = self._unit_of(named)
                levels[WEIGHED] = np.minimum(levels[UNIT], UNITS)
                weights = [weight, np.square(weight)][: self._sums]
            counts.add(levels, weights)
        for names in keyed:
            self._counted[names] = _Counted.of(counts.table(keyed[names]), keyed[names])

    def _make_room(self, counts: JointCounts, keyed: dict[Names, Names]) -> None:
        """Stop counting by sets of too many levels, and by units for single variables of many."""
        for names, key in list(keyed.items()):
            if not self._fits(names):
                counts.drop([key])
                del keyed[names]
            elif key != (other := self._with_unit(names)):
                counts.exchange(key, other, _without_units)
                keyed[names] = other

    @staticmethod
    def _design_names(design: Design) -> list[str]:
        named = [design.weights, design.strata, design.clusters]
        return [_only(name) for name in named if name is not None]

    def _weights_of(
        self, named: "Mapping[str, pa.Array]", design: Design
    ) -> "NDArray[np.float64] | None":
        import pyarrow as pa

        if design.weights is None:
            return None
        table = pa.table({design.weights: named[design.weights]})
        return read_weights(Survey(cast("Any", table), self._codebook), design.weights)

    def _read_units(self, design: Design) -> Units:
        """Read the weights and clusters of everybody."""
        names = self._design_names(design)
        weights = None if design.weights is None else _Weights(design.weights)
        found: dict[tuple[Any, Any], int] = {}
        size, absent = 0, dict.fromkeys(names, 0)
        batches = self._batches(names) if names else ()
        for batch in track(batches, "respondents weighed", self._rows, size=len):
            named = dict(zip(names, batch.columns, strict=True))
            weight = self._weights_of(named, design)
            if weights is not None and weight is not None:
                weights.add(weight)
            strata, clusters = (
                self._levels_of(named, of) for of in (design.strata, design.clusters)
            )
            for of, levels in ((design.strata, strata), (design.clusters, clusters)):
                if of is not None:
                    absent[_only(of)] += int((levels == 0).sum())
            keys, heads = np.unique(strata * _SPAN + clusters, return_counts=True)
            for key, number in zip(keys.tolist(), heads.tolist(), strict=True):
                pair = divmod(key, _SPAN)
                found[pair] = found.get(pair, 0) + number
            size += batch.num_rows
        for name, number in absent.items():
            if number and name != design.weights:
                raise SurveyError(
                    f"variable '{name}' of the design is missing for {number} respondents; every "
                    "respondent needs a stratum and a cluster"
                )
        if not names:
            found[0, 0] = self._rows
        everybody = Weighting(self._rows, 0, 0, 1.0, 1.0, float(self._rows))
        weighting = everybody if weights is None else weights.finished()
        pairs = sorted(found, key=lambda pair: self._sorting(design, pair))
        strata_of = {stratum: at for at, stratum in enumerate(dict.fromkeys(s for s, _ in pairs))}
        keys = np.array([stratum * _SPAN + cluster for stratum, cluster in pairs], np.int64)
        order = np.argsort(keys)
        return Units(
            design,
            weighting,
            weights is not None and weights.whole,
            keys[order],
            order,
            np.array([strata_of[stratum] for stratum, _ in pairs], np.int64),
            np.array([found[pair] for pair in pairs], np.int64),
        )

    def _levels_of(self, named: "Mapping[str, pa.Array]", of: Any) -> "NDArray[np.int64]":
        """Levels of a design variable, from 1 on; 0 are its missing codes, which are no values."""
        size = len(next(iter(named.values())))
        if of is None:
            return np.zeros(size, np.int64)
        name = _only(of)
        levels = self._levels[name]
        numbers = levels.number(named[name]).astype(np.int64)
        variable = self._codebook[name]
        kept = [
            0 if value is None or variable.is_missing(value) else at
            for at, value in enumerate(levels.values, 1)
        ]
        return np.array(kept, np.int64)[numbers]

    def _sorting(self, design: Design, pair: tuple[int, int]) -> Any:
        """Order of units that does not depend on the order of the rows."""
        key: list[Any] = []
        for of, level in zip((design.strata, design.clusters), pair, strict=True):
            value = self._levels[_only(of)].values[level - 1] if of is not None and level else None
            key += [isinstance(value, str), 0 if value is None else value]
        return key

    def _unit_of(
        self, named: "Mapping[str, pa.Array]"
    ) -> "tuple[NDArray[Any], NDArray[np.float64]]":
        """Unit of every respondent of a batch, and what each weighs."""
        assert self.units is not None
        design = self.units.design
        size = len(next(iter(named.values())))
        weights = self._weights_of(named, design)
        if weights is None:
            weights = np.ones(size)
        strata, clusters = (self._levels_of(named, of) for of in (design.strata, design.clusters))
        keys = strata * _SPAN + clusters
        units = np.searchsorted(self.units.keys, keys)
        units = self.units.numbers[units] + UNITS
        units[weights == 0] = WEIGHTLESS
        absent = np.isnan(weights)
        units[absent] = UNWEIGHTED
        return units, np.where(absent, 0.0, weights)


def _without_units(table: "NDArray[Any]") -> "NDArray[Any]":
    """Join all units to one."""
    return np.column_stack([table[:, :UNITS], table[:, UNITS:].sum(axis=1)])


def _only(name: Any) -> str:
    return name if isinstance(name, str) else str(name[0])


def about(
    survey: Survey, design: "PreparedDesign | None", *names: str
) -> "tuple[Survey, PreparedDesign | None]":
    """Give the respondents as far as some variables go, with their design.

    Parameters
    ----------
    survey : Survey
        Respondents in memory, who are returned as they are, or in a file that is streamed
        (`StreamedColumns`).
    design : PreparedDesign, optional
        Their design; not asked for where they are streamed.
    names : str
        Variables whose joint answers are all that is counted.

    Returns
    -------
    survey, design
        Of streamed respondents one row for every combination of answers that anybody gave (and
        for each cluster); `PreparedDesign.behind` says how many people each row stands for.
    """
    if not isinstance(survey.data, StreamedColumns):
        return survey, design
    return survey.data.about(survey.codebook, names)


def is_counted_by(survey: Survey) -> bool:
    """Whether a streamed file's weight says how many equal respondents a row stands for."""
    columns = survey.data
    if not isinstance(columns, StreamedColumns) or columns.units is None:
        return False
    return columns.units.design.kind == "frequency" and columns.units.whole


def about_numbers(
    survey: Survey, design: "PreparedDesign | None", *names: str
) -> "tuple[Survey, PreparedDesign | None]":
    """Give the respondents as `about` does, or in memory where their numbers need them all.

    Numbers of more different values than are told apart need every respondent.
    """
    columns = survey.data
    if isinstance(columns, StreamedColumns) and columns.overflows(names):
        return in_memory(survey, design, *names)
    return about(survey, design, *names)


def in_memory(
    survey: Survey, design: "PreparedDesign | None", *names: str
) -> "tuple[Survey, PreparedDesign | None]":
    """Give the respondents themselves with some variables, read into memory where streamed."""
    if not isinstance(survey.data, StreamedColumns):
        return survey, design
    columns = survey.data
    return columns.read(survey.codebook, names)


def streams(design: Design | None) -> bool:
    """Return whether tables under a design can be counted from sums by cluster and cell.

    Replicate weights, raking, finite populations and later stages of sampling need the
    respondents in memory.

    Examples
    --------
    >>> streams(None), streams(Design(weights="w", clusters="village")), streams(Design(fpc="n"))
    (True, True, False)
    """
    if design is None:
        return True
    if design.kind == "frequency":
        return design.weights is not None
    one_stage = all(
        names is None or isinstance(names, str) or len(names) == 1
        for names in (design.strata, design.clusters)
    )
    return (
        one_stage
        and design.nest
        and not (design.fpc or design.replicates or design.resample or design.rake)
    )
