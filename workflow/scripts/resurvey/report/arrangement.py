"""Arrangement: the report of one wave and language as blocks, section by section; and its page."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup

import resurvey
from resurvey.core.cells import Block as Counted
from resurvey.core.names import name_number
from resurvey.counts.design import DESIGN_KEYS, Weighting
from resurvey.pages.application import inline_svg, render_application
from resurvey.pages.labels import Labels, native_name
from resurvey.pages.numerals import Numerals, Shown, whole
from resurvey.pages.wording import Wording
from resurvey.report.assessment import chain_questions
from resurvey.report.banners import Banner, Banners
from resurvey.report.blocks import (
    FINDINGS,
    Block,
    Figure,
    Heading,
    Item,
    Items,
    Numbering,
    Paragraph,
    Report,
    Section,
    Table,
    all_blocks,
    fold,
    join,
)
from resurvey.report.comparison import compare_cells, compare_claims
from resurvey.report.counts import Counts
from resurvey.report.dimensions import (
    dimension_title,
    indicators_table,
    show_indicators,
)
from resurvey.report.evidence import (
    Evidence,
    Test,
    count_below,
    crosstab_evidence,
    measure_headings,
    paired_evidence,
    read_bounds,
    solutions_note,
    tests_table,
    word_strata,
)
from resurvey.report.exhibits import Exhibit, Grids
from resurvey.report.key_findings import key_findings, shows_power
from resurvey.report.methods import (
    cleaning_blocks,
    cleaning_reasons,
    codebook_table,
    disclosure_table,
    frequencies_table,
)
from resurvey.report.models import Models, model_group
from resurvey.report.overall import Overall
from resurvey.report.results import Results
from resurvey.report.sentences import Findings, Sentences

SAMPLE = "sample"
"""Home of the tables that stand among the methods."""

FILES = {
    "crosstabs": "tables/crosstabs.csv",
    "tests": "tables/tests.csv",
    "association": "tables/association.csv",
    "comparisons": "tables/comparisons.csv",
    "frequencies": "tables/frequencies.csv",
    "indicators": "tables/indicators.csv",
    "combinations": "tables/combinations.csv",
    "cells": "audit/cells.csv",
    "claims": "audit/claims.csv",
    "cleaning": "clean/log.csv",
    "codebook": "import/codebook.csv",
    "provenance": "report/provenance.json",
}


def arrange_report(
    results: Results,
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    wave: str,
    language: str,
) -> Report:
    """Arrange everything that the report of one wave says in one language.

    Every format is made from these blocks, so that all print the same sentences and the same
    numbers under the same identities.

    Raises
    ------
    SurveyError
        A sentence of the study names a number that is not there.
    """
    material = Material(results, study, words, wave, language)
    say, origin = material.say, results.codebook.origin
    sections = (section for make in SECTIONS for section in make(material))
    documents: Mapping[str, str] = words["documents"]
    return Report(
        language,
        material.numerals.decimal,
        material.title,
        material.sentences.fill(material.text.get("subtitle", "")),
        material.wave_label,
        say.plain(f"report.banner_{origin}_short") if origin else "",
        say.plain("report.contents"),
        f"resurvey {resurvey.__version__}",
        (*_opening(say, origin), *sections),
        (codebook_table(results.codebook, language, documents), *material.banners),
    )


def study_labels(
    results: Results,
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    language: str,
) -> Labels:
    """Labels of a study in the language of its report."""
    shared = {**words["tables"], "difference": words["report"]["difference"]}
    return Labels(results.codebook, study["tables"]["tables"], shared, language)


class Material:
    """What the sections are made from: numbers, labels and words of one wave and language."""

    def __init__(
        self,
        results: Results,
        study: Mapping[str, Any],
        words: Mapping[str, Mapping[str, Any]],
        wave: str,
        language: str,
    ) -> None:
        self.results, self.study, self.language = results, study, language
        self.config, self.text = study["config"], study["text"][language]
        self.wave, self.wave_name = self.config["waves"][wave], wave
        self.tables: Mapping[str, Mapping[str, Any]] = study["tables"]["tables"]
        self.say, self.numerals = Wording(words), Numerals(language)
        self.numbering = Numbering(self.say)
        self.labels = study_labels(results, study, words, language)
        translate = self.say.line_notes
        self.counts = Counts(results.crosstabs, self.tables, self.numerals, translate)
        declared = study["indicators"].get("indicators", {})
        self.indicators = show_indicators(
            results.indicators, self.numerals, declared, self.say.line_notes
        )
        file = f"config/text.{language}.yaml"
        self.sentences = Sentences(self.counts, self.indicators, results.respondents, file)
        self.respondents = whole(results.respondents, name_number("respondents"))
        alpha = self.config["alpha"]
        self.alpha = Shown(
            self.numerals.fixed(alpha, _digits(alpha)), identity=name_number("setting", "alpha")
        )
        self.sample: str = self.config["sample"]
        self.nominal = self.sample in ("unknown", "purposive")
        self.weight: str = self.wave.get("weight", "")
        self.counted = self.wave.get("weight_kind") == "frequency"
        dealt_out = results.codebook.reconstructed
        self.bounds = read_bounds(results.questions, results.ranges) if dealt_out else {}
        self.grids = Grids(self.counts, self.labels, self.say, results.respondents)
        dealt = self.wave.get("reconstruct", {})
        aside = [str(dealt["not_printed"])] if "not_printed" in dealt else []
        self.findings = Findings(self.counts, self.labels, self.say, aside)

    @property
    def title(self) -> str:
        """Title of the study."""
        return self.labels.pick(self.config["title"], "") or self.say.plain("report.untitled")

    @property
    def wave_label(self) -> str:
        """Label of the wave."""
        return self.labels.pick(self.wave.get("label"), self.wave_name)

    def paragraphs(self, part: str) -> list[Paragraph]:
        """What the study itself says in a part of the report."""
        return list(map(Paragraph, self.sentences.fill_all(self.text.get(part))))

    def paragraph(self, place: str, kind: str = "body", **values: Any) -> Paragraph:
        """A paragraph of the words that all studies share."""
        return Paragraph(self.say(place, **values), kind)

    def heading(self, place: str, anchor: str) -> Heading:
        """A heading below the section's own."""
        return Heading(2, self.say.plain(place), anchor)

    def section(self, anchor: str, place: str, blocks: Iterable[Block]) -> Section:
        """A section with a title of the words that all studies share."""
        return Section(anchor, self.say.plain(place), tuple(blocks))

    @property
    def rows(self) -> Shown:
        """Rows of the file that are analysed; where they are counted, not its respondents."""
        last = self.results.cleaning[-1]
        return whole(
            int(last["rows_after"]), name_number("cleaning", int(last["step"]), "rows_after")
        )

    @property
    def unused_weights(self) -> str:
        """Names of the weights that the file has, where the wave uses none."""
        weighted = "weight" in self.wave or "rake" in self.wave
        return "" if weighted else ", ".join(self.results.codebook.weights)

    @property
    def margins(self) -> str:
        """Names of the questions whose margins the weights were raked to."""
        return "; ".join(self.labels.variable(name) for name in self.wave["rake"]["margins"])

    @cached_property
    def order(self) -> list[str]:
        """Dimensions in their order, then other sections, then tables without a section."""
        homes = dict.fromkeys(_home(table) for table in self.tables.values())
        dimensions = self.study["indicators"].get("dimensions", {})
        order = [dimension for dimension in dimensions if dimension in homes]
        order += [home for home in homes if home not in (*order, SAMPLE, "")]
        return order + ([""] if "" in homes else [])

    def tables_of(self, home: str) -> list[str]:
        """Names of the tables of a section."""
        return [name for name, table in self.tables.items() if _home(table) == home]

    @cached_property
    def exhibits(self) -> dict[str, Exhibit]:
        """Tables of the sections, with everything that stands around them."""
        names = [name for home in self.order for name in self.tables_of(home)]
        return {name: self.exhibit(name) for name in names}

    @cached_property
    def evidence(self) -> list[Evidence]:
        """Tests of all tables."""
        return [found for exhibit in self.exhibits.values() for found in exhibit.evidence]

    @cached_property
    def banners(self) -> list[Banner]:
        """Banner tables."""
        declared = self.study["tables"].get("banners", {})
        alpha = self.config["alpha"]
        banners = Banners(declared, self.labels, self.numerals, self.say, alpha, self.sample)
        own = self.text.get("tables", {})
        return banners.lay_out(self.results.banners, own, self.sentences)

    def exhibit(self, name: str) -> Exhibit:
        """One table with its sentences, findings, notes, tests and drawing."""
        table, own = self.tables[name], self.text.get("tables", {}).get(name, {})
        blocks = [block for row in table["rows"] if (block := self.counts.block(name, row))]
        sampled = _home(table) == SAMPLE
        notes = self.grids.notes(name, table, self.results.codebook.reconstructed)
        notes += solutions_note(table["rows"], self.bounds, self.labels, self.say)
        if "note" in own:
            notes.insert(0, self.sentences.fill(own["note"]))
        stem, questions = self.grids.battery(table, False)
        title = stem or "; ".join(questions.values())
        if "title" in own:
            title = self.sentences.fill(own["title"])
        grids = self.grids.of_table(name, table, title, "title" in own)
        return Exhibit(
            name,
            self._number(name),
            title,
            tuple(self.grids.with_counts(grid) if sampled else grid for grid in grids),
            self.sentences.fill_all(own.get("sentences")),
            [] if sampled else self._findings(name, table),
            notes,
            [found for block in blocks if (found := self._tested(block))],
            [self._paired(name, pair) for pair in table.get("pairs", [])],
            self._drawing(name),
        )

    def _number(self, name: str) -> str:
        """Number as the study gives it; where it numbers no table, the place among all."""
        own = self.text.get("tables", {})
        if any("number" in said for said in own.values()):
            return str(own.get(name, {}).get("number", ""))
        numbered = [table for home in self.order for table in self.tables_of(home)]
        if name not in numbered:
            return ""
        return self.say.plain("report.table_number", n=numbered.index(name) + 1)

    def _findings(self, name: str, table: Mapping[str, Any]) -> list[Markup]:
        """Largest answers, widest gaps and largest changes of a table."""
        found = []
        for row in table["rows"]:
            if block := self.counts.block(name, row):
                found += self.findings.of_block(block, alone=len(table["rows"]) == 1)
        for pair in table.get("pairs", []):
            before, after = (self.counts.block(name, pair[role]) for role in ("before", "after"))
            if before and after:
                found += self.findings.of_pair(before, after)
        return found

    def _tested(self, block: Counted) -> Evidence | None:
        return crosstab_evidence(
            block,
            self.results.tests,
            self.results.association,
            self.counts,
            self.labels,
            self.say,
            self.config["alpha"],
            self.bounds.get(block.variable),
        )

    def _paired(self, name: str, pair: Mapping[str, str]) -> tuple[str, str, list[Test]]:
        tests = paired_evidence(
            pair, name, self.results.tests, self.numerals, self.say, self.config["alpha"]
        )
        return self.labels.variable(pair["before"]), self.labels.variable(pair["after"]), tests

    def _drawing(self, name: str) -> Figure | None:
        """The drawing of a table, without its caption."""
        if name not in self.results.figures:
            return None
        alt = str(self.results.alt.get(name, {}).get("alt", name))
        return Figure(name, "", "", alt, self.results.figures[name], f"figures/{name}")

    def figure(self, name: str, title: str, label: str) -> Iterator[Figure]:
        """A drawing that belongs to no table, where there is one."""
        if name in self.results.figures:
            alt = str(self.results.alt.get(name, {}).get("alt", name))
            svg, number = self.results.figures[name], self.numbering.figure()
            yield Figure(name, number, title, alt, svg, f"figures/{name}", label)


