"""The Word report has real styles, captions and fields, and takes every label as text."""

import io
import re
import subprocess
import sys
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from resurvey.core.errors import SurveyError
from resurvey.report.blocks import Cell, Column, Figure, Heading, Paragraph, Row, Table
from resurvey.report.documents.word import split_number, write_word
from unit.report.documents.conftest import (
    HOSTILE,
    MARK,
    draw_png,
    make_long_table,
    make_report,
    make_table,
)
from unit.report.small_survey import ROOT

TEMPLATE = ROOT / "report/documents/report.docx"
PICTURES = {"table_2": draw_png()}


def write(report, words, pictures=PICTURES):
    return write_word(report, words, pictures, TEMPLATE)


def opened(content):
    return docx.Document(io.BytesIO(content))


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


@pytest.fixture
def content(report, words):
    return write(report, words)


def test_same_report_gives_the_same_bytes(report, words, content):
    assert write(report, words) == content


def test_archive_holds_no_time(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())
    assert "T00:00" not in part(content, "docProps/core.xml")
    assert "created" not in part(content, "docProps/core.xml")


def test_headings_title_and_lists_have_their_styles(content):
    styles = {one.text: one.style.name for one in opened(content).paragraphs}
    assert styles["A survey"] == "Title"
    assert styles["Introduction"] == "Heading 1"
    assert styles["Below"] == "Heading 2"
    assert styles["One Yes"] == "List Bullet"


def test_every_style_of_the_report_is_one_of_the_template(content, words):
    rows = [Row(kind, (Cell("a"), Cell("1"))) for kind in ("total", "missing", "base")]
    columns = Column("A"), Column("n", number=True)
    tables = [
        Table("t", "Table 1", "T", "", columns, tuple(rows), notes=("N",), fine=fine)
        for fine in (False, True)
    ]
    blocks = Heading(3, "Deep"), Paragraph("Not microdata.", "mark"), *tables
    told = part(write(make_report(make_table(), blocks=blocks), words), "word/document.xml")
    known = {style.style_id for style in docx.Document(str(TEMPLATE)).styles}
    used = set(re.findall(r'<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]*)"', told))
    assert used <= known
    assert len(used) > 20


@pytest.mark.slow
def test_template_is_what_its_script_makes(tmp_path):
    made = tmp_path / "made.docx"
    script = TEMPLATE.with_name("make_word_template.py")
    subprocess.run([sys.executable, str(script), str(made)], check=True)
    with zipfile.ZipFile(made) as new, zipfile.ZipFile(TEMPLATE) as old:
        assert new.namelist() == old.namelist()
        for name in new.namelist():
            assert new.read(name) == old.read(name), name


def test_captions_number_themselves(content):
    fields = opened(content).element.body.iter(qn("w:instrText"))
    instructions = {one.text.strip() for one in fields}
    # The first table printed is the article's second: the sequence is set to its number.
    assert r"SEQ Table \* ARABIC \r 2" in instructions
    assert r"SEQ Figure \* ARABIC" in instructions


def test_number_of_a_caption_is_text_for_other_programs(content):
    captions = [one.text for one in opened(content).paragraphs if one.style.name == "Caption"]
    assert captions[0].startswith("Table 2.")


def test_number_that_is_no_number_stands_as_text(words):
    content = write(make_report(make_table(number="Table 2a")), words)
    captions = [one.text for one in opened(content).paragraphs if one.style.name == "Caption"]
    assert captions[0].startswith("Table 2a. How the job fits")


def test_contents_field_lists_the_sections_as_links(content):
    body = opened(content).element.body
    instructions = [one.text.strip() for one in body.iter(qn("w:instrText"))]
    contents = [one for one in instructions if one.startswith("TOC")]
    assert contents == [r'TOC \o "1-1" \h \z \u']
    anchors = {one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))}
    marks = {one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))}
    assert anchors
    assert anchors <= marks


def test_header_row_is_repeated_and_rows_are_not_split(content):
    rows = opened(content).tables[0].rows
    assert rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)


def test_long_row_and_long_heading_may_be_split(words):
    table = make_table(label="long " * 1600, hostile=("heading",))
    rows = opened(write(make_report(table), words)).tables[0].rows
    assert rows[0]._tr.trPr is None
    assert rows[1]._tr.trPr is None


def test_bases_of_a_long_table_stay_with_the_two_answers_above_them(words):
    rows = opened(write(make_report(make_long_table(20)), words)).tables[0].rows
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in rows[1:]]
    assert kept == [None] * 18 + [True] * 3 + [None]


def test_short_table_stays_on_one_page(words):
    rows = opened(write(make_report(make_long_table(4)), words)).tables[0].rows
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in rows[1:]]
    assert kept == [True] * 5 + [None]


def test_headings_and_drawings_stay_with_what_follows_them(content):
    document = opened(content)
    for name in ("Heading 1", "Heading 2", "Heading 3", "Picture"):
        assert document.styles[name].paragraph_format.keep_with_next, name


def test_sentence_before_a_drawing_stays_with_it(words):
    told = (Paragraph("Drawn below."), Figure("table_2", "Figure 2", "F", "F", ""))
    (found,) = [
        paragraph
        for paragraph in opened(write(make_report(blocks=told), words)).paragraphs
        if paragraph.text == "Drawn below."
    ]
    assert found.paragraph_format.keep_with_next


