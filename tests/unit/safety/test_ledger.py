"""Two releases together tell of nobody who is in one of them alone."""

import numpy as np
import pytest

from resurvey import SurveyError
from resurvey.safety.attack import released_cells
from resurvey.safety.disclosure import protect_tables
from resurvey.safety.ledger import Entry, Ledger, are_nested, find_differences, hash_count
from resurvey.safety.linked_cells import LinkedCells
from unit.safety.small_survey import DEFINITIONS, INDICATORS, respondents, tabulated

FEW_TABLES = {"job_by_sex": {"rows": ["job", "debt"], "columns": "sex"}}
REMOVALS = 100


@pytest.fixture(scope="module")
def few():
    files, book = tabulated(respondents(5), FEW_TABLES, {}, INDICATORS)
    return files, book, protect_tables(files, None, book)


def signed(safe, **where):
    return safe.entries(**{"release": "2026-11", "wave": "2026", **where})


def test_the_same_release_may_be_made_again(few):
    files, book, safe = few
    again = protect_tables(files, None, book, earlier=signed(safe))
    assert again.files == safe.files


def counted(people):
    """Frequencies of two questions and their table by sex, counted without the table room."""
    n, lines, cells = len(people), [], []
    for name in ("job", "debt", "sex"):
        for code, count in people[name].value_counts().sort_index().items():
            told = {"variable": name, "kind": "answer", "code": str(code), "count": str(count)}
            lines.append({**told, "respondents": str(n), "base": str(n)})
    bases = people["sex"].value_counts()
    for name in ("job", "debt"):
        for (code, sex), count in people.groupby([name, "sex"]).size().items():
            told = {"table": "t", "row_variable": name, "row_code": str(code), "kind": "answer"}
            group = {"column_variable": "sex", "column_code": str(sex), "count": str(count)}
            heads = {"unweighted_count": str(count), "unweighted_base": str(bases[sex])}
            cells.append({**told, **group, **heads})
    return {"tables/frequencies.csv": lines, "tables/crosstabs.csv": cells}


@pytest.mark.slow
def test_a_hundred_removals_of_one_respondent_are_refused_each(few):
    """And without the ledger, each would tell the answers of the person who left."""
    _, book, _ = few
    people, draw = respondents(5), np.random.default_rng(7)
    entries = signed(protect_tables(counted(people), None, book))
    refused = told = 0
    for person in draw.choice(len(people), REMOVALS, replace=False):
        files = counted(people.drop(index=person))
        alone = protect_tables(files, None, book)
        released = released_cells(alone.linked, alone.files)
        found = list(find_differences(alone.linked, entries, 10))
        told += any(one.cell in released and one.persons == 1 for one in found)
        with pytest.raises(SurveyError, match="fewer than 10 persons"):
            protect_tables(files, None, book, earlier=entries)
        refused += 1
    assert (refused, told) == (REMOVALS, REMOVALS)


@pytest.mark.slow
def test_the_sentence_names_both_tables(few):
    _, book, safe = few
    files, _ = tabulated(respondents(5).drop(index=3), FEW_TABLES, {}, INDICATORS)
    with pytest.raises(SurveyError, match=r"'.+' of the release '2026-11' of wave '2026'"):
        protect_tables(files, None, book, earlier=signed(safe))


@pytest.mark.slow
def test_two_who_left_a_panel_are_refused_and_another_sample_is_not(few):
    _, book, safe = few
    ledger = Ledger(signed(safe, people="panel"))
    files, _ = tabulated(respondents(5).drop(index=[3, 4]), FEW_TABLES, {}, INDICATORS)
    with pytest.raises(SurveyError, match="fewer than 10 persons"):
        protect_tables(files, None, book, earlier=ledger.of("panel"), wave="2027")
    assert protect_tables(files, None, book, earlier=ledger.of("2027"), wave="2027").files


