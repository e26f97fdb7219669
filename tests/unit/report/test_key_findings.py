"""Findings are made from the results: at most ten, each with its numbers and its evidence."""

import html
import re
from dataclasses import replace

import pytest

from resurvey.core.errors import SurveyError
from resurvey.counts.design import Weighting
from resurvey.report.arrangement import Material, arrange_report
from resurvey.report.comparison import DISAGREEING
from resurvey.report.key_findings import MOST_FINDINGS, key_findings
from resurvey.report.key_numbers import (
    broken_captions,
    by_rounded_parts,
    clear_differences,
    contradicted,
    exchanged_questions,
    impossible_answers,
    open_associations,
    reproduced,
    silent_indicators,
    telling_doubt,
    widest_association,
)

CELL = {"table": "jobs", "row_variable": "fit", "row_code": "1", "column_code": "total"}
CLAIM = dict.fromkeys(
    ("page", "paragraph", "key_phrase", "unit", "quantifier", "cells", "arithmetic"), ""
)


def claim(number, verdict=DISAGREEING[0], printed="", recomputed="48,7", **more):
    told = {"claim": f"c{number}", "paraphrase_en": f"Claim {'abcdefghijkl'[number]}"}
    told |= {"verdict": verdict, "printed": printed, "recomputed": recomputed}
    return {**CLAIM, **told, **more}


def comparison(code, difference, holm, p="0.001", **more):
    keys = {"table": "jobs", "row_variable": "fit", "row_code": code, "column_variable": "gender"}
    told = {"first_code": "1", "second_code": "2", "difference": difference, "p_value": p}
    told |= {"lower": "-45.1", "upper": "-12.3", "holm_article": holm}
    return {**keys, **told, **more}


def joint(finding, people, kind, variable="", **more):
    told = {"finding": finding, "respondents": people, "statement": "1", "kind": kind}
    told |= {"groups": "total", "row_variable": variable, "row_code": "", "route": ""}
    told["arithmetic"] = "9 + 8 - 10 = 7"
    return {**told, "low": "", "high": "", **more}


@pytest.fixture
def find(results, study, words):
    """The findings as plain sentences, with the material they are made from."""

    def find(language="en", study=study, **changed):
        own = {**study, "text": {language: study["text"].get("en", {})}}
        material = Material(replace(results, **changed), own, words[language], "1", language)
        return key_findings(material)

    return find


def plain(items):
    return [
        html.unescape(re.sub("<[^>]*>", "", str(item.text))).replace("\xa0", " ") for item in items
    ]


def test_survey_with_nothing_published_begins_with_its_respondents(find):
    told = plain(find())
    assert told[0] == "The analysis includes the answers of 102 respondents."
    assert not any("printed" in sentence or "published" in sentence for sentence in told)


@pytest.mark.parametrize(
    ("effect", "effective", "told"),
    [
        (1.04, 1154.0, "The answers are weighted; with the weights, 1200 respondents give the"),
        (2.0, 600.0, "The weights are so unequal that 1200 respondents give the"),
    ],
)
def test_nearly_equal_weights_are_not_called_unequal(
    results, study, words, effect, effective, told
):
    weighting = Weighting(1200, 0, 0, 2.0, effect, effective).plain()
    weighted = replace(results, codebook=replace(results.codebook, weighting=weighting))
    own = {**study, "text": {"en": study["text"].get("en", {})}}
    material = Material(weighted, own, words["en"], "1", "en")
    material.by_design = True
    sentences = plain(key_findings(material))
    assert any(sentence.startswith(told) for sentence in sentences)


def test_report_begins_with_the_findings_and_they_close_the_front(results, study, words):
    report = arrange_report(results, study, words["en"], "1", "en")
    first = report.sections[0]
    assert (first.anchor, first.title, first.as_whole) == ("findings", "What was found", True)
    paper = report.on_paper
    # What opens the report, the heading and the list.
    assert [block.form for block in paper.blocks[: paper.front]][-2:] == ["Heading", "Items"]


