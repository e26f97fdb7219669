"""Interviews: coded ones and what a publication prints of its own, beside the tables of the survey.

Counts are of interviews ("k of n") where they were coded, of quotations where they were printed.
How a theme stands to a table is the analyst's word, and shown as such.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from resurvey.core.lines import ClaimLine, Line, QuotationLine, QuotedLine
from resurvey.core.names import KEPT_BACK, name_interview_number, name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Numerals, Shown, whole
from resurvey.pages.wording import Wording
from resurvey.report.blocks import (
    Block,
    Cell,
    Column,
    Group,
    Item,
    Items,
    Numbering,
    Paragraph,
    Row,
    Table,
    join,
    plain_text,
)
from resurvey.report.comparison import text_of_claim
from resurvey.report.dimensions import dimension_title

SATURATED = Fraction(9, 10)
"""Share of all codes whose number of interviews, on average over all orders, is told."""


class Interviews:
    """Lays out themes with their interviews or printed quotations.

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
    quoted : sequence of dict
        Lines of ``audit/quoted.csv`` and ``interviews/quotations.csv``: what stands for words.
    coded : dict
        Name of a file of ``interviews/`` -> its lines; empty where nothing was coded.
    """

    def __init__(
        self,
        lines: Sequence[QuotationLine],
        claims: Sequence[ClaimLine],
        study: Mapping[str, Any],
        numbered: Mapping[str, str],
        labels: Labels,
        say: Wording,
        quoted: Sequence[QuotedLine] = (),
        coded: Mapping[str, Sequence[Line]] | None = None,
    ) -> None:
        self.themes = [line for line in lines if not line["variable"]]
        self.groups = [line for line in lines if line["variable"]]
        self.claims = {line["claim"]: line for line in claims}
        self.declared = study.get("interviews", {})
        self.indicators = study["indicators"]
        self.numbered, self.labels, self.say = numbered, labels, say
        self.quoted, self.coded = quoted, coded or {}
        self.numerals = Numerals(labels.language)
        self.counted = {
            (line["kind"], line["code"], line["attribute"], line["value"]): line
            for line in self.coded.get("codes_by_attribute", ())
        }

    @property
    def is_empty(self) -> bool:
        """Whether nothing was coded and nothing printed."""
        return not self.themes and not self.counted

    def blocks(self, number: Numbering) -> Iterator[Block]:
        """Lay out who was interviewed, the themes, and what rests on the interviews alone."""
        if self.counted:
            yield from self._coded(number)
        if self.themes:
            yield from self._printed_themes(number)
        if group := self._without_place():
            yield group

    def _printed_themes(self, number: Numbering) -> Iterator[Block]:
        for told in self.declared.get("interviewed", {}).values():
            yield Paragraph(self._interviewed(told))
        yield self._table(number.table())
        if alone := self._alone():
            yield Paragraph(self.say("interviews.alone_lead", listed=alone))

    # Beside a table of the survey -----------------------------------------------------------------

    def beside(self, table: str) -> Group | None:
        """Show the themes that the study links to a table: how many, what was said, what it means.

        Coded interviews stand on paper, too. Of printed quotations a page has paraphrases, which
        paper leaves to the section on interviews.
        """
        themes = self.declared.get("themes", {})
        own = [name for name, theme in themes.items() if table in theme.get("tables", ())]
        return self._group(own, table, "joint")

    def alone(self, dimension: str) -> Group | None:
        """Show the themes of a dimension on which the survey has no table."""
        own = [
            name
            for name, theme in self.declared.get("themes", {}).items()
            if dimension and theme.get("dimension") == dimension and not theme.get("tables")
        ]
        return self._group(own, dimension, "joint_alone")

    def _without_place(self) -> Group | None:
        """Show what was said and judged of themes that have neither tables nor a dimension."""
        own = [
            name
            for name, theme in self.declared.get("themes", {}).items()
            if not theme.get("tables") and not theme.get("dimension")
            if theme.get("judgement") or self._said(name)
        ]
        return self._group(own, "interviews", "joint_alone")

    def _group(self, themes: Sequence[str], name: str, place: str) -> Group | None:
        items = [item for theme in themes for item in self._joined(theme)]
        if not items:
            return None
        of_print = not self.counted
        lead = self.say("interviews.joint_printed" if of_print else self._kind("joint_coded"))
        if place == "joint_alone":
            lead = join(self.say("interviews.joint_alone_lead"), lead)
        opening = Paragraph(lead, lead=self.say.plain(f"interviews.{place}"))
        blocks = (opening, Items(tuple(items)))
        return Group(blocks, "joint", attributes={"data-joint": name}, in_print=not of_print)

    def joint_display(self) -> Table | None:
        """All themes with tables of the survey in one table, for the workbook."""
        say, rows = self.say, list[Row]()
        for name, theme in self.declared.get("themes", {}).items():
            size = self._size(name)
            if not size:
                continue
            tables = ", ".join(self.numbered[table] for table in theme.get("tables", ()))
            common = (
                Cell(self.labels.pick(theme["label"])),
                Cell(tables or say.plain("interviews.alone")),
                Cell(plain_text(size)),
                Cell(plain_text(self._judged(theme) or NOTHING)),
            )
            said = self._said(name) or [Markup(NOTHING)]
            rows += [Row("answer", (*common, Cell(plain_text(words)))) for words in said]
        if not rows:
            return None
        heads = ("theme", "beside", "how_many", "judgement", "said")
        return Table(
            "report/joint_display",
            "",
            say.plain("interviews.joint_title"),
            "",
            tuple(Column(say.plain(f"interviews.{head}"), width=2.0) for head in heads),
            tuple(rows),
        )

    def _joined(self, name: str) -> Iterator[Item]:
        """One theme: its number of interviews or quotations, the analyst's word, what was said."""
        theme, size = self.declared["themes"][name], self._size(name)
        if not size:
            return
        label = Markup("<b>{}</b>").format(self.labels.pick(theme["label"]))
        head = join(self.say("interviews.of_theme", theme=label, size=size), self._judged(theme))
        yield Item(head)
        yield from (Item(words, look="said") for words in self._said(name))

    def _size(self, name: str) -> Markup:
        """In how many interviews a theme came up, and how many quotations of it were printed."""
        parts = []
        if line := self.counted.get(("theme", name, "", "")):
            parts.append(
                self.say("interviews.k_of_n", k=self._count(line), n=self._count(line, "n"))
            )
        for printed in self.themes:
            if printed["theme"] == name and printed["quotations"] != "0":
                identity = name_number("tally", "quotations", "theme", name)
                shown = whole(int(printed["quotations"]), identity)
                parts.append(self.say.plural("interviews.printed", shown))
        return Markup("; ").join(parts)

    def _judged(self, theme: Mapping[str, Any]) -> Markup:
        if not (judgement := theme.get("judgement")):
            return Markup("")
        kind = self.say(f"interviews.{judgement['kind']}")
        said = self.labels.pick(judgement["said"])
        return self.say("interviews.judged", kind=kind, said=said)

    def _said(self, name: str) -> list[Markup]:
        """What was said of a theme, in the words' own language, with who speaks in brackets."""
        versions: dict[str, dict[str, QuotedLine]] = {}
        for line in self.quoted:
            if line["theme"] == name:
                versions.setdefault(line["quotation"], {})[line["language"]] = line
        found = []
        for lines in versions.values():
            own = next((line for line in lines.values() if line["kind"] == "original"), None)
            here = lines.get(self.labels.language)
            shown = own or here or next(iter(lines.values()))
            words = Markup.escape(shown["text"])
            if shown["language"] != self.labels.language:
                words = Markup('<span lang="{}">{}</span>').format(shown["language"], words)
            if shown["kind"] == "original":
                words = self.say("report.quoted", text=words)
            if own and here and here is not own:
                words = self.say("interviews.translated", words=words, translation=here["text"])
            speaker = self._speaker(shown["attributes"])
            told = self.say("interviews.by", words=words, speaker=speaker) if speaker else words
            found.append(told)
        return found

    def _speaker(self, attributes: str) -> str:
        """Who speaks, as far as it is told: values of declared attributes or of the survey."""
        values = []
        for told in attributes.split():
            name, _, value = told.partition("=")
            values.append(self._value(name, value))
        return ", ".join(values)

    def _value(self, name: str, value: str) -> str:
        attribute = self.declared.get("attributes", {}).get(name)
        if attribute is None:
            parts = self.labels.variable(name), self.labels.answer(name, value)
            return " – ".join(part[:1].lower() + part[1:] for part in parts)
        if "bands" in attribute:
            kind, _, ends = value.partition("_")
            low, _, high = ends.partition("_to_")
            place = "band_below" if kind == "below" else "band" if high else "band_from"
            band = self.say.plain(f"interviews.{place}", low=low, high=high or low)
            label = self.labels.pick(attribute.get("label"), name)
            return self.say.plain(
                "interviews.band_of", name=label[:1].lower() + label[1:], band=band
            )
        return self.labels.pick(attribute["values"][value].get("label"), value)

    # Coded interviews -----------------------------------------------------------------------------

    def _count(self, line: Line, field: str = "cases") -> Shown:
        """A number of a line; a cross where it is kept back, without any identity."""
        identity = name_interview_number("codes_by_attribute", line, field)
        return whole(int(line[field]), identity) if line[field] else Shown(KEPT_BACK)

    def _kind(self, place: str) -> str:
        """Words of invented interviews, where they are."""
        invented = any(one.get("invented") for one in self.declared.get("sources", {}).values())
        return f"interviews.{place}_invented" if invented else f"interviews.{place}"

    @property
    def _shown_attributes(self) -> list[str]:
        """Attributes by which some theme is shown: no group of them is small."""
        return [
            name
            for name in self.declared.get("attributes", {})
            if any(
                line["shown"] == "1"
                for (kind, _, attribute, _), line in self.counted.items()
                if kind == "theme" and attribute == name
            )
        ]

    def _coded(self, number: Numbering) -> Iterator[Block]:
        say = self.say
        everybody = self._count(self.counted["all", "", "", ""])
        yield Paragraph(say(self._kind("coded"), n=everybody))
        yield self._counted_table(number.table())
        if told := self._saturation():
            yield Paragraph(told)
        yield from self._agreement(number)

    def _counted_table(self, number: str) -> Table:
        """Themes by interview, all and by every attribute that may be shown."""
        say, labels = self.say, self.labels
        columns = [
            Column(say.plain("interviews.theme"), width=3.0),
            Column(say.plain("interviews.all_interviews"), number=True, width=0.9),
        ]
        groups: list[tuple[str, str]] = []
        for name in self._shown_attributes:
            for (kind, _, attribute, value), _ in self.counted.items():
                if kind == "all" and attribute == name:
                    groups.append((name, value))
                    columns.append(Column(self._value(name, value), number=True, width=0.9))
        columns.append(Column(say.plain("interviews.beside"), width=2.0))
        rows = [
            Row(
                "answer",
                (
                    Cell(labels.pick(theme["label"]), under=self._note(theme)),
                    Cell(self._count(line)),
                    *(self._cell("theme", name, group) for group in groups),
                    Cell(self._links(theme.get("tables", ()))),
                ),
            )
            for name, theme in self.declared["themes"].items()
            if (line := self.counted.get(("theme", name, "", "")))
        ]
        everybody = self.counted["all", "", "", ""]
        rows.append(
            Row(
                "base",
                (
                    Cell(say.plain("interviews.base")),
                    Cell(self._count(everybody)),
                    *(self._cell("all", "", group) for group in groups),
                    Cell(""),
                ),
            )
        )
        threshold = str(self.declared.get("threshold", ""))
        hidden = any(
            self._cell(row_kind, name, group).text == KEPT_BACK
            for group in groups
            for row_kind, name in [("theme", name) for name in self.declared["themes"]]
            if (row_kind, name, *group) in self.counted
        )
        notes = [say("interviews.note_coded")]
        if hidden:
            notes.append(say("interviews.note_hidden", threshold=threshold))
        return Table(
            "report/coded_interviews",
            number,
            say.plain("interviews.coded_table"),
            "",
            tuple(columns),
            tuple(rows),
            notes=(join(*notes), say("interviews.note_tables")),
            attributes={"data-table": "coded_interviews"},
        )

    def _note(self, theme: Mapping[str, Any]) -> tuple[str, ...]:
        note = self.labels.pick(theme.get("note"))
        return (note,) if note else ()

    def _cell(self, kind: str, name: str, group: tuple[str, str]) -> Cell:
        line = self.counted[kind, name, *group]
        if line["shown"] != "1":
            return Cell(KEPT_BACK)
        return Cell(self._count(line))

    def _saturation(self) -> Markup:
        """After how many interviews most codes were met, on average over all orders."""
        lines = self.coded.get("saturation", ())
        if not lines or not lines[-1]["mean_codes"]:
            return Markup("")
        total = lines[-1]["mean_codes"]
        enough = next(
            line for line in lines if Fraction(line["mean_codes"]) >= SATURATED * Fraction(total)
        )
        mean = Shown(
            self.numerals.fixed(float(enough["mean_codes"]), 1),
            identity=name_interview_number("saturation", enough, "mean_codes"),
        )
        last = lines[-1]
        return self.say(
            "interviews.saturation",
            codes=Shown(
                self.numerals.fixed(float(last["mean_codes"]), 0),
                identity=name_interview_number("saturation", last, "mean_codes"),
            ),
            n=Shown(
                last["interviews"],
                identity=name_interview_number("saturation", last, "interviews"),
            ),
            first=Shown(
                enough["interviews"],
                identity=name_interview_number("saturation", enough, "interviews"),
            ),
            mean=mean,
        )

    def _agreement(self, number: Numbering) -> Iterator[Block]:
        """How far coders agree: all decisions together in a sentence, every code in a table."""
        lines = self.coded.get("agreement", ())
        if not lines:
            return
        say = self.say
        unit = say.plain(f"interviews.unit_{lines[0]['unit']}")
        two = lines[0]["coders"] == "2"
        columns = [
            Column(say.plain("interviews.code"), width=3.0),
            Column(say.plain("interviews.units"), number=True),
            Column(say.plain("interviews.agreed"), number=True),
            *([Column(say.plain("interviews.kappa"), number=True)] if two else []),
            Column(say.plain("interviews.alpha"), number=True),
        ]
        rows = []
        for line in lines:
            if not line["alpha"] and line.get("suppressed"):
                continue
            cells = [self._agreed(line, name) for name in ("units", "agreed")]
            cells += [self._agreed(line, name, 2) for name in (("kappa",) if two else ())]
            cells.append(self._agreed(line, "alpha", 2))
            label = line["code"] or say.plain("interviews.all_codes")
            rows.append(Row("answer" if line["code"] else "total", (Cell(label), *cells)))
        yield Paragraph(say("interviews.coders_lead"))
        # All codes together stand below the single ones.
        yield Table(
            "report/coders",
            number.table(),
            say.plain("interviews.coders"),
            "",
            tuple(columns),
            (*rows[1:], rows[0]),
            notes=(say("interviews.note_coders", unit=unit),),
            attributes={"data-table": "coders"},
        )

    def _agreed(self, line: Line, field: str, digits: int = 0) -> Cell:
        if not line[field]:
            return Cell(NOTHING)
        shown = self.numerals.fixed(float(line[field]), digits)
        return Cell(Shown(shown, identity=name_interview_number("agreement", line, field)))

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
        if any(line["kind"] == "paraphrase" for line in self.quoted):
            said = join(said, say("interviews.note_paraphrased"))
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
                Cell(self._links(line["tables"].split())),
            ),
        )

    def _links(self, tables: Sequence[str]) -> Markup | str:
        """Tables of the survey on the same subject; a page leads to them."""
        link = Markup('<a href="#table-{}">{}</a>')
        found = [link.format(name, self.numbered[name]) for name in tables]
        return Markup(", ").join(found) if found else self.say.plain("interviews.alone")

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
