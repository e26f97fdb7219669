"""Two people read the article's statements apart; both come to one grade, by sums that hold."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from resurvey.audit.claims.ledger import VERDICTS
from resurvey.core.files import read_csv
from resurvey.core.printed import round_half_away_number

ROOT = Path(__file__).parents[3]
FIRST = read_csv(ROOT / "tests" / "reference" / "claims_2022.csv")
SECOND = read_csv(ROOT / "tests" / "reference" / "claims_2022_second_reading.csv")
CLAIMS = [line["claim"] for line in read_csv(ROOT / "resources/published/2022/claims.csv")]
PLAIN = re.compile(r"[\d.+\-*/() ]+")


def chi_square(text: str) -> Fraction:
    """Pearson's chi-square of two groups, whose answers stand one after the other."""
    counts = [Fraction(part) for part in text.split(",")]
    half = len(counts) // 2
    rows = [counts[:half], counts[half:]]
    total = sum(counts)
    return sum(
        (row[i] - sum(row) * (rows[0][i] + rows[1][i]) / total) ** 2
        / (sum(row) * (rows[0][i] + rows[1][i]) / total)
        for row in rows
        for i in range(half)
    )


def compute(text: str) -> Fraction:
    """Work out one side of an equation, in whole numbers and fractions."""
    text = text.strip()
    if found := re.fullmatch(r"chi2\((.*)\)", text):
        return chi_square(found[1])
    assert PLAIN.fullmatch(text), text
    return Fraction(eval(re.sub(r"\d+(\.\d+)?", r"Fraction('\g<0>')", text)))


def holds(equation: str) -> bool:
    """Tell whether sides are equal (``=``), one below the other, or rounded to it (``~``)."""
    parts = re.split(r" ([=<>~]) ", equation)
    for left, sign, right in zip(parts[:-2:2], parts[1::2], parts[2::2], strict=True):
        one, other = compute(left), compute(right)
        if sign == "~":
            one = round_half_away_number(one, len(right.strip().partition(".")[2]))
        if not {"=": one == other, "~": one == other, "<": one < other, ">": one > other}[sign]:
            return False
    return len(parts) > 2


def test_both_readers_graded_every_claim_and_agree():
    for reading in (FIRST, SECOND):
        assert [line["claim"] for line in reading] == CLAIMS
    grades = {line["claim"]: line["grade"] for line in SECOND}
    assert grades == {line["claim"]: line["verdict"] for line in FIRST}
    assert set(grades.values()) <= set(VERDICTS)


@pytest.mark.parametrize("line", SECOND, ids=lambda line: line["claim"])
def test_the_second_readers_arithmetic_holds(line):
    equations = [text for text in line["equations"].split("; ") if text]
    assert equations or line["grade"] == "cannot_be_checked"
    assert [text for text in equations if not holds(text)] == []


def test_a_grade_that_changed_when_the_two_readings_met_says_why():
    for line in SECOND:
        assert line["reason"]
        assert bool(line["resolved"]) == (line["grade"] != line["first_grade"]), line["claim"]


@pytest.mark.parametrize(
    ("equation", "so"),
    [
        ("28.3 + 35.9 = 64.2", True),
        ("100 * 202 / 300 ~ 67.3", True),
        ("100 * 202 / 300 ~ 67.4", False),
        ("100 * 49 / 400 ~ 12.3", True),
        ("chi2(10, 10, 12, 8) ~ 0.40", True),
        ("5 < 4", False),
        ("515", False),
    ],
)
def test_an_equation_that_does_not_hold_is_found(equation, so):
    assert holds(equation) is so
