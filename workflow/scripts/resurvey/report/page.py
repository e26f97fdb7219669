"""Page: the report as one HTML page."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

import resurvey
from resurvey.pages.application import inline_svg, render_application
from resurvey.pages.labels import native_name
from resurvey.pages.wording import Wording
from resurvey.report.arrangement import arrange_report, study_labels
from resurvey.report.banners import Banner
from resurvey.report.blocks import Figure, Section, Table, all_blocks
from resurvey.report.methods import cleaning_reasons
from resurvey.report.results import Results


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
        "reconstructed": results.codebook.reconstructed,
        "version": resurvey.__version__,
        "labels": labels,
        "reasons": cleaning_reasons(results.cleaning, steps, labels),
        "provenance": results.provenance,
    }
    return render_application("page.html", context, folders)


def _draw(figure: Figure) -> Markup:
    return inline_svg(figure.svg, f"figure-{figure.anchor}", figure.alt)
