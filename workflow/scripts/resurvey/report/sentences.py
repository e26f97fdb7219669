"""Sentences with numbers: those that a study writes, and those that any table yields.

In a study's own sentences every number is looked up in the results; the others name the largest
answer of a table or its widest gap.

A reference stands in braces and is the only thing in a study's text that is not printed as it is:

``{table/variable/code/column}``
    per cent of the cell; a subtotal's code is ``1+2``, the column of all respondents ``total``
``{count:table/variable/code/column}``, ``{base:…}``
    its count and its base
``{indicator:name/column}``
    share of an indicator, or the difference of two shares with its sign
``{mean:table/variable/column}``
    a statistic of a table with `summaries` (``n``, ``mean``, ``sd``, ``median``, ``q1``, ``q3``,
    ``min``, ``max``, ``nps``, ``q90`` …; table ``frequencies`` has every numeric variable)
``{mean:table/variable/column/lower}``, ``{…/upper}``
    an end of its interval
``{banner:…}``, ``{difference:…}``, ``{test:…}``, ``{scale:…}``, ``{model:…}`` …
    the kinds of `resurvey.report.references`
``{respondents}``
    number of respondents analysed
"""

import re
from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, cast

from markupsafe import Markup, escape

from resurvey.core.cells import Block
from resurvey.core.errors import SurveyError
from resurvey.core.names import KEPT_BACK, TOTAL, name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Shown, whole
from resurvey.pages.wording import Wording, keep_unit
from resurvey.report.counts import Counts

_REFERENCE = re.compile(r"\{([^{}]*)\}")
MOST_NAMED = 3
"""References that a message offers instead of one that names nothing."""


class _KeptBack(Exception):  # noqa: N818
    """A sentence needs a number that the public set does not tell."""


