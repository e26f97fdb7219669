"""Adjusted: p-values corrected for many tests, and the tests of their family."""

from collections.abc import Iterable

from resurvey.core.names import name_number
from resurvey.report.provenance.cells import RULE, Line
from resurvey.report.provenance.crosstab_tests import FILE, TEST_KEYS
from resurvey.report.provenance.graph import Graph, Number


def add_adjusted(graph: Graph, tests: Iterable[Line]) -> None:
    """Add Holm's and Benjamini and Hochberg's p-values of the study.

    Each is computed from every p-value of its family: the same test of all tables.
    """
    families: dict[str, list[Line]] = {}
    for line in tests:
        if line["p_value"] and line.get("holm_article"):
            families.setdefault(line["test"].removesuffix("_monte_carlo"), []).append(line)
    for family in families.values():
        members = graph.known(_name(line, "p_value") for line in family)
        for method in ("holm", "benjamini_hochberg"):
            for line in family:
                own = _name(line, "p_value")
                if own in members:
                    number = Number(
                        line[f"{method}_article"],
                        "p_value",
                        method,
                        RULE,
                        FILE,
                        {key: line[key] for key in TEST_KEYS},
                        members,
                        items=graph.numbers[own].items,
                    )
                    graph.add(_name(line, f"{method}_article"), number)


def _name(line: Line, field: str) -> str:
    return name_number("test", *(line[key] for key in TEST_KEYS), field)
