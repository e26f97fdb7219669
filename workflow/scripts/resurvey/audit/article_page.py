"""Writing: the audit of one wave in one language, rendered as a page that needs no other file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import floor, log10
from pathlib import Path
from typing import Any

import resurvey
from resurvey.audit.cards import (
    DASH,
    AuditResults,
    Cards,
    Line,
    ends_text,
    group_of,
    is_pair,
    plain,
)
from resurvey.audit.claims.telling import tell_readings
from resurvey.audit.one_base import joint_evidence
from resurvey.core.codebook import as_labels, pick_label
from resurvey.core.names import TOTAL
from resurvey.pages.application import render_application
from resurvey.pages.labels import Labels, native_name
from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording
from resurvey.recovery.ranges import VERDICTS as SIGNIFICANCE
from resurvey.statistics.power import LEAST_GROUP, smallest_difference
from resurvey.tables.inference import answer_comparisons, count_below

ENDS = ("lowest", "highest")
#: Single answers that a sentence lists.
MOST_LISTED = 3
#: Verdicts that the solutions confirm or refute; of several readings they would speak of one.
DECIDED = ("confirmed", "contradicted")
#: Verdicts on statements, the most serious first.
GRADES = (
    "contradicted",
    "depends_on_reading",
    "imprecise",
    "by_rounded_parts",
    "cannot_be_checked",
    "internally_consistent",
    "confirmed",
)
#: Those whose statements the page shows without being asked.
OPENED = GRADES[:3]


def write_audit(
    results: AuditResults,
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    wave: str,
    language: str,
    templates: Sequence[str | Path],
    rounding: str = "half_up",
    found: Sequence[Any] = (),
    provenance: Mapping[str, Any] | None = None,
) -> str:
    """Write the audit page of one wave in one language.

    Parameters
    ----------
    results : AuditResults
        What was recovered, and what was published.
    study : dict
        As `resurvey.study.folder.read_study` reads it.
    words : dict
        The shared words in the page's language.
    wave, language : str
        Which page.
    templates : sequence of paths
        Folders of the Jinja templates: the audit's own, and the report's for the page's frame.
    rounding : str
        Rounding rule of the printed numbers.
    found : sequence
        Findings of the report that judge the publication, with `text`, `verdicts` and `in_audit`.
    provenance : dict, optional
        Content of ``provenance.json``, for the numbers of these findings.

    Returns
    -------
    str
        One HTML page; the same text for the same results. Labels are values, never templates.
    """
    context = _context(results, study, words, wave, language, rounding)
    context |= {"found": found, "provenance": provenance or {}}
    return render_application("audit.html", context, templates)


def _context(
    results: AuditResults,
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    wave: str,
    language: str,
    rounding: str,
) -> dict[str, Any]:
    config, tables = study["config"], study["tables"]["tables"]
    say, numerals = Wording(words), Numerals(language)
    shared = {**words["tables"], "difference": words["report"]["difference"]}
    labels = Labels(results.codebook, tables, shared, language)
    text = study["text"].get(language, {}).get("tables", {})
    titles = {name: _title(name, text, labels) for name in tables}
    homes = {row: name for name, table in tables.items() for row in table["rows"]}
    cards = Cards(results, labels, say, numerals, rounding)
    made = [
        cards.card(line, homes.get(line["row_variable"], line["table"]))
        for line in results.files["questions"]
    ]
    order = [name for name in tables if any(card.table == name for card in made)]
    order += [name for name in dict.fromkeys(card.table for card in made) if name not in order]
    summary, alpha = summarise(results), float(config["alpha"])
    aside = _aside(config["waves"].get(wave, {}))
    compared = ComparedAnswers(
        answer_comparisons(results.comparisons, aside), labels, say, numerals, alpha
    )
    title = labels.pick(config["title"], "")
    by_table = {name: text.get(name, {}).get("number", "") for name in tables}
    # A table that the article does not number is named by its title.
    places = {row: by_table[name] or titles[name] for row, name in homes.items()}
    claims = list_claims(results.ledger, labels, by_table, say, numerals)
    return {
        "say": say,
        "language": language,
        "original": config["languages"][0],
        "languages": [(code, native_name(code)) for code in config["languages"]],
        "title": plain(say("audit.heading", title=title) if title and made else say("audit.title")),
        "labels": labels,
        "wave": labels.pick(config["waves"].get(wave, {}).get("label"), wave),
        "version": resurvey.__version__,
        "reconstructed": False,
        "alpha": numerals.fixed(alpha, 2),
        "nominal": config["sample"] in ("purposive", "unknown"),
        "summary": summary,
        "one_base_chance": _chance(summary["one_base"], numerals),
        "rounding": plain(say(f"audit.rule_{rounding}")),
        "cards": sorted(made, key=lambda card: order.index(card.table)),
        "exhibits": [
            (name, titles.get(name, name), [card for card in made if card.table == name])
            for name in order
        ],
        "findings": across_tables(results, labels, say, study["audit"].get("routing", {}), places),
        "routed": bool(study["audit"].get("routing")),
        "answers": compared.tell_all() if compared.lines else "",
        "answers_of": compared.tell_of,
        "power": _power(results, say, numerals, alpha),
        "pairs": list_pairs(results, labels, numerals),
        "grades": [
            (verdict, some)
            for verdict in GRADES
            if (some := [claim for claim in claims if claim["verdict"] == verdict])
        ],
        "graded": {claim["verdict"] for claim in claims},
        "opened": OPENED,
        "draws": [
            {"generator": generator, "seed": seed}
            for generator, seed in dict.fromkeys(
                (line["generator"], line["seed"]) for line in results.files["false_fit"]
            )
        ],
        "associations": list_associations(results.associations, language, numerals),
        "downloads": results.downloads,
        # Where nothing was printed there is no sheet of corrections in the public set.
        "printed": bool(results.cells or results.ledger),
    }


def _aside(wave: Mapping[str, Any]) -> list[str]:
    """Codes that say that an answer was not printed."""
    dealt = wave.get("reconstruct", {})
    return [str(dealt["not_printed"])] if "not_printed" in dealt else []


@dataclass(frozen=True)
class ComparedAnswers:
    """Says which single answers differ between two groups, before and after Holm's correction."""

    lines: Sequence[Line]
    labels: Labels
    say: Wording
    numerals: Numerals
    alpha: float

    def tell_all(self) -> str:
        """Say it of all questions."""
        below = self._below(self.lines)
        listed = "; ".join(map(self._with_question, below[:MOST_LISTED]))
        if len(below) > MOST_LISTED:
            listed = plain(self.say("found.and_others", listed=listed))
        key = "answers_compared" if below else "answers_compared_none"
        values = {
            "all": len(self.lines),
            "below": len(below),
            "holm": count_below(self.lines, self.alpha, "holm_article"),
            "listed": listed,
            "alpha": self.numerals.fixed(self.alpha, 2),
        }
        return plain(self.say(f"report.{key}", **values))

    def tell_of(self, variable: str) -> str:
        """Say it of one question; nothing where no answer of it has p below alpha."""
        below = self._below(line for line in self.lines if line["row_variable"] == variable)
        listed = "; ".join(
            plain(self.say("report.single_answer", **self._values(line))) for line in below
        )
        return plain(self.say("report.single_answers", listed=listed)) if below else ""

    def _below(self, lines: Iterable[Line]) -> list[Line]:
        below = [line for line in lines if float(line["p_value"]) < self.alpha]
        return sorted(below, key=lambda line: float(line["p_value"]))

    def _values(self, line: Line) -> dict[str, str]:
        return {
            "answer": self.labels.answer(line["row_variable"], line["row_code"]),
            "p": self.numerals.p_value(float(line["p_value"])),
            "holm": self.numerals.p_value(float(line["holm_article"])),
        }

    def _with_question(self, line: Line) -> str:
        question = self.labels.variable(line["row_variable"])
        values = self._values(line)
        return plain(self.say("report.answer_compared", question=question, **values))


