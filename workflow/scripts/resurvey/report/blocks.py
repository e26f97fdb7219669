"""Blocks: the report as headings, paragraphs, tables and figures, from which each format is made.

A text is a string: as it stands, or `markupsafe.Markup` in which numbers are marked. A number in a
cell is a `resurvey.pages.numerals.Shown` with its identity. What only some formats show, or show in
their own way, is an attribute of a block: no format composes anything by itself.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from math import ceil
from typing import Any

from markupsafe import Markup

from resurvey.core.codebook import after_label
from resurvey.pages.numerals import Joined, Shown
from resurvey.pages.wording import Wording

_TAG = re.compile(r"<[^>]*>")
#: Control characters, half pairs and non-characters, which XML has no place for.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile("[\t\n\r\u2028\u2029]+")

NEXT_LINE = Markup("<br>")
"""Between the parts of a text: a page begins a line with each."""
_NEXT_PART = re.compile(r"(?:(?<!\bп)(?<!\bчел)(?<!\bс)\.)?<br>")
"""The same with the full stop of a sentence before it, and not that of an abbreviation."""

Number = Shown | Joined
Attributes = Mapping[str, str]
"""Names and values of what a page's script reads, such as ``data-table``."""


FINDINGS = "findings"
"""Anchor of the section that stands first, on paper before the contents."""

APPENDIX = "appendix"
"""Anchor of the heading over what follows the body; on paper it begins a page."""

SIGNS = {"above": "\N{BLACK UP-POINTING TRIANGLE}", "below": "\N{BLACK DOWN-POINTING TRIANGLE}"}
"""Signs of shares that are larger or smaller than independence would give."""

SMALL, UNCERTAIN = "small", "uncertain"
"""Flags of a number: it stands on a base below the study's minimum, or is not reliable."""

FLAGS = {SMALL: ("(", ")"), UNCERTAIN: ("*", "")}
"""What stands before and after a number that is flagged."""

MANY_COLUMNS = 6
"""From so many number columns on, a table is set in smaller type on paper."""


MOST_CELLS = 5_000
"""Cells of a folded table that a page lays out when it opens; a longer one waits."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """What every block tells the formats."""

    on_page: bool = True  # the HTML page shows it
    in_print: bool = True  # Word and PDF show it; the workbook has every table

    @property
    def form(self) -> str:
        """Name of the kind, by which a page finds its macro."""
        return type(self).__name__


@dataclass(frozen=True)
class Heading(Block):
    """A heading within a section; level 1 is the section's own."""

    level: int
    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph(Block):
    """A paragraph, with opening words that stand out.

    Its kind is ``body``, ``evidence`` (tests), ``caution`` (in a frame), ``mark`` (the frame that
    says that records are reconstructed), ``findings``, ``notes`` or ``partly``.
    """

    text: str
    kind: str = "body"
    lead: str = ""


@dataclass(frozen=True)
class Link:
    """Where the evidence of a sentence stands: on a page, and on paper where it is there too."""

    text: str
    address: str  # in the page's own address, or a file beside it
    place: str = ""  # `Report.places` on paper


