"""Printed numbers of the study's tables, extracted from each format of the report."""

import html
import io
import re
import subprocess
import zipfile
from html.parser import HTMLParser

import docx
import openpyxl
from docx.oxml.ns import qn

from programs import need

DECIMAL_NUMBER = re.compile(r"[+−-]?[0-9]+[.,][0-9]|0")  # noqa: RUF001


def show_number(value, shape, decimal="."):
    """Write a value as its number format shows it; the reverse of `read_number`."""
    positive = shape.partition(";")[0]
    digits = len(positive.partition(".")[2])
    sign = "-" if value < 0 else "+" if positive.startswith("+") and value > 0 else ""
    return sign + f"{abs(value):.{digits}f}".replace(".", decimal)


MARK = re.compile(r"[▲▼]\s*")
"""Marks of notable residuals, which paper sets before a number."""


def take_numbers(rows, base):
    """Printed percentages and differences of a table's rows, without its bases and marks."""
    texts = (MARK.sub("", text) for label, *cells in rows if label != base for text in cells)
    return [text for text in texts if DECIMAL_NUMBER.fullmatch(text)]


class _Tables(HTMLParser):
    """Collects the rows of every table of a page by its name."""

    def __init__(self):
        super().__init__()
        self.tables, self.rows, self.cell = {}, None, None

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        if tag == "table" and told.get("data-table"):
            self.rows = self.tables.setdefault(told["data-table"], [])
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.cell = []

    def handle_endtag(self, tag):
        if tag == "table":
            self.rows = None
        elif tag in ("td", "th") and self.cell is not None:
            self.rows[-1].append("".join(self.cell).strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


def numbers_of_html(path, base):
    """Name of a table -> its printed numbers, from the page."""
    reader = _Tables()
    reader.feed(path.read_text(encoding="utf-8"))
    named = {}
    for name, rows in reader.tables.items():
        named[name] = take_numbers([row for row in rows if row], base)
    return named


def numbers_of_word(path, base):
    """Number of a table -> its printed numbers, from the Word document."""
    document = docx.Document(str(path))
    found, caption = {}, ""
    for element in document.element.body:
        if element.tag == qn("w:p"):
            caption = "".join(one.text or "" for one in element.iter(qn("w:t"))) or caption
        elif element.tag == qn("w:tbl"):
            rows = [
                ["".join(one.text or "" for one in cell.iter(qn("w:t"))) for cell in row.tc_lst]
                for row in element.tr_lst
            ]
            number = caption.partition(".")[0]
            found[number] = found.get(number, []) + take_numbers(rows, base)
    return found


def numbers_of_excel(path, base, decimal):
    """Number of a table -> its printed numbers, as their number formats show them."""
    workbook = openpyxl.load_workbook(path)
    found = {}
    for sheet in workbook.worksheets[1:]:
        rows = []
        for row in sheet.iter_rows(min_row=5):
            texts = [_show(cell, decimal) for cell in row]
            counted = [_is_count(cell) for cell in row]
            rows.append([text for text, count in zip(texts, counted, strict=True) if not count])
        found[sheet["A1"].value.partition(".")[0]] = take_numbers(rows, base)
    return found


def _is_count(cell):
    """Whole numbers are counts beside the per cents; only a difference of nothing is bare."""
    return (
        cell.data_type == "n"
        and cell.value is not None
        and cell.number_format == "0"
        and (cell.value != 0)
    )


def _show(cell, decimal):
    if cell.data_type == "n" and cell.value is not None:
        return show_number(cell.value, cell.number_format, decimal)
    return str(cell.value or "")


def pages_of(path):
    """Text of every page of a PDF, as it is set."""
    command = [need("pdftotext"), "-layout", str(path), "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return told.split("\f")[:-1]


def numbers_of_pdf(path, base, word):
    """Number of a table -> the printed numbers that follow its caption, up to the next caption.

    A drawing under a table repeats some of them: the table's own come first.
    """
    told = "\n".join(pages_of(path)).rpartition(". . . . .")[2]
    found, name = {}, ""
    caption = re.compile(rf"({word} [^ .]+)\. ")
    for line in told.splitlines():
        text = line.strip()
        start = caption.match(text)
        if start and start[1] not in found:
            name = start[1]
            found[name] = []
        elif name and not text.startswith(base):
            parts = re.split(r"\s{2,}", MARK.sub("", text))
            found[name] += [one for one in parts if re.fullmatch(DECIMAL_NUMBER, one)]
    return found


def words_of_word(path):
    """All text of a Word document, its header too."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(r"word/\w+\.xml", name)]
        parts = [archive.read(name).decode() for name in names]
    texts = re.findall(r"<w:t[^>]*>([^<]*)</w:t>", "".join(parts))
    return html.unescape("\n".join(texts))
