"""References: a study's own sentences, in which every number is looked up in the results.

A reference stands in braces and is the only thing in a study's text that is not printed as it is:

``{table/variable/code/column}``
    per cent of the cell; a subtotal's code is ``1+2``, the column of all respondents ``total``
``{count:table/variable/code/column}``, ``{base:…}``
    its count and its base
``{indicator:name/column}``
    share of an indicator, or the difference of two shares with its sign
``{respondents}``
    number of respondents analysed
"""

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from resurvey.core.cells import Block
from resurvey.core.codebook import nearest
from resurvey.core.errors import SurveyError
from resurvey.core.names import name_number
from resurvey.pages.numerals import Shown, whole
from resurvey.pages.wording import keep_unit
from resurvey.report.counts import Counts

_REFERENCE = re.compile(r"\{([^{}]*)\}")


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
    """

    def __init__(
        self, counts: Counts, indicators: Mapping[str, Shown], respondents: int, file: str
    ) -> None:
        self.counts, self.indicators = counts, indicators
        self.respondents, self.file = respondents, file

    def fill(self, text: str) -> Markup:
        """Replace every reference of a text by its number; the rest is escaped.

        Raises
        ------
        SurveyError
            An unknown reference or a brace without its partner, with the file and the reference.
        """
        done, end = [Markup("")], 0
        for found in _REFERENCE.finditer(text):
            plain = self._plain(keep_unit(text[end : found.start()], end))
            done += [plain, escape(self.look_up(found[1]))]
            end = found.end()
        return Markup("").join([*done, self._plain(keep_unit(text[end:], end))])

    def fill_all(self, texts: list[str] | None) -> list[Markup]:
        """Fill several sentences or paragraphs."""
        return [self.fill(text) for text in texts or []]

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
        if kind == "indicator":
            if place not in self.indicators:
                raise self._unknown(reference, place, self.indicators)
            return self._identified(reference, self.indicators[place])
        raise self._unknown(reference, kind, ("count", "base", "indicator", "respondents"))

    def _find(self, reference: str, place: str) -> tuple[Block, str, str]:
        parts = place.split("/")
        if len(parts) != 4:
            raise SurveyError(
                f"{self.file}: the reference {{{reference}}} is not understood; write "
                "{table/variable/code/column}"
            )
        table, variable, row, column = parts
        block = self.counts.block(table, variable)
        if block is None:
            known = ["/".join(key) for key in self.counts.blocks]
            raise self._unknown(reference, f"{table}/{variable}", known)
        if not block.line(row, column):
            known = ["/".join(key) for key in block.cells]
            raise self._unknown(reference, f"{row}/{column}", known)
        return block, row, column

    def _cell(self, reference: str, block: Block, row: str, column: str) -> Shown:
        return self._identified(reference, self.counts.shown(block, row, column))

    def _whole(self, reference: str, kind: str, block: Block, row: str, column: str) -> Shown:
        self._cell(reference, block, row, column)
        return self.counts.whole(block, row, column, kind)

    def _identified(self, reference: str, shown: Shown) -> Shown:
        if shown.note:
            raise SurveyError(
                f"{self.file}: the reference {{{reference}}} has no number: {shown.note}"
            )
        return shown

    def _unknown(self, reference: str, part: str, known: Any) -> SurveyError:
        return SurveyError(
            f"{self.file}: the reference {{{reference}}} names nothing in the results"
            f"{nearest(part, known)}"
        )
