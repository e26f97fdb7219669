"""Arrangement: all parts of the report of one wave and language, before any format is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

import resurvey
from resurvey.core.names import name_number
from resurvey.counts.design import DESIGN_KEYS, Weighting
from resurvey.pages.application import inline_svg
from resurvey.pages.labels import Labels, native_name
from resurvey.pages.numerals import Numerals, Shown, whole
from resurvey.pages.wording import Wording
from resurvey.report.appendix import list_frequencies
from resurvey.report.banners import Banners
from resurvey.report.bounds import read_bounds, solutions_note
from resurvey.report.comparison import compare_print
from resurvey.report.counts import Counts
from resurvey.report.dimensions import dimension_title, show_indicators, summarise_dimensions
from resurvey.report.evidence import (
    count_below,
    crosstab_evidence,
    measure_headings,
    name_statistic,
    paired_evidence,
)
from resurvey.report.exhibits import Exhibit, Grid, Grids
from resurvey.report.findings import Findings
from resurvey.report.methods import Disclosed, disclose, flow_of_respondents
from resurvey.report.models import Models, ShownModel
from resurvey.report.references import Sentences
from resurvey.report.results import Results
from resurvey.report.stratified import word_strata

SAMPLE = "sample"


@dataclass(frozen=True)
class Section:
    """A section of the report: a dimension, say, with its tables."""

    title: Markup | str
    paragraphs: list[Markup]
    exhibits: list[Exhibit]


def arrange_report(
    results: Results,
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    wave: str,
    language: str,
) -> dict[str, Any]:
    """Arrange everything that the report of one wave says in one language.

    Every format (HTML, Word, Excel, PDF) is written from what this returns, so that all print the
    same numbers under the same identities.

    Returns
    -------
    dict
        Parts by name: ``sections`` with their ``exhibits``, ``summary`` of indicators,
        ``evidence``, ``ledger`` of what was printed, ``flow`` of respondents, ``frequencies``,
        ``models`` and the words around them; ``provenance`` is what
        ``provenance.json`` holds, empty where numbers were not traced.
        Numbers are `resurvey.pages.numerals.Shown`, each with its identity; sentences are
        `markupsafe.Markup` in which numbers are marked.

    Raises
    ------
    SurveyError
        A sentence of the study names a number that is not there.
    """
    return _Arrangement(results, study, words, wave, language).context()


class _Arrangement:
    """Makes every part of the report from the results and the study's folder."""

    def __init__(
        self,
        results: Results,
        study: Mapping[str, Any],
        words: Mapping[str, Mapping[str, Any]],
        wave: str,
        language: str,
    ) -> None:
        self.results, self.study, self.wave, self.language = results, study, wave, language
        self.config, self.text = study["config"], study["text"][language]
        self.tables: Mapping[str, Mapping[str, Any]] = study["tables"]["tables"]
        self.say, self.numerals = Wording(words), Numerals(language)
        shared = {**words["tables"], "difference": words["report"]["difference"]}
        self.labels = Labels(results.codebook, self.tables, shared, language)
        self.counts = Counts(results.crosstabs, self.tables, self.numerals, self.say.line_notes)
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
        dealt_out = results.codebook.reconstructed
        self.bounds = read_bounds(results.questions, results.ranges) if dealt_out else {}
        self.grids = Grids(self.counts, self.labels, self.say, results.respondents)
        dealt = self.config["waves"][wave].get("reconstruct", {})
        aside = [str(dealt["not_printed"])] if "not_printed" in dealt else []
        self.findings = Findings(self.counts, self.labels, self.say, aside)

    def context(self) -> dict[str, Any]:
        """Everything that the templates arrange."""
        fill, fill_all = self.sentences.fill, self.sentences.fill_all
        sections = self.sections()
        exhibits = {one.name: one for section in sections for one in section.exhibits}
        sample = [self.exhibit(name) for name in self.tables_of(SAMPLE)]
        evidence = [found for one in exhibits.values() for found in one.evidence]
        titles = {name: one.plain for name, one in exhibits.items()}
        results, declared = self.results, self.study["indicators"]
        wave = self.config["waves"][self.wave]
        summary = summarise_dimensions(
            results.indicators, declared, self.indicators, self.labels, self.say
        )
        return {
            "say": self.say,
            "language": self.language,
            "languages": [(one, native_name(one)) for one in self.config["languages"]],
            "title": self.labels.pick(self.config["title"], "")
            or self.say.plain("report.untitled"),
            "subtitle": fill(self.text.get("subtitle", "")),
            "wave": self.labels.pick(wave.get("label"), self.wave),
            "reconstructed": results.codebook.reconstructed,
            "origin": results.codebook.origin,
            "respondents": self.respondents,
            "introduction": fill_all(self.text.get("introduction")),
            "methods": fill_all(self.text.get("methods")),
            "conclusion": fill_all(self.text.get("conclusion")),
            "sources": fill_all(self.text.get("sources")),
            "citation": fill(self.text.get("citation", "")),
            "disclosure": self.disclosure(),
            "sample": self.config["sample"],
            "nominal": self.config["sample"] in ("unknown", "purposive"),
            "weight": wave.get("weight", ""),
            "counted": wave.get("weight_kind") == "frequency",
            "rows": self.rows,
            "weighting": self.weighting(),
            "by_design": any(key in wave for key in DESIGN_KEYS)
            and wave.get("weight_kind") != "frequency",
            "unused_weights": self.unused_weights(),
            "alpha": self.alpha,
            "sample_exhibits": sample,
            "sections": sections,
            "evidence": evidence,
            "titles": titles,
            "below_alpha": count_below(evidence),
            "statistic_name": name_statistic(evidence, self.say),
            "measure_headings": measure_headings(self.say),
            "summary": summary,
            "from_parts": any(self.counts.by_parts(name) for name in self.tables),
            "flow": flow_of_respondents(
                results.cleaning,
                self.study["cleaning"].get("steps", []),
                self.labels,
                self.say,
            ),
            "ledger": compare_print(
                results.cells,
                results.claims,
                titles,
                {name: one.number for name, one in exhibits.items()},
                self.labels,
                self.say,
            ),
            "stratified": word_strata(
                self.tables,
                results.tests,
                results.association,
                self.labels,
                self.numerals,
                self.say,
                self.config["alpha"],
            ),
            "frequencies": list_frequencies(
                results.frequencies, self.labels, self.numerals, self.say
            ),
            "banners": Banners(
                self.study["tables"].get("banners", {}),
                self.labels,
                self.numerals,
                self.say,
                self.config["alpha"],
                self.config["sample"],
            ).lay_out(results.banners, self.text.get("tables", {}), self.sentences),
            "drawings": {
                name: self.drawing(name) for name in results.figures if name not in self.tables
            },
            "models": self.models(),
            "version": resurvey.__version__,
            "labels": self.labels,
            "provenance": results.provenance,
        }

    @property
    def rows(self) -> Shown:
        """Rows of the file that are analysed; where they are counted, not its respondents."""
        last = self.results.cleaning[-1]
        return whole(
            int(last["rows_after"]), name_number("cleaning", int(last["step"]), "rows_after")
        )

    def weighting(self) -> list[Markup]:
        """Say what the weights of the wave are and how unequal; nothing where it has none."""
        wave, fixed = self.config["waves"][self.wave], self.numerals.fixed
        told: list[Markup] = []
        if wave.get("weight_kind") == "frequency":
            return told
        if "weight" in wave and "rake" not in wave:
            told.append(self.say("report.method_weight", variable=wave["weight"]))
        if "replicates" in wave:
            told.append(self._replicates(wave["replicates"]))
        if not self.results.codebook.weighting:
            return told
        found = Weighting.from_plain(self.results.codebook.weighting)
        if "rake" in wave:
            told += self._raking(wave, found)
        told.append(
            self.say(
                "report.method_weights",
                largest=fixed(found.largest, 1),
                effect=fixed(found.effect, 2),
                respondents=str(found.respondents),
                effective=fixed(found.effective, 0),
            )
        )
        if found.zero or found.missing:
            absent = {"missing": str(found.missing), "zero": str(found.zero)}
            told.append(self.say("report.method_weights_absent", **absent))
        if found.is_notable:
            told.append(self.say("report.method_weights_unequal"))
        return told

    def _raking(self, wave: Mapping[str, Any], found: Weighting) -> list[Markup]:
        """Say from what to what the weights were raked, and how well that went."""
        fixed, trim = self.numerals.fixed, wave["rake"].get("trim", {})
        start = (
            self.say("report.raked_from", variable=wave["weight"])
            if "weight" in wave
            else self.say("report.raked_equal")
        )
        told = [
            self.say(
                "report.method_raked",
                start=start,
                margins=self._margins(wave),
                rounds=str(found.rounds),
                error=fixed(100 * found.error, 3),
                smallest=fixed(found.smallest, 2),
            )
        ]
        for end in ("lower", "upper"):
            if end in trim:
                bound = fixed(float(trim[end]), 2)
                told.append(self.say(f"report.method_raked_{end}", bound=bound))
        if trim:
            told.append(self.say("report.method_raked_trimmed", trimmed=str(found.trimmed)))
        return told

    def _margins(self, wave: Mapping[str, Any]) -> str:
        """Name the questions whose margins the weights were raked to."""
        return "; ".join(self.labels.variable(name) for name in wave["rake"]["margins"])

    def _replicates(self, declared: Mapping[str, Any]) -> Markup:
        """Say where the replicate weights come from."""
        if "make" in declared:
            number = str(declared.get("number", 1000))
            return self.say(f"report.method_{declared['make']}", number=number)
        columns = declared["columns"]
        listed = [columns] if isinstance(columns, str) else columns
        named = ", ".join(listed if len(listed) <= 4 else [*listed[:2], "…", listed[-1]])
        kind = self.say.plain(f"report.replicates_{declared['type']}")
        return self.say("report.method_replicates", columns=named, kind=kind)

    def unused_weights(self) -> str:
        """Names of the weights that the file has, where the wave uses none."""
        wave = self.config["waves"][self.wave]
        return (
            "" if "weight" in wave or "rake" in wave else ", ".join(self.results.codebook.weights)
        )

    def models(self) -> list[ShownModel]:
        """Models that the study declares; none where it declares none."""
        if self.results.models is None:
            return []
        shown = Models(
            self.results.models,
            self.labels,
            self.numerals,
            self.say,
            self.config["alpha"],
            self.results.codebook.reconstructed,
        )
        return shown.shown(self.study["models"].get("models", {}))

    def order(self) -> list[str]:
        """Dimensions in their order, then other sections, then tables without a section."""
        homes = dict.fromkeys(_home(one) for one in self.tables.values())
        order = [one for one in self.study["indicators"].get("dimensions", {}) if one in homes]
        order += [one for one in homes if one not in (*order, SAMPLE, "")]
        return order + ([""] if "" in homes else [])

    def tables_of(self, home: str) -> list[str]:
        """Names of the tables of a section."""
        return [name for name, one in self.tables.items() if _home(one) == home]

    def sections(self) -> list[Section]:
        """Sections of the report with their tables."""
        declared = self.study["indicators"]
        sections = []
        for home in self.order():
            own = self.text.get("sections", {}).get(home, {})
            title: Markup | str = self.say.plain("report.tables")
            if home:
                title = dimension_title(home, declared, self.labels)
            if "title" in own:
                title = self.sentences.fill(own["title"])
            exhibits = [self.exhibit(name) for name in self.tables_of(home)]
            paragraphs = self.sentences.fill_all(own.get("paragraphs"))
            sections.append(Section(title, paragraphs, exhibits))
        return sections

    def exhibit(self, name: str) -> Exhibit:
        """One table with its sentences, findings, notes, tests and drawing."""
        table, own = self.tables[name], self.text.get("tables", {}).get(name, {})
        blocks = [block for row in table["rows"] if (block := self.counts.block(name, row))]
        notes = self.grids.notes(name, table, self.results.codebook.reconstructed)
        notes += solutions_note(table["rows"], self.bounds, self.labels, self.say)
        if "note" in own:
            notes.insert(0, self.sentences.fill(own["note"]))
        return Exhibit(
            name,
            self.number(name),
            self.sentences.fill(own["title"]) if "title" in own else self.question_titles(table),
            self.grids.unit(name, table),
            tuple(self._grids(name, table)),
            self.sentences.fill_all(own.get("sentences")),
            [] if _home(table) == SAMPLE else self.table_findings(name),
            notes,
            [found for block in blocks if (found := self._evidence(block))],
            self._paired(name, table),
            self.drawing(name),
        )

    def _grids(self, name: str, table: Mapping[str, Any]) -> list[Grid]:
        found = self.grids.of_table(name, table)
        return [self.grids.with_counts(one) for one in found] if _home(table) == SAMPLE else found

    def number(self, name: str) -> str:
        """Number as the study gives it; where it numbers no table, the place among all."""
        own = self.text.get("tables", {})
        if any("number" in one for one in own.values()):
            return str(own.get(name, {}).get("number", ""))
        numbered = [one for home in self.order() for one in self.tables_of(home)]
        if name not in numbered:
            return ""
        return self.say.plain("report.table_number", n=numbered.index(name) + 1)

    def question_titles(self, table: Mapping[str, Any]) -> str:
        """Title of a table to which the study gives none: its questions."""
        return "; ".join(self.labels.variable(row) for row in table["rows"])

    def table_findings(self, name: str) -> list[Markup]:
        """Largest answers, widest gaps and largest changes of a table."""
        table = self.tables[name]
        found = []
        for row in table["rows"]:
            if block := self.counts.block(name, row):
                found += self.findings.of_block(block, alone=len(table["rows"]) == 1)
        for pair in table.get("pairs", []):
            sides = [self.counts.block(name, pair[role]) for role in ("before", "after")]
            if sides[0] and sides[1]:
                found += self.findings.of_pair(sides[0], sides[1])
        return found

    def _evidence(self, block: Any) -> Any:
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

    def _paired(self, name: str, table: Mapping[str, Any]) -> list[Any]:
        found = []
        for pair in table.get("pairs", []):
            tests = paired_evidence(
                pair, name, self.results.tests, self.numerals, self.say, self.config["alpha"]
            )
            names = [self.labels.variable(pair[role]) for role in ("before", "after")]
            found.append((*names, tests))
        return found

    def drawing(self, name: str) -> Markup:
        """The drawing of a figure; empty where there is none."""
        if name not in self.results.figures:
            return Markup("")
        return inline_svg(self.results.figures[name], f"figure-{name}", self.alt(name))

    def alt(self, name: str) -> str:
        """What the drawing shows."""
        return str(self.results.alt.get(name, {}).get("alt", name))

    def disclosure(self) -> list[Disclosed]:
        """How the survey was made, from the study's text or from what is configured."""
        wave = self.config["waves"][self.wave]
        counted = wave.get("weight_kind") == "frequency"
        size = self.say.plural("respondents", self.respondents)
        if counted:
            size = self.say("report.counted_rows", respondents=size, rows=self.rows)
        known = {"sample_size": size}
        if self.config["sample"] != "unknown":
            known["selection"] = self.say(f"report.sample_{self.config['sample']}")
        if "rake" in wave:
            known["weighting"] = self.say("report.raked_to", margins=self._margins(wave))
        elif "weight" in wave and not counted:
            known["weighting"] = self.say("report.weighted_by", variable=wave["weight"])
        elif unused := self.unused_weights():
            known["weighting"] = self.say("report.not_weighted", variables=unused)
        if "label" in wave:
            known["field_dates"] = Markup.escape(self.labels.pick(wave["label"]))
        silence = self.labels.pick(self.config.get("not_reported"), "")
        return disclose(
            self.text.get("disclosure"),
            known,
            silence or self.say.plain("report.not_reported"),
            self.sentences,
            self.say,
        )


def _home(table: Mapping[str, Any]) -> str:
    return str(table.get("section", ""))


def _digits(share: float) -> int:
    return max(2, len(f"{share:.10f}".rstrip("0").partition(".")[2]))
