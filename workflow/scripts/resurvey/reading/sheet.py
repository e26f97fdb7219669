"""Sheet: a table of text with its headings, lines and columns, before it has codes."""

import logging
import re
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Mapping,
    MutableMapping,
    Sequence,
)
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.reading.columns import are_numbers, counted, different, parsed_number, typed_column
from resurvey.reading.encoding import folded
from resurvey.reading.formats import LARGEST_NUMBER_OF_VARIABLES

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)
_ANY_NUMBER = re.compile(
    r"[+-]?\d+(?:[.,]\d+)?|[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?\d{1,3}(?:,\d{3})+\.\d+"
)
"""A number with whatever mark, or with one mark between its thousands and the other in front of
its fraction."""
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+(?:[.,]\d+)?")
"""A number whose mark may part its thousands."""
_NUMBERING = re.compile(r"|unnamed: ?0|\.\.\.1|x(?:\.1)?|v1|row[._ ]?names?", re.IGNORECASE)
"""Headings under which R and pandas number the rows; a № that people gave is theirs to keep."""
_FEWEST_NUMBERED = 10
"""A named column is taken for row numbers only where that many follow one another."""
_FEWEST_FILLED = 3
MOST_TITLES = 6
"""Rows of title above the headings."""
_MOST_ROWS = 5
"""Rows that a message names before it counts the rest."""
Place = Callable[[int], str]
"""Row -> words for the place of its cell in the file."""
_SHOWN = 4
#: SOURCE LimeSurvey, export of results: headings "Question code & question text".
_CODE_AND_TEXT = re.compile(r"([A-Za-z]\w*(?:\[\w+\])*)\. (\S.*)", re.DOTALL)


