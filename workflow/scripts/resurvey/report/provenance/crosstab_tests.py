"""Tests: statistics, degrees of freedom, p-values, Cramér's V and residuals of the crosstabs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from resurvey.core.names import TOTAL, name_number
from resurvey.core.notes import note_numbers, without_general
from resurvey.report.provenance.cells import KEYS, RULE, Crossing, Crossings, Line
from resurvey.report.provenance.graph import Graph, Number
from resurvey.report.provenance.people import People
from resurvey.report.provenance.removals import Place, ReducedTable

FILE = "tables/tests.csv"
PAIRED = ("mcnemar", "mcnemar_corrected", "mcnemar_exact", "bowker", "stuart_maxwell")
PRINTED = ("pearson", "likelihood_ratio", "rao_scott_f", "marginal_independence", *PAIRED)
"""Tests whose numbers a report prints; the others stay in ``tests.csv``."""

TEST_KEYS = ("table", "row_variable", "column_variable", "test")


@dataclass(frozen=True)
class Sampling:
    """What the design of a wave makes of a single removal.

    Attributes
    ----------
    equal : bool
        Every respondent counts as one.
    by_design : bool
        Variances come from a sampling design, where everybody in the sample counts.
    people : tuple of People, optional
        Whose removal changes a design-based variance beyond those in the table; None where it
        is everybody's.
    scales : bool
        Those beyond the table only scale the variances, all alike.
    """

    equal: bool = True
    by_design: bool = False
    people: tuple[People, ...] | None = ()
    scales: bool = False


def add_tests(
    graph: Graph,
    crossings: Crossings,
    tests: Iterable[Line],
    association: Iterable[Line],
    sampling: Sampling,
) -> dict[str, tuple[float, float]]:
    """Add the printed tests, Cramér's V and every adjusted residual.

    Returns
    -------
    dict
        Identity of the p-values of Pearson's test and of the likelihood ratio -> their ends over
        all single removals, where the counts are whole.
    """
    tables: dict[tuple[str, str, str], _Table] = {}
    for one in crossings.found.values():
        if one.group and (table := _Table.of(graph, one, sampling)):
            tables[one.table, one.variable, one.group] = table
    for line in tests:
        if line["test"] in PAIRED:
            _add_paired(graph, crossings, line)
        elif line["test"] in PRINTED:
            known = tables.get((line["table"], line["row_variable"], line["column_variable"]))
            if known and (line["statistic"] or line["p_value"]):
                known.add_test(line)
    for line in association:
        known = tables.get((line["table"], line["row_variable"], line["column_variable"]))
        if known and line["measure"] == "cramer_v" and line["value"]:
            known.add_cramer(line)
    for known in tables.values():
        known.add_residuals()
    return {
        name_number("test", *place, test, "p_value"): ends
        for place, known in tables.items()
        if (tested := known.tested)
        for test, statistic in (
            ("pearson", tested.pearson),
            ("likelihood_ratio", tested.likelihood_ratio),
        )
        if (ends := tested.tail_ends(statistic))
    }


class _Table:
    """A crosstab and the people of whom each moves one of its statistics."""

    def __init__(self, graph: Graph, one: Crossing, sampling: Sampling) -> None:
        self.graph, self.one, self.sampling = graph, one, sampling
        self.name = name_number("crosstab", one.table, one.variable, one.group)
        self.rows = [row for row in one.answers if self._total(row=row)]
        self.columns = [column for column in one.groups if self._total(column=column)]
        self.tested = self._tested()

    @classmethod
    def of(cls, graph: Graph, one: Crossing, sampling: Sampling) -> "_Table | None":
        """Add the crosstab itself; None where its cells are not known."""
        inner = [
            name_number("count", one.table, one.variable, row, column)
            for row in one.answers
            for column in one.groups
        ]
        known = graph.known(inner)
        if len(known) < len(inner) or not known:
            return None
        table = cls(graph, one, sampling)
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

    def _total(self, row: str = "", column: str = "") -> int:
        return sum(
            _heads(line)
            for (down, across), line in self.one.cells.items()
            if line["kind"] == "answer"
            and across != TOTAL
            and (not row or down == row)
            and (not column or across == column)
        )

    def _tested(self) -> ReducedTable | None:
        """Whole counts, of which a removal takes exactly one."""
        if not self.sampling.equal or self.one.several:
            return None
        if min(len(self.rows), len(self.columns)) < 2:
            return None
        cells = self.one.cells
        return ReducedTable(
            [[int(cells[row, column]["count"]) for column in self.columns] for row in self.rows]
        )

    def _moved_by(self, moves: Callable[[Place], bool]) -> tuple[People, ...] | None:
        """People of the cells whose removal moves a statistic; None where all do."""
        if self.tested is None:
            return None
        found = [place for place in self.tested.places if moves(place)]
        if len(found) == len(self.tested.places):
            return None
        return tuple(self._people(place) for place in found)

    def _people(self, place: Place) -> People:
        return self.one.people([self.rows[place[0]]], [self.columns[place[1]]])

    def _design(self) -> tuple[People, ...] | None:
        """People who move a number that rests on a design-based variance."""
        if not self.sampling.by_design:
            return None
        if self.sampling.people is None:
            return (People({}),)
        return (self.one.everyone, *self.sampling.people)

    def add_test(self, line: Line) -> None:
        """Add statistic, degrees of freedom, p-value, n and adjusted p-values of one line."""
        test, tested = line["test"], self.tested
        place = tuple(line[key] for key in TEST_KEYS)
        statistic = None
        if tested is not None and test in ("pearson", "likelihood_ratio"):
            pearson = test == "pearson"
            statistic = self._moved_by(tested.pearson_moves if pearson else tested.likelihood_moves)
        by_design = test == "rao_scott_f"
        if by_design:
            statistic = self._design()
        freedom = self._freedom(line, by_design)
        gone = float(line["p_value"] or 0) == 0
        movers = {
            "statistic": statistic,
            "df": freedom,
            "df2": statistic,
            "p_value": () if gone else statistic,
            "n": None,
        }
        names = {field: name_number("test", *place, field) for field in movers}
        sources = {
            "p_value": (names["statistic"], names["df"], *([names["df2"]] if line["df2"] else [])),
        }
        formulas = {
            "statistic": test,
            "df": "design_degrees_of_freedom" if by_design else "degrees_of_freedom",
            "df2": "residual_degrees_of_freedom",
            "p_value": "f_tail" if by_design else "tail",
            "n": "count",
        }
        for field, moved_by in movers.items():
            if line[field]:
                self._add(
                    names[field],
                    line[field],
                    "people" if field == "n" else field,
                    formulas[field],
                    line,
                    sources.get(field, (self.name,)),
                    moved_by,
                )
        self._add_note(line, place)

    def _freedom(self, line: Line, by_design: bool) -> tuple[People, ...] | None:
        if self.tested is not None:
            return self._moved_by(self.tested.freedom_moves)
        if not line["df"] or abs(float(line["df"]) - round(float(line["df"]))) > 1e-9:
            return None if self.sampling.scales or not by_design else self._design()
        # Whole degrees of freedom count rows and columns: only the last one there empties them.
        rows = [row for row in self.rows if self._total(row=row) == 1]
        columns = [column for column in self.columns if self._total(column=column) == 1]
        alone = [self.one.people([row], self.one.groups) for row in rows]
        return (*alone, *(self.one.people(self.one.anyone, [column]) for column in columns))

    def _add_note(self, line: Line, place: Sequence[str]) -> None:
        """Add the numbers that a report prints from the note of a test."""
        for part, value in note_numbers(without_general(line["note"])).items():
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
                    moved_by=self._design(),
                    at_most=True,
                    items=self.one.items,
                ),
            )

    def add_cramer(self, line: Line) -> None:
        """Add Cramér's V."""
        moved_by = self._moved_by(self.tested.cramer_moves) if self.tested else None
        place = (line["table"], line["row_variable"], line["column_variable"], line["measure"])
        self._add(
            name_number("association", *place),
            line["value"],
            "association",
            "cramer_v",
            line,
            (self.name,),
            moved_by,
            "tables/association.csv",
            (*TEST_KEYS[:3], "measure"),
        )

    def add_residuals(self) -> None:
        """Add the adjusted residual of every cell that has one."""
        one, design = self.one, self._design()
        for (row, column), line in one.cells.items():
            if not line.get("adjusted_residual"):
                continue
            self._add(
                name_number("residual", one.table, one.variable, row, column),
                line["adjusted_residual"],
                "residual",
                "design_residual" if self.sampling.by_design else "residual",
                line,
                (self.name,),
                design or self._residual_moved_by(row, column),
                "tables/crosstabs.csv",
                KEYS,
            )

    def _residual_moved_by(self, row: str, column: str) -> tuple[People, ...] | None:
        tested = self.tested
        if tested is None:
            return None
        cell = self.rows.index(row), self.columns.index(column)
        moves: dict[tuple[bool, bool, bool], bool] = {}
        for place in tested.places:
            kind = place[0] == cell[0], place[1] == cell[1], tested.refused_without(place)
            if kind not in moves:
                moves[kind] = tested.residual_moves(cell, place)
        if all(moves.values()):
            return None
        return self._moved_by(
            lambda at: moves[at[0] == cell[0], at[1] == cell[1], tested.refused_without(at)]
        )

    def _add(
        self,
        identity: str,
        value: str,
        unit: str,
        formula: str,
        line: Line,
        made_from: tuple[str, ...],
        moved_by: tuple[People, ...] | None,
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
            moved_by=moved_by,
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
    codes = list(dict.fromkeys(code for side in sides for code in side.answers))
    items = tuple(dict.fromkeys(name for side in sides for name in side.items))
    name = name_number("crosstab", *place[:3])
    common: dict[str, Any] = {"rule": RULE, "file": FILE, "items": items}
    keys = {key: line[key] for key in TEST_KEYS}
    graph.add(name, Number(line["n"], "people", "count", people=both, line=keys, **common))
    changed = [
        People(
            {
                sides[0].variable: [code],
                sides[1].variable: [other for other in codes if other != code],
            }
        )
        for code in codes
    ]
    for field in ("statistic", "df", "p_value", "n"):
        if line[field]:
            number = Number(
                line[field],
                "people" if field == "n" else field,
                line["test"] if field in ("statistic", "p_value") else "count",
                line=keys,
                made_from=(name,),
                # Only people who changed their answer enter; df counts the pairs of answers.
                moved_by=None if field == "n" else tuple(changed),
                at_most=field in ("df", "p_value"),
                **common,
            )
            graph.add(name_number("test", *place, field), number)
