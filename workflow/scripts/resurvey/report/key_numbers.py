"""Key numbers: what the findings on the first page count in the results of a wave."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from resurvey.audit.claims.ledger import BETWEEN
from resurvey.audit.claims.references import Reference, parse_cells, references
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
class Exchange:
    """Numbers of the text that are those of a table once two of its questions are exchanged.

    Attributes
    ----------
    table, page : str
        The table, and the page of the text.
    lines : tuple of dict
        All numbers of the text on these two questions that disagree with the table.
    others : tuple
        Those that disagree after the exchange, too, each with the cell that it should then be and
        the cells in which the printed number stands.
    """

    table: str
    page: str
    lines: tuple[ClaimLine, ...]
    others: tuple[tuple[ClaimLine, PrintedLine, tuple[PrintedLine, ...]], ...]


def exchanged_questions(
    claims: Sequence[ClaimLine], cells: Iterable[PrintedLine]
) -> list[Exchange]:
    """Find tables of which the text speaks as if two of their questions were exchanged.

    `claims` are numbers that disagree. An exchange explains at least two of them, one of each
    question; a number that stands nowhere in these two questions is none of its.
    """
    printed = {
        Reference(line["table"], line["row_variable"], line["row_code"], line["column_code"]): line
        for line in cells
    }
    homes: dict[tuple[str, str], dict[str, tuple[ClaimLine, tuple[Reference, ...]]]] = {}
    for line in claims:
        if line.get("reason") == "another_cell" and line["cells"]:
            named = tuple(references(parse_cells(line["cells"])))
            if len({one.table for one in named}) == 1:
                place = named[0].table, line["page"]
                homes.setdefault(place, {})[line["claim"]] = line, named
    found = []
    for (table, page), own in homes.items():
        questions = sorted({one.variable for _, named in own.values() for one in named})
        if len(questions) != 2:
            continue
        other = dict(zip(questions, reversed(questions), strict=True))
        agreeing, others = set(), []
        for line, named in own.values():
            first = named[0]
            cell = printed.get(Reference(table, other[first.variable], first.code, first.column))
            if len(named) > 1 or (cell and _same(cell["printed"], line["printed"])):
                agreeing |= {one.variable for one in named}
            elif cell:
                stands = tuple(
                    known
                    for place, known in printed.items()
                    if place.table == table
                    and place.variable in other
                    and _same(known["printed"], line["printed"])
                )
                others.append((line, cell, stands))
        lines = tuple(line for line, _ in own.values())
        if agreeing == set(questions) and len(lines) - len(others) > 1:
            found.append(Exchange(table, page, lines, tuple(others)))
    return found


def _same(one: str, other: str) -> bool:
    return one.replace(",", ".") == other.replace(",", ".")


_READ = re.compile(r"(-?\d+(?:[.,]\d+)?) [∈∉]")


@dataclass(frozen=True)
class Doubt:
    """A word of the text whose readings give different shares: a reading and its share each."""

    line: ClaimLine
    highest: tuple[int, str]
    lowest: tuple[int, str]


def telling_doubt(claims: Iterable[ClaimLine]) -> Doubt | None:
    """Find the word that depends on the reading and whose shares then differ most.

    A reading is named by its place in the line; its share is what its arithmetic comes to.
    """
    found: list[tuple[float, Doubt]] = []
    for line in claims:
        if line["verdict"] != "depends_on_reading" or line.get("unit") != "percent":
            continue
        steps = str(line.get("steps", "")).split(BETWEEN)
        read = [
            (place, match[1])
            for place, step in enumerate(steps)
            if (match := _READ.search(step)) and line.get("quantifier")
        ]
        if len(read) > 1:
            read.sort(key=lambda pair: _share(pair[1]))
            spread = _share(read[-1][1]) - _share(read[0][1])
            found.append((spread, Doubt(line, read[-1], read[0])))
    found = [pair for pair in found if pair[0] > 0]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _share(text: str) -> float:
    return float(text.replace(",", "."))


def open_associations(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Collect the statements of association whose direction no published table decides."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line["association"], []).append(line)
    undecided = ("open", "not_in_the_text")
    return {
        name: own for name, own in found.items() if all(one["status"] in undecided for one in own)
    }


def widest_association(lines: Iterable[Line]) -> Line | None:
    """Find the undecided statement with known margins whose bounds are farthest apart."""
    known = [
        line
        for own in open_associations(lines).values()
        for line in own
        if line["lowest_percent"] and line["first_lowest"] == line["first_highest"]
    ]
    wide = {
        id(line): float(line["highest_percent"]) - float(line["lowest_percent"]) for line in known
    }
    # Printed margins of both questions say more than shares that only the text has.
    sure = [line for line in known if not _of_text(line)] or known
    return max(sure, key=lambda line: wide[id(line)], default=None)


def _of_text(line: Line) -> bool:
    return any(line[part].startswith("text/") for part in ("first", "second"))


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
