"""What the published per cents leave open is said beside the number that was chosen."""

from resurvey.pages.numerals import Numerals
from resurvey.report.bounds import Bounds, p_range, read_bounds, solutions_note

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
