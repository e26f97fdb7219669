"""Page: the certificate in plain words, for a reader without this library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import resurvey
from resurvey.audit.comparison import round_toward_zero
from resurvey.core.codebook import Codebook
from resurvey.core.names import DIFFERENCE
from resurvey.core.printed import format_fixed
from resurvey.pages.application import css_string, render_document
from resurvey.pages.labels import Labels, native_name
from resurvey.pages.numerals import MINUS, Numerals
from resurvey.pages.wording import Wording
from resurvey.proof.certificate.manifest import Entry

_DECIMALS = 6


@dataclass(frozen=True)
class ShownCell:
    """A printed cell as the page shows it."""

    question: str
    row: str
    column: str
    printed: str
    interval: str
    value: str
    recomputed: str
    verdict: str


@dataclass(frozen=True)
class ShownTable:
    """The printed cells of one table, and how many of them came out how."""

    name: str
    title: str
    short: str
    cells: tuple[ShownCell, ...]
    agree: int
    by_parts: int
    differ: int
    unsolved: int


@dataclass(frozen=True)
class Told:
    """What the page tells.

    Attributes
    ----------
    wave : str
        The wave.
    study : dict
        As `resurvey.study.folder.read_study` reads it.
    codebook : Codebook
        Of the table room.
    comparison : dict
        As `numbers.comparison_document` puts it together.
    claims : dict
        Verdict -> number of statements; empty where none was published.
    entries : sequence of Entry
        What is enclosed and withheld.
    environment : dict
        As `writing.describe_environment` gives it.
    direct : sequence of str
        Packages that the project asks for.
    article : dict
        As `crate.read_article` reads it.
    validation : dict
        Checks of the metadata that could not run, and recommendations not followed, with reasons.
    """

    wave: str
    study: Mapping[str, Any]
    codebook: Codebook
    comparison: Mapping[str, Any]
    claims: Mapping[str, int]
    entries: Sequence[Entry]
    environment: Mapping[str, Any]
    direct: Sequence[str]
    article: Mapping[str, Any]
    validation: Mapping[str, Any]


def write_certificate_page(
    told: Told,
    words: Mapping[str, Mapping[str, Any]],
    language: str,
    templates: Sequence[str | Path],
) -> str:
    """Write the certificate's page in one language.

    Notes
    -----
    The certificate travels alone and may be read years later by a stranger, so its page holds no
    script at all: its policy lets the browser apply the page's own styles and run nothing.
    """
    return render_document("certificate.html", _context(told, words, language), templates)


def _context(told: Told, words: Mapping[str, Mapping[str, Any]], language: str) -> dict[str, Any]:
    say, numerals = Wording(words), Numerals(language)
    config = told.study["config"]
    shared = {**words["tables"], "difference": words["report"]["difference"]}
    labels = Labels(told.codebook, told.study["tables"]["tables"], shared, language)
    tables = show_tables(told, labels, numerals, language)
    versions = {package["name"]: package["version"] for package in told.environment["packages"]}
    origin = told.codebook.origin
    mark = say.plain(f"report.banner_{origin}_short") if origin else ""
    return {
        "say": say,
        "language": language,
        "languages": [(language, native_name(language)) for language in config["languages"]],
        "title": labels.pick(config["title"], "") or say.plain("report.untitled"),
        "wave": labels.pick(config["waves"].get(told.wave, {}).get("label"), told.wave),
        "wave_name": told.wave,
        "version": resurvey.__version__,
        "origin": origin,
        "print_mark": css_string(mark),
        "published": told.comparison["published"] is not None,
        "summary": told.comparison["summary"],
        "rounding": say(f"certificate.rule_{told.comparison['rounding']}"),
        "tables": tables,
        "differing": [
            (table, cell) for table in tables for cell in table.cells if cell.verdict == "differs"
        ],
        "unsolved": [
            (table, cell)
            for table in tables
            for cell in table.cells
            if cell.verdict == "no_integer_solution"
        ],
        "by_parts": [
            (table, cell)
            for table in tables
            for cell in table.cells
            if cell.verdict == "agrees_by_printed_parts"
        ],
        "claims": told.claims,
        "withheld": [entry for entry in told.entries if entry.role == "withheld"],
        "entries": [entry for entry in told.entries if entry.role in ("input", "output")],
        "code": [entry for entry in told.entries if entry.role in ("workflow", "environment")],
        "environment": told.environment,
        "packages": [(name, versions[name]) for name in told.direct if name in versions],
        "unlocked": [
            package["name"] for package in told.environment["packages"] if not package["as_locked"]
        ],
        "article": told.article,
        "validation": told.validation,
    }


def show_tables(
    told: Told, labels: Labels, numerals: Numerals, language: str
) -> tuple[ShownTable, ...]:
    """Arrange the compared cells by table, in the page's language."""
    cells: dict[str, list[ShownCell]] = {}
    for line in told.comparison["cells"]:
        cells.setdefault(line["table"], []).append(_cell(line, labels, numerals))
    text = told.study["text"].get(language, {}).get("tables", {})
    return tuple(
        ShownTable(
            name,
            _title(name, text, labels),
            str(text.get(name, {}).get("number") or _title(name, text, labels)),
            tuple(some),
            sum(cell.verdict == "agrees" for cell in some),
            sum(cell.verdict == "agrees_by_printed_parts" for cell in some),
            sum(cell.verdict == "differs" for cell in some),
            sum(cell.verdict == "no_integer_solution" for cell in some),
        )
        for name, some in cells.items()
    )


def _title(name: str, text: Mapping[str, Any], labels: Labels) -> str:
    own = text.get(name, {})
    parts = [str(own.get("number", "")), labels.pick(own.get("title"), "")]
    return labels.of_domain(name, ". ".join(part for part in parts if part) or name)


def _cell(line: Mapping[str, Any], labels: Labels, numerals: Numerals) -> ShownCell:
    names = line["row_variable"].split("-")
    column = labels.column(line["column_variable"], line["column_code"], line["column"])
    stem, endings = labels.without_stem(names)
    if stem and line["column_code"] != DIFFERENCE and _is_paired(line, labels):
        column = endings[0]
    question = stem if stem and _is_paired(line, labels) else labels.variable(names[0])
    ends = ("[" if line["low_belongs"] else "(", "]" if line["high_belongs"] else ")")
    low, high = (line[end].replace(".", numerals.decimal) for end in ("low", "high"))
    return ShownCell(
        question,
        labels.row(line["table"], names[0], line["row_code"], line["row"]),
        column,
        line["printed"],
        f"{ends[0]}{low}; {high}{ends[1]}".replace("-", MINUS),
        _unrounded(line["value"], numerals),
        numerals.rewrite(line["recomputed"]),
        line["verdict"],
    )


def _is_paired(line: Mapping[str, Any], labels: Labels) -> bool:
    return bool(labels.tables.get(line["table"], {}).get("pairs"))


def _unrounded(value: float | None, numerals: Numerals) -> str:
    """Write a value cut after six decimals, with dots where it goes on."""
    if value is None:
        return ""
    exact = Fraction(value)
    cut = round_toward_zero(exact, _DECIMALS)
    text = format_fixed(cut, _DECIMALS, numerals.decimal)
    goes_on = abs(exact - cut) > Fraction(1, 10**12)
    text = f"{text}…" if goes_on else text.rstrip("0").removesuffix(numerals.decimal)
    return text.replace("-", MINUS)
