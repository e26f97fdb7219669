"""Weights, designs, several answers, letters, models and conformance, run as a user's study."""

import csv
import json
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace

import pandas as pd
import pytest
import yaml

from invented import ROOT, read, snakemake, write_study
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.counts.design import Design, wave_design
from resurvey.study.folder import read_study
from resurvey.tables.tabulation import tabulate_survey

REFERENCE = ROOT / "tests/reference/statistics"

SCHOOLS = (
    "sample: probability\n"
    'waves:\n  "2000": {file: resources/2000/schools.csv, weight: pw, strata: stype, fpc: fpc}\n'
)
SCHOOL_TABLES = "tables:\n  improvement: {rows: [sch.wide], columns: comp.imp}\n"


def r_values(design):
    with (REFERENCE / "design_values.csv").open(encoding="utf-8") as lines:
        return {
            one["statistic"]: float(one["value"])
            for one in csv.DictReader(lines)
            if one["design"] == design
        }


def schools(folder, config=SCHOOLS):
    """The stratified sample of schools that ships with R's survey package."""
    (folder / "resources/2000").mkdir(parents=True)
    shutil.copy(REFERENCE / "people_apistrat.csv", folder / "resources/2000/schools.csv")
    return write_study(folder, config=config, tables=SCHOOL_TABLES)


@pytest.fixture(scope="module")
def weighted_run(tmp_path_factory):
    folder = schools(tmp_path_factory.mktemp("schools"))
    finished = snakemake(folder)
    assert finished.returncode == 0, finished.stderr
    return folder


@pytest.fixture(scope="module")
def weighted_cells(weighted_run):
    lines = read(weighted_run / "results/2000/tables/crosstabs.csv")
    return {(one["row_code"], one["column_code"]): one for one in lines}


def test_weighted_counts_and_shares_are_those_of_r(weighted_cells):
    expected = r_values("apistrat_fpc")
    for row in "12":
        for column in "12":
            cell, place = weighted_cells[row, column], f"[{row},{column}]"
            assert float(cell["count"]) == pytest.approx(expected[f"count{place}"], rel=1e-12)
            assert float(cell["percent"]) == pytest.approx(100 * expected[f"share{place}"])


def test_intervals_come_from_the_design(weighted_cells):
    expected = r_values("apistrat_fpc")
    cell = weighted_cells["1", "2"]
    assert float(cell["lower"]) == pytest.approx(100 * expected["lower[1,2]"], rel=1e-9)
    assert float(cell["upper"]) == pytest.approx(100 * expected["upper[1,2]"], rel=1e-9)


def test_heads_stand_beside_the_weighted_bases(weighted_cells):
    cell = weighted_cells["1", "total"]
    assert (cell["unweighted_count"], cell["unweighted_base"]) == ("48", "200")
    assert float(cell["base"]) == pytest.approx(6194, abs=0.001)


def test_weighted_table_is_tested_by_its_design(weighted_run):
    tests = {one["test"]: one for one in read(weighted_run / "results/2000/tables/tests.csv")}
    expected = r_values("apistrat_fpc")
    found = tests["rao_scott_f"]
    assert float(found["statistic"]) == pytest.approx(expected["rao_scott_f"], rel=1e-9)
    assert float(found["p_value"]) == pytest.approx(expected["rao_scott_f:p"], rel=1e-9)
    assert "sampling weights" in tests["pearson"]["note"]
    assert tests["pearson"]["p_value"] == ""


def test_probability_sample_has_no_nominal_note(weighted_run):
    notes = [one["note"] for one in read(weighted_run / "results/2000/tables/tests.csv")]
    assert not any("descriptive" in note for note in notes)


def test_report_of_a_weighted_wave_shows_the_test_of_its_design(weighted_run):
    page = (weighted_run / "results/2000/report/report.en.html").read_text(encoding="utf-8")
    assert "Rao–Scott" in page
    assert "All p-values in this report are descriptive" not in page


