"""Similarity: whether two labels say the same, nearly the same, or something else."""

import os
import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from resurvey.reading.spelling import folded

_STEM = 4
_NUMBERING = re.compile(r"^\s*(?:[a-zа-я]{0,2}\d+(?:\.\d+)*[a-zа-я]?[.):]|\(?[a-zа-я]\))\s+")
_BETWEEN = re.compile(r"[^\w%+<>≤≥-]+|(?<!\d)-|-(?!\d)|_")


def normalised(label: str) -> str:
    """Write a label without its numbering, punctuation, case and spare blanks.

    Examples
    --------
    >>> normalised("Q12. Are you  SATISFIED with your job?")
    'are you satisfied with your job'
    >>> normalised("26–45 лет") == normalised("26 - 45 лет")
    True
    """
    words = re.sub("[‐-―−]", "-", folded(label))
    words = re.sub(r"(?<=\d)\s*-\s*(?=\d)", "-", words)
    return " ".join(_BETWEEN.sub(" ", _NUMBERING.sub("", words)).split())


def same(label: str, others: Iterable[str]) -> bool:
    """Tell whether a label says the same as one of `others`, whatever its typography.

    Examples
    --------
    >>> same("1. ДА ", ["Yes", "Да"])
    True
    """
    words = normalised(label)
    return any(words == normalised(other) for other in others)


def likeness(first: str, second: str) -> float:
    """Measure how much two labels have in common, from 0 to 1.

    The share of matching letters (Ratcliff and Obershelp, as in the standard library's difflib)
    of the normalised labels; 1 only for labels that say the same.

    Examples
    --------
    >>> likeness("Мужчины", "мужчины."), likeness("Yes", "No")
    (1.0, 0.0)
    """
    one, two = normalised(first), normalised(second)
    if one == two:
        return 1.0
    return min(0.99, SequenceMatcher(None, one, two, autojunk=False).ratio())


def reworded(label: str, others: Iterable[str]) -> bool:
    """Tell whether a label is one of `others` with some endings changed.

    Only the same words in the same order count, each equal or with a common beginning of at least
    four letters and two thirds of the longer word. A word more or less, a number, a negation
    or another order may change the meaning: "26-45" is not "26-50", "very satisfied" is not
    "satisfied". Where that leaves doubt, the answer is no, so that a person looks at it.

    Examples
    --------
    >>> reworded("Opportunities for recreation", ["Opportunity for recreation"])
    True
    >>> reworded("Women", ["Men"]), reworded("26–50 лет", ["26–45 лет"])
    (False, False)
    """
    return any(_same_words(label, one) for one in others)


def _same_words(first: str, second: str) -> bool:
    one, two = normalised(first).split(), normalised(second).split()
    return bool(one) and len(one) == len(two) and all(map(_same_word, one, two))


def _same_word(one: str, two: str) -> bool:
    shared = len(os.path.commonprefix([one, two]))
    ending = one.isalpha() and two.isalpha() and 3 * shared >= 2 * max(len(one), len(two))
    return one == two or (ending and shared >= _STEM)


def script(labels: Iterable[str]) -> str:
    """Name the alphabet of most letters: ``cyrillic``, ``latin``, or nothing where there are none.

    Examples
    --------
    >>> script(["Да", "Нет"]), script(["Yes"]), script(["1–2"])
    ('cyrillic', 'latin', '')
    """
    letters = [letter for label in labels for letter in label if letter.isalpha()]
    if not letters:
        return ""
    cyrillic = sum("Ѐ" <= letter <= "ӿ" for letter in letters)
    return "cyrillic" if 2 * cyrillic > len(letters) else "latin"
