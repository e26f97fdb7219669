"""Spelling: words as they are compared, and letters that look like those of another alphabet."""

import re
import unicodedata
from unicodedata import normalize


def folded(label: str) -> str:
    """Write a label so that only different words differ.

    Case, the kind and number of blanks, the way an accent is stored and the dots of ё carry no
    difference in meaning.

    Examples
    --------
    >>> folded("Ещё  не РЕШИЛ") == folded("еще не решил")
    True
    """
    words = normalize("NFC", label).casefold().replace("ё", "е")
    return " ".join(words.split())


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
