"""Languages: what Unicode CLDR, through Babel, says of a language; nothing stops an unknown one."""

from functools import cache

from babel import Locale, UnknownLocaleError
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
