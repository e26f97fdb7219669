"""Indices: the numbers of composite indices, down to the questions that they are made of."""

from collections.abc import Mapping, Sequence
from typing import Any

from resurvey.core.lines import Line
from resurvey.core.names import INDEX_KEYS, name_index_number, name_number
from resurvey.index.declaration import Index, read_indices
from resurvey.report.indices import tally_index
from resurvey.report.provenance.correlations import Answered
from resurvey.report.provenance.graph import ANSWERED, Graph, Number, People

RULE = "assess_index"

FIELDS = {
    "index": ("value", "lower", "upper", "lowest", "highest", "p_value"),
    "types": ("percent", "lower", "upper"),
    "decomposition": ("value", "share", "lower", "upper", "lowest", "highest", "p_value"),
    "coherence": ("value", "lower", "upper"),
    "bounds": ("lowest", "highest", "chosen_lowest", "chosen_highest", "distance"),
    "conclusions": ("percent", "lower", "upper", "held", "judged", "scenarios"),
    "scenarios": ("declared", "low", "middle", "high"),
    "variances": ("first_order", "total"),
}
"""Columns of each file whose numbers a report or a drawing prints."""

_OF = {
    "types": "share_of_index",
    "decomposition": "part_of_difference",
    "bounds": "over_joint_tables",
    "conclusions": "share_of_scenarios",
    "scenarios": "over_scenarios",
    "variances": "sobol",
}
_STATISTICS = {
    "alpha": "cronbach_alpha",
    "standardised_alpha": "standardised_alpha",
    "omega": "mcdonald_omega",
    "mean_correlation": "mean_correlation",
    "item_rest": "item_rest",
    "alpha_without": "cronbach_alpha",
    "loading": "loading",
    "mean": "mean_of_numbers",
    "mean_of_items": "mean_of_numbers",
    "standard_deviation": "deviation",
    "sd": "deviation",
    "percent": "share_of_index",
    "weight": "declared_weight",
}


def add_indices(
    graph: Graph,
    files: Mapping[str, Sequence[Line]],
    made: Mapping[str, Any],
    answered: Answered,
    dealt: bool = False,
    part: Mapping[str, Any] | None = None,
) -> None:
    """Add the printed numbers of every index.

    Parameters
    ----------
    graph : Graph
        What they are added to.
    files : dict
        Lines of every file of the indices.
    made : dict
        Variable of an index -> the scale that it is, as `resurvey.index.declaration.index_items`.
    answered : Answered
        What stands behind answers.
    dealt : bool
        The records are reconstructed: nothing is counted in them, everything was published.
    part : dict, optional
        ``config/index.yaml``: how many indicators and gaps there are, and where types begin.
    """
    for index in read_indices(part or {}):
        _add_declared(graph, index)
        own = {
            file: [line for line in lines if line["index"] == index.name]
            for file, lines in files.items()
        }
        _add_tallies(graph, index.name, own)
    for file, lines in files.items():
        for line in lines:
            _add_line(graph, file, line, made, answered, dealt)


def _add_declared(graph: Graph, index: Index) -> None:
    """Add what the declaration says in numbers."""
    complete = index.missing == "complete"
    declared = {
        "indicators": len(index.indicators),
        "gaps": len(index.gaps),
        "minimum_items": len(index.indicators) if complete else index.minimum_items,
    }
    values = {key: str(size) for key, size in declared.items()}
    if index.measured is not None:
        values |= dict(zip(("covered", "measured"), map(str, index.measured), strict=True))
    values |= {f"from_{one.name}": one.fraction or repr(one.lowest) for one in index.types[1:]}
    for key, value in values.items():
        number = Number(
            value, "setting", "setting", "", "config/index.yaml", {"key": f"index/{index.name}"}
        )
        graph.add(name_number("setting", "index", index.name, key), number)


def _add_tallies(graph: Graph, index: str, files: Mapping[str, Sequence[Line]]) -> None:
    """Add how many indicators fall out, and how many conclusions are firm."""
    for key, (file, size) in tally_index(files).items():
        number = Number(
            str(size), "note", "statistic_of_index", RULE, f"index/{file}.csv", {"index": index}
        )
        graph.add(name_number("index", index, "tally", key), number)


def _add_line(
    graph: Graph,
    file: str,
    line: Line,
    made: Mapping[str, Any],
    answered: Answered,
    dealt: bool,
) -> None:
    index = line["index"]
    keys = {key: line[key] for key in ("index", *INDEX_KEYS[file]) if line.get(key)}
    group = line.get("column_variable", "")
    common: dict[str, Any] = {
        "rule": RULE,
        "file": f"index/{file}.csv",
        "line": keys,
        "items": answered.items([index, *([group] if group else [])]),
        "published": dealt,
    }
    formula = _OF.get(file) or _STATISTICS.get(line.get("statistic", ""), "statistic_of_index")
    if dealt and file in ("index", "decomposition") and line.get("statistic") != "weight":
        formula = "over_solutions"
    behind: tuple[str, ...] = ()
    if line.get("n") and not dealt:
        name = name_index_number(file, line, "n")
        people = _people(file, line, made)
        kind = ("people", "count") if people is not None else ("people", "statistic_of_index")
        graph.add(name, Number(line["n"], *kind, people=people, **common))
        behind = (name,)
    for field in FIELDS[file]:
        if not line.get(field):
            continue
        number = Number(line[field], _unit(file, line, field), formula, made_from=behind, **common)
        graph.add(name_index_number(file, line, field), number)


def _people(file: str, line: Line, made: Mapping[str, Any]) -> People | None:
    """Whoever has a value of the index or a dimension, in a group or in all."""
    variable = line.get("variable", "")
    if file != "index" or line["statistic"] not in ("n", "mean") or variable not in made:
        return None
    who: dict[str, Sequence[str] | str] = {variable: ANSWERED}
    if line["column_variable"]:
        who[line["column_variable"]] = [line["column_code"]]
    return People(who)


def _unit(file: str, line: Line, field: str) -> str:
    if field in ("held", "judged", "scenarios"):
        return "scenarios"
    if file in ("types", "conclusions") or line.get("statistic") in ("share", "at_least", "weight"):
        return "percent"
    return "statistic"
