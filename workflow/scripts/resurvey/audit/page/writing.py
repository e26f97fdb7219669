"""Writing: the audit of one wave in one language, rendered as a page that needs no other file."""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import resurvey
from resurvey.audit.claims.ledger import LEDGER_COLUMNS
from resurvey.audit.documents import RECOVERY_FILES
from resurvey.audit.page.cards import Card, Cards
from resurvey.audit.page.results import AuditResults, plain
from resurvey.audit.page.summary import across_tables, list_claims, list_pairs, summarise
from resurvey.core.files import csv_text
from resurvey.pages.application import render_application
from resurvey.pages.labels import Labels, native_name
from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording

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
    labels = _labels(results, study, words, language)
    text = study["text"].get(language, {}).get("tables", {})
    titles = {name: _title(name, text, labels) for name in tables}
    made = make_cards(results, study, words, language, rounding)
    order = [name for name in tables if any(card.table == name for card in made)]
    order += [name for name in dict.fromkeys(card.table for card in made) if name not in order]
    numbers = {row: text.get(name, {}).get("number", "") for row, name in _homes(study).items()}
    return {
        "say": say,
        "language": language,
        "languages": [(one, native_name(one)) for one in config["languages"]],
        "title": labels.pick(config["title"], "") or plain(say("audit.title")),
        "wave": labels.pick(config["waves"].get(wave, {}).get("label"), wave),
        "version": resurvey.__version__,
        "reconstructed": False,
        "alpha": numerals.fixed(float(config["alpha"]), 2),
        "nominal": config["sample"] in ("purposive", "unknown"),
        "summary": summarise(results),
        "rounding": plain(say(f"audit.rule_{rounding}")),
        "cards": sorted(made, key=lambda card: order.index(card.table)),
        "exhibits": [(name, titles.get(name, name), _of(made, name)) for name in order],
        "findings": across_tables(results, labels, say, study["audit"].get("routing", {}), numbers),
        "routed": bool(study["audit"].get("routing")),
        "pairs": list_pairs(results, labels, numerals),
        "claims": list_claims(results.ledger, language, say),
        "downloads": _downloads(results),
    }


def make_cards(
    results: AuditResults,
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    language: str,
    rounding: str,
) -> list[Card]:
    """Put together the card of every question; the parameters are those of `write_audit`."""
    homes = _homes(study)
    labels = _labels(results, study, words, language)
    cards = Cards(results, labels, Wording(words), Numerals(language), rounding)
    return [
        cards.card(line, homes.get(line["row_variable"], line["table"]))
        for line in results.files["questions"]
    ]


def _labels(
    results: AuditResults,
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    language: str,
) -> Labels:
    shared = {**words["tables"], "difference": words["report"]["difference"]}
    return Labels(results.codebook, study["tables"]["tables"], shared, language)


def _homes(study: Mapping[str, Any]) -> dict[str, str]:
    """Question -> the table of the study that prints it."""
    return {row: name for name, one in study["tables"]["tables"].items() for row in one["rows"]}


def _of(cards: Sequence[Card], table: str) -> list[Card]:
    return [card for card in cards if card.table == table]


def _title(name: str, text: Mapping[str, Any], labels: Labels) -> str:
    own = text.get(name, {})
    parts = [str(own.get("number", "")), labels.pick(own.get("title"), "")]
    return ". ".join(part for part in parts if part) or name


def _downloads(results: AuditResults) -> list[dict[str, str]]:
    """Embed every file as a link; a large one is left in its folder beside the page."""
    files = [
        (f"{name}.csv", columns, results.files[name]) for name, columns in RECOVERY_FILES.items()
    ]
    if results.ledger:
        files.append(("claims.csv", LEDGER_COLUMNS, results.ledger))
    links = []
    everything: dict[str, Any] = {}
    for name, columns, lines in files:
        rows = [[line[column] for column in columns] for line in lines]
        everything[name.removesuffix(".csv")] = {"columns": columns, "rows": rows}
        links.append(_link(name, "text/csv", csv_text(columns, lines), str(len(lines))))
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
