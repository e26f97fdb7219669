"""Slides: a deck with a slide for every table or figure, its finding as the title."""

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from resurvey.core.codebook import after_label, short_title
from resurvey.core.files import zip_again
from resurvey.core.languages import name_locale
from resurvey.figures.palette import GROUPS
from resurvey.report.blocks import (
    FINDINGS,
    Block,
    Figure,
    Group,
    Items,
    Paragraph,
    Report,
    Row,
    Section,
    Table,
    all_blocks,
    plain_text,
)
from resurvey.report.documents.excel import NumberValue, read_number, sign_format

MOST_BARS = 40
"""Bars of one slide; a chart of more goes on on the next."""

MOST_SERIES = 7
"""Groups of one chart; with more, a chart shows all respondents alone."""

WIDTH, HEIGHT = 12_192_000, 6_858_000
"""A slide of 16 to 9, in English Metric Units."""

MOST_NOTED = 420
"""Letters of the notes that a slide has room for; the speaker sees all of them."""

_SIDE, _TOP, _FOOT = 500_000, 330_000, 560_000
_COLOURS = tuple(colour.removeprefix("#").upper() for colour in GROUPS)
_GREY, _ACCENT, _INK = "595959", "8A1C12", "1C2126"
_ALL = "A6A6A6"
_ONE_LINE = 80
"""Letters of a caption that stand on one line."""

_IDENTITY = re.compile(r'data-number="\w+:([^"]*)"')
_TIME = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: a per cent as printed, with the sign that stands before it."""

    value: NumberValue | None
    sign: str = ""  # number format with a mark or a flag; empty for a plain number


@dataclass(frozen=True)
class Chart:
    """A bar chart: a row of bars for every answer, or a whole bar for every question.

    Attributes
    ----------
    question : str
        Names of table and question, as in the identities of numbers.
    caption : str
        What it shows.
    answers, groups : tuple of str
        Its categories and its series.
    bars : tuple of tuple of Bar
        A row for every category.
    stacked : bool
        The series of a category add up to 100 %.
    """

    question: str
    caption: str
    answers: tuple[str, ...]
    groups: tuple[str, ...]
    bars: tuple[tuple[Bar, ...], ...]
    stacked: bool = False
    table: str = ""  # number and title of the table of several questions that it is from
    note: str = ""  # bases, and what the signs mean
    told: str = ""  # what else stands under the table, for the speaker

    def pages(self) -> list["Chart"]:
        """The chart in parts that fit on a slide each."""
        least = -(-len(self.answers) * (1 if self.stacked else len(self.groups)) // MOST_BARS)
        longest = -(-len(self.answers) // max(1, least))
        return [
            replace(
                self,
                answers=self.answers[start : start + longest],
                bars=self.bars[start : start + longest],
            )
            for start in range(0, len(self.answers), longest)
        ]


def read_charts(table: Table) -> list[Chart]:
    """Make a chart of every question of a table, or one of all questions on one scale.

    Only per cents are drawn: bases, counts and differences are left out.
    """
    charts = []
    for question, rows in table.parts:
        answers = [row for row in rows if row.kind in ("answer", "subtotal")]
        shares = [
            place
            for place, column in enumerate(table.columns)
            if column.number and answers and all(_is_share(row, place) for row in answers)
        ]
        if table.stacked:
            # Boxes and scores beside the answers are no part of the 100 %.
            shares = [place for place in shares if place <= table.stacked]
        if not shares:
            continue
        several = len(shares) > MOST_SERIES and not table.stacked
        shares = shares[:1] if several else shares
        caption = table.numbered
        if question is not None:
            asked = plain_text(question.cells[0].text)
            caption = asked + after_label(asked, f", {table.unit}")
        bases = [row for row in rows if row.kind == "base"]
        bases = bases or [row for row in table.rows if row.kind == "base" and row.foot]
        # Where the count stands beside its per cent, a base does too.
        people = [
            place if place - 1 in (0, *shares) or not table.columns[place - 1].number else place - 1
            for place in shares
        ]
        counted = [
            f"{row.cells[0].text}: {', '.join(row.cells[place].text for place in people)}."
            for row in bases
        ]
        identity = next(
            (number.identity for row in answers if (number := row.cells[shares[0]].number)), ""
        )
        charts.append(
            Chart(
                "/".join(identity.partition(":")[2].split("/")[:2]),
                plain_text(caption),
                tuple(row.cells[0].text for row in answers),
                tuple(plain_text(table.columns[place].heading) for place in shares),
                tuple(tuple(_bar(row, place) for place in shares) for row in answers),
                bool(table.stacked),
                "" if question is None else plain_text(table.numbered),
                " ".join(map(plain_text, (*counted, *table.legend))),
                "\n".join(map(plain_text, table.notes)),
            )
        )
    return charts


def _is_share(row: Row, place: int) -> bool:
    number = row.cells[place].number
    return number is not None and number.identity.partition(":")[0] in ("percent", "")


def _bar(row: Row, place: int) -> Bar:
    cell = row.cells[place]
    value = read_number(cell.text)
    shape = value.format if value else ""
    signed = sign_format(shape, cell.mark, cell.flag)
    return Bar(value, "" if signed == shape else signed)


@dataclass(frozen=True)
class Exhibit:
    """What is told and shown of one table or figure."""

    finding: str
    about: str  # names of the table and question that the finding's numbers are of
    charts: tuple[Chart, ...]
    figure: Figure | None


def read_exhibits(blocks: Sequence[Block]) -> Iterator[Exhibit]:
    """Go through the groups of blocks that show a table of the study or a figure."""
    for block in blocks:
        if isinstance(block, Section):
            yield from read_exhibits(block.blocks)
        elif isinstance(block, Group):
            inner = list(all_blocks(block.blocks))
            tables = [one for one in inner if isinstance(one, Table) and not one.across]
            figures = [one for one in inner if isinstance(one, Figure)]
            own = [one for one in tables if one.anchor]
            charts = [chart for table in own for chart in read_charts(table)]
            if charts or figures:
                finding = _finding(block.blocks)
                about = _IDENTITY.search(str(finding))
                yield Exhibit(
                    plain_text(finding),
                    "/".join(about[1].split("/")[:2]) if about else "",
                    tuple(charts),
                    figures[0] if figures and not charts else None,
                )
        elif isinstance(block, Figure):
            yield Exhibit("", "", (), block)


def _finding(blocks: Sequence[Block]) -> Any:
    """What stands first of all over or under a table: the study's own sentence, else ours."""
    for kind in ("body", "findings"):
        for block in blocks:
            if isinstance(block, Paragraph) and block.kind == kind:
                return block.text
            if isinstance(block, Items) and block.kind == kind:
                return block.items[0].text
    return ""


