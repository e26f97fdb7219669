"""The sheet for the authors names a place, what is printed there, what stands, what to read."""

import io

import docx
import pytest
from lxml import html

from invented import words_of
from resurvey.core.codebook import Codebook, Variable
from resurvey.core.published import PrintedCell
from resurvey.report.blocks import Items, Table, plain_text
from resurvey.report.documents.word import write_word
from resurvey.report.erratum import arrange_erratum, write_erratum
from resurvey.report.results import Results
from unit.report.small_survey import ROOT, table_lines

RATING = {1: {"en": "bad", "ru": "плохо"}, 3: {"en": "good", "ru": "хорошо"}}
BOOK = Codebook(
    {
        "own": Variable("own", {"en": "Own means", "ru": "Достаток"}, codes=RATING),
        "kin": Variable("kin", {"en": "Means of the family", "ru": "Достаток семьи"}, codes=RATING),
    },
    reconstructed=True,
)
STUDY = {
    "config": {
        "title": {"en": "Returnees", "ru": "Вернувшиеся"},
        "languages": ["ru", "en"],
        "waves": {"1": {"label": {"en": "Spring", "ru": "Весна"}}},
    },
    "tables": {"tables": {"t4": {"rows": ["own", "kin"], "claimed_base": "respondents"}}},
    "text": {
        "en": {
            "tables": {"t4": {"number": "Table 4"}},
            "sources": ["A. Author, Returnees, 2024"],
        },
        "ru": {"tables": {"t4": {"number": "Таблица 4"}}},
    },
}
CLAIM = {
    "claim": "c1",
    "page": "221",
    "key_phrase": "оценили свою обеспеченность",
    "paraphrase_ru": "Свой достаток",
    "paraphrase_en": "Own means <b>",
    "form": "number",
    "printed": "47,6",
    "unit": "percent",
    "cells": "t4/own/3/total",
    "recomputed": "44,1",
    "verdict": "wrong_cell",
}
AGREEING = {"verdict": "agrees", "table": "t4", "row_variable": "own", "row_code": "3"}
PRINTED = PrintedCell("t4", "Own", "good", "", "44,1", "own", "3", "", "total")
QUESTION = {"row_variable": "kin", "largest_base": "501", "respondents": "515"}


def sheet(language, claims=(CLAIM,), cells=(AGREEING,), questions=(QUESTION,)):
    counts = table_lines(
        "t4", "own", "", {"1": {"total": 288}, "3": {"total": 227}}, {"total": 515}
    )
    counts += table_lines(
        "t4", "kin", "", {"1": {"total": 30}, "3": {"total": 485}}, {"total": 515}
    )
    lines = dict.fromkeys(Results.__annotations__, ())
    lines |= {"figures": {}, "alt": {}, "provenance": {}, "models": None}
    results = Results(
        **lines
        | {
            "crosstabs": counts,
            "claims": claims,
            "cells": cells,
            "questions": questions,
            "codebook": BOOK,
        }
    )
    words = words_of([language])[language]
    return arrange_erratum(results, [PRINTED], STUDY, words, "1", language), words


def rows_of(report):
    (table,) = report.tables
    spaced = "\N{NO-BREAK SPACE}"
    return [[cell.text.replace(spaced, " ") for cell in row.cells] for row in table.rows]


def test_statement_is_quoted_with_its_table_and_its_correction():
    report, _ = sheet("ru", questions=())
    assert rows_of(report) == [
        [
            "с. 221",
            "«оценили свою обеспеченность»: 47,6 %",
            "Таблица 4, «Достаток»: хорошо – 44,1 %",
            "44,1 %",
        ]
    ]


@pytest.mark.slow
def test_another_language_says_what_the_quoted_words_mean_and_writes_its_own_numbers():
    report, _ = sheet("en", questions=())
    ((place, quoted, stands, reads),) = rows_of(report)
    assert place == "p. 221"
    assert quoted == "Own means <b>"
    assert stands.endswith("good – 44.1%")
    assert reads == "44.1%"
    (table,) = report.tables
    assert "47,6" in table.rows[0].cells[1].below


