"""A second real survey by configuration alone agrees with pandas, scipy and statsmodels."""

import ast
import re

import pandas as pd
import pytest
from scipy.stats import chi2_contingency
from statsmodels.datasets import anes96
from statsmodels.stats.contingency_tables import Table

from invented import ROOT, read

GROUPED = ("vote_by_education", "party_by_vote", "leaning_by_vote", "news_by_vote")
SOURCES = {
    "vote": "vote",
    "educ": "educ",
    "party": "PID",
    "self_leaning": "selfLR",
    "clinton_leaning": "ClinLR",
    "dole_leaning": "DoleLR",
    "tv_news": "TVnews",
}


@pytest.fixture(scope="module")
def raw():
    return anes96.load_pandas().data


@pytest.fixture(scope="module")
def crosstabs(anes_run):
    return read(anes_run / "results/1996/tables/crosstabs.csv")


@pytest.fixture(scope="module")
def tested(anes_run):
    return read(anes_run / "results/1996/tables/tests.csv")


def blocks(lines):
    return sorted(
        {
            (one["table"], one["row_variable"], one["column_variable"])
            for one in lines
            if one["table"] in GROUPED
        }
    )


def test_every_count_is_that_of_pandas(crosstabs, raw):
    assert len(blocks(crosstabs)) == 6
    for table, row, column in blocks(crosstabs):
        expected = pd.crosstab(raw[SOURCES[row]], raw[SOURCES[column]])
        for one in crosstabs:
            mine = (one["table"], one["row_variable"]) == (table, row) and one["kind"] == "answer"
            if mine and one["column_code"] != "total":
                place = float(one["row_code"]), float(one["column_code"])
                assert int(one["count"]) == expected.loc[place]


def test_every_chi_square_is_that_of_scipy(crosstabs, tested, raw):
    for table, row, column in blocks(crosstabs):
        counts = pd.crosstab(raw[SOURCES[row]], raw[SOURCES[column]])
        for name, power in (("pearson", "pearson"), ("likelihood_ratio", "log-likelihood")):
            expected = chi2_contingency(counts, correction=False, lambda_=power)
            found = next(
                one
                for one in tested
                if (one["table"], one["row_variable"], one["column_variable"], one["test"])
                == (table, row, column, name)
            )
            assert float(found["statistic"]) == pytest.approx(expected.statistic, rel=1e-9)
            assert float(found["p_value"]) == pytest.approx(expected.pvalue, rel=1e-9)
            assert int(float(found["df"])) == expected.dof


def test_every_adjusted_residual_is_that_of_statsmodels(crosstabs, raw):
    for table, row, column in blocks(crosstabs):
        counts = pd.crosstab(raw[SOURCES[row]], raw[SOURCES[column]])
        expected = Table(counts, shift_zeros=False).standardized_resids
        for one in crosstabs:
            mine = (one["table"], one["row_variable"]) == (table, row) and one["kind"] == "answer"
            if mine and one["column_code"] != "total":
                value = expected.loc[float(one["row_code"]), float(one["column_code"])]
                assert float(one["adjusted_residual"]) == pytest.approx(value, rel=1e-9)


def test_row_per_cents_are_of_the_row(crosstabs):
    lines = [one for one in crosstabs if one["table"] == "income_by_vote"]
    first = [one for one in lines if one["row_code"] == "1" and one["column_code"] in ("0", "1")]
    assert sum(float(one["percent"]) for one in first) == pytest.approx(100)
    assert sum(int(one["count"]) for one in first) == int(first[0]["base"])


def test_leaners_are_the_sum_of_their_answers(crosstabs):
    lines = {
        (one["row_code"], one["column_code"]): one
        for one in crosstabs
        if one["table"] == "party_by_vote"
    }
    assert lines["0+1+2", "0"]["kind"] == "subtotal"
    parts = sum(int(lines[code, "0"]["count"]) for code in "012")
    assert int(lines["0+1+2", "0"]["count"]) == parts


def test_two_leanings_of_the_same_people_are_compared_in_pairs(tested):
    paired = {one["test"]: one for one in tested if one["column_variable"] == "clinton_leaning"}
    assert paired["bowker"]["p_value"]
    assert paired["stuart_maxwell"]["p_value"]


def code_alone(path):
    """A module's code without comments and docstrings, which may show examples."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            first.value.value = ""
    return ast.unparse(tree)


def test_cells_of_the_banner_are_those_of_pandas(anes_run):
    frame = anes96.load_pandas().data
    party = frame["PID"].map({0: 1, 1: 1, 2: 1, 3: 2, 4: 3, 5: 3, 6: 3})
    lines = read(anes_run / "results/1996/tables/banners.csv")
    found = {
        (one["row_code"], one["column_code"]): one
        for one in lines
        if one["row_variable"] == "self_leaning" and one["column_variable"] == "party_group"
    }
    counts = pd.crosstab(frame["selfLR"], party)
    for leaning in range(1, 8):
        for group in (1, 2, 3):
            cell = found[str(leaning), str(group)]
            assert int(cell["count"]) == counts.loc[leaning, group]
            assert int(cell["base"]) == counts[group].sum()
    means = frame["selfLR"].groupby(party).mean()
    for group in (1, 2, 3):
        assert float(found["mean", str(group)]["mean"]) == pytest.approx(means[group])
    assert int(found["1+2+3", "1"]["count"]) == counts.loc[[1, 2, 3], 1].sum()
    # Two columns are compared, the third has 37 respondents: z = 14.9 for the liberals.
    assert found["1+2+3", "1"]["letters"] == "C"
    assert found["1", "2"]["note"] == "base below 100"


def test_no_line_of_code_knows_either_survey():
    words = ("anes", "kyrgyz", "migrant", "clinton", "job_fit", "sector_")
    modules = sorted(ROOT.glob("workflow/scripts/**/*.py"))
    assert len(modules) > 40
    texts = {path: code_alone(path) for path in modules}
    texts |= {
        path: path.read_text(encoding="utf-8")
        for path in [*ROOT.glob("workflow/rules/*.smk"), ROOT / "Snakefile"]
    }
    for path, text in texts.items():
        # `freeze_panes` of a workbook names no survey.
        told = [word for word in words if re.search(rf"(?<![a-z]){word}", text.casefold())]
        assert not told, f"{path.name} knows {told}"
