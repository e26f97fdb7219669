"""Differences: what may differ between two questionnaires, how grave it is, and like labels."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypedDict

from resurvey.core.codebook import Code
from resurvey.core.strict_yaml import yaml_line
from resurvey.reading.encoding import folded

BREAKING, WARNING, NOTE = "breaking", "warning", "note"
SEVERITIES = (BREAKING, WARNING, NOTE)

KINDS = {
    "missing_variable": BREAKING,
    "renamed_variable": BREAKING,
    "type": BREAKING,
    "meaning": BREAKING,
    "new_answer": BREAKING,
    "missing_codes": BREAKING,
    "routing": BREAKING,
    "base": BREAKING,
    "panel": BREAKING,
    "wording": WARNING,
    "answer_wording": WARNING,
    "vanished_answer": WARNING,
    "unlabelled": WARNING,
    "other_alphabet": WARNING,
    "missing_share": WARNING,
    "range": WARNING,
    "running_numbers": WARNING,
    "panel_unchecked": NOTE,
    "merged_answer": NOTE,
    "new_variable": NOTE,
    "unused_acceptance": NOTE,
}
"""Kind of difference -> its ordinary severity, in the order of a report."""


class DriftLine(TypedDict):
    """One line of ``drift.csv``; `line` is what to add to waves.yaml, in the section `under`."""

    wave: str
    against: str
    variable: str
    code: Code | None
    difference: str
    severity: str
    before: str
    after: str
    accepted: str
    under: str
    line: str


DRIFT_COLUMNS = tuple(DriftLine.__annotations__)


@dataclass(frozen=True)
class Difference:
    """One thing that a questionnaire has otherwise than another.

    Attributes
    ----------
    variable : str
        Variable by its name in the study.
    difference : str
        A key of `KINDS`.
    before, after : str
        What was, and what is.
    severity : str
        ``breaking`` stops the run, ``warning`` is to be read, ``note`` is for the record.
    code : int, float or str, optional
        Answer that it is about.
    under, line : str
        Section of the wave in waves.yaml (``variables`` or ``accept``) and the line to add there.
    """

    variable: str
    difference: str
    before: str
    after: str
    severity: str
    code: Code | None = None
    under: str = ""
    line: str = ""


def difference(
    variable: str,
    kind: str,
    before: str = "",
    after: str = "",
    code: Code | None = None,
    severity: str = "",
    mapping: Mapping[str, Any] | None = None,
) -> Difference:
    """Describe a difference, with the line of waves.yaml that answers it.

    Examples
    --------
    >>> difference("sex", "renamed_variable", "sex", "Q1", mapping={"from": "Q1"}).line
    'sex: {from: Q1}'
    >>> difference("sex", "wording", "Sex", "Gender").line
    '- {variable: sex, difference: wording, why: "…"}'
    """
    severity = severity or KINDS[kind]
    if mapping is not None:
        return Difference(
            variable,
            kind,
            before,
            after,
            severity,
            code,
            "variables",
            f"{yaml_line(variable)}: {yaml_line(mapping)}",
        )
    under, line = "", ""
    if severity != NOTE and kind in ACCEPTABLE:
        asked: dict[str, Any] = {"variable": variable, "difference": kind}
        if code is not None:
            asked["code"] = code
        under, line = "accept", f"- {yaml_line({**asked, 'why': '…'})}"
    return Difference(variable, kind, before, after, severity, code, under, line)


ACCEPTABLE = frozenset(KINDS) - {
    "renamed_variable",
    "unlabelled",
    "other_alphabet",
    "panel",
    "running_numbers",
    "panel_unchecked",
    "merged_answer",
    "new_variable",
    "unused_acceptance",
}
"""Kinds that a wave may accept with a reason."""


def in_order(differences: Iterable[Difference]) -> list[Difference]:
    """Sort differences: the grave first, then by kind, variable and code."""
    kinds = list(KINDS)
    return sorted(
        differences,
        key=lambda change: (
            SEVERITIES.index(change.severity),
            kinds.index(change.difference),
            change.variable.casefold(),
            change.variable,
            isinstance(change.code, str),
            change.code if change.code is not None else float("-inf"),
        ),
    )


_STEM = 4
_NUMBERING = re.compile(r"^\s*(?:[a-zа-я]{0,2}\d+(?:\.\d+)*[a-zа-я]?[.):]|\(?[a-zа-я]\))\s+")
_BETWEEN = re.compile(r"[^\w%+<>≤≥-]+|(?<!\d)-|-(?!\d)|_")


def normalise_label(label: str) -> str:
    """Write a label without its numbering, punctuation, case and spare blanks.

    Examples
    --------
    >>> normalise_label("Q12. Are you  SATISFIED with your job?")
    'are you satisfied with your job'
    >>> normalise_label("26–45 лет") == normalise_label("26 - 45 лет")
    True
    """
    words = re.sub("[‐-―−]", "-", folded(label))
    words = re.sub(r"(?<=\d)\s*-\s*(?=\d)", "-", words)
    return " ".join(_BETWEEN.sub(" ", _NUMBERING.sub("", words)).split())


def is_same_label(label: str, others: Iterable[str]) -> bool:
    """Return whether a label says the same as one of `others`, whatever its typography.

    Examples
    --------
    >>> is_same_label("1. ДА ", ["Yes", "Да"])
    True
    """
    words = normalise_label(label)
    return any(words == normalise_label(other) for other in others)


def label_similarity(first: str, second: str) -> float:
    """Measure how much two labels have in common, from 0 to 1.

    The share of matching letters (Ratcliff and Obershelp, as in the standard library's difflib)
    of the normalised labels; 1 only for labels that say the same.

    Examples
    --------
    >>> label_similarity("Мужчины", "мужчины."), label_similarity("Yes", "No")
    (1.0, 0.0)
    """
    words, two = normalise_label(first), normalise_label(second)
    if words == two:
        return 1.0
    return min(0.99, SequenceMatcher(None, words, two, autojunk=False).ratio())


def is_reworded(label: str, others: Iterable[str]) -> bool:
    """Return whether a label is one of `others` with some endings changed.

    Only the same words in the same order count, each equal or with a common beginning of at least
    four letters and two thirds of the longer word. A word more or less, a number, a negation
    or another order may change the meaning: "26-45" is not "26-50", "very satisfied" is not
    "satisfied". Where that leaves doubt, the answer is no, so that a person looks at it.

    Examples
    --------
    >>> is_reworded("Opportunities for recreation", ["Opportunity for recreation"])
    True
    >>> is_reworded("Women", ["Men"]), is_reworded("26–50 лет", ["26–45 лет"])
    (False, False)
    """
    return any(_same_words(label, other) for other in others)


def _same_words(first: str, second: str) -> bool:
    words, two = normalise_label(first).split(), normalise_label(second).split()
    return bool(words) and len(words) == len(two) and all(map(_same_word, words, two))


def _same_word(word: str, two: str) -> bool:
    shared = len(os.path.commonprefix([word, two]))
    ending = word.isalpha() and two.isalpha() and 3 * shared >= 2 * max(len(word), len(two))
    return word == two or (ending and shared >= _STEM)


def name_script(labels: Iterable[str]) -> str:
    """Name the alphabet of most letters: ``cyrillic``, ``latin``, or nothing where there are none.

    Examples
    --------
    >>> name_script(["Да", "Нет"]), name_script(["Yes"]), name_script(["1–2"])
    ('cyrillic', 'latin', '')
    """
    letters = [letter for label in labels for letter in label if letter.isalpha()]
    if not letters:
        return ""
    cyrillic = sum("Ѐ" <= letter <= "ӿ" for letter in letters)
    return "cyrillic" if 2 * cyrillic > len(letters) else "latin"
