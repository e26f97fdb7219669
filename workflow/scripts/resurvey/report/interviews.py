"""Interviews: what a publication prints of its interviews, beside the tables of the survey."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from resurvey.core.lines import ClaimLine, QuotationLine
from resurvey.core.names import name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Shown, whole
from resurvey.pages.wording import Wording
from resurvey.report.blocks import Block, Cell, Column, Numbering, Paragraph, Row, Table, join
from resurvey.report.comparison import text_of_claim
from resurvey.report.dimensions import dimension_title


class Interviews:
    """Lays out themes with the number of their printed quotations.

    Parameters
    ----------
    lines : sequence of dict
        Lines of ``audit/quotations.csv``.
    claims : sequence of dict
        Lines of ``audit/claims.csv``: the statements that quotations stand under.
    study : dict
        `interviews` (of the wave alone) and `indicators`, whose dimensions head the themes.
    numbered : dict
        Table of the survey -> its number, or its title where it has none.
    labels, say
        Labels and words of the language.
    """

    def __init__(
        self,
        lines: Sequence[QuotationLine],
        claims: Sequence[ClaimLine],
        study: Mapping[str, Any],
        numbered: Mapping[str, str],
        labels: Labels,
        say: Wording,
    ) -> None:
        self.themes = [line for line in lines if not line["variable"]]
        self.groups = [line for line in lines if line["variable"]]
        self.claims = {line["claim"]: line for line in claims}
        self.declared, self.indicators = study["interviews"], study["indicators"]
        self.numbered, self.labels, self.say = numbered, labels, say

    def blocks(self, number: Numbering) -> Iterator[Block]:
        """Lay out who was interviewed, the themes, and what rests on the interviews alone."""
        for told in self.declared.get("interviewed", {}).values():
            yield Paragraph(self._interviewed(told))
        yield self._table(number.table())
        if alone := self._alone():
            yield Paragraph(self.say("interviews.alone_lead", listed=alone))

    # Who was interviewed --------------------------------------------------------------------------

    def _interviewed(self, told: Mapping[str, Any]) -> Markup:
        everybody = int(self.claims[told["total"]]["printed"])
        parts = []
        for group in told.get("groups", []):
            variable, codes = group["variable"], group["codes"]
            counts = [int(self.claims[claim]["printed"]) for claim in codes.values()]
            place = "interviews.add_up" if sum(counts) == everybody else "interviews.do_not_add_up"
            members = [
                self.say(
                    "interviews.group",
                    label=self.labels.answer(variable, str(code)),
                    n=self._printed(claim),
                )
                for code, claim in codes.items()
            ]
            parts.append(
                self.say(
                    place,
                    question=self.labels.variable(variable),
                    members=Markup(", ").join(members),
                    sum=Markup(" + ").join(map(self._printed, codes.values())),
                    all=self._printed(told["total"]),
                )
            )
        total = self._printed(told["total"])
        if not parts:
            return self.say("interviews.lead_total", n=total)
        return self.say("interviews.lead", n=total, parts=Markup("; ").join(parts))

    def _printed(self, claim: str) -> Shown:
        return Shown(self.claims[claim]["printed"], identity=name_number("claim", claim, "printed"))

    # What they are quoted on ----------------------------------------------------------------------

    def _table(self, number: str) -> Table:
        say, rows = self.say, list[Row]()
        homes: dict[str, list[QuotationLine]] = {}
        for line in self.themes:
            homes.setdefault(line["dimension"], []).append(line)
        for home, lines in homes.items():
            if home:
                title = dimension_title(home, self.indicators, self.labels)
                rows.append(self._row("subtotal", title, lines, "dimension", home))
            rows += [self._theme(line) for line in lines]
        rows.append(self._row("total", say.plain("interviews.all"), self.themes))
        said = join(say("interviews.note"), self._speakers())
        return Table(
            "report/interviews",
            number,
            say.plain("interviews.table"),
            "",
            (
                Column(say.plain("interviews.theme"), width=3.3),
                Column(say.plain("interviews.quotations"), number=True, width=0.7),
                Column(say.plain("report.place"), width=0.8),
                Column(say.plain("interviews.beside"), width=2.2),
            ),
            tuple(rows),
            notes=(said, say("interviews.note_tables")),
            fine=True,
            attributes={"data-table": "interviews"},
        )

    def _row(self, kind: str, title: str, lines: Sequence[QuotationLine], *place: str) -> Row:
        size = sum(int(line["quotations"]) for line in lines)
        counted = whole(size, name_number("tally", "quotations", *place))
        return Row(kind, (Cell(title), Cell(counted, strong=True), Cell(""), Cell("")))

    def _theme(self, line: QuotationLine) -> Row:
        declared = self.declared["themes"][line["theme"]]
        note = self.labels.pick(declared.get("note"))
        identity = name_number("tally", "quotations", "theme", line["theme"])
        page = self.say.plain("report.page", page=line["pages"]) if line["pages"] else NOTHING
        return Row(
            "answer",
            (
                Cell(self.labels.pick(declared["label"]), under=(note,) if note else ()),
                Cell(whole(int(line["quotations"]), identity)),
                Cell(page, title=line["places"]),
                Cell(self._beside(line)),
            ),
        )

    def _beside(self, line: QuotationLine) -> Markup | str:
        """Tables of the survey on the same subject; a page leads to them."""
        link = Markup('<a href="#table-{}">{}</a>')
        tables = [link.format(name, self.numbered[name]) for name in line["tables"].split()]
        return Markup(", ").join(tables) if tables else self.say.plain("interviews.alone")

    def _speakers(self) -> Markup:
        """How many quotations tell of the speaker, attribute by attribute."""
        everything, told = sum(int(line["quotations"]) for line in self.themes), []
        sizes: dict[str, dict[str, int]] = {}
        for line in self.groups:
            codes = sizes.setdefault(line["variable"], {})
            codes[line["code"]] = codes.get(line["code"], 0) + int(line["quotations"])
        for variable, codes in sizes.items():
            members = [
                self.say(
                    "interviews.group",
                    label=self.labels.answer(variable, code),
                    n=whole(size, name_number("tally", "quotations", "group", variable, code)),
                )
                for code, size in codes.items()
            ]
            identity = name_number("tally", "quotations", "group", variable, "")
            told.append(
                self.say(
                    "interviews.speakers",
                    question=self.labels.variable(variable),
                    members=Markup(", ").join(members),
                    silent=whole(everything - sum(codes.values()), identity),
                )
            )
        return join(*told)

    # What nothing but the interviews supports -----------------------------------------------------

    def _alone(self) -> Markup:
        """Statements of the text under which only quotations without a table stand."""
        beside = {
            claim for line in self.themes if line["tables"] for claim in line["claims"].split()
        }
        alone = dict.fromkeys(
            claim
            for line in self.themes
            if not line["tables"]
            for claim in line["claims"].split()
            if claim not in beside
        )
        link = Markup('<a href="#claim-{}">{}</a>')
        told = (
            link.format(claim, text_of_claim(self.claims[claim], self.labels.language))
            for claim in alone
        )
        return Markup("; ").join(told)