CLUSTERED = (
    "languages: [en, ru]\nsample: probability\n"
    'waves:\n  "2000": {file: resources/2000/schools.csv, weight: pw, clusters: dnum, fpc: fpc}\n'
)
NUMBERS = """tables:
  scores:
    summaries: [api00]
    columns: stype
    statistics: [n, mean, sd, median, quartiles, min, max]
"""
STATISTICS_OF_R = {
    "n": ("n", "value"),
    "weighted": ("weighted_n", "value"),
    "mean": ("mean", "value"),
    "mean:se": ("mean", "standard_error"),
    "mean:lower": ("mean", "lower"),
    "mean:upper": ("mean", "upper"),
    "deviation": ("sd", "value"),
    "quantile25": ("q1", "value"),
    "quantile50": ("median", "value"),
    "quantile50:lower": ("median", "lower"),
    "quantile50:upper": ("median", "upper"),
    "quantile75": ("q3", "value"),
    "minimum": ("min", "value"),
    "maximum": ("max", "value"),
}


@pytest.fixture(scope="module")
def clustered_run(tmp_path_factory):
    """The sample of school districts of R's survey package: weights and clusters."""
    folder = tmp_path_factory.mktemp("districts")
    (folder / "resources/2000").mkdir(parents=True)
    shutil.copy(REFERENCE / "people_apiclus1.csv", folder / "resources/2000/schools.csv")
    text = (
        "introduction: ['The mean is {mean:scores/api00/total}, from {mean:scores/api00/1/lower}.']"
    )
    codebook = "variables: {api00: {label: Score, measure: scale}, stype: {label: Type}}\n"
    write_study(
        folder, config=CLUSTERED, tables=NUMBERS, codebook=codebook, **{"text.en": text + "\n"}
    )
    finished = snakemake(folder)
    assert finished.returncode == 0, finished.stderr
    return folder / "results/2000"


def values_of_numbers(case):
    with (REFERENCE / "number_values.csv").open(encoding="utf-8") as lines:
        return {
            one["statistic"]: float(one["value"])
            for one in csv.DictReader(lines)
            if one["case"] == case
        }


def test_means_and_quantiles_of_a_clustered_sample_are_those_of_r(clustered_run):
    lines = {
        (line["column_code"], line["statistic"]): line
        for line in read(clustered_run / "tables/summaries.csv")
        if line["table"] == "scores"
    }
    compared = 0
    for name, value in values_of_numbers("apiclus1_type").items():
        key, _, column = name.rstrip("]").partition("[")
        if column and key in STATISTICS_OF_R:
            statistic, field = STATISTICS_OF_R[key]
            assert float(lines[column, statistic][field]) == pytest.approx(value, rel=1e-8), name
            compared += 1
    assert compared == 3 * len(STATISTICS_OF_R)


def test_groups_of_a_clustered_sample_are_compared_as_r_compares_them(clustered_run):
    expected = values_of_numbers("apiclus1_type")
    tests = {line["test"]: line for line in read(clustered_run / "tables/tests.csv")}
    for name in ("design_wald_f", "design_kruskal_wallis"):
        assert float(tests[name]["statistic"]) == pytest.approx(expected[name], rel=1e-8)
        assert float(tests[name]["p_value"]) == pytest.approx(expected[f"{name}:p"], rel=1e-8)
    effects = {line["measure"]: line for line in read(clustered_run / "tables/association.csv")}
    for field, ending in (("value", ""), ("lower", ":lower"), ("upper", ":upper")):
        value = float(effects["eta_squared"][field])
        assert value == pytest.approx(expected[f"eta_squared{ending}"], rel=1e-8)


