"""Linked cells: every count of all result files of a wave, as one system over its respondents.

A file repeats counts of other files: the base of a crosstab's column is a cell of the banner, its
column of all respondents a line of the frequencies. What is hidden in one file and printed in the
other is not hidden. So each field of each file is traced to the cells it tells: a cell is a set of
respondents who meet conditions (a variable and its answer), whichever file counts them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from resurvey.core.codebook import Codebook
from resurvey.core.names import TOTAL

ANSWERED = "*"
"""In place of a code: whoever gave an answer."""
SILENT = "!"
"""Before a code: a reason for no answer; alone, whoever gave none."""
SUM = "="
"""Before codes with a plus between them: whoever gave one of these answers."""
BIN = "bin_"
"""Before a number: whose value falls in a bar of the histogram."""

Files = Mapping[str, Sequence[Mapping[str, str]]]
"""Path under ``results/{wave}`` -> lines, as `resurvey.core.files.read_csv` gives them."""
Condition = tuple[str, str]
Place = tuple[str, int, str]
"""File, number of the line from 0, and column."""


@dataclass(frozen=True)
class Cell:
    """Respondents who meet some conditions.

    Attributes
    ----------
    population : str
        Table or banner whose `where` they meet; empty: all of the wave.
    conditions : tuple
        Pairs of a variable and its code, sorted.
    count : int
        How many they are, each counting once.
    kind : {"printed", "silent", "complement", "outside", "rest"}
        Whether a file tells the count. Others follow from those told by subtraction: who gave no
        group (`silent`), who did not choose an option (`complement`), who is not in a table's
        population (`outside`), whose answer no line has (`rest`).
    """

    population: str
    conditions: tuple[Condition, ...]
    count: int
    kind: str = "printed"

    @property
    def printed(self) -> bool:
        """Whether a file tells this count itself."""
        return self.kind == "printed"

    @property
    def variables(self) -> set[str]:
        """Variables that the conditions are about."""
        return {variable for variable, _ in self.conditions}


@dataclass(frozen=True)
class Relation:
    """A cell that is the sum of others: of the same respondents, each counted once."""

    whole: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Field:
    """A field of a file and what it tells.

    Attributes
    ----------
    place : tuple
        Where it stands.
    cells : tuple of int
        Cells whose counts it follows from; it is emptied with any of them.
    exact : bool
        It is the count of the one cell.
    share : bool
        It is the percentage of the first cell in the second.
    """

    place: Place
    cells: tuple[int, ...]
    exact: bool = False
    share: bool = False


@dataclass
class LinkedCells:
    """Cells, the relations between them, and the fields that tell them.

    Attributes
    ----------
    cells : list of Cell
        Each once, whatever number of files count it.
    relations : list of Relation
        What adds up, in truth and for every reader.
    fields : list of Field
        All fields that hold a number.
    lines : dict
        File and number of a line -> the cell that it is about, where it is about one.
    """

    cells: list[Cell] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    lines: dict[tuple[str, int], int] = field(default_factory=dict)
    known: dict[tuple[str, tuple[Condition, ...]], int] = field(default_factory=dict)

    def find(self, population: str, conditions: Iterable[Condition]) -> int | None:
        """Return the number of a cell, None where no file counts it."""
        return self.known.get((population, tuple(sorted(conditions))))

    def add(
        self, population: str, conditions: Iterable[Condition], count: int, kind: str = "printed"
    ) -> int:
        """Return the number of a cell, adding it where it is new.

        Two files that count different numbers under one name (one may leave out respondents
        without a weight) have different cells.
        """
        key = (population, tuple(sorted(conditions)))
        while (number := self.known.get(key)) is not None and self.cells[number].count != count:
            key = (key[0] + "'", key[1])
        if number is None:
            number = self.known[key] = len(self.cells)
            self.cells.append(Cell(key[0], key[1], count, kind))
        return number

    def relate(self, whole: int, parts: Sequence[int], rest: str) -> None:
        """Relate a cell to its parts; what they lack is a further part of the kind `rest`."""
        missing = self.cells[whole].count - sum(self.cells[part].count for part in parts)
        if missing < 0:
            for part in parts:
                self._complement(whole, part)
            return
        if missing:
            cell = self.cells[whole]
            names = sorted({variable for part in parts for variable in self.cells[part].variables})
            mark = (("".join(names), f"{SILENT}{rest}"),)
            parts = [
                *parts,
                self._latent(cell.population, (*cell.conditions, *mark), missing, rest),
            ]
        self.relations.append(Relation(whole, tuple(parts)))

    def _complement(self, whole: int, part: int) -> None:
        lacking = self.cells[whole].count - self.cells[part].count
        if lacking >= 0:
            cell = self.cells[part]
            rest = self._latent(cell.population, cell.conditions, lacking, "complement")
            self.relations.append(Relation(whole, (part, rest)))

    def _latent(
        self, population: str, conditions: tuple[Condition, ...], count: int, kind: str
    ) -> int:
        self.cells.append(Cell(population, conditions, count, kind))
        return len(self.cells) - 1


def integer(text: str | None) -> int | None:
    """Read a count; None where the field is empty or no whole number.

    Examples
    --------
    >>> integer("12"), integer("12.0"), integer("12.5"), integer("")
    (12, 12, None, None)
    """
    try:
        number = float(text or "")
    except ValueError:
        return None
    return int(number) if number.is_integer() else None


def link_cells(
    files: Files,
    codebook: Codebook,
    where: Mapping[str, Mapping[str, Any]] | None = None,
) -> LinkedCells:
    """Trace every number of the result files of a wave to the cells that it tells.

    Parameters
    ----------
    files : dict
        Lines of each file; see `Files`.
    codebook : Codebook
        That of the tables (``tables/codebook.json``).
    where : dict, optional
        Table or banner -> its condition (``where:``), as `restrict` takes it; a table made by
        ``split:`` has the answer it was made for. A condition on single codes names the same
        respondents as the answers do in other tables; without it the population stands alone,
        linked to all respondents only by what it leaves out.

    Returns
    -------
    LinkedCells
        Every relation holds for the true counts: one that the files contradict is left out.

    Examples
    --------
    >>> from resurvey.core.codebook import Variable
    >>> line = {"variable": "vote", "kind": "answer", "respondents": "9", "base": "9"}
    >>> lines = [{**line, "code": "1", "count": "5"}, {**line, "code": "2", "count": "4"}]
    >>> book = Codebook({"vote": Variable("vote", codes={1: {}, 2: {}})})
    >>> linked = link_cells({"tables/frequencies.csv": lines}, book)
    >>> [cell.count for cell in linked.cells], len(linked.relations)
    ([9, 9, 5, 4], 2)
    """
    linked = LinkedCells()
    context = _Context(linked, codebook, dict(where or {}))
    for name, lines in sorted(files.items()):
        if (read := READERS.get(name)) and lines:
            read(context, name, lines)
    _relate_answers(linked, codebook)
    _relate_populations(linked)
    _drop_twins(linked)
    return linked


@dataclass
class _Context:
    """What the readers of the files share."""

    linked: LinkedCells
    codebook: Codebook
    where: Mapping[str, Mapping[str, Any]]
    blocks: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)

    def population(self, table: str) -> tuple[str, tuple[Condition, ...]]:
        """Name a table's population, with conditions that say it of all respondents."""
        condition = self.where.get(table)
        if condition:
            codes = list(condition.values())
            if all(isinstance(code, int | str) and code != "missing" for code in codes):
                return "", tuple((name, str(code)) for name, code in condition.items())
            return repr(sorted(condition.items(), key=str)), ()
        return (table if table in self.codebook.domains else ""), ()

    def tell(
        self,
        place: tuple[str, int],
        line: Mapping[str, str],
        columns: Iterable[str],
        cells: Iterable[int],
        told: str = "",
    ) -> None:
        """Say which cells the named fields of a line tell."""
        needed = tuple(dict.fromkeys(cells))
        for column in columns:
            if line.get(column):
                self.linked.fields.append(
                    Field((*place, column), needed, told == "count", told == "share")
                )


