"""Arrangement: the report of one wave and language as blocks, section by section; and its page."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup

import resurvey
from resurvey.core.cells import Block as Counted
from resurvey.core.codebook import join_labels
from resurvey.core.lines import Line
from resurvey.core.names import INDEX_KEYS, name_number
from resurvey.counts.design import DESIGN_KEYS, Weighting
from resurvey.pages.application import MOST_AT_ONCE, inline_svg, render_application
from resurvey.pages.labels import Labels, native_name
from resurvey.pages.numerals import Numerals, Shown, whole
from resurvey.pages.wording import Wording
from resurvey.report.accounting import account_rows, rows_table
from resurvey.report.assessment import chain_questions
from resurvey.report.banners import Banner, Banners
from resurvey.report.blocks import (
    FINDINGS,
    Block,
    Figure,
    Group,
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
    leave_out_tables,
    plain_text,
)
from resurvey.report.comparison import (
    compare_associations,
    compare_cells,
    compare_claims,
    show_impossible,
)
from resurvey.report.correlations import (
    CORRELATIONS_FILE,
    SCALES_FILE,
    Correlations,
)
from resurvey.report.counts import Counts
from resurvey.report.dimensions import (
    dimension_title,
    indicators_table,
    show_indicators,
)
from resurvey.report.evidence import (
    Evidence,
    PairedTests,
    Test,
    bound_pair,
    count_below,
    crosstab_evidence,
    measure_headings,
    paired_evidence,
    paired_table,
    read_bounds,
    show_test,
    solutions_note,
    tests_table,
    word_strata,
)
from resurvey.report.exhibits import Exhibit, Grids, title_domain
from resurvey.report.indices import Indices
from resurvey.report.interviews import Interviews
from resurvey.report.key_findings import MOST_LISTED, Finding, key_findings, shows_power
from resurvey.report.key_numbers import compares_shares, impossible_answers
from resurvey.report.methods import (
    ITEMS,
    cleaning_blocks,
    cleaning_reasons,
    codebook_table,
    disclosure_table,
    frequencies_table,
)
from resurvey.report.models import Models, model_group
from resurvey.report.overall import Overall
from resurvey.report.protection import (
    INTERNAL,
    PUBLIC,
    explain,
    mark_kept,
    opening,
    read_protection,
    standing,
)
from resurvey.report.references import References
from resurvey.report.results import Results
from resurvey.report.sentences import Findings, Sentences
from resurvey.report.summaries import Summaries
from resurvey.statistics.power import LEAST_GROUP
from resurvey.tables.inference import answer_comparisons
from resurvey.tables.inference import count_below as count_lines_below

MOST_IN_PRINT = 200
"""Tables that paper has where the study does not say, and lines of a list of those it has not."""

SAMPLE = "sample"
"""Home of the tables that stand among the methods."""

FILES = {
    "crosstabs": "tables/crosstabs.csv",
    "tests": "tables/tests.csv",
    "association": "tables/association.csv",
    "comparisons": "tables/comparisons.csv",
    "frequencies": "tables/frequencies.csv",
    "summaries": "tables/summaries.csv",
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
    for part in SECTIONS:
        material.arranged += [
            replace(section, blocks=mark_kept(section.blocks, say))
            for section in map(part.place, part.make(material))
        ]
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
        (*_opening(material), *material.arranged),
        tuple(_only_in_workbook(material, documents)),
        say.plain("report.appendix"),
    )


def _only_in_workbook(material: "Material", documents: Mapping[str, str]) -> Iterator[Block]:
    yield codebook_table(material.results.codebook, material.language, documents)
    yield from material.banners
    if not material.interviews.is_empty and (joint := material.interviews.joint_display()):
        yield joint


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
        self.summaries = Summaries(
            results.summaries,
            self.labels,
            self.numerals,
            self.say,
            study["indicators"].get("scales", {}),
        )
        shares = [line for line in results.comparisons if compares_shares(line, self.tables)]
        counted = replace(results, comparisons=shares)
        others = References(counted, self.numerals, translate, self.summaries.references())
        self.sentences = Sentences(self.counts, self.indicators, results.respondents, file, others)
        self.respondents = whole(results.respondents, name_number("respondents"))
        alpha = self.config["alpha"]
        self.alpha = Shown(
            self.numerals.fixed(alpha, _digits(alpha)), identity=name_number("setting", "alpha")
        )
        self.sample: str = self.config["sample"]
        self.nominal = self.sample in ("unknown", "purposive")
        self.weight: str = self.wave.get("weight", "")
        self.counted = self.wave.get("weight_kind") == "frequency"
        self.by_design = any(key in self.wave for key in DESIGN_KEYS) and not self.counted
        dealt_out = results.codebook.reconstructed
        self.bounds = read_bounds(results.questions, results.ranges) if dealt_out else {}
        self.grids = Grids(self.counts, self.labels, self.say, results.respondents, self.summaries)
        dealt = self.wave.get("reconstruct", {})
        self.aside = [str(dealt["not_printed"])] if "not_printed" in dealt else []
        self.findings = Findings(self.counts, self.labels, self.say, self.aside)
        self.arranged: list[Section] = []
        self.protection = read_protection(results, self.config, wave)

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
    def told(self) -> bool:
        """Whether the study says in sentences of its own what is to be seen in its tables."""
        return any(own.get("sentences") for own in self.text.get("tables", {}).values())

    @property
    def rows(self) -> Shown:
        """Rows of the file that are analysed; where they are counted, not its respondents."""
        last = self.results.cleaning[-1]
        return whole(
            int(last["rows_after"]), name_number("cleaning", int(last["step"]), "rows_after")
        )

    @property
    def imported(self) -> Shown:
        """Rows of the raw file."""
        first = self.results.cleaning[0]
        return whole(int(first["rows_before"]), name_number("cleaning", 0, "rows_before"))

    def accounting(self, number: str) -> Table:
        """Who entered every step, was left out of it and why, and who remained."""
        models, results = self.results.models, self.results
        files = {
            "cleaning": results.cleaning,
            "frequencies": results.frequencies,
            "crosstabs": results.crosstabs,
            "banners": results.banners,
            "summaries": results.summaries,
            "diagnostics": () if models is None else models.diagnostics,
            "index": results.index,
        }
        declared = self.study["cleaning"].get("steps", [])
        reasons = cleaning_reasons(results.cleaning, declared, self.labels)
        steps = {}
        for line in results.cleaning:
            name = f"cleaning.{line['action']}"
            action = self.say.plain(name) if self.say.has(name) else line["action"]
            why = reasons[line["step"]]
            steps[line["step"]] = f"{line['step']}. {action}: {why}".removesuffix(": ")
        titles = {one.name: one.plain for one in (*self.samples, *self.exhibits.values())}
        titles |= {one.name: plain_text(one.title) for one in self.banners}
        accounts = account_rows(files, results.codebook, self.study["tables"], self.wave)
        return rows_table(accounts, self.labels, titles, steps, number, self.say)

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
        return {
            name: self._without_shared(name) for home in self.order for name in self.tables_of(home)
        }

    def beside(self, group: Group, table: str) -> Group:
        """An exhibit with the themes of interviews on the same subject, where there are some."""
        themes = self.interviews.beside(table)
        return replace(group, blocks=(*group.blocks, themes)) if themes else group

    @cached_property
    def samples(self) -> list[Exhibit]:
        """Tables that stand among the methods."""
        return [self._without_shared(name) for name in self.tables_of(SAMPLE)]

    @cached_property
    def shared_notes(self) -> dict[Markup, list[Exhibit]]:
        """Notes that more than one table has, and these tables: they are told once for all."""
        told: dict[Markup, list[Exhibit]] = {}
        for exhibit in self._laid_out.values():
            for note in exhibit.notes:
                told.setdefault(note, []).append(exhibit)
        return {note: noted for note, noted in told.items() if len(noted) > 1}

    @cached_property
    def _laid_out(self) -> dict[str, Exhibit]:
        homes = (SAMPLE, *self.order)
        return {name: self.exhibit(name) for home in homes for name in self.tables_of(home)}

    def _without_shared(self, name: str) -> Exhibit:
        exhibit = self._laid_out[name]
        own = [note for note in exhibit.notes if note not in self.shared_notes]
        return replace(exhibit, notes=own)

    @cached_property
    def correlations(self) -> Correlations:
        """Scales and matrices of correlations."""
        return Correlations(
            self.results.scales,
            self.results.correlations,
            self.study["indicators"].get("scales", {}),
            self.study["tables"].get("correlations", {}),
            self.labels,
            self.numerals,
            self.say,
            self.config["alpha"],
            self.alpha,
        )

    def matrices(self, home: str) -> Iterator[Block]:
        """Matrices of correlations of a section; of '' those whose section has no table."""
        declared = self.correlations.declared
        homes = {name: _home(matrix) for name, matrix in declared.items()}
        own = [
            name for name, found in homes.items() if (found if found in self.order else "") == home
        ]
        yield from self.correlations.matrix_groups(
            own, self.numbering, lambda name, title: self.figure(name, title, title)
        )

    @cached_property
    def indices(self) -> Indices:
        """Composite indices."""
        return Indices(
            self.results.index,
            self.study.get("index", {}),
            self.labels,
            self.numerals,
            self.say,
            self.results.codebook.reconstructed,
            self.nominal,
            self.study["indicators"].get("indicators", {}),
            self.results.frequencies,
        )

    @cached_property
    def interviews(self) -> Interviews:
        """Themes of interviews beside the tables."""
        coded = self.results.interviews
        quoted: list[Any] = [*self.results.quoted, *coded.get("quotations", ())]
        numbered = {
            name: self._number(name) or plain_text(self._laid_out[name].title)
            for name in self._laid_out
        }
        told = self.results.quotations, self.results.claims, self.study
        return Interviews(*told, numbered, self.labels, self.say, quoted, coded)

    @cached_property
    def evidence(self) -> list[Evidence]:
        """Tests of all tables."""
        return [found for exhibit in self.exhibits.values() for found in exhibit.evidence]

    @cached_property
    def banners(self) -> list[Banner]:
        """Banner tables."""
        declared = self.study["tables"].get("banners", {})
        alpha = self.config["alpha"]
        least = self.config.get("minimum_base", 0)
        banners = Banners(declared, self.labels, self.numerals, self.say, alpha, self.sample, least)
        own = self.text.get("tables", {})
        return banners.lay_out(self.results.banners, own, self.sentences)

    def exhibit(self, name: str) -> Exhibit:
        """One table with its sentences, findings, notes, tests and drawing."""
        table, own = self.tables[name], self.text.get("tables", {}).get(name, {})
        if "summaries" in table:
            return self._summary(name, table, own)
        blocks = [block for row in table["rows"] if (block := self.counts.block(name, row))]
        sampled = _home(table) == SAMPLE
        notes = self.grids.notes(name, table, self.results.codebook.reconstructed)
        notes += solutions_note(table["rows"], self.bounds, self.labels, self.say)
        if "note" in own:
            notes.insert(0, self.sentences.fill(own["note"]))
        title = self._title(name)
        grids = self.grids.of_table(name, table, title, "title" in own)
        _, named = self.grids.battery(table, "title" in own)
        tested = {
            block.variable: replace(found, question=named[block.variable])
            for block in blocks
            if (found := self._tested(block))
        }
        paired = [self._paired(name, pair) for pair in table.get("pairs", [])]
        return Exhibit(
            name,
            self._number(name),
            title,
            tuple(self.grids.with_counts(grid) if sampled else grid for grid in grids),
            self.sentences.fill_all(own.get("sentences")),
            [] if sampled or self.told else self._findings(name, table, tested, paired, named),
            notes,
            list(tested.values()),
            paired,
            self._drawing(name),
        )

    def _summary(self, name: str, table: Mapping[str, Any], own: Mapping[str, Any]) -> Exhibit:
        """One table of numbers."""
        alpha = self.config["alpha"]
        title = self._title(name)
        notes = self.summaries.notes(name, table, alpha)
        if "note" in own:
            notes.insert(0, self.sentences.fill(own["note"]))
        about = name, table, self.results.tests, self.results.association, alpha, self.nominal
        return Exhibit(
            name,
            self._number(name),
            title,
            tuple(self.summaries.of_table(name, table, title)),
            self.sentences.fill_all(own.get("sentences")),
            [],
            notes,
            [],
            [],
            self._drawing(name),
            tuple(self.summaries.compared(*about)),
        )

    def _title(self, name: str) -> Markup | str:
        """Title of a table; two of the same questions say which has answers and which has means."""
        own = self.text.get("tables", {}).get(name, {})
        title: Markup | str = self.named[name]
        if "title" in own:
            title = self.sentences.fill(own["title"])
        elif (name in self.of_means, title) in self.asked_twice:
            what = "means" if name in self.of_means else "answers"
            title = self.say.plain(f"report.of_{what}", title=title)
        return title_domain(name, title, self.labels, self.say)

    @cached_property
    def of_means(self) -> set[str]:
        """Tables of numbers."""
        return {name for name, table in self.tables.items() if "summaries" in table}

    @cached_property
    def asked_twice(self) -> set[tuple[bool, str]]:
        """Questions of which one table has the answers and another one the means."""
        asked = {(name in self.of_means, title) for name, title in self.named.items()}
        return {(means, title) for means, title in asked if (not means, title) in asked}

    @cached_property
    def named(self) -> dict[str, str]:
        """What every table asks, in its questions' own words."""
        return {
            name: join_labels(self.labels.variable(row) for row in table["summaries"])
            if "summaries" in table
            else self._stem(table)
            for name, table in self.tables.items()
        }

    def _stem(self, table: Mapping[str, Any]) -> str:
        stem, questions = self.grids.battery(table, False)
        return stem or join_labels(questions.values())

    def _number(self, name: str) -> str:
        """Number as the study gives it; where it numbers no table, the place among all."""
        own = self.text.get("tables", {})
        if any("number" in said for said in own.values()):
            return str(own.get(name, {}).get("number", ""))
        numbered = [table for home in self.order for table in self.tables_of(home)]
        if name not in numbered:
            return ""
        return self.say.plain("report.table_number", n=numbered.index(name) + 1)

    def _findings(
        self,
        name: str,
        table: Mapping[str, Any],
        tested: Mapping[str, Evidence],
        paired: Sequence[PairedTests],
        named: Mapping[str, str],
    ) -> list[Markup]:
        """What a table shows first of all, where the study says nothing of it.

        A difference that its own test does not tell from chance is none to speak of; where
        everybody was asked, every difference is one.
        """
        everybody = self.sample == "census"
        blocks = [block for row in table["rows"] if (block := self.counts.block(name, row))]
        pairs = [
            (before, after)
            for pair, found in zip(table.get("pairs", []), paired, strict=True)
            if (before := self.counts.block(name, pair["before"]))
            and (after := self.counts.block(name, pair["after"]))
            and (everybody or not _may_be_chance(found.tests))
        ]
        alike = {name for name, found in tested.items() if _may_be_chance([found.test])}
        return self.findings.of_table(blocks, pairs, () if everybody else alike, named)

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
            answer_comparisons(self.results.comparisons, self.aside),
        )

    def _paired(self, name: str, pair: Mapping[str, str]) -> PairedTests:
        tests = paired_evidence(
            pair, name, self.results.tests, self.numerals, self.say, self.config["alpha"]
        )
        before, after = (self.labels.variable(pair[role]) for role in ("before", "after"))
        if any(test.p.text for test in tests):
            return PairedTests(before, after, tests)
        bounds = bound_pair(pair, self.results.paired, self.labels, self.numerals)
        identity = name_number("tally", "paired", pair["before"], pair["after"])
        return PairedTests(before, after, tests, bounds, whole(len(bounds), identity))

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