class Sentences:
    """Fills the sentences of one file.

    Parameters
    ----------
    counts : Counts
        Cells of the tables.
    indicators : dict
        ``name/column`` -> printed number.
    respondents : int
        Respondents analysed.
    file : str
        Name of the file the sentences are from, for messages.
    others : dict
        Kind of reference -> place -> printed number.
    """

    def __init__(
        self,
        counts: Counts,
        indicators: Mapping[str, Shown],
        respondents: int,
        file: str,
        others: Mapping[str, Mapping[str, Shown]] | None = None,
    ) -> None:
        self.counts, self.indicators = counts, indicators
        self.others = ChainMap({"indicator": indicators}, cast(Any, others or {}))
        self.respondents, self.file = respondents, file

    def fill(self, text: str) -> Markup:
        """Replace every reference of a text by its number; the rest is escaped.

        Nothing is left of a text that needs a number which is kept back.

        Raises
        ------
        SurveyError
            An unknown reference or a brace without its partner, with the file and the reference.
        """
        done, end = [Markup("")], 0
        for found in _REFERENCE.finditer(text):
            plain = self._plain(keep_unit(text[end : found.start()], end))
            try:
                done += [plain, escape(self.look_up(found[1]))]
            except _KeptBack:
                return Markup("")
            end = found.end()
        return Markup("").join([*done, self._plain(keep_unit(text[end:], end))])

    def fill_all(self, texts: list[str] | None) -> list[Markup]:
        """Fill several sentences or paragraphs."""
        filled = [(text, self.fill(text)) for text in texts or []]
        return [markup for text, markup in filled if markup or not text]

    def _plain(self, text: str) -> Markup:
        if "{" in text or "}" in text:
            raise SurveyError(
                f"{self.file}: a brace without its partner in '{text.strip()[:60]}'; braces are "
                "for references such as {table/variable/code/total}"
            )
        return escape(text)

    def look_up(self, reference: str) -> Shown:
        """Return the number that a reference stands for."""
        kind, colon, place = reference.partition(":")
        if reference == "respondents":
            return whole(self.respondents, name_number("respondents"))
        if not colon:
            return self._cell(reference, *self._find(reference, reference))
        if kind in ("count", "base"):
            return self._whole(reference, kind, *self._find(reference, place))
        if kind in self.others:
            if place not in self.others[kind]:
                raise self._unknown(reference, place, self.others[kind], f"{kind}:")
            return self._identified(reference, self.others[kind][place])
        raise self._unknown(reference, kind, ("count", "base", *self.others), after=":…")

    def _find(self, reference: str, place: str) -> tuple[Block, str, str]:
        parts = place.split("/")
        if len(parts) != 4:
            raise SurveyError(
                f"{self.file}: the reference {{{reference}}} is not understood; write "
                "{table/variable/code/column}"
            )
        table, variable, row, column = parts
        block = self.counts.block(table, variable)
        before = f"{reference.partition(':')[0]}:" if ":" in reference else ""
        if block is None:
            known = ["/".join(key) for key in self.counts.blocks]
            raise self._unknown(reference, f"{table}/{variable}", known, before, f"/{row}/{column}")
        if not block.line(row, column):
            known = ["/".join(key) for key in block.cells]
            before += f"{table}/{variable}/"
            raise self._unknown(reference, f"{row}/{column}", known, before)
        return block, row, column

    def _cell(self, reference: str, block: Block, row: str, column: str) -> Shown:
        return self._identified(reference, self.counts.shown(block, row, column))

    def _whole(self, reference: str, kind: str, block: Block, row: str, column: str) -> Shown:
        self._cell(reference, block, row, column)
        return self.counts.whole(block, row, column, kind)

    def _identified(self, reference: str, shown: Shown) -> Shown:
        if shown.text == KEPT_BACK:
            raise _KeptBack
        if shown.note or shown.is_absent:
            raise SurveyError(
                f"{self.file}: the reference {{{reference}}} has no number"
                + (f": {shown.note}" if shown.note else "")
            )
        return shown

    def _unknown(
        self, reference: str, part: str, known: Iterable[str], before: str = "", after: str = ""
    ) -> SurveyError:
        """Say that there is no such number, and name up to three that are nearest."""
        known = list(known)
        near = get_close_matches(part, known, n=MOST_NAMED, cutoff=0.6)
        if not near and before and (known := sorted(known)):
            # Nothing is alike: what there is at all shows how a place is written.
            near = known[:MOST_NAMED]
        listed = ", ".join(f"{{{before}{name}{after}}}" for name in near)
        return SurveyError(
            f"{self.file}: the reference {{{reference}}} names nothing in the results"
            + (f"; the nearest: {listed}" if near else "")
        )


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

    def of_table(
        self,
        blocks: Sequence[Block],
        pairs: Sequence[tuple[Block, Block]] = (),
        alike: Collection[str] = (),
        named: Mapping[str, str] | None = None,
    ) -> list[Markup]:
        """Word one sentence of a table, or none.

        It tells the largest change between two questions to the same people; without such a pair
        the widest gap between groups, and without groups the largest answer. Of the questions
        named in `alike` no gap is told. The question is named where the table asks several, by
        what the rows of the table call it (`named`). Of a table with numbers that are kept back
        nothing is told: the largest may be one of them.
        """
        if any(line.get("suppressed") for block in blocks for line in block.cells.values()):
            return []
        for before, after in pairs:
            if change := self.of_pair(before, after):
                return change
        percents = (self.counts.tables.get(block.table, {}).get("percent") for block in blocks)
        if any(percent not in (None, "column") for percent in percents):
            return []
        differing = [block for block in blocks if block.variable not in alike]
        for look, these in ((self._gap, differing), (self._largest, blocks)):
            asked = {
                block.variable: (named or {}).get(block.variable)
                or self.labels.variable(block.variable)
                for block in these
                if len(blocks) > 1
            }
            found = [seen for block in these if (seen := look(block, asked.get(block.variable)))]
            if found:
                return [max(found, key=lambda seen: seen[0])[1]]
        return []

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

    def _answers(self, block: Block) -> list[str]:
        return [row for row in block.answers if row not in self.set_aside]

    def _largest(self, block: Block, asked: str | None) -> tuple[Fraction, Markup] | None:
        declared = self.counts.tables.get(block.table, {})
        if block.variable in declared.get("rounded_sums", {}):
            # A sum of answers is no answer: which of them is the most frequent is not known.
            return None
        answers = self._answers(block)
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
        shared = [row for row in known if known[row] == known[largest]]
        if known[largest] <= rest or len(shared) > 1:
            return None
        return known[largest], self.say(
            "report.finding_largest_of" if asked else "report.finding_largest",
            question=asked,
            answer=self._row(block, largest),
            percent=self.counts.shown(block, largest, TOTAL),
        )

    def _gap(self, block: Block, asked: str | None) -> tuple[Fraction, Markup] | None:
        widest: tuple[Fraction, str, str, str] | None = None
        for row in self._answers(block):
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
            return None
        gap, row, high, low = widest
        return gap, self.say(
            "report.finding_gap_of" if asked else "report.finding_gap",
            question=asked,
            answer=self._row(block, row),
            high=self._column(block, high),
            high_percent=self.counts.shown(block, row, high),
            low=self._column(block, low),
            low_percent=self.counts.shown(block, row, low),
        )

    def _column(self, block: Block, column: str) -> str:
        return self.labels.column(block.group, column, block.heading(column))
