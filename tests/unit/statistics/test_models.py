"""Logit models agree with R's glm and polr, and refuse where they would mislead."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from reference.conformance import model_statistics
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.core.notes import note_text
from resurvey.statistics.models import brant, check_model, concordance, hosmer_lemeshow
from resurvey.tables.models import fit_declared

HERE = Path(__file__).parents[2] / "reference" / "statistics"
CLOSE = 1e-8


def binary_logit(survey, outcome, positive, predictors):
    declared = {"kind": "binary", "outcome": outcome, "positive": positive}
    return fit_declared(survey, declared | {"predictors": predictors})


def ordered_logit(survey, outcome, predictors):
    return fit_declared(survey, {"kind": "ordered", "outcome": outcome, "predictors": predictors})


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


@pytest.mark.slow
def test_binary_logit_agrees_with_glm(anes):
    model = binary_logit(anes, "vote", [1], ["educ", "age"])
    compare(model, read_values("binary"), {"educ": "educ{}", "age": "age"})


@pytest.mark.slow
def test_ordered_logit_agrees_with_polr(anes):
    model = ordered_logit(anes, "PID", ["vote", "age"])
    compare(model, read_values("ordered"), {"vote": "vote_f{}", "age": "age"})


def arrays(people, name):
    """Indicators of the answers to a question but the first, as statsmodels takes them."""
    codes = np.unique(people[name])
    return np.column_stack([people[name] == code for code in codes[1:]]).astype(float)


def margins(people):
    """Average marginal effects of education and age on the vote by statsmodels."""
    from statsmodels.discrete.discrete_model import Logit

    x = np.column_stack([arrays(people, "educ"), people["age"]])
    fitted = Logit((people["vote"] == 1).astype(int), np.column_stack([x, np.ones(len(x))]))
    found = fitted.fit(method="newton", tol=1e-13, disp=0).get_margeff(at="overall", dummy=True)
    return found.margeff, found.margeff_se


def test_effects_of_statsmodels_are_ours_where_questions_have_two_answers(anes):
    people = anes.data.assign(educ=(anes.data["educ"] > 3).astype(int))
    survey = Survey(people, anes.codebook)
    effects = binary_logit(survey, "vote", [1], ["educ", "age"]).effects
    values, errors = margins(people)
    assert [one.estimate for one in effects] == pytest.approx(values, rel=1e-8)
    assert [one.standard_error for one in effects] == pytest.approx(errors, rel=1e-8)


def test_effects_of_statsmodels_are_not_those_of_a_question_with_more_answers(anes):
    reference = read_values("binary")
    values, _ = margins(anes.data)
    of_r = [reference[f"ame:educ{code}:2"] for code in range(2, 8)]
    away = np.abs(values[:-1] / of_r - 1)
    assert away.max() > 1e-3, "statsmodels now keeps a question's answers apart: use get_margeff"


@pytest.mark.slow
def test_statsmodels_has_no_effects_and_six_digits_of_an_ordered_model(anes):
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    x = np.column_stack([anes.data["vote"], anes.data["age"] / 10.0])
    model = OrderedModel(np.unique(anes.data["PID"], return_inverse=True)[1], x, distr="logit")
    near = model.fit(method="bfgs", maxiter=2000, gtol=1e-6, disp=0)
    found = model.fit(start_params=near.params, method="newton", tol=1e-9, disp=0)
    assert not hasattr(found, "get_margeff")
    error = read_values("ordered")["se:vote_f1"]
    (ours, _) = ordered_logit(anes, "PID", ["vote", "age"]).coefficients
    assert abs(ours.standard_error / error - 1) < 1e-7 < abs(found.bse[0] / error - 1)


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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_every_check_agrees_with_r():
    cases = yaml.safe_load((HERE / "models.yaml").read_text(encoding="utf-8"))
    with (HERE / "model_values.csv").open(encoding="utf-8") as lines:
        checks = [one for one in csv.DictReader(lines) if one["term"].startswith("check")]
    assert len(checks) == 6
    ours = {name: model_statistics(HERE, cases[name]) for name in {one["model"] for one in checks}}
    for one in checks:
        found = ours[one["model"]][one["term"]]
        assert found == pytest.approx(float(one["value"]), rel=1e-9), one["term"]


@pytest.mark.slow
def test_every_declared_model_is_that_of_r():
    cases = yaml.safe_load((HERE / "models.yaml").read_text(encoding="utf-8"))
    declared = {name: case for name, case in cases.items() if "declared" in case}
    assert len(declared) == 6
    for name, case in declared.items():
        ours = model_statistics(HERE, case)
        values = read_values(name)
        assert len(values) >= 9, name
        for term, value in values.items():
            assert ours[term] == pytest.approx(value, rel=1e-8), (name, term)


def people(seed=1, n=3000):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    return rng, x


def test_brant_keeps_quiet_where_the_odds_are_proportional():
    rng, x = people()
    latent = x @ [1.0, -0.5] + rng.logistic(size=len(x))
    assert brant(np.digitize(latent, [-1, 0, 1]), x).p_value > 0.01


def test_brant_finds_a_slope_that_differs_between_the_cuts():
    rng, x = people()
    latent = x @ [1.0, -0.5] + rng.logistic(size=len(x))
    y = np.digitize(latent, [-1, 0, 1])
    y = np.where(y > 1, 2 + (rng.random(len(x)) < 1 / (1 + np.exp(2 * x[:, 0]))), y)
    assert brant(y, x).p_value < 1e-6


def test_brant_refuses_separated_answers():
    x = np.array([[0.0], [0.0], [1.0], [1.0], [2.0], [2.0]] * 10)
    found = brant(x[:, 0].astype(int), x)
    assert found.p_value is None
    assert "separated" in found.note


def test_chance_is_a_concordance_of_one_half():
    rng = np.random.default_rng(2)
    found = concordance(rng.integers(0, 3, 5000), rng.normal(size=5000))
    assert found.statistic == pytest.approx(0.5, abs=0.02)


def test_concordance_of_a_single_outcome_is_refused():
    assert concordance(np.zeros(4, int), np.arange(4.0)).statistic is None


def test_constant_probability_has_no_groups_to_compare():
    assert hosmer_lemeshow(np.array([0, 1] * 10), np.full(20, 0.5)).p_value is None


def test_one_predictor_has_no_inflation():
    y, x = np.array([0, 1] * 20), np.arange(40.0)[:, None]
    chance = np.linspace(0.1, 0.9, 40)
    checks = check_model(y, x, np.column_stack([1 - chance, chance]), [("age", None)], x[:, 0])
    assert {one.test: one.statistic for one in checks}["largest_vif"] is None