def _home(table: Mapping[str, Any]) -> str:
    return str(table.get("section", ""))


def _digits(share: float) -> int:
    return max(2, len(f"{share:.10f}".rstrip("0").partition(".")[2]))


def _opening(say: Wording, origin: str) -> Iterator[Block]:
    """On which data the report stands; a page tells it above everything, in its frame."""
    kind = origin or "real"
    title = say.plain(f"report.banner_{kind}_title")
    frame = "mark" if origin else "caution"
    yield Paragraph(say.plain(f"report.banner_{kind}"), frame, f"{title}.", on_page=False)
    if say.partly:
        yield Paragraph(say("report.partly_translated"), "partly")


def found(material: Material) -> Iterator[Section]:
    """What was found, before everything else."""
    if items := key_findings(material):
        yield material.section(FINDINGS, "found.title", [Items(items, "found")])


def introduction(material: Material) -> Iterator[Section]:
    """What the study says first."""
    if said := material.paragraphs("introduction"):
        yield material.section("introduction", "report.introduction", said)


def methods(material: Material) -> Iterator[Section]:
    """How the survey was made, and how its numbers are to be read."""
    yield material.section("methods", "report.methods", _methods(material))


def _methods(material: Material) -> Iterator[Block]:
    say = material.say
    yield from material.paragraphs("methods")
    counting = join(*_counting(material))
    yield Paragraph(join(counting, say("report.method_pointing")), in_print=False)
    yield Paragraph(join(counting, say("report.method_workbook")), on_page=False)
    if material.evidence:
        by_design = any(key in material.wave for key in DESIGN_KEYS) and not material.counted
        place = "report.method_tests_weighted" if by_design else "report.method_tests"
        yield material.paragraph(place, measures=say.listed(measure_headings(say)))
    if material.nominal:
        text = say(f"report.nominal_{material.sample}", alpha=material.alpha)
        yield Paragraph(text, "caution", f"{say.plain('report.nominal_title')}.")
    else:
        yield material.paragraph(f"report.inference_{material.sample}", alpha=material.alpha)
    for name in material.tables_of(SAMPLE):
        exhibit = material.exhibit(name)
        yield exhibit.group(material.numbering, say, material.nominal, listed=False)
    yield material.heading("report.disclosure", "disclosure")
    yield material.paragraph("report.disclosure_lead")
    yield _disclosure(material)


