"""A wave with a file of its own: the file says how many respondents bound the printed bases."""

import pytest

from resurvey.audit.published_wave import recover_wave
from resurvey.core.errors import SurveyError
from resurvey.core.published import PrintedCell

DRAWS = {"false_fit": {"draws": 5}}


def cells(groups, variable="sex"):
    return [
        PrintedCell("t", "q", row, column, "50,0", "q", row, variable, column)
        for row in ("1", "2")
        for column in groups
    ]


def counted(respondents, sizes, variable="sex"):
    common = {"kind": "answer", "respondents": str(respondents)}
    return [
        {"variable": variable, "code": code, "count": str(size), **common}
        for code, size in sizes.items()
    ]


def recovered(printed, audit, frequencies):
    return recover_wave(printed, [], {}, {}, {}, DRAWS | audit, 0.05, frequencies)


def questions(printed, audit, frequencies):
    return recovered(printed, audit, frequencies).files["questions"]


def test_respondents_and_groups_are_those_of_the_file():
    (line,) = questions(cells("12"), {}, counted(10, {"1": 6, "2": 4}))
    assert (line["respondents"], line["largest_base"]) == (10, 10)
    assert line["solutions"] == 3 * 2


def test_missing_answers_of_the_groups_are_no_group():
    missing = {"variable": "sex", "code": "9", "kind": "user_missing", "respondents": "10"}
    sizes = [*counted(10, {"1": 6, "2": 4}), missing | {"count": "0"}]
    (line,) = questions(cells("12"), {}, sizes)
    assert (line["respondents"], line["largest_base"]) == (10, 10)


def test_groups_of_two_variables_are_bounded_by_everybody_alone():
    printed = [*cells("12"), PrintedCell("u", "r", "1", "a", "100", "r", "1", "age", "1")]
    line, _ = questions(printed, {}, counted(10, {"1": 6, "2": 4}))
    assert line["largest_base"] == 10


@pytest.mark.parametrize("variable", ["q", "q-r-s"])
def test_difference_of_anything_but_two_questions_is_left_to_the_comparison(variable):
    change = PrintedCell("t", "q", "1", "change", "+1,0", variable, "1", "", "difference")
    wave = recovered([*cells("12"), change], {}, counted(10, {"1": 6, "2": 4}))
    assert [line for line in wave.files["rounding"] if line["kind"] == "difference"] == []


def test_what_the_study_says_goes_before_the_file():
    (line,) = questions(cells("12"), {"respondents": 8}, counted(10, {"1": 6, "2": 4}))
    assert line["respondents"] == 8


def test_too_many_bases_leave_a_question_out_where_the_file_has_its_counts():
    sizes = {str(code): 300 for code in range(1, 5)}
    wave = recovered(cells(sizes), {}, counted(1200, sizes))
    assert wave.files["questions"] == []
    (sentence,) = wave.left_out
    assert "more than can be gone through" in sentence


def test_too_many_bases_are_an_error_without_a_file():
    sizes = {str(code): 300 for code in range(1, 5)}
    audit = {"respondents": 1200, "group_sizes": sizes}
    with pytest.raises(SurveyError, match="more than can be gone through"):
        questions(cells(sizes), audit, [])


def test_question_printed_by_two_variables_is_recovered_by_the_first():
    others = [
        PrintedCell("u", "q", row, code, "50,0", "q", row, group, code)
        for row in ("1", "2")
        for group, code in (("", "total"), ("age", "1"), ("age", "2"))
    ]
    wave = recovered([*cells("12"), *others], {}, counted(10, {"1": 6, "2": 4}))
    (line,) = wave.files["questions"]
    assert (line["table"], line["solutions"]) == ("t", 3 * 2)
    assert wave.left_out == [
        "table 'u' prints 'q' by 'age'; its counts are recovered by 'sex' alone"
    ]
