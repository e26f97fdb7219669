"""Sheet: the cells of a text file or a workbook as text, each knowing where it stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from resurvey.core.errors import SurveyError
from resurvey.reading.spss_dictionary import LARGEST_NUMBER_OF_VARIABLES


@dataclass(frozen=True)
class Sheet:
    """Rows of text under one row of headings.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    headings : list of str
        Names of the columns, without the blanks around them; nothing says that they differ.
    rows : list of tuple of str
        All rows below the headings, each as long as the headings.
    lines : list of int
        Number of the line (text file) or row (workbook) at which each row begins.
    name : str
        Name of the sheet in a workbook; empty for a text file.
    decimal : str
        Decimal mark of the numbers in it; empty where it is not known.
    thousands : str
        Mark between groups of three digits, where one is declared.
    separator : str
        Field separator of a text file; empty for a workbook.
    positions : tuple of int
        Number of every column in the file, from 0, where columns were left out.
    texts : dict
        Heading -> what the file has in its place, where a heading had to be changed.
    assumed : tuple of str
        What was taken for granted in reading the cells, a clause each.
    """

    path: Path
    headings: list[str]
    rows: list[tuple[str, ...]]
    lines: list[int]
    name: str = ""
    decimal: str = ""
    thousands: str = ""
    separator: str = ""
    positions: tuple[int, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()

    @property
    def columns(self) -> list[tuple[str, ...]]:
        """The cells, column by column."""
        return list(zip(*self.rows, strict=True)) if self.rows else [() for _ in self.headings]

    def place(self, row: int, column: int) -> str:
        """Say where a cell stands, the way a person looks for it.

        Examples
        --------
        >>> Sheet(Path("a.csv"), ["id", "q"], [("1", "x")], [2]).place(0, 1)
        'line 2, column 2'
        >>> Sheet(Path("a.xlsx"), ["id", "q"], [("1", "x")], [2], name="Data").place(0, 1)
        'cell B2'
        """
        at = self.position(column)
        if self.name:
            return f"cell {column_letters(at)}{self.lines[row]}"
        return f"line {self.lines[row]}, column {at + 1}"

    def position(self, column: int) -> int:
        """Number of a column in the file, from 0."""
        return self.positions[column] if self.positions else column

    def line(self, row: int) -> str:
        """Say where a row stands.

        Examples
        --------
        >>> Sheet(Path("a.xlsx"), ["id"], [("1",)], [2], name="Data").line(0)
        "row 2 of sheet 'Data'"
        """
        number = self.lines[row]
        return f"row {number} of sheet '{self.name}'" if self.name else f"line {number}"

    def assuming(self, *clauses: str) -> "Sheet":
        """Remember what was taken for granted."""
        return replace(self, assumed=(*self.assumed, *clauses))

    def without_rows(self, number: int) -> "Sheet":
        """Leave out the first rows below the headings: they were headings too."""
        return replace(self, rows=self.rows[number:], lines=self.lines[number:])

    def without(self, rows: Collection[int] = (), columns: Collection[int] = ()) -> "Sheet":
        """Leave out rows and columns by their numbers, from 0."""
        kept = [at for at in range(len(self.headings)) if at not in columns]
        there = [(row, line) for at, (row, line) in enumerate(self._numbered()) if at not in rows]
        return replace(
            self,
            headings=[self.headings[at] for at in kept],
            rows=[tuple(row[at] for at in kept) if columns else row for row, _ in there],
            lines=[line for _, line in there],
            positions=tuple(self.position(at) for at in kept) if columns else self.positions,
        )

    def _numbered(self) -> Sequence[tuple[tuple[str, ...], int]]:
        return list(zip(self.rows, self.lines, strict=True))


def column_letters(column: int) -> str:
    """Write a column's number, from 0, as spreadsheets do.

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def check_headings(sheet: Sheet, names: Sequence[str]) -> None:
    """Refuse names of columns that are empty, stand twice, or are too many for a survey."""
    path = sheet.path
    check_width(path, len(names))
    seen: dict[str, int] = {}
    for at, name in enumerate(names):
        position = sheet.position(at) + 1
        if not name:
            raise SurveyError(
                f"{path}: column {position} has no name in the header; name it or clear its cells"
            )
        if name in seen:
            raise SurveyError(
                f"{path}: variable '{name}' stands twice in the header, in columns "
                f"{seen[name]} and {position}; rename one"
            )
        seen[name] = position


def check_width(path: Path, columns: int) -> None:
    """Refuse more columns than any survey has."""
    if columns > LARGEST_NUMBER_OF_VARIABLES:
        raise SurveyError(
            f"{path}: the header has {columns} variables, more than the limit of "
            f"{LARGEST_NUMBER_OF_VARIABLES}; save the ones you need"
        )