def _may_be_chance(tests: Iterable[Test]) -> bool:
    """Whether there are tests with a p-value, and none of these is below alpha."""
    valid = [test for test in tests if test.p.text]
    return bool(valid) and not any(test.below_alpha for test in valid)


def _home(table: Mapping[str, Any]) -> str:
    return str(table.get("section", ""))


def _digits(share: float) -> int:
    return max(2, len(f"{share:.10f}".rstrip("0").partition(".")[2]))


def _opening(material: Material) -> Iterator[Block]:
    """On which data the report stands; a page tells it above everything, in its frame."""
    say, origin = material.say, material.results.codebook.origin
    title, text = opening(material.protection, say)
    if origin:
        title, text = (say.plain(f"report.banner_{origin}{part}") for part in ("_title", ""))
    frame = "mark" if origin or material.protection.kind == INTERNAL else "caution"
    yield Paragraph(text, frame, f"{title}.", on_page=False)
    if say.partly:
        yield Paragraph(say("report.partly_translated"), "partly")


def found(material: Material) -> Iterator[Section]:
    """What was found, before everything else."""
    if items := key_findings(material):
        yield material.section(FINDINGS, "found.title", [Items(items, "found")])


def findings_of_audit(
    results: Results,
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    wave: str,
    language: str,
) -> list[Finding]:
    """Word the findings that judge the publication, as the report does, for the audit's page."""
    material = Material(results, study, words, wave, language)
    return [finding for finding in key_findings(material) if finding.in_audit]


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
        told = say(place, measures=say.listed(measure_headings(say)))
        yield Paragraph(told if by_design else join(told, say("report.method_residuals")))
    if material.nominal:
        text = say(f"report.nominal_{material.sample}", alpha=material.alpha)
        yield Paragraph(text, "caution", f"{say.plain('report.nominal_title')}.")
    else:
        yield material.paragraph(f"report.inference_{material.sample}", alpha=material.alpha)
    for exhibit in material.samples:
        group = exhibit.group(material.numbering, say, material.nominal, listed=False)
        # A drawing of the sample prints all its shares: paper shows them once.
        yield leave_out_tables(group) if exhibit.figure else group


