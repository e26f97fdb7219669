"""Tests are printed as computed; a refused one says why; what stays open is said beside them."""

import pytest

from resurvey.core.notes import Note, write_notes
from resurvey.pages.numerals import Numerals
from resurvey.report.blocks import plain_text
from resurvey.report.evidence import (
    Bounds,
    count_below,
    crosstab_evidence,
    measure_headings,
    p_range,
    read_bounds,
    show_test,
    solutions_note,
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
    said = [plain_text(one.text) for one in word_paired("A", "B", tests, say, nominal=True)[1:]]
    assert said[0] == "McNemar: 13.20 (df 2); p = 0.001 (descriptive). No continuity correction."
    assert said[1] == "McNemar (exact): p = 0.001 (descriptive). Binomial, two-sided."
    assert said[2] == (
        f"Paired tests (Bowker's symmetry) were not computed: {Note('see_rao_scott').text}."
    )


@pytest.mark.parametrize(("size", "listed", "more"), [(1.99, 0, 0), (2.0, MOST_RESIDUALS, 0)])
def test_residuals_from_two_on_are_listed(size, listed, more, counts, labels, say):
    block = counts.block("jobs", "fit")
    for (row, column), line in block.cells.items():
        if row in ("1", "2", "3") and column != "total":
            line["adjusted_residual"] = str(-size)
    found = evidence_of(counts, labels, say, [PEARSON])
    assert (len(found.residuals), str(found.more_residuals)) == (listed, str(more))


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
    (note,) = solutions_note(["fit", "other"], read_bounds([QUESTION], []), labels, say)
    assert "2 (base 90–102)" in note.striptags()


def test_two_bases_are_a_set_and_no_range(labels, say):
    pair = read_bounds([QUESTION | {"total_bases": "2"}], [])
    (note,) = solutions_note(["fit"], pair, labels, say)
    assert "2 (base 90 or 102)" in note.striptags()


def test_sums_of_rounded_parts_name_their_rule_and_both_numbers(labels, say):
    narrow = {
        "rule": "rounded_sums",
        "solutions_from_counts": "1",
        "smallest_base_from_counts": "99",
        "largest_base_from_counts": "99",
    }
    _, note = solutions_note(["fit"], read_bounds([QUESTION | narrow], []), labels, say)
    assert "rounded before they were added" in note.striptags()
    assert "1 of them remain (base 99)" in note.striptags()
    none = narrow | {"solutions_from_counts": "0"}
    _, note = solutions_note(["fit"], read_bounds([QUESTION | none], []), labels, say)
    assert "no counts give the sum rounded once" in note.striptags()


def test_a_single_solution_is_said_to_be_the_only_one(labels, say):
    (note,) = solutions_note(["fit"], {"fit": Bounds(1, "102", "102")}, labels, say)
    assert note == say("report.one_solution")


def test_nothing_published_leaves_no_note(labels, say):
    assert solutions_note(["fit"], {}, labels, say) == []
