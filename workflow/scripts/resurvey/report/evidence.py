"""Evidence: tests, measures of association and notable residuals of each crosstab."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from resurvey.published import TOTAL
from resurvey.report.counts import Block, Counts, Line
from resurvey.report.labels import Labels
from resurvey.report.numerals import NOTHING, Numerals
from resurvey.report.wording import Wording

NOTABLE = 2.0
"""Absolute adjusted residual from which a cell is named."""


@dataclass(frozen=True)
class Test:
    """One test as the page prints it; without a statistic it is refused, and `note` says why."""

    name: str
    statistic: str
    df: str
    p: str
    below_alpha: bool
    n: str
    note: str


@dataclass(frozen=True)
class Residual:
    """A cell whose adjusted residual is notable."""

    row: str
    column: str
    value: str


@dataclass(frozen=True)
class Evidence:
    """What the article does not print of one question in one table."""

    question: str
    table: str
    tests: Mapping[str, Test]
    cramer_v: str
    residuals: tuple[Residual, ...]
    note: str


def crosstab_evidence(
    block: Block,
    tests: Sequence[Line],
    association: Sequence[Line],
    counts: Counts,
    labels: Labels,
    say: Wording,
    alpha: float,
) -> Evidence | None:
    """Collect the tests of a block with columns; None for a block without.

    Parameters
    ----------
    block : Block
        One question in one table.
    tests, association : sequences of dict
        Lines of ``tests.csv`` and ``association.csv``.
    counts, labels, say
        Numbers, labels and words of the page.
    alpha : float
        Declared significance level, a share.
    """
    if not block.group:
        return None
    numerals = counts.numerals
    shown = {
        line["test"]: show_test(line, numerals, say, alpha)
        for line in tests
        if _is_of(line, block, block.group)
    }
    measures = [
        line
        for line in association
        if _is_of(line, block, block.group) and line["measure"] == "cramer_v" and line["value"]
    ]
    pearson = shown.get("pearson")
    return Evidence(
        labels.variable(block.variable),
        block.table,
        shown,
        numerals.fixed(float(measures[0]["value"]), 3) if measures else NOTHING,
        tuple(_residuals(block, labels, numerals)),
        pearson.note if pearson else "",
    )


def paired_evidence(
    pair: Mapping[str, str],
    table: str,
    tests: Sequence[Line],
    numerals: Numerals,
    say: Wording,
    alpha: float,
) -> list[Test]:
    """Collect the tests of two answers of the same people."""
    return [
        show_test(line, numerals, say, alpha)
        for line in tests
        if line["table"] == table
        and (line["row_variable"], line["column_variable"]) == (pair["after"], pair["before"])
    ]


def show_test(line: Line, numerals: Numerals, say: Wording, alpha: float) -> Test:
    """Print one line of ``tests.csv``."""
    statistic, p = line["statistic"], line["p_value"]
    freedom = [numerals.count(_short(line[key])) for key in ("df", "df2") if line[key]]
    name = f"tests.{line['test']}"
    return Test(
        str(say(name)) if say.has(name) else line["test"],
        numerals.fixed(float(statistic), 2) if statistic else "",
        "; ".join(freedom),
        numerals.p_value(float(p)) if p else "",
        bool(p) and float(p) < alpha,
        numerals.count(_short(line["n"])) if line["n"] else "",
        say.note(line["note"], numerals.decimal),
    )


def _short(text: str) -> Fraction:
    return Fraction(text)


def _is_of(line: Line, block: Block, group: str) -> bool:
    found = line["table"], line["row_variable"], line["column_variable"]
    return found == (block.table, block.variable, group)


def _residuals(block: Block, labels: Labels, numerals: Numerals) -> list[Residual]:
    found = []
    for (row, column), line in block.cells.items():
        text: Any = line.get("adjusted_residual")
        if column == TOTAL or not text or abs(float(text)) < NOTABLE:
            continue
        found.append(
            Residual(
                labels.answer(block.variable, row, line["row_label"]),
                labels.column(block.group, column, line["column_label"]),
                numerals.fixed(float(text), 1, sign=True),
            )
        )
    return found


def count_below(evidence: Sequence[Evidence]) -> tuple[int, int]:
    """Count Pearson tests with p below alpha, and all that were computed."""
    pearson = [one.tests["pearson"] for one in evidence if "pearson" in one.tests]
    computed = [one for one in pearson if one.p]
    return sum(one.below_alpha for one in computed), len(computed)
