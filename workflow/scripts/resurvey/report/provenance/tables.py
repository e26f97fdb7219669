"""Tables: answers, indicators, crosstabs with their tests, and banners as numbers of the graph."""

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast

from resurvey.core.accounting import NO_GROUP
from resurvey.core.cells import Block, cell_of, exact_percent, read_blocks
from resurvey.core.codebook import Codebook, clean_code
from resurvey.core.lines import (
    AssociationLine,
    BannerLine,
    CombinationLine,
    CrosstabLine,
    FrequencyLine,
    IndicatorLine,
    SummaryLine,
    TestLine,
    fields_of,
)
from resurvey.core.names import TOTAL, name_number
from resurvey.core.notes import GENERAL, number_texts, read_notes
from resurvey.prepare.indicators import SIDES
from resurvey.report.assessment import KINDS, Assessment
from resurvey.report.provenance.graph import (
    ANSWERED,
    SYSTEM_MISSING,
    Graph,
    Number,
    People,
    Within,
    read_domain,
)
from resurvey.statistics.registry import OPTION, PAIRED, TESTS, TREND, list_shown_measures
from resurvey.tables.banners import SCORED
from resurvey.tables.boxes import NET, NPS
from resurvey.tables.domains import read_crossed
from resurvey.tables.summaries import BIN, MISSING, share_of

EVERYBODY = People({})


def add_frequencies(
    graph: Graph,
    lines: Sequence[FrequencyLine],
    sources: Mapping[str, Sequence[str]],
    weight: str,
) -> None:
    """Add counts, bases and per cents of ``frequencies.csv``, and the respondents analysed."""
    told = [line["respondents"] for line in lines if line["respondents"]]
    respondents = max(map(int, told), default=0)
    file: dict[str, Any] = {"file": "tables/frequencies.csv"}
    graph.add(
        name_number("respondents"),
        Number(str(respondents), "people", "count", RULE, people=EVERYBODY, **file),
    )
    bases: dict[str, People] = {}
    for line in lines:
        name = line["variable"]
        if line["kind"] == "answer":
            known = bases.setdefault(name, People({name: []}))
            bases[name] = People({name: [*known.who[name], line["code"]]})
        elif line["kind"] == "values":
            bases[name] = People({name: ANSWERED})
    for line in lines:
        name = line["variable"]
        base = bases.get(name, People({name: []}))
        common: dict[str, Any] = {
            "rule": RULE,
            "items": tuple(sources.get(name, (name,))),
            **file,
        }
        graph.add(
            name_number("frequency", name, "base"),
            Number(line["base"], "people", "count", people=base, line={"variable": name}, **common),
        )
        _add_frequency(graph, line, base, common, weight)


def _add_frequency(
    graph: Graph, line: FrequencyLine, base: People, common: Mapping[str, Any], weight: str
) -> None:
    name, kind = line["variable"], line["kind"]
    place = name, line["code"] or kind
    who = {
        "values": base,
        "system_missing": People({name: SYSTEM_MISSING}),
    }.get(kind, People({name: [line["code"]]}))
    keys = fields_of(line, ("variable", "code", "kind"))
    count = name_number("frequency", *place, "count")
    graph.add(count, Number(line["count"], "people", "count", people=who, line=keys, **common))
    of = {
        "percent": name_number("respondents"),
        "valid_percent": name_number("frequency", name, "base"),
    }
    shares = fields_of(line, tuple(of))
    for field, identity in of.items():
        if shares[field]:
            graph.add(
                name_number("frequency", *place, field),
                Number(
                    shares[field],
                    "percent",
                    "share",
                    line=keys,
                    made_from=(count, identity),
                    **common,
                ),
            )
    if not line["weighted_count"]:
        return
    units = "weighted_people", "weighted_count"
    total, whole = (
        name_number("frequency", *part, "weighted_count") for part in (place, (name, "base"))
    )
    for identity, field, people in ((total, "weighted_count", who), (whole, "weighted_base", base)):
        number = Number(
            line[field],  # type: ignore[literal-required]
            *units,
            people=People(people.who, weight),
            line=keys,
            **common,
        )
        graph.add(identity, number)
    if line["weighted_percent"]:
        share = Number(
            line["weighted_percent"],
            "percent",
            "share",
            line=keys,
            made_from=(total, whole),
            **common,
        )
        graph.add(name_number("frequency", *place, "weighted_percent"), share)


