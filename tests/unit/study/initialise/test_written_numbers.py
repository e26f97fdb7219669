"""Numbers that are text because of how they are written: what is said of them, and what helps."""

import pandas as pd
import pytest

from counted_study import counted, take_the_marks_away
from resurvey.__main__ import main
from resurvey.study.initialise import initialise
from resurvey.study.initialise.written_numbers import written_numbers

PLAIN = [str(number) for number in range(100, 120)]
FRACTIONS = [f"{number}{{mark}}5" for number in range(10, 30)]
COMMAS, POINTS = ([cell.format(mark=mark) for cell in FRACTIONS] for mark in ",.")


def said(cells, decimal=""):
    return written_numbers(pd.Series(cells, dtype="str"), decimal)


@pytest.mark.parametrize(
    ("cells", "holds", "missing"),
    [
        ([*PLAIN, ".", "."], "20 of 22 answers are numbers, 2 '.'", ["."]),
        ([*PLAIN, ".a", ".", None], "20 of 22 answers are numbers, 1 '.', 1 '.a'", [".", ".a"]),
        ([*PLAIN, "n/a"], "20 of 21 answers are numbers, 1 'n/a'", ["n/a"]),
        ([*PLAIN, "#NULL!"], "20 of 21 answers are numbers, 1 '#NULL!'", ["#NULL!"]),
        (
            [*POINTS, "Refused"],
            "20 of 21 answers are numbers with decimal points, 1 'Refused'",
            ["Refused"],
        ),
        (COMMAS, "20 of 20 answers are numbers with decimal commas", None),
        (
            ["1 234,5", "12 000,5", "7,5"],
            "3 of 3 answers are numbers with blanks between thousands and decimal commas",
            None,
        ),
        (
            ["1\u00a0234,5", "12\u202f000,5", "7,5"],
            "3 of 3 answers are numbers with blanks between thousands and decimal commas",
            None,
        ),
        (
            [".5", ".25", "1.5"],
            "3 of 3 answers are numbers with decimal points and nothing before the decimal mark",
            None,
        ),
        (
            ["1.0", "2.0", "3.0", "n/a"],
            "3 of 4 answers are numbers with noughts behind the decimal mark, 1 'n/a'",
            ["n/a"],
        ),
    ],
)
def test_numbers_that_a_key_reads_are_said_with_that_key(cells, holds, missing):
    found = said(cells)
    assert found.holds == holds
    assert found.declared == {"measure": "scale", **({"missing": missing} if missing else {})}


@pytest.mark.parametrize(
    ("cells", "decimal", "holds"),
    [
        (
            ["$1,234.50", "$20.25", "$3,000.00"],
            "",
            "3 of 3 answers are numbers with commas between thousands, currency signs, decimal "
            "points and noughts behind the decimal mark",
        ),
        (["20 €", "3 €", "45 €"], "", "3 of 3 answers are numbers with currency signs"),
        (["45%", "7 %", "100%"], "", "3 of 3 answers are numbers with percent signs"),
        (COMMAS, ".", "20 of 20 answers are numbers with decimal commas"),
        (POINTS, ",", "20 of 20 answers are numbers with decimal points"),
        (
            ["1,234", "n/a", "15,000", "7,000"],
            "",
            "3 of 4 answers are numbers with commas between thousands, 1 'n/a'",
        ),
        (
            ["\u22125", "\u22126", "7"],
            "",
            "3 of 3 answers are numbers with a minus that is no hyphen",
        ),
    ],
)
def test_numbers_that_no_key_reads_are_said_with_what_to_write(cells, decimal, holds):
    found = said(cells, decimal)
    assert (found.holds, found.declared) == (holds, {})
    assert found.cure.startswith("no key reads such numbers: export them")


@pytest.mark.parametrize(
    ("cells", "options"),
    [
        (["1,234", "15,000", "900"], "`--thousands ,`"),
        (["1'234.5", "15'000", "900"], '`--thousands "\'"`'),
        (["1.234,5", "1.115.000", "900"], "`--decimal , --thousands .`"),
    ],
)
def test_groups_of_thousands_are_said_with_the_option_that_reads_them(cells, options):
    assert said(cells).cure.endswith(f"begin again with {options}")


def test_words_of_somebody_s_own_among_numbers_are_told_by_their_rows_alone():
    found = said([*PLAIN, "about 300", "n/a", "not much"])
    assert found.holds == (
        "20 of 23 answers are numbers, 1 'n/a', other words in 2 rows (rows 21, 23)"
    )
    assert found.declared == {}
    assert "correct those rows" in found.cure


