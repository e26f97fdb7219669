"""The bootstrap of counts is the bootstrap of respondents, and every table has its own stream."""

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.counts.crosstabs import crosstab
from resurvey.counts.design import Design
from resurvey.statistics.resampling import CountBootstrap, table_stream

REPLICATES = 2_000


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(4)
    n = 600
    answers = {1: {}, 2: {}, 3: {}}
    columns = {
        "q": rng.integers(1, 4, n),
        "r": rng.integers(1, 4, n),
        "sex": rng.integers(1, 3, n),
        "region": np.repeat([1, 2], [200, 400]),
        "w": np.repeat([3.0, 0.75], [200, 400]),
    }
    variables = {name: Variable(name, codes=answers) for name in ("q", "r")}
    variables |= {name: Variable(name, codes={1: {}, 2: {}}) for name in ("sex", "region")}
    return Survey(pd.DataFrame(columns), Codebook(variables | {"w": Variable("w")}))


def prepared(people, monkeypatch, most, **changed):
    monkeypatch.setattr("resurvey.counts.design.MOST_WEIGHTS", most)
    chosen = {"strata": "region", "resample": "bootstrap", "resamples": REPLICATES, "seed": 7}
    return Design(weights="w", **(chosen | changed)).prepared(people)


def test_many_replicates_of_respondents_who_weigh_the_same_are_drawn_from_counts(
    people, monkeypatch
):
    counted = prepared(people, monkeypatch, 1)
    drawn = prepared(people, monkeypatch, 10**9)
    assert isinstance(counted.sample, CountBootstrap)
    assert not isinstance(drawn.sample, CountBootstrap)
    taylor = Design(weights="w", strata="region").prepared(people)
    found, other, expected = (
        crosstab(people, "q", "sex", design) for design in (counted, drawn, taylor)
    )
    assert (found.observed == other.observed).all()
    variances = [np.diag(table.spread.covariance) for table in (found, other, expected)]
    # 2,000 replicates estimate a variance to 3 %.
    np.testing.assert_allclose(variances[0], variances[1], rtol=0.15)
    np.testing.assert_allclose(variances[0], variances[2], rtol=0.15)
    least = min(share.effective_base for share in found.shares())
    assert 100 < least < 600


def test_what_is_no_table_is_drawn_respondent_by_respondent(people, monkeypatch):
    sample = prepared(people, monkeypatch, 1, resamples=800).sample
    values = people.data[["q", "r"]].to_numpy(np.float64)
    taylor = Design(weights="w", strata="region").prepared(people).sample
    found, expected = sample.covariance(values), taylor.covariance(values)
    np.testing.assert_allclose(np.diag(found), np.diag(expected), rtol=0.2)
    assert sample.replicates.shape == (600, 800)
    np.testing.assert_allclose(sample.replicates[:200].sum(axis=0), 600)


def test_unequal_weights_within_a_stratum_keep_their_replicate_weights(people, monkeypatch):
    design = prepared(people, monkeypatch, 1, strata=None, resamples=50)
    assert not isinstance(design.sample, CountBootstrap)


def test_neither_the_order_nor_the_number_of_tables_changes_what_is_drawn(people, monkeypatch):
    design = prepared(people, monkeypatch, 1)
    names = [("q", "sex"), ("r", "sex"), ("q", "region")]
    there = {pair: crosstab(people, *pair, design).spread.copies for pair in names}
    for pair in reversed(names):
        assert (crosstab(people, *pair, design).spread.copies == there[pair]).all()


def test_other_tables_and_other_seeds_have_other_streams():
    table = np.array([[1, 2], [3, 4]])
    draws = {
        float(table_stream(seed, one).random())
        for seed, one in ((1, table), (2, table), (1, table.T), (1, table.reshape(1, 4)))
    }
    assert len(draws) == 4
