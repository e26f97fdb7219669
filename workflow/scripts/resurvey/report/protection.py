"""Protection: what the report says of numbers that would give a respondent away.

A wave of real answers has two reports: the working one, which is whole and stays in the house, and
the public one, made from results in which such numbers are emptied (`./run release`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from resurvey.core.names import KEPT_BACK
from resurvey.core.origin import holds_real_answers
from resurvey.pages.wording import Wording
from resurvey.report.blocks import (
    Block,
    Column,
    Folded,
    Group,
    Paragraph,
    Row,
    Section,
    Table,
    cells_of,
    plain_text,
)
from resurvey.report.results import Results

THRESHOLD = 10
"""Fewer respondents than these are too few to be told of, unless a study says so."""

INTERNAL, PUBLIC, OPEN = "internal", "public", "open"
"""Kinds of report: it stays in the house; it is the public set's; nobody has to be protected."""

FACTS = ("cells", "hidden", "fields")
"""Facts of ``disclosure.json`` that the report tells; by which rule something is hidden is not."""


@dataclass(frozen=True)
class Protection:
    """How a report stands to the respondents it is about.

    Attributes
    ----------
    kind : str
        `INTERNAL`, `PUBLIC` or `OPEN`.
    threshold : int
        Fewer respondents are too few to be told of.
    small : int
        Cells of the working report that rest on fewer.
    facts : dict
        What was done to the public set, by the names of ``disclosure.json``.
    reason : str
        Why an open report is: ``reconstructed``, ``simulated``, ``data_set``, or ``declared``.
    """

    kind: str
    threshold: int = THRESHOLD
    small: int = 0
    facts: Mapping[str, Any] | None = None
    reason: str = ""


def read_protection(results: Results, config: Mapping[str, Any], wave: str) -> Protection:
    """Tell how the report of a wave stands to its respondents.

    Parameters
    ----------
    results : Results
        Those of the public set have `disclosure`.
    config : dict
        ``config.yaml`` with this wave.
    wave : str
        Name of the wave.
    """
    declared = config.get("disclosure", {})
    threshold = int(declared.get("threshold", THRESHOLD))
    if results.disclosure:
        facts = results.disclosure
        return Protection(PUBLIC, int(facts.get("threshold", threshold)), facts=facts)
    if results.codebook.origin:
        return Protection(OPEN, reason=results.codebook.origin)
    if not declared.get("apply", True):
        return Protection(OPEN, reason="declared")
    if not holds_real_answers(wave, config["waves"][wave]):
        return Protection(OPEN, reason="data_set")
    return Protection(INTERNAL, threshold, count_small(results, threshold))


def count_small(results: Results, threshold: int) -> int:
    """Count the cells of tables, banners and frequencies that rest on some, but too few people."""
    counts = (
        *(line.get("unweighted_count") or line["count"] for line in results.crosstabs),
        *(line.get("unweighted_count") or line["count"] for line in results.banners),
        *(line["count"] for line in results.frequencies),
    )
    return sum(0 < Fraction(count) < threshold for count in counts if count)


def opening(protection: Protection, say: Wording) -> tuple[str, str]:
    """Title and text of what a report of real answers says before everything else."""
    if protection.kind == PUBLIC:
        place = "public"
    elif protection.kind == INTERNAL:
        place = "internal" if protection.small else "internal_none"
    else:
        return say.plain("report.banner_real_title"), say.plain("report.banner_real")
    title = say.plain(f"release.{protection.kind}_title")
    known = {"threshold": str(protection.threshold), "small": str(protection.small)}
    if place == "internal":
        return title, str(say.plural("release.internal", protection.small, **known).unescape())
    return title, say.plain(f"release.{place}", **known)


def standing(
    results: Results, config: Mapping[str, Any], wave: str, say: Wording
) -> dict[str, str]:
    """Kind, title and text of what a page of real answers says at its top."""
    found = read_protection(results, config, wave)
    title, text = opening(found, say)
    return {"kind": found.kind, "title": title, "text": text}


def explain(protection: Protection, say: Wording, number: str) -> Iterator[Block]:
    """Say by which rule numbers are kept back, how many, and what else was left out."""
    if protection.kind == OPEN:
        yield Paragraph(say(f"release.open_{protection.reason}"))
        return
    known = {"threshold": str(protection.threshold)}
    if protection.kind == INTERNAL:
        _, text = opening(protection, say)
        yield Paragraph(text)
        yield Paragraph(say("release.rules", **known))
        return
    facts = protection.facts or {}
    yield Paragraph(say("release.rules", **known))
    rows = [
        Row("answer", cells_of(say.plain(f"release.fact_{fact}"), str(facts[fact])))
        for fact in FACTS
        if fact in facts
    ]
    yield Table(
        "report/protection",
        number,
        say.plain("release.table"),
        "",
        (
            Column(say.plain("release.what"), width=4),
            Column(say.plain("release.numbers"), number=True, width=1),
        ),
        tuple(rows),
        captioned="hidden",
    )
    yield Paragraph(say("release.follows"))
    yield Paragraph(say("release.left_out"))


def mark_kept(blocks: Iterable[Block], say: Wording) -> tuple[Block, ...]:
    """Put under every table with numbers that are kept back what their sign means."""
    return tuple(_marked(block, say) for block in blocks)


def _marked(block: Block, say: Wording) -> Block:
    if isinstance(block, Section | Group | Folded):
        return replace(block, blocks=mark_kept(block.blocks, say))
    if not isinstance(block, Table):
        return block
    kept = sum(_is_kept(cell.value) for row in block.rows for cell in row.cells)
    if not kept:
        return block
    return replace(block, notes=(*block.notes, say.plural("release.kept_in_table", kept)))


def _is_kept(value: Any) -> bool:
    return plain_text(value) == KEPT_BACK
