"""A table counts people, keeps empty cells, and a missing answer leaves every base."""

import csv
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.cells import percent_of
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.files import csv_text
from resurvey.core.notes import NOT_IDENTIFIED
from resurvey.counts.crosstabs import crosstab
from resurvey.counts.design import Design, wave_design
from resurvey.prepare.indicators import derive_indicators
from resurvey.prepare.reconstruction import CROSSED
from resurvey.statistics.registry import MEASURES, ORDINAL
from resurvey.tables.tabulation import (
    ASSOCIATION_COLUMNS,
    CROSSTAB_COLUMNS,
    PAIRED_TESTS,
    TABLE_FILES,
    TEST_COLUMNS,
    fill_tables,
    tabulate_survey,
)
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


def test_more_columns_than_can_be_read_are_refused():
    survey = survey_of(sex=pd.array(range(201), "Int64"), job=pd.array([1] * 201, "Int64"))
    with pytest.raises(SurveyError, match="'sex' would be 201 columns, and up to 200 can be read"):
        fill_tables(survey, {"t": {"rows": ["job"], "columns": "sex"}}, {}, {}, "en", WORDS, 0.05)


def test_a_number_with_a_line_for_every_value_is_told_once(caplog):
    survey = survey_of(
        born=pd.array(range(100), "Int64"),
        job=pd.array([1] * 100, "Int64"),
        sex=pd.array([1] * 100, "Int64"),
    )
    tables = {
        "by_year": {"rows": ["job", "sex"], "columns": "born"},
        "years": {"rows": ["born"]},
        "few": {"rows": ["job"], "columns": "sex"},
    }
    fill_tables(survey, tables, {}, {}, "en", WORDS, 0.05)
    told = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert [one.partition(" is a number with 100 different")[0] for one in told] == [
        "tables.yaml, 'by_year': 'born'",
        "tables.yaml, 'years': 'born'",
    ]


def test_code_that_reads_like_the_total_is_refused():
    survey = survey_of(job=pd.array([1, 2], "Int64"), sex=pd.array(["total", "x"], "str"))
    with pytest.raises(SurveyError, match="'sex' has the code 'total'"):
        table(survey, columns="sex")


DRINKS = pd.array(["tea", "tea", "milk", "tea+milk", "tea+milk", "tea+milk"], "str")


@pytest.mark.parametrize(
    ("sums", "written"),
    [
        ({"subtotals": [{"of": ["tea", "milk"]}]}, r"tea\+milk"),
        ({"subtotals": [{"of": ["milk", "tea+milk"]}]}, r"milk\+tea\+milk"),
        ({"bottom_box": 2}, r"tea\+milk"),
    ],
)
def test_sum_that_reads_like_an_answer_with_a_plus_is_refused(sums, written):
    survey = survey_of(job=DRINKS)
    codes = {code: {"": code} for code in ("tea", "milk", "tea+milk")}
    drinks = Variable("job", {}, "ordinal", codes)
    survey = Survey(survey.data, survey.codebook.updated([drinks]))
    with pytest.raises(SurveyError, match=rf"'t': the sum of .* 'job' .* {written}, and 'tea\+mil"):
        table(survey, **sums)


def test_answer_with_a_plus_is_counted_as_itself():
    found = cells(survey_of(job=DRINKS))
    assert {row: found[(row, "total")]["count"] for row in ("tea", "milk", "tea+milk")} == {
        "tea": 2,
        "milk": 1,
        "tea+milk": 3,
    }
    assert found[("tea+milk", "total")]["kind"] == "answer"


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


@pytest.mark.slow
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


SCHOOLS = Path(__file__).parents[2] / "reference/statistics/people_apistrat.csv"
LONELY = SCHOOLS.with_name("people_lonely.csv")
TABLES = {"t": {"rows": ["sch.wide"], "columns": "comp.imp"}}
WORDS = {"total": "Total", "all_respondents": "All", "no_answer": "No answer"}
WAVE = {"file": "schools.csv", "weight": "pw", "strata": "stype", "fpc": "fpc"}