def test_tables_have_one_style_of_ours(content):
    document = opened(content)
    assert {table.style.name for table in document.tables} == {"Survey table"}
    assert [cell.text for cell in document.tables[0].rows[1].cells] == [
        "Yes",
        "30.4",
        "16.7",
        "50.0",
    ]


def test_picture_says_what_it_shows(content):
    described = [one.get("descr") for one in opened(content).element.body.iter(qn("wp:docPr"))]
    assert described == ["What it shows: Yes"]


def test_every_page_says_that_records_are_reconstructed(content, words):
    assert opened(content).sections[0].header.paragraphs[0].text == MARK
    real = opened(write(make_report(mark=""), words))
    assert MARK not in real.sections[0].header.paragraphs[0].text


def test_language_is_set_for_spelling(words):
    content = write(make_report(language="ru"), words)
    assert 'w:val="ru-RU"' in part(content, "word/styles.xml")
    assert opened(content).core_properties.language == "ru-RU"


def test_decimal_comma_is_set_for_a_language_that_writes_it(words):
    russian = write(make_report(language="ru"), words)
    assert 'decimalSymbol w:val=","' in part(russian, "word/settings.xml")
    assert 'decimalSymbol w:val="."' in part(write(make_report(), words), "word/settings.xml")


def test_nothing_of_the_template_of_the_library_is_left(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
    assert not [one for one in names if "thumbnail" in one or "customXml" in one]
    assert "word/stylesWithEffects.xml" not in names
    assert "docProps/app.xml" not in names
    assert "python-docx" not in part(content, "docProps/core.xml")


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_label_is_text(label, words):
    table = make_table(label=label, title=label, number=f"Table {label} 3")
    content = write(make_report(table, label=label, title=label), words)
    document = opened(content)
    assert document.tables[0].rows[1].cells[0].text == label
    assert document.core_properties.title == label
    xml = part(content, "word/document.xml")
    assert "<script" not in xml
    assert "TargetMode" not in part(content, "word/_rels/document.xml.rels")


def test_broken_picture_is_one_sentence(report, words):
    with pytest.raises(SurveyError, match="figure 'table_2'"):
        write(report, words, {"table_2": b"no picture"})


def test_number_with_a_leading_zero_or_other_digits_is_text():
    assert split_number("Table 007") == ("Table 007", None)
    assert split_number("Table ٣") == ("Table ٣", None)
    assert split_number("7") == ("7", None)


def strip():
    """A part of a banner: a number with a letter, one of a small base, and a marked one."""
    from resurvey.report.blocks import Spanner

    columns = (
        Column("Answer"),
        Column("All", number=True),
        Column("Men", number=True, letter="A"),
        Column("Women", number=True, letter="B"),
    )
    cells = Cell("Yes"), Cell("45.2"), Cell("60.0", letters="B"), Cell("30.0", flag="small")
    more = Cell("No"), Cell("54.8"), Cell("40.0", mark="below"), Cell("*", flag="")
    rows = Row("answer", cells), Row("answer", more)
    spans = (Spanner("Sex", 2),)
    return Table("b/0", "", "Banner", "%", columns, rows, spanners=spans, across=True)


def test_a_banner_stands_on_pages_that_lie_across(words):
    blocks = (Heading(1, "Banners"), strip(), Heading(1, "After"))
    document = opened(write(make_report(blocks=blocks), words))
    sizes = [section.page_width > section.page_height for section in document.sections]
    assert sizes == [False, True, False]
    assert all(section.header.paragraphs[0].text == MARK for section in document.sections)


def test_letters_stand_beside_numbers_and_marks_before_them(words):
    document = opened(write(make_report(blocks=(strip(),)), words))
    rows = document.tables[-1].rows
    assert [cell.text for cell in rows[0].cells] == ["Answer", "All", "Sex", "Sex"]
    assert [cell.text for cell in rows[1].cells][2:] == ["Men\nA", "Women\nB"]
    assert [cell.text for cell in rows[2].cells] == ["Yes", "45.2", "\t60.0\tB", "(30.0)"]
    assert rows[3].cells[2].text == "\t▼\xa040.0"
    heads = [row for row in rows if row._tr.trPr is not None and "tblHeader" in row._tr.trPr.xml]
    assert len(heads) == 2


def test_no_word_of_a_heading_is_wider_than_its_column(words):
    from resurvey.report.blocks import fit_widths

    columns = Column("Answer", width=6), Column("Отношение шансов", number=True, width=0.3)
    table = Table("t", "", "T", "", columns, (Row("answer", (Cell("Yes"), Cell("−1,165"))),))
    first, second = fit_widths(table, 9640, 120.0, 114)
    assert second >= len("Отношение") * 120 + 114
    assert first + second == 9640


def test_a_drawing_is_no_higher_than_its_page(words):
    document = opened(write(make_report(), words, {"table_2": draw_png(60, 600)}))
    page, picture = document.sections[0], document.inline_shapes[0]
    assert picture.height < page.page_height - page.top_margin - page.bottom_margin
    assert picture.height == pytest.approx(10 * picture.width, rel=1e-3)
