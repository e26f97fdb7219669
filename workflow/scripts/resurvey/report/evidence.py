"""Evidence: tests, measures, residuals and bounds of each question, in sentences and one table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from resurvey.audit.ranges import TREND
from resurvey.core.cells import Block
from resurvey.core.codebook import after_label
from resurvey.core.lines import AssociationLine, Line, QuestionLine, RangeLine, TestLine
from resurvey.core.names import KEPT_BACK, TOTAL, name_number
from resurvey.core.notes import GENERAL, read_notes
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import (
    NOTHING,
    Joined,
    Numerals,
    Shown,
    no_number,
    whole,
)
from resurvey.pages.wording import Wording
from resurvey.recovery.ranges import VERDICTS
from resurvey.report.blocks import (
    Cell,
    Column,
    Paragraph,
    Row,
    Table,
    cells_of,
    join,
    plain_text,
    width_of,
)
from resurvey.report.counts import Counts
from resurvey.report.key_numbers import name_comparison
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


@dataclass(frozen=True)
class Bounds:
    """What is known of one question over all tables of counts that print the same per cents.

    Attributes
    ----------
    solutions : int
        Tables of counts that fit; 0 where none does.
    smallest_base, largest_base : str
        Ends of the base of all respondents.
    lowest_p, highest_p : float or None
        Ends of Pearson's p-value; None for a question without groups.
    pair : bool
        The ends of the base are the only bases there are.
    from_counts : Bounds or None
        What there is if nothing was added after rounding, where the study declares that it was.
    trend : tuple of float or None
        Ends of the p-value of the trend; None where the answers have no order.
    """

    solutions: int
    smallest_base: str
    largest_base: str
    lowest_p: float | None = None
    highest_p: float | None = None
    pair: bool = False
    from_counts: "Bounds | None" = None
    trend: tuple[float, float] | None = None


def read_bounds(
    questions: Sequence[QuestionLine], ranges: Sequence[RangeLine]
) -> dict[str, Bounds]:
    """Collect the bounds of every question by variable."""
    ends, trends = (
        {
            line["row_variable"]: (line["minimum"], line["maximum"])
            for line in ranges
            if line.get("statistic") == statistic
        }
        for statistic in ("p_value", TREND)
    )
    found = {}
    for line in questions:
        name = line["row_variable"]
        lowest, highest = ends.get(name, ("", ""))
        found[name] = Bounds(
            int(line["solutions"] or 0),
            line["smallest_base"],
            line["largest_base"],
            float(lowest) if lowest else None,
            float(highest) if highest else None,
            line.get("total_bases") == "2",
            _from_counts(line) if line.get("rule") == "rounded_sums" else None,
            (float(trends[name][0]), float(trends[name][1])) if name in trends else None,
        )
    return found


def _from_counts(line: QuestionLine) -> Bounds:
    return Bounds(
        int(line["solutions_from_counts"] or 0),
        line["smallest_base_from_counts"],
        line["largest_base_from_counts"],
    )


def solutions_note(
    names: Sequence[str],
    bounds: Mapping[str, Bounds],
    labels: Labels,
    say: Wording,
) -> list[Markup]:
    """Word how many tables of counts fit the printed per cents of some questions."""
    known = [(name, bounds[name]) for name in names if name in bounds and bounds[name].solutions]
    if not known:
        return []
    if all(bound.solutions == 1 for _, bound in known):
        return [say("report.one_solution")]
    listed = [
        say(
            "report.solutions_of" if len(known) > 1 else "report.solutions",
            question=labels.variable(name),
            n=whole(bound.solutions, name_number("range", name, "solutions")),
            base=_span(name, bound, say),
        )
        for name, bound in known
    ]
    counted = say("report.solutions_are", listed=Markup("; ").join(listed))
    sums = [_sums_note(name, bound, labels, say) for name, bound in known]
    return [say("report.several_solutions"), counted, *(note for note in sums if note)]


def _sums_note(name: str, bound: Bounds, labels: Labels, say: Wording) -> Markup:
    """Name the rule under which the solutions are complete, and say how many another one has."""
    narrow = bound.from_counts
    if narrow is None:
        return Markup("")
    if not narrow.solutions:
        return say("report.rounded_sums_alone", question=labels.variable(name))
    return say(
        "report.rounded_sums",
        question=labels.variable(name),
        n=whole(narrow.solutions, name_number("range", name, "solutions_from_counts")),
        base=_span(name, narrow, say, "_from_counts"),
    )


def p_range(variable: str, bounds: Bounds | None, numerals: Numerals) -> Joined | None:
    """Print the ends of the p-value, where it is not the same in all solutions."""
    if bounds is None or bounds.lowest_p is None or bounds.highest_p is None:
        return None
    return _ends_of_p(variable, "p_value", (bounds.lowest_p, bounds.highest_p), numerals)


def _ends_of_p(
    variable: str, statistic: str, ends: tuple[float, float], numerals: Numerals
) -> Joined | None:
    texts = [numerals.p_value(p).removeprefix("= ") for p in ends]
    if texts[0] == texts[1]:
        return None
    named = zip(("minimum", "maximum"), texts, strict=True)
    return Joined(
        tuple(
            Shown(text, identity=name_number("range", variable, statistic, end))
            for end, text in named
        ),
        "–",
    )


def _span(variable: str, bounds: Bounds, say: Wording, rule: str = "") -> Joined:
    """Print a base: one number, two with "or" between them, or the ends of a range."""
    ends = {
        f"smallest_base{rule}": bounds.smallest_base,
        f"largest_base{rule}": bounds.largest_base,
    }
    if bounds.smallest_base == bounds.largest_base:
        del ends[f"largest_base{rule}"]
    return Joined(
        tuple(
            Shown(text, identity=name_number("range", variable, end)) for end, text in ends.items()
        ),
        say.plain("report.either") if bounds.pair else "–",
    )


ADJUSTED = ("holm_article", "benjamini_hochberg_article")
"""Adjusted p-values that the page prints; those of the table are in ``tests.csv``."""


@dataclass(frozen=True)
class Test:
    """One test as the page prints it; without a p-value it is refused, and `note` says why.

    `df` are one or two numbers, `p_range` holds the ends of p over all tables of counts that fit
    what was published, `adjusted` the p-values adjusted for all tests of the study, as in
    `ADJUSTED`. `reason` is the note where "not tested" stands before it, `kept_back` says that the
    test was made and is not told. An empty number is false.
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
    kept_back: bool = False

    @property
    def sentence(self) -> Markup:
        """The note where it stands as a sentence of its own."""
        return self.note[:1].upper() + self.note[1:]


