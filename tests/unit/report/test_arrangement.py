"""The report is arranged once; page and paper say the same, and the page is self-contained."""

import html
import io
import re
import subprocess
from dataclasses import replace
from html.parser import HTMLParser

import docx
import pytest
from markupsafe import Markup

from invented import words_of
from programs import need
from resurvey.core.codebook import Codebook, Variable
from resurvey.pages.numerals import Shown
from resurvey.report import arrangement
from resurvey.report.arrangement import arrange_report, write_page
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
from unit.report.small_survey import ROOT, TEMPLATES, frequency_lines, table_lines
from unit.sealed import policy_of, unscripted

LANGUAGES = ("en", "ru")
LOOKS = ROOT / "report/documents"


@pytest.fixture
def compose(results, study):
    """The report as paper shows it."""

    def compose(results=results, study=study, language="en"):
        words = words_of([language])[language]
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
    words = words_of(["en"])["en"]
    page = write_page(results, study, words, "1", "en", TEMPLATES)
    page = page.partition("<main")[2].partition("</main>")[0]
    seen = re.findall(r"<h2[^>]*>(.*?)</h2>", page, re.DOTALL)
    titles = [" ".join(html.unescape(re.sub(r"<[^>]*>", "", one)).split()) for one in seen]
    told = [one.text for one in blocks_of(compose(), Heading) if one.level == 1]
    assert told == titles


@pytest.mark.parametrize(
    ("language", "answers", "means"),
    [
        ("en", "The job fits: answers", "The job fits: mean scores"),
        ("ru", "Работа подходит: ответы", "Работа подходит: средние баллы"),
    ],
)
def test_tables_of_the_same_question_say_which_has_answers_and_which_means(
    results, study, language, answers, means
):
    tables = {
        "jobs": {"rows": ["fit"], "columns": "gender"},
        "scores": {"rows": [], "summaries": ["fit"]},
        "sexes": {"rows": ["gender"]},
    }
    own = {**study, "tables": {"tables": tables}, "text": {language: {"tables": {}}}}
    material = arrangement.Material(results, own, words_of([language])[language], "1", language)
    titles = [material.exhibit(name).title for name in tables]
    assert titles == [answers, means, {"en": "Gender", "ru": "Пол"}[language]]


