"""Writing: the audit of one wave in one language, rendered as a page that needs no other file."""

import base64
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from math import floor, log10
from pathlib import Path
from typing import Any

import resurvey
from resurvey.audit.associations import ASSOCIATION_COLUMNS
from resurvey.audit.cards import (
    DASH,
    AuditResults,
    Cards,
    Line,
    base_text,
    ends_text,
    group_of,
    plain,
)
from resurvey.audit.claims.ledger import LEDGER_COLUMNS
from resurvey.audit.claims.ledger import VERDICTS as CLAIM_VERDICTS
from resurvey.audit.claims.telling import tell_readings
from resurvey.audit.one_base import joint_evidence
from resurvey.audit.published_wave import RECOVERY_FILES
from resurvey.core.codebook import as_labels, pick_label
from resurvey.core.files import csv_text
from resurvey.core.names import TOTAL
from resurvey.pages.application import render_application
from resurvey.pages.labels import Labels, native_name
from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording
from resurvey.recovery.ranges import VERDICTS as SIGNIFICANCE

ENDS = ("lowest", "highest")
#: Verdicts that the solutions confirm or refute; of several readings they would speak of one.
DECIDED = ("confirmed", "contradicted")
#: A file that is larger than this is linked, not embedded.
LARGEST_EMBEDDED = 400_000


def write_audit(
    results: AuditResults,
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    wave: str,
    language: str,
    templates: Sequence[str | Path],
    rounding: str = "half_up",
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

    Returns
    -------
    str
        One HTML page; the same text for the same results. Labels are values, never templates.
    """
    context = _context(results, study, words, wave, language, rounding)
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
    summary = summarise(results)
    by_table = {name: text.get(name, {}).get("number", "") for name in tables}
    # A table that the article does not number is named by its title.
    places = {row: by_table[name] or titles[name] for row, name in homes.items()}
    return {
        "say": say,
        "language": language,
        "languages": [(code, native_name(code)) for code in config["languages"]],
        "title": labels.pick(config["title"], "") or plain(say("audit.title")),
        "wave": labels.pick(config["waves"].get(wave, {}).get("label"), wave),
        "version": resurvey.__version__,
        "reconstructed": False,
        "alpha": numerals.fixed(float(config["alpha"]), 2),
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
        "pairs": list_pairs(results, labels, numerals),
        "claims": list_claims(results.ledger, labels, by_table, say),
        "associations": list_associations(results.associations, language, numerals),
        "downloads": _downloads(results),
    }


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
    return ". ".join(part for part in parts if part) or name


def _downloads(results: AuditResults) -> list[dict[str, str]]:
    """Embed every file, alone and in one JSON; a large one is left in its folder."""
    files = [
        (f"{name}.csv", columns, results.files[name]) for name, columns in RECOVERY_FILES.items()
    ]
    if results.ledger:
        files.append(("claims.csv", LEDGER_COLUMNS, results.ledger))
    if results.associations:
        files.append(("associations.csv", ASSOCIATION_COLUMNS, results.associations))
    links = []
    everything: dict[str, Any] = {}
    for name, columns, lines in files:
        link = _link(name, "text/csv", csv_text(columns, lines), str(len(lines)))
        links.append(link)
        if link["href"] != name:
            rows = [[line[column] for column in columns] for line in lines]
            everything[name.removesuffix(".csv")] = {"columns": columns, "rows": rows}
    text = json.dumps(everything, ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) <= 4 * LARGEST_EMBEDDED:
        links.append(_link("audit.json", "application/json", text, "", 4 * LARGEST_EMBEDDED))
    return links


def _link(
    name: str, kind: str, text: str, lines: str, largest: int = LARGEST_EMBEDDED
) -> dict[str, str]:
    content = text.encode("utf-8")
    if len(content) > largest:
        return {"name": name, "href": name, "lines": lines}
    encoded = base64.b64encode(content).decode("ascii")
    return {"name": name, "href": f"data:{kind};charset=utf-8;base64,{encoded}", "lines": lines}


def summarise(results: AuditResults) -> dict[str, Any]:
    """Count what the verdict at the top speaks of."""
    questions = results.files["questions"]
    tested = [line for line in questions if line["verdict"]]
    joint = results.files["joint"]
    readings = Counter(line["reading"] for line in results.files["false_fit"])
    claims = Counter(line["verdict"] for line in results.ledger)
    return {
        "questions": len(questions),
        "shares": sum(int(line["printed_shares"]) for line in questions),
        "solved": sum(line["status"] == "recovered" for line in questions),
        "unsolved": [line["row_variable"] for line in questions if line["status"] != "recovered"],
        "unique": sum(line["solutions"] == "1" for line in questions),
        "short": sum(
            line["status"] == "recovered" and int(line["largest_base"]) < int(line["respondents"])
            for line in questions
        ),
        "tests": len(tested),
        "significance": [
            (word.replace(" ", "_"), sum(line["verdict"] == word for line in tested))
            for word in SIGNIFICANCE
        ],
        "steady": sum(line["verdict"] == line["robust_verdict"] for line in tested),
        "findings": len({line["finding"] for line in joint}),
        "proven": len({line["finding"] for line in joint if line["respondents"] != "0"}),
        "readings": [
            (name, readings[name]) for name in ("says_much", "says_something", "says_little")
        ],
        "one_base": joint_evidence(questions),
        "claims": sum(claims.values()),
        "claim_verdicts": [(verdict, claims[verdict]) for verdict in CLAIM_VERDICTS],
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
    n = ends_text(line["low"], line["high"], DASH)
    asked = [one for one in results.files["questions"] if one["row_variable"] == variable]
    if line["kind"] == "base" and line["column_code"] == TOTAL and asked:
        n = base_text(asked[0], plain(say("report.either")))
    group = group_of(results.cells, variable, results.claims)
    whom = labels.column(group, line["column_code"]) if line["column_code"] != TOTAL else ""
    values = {
        "n": n,
        "question": labels.variable(variable) if variable else "",
        "table": titles.get(variable, ""),
        "answer": labels.row(line["table"], variable, line["row_code"]) if line["row_code"] else "",
    }
    text = plain(say(f"audit.statement_{line['kind']}", **values))
    return f"{text} ({whom})" if whom else text


def list_claims(
    ledger: Sequence[Line], labels: Labels, numbers: Mapping[str, str], say: Wording
) -> list[dict[str, Any]]:
    """Arrange the judged statements of the text; `numbers` are of the tables, by name."""
    language, numerals = labels.language, Numerals(labels.language)
    return [
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
            "steps": tell_readings(line, labels, numbers, say),
            "note": line.get(f"note_{language}") or line.get("note_en", ""),
        }
        for line in ledger
    ]


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
                "all": over_all["verdict"],
                "note": line["note"],
            }
        )
    return [
        {"before": labels.variable(before), "after": labels.variable(after), "rows": rows}
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
