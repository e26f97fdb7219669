"""Answer shares: a column of per cents of all answers, beside that of people.

Of several answers a table prints both, and they differ by one factor, the answers per person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from resurvey.core.printed import Printed, interval

if TYPE_CHECKING:
    from resurvey.audit.typed_table import TypedQuestion, TypedRow

# Of fewer answers any two columns may differ by one factor.
_FEWEST = 3
# With hardly more answers than people the columns are those of two groups.
_LEAST_FACTOR = Fraction(105, 100)


@dataclass(frozen=True)
class AnswerShares:
    """A column that was set apart.

    column: Its heading.
    of: Code of the column of people.
    shares: Row label -> printed per cent of all answers.
    """

    column: str
    of: str
    shares: Mapping[str, Printed]

    def wrong(self, rows: Iterable["TypedRow"]) -> dict[str, Fraction]:
        """Return the factor for each row whose two per cents do not differ by it."""
        pairs = _pairs(self.shares, rows, self.of)
        factor, fitting = _factor(pairs)
        return {label: factor for label in pairs if label not in fitting}


def set_answer_shares_apart(question: "TypedQuestion", headings: Mapping[str, str]) -> None:
    """Take the columns of per cents of all answers out of a question, and keep their counts."""
    for code in list(question.columns):
        for other in question.columns:
            if other != code and _are_of_answers(code, other, question):
                _set_apart(code, other, headings.get(code, question.columns[code]), question)
                break


def _shares(question: "TypedQuestion", code: str) -> dict[str, Printed]:
    return {
        row.label: share
        for row in question.answers
        if code in row.cells and (share := row.cells[code].share) is not None
    }


def _are_of_answers(code: str, other: str, question: "TypedQuestion") -> bool:
    """Return whether a column makes 100 and is, row by row, the other one over one factor."""
    shares = _shares(question, code)
    pairs = _pairs(shares, question.answers, other)
    if len(pairs) < _FEWEST or len(pairs) < len(shares):
        return False
    factor, fitting = _factor(pairs)
    people = [share for _, share in pairs.values()]
    least = sum((share.value - share.unit / 2 for share in people), Fraction(0))
    if len(fitting) < max(_FEWEST, len(pairs) - 1) or min(factor, least / 100) < _LEAST_FACTOR:
        return False
    play = sum((share.unit for share in shares.values()), Fraction(0)) / 2
    printed = sum((share.value for share in shares.values()), Fraction(0))
    mended = sum(
        (
            share.value if label in fitting else pairs[label][1].value / factor
            for label, share in shares.items()
        ),
        Fraction(0),
    )
    return min(abs(printed - 100), abs(mended - 100)) <= play


def _pairs(
    shares: Mapping[str, Printed], rows: Iterable["TypedRow"], other: str
) -> dict[str, tuple[Printed, Printed]]:
    """Pair the per cents of answers with those of people."""
    return {
        row.label: (shares[row.label], share)
        for row in rows
        if row.label in shares
        and other in row.cells
        and (share := row.cells[other].share) is not None
        and shares[row.label].value > 0
    }


def _factor(pairs: Mapping[str, tuple[Printed, Printed]]) -> tuple[Fraction, set[str]]:
    """Find the factor that the most rows allow, and these rows."""
    ends = {}
    for label, pair in pairs.items():
        answers, people = (interval(share, "half_up", either_tie=True) for share in pair)
        high = people.high / answers.low if answers.low > 0 else None
        ends[label] = (people.low / answers.high, high)
    best: tuple[Fraction, set[str]] = (Fraction(1), set())
    for least, _ in ends.values():
        fitting = {
            label
            for label, (low, high) in ends.items()
            if low <= least and (high is None or least <= high)
        }
        if len(fitting) > len(best[1]):
            highs = [high for label in fitting if (high := ends[label][1]) is not None]
            best = (least + min(highs, default=least)) / 2, fitting
    return best


def _set_apart(code: str, other: str, column: str, question: "TypedQuestion") -> None:
    question.answer_shares.append(AnswerShares(column, other, _shares(question, code)))
    for rows in (question.rows, question.sums):
        for at, row in enumerate(rows):
            cells = dict(row.cells)
            counted = cells.pop(code, None)
            if counted is not None and counted.count is not None and other in cells:
                beside = cells[other]
                if beside.count is None and beside.share is not None:
                    text = f"{counted.count} ({beside.text})"
                    cells[other] = replace(beside, text=text, count=counted.count)
            rows[at] = replace(row, cells=cells)
    of = question.columns[other]
    question.columns = {key: text for key, text in question.columns.items() if key != code}
    question.bases.pop(code, None)
    question.largest_bases.pop(code, None)
    question.note("note_answer_shares", column=column, of=of)
