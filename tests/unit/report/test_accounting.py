"""Everybody from the raw file to the base of a table: 200 invented waves, nobody unexplained."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from invented import words_of
from resurvey.core.accounting import LEFT_OUT, Account, UnexplainedRows
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.counts.crosstabs import Crosstab
from resurvey.pages.labels import Labels
from resurvey.pages.wording import Wording
from resurvey.reading import read_survey
from resurvey.report.accounting import account_rows, rows_table
from resurvey.tables import banners, frequencies
from unit.report.provenance.counted import Wave

ROOT = Path(__file__).parents[3]
CASES = 200
REASONS = {7: "not_asked", 8: "dont_know", 9: "refused"}
TABLES = {
    "alone": {"rows": ["job"]},
    "crossed": {"rows": ["job", "plan"], "columns": "sex"},
    "rowwise": {"rows": ["plan"], "columns": "sex", "percent": "row"},
    "some": {"rows": ["plan"], "columns": "sex", "where": {"sex": 1}},
    "chosen": {"rows": ["media"]},
    "pay": {"summaries": ["pay"], "columns": "sex"},
}
BANNERS = {"all": {"rows": ["job", "media"], "columns": ["sex", "media"], "letters": False}}
MODEL = {"kind": "linear", "outcome": "pay", "predictors": ["sex"], "where": {"job": [1, 2]}}
STEPS = [
    {"action": "duplicates", "by": ["id"], "why": "twice"},
    {"action": "range", "variable": "age", "max": 90, "then": "drop", "why": "too old"},
    {"action": "skip_logic", "where": {"job": 2}, "variables": ["plan"], "then": "missing",
     "code": 7, "why": "not asked"},
    {"action": "drop", "where": {"age": "missing"}, "why": "no age"},
]  # fmt: skip


def invented(seed):
    """A random wave: people, twins, routing, every reason, weights of zero and none at all."""
    dice = np.random.default_rng(seed)
    n = int(dice.integers(12, 60))

    def answers(codes, missing=0.15):
        values = dice.choice(codes, n).astype(float)
        values[dice.random(n) < missing] = np.nan
        return pd.array(pd.Series(values).astype("Int64"))

    people = pd.DataFrame(
        {
            "id": dice.integers(0, 2 * n, n),
            "sex": answers([1, 2, 9]),
            "age": answers([20, 40, 60, 95], 0.05),
            "job": answers([1, 2, 3, 7, 8, 9]),
            "plan": answers([1, 2, 7, 9]),
            "radio": answers([0, 1], 0.3),
            "tv": answers([0, 1], 0.3),
            "pay": answers([10, 20, 30, 9]),
            "w": dice.choice([0.0, 0.5, 1.0, 2.0], n),
        }
    )
    people.loc[:1, ["sex", "age", "job", "plan"]] = [[1, 20, 1, 1], [2, 40, 2, 2]]
    people.loc[:1, ["id", "w", "radio", "pay"]] = [[-1, 1.0, 1, 10], [-2, 1.0, 0, 20]]
    people.loc[dice.random(n) < 0.1, "w"] = np.nan
    variables = {
        name: Variable(name, codes=dict.fromkeys(codes, {}), missing=tuple(REASONS),
                       reasons=REASONS)
        for name, codes in {"sex": [1, 2, 9], "job": [1, 2, 3, 7, 8, 9], "plan": [1, 2, 7, 9]}
        .items()
    }  # fmt: skip
    variables |= {name: Variable(name, codes={0: {}, 1: {}}) for name in ("radio", "tv")}
    variables |= {name: Variable(name, measure="scale") for name in ("id", "age", "w")}
    variables["pay"] = Variable("pay", measure="scale", missing=(9,), reasons={9: "refused"})
    media = {"type": "D", "counted_value": 1, "label": "", "variable_list": ["radio", "tv"]}
    book = Codebook(variables, multiple_response={"media": media}, empty_rows=int(dice.integers(3)))
    wave = [{}, {"weight": "w"}, {"weight": "w", "weight_kind": "sampling"}][seed % 3]
    study = {
        "tables": {"tables": TABLES, "banners": BANNERS},
        "cleaning": {"steps": STEPS[: int(dice.integers(0, 5))]},
        "models": {"models": {"pay": MODEL} if seed % 4 == 0 else {}},
        "wave": wave,
    }
    return Wave(Survey(people, book), study)


def accounts_of(wave):
    files, book = wave.count(wave.survey)
    return account_rows(files, book, wave.study["tables"], wave.study["wave"])


def by_hand(wave, question):
    """Base and missing of a question, counted without the library's counting."""
    data = wave.analysed(wave.survey).data
    weighted = data["w"].fillna(0) > 0 if wave.study["wave"] else data["w"].notna() | True
    answered = data[question].notna() & ~data[question].isin([7, 8, 9])
    return len(data), int((answered & weighted).sum()), int(data[question].isna().sum())


