"""Verdicts: what is found out about a typed question, before any words are put to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from resurvey.audit.reported_statistics import ReportedStatistic
from resurvey.audit.typed_table import Note, TypedQuestion
from resurvey.recovery.recovered import Recovered

VERDICTS = ("fits", "misprints", "undecided")


@dataclass(frozen=True)
class FoundMisprint:
    """A cell that cannot be as it is printed, and the nearest number that could."""

    row: str
    column: str
    printed: str
    nearest: str


@dataclass(frozen=True)
class Alternatives:
    """One fault of a table: the smallest sets of cells that would explain it.

    size: Cells in each set; 0 where no set was found.
    count: Number of sets.
    sets: The sets that are listed.
    searched: All sets of up to so many cells were tried.
    """

    size: int
    count: int
    sets: tuple[tuple[FoundMisprint, ...], ...]
    searched: int = 0


@dataclass(frozen=True)
class JudgedCell:
    """A printed cell with the counts that it may stand for."""

    printed: str
    low: int | None = None
    high: int | None = None

    @property
    def counts(self) -> str:
        """The counts as text; empty where they are not known."""
        if self.low is None or self.high is None:
            return ""
        return str(self.low) if self.low == self.high else f"{self.low}–{self.high}"


@dataclass
class Judgement:
    """Everything that was found out about one question.

    question: The question as it was read.
    reading: One of `READINGS`.
    reason: Why it was read so.
    verdict: one of {"fits", "misprints", "undecided"}.
    solutions: Exact number of tables of counts; None where they were not counted.
    bases: Column code -> respondents, a pair of bounds, or None where nothing is known.
    alternatives: What would have to be misprinted.
    assumptions, notes: What the verdict rests on, and what was done or left open.
    others: Other readings, each with a note of what it would mean.
    cells: (row label, column code) -> JudgedCell.
    statistics: Printed statistics, recomputed.
    row_tests: Answer, smallest and largest p of yes against no, where each answer is tested by
        itself.
    recovered: All tables of counts, where they can be listed as one.
    rounding: The rounding rule under which it was judged.
    means: Of each mean that was checked: the chance that one of measurements passes, and
        whether this one did.
    """

    question: TypedQuestion
    reading: str
    reason: Note
    verdict: str
    shape: str = ""
    solutions: int | None = None
    bases: dict[str, Any] = field(default_factory=dict)
    alternatives: list[Alternatives] = field(default_factory=list)
    assumptions: list[Note] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    others: list[tuple[str, Note]] = field(default_factory=list)
    cells: dict[tuple[str, str], JudgedCell] = field(default_factory=dict)
    statistics: list[ReportedStatistic] = field(default_factory=list)
    row_tests: list[tuple[str, float, float]] = field(default_factory=list)
    recovered: Recovered | None = None
    rounding: str = "half_up"
    means: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def misprints(self) -> list[FoundMisprint]:
        """Every cell that one of the smallest sets names, once; none unless that is the verdict."""
        if self.verdict != "misprints":
            return []
        cells: dict[tuple[str, str], FoundMisprint] = {}
        for fault in self.alternatives:
            for several in fault.sets:
                for cell in several:
                    cells.setdefault((cell.row, cell.column), cell)
        return list(cells.values())

    def note(self, key: str, **values: Any) -> None:
        """Add a note, once."""
        note = Note(key, values)
        if note not in self.notes:
            self.notes.append(note)


@dataclass(frozen=True)
class Terms:
    """What was asked for on the command line.

    exact, largest: Column code or row label -> respondents, exactly or at most.
    rounding, derived: Rounding rule, and what subtotals were made from.
    reading: Forced reading; empty for none.
    weighted: The per cents are weighted.
    items: Whole-number items of a mean; None assumes one.
    """

    exact: Mapping[str, int] = field(default_factory=dict)
    largest: Mapping[str, int] = field(default_factory=dict)
    rounding: str = "half_up"
    derived: str = "unknown"
    reading: str = ""
    weighted: bool = False
    items: int | None = None


def bare_cells(question: TypedQuestion) -> dict[tuple[str, str], JudgedCell]:
    return {
        (row.label, code): JudgedCell(cell.text)
        for row in question.rows
        for code, cell in row.cells.items()
    }
