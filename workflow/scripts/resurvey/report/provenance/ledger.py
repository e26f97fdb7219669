"""Ledger: numbers of the cleaning steps, and which steps concern which variables."""

from collections.abc import Mapping, Sequence
from typing import Any

from resurvey.core.names import name_number
from resurvey.report.provenance.cells import Line
from resurvey.report.provenance.graph import Graph, Number
from resurvey.report.provenance.people import People

FILE = "clean/log.csv"


def add_ledger(graph: Graph, log: Sequence[Line]) -> None:
    """Add the numbers of every step; whose answers it touched is not in the tidy files."""
    everybody = People({})
    for line in log:
        removed = int(line["rows_before"]) - int(line["rows_after"])
        fields = {
            "rows_before": line["rows_before"],
            "rows_after": line["rows_after"],
            "rows_touched": line["rows_touched"],
            "cells_touched": line["cells_touched"],
            "rows_removed": str(removed),
        }
        for field, value in fields.items():
            number = Number(
                value,
                "cells" if field == "cells_touched" else "people",
                "ledger",
                "prepare_wave",
                FILE,
                {"step": line["step"]},
                people=everybody,
                items=tuple(line["variables"].split()),
            )
            graph.add(name_number("cleaning", line["step"], field), number)


def list_steps(
    log: Sequence[Line], declared: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Describe the steps: number -> action, variables, and how many rows and cells they touched."""
    steps = {}
    for line in log:
        number = int(line["step"])
        if number == 0:
            continue
        spec = declared[number - 1] if number <= len(declared) else {}
        steps[line["step"]] = {
            "action": line["action"],
            "variables": step_variables(line, spec),
            "rows_touched": int(line["rows_touched"]),
            "cells_touched": int(line["cells_touched"]),
            "rows_removed": int(line["rows_before"]) - int(line["rows_after"]),
            "why": line["why"],
        }
    return steps


def step_variables(line: Line, spec: Mapping[str, Any]) -> list[str]:
    """List the variables that a step reads or writes, in order.

    Examples
    --------
    >>> step_variables({"variables": "age"}, {"where": {"age": 999, "job": "missing"}})
    ['age', 'job']
    """
    named = [*line["variables"].split(), *spec.get("where", {}), *spec.get("by", [])]
    named += [*spec.get("variables", []), *([spec["variable"]] if "variable" in spec else [])]
    return list(dict.fromkeys(named))


def steps_of(items: Sequence[str], steps: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """List the steps that concern a number: they name one of its variables, or removed rows."""
    return [
        number
        for number, step in steps.items()
        if step["rows_removed"] or not set(items).isdisjoint(step["variables"])
    ]
