"""What follows from the article's own page: solutions, bounds, rounding and contradictions."""

import re
from collections import Counter
from math import erfc, sqrt
from pathlib import Path

import numpy as np
import pytest

from invented import words_of
from resurvey.audit.article_page import write_audit
from resurvey.audit.cards import AuditResults, texts
from resurvey.audit.one_base import joint_evidence
from resurvey.audit.published_wave import RECOVERY_FILES, read_frame, recover_wave
from resurvey.audit.solutions import read_solutions
from resurvey.core.codebook import Codebook, declared_variable
from resurvey.core.errors import SurveyError
from resurvey.core.published import read_cells, read_claims
from resurvey.study.folder import read_study
from unit.sealed import unscripted

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
PUBLISHED = ROOT / "resources/published/2022"


@pytest.fixture(scope="module")
def study():
    found = read_study(ROOT / "config", ROOT / "workflow/schemas")
    found["audit"]["false_fit"]["draws"] = 80
    return found


@pytest.fixture(scope="module")
def lines(study):
    return recover_wave(
        read_cells(PUBLISHED / "cells.csv"),
        read_claims(PUBLISHED / "claims.csv"),
        study["codebook"],
        study["tables"]["tables"],
        study["config"]["waves"]["2022"]["reconstruct"],
        study["audit"],
        0.05,
    ).files


def of(lines, name, variable, **where):
    return [
        one
        for one in lines[name]
        if one["row_variable"] == variable
        and all(one.get(key) == value for key, value in where.items())
    ]


def test_every_published_question_has_its_complete_list_of_solutions(lines):
    for question in lines["questions"]:
        listed = {one["solution"] for one in of(lines, "solutions", question["row_variable"])}
        assert len(listed) == question["solutions"] > 0
    assert not lines["misprints"]


def test_questions_that_only_some_answered_have_the_bases_that_the_print_gives_away(lines):
    bases = {one["row_variable"]: one["largest_base"] for one in lines["questions"]}
    short = {name: base for name, base in bases.items() if base < 515}
    assert short == {
        "job_fit": 501,
        "job_satisfaction": 502,
        "manager_relations": 494,
        "colleague_relations": 496,
        "job_pay": 511,
    }


def test_pay_is_complete_under_the_rule_of_rounded_sums_and_shows_both_numbers(lines):
    pay = of(lines, "questions", "job_pay")[0]
    assert (pay["rule"], pay["solutions"], pay["solutions_from_counts"]) == (
        "rounded_sums",
        3065,
        492,
    )
    assert (pay["smallest_base"], pay["largest_base"]) == (45, 511)
    assert (pay["smallest_base_from_counts"], pay["largest_base_from_counts"]) == (137, 505)
    others = [one for one in lines["questions"] if one["row_variable"] != "job_pay"]
    assert {one["rule"] for one in others} == {"counts"}
    assert all(one["solutions"] == one["solutions_from_counts"] for one in others)


def test_no_comparison_of_men_and_women_is_significant_in_any_solution(lines):
    tests = [one for one in lines["ranges"] if one["statistic"] == "p_value"]
    assert len(tests) == 10
    assert {one["verdict"] for one in tests} == {"significant in none"}
    assert {one["robust_verdict"] for one in tests} == {"significant in none"}
    assert all(one["robust_minimum"] <= one["minimum"] <= one["maximum"] for one in tests)


def test_trend_is_bounded_over_all_solutions_and_leaves_out_who_finds_it_hard_to_say(study, lines):
    trends = {
        one["row_variable"]: one
        for one in lines["ranges"]
        if one["statistic"] == "linear_by_linear_p_value"
    }
    # Pay has two answers, and the plans are a yes, a no and a "hard to say".
    assert len(trends) == 8
    assert not {"job_pay", "remigration_plan"} & set(trends)
    assert {one["verdict"] for one in trends.values()} == {"significant in none"}
    for name, trend in trends.items():
        declared = study["codebook"]["variables"][name]
        order = declared.get("order") or sorted(declared["codes"])
        scale = [code for code in order if code not in declared.get("dont_know", [])]
        solutions = {}
        for one in of(lines, "solutions", name):
            if one["column_code"] != "total" and int(one["row_code"]) in scale:
                place = scale.index(int(one["row_code"])), int(one["column_code"])
                solutions.setdefault(one["solution"], []).extend([place] * int(one["count"]))
        p_values = []
        for people in solutions.values():
            rows, columns = np.array(people).T
            square = np.corrcoef(rows, columns)[0, 1] ** 2
            p_values.append(erfc(sqrt((len(people) - 1) * square / 2)))
        assert (trend["minimum"], trend["maximum"]) == pytest.approx((min(p_values), max(p_values)))


