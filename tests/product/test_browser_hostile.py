"""Labels do nothing, whatever they say, and the longest ones break no page."""

import pytest

from invented import snakemake
from product.browsing import NARROW
from product.hostile import FORMULA, HOSTILE, TEMPLATE, write_hostile_study


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = write_hostile_study(tmp_path_factory.mktemp("hostile"))
    finished = snakemake(folder, "results/1/report/report.en.html")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder / "results/1/report/report.en.html"


def test_hostile_labels_are_text_on_the_page_and_in_every_part_of_it(open_page, hostile):
    seen = open_page(hostile)
    page = seen.page
    assert page.locator("h1").inner_text() == HOSTILE
    text = page.locator("main").text_content()
    assert TEMPLATE in text
    assert FORMULA in text
    cell = page.locator("table[data-table=answers] tbody td[data-number] button").nth(14)
    cell.click()
    assert "stolen" in seen.card.inner_text()
    seen.card.locator("button.link").first.click()
    page.locator("#open-search").click()
    page.locator("#sought").fill("onerror <img")
    assert page.locator("#found li").count() > 0
    page.keyboard.press("Escape")
    page.locator("table[data-table=answers] button.sort").first.click()
    assert page.locator("main :is(img, iframe, script, style, b[onclick])").count() == 0
    assert page.evaluate("window.stolen") is None


def test_formula_is_copied_as_text(open_page, hostile):
    page = open_page(hostile).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".tools button", has_text="text").first.click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text !== '')")
    lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert any(line.startswith(f"'{FORMULA}\t") for line in lines)
    assert not any(line.startswith("=") for line in lines)


def test_twelve_long_columns_stay_in_their_place(open_page, hostile):
    for options in ({}, {"viewport": NARROW}):
        page = open_page(hostile, **options).page
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        box = page.locator(".scroll:has(> table[data-table=answers])")
        assert box.get_attribute("tabindex") == "0"
        assert box.bounding_box()["width"] <= width
