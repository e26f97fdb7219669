"""Sentences: what a page's templates word around tests, as plain text for documents."""

from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from resurvey.pages.wording import Wording
from resurvey.report.documents.manuscript import Paragraph
from resurvey.report.documents.plain import plain_text
from resurvey.report.evidence import Evidence, Test


def word_evidence(found: Evidence, say: Wording, nominal: bool, several: bool) -> Paragraph:
    """Word the test of one question: statistic, p-value, its range, notable residuals."""
    lead = f"{plain_text(found.question)}." if several else ""
    test = found.test
    if not test.p:
        refused = say("report.evidence_refused", note=test.sentence)
        return Paragraph(plain_text(refused), "evidence", lead)
    kind = "_f" if found.by_design else "_several" if found.overlapping else ""
    parts: list[Any] = [
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
        parts.append(say("report.p_range", low=low, high=high))
    if test.note:
        parts.append(f"{plain_text(test.sentence)}.")
    if found.residuals:
        parts.append(say("report.residuals_some", residuals=_listed(found, say)))
    elif not found.by_design:
        parts.append(say("report.residuals_none"))
    return Paragraph(" ".join(map(plain_text, parts)), "evidence", lead)


def _listed(found: Evidence, say: Wording) -> Markup:
    named = "; ".join(
        f"{plain_text(one.row)}, {plain_text(one.column)}: {plain_text(one.value)}"
        for one in found.residuals
    )
    more = say("report.and_more", n=found.more_residuals) if found.more_residuals else Markup("")
    return Markup.escape(named) + more


def word_paired(
    before: str, after: str, tests: Sequence[Test], say: Wording, nominal: bool
) -> Iterator[Paragraph]:
    """Word the tests of two answers of the same people; the refused ones once for each reason."""
    title = say("report.paired_title", before=before, after=after)
    lead = plain_text(say("report.paired_lead"))
    yield Paragraph(lead, "evidence", f"{plain_text(title)}.")
    for test in tests:
        if test.p:
            df = f" ({say.plain('report.column_df')} {test.df})" if test.df else ""
            word = f" ({say.plain('report.nominal_word')})" if nominal else ""
            note = f". {plain_text(test.note)}" if test.note else ""
            name, p = plain_text(test.name), plain_text(test.p)
            yield Paragraph(f"{name}: {test.statistic}{df}; p {p}{word}{note}", "evidence")
    refused = [test for test in tests if not test.p]
    for note in dict.fromkeys(plain_text(test.note) for test in refused):
        names = ", ".join(test.name for test in refused if plain_text(test.note) == note)
        sentence = say("report.paired_refused", tests=names, note=note)
        yield Paragraph(plain_text(sentence), "evidence")