def _disclosure(material: Material) -> Table:
    """How the survey was made, from the study's text or from what is configured."""
    say, variable = material.say, material.weight
    size = say.plural("respondents", material.respondents)
    if material.counted:
        size = say("report.counted_rows", respondents=size, rows=material.rows)
    known = {"sample_size": size}
    if material.sample != "unknown":
        known["selection"] = say(f"report.sample_{material.sample}")
    if "rake" in material.wave:
        known["weighting"] = say("report.raked_to", margins=material.margins)
    elif variable and not material.counted:
        known["weighting"] = say("report.weighted_by", variable=variable)
    elif unused := material.unused_weights:
        known["weighting"] = say("report.not_weighted", variables=unused)
    if "label" in material.wave:
        known["field_dates"] = Markup.escape(material.wave_label)
    silence = material.labels.pick(material.config.get("not_reported"), "")
    silence = silence or say.plain("report.not_reported")
    declared, number = material.text.get("disclosure"), material.numbering.table()
    return disclosure_table(declared, known, silence, material.sentences, number, say)


def _counting(material: Material) -> Iterator[Markup]:
    """Say whose answers were counted, how, and with which weight."""
    say = material.say
    respondents = say.plural("respondents", material.respondents)
    yield say("report.method_respondents", respondents=respondents)
    if material.counted:
        yield say("report.method_counted", rows=material.rows, variable=material.weight)
    yield say("report.method_percent")
    if not material.counted:
        yield from _weighting(material)
    if material.unused_weights:
        yield say("report.method_not_weighted", variables=material.unused_weights)