@dataclass(frozen=True)
class Item:
    """One item of a list; the lead says what its text or number is of."""

    text: str | Number
    lead: str = ""
    look: str = ""  # class on a page
    attributes: Attributes = field(default_factory=dict)
    in_print: bool = True
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Items(Block):
    """A list of sentences or tallies.

    Its kind is ``plain``, ``findings`` (under a table), ``found`` (what the report found, each
    with its evidence), ``notes`` (of several tables), ``chips`` (tallies), ``flow`` or ``files``.
    """

    items: tuple[Item, ...]
    kind: str = "plain"
    label: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The items on paper."""
        return tuple(
            plain_text(f"{item.lead}: {plain_text(item.text)}" if item.lead else item.text)
            for item in self.items
            if item.in_print
        )

    @property
    def links(self) -> tuple[tuple[Link, ...], ...]:
        """Links of the items on paper, in the order of `texts`."""
        return tuple(item.links for item in self.items if item.in_print)


@dataclass(frozen=True)
class Cell:
    """A cell of a table."""

    value: str | Number
    count: str = ""  # behind a per cent, where the row does not print it anyway
    under: tuple[str | Number, ...] = ()  # second lines: a range of p, a quoted phrase
    verdict: str = ""  # the value is one: agrees, parts, disagrees or unchecked
    strong: bool = False  # bold on a page: a number of all respondents
    title: str = ""  # told on a page when it is pointed at
    mark: str = ""  # above or below what independence would give; a page's script sets its own
    letters: str = ""  # of columns whose share is significantly smaller
    flag: str = ""  # small or uncertain

    @property
    def text(self) -> str:
        """The value as text."""
        return plain_text(self.value)

    @property
    def flagged(self) -> str:
        """The value with what flags it: brackets for a small base, a star for an uncertain number.

        Examples
        --------
        >>> Cell("28.3", flag="small").flagged, Cell("28.3", flag="uncertain").flagged
        ('(28.3)', '*28.3')
        """
        before, after = FLAGS.get(self.flag, ("", ""))
        return f"{before}{self.text}{after}"

    @property
    def marked(self) -> str:
        r"""The value as paper shows it: before it its mark, so that digits stand under digits.

        Examples
        --------
        >>> Cell("28.3", mark="above").marked
        '▲\xa028.3'
        """
        return f"{SIGNS[self.mark]}\N{NO-BREAK SPACE}{self.flagged}" if self.mark else self.flagged

    @property
    def below(self) -> str:
        """The second lines as one text."""
        return "; ".join(map(plain_text, self.under))

    @property
    def number(self) -> Shown | None:
        """The number that fills the cell; None for text, several numbers, or second lines."""
        return self.value if isinstance(self.value, Shown) and not self.under else None


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    heading: str
    number: bool = False
    width: float = 1.0  # share of the width on paper
    under: str = ""  # heading of the second lines, where they have a column of their own
    printed: bool = False  # its numbers are quoted from the article and stay text
    look: str = ""  # class on a page
    letter: str = ""  # by which the cells of other columns name it


@dataclass(frozen=True)
class Row:
    """A row of ``answer``, ``subtotal``, ``total``, ``base`` or ``missing``, or a ``question``.

    The first cell is the row's label; a question has no other and stands over what follows.
    """

    kind: str
    cells: tuple[Cell, ...]
    foot: bool = False  # of the whole table: it stands under all questions
    bar: str = ""  # length of the bar that a page draws beside it, a per cent
    anchor: str = ""
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Spanner:
    """A heading over several columns."""

    heading: str
    columns: int


@dataclass(frozen=True)
class Table(Block):
    """A captioned table.

    It is named as in `config/tables.yaml`; the report's own are ``report/tests`` and the like,
    models ``model/{name}``, so that no table of a study has the same name. Its number is the
    study's or, where it is `supplementary`, the report's, and then on paper only.
    """

    name: str
    number: str
    title: str
    unit: str  # what its numbers are of
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    spanner: str = ""  # heading over all number columns but the first
    spanners: tuple[Spanner, ...] = ()  # headings over some columns each, from the third on
    notes: tuple[str, ...] = ()
    legend: tuple[str, ...] = ()  # what its marks mean; a page's script writes its own
    stacked: int = 0  # so many of its columns are answers: they add up to 100 % in a row
    across: bool = False  # part of a banner, on a page of paper that lies across
    fine: bool = False  # small type on paper: many or long cells
    group: str = ""  # heading of the questions, where they have a column of their own
    flat: bool = False  # a list to filter: a page parts it by question, a sheet does not
    supplementary: bool = False
    captioned: str = "hidden"  # on a page: shown, hidden (read out) or none
    anchor: str = ""
    look: str = ""  # classes on a page; definitions: items and what is said of them
    bars: bool = False  # a page draws bars beside the rows
    choices: tuple[Item, ...] = ()  # verdicts among which a page lets its reader choose
    file: str = ""  # below the wave's results: where its lines are, if paper leaves it out
    attributes: Attributes = field(default_factory=dict)

    @property
    def caption(self) -> str:
        """Title with its unit."""
        return plain_text(self.title) + self.of_what

    @property
    def of_what(self) -> str:
        """The unit as it follows the title."""
        unit = f", {self.unit}" if self.unit else ""
        return after_label(plain_text(self.title), unit)

    @property
    def numbered(self) -> str:
        """Number and caption."""
        return f"{self.number}. {self.caption}" if self.number else self.caption

    @property
    def over(self) -> tuple[Spanner, ...]:
        """The headings over the columns from the third on; none where the table is too narrow."""
        if self.spanner and len(self.columns) > 3:
            return (Spanner(self.spanner, len(self.columns) - 2),)
        return self.spanners

    @property
    def most_letters(self) -> list[int]:
        """How many letters stand at most beside a number of each column."""
        most = [0] * len(self.columns)
        for row in self.rows:
            if len(row.cells) == len(most):
                most = [
                    max(known, len(cell.letters))
                    for known, cell in zip(most, row.cells, strict=True)
                ]
        return most

    @property
    def under(self) -> tuple[str, ...]:
        """Everything that stands under it on paper and on a sheet."""
        return (*self.legend, *self.notes)

    @property
    def parts(self) -> list[tuple[Row | None, list[Row]]]:
        """Each question with its rows; what stands under all questions is left out."""
        parts: list[tuple[Row | None, list[Row]]] = []
        for row in self.rows:
            if row.kind == "question":
                parts.append((row, []))
            elif not row.foot:
                if not parts:
                    parts.append((None, []))
                parts[-1][1].append(row)
        return parts


@dataclass(frozen=True)
class Figure(Block):
    """A captioned drawing; that of a model is named ``model/{name}``."""

    name: str
    number: str
    title: str
    alt: str  # what it shows, in words
    svg: str
    file: str = ""  # without language and ending, below the wave's results
    label: str = ""  # what a page calls the area in which it scrolls

    @property
    def anchor(self) -> str:
        """Its place in the page's address."""
        return self.name.replace("/", "-")


