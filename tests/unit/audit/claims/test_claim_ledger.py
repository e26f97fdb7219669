"""A claim is judged by the cells it speaks of, and its verdict carries the arithmetic."""

import pytest

from resurvey.audit.claims import LEDGER_COLUMNS, VERDICTS, evaluate_claims, read_lexicon
from resurvey.core.errors import SurveyError

LEXICON = read_lexicon(
    {
        "quantifiers": {
            "every_fifth": {"unit": "percent", "meaning": "[17.5, 22.5]"},
            "three_times": {"unit": "ratio", "meaning": "[2.7, 3.3]"},
            "slight": {"unit": "percentage_points", "meaning": "[0, 5)"},
            "high": {"unit": "percent"},
        }
    }
)


def counted(count: int, base: int) -> dict[str, int]:
    return {"count": count, "base": base}


def judge(known, feasible=None, /, *, reconstructed=False, **claim):
    claim = {"claim": "c1", "form": "number", **claim}
    return evaluate_claims([claim], known, LEXICON, feasible, reconstructed=reconstructed)[0]


def test_a_number_agrees_that_the_counts_round_to():
    found = judge({"t/v/1/total": counted(5, 16)}, printed="31,3", cells="t/v/1/total")
    assert (found["verdict"], found["recomputed"]) == ("confirmed", "31,3")
    assert found["arithmetic"] == "100·5/16 = 31,3"


@pytest.mark.parametrize("printed", ["12,2", "12,3"])
def test_a_half_agrees_on_either_side_and_is_written_as_printed(printed):
    row = judge(
        {"t/v/1/total": counted(49, 400)}, form="number", printed=printed, cells="t/v/1/total"
    )
    assert (row["verdict"], row["recomputed"]) == ("confirmed", printed)


def test_a_number_that_the_counts_do_not_give_contradicts():
    found = judge({"t/v/2/total": counted(83, 515)}, printed="82,7", cells="100 - t/v/2/total")
    assert found["verdict"] == "contradicted"
    assert found["arithmetic"] == "100 − 100·83/515 = 83,9 ≠ 82,7"


def test_a_reading_that_holds_stands_first_and_is_no_contradiction():
    cells = {"t/v/1/total": counted(2, 4), "t/v/2/total": counted(1, 4)}
    found = judge(cells, printed="75,0", cells="t/v/1/total", alternative="t/v/1+2/total")
    assert (found["verdict"], found["outcomes"]) == ("depends_on_reading", "holds | fails")
    assert found["arithmetic"] == "100·3/4 = 75,0; 100·2/4 = 50,0 ≠ 75,0"


def test_declared_readings_are_all_that_are_judged():
    cells = {"t/v/1/total": counted(2, 4), "t/v/2/total": counted(1, 4)}
    claim = {"claim": "c1", "form": "number", "printed": "75,0", "cells": "t/v/1/total"}
    lines = [
        {"claim": "c1", "cells": "", "quantifier": "", "reading_ru": "да", "reading_en": "yes"},
        {
            "claim": "c1",
            "cells": "t/v/1+2/total",
            "quantifier": "",
            "reading_ru": "оба",
            "reading_en": "both",
        },
    ]
    (found,) = evaluate_claims([claim], cells, LEXICON, readings=lines)
    assert (found["verdict"], found["readings_en"]) == ("depends_on_reading", "both | yes")
    (found,) = evaluate_claims([claim], cells, LEXICON, readings=lines[:1])
    assert (found["verdict"], found["reason"]) == ("contradicted", "no_reading")
    with pytest.raises(SurveyError, match=r"readings\.csv: there is no claim 'c1' in claims\.csv"):
        evaluate_claims([], cells, LEXICON, readings=lines)


def test_numbers_of_the_text_are_checked_against_each_other():
    claims = [
        {"claim": "c1", "form": "number", "printed": "37", "cells": ""},
        {
            "claim": "c2",
            "form": "number",
            "printed": "22",
            "cells": "claim(c2) + claim(c3) = claim(c1)",
        },
        {"claim": "c3", "form": "number", "printed": "14", "cells": "claim(c2) + 15 = claim(c1)"},
    ]
    found = evaluate_claims(claims, {}, LEXICON)
    assert [line["verdict"] for line in found] == [
        "cannot_be_checked",
        "contradicted",
        "internally_consistent",
    ]
    assert found[1]["arithmetic"] == "22 + 14 = 36 < 37"
    assert found[2]["arithmetic"] == "22 + 15 = 37"


