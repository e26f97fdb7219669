"""Number values: printed numbers as values with the number format that prints them again."""

import re
from dataclasses import dataclass

from resurvey.pages.numerals import MINUS

_PRINTED = re.compile(r"([+-]?)([0-9]{1,15})(?:[.,]([0-9]{1,15}))?")


@dataclass(frozen=True)
class NumberValue:
    """A number as a spreadsheet holds it.

    Attributes
    ----------
    value : float
        The number as printed: rounded once, never anew.
    format : str
        The number format that shows it with the same decimals and sign; the decimal mark is
        that of the reader's own settings.
    """

    value: float
    format: str


def read_number(text: str) -> NumberValue | None:
    """Read a printed number; None for anything else, such as a dash or ``< 0.001``.

    Examples
    --------
    >>> read_number("28,3")
    NumberValue(value=28.3, format='0.0')
    >>> read_number("+1.4").format, read_number("515").format, read_number("< 0.001")
    ('+0.0;-0.0;0.0', '0', None)
    """
    found = _PRINTED.fullmatch(text.replace(MINUS, "-"))
    if not found:
        return None
    sign, whole, decimals = found[1], found[2], found[3] or ""
    if len(whole) > 1 and whole.startswith("0"):
        # A code such as 007 is a name, not a number.
        return None
    shape = f"0.{'0' * len(decimals)}" if decimals else "0"
    value = float(f"{sign}{whole}.{decimals or 0}")
    return NumberValue(value, f"+{shape};-{shape};{shape}" if sign else shape)


def show_number(value: float, shape: str, decimal: str = ".") -> str:
    """Write a value as its number format shows it; the reverse of `read_number`.

    Examples
    --------
    >>> show_number(-2.1, "+0.0;-0.0;0.0"), show_number(28.3, "0.0", ",")
    ('-2.1', '28,3')
    """
    positive = shape.partition(";")[0]
    digits = len(positive.partition(".")[2])
    sign = "-" if value < 0 else "+" if positive.startswith("+") and value > 0 else ""
    return sign + f"{abs(value):.{digits}f}".replace(".", decimal)
