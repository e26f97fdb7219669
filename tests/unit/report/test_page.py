"""The page is self-contained, traceable and harmless, for any study."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.report.page import write_page
from unit.report.small_survey import TEMPLATES, frequency_lines, table_lines
from unit.sealed import policy_of, unscripted

NASTY = "<script>alert(1)</script>{{ 7 * 7 }}{% raw %}\"'&"
VOID = {"meta", "link", "br", "input", "path", "use"}


class Reader(HTMLParser):
    """Checks nesting and collects tags with their attributes."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.text = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


@pytest.fixture
def write(results, study, words):
    def write(results=results, study=study, language="en"):
        return write_page(results, study, words[language], "1", language, TEMPLATES)

    return write


def test_smallest_study_has_a_page(write):
    reader = read(write())
    assert "Survey report" in "".join(reader.text)


def test_page_links_to_nothing_outside_its_results(write):
    page = write()
    targets = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert all(one.startswith(("#", "../", "report.", "data:")) for one in targets)
    assert policy_of(page)["default-src"] == "'none'"
    assert "unsafe" not in policy_of(page)["style-src"]
    assert "style=" not in page
    assert "<script" not in unscripted(page)


def test_same_results_give_the_same_bytes(write):
    assert write() == write()


def test_every_number_in_a_table_of_counts_carries_its_arithmetic(write):
    cells = [a for tag, a in read(write()).tags if tag == "td" and a.get("data-count")]
    assert {(one["data-count"], one["data-base"]) for one in cells} >= {("31", "102"), ("21", "42")}
    assert all(re.fullmatch(r"\d+ / \d+", one["title"]) for one in cells)


def test_all_respondents_come_before_the_groups(write):
    page = write()
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', page)
    assert heads[:4] == ["The job fits", "All respondents", "Men", "Women"]


def test_base_stands_under_the_table(write):
    assert re.search(r'<tr class="base">.*?>102<.*?>60<.*?>42<', write(), re.DOTALL)


def test_labels_are_printed_as_they_stand(write, results, study):
    codes = {code: {"en": NASTY} for code in (1, 2, 3)}
    book = Codebook(
        {name: Variable(name, {"en": NASTY}, codes=codes) for name in ("fit", "gender")}
    )
    log = [{**results.cleaning[0], "action": NASTY, "why": NASTY}]
    nasty = replace(results, codebook=book, frequencies=frequency_lines(book), cleaning=log)
    text = {"en": {"disclosure": [{"item": "<b>", "answer": None}], "subtitle": "<i>&"}}
    config = {**study["config"], "title": NASTY, "not_reported": NASTY}
    page = write(nasty, {**study, "text": text, "config": config})
    reader = read(page)
    assert "<script" not in unscripted(page)
    assert NASTY in "".join(reader.text)
    assert "49" not in unscripted(page).partition("</head>")[2]


def test_reconstructed_records_are_loud_on_screen_in_print_and_in_the_title(write, results):
    page = write(replace(results, codebook=replace(results.codebook, reconstructed=True)))
    assert 'data-kind="reconstructed"' in page
    assert "<title>[Reconstructed data, not microdata]" in page
    assert "@top-center" in page


def test_real_records_say_so(write):
    page = write()
    assert 'data-kind="real"' in page
    assert "<title>Survey report" in page
    assert "@top-center" not in page


@pytest.mark.parametrize(("sample", "nominal"), [("unknown", 1), ("purposive", 1), ("census", 0)])
def test_p_values_are_nominal_unless_the_sample_is_random(write, study, sample, nominal):
    config = {**study["config"], "sample": sample}
    page = write(study={**study, "config": config})
    assert page.count("All p-values of this report are nominal") == nominal


def test_silence_is_printed_as_not_reported(write):
    assert write().count("not reported") >= 8


def test_languages_link_to_each_other(write, study):
    config = {**study["config"], "languages": ["ru", "en"]}
    page = write(study={**study, "config": config, "text": {"ru": {}, "en": {}}}, language="ru")
    links = [a for tag, a in read(page).tags if tag == "a" and "hreflang" in a]
    assert [(a["href"], "aria-current" in a) for a in links] == [
        ("report.ru.html", True),
        ("report.en.html", False),
    ]
    assert '<html lang="ru">' in page
    assert "30,4" in page


def test_language_without_words_has_its_own_labels_and_numbers(write, study):
    config = {**study["config"], "languages": ["de"]}
    page = write(study={**study, "config": config, "text": {"de": {}}}, language="de")
    assert '<html lang="de">' in page
    assert "30,4" in page


def test_table_without_columns_and_two_questions_side_by_side(write, results, study):
    lines = table_lines("jobs", "fit", "", {"1": {"total": 10}}, {"total": 100})
    lines += table_lines("jobs", "now", "", {"1": {"total": 15}}, {"total": 100})
    tables = {"jobs": {"rows": ["fit", "now"], "pairs": [{"before": "fit", "after": "now"}]}}
    page = write(replace(results, crosstabs=lines), {**study, "tables": {"tables": tables}})
    assert re.search(r">10\.0</td>.*>15\.0</td>.*>\+5\.0</td>", page.replace("\n", ""))


def test_verdicts_are_counted_and_every_cell_is_in_the_ledger(write, results):
    cell = dict.fromkeys(("question", "row", "column", "arithmetic", "column_variable"), "")
    cell |= {"table": "jobs", "row_variable": "fit", "row_code": "1", "column_code": "total"}
    cells = [
        {**cell, "printed": "30,4", "recomputed": "30,4", "verdict": "agrees"},
        {**cell, "printed": "31,0", "recomputed": "30,4", "verdict": "differs"},
    ]
    page = write(replace(results, cells=cells))
    chips = {
        a["data-verdict"]: a["data-tally"]
        for tag, a in read(page).tags
        if tag == "li" and "data-verdict" in a
    }
    assert chips == {
        "agrees": "1",
        "agrees_by_printed_parts": "0",
        "differs": "1",
        "no_integer_solution": "0",
    }
    assert page.count("31,0") == 2


def test_control_characters_do_not_reach_the_page(write, study):
    config = {**study["config"], "title": "a\x00b\x1bc"}
    assert "abc" in write(study={**study, "config": config})


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The answers are not weighted: the file has a variable that is or looks like"),
        ("ru", "Ответы не взвешены: в файле есть переменная, которая является весом"),
    ],
)
def test_weight_that_the_file_has_and_the_study_does_not_use_is_told(
    write, results, study, language, sentence
):
    study["config"]["languages"] = [language]
    study["text"] = {language: {}}
    assert sentence not in write(results, study, language)
    told = replace(results, codebook=replace(results.codebook, weights=("poids",)))
    page = write(told, study, language)
    assert sentence in page
    assert "poids" in page
    study["config"]["waves"]["1"]["weight"] = "poids"
    assert sentence not in write(told, study, language)