def add_indicators(
    graph: Graph,
    lines: Iterable[IndicatorLine],
    declared: Mapping[str, Mapping[str, Any]],
    sources: Mapping[str, Sequence[str]],
    weight: str,
) -> None:
    """Add the shares of ``indicators.csv``, their counts and bases, and differences of shares."""
    found = {(line["indicator"], line["column_code"]): line for line in lines}
    for (name, _), line in found.items():
        if line["percent"]:
            if line["unit"] == "percentage_points":
                _add_indicator_difference(graph, found, line, declared[name]["difference"], sources)
            else:
                share = declared.get(name, {}).get("share", {})
                _add_share(graph, line, sources.get(name, (name,)), weight, share)


def _add_share(
    graph: Graph,
    line: IndicatorLine,
    items: Sequence[str],
    weight: str,
    share: Mapping[str, Any],
) -> None:
    name, column = line["indicator"], line["column_code"]
    group = {} if column == TOTAL else {line["column_variable"]: [column]}
    yes, base = (People({name: codes, **group}, weight) for codes in (["1"], ["0", "1"]))
    common: dict[str, Any] = {
        "rule": RULE,
        "file": "tables/indicators.csv",
        "line": {"indicator": name, "column_code": column},
        "items": tuple(items),
    }
    units = ("weighted_people", "weighted_count") if weight else ("people", "count")
    parts = [name_number(kind, "indicator", name, column) for kind in ("count", "base")]
    graph.add(parts[0], Number(line["count"], *units, people=yes, **common))
    graph.add(parts[1], Number(line["base"], *units, people=base, **common))
    graph.add(
        name_number("indicator", name, column),
        Number(line["percent"], "percent", "share", made_from=tuple(parts), **common),
    )
    _add_sides(graph, line, share, People({}, weight), common)


def _add_sides(
    graph: Graph,
    line: IndicatorLine,
    share: Mapping[str, Any],
    everybody: People,
    common: Mapping[str, Any],
) -> None:
    """Add the shares of the answers beside those that an indicator counts."""
    name, column = line["indicator"], line["column_code"]
    group = {} if column == TOTAL else {line["column_variable"]: [column]}
    units = ("weighted_people", "weighted_count") if everybody.weight else ("people", "count")
    for side in SIDES:
        values = fields_of(line, (f"{side}_count", f"{side}_percent"))
        count, percent = values.values()
        if not percent:
            continue
        codes = [str(clean_code(code)) for code in share[side]]
        people = People({share["variable"]: codes, **group}, everybody.weight)
        counted = name_number("count", "indicator", name, column, side)
        graph.add(counted, Number(count, *units, people=people, **common))
        made_from = counted, name_number("base", "indicator", name, column)
        number = Number(percent, "percent", "share", made_from=made_from, **common)
        graph.add(name_number("indicator", name, column, side), number)


def add_combinations(
    graph: Graph,
    lines: Iterable[CombinationLine],
    sources: Mapping[str, Sequence[str]],
    weight: str,
) -> None:
    """Add what indicators give together: counted, or the bounds that they leave."""
    units = ("weighted_people", "weighted_count") if weight else ("people", "count")
    everybody = name_number("respondents")
    for line in lines:
        name, parts = line["combination"], line["of"].split("+")
        common: dict[str, Any] = {
            "rule": RULE,
            "file": "tables/combinations.csv",
            "line": {"combination": name},
            "items": tuple(dict.fromkeys(item for part in parts for item in sources[part])),
        }
        if line["percent"]:
            whom = {"count": ["1"], "base": ["0", "1"]}
            for field, value in fields_of(line, tuple(whom)).items():
                people = People(dict.fromkeys(parts, whom[field]), weight)
                number = Number(value, *units, people=people, **common)
                graph.add(name_number("combination", name, field), number)
            made_from = tuple(name_number("combination", name, field) for field in whom)
            number = Number(line["percent"], "percent", "share", made_from=made_from, **common)
            graph.add(name_number("combination", name, "percent"), number)
        counts = graph.known(name_number("count", "indicator", part, TOTAL) for part in parts)
        for end, formula, whole in (
            ("lowest", "frechet_lowest", (everybody,)),
            ("highest", "frechet_highest", ()),
        ):
            count, percent = fields_of(line, (f"{end}_count", f"{end}_percent")).values()
            if not count:
                continue
            bound = name_number("combination", name, f"{end}_count")
            number = Number(count, "people", formula, made_from=(*counts, *whole), **common)
            graph.add(bound, number)
            number = Number(percent, "percent", "share", made_from=(bound, everybody), **common)
            graph.add(name_number("combination", name, end), number)


