"""Waves counted through the library, as the rules count them."""

import csv
import io

from resurvey.core.files import csv_text
from resurvey.prepare.cleaning import LOG_COLUMNS, clean_survey
from resurvey.prepare.indicators import derive_indicators
from resurvey.reading.observed_answers import with_text_answers
from resurvey.report.provenance.tracing import trace_numbers
from resurvey.tables.domains import crossed_names, with_crossed, with_domain_sizes
from resurvey.tables.models import MODEL_FILES, fit_models
from resurvey.tables.response_sets import with_sets
from resurvey.tables.tabulation import TABLE_FILES, fill_tables

WORDS = {
    "total": "Total",
    "all_respondents": "All",
    "no_answer": "No answer",
    "mean": "Mean",
    "net": "Net: {of} − {minus}",
    "nps": "NPS",
}
NOTHING = {"cells": [], "claims": [], "questions": [], "ranges": []}


class Wave:
    """A wave and the graph of its numbers.

    `study` has the keys of `report.provenance.trace_numbers`.
    """

    def __init__(self, survey, study):
        empty = {"indicators": {}, "models": {}, "cleaning": {}, "wave": {}}
        self.study = {**empty, "config": {"alpha": 0.05, "sample": "unknown"}, **study}
        # As the study's folder is read: a table of numbers has no rows.
        tables = {name: {"rows": [], **own} for name, own in study["tables"]["tables"].items()}
        self.study["tables"] = {**study["tables"], "tables": tables}
        self.survey = survey

    @property
    def graph(self):
        """Graph of its numbers."""
        return trace_numbers(*self.count(self.survey), self.study)

    def analysed(self, survey):
        """Respondents after cleaning, with their indicators."""
        cleaned = clean_survey(survey, self.study["cleaning"].get("steps", []))
        declared = self.study["indicators"]
        return derive_indicators(
            cleaned.survey, declared.get("indicators", {}), declared.get("scales", {})
        )

    def count(self, survey):
        """Count everything as the rules do: lines of the tidy files, and the codebook."""
        study = self.study
        tables, wave = study["tables"]["tables"], study["wave"]
        cleaned = clean_survey(survey, study["cleaning"].get("steps", []))
        people = with_text_answers(self.analysed(survey), tables)
        banners = study["tables"].get("banners", {})
        people = with_crossed(people, crossed_names(tables, banners))
        matrices = study["tables"].get("correlations", {})
        lines = fill_tables(
            people,
            tables,
            study["indicators"],
            wave,
            "",
            WORDS,
            **study["config"],
            banners=banners,
            correlations=matrices,
        )
        files = {name: texts(columns, lines[name]) for name, columns in TABLE_FILES.items()}
        files |= {**NOTHING, "cleaning": texts(LOG_COLUMNS, cleaned.log)}
        book = with_sets(people.codebook, tables)
        book = with_domain_sizes(book, people, wave, {**tables, **banners})
        if declared := study["models"].get("models", {}):
            fitted = fit_models(people, declared, wave=wave)
            files |= {
                name: texts(columns, fitted.lines[name]) for name, columns in MODEL_FILES.items()
            }
        return files, book


def texts(columns, lines):
    """Lines as the rules read them back from CSV."""
    return [dict(line) for line in csv.DictReader(io.StringIO(csv_text(columns, lines)))]