@pytest.mark.parametrize(
    ("cells", "verdict", "arithmetic"),
    [
        ("whole(claim(c1), 319)", "internally_consistent", "100·170/319 = 53,3"),
        ("whole(claim(c1), 515)", "contradicted", "100·274/515 = 53,2; 100·275/515 = 53,4 ≠ 53,3"),
        ("whole_parts(claim(c1), 0)", "cannot_be_checked", "whole_parts(…, 0) = ?"),
    ],
)
def test_a_share_of_whole_people_is_looked_for(cells, verdict, arithmetic):
    found = judge({}, printed="53,3", cells=cells)
    assert (found["verdict"], found["arithmetic"]) == (verdict, arithmetic)


def test_a_sum_of_two_rounded_shares_reaches_numbers_that_one_share_does_not():
    assert judge({}, printed="53,5", cells="whole(claim(c1), 305)")["verdict"] == "contradicted"
    found = judge({}, printed="53,5", cells="whole_parts(claim(c1), 305)")
    assert found["verdict"] == "internally_consistent"


def test_a_test_of_groups_is_a_reading():
    # 10 of 20 against 12 of 20: chi-square = 0.404, p = 0.525; 2 of 20 against 18 of 20: p < 0.001
    cells = {
        f"t/v/{code}/{group}": counted(count, 20)
        for group, yes in (("1", 10), ("2", 12))
        for code, count in (("1", yes), ("2", 20 - yes))
    }
    found = judge(cells, cells="p_value(t/v/1/total) > 0.05")
    arithmetic = "p(10:10; 12:8; χ² = 0,40; df = 1) = 0,525 > 0,05"
    assert (found["verdict"], found["arithmetic"]) == ("confirmed", arithmetic)
    assert judge(cells, cells="p_value(t/v/all/total) < 0.05")["verdict"] == "contradicted"


def test_a_paired_test_is_read_where_it_is_weakest():
    # 58 before and 35 after: at most 93 changed, (58 - 35)² / 93 = 5.69, p = 0.017.
    cells = {"t/v/3/total": counted(58, 515), "t/w/3/total": counted(35, 515)}
    found = judge(cells, cells="paired_p_value(t/v/3/total, t/w/3/total) > 0.05")
    assert found["verdict"] == "contradicted"
    assert found["arithmetic"] == ("p(χ² = (58 − 35)² / (58 + 35) = 5,69; df = 1) = 0,017 < 0,05")
    # Of 60 people at most 27 can have changed from 58 to 35.
    few = {name: counted(cell["count"], 60) for name, cell in cells.items()}
    found = judge(few, cells="paired_p_value(t/v/3/total, t/w/3/total) > 0.05")
    assert "(58 − 35)² / 27 = 19,59" in found["arithmetic"]


def test_a_paired_test_of_two_bases_is_not_made():
    cells = {"t/v/3/total": counted(58, 515), "t/w/3/total": counted(35, 485)}
    found = judge(cells, cells="paired_p_value(t/v/3/total, t/w/3/total) > 0.05")
    assert found["verdict"] == "cannot_be_checked"


def test_the_same_number_in_several_places_is_written_as_one_chain():
    claims = [{"claim": f"c{n}", "form": "number", "printed": "37"} for n in (1, 2, 3)]
    everywhere = "claim(c1), claim(c2), claim(c3)"
    claims[0]["cells"] = f"min({everywhere}) = max({everywhere})"
    assert evaluate_claims(claims, {}, LEXICON)[0]["arithmetic"] == "37 = 37 = 37"
    claims[2]["printed"] = "36"
    found = evaluate_claims(claims, {}, LEXICON)[0]
    assert (found["verdict"], found["arithmetic"]) == ("contradicted", "37; 37; 36")


def test_a_relation_that_fails_by_equality_says_what_it_had_to_be():
    cells = {"t/v/1/total": counted(1, 4), "t/v/2/total": counted(1, 4)}
    found = judge(cells, cells="t/v/1/total > t/v/2/total")
    assert found["arithmetic"] == "100·1/4 ≯ 100·1/4"


@pytest.mark.parametrize(
    ("count", "verdict"), [(110, "confirmed"), (120, "imprecise"), (130, "contradicted")]
)
def test_a_number_outside_a_words_meaning_but_near_it_is_imprecise(count, verdict):
    tenth = {"unit": "percent", "meaning": "[9, 11]", "loose": "[7.5, 12.5]"}
    lexicon = read_lexicon({"quantifiers": {"every_tenth": tenth}})
    claim = {
        "claim": "c1",
        "form": "quantifier",
        "quantifier": "every_tenth",
        "cells": "t/v/1/total",
    }
    (found,) = evaluate_claims([claim], {"t/v/1/total": counted(count, 1000)}, lexicon)
    assert found["verdict"] == verdict


