"""A note is a key and numbers: it is written, read back, and said in English as it was."""

import pickle
import re

import pytest

from invented import ROOT
from resurvey.core.errors import SurveyError
from resurvey.core.notes import (
    NOTES,
    REFUSALS,
    Note,
    Refusal,
    add_notes,
    number_formats,
    read_notes,
    reason_of,
    write_notes,
)

KEYS = sorted(set(NOTES) - set(REFUSALS))
SOURCES = "".join(
    path.read_text(encoding="utf-8")
    for path in (ROOT / "workflow/scripts/resurvey").rglob("*.py")
    if path.name != "notes.py"
)
HOSTILE = "a;b&c=d:e/f%3B\r\n«доход, %»"


def sample(key, text=HOSTILE, number=3):
    """A note with a number or a text in every place."""
    return Note(key, **{name: number if how else text for name, how in formats(key)})


def formats(key):
    """Places of a note; a number that is written beforehand is a text of digits."""
    return [(name, "" if how == "n" else how) for name, how in number_formats(key).items()]


@pytest.mark.parametrize("refusal", ["", "no_interval"])
def test_what_is_written_is_read_back(refusal):
    for key in KEYS:
        notes = (sample(key).refusing(refusal), Note("no_base"))
        line = write_notes(*notes)
        assert read_notes(line) == notes
        assert write_notes(*read_notes(line)) == line
        assert "\n" not in line["note_data"]


def test_every_note_is_made_somewhere():
    def named(key):
        made = re.sub(r"^(?:row|column)_", "{side}_", re.sub(r"_(?:codes|ranks)$", "_{kind}", key))
        return f'"{key}"' in SOURCES or f'"{made}"' in SOURCES

    # A sentence that is handed on as it is.
    assert {key for key in KEYS if not named(key)} <= {"told"}


def test_numbers_are_written_as_the_sentence_prints_them():
    note = Note("sparse", cells=1, share="12.5", limit=5, smallest=1.0049)
    assert note.text == "1 cell (12.5 %) has expected count below 5; smallest expected 1.00"
    assert dict(note.numbers)["smallest"] == "1.00"
    assert read_notes({"note_data": note.data})[0].text == note.text


@pytest.mark.parametrize(
    ("rows", "columns", "words"), [(1, 2, "1 row and 2 columns"), (3, 1, "3 rows and 1 column")]
)
def test_english_words_go_with_their_numbers(rows, columns, words):
    assert Note("empty_left_out", rows=rows, columns=columns).text.endswith(words)


def test_reason_says_what_there_is_not():
    note = Note("base_is_below", "not_tested", least=2)
    assert note.text == "not tested: a base is below 2"
    assert note.refusing("").text == "a base is below 2"
    assert note != note.refusing("") != Note("base_is_below", "not_fitted", least=2)


def test_notes_are_added_to_those_of_a_line():
    line = write_notes(Note("binomial"))
    assert add_notes(line, Note("nominal_p_value"))["note"] == (
        "binomial, two-sided; descriptive p-value: the sample is not random"
    )
    assert add_notes({}, Note("yates")) == add_notes({"note_data": None}, Note("yates"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Note("unheard_of"),
        lambda: Note("sparse"),
        lambda: Note("no_base", rows=1),
        lambda: Note("no_base", "unheard_of"),
        lambda: Note("not_computed", reason="?"),
    ],
)
def test_unknown_key_or_other_numbers_are_no_note(make):
    with pytest.raises(ValueError, match="no note"):
        make()


@pytest.mark.parametrize("data", ["unheard_of", "sparse", "no_base:n=1", "why/no_base", "no_base;"])
def test_column_that_holds_no_notes_is_an_error_of_one_sentence(data):
    with pytest.raises(SurveyError, match="is no note of this version"):
        read_notes({"note_data": data})


def test_note_is_a_value():
    note = Note("alone", alone=0.25)
    assert note == Note("alone", alone="0.250") == pickle.loads(pickle.dumps(note))  # noqa: S301
    assert len({note, Note("alone", alone=0.25)}) == 1
    with pytest.raises(AttributeError):
        note.key = "no_base"


def test_error_tells_its_note_and_another_its_sentence():
    refusal = Refusal(Note("separated"), "no model of 'q': ")
    assert str(refusal).startswith("no model of 'q': a predictor separates")
    assert reason_of(refusal) == Note("separated")
    assert reason_of(SurveyError("no file")).text == "no file"


@pytest.mark.slow
def test_no_module_reads_a_sentence_back():
    reading = (
        r"(?:note\"\]|\.note|\bnote)\.(?:startswith|endswith|replace|split|partition|remove\w+)\("
    )
    searching = r"\bin \w+(?:\[\"note\"\]|\.note\b)"
    assert re.findall(reading, SOURCES) + re.findall(searching, SOURCES) == []