def add_halves(graph: Graph, found: Assessment) -> None:
    """Add how many shares reach one half, by dimension and of the declared indicators."""
    common: dict[str, Any] = {
        "unit": "lines",
        "formula": "tally",
        "rule": "trace_wave",
        "file": "tables/indicators.csv",
    }

    def tally(names: Iterable[str], size: int, *place: str) -> None:
        made_from = graph.known(name_number("indicator", name, TOTAL) for name in names)
        graph.add(name_number("tally", *place), Number(str(size), made_from=made_from, **common))

    for dimension, halves in found.dimensions.items():
        tally(halves.shares, len(halves.shares), "half", dimension, "shares")
        tally(halves.reached, len(halves.reached), "half", dimension)
    if found.empirical:
        named = [name for halves in found.empirical for name in halves.shares]
        tally(named, len(found.empirical), "empirical")
        for kind in KINDS:
            tally(named, len(found.of_kind(kind)), "empirical", kind)


def _add_indicator_difference(
    graph: Graph,
    found: Mapping[tuple[str, str], IndicatorLine],
    line: IndicatorLine,
    difference: Mapping[str, str],
    sources: Mapping[str, Sequence[str]],
) -> None:
    name, column = line["indicator"], line["column_code"]
    names = [difference["of"], difference["minus"]]
    sides = [found[part, column] for part in names]
    if any(cell_of(side) is None for side in sides):
        return
    items = tuple(dict.fromkeys(item for part in names for item in sources.get(part, (part,))))
    graph.add(
        name_number("indicator", name, column),
        Number(
            line["percent"],
            "percentage_points",
            "difference",
            RULE,
            "tables/indicators.csv",
            {"indicator": name, "column_code": column},
            graph.known(name_number("indicator", part, column) for part in names),
            items=items,
        ),
    )


FILE, TESTS_FILE, RULE = "tables/crosstabs.csv", "tables/tests.csv", "tabulate_wave"
KEYS = ("table", "row_variable", "row_code", "column_code")
TEST_KEYS = ("table", "row_variable", "column_variable", "test")
OPTION_KEYS = (*TEST_KEYS, "row_code")


@dataclass(frozen=True)
class Crossing(Block):
    """The cells of one question in one table, and whom they count.

    Attributes
    ----------
    percent : str
        What per cents are of: ``column``, ``row`` or ``total``.
    by_parts : bool
        Subtotals and differences are made of rounded per cents.
    several : bool
        The question is a multiple-response set.
    items : tuple of str
        Variables of the data behind the question, and those behind the groups.
    weight : str
        Variable of the weights, or "".
    within : dict
        The domain that the table is about.
    """

    percent: str = "column"
    by_parts: bool = False
    several: bool = False
    items: tuple[str, ...] = ()
    weight: str = ""
    within: Within = dataclasses.field(default_factory=dict)

    def people(self, rows: Sequence[str] | str, column: str | Sequence[str]) -> People:
        """Respondents with one of some answers in one of some columns."""
        who: dict[str, Sequence[str] | str] = {self.variable: rows}
        everyone = People(who, self.weight, within=self.within)
        if column == TOTAL:
            return everyone
        columns: dict[str, list[str]] = {}
        # Of crossed columns all combinations stand in the file, so that each part has its answers.
        for code in [column] if isinstance(column, str) else column:
            for name, answer in read_crossed(self.group, code).items():
                columns.setdefault(name, []).append(answer)
        for name, codes in columns.items():
            columns[name] = list(dict.fromkeys(codes))
        also = {name: columns.pop(name) for name in who if name in columns}
        return replace(everyone, who={**who, **columns}, also=also)

    @property
    def everyone(self) -> People:
        """Respondents in the table: with an answer, and in a group."""
        return self.people(self.anyone, self.groups)

    @property
    def anyone(self) -> Sequence[str] | str:
        """Condition of having answered the question at all."""
        return ANSWERED if self.several else self.answers

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


