"""Every number can be asked where it comes from, by mouse, by keys and by address."""

import json
import re

import pytest

NUMBER = "percent:table_2/job_fit/1+2/1"
COUNT = "count:table_2/job_fit/1+2/1"


def graph_of(page):
    """Names that the page's provenance knows."""
    return set(json.loads(page.locator("#provenance").text_content())["names"])


def test_every_named_number_of_the_page_is_in_its_graph(open_page, report):
    page = open_page(report).page
    shown = page.evaluate(
        "[...new Set([...document.querySelectorAll('[data-number]')].map((e) => e.dataset.number))]"
    )
    assert len(shown) > 800
    assert set(shown) - graph_of(page) == set()


def test_card_shows_the_whole_way_of_a_number(open_page, english):
    seen = open_page(english)
    seen.number(NUMBER).click()
    text = " ".join(seen.card.inner_text().split())
    assert seen.card.locator(".value").inner_text().startswith("67.4")
    assert "30.7 + 36.7 = 67.4" in text
    assert "100 · 202 / 300 = 67.3333…" in text
    assert "67,4 agrees when computed from rounded parts" in text
    assert "The job matches knowledge, abilities and opportunities job_fit" in text
    assert "tabulate_wave" in text
    assert "tables/crosstabs.csv" in text
    assert len(re.findall(r"\b[0-9a-f]{64}\b", text)) >= 4
    assert NUMBER in text


def test_card_of_a_test_names_its_inputs(open_page, english):
    seen = open_page(english)
    seen.page.locator("[data-number='test:table_2/job_fit/gender/pearson/statistic']").first.click()
    text = seen.card.inner_text()
    assert "X² = Σ (O − E)² / E = 5.1559… → 5.16" in " ".join(text.split())
    seen.card.locator("button.link").first.click()
    assert seen.card.locator(".value").inner_text().startswith("501")
    links = seen.card.locator("button.link").all_inner_texts()
    assert {"92", "110", "50", "70"} <= set(links)


def test_links_of_the_card_lead_on_and_back(open_page, english):
    seen = open_page(english)
    seen.number(NUMBER).click()
    seen.card.get_by_role("button", name="202", exact=True).click()
    assert seen.card.locator(".value").inner_text().startswith("202")
    whom = seen.card.locator("section", has_text="Who is counted").inner_text()
    assert "Gender: Men" in whom
    assert "Yes or Mostly yes" in whom
    seen.card.locator(".back").click()
    assert seen.card.locator(".value").inner_text().startswith("67.4")


@pytest.mark.parametrize("key", ["Enter", " "])
def test_keys_open_the_card_and_escape_gives_the_focus_back(open_page, report, key):
    seen = open_page(report)
    number = seen.number(NUMBER)
    number.focus()
    seen.page.keyboard.press(key)
    assert seen.card.count() == 1
    assert seen.page.evaluate("document.activeElement.id") == "card-title"
    seen.page.keyboard.press("Escape")
    assert seen.card.count() == 0
    assert number.evaluate("(element) => element === document.activeElement")


def test_number_in_a_sentence_is_asked_by_keys(open_page, english):
    seen = open_page(english)
    number = seen.page.locator("#exhibit-table_2 .evidence span.number").first
    number.focus()
    seen.page.keyboard.press("Enter")
    assert seen.card.locator(".value").inner_text().startswith(number.inner_text())


def test_table_is_one_stop_and_arrows_go_by_its_rows_and_columns(open_page, english):
    seen = open_page(english)
    table = seen.page.locator("table[data-table=table_2]")
    assert table.locator("td button[tabindex='0']").count() == 1
    seen.number("percent:table_2/job_fit/1/total").focus()
    visited = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "End", "Home"):
        seen.page.keyboard.press(key)
        visited.append(seen.page.evaluate("document.activeElement.closest('td').dataset.number"))
    assert visited == [
        "percent:table_2/job_fit/1/1",
        "percent:table_2/job_fit/2/1",
        "percent:table_2/job_fit/2/total",
        "percent:table_2/job_fit/1/total",
        "base:table_2/job_fit/total/2",
        "percent:table_2/job_fit/1/total",
    ]
    assert table.locator("td button[tabindex='0']").count() == 1


def test_number_of_a_drawing_opens_the_same_card(open_page, english):
    seen = open_page(english)
    drawn = seen.page.locator("figure svg [data-number]")
    assert drawn.count() > 50
    identity = drawn.first.get_attribute("data-number")
    drawn.first.click()
    assert identity in seen.card.inner_text()


def test_address_of_a_number_opens_its_card(open_page, english):
    seen = open_page(f"{english.as_uri()}#number={NUMBER}")
    assert seen.card.locator(".value").inner_text().startswith("67.4")
    assert seen.number(NUMBER).is_visible()
    seen.page.evaluate(f"location.hash = 'number={COUNT}'")
    seen.page.evaluate("location.hash = 'number=percent:table_2/job_fit/1/1'")
    seen.page.wait_for_function(
        "document.querySelector('#card .value').textContent.startsWith('30.7')"
    )


def test_address_of_nothing_opens_nothing(open_page, english):
    for hostile in ("%E0%A4%A", "no:such/number", "%3Cimg%20src=x%20onerror=alert(1)%3E"):
        seen = open_page(f"{english.as_uri()}#number={hostile}")
        assert seen.card.count() == 0


def test_link_of_the_card_is_copied(open_page, english):
    seen = open_page(english)
    seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    seen.number(NUMBER).click()
    seen.card.get_by_role("button", name="Copy a link to it").click()
    seen.page.wait_for_function("document.getElementById('announcement').textContent !== ''")
    copied = seen.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{english.as_uri()}#number={NUMBER}"


def test_marks_stand_beside_notable_numbers_and_can_be_switched_off(open_page, english):
    page = open_page(english).page
    notable = page.locator("td[data-number='percent:table_2/job_fit/4/1'] .mark.significance")
    other = page.locator("td[data-number='percent:table_2/job_fit/1/1'] .mark")
    parts = page.locator(f"td[data-number='{NUMBER}'] .mark.verdicts")
    assert (notable.inner_text(), other.count(), parts.inner_text()) == ("▼", 0, "°")
    assert "−2.1" in notable.get_attribute("aria-label")
    page.locator("#open-display").click()
    page.locator("#display input[name=significance]").uncheck()
    assert notable.is_hidden()
    assert parts.is_visible()
    page.locator("#display input[name=verdicts]").uncheck()
    assert parts.is_hidden()
    page.reload()
    assert notable.is_hidden()
    page.locator("#open-display").click()
    page.locator("#display input[name=significance]").check()
    assert notable.is_visible()
