"""A change of wording is told between the waves that differ, and only between them."""

import pytest

from resurvey.core.files import csv_text
from resurvey.waves.contract.differences import DRIFT_COLUMNS
from resurvey.waves.trend.wave_comparison import describe_rewording, read_wording

NAMES = ["2020", "2021", "2022", "2023"]


def drift(path, *lines):
    keys = ("wave", "against", "variable", "code", "difference", "severity", "before", "after")
    lines = [dict(zip(keys, one, strict=True)) for one in lines]
    path.write_text(csv_text(DRIFT_COLUMNS, lines), encoding="utf-8")
    return path


def test_wording_of_the_wave_before_counts_and_not_that_of_the_codebook(tmp_path):
    file = drift(
        tmp_path / "drift.csv",
        ("2021", "codebook", "q", "", "wording", "note", "Book", "A"),
        ("2021", "codebook", "r", "", "wording", "warning", "Book", "B"),
        ("2021", "2020", "r", "", "wording", "warning", "A", "B"),
        ("2021", "codebook", "s", "1", "answer_wording", "warning", "yes", "Yes!"),
        ("2021", "2020", "t", "", "new_answer", "breaking", "", "5"),
    )
    assert read_wording([file]) == {
        ("2021", "r", ""): ("A", "B"),
        ("2021", "s", "1"): ("yes", "Yes!"),
    }


@pytest.mark.parametrize(
    ("wave", "against", "said"),
    [
        ("2021", "2020", "“A” → “B”"),
        ("2022", "2021", ""),
        ("2022", "2020", "“A” → “B”"),
        ("2023", "2020", ""),
        ("2020", "2021", "“A” → “B”"),
    ],
)
def test_wording_between_two_waves_is_chained_and_may_come_back(wave, against, said):
    wording = {("2021", "q", ""): ("A", "B"), ("2023", "q", ""): ("B", "A")}
    line = {"wave": wave, "against": against, "row_variable": "q", "row_code": "1"}
    assert describe_rewording(line, wording, NAMES) == said


def test_wording_of_an_answer_stands_beside_that_answer_and_its_subtotals_only():
    wording = {("2021", "q", "2"): ("no", "No!")}
    line = {"wave": "2021", "against": "2020", "row_variable": "q"}
    said = {
        code: describe_rewording(line | {"row_code": code}, wording, NAMES)
        for code in ("1", "2", "1+2")
    }
    assert said == {"1": "", "2": "“no” → “No!”", "1+2": "“no” → “No!”"}