def domain_sources(
    declared: Mapping[str, Any], sources: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Variables of the data behind the condition of a table, a banner or a model."""
    for name in declared.get("where", {}):
        yield from sources.get(name, (name,))


def add_domains(
    graph: Graph,
    sizes: Mapping[str, int],
    declared: Mapping[str, Mapping[str, Any]],
    sources: Mapping[str, Sequence[str]],
) -> None:
    """Add how many respondents each table or banner with a condition is about."""
    for name, size in sizes.items():
        number = Number(
            str(size),
            "people",
            "count",
            RULE,
            "tables/codebook.json",
            {"table": name},
            people=People({}, within=read_domain(declared[name]["where"])),
            items=tuple(dict.fromkeys(domain_sources(declared[name], sources))),
        )
        graph.add(name_number("respondents", name), number)


Crossings = Mapping[tuple[str, str], Crossing]
"""All crossings of a wave, by table and question."""


def read_crossings(
    lines: Iterable[CrosstabLine],
    tables: Mapping[str, Mapping[str, Any]],
    sets: Collection[str],
    sources: Mapping[str, Sequence[str]],
    weight: str,
) -> dict[tuple[str, str], Crossing]:
    """Read the lines of ``crosstabs.csv`` as crossings."""
    found = {}
    for (table, variable), block in read_blocks(lines).items():
        spec = tables.get(table, {})
        behind = [
            *sources.get(variable, [variable]),
            *sources.get(block.group, [block.group]),
            *domain_sources(spec, sources),
        ]
        found[table, variable] = Crossing(
            table,
            variable,
            block.group,
            block.cells,
            spec.get("percent", "column"),
            spec.get("derived") == "printed_parts",
            variable in sets,
            tuple(dict.fromkeys(name for name in behind if name)),
            weight,
            read_domain(spec.get("where", {})),
        )
    return found


def add_cells(graph: Graph, crossing: Crossing) -> None:
    """Add every count, base and per cent of a crossing."""
    units = ("weighted_people", "weighted_count") if crossing.weight else ("people", "count")
    for (row, column), line in crossing.cells.items():
        common: dict[str, Any] = {
            "rule": RULE,
            "file": FILE,
            "line": fields_of(line, KEYS),
            "items": crossing.items,
        }
        if line.get("count"):
            count = Number(line["count"], *units, people=crossing.counted(row, column), **common)
            graph.add(crossing.name("count", row, column), count)
        if line.get("base"):
            based = crossing.based(row, column)
            base = Number(line["base"], *units, people=based, **common)
            graph.add(crossing.name("base", row, column), base)
            if line.get("unweighted_base"):
                heads = Number(line["unweighted_base"], "people", "count", people=based, **common)
                graph.add(crossing.name("base", row, column, "unweighted"), heads)
        if line.get("responses") and row == TOTAL:
            _add_responses(graph, crossing, column, line, common)
    for row, column in crossing.cells:
        _add_percent(graph, crossing, row, column)


def _add_responses(
    graph: Graph, crossing: Crossing, column: str, line: CrosstabLine, common: Mapping[str, Any]
) -> None:
    counts = [crossing.name("count", row, column) for row in crossing.answers]
    graph.add(
        crossing.name("count", TOTAL, column, "responses"),
        Number(line["responses"], "answers", "sum", made_from=graph.known(counts), **common),
    )


def _add_percent(graph: Graph, crossing: Crossing, row: str, column: str) -> None:
    line = crossing.cells[row, column]
    if not line.get("percent") or crossing.cell(row, column) is None:
        return
    parts = crossing.parts(row)
    rounded = crossing.by_parts and len(parts) > 1 and line["kind"] == "subtotal"
    made_from = [crossing.name(kind, row, column) for kind in ("count", "base")]
    if rounded:
        made_from += [crossing.name("percent", part, column) for part in parts]
    graph.add(
        crossing.name("percent", row, column),
        Number(
            line["percent"],
            "percent",
            "share_from_rounded" if rounded else "share",
            RULE,
            FILE,
            fields_of(line, KEYS),
            tuple(made_from),
            items=crossing.items,
        ),
    )


def add_difference(graph: Graph, after: Crossing, before: Crossing, row: str) -> None:
    """Add the change of a share between two questions to the same people."""
    later, earlier = (block.cell(row, TOTAL) for block in (after, before))
    if later is None or earlier is None:
        return
    change = exact_percent(later.count, later.base) - exact_percent(earlier.count, earlier.base)
    rounded = after.by_parts
    made_from = [block.name("percent", row, TOTAL) for block in (after, before)]
    graph.add(
        name_number("difference", after.table, after.variable, before.variable, row, TOTAL),
        Number(
            repr(float(change)),
            "percentage_points",
            "difference_from_rounded" if rounded else "difference",
            "trace_wave",
            FILE,
            {"table": after.table, "row_code": row, "column_code": TOTAL},
            graph.known(made_from),
            items=tuple(dict.fromkeys([*after.items, *before.items])),
        ),
    )


def add_tests(
    graph: Graph,
    crossings: Crossings,
    tests: Iterable[TestLine],
    association: Iterable[AssociationLine],
    by_design: bool,
) -> None:
    """Add the tests and measures that a report shows, and every adjusted residual."""
    tables: dict[tuple[str, str, str], _Table] = {}
    for crossing in crossings.values():
        if crossing.group and (table := _Table.of(graph, crossing, by_design)):
            tables[crossing.table, crossing.variable, crossing.group] = table
    options: dict[tuple[str, str], list[tuple[_Table, TestLine]]] = {}
    for line in tests:
        place = TESTS[line["test"]].place
        if place == PAIRED:
            _add_paired(graph, crossings, line)
        elif place:
            known = tables.get((line["table"], line["row_variable"], line["column_variable"]))
            if known and place == OPTION:
                options.setdefault((line["table"], line["test"]), []).append((known, line))
            elif known and (line["statistic"] or line["p_value"]):
                known.add_test(line)
    for family in options.values():
        names = [own.add_option(line) for own, line in family if line["p_value"]]
        for own, line in family:
            if line["p_value"]:
                own.add_option_holm(line, names)
    shown = [measure.name for measure in list_shown_measures()]
    for measured in association:
        known = tables.get(
            (measured["table"], measured["row_variable"], measured["column_variable"])
        )
        if known and measured["measure"] in shown and measured["value"]:
            known.add_measure(measured)
        if known and measured["measure"] == "mantel_haenszel_odds_ratio" and measured["value"]:
            known.add_odds_ratio(measured)
    for known in tables.values():
        known.add_residuals()


class _Table:
    """A crosstab and the numbers computed from its counts."""

    def __init__(self, graph: Graph, crossing: Crossing, by_design: bool) -> None:
        self.graph, self.crossing, self.by_design = graph, crossing, by_design
        self.name = name_number("crosstab", crossing.table, crossing.variable, crossing.group)

    @classmethod
    def of(cls, graph: Graph, crossing: Crossing, by_design: bool) -> "_Table | None":
        """Add the crosstab itself; None where its cells are not known."""
        inner = [
            crossing.name("count", row, column)
            for row in crossing.answers
            for column in crossing.groups
        ]
        known = graph.known(inner)
        if len(known) < len(inner) or not known:
            return None
        table = cls(graph, crossing, by_design)
        bases = [crossing.cells[crossing.answers[0], column] for column in crossing.groups]
        heads = sum(
            _heads(crossing.cells[row, column])
            for row in crossing.answers
            for column in crossing.groups
        )
        if crossing.several:
            heads = sum(int(line["unweighted_base"] or 0) for line in bases)
        graph.add(
            table.name,
            Number(
                str(heads),
                "people",
                "count",
                RULE,
                FILE,
                {
                    "table": crossing.table,
                    "row_variable": crossing.variable,
                    "column_variable": crossing.group,
                },
                known,
                crossing.everyone,
                items=crossing.items,
            ),
        )
        return table

    def add_test(self, line: TestLine) -> None:
        """Add statistic, degrees of freedom, p-value, n and adjusted p-values of one line."""
        test, place = line["test"], tuple(fields_of(line, TEST_KEYS).values())
        values = fields_of(line, ("statistic", "df", "df2", "p_value", "n"))
        names = {field: _name(line, field) for field in values}
        sources = {
            "p_value": (names["statistic"], names["df"], *([names["df2"]] if line["df2"] else [])),
        }
        formulas = {
            "statistic": test,
            "df": TESTS[test].df,
            "df2": "residual_degrees_of_freedom",
            "p_value": TESTS[test].tail,
            "n": "on_scale" if TESTS[test].place == TREND else "count",
        }
        for field, value in values.items():
            if value:
                self._add(
                    names[field],
                    value,
                    "people" if field == "n" else field,
                    formulas[field],
                    line,
                    sources.get(field, (self.name,)),
                )
        self._add_note(line, place)

    def add_option(self, line: TestLine) -> str:
        """Add the p-value of one option of a multiple-response set; return its name."""
        crossing, code = self.crossing, line.get("row_code", "")
        counts = [crossing.name("count", code, column) for column in crossing.groups]
        bases = [crossing.name("base", TOTAL, column) for column in crossing.groups]
        name = name_number("test", *fields_of(line, TEST_KEYS).values(), code, "p_value")
        sources = tuple(counts + bases)
        self._add(name, line["p_value"], "p_value", line["test"], line, sources, keys=OPTION_KEYS)
        return name

    def add_option_holm(self, line: TestLine, family: Sequence[str]) -> None:
        """Add Holm's p-value of one option over all options of the table."""
        place = *fields_of(line, TEST_KEYS).values(), line.get("row_code", "")
        name, keys = name_number("test", *place, "holm_table"), OPTION_KEYS
        self._add(name, line["holm_table"], "p_value", "holm", line, tuple(family), keys=keys)

    def _add_note(self, line: TestLine, place: Sequence[str]) -> None:
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
                    TESTS_FILE,
                    fields_of(line, TEST_KEYS),
                    (self.name,),
                    items=self.crossing.items,
                ),
            )

    def add_measure(self, line: AssociationLine) -> None:
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

    def add_odds_ratio(self, line: AssociationLine) -> None:
        """Add the common odds ratio of the strata, with the ends of its interval."""
        place = (line["table"], line["row_variable"], line["column_variable"], line["measure"])
        ends = {"value": line["value"], "lower": line["lower"], "upper": line["upper"]}
        for field, number in ends.items():
            self._add(
                name_number("association", *place, *([] if field == "value" else [field])),
                number,
                "association",
                line["measure"],
                line,
                (self.name,),
                "tables/association.csv",
                (*TEST_KEYS[:3], "measure"),
            )

    def add_residuals(self) -> None:
        """Add the adjusted residual of every cell that has one."""
        crossing = self.crossing
        for (row, column), line in crossing.cells.items():
            if not line.get("adjusted_residual"):
                continue
            self._add(
                crossing.name("residual", row, column),
                line["adjusted_residual"],
                "residual",
                "design_residual" if self.by_design else "residual",
                line,
                (self.name,),
                FILE,
                KEYS,
            )

    def _add(
        self,
        identity: str,
        value: str,
        unit: str,
        formula: str,
        line: Mapping[str, object],
        made_from: tuple[str, ...],
        file: str = TESTS_FILE,
        keys: tuple[str, ...] = TEST_KEYS,
    ) -> None:
        number = Number(
            value,
            unit,
            formula,
            RULE,
            file,
            fields_of(line, keys),
            self.graph.known(made_from),
            items=self.crossing.items,
        )
        self.graph.add(identity, number)


