"""The report words a model for people who never saw one, and says why it has none."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.files import csv_text
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording
from resurvey.report.models import ModelLines, Models
from resurvey.tables.models import MODEL_FILES, fit_models

PLANS = {"kind": "binary", "outcome": "plans", "positive": [1], "predictors": ["sex", "age"]}
FIT = {"kind": "ordered", "outcome": "fit", "predictors": ["sex"], "label": {"en": "A <fit>"}}


@pytest.fixture(scope="module")
def survey():
    rng = np.random.default_rng(4)
    sex, age = rng.integers(1, 3, 400), rng.integers(18, 60, 400)
    people = pd.DataFrame(
        {
            "plans": np.where(rng.random(400) < np.where(sex == 2, 0.7, 0.3), 1, 2),
            "fit": np.digitize(rng.logistic(size=400) + 2 * (sex == 2), [-1, 1]) + 1,
            "sex": sex,
            "age": age,
        }
    )
    yes = {1: {"en": "Yes", "ru": "Да"}, 2: {"en": "No", "ru": "Нет"}}
    levels = {1: {"en": "bad"}, 2: {"en": "fair"}, 3: {"en": "good"}}
    variables = [
        Variable("plans", {"en": "Plans to leave", "ru": "Планы уехать"}, codes=yes),
        Variable("fit", {"en": "The job fits"}, "ordinal", levels),
        Variable("sex", {"en": "Sex"}, codes={1: {"en": "Men"}, 2: {"en": "Women"}}),
        Variable("age", {"en": "Age"}, "scale"),
    ]
    return Survey(people, Codebook({one.name: one for one in variables}))


def shown(survey, declared, words, language="en", **flags):
    done = fit_models(survey, declared, language=language)
    texts = [csv_text(columns, done.lines[name]) for name, columns in MODEL_FILES.items()]
    lines = ModelLines(*([dict(one) for one in csv.DictReader(io.StringIO(t))] for t in texts), {})
    labels = Labels(survey.codebook, {}, {}, language)
    say, numerals = Wording(words[language]), Numerals(language)
    return Models(lines, labels, numerals, say, 0.05, flags.get("reconstructed", False)).shown(
        declared
    )


def test_clear_effect_is_put_in_one_sentence(survey, words):
    one = shown(survey, {"m": PLANS}, words)[0]
    assert len(one.reading) == 1
    sentence = one.reading[0].striptags()
    assert sentence.startswith("Sex: For “Women” the share of “Yes” is")
    assert "percentage points higher than for “Men”" in sentence
    assert "1 of 2 comparisons" in one.rest.striptags()


def test_table_has_a_group_per_predictor_with_its_reference(survey, words):
    one = shown(survey, {"m": PLANS}, words)[0]
    assert [(group.question, group.reference) for group in one.groups] == [
        ("Sex", "Men"),
        ("Age", ""),
    ]
    assert one.groups[1].terms[0].label == "per unit"


def test_ordered_model_shows_the_effects_on_both_ends(survey, words):
    one = shown(survey, {"m": FIT}, words)[0]
    assert one.outcomes == ("bad", "good")
    low, high = one.groups[0].terms[0].effects
    assert low.text.startswith("−")
    assert high.text.startswith("+")
    assert "Every comparison in the model (1)" in one.rest.striptags()


def test_diagnostics_have_names_and_numbers(survey, words):
    found = shown(survey, {"m": PLANS}, words)[0].facts
    facts = {one.label: one.value.text for one in found}
    notes = {one.label: str(one.note.unescape()) for one in found}
    assert notes["Largest variance inflation factor"] in (
        "of 'Sex'; 1 means no inflation",
        "of 'Age'; 1 means no inflation",
    )
    assert facts["Respondents in the model"] == "400"
    assert 0.6 < float(facts["Concordance (area under the curve)"]) < 0.9
    assert "Hosmer–Lemeshow" in facts


def test_russian_page_has_russian_words_and_decimal_commas(survey, words):
    one = shown(survey, {"m": PLANS}, words, "ru")[0]
    assert "п. п." in one.reading[0].replace("\xa0", " ")
    assert "," in one.groups[0].terms[0].estimate.text


def test_refused_model_has_the_reason_and_no_table(survey, words):
    people = survey.data.assign(sex=1)
    one = shown(Survey(people, survey.codebook), {"m": FIT}, words)[0]
    assert "one answer only" in one.refused
    assert one.groups == ()


def test_label_is_a_value_and_no_markup(survey, words):
    one = shown(survey, {"m": FIT}, words)[0]
    assert one.title == "A <fit>"
