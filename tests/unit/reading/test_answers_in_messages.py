"""A message ends up in terminals and logs: it names rows, and never what somebody answered."""

import logging

import openpyxl
import pandas as pd
import pyreadstat
import pytest

import tool_exports as tools
from resurvey.core.errors import SurveyError, harmless, log_to, shown_answer
from resurvey.prepare.cleaning import clean_survey
from resurvey.prepare.import_gate import import_survey
from resurvey.prepare.indicators import derive_indicators
from resurvey.reading import read_survey
from resurvey.tables.tabulation import tabulate_survey

CANARY = "CANARY Bakyt"
PHONE = "0555123456"
YES_NO = {1: "yes", 2: "no"}


def csv(path, *columns):
    """Write twelve people; each column is its name and the answer of the third of them."""
    frame = pd.DataFrame({"n": [str(row) for row in range(1, 13)]})
    for name, odd in columns:
        frame[name] = [odd if row == 2 else str(1 + row % 2) for row in range(12)]
    frame.to_csv(path / "wave.csv", index=False)
    return path / "wave.csv"


def sav(path, values, **options):
    pyreadstat.write_sav(pd.DataFrame({"q": values}), path / "wave.sav", **options)
    return path / "wave.sav"


def xlsx(path, odd):
    book = openpyxl.Workbook()
    for row in [["n", "q"], [1, 1], [2, odd], [3, 1]]:
        book.active.append(row)
    book.save(path / "wave.xlsx")
    return path / "wave.xlsx"


def book(**about):
    return {"variables": {"q": about}}


SETS = {
    "variables": {},
    "multiple_response": {"m": {"joined": "q", "options": {"radio": "r", "tv": "t"}}},
}
REFUSALS = {
    "text among numbers": lambda at, odd: read_survey(csv(at, ("q", odd)), book(measure="scale")),
    "undeclared answer": lambda at, odd: read_survey(csv(at, ("q", odd)), book(codes=YES_NO)),
    "undeclared text": lambda at, odd: read_survey(
        csv(at, ("q", odd)), book(codes={"1": "a", "2": "b"})
    ),
    "undeclared text of a .sav": lambda at, odd: read_survey(
        sav(at, ["a", odd, "b"]), book(codes={"a": "x", "b": "y"})
    ),
    "no date": lambda at, odd: read_survey(csv(at, ("q", odd)), book(date="%d.%m.%Y")),
    "text in a workbook": lambda at, odd: read_survey(xlsx(at, odd), book(measure="scale")),
    "no option": lambda at, odd: read_survey(csv(at, ("q", odd)), SETS),
    "identifier": lambda at, odd: import_survey(
        str(csv(at, ("q", odd), ("id", odd))), {}, {"file": "wave.csv", "id": "q"}
    ),
    "weight": lambda at, odd: import_survey(
        str(csv(at, ("q", odd))), {}, {"file": "wave.csv", "weight": "q"}
    ),
    "recode": lambda at, odd: clean_survey(
        read_survey(csv(at, ("q", odd))),
        [{"action": "recode", "variable": "q", "map": {1: 2}, "why": "x"}],
    ),
    "share": lambda at, odd: derive_indicators(
        read_survey(csv(at, ("q", odd))),
        {"s": {"share": {"variable": "q", "codes": [1]}}},
    ),
}


@pytest.mark.parametrize("odd", [CANARY, PHONE, f"{CANARY}\x1b[2J", "CANARY\u202e"])
@pytest.mark.parametrize("name", REFUSALS)
def test_refusal_does_not_echo_the_answer(tmp_path, caplog, name, odd):
    if name in ("text among numbers", "text in a workbook", "weight") and odd == PHONE:
        odd = "0555 CANARY"
    if name == "text in a workbook" and "\x1b" in odd:
        odd = CANARY
    caplog.set_level(logging.INFO)
    with pytest.raises(SurveyError) as problem:
        REFUSALS[name](tmp_path, odd)
    told = str(problem.value) + caplog.text
    assert "CANARY" not in told
    assert "0555" not in told
    assert told.replace("\n", " ").isprintable()


EXPORTS = {
    "limesurvey.csv": lambda at: (tools.limesurvey_csv(at), [tools.limesurvey_lss(at)]),
    "kobo.csv": lambda at: (tools.kobo_csv(at), [tools.kobo_form(at)]),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_no_cell_of_a_tool_is_echoed_wherever_it_is_wrong(tmp_path, caplog, name):
    """Put the canary into every column of the first respondent, one after the other."""
    caplog.set_level(logging.INFO)
    data, structures = EXPORTS[name](tmp_path)
    frame = pd.read_csv(data, dtype=str, keep_default_na=False, sep=None, engine="python")
    told = []
    for column in range(frame.shape[1]):
        changed = frame.copy()
        changed.iloc[0, column] = CANARY
        changed.to_csv(data, index=False)
        try:
            read_survey(data, structure=structures)
        except SurveyError as problem:
            told.append(str(problem))
    assert len(told) > 2
    assert "CANARY" not in "\n".join(told) + caplog.text


def test_value_with_a_fraction_is_not_echoed_by_a_table():
    from resurvey.core.codebook import Codebook, Survey, Variable

    people = Survey(pd.DataFrame({"pay": [17603.55, 9.0]}), Codebook({"pay": Variable("pay")}))
    with pytest.raises(SurveyError, match="values with a fraction") as problem:
        tabulate_survey(people, {"t": {"rows": ["pay"]}})
    assert "17603" not in str(problem.value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (7, "'7'"),
        (98.0, "'98'"),
        ("-9", "'-9'"),
        ("2,5", "'2,5'"),
        (17603, "a number of 5 digits"),
        ("+996 555 12", "a number of 8 digits"),
        ("P019", "a text of 4 letters"),
        ("x", "a text of 1 letter"),
        ("", "an empty text"),
        ("\u0661\u0662", "a number of 2 digits"),
    ],
)
def test_only_short_numbers_are_shown(value, shown):
    assert shown_answer(value) == shown


def test_control_characters_never_reach_a_terminal_or_a_log(tmp_path, capsys):
    def door():
        with log_to(tmp_path / "x.log") as log:
            log.warning("file '%s'", "a\x1b]0;pwned\x07b")
            raise SurveyError("variable 'a\x1b[31mb\u202ec' is missing")

    with pytest.raises(SystemExit):
        door()
    told = (tmp_path / "x.log").read_text(encoding="utf-8") + capsys.readouterr().err
    assert r"a\x1b[31mb\u202ec" in told
    assert not {"\x1b", "\x07", "\u202e"} & set(told)


def test_russian_words_and_line_ends_stay_as_they_are():
    assert harmless("переменная «пол»\n  - нет ‘x’\tй") == "переменная «пол»\n  - нет ‘x’\tй"
