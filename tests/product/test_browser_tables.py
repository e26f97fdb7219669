"""Tables are sorted, filtered, copied and saved; figures too; nothing but the page is needed."""

import csv
import io
import struct

import pytest


def column(page, table, place):
    """Texts of a column of a table's body."""
    return page.evaluate(
        """([table, place]) => [...document.querySelectorAll(
            `table[data-table=${table}] tbody tr:not([hidden])`)]
            .map((row) => row.cells[place])
            .map((cell) => (cell.querySelector("button") ?? cell).textContent.trim())""",
        [table, place],
    )


def head(page, table, name):
    return page.locator(f"table[data-table={table}] thead").get_by_role(
        "button", name=name, exact=True
    )


def number(text):
    return float(text.replace(",", ".").replace("\N{MINUS SIGN}", "-"))


def test_sorting_knows_the_comma_and_the_sign_and_gives_the_order_back(open_page, russian):
    page = open_page(russian).page
    before = column(page, "table_1", 3)
    button = head(page, "table_1", "Разница")
    button.click()
    up = column(page, "table_1", 3)
    assert [number(one) for one in up] == sorted(number(one) for one in before)
    assert button.locator("..").get_attribute("aria-sort") == "ascending"
    button.click()
    down = [number(one) for one in column(page, "table_1", 3)]
    assert down == sorted((number(one) for one in before), reverse=True)
    assert button.locator("..").get_attribute("aria-sort") == "descending"
    button.click()
    assert column(page, "table_1", 3) == before
    assert page.locator("table[data-table=table_1] th[aria-sort]").count() == 0


def test_subtotals_and_bases_stay_where_they_are(open_page, english):
    page = open_page(english).page
    before = column(page, "table_2", 0)
    head(page, "table_2", "All respondents").click()
    after = column(page, "table_2", 0)
    assert after != before
    assert [after[2], after[5]] == [before[2], before[5]] == ["Yes + mostly yes", "No + mostly no"]
    shares = column(page, "table_2", 1)
    answers = [number(shares[place]) for place in (0, 1, 3, 4)]
    assert answers == sorted(answers)
    assert page.locator("table[data-table=table_2] tfoot tr").inner_text().startswith("Base")


def test_missing_numbers_come_last_up_and_down(open_page, english):
    page = open_page(english).page
    button = head(page, "indicators", "Men")
    for _ in range(2):
        button.click()
        first = page.evaluate(
            """[...document.querySelector("table[data-table=indicators] tbody").rows]
            .slice(1).map((row) => row.cells[2].textContent.trim())"""
        )
        dashes = [place for place, text in enumerate(first) if text == "—"]
        assert dashes == list(range(len(first) - len(dashes), len(first)))
        assert dashes


def test_words_are_sorted_as_the_language_sorts_them(open_page, russian):
    page = open_page(russian).page
    button = head(page, "tests", "Вопрос")
    button.click()
    names = column(page, "tests", 0)
    expected = page.evaluate(
        "(names) => [...names].sort(new Intl.Collator('ru', {numeric: true}).compare)", names
    )
    assert names == expected


def test_arrows_follow_a_sorted_table(open_page, english):
    page = open_page(english).page
    head(page, "table_1", "Difference").click()
    first = page.locator("table[data-table=table_1] tbody td[data-number] button").nth(2)
    first.focus()
    page.keyboard.press("ArrowDown")
    row = page.evaluate("document.activeElement.closest('tr').rowIndex")
    assert row == 2


def test_filter_leaves_the_rows_with_the_words(open_page, english):
    page = open_page(english).page
    part = page.locator("details:has(table[data-audit])")
    part.locator("summary").first.click()
    rows = part.locator("table[data-audit] tbody tr:visible")
    part.locator(".narrow input").fill("mostly women")
    assert 0 < rows.count() < 162
    assert all(
        "mostly" in text.lower() and "women" in text.lower() for text in rows.all_inner_texts()
    )
    assert part.locator(".narrow .told").inner_text() == f"{rows.count()} of 162"
    part.locator(".narrow input").fill("")
    assert rows.count() == 162


