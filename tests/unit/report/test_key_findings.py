"""Findings are made from the results: at most ten, each with its numbers and its evidence."""

import html
import re
from dataclasses import replace

import pytest

from resurvey.core.errors import SurveyError
from resurvey.report.arrangement import Material, arrange_report
from resurvey.report.comparison import DISAGREEING
from resurvey.report.key_findings import MOST_FINDINGS, key_findings
from resurvey.report.key_numbers import (
    broken_captions,
    by_rounded_parts,
    clear_differences,
    contradicted,
    impossible_answers,
    reproduced,
    silent_indicators,
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
    assert told[0].startswith("2 of the 3 printed cells are reproduced exactly, 1 of them only")


def test_contradicted_numbers_stand_apart_from_words_the_farthest_first(find):
    claims = [
        claim(0, printed="47,6", recomputed="44,1", unit="percent"),
        claim(1, printed="5,8", recomputed="16,9", unit="percent"),
        claim(2, unit="percent"),
        claim(3, verdict="agrees", printed="1", recomputed="1"),
    ]
    assert [line["claim"] for line in contradicted(claims, in_words=False)] == ["c1", "c0"]
    numbers, words = plain(find(claims=claims))[:2]
    assert (
        "2 (largest discrepancies first: “Claim b”: 5.8 % in the text, 16.9 % from the tables"
        in numbers
    )
    assert words == (
        "Verbal statements that the tables contradict: 1 (“Claim c”: 48.7 % from the tables)."
    )


def test_verdict_that_nobody_knows_is_told_by_its_name(find):
    told = plain(find(claims=[claim(0, "half_true"), claim(1, "half_true"), claim(2, "agrees")]))
    assert told[0] == "Statements that hold with a reservation, by verdict: half_true – 2."


def test_caption_fails_only_where_no_solution_has_every_respondent(find, study):
    question = {"row_variable": "fit", "largest_base": "99", "respondents": "102"}
    tables = {"jobs": {"rows": ["fit"], "claimed_base": "respondents"}}
    assert len(broken_captions(tables, [question])) == 1
    assert broken_captions(tables, [{**question, "largest_base": "102"}]) == []
    assert broken_captions({"jobs": {"rows": ["fit"]}}, [question]) == []
    claimed = {**study, "tables": {"tables": {"jobs": {**tables["jobs"], "columns": "gender"}}}}
    questions = [{**question, "smallest_base": "98", "solutions": "1", "table": "jobs"}]
    told = plain(find(study=claimed, questions=questions))
    assert any("(102) does not hold" in one and "Table 1 – 99" in one for one in told)


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
    assert "16.7 % in the group “Men” and by 50.0 % in “Women”" in told
    assert "interval" not in told
    drawn = {**study, "config": {**study["config"], "sample": "probability"}}
    assert "(95 % interval −45.1 to −12.3)" in plain(find(study=drawn, comparisons=lines))[-1]


def test_tests_and_power_are_told_of_the_groups_at_hand(find):
    test = dict.fromkeys(("df2", "note", "note_data", "benjamini_hochberg_article"), "")
    test |= {"table": "jobs", "row_variable": "fit", "column_variable": "gender", "df": "2"}
    test |= {"test": "pearson", "statistic": "11.26", "n": "102", "holm_article": "0.2"}
    told = plain(find(tests=[{**test, "p_value": "0.0036"}]))
    assert told[1] == (
        "In 1 of the 1 comparisons of groups p is below 0.05; after Holm's correction, in 0 "
        "(p-values are descriptive)."
    )
    assert told[2].startswith("Groups of 60 and 42 show a difference with 80 % power only if")
    none = plain(find(tests=[{**test, "p_value": "0.3"}]))
    assert none[1] == (
        "None of the 1 comparisons of groups has p below 0.05 (p-values are descriptive)."
    )


def test_indicators_without_a_figure_are_counted(find, study):
    empirical = [{"label": "Safety"}, {"label": "Work", "measured_by": ["works"]}]
    line = {"indicator": "works", "percent": "50", "column_code": "total", "label": "Works"}
    assert silent_indicators(empirical, [line]) == [{"label": "Safety"}]
    assert len(silent_indicators(empirical, [{**line, "percent": ""}])) == 2
    declared = {**study, "indicators": {"empirical": empirical}}
    told = plain(find(study=declared))[-1]
    assert "2 of the 2 indicators named in the study (100 %): “Safety”; “Work”." in told


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
        assert re.findall(r"\d+", re.sub("<[^>]*>", "", bare).replace("95 %", "")) == []
        assert item.links
