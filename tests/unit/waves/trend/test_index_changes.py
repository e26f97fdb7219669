"""The mean of an index over time, what its changes are made of, and who is counted once."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.counts.design import Design
from resurvey.study.order import TrendWave
from resurvey.waves.trend.index_changes import compare_indices
from resurvey.waves.trend.pooled_sample import pool_waves
from resurvey.waves.trend.wave_comparison import TREND_FILES, Asked, compare_waves

OURS = {"weight": 1, "source": "our choice"}
PART = {
    "index": {
        "i": {
            "dimensions": {"work": {**OURS, "weight": 3}, "home": OURS},
            "indicators": {
                "pay": {"variable": "pay", "dimension": "work", **OURS},
                "sound": {"variable": "sound", "dimension": "home", **OURS},
            },
        }
    }
}
SOUND = {"sound": {"share": {"variable": "roof", "codes": [2]}}}
THREE = {1: {}, 2: {}, 3: {}}
BOOK = Codebook(
    {
        "person": Variable("person", measure="scale"),
        "w": Variable("w", measure="scale"),
        "pay": Variable("pay", {}, "ordinal", THREE),
        "sound": Variable("sound", codes={1: {}, 0: {}}),
    }
)


def wave(name, seed, people=150, book=BOOK, design=None, first=1):
    generator = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "person": np.arange(first, first + people),
            "w": generator.random(people) + 0.5,
            "pay": generator.integers(1, 4, people),
            "sound": generator.integers(0, 2, people),
        }
    )
    return TrendWave(name, float(name), [], Survey(frame, book), design, "person")


def lines(*waves, part=PART, panel=True):
    return list(compare_indices(pool_waves(waves, panel), part, SOUND, 0))


def value_of(one):
    data = one.survey.data
    return 0.75 * (data["pay"] - 1) / 2 + 0.25 * data["sound"]


def picked(found, **keys):
    return [line for line in found if all(line.get(key) == value for key, value in keys.items())]


def test_mean_of_every_wave_and_its_change_are_counted_by_hand():
    first, second = wave("2020", 1), wave("2021", 2, first=1000)
    found = lines(first, second)
    means = [value_of(one).mean() for one in (first, second)]
    told = [line["value"] for line in picked(found, part="mean", dimension="")]
    assert told == pytest.approx(means)
    (gap,) = picked(found, part="gap")
    assert gap["value"] == pytest.approx(means[1] - means[0])
    variances = [value_of(one).var() / 150 for one in (first, second)]
    assert gap["standard_error"] == pytest.approx(sum(variances) ** 0.5)
    assert (gap["wave"], gap["against"], gap["shared"]) == ("2021", "2020", 0)


def test_parts_of_a_change_add_up_to_it():
    found = lines(wave("2020", 1), wave("2021", 2, first=1000), wave("2022", 3, first=2000))
    for against in ("2020", "2021"):
        pair = {"wave": "2022", "against": against}
        (gap,) = picked(found, part="gap", **pair)
        parts = picked(found, part="indicator", **pair)
        assert len(parts) == 2
        assert sum(part["value"] for part in parts) == pytest.approx(gap["value"], abs=1e-12)


def test_who_is_in_both_waves_is_counted_once():
    first = wave("2020", 1)
    second = replace(wave("2021", 1), time=2021.0)
    apart = picked(lines(first, second, panel=False), part="gap")[0]
    together = picked(lines(first, second), part="gap")[0]
    assert (apart["shared"], together["shared"]) == (0, 150)
    # The same people with the same answers: nothing changed, without any doubt.
    assert together["value"] == apart["value"] == 0
    assert apart["standard_error"] > 0.02
    assert not together["standard_error"]


def test_weights_of_a_wave_enter_its_mean():
    first = wave("2020", 1, design=Design(weights="w"))
    found = lines(first, wave("2021", 2, first=1000))
    (mean,) = picked(found, part="mean", dimension="", wave="2020")
    data = first.survey.data
    assert mean["value"] == pytest.approx(np.average(value_of(first), weights=data["w"]))


def test_reconstructed_records_have_no_mean():
    dealt = wave("2020", 1, book=replace(BOOK, reconstructed=True))
    found = lines(dealt, wave("2021", 2, first=1000))
    (refused,) = picked(found, wave="2020")
    assert refused["note_data"] == "not_identified"
    assert "value" not in refused
    assert picked(found, part="gap") == []


def test_answers_that_have_other_scores_in_a_wave_are_not_compared():
    longer = BOOK.updated([Variable("pay", {}, "ordinal", {**THREE, 4: {}})])
    (line,) = lines(wave("2020", 1), wave("2021", 2, first=1000, book=longer))
    assert line["note_data"] == "not_compared/other_scores:item=pay"


def test_what_was_asked_otherwise_of_a_question_behind_an_index_is_told():
    waves = wave("2020", 1), wave("2021", 2, first=1000)
    changes = {Asked("2021", "roof", "wording"): ("A?", "B?")}
    found = compare_waves(waves, {}, {}, changes=changes, indices=PART, indicators=SOUND)
    changed = {
        (line["part"], line.get("indicator")): line["changed"]
        for line in found["indices"]
        if line.get("against")
    }
    assert changed["gap", ""] == changed["indicator", "sound"] == "2021: wording roof"
    assert changed["indicator", "pay"] == ""
    keys = {key for line in found["indices"] for key in line}
    assert keys <= set(TREND_FILES["indices"])
    (gap,) = picked(found["indices"], part="gap")
    assert gap["note_data"].endswith("nominal_both")


def test_a_study_without_indices_has_no_lines():
    assert compare_waves((wave("2020", 1), wave("2021", 2, first=1000)), {}, {})["indices"] == []


def test_groups_cut_anew_are_told_of_the_index_that_is_made_of_them():
    labels = ("1–5", "6–9"), ("1–7", "8–20")
    books = [
        BOOK.updated([Variable("sound", codes={1: {"": high}, 0: {"": low}})])
        for low, high in labels
    ]
    waves = wave("2020", 1, book=books[0]), wave("2021", 2, first=1000, book=books[1])
    halves = {"sound": {"recode": {"variable": "roof", "quantiles": 2}}}
    found = compare_waves(waves, {}, {}, indices=PART, indicators=halves)["indices"]
    (gap,) = picked(found, part="gap")
    assert gap["changed"] == "2021: group_limits sound"
    (pay,) = picked(found, part="indicator", indicator="pay")
    assert pay["changed"] == ""
