"""Erratum: one page for the authors with what their text should read, as HTML and for Word."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

import resurvey
from resurvey.audit.claims.evaluation import Cells, Unresolved, claim_cells
from resurvey.audit.claims.references import Reference
from resurvey.audit.corrections import ANOTHER_CELL, Correction, count_agreeing, find_corrections
from resurvey.core.names import TEXT_ONLY, TOTAL
from resurvey.core.published import PrintedCell
from resurvey.pages.application import render_document
from resurvey.pages.labels import Labels, native_name
from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording
from resurvey.report.arrangement import study_labels
from resurvey.report.blocks import (
    Block,
    Cell,
    Column,
    Item,
    Items,
    Paragraph,
    Report,
    Row,
    Table,
    cells_of,
    plain_text,
)
from resurvey.report.results import Results

MOST_CELLS = 4
"""A statement about more cells is answered by their result alone."""

MOST_PARTS = 3
"""A sum of more answers is named by its first and last."""


def arrange_erratum(
    results: Results,
    published: Sequence[PrintedCell],
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    wave: str,
    language: str,
) -> Report:
    """Arrange the sheet: what it is, the corrections, and what agrees.

    Where nothing was published, or nothing is to be corrected, it says so.
    """
    say, numerals = Wording(words), Numerals(language)
    labels = study_labels(results, study, words, language)
    config = study["config"]
    return Report(
        language,
        numerals.decimal,
        say.plain("erratum.title"),
        labels.pick(config["title"], ""),
        labels.pick(config["waves"].get(wave, {}).get("label"), wave),
        "",
        "",
        f"resurvey {resurvey.__version__}",
        tuple(_Sheet(results, published, study, labels, say, numerals).blocks()),
        narrow=True,
    )


def write_erratum(
    report: Report,
    words: Mapping[str, Mapping[str, Any]],
    languages: Sequence[str],
    folders: Sequence[str | Path],
) -> str:
    """Write the sheet as a page that needs no other file and holds no script."""
    context = {
        "report": report,
        "say": Wording(words),
        "language": report.language,
        "languages": [(code, native_name(code)) for code in languages],
        "version": resurvey.__version__,
    }
    return render_document("erratum.html", context, folders)


def _together(found: Sequence[Correction]) -> list[list[Correction]]:
    """Put statements that one suggestion corrects into one row."""
    rows: dict[object, list[Correction]] = {}
    for place, correction in enumerate(found):
        rows.setdefault(correction.line.get("suggestion_en") or place, []).append(correction)
    return list(rows.values())


def _joined(cells: Sequence[Cell]) -> Cell:
    """Write cells of one column as one, each text once."""
    texts = dict.fromkeys(cell.value for cell in cells if cell.value)
    under = dict.fromkeys(text for cell in cells for text in cell.under)
    if len(cells) == 1 or not all(isinstance(text, str) for text in texts):
        return cells[0]
    return Cell(Markup("; ").join(Markup.escape(text) for text in texts), under=tuple(under))


class _Sheet:
    def __init__(
        self,
        results: Results,
        published: Sequence[PrintedCell],
        study: Mapping[str, Any],
        labels: Labels,
        say: Wording,
        numerals: Numerals,
    ) -> None:
        self.results, self.labels, self.say, self.numerals = results, labels, say, numerals
        self.tables: Mapping[str, Mapping[str, Any]] = study["tables"]["tables"]
        self.numbers = {
            name: str(own.get("number", ""))
            for name, own in study["text"][labels.language].get("tables", {}).items()
        }
        self.original = study["config"]["languages"][0]
        self.cells = Cells(claim_cells(results.crosstabs, published))
        self.sources: list[str] = study["text"][labels.language].get("sources", [])

    def blocks(self) -> Iterator[Block]:
        results, say = self.results, self.say
        if not results.cells and not results.claims:
            yield Paragraph(say("audit.nothing"))
            return
        found = find_corrections(results.cells, results.claims, results.questions, self.tables)
        for source in self.sources:
            yield Paragraph(say("erratum.source", source=source))
        dealt = "published" if results.codebook.reconstructed else "counted"
        if not found:
            yield Paragraph(say(f"erratum.none_{dealt}"))
            return
        yield Paragraph(say(f"erratum.lead_{dealt}"))
        yield Table(
            "report/erratum",
            "",
            say.plain("erratum.table"),
            "",
            (
                Column(say.plain("erratum.place"), width=0.3),
                Column(say.plain("erratum.printed"), width=2.7, under=say.plain("report.note")),
                Column(say.plain("erratum.stands"), width=2.2),
                Column(say.plain("erratum.reads"), width=2.1),
            ),
            tuple(map(self._row, _together(found))),
            fine=True,
        )
        if remarks := self._remarks(found):
            yield Items(tuple(map(Item, remarks)))
        agreeing, everything = count_agreeing(results.cells), len(results.cells)
        last = [say("erratum.agreeing", n=str(agreeing), all=str(everything))] if everything else []
        yield Paragraph(Markup(" ").join([*last, say("erratum.thanks")]))

    def _row(self, corrections: Sequence[Correction]) -> Row:
        laid = []
        for correction in corrections:
            lay = {
                "cell": self._cell,
                "no_count": self._cell,
                "caption": self._caption,
            }.get(correction.kind, self._statement)
            laid.append(lay(correction))
        return Row("answer", tuple(map(_joined, zip(*laid, strict=True))))

    def _remarks(self, found: Sequence[Correction]) -> list[Markup]:
        """Notes where the printed number stands elsewhere; one for several places is told once."""
        places: dict[str, str] = {}
        for correction in found:
            line = correction.line
            note = line.get(f"note_{self.labels.language}") or line.get("note_en") or ""
            told = bool(line.get("suggestion_en"))
            if note and not told and {line["verdict"], line.get("reason", "")} & ANOTHER_CELL:
                places.setdefault(note, line["key_phrase"])
        return [
            self.say("erratum.remark", words=words, note=note) for note, words in places.items()
        ]

    def _cell(self, correction: Correction) -> tuple[Cell, ...]:
        line, say = correction.line, self.say
        variable = line["row_variable"].split("-")[0]
        row = self.labels.row(line["table"], variable, line["row_code"], line["row"])
        column = self.labels.column(line["column_variable"], line["column_code"], line["column"])
        stands, reads = say("erratum.no_count"), say("erratum.to_check")
        if correction.kind == "cell" and line["recomputed"]:
            reads = Markup.escape(self._written(line["recomputed"]))
            stands = reads
            if line["count"] and line["base"]:
                stands = say("erratum.counted", count=line["count"], base=line["base"], value=reads)
        question = self.labels.variable(variable)
        place = say("erratum.in_table", question=question, row=row, column=column)
        return (
            *cells_of(self._table(line["table"])),
            Cell(line["printed"], under=(place,)),
            *cells_of(stands, reads),
        )

    def _caption(self, correction: Correction) -> tuple[Cell, ...]:
        line, say = correction.line, self.say
        homes = {row: name for name, table in self.tables.items() for row in table["rows"]}
        largest = "; ".join(largest for _, largest in correction.bases)
        stands = say("erratum.caption_base", largest=largest, respondents=line["respondents"])
        return cells_of(
            self._table(homes[line["row_variable"]]),
            say("erratum.caption", unit=say("report.unit_respondents")),
            stands,
            say("erratum.quoted", words=say("report.unit_answered")),
        )

    def _statement(self, correction: Correction) -> tuple[Cell, ...]:
        line, say = correction.line, self.say
        printed = line["printed"] if line["form"] == "number" or correction.kind == "points" else ""
        quoted = say("erratum.quoted", words=line["key_phrase"])
        if printed:
            # As printed: a quoted number keeps its decimal mark.
            unit = "percent" if correction.kind == "points" else line["unit"]
            number = say(self._unit(unit), value=printed)
            quoted = say("erratum.quoted_number", words=line["key_phrase"], number=number)
        told = ""
        if self.labels.language != self.original:
            told = line.get(f"paraphrase_{self.labels.language}") or line["paraphrase_en"]
        value = self._value(line["recomputed"], line["unit"])
        reads = {
            "points": lambda: self._value(line["printed"], "percentage_points"),
            "turned": lambda: say("erratum.turned"),
            "wording": lambda: say("erratum.wording", value=value),
        }.get(correction.kind, lambda: value)()
        suggested = line.get(f"suggestion_{self.labels.language}") or line.get("suggestion_en")
        reads = suggested or reads
        return (
            *cells_of(say("erratum.page", page=line["page"]) if line["page"] else ""),
            Cell(told, under=(quoted,)) if told else Cell(quoted),
            *cells_of(self._stands(correction.cells) or value, reads),
        )

    def _stands(self, cells: Sequence[Reference]) -> str:
        """Name the cells of a statement with what stands in them, question by question."""
        if not 0 < len(cells) <= MOST_CELLS:
            return ""
        told: dict[str, list[str]] = {}
        for cell in cells:
            try:
                share = self.numerals.fixed(self.cells.exact(cell), 1)
            except Unresolved:
                return ""
            printed = self.cells.cells.get(cell.name, {}).get("printed")
            row = self._answer(cell)
            if cell.column != TOTAL:
                group = self._group(cell)
                row = f"{row}, {group}" if group else row
            entry = self.say(
                "erratum.share", label=row, share=self._written(printed) if printed else share
            )
            told.setdefault(self._home(cell), []).append(plain_text(entry))
        return "; ".join(f"{home}: {', '.join(shares)}" for home, shares in told.items())

    def _home(self, cell: Reference) -> str:
        """Table of a cell, with its question where the table has several."""
        question = self.labels.variable(cell.variable)
        if cell.table == TEXT_ONLY:
            return plain_text(self.say("erratum.text_only", question=question))
        several = len(self.tables.get(cell.table, {}).get("rows", [])) > 1
        table = self._table(cell.table)
        if not several or table == question:
            return table
        return plain_text(self.say("erratum.home", table=table, question=question))

    def _table(self, name: str) -> str:
        rows = self.tables.get(name, {}).get("rows", [])
        return self.numbers.get(name, "") or "; ".join(map(self.labels.variable, rows)) or name

    def _answer(self, cell: Reference) -> str:
        codes = cell.code.split("+")
        if len(codes) <= MOST_PARTS:
            return self.labels.row(cell.table, cell.variable, cell.code)
        ends = (self.labels.answer(cell.variable, code) for code in (codes[0], codes[-1]))
        return " + … + ".join(ends)

    def _group(self, cell: Reference) -> str:
        group = self.tables.get(cell.table, {}).get("columns", "")
        return self.labels.column(group, cell.column)

    def _written(self, number: str) -> str:
        """Write a published or recomputed number with the decimal mark of the language."""
        return self.numerals.rewrite(number)

    def _value(self, number: str, unit: str) -> Markup:
        return self.say(self._unit(unit), value=self._written(number))

    def _unit(self, unit: str) -> str:
        place = f"erratum.unit_{unit}"
        return place if self.say.has(place) else "erratum.unit_none"
