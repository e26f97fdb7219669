"""Tests are printed as computed; a refused one says why; what stays open is said beside them."""

import pytest

from resurvey.core.notes import Note, write_notes
from resurvey.pages.numerals import Numerals, Shown
from resurvey.report.blocks import plain_text
from resurvey.report.evidence import (
    Bounds,
    PairedTests,
    bound_pair,
    count_below,
    crosstab_evidence,
    measure_headings,
    p_range,
    paired_table,
    read_bounds,
    show_test,
    solutions_note,
    word_evidence,
    word_paired,
)
from resurvey.report.evidence import tests_table as table_of_tests
from resurvey.statistics.chi_square import MOST_RESIDUALS
from resurvey.statistics.registry import TABLE

WHY = Note("see_rao_scott", "not_computed")
PEARSON = {
    "table": "jobs",
    "row_variable": "fit",
    "column_variable": "gender",
    "test": "pearson",
    "statistic": "13.2",
    "df": "2",
    "df2": "",
    "p_value": "0.00136",
    "n": "102",
    **write_notes(),
}


def evidence_of(counts, labels, say, lines):
    return crosstab_evidence(counts.block("jobs", "fit"), lines, [], counts, labels, say, 0.05)


def test_the_measures_of_the_registry_are_printed_and_a_missing_one_is_a_dash(counts, labels, say):
    place = {key: PEARSON[key] for key in ("table", "row_variable", "column_variable")}
    line = {**place, "measure": "tschuprow_t", "value": "0.12345"}
    block = counts.block("jobs", "fit")
    found = crosstab_evidence(block, [PEARSON], [line], counts, labels, say, 0.05)
    shown = {measure.label: measure.value for measure in found.measures_at(TABLE)}
    assert list(shown) == measure_headings(say) == ["Cramér's V", "Tschuprow's T"]
    assert [str(value) for value in shown.values()] == ["—", "0.123"]
    assert shown["Tschuprow's T"].identity == "association:jobs/fit/gender/tschuprow_t"
    assert found.measured(say).unescape() == "Cramér's V = —"


def test_test_of_the_block_is_printed(counts, labels, say):
    found = evidence_of(counts, labels, say, [PEARSON])
    test = found.test
    assert [str(one) for one in (test.statistic, test.df, test.p)] == ["13.20", "2", "= 0.001"]
    assert test.p.identity == "test:jobs/fit/gender/pearson/p_value"
    assert [str(one) for one in count_below([found])] == ["1", "1"]


def test_weighted_respondents_get_the_test_of_the_design(counts, labels, say):
    refused = {**PEARSON, "statistic": "", "p_value": "", **write_notes(WHY)}
    design = {**PEARSON, "test": "rao_scott_f", "df": "1.87", "df2": "93.5"}
    found = evidence_of(counts, labels, say, [refused, design])
    assert found.by_design
    assert str(found.test.df) == "1.87; 93.50"
    table = table_of_tests([found], "Table 1", say, nominal=False)
    assert "G²" not in [column.heading for column in table.columns]
    assert [len(row.cells) for row in table.rows] == [len(table.columns)]


def test_the_likelihood_ratio_stands_beside_pearsons_where_there_is_one(counts, labels, say):
    ratio = {**PEARSON, "test": "likelihood_ratio"}
    table = table_of_tests([evidence_of(counts, labels, say, [PEARSON, ratio])], "1", say, True)
    heads = [column.heading for column in table.columns]
    row = dict(zip(heads, (cell.text for cell in table.rows[0].cells), strict=True))
    assert row["G²"] == "13.20"
    assert "G² is the likelihood ratio chi-square." in table.notes[0]


def test_block_without_tests_has_no_evidence(counts, labels, say):
    assert evidence_of(counts, labels, say, []) is None


def test_refused_test_has_its_reason_and_no_number(say):
    line = {**PEARSON, "statistic": "", "df": "", "p_value": "", **write_notes(WHY)}
    shown = show_test(line, Numerals("en"), say, 0.05)
    assert (str(shown.statistic), str(shown.p), shown.note) == ("", "", WHY.text)


