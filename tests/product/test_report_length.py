"""The body of the report is short; what paper leaves out is named there with its file."""

import re

import docx
import pytest
from docx.oxml.ns import qn

from product.printed_numbers import pages_of
from product.test_documents import say
from product.test_findings_first import findings_of_page, pressed

LANGUAGES = ("ru", "en")
BODY = 10
"""Pages of the body, of which the article's findings take the first."""

WHOLE = 24
"""Pages of all; the appendix accounts for everybody at every step on one of them."""


def begins_with_appendix(page, language):
    """Whether the appendix's heading is the first line below the running head of a page."""
    lines = [line.strip() for line in page.splitlines() if line.strip()]
    return say(language, "report.appendix") in lines[1:2]


@pytest.fixture
def pages(article_run):
    return {
        language: pages_of(article_run / f"results/2022/report/report.{language}.pdf")
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_body_of_the_pdf_ends_by_page_ten_and_the_appendix_begins_a_page(pages, language):
    written = [page for page in pages[language] if page.strip()]
    starts = [
        place for place, page in enumerate(written, 1) if begins_with_appendix(page, language)
    ]
    assert len(starts) == 1
    assert 2 <= starts[0] <= BODY + 1
    assert len(written) <= WHOLE
    body = pressed("".join(written[: starts[0] - 1]))
    for key in ("found.title", "report.methods", "overall.title", "report.conclusion"):
        assert pressed(say(language, key)) in body
    after = pressed("".join(written[starts[0] - 1 :]))
    for key in ("report.tests", "report.disclosure", "report.comparison", "report.cleaning"):
        assert pressed(say(language, key)) in after


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_whole_on_page_one(open_page, article_run, pages, language):
    path = article_run / f"results/2022/report/report.{language}.html"
    _, told = findings_of_page(open_page, path)
    first, rest = pressed(pages[language][0]), pressed("".join(pages[language][1:]))
    assert told
    for sentence in told:
        assert pressed(sentence) in first
        assert pressed(sentence) not in rest


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_that_are_not_printed_are_named_with_files_that_exist(article_run, pages, language):
    wave = article_run / "results/2022"
    document = docx.Document(wave / f"report/report.{language}.docx")
    texts = [paragraph.text for paragraph in document.paragraphs]
    start = texts.index(say(language, "report.left_out"))
    end = texts.index(say(language, "report.cite"))
    named = texts[start + 2 : end]
    # The sample, the indicators, all cells, claims that agree or cannot be checked, frequencies;
    # of the index means and bounds by groups, the parts of gaps, and the weights.
    assert len(named) == 10
    printed = pressed("".join(pages[language]))
    for line in named:
        files = re.findall(r"[\w/.]+\.(?:csv|xlsx)", line)
        assert len(files) == 2
        assert all((wave / file).stat().st_size for file in files)
        assert pressed(line) in printed
    shown = [caption.get(qn("w:val")) for caption in document.element.iter(qn("w:tblCaption"))]
    for key in ("report.whole_ledger", "report.claims_agreeing", "report.frequencies"):
        title = say(language, key)
        assert any(title in line for line in named)
        assert not any(title in caption for caption in shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_appendix_of_the_page_follows_the_body_and_folds_what_is_looked_up(
    open_page, article_run, language
):
    page = open_page(article_run / f"results/2022/report/report.{language}.html").page
    assert page.locator("#appendix").inner_text() == say(language, "report.appendix")
    order = page.locator("main h2").evaluate_all("found => found.map((one) => one.id)")
    assert order[0] == "findings-heading"
    assert order[-1] == "appendix"
    for place in ("frequencies", "comparison", "claims"):
        assert page.locator(f"#appendix ~ section #{place}").count() == 1
    frequencies = page.locator("section[aria-labelledby=frequencies] details")
    assert frequencies.get_attribute("open") is None


def test_survey_with_nothing_published_has_no_empty_section(anes_run):
    pages = pages_of(anes_run / "results/1996/report/report.en.pdf")
    written = " ".join("".join(pages).split())
    assert say("en", "report.comparison") not in written
    assert any(begins_with_appendix(page, "en") for page in pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheet_of_corrections_is_one_page_in_word(opened, language):
    assert len(pages_of(opened / f"article-erratum-{language}.pdf")) == 1