def notes(material: Material) -> Iterator[Section]:
    """What several tables would have under them, told once with their names."""
    link = Markup('<a href="#exhibit-{}">{}</a>')
    items = tuple(
        Item(
            material.say(
                "report.note_of_tables",
                note=note,
                tables=Markup("; ").join(
                    link.format(exhibit.name, exhibit.number or exhibit.title) for exhibit in noted
                ),
            )
        )
        for note, noted in material.shared_notes.items()
    )
    if items:
        yield material.section("notes", "report.notes_of_tables", [Items(items, "notes")])


def disclosure(material: Material) -> Iterator[Section]:
    """How the survey was made: what every report of one should tell."""
    blocks = _disclosure(material)
    yield material.section("disclosure", "report.disclosure", blocks)


def _disclosure(material: Material) -> Iterator[Block]:
    """How the survey was made, from the study's text or from what is configured.

    A study that declares nothing shows what is known, and is told once what else belongs there.
    """
    say, known = material.say, _known(material)
    silence = material.labels.pick(material.config.get("not_reported"), "")
    silence = silence or say.plain("report.not_reported")
    declared, number = material.text.get("disclosure"), material.numbering.table()
    yield material.paragraph(f"report.disclosure_lead{'' if declared else '_known'}")
    yield disclosure_table(declared, known, silence, material.sentences, number, say)
    if not declared:
        names = [say.plain(f"disclosure.{item}") for item in ITEMS if item not in known]
        yield material.paragraph(
            "report.disclosure_more",
            items=", ".join(name[:1].lower() + name[1:] for name in names),
            file=f"config/text.{material.language}.yaml",
        )