def test_paired_tests_are_sentences_with_or_without_a_statistic(say):
    exact = {**PEARSON, "test": "mcnemar_exact", "statistic": "", "df": ""}
    lines = (
        {**PEARSON, "test": "mcnemar", **write_notes(Note("no_continuity_correction"))},
        {**exact, **write_notes(Note("binomial"))},
        {**exact, "test": "bowker", "p_value": "", **write_notes(WHY)},
    )
    tests = [show_test(line, Numerals("en"), say, 0.05) for line in lines]
    said = [
        plain_text(one.text) for one in word_paired(PairedTests("A", "B", tests), say, True)[1:]
    ]
    assert said[0] == "McNemar: 13.20 (df 2); p = 0.001 (descriptive). No continuity correction."
    assert said[1] == "McNemar (exact): p = 0.001 (descriptive). Binomial, two-sided."
    refused = f"Paired tests (Bowker's symmetry) were not computed: {Note('see_rao_scott').text}."
    assert said[2] == refused


@pytest.mark.parametrize(("size", "listed", "more"), [(1.99, 0, 0), (2.0, MOST_RESIDUALS, 0)])
def test_residuals_from_two_on_are_listed(size, listed, more, counts, labels, say):
    block = counts.block("jobs", "fit")
    for (row, column), line in block.cells.items():
        if row in ("1", "2", "3") and column != "total":
            line["adjusted_residual"] = str(-size)
    found = evidence_of(counts, labels, say, [PEARSON])
    assert (len(found.residuals), str(found.more_residuals)) == (listed, str(more))


TREND = {
    **PEARSON,
    "test": "linear_by_linear",
    "df": "1",
    "p_value": "0.04",
    "n": "90",
    **write_notes(Note("row_scores_ranks"), Note("row_codes_left_out", row_codes="9")),
}
ENDS = {"row_variable": "fit", "statistic": "linear_by_linear_p_value"}


def test_trend_of_ordered_answers_stands_in_the_table_with_its_bounds(counts, labels, say):
    question = {"row_variable": "fit", "solutions": "2", "smallest_base": "1", "largest_base": "2"}
    bounds = read_bounds([question], [{**ENDS, "minimum": "0.03", "maximum": "0.06"}])["fit"]
    block = counts.block("jobs", "fit")
    found = crosstab_evidence(block, [PEARSON, TREND], [], counts, labels, say, 0.05, bounds)
    (row,) = table_of_tests([found], "1", say, True).rows
    heads = [column.heading for column in table_of_tests([found], "1", say, True).columns]
    cell = row.cells[heads.index("p, trend")]
    assert (cell.text, cell.below) == ("0.040", "0.030–0.060; n = 90")
    # Two answers have no trend of their own.
    unordered = {**TREND, **write_notes(Note("row_codes_left_out", row_codes="9"))}
    assert evidence_of(counts, labels, say, [PEARSON, unordered]).trend is None


def test_single_answers_below_alpha_are_told_with_holms_correction(counts, labels, say):
    keys = {key: PEARSON[key] for key in ("table", "row_variable", "column_variable")}
    line = {**keys, "first_code": "1", "second_code": "2", "row_code": "1"}
    lines = [
        {**line, "p_value": "0.02", "holm_article": "0.6"},
        {**line, "row_code": "2", "p_value": "0.2", "holm_article": "1.0"},
    ]
    block = counts.block("jobs", "fit")
    found = crosstab_evidence(block, [PEARSON], [], counts, labels, say, 0.05, None, lines)
    told = plain_text(word_evidence(found, say, True, False).text)
    assert "Answer by answer: “Yes” p = 0.020, after Holm's correction p = 0.600." in told
    assert found.answers[0].holm.identity == "comparison:jobs/fit/1/gender/1/2/holm_article"


def paired_line(row, solutions, verdict, holm, low="0.01", high="0.04"):
    ends = ("before", "after", "changed", "exact_p_value", "holm")
    numbers = {f"{name}_{end}": "7" for name in ends for end in ("minimum", "maximum")}
    p = {"exact_p_value_minimum": low, "exact_p_value_maximum": high}
    told = {"before": "fit", "after": "fit_now", "row_code": row, "solutions": solutions}
    return {**numbers, **p, **told, "verdict": verdict, "holm_verdict": holm}