def write_slides(report: Report, pictures: Mapping[str, bytes]) -> bytes:
    """Write a deck of the report as it is arranged, before it is put on paper.

    Parameters
    ----------
    report : Report
        Its numbers still have their identities.
    pictures : dict
        PNG of every figure, for those that no bar chart can show.

    Notes
    -----
    Bar charts are PowerPoint's own, with their numbers in a sheet behind them, rounded as printed.
    Banners and the appendix, but for the figures of models, are left to the other documents.
    """
    import pptx

    deck: Any = pptx.Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    core = deck.core_properties
    core.title, core.subject = plain_text(report.title)[:255], plain_text(report.wave)[:255]
    core.author = core.last_modified_by = report.generator
    core.language, core.comments, core.category = name_locale(report.language), report.mark, ""
    core.created = core.modified = datetime.datetime(2000, 1, 1)
    writer = _Deck(deck, report, pictures)
    writer.title()
    shown: list[Block] = []
    for section in report.sections:
        if section.anchor == FINDINGS:
            writer.findings(section)
        elif not section.appendix or section.anchor == "models":
            shown.append(section)
    for exhibit in read_exhibits(shown):
        writer.exhibit(exhibit)
    stream = io.BytesIO()
    deck.save(stream)
    return zip_again(stream.getvalue())


