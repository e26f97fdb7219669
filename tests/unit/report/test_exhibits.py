"""What stands under a table says what a reader must know of each of its questions."""

import re

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.names import name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals
from resurvey.report.counts import Counts
from resurvey.report.exhibits import Grids
from unit.report.small_survey import table_lines

SETS = {"media": 25, "devices": 17, "friends": 30}


def notes_of_sets(say, words):
    """Notes under a table of three questions that could each have several answers."""
    lines = [
        {**line, "responses": str(responses)}
        for name, responses in SETS.items()
        for line in table_lines("uses", name, "", {"1": {"total": 8}}, {"total": 10})
    ]
    table = {"rows": list(SETS)}
    codebook = Codebook({name: Variable(name, {"en": name.title()}) for name in SETS})
    labels = Labels(codebook, {"uses": table}, words["en"]["tables"], "en")
    counts = Counts(lines, {"uses": table}, Numerals("en"))
    return Grids(counts, labels, say, 10).notes("uses", table, reconstructed=False)


def test_every_question_with_several_answers_has_its_note(say, words):
    notes = notes_of_sets(say, words)
    several = [note.striptags() for note in notes if "several answers" in note]
    assert [note.split("”")[0].lstrip("“") for note in several] == ["Media", "Devices", "Friends"]
    for note, responses in zip(several, SETS.values(), strict=True):
        assert f"{responses} answers were chosen" in note


def test_number_of_chosen_answers_is_named_by_its_own_table_and_question(say, words):
    found = re.findall(r'count:[^"\s>]*responses', " ".join(notes_of_sets(say, words)))
    expected = [name_number("count", "uses", name, "total", "total", "responses") for name in SETS]
    assert found == expected
