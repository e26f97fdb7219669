"""Delimited text (.csv): every field is text until the whole column says otherwise."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from resurvey.codebook import Codebook, Variable
from resurvey.errors import SurveyError
from resurvey.reading.columns import number_column, text_column
from resurvey.reading.spss_dictionary import LARGEST_NUMBER_OF_VARIABLES
from resurvey.survey import Survey

DIALECT_KEYS = ("separator", "decimal", "quote")
_SEPARATORS = (",", ";", "\t", "|")
_LONGEST_FIELD = 2**20
_POINT = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:,\d+)?")
_LONGEST_INTEGER = 15


def read_delimited(
    path: Path, encoding: str | None = None, dialect: Mapping[str, str] | None = None
) -> Survey:
    """Read a .csv: numbers where a whole column is numbers, text everywhere else.

    Parameters
    ----------
    path : pathlib.Path
        Text file with one header line.
    encoding : str, optional
        Declared encoding, such as ``windows-1251``. Without it the file must be UTF-8 (or begin
        with a byte-order mark): other encodings cannot be told apart safely.
    dialect : dict, optional
        ``separator``, ``decimal`` and ``quote``. What is not declared is recognised only when it
        is unambiguous: the separator with which every line has as many fields as the header, and
        a decimal comma where the separator is another character and no number has a point.

    Raises
    ------
    SurveyError
        For an unknown encoding, a line with too few or too many fields, an unfinished quotation,
        and a variable without a name or named twice, with the number of the line.

    Notes
    -----
    A field is a number only if writing the number gives the field again: ``007`` and numbers
    with more than 15 digits (identifiers) stay text. "NA", "None" and "null" are text.
    """
    unknown = set(dialect or {}) - set(DIALECT_KEYS)
    if unknown:
        raise SurveyError(
            f"{path}: the dialect has no key '{sorted(unknown)[0]}'; it has "
            + ", ".join(DIALECT_KEYS)
        )
    declared = dict(dialect or {})
    text = _decoded(path, encoding)
    quote = declared.get("quote", '"')
    separator = declared.get("separator") or _recognised_separator(path, text, quote)
    header, rows = _fields(path, text, separator, quote)
    columns: list[tuple[str, ...]] = list(zip(*rows, strict=True)) if rows else [() for _ in header]
    decimal = declared.get("decimal") or _recognised_decimal(path, header, columns, separator)
    return _survey(header, columns, decimal)


def _decoded(path: Path, encoding: str | None) -> str:
    """Decode the bytes, by the declared encoding or by what is certain."""
    content = path.read_bytes()
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
        raise SurveyError(
            f"{path}: line {line} is not {encoding.removesuffix('-sig')} text "
            f"(byte 0x{content[error.start]:02x}); "
            "declare the file's `encoding:`, for example windows-1251"
        ) from None
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


def _fields(path: Path, text: str, separator: str, quote: str) -> tuple[list[str], list[list[str]]]:
    """Split the text into a header and rows of equal length."""
    reader = _records(text, separator, quote)
    rows: list[list[str]] = []
    header: list[str] = []
    start, empty = 1, 0
    try:
        for record in reader:
            if not header:
                header = _checked_header(path, record)
            elif record and len(record) != len(header):
                raise SurveyError(
                    f"{path}: line {start} has {len(record)} fields, but the header has "
                    f"{len(header)} (separated by {separator!r}); repair the line or declare "
                    "the `separator:`"
                )
            elif record or len(header) == 1:
                if empty and len(header) > 1:
                    raise SurveyError(f"{path}: line {empty} is empty; remove it")
                rows.append(record or [""])
            empty = start if not record else 0
            start = reader.line_num + 1
    except csv.Error as error:
        raise SurveyError(
            f"{path}: the fields of line {start} cannot be told apart ({error}); "
            "a quotation mark is probably missing"
        ) from None
    if not header:
        raise SurveyError(f"{path}: the file has no header line with the variables' names")
    return header, rows


def _checked_header(path: Path, record: list[str]) -> list[str]:
    """Refuse names that are empty or stand twice."""
    names = [name.strip() for name in record]
    if len(names) > LARGEST_NUMBER_OF_VARIABLES:
        raise SurveyError(
            f"{path}: the header has {len(names)} variables, more than the limit of "
            f"{LARGEST_NUMBER_OF_VARIABLES}"
        )
    for position, name in enumerate(names):
        if not name:
            raise SurveyError(f"{path}: column {position + 1} has no name in the header")
        if name in names[:position]:
            raise SurveyError(
                f"{path}: variable '{name}' stands twice in the header, in columns "
                f"{names.index(name) + 1} and {position + 1}; rename one"
            )
    return names


def _recognised_decimal(
    path: Path, header: list[str], columns: list[tuple[str, ...]], separator: str
) -> str:
    """Find out whether numbers have a decimal comma; refuse when some have a point."""
    if separator == ",":
        return "."
    comma = [name for name, fields in zip(header, columns, strict=True) if _fractions(fields, ",")]
    point = [name for name, fields in zip(header, columns, strict=True) if _fractions(fields, ".")]
    if comma and point:
        raise SurveyError(
            f"{path}: '{comma[0]}' has decimal commas and '{point[0]}' decimal points; "
            "declare `decimal:`"
        )
    return "," if comma else "."


def _fractions(fields: tuple[str, ...], decimal: str) -> bool:
    """Tell whether a column is numbers, at least one of them with this decimal mark."""
    return any(decimal in field for field in fields) and _are_numbers(fields, decimal)


def _are_numbers(fields: tuple[str, ...], decimal: str) -> bool:
    """Tell whether every field that is not empty is a number that loses nothing as a number."""
    pattern = _COMMA if decimal == "," else _POINT
    written = [field.strip() for field in fields]
    return any(written) and all(
        not field or (pattern.fullmatch(field) and sum(map(str.isdigit, field)) <= _LONGEST_INTEGER)
        for field in written
    )


def _survey(header: list[str], columns: list[tuple[str, ...]], decimal: str) -> Survey:
    """Type every column by all of its fields."""
    import pandas as pd

    data: dict[str, pd.Series] = {}
    for name, fields in zip(header, columns, strict=True):
        if _are_numbers(fields, decimal):
            data[name] = number_column(
                [
                    float(field.replace(",", ".")) if field.strip() else float("nan")
                    for field in fields
                ]
            )
        else:
            data[name] = text_column(list(fields))
    variables = {name: Variable(name, measure="") for name in header}
    return Survey(pd.DataFrame(data), Codebook(variables))


def parsed_number(field: Any) -> float | None:
    """Read one text field as a number with a decimal point or comma; None when it is no number.

    Examples
    --------
    >>> parsed_number("12,5"), parsed_number("3O"), parsed_number(" 007")
    (12.5, None, 7.0)
    """
    match = re.fullmatch(r"\s*([+-]?\d+(?:[.,]\d+)?)\s*", str(field))
    return float(match[1].replace(",", ".")) if match else None