def _weighting(material: Material) -> Iterator[Markup]:
    """Say what the weights of the wave are and how unequal; nothing where it has none."""
    say, fixed, wave = material.say, material.numerals.fixed, material.wave
    if "weight" in wave and "rake" not in wave:
        yield say("report.method_weight", variable=wave["weight"])
    if "replicates" in wave:
        yield _replicates(say, wave["replicates"])
    if not material.results.codebook.weighting:
        return
    found = Weighting.from_plain(material.results.codebook.weighting)
    if "rake" in wave:
        yield from _raking(material, found)
    yield say(
        "report.method_weights",
        largest=fixed(found.largest, 1),
        effect=fixed(found.effect, 2),
        respondents=str(found.respondents),
        effective=fixed(found.effective, 0),
    )
    if found.zero or found.missing:
        absent = {"missing": str(found.missing), "zero": str(found.zero)}
        yield say("report.method_weights_absent", **absent)
    if found.is_notable:
        yield say("report.method_weights_unequal")


def _raking(material: Material, found: Weighting) -> Iterator[Markup]:
    """Say from what to what the weights were raked, and how well that went."""
    say, fixed, wave = material.say, material.numerals.fixed, material.wave
    start = say("report.raked_equal")
    if "weight" in wave:
        start = say("report.raked_from", variable=wave["weight"])
    yield say(
        "report.method_raked",
        start=start,
        margins=material.margins,
        rounds=str(found.rounds),
        error=fixed(100 * found.error, 3),
        smallest=fixed(found.smallest, 2),
    )
    trim = wave["rake"].get("trim", {})
    for end in ("lower", "upper"):
        if end in trim:
            yield say(f"report.method_raked_{end}", bound=fixed(float(trim[end]), 2))
    if trim:
        yield say("report.method_raked_trimmed", trimmed=str(found.trimmed))


