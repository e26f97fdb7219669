"""Comparison: what was printed beside what the counts give, cells and claims, by verdict."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resurvey.audit.claims.ledger import VERDICTS as CLAIM_VERDICTS
from resurvey.audit.comparison import VERDICTS
from resurvey.core.lines import ClaimLine, PrintedLine
from resurvey.core.names import name_number, name_printed, name_recomputed
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Shown, whole
from resurvey.pages.wording import Wording

DISAGREEING = ("wrong_cell", "contradicts", "percent_for_percentage_points")
_REFERENCE = re.compile(r"\b([\w-]+)/(\w+)/([\w+-]+)/([\w-]+)")
UNCHECKED = ("cannot_be_checked",)


@dataclass(frozen=True)
class PrintedCell:
    """One printed cell and its verdict."""

    row: str
    column: str
    printed: Shown
    recomputed: Shown
    verdict: str
    arithmetic: str
    from_counts: Shown


@dataclass(frozen=True)
class PrintedTable:
    """The printed cells of one table."""

    name: str
    title: str
    number: str
    cells: tuple[PrintedCell, ...]
    verdicts: tuple[tuple[str, Shown], ...]


@dataclass(frozen=True)
class Claim:
    """One statement of the text and its verdict."""

    claim: str
    place: str
    paragraph: str
    phrase: str
    paraphrase: str
    printed: Shown
    recomputed: Shown
    verdict: str
    arithmetic: str
    note: str


@dataclass(frozen=True)
class Ledger:
    """Everything that was printed, with verdicts; counts per verdict leave none out."""

    cells: Shown
    verdicts: tuple[tuple[str, Shown], ...]
    tables: tuple[PrintedTable, ...]
    deviating: tuple[tuple[str, PrintedCell], ...]
    claims: Shown
    claim_verdicts: tuple[tuple[str, Shown], ...]
    disagreeing: tuple[Claim, ...]
    agreeing: tuple[Claim, ...]
    unchecked: tuple[Claim, ...]


def compare_print(
    cells: Sequence[PrintedLine],
    claims: Sequence[ClaimLine],
    titles: Mapping[str, str],
    numbers: Mapping[str, str],
    labels: Labels,
    say: Wording,
) -> Ledger:
    """Arrange the audit for reading."""
    by_table: dict[str, list[PrintedCell]] = {}
    for line in cells:
        by_table.setdefault(line["table"], []).append(_cell(line, labels))
    tables = [
        PrintedTable(
            name,
            titles.get(name, name),
            numbers.get(name) or titles.get(name, name),
            tuple(found),
            _count(name, found),
        )
        for name, found in by_table.items()
    ]
    stated = [_claim(line, labels, numbers, say) for line in claims]
    known = (*DISAGREEING, *UNCHECKED)
    return Ledger(
        whole(len(cells), name_number("tally", "cells")),
        _tally([line["verdict"] for line in cells], VERDICTS, "cells"),
        tuple(tables),
        tuple(
            (one.number, cell) for one in tables for cell in one.cells if cell.verdict != "agrees"
        ),
        whole(len(stated), name_number("tally", "claims")),
        _tally([one.verdict for one in stated], CLAIM_VERDICTS, "claims"),
        tuple(one for one in stated if one.verdict in DISAGREEING),
        tuple(one for one in stated if one.verdict not in known),
        tuple(one for one in stated if one.verdict in UNCHECKED),
    )


def _count(table: str, cells: Sequence[PrintedCell]) -> tuple[tuple[str, Shown], ...]:
    tally = _tally([cell.verdict for cell in cells], VERDICTS, "cells", table)
    return tuple((verdict, number) for verdict, number in tally if number)


def _tally(
    verdicts: Sequence[str], order: Sequence[str], *place: str
) -> tuple[tuple[str, Shown], ...]:
    seen = Counter(verdicts)
    return tuple(
        (verdict, whole(seen[verdict], name_number("tally", *place, verdict)))
        for verdict in dict.fromkeys([*order, *sorted(seen)])
    )


def _cell(line: PrintedLine, labels: Labels) -> PrintedCell:
    name, code = line["row_variable"], line["row_code"]
    row = labels.row(line["table"], name.split("-")[0], code, line["row"])
    if line["column_variable"] or line["column_code"] == "difference":
        column = labels.column(line["column_variable"], line["column_code"], line["column"])
    elif labels.language and name in labels.codebook and _has_pair(line, labels):
        column = labels.variable(name).partition(": ")[2] or labels.variable(name)
        column = column[:1].upper() + column[1:]
    else:
        column = labels.column("", line["column_code"], line["column"])
    if len(labels.tables.get(line["table"], {}).get("rows", [])) > 1 and not _has_pair(
        line, labels
    ):
        row = f"{labels.variable(name)}: {row}"
    from_counts = line.get("from_counts", "")
    recomputed = name_recomputed(line)
    return PrintedCell(
        row,
        column,
        Shown(line["printed"], identity=name_printed(line)),
        _known(line["recomputed"], recomputed),
        line["verdict"],
        line.get("arithmetic", ""),
        _known(from_counts if from_counts != line["recomputed"] else "", recomputed),
    )


def _known(text: str, identity: str) -> Shown:
    return Shown(text, identity=identity) if text else Shown("")


def _has_pair(line: PrintedLine, labels: Labels) -> bool:
    return bool(labels.tables.get(line["table"], {}).get("pairs"))


def name_cell(found: re.Match[str], labels: Labels, numbers: Mapping[str, str]) -> str:
    """Write a reference such as ``table_4/job/3/total`` the way a reader finds the cell."""
    table, variable, row, column = found.groups()
    if variable not in labels.codebook:
        return found[0]
    group = labels.tables.get(table, {}).get("columns", "")
    parts = [labels.row(table, variable, row), labels.column(group, column)]
    place = [numbers[table]] if numbers.get(table) else []
    return f"({', '.join([*place, labels.variable(variable)])}: {', '.join(parts)})"


def _claim(line: ClaimLine, labels: Labels, numbers: Mapping[str, str], say: Wording) -> Claim:
    paragraph = line.get("paragraph", "")
    page = say.plain("report.page", page=line["page"]) if line.get("page") else paragraph
    return Claim(
        line["claim"],
        page,
        paragraph,
        line.get("key_phrase", ""),
        _in(line, "paraphrase", labels.language),
        Shown(line["printed"], identity=name_number("claim", line["claim"], "printed"))
        if line.get("printed")
        else Shown(_word(line, say)),
        _known(line.get("recomputed", ""), name_number("claim", line["claim"], "recomputed")),
        line["verdict"],
        _REFERENCE.sub(lambda found: name_cell(found, labels, numbers), line.get("arithmetic", "")),
        _in(line, "note", labels.language),
    )


def _word(line: ClaimLine, say: Wording) -> str:
    """Text in place of a printed number: the claim has a word instead."""
    return say.plain("report.in_words") if line.get("quantifier") else ""


def _in(line: ClaimLine, key: str, language: str) -> str:
    texts = {name: str(text) for name, text in line.items()}
    for name in (f"{key}_{language}", f"{key}_en", key):
        if texts.get(name):
            return texts[name]
    return next((text for name, text in texts.items() if name.startswith(f"{key}_") and text), "")
