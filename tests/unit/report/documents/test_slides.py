"""A deck has a native chart for every question, its finding as the title, and says what it is."""

import io
import zipfile
from dataclasses import replace

import pptx
import pytest
from markupsafe import Markup

from resurvey.pages.numerals import Shown
from resurvey.report.blocks import (
    Cell,
    Column,
    Figure,
    Group,
    Paragraph,
    Row,
    Section,
    Table,
)
from resurvey.report.documents.slides import MOST_BARS, read_charts, write_slides
from unit.report.documents.conftest import MARK, SVG, draw_png, make_report


def shown(text, answer, column, kind="percent", question="fit"):
    return Shown(text, identity=f"{kind}:jobs/{question}/{answer}/{column}")


def table(answers=(("Yes", "30.4", "16.7"), ("No", "69.6", "83.3")), **more):
    """Of 102 people 31 said yes, of 60 men 10."""
    rows = [
        Row(
            "answer",
            (
                Cell(label),
                Cell(shown(everyone, label, "total")),
                Cell(shown(men, label, "1"), mark="below" if label == "Yes" else ""),
            ),
        )
        for label, everyone, men in answers
    ]
    bases = Cell(shown("102", "total", "total", "base")), Cell(shown("60", "total", "1", "base"))
    rows.append(Row("base", (Cell("Base, n"), *bases), foot=True))
    columns = Column("Answer"), Column("All", number=True), Column("Men", number=True)
    given = {"legend": ("▼ less often.",), "notes": ("A note.",), "anchor": "jobs"}
    name, unit = "jobs", "% of all"
    return Table(name, "Table 1", "The job fits", unit, columns, tuple(rows), **{**given, **more})


def exhibit(*blocks, finding="Men say yes less often: 16.7 %."):
    return Group((*blocks, Paragraph(finding, "findings")), anchor="exhibit-jobs")


def deck_of(*groups, mark=MARK, language="en"):
    report = make_report(
        language=language, mark=mark, blocks=(Section("tables", "Tables", groups),)
    )
    content = write_slides(report, {"model/leave": draw_png()})
    assert write_slides(report, {"model/leave": draw_png()}) == content
    return pptx.Presentation(io.BytesIO(content))


def texts(slide):
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def test_finding_is_the_title_and_the_chart_holds_the_printed_numbers():
    slide = deck_of(exhibit(table())).slides[-1]
    assert slide.shapes.title.text_frame.text == "Men say yes less often: 16.7 %."
    assert "Table 1. The job fits, % of all" in texts(slide)
    chart = next(shape for shape in slide.shapes if shape.has_chart).chart
    assert list(chart.plots[0].categories) == ["Yes", "No"]
    assert [(one.name, list(one.values)) for one in chart.plots[0].series] == [
        ("All", [30.4, 69.6]),
        ("Men", [16.7, 83.3]),
    ]


def test_a_mark_is_a_number_format_of_its_bar_and_the_others_keep_their_numbers():
    chart = next(shape for shape in deck_of(exhibit(table())).slides[-1].shapes if shape.has_chart)
    men = chart.chart.plots[0].series[1]._element.xml
    assert 'formatCode="&quot;▼ &quot;0.0"' in men
    assert men.count('c:showVal val="1"') == 2
    assert "▼" not in chart.chart.plots[0].series[0]._element.xml


def test_base_legend_and_notes_stand_under_the_chart_and_before_the_speaker():
    slide = deck_of(exhibit(table())).slides[-1]
    assert "Base, n: 102, 60. ▼ less often. A note." in texts(slide)
    assert slide.notes_slide.notes_text_frame.text == "A note."


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_slide_says_that_records_are_reconstructed(language):
    deck = deck_of(exhibit(table()), language=language)
    assert len(deck.slides) >= 2
    assert all(MARK in texts(slide) for slide in deck.slides)
    assert not any(MARK in texts(slide) for slide in deck_of(exhibit(table()), mark="").slides)


def test_a_figure_that_no_bars_can_show_is_a_picture_told_in_words():
    figure = Figure("model/leave", "Figure 1", "Leaving", "What it shows", SVG)
    slide = deck_of(Group((figure,))).slides[-1]
    picture = next(shape for shape in slide.shapes if shape.shape_type == 13)
    assert picture._element.nvPicPr.cNvPr.get("descr") == "What it shows"
    assert slide.shapes.title.text_frame.text == "Figure 1. Leaving"


def test_only_per_cents_are_drawn():
    extra = table()
    rows = [
        Row(row.kind, (*row.cells, Cell(shown("+2.0", "1", "total", "difference"))))
        for row in extra.rows
    ]
    columns = (*extra.columns, Column("Difference", number=True))
    wider = Table("jobs", "Table 1", "The job fits", "%", columns, tuple(rows), anchor="jobs")
    chart = read_charts(wider)
    assert chart[0].groups == ("All", "Men")


@pytest.mark.slow
def test_the_finding_stands_over_the_question_that_its_numbers_are_of():
    from markupsafe import Markup

    first = table()
    second = [
        Row(
            "answer",
            (Cell("Often"), *(Cell(shown("50.0", "1", at, question="pay")) for at in "01")),
        )
    ]
    rows = (
        Row("question", (Cell("Fit?"),)),
        *first.rows[:2],
        Row("question", (Cell("Pay?"),)),
        *second,
    )
    both = Table("jobs", "Table 1", "Jobs", "%", first.columns, rows, anchor="jobs")
    told = Markup('Pay: <span class="number" data-number="percent:jobs/pay/1/total">50.0</span>')
    slides = list(deck_of(exhibit(both, finding=told)).slides)[-2:]
    assert [slide.shapes.title.text_frame.text for slide in slides] == ["Fit? %", "Pay: 50.0"]


def test_many_answers_go_on_on_the_next_slide():
    answers = [(f"Answer {place}", "1.0", "2.0") for place in range(MOST_BARS)]
    pages = read_charts(table(answers))[0].pages()
    assert [len(page.answers) for page in pages] == [MOST_BARS // 2] * 2
    assert sum((page.answers for page in pages), ()) == tuple(label for label, *_ in answers)


def test_deck_and_the_sheets_behind_its_charts_hold_no_time():
    report = make_report(blocks=(Section("tables", "Tables", (exhibit(table()),)),))
    with zipfile.ZipFile(io.BytesIO(write_slides(report, {}))) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        sheet = next(name for name in archive.namelist() if name.endswith(".xlsx"))
        with zipfile.ZipFile(io.BytesIO(archive.read(sheet))) as book:
            assert b"2000-01-01T00:00:00Z" in book.read("docProps/core.xml")


def test_a_domain_in_a_title_is_told_without_its_marks():
    title = Markup('Jobs (<span class="number" data-number="respondents:jobs">60</span> men)')
    slide = deck_of(exhibit(replace(table(), title=title))).slides[-1]
    assert "Table 1. Jobs (60 men), % of all" in texts(slide)


def test_the_base_beside_per_cents_of_the_sample_is_a_number_of_people():
    rows = tuple(
        replace(row, cells=(row.cells[0], Cell(shown(text, "x", "total", "base")), row.cells[1]))
        for row, text in zip(table().rows, ("31", "71", "102"), strict=True)
    )
    rows = (*rows[:2], replace(rows[2], cells=(*rows[2].cells[:2], Cell(Shown("100")))))
    columns = Column("Answer"), Column("n", number=True), Column("%", number=True)
    (chart,) = read_charts(replace(table(), rows=rows, columns=columns))
    assert chart.note.startswith("Base, n: 102.")