def _replicates(say: Wording, declared: Mapping[str, Any]) -> Markup:
    """Say where the replicate weights come from."""
    if "make" in declared:
        return say(f"report.method_{declared['make']}", number=str(declared.get("number", 1000)))
    columns = declared["columns"]
    listed = [columns] if isinstance(columns, str) else columns
    named = ", ".join(listed if len(listed) <= 4 else [*listed[:2], "…", listed[-1]])
    kind = say.plain(f"report.replicates_{declared['type']}")
    return say("report.method_replicates", columns=named, kind=kind)


def tables(material: Material) -> Iterator[Section]:
    """A section for every dimension, and for whatever else the study's tables name."""
    declared = material.study["indicators"]
    for number, home in enumerate(material.order, 1):
        own = material.text.get("sections", {}).get(home, {})
        title = material.say.plain("report.tables")
        if home:
            title = dimension_title(home, declared, material.labels)
        if "title" in own:
            title = material.sentences.fill(own["title"])
        paragraphs = material.sentences.fill_all(own.get("paragraphs"))
        exhibits = [material.exhibits[name] for name in material.tables_of(home)]
        groups = (
            exhibit.group(material.numbering, material.say, material.nominal, listed=True)
            for exhibit in exhibits
        )
        blocks = (*map(Paragraph, paragraphs), *groups)
        yield Section(f"section-{number}", title, blocks)


def indicators(material: Material) -> Iterator[Section]:
    """Indicators of all dimensions side by side."""
    yield material.section("indicators", "report.indicators", _indicators(material))


def _indicators(material: Material) -> Iterator[Block]:
    say, numbering, labels = material.say, material.numbering, material.labels
    lines, declared = material.results.indicators, material.study["indicators"]
    shown = material.indicators
    if lines:
        yield material.paragraph("report.indicators_lead")
        parts = any(material.counts.by_parts(name) for name in material.tables)
        number = numbering.table()
        yield indicators_table(lines, declared, shown, labels, number, say, parts)
    else:
        yield material.paragraph("report.no_indicators")
    title = say.plain("report.indicators")
    yield from material.figure("dimensions", title, title)


def overall(material: Material) -> Iterator[Section]:
    """What is published for the indicators that the study declares, and what holds together."""
    declared, results = material.study["indicators"], material.results
    if not results.indicators or not (declared.get("empirical") or results.combinations):
        return
    said = material.paragraphs("overall")
    yield material.section("overall", "overall.title", (*said, *_overall(material)))


