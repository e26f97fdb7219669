"""Interviews: where the counts of coded interviews come from."""

from collections.abc import Iterable, Mapping, Sequence

from resurvey.core.lines import Line, fields_of
from resurvey.core.names import INTERVIEW_KEYS, name_interview_number
from resurvey.report.provenance.graph import Graph, Number

INTERVIEWS = "interviews/"
"""Room of the results in which the files of coded interviews lie."""

_RULE = "tabulate_interviews"

_FIELDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "codes": {
        name: ("interviews" if name in ("cases", "n", "own_cases") else "segments", "tally")
        for name in ("cases", "n", "segments", "own_cases", "own_segments")
    },
    "codes_by_attribute": {name: ("interviews", "tally") for name in ("cases", "n")},
    "cooccurrence": {
        "cases": ("interviews", "tally"),
        "n": ("interviews", "tally"),
        "segments": ("segments", "tally"),
    },
    "saturation": {
        "interviews": ("interviews", "tally"),
        "codes": ("codes", "tally"),
        "new_codes": ("codes", "tally"),
        "mean_codes": ("codes", "mean_over_orders"),
        "mean_new": ("codes", "mean_over_orders"),
    },
    "agreement": {
        **{
            name: ("decisions", "tally")
            for name in ("units", "agreed", "both", "first_only", "second_only", "neither")
        },
        "coders": ("people", "tally"),
        "kappa": ("statistic", "cohen_kappa"),
        "kappa_lower": ("statistic", "cohen_kappa"),
        "kappa_upper": ("statistic", "cohen_kappa"),
        "alpha": ("statistic", "krippendorff_alpha"),
    },
}
"""File -> column of a number -> its unit and the key of its formula."""


def add_interviews(graph: Graph, files: Mapping[str, Sequence[Line]]) -> None:
    """Add every number of the files of coded interviews; quotations have none.

    Examples
    --------
    >>> graph = Graph()
    >>> line = {"code": "a", "other_code": "b", "cases": "2", "n": "12", "segments": "1"}
    >>> add_interviews(graph, {"cooccurrence": [line]})
    >>> graph.numbers["interview:cooccurrence/a/b/cases"].value
    '2'
    """
    for file, fields in _FIELDS.items():
        for line in files.get(file, ()):
            for field in _told(line, fields):
                unit, formula = fields[field]
                keys = {key: text for key, text in _keys(file, line).items() if text}
                number = Number(line[field], unit, formula, _RULE, f"{INTERVIEWS}{file}.csv", keys)
                graph.add(name_interview_number(file, line, field), number)


def _told(line: Line, fields: Iterable[str]) -> list[str]:
    return [field for field in fields if line.get(field)]


def _keys(file: str, line: Line) -> dict[str, str]:
    return fields_of(line, INTERVIEW_KEYS[file])
