"""The report words a model for people who never saw one, and says why it has none."""

import csv
import io
import re

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.files import csv_text
from resurvey.pages.labels import Labels
from resurvey.pages.numerals import Numerals
from resurvey.pages.wording import Wording
from resurvey.report.blocks import Numbering
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
    assert sentence.startswith("Sex. For “Women” the share of “Yes” is")
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


INCOME = {
    "kind": "linear",
    "outcome": "age",
    "predictors": ["sex", "plans"],
    "interactions": [["sex", "plans"]],
    "where": {"fit": [1, 2]},
}
TABLES = {"m": PLANS, "f": FIT, "a": INCOME}


def page_of(survey, declared, words, language="en"):
    done = fit_models(survey, declared, language=language)
    texts = [csv_text(columns, done.lines[name]) for name, columns in MODEL_FILES.items()]
    lines = ModelLines(*([dict(one) for one in csv.DictReader(io.StringIO(t))] for t in texts), {})
    labels = Labels(survey.codebook, {}, {"no_answer": "No answer"}, language)
    return Models(lines, labels, Numerals(language), Wording(words[language]), 0.05, False)


def test_small_p_values_are_counted_as_the_table_shows_them(survey, words):
    page = page_of(survey, TABLES, words)
    for name, model in TABLES.items():
        (one,) = page.shown({name: model})
        shown = [term.p.text for group in one.groups for term in group.terms]
        below = sum(p.startswith("<") or float(p) < 0.05 for p in shown)
        told = list(map(int, re.findall(r"\d+", one.rest.striptags().replace("0.05", ""))))
        assert told == sorted({below, len(shown)} if below else ()), name


def test_condition_and_interaction_stand_in_words(survey, words):
    (one,) = page_of(survey, {"a": INCOME}, words).shown({"a": INCOME})
    assert one.title == "Age – The job fits: “bad”, “fair”"
    assert one.groups[-1].question == "Sex × Plans to leave"
    assert one.groups[-1].terms[0].label == "Women, No"
    assert [bool(term.effects[0]) for group in one.groups for term in group.terms] == [
        True,
        True,
        False,
    ]
    assert any("interaction" in note for note in one.notes)


def test_models_stand_side_by_side_with_their_fit_at_the_foot(survey, words):
    page = page_of(survey, TABLES, words)
    group = page.compared("all", {"models": ["m", "a"]}, TABLES, Numbering(page.say), nominal=False)
    table = group.blocks[-1]
    rows = {row.cells[0].text: row for row in table.rows}
    assert [column.heading for column in table.columns][1:] == [
        "Plans to leave",
        "Age – The job fits: “bad”, “fair”",
    ]
    (shown,) = page.shown({"a": INCOME})
    women = next(term for group in shown.groups for term in group.terms if term.label == "Women")
    assert rows["Women"].cells[2].text.rstrip("*") == women.estimate.text
    assert rows["Women"].cells[2].below.startswith("(")
    assert rows["Women, No"].cells[1].text == ""
    assert rows["Respondents in the model"].cells[1].text == "400"
    assert rows["R²"].cells[1].text == ""
    assert rows["McFadden's R²"].cells[2].text == ""
    assert any("p < 0.001" in note.unescape() for note in table.notes)


def test_stars_are_those_of_the_p_value(survey, words):
    page = page_of(survey, TABLES, words)
    how = {"models": ["m"], "show": "odds_ratios", "under": "p_value"}
    table = page.compared("all", how, TABLES, Numbering(page.say), nominal=True).blocks[-1]
    marks = {row.cells[0].text: row.cells[1] for row in table.rows if row.kind == "answer"}
    assert marks["Women"].text.endswith("***")
    assert marks["Women"].below == "< 0.001"
    assert "descriptive" in table.notes[1]
    plain = page.compared("all", {**how, "stars": False}, TABLES, Numbering(page.say), nominal=True)
    assert not any("*" in cell.text for row in plain.blocks[-1].rows for cell in row.cells)


def test_diagnostics_of_russian_pages_are_russian(survey, words):
    page = page_of(survey, TABLES, words, "ru")
    for one in page.shown(TABLES):
        said = " ".join(f"{fact.label} {fact.note.striptags()}" for fact in one.facts)
        for name in ("Plans to leave", "Sex", "Age", "The job fits"):
            said = said.replace(name, "")
        assert not re.findall(r"[a-z]{3,}", said), said


def test_multinomial_model_is_told_in_odds_against_its_reference(survey, words):
    model = {"kind": "multinomial", "outcome": "fit", "predictors": ["sex"]}
    (one,) = page_of(survey, {"n": model}, words).shown({"n": model})
    assert [group.question for group in one.groups] == ["“fair”. Sex", "“good”. Sex"]
    assert "the odds of “good” against “bad” are" in one.reading[0].striptags()
