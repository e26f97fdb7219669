"""No number of a known file leaves without somebody saying what it tells."""

from dataclasses import replace

import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.names import INDEX_KEYS
from resurvey.safety.attack import attack_weighted
from resurvey.safety.disclosure import protect_tables
from resurvey.safety.linked_cells import WEIGHTED, number_of
from resurvey.safety.tracing import READERS, link_cells, names_in
from resurvey.tables.tabulation import TABLE_FILES
from unit.safety.small_survey import DEFINITIONS

WHERE = "workflow/scripts/resurvey/safety/tracing.py"


def test_every_file_of_numbers_about_respondents_has_a_reader():
    tables = {f"tables/{name}.csv" for name in TABLE_FILES}
    # Bounds are those of published numbers, which nothing is hidden of.
    index = {f"index/{name}.csv" for name in INDEX_KEYS if name != "bounds"}
    models = {f"models/{name}.csv" for name in ("coefficients", "effects", "diagnostics")}
    wanted = tables | index | models
    assert wanted - set(READERS) == set(), f"{WHERE}, READERS: what these files tell of people"
    assert set(READERS) - wanted == set(), f"{WHERE}, READERS: nothing writes these files"


def test_every_number_of_a_survey_is_traced(survey_files):
    files, book = survey_files
    traced = {one.place for one in link_cells(files, book, DEFINITIONS).fields}
    untold = [
        f"{file}, line {number + 2}, column {column}: {text}"
        for file, lines in files.items()
        for number, line in enumerate(lines)
        for column, text in line.items()
        if column not in names_in(file) and number_of(text) is not None
        if (file, number, column) not in traced
    ]
    assert untold == [], f"{WHERE}: its reader of the file must say whom each number is about"


@pytest.mark.slow
def test_a_mean_goes_with_an_answer_of_its_column(survey_files):
    files, book = survey_files
    safe = protect_tables(files, None, book, definitions=DEFINITIONS).files["tables/banners.csv"]
    hidden = {
        (line["row_variable"], line["column_variable"], line["column_code"])
        for line in safe
        if line["kind"] == "answer" and line["suppressed"] == "confidential"
    }
    means = [line for line in safe if line["kind"] == "mean"]
    assert hidden
    for line in means:
        place = (line["row_variable"], line["column_variable"], line["column_code"])
        assert (line["mean"] == "") == (place in hidden), place


@pytest.mark.slow
@pytest.mark.parametrize("file", ["tables/tests.csv", "tables/association.csv"])
def test_a_test_goes_with_any_cell_of_its_table(survey_files, file):
    files, book = survey_files
    safe = protect_tables(files, None, book, definitions=DEFINITIONS).files
    hidden = {
        (line["table"], line["row_variable"])
        for line in safe["tables/crosstabs.csv"]
        if line["suppressed"] == "confidential"
    }
    value = "statistic" if file == "tables/tests.csv" else "value"
    shown = [line for line in safe[file] if line[value]]
    assert hidden
    assert not [line for line in shown if (line["table"], line["row_variable"]) in hidden]


def test_a_weighted_indicator_goes_with_the_answers_it_takes_together(survey_files):
    files, book = survey_files
    alone = {name: files[f"tables/{name}.csv"] for name in ("frequencies", "banners", "indicators")}
    given = {f"tables/{name}.csv": lines for name, lines in alone.items()}
    weighted = replace(book, weighting={"effect": 1.2})
    linked = link_cells(given, weighted, DEFINITIONS)
    debts = linked.find("", [("debt", "1"), ("sex", "1")])
    told = [one for one in linked.fields if one.place[0].endswith("indicators.csv")]
    shares = [one for one in told if one.place[2] == "percent" and debts in one.cells]
    assert len(shares) == 1


def model_files(n, coefficients):
    lines = [
        {"model": "m", "variable": name, "code": code, "estimate": "0.5", "outcome": "y"}
        | dict.fromkeys(("reference_code", "note", "note_data"), "")
        for name, code in coefficients
    ]
    told = {"model": "m", "statistic": "n", "value": str(n), "variable": ""}
    return {"models/coefficients.csv": lines, "models/diagnostics.csv": [told]}


@pytest.mark.parametrize(
    ("n", "coefficients", "shown"),
    [
        (60, [("age", ""), ("pay", "")], True),
        (11, [("age", ""), ("pay", "")], False),
        (60, [("sex", "1"), ("sex", "2")], False),
    ],
    ids=["enough", "hardly_more_people_than_coefficients", "groups_alone_are_the_crosstab"],
)
def test_a_model_that_nearly_repeats_the_answers_is_hidden(survey_files, n, coefficients, shown):
    _, book = survey_files
    safe = protect_tables(model_files(n, coefficients), None, book).files
    assert bool(safe["models/coefficients.csv"][0]["estimate"]) == shown