def _overall(material: Material) -> Iterator[Block]:
    results, declared = material.results, material.study["indicators"]
    homes = [name for name, table in material.tables.items() if _home(table) != SAMPLE]
    asked = [row for name in homes for row in material.tables[name]["rows"]]
    filler = str(material.wave.get("reconstruct", {}).get("not_printed", ""))
    unprinted = {
        line["variable"]
        for line in results.frequencies
        if filler and line["code"] == filler and line["count"] not in ("", "0")
    }
    combined = {part for line in results.combinations for part in line["of"].split("+")}
    behind = set(chain_questions(declared, combined))
    several = any(
        line["row_variable"] in behind and line["solutions"] not in ("", "1")
        for line in results.questions
    )
    laid = Overall(
        results.indicators,
        results.combinations,
        declared,
        material.indicators,
        material.labels,
        material.numerals,
        material.say,
        material.respondents,
        results.codebook.reconstructed,
        any(material.counts.by_parts(name) for name in material.tables),
    )
    yield from laid.blocks(list(dict.fromkeys(asked)), unprinted, several, material.numbering)


def banners(material: Material) -> Iterator[Section]:
    """Banner tables; paper, for which they are too wide, says where they are."""
    if found := material.banners:
        yield material.section("banners", "banners.heading", _banners(material, found))


def _banners(material: Material, found: list[Banner]) -> Iterator[Block]:
    yield material.paragraph("banners.lead")
    yield from (banner.group for banner in found)
    say = material.say
    places = (say("documents.banner_in_workbook", title=banner.title) for banner in found)
    yield Items(tuple(map(Item, places)), on_page=False)


def tests(material: Material) -> Iterator[Section]:
    """All tests in one table, with the drawing of their residuals."""
    yield material.section("tests", "report.tests", _tests(material))


def _tests(material: Material) -> Iterator[Block]:
    say, found = material.say, material.evidence
    if not found:
        yield material.paragraph("report.tests_none")
    else:
        below, everything = count_below(found)
        lead = "report.tests_lead" if material.results.cells else "report.tests_lead_plain"
        some = "report.tests_none_below" if below.text == "0" else "report.tests_below"
        bounded = any(evidence.test.p_range for evidence in found)
        yield Paragraph(
            join(
                say("report.p_range_lead") if bounded else "",
                say(lead),
                say(some, all=everything, below=below, alpha=material.alpha),
            )
        )
        yield tests_table(found, material.numbering.table(), say, material.nominal)
        if shows_power(material):
            yield material.paragraph("found.power")
    results = material.results
    yield from map(
        Paragraph,
        word_strata(
            material.tables,
            results.tests,
            results.association,
            material.labels,
            material.numerals,
            say,
            material.config["alpha"],
            material.nominal,
        ),
    )
    for name in material.results.figures:
        if name not in material.tables and name != "dimensions":
            title = say.plain("figures.residuals_title") if name == "residuals" else name
            yield from material.figure(name, title, say.plain("report.tests"))


def models(material: Material) -> Iterator[Section]:
    """Models that the study declares; none where it declares none."""
    results, say = material.results, material.say
    if results.models is None:
        return
    dealt, alpha = results.codebook.reconstructed, material.config["alpha"]
    fitted = Models(results.models, material.labels, material.numerals, say, alpha, dealt)
    shown = fitted.shown(material.study["models"].get("models", {}))
    if shown:
        lead = [] if any(model.refused for model in shown) else [material.paragraph("models.lead")]
        groups = (model_group(model, material.numbering, say, material.nominal) for model in shown)
        yield material.section("models", "models.title", (*lead, *groups))


def conclusion(material: Material) -> Iterator[Section]:
    """What the study says last."""
    if said := material.paragraphs("conclusion"):
        yield material.section("conclusion", "report.conclusion", said)


def comparison(material: Material) -> Iterator[Section]:
    """What was printed beside what the counts give."""
    yield material.section("comparison", "report.comparison", _compared(material))


def _compared(material: Material) -> Iterator[Block]:
    say, labels, numbering = material.say, material.labels, material.numbering
    cells, claims = material.results.cells, material.results.claims
    titles = {name: exhibit.plain for name, exhibit in material.exhibits.items()}
    numbers = {name: exhibit.number for name, exhibit in material.exhibits.items()}
    if cells:
        link = Markup('<a href="../audit/audit.{}.html">{}</a>')
        audit = link.format(material.language, say("report.audit_page"))
        yield Paragraph(audit, in_print=False)
        yield from compare_cells(cells, titles, numbers, labels, say, numbering)
    else:
        yield material.paragraph("report.comparison_none")
    if claims:
        yield material.heading("report.claims", "claims")
        original = material.config["languages"][0]
        yield from compare_claims(claims, numbers, labels, say, numbering, original)