def test_report_shows_numbers_with_their_test_their_figure_and_their_cards(clustered_run):
    page = (clustered_run / "report/report.en.html").read_text(encoding="utf-8")
    numbers = json.loads((clustered_run / "report/provenance.json").read_text("utf-8"))["numbers"]
    for identity in ("summary:scores/api00/mean/total", "summary:scores/api00/mean/1/lower"):
        assert f'data-number="{identity}"' in page
        assert identity in numbers
    shown = set(re.findall(r'data-number="((?:summary|association|test):[^"]+)"', page))
    assert shown <= set(numbers)
    assert "Design-based Wald F" in page
    assert "figure-scores" in page
    assert "Numeric variables" in page
    russian = (clustered_run / "report/report.ru.html").read_text(encoding="utf-8")
    assert "95-процентный интервал среднего" in russian.replace("\N{NO-BREAK SPACE}", " ")
    csv_text = (clustered_run / "report/csv/scores.en.csv").read_text(encoding="utf-8-sig")
    assert "Standard deviation" in csv_text


def test_bad_weights_are_refused_in_one_sentence(tmp_path):
    path = schools(tmp_path) / "resources/2000/schools.csv"
    people = pd.read_csv(path)
    people.assign(pw=-people["pw"]).to_csv(path, index=False)
    finished = snakemake(tmp_path, "results/2000/tables/tests.csv")
    said = finished.stdout + finished.stderr
    assert finished.returncode != 0
    assert "weight 'pw' is negative or infinite in 200 rows" in said
    assert "Traceback" not in said


RAKED = """languages: [en, ru]
sample: probability
waves:
  "2000":
    file: resources/2000/schools.csv
    weight: pw
    strata: stype
    fpc: fpc
    rake:
      margins:
        awards: {1: 2000, 2: 4194}
        stype: {1: 4421, 2: 755, 3: 1018}
"""


@pytest.fixture(scope="module")
def raked_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raked")
    schools(folder, RAKED)
    write_study(folder, tables="tables:\n  schools: {rows: [comp.imp], columns: sch.wide}\n")
    finished = snakemake(folder)
    assert finished.returncode == 0, finished.stderr
    return folder / "results/2000"


def test_raked_wave_has_the_counts_intervals_and_tests_of_r(raked_run):
    expected = r_values("apistrat_raked")
    for cell in read(raked_run / "tables/crosstabs.csv"):
        if cell["kind"] == "answer" and cell["column_code"] != "total":
            place = f"[{cell['row_code']},{cell['column_code']}]"
            assert float(cell["count"]) == pytest.approx(expected[f"count{place}"], rel=1e-9)
            assert float(cell["lower"]) == pytest.approx(100 * expected[f"lower{place}"], rel=1e-7)
    tests = {one["test"]: one for one in read(raked_run / "tables/tests.csv")}
    assert float(tests["rao_scott_f"]["statistic"]) == pytest.approx(
        expected["rao_scott_f"], rel=1e-9
    )


def test_report_says_to_what_the_weights_were_raked(raked_run):
    page = (raked_run / "report/report.en.html").read_text(encoding="utf-8")
    assert "The weights were obtained by raking: starting from the variable pw" in page
    assert "awards; stype" in page
    assert "Kish" in page
    assert "Рао–Скотта" in (russian := (raked_run / "report/report.ru.html").read_text("utf-8"))
    assert "Веса получены рейкингом: исходные веса (переменная pw)" in russian
    assert "rake: " in (raked_run / "logs/tabulate_wave.log").read_text(encoding="utf-8")


def test_replicate_weights_of_the_file_give_the_tests_of_r(tmp_path):
    (tmp_path / "resources/2000").mkdir(parents=True)
    shutil.copy(REFERENCE / "people_replicates.csv", tmp_path / "resources/2000/schools.csv")
    replicates = 'replicates: {columns: "rw*", type: fay, rho: 0.3}'
    config = (
        "sample: probability\nwaves:\n"
        f'  "2000": {{file: resources/2000/schools.csv, weight: pw, {replicates}}}\n'
    )
    tables = (
        "tables:\n  schools: {rows: [awards], columns: stype}\nbanners:\n  b: {columns: [stype]}\n"
    )
    write_study(tmp_path, config=config, tables=tables)
    finished = snakemake(tmp_path)
    assert finished.returncode == 0, finished.stderr
    tests = {one["test"]: one for one in read(tmp_path / "results/2000/tables/tests.csv")}
    expected = r_values("replicates_fay")
    for field, name in (("statistic", "rao_scott_f"), ("df", "rao_scott_f:df")):
        assert float(tests["rao_scott_f"][field]) == pytest.approx(expected[name], rel=1e-9)
    page = (tmp_path / "results/2000/report/report.en.html").read_text(encoding="utf-8")
    assert "the replicate weights of the file (rw*; balanced repeated replication by Fay" in page
    banners = read(tmp_path / "results/2000/tables/banners.csv")
    assert not any(line["row_variable"].startswith("rw") for line in banners)


