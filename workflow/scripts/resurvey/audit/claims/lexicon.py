"""Lexicon: what quantifying words mean in numbers, as the study declares it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.core.printed import Interval

#: Units in which a meaning may be declared.
UNITS = ("percent", "percentage_points", "count", "ratio", "none")

_MEANING = re.compile(
    r"(?P<open>[\[(])\s*(?P<low>-?\d{1,15}(?:\.\d{1,15})?)\s*,\s*(?P<high>-?\d{1,15}(?:\.\d{1,15})?)\s*(?P<close>[\])])"
)


@dataclass(frozen=True)
class Quantifier:
    """One quantifying word: its form in each language and its declared meaning.

    Attributes
    ----------
    name : str
        The name that claims use.
    words : dict
        Language -> the word itself.
    unit : str
        What `meaning` is measured in.
    meaning : Interval or None
        The numbers that the word allows; None where nothing is declared.
    relation : str
        ``less``, ``greater`` or ``extreme`` for a word that a claim writes out as a comparison.
    """

    name: str
    words: Mapping[str, str]
    unit: str
    meaning: Interval | None
    relation: str = ""


class Lexicon(dict[str, Quantifier]):
    """Quantifiers by name.

    Examples
    --------
    >>> lexicon = read_lexicon(
    ...     {"quantifiers": {"every_fifth": {"unit": "percent", "meaning": "[17.5, 22.5]"}}}
    ... )
    >>> Fraction("19.3") in lexicon["every_fifth"].meaning
    True
    """


def read_lexicon(declared: Mapping[str, Any]) -> Lexicon:
    """Turn the content of `lexicon.yaml` into quantifiers.

    Raises
    ------
    SurveyError
        If a unit is unknown or a meaning is no interval; with the quantifier's name.
    """
    lexicon = Lexicon()
    for name, entry in declared.get("quantifiers", {}).items():
        unit = entry.get("unit", "none")
        if unit not in UNITS:
            raise SurveyError(f"lexicon: '{name}': unit '{unit}' is none of {', '.join(UNITS)}")
        meaning = entry.get("meaning")
        lexicon[name] = Quantifier(
            name=name,
            words={key: word for key, word in entry.items() if len(key) == 2},
            unit=unit,
            meaning=None if meaning is None else parse_meaning(str(meaning), name),
            relation=entry.get("relation", ""),
        )
    return lexicon


def parse_meaning(text: str, name: str = "") -> Interval:
    """Read an interval; a round bracket leaves its end out.

    Raises
    ------
    SurveyError
        If the text is no interval, or an empty one.

    Examples
    --------
    >>> half = parse_meaning("(50, 100]")
    >>> Fraction(50) in half, Fraction(100) in half
    (False, True)
    """
    match = _MEANING.fullmatch(text.strip())
    if match is None or Fraction(match["low"]) > Fraction(match["high"]):
        raise SurveyError(
            f"lexicon: '{name}': meaning '{text}' is no interval such as '[17.5, 22.5]'"
        )
    return Interval(
        Fraction(match["low"]), Fraction(match["high"]), match["open"] == "[", match["close"] == "]"
    )
