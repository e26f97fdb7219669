"""Ledger: what has left the house before, so that two releases together give nobody away.

Two tables that count nearly the same respondents differ by the few who are in one alone: a person
who withdrew from the data between two versions, who left a panel between two waves, or whom the
condition of a table leaves out. The study keeps a line of every table it released
(``release/ledger.csv``, to be kept with the settings, not with the results). The counts in it are
hashed with a salt: that keeps them from being read in passing and is no encryption; they left the
house with the table.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.files import read_csv, write_csv
from resurvey.safety.attack import released_cells
from resurvey.safety.linked_cells import Cell, Field, Files, LinkedCells

LEDGER_COLUMNS = (
    "release",
    "wave",
    "people",
    "file",
    "table",
    "variables",
    "filter",
    "n",
    "salt",
    "content",
    "cells",
)
"""Columns of the ledger; `cells` are the hashed counts, `content` the hash of all of them."""
_DIGITS = 12


@dataclass(frozen=True)
class Entry:
    """A released table.

    Attributes
    ----------
    release : str
        Name of the release, a date or a version.
    wave : str
        Wave of the survey.
    people : str
        Name of the sample: the wave's where every wave asks other people, one for all waves of a
        panel. Only tables of one sample are compared.
    file, table : str
        Where the counts stand.
    variables : tuple of str
        Variables of its counts, sorted.
    filter : str
        Condition of the table in JSON, or its name; empty: all respondents.
    n : str
        Respondents; empty where that is hidden.
    cells : frozenset of str
        Hashed counts.
    """

    release: str
    wave: str
    people: str
    file: str
    table: str
    variables: tuple[str, ...]
    filter: str
    n: str
    salt: str
    cells: frozenset[str]

    def line(self) -> dict[str, str]:
        """Write the entry as a line of the ledger."""
        cells = " ".join(sorted(self.cells))
        return {
            "release": self.release,
            "wave": self.wave,
            "people": self.people,
            "file": self.file,
            "table": self.table,
            "variables": " ".join(self.variables),
            "filter": self.filter,
            "n": self.n,
            "salt": self.salt,
            "content": hashlib.sha256(cells.encode()).hexdigest(),
            "cells": cells,
        }

    @property
    def title(self) -> str:
        """How messages name it."""
        where = f" ({self.filter})" if self.filter else ""
        return f"'{self.table}'{where} of the release '{self.release}' of wave '{self.wave}'"


@dataclass
class Ledger:
    """All released tables of a study."""

    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def read(cls, path: str | Path) -> "Ledger":
        """Read the ledger; one that is not there yet is empty.

        Raises
        ------
        SurveyError
            A line was changed: its hash no longer fits.
        """
        if not Path(path).exists():
            return cls()
        entries = []
        for number, line in enumerate(read_csv(path), 2):
            entry = Entry(
                **{name: line[name] for name in ("release", "wave", "people", "file", "table")},
                variables=tuple(line["variables"].split()),
                filter=line["filter"],
                n=line["n"],
                salt=line["salt"],
                cells=frozenset(line["cells"].split()),
            )
            if entry.line()["content"] != line["content"]:
                raise SurveyError(
                    f"{path}, line {number}: the ledger of releases was edited; take back the file "
                    "as it was, for what has left the house cannot be known without it"
                )
            entries.append(entry)
        return cls(entries)

    def write(self, path: str | Path) -> None:
        """Write the ledger, whole or not at all."""
        write_csv(path, LEDGER_COLUMNS, [entry.line() for entry in self.entries])

    def of(self, people: str) -> list[Entry]:
        """Entries about one sample."""
        return [entry for entry in self.entries if entry.people == people]


def hash_count(salt: str, conditions: Iterable[tuple[str, str]], count: int) -> str:
    """Hash a count with its conditions.

    Examples
    --------
    >>> hash_count("s", [("sex", "1")], 40) == hash_count("s", [("sex", "1")], 41)
    False
    """
    text = json.dumps([salt, [list(pair) for pair in conditions], count], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def make_entries(
    linked: LinkedCells,
    files: Files,
    *,
    release: str,
    wave: str,
    people: str = "",
) -> list[Entry]:
    """Make the ledger's lines of a release.

    Parameters
    ----------
    linked : LinkedCells
        Traced from the files before protection.
    files : dict
        The files as they are released.
    release, wave, people : str
        See `Entry`; `people` is the wave by default.

    Returns
    -------
    list of Entry
        One for each table of each file and each population, in their order.
    """
    tables: dict[tuple[str, str, str], set[int]] = {}
    for one in _told_exactly(linked, files):
        file, number, _ = one.place
        line = files[file][number]
        table = next((line[name] for name in _TABLE if line.get(name)), "")
        population = linked.cells[one.cells[0]].population
        tables.setdefault((file, table, population), set()).add(one.cells[0])
    entries = []
    for (file, table, population), numbers in tables.items():
        cells = [linked.cells[number] for number in sorted(numbers)]
        salt = hashlib.sha256(json.dumps([release, wave, file, table]).encode()).hexdigest()[:16]
        variables = sorted({name for cell in cells for name in cell.variables})
        entries.append(
            Entry(
                release,
                wave,
                people or wave,
                file,
                table,
                tuple(variables),
                population,
                str(max(cell.count for cell in cells)),
                salt,
                frozenset(hash_count(salt, cell.conditions, cell.count) for cell in cells),
            )
        )
    return entries


def _told_exactly(linked: LinkedCells, files: Files) -> Iterator[Field]:
    """Fields that print the very number of persons of a released cell."""
    told = released_cells(linked, files)
    return (one for one in linked.fields if one.exact and one.cells[0] in told)


_TABLE = ("table", "variable", "indicator", "index", "scale", "name", "model", "combination")


@dataclass(frozen=True)
class Difference:
    """A count that an earlier release told nearly alike: the difference is a few persons."""

    cell: int
    earlier: Entry
    persons: int


def known_before(linked: LinkedCells, entries: Sequence[Entry], wave: str = "") -> set[int]:
    """Return the cells whose very count an earlier release of the same respondents told.

    Releases of another `wave` told of answers at another time, and count as none.
    """
    return {
        number
        for entry in entries
        if not _is_other(entry, wave)
        for number, cell in enumerate(linked.cells)
        if cell.printed and cell.population == entry.filter and _asks(entry, cell)
        if hash_count(entry.salt, cell.conditions, cell.count) in entry.cells
    }


def find_differences(
    linked: LinkedCells, entries: Sequence[Entry], threshold: int, wave: str = ""
) -> Iterator[Difference]:
    """Find the counts that differ from released ones by 1 to the threshold less one.

    Compared are counts with the same conditions among respondents of which one group contains the
    other: all, and those of a table's condition; two versions of one file. With an earlier `wave`
    of a panel only the numbers of respondents are compared, which tell of those who left: answers
    change with time. A count that was told before adds nothing to what was told with it.
    """
    told = known_before(linked, entries, wave)
    for entry in entries:
        for number, cell in enumerate(linked.cells):
            if number in told or not cell.printed or not _asks(entry, cell):
                continue
            if not are_nested(entry.filter, cell.population):
                continue
            if _is_other(entry, wave) and (cell.conditions or cell.population != entry.filter):
                continue
            if hash_count(entry.salt, cell.conditions, cell.count) in entry.cells:
                continue
            for persons in range(1, threshold):
                near = (cell.count - persons, cell.count + persons)
                if any(
                    count >= 0 and hash_count(entry.salt, cell.conditions, count) in entry.cells
                    for count in near
                ):
                    yield Difference(number, entry, persons)
                    break


def _is_other(entry: Entry, wave: str) -> bool:
    return bool(wave) and entry.wave != wave


def _asks(entry: Entry, cell: Cell) -> bool:
    return cell.variables <= set(entry.variables)


def check_differences(
    linked: LinkedCells,
    entries: Sequence[Entry],
    threshold: int,
    files: Files,
    wave: str = "",
) -> None:
    """Refuse a release that, beside an earlier one, tells of a few persons.

    `files` are those of the new release: the counts that the ledger would keep of it are compared.

    Raises
    ------
    SurveyError
        One sentence with both tables and the number of counts.
    """
    differences = find_differences(linked, entries, threshold, wave)
    told = {one.cells[0] for one in _told_exactly(linked, files)}
    found = [one for one in differences if one.cell in told]
    if not found:
        return
    first = found[0]
    cell = linked.cells[first.cell]
    of = " by ".join(f"'{name}'" for name, _ in cell.conditions) or "the respondents"
    where = f" ({cell.population})" if cell.population else ""
    raise SurveyError(
        f"the counts of {of}{where} differ from those in {first.earlier.title} by fewer than "
        f"{threshold} persons, as {len(found)} count{'s' * (len(found) > 1)} do: both releases "
        "together would tell of these persons; release the tables of the same respondents as "
        "before, or none"
    )


def are_nested(first: str, second: str) -> bool:
    """Return whether one of two populations surely contains the other.

    Parameters
    ----------
    first, second : str
        Conditions as `Entry.filter` has them.

    Examples
    --------
    >>> are_nested("", '{"sex": 1}'), are_nested('{"sex": 1}', '{"sex": 2}')
    (True, False)
    >>> are_nested('{"age": {"min": 18}}', '{"age": {"min": 20, "max": 30}}')
    True
    """
    if first == second or not first or not second:
        return True
    try:
        one, other = json.loads(first), json.loads(second)
    except ValueError:
        return False
    return _contains(one, other) or _contains(other, one)


def _contains(wide: Mapping[str, Any], close: Mapping[str, Any]) -> bool:
    return all(name in close and _allows(said, close[name]) for name, said in wide.items())


def _allows(wide: Any, close: Any) -> bool:
    """Whether a condition on a variable holds wherever another on it does."""
    if wide == close:
        return True
    if isinstance(wide, dict) and isinstance(close, dict):
        low, high = float("-inf"), float("inf")
        return bool(
            wide.get("min", low) <= close.get("min", low)
            and close.get("max", high) <= wide.get("max", high)
        )
    wide, close = (one if isinstance(one, list) else [one] for one in (wide, close))
    return all(code in wide for code in close)
