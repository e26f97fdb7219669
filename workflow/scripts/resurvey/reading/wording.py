"""Wording: when two labels say the same."""

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
