"""Word: the report as an editable .docx with real styles, captions and fields."""

import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from resurvey.core.errors import SurveyError
from resurvey.core.files import zip_again
from resurvey.core.languages import name_locale
from resurvey.pages.wording import keep_together
from resurvey.report.blocks import (
    APPENDIX,
    Block,
    Cell,
    Figure,
    Heading,
    Items,
    Link,
    Paragraph,
    Report,
    Row,
    Table,
    fit_widths,
    fits_together,
    heads_repeat,
    lay_across,
    lies_across,
    place_of,
    rows_at_end,
    stays_whole,
)

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_EMU_PER_TWIP = 635
_GREY = "595959"
_DRAWN = 0.9
"""Width of a drawing on that of the text: letters still read, and more fits on a page."""
_LINK = "00558C"
_SMALL = 19
_TWIPS = 20
_LETTER, _FINE_LETTER = 6.0, 5.7
"""Mean width of a letter of a table, in points: of bold Cyrillic in the widest font that programs
put in the place of Times."""

_CELL_MARGINS = 114
_CAPTION_HEIGHT = 1400
"""What the caption of a drawing takes of its page."""

_LETTERS_SIZE, _LETTERS_WIDTH = 13, 100
"""Size in half points of the letters beside a number, and width of one."""

_ROWS = {
    "question": ("Table question", "Table question"),
    "subtotal": ("Table subtotal", "Table subtotal number"),
    "total": ("Table subtotal", "Table subtotal number"),
    "base": ("Table base", "Table base number"),
    "missing": ("Table subtotal", "Table subtotal number"),
    "mean": ("Table subtotal", "Table subtotal number"),
}
_NARROW = 680
"""Narrow margins: 1.2 cm, in twips."""
_RULE = (
    '<w:tcBorders><w:{side} w:val="single" w:sz="6" w:space="0" w:color="1C2126"/></w:tcBorders>'
)
_STYLES = {"evidence": "Evidence", "caution": "Caution", "mark": "Mark"}


def write_word(
    report: Report,
    words: Mapping[str, str],
    pictures: Mapping[str, bytes],
    template: str | Path,
) -> bytes:
    """Write the report, as paper shows it, as a Word document with the styles of a template.

    Raises
    ------
    SurveyError
        A figure is not readable as PNG.

    Notes
    -----
    Captions number themselves (``SEQ`` fields), so that Word can list tables and figures and
    renumber them; the contents are a ``TOC`` field whose entries are already there as links, and
    which get their page numbers when Word updates the field.
    """
    import docx

    document = docx.Document(str(template))
    _set_language(document, name_locale(report.language), report.decimal)
    _set_properties(document, report)
    _write_margins(document, report)
    body = document.element.body
    last = body.sectPr
    for old in list(body)[:-1]:
        body.remove(old)
    for element in _Body(document, report, words, pictures).elements():
        last.addprevious(element)
    stream = io.BytesIO()
    document.save(stream)
    return zip_again(stream.getvalue())


def _set_language(document: Any, locale: str, decimal: str) -> None:
    """Say in which language the text is spelt and its numbers are written."""
    from docx.oxml.ns import qn

    separator = ";" if decimal == "," else ","
    settings = document.settings.element
    for name, value in (
        ("themeFontLang", locale),
        ("decimalSymbol", decimal),
        ("listSeparator", separator),
    ):
        settings.find(qn(f"w:{name}")).set(qn("w:val"), value)
    spelling = next(document.styles.element.iter(qn("w:lang")))
    spelling.set(qn("w:val"), locale)
    spelling.set(qn("w:eastAsia"), locale)


def _set_properties(document: Any, report: Report) -> None:
    """Say title and language; no author, no program's advertisement, no time."""
    core = document.core_properties
    for old in list(core._element):
        core._element.remove(old)
    core.title, core.subject = report.title[:255], report.wave[:255]
    core.language, core.author = name_locale(report.language), report.generator
    if report.mark:
        core.comments = report.mark
        core.category = report.mark


def _write_margins(document: Any, report: Report) -> None:
    """Mark reconstructed records in the header of every page; number the pages below."""
    section = document.sections[0]
    if report.narrow:
        section.left_margin = section.right_margin = _NARROW * _EMU_PER_TWIP
        section.top_margin = section.bottom_margin = _NARROW * _EMU_PER_TWIP
        section.header_distance = section.footer_distance = _NARROW * _EMU_PER_TWIP // 2
    header = section.header.paragraphs[0]
    if report.mark:
        header.add_run(report.mark, style="Reconstructed")
    else:
        header.add_run(report.title[:120])
    footer = section.footer.paragraphs[0]
    for element in _elements(f"<w:p>{_field(' PAGE ', '1')}</w:p>")[0]:
        footer._p.append(element)


