"""The report as page, Word, Excel and PDF: the same numbers, and other programs open them."""

import csv
import html
import re
import subprocess
import sys

import docx
import openpyxl
import pytest

from invented import MINIMAL_CONFIG, MINIMAL_TABLES, ROOT, read, snakemake, write_raw, write_study
from product.printed_numbers import (
    DECIMAL_NUMBER,
    numbers_of_excel,
    numbers_of_html,
    numbers_of_pdf,
    numbers_of_word,
    pages_of,
    take_numbers,
    words_of_word,
)
from programs import need
from resurvey.study.folder import read_words

MARKS = {
    "en": "Reconstructed from published tables, not microdata",
    "ru": "Реконструировано по опубликованным таблицам, не микроданные",
}
TABLE = {"en": "Table", "ru": "Таблица"}
DECIMALS = {"en": ".", "ru": ","}
FORMATS = ("html", "docx", "xlsx", "pdf", "latex", "csv")


def say(language, place):
    section, key = place.split(".")
    return read_words(ROOT / "report", [language])[language][section][key]


def numbers_in(kind, folder, language, base):
    """Name or number of a table -> its printed numbers, as one format holds them."""
    if kind == "html":
        return numbers_of_html(folder / f"report.{language}.html", base)
    if kind == "docx":
        return numbers_of_word(folder / f"report.{language}.docx", base)
    if kind == "xlsx":
        path = folder / f"tables.{language}.xlsx"
        return numbers_of_excel(path, base, DECIMALS[language])
    if kind == "pdf":
        word = TABLE[language]
        return numbers_of_pdf(folder / f"report.{language}.pdf", base, word)
    found = {}
    if kind == "latex":
        for path in sorted((folder / "latex").glob(f"*.{language}.tex")):
            told = path.read_text(encoding="utf-8").replace("-{}", "-")
            told = told.replace(r"\ensuremath{-}", "\N{MINUS SIGN}")
            # Marks stand before the number.
            told = re.sub(r"\\ensuremath\{\\bigtriangle(?:up|down)\}~", "", told)
            rows = [one.strip().removesuffix(r" \\").split(" & ") for one in told.splitlines()]
            found[path.name.split(".")[0]] = take_numbers(rows, base)
        return found
    for path in sorted((folder / "csv").glob(f"*.{language}.csv")):
        text = path.read_text(encoding="utf-8-sig")
        rows = csv.reader(text.splitlines(), delimiter=";" if language == "ru" else ",")
        found[path.name.split(".")[0]] = [
            cell
            for row in rows
            if base not in row
            for cell in row
            if DECIMAL_NUMBER.fullmatch(cell)
        ]
    return found


def hyphened(numbers):
    """Numbers with the hyphen that files to be computed with keep where people read a minus."""
    return [one.replace("\N{MINUS SIGN}", "-") for one in numbers]


def per_cents(numbers):
    """Without the bases that tables of row per cents have in a column of their own."""
    return [one for one in numbers if "." in one]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_format_holds_the_same_162_numbers(article_run, language, kind):
    results = article_run / "results/2022"
    expected = {}
    for one in read(results / "audit/cells.csv"):
        number = one["recomputed"].replace(",", DECIMALS[language])
        # A file for other programs keeps the hyphen; what people read has a minus.
        number = number if kind in ("csv", "xlsx") else number.replace("-", "\N{MINUS SIGN}")
        expected.setdefault(one["table"], []).append(number)
    assert sum(map(len, expected.values())) == 162
    found = numbers_in(kind, results / "report", language, say(language, "report.base"))
    if kind in ("docx", "xlsx", "pdf"):
        word = TABLE[language]
        found = {name: found[name.replace("table_", f"{word} ")] for name in expected}
    if kind == "pdf":
        found = {name: found[name][: len(numbers)] for name, numbers in expected.items()}
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf", "csv"])
def test_documents_of_a_real_survey_hold_the_numbers_of_its_page(anes_run, kind):
    folder = anes_run / "results/1996/report"
    base = say("en", "report.base")
    page = numbers_in("html", folder, "en", base)
    found = numbers_in(kind, folder, "en", base)
    tables = [path.name.split(".")[0] for path in sorted((folder / "csv").glob("*.en.csv"))]
    assert len(tables) >= 3
    printed = [per_cents(hyphened(one)) for one in found.values()]
    for name in tables:
        wanted = per_cents(hyphened(page[name]))
        assert wanted
        assert [one for one in printed if one[: len(wanted)] == wanted]


def test_real_survey_is_not_called_reconstructed(anes_run):
    folder = anes_run / "results/1996/report"
    for text in (words_of_word(folder / "report.en.docx"), *pages_of(folder / "report.en.pdf")):
        assert MARKS["en"] not in text
    for sheet in openpyxl.load_workbook(folder / "tables.en.xlsx"):
        assert MARKS["en"] not in str([cell.value for row in sheet["A1:A4"] for cell in row])


