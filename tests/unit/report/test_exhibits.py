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


ITEMS = {"q1": "Do you agree? Courts are fair", "q2": "Do you agree? Police is fair"}


def grid_of_items(say, words, titled, items=ITEMS):
    """A table of items with a common stem, as the report lays it out."""
    lines = [
        line
        for name in items
        for line in table_lines("trust", name, "", {"1": {"total": 8}}, {"total": 10})
    ]
    table = {"rows": list(items)}
    codebook = Codebook({name: Variable(name, {"en": text}) for name, text in items.items()})
    labels = Labels(codebook, {"trust": table}, words["en"]["tables"], "en")
    grids = Grids(Counts(lines, {"trust": table}, Numerals("en")), labels, say, 10)
    (grid,) = grids.of_table("trust", table, "Own title", titled)
    asked = [row.cells[0].value for row in grid.rows if row.kind == "question"]
    return grid.columns[0].heading, asked, grids.battery(table, titled)[0]


def test_items_stand_in_a_table_without_their_stem(say, words):
    _, asked, stem = grid_of_items(say, words, titled=False)
    assert (stem, asked) == ("Do you agree?", ["Courts are fair", "Police is fair"])


def test_stem_stands_over_the_items_where_the_study_gave_the_title(say, words):
    heading, asked, _ = grid_of_items(say, words, titled=True)
    assert asked == list(ITEMS.values())
    three = {**ITEMS, "q3": "Do you agree? People are honest"}
    heading, asked, _ = grid_of_items(say, words, True, three)
    assert heading == "Do you agree?"
    assert asked[-1] == "People are honest"