@pytest.mark.slow
def test_section_given_once_stands_on_the_page_and_in_word_and_pdf(
    results, study, monkeypatch, tmp_path
):
    words = words_of(["en"])["en"]
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

    monkeypatch.setattr(arrangement, "SECTIONS", (arrangement.Part(found), *arrangement.SECTIONS))
    page = write_page(results, study, words, "1", "en", TEMPLATES)
    report = arrange_report(results, study, words, "1", "en").on_paper
    said = words["documents"]
    document = docx.Document(io.BytesIO(write_word(report, said, {}, LOOKS / "report.docx")))
    path = tmp_path / "report.pdf"
    path.write_bytes(write_pdf(report, LOOKS / "report.typ"))
    texts = {
        "html": html.unescape(re.sub(r"<[^>]*>", "", page.partition("<main")[2])),
        "word": "".join(document.element.body.itertext()),
        "pdf": subprocess.run(
            [need("pdftotext"), path, "-"], capture_output=True, text=True, check=True
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
    assert worded[0].startswith("χ²(2) = 11.26, p = 0.004 (descriptive), n = 102;")
    listed = next(one for one in report.tables if one.name == "report/tests")
    assert [cell.text for cell in listed.rows[0].cells][:5] == [
        "The job fits",
        "102",
        "2",
        "11.26",
        "0.004",
    ]


def test_frequencies_say_that_they_are_weighted_where_they_are(results, study):
    words = words_of(["en"])["en"]

    def lead(given):
        report = arrange_report(given, study, words, "1", "en")
        (section,) = [one for one in report.sections if one.anchor == "frequencies"]
        return str(section.blocks[0].text)

    weighted = [
        {**line, "weighted_count": "2.5", "weighted_base": "100"} for line in results.frequencies
    ]
    assert lead(results).startswith("Unweighted.")
    assert "weighted" in lead(replace(results, frequencies=weighted))
    assert not lead(replace(results, frequencies=weighted)).startswith("Unweighted")


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
    words = words_of([language])[language]["report"]
    pointer = r"pointed at|this page|наведени|странице"
    found = [key for key, text in words.items() if re.search(pointer, str(text))]
    assert found == ["method_pointing"]


def test_page_and_paper_each_say_only_what_holds_there(compose, results, study):
    words = words_of(["en"])["en"]
    page = write_page(results, study, words, "1", "en", TEMPLATES)
    paper = " ".join(one.text for one in blocks_of(compose(), Paragraph))
    pointing, workbook = (words["report"][f"method_{key}"] for key in ("pointing", "workbook"))
    assert (pointing in page, workbook in page) == (True, False)
    assert (pointing in paper, workbook in paper) == (False, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_decimal_mark_is_that_of_the_language(compose, language):
    table = next(one for one in compose(language=language).tables if one.name == "jobs")
    assert table.rows[0].cells[1].text == {"en": "30.4", "ru": "30,4"}[language]


NASTY = "<script>alert(1)</script>{{ 7 * 7 }}{% raw %}\"'&"
VOID = {"meta", "link", "br", "input", "path", "use"}


class Reader(HTMLParser):
    """Checks nesting and collects tags with their attributes."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.text = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


@pytest.fixture
def write(results, study, words):
    def write(results=results, study=study, language="en"):
        return write_page(results, study, words[language], "1", language, TEMPLATES)

    return write


def test_smallest_study_has_a_page(write):
    reader = read(write())
    assert "Survey report" in "".join(reader.text)


def test_page_links_to_nothing_outside_its_results(write):
    page = write()
    targets = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert all(one.startswith(("#", "../", "report.", "data:")) for one in targets)
    assert policy_of(page)["default-src"] == "'none'"
    assert "unsafe" not in policy_of(page)["style-src"]
    assert "style=" not in page
    assert "<script" not in unscripted(page)


@pytest.mark.slow
def test_same_results_give_the_same_bytes(write):
    assert write() == write()


def test_every_number_in_a_table_of_counts_carries_its_arithmetic(write):
    cells = [a for tag, a in read(write()).tags if tag == "td" and a.get("data-count")]
    assert {(one["data-count"], one["data-base"]) for one in cells} >= {("31", "102"), ("21", "42")}
    assert all(re.fullmatch(r"\d+ / \d+", one["title"]) for one in cells)


def test_all_respondents_come_before_the_groups(write):
    page = write()
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', page)
    assert heads[:4] == ["Answer", "All respondents", "Men", "Women"]


def test_base_stands_under_the_table(write):
    assert re.search(r'<tr class="base">.*?>102<.*?>60<.*?>42<', write(), re.DOTALL)


def test_labels_are_printed_as_they_stand(write, results, study):
    codes = {code: {"en": NASTY} for code in (1, 2, 3)}
    book = Codebook(
        {name: Variable(name, {"en": NASTY}, codes=codes) for name in ("fit", "gender")}
    )
    log = [{**results.cleaning[0], "action": NASTY, "why": NASTY}]
    nasty = replace(results, codebook=book, frequencies=frequency_lines(book), cleaning=log)
    text = {"en": {"disclosure": [{"item": "<b>", "answer": None}], "subtitle": "<i>&"}}
    config = {**study["config"], "title": NASTY, "not_reported": NASTY}
    page = write(nasty, {**study, "text": text, "config": config})
    reader = read(page)
    assert "<script" not in unscripted(page)
    assert NASTY in "".join(reader.text)
    assert "49" not in unscripted(page).partition("</head>")[2]


def test_reconstructed_records_are_loud_on_screen_in_print_and_in_the_title(write, results):
    page = write(replace(results, codebook=replace(results.codebook, reconstructed=True)))
    assert 'data-kind="reconstructed"' in page
    assert "<title>[Reconstructed data, not microdata]" in page
    assert "@top-center" in page


def test_real_records_say_so(write):
    page = write()
    assert 'data-kind="real"' in page
    assert "<title>Survey report" in page
    assert "@top-center" not in page


@pytest.mark.parametrize(("sample", "nominal"), [("unknown", 1), ("purposive", 1), ("census", 0)])
def test_p_values_are_nominal_unless_the_sample_is_random(write, study, sample, nominal):
    config = {**study["config"], "sample": sample}
    page = write(study={**study, "config": config})
    assert page.count("All p-values in this report are descriptive") == nominal


def test_silence_about_a_declared_item_is_printed_as_not_reported(write, study):
    items = [{"item": "Sponsor", "answer": None}, {"item": "Mode", "answer": "by telephone"}]
    page = write(study={**study, "text": {"en": {"disclosure": items}}})
    assert page.count("not reported") == 1
    assert "disclosure: in" not in page


def test_study_that_declares_nothing_shows_what_is_known_and_where_to_write_the_rest(write):
    page = " ".join(re.sub(r"<[^>]*>", "", write()).split())
    assert "not reported" not in page
    assert "Usually reported as well: conducted by, funded by, population" in page
    assert "These go under disclosure: in config/text.en.yaml." in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("p", "sample", "told"),
    [("0.0036", "unknown", 1), ("0.9134", "unknown", 0), ("0.9134", "census", 1)],
)
def test_gap_that_may_be_chance_is_not_told_where_there_was_a_sample(
    write, tested, study, p, sample, told
):
    (test,) = tested.tests
    lines = replace(tested, tests=[{**test, "p_value": p}])
    page = write(lines, {**study, "config": {**study["config"], "sample": sample}})
    assert page.count("The groups differ most") == told


def test_languages_link_to_each_other(write, study):
    config = {**study["config"], "languages": ["ru", "en"]}
    page = write(study={**study, "config": config, "text": {"ru": {}, "en": {}}}, language="ru")
    links = [a for tag, a in read(page).tags if tag == "a" and "hreflang" in a]
    assert [(a["href"], "aria-current" in a) for a in links] == [
        ("report.ru.html", True),
        ("report.en.html", False),
    ]
    assert '<html lang="ru">' in page
    assert "30,4" in page


def test_language_without_words_has_its_own_labels_and_numbers(write, study):
    config = {**study["config"], "languages": ["de"]}
    page = write(study={**study, "config": config, "text": {"de": {}}}, language="de")
    assert '<html lang="de">' in page
    assert "30,4" in page


def test_table_without_columns_and_two_questions_side_by_side(write, results, study):
    lines = table_lines("jobs", "fit", "", {"1": {"total": 10}}, {"total": 100})
    lines += table_lines("jobs", "now", "", {"1": {"total": 15}}, {"total": 100})
    tables = {"jobs": {"rows": ["fit", "now"], "pairs": [{"before": "fit", "after": "now"}]}}
    page = write(replace(results, crosstabs=lines), {**study, "tables": {"tables": tables}})
    assert re.search(r">10\.0</td>.*>15\.0</td>.*>\+5\.0</td>", page.replace("\n", ""))


def test_verdicts_are_counted_and_every_cell_is_in_the_ledger(write, results):
    cell = dict.fromkeys(("question", "row", "column", "arithmetic", "column_variable"), "")
    cell |= {"table": "jobs", "row_variable": "fit", "row_code": "1", "column_code": "total"}
    cells = [
        {**cell, "printed": "30,4", "recomputed": "30,4", "verdict": "agrees"},
        {**cell, "printed": "31,0", "recomputed": "30,4", "verdict": "differs"},
    ]
    page = write(replace(results, cells=cells))
    chips = {
        a["data-verdict"]: a["data-tally"]
        for tag, a in read(page).tags
        if tag == "li" and "data-verdict" in a
    }
    assert chips == {
        "agrees": "1",
        "differs": "1",
    }
    assert page.count("31,0") == 2


def test_control_characters_do_not_reach_the_page(write, study):
    config = {**study["config"], "title": "a\x00b\x1bc"}
    assert "abc" in write(study={**study, "config": config})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The answers are not weighted: the file contains a variable that is or looks like"),
        ("ru", "Ответы не взвешены: в файле есть переменная, которая является весом"),
    ],
)
def test_weight_that_the_file_has_and_the_study_does_not_use_is_told(
    write, results, study, language, sentence
):
    study["config"]["languages"] = [language]
    study["text"] = {language: {}}
    assert sentence not in write(results, study, language)
    told = replace(results, codebook=replace(results.codebook, weights=("poids",)))
    page = write(told, study, language)
    assert sentence in page
    assert "poids" in page
    study["config"]["waves"]["1"]["weight"] = "poids"
    assert sentence not in write(told, study, language)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_beyond_the_limit_stay_off_paper_and_are_named(results, study, language):
    words = words_of([language])[language]
    tables = study["tables"]["tables"]
    twice = {name: tables["jobs"] for name in ("jobs", "again")}
    own = {**study, "text": {language: {}}, "tables": {"tables": twice}}
    lines = [{**line, "table": name} for name in twice for line in results.crosstabs]
    results = replace(results, crosstabs=lines)
    limited = {**own, "config": {**own["config"], "tables_in_print": 1}}
    whole, short = (
        arrange_report(results, parts, words, "1", language) for parts in (own, limited)
    )
    said = words["report"]["tables_in_print"].format(most=1, all=2)
    printed = [table.name for table in blocks_of(short.on_paper, Table) if table.name in twice]
    assert printed == ["jobs"]
    assert said in [block.text for block in blocks_of(short.on_paper, Paragraph)]
    assert said not in [block.text for block in blocks_of(whole.on_paper, Paragraph)]
    assert [table.name for table in short.tables] == [table.name for table in whole.tables]
    page = write_page(results, limited, words, "1", language, TEMPLATES)
    assert all(f'id="exhibit-{name}"' in page for name in twice)
