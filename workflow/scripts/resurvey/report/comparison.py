"""Comparison: what was printed beside what the counts give, cells and claims, by verdict."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from resurvey.audit.claims.ledger import VERDICTS as CLAIM_VERDICTS
from resurvey.audit.comparison import VERDICTS
from resurvey.core.names import name_number, name_printed, name_recomputed
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Shown, whole
from resurvey.pages.wording import Wording
from resurvey.report.blocks import NEXT_LINE, Cell, Column, Item, Items, Row, Table, cells_of
from resurvey.report.counts import Line

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
    cells: Sequence[Line],
    claims: Sequence[Line],
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


def _cell(line: Line, labels: Labels) -> PrintedCell:
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


def _has_pair(line: Line, labels: Labels) -> bool:
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


def _claim(line: Line, labels: Labels, numbers: Mapping[str, str], say: Wording) -> Claim:
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


def _word(line: Line, say: Wording) -> str:
    """Text in place of a printed number: the claim has a word instead."""
    return say.plain("report.in_words") if line.get("quantifier") else ""


def _in(line: Line, key: str, language: str) -> str:
    for name in (f"{key}_{language}", f"{key}_en", key):
        if line.get(name):
            return line[name]
    return next((text for name, text in line.items() if name.startswith(f"{key}_") and text), "")


def name_verdict(verdict: str, say: Wording) -> str:
    """Word a verdict.

    Examples
    --------
    >>> name_verdict("agrees", Wording({"verdicts": {"agrees": "сходится"}}))
    'сходится'
    """
    place = f"verdicts.{verdict}"
    return say.plain(place) if say.has(place) else verdict


_LOOKS = {
    "agrees": "agrees",
    "agrees_by_printed_parts": "parts",
    "agrees_by_rounded_parts": "parts",
    "cannot_be_checked": "unchecked",
}


def _tallied(verdicts: Sequence[tuple[str, Shown]], say: Wording) -> tuple[Item, ...]:
    return tuple(
        Item(
            number,
            name_verdict(verdict, say),
            _LOOKS.get(verdict, "disagrees") if number.text != "0" else "",
            {"data-verdict": verdict, "data-tally": number.text},
        )
        for verdict, number in verdicts
    )


def list_verdicts(verdicts: Sequence[tuple[str, Shown]], say: Wording) -> Items:
    """Word how often each verdict was given; one that was never given is told too."""
    return Items(_tallied(verdicts, say), "chips")


def _judged(verdict: str, say: Wording) -> Cell:
    return Cell(name_verdict(verdict, say), verdict=_LOOKS.get(verdict, "disagrees"))


def _found(number: Shown) -> Cell:
    """A number, or a dash where there is none."""
    return Cell(number if number.text else NOTHING)


def _numbers(say: Wording) -> tuple[Column, Column]:
    printed, recomputed = say.plain("report.printed"), say.plain("report.recomputed")
    return (
        Column(printed, number=True, width=1, printed=True),
        Column(recomputed, number=True, width=1.2),
    )


def deviating_table(ledger: Ledger, number: str, say: Wording) -> Table:
    """List the cells that agree only by printed parts, or not at all."""
    rows = []
    for table, cell in ledger.deviating:
        numbers = map(_found, (cell.printed, cell.recomputed, cell.from_counts))
        place = Cell(cell.row, under=(cell.column,))
        cells = (Cell(table), place, *numbers, _judged(cell.verdict, say), Cell(cell.arithmetic))
        rows.append(Row("answer", cells))
    return Table(
        "report/deviating",
        number,
        say.plain("report.deviating"),
        "",
        (
            Column(say.plain("report.column_table"), width=1, look="table-number"),
            Column(say.plain("report.row"), width=1.5, under=say.plain("report.column")),
            *_numbers(say),
            Column(say.plain("report.from_counts"), number=True, width=0.9),
            Column(say.plain("report.verdict"), width=1.2),
            Column(say.plain("report.arithmetic"), width=2, look="arithmetic"),
        ),
        tuple(rows),
        fine=True,
        captioned="none",
        look="ledger",
    )


def ledger_table(ledger: Ledger, number: str, say: Wording) -> Table:
    """List all printed cells, table by table."""
    rows = []
    for table in ledger.tables:
        rows.append(Row("question", cells_of(table.title), attributes={"data-audit": table.name}))
        for cell in table.cells:
            numbers = _found(cell.printed), _found(cell.recomputed)
            place = cells_of(cell.row, cell.column)
            cells = (*place, *numbers, _judged(cell.verdict, say), Cell(cell.arithmetic))
            rows.append(Row("answer", cells, attributes={"data-verdict": cell.verdict}))
    return Table(
        "report/printed",
        number,
        say.plain("report.whole_ledger"),
        "",
        (
            Column(say.plain("report.row"), width=2.2),
            Column(say.plain("report.column"), width=1.1),
            *_numbers(say),
            Column(say.plain("report.verdict"), width=1.1),
            Column(say.plain("report.arithmetic"), width=2.2, look="arithmetic"),
        ),
        tuple(rows),
        fine=True,
        group=say.plain("report.column_table"),
        flat=True,
        look="ledger",
        choices=tuple(item for item in _tallied(ledger.verdicts, say) if item.look),
        attributes={"data-filter": say.plain("report.whole_ledger")},
    )


def claims_table(
    part: str, found: Sequence[Claim], number: str, say: Wording, language: str
) -> Table:
    """List statements of the text, written in a language, with their verdicts and arithmetic."""
    rows = []
    for claim in found:
        quoted = Markup('<span lang="{}">{}</span>')
        phrase = (quoted.format(language, say("report.quoted", text=claim.phrase)),)
        notes = [claim.arithmetic] if claim.arithmetic else []
        notes += [Markup("<em>{}</em>").format(claim.note)] if claim.note else []
        cells = (
            Cell(claim.paraphrase, under=phrase if claim.phrase else ()),
            Cell(claim.place, title=claim.paragraph),
            Cell(claim.printed),
            _found(claim.recomputed),
            _judged(claim.verdict, say),
            Cell(NEXT_LINE.join(notes)),
        )
        attributes = {"data-claim": claim.claim, "data-verdict": claim.verdict}
        rows.append(Row("answer", cells, anchor=f"claim-{claim.claim}", attributes=attributes))
    return Table(
        f"report/claims_{part}",
        number,
        say.plain(f"report.claims_{part}"),
        "",
        (
            Column(
                say.plain("report.statement"), width=2.4, under=say.plain("documents.quotation")
            ),
            Column(say.plain("report.place"), width=0.75),
            *_numbers(say),
            Column(say.plain("report.verdict"), width=1.3),
            Column(say.plain("report.arithmetic"), width=2.4, look="arithmetic"),
        ),
        tuple(rows),
        fine=True,
        captioned="none",
        look="ledger",
        attributes={"data-filter": say.plain("report.claims")},
    )