def test_few_persons_whom_a_model_leaves_out_are_hidden_and_not_found_by_subtraction():
    book = Codebook({"y": Variable("y", codes={1: {}, 2: {}})})
    frequencies = [
        {"variable": "y", "code": code, "kind": "answer", "count": count}
        | {"respondents": "60", "base": "60"}
        for code, count in (("1", "25"), ("2", "35"))
    ]
    files = model_files(57, [("age", ""), ("pay", "")])
    for reason, count in (("refused", "3"), ("system_missing", "0")):
        line = {"model": "m", "statistic": f"lost_{reason}", "value": count, "variable": ""}
        files["models/diagnostics.csv"].append(line)
    files |= {"tables/frequencies.csv": frequencies}
    protected = protect_tables(files, {"nonresponse": "protected"}, book).files
    told = {line["statistic"]: line["value"] for line in protected["models/diagnostics.csv"]}
    assert (told["n"], told["lost_refused"]) == ("", "")
    assert protected["tables/frequencies.csv"][0]["respondents"] == "60"


def test_a_weighted_percentage_is_no_share_of_heads(survey_files):
    _, book = survey_files
    line = {"index": "i", "dimension": "", "indicator": "", "variable": "", "statistic": "percent"}
    line |= {"column_variable": "sex", "column_code": "1", "low": "0", "high": "50", "n": "30"}
    weighted = {"index/index.csv": [{**line, "value": "37.123"}]}
    plain = {"index/index.csv": [{**line, "value": "40.0"}]}
    shares = [
        [one for one in link_cells(files, book).fields if one.share] for files in (weighted, plain)
    ]
    assert [len(found) for found in shares] == [0, 1]


def scale_files(answered):
    frequencies = [
        {"variable": "y", "code": code, "kind": "answer", "count": count}
        | {"respondents": "60", "base": "60"}
        for code, count in (("1", "25"), ("2", "35"))
    ]
    scale = {"scale": "s", "statistic": "alpha", "item": "", "value": "0.7", "n": str(answered)}
    return {"tables/frequencies.csv": frequencies, "tables/scales.csv": [scale]}


def test_a_scale_that_few_left_incomplete_is_released_like_a_question():
    book = Codebook({"y": Variable("y", codes={1: {}, 2: {}})})
    safe = protect_tables(scale_files(56), None, book).files["tables/scales.csv"]
    assert (safe[0]["n"], safe[0]["value"]) == ("56", "0.7")
    few = protect_tables(scale_files(4), None, book).files["tables/scales.csv"]
    assert (few[0]["n"], few[0]["value"]) == ("", "")


def summaries(groups, bars=()):
    """Lines of a table of numbers: of each group its n, mean and sd, and then bars of all."""
    about = {"table": "t", "row_variable": "pay", "column_variable": "sex", "note": ""}
    lines = []
    for code, n, mean, sd in groups:
        column = {**about, "column_code": code, "n": str(n)}
        lines += [
            {**column, "statistic": name, "value": value, "lower": "", "upper": ""}
            for name, value in (("n", str(n)), ("mean", str(mean)), ("sd", str(sd)))
        ]
    for number, (low, high, count) in enumerate(bars, 1):
        bar = {"statistic": f"bin_{number}", "lower": str(low), "upper": str(high)}
        lines.append({**about, "column_code": "total", "value": str(count), "n": str(count), **bar})
    return {"tables/summaries.csv": lines}


def means_told(files, frequencies=()):
    book = Codebook({"pay": Variable("pay", measure="scale")})
    files = {**files, **({"tables/frequencies.csv": frequencies} if frequencies else {})}
    safe = protect_tables(files, None, book).files["tables/summaries.csv"]
    return {line["column_code"] for line in safe if line["statistic"] == "mean" and line["value"]}


def test_the_bars_of_a_histogram_are_not_taken_for_the_respondents_of_a_mean():
    groups = [("total", 100, 50, 20), ("1", 60, 50, 20), ("2", 40, 50, 20)]
    bars = [(0, 50, 50), (50, 100, 50), (100, 150, 0)]
    assert means_told(summaries(groups, bars)) == {"total", "1", "2"}
    groups = [("total", 100, 50, 800), ("1", 60, 50, 20), ("2", 40, 50, 20)]
    assert means_told(summaries(groups, bars)) == set()


@pytest.mark.parametrize("at", [0, 1], ids=["everybody", "a_group"])
def test_no_mean_is_told_where_another_would_give_a_dominated_one_back(at):
    groups = [["total", 100, 50, 20], ["1", 60, 50, 20], ["2", 40, 50, 20]]
    groups[at][3] = 800
    assert means_told(summaries(groups)) == set()