def _known(material: Material) -> dict[str, Markup]:
    """What the configuration says of how the survey was made."""
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
    return known


def _counting(material: Material) -> Iterator[Markup]:
    """Say whose answers were counted, how, and with which weight."""
    say = material.say
    respondents = say.plural("respondents", material.respondents)
    yield say("report.method_respondents", respondents=respondents)
    if not material.counted and material.protection.kind != PUBLIC:
        whole_file = str(material.imported) == str(material.rows)
        told = "report.method_accounting_all" if whole_file else "report.method_accounting"
        yield say(told, rows=material.imported, kept=material.rows)
    if material.counted:
        yield say("report.method_counted", rows=material.rows, variable=material.weight)
    yield say("report.method_percent")
    if not material.counted:
        yield from _weighting(material)
    if material.unused_weights:
        yield say("report.method_not_weighted", variables=material.unused_weights)
    if flags := material.results.codebook.flags:
        log = f"results/{material.wave_name}/logs/import_wave.log"
        yield say("report.method_flagged", number=len(flags), file=log)


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
    most = material.config.get("tables_in_print", MOST_IN_PRINT)
    homes = [material.tables_of(home) for home in material.order]
    room, before = most, 0
    for number, home in enumerate(material.order, 1):
        own = material.text.get("sections", {}).get(home, {})
        title = material.say.plain("report.tables")
        if home:
            title = dimension_title(home, declared, material.labels)
        if "title" in own:
            title = material.sentences.fill(own["title"])
        paragraphs = material.sentences.fill_all(own.get("paragraphs"))
        exhibits = [material.exhibits[name] for name in material.tables_of(home)]
        groups = [
            replace(
                material.beside(
                    exhibit.group(material.numbering, material.say, material.nominal, listed=True),
                    exhibit.name,
                ),
                waits=place > MOST_AT_ONCE,
            )
            for place, exhibit in enumerate(exhibits, before + 1)
        ]
        before += len(groups)
        printed = groups[:room]
        limit = []
        if number == 1 and (whole := sum(map(len, homes))) > most:
            told = material.say("report.tables_in_print", most=str(most), all=str(whole))
            limit = [Paragraph(told, on_page=False)]
        room -= len(printed)
        unprinted = (replace(group, in_print=False) for group in groups[len(printed) :])
        matrices = material.matrices(home) if home else ()
        alone = material.interviews.alone(home)
        blocks = (
            *map(Paragraph, paragraphs),
            *limit,
            *printed,
            *unprinted,
            *matrices,
            *([alone] if alone else []),
        )
        in_print = bool(printed or matrices)
        yield Section(f"section-{number}", title, blocks, in_print=in_print)