def _id(style: str) -> str:
    """Name a style of the template as WordprocessingML refers to it."""
    return style.replace(" ", "")


def _elements(xml: str) -> Any:
    from docx.oxml import parse_xml

    return list(parse_xml(f'<w:body xmlns:w="{_W}">{xml}</w:body>'))


def _run(text: str, style: str = "", size: int = 0, colour: str = "") -> str:
    """Write a run of text; its size is in half points."""
    looks = f'<w:rStyle w:val="{_id(style)}"/>' if style else ""
    looks += f'<w:color w:val="{colour}"/>' if colour else ""
    looks += f'<w:sz w:val="{size}"/>' if size else ""
    properties = f"<w:rPr>{looks}</w:rPr>" if looks else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(keep_together(text))}</w:t></w:r>'


def _paragraph(content: str, style: str, keep: bool = False, more: str = "") -> str:
    stays = "<w:keepNext/>" if keep else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{_id(style)}"/>{stays}{more}</w:pPr>{content}</w:p>'


def _field_begin(instruction: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{escape(instruction)}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


_FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _field(instruction: str, result: str) -> str:
    # As runs: other programs take the result of a simple field for no text.
    return _field_begin(instruction) + _run(result) + _FIELD_END


def _sequence(number: str) -> str:
    """Name the sequence that a number belongs to, as Word names it: by its words."""
    return re.sub(r"\W+", "_", split_number(number)[0].strip())[:40]


class _Body:
    """Writes the blocks of a report and remembers where its headings and captions are."""

    def __init__(
        self,
        document: Any,
        report: Report,
        words: Mapping[str, str],
        pictures: Mapping[str, bytes],
    ) -> None:
        self.document, self.report, self.words = document, report, words
        self.pictures = pictures
        page = document.sections[0]
        self.width = (page.page_width - page.left_margin - page.right_margin) // _EMU_PER_TWIP
        height = page.page_height - page.top_margin - page.bottom_margin
        self.height = height // _EMU_PER_TWIP - _CAPTION_HEIGHT
        self.across = (page.page_height - page.left_margin - page.right_margin) // _EMU_PER_TWIP
        self.bookmarks = 0
        self.places = report.places
        items = (block for block in report.blocks if isinstance(block, Items))
        self.linked = {link.place for block in items for own in block.links for link in own}
        self.entries: dict[str, list[tuple[int, str, str]]] = {}
        self.counted: dict[str, int] = {}

    def elements(self) -> list[Any]:
        """Return every element of the body; the contents are made last and stand first."""
        report = self.report
        # A sentence about a table or a figure does not stay behind on the page before it.
        leads = [isinstance(block, Table | Figure) for block in (*report.blocks[1:], None)]
        written = [
            list(self._block(block, lead))
            for block, lead in zip(report.blocks, leads[: len(report.blocks)], strict=True)
        ]
        front = [element for elements in written[: report.front] for element in elements]
        rest: list[Any] = []
        following = iter(written[report.front :])
        for across, blocks in lay_across(report.blocks[report.front :]):
            # Upright pages end before those that lie across, which end themselves.
            rest += [self._section_end(False)] if across else []
            rest += [element for _ in blocks for element in next(following)]
            rest += [self._section_end(True)] if across else []
        top = _paragraph(_run(report.wave), "Wave") if report.wave else ""
        top += _paragraph(_run(report.title), "Title")
        if report.subtitle:
            top += _paragraph(_run(report.subtitle), "Subtitle")
        return [*_elements(top), *front, *_elements(self._contents()), *rest]

    def _section_end(self, across: bool) -> Any:
        """Return a paragraph that ends upright pages, or pages that lie across."""
        from docx.enum.section import WD_ORIENTATION
        from docx.section import Section

        paragraph = _elements(_paragraph("", "Table end"))[0]
        ended = deepcopy(self.document.element.body.sectPr)
        paragraph.pPr.append(ended)
        if across:
            section = Section(ended, self.document.part)
            width, height = section.page_width, section.page_height
            section.orientation = WD_ORIENTATION.LANDSCAPE
            section.page_width, section.page_height = height, width
        return paragraph

    def _block(self, block: Block, leads: bool = False) -> Iterator[Any]:
        if isinstance(block, Heading):
            content = self._marked("contents", block.level, block.text, _run(block.text))
            content = self._placed(place_of(block), content)
            more = "<w:pageBreakBefore/>" if block.anchor == APPENDIX else ""
            yield from _elements(_paragraph(content, f"Heading {block.level}", more=more))
        elif isinstance(block, Paragraph):
            lead = _run(f"{block.lead} ", "Strong") if block.lead else ""
            yield from _elements(
                _paragraph(
                    lead + _run(block.text),
                    _STYLES.get(block.kind, "Normal"),
                    leads and block.kind == "body",
                )
            )
        elif isinstance(block, Items):
            # The findings share the first page with the title.
            size = _SMALL if block.kind == "found" else 0
            items = (
                _paragraph(_run(text, size=size) + self._linked(links, size), "List Bullet")
                for text, links in zip(block.texts, block.links, strict=True)
            )
            yield from _elements("".join(items))
        elif isinstance(block, Table):
            notes = _paragraph(_run(" ".join(block.under)), "Table note") if block.under else ""
            width = self.across if lies_across(block) else self.width
            caption = self._caption(block.number, block.caption, True, place_of(block))
            yield from _elements(
                caption + table_xml(block, width) + notes + _paragraph("", "Table end")
            )
        elif isinstance(block, Figure):
            yield from self._figure(block)

    def _linked(self, links: Sequence[Link], size: int) -> str:
        """Write the links of a sentence; one that leads out of the paper is its text."""
        return "".join(
            _run(", " if place else " → ", size=size)
            + (_link_to(link, size) if link.place in self.places else _run(link.text, size=size))
            for place, link in enumerate(links)
        )

    def _placed(self, place: str, content: str) -> str:
        """Bookmark a heading or a caption by its place, if a sentence links to it."""
        if place not in self.linked:
            return content
        self.bookmarks += 1
        number = self.bookmarks
        return (
            f'<w:bookmarkStart w:id="{number}" w:name="{_bookmark(place)}"/>{content}'
            f'<w:bookmarkEnd w:id="{number}"/>'
        )

    def _caption(self, number: str, title: str, keep: bool = False, place: str = "") -> str:
        if not number:
            return _paragraph(self._placed(place, _run(title)), "Caption", keep)
        words, figure = split_number(number)
        name = _sequence(number)
        more = "" if keep else '<w:spacing w:before="20" w:after="160"/>'
        if figure is None or not name:
            content = self._placed(place, _run(f"{number}. {title}"))
            return _paragraph(content, "Caption", keep, more)
        expected = self.counted.get(name, 0) + 1
        self.counted[name] = figure
        reset = "" if figure == expected else f"\\r {figure} "
        numbered = _run(words) + _field(f" SEQ {name} \\* ARABIC {reset}", str(figure))
        text = f"{number}. {title}"
        marked = self._marked(name, 0, text, numbered + _run(f". {title}"))
        return _paragraph(self._placed(place, marked), "Caption", keep, more)

    def _figure(self, figure: Figure) -> Iterator[Any]:
        from docx.image.exceptions import UnrecognizedImageError

        drawn, width = (
            io.BytesIO(self.pictures[figure.name]),
            int(_DRAWN * self.width) * _EMU_PER_TWIP,
        )
        try:
            inline = self.document.part.new_pic_inline(drawn, width, None)
        except UnrecognizedImageError:
            raise SurveyError(f"figure '{figure.name}' is not readable as PNG") from None
        size = inline.extent
        if size.cy > (most := self.height * _EMU_PER_TWIP):
            # A drawing that is higher than a page would be cut off.
            size.cx, size.cy = size.cx * most // size.cy, most
            inner = inline.graphic.graphicData.pic.spPr
            inner.cx, inner.cy = size.cx, size.cy
        described = inline.docPr
        described.set("name", figure.number)
        described.set("descr", figure.alt)
        shape = inline.graphic.graphicData.pic.nvPicPr.cNvPr
        shape.set("name", f"{figure.anchor}.png")
        shape.set("descr", figure.alt)
        paragraph = _elements(_paragraph("<w:r><w:drawing/></w:r>", "Picture"))[0]
        drawing = next(part for part in paragraph.iter() if part.tag.endswith("}drawing"))
        drawing.append(inline)
        yield paragraph
        yield from _elements(self._caption(figure.number, figure.title))

    def _marked(self, name: str, level: int, text: str, content: str) -> str:
        """Bookmark a heading or a caption, and list it for the contents."""
        self.bookmarks += 1
        mark = f"_Toc{self.bookmarks:06d}"
        self.entries.setdefault(name, []).append((level, text, mark))
        number = self.bookmarks
        return (
            f'<w:bookmarkStart w:id="{number}" w:name="{mark}"/>{content}'
            f'<w:bookmarkEnd w:id="{number}"/>'
        )

    def _contents(self) -> str:
        if not self.report.contents:
            return ""
        listed = _paragraph(_run(self.report.contents), "Contents heading", keep=True)
        headings = [entry for entry in self.entries.get("contents", []) if entry[0] == 1]
        return listed + _contents_field(' TOC \\o "1-1" \\h \\z \\u ', headings, ("toc 1",))


def _bookmark(place: str) -> str:
    """Name the bookmark of a place: short, and of letters that Word allows.

    Examples
    --------
    >>> _bookmark("tests")
    'See_tests_59830e'
    """
    told = re.sub(r"\W", "_", place)[:28]
    return f"See_{told}_{hashlib.sha256(place.encode()).hexdigest()[:6]}"


def _link_to(link: Link, size: int) -> str:
    mark, text = _bookmark(link.place), _run(link.text, size=size, colour=_LINK)
    return f'<w:hyperlink w:anchor="{mark}" w:history="1">{text}</w:hyperlink>'


def _contents_field(
    instruction: str, entries: Sequence[tuple[int, str, str]], styles: Sequence[str]
) -> str:
    """Write a contents field with its entries in place, each a link to what it lists."""
    begin = _field_begin(instruction)
    paragraphs = []
    for place, (level, text, mark) in enumerate(entries):
        link = f'<w:hyperlink w:anchor="{mark}" w:history="1">{_run(text)}</w:hyperlink>'
        content = (begin if place == 0 else "") + link
        content += _FIELD_END if place == len(entries) - 1 else ""
        # Neither the first entry nor the last stands alone on a page.
        stays = place in (0, len(entries) - 2)
        paragraphs.append(_paragraph(content, styles[max(level, 1) - 1], stays))
    return "".join(paragraphs)


def table_xml(table: Table, width: int) -> str:
    """Write a table with its header rows repeated on every page and its rows unsplit."""
    letter = (_FINE_LETTER if table.fine else _LETTER) * _TWIPS
    widths = fit_widths(table, width, letter, _CELL_MARGINS)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    named = f"{table.number}. {table.title}" if table.number else table.title
    few = fits_together(table)
    end = len(table.rows) - rows_at_end(table)
    most = table.most_letters
    rows = []
    previous = ""
    for place, row in enumerate(table.rows):
        kept = few or place >= end
        stays = (kept and place < len(table.rows) - 1) or row.kind == "question"
        ruled = row.kind == "base" and previous != "base"
        rows.append(_row(table, row, widths, stays, ruled, most))
        previous = row.kind
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="Surveytable"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" '
        'w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(named[:250])}/>"
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{_head(table, widths)}{''.join(rows)}</w:tbl>"
    )


