"""Cells: counts, bases and shares of ``crosstabs.csv`` as numbers of the graph."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from resurvey.core.names import TOTAL, name_number
from resurvey.report.provenance.graph import Graph, Number
from resurvey.report.provenance.people import ANSWERED, People

Line = Mapping[str, str]
FILE, RULE = "tables/crosstabs.csv", "tabulate_wave"
KEYS = ("table", "row_variable", "row_code", "column_code")


@dataclass(frozen=True)
class Crossing:
    """The cells of one question in one table.

    Attributes
    ----------
    table, variable, group : str
        Table, question (or multiple-response set), and the variable of the columns or "".
    percent : str
        What per cents are of: ``column``, ``row`` or ``total``.
    by_parts : bool
        Subtotals and differences are made of rounded per cents.
    several : bool
        The question is a multiple-response set.
    cells : dict
        (row code, column code) -> line.
    items : tuple of str
        Variables of the data behind the question, and those behind the groups.
    """

    table: str
    variable: str
    group: str
    percent: str
    by_parts: bool
    several: bool
    cells: Mapping[tuple[str, str], Line]
    items: tuple[str, ...] = ()
    weight: str = ""

    @property
    def answers(self) -> list[str]:
        """Codes of the single answers, in the order of the file."""
        rows = {row: None for (row, _), line in self.cells.items() if line["kind"] == "answer"}
        return list(rows)

    @property
    def groups(self) -> list[str]:
        """Codes of the columns other than all respondents."""
        return [one for one in dict.fromkeys(code for _, code in self.cells) if one != TOTAL]

    def people(self, rows: Sequence[str] | str, column: str | Sequence[str]) -> People:
        """Respondents with one of some answers in one of some columns."""
        who: dict[str, Sequence[str] | str] = {self.variable: rows}
        if column == TOTAL:
            return People(who, self.weight)
        columns = {self.group: [column] if isinstance(column, str) else column}
        if self.group == self.variable:
            return People(who, self.weight, also=columns)
        return People({**who, **columns}, self.weight)

    @property
    def everyone(self) -> People:
        """Respondents in the table: with an answer, and in a group."""
        return self.people(self.anyone, self.groups)

    @property
    def anyone(self) -> Sequence[str] | str:
        """Condition of having answered the question at all."""
        return ANSWERED if self.several else self.answers

    def parts(self, row: str) -> list[str]:
        """Answers that a row adds up."""
        kind = next(line["kind"] for (code, _), line in self.cells.items() if code == row)
        if kind == "total":
            return self.answers
        return row.split("+") if kind == "subtotal" else [row]

    def counted(self, row: str, column: str) -> People:
        """Respondents that a cell counts."""
        whole = self.several and row == TOTAL
        return self.people(ANSWERED if whole else self.parts(row), column)

    def based(self, row: str, column: str) -> People:
        """Respondents of whom a cell's per cent is."""
        if self.percent == "column":
            return self.people(self.anyone, column)
        inner: str | Sequence[str] = TOTAL if column == TOTAL else self.groups
        if self.percent == "row":
            rows = self.counted(row, column).who[self.variable]
            return self.people(rows, inner)
        return self.people(self.anyone, inner)


@dataclass
class Crossings:
    """All crossings of a wave, by table and question."""

    found: dict[tuple[str, str], Crossing] = field(default_factory=dict)

    @classmethod
    def read(
        cls,
        lines: Iterable[Line],
        tables: Mapping[str, Mapping[str, Any]],
        sets: Iterable[str],
        sources: Mapping[str, Sequence[str]],
        weight: str,
    ) -> "Crossings":
        """Group the lines of ``crosstabs.csv``."""
        cells: dict[tuple[str, str], dict[tuple[str, str], Line]] = {}
        for line in lines:
            own = cells.setdefault((line["table"], line["row_variable"]), {})
            own[line["row_code"], line["column_code"]] = line
        known, made = set(sets), cls()
        for (table, variable), own in cells.items():
            spec = tables.get(table, {})
            group = next(iter(own.values()))["column_variable"]
            behind = [*sources.get(variable, [variable]), *sources.get(group, [group])]
            made.found[table, variable] = Crossing(
                table,
                variable,
                group,
                spec.get("percent", "column"),
                spec.get("derived") == "printed_parts",
                variable in known,
                own,
                tuple(dict.fromkeys(one for one in behind if one)),
                weight,
            )
        return made


