"""Exhibits: the study's tables as a reader sees them, all respondents first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from resurvey.core.cells import Block
from resurvey.core.names import TOTAL, name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Shown, whole
from resurvey.pages.wording import Wording
from resurvey.report.counts import Counts
from resurvey.report.evidence import Evidence, Test


@dataclass(frozen=True)
class Row:
    """One row: an answer, a subtotal, the total, or the bases under them."""

    label: str
    kind: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True)
class Part:
    """Rows of one question, with the bases of its columns."""

    question: str
    rows: tuple[Row, ...]
    bases: tuple[Row, ...]


@dataclass(frozen=True)
class Grid:
    """A table: headings, and a part for every question.

    Attributes
    ----------
    stub : str
        Heading of the answers' column.
    spanner : str
        Heading over the groups; empty where they speak for themselves.
    columns : tuple of str
        Headings of the number columns.
    parts : tuple of Part
        Questions in order.
    bases : tuple of Row
        Bases that all questions share; else each part has its own.
    total_first : bool
        The first number column is of all respondents, others are of groups.
    """

    stub: str
    spanner: str
    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    bases: tuple[Row, ...] = ()
    total_first: bool = False


@dataclass(frozen=True)
class Exhibit:
    """A table of the report with everything that stands around it."""

    name: str
    number: str
    title: Markup | str
    unit: str
    grids: tuple[Grid, ...]
    sentences: list[Markup]
    findings: list[Markup]
    notes: list[Markup]
    evidence: list[Evidence]
    paired: list[tuple[str, str, list[Test]]]
    figure: Markup

    @property
    def plain(self) -> str:
        """Number and title without markup, for places that hold no numbers to point at."""
        title = self.title.striptags() if isinstance(self.title, Markup) else self.title
        return f"{self.number}. {title}" if self.number else title


MANY_GROUPS = 3
"""From so many groups on, the grouping question stands over them."""


class Grids:
    """Lays out blocks as grids.

    Parameters
    ----------
    counts, labels, say
        Numbers, labels and words of the page.
    respondents : int
        Respondents analysed.
    """

    def __init__(self, counts: Counts, labels: Labels, say: Wording, respondents: int) -> None:
        self.counts, self.labels, self.say = counts, labels, say
        self.respondents = respondents

    def with_counts(self, grid: Grid) -> Grid:
        """Set the number of respondents beside each per cent of a grid with one column.

        A table of the sample tells both; the base is then the sum of the counts.
        """
        if len(grid.columns) > 1:
            return grid
        parts = tuple(
            Part(
                part.question,
                tuple(
                    Row(row.label, row.kind, (_count_of(row.cells[0]), row.cells[0]))
                    for row in part.rows
                ),
                tuple(_beside(row) for row in part.bases),
            )
            for part in grid.parts
        )
        columns = (self.say.plain("report.respondents_count"), "%")
        return Grid(
            grid.stub, grid.spanner, columns, parts, tuple(_beside(row) for row in grid.bases)
        )

    def of_table(self, name: str, table: Mapping[str, Any]) -> list[Grid]:
        """Lay out a table of `config/tables.yaml`.

        Two questions to the same people without groups stand side by side with their difference;
        everything else is a block of rows per question, and such pairs follow as grids of totals.
        """
        pairs = [self._pair(pair, name) for pair in table.get("pairs", [])]
        paired = {pair[role] for pair in table.get("pairs", []) for role in ("before", "after")}
        rows = [row for row in table["rows"] if table.get("columns") or row not in paired]
        blocks = [block for row in rows if (block := self.counts.block(name, row))]
        main = [self._blocks(blocks, table.get("percent", "column"))] if blocks else []
        return main + [grid for grid in pairs if grid]

    def _blocks(self, blocks: Sequence[Block], percent: str) -> Grid:
        first = blocks[0]
        columns = [TOTAL, *first.groups]
        headings = [self._heading(first, column) for column in columns]
        if percent == "row":
            headings.append(self.say.plain("report.base_symbol"))
        many = len(first.groups) >= MANY_GROUPS
        parts = [self._part(block, columns, percent) for block in blocks]
        shared = parts[0].bases if all(part.bases == parts[0].bases for part in parts) else ()
        if shared:
            parts = [Part(part.question, part.rows, ()) for part in parts]
        return Grid(
            self.say.plain("report.answer")
            if len(blocks) > 1
            else self.labels.variable(first.variable),
            self.labels.variable(first.group) if many else "",
            tuple(headings),
            tuple(parts),
            shared,
            bool(first.groups),
        )

    def _heading(self, block: Block, column: str) -> str:
        return self.labels.column(block.group, column, block.heading(column))

    def _part(self, block: Block, columns: Sequence[str], percent: str) -> Part:
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
            rows.append(Row(self._row(block, code, label), kind, tuple(cells)))
        question = self.labels.variable(block.variable)
        return Part(question, tuple(rows), tuple(self._bases(block, columns, percent)))

    def _row(self, block: Block, code: str, label: str) -> str:
        return self.labels.row(block.table, block.variable, code, label)

    def _bases(self, block: Block, columns: Sequence[str], percent: str) -> list[Row]:
        if percent == "row":
            return []
        weighted = self.counts.weighted(block)
        rows = [
            Row(
                self.say.plain("report.base_weighted" if weighted else "report.base"),
                "base",
                tuple(self.counts.base(block, column) for column in columns),
            )
        ]
        if weighted:
            heads = tuple(self.counts.base(block, column, heads=True) for column in columns)
            rows.append(Row(self.say.plain("report.base_heads"), "base", heads))
        return rows

    def _pair(self, pair: Mapping[str, str], name: str) -> Grid | None:
        before, after = (self.counts.block(name, pair[role]) for role in ("before", "after"))
        if before is None or after is None:
            return None
        stem, headings = self.labels.without_stem([pair["before"], pair["after"]])
        codes = list(dict.fromkeys([*after.rows, *before.rows]))
        rows = []
        for code in codes:
            known = after if code in after.rows else before
            if known.kind(code) == "total":
                continue
            label = known.line(code, TOTAL).get("row_label", "")
            cells = (
                self.counts.shown(before, code, TOTAL),
                self.counts.shown(after, code, TOTAL),
                self.counts.difference(after, before, code),
            )
            rows.append(Row(self._row(known, code, label), known.kind(code), cells))
        bases = (
            self.counts.base(before, TOTAL),
            self.counts.base(after, TOTAL),
            Shown(NOTHING, note=self.say.plain("report.difference_has_no_base")),
        )
        base = Row(self.say.plain("report.base"), "base", bases)
        return Grid(
            stem or self.say.plain("report.answer"),
            "",
            (*headings, self.labels.words["difference"]),
            (Part("", tuple(rows), ()),),
            (base,),
        )

    def unit(self, name: str, table: Mapping[str, Any]) -> str:
        """Word what the per cents of a table are of."""
        percent = table.get("percent", "column")
        if percent != "column":
            return self.say.plain(f"report.unit_{percent}")
        whole = all(base == self.respondents for base in self._total_bases(name, table))
        return self.say.plain("report.unit_respondents" if whole else "report.unit_answered")

    def notes(self, name: str, table: Mapping[str, Any], reconstructed: bool) -> list[Markup]:
        """Word what a reader must know of the bases and of the cells without a number."""
        notes = []
        smaller = [base for base in self._total_bases(name, table) if base < self.respondents]
        reasons_told = self._losses(name, table)
        if reasons_told:
            notes += reasons_told
        elif smaller:
            key = "report.smaller_base_reconstructed" if reconstructed else "report.smaller_base"
            respondents = whole(self.respondents, name_number("respondents"))
            notes.append(self.say(key, respondents=respondents))
        notes += self._no_group(name, table)
        if self.counts.by_parts(name) and (table.get("subtotals") or table.get("pairs")):
            notes.append(self.say("report.printed_parts"))
        notes += self._several_answers(name, table)
        reasons: dict[str, None] = {}
        for row in table["rows"]:
            block = self.counts.block(name, row)
            for line in block.cells.values() if block else ():
                if line.get("note") and not line.get("count"):
                    reasons[self.say.note(line["note"])] = None
        notes += [self.say("report.empty_cell", reason=reason) for reason in reasons]
        return notes

    def _losses(self, name: str, table: Mapping[str, Any]) -> list[Markup]:
        """Say why the bases are smaller, question by question; nothing where it is not known.

        That an answer is not in the file says nothing of the reason: where nothing else is known
        of any question, the general sentence stands.
        """
        if table.get("percent", "column") != "column":
            return []
        blocks = [block for row in table["rows"] if (block := self.counts.block(name, row))]
        lost = [_reasons(block.line(TOTAL, TOTAL)) for block in blocks]
        if not any(set(reasons) - {"system_missing"} for reasons in lost):
            return []
        respondents = whole(self.respondents, name_number("respondents"))
        notes = []
        shared = len({(tuple(reasons.items())) for reasons in lost}) == 1
        for block, reasons in list(zip(blocks, lost, strict=True))[: 1 if shared else None]:
            if not reasons:
                continue
            listed = [
                self.say(f"report.lost_{reason}", n=str(number))
                for reason, number in reasons.items()
            ]
            notes.append(
                self.say(
                    "report.lost" if shared else "report.lost_of",
                    question=self.labels.variable(block.variable),
                    respondents=respondents,
                    base=self.counts.base(block, TOTAL, heads=self.counts.weighted(block)),
                    reasons=Markup("; ").join(listed),
                )
            )
        return notes

    def _no_group(self, name: str, table: Mapping[str, Any]) -> list[Markup]:
        """Say who is in the column of all respondents and in no group."""
        notes: dict[Markup, None] = {}
        for row in table["rows"]:
            block = self.counts.block(name, row)
            number = block.line(TOTAL, TOTAL).get("lost_no_group", "") if block else ""
            if block and number not in ("", "0"):
                group = self.labels.variable(block.group)
                notes[self.say("report.lost_no_group", n=str(number), group=group)] = None
        return list(notes)

    def _several_answers(self, name: str, table: Mapping[str, Any]) -> list[Markup]:
        """Say of a multiple-response set what its per cents are of."""
        notes = []
        for row in table["rows"]:
            block = self.counts.block(name, row)
            line = block.line(TOTAL, TOTAL) if block else {}
            if block and line.get("responses"):
                chosen = self.counts.numerals.count(Fraction(line["responses"]))
                identity = name_number("count", name, row, TOTAL, TOTAL, "responses")
                notes.append(
                    self.say(
                        "report.several_answers",
                        question=self.labels.variable(row),
                        cases=self.counts.base(block, TOTAL),
                        responses=Shown(chosen, count=chosen, identity=identity),
                    )
                )
        return notes

    def _total_bases(self, name: str, table: Mapping[str, Any]) -> list[int]:
        if table.get("percent", "column") != "column":
            return []
        blocks = [self.counts.block(name, row) for row in table["rows"]]
        lines = [block.line(TOTAL, TOTAL) for block in blocks if block]
        return [int(line["unweighted_base"]) for line in lines if line.get("unweighted_base")]


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


def _count_of(percent: Shown) -> Shown:
    """Count behind a per cent, as a number of its own."""
    if not percent.count:
        return Shown(NOTHING, note=percent.note)
    place = percent.identity.partition(":")[2]
    return Shown(percent.count, count=percent.count, identity=f"count:{place}")


def _beside(base: Row) -> Row:
    place = base.cells[0].identity.partition(":")[2].removesuffix("/unweighted")
    everybody = Shown("100", identity=f"percent:{place}" if place else "")
    return Row(base.label, base.kind, (*base.cells, everybody))
