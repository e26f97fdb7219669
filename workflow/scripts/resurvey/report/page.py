"""Page: the arranged report rendered as one HTML page."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resurvey.pages.application import render_application
from resurvey.report.arrangement import arrange_report
from resurvey.report.results import Results


def write_page(
    results: Results,
    study: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Any]],
    wave: str,
    language: str,
    folders: str | Path | Sequence[str],
) -> str:
    """Write the report of one wave in one language.

    Parameters
    ----------
    results : Results
        Everything counted, tested, drawn and audited.
    study : dict
        As `resurvey.study.folder.read_study` reads it.
    words : dict
        The shared words in the page's language.
    wave, language : str
        Which report.
    folders : path or list of str
        Folder of the Jinja templates, or several.

    Returns
    -------
    str
        One HTML page that needs no other file; the same text for the same results.

    Raises
    ------
    SurveyError
        A sentence of the study names a number that is not there.

    Notes
    -----
    Labels and sentences are values, never templates: a label such as ``{{ 1 + 1 }}`` or
    ``<script>`` is printed as it stands.
    """
    return render_page(arrange_report(results, study, words, wave, language), folders)


def render_page(context: Mapping[str, Any], folders: str | Path | Sequence[str]) -> str:
    """Render an arranged report as HTML."""
    return render_application("page.html", context, folders)