def add_cells(graph: Graph, one: Crossing) -> None:
    """Add every count, base and per cent of a crossing."""
    units = ("weighted_people", "weighted_count") if one.weight else ("people", "count")
    for (row, column), line in one.cells.items():
        place = one.table, one.variable, row, column
        common: dict[str, Any] = {
            "rule": RULE,
            "file": FILE,
            "line": {key: line[key] for key in KEYS},
            "items": one.items,
        }
        if line.get("count"):
            counted = People(one.counted(row, column).who, one.weight)
            count = Number(line["count"], *units, people=counted, **common)
            graph.add(name_number("count", *place), count)
        if line.get("base"):
            based = one.based(row, column)
            graph.add(
                name_number("base", *place), Number(line["base"], *units, people=based, **common)
            )
            if line.get("unweighted_base"):
                heads = Number(line["unweighted_base"], "people", "count", people=based, **common)
                graph.add(name_number("base", *place, "unweighted"), heads)
        if line.get("responses") and row == TOTAL:
            _add_responses(graph, one, column, line, common)
    for row, column in one.cells:
        _add_percent(graph, one, row, column)


def _add_responses(
    graph: Graph, one: Crossing, column: str, line: Line, common: Mapping[str, Any]
) -> None:
    counts = [name_number("count", one.table, one.variable, row, column) for row in one.answers]
    graph.add(
        name_number("count", one.table, one.variable, TOTAL, column, "responses"),
        Number(line["responses"], "answers", "sum", made_from=graph.known(counts), **common),
    )


def _add_percent(graph: Graph, one: Crossing, row: str, column: str) -> None:
    line = one.cells[row, column]
    place = one.table, one.variable, row, column
    if not (line.get("percent") and line.get("count")) or Fraction(line["base"]) == 0:
        return
    parts = one.parts(row)
    rounded = one.by_parts and len(parts) > 1 and line["kind"] == "subtotal"
    made_from = [name_number("count", *place), name_number("base", *place)]
    if rounded:
        made_from += [
            name_number("percent", one.table, one.variable, part, column) for part in parts
        ]
    graph.add(
        name_number("percent", *place),
        Number(
            line["percent"],
            "percent",
            "share_from_rounded" if rounded else "share",
            RULE,
            FILE,
            {key: line[key] for key in KEYS},
            tuple(made_from),
            items=one.items,
        ),
    )


def add_difference(graph: Graph, after: Crossing, before: Crossing, row: str) -> None:
    """Add the change of a share between two questions to the same people."""
    later, earlier = (one.cells.get((row, TOTAL), {}) for one in (after, before))
    shares = [share_of(line) for line in (later, earlier)]
    if shares[0] is None or shares[1] is None:
        return
    rounded = after.by_parts
    made_from = [
        name_number("percent", one.table, one.variable, row, TOTAL) for one in (after, before)
    ]
    graph.add(
        name_number("difference", after.table, after.variable, before.variable, row, TOTAL),
        Number(
            repr(float(shares[0] - shares[1])),
            "percentage_points",
            "difference_from_rounded" if rounded else "difference",
            "trace_wave",
            FILE,
            {"table": after.table, "row_code": row, "column_code": TOTAL},
            graph.known(made_from),
            items=tuple(dict.fromkeys([*after.items, *before.items])),
        ),
    )


def share_of(line: Line) -> Fraction | None:
    """Exact per cent of a cell; None without a base."""
    if not (line.get("count") and line.get("base")) or Fraction(line["base"]) == 0:
        return None
    return 100 * Fraction(line["count"]) / Fraction(line["base"])
