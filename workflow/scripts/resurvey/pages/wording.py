"""Wording: the words that every study's report shares, filled with numbers and escaped."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from resurvey.core.codebook import after_label
from resurvey.core.languages import choose_word, decimal_mark, plural_form
from resurvey.core.notes import NOTES, PLACE, Note, number_formats, read_notes
from resurvey.pages.numerals import Shown

NO_BREAK = "\N{NO-BREAK SPACE}"
_UNIT = re.compile(r"^ (?:%|п\. п\.|pp\b)")
_LOOSE_UNIT = re.compile(r"(?<=\d) (?=%|п\. п\.|pp\b)")
_PLACE = re.compile(r"\{(\w+)\}")
_SIGN = "(?:[=<>≤≥]|&lt;|&gt;)"
_LOOSE_SIGN = re.compile(
    # Before a sign and behind it, where a number, marked or not, follows.
    rf"(?<=\w) (?=(?:<[^>]*>)?{_SIGN} )"
    r"|(?:(?<=[=<>≤≥–])|(?<=&lt;)|(?<=&gt;)) (?=(?:<[^>]*>)?[\d−+-])"
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
        stem = key if "." in key else f"report.{key}"
        form = plural_form(self._code(stem), int(str(number)))
        place = f"{stem}_{form}"
        return self(place if self.has(place) else f"{stem}_other", n=number, **values)

    def listed(self, words: Sequence[str]) -> str:
        """List words in a sentence, the last after an "and".

        Examples
        --------
        >>> Wording({"report": {"and_last": "{words} и {last}"}}).listed(["phi", "V", "T"])
        'phi, V и T'
        """
        if len(words) < 2:
            return "".join(words)
        return self.plain("report.and_last", words=", ".join(words[:-1]), last=words[-1])

    def notes(
        self,
        notes: Iterable[Note],
        show: Callable[[str, str], Shown] = lambda _, number: Shown(number),
    ) -> Markup:
        """Word notes as sentences, with their numbers marked.

        Parameters
        ----------
        notes : iterable of Note
            As a result or a line of a CSV file has them.
        show : callable
            Name of a number in a note and its text -> the number with its identity.

        Examples
        --------
        >>> words = {"language": {"code": "ru"}, "notes": {"base_below": "база меньше {least}"}}
        >>> Wording(words).notes([Note("base_below", least=30)])
        Markup('база меньше 30')
        """
        return Markup("; ").join(self._note(note, show) for note in notes)

    def line_notes(self, line: Mapping[str, object]) -> str:
        """Word the notes of a line of a CSV file as plain text; or why it has no numbers."""
        if (kept := line.get("suppressed")) and self.has(f"release.kept_{kept}"):
            return self.plain(f"release.kept_{kept}")
        return str(self.notes(read_notes(line)).unescape())

    def _note(self, note: Note, show: Callable[[str, str], Shown]) -> Markup:
        values: dict[str, str | Shown] = dict(note.numbers)
        for name, how in number_formats(note.key).items():
            if how:
                values[name] = show(name, self._localised(values[name]))
        own = self.words.get("notes", {})
        code = self._code(f"notes.{note.key}")
        parts, end = [], 0
        text = own.get(note.key, NOTES[note.key])
        for place in PLACE.finditer(text):
            name, how = place[1], place[2] or ""
            value: str | Shown = values[name]
            if "|" in how:
                value = choose_word(code, dict(note.numbers)[name], how.split("|"))
            parts += [escape(text[end : place.start()]), escape(value)]
            end = place.end()
        sentence = Markup("").join([*parts, escape(text[end:])])
        if not note.refusal:
            return sentence
        return fill(str(own.get(note.refusal, NOTES[note.refusal])), {"reason": sentence})

    def _code(self, place: str) -> str:
        """Return the language whose plural forms a text has: it may be borrowed."""
        language = self.words["language"]
        return str(language.get("forms", {}).get(place, language["code"]))

    def _localised(self, number: object) -> str:
        """Write a number of a note with the marks of the language."""
        decimal = decimal_mark(str(self.words["language"]["code"]))
        text = str(number)
        return text if decimal == "." else text.replace(",", NO_BREAK).replace(".", decimal)


def fill(text: str, values: Mapping[str, Any]) -> Markup:
    """Put values into a text of ours; the text and the values are escaped, Markup is not.

    Examples
    --------
    >>> fill("<{a}>", {"a": "<script>"})
    Markup('&lt;&lt;script&gt;&gt;')
    >>> fill("{question}. n = {n}", {"question": "Why?", "n": 5})
    Markup('Why? n = 5')
    """
    done, end = [Markup("")], 0
    for found in _PLACE.finditer(text):
        between = after_label(done[-1], keep_unit(text[end : found.start()], end))
        done += [escape(between), escape(values[found[1]])]
        end = found.end()
    return Markup("").join([*done, escape(after_label(done[-1], keep_unit(text[end:], end)))])


def keep_unit(text: str, after_number: int) -> str:
    r"""Keep a unit on the line of the number before it, by a non-breaking space.

    Examples
    --------
    >>> keep_unit(" % of men", 1)
    '\xa0% of men'
    """
    return _UNIT.sub(lambda unit: unit[0].replace(" ", NO_BREAK), text) if after_number else text


def keep_together(text: str) -> str:
    r"""Keep a unit or a sign with its number, and a dash with the word before it, on one line.

    Examples
    --------
    >>> keep_together("men – 53.0 %, p = 0.034")
    'men\xa0–\xa053.0\xa0%, p\xa0=\xa00.034'
    """
    kept = _LOOSE_UNIT.sub(NO_BREAK, text).replace(" – ", f"{NO_BREAK}– ")
    kept = _LOOSE_SIGN.sub(NO_BREAK, kept)
    return type(text)(kept)
