"""Overall: what is published for each declared indicator, and what follows for all together."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from resurvey.core.lines import CombinationLine, IndicatorLine
from resurvey.core.names import TOTAL, name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Numerals, Shown, no_number, whole
from resurvey.pages.wording import Wording
from resurvey.prepare.indicators import SIDES
from resurvey.report.assessment import (
    KINDS,
    RULES,
    Assessment,
    assess,
    unassigned_questions,
)
from resurvey.report.blocks import (
    NEXT_LINE,
    Block,
    Cell,
    Column,
    Item,
    Items,
    Numbering,
    Paragraph,
    Row,
    Table,
    cells_of,
    join,
    number_cells,
)
from resurvey.report.dimensions import dimension_title, indicator_label


class Overall:
    """Lays out the assessment of the indicators that a study declares.

    Parameters
    ----------
    lines, combinations
        Lines of ``tables/indicators.csv`` and ``tables/combinations.csv``.
    declared : dict
        `config/indicators.yaml`.
    shown : dict
        Printed indicators, by name and column.
    labels, numerals, say
        Labels, numbers and words of the language.
    respondents : Shown
        Respondents analysed.
    dealt : bool
        The records were dealt from published numbers: what is not there was not published.
    from_parts : bool
        Tables of the report add rounded parts; the shares here are computed from counts.
    """

    def __init__(
        self,
        lines: Sequence[IndicatorLine],
        combinations: Sequence[CombinationLine],
        declared: Mapping[str, Any],
        shown: Mapping[str, Shown],
        labels: Labels,
        numerals: Numerals,
        say: Wording,
        respondents: Shown,
        dealt: bool = False,
        from_parts: bool = False,
    ) -> None:
        self.lines = {line["indicator"]: line for line in lines if line["column_code"] == TOTAL}
        self.combinations, self.declared, self.shown = combinations, declared, shown
        self.labels, self.numerals, self.say = labels, numerals, say
        self.respondents, self.dealt, self.from_parts = respondents, dealt, from_parts
        self.assessment: Assessment = assess(lines, declared)

    def blocks(
        self, asked: Sequence[str], unprinted: Collection[str], several: bool, number: Numbering
    ) -> Iterator[Block]:
        """Lay out everything, in order.

        `asked` are the questions of the tables, `unprinted` those of which some answer was not
        printed, `several` says that more than one set of counts prints so.
        """
        if self.declared.get("empirical"):
            yield Paragraph(self.say("overall.lead"))
            yield self._empirical(unprinted, number.table())
            if unassigned := self._unassigned(asked):
                yield unassigned
            yield Paragraph(self._kinds())
        if self.assessment.dimensions:
            yield Paragraph(join(self._halves(), self.say("overall.rules")))
            yield self._rules()
        if self.combinations:
            yield self._combinations(several, number.table())

    # What is published of each -------------------------------------------------------------------

    def _empirical(self, unprinted: Collection[str], number: str) -> Table:
        say, rows = self.say, list[Row]()
        headings = [say.plain(f"overall.{side}") for side in ("favourable", *SIDES)]
        for number_of, item in enumerate(self.declared["empirical"], 1):
            label = f"{number_of}. {self.labels.pick(item['label'])}"
            if home := item.get("dimension"):
                label += f" ({dimension_title(home, self.declared, self.labels)})"
            rows.append(Row("question", cells_of(label)))
            named = [name for name in item.get("measured_by", []) if name in self.lines]
            rows += [self._shares(name, unprinted) for name in named]
            note = self.labels.pick(item.get("note"))
            if not named:
                place = "overall.not_published" if self.dealt else "report.not_measured"
                silent = Cell(say.plain(place), under=(note,) if note else ())
                rows.append(Row("missing", (silent, *cells_of(*[Shown("")] * len(headings)))))
            elif note:
                rows.append(Row("missing", cells_of(note, *[Shown("")] * len(headings))))
        notes = [say("overall.sides")]
        notes += [say("report.indicators_from_counts")] if self.from_parts else []
        return Table(
            "report/empirical",
            number,
            say.plain("report.empirical"),
            "%",
            (
                Column(say.plain("report.empirical_indicator"), width=2.6),
                *(Column(heading, number=True) for heading in headings),
            ),
            tuple(rows),
            notes=tuple(notes),
            attributes={"data-table": "empirical"},
        )

    def _shares(self, name: str, unprinted: Collection[str]) -> Row:
        known = self.shown.get(f"{name}/{TOTAL}", Shown(NOTHING))
        sides = [self._side(name, side, unprinted) for side in SIDES]
        label = indicator_label(name, self.declared, self.labels, self.lines[name]["label"])
        return Row("answer", (Cell(label), *number_cells((known, *sides), strong=True)))

    def _side(self, name: str, side: str, unprinted: Collection[str]) -> Shown:
        line = self.lines[name]
        count = line.get(f"{side}_count") or ""
        share = self.declared.get("indicators", {}).get(name, {}).get("share", {})
        # Whom nobody counted has a share of zero only where every answer was printed.
        if not count or (not Fraction(str(count)) and share.get("variable") in unprinted):
            return Shown(NOTHING, note=self.say.plain("overall.not_published"))
        identity = name_number("indicator", name, TOTAL, side)
        return self.numerals.shown_percent(Fraction(str(count)), Fraction(line["base"]), identity)

    def _unassigned(self, asked: Sequence[str]) -> Paragraph | None:
        by_question = {
            entry["share"]["variable"]: name
            for name, entry in self.declared.get("indicators", {}).items()
            if "share" in entry and name in self.lines
        }
        told = []
        for question in unassigned_questions(self.declared, asked):
            name = by_question.get(question)
            wording = self.labels.variable(question)
            if name is None:
                told.append(Markup.escape(wording))
                continue
            label = indicator_label(name, self.declared, self.labels, self.lines[name]["label"])
            share = self.shown.get(f"{name}/{TOTAL}", Shown(NOTHING))
            told.append(self.say("overall.share", label=label, share=share))
        if not told:
            return None
        return Paragraph(self.say("overall.unassigned", listed=Markup("; ").join(told)))

    # How the shares stand to one half ------------------------------------------------------------

    def _kinds(self) -> Markup:
        say, found = self.say, self.assessment
        everything = whole(len(found.empirical), name_number("tally", "empirical"))
        parts = [
            say(f"overall.kind_{kind}", n=whole(number, name_number("tally", "empirical", kind)))
            for kind in KINDS
            if (number := len(found.of_kind(kind)))
        ]
        return say("overall.kinds", all=everything, parts=Markup("; ").join(parts))

    def _halves(self) -> Markup:
        parts = [
            self.say(
                "overall.of_dimension",
                dimension=self._home(name),
                reached=whole(len(halves.reached), name_number("tally", "half", name)),
                shares=whole(len(halves.shares), name_number("tally", "half", name, "shares")),
            )
            for name, halves in self.assessment.dimensions.items()
        ]
        return self.say("overall.halves", parts=Markup("; ").join(parts))

    def _home(self, name: str) -> str:
        return dimension_title(name, self.declared, self.labels)

    def _rules(self) -> Items:
        say, told = self.say, []
        for rule in RULES if self.assessment.empirical else RULES[:-1]:
            failing = self.assessment.failing(rule)
            verdict = say("overall.unmet" if failing else "overall.met")
            if failing and rule != "every_indicator":
                verdict = say("overall.unmet_in", where="; ".join(map(self._home, failing)))
            told.append(Item(verdict, say.plain(f"overall.rule_{rule}")))
        return Items(tuple(told))

    # What holds together --------------------------------------------------------------------------

    def _combinations(self, several: bool, number: str) -> Table:
        say = self.say
        bounded = any(line["lowest_count"] for line in self.combinations)
        fields = ("lowest", "highest") if bounded else ("percent",)
        notes = [say("overall.bounds" if bounded else "overall.counted", n=self.respondents)]
        if bounded and several:
            notes.append(say("overall.bounds_several"))
        return Table(
            "report/combinations",
            number,
            say.plain("overall.combinations"),
            "%",
            (
                Column(say.plain("overall.combination"), width=2.6),
                *(Column(say.plain(f"overall.{field}"), number=True) for field in fields),
            ),
            tuple(self._combination(line, fields) for line in self.combinations),
            notes=tuple(notes),
        )

    def _combination(self, line: CombinationLine, fields: Sequence[str]) -> Row:
        entry = self.declared.get("combinations", {}).get(line["combination"], {})
        label = self.labels.pick(entry.get("label"), line["label"])
        parts = NEXT_LINE.join(self._part(name) for name in line["of"].split("+"))
        numbers = [self._ends(line, field) for field in fields]
        return Row("answer", (Cell(label, under=(parts,)), *number_cells(numbers)))

    def _part(self, name: str) -> Markup:
        share = self.shown.get(f"{name}/{TOTAL}", Shown(NOTHING))
        label = indicator_label(name, self.declared, self.labels, name)
        base = Shown(share.base, identity=name_number("base", "indicator", name, TOTAL))
        return self.say("overall.part", label=label, share=share, base=base if base else NOTHING)

    def _ends(self, line: CombinationLine, field: str) -> Shown:
        count = line["count"] if field == "percent" else line[f"{field}_count"]  # type: ignore[literal-required]
        if not count:
            return no_number(line, self.say.line_notes(line) or NOTHING)
        identity = name_number("combination", line["combination"], field)
        return self.numerals.shown_percent(Fraction(count), Fraction(line["base"]), identity)
