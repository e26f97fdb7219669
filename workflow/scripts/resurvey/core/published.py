"""Published: the printed numbers of an article, as text, question by question."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.files import read_csv
from resurvey.core.names import DIFFERENCE, TOTAL
from resurvey.core.printed import parse_printed

CELL_COLUMNS = (
    "table",
    "question",
    "row",
    "column",
    "printed",
    "row_variable",
    "row_code",
    "column_variable",
    "column_code",
)


_SHARE = re.compile(r"text/(?P<variable>\w+)/(?P<code>-?\w+)/(?P<column>-?\w+)")


@dataclass(frozen=True)
class PrintedCell:
    """One printed cell: what stands on the page, and which count it speaks of."""

    table: str
    question: str
    row: str
    column: str
    printed: str
    row_variable: str
    row_code: str
    column_variable: str
    column_code: str

    @property
    def name(self) -> str:
        """Table, row and column as a reader finds them on the page."""
        return f"{self.table}, '{self.row}', {self.column}"


@dataclass
class PrintedQuestion:
    """All printed shares of one question: column code -> row code -> printed text."""

    variable: str
    shares: dict[str, dict[str, str]] = field(default_factory=dict)
    cells: list[PrintedCell] = field(default_factory=list)

    @property
    def groups(self) -> list[str]:
        """Column codes other than the total, in printed order."""
        return [code for code in self.shares if code != TOTAL]


def read_cells(path: str | Path = "") -> list[PrintedCell]:
    """Read `cells.csv`: one printed cell per line, nothing turned into a number.

    Without a path, nothing was published.

    Raises
    ------
    SurveyError
        Another set of columns, a line with too many or too few fields, a printed cell that is no
        number, or two lines for the same cell.
    """
    if not path:
        return []
    try:
        with open(path, encoding="utf-8-sig", newline="") as lines:
            return parse_cells(lines, path)
    except (OSError, UnicodeDecodeError) as problem:
        raise SurveyError(f"{path}: cannot be read as CSV in UTF-8: {problem}") from None


def parse_cells(lines: Iterable[str], path: str | Path) -> list[PrintedCell]:
    """Read the lines of a `cells.csv` from anywhere; `path` is its name in an error.

    Raises
    ------
    SurveyError
        As `read_cells`.
    """
    try:
        reader = csv.DictReader(lines, strict=True)
        missing = [name for name in CELL_COLUMNS if name not in (reader.fieldnames or [])]
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as problem:
        raise SurveyError(f"{path}: cannot be read as CSV in UTF-8: {problem}") from None
    if missing:
        raise SurveyError(f"{path}: column '{missing[0]}' is missing")
    cells: list[PrintedCell] = []
    seen: set[tuple[str, ...]] = set()
    for line, row in rows:
        if None in row or None in row.values():
            raise SurveyError(f"{path}, line {line}: not as many fields as columns")
        cell = PrintedCell(**{name: row[name] for name in CELL_COLUMNS})
        try:
            parse_printed(cell.printed)
        except SurveyError as problem:
            raise SurveyError(f"{path}, line {line}: {cell.name}: {problem}") from None
        key = (cell.table, cell.row_variable, cell.row_code, cell.column_code)
        if key in seen:
            raise SurveyError(f"{path}, line {line}: {cell.name} stands twice")
        seen.add(key)
        cells.append(cell)
    return cells


def read_claims(path: str | Path = "") -> list[dict[str, str]]:
    """Read `claims.csv`: one statement of the text per line; none without a path."""
    return read_csv(path) if path else []


def read_readings(path: str | Path = "") -> list[dict[str, str]]:
    """Read `readings.csv`: one way to understand a statement per line; none without a path."""
    return read_csv(path) if path else []


def printed_questions(
    cells: Iterable[PrintedCell], claims: Iterable[Mapping[str, str]] = ()
) -> dict[str, PrintedQuestion]:
    """Collect what was printed for every question, in tables and in the text alone.

    Parameters
    ----------
    cells : iterable of PrintedCell
        Table cells; difference columns are left out, they are made from other cells.
    claims : iterable of dict
        Lines of `claims.csv`; one whose `cells` is just ``text/variable/code/column`` prints a
        share that no table holds.

    Raises
    ------
    SurveyError
        A question is crossed with two variables.

    Examples
    --------
    >>> claim = {"cells": "text/gender/1/total", "printed": "59,2"}
    >>> printed_questions([], [claim])["gender"].shares
    {'total': {'1': '59,2'}}
    """
    questions: dict[str, PrintedQuestion] = {}
    for cell in cells:
        if cell.column_code == DIFFERENCE:
            continue
        question = questions.setdefault(cell.row_variable, PrintedQuestion(cell.row_variable))
        others = {cell.column_variable for cell in question.cells} - {"", cell.column_variable}
        if cell.column_variable and others:
            raise SurveyError(
                f"cells.csv: {cell.name}: '{cell.row_variable}' is printed by "
                f"'{cell.column_variable}' here and by '{others.pop()}' before; one question can "
                "have one variable of groups"
            )
        question.shares.setdefault(cell.column_code, {})[cell.row_code] = cell.printed
        question.cells.append(cell)
    for claim in claims:
        match = _SHARE.fullmatch(claim["cells"].strip())
        if not match or not claim["printed"]:
            continue
        variable, code, column = match["variable"], match["code"], match["column"]
        question = questions.setdefault(variable, PrintedQuestion(variable))
        question.shares.setdefault(column, {}).setdefault(code, claim["printed"])
    return questions


def one_crossing(
    cells: Iterable[PrintedCell],
) -> tuple[list[PrintedCell], list[str]]:
    """Keep each question's cells of the first variable it is crossed with.

    Counts are recovered by one variable of groups; where the page prints a question by several,
    the other tables have to be left out of that. The second value has a sentence for each.

    Examples
    --------
    >>> by_sex = PrintedCell("t", "q", "yes", "men", "50", "q", "1", "sex", "1")
    >>> by_age = PrintedCell("u", "q", "yes", "old", "50", "q", "1", "age", "1")
    >>> one_crossing([by_sex, by_age])[1]
    ["table 'u' prints 'q' by 'age'; its counts are recovered by 'sex' alone"]
    """
    cells = list(cells)
    first: dict[str, str] = {}
    others: dict[tuple[str, str], str] = {}
    for cell in cells:
        if not cell.column_variable or cell.column_code == DIFFERENCE:
            continue
        if first.setdefault(cell.row_variable, cell.column_variable) != cell.column_variable:
            others[cell.table, cell.row_variable] = cell.column_variable
    kept = [cell for cell in cells if (cell.table, cell.row_variable) not in others]
    return kept, [
        f"table '{table}' prints '{name}' by '{group}'; its counts are recovered by "
        f"'{first[name]}' alone"
        for (table, name), group in others.items()
    ]


def printed_arguments(question: PrintedQuestion, answers: Sequence[str]) -> dict[str, Any]:
    """Arrange the printed shares of a question as `recover` takes them.

    Parameters
    ----------
    question : PrintedQuestion
        Printed shares by column and row.
    answers : sequence of str
        Codes of the answers; one that is not printed is None in its column.

    Returns
    -------
    dict
        `table`, `total` (None where only single columns are printed) and `derived`.

    Raises
    ------
    SurveyError
        A printed row is neither an answer nor a sum of answers.

    Examples
    --------
    >>> question = PrintedQuestion("q", {"total": {"1": "40,0", "1+2": "100"}})
    >>> printed_arguments(question, ["1", "2"])["derived"]
    {'1+2': {'parts': [0, 1], 'total': '100'}}
    """
    derived: dict[str, dict[str, Any]] = {}
    for column, printed in question.shares.items():
        for row_code, text in printed.items():
            if row_code in answers:
                continue
            parts = row_code.split("+")
            if not set(parts) <= set(answers):
                raise SurveyError(
                    f"'{question.variable}': printed row {row_code} is no sum of its answers"
                )
            positions = [list(answers).index(part) for part in parts]
            derived.setdefault(row_code, {"parts": positions})[column] = text
    crossed = bool(question.groups) and TOTAL in question.shares
    return {
        "table": {
            column: _column_cells(question, column, answers)
            for column in question.groups or [TOTAL]
        },
        "total": _column_cells(question, TOTAL, answers) if crossed else None,
        "derived": derived or None,
    }


def declared_sums(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Collect which answers are sums of rounded parts: variable -> code -> number of parts.

    Parameters
    ----------
    tables : dict
        `config/tables.yaml` (its `tables`), where a table may declare ``rounded_sums``.

    Examples
    --------
    >>> declared_sums({"pay": {"rows": ["job_pay"], "rounded_sums": {"job_pay": {1: 2}}}})
    {'job_pay': {'1': 2}}
    """
    found: dict[str, dict[str, int]] = {}
    for name, table in tables.items():
        for variable, answers in table.get("rounded_sums", {}).items():
            if variable not in table["rows"]:
                raise SurveyError(
                    f"config/tables.yaml, '{name}', rounded_sums: '{variable}' is not among "
                    "its rows"
                )
            found[variable] = {str(code): parts for code, parts in answers.items()}
    return found


def declared_rounding(wave: Mapping[str, Any], audit: Mapping[str, Any]) -> str:
    """Give the rounding rule that a study declares for a wave's printed numbers.

    Parameters
    ----------
    wave : dict
        The wave's settings; its ``reconstruct`` may name the rule.
    audit : dict
        ``config/audit.yaml``, which goes before.

    Examples
    --------
    >>> declared_rounding({"reconstruct": {"rounding": "half_even"}}, {})
    'half_even'
    >>> declared_rounding({}, {})
    'half_up'
    """
    return str({**wave.get("reconstruct", {}), **audit}.get("rounding", "half_up"))


def _column_cells(
    question: PrintedQuestion, column: str, answers: Sequence[str]
) -> list[str | None]:
    return [question.shares[column].get(answer) for answer in answers]
