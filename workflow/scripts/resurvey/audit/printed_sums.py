"""Printed sums: what a table prints twice, as the sum of a column or as a share of all answers."""

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
        if _is_known(judged, column) or (judged.verdict == "undecided" and judged.alternatives):
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


def _is_known(judged: Judgement, column: str, row: str = "") -> bool:
    """Return whether a cell of a column, of one row of it or of any, is a misprint already."""
    return any(
        column in (cell.column, cell.row) and row in ("", cell.row, cell.column)
        for fault in judged.alternatives
        for several in fault.sets
        for cell in several
    )


def judge_answer_shares(judged: Judgement, question: TypedQuestion) -> Judgement:
    """Add the per cents of all answers that are not those of people over the answers per person."""
    for kept in question.answer_shares:
        rows = {row.label: row for row in question.answers}
        of = question.columns[kept.of]
        for label, factor in kept.wrong(question.answers).items():
            share, people = kept.shares[label], _share(rows[label], kept.of)
            nearest = format_fixed(people.value / factor, share.digits, share.decimal or ".")
            text = share.text.strip()
            note = {"row": label, "column": kept.column, "printed": text, "nearest": nearest}
            judged.note("note_wrong_share", **note)
            if _is_known(judged, of, label) or (
                judged.verdict == "undecided" and judged.alternatives
            ):
                continue
            found = [FoundMisprint(label, kept.column, text, nearest)]
            # A per cent that agrees with its count is right.
            if share.value * factor <= 100 and rows[label].cells[kept.of].count is None:
                other = format_fixed(share.value * factor, people.digits, people.decimal or ".")
                found.append(FoundMisprint(label, of, rows[label].cells[kept.of].text, other))
            sets = tuple((cell,) for cell in found)
            judged.alternatives.append(Alternatives(1, len(found), sets))
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