@dataclass(frozen=True)
class Group(Block):
    """Blocks that belong together: an exhibit with all that stands around it, say."""

    blocks: tuple[Block, ...]
    look: str = "exhibit"  # class on a page
    anchor: str = ""
    title: str = ""  # what the page's contents call it; empty where they leave it out
    caption: str = ""  # anchor of the caption that names it
    wide: bool = False  # it takes the whole width of a page
    waits: bool = False  # a page lays it out only when it comes near the screen
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Folded(Block):
    """Blocks that a page folds away under a summary."""

    summary: str
    blocks: tuple[Block, ...]
    opened: bool = False

    @property
    def waits(self) -> bool:
        """Whether a page lays it out only when it is opened: it is long, and nothing else."""
        tables = [block for block in self.blocks if isinstance(block, Table)]
        cells = sum(len(table.rows) * len(table.columns) for table in tables)
        plain = all(isinstance(block, Table | Paragraph) for block in self.blocks)
        return plain and not self.opened and cells > MOST_CELLS


@dataclass(frozen=True)
class Section(Block):
    """A section of the body or of the appendix; `anchor` is its place in the page's address."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    appendix: bool = False

    @property
    def level(self) -> int:
        """Level of its heading: those of the appendix stand below the appendix's own."""
        return 2 if self.appendix else 1

    @property
    def in_appendix(self) -> "Section":
        """The section as one of the appendix, with all its headings a level lower."""
        return replace(self, blocks=_lower_headings(self.blocks), appendix=True)

    @property
    def as_whole(self) -> bool:
        """Whether the anchor is that of the section itself, not of its heading."""
        return self.anchor == FINDINGS

    @property
    def listed(self) -> list[Group]:
        """What the page's contents list below the section."""
        return [block for block in self.blocks if isinstance(block, Group) and block.title]


