"""Logit models agree with R's glm and polr, and refuse where they would mislead."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.notes import note_text
from resurvey.core.survey import Survey
from resurvey.statistics.models import binary_logit, ordered_logit

HERE = Path(__file__).parents[2] / "reference" / "statistics"
CLOSE = 1e-6


@pytest.fixture(scope="module")
def anes():
    people = pd.read_csv(HERE / "people_anes96.csv")
    measures = {"age": "scale", "PID": "ordinal", "educ": "nominal"}
    variables = {name: Variable(name, measure=measures.get(name, "nominal")) for name in people}
    return Survey(people, Codebook(variables))


def read_values(model):
    with (HERE / "model_values.csv").open(encoding="utf-8") as file:
        return {
            one["term"]: float(one["value"])
            for one in csv.DictReader(file)
            if one["model"] == model and not one["term"].startswith("check")
        }


def compare(model, reference, labels):
    ours = {"log_likelihood": model.log_likelihood}
    for one in model.coefficients:
        name = labels[one.variable].format(one.code)
        ours |= {f"b:{name}": one.estimate, f"se:{name}": one.standard_error}
        ours |= {f"glm:{name}": one.estimate, f"glm_se:{name}": one.standard_error}
    for number, cut in enumerate(model.thresholds, start=1):
        ours[f"cut:{number}"] = cut
    for one in model.effects:
        name = labels[one.variable].format(one.code)
        outcome = 2 if model.kind == "binary" else model.outcomes.index(one.outcome) + 1
        ours[f"ame:{name}:{outcome}"] = one.estimate
        ours[f"ame_se:{name}:{outcome}"] = one.standard_error
    wrong = [
        f"{term}: ours {ours.get(term)}, R {value}"
        for term, value in reference.items()
        if term not in ours or not np.isclose(ours[term], value, rtol=CLOSE, atol=1e-10)
    ]
    assert not wrong, "\n".join(wrong)


def test_binary_logit_agrees_with_glm(anes):
    model = binary_logit(anes, "vote", [1], ["educ", "age"])
    compare(model, read_values("binary"), {"educ": "educ{}", "age": "age"})


def test_ordered_logit_agrees_with_polr(anes):
    model = ordered_logit(anes, "PID", ["vote", "age"])
    compare(model, read_values("ordered"), {"vote": "vote_f{}", "age": "age"})


def test_reconstructed_records_get_no_model(anes):
    book = Codebook(anes.codebook.variables, reconstructed=True)
    with pytest.raises(SurveyError, match="reconstructed"):
        ordered_logit(Survey(anes.data, book), "PID", ["vote"])


def test_separated_answers_are_an_error(anes):
    people = anes.data.assign(copy=anes.data["vote"])
    survey = Survey(people, anes.codebook.updated([Variable("copy")]))
    with pytest.raises(SurveyError, match="no model of 'vote'"):
        binary_logit(survey, "vote", [1], ["copy"])


def test_nominal_outcome_has_no_ordered_model(anes):
    with pytest.raises(SurveyError, match="no order"):
        ordered_logit(anes, "educ", ["vote"])


def test_texts_are_no_scale_predictor():
    frame = pd.DataFrame({"y": [1, 2, 1, 2], "x": ["a", "b", "c", "d"]})
    book = Codebook({"y": Variable("y"), "x": Variable("x", measure="scale")})
    with pytest.raises(SurveyError, match="'x' is a scale variable but holds texts"):
        binary_logit(Survey(frame, book), "y", [1], ["x"])


def test_separated_ordered_outcome_is_refused_in_one_sentence():
    frame = pd.DataFrame({"y": [1, 2, 3], "g": [1, 2, 2]})
    book = Codebook({"y": Variable("y", measure="ordinal"), "g": Variable("g")})
    with pytest.raises(SurveyError, match="no model of 'y'"):
        ordered_logit(Survey(frame, book), "y", ["g"])


def logit_of(x, y, *declared):
    """Fit y on one number x."""
    measures = {"x": "scale", "y": "nominal"}
    book = {name: Variable(name, measure=measures[name]) for name in measures}
    people = Survey(
        pd.DataFrame({"y": y, "x": x}), Codebook(book | {one.name: one for one in declared})
    )
    return binary_logit(people, "y", [1], ["x"])


UNITS = {
    "year of birth": (15.0, 1975.0),
    "income in soms": (4e5, 1e6),
    "share of a budget": (0.03, 0.05),
    "rate per million": (1e-7, 1e-6),
    "seconds since 1582": (1e9, 1.38e10),
}


@pytest.mark.parametrize(("unit", "shift"), UNITS.values(), ids=UNITS)
def test_unit_and_origin_of_a_number_change_no_test_and_refuse_no_model(unit, shift):
    for seed in range(10):
        generator = np.random.default_rng(seed)
        z = generator.normal(size=300)
        y = (generator.random(300) < 1 / (1 + np.exp(-0.8 * z))).astype(int)
        plain, moved = logit_of(z, y), logit_of(z * unit + shift, y)
        (one,), (other,) = plain.coefficients, moved.coefficients
        assert other.estimate * unit == pytest.approx(one.estimate, rel=1e-6)
        assert other.z == pytest.approx(one.z, rel=1e-6)
        assert moved.log_likelihood == pytest.approx(plain.log_likelihood)
        assert moved.effects[0].estimate * unit == pytest.approx(
            plain.effects[0].estimate, rel=1e-5
        )


def test_ordered_model_on_a_year_is_the_one_on_its_standardised_value():
    generator = np.random.default_rng(5)
    year = 1975 + np.round(generator.normal(0, 15, 400))
    score = (year - 1975) / 15 + generator.logistic(size=400)
    people = pd.DataFrame({"y": np.digitize(score, [-1, 0, 1]), "x": year, "z": (year - 1975) / 15})
    book = {name: Variable(name, measure="scale") for name in "xz"}
    survey = Survey(people, Codebook({"y": Variable("y", measure="ordinal"), **book}))
    on_year, on_score = (ordered_logit(survey, "y", [name]) for name in "xz")
    (of_year,), (of_score,) = on_year.coefficients, on_score.coefficients
    assert of_year.estimate * 15 == pytest.approx(of_score.estimate, rel=1e-6)
    cuts = np.array(on_year.thresholds) - of_year.estimate * 1975
    assert cuts == pytest.approx(on_score.thresholds, rel=1e-6)


def test_number_that_separates_the_outcomes_is_refused_in_any_unit():
    for unit, shift in UNITS.values():
        x = np.arange(40.0) * unit + shift
        with pytest.raises(SurveyError, match="no model of 'y'"):
            logit_of(x, (np.arange(40) >= 20).astype(int))


@pytest.mark.filterwarnings("error")
def test_separated_ordered_answers_are_refused_without_a_warning():
    people = pd.DataFrame({"y": np.repeat([1, 2, 3], 20), "x": np.arange(60.0)})
    measures = {"y": Variable("y", measure="ordinal"), "x": Variable("x", measure="scale")}
    with pytest.raises(SurveyError, match="no model of 'y'"):
        ordered_logit(Survey(people, Codebook(measures)), "y", ["x"])


def test_code_of_do_not_know_is_no_amount_and_no_outcome():
    generator = np.random.default_rng(1)
    x = np.round(generator.normal(20, 3, 300))
    y = (generator.random(300) < 1 / (1 + np.exp(-(x - 20) / 3))).astype(int)
    held, said = x.copy(), y.copy()
    held[:40], said[40:50] = 99, 8
    doubt = Variable("x", measure="scale", codes={99: {"en": "don't know"}}, dont_know=(99,))
    unsure = Variable("y", codes={0: {}, 1: {}, 8: {}}, dont_know=(8,))
    model, right = logit_of(held, said, doubt, unsure), logit_of(x[50:], y[50:])
    assert model.n == right.n == 250
    assert model.coefficients == right.coefficients
    assert (
        note_text(model.notes)
        == "250 of 300 respondents answered all questions; did not know and left out: 50"
    )


def test_do_not_know_that_is_asked_for_counts_as_the_outcome():
    people = pd.DataFrame({"y": [1, 8, 1, 8] * 20, "x": [1.0, 2.0, 3.0, 3.0] * 20})
    book = Codebook(
        {
            "y": Variable("y", codes={1: {}, 8: {}}, dont_know=(8,)),
            "x": Variable("x", measure="scale"),
        }
    )
    assert binary_logit(Survey(people, book), "y", [8], ["x"]).n == 80