def _head(table: Table, widths: Sequence[int]) -> str:
    headings = [column.heading for column in table.columns]
    repeated = heads_repeat(table)
    properties = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if repeated else ""
    fine = " fine" if table.fine else ""
    styles = [
        f"Table heading{' number' if column.number else ''}{fine}" for column in table.columns
    ]
    below = _RULE.format(side="bottom")
    letters = [_letters(column.letter, True) for column in table.columns]
    if not table.over:
        cells = (
            _cell(text, style, f'<w:tcW w:w="{width}" w:type="dxa"/>{below}')
            for text, style, width in zip(headings, styles, widths, strict=True)
        )
        return f"<w:tr>{properties}{''.join(cells)}</w:tr>"
    first, second = [], []
    for place, (text, style, width) in enumerate(zip(headings, styles, widths, strict=True)):
        size = f'<w:tcW w:w="{width}" w:type="dxa"/>'
        if place < 2:
            first.append(_cell(text, style, f'{size}<w:vMerge w:val="restart"/>'))
            second.append(_cell("", style, f"{size}<w:vMerge/>{below}"))
        else:
            second.append(_cell(text, style, size + below, second=letters[place]))
    start = 2
    for over in table.over:
        own = sum(widths[start : start + over.columns])
        span = f'<w:tcW w:w="{own}" w:type="dxa"/><w:gridSpan w:val="{over.columns}"/>'
        first.append(_cell(over.heading, f"Table heading{fine}", span + below, align="center"))
        start += over.columns
    return "".join(f"<w:tr>{properties}{''.join(cells)}</w:tr>" for cells in (first, second))


