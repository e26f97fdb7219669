"""Look-alikes: letters of one alphabet among those of another, which no eye can tell apart."""

import re
import unicodedata


def mixed_alphabets(text: str) -> str:
    """Name the Latin letters in words that are otherwise Cyrillic, or the other way round.

    Examples
    --------
    >>> mixed_alphabets("Myжскoй"), mixed_alphabets("Мужской"), mixed_alphabets("IT-отдел")
    ('M, y, o', '', '')
    """
    strange: dict[str, None] = {}
    for word in re.findall(r"[^\W\d_]+", text):
        latin = [letter for letter in word if "LATIN" in unicodedata.name(letter, "")]
        cyrillic = [letter for letter in word if "CYRILLIC" in unicodedata.name(letter, "")]
        if latin and cyrillic:
            strange |= dict.fromkeys(latin if len(latin) <= len(cyrillic) else cyrillic)
    return ", ".join(strange)