@dataclass(frozen=True)
class Report:
    """The report of one wave in one language."""

    language: str
    decimal: str  # decimal mark of the language
    title: str
    subtitle: str
    wave: str
    mark: str  # what every page says of reconstructed records; empty for a real file
    contents: str  # heading of the table of contents
    generator: str  # program and version
    blocks: tuple[Block, ...]  # what opens the report, then its sections
    workbook: tuple[Block, ...] = ()  # in the workbook alone: codebook, tables too wide for paper
    appendix: str = ""  # heading of the appendix
    sheets: tuple[Table, ...] = ()  # on paper: the tables with those that are not printed
    narrow: bool = False  # margins of a sheet that is to be one page

    @property
    def tables(self) -> list[Table]:
        """The tables in their order, also those that paper leaves out; no part of a banner."""
        tables = (block for block in all_blocks(self.blocks) if isinstance(block, Table))
        found = (table for table in tables if not table.across)
        return list(self.sheets or found)

    @property
    def unprinted(self) -> list[Table]:
        """The tables that a page shows and paper leaves out, in their order."""
        return list(_unprinted(self.blocks))

    @property
    def sections(self) -> list[Section]:
        """The sections in their order."""
        return [block for block in self.blocks if isinstance(block, Section)]

    @property
    def body(self) -> list[Section]:
        """The sections before the appendix."""
        return [section for section in self.sections if not section.appendix]

    @property
    def appended(self) -> list[Section]:
        """The sections of the appendix."""
        return [section for section in self.sections if section.appendix]

    @property
    def front(self) -> int:
        """Number of blocks on paper that stand before the contents: the findings close them."""
        tops = [
            place
            for place, block in enumerate(self.blocks)
            if isinstance(block, Heading) and block.level == 1
        ]
        if tops and getattr(self.blocks[tops[0]], "anchor", "") == FINDINGS:
            return tops[1] if len(tops) > 1 else len(self.blocks)
        return 1 if self.blocks and isinstance(self.blocks[0], Paragraph) else 0

    @property
    def places(self) -> set[str]:
        """What links on paper may lead to: its headings, and the tables of the study."""
        return set(filter(None, map(place_of, self.blocks)))

    @property
    def on_paper(self) -> "Report":
        """The report as paper shows it: plain text in one row of blocks."""
        return replace(
            self,
            title=plain_text(self.title),
            subtitle=plain_text(self.subtitle),
            wave=plain_text(self.wave),
            blocks=tuple(self._printed()),
            sheets=tuple(map(plain_copy, self.tables)),
        )

    def _printed(self) -> Iterator[Block]:
        """Go through the blocks of paper, with a heading before the first of the appendix."""
        begun = False
        for block in self.blocks:
            if isinstance(block, Section) and block.appendix and block.in_print and not begun:
                begun = True
                yield Heading(1, plain_text(self.appendix), APPENDIX)
            yield from _printed((block,))


def place_of(block: Block) -> str:
    """Name the place of a heading or a table for links; empty for what none leads to.

    Examples
    --------
    >>> place_of(Heading(1, "Tests", "tests")), place_of(Paragraph("Text"))
    ('tests', '')
    """
    if isinstance(block, Heading):
        return block.anchor
    if isinstance(block, Table) and block.anchor:
        return f"table-{block.anchor}"
    return ""


