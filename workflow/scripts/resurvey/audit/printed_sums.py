"""Printed sums: the row of a table that says what its columns add up to, several answers too."""

from collections.abc import Iterator
from fractions import Fraction

from resurvey.audit.totals import adds_up
from resurvey.audit.typed_table import TypedQuestion, TypedRow
from resurvey.audit.verdicts import Alternatives, FoundMisprint, Judgement
from resurvey.core.printed import Printed, format_fixed


def judge_sums(judged: Judgement, question: TypedQuestion, rounding: str) -> Judgement:
    """Add to a judgement the printed sums that are not those of their columns.

    Either the sum is wrong or one of what it adds up. Where a cell of the column is a misprint
    already, that is the reason; where nothing else can be decided, the note is all.

    Parameters
    ----------
    judged : Judgement
        What was found out without the sums.
    question : TypedQuestion
        The question as the file has it: rows may have been turned since.
    rounding : str
        The rule that was asked for.
    """
    for row, code, share, rows in _wrong(question, rounding):
        column = question.columns[code]
        parts = [_share(other, code) for other in rows]
        value = sum((part.value for part in parts), Fraction(0))
        mark = next((part.decimal for part in parts if part.decimal), ".")
        digits = max(share.digits, *(part.digits for part in parts))
        summed = format_fixed(value, digits, mark)
        text = share.text.strip()
        judged.note("note_wrong_sum", row=row.label, column=column, printed=text, added=summed)
        known = any(
            column in (cell.column, cell.row)
            for fault in judged.alternatives
            for several in fault.sets
            for cell in several
        )
        if known or (judged.verdict == "undecided" and judged.alternatives):
            continue
        found = [FoundMisprint(row.label, column, row.cells[code].text, summed)]
        for other, part in zip(rows, parts, strict=True):
            mended = part.value + share.value - value
            if 0 <= mended <= 100:
                nearest = format_fixed(mended, digits, mark)
                found.append(FoundMisprint(other.label, column, other.cells[code].text, nearest))
        judged.alternatives.append(Alternatives(1, len(found), tuple((cell,) for cell in found)))
        judged.verdict = "misprints"
    return judged


def _wrong(
    question: TypedQuestion, rounding: str
) -> Iterator[tuple[TypedRow, str, Printed, list[TypedRow]]]:
    """Yield row, column, printed sum and the rows below it that add up to something else."""
    for row in question.sums:
        for code, cell in row.cells.items():
            rows = [
                other
                for other in question.answers
                if code in other.cells and other.cells[code].share is not None
            ]
            parts = [_share(other, code) for other in rows]
            if cell.share is not None and parts and not adds_up(cell.share, parts, rounding):
                yield row, code, cell.share, rows


def _share(row: TypedRow, code: str) -> Printed:
    share = row.cells[code].share
    assert share is not None
    return share
