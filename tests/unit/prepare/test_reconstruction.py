"""Reconstructed records give back what was printed, and say that the rest is invented."""

import pandas as pd
import pytest

from resurvey.audit.comparison import compare_cells
from resurvey.core.codebook import Codebook
from resurvey.core.errors import SurveyError
from resurvey.core.files import csv_text, read_csv, write_text
from resurvey.core.published import PrintedCell
from resurvey.prepare.reconstruction import (
    FILE_LABEL,
    LEDGER_COLUMNS,
    crossed_in_print,
    origin_of_subtotals,
    reconstruct_survey,
)
from resurvey.tables.tabulation import CROSSTAB_COLUMNS, tabulate_survey

CODES = {1: "yes", 2: "no", 99: "no answer"}
DECLARED = {
    "id": "respondent",
    "variables": {
        "respondent": {"measure": "scale"},
        "sex": {"codes": {1: "men", 2: "women", 99: "none"}, "missing": [99]},
        "job": {"codes": CODES, "missing": [99]},
        "home": {"codes": CODES, "missing": [99]},
    },
}
SPEC = {"respondents": 40, "groups": "sex", "no_answer": 99, "seed": 7}


def cell(variable, code, column, printed):
    group = "" if column in ("total", "difference") else "sex"
    return PrintedCell(
        "t", variable, f"{variable} {code}", column, printed, variable, code, group, column
    )


# 24 men and 16 women; 23 men and 16 women said whether they have a job.
CELLS = [
    cell("job", "1", "1", "60,9"),
    cell("job", "1", "2", "31,3"),
    cell("job", "1", "total", "48,7"),
    cell("job", "2", "1", "39,1"),
    cell("job", "2", "2", "68,8"),
    cell("job", "2", "total", "51,3"),
    cell("home", "1", "total", "72,5"),
    cell("home", "2", "total", "27,5"),
]
CLAIMS = [
    {"cells": "text/sex/1/total", "printed": "60"},
    {"cells": "text/sex/2/total", "printed": "40"},
]


def reconstruct(cells=CELLS, claims=CLAIMS, spec=SPEC, declared=DECLARED, derived=None):
    return reconstruct_survey(declared, cells, claims, spec, derived or {})


def test_records_have_the_printed_sizes_and_answers():
    people = reconstruct().survey.data
    assert len(people) == 40
    assert people["respondent"].tolist() == list(range(1, 41))
    assert people["sex"].value_counts().to_dict() == {1: 24, 2: 16}
    by_sex = pd.crosstab(people["job"], people["sex"])
    assert by_sex.to_dict() == {1: {1: 14, 2: 9, 99: 1}, 2: {1: 5, 2: 11, 99: 0}}
    assert people["home"].value_counts().to_dict() == {1: 29, 2: 11}


def test_every_printed_cell_comes_back_digit_for_digit(tmp_path):
    tables = {"t": {"rows": ["job", "home"], "columns": "sex"}}
    counted = tabulate_survey(reconstruct().survey, tables).crosstabs
    path = tmp_path / "crosstabs.csv"
    write_text(path, csv_text(CROSSTAB_COLUMNS, counted))
    lines = compare_cells(CELLS, read_csv(path), {})
    assert {line["verdict"] for line in lines} == {"agrees"}


def test_same_seed_gives_the_same_records_and_another_seed_deals_anew():
    first, again = reconstruct().survey.data, reconstruct().survey.data
    pd.testing.assert_frame_equal(first, again)
    other = reconstruct(spec={**SPEC, "seed": 8}).survey.data
    assert not first["job"].equals(other["job"])
    assert first["job"].value_counts().equals(other["job"].value_counts())


def test_question_is_dealt_the_same_whatever_other_questions_there_are():
    alone = reconstruct(cells=CELLS[:6]).survey.data
    after_another = reconstruct(cells=[*CELLS[6:], *CELLS[:6]]).survey.data
    assert alone["job"].equals(after_another["job"])


def test_file_says_what_it_is_and_what_was_crossed():
    book = reconstruct().survey.codebook
    assert book.reconstructed
    assert book.file_label == FILE_LABEL
    assert crossed_in_print(book) == {("job", "sex")}
    assert crossed_in_print(Codebook({}, notes=("job by sex",))) == set()


