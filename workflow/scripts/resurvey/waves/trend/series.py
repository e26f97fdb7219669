"""Series: the same cell of a table in every wave."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from resurvey.core.notes import Note, note_text, read_notes
from resurvey.study.order import Line, TrendWave

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
    lines: tuple[Line | None, ...]
    absent: tuple[Note | None, ...]

    def count(self, place: int) -> tuple[Fraction, Fraction] | None:
        """Count and base in a wave, exact; None where there is no base or nothing identified."""
        line = self.lines[place]
        if line is None or line["count"] in ("", None) or line["base"] in ("", None):
            return None
        base = Fraction(str(line["base"]))
        return (Fraction(str(line["count"])), base) if base else None

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
    found: list[dict[tuple[str, ...], Line]] = [
        {tuple(str(line[key]) for key in KEYS): line for line in wave.lines} for wave in waves
    ]
    columns = [{(key[0], key[1], key[4]) for key in lines} for lines in found]
    questions: list[set[tuple[str, ...]]] = [{key[:2] for key in own} for own in columns]
    order: dict[str, dict[str, dict[tuple[str, ...], None]]] = {name: {} for name in tables}
    for lines in reversed(found):
        for key in lines:
            if key[0] in order:
                order[key[0]].setdefault(key[1], {})[key] = None
    for blocks in order.values():
        for keys in blocks.values():
            for key in keys:
                lines_of = tuple(lines.get(key) for lines in found)
                last: Line = next(line for line in reversed(lines_of) if line is not None)
                if last["kind"] == "total":
                    continue
                labels = {name: str(last[name]) for name in ("row_label", "column_label", "kind")}
                absent = tuple(
                    None if line is not None else _absent(key, asked, there)
                    for line, asked, there in zip(lines_of, questions, columns, strict=True)
                )
                yield Series(dict(zip(KEYS, key, strict=True)), labels, lines_of, absent)


def _absent(
    key: tuple[str, ...], questions: set[tuple[str, ...]], columns: set[tuple[str, str, str]]
) -> Note:
    if key[:2] not in questions:
        return ABSENT[0]
    return ABSENT[2] if (key[0], key[1], key[4]) in columns else ABSENT[1]


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