def _heads(line: CrosstabLine) -> int:
    return int(line.get("unweighted_count") or 0)


def _add_paired(graph: Graph, crossings: Crossings, line: TestLine) -> None:
    """Add a test of two answers of the same people."""
    if not line["p_value"]:
        return
    pair = line["row_variable"], line["column_variable"]
    sides = [crossings[line["table"], variable] for variable in pair]
    both = People({side.variable: side.anyone for side in sides}, within=sides[0].within)
    items = tuple(dict.fromkeys(name for side in sides for name in side.items))
    name = name_number("crosstab", line["table"], *pair)
    common: dict[str, Any] = {"rule": RULE, "file": TESTS_FILE, "items": items}
    keys = fields_of(line, TEST_KEYS)
    graph.add(name, Number(line["n"], "people", "count", people=both, line=keys, **common))
    for field, value in fields_of(line, ("statistic", "df", "p_value", "n")).items():
        if value:
            number = Number(
                value,
                "people" if field == "n" else field,
                line["test"] if field in ("statistic", "p_value") else "count",
                line=keys,
                made_from=(name,),
                **common,
            )
            graph.add(_name(line, field), number)


def add_adjusted(graph: Graph, tests: Iterable[TestLine]) -> None:
    """Add Holm's and Benjamini and Hochberg's p-values of the study.

    Each is computed from every p-value of its family: the same test of all tables.
    """
    families: dict[str, list[TestLine]] = {}
    for line in tests:
        if line["p_value"] and line.get("holm_article"):
            families.setdefault(line["test"].removesuffix("_monte_carlo"), []).append(line)
    for family in families.values():
        members = graph.known(_name(line, "p_value") for line in family)
        for method in ("holm", "benjamini_hochberg"):
            for line in family:
                identity = _name(line, "p_value")
                if identity in members:
                    number = Number(
                        fields_of(line, (f"{method}_article",))[f"{method}_article"],
                        "p_value",
                        method,
                        RULE,
                        TESTS_FILE,
                        fields_of(line, TEST_KEYS),
                        members,
                        items=graph.numbers[identity].items,
                    )
                    graph.add(_name(line, f"{method}_article"), number)


