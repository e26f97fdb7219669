"""Answers: frequencies of the variables and shares of the indicators as numbers of the graph."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resurvey.core.cells import cell_of
from resurvey.core.codebook import clean_code
from resurvey.core.lines import CombinationLine, FrequencyLine, IndicatorLine, fields_of
from resurvey.core.names import TOTAL, name_number
from resurvey.prepare.indicators import SIDES
from resurvey.report.assessment import KINDS, Assessment
from resurvey.report.provenance.graph import ANSWERED, SYSTEM_MISSING, Graph, Number, People

RULE = "tabulate_wave"
EVERYBODY = People({})


def add_frequencies(
    graph: Graph, lines: Sequence[FrequencyLine], sources: Mapping[str, Sequence[str]]
) -> None:
    """Add counts, bases and per cents of ``frequencies.csv``, and the respondents analysed."""
    respondents = max((int(line["respondents"]) for line in lines), default=0)
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
        _add_frequency(graph, line, base, common)


def _add_frequency(
    graph: Graph, line: FrequencyLine, base: People, common: Mapping[str, Any]
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
                _add_difference(graph, found, line, declared[name]["difference"], sources)
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


def _add_difference(
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
