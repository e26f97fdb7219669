"""Tests see answers alone, and what was never crossed in print is refused, not printed."""

import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.notes import NOT_IDENTIFIED
from resurvey.core.survey import Survey
from resurvey.counts.crosstabs import crosstab
from resurvey.prepare.reconstruction import CROSSED
from resurvey.statistics.registry import MEASURES, ORDINAL
from resurvey.tables.tabulation import (
    ASSOCIATION_COLUMNS,
    CROSSTAB_COLUMNS,
    PAIRED_TESTS,
    TEST_COLUMNS,
    tabulate_survey,
)
from unit.eight_people import cells, eight_people, numbers, survey_of, table

SUBTOTALS = [{"of": [2, 1], "label": {"en": "Any answer"}}, {"of": [1, 5]}]


@pytest.fixture
def people():
    return eight_people()


# Tests, residuals and pairs


def test_lines_hold_only_the_columns_of_their_file(people):
    done = table(people, columns="sex", subtotals=SUBTOTALS)
    assert set().union(*done.crosstabs) <= set(CROSSTAB_COLUMNS)
    assert set().union(*done.tests) <= set(TEST_COLUMNS)
    names = set().union(*done.association) - {"name"}
    assert names <= set(ASSOCIATION_COLUMNS)


def test_first_columns_of_the_contract_are_in_place():
    assert ",".join(CROSSTAB_COLUMNS[:11]) == (
        "table,row_variable,row_code,row_label,column_variable,column_code,column_label,kind,count,"
        "base,percent"
    )
    assert ",".join(TEST_COLUMNS[:10]) == (
        "table,row_variable,column_variable,test,statistic,df,df2,p_value,n,note"
    )


def measured(measure, answers):
    """Names of the measures in the results of a question of so many answers, by two groups."""
    people = pd.DataFrame({"q": [1, 2, 3, 1, 2, 3], "g": [1, 1, 1, 2, 2, 2]})
    people = people.assign(q=people["q"].clip(upper=answers))
    codes = {"q": range(1, answers + 1), "g": (1, 2)}
    book = Codebook(
        {
            name: Variable(name, codes={code: {} for code in own}, measure=kind)
            for (name, own), kind in zip(codes.items(), (measure, "nominal"), strict=True)
        }
    )
    survey = Survey(people, book)
    done = tabulate_survey(survey, {"t": {"rows": ["q"], "columns": "g"}})
    return {line["measure"] for line in done.association}, crosstab(survey, "q", "g")


def test_results_hold_the_measures_that_apply_to_the_level_of_measurement():
    nominal, ordinal, dichotomous = (
        measured(measure, answers)[0]
        for measure, answers in (("nominal", 3), ("ordinal", 3), ("nominal", 2))
    )
    assert {"cramer_v", "tschuprow_t", "lambda_rows"} <= nominal
    assert not {"gamma", "spearman", "pearson_r", "odds_ratio", "phi"} & nominal
    assert ordinal - nominal == {name for name in MEASURES if MEASURES[name].level == ORDINAL}
    assert dichotomous == set(MEASURES)


def test_the_library_gives_every_measure_whatever_the_level():
    assert list(measured("nominal", 3)[1].association().index) == list(MEASURES)


def test_pearson_is_that_of_the_counts():
    men, women = [1] * 12 + [2] * 7, [1] * 5 + [2] * 15
    survey = survey_of(job=men + women, sex=[1] * 19 + [2] * 20)
    pearson = next(one for one in table(survey, columns="sex").tests if one["test"] == "pearson")
    assert pearson["statistic"] == pytest.approx(5.76959611596)
    assert pearson["p_value"] == pytest.approx(0.01630578158)
    assert (pearson["df"], pearson["n"]) == (1, 39)


def test_residuals_skip_the_empty_group_and_find_their_cells():
    survey = survey_of(job=[1] * 12 + [2] * 7 + [1] * 5 + [2] * 15, sex=[1] * 19 + [2] * 20)
    survey = Survey(
        survey.data, survey.codebook.updated([Variable("sex", codes={1: {}, 7: {}, 2: {}})])
    )
    found = cells(survey, columns="sex")
    assert found[("1", "1")]["expected"] == pytest.approx(17 * 19 / 39)
    assert found[("1", "1")]["adjusted_residual"] == pytest.approx(5.76959611596**0.5)
    assert found[("1", "2")]["adjusted_residual"] == pytest.approx(-(5.76959611596**0.5))
    assert "adjusted_residual" not in found[("1", "7")]


def test_table_without_columns_has_no_tests(people):
    assert table(people).tests == []


def paired(before, after, **kind):
    codes = {1: {}, 2: {}}
    book = Codebook({name: Variable(name, codes=codes) for name in ("before", "after")}, **kind)
    data = {"before": pd.array(before, "Int64"), "after": pd.array(after, "Int64")}
    spec = {"rows": ["before", "after"], "pairs": [{"before": "before", "after": "after"}]}
    return tabulate_survey(Survey(pd.DataFrame(data), book), {"t": spec}).tests


