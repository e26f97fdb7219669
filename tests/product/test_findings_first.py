"""What was found stands first: on the page, and on the first page of PDF and Word."""

import re

import docx
import pytest
from docx.oxml.ns import qn

from product.printed_numbers import pages_of
from product.test_documents import say

LANGUAGES = ("ru", "en")
FINDINGS = "#findings > ol > li"


def joined(text):
    """Text as one line; a PDF hyphenates and breaks it as it likes."""
    return re.sub(r"\s+", " ", text.replace("\N{SOFT HYPHEN}", "")).strip()


def pressed(text):
    """Text without what a PDF changes at the ends of its lines."""
    return re.sub(r"[\s\-\u00ad\N{HYPHEN}\N{NON-BREAKING HYPHEN}]", "", text)


def findings_of_page(open_page, path):
    page = open_page(path).page
    return page, [joined(text) for text in page.locator(FINDINGS).all_text_contents()]


def findings_of_word(path):
    """Paragraphs under the first heading, with the text of their links."""
    body = list(docx.Document(path).element.body)
    styles = [(one.find(f".//{qn('w:pStyle')}"), one) for one in body if one.tag == qn("w:p")]
    named = [("" if style is None else style.get(qn("w:val")), one) for style, one in styles]
    first = next(place for place, (style, _) in enumerate(named) if style == "Heading1")
    found = []
    for style, one in named[first + 1 :]:
        if style != "ListBullet":
            break
        found.append(one)
    heading, *texts = (
        joined("".join(node.text or "" for node in one.iter(qn("w:t"))))
        for one in (named[first][1], *found)
    )
    return heading, texts, found


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_the_first_section_of_the_page(open_page, article_run, language):
    path = article_run / f"results/2022/report/report.{language}.html"
    page, told = findings_of_page(open_page, path)
    first = page.locator("main section").first
    assert first.get_attribute("id") == "findings"
    heading = page.locator(f"#{first.get_attribute('aria-labelledby')}")
    assert heading.inner_text() == say(language, "found.title")
    assert page.locator("#contents a").first.get_attribute("href") == "#findings"
    assert 7 <= len(told) <= 10
    # The first of them can be read without scrolling.
    box = page.locator(FINDINGS).first.bounding_box()
    assert box["y"] + box["height"] < page.viewport_size["height"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_evidence_of_every_finding_is_one_click_away(open_page, article_run, language):
    path = article_run / f"results/2022/report/report.{language}.html"
    page, told = findings_of_page(open_page, path)
    for item in page.locator(FINDINGS).all():
        assert item.locator("a").count() >= 1
    for address in {link.get_attribute("href") for link in page.locator(f"{FINDINGS} a").all()}:
        file, _, anchor = address.partition("#")
        where = (path.parent / file).resolve() if file else path
        assert f'id="{anchor}"' in where.read_text(encoding="utf-8"), address
    assert told
    claim = page.locator(f"{FINDINGS} a[href^='#claim-']").first
    claim.click()
    assert page.locator(claim.get_attribute("href")).is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_stand_on_the_first_page_of_pdf_and_word(
    open_page,
    article_run,
    opened,
    language,
):
    folder = article_run / "results/2022/report"
    _, told = findings_of_page(open_page, folder / f"report.{language}.html")
    heading, written, _ = findings_of_word(folder / f"report.{language}.docx")
    assert heading == say(language, "found.title")
    assert written == told
    for path in (folder / f"report.{language}.pdf", opened / f"article-report-{language}.pdf"):
        first = pressed(pages_of(path)[0])
        for sentence in (heading, *told):
            assert pressed(sentence) in first, (path.name, sentence)


def test_links_of_the_findings_in_word_lead_to_bookmarks(article_run):
    path = article_run / "results/2022/report/report.en.docx"
    _, _, found = findings_of_word(path)
    marks = {
        one.get(qn("w:name")) for one in docx.Document(path).element.iter(qn("w:bookmarkStart"))
    }
    links = [one.get(qn("w:anchor")) for item in found for one in item.iter(qn("w:hyperlink"))]
    assert len(links) >= len(found)
    assert set(links) <= marks


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_of_the_article_are_these(open_page, article_run, language):
    path = article_run / f"results/2022/report/report.{language}.html"
    _, told = findings_of_page(open_page, path)
    everything = " ".join(told)
    decimal = "," if language == "ru" else "."
    for number in (
        "162",
        "515",
        "501",
        "502",
        "494",
        "496",
        "65",
        "46[.,]6",
        "48[.,]7",
        "77[.,]9",
        "114",
    ):
        assert re.search(rf"(?<!\d){number}(?!\d)", everything), number
    assert f"12{decimal}5" in everything
    assert "502 + 78 − 515" in everything


@pytest.mark.parametrize("language", LANGUAGES)
def test_audit_names_its_verdicts_on_the_first_screen(open_page, article_run, language):
    path = article_run / f"results/2022/audit/audit.{language}.html"
    page = open_page(path, viewport={"width": 1280, "height": 800}).page
    heading = page.locator("h1").inner_text()
    assert heading.startswith({"ru": "Аудит статьи: ", "en": "Audit of the article: "}[language])
    items = page.locator("ol.key > li")
    assert items.count() >= 6
    for place, item in enumerate(items.all()):
        assert item.locator(".verdict").first.inner_text()
        assert item.locator("a").count() >= 1
        box = item.bounding_box()
        assert box["y"] + box["height"] < 800 or place >= 6
    text = path.read_text(encoding="utf-8")
    for address in {link.get_attribute("href") for link in items.locator("a").all()}:
        file, _, anchor = address.partition("#")
        page = (path.parent / file).read_text(encoding="utf-8") if file else text
        assert f'id="{anchor}"' in page, address
    verdicts = {item.get_attribute("data-verdicts").split()[0] for item in items.all()}
    assert {"agrees", "contradicted", "depends_on_reading", "incompatible"} <= verdicts


def test_survey_with_nothing_published_says_nothing_of_print(open_page, anes_run):
    page, told = findings_of_page(open_page, anes_run / "results/1996/report/report.en.html")
    assert told[0].startswith("The analysis includes the answers of 944 respondents.")
    assert 3 <= len(told) <= 10
    assert not re.search("printed|published|caption", " ".join(told))
    assert page.locator("main section").first.get_attribute("id") == "findings"