@pytest.mark.slow
def test_answers_that_a_panel_changed_are_no_difference_of_people(few):
    files, book, safe = few
    earlier = signed(safe, people="panel")
    people = respondents(5)
    people.loc[people.index[:3], "job"] = 3 - people.loc[people.index[:3], "job"] % 2
    changed, _ = tabulated(people, FEW_TABLES, {}, INDICATORS)
    assert changed != files
    assert protect_tables(changed, None, book, earlier=earlier, wave="2027").files
    with pytest.raises(SurveyError, match="fewer than 10 persons"):
        protect_tables(changed, None, book, earlier=earlier, wave="2026")


def test_all_but_a_few_is_refused_after_all(few):
    _, _, safe = few
    people = respondents(5)
    few_old = people["age"].nlargest(4).iloc[-1]
    tables = {
        "not_old": {
            "rows": ["job"],
            "columns": "sex",
            "where": {"age": {"max": float(few_old) - 1}},
        }
    }
    files, book = tabulated(people, tables, {}, INDICATORS)
    files = {"tables/crosstabs.csv": files["tables/crosstabs.csv"]}
    with pytest.raises(SurveyError, match="differ from those in"):
        protect_tables(files, None, book, earlier=signed(safe))


@pytest.mark.slow
def test_what_an_earlier_release_printed_is_no_protection_for_a_later_table(few, survey_files):
    files, book = survey_files
    alone = {"tables/frequencies.csv": files["tables/frequencies.csv"]}
    first = protect_tables(alone, None, book, definitions=DEFINITIONS)
    both = protect_tables(files, None, book, definitions=DEFINITIONS, earlier=signed(first))
    shown = {
        (line["variable"], line["code"])
        for line in first.files["tables/frequencies.csv"]
        if line["count"]
    }
    later = {
        (line["variable"], line["code"])
        for line in both.files["tables/frequencies.csv"]
        if line["count"]
    }
    assert shown <= later


def test_two_counts_of_one_name_are_no_difference_where_both_were_told_before():
    """Of all respondents, and of those who have a weight."""
    linked, conditions = LinkedCells(), (("debt", "1"),)
    for count in (43, 40):
        linked.add("", conditions, count)
    assert [cell.population for cell in linked.cells] == ["", "'"]
    first, second = (
        Entry(
            *("2025", "w", "w", "f", "t"),
            variables=("debt",),
            filter=cell.population,
            n="",
            salt="s",
            cells=frozenset({hash_count("s", conditions, cell.count)}),
        )
        for cell in linked.cells
    )
    assert [one.persons for one in find_differences(linked, [first], 10)] == [3]
    assert list(find_differences(linked, [first, second], 10)) == []


def test_the_ledger_is_read_as_it_was_written(few, tmp_path):
    _, _, safe = few
    ledger = Ledger(signed(safe))
    ledger.write(tmp_path / "release/ledger.csv")
    assert Ledger.read(tmp_path / "release/ledger.csv") == ledger
    assert Ledger.read(tmp_path / "none.csv").entries == []


def test_an_edited_ledger_is_refused(few, tmp_path):
    _, _, safe = few
    path = tmp_path / "ledger.csv"
    Ledger(signed(safe)).write(path)
    text = path.read_text()
    last = text.rstrip().rpartition(" ")[2]
    path.write_text(text.replace(last, "0" * len(last)))
    with pytest.raises(SurveyError, match="the ledger of releases was edited"):
        Ledger.read(path)


def test_a_line_says_variables_filter_wave_and_number_of_respondents(few):
    _, _, safe = few
    line = next(entry.line() for entry in signed(safe) if entry.table == "job_by_sex")
    assert (line["variables"], line["wave"], line["filter"]) == ("debt job sex", "2026", "")
    assert int(line["n"]) <= 300


@pytest.mark.parametrize(
    ("first", "second", "nested"),
    [
        ("", '{"sex": 1}', True),
        ('{"sex": 1}', '{"age": {"max": 30}, "sex": 1}', True),
        ('{"sex": 1}', '{"sex": 2}', False),
        ('{"region": [1, 2]}', '{"region": 2}', True),
        ('{"age": {"min": 30}}', '{"age": {"max": 40}}', False),
    ],
)
def test_conditions_are_nested_where_one_holds_whenever_the_other_does(first, second, nested):
    assert are_nested(first, second) == nested
