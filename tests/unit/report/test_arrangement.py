"""The report is arranged once; the page and paper say the same, in the same order."""

import html
import io
import re
import subprocess
from dataclasses import replace

import docx
import pytest
from markupsafe import Markup

from resurvey.pages.numerals import Shown
from resurvey.report import arrangement
from resurvey.report.arrangement import arrange_report
from resurvey.report.blocks import (
    Cell,
    Column,
    Figure,
    Heading,
    Item,
    Items,
    Paragraph,
    Row,
    Section,
    Table,
)
from resurvey.report.documents.pdf import write_pdf
from resurvey.report.documents.word import write_word
from resurvey.report.page import write_page
from resurvey.study.folder import read_words
from unit.report.small_survey import ROOT, TEMPLATES

LANGUAGES = ("en", "ru")
LOOKS = ROOT / "report/documents"


@pytest.fixture
def compose(results, study):
    """The report as paper shows it."""

    def compose(results=results, study=study, language="en"):
        words = read_words(ROOT / "report", [language])[language]
        own = {**study, "text": {language: study["text"]["en"]}}
        return arrange_report(results, own, words, "1", language).on_paper

    return compose


@pytest.fixture
def tested(results):
    """The same survey with Pearson's test of its one crosstab."""
    test = dict.fromkeys(("df2", "note", "holm_article", "benjamini_hochberg_article"), "")
    test |= {"table": "jobs", "row_variable": "fit", "column_variable": "gender", "df": "2"}
    test |= {"test": "pearson", "statistic": "11.26", "p_value": "0.0036", "n": "102"}
    return replace(results, tests=[test])


def blocks_of(report, kind):
    return [one for one in report.blocks if isinstance(one, kind)]


def test_sections_stand_in_the_order_of_the_page(compose, results, study):
    words = read_words(ROOT / "report", ["en"])["en"]
    page = write_page(results, study, words, "1", "en", TEMPLATES)
    page = page.partition("<main")[2].partition("</main>")[0]
    seen = re.findall(r"<h2[^>]*>(.*?)</h2>", page, re.DOTALL)
    titles = [" ".join(html.unescape(re.sub(r"<[^>]*>", "", one)).split()) for one in seen]
    told = [one.text for one in blocks_of(compose(), Heading) if one.level == 1]
    assert told == titles


def test_section_given_once_stands_on_the_page_and_in_word_and_pdf(
    results, study, monkeypatch, tmp_path
):
    words = read_words(ROOT / "report", ["en"])["en"]
    number = Shown("12.5", "1 / 8", "1", "8", identity="percent:t/q/1/total")
    columns = Column("Bird"), Column("Seen", number=True)

    def found(material):
        yield Section(
            "found",
            "What was found",
            (
                Paragraph(Markup("The heron leads with {} %.").format(number)),
                Items((Item("A first swallow"),)),
                Table(
                    "report/birds",
                    material.numbering.table(),
                    "Birds of the pond",
                    "%",
                    columns,
                    (Row("answer", (Cell("Heron"), Cell(number, "1"))),),
                    notes=("Counted at dawn.",),
                ),
            ),
        )

    monkeypatch.setattr(arrangement, "SECTIONS", (found, *arrangement.SECTIONS))
    page = write_page(results, study, words, "1", "en", TEMPLATES)
    report = arrange_report(results, study, words, "1", "en").on_paper
    said = words["documents"]
    document = docx.Document(io.BytesIO(write_word(report, said, {}, LOOKS / "report.docx")))
    path = tmp_path / "report.pdf"
    path.write_bytes(write_pdf(report, said, LOOKS / "report.typ"))
    texts = {
        "html": html.unescape(re.sub(r"<[^>]*>", "", page.partition("<main")[2])),
        "word": "".join(document.element.body.itertext()),
        "pdf": subprocess.run(
            ["pdftotext", path, "-"], capture_output=True, text=True, check=True
        ).stdout,
    }
    for name, text in texts.items():
        for said in (
            "What was found",
            "The heron leads with 12.5 %.",
            "A first swallow",
            "Birds of the pond",
            "Heron",
            "Counted at dawn.",
        ):
            assert said in " ".join(text.split()), name
    assert page.count('data-number="percent:t/q/1/total"') == 2
    assert '<li><a href="#found">What was found</a>' in page


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
    report = compose(tested)
    worded = [one.text for one in blocks_of(report, Paragraph) if one.kind == "evidence"]
    assert worded[0].startswith("χ²(2) = 11.26, p = 0.004 (nominal), n = 102;")
    listed = next(one for one in report.tables if one.name == "report/tests")
    assert [cell.text for cell in listed.rows[0].cells][:5] == [
        "The job fits",
        "102",
        "2",
        "11.26",
        "0.004",
    ]


def test_reconstructed_records_are_marked_on_paper(compose, results):
    dealt = replace(results, codebook=replace(results.codebook, reconstructed=True))
    report = compose(dealt)
    assert report.mark == "Reconstructed from published tables, not microdata"
    assert report.blocks[0].kind == "mark"
    assert compose().mark == ""


def test_figure_stands_under_its_table_and_names_it(compose, results):
    drawn = replace(results, figures={"jobs": "<svg/>"}, alt={"jobs": {"alt": "Bars"}})
    report = compose(drawn)
    figure = blocks_of(report, Figure)[0]
    assert (figure.number, figure.title) == ("Figure 1", "The job fits (Table 1)")
    assert (figure.alt, figure.svg, figure.file) == ("Bars", "<svg/>", "figures/jobs")
    before = report.blocks[: report.blocks.index(figure)]
    assert [one for one in before if isinstance(one, Table)][-1].name == "jobs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_paper_is_said_of_a_page_or_a_pointer(language):
    words = read_words(ROOT / "report", [language])[language]["report"]
    pointer = r"pointed at|this page|наведени|странице"
    found = [key for key, text in words.items() if re.search(pointer, str(text))]
    assert found == ["method_pointing"]


def test_page_and_paper_each_say_only_what_holds_there(compose, results, study):
    words = read_words(ROOT / "report", ["en"])["en"]
    page = write_page(results, study, words, "1", "en", TEMPLATES)
    paper = " ".join(one.text for one in blocks_of(compose(), Paragraph))
    pointing, workbook = (words["report"][f"method_{key}"] for key in ("pointing", "workbook"))
    assert (pointing in page, workbook in page) == (True, False)
    assert (pointing in paper, workbook in paper) == (False, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_decimal_mark_is_that_of_the_language(compose, language):
    table = next(one for one in compose(language=language).tables if one.name == "jobs")
    assert table.rows[0].cells[1].text == {"en": "30.4", "ru": "30,4"}[language]