def test_holms_correction_over_the_sectors_leaves_those_who_did_not_work(lines):
    for solutions in ("chosen", "all"):
        own = [one for one in lines["paired"] if one["solutions"] == solutions]
        largest = sorted(own, key=lambda one: one["exact_p_value_maximum"])
        # By hand: the smallest of 13 times 13, the next times 12.
        assert largest[0]["row_code"] == "12"
        assert largest[0]["holm_maximum"] == pytest.approx(13 * largest[0]["exact_p_value_maximum"])
        second = min(1, 12 * largest[1]["exact_p_value_maximum"])
        assert largest[1]["holm_maximum"] == pytest.approx(second)
        always = [one["row_code"] for one in own if one["holm_verdict"] == "significant in all"]
        assert always == ["12"]
        assert all(one["holm_minimum"] >= one["exact_p_value_minimum"] for one in own)


def test_solutions_agree_with_their_ranges(lines):
    for one in lines["ranges"]:
        if one["statistic"] != "count" or "+" in one["row_code"]:
            continue
        counts = [
            solution["count"]
            for solution in of(
                lines,
                "solutions",
                one["row_variable"],
                row_code=one["row_code"],
                column_code=one["column_code"],
            )
        ]
        assert (min(counts), max(counts)) == (one["minimum"], one["maximum"])
        assert one["chosen"] in counts


def test_subtotals_tell_how_they_were_made(lines):
    made = Counter(one["verdict"] for one in lines["rounding"] if one["kind"] == "subtotal")
    assert set(made) == {"both", "printed_parts"}
    one = of(lines, "rounding", "job_fit", kind="subtotal", row_code="1+2", column_code="total")[0]
    assert (one["printed"], one["from_printed_parts"], one["from_counts"]) == (
        "64,2",
        "64,2",
        "64,3",
    )


def test_sums_of_99_9_and_100_1_are_explained_by_rounding(lines):
    sums = [one for one in lines["rounding"] if one["kind"] == "sum"]
    assert {one["printed"] for one in sums} == {"99,9", "100,0", "100,1"}
    assert {one["verdict"] for one in sums} == {"exact", "rounding"}


def test_more_people_rated_their_job_than_had_one(lines):
    findings = {
        one["row_variable"]: (one["respondents"], one["respondents_chosen"])
        for one in lines["joint"]
        if one["kind"] == "base"
    }
    assert findings == {
        "job_satisfaction": (65, 70),
        "job_fit": (64, 69),
        "colleague_relations": (59, 64),
        "job_pay": (0, 73),
        "manager_relations": (0, 62),
    }
    kinds = Counter(one["kind"] for one in lines["joint"] if one["finding"] == 1)
    assert kinds == {"respondents": 1, "base": 1, "count": 1, "routing": 1}


def test_mcnemars_test_has_bounds_and_those_of_all_bases_are_wider(lines):
    shown = {one["row_code"]: one for one in lines["paired"] if one["solutions"] == "chosen"}
    every = {one["row_code"]: one for one in lines["paired"] if one["solutions"] == "all"}
    assert shown["12"]["changed_minimum"] == 42
    assert shown["12"]["verdict"] == every["12"]["verdict"] == "significant in all"
    for row, one in shown.items():
        assert every[row]["exact_p_value_minimum"] <= one["exact_p_value_minimum"]
        assert every[row]["exact_p_value_maximum"] >= one["exact_p_value_maximum"]


def test_fit_of_a_table_with_few_answers_says_little(lines):
    rates = {one["row_variable"]: one for one in lines["false_fit"]}
    assert rates["ecology"]["reading"] == "says_little"
    assert rates["expectations_met"]["reading"] == "says_much"
    assert rates["ecology"]["generator"] == "NumPy PCG64"
    assert rates["ecology"]["fits"] == rates["sport"]["fits"]


