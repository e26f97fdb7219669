"""Delimited text: fields as they stand, told apart only by what is declared or certain."""

import csv
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.reading.encoding import better_encoding, plausible_encoding, true_encoding
from resurvey.reading.formats import Export
from resurvey.reading.sheet import Sheet, check_width, title_rows, titles_left_out

logger = logging.getLogger(__name__)

DIALECT_KEYS = ("separator", "decimal", "quote", "thousands")
_SEPARATORS = (",", ";", "\t", "|")
_LONGEST_FIELD = 2**20
_SEPARATOR_LINE = re.compile(r"\"?sep=([^\w\s\"]|\t)\"?(?=[\r\n])", re.IGNORECASE)
_LONGEST_TITLE = 2**16
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
    text = decoded_text(path, export.encoding)
    # Google's tables end so, too, but with the line ends of Windows.
    if not text.endswith(("\n", "\r")) and "\n" in text and "\r" not in text:
        logger.warning(
            "%s: the last line has no line end, as in a file that was cut short; look whether the "
            "last respondents are there",
            path,
        )
    quote = declared.get("quote", '"')
    if header and (excel := _SEPARATOR_LINE.match(text)):
        # Excel's own first line says which mark separates the fields; the lines keep their numbers.
        declared.setdefault("separator", excel[1])
        text = text[excel.end() :]
    separator = declared.get("separator") or _recognised_separator(path, text, quote)
    headings, rows, lines, assumed = _fields(path, text, separator, quote, header)
    return Sheet(
        path,
        headings,
        rows,
        lines,
        assumed=assumed,
        decimal=declared.get("decimal", ""),
        thousands=declared.get("thousands", ""),
        separator=separator,
    )


def decoded_text(path: Path, encoding: str | None = None) -> str:
    """Decode a text file, by the declared encoding or by what is certain."""
    content = path.read_bytes()
    declared = encoding
    if encoding is None:
        marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        encoding = "utf-16" if marked else "utf-8-sig"
    elif encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    try:
        text = content.decode(encoding)
    except LookupError:
        raise SurveyError(f"{path}: there is no encoding called '{encoding}'") from None
    except UnicodeError as error:
        if not isinstance(error, UnicodeDecodeError):
            raise SurveyError(f"{path}: its bytes are no {encoding} text ({error})") from None
        line = content.count(b"\n", 0, error.start) + 1
        at = error.start - content.rfind(b"\n", 0, error.start)
        raise SurveyError(
            f"{path}: line {line} is not {encoding.removesuffix('-sig')} text "
            f"(byte 0x{content[error.start]:02x} at position {at} of the line); " + _advice(content)
        ) from None
    if declared:
        _check_words(path, content, text, declared)
    elif "\0" in text and (wide := plausible_encoding(content) or "").startswith("utf-16"):
        raise SurveyError(
            f"{path}: this is {wide} text without its mark; declare `encoding: {wide}`"
        )
    if (position := text.find("\0")) >= 0:
        line = text.count("\n", 0, position) + 1
        raise SurveyError(f"{path}: line {line} holds a zero byte; the file is damaged")
    return text


def _advice(content: bytes) -> str:
    """Say which encoding to declare."""
    if found := plausible_encoding(content):
        return f"its words make sense in {found}: declare the file's `encoding: {found}`"
    return (
        "its words make sense in no encoding that resurvey knows: find out which one the program "
        "that wrote it uses, and declare the file's `encoding:`"
    )


def _check_words(path: Path, content: bytes, text: str, declared: str) -> None:
    """Stop where the words are nonsense in the declared encoding, and no words elsewhere."""
    if better := true_encoding([text], declared):
        found = plausible_encoding(content) or better.lower()
        nonsense = True
    elif judged := better_encoding(content, declared):
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


def _records(text: str, separator: str, quote: str) -> Any:
    csv.field_size_limit(_LONGEST_FIELD)
    # Only real line ends: a form feed or U+2028 inside an answer does not end the line.
    lines = [line for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text) if line]
    return csv.reader(lines, delimiter=separator, quotechar=quote, strict=True)


