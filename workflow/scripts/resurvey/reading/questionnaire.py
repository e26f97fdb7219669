"""Questionnaire: items, choices and languages, as the tools' structure files declare them."""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypedDict
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from babel import Locale
from babel.localedata import locale_identifiers

from resurvey.core.codebook import Code, Labels
from resurvey.core.errors import SurveyError
from resurvey.reading.encoding import folded

KINDS = ("choice", "option", "other", "number", "text", "date", "any")
"""One answer of a list · one option of several · an option in the respondent's own words · the
rest as it is, where `any` leaves it to the cells."""

NOT_SHOWN = frozenset(
    ("n/a", "н/д", "n/d", "k.a.", "неприменимо", "not applicable", "{question_not_shown}")
)
"""What tools write where a question was not shown (folded)."""

CHOSEN: dict[Code, Labels] = {
    1: {"en": "chosen", "ru": "отмечено"},
    0: {"en": "not chosen", "ru": "не отмечено"},
}
"""Codes of an option of a multiple-response question, in every tool's export."""

_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,14})")
FIRST_READ = ("en", "ru")
"""Languages in which questionnaire tools name languages; others are read when these fail."""
_USED_TOO = {
    "espanol": "es",
    "francais": "fr",
    "кыргызский": "ky",
    "орус": "ru",
    "ўзбек": "uz",
    "ўзбекча": "uz",
}
"""Names that people write and the Unicode CLDR does not list."""
_LARGEST = 100 * 2**20
_DEEPEST = 100
_ENDS_A_LINE = re.compile(r"<(?:br|/p|/div|/li|/h\d|/td|/tr)\b[^>]*>", re.IGNORECASE)
_SILENT = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_MARK = re.compile(r"</?[A-Za-z][^<>]*>")


class OptionSet(TypedDict):
    """A multiple-response set of options, as a codebook declares it."""

    type: str
    counted_value: Code
    label: Labels
    variable_list: list[str]


@dataclass(frozen=True)
class Item:
    """One column of the export.

    Attributes
    ----------
    name : str
        Name in the codebook.
    kind : str
        One of `KINDS`.
    label : dict of str
        Question (or option) by language.
    choices : dict
        Code -> labels by language, in the order of the questionnaire.
    spelled : dict
        What a cell may hold besides a code or a label (folded) -> code.
    absent : frozenset of str
        What the tool writes where there is no answer (folded).
    headings : tuple of str
        Headings under which the tool writes the column, the surest first.
    routing : str
        Condition under which the question was asked.
    measure : str
        Measurement level where the tool declares one.
    missing, missing_ranges : tuple
        User-missing codes and ranges, where the structure declares them.
    """

    name: str
    kind: str = "any"
    label: Labels = field(default_factory=dict)
    choices: Mapping[Code, Labels] = field(default_factory=dict)
    spelled: Mapping[str, Code] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    headings: tuple[str, ...] = ()
    routing: str = ""
    measure: str = ""
    missing: tuple[Code, ...] = ()
    missing_ranges: tuple[tuple[float, float], ...] = ()

    @property
    def codes_are_whole(self) -> bool:
        """Whether every code of the list is an integer."""
        return bool(self.choices) and all(isinstance(code, int) for code in self.choices)


@dataclass(frozen=True)
class JoinedQuestion:
    """A question of several options whose chosen ones stand in one cell.

    Attributes
    ----------
    name : str
        Name of the multiple-response set.
    headings : tuple of str
        Headings of the column.
    options : dict
        Item name -> what stands for the option in the cell: its code and its labels.
    separators : tuple of str
        What stands between two options.
    """

    name: str
    headings: tuple[str, ...]
    options: Mapping[str, tuple[str, ...]]
    separators: tuple[str, ...] = (" ", ", ")


@dataclass(frozen=True)
class Questionnaire:
    """All items of a structure file, in the order of the questionnaire.

    Attributes
    ----------
    tool : str
        Name of the tool.
    items : list of Item
        Columns that an export may have.
    sets : dict
        Multiple-response sets as a codebook holds them.
    joined : list of JoinedQuestion
        The same questions where an export joins their options in one column.
    title : str
        Title of the questionnaire.
    notes : tuple of str
        What the structure holds that is not read.
    """

    tool: str
    items: list[Item]
    sets: dict[str, OptionSet] = field(default_factory=dict)
    joined: list[JoinedQuestion] = field(default_factory=list)
    title: str = ""
    notes: tuple[str, ...] = ()


def option_set(label: Labels, items: Iterable[str]) -> OptionSet:
    """Declare items of kind `option` as one multiple-response set."""
    return {"type": "D", "counted_value": 1, "label": label, "variable_list": list(items)}


