"""Summary: the verdict at the top, the findings across tables, and the ledger of statements."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from resurvey.audit.claims.ledger import VERDICTS as CLAIM_VERDICTS
from resurvey.audit.page.results import AuditResults, Line, group_of, plain
from resurvey.audit.ranges import VERDICTS as SIGNIFICANCE
from resurvey.core.codebook import as_labels, pick_label
from resurvey.core.names import TOTAL
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording


def summarise(results: AuditResults) -> dict[str, Any]:
    """Count what the verdict at the top speaks of."""
    questions = results.files["questions"]
    tested = [one for one in questions if one["verdict"]]
    joint = results.files["joint"]
    readings = Counter(one["reading"] for one in results.files["false_fit"])
    claims = Counter(one["verdict"] for one in results.ledger)
    return {
        "questions": len(questions),
        "shares": sum(int(one["printed_shares"]) for one in questions),
        "solved": sum(one["status"] == "recovered" for one in questions),
        "unsolved": [one["row_variable"] for one in questions if one["status"] != "recovered"],
        "unique": sum(one["solutions"] == "1" for one in questions),
        "short": sum(
            one["status"] == "recovered" and int(one["largest_base"]) < int(one["respondents"])
            for one in questions
        ),
        "tests": len(tested),
        "significance": [
            (word.replace(" ", "_"), sum(one["verdict"] == word for one in tested))
            for word in SIGNIFICANCE
        ],
        "steady": sum(one["verdict"] == one["robust_verdict"] for one in tested),
        "findings": len({one["finding"] for one in joint}),
        "proven": len({one["finding"] for one in joint if one["respondents"] != "0"}),
        "readings": [
            (name, readings[name]) for name in ("says_much", "says_something", "says_little")
        ],
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
        one = findings.setdefault(
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
        one["statements"].append(_statement(line, results, labels, say, routing, titles))
        if line["kind"] == "base":
            one["about"] = labels.variable(line["row_variable"])
        if line["kind"] == "routing":
            why = as_labels(routing[line["route"]].get("explained_by"))
            one["why"] = pick_label(why, labels.language, "")
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
    n = line["low"] if line["low"] == line["high"] else f"{line['low']}–{line['high']}"
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


def list_claims(ledger: Sequence[Line], language: str, say: Wording) -> list[dict[str, str]]:
    """Arrange the judged statements of the text."""
    return [
        {
            "claim": line["claim"],
            "page": line["page"],
            "phrase": line["key_phrase"],
            "paraphrase": line.get(f"paraphrase_{language}") or line["paraphrase_en"],
            "printed": line["printed"],
            "recomputed": line["recomputed"],
            "range": ""
            if line["lowest"] == line["highest"]
            else f"{line['lowest']} … {line['highest']}",
            "holds": plain(say(f"audit.holds_{line['holds_in']}")) if line["holds_in"] else "",
            "verdict": line["verdict"],
            "arithmetic": line["arithmetic"],
            "note": line.get(f"note_{language}") or line.get("note_en", ""),
        }
        for line in ledger
    ]


def list_pairs(results: AuditResults, labels: Labels, numerals: Numerals) -> list[dict[str, Any]]:
    """Arrange the bounds of McNemar's test, an entry per pair of questions."""
    tables: dict[tuple[str, str], list[dict[str, str]]] = {}
    lines = {
        (one["before"], one["after"], one["row_code"], one["solutions"]): one
        for one in results.files["paired"]
    }
    for (before, after, row, solutions), line in lines.items():
        if solutions == "all":
            continue
        every = lines.get((before, after, row, "all"), line)
        tables.setdefault((before, after), []).append(
            {
                "row": labels.answer(before, row),
                "before": line["before_minimum"],
                "after": line["after_minimum"],
                "changed": _ends(line, "changed"),
                "statistic": _ends(line, "statistic", numerals, 2),
                "p": _ends(line, "exact_p_value", numerals),
                "verdict": line["verdict"],
                "all": every["verdict"],
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
        ends = [numerals.p_value(float(one)).removeprefix("= ") for one in (low, high)]
    elif numerals is not None and digits is not None:
        ends = [numerals.fixed(float(one), digits) for one in (low, high)]
    else:
        ends = [low, high]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} … {ends[1]}"