def _name(line: TestLine, field: str) -> str:
    return name_number("test", *fields_of(line, TEST_KEYS).values(), field)


BANNERS_FILE = "tables/banners.csv"
Cells = Mapping[tuple[str, str], CrosstabLine]
BANNER_KEYS = ("table", "row_variable", "row_code", "column_variable", "column_code")


@dataclass(frozen=True)
class Behind:
    """What stands behind the numbers of all banners.

    Attributes
    ----------
    banners : dict
        `config/tables.yaml` (its `banners`).
    codebook : Codebook
        Of the table room.
    sets : collection of str
        Names of the multiple-response sets.
    sources : dict
        Variable -> variables of the data behind it.
    weight : str
        Variable of the weights, or "".
    """

    banners: Mapping[str, Mapping[str, Any]]
    codebook: Codebook
    sets: Collection[str]
    sources: Mapping[str, Sequence[str]]
    weight: str


def add_banners(graph: Graph, lines: Iterable[BannerLine], behind: Behind) -> None:
    """Add the numbers of every banner table."""
    crossings: dict[tuple[str, str, str], dict[tuple[str, str], BannerLine]] = {}
    for line in lines:
        place = line["table"], line["row_variable"], line["column_variable"]
        crossings.setdefault(place, {})[line["row_code"], line["column_code"]] = line
    for (table, variable, group), cells in crossings.items():
        declared = behind.banners.get(table, {})
        items = [
            *behind.sources.get(variable, (variable,)),
            *(behind.sources.get(group, (group,)) if group else ()),
            *domain_sources(declared, behind.sources),
        ]
        answered = any(line["kind"] == "answer" for line in cells.values())
        crossing = Crossing(
            table,
            variable,
            group,
            # The columns of a banner are named as those of a table; it has fewer.
            cast("Cells", cells),
            declared.get("percent", "column"),
            several=variable in behind.sets or not answered,
            items=tuple(dict.fromkeys(items)),
            weight=behind.weight,
            within=read_domain(declared.get("where", {})),
        )
        for line in cells.values():
            if line["kind"] in SCORED:
                _add_score(graph, crossing, line, behind)
            else:
                _add_banner_cell(graph, crossing, line)


