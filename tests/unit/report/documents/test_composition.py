"""The manuscript says what the page says, in the same order, with words that hold on paper."""

import html
import re
from dataclasses import replace

import pytest

from resurvey.report.arrangement import arrange_report
from resurvey.report.documents.composition import compose_manuscript, words_for_documents
from resurvey.report.documents.manuscript import Figure, Heading, Paragraph, Picture, Table
from resurvey.report.page import write_page
from resurvey.study.folder import read_words
from unit.report.small_survey import ROOT, TEMPLATES

LANGUAGES = ("en", "ru")


@pytest.fixture
def compose(results, study):
    def compose(results=results, study=study, language="en", pictures=None):
        words = words_for_documents(read_words(ROOT / "report", [language])[language])
        own = {**study, "text": {language: study["text"]["en"]}}
        arranged = arrange_report(results, own, words, "1", language)
        return compose_manuscript(arranged, pictures or {})

    return compose


@pytest.fixture
def tested(results):
    """The same survey with Pearson's test of its one crosstab."""
    test = dict.fromkeys(("df2", "note", "holm_article", "benjamini_hochberg_article"), "")
    test |= {"table": "jobs", "row_variable": "fit", "column_variable": "gender", "df": "2"}
    test |= {"test": "pearson", "statistic": "11.26", "p_value": "0.0036", "n": "102"}
    return replace(results, tests=[test])


def blocks_of(manuscript, kind):
    return [one for one in manuscript.blocks if isinstance(one, kind)]


def test_sections_stand_in_the_order_of_the_page(compose, results, study):
    words = read_words(ROOT / "report", ["en"])["en"]
    page = write_page(results, study, words, "1", "en", TEMPLATES)
    page = page.partition("<main")[2].partition("</main>")[0]
    seen = re.findall(r"<h2[^>]*>(.*?)</h2>", page, re.DOTALL)
    titles = [" ".join(html.unescape(re.sub(r"<[^>]*>", "", one)).split()) for one in seen]
    told = [one.text for one in blocks_of(compose(), Heading) if one.level == 1]
    replaced = {words["report"][key]: words["paper"].get(key) for key in words["paper"]}
    assert told == [replaced.get(one) or one for one in titles]


def test_table_holds_the_numbers_with_their_counts(compose):
    table = next(one for one in compose().tables if one.name == "jobs")
    assert table.number == "Table 1"
    assert [column.heading for column in table.columns][1:] == ["All respondents", "Men", "Women"]
    assert [(cell.text, cell.count) for cell in table.rows[0].cells[1:]] == [
        ("30.4", "31"),
        ("16.7", "10"),
        ("50.0", "21"),
    ]
    assert [cell.text for cell in table.rows[-1].cells] == ["Base, n", "102", "60", "42"]


def test_study_without_numbers_has_them_and_the_reports_own_tables_are_supplementary(compose):
    numbers = {one.name: one.number for one in compose().tables}
    assert numbers["jobs"] == "Table 1"
    assert numbers["report/disclosure"] == "Table S1"
    assert numbers["report/frequencies"] == f"Table S{len(numbers) - 1}"


def test_test_is_worded_and_listed(compose, tested):
    manuscript = compose(tested)
    worded = [one.text for one in blocks_of(manuscript, Paragraph) if one.kind == "evidence"]
    assert worded[0].startswith("χ²(2) = 11.26, p = 0.004 (nominal), n = 102;")
    listed = next(one for one in manuscript.tables if one.name == "report/tests")
    assert [cell.text for cell in listed.rows[0].cells][:5] == [
        "The job fits",
        "102",
        "2",
        "11.26",
        "0.004",
    ]


def test_reconstructed_records_are_marked_on_paper(compose, results):
    dealt = replace(results, codebook=replace(results.codebook, reconstructed=True))
    manuscript = compose(dealt)
    assert manuscript.mark == "Reconstructed from published tables, not microdata"
    assert manuscript.blocks[0].kind == "mark"
    assert compose().mark == ""


def test_figure_stands_under_its_table_and_names_it(compose):
    picture = Picture("jobs", "Bars", "<svg/>", b"")
    manuscript = compose(pictures={"jobs": picture})
    figure = blocks_of(manuscript, Figure)[0]
    assert (figure.number, figure.title) == ("Figure 1", "The job fits (Table 1)")
    before = manuscript.blocks[: manuscript.blocks.index(figure)]
    assert [one for one in before if isinstance(one, Table)][-1].name == "jobs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_paper_is_said_of_a_page_or_a_pointer(language):
    words = words_for_documents(read_words(ROOT / "report", [language])[language])
    for key, text in words["report"].items():
        assert not re.search(r"pointed at|this page|наведени|странице", str(text)), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_decimal_mark_is_that_of_the_language(compose, language):
    table = next(one for one in compose(language=language).tables if one.name == "jobs")
    assert table.rows[0].cells[1].text == {"en": "30.4", "ru": "30,4"}[language]
