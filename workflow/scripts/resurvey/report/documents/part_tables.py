"""Part tables: tests, indicators, models, cleaning and frequencies as tables of a document."""

from collections.abc import Sequence
from typing import Any

from resurvey.pages.numerals import NOTHING
from resurvey.pages.wording import Wording
from resurvey.report.appendix import Variable
from resurvey.report.dimensions import Summary
from resurvey.report.documents.grid_tables import MANY_COLUMNS, shown_cells
from resurvey.report.documents.manuscript import Cell, Column, Row, Table
from resurvey.report.documents.plain import plain_text
from resurvey.report.evidence import Evidence, measure_headings, name_statistic
from resurvey.report.methods import Disclosed, Step
from resurvey.report.models import ShownModel
from resurvey.statistics.registry import TABLE


def cells_of(*values: Any) -> tuple[Cell, ...]:
    """Make cells of texts and numbers."""
    return tuple(Cell(plain_text(value)) for value in values)


def disclosure_table(found: Sequence[Disclosed], number: str, say: Wording) -> Table:
    """List how the survey was made, item by item."""
    return Table(
        "report/disclosure",
        number,
        say.plain("report.disclosure"),
        "",
        (
            Column(say.plain("documents.item"), width=1.4),
            Column(say.plain("documents.answer"), width=3),
        ),
        tuple(
            Row("answer" if one.reported else "missing", cells_of(one.item, one.answer))
            for one in found
        ),
    )


def tests_table(found: Sequence[Evidence], number: str, say: Wording, nominal: bool) -> Table:
    """List the tests of all questions, with the adjusted p-values and the measures."""
    name = "report.tests_caption_nominal" if nominal else "report.tests_caption"
    adjusted = [say.plain(f"report.{name}") for name in ("column_holm", "column_bh")]
    heads = [name_statistic(found, say), "p", *adjusted, say.plain("report.column_likelihood"), "p"]
    return Table(
        "report/tests",
        number,
        say.plain(name),
        "",
        (
            Column(say.plain("report.column_question"), width=2.9, under=say.plain("report.note")),
            Column("n", number=True, width=0.7),
            Column(say.plain("report.column_df"), number=True, width=0.6),
            *(
                Column(
                    head,
                    number=True,
                    width=1.15,
                    under=say.plain("documents.p_range") if place == 1 else "",
                )
                for place, head in enumerate(heads)
            ),
            *(Column(heading, number=True, width=1.1) for heading in measure_headings(say)),
        ),
        tuple(Row("answer", _test_cells(one)) for one in found),
        notes=(say.plain("report.multiplicity"),),
        fine=True,
    )


def _test_cells(one: Evidence) -> tuple[Cell, ...]:
    test, second = one.test, one.second
    measures = [measure.value for measure in one.measures_at(TABLE)]
    notes = [test.name] if one.by_design or one.overlapping else []
    notes += [plain_text(test.note)] if test.note else []
    question = Cell(plain_text(one.question), under=plain_text("; ".join(notes)))
    if not test.p:
        return (question, *cells_of(*(NOTHING for _ in range(8 + len(measures)))))
    return (
        question,
        *cells_of(test.n, test.df, test.statistic),
        Cell(_bare(test.p), under=plain_text(test.p_range or "")),
        *cells_of(*test.adjusted),
        *cells_of(second.statistic if second else NOTHING, _bare(second.p) if second else NOTHING),
        *cells_of(*measures),
    )


def _bare(p: Any) -> str:
    return plain_text(p).removeprefix("= ")


def indicators_table(summary: Summary, number: str, say: Wording, from_parts: bool) -> Table:
    """List the indicators of every dimension for all respondents and each group."""
    rows = []
    for dimension in summary.dimensions:
        rows.append(Row("question", cells_of(dimension.title)))
        for one in dimension.indicators:
            rows.append(Row("answer", (*cells_of(one.label), *shown_cells(one.values))))
    notes = [say.plain("report.indicators_from_counts")] if from_parts else []
    notes += [say.plain("report.empty_cell", reason=note) for note in summary.notes]
    return Table(
        "report/indicators",
        number,
        say.plain("report.indicators"),
        "",
        (
            Column(say.plain("report.indicator"), width=2.4),
            *(Column(plain_text(column), number=True) for column in summary.columns),
        ),
        tuple(rows),
        notes=tuple(notes),
        fine=len(summary.columns) >= MANY_COLUMNS,
    )