def name_banner_number(kind: str, line: BannerLine, *more: str) -> str:
    """Name a number of a banner by its place; all respondents have no column variable.

    Examples
    --------
    >>> line = {"table": "b", "row_variable": "q", "row_code": "1", "column_code": "2"}
    >>> name_banner_number("percent", {**line, "column_variable": "gender"})
    'percent:b/q/1/gender/2'
    """
    place = filter(None, fields_of(line, BANNER_KEYS).values())
    return name_number(kind, *place, *more)


def _banner_line(crossing: Crossing, line: BannerLine) -> dict[str, Any]:
    keys = {key: value for key, value in fields_of(line, BANNER_KEYS).items() if value}
    return {"rule": RULE, "file": BANNERS_FILE, "line": keys, "items": crossing.items}


def _add_banner_cell(graph: Graph, crossing: Crossing, line: BannerLine) -> None:
    row, column = line["row_code"], line["column_code"]
    if not line["count"]:
        return
    units = ("weighted_people", "weighted_count") if crossing.weight else ("people", "count")
    common = _banner_line(crossing, line)
    # The base that a banner prints is the number of respondents in its column.
    counted, based = crossing.counted(row, column), crossing.based(row, column)
    name = name_banner_number("count", line)
    graph.add(name, Number(line["count"], *units, people=counted, **common))
    if row == TOTAL:
        base = Number(line["count"], *units, people=counted, **common)
        heads = Number(line["unweighted_count"], "people", "count", people=counted, **common)
        graph.add(name_banner_number("base", line), base)
        graph.add(name_banner_number("base", line, "unweighted"), heads)
    elif Fraction(line["base"] or 0):
        graph.add(
            name_banner_number("base", line), Number(line["base"], *units, people=based, **common)
        )
        share = Number(
            line["percent"],
            "percent",
            "share",
            made_from=(name, name_banner_number("base", line)),
            **common,
        )
        graph.add(name_banner_number("percent", line), share)


def _add_score(graph: Graph, crossing: Crossing, line: BannerLine, behind: Behind) -> None:
    """Add a mean, a net share or a net promoter score of a column.

    A net share is of everybody who answered, the others of whoever gave an answer that counts.
    """
    value = line["mean"] or line["net"]
    if not value:
        return
    variable = crossing.variable
    known = behind.codebook[variable].dont_know if variable in behind.codebook else ()
    aside = known if line["kind"] != NET else ()
    formula, unit = _formula_of(line["kind"])
    answers = [code for code in crossing.answers if code not in map(str, aside)]
    people = crossing.people(answers or ANSWERED, line["column_code"])
    number = Number(
        value,
        unit,
        formula,
        people=replace(people, without={variable: [str(code) for code in aside]})
        if aside and not answers
        else people,
        **_banner_line(crossing, line),
    )
    graph.add(name_banner_number("mean", line), number)


SUMMARIES_FILE = "tables/summaries.csv"
SUMMARY_KEYS = ("table", "row_variable", "column_code", "statistic")


@dataclass(frozen=True)
class Summarised:
    """What stands behind the statistics of numbers.

    Attributes
    ----------
    tables : dict
        `config/tables.yaml` (its `tables`).
    codebook, sources, weight
        As `Behind` has them.
    """

    tables: Mapping[str, Mapping[str, Any]]
    codebook: Codebook
    sources: Mapping[str, Sequence[str]]
    weight: str

    def people(self, line: SummaryLine) -> People:
        """Who has a value, in the column and the table's `where`."""
        name, group = line["row_variable"], line["column_variable"]
        aside = self.codebook[name].dont_know if name in self.codebook else ()
        aside = aside if line["statistic"] != NET else ()
        who: dict[str, Sequence[str] | str] = {name: ANSWERED}
        if group:
            crossed = read_crossed(group, line["column_code"])
            who |= {part: [answer] for part, answer in crossed.items()}
        without = {name: [str(code) for code in aside]} if aside else {}
        within = read_domain(self.tables.get(line["table"], {}).get("where", {}))
        return People(who, self.weight, without=without, within=within)


