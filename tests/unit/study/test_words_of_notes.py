"""A note that the comparison of waves writes in English has its words in Russian."""

import re

import pytest

from invented import ROOT
from resurvey.pages.wording import Wording
from resurvey.study.words import read_words
from unit.study.test_words_in_templates import LIBRARY, prose_of

SAY = Wording(read_words(ROOT / "report", ["ru"])["ru"])
ENGLISH_WORD = re.compile(r"[a-z]{3,}")
NAMES = {"lonely_psu", "panel"}
"""Keys of the configuration, which a note quotes."""
_NO_NOTES = ("all waves", "previous and reference", "sampling design", "Mapping[", "`id`", "`panel")
"""Scopes of a test, part of an error, a type, and what the list of waves words by itself."""

NOTES = sorted(
    {
        text
        for path in (LIBRARY / "waves/trend").rglob("*.py")
        for text in prose_of(path)
        if not any(known in text for known in _NO_NOTES)
    }
)


@pytest.mark.parametrize("note", NOTES)
def test_note_of_a_comparison_is_translated(note):
    left = ENGLISH_WORD.findall(SAY.note(note, ","))
    assert [word for word in left if word not in NAMES] == []


def test_there_are_notes_to_translate():
    assert len(NOTES) > 15
