"""Manuscript: the report as headings, paragraphs, tables and figures, for any format."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a section of the report."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph.

    Attributes
    ----------
    text : str
        What it says.
    kind : str
        ``body``, ``evidence`` (tests), ``caution`` (in a frame) or ``mark`` (the frame that
        says that records are reconstructed).
    lead : str
        Opening words that stand out.
    """

    text: str
    kind: str = "body"
    lead: str = ""


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    text : str
        As printed.
    count : str
        Count behind a per cent; empty where there is none.
    under : str
        A second line: the range of a p-value, the quoted phrase of a statement.
    """

    text: str
    count: str = ""
    under: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    heading : str
        Over the column.
    number : bool
        It holds numbers.
    width : float
        Its share of the width.
    under : str
        Heading of the second lines, for a format that gives them a column of their own.
    printed : bool
        Its numbers are quoted from the article and stay text.
    """

    heading: str
    number: bool = False
    width: float = 1.0
    under: str = ""
    printed: bool = False


@dataclass(frozen=True)
class Row:
    """A row of ``answer``, ``subtotal``, ``total``, ``base`` or ``missing``, or a ``question``.

    A question has one cell, which stands over the rows that follow.
    """

    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A captioned table.

    Attributes
    ----------
    name : str
        As in `config/tables.yaml`; the report's own parts are ``report/tests`` and the like,
        models ``model/{name}``, so that no table of a study has the same name.
    number : str
        As the study or the report numbers it, such as ``Table 2``.
    title, unit : str
        Caption, and what its numbers are of.
    columns : tuple of Column
        The first holds the rows' labels.
    rows : tuple of Row
        In order.
    spanner : str
        Heading over all number columns but the first; empty where there is none.
    notes : tuple of str
        What a reader must know of the numbers.
    fine : bool
        Set in smaller type: many or long cells.
    group : str
        Heading of the questions, for a format that gives them a column of their own.
    flat : bool
        A list to filter rather than a table to read: spreadsheets give the questions a column.
    """

    name: str
    number: str
    title: str
    unit: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    spanner: str = ""
    notes: tuple[str, ...] = ()
    fine: bool = False
    group: str = ""
    flat: bool = False

    @property
    def caption(self) -> str:
        """Title with its unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title

    @property
    def numbered(self) -> str:
        """Number and caption."""
        return f"{self.number}. {self.caption}" if self.number else self.caption


@dataclass(frozen=True)
class Picture:
    """A drawing in the two forms that documents take.

    Attributes
    ----------
    name, alt : str
        Name of the figure, and what it shows in words.
    svg : str
        The drawing as SVG.
    png : bytes
        The drawing as PNG.
    """

    name: str
    alt: str
    svg: str
    png: bytes


@dataclass(frozen=True)
class Figure:
    """A captioned figure."""

    number: str
    title: str
    picture: Picture


Block = Heading | Paragraph | Items | Table | Figure


@dataclass(frozen=True)
class Manuscript:
    """The report of one wave in one language.

    Attributes
    ----------
    language : str
        Code of the language.
    decimal : str
        Its decimal mark.
    title, subtitle, wave : str
        What stands on top.
    mark : str
        What every page says of reconstructed records; empty for a real file.
    contents : str
        Heading of the table of contents.
    generator : str
        Program and version.
    blocks : tuple of Block
        Everything below the title.
    """

    language: str
    decimal: str
    title: str
    subtitle: str
    wave: str
    mark: str
    contents: str
    generator: str
    blocks: tuple[Block, ...]

    @property
    def tables(self) -> Iterator[Table]:
        """The tables in their order."""
        return (block for block in self.blocks if isinstance(block, Table))