class _Deck:
    """Writes slides one after another."""

    def __init__(self, deck: Any, report: Report, pictures: Mapping[str, bytes]) -> None:
        self.deck, self.report, self.pictures = deck, report, pictures
        self.locale = name_locale(report.language)
        self.number = 0

    def title(self) -> None:
        """Say what the study is, and what its records are."""
        report = self.report
        slide = self._slide(plain_text(report.title), 34, 2_000_000)
        under = [plain_text(text) for text in (report.subtitle, report.wave) if text]
        opening = [block for block in report.blocks if isinstance(block, Paragraph)]
        told = [f"{block.lead} {plain_text(block.text)}".strip() for block in opening]
        self._text(slide, "\n".join(under), 20, _GREY, 2_500_000, 900_000)
        self._text(slide, "\n".join(told), 14, _INK, 3_700_000, 1_800_000)

    def findings(self, section: Section) -> None:
        """What was found, as many sentences a slide as can be read."""
        lists = [block for block in section.blocks if isinstance(block, Items)]
        texts = [text for block in lists for text in block.texts]
        pages: list[list[str]] = []
        for text in texts:
            if not pages or sum(map(len, pages[-1])) + len(text) > 900:
                pages.append([])
            pages[-1].append(text)
        for page in pages:
            slide = self._slide(plain_text(section.title))
            text = "\n".join(f"\N{EN DASH}\N{NO-BREAK SPACE}{one}" for one in page)
            self._text(slide, text, 16, _INK, 1_400_000, HEIGHT - 1_400_000 - _FOOT)

    def exhibit(self, exhibit: Exhibit) -> None:
        """A slide for every chart; the finding stands over the one that it tells of."""
        if exhibit.figure is not None:
            self._picture(exhibit.figure, exhibit.finding)
        about = [chart.question for chart in exhibit.charts]
        told = about.index(exhibit.about) if exhibit.about in about else 0
        for place, chart in enumerate(exhibit.charts):
            title = exhibit.finding if place == told else ""
            pages = chart.pages()
            for number, page in enumerate(pages, start=1):
                part = f" ({number}/{len(pages)})" if len(pages) > 1 else ""
                caption = f"{chart.caption}{part}"
                self._chart(page, title or caption, caption if title else chart.table)

    def _picture(self, figure: Figure, finding: str) -> None:
        caption = plain_text(f"{figure.number}. {figure.title}" if figure.number else figure.title)
        slide = self._slide(finding or caption)
        self._under(slide, caption if finding else "")
        picture = slide.shapes.add_picture(io.BytesIO(self.pictures[figure.name]), _SIDE, 1_650_000)
        room = WIDTH - 2 * _SIDE, HEIGHT - 1_650_000 - _FOOT
        scale = min(room[0] / picture.width, room[1] / picture.height)
        picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
        picture.left = (WIDTH - picture.width) // 2
        picture._element.nvPicPr.cNvPr.set("descr", figure.alt)

    def _chart(self, chart: Chart, title: str, caption: str) -> None:
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE

        slide = self._slide(title)
        self._under(slide, caption)
        data: Any = CategoryChartData(number_format="0.0")  # type: ignore[no-untyped-call]
        data.categories = chart.answers
        for place, group in enumerate(chart.groups):
            bars = (row[place].value for row in chart.bars)
            data.add_series(group, [bar.value if bar else None for bar in bars])
        kind = XL_CHART_TYPE.BAR_STACKED_100 if chart.stacked else XL_CHART_TYPE.BAR_CLUSTERED
        top, foot = 1_620_000, _FOOT + 330_000
        frame = slide.shapes.add_chart(
            kind, _SIDE, top, WIDTH - 2 * _SIDE, HEIGHT - top - foot, data
        )
        frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.caption)
        _dress(frame.chart, chart, self.locale)
        book = frame.chart.part.chart_workbook
        book.update_from_xlsx_blob(_timeless(book.xlsx_part.blob))
        told = f"{chart.note} {chart.told}".replace("\n", " ").strip()
        note = told if len(told) <= MOST_NOTED else chart.note
        self._text(slide, note, 11, _GREY, HEIGHT - foot, 450_000)
        if chart.told:
            slide.notes_slide.notes_text_frame.text = chart.told

    def _under(self, slide: Any, caption: str) -> None:
        """Write what a slide shows under its title, in one line or two small ones."""
        size = 14 if len(caption) <= _ONE_LINE else 10
        self._text(slide, short_title(caption, 3 * _ONE_LINE), size, _GREY, 1_250_000, 350_000)

    def _slide(self, title: str, size: int = 0, top: int = _TOP) -> Any:
        """Begin a slide with its title, and at its foot what its records are."""
        from pptx.enum.text import PP_ALIGN

        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        self.number += 1
        shape = slide.shapes.title
        shape.left, shape.top = _SIDE, top
        shape.width, shape.height = WIDTH - 2 * _SIDE, 900_000
        size = size or next(
            size
            for most, size in ((75, 26), (150, 20), (250, 16), (10**9, 13))
            if len(title) <= most
        )
        self._fill(shape.text_frame, title, size, _INK, bold=True)
        foot = HEIGHT - _FOOT + 150_000
        self._text(slide, self.report.mark, 12, _ACCENT, foot, 320_000, bold=True)
        ending = f"{plain_text(self.report.wave)} \N{MIDDLE DOT} {self.number}".strip(" \xb7")
        box = self._text(slide, ending, 12, _GREY, foot, 320_000)
        box.left, box.width = WIDTH // 2 + 1_500_000, WIDTH // 2 - 1_500_000 - _SIDE
        box.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
        return slide

    def _text(
        self,
        slide: Any,
        text: str,
        size: int,
        colour: str,
        top: int,
        height: int,
        bold: bool = False,
    ) -> Any:
        """Write a text over the width of a slide; nothing for an empty one."""
        if not text:
            return None
        box = slide.shapes.add_textbox(_SIDE, top, WIDTH - 2 * _SIDE, height)
        self._fill(box.text_frame, text, size, colour, bold)
        return box

    def _fill(self, frame: Any, text: str, size: int, colour: str, bold: bool = False) -> None:
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
        from pptx.util import Pt

        frame.word_wrap = True
        frame.vertical_anchor = MSO_ANCHOR.TOP
        frame.margin_left = frame.margin_right = 0
        for place, line in enumerate(text.split("\n")):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, Pt(4)
            run = paragraph.add_run()
            run.text = line
            run.font.size, run.font.bold, run.font.name = Pt(size), bold, "Arial"
            run.font.color.rgb = _colour(colour)
            run._r.get_or_add_rPr().set("lang", self.locale)