def all_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Go through blocks and those within them, in their order."""
    for block in blocks:
        yield block
        if isinstance(block, Section | Group | Folded):
            yield from all_blocks(block.blocks)


def _printed(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if not block.in_print:
            continue
        if isinstance(block, Section):
            yield Heading(block.level, plain_text(block.title), block.anchor)
        if isinstance(block, Section | Group | Folded):
            yield from _printed(block.blocks)
        elif isinstance(block, Items) and block.kind == "chips":
            yield Paragraph(f"{'; '.join(block.texts)}.")
        else:
            yield plain_copy(block)


def _unprinted(blocks: Iterable[Block], left_out: bool = False) -> Iterator[Table]:
    for block in blocks:
        hidden = left_out or not block.in_print
        if isinstance(block, Table) and hidden and block.on_page:
            yield block
        elif isinstance(block, Section | Group | Folded):
            yield from _unprinted(block.blocks, hidden)


def leave_out_tables(group: Group) -> Group:
    """Return a group whose tables paper leaves out."""
    blocks = (
        replace(block, in_print=False) if isinstance(block, Table) else block
        for block in group.blocks
    )
    return replace(group, blocks=tuple(blocks))


def _lower_headings(blocks: Iterable[Block]) -> tuple[Block, ...]:
    lowered: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            block = replace(block, level=block.level + 1)
        elif isinstance(block, Group | Folded):
            block = replace(block, blocks=_lower_headings(block.blocks))
        lowered.append(block)
    return tuple(lowered)


def plain_copy(part: Any) -> Any:
    """Copy a block with all its texts and numbers as plain text; drawings stay."""
    if isinstance(part, str | Shown | Joined):
        return plain_text(part)
    if isinstance(part, tuple):
        return tuple(map(plain_copy, part))
    if not is_dataclass(part) or isinstance(part, type):
        return part
    changed = {}
    for name in _told_fields(type(part)):
        told = getattr(part, name)
        plain = plain_copy(told)
        if plain is not told:
            changed[name] = plain
    return replace(part, **changed) if changed else part


@cache
def _told_fields(kind: type) -> tuple[str, ...]:
    """Fields of a block that hold texts or blocks."""
    return tuple(known.name for known in fields(kind) if known.name != "svg")


def plain_text(value: Any) -> str:
    r"""Return what a reader sees of a sentence, a label or a number.

    Markup loses its tags, anything else is taken as it stands: a label such as ``<b>`` is text.
    Characters that no document may hold are left out; a line break is a space, and a semicolon
    stands where a page begins a line with the next part of a text.

    Examples
    --------
    >>> plain_text(Markup('<span title="1 / 2">50</span>\xa0% &lt;all&gt;'))
    '50\xa0% <all>'
    >>> plain_text(NEXT_LINE.join(["a", "b"])), plain_text(NEXT_LINE.join(["Look at it.", "b"]))
    ('a; b', 'Look at it; b')
    >>> plain_text(NEXT_LINE.join(["8,2 п. п.", "б"]))
    '8,2 п. п.; б'
    >>> plain_text("<b>\x0bbold\n=1+1")
    '<b>bold =1+1'
    """
    text = str(value)
    if isinstance(value, Markup):
        text = html.unescape(_TAG.sub("", _NEXT_PART.sub("; ", text)))
    if text.isprintable():
        # Neither a break nor a character that no document may hold.
        return text
    return _BREAK.sub(" ", _UNWRITABLE.sub("", text))


def join(*sentences: str) -> Markup:
    """Join sentences to a paragraph."""
    return Markup(" ").join(sentence for sentence in sentences if sentence)


def fold(
    table: Table,
    number: int | Shown,
    before: Iterable[Block] = (),
    opened: bool = False,
    in_print: bool = True,
) -> Folded:
    """Fold a table away under its title and the `number` of what it lists."""
    summary = Markup("{} ({})").format(table.title, number)
    return Folded(summary, (*before, table), opened, in_print=in_print)


def cells_of(*values: str | Number) -> tuple[Cell, ...]:
    """Make cells of texts and numbers."""
    return tuple(map(Cell, values))


def width_of(heading: str) -> float:
    """Give a column of numbers the width of the longest word above it."""
    return 0.6 + 0.11 * longest_piece([heading])


def number_cells(
    numbers: Iterable[Shown],
    strong: bool = False,
    signs: Sequence[tuple[str, str]] = (),
) -> tuple[Cell, ...]:
    """Make cells of numbers; a count stands beside a per cent unless the row prints it already.

    The first is set in bold where it is `strong`; `signs` are the mark and the flag of each.
    """
    shown = tuple(numbers)
    printed = {number.text for number in shown if number.text in (number.count, number.base)}
    return tuple(
        Cell(
            number,
            "" if {number.text, number.count} & printed else number.count,
            strong=strong and place == 0,
            mark=mark,
            flag=flag,
        )
        for place, (number, (mark, flag)) in enumerate(
            zip(shown, signs or [("", "")] * len(shown), strict=True)
        )
    )


class Numbering:
    """Counts what the study does not number itself.

    Tables without a number of the study's own are supplementary (``Table S1``), so that the
    numbers of an article's tables stay those of the article.
    """

    def __init__(self, say: Wording) -> None:
        self.say = say
        self.tables = self.figures = 0

    def table(self, own: str = "") -> str:
        """Return a table's own number, or the next supplementary one."""
        if own:
            return own
        self.tables += 1
        return self.say.plain("documents.supplementary_table", n=self.tables)

    def figure(self) -> str:
        """Return the next figure's number."""
        self.figures += 1
        return self.say.plain("documents.figure_number", n=self.figures)


