"""Composition: the arranged report as a manuscript, in the order of the page."""

from collections.abc import Iterator, Mapping
from typing import Any

from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording
from resurvey.report.documents.grid_tables import exhibit_tables
from resurvey.report.documents.ledger_tables import (
    claims_table,
    deviating_table,
    ledger_table,
    list_verdicts,
)
from resurvey.report.documents.manuscript import (
    Block,
    Figure,
    Heading,
    Items,
    Manuscript,
    Paragraph,
    Picture,
)
from resurvey.report.documents.numbering import Numbering
from resurvey.report.documents.part_tables import (
    cleaning_table,
    diagnostics_table,
    disclosure_table,
    empirical_table,
    frequencies_table,
    indicators_table,
    model_table,
    tests_table,
)
from resurvey.report.documents.plain import plain_text
from resurvey.report.documents.sentences import word_evidence, word_paired
from resurvey.report.evidence import measure_headings
from resurvey.report.exhibits import Exhibit
from resurvey.report.models import ShownModel

FILES = {
    "crosstabs": "tables/crosstabs.csv",
    "tests": "tables/tests.csv",
    "association": "tables/association.csv",
    "comparisons": "tables/comparisons.csv",
    "frequencies": "tables/frequencies.csv",
    "indicators": "tables/indicators.csv",
    "cells": "audit/cells.csv",
    "claims": "audit/claims.csv",
    "cleaning": "clean/log.csv",
    "codebook": "import/codebook.csv",
}


def words_for_documents(
    words: Mapping[str, Mapping[str, Any]],
) -> dict[str, Mapping[str, Any]]:
    """Replace the words of the page that do not hold on paper, where nothing can be pointed at.

    Examples
    --------
    >>> words = {"report": {"a": "point at it", "b": "base"}, "paper": {"a": "see the workbook"}}
    >>> words_for_documents(words)["report"]
    {'a': 'see the workbook', 'b': 'base'}
    """
    return {**words, "report": {**words["report"], **words["paper"]}}


def compose_manuscript(
    arranged: Mapping[str, Any],
    pictures: Mapping[str, Picture],
    model_pictures: Mapping[str, Picture] | None = None,
) -> Manuscript:
    """Compose the report of one wave and language as a manuscript."""
    return _Composition(arranged, pictures, model_pictures or {}).manuscript()


