"""Who carries one id in two waves is one person only where what cannot change bears that out."""

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.study.mapping import WaveMapping
from resurvey.waves.contract.drift import Wave, check_drift, compare_wave
from resurvey.waves.contract.panel_members import (
    Respondents,
    allowed_contradictions,
    check_people,
    match_people,
    recognise,
)
from resurvey.waves.trend.wave_comparison import compare_waves
from unit.waves.trend.invented_waves import make_wave

LABELS = {"D1": "Ваш пол", "D2": "Сколько Вам полных лет?", "born": "Year of birth"}
GROUPS = {1: "18–29", 2: "30–44", 3: "45–59", 4: "60 и старше"}


def persons(size, seed=1, first=1):
    """Invented people: their numbers, sex and year of birth."""
    chance = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": range(first, first + size),
            "D1": chance.integers(1, 3, size),
            "born": chance.integers(1940, 2004, size),
        }
    )


def asked(people, year, names=("D1", "D2"), codes=None, identifier="id", time=None):
    """Ask people in a year: age from the year of birth, in whole years."""
    ages = people.assign(D2=year - people["born"] - (people["id"] % 2))
    data = ages[["id", *names]].reset_index(drop=True)
    book = {name: Variable(name, {"": LABELS.get(name, name)}) for name in data}
    for name, own in (codes or {}).items():
        texts = {code: {"": text} for code, text in own.items()}
        book[name] = Variable(name, {"": LABELS.get(name, name)}, codes=texts)
    return Respondents(str(year), Survey(data, Codebook(book)), identifier, time or float(year))


def test_strangers_with_running_numbers_stop_with_the_figures():
    match = match_people(asked(persons(500, 2), 2026), asked(persons(500, 1), 2025))
    assert match.numbered
    assert match.shared == match.compared == 500
    with pytest.raises(
        SurveyError, match=r"500 respondents have the same 'id' as in wave '2025'.*D2: \d+"
    ):
        check_people(match, {})


def test_panel_with_running_numbers_that_agrees_is_a_panel():
    people = persons(500)
    match = match_people(asked(people, 2026), asked(people, 2024))
    assert match.numbered
    assert match.contradicting == 0
    assert not match.unknown()


def test_two_per_cent_of_contradictions_are_fine_and_six_are_not():
    people = persons(500)
    for share, stops in ((10, False), (30, True)):
        now = people.copy()
        now.loc[: share - 1, "D1"] = 3 - now.loc[: share - 1, "D1"]
        match = match_people(asked(now, 2026), asked(people, 2024))
        assert match.contradicting == share
        assert match.strangers() is stops
    assert not match.strangers(allowed_contradictions({"same_person": {"contradictions": 0.1}}))


def test_refreshed_panel_is_compared_in_those_who_are_in_both():
    first, fresh = persons(400), persons(300, 9, first=401)
    later = pd.concat([first.iloc[::2], fresh])
    match = match_people(asked(later, 2026), asked(first, 2024))
    assert (match.shared, match.contradicting, match.numbered) == (200, 0, False)


def test_ids_that_were_swapped_among_people_are_found():
    people = persons(400)
    now = people.copy()
    now["id"] = np.roll(now["id"], 1)
    assert match_people(asked(now, 2026), asked(people, 2024)).strangers()


@pytest.mark.parametrize("written", [lambda year: year % 100, "{}".format, "12.03.{}".format])
def test_year_of_birth_in_another_form_is_the_same_year(written):
    people = persons(300)
    now = people.assign(born=[written(year) for year in people["born"]])
    data = now[["id", "born"]]
    book = Codebook({name: Variable(name, {"": LABELS.get(name, name)}) for name in data})
    later = Respondents("2026", Survey(data, book), "id", 2026.0)
    match = match_people(later, asked(people, 2024, ("born",)))
    assert (match.compared, match.contradicting) == (300, 0)
    other = match_people(later, asked(persons(300, 5), 2024, ("born",)))
    assert other.strangers()


def test_age_of_one_wave_is_held_against_the_year_of_birth_of_the_other():
    people = persons(300)
    match = match_people(asked(people, 2026, ("D2",)), asked(people, 2024, ("born",)))
    assert (match.compared, match.contradicting) == (300, 0)
    strangers = match_people(asked(persons(300, 3), 2026, ("D2",)), asked(people, 2024, ("born",)))
    assert strangers.strangers()


def test_age_groups_are_compared_by_the_years_in_their_labels():
    people = persons(300)

    def grouped(people, year):
        ages = year - people["born"]
        return people.assign(D3=np.digitize(ages, [30, 45, 60]) + 1)

    def wave(people, year):
        return asked(grouped(people, year), year, ("D3",), {"D3": GROUPS})

    declared = {"age": ["D3"]}
    assert match_people(wave(people, 2026), wave(people, 2024), declared).contradicting == 0
    assert match_people(wave(persons(300, 7), 2026), wave(people, 2024), declared).strangers()


def test_age_moves_alike_where_nobody_knows_the_year():
    people = persons(300)
    now, then = asked(people, 2026, ("D2",), time=2.0), asked(people, 2024, ("D2",), time=1.0)
    assert match_people(now, then).contradicting == 0
    assert match_people(asked(persons(300, 4), 2026, ("D2",), time=2.0), then).strangers()


