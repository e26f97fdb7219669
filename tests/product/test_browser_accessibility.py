"""The rules of axe-core find nothing on any page, in any state, in either language."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from product.browsing import NARROW

PAGES = [
    f"{room}/{name}.{language}.html"
    for room, name in (("report", "report"), ("audit", "audit"), ("audit", "erratum"))
    for language in ("ru", "en")
]
#: Measures the colours of every text, which takes longer than all other rules together.
CONTRAST = "color-contrast"


def violations(page, contrast=True, within="html"):
    """Rule and elements of everything that axe-core objects to."""
    options = {"resultTypes": ["violations"]}
    if not contrast:
        options["rules"] = {CONTRAST: {"enabled": False}}
    found = Axe().run(page, context=within, options=options)
    return [
        (one["id"], [node["target"] for node in one["nodes"]][:3])
        for one in found.response["violations"]
    ]


@pytest.fixture
def open_unsealed(open_page):
    """Open a page without its policy, which would not run the rules' own script."""
    return lambda address, **options: open_page(address, bypass_csp=True, **options)


@pytest.mark.parametrize("path", PAGES)
def test_narrow_page_breaks_no_rule(open_unsealed, article_run, path):
    page = open_unsealed(article_run / "results/2022" / path, viewport=NARROW).page
    assert violations(page, contrast=False) == []


@pytest.mark.parametrize(
    ("path", "scheme", "contrast"),
    [
        ("report/report.ru.html", "light", True),
        ("report/report.en.html", "dark", True),
        # The same colours on white as those of the report.
        ("audit/audit.en.html", "light", False),
        ("audit/audit.ru.html", "dark", True),
    ],
)
def test_wide_page_breaks_no_rule(open_unsealed, article_run, path, scheme, contrast):
    page = open_unsealed(article_run / "results/2022" / path, color_scheme=scheme).page
    assert violations(page, contrast) == []


def test_opened_parts_and_card_break_no_rule(open_unsealed, russian):
    seen = open_unsealed(russian)
    seen.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    seen.number("percent:table_2/job_fit/1+2/1").click()
    assert seen.card.count() == 1
    assert violations(seen.page, contrast=False) == []


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ru", "dark")])
def test_card_can_be_read_in_any_light(open_unsealed, article_run, language, scheme):
    path = article_run / f"results/2022/report/report.{language}.html"
    seen = open_unsealed(path, color_scheme=scheme)
    seen.number("percent:table_2/job_fit/1+2/1").click()
    assert violations(seen.page, within="#card") == []


def test_search_can_be_read_in_the_dark(open_unsealed, russian):
    page = open_unsealed(russian, color_scheme="dark").page
    page.locator("#open-search").click()
    page.locator("#sought").fill("а")
    assert violations(page, within="#search") == []


def test_drawer_and_display_break_no_rule(open_unsealed, russian):
    page = open_unsealed(russian, viewport=NARROW).page
    page.locator("#open-contents").click()
    assert violations(page, contrast=False) == []
    page.keyboard.press("Escape")
    page.locator("#open-display").click()
    assert violations(page, contrast=False) == []


@pytest.mark.parametrize("path", PAGES)
def test_headings_go_down_one_step_at_a_time(open_page, article_run, path):
    page = open_page(article_run / "results/2022" / path).page
    levels = page.evaluate(
        "[...document.querySelectorAll('main :is(h1, h2, h3, h4)')].map((h) => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_every_table_has_headers_with_scopes(open_page, report):
    page = open_page(report).page
    bare = page.evaluate(
        """[...document.querySelectorAll("main table")].filter((table) =>
        !table.querySelector("th[scope]") || table.querySelector("th:not([scope])")).length"""
    )
    assert bare == 0