def correlations(material: Material) -> Iterator[Section]:
    """Scales with their items, and the matrices of correlations that have no other section."""
    scales = list(material.correlations.scale_groups(material.numbering))
    if blocks := [*scales, *material.matrices("")]:
        lead = [material.paragraph("correlations.lead")] if scales else []
        yield material.section("correlations", "correlations.heading", (*lead, *blocks))


def indicators(material: Material) -> Iterator[Section]:
    """Indicators of all dimensions side by side."""
    if material.results.indicators:
        yield material.section("indicators", "report.indicators", _indicators(material))


def _indicators(material: Material) -> Iterator[Block]:
    say, numbering, labels = material.say, material.numbering, material.labels
    lines, declared = material.results.indicators, material.study["indicators"]
    shown = material.indicators
    yield material.paragraph("report.indicators_lead")
    parts = any(material.counts.by_parts(name) for name in material.tables)
    number = numbering.table()
    table = indicators_table(lines, declared, shown, labels, number, say, parts)
    title = say.plain("report.indicators")
    drawings = list(material.figure("dimensions", title, title))
    # The drawing prints every number of the table.
    yield replace(table, in_print=not drawings)
    yield from drawings


def overall(material: Material) -> Iterator[Section]:
    """What is published for the indicators that the study declares, and what holds together."""
    declared, results = material.study["indicators"], material.results
    blocks: list[Block] = []
    if results.indicators and (declared.get("empirical") or results.combinations):
        blocks += _overall(material)
    laid = material.indices.layouts
    for layout in laid:
        blocks += layout.body(material.numbering, len(laid) > 1, material.figure)
    if blocks:
        said = material.paragraphs("overall")
        yield material.section("overall", "overall.title", (*said, *blocks))


