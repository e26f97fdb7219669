"""Exhibits: the study's tables as a reader sees them, all respondents first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

from markupsafe import Markup

from resurvey.core.cells import Block
from resurvey.core.codebook import BATTERY, short_title
from resurvey.core.names import TOTAL, name_number
from resurvey.core.notes import read_notes
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Joined, Shown, span, whole
from resurvey.pages.wording import Wording
from resurvey.report import blocks as report
from resurvey.report.blocks import (
    MANY_COLUMNS,
    SIGNS,
    Cell,
    Column,
    Figure,
    Group,
    Item,
    Items,
    Numbering,
    Paragraph,
    Row,
    Table,
    cells_of,
    number_cells,
    plain_text,
    width_of,
)
from resurvey.report.counts import Counts
from resurvey.report.evidence import Evidence, PairedTests, word_evidence, word_paired
from resurvey.report.summaries import Summaries
from resurvey.tables.boxes import MEAN, NET, NPS, SCORES, names_of_boxes

MANY_GROUPS = 3
"""From so many groups on, the grouping question stands over them."""

WIDE = 8
"""A banner, or a table of questions on one scale, of more columns takes the width of a page."""

SEVERAL = 3
"""So many questions on one scale are one row each."""


@dataclass(frozen=True)
class Exhibit:
    """A table of the report with everything that stands around it."""

    name: str
    number: str  # as the study gives it
    title: str
    grids: tuple[Table, ...]  # its questions, and its pairs of questions side by side
    sentences: list[Markup]  # what the study says above
    findings: list[Markup]
    notes: list[Markup]
    evidence: list[Evidence]
    paired: list[PairedTests]  # of questions to the same people
    figure: Figure | None
    compared: tuple[Paragraph, ...] = ()  # groups by their numbers

    @property
    def plain(self) -> str:
        """Number and title without markup, for places that hold no numbers to point at."""
        title = plain_text(self.title)
        return f"{self.number}. {title}" if self.number else title

    @property
    def short(self) -> str:
        """Number and title as contents and captions of figures have room for them."""
        title = short_title(plain_text(self.title))
        return f"{self.number}. {title}" if self.number else title

    def group(self, numbering: Numbering, say: Wording, nominal: bool, listed: bool) -> Group:
        """Put everything together; `listed` exhibits stand in the page's contents."""
        number = numbering.table(self.number)
        blocks: list[report.Block] = [Paragraph(sentence) for sentence in self.sentences]
        blocks += self._tables(number)
        if len(self.findings) == 1:
            blocks.append(Paragraph(self.findings[0], "findings"))
        elif self.findings:
            items = tuple(map(Item, self.findings))
            blocks.append(Items(items, "findings", say.plain("report.findings")))
        if self.evidence:
            several = len(self.evidence) > 1
            worded = (word_evidence(found, say, nominal, several) for found in self.evidence)
            blocks.append(Group(tuple(worded), "evidence"))
        if self.compared:
            blocks.append(Group(self.compared, "evidence"))
        for pair in self.paired:
            blocks.append(Group(word_paired(pair, say, nominal), "evidence"))
        if self.figure:
            title = f"{short_title(plain_text(self.title))} ({number})"
            figure = replace(self.figure, number=numbering.figure(), title=title, label=self.short)
            blocks.append(figure)
        return Group(
            tuple(blocks),
            anchor=f"exhibit-{self.name}",
            title=self.short if listed else "",
            caption=f"caption-{self.name}" if self.grids else "",
            wide=any(grid.stacked and len(grid.columns) > WIDE + 1 for grid in self.grids),
        )

    def _tables(self, number: str) -> list[report.Block]:
        """Number the tables; the notes stand under the last."""
        if not self.grids:
            return [Paragraph(note, "notes", in_print=False) for note in self.notes]
        numbered = [
            replace(grid, number=number, supplementary=not self.number) for grid in self.grids
        ]
        return [*numbered[:-1], replace(numbered[-1], notes=tuple(self.notes))]


