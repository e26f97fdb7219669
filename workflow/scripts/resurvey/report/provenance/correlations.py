"""Correlations: the numbers of scales and of matrices of correlations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resurvey.core.codebook import Codebook
from resurvey.core.lines import Line
from resurvey.core.names import name_correlation_number, name_scale_number
from resurvey.report.provenance.graph import ANSWERED, Graph, Number, People, read_domain

SCALES_FILE, CORRELATIONS_FILE = "tables/scales.csv", "tables/correlations.csv"
RULE = "tabulate_wave"

_OF = {
    "alpha": "cronbach_alpha",
    "alpha_without": "cronbach_alpha",
    "standardised_alpha": "standardised_alpha",
    "omega": "mcdonald_omega",
    "mean_correlation": "mean_correlation",
    "mean": "mean_of_numbers",
    "standard_deviation": "deviation",
    "item_rest": "item_rest",
    "loading": "loading",
    "pearson": "pearson_r",
    "spearman": "spearman_r",
    "polychoric": "polychoric_r",
}
"""Statistic or method -> key of its formula."""

_FIELDS = {
    "lower": "interval",
    "upper": "interval",
    "p_value": "t_tail",
}


@dataclass(frozen=True)
class Answered:
    """What stands behind numbers of whoever answered some questions.

    Attributes
    ----------
    codebook : Codebook
        Of the respondents analysed.
    sources : dict
        Variable -> questions of the data behind it.
    weight : str
        Weight of the wave; empty where everybody counts as one.
    """

    codebook: Codebook
    sources: Mapping[str, Sequence[str]]
    weight: str = ""

    def items(self, names: Iterable[str]) -> tuple[str, ...]:
        """Questions of the data behind some variables."""
        found = (item for name in names for item in self.sources.get(name, (name,)))
        return tuple(dict.fromkeys(found))

    def people(self, names: Sequence[str], where: Mapping[str, Any] | None = None) -> People:
        """Whoever meets a condition and has an answer to all variables that is no "don't know"."""
        outside = {
            name: [str(code) for code in self.codebook[name].dont_know]
            for name in names
            if name in self.codebook and self.codebook[name].dont_know
        }
        within = read_domain(where or {})
        return People(dict.fromkeys(names, ANSWERED), self.weight, without=outside, within=within)


def add_scales(
    graph: Graph,
    lines: Iterable[Line],
    declared: Mapping[str, Mapping[str, Any]],
    answered: Answered,
) -> None:
    """Add the numbers of every scale: of whoever answered all its items, or one."""
    for line in lines:
        spec = declared.get(line["scale"])
        if spec is None or not line["value"]:
            continue
        statistic = line["statistic"]
        alone = statistic in ("mean", "standard_deviation")
        people = [line["item"]] if alone else list(spec["items"])
        keys = {key: line[key] for key in ("scale", "statistic", "item", "other_item") if line[key]}
        common: dict[str, Any] = {
            "rule": RULE,
            "file": SCALES_FILE,
            "line": keys,
            "items": answered.items(people),
        }
        count = name_scale_number(line, "n")
        number = Number(line["n"], "people", "count", people=answered.people(people), **common)
        graph.add(count, number)
        value = Number(line["value"], "statistic", _OF[statistic], made_from=(count,), **common)
        graph.add(name_scale_number(line), value)
        _add_fields(graph, line, name_scale_number, common)


def add_correlations(
    graph: Graph,
    lines: Sequence[Line],
    declared: Mapping[str, Mapping[str, Any]],
    answered: Answered,
) -> None:
    """Add the numbers of every matrix: each of whoever has both values."""
    for line in lines:
        if line["name"] not in declared or not line["n"]:
            continue
        pair = [line["row_variable"], line["column_variable"]]
        keys = ("name", "row_variable", "column_variable")
        where = declared[line["name"]].get("where", {})
        common: dict[str, Any] = {
            "rule": RULE,
            "file": CORRELATIONS_FILE,
            "line": {key: line[key] for key in keys},
            "items": answered.items([*pair, *where]),
        }
        count = name_correlation_number(line, "n")
        people = answered.people(pair, where)
        number = Number(line["n"], "people", "count", people=people, **common)
        graph.add(count, number)
        if line["value"]:
            formula = _OF[line["method"]]
            value = Number(line["value"], "statistic", formula, made_from=(count,), **common)
            graph.add(name_correlation_number(line), value)
        _add_fields(graph, line, name_correlation_number, common)
    for line in lines:
        if line["name"] in declared and line["holm_table"]:
            _add_adjusted(graph, line, [one for one in lines if one["name"] == line["name"]])


def _add_fields(graph: Graph, line: Line, name: Any, common: Mapping[str, Any]) -> None:
    """Add the ends of an interval, and a p-value, of the number of a line."""
    for field in ("lower", "upper", "p_value"):
        if line.get(field):
            number = Number(
                line[field], "statistic", _FIELDS[field], made_from=(name(line),), **common
            )
            graph.add(name(line, field), number)


def _add_adjusted(graph: Graph, line: Line, family: Sequence[Line]) -> None:
    """Add a p-value after Holm's correction over the pairs of its matrix."""
    known = graph.numbers[name_correlation_number(line, "p_value")]
    named = tuple(name_correlation_number(one, "p_value") for one in family if one["p_value"])
    number = Number(
        line["holm_table"],
        "statistic",
        "holm",
        RULE,
        CORRELATIONS_FILE,
        known.line,
        named,
        items=known.items,
    )
    graph.add(name_correlation_number(line, "holm_table"), number)