def indices(material: Material) -> Iterator[Section]:
    """Composite indices, with everything behind what the body says of them."""
    if laid := material.indices.layouts:
        blocks = [block for layout in laid for block in layout.details(material.numbering)]
        yield material.section("index", "index.title", blocks)


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


def interviews(material: Material) -> Iterator[Section]:
    """What is printed of interviews, theme by theme, beside the tables of the survey."""
    if not material.interviews.is_empty:
        blocks = material.interviews.blocks(material.numbering)
        yield material.section("interviews", "interviews.title", blocks)


def banners(material: Material) -> Iterator[Section]:
    """Banner tables; paper, for which they are too wide, says where they are."""
    if found := material.banners:
        yield material.section("banners", "banners.heading", _banners(material, found))


def _banners(material: Material, found: list[Banner]) -> Iterator[Block]:
    yield material.paragraph("banners.lead")
    say, unprinted = material.say, []
    for banner in found:
        strips = banner.strips
        # A page shows the banner, paper its strips: the sentences above it are for both.
        yield replace(banner.group, blocks=(*banner.group.blocks, *_parted(strips, say)))
        if not strips:
            unprinted.append(say("documents.banner_in_workbook", title=banner.title))
    if unprinted:
        yield Items(tuple(map(Item, unprinted)), on_page=False)


def _parted(strips: Sequence[Table], say: Wording) -> Iterator[Table]:
    """Say of several strips of a banner which part each is."""
    if len(strips) < 2:
        yield from strips
        return
    for part, strip in enumerate(strips, start=1):
        told = say("banners.part", title=strip.title, part=str(part), parts=str(len(strips)))
        yield replace(strip, title=told)


def tests(material: Material) -> Iterator[Section]:
    """All tests in one table, with the drawing of their residuals."""
    yield material.section("tests", "report.tests", _tests(material))


def _tests(material: Material) -> Iterator[Block]:
    say, found = material.say, material.evidence
    if not found:
        compared = any(exhibit.compared for exhibit in material.exhibits.values())
        yield material.paragraph("summaries.tests" if compared else "report.tests_none")
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
        yield from _all_tests(material)
        yield from _power(material)
    for exhibit in material.exhibits.values():
        for pair in exhibit.paired:
            if pair.bounds:
                yield paired_table(pair, material.numbering.table(), say)
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
    laid = material.indices.layouts
    for name in material.results.figures:
        elsewhere = {*material.tables, *material.correlations.declared, "dimensions"}
        elsewhere |= {figure for layout in laid for figure in layout.pictures}
        if name not in elsewhere:
            title = say.plain("figures.residuals_title") if name == "residuals" else name
            yield from material.figure(name, title, say.plain("report.tests"))
    if "residuals" in results.alt and "residuals" not in results.figures:
        yield Paragraph(Markup.escape(results.alt["residuals"]["alt"]))


def _all_tests(material: Material) -> Iterator[Block]:
    """How many tests were computed in all, and the smallest p of them."""
    say, lines = material.say, [line for line in material.results.tests if line["p_value"]]
    if not lines:
        return
    smallest = min(lines, key=lambda line: float(line["p_value"]))
    alpha = float(material.config["alpha"])
    below = sum(float(line["p_value"]) < alpha for line in lines)
    shown = show_test(smallest, material.numerals, say, alpha)
    yield material.paragraph(
        "report.all_tests" if below else "report.all_tests_none",
        all=whole(len(lines), name_number("tally", "tests", "computed")),
        below=whole(below, name_number("tally", "tests", "computed_below")),
        alpha=material.alpha,
        p=replace(shown.p, identity=name_number("tally", "tests", "smallest")),
        question=material.labels.variable(smallest["row_variable"]),
    )
    if answers := answer_comparisons(material.results.comparisons, material.aside):
        yield Paragraph(_answers(material, answers, alpha))


def _answers(material: Material, lines: Sequence[Line], alpha: float) -> Markup:
    """How many single answers differ between two groups, before and after Holm's correction."""
    say = material.say
    sizes = {
        "all": len(lines),
        "below": count_lines_below(lines, alpha),
        "holm": count_lines_below(lines, alpha, "holm_article"),
    }
    names = dict(zip(sizes, ("", "_below", "_holm"), strict=True))
    tallies = {
        key: whole(size, name_number("tally", "findings", f"comparisons{names[key]}"))
        for key, size in sizes.items()
    }
    single = [(answer, evidence) for evidence in material.evidence for answer in evidence.answers]
    single.sort(key=lambda pair: pair[0].size)
    listed = Markup("; ").join(
        say(
            "report.answer_compared",
            question=evidence.listed,
            answer=answer.label,
            p=answer.p,
            holm=answer.holm,
        )
        for answer, evidence in single[:MOST_LISTED]
    )
    if sizes["below"] > len(single[:MOST_LISTED]):
        listed = say("found.and_others", listed=listed) if listed else Markup("…")
    key = "answers_compared" if sizes["below"] else "answers_compared_none"
    return say(f"report.{key}", **tallies, listed=listed, alpha=material.alpha)


