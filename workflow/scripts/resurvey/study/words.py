"""Words: what every study's report shares, read for each language, with what it falls back to."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from resurvey.core.codebook import nearest
from resurvey.core.errors import SurveyError
from resurvey.core.notes import english_notes
from resurvey.core.strict_yaml import read_yaml
from resurvey.study.declarations import TextPart

ENGLISH = "en"
FORMS = ("zero", "one", "two", "few", "many", "other")
"""Plural categories of Unicode CLDR; a word with a number has a key for each that it needs."""
_LANGUAGE = "language"
_NOTES = "notes"
"""Section of the notes: English has them in `resurvey.core.notes`, its file may word them anew."""

Words = dict[str, dict[str, Any]]


def read_words(folder: str | Path, languages: Sequence[str]) -> dict[str, Words]:
    """Read `words.{language}.yaml` for each language, complete with what it falls back to.

    Parameters
    ----------
    folder : path
        Folder of the files; `words.en.yaml` has every word.
    languages : sequence of str
        Languages of the report.

    Returns
    -------
    dict
        Language -> section -> key -> text. A word that the language's own file lacks comes from
        the file that it names as ``language: {fallback: ru}``, and in the end from English; so
        does everything of a language without a file. The section ``language`` has the ``code``,
        ``partly`` (whether any word was borrowed), ``forms`` (for words with a number that were
        borrowed, the language whose plural forms they have) and ``borrows``, the languages that
        the files declare as fallbacks.

    Raises
    ------
    SurveyError
        A section or a key that English does not have, or files that fall back to one another.
    """
    folder = Path(folder)
    english = read_yaml(folder / f"words.{ENGLISH}.yaml")
    english[_NOTES] = english_notes() | (english.get(_NOTES) or {})
    read = {ENGLISH: english}
    return {language: _complete(language, folder, english, read) for language in languages}


def _complete(
    language: str, folder: Path, english: Mapping[str, Mapping[str, Any]], read: dict[str, Any]
) -> Words:
    chain = _chain(language, folder, read)
    words: Words = {}
    forms: dict[str, str] = {}
    for section, entries in english.items():
        if section == _LANGUAGE:
            continue
        merged: dict[str, Any] = dict(entries)
        families = sorted(_families(entries))
        # A note has the forms of its words within its sentence.
        origin = dict.fromkeys(entries if section == _NOTES else families, ENGLISH)
        for code in reversed(chain[:-1]):
            own = read[code].get(section) or {}
            for family in families:
                # A language has its own forms or another's, never some of each.
                if any(f"{family}_{form}" in own for form in FORMS):
                    merged = {key: text for key, text in merged.items() if _stem(key) != family}
                    origin[family] = code
            merged.update(own)
            if section == _NOTES:
                origin |= dict.fromkeys(own, code)
        words[section] = merged
        forms |= {
            f"{section}.{family}": code for family, code in origin.items() if code != language
        }
    partly = bool(forms) or any(
        _lacks(read.get(language, {}).get(section) or {}, entries)
        for section, entries in english.items()
        if section != _LANGUAGE
    )
    declared = [named for named in (_fallback(read[code]) for code in chain[:-1]) if named]
    words[_LANGUAGE] = {"code": language, "partly": partly, "forms": forms, "borrows": declared}
    return words


def _chain(language: str, folder: Path, read: dict[str, Any]) -> list[str]:
    """The language, what it falls back to, and so on; English last."""
    chain: list[str] = []
    code = language
    while code != ENGLISH:
        if code in chain:
            circle = " and ".join(f"words.{link}.yaml" for link in chain)
            raise SurveyError(f"{circle}: `language: fallback:` leads back to '{code}'")
        chain.append(code)
        if code not in read:
            path = folder / f"words.{code}.yaml"
            read[code] = (read_yaml(path) or {}) if path.exists() else {}
            _check(read[code], read[ENGLISH], path)
        fallback = _fallback(read[code]) or ENGLISH
        if fallback != ENGLISH and not (folder / f"words.{fallback}.yaml").exists():
            raise SurveyError(
                f"words.{code}.yaml: there is no words.{fallback}.yaml to fall back to"
            )
        code = fallback
    return [*chain, ENGLISH]


def _fallback(own: Mapping[str, Any]) -> str:
    return str((own.get(_LANGUAGE) or {}).get("fallback", ""))


def borrow_text(text: Mapping[str, TextPart], words: Mapping[str, Words]) -> dict[str, TextPart]:
    """Complete the study's own text of a language from the fallbacks that its words declare.

    Parameters
    ----------
    text : dict
        Language -> `text.{language}.yaml`.
    words : dict
        From `read_words`.

    Returns
    -------
    dict
        Language -> text. Tables and sections are completed one by one, so that a title in one
        language keeps the table's number.

    Examples
    --------
    >>> words = {"ky": {"language": {"borrows": ["ru"]}}, "ru": {"language": {"borrows": []}}}
    >>> text = {"ru": {"subtitle": "А", "tables": {"t": {"number": "1"}}}}
    >>> borrow_text({**text, "ky": {"tables": {"t": {"title": "Б"}}}}, words)["ky"]
    {'subtitle': 'А', 'tables': {'t': {'number': '1', 'title': 'Б'}}}
    """
    complete: dict[str, TextPart] = {}
    for language, own in text.items():
        merged: dict[str, Any] = {}
        for part in (*reversed(words[language][_LANGUAGE]["borrows"]), language):
            for key, value in (own if part == language else text.get(part, {})).items():
                if isinstance(value, dict):
                    known = merged.get(key, {})
                    value = {
                        **known,
                        **{name: {**known.get(name, {}), **value[name]} for name in value},
                    }
                merged[key] = value
        complete[language] = cast(TextPart, merged)
    return complete


def _check(own: Mapping[str, Any], english: Mapping[str, Any], path: Path) -> None:
    for section, entries in own.items():
        if section not in (*english, _LANGUAGE):
            hint = nearest(section, english)
            raise SurveyError(f"{path}: unknown section '{section}'{hint}")
        known = {"code", "fallback"} if section == _LANGUAGE else english[section]
        families = _families(known)
        for key in entries or {}:
            if key not in known and _stem(key) not in families:
                hint = nearest(key, known)
                raise SurveyError(f"{path}: unknown key '{key}' under '{section}'{hint}")


def _lacks(own: Mapping[str, Any], entries: Iterable[str]) -> bool:
    """Whether a section has no word of its own for an entry that is not a word with a number."""
    families = _families(entries)
    return any(key not in own and _stem(key) not in families for key in entries)


def _families(entries: Iterable[str]) -> set[str]:
    """Words with a number: those that English has a singular and a plural of."""
    keys = set(entries)
    return {key[:-4] for key in keys if key.endswith("_one") and f"{key[:-4]}_other" in keys}


def _stem(key: str) -> str:
    """Name of the family that a key is a form of, where it looks like one.

    Examples
    --------
    >>> _stem("respondents_few"), _stem("respondents")
    ('respondents', 'respondents')
    """
    stem, _, form = key.rpartition("_")
    return stem if form in FORMS else key
