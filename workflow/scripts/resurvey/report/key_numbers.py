"""Key numbers: what the findings on the first page count in the results of a wave."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from resurvey.audit.comparison import VERDICTS
from resurvey.core.lines import (
    ClaimLine,
    CrosstabLine,
    IndicatorLine,
    Line,
    PrintedLine,
    QuestionLine,
    TestLine,
    fields_of,
)
from resurvey.core.names import TOTAL, name_number
from resurvey.report.comparison import DISAGREEING
from resurvey.statistics.power import LEAST_GROUP, smallest_difference
from resurvey.statistics.registry import MAIN, list_tests
from resurvey.tables.inference import answer_comparisons

COMPARISON_KEYS = (
    "table",
    "row_variable",
    "row_code",
    "column_variable",
    "first_code",
    "second_code",
)
"""What a line of ``tables/comparisons.csv`` is named by."""

MOST_DIFFERENCES = 3
"""Differences of groups that are told, each of another question."""


def reproduced(cells: Iterable[PrintedLine]) -> list[PrintedLine]:
    """Keep the printed cells that the counts or rounded parts give."""
    return [line for line in cells if line["verdict"] in VERDICTS[:2]]


def by_rounded_parts(cells: Iterable[PrintedLine]) -> list[PrintedLine]:
    """Keep those that rounded parts give and the counts do not."""
    return [
        line
        for line in reproduced(cells)
        if line.get("from_counts", "") not in ("", line["printed"])
    ]


def contradicted(claims: Iterable[ClaimLine], in_words: bool) -> list[ClaimLine]:
    """Keep the statements that disagree with the tables: those in words, or the numbers.

    Numbers that are farthest from those of the tables come first, words in the text's order. A
    caption's base is a finding of its own (`broken_captions`).
    """
    found = [
        line
        for line in claims
        if line["verdict"] in DISAGREEING
        and (not line.get("printed")) == in_words
        and line.get("quantifier") != "of_respondents"
    ]
    return found if in_words else sorted(found, key=lambda line: -_distance(line))


def _distance(line: ClaimLine) -> float:
    printed, recomputed = (
        float(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None
        for text in (
            text.replace(",", ".").replace("\N{MINUS SIGN}", "-")
            for text in (line["printed"], line["recomputed"])
        )
    )
    return 0.0 if printed is None or recomputed is None else abs(printed - recomputed)


@dataclass(frozen=True)
class Caption:
    """A caption that cannot hold: a table's question, answered by fewer than its caption says."""

    table: str
    question: QuestionLine


def broken_captions(
    tables: Mapping[str, Mapping[str, Any]], questions: Iterable[QuestionLine]
) -> list[Caption]:
    """Find tables that name all respondents as their base, which no solution allows."""
    known = {line["row_variable"]: line for line in questions}
    return [
        Caption(name, known[row])
        for name, table in tables.items()
        if table.get("claimed_base") == "respondents"
        for row in table["rows"]
        if row in known
        and known[row]["largest_base"]
        and int(known[row]["largest_base"]) < int(known[row]["respondents"])
    ]


@dataclass(frozen=True)
class Impossible:
    """Respondents who gave an answer and, so many at the least, rated what they cannot know."""

    route: str
    who: Line
    rated: tuple[Line, ...]


def impossible_answers(joint: Iterable[Line]) -> list[Impossible]:
    """Collect what the tables cannot all say of one set of respondents, whichever way filled."""
    findings: dict[str, dict[str, Line]] = {}
    for line in joint:
        if line["respondents"] not in ("", "0"):
            findings.setdefault(line["finding"], {})[line["kind"]] = line
    routes: dict[tuple[str, ...], list[dict[str, Line]]] = {}
    for kinds in findings.values():
        if {"routing", "count", "base"} <= set(kinds) and kinds["count"]["groups"] == TOTAL:
            who = kinds["count"]
            place = kinds["routing"]["route"], who["row_variable"], who["row_code"]
            routes.setdefault(place, []).append(kinds)
    return [
        Impossible(
            place[0],
            own[0]["count"],
            tuple(
                sorted((kinds["base"] for kinds in own), key=lambda line: -int(line["respondents"]))
            ),
        )
        for place, own in routes.items()
    ]