IMPOSSIBLE = {
    "rake: {margins: {awards: {1: 1, 2: 1, 3: 1}}}": "nobody gave the answer 3 of 'awards'",
    "rake: {margins: {awards: {1: 40, 3: 60}}}": "says nothing of the answer 2",
    "rake: {margins: {awards: {1: 40, 2: 60}, stype: {1: 3, 2: 4, 3: 5}}}": "'stype' to 12",
    "rake: {margins: {nowhere: {1: 40, 2: 60}}}": "'nowhere'",
    "replicates: {columns: 'x*', type: brr}": "no variable is or fits x*",
    "replicates: {columns: [awards, stype], type: jkn}": "`rscales`",
    "replicates: {columns: [awards, stype], type: brr, scale: 2}": "drop `scale`",
    "replicates: {columns: [awards, stype], type: fay}": "need a `rho`",
    "replicates: {make: jackknife}\n    weight_kind: frequency": "frequency weights stand for",
}


@pytest.mark.parametrize(("declared", "said"), IMPOSSIBLE.items(), ids=IMPOSSIBLE)
def test_impossible_raking_or_replicates_are_refused_in_one_sentence(declared, said):
    wave = yaml.safe_load(f"weight: pw\n{declared.replace('    ', '')}")
    wave = json.loads(json.dumps(wave))  # the study reads the keys as text
    people = pd.read_csv(REFERENCE / "people_apistrat.csv")
    survey = Survey(people, Codebook({str(name): Variable(str(name)) for name in people}))
    with pytest.raises(SurveyError, match=re.escape(said)):
        wave_design(wave).prepared(survey)


STRATIFIED = """tables:
  admission: {rows: [row], columns: column, strata: stratum}
"""


def published_counts(name):
    """A table of counts that R ships, as a file of counted rows; codes are the positions."""
    cells = pd.read_csv(REFERENCE / "tables.csv")
    return cells[cells["table"] == name].drop(columns="table")


@pytest.fixture(scope="module")
def stratified_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("strata")
    (folder / "resources/1973").mkdir(parents=True)
    published_counts("ucb_departments").to_csv(folder / "resources/1973/ucb.csv", index=False)
    wave = '"1973": {file: resources/1973/ucb.csv, weight: count, weight_kind: frequency}'
    config = f"languages: [en, ru]\nsample: census\nwaves:\n  {wave}\n"
    codebook = "variables:\n"
    for variable, label in (("row", "Admission"), ("column", "Gender"), ("stratum", "Department")):
        codebook += f"  {variable}: {{label: {label}}}\n"
    write_study(folder, config=config, tables=STRATIFIED, codebook=codebook)
    finished = snakemake(folder)
    assert finished.returncode == 0, finished.stderr
    return folder / "results/1973"


def test_strata_of_a_table_give_the_tests_and_the_odds_ratio_of_r(stratified_run):
    with (REFERENCE / "values.csv").open(encoding="utf-8") as lines:
        expected = {
            line["statistic"]: float(line["value"])
            for line in csv.DictReader(lines)
            if line["table"] == "ucb_departments"
        }
    tests = {line["test"]: line for line in read(stratified_run / "tables/tests.csv")}
    for test in ("cmh_general", "cmh_corrected", "breslow_day", "breslow_day_tarone"):
        assert float(tests[test]["statistic"]) == pytest.approx(expected[test], rel=1e-9)
    assert float(tests["cmh_general"]["p_value"]) == pytest.approx(expected["cmh_general:p"])
    assert tests["cmh_general"]["n"] == "4526"
    assert "within the answers to 'stratum'" in tests["cmh_general"]["note"]
    measures = {line["measure"]: line for line in read(stratified_run / "tables/association.csv")}
    odds = measures["mantel_haenszel_odds_ratio"]
    assert float(odds["value"]) == pytest.approx(expected["mantel_haenszel_odds_ratio"])
    assert float(odds["upper"]) == pytest.approx(expected["mantel_haenszel_odds_ratio:upper"])


