"""Banners: per cents, bases and means of ``banners.csv`` as numbers of the graph."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast

from resurvey.core.codebook import Codebook
from resurvey.core.lines import BannerLine, CrosstabLine, fields_of
from resurvey.core.names import TOTAL, name_number
from resurvey.report.provenance.crosstabs import RULE, Crossing
from resurvey.report.provenance.graph import ANSWERED, Graph, Number

FILE, MEAN = "tables/banners.csv", "mean"
Cells = Mapping[tuple[str, str], CrosstabLine]
KEYS = ("table", "row_variable", "row_code", "column_variable", "column_code")


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
        items = [
            *behind.sources.get(variable, (variable,)),
            *(behind.sources.get(group, (group,)) if group else ()),
        ]
        answered = any(line["kind"] == "answer" for line in cells.values())
        crossing = Crossing(
            table,
            variable,
            group,
            # The columns of a banner are named as those of a table; it has fewer.
            cast("Cells", cells),
            behind.banners.get(table, {}).get("percent", "column"),
            several=variable in behind.sets or not answered,
            items=tuple(dict.fromkeys(items)),
            weight=behind.weight,
        )
        for line in cells.values():
            if line["kind"] == MEAN:
                _add_mean(graph, crossing, line, behind)
            else:
                _add_cell(graph, crossing, line)


def name_banner_number(kind: str, line: BannerLine, *more: str) -> str:
    """Name a number of a banner by its place; all respondents have no column variable.

    Examples
    --------
    >>> line = {"table": "b", "row_variable": "q", "row_code": "1", "column_code": "2"}
    >>> name_banner_number("percent", {**line, "column_variable": "gender"})
    'percent:b/q/1/gender/2'
    """
    place = filter(None, fields_of(line, KEYS).values())
    return name_number(kind, *place, *more)


def _common(crossing: Crossing, line: BannerLine) -> dict[str, Any]:
    keys = {key: value for key, value in fields_of(line, KEYS).items() if value}
    return {"rule": RULE, "file": FILE, "line": keys, "items": crossing.items}


def _add_cell(graph: Graph, crossing: Crossing, line: BannerLine) -> None:
    row, column = line["row_code"], line["column_code"]
    if not line["count"]:
        return
    units = ("weighted_people", "weighted_count") if crossing.weight else ("people", "count")
    common = _common(crossing, line)
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


def _add_mean(graph: Graph, crossing: Crossing, line: BannerLine, behind: Behind) -> None:
    """Add a mean of everybody in a column who gave an answer that counts."""
    if not line["mean"]:
        return
    variable = crossing.variable
    aside = behind.codebook[variable].dont_know if variable in behind.codebook else ()
    answers = [code for code in crossing.answers if code not in map(str, aside)]
    people = crossing.people(answers or ANSWERED, line["column_code"])
    number = Number(
        line["mean"],
        "mean",
        "mean",
        people=replace(people, without={variable: [str(code) for code in aside]})
        if aside and not answers
        else people,
        **_common(crossing, line),
    )
    graph.add(name_banner_number("mean", line), number)