def _power(results: AuditResults, say: Wording, numerals: Numerals, alpha: float) -> str:
    """Say which difference the two largest groups of the tested questions would show."""
    tested = {line["row_variable"] for line in results.files["questions"] if line["verdict"]}
    sizes: dict[str, list[int]] = {}
    for line in results.files["bases"]:
        if line["chosen"] == "yes" and line["column_code"] != TOTAL:
            sizes.setdefault(line["row_variable"], []).append(int(line["base"]))
    pairs = [
        pair
        for variable in tested
        for pair in combinations(sizes.get(variable, []), 2)
        if min(pair) >= LEAST_GROUP
    ]
    if not pairs:
        return ""
    first, second = min(pairs, key=lambda pair: (1 / pair[0] + 1 / pair[1], pair))
    difference = smallest_difference(first, second, alpha)
    if difference is None:
        return ""
    values = {
        "first": first,
        "second": second,
        "difference": numerals.fixed(100 * difference, 1),
        "alpha": numerals.fixed(alpha, 2),
    }
    return plain(say("found.detectable", **values))


def _chance(evidence: Mapping[str, Any] | None, numerals: Numerals) -> str:
    """Print a chance in per cent with two digits that are not zero."""
    if evidence is None:
        return ""
    percent = 100 * float(evidence["chance"])
    digits = 1 if percent >= 1 else 1 - floor(log10(percent))
    return numerals.fixed(percent, digits)


