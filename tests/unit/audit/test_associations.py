"""An association that no table crosses is bounded by the margins that are printed."""

import pytest

from resurvey.audit.associations import ASSOCIATION_COLUMNS, STATUSES, association_lines
from resurvey.core.errors import SurveyError

SIZES = {"total": 10, "1": 6, "2": 4}


def bound(first, second, feasible, sizes=SIZES):
    statement = {"association": "a1", "first": first, "second": second}
    (line,) = association_lines([statement], feasible, sizes)
    assert tuple(line) == ASSOCIATION_COLUMNS
    assert line["status"] in STATUSES
    return line


def solution(men, women):
    return {"1/1": (men, 6), "1/2": (women, 4), "1/total": (men + women, 10)}


def test_margins_by_group_give_narrower_bounds_than_all_respondents():
    # Of all: 5 and 5 of 10 leave 0 to 5. Men 5 and 1, women 0 and 4: nobody but one man has both.
    known = {"t/v": [solution(5, 0)], "t/w": [solution(1, 4)]}
    line = bound("t/v/1/total", "t/w/1/total", known)
    assert (line["lowest"], line["highest"], line["status"]) == (0, 1, "negative")
    assert line["arithmetic"].endswith("min(5; 1) + min(0; 4) = 1")
    line = bound("t/v/1/total", "t/w/1/total", known, {"total": 10})
    assert (line["lowest"], line["highest"], line["status"]) == (0, 5, "open")


def test_bounds_hold_over_all_solutions_of_both_questions():
    known = {"t/v": [solution(5, 4), solution(2, 1)], "t/w": [solution(6, 3)]}
    line = bound("t/v/1/total", "t/w/1/total", known)
    # At most 5 men and 3 women; at least 2 men beside all 6, and no woman of one beside three.
    assert (line["lowest"], line["highest"]) == (2, 8)
    assert (line["first_lowest"], line["first_highest"]) == (3, 9)
    assert (line["lowest_percent"], line["highest_percent"]) == ("66.7", "100.0")


def test_two_answers_that_most_people_gave_must_meet():
    line = bound("t/v/1/total", "t/w/1/total", {"t/v": [solution(6, 3)], "t/w": [solution(3, 4)]})
    assert (line["lowest"], line["highest"]) == (6, 6)


@pytest.mark.parametrize("first", ["", "t/unknown/1/total"])
def test_what_was_not_published_has_no_bounds(first):
    line = bound(first, "t/w/1/total", {"t/w": [solution(1, 1)]})
    assert (line["status"], line["arithmetic"], line["lowest"]) == ("not_in_the_text", "", "")


@pytest.mark.parametrize("first", ["t/v/1/2", "100 - t/v/1/total"])
def test_a_statement_names_cells_of_all_respondents(first):
    with pytest.raises(SurveyError, match=r"associations\.csv, a1: `first` .* no cell of all"):
        bound(first, "t/w/1/total", {})
