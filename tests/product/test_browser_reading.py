"""A reader finds the way: contents, search, languages, narrow screens, paper, no script."""

import re
import subprocess

import pytest

from product.browsing import NARROW, TABLET
from programs import need

NUMBER = "percent:table_2/job_fit/1+2/1"


def top_of(page, selector):
    """How far below the top of the window an element begins."""
    return page.locator(selector).first.bounding_box()["y"]


def test_contents_lead_to_a_table_and_follow_the_reader(open_page, report):
    page = open_page(report).page
    page.locator("#contents a[href='#exhibit-table_6']").click()
    assert 40 < top_of(page, "#exhibit-table_6") < 200
    current = page.locator("#contents a[aria-current]")
    page.wait_for_function("document.querySelector('#contents a[aria-current]')?.hash.length > 1")
    assert current.get_attribute("href") == "#exhibit-table_6"


def test_every_entry_of_the_contents_has_its_place(open_page, report):
    page = open_page(report).page
    missing = page.evaluate(
        """[...document.querySelectorAll("#contents a")]
        .filter((link) => !document.getElementById(link.hash.slice(1))).length"""
    )
    assert missing == 0


def test_other_language_opens_at_the_same_table(open_page, russian):
    page = open_page(russian).page
    page.locator("#contents a[href='#exhibit-table_7']").click()
    page.locator(".languages a[lang=en]").click()
    page.wait_for_url(re.compile(r"report\.en\.html#"))
    assert page.locator("html").get_attribute("lang") == "en"
    assert 0 < top_of(page, "#exhibit-table_7") < 250


def test_other_language_opens_at_the_same_number(open_page, english):
    seen = open_page(english)
    seen.number(NUMBER).click()
    seen.page.locator(".languages a[lang=ru]").click()
    seen.page.wait_for_url(re.compile(r"report\.ru\.html#number="))
    assert seen.card.locator(".value").inner_text().startswith("67,4")


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("ru", "СОБСТВЕННОЕ положение", "Таблица 4"),
        ("ru", "собственное пингвин", None),
        ("en", "family MATERIAL", "Table 4"),
    ],
)
def test_search_knows_no_case(open_page, article_run, language, words, expected):
    page = open_page(article_run / f"results/2022/report/report.{language}.html").page
    page.keyboard.press("/")
    page.keyboard.type(words)
    found = page.locator("#found li")
    assert (found.count() > 0) is (expected is not None)
    if expected:
        assert any(expected in text for text in found.all_inner_texts())


def test_search_takes_yo_for_ye(open_page, russian):
    page = open_page(russian).page
    counts = []
    for words in ("опрошенных", "опрошённых"):
        page.locator("#open-search").click()
        page.locator("#sought").fill(words)
        counts.append(page.locator("#found-count").inner_text())
        page.keyboard.press("Escape")
    assert counts[0] == counts[1]
    assert re.match(r"\d+ мест", counts[0])


def test_search_is_worked_by_keys_and_lights_up_what_it_finds(open_page, english):
    page = open_page(english).page
    page.keyboard.press("/")
    page.keyboard.type("colleagues")
    options = page.locator("#found li")
    chosen = page.locator("#found li[aria-selected=true]")
    first = chosen.inner_text()
    page.keyboard.press("ArrowDown")
    second = chosen.inner_text()
    assert second == options.nth(1).inner_text() != first
    page.keyboard.press("Enter")
    assert page.locator("#search[open]").count() == 0
    assert page.evaluate("CSS.highlights.get('found').size") > 1
    assert page.evaluate("document.activeElement.innerText.toLowerCase()").count("colleagues")
    page.keyboard.press("Escape")
    assert page.evaluate("CSS.highlights.has('found')") is False


def test_search_opens_what_was_closed(open_page, english):
    page = open_page(english).page
    page.keyboard.press("/")
    page.keyboard.type("frequencies 14-25")
    if page.locator("#found li").count() == 0:
        page.locator("#sought").fill("14-25")
    page.locator("#found li").last.click()
    assert page.evaluate("document.activeElement.checkVisibility()")