def test_report_says_what_the_strata_show(stratified_run):
    page = (stratified_run / "report/report.en.html").read_text(encoding="utf-8")
    text = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "Admission by Gender, within the answers to Department: Cochran–Mantel" in text
    assert "The common odds ratio (Mantel–Haenszel) is 0.90, its 95% interval 0.77 to 1.06." in text
    assert "the odds ratios differ between the strata" in text
    russian = (stratified_run / "report/report.ru.html").read_text(encoding="utf-8")
    assert "Однако отношения шансов в стратах различны" in russian
    said = " ".join(re.sub(r"<[^>]+>", "", russian).split())
    assert "«Admission» и «Gender» в пределах ответов на вопрос «Department»: χ²(1)" in said
    known = json.loads((stratified_run / "report/provenance.json").read_text(encoding="utf-8"))
    assert "association:admission/row/column/mantel_haenszel_odds_ratio/upper" in json.dumps(known)


def test_strata_of_weighted_or_overlapping_answers_say_why_they_are_refused(tmp_path):
    people = pd.DataFrame({"a": [1, 2] * 20, "g": [1, 1, 2, 2] * 10, "s": [1, 2, 2, 1] * 10})
    book = Codebook({name: Variable(name, codes={1: {}, 2: {}}) for name in "ags"})
    table = {"t": {"rows": ["a"], "columns": "g", "strata": "s"}}
    weights = people.assign(w=1.5)
    weighted = Survey(weights, book.updated([Variable("w", measure="scale")]))
    found = tabulate_survey(weighted, table, design=Design(weights="w"))
    (test,) = [line for line in found.tests if line["test"] == "cmh_general"]
    assert test["note"].startswith("not computed: strata are compared for equal respondents")
    dealt = Survey(people, replace(book, reconstructed=True))
    lines = tabulate_survey(dealt, table).tests
    assert all(line.get("p_value") is None for line in lines if line["test"].startswith("cmh"))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("{rows: [vote], strata: educ}", "`strata` needs `columns`"),
        ("{rows: [vote], columns: educ, strata: vote}", "cannot be its strata"),
    ],
)
def test_impossible_strata_are_refused_in_one_sentence(tmp_path, table, said):
    write_study(
        tmp_path / "x", config="waves: {w: {file: a.csv}}\n", tables=f"tables: {{t: {table}}}\n"
    )
    with pytest.raises(SurveyError, match=said):
        read_study(tmp_path / "x/config", ROOT / "workflow/schemas")


# Six people; the fifth chose nothing, the sixth did not say her sex.
MEDIA = pd.DataFrame(
    {
        "sex": [1, 1, 2, 2, 1, None],
        "tv": [1, 1, 0, 1, 0, 1],
        "radio": [1, 0, 1, 1, 0, 0],
        "first": [1, 2, 2, 1, None, 3],
        "second": [2, None, 2, None, None, 1],
    }
)
MEDIA_CODEBOOK = """
multiple_response:
  media: {label: Media used, variables: [tv, radio], counted: 1}
  reasons: {label: Reasons, variables: [first, second]}
variables:
  sex: {codes: {1: men, 2: women}}
  tv: {label: Television, codes: {0: "no", 1: "yes"}}
  radio: {label: Radio, codes: {0: "no", 1: "yes"}}
  first: {codes: {1: work, 2: family, 3: study}}
  second: {codes: {1: work, 2: family, 3: study}}
"""