def test_cells_by_rounded_parts_are_those_that_the_counts_do_not_give(find):
    first = {**CELL, "printed": "30,4", "recomputed": "30,4", "verdict": "agrees"}
    cells = [
        {**first, "from_counts": "30,4"},
        {**first, "from_counts": "30,3"},
        {**first, "from_counts": "31,0", "verdict": "differs"},
    ]
    assert (len(reproduced(cells)), len(by_rounded_parts(cells))) == (2, 1)
    places = dict.fromkeys(("question", "row", "column", "column_variable", "arithmetic"), "")
    told = plain(find(cells=[{**places, **cell} for cell in cells]))
    assert told[0].startswith("2 of the 3 published cells are reproduced exactly, 1 of them only")


def test_contradicted_numbers_stand_apart_from_words_the_farthest_first(find):
    claims = [
        claim(0, printed="47,6", recomputed="44,1", unit="percent"),
        claim(1, printed="5,8", recomputed="16,9", unit="percent"),
        claim(2, unit="percent"),
        claim(3, verdict="agrees", printed="1", recomputed="1"),
    ]
    assert [line["claim"] for line in contradicted(claims, in_words=False)] == ["c1", "c0"]
    numbers, words = plain(find(claims=claims))[:2]
    assert "(2): “Claim b”: 5.8% in the text, 16.9% from the tables; “Claim a”" in numbers
    assert words == (
        "Statements in words that disagree with the tables (1): “Claim c”: 48.7% from the tables."
    )


def cell_of(variable, code, printed, column="total"):
    return {**CELL, "table": "t", "row_variable": variable, "row_code": code, "printed": printed,
            "column_code": column, "column_variable": "gender" if column != "total" else "",
            "recomputed": printed, "verdict": "agrees", "from_counts": printed}  # fmt: skip


def exchanged_claims(*numbers):
    return [
        claim(number, printed=printed, unit="percent", reason="another_cell", cells=cells, page="7")
        for number, (printed, cells) in enumerate(numbers)
    ]


def test_numbers_that_agree_once_two_questions_are_exchanged_are_one_finding(find, study):
    cells = [
        cell_of("own", "1", "10,0"),
        cell_of("own", "2", "40,0"),
        cell_of("family", "1", "20,0"),
        cell_of("family", "2", "60,0"),
        cell_of("family", "2", "61,0", "2"),
    ]
    claims = exchanged_claims(
        ("20,0", "t/own/1/total"),
        ("10,0", "t/family/1/total"),
        ("40,0", "t/family/2/total"),
        ("61,0", "t/own/2/total"),
    )
    (found,) = exchanged_questions(claims, cells)
    assert (found.table, found.page, len(found.lines)) == ("t", "7", 4)
    ((line, should_be, stands),) = found.others
    assert (line["claim"], should_be["printed"]) == ("c3", "60,0")
    assert [cell["column_code"] for cell in stands] == ["2"]
    # One direction alone is no exchange, and neither is a number that stands nowhere.
    assert exchanged_questions([claims[0], claims[3]], cells) == []
    assert exchanged_questions([{**line, "reason": "no_reading"} for line in claims], cells) == []
    places = dict.fromkeys(("question", "row", "column", "arithmetic"), "")
    told = plain(find(claims=claims, cells=[{**places, **cell} for cell in cells]))
    assert any(
        one.startswith("4 figures on p. 7 are not those of the table")
        and "3 agree, and 61.0% (column “Women”) should read 60.0%" in one
        for one in told
    ), told