def test_a_number_that_the_table_prints_is_confirmed_however_it_was_added_up():
    cells = {
        "t/v/1/total": counted(1, 3),
        "t/v/2/total": counted(1, 3),
        "t/v/1+2/total": {"printed": "66,6", "count": 2, "base": 3},
    }
    found = judge(cells, printed="66,6", cells="t/v/1+2/total")
    assert (found["verdict"], found["arithmetic"]) == ("confirmed", "33,3 + 33,3 = 66,6")


def test_a_subtotal_made_of_rounded_parts_agrees_by_rounded_parts():
    cells = {"t/v/1/total": counted(1, 3), "t/v/2/total": counted(1, 3)}
    found = judge(cells, printed="66,6", cells="t/v/1+2/total")
    assert (found["verdict"], found["recomputed"]) == ("by_rounded_parts", "66,7")
    assert found["arithmetic"] == "100·2/3 = 66,7 ≠ 66,6; 33,3 + 33,3 = 66,6"


def test_a_number_of_another_question_is_a_wrong_cell_with_its_name():
    cells = {"t/own/3/total": {"printed": "44,1"}, "t/family/3/total": {"printed": "47,6"}}
    found = judge(cells, printed="47,6", cells="t/own/3/total")
    assert (found["verdict"], found["reason"]) == ("contradicted", "another_cell")
    assert found["arithmetic"] == "44,1 ≠ 47,6; 47,6 = t/family/3/total"


def test_the_same_row_of_another_question_is_named_before_another_row():
    cells = {
        "t/own/3/total": {"printed": "44,1"},
        "t/own/1/total": {"printed": "47,6"},
        "t/family/3/total": {"printed": "47,6"},
    }
    assert judge(cells, printed="47,6", cells="t/own/3/total")["arithmetic"].endswith(
        "t/family/3/total"
    )


@pytest.mark.parametrize("far", ["u/own/3/total", "t/family/1/total", "t/own/1/2"])
def test_a_cell_far_away_agrees_by_chance_and_is_not_named(far):
    cells = {"t/own/3/total": {"printed": "44,1"}, far: {"printed": "47,6"}}
    assert judge(cells, printed="47,6", cells="t/own/3/total")["reason"] == "no_reading"


def test_points_called_per_cent_are_told_from_a_relative_change():
    cells = {"t/now/1/total": counted(80, 100), "t/then/1/total": counted(90, 100)}
    sentence = {"form": "comparison", "cells": "percent_less(t/now/1/total, t/then/1/total)"}
    assert judge(cells, printed="11,1", **sentence)["verdict"] == "confirmed"
    found = judge(cells, printed="10,0", **sentence)
    assert found["verdict"] == "imprecise"
    assert found["arithmetic"] == (
        "100·(1 − 100·80/100 / (100·90/100)) = 11,1 ≠ 10,0; 100·90/100 − 100·80/100 = 10,0"
    )
    assert judge(cells, printed="12,0", **sentence)["verdict"] == "contradicted"


@pytest.mark.parametrize(
    ("count", "verdict"),
    [(174, "contradicted"), (175, "confirmed"), (225, "confirmed"), (226, "contradicted")],
)
def test_a_word_agrees_within_its_declared_meaning(count, verdict):
    found = judge(
        {"t/v/1/total": counted(count, 1000)},
        form="quantifier",
        quantifier="every_fifth",
        cells="t/v/1/total",
    )
    assert found["verdict"] == verdict
    assert ("∈ [17,5; 22,5]" in found["arithmetic"]) == (verdict == "confirmed")


def test_a_ratio_of_exchanged_cells_is_a_wrong_cell():
    cells = {"t/a/1/total": counted(10, 100), "t/b/1/total": counted(30, 100)}
    word = {"form": "comparison", "quantifier": "three_times"}
    assert judge(cells, cells="t/b/1/total / t/a/1/total", **word)["verdict"] == "confirmed"
    assert judge(cells, cells="t/a/1/total / t/b/1/total", **word)["reason"] == "another_cell"


def test_a_word_without_declared_meaning_cannot_be_checked_but_shows_its_number():
    found = judge(
        {"t/v/1/total": counted(1, 2)}, form="quantifier", quantifier="high", cells="t/v/1/total"
    )
    assert (found["verdict"], found["recomputed"]) == ("cannot_be_checked", "50,0")


@pytest.mark.parametrize(
    ("relation", "verdict"), [("<", "confirmed"), (">", "contradicted"), ("=", "contradicted")]
)
def test_a_relation_between_cells_is_true_or_false(relation, verdict):
    cells = {"t/v/1/1": counted(1, 4), "t/v/1/2": counted(2, 4)}
    found = judge(cells, form="direction", cells=f"t/v/1/1 {relation} t/v/1/2")
    assert (found["verdict"], found["recomputed"]) == (verdict, "25,0 < 50,0")