@pytest.fixture(scope="module")
def several_answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    (folder / "resources/2001").mkdir(parents=True)
    MEDIA.to_csv(folder / "resources/2001/media.csv", index=False)
    write_study(
        folder,
        config='waves:\n  "2001": {file: resources/2001/media.csv}\n',
        codebook=MEDIA_CODEBOOK,
        tables="tables:\n  media: {rows: [media], columns: sex}\n  reasons: {rows: [reasons]}\n",
    )
    finished = snakemake(folder)
    assert finished.returncode == 0, finished.stderr
    return folder


@pytest.fixture(scope="module")
def options(several_answers):
    lines = read(several_answers / "results/2001/tables/crosstabs.csv")
    return {(one["row_variable"], one["row_code"], one["column_code"]): one for one in lines}


def test_cases_are_those_who_chose_anything(options):
    cell = options["media", "tv", "total"]
    assert (cell["count"], cell["base"], float(cell["percent"])) == ("4", "5", 80.0)


def test_responses_are_counted_beside_the_cases(options):
    cell = options["media", "radio", "total"]
    assert (cell["responses"], float(cell["response_percent"])) == ("7", pytest.approx(300 / 7))


def test_group_has_its_own_cases_and_responses(options):
    cell = options["media", "tv", "1"]
    assert (cell["count"], cell["base"], cell["responses"]) == ("2", "2", "3")


def test_answer_given_twice_counts_once(options):
    cell = options["reasons", "2", "total"]
    assert (cell["count"], cell["base"], cell["row_label"]) == ("3", "5", "family")


def test_total_of_a_set_is_its_cases(options):
    cell = options["media", "total", "total"]
    assert (cell["kind"], cell["count"], cell["responses"]) == ("total", "5", "7")


def test_set_is_tested_with_the_overlap_corrected(several_answers):
    tests = read(several_answers / "results/2001/tables/tests.csv")
    assert {one["test"] for one in tests if not one["row_code"]} == {"marginal_independence"}
    assert {one["test"] for one in tests if one["row_code"]} == {"option_pearson"}
    assert "overlapping answers" in tests[0]["note"]


def test_report_says_what_the_per_cents_of_a_set_are_of(several_answers):
    page = (several_answers / "results/2001/report/report.en.html").read_text(encoding="utf-8")
    assert "several answers were possible" in page
    assert "Television" in page


def test_set_of_an_unknown_variable_is_refused_by_name(tmp_path):
    (tmp_path / "resources/2001").mkdir(parents=True)
    MEDIA.to_csv(tmp_path / "resources/2001/media.csv", index=False)
    write_study(
        tmp_path,
        config='waves:\n  "2001": {file: resources/2001/media.csv}\n',
        codebook="multiple_response: {media: {variables: [tv, radioo], counted: 1}}\n",
        tables="tables:\n  media: {rows: [media]}\n",
    )
    finished = snakemake(tmp_path, "results/2001/tables/tests.csv")
    assert "did you mean 'radio'?" in finished.stdout + finished.stderr


def test_purposive_sample_labels_every_p_value_nominal(article_run):
    tests = read(article_run / "results/2022/tables/tests.csv")
    assert all(("descriptive p-value" in one["note"]) == bool(one["p_value"]) for one in tests)


@pytest.mark.parametrize("file", ["comparisons", "crosstabs", "association"])
def test_purposive_sample_labels_every_comparison_and_interval_nominal(article_run, file):
    lines = read(article_run / f"results/2022/tables/{file}.csv")
    infers = [one for one in lines if one.get("p_value") or one["lower"]]
    assert infers
    assert all("descriptive" in one["note"] for one in infers)
    assert not any("descriptive" in one["note"] for one in lines if one not in infers)


def test_adjusted_p_values_are_never_smaller(anes_run):
    for one in read(anes_run / "results/1996/tables/tests.csv"):
        if one["p_value"]:
            p = float(one["p_value"])
            assert float(one["holm_article"]) >= float(one["holm_table"]) >= p
            assert float(one["holm_article"]) >= float(one["benjamini_hochberg_article"]) >= p