def _row(
    table: Table,
    row: Row,
    widths: Sequence[int],
    stays: bool,
    ruled: bool,
    most: Sequence[int],
) -> str:
    """Write a row; `most` letters stand beside a number of each column."""
    fine = " fine" if table.fine else ""
    text_style, number_style = _ROWS.get(row.kind, ("Table text", "Table number"))
    properties = "<w:trPr><w:cantSplit/></w:trPr>" if stays_whole(row) else ""
    if len(row.cells) == 1:
        size = f'<w:tcW w:w="{sum(widths)}" w:type="dxa"/><w:gridSpan w:val="{len(widths)}"/>'
        cell = row.cells[0]
        return f"<w:tr>{properties}{_filled(cell, text_style + fine, size, stays)}</w:tr>"
    rule = _RULE.format(side="top") if ruled else ""
    cells = []
    for place, (cell, column, width) in enumerate(
        zip(row.cells, table.columns, widths, strict=True)
    ):
        style = (number_style if column.number else text_style) + fine
        size = f'<w:tcW w:w="{width}" w:type="dxa"/>{rule}'
        if most[place]:
            cells.append(_lettered(cell, style, width, most[place], size, stays))
        else:
            cells.append(_filled(cell, style, size, stays))
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def _letters(text: str, below: bool = False) -> str:
    """Write letters beside a number, or under the heading that they name."""
    if not text:
        return ""
    looks = f'<w:b/><w:color w:val="{_LINK}"/><w:sz w:val="{_LETTERS_SIZE}"/>'
    start = "<w:br/>" if below else "<w:tab/>"
    return f"<w:r><w:rPr>{looks}</w:rPr>{start}<w:t>{escape(text)}</w:t></w:r>"


