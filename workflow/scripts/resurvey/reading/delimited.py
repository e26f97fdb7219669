"""Delimited text: fields as they stand, told apart only by what is declared or certain."""

import codecs
import csv
import io
import logging
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, dropwhile, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from resurvey.core.errors import SurveyError
from resurvey.reading.columns import different
from resurvey.reading.encoding import BEGINNING, ReadWords, better_encoding, plausible_encoding
from resurvey.reading.formats import Export
from resurvey.reading.sheet import MOST_TITLES, Sheet, check_width, title_rows, titles_left_out

if TYPE_CHECKING:
    from resurvey.reading.stored import Store

logger = logging.getLogger(__name__)

DIALECT_KEYS = ("separator", "decimal", "quote", "thousands")
_SEPARATORS = (",", ";", "\t", "|")
_LONGEST_FIELD = 2**20
_SEPARATOR_LINE = re.compile(r"\"?sep=([^\w\s\"]|\t)\"?(?=[\r\n])", re.IGNORECASE)
_LONGEST_TITLE = 2**16
_TOGETHER = 2**14
"""Lines that are looked at together."""
_PIECE = 2**20
"""Bytes that are decoded at a time."""
_SHOWN = 3


def read_delimited(path: Path, export: Export, header: bool = True) -> Sheet:
    """Read a text file as fields: nothing in them is interpreted."""
    declared = dict(export.dialect or {})
    unknown = set(declared) - set(DIALECT_KEYS)
    if unknown:
        raise SurveyError(
            f"{path}: the dialect has no key '{sorted(unknown)[0]}'; it has "
            + ", ".join(DIALECT_KEYS)
        )
    text = _Text(path, export.encoding)
    for _ in text.pieces():
        pass
    # Google's tables end so, too, but with the line ends of Windows.
    if text.last not in ("\n", "\r") and text.newlines and not text.returns:
        logger.warning(
            "%s: the last line has no line end, as in a file that was cut short; look whether the "
            "last respondents are there",
            path,
        )
    quote = declared.get("quote", '"')
    if header and (excel := _SEPARATOR_LINE.match(text.beginning())):
        # Excel's own first line says which mark separates the fields; the lines keep their numbers.
        declared.setdefault("separator", excel[1])
        text.start = excel.end()
    separator = declared.get("separator") or _recognised_separator(text, quote)
    fields = _Fields(text, separator, quote)
    return _sheet(
        fields,
        header,
        _table(fields, export.store),
        decimal=declared.get("decimal", ""),
        thousands=declared.get("thousands", ""),
        separator=separator,
    )


def decoded_text(path: Path, encoding: str | None = None) -> str:
    """Decode a text file, by the declared encoding or by what is certain."""
    return "".join(_Text(path, encoding).pieces())