def test_same_people_asked_twice_are_compared_in_pairs():
    tests = {one["test"]: one for one in paired([1, 1, 1, 1, 2, 2], [1, 2, 2, 2, 1, 2])}
    assert tests["mcnemar"]["statistic"] == pytest.approx((3 - 1) ** 2 / 4)
    assert tests["mcnemar"]["n"] == 6
    assert tests["mcnemar"]["row_variable"] == "after"
    assert set(tests) == set(PAIRED_TESTS)


def test_answer_given_only_once_keeps_the_pair_square():
    tests = {one["test"]: one for one in paired([1, 1, 2, 3], [1, 2, 2, 2])}
    assert str(tests["bowker"]["n"]) == "4"
    assert "two answers only" in tests["mcnemar"]["note"]


def test_pairs_of_reconstructed_records_are_not_identified():
    tests = paired([1, 2], [2, 1], reconstructed=True)
    assert [one["test"] for one in tests] == list(PAIRED_TESTS)
    assert {one["note"] for one in tests} == {NOT_IDENTIFIED.text}
    assert not any("p_value" in one for one in tests)


# Reconstructed records


@pytest.fixture
def dealt(people):
    book = Codebook(people.codebook.variables, notes=(CROSSED + "job by sex",), reconstructed=True)
    data = people.data.assign(home=pd.array([1, 1, 1, 1, 2, 2, 2, 2], "Int64"))
    return Survey(data, book.updated([Variable("home", codes={1: {}, 2: {}})]))


def test_pair_that_was_crossed_in_print_is_counted(dealt, people):
    # Why somebody is in no base is invented too, and so not told of dealt records.
    real = [
        {key: value for key, value in cell.items() if not key.startswith("lost_")}
        for cell in table(people, columns="sex").crosstabs
    ]
    assert table(dealt, columns="sex").crosstabs == real
    assert table(dealt, columns="sex").tests == table(people, columns="sex").tests


def test_pair_that_was_never_crossed_gives_only_its_total_column(dealt):
    done = table(dealt, rows=["home"], columns="sex")
    for line in done.crosstabs:
        if line["column_code"] == "total":
            assert line["percent"] is not None
        else:
            assert line["note"] == NOT_IDENTIFIED.text
            assert not {"count", "percent", "adjusted_residual"} & set(line)
    assert {one["note"] for one in done.tests} == {NOT_IDENTIFIED.text}
    assert {one["note"] for one in done.association} == {NOT_IDENTIFIED.text}
    assert not any("p_value" in one for one in done.tests)


def test_pair_crossed_in_print_is_not_identified_the_other_way_round(dealt):
    assert {one["note"] for one in table(dealt, rows=["sex"], columns="job").tests} == {
        NOT_IDENTIFIED.text
    }


def test_variable_made_of_several_questions_has_not_even_a_total(dealt):
    done = tabulate_survey(dealt, {"t": {"rows": ["home"]}}, invented={"home"})
    assert {line["note"] for line in done.crosstabs} == {NOT_IDENTIFIED.text}
    assert not any("count" in line for line in done.crosstabs)


# Weights


def test_weights_replace_heads_and_the_heads_stay_beside_them(people):
    from resurvey.counts.design import Design

    data = people.data.assign(w=[2.0, 1.0, 1.0, 0.5, 0.5, 9.0, 9.0, 1.0])
    book = people.codebook.updated([Variable("w", measure="scale")])
    spec = {"t": {"rows": ["job"], "columns": "sex"}}
    lines = tabulate_survey(Survey(data, book), spec, design=Design(weights="w")).crosstabs
    found = {(line["row_code"], line["column_code"]): line for line in lines}
    assert numbers(found[("1", "1")]) == (3, 4, 75.0)
    assert numbers(found[("1", "2")]) == (0.5, 1, 50.0)
    assert (found[("1", "2")]["unweighted_count"], found[("1", "2")]["unweighted_base"]) == (1, 2)
    assert numbers(found[("1", "total")]) == (4.5, 6, 75.0)


def test_paired_tests_are_refused_for_weighted_respondents():
    from resurvey.counts.design import Design

    book = Codebook({name: Variable(name, codes={1: {}, 2: {}}) for name in ("a", "b")})
    book = book.updated([Variable("w", measure="scale")])
    data = pd.DataFrame({"a": [1, 2], "b": [2, 1], "w": [1.0, 2.0]})
    spec = {"t": {"rows": ["a", "b"], "pairs": [{"before": "a", "after": "b"}]}}
    tests = tabulate_survey(Survey(data, book), spec, design=Design(weights="w")).tests
    assert all("not defined for weighted" in one["note"] for one in tests)