@pytest.mark.slow
def test_nobody_is_unexplained_in_200_random_waves():
    seen = set()
    for seed in range(CASES):
        wave = invented(seed)
        accounts = accounts_of(wave)
        for account in accounts:
            seen |= {reason for reason, count in account.left_out.items() if count}
        (job,) = [one for one in accounts if (one.step, one.part) == ("table", "alone")]
        found = job.entered, job.remained, job.left_out.get("system_missing", 0)
        assert found == by_hand(wave, "job"), seed
        first = accounts[0]
        assert first.remained == len(wave.survey.data)
        parts = {(one.step, one.part, one.question) for one in accounts}
        for expected in [("table", "some", "plan"), ("banner", "all", "media")]:
            assert expected in parts
        assert ("summary", "pay", "pay") in parts
    # `other` and `not_published` are of declared codes without a reason, and of dealt records.
    assert seen == set(LEFT_OUT) - {"other", "not_published"}


def apart_by_hand(wave, question, outside):
    """How many with an answer and a weight are in no group, counted without the library."""
    data = wave.analysed(wave.survey).data
    weighted = data["w"].fillna(0) > 0 if wave.study["wave"] else data["w"].notna() | True
    answered = data[question].notna() & ~data[question].isin([7, 8, 9])
    return int((answered & weighted & outside(data)).sum())


def no_sex(data):
    return data["sex"].isna() | data["sex"].isin([7, 8, 9])


def no_media(data):
    return ~(data[["radio", "tv"]] == 1).fillna(False).any(axis=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_whoever_is_in_no_group_of_numbers_and_banners_is_counted_for_each_variable(seed):
    wave = invented(seed)
    found = {
        (one.step, one.question, one.group): one.no_group
        for one in accounts_of(wave)
        if one.part in ("pay", "all") and one.step != "model"
    }
    assert found["summary", "pay", ""] == apart_by_hand(wave, "pay", no_sex)
    assert found["banner", "job", "sex"] == apart_by_hand(wave, "job", no_sex)
    assert found["banner", "job", "media"] == apart_by_hand(wave, "job", no_media)
    assert found["banner", "media", "media"] == 0


def test_group_that_does_not_add_up_stops_numbers_and_banners(monkeypatch):
    honest = frequencies.count_outside

    def forgetful(*arguments):
        return [number + 1 for number in honest(*arguments)]

    monkeypatch.setattr(banners, "count_outside", forgetful)
    with pytest.raises(UnexplainedRows, match=r"banner 'all', 'job' by 'sex': \d+ respondents"):
        accounts_of(invented(0))


def test_row_that_a_table_loses_stops_the_run(monkeypatch):
    honest = Crosstab.of.__func__

    def thief(cls, *arguments):
        table = honest(cls, *arguments)
        table.unweighted[0, 0] -= 1
        return table

    monkeypatch.setattr(Crosstab, "of", classmethod(thief))
    with pytest.raises(UnexplainedRows):
        accounts_of(invented(0))


def test_row_that_goes_lost_between_two_steps_stops():
    wave = invented(3)
    files, book = wave.count(wave.survey)
    for line in files["cleaning"]:
        line["rows_before"] = str(int(line["rows_before"]) + 1)
        line["rows_after"] = str(int(line["rows_after"]) + 1)
    with pytest.raises(UnexplainedRows, match="respondents: .* 1 is not explained"):
        account_rows(files, book, wave.study["tables"], wave.study["wave"])


def test_empty_lines_of_a_file_are_counted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("q,r\n1,2\n,\n2,1\n,\n1,1\n", encoding="utf-8")
    survey = read_survey(path)
    assert (len(survey.data), survey.codebook.empty_rows) == (3, 2)
    assert Codebook.from_json(survey.codebook.to_json()).empty_rows == 2


def test_table_of_the_report_shows_the_reasons_that_there_are_and_joins_equal_questions():
    accounts = [
        Account("import", "", "", 5, 4, {"empty_row": 1}),
        Account("cleaning", "1", "", 4, 4),
        Account("respondents", "", "", 4, 4),
        *(Account("table", "t", name, 4, 3, {"refused": 1}) for name in "ab"),
        Account("table", "t", "c", 4, 4, no_group=2),
        Account("banner", "b", "d", 4, 4, no_group=1, group="sex"),
        Account("banner", "b", "d", 4, 4, group="age"),
        Account("model", "m", "", 4, 4),
    ]
    words = words_of(["en"])["en"]
    labels = Labels(Codebook({}), {}, words["tables"], "en")
    table = rows_table(accounts, labels, {"t": "Table 1"}, {"1": "1. Drop"}, "S1", Wording(words))
    assert [column.heading for column in table.columns] == [
        "Step or question", "Entered", "Empty rows", "Refused", "Remained", "In none of the groups"
    ]  # fmt: skip
    told = [[cell.text for cell in row.cells] for row in table.rows]
    assert told == [
        ["Rows read from the raw file", "5", "1", "0", "4", "0"],
        ["1. Drop", "4", "0", "0", "4", "0"],
        ["Respondents in the analysis", "4", "0", "0", "4", "0"],
        ["Table 1"],
        ["a; b", "4", "0", "1", "3", "0"],
        ["c", "4", "0", "0", "4", "2"],
        ["Banner: b"],
        ["d (groups: sex)", "4", "0", "0", "4", "1"],
        ["d", "4", "0", "0", "4", "0"],
        ["Model: m"],
        ["Respondents with all the answers needed", "4", "0", "0", "4", "0"],
    ]
