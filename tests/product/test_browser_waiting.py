"""A wide file's page lays out what is looked at; the rest waits until somebody comes."""

import numpy as np
import pandas as pd
import pytest

from invented import snakemake
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.reading.writing import write_sav

QUESTIONS = 130
HOSTILE = "</script><script>window.stolen = 1</script><img src=x onerror=window.stolen=1>"


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    """A report with a table of every question, and more answers than a page lays out at once."""
    folder = tmp_path_factory.mktemp("wide")
    codes = {code: {"": f"answer {code}"} for code in range(1, 10)}
    names = [f"q{number}" for number in range(1, QUESTIONS + 1)]
    known = {name: Variable(name, label={"": f"Question {name}"}, codes=codes) for name in names}
    known["q130"] = Variable("q130", label={"": f"Question q130 {HOSTILE}"}, codes=codes)
    answers = np.arange(27)[:, None] + np.arange(QUESTIONS)
    people = pd.DataFrame(1.0 + answers % 9, columns=names)
    (folder / "resources/1").mkdir(parents=True)
    write_sav(folder / "resources/1/raw.sav", Survey(people, Codebook(known)))
    (folder / "config").mkdir()
    config = "languages: [en]\ndocuments: []\nwaves:\n  '1': {file: resources/1/raw.sav}\n"
    (folder / "config/config.yaml").write_text(config)
    tables = "".join(f"  t{name}: {{rows: [{name}]}}\n" for name in names)
    (folder / "config/tables.yaml").write_text(f"tables:\n{tables}")
    finished = snakemake(folder, "results/1/report/report.en.html")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder / "results/1/report/report.en.html"


def waiting(page):
    return page.locator("main template.waiting").count()


def test_page_lays_out_a_hundred_exhibits_and_the_others_when_they_come_near(open_page, wide):
    page = open_page(wide).page
    assert page.locator("main .exhibit table").count() == 100
    assert waiting(page) == QUESTIONS - 100 + 1
    last = page.locator("#exhibit-tq130")
    assert last.inner_text() == ""
    last.scroll_into_view_if_needed()
    last.locator("table").wait_for()
    assert "11.1" in last.inner_text()
    assert HOSTILE in last.inner_text()
    last.locator("td button").first.click()
    page.locator("#card[open]").wait_for()
    assert page.evaluate("window.stolen") is None


def test_folded_table_comes_with_all_its_tools_when_it_is_opened(open_page, wide):
    page = open_page(wide).page
    folded = page.locator("section[aria-labelledby=frequencies] details").last
    assert folded.locator("table").count() == 0
    folded.locator("> summary").click()
    folded.locator("table").first.wait_for()
    assert folded.locator("table").count() == QUESTIONS
    folded.locator("input[type=search]").fill("question q17")
    assert folded.locator("table:visible").count() == 1
    assert folded.locator("table:visible button.sort").count() > 1
    number = page.locator("td[data-number='frequency:q17/3/valid_percent'] button")
    assert number.inner_text() == "11.1"
    number.click()
    page.locator("#card[open]").wait_for()


def test_what_waits_is_found_by_search_by_address_and_on_paper(open_page, wide):
    page = open_page(wide).page
    page.locator("#open-search").click()
    page.locator("#sought").fill("question q123")
    assert page.locator("#found li").count() > 0
    assert waiting(page) == 0
    address = f"{wide.as_uri()}#number=frequency:q99/2/percent"
    assert open_page(address).page.locator("#card[open]").count() == 1
    assert open_page(f"{wide.as_uri()}#table-tq125").page.locator("#table-tq125").is_visible()
    page = open_page(wide).page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert waiting(page) == 0


def test_without_scripts_the_page_says_where_its_lines_are(browser, wide):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(wide.as_uri())
    told = page.locator("#exhibit-tq130").inner_text()
    assert told.startswith("This table is laid out by the page's script")
    context.close()