def empirical_table(summary: Summary, number: str, say: Wording) -> Table:
    """List the indicators that the study names, and what measures each."""
    rows = []
    for place, one in enumerate(summary.empirical, 1):
        by = [f"{by.label}: {by.values[0].text}{' %' if by.share else ''}" for by in one.by] or [
            say.plain("report.not_measured")
        ]
        measured = Cell(plain_text("; ".join(by)), under=plain_text(one.note))
        rows.append(Row("answer", (*cells_of(f"{place}. {one.label}", one.dimension), measured)))
    return Table(
        "report/empirical",
        number,
        say.plain("report.empirical"),
        "",
        (
            Column(say.plain("report.empirical_indicator"), width=1.6),
            Column(say.plain("report.dimension"), width=0.9),
            Column(say.plain("report.measured_by"), width=1.8, under=say.plain("report.note")),
        ),
        tuple(rows),
        fine=True,
    )


def model_table(one: ShownModel, number: str, say: Wording, nominal: bool) -> Table:
    """List the terms of a model: odds ratios, p-values and average effects."""
    p = f"p ({say.plain('report.nominal_word')})" if nominal else "p"
    columns = [
        Column(say.plain("models.column_term"), width=2.2),
        Column(say.plain("models.column_odds"), number=True, width=0.9),
        *([] if nominal else [Column(say.plain("models.column_interval"), number=True)]),
        Column(p, number=True, width=0.8),
        *(
            Column(say.plain("models.column_effect", outcome=outcome), number=True, width=1.3)
            for outcome in one.outcomes
        ),
    ]
    rows = []
    for group in one.groups:
        question = plain_text(group.question)
        if group.reference:
            question += f" ({say.plain('models.reference', label=group.reference)})"
        rows.append(Row("question", (Cell(plain_text(question)),)))
        for term in group.terms:
            interval = [] if nominal else [term.interval]
            rows.append(
                Row("answer", cells_of(term.label, term.odds, *interval, term.p, *term.effects))
            )
    notes = [say.plain("models.unweighted")] if one.unweighted else []
    title = plain_text(one.title)
    name, terms = f"model/{one.name}", tuple(rows)
    return Table(name, number, title, "", tuple(columns), terms, "", tuple(notes), fine=True)


def diagnostics_table(one: ShownModel, number: str, say: Wording) -> Table:
    """List the diagnostics of a model."""
    return Table(
        f"model/{one.name}/diagnostics",
        number,
        f"{plain_text(one.title)}: {say.plain('models.diagnostics')}",
        "",
        (
            Column(say.plain("models.diagnostics"), width=3, under=say.plain("report.note")),
            Column(say.plain("documents.value"), number=True),
            Column(say.plain("report.column_df"), number=True),
            Column("p", number=True),
        ),
        tuple(
            Row(
                "answer",
                (
                    Cell(plain_text(fact.label), under=plain_text(fact.note)),
                    *cells_of(fact.value, fact.df, fact.p),
                ),
            )
            for fact in one.facts
        ),
        fine=True,
    )


def cleaning_table(flow: Sequence[Step], number: str, say: Wording) -> Table:
    """List the cleaning steps with the respondents before and after each."""
    counts = ("rows_before", "rows_touched", "cells_touched", "rows_removed", "rows_after")
    return Table(
        "report/cleaning",
        number,
        say.plain("report.file_cleaning"),
        "",
        (
            Column(say.plain("report.step"), width=0.55),
            Column(say.plain("report.action"), width=1.1),
            Column(say.plain("report.variables"), width=1.6),
            Column(say.plain("report.why"), width=2),
            *(Column(say.plain(f"report.{name}"), number=True, width=1) for name in counts),
        ),
        tuple(
            Row(
                "answer",
                cells_of(
                    step.number,
                    step.action,
                    step.variables,
                    step.why,
                    step.before,
                    step.rows_touched,
                    step.cells_touched,
                    step.removed,
                    step.after,
                ),
            )
            for step in flow
        ),
        fine=True,
    )


def frequencies_table(found: Sequence[Variable], number: str, say: Wording) -> Table:
    """List the frequencies of every variable, the codes without an answer too."""
    rows = []
    for one in found:
        base = plain_text(say("report.variable_base", base=one.base, respondents=one.respondents))
        rows.append(Row("question", cells_of(f"{one.label} ({one.name}, {base})")))
        for answer in one.answers:
            kind = "missing" if answer.kind in ("user_missing", "system_missing") else "answer"
            label, code, count = answer.label, answer.code, answer.count
            rows.append(
                Row(kind, cells_of(label, code, count, answer.percent.text, answer.valid.text))
            )
    return Table(
        "report/frequencies",
        number,
        say.plain("report.frequencies"),
        "",
        (
            Column(say.plain("report.answer"), width=3),
            Column(say.plain("report.code"), number=True, width=0.7),
            Column(say.plain("report.count"), number=True, width=0.7),
            Column(say.plain("report.percent"), number=True, width=0.7),
            Column(say.plain("report.valid_percent"), number=True),
        ),
        tuple(rows),
        fine=True,
        group=say.plain("report.column_question"),
        flat=True,
    )