@dataclass(frozen=True)
class Trend:
    """The linear-by-linear association of ordered answers; `n` are those on the scale.

    `p_range` holds the ends of p over all tables of counts that fit, `less` says that some who
    answered stand outside the scale.
    """

    p: Shown
    p_range: Joined | None
    n: Shown
    less: bool


@dataclass(frozen=True)
class SingleAnswer:
    """An answer in which two groups differ with p below alpha, and p after Holm's correction."""

    label: str
    p: Shown
    holm: Shown
    size: float


@dataclass(frozen=True)
class PairedAnswer:
    """Bounds of McNemar's test of one answer to two questions that were not crossed in print.

    `verdict` is that over all joint tables with the counts shown, `over_all` with every table of
    counts that fits; `holm` and `over_all_holm` are those after Holm's correction over the answers.
    """

    label: str
    before: Shown
    after: Shown
    changed: Joined
    p: Joined
    verdict: str
    over_all: str
    holm: str
    over_all_holm: str


@dataclass(frozen=True)
class PairedTests:
    """Two questions to the same people, by their wording, and what is known of their change.

    The tests are those of ``tests.csv``. `bounds` are there where these were refused because the
    two questions were not crossed in print, and bounded from what was printed; `answers` is how
    many answers Holm's correction is over.
    """

    before: str
    after: str
    tests: Sequence[Test]
    bounds: Sequence[PairedAnswer] = ()
    answers: Shown = Shown("")

    def title(self, say: Wording) -> str:
        """Name both questions."""
        return say.plain("report.paired_title", before=self.before, after=self.after)


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
        `test` is an F of Rao and Scott's kind.
    measures : dict of str to ShownMeasure
        Measures of association that the report shows, by name, in the order of the registry.
    residuals : tuple of Residual
        The `MOST_RESIDUALS` largest notable adjusted residuals, in the table's order.
    more_residuals : Shown
        Number of notable ones beyond these.
    overlapping : bool
        `test` is that of a multiple-response set.
    trend : Trend, optional
        Test of the trend, where the answers are ordered.
    answers : tuple of SingleAnswer
        Of two groups, and of a multiple-response set: the answers whose shares differ with p below
        alpha.
    listed : str
        The question and whom the table is about, for a list of all tests.
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
    trend: Trend | None = None
    answers: tuple[SingleAnswer, ...] = ()
    listed: str = ""

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
    comparisons: Sequence[Line] = (),
) -> Evidence | None:
    """Collect the tests of a block with columns; None for a block without, or without tests."""
    if not block.group:
        return None
    numerals = counts.numerals
    own = [line for line in tests if _is_of(line, block, block.group)]
    shown = {
        line["test"]: show_test(line, numerals, say, alpha)
        for line in own
        if not line.get("row_code")
    }
    options = [line for line in own if line.get("row_code")]
    main = [name for name in list_tests(MAIN) if name in shown]
    if not main:
        return None
    chosen = next((name for name in main if shown[name].p), main[-1])
    test, by_design = shown[chosen], chosen in ("rao_scott_f", "marginal_independence_f")
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
        chosen.startswith("marginal_independence"),
        _trend(own, shown, bounds, numerals),
        tuple(
            sorted(
                _single_options(options, labels, numerals, alpha)
                if options
                else _single_answers(block, comparisons, labels, numerals, alpha),
                key=lambda answer: answer.size,
            )
        ),
        labels.of_domain(block.table, labels.variable(block.variable)),
    )


