"""Tests: what was tested, in sentences under each table and in one table of all tests."""

from collections.abc import Sequence

from markupsafe import Markup

from resurvey.pages.numerals import NOTHING
from resurvey.pages.wording import Wording
from resurvey.report.blocks import Cell, Column, Paragraph, Row, Table, cells_of, join, plain_text
from resurvey.report.evidence import Evidence, Test, measure_headings, name_statistic
from resurvey.statistics.registry import TABLE


def word_evidence(found: Evidence, say: Wording, nominal: bool, several: bool) -> Paragraph:
    """Word the test of one question: statistic, p-value, its range, notable residuals."""
    lead = f"{found.question}." if several else ""
    test = found.test
    if not test.p.text:
        refused = say("report.evidence_refused", note=test.sentence)
        return Paragraph(refused, "evidence", lead)
    kind = "_f" if found.by_design else "_several" if found.overlapping else ""
    sentences = [
        say(
            f"report.evidence_line{kind}{'' if nominal else '_plain'}",
            df=test.df,
            statistic=test.statistic,
            p=test.p,
            n=test.n,
            measures=found.measured(say),
        )
    ]
    if test.p_range:
        low, high = test.p_range.parts
        sentences.append(say("report.p_range", low=low, high=high))
    if test.note:
        sentences.append(Markup("<em>{}.</em>").format(test.sentence))
    if found.residuals:
        sentences.append(say("report.residuals_some", residuals=_listed(found, say)))
    elif not found.by_design:
        sentences.append(say("report.residuals_none"))
    return Paragraph(join(*sentences), "evidence", lead)


def _listed(found: Evidence, say: Wording) -> Markup:
    named = Markup("; ").join(
        Markup("{}, {}: {}").format(residual.row, residual.column, residual.value)
        for residual in found.residuals
    )
    more = (
        say("report.and_more", n=found.more_residuals)
        if found.more_residuals.text != "0"
        else Markup("")
    )
    return named + more


def word_paired(
    before: str, after: str, tests: Sequence[Test], say: Wording, nominal: bool
) -> tuple[Paragraph, ...]:
    """Word the tests of two answers of the same people; the refused ones once for each reason."""
    title = say.plain("report.paired_title", before=before, after=after)
    paragraphs = [Paragraph(say("report.paired_lead"), "evidence", f"{title}.")]
    for test in tests:
        if test.p.text:
            df = Markup(" ({} {})").format(say("report.column_df"), test.df) if test.df else ""
            word = Markup(" ({})").format(say("report.nominal_word")) if nominal else ""
            parts = [Markup("{}{}").format(test.statistic, df)] if test.statistic.text else []
            numbers = Markup("; ").join([*parts, Markup("p {}{}").format(test.p, word)])
            line = say("report.paired_line", test=test.name, numbers=numbers)
            note = Markup("<em>{}.</em>").format(test.sentence) if test.note else ""
            paragraphs.append(Paragraph(join(line, note), "evidence"))
    refused = [test for test in tests if not test.p.text]
    for reason in dict.fromkeys(plain_text(test.reason) for test in refused):
        same = [test for test in refused if plain_text(test.reason) == reason]
        names = ", ".join(test.name for test in same)
        sentence = say("report.paired_refused", tests=names, note=same[0].reason)
        paragraphs.append(Paragraph(sentence, "evidence"))
    return tuple(paragraphs)


def tests_table(found: Sequence[Evidence], number: str, say: Wording, nominal: bool) -> Table:
    """List the tests of all questions, with the adjusted p-values and the measures."""
    name = name_statistic(found, say)
    # No sampling design has the likelihood ratio.
    second = any(evidence.second for evidence in found)
    likelihood = [say.plain("report.column_likelihood"), "p"] if second else []
    adjusted = [say.plain(f"report.{column}") for column in ("column_holm", "column_bh")]
    measures = measure_headings(say)
    by_design = any(evidence.by_design for evidence in found)
    bounded = any(evidence.test.p_range for evidence in found)
    note = say("report.likelihood_is") if second else ""
    return Table(
        "report/tests",
        number,
        say.plain("report.tests_caption_nominal" if nominal else "report.tests_caption"),
        "",
        (
            Column(say.plain("report.column_question"), width=2.5, under=say.plain("report.note")),
            Column("n", number=True, width=0.65),
            Column(say.plain("report.column_df"), number=True, width=1.4 if by_design else 0.6),
            Column(name, number=True, width=_width(name)),
            Column(
                "p",
                number=True,
                width=1.6 if bounded else 1.1,
                under=say.plain("documents.p_range"),
            ),
            *(Column(heading, number=True, width=1.1) for heading in adjusted),
            *(Column(heading, number=True, width=1.05) for heading in likelihood),
            *(Column(heading, number=True, width=_width(heading)) for heading in measures),
        ),
        tuple(Row("answer", _test_cells(evidence, second)) for evidence in found),
        notes=(join(note, say("report.multiplicity")),),
        fine=True,
        attributes={"data-table": "tests", "data-filter": say.plain("report.tests")},
    )


def _width(heading: str) -> float:
    """Give a column of numbers the width of the longest word above it."""
    return 0.6 + 0.11 * max(map(len, heading.split()))


def _test_cells(found: Evidence, with_second: bool) -> tuple[Cell, ...]:
    test, second = found.test, found.second
    measures = [measure.value for measure in found.measures_at(TABLE)]
    link = Markup('<a href="#exhibit-{}">{}</a>').format(found.table, found.question)
    named = (test.name,) if found.by_design or found.overlapping else ()
    question = Cell(link, under=(*named, test.note) if test.note else named)
    if not test.p.text:
        numbers = (8 if with_second else 6) + len(measures)
        return question, *cells_of(*[NOTHING] * numbers)
    likelihood = (second.statistic, second.p.bare) if second else (NOTHING, NOTHING)
    return (
        question,
        *cells_of(test.n, test.df, test.statistic),
        Cell(test.p.bare, under=(test.p_range,) if test.p_range else ()),
        *cells_of(*test.adjusted),
        *cells_of(*(likelihood if with_second else ())),
        *cells_of(*measures),
    )
