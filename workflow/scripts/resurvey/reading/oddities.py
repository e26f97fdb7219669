"""Oddities: values that nobody answers, counted on arrival; people decide if they are wrong."""

import logging
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.reading.columns import LARGEST_EXACT_INTEGER
from resurvey.reading.lookalikes import mixed_alphabets

if TYPE_CHECKING:
    import pandas as pd

    from resurvey.core.survey import Survey

logger = logging.getLogger(__name__)

YEARS = (1900, 2050)
"""Years in which somebody was born, interviewed or will be; other dates are told."""
LONGEST_ANSWER = 10_000
_DAY = re.compile(r"(\d{4})-\d\d-\d\d")
_LISTED = 1000
"""Different texts up to which they are compared with each other."""


def mention_oddities(path: str | Path, survey: "Survey") -> list[str]:
    """Log what is odd in a survey: variable, kind and rows, never a value.

    Returns
    -------
    list of str
        One sentence for every variable and kind: numbers beyond 2**53, dates outside of 1900 to
        2050, texts of more than 10,000 letters or with control characters, and texts that differ
        only in their case, blanks, composition of letters or alphabet.
    """
    told = [
        f"variable '{name}' holds {what}"
        for name in survey.codebook
        for what in _odd(survey.data[name])
    ]
    for sentence in told:
        logger.warning("%s: %s; look whether that is right", path, sentence)
    return told


def _odd(column: "pd.Series") -> list[str]:
    if column.dtype != "str":
        if column.dtype != "float64":
            return []
        numbers = column.to_numpy()
        return _counted(np.abs(numbers) > LARGEST_EXACT_INTEGER, "a number beyond 2**53")
    texts = column.dropna().unique().tolist()
    kinds: list[tuple[str, Any]] = [
        ("a date outside of 1900 to 2050", _is_far),
        (f"a text of more than {LONGEST_ANSWER} letters", lambda text: len(text) > LONGEST_ANSWER),
        ("a text with control characters", _has_controls),
        ("a word of letters of two alphabets", lambda text: bool(mixed_alphabets(text))),
    ]
    found = []
    for words, is_odd in kinds:
        odd = {text for text in texts if is_odd(text)}
        if odd:
            found += _counted(column.isin(odd).to_numpy(bool), words)
    return found + _alike(column, texts)


def _is_far(text: str) -> bool:
    day = _DAY.match(text)
    return day is not None and not YEARS[0] <= int(day[1]) <= YEARS[1]


def _has_controls(text: str) -> bool:
    return not text.isprintable() and any(
        unicodedata.category(one) == "Cc" and one not in "\n\r\t" for one in text
    )


def _alike(column: "pd.Series", texts: list[str]) -> list[str]:
    """Find answers that a reader would take for one another."""
    if len(texts) > _LISTED or 2 * len(texts) > column.count():
        return []  # everybody's own words
    same: dict[str, set[str]] = {}
    for text in texts:
        plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
        same.setdefault(plain, set()).add(text)
    twins = {text for group in same.values() if len(group) > 1 for text in group}
    if not twins:
        return []
    words = "an answer that is written in several ways"
    return _counted(column.isin(twins).to_numpy(bool), words)


def _counted(rows: Any, words: str) -> list[str]:
    places = np.flatnonzero(rows)
    if not places.size:
        return []
    shown = ", ".join(str(place + 1) for place in places[:5]) + (" …" if places.size > 5 else "")
    plural = "s" * (places.size > 1)
    return [f"{words} in {places.size} row{plural} (row{plural} {shown})"]
