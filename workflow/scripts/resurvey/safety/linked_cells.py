"""Linked cells: every count of all result files of a wave, as one system over its respondents.

A file repeats counts of other files: the base of a crosstab's column is a cell of the banner, its
column of all respondents a line of the frequencies. What is hidden in one file and printed in the
other is not hidden. So each field of each file is traced to the cells it tells: a cell is a set of
respondents who meet conditions (a variable and its answer), whichever file counts them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from resurvey.core.codebook import Codebook
from resurvey.safety.definitions import Definitions, Range, takes

_MARK = "\x1d"
"""Before what stands in place of a code: no answer begins with a group separator."""
ANSWERED = f"{_MARK}*"
"""In place of a code: whoever gave an answer."""
SILENT = f"{_MARK}!"
"""Before a code: a reason for no answer; alone, whoever gave none."""
SUM = f"{_MARK}="
"""Before codes with a plus between them: whoever gave one of these answers."""
BIN = f"{_MARK}bin:"
"""Before two ends: whose value falls in a bar of the histogram."""

WEIGHTED = f"{_MARK}weighted"
"""Population of weighted tables where a weight is zero or missing: whoever has one."""

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
    people : int, optional
        Respondents that it rests on, where that is fewer than the cells say: of a least value one,
        of a quartile those beyond it twice.
    """

    place: Place
    cells: tuple[int, ...]
    exact: bool = False
    share: bool = False
    people: int | None = None


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
    latent : set of int
        Cells that no file tells itself.
    known : dict
        Population and conditions -> number of the cell.
    """

    cells: list[Cell] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    lines: dict[tuple[str, int], int] = field(default_factory=dict)
    latent: set[int] = field(default_factory=set)
    known: dict[tuple[str, tuple[Condition, ...]], int] = field(default_factory=dict)

    def find(self, population: str, conditions: Iterable[Condition]) -> int | None:
        """Return the number of a cell, None where no file counts it."""
        return self.known.get((population, tuple(sorted(conditions))))

    def add(self, population: str, conditions: Iterable[Condition], count: int) -> int:
        """Return the number of a cell, adding it where it is new.

        Two files that count different numbers under one name (one may leave out respondents
        without a weight) have different cells.
        """
        key = (population, tuple(sorted(conditions)))
        while (number := self.known.get(key)) is not None and self.cells[number].count != count:
            key = (key[0] + "'", key[1])
        if number is None:
            number = self.known[key] = len(self.cells)
            self.cells.append(Cell(key[0], key[1], count))
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
        self.latent.add(len(self.cells) - 1)
        return len(self.cells) - 1


REASONS = (
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
"""Why somebody has no answer in a table, as its columns ``lost_…`` say."""


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


def number_of(text: str | None) -> float | None:
    """Read a number; None where the field is empty or says no number.

    Examples
    --------
    >>> number_of("12.5"), number_of("Moscow")
    (12.5, None)
    """
    try:
        return float(text or "")
    except ValueError:
        return None


def relate_cells(linked: LinkedCells, codebook: Codebook, definitions: Definitions) -> None:
    """Find every relation between the cells: what adds up whatever the data."""
    _relate_answers(linked, codebook)
    _relate_options(linked, codebook)
    _relate_groups(linked, definitions)
    _relate_populations(linked)
    _drop_twins(linked)


def _relate_groups(linked: LinkedCells, definitions: Definitions) -> None:
    """Relate the groups of a variable to the answers or numbers they take together."""
    by_variable: dict[str, list[tuple[str, tuple[Condition, ...], str, int]]] = {}
    for (population, conditions), number in list(linked.known.items()):
        for variable, code in conditions:
            others = tuple(pair for pair in conditions if pair != (variable, code))
            by_variable.setdefault(variable, []).append((population, others, code, number))
    for name, (source, groups) in definitions.parts.items():
        answers: dict[tuple[str, tuple[Condition, ...]], dict[str, int]] = {}
        for population, others, code, number in by_variable.get(source, ()):
            answers.setdefault((population, others), {})[code] = number
        for population, others, code, number in by_variable.get(name, ()):
            taken = groups.get(code)
            given = answers.get((population, others))
            if taken is None or not given:
                continue
            plain = [cell for old, cell in given.items() if _is_answer(old) and takes(taken, old)]
            if plain:
                _relate_below(linked, number, plain)
            elif isinstance(taken, Range):
                bars = {old: cell for old, cell in given.items() if old.startswith(BIN)}
                _relate_bars(linked, number, taken, bars)


def _relate_below(linked: LinkedCells, whole: int, parts: list[int]) -> None:
    if sum(linked.cells[part].count for part in parts) <= linked.cells[whole].count:
        linked.relate(whole, parts, "overlap")


def _relate_bars(linked: LinkedCells, whole: int, taken: Range, bars: Mapping[str, int]) -> None:
    """Relate a group of numbers to the bars of their histogram that lie in it."""
    touching, inside = [], []
    for code, cell in bars.items():
        low, _, high = code.removeprefix(BIN).partition(":")
        if taken.holds(float(low)):
            touching.append(cell)
            if taken.holds(float(high)) or not taken.closed and taken.highest == float(high):
                inside.append(cell)
    counts = linked.cells
    if touching and sum(counts[cell].count for cell in touching) == counts[whole].count:
        linked.relate(whole, touching, "overlap")
    elif inside:
        _relate_below(linked, whole, inside)


def _relate_answers(linked: LinkedCells, codebook: Codebook) -> None:
    """Relate every cell to those that one more condition divides it into."""
    divided: dict[tuple[str, tuple[Condition, ...], str], dict[str, int]] = {}
    for (population, conditions), number in list(linked.known.items()):
        for variable, code in conditions:
            others = tuple(pair for pair in conditions if pair != (variable, code))
            divided.setdefault((population, others, variable), {})[code] = number
    for (population, others, variable), parts in divided.items():
        whole = linked.find(population, others)
        everybody = whole
        if population == WEIGHTED and (whole is None or any(map(_is_reason, parts))):
            # Those without a weight are among the reasons that a table gives.
            everybody = linked.find("", others)
            whole = everybody if whole is None else whole
        answered = parts.get(ANSWERED)
        plain = [number for code, number in parts.items() if _is_answer(code)]
        bins = [number for code, number in parts.items() if code.startswith(BIN)]
        silent = {code: number for code, number in parts.items() if code.startswith(SILENT)}
        of = whole if answered is None else answered
        if of is not None:
            several = variable.removeprefix("$") in codebook.multiple_response
            if several:
                for part in plain:
                    linked._complement(of, part)
            elif plain:
                linked.relate(of, plain, "silent" if answered is None else "rest")
            if bins:
                linked.relate(of, bins, "rest")
                _relate_values(linked, parts)
        for code, number in parts.items():
            if code.startswith(SUM):
                summed = [parts.get(part) for part in code.removeprefix(SUM).split("+")]
                if None not in summed:
                    linked.relate(number, [one for one in summed if one is not None], "rest")
        if everybody is not None and answered is not None:
            _relate_silent(linked, everybody, answered, silent)


def _relate_values(linked: LinkedCells, parts: Mapping[str, int]) -> None:
    """Relate each bar of a histogram to the values that are also counted one by one."""
    bars = [code for code in parts if code.startswith(BIN)]
    ends = {code: [float(end) for end in code.removeprefix(BIN).split(":")] for code in bars}
    last = max(bars, key=lambda code: ends[code][1])
    numbers = {code: number_of(code) for code in parts if _is_answer(code)}
    for bar in bars:
        low, high = ends[bar]
        inside = [
            parts[code]
            for code, number in numbers.items()
            if number is not None and (low <= number < high or (bar == last and number == high))
        ]
        if inside:
            _relate_below(linked, parts[bar], inside)


def _relate_options(linked: LinkedCells, codebook: Codebook) -> None:
    """Relate an option of a multiple-response set to the variables in which it is chosen."""
    for (population, conditions), number in list(linked.known.items()):
        for name, code in conditions:
            plain = codebook.multiple_response.get(name.removeprefix("$"))
            if plain is None or not _is_answer(code):
                continue
            others = [pair for pair in conditions if pair != (name, code)]
            if plain.get("type", "D") == "D":
                chosen = [(code, str(plain.get("counted_value")))]
            else:
                chosen = [(item, code) for item in plain["variable_list"]]
            found = [linked.find(population, [pair, *others]) for pair in chosen]
            parts = [cell for cell in found if cell is not None]
            if len(parts) == len(found):
                # Who chose it twice counts once among the options.
                counts = [linked.cells[part].count for part in parts]
                if sum(counts) == linked.cells[number].count:
                    linked.relations.append(Relation(number, tuple(parts)))


def _is_answer(code: str) -> bool:
    return not code.startswith((ANSWERED, SILENT, BIN, SUM))


def _is_reason(code: str) -> bool:
    return code.startswith(SILENT) and code.removeprefix(SILENT) in REASONS


def _relate_silent(
    linked: LinkedCells, whole: int, answered: int, silent: Mapping[str, int]
) -> None:
    """Relate those with and without an answer, who may be counted by code and by reason."""
    lacking = linked.cells[whole].count - linked.cells[answered].count
    if lacking < 0:
        return
    reasons = [number for code, number in silent.items() if code.removeprefix(SILENT) in REASONS]
    codes = [
        number for code, number in silent.items() if code.removeprefix(SILENT) not in ("", *REASONS)
    ]
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
    """Relate what a table's population counts to what all respondents do, with a weight or not."""
    for (population, conditions), number in list(linked.known.items()):
        if not population:
            continue
        # Who has no weight has no answer in weighted tables, and is outside of no condition.
        wholes = {"": "silent" if population == WEIGHTED else "outside"}
        if population != WEIGHTED:
            wholes[WEIGHTED] = "outside"
        for name, kind in wholes.items():
            whole = linked.find(name, conditions)
            if whole is not None and whole != number:
                lacking = linked.cells[whole].count - linked.cells[number].count
                if lacking >= 0:
                    rest = linked._latent(population, conditions, lacking, kind)
                    linked.relations.append(Relation(whole, (number, rest)))


def _drop_twins(linked: LinkedCells) -> None:
    """Keep each relation once: a cell is reached by way of each of its conditions."""
    linked.relations[:] = dict.fromkeys(
        Relation(relation.whole, tuple(sorted(relation.parts))) for relation in linked.relations
    )
