"""A condition leaves its respondents alone, and variances stay those of the whole design."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.counts.design import Design
from resurvey.prepare.reconstruction import CROSSED
from resurvey.tables.domains import restrict, with_crossed, with_domain_sizes, word_domain
from resurvey.tables.tabulation import tabulate_survey

YES_NO = {1: {"en": "yes"}, 2: {"en": "no"}, 9: {"en": "refused"}}
BOOK = Codebook(
    {
        "job": Variable("job", codes=YES_NO, missing=(9,), reasons={9: "refused"}),
        "sex": Variable("sex", {"en": "Sex"}, codes={1: {"en": "men"}, 2: {"en": "women"}}),
        "age": Variable("age", {"en": "Age"}, codes={1: {"en": "young"}, 2: {"en": "old"}}),
        "years": Variable("years", measure="scale"),
        "w": Variable("w", measure="scale"),
        "village": Variable("village", measure="scale"),
    }
)
PEOPLE = pd.DataFrame(
    {
        "job": pd.array([1, 2, 1, 9, 2, 1, 1, 2], "Int64"),
        "sex": pd.array([1, 1, 1, 1, 2, 2, 2, 2], "Int64"),
        "age": pd.array([1, 2, 1, 2, 1, 2, 1, None], "Int64"),
        "years": pd.array([20, 50, 22, 60, 19, 45, 21, None], "Int64"),
        "w": [1.0, 2.0, 1.5, 1.0, 3.0, 1.0, 2.0, 1.0],
        "village": pd.array([1, 1, 2, 2, 3, 3, 4, 4], "Int64"),
    }
)


def survey(arrow=False):
    return Survey(pa.Table.from_pandas(PEOPLE) if arrow else PEOPLE, BOOK)


def cells(people, design=None, **table):
    found = tabulate_survey(people, {"t": {"rows": ["job"], **table}}, design=design)
    return {(line["row_code"], line["column_code"]): line for line in found.crosstabs}


@pytest.mark.parametrize("arrow", [False, True])
def test_only_respondents_who_meet_every_line_are_counted(arrow):
    found = cells(survey(arrow), where={"sex": 1, "years": {"max": 55}})
    assert (found["1", "total"]["count"], found["total", "total"]["count"]) == (2, 3)


def test_losses_are_of_the_domain_alone():
    total = cells(survey(), where={"sex": 1})["total", "total"]
    assert (total["unweighted_base"], total["lost_refused"]) == (3, 1)
    assert total["lost_system_missing"] == 0


def test_a_missing_answer_meets_no_range_and_missing_is_asked_by_its_name():
    assert cells(survey(), where={"years": {"min": 0}})["total", "total"]["count"] == 6
    assert cells(survey(), where={"years": "missing"})["total", "total"]["count"] == 1


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"sexx": 1}, r"tables.yaml, 't': `where`: variable 'sexx' .* did you mean 'sex'"),
        ({"sex": 3}, "'sex' has no code 3"),
        ({"years": {"min": 99}}, "`where` holds for no respondent"),
    ],
)
def test_a_condition_that_cannot_be_meant_is_refused(where, said):
    with pytest.raises(SurveyError, match=said):
        cells(survey(), where=where)


DESIGN = Design("w", clusters="village")


@pytest.mark.parametrize("arrow", [False, True])
def test_a_domain_varies_as_the_column_of_the_same_respondents_does(arrow):
    people = survey(arrow)
    domain = cells(people, DESIGN, where={"sex": 2})["1", "total"]
    column = cells(people, DESIGN, columns="sex")["1", "2"]
    for key in ("count", "base", "percent", "lower", "upper"):
        assert domain[key] == pytest.approx(column[key], rel=1e-12), key


def test_a_domain_of_a_domain_is_the_domain_of_both():
    ready = DESIGN.prepared(survey())
    women = restrict(survey(), ready, {"sex": 2}, "here")
    young = restrict(women.survey, women.design, {"age": 1}, "here")
    both = restrict(survey(), ready, {"sex": 2, "age": 1}, "here")
    assert young.design.inside.tolist() == both.design.inside.tolist()
    assert np.array_equal(young.design.weights, both.design.weights)


def test_published_margins_say_nothing_of_a_condition_that_was_never_crossed():
    book = Codebook(BOOK.variables, notes=(f"{CROSSED}job by sex",), reconstructed=True)
    people = Survey(PEOPLE, book)
    assert cells(people, where={"sex": 1})["1", "total"]["count"] == 2
    assert "count" not in cells(people, where={"age": 1})["1", "total"]
    assert "count" not in cells(people, where={"sex": 1, "age": 1})["1", "total"]


@pytest.mark.parametrize("arrow", [False, True])
def test_crossed_columns_are_every_combination_in_the_order_of_the_outer_variable(arrow):
    people = with_crossed(survey(arrow), ["sex*age"])
    crossed = people.codebook["sex*age"]
    labels = [crossed.answer(code, "en") for code in crossed.answers]
    assert labels == ["men, young", "men, old", "women, young", "women, old"]
    assert crossed.title("en") == "Sex × Age"
    assert crossed.answers == ["1*1", "1*2", "2*1", "2*2"]
    found = cells(people, columns="sex*age")
    assert [found["total", code]["count"] for code in crossed.answers] == [2, 1, 2, 1]
    assert found["total", "total"]["count"] == 7


def test_too_many_crossed_columns_are_refused():
    many = Variable("many", codes={code: {} for code in range(101)})
    book = BOOK.updated([many])
    people = Survey(PEOPLE.assign(many=pd.array([0] * 8, "Int64")), book)
    with pytest.raises(SurveyError, match=r"'sex\*many' would be 202"):
        with_crossed(people, ["sex*many"])


WORDS = {"domain_missing": "no answer", "domain_from": "{n} or more", "domain_to": "up to {n}"}


@pytest.mark.parametrize(
    ("where", "language", "said"),
    [
        ({"sex": 2}, "en", "women"),
        ({"sex": [1, 2]}, "en", "Sex: “men”, “women”"),
        ({"sex": 2, "age": 1}, "en", "women; young"),
        ({"glad": 1}, "en", "Are you glad? yes"),
        ({"sad": 1}, "en", "Sad: yes"),
        ({"years": {"min": 18, "max": 54}}, "en", "Years: 18–54"),
        ({"years": {"min": 18, "max": 18}}, "en", "Years: 18"),
        ({"years": {"min": 2.5}}, "ru", "Years: 2,5 or more"),
        ({"years": {"max": -1}}, "en", "Years: up to −1"),
        ({"years": 7}, "en", "Years: 7"),
        ({"glad": "missing"}, "en", "Are you glad? no answer"),
    ],
)
def test_a_condition_is_worded_from_the_labels(where, language, said):
    yes = {1: {"en": "yes"}}
    more = [
        Variable("glad", {"en": "Are you glad?"}, codes=yes),
        Variable("sad", {"en": "Sad"}, codes=yes),
        Variable("years", {"en": "Years"}, "scale"),
    ]
    assert word_domain(where, BOOK.updated(more), language, WORDS) == said


def test_a_code_with_the_mark_of_crossing_cannot_be_crossed():
    people = Survey(PEOPLE.assign(odd="a*b"), BOOK.updated([Variable("odd")]))
    with pytest.raises(SurveyError, match=r"'odd' has the code 'a\*b' with a '\*'"):
        with_crossed(people, ["sex*odd"])


def test_how_many_a_table_is_about_counts_the_people_that_rows_stand_for():
    tables = {"women": {"where": {"sex": 2}}, "all": {"rows": ["job"]}}
    women = int((PEOPLE["sex"] == 2).sum())
    assert with_domain_sizes(BOOK, survey(), {}, tables).domains == {"women": women}
    people = survey()
    people = Survey(people.data.assign(copies=3), BOOK.updated([Variable("copies")]))
    wave = {"weight": "copies", "weight_kind": "frequency"}
    assert with_domain_sizes(BOOK, people, wave, tables).domains == {"women": 3 * women}


def test_dealt_records_do_not_tell_how_many_meet_two_conditions():
    tables = {"one": {"where": {"sex": 2}}, "two": {"where": {"sex": 2, "age": 1}}}
    book = Codebook(BOOK.variables, reconstructed=True)
    assert list(with_domain_sizes(book, Survey(PEOPLE, book), {}, tables).domains) == ["one"]