def _title(name: str, text: Mapping[str, Any], labels: Labels) -> str:
    words = text.get(name, {})
    parts = [str(words.get("number", "")), labels.pick(words.get("title"), "")]
    return labels.of_domain(name, ". ".join(part for part in parts if part) or name)


def summarise(results: AuditResults) -> dict[str, Any]:
    """Count what the verdict at the top speaks of."""
    questions = results.files["questions"]
    tested = [line for line in questions if line["verdict"]]
    joint = results.files["joint"]
    return {
        "questions": len(questions),
        "shares": sum(int(line["printed_shares"]) for line in questions),
        "solved": sum(line["status"] == "recovered" for line in questions),
        "unsolved": [line["row_variable"] for line in questions if line["status"] != "recovered"],
        "unique": sum(line["solutions"] == "1" for line in questions),
        "tests": len(tested),
        "significance": [
            (word.replace(" ", "_"), sum(line["verdict"] == word for line in tested))
            for word in SIGNIFICANCE
        ],
        "steady": sum(line["verdict"] == line["robust_verdict"] for line in tested),
        "findings": len({line["finding"] for line in joint}),
        "proven": len({line["finding"] for line in joint if line["respondents"] != "0"}),
        "one_base": joint_evidence(questions),
        "respondents": results.respondents,
    }