def test_slash_can_be_given_back_to_the_reader(open_page, english):
    page = open_page(english).page
    page.locator("#open-display").click()
    page.locator("#display input[name=slash]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.locator("#search[open]").count() == 0


@pytest.mark.parametrize("size", [NARROW, TABLET])
def test_narrow_screen_shows_everything_without_moving_sideways(open_page, report, size):
    page = open_page(report, viewport=size).page
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.locator("#contents").is_hidden()
    page.locator("#open-contents").click()
    page.locator("#contents a[href='#tests']").click()
    assert page.locator("#contents").is_hidden()
    assert 0 < top_of(page, "#tests") < 250
    page.locator("td[data-number] button:visible").nth(20).click()
    assert page.locator("#card[open]").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_without_script_everything_is_there_and_nothing_that_needs_it(open_page, report):
    page = open_page(report, java_script_enabled=False).page
    assert page.locator("table:visible").count() > 10
    assert page.locator("#contents a:visible").count() > 15
    assert page.locator("figcaption a:visible").count() > 10
    shown = page.locator("button:visible, input:visible:not(.filter-input), dialog:visible")
    assert shown.count() == 0
    assert page.locator(".languages a:visible").count() == 2
    assert "67" in page.locator(f'td[data-number="{NUMBER}"]').inner_text()
    for summary in page.locator("details > summary").all()[:3]:
        summary.click()


def test_colours_follow_the_system_and_the_reader(open_page, report):
    def paper(page):
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    light = open_page(report).page
    assert paper(light) == "rgb(255, 255, 255)"
    light.locator("#open-display").click()
    light.locator("#display input[value=dark]").check()
    dark = paper(light)
    assert sum(map(int, re.findall(r"\d+", dark))) < 150
    assert light.evaluate("getComputedStyle(document.querySelector('figure svg')).filter") != "none"
    light.reload()
    assert paper(light) == dark
    assert paper(open_page(report, color_scheme="dark").page) == dark


def pages_of(pdf):
    """Text of every page of a PDF."""
    text = subprocess.run(
        [need("pdftotext"), "-layout", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    return text.split("\f")[:-1]


def test_paper_has_no_controls_and_the_mark_on_each_page(open_page, report, tmp_path):
    seen = open_page(report, color_scheme="dark")
    seen.number(NUMBER).click()
    pdf = tmp_path / "report.pdf"
    seen.page.pdf(path=str(pdf), prefer_css_page_size=True)
    pages = pages_of(pdf)
    language = seen.page.locator("html").get_attribute("lang")
    mark = {"ru": "не микроданные", "en": "not microdata"}[language]
    assert 20 < len(pages) < 120
    assert [number for number, text in enumerate(pages, 1) if mark not in text] == []
    whole = " ".join(" ".join(pages).split())
    for control in {"ru": ("Поиск", "Копировать как"), "en": ("Search", "Copy as")}[language]:
        assert control not in whole
    card = {"ru": "Откуда взято число", "en": "Where this number comes from"}[language]
    assert card not in whole
    # Closed parts are printed open: the last variable's frequencies, and a quoted statement.
    last = seen.page.locator("table[data-frequencies] caption").last.text_content().split(" (")[0]
    assert last in whole
    assert seen.page.locator("details:not([open])").count() > 0


@pytest.mark.parametrize("language", ["ru", "en"])
def test_corrections_for_the_authors_are_one_page(open_page, article_run, tmp_path, language):
    address = article_run / f"results/2022/audit/erratum.{language}.html"
    page = open_page(address).page
    pdf = tmp_path / "erratum.pdf"
    page.pdf(path=str(pdf), prefer_css_page_size=True)
    (only,) = pages_of(pdf)
    # The page ends with the thanks: nothing is cut off.
    last = page.locator("main p").last.text_content()
    assert last.rpartition(". ")[2].strip() in " ".join(only.split())
    assert page.locator("tbody tr").count() >= 5


@pytest.fixture(params=["ru", "en"])
def audit(request, article_run):
    """The article's audit in each language."""
    return article_run / f"results/2022/audit/audit.{request.param}.html"


def test_audit_shows_less_than_half_of_what_it_can_open(open_page, audit):
    page = open_page(audit).page
    shown, everything = (
        len(page.evaluate(f"document.querySelector('main').{text}").split())
        for text in ("innerText", "textContent")
    )
    assert shown < 4000 < everything / 2
    assert page.locator(".card > details[open]").count() == 0
    # Each question is one line that names its base and its verdict.
    assert page.locator(".card > details > summary .gist").count() == 24


def test_folded_question_opens_by_key_and_by_its_address(open_page, audit):
    page = open_page(audit).page
    summary = page.locator("[data-question=job_fit] > details > summary")
    table = page.locator("[data-question=job_fit] table.recovered")
    summary.focus()
    page.keyboard.press("Enter")
    assert table.is_visible()
    page.keyboard.press("Enter")
    assert not table.is_visible()
    page.locator("ol.key a[href='#card-job_fit']").first.click()
    assert table.is_visible()
    # A grade bears its name on what opens it.
    page.goto(audit.as_uri() + "#claims-cannot_be_checked")
    page.reload()
    part = page.locator("details:has(> #claims-cannot_be_checked)")
    assert part.locator("tbody tr").first.is_visible()


@pytest.mark.parametrize("width", [1280, 900, 390])
def test_opened_derivations_cut_no_column_off(open_page, audit, width):
    page = open_page(audit, viewport={"width": width, "height": 900}).page
    card = page.locator("[data-question=expectations_met]")
    for details in card.locator("> details, .inside > details").all():
        details.evaluate("(one) => { one.open = true }")
    assert card.locator("table.derivations").is_visible()
    right = card.evaluate("(one) => one.getBoundingClientRect().right")
    for table in card.locator("table.recovered, table.derivations").all():
        box = table.bounding_box()
        assert box["x"] + box["width"] <= right
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_audit_prints_what_is_open(open_page, audit, tmp_path):
    page = open_page(audit).page
    pdf = tmp_path / "audit.pdf"

    def printed():
        page.pdf(path=str(pdf), prefer_css_page_size=True)
        return " ".join(" ".join(pages_of(pdf)).split())

    assert "100·x/501" not in printed()
    page.locator("[data-question=job_fit] details").evaluate_all(
        "(all) => { for (const one of all) one.open = true }"
    )
    assert "100·x/501" in printed()


def test_drawing_wider_than_a_telephone_shows_that_it_goes_on_until_its_end(open_page, report):
    page = open_page(report, viewport=NARROW).page
    places = page.locator("main figure .scroll:visible")
    wider = "(all) => all.findIndex((one) => one.scrollWidth > one.clientWidth + 6)"
    place = places.nth(places.evaluate_all(wider))
    place.scroll_into_view_if_needed()
    page.wait_for_function(
        "element => element.classList.contains('scrolls')", arg=place.element_handle()
    )
    faded = "element => getComputedStyle(element).maskImage !== 'none'"
    assert place.evaluate(faded)
    place.evaluate("element => { element.scrollLeft = element.scrollWidth; }")
    page.wait_for_function(
        "element => element.classList.contains('ends')", arg=place.element_handle()
    )
    assert not place.evaluate(faded)


def test_no_table_of_a_section_is_wider_than_an_ordinary_page(open_page, report):
    page = open_page(report, viewport={"width": 1300, "height": 900}).page
    places = page.locator(".exhibit .scroll")
    assert places.count() > 10
    wider = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 6).length"
    assert places.evaluate_all(wider) == 0
