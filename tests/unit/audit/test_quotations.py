"""Printed quotations are counted by theme, and what they refer to must be there."""

from collections import Counter
from pathlib import Path

import pytest

from resurvey.audit.quotations import (
    COUNTED_COLUMNS,
    QUOTED_COLUMNS,
    count_quotations,
    quote_paraphrases,
)
from resurvey.core.errors import SurveyError
from resurvey.core.files import read_csv
from resurvey.study.folder import read_study

ROOT = Path(__file__).resolve().parents[3]
PUBLISHED = ROOT / "resources/published/2022"
DECLARED = {"themes": {"pay": {"dimension": "money", "tables": ["t1", "t2"]}, "home": {}}}
CLAIMS = [{"claim": "c1", "printed": ""}, {"claim": "c2", "printed": "12"}]


def said(quotation, theme, place, claim="", gender="", paragraph="p-1", page="7"):
    return {
        "quotation": quotation,
        "page": page,
        "paragraph": paragraph,
        "place": place,
        "theme": theme,
        "claim": claim,
        "gender": gender,
        "paraphrase_en": "In our words",
    }


THREE = [
    said("i1", "pay", "1", "c1", "2"),
    said("i2", "home", "2", "", "1"),
    said("i3", "pay", "1", "c2", "", "p-2", "8"),
]


def test_quotations_of_a_theme_are_counted_with_their_places_and_statements():
    lines = count_quotations(THREE, DECLARED, CLAIMS)
    assert all(tuple(line) == COUNTED_COLUMNS for line in lines)
    whole = [tuple(line.values()) for line in lines if not line["variable"]]
    assert whole == [
        ("pay", "money", "", "", 2, "7, 8", "p-1: 1; p-2: 1", "t1 t2", "c1 c2"),
        ("home", "", "", "", 1, "7", "p-1: 2", "", ""),
    ]


def test_an_attribute_of_the_speaker_is_counted_where_the_text_tells_it():
    groups = {
        (line["theme"], line["code"]): line["quotations"]
        for line in count_quotations(THREE, DECLARED, CLAIMS)
        if line["variable"] == "gender"
    }
    assert groups == {("pay", "1"): 0, ("pay", "2"): 1, ("home", "1"): 1, ("home", "2"): 0}


def test_nothing_printed_gives_no_lines_and_asks_for_no_declaration():
    assert count_quotations([], {"interviewed": {"1": {"total": "c9"}}}) == []


@pytest.mark.parametrize(
    ("line", "told", "message"),
    [
        (said("i4", "pai", "3"), {}, r"i4: theme 'pai' is not in config/interviews\.yaml.*'pay'"),
        (said("i4", "pay", "3", "c9"), {}, r"i4: claims\.csv has no claim 'c9'"),
        (said("i4", "pay", "2"), {}, "i4: quotation 2 of paragraph 'p-1' is i2 already"),
        (said("i4", "pay", "3"), {"total": "c1"}, "'1': claims.csv has no claim 'c1' that prints"),
        (
            said("i4", "pay", "3"),
            {"total": "c2", "groups": [{"variable": "gender", "codes": {1: "c8"}}]},
            "no claim 'c8' that prints a whole number",
        ),
    ],
)
def test_what_is_not_declared_stops_by_its_name(line, told, message):
    declared = {**DECLARED, "interviewed": {"1": told} if told else {}}
    with pytest.raises(SurveyError, match=message):
        count_quotations([*THREE, line], declared, CLAIMS)


def test_a_missing_column_is_named():
    with pytest.raises(SurveyError, match=r"quotations\.csv: column 'paragraph' is missing"):
        count_quotations([{"quotation": "i1", "page": "7"}], DECLARED)


@pytest.fixture(scope="module")
def article():
    quotations = read_csv(PUBLISHED / "quotations.csv")
    declared = read_study(ROOT / "config", ROOT / "workflow/schemas")["interviews"]
    claims = read_csv(PUBLISHED / "claims.csv")
    return quotations, count_quotations(quotations, declared, claims)


def test_the_fifty_quotations_of_the_article_are_counted_as_they_were_by_hand(article):
    _, lines = article
    whole = {line["theme"]: line["quotations"] for line in lines if not line["variable"]}
    assert whole == {
        "finding_work": 4,
        "temporary_job": 1,
        "household": 5,
        "rented_flat": 2,
        "leisure": 6,
        "traditions_kept": 4,
        "russian_culture": 3,
        "instability": 5,
        "better_job": 5,
        "dual_citizenship": 3,
        "other_countries": 12,
    }
    homes: Counter[str] = Counter()
    for line in lines:
        homes[line["dimension"]] += 0 if line["variable"] else line["quotations"]
    assert homes == {"economic": 5, "social": 13, "socio_psychological": 7, "integral": 25}
    by_gender: Counter[str] = Counter()
    for line in lines:
        by_gender[line["code"]] += line["quotations"]
    assert by_gender == {"": 50, "1": 10, "2": 7}


def test_quotations_stand_in_the_paragraphs_of_the_statements_that_they_belong_to(article):
    quotations, _ = article
    claims = {line["claim"]: line for line in read_csv(PUBLISHED / "claims.csv")}
    for line in quotations:
        if line["claim"]:
            assert claims[line["claim"]]["paragraph"] == line["paragraph"], line["quotation"]
    inside = Counter(line["paragraph"] for line in quotations)
    assert inside == {
        "economic-6": 5,
        "social-3": 7,
        "social-7": 4,
        "social-8": 2,
        "psychological-4": 4,
        "psychological-5": 3,
        "integral-1": 13,
        "integral-2": 12,
    }
    # Two statements say how many people are meant, and so many quotations follow.
    belonging = Counter(line["claim"] for line in quotations)
    for claim in ("c048", "c064"):
        assert claims[claim]["printed"] == str(belonging[claim]) == "2"


def test_paraphrases_are_a_few_words_in_both_languages(article):
    quotations, _ = article
    for line in quotations:
        for language in ("ru", "en"):
            assert 1 <= len(line[f"paraphrase_{language}"].split()) <= 12, line["quotation"]
            assert "«" not in line[f"paraphrase_{language}"], line["quotation"]


def test_paraphrases_stand_for_quotations_with_what_is_told_of_the_speaker():
    lines = quote_paraphrases(THREE)
    assert all(tuple(line) == QUOTED_COLUMNS for line in lines)
    assert [(line["quotation"], line["attributes"], line["text"]) for line in lines] == [
        ("i1", "gender=2", "In our words"),
        ("i2", "gender=1", "In our words"),
        ("i3", "", "In our words"),
    ]
    assert {line["kind"] for line in lines} == {"paraphrase"}


def test_every_quotation_of_the_article_has_a_paraphrase_in_both_languages():
    lines = quote_paraphrases(read_csv(PUBLISHED / "quotations.csv"))
    assert Counter(line["language"] for line in lines) == {"ru": 50, "en": 50}
