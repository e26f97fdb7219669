"""Tracing: what each field of each result file tells of the cells that all files count.

A number leaves the house where every cell that it follows from does. A mean of answers gives the
one that is hidden back, a test of a table whose margins are printed gives a cell back: they follow
from all cells of their column, or of their table.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from resurvey.core.accounting import NO_GROUP
from resurvey.core.codebook import Codebook
from resurvey.core.names import TOTAL
from resurvey.safety.definitions import LEVEL, Definitions, takes
from resurvey.safety.linked_cells import (
    ANSWERED,
    BIN,
    REASONS,
    SILENT,
    SUM,
    WEIGHTED,
    Condition,
    Field,
    Files,
    LinkedCells,
    integer,
    number_of,
    relate_cells,
)
from resurvey.safety.primary import LEAST_DF, Rules, largest_possible_share


def link_cells(
    files: Files,
    codebook: Codebook,
    definitions: Definitions | None = None,
    rules: Rules | None = None,
) -> LinkedCells:
    """Trace every number of the result files of a wave to the cells that it tells.

    Parameters
    ----------
    files : dict
        Lines of each file; see `Files`.
    codebook : Codebook
        That of the tables (``tables/codebook.json``).
    definitions : Definitions, optional
        What the settings say of tables and groups. A condition on single codes names the same
        respondents as the answers do in other tables; without it the population stands alone,
        linked to all respondents only by what it leaves out, and groups are no sums of answers.

    rules : Rules, optional
        For the rule of dominance.

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
    definitions, rules = definitions or Definitions(), rules or Rules()
    people = _people_in_models(files, rules)
    tracing = Tracing(linked, codebook, definitions, rules, people)
    for name, read in READERS.items():
        if files.get(name):
            read(tracing, name, files[name])
    relate_cells(linked, codebook, definitions)
    return linked


def population_of(
    table: str, definitions: Definitions, codebook: Codebook
) -> tuple[str, tuple[Condition, ...]]:
    """Name a table's population as cells do, with conditions that say it of all respondents.

    Examples
    --------
    >>> definitions = Definitions({"women": {"sex": 2}, "old": {"age": {"min": 60}}})
    >>> population_of("women", definitions, Codebook({}))
    ('', (('sex', '2'),))
    >>> population_of("old", definitions, Codebook({}))
    ('{"age": {"min": 60}}', ())
    """
    condition = definitions.where.get(table)
    everybody = everybody_in(codebook)
    if condition:
        codes = list(condition.values())
        if all(isinstance(code, int | str) and code != "missing" for code in codes):
            return everybody, tuple((name, str(code)) for name, code in condition.items())
        return json.dumps(condition, ensure_ascii=False, sort_keys=True, default=str), ()
    return (table if table in codebook.domains else everybody), ()


def everybody_in(codebook: Codebook) -> str:
    """Name the population of tables of everybody: where some have no weight, the others."""
    lost = sum(codebook.weighting.get(name, 0) for name in ("zero", "missing"))
    return WEIGHTED if lost else ""


_SAME = 1e-9
"""How near a printed percentage is to that of the heads where it is theirs."""