def coded_choices(choices: Mapping[str, Labels]) -> dict[Code, Labels]:
    """Make the codes of one list numbers where all of them are, else leave all of them text.

    Examples
    --------
    >>> list(coded_choices({"1": {}, "2": {}})), list(coded_choices({"01": {}, "2": {}}))
    ([1, 2], ['01', '2'])
    """
    if choices and all(_WHOLE.fullmatch(code) for code in choices):
        return {int(code): dict(labels) for code, labels in choices.items()}
    return {code: dict(labels) for code, labels in choices.items()}


def as_code(text: str, choices: Mapping[Code, Labels]) -> Code | None:
    """Find the code that a cell writes; None when it is none of the list.

    Examples
    --------
    >>> as_code("1", {1: {}, 2: {}}), as_code("1.0", {1: {}}), as_code("x", {1: {}})
    (1, 1, None)
    """
    if text in choices:
        return text
    whole = text[:-2] if text.endswith(".0") else text
    if _WHOLE.fullmatch(whole) and int(whole) in choices:
        return int(whole)
    return None


def whole_code(text: str) -> int | None:
    """Read an integer code that no list declares.

    Examples
    --------
    >>> whole_code("7"), whole_code("07")
    (7, None)
    """
    return int(text) if _WHOLE.fullmatch(text) else None


def codes_by_label(choices: Mapping[Code, Labels]) -> dict[str, list[Code]]:
    """List the codes that a label may stand for, in any language.

    Examples
    --------
    >>> codes_by_label({1: {"en": "Yes", "ru": "Да"}, 2: {"en": "No"}})
    {'yes': [1], 'да': [1], 'no': [2]}
    """
    found: dict[str, list[Code]] = {}
    for code, labels in choices.items():
        for words in dict.fromkeys(map(folded, labels.values())):
            if words:
                found.setdefault(words, []).append(code)
    return found


def language_code(words: str) -> str:
    """Find the code of a language; empty where it is not known.

    Examples
    --------
    >>> language_code("Русский (ru)"), language_code("English"), language_code("ky-KG")
    ('ru', 'en', 'ky')
    >>> language_code("")
    ''
    """
    in_brackets = language_in_brackets(words)
    if in_brackets:
        return in_brackets
    bare = words.strip().casefold()
    code = re.fullmatch(r"([a-z]{2,3})(?:[-_]\w+)*", bare)
    if code:
        return code[1]
    return _code_of_name(bare) if bare else ""


@cache
def _code_of_name(name: str) -> str:
    """Find a language by its name in any language that Babel knows."""
    if name in _USED_TOO:
        return _USED_TOO[name]
    others = sorted(identifier for identifier in locale_identifiers() if "_" not in identifier)
    for language in (*FIRST_READ, *others):
        for code, native in Locale(language).languages.items():
            if "_" not in code and native.casefold() == name:
                return str(code)
    return ""


def language_in_brackets(words: str) -> str:
    """Find a code such as (ru) at the end of a name.

    Examples
    --------
    >>> language_in_brackets("Survey - Русский (ru)"), language_in_brackets("Survey")
    ('ru', '')
    """
    match = re.search(r"\(([A-Za-z]{2,3})(?:[-_]\w+)?\)\s*$", words)
    return match[1].lower() if match else ""


def read_xml(path: Path) -> Element:
    """Read an XML file; a document type, and with it every entity, is refused."""
    return parse_xml(path, path.read_bytes())


def parse_xml(path: Path, content: bytes) -> Element:
    """Read the content of an XML file, or of an archive's part; see `read_xml`."""
    if len(content) > _LARGEST:
        raise SurveyError(f"{path}: {len(content)} bytes of XML are more than a tool exports")
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    depth = 0

    def refuse(*_: Any) -> None:
        raise SurveyError(
            f"{path}: line {parser.CurrentLineNumber} declares a document type; entities could "
            "read other files or fill the memory, so the file is not opened; export it anew"
        )

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise SurveyError(f"{path}: line {parser.CurrentLineNumber} is nested too deeply")
        builder.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name)

    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise SurveyError(
            f"{path}: line {error.lineno}, column {error.offset + 1} is no XML "
            f"({expat.ErrorString(error.code)}); the file is truncated or damaged, export it anew"
        ) from None
    return builder.close()


def plain_words(text: str) -> str:
    """Words of an HTML text on one line.

    Examples
    --------
    >>> plain_words('<p>Ваш <b>пол</b>?</p><script>alert(1)</script>&nbsp;a &lt; b')
    'Ваш пол? a < b'
    >>> plain_words("меньше 5 < 6 лет")
    'меньше 5 < 6 лет'
    """
    marked = _ENDS_A_LINE.sub(" ", _SILENT.sub(" ", text))
    return " ".join(html.unescape(_MARK.sub("", marked)).split())