@dataclass(frozen=True)
class Sheet:
    """Rows of text under one row of headings.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    headings : list of str
        Names of the columns, without the blanks around them; nothing says that they differ.
    rows : sequence of tuple of str
        All rows below the headings, each as long as the headings.
    lines : sequence of int
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
    empty_rows : int
        Lines without any answer that were left out.
    """

    path: Path
    headings: list[str]
    rows: Sequence[tuple[str, ...]]
    lines: Sequence[int]
    name: str = ""
    decimal: str = ""
    thousands: str = ""
    separator: str = ""
    positions: tuple[int, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    empty_rows: int = 0

    @property
    def columns(self) -> Sequence[Sequence[str]]:
        """The cells, column by column."""
        return list(zip(*self.rows, strict=True)) if self.rows else [() for _ in self.headings]

    @cached_property
    def filled(self) -> Sequence[int]:
        """How many cells of each row hold anything but blanks."""
        return [sum(map(bool, map(str.strip, row))) for row in self.rows]

    @property
    def alike(self) -> Sequence[int]:
        """For each row, the first row that has the same cells."""
        seen: dict[tuple[str, ...], int] = {}
        return [seen.setdefault(row, at) for at, row in enumerate(self.rows)]

    def new_data(self) -> "MutableMapping[str, pd.Series]":
        """Begin the columns of a survey, which are added one by one: see `as_data`."""
        return {}

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


def as_data(data: "MutableMapping[str, pd.Series]") -> "pd.DataFrame":
    """Give the columns of a survey as its data, when all are there.

    Examples
    --------
    >>> import pandas as pd
    >>> data = Sheet(Path("a.csv"), ["q"], [("1",)], [2]).new_data()
    >>> data["q"] = pd.Series([1])
    >>> as_data(data).shape
    (1, 1)
    """
    import pandas as pd

    # Columns that are stored on the disk are the data already.
    return pd.DataFrame(data) if isinstance(data, dict) else data  # type: ignore[return-value]


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


def named_rows(positions: Iterable[int], place: Place | None = None) -> str:
    """Write a number of rows and the first of them, with the place of the first in the file.

    Examples
    --------
    >>> named_rows([2, 0]), named_rows([4])
    ('2 rows (rows 1, 3)', '1 row (row 5)')
    >>> named_rows([4], lambda row: f"line {row + 2}")
    '1 row (row 5; line 6)'
    """
    numbers = sorted(int(position) + 1 for position in positions)
    shown = ", ".join(map(str, numbers[:_MOST_ROWS])) + (" …" if len(numbers) > _MOST_ROWS else "")
    plural = "s" * (len(numbers) > 1)
    where = f"; {'the first is ' * (len(numbers) > 1)}{place(numbers[0] - 1)}" if place else ""
    return f"{len(numbers)} row{plural} (row{plural} {shown}{where})"


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


def without_empty_columns(sheet: Sheet) -> Sheet:
    """Leave out the columns that have neither a heading nor a cell.

    Examples
    --------
    >>> from pathlib import Path
    >>> sheet = without_empty_columns(Sheet(Path("a.csv"), ["q", ""], [("1", "")], [2]))
    >>> sheet.headings, sheet.assumed
    (['q'], ('column 2 has neither a heading nor a cell and is left out',))
    """
    empty = [
        at
        for at, (heading, fields) in enumerate(zip(sheet.headings, sheet.columns, strict=True))
        if not heading and not any(map(str.strip, different(fields)))
    ]
    if not empty or len(empty) == len(sheet.headings):
        return sheet
    numbers = [sheet.position(at) + 1 for at in empty]
    verbs = ("have", "are") if len(numbers) > 1 else ("has", "is")
    said = f"{_listed('column', numbers)} {verbs[0]} neither a heading nor a cell and {verbs[1]}"
    return sheet.without(columns=set(empty)).assuming(f"{said} left out")


def settled_headings(sheet: Sheet) -> Sheet:
    """Give every column a heading of its own, where the table itself says which.

    A first column without a heading that numbers the rows (1, 2, 3 … or 0, 1, 2 …) is left out;
    if its cells are all different it is called `column_1`. The second of two equal headings gets
    a number, and its text becomes the label of both. Everything that was done is in `assumed`.

    Examples
    --------
    >>> from pathlib import Path
    >>> rows = [("1", "a", "b"), ("2", "c", "d")]
    >>> sheet = settled_headings(Sheet(Path("a.csv"), ["", "Other", "Other"], rows, [2, 3]))
    >>> sheet.headings, sheet.texts
    (['Other', 'Other_2'], {'Other': 'Other', 'Other_2': 'Other'})
    """
    return numbered_twins(named_columns(without_row_numbers(sheet)))


def without_row_numbers(sheet: Sheet) -> Sheet:
    """Leave out a first column that only counts the rows, or name one that names them."""
    if len(sheet.headings) < 2 or not sheet.rows:
        return sheet
    heading = sheet.headings[0]
    if not _NUMBERING.fullmatch(heading):
        return sheet
    fields = [field.strip() for field in sheet.columns[0]]
    if _counts(fields) and (not heading or len(fields) >= _FEWEST_NUMBERED):
        called = f"('{heading}') " if heading else "has no heading and "
        return sheet.without(columns={0}).assuming(
            f"column {sheet.position(0) + 1} {called}only numbers the rows and is left out"
        )
    if not heading and all(fields) and len(set(fields)) == len(fields):
        name = "column_1"
        while name in sheet.headings:
            name += "_"
        said = f"column 1 has no heading and is called '{name}'; it is different in every row"
        return replace(sheet, headings=[name, *sheet.headings[1:]]).assuming(said)
    return sheet


def named_columns(sheet: Sheet) -> Sheet:
    """Name the columns that most rows fill though they have no heading, where most have one.

    Examples
    --------
    >>> from pathlib import Path
    >>> sheet = Sheet(Path("a.csv"), ["sex", "", "q"], [("m", "1", "a")] * 3, [2, 3, 4])
    >>> named_columns(sheet).headings
    ['sex', 'column_2', 'q']
    """
    unnamed = [at for at, heading in enumerate(sheet.headings) if not heading]
    if not unnamed or 2 * len(unnamed) >= len(sheet.headings):
        return sheet
    headings, taken = list(sheet.headings), {heading.casefold() for heading in sheet.headings}
    said = []
    for at in unnamed:
        counts = counted(sheet.columns[at]).items()
        filled = sum(rows for field, rows in counts if field.strip())
        # A few cells beside the table are somebody's remark.
        if filled < _FEWEST_FILLED or 2 * filled < len(sheet.rows):
            return sheet
        number = sheet.position(at) + 1
        headings[at] = free_name(f"column_{number}", taken)
        taken.add(headings[at].casefold())
        said.append(f"column {number} has no heading and is called '{headings[at]}'")
    return replace(sheet, headings=headings).assuming(*said)


def title_rows(
    rows: Sequence[Sequence[str]], lines: Sequence[int], more: Iterable[Sequence[str]] = ()
) -> int:
    """Count the rows above the headings that hold a title of the table, or nothing.

    The headings are the first row with several cells; they are words, all different, and stand
    over every cell below. A title is one cell of several words, or one with an empty line below.
    Where `rows` are only the first, `more` are those below them; most tables have no title, and
    they are not looked at.

    Examples
    --------
    >>> title_rows([["Survey of 2026", ""], ["sex", "q"], ["m", "1"]], [1, 2, 3])
    1
    >>> title_rows([["sex", ""], ["m", "1"]], [1, 2]), title_rows([["a", "b"], ["c", "d"]], [1, 2])
    (0, 0)
    """
    for at, row in enumerate(rows[: MOST_TITLES + 1]):
        names = [cell.strip() for cell in row if cell.strip()]
        if len(names) < 2:
            continue
        above = [cell.strip() for title in rows[:at] for cell in title if cell.strip()]
        gap = lines[at] - lines[0] > at or not all(any(title) for title in rows[:at])
        titled = above and (gap or any(len(cell.split()) > 1 for cell in above))
        words = all(parsed_number(name) is None for name in names)
        if not (titled and words and len({*map(folded, names)}) == len(names)):
            return 0
        named = {column for column, cell in enumerate(row) if cell.strip()}
        below = False
        for cells in chain(rows[at + 1 :], more):
            below = True
            if any(cell.strip() and column not in named for column, cell in enumerate(cells)):
                return 0
        return at if below else 0
    return 0


def titles_left_out(noun: str, lines: Sequence[int]) -> str:
    """Say which rows above the headings are a title.

    Examples
    --------
    >>> titles_left_out("row", [1])
    'row 1 above the headings is a title and is left out'
    """
    verbs = ("are", "are") if len(lines) > 1 else ("is", "is")
    return f"{_listed(noun, lines)} above the headings {verbs[0]} a title and {verbs[1]} left out"


def _counts(fields: Sequence[str]) -> bool:
    """Return whether the cells are the numbers from 0 or from 1 on."""
    return any(
        all(field == str(number) for number, field in enumerate(fields, start)) for start in (0, 1)
    )


def numbered_twins(sheet: Sheet, known: Collection[int] = ()) -> Sheet:
    """Number the headings that stand more than once, and keep their text as the label.

    Headings that differ only by case are the same: SPSS takes them for one name.

    Columns in `known` have their names from elsewhere and keep their headings.

    Examples
    --------
    >>> from pathlib import Path
    >>> numbered_twins(Sheet(Path("a.csv"), ["q", "q", "q_2"], [], [])).headings
    ['q', 'q_2_', 'q_2']
    """
    places: dict[str, list[int]] = {}
    for at, heading in enumerate(sheet.headings):
        if heading and at not in known:
            places.setdefault(heading.casefold(), []).append(at)
    twins = [at for at in places.values() if len(at) > 1]
    if not twins:
        return sheet
    headings, texts = list(sheet.headings), dict(sheet.texts)
    taken = {heading.casefold() for heading in headings}
    said = []
    for columns in twins:
        heading = sheet.headings[columns[0]]
        texts[heading] = heading
        for number, at in enumerate(columns[1:], 2):
            headings[at] = free_name(f"{sheet.headings[at]}_{number}", taken)
            taken.add(headings[at].casefold())
            texts[headings[at]] = sheet.headings[at]
        numbers = _listed("column", [sheet.position(at) + 1 for at in columns])
        names = ", ".join(f"'{headings[at]}'" for at in columns[: _SHOWN + 1])
        more = " …" if len(columns) > _SHOWN + 1 else ""
        alike = {sheet.headings[at] for at in columns} == {heading}
        what = (
            f"the heading '{heading[:60]}' stands over {numbers}"
            if alike
            else f"the headings of {numbers} differ only by upper and lower case"
        )
        said.append(f"{what}; they are called {names}{more}")
    return replace(sheet, headings=headings, texts=texts).assuming(*said)


def free_name(name: str, taken: Collection[str]) -> str:
    """Find a name that no column has; those taken are in small letters.

    Examples
    --------
    >>> free_name("q_2", {"q", "q_2"})
    'q_2_'
    """
    while name.casefold() in taken:
        name += "_"
    return name


def _listed(noun: str, numbers: Sequence[int]) -> str:
    """Word the numbers of columns."""
    if len(numbers) == 1:
        return f"{noun} {numbers[0]}"
    if len(numbers) > _SHOWN:
        return f"{noun}s {', '.join(map(str, numbers[:_SHOWN]))} and {len(numbers) - _SHOWN} more"
    return f"{noun}s {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def recognised_decimal(sheet: Sheet) -> str:
    """Find out whether the numbers of a text file have a decimal comma."""
    if sheet.decimal:
        return sheet.decimal
    if sheet.separator in (",", ""):
        return "."
    columns = list(zip(sheet.headings, sheet.columns, strict=True))
    comma = [name for name, fields in columns if _fractions(fields, ",", sheet.thousands)]
    point = [name for name, fields in columns if _fractions(fields, ".", sheet.thousands)]
    if comma and point:
        raise SurveyError(
            f"{sheet.path}: '{comma[0]}' has decimal commas and '{point[0]}' decimal points; "
            "declare `decimal:`"
        )
    return "," if comma else "."


def check_marks(sheet: Sheet) -> None:
    """Refuse a column of numbers with commas and points, some of which may part thousands."""
    for at, column in enumerate(sheet.columns):
        fields = different(column)
        if not any("," in field for field in fields) or not any("." in field for field in fields):
            continue
        if not all(_ANY_NUMBER.fullmatch(field.strip()) for field in fields if field.strip()):
            continue
        certain = not any(_GROUPED.fullmatch(field.strip()) for field in fields)
        if certain and (sheet.decimal or sheet.separator == ","):
            # 0.25 beside 1,5: people type so into a form, and each can be nothing but a fraction.
            logger.warning(
                "%s: column %d, '%s', holds numbers with commas and with points; declare it with "
                "`measure: scale` in config/codebook.yaml, and each is read as a decimal mark",
                sheet.path,
                sheet.position(at) + 1,
                sheet.headings[at],
            )
            continue
        if (
            sheet.decimal
            and sheet.thousands
            and are_numbers(column, sheet.decimal, sheet.thousands)
        ):
            continue
        comma, point = (
            sheet.line(next(row for row, field in enumerate(column) if mark in field))
            for mark in ",."
        )
        where = f"in {comma}" if comma == point else f"in {comma} and a point in {point}"
        both = f"a comma and a point {where}" if comma == point else f"a comma {where}"
        cure = (
            "correct those numbers in the workbook"
            if sheet.name
            else "declare `decimal:` and, where the other mark parts thousands, `thousands:`"
            if not (sheet.decimal and sheet.separator and not sheet.thousands)
            else "declare `thousands:` if the other mark parts thousands, or correct the cells"
        )
        raise SurveyError(
            f"{sheet.path}: column {sheet.position(at) + 1}, '{sheet.headings[at]}', holds numbers "
            f"with {both}, so that no number of it is certain; {cure}"
        )


def _fractions(fields: Sequence[str], decimal: str, thousands: str) -> bool:
    """Return whether a column is numbers, at least one of them with this decimal mark."""
    return any(decimal in field for field in different(fields)) and are_numbers(
        fields, decimal, thousands
    )


def read_plain(sheet: Sheet) -> Survey:
    """Read a table: numbers where a whole column is numbers, text everywhere else."""
    names, labels = _named(sheet)
    check_headings(sheet, names)
    decimal = recognised_decimal(sheet)
    data = sheet.new_data()
    for name, fields in zip(names, sheet.columns, strict=True):
        data[name] = typed_column(fields, decimal, sheet.thousands)
    variables = {
        name: Variable(name, {"": label} if label else {}, measure="")
        for name, label in zip(names, labels, strict=True)
    }
    return Survey(as_data(data), Codebook(variables))


def _named(sheet: Sheet) -> tuple[list[str], list[str]]:
    """Names and wordings of the columns; where every heading holds both, they are parted."""
    found = [_CODE_AND_TEXT.fullmatch(heading) for heading in sheet.headings]
    parted = [(match[1], match[2]) for match in found if match]
    if len(parted) < len(found) or not parted:
        return list(sheet.headings), [sheet.texts.get(heading, "") for heading in sheet.headings]
    return [name for name, _ in parted], [label for _, label in parted]