def test_pair_that_was_not_crossed_has_bounds_and_no_refusal(labels, say):
    always, some, never = (f"significant in {word}" for word in ("all", "some", "none"))
    lines = [
        paired_line("1", "chosen", always, some),
        paired_line("1", "all", some, some),
        paired_line("2", "chosen", never, never, "0.5", "0.9"),
        paired_line("2", "all", never, never),
    ]
    pair = {"before": "fit", "after": "fit_now"}
    bounds = bound_pair(pair, lines, labels, Numerals("en"))
    assert [(one.verdict, one.holm, one.over_all) for one in bounds] == [
        (always, some, some),
        (never, never, never),
    ]
    refused = show_test({**PEARSON, "test": "mcnemar", "p_value": ""}, Numerals("en"), say, 0.05)
    tests = PairedTests("A", "B", [refused], bounds, Shown(str(len(bounds))))
    _, told = (plain_text(one.text) for one in word_paired(tests, say, True))
    assert "the joint distribution of the two questions is not published" in told
    assert "whatever the joint distribution: “Yes” (p 0.010–0.040)." in told
    assert (
        "Holm's correction over the 2 answers, with the counts shown, still significant: none."
        in told
    )
    assert "Paired tests (" not in told
    rows = paired_table(tests, "1", say).rows
    assert [cell.text for cell in rows[0].cells][4:] == [
        "0.010–0.040",
        "always",
        "not always",
        "not always",
        "not always",
    ]


QUESTION = {"row_variable": "fit", "solutions": "2", "smallest_base": "90", "largest_base": "102"}
RANGE = {"row_variable": "fit", "statistic": "p_value", "minimum": "0.2", "maximum": "0.25"}


def test_bounds_of_a_question_are_found_by_its_variable():
    assert read_bounds([QUESTION], [RANGE]) == {"fit": Bounds(2, "90", "102", 0.2, 0.25)}


def test_question_without_groups_has_no_p_value():
    assert read_bounds([QUESTION], [])["fit"].lowest_p is None


def test_p_value_that_is_the_same_in_all_solutions_has_no_range():
    assert p_range("fit", Bounds(2, "1", "2", 0.20001, 0.20002), Numerals("en")) is None
    ends = p_range("fit", Bounds(2, "1", "2", 0.2, 0.25), Numerals("ru"))
    assert str(ends) == "0,200–0,250"
    assert [one.identity for one in ends.parts] == [
        "range:fit/p_value/minimum",
        "range:fit/p_value/maximum",
    ]
    assert p_range("fit", None, Numerals("en")) is None


def test_several_solutions_are_counted_with_their_bases(labels, say):
    told, note = solutions_note(["fit", "other"], read_bounds([QUESTION], []), labels, say)
    assert told == say("report.several_solutions")
    assert "2 (base 90–102)" in note.striptags()


def test_two_bases_are_a_set_and_no_range(labels, say):
    pair = read_bounds([QUESTION | {"total_bases": "2"}], [])
    _, note = solutions_note(["fit"], pair, labels, say)
    assert "2 (base 90 or 102)" in note.striptags()


def test_sums_of_rounded_parts_name_their_rule_and_both_numbers(labels, say):
    narrow = {
        "rule": "rounded_sums",
        "solutions_from_counts": "1",
        "smallest_base_from_counts": "99",
        "largest_base_from_counts": "99",
    }
    *_, note = solutions_note(["fit"], read_bounds([QUESTION | narrow], []), labels, say)
    assert "rounded before they were added" in note.striptags()
    assert "1 of them remain (base 99)" in note.striptags()
    none = narrow | {"solutions_from_counts": "0"}
    *_, note = solutions_note(["fit"], read_bounds([QUESTION | none], []), labels, say)
    assert "no counts give the sum rounded once" in note.striptags()


def test_a_single_solution_is_said_to_be_the_only_one(labels, say):
    (note,) = solutions_note(["fit"], {"fit": Bounds(1, "102", "102")}, labels, say)
    assert note == say("report.one_solution")


def test_nothing_published_leaves_no_note(labels, say):
    assert solutions_note(["fit"], {}, labels, say) == []