def across_tables(
    results: AuditResults,
    labels: Labels,
    say: Wording,
    routing: Mapping[str, Mapping[str, Any]],
    titles: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Word the findings across tables, each with the statements that contradict each other."""
    findings: dict[str, dict[str, Any]] = {}
    for line in results.files["joint"]:
        finding = findings.setdefault(
            line["finding"],
            {
                "respondents": int(line["respondents"]),
                "chosen": int(line["respondents_chosen"]),
                "arithmetic": line["arithmetic"].replace(" - ", " − "),
                "arithmetic_chosen": line["arithmetic_chosen"].replace(" - ", " − "),
                "statements": [],
                "about": "",
                "why": "",
            },
        )
        finding["statements"].append(_statement(line, results, labels, say, routing, titles))
        if line["kind"] == "base":
            finding["about"] = labels.variable(line["row_variable"])
        if line["kind"] == "routing":
            why = as_labels(routing[line["route"]].get("explained_by"))
            finding["why"] = pick_label(why, labels.language, "")
    return list(findings.values())


def _statement(
    line: Line,
    results: AuditResults,
    labels: Labels,
    say: Wording,
    routing: Mapping[str, Mapping[str, Any]],
    titles: Mapping[str, str],
) -> str:
    variable = line["row_variable"]
    if line["kind"] == "routing":
        why = as_labels(routing[line["route"]]["why"])
        return plain(say("audit.statement_routing", why=pick_label(why, labels.language, "")))
    pair = is_pair(line, results.files["questions"], results.files["bases"])
    n = ends_text(line["low"], line["high"], plain(say("report.either")) if pair else DASH)
    group = group_of(results.cells, variable, results.claims)
    whom = labels.column(group, line["column_code"]) if line["column_code"] != TOTAL else ""
    values = {
        "n": n,
        "question": labels.variable(variable) if variable else "",
        "table": titles.get(variable) or plain(say("audit.from_text")),
        "answer": labels.row(line["table"], variable, line["row_code"]) if line["row_code"] else "",
    }
    text = plain(say(f"audit.statement_{line['kind']}", **values))
    return f"{text} ({whom})" if whom else text


def list_claims(
    ledger: Sequence[Line],
    labels: Labels,
    numbers: Mapping[str, str],
    say: Wording,
    numerals: Numerals,
) -> list[dict[str, Any]]:
    """Arrange the judged statements of the text; `numbers` are of the tables, by name.

    What was printed stays as it was printed; what was recomputed has the language's decimal mark.
    """
    language, told = labels.language, []
    for line in ledger:
        steps = tell_readings(line, labels, numbers, say)
        reason = steps.pop(0) if line.get("reason") else plain(say("audit.arithmetic"))
        told.append(
            {
                "claim": line["claim"],
                "page": line["page"],
                "phrase": line["key_phrase"],
                "paraphrase": line.get(f"paraphrase_{language}") or line["paraphrase_en"],
                "printed": line["printed"],
                "recomputed": numerals.rewrite(line["recomputed"]),
                "range": ""
                if line["lowest"] == line["highest"]
                else numerals.rewrite(ends_text(line["lowest"], line["highest"])),
                "holds": plain(say(f"audit.holds_{line['holds_in']}"))
                if line["holds_in"] and line["verdict"] in DECIDED
                else "",
                "verdict": line["verdict"],
                "reason": reason,
                "steps": steps,
                "note": line.get(f"note_{language}") or line.get("note_en", ""),
            }
        )
    return told


def list_associations(
    lines: Sequence[Line], language: str, numerals: Numerals
) -> list[dict[str, Any]]:
    """Arrange the connections that the text states, with all pairs of answers of each."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        words = {
            key: line.get(f"{key}_{language}") or line[f"{key}_en"]
            for key in ("paraphrase", "first", "second")
        }
        statement = found.setdefault(
            line["association"],
            {
                "page": line["page"],
                "phrase": line["key_phrase"],
                "paraphrase": words["paraphrase"],
                "pairs": [],
            },
        )
        pair = {
            "first": words["first"],
            "second": words["second"],
            "status": line["status"],
            "arithmetic": numerals.rewrite(line["arithmetic"]),
        }
        if line["arithmetic"]:
            pair |= {
                "n": ends_text(line["first_lowest"], line["first_highest"], DASH),
                "both": ends_text(line["lowest"], line["highest"], DASH),
                "percent": DASH.join(
                    dict.fromkeys(numerals.fixed(float(line[f"{end}_percent"]), 1) for end in ENDS)
                ),
            }
        statement["pairs"].append(pair)
    return list(found.values())


def list_pairs(results: AuditResults, labels: Labels, numerals: Numerals) -> list[dict[str, Any]]:
    """Arrange the bounds of McNemar's test, an entry per pair of questions."""
    tables: dict[tuple[str, str], list[dict[str, str]]] = {}
    lines = {
        (line["before"], line["after"], line["row_code"], line["solutions"]): line
        for line in results.files["paired"]
    }
    for (before, after, row, solutions), line in lines.items():
        if solutions == "all":
            continue
        over_all = lines.get((before, after, row, "all"), line)
        tables.setdefault((before, after), []).append(
            {
                "row": labels.answer(before, row),
                "before": line["before_minimum"],
                "after": line["after_minimum"],
                "changed": _ends(line, "changed"),
                "statistic": _ends(line, "statistic", numerals, 2),
                "p": _ends(line, "exact_p_value", numerals),
                "verdict": line["verdict"],
                "holm": line["holm_verdict"],
                "all": over_all["verdict"],
                "all_holm": over_all["holm_verdict"],
                "note": line["note"],
            }
        )
    return [
        {
            "before": labels.variable(before),
            "after": labels.variable(after),
            "rows": rows,
            "always": "; ".join(row["row"] for row in rows if row["all"] == SIGNIFICANCE[0]),
        }
        for (before, after), rows in tables.items()
    ]


def _ends(
    line: Line, name: str, numerals: Numerals | None = None, digits: int | None = None
) -> str:
    low, high = line[f"{name}_minimum"], line[f"{name}_maximum"]
    if not low:
        return "—"
    if numerals is not None and digits is None:
        ends = [numerals.p_value(float(end)).removeprefix("= ") for end in (low, high)]
    elif numerals is not None and digits is not None:
        ends = [numerals.fixed(float(end), digits) for end in (low, high)]
    else:
        ends = [low, high]
    return ends_text(*ends)
