"""A table counts people, keeps empty cells, and a missing answer leaves every base."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.cells import percent_of
from resurvey.core.codebook import Codebook, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.files import csv_text
from resurvey.core.survey import Survey
from resurvey.tables.tabulation import CROSSTAB_COLUMNS, tabulate_survey
from unit.eight_people import JOB, SEX, cells, eight_people, numbers, survey_of, table


@pytest.fixture
def people():
    return eight_people()


# Counts and bases


def test_missing_answer_leaves_the_base(people):
    assert numbers(cells(people, columns="sex")[("1", "2")]) == (1, 2, 50.0)


def test_answer_nobody_gave_keeps_its_row(people):
    assert numbers(cells(people, columns="sex")[("5", "1")]) == (0, 3, 0.0)


def test_empty_group_keeps_its_column_without_a_per_cent(people):
    assert numbers(cells(people, columns="sex")[("1", "3")]) == (0, 0, None)


def test_respondent_without_a_group_is_among_all_respondents(people):
    everybody = cells(people, columns="sex")[("1", "total")]
    assert numbers(everybody) == (4, 6, 100 * 4 / 6)
    assert (everybody["unweighted_count"], everybody["unweighted_base"]) == (4, 6)


def test_rows_stay_in_printed_order_and_the_total_comes_last(people):
    lines = table(people).crosstabs
    assert [line["row_code"] for line in lines] == ["2", "1", "5", "total"]
    assert [line["kind"] for line in lines] == ["answer", "answer", "answer", "total"]
    assert numbers(lines[-1]) == (6, 6, 100.0)


def test_table_without_columns_has_only_the_all_respondents_column(people):
    lines = table(people).crosstabs
    assert {(line["column_variable"], line["column_code"]) for line in lines} == {("", "total")}


def test_labels_are_in_the_language_asked_for_else_in_any(people):
    labels = [line["row_label"] for line in table(people, language="ru").crosstabs]
    assert labels == ["Нет", "Да", "Hard to say", "Total"]


def test_words_of_the_total_come_from_outside(people):
    words = {"total": "Всего", "all_respondents": "Все"}
    spec = {"t": {"rows": ["job"], "columns": "sex"}}
    last = tabulate_survey(people, spec, words=words).crosstabs[-1]
    assert (last["row_label"], last["column_label"]) == ("Всего", "Все")


def test_every_row_variable_has_its_own_block(people):
    lines = tabulate_survey(people, {"t": {"rows": ["job", "sex"]}}).crosstabs
    assert [line["row_variable"] for line in lines] == ["job"] * 4 + ["sex"] * 4


def test_item_that_nobody_answered_has_empty_per_cents():
    survey = survey_of(job=pd.array([None, None], "Int64"), sex=pd.array([1, 2], "Int64"))
    survey = Survey(survey.data, Codebook({"job": JOB, "sex": SEX}))
    assert {numbers(line) for line in table(survey, columns="sex").crosstabs} == {(0, 0, None)}
    assert all(line.get("p_value") is None for line in table(survey, columns="sex").tests)


def test_one_respondent_is_a_table_without_tests(people):
    alone = Survey(people.data.head(1), people.codebook)
    tests = table(alone, columns="sex").tests
    assert tests
    assert all(line["note"] for line in tests if line["p_value"] is None)
    assert next(one for one in tests if one["test"] == "pearson")["p_value"] is None


# Per cents


def test_row_per_cent_is_of_the_answer_across_the_groups(people):
    by_row = cells(people, columns="sex", percent="row")
    assert numbers(by_row[("1", "1")]) == (2, 3, 100 * 2 / 3)
    assert numbers(by_row[("1", "2")]) == (1, 3, 100 / 3)
    assert numbers(by_row[("1", "total")]) == (4, 4, 100.0)


def test_total_per_cent_is_of_the_whole_table(people):
    by_total = cells(people, columns="sex", percent="total")
    assert numbers(by_total[("1", "1")]) == (2, 5, 40.0)
    assert numbers(by_total[("total", "2")]) == (2, 5, 40.0)


@pytest.mark.parametrize("percent", ["column", "row", "total"])
def test_percent_is_the_one_the_table_asks_for(people, percent):
    for line in table(people, columns="sex", percent=percent).crosstabs:
        assert line["percent"] == line[f"{percent}_percent"]
        assert line["percent"] == percent_of(line["count"], line["base"])


def test_per_cent_of_nobody_is_none_and_never_rounded():
    assert percent_of(0, 0) is None
    assert percent_of(1, 3) == 100 / 3
    assert percent_of(np.int64(3), np.int64(4)) == 75.0


# Subtotals

SUBTOTALS = [{"of": [2, 1], "label": {"en": "Any answer"}}, {"of": [1, 5]}]


def test_subtotal_follows_its_last_part_and_joins_the_codes(people):
    lines = table(people, subtotals=SUBTOTALS).crosstabs
    assert [line["row_code"] for line in lines] == ["2", "1", "2+1", "5", "1+5", "total"]
    assert [line["kind"] for line in lines][2] == "subtotal"


def test_subtotal_adds_counts_and_keeps_the_base(people):
    both = cells(people, columns="sex", subtotals=SUBTOTALS)
    assert numbers(both[("2+1", "1")]) == (3, 3, 100.0)
    assert numbers(both[("1+5", "2")]) == (1, 2, 50.0)


def test_subtotal_without_a_label_joins_those_of_its_parts(people):
    both = cells(people, subtotals=SUBTOTALS)
    assert both[("2+1", "total")]["row_label"] == "Any answer"
    assert both[("1+5", "total")]["row_label"] == "Yes + Hard to say"


def test_subtotal_has_no_residual_and_changes_no_test(people):
    plain, more = table(people, columns="sex"), table(people, columns="sex", subtotals=SUBTOTALS)
    assert plain.tests == more.tests
    sums = [line for line in more.crosstabs if line["kind"] != "answer"]
    assert not any("adjusted_residual" in line for line in sums)


def test_subtotal_can_be_for_one_row_variable_only(people):
    spec = {"t": {"rows": ["job", "sex"], "subtotals": [{"of": [2, 1], "rows": ["sex"]}]}}
    lines = tabulate_survey(people, spec).crosstabs
    assert [one["row_variable"] for one in lines if one["kind"] == "subtotal"] == ["sex"]


@pytest.mark.parametrize("code", [7, 9, "1"])
def test_subtotal_of_what_is_no_answer_is_refused(people, code):
    with pytest.raises(SurveyError, match=f"'t': a subtotal of 'job' names {code}, which is no an"):
        table(people, subtotals=[{"of": [1, code]}])


def test_subtotal_that_names_a_code_twice_is_refused(people):
    with pytest.raises(SurveyError, match="'t': a subtotal of 'job' names a code twice"):
        table(people, subtotals=[{"of": [1, 1]}])


# Codes never seen before


def test_codes_negative_zero_and_huge_are_written_as_integers():
    answers = [-5, 0, 2**40, 2**53 + 1, 0]
    survey = survey_of(job=pd.array(answers, "Int64"))
    codes = [line["row_code"] for line in table(survey).crosstabs]
    assert codes == ["-5", "0", str(2**40), str(2**53 + 1), "total"]


def test_whole_floats_are_codes_without_point_zero():
    survey = survey_of(job=[1.0, 2.0, np.nan])
    assert [line["row_code"] for line in table(survey).crosstabs] == ["1", "2", "total"]


def test_text_codes_stay_text():
    survey = survey_of(job=pd.array(["65+", "01", "01", None], "str"))
    lines = table(survey).crosstabs
    assert [(line["row_code"], line["count"]) for line in lines] == [
        ("01", 2),
        ("65+", 1),
        ("total", 3),
    ]


def test_observed_code_without_a_label_is_counted_under_its_code(people):
    book = people.codebook.updated([Variable("job", codes={1: {"en": "Yes"}, 5: {}}, missing=(9,))])
    lines = table(Survey(people.data, book)).crosstabs
    assert [(line["row_code"], line["row_label"]) for line in lines][:3] == [
        ("1", "Yes"),
        ("5", "5"),
        ("2", "2"),
    ]


def test_value_with_a_fraction_is_no_answer_to_tabulate():
    survey = survey_of(job=[1.0, 2.5])
    with pytest.raises(
        SurveyError, match=r"tables\.yaml, 't': 'job' has values with a fraction; group it"
    ):
        table(survey)


def test_variable_with_a_value_for_everybody_is_refused():
    survey = survey_of(job=pd.array(range(2000), "Int64"))
    with pytest.raises(SurveyError, match="'job' has 2000 different values; group it"):
        table(survey)


def test_code_that_reads_like_the_total_is_refused():
    survey = survey_of(job=pd.array([1, 2], "Int64"), sex=pd.array(["total", "x"], "str"))
    with pytest.raises(SurveyError, match="'sex' has the code 'total'"):
        table(survey, columns="sex")


def test_unknown_variable_is_named_with_table_and_nearest(people):
    with pytest.raises(SurveyError, match=r"tables\.yaml, 't': variable 'jop' .* mean 'job'\?"):
        table(people, rows=["jop"])
    with pytest.raises(SurveyError, match=r"tables\.yaml, 't': variable 'six' .* mean 'sex'\?"):
        table(people, columns="six")


def test_free_text_is_not_tabulated():
    survey = Survey(
        pd.DataFrame({"job": ["I sew", "none"]}), Codebook({"job": Variable("job", measure="text")})
    )
    with pytest.raises(SurveyError, match="'job' is free text"):
        table(survey)


def test_arrow_columns_give_the_same_table(people):
    arrow = Survey(pa.table({name: people.data[name] for name in people.data}), people.codebook)
    spec = {"t": {"rows": ["job"], "columns": "sex", "subtotals": SUBTOTALS}}
    assert csv_text(CROSSTAB_COLUMNS, tabulate_survey(arrow, spec).crosstabs) == csv_text(
        CROSSTAB_COLUMNS, tabulate_survey(people, spec).crosstabs
    )


@given(
    st.lists(
        st.tuples(st.sampled_from([1, 2, 5, 9, None]), st.sampled_from([1, 2, 3, None])),
        min_size=1,
        max_size=40,
    )
)
def test_every_respondent_is_counted_once(pairs):
    jobs, sexes = zip(*pairs, strict=True)
    data = {"job": pd.array(jobs, "Int64"), "sex": pd.array(sexes, "Int64")}
    survey = Survey(pd.DataFrame(data), Codebook({"job": JOB, "sex": SEX}))
    found = cells(survey, columns="sex")
    for code in ("2", "1", "5"):
        with_sex = sum(found[(code, sex)]["count"] for sex in ("1", "2", "3"))
        assert found[(code, "total")]["count"] == jobs.count(int(code))
        assert with_sex == sum(j == int(code) and s is not None for j, s in pairs)
    for sex in ("1", "2", "3", "total"):
        parts = [found[(code, sex)]["percent"] for code in ("2", "1", "5")]
        if found[("total", sex)]["base"]:
            assert sum(parts) == pytest.approx(100)
            assert found[("1", sex)]["percent"] == float(
                Fraction(100 * found[("1", sex)]["count"], found[("1", sex)]["base"])
            )
