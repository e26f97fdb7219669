"""Boxes, net shares and net promoter scores are of people who can be counted by hand."""

import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.counts.design import Design
from resurvey.tables.banners import tabulate_banners
from resurvey.tables.blocks import Setting
from resurvey.tables.tabulation import tabulate_survey

WORDS = {"total": "Total", "all_respondents": "All", "mean": "Mean", "nps": "NPS"}
WORDS["net"] = "Net: {of} − {minus}"
SETTING = Setting("en", WORDS, 0.05)
AGREE = {1: {"en": "no"}, 2: {"en": "rather no"}, 3: {"en": "both"}, 4: {"en": "rather yes"}}
AGREE |= {5: {"en": "yes"}, 8: {"en": "hard to say"}}
ANSWERS = [1, 2, 4, 5, 5, 8, 3, 5, 4, 99]
"""Of nine who answered five are in the top two, two in the bottom two, one does not know."""


def people(**more):
    data = {
        "fair": ANSWERS,
        "safe": [1, 1, 1, 5, 2, 2, 3, 3, 4, 4],
        "rate": [10, 9, 9, 8, 7, 6, 0, 3, 10, 10],
        "sex": [1, 1, 1, 1, 1, 2, 2, 2, 2, 2],
        "w": [2.0, 1, 1, 1, 1, 1, 1, 1, 3, 1],
    }
    scale = {"measure": "ordinal", "codes": AGREE | {99: {}}, "missing": (99,), "dont_know": (8,)}
    variables = {
        "fair": Variable("fair", {"en": "Courts are fair"}, **scale),
        "safe": Variable("safe", {"en": "Streets are safe"}, **scale),
        "rate": Variable("rate", measure="scale", codes={0: {"en": "never"}, 10: {"en": "surely"}}),
        "sex": Variable("sex", codes={1: {"en": "men"}, 2: {"en": "women"}}),
        "w": Variable("w", measure="scale"),
    }
    variables |= more
    return Survey(pd.DataFrame(data), Codebook(variables))


def tabulated(table, survey=None, **options):
    survey = survey or people()
    return tabulate_survey(survey, {"t": table}, language="en", words=WORDS, **options)


def cells(done, column="total"):
    return {
        (one["row_variable"], one["row_label"]): one
        for one in done.crosstabs
        if one["column_code"] == column
    }


def scores(done):
    return {
        (one["row_variable"], one["column_code"], one["statistic"]): one for one in done.summaries
    }


def test_top_box_adds_the_highest_answers_and_never_dont_know():
    found = cells(tabulated({"rows": ["fair"], "top_box": 2, "bottom_box": 2}))
    top, bottom = found["fair", "Top-2"], found["fair", "Bottom-2"]
    assert (top["row_code"], top["kind"], top["count"], top["base"]) == ("4+5", "subtotal", 5, 9)
    assert (bottom["row_code"], bottom["count"]) == ("1+2", 2)


def test_box_follows_the_declared_order_and_stands_after_its_last_part():
    turned = Variable("fair", {}, "ordinal", AGREE, missing=(99,), order=(5, 4, 3, 2, 1))
    done = tabulated({"rows": ["fair"], "top_box": 2}, people(fair=turned))
    labels = [one["row_label"] for one in done.crosstabs]
    assert labels[:3] == ["no", "rather no", "Top-2"]
    assert cells(done)["fair", "Top-2"]["count"] == 2


def test_question_without_an_order_has_no_box():
    found = cells(tabulated({"rows": ["fair", "sex"], "top_box": 2}))
    assert ("fair", "Top-2") in found
    assert ("sex", "Top-2") not in found


def test_box_that_no_question_has_is_refused():
    with pytest.raises(SurveyError, match="`top_box: 2` needs a question with more than 2"):
        tabulated({"rows": ["sex"], "top_box": 2})


def test_declared_sum_of_the_same_answers_keeps_its_own_label():
    table = {"rows": ["fair"], "top_box": 2, "subtotals": [{"of": [4, 5], "label": "Agree"}]}
    found = cells(tabulated(table))
    assert ("fair", "Agree") in found
    assert ("fair", "Top-2") not in found


def test_net_share_is_the_difference_of_the_printed_per_cents():
    done = tabulated({"rows": ["fair"], "columns": "sex", "top_box": 2, "bottom_box": 2, "net": 2})
    for column in ("total", "1", "2"):
        found = cells(done, column)
        difference = found["fair", "Top-2"]["percent"] - found["fair", "Bottom-2"]["percent"]
        assert scores(done)["fair", column, "net"]["value"] == pytest.approx(difference)
    assert scores(done)["fair", "total", "net"]["value"] == pytest.approx(100 * (5 - 2) / 9)


