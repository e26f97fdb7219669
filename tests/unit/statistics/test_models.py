"""Logit models agree with R's glm and polr, and refuse where they would mislead."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from resurvey.codebook import Codebook, Variable
from resurvey.errors import SurveyError
from resurvey.statistics.models import binary_logit, ordered_logit
from resurvey.survey import Survey

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
