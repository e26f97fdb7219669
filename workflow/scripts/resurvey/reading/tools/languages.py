"""Languages: the code of a language that a questionnaire names in words or in brackets."""

import re
from functools import cache

from babel import Locale
from babel.localedata import locale_identifiers

FIRST_READ = ("en", "ru")
"""Languages in which questionnaire tools name languages; others are read when these fail."""


def language_code(words: str) -> str:
    """Find the code of a language; empty where it is not known.

    Examples
    --------
    >>> language_code("Русский (ru)"), language_code("English"), language_code("ky-KG")
    ('ru', 'en', 'ky')
    >>> language_code("")
    ''
    """
    in_brackets = language_in_brackets(words)
    if in_brackets:
        return in_brackets
    bare = words.strip().casefold()
    code = re.fullmatch(r"([a-z]{2,3})(?:[-_]\w+)*", bare)
    if code:
        return code[1]
    return _code_of_name(bare) if bare else ""


_USED_TOO = {
    "espanol": "es",
    "francais": "fr",
    "кыргызский": "ky",
    "орус": "ru",
    "ўзбек": "uz",
    "ўзбекча": "uz",
}
"""Names that people write and the Unicode CLDR does not list."""


@cache
def _code_of_name(name: str) -> str:
    """Find a language by its name in any language that Babel knows."""
    if name in _USED_TOO:
        return _USED_TOO[name]
    others = sorted(one for one in locale_identifiers() if "_" not in one)
    for language in (*FIRST_READ, *others):
        for code, known in Locale(language).languages.items():
            if "_" not in code and known.casefold() == name:
                return str(code)
    return ""


def language_in_brackets(words: str) -> str:
    """Find a code such as (ru) at the end of a name.

    Examples
    --------
    >>> language_in_brackets("Survey - Русский (ru)"), language_in_brackets("Survey")
    ('ru', '')
    """
    match = re.search(r"\(([A-Za-z]{2,3})(?:[-_]\w+)?\)\s*$", words)
    return match[1].lower() if match else ""