def test_filter_of_frequencies_leaves_whole_tables(open_page, russian):
    page = open_page(russian).page
    page.locator("section[aria-labelledby=frequencies] summary").click()
    page.locator("section[aria-labelledby=frequencies] .narrow input").fill("ПОЛ (gender")
    tables = page.locator("table[data-frequencies]:visible")
    assert tables.count() == 1
    assert tables.get_attribute("data-frequencies") == "gender"
    assert tables.locator("tbody tr:visible").count() >= 2


def copied(page, table, name):
    """What a table's tool puts on the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('')")
    tools = page.locator(f".scroll:has(> table[data-table={table}]) ~ .tools").first
    tools.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text !== '')")
    return page.evaluate("navigator.clipboard.readText()")


def test_table_is_copied_as_text_for_a_spreadsheet(open_page, russian):
    lines = copied(open_page(russian).page, "table_2", "текст").splitlines()
    assert lines[0].startswith("Таблица 2. ")
    assert lines[1].split("\t")[1:] == ["По всем опрошенным", "Мужчины", "Женщины"]
    assert lines[4].split("\t") == ["Да + в основном да", "64,2", "67,4", "59,7"]
    assert lines[-2].split("\t")[1:] == ["501", "300", "201"]
    assert "не микроданные" in lines[-1]


@pytest.mark.parametrize(
    ("language", "between", "share"), [("en", ",", "64.2"), ("ru", ";", "64,2")]
)
def test_table_is_copied_as_csv_of_its_language(open_page, article_run, language, between, share):
    page = open_page(article_run / f"results/2022/report/report.{language}.html").page
    rows = list(csv.reader(io.StringIO(copied(page, "table_2", "CSV")), delimiter=between))
    assert rows[3][1] == share
    assert {len(row) for row in rows[:-1]} == {4}


def test_table_is_copied_as_latex(open_page, english):
    text = copied(open_page(english).page, "table_1", "LaTeX")
    assert "\\begin{tabular}{lrrr}" in text
    assert "2. Construction & 8.9 & 6.8 & -2.1 \\\\" in text or "$-$2.1" in text
    assert text.count("\\midrule") == 1
    assert "not microdata" in text
    assert "% of respondents" not in text.replace("\\% of respondents", "")


def test_sorted_and_filtered_rows_are_copied_as_they_stand(open_page, english):
    page = open_page(english).page
    head(page, "table_1", "Difference").click()
    lines = copied(page, "table_1", "text").splitlines()
    differences = [number(line.split("\t")[3]) for line in lines[2:15]]
    assert differences == sorted(differences)


def test_tools_of_a_table_are_one_stop(open_page, english):
    page = open_page(english).page
    tools = page.locator(".scroll:has(> table[data-table=table_2]) ~ .tools").first
    assert tools.locator("button[tabindex='0']").count() == 1
    tools.locator("button").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "CSV"


def saved(page, button):
    with page.expect_download() as found:
        button.click()
    return found.value.suggested_filename, found.value.path().read_bytes()


def test_table_is_saved_as_csv(open_page, russian):
    page = open_page(russian).page
    tools = page.locator(".scroll:has(> table[data-table=table_2]) ~ .tools").first
    name, content = saved(page, tools.get_by_role("button", name="файл CSV"))
    assert name == "table_2_reconstructed.ru.csv"
    text = content.decode("utf-8-sig")
    assert text.splitlines()[3] == "Да + в основном да;64,2;67,4;59,7"
    assert "не микроданные" in text.splitlines()[-1]


def test_figure_is_saved_as_svg_and_png(open_page, english, browser):
    page = open_page(english, color_scheme="dark").page
    tools = page.locator("#drawing-table_2 .tools")
    name, drawing = saved(page, tools.get_by_role("button", name="SVG"))
    assert name == "table_2_reconstructed.en.svg"
    assert drawing.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<svg ')
    assert b"not microdata" in drawing
    name, picture = saved(page, tools.get_by_role("button", name="PNG"))
    assert name == "table_2_reconstructed.en.png"
    assert picture.startswith(b"\x89PNG")
    wide, high = struct.unpack(">II", picture[16:24])
    box = page.locator("#drawing-table_2 svg").get_attribute("viewBox").split()
    # Halves go up, as in the browser.
    assert (wide, high) == tuple(int(3 * float(side) + 0.5) for side in box[2:])
