"""What leaves the house tells nobody's answer, and an attack on the files themselves shows it."""

import random

import pytest

from resurvey import SurveyError
from resurvey.core.codebook import Codebook, Variable
from resurvey.safety import disclosure
from resurvey.safety.attack import attack_release, narrow, released_cells
from resurvey.safety.disclosure import (
    protect_tables,
    public_register,
)
from resurvey.safety.linked_cells import integer
from resurvey.safety.primary import Rules, find_primary
from resurvey.safety.tracing import link_cells
from unit.safety.small_survey import DECLARED, DEFINITIONS, respondents, tabulated


@pytest.fixture(scope="module")
def safe(survey_files):
    files, book = survey_files
    return protect_tables(files, DECLARED, book, definitions=DEFINITIONS)


def aims(files, book):
    linked = link_cells(files, book, DEFINITIONS)
    return linked, find_primary(linked, Rules.read(DECLARED)).cells


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_no_small_count_is_found_in_anything_released_together(seed):
    files, book = tabulated(respondents(seed))
    safe = protect_tables(files, DECLARED, book, definitions=DEFINITIONS)
    linked, targets = aims(files, book)
    assert len(targets) > 40
    # The whole interval of each, as a reader finds it, with one decimal of every percentage.
    some = sorted(targets)[:: max(1, len(targets) // 12)]
    found = attack_release(linked, safe.files, some, digits=1, enough=None)
    assert min(interval.width for interval in found.values()) >= 3


def test_hiding_the_small_counts_alone_protects_few_of_them(survey_files, monkeypatch):
    files, book = survey_files
    monkeypatch.setattr(disclosure, "suppress_cells", lambda *_: set())
    named = r"the counts of '\w+'.* in '\w+' of tables/\w+\.csv cannot .* finds a small one"
    with pytest.raises(SurveyError, match=named):
        protect_tables(files, DECLARED, book, definitions=DEFINITIONS)


@pytest.mark.slow
def test_one_number_left_by_mistake_is_found_by_the_attack(survey_files, safe):
    """Any hidden small count, or its percentage of a base that is printed, put back alone."""
    files, book = survey_files
    linked, targets = aims(files, book)
    bases = released_cells(linked, safe.files)
    left = [
        one
        for one in linked.fields
        if one.cells and one.cells[0] in targets and (one.exact or one.share)
    ]
    left = [one for one in left if one.exact or one.cells[1] in bases]
    draw = random.Random(1)
    for one in draw.sample(left, 25):
        file, number, column = one.place
        line = safe.files[file][number]
        assert line[column] == ""
        spoilt = [dict(each) for each in safe.files[file]]
        spoilt[number][column] = files[file][number][column]
        attacked = {**safe.files, file: spoilt}
        found = attack_release(linked, attacked, targets)
        assert one.cells[0] in narrow(found), one


def test_every_form_of_a_hidden_count_is_empty(survey_files, safe):
    shares = [f"{of}percent" for of in ("", "column_", "row_", "total_", "valid_")]
    forms = [*shares, "count", "unweighted_count", "expected", "lower", "upper"]
    forms += ["standardized_residual", "adjusted_residual"]
    gone = [
        line
        for file in ("tables/crosstabs.csv", "tables/banners.csv", "tables/frequencies.csv")
        for line in safe.files[file]
        if line["suppressed"] == "confidential" and line["kind"] == "answer"
    ]
    assert len(gone) > 50
    assert {line.get(form, "") for line in gone for form in forms} == {""}


def test_small_counts_stand_nowhere_in_the_released_files(safe):
    for file in ("tables/crosstabs.csv", "tables/banners.csv"):
        shown = [integer(line["unweighted_count"]) for line in safe.files[file]]
        assert [count for count in shown if count is not None and 1 <= count <= 9] == []
    ns = [integer(line["n"]) for line in safe.files["tables/summaries.csv"]]
    assert [count for count in ns if count is not None and 1 <= count <= 9] == []


def test_lines_and_columns_stay_and_one_column_comes_last(survey_files, safe):
    files, _ = survey_files
    for file, lines in files.items():
        assert len(safe.files[file]) == len(lines)
        for before, after in zip(lines, safe.files[file], strict=True):
            assert list(after) == [*before, "suppressed"]
            assert all(after[column] in ("", text) for column, text in before.items())


def test_the_files_do_not_say_which_count_is_small(safe):
    marks = {line["suppressed"] for lines in safe.files.values() for line in lines}
    assert marks == {"", "confidential", "derived"}
    assert {line["rule"] for line in safe.register} == {"primary", "zero", "secondary", "derived"}
    public = public_register(safe.register)
    assert {line["rule"] for line in public} == {"confidential", "derived"}


def test_the_register_holds_no_number_that_is_hidden(survey_files, safe):
    for line in safe.register:
        assert set(line) == {"file", "table", "row", "column", "rule"}


def test_who_all_or_none_of_a_group_answered_is_hidden_of_a_sensitive_question(safe):
    debts = [
        line
        for line in safe.files["tables/banners.csv"]
        if line["row_variable"] == "debt"
        and (line["column_variable"], line["column_code"]) == ("region", "3")
        and line["kind"] == "answer"
    ]
    assert {line["suppressed"] for line in debts} == {"confidential"}


def test_least_and_greatest_values_are_one_persons_and_stay(safe):
    ends = [
        line
        for line in safe.files["tables/summaries.csv"]
        if line["statistic"] in ("min", "max") and line["row_variable"] == "pay"
    ]
    assert ends
    assert {line["value"] for line in ends} == {""}


def test_a_file_of_no_known_kind_is_emptied(survey_files):
    _, book = survey_files
    safe = protect_tables({"figures/job.en.csv": [{"label": "Rare", "percent": "1.3"}]}, None, book)
    assert safe.files["figures/job.en.csv"] == [
        {"label": "", "percent": "", "suppressed": "derived"}
    ]


def frequencies(variable, counts):
    n = str(sum(counts.values()))
    line = {"variable": variable.name, "label": "", "kind": "answer", "respondents": n, "base": n}
    lines = [
        {**line, "code": code, "answer": code, "count": str(count)}
        for code, count in counts.items()
    ]
    return {"tables/frequencies.csv": lines}, Codebook({variable.name: variable})


@pytest.mark.parametrize(
    ("declared", "shown"), [({}, ["", "", ""]), ({"released": ["why"]}, ["a debt", "war", "work"])]
)
def test_written_answers_are_printed_only_where_they_are_released_by_name(declared, shown):
    files, book = frequencies(
        Variable("why", measure="text"), {"a debt": 30, "war": 40, "work": 20}
    )
    safe = protect_tables(files, declared, book).files["tables/frequencies.csv"]
    assert [line["answer"] for line in safe] == shown


def test_a_written_answer_of_few_is_not_in_the_register():
    variable = Variable("job", codes={"miner": {}, "smith": {}, "cook": {}})
    files, book = frequencies(variable, {"miner": 30, "smith": 3, "cook": 40})
    safe = protect_tables(files, None, book)
    told = [line["answer"] for line in safe.files["tables/frequencies.csv"]]
    assert told == ["miner", "", "cook"]
    assert "smith" not in str(safe.register)


def test_of_eight_people_nothing_is_released():
    files, book = frequencies(Variable("job", codes={1: {}, 2: {}}), {"1": 3, "2": 5})
    for line in protect_tables(files, None, book).files["tables/frequencies.csv"]:
        assert [line[name] for name in ("count", "base", "respondents")] == ["", "", ""]


@pytest.mark.slow
def test_two_choices_are_the_same(survey_files, safe):
    files, book = survey_files
    again = protect_tables(dict(reversed(files.items())), DECLARED, book, definitions=DEFINITIONS)
    assert again.files == safe.files
    assert again.register == safe.register


def test_adjusted_p_values_that_repeat_a_hidden_one_are_hidden(survey_files):
    _, book = survey_files
    line = {"table": "t", "row_variable": "a", "column_variable": "b", "test": "pearson"}
    files = {
        "tables/tests.csv": [
            {**line, "n": "8", "p_value": "0.01", "holm_table": "0.03"},
            {**line, "row_variable": "c", "n": "80", "p_value": "0.02", "holm_table": "0.03"},
            {**line, "row_variable": "d", "n": "80", "p_value": "0.04", "holm_table": "0.04"},
        ]
    }
    safe = protect_tables(files, None, book).files["tables/tests.csv"]
    assert [each["holm_table"] for each in safe] == ["", "", "0.04"]
    assert [each["p_value"] for each in safe] == ["", "0.02", "0.04"]


def test_a_weighted_table_that_hides_a_count_tells_heads_of_its_bases_alone(survey_files):
    """With one weight a group, weighted and unweighted sums are two equations for two counts."""
    files, book = survey_files
    weights = {"1": 0.5, "2": 1.7, "total": 1.1}
    lines = [
        {**line, "count": str(weights[line["column_code"]] * int(line["unweighted_count"]))}
        for line in files["tables/crosstabs.csv"]
        if line["table"] == "job_by_sex"
    ]
    safe = protect_tables({"tables/crosstabs.csv": lines}, None, book).files["tables/crosstabs.csv"]
    assert "confidential" in {line["suppressed"] for line in safe}
    told = {line["kind"] for line in safe if line["unweighted_count"]}
    assert told == {"total"}
    assert [line for line in safe if line["percent"] and line["kind"] == "answer"]


def test_what_takes_too_long_to_prove_is_refused_and_the_tables_are_named(
    survey_files, monkeypatch
):
    files, book = survey_files
    monkeypatch.setattr(disclosure, "MOST_PROVED", 1000)
    with pytest.raises(SurveyError) as refused:
        protect_tables(files, DECLARED, book, definitions=DEFINITIONS)
    said = str(refused.value)
    assert "was not proven" in said
    assert "'overview' of tables/banners.csv" in said
    assert "nothing is released; take answers or groups together" in said
    assert "\n" not in said
