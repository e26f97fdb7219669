"""Languages: what Unicode CLDR, through Babel, says of a language; nothing stops an unknown one."""

from collections.abc import Sequence
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_decimal_symbol


@cache
def decimal_mark(language: str) -> str:
    """Decimal mark of a language; a point where Babel does not know it.

    Examples
    --------
    >>> decimal_mark("ru"), decimal_mark("ky"), decimal_mark("en"), decimal_mark("zz")
    (',', ',', '.', '.')
    """
    try:
        return str(get_decimal_symbol(Locale(language)))
    except (UnknownLocaleError, ValueError):
        return "."


_ANGLED = ("ru", "ky", "uk", "kk")


def quoted(language: str, text: str) -> str:
    """Put quotation marks of a language around a text; English ones where none are known.

    Examples
    --------
    >>> quoted("ru", "да"), quoted("en", "yes")
    ('«да»', '“yes”')
    """
    return f"«{text}»" if language in _ANGLED else f"“{text}”"


def group_thousands(language: str, number: int) -> str:
    r"""Write a whole number in groups of three digits: commas with a decimal point, else spaces.

    Examples
    --------
    >>> group_thousands("en", 10000), group_thousands("ru", 10000)
    ('10,000', '10\xa0000')
    """
    text = f"{number:,d}"
    return text if decimal_mark(language) == "." else text.replace(",", "\N{NO-BREAK SPACE}")


@cache
def plural_forms(language: str) -> tuple[str, ...]:
    """Plural categories of a language, ``other`` last; that alone where Babel does not know it.

    Examples
    --------
    >>> plural_forms("ru"), plural_forms("ky"), plural_forms("zz")
    (('one', 'few', 'many', 'other'), ('one', 'other'), ('other',))
    """
    try:
        tags = Locale(language).plural_form.tags
    except (UnknownLocaleError, ValueError):
        return ("other",)
    return tuple(form for form in ("zero", "one", "two", "few", "many") if form in tags) + (
        "other",
    )


@cache
def plural_form(language: str, number: int) -> str:
    """Plural category of a whole number in a language.

    Examples
    --------
    >>> [plural_form("ru", number) for number in (1, 3, 5, 21)], plural_form("zz", 1)
    (['one', 'few', 'many', 'one'], 'other')
    """
    try:
        return str(Locale(language).plural_form(number))
    except (UnknownLocaleError, ValueError):
        return "other"


def choose_word(language: str, number: str, words: Sequence[str]) -> str:
    """Choose the word that goes with a number, of those for the language's plural categories.

    The last word stands for every further category, and goes with what is no whole number.

    Examples
    --------
    >>> words = ("строка", "строки", "строк")
    >>> [choose_word("ru", number, words) for number in ("1", "3", "11", "2.5")]
    ['строка', 'строки', 'строк', 'строк']
    """
    form = plural_form(language, int(number)) if number.isdecimal() else "other"
    return words[min(plural_forms(language).index(form), len(words) - 1)]


_OURS = {"en": "en-GB"}
"""Where the words of `report/` are of another country than the language's likeliest."""


def name_locale(language: str) -> str:
    """Name language and country, for spelling checkers and screen readers.

    Examples
    --------
    >>> name_locale("ru"), name_locale("ky"), name_locale("en"), name_locale("xx")
    ('ru-RU', 'ky-KG', 'en-GB', 'xx')
    """
    if language in _OURS:
        return _OURS[language]
    likely = get_global("likely_subtags").get(language, language)
    parts = str(likely).split("_")
    return f"{language}-{parts[-1]}" if len(parts) > 1 else language


def within(label: str) -> str:
    """A label inside a sentence; an abbreviation keeps its letters.

    Examples
    --------
    >>> within("Social dimension"), within("IOM scale")
    ('social dimension', 'IOM scale')
    """
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
