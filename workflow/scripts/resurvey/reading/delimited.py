"""Delimited text: fields as they stand, told apart only by what is declared or certain."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from resurvey.errors import SurveyError
from resurvey.reading.encoding import true_encoding
from resurvey.reading.sheet import Sheet, check_width

DIALECT_KEYS = ("separator", "decimal", "quote", "thousands")
_SEPARATORS = (",", ";", "\t", "|")
_LONGEST_FIELD = 2**20


def read_delimited(
    path: Path,
    encoding: str | None = None,
    dialect: Mapping[str, str] | None = None,
    header: bool = True,
) -> Sheet:
    """Read a text file as fields: nothing in them is interpreted.

    Parameters
    ----------
    path : pathlib.Path
        Text file.
    encoding : str, optional
        Declared encoding, such as ``windows-1251``. Without it the file must be UTF-8 (or begin
        with a byte-order mark): other encodings cannot be told apart safely.
    dialect : dict, optional
        ``separator``, ``decimal``, ``quote`` and ``thousands``. A separator that is not declared
        is recognised only when it is unambiguous: the one with which every line has as many
        fields as the header.
    header : bool
        Whether the first line names the columns; without it they are called V1, V2, …

    Raises
    ------
    SurveyError
        For an unknown encoding, a zero byte, a line with too few or too many fields and an
        unfinished quotation, with the number of the line and the column.
    """
    unknown = set(dialect or {}) - set(DIALECT_KEYS)
    if unknown:
        raise SurveyError(
            f"{path}: the dialect has no key '{sorted(unknown)[0]}'; it has "
            + ", ".join(DIALECT_KEYS)
        )
    declared = dict(dialect or {})
    text = decoded_text(path, encoding)
    quote = declared.get("quote", '"')
    separator = declared.get("separator") or _recognised_separator(path, text, quote)
    headings, rows, lines = _fields(path, text, separator, quote, header)
    return Sheet(
        path,
        headings,
        rows,
        lines,
        decimal=declared.get("decimal", ""),
        thousands=declared.get("thousands", ""),
        separator=separator,
    )


def decoded_text(path: Path, encoding: str | None = None) -> str:
    """Decode a text file, by the declared encoding or by what is certain.

    Raises
    ------
    SurveyError
        For bytes that are no text in this encoding, with the line and the column.
    """
    content = path.read_bytes()
    declared = encoding
    if encoding is None:
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        encoding = "utf-16" if wide else "utf-8-sig"
    elif encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    try:
        text = content.decode(encoding)
    except LookupError:
        raise SurveyError(f"{path}: there is no encoding called '{encoding}'") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        at = error.start - content.rfind(b"\n", 0, error.start)
        raise SurveyError(
            f"{path}: line {line} is not {encoding.removesuffix('-sig')} text "
            f"(byte 0x{content[error.start]:02x} at position {at} of the line); "
            "declare the file's `encoding:`, for example windows-1251"
        ) from None
    if declared and (better := true_encoding([text], declared)):
        raise SurveyError(
            f"{path}: its words are nonsense in the declared {declared}; they look like "
            f"{better.lower()}, correct `encoding:`"
        )
    if (position := text.find("\0")) >= 0:
        line = text.count("\n", 0, position) + 1
        raise SurveyError(f"{path}: line {line} holds a zero byte; the file is damaged")
    return text


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
        return ","
    regular = [mark for mark in found if _is_regular(text, mark, quote)]
    if len(regular) > 1:
        names = " and ".join(repr(mark) for mark in regular)
        raise SurveyError(f"{path}: both {names} could separate the fields; declare `separator:`")
    return regular[0] if regular else max(found, key=lambda mark: found[mark])


def _is_regular(text: str, separator: str, quote: str) -> bool:
    """Tell whether every record has as many fields as the header, and more than one."""
    try:
        widths = {len(record) for record in _records(text, separator, quote) if record}
    except csv.Error:
        return False
    return len(widths) == 1 and widths != {1}


def _fields(
    path: Path, text: str, separator: str, quote: str, header: bool
) -> tuple[list[str], list[tuple[str, ...]], list[int]]:
    """Split the text into headings and rows of equal length, with their line numbers."""
    reader = _records(text, separator, quote)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    headings: list[str] = []
    start, empty = 1, 0
    try:
        for record in reader:
            if not headings:
                check_width(path, len(record))
                headings = _names(record) if header else [f"V{at + 1}" for at in range(len(record))]
                if header:
                    start = reader.line_num + 1
                    continue
            if record and len(record) != len(headings):
                raise SurveyError(
                    f"{path}: line {start} has {len(record)} fields, but the header has "
                    f"{len(headings)} (separated by {separator!r}); repair the line or declare "
                    "the `separator:`"
                )
            if record or len(headings) == 1:
                if empty and len(headings) > 1:
                    raise SurveyError(f"{path}: line {empty} is empty; remove it")
                rows.append(tuple(record) or ("",))
                lines.append(start)
            empty = start if not record else 0
            start = reader.line_num + 1
    except csv.Error as error:
        raise SurveyError(
            f"{path}: the fields of line {start} cannot be told apart ({error}); "
            "a quotation mark is probably missing"
        ) from None
    if not headings:
        raise SurveyError(f"{path}: the file has no header line with the variables' names")
    return headings, rows, lines


def _names(record: list[str]) -> list[str]:
    return [name.strip() for name in record]
