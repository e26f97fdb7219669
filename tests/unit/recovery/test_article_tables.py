"""The article's nine gender questions: their bases by counting, their ranges and verdicts."""

import pytest

from resurvey.core.printed import percent_text
from resurvey.recovery import recover
from resurvey.recovery.false_fit import false_fit
from unit.recovery.brute_force import pearson

# Printed columns (men, women, total), without the subtotals; the sample has 305 men, 210 women.
QUESTIONS = {
    "job_fit": ("30,7 36,7 14,3 18,3", "24,9 34,8 13,9 26,4", "28,3 35,9 14,2 21,6"),
    "job_satisfaction": ("28,4 33,4 12,0 26,1", "21,7 41,4 10,3 26,6", "25,7 36,7 11,4 26,3"),
    "family_provision": ("6,6 45,2 48,2", "4,8 48,6 46,7", "5,8 46,6 47,6"),
    "material_position": ("16,7 36,7 46,6", "17,1 42,4 40,5", "16,9 39,0 44,1"),
    "family_relations": ("4,3 22,3 73,4", "2,4 27,1 70,5", "3,5 24,3 72,2"),
    "manager_relations": ("8,2 37,2 54,6", "7,0 40,3 52,7", "7,7 38,5 53,8"),
    "colleague_relations": ("7,5 23,5 68,9", "7,4 26,1 66,5", "7,5 24,6 67,9"),
    "remigration_plan": ("19,3 50,5 30,2", "26,2 46,2 27,6", "22,1 48,7 29,1"),
    "expectations_met": (
        "29,5 29,5 22,3 7,9 10,8",
        "20,5 36,2 24,8 8,1 10,5",
        "25,8 32,2 23,3 8,0 10,7",
    ),
}
SIZES = {"men": 305, "women": 210}


def recovered(question):
    men, women, total = (column.split() for column in QUESTIONS[question])
    return recover({"men": men, "women": women}, total=total, max_base=SIZES)


def columns_that_print(texts, largest):
    """Find the columns of counts that print as a column, by printing them; one a base here."""
    found = {}
    for base in range(1, largest + 1):
        cells = []
        for text in texts:
            units = int(text.replace(",", ""))
            nearest = range(units * base // 1000 - 1, units * base // 1000 + 3)
            cells.append([n for n in nearest if n >= 0 and percent_text(n, base) == text])
        if all(cells):
            assert all(len(fits) == 1 for fits in cells)
            counts = [fits[0] for fits in cells]
            if sum(counts) == base:
                found[base] = counts
    return found


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS)
def test_feasible_bases_are_those_found_by_printing(question):
    men, women, total = (column.split() for column in QUESTIONS[question])
    expected = []
    for base, first in columns_that_print(men, 305).items():
        for other, second in columns_that_print(women, 210).items():
            together = [a + b for a, b in zip(first, second, strict=True)]
            if [percent_text(n, base + other) for n in together] == total:
                expected.append(({"men": base, "women": other}, {"men": first, "women": second}))
    found = recovered(question)
    assert [(one.bases, one.counts) for one in found.solutions] == expected
    assert [one.bases for one in found.bases()] == [bases for bases, _ in expected]
    statistics = [float(pearson(list(counts.values()))[0]) for _, counts in expected]
    assert found.range("pearson") == pytest.approx((min(statistics), max(statistics)), rel=1e-12)


def test_full_sample_answered_what_the_choice_says():
    chosen = {question: recovered(question).chosen() for question in QUESTIONS}
    assert chosen["job_fit"].bases == {"men": 300, "women": 201}
    assert chosen["job_fit"].counts == {"men": [92, 110, 43, 55], "women": [50, 70, 28, 53]}
    assert chosen["expectations_met"].bases == SIZES
    assert chosen["remigration_plan"].bases == SIZES


def test_no_question_differs_between_men_and_women_whichever_solution_is_true():
    verdicts = {question: recovered(question).verdict() for question in QUESTIONS}
    assert set(verdicts.values()) == {"significant in none"}


@pytest.mark.parametrize("question", ["job_fit", "expectations_met"])
def test_five_answers_fit_by_chance_less_often_than_three(question):
    many = false_fit(recovered(question), draws=150, seed=1)
    few = false_fit(recovered("family_relations"), draws=150, seed=1)
    assert many.rate < few.rate
    assert many.generator == "NumPy PCG64"
    assert many == false_fit(recovered(question), draws=150, seed=1)


def test_all_respondents_questions_have_one_solution_at_the_full_sample():
    for texts, counts in {
        ("22,9", "39,2", "37,9"): [118, 202, 195],
        ("19,2", "37,1", "43,7"): [99, 191, 225],
        ("8,5", "38,3", "53,2"): [44, 197, 274],
        ("11,1", "33,8", "55,1"): [57, 174, 284],
    }.items():
        found = recover({"total": list(texts)}, base={"total": 515})
        assert [one.counts["total"] for one in found.solutions] == [counts]
