"""Answers: frequencies of the variables and shares of the indicators as numbers of the graph."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resurvey.core.cells import cell_of
from resurvey.core.lines import FrequencyLine, IndicatorLine, fields_of
from resurvey.core.names import TOTAL, name_number
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
                _add_share(graph, line, sources.get(name, (name,)), weight)


def _add_share(graph: Graph, line: IndicatorLine, items: Sequence[str], weight: str) -> None:
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