def _trend(
    lines: Sequence[TestLine],
    shown: Mapping[str, Test],
    bounds: Bounds | None,
    numerals: Numerals,
) -> Trend | None:
    """Show the test of the trend where three answers or more have an order."""
    line = next((line for line in lines if line["test"] == "linear_by_linear"), None)
    if line is None or not line["p_value"]:
        return None
    notes = {note.key for note in read_notes(line)}
    if not notes & {"row_scores_codes", "row_scores_ranks"}:
        return None
    test, ends = shown["linear_by_linear"], bounds and bounds.trend
    variable = line["row_variable"]
    return Trend(
        test.p,
        _ends_of_p(variable, TREND, ends, numerals) if ends else None,
        test.n,
        "row_codes_left_out" in notes,
    )


def _single_answers(
    block: Block, comparisons: Sequence[Line], labels: Labels, numerals: Numerals, alpha: float
) -> Iterator[SingleAnswer]:
    """Go through the answers in which two groups differ with p below alpha, one by one."""
    if len(block.groups) != 2:
        return
    for line in comparisons:
        place = line["table"], line["row_variable"], line["column_variable"]
        if place != (block.table, block.variable, block.group) or not line["p_value"]:
            continue
        if float(line["p_value"]) < alpha:
            name = labels.answer(block.variable, line["row_code"])
            p, holm = (
                Shown(numerals.p_value(float(line[field])), identity=name_comparison(line, field))
                for field in ("p_value", "holm_article")
            )
            yield SingleAnswer(name, p, holm, float(line["p_value"]))