def lay_across(blocks: Sequence[Block]) -> list[tuple[bool, list[Block]]]:
    """Part blocks into those on upright pages and those on pages that lie across.

    What leads to a part of a banner (its heading, its sentences) stands on its page; before
    another table only a heading does, as sentences there speak of what comes before them.

    Examples
    --------
    >>> strip = Table("b", "", "", "", (), (), across=True)
    >>> parts = lay_across([Paragraph("before"), Heading(1, "Banners"), Paragraph("lead"), strip])
    >>> [(across, len(own)) for across, own in parts]
    [(False, 1), (True, 3)]
    """
    lies = [isinstance(block, Table) and lies_across(block) for block in blocks]
    strip = False
    for place in range(len(blocks) - 1, 0, -1):
        block, before = blocks[place], blocks[place - 1]
        strip = block.across if isinstance(block, Table) else strip
        leads = isinstance(before, Heading) or (strip and isinstance(before, Paragraph))
        if lies[place] and leads and not isinstance(block, Heading):
            lies[place - 1] = True
    parts: list[tuple[bool, list[Block]]] = []
    for block, across in zip(blocks, lies, strict=True):
        if not parts or parts[-1][0] != across:
            parts.append((across, []))
        parts[-1][1].append(block)
    return parts


LONGEST_PIECE, LONGEST_WORD = 18, 12
"""Letters of a piece from which on a column of numbers, or one of texts, need not hold it whole."""

_PIECES = re.compile("[ \N{EN DASH}\N{EM DASH}-]+")


def longest_piece(texts: Iterable[str]) -> int:
    """Count the letters of the longest piece of some texts that no line end should break.

    Examples
    --------
    >>> longest_piece(["All who were asked", "North-West"])
    5
    """
    return max((len(piece) for text in texts for piece in _PIECES.split(text)), default=0)


def _count_letters(table: Table) -> Iterator[float]:
    """Go through the columns: letters that each must hold on one line."""
    for place, column in enumerate(table.columns):
        texts = [f"{column.heading} {column.letter}"]
        for row in table.rows:
            if len(row.cells) == len(table.columns):
                cell = row.cells[place]
                texts += [cell.marked + cell.letters, cell.below]
        most = LONGEST_PIECE if column.number else LONGEST_WORD
        yield min(longest_piece(texts), most) + 0.5


UPRIGHT_LETTERS, COLUMN_LETTERS = 100, 1.0
"""Letters that a table must hold on a line from which on upright paper would break its words in
half (it has room for some eighty), and those that the sides of a column take."""


