"""Wording: the words that every study's report shares, filled with numbers and escaped."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale, UnknownLocaleError
from markupsafe import Markup, escape

NO_BREAK = "\N{NO-BREAK SPACE}"
_UNIT = re.compile(r"^ (?:%|п\. п\.|pp\b)")
_PLACE = re.compile(r"\{(\w+)\}")
#: Notes that the statistics write in English, and the words' key for each.
_NOTES = (
    ("not_identified", r"not identified: the records are reconstructed and .* are invented"),
    (
        "sparse",
        r"(?P<cells>\d+) cells? \((?P<share>[\d.]+) %\) ha(?:s|ve) expected count below "
        r"(?P<limit>\d+); smallest expected (?P<smallest>[\d.]+)",
    ),
    ("empty_left_out", r"empty and left out: (?P<what>[\w ]+)"),
    ("weighted_pairs", r"not computed: the paired tests are not defined for weighted respondents"),
    (
        "design_effect",
        r"second order; mean generalised design effect (?P<effect>[\d.]*\d)",
    ),
    (
        "overlap",
        r"sum of (?P<options>\d+) Pearson statistics (?P<sum>[\d.e+-]+), corrected for "
        r"overlapping answers",
    ),
    ("no_base", r"no base"),
    ("not_computed", r"not computed:"),
)


@dataclass(frozen=True)
class Wording:
    """Words of one language: sections of key -> text, with ``{name}`` where a value goes.

    Examples
    --------
    >>> words = {"language": {"code": "ru"}, "report": {"n_few": "{n} ответа", "n_other": "{n}"}}
    >>> say = Wording(words)
    >>> say.plural("n", 3)
    Markup('3 ответа')
    """

    words: Mapping[str, Mapping[str, Any]]

    def __call__(self, place: str, **values: Any) -> Markup:
        """Return the text at ``section.key`` with its values; everything is escaped once."""
        section, key = place.split(".")
        return fill(str(self.words[section][key]), values)

    def plain(self, place: str, **values: Any) -> str:
        """Return the text at ``section.key`` as it is, for a place that escapes by itself.

        Examples
        --------
        >>> Wording({"tests": {"bowker": "Bowker's"}}).plain("tests.bowker")
        "Bowker's"
        """
        return str(self(place, **values).unescape())

    def has(self, place: str) -> bool:
        """Tell whether there is a text at ``section.key``."""
        section, key = place.split(".")
        return key in self.words.get(section, {})

    def plural(self, key: str, number: int, **values: Any) -> Markup:
        """Return the form of `report.{key}` that goes with a number, the number filled in."""
        try:
            form = Locale(str(self.words["language"]["code"])).plural_form(number)
        except UnknownLocaleError:
            form = "other"
        place = f"report.{key}_{form}"
        return self(place if self.has(place) else f"report.{key}_other", n=number, **values)

    def note(self, text: str, decimal: str = ".") -> str:
        """Translate a note of the statistics; what is not known stays as it is."""
        for key, pattern in _NOTES:
            if found := self.has(f"notes.{key}") and re.search(pattern, text):
                text = text.replace(found[0], self._note(key, found, decimal))
        # A phrase without numbers is its own key.
        for key, translation in self.words.get("notes", {}).items():
            text = text.replace(key.replace("_", " "), str(translation))
        return text

    def _note(self, key: str, found: "re.Match[str]", decimal: str) -> str:
        values = {name: part.replace(".", decimal) for name, part in found.groupdict().items()}
        return _PLACE.sub(lambda one: values[one[1]], str(self.words["notes"][key]))


def fill(text: str, values: Mapping[str, Any]) -> Markup:
    """Put values into a text of ours; the text and the values are escaped, Markup is not.

    Examples
    --------
    >>> fill("<{a}>", {"a": "<script>"})
    Markup('&lt;&lt;script&gt;&gt;')
    """
    done, end = [Markup("")], 0
    for found in _PLACE.finditer(text):
        value = values[found[1]]
        done += [escape(keep_unit(text[end : found.start()], end)), escape(value)]
        end = found.end()
    return Markup("").join([*done, escape(keep_unit(text[end:], end))])


def keep_unit(text: str, after_number: int) -> str:
    r"""Keep a unit on the line of the number before it, by a non-breaking space.

    Examples
    --------
    >>> keep_unit(" % of men", 1)
    '\xa0% of men'
    """
    return _UNIT.sub(lambda unit: unit[0].replace(" ", NO_BREAK), text) if after_number else text
