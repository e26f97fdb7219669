"""Findings: what the first page of a report counts, as numbers of the graph."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from resurvey.core.lines import (
    ClaimLine,
    CrosstabLine,
    IndicatorLine,
    Line,
    PrintedLine,
    TestLine,
    fields_of,
)
from resurvey.core.names import TOTAL, name_number
from resurvey.counts.design import Weighting
from resurvey.report.comparison import ASSOCIATION_ENDS, name_association
from resurvey.report.key_numbers import (
    COMPARISON_KEYS,
    by_rounded_parts,
    compares_shares,
    contradicted,
    detectable_difference,
    exchanged_questions,
    impossible_answers,
    name_comparison,
    name_group_size,
    open_associations,
    reproduced,
    silent_indicators,
    telling_doubt,
)
from resurvey.report.provenance.graph import Graph, Number
from resurvey.tables.inference import answer_comparisons, count_below


def add_published_findings(
    graph: Graph,
    cells: Sequence[PrintedLine],
    claims: Sequence[ClaimLine],
    joint: Sequence[Line],
    associations: Sequence[Line] = (),
) -> None:
    """Add what is counted in printed cells, in claims, and across the published tables."""
    tallies: dict[str, tuple[Sequence[object], str]] = {
        "reproduced": (reproduced(cells), "audit/cells.csv"),
        "by_rounded_parts": (by_rounded_parts(cells), "audit/cells.csv"),
        "numbers": (contradicted(claims, in_words=False), "audit/claims.csv"),
        "words": (contradicted(claims, in_words=True), "audit/claims.csv"),
        "associations": (list(open_associations(associations)), "audit/associations.csv"),
    }
    for exchange in exchanged_questions(contradicted(claims, in_words=False), cells):
        place = exchange.table, exchange.page
        for part, size in (
            ("exchanged", len(exchange.lines)),
            ("agreeing", len(exchange.lines) - len(exchange.others)),
        ):
            number = Number(
                str(size), "lines", "tally", "audit_wave", "audit/claims.csv", published=True
            )
            graph.add(name_number("tally", "findings", part, *place), number)
    if doubt := telling_doubt(claims):
        for reading, share in (doubt.highest, doubt.lowest):
            keys = {"claim": doubt.line["claim"]}
            number = Number(
                share,
                "percent",
                "reading",
                "audit_wave",
                "audit/claims.csv",
                keys,
                published=True,
            )
            graph.add(name_number("claim", doubt.line["claim"], "reading", reading), number)
    for line in associations:
        if not line["arithmetic"]:
            continue
        keys = fields_of(line, ("association", "first", "second"))
        for field in dict.fromkeys(end for ends in ASSOCIATION_ENDS.values() for end in ends):
            number = Number(
                line[field],
                "percent" if field in ASSOCIATION_ENDS["percent"] else "people",
                "over_solutions",
                "audit_wave",
                "audit/associations.csv",
                keys,
                published=True,
            )
            graph.add(name_association(line, field), number)
    for name, (lines, file) in tallies.items():
        number = Number(str(len(lines)), "lines", "tally", "audit_wave", file, published=True)
        graph.add(name_number("tally", "findings", name), number)
    for impossible in impossible_answers(joint):
        who, ends = impossible.who, ("low", "high")
        values = [((line, "respondents"), line["respondents"]) for line in impossible.rated]
        for (line, field), value in [*values, *(((who, end), who[end]) for end in ends)]:
            keys = fields_of(line, ("finding", "statement"))
            number = Number(
                value,
                "people",
                "over_solutions",
                "recover_wave",
                "audit/joint.csv",
                keys,
                items=(line["row_variable"],),
                published=True,
            )
            graph.add(name_number("range", "joint", *keys.values(), field), number)


def add_compared_findings(
    graph: Graph,
    crosstabs: Iterable[CrosstabLine],
    tests: Sequence[TestLine],
    comparisons: Sequence[Line],
    study: Mapping[str, Any],
    by_design: bool,
    aside: Collection[str],
) -> None:
    """Add what is counted in the comparisons of groups, and what they would show at best.

    `aside` are codes that say that an answer was not printed.
    """
    alpha = float(study["config"].get("alpha") or 0)
    p_values = graph.numbers["tally:tests"].made_from if "tally:tests" in graph.numbers else ()
    holm = [name.removesuffix("p_value") + "holm_article" for name in p_values]
    known = graph.known(holm)
    below = sum(float(graph.numbers[name].value) < alpha for name in known)
    number = Number(str(below), "lines", "tally", "trace_wave", "tables/tests.csv", made_from=known)
    graph.add(name_number("tally", "tests", "holm", "below"), number)
    answers = answer_comparisons(comparisons, aside)
    tallies = {
        "comparisons": len(answers),
        "comparisons_below": count_below(answers, alpha),
        "comparisons_holm": count_below(answers, alpha, "holm_article"),
    }
    file = "tables/comparisons.csv"
    for name, size in tallies.items():
        number = Number(str(size), "lines", "tally", "tabulate_wave", file)
        graph.add(name_number("tally", "findings", name), number)
    # A study's own sentence may name any of them.
    for line in comparisons:
        if line["difference"] and compares_shares(line, study["tables"]["tables"]):
            _add_difference(graph, line, by_design)
    _add_p_values(graph, comparisons, alpha, by_design)
    found = None if by_design else detectable_difference(crosstabs, tests, alpha)
    if found:
        number = Number(
            repr(found.difference),
            "percentage_points",
            "smallest_difference",
            "trace_wave",
            "tables/crosstabs.csv",
            fields_of(found.first, ("table", "row_variable")),
            (*map(name_group_size, (found.first, found.second)), name_number("setting", "alpha")),
        )
        graph.add(name_number("tally", "findings", "smallest_difference"), number)


def _add_p_values(graph: Graph, comparisons: Sequence[Line], alpha: float, by_design: bool) -> None:
    """Add the p-values below alpha, and what Holm's correction over all comparisons makes of them.

    A corrected p-value depends on the p-values that are no larger, and on how many there are.
    """
    tested = [line for line in comparisons if line["p_value"]]
    family = name_number("tally", "findings", "comparisons_corrected")
    file = "tables/comparisons.csv"
    graph.add(family, Number(str(len(tested)), "lines", "tally", "tabulate_wave", file))
    below = sorted(
        (line for line in tested if float(line["p_value"]) < alpha),
        key=lambda line: float(line["p_value"]),
    )
    smaller: list[str] = []
    for line in below:
        cells = [
            (line["table"], line["row_variable"], row, line[f"{side}_code"])
            for side in ("first", "second")
            for row in (line["row_code"], TOTAL)
        ]
        common: dict[str, Any] = {
            "unit": "p_value",
            "rule": "tabulate_wave",
            "file": file,
            "line": fields_of(line, COMPARISON_KEYS),
            "items": (line["row_variable"], line["column_variable"]),
        }
        smaller.append(name_comparison(line, "p_value"))
        formula = "design_interval" if by_design else "pooled_z"
        counts = graph.known(name_number("count", *cell) for cell in cells)
        p = Number(line["p_value"], formula=formula, made_from=counts, **common)
        graph.add(smaller[-1], p)
        parts = (*smaller, family)
        holm = Number(line["holm_article"], formula="holm_of_smaller", made_from=parts, **common)
        graph.add(name_comparison(line, "holm_article"), holm)


def _add_difference(graph: Graph, line: Line, by_design: bool) -> None:
    cells = [
        (line["table"], line["row_variable"], line["row_code"], line[f"{side}_code"])
        for side in ("first", "second")
    ]
    common: dict[str, Any] = {
        "unit": "percentage_points",
        "rule": "tabulate_wave",
        "file": "tables/comparisons.csv",
        "line": fields_of(line, COMPARISON_KEYS),
        "items": (line["row_variable"], line["column_variable"]),
    }
    shares = graph.known(name_number("percent", *cell) for cell in cells)
    graph.add(
        name_comparison(line, "difference"),
        Number(line["difference"], formula="difference", made_from=shares, **common),
    )
    parts = [name_number(kind, *cell) for cell in cells for kind in ("count", "base")]
    for end in ("lower", "upper"):
        if line[end]:
            formula = f"newcombe_{end}" if not by_design else "design_interval"
            number = Number(line[end], formula=formula, made_from=graph.known(parts), **common)
            graph.add(name_comparison(line, end), number)


def add_weights(graph: Graph, weighting: Mapping[str, Any]) -> None:
    """Add how many respondents have a weight, and how many equal ones would be as precise."""
    if not weighting:
        return
    found = Weighting.from_plain(weighting)
    values = {
        "respondents": (str(found.respondents), "tally"),
        "effective": (repr(found.effective), "effective_size"),
    }
    for name, (value, formula) in values.items():
        number = Number(value, "people", formula, "tabulate_wave", "tables/codebook.json")
        graph.add(name_number("tally", "weights", name), number)


def add_declared_findings(
    graph: Graph, empirical: Sequence[Mapping[str, Any]], lines: Sequence[IndicatorLine]
) -> None:
    """Add how many indicators a study names, and how many of them have no figure."""
    silent = silent_indicators(empirical, lines)
    file, keys = "config/indicators.yaml", {"key": "empirical"}
    places = (("empirical",), len(empirical)), (("empirical", "silent"), len(silent))
    names = [name_number("setting", *place) for place, _ in places]
    for name, (_, size) in zip(names, places, strict=True):
        graph.add(name, Number(str(size), "lines", "setting", "", file, keys))
    if empirical:
        share = Number(
            repr(100 * len(silent) / len(empirical)),
            "percent",
            "share",
            "trace_wave",
            file,
            made_from=(names[1], names[0]),
        )
        graph.add(name_number("tally", "findings", "silent_share"), share)