def _single_options(
    options: Sequence[TestLine], labels: Labels, numerals: Numerals, alpha: float
) -> Iterator[SingleAnswer]:
    """Go through the options of a set in which groups differ with p below alpha."""
    for line in options:
        if not line["p_value"] or not float(line["p_value"]) < alpha:
            continue
        code = line.get("row_code", "")
        place = line["table"], line["row_variable"], line["column_variable"], line["test"], code
        p, holm = (
            Shown(numerals.p_value(float(text)), identity=name_number("test", *place, field))
            for field, text in (("p_value", line["p_value"]), ("holm_table", line["holm_table"]))
        )
        name = labels.answer(line["row_variable"], code)
        yield SingleAnswer(name, p, holm, float(line["p_value"]))


def bound_pair(
    pair: Mapping[str, str],
    lines: Sequence[Line],
    labels: Labels,
    numerals: Numerals,
) -> list[PairedAnswer]:
    """Collect the bounds of McNemar's test for every answer to two questions.

    `lines` are those of ``audit/paired.csv``.
    """
    own = {
        (line["row_code"], line["solutions"]): line
        for line in lines
        if (line["before"], line["after"]) == (pair["before"], pair["after"])
        and line["exact_p_value_minimum"]
    }
    return [
        PairedAnswer(
            labels.answer(line["before"], row),
            _paired_ends(line, "before", numerals).parts[0],
            _paired_ends(line, "after", numerals).parts[0],
            _paired_ends(line, "changed", numerals),
            _paired_ends(line, "exact_p_value", numerals),
            line["verdict"],
            own.get((row, "all"), {}).get("verdict", ""),
            line["holm_verdict"],
            own.get((row, "all"), {}).get("holm_verdict", ""),
        )
        for (row, solutions), line in own.items()
        if solutions == "chosen"
    ]


