"""Evidence: tests, measures of association and notable residuals of each crosstab."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from resurvey.core.cells import Block
from resurvey.core.lines import AssociationLine, TestLine
from resurvey.core.names import TOTAL, name_number
from resurvey.core.notes import GENERAL, read_notes
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import NOTHING, Joined, Numerals, Shown, whole
from resurvey.pages.wording import Wording
from resurvey.report.bounds import Bounds, p_range
from resurvey.report.counts import Counts
from resurvey.statistics.chi_square import MOST_RESIDUALS, NOTABLE
from resurvey.statistics.registry import (
    MAIN,
    MEASURES,
    SECOND,
    SENTENCE,
    TABLE,
    TESTS,
    list_measures,
    list_shown_measures,
    list_tests,
)

ADJUSTED = ("holm_article", "benjamini_hochberg_article")
"""Adjusted p-values that the page prints; those of the table are in ``tests.csv``."""


@dataclass(frozen=True)
class Test:
    """One test as the page prints it; without a p-value it is refused, and `note` says why.

    `df` are one or two numbers, `p_range` holds the ends of p over all tables of counts that fit
    what was published, `adjusted` the p-values adjusted for all tests of the study, as in
    `ADJUSTED`. `reason` is the note where "not tested" stands before it. An empty number is false.
    """

    name: str
    statistic: Shown
    df: Joined
    p: Shown
    p_range: Joined | None
    below_alpha: bool
    n: Shown
    note: Markup
    adjusted: tuple[Shown, ...] = ()
    reason: Markup = Markup("")

    @property
    def sentence(self) -> Markup:
        """The note where it stands as a sentence of its own."""
        return self.note[:1].upper() + self.note[1:]


@dataclass(frozen=True)
class Residual:
    """A cell whose adjusted residual is notable."""

    row: str
    column: str
    value: Shown
    size: float


@dataclass(frozen=True)
class ShownMeasure:
    """A measure of association: its label and its number, a dash where it has none."""

    label: str
    value: Shown


@dataclass(frozen=True)
class Evidence:
    """What the article does not print of one question in one table.

    Attributes
    ----------
    question, table : str
        Wording of the question, and name of the table.
    test : Test
        Pearson's chi-square; for weighted respondents Rao and Scott's F, for a
        multiple-response set the test that is corrected for overlapping answers.
    second : Test, optional
        Likelihood ratio.
    by_design : bool
        `test` is Rao and Scott's F.
    measures : dict of str to ShownMeasure
        Measures of association that the report shows, by name, in the order of the registry.
    residuals : tuple of Residual
        The `MOST_RESIDUALS` largest notable adjusted residuals, in the table's order.
    more_residuals : Shown
        Number of notable ones beyond these.
    overlapping : bool
        `test` is that of a multiple-response set.
    """

    question: str
    table: str
    test: Test
    second: Test | None
    by_design: bool
    measures: Mapping[str, ShownMeasure]
    residuals: tuple[Residual, ...]
    more_residuals: Shown
    overlapping: bool = False

    def measures_at(self, place: str) -> tuple[ShownMeasure, ...]:
        """Return the measures that stand in a place of the report."""
        return tuple(self.measures[name] for name in list_measures(place))

    def measured(self, say: Wording) -> Markup:
        """Return the measures that stand in the sentence under an exhibit."""
        return Markup("; ").join(
            say("report.evidence_measure", name=measure.label, value=measure.value)
            for measure in self.measures_at(SENTENCE)
        )


def crosstab_evidence(
    block: Block,
    tests: Sequence[TestLine],
    association: Sequence[AssociationLine],
    counts: Counts,
    labels: Labels,
    say: Wording,
    alpha: float,
    bounds: Bounds | None = None,
) -> Evidence | None:
    """Collect the tests of a block with columns; None for a block without, or without tests."""
    if not block.group:
        return None
    numerals = counts.numerals
    shown = {
        line["test"]: show_test(line, numerals, say, alpha)
        for line in tests
        if _is_of(line, block, block.group)
    }
    main = [name for name in list_tests(MAIN) if name in shown]
    if not main:
        return None
    chosen = next((name for name in main if shown[name].p), main[-1])
    test, by_design = shown[chosen], chosen == "rao_scott_f"
    if not by_design:
        test = replace(test, p_range=p_range(block.variable, bounds, numerals))
    second = next((shown[name] for name in list_tests(SECOND) if name in shown), None)
    notable = _residuals(block, labels, numerals)
    largest = sorted(notable, key=lambda residual: -residual.size)[:MOST_RESIDUALS]
    return Evidence(
        labels.variable(block.variable),
        block.table,
        test,
        second if second and second.p else None,
        by_design,
        _shown_measures(block, association, numerals, say),
        tuple(residual for residual in notable if residual in largest),
        whole(
            len(notable) - len(largest),
            name_number("tally", "residuals", block.table, block.variable, block.group),
        ),
        chosen == "marginal_independence",
    )


def paired_evidence(
    pair: Mapping[str, str],
    table: str,
    tests: Sequence[TestLine],
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


def show_test(line: TestLine, numerals: Numerals, say: Wording, alpha: float) -> Test:
    """Print one line of ``tests.csv``."""
    statistic, p = line["statistic"], line["p_value"]
    place = line["table"], line["row_variable"], line["column_variable"], line["test"]

    def number(field: str, text: str) -> Shown:
        return Shown(text, identity=name_number("test", *place, field)) if text else Shown("")

    def of_note(part: str, text: str) -> Shown:
        return number(f"note_{part}", text)

    parts = {"df": line["df"], "df2": line["df2"]}
    freedom = [number(key, _freedom(text, numerals)) for key, text in parts.items() if text]
    adjusted = {key: str(line.get(key) or "") for key in ADJUSTED}
    name = f"tests.{line['test']}"
    # The page says once, prominently, that its p-values are nominal and who has no weight.
    notes = [note for note in read_notes(line) if note.key not in GENERAL]
    digits = TESTS[line["test"]].digits if line["test"] in TESTS else 2
    return Test(
        say.plain(name) if say.has(name) else line["test"],
        number("statistic", numerals.fixed(float(statistic), digits) if statistic else ""),
        Joined(tuple(freedom), "; "),
        number("p_value", numerals.p_value(float(p)) if p else ""),
        None,
        bool(p) and float(p) < alpha,
        number("n", numerals.count(Fraction(line["n"])) if line["n"] else ""),
        say.notes(notes, of_note),
        tuple(
            number(key, numerals.p_value(float(text))).bare if text else Shown(NOTHING)
            for key, text in adjusted.items()
        ),
        say.notes((note.refusing("") for note in notes), of_note),
    )


def _shown_measures(
    block: Block, association: Sequence[AssociationLine], numerals: Numerals, say: Wording
) -> dict[str, ShownMeasure]:
    """Print every measure that the registry shows, with a dash where the block has none."""
    values = {
        line["measure"]: line["value"]
        for line in association
        if _is_of(line, block, block.group) and line["value"]
    }
    place = block.table, block.variable, block.group
    shown = {}
    for measure in list_shown_measures():
        value = Shown(NOTHING)
        if measure.name in values:
            text = numerals.fixed(float(values[measure.name]), measure.digits)
            value = Shown(text, identity=name_number("association", *place, measure.name))
        shown[measure.name] = ShownMeasure(say.plain(measure.label), value)
    return shown


def _freedom(text: str, numerals: Numerals) -> str:
    """Write degrees of freedom, which a correction for the design leaves with decimals."""
    exact = Fraction(text)
    return str(exact) if exact.denominator == 1 else numerals.fixed(float(exact), 2)


def _is_of(line: TestLine | AssociationLine, block: Block, group: str) -> bool:
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
                Shown(
                    numerals.fixed(float(text), 1, sign=True),
                    identity=name_number("residual", block.table, block.variable, row, column),
                ),
                abs(float(text)),
            )
        )
    return found


def measure_headings(say: Wording) -> list[str]:
    """Head the columns of the measures in the table of the tests."""
    return [say.plain(MEASURES[name].label) for name in list_measures(TABLE)]


def count_below(evidence: Sequence[Evidence]) -> tuple[Shown, Shown]:
    """Count the tests with p below alpha, and all that were computed."""
    computed = [found.test for found in evidence if found.test.p]
    return (
        whole(sum(found.below_alpha for found in computed), name_number("tally", "tests", "below")),
        whole(len(computed), name_number("tally", "tests")),
    )


def name_statistic(evidence: Sequence[Evidence], say: Wording) -> str:
    """Head the column of the statistics: by its name where all are of one kind."""
    names = list(dict.fromkeys(found.test.name for found in evidence if found.test.p))
    if len(names) > 1:
        return say.plain("report.column_statistic")
    return names[0] if names else say.plain("report.column_pearson")