def test_letters_name_the_columns_with_a_smaller_share(anes_run):
    cells = {
        (one["table"], one["row_code"], one["column_code"]): one
        for one in read(anes_run / "results/1996/tables/crosstabs.csv")
    }
    strong = "party_by_vote", "6"
    assert cells[*strong, "1"]["letters"] == "A"
    assert cells[*strong, "0"]["letters"] == ""
    assert cells[*strong, "1"]["column_letter"] == "B"


def test_comparison_of_two_columns_has_its_difference_and_all_levels(anes_run):
    lines = read(anes_run / "results/1996/tables/comparisons.csv")
    one = next(line for line in lines if line["table"] == "party_by_vote")
    assert float(one["difference"]) == pytest.approx(
        float(one["first_percent"]) - float(one["second_percent"])
    )
    assert float(one["lower"]) < float(one["difference"]) < float(one["upper"])
    assert float(one["holm_article"]) >= float(one["holm_table"]) >= float(one["holm_row"])


def test_models_of_a_real_wave_are_fitted_and_read_in_plain_words(anes_run):
    lines = read(anes_run / "results/1996/models/coefficients.csv")
    strong = next(one for one in lines if (one["model"], one["code"]) == ("vote", "6"))
    assert float(strong["odds_ratio"]) > 100
    assert (anes_run / "results/1996/models/figures/vote.en.svg").exists()
    page = (anes_run / "results/1996/report/report.en.html").read_text(encoding="utf-8")
    assert "percentage points" in page
    assert 'id="figure-model-vote' in page


def test_models_of_reconstructed_records_are_refused_with_the_reason(article_run):
    lines = read(article_run / "results/2022/models/coefficients.csv")
    assert [one["model"] for one in lines] == ["remigration", "expectations"]
    assert all("reconstructed" in one["note"] and not one["estimate"] for one in lines)
    assert not list((article_run / "results/2022/models/figures").glob("*.svg"))
    for language in ("ru", "en"):
        page = (article_run / f"results/2022/report/report.{language}.html").read_text("utf-8")
        assert 'data-refused="remigration"' in page


def test_study_without_models_runs_no_model_job(minimal_run):
    assert not (minimal_run / "results/1996/models").exists()


def test_model_of_an_unknown_variable_stops_the_run(minimal_study):
    model = "{kind: binary, outcome: vote, positive: [1], predictors: [educc]}"
    write_study(minimal_study, models=f"models: {{plans: {model}}}\n")
    finished = snakemake(minimal_study, "models")
    assert "did you mean 'educ'?" in finished.stdout + finished.stderr