def name_summary(line: SummaryLine, *more: str) -> str:
    """Name a number of ``summaries.csv`` by table, variable, statistic and column.

    Examples
    --------
    >>> line = {"table": "t", "row_variable": "age", "column_code": "1", "statistic": "mean"}
    >>> name_summary(line), name_summary(line, "lower")
    ('summary:t/age/mean/1', 'summary:t/age/mean/1/lower')
    """
    place = line["table"], line["row_variable"], line["statistic"], line["column_code"]
    return name_number("summary", *place, *more)


def add_summaries(
    graph: Graph,
    lines: Iterable[SummaryLine],
    tests: Iterable[TestLine],
    association: Iterable[AssociationLine],
    behind: Summarised,
) -> None:
    """Add the statistics of numbers, with their intervals, tests and effect sizes."""
    groups: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        statistic = line["statistic"]
        if not line["value"] or statistic.startswith((f"{BIN}_", f"{MISSING}_", NO_GROUP)):
            continue
        names = [line["row_variable"], *filter(None, [line["column_variable"]])]
        items = [item for name in names for item in behind.sources.get(name, (name,))]
        items += domain_sources(behind.tables.get(line["table"], {}), behind.sources)
        common: dict[str, Any] = {
            "rule": RULE,
            "file": SUMMARIES_FILE,
            "line": fields_of(line, SUMMARY_KEYS),
            "items": tuple(dict.fromkeys(items)),
        }
        formula, unit = _formula_of(statistic)
        people = None if statistic == MISSING else behind.people(line)
        own = name_summary(line)
        graph.add(own, Number(line["value"], unit, formula, people=people, **common))
        if statistic == "mean" and line["column_variable"]:
            groups.setdefault((line["table"], line["row_variable"]), []).append(own)
        for end, value in fields_of(line, ("lower", "upper")).items():
            if value:
                kind = "t_interval" if statistic in SCORED else "woodruff"
                number = Number(value, unit, kind, made_from=(own,), **common)
                graph.add(name_summary(line, end), number)
    tested = {
        (name, row) for name, table in behind.tables.items() for row in table.get("summaries", ())
    }
    for test in tests:
        place = test["table"], test["row_variable"]
        if place in tested:
            _add_group_test(graph, test, groups.get(place, ()), behind)
    for measured in association:
        place = measured["table"], measured["row_variable"]
        if place in tested and measured["measure"] in ("cohen_d", "eta_squared"):
            _add_effect(graph, measured, groups.get(place, ()), behind)


def _formula_of(statistic: str) -> tuple[str, str]:
    """Formula and unit of a statistic."""
    known = {
        "n": ("count", "people"),
        "weighted_n": ("weighted_count", "weighted_people"),
        "mean": ("mean", "mean"),
        "sd": ("standard_deviation", "mean"),
        "min": ("minimum", "mean"),
        "max": ("maximum", "mean"),
        NPS: ("net_score", "percentage_points"),
        NET: ("net_share", "percentage_points"),
        MISSING: ("tally", "people"),
    }
    return ("quantile", "mean") if share_of(statistic) is not None else known[statistic]


def _add_group_test(graph: Graph, line: TestLine, means: Sequence[str], behind: Summarised) -> None:
    names = line["row_variable"], line["column_variable"]
    items = [item for name in names for item in behind.sources.get(name, (name,))]
    common: dict[str, Any] = {
        "rule": RULE,
        "file": TESTS_FILE,
        "line": fields_of(line, TEST_KEYS),
        "items": tuple(dict.fromkeys(items)),
    }
    for field, value in fields_of(line, ("statistic", "df", "df2", "p_value", "n")).items():
        if value:
            unit = "people" if field == "n" else field
            number = Number(value, unit, line["test"], made_from=tuple(means), **common)
            graph.add(_name(line, field), number)
    told = (note for note in read_notes(line) if note.key not in GENERAL)
    for part, value in number_texts(told).items():
        identity = _name(line, f"note_{part}")
        graph.add(identity, Number(value, "note", line["test"], **common))


def _add_effect(
    graph: Graph, line: AssociationLine, means: Sequence[str], behind: Summarised
) -> None:
    names = line["row_variable"], line["column_variable"]
    items = [item for name in names for item in behind.sources.get(name, (name,))]
    place = line["table"], *names, line["measure"]
    for field, value in fields_of(line, ("value", "lower", "upper")).items():
        if value:
            number = Number(
                value,
                "association",
                line["measure"],
                RULE,
                "tables/association.csv",
                fields_of(line, (*TEST_KEYS[:3], "measure")),
                tuple(means),
                items=tuple(dict.fromkeys(items)),
            )
            more = [] if field == "value" else [field]
            graph.add(name_number("association", *place, *more), number)
