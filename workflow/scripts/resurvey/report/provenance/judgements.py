"""Judgements: what was printed, claimed or left open, and tallies of verdicts."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from resurvey.audit.claims.ledger import VERDICTS as CLAIM_VERDICTS
from resurvey.audit.claims.references import (
    EVERYBODY,
    Call,
    Comparison,
    Operation,
    Reference,
    parse_cells,
)
from resurvey.audit.comparison import VERDICTS
from resurvey.audit.ranges import TREND
from resurvey.core.lines import (
    ClaimLine,
    Line,
    PrintedLine,
    QuestionLine,
    QuotationLine,
    RangeLine,
    TestLine,
    fields_of,
)
from resurvey.core.names import (
    CLAIM,
    INTERVIEWS,
    TEXT_ONLY,
    TOTAL,
    name_number,
    name_printed,
    name_recomputed,
)
from resurvey.report.provenance.graph import Graph, Number
from resurvey.statistics.chi_square import MOST_RESIDUALS, NOTABLE
from resurvey.statistics.registry import MAIN, list_tests

CELLS, CLAIMS, QUOTATIONS = "audit/cells.csv", "audit/claims.csv", "audit/quotations.csv"
CELL_KEYS = ("table", "row_variable", "row_code", "column_code")
RANGES = ("p_value", TREND)
"""Ranges that a report prints; the others stay in ``ranges.csv`` and on the audit page."""
PAIRED_NUMBERS = tuple(
    f"{name}_{end}"
    for name in ("before", "after", "changed", "exact_p_value", "holm")
    for end in ("minimum", "maximum")
)
"""Columns of ``paired.csv`` that a report prints."""


def add_printed(graph: Graph, cells: Sequence[PrintedLine]) -> None:
    """Add every printed cell, and its verdict to the number that stands beside it."""
    for line in cells:
        number = _published(line, CELLS, fields_of(line, CELL_KEYS))
        graph.add(name_printed(line), number)
        graph.judge(name_recomputed(line), line["printed"], line["verdict"])
    judged = [(name_recomputed(line), line["verdict"], line["table"]) for line in cells]
    _add_tallies(graph, "cells", CELLS, VERDICTS, judged)


def add_claims(graph: Graph, claims: Sequence[ClaimLine]) -> None:
    """Add every claim of the text: what it prints, and what its cells give."""
    for line in claims:
        if line.get("printed"):
            name = name_number("claim", line["claim"], "printed")
            graph.add(name, _published(line, CLAIMS, {"claim": line["claim"]}))
    for line in claims:
        keys = {"claim": line["claim"]}
        if line.get("recomputed"):
            made_from = tuple(dict.fromkeys(_cells_of(graph, line.get("cells", ""))))
            items = (item for identity in made_from for item in graph.numbers[identity].items)
            number = Number(
                line["recomputed"],
                line.get("unit") or "percent",
                "expression",
                "audit_wave",
                CLAIMS,
                keys,
                made_from,
                items=tuple(dict.fromkeys(items)),
                published=True,
                printed=line.get("printed", ""),
                verdict=line["verdict"],
            )
            graph.add(_recomputed(line), number)
    judged = [(_recomputed(line), line["verdict"], "") for line in claims]
    _add_tallies(graph, "claims", CLAIMS, CLAIM_VERDICTS, judged)


def add_quotations(graph: Graph, lines: Sequence[QuotationLine]) -> None:
    """Add how many quotations were printed: in all, of a dimension, a theme and a group.

    The group "" of a variable are those that do not tell.
    """
    tallies: Counter[tuple[str, ...]] = Counter()
    keys: dict[tuple[str, ...], dict[str, str]] = {}
    for line in lines:
        places: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
            (("group", line["variable"], line["code"]), ("variable", "code"))
        ]
        if not line["variable"]:
            places = [
                ((), ()),
                (("dimension", line["dimension"]), ("dimension",)),
                (("theme", line["theme"]), ("theme", "pages", "places")),
            ]
        for place, names in places:
            tallies[place] += int(line["quotations"])
            keys[place] = fields_of(line, names)
    for variable in dict.fromkeys(line["variable"] for line in lines if line["variable"]):
        place = "group", variable, ""
        told = sum(size for known, size in tallies.items() if known[:2] == place[:2])
        tallies[place], keys[place] = tallies[()] - told, {"variable": variable}
    for place, size in tallies.items():
        number = Number(
            str(size), "quotations", "tally", "audit_wave", QUOTATIONS, keys[place], published=True
        )
        graph.add(name_number("tally", "quotations", *place), number)


def _published(line: PrintedLine | ClaimLine, file: str, keys: Mapping[str, str]) -> Number:
    """Describe a number that only the publication gives, whatever the respondents said."""
    return Number(
        line["printed"],
        "printed",
        "published",
        "audit_wave",
        file,
        keys,
        published=True,
        printed=line["printed"],
        verdict=line["verdict"],
    )


def _recomputed(line: ClaimLine) -> str:
    return name_number("claim", line["claim"], "recomputed")


def _add_tallies(
    graph: Graph,
    name: str,
    file: str,
    verdicts: Sequence[str],
    judged: Sequence[tuple[str, str, str]],
) -> None:
    """Add the number of lines, in all, by verdict, and by table and verdict.

    Each of `judged` is the identity of a number, its verdict, and its table or "".
    """
    common: dict[str, Any] = {
        "unit": "lines",
        "formula": "tally",
        "rule": "audit_wave",
        "file": file,
        "published": True,
    }
    graph.add(name_number("tally", name), Number(str(len(judged)), **common))
    everything = graph.known(dict.fromkeys(identity for identity, _, _ in judged))
    seen: Counter[tuple[str, ...]] = Counter((verdict,) for _, verdict, _ in judged)
    seen.update((table, verdict) for _, verdict, table in judged if table)
    places: list[tuple[str, ...]] = [(verdict,) for verdict in verdicts]
    for place in dict.fromkeys([*places, *seen]):
        keys = dict(zip(("verdict", "table"), reversed(place), strict=False))
        number = Number(str(seen[place]), line=keys, made_from=everything, **common)
        graph.add(name_number("tally", name, *place), number)


def _cells_of(graph: Graph, text: str) -> Iterator[str]:
    """Identities of the cells that a claim speaks of; everybody where one is not in the graph."""
    for reference in _references(parse_cells(text.strip())) if text.strip() else ():
        names = [
            name_number(
                "percent", reference.table, reference.variable, reference.code, reference.column
            )
        ]
        if not graph.known(names):
            names = [
                name_number("percent", part.table, part.variable, part.code, part.column)
                for part in reference.parts
            ]
        if reference.table == TEXT_ONLY and reference.column == TOTAL:
            names = [
                name_number("frequency", part.variable, part.code, "valid_percent")
                for part in reference.parts
            ]
        if reference.table == CLAIM:
            names = [name_number("claim", reference.variable, "printed")]
        if reference.table == INTERVIEWS:
            names = list(_interviews_of(graph, reference))
        yield from graph.known(names) or graph.known([name_number("respondents")])


def _interviews_of(graph: Graph, reference: Reference) -> Iterator[str]:
    """Number of the interviews that a claim speaks of, or nothing where it was kept back."""
    kind, theme = "theme", reference.variable
    if theme == EVERYBODY:
        kind, theme = "all", ""
    for identity, number in graph.numbers.items():
        line = number.line
        if not identity.startswith("interview:codes_by_attribute/") or not identity.endswith(
            "/cases"
        ):
            continue
        parts = [line.get("attribute", ""), line.get("value", "")]
        group = "_".join(parts) if any(parts) else TOTAL
        if (line["kind"], line.get("code", ""), group) == (kind, theme, reference.column):
            yield identity


def _references(node: Any) -> Iterator[Reference]:
    match node:
        case Reference():
            yield node
        case Operation() | Comparison():
            yield from _references(node.left)
            yield from _references(node.right)
        case Call():
            for argument in node.arguments:
                yield from _references(argument)


_OPEN = ("solutions", "smallest_base", "largest_base")


def add_ranges(
    graph: Graph, questions: Iterable[QuestionLine], ranges: Iterable[RangeLine]
) -> None:
    """Add what the published numbers leave open; it depends on nobody's answers."""
    common: dict[str, Any] = {
        "formula": "over_solutions",
        "rule": "recover_wave",
        "published": True,
    }
    for line in questions:
        place = line["table"], line["row_variable"]
        keys = dict(zip(("table", "row_variable"), place, strict=True))
        open_numbers = fields_of(line, _OPEN)
        if line["rule"] == "rounded_sums":
            open_numbers |= fields_of(line, tuple(f"{field}_from_counts" for field in _OPEN))
        for field, value in open_numbers.items():
            if value:
                unit = "tables" if field.startswith("solutions") else "people"
                number = Number(
                    value,
                    unit,
                    file="audit/questions.csv",
                    line=keys,
                    items=place[1:],
                    **common,
                )
                graph.add(name_number("range", place[1], field), number)
    for bound in ranges:
        variable, statistic = bound["row_variable"], bound["statistic"]
        if statistic not in RANGES:
            continue
        for end, value in fields_of(bound, ("minimum", "maximum")).items():
            if value:
                number = Number(
                    value,
                    statistic,
                    file="audit/ranges.csv",
                    line=fields_of(bound, ("table", "row_variable", "statistic")),
                    items=(variable,),
                    **common,
                )
                graph.add(name_number("range", variable, statistic, end), number)


