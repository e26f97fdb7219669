"""Simulated waves follow their declared model, and nothing else."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from simulate import (
    FIRST_PERSON,
    Model,
    Question,
    draw_waves,
    read_model,
    simulate_waves,
    simulated_file,
)

from invented import ROOT
from resurvey.core.errors import SurveyError
from resurvey.core.strict_yaml import read_yaml

EXAMPLE = ROOT / "examples/monitoring"
BOOK = {
    "id": "person",
    "variables": {
        "person": {"measure": "scale"},
        "sex": {"codes": {1: "Men", 2: "Women"}},
        "works": {"codes": {1: "Yes", 2: "No", 9: "Refused"}, "missing": [9]},
        "happy": {"codes": {1: "Yes", 2: "No", 9: "Refused"}, "missing": [9]},
    },
}
DECLARED = {
    "seed": 5,
    "groups": "sex",
    "no_answer": {"code": 9, "share": 4},
    "variables": {
        "sex": {"shares": [{"codes": {1: 60, 2: 40}}]},
        "works": {
            "shares": [
                {"group": 1, "codes": {1: 80, 2: 20}},
                {"group": 2, "codes": {1: 50, 2: 50}},
            ],
            "changes": [{"from": "2024", "codes": {1: -10, 2: 10}}],
        },
        "happy": {
            "shares": [{"codes": {1: 70, 2: 30}}],
            "asked": {"variable": "works", "answers": [1]},
        },
    },
}
WAVES = {
    "2022": {"respondents": 20_000},
    "2024": {"respondents": 20_000, "panel": 0.5, "stability": 0.8},
}


@pytest.fixture(scope="module")
def model():
    return read_model(DECLARED, BOOK, list(WAVES))


@pytest.fixture(scope="module")
def drawn(model):
    return draw_waves(model, WAVES, "person")


def share(people, name, code, within=None):
    answers = people[name] if within is None else people.loc[within, name]
    answers = answers[answers != 9].dropna()
    return float((answers == code).mean())


def test_true_shares_weigh_the_groups(model):
    assert model.true_shares("works", ["2022"]) == pytest.approx({1: 0.68, 2: 0.32})
    assert model.true_shares("works", ["2022", "2024"]) == pytest.approx({1: 0.58, 2: 0.42})
    assert model.true_shares("works", ["2022"], group=2) == pytest.approx({1: 0.5, 2: 0.5})


def test_true_shares_of_a_filtered_question_weigh_those_who_are_asked():
    sex = Question("sex", (1, 2), {None: (0.5, 0.5)})
    works = Question("works", (1, 2), {1: (0.9, 0.1), 2: (0.3, 0.7)})
    happy = Question("happy", (1, 2), {1: (0.2, 0.8), 2: (0.6, 0.4)}, asked=("works", (1,)))
    model = Model(1, "sex", {"sex": sex, "works": works, "happy": happy})
    # 0.9 and 0.3 of the two halves are asked: three men to one woman.
    assert model.true_shares("happy", ["2022"])[1] == pytest.approx((3 * 0.2 + 0.6) / 4)


@pytest.mark.parametrize("wave", ["2022", "2024"])
def test_drawn_shares_are_the_true_ones_within_chance(model, drawn, wave):
    waves = list(WAVES)[: list(WAVES).index(wave) + 1]
    for name in model.questions:
        for code, true in model.true_shares(name, waves).items():
            error = np.sqrt(true * (1 - true) / 8000)
            assert abs(share(drawn[wave], name, code) - true) < 4.5 * error


def test_only_who_works_is_asked_whether_happy(drawn):
    people = drawn["2022"]
    asked = people["happy"].notna()
    # Whoever refuses to say whether they work was still asked by what is true of them.
    assert set(people.loc[asked, "works"].unique()) == {1, 9}
    assert people.loc[people["works"] == 2, "happy"].isna().all()


def test_half_of_the_later_wave_answered_before_and_mostly_alike(drawn):
    first, second = drawn["2022"].set_index("person"), drawn["2024"].set_index("person")
    both = first.index.intersection(second.index)
    assert len(both) == 10_000
    assert (first.loc[both, "sex"] == second.loc[both, "sex"]).all()
    again = (first.loc[both, "works"] == second.loc[both, "works"]).mean()
    assert 0.75 < again < 0.95


def test_persons_have_numbers_that_nobody_takes_for_respondents(drawn):
    assert min(people["person"].min() for people in drawn.values()) == FIRST_PERSON
    assert all(people["person"].is_unique for people in drawn.values())


def test_later_wave_changes_no_earlier_one(model, drawn):
    alone = draw_waves(model, {"2022": WAVES["2022"]}, "person")
    assert alone["2022"].equals(drawn["2022"])


def test_another_seed_draws_other_people(model, drawn):
    other = draw_waves(replace(model, seed=6), {"2022": WAVES["2022"]}, "person")
    assert not other["2022"].equals(drawn["2022"])


@pytest.mark.slow
def test_simulated_records_say_what_they_are(tmp_path):
    from resurvey.reading import read_survey
    from resurvey.reading.writing import write_sav

    wave = simulated_file(DECLARED, {"2022": {"respondents": 50}}, BOOK)
    write_sav(tmp_path / "survey_simulated.sav", wave)
    book = read_survey(tmp_path / "survey_simulated.sav").codebook
    assert book.simulated
    assert book.origin == "simulated"
    assert not book.reconstructed
    assert "not microdata" in book.file_label


def test_planted_changes_leave_the_answers_underneath_alone(model):
    changes = {
        "renamed": {"works": "Q1"},
        "recoded": [{"variable": "sex", "codes": {1: 2, 2: 1}}],
        "answers": [{"variable": "happy", "code": 3, "label": "Very", "from": 1, "share": 50}],
        "wordings": {"happy": "Are you happy?"},
    }
    clean = simulate_waves(model, {"2022": {"respondents": 400}}, BOOK, "person")["2022"].data
    spec = {"respondents": 400, "questionnaire": changes}
    file = simulated_file(DECLARED, {"2022": spec}, BOOK)
    assert (file.data["sex"] == 3 - clean["sex"]).all()
    assert file.data["Q1"].tolist() == clean["works"].tolist()
    assert file.data["happy"].replace(3, 1).tolist() == clean["happy"].tolist()
    assert 0.3 < (file.data["happy"] == 3).sum() / (clean["happy"] == 1).sum() < 0.7


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"groups": "age"}, "`groups` names 'age'"),
        ({"variables": {"age": {"shares": [{"codes": {1: 100}}]}}}, "has no variable 'age'"),
        (
            {"variables": {"sex": {"shares": [{"codes": {1: 60, 2: 30}}]}}},
            "the shares of 'sex' add to 90, not to 100",
        ),
        (
            {"variables": {"sex": {"shares": [{"codes": {1: 60, 3: 40}}]}}},
            "'sex' has no answer 3",
        ),
    ],
)
def test_model_that_does_not_fit_the_study_is_one_sentence(change, said):
    with pytest.raises(SurveyError, match=said):
        read_model({**DECLARED, **change}, BOOK, list(WAVES))


@pytest.mark.parametrize(
    ("happy", "said"),
    [
        ({"changes": [{"from": "2025", "codes": {1: 1, 2: -1}}]}, "changes from '2025'"),
        ({"changes": [{"from": "2024", "codes": {1: 1}}]}, "must add to 0"),
        ({"changes": [{"from": "2024", "codes": {1: 40, 2: -40}}]}, "falls below 0 in '2024'"),
        ({"asked": {"variable": "luck", "answers": [1]}}, "'luck', which must stand above it"),
    ],
)
def test_change_that_cannot_be_is_one_sentence(happy, said):
    question = {"shares": [{"codes": {1: 70, 2: 30}}], **happy}
    variables = {**DECLARED["variables"], "happy": question}
    with pytest.raises(SurveyError, match=said):
        read_model({**DECLARED, "variables": variables}, BOOK, list(WAVES))


def test_example_declares_what_the_article_printed():
    simulation = read_yaml(EXAMPLE / "config/simulation.yaml")
    codebook = read_yaml(EXAMPLE / "config/codebook.yaml")
    model = read_model(simulation, codebook, list(simulation["waves"]))
    printed = {1: 7.5, 2: 24.6, 3: 67.9}  # relations with colleagues, Table 7
    shares = model.true_shares("colleague_relations", ["2022"])
    assert {code: 100 * one for code, one in shares.items()} == pytest.approx(printed, abs=0.4)


@pytest.mark.slow
def test_files_of_the_example_are_those_that_its_model_gives(tmp_path):
    shutil.copytree(EXAMPLE, tmp_path / "monitoring")
    files = sorted(EXAMPLE.glob("resources/*/*.sav"))
    assert len(files) == 4
    for path in files:
        (tmp_path / "monitoring" / path.relative_to(EXAMPLE)).unlink()
    script = tmp_path / "monitoring/simulate.py"
    library = {**os.environ, "PYTHONPATH": str(ROOT / "workflow/scripts")}
    subprocess.run([sys.executable, str(script)], check=True, env=library)
    for path in files:
        made = tmp_path / "monitoring" / path.relative_to(EXAMPLE)
        assert made.read_bytes() == path.read_bytes(), path