def test_most_inventions_fail_is_said_only_where_the_interval_is_below_a_half(lines):
    rates = {one["row_variable"]: one for one in lines["false_fit"]}
    # Of two answers about half fit; of three by two groups a tenth to a third, as the null goes.
    assert rates["gender"]["reading"] == "says_little"
    three = rates["family_relations"]
    assert (three["null"], three["reading"]) == ("independent", "says_something")
    assert three["rate"] < three["alike_rate"]
    assert rates["gender"]["null"] == "uniform"
    assert rates["gender"]["alike_fits"] is None
    for one in lines["false_fit"]:
        if one["reading"] != "says_little":
            assert max(one["high"], one["alike_high"] or 0) < 0.5


def test_shares_that_only_the_text_prints_are_judged_together_at_the_base_of_all(lines):
    found = joint_evidence(texts(lines)["questions"])
    # All but pay, whose share is a sum of rounded ones.
    assert (found["questions"], found["fits"], found["shares"]) == (8, 8, 15)
    assert 1e-4 < found["chance"] < 3e-4


def test_claims_can_look_a_question_up_under_its_table_and_as_text(lines):
    read = read_solutions(texts(lines)["solutions"])
    assert read["table_2/job_fit"] == read["text/job_fit"]
    assert read["table_2/job_fit"][0]["1/total"] == (142, 501)


def test_nothing_published_gives_empty_files(study):
    nothing = recover_wave([], [], study["codebook"], {}, {}, {}, 0.05)
    assert nothing.files == {name: [] for name in RECOVERY_FILES}


def test_published_cells_without_a_number_of_respondents_are_refused():
    with pytest.raises(SurveyError, match="`respondents` is missing"):
        read_frame({})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cannot_answer": ["job_fitt"]}, "'job_fitt' is no published question; did you mean"),
        ({"who": {"variable": "sector_kyrgyzstan", "codes": [77]}}, "has no answer 77"),
    ],
)
def test_routing_that_names_something_unpublished_is_refused(study, change, message):
    routing = {"without_job": study["audit"]["routing"]["without_job"] | change}
    with pytest.raises(SurveyError) as problem:
        recover_wave(
            read_cells(PUBLISHED / "cells.csv"),
            read_claims(PUBLISHED / "claims.csv"),
            study["codebook"],
            study["tables"]["tables"],
            {"respondents": 515},
            {"routing": routing, "group_sizes": {1: 305, 2: 210}, "false_fit": {"draws": 1}},
            0.05,
        )
    assert message in str(problem.value)


@pytest.fixture(scope="module", params=["ru", "en"])
def page(request, study, lines):
    variables = study["codebook"]["variables"]
    book = Codebook({name: declared_variable(name, one) for name, one in variables.items()})
    results = AuditResults(
        texts(lines),
        read_cells(PUBLISHED / "cells.csv"),
        read_claims(PUBLISHED / "claims.csv"),
        [],
        book,
    )
    words = words_of(["ru", "en"])[request.param]
    folders = [ROOT / "report/audit", ROOT / "report/templates"]
    return write_audit(results, study, words, "2022", request.param, folders)


def test_card_shows_the_other_base_that_the_printed_numbers_allow(page):
    card = page.partition('id="card-sector_kyrgyzstan"')[2]
    foot = card.partition("<tfoot>")[2].partition("</tfoot>")[0]
    assert re.search(r'>515<small class="range">485 (?:or|или) 515</small></td>', foot)
    # A question with one base has nothing beside it.
    foot = page.partition('id="card-job_fit"')[2].partition("<tfoot>")[2].partition("</tfoot>")[0]
    assert ">501</td>" in foot
    assert "range" not in foot


def test_page_has_a_card_for_every_question(page):
    assert page.count("<article class=card".replace("class=card", 'class="card"')) == 24
    assert 'data-question="job_fit" data-solutions="1"' in page


def test_false_fits_that_never_happened_show_their_interval_alone(page):
    assert not re.search(r"\b0[.,]0\N{NO-BREAK SPACE}%|: 0[.,]0 %", page)
    assert re.search("≤ [0-9][.,][0-9]", page)


def test_page_needs_no_other_file_and_no_other_script(page):
    bare = unscripted(page)
    assert "<script" not in bare
    assert "http://" not in bare.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "https://" not in page
    # The two long lists lie beside the page.
    assert page.count("data:text/csv") == len(RECOVERY_FILES) - 2
    assert all(f'href="{name}.csv"' in page for name in ("solutions", "bases"))


def test_page_shows_how_a_count_follows(page):
    assert "≤ 100·x/300 &lt;" in page
    assert "x = 92" in page
    assert "χ² = (92 − 85" in page