def test_word_whose_readings_differ_most_is_named_with_their_shares(find):
    told = {"unit": "percent", "quantifier": "most", "verdict": "depends_on_reading"}
    claims = [
        claim(0, **told, steps="100·6/10 = 60,0 ∈ [50; 100] | 100·4/10 = 40,0 ∉ [50; 100]",
              readings_en="did not say 'yes' | said 'no'"),
        claim(1, **told, steps="= 60,0 ∈ [50; 100] | = 49,0 ∉ [50; 100]", readings_en="a | b"),
        claim(2, **{**told, "unit": "ratio"}, steps="= 9 ∈ [1; 2] | = 1 ∉ [5; 6]"),
    ]  # fmt: skip
    doubt = telling_doubt(claims)
    assert (doubt.line["claim"], doubt.highest, doubt.lowest) == ("c0", (0, "60,0"), (1, "40,0"))
    assert telling_doubt(claims[2:]) is None
    assert plain(find(claims=claims))[0].startswith(
        "“Claim a” depends on the reading: 40.0% said 'no', 60.0% did not say 'yes'."
    )


def association(name, status="open", first="t/a/1/total", low="0", high="10", **more):
    told = {"association": name, "status": status, "first": first, "second": "t/b/1/total"}
    told |= {"paraphrase_en": f"Link {name}", "first_en": "yes", "second_en": "no", "page": "1"}
    told |= {"first_lowest": "20", "first_highest": "20", "lowest": low, "highest": high}
    told |= {"lowest_percent": f"{5 * int(low)}", "highest_percent": f"{5 * int(high)}"}
    return told | {"key_phrase": "so", "arithmetic": "min(20; 10) = 10"} | more


def test_undecided_associations_are_counted_with_the_widest_of_printed_tables(find):
    lines = [
        association("x", low="5"),
        association("y"),
        association("z", first="text/a/1/total", high="20"),
        association("decided", status="positive", high="20"),
    ]
    assert list(open_associations(lines)) == ["x", "y", "z"]
    assert widest_association(lines)["association"] == "y"
    told = plain(find(associations=lines))
    assert any(
        one.startswith("3 statements of association or cause cannot be checked")
        and "“Link y”: of the 20 people in one group (yes), between 0 and 10" in one
        for one in told
    ), told
    assert widest_association([]) is None


def test_verdict_that_nobody_knows_is_told_by_its_name(find):
    told = plain(find(claims=[claim(0, "half_true"), claim(1, "half_true"), claim(2, "agrees")]))
    assert told[0] == "Holding only with a reservation: half_true – 2."


def test_caption_fails_only_where_no_solution_has_every_respondent(find, study):
    question = {"row_variable": "fit", "largest_base": "99", "respondents": "102"}
    tables = {"jobs": {"rows": ["fit"], "claimed_base": "respondents"}}
    assert len(broken_captions(tables, [question])) == 1
    assert broken_captions(tables, [{**question, "largest_base": "102"}]) == []
    assert broken_captions({"jobs": {"rows": ["fit"]}}, [question]) == []
    claimed = {**study, "tables": {"tables": {"jobs": {**tables["jobs"], "columns": "gender"}}}}
    questions = [{**question, "smallest_base": "98", "solutions": "1", "table": "jobs"}]
    told = plain(find(study=claimed, questions=questions))
    assert any(
        "(102) does not hold" in one and "Table 1 – at most 99 answered" in one for one in told
    )


def test_impossible_answers_are_those_of_every_solution_the_most_first():
    lines = []
    for finding, people, variable in (("1", "5", "a"), ("2", "7", "b"), ("3", "0", "c")):
        lines += [
            joint(finding, people, "base", variable),
            joint(finding, people, "count", "job", row_code="12", low="8", high="9"),
            joint(finding, people, "routing", variable, route="jobless"),
        ]
    (found,) = impossible_answers(lines)
    assert (found.route, found.who["high"]) == ("jobless", "9")
    assert [line["row_variable"] for line in found.rated] == ["b", "a"]


def test_clear_difference_survives_holm_and_is_a_share_of_its_group():
    lines = [comparison("1", "-33.3", "0.01"), comparison("2", "40", "0.2")]
    tables = {"jobs": {"rows": ["fit"]}}
    assert [line["row_code"] for line in clear_differences(lines, tables, [], 0.05)] == ["1"]
    assert clear_differences(lines, tables, ["1"], 0.05) == []
    by_row = {"jobs": {"rows": ["fit"], "percent": "row"}}
    assert clear_differences(lines, by_row, [], 0.05) == []


