"""Word: the report as an editable .docx with real styles, captions and fields."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from resurvey.core.errors import SurveyError
from resurvey.report.blocks import (
    Block,
    Figure,
    Heading,
    Items,
    Paragraph,
    Report,
    Table,
)
from resurvey.report.documents.conventions import name_locale, zip_again
from resurvey.report.documents.word_styles import TEXT_WIDTH, install_styles
from resurvey.report.documents.word_table import table_xml

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_EMU_PER_TWIP = 635
_STYLES = {"evidence": "Evidence", "caution": "Caution", "mark": "Mark"}


def write_word(report: Report, words: Mapping[str, str], pictures: Mapping[str, bytes]) -> bytes:
    """Write the report as a Word document.

    Parameters
    ----------
    report : Report
        As paper shows it.
    words : dict
        `documents` of the shared words.
    pictures : dict
        Figure -> PNG.

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

    document = docx.Document()
    install_styles(document, name_locale(report.language), report.decimal)
    _set_page(document)
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


def _set_page(document: Any) -> None:
    from docx.shared import Twips

    section = document.sections[0]
    section.page_width, section.page_height = Twips(11906), Twips(16838)
    section.left_margin = section.right_margin = Twips((11906 - TEXT_WIDTH) // 2)
    section.top_margin, section.bottom_margin = Twips(1300), Twips(1200)
    section.header_distance, section.footer_distance = Twips(600), Twips(560)


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
    header = section.header.paragraphs[0]
    if report.mark:
        header.add_run(report.mark, style="Reconstructed")
    else:
        header.add_run(report.title[:120])
    footer = section.footer.paragraphs[0]
    for one in _elements(f"<w:p>{_field(' PAGE ', '1')}</w:p>")[0]:
        footer._p.append(one)


def _elements(xml: str) -> Any:
    from docx.oxml import parse_xml

    return list(parse_xml(f'<w:body xmlns:w="{_W}">{xml}</w:body>'))


def _run(text: str, style: str = "") -> str:
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _paragraph(content: str, style: str, keep: bool = False, more: str = "") -> str:
    stays = "<w:keepNext/>" if keep else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{stays}{more}</w:pPr>{content}</w:p>'


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
        self.bookmarks = 0
        self.entries: dict[str, list[tuple[int, str, str]]] = {}
        self.counted: dict[str, int] = {}

    def elements(self) -> list[Any]:
        """Return every element of the body; the contents are made last and stand first."""
        report = self.report
        blocks = [element for block in report.blocks for element in self._block(block)]
        top = _paragraph(_run(report.wave), "Wave") if report.wave else ""
        top += _paragraph(_run(report.title), "Title")
        if report.subtitle:
            top += _paragraph(_run(report.subtitle), "Subtitle")
        first = [block for block in report.blocks[:1] if isinstance(block, Paragraph)]
        lead = blocks[: len(first)]
        return [*_elements(top), *lead, *_elements(self._contents()), *blocks[len(first) :]]

    def _block(self, block: Block) -> Iterator[Any]:
        if isinstance(block, Heading):
            content = self._marked("contents", block.level, block.text, _run(block.text))
            yield from _elements(_paragraph(content, f"Heading{block.level}"))
        elif isinstance(block, Paragraph):
            lead = _run(f"{block.lead} ", "Strong") if block.lead else ""
            yield from _elements(
                _paragraph(lead + _run(block.text), _STYLES.get(block.kind, "Normal"))
            )
        elif isinstance(block, Items):
            items = (_paragraph(_run(one), "ListBullet") for one in block.texts)
            yield from _elements("".join(items))
        elif isinstance(block, Table):
            notes = "".join(_paragraph(_run(note), "TableNote") for note in block.notes)
            caption = self._caption(block.number, block.caption, keep=True)
            yield from _elements(caption + table_xml(block) + notes + _paragraph("", "TableEnd"))
        elif isinstance(block, Figure):
            yield from self._figure(block)

    def _caption(self, number: str, title: str, keep: bool = False) -> str:
        words, figure = split_number(number)
        name = _sequence(number)
        more = "" if keep else '<w:spacing w:before="40" w:after="280"/>'
        if figure is None or not name:
            return _paragraph(_run(f"{number}. {title}"), "Caption", keep, more)
        expected = self.counted.get(name, 0) + 1
        self.counted[name] = figure
        reset = "" if figure == expected else f"\\r {figure} "
        numbered = _run(words) + _field(f" SEQ {name} \\* ARABIC {reset}", str(figure))
        text = f"{number}. {title}"
        marked = self._marked(name, 0, text, numbered + _run(f". {title}"))
        return _paragraph(marked, "Caption", keep, more)

    def _figure(self, figure: Figure) -> Iterator[Any]:
        from docx.image.exceptions import UnrecognizedImageError

        drawn, width = io.BytesIO(self.pictures[figure.name]), TEXT_WIDTH * _EMU_PER_TWIP
        try:
            inline = self.document.part.new_pic_inline(drawn, width, None)
        except UnrecognizedImageError:
            raise SurveyError(f"figure '{figure.name}' is not readable as PNG") from None
        described = inline.docPr
        described.set("name", figure.number)
        described.set("descr", figure.alt)
        shape = inline.graphic.graphicData.pic.nvPicPr.cNvPr
        shape.set("name", f"{figure.anchor}.png")
        shape.set("descr", figure.alt)
        paragraph = _elements(_paragraph("<w:r><w:drawing/></w:r>", "Picture"))[0]
        drawing = next(one for one in paragraph.iter() if one.tag.endswith("}drawing"))
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
        listed = _paragraph(_run(self.report.contents), "ContentsHeading", keep=True)
        headings = [one for one in self.entries.get("contents", []) if one[0] <= 2]
        listed += _contents_field(' TOC \\o "1-2" \\h \\z \\u ', headings, ("TOC1", "TOC2"))
        names = dict.fromkeys(_sequence(table.number) for table in self.report.tables)
        ours = _sequence(self.words["supplementary_table"].replace("{n}", "1"))
        tables = [name for name in names if name in self.entries and name != ours]
        tables += [ours] if ours in self.entries else []
        if tables:
            listed += _paragraph(_run(self.words["list_of_tables"]), "ContentsHeading", keep=True)
        for name in tables:
            entries = self.entries[name]
            listed += _contents_field(f' TOC \\h \\z \\c "{name}" ', entries, ("TableofFigures",))
        return listed


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
        paragraphs.append(_paragraph(content, styles[max(level, 1) - 1]))
    return "".join(paragraphs)


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