@dataclass
class Tracing:
    """What the readers of the files share."""

    linked: LinkedCells
    codebook: Codebook
    definitions: Definitions
    rules: Rules
    models: Mapping[str, int]
    blocks: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    codes: dict[str, dict[str, None]] = field(default_factory=dict)

    def population(self, table: str) -> tuple[str, tuple[Condition, ...]]:
        """Name a table's population, with conditions that say it of all respondents."""
        return population_of(table, self.definitions, self.codebook)

    def tell(
        self,
        place: tuple[str, int],
        line: Mapping[str, str],
        columns: Iterable[str],
        cells: Iterable[int] = (),
        told: str = "",
        people: int | None = None,
    ) -> None:
        """Say which cells the named fields of a line tell, and on how many people they rest."""
        needed = tuple(dict.fromkeys(cells))
        for column in columns:
            if line.get(column):
                share = told == "share" and self._is_share(line[column], needed)
                self.linked.fields.append(
                    Field(
                        (*place, column), needed, told == "count", share, people, told == "weighted"
                    )
                )

    def _is_share(self, text: str, cells: Sequence[int]) -> bool:
        """Whether a percentage is that of heads: a weighted one is only where weights are equal."""
        percent = number_of(text)
        if percent is None or len(cells) <= 1:
            return False
        part, whole = (self.linked.cells[cell].count for cell in cells[:2])
        return bool(whole) and abs(100 * part / whole - percent) < _SAME

    def taken(self, variable: str, code: str, group: Sequence[Condition] = ()) -> list[int]:
        """Cells of the answers that a group of answers takes together, where weights part them.

        Without weights the group is their sum, and a relation says so.
        """
        source, groups = self.definitions.parts.get(variable, ("", {}))
        if not self.codebook.weighting or code not in groups:
            return []
        return [
            cell
            for answer in self.codes.get(source, ())
            if takes(groups[code], answer)
            and (cell := self.found([(source, answer), *group])) is not None
        ]

    def found(self, conditions: Sequence[Condition]) -> int | None:
        """Cell of everybody in tables, or of all respondents where no table counts it."""
        cell = self.linked.find(everybody_in(self.codebook), conditions)
        return self.linked.find("", conditions) if cell is None else cell

    def block(self, table: str, row: str, column: str) -> list[int] | None:
        """Cells of a question by a group; None where no table counts it."""
        return self.blocks.get((table, row, column))

    def answers(
        self, variable: str, *, population: str = "", group: Sequence[Condition] = ()
    ) -> list[int]:
        """Cells of all answers of a variable within a group."""
        return [
            cell
            for code in self.codes.get(variable, ())
            if (cell := self.linked.find(population, [(variable, code), *group])) is not None
        ]


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


