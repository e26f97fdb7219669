"""A short report with every kind of block, and labels that try to be more than labels."""

import io
import struct
import zlib

import pytest

from invented import words_of
from resurvey.report.blocks import (
    Cell,
    Column,
    Figure,
    Heading,
    Item,
    Items,
    Paragraph,
    Report,
    Row,
    Table,
)
from unit.conftest import codebook, job_lines, results, study  # noqa: F401

MARK = "Reconstructed from published tables, not microdata"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20">'
    '<text x="2" y="12" style="font-family: \'DejaVu Sans\'; font-size: 8px">База 515</text></svg>'
)
HOSTILE = (
    '=HYPERLINK("http://example.org","x")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "<script>alert(1)</script>&amp;",
    "]]> <!-- -->",
    '#import "x.typ": * @ref <label> *b* _i_ `c` = h // c /* d',
    r"$x$ \input{/etc/passwd} \write18{ls} % ^^41 ~ #1 & _ {",
    "{{ 7 * 7 }}{% raw %}",
    "עברית \u202e العربية",
    "'quoted' \"twice\" ,, ''",
)


def draw_png(width=60, height=20):
    """A white PNG, written by hand."""
    rows = b"".join(b"\x00" + b"\xff" * 3 * width for _ in range(height))

    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    stream = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    stream.seek(0, io.SEEK_END)
    stream.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)))
    stream.write(chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return stream.getvalue()


def make_table(number="Table 2", label="Yes", name="table_2", **more):
    """Two answers of 102 people in two groups, a subtotal, a base and a refused cell."""
    more = {
        "title": "How the job fits",
        "unit": "% of those who answered",
        "notes": ("A note.",),
        "group": "Question",
        **more,
    }
    return Table(
        name,
        number,
        columns=(
            Column(label if "heading" in more.pop("hostile", ()) else "The job fits", width=2),
            Column("All", number=True),
            Column("Men", number=True),
            Column("Women", number=True),
        ),
        rows=(
            Row(
                "answer", (Cell(label), Cell("30.4", "31"), Cell("16.7", "10"), Cell("50.0", "21"))
            ),
            Row("answer", (Cell("No"), Cell("69.6", "71"), Cell("83.3", "50"), Cell("50.0", "21"))),
            Row("subtotal", (Cell("All of it"), Cell("100.0", "102"), Cell("—"), Cell("+8.1"))),
            Row("base", (Cell("Base, n"), Cell("102"), Cell("60"), Cell("42"))),
        ),
        **more,
    )


def make_long_table(answers):
    """A table with as many answers, and two lines of bases below them."""
    lines = [("answer", f"Answer {place}") for place in range(answers)]
    lines += [("base", "Weighted base"), ("base", "Asked, n")]
    rows = (Row(kind, (Cell(text), Cell("1"))) for kind, text in lines)
    return Table("long", "Table 9", "T", "", (Column("A"), Column("n", number=True)), tuple(rows))


def make_report(*tables, language="en", mark=MARK, title="A survey", label="Yes", blocks=()):
    """A report around some tables."""
    return Report(
        language,
        "," if language == "ru" else ".",
        title,
        "A subtitle",
        "October 2022",
        mark,
        "Contents",
        "resurvey 0",
        (
            Paragraph("They were dealt.", "caution", "Reconstructed."),
            Heading(1, "Introduction"),
            Paragraph(f"They said {label}."),
            Items((Item(f"One {label}"), Item("Two"))),
            Heading(2, "Below"),
            *(tables or (make_table(label=label),)),
            Paragraph("χ²(1) = 13.03, p < 0.001", "evidence", "The job fits."),
            Figure("table_2", "Figure 1", f"Drawn {label}", f"What it shows: {label}", SVG),
            *blocks,
        ),
    )


@pytest.fixture(scope="session")
def words():
    """Words of the documents in English."""
    return words_of(["en"])["en"]["documents"]


@pytest.fixture
def report():
    return make_report()