@dataclass
class _Text:
    """The text of a file, which is gone through a piece or a line at a time.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    declared : str or None
        Encoding that is declared; without it, what is certain.
    start : int
        Letters at the beginning that are no part of the table.
    newlines, returns : int
        Line feeds and carriage returns, when all pieces were seen.
    last : str
        The last letter.
    """

    path: Path
    declared: str | None = None
    start: int = 0
    newlines: int = 0
    returns: int = 0
    last: str = ""
    codec: str = field(init=False)

    def __post_init__(self) -> None:
        with self.path.open("rb") as stream:
            self._beginning = stream.read(BEGINNING)
        marked = self._beginning.startswith((b"\xff\xfe", b"\xfe\xff"))
        if self.declared is None:
            self.codec = "utf-16" if marked else "utf-8-sig"
            return
        self.codec = self.declared
        if self.declared.lower().replace("_", "-") in ("utf-8", "utf8"):
            self.codec = "utf-8-sig"
        elif not marked and self.declared.lower().replace("_", "-") in ("utf-16", "utf16"):
            # Without a mark it is that of the machine.
            self.codec = f"utf-16-{sys.byteorder[0]}e"

    def pieces(self) -> Iterator[str]:
        """Decode the file; at its end, what was decoded is judged."""
        words = ReadWords(self.declared or self.codec)
        zero, rest = 0, ""
        for piece in self._decoded():
            if zero == 0 and (position := piece.find("\0")) >= 0:
                zero = self.newlines + piece.count("\n", 0, position) + 1
            self.newlines += piece.count("\n")
            self.returns += piece.count("\r")
            self.last = piece[-1:] or self.last
            if self.declared:
                # Whole lines, so that no word is parted.
                lines, mark, rest = (rest + piece).rpartition("\n")
                words.add(lines + mark)
            yield piece
        words.add(rest)
        if self.declared:
            _check_words(self.path, self._beginning, words, self.declared)
        elif zero and (wide := plausible_encoding(self._beginning) or "").startswith("utf-16"):
            raise SurveyError(
                f"{self.path}: this is {wide} text without its mark; declare `encoding: {wide}`"
            )
        if zero:
            raise SurveyError(f"{self.path}: line {zero} holds a zero byte; the file is damaged")

    def _decoded(self) -> Iterator[str]:
        try:
            b"a".decode(self.codec, "ignore")
            decoder = codecs.getincrementaldecoder(self.codec)()
        except LookupError:
            raise SurveyError(f"{self.path}: there is no encoding called '{self.codec}'") from None
        at = 0
        with self.path.open("rb") as stream:
            while True:
                piece = stream.read(_PIECE)
                at += len(piece)
                try:
                    yield decoder.decode(piece, not piece)
                except UnicodeDecodeError as error:
                    wrong = at - len(error.object) + error.start
                    raise self._undecodable(wrong) from None
                except UnicodeError as error:
                    raise SurveyError(
                        f"{self.path}: its bytes are no {self.codec} text ({error})"
                    ) from None
                if not piece:
                    return

    def _undecodable(self, wrong: int) -> SurveyError:
        """Say which byte is no text."""
        line, start, at = 1, 0, 0
        with self.path.open("rb") as stream:
            while at < wrong:
                piece = stream.read(min(_PIECE, wrong - at))
                if b"\n" in piece:
                    line += piece.count(b"\n")
                    start = at + piece.rfind(b"\n") + 1
                at += len(piece)
            byte = stream.read(1)[0]
        encoding = (self.declared or self.codec).removesuffix("-sig")
        return SurveyError(
            f"{self.path}: line {line} is not {encoding} text "
            f"(byte 0x{byte:02x} at position {wrong - start + 1} of the line); "
            + _advice(self._beginning)
        )

    def lines(self) -> Iterator[str]:
        """Go through the lines, with their ends.

        Only real line ends: a form feed or U+2028 inside an answer does not end the line.
        """
        with self.path.open(encoding=self.codec, newline="") as stream:
            stream.read(self.start)
            yield from stream

    def beginning(self) -> str:
        """The first letters, and one more where there are more."""
        with self.path.open(encoding=self.codec, newline="") as stream:
            stream.read(self.start)
            return stream.read(_LONGEST_TITLE + 1)


def _advice(content: bytes) -> str:
    """Say which encoding to declare."""
    if found := plausible_encoding(content):
        return f"its words make sense in {found}: declare the file's `encoding: {found}`"
    return (
        "its words make sense in no encoding that resurvey knows: find out which one the program "
        "that wrote it uses, and declare the file's `encoding:`"
    )


def _check_words(path: Path, beginning: bytes, words: ReadWords, declared: str) -> None:
    """Stop where the words are nonsense in the declared encoding, and no words elsewhere."""
    if better := words.true_encoding:
        found = plausible_encoding(beginning) or better.lower()
        nonsense = True
    elif judged := better_encoding(beginning, declared):
        found, nonsense = judged
    else:
        return
    if nonsense:
        raise SurveyError(
            f"{path}: its words are nonsense in the declared {declared}; they look like {found}: "
            f"correct it to `encoding: {found}`"
        )
    logger.warning(
        "%s: some of its words look wrong in the declared %s and right in %s; look at the labels, "
        "and declare `encoding: %s` if it is so",
        path,
        declared,
        found,
        found,
    )


def _recognised_separator(text: _Text, quote: str) -> str:
    """Find the one separator with which the file is a table."""
    found = dict.fromkeys(_SEPARATORS, 0)
    for line in text.lines():
        for mark in found:
            found[mark] += line.count(mark)
        if line.endswith("\n"):
            break
    found = {mark: times for mark, times in found.items() if times}
    if not found:
        return _separator_below(text.beginning(), quote) or ","
    regular = [mark for mark in found if _Fields(text, mark, quote).is_regular]
    if len(regular) > 1:
        names = " and ".join(repr(mark) for mark in regular)
        raise SurveyError(
            f"{text.path}: both {names} could separate the fields; declare `separator:`"
        )
    if regular:
        return regular[0]
    below = _separator_below(text.beginning(), quote)
    return below or max(found, key=lambda mark: found[mark])


def _separator_below(beginning: str, quote: str) -> str:
    """Find the separator of a table that has a title above its headings; empty where none has."""
    lines = list(io.StringIO(beginning[:_LONGEST_TITLE], newline=""))
    if len(beginning) > _LONGEST_TITLE:
        del lines[-1:]
    for mark in _SEPARATORS:
        try:
            records = list(_records(lines, mark, quote))
        except csv.Error:
            continue
        while records and not records[0]:
            del records[0]
        if title_rows(records, range(len(records))):
            return mark
    return ""


