"""Locales: the language of a document as office programs name it."""

from babel.core import get_global

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