def test_means_of_groups_go_with_the_answers_that_hide_the_mean_of_everybody():
    groups = [("total", 100, 50, 20), ("1", 60, 50, 20), ("2", 40, 50, 20)]
    told = [("40", "3"), ("50", "47"), ("60", "50")]
    frequencies = [
        {"variable": "pay", "code": code, "kind": "answer", "count": count}
        | {"respondents": "100", "base": "100"}
        for code, count in told
    ]
    assert means_told(summaries(groups), frequencies) == set()


def weighted_files(counts, without):
    """Frequencies of all, and a weighted table of those with a weight; every weight is 2."""
    book = Codebook({"q": Variable("q", codes={int(code): {} for code in counts})})
    book = replace(book, weighting={"zero": sum(without.values()), "missing": 0})
    total, weighted = sum(counts.values()), sum(counts.values()) - sum(without.values())
    frequencies, crosstabs = [], []
    about = {"table": "t", "row_variable": "q", "column_variable": "", "column_code": "total"}
    about |= dict.fromkeys(("column_percent", "row_percent", "total_percent", "note"), "")
    for code, count in {**counts, "total": total}.items():
        left = weighted if code == "total" else count - without.get(code, 0)
        kind = "total" if code == "total" else "answer"
        line = {**about, "row_code": code, "kind": kind, "count": str(2 * left)}
        line |= {"base": str(2 * weighted), "percent": str(100 * left / weighted)}
        line |= {"unweighted_count": str(left), "unweighted_base": str(weighted)}
        crosstabs.append(line)
        if code != "total":
            line = {"variable": "q", "code": code, "kind": "answer", "count": str(count)}
            line |= {"respondents": str(total), "base": str(total)}
            line |= {"weighted_count": str(2 * left), "weighted_base": str(2 * weighted)}
            frequencies.append(line)
    return {"tables/frequencies.csv": frequencies, "tables/crosstabs.csv": crosstabs}, book


def test_few_without_a_weight_hide_no_weighted_table():
    files, book = weighted_files({"1": 70, "2": 80}, {"1": 2, "2": 1})
    safe = protect_tables(files, None, book).files
    assert all(line["count"] for lines in safe.values() for line in lines)


def test_a_count_of_a_weighted_table_is_not_found_by_what_has_the_same_count_elsewhere():
    """12 of 153 answer, and 9 of 150 with a weight; the others are 141 in either file."""
    files, book = weighted_files({"1": 12, "2": 141, "3": 40}, {"1": 3})
    safe = protect_tables(files, None, book).files["tables/crosstabs.csv"]
    hidden = {line["row_code"] for line in safe if not line["count"]}
    assert "1" in hidden
    assert len(hidden) > 1


def test_few_heads_are_few_whatever_their_weights():
    about = {"indicator": "i", "column_variable": "sex", "note": "", "note_data": ""}
    counts = [("1", "12.0", "3", "90.0", "80"), ("2", "40.0", "35", "90.0", "80")]
    lines = [
        {**about, "column_code": code, "count": count, "unweighted_count": heads}
        | {"base": base, "unweighted_base": people, "percent": str(100 * float(count) / 90)}
        for code, count, heads, base, people in counts
    ]
    book = Codebook({"sex": Variable("sex", codes={1: {}, 2: {}})}, weighting={"effect": 1.5})
    safe = protect_tables({"tables/indicators.csv": lines}, None, book).files
    assert [line["count"] for line in safe["tables/indicators.csv"]][0] == ""
    untold = [{**line, "unweighted_count": "", "unweighted_base": ""} for line in lines]
    safe = protect_tables({"tables/indicators.csv": untold}, None, book).files
    assert not any(line["count"] + line["base"] for line in safe["tables/indicators.csv"])


def test_a_weighted_count_is_not_found_by_weighted_sums_of_any_file():
    files, book = weighted_files({"1": 70, "2": 48, "3": 26, "4": 9}, {"1": 3})
    protected = protect_tables(files, None, book)
    linked, target = protected.linked, protected.linked.find(WEIGHTED, [("q", "4")])
    assert attack_weighted(linked, files, protected.files, [target]) == []
    columns = {"tables/frequencies.csv": "weighted_count", "tables/crosstabs.csv": "count"}
    for file, column in columns.items():
        # Its own line is the fourth; those of the others give it as well.
        assert protected.files[file][3][column] == ""
        for numbers in ([3], [0, 1, 2]):
            spoilt = [dict(line) for line in protected.files[file]]
            for number in numbers:
                spoilt[number][column] = files[file][number][column]
            attacked = {**protected.files, file: spoilt}
            assert attack_weighted(linked, files, attacked, [target]) == [target], (file, numbers)