def cleaning(material: Material) -> Iterator[Section]:
    """What was done between the raw file and the analysis."""
    log, number = material.results.cleaning, material.numbering.table
    declared = material.study["cleaning"].get("steps", [])
    blocks: list[Block] = [material.paragraph("report.cleaning_lead")]
    if log:
        blocks += cleaning_blocks(log, declared, material.labels, number(), material.say)
    yield material.section("cleaning", "report.cleaning", blocks)


def frequencies(material: Material) -> Iterator[Section]:
    """Frequencies of every variable."""
    lines, say, number = material.results.frequencies, material.say, material.numbering.table
    counted = "_counted" if material.counted else ""
    blocks: list[Block] = [material.paragraph(f"report.frequencies_lead{counted}")]
    if lines:
        table = frequencies_table(lines, material.labels, material.numerals, number(), say)
        blocks.append(fold(table, len(table.parts)))
    yield material.section("frequencies", "report.frequencies", blocks)


def files(material: Material) -> Iterator[Section]:
    """Where everything is, how to cite it, and how it was made."""
    yield material.section("files", "report.files", _files(material))


def _files(material: Material) -> Iterator[Block]:
    say = material.say
    yield material.paragraph("report.files_lead")
    named = {say.plain(f"report.file_{key}"): path for key, path in FILES.items()}
    if material.banners:
        named[say.plain("banners.file")] = "tables/banners.csv"
    link = Markup('<a href="../{}">{}</a>')
    items = (Item(path, link.format(path, name)) for name, path in named.items())
    yield Items(tuple(items), "files")
    yield material.heading("report.cite", "cite")
    told = {"title": material.title, "wave": material.wave_label, "version": resurvey.__version__}
    citation = material.sentences.fill(material.text.get("citation", ""))
    yield Paragraph(citation or say("report.cite_generic", **told))
    if sources := material.sentences.fill_all(material.text.get("sources")):
        yield material.heading("report.sources", "sources")
        yield Items(tuple(map(Item, sources)))
    yield material.heading("report.made", "made")
    yield material.paragraph("report.made_text", version=resurvey.__version__)


SECTIONS: tuple[Callable[[Material], Iterable[Section]], ...] = (
    found,
    introduction,
    methods,
    tables,
    indicators,
    overall,
    banners,
    tests,
    models,
    conclusion,
    comparison,
    cleaning,
    frequencies,
    files,
)
"""What makes the sections of every report, in their order; a section is added here."""


def write_page(
    results: Results,
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    wave: str,
    language: str,
    folders: str | Path | Sequence[str],
) -> str:
    """Write the report of one wave in one language as a page that needs no other file.

    `folders` hold the Jinja templates. Labels and sentences are values, never templates: a label
    such as ``{{ 1 + 1 }}`` or ``<script>`` is printed as it stands.

    Raises
    ------
    SurveyError
        A sentence of the study names a number that is not there.
    """
    report, say = arrange_report(results, study, words, wave, language), Wording(words)
    labels = study_labels(results, study, words, language)
    steps = study["cleaning"].get("steps", [])
    tables = [block for block in all_blocks(report.blocks) if isinstance(block, Table)]
    context = {
        "report": report,
        "opening": [block for block in report.blocks if not isinstance(block, Section)],
        "choices": [item for table in tables for item in table.choices],
        "banners": any(isinstance(block, Banner) for block in all_blocks(report.blocks)),
        "draw": _draw,
        "say": say,
        "language": language,
        "languages": [(code, native_name(code)) for code in study["config"]["languages"]],
        "title": report.title,
        "wave": report.wave,
        "origin": results.codebook.origin,
        "reconstructed": results.codebook.reconstructed,
        "version": resurvey.__version__,
        "labels": labels,
        "reasons": cleaning_reasons(results.cleaning, steps, labels),
        "provenance": results.provenance,
    }
    return render_application("page.html", context, folders)


def _draw(figure: Figure) -> Markup:
    return inline_svg(figure.svg, f"figure-{figure.anchor}", figure.alt)