def _records(lines: Iterable[str], separator: str, quote: str) -> Any:
    csv.field_size_limit(_LONGEST_FIELD)
    return csv.reader(lines, delimiter=separator, quotechar=quote, strict=True)


class _Lines(Iterator[str]):
    """Lines of a text, which are taken one by one or many at once.

    Attributes
    ----------
    taken : int
        How many were taken.
    """

    def __init__(self, text: _Text) -> None:
        self._text = text.lines()
        self._coming: Iterator[str] = self._text
        self.taken = 0

    def __next__(self) -> str:
        line = next(self._coming)
        self.taken += 1
        return line

    def take(self, number: int) -> list[str]:
        """Take the next lines."""
        lines = list(islice(self._coming, number))
        self.taken += len(lines)
        return lines

    def put_back(self, lines: list[str]) -> None:
        """Put back what was taken last, when what was put back before is used up."""
        self._coming = chain(lines, self._text)
        self.taken -= len(lines)


@dataclass(frozen=True)
class Block:
    """Lines that are records of equally many fields, each split wherever its separator stands."""

    lines: list[str]
    separator: str
    width: int


@dataclass(frozen=True)
class _Fields:
    """The lines of a text, split at a mark."""

    text: _Text
    separator: str
    quote: str

    @property
    def is_regular(self) -> bool:
        """Whether every record has as many fields as the header, and more than one."""
        widths: set[int] = set()
        lines = _Lines(self.text)
        try:
            for _, part in self.parts(lines, _TOGETHER):
                if part:
                    widths.add(part.width if isinstance(part, Block) else len(part))
                if len(widths) > 1:
                    return False
        except SurveyError:
            return False
        return len(widths) == 1 and widths != {1}

    def records(self, lines: _Lines) -> Iterator[tuple[int, list[str]]]:
        """Go through the records, each with the number of the line on which it begins."""
        start = lines.taken + 1
        try:
            for record in _records(lines, self.separator, self.quote):
                yield start, record
                start = lines.taken + 1
        except csv.Error as error:
            raise SurveyError(
                f"{self.text.path}: the fields of line {start} cannot be told apart ({error}); "
                "a quotation mark is probably missing"
            ) from None

    def parts(self, lines: _Lines, together: int) -> Iterator[tuple[int, list[str] | Block]]:
        """Go through the records, of which many are taken together where no quote stands in them.

        Parameters
        ----------
        lines : _Lines
            Where to begin.
        together : int
            How many lines are looked at; of 0, every record is given by itself.
        """
        while together and (some := lines.take(together)):
            first = lines.taken - len(some) + 1
            if (width := self._width(some)) > 1:
                yield first, Block(some, self.separator, width)
                continue
            last = lines.taken
            lines.put_back(some)
            for line, record in self.records(lines):
                yield line, record
                if lines.taken >= last:
                    break
        yield from self.records(lines)

    def _width(self, lines: Sequence[str]) -> int:
        """Fields of every line, where nothing has to be known but the separator; else 0."""
        marks = lines[0].count(self.separator)
        plain = not any(
            self.quote in line or line.count(self.separator) != marks or len(line) > _LONGEST_FIELD
            for line in lines
        )
        return marks + 1 if plain and len(self.separator.encode()) == 1 else 0


class Gathered(Protocol):
    """Records of a text on their way to a sheet, in memory or on the disk.

    Attributes
    ----------
    widths : dict
        Number of fields -> the first line that has so many.
    """

    widths: dict[int, int]

    def together(self, width: int) -> int:
        """Lines of so many fields that are taken at once; 0 where every record is by itself."""

    def add_block(self, line: int, block: Block) -> None:
        """Take the next records together."""

    def add(self, line: int, record: Sequence[str]) -> None:
        """Take the next record."""

    def __len__(self) -> int: ...

    @property
    def columns(self) -> Sequence[Sequence[str]]:
        """Fields, column by column, where all records have as many."""

    def cut(self, width: int) -> None:
        """Leave out the fields at the end of every record."""

    def sheet(self, path: Path, headings: list[str], **known: Any) -> Sheet:
        """Give the records, all as long as the headings, as a sheet."""