def test_conformance_page_has_no_unexplained_difference(tmp_path):
    # Without R and PSPP on the path their stored values stand in.
    finished = subprocess.run(
        [sys.executable, str(ROOT / "tests/reference"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "PYTHONUTF8": "1"},
    )
    assert finished.returncode == 0, finished.stderr
    lines = read(tmp_path / "conformance.csv")
    wrong = [one for one in lines if one["agrees"] == "False" and not one["reason"]]
    assert wrong == []
    assert len({one["data_set"] for one in lines}) >= 8
    page = (tmp_path / "conformance.html").read_text(encoding="utf-8")
    assert re.search(r'id="unexplained"><b>0</b>', page)
    for kind in ("nominal", "ordinal", "weighted", "stratified sample", "clustered sample"):
        assert kind in page
    assert not re.search(r'(src|href)="(https?:)?//', page)


BIG_FIVE = {
    "config": "languages: [en, ru]\nsample: census\n"
    'waves:\n  "1985": {file: resources/1985/bfi.csv}\n',
    "tables": "tables:\n  first: {rows: [A1]}\n"
    "correlations:\n"
    "  ranks: {variables: [A1, A2, N1], method: spearman}\n"
    "  normal: {variables: [A1, A2, N1], method: polychoric, section: own}\n",
    "indicators": "scales:\n"
    "  agreeable: {label: Agreeableness, items: [A1, A2, A3, A4, A5], reverse: [A1]}\n",
    "text.en": "conclusion:\n- 'Alpha {scale:agreeable/alpha}, r {correlation:ranks/A1/A2}.'\n",
}


@pytest.fixture(scope="module")
def big_five(tmp_path_factory):
    """The items of the Big Five that ship with R's psych package."""
    folder = tmp_path_factory.mktemp("big_five")
    (folder / "resources/1985").mkdir(parents=True)
    path = folder / "resources/1985/bfi.csv"
    shutil.copy(REFERENCE / "people_bfi.csv", path)
    known = {
        name: {"measure": "ordinal", "codes": {code: f"answer {code}" for code in range(1, 7)}}
        for name in pd.read_csv(path)
    }
    write_study(folder, codebook=yaml.safe_dump({"variables": known}), **BIG_FIVE)
    finished = snakemake(folder)
    assert finished.returncode == 0, finished.stderr
    return folder / "results/1985"


def psych_values(case):
    with (REFERENCE / "number_values.csv").open(encoding="utf-8") as lines:
        found = [line for line in csv.DictReader(lines) if line["case"] == case]
    return {line["statistic"]: float(line["value"]) for line in found}


def test_scale_has_the_values_of_psych(big_five):
    expected = psych_values("bfi_agreeable")
    lines = read(big_five / "tables/scales.csv")
    found = {(one["statistic"], one["item"]): one for one in lines if not one["other_item"]}
    whole = ("alpha", "standardised_alpha", "omega", "mean_correlation")
    for statistic in whole:
        assert float(found[statistic, ""]["value"]) == pytest.approx(expected[statistic], rel=1e-8)
    for end in ("lower", "upper"):
        assert float(found["alpha", ""][end]) == pytest.approx(expected[f"alpha:{end}"], rel=1e-8)
    for place in range(1, 6):
        for statistic in ("item_rest", "alpha_without", "loading"):
            value = float(found[statistic, f"A{place}"]["value"])
            assert value == pytest.approx(expected[f"{statistic}[{place}]"], rel=1e-8)
    assert found["alpha", ""]["verdict"] == "questionable"
    assert found["mean", "A1"]["reversed"] == "yes"


@pytest.mark.parametrize(("name", "method"), [("ranks", "spearman"), ("normal", "polychoric")])
def test_correlations_have_the_values_of_r(big_five, name, method):
    expected, places = psych_values("bfi_correlations"), {"A1": 1, "A2": 2, "N1": 3}
    lines = [one for one in read(big_five / "tables/correlations.csv") if one["name"] == name]
    assert len(lines) == 3
    for line in lines:
        pair = f"[{places[line['column_variable']]},{places[line['row_variable']]}]"
        assert int(line["n"]) == expected[f"{method}:n{pair}"]
        for field, part in (("value", ""), ("lower", ":lower"), ("upper", ":upper")):
            number = expected[f"{method}{part}{pair}"]
            assert float(line[field]) == pytest.approx(number, rel=1e-7)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_scales_and_correlations_are_in_every_document(big_five, language):
    from openpyxl import load_workbook

    page = (big_five / f"report/report.{language}.html").read_text(encoding="utf-8")
    mark = {"en": ".", "ru": ","}[language]
    assert f"0{mark}682" in page
    numbers = json.loads((big_five / "report/provenance.json").read_text(encoding="utf-8"))
    named = set(re.findall(r'data-number="((?:scale|correlation):[^"]+)"', page))
    assert "correlation:ranks/A2/A1/value" in named
    assert named <= set(numbers["numbers"])
    assert (big_five / f"figures/ranks.{language}.png").stat().st_size > 1000
    book = load_workbook(big_five / f"report/tables.{language}.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert -0.34 in cells
    with zipfile.ZipFile(big_five / f"report/report.{language}.docx") as document:
        text = document.read("word/document.xml").decode()
    assert f"0{mark}682" in text
    assert f"−0{mark}34" in text