class _Composition:
    """Makes the blocks of a manuscript, section by section."""

    def __init__(
        self,
        arranged: Mapping[str, Any],
        pictures: Mapping[str, Picture],
        model_pictures: Mapping[str, Picture],
    ) -> None:
        self.arranged, self.pictures, self.model_pictures = arranged, pictures, model_pictures
        self.say: Wording = arranged["say"]
        self.nominal: bool = arranged["nominal"]
        self.numbering = Numbering(self.say)

    def manuscript(self) -> Manuscript:
        """Put all sections together."""
        arranged, say = self.arranged, self.say
        language = str(arranged["language"])
        return Manuscript(
            language,
            Numerals(language).decimal,
            plain_text(arranged["title"]),
            plain_text(arranged["subtitle"]),
            plain_text(arranged["wave"]),
            say.plain(f"report.banner_{origin}_short") if (origin := arranged["origin"]) else "",
            say.plain("report.contents"),
            f"resurvey {arranged['version']}",
            (
                self._banner(),
                *self._partly(),
                *self._prose("introduction", "report.introduction"),
                *self._methods(),
                *self._results(),
                *self._indicators(),
                *self._banners(),
                *self._tests(),
                *self._models(),
                *self._prose("conclusion", "report.conclusion"),
                *self._comparison(),
                *self._cleaning(),
                *self._frequencies(),
                *self._files(),
            ),
        )

    def _banner(self) -> Paragraph:
        kind = self.arranged["origin"] or "real"
        title = self.say.plain(f"report.banner_{kind}_title")
        frame = "mark" if self.arranged["origin"] else "caution"
        return Paragraph(self.say.plain(f"report.banner_{kind}"), frame, f"{title}.")

    def _partly(self) -> Iterator[Block]:
        if self.say.partly:
            yield self._paragraph("report.partly_translated")

    def _heading(self, place: str, level: int = 1) -> Heading:
        return Heading(level, self.say.plain(place))

    def _paragraph(self, place: str, kind: str = "body", **values: Any) -> Paragraph:
        return Paragraph(plain_text(self.say(place, **values)), kind)

    def _prose(self, part: str, title: str) -> Iterator[Block]:
        if self.arranged[part]:
            yield self._heading(title)
            yield from (Paragraph(plain_text(one)) for one in self.arranged[part])

    def _methods(self) -> Iterator[Block]:
        arranged, say, sample = self.arranged, self.say, self.arranged["sample"]
        yield self._heading("report.methods")
        yield from (Paragraph(plain_text(one)) for one in arranged["methods"])
        counted = arranged["counted"]
        respondents = say.plural("respondents", arranged["respondents"])
        sentences = [say("report.method_respondents", respondents=respondents)]
        if counted:
            rows, variable = arranged["rows"], arranged["weight"]
            sentences.append(say("report.method_counted", rows=rows, variable=variable))
        sentences.append(say("report.method_percent"))
        sentences += arranged["weighting"]
        if arranged["unused_weights"]:
            unused = arranged["unused_weights"]
            sentences.append(say("report.method_not_weighted", variables=unused))
        yield Paragraph(" ".join(map(plain_text, sentences)))
        if arranged["evidence"]:
            weighted = "_weighted" if arranged["by_design"] else ""
            measures = ", ".join(measure_headings(say))
            yield self._paragraph(f"report.method_tests{weighted}", measures=measures)
        if self.nominal:
            title = say.plain("report.nominal_title")
            text = plain_text(say(f"report.nominal_{sample}", alpha=arranged["alpha"]))
            yield Paragraph(text, "caution", f"{title}.")
        else:
            yield self._paragraph(f"report.inference_{sample}", alpha=arranged["alpha"])
        for one in arranged["sample_exhibits"]:
            yield from self._exhibit(one)
        yield self._heading("report.disclosure", 2)
        yield self._paragraph("report.disclosure_lead")
        yield disclosure_table(arranged["disclosure"], self.numbering.table(), say)

    def _results(self) -> Iterator[Block]:
        for section in self.arranged["sections"]:
            yield Heading(1, plain_text(section.title))
            yield from (Paragraph(plain_text(one)) for one in section.paragraphs)
            for one in section.exhibits:
                yield from self._exhibit(one)

    def _exhibit(self, one: Exhibit) -> Iterator[Block]:
        say, number = self.say, self.numbering.table(plain_text(one.number))
        title = plain_text(one.title)
        yield from (Paragraph(plain_text(sentence)) for sentence in one.sentences)
        yield from exhibit_tables(one, number, say.plain("report.question"))
        if len(one.findings) == 1:
            yield Paragraph(plain_text(one.findings[0]))
        elif one.findings:
            yield Items(tuple(map(plain_text, one.findings)))
        several = len(one.evidence) > 1
        for found in one.evidence:
            yield word_evidence(found, say, self.nominal, several)
        for before, after, tests in one.paired:
            yield from word_paired(before, after, tests, say, self.nominal)
        if one.name in self.pictures:
            yield self._figure(f"{title} ({number})", self.pictures[one.name])

    def _figure(self, title: str, picture: Picture) -> Figure:
        return Figure(self.numbering.figure(), title, picture)

    def _banners(self) -> Iterator[Block]:
        """Say where the banner tables are, which are too wide for a page of paper."""
        found, say = self.arranged["banners"], self.say
        if found:
            yield self._heading("banners.heading")
            yield self._paragraph("banners.lead")
            for one in found:
                yield from (Paragraph(plain_text(sentence)) for sentence in one.sentences)
            yield Items(
                tuple(
                    plain_text(say("documents.banner_in_workbook", title=one.title))
                    for one in found
                )
            )

    def _indicators(self) -> Iterator[Block]:
        summary, say = self.arranged["summary"], self.say
        yield self._heading("report.indicators")
        if summary.dimensions:
            yield self._paragraph("report.indicators_lead")
            number, parts = self.numbering.table(), self.arranged["from_parts"]
            yield indicators_table(summary, number, say, parts)
        else:
            yield self._paragraph("report.no_indicators")
        if "dimensions" in self.pictures:
            yield self._figure(say.plain("report.indicators"), self.pictures["dimensions"])
        if summary.empirical:
            yield self._heading("report.empirical", 2)
            yield self._paragraph("report.empirical_lead")
            yield empirical_table(summary, self.numbering.table(), say)

    def _tests(self) -> Iterator[Block]:
        arranged, say = self.arranged, self.say
        yield self._heading("report.tests")
        found = arranged["evidence"]
        if not found:
            yield self._paragraph("report.tests_none")
        else:
            below, everything = arranged["below_alpha"]
            lead = "report.tests_lead" if arranged["ledger"].cells else "report.tests_lead_plain"
            count = "report.tests_below" if below else "report.tests_none_below"
            sentences = [say("report.p_range_lead")] if any(o.test.p_range for o in found) else []
            sentences.append(say(lead))
            sentences.append(say(count, all=everything, below=below, alpha=arranged["alpha"]))
            yield Paragraph(" ".join(map(plain_text, sentences)))
            yield tests_table(found, self.numbering.table(), say, self.nominal)
        yield from (Paragraph(plain_text(one)) for one in arranged["stratified"])
        for name in arranged["drawings"]:
            if name != "dimensions" and name in self.pictures:
                title = say.plain("figures.residuals_title") if name == "residuals" else name
                yield self._figure(title, self.pictures[name])

    def _models(self) -> Iterator[Block]:
        models: list[ShownModel] = self.arranged["models"]
        if not models:
            return
        yield self._heading("models.title")
        if not any(one.refused for one in models):
            yield self._paragraph("models.lead")
        for one in models:
            yield Heading(2, plain_text(one.title))
            yield Paragraph(plain_text(one.about))
            if one.refused:
                yield Paragraph(plain_text(one.refused), "evidence")
            else:
                yield from self._model(one)

    def _model(self, one: ShownModel) -> Iterator[Block]:
        say = self.say
        if one.reading:
            yield Items(tuple(map(plain_text, one.reading)))
        yield Paragraph(plain_text(one.rest))
        yield model_table(one, self.numbering.table(), say, self.nominal)
        yield diagnostics_table(one, self.numbering.table(), say)
        if one.name in self.model_pictures:
            yield self._figure(plain_text(one.title), self.model_pictures[one.name])

    def _comparison(self) -> Iterator[Block]:
        ledger, say = self.arranged["ledger"], self.say
        yield self._heading("report.comparison")
        if not ledger.cells:
            yield self._paragraph("report.comparison_none")
        else:
            lead = say.plural("comparison_lead", ledger.cells), say("report.comparison_notation")
            yield Paragraph(" ".join(map(plain_text, lead)))
            if self.arranged["reconstructed"]:
                yield self._paragraph("report.comparison_circular")
            yield Items(list_verdicts(ledger.verdicts, say))
            if ledger.deviating:
                yield deviating_table(ledger, self.numbering.table(), say)
            else:
                yield self._paragraph("report.deviating_none")
            yield ledger_table(ledger, self.numbering.table(), say)
        if ledger.claims:
            yield from self._claims()

    def _claims(self) -> Iterator[Block]:
        ledger, say = self.arranged["ledger"], self.say
        yield self._heading("report.claims", 2)
        yield Paragraph(plain_text(say.plural("claims_lead", ledger.claims)))
        yield Items(list_verdicts(ledger.claim_verdicts, say))
        if not ledger.disagreeing:
            yield self._paragraph("report.claims_none")
        for part in ("disagreeing", "agreeing", "unchecked"):
            found = getattr(ledger, part)
            if found:
                if part == "unchecked":
                    yield self._paragraph("report.claims_unchecked_lead")
                title = say.plain(f"report.claims_{part}")
                yield claims_table(
                    f"report/claims_{part}", found, title, self.numbering.table(), say
                )

    def _cleaning(self) -> Iterator[Block]:
        flow, say = self.arranged["flow"], self.say
        yield self._heading("report.cleaning")
        yield self._paragraph("report.cleaning_lead")
        if flow:
            yield Items(
                (
                    f"{say.plain('report.flow_raw')}: {flow[0].after}",
                    f"{say.plain('report.flow_analysed')}: {flow[-1].after}",
                )
            )
            yield cleaning_table(flow, self.numbering.table(), say)

    def _frequencies(self) -> Iterator[Block]:
        yield self._heading("report.frequencies")
        counted = "_counted" if self.arranged["counted"] else ""
        yield self._paragraph(f"report.frequencies_lead{counted}")
        found = self.arranged["frequencies"]
        if found:
            yield frequencies_table(found, self.numbering.table(), self.say)

    def _files(self) -> Iterator[Block]:
        arranged, say = self.arranged, self.say
        yield self._heading("report.files")
        yield self._paragraph("report.files_lead")
        files = ((say.plain(f"report.file_{key}"), path) for key, path in FILES.items())
        yield Items(tuple(f"{name}: {path}" for name, path in files))
        yield self._heading("report.cite", 2)
        named = {name: arranged[name] for name in ("title", "wave", "version")}
        yield Paragraph(plain_text(arranged["citation"] or say("report.cite_generic", **named)))
        if arranged["sources"]:
            yield self._heading("report.sources", 2)
            yield Items(tuple(map(plain_text, arranged["sources"])))
        yield self._heading("report.made", 2)
        yield self._paragraph("report.made_text", version=arranged["version"])
