"""Series: the same cell of a table in every wave."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from resurvey.core.cells import Block, cell_of, read_blocks
from resurvey.core.lines import CrosstabLine, fields_of
from resurvey.core.notes import Note, note_text, read_notes
from resurvey.study.order import TrendWave

ABSENT = tuple(map(Note, ("not_asked", "no_such_group", "no_such_answer")))
"""Why a wave has no line for a cell."""

KEYS = ("table", "row_variable", "row_code", "column_variable", "column_code")


@dataclass(frozen=True)
class Series:
    """One cell of a table over the waves.

    Attributes
    ----------
    keys : dict
        `KEYS` of the cell.
    labels : dict
        ``row_label``, ``column_label`` and ``kind`` as the last wave that has the cell writes them.
    lines : tuple of dict or None
        Its line in each wave; None where the wave has no such cell.
    absent : tuple of Note or None
        For each wave without a line the reason, one of `ABSENT`; else None.
    """

    keys: Mapping[str, str]
    labels: Mapping[str, str]
    lines: tuple[CrosstabLine | None, ...]
    absent: tuple[Note | None, ...]

    def count(self, place: int) -> tuple[Fraction, Fraction] | None:
        """Count and base in a wave, exact; None where there is no base or nothing identified."""
        line = self.lines[place]
        cell = None if line is None else cell_of(line)
        return None if cell is None else (cell.count, cell.base)

    def among(self, places: Sequence[int]) -> "Series":
        """Return the same cell in some of the waves."""
        lines = tuple(self.lines[place] for place in places)
        return Series(self.keys, self.labels, lines, tuple(self.absent[place] for place in places))

    def known(self, place: int) -> tuple[Fraction, Fraction]:
        """Count and base in a wave that has them."""
        found = self.count(place)
        if found is None:
            why = note_text(self.reasons(place))
            raise ValueError(f"no share in wave {place}: {why}")
        return found

    def reasons(self, place: int) -> tuple[Note, ...]:
        """Why a wave has no number in this cell."""
        line, absent = self.lines[place], self.absent[place]
        if line is None:
            return () if absent is None else (absent,)
        return read_notes(line) or (Note("nobody_answered"),)


def follow_cells(waves: Sequence[TrendWave], tables: Sequence[str]) -> Iterator[Series]:
    """Follow every answer and subtotal through the waves."""
    blocks = [read_blocks(wave.lines) for wave in waves]
    order: dict[str, dict[str, dict[tuple[str, ...], None]]] = {name: {} for name in tables}
    for found in reversed(blocks):
        for (table, variable), block in found.items():
            if table in order:
                places = order[table].setdefault(variable, {})
                places |= {(row, block.group, column): None for row, column in block.cells}
    for table, variables in order.items():
        for variable, places in variables.items():
            asked = [found.get((table, variable)) for found in blocks]
            for row, group, column in places:
                lines = tuple(
                    block.cells.get((row, column)) if block and block.group == group else None
                    for block in asked
                )
                last = next(line for line in reversed(lines) if line is not None)
                if last["kind"] == "total":
                    continue
                absent = tuple(
                    None if line is not None else _absent(block, column)
                    for line, block in zip(lines, asked, strict=True)
                )
                keys = dict(zip(KEYS, (table, variable, row, group, column), strict=True))
                labels = fields_of(last, ("row_label", "column_label", "kind"))
                yield Series(keys, labels, lines, absent)


def _absent(block: Block | None, column: str) -> Note:
    if block is None:
        return ABSENT[0]
    return ABSENT[2] if column in block.columns else ABSENT[1]


def stack_lines(waves: Sequence[TrendWave], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return the lines of all waves with the wave in front, table by table, for one CSV file."""
    order = {
        name: place
        for place, name in enumerate(
            dict.fromkeys(str(line["table"]) for wave in reversed(waves) for line in wave.lines)
        )
    }
    stacked = [
        {"wave": wave.name, **{name: line.get(name, "") for name in columns}}
        for wave in waves
        for line in wave.lines
    ]
    return sorted(stacked, key=lambda line: order[str(line["table"])])
