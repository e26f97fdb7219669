"""Declared models are fitted, refused with a reason, or stop the run."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from invented import words_of
from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.figures.models import draw_models
from resurvey.study.folder import read_study
from resurvey.tables.models import COEFFICIENT_COLUMNS, EFFECT_COLUMNS, fit_models

ROOT = Path(__file__).parents[3]
PLANS = {
    "kind": "binary",
    "outcome": "plans",
    "positive": [1],
    "predictors": ["sex", "age"],
    "label": {"en": "Plans <b>to leave</b>"},
}


@pytest.fixture(scope="module")
def survey():
    rng = np.random.default_rng(4)
    sex, age = rng.integers(1, 3, 400), rng.integers(18, 60, 400)
    chance = 1 / (1 + np.exp(-(1.2 * (sex == 2) - 0.03 * (age - 40))))
    plans = np.where(rng.random(400) < chance, 1, 2)
    people = pd.DataFrame({"plans": plans, "sex": sex, "age": age})
    variables = {
        "plans": Variable("plans", codes={1: {"en": "Yes"}, 2: {"en": "No"}}),
        "sex": Variable("sex", codes={1: {"en": "Men"}, 2: {"en": "Women"}}),
        "age": Variable("age", measure="scale"),
    }
    return Survey(people, Codebook(variables))


def reconstructed(survey):
    return Survey(survey.data, replace(survey.codebook, reconstructed=True))


def test_odds_ratio_is_the_exponential_of_the_coefficient(survey):
    lines = fit_models(survey, {"m": PLANS}).lines["coefficients"]
    women = next(one for one in lines if one.get("variable") == "sex")
    assert women["odds_ratio"] == pytest.approx(np.exp(women["estimate"]))
    assert 2 < women["odds_ratio"] < 6
    assert set(women) <= set(COEFFICIENT_COLUMNS)


def test_labels_are_in_the_chosen_language(survey):
    line = fit_models(survey, {"m": PLANS}, language="en").lines["coefficients"][0]
    assert (line["label"], line["reference_label"]) == ("Women", "Men")


def test_number_has_an_effect_per_unit(survey):
    lines = fit_models(survey, {"m": PLANS}).lines["effects"]
    age = next(one for one in lines if one["variable"] == "age")
    assert age["code"] == ""
    assert -0.02 < age["estimate"] < 0
    assert set(age) <= {*EFFECT_COLUMNS, "kind"}


def test_nominal_sample_is_noted_and_a_random_one_is_not(survey):
    for sample, noted in (("unknown", True), ("probability", False)):
        line = fit_models(survey, {"m": PLANS}, sample=sample).lines["coefficients"][0]
        assert ("descriptive" in line["note"]) is noted


def weighted(survey):
    """The survey with a weight of two for women and of one for men."""
    people = survey.data.assign(w=survey.data["sex"].astype(float))
    return Survey(people, survey.codebook.updated([Variable("w", measure="scale")]))


def test_weights_of_the_wave_are_those_of_the_model(survey):
    declared = {"m": {"kind": "linear", "outcome": "age", "predictors": ["plans"]}}
    done = fit_models(weighted(survey), declared, wave={"file": "a.sav", "weight": "w"})
    found = {one["part"]: one["estimate"] for one in done.lines["coefficients"]}
    means = {
        plans: np.average(group["age"], weights=group["sex"])
        for plans, group in survey.data.groupby("plans")
    }
    assert found == pytest.approx({"coefficient": means[2] - means[1], "constant": means[1]})
    assert done.lines["coefficients"][0]["df"] == 398


def test_whoever_has_no_weight_is_not_counted(survey):
    people = survey.data.assign(w=np.where(survey.data["age"] < 30, 0.0, 1.0))
    book = survey.codebook.updated([Variable("w", measure="scale")])
    done = fit_models(Survey(people, book), {"m": PLANS}, wave={"weight": "w"})
    assert done.lines["diagnostics"][0]["value"] == (survey.data["age"] >= 30).sum()


def test_condition_keeps_those_for_whom_it_holds(survey):
    declared = {"m": PLANS | {"predictors": ["age"], "where": {"sex": 2}}}
    women = survey.data[survey.data["sex"] == 2].reset_index(drop=True)
    inside = fit_models(survey, declared).lines
    alone = fit_models(Survey(women, survey.codebook), {"m": PLANS | {"predictors": ["age"]}}).lines
    left_out = [line for line in inside["diagnostics"] if line["statistic"] == "lost_filtered"]
    assert [line["value"] for line in left_out] == [len(survey.data) - len(women)]
    inside["diagnostics"] = [line for line in inside["diagnostics"] if line not in left_out]
    assert inside == alone
    assert f"{len(women)} of {len(women)} respondents" in inside["diagnostics"][0]["note"]


def test_condition_that_holds_for_nobody_stops_the_run(survey):
    declared = {"m": PLANS | {"where": {"age": {"min": 200}}}}
    with pytest.raises(SurveyError, match="models.yaml, 'm': `where` holds for no respondent"):
        fit_models(survey, declared)


def test_other_reference_turns_the_sign(survey):
    declared = {"m": PLANS, "turned": PLANS | {"reference": {"sex": 2}}}
    lines = fit_models(survey, declared, language="en").lines["coefficients"]
    (first, other) = (one for one in lines if one.get("variable") == "sex")
    assert (other["label"], other["reference_label"]) == ("Men", "Women")
    assert other["estimate"] == pytest.approx(-first["estimate"])


def test_interaction_of_two_answers_is_the_difference_of_differences():
    cells = {(1, 1): 1.0, (1, 2): 2.0, (2, 1): 4.0, (2, 2): 9.0}
    people = pd.DataFrame(
        [(a, b, y + d) for (a, b), y in cells.items() for d in (-1, 1)], columns=["a", "b", "y"]
    )
    answers = {1: {"": "low"}, 2: {"": "high"}}
    variables = {name: Variable(name, codes=answers) for name in "ab"}
    book = Codebook({**variables, "y": Variable("y", measure="scale")})
    one = {"kind": "linear", "outcome": "y", "predictors": ["a", "b"], "interactions": [["a", "b"]]}
    done = fit_models(Survey(people, book), {"m": one})
    found = {one["variable"]: one for one in done.lines["coefficients"] if "variable" in one}
    assert found["a*b"]["estimate"] == pytest.approx((9 - 4) - (2 - 1))
    assert (found["a*b"]["code"], found["a*b"]["label"]) == ("2*2", "high, high")
    # The effect of a is the mean of its differences at both answers to b.
    effects = {one["variable"]: one["estimate"] for one in done.lines["effects"]}
    assert effects == pytest.approx({"a": (3 + 7) / 2, "b": (1 + 5) / 2})


def test_multinomial_model_has_an_equation_for_every_answer_but_its_reference():
    answers = [1] * 12 + [2] * 6 + [3] * 3
    people = pd.DataFrame({"y": answers * 2, "x": [1] * 21 + [2] * 21})
    people.loc[22, "y"] = 3
    book = Codebook({n: Variable(n, codes={c: {"": f"{n}{c}"} for c in (1, 2, 3)}) for n in "yx"})
    one = {"kind": "multinomial", "outcome": "y", "predictors": ["x"], "reference": {"y": 2}}
    lines = fit_models(Survey(people, book), {"m": one}).lines["coefficients"]
    ratios = {
        one["outcome_label"]: one["odds_ratio"] for one in lines if one["part"] == "coefficient"
    }
    assert ratios == pytest.approx({"y1": (11 / 6) / (12 / 6), "y3": (4 / 6) / (3 / 6)})


def test_answers_that_are_no_numbers_have_no_linear_model(survey):
    declared = {"m": {"kind": "linear", "outcome": "plans", "predictors": ["age"]}}
    nominal = Survey(survey.data, survey.codebook)
    assert fit_models(nominal, declared).refused["m"].key == "outcome_no_number"


def test_reconstructed_records_get_no_model_but_the_reason(survey):
    done = fit_models(reconstructed(survey), {"m": PLANS})
    assert "invented" in done.refused["m"].text
    assert all(lines[0]["note"].startswith("not computed") for lines in done.lines.values())


@pytest.mark.slow
def test_reconstructed_records_cost_no_heavy_import():
    code = (
        "import sys\n"
        "from resurvey.core.codebook import Codebook, Variable\n"
        "from resurvey.figures.models import draw_models\n"
        "from resurvey.tables.models import fit_models\n"
        "from resurvey.core.codebook import Survey\n"
        "names = {n: Variable(n, codes={1: {}, 2: {}}) for n in 'ab'}\n"
        "book = Codebook(names, reconstructed=True)\n"
        "one = {'kind': 'binary', 'outcome': 'a', 'positive': [1], 'predictors': ['b']}\n"
        "done = fit_models(Survey(None, book), {'m': one})\n"
        "assert done.refused and draw_models(done, {'m': one}, book, ['en'], {}) == {}\n"
        "heavy = {'statsmodels', 'pandas', 'matplotlib', 'scipy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    path = str(ROOT / "workflow/scripts")
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_separated_answers_are_refused_and_the_others_fitted(survey):
    people = survey.data.assign(copy=survey.data["plans"])
    book = survey.codebook.updated([Variable("copy", codes={1: {}, 2: {}})])
    models = {"same": {**PLANS, "predictors": ["copy"]}, "m": PLANS}
    done = fit_models(Survey(people, book), models)
    assert list(done.refused) == ["same"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"predictors": ["sexx"]}, "did you mean 'sex'"),
        ({"positive": [7]}, "`positive` names 7"),
        ({"reference": {"sex": 7}}, "`reference` of 'sex' names 7"),
        ({"reference": {"age": 30}}, "'age' is a scale"),
    ],
)
def test_mistyped_model_stops_the_run(survey, change, said):
    with pytest.raises(SurveyError, match=said):
        fit_models(survey, {"m": {**PLANS, **change}})


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("{kind: binary, outcome: vote, predictors: [educ]}", "needs `positive:`"),
        ("{kind: ordered, outcome: vote, positive: [1], predictors: [educ]}", "has no `positive:`"),
        ("{kind: ordered, outcome: vote, predictors: [vote]}", "cannot explain itself"),
        ("{kind: logit, outcome: vote, predictors: [educ]}", "'logit' is not one of"),
        ("{kind: ordered, outcome: vote, predictor: [educ]}", "unknown key 'predictor'"),
        (
            "{kind: linear, outcome: vote, predictors: [educ, age], interactions: [[educ, ag]]}",
            "names 'ag', which is no predictor; did you mean 'age'",
        ),
        (
            "{kind: linear, outcome: vote, predictors: [educ], reference: {edu: 1}}",
            "names 'edu', which is no predictor; did you mean 'educ'",
        ),
    ],
)
def test_mistyped_declaration_is_named(tmp_path, model, said):
    (tmp_path / "config.yaml").write_text('waves: {"1996": {file: a.sav}}\n')
    (tmp_path / "tables.yaml").write_text("tables: {t: {rows: [vote]}}\n")
    (tmp_path / "models.yaml").write_text(f"models: {{m: {model}}}\n")
    with pytest.raises(SurveyError, match=said):
        read_study(tmp_path, ROOT / "workflow/schemas")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("{models: [n]}", "there is no model 'n'"),
        ("{models: [m], show: odds_ratios}", "'m' is linear and has no odds ratios"),
        ("{models: [m], show: means}", "'means' is not one of"),
    ],
)
def test_mistyped_comparison_is_named(tmp_path, table, said):
    (tmp_path / "config.yaml").write_text('waves: {"1996": {file: a.sav}}\n')
    (tmp_path / "tables.yaml").write_text("tables: {t: {rows: [vote]}}\n")
    model = "{kind: linear, outcome: age, predictors: [educ]}"
    text = f"models: {{m: {model}}}\ncompare: {{both: {table}}}\n"
    (tmp_path / "models.yaml").write_text(text)
    with pytest.raises(SurveyError, match=said):
        read_study(tmp_path, ROOT / "workflow/schemas")


def test_linear_model_is_drawn_around_zero_in_units_of_the_outcome(survey):
    words = words_of(["en"])["en"]
    declared = {"m": {"kind": "linear", "outcome": "age", "predictors": ["sex"]}}
    done = fit_models(survey, declared)
    drawn = draw_models(
        done, declared, survey.codebook, ["en"], {"en": words["figures"] | words["models"]}
    )["m.en"]
    assert "model:m/coefficients/sex/2/estimate" in drawn.svg
    assert "Coefficients with 95% intervals" in drawn.svg
    assert "odds" not in drawn.alt


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ru"])
def test_drawing_is_the_same_on_every_run_and_escapes_labels(survey, language):
    shared = words_of([language])[language]
    words = {language: shared["figures"] | shared["models"]}
    done = fit_models(survey, {"m": PLANS})
    first, again = (draw_models(done, {"m": PLANS}, survey.codebook, [language], words)
                    for _ in range(2))  # fmt: skip
    drawing = first[f"m.{language}"]
    assert drawing == again[f"m.{language}"]
    assert "<b>to" not in drawing.svg
    assert drawing.png.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "model",
    [
        {"kind": "linear", "outcome": "age", "predictors": ["sex"]},
        {"kind": "binary", "outcome": "plans", "positive": [1], "predictors": ["sex"]},
        {"kind": "multinomial", "outcome": "plans", "predictors": ["sex", "age"]},
    ],
)
def test_model_of_a_predictor_that_nobody_answered_has_an_empty_base(survey, model):
    nobody = Survey(survey.data.assign(sex=np.nan), survey.codebook)
    (line,) = fit_models(nobody, {"m": model}).lines["coefficients"]
    assert "empty base" in line["note"]


def test_model_of_counted_answers_is_that_of_the_people_they_stand_for(survey):
    declared = {"m": PLANS | {"predictors": ["sex"]}}
    counted = survey.data.groupby(["plans", "sex"]).size().reset_index(name="n")
    book = Codebook({**survey.codebook.variables, "n": Variable("n", measure="scale")})
    wave = {"weight": "n", "weight_kind": "frequency"}
    # The door reads columns of a file, and no frame.
    columns = pa.Table.from_pandas(counted, preserve_index=False)
    found = fit_models(Survey(columns, book), declared, wave=wave).lines
    people = fit_models(survey, declared).lines
    assert found["coefficients"][0]["estimate"] == pytest.approx(
        people["coefficients"][0]["estimate"]
    )
    assert found["coefficients"][0]["note"] == people["coefficients"][0]["note"]
    assert found["diagnostics"][0]["value"] == 400