def _dress(drawn: Any, chart: Chart, locale: str) -> None:
    """Give a chart its colours, its numbers and their signs; the first answer stands on top."""
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
    from pptx.util import Pt

    count = len(chart.answers) * (1 if chart.stacked else len(chart.groups))
    drawn.font.size, drawn.font.name = Pt(14 if count <= 16 else 12 if count <= 28 else 10), "Arial"
    drawn.has_title = False
    drawn.has_legend = len(chart.groups) > 1
    if drawn.has_legend:
        drawn.legend.position = XL_LEGEND_POSITION.BOTTOM
        drawn.legend.include_in_layout = False
    drawn.category_axis.reverse_order = True
    drawn.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    drawn.category_axis.format.line.color.rgb = _colour(_GREY)
    values = drawn.value_axis
    values.minimum_scale, values.has_major_gridlines = 0, False
    values.tick_label_position, values.visible = XL_TICK_LABEL_POSITION.NONE, False
    plot = drawn.plots[0]
    plot.gap_width = 40
    plot.overlap = 100 if chart.stacked else -5
    plot.has_data_labels = True
    _label(plot.data_labels)
    # All respondents stand back behind the groups that are compared.
    compared = len(chart.groups) > 1 and not chart.stacked
    colours = (_ALL, *_COLOURS) if compared else _COLOURS
    for place, series in enumerate(plot.series):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _colour(colours[place % len(colours)])
        if any(bars[place].sign for bars in chart.bars):
            _label(series.data_labels)
        for row, bars in enumerate(chart.bars):
            if bars[place].sign:
                _sign(series, row, bars[place].sign)


def _label(labels: Any) -> None:
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, "0.0", False


def _colour(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour)  # type: ignore[no-untyped-call]


def _sign(series: Any, row: int, shape: str) -> None:
    """Give the label of one bar a number format of its own."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls, qn

    label = series.points[row].data_label._get_or_add_dLbl()
    for old in label.findall(qn("c:numFmt")):
        label.remove(old)
    element = parse_xml(f'<c:numFmt {nsdecls("c")} formatCode="" sourceLinked="0"/>')
    element.set("formatCode", shape)
    label.find(qn("c:idx")).addnext(element)


def _timeless(workbook: bytes) -> bytes:
    """Take the time of its making from the sheet behind a chart."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as before,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            content = before.read(name)
            if name == "docProps/core.xml":
                content = _TIME.sub(rb"\g<1>2000-01-01T00:00:00Z", content)
            after.writestr(name, content)
    return zip_again(stream.getvalue())