def _power(material: Material) -> Iterator[Block]:
    """Which difference the groups would show, or why that is not told."""
    if shows_power(material):
        yield material.paragraph("found.power")
    elif material.by_design:
        yield material.paragraph("found.power_of_design")
    else:
        yield material.paragraph("found.power_of_few", least=str(LEAST_GROUP))


def models(material: Material) -> Iterator[Section]:
    """Models that the study declares; none where it declares none."""
    results, say = material.results, material.say
    if results.models is None:
        return
    dealt, alpha = results.codebook.reconstructed, material.config["alpha"]
    fitted = Models(
        results.models, material.labels, material.numerals, say, alpha, dealt, material.by_design
    )
    declared = material.study["models"].get("models", {})
    shown = fitted.shown(declared)
    if shown:
        lead = [] if any(model.refused for model in shown) else [material.paragraph("models.lead")]
        groups = [model_group(model, material.numbering, say, material.nominal) for model in shown]
        groups += [
            fitted.compared(name, table, declared, material.numbering, material.nominal)
            for name, table in material.study["models"].get("compare", {}).items()
        ]
        yield material.section("models", "models.title", (*lead, *groups))


def conclusion(material: Material) -> Iterator[Section]:
    """What the study says last."""
    if said := material.paragraphs("conclusion"):
        yield material.section("conclusion", "report.conclusion", said)


def comparison(material: Material) -> Iterator[Section]:
    """What was printed beside what the counts give; nothing where nothing was published."""
    if material.results.cells or material.results.claims:
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
    if claims:
        yield material.heading("report.claims", "claims")
        original = material.config["languages"][0]
        yield from compare_claims(claims, numbers, labels, say, numbering, original)
    if impossible := impossible_answers(material.results.joint):
        yield material.heading("audit.across", "across")
        routing = material.study.get("audit", {}).get("routing", {})
        yield from show_impossible(impossible, routing, labels, say)
    if associations := material.results.associations:
        yield material.heading("audit.associations", "associations")
        original = material.config["languages"][0]
        yield from compare_associations(associations, labels, say, numbering, original)


def protection(material: Material) -> Iterator[Section]:
    """Which numbers are kept back so that nobody is given away, or why none is."""
    blocks = explain(
        material.protection,
        material.say,
        material.numbering.table() if material.protection.kind == PUBLIC else "",
    )
    yield material.section("protection", "release.title", blocks)


def cleaning(material: Material) -> Iterator[Section]:
    """What was done between the raw file and the analysis."""
    log, number = material.results.cleaning, material.numbering.table
    declared = material.study["cleaning"].get("steps", [])
    blocks: list[Block] = [material.paragraph("report.cleaning_lead")]
    if log:
        blocks += cleaning_blocks(log, declared, material.labels, number(), material.say)
        if material.protection.kind != PUBLIC:
            blocks.append(material.paragraph("accounting.lead"))
            if material.results.codebook.reconstructed:
                blocks.append(material.paragraph("report.frequencies_reconstructed"))
            rows = material.accounting(number())
            blocks.append(fold(rows, len(rows.rows)))
    yield material.section("cleaning", "report.cleaning", blocks)


def frequencies(material: Material) -> Iterator[Section]:
    """Frequencies of every variable."""
    lines, say, number = material.results.frequencies, material.say, material.numbering.table
    weighted = "_weighted" if any(line["weighted_count"] for line in lines) else ""
    kind = "_counted" if material.counted else weighted
    blocks: list[Block] = [material.paragraph(f"report.frequencies_lead{kind}")]
    if numbers := material.summaries.numbers_table(number):
        blocks.append(fold(numbers, len(numbers.rows)))
    if lines:
        dealt = material.results.codebook.reconstructed
        if dealt:
            blocks.append(material.paragraph("report.frequencies_reconstructed"))
        table = frequencies_table(lines, material.labels, material.numerals, number(), say, dealt)
        blocks.append(fold(table, len(table.parts)))
    yield material.section("frequencies", "report.frequencies", blocks)


def files(material: Material) -> Iterator[Section]:
    """Where everything is, how to cite it, and how it was made."""
    yield material.section("files", "report.files", _files(material))