class _Rows:
    """Records in memory."""

    def __init__(self) -> None:
        self.widths: dict[int, int] = {}
        self._rows: list[tuple[str, ...]] = []
        self._lines: list[int] = []

    def together(self, width: int) -> int:
        """Lines that are taken at once: none."""
        return 0

    def add_block(self, line: int, block: Block) -> None:
        """Take the next records together."""
        for number, record in enumerate(block.lines, line):
            self.add(number, record.rstrip("\r\n").split(block.separator))

    def add(self, line: int, record: Sequence[str]) -> None:
        """Take the next record."""
        self.widths.setdefault(len(record), line)
        self._rows.append(tuple(record))
        self._lines.append(line)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def columns(self) -> Sequence[Sequence[str]]:
        """Fields, column by column."""
        return list(zip(*self._rows, strict=True))

    def cut(self, width: int) -> None:
        """Leave out the fields at the end of every record."""
        self._rows = [row[:width] for row in self._rows]
        self.widths = {width: min(self.widths.values())}

    def sheet(self, path: Path, headings: list[str], **known: Any) -> Sheet:
        """Give the records as a sheet."""
        return Sheet(path, headings, self._rows, self._lines, **known)


def _table(fields: _Fields, store: "Store | None") -> Gathered:
    """Decide whether the records are held in memory."""
    text = fields.text
    if store is None or max(text.newlines, text.returns) < store.least:
        return _Rows()
    from resurvey.reading.stored_sheet import StoredRecords

    logger.info("%s: a large file; its respondents are read a part at a time", text.path)
    return StoredRecords(store)


def _sheet(fields: _Fields, header: bool, table: Gathered, **known: Any) -> Sheet:
    """Split the text into headings and rows of equal length, with their line numbers."""
    path = fields.text.path
    lines = _Lines(fields.text)
    records = fields.records(lines)
    first = next(records, None)
    if first is None:
        raise _no_header(path)
    check_width(path, len(first[1]))
    said: list[str] = []
    below = [first]
    if header:
        headings, said, below = _headed(fields, chain(below, records))
    else:
        headings = [f"V{at + 1}" for at in range(len(first[1]))]
    together = table.together(len(headings))
    empty: list[int] = []
    last: list[int] = []
    for line, part in chain(below, fields.parts(lines, together)):
        if part or len(headings) < 2:
            empty += last
            last.clear()
            if isinstance(part, Block):
                table.add_block(line, part)
            else:
                table.add(line, part or [""])
        else:
            # Empty lines at the end are not worth a word.
            last.append(line)
    if empty:
        said.append(_empty_lines(empty))
    headings, assumed = _even(headings, table)
    if uneven := {line: width for width, line in table.widths.items() if width != len(headings)}:
        line = min(uneven)
        raise SurveyError(
            f"{path}: line {line} has {uneven[line]} fields, but the header has "
            f"{len(headings)} (separated by {fields.separator!r}); repair the line or declare "
            "the `separator:`"
        )
    return table.sheet(path, headings, assumed=(*said, *assumed), **known)


_Numbered = tuple[int, list[str]]


def _headed(
    fields: _Fields, records: Iterator[_Numbered]
) -> tuple[list[str], list[str], list[_Numbered]]:
    """Part the headings from what is above them, of which is said so, and the rows below."""
    first = list(islice(dropwhile(lambda numbered: not numbered[1], records), MOST_TITLES + 1))
    if not first:
        raise _no_header(fields.text.path)
    rows, lines = [record for _, record in first], [line for line, _ in first]
    others = fields.records(_Lines(fields.text))
    titles = title_rows(rows, lines, (record for line, record in others if line > lines[-1]))
    above = [lines[at] for at in range(titles) if rows[at]]
    said = [titles_left_out("line", above)] if titles else []
    headings = [name.strip() for name in rows[titles]]
    return headings, said, first[titles + 1 :]


def _no_header(path: Path) -> SurveyError:
    return SurveyError(f"{path}: the file has no header line with the variables' names")


def _empty_lines(lines: Sequence[int]) -> str:
    """Say which lines are empty."""
    if len(lines) == 1:
        return f"line {lines[0]} is empty and is left out"
    shown = ", ".join(map(str, lines[:_SHOWN]))
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return f"lines {shown}{more} are empty and are left out"


def _even(headings: list[str], table: Gathered) -> tuple[list[str], tuple[str, ...]]:
    """Settle a header that is longer or shorter than all lines below it, which are equally long.

    Spreadsheets end every line of answers, or only the header, with separators that part nothing;
    R writes no heading over the numbers of its rows.
    """
    widths = set(table.widths)
    if len(widths) != 1 or (width := widths.pop()) == len(headings):
        return headings, ()
    named = len(headings)
    if width > named and not any(
        field.strip() for column in table.columns[named:] for field in different(column)
    ):
        table.cut(named)
        return headings, ("every line of answers ends with separators that part nothing",)
    if width < named and not any(headings[width:]):
        return headings[:width], ("the header ends with separators that name nothing",)
    if (
        width == named + 1
        and len(table) > 2
        and all(field == str(row) for row, field in enumerate(table.columns[0], 1))
    ):
        # The row numbers that R writes in front; what has no heading is settled with the others.
        return ["", *headings], ()
    return headings, ()