def _paired_ends(line: Line, name: str, numerals: Numerals) -> Joined:
    """Print the smallest and the largest value; one number where both are printed alike."""
    place = line["before"], line["after"], line["solutions"], line["row_code"]
    ends = []
    for end in ("minimum", "maximum"):
        text = line[f"{name}_{end}"]
        if name == "exact_p_value":
            text = numerals.p_value(float(text)).removeprefix("= ")
        identity = name_number("range", "paired", *place, f"{name}_{end}")
        ends.append(Shown(text, identity=identity))
    return Joined(tuple(ends[: 1 if ends[0].text == ends[1].text else 2]), "–")


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
    is_kept = bool(line.get("suppressed")) and not p
    kept = Markup.escape(say.line_notes(line)) if is_kept else Markup("")
    digits = TESTS[line["test"]].digits if line["test"] in TESTS else 2
    return Test(
        say.plain(name) if say.has(name) else line["test"],
        number("statistic", numerals.fixed(float(statistic), digits) if statistic else ""),
        Joined(tuple(freedom), "; "),
        number("p_value", numerals.p_value(float(p)) if p else ""),
        None,
        bool(p) and float(p) < alpha,
        number("n", numerals.count(Fraction(line["n"])) if line["n"] else ""),
        kept or say.notes(notes, of_note),
        tuple(
            number(key, numerals.p_value(float(text))).bare if text else no_number(line)
            for key, text in adjusted.items()
        ),
        kept or say.notes((note.refusing("") for note in notes), of_note),
        is_kept,
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
    kept = {
        line["measure"]: line
        for line in association
        if _is_of(line, block, block.group) and line.get("suppressed")
    }
    place = block.table, block.variable, block.group
    shown = {}
    for measure in list_shown_measures():
        value = no_number(kept.get(measure.name, {}))
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


def word_evidence(found: Evidence, say: Wording, nominal: bool, several: bool) -> Paragraph:
    """Word the test of one question: statistic, p-value, its range, notable residuals."""
    lead = found.question + after_label(found.question, ".") if several else ""
    test = found.test
    if not test.p.text:
        place = "release.test_kept_back" if test.kept_back else "report.evidence_refused"
        refused = say(place, note=test.sentence)
        return Paragraph(refused, "evidence", lead)
    kind = f"{'_several' if found.overlapping else ''}{'_f' if found.by_design else ''}"
    sentences = [
        say(
            f"report.evidence_line{kind}{'' if nominal else '_plain'}",
            df=test.df,
            statistic=test.statistic,
            p=test.p,
            n=test.n,
            measures=found.measured(say),
        )
    ]
    if test.p_range:
        low, high = test.p_range.parts
        sentences.append(say("report.p_range", low=low, high=high))
    if test.note:
        sentences.append(Markup("<em>{}.</em>").format(test.sentence))
    if found.trend:
        sentences.append(say("report.trend", p=found.trend.p, n=found.trend.n))
    if found.residuals:
        sentences.append(say("report.residuals_some", residuals=_listed(found, say)))
    if found.answers:
        listed = Markup("; ").join(
            say("report.single_answer", answer=answer.label, p=answer.p, holm=answer.holm)
            for answer in found.answers[:MOST_RESIDUALS]
        )
        if len(found.answers) > MOST_RESIDUALS:
            listed = say("found.and_others", listed=listed)
        sentences.append(say("report.single_answers", listed=listed))
    return Paragraph(join(*sentences), "evidence", lead)


def _listed(found: Evidence, say: Wording) -> Markup:
    named = Markup("; ").join(
        Markup("{}, {}: {}").format(residual.row, residual.column, residual.value)
        for residual in found.residuals
    )
    more = (
        say("report.and_more", n=found.more_residuals)
        if found.more_residuals.text != "0"
        else Markup("")
    )
    return named + more


def word_paired(pair: PairedTests, say: Wording, nominal: bool) -> tuple[Paragraph, ...]:
    """Word the tests of two answers of the same people; the refused ones once for each reason.

    Where the two questions were not crossed in print, the bounds stand for the tests.
    """
    title = pair.title(say)
    paragraphs = [Paragraph(say("report.paired_lead"), "evidence", f"{title}.")]
    if pair.bounds:
        return *paragraphs, Paragraph(_word_bounds(pair, say), "evidence")
    for test in pair.tests:
        if test.p.text:
            df = Markup(" ({} {})").format(say("report.column_df"), test.df) if test.df else ""
            word = Markup(" ({})").format(say("report.nominal_word")) if nominal else ""
            parts = [Markup("{}{}").format(test.statistic, df)] if test.statistic.text else []
            numbers = Markup("; ").join([*parts, Markup("p {}{}").format(test.p, word)])
            line = say("report.paired_line", test=test.name, numbers=numbers)
            note = Markup("<em>{}.</em>").format(test.sentence) if test.note else ""
            paragraphs.append(Paragraph(join(line, note), "evidence"))
    refused = [test for test in pair.tests if not test.p.text]
    for reason in dict.fromkeys(plain_text(test.reason) for test in refused):
        same = [test for test in refused if plain_text(test.reason) == reason]
        names = ", ".join(test.name for test in same)
        sentence = say("report.paired_refused", tests=names, note=same[0].reason)
        paragraphs.append(Paragraph(sentence, "evidence"))
    return tuple(paragraphs)


ALWAYS, NEVER = VERDICTS[0], VERDICTS[2]
"""Verdicts of a test whichever joint table is true."""


def _word_bounds(pair: PairedTests, say: Wording) -> Markup:
    """Say for which answers the paired test is significant, whichever joint table is true."""
    place = Markup('<a href="#tests">{}</a>').format(say("report.tests"))
    sentences = [say("report.paired_bounds", where=place)]
    for key, field in (
        ("shown", "verdict"),
        ("holm", "holm"),
        ("all", "over_all"),
        ("all_holm", "over_all_holm"),
    ):
        sure = [answer for answer in pair.bounds if getattr(answer, field) == ALWAYS]
        listed = Markup("; ").join(
            say("report.paired_answer", answer=answer.label, p=answer.p)
            if key == "shown"
            else say("found.quoted", text=answer.label)
            for answer in sure
        )
        listed = listed or say("report.paired_nobody")
        sentences.append(say(f"report.paired_{key}", all=pair.answers, listed=listed))
    return join(*sentences)


def paired_table(pair: PairedTests, number: str, say: Wording) -> Table:
    """List the bounds of McNemar's test, an answer a row, with the verdicts on them."""

    def verdict(name: str) -> str:
        return say.plain(f"audit.short_{name.replace(' ', '_')}") if name else NOTHING

    headings = ("before", "after", "changed", "exact_p")
    verdicts = ("with_shown", "with_shown_holm", "with_all", "with_all_holm")
    return Table(
        "report/paired",
        number,
        pair.title(say),
        "",
        (
            Column(say.plain("report.answer"), width=2.2),
            *(Column(say.plain(f"audit.{name}"), number=True, width=0.9) for name in headings[:3]),
            Column(say.plain(f"audit.{headings[3]}"), number=True, width=1.4),
            *(Column(say.plain(f"audit.{name}"), width=1.2) for name in verdicts),
        ),
        tuple(
            Row(
                "answer",
                (
                    Cell(answer.label),
                    *cells_of(answer.before, answer.after, answer.changed, answer.p),
                    *(
                        Cell(verdict(name))
                        for name in (
                            answer.verdict,
                            answer.holm,
                            answer.over_all,
                            answer.over_all_holm,
                        )
                    ),
                ),
            )
            for answer in pair.bounds
        ),
        notes=(
            say(
                "report.paired_table_is",
                all=pair.answers,
                sometimes=say.plain("audit.short_significant_in_some").capitalize(),
            ),
        ),
        fine=True,
        attributes={"data-table": "paired"},
    )


def tests_table(found: Sequence[Evidence], number: str, say: Wording, nominal: bool) -> Table:
    """List the tests of all questions, with the adjusted p-values and the measures."""
    name = name_statistic(found, say)
    # No sampling design has the likelihood ratio.
    second = any(evidence.second for evidence in found)
    likelihood = [say.plain("report.column_likelihood"), "p"] if second else []
    adjusted = [say.plain(f"report.{column}") for column in ("column_holm", "column_bh")]
    trended = any(evidence.trend for evidence in found)
    trend = [say.plain("report.column_trend")] if trended else []
    rows = tuple(
        Row("answer", _test_cells(evidence, second, trended, say, name)) for evidence in found
    )
    dashed = any(cell.text == NOTHING for row in rows for cell in row.cells)
    measures = measure_headings(say)
    by_design = any(evidence.by_design for evidence in found)
    bounded = any(evidence.test.p_range for evidence in found)
    note = join(
        say("report.likelihood_is") if second else "",
        say("report.trend_is") if trended else "",
        say("report.dash_is") if dashed else "",
    )
    return Table(
        "report/tests",
        number,
        say.plain("report.tests_caption_nominal" if nominal else "report.tests_caption"),
        "",
        (
            Column(
                say.plain("report.column_question"),
                width=3.6 if by_design else 2.5,
                under=say.plain("report.note"),
            ),
            Column("n", number=True, width=0.65),
            Column(say.plain("report.column_df"), number=True, width=1.4 if by_design else 0.6),
            Column(name, number=True, width=width_of(name)),
            Column(
                "p",
                number=True,
                width=1.6 if bounded else 1.1,
                under=say.plain("documents.p_range"),
            ),
            *(Column(heading, number=True, width=1.1) for heading in adjusted),
            *(
                Column(heading, number=True, width=1.5, under=say.plain("documents.p_range"))
                for heading in trend
            ),
            *(Column(heading, number=True, width=1.05) for heading in likelihood),
            *(Column(heading, number=True, width=width_of(heading)) for heading in measures),
        ),
        rows,
        notes=(join(note, say("report.multiplicity")),),
        fine=True,
        attributes={"data-table": "tests", "data-filter": say.plain("report.tests")},
    )


def _test_cells(
    found: Evidence, with_second: bool, with_trend: bool, say: Wording, heading: str
) -> tuple[Cell, ...]:
    test, second = found.test, found.second
    measures = [measure.value for measure in found.measures_at(TABLE)]
    link = Markup('<a href="#exhibit-{}">{}</a>').format(
        found.table, found.listed or found.question
    )
    # The test that heads its column is not named again in every row.
    own = found.by_design or found.overlapping
    named = (test.name,) if own and test.name != heading else ()
    question = Cell(link, under=(*named, test.note) if test.note else named)
    if not test.p.text:
        numbers = (8 if with_second else 6) + with_trend + len(measures)
        return question, *cells_of(*[KEPT_BACK if test.kept_back else NOTHING] * numbers)
    likelihood = (second.statistic, second.p.bare) if second else (NOTHING, NOTHING)
    return (
        question,
        *cells_of(test.n, test.df, test.statistic),
        Cell(test.p.bare, under=(test.p_range,) if test.p_range else ()),
        *cells_of(*test.adjusted),
        *((_trend_cell(found.trend, say),) if with_trend else ()),
        *cells_of(*(likelihood if with_second else ())),
        *cells_of(*measures),
    )


def _trend_cell(trend: Trend | None, say: Wording) -> Cell:
    if trend is None:
        return cells_of(NOTHING)[0]
    under = [trend.p_range] if trend.p_range else []
    on_scale = [say("report.trend_n", n=trend.n)] if trend.less else []
    return Cell(trend.p.bare, under=(*under, *on_scale))


COMMON = "mantel_haenszel_odds_ratio"


def word_strata(
    tables: Mapping[str, Mapping[str, Any]],
    tests: Sequence[TestLine],
    association: Sequence[AssociationLine],
    labels: Labels,
    numerals: Numerals,
    say: Wording,
    alpha: float,
    nominal: bool,
) -> list[Markup]:
    """Say of every question of a table with `strata` whether it differs between the groups."""
    word = Markup(" ({})").format(say("report.nominal_word")) if nominal else ""
    sentences = []
    for line in tests:
        strata = tables.get(line["table"], {}).get("strata")
        if line["test"] != "cmh_general" or strata is None:
            continue
        place = _crossing_of(line)
        test = show_test(line, numerals, say, alpha)
        names = {
            "question": labels.variable(line["row_variable"]),
            "group": labels.variable(line["column_variable"]),
            "strata": labels.variable(strata),
        }
        if not test.p:
            sentences.append(say("report.strata_refused", **names, note=test.note))
            continue
        p = Markup("{}{}").format(test.p, word)
        said = say(
            "report.strata_line", **names, df=test.df, statistic=test.statistic, p=p, n=test.n
        )
        others = [test for test in tests if _crossing_of(test) == place]
        common = [
            measure
            for measure in association
            if _crossing_of(measure) == place and measure["measure"] == COMMON
        ]
        for measure in common:
            if measure["value"]:
                said += " " + say("report.strata_odds", **_odds(measure, numerals))
        for other in others:
            if other["test"] == "breslow_day_tarone" and other["p_value"]:
                same = show_test(other, numerals, say, alpha)
                key = "differ" if same.below_alpha else "same"
                said += " " + say(
                    f"report.strata_{key}", df=same.df, statistic=same.statistic, p=same.p
                )
        sentences.append(said)
    return sentences


def _crossing_of(line: TestLine | AssociationLine) -> tuple[str, str, str]:
    return line["table"], line["row_variable"], line["column_variable"]


def _odds(line: AssociationLine, numerals: Numerals) -> dict[str, Shown]:
    place = *_crossing_of(line), line["measure"]
    numbers = {"value": line["value"], "lower": line["lower"], "upper": line["upper"]}
    return {
        field: Shown(
            numerals.fixed(float(number), 2),
            identity=name_number("association", *place, *([] if field == "value" else [field])),
        )
        for field, number in numbers.items()
    }
