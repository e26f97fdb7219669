"""Findings: sentences that any table yields: the largest answer and the widest gap."""

from collections.abc import Collection
from fractions import Fraction

from markupsafe import Markup

from resurvey.core.cells import Block
from resurvey.core.names import TOTAL
from resurvey.pages.labels import Labels
from resurvey.pages.wording import Wording
from resurvey.report.counts import Counts

SMALLEST_GROUP = 30
"""Groups with a smaller base are not compared in a sentence."""


class Findings:
    """Words the findings of a table.

    Parameters
    ----------
    counts, labels, say
        Numbers, labels and words of the page.
    set_aside : collection of str
        Codes that are no answers to speak of, such as "not printed in the article".
    """

    def __init__(
        self, counts: Counts, labels: Labels, say: Wording, set_aside: Collection[str] = ()
    ) -> None:
        self.counts, self.labels, self.say = counts, labels, say
        self.set_aside = set(set_aside)

    def of_block(self, block: Block, alone: bool = True) -> list[Markup]:
        """Word the largest answer of all respondents and the widest gap between groups.

        The question is named where its block is not `alone` in the table.
        """
        if self.counts.tables.get(block.table, {}).get("percent", "column") != "column":
            return []
        answers = [row for row in block.answers if row not in self.set_aside]
        largest = self._largest(block, answers)
        if largest is None:
            return []
        found = self.say(
            "report.finding_largest" if alone else "report.finding_largest_of",
            question=self.labels.variable(block.variable),
            answer=self._row(block, largest),
            percent=self.counts.shown(block, largest, TOTAL),
        )
        return [Markup(" ").join([found, *self._gap(block, answers)])]

    def of_pair(self, before: Block, after: Block) -> list[Markup]:
        """Word the answer whose share changed most between two questions to the same people."""
        changes = {}
        for row in after.answers:
            pair = [self.counts.rounded(block, row, TOTAL) for block in (after, before)]
            if row in before.answers and None not in pair and row not in self.set_aside:
                changes[row] = abs((pair[0] or Fraction(0)) - (pair[1] or Fraction(0)))
        if not changes:
            return []
        most = max(changes, key=lambda row: changes[row])
        return [
            self.say(
                "report.finding_change",
                answer=self._row(after, most),
                before=self.counts.shown(before, most, TOTAL),
                after=self.counts.shown(after, most, TOTAL),
                change=self.counts.difference(after, before, most),
            )
        ]

    def _row(self, block: Block, row: str) -> str:
        return self.labels.row(
            block.table, block.variable, row, block.line(row, TOTAL)["row_label"]
        )

    def _largest(self, block: Block, answers: list[str]) -> str | None:
        shares = {row: self.counts.rounded(block, row, TOTAL) for row in answers}
        known = {row: share for row, share in shares.items() if share is not None}
        if not known:
            return None
        largest = max(known, key=lambda row: known[row])
        # What was set aside may be one answer: only a larger share is surely the most frequent.
        hidden = [self.counts.rounded(block, row, TOTAL) for row in block.answers]
        rest = sum(
            (
                share
                for row, share in zip(block.answers, hidden, strict=True)
                if share and row not in answers
            ),
            Fraction(0),
        )
        return largest if known[largest] > rest else None

    def _gap(self, block: Block, answers: list[str]) -> list[Markup]:
        widest: tuple[Fraction, str, str, str] | None = None
        for row in answers:
            shares = {
                column: self.counts.rounded(block, row, column)
                for column in block.groups
                if Fraction(block.line(row, column).get("unweighted_base") or 0) >= SMALLEST_GROUP
            }
            known = {column: share for column, share in shares.items() if share is not None}
            if len(known) < 2:
                continue
            high = max(known, key=lambda column: known[column])
            low = min(known, key=lambda column: known[column])
            gap = known[high] - known[low]
            if gap > 0 and (widest is None or gap > widest[0]):
                widest = gap, row, high, low
        if widest is None:
            return []
        _, row, high, low = widest
        return [
            self.say(
                "report.finding_gap",
                answer=self._row(block, row),
                high=self._column(block, high),
                high_percent=self.counts.shown(block, row, high),
                low=self._column(block, low),
                low_percent=self.counts.shown(block, row, low),
            )
        ]

    def _column(self, block: Block, column: str) -> str:
        return self.labels.column(block.group, column, block.heading(column))