def test_pair_that_was_never_crossed_is_refused_on_these_records():
    tables = {"t": {"rows": ["job", "home"], "columns": "sex"}}
    tests = tabulate_survey(reconstruct().survey, tables).tests
    refused = {one["row_variable"] for one in tests if one["note"].startswith("not identified")}
    assert refused == {"home"}


def test_ledger_has_a_line_for_every_answer_of_every_column():
    ledger = reconstruct().ledger
    assert {tuple(sorted(line)) for line in ledger} == {tuple(sorted(LEDGER_COLUMNS))}
    jobs = {
        (one["column_code"], one["row_code"]): one for one in ledger if one["variable"] == "job"
    }
    assert {key: (one["count"], one["base"]) for key, one in jobs.items()} == {
        ("1", 1): (14, 23),
        ("1", 2): (9, 23),
        ("2", 1): (5, 16),
        ("2", 2): (11, 16),
        ("total", 1): (19, 39),
        ("total", 2): (20, 39),
    }
    assert {one["respondents"] for one in jobs.values()} == {24, 16, 40}


def test_question_without_a_solution_is_named_and_nobody_gets_an_answer():
    cells = [cell("home", "1", "total", "72,6"), cell("home", "2", "total", "27,6")]
    dealt = reconstruct(cells=cells)
    assert dealt.survey.data["home"].tolist() == [99] * 40
    (sentence,) = dealt.unsolved
    assert "'home' has no integer solution" in sentence
    assert "t, 'home 1', total; t, 'home 2', total" in sentence
    lines = [one for one in dealt.ledger if one["variable"] == "home"]
    assert {(one["count"], one["status"], one["solutions"]) for one in lines} == {
        (None, "no_integer_solution", 0)
    }


def test_survey_without_groups_needs_none():
    spec = {"respondents": 40, "no_answer": 99}
    dealt = reconstruct(cells=CELLS[6:], claims=[], spec=spec)
    assert dealt.survey.data["home"].value_counts().to_dict() == {1: 29, 2: 11}
    assert crossed_in_print(dealt.survey.codebook) == set()


def test_identifier_that_the_codebook_leaves_out_is_made_all_the_same():
    declared = {**DECLARED, "id": "number"}
    assert reconstruct(declared=declared).survey.data["number"].tolist()[:2] == [1, 2]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"claims": []}, "no printed shares of 'sex' give the sizes of the groups"),
        ({"spec": {**SPEC, "respondents": 41}}, "the sizes of the groups have no solution"),
        ({"declared": {}}, "the printed question 'sex' is not declared"),
        ({"cells": [cell("jop", "1", "total", "5")]}, "the printed question 'jop' is not declared"),
        ({"spec": {"respondents": 40, "groups": "sex"}}, "'job': its base is below 40 respondents"),
        ({"spec": {**SPEC, "no_answer": 2}}, "declare a user-missing code for no answer"),
        (
            {"cells": [PrintedCell("t", "job", "yes", "14-25", "60,9", "job", "1", "age", "1")]},
            "t, 'yes', 14-25 is printed by 'age', but `reconstruct: groups` is 'sex'",
        ),
        (
            {"cells": [cell("job", "1", "3", "60,9")]},
            "no respondents are known for its printed col",
        ),
        (
            {
                "declared": {
                    "variables": {
                        **DECLARED["variables"],
                        "job": {"codes": {"y": "yes", "n": "no"}},
                    }
                }
            },
            "'job': records are dealt as integer codes, and 'y' is none",
        ),
    ],
)
def test_what_cannot_be_dealt_is_one_sentence(change, sentence):
    with pytest.raises(SurveyError) as problem:
        reconstruct(**change)
    assert sentence in str(problem.value)


def test_origin_of_subtotals_goes_from_tables_to_their_questions():
    tables = {
        "a": {"rows": ["x", "y"], "derived": "printed_parts"},
        "b": {"rows": ["z"]},
    }
    assert origin_of_subtotals(tables) == {"x": "printed_parts", "y": "printed_parts"}
