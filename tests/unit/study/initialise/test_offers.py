"""What init offers as comments works as soon as the # is taken away, and says what it rests on."""

import pandas as pd
import pyreadstat
import pytest

from counted_study import ROOT, counted, take_the_marks_away
from resurvey.core.design_names import design_variables
from resurvey.counts.crosstabs import crosstab
from resurvey.prepare.import_gate import import_survey
from resurvey.prepare.indicators import derive_indicators
from resurvey.study.folder import read_study
from resurvey.study.initialise import initialise

PEOPLE = 60
AGREE = {1: "disagree", 2: "rather disagree", 3: "rather agree", 4: "agree"}
PROBLEMS = {1: "prices", 2: "roads", 3: "schools", 4: "crime"}
TRUST = "How much do you agree? "
ITEMS = ["People are honest", "Courts are fair", "Nobody can be trusted", "Police is fair"]


def _file(folder, **more):
    """Sixty people: every fourth agrees with everything, the third item counts the other way."""
    at = range(PEOPLE)
    level = [1 + person % 4 for person in at]
    people = {
        "sex": [1 + person % 2 for person in at],
        "age": [18 + person for person in at],
        "income": [10_000.0 + 500 * person for person in at],
        "born": [1940 + person for person in at],
        **{
            f"q1_{item}": [
                5 - one if item == 3 else max(1, one - (person % 7 == item))
                for person, one in zip(at, level, strict=True)
            ]
            for item in (1, 2, 3, 4)
        },
        "q2_1": [1 + person % 4 for person in at],
        "q2_2": [None if person % 3 else 1 + (person + 1) % 4 for person in at],
        "q2_3": [None if person % 3 else 1 + (person + 2) % 4 for person in at],
        **{f"own_{item}": [1 + (person + item) % 2 for person in at] for item in (1, 2, 3)},
        "strata": [1 + person // 30 for person in at],
        "psu": [1 + person // 10 for person in at],
        **more,
    }
    labels = {
        "sex": "Your sex",
        "age": "How old are you?",
        "income": "Income of the household",
        "born": "Year of birth",
        **{f"q1_{item}": TRUST + words for item, words in enumerate(ITEMS, 1)},
        **{f"q2_{at}": f"Worst problems – answer {at}" for at in (1, 2, 3)},
        **{
            f"own_{at}": f"Does your family own a {what}?"
            for at, what in enumerate(("car", "house", "farm"), 1)
        },
    }
    values = {
        "sex": {1: "men", 2: "women"},
        **dict.fromkeys([f"q1_{item}" for item in (1, 2, 3, 4)], AGREE),
        **dict.fromkeys([f"q2_{item}" for item in (1, 2, 3)], PROBLEMS),
        **dict.fromkeys([f"own_{item}" for item in (1, 2, 3)], {1: "yes", 2: "no"}),
    }
    pyreadstat.write_sav(
        pd.DataFrame(people),
        folder / "wave.sav",
        column_labels=labels,
        variable_value_labels=values,
    )
    return folder / "wave.sav"


def _read(study):
    """Read the study as every run does, and derive what it declares."""
    parts = read_study(study / "config", ROOT / "workflow" / "schemas")
    ((_, wave),) = parts["config"]["waves"].items()
    survey = import_survey(str(study / wave["file"]), parts["codebook"], wave)
    listed = parts["indicators"]
    return parts, derive_indicators(survey, listed.get("indicators", {}), listed.get("scales", {}))


@pytest.fixture
def study(tmp_path):
    initialise(_file(tmp_path), tmp_path / "study")
    return tmp_path / "study"


def test_study_runs_as_it_is_with_every_offer_a_comment(study):
    parts, _, _ = counted(study)
    assert parts["indicators"] == {}


def test_age_is_offered_in_ranges_that_count_right(study):
    take_the_marks_away(study / "config/indicators.yaml", ["age_group:"])
    _, survey = _read(study)
    table = crosstab(survey, rows="age_group", columns="sex")
    # From 18 to 77 one person each; the men are those of even ages.
    assert table.counts.to_numpy()[:, :2].tolist() == [[9, 8], [10, 10], [11, 12]]
    assert survey.data["age_group"].value_counts().to_dict() == {1: 17, 2: 20, 3: 23}


def test_other_numbers_are_offered_in_quarters_and_years_in_decades(study):
    take_the_marks_away(study / "config/indicators.yaml", ["income_group:", "born_group:"])
    _, survey = _read(study)
    assert survey.data["income_group"].value_counts().tolist() == [15, 15, 15, 15]
    assert survey.data["born_group"].value_counts().tolist() == [10] * 6


def test_items_that_go_together_are_offered_as_a_scale_with_its_reversed_item(study):
    text = take_the_marks_away(study / "config/indicators.yaml", ["scale_q1:"])
    parts, survey = _read(study)
    assert parts["indicators"]["scales"]["scale_q1"]["reverse"] == ["q1_3"]
    assert parts["indicators"]["scales"]["scale_q1"]["label"] == "How much do you agree?"
    assert "Cronbach's alpha 0.9" in text
    # The second person said 2, 2, 3 (reversed 2), 2, but for the item that is one lower.
    first = survey.data.loc[4, ["q1_1", "q1_2", "q1_3", "q1_4"]].tolist()
    assert first == [1, 1, 4, 1]
    assert survey.data.loc[4, "scale_q1"] == 1.0


def test_items_that_do_not_go_together_are_no_scale(tmp_path):
    noise = {
        f"q1_{item}": [1 + (person * (2 * item + 1) // (item + 1)) % 4 for person in range(PEOPLE)]
        for item in (1, 2, 3, 4)
    }
    assert initialise(_file(tmp_path, **noise), tmp_path / "study").offers.scales == {}


def test_first_second_and_third_answer_are_a_set_at_once(study):
    parts, survey, tables = counted(study)
    assert parts["codebook"]["multiple_response"]["q2"] == {
        "label": "Worst problems",
        "variables": ["q2_1", "q2_2", "q2_3"],
    }
    assert ["q2"] in [table["rows"] for table in tables.values()]
    assert survey.codebook.multiple_response["q2"]["type"] == "C"


def test_same_answer_twice_is_no_set(tmp_path):
    twice = {"q2_2": [1 + person % 4 for person in range(PEOPLE)]}
    assert initialise(_file(tmp_path, **twice), tmp_path / "study").sets == {}


def test_yes_or_no_questions_that_begin_alike_are_offered_as_a_set(study):
    take_the_marks_away(study / "config/codebook.yaml", ["set_own:"])
    parts, survey = _read(study)
    assert parts["codebook"]["multiple_response"]["set_own"] == {
        "label": "Does your family own a",
        "variables": ["own_1", "own_2", "own_3"],
        "counted": 1,
    }
    assert survey.codebook.multiple_response["set_own"]["counted_value"] == 1


def test_strata_and_clusters_are_offered_and_fit_the_data(study):
    take_the_marks_away(study / "config/config.yaml", ["strata:", "clusters:"])
    parts, survey = _read(study)
    ((_, wave),) = parts["config"]["waves"].items()
    assert set(design_variables(wave)) == {"strata", "psu"}
    pairs = survey.data[["strata", "psu"]].drop_duplicates()
    assert pairs.groupby("strata").size().min() > 1


def test_every_offer_holds_together_with_all_the_others(study):
    config = study / "config"
    take_the_marks_away(
        config / "indicators.yaml", ["age_group:", "income_group:", "born_group:", "scale_q1:"]
    )
    take_the_marks_away(config / "codebook.yaml", ["set_own:"])
    take_the_marks_away(config / "config.yaml", ["strata:", "clusters:"])
    _, survey = _read(study)
    assert {"age_group", "income_group", "born_group", "scale_q1"} <= set(survey.codebook)


def test_grid_of_a_form_is_offered_as_a_scale_of_its_ordered_words(tmp_path):
    words = ["Disagree", "Rather disagree", "Rather agree", "Agree"]
    rows = [
        {"Your sex": "mf"[person % 2]}
        | {
            f"How much do you agree? [{item}]": words[max(0, person % 4 - (person % 7 == at))]
            for at, item in enumerate(ITEMS)
        }
        for person in range(PEOPLE)
    ]
    pd.DataFrame(rows).to_csv(tmp_path / "form.csv", index=False)
    initialise(tmp_path / "form.csv", tmp_path / "study")
    take_the_marks_away(tmp_path / "study/config/indicators.yaml", ["scale_1:"])
    parts, survey = _read(tmp_path / "study")
    assert parts["indicators"]["scales"]["scale_1"]["label"] == "How much do you agree?"
    # The fourth person agrees with everything but the last, with which rather.
    assert survey.data.loc[3, "scale_1"] == pytest.approx((4 + 4 + 4 + 3) / 4)


def test_items_on_one_scale_are_offered_as_a_grid_that_works(tmp_path):
    words = {1: "Disagree", 2: "Rather disagree", 3: "Rather agree", 4: "Agree"}
    names = ["q1", "q2", "q3"]
    asked = [f"Do you agree? {what}" for what in ("Courts are fair", "Streets are safe", "We vote")]
    people = {name: [*range(1, 5)] * 10 for name in names}
    file = tmp_path / "wave.sav"
    pyreadstat.write_sav(
        pd.DataFrame(people),
        str(file),
        column_labels=dict(zip(names, asked, strict=True)),
        variable_value_labels=dict.fromkeys(names, words),
    )
    initialise(file, tmp_path / "study")
    page = tmp_path / "study/config/tables.yaml"
    assert "table_1_grid" in page.read_text(encoding="utf-8")
    take_the_marks_away(page, ["table_1_grid: "])
    _, _, tables = counted(tmp_path / "study")
    assert tables["table_1_grid"]["rows"] == names
    assert tables["table_1_grid"]["top_box"] == 2
