"""Printed numbers: the string in the article, the interval it stands for, and back to a string.

A printed number stays text until it becomes an interval, because only text keeps its trailing
zeros; everything here is exact (integers and fractions), and rounding happens once, at print.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from resurvey.core.errors import SurveyError

#: The rounding rules, each with the interval that it gives a printed number.
ROUNDING_RULES = ("half_up", "half_even", "truncation")
# More decimals are no rounded number, and their products with a base leave 64-bit integers.
_MOST_DECIMALS = 6

_NUMBER = re.compile(
    r"(?P<than>[<>]?)\s*(?P<sign>[+-]?)(?P<whole>\d+)(?:(?P<mark>[.,])(?P<decimals>\d+))?"
)
# ASSUME an en dash before a digit is a minus: typesetters use it, and no range starts a cell.
_MINUSES = str.maketrans(
    {"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{NON-BREAKING HYPHEN}": "-"}
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as the article prints it.

    Attributes
    ----------
    text : str
        The string as it was given.
    value : fractions.Fraction
        Its exact value, in the printed unit (per cent stay per cent).
    digits : int
        Decimals printed: the last digit is worth ``10 ** -digits``.
    decimal : str
        The decimal mark, ``","`` or ``"."``; empty for a whole number.
    signed : bool
        Whether a sign was printed, as in a column of differences.
    bound : {"", "<", ">"}
        ``"<0.1"`` is any share below `value`, ``">99.9"`` any above it.
    """

    text: str
    value: Fraction
    digits: int
    decimal: str
    signed: bool
    bound: str = ""

    @property
    def unit(self) -> Fraction:
        """What one step of the last printed digit is worth."""
        return Fraction(1, 10**self.digits)

    @property
    def units(self) -> int:
        """The value counted in steps of its last digit: 313 for ``"31,3"``."""
        return int(self.value * 10**self.digits)


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers that a printed number may stand for, each end open or closed."""

    low: Fraction
    high: Fraction
    low_closed: bool
    high_closed: bool

    def __contains__(self, value: int | Fraction) -> bool:
        """Return whether an exact value lies in the interval."""
        above = value >= self.low if self.low_closed else value > self.low
        below = value <= self.high if self.high_closed else value < self.high
        return above and below


def parse_printed(text: str) -> Printed:
    """Read one printed number.

    Decimal comma or point, a leading ``+``, ``-`` or typographic minus, spaces around the number
    (non-breaking ones too), a trailing per cent sign, and ``<`` or ``>`` before a share that was
    too small or too large to be printed are understood.

    Parameters
    ----------
    text : str
        The string as printed. Numbers are refused: ``31.0`` and ``31`` print differently.

    Returns
    -------
    Printed
        Text, exact value, decimals, decimal mark, and whether a sign was printed.

    Raises
    ------
    SurveyError
        If the text is not one number, or has more than six decimals.

    Examples
    --------
    >>> parse_printed("31,3").value, parse_printed("31,30").digits
    (Fraction(313, 10), 2)
    >>> parse_printed("\N{MINUS SIGN}2.1 %").value
    Fraction(-21, 10)
    """
    if not isinstance(text, str):
        raise SurveyError(
            f"{text!r} is not text: give printed numbers as strings, which keep trailing zeros"
        )
    bare = text.strip().removesuffix("%").strip().translate(_MINUSES)
    match = _NUMBER.fullmatch(bare)
    # The length check keeps int() within its own limit on digits.
    if match is None or not bare.isascii() or len(bare) > 30:
        raise SurveyError(f"{text[:60]!r} is not a printed number such as '31,3' or '+1.4'")
    decimals = match["decimals"] or ""
    if len(decimals) > _MOST_DECIMALS:
        raise SurveyError(
            f"{text[:60]!r} has {len(decimals)} decimals, and nothing is printed with more than "
            f"{_MOST_DECIMALS}: type it as it is printed"
        )
    value = Fraction(int(match["whole"] + decimals), 10 ** len(decimals))
    return Printed(
        text=text,
        value=-value if match["sign"] == "-" else value,
        digits=len(decimals),
        decimal=match["mark"] or "",
        signed=bool(match["sign"]),
        bound=match["than"],
    )


def interval(printed: Printed, rounding: str = "half_up", either_tie: bool = False) -> Interval:
    """Give the numbers that a rounding rule prints as this number.

    Parameters
    ----------
    printed : Printed
        The printed number.
    rounding : {"half_up", "half_even", "truncation", "unknown"}
        ``half_up`` rounds halves away from zero (SPSS, spreadsheets), ``half_even`` to the even
        digit (R, NumPy), ``truncation`` cuts towards zero; ``unknown`` is the union of the three.
    either_tie : bool
        A half may have gone to either side: both are within half a unit, and a program that
        rounds binary numbers sends some halves up and some down. Nothing else changes.

    Returns
    -------
    Interval
        In the printed unit; a boundary belongs to it exactly where the rule sends it here.

    Raises
    ------
    SurveyError
        If the rule is none of the four.

    Examples
    --------
    >>> Fraction("31.25") in interval(parse_printed("31,3"))
    True
    >>> Fraction("31.25") in interval(parse_printed("31,3"), "half_even")
    False
    >>> Fraction("31.39") in interval(parse_printed("31,3"), "truncation")
    True
    """
    value, unit = printed.value, printed.unit
    half = unit / 2
    if printed.bound == "<":
        return Interval(Fraction(0), value, True, False)
    if printed.bound == ">":
        return Interval(value, Fraction(100), False, True)
    if either_tie and rounding in ("half_up", "half_even"):
        return Interval(value - half, value + half, True, True)
    # The side away from zero is open, the side towards zero closed; around zero both are open.
    positive, negative = value > 0, value < 0
    match rounding:
        case "half_up":
            return Interval(value - half, value + half, positive, negative)
        case "half_even":
            even = printed.units % 2 == 0
            return Interval(value - half, value + half, even, even)
        case "truncation":
            low = value if positive else value - unit
            high = value if negative else value + unit
            return Interval(low, high, positive, negative)
        case "unknown":
            # Halves come from half_up, the whole unit outwards from truncation (both ways at zero).
            low = value - half if positive else value - unit
            high = value + half if negative else value + unit
            return Interval(low, high, positive, negative)
    raise SurveyError(f"rounding: {rounding!r} is none of {', '.join(ROUNDING_RULES)}, unknown")


def printings(value: Fraction, digits: int, rounding: str = "half_up") -> list[Fraction]:
    """List the numbers that an exact number may be printed as.

    Parameters
    ----------
    value : fractions.Fraction
        The exact number.
    digits : int
        Decimals printed.
    rounding : {"half_up", "half_even", "truncation", "unknown"}
        As in `interval`, where a half may go to either side.

    Returns
    -------
    list of fractions.Fraction
        First the number that the rule itself gives, half away from zero where it is unknown.

    Examples
    --------
    >>> [str(number) for number in printings(Fraction("12.25"), 1)]
    ['123/10', '61/5']
    >>> [str(number) for number in printings(Fraction("12.29"), 1)]
    ['123/10']
    """
    unit = Fraction(1, 10**digits)
    below = floor(value / unit) * unit
    near = [
        Printed("", printed, digits, "", False)
        for printed in ([below, below + unit] if below != value else [value])
    ]
    rule = "half_up" if rounding == "unknown" else rounding
    own = [neighbour.value for neighbour in near if value in interval(neighbour, rule)]
    more = [
        neighbour.value
        for neighbour in near
        if value in interval(neighbour, rounding, either_tie=True)
    ]
    return list(dict.fromkeys([*own, *more]))


def rule_of_tie(printed: Printed, exact: Fraction) -> str:
    """Name the rule by which an exact number became the printed one; empty where it is no tie.

    Examples
    --------
    >>> rule_of_tie(parse_printed("12.2"), Fraction("12.25"))
    'half_even'
    >>> rule_of_tie(parse_printed("12.3"), Fraction("12.25"))
    'half_up'
    >>> rule_of_tie(parse_printed("12.2"), Fraction("12.24"))
    ''
    """
    if abs(printed.value - exact) != printed.unit / 2:
        return ""
    if abs(printed.value) > abs(exact):
        return "half_up"
    return "half_even" if printed.units % 2 == 0 else "truncation"


def round_half_away(numerator: int, denominator: int, digits: int) -> Fraction:
    """Round a ratio of integers to so many decimals, halves away from zero.

    Parameters
    ----------
    numerator, denominator : int
        The exact ratio; the denominator is not zero.
    digits : int
        Decimals kept.

    Returns
    -------
    fractions.Fraction
        The rounded value, exact.

    Examples
    --------
    >>> round_half_away(5 * 100, 16, 1)
    Fraction(313, 10)
    """
    if denominator == 0:
        raise SurveyError("a share of nobody cannot be rounded: the base is 0")
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    scaled = abs(numerator) * 10**digits
    steps = (2 * scaled + denominator) // (2 * denominator)
    return Fraction(steps if numerator >= 0 else -steps, 10**digits)


def round_half_away_number(value: float | Fraction, digits: int) -> Fraction:
    """Round a number to so many decimals, halves away from zero.

    A float is first taken to ten significant digits, so that a weighted share that is a tie on
    paper is a tie here whatever the last bits of its sum; integers and fractions stay exact.

    Parameters
    ----------
    value : float, int or fractions.Fraction
        The number; neither infinite nor missing.
    digits : int
        Decimals kept.

    Returns
    -------
    fractions.Fraction
        The rounded value, exact.

    Raises
    ------
    SurveyError
        If the number is infinite or missing.

    Examples
    --------
    >>> round_half_away_number(2.675, 2), round_half_away_number(-0.25, 1)
    (Fraction(67, 25), Fraction(-3, 10))
    """
    try:
        exact = Fraction(value) if isinstance(value, int | Fraction) else Fraction(f"{value:.9e}")
    except (ValueError, OverflowError) as error:
        raise SurveyError(f"{value!r} cannot be rounded: it is not a finite number") from error
    return round_half_away(exact.numerator, exact.denominator, digits)


def format_fixed(value: int | Fraction, digits: int, decimal: str = ",", sign: bool = False) -> str:
    """Write an exact number with a fixed number of decimals.

    Parameters
    ----------
    value : int or fractions.Fraction
        The number; it is rounded half away from zero if it has more decimals.
    digits : int
        Decimals written.
    decimal : str
        The decimal mark.
    sign : bool
        Write ``+`` before positive numbers and a bare ``0`` for zero, as a column of
        differences does.

    Returns
    -------
    str
        Such as ``"28,3"``, ``"-2,1"``, ``"+1,4"``.

    Examples
    --------
    >>> format_fixed(Fraction(14, 10), 1, sign=True), format_fixed(Fraction(0), 1, sign=True)
    ('+1,4', '0')
    """
    steps = int(round_half_away_number(value, digits) * 10**digits)
    if sign and steps == 0:
        return "0"
    mark = "-" if steps < 0 else "+" if sign else ""
    figures = str(abs(steps)).rjust(digits + 1, "0")
    if digits == 0:
        return mark + figures
    return f"{mark}{figures[:-digits]}{decimal}{figures[-digits:]}"


def percent_text(count: int, base: int, digits: int = 1, decimal: str = ",") -> str:
    """Print a count as a per cent of its base, rounded once, half away from zero.

    Parameters
    ----------
    count, base : int
        Respondents who gave the answer, and respondents asked.
    digits : int
        Decimals written.
    decimal : str
        The decimal mark.

    Returns
    -------
    str
        Such as ``"31,3"``.

    Examples
    --------
    >>> percent_text(5, 16)
    '31,3'
    """
    return format_fixed(round_half_away(100 * count, base, digits), digits, decimal)