def _lettered(cell: Cell, style: str, width: int, most: int, properties: str, stays: bool) -> str:
    """Write a number with room for letters beside it, so that digits stand under digits."""
    room = min(most * _LETTERS_WIDTH + 60, width // 2)
    end = width - _CELL_MARGINS - room
    stops = "".join(
        f'<w:tab w:val="{side}" w:pos="{place}"/>'
        for side, place in (("right", end), ("left", end + 20))
    )
    keep = "<w:keepNext/>" if stays else ""
    look = f'<w:pStyle w:val="{_id(style)}"/>{keep}<w:tabs>{stops}</w:tabs><w:jc w:val="left"/>'
    number = f'<w:r><w:tab/><w:t xml:space="preserve">{escape(cell.marked)}</w:t></w:r>'
    return (
        f"<w:tc><w:tcPr>{properties}</w:tcPr>"
        f"<w:p><w:pPr>{look}</w:pPr>{number}{_letters(cell.letters)}</w:p></w:tc>"
    )


def _filled(cell: Cell, style: str, properties: str, stays: bool) -> str:
    second = (
        f'<w:r><w:rPr><w:i/><w:color w:val="{_GREY}"/></w:rPr><w:br/>'
        f'<w:t xml:space="preserve">{escape(cell.below)}</w:t></w:r>'
        if cell.below
        else ""
    )
    return _cell(cell.marked, style, properties, stays, second)


def _cell(
    text: str,
    style: str,
    properties: str,
    stays: bool = False,
    second: str = "",
    align: str = "",
) -> str:
    keep = "<w:keepNext/>" if stays else ""
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    aligned = f'<w:jc w:val="{align}"/>' if align else ""
    look = f'<w:pPr><w:pStyle w:val="{_id(style)}"/>{keep}{aligned}</w:pPr>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{look}{run}{second}</w:p></w:tc>"


def split_number(number: str) -> tuple[str, int | None]:
    """Split a number into its words and its figure; None where it does not end in one.

    Examples
    --------
    >>> split_number("Table 2"), split_number("Table S10"), split_number("Table 2a")
    (('Table ', 2), ('Table S', 10), ('Table 2a', None))
    """
    words = number.rstrip("0123456789")
    figure = number[len(words) :]
    if not figure or not words or not figure.isascii() or figure.startswith("0"):
        return number, None
    return words, int(figure)