def clear_differences(
    comparisons: Iterable[Line],
    tables: Mapping[str, Mapping[str, Any]],
    aside: Collection[str],
    alpha: float,
) -> list[Line]:
    """Choose the largest differences of two groups that stay significant after Holm's correction.

    Per cents of rows or of the whole table are no shares of a group, and are left out.
    """
    found: dict[str, Line] = {}
    lines = answer_comparisons(comparisons, aside)
    for line in sorted(lines, key=lambda line: -abs(float(line["difference"]))):
        if compares_shares(line, tables) and float(line["holm_article"]) < alpha:
            found.setdefault(line["row_variable"], line)
    return list(found.values())[:MOST_DIFFERENCES]


def compares_shares(line: Line, tables: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether the table of a comparison prints shares of the groups that are compared.

    Examples
    --------
    >>> compares_shares({"table": "t"}, {"t": {"percent": "row"}})
    False
    """
    return bool(tables.get(line["table"], {}).get("percent", "column") == "column")


@dataclass(frozen=True)
class Detectable:
    """The two groups that would show the smallest difference, and that difference."""

    first: CrosstabLine
    second: CrosstabLine
    difference: float


def detectable_difference(
    crosstabs: Iterable[CrosstabLine], tests: Iterable[TestLine], alpha: float
) -> Detectable | None:
    """Find the smallest difference that the groups of any tested question would show.

    The respondents count as one each; None where no question was tested, or groups are small.
    """
    main = list_tests(MAIN)
    tested = {
        (line["table"], line["row_variable"], line["column_variable"])
        for line in tests
        if line["test"] in main and line["p_value"]
    }
    blocks: dict[tuple[str, ...], list[CrosstabLine]] = {}
    for line in crosstabs:
        place = line["table"], line["row_variable"], line["column_variable"]
        if place in tested and line["row_code"] == TOTAL and line["column_code"] != TOTAL:
            blocks.setdefault(place, []).append(line)
    pairs = [
        pair
        for bases in blocks.values()
        for pair in combinations(bases, 2)
        if all(line["count"] and _size(line) >= LEAST_GROUP for line in pair)
    ]
    if not pairs:
        return None
    first, second = min(pairs, key=lambda pair: sum(1 / _size(line) for line in pair))
    difference = smallest_difference(float(_size(first)), float(_size(second)), alpha)
    return None if difference is None else Detectable(first, second, 100 * difference)


def _size(line: CrosstabLine) -> Fraction:
    # The base is that of the per cents, which of a row or of all is no group's.
    return Fraction(line["count"])


def silent_indicators(
    empirical: Iterable[Mapping[str, Any]], lines: Sequence[IndicatorLine]
) -> list[Mapping[str, Any]]:
    """Keep the indicators that a study names and for which it has no figure."""
    known = {line["indicator"] for line in lines if line["percent"]}
    return [entry for entry in empirical if not known.intersection(entry.get("measured_by", []))]


def name_comparison(line: Line, field: str) -> str:
    """Name a number of a line of ``tables/comparisons.csv``.

    Examples
    --------
    >>> line = dict.fromkeys(COMPARISON_KEYS, "1")
    >>> name_comparison(line | {"table": "t", "row_variable": "q"}, "lower")
    'comparison:t/q/1/1/1/1/lower'
    """
    return name_number("comparison", *fields_of(line, COMPARISON_KEYS).values(), field)


def name_group_size(line: CrosstabLine) -> str:
    """Name the number of respondents of a group in a crosstab."""
    return name_number("count", line["table"], line["row_variable"], TOTAL, line["column_code"])