@pytest.mark.parametrize(
    "cells",
    [
        [f"{number} streets that I know" for number in range(30)],
        ["tea", "coffee", "n/a"] * 10,
        [f"0{number}" for number in range(1234, 1264)],
        ["01234", *(str(number) for number in range(12345, 12375))],
        [f"+996 555 123 {number}" for number in range(100, 130)],
        [f"555 123 {number}" for number in range(100, 130)],
        [f"0555{number}" for number in range(123400, 123430)],
        [f"(555) 123-{number}" for number in range(4000, 4030)],
        [f"1.2.{number}" for number in range(30)],
        [*(f"1.{number}" for number in range(1, 30)), "1.2.3"],
        [f"{day:02d}.03.2022" for day in range(1, 31)],
        [f"2022-03-{day:02d}" for day in range(1, 31)],
        [f"{day}/3/2022" for day in range(1, 31)],
        [f"12:{minute}" for minute in range(10, 40)],
        [f"192.168.1.{number}" for number in range(10, 40)],
        [f"12345678901234567{number}" for number in range(10, 40)],
        [f"{number}-{number + 9}" for number in range(20, 50)],
        ["1", "2", "3", "4+"] * 8,
        ["1", "2", "3", "n/a"] * 8,
        ["1,4,5", "2", "1,2", "3,4"] * 8,
        [None, None],
    ],
)
def test_texts_codes_and_dates_are_no_numbers(cells):
    assert said(cells) is None


@pytest.mark.slow
def test_offered_line_reads_the_numbers_and_keeps_the_reasons(tmp_path):
    pay = [*(str(number) for number in range(101, 131)), ".", ".", "refused"]
    share = [f"{number},5" for number in range(33)]
    columns = {"q": [1, 2, 1] * 11, "pay": pay, "share": share}
    pd.DataFrame(columns).to_csv(tmp_path / "w.csv", index=False)
    initialise(tmp_path / "w.csv", tmp_path / "study")
    _, survey, _ = counted(tmp_path / "study")
    assert survey.data["pay"].dtype == survey.data["share"].dtype == "str"
    take_the_marks_away(tmp_path / "study/config/codebook.yaml", ["pay: ", "share: "])
    _, survey, _ = counted(tmp_path / "study")
    pay = survey.codebook["pay"]
    numbers = survey.data["pay"][~survey.data["pay"].isin(list(pay.missing))]
    assert (len(numbers), numbers.sum()) == (30, (101 + 130) * 15)
    assert [pay.answer(code) for code in pay.missing] == [".", "refused"]
    assert survey.data["share"].sum() == sum(range(33)) + 33 * 0.5


def test_point_among_few_answers_is_offered_as_missing(tmp_path):
    pd.DataFrame({"q": ["1", "2", "2", "."] * 10}).to_csv(tmp_path / "w.csv", index=False)
    initialise(tmp_path / "w.csv", tmp_path / "study")
    page = take_the_marks_away(tmp_path / "study/config/codebook.yaml", ["missing: "])
    assert "'.' (10 respondents)" in page
    assert counted(tmp_path / "study")[1].codebook["q"].answers == ["1", "2"]


@pytest.mark.slow
def test_numbers_read_as_text_are_said_in_the_terminal_and_on_the_page(tmp_path, capsys):
    columns = {
        "q": ["1.0", "2.0", "n/a"] * 10,
        "rate": [f"{number}%" for number in range(30)],
        "pay": [*PLAIN, *["."] * 10],
        "note": [f"words {number} of mine" for number in range(30)],
        "sex": ["f", "m"] * 15,
    }
    pd.DataFrame(columns).to_csv(tmp_path / "w.csv", index=False)
    assert main(["init", str(tmp_path / "w.csv"), "--into", str(tmp_path / "study")]) == 0
    terminal = " ".join(capsys.readouterr().out.split())
    page = (tmp_path / "study/config/codebook.yaml").read_text(encoding="utf-8")
    plain = " ".join(page.replace("#", " ").split())
    assert counted(tmp_path / "study")[1].codebook["q"].answers == ["1.0", "2.0", "n/a"]
    for told in (terminal, plain):
        assert "'rate' is read as text: 30 of 30 answers are numbers with percent signs; no" in told
        assert "'pay' is read as text: 20 of 30 answers are numbers, 10 '.'; to read it" in told
        assert "'q' is read as text: 20 of 30 answers are numbers with noughts behind" in told
        assert "in place of its codes" in told
        assert "'note' is read" not in told
        assert "'sex' is read" not in told
    assert '  # pay: {measure: scale, missing: ["."]}\n' in page