def test_what_cannot_change_may_be_declared_and_switched_off():
    people, others = persons(300), persons(300, 8)
    now, then = asked(others, 2026), asked(people, 2024)
    assert match_people(now, then, {"constant": [], "age": []}).compared == 0
    assert [name for name, _, _ in match_people(now, then, {"age": []}).by] == ["D1"]
    with pytest.raises(SurveyError, match="`same_person:` names 'D9'"):
        match_people(now, then, {"constant": ["D9"]})


def test_one_answer_that_nearly_all_give_vouches_for_nobody():
    people = persons(300).assign(D1=1)
    match = match_people(asked(people, 2026, ("D1",)), asked(people, 2024, ("D1",)))
    assert (match.compared, match.contradicting) == (300, 0)
    assert match.unknown()


def test_questions_about_others_are_not_taken_for_the_respondents_own():
    labels = {
        "a": "Пол первого ребёнка",
        "b": "Age at first marriage",
        "c": "Sex of the interviewer",
        "d": "Возраст супруга",
        "e": "Where was your mother born?",
        "f": "Half of the floor is wet",
    }
    assert recognise({name: Variable(name, {"": text}) for name, text in labels.items()}) == {}


def test_place_of_birth_and_mother_tongue_are_recognised():
    labels = {"a": "Q3. Место рождения", "b": "Ваш родной язык", "c": "Country of birth"}
    found = recognise({name: Variable(name, {"": text}) for name, text in labels.items()})
    assert found == {"a": "constant", "b": "constant", "c": "constant"}


def drift(now, then, codebook=None, mapping=None, trend=None):
    waves = [
        Wave(one.name, one.survey, own, frozenset({"id"}), "id", one.time)
        for one, own in ((now, mapping or WaveMapping()), (then, WaveMapping()))
    ]
    return compare_wave(*waves, codebook or {"id": "id"}, ["D1"], "", trend)


def test_drift_stops_strangers_before_anything_is_computed():
    lines = drift(asked(persons(500, 2), 2026), asked(persons(500, 1), 2025))
    assert [line["severity"] for line in lines if line["difference"] == "panel"] == ["breaking"]
    with pytest.raises(SurveyError, match="write `panel: false` in config/trend.yaml"):
        check_drift(lines)


@pytest.mark.parametrize(
    ("trend", "kinds"),
    [({}, {"running_numbers"}), ({"panel": True}, {"panel_unchecked"}), ({"panel": False}, set())],
)
def test_drift_mentions_numbers_that_nothing_vouches_for(trend, kinds):
    people = persons(300).assign(opinion=1)
    waves = [asked(people, year, ("opinion",)) for year in (2026, 2024)]
    found = {line["difference"] for line in drift(*waves, trend=trend)}
    assert found & {"panel", "running_numbers", "panel_unchecked"} == kinds


def test_sex_whose_codes_were_exchanged_is_a_change_of_meaning_and_no_stranger():
    people = persons(300)
    men, women = {"D1": {1: "Men", 2: "Women"}}, {"D1": {1: "Women", 2: "Men"}}
    now = people.assign(D1=3 - people["D1"])
    lines = drift(asked(now, 2026, ("D1",), women), asked(people, 2024, ("D1",), men))
    kinds = {line["difference"] for line in lines}
    assert "meaning" in kinds
    assert "panel" not in kinds


def test_sex_counted_from_zero_without_labels_is_a_new_answer_and_no_stranger():
    people = persons(300)
    now = asked(people.assign(D1=people["D1"] - 1), 2026)
    lines = drift(now, asked(people, 2024, codes={"D1": {1: "Men", 2: "Women"}}))
    kinds = {line["difference"] for line in lines}
    assert "new_answer" in kinds
    assert "panel" not in kinds


TABLES = {"moods": {"rows": ["mood"], "columns": "gender"}}


def trend_people(seed, size=120, gender=None):
    chance = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "person": range(1, size + 1),
            "mood": chance.integers(1, 4, size),
            "gender": chance.integers(1, 3, size) if gender is None else gender,
        }
    )


def test_trend_stops_at_strangers_of_any_two_waves():
    years = {"2020": 1, "2021": 2}
    waves = [
        make_wave(year, trend_people(seed), None, "person", TABLES) for year, seed in years.items()
    ]
    with pytest.raises(SurveyError, match="these are not the same people"):
        compare_waves(waves, TABLES, {})
    assert not compare_waves(waves, TABLES, {"panel": False})["panel"]


def test_trend_takes_running_numbers_for_a_panel_only_where_that_is_declared():
    waves = [
        make_wave(year, trend_people(1, gender=1), None, "person", TABLES)
        for year in ("2020", "2021")
    ]
    found = compare_waves(waves, TABLES, {})
    assert found["panel"] == []
    line = found["waves"][1]
    assert (line["shared"], line["same_id"], line["panel"]) == (0, 120, "running_numbers")
    declared = compare_waves(waves, TABLES, {"panel": True})
    assert declared["waves"][1]["panel"] == "unchecked"
    assert declared["panel"]


def test_trend_says_that_a_panel_was_checked():
    people = trend_people(1)
    waves = [make_wave(year, people, None, "person", TABLES) for year in ("2020", "2021")]
    line = compare_waves(waves, TABLES, {})["waves"][1]
    assert (line["panel"], line["compared"], line["contradicting"]) == ("checked", 120, 0)
