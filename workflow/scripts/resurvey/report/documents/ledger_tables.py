"""Ledger tables: what was printed beside what was recomputed, cells and statements."""

from collections.abc import Sequence
from typing import Any

from resurvey.pages.numerals import NOTHING
from resurvey.pages.wording import Wording
from resurvey.report.comparison import Claim, Ledger, PrintedCell
from resurvey.report.documents.manuscript import Cell, Column, Row, Table
from resurvey.report.documents.part_tables import cells_of
from resurvey.report.documents.plain import plain_text


def name_verdict(verdict: str, say: Wording) -> str:
    """Word a verdict.

    Examples
    --------
    >>> name_verdict("agrees", Wording({"verdicts": {"agrees": "сходится"}}))
    'сходится'
    """
    place = f"verdicts.{verdict}"
    return say.plain(place) if say.has(place) else verdict


def list_verdicts(verdicts: Sequence[tuple[str, Any]], say: Wording) -> tuple[str, ...]:
    """Word how often each verdict was given; one that was never given is told too."""
    return tuple(
        f"{name_verdict(verdict, say)}: {plain_text(number)}" for verdict, number in verdicts
    )


def deviating_table(ledger: Ledger, number: str, say: Wording) -> Table:
    """List the cells that agree only by printed parts, or not at all."""
    rows = []
    for table, one in ledger.deviating:
        place = Cell(plain_text(one.row), under=plain_text(one.column))
        numbers = _known(one.printed, one.recomputed, one.from_counts)
        verdict = cells_of(name_verdict(one.verdict, say), one.arithmetic)
        rows.append(Row("answer", (*cells_of(table), place, *numbers, *verdict)))
    return Table(
        "report/deviating",
        number,
        say.plain("report.deviating"),
        "",
        (
            Column(say.plain("report.column_table"), width=1),
            Column(say.plain("report.row"), width=1.5, under=say.plain("report.column")),
            *_numbers(say),
            Column(say.plain("report.from_counts"), number=True, width=0.9),
            Column(say.plain("report.verdict"), width=1.2),
            Column(say.plain("report.arithmetic"), width=2),
        ),
        tuple(rows),
        fine=True,
    )


def _numbers(say: Wording) -> tuple[Column, Column]:
    printed, recomputed = say.plain("report.printed"), say.plain("report.recomputed")
    return (
        Column(printed, number=True, width=1, printed=True),
        Column(recomputed, number=True, width=1.2),
    )


def ledger_table(ledger: Ledger, number: str, say: Wording) -> Table:
    """List all printed cells, table by table."""
    rows = []
    for table in ledger.tables:
        rows.append(Row("question", cells_of(table.title)))
        rows += [Row("answer", _printed_cells(one, say)) for one in table.cells]
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
            Column(say.plain("report.arithmetic"), width=2.2),
        ),
        tuple(rows),
        fine=True,
        group=say.plain("report.column_table"),
        flat=True,
    )


def _printed_cells(one: PrintedCell, say: Wording) -> tuple[Cell, ...]:
    verdict = name_verdict(one.verdict, say)
    return (
        *cells_of(one.row, one.column),
        *_known(one.printed, one.recomputed),
        *cells_of(verdict, one.arithmetic),
    )


def _known(*numbers: Any) -> tuple[Cell, ...]:
    """Make cells of numbers; one that is not there is a dash."""
    return cells_of(*(plain_text(number) or NOTHING for number in numbers))


def claims_table(name: str, found: Sequence[Claim], title: str, number: str, say: Wording) -> Table:
    """List statements of the text with their verdicts and arithmetic."""
    rows = []
    for one in found:
        quoted = say.plain("report.quoted", text=one.phrase) if one.phrase else ""
        arithmetic = "; ".join(text for text in (one.arithmetic, one.note) if text)
        rows.append(
            Row(
                "answer",
                (
                    Cell(plain_text(one.paraphrase), under=plain_text(quoted)),
                    *cells_of(one.place, one.printed),
                    *_known(one.recomputed),
                    *cells_of(name_verdict(one.verdict, say), arithmetic),
                ),
            )
        )
    return Table(
        name,
        number,
        title,
        "",
        (
            Column(
                say.plain("report.statement"), width=2.4, under=say.plain("documents.quotation")
            ),
            Column(say.plain("report.place"), width=0.75),
            *_numbers(say),
            Column(say.plain("report.verdict"), width=1.3),
            Column(say.plain("report.arithmetic"), width=2.4),
        ),
        tuple(rows),
        fine=True,
    )