def _read_frequencies(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    add, tell = tracing.linked.add, tracing.tell
    for number, line in enumerate(lines):
        place, variable, code = (file, number), line["variable"], line["code"]
        counts = [integer(line[name]) for name in ("respondents", "base", "count")]
        everybody, base, count = (0 if one is None else one for one in counts)
        whole, answered = add("", (), everybody), add("", [(variable, ANSWERED)], base)
        if line["kind"] == "answer":
            tracing.codes.setdefault(variable, {})[code] = None
            cell = add("", [(variable, code)], count)
        elif line["kind"] == "values":
            cell = answered
        else:
            cell = add("", [(variable, SILENT + (code or line["kind"]))], count)
        tracing.linked.lines[place] = cell
        tell(place, line, ["count"], [cell], "count")
        tell(place, line, ["respondents"], [whole], "count")
        tell(place, line, ["base"], [answered], "count")
        tell(place, line, ["percent"], [cell, whole], "share")
        tell(place, line, ["valid_percent"], [cell, answered], "share")
        tell(place, line, ["weighted_count"], [cell], "weighted")
        tell(place, line, ["weighted_base"], [answered], "weighted")
        tell(place, line, ["weighted_percent"], [cell, answered])


_SCORES = ("mean", "net", "nps")


def _read_crosstabs(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    """Read crosstabs or banners: first every cell, then what each field tells of them."""
    linked = tracing.linked
    cells: dict[int, int] = {}
    blocks: dict[tuple[str, str], list[int]] = {}
    for number, line in enumerate(lines):
        blocks.setdefault((line["table"], line["row_variable"]), []).append(number)
        count = integer(line["unweighted_count"])
        if line["kind"] in _SCORES or count is None:
            continue
        population, always = tracing.population(line["table"])
        answer = (line["row_variable"], line["row_code"])
        if line["kind"] == "total":
            answer = (line["row_variable"], ANSWERED)
        elif line["kind"] == "subtotal":
            answer = (line["row_variable"], SUM + line["row_code"])
        group = group_conditions(line["column_variable"], line["column_code"])
        if line["kind"] == "answer":
            tracing.codes.setdefault(answer[0], {})[answer[1]] = None
        cells[number] = linked.add(population, [answer, *group, *always], count)
    for numbers in blocks.values():
        _tell_block(tracing, file, lines, numbers, cells)


def _tell_block(
    tracing: Tracing,
    file: str,
    lines: Sequence[Mapping[str, str]],
    numbers: Sequence[int],
    cells: Mapping[int, int],
) -> None:
    """Say what the fields of one question in one table tell."""
    linked = tracing.linked
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
        tracing.blocks.setdefault(key, []).extend([*members, *everybody.values()])
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
            tracing.tell(place, line, values, whole_column)
            tracing.tell(place, line, ("letters", "base", *NOTES), whole_column)
            tracing.tell(place, line, ["unweighted_base"], [of], "count")
            continue
        cell = linked.lines[place] = cells[number]
        equal = "share" if number_of(line["count"]) == counts[cell].count else ""
        tracing.tell(place, line, ["count"], [cell], "weighted")
        tracing.tell(place, line, ["unweighted_count"], [cell], "count")
        tracing.tell(place, line, ["base"], [of], "weighted")
        tracing.tell(place, line, ["unweighted_base"], [of], "count")
        tracing.tell(place, line, ["percent"], [cell, of], equal)
        tracing.tell(place, line, ["lower", "upper", *_BOUNDS, *NOTES], [cell, of])
        for name, margin in (("column", column), ("row", row), ("total", whole)):
            told = of if margin is None else margin
            tracing.tell(place, line, [f"{name}_percent"], [cell, told], equal)
        residuals = ("expected", "standardized_residual", "adjusted_residual")
        tracing.tell(place, line, residuals, [cell, of, *bases])
        tracing.tell(place, line, ["responses", "response_percent"], columns[variable, group])
        # Whether a cell differs from one that is hidden says something of the hidden one.
        tracing.tell(place, line, ["letters", "subscripts"], [*rows[code, variable], *bases])
        if line["kind"] == "total" and "lost_no_group" in line:
            answered = counts[cell].conditions
            asked = [pair for pair in answered if pair[1] != ANSWERED]
            for reason in REASONS:
                lost = integer(line.get(f"lost_{reason}"))
                if lost is not None:
                    why = [*asked, (line["row_variable"], SILENT + reason)]
                    if reason == "no_group" and variable:
                        # Of a banner, whose columns each tell it of their variable.
                        own = group_conditions(variable, line["column_code"])
                        rest = [pair for pair in answered if pair not in own]
                        why = [*rest, (variable, SILENT + reason)]
                    elif reason == "no_group":
                        why = [*answered, (variable, SILENT + reason)]
                    silent = linked.add(counts[cell].population, why, lost)
                    tracing.tell(place, line, [f"lost_{reason}"], [silent], "count")


NOTES = ("note", "note_data")
_BOUNDS = ("count_lowest", "count_highest", "percent_lowest", "percent_highest")


def _group_code(line: Mapping[str, str]) -> str:
    return line["column_code"] if line["column_variable"] else TOTAL


_LEFT_BOTH = 2
_BAR = "bin_"


def _read_summaries(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    """Read tables of numbers: a mean needs its respondents, and answers that are all printed."""
    linked, tell = tracing.linked, tracing.tell
    bases: dict[int, int] = {}
    places: dict[tuple[str, str, str, str], int] = {}
    for number, line in enumerate(lines):
        variable, statistic = line["row_variable"], line["statistic"]
        population, group = _group_of(tracing, line)
        count = integer(line["n"]) or 0
        if statistic.startswith(_BAR):
            bar = f"{BIN}{line['lower']}:{line['upper']}"
            bases[number] = linked.add(population, [(variable, bar), *group], count)
            continue
        base = bases[number] = linked.add(population, [(variable, ANSWERED), *group], count)
        places[line["table"], variable, line["column_variable"], line["column_code"]] = base
    groups = {(table, variable): column for table, variable, column, _ in places if column}
    for (table, variable, column, _), base in places.items():
        everybody = [
            cell
            for (other, asked, _, code), cell in places.items()
            if (other, asked, code) == (table, variable, TOTAL)
        ]
        key = (table, variable, column)
        tracing.blocks.setdefault(key, []).extend([base, *everybody])
    moments = _moments(lines, "row_variable")
    dominated = _dominated(tracing, moments)
    for number, line in enumerate(lines):
        place, base, statistic = (file, number), bases[number], line["statistic"]
        population, group = _group_of(tracing, line)
        variable = line["row_variable"]
        linked.lines[place] = base
        tell(place, line, ["n"], [base], "count")
        if statistic.startswith(_BAR):
            tell(place, line, ["value", *NOTES], [base])
            tell(place, line, ["lower", "upper"])
        elif statistic == "n":
            tell(place, line, ["value"], [base], "count")
        elif statistic.startswith("missing") or statistic == NO_GROUP:
            lost = integer(line["value"])
            reason = statistic.removeprefix("missing").removeprefix("_")
            if lost is not None:
                why = [(variable, SILENT + reason), *group]
                if statistic == NO_GROUP:
                    by = groups[line["table"], variable]
                    why = [(variable, ANSWERED), (by, SILENT + reason), *group]
                silent = linked.add(population, why, lost)
                linked.lines[place] = silent
                tell(place, line, ["value"], [silent], "count")
        else:
            answers = tracing.answers(variable, population=population, group=group)
            people = _people_behind(statistic, linked.cells[base].count)
            if not answers:
                # Means of all groups give that of everybody back, and so on round.
                answers = tracing.answers(variable)
                if statistic == "mean":
                    told = moments[_moment_key(line, "row_variable")]
                    people = _undominated(tracing, told, people)
                    people = 0 if variable in dominated else people
            values = ("value", "standard_error", "lower", "upper", *NOTES)
            tell(place, line, values, [base, *answers], people=people)
            block = tracing.blocks[line["table"], variable, line["column_variable"]]
            tell(place, line, ["letters"], [*block, *answers])


def _group_of(
    tracing: Tracing, line: Mapping[str, str], table: str = "table"
) -> tuple[str, tuple[Condition, ...]]:
    """Population and conditions of a line's column."""
    population, always = tracing.population(line.get(table) or "")
    group = group_conditions(line["column_variable"], line["column_code"])
    return population, (*group, *always)


def _people_behind(statistic: str, n: int) -> int | None:
    """Respondents that a statistic rests on where they are fewer than those it is of.

    Examples
    --------
    >>> _people_behind("max", 100), _people_behind("q1", 30), _people_behind("mean", 30)
    (1, 15, None)
    """
    if statistic in ("min", "max"):
        return 1
    named = {"q1": 0.25, "q3": 0.75, "median": 0.5}
    share = named.get(statistic)
    if share is None and statistic[:1] == "q" and statistic[1:].isdigit():
        share = int(statistic[1:]) / 100
    return None if share is None else math.floor(_LEFT_BOTH * n * min(share, 1 - share))


def _moment_key(line: Mapping[str, str], variable: str) -> tuple[str, ...]:
    names = ("table", "index", "dimension", variable, "column_variable", "column_code")
    return tuple(line.get(name) or "" for name in names)


def _moments(
    lines: Sequence[Mapping[str, str]], variable: str
) -> dict[tuple[str, ...], dict[str, float]]:
    """Statistics of each variable in each group, by name."""
    found: dict[tuple[str, ...], dict[str, float]] = {}
    for line in lines:
        number = number_of(line["value"])
        if number is not None and not line["statistic"].startswith(_BAR):
            told = found.setdefault(_moment_key(line, variable), {})
            told[line["statistic"]] = number
            told["respondents"] = number_of(line["n"]) or 0
            error = number_of(line.get("standard_error"))
            if line["statistic"] == "mean" and error is not None:
                told["standard_error"] = error
    return found


_VARIABLE = 3
"""Which part of the key of moments is the variable."""


def _dominated(
    tracing: Tracing, moments: Mapping[tuple[str, ...], Mapping[str, float]]
) -> set[str]:
    """Variables of which a few respondents may have nearly the whole sum, of all or in a group.

    Such a mean follows from those of the other groups and of everybody: no mean of the variable is
    told. A group too small to be told hides no more than what the counts hide.
    """
    return {
        key[_VARIABLE]
        for key, told in moments.items()
        if "mean" in told
        and told["respondents"] >= tracing.rules.threshold
        and ("sd" in told or "standard_error" in told)
        and _undominated(tracing, told, None) is not None
    }


def _undominated(tracing: Tracing, told: Mapping[str, float], people: int | None) -> int | None:
    """Nobody, where a few respondents may have nearly the whole sum of a mean."""
    n = int(told.get("respondents", 0))
    sd = told.get("sd")
    if sd is None and "standard_error" in told:
        sd = told["standard_error"] * math.sqrt(n)
    if sd is None:
        return 0
    share = largest_possible_share(n, abs(told["mean"]), sd, tracing.rules.largest)
    return 0 if share > tracing.rules.share else people


def _read_tests(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    """Read tests and measures of association: with its margins, one cell of a table is found."""
    linked, tell = tracing.linked, tracing.tell
    for number, line in enumerate(lines):
        place, population = (file, number), tracing.population(line["table"])[0]
        row, column = line["row_variable"], line["column_variable"]
        count = integer(line.get("n"))
        cells = list(tracing.block(line["table"], row, column) or ())
        if count is not None:
            base = linked.find(population, [(row, ANSWERED)])
            if base is None or linked.cells[base].count != count:
                base = linked.add(population, [(row, ANSWERED), (column, ANSWERED)], count)
            tell(place, line, ["n"], [base], "count")
            cells.append(base)
        people = None
        if line.get("test", "").startswith("mcnemar"):
            people = _people_who_changed(tracing, line, population)
        values = _values_of(file, line)
        tell(place, line, values, cells, people=people if cells else 0)


_NAMED = (
    "table row_variable row_code row_label column_variable column_code column_label "
    "column_letter kind variable label code answer test measure first_code first_label "
    "second_code second_label name method scale statistic item other_item reversed verdict "
    "model part outcome outcome_code outcome_label reference_code reference_label index "
    "dimension indicator other_indicator component score low high type type_code type_label "
    "answer_variable answer_code answer_label conclusion factor level declared held judged "
    "scenarios not_computed not_comparable unit combination of suppressed"
)
_NAMES = frozenset(_NAMED.split())
_VALUES = {
    "tables/tests.csv": frozenset({"statistic"}),
    "index/scenarios.csv": frozenset({"declared", "low", "high"}),
}


def names_in(file: str) -> frozenset[str]:
    """Columns of a file that name a line, or count none of the respondents.

    Examples
    --------
    >>> "statistic" in names_in("tables/summaries.csv"), "statistic" in names_in("tables/tests.csv")
    (True, False)
    """
    return _NAMES - _VALUES.get(file, frozenset())


def _values_of(file: str, line: Mapping[str, str]) -> list[str]:
    """Columns of a line that hold statistics; `n` is a count."""
    names = names_in(file)
    return [name for name in line if name not in names and name != "n"]


def _people_who_changed(tracing: Tracing, line: Mapping[str, str], population: str) -> int | None:
    """Fewest respondents in a cell of the table of two times that McNemar's statistic gives.

    With both margins printed, the difference of those who changed either way is known; the
    statistic is its square over their sum.
    """
    statistic, n = number_of(line.get("statistic")), integer(line.get("n"))
    margins = [
        tracing.answers(line[name], population=population)
        for name in ("row_variable", "column_variable")
    ]
    if not statistic or n is None or any(len(margin) != _LEFT_BOTH for margin in margins):
        return None
    before, after = (tracing.linked.cells[margin[0]].count for margin in margins)
    changed = (before - after) ** 2 / statistic
    more, less = (changed + before - after) / 2, (changed - before + after) / 2
    cells = [before - more, more, less, n - before - less]
    return min(math.floor(cell + 0.5) for cell in cells if cell > 0.5)


def _read_comparisons(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    for number, line in enumerate(lines):
        population, always = tracing.population(line["table"])
        row, column, cells = line["row_variable"], line["column_variable"], []
        for code in (line["first_code"], line["second_code"]):
            group = (*group_conditions(column, code), *always)
            for answer in (line["row_code"], ANSWERED):
                found = tracing.linked.find(population, [(row, answer), *group])
                if found is None:
                    found = tracing.linked.find(population, [(row, SUM + answer), *group])
                cells.append(found)
        known = [cell for cell in cells if cell is not None]
        values = _values_of(file, line)
        people = None if len(known) == len(cells) else 0
        tracing.tell((file, number), line, values, known, people=people)


def _read_scales(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    """Read scales: the mean of an item is a sum over its answers."""
    for number, line in enumerate(lines):
        item = line.get("item", "")
        _tell_of_people(tracing, (file, number), line, line["scale"], [item] if item else [])


def _tell_of_people(
    tracing: Tracing,
    place: tuple[str, int],
    line: Mapping[str, str],
    name: str,
    items: Sequence[str],
) -> None:
    """Tell a statistic of whoever answered some items; of one, it tells of its answers."""
    linked, count = tracing.linked, integer(line.get("n"))
    cells = []
    if count is not None:
        base = linked.find("", [(items[0], ANSWERED)]) if items else None
        if base is None or linked.cells[base].count != count:
            # A scale is like a question: who answered all that it needs, and who did not.
            base = linked.add("", [(f"scales/{name}/{count}", ANSWERED)], count)
        elif line.get("statistic") in ("mean", "standard_deviation"):
            cells += tracing.answers(items[0])
        tracing.tell(place, line, ["n"], [base], "count")
        cells.append(base)
    values = _values_of(place[0], line)
    tracing.tell(place, line, values, cells)


def _read_correlations(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    linked = tracing.linked
    for number, line in enumerate(lines):
        population = tracing.population(line["name"])[0]
        pair = [(line[name], ANSWERED) for name in ("row_variable", "column_variable")]
        base = linked.add(population, pair, integer(line["n"]) or 0)
        tracing.tell((file, number), line, ["n"], [base], "count")
        values = _values_of(file, line)
        tracing.tell((file, number), line, values, [base])


def _read_indicators(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    linked, tell, everybody = tracing.linked, tracing.tell, everybody_in(tracing.codebook)
    for number, line in enumerate(lines):
        place, name = (file, number), line["indicator"]
        group = group_conditions(line["column_variable"], line["column_code"])
        heads = _heads(tracing, line, "base")
        if heads is None:
            # A difference of two shares has no count of its own, and one without heads no judge.
            different = not line.get("count") and not line.get("base")
            base = tracing.found([(name, ANSWERED), *group]) if different else None
            values = _values_of(file, line)
            known = [] if base is None else [base]
            tell(place, line, values, known, people=None if different else 0)
            continue
        base = linked.add(everybody, [(name, ANSWERED), *group], heads)
        told = {
            prefix: linked.add(everybody, [(name, code), *group], count)
            for code, prefix in (("1", ""), ("middle", "middle_"), ("opposite", "opposite_"))
            if line.get(f"{prefix}count")
            and (count := _heads(tracing, line, f"{prefix}count")) is not None
        }
        tell(place, line, ["base"], [base], "weighted" if tracing.codebook.weighting else "count")
        tell(place, line, ["unweighted_base"], [base], "count")
        for prefix, cell in told.items():
            taken = tracing.taken(name, prefix.rstrip("_") or "1", group)
            exact = "weighted" if tracing.codebook.weighting else "count"
            tell(place, line, [f"{prefix}count"], [cell, *taken], exact)
            tell(place, line, [f"unweighted_{prefix}count"], [cell], "count")
            tell(place, line, [f"{prefix}percent"], [cell, base, *taken], "share")
        tell(place, line, NOTES, [base, *told.values()])
        # Bounds of records that were put together have no count of their own.
        tell(place, line, ["percent"] if "" not in told else [], [base])
        linked.lines[place] = told.get("", base)


def _heads(tracing: Tracing, line: Mapping[str, str], name: str) -> int | None:
    """Respondents behind a number that may be weighted; None where the line does not say."""
    heads = integer(line.get(f"unweighted_{name}"))
    if heads is None and not tracing.codebook.weighting:
        heads = integer(line.get(name))
    return heads


def _rounded(text: str | None) -> int:
    """Read a count that may be weighted, to a whole number, half up."""
    number = number_of(text)
    return 0 if number is None else math.floor(number + 0.5)


def _read_combinations(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    linked, tell, everybody = tracing.linked, tracing.tell, everybody_in(tracing.codebook)
    for number, line in enumerate(lines):
        place, name = (file, number), f"{line['combination']}/all"
        values = [column for column in _values_of(file, line) if column not in ("count", "base")]
        heads, count = (_heads(tracing, line, column) for column in ("base", "count"))
        if heads is None:
            tell(place, line, [*values, "count", "base"], people=0)
            continue
        base = linked.add(everybody, [(name, ANSWERED)], heads)
        cell = linked.add(everybody, [(name, "1")], count or 0)
        linked.lines[place] = cell
        exact = "weighted" if tracing.codebook.weighting else "count"
        tell(place, line, ["count"], [cell], exact)
        tell(place, line, ["base"], [base], exact)
        tell(place, line, ["unweighted_count"], [cell], "count")
        tell(place, line, ["unweighted_base"], [base], "count")
        others = [column for column in values if not column.startswith("unweighted_")]
        alone = [tracing.found([(part, ANSWERED)]) for part in (line.get("of") or "").split("+")]
        bases = [one for one in alone if one is not None]
        tell(place, line, others, [cell, base, *bases])


def _read_types(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    linked, tell = tracing.linked, tracing.tell
    for number, line in enumerate(lines):
        place, variable = (file, number), f"{line['index']}/type"
        group = list(group_conditions(line["column_variable"], line["column_code"]))
        answer = (variable, line["type"])
        if line["answer_variable"]:
            of = [answer, (line["answer_variable"], ANSWERED), *group]
            said = [answer, (line["answer_variable"], line["answer_code"]), *group]
        else:
            of, said = [(variable, ANSWERED), *group], [answer, *group]
        base = linked.add("", of, integer(line["unweighted_base"]) or 0)
        cell = linked.add("", said, integer(line["unweighted_count"]) or 0)
        linked.lines[place] = cell
        tell(place, line, ["unweighted_count"], [cell], "count")
        tell(place, line, ["unweighted_base"], [base], "count")
        equal = "share" if number_of(line["count"]) == linked.cells[cell].count else ""
        tell(place, line, ["percent"], [cell, base], equal)
        tell(place, line, ["base"], [base], "weighted")
        tell(place, line, ["count"], [cell, base], "weighted")
        tell(place, line, ["standard_error", "lower", "upper", *NOTES], [cell, base])


def _read_index(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    linked, tell = tracing.linked, tracing.tell
    bases: dict[tuple[str, str, str, str], int] = {}
    for line in lines:
        count = integer(line["n"])
        if count is not None and line["column_code"]:
            variable = line["variable"] or f"{line['index']}/{line['indicator']}"
            group = group_conditions(line["column_variable"], line["column_code"])
            key = (line["index"], variable, line["column_variable"], line["column_code"])
            bases[key] = linked.add("", [(variable, ANSWERED), *group], count)
    for number, line in enumerate(lines):
        place, statistic = (file, number), line["statistic"]
        variable = line["variable"] or f"{line['index']}/{line['indicator']}"
        column, code = line["column_variable"], line["column_code"]
        base = bases.get((line["index"], variable, column, code))
        block = [
            cell
            for (index, asked, other, group), cell in bases.items()
            if (index, asked) == (line["index"], variable) and (other == column or group == TOTAL)
        ]
        values = [name for name in _values_of(file, line) if name != "letters"]
        tell(place, line, ["letters"], block)
        if statistic in ("weight", "gap"):
            tell(place, line, values)
            continue
        if base is None:
            # A test of groups, or a mean over the items' own bases.
            tell(place, line, [*values, "n"], block, people=None if block else 0)
            continue
        linked.lines[place] = base
        tell(place, line, ["n"], [base], "count")
        if statistic == "n":
            tell(place, line, ["value"], [base], "count")
        elif statistic == "percent":
            count = linked.cells[base].count
            within = _rounded(str(count * (number_of(line["value"]) or 0) / 100))
            bar = (variable, f"{BIN}{line['low']}:{line['high']}")
            cell = linked.lines[place] = linked.add(
                "", [bar, *group_conditions(column, code)], within
            )
            tell(place, line, ["value"], [cell, base], "share")
            tell(place, line, [name for name in values if name != "value"], [cell, base])
        else:
            people = _people_behind(statistic, linked.cells[base].count)
            tell(place, line, values, [base], people=people)


def _read_coherence(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    linked, tell = tracing.linked, tracing.tell
    levels: dict[str, list[str]] = {}
    for line in lines:
        if line["statistic"] == "percent":
            variable = f"{line['index']}/{line['indicator']}"
            levels.setdefault(variable, []).append(line["score"])
    for number, line in enumerate(lines):
        place, variable = (file, number), f"{line['index']}/{line['indicator']}"
        count = integer(line["n"])
        if count is None:
            # A verdict, or a constant of the method.
            tell(place, line, _values_of(file, line))
            continue
        own = line["statistic"] in ("percent", "mean", "standard_deviation")
        about = variable if own else f"{line['index']}/{line['dimension']}/{count}"
        base = linked.add("", [(about, ANSWERED)], count)
        tell(place, line, ["n"], [base], "count")
        values = _values_of(file, line)
        if line["statistic"] == "percent":
            ordered = sorted(levels[variable], key=float)
            level = f"{LEVEL}{ordered.index(line['score'])}"
            within = _rounded(str(count * (number_of(line["value"]) or 0) / 100))
            cell = linked.lines[place] = linked.add("", [(variable, level)], within)
            tracing.codes.setdefault(variable, {})[level] = None
            taken = tracing.taken(variable, level)
            tell(place, line, ["value"], [cell, base, *taken], "share")
            others = [name for name in values if name != "value"]
            tell(place, line, others, [cell, base, *taken])
        else:
            answers = tracing.answers(variable) if own else []
            tell(place, line, values, [base, *answers])


def _read_gaps(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    """Read what is said of groups of an index: as much as the groups are large."""
    linked = tracing.linked
    for number, line in enumerate(lines):
        cells = []
        for name in ("first_code", "second_code", "column_code"):
            code = line.get(name) or ""
            group = group_conditions(line.get("column_variable") or "", code)
            if group:
                found = linked.find("", [(line["index"], ANSWERED), *group])
                cells.append(found)
        known = [cell for cell in cells if cell is not None]
        people = None if len(known) == len(cells) else 0
        values = [*_values_of(file, line), "n"]
        tracing.tell((file, number), line, values, known, people=people)


def _read_models(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    """Read coefficients or effects: each group that a coefficient is of must be printed itself."""
    for number, line in enumerate(lines):
        cells, people = [], tracing.models.get(line["model"], 0)
        for name in ("code", "reference_code"):
            if line["variable"] and line.get(name):
                group = (line["variable"], line[name])
                found = [tracing.found([group])]
                if line["outcome"] in tracing.codes:
                    answers = (
                        tracing.found([(line["outcome"], code), group])
                        for code in tracing.codes[line["outcome"]]
                    )
                    found.extend(answers)
                cells += [cell for cell in found if cell is not None]
        values = _values_of(file, line)
        tracing.tell((file, number), line, values, cells, people=people)


def _read_diagnostics(tracing: Tracing, file: str, lines: Sequence[Mapping[str, str]]) -> None:
    linked = tracing.linked
    parts: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        place, people = (file, number), tracing.models.get(line["model"], 0)
        reason = line["statistic"].removeprefix("lost_")
        if line["statistic"] == "n" or reason != line["statistic"]:
            # A model is like a question: who answered it, and who did not for some reason.
            counted = ANSWERED if line["statistic"] == "n" else SILENT + reason
            about = [(f"models/{line['model']}", counted)]
            cell = linked.add("", about, integer(line["value"]) or 0)
            parts.setdefault(line["model"], []).append(cell)
            tracing.tell(place, line, ["value"], [cell], "count")
            tracing.tell(place, line, NOTES, [cell], people=people)
            continue
        values = _values_of(file, line)
        tracing.tell(place, line, values, people=people)
    everybody = linked.find("", ())
    for cells in parts.values():
        if everybody is not None:
            linked.relate(everybody, cells, "rest")


def _people_in_models(files: Files, rules: Rules) -> dict[str, int]:
    """Respondents of each model; nobody where it nearly repeats their answers.

    A model has as many parameters as coefficients. With fewer residual degrees of freedom than
    `LEAST_DF`, or with a single predictor by groups, whose coefficients are the crosstab of the
    outcome by the groups, it counts as of nobody.
    """
    parameters: dict[str, int] = {}
    predictors: dict[str, set[str]] = {}
    grouped: dict[str, bool] = {}
    for line in files.get("models/coefficients.csv", ()):
        model = line["model"]
        if line["estimate"]:
            parameters[model] = parameters.get(model, 0) + 1
        if line["variable"]:
            predictors.setdefault(model, set()).add(line["variable"])
            grouped[model] = grouped.get(model, True) and bool(line["code"])
    people = {}
    for line in files.get("models/diagnostics.csv", ()):
        if line["statistic"] == "n":
            model, n = line["model"], integer(line["value"]) or 0
            saturated = len(predictors.get(model, ())) == 1 and grouped.get(model, False)
            near = n - parameters.get(model, 0) < LEAST_DF
            people[model] = 0 if saturated or near else n
    return people


READERS: dict[str, Callable[[Tracing, str, Sequence[Mapping[str, str]]], None]] = {
    "tables/frequencies.csv": _read_frequencies,
    "tables/crosstabs.csv": _read_crosstabs,
    "tables/banners.csv": _read_crosstabs,
    "tables/summaries.csv": _read_summaries,
    "tables/indicators.csv": _read_indicators,
    "tables/combinations.csv": _read_combinations,
    "tables/tests.csv": _read_tests,
    "tables/association.csv": _read_tests,
    "tables/comparisons.csv": _read_comparisons,
    "tables/scales.csv": _read_scales,
    "tables/correlations.csv": _read_correlations,
    "index/index.csv": _read_index,
    "index/types.csv": _read_types,
    "index/coherence.csv": _read_coherence,
    "index/decomposition.csv": _read_gaps,
    "index/conclusions.csv": _read_gaps,
    "index/scenarios.csv": _read_gaps,
    "index/variances.csv": _read_gaps,
    "models/coefficients.csv": _read_models,
    "models/effects.csv": _read_models,
    "models/diagnostics.csv": _read_diagnostics,
}
"""Which reader traces the fields of each file, counts first; any other file is emptied."""
