"""Provenance: where every number of a report comes from, down to the people it counts.

``results/{wave}/report/provenance.json`` (fixed name) holds, sorted, one line a number::

    {"wave": "2022",
     "numbers": {identity: {...}},
     "items": {variable: {"wording": ..., "source": name in the raw file}},
     "steps": {number: {"action", "variables", "rows_touched", "cells_touched",
                        "rows_removed", "why"}},            cleaning steps
     "inputs": {path: SHA-256}, "config": {part: SHA-256}, "rules": {rule: {"code", "after"}},
     "formulas": {key: symbols}}

A number (what is empty is left out)::

    {"value": unrounded, as the file has it,   "unit": "percent",
     "formula": key of "formulas",             "from": [identities it is computed from],
     "rule": rule that made it,                "file": in results/{wave}, "line": {key columns},
     "items": [variables of the data],         "steps": [cleaning steps that concern them],
     "inputs": [paths], "config": [parts],
     "printed": text of the publication,       "verdict": judgement on it,
     "who": {variable: [codes] or "answered" or "system_missing"}, "weight": variable,
     "without": {variable: [codes]}, "also": {…},
     "within": {variable: [codes] or "missing" or {"min": …, "max": …}}}   the table's condition
                                                      counts of people only; {} is everybody

No time, commit, machine, other wave or other language enters: the same results give the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

from resurvey.core.codebook import Codebook
from resurvey.core.lines import (
    AssociationLine,
    BannerLine,
    ClaimLine,
    CombinationLine,
    CrosstabLine,
    FrequencyLine,
    IndicatorLine,
    Line,
    PrintedLine,
    QuestionLine,
    QuotationLine,
    RangeLine,
    SummaryLine,
    TestLine,
)
from resurvey.core.names import name_number
from resurvey.counts.design import DESIGN_KEYS
from resurvey.index.declaration import index_items
from resurvey.prepare.indicators import as_indicators, indicator_parts
from resurvey.report.accounting import account_rows
from resurvey.report.assessment import assess
from resurvey.report.provenance.correlations import Answered, add_correlations, add_scales
from resurvey.report.provenance.findings import (
    add_compared_findings,
    add_declared_findings,
    add_published_findings,
    add_weights,
)
from resurvey.report.provenance.graph import FORMULAS, Graph, Number, code_lines, plain_number
from resurvey.report.provenance.indices import add_indices
from resurvey.report.provenance.interviews import INTERVIEWS, add_interviews
from resurvey.report.provenance.judgements import (
    QUOTATIONS,
    add_claims,
    add_paired_bounds,
    add_printed,
    add_quotations,
    add_ranges,
    add_test_tallies,
)
from resurvey.report.provenance.models import add_models
from resurvey.report.provenance.sources import (
    add_accounts,
    add_ledger,
    configured_parts,
    list_steps,
    question_sources,
    response_sets,
    rules_with_code,
    steps_of,
)
from resurvey.report.provenance.tables import (
    Behind,
    Summarised,
    add_adjusted,
    add_banners,
    add_cells,
    add_combinations,
    add_difference,
    add_domains,
    add_frequencies,
    add_halves,
    add_indicators,
    add_summaries,
    add_tests,
    read_crossings,
)


class TracedFiles(TypedDict):
    """Lines of the tidy files that numbers are traced through; those of models may lack."""

    crosstabs: Sequence[CrosstabLine]
    tests: Sequence[TestLine]
    association: Sequence[AssociationLine]
    frequencies: Sequence[FrequencyLine]
    indicators: Sequence[IndicatorLine]
    combinations: Sequence[CombinationLine]
    banners: Sequence[BannerLine]
    summaries: NotRequired[Sequence[SummaryLine]]
    cleaning: Sequence[Line]
    cells: Sequence[PrintedLine]
    claims: Sequence[ClaimLine]
    questions: Sequence[QuestionLine]
    ranges: Sequence[RangeLine]
    joint: NotRequired[Sequence[Line]]
    comparisons: NotRequired[Sequence[Line]]
    quotations: NotRequired[Sequence[QuotationLine]]
    paired: NotRequired[Sequence[Line]]
    associations: NotRequired[Sequence[Line]]
    scales: NotRequired[Sequence[Line]]
    correlations: NotRequired[Sequence[Line]]
    index: NotRequired[Mapping[str, Sequence[Line]]]
    interviews: NotRequired[Mapping[str, Sequence[Line]]]
    coefficients: NotRequired[Sequence[Line]]
    effects: NotRequired[Sequence[Line]]
    diagnostics: NotRequired[Sequence[Line]]


MODEL_FILES = ("coefficients", "effects", "diagnostics")
FILES = tuple(
    name
    for name in TracedFiles.__annotations__
    if name not in (*MODEL_FILES, "index", "interviews")
)


@dataclass(frozen=True)
class Inputs:
    """Files that came from outside, and the hash of their bytes.

    Attributes
    ----------
    raw : dict
        Path of the raw file, relative to the study -> SHA-256.
    published : dict
        The same of the published numbers; empty where nothing was published.
    dealt : bool
        The raw file was itself dealt out from the published numbers.
    quotations : dict
        The same of the printed quotations of interviews, from which only their counts come.
    interviews : dict
        The same of the coded interviews.
    """

    raw: Mapping[str, str]
    published: Mapping[str, str]
    dealt: bool = False
    quotations: Mapping[str, str] = field(default_factory=dict)
    interviews: Mapping[str, str] = field(default_factory=dict)

    def of(self, number: Number) -> list[str]:
        """Paths that a number goes back to."""
        if number.file == QUOTATIONS:
            return sorted(self.quotations)
        if number.file.startswith(INTERVIEWS):
            return sorted(self.interviews)
        paths: list[str] = []
        counted = number.made_from or number.people is not None
        if counted or not number.published:
            paths += [*self.raw, *(self.published if self.dealt else ())]
        if number.published:
            paths += self.published
        return sorted(dict.fromkeys(paths)) if number.formula != "setting" else []


def trace_numbers(
    files: TracedFiles,
    codebook: Codebook,
    study: Mapping[str, Any],
) -> Graph:
    """Build the graph of every number that a report of the wave may print."""
    tables, declared = study["tables"]["tables"], study["indicators"].get("indicators", {})
    names = [row for table in tables.values() for row in table.get("rows", ())]
    for line in files["banners"]:
        names += [line["row_variable"], line["column_variable"]]
    sets = response_sets(codebook, names)
    scales = study["indicators"].get("scales", {})
    made = {**scales, **declared, **index_items(study.get("index", {}))}
    sources = question_sources(codebook, made, sets)
    weight = "rake" if "rake" in study["wave"] else str(study["wave"].get("weight", ""))
    graph = Graph()
    add_frequencies(graph, files["frequencies"], sources, weight)
    crossings = read_crossings(files["crosstabs"], tables, sets, sources, weight)
    for crossing in crossings.values():
        add_cells(graph, crossing)
    for name, table in tables.items():
        for pair in table.get("pairs", []):
            sides = [crossings.get((name, pair[role])) for role in ("after", "before")]
            if sides[0] and sides[1]:
                for row in dict.fromkeys(row for row, _ in sides[0].cells):
                    add_difference(graph, sides[0], sides[1], row)
    by_design = (
        any(key in study["wave"] for key in DESIGN_KEYS)
        and study["wave"].get("weight_kind") != "frequency"
    )
    add_tests(graph, crossings, files["tests"], files["association"], by_design)
    add_adjusted(graph, files["tests"])
    banners = study["tables"].get("banners", {})
    add_domains(graph, codebook.domains, {**tables, **banners}, sources)
    add_indicators(graph, files["indicators"], declared, sources, weight)
    add_combinations(graph, files["combinations"], sources, weight)
    add_halves(graph, assess(files["indicators"], study["indicators"]))
    if banners:
        behind = Behind(banners, codebook, sets, sources, weight)
        add_banners(graph, files["banners"], behind)
    summarised = Summarised(tables, codebook, sources, weight)
    lines_of = files.get("summaries", ()), files["tests"], files["association"]
    add_summaries(graph, *lines_of, summarised)
    answered = Answered(codebook, sources, weight)
    add_scales(graph, files.get("scales", ()), scales, answered)
    matrices = study["tables"].get("correlations", {})
    add_correlations(graph, files.get("correlations", ()), matrices, answered)
    add_indices(
        graph,
        files.get("index", {}),
        index_items(study.get("index", {})),
        answered,
        codebook.reconstructed,
        study.get("index", {}),
    )
    add_ranges(graph, files["questions"], files["ranges"])
    add_paired_bounds(graph, files.get("paired", ()))
    lines: Mapping[str, Any] = files
    models = {name: lines[name] for name in MODEL_FILES if name in lines}
    alpha = float(study["config"].get("alpha") or 0)
    add_models(graph, models, study["models"].get("models", {}), sources, alpha, weight)
    add_ledger(graph, files["cleaning"])
    add_accounts(graph, account_rows(files, codebook, study["tables"], study["wave"]))
    aside = [name for name, table in tables.items() if table.get("section") == "sample"]
    add_test_tallies(graph, alpha, aside, files["tests"])
    add_printed(graph, files["cells"])
    add_interviews(graph, files.get("interviews", {}))
    add_claims(graph, files["claims"])
    add_quotations(graph, files.get("quotations", ()))
    add_published_findings(
        graph,
        files["cells"],
        files["claims"],
        files.get("joint", ()),
        files.get("associations", ()),
    )
    unprinted = study["wave"].get("reconstruct", {}).get("not_printed")
    add_compared_findings(
        graph,
        files["crosstabs"],
        files["tests"],
        files.get("comparisons", ()),
        study,
        by_design,
        [] if unprinted is None else [str(unprinted)],
    )
    if by_design:
        add_weights(graph, codebook.weighting)
    add_declared_findings(graph, study["indicators"].get("empirical", []), files["indicators"])
    graph.add(
        name_number("setting", "alpha"),
        Number(str(alpha), "share", "setting", "", "config/config.yaml", {"key": "alpha"}),
    )
    return graph


def trace_wave(
    files: TracedFiles,
    codebook: Codebook,
    study: Mapping[str, Any],
    wave: str,
    inputs: Inputs,
    code: Mapping[str, str],
    language: str,
) -> str:
    """Write ``provenance.json``: every number of a wave, down to the people it counts.

    Parameters
    ----------
    files, codebook, study
        As `trace_numbers` takes them; `study` also with ``cleaning`` and ``mapping`` (the wave's
        entry in `config/waves.yaml`).
    wave : str
        Name of the wave.
    inputs : Inputs
        Files from outside.
    code : dict
        Rule -> hash of the library's sources that its door imports.
    language : str
        Language of the questions' wording, the study's first.

    Returns
    -------
    str
        JSON as `resurvey.report.provenance` describes it; the same text for the same results.
    """
    graph = trace_numbers(files, codebook, study)
    declared = study["cleaning"].get("steps", [])
    steps = list_steps(files["cleaning"], declared)
    parts = configured_parts(codebook, study, wave, declared)
    declared_parts = study["indicators"]
    indicators = {
        **declared_parts.get("indicators", {}),
        **as_indicators(declared_parts.get("combinations", {})),
        **declared_parts.get("scales", {}),
        **index_items(study.get("index", {})),
    }
    numbers = {}
    for identity, number in graph.numbers.items():
        common = {
            "steps": steps_of(number.items, steps),
            "inputs": inputs.of(number),
            "config": [
                part for part in _config(identity, number, wave, indicators) if part in parts
            ],
        }
        numbers[identity] = plain_number(number, common)
    used = {part for plain in numbers.values() for part in plain.get("config", ())}
    items = {item for number in graph.numbers.values() for item in number.items if item in codebook}
    return code_lines(
        {
            "wave": wave,
            "numbers": numbers,
            "items": {name: _item(codebook, name, language) for name in items},
            "steps": steps,
            "inputs": {
                **inputs.raw,
                **inputs.published,
                **inputs.quotations,
                **inputs.interviews,
            },
            "config": {name: value for name, value in parts.items() if name in used},
            "rules": rules_with_code(code, (number.rule for number in graph.numbers.values())),
            "formulas": FORMULAS,
        }
    )


def _item(codebook: Codebook, name: str, language: str) -> dict[str, str]:
    variable = codebook[name]
    plain = {"wording": variable.title(language), "source": variable.source}
    return {key: text for key, text in plain.items() if text}


def _config(
    identity: str, number: Number, wave: str, indicators: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Parts of the configuration that a number depends on."""
    if number.formula == "setting":
        return [number.line["key"]]
    if number.file == QUOTATIONS:
        return ["interviews"]
    if number.file.startswith(INTERVIEWS):
        return ["interviews", "interviews/coded"]
    # The number of printed lines is a tally of no other number.
    whole = number.formula == "tally" and not number.line
    if number.published and (whole or number.formula in ("published", "over_solutions")):
        return []
    found = [f"waves/{wave}", f"mapping/{wave}", "cleaning/steps"]
    found += [f"codebook/{item}" for item in number.items]
    rooms = (
        ("tables", "table"),
        ("banners", "table"),
        ("models", "model"),
        ("correlations", "name"),
        ("index", "index"),
    )
    for room, key in rooms:
        if key in number.line:
            found.append(f"{room}/{number.line[key]}")
    todo = [number.line["indicator"]] if "indicator" in number.line else []
    todo += [name for name in number.line.values() if name in indicators]
    if todo:
        found.append("indicators/columns")
    while todo:
        name = todo.pop()
        if f"indicators/{name}" not in found and name in indicators:
            found.append(f"indicators/{name}")
            todo += indicator_parts(indicators[name])
    if identity.startswith(("test:", "tally:tests")):
        found += ["sample", "alpha"]
    return list(dict.fromkeys(found))
