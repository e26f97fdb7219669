"""Tests: statistics, degrees of freedom, p-values, measures and residuals of the crosstabs."""

from collections.abc import Iterable, Sequence
from typing import Any

from resurvey.core.names import name_number
from resurvey.core.notes import GENERAL, number_texts, read_notes
from resurvey.report.provenance.cells import KEYS, RULE, Crossing, Crossings, Line
from resurvey.report.provenance.graph import Graph, Number
from resurvey.report.provenance.people import People
from resurvey.statistics.registry import PAIRED, TESTS, list_shown_measures

FILE = "tables/tests.csv"
TEST_KEYS = ("table", "row_variable", "column_variable", "test")


def add_tests(
    graph: Graph,
    crossings: Crossings,
    tests: Iterable[Line],
    association: Iterable[Line],
    by_design: bool,
) -> None:
    """Add the tests and measures that a report shows, and every adjusted residual."""
    tables: dict[tuple[str, str, str], _Table] = {}
    for one in crossings.found.values():
        if one.group and (table := _Table.of(graph, one, by_design)):
            tables[one.table, one.variable, one.group] = table
    for line in tests:
        place = TESTS[line["test"]].place
        if place == PAIRED:
            _add_paired(graph, crossings, line)
        elif place:
            known = tables.get((line["table"], line["row_variable"], line["column_variable"]))
            if known and (line["statistic"] or line["p_value"]):
                known.add_test(line)
    shown = [measure.name for measure in list_shown_measures()]
    for line in association:
        known = tables.get((line["table"], line["row_variable"], line["column_variable"]))
        if known and line["measure"] in shown and line["value"]:
            known.add_measure(line)
        if known and line["measure"] == "mantel_haenszel_odds_ratio" and line["value"]:
            known.add_odds_ratio(line)
    for known in tables.values():
        known.add_residuals()


class _Table:
    """A crosstab and the numbers computed from its counts."""

    def __init__(self, graph: Graph, one: Crossing, by_design: bool) -> None:
        self.graph, self.one, self.by_design = graph, one, by_design
        self.name = name_number("crosstab", one.table, one.variable, one.group)

    @classmethod
    def of(cls, graph: Graph, one: Crossing, by_design: bool) -> "_Table | None":
        """Add the crosstab itself; None where its cells are not known."""
        inner = [
            name_number("count", one.table, one.variable, row, column)
            for row in one.answers
            for column in one.groups
        ]
        known = graph.known(inner)
        if len(known) < len(inner) or not known:
            return None
        table = cls(graph, one, by_design)
        bases = [one.cells[one.answers[0], column] for column in one.groups]
        heads = sum(_heads(one.cells[row, column]) for row in one.answers for column in one.groups)
        if one.several:
            heads = sum(int(line["unweighted_base"]) for line in bases)
        graph.add(
            table.name,
            Number(
                str(heads),
                "people",
                "count",
                RULE,
                "tables/crosstabs.csv",
                {"table": one.table, "row_variable": one.variable, "column_variable": one.group},
                known,
                People(one.everyone.who, one.weight),
                items=one.items,
            ),
        )
        return table

    def add_test(self, line: Line) -> None:
        """Add statistic, degrees of freedom, p-value, n and adjusted p-values of one line."""
        test = line["test"]
        place = tuple(line[key] for key in TEST_KEYS)
        fields = ("statistic", "df", "df2", "p_value", "n")
        names = {field: name_number("test", *place, field) for field in fields}
        sources = {
            "p_value": (names["statistic"], names["df"], *([names["df2"]] if line["df2"] else [])),
        }
        formulas = {
            "statistic": test,
            "df": TESTS[test].df,
            "df2": "residual_degrees_of_freedom",
            "p_value": TESTS[test].tail,
            "n": "count",
        }
        for field in fields:
            if line[field]:
                self._add(
                    names[field],
                    line[field],
                    "people" if field == "n" else field,
                    formulas[field],
                    line,
                    sources.get(field, (self.name,)),
                )
        self._add_note(line, place)

    def _add_note(self, line: Line, place: Sequence[str]) -> None:
        """Add the numbers that a report prints from the note of a test."""
        told = (note for note in read_notes(line) if note.key not in GENERAL)
        for part, value in number_texts(told).items():
            self.graph.add(
                name_number("test", *place, f"note_{part}"),
                Number(
                    value,
                    "note",
                    line["test"],
                    RULE,
                    FILE,
                    {key: line[key] for key in TEST_KEYS},
                    (self.name,),
                    items=self.one.items,
                ),
            )

    def add_measure(self, line: Line) -> None:
        """Add a measure of association."""
        place = (line["table"], line["row_variable"], line["column_variable"], line["measure"])
        self._add(
            name_number("association", *place),
            line["value"],
            "association",
            line["measure"],
            line,
            (self.name,),
            "tables/association.csv",
            (*TEST_KEYS[:3], "measure"),
        )

    def add_odds_ratio(self, line: Line) -> None:
        """Add the common odds ratio of the strata, with the ends of its interval."""
        place = (line["table"], line["row_variable"], line["column_variable"], line["measure"])
        for field in ("value", "lower", "upper"):
            self._add(
                name_number("association", *place, *([] if field == "value" else [field])),
                line[field],
                "association",
                line["measure"],
                line,
                (self.name,),
                "tables/association.csv",
                (*TEST_KEYS[:3], "measure"),
            )

    def add_residuals(self) -> None:
        """Add the adjusted residual of every cell that has one."""
        one = self.one
        for (row, column), line in one.cells.items():
            if not line.get("adjusted_residual"):
                continue
            self._add(
                name_number("residual", one.table, one.variable, row, column),
                line["adjusted_residual"],
                "residual",
                "design_residual" if self.by_design else "residual",
                line,
                (self.name,),
                "tables/crosstabs.csv",
                KEYS,
            )

    def _add(
        self,
        identity: str,
        value: str,
        unit: str,
        formula: str,
        line: Line,
        made_from: tuple[str, ...],
        file: str = FILE,
        keys: Sequence[str] = TEST_KEYS,
    ) -> None:
        number = Number(
            value,
            unit,
            formula,
            RULE,
            file,
            {key: line[key] for key in keys},
            self.graph.known(made_from),
            items=self.one.items,
        )
        self.graph.add(identity, number)


def _heads(line: Line) -> int:
    return int(line.get("unweighted_count") or 0)


def _add_paired(graph: Graph, crossings: Crossings, line: Line) -> None:
    """Add a test of two answers of the same people."""
    if not line["p_value"]:
        return
    place = [line[key] for key in TEST_KEYS]
    sides = [
        crossings.found[line["table"], line[key]] for key in ("row_variable", "column_variable")
    ]
    both = People({side.variable: side.anyone for side in sides})
    items = tuple(dict.fromkeys(name for side in sides for name in side.items))
    name = name_number("crosstab", *place[:3])
    common: dict[str, Any] = {"rule": RULE, "file": FILE, "items": items}
    keys = {key: line[key] for key in TEST_KEYS}
    graph.add(name, Number(line["n"], "people", "count", people=both, line=keys, **common))
    for field in ("statistic", "df", "p_value", "n"):
        if line[field]:
            number = Number(
                line[field],
                "people" if field == "n" else field,
                line["test"] if field in ("statistic", "p_value") else "count",
                line=keys,
                made_from=(name,),
                **common,
            )
            graph.add(name_number("test", *place, field), number)
