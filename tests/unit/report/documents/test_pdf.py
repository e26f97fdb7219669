"""The PDF is tagged, holds no time, and takes every label as text."""

import subprocess
import unicodedata

import pytest

from programs import need
from resurvey.core.errors import SurveyError
from resurvey.report.blocks import Figure
from resurvey.report.documents.glyphs import _UNLIKE_TEXT, outline_letters
from resurvey.report.documents.pdf import write_pdf
from unit.report.documents.conftest import HOSTILE, MARK, make_long_table, make_report, make_table
from unit.report.small_survey import ROOT

pytestmark = pytest.mark.slow

TEMPLATE = ROOT / "report/documents/report.typ"


def text_of(content, folder, *options, program="pdftotext"):
    path = folder / "a.pdf"
    path.write_bytes(content)
    output = ["-"] if program == "pdftotext" else []
    command = [need(program), *options, str(path), *output]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def content(report, words):
    return write_pdf(report, TEMPLATE)


def test_same_report_gives_the_same_bytes(report, words, content):
    assert write_pdf(report, TEMPLATE) == content


def test_document_is_tagged_titled_and_has_no_time(content, tmp_path):
    told = text_of(content, tmp_path, program="pdfinfo")
    assert "Tagged:          yes" in told
    assert "Title:           A survey" in told
    assert "CreationDate" not in told
    assert b"pdfuaid" in content


def test_table_and_figure_are_in_the_structure(content, tmp_path):
    told = text_of(content, tmp_path, "-struct-text", program="pdfinfo")
    assert "Table (block)" in told
    assert b"What it shows: Yes" in content
    assert '"30.4"' in told


def test_bases_of_a_long_table_stay_with_the_two_answers_above_them(words, tmp_path):
    # Some of these tables end where a page does.
    for answers in range(24, 44):
        pages = text_of(write_pdf(make_report(make_long_table(answers)), TEMPLATE), tmp_path)
        last = next(page for page in pages.split("\f") if "Weighted base" in page)
        for line in (f"Answer {answers - 2}", f"Answer {answers - 1}", "Asked, n"):
            assert line in last, answers


def test_every_page_says_that_records_are_reconstructed(words, tmp_path):
    tables = [make_table(number=f"Table {number}") for number in range(1, 30)]
    content = write_pdf(make_report(*tables), TEMPLATE)
    pages = text_of(content, tmp_path).split("\f")[:-1]
    assert len(pages) > 3
    assert all(MARK in page for page in pages)


def test_only_fonts_that_come_with_the_packages_are_used(content, tmp_path):
    told = text_of(content, tmp_path, program="pdffonts")
    families = {line.split()[0].partition("+")[2] for line in told.splitlines()[2:]}
    assert families
    assert all(one.startswith(("LibertinusSerif", "DejaVuSans")) for one in families)


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_label_is_text(label, words, tmp_path):
    table = make_table(label=label, title=label)
    content = write_pdf(make_report(table, label=label, title=label), TEMPLATE)
    told = "".join(text_of(content, tmp_path, "-raw").split())
    letters = [one for one in label if one.isascii() and one.isalnum()]
    rest = iter(told)
    assert all(one in rest for one in letters)


@pytest.mark.parametrize("label", ["漢字", "ไทย", "\U0001f600", "\ue000"])
def test_letters_without_a_font_do_not_stop_the_report(label, words):
    assert write_pdf(make_report(make_table(label=label)), TEMPLATE)


MARKED = (
    "1\ufe0f\u20e3 плохо",
    "за\u0301мок",
    "e\u0323\u0300ko\u0323\u0301",
    "n\u0308",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f469\u200d\U0001f4bb",
    "\U0001f44d\U0001f3fd",
    "\U0001f1f0\U0001f1ec",
    "\u2764\ufe0f",
    "\u2728",
    "\u270c\U0001f3fd",
    "\u2764\ufe0f\u200d\U0001f525",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\u26f9\U0001f3fd\u200d\u2640\ufe0f",
    "\uff76\uff9e",
    "हाँ",
    "ำ",
    "مُوافِق",
)