def filled(people, wave=WAVE, tables=TABLES):
    book = Codebook({str(name): Variable(str(name)) for name in people})
    return fill_tables(Survey(people, book), tables, {}, wave, "", WORDS)


def test_wave_without_weights_has_no_design():
    assert wave_design({"file": "a.sav", "weight_kind": "frequency"}) is None


def test_every_key_of_a_wave_reaches_the_design():
    wave = {**WAVE, "clusters": ["dnum", "snum"], "lonely_psu": "adjust", "nest": False}
    design = wave_design(wave)
    assert (design.weights, design.strata, design.fpc) == ("pw", "stype", "fpc")
    assert (design.clusters, design.lonely_psu, design.nest) == (["dnum", "snum"], "adjust", False)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda one: one.assign(pw=-one["pw"]), "200 values are negative or infinite"),
        (lambda one: one.assign(pw=0.0), "zero or missing for every respondent"),
        (lambda one: one.assign(pw="heavy"), "holds text"),
        (lambda one: one.drop(columns="pw"), "'pw' is not in the data"),
        (lambda one: one.assign(stype=one["stype"].mask(one["snum"] > 5000)), "'stype'"),
        (lambda one: one.assign(fpc=2.0), "smaller than the sample"),
        (lambda one: one.assign(fpc=one["fpc"].mask(one["snum"] > 5000)), "missing, zero"),
    ],
)
def test_bad_design_is_refused_in_one_sentence(change, sentence):
    with pytest.raises(SurveyError, match=sentence) as problem:
        filled(change(pd.read_csv(SCHOOLS)))
    assert str(problem.value).startswith("config.yaml, design of the wave with 'schools.csv': ")
    assert "\n" not in str(problem.value)


def test_respondents_without_a_weight_are_told():
    people = pd.read_csv(SCHOOLS)
    people["pw"] = people["pw"].mask(people["snum"] > 5000)
    tests = {one["test"]: one for one in filled(people)["tests"]}
    assert "41 respondents without a weight" in tests["rao_scott_f"]["note"]


def test_frequency_weights_are_that_many_equal_respondents():
    people = pd.DataFrame({"sch.wide": [1, 1, 2, 2], "comp.imp": [1, 2, 1, 2], "n": [3, 1, 2, 4]})
    wave = {"file": "a.csv", "weight": "n", "weight_kind": "frequency"}
    whole = filled(people.loc[people.index.repeat(people["n"])].reset_index(drop=True), {})
    by_weight = filled(people, wave)
    statistics = [
        {one["test"]: one.get("statistic") for one in done["tests"]} for done in (whole, by_weight)
    ]
    assert statistics[0] == pytest.approx(statistics[1])


def test_lonely_cluster_stops_the_run_until_the_study_decides():
    people = pd.read_csv(LONELY)
    wave = {"weight": "WTMEC2YR", "strata": "SDMVSTRA", "clusters": "SDMVPSU"}
    tables = {"age": {"rows": ["agecat"], "columns": "RIAGENDR"}}
    with pytest.raises(SurveyError, match="only one cluster"):
        filled(people, wave, tables)
    done = filled(people, {**wave, "lonely_psu": "adjust"}, tables)
    with LONELY.with_name("design_values.csv").open(encoding="utf-8") as lines:
        expected = {
            one["statistic"]: float(one["value"])
            for one in csv.DictReader(lines)
            if one["design"] == "lonely_adjust"
        }
    found = next(one for one in done["tests"] if one["test"] == "rao_scott_f")
    assert found["statistic"] == pytest.approx(expected["rao_scott_f"], rel=1e-9)


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
    assert dichotomous == {*MEASURES}


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


ALL_WORDS = {"total": "Total", "all_respondents": "Everybody", "no_answer": "No answer"}
WAVE_TABLES = {"t": {"rows": ["job"], "columns": "sex"}}
DECLARED = {
    "good": {"share": {"variable": "job", "codes": [1]}},
    "man": {"share": {"variable": "sex", "codes": [1]}},
    "good_man": {"combine": {"how": "all", "of": ["good", "man"]}},
}