class Grids:
    """Lays out blocks of counts as tables.

    Parameters
    ----------
    counts, labels, say
        Numbers, labels and words of the page.
    respondents : int
        Respondents analysed.
    summaries : Summaries, optional
        Net shares, net promoter scores and means of the questions.
    """

    def __init__(
        self,
        counts: Counts,
        labels: Labels,
        say: Wording,
        respondents: int,
        summaries: Summaries | None = None,
    ) -> None:
        self.counts, self.labels, self.say = counts, labels, say
        self.respondents = respondents
        self.summaries = summaries or Summaries([], labels, counts.numerals, say)

    def with_counts(self, grid: Table) -> Table:
        """Set the number of respondents beside each per cent of a grid with one column.

        A table of the sample tells both; the base is then the sum of the counts.
        """
        if len(grid.columns) > 2:
            return grid
        headings = self.say.plain("report.respondents_count"), "%"
        return replace(
            grid,
            columns=_columns(grid.columns[0].heading, headings),
            rows=tuple(_with_count(row) for row in grid.rows),
            look="columns-2",
        )

    def of_table(
        self, name: str, table: Mapping[str, Any], title: str, titled: bool = True
    ) -> list[Table]:
        """Lay out a table of `config/tables.yaml`; `titled` where the study itself names it.

        Two questions to the same people without groups stand side by side with their difference;
        everything else is a block of rows per question, and such pairs follow as grids of totals.
        """
        pairs = [self._pair(pair, name) for pair in table.get("pairs", [])]
        paired = {pair[role] for pair in table.get("pairs", []) for role in ("before", "after")}
        grouped = bool(table.get("columns"))
        blocks = [
            block for block in self._asked(name, table) if grouped or block.variable not in paired
        ]
        stem, named = self.battery(table, titled)
        percent = table.get("percent", "column")
        above = stem if titled else ""
        # A single question that is the title is not asked again above its answers.
        main = [self._blocks(blocks, percent, named, above, titled)] if blocks else []
        unit = self.unit(name, table)
        grids = []
        for place, grid in enumerate([*main, *(grid for grid in pairs if grid)]):
            headings = " – ".join(column.heading for column in grid.columns[1:3])
            grids.append(
                replace(
                    grid,
                    name=name,
                    title=Markup("{}: {}").format(title, headings) if place else title,
                    unit=unit,
                    anchor=f"{name}-pair" if place else name,
                )
            )
        return grids

    def battery(self, table: Mapping[str, Any], titled: bool) -> tuple[str, dict[str, str]]:
        """Split the questions of a table into their stem and the rest of each.

        The stem is the title of a table without one; under a title of the study's own it stands
        over the rows, if they are three or more.
        """
        rows = list(table["rows"])
        stem, endings = self.labels.without_stem(rows)
        if titled and len(rows) < BATTERY:
            stem, endings = "", [self.labels.variable(row) for row in rows]
        return stem, dict(zip(rows, endings, strict=True))

    def _grid(
        self, stub: str, headings: Sequence[str], rows: Sequence[Row], spanner: str = ""
    ) -> Table:
        return Table(
            "",
            "",
            "",
            "",
            _columns(stub, headings),
            tuple(rows),
            spanner,
            fine=len(headings) >= MANY_COLUMNS,
            group=self.say.plain("report.question"),
            legend=self._legend(rows),
            captioned="shown",
            look=f"columns-{min(len(headings), 4)}",
            file="tables/crosstabs.csv",
        )

    def _blocks(
        self,
        blocks: Sequence[Block],
        percent: str,
        named: Mapping[str, str],
        stem: str,
        titled: bool,
    ) -> Table:
        first = blocks[0]
        columns = [TOTAL, *first.groups]
        if len(columns) == 1 and percent == "column" and (scale := self._shared_scale(blocks)):
            return self._on_scale(blocks, scale, named, stem)
        headings = [self._heading(first, column) for column in columns]
        if any(self.summaries.lettered(block.table, block.variable) for block in blocks):
            letters = self.summaries.column_letters(first.table, first.variable)
            headings = [
                f"{heading} ({letters[column]})" if letters.get(column) else heading
                for heading, column in zip(headings, columns, strict=True)
            ]
        if percent == "row":
            headings.append(self.say.plain("report.base_symbol"))
        alone = len(blocks) == 1
        bases = [self._bases(block, columns, percent) for block in blocks]
        shared = all(own == bases[0] for own in bases)
        rows: list[Row] = []
        for block, own in zip(blocks, bases, strict=True):
            if not alone:
                rows.append(Row("question", (Cell(named[block.variable]),)))
            rows += [*self._rows(block, columns, percent), *self._scores(block, columns, percent)]
            rows += [] if shared else own
        if shared:
            rows += [replace(row, foot=True) for row in bases[0]]
        return self._grid(
            self.labels.variable(first.variable)
            if alone and titled
            else stem or self.say.plain("report.answer"),
            headings,
            rows,
            self.labels.variable(first.group) if len(first.groups) >= MANY_GROUPS else "",
        )

    def _shared_scale(self, blocks: Sequence[Block]) -> dict[str, str]:
        """Answers by code of several questions on one scale; none where they are not.

        "Bad" and "badly" are one answer in two grammatical forms, named side by side.
        """
        table = self.counts.tables.get(blocks[0].table, {})
        if len(blocks) < SEVERAL and not table.get("grid"):
            return {}
        scale: list[str] = []
        labels: dict[str, list[str]] = {}
        for block in blocks:
            for place, code in enumerate(block.rows):
                if block.kind(code) == "total" or self._is_box(block, code):
                    continue
                if block.kind(code) != "answer":
                    return {}
                label = self._row(block, code, block.line(code, TOTAL).get("row_label", ""))
                if code not in labels:
                    # Before the next answer that is there already.
                    later = [scale.index(known) for known in block.rows[place:] if known in scale]
                    scale.insert(min(later, default=len(scale)), code)
                labels.setdefault(code, []).append(label)
        known = labels.values()
        if len(scale) > MANY_COLUMNS or any(
            len({_stem(one) for one in same}) > 1 for same in known
        ):
            return {}
        return {code: " / ".join(dict.fromkeys(labels[code])) for code in scale}

    def _on_scale(
        self,
        blocks: Sequence[Block],
        scale: Mapping[str, str],
        named: Mapping[str, str],
        stem: str,
    ) -> Table:
        """Lay out questions on one scale as one row each, with their boxes, scores and bases."""
        rows: list[Row] = []
        bases: list[str] = []
        table = blocks[0].table
        boxes = names_of_boxes(self.counts.tables.get(table, {}))
        boxes = [box for box in boxes if any(self._box(block, box) for block in blocks)]
        scores = [
            score
            for score in SCORES
            if any(self.summaries.has(table, block.variable, score) for block in blocks)
        ]
        for block in blocks:
            own = self._bases(block, [TOTAL], "column")
            bases = [row.cells[0].text for row in own]
            codes = [*scale, *(self._box(block, box) for box in boxes)]
            cells = [
                self.counts.shown(block, code, TOTAL) if code in block.rows else Shown(NOTHING)
                for code in codes
            ]
            signs = [self.counts.signs(block, code, TOTAL) for code in codes]
            cells += [self.summaries.shown(table, block.variable, TOTAL, one) for one in scores]
            cells += [row.cells[1].number or Shown(NOTHING) for row in own]
            signs += [("", "")] * (len(cells) - len(signs))
            rows.append(_row(named[block.variable], "answer", cells, signs=signs))
        first = blocks[0]
        # "Top-2" is one word on a page.
        headings = [*scale.values(), *map(Markup('<span class="unbroken">{}</span>').format, boxes)]
        headings += [self._score_label(first, score, short=True) for score in scores]
        grid = self._grid(stem or self.say.plain("report.question"), [*headings, *bases], rows)
        stub, *numbers = grid.columns
        plain = [plain_text(column.heading) for column in numbers]
        fitting = (
            # The name of a box is not broken at its hyphen.
            replace(column, width=width_of(heading) + (0.25 if heading in boxes else 0.0))
            for column, heading in zip(numbers, plain, strict=True)
        )
        return replace(
            grid,
            columns=(replace(stub, width=3.6), *fitting),
            stacked=len(scale),
            look="grid" if boxes or scores else grid.look,
        )

    def _is_box(self, block: Block, code: str) -> bool:
        """Whether a row is one of the boxes that the table asks for, by its label in the file."""
        names = names_of_boxes(self.counts.tables.get(block.table, {}))
        label = block.line(code, TOTAL).get("row_label", "")
        return block.kind(code) == "subtotal" and label in names

    def _box(self, block: Block, name: str) -> str:
        """Code of the row of a box; empty where the question has none."""
        rows = (code for code in block.rows if self._is_box(block, code))
        return next((code for code in rows if block.line(code, TOTAL).get("row_label") == name), "")

    def _score_label(self, block: Block, score: str, short: bool = False) -> str:
        """Label of a row, or over a column; the note says what a net share is of."""
        if score == NET and short:
            return self.say.plain("summaries.net_short")
        if score == NET:
            word = partial(self.say.plain, "summaries.net")
            return self.labels.net(block.table, block.variable, word)
        return self.say.plain(f"summaries.{score}")

    def _scores(self, block: Block, columns: Sequence[str], percent: str) -> Iterator[Row]:
        """Rows of the net share, the net promoter score and the mean of a question.

        An interval is no margin of error where the sample is not a random one, and stays in the
        file; so does that of a mean, whose row stands among per cents.
        """
        table, variable, beside = block.table, block.variable, percent == "row"
        for score in SCORES:
            if not self.summaries.has(table, variable, score):
                continue
            rows = [(self._score_label(block, score), "value")]
            if score in (NET, NPS) and self.summaries.bounded(table, variable, score):
                rows.append((self.say.plain("summaries.net_interval"), "interval"))
            for label, what in rows:
                cells: list[str | Shown | Joined] = [
                    self.summaries.shown(table, variable, column, score)
                    if what == "value"
                    else self.summaries.interval(table, variable, column, score)
                    for column in columns
                ]
                yield Row("mean", cells_of(label, *cells, *([""] if beside else [])))
            letters = [self.summaries.letters(table, variable, one, score) for one in columns]
            if any(letters):
                label = self.say.plain("summaries.larger")
                yield Row("mean", cells_of(label, *letters, *([""] if beside else [])))

    def _flags(self, name: str, table: Mapping[str, Any]) -> list[Markup]:
        """Say what the flags of a table's numbers mean, and by which rule they stand."""
        lines = [line for block in self._asked(name, table) for line in block.cells.values()]
        data = {line.get("note_data", "") for line in lines if line.get("count")}
        found = [note for own in data if own for note in read_notes({"note_data": own})]
        least = [dict(note.numbers)["least"] for note in found if note.key == "base_below"]
        notes = [self.say("report.flag_small", least=str(least[0]))] if least else []
        if any(note.key == "unreliable" for note in found):
            notes.append(self.say("report.flag_uncertain"))
        return notes

    def _legend(self, rows: Sequence[Row]) -> tuple[str, ...]:
        """Say what the marks of some rows mean."""
        marks = {cell.mark for row in rows for cell in row.cells}
        told = (
            f"{SIGNS[mark]} {self.say.plain(f'app.mark_{mark}')}" for mark in SIGNS if mark in marks
        )
        return ("; ".join(told) + ".",) if marks - {""} else ()

    def _heading(self, block: Block, column: str) -> str:
        return self.labels.column(block.group, column, block.heading(column))

    def _rows(self, block: Block, columns: Sequence[str], percent: str) -> list[Row]:
        rows = []
        for code in block.rows:
            kind = block.kind(code)
            # Column per cents add up to 100; where they are of rows or of the table they tell more.
            if kind == "total" and percent == "column":
                continue
            cells = [self.counts.shown(block, code, column) for column in columns]
            if percent == "row":
                own = next(iter(block.groups), TOTAL)
                cells.append(self.counts.base(block, own, code))
            label = block.line(code, TOTAL).get("row_label", "")
            strong = bool(block.groups) and kind == "answer"
            signs = [self.counts.signs(block, code, column) for column in columns]
            signs += [("", "")] * (len(cells) - len(signs))
            rows.append(_row(self._row(block, code, label), kind, cells, strong, signs))
        return rows

    def _row(self, block: Block, code: str, label: str) -> str:
        if not code:
            return self.say.plain("release.rare_answers")
        return self.labels.row(block.table, block.variable, code, label)

    def _bases(self, block: Block, columns: Sequence[str], percent: str) -> list[Row]:
        if percent == "row":
            return []
        weighted = self.counts.weighted(block)
        bases = [self.counts.base(block, column) for column in columns]
        name = "report.base_weighted" if weighted else "report.base"
        rows = [_row(self.say.plain(name), "base", bases)]
        if weighted:
            heads = [self.counts.base(block, column, heads=True) for column in columns]
            rows.append(_row(self.say.plain("report.base_heads"), "base", heads))
        return rows

    def _pair(self, pair: Mapping[str, str], name: str) -> Table | None:
        before, after = (self.counts.block(name, pair[role]) for role in ("before", "after"))
        if before is None or after is None:
            return None
        stem, headings = self.labels.without_stem([pair["before"], pair["after"]])
        rows = []
        for code in dict.fromkeys([*after.rows, *before.rows]):
            known = after if code in after.rows else before
            if known.kind(code) == "total":
                continue
            label = known.line(code, TOTAL).get("row_label", "")
            cells = (
                self.counts.shown(before, code, TOTAL),
                self.counts.shown(after, code, TOTAL),
                self.counts.difference(after, before, code),
            )
            rows.append(_row(self._row(known, code, label), known.kind(code), cells))
        bases = (
            self.counts.base(before, TOTAL),
            self.counts.base(after, TOTAL),
            Shown(NOTHING, note=self.say.plain("report.difference_has_no_base")),
        )
        rows.append(replace(_row(self.say.plain("report.base"), "base", bases), foot=True))
        return self._grid(
            stem or self.say.plain("report.answer"),
            (*headings, self.labels.words["difference"]),
            rows,
        )

    def unit(self, name: str, table: Mapping[str, Any]) -> str:
        """Word what the per cents of a table are of."""
        percent = table.get("percent", "column")
        if percent != "column":
            return self.say.plain(f"report.unit_{percent}")
        asked, _ = self._asked_of(name)
        whole = all(base == asked for base in self._total_bases(name, table))
        return self.say.plain("report.unit_respondents" if whole else "report.unit_answered")

    def notes(self, name: str, table: Mapping[str, Any], reconstructed: bool) -> list[Markup]:
        """Word what a reader must know of the bases and of the cells without a number."""
        notes: list[Markup] = []
        asked, respondents = self._asked_of(name)
        # A public set may keep back how many a table is about: of them nothing can be compared.
        told = "where" not in table or name in self.labels.codebook.domains
        smaller = [base for base in self._total_bases(name, table) if told and base < asked]
        if asked < self.respondents:
            outside = str(self.respondents - asked)
            notes.append(self.say("report.lost_filtered", respondents=respondents, n=outside))
        reasons_told = self._losses(name, table)
        if reasons_told:
            notes += reasons_told
        elif smaller:
            key = "report.smaller_base_reconstructed" if reconstructed else "report.smaller_base"
            notes.append(self.say(key, respondents=respondents))
        notes += self._flags(name, table)
        notes += self._no_group(name, table)
        if self.counts.by_parts(name) and (table.get("subtotals") or table.get("pairs")):
            notes.append(self.say("report.printed_parts"))
        notes += self._several_answers(name, table)
        notes += self._boxes(name, table)
        reasons = dict.fromkeys(
            self.say.line_notes(line)
            for block in self._asked(name, table)
            for line in block.cells.values()
            if line.get("note") and not line.get("count")
        )
        notes += [self.say("report.empty_cell", reason=reason) for reason in reasons]
        return notes

    def _boxes(self, name: str, table: Mapping[str, Any]) -> list[Markup]:
        """Say which answers the boxes add, and what the scores are."""
        notes: list[Markup] = []
        blocks = self._asked(name, table)
        for box in names_of_boxes(table):
            found = dict.fromkeys(
                tuple(self.labels.answer(block.variable, part) for part in code.split("+"))
                for block in blocks
                if (code := self._box(block, box))
            )
            # Questions on several scales have boxes of different answers: their codes tell them.
            if len(found) == 1:
                answers = Markup("; ").join(
                    self.say("report.box_answer", answer=answer) for answer in next(iter(found))
                )
                notes.append(self.say("report.box_is", box=box, answers=answers))
            elif found:
                notes.append(self.say("report.box_of_each", box=box))
        shown = {
            score
            for score in SCORES
            if any(self.summaries.has(name, block.variable, score) for block in blocks)
        }
        nets = [block for block in blocks if self.summaries.has(name, block.variable, NET)]
        for label in dict.fromkeys(self._score_label(block, NET) for block in nets):
            notes.append(self.say("summaries.net_is", label=label))
        if NPS in shown:
            notes.append(self.say("summaries.nps_is"))
        if MEAN in shown:
            notes.append(self.say("banners.means"))
        return notes

    def _losses(self, name: str, table: Mapping[str, Any]) -> list[Markup]:
        """Say why the bases are smaller, question by question; nothing where it is not known.

        That an answer is not in the file says nothing of the reason: where nothing else is known
        of any question, the general sentence stands.
        """
        blocks = self._asked(name, table)
        lost = [_reasons(block.line(TOTAL, TOTAL)) for block in blocks]
        if not any(set(reasons) - {"system_missing"} for reasons in lost):
            return []
        _, respondents = self._asked_of(name)
        notes = []
        _, named = self.battery(table, False)
        shared = len({(tuple(reasons.items())) for reasons in lost}) == 1
        for block, reasons in list(zip(blocks, lost, strict=True))[: 1 if shared else None]:
            if not reasons:
                continue
            listed = [
                self.summaries.lost(block.variable, reason, str(number))
                for reason, number in reasons.items()
            ]
            notes.append(
                self.say(
                    "report.lost" if shared else "report.lost_of",
                    question=named[block.variable],
                    respondents=respondents,
                    base=self.counts.base(block, TOTAL, heads=self.counts.weighted(block)),
                    reasons=Markup("; ").join(listed),
                )
            )
        return notes

    def _no_group(self, name: str, table: Mapping[str, Any]) -> list[Markup]:
        """Say who is in the column of all respondents and in no group."""
        found: dict[str, set[int]] = {}
        for block in self._asked(name, table):
            if number := int(block.line(TOTAL, TOTAL).get("lost_no_group") or 0):
                found.setdefault(self.labels.variable(block.group), set()).add(number)
        return [
            self.say(
                "report.lost_no_group",
                n=span(own),
                group=group,
            )
            for group, own in found.items()
        ]

    def _several_answers(self, name: str, table: Mapping[str, Any]) -> list[Markup]:
        """Say of a multiple-response set what its per cents are of."""
        notes = []
        for block in self._asked(name, table):
            if responses := block.line(TOTAL, TOTAL).get("responses"):
                chosen = self.counts.numerals.count(Fraction(responses))
                place = name, block.variable, TOTAL, TOTAL, "responses"
                notes.append(
                    self.say(
                        "report.several_answers",
                        question=self.labels.variable(block.variable),
                        cases=self.counts.base(block, TOTAL),
                        responses=Shown(
                            chosen, count=chosen, identity=name_number("count", *place)
                        ),
                    )
                )
        return notes

    def _asked(self, name: str, table: Mapping[str, Any]) -> list[Block]:
        """Counts of the questions of a table that anybody answered, in the order of the file."""
        blocks = [block for row in table["rows"] if (block := self.counts.block(name, row))]
        if "sort" not in table:
            return blocks
        order = list(self.counts.blocks)
        return sorted(blocks, key=lambda block: order.index((name, block.variable)))

    def _asked_of(self, name: str) -> tuple[int, Shown]:
        """Respondents that a table is about: all, or those for whom its condition holds."""
        size = self.labels.codebook.domains.get(name)
        if size is None:
            return self.respondents, whole(self.respondents, name_number("respondents"))
        return size, whole(size, name_number("respondents", name))

    def _total_bases(self, name: str, table: Mapping[str, Any]) -> list[int]:
        lines = [block.line(TOTAL, TOTAL) for block in self._asked(name, table)]
        return [int(line["unweighted_base"]) for line in lines if line.get("unweighted_base")]


