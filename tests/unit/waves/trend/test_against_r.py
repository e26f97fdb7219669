"""Differences, slopes and tests over time agree with R survey, prop.trend.test and mcnemar.test."""

import csv

import pytest

from resurvey.waves.trend.wave_comparison import compare_waves
from unit.waves.trend.invented_waves import (
    REFERENCE,
    STRATA,
    TABLES,
    VILLAGES,
    WEIGHTS,
    reference_waves,
)

CLOSE = {"rel": 1e-9, "abs": 1e-12}


@pytest.fixture(scope="module")
def values():
    with (REFERENCE / "values.csv").open(encoding="utf-8") as lines:
        return {(one["case"], one["name"]): float(one["value"]) for one in csv.DictReader(lines)}


def compared(design, identifier, panel=True):
    return compare_waves(
        reference_waves(design, identifier), TABLES, {"panel": panel}, sample="probability"
    )


def total_of_mood(lines, **wanted):
    return {
        line.get("row_code", ""): line
        for line in lines
        if line["row_variable"] == "mood"
        and line["column_code"] == "total"
        and all(line.get(name) == value for name, value in wanted.items())
    }


CASES = {
    "panel": (None, "person", True),
    "weighted": (VILLAGES, "person", True),
    "strata": (STRATA, "person", False),
    "panel_strata": (STRATA, "person", True),
    "mixed": ((None, WEIGHTS, WEIGHTS), "", True),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_difference_of_two_waves_is_svycontrast(case, values):
    found = total_of_mood(compared(*CASES[case])["differences"], wave="2021", against="2020")
    for code, line in found.items():
        assert line["method"] == "design"
        assert line["difference"] == pytest.approx(
            values[f"{case}_pair", f"difference_{code}"], **CLOSE
        )
        assert line["standard_error"] == pytest.approx(
            values[f"{case}_pair", f"error_{code}"], **CLOSE
        )
        assert line["lower"] == pytest.approx(values[f"{case}_pair", f"lower_{code}"], **CLOSE)
        assert line["upper"] == pytest.approx(values[f"{case}_pair", f"upper_{code}"], **CLOSE)
        assert line["df"] == pytest.approx(values[f"{case}_pair", f"df_{code}"], **CLOSE)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_slope_over_three_waves_is_svycontrast(case, values):
    found = total_of_mood(compared(*CASES[case])["slopes"])
    assert set(found) == {"1", "2", "3"}
    for code, line in found.items():
        assert line["slope"] == pytest.approx(values[f"{case}_all", f"slope_{code}"], **CLOSE)
        assert line["statistic"] == pytest.approx(values[f"{case}_all", f"slope_t_{code}"], **CLOSE)
        assert line["df"] == pytest.approx(values[f"{case}_all", f"slope_df_{code}"], **CLOSE)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("scope", "waves"), [("pair", "2020 2021"), ("all", "2020 2021 2023")])
def test_whole_question_is_svychisq(case, scope, waves, values):
    lines = compared(*CASES[case])["tests"]
    line = total_of_mood(lines, waves=waves, test="rao_scott_f")[""]
    for ours, theirs in (("statistic", "f"), ("df", "df"), ("df2", "df2"), ("p_value", "p")):
        assert line[ours] == pytest.approx(
            values[f"{case}_{scope}", f"rao_scott_{theirs}"], **CLOSE
        )


def test_plain_waves_follow_prop_trend_test_and_prop_test(values):
    found = compared(None, "")
    slopes = total_of_mood(found["slopes"])
    pairs = total_of_mood(found["differences"], wave="2021", against="2020")
    for code in ("1", "2", "3"):
        assert slopes[code]["method"] == "cochran_armitage"
        assert slopes[code]["statistic"] ** 2 == pytest.approx(
            values["counts", f"trend_chisq_{code}"], **CLOSE
        )
        assert slopes[code]["p_value"] == pytest.approx(
            values["counts", f"trend_p_{code}"], **CLOSE
        )
        assert pairs[code]["p_value"] == pytest.approx(values["counts", f"pair_p_{code}"], **CLOSE)


@pytest.mark.parametrize("test", ["pearson", "linear_by_linear"])
def test_whole_question_of_plain_waves_is_chisq_test_and_mantel(test, values):
    lines = compared(None, "")["tests"]
    line = total_of_mood(lines, comparison="all waves", test=test)[""]
    assert line["statistic"] == pytest.approx(values["counts", test], **CLOSE)


def test_members_are_compared_with_themselves(values):
    lines = [
        line
        for line in compared(None, "person")["panel"]
        if (line["wave"], line["against"]) == ("2021", "2020")
    ]
    mood = {line["row_code"]: line for line in lines if line["row_variable"] == "mood"}
    works = {line["test"]: line for line in lines if line["row_variable"] == "works"}
    assert {line["members"] for line in lines} == {values["members", "members"]}
    for code in ("1", "2", "3"):
        assert mood[code]["p_value"] == pytest.approx(
            values["members", f"mcnemar_exact_{code}"], **CLOSE
        )
    assert works["bowker"]["statistic"] == pytest.approx(values["members", "bowker_works"], **CLOSE)