def group_conditions(variable: str, code: str) -> tuple[Condition, ...]:
    """Conditions of a column of a table; those of crossed columns one by one.

    Examples
    --------
    >>> group_conditions("sex*age", "1*3"), group_conditions("", "total")
    ((('sex', '1'), ('age', '3')), ())
    """
    if not variable or code in ("", TOTAL):
        return ()
    names, codes = variable.split("*"), code.split("*")
    if len(names) == len(codes):
        return tuple(zip(names, codes, strict=True))
    return ((variable, code),)


def _read_frequencies(context: _Context, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    add, tell = context.linked.add, context.tell
    for number, line in enumerate(lines):
        place, variable, code = (file, number), line["variable"], line["code"]
        counts = [integer(line[name]) for name in ("respondents", "base", "count")]
        everybody, base, count = (0 if one is None else one for one in counts)
        whole, answered = add("", (), everybody), add("", [(variable, ANSWERED)], base)
        if line["kind"] == "answer":
            cell = add("", [(variable, code)], count)
        elif line["kind"] == "values":
            cell = answered
        else:
            cell = add("", [(variable, SILENT + (code or line["kind"]))], count)
        context.linked.lines[place] = cell
        tell(place, line, ["count"], [cell], "count")
        tell(place, line, ["respondents"], [whole], "count")
        tell(place, line, ["base"], [answered], "count")
        tell(place, line, ["percent"], [cell, whole], "share")
        tell(place, line, ["valid_percent"], [cell, answered], "share")
        tell(place, line, ["weighted_count"], [cell])
        tell(place, line, ["weighted_base"], [answered])
        tell(place, line, ["weighted_percent"], [cell, answered])


_LOSSES = (
    "refused",
    "dont_know",
    "not_asked",
    "other",
    "system_missing",
    "none_chosen",
    "no_weight",
    "zero_weight",
    "no_group",
)
_SCORES = ("mean", "net", "nps")


def _read_crosstabs(context: _Context, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    """Read crosstabs or banners: first every cell, then what each field tells of them."""
    linked = context.linked
    cells: dict[int, int] = {}
    blocks: dict[tuple[str, str], list[int]] = {}
    for number, line in enumerate(lines):
        blocks.setdefault((line["table"], line["row_variable"]), []).append(number)
        count = integer(line["unweighted_count"])
        if line["kind"] in _SCORES or count is None:
            continue
        population, always = context.population(line["table"])
        answer = (line["row_variable"], line["row_code"])
        if line["kind"] == "total":
            answer = (line["row_variable"], ANSWERED)
        elif line["kind"] == "subtotal":
            answer = (line["row_variable"], SUM + line["row_code"])
        group = group_conditions(line["column_variable"], line["column_code"])
        cells[number] = linked.add(population, [answer, *group, *always], count)
    for numbers in blocks.values():
        _tell_block(context, file, lines, numbers, cells)


def _tell_block(
    context: _Context,
    file: str,
    lines: Sequence[Mapping[str, str]],
    numbers: Sequence[int],
    cells: Mapping[int, int],
) -> None:
    """Say what the fields of one question in one table tell."""
    linked = context.linked
    counts = linked.cells
    at = {
        (
            lines[number]["row_code"],
            lines[number]["column_variable"],
            _group_code(lines[number]),
        ): cell
        for number, cell in cells.items()
        if number in set(numbers)
    }
    columns: dict[tuple[str, str], list[int]] = {}
    rows: dict[tuple[str, str], list[int]] = {}
    crossed: dict[str, list[int]] = {}
    everybody = {code: cell for (code, _, group), cell in at.items() if group == TOTAL}
    for (code, variable, group), cell in at.items():
        columns.setdefault((variable, group), []).append(cell)
        rows.setdefault((code, variable), []).append(cell)
        crossed.setdefault(variable, []).append(cell)
    for variable, members in crossed.items():
        key = (lines[numbers[0]]["table"], lines[numbers[0]]["row_variable"], variable)
        context.blocks.setdefault(key, []).extend([*members, *everybody.values()])
    for number in numbers:
        line, place = lines[number], (file, number)
        variable, code, group = line["column_variable"], line["row_code"], _group_code(line)
        base = integer(line["unweighted_base"])
        column = at.get((TOTAL, variable, group))
        row, whole = everybody.get(code), everybody.get(TOTAL)
        bases = [cell for cell in (column, row, whole) if cell is not None]
        of = next((cell for cell in bases if counts[cell].count == base), None)
        if of is None:
            of = linked.add(line["table"] + "/base", [(f"{file}:{number}", "")], base or 0)
        if number not in cells:
            # A mean of answers of which one is hidden would give it back.
            whole_column = [of, *columns.get((variable, group), ())]
            linked.lines[place] = of
            values = ("mean", "standard_deviation", "net", "percent", "count", "lower", "upper")
            context.tell(place, line, values, whole_column)
            context.tell(place, line, ("letters", "base", *NOTES), whole_column)
            context.tell(place, line, ["unweighted_base"], [of], "count")
            continue
        cell = linked.lines[place] = cells[number]
        equal = "share" if _number(line["count"]) == counts[cell].count else ""
        context.tell(place, line, ["count"], [cell])
        context.tell(place, line, ["unweighted_count"], [cell], "count")
        context.tell(place, line, ["base"], [of])
        context.tell(place, line, ["unweighted_base"], [of], "count")
        context.tell(place, line, ["percent"], [cell, of], equal)
        context.tell(place, line, ["lower", "upper", *_BOUNDS, *NOTES], [cell, of])
        for name, margin in (("column", column), ("row", row), ("total", whole)):
            told = of if margin is None else margin
            context.tell(place, line, [f"{name}_percent"], [cell, told], equal)
        residuals = ("expected", "standardized_residual", "adjusted_residual")
        context.tell(place, line, residuals, [cell, of, *bases])
        context.tell(place, line, ["responses", "response_percent"], columns[variable, group])
        # Whether a cell differs from one that is hidden says something of the hidden one.
        context.tell(place, line, ["letters", "subscripts"], [*rows[code, variable], *bases])
        if line["kind"] == "total" and "lost_refused" in line:
            conditions = [pair for pair in counts[cell].conditions if pair[1] != ANSWERED]
            for reason in _LOSSES:
                lost = integer(line[f"lost_{reason}"])
                if lost is not None:
                    about = line["row_variable"] if reason != "no_group" else variable
                    silent = linked.add(
                        counts[cell].population, [*conditions, (about, SILENT + reason)], lost
                    )
                    context.tell(place, line, [f"lost_{reason}"], [silent], "count")


NOTES = ("note", "note_data")
_BOUNDS = ("count_lowest", "count_highest", "percent_lowest", "percent_highest")


def _group_code(line: Mapping[str, str]) -> str:
    return line["column_code"] if line["column_variable"] else TOTAL


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


READERS: dict[str, Callable[[_Context, str, Sequence[Mapping[str, str]]], None]] = {
    "tables/frequencies.csv": _read_frequencies,
    "tables/crosstabs.csv": _read_crosstabs,
    "tables/banners.csv": _read_crosstabs,
}
"""Which reader traces the fields of each file. A file without one leaves the house empty."""


def _relate_answers(linked: LinkedCells, codebook: Codebook) -> None:
    """Relate every cell to those that one more condition divides it into."""
    divided: dict[tuple[str, tuple[Condition, ...], str], dict[str, int]] = {}
    for (population, conditions), number in list(linked.known.items()):
        for variable, code in conditions:
            others = tuple(pair for pair in conditions if pair != (variable, code))
            divided.setdefault((population, others, variable), {})[code] = number
    for (population, others, variable), parts in divided.items():
        whole = linked.find(population, others)
        answered = parts.get(ANSWERED)
        plain = [number for code, number in parts.items() if _is_answer(code)]
        bins = [number for code, number in parts.items() if code.startswith(BIN)]
        silent = {code: number for code, number in parts.items() if code.startswith(SILENT)}
        of = whole if answered is None else answered
        if of is not None:
            several = variable in codebook.multiple_response
            if several:
                for part in plain:
                    linked._complement(of, part)
            elif plain:
                linked.relate(of, plain, "silent" if answered is None else "rest")
            if bins:
                linked.relate(of, bins, "rest")
        for code, number in parts.items():
            if code.startswith(SUM):
                summed = [parts.get(part) for part in code[1:].split("+")]
                if None not in summed:
                    linked.relate(number, [one for one in summed if one is not None], "rest")
        if whole is not None and answered is not None:
            _relate_silent(linked, whole, answered, silent)


def _is_answer(code: str) -> bool:
    return code != ANSWERED and not code.startswith((SILENT, BIN)) and "+" not in code


def _relate_silent(
    linked: LinkedCells, whole: int, answered: int, silent: Mapping[str, int]
) -> None:
    """Relate those with and without an answer, who may be counted by code and by reason."""
    lacking = linked.cells[whole].count - linked.cells[answered].count
    if lacking < 0:
        return
    reasons = [number for code, number in silent.items() if code[1:] in _LOSSES]
    codes = [number for code, number in silent.items() if code[1:] not in ("", *_LOSSES)]
    sums = [
        group
        for group in (reasons, codes, [*codes, *reasons])
        if group and sum(linked.cells[number].count for number in group) == lacking
    ]
    if SILENT in silent and linked.cells[silent[SILENT]].count == lacking:
        sums.append([silent[SILENT]])
    for group in sums:
        linked.relate(whole, [answered, *group], "silent")
    if not sums:
        linked.relate(whole, [answered], "silent")


def _relate_populations(linked: LinkedCells) -> None:
    """Relate what a table's population counts to what all respondents do."""
    for (population, conditions), number in list(linked.known.items()):
        whole = linked.find("", conditions)
        if population and whole is not None and whole != number:
            lacking = linked.cells[whole].count - linked.cells[number].count
            if lacking >= 0:
                rest = linked._latent(population, conditions, lacking, "outside")
                linked.relations.append(Relation(whole, (number, rest)))


def _drop_twins(linked: LinkedCells) -> None:
    """Keep each relation once: a cell is reached by way of each of its conditions."""
    linked.relations[:] = dict.fromkeys(
        Relation(relation.whole, tuple(sorted(relation.parts))) for relation in linked.relations
    )
