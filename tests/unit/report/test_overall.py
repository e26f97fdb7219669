"""The assessment holds shares against one half, and says nothing that was not published."""

import pytest

from invented import words_of
from resurvey.core.codebook import Codebook, Variable
from resurvey.core.notes import Note, write_notes
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals, whole
from resurvey.pages.wording import Wording
from resurvey.report.assessment import Halves, assess, unassigned_questions
from resurvey.report.blocks import Items, Numbering, Paragraph, Table, plain_text
from resurvey.report.dimensions import show_indicators
from resurvey.report.overall import Overall

COUNTS = {"before": 9, "works": 8, "paid": 4, "housed": 5}
DECLARED = {
    "dimensions": {"money": {"en": "Money"}, "home": {"en": "Home"}, "soul": {"en": "Soul"}},
    "indicators": {
        name: {
            "label": {"en": name.capitalize()},
            "dimension": "home" if name == "housed" else "money",
            "share": {"variable": f"q_{name}", "codes": [3], "middle": [2], "opposite": [1]},
        }
        for name in COUNTS
    }
    | {"change": {"dimension": "money", "difference": {"of": "works", "minus": "before"}}},
    "empirical": [
        {"label": {"en": "Earns"}, "dimension": "money", "measured_by": ["works", "paid"]},
        {"label": {"en": "Has a home"}, "measured_by": ["housed"], "note": {"en": "Rent unknown"}},
        {"label": {"en": "Feels well"}, "measured_by": []},
    ],
    "combinations": {"both": {"label": {"en": "Works, housed"}, "of": ["works", "housed"]}},
}


def share_line(name, count, base=10):
    return {
        "indicator": name,
        "label": name,
        "dimension": "",
        "unit": "percent",
        "column_variable": "",
        "column_code": "total",
        "column_label": "All",
        "count": str(count),
        "base": str(base),
        "percent": str(100 * count / base),
        "note": "",
        "note_data": "",
        "middle_count": "1",
        "middle_percent": "10.0",
        "opposite_count": "0",
        "opposite_percent": "0.0",
    }


LINES = [share_line(name, count) for name, count in COUNTS.items()]
BOUNDS = {
    "combination": "both",
    "label": "Works, housed",
    "of": "works+housed",
    "count": "",
    "base": "10",
    "percent": "",
    "lowest_count": "3",
    "highest_count": "5",
    "lowest_percent": "30.0",
    "highest_percent": "50.0",
    "smallest_base": "10",
    "largest_base": "10",
    **write_notes(Note("not_crossed")),
}


def blocks(language="en", combinations=(BOUNDS,), declared=DECLARED, unprinted=(), dealt=True):
    say = Wording(words_of([language])[language])
    names = [f"q_{name}" for name in COUNTS] + ["q_food"]
    book = Codebook({name: Variable(name, {"en": name}) for name in names})
    numerals = Numerals(language)
    shown = show_indicators(LINES, numerals, declared["indicators"])
    laid = Overall(
        LINES,
        list(combinations),
        declared,
        shown,
        Labels(book, {}, {}, language),
        numerals,
        say,
        whole(10, "respondents"),
        dealt,
    )
    return list(laid.blocks(names, unprinted, True, Numbering(say)))


def table(found, name):
    return next(block for block in found if isinstance(block, Table) and block.name == name)


def texts(found):
    return [[cell.text for cell in row.cells] for row in found.rows]


def said(found):
    return " ".join(plain_text(block.text) for block in found if isinstance(block, Paragraph))


def test_every_share_but_a_baseline_is_held_against_one_half():
    found = assess(LINES, DECLARED)
    assert found.dimensions == {
        "money": Halves(("works", "paid"), ("works",)),
        "home": Halves(("housed",), ("housed",)),
    }
    assert [halves.kind for halves in found.empirical] == ["some", "all", "silent"]


@pytest.mark.parametrize(
    ("rule", "failing"),
    [("half", []), ("most", ["money"]), ("all", ["money"]), ("every_indicator", ["1", "3"])],
)
def test_rules_are_met_from_the_mildest_on(rule, failing):
    assert assess(LINES, DECLARED).failing(rule) == failing


def test_indicators_stand_with_what_is_published_of_each():
    rows = texts(table(blocks(), "report/empirical"))
    assert rows == [
        ["1. Earns (Money)"],
        ["Works", "80.0", "10.0", "0.0"],
        ["Paid", "40.0", "10.0", "0.0"],
        ["2. Has a home"],
        ["Housed", "50.0", "10.0", "0.0"],
        ["Rent unknown", "", "", ""],
        ["3. Feels well"],
        ["not among the published answers", "", "", ""],
    ]


@pytest.mark.slow
def test_an_answer_that_was_not_printed_is_no_share_of_zero():
    rows = texts(table(blocks(unprinted={"q_paid"}), "report/empirical"))
    assert rows[1][-1] == "0.0"
    assert rows[2][-1] == "—"


def test_questions_of_no_indicator_are_named_and_baselines_are_not():
    asked = [f"q_{name}" for name in COUNTS] + ["q_food"]
    assert unassigned_questions(DECLARED, asked) == ["q_food"]
    assert "none of the indicators: q_food." in said(blocks())


def test_sentences_count_what_reaches_one_half():
    text = said(blocks())
    assert "Money – by 1 of 2 shares; Home – by 1 of 1 shares" in text
    assert "Indicators in all: 3; for 1, all shares of favourable" in text
    items = next(block for block in blocks() if isinstance(block, Items)).texts
    assert [item.rpartition(": ")[2] for item in items] == [
        "met",
        "not met (Money)",
        "not met (Money)",
        "not met",
    ]


def test_bounds_name_their_base_and_that_of_every_part():
    found = table(blocks(), "report/combinations")
    (row,) = found.rows
    assert [cell.text for cell in row.cells] == ["Works, housed", "30.0", "50.0"]
    assert row.cells[1].number.identity == "combination:both/lowest"
    assert "Works: 80.0% (base 10)" in plain_text(row.cells[0].under[0])
    notes = " ".join(map(plain_text, found.notes))
    assert "Percentages are of all respondents (10)" in notes
    assert "largest base" in notes


def test_counted_combination_is_one_share():
    counted = BOUNDS | {"count": "4", "base": "8", "percent": "50.0", "lowest_count": ""}
    found = table(blocks(combinations=[counted], dealt=False), "report/combinations")
    assert texts(found) == [["Works, housed", "50.0"]]
    assert found.rows[0].cells[1].number.identity == "combination:both/percent"


def test_study_without_a_list_of_indicators_has_its_combinations_alone():
    declared = {key: value for key, value in DECLARED.items() if key != "empirical"}
    names = [block.name for block in blocks(declared=declared) if isinstance(block, Table)]
    assert names == ["report/combinations"]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_sentence_is_worded_in_every_language(language):
    everything = said(blocks(language)) + " ".join(
        " ".join(row)
        for block in blocks(language)
        if isinstance(block, Table)
        for row in texts(block)
    )
    assert "overall." not in everything
    assert "{" not in everything
