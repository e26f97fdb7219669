"""Waves are put in their order in time, and waves that cannot be ordered are refused."""

import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.study.order import TrendWave, compares_respondents, order_waves
from unit.waves.trend.invented_waves import make_wave


def test_years_are_their_own_times():
    assert list(order_waves(["2026", "2022", "2024"], {})) == ["2022", "2024", "2026"]


def test_other_names_keep_the_order_of_the_configuration():
    assert order_waves(["pilot", "main"], {}) == {"pilot": 1.0, "main": 2.0}


def test_declared_times_decide():
    assert list(order_waves(["b", "a"], {"time": {"a": 2022.8, "b": 2023.5}})) == ["a", "b"]


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ({"a": 1}, "says nothing of wave 'b'"),
        ({"a": 1, "b": 1}, "are at the same time"),
        ({"a": 1, "b": 2, "bb": 3}, "names 'bb', which is no wave"),
    ],
)
def test_times_that_do_not_fit_are_refused(times, words):
    with pytest.raises(SurveyError, match=words):
        order_waves(["a", "b"], {"time": times})


def test_reconstructed_records_are_nobody():
    book = Codebook({"id": Variable("id")}, reconstructed=True)
    wave = TrendWave("2022", 2022, [], Survey(pd.DataFrame({"id": [1, 2]}), book), None, "id")
    assert wave.identities() is None


def test_respondents_without_an_identifier_cannot_be_recognised():
    people = pd.DataFrame({"mood": [1], "works": [1], "gender": [1]})
    assert make_wave("2022", people).identities() is None


PLAIN = {"file": "a.sav"}


@pytest.mark.parametrize(
    ("more", "indices"),
    [
        *(({key: "x"}, {}) for key in ("weight", "strata", "clusters", "fpc")),
        ({"replicates": {"columns": "w*"}}, {}),
        ({"rake": {"margins": {}}}, {}),
        ({}, {"index": {"i": {}}}),
    ],
)
def test_design_of_one_wave_or_an_index_asks_for_the_respondents_of_all(more, indices):
    assert compares_respondents([PLAIN, PLAIN | more], {}, indices)


def test_independent_waves_are_compared_by_their_counts():
    person = PLAIN | {"id": "nr"}
    assert not compares_respondents([PLAIN, PLAIN], {}, {})
    assert not compares_respondents([PLAIN, person], {}, {})
    assert not compares_respondents([person, person], {"panel": False}, {})
    assert compares_respondents([person, PLAIN, person], {}, {})
