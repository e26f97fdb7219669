"""Wording: the words that every study's report shares, filled with numbers and escaped."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from resurvey.core.languages import plural_form
from resurvey.core.notes import WITH_NUMBERS
from resurvey.pages.numerals import Shown

NO_BREAK = "\N{NO-BREAK SPACE}"
_UNIT = re.compile(r"^ (?:%|п\. п\.|pp\b)")
_PLACE = re.compile(r"\{(\w+)\}")
_MARK = re.compile("(\0\\d+\0)")


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
        """Return whether there is a text at ``section.key``."""
        section, key = place.split(".")
        return key in self.words.get(section, {})

    @property
    def partly(self) -> bool:
        """Return whether some words are not translated and stand in another language."""
        return bool(self.words.get("language", {}).get("partly"))

    def plural(self, key: str, number: int | Shown, **values: Any) -> Markup:
        """Return the form of `report.{key}` that goes with a number, the number filled in.

        A key with a section of its own, ``typed.questions``, is looked up there.
        """
        language = self.words["language"]
        stem = key if "." in key else f"report.{key}"
        # A text that was borrowed from another language has that language's forms.
        code = language.get("forms", {}).get(stem, language["code"])
        form = plural_form(str(code), int(str(number)))
        place = f"{stem}_{form}"
        return self(place if self.has(place) else f"{stem}_other", n=number, **values)

    def note(self, text: str, decimal: str = ".") -> str:
        """Translate a note of the statistics; what is not known stays as it is."""
        plain = self.marked_note(text, decimal, lambda _, number: Shown(number))
        return str(plain.unescape())

    def marked_note(self, text: str, decimal: str, show: Callable[[str, str], Shown]) -> Markup:
        """Translate a note and mark the numbers in it.

        Parameters
        ----------
        text : str
            As the statistics write it, in English.
        decimal : str
            Decimal mark of the language.
        show : callable
            Name of a number in the note and its text -> the number with its identity.
        """
        numbers: dict[str, Shown] = {}
        for key, pattern in WITH_NUMBERS:
            if found := re.search(pattern, text):
                text = text.replace(found[0], self._note(key, found, decimal, show, numbers))
        # A phrase without numbers is its own key.
        counted = dict(WITH_NUMBERS)
        for key, translation in self.words.get("notes", {}).items():
            if key not in counted:
                text = text.replace(key.replace("_", " "), str(translation))
        parts = _MARK.split(text)
        marked = [escape(numbers.get(part, part)) for part in parts]
        return Markup("").join(marked)

    def _note(
        self,
        key: str,
        found: "re.Match[str]",
        decimal: str,
        show: Callable[[str, str], Shown],
        numbers: dict[str, Shown],
    ) -> str:
        values = {}
        for name, part in found.groupdict().items():
            values[name] = part
            if part[:1].isdigit():
                # A mark holds no letters, of which a phrase could be made.
                values[name] = f"\0{len(numbers)}\0"
                numbers[values[name]] = show(name, part.replace(".", decimal))
        if not self.has(f"notes.{key}"):
            text, shift = found[0], found.start()
            for name in sorted(values, key=found.start, reverse=True):
                start, end = found.start(name) - shift, found.end(name) - shift
                text = text[:start] + values[name] + text[end:]
            return text
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