def _files(material: Material) -> Iterator[Block]:
    say = material.say
    yield material.paragraph("report.files_lead")
    named = {say.plain(f"report.file_{key}"): path for key, path in FILES.items()}
    if material.protection.kind == PUBLIC:
        # The codebook of the import counts what was answered, and stays in the house.
        del named[say.plain("report.file_codebook")]
        named[say.plain("release.register")] = "disclosure.csv"
    if material.banners:
        named[say.plain("banners.file")] = "tables/banners.csv"
    if material.results.scales:
        named[say.plain("correlations.scales_file")] = SCALES_FILE
    if material.results.correlations:
        named[say.plain("correlations.file")] = CORRELATIONS_FILE
    if material.indices.layouts:
        for name in (name for name in INDEX_KEYS if material.results.index[name]):
            label = say.plain("index.file", name=say.plain(f"index.file_{name}"))
            named[label] = f"index/{name}.csv"
    if material.results.quotations:
        named[say.plain("interviews.file")] = "audit/quotations.csv"
    if material.results.interviews:
        named[say.plain("interviews.file_codes")] = "interviews/codes.csv"
        named[say.plain("interviews.file_groups")] = "interviews/codes_by_attribute.csv"
    link = Markup('<a href="../{}">{}</a>')
    items = (Item(path, link.format(path, name)) for name, path in named.items())
    yield Items(tuple(items), "files")
    yield from _left_out(material)
    yield material.heading("report.cite", "cite")
    told = {"title": material.title, "wave": material.wave_label, "version": resurvey.__version__}
    citation = material.sentences.fill(material.text.get("citation", ""))
    yield Paragraph(citation or say("report.cite_generic", **told))
    if sources := material.sentences.fill_all(material.text.get("sources")):
        yield material.heading("report.sources", "sources")
        yield Items(tuple(map(Item, sources)))
    yield material.heading("report.made", "made")
    yield material.paragraph("report.made_text", version=resurvey.__version__)


def _left_out(material: Material) -> Iterator[Block]:
    """Name on paper the tables that it leaves out, and the files that hold them."""
    say = material.say
    sections = Report("", "", "", "", "", "", "", "", tuple(material.arranged))
    tables = [table for table in sections.unprinted if table.file]
    if not tables:
        return
    workbook = f"report/tables.{material.language}.xlsx"
    book = [workbook] if "xlsx" in material.config.get("documents", ()) else []
    yield Heading(2, say.plain("report.left_out"), "left-out", on_page=False)
    page = f"report/report.{material.language}.html"
    yield Paragraph(say("report.left_out_lead", page=page), on_page=False)
    if len(tables) > MOST_IN_PRINT:
        files = sorted({table.file for table in tables})
        yield Items((Item(", ".join([*book, *files])),), on_page=False)
        return
    items = (Item(", ".join([*book, table.file]), table.numbered) for table in tables)
    yield Items(tuple(items), on_page=False)


@dataclass(frozen=True)
class Part:
    """A part of every report: what makes its sections, and where they stand.

    Attributes
    ----------
    make : callable
        Material -> sections; none where there is nothing to say.
    appendix : bool
        They stand after the body, on paper under the appendix's heading.
    in_print : bool
        Paper has them. What only a page has is folded there, and `_left_out` names its file.
    """

    make: Callable[[Material], Iterable[Section]]
    appendix: bool = False
    in_print: bool = True

    def place(self, section: Section) -> Section:
        """Put a section where the part stands."""
        section = section.in_appendix if self.appendix else section
        return replace(section, in_print=self.in_print)


SECTIONS: tuple[Part, ...] = (
    Part(found),
    Part(introduction),
    Part(methods),
    Part(tables),
    Part(correlations),
    Part(overall),
    Part(banners),
    Part(conclusion),
    Part(interviews, appendix=True),
    Part(notes, appendix=True),
    # On paper the pictures of an index stand here, numbered before the one of the indicators.
    Part(indices, appendix=True),
    Part(indicators, appendix=True),
    Part(tests, appendix=True),
    Part(models, appendix=True),
    Part(comparison, appendix=True),
    Part(disclosure, appendix=True),
    Part(protection, appendix=True),
    Part(cleaning, appendix=True),
    Part(frequencies, appendix=True, in_print=False),
    Part(files, appendix=True),
)
"""The parts of every report in their order, the body first; a section is added here."""


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
        "standing": standing(results, study["config"], wave, say),
        "reconstructed": results.codebook.reconstructed,
        "version": resurvey.__version__,
        "labels": labels,
        "reasons": cleaning_reasons(results.cleaning, steps, labels),
        "provenance": results.provenance,
    }
    return render_application("page.html", context, folders)


def _draw(figure: Figure) -> Markup:
    return inline_svg(figure.svg, f"figure-{figure.anchor}", figure.alt)