def test_a_claim_without_cells_cannot_be_checked():
    assert judge({}, printed="37", cells="")["verdict"] == "cannot_be_checked"


@pytest.mark.parametrize("cell", [{}, {"t/v/1/total": counted(0, 0)}])
def test_a_cell_nobody_counted_cannot_be_checked(cell):
    found = judge(cell, printed="10,0", cells="t/v/1/total")
    assert (found["verdict"], found["arithmetic"]) == ("cannot_be_checked", "t/v/1/total = ?")


def test_a_share_of_the_text_alone_checks_nothing_on_records_made_from_it():
    cells, claim = {"text/v/1/total": counted(1, 4)}, {"printed": "25,0", "cells": "text/v/1/total"}
    assert judge(cells, **claim)["verdict"] == "confirmed"
    assert judge(cells, reconstructed=True, **claim)["verdict"] == "cannot_be_checked"


def test_bases_and_counts_can_be_claimed():
    cells = {"t/v/1/1": counted(3, 10), "t/v/1/total": counted(5, 20)}
    assert judge(cells, printed="10", cells="base(t/v/1/1)")["verdict"] == "confirmed"
    assert (
        judge(cells, printed="2", cells="count(t/v/1/total) - count(t/v/1/1)")["verdict"]
        == "confirmed"
    )


def test_a_claim_is_contradicted_only_if_no_solution_agrees():
    cells = {"t/v/1/total": counted(26, 100)}
    word = {"form": "quantifier", "quantifier": "every_fifth", "cells": "t/v/1/total"}
    some = {"t/v": [{"1/total": (26, 100)}, {"1/total": (20, 100)}]}
    found = judge(cells, some, **word)
    assert (found["verdict"], found["holds_in"]) == ("cannot_be_checked", "some")
    assert (found["lowest"], found["highest"]) == ("20,0", "26,0")
    none = {"t/v": [{"1/total": (26, 100)}, {"1/total": (30, 100)}]}
    assert judge(cells, none, **word)["verdict"] == "contradicted"


def test_solutions_of_one_question_are_tried_jointly():
    # Apart, the two shares would differ by up to 80 points; in every solution they are equal.
    together = [{"1/1": (n, 10), "1/2": (n, 10)} for n in (1, 5, 9)]
    cells = {"t/v/1/1": counted(5, 10), "t/v/1/2": counted(5, 10)}
    word = {"form": "quantifier", "quantifier": "slight", "cells": "abs(t/v/1/1 - t/v/1/2)"}
    found = judge(cells, {"t/v": together}, **word)
    assert (found["verdict"], found["highest"]) == ("confirmed", "0,0")


def test_solutions_of_different_questions_are_combined():
    cells = {"t/v/1/total": counted(1, 10), "t/w/1/total": counted(3, 10)}
    solutions = {
        "t/v": [{"1/total": (1, 10)}, {"1/total": (2, 10)}],
        "t/w": [{"1/total": (3, 10)}, {"1/total": (6, 10)}],
    }
    word = {"form": "comparison", "quantifier": "three_times"}
    found = judge(cells, solutions, cells="t/w/1/total / t/v/1/total", **word)
    assert (found["lowest"], found["highest"], found["holds_in"]) == ("1,5", "6,0", "some")


def test_the_ledger_keeps_the_order_and_the_columns_of_the_claims():
    claims = [{"claim": name, "form": "number", "cells": ""} for name in ("c2", "c1")]
    ledger = evaluate_claims(claims, {}, LEXICON)
    assert [line["claim"] for line in ledger] == ["c2", "c1"]
    assert all(tuple(line) == LEDGER_COLUMNS for line in ledger)
    assert {line["verdict"] for line in ledger} <= set(VERDICTS)


@pytest.mark.parametrize(
    ("claim", "problem"),
    [
        ({"form": "rumour"}, "form 'rumour'"),
        ({"quantifier": "umpteen"}, "'umpteen' is not in the study's lexicon"),
        ({"cells": "t/v/1 +"}, "not understood"),
        ({"cells": "t/v/1/total", "alternative": "1 < 2"}, "is a statement"),
        ({"cells": "1", "printed": "a lot"}, "'a lot' is not a printed number"),
    ],
)
def test_a_claim_that_cannot_be_read_is_refused_with_its_number(claim, problem):
    with pytest.raises(SurveyError, match=f"claim c1: .*{problem}"):
        judge({}, **claim)