@pytest.fixture
def respondents():
    data = pd.DataFrame(
        {
            "job": pd.array([1, 2, 1, None], "Int64"),
            "sex": pd.array([1, 1, 2, 2], "Int64"),
            "w": [1.0, 1.0, 2.0, 1.0],
        }
    )
    codes = {1: {}, 2: {}}
    book = Codebook(
        {
            "job": Variable("job", codes=codes),
            "sex": Variable("sex", codes=codes),
            "w": Variable("w", measure="scale"),
        }
    )
    return Survey(data, book)


def test_every_file_gets_lines_with_its_own_columns(respondents):
    filled = fill_tables(respondents, WAVE_TABLES, {}, {}, "en", ALL_WORDS)
    assert set(filled) == set(TABLE_FILES)
    for name, columns in TABLE_FILES.items():
        extra = set().union(*map(set, filled[name])) - set(columns) if filled[name] else set()
        assert extra <= {"name"}
    assert filled["crosstabs"][-1]["column_label"] == "Everybody"
    assert filled["indicators"] == []


def test_frequencies_of_counted_answers_are_those_of_the_people(respondents):
    wave = {"weight": "w", "weight_kind": "frequency"}
    lines = fill_tables(respondents, WAVE_TABLES, {}, wave, "en", ALL_WORDS)["frequencies"]
    told = [(one["variable"], one["code"], one["count"], one["respondents"]) for one in lines]
    assert told == [
        ("job", 1, 3, 5),
        ("job", 2, 1, 5),
        ("job", "", 1, 5),
        ("sex", 1, 2, 5),
        ("sex", 2, 3, 5),
    ]


def test_indicators_are_compared_by_the_declared_groups(respondents):
    survey = derive_indicators(respondents, DECLARED)
    declared = {"indicators": DECLARED, "columns": "sex"}
    shares = fill_tables(survey, WAVE_TABLES, declared, {}, "en", ALL_WORDS)["indicators"]
    assert [one["percent"] for one in shares if one["indicator"] == "good"] == [
        50,
        100,
        100 * 2 / 3,
    ]


def test_joint_counts_of_reconstructed_records_are_in_no_file(respondents):
    book = Codebook(respondents.codebook.variables, reconstructed=True)
    survey = derive_indicators(Survey(respondents.data, book), DECLARED)
    tables = {"t": {"rows": ["good_man", "good"]}}
    filled = fill_tables(survey, tables, {"indicators": DECLARED}, {}, "en", ALL_WORDS)
    joint = [one for one in filled["crosstabs"] if one["row_variable"] == "good_man"]
    assert joint
    assert not any("count" in one for one in joint)
    assert "good_man" not in {one["variable"] for one in filled["frequencies"]}
    assert "good" in {one["variable"] for one in filled["frequencies"]}


def test_weight_of_the_wave_enters_every_table(respondents):
    filled = fill_tables(respondents, WAVE_TABLES, {}, {"weight": "w"}, "en", ALL_WORDS)
    yes = [one["count"] for one in filled["crosstabs"] if one["row_code"] == "1"]
    assert yes == [1, 2, 3]
    # Frequencies describe the file: every respondent counts as one.
    assert filled["frequencies"][0]["count"] == 2


def test_design_is_the_one_that_the_wave_declares():
    assert wave_design({"file": "a.sav"}) is None
    wave = {"file": "a.sav", "weight": "w", "strata": "s", "clusters": "c", "fpc": "N"}
    assert wave_design(wave) == Design(weights="w", strata="s", clusters="c", fpc="N")


def test_a_banner_counts_every_question_but_the_weight(respondents):
    banners = {"b": {"columns": ["sex"], "means": True}}
    words = {**ALL_WORDS, "mean": "Mean"}
    filled = fill_tables(
        respondents, WAVE_TABLES, {}, {"weight": "w"}, "en", words, banners=banners
    )
    assert {one["row_variable"] for one in filled["banners"]} == {"job"}
    assert filled["banners"][0]["base"] == 4
    assert fill_tables(respondents, WAVE_TABLES, {}, {}, "en", ALL_WORDS)["banners"] == []