def _recognised_separator(path: Path, text: str, quote: str) -> str:
    """Find the one separator with which the file is a table."""
    first = text.split("\n", 1)[0]
    found = {mark: first.count(mark) for mark in _SEPARATORS if mark in first}
    if not found:
        return _separator_below(text, quote) or ","
    regular = [mark for mark in found if _is_regular(text, mark, quote)]
    if len(regular) > 1:
        names = " and ".join(repr(mark) for mark in regular)
        raise SurveyError(f"{path}: both {names} could separate the fields; declare `separator:`")
    if regular:
        return regular[0]
    return _separator_below(text, quote) or max(found, key=lambda mark: found[mark])


def _separator_below(text: str, quote: str) -> str:
    """Find the separator of a table that has a title above its headings; empty where none has."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text[:_LONGEST_TITLE])
    beginning = "".join(lines[:-1] if len(text) > _LONGEST_TITLE else lines)
    for mark in _SEPARATORS:
        try:
            records = list(_records(beginning, mark, quote))
        except csv.Error:
            continue
        while records and not records[0]:
            del records[0]
        if title_rows(records, range(len(records))):
            return mark
    return ""


def _is_regular(text: str, separator: str, quote: str) -> bool:
    """Return whether every record has as many fields as the header, and more than one."""
    try:
        widths = {len(record) for record in _records(text, separator, quote) if record}
    except csv.Error:
        return False
    return len(widths) == 1 and widths != {1}


def _fields(
    path: Path, text: str, separator: str, quote: str, header: bool
) -> tuple[list[str], list[tuple[str, ...]], list[int], tuple[str, ...]]:
    """Split the text into headings and rows of equal length, with their line numbers."""
    reader = _records(text, separator, quote)
    records: list[list[str]] = []
    lines: list[int] = []
    start = 1
    try:
        for record in reader:
            if not records:
                check_width(path, len(record))
            records.append(record)
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise SurveyError(
            f"{path}: the fields of line {start} cannot be told apart ({error}); "
            "a quotation mark is probably missing"
        ) from None
    said: list[str] = []
    if header:
        while records and not records[0]:
            del records[0], lines[0]
        if titles := title_rows(records, lines):
            said.append(titles_left_out("line", [lines[at] for at in range(titles) if records[at]]))
            del records[:titles], lines[:titles]
    if not records:
        raise SurveyError(f"{path}: the file has no header line with the variables' names")
    headings = _names(records[0]) if header else [f"V{at + 1}" for at in range(len(records[0]))]
    if header:
        del records[0], lines[0]
    while records and not records[-1] and len(headings) > 1:
        del records[-1], lines[-1]
    if len(headings) > 1 and (
        empty := [line for record, line in zip(records, lines, strict=True) if not record]
    ):
        said.append(_empty_lines(empty))
        lines = [line for record, line in zip(records, lines, strict=True) if record]
        records = [record for record in records if record]
    rows = [tuple(record) or ("",) for record in records]
    headings, rows, assumed = _even(headings, rows)
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(headings):
            raise SurveyError(
                f"{path}: line {line} has {len(row)} fields, but the header has "
                f"{len(headings)} (separated by {separator!r}); repair the line or declare "
                "the `separator:`"
            )
    return headings, rows, lines, (*said, *assumed)


def _empty_lines(lines: Sequence[int]) -> str:
    """Say which lines are empty."""
    if len(lines) == 1:
        return f"line {lines[0]} is empty and is left out"
    shown = ", ".join(map(str, lines[:_SHOWN]))
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return f"lines {shown}{more} are empty and are left out"


def _even(
    headings: list[str], rows: list[tuple[str, ...]]
) -> tuple[list[str], list[tuple[str, ...]], tuple[str, ...]]:
    """Settle a header that is longer or shorter than all lines below it, which are equally long.

    Spreadsheets end every line of answers, or only the header, with separators that part nothing;
    R writes no heading over the numbers of its rows.
    """
    widths = {len(row) for row in rows}
    if len(widths) != 1 or (width := widths.pop()) == len(headings):
        return headings, rows, ()
    named = len(headings)
    if width > named and not any(cell.strip() for row in rows for cell in row[named:]):
        said = "every line of answers ends with separators that part nothing"
        return headings, [row[:named] for row in rows], (said,)
    if width < named and not any(headings[width:]):
        return headings[:width], rows, ("the header ends with separators that name nothing",)
    if (
        width == named + 1
        and len(rows) > 2
        and [row[0] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    ):
        # The row numbers that R writes in front; what has no heading is settled with the others.
        return ["", *headings], rows, ()
    return headings, rows, ()


def _names(record: list[str]) -> list[str]:
    return [name.strip() for name in record]