def test_models_stand_in_the_documents_with_their_figure(anes_run):
    document = docx.Document(str(anes_run / "results/1996/report/report.en.docx"))
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 2"]
    assert say("en", "models.title") in headings
    described = [one.get("descr") for one in document.element.body.iter() if one.get("descr")]
    pictures = list((anes_run / "results/1996/models/figures").glob("*.en.png"))
    assert pictures
    assert len(set(described)) >= len(list((anes_run / "results/1996/figures").glob("*.en.png")))


@pytest.mark.parametrize("language", ["ru", "en"])
def test_sections_and_tests_read_as_on_the_page(article_run, language):
    folder = article_run / "results/2022/report"
    page = (folder / f"report.{language}.html").read_text(encoding="utf-8")
    page = re.sub(r"<(script|style|svg).*?</\1>", " ", page, flags=re.DOTALL)
    seen = "".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())
    document = docx.Document(str(folder / f"report.{language}.docx"))
    told = [one.text for one in document.paragraphs if one.style.name == "Evidence"]
    assert len(told) >= 10
    assert [text for text in told if "".join(text.split()) not in seen] == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_word_opens_in_another_program_and_marks_every_page(opened, language):
    pages = pages_of(opened / f"article-report-{language}.pdf")
    assert len(pages) > 15
    assert all(MARKS[language] in page for page in pages)
    text = "\n".join(pages)
    numbers = {"ru": ("28,3", "64,2", "+8,1"), "en": ("28.3", "64.2", "+8.1")}[language]
    assert all(number in text for number in numbers)
    assert say(language, "report.contents") in pages[0]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_workbook_opens_in_another_program_and_marks_every_page(opened, language):
    pages = pages_of(opened / f"article-tables-{language}.pdf")
    assert len(pages) > 20
    assert all(MARKS[language] in page for page in pages)
    text = "\n".join(pages)
    assert say(language, "documents.workbook_lead")[:60] in text
    assert "#" * 3 not in text
    assert "Err:" not in text


@pytest.mark.parametrize("name", ["article-report-ru", "article-tables-en", "anes-report-en"])
def test_no_page_of_another_program_is_empty(opened, name, tmp_path):
    command = [
        need("pdftoppm"),
        "-r",
        "12",
        "-gray",
        str(opened / f"{name}.pdf"),
        str(tmp_path / "p"),
    ]
    subprocess.run(command, check=True)
    pages = sorted(tmp_path.glob("p-*.pgm"))
    assert pages
    for page in pages:
        assert min(page.read_bytes()[15:]) < 200


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pdf_is_marked_on_every_page_and_has_titled_tables(article_run, language):
    path = article_run / f"results/2022/report/report.{language}.pdf"
    pages = pages_of(path)
    assert all(MARKS[language] in page for page in pages)
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True).stdout.decode()
    assert "Tagged:          yes" in told
    assert "CreationDate" not in told
    assert len(numbers_in("pdf", path.parent, language, "-")) >= 15


def test_workbook_holds_no_formula_and_no_outside_link(article_run):
    workbook = openpyxl.load_workbook(article_run / "results/2022/report/tables.ru.xlsx")
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    links = [cell.hyperlink for cell in cells if cell.hyperlink]
    assert links
    assert all(one.target is None for one in links)


def test_weighted_study_that_wants_fewer_documents_gets_them_with_both_bases(tmp_path):
    write_raw(tmp_path / "resources/1996/raw.sav")
    config = MINIMAL_CONFIG.replace("raw.sav}", "raw.sav, weight: weight}")
    config += "documents: [docx, csv]\n"
    write_study(tmp_path, config=config, tables=MINIMAL_TABLES)
    finished = snakemake(tmp_path)
    assert finished.returncode == 0, finished.stderr
    folder = tmp_path / "results/1996/report"
    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {"report.en.docx", "csv/vote_by_education.en.csv"} <= written
    assert not [one for one in written if one.endswith((".xlsx", ".pdf", ".tex"))]
    base = say("en", "report.base_weighted")
    page = numbers_in("html", folder, "en", base)["vote_by_education"]
    assert per_cents(page)
    assert numbers_in("docx", folder, "en", base)["Table 1"] == page
    labels = [row.cells[0].text for row in docx.Document(folder / "report.en.docx").tables[0].rows]
    assert labels[-2:] == [base, say("en", "report.base_heads")]


def test_study_may_want_no_documents_but_no_unknown_ones(tmp_path):
    write_raw(tmp_path / "resources/1996/raw.sav")
    write_study(tmp_path, config=MINIMAL_CONFIG + "documents: []\n", tables=MINIMAL_TABLES)
    finished = snakemake(tmp_path, "--dry-run")
    assert finished.returncode == 0, finished.stderr
    assert "write_documents" not in finished.stdout + finished.stderr
    write_study(tmp_path, config=MINIMAL_CONFIG + "documents: [odt]\n", tables=MINIMAL_TABLES)
    finished = snakemake(tmp_path, "--dry-run")
    assert finished.returncode != 0
    told = finished.stdout + finished.stderr
    assert "'odt' is not one of docx, xlsx, pdf, pptx, latex, csv" in told


def test_importing_the_library_loads_no_writer():
    program = (
        "import sys, resurvey; print(sorted({'docx', 'xlsxwriter', 'typst'} & {*sys.modules}))"
    )
    command = [sys.executable, "-c", program]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"
