"""What a study declares in short is written out before any room sees it."""

from pathlib import Path

import pytest

from resurvey.core.errors import SurveyError
from resurvey.study.expansion import expand_tables, expand_text

HERE = Path("tables.yaml")
SEX = {"codes": {1: "Men", 2: "Women", 9: "Refused"}, "missing": [{"code": 9}]}


def study(tables, **more):
    parts = {"codebook": {"variables": {"sex": SEX}}, "indicators": {}, "figures": {}}
    return {**parts, **more, "tables": {"tables": tables}}


def test_a_split_table_is_one_table_for_every_answer_and_none_for_a_missing_code():
    parts = study({"job": {"rows": ["job"], "columns": "age", "split": "sex"}})
    assert expand_tables(parts, HERE) == {"job": ["job_1", "job_2"]}
    assert parts["tables"]["tables"] == {
        "job_1": {"rows": ["job"], "columns": "age", "where": {"sex": 1}},
        "job_2": {"rows": ["job"], "columns": "age", "where": {"sex": 2}},
    }


def test_a_table_is_split_by_groups_of_numbers_too():
    recode = {"variable": "age", "ranges": {1: [18, 34], 2: [35, None]}}
    indicators = {"indicators": {"age_group": {"recode": recode}}}
    parts = study({"job": {"rows": ["job"], "split": "age_group"}}, indicators=indicators)
    assert list(expand_tables(parts, HERE)["job"]) == ["job_1", "job_2"]


def test_a_condition_stays_beside_the_one_of_the_part():
    parts = study({"job": {"rows": ["job"], "where": {"age": 1}, "split": "sex"}})
    expand_tables(parts, HERE)
    assert parts["tables"]["tables"]["job_2"]["where"] == {"age": 1, "sex": 2}


def test_texts_and_drawings_are_those_of_each_part_unless_it_has_its_own():
    parts = study(
        {"job": {"rows": ["job"], "split": "sex"}}, figures={"figures": {"job": {"kind": "bars"}}}
    )
    split = expand_tables(parts, HERE)
    assert parts["figures"]["figures"] == {"job_1": {"kind": "bars"}, "job_2": {"kind": "bars"}}
    text = {"tables": {"job": {"title": "Work"}, "job_2": {"title": "Women's work"}}}
    assert expand_text(text, split)["tables"] == {
        "job_1": {"title": "Work"},
        "job_2": {"title": "Women's work"},
    }


def test_crossed_columns_become_one_name():
    parts = study({"job": {"rows": ["job"], "columns": [["sex", "age"]]}})
    parts["tables"]["banners"] = {"b": {"columns": ["sex", ["sex", "age"]]}}
    expand_tables(parts, HERE)
    assert parts["tables"]["tables"]["job"]["columns"] == "sex*age"
    assert parts["tables"]["banners"]["b"]["columns"] == ["sex", "sex*age"]


def test_a_name_with_the_sign_of_crossing_is_crossed_with_nothing():
    parts = study({"job": {"rows": ["job"], "columns": "x*y"}})
    parts["tables"]["banners"] = {"b": {"columns": ["x*y", ["sex", "x*y"]]}}
    with pytest.raises(
        SurveyError, match=r"banner 'b': the name 'x\*y' .* `x_y: {source: \"x\*y\"}`"
    ):
        expand_tables(parts, HERE)


def test_crossed_columns_are_not_taken_for_a_variable_of_the_name_that_they_would_have():
    parts = study({"job": {"rows": ["job"], "columns": [["sex", "age"]]}})
    parts["codebook"]["variables"]["sex*age"] = {}
    with pytest.raises(SurveyError, match=r"a variable has the name 'sex\*age', as the crossed"):
        expand_tables(parts, HERE)


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"t": {"rows": ["q"], "split": "sexx"}}, "answers of 'sexx'.* did you mean 'sex'"),
        ({"t": {"rows": ["q"], "split": "sex", "where": {"sex": 1}}}, "in `split` and in `where`"),
        ({"t": {"rows": ["q"], "split": "sex"}, "t_1": {"rows": ["q"]}}, "into 't_1'"),
        ({"t" * 63: {"rows": ["q"], "split": "sex"}}, "too long a name for its parts"),
    ],
)
def test_a_split_that_cannot_be_meant_is_refused(tables, said):
    with pytest.raises(SurveyError, match=said):
        expand_tables(study(tables), HERE)
