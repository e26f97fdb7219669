"""Numerals: numbers as a language writes them, each with the arithmetic that it came from."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from markupsafe import Markup, escape

from resurvey.core.cells import rounded_percent
from resurvey.core.languages import decimal_mark
from resurvey.core.names import KEPT_BACK
from resurvey.core.printed import format_fixed, round_half_away_number

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EM DASH}"
"""Stands where there is no number."""

_MARK = re.compile(r"(?<=\d)[.,](?=\d)")
_HYPHEN = re.compile(r"(?<![\w/-])-(?=\d)")


@dataclass(frozen=True)
class Shown:
    """A number on the page: its text, and what a reader needs to trace it.

    Attributes
    ----------
    text : str
        As printed.
    title : str
        The arithmetic, such as ``146 / 515``.
    count, base : str
        The two integers behind a per cent; empty where there are none.
    note : str
        Why there is no number.
    identity : str
        Name of the number in ``provenance.json``, as `resurvey.core.names.name_number` makes it;
        empty where it has none.

    Examples
    --------
    >>> shown = Shown("28.3", "146 / 515", "146", "515", identity="percent:t/q/1/total")
    >>> print(shown, shown.__html__()[:56])
    28.3 <span class="number" data-number="percent:t/q/1/total" d
    """

    text: str
    title: str = ""
    count: str = ""
    base: str = ""
    note: str = ""
    identity: str = ""

    def __str__(self) -> str:
        """Return the number as printed."""
        return self.text

    def __bool__(self) -> bool:
        """Return whether there is anything: False without a text, and for the whole number zero."""
        return self.text not in ("", "0")

    def __html__(self) -> Markup:
        """Write the number as HTML: it carries its identity and its arithmetic."""
        told = {
            "data-number": self.identity,
            "data-count": self.count,
            "data-base": self.base,
            "title": self.title or self.note,
        }
        marks = [Markup(' {}="{}"').format(name, text) for name, text in told.items() if text]
        if not marks:
            return escape(self.text)
        return Markup('<span class="number"{}>{}</span>').format(Markup("").join(marks), self.text)

    @property
    def is_absent(self) -> bool:
        """Whether a sign stands in place of a number."""
        return self.text in (NOTHING, KEPT_BACK)

    @property
    def bare(self) -> "Shown":
        """The number without the sign of equality that a p-value brings into a sentence.

        Examples
        --------
        >>> Shown("= 0.161").bare.text, Shown("< 0.001").bare.text
        ('0.161', '< 0.001')
        """
        return replace(self, text=self.text.removeprefix("= "))


@dataclass(frozen=True)
class Joined:
    """Several numbers in one place, such as two degrees of freedom or the ends of an interval.

    Attributes
    ----------
    parts : tuple of Shown
        The numbers.
    between : str
        What stands between them.

    Examples
    --------
    >>> both = Joined((Shown("1.87"), Shown("93.50")), "; ")
    >>> str(both), bool(both), bool(Joined((), "; "))
    ('1.87; 93.50', True, False)
    """

    parts: tuple[Shown, ...]
    between: str

    @property
    def text(self) -> str:
        """The numbers as printed."""
        return self.between.join(part.text for part in self.parts)

    def __str__(self) -> str:
        """Return the numbers as printed."""
        return self.text

    def __bool__(self) -> bool:
        """Return whether there is any number."""
        return bool(self.parts)

    def __html__(self) -> Markup:
        """Write the numbers as HTML, each with its identity."""
        return escape(self.between).join(escape(part) for part in self.parts)


def no_number(line: Mapping[str, object], note: str = "") -> Shown:
    """Show that a line of a CSV file has no number, or that it is kept back.

    Examples
    --------
    >>> no_number({"count": ""}, "nobody asked").text, no_number({"suppressed": "zero"}).text
    ('—', '×')
    """
    return Shown(KEPT_BACK if line.get("suppressed") else NOTHING, note=note)


def whole(number: int, identity: str) -> Shown:
    """Show a whole number under its identity."""
    return Shown(str(number), identity=identity)


@dataclass(frozen=True)
class Numerals:
    """How one language writes numbers.

    Attributes
    ----------
    language : str
        Two or three letters; one that Babel does not know is written with a decimal point.

    Examples
    --------
    >>> Numerals("ru").percent(Fraction(146), Fraction(515)), Numerals("en").fixed(-2.05, 1)
    ('28,3', '−2.1')
    """

    language: str

    @property
    def decimal(self) -> str:
        """The decimal mark."""
        return decimal_mark(self.language)

    def rewrite(self, text: str) -> str:
        """Write the numbers of a line of arithmetic, made in another language, as this one does.

        Examples
        --------
        >>> Numerals("en").rewrite("100·41/515 = 8,0 ≠ -1,2"), Numerals("ru").rewrite("+8,2")
        ('100·41/515 = 8.0 ≠ −1.2', '+8,2')
        """
        return _HYPHEN.sub(MINUS, _MARK.sub(self.decimal, text))

    def percent(self, count: Fraction, base: Fraction, digits: int = 1) -> str:
        """Write a count as a per cent of its base, rounded once, half away from zero."""
        return format_fixed(rounded_percent(count, base, digits), digits, self.decimal)

    def fixed(self, value: float | Fraction, digits: int, sign: bool = False) -> str:
        """Write a number with so many decimals and a typographic minus; zero has no sign.

        Examples
        --------
        >>> Numerals("en").fixed(0.04, 1, sign=True), Numerals("en").fixed(1.44, 1, sign=True)
        ('0.0', '+1.4')
        """
        exact = round_half_away_number(value, digits)
        return format_fixed(exact, digits, self.decimal, sign and exact != 0).replace("-", MINUS)

    def count(self, number: Fraction) -> str:
        """Write a count: a whole number as it is, a sum of weights with one decimal.

        Examples
        --------
        >>> Numerals("en").count(Fraction(515)), Numerals("en").count(Fraction(31, 3))
        ('515', '10.3')
        """
        if number.denominator == 1:
            return str(number.numerator)
        return format_fixed(round_half_away_number(float(number), 1), 1, self.decimal)

    def p_value(self, p: float) -> str:
        """Write a p-value with its relation sign, three decimals, never "0.000".

        Examples
        --------
        >>> Numerals("en").p_value(0.1607), Numerals("en").p_value(2e-9)
        ('= 0.161', '< 0.001')
        """
        if p < 0.0005:
            return f"< {self.fixed(Fraction(1, 1000), 3)}"
        return f"= {self.fixed(p, 3)}"

    def shown_percent(self, count: Fraction, base: Fraction, identity: str) -> Shown:
        """Write a per cent together with its count and base."""
        if not base:
            return Shown(NOTHING)
        counted, based = self.count(count), self.count(base)
        text, title = self.percent(count, base), f"{counted} / {based}"
        return Shown(text, title, counted, based, identity=identity)


def span(numbers: Iterable[int]) -> str:
    """Write the smallest and the largest of some numbers, or the one that all are.

    Examples
    --------
    >>> span([15, 12, 13]), span([15, 15])
    ('12–15', '15')
    """
    found = sorted(numbers)
    return "–".join(dict.fromkeys((str(found[0]), str(found[-1]))))
