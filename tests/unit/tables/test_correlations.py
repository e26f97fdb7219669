"""Scales and correlations of a survey: R's values, whoever is counted, and what is refused."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.counts.design import Design
from resurvey.tables.correlations import (
    CORRELATION_COLUMNS,
    SCALE_COLUMNS,
    Numbers,
    assess_scales,
    read_values,
    tabulate_correlations,
)

REFERENCE = Path(__file__).parents[2] / "reference/statistics"
ANSWERS = {code: {} for code in range(1, 7)}


def r_values(case):
    with (REFERENCE / "number_values.csv").open(encoding="utf-8") as lines:
        found = [line for line in csv.DictReader(lines) if line["case"] == case]
    return {line["statistic"]: float(line["value"]) for line in found}


def people(name):
    """A public data set whose variables are numbers."""
    frame = pd.read_csv(REFERENCE / f"people_{name}.csv")
    book = Codebook({column: Variable(column, measure="scale") for column in frame})
    return Survey(frame, book)


def survey(*rows, **changes):
    """People with the answers of each row to q1, q2 and so on, from 1 to 6."""
    names = [f"q{place}" for place in range(1, len(rows[0]) + 1)]
    frame = pd.DataFrame(rows, columns=names).astype("Int64")
    plain = {name: Variable(name, measure="ordinal", codes=ANSWERS) for name in names}
    book = Codebook({**plain, **changes.pop("variables", {})}, **changes)
    return Survey(frame, book)


STRATIFIED = Design("pw", strata="stype", fpc="fpc")


def test_scale_of_a_stratified_sample_has_the_values_of_r():
    sample = people("apistrat")
    spec = {
        "items": ["api00", "api99", "meals", "ell", "col.grad"],
        "reverse": ["meals", "ell"],
        "range": [0, 1000],
    }
    lines = assess_scales(sample, {"s": spec}, STRATIFIED.prepared(sample))
    found = {(line["statistic"], line.get("item", "")): line for line in lines}
    expected = r_values("apistrat_items")
    alpha = found["alpha", ""]
    assert alpha["value"] == pytest.approx(expected["alpha"], rel=1e-8)
    assert alpha["n"] == 200
    for place, item in enumerate(spec["items"], 1):
        if f"item_rest[{place}]" in expected:
            value = found["item_rest", item]["value"]
            assert value == pytest.approx(expected[f"item_rest[{place}]"], rel=1e-8)


def test_correlations_of_a_stratified_sample_have_the_values_of_r():
    sample = people("apistrat")
    names = ["api00", "meals", "enroll"]
    spec = {"m": {"variables": names}}
    lines = tabulate_correlations(sample, spec, STRATIFIED.prepared(sample))
    expected = r_values("apistrat_correlations")
    assert len(lines) == 3
    for line in lines:
        place = sorted(names.index(line[key]) + 1 for key in ("row_variable", "column_variable"))
        key = f"[{place[0]},{place[1]}]"
        for field, name in (("value", "pearson"), ("standard_error", "pearson:se")):
            assert line[field] == pytest.approx(expected[f"{name}{key}"], rel=1e-8)


def test_pair_is_of_whoever_has_both_values():
    lines = tabulate_correlations(
        survey((1, 2, None), (2, 1, 3), (3, 4, 4), (4, 3, 4), (5, None, 6), (6, 6, 5)),
        {"m": {"variables": ["q1", "q2", "q3"]}},
    )
    counted = {(line["row_variable"], line["column_variable"]): line["n"] for line in lines}
    assert counted == {("q2", "q1"): 5, ("q3", "q1"): 5, ("q3", "q2"): 4}


def test_scale_is_of_whoever_answered_every_item_and_means_of_whoever_answered_one():
    lines = assess_scales(
        survey((1, 2, None), (2, 1, 3), (3, 4, 4), (4, 3, 4), (5, None, 6), (6, 6, 5)),
        {"s": {"items": ["q1", "q2", "q3"]}},
    )
    counted = {(line["statistic"], line.get("item", "")): line["n"] for line in lines}
    assert counted["alpha", ""] == 4
    assert counted["mean", "q1"] == 6
    assert counted["mean", "q2"] == 5


def test_counted_rows_are_that_many_people():
    rows = ((1, 2), (2, 1), (3, 4), (4, 3), (5, 5))
    counts = (3, 1, 2, 1, 4)
    one = {"m": {"variables": ["q1", "q2"]}}
    written = [row for row, count in zip(rows, counts, strict=True) for _ in range(count)]
    (long,) = tabulate_correlations(survey(*written), one)
    short = survey(*rows)
    weighted = Survey(
        short.data.assign(w=counts), short.codebook.updated([Variable("w", measure="scale")])
    )
    (found,) = tabulate_correlations(
        weighted, one, Design("w", kind="frequency").prepared(weighted)
    )
    assert found["n"] == long["n"] == 11
    for field in ("value", "lower", "upper", "p_value"):
        assert found[field] == pytest.approx(long[field], rel=1e-12)


def test_condition_keeps_the_rest_of_the_design():
    sample = people("apistrat")
    ready = STRATIFIED.prepared(sample)
    spec = {"variables": ["api00", "enroll"], "where": {"awards": 1}}
    (line,) = tabulate_correlations(sample, {"m": spec}, ready)
    inside = sample.data["awards"].to_numpy() == 1
    values = np.where(inside[:, None], sample.data[["api00", "enroll"]].to_numpy(float), np.nan)
    whole = Numbers(values, sample=ready.sample).correlate(1, 0, "pearson")
    assert line["n"] == int(inside.sum())
    assert line["value"] == pytest.approx(whole.value, rel=1e-12)
    assert line["standard_error"] == pytest.approx(whole.standard_error, rel=1e-12)


def test_item_that_goes_against_the_rest_is_likely_reversed():
    rows = [(1, 2, 6), (2, 2, 5), (3, 4, 3), (4, 3, 4), (5, 6, 1), (6, 5, 2)]
    against = assess_scales(survey(*rows), {"s": {"items": ["q1", "q2", "q3"]}})
    told = {line["item"] for line in against if line.get("verdict") == "likely_reversed"}
    assert told == {"q1", "q2", "q3"} or told == {"q3"}
    turned = assess_scales(survey(*rows), {"s": {"items": ["q1", "q2", "q3"], "reverse": ["q3"]}})
    assert not [line for line in turned if line.get("verdict") == "likely_reversed"]
    assert {line["item"] for line in turned if line.get("reversed")} == {"q3"}


def test_correlations_between_items_are_of_the_turned_answers():
    rows = [(1, 6), (2, 5), (3, 3), (4, 4), (5, 1), (6, 2)]
    lines = assess_scales(survey(*rows), {"s": {"items": ["q1", "q2"], "reverse": ["q2"]}})
    pairs = {line["statistic"]: line["value"] for line in lines if line.get("other_item")}
    (given,) = tabulate_correlations(survey(*rows), {"m": {"variables": ["q1", "q2"]}})
    assert pairs["pearson"] == pytest.approx(-given["value"], rel=1e-12)
    assert set(pairs) == {"pearson", "spearman", "polychoric"}


def test_adjusted_p_values_are_of_the_matrix():
    rows = [(1, 2, 6), (2, 2, 5), (3, 4, 3), (4, 3, 4), (5, 6, 1), (6, 5, 2)]
    lines = tabulate_correlations(survey(*rows), {"m": {"variables": ["q1", "q2", "q3"]}})
    smallest = min(lines, key=lambda line: line["p_value"])
    assert smallest["holm_table"] == pytest.approx(3 * smallest["p_value"])


@pytest.mark.parametrize("what", ["scales", "correlations"])
def test_reconstructed_records_are_refused(what):
    made = survey((1, 2), (2, 1), (3, 4), (4, 3), (5, 5), reconstructed=True)
    lines = (
        assess_scales(made, {"s": {"items": ["q1", "q2"]}})
        if what == "scales"
        else tabulate_correlations(made, {"m": {"variables": ["q1", "q2"]}})
    )
    assert lines
    assert all(line.get("value") is None for line in lines)
    assert all(line["note_data"] == "not_identified" for line in lines)


def test_declared_order_gives_ranks_and_dont_know_is_none():
    mood = Variable("q1", codes=ANSWERS, order=(3, 1, 2), dont_know=(6,))
    given = survey((3,), (1,), (2,), (6,), variables={"q1": mood})
    assert read_values(given, ["q1"], "tables.yaml")[:, 0].tolist()[:3] == [1.0, 2.0, 3.0]
    assert np.isnan(read_values(given, ["q1"], "tables.yaml")[3, 0])


def test_answers_without_an_order_are_refused_and_two_answers_are_not():
    nominal = {"q1": Variable("q1", measure="nominal", codes=ANSWERS)}
    with pytest.raises(SurveyError, match="the answers of 'q1' have no order, and it has 3"):
        read_values(survey((1,), (2,), (3,), variables=nominal), ["q1"], "tables.yaml")
    assert read_values(survey((1,), (2,), variables=nominal), ["q1"], "t").tolist() == [[1], [2]]


def test_variable_that_is_not_there_is_named_with_the_matrix():
    with pytest.raises(SurveyError, match=r"tables.yaml, correlations 'm': .*'q9'"):
        tabulate_correlations(survey((1, 2)), {"m": {"variables": ["q1", "q9"]}})


def test_first_columns_are_those_that_others_rely_on():
    assert SCALE_COLUMNS[:9] == (
        *("scale", "statistic", "item", "value", "lower", "upper", "n", "note"),
        "note_data",
    )
    assert CORRELATION_COLUMNS[:12] == (
        *("name", "method", "row_variable", "column_variable", "value", "standard_error"),
        *("lower", "upper", "p_value", "n", "note", "note_data"),
    )