def add_paired_bounds(graph: Graph, lines: Iterable[Line]) -> None:
    """Add the bounds of the paired tests whose joint table was not published."""
    keys = ("before", "after", "solutions", "row_code")
    answers: Counter[tuple[str, str]] = Counter()
    for line in lines:
        place = fields_of(line, keys)
        if line["solutions"] == "chosen" and line["exact_p_value_minimum"]:
            answers[line["before"], line["after"]] += 1
        for field in PAIRED_NUMBERS:
            if line[field]:
                number = Number(
                    line[field],
                    "p_value" if "p_value" in field or "holm" in field else "people",
                    "over_solutions",
                    "recover_wave",
                    "audit/paired.csv",
                    {"table": line["table"], **place},
                    items=(line["before"], line["after"]),
                    published=True,
                )
                graph.add(name_number("range", "paired", *place.values(), field), number)
    for pair, size in answers.items():
        number = Number(
            str(size), "lines", "tally", "recover_wave", "audit/paired.csv", published=True
        )
        graph.add(name_number("tally", "paired", *pair), number)


def add_test_tallies(
    graph: Graph, alpha: float, aside: Collection[str], tests: Iterable[TestLine]
) -> None:
    """Add the numbers of tests and of notable residuals that a report counts up."""
    common: dict[str, Any] = {
        "unit": "lines",
        "formula": "tally",
        "rule": "trace_wave",
    }
    p_values = list(_main_tests(graph, aside))
    below = sum(float(graph.numbers[name].value) < alpha for name in p_values)
    for place, size in ((("tests",), len(p_values)), (("tests", "below"), below)):
        number = Number(str(size), file="tables/tests.csv", made_from=tuple(p_values), **common)
        graph.add(name_number("tally", *place), number)
    tested = [line for line in tests if line["p_value"]]
    below = sum(float(line["p_value"]) < alpha for line in tested)
    sizes = {"computed": len(tested), "computed_below": below}
    for kind, size in sizes.items():
        number = Number(str(size), "lines", "tally", "tabulate_wave", "tables/tests.csv")
        graph.add(name_number("tally", "tests", kind), number)
    if tested:
        least = min(tested, key=lambda line: float(line["p_value"]))
        smallest = Number(
            least["p_value"],
            "p_value",
            "smallest",
            "tabulate_wave",
            "tables/tests.csv",
            fields_of(least, ("table", "row_variable", "column_variable", "test")),
            items=tuple(filter(None, (least["row_variable"], least["column_variable"]))),
        )
        graph.add(name_number("tally", "tests", "smallest"), smallest)
    for name in [name for name in graph.numbers if name.startswith("crosstab:")]:
        keys = graph.numbers[name].line
        residuals = [
            number
            for identity, number in graph.numbers.items()
            if identity.startswith("residual:")
            and all(number.line[key] == keys[key] for key in ("table", "row_variable"))
        ]
        notable = sum(abs(float(number.value)) >= NOTABLE for number in residuals)
        number = Number(
            str(max(0, notable - MOST_RESIDUALS)),
            file="tables/crosstabs.csv",
            line=keys,
            made_from=(name,),
            **common,
        )
        graph.add(f"tally:residuals/{name.partition(':')[2]}", number)


def _main_tests(graph: Graph, aside: Collection[str]) -> Iterator[str]:
    """P-values of the test that a report prints first of each crosstab."""
    for name in [name for name in graph.numbers if name.startswith("crosstab:")]:
        place = name.partition(":")[2]
        if graph.numbers[name].line["table"] not in aside:
            main = [f"test:{place}/{test}/p_value" for test in list_tests(MAIN)]
            yield from graph.known(main)[:1]