def test_net_share_may_name_its_codes():
    done = tabulated({"rows": ["fair"], "net": {"of": [5], "minus": [1, 8]}})
    assert scores(done)["fair", "total", "net"]["value"] == pytest.approx(100 * (3 - 2) / 9)


@pytest.mark.parametrize(
    ("net", "message"),
    [
        ({"of": [5], "minus": [7]}, "names 7, which is no answer"),
        ({"of": [5], "minus": [5]}, "adds and takes away 5"),
    ],
)
def test_net_share_of_wrong_codes_is_refused(net, message):
    with pytest.raises(SurveyError, match=message):
        tabulated({"rows": ["fair"], "net": net})


def test_weighted_net_share_has_the_interval_of_the_design():
    survey = people()
    plain = tabulated({"rows": ["fair"], "net": 2}, survey)
    done = tabulated({"rows": ["fair"], "net": 2}, survey, design=Design(weights="w"))
    found = scores(done)["fair", "total", "net"]
    # Weights of those who answered: 11; agree 1 + 1 + 1 + 1 + 3, disagree 2 + 1.
    assert found["value"] == pytest.approx(100 * (7 - 3) / 12)
    assert found["standard_error"] != scores(plain)["fair", "total", "net"]["standard_error"]
    assert found["lower"] < found["value"] < found["upper"]


def test_groups_with_a_larger_net_share_carry_letters():
    data = {"fair": [5] * 40 + [1] * 40, "sex": [1] * 40 + [2] * 39 + [1]}
    survey = Survey(pd.DataFrame(data), people().codebook)
    found = scores(tabulated({"rows": ["fair"], "columns": "sex", "net": 2}, survey))
    assert found["fair", "1", "net"]["column_letter"] == "A"
    assert found["fair", "1", "net"]["letters"] == "B"
    assert found["fair", "2", "net"]["letters"] == ""


def test_net_promoter_score_counts_promoters_less_detractors():
    done = tabulated({"rows": ["rate"], "columns": "sex", "nps": True})
    assert scores(done)["rate", "total", "nps"]["value"] == pytest.approx(100 * (5 - 3) / 10)
    assert scores(done)["rate", "1", "nps"]["value"] == pytest.approx(100 * (3 - 0) / 5)


def test_net_promoter_score_of_another_scale_is_refused_with_what_it_has():
    with pytest.raises(SurveyError, match="'fair' has answers from 1 to 5"):
        tabulated({"rows": ["rate", "fair"], "nps": True})
    assert scores(tabulated({"rows": ["rate", "fair"], "nps": ["rate"]}))


def test_mean_leaves_out_who_does_not_know():
    done = tabulated({"rows": ["fair"], "means": True})
    assert scores(done)["fair", "total", "mean"]["value"] == pytest.approx(29 / 8)


def test_table_sorted_by_agreement_stands_so_in_its_file():
    table = {"rows": ["safe", "fair"], "top_box": 2}
    assert tabulated(table).crosstabs[0]["row_variable"] == "safe"
    done = tabulated({**table, "sort": "agreement"})
    assert list(dict.fromkeys(one["row_variable"] for one in done.crosstabs)) == ["fair", "safe"]


def test_grid_of_two_scales_is_refused_with_both():
    table = {"rows": ["fair", "rate"], "grid": True, "top_box": 2}
    with pytest.raises(SurveyError, match="'fair' are 1, 2, 3, 4, 5, those of 'rate' 0, 10"):
        tabulated(table)


def test_reconstructed_net_share_by_group_is_not_identified():
    survey = people()
    book = Codebook(survey.codebook.variables, reconstructed=True)
    done = tabulated({"rows": ["fair"], "columns": "sex", "net": 2}, Survey(survey.data, book))
    assert "value" not in scores(done)["fair", "1", "net"]
    assert scores(done)["fair", "total", "net"]["value"] == pytest.approx(100 * (5 - 2) / 9)


def banner(**declared):
    declared = {"rows": ["fair", "rate", "sex"], "columns": ["safe"], **declared}
    lines = tabulate_banners(people(), {"b": declared}, SETTING)
    return {(one["row_variable"], one["row_code"], one["column_code"]): one for one in lines}


def test_banner_has_the_same_boxes_and_scores():
    found = banner(top_box=2, net=2, nps=["rate"])
    assert found["fair", "4+5", "total"]["row_label"] == "Top-2"
    net = found["fair", "net", "total"]
    assert (net["kind"], net["row_label"]) == ("net", "Net: Top-2 − Bottom-2")
    assert net["net"] == pytest.approx(100 * (5 - 2) / 9)
    assert found["rate", "nps", "total"]["net"] == pytest.approx(20)
    assert ("sex", "4+5", "total") not in found


def test_net_of_a_column_is_of_the_column():
    # Of the three with the lowest answer on streets: 1, 2, 4.
    assert banner(net=2)["fair", "net", "1"]["net"] == pytest.approx(100 * (1 - 2) / 3)