def test_interval_is_told_only_of_a_probability_sample(find, study):
    lines = [comparison("1", "-33.3", "0.01")]
    told = plain(find(comparisons=lines))[-1]
    assert "16.7% in the group “Men” and by 50.0% in “Women”" in told
    assert "interval" not in told
    drawn = {**study, "config": {**study["config"], "sample": "probability"}}
    assert "(95% interval −45.1 to −12.3)" in plain(find(study=drawn, comparisons=lines))[-1]


def test_tests_and_power_are_told_of_the_groups_at_hand(find):
    test = dict.fromkeys(("df2", "note", "note_data", "benjamini_hochberg_article"), "")
    test |= {"table": "jobs", "row_variable": "fit", "column_variable": "gender", "df": "2"}
    test |= {"test": "pearson", "statistic": "11.26", "n": "102", "holm_article": "0.2"}
    told = plain(find(tests=[{**test, "p_value": "0.0036"}]))
    assert told[1].startswith(
        "In 1 of the 1 comparisons of groups p < 0.05; after Holm's correction, in 0 "
        "(p-values are descriptive). With groups of 60 and 42, 80% power is reached only for"
    )
    none = plain(find(tests=[{**test, "p_value": "0.3"}]))
    assert none[1].startswith(
        "None of the 1 comparisons of groups has p below 0.05 (p-values are descriptive). With"
    )


def test_indicators_without_a_figure_are_counted(find, study):
    empirical = [{"label": "Safety"}, {"label": "Work", "measured_by": ["works"]}]
    line = {"indicator": "works", "percent": "50", "column_code": "total", "label": "Works"}
    assert silent_indicators(empirical, [line]) == [{"label": "Safety"}]
    assert len(silent_indicators(empirical, [{**line, "percent": ""}])) == 2
    declared = {**study, "indicators": {"empirical": empirical}}
    told = plain(find(study=declared))[-1]
    assert "2 of the 2 indicators named in the study (100%): “Safety”; “Work”." in told


def test_findings_of_the_study_come_last_and_are_never_dropped(find, study):
    own = [{"sentence": "Of {respondents} people nothing is said.", "see": "jobs"}]
    told = find(study={**study, "text": {"en": {"findings": own}}})[-1]
    assert plain([told]) == ["Of 102 people nothing is said."]
    assert [link.address for link in told.links] == ["#exhibit-jobs"]
    wrong = [{"sentence": "Of {nobody} nothing is said."}]
    with pytest.raises(SurveyError, match="nobody"):
        find(study={**study, "text": {"en": {"findings": wrong}}})


def test_never_more_than_ten(find, study):
    own = [{"sentence": "One."}] * 5
    lines = [comparison("1", "-33.3", "0.01")]
    empirical = [{"label": "Safety"}]
    full = {**study, "indicators": {"empirical": empirical}, "text": {"en": {"findings": own}}}
    people = [
        one
        for number in range(8)
        for one in (
            joint(str(number), "7", "base", "fit"),
            joint(str(number), "7", "count", "fit", row_code=str(number), low="8", high="9"),
            joint(str(number), "7", "routing", "fit", route="r"),
        )
    ]
    told = find(study=full, comparisons=lines, joint=people)
    assert len(told) == MOST_FINDINGS
    assert plain(told)[-5:] == ["One."] * 5


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_number_of_a_finding_has_a_name(find, language):
    claims = [claim(0, printed="47,6", recomputed="44,1", unit="percent"), claim(1)]
    for item in find(language, claims=claims, comparisons=[comparison("1", "-33.3", "0.01")]):
        bare = re.sub(r'<span class="number" data-number=.*?</span>', "", str(item.text))
        assert (
            re.findall(r"\d+", re.sub("<[^>]*>", "", bare).replace("95%", "").replace("95 %", ""))
            == []
        )
        assert item.links
