"""Respondents are recognised however a file writes their numbers, and never by chance."""

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.core.errors import SurveyError
from resurvey.study.order import TrendWave
from resurvey.waves.contract.panel_members import name_member, number_members
from resurvey.waves.trend.pooled_sample import pool_waves


def wave(name, ids, identifier="person", missing=(), reconstructed=False):
    book = Codebook({"person": Variable("person", missing=missing)}, reconstructed=reconstructed)
    people = pd.DataFrame({"person": ids})
    return TrendWave(name, float(name), [], Survey(people, book), None, identifier)


def shared(*ids, panel=True):
    waves = [wave(str(2020 + place), one) for place, one in enumerate(ids)]
    return pool_waves(waves, panel).shared


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([7, 8], ["7", "9"]),
        ([7.0, 8.5], [7, 1]),
        (["7.0", "x"], ["7", "y"]),
        ([" 7", "x"], [7.0, np.nan]),
        (pd.array([7, None], "Int64"), pd.array(["7", None], "string")),
    ],
)
def test_same_number_is_the_same_person_however_it_is_written(first, second):
    assert shared(first, second)[0, 1] == 1


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NA, "", "  "])
def test_missing_identity_is_nobody_and_never_matched(nothing):
    assert name_member(nothing) is None
    ids = pd.Series([nothing, nothing, "1"], dtype=object)
    assert shared(ids, ids)[0, 1] == 1


def test_user_missing_identity_is_nobody():
    waves = [wave(name, [1, 99, 99], missing=(99,)) for name in ("2020", "2021")]
    assert pool_waves(waves).shared[0, 1] == 1


def test_two_respondents_of_one_identity_are_refused_with_their_rows():
    with pytest.raises(SurveyError, match=r"wave '2021': `id` 'person' is '7' in rows 1 and 3"):
        shared([1, 2], [7, 8, "7"])


def test_numbering_that_starts_anew_may_repeat_itself():
    assert not shared([1, 1], [1, 1], panel=False).any()


@pytest.mark.parametrize(("first", "second"), [("007", "7"), ("007", 7), ("AB-1", "ab-1")])
def test_identities_that_may_be_one_person_are_refused(first, second):
    with pytest.raises(SurveyError, match="may be the same person; write them alike"):
        shared([first, "x"], [second, "y"])


def test_zeros_in_front_tell_people_apart_where_both_waves_have_both():
    assert shared(["07", "7"], ["7", "07"])[0, 1] == 2


@pytest.mark.parametrize("other", [{"identifier": ""}, {"reconstructed": True}])
def test_wave_without_identities_shares_nobody(other):
    waves = [wave("2020", [1, 2]), wave("2021", [1, 2], **other)]
    assert number_members(waves) == [None, None]
    assert not pool_waves(waves).shared.any()


def test_rows_of_members_belong_together():
    waves = [wave("2020", [5, 3, 4]), wave("2021", ["9", "4", "5"])]
    now, then = pool_waves(waves).rows_of_members(1, 0)
    assert sorted(zip(now.tolist(), then.tolist(), strict=True)) == [(1, 2), (2, 0)]
