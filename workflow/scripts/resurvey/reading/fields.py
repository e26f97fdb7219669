"""Fields: when a column of text is a column of numbers, and nothing is lost by saying so."""

import logging
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from resurvey.core.errors import SurveyError
from resurvey.reading.columns import number_column, text_column
from resurvey.reading.sheet import Sheet

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)

_MOST_DIGITS = 15
_FIXED_BLANKS = "\u00a0\u202f\u2009"
"""Blanks that keep the groups of a number together; nobody types them into an identifier."""
_PLAIN = r"(?:0|[1-9]\d*)"
_ANY_NUMBER = re.compile(
    r"[+-]?\d+(?:[.,]\d+)?|[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?\d{1,3}(?:,\d{3})+\.\d+"
)
"""A number with whatever mark, or with one mark between its thousands and the other in front of
its fraction."""


_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+(?:[.,]\d+)?")
"""A number whose mark may part its thousands."""


def recognised_decimal(sheet: Sheet) -> str:
    """Find out whether the numbers of a text file have a decimal comma.

    Raises
    ------
    SurveyError
        When some columns have commas and others have points.
    """
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
    """Refuse a column of numbers with commas and points, some of which may part thousands.

    Raises
    ------
    SurveyError
        With the column and a line of each kind, unless `decimal` and `thousands` are declared
        and explain every cell.
    """
    for at, fields in enumerate(sheet.columns):
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
            and are_numbers(fields, sheet.decimal, sheet.thousands)
        ):
            continue
        comma, point = (
            sheet.line(next(row for row, field in enumerate(fields) if mark in field))
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


def typed_column(fields: Sequence[str], decimal: str = ".", thousands: str = "") -> "pd.Series":
    """Hold a column as numbers if every field is one, else as text.

    A field is a number only if writing the number gives the field again, apart from the blanks
    between groups of three digits: ``007`` and numbers of more than 15 digits stay text.

    Examples
    --------
    >>> typed_column(["1", "", "3"]).tolist()
    [1, <NA>, 3]
    >>> typed_column(["007", "8"]).tolist()
    ['007', '8']
    >>> typed_column(["1\u00a0234,5", "0,5"], ",").tolist()
    [1234.5, 0.5]
    """
    if not are_numbers(fields, decimal, thousands):
        return text_column(list(fields))
    return number_column([_value(field, decimal, thousands) for field in fields])


def are_numbers(fields: Sequence[str], decimal: str, thousands: str = "") -> bool:
    """Tell whether every field that is not empty is a number that loses nothing as a number."""
    pattern = _pattern(decimal, thousands)
    written = [field.strip() for field in fields]
    return any(written) and all(
        not field or (pattern.fullmatch(field) and _digits(field, decimal) <= _MOST_DIGITS)
        for field in written
    )


def _digits(field: str, decimal: str) -> int:
    """Count the digits that a number needs; zeros at the end of a fraction are none of them."""
    if len(field) <= _MOST_DIGITS:
        return 0
    bare = field.rstrip("0") if decimal in field else field
    return sum(map(str.isdigit, bare))


def parsed_number(field: Any) -> float | None:
    """Read one text field as a number with a decimal point or comma; None when it is no number.

    Groups of three digits may be parted by a blank.

    Examples
    --------
    >>> parsed_number("12,5"), parsed_number("3O"), parsed_number(" 007"), parsed_number("1 234,5")
    (12.5, None, 7.0, 1234.5)
    """
    match = re.fullmatch(
        rf"\s*([+-]?(?:\d+|\d{{1,3}}(?:[ {_FIXED_BLANKS}]\d{{3}})+)(?:[.,]\d+)?)\s*", str(field)
    )
    if match is None:
        return None
    return float(re.sub(rf"[ {_FIXED_BLANKS}]", "", match[1]).replace(",", "."))


def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    """Write the numbers of a file as a regular expression."""
    marks = _FIXED_BLANKS + thousands
    grouped = rf"[1-9]\d{{0,2}}(?:[{re.escape(marks)}]\d{{3}})+"
    power = r"(?:[eE][+-]?\d+)?" if decimal == "." else ""
    return re.compile(rf"[+-]?(?:{_PLAIN}|{grouped})(?:{re.escape(decimal)}\d+)?{power}", re.ASCII)


def _fractions(fields: Sequence[str], decimal: str, thousands: str) -> bool:
    """Tell whether a column is numbers, at least one of them with this decimal mark."""
    return any(decimal in field for field in fields) and are_numbers(fields, decimal, thousands)


def _value(field: str, decimal: str, thousands: str) -> float:
    bare = field.strip()
    if not bare:
        return float("nan")
    for mark in _FIXED_BLANKS + thousands:
        bare = bare.replace(mark, "")
    return float(bare.replace(decimal, "."))
