"""What stands under a table says what a reader must know of each of its questions."""

import re

import pandas as pd
import pytest
from markupsafe import Markup

from invented import words_of
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.names import name_number
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording
from resurvey.report.blocks import Table, plain_text
from resurvey.report.counts import Counts
from resurvey.report.exhibits import Grids
from resurvey.report.summaries import Summaries
from resurvey.tables.blocks import CROSSTAB_COLUMNS
from resurvey.tables.summaries import SUMMARY_COLUMNS
from resurvey.tables.tabulation import tabulate_survey
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


ANSWERS = {
    "air": {"1": "Bad", "2": "Fair", "3": "Good"},
    "food": {"1": "Badly", "9": "Not printed"},
    "sport": {"1": "Bad", "2": "Fair", "3": "Good"},
}


def laid_out(say, words, answers, base=10):
    """Tables of questions without groups, of which each answer has two respondents."""
    lines = [
        {**line, "row_label": known.get(line["row_code"], "")}
        for name, known in answers.items()
        for line in table_lines(
            "life", name, "", {code: {"total": 2} for code in known}, {"total": base}
        )
    ]
    table = {"rows": list(answers)}
    codebook = Codebook({name: Variable(name, {"en": name.title()}) for name in answers})
    labels = Labels(codebook, {"life": table}, words["en"]["tables"], "en")
    counts = Counts(lines, {"life": table}, Numerals("en"))
    (grid,) = Grids(counts, labels, say, base).of_table("life", table, "Life")
    return grid


def test_questions_on_one_scale_are_one_row_each(say, words):
    grid = laid_out(say, words, ANSWERS)
    assert [column.heading for column in grid.columns] == [
        "Question",
        "Bad / Badly",
        "Fair",
        "Good",
        "Not printed",
        "Base, n",
    ]
    assert [[cell.text for cell in row.cells] for row in grid.rows] == [
        ["Air", "20.0", "20.0", "20.0", "—", "10"],
        ["Food", "20.0", "—", "—", "20.0", "10"],
        ["Sport", "20.0", "20.0", "20.0", "—", "10"],
    ]
    shown = grid.rows[1].cells[1].number
    assert shown.identity == name_number("percent", "life", "food", "1", "total")


def test_questions_on_scales_of_their_own_stay_under_each_other(say, words):
    other = ANSWERS | {"sport": {"1": "Never", "2": "Often"}}
    grid = laid_out(say, words, other)
    assert [row.cells[0].text for row in grid.rows if row.kind == "question"] == [
        "Air",
        "Food",
        "Sport",
    ]
    assert [column.heading for column in grid.columns][0] == "Answer"


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


def test_boxes_and_scores_stand_beside_the_answers_of_a_grid(say, words):
    answers = {code: {"en": text} for code, text in {1: "No", 2: "Hm", 3: "Yes", 4: "Sure"}.items()}
    book = Codebook({
        name: Variable(name, {"en": name.title()}, "ordinal", answers) for name in ("air", "food")
    })  # fmt: skip
    people = Survey(pd.DataFrame({"air": [1, 2, 3, 4], "food": [3, 4, 4, 4]}), book)
    table = {"rows": ["air", "food"], "grid": True, "top_box": 2, "means": True, "net": 2}
    table["sort"] = "agreement"
    tables = {"life": table}
    told = {"total": "Total", "all_respondents": "All"}
    done = tabulate_survey(people, tables, language="en", words=told)
    columns = {"crosstabs": CROSSTAB_COLUMNS, "summaries": SUMMARY_COLUMNS}
    lines = {
        name: [
            {key: "" if line.get(key) is None else str(line[key]) for key in columns[name]}
            for line in getattr(done, name)
        ]
        for name in columns
    }
    labels = Labels(book, tables, words["en"]["tables"], "en")
    counts = Counts(lines["crosstabs"], tables, Numerals("en"))
    summaries = Summaries(lines["summaries"], labels, Numerals("en"), say)
    grids = Grids(counts, labels, say, 4, summaries)
    (grid,) = grids.of_table("life", table, "Life")
    headings = [plain_text(column.heading) for column in grid.columns]
    assert headings[1:] == ["No", "Hm", "Yes", "Sure", "Top-2", "Net", "Mean", "Base, n"]
    assert [[cell.text for cell in row.cells] for row in grid.rows] == [
        ["Food", "0.0", "0.0", "25.0", "75.0", "100.0", "+100.0", "3.75", "4"],
        ["Air", "25.0", "25.0", "25.0", "25.0", "50.0", "0.0", "2.50", "4"],
    ]
    assert grid.stacked == 4
    notes = " ".join(map(plain_text, grids.notes("life", table, reconstructed=False)))
    assert "Top-2: sum of the answers “Yes”; “Sure”." in notes
    assert "Net: Top-2 − Bottom-2, in percentage points." in notes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            ["fewer than 3 of the 4 items of the scale answered – 9", "(no answer to “sex”): 15."],
        ),
        (
            "ru",
            [
                "отвечено менее чем на 3 из 4 вопросов шкалы – 9",
                "(нет ответа на вопрос «sex»): 15.",
            ],
        ),
    ],
)
def test_a_table_of_numbers_says_who_has_no_scale_and_who_is_in_no_group(language, told):
    words = words_of([language])[language]
    start = dict.fromkeys(SUMMARY_COLUMNS, "") | {"table": "t", "row_variable": "trust"}
    start["column_code"] = "total"
    numbers = {"mean": "2.5", "missing_system_missing": "9", "no_group": "15"}
    lines = [{**start, "statistic": name, "value": value} for name, value in numbers.items()]
    table = {"summaries": ["trust"], "columns": "sex", "statistics": ["mean"]}
    labels = Labels(Codebook({}), {"t": table}, words["tables"], language)
    scales = {"trust": {"items": ["a", "b", "c", "d"], "minimum_items": 3}}
    summaries = Summaries(lines, labels, Numerals(language), Wording(words), scales)
    notes = " ".join(map(plain_text, summaries.notes("t", table, 0.05)))
    assert all(sentence in notes for sentence in told)


def test_a_question_that_is_the_title_does_not_head_its_answers(say, words):
    one = {"q1": ITEMS["q1"]}
    assert grid_of_items(say, words, False, one)[0] == "Answer"
    assert grid_of_items(say, words, True, one)[0] == ITEMS["q1"]


def test_a_caption_has_no_comma_behind_a_question_mark_and_none_without_a_unit():
    def caption(title, unit):
        return Table("t", "", title, unit, (), ()).caption

    assert caption("Any job?", "% of all") == "Any job? % of all"
    assert caption("Jobs", "% of all") == "Jobs, % of all"
    assert caption("Jobs", "") == "Jobs"
    assert caption(Markup("Jobs <i>now</i>"), "") == "Jobs now"