def title_domain(name: str, title: Markup | str, labels: Labels, say: Wording) -> Markup | str:
    """Add to the title of a table or banner whom it is about, and how many they are."""
    domain = labels.domain(labels.tables.get(name, {}).get("where", {}))
    size = labels.codebook.domains.get(name)
    if not domain:
        return title
    if size is None:
        return say("report.of_domain", title=title, domain=domain)
    number = whole(size, name_number("respondents", name))
    return say("report.of_domain_size", title=title, domain=domain, n=number)


_WHY = (
    "not_asked",
    "refused",
    "dont_know",
    "other",
    "none_chosen",
    "system_missing",
    "zero_weight",
    "no_weight",
)


def _reasons(line: Mapping[str, Any]) -> dict[str, int]:
    """Respondents outside of a base by reason, those of a kind that there are."""
    counts = {reason: int(line.get(f"lost_{reason}") or 0) for reason in _WHY}
    return {reason: count for reason, count in counts.items() if count}


def _columns(stub: str, headings: Sequence[str]) -> tuple[Column, ...]:
    wide = len(headings) * 0.6 if len(headings) > MANY_GROUPS else 1.6
    return Column(stub, width=wide), *(Column(heading, number=True) for heading in headings)


def _stem(label: str) -> str:
    """Begin a label: the grammatical forms of one answer begin alike."""
    return label[:3].casefold()


def _row(
    label: str,
    kind: str,
    numbers: Sequence[Shown],
    strong: bool = False,
    signs: Sequence[tuple[str, str]] = (),
) -> Row:
    return Row(kind, (Cell(label), *number_cells(numbers, strong, signs)))


def _with_count(row: Row) -> Row:
    """Set the count behind a per cent beside it; beside a base that it is all of them."""
    number = row.cells[-1].number
    if row.kind == "question" or number is None:
        return row
    place = number.identity.partition(":")[2]
    if row.kind == "base":
        place = place.removesuffix("/unweighted")
        numbers = (number, Shown("100", identity=f"percent:{place}" if place else ""))
    elif number.count:
        count = Shown(number.count, count=number.count, identity=f"count:{place}")
        numbers = (count, number)
    else:
        numbers = (Shown(NOTHING, note=number.note), number)
    return replace(row, cells=(row.cells[0], *number_cells(numbers)))
