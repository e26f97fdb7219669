"""One respondent less: the wave counted anew through the library, and its numbers compared."""

import csv
import io
from fractions import Fraction

import pandas as pd

from resurvey.audit.cells import audit_cells, audit_claims
from resurvey.audit.claims import LEDGER_COLUMNS
from resurvey.audit.comparison import AUDIT_COLUMNS
from resurvey.core.codebook import Variable, clean_code
from resurvey.core.files import csv_text
from resurvey.core.survey import Survey
from resurvey.prepare.cleaning import LOG_COLUMNS, clean_survey
from resurvey.prepare.indicators import derive_indicators
from resurvey.prepare.text_answers import with_text_answers
from resurvey.report.provenance.tracing import trace_numbers
from resurvey.tables.filling import TABLE_FILES, fill_tables
from resurvey.tables.models import MODEL_FILES, fit_models
from resurvey.tables.response_sets import with_sets

WORDS = {"total": "Total", "all_respondents": "All", "no_answer": "No answer", "mean": "Mean"}
NOTHING = {"cells": [], "claims": [], "questions": [], "ranges": []}
MARK = "row_of_the_file"
DIGITS = 1e-11
"""Relative difference from which a floating-point number counts as changed."""


class Wave:
    """A wave that can be counted with fewer respondents.

    `study` has the keys of `provenance.tracing.trace_numbers`; `printed` and `claims` are
    what was published, `lexicon` what its words mean.
    """

    def __init__(self, survey, study, printed=(), claims=(), lexicon=None):
        empty = {"indicators": {}, "models": {}, "cleaning": {}, "wave": {}}
        self.study = {**empty, "config": {"alpha": 0.05, "sample": "unknown"}, **study}
        self.survey, self.printed, self.claims = survey, list(printed), list(claims)
        self.lexicon = lexicon or {}
        self.graph, self.vocabulary = self.trace(survey)
        self.values = values_of(self.graph)
        self.answers = answers_of(self.analysed(survey).data)
        # A mark of each row shows which respondents the cleaning left.
        marked = survey.data.assign(**{MARK: range(len(survey.data))})
        book = survey.codebook.updated([Variable(MARK, measure="scale")])
        self.rows = self.analysed(Survey(marked, book)).data[MARK].tolist()
        self.without, self.names = {}, {}

    def analysed(self, survey):
        """Respondents after cleaning, with their indicators."""
        cleaned = clean_survey(survey, self.study["cleaning"].get("steps", []))
        return derive_indicators(cleaned.survey, self.study["indicators"].get("indicators", {}))

    def trace(self, survey):
        """Build the graph of a survey's numbers."""
        return trace_numbers(*self.count(survey), self.study)

    def count(self, survey):
        """Count everything as the rules do: lines of the tidy files, and the codebook."""
        study = self.study
        tables, wave = study["tables"]["tables"], study["wave"]
        cleaned = clean_survey(survey, study["cleaning"].get("steps", []))
        people = with_text_answers(self.analysed(survey), tables)
        banners = study["tables"].get("banners", {})
        lines = fill_tables(
            people, tables, study["indicators"], wave, "", WORDS, **study["config"], banners=banners
        )
        files = {name: texts(columns, lines[name]) for name, columns in TABLE_FILES.items()}
        files |= {**NOTHING, "cleaning": texts(LOG_COLUMNS, cleaned.log)}
        book = with_sets(people.codebook, tables)
        if self.printed:
            parts = {name: one["derived"] for name, one in tables.items() if "derived" in one}
            counted, answered = files["crosstabs"], files["frequencies"]
            cells = audit_cells(self.printed, counted, answered, book, parts)
            files["cells"] = texts(AUDIT_COLUMNS, cells)
            dealt = book.reconstructed
            judged = audit_claims(self.claims, self.printed, counted, self.lexicon, dealt, {})
            files["claims"] = texts(LEDGER_COLUMNS, judged)
        if declared := study["models"].get("models", {}):
            fitted = fit_models(people, declared)
            files |= {
                name: texts(columns, fitted.lines[name]) for name, columns in MODEL_FILES.items()
            }
        return files, book

    def changed(self, row):
        """Identities whose number is another one, or gone, without the respondent of a row."""
        if row not in self.without:
            graph, _ = self.trace(Survey(self.fewer(row), self.survey.codebook))
            found = values_of(graph)
            self.without[row] = {
                name for name, value in self.values.items() if differs(value, found.get(name))
            }
        return self.without[row]

    def fewer(self, row):
        """The data without one respondent; of a row that stands for several, one of them goes."""
        wave, data = self.study["wave"], self.survey.data
        if wave.get("weight_kind") == "frequency" and data.loc[row, wave["weight"]] > 1:
            data = data.copy()
            data.loc[row, wave["weight"]] -= 1
            return data
        return data.drop(index=row).reset_index(drop=True)

    def named(self, row, at_most=True):
        """Identities that the graph names for the respondent of a row."""
        if (row, at_most) not in self.names:
            answers = self.answers[self.rows.index(row)]
            self.names[row, at_most] = self.graph.touched(answers, self.vocabulary, at_most)
        return self.names[row, at_most]

    def meets(self, row, people):
        """Tell whether the respondent of a row is among some people."""
        return self.vocabulary.meets(self.answers[self.rows.index(row)], people)

    def in_steps(self):
        """Identities of numbers that need not move with everybody whom the graph names."""
        steps = {name for name, number in self.graph.numbers.items() if number.at_most}
        if self.study["wave"].get("weight_kind") == "frequency":
            # The cleaning counts rows, which stay as long as they stand for anybody.
            steps |= {name for name in self.values if name.startswith("cleaning:")}
        return steps


def texts(columns, lines):
    """Lines as the rules read them back from CSV."""
    return [dict(line) for line in csv.DictReader(io.StringIO(csv_text(columns, lines)))]


def values_of(graph):
    """Every unrounded number; one made from rounded parts is these parts, unrounded."""
    values = {}
    for name, number in graph.numbers.items():
        values[name] = (number.value,)
        if number.formula.endswith("_from_rounded"):
            parts = [one for one in number.made_from if not one.startswith(("count", "base"))]
            values[name] += tuple(value for part in parts for value in values[part])
    return values


def differs(before, after):
    """Tell whether two numbers differ by more than floating point does."""
    if after is None or len(before) != len(after):
        return True
    return any(_differ(*pair) for pair in zip(before, after, strict=True))


def _differ(before, after):
    if before == after:
        return False
    try:
        low, high = float(Fraction(before)), float(Fraction(after))
    except ValueError:
        return True
    return abs(low - high) > DIGITS * max(abs(low), abs(high), 1e-3)


def answers_of(people):
    """Answers of every respondent as the graph's conditions name them."""
    columns = {
        name: [None if pd.isna(one) else str(clean_code(one)) for one in people[name].tolist()]
        for name in people
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