def lies_across(table: Table) -> bool:
    """Return whether a table is on paper that lies across: part of a banner, or too wide.

    Examples
    --------
    >>> columns = [Column(f"{place}. heading", number=True) for place in range(14)]
    >>> [lies_across(Table("t", "", "", "", tuple(columns[:n]), ())) for n in (7, 14)]
    [False, True]
    """
    needed = sum(letters + COLUMN_LETTERS for letters in _count_letters(table))
    return table.across or needed > UPRIGHT_LETTERS


def fit_widths(table: Table, room: int, letter: float, margin: int) -> list[int]:
    """Share the width of paper among columns, so that no word and no number is broken.

    Parameters
    ----------
    table : Table
        Its columns' widths are shares, which are kept where the words leave them room.
    room : int
        Width of the table, and with it of `margin` (both sides of a cell) and of a mean `letter`.

    Examples
    --------
    >>> columns = Column("Answer", width=3.0), Column("n", number=True, width=0.2)
    >>> rows = (Row("answer", (Cell("Yes"), Cell("123456"))),)
    >>> fit_widths(Table("t", "", "", "", columns, rows), 1000, 20.0, 10)
    [860, 140]
    """
    needs = [margin + letter * letters for letters in _count_letters(table)]
    whole = sum(column.width for column in table.columns)
    wanted = [room * column.width / whole for column in table.columns]
    if sum(needs) >= room:
        widths = [room * need / sum(needs) for need in needs]
    else:
        spare = [max(0.0, want - need) for want, need in zip(wanted, needs, strict=True)]
        lacks = [max(0.0, need - want) for want, need in zip(wanted, needs, strict=True)]
        taken = sum(lacks) / sum(spare) if any(spare) else 0.0
        widths = [
            want + lack - taken * own for want, lack, own in zip(wanted, lacks, spare, strict=True)
        ]
    rounded = [int(width) for width in widths]
    return [rounded[0] + room - sum(rounded), *rounded[1:]]


FEW_LINES = 14
"""A table of no more lines stays on one page."""

LONG = 400
"""A cell with more characters may be split, since it may not fit on a page."""


def stays_whole(row: Row) -> bool:
    """Return whether a row is short enough to stay on one page."""
    return all(len(cell.text) + len(cell.below) <= LONG for cell in row.cells)


def heads_repeat(table: Table) -> bool:
    """Return whether the headings are short enough to stand again on every page."""
    return (
        all(len(column.heading) <= LONG for column in table.columns) and len(table.spanner) <= LONG
    )


def fits_together(table: Table) -> bool:
    """Return whether a table is short enough to stay on one page."""
    if not heads_repeat(table) or not all(map(stays_whole, table.rows)):
        return False
    return sum(_count_lines(table, row) for row in table.rows) <= FEW_LINES


def rows_at_end(table: Table) -> int:
    """Count the last rows of a long table that stay together: its bases, and two rows above them.

    Examples
    --------
    >>> rows = [Row("answer", (Cell(str(place)), Cell("1"))) for place in range(30)]
    >>> base = Row("base", (Cell("Base"), Cell("30")))
    >>> columns = Column("Answer"), Column("n")
    >>> [rows_at_end(Table("t", "", "", "", columns, (*rows[:n], base))) for n in (30, 3)]
    [3, 0]
    """
    if fits_together(table):
        return 0
    bases = next((n for n, row in enumerate(reversed(table.rows)) if row.kind != "base"), 0)
    end: list[Row] = []
    for row in reversed(table.rows[-bases - 2 :]):
        if len(row.cells) == 1 or not stays_whole(row):
            break
        end.append(row)
    return len(end) if len(end) > 1 else 0


def _count_lines(table: Table, row: Row) -> int:
    """Estimate how many lines a row takes on a page."""
    if len(row.cells) == 1:
        return 1
    across = (120 if table.fine else 95) / sum(column.width for column in table.columns)
    texts = (
        (text, column.width)
        for cell, column in zip(row.cells, table.columns, strict=True)
        for text in (cell.text, cell.below)
        if text
    )
    lines = max((ceil(len(text) / (across * width)) for text, width in texts), default=1)
    return lines + any(cell.below for cell in row.cells)