def test_share_of_points_is_corrected_in_its_unit_and_a_turned_ratio_in_words():
    points = CLAIM | {"form": "comparison", "printed": "8,1", "cells": "t4/own/1/total"}
    points |= {"verdict": "percent_for_percentage_points"}
    turned = CLAIM | {"form": "comparison", "cells": "t4/own/1/total / t4/kin/1/total"}
    report, _ = sheet("ru", claims=[points, turned], questions=())
    first, second = rows_of(report)
    assert first[-1] == "8,1 п. п."
    assert second[-1] == "то же сравнение в обратную сторону"
    assert "Достаток семьи" in second[2]


def test_caption_names_those_who_answered():
    report, _ = sheet("en", claims=())
    assert rows_of(report)[0] == [
        "Table 4",
        "caption “% of respondents”",
        "of 515 respondents answered at most: 501",
        "“% of those who answered”",
    ]


def test_caption_over_two_questions_names_the_base_of_each():
    both = [QUESTION, QUESTION | {"row_variable": "own", "largest_base": "496"}]
    report, _ = sheet("ru", claims=(), questions=both)
    ((_, _, stands, _),) = rows_of(report)
    assert stands == "ответили из 515 опрошенных не более: 501; 496"


def test_note_on_several_places_is_told_once():
    noted = CLAIM | {"note_ru": "Одна перестановка.", "note_en": "One exchange."}
    report, _ = sheet("en", claims=[noted, noted | {"claim": "c2"}], questions=())
    (remarks,) = [block for block in report.blocks if isinstance(block, Items)]
    assert [plain_text(item.text) for item in remarks.items] == [
        "On “оценили свою обеспеченность”. One exchange."
    ]


def test_sheet_names_the_publication():
    report, _ = sheet("en")
    first = report.blocks[0]
    assert plain_text(first.text) == "Publication: A. Author, Returnees, 2024"


@pytest.mark.parametrize("verdict", ["differs", "no_integer_solution"])
def test_cell_of_a_table_is_corrected_or_asked_about(verdict):
    cell = AGREEING | {"verdict": verdict, "row": "good", "column": "all", "printed": "45,0"}
    cell |= {"column_variable": "", "column_code": "total", "recomputed": "44,1"}
    cell |= {"count": "227", "base": "515"}
    report, _ = sheet("en", claims=(), cells=[cell], questions=())
    ((place, printed, stands, reads),) = rows_of(report)
    assert (place, printed) == ("Table 4", "45,0")
    if verdict == "differs":
        assert (stands, reads) == ("227 of 515 – 44.1%", "44.1")
    else:
        assert reads == "to be checked"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ru", "en"])
def test_nothing_published_and_nothing_to_correct_are_said(language):
    for claims, cells in (((), ()), ((), (AGREEING,))):
        report, _ = sheet(language, claims, cells, ())
        assert not list(report.tables)
        assert plain_text(report.blocks[0].text)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ru", "en"])
def test_page_and_word_hold_the_same_table_and_neither_runs_a_script(language):
    report, words = sheet(language)
    folders = [ROOT / "report/audit", ROOT / "report/templates"]
    page = write_erratum(report, words, ["ru", "en"], folders)
    parsed = html.fromstring(page.encode())
    assert not parsed.xpath("//script")
    assert "<b>" not in parsed.xpath("string(//table)") or "&lt;b&gt;" in page
    document = docx.Document(
        io.BytesIO(
            write_word(
                report.on_paper, words["documents"], {}, ROOT / "report/documents/report.docx"
            )
        )
    )
    (table,) = document.tables
    shown = [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td")]
        for row in parsed.xpath("//table//tr")
    ]
    written = [[" ".join(cell.text.split()) for cell in row.cells] for row in table.rows]
    assert [[text.replace(" ", "") for text in row] for row in shown] == [
        [text.replace(" ", "") for text in row] for row in written
    ]
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert words["report"]["contents"] not in texts
    assert isinstance(report.tables[0], Table)


@pytest.mark.slow
def test_sheet_is_the_same_bytes_again():
    first, words = sheet("ru")
    second, _ = sheet("ru")
    looks = ROOT / "report/documents/report.docx"
    made = [write_word(one.on_paper, words["documents"], {}, looks) for one in (first, second)]
    assert made[0] == made[1]