def test_marks_and_joined_signs_stop_neither_the_text_nor_a_drawing(words, tmp_path):
    drawing = "".join(
        f'<text style="font-size: 8px; fill: #1a1a1a" x="2" y="{8 * place}">{label}</text>'
        for place, label in enumerate(MARKED)
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 90">{drawing}</svg>'
    figure = Figure("f", "Figure 2", "Drawn", "What it shows", svg)
    content = write_pdf(make_report(make_table(label=" ".join(MARKED)), blocks=(figure,)), TEMPLATE)
    assert b"pdfuaid" in content
    told = unicodedata.normalize("NFC", text_of(content, tmp_path, "-raw"))
    assert "\u20e3 плохо" in told
    assert "за\u0301мок" in told


def test_letters_of_one_picture_each_stay_text_in_a_drawing(words):
    signs = [chr(code) for code in range(0x370, 0x2000)]
    single = [one for one in signs if not _UNLIKE_TEXT.match(one) and unicodedata.name(one, "")]
    lines = ["".join(single[place : place + 200]) for place in range(0, len(single), 200)]
    drawing = "".join(
        f'<text style="font-size: 8px; fill: #1a1a1a" x="2" y="9">{line.replace("&", "")}</text>'
        for line in [*lines, "لا نعم"]
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 90">{drawing}</svg>'
    assert outline_letters(svg, {}) == svg
    figure = Figure("f", "Figure 2", "Drawn", "What it shows", svg)
    assert b"pdfuaid" in write_pdf(make_report(blocks=(figure,)), TEMPLATE)


def test_letters_that_are_boxes_are_named_with_their_label(words, caplog):
    write_pdf(make_report(make_table(label="中文 Yes"), label="No"), TEMPLATE)
    assert "report.en.pdf" in caplog.text
    assert "中 (U+4E2D), 文 (U+6587) as written, in '中文 Yes'" in caplog.text


def test_mark_beside_its_letter_is_named_with_its_label(words, caplog):
    write_pdf(make_report(make_table(label="1\ufe0f\u20e3 плохо"), label="No"), TEMPLATE)
    assert "(U+0031 U+FE0F U+20E3) as written, in '1\ufe0f\u20e3 плохо'" in caplog.text


def test_nothing_is_said_of_letters_that_are_there(words, caplog):
    write_pdf(make_report(make_table(label="ң ө ү за\u0301мок نعم 😀")), TEMPLATE)
    assert caplog.text == ""


def test_pdf_that_is_refused_as_accessible_is_written_all_the_same(words, caplog, tmp_path):
    untitled = tmp_path / "report.typ"
    untitled.write_text("#sys.inputs.report.len()", encoding="utf-8")
    content = write_pdf(make_report(), untitled)
    assert content.startswith(b"%PDF")
    assert "report.en.pdf is not accessible as PDF/UA-1 says" in caplog.text


def test_label_longer_than_a_page_is_set_whole(words, tmp_path):
    label = " ".join(f"w{number}" for number in range(1500))
    table = make_table(label=label, hostile=("heading",))
    told = text_of(write_pdf(make_report(table), TEMPLATE), tmp_path, "-raw")
    assert {"w0", "w749", "w1499"} <= set(told.split())


def test_template_that_fails_is_one_sentence(report, words, tmp_path):
    broken = tmp_path / "report.typ"
    broken.write_text("#panic(sys.inputs.report.len())", encoding="utf-8")
    with pytest.raises(SurveyError, match="the PDF could not be set: panicked"):
        write_pdf(report, broken)


def test_a_banner_stands_on_pages_that_lie_across_with_letters_and_marks(words, tmp_path):
    from resurvey.report.blocks import Heading
    from unit.report.documents.test_word import strip

    blocks = (Heading(1, "Banners"), strip(), Heading(1, "After"))
    content = write_pdf(make_report(blocks=blocks), TEMPLATE)
    sizes = text_of(content, tmp_path, "-f", "1", "-l", "9", program="pdfinfo")
    pages = [line.split() for line in sizes.splitlines() if "size:" in line and "Page" in line]
    across = [float(page[3]) > float(page[5]) for page in pages]
    assert across.count(True) == 1
    assert not across[-1]
    text = text_of(content, tmp_path, "-layout")
    assert "60.0" in text
    assert "(30.0)" in text
    assert "▼\xa040.0" in text or "▼ 40.0" in text
