"""What the indicators contribute adds up to every respondent's index, and to every gap."""

import numpy as np
import pytest

from resurvey.index.declaration import Dimension, Index, Indicator
from resurvey.index.decomposition import contribute, gap_parts
from resurvey.index.scoring import assemble
from resurvey.statistics.group_means import difference_of_means

SOURCE = "our choice"
ITEMS = tuple(
    Indicator(name, name, home, {}, {0: 0.0, 1: 0.5, 2: 1.0}, 1, weight, SOURCE, (0.0, 1.0), 0.5)
    for name, home, weight in (("a", "x", 1.0), ("b", "x", 2.0), ("c", "y", 1.0))
)
HOMES = Dimension("x", {}, 2.0, SOURCE), Dimension("y", {}, 1.0, SOURCE)
WAYS = {
    "arithmetic": {},
    "geometric": {"aggregation": "geometric", "shift": 0.05},
    "counting": {"aggregation": "counting", "poverty_cutoff": 0.4},
    "standard scores": {"normalisation": "z"},
}


def scores(holes):
    generator = np.random.default_rng(7)
    values = generator.choice([0.0, 0.5, 1.0], size=(200, 3))
    if holes:
        values[generator.random((200, 3)) < 0.2] = np.nan
    return values


@pytest.mark.parametrize("holes", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_contributions_add_up_to_the_index_of_every_respondent(way, holes):
    index = Index("i", {}, "", HOMES, ITEMS, missing="available", minimum_items=2, **WAYS[way])
    weights = np.random.default_rng(8).random(200)
    made = assemble(index, scores(holes), weights=weights)
    found = contribute(index, made, weights=weights)
    known = np.isfinite(made.overall)
    assert known.sum() > 100
    total = found.reference + found.parts.sum(axis=1) + found.rest
    np.testing.assert_allclose(total[known], made.overall[known], atol=1e-12)
    assert np.isnan(total[~known]).all()
    if not holes:
        assert np.abs(found.rest).max() < 1e-15


@pytest.mark.parametrize("way", WAYS)
def test_differences_of_the_groups_parts_add_up_to_the_gap(way):
    index = Index("i", {}, "", HOMES, ITEMS, **WAYS[way])
    made = assemble(index, scores(holes=False))
    found = contribute(index, made)
    first = np.arange(200) < 80
    gap = made.overall[first].mean() - made.overall[~first].mean()
    parts = found.parts[first].mean(axis=0) - found.parts[~first].mean(axis=0)
    assert parts.sum() == pytest.approx(gap, abs=1e-12)


def test_additive_parts_are_weighted_differences_of_the_indicators_means():
    index = Index("i", {}, "", HOMES, ITEMS)
    values = scores(holes=False)
    found = contribute(index, assemble(index, values))
    first = np.arange(200) < 80
    parts = found.parts[first].mean(axis=0) - found.parts[~first].mean(axis=0)
    means = values[first].mean(axis=0) - values[~first].mean(axis=0)
    np.testing.assert_allclose(parts, np.array([2 / 9, 4 / 9, 1 / 3]) * means, atol=1e-14)


def test_geometric_parts_are_those_of_the_logarithmic_mean_divisia_index():
    # One respondent of each group: LMDI of a product is L(G1, G0) w ln(x1 / x0), to first order.
    index = Index("i", {}, "", HOMES[:1], ITEMS[:2], aggregation="geometric", shift=1.0)
    made = assemble(index, [[0.0, 1.0], [0.0, 1.0]])
    found = contribute(index, made)
    assert np.abs(found.parts).max() < 1e-15
    made = assemble(index, [[0.0, 1.0], [1.0, 1.0]])
    found = contribute(index, made)
    # Only the first indicator differs: the whole gap is its own.
    gap = made.overall[1] - made.overall[0]
    assert found.parts[1, 0] - found.parts[0, 0] == pytest.approx(gap)
    assert np.abs(found.parts[:, 1]).max() < 1e-15


def test_who_answered_less_is_told_apart_from_who_answered_worse():
    index = Index("i", {}, "", HOMES[:1], ITEMS[:2], missing="available", minimum_items=1)
    # Everybody gave the same answers: 0 to the first and 1 to the second indicator.
    made = assemble(index, [[0.0, 1.0], [0.0, np.nan], [np.nan, 1.0]])
    found = contribute(index, made)
    np.testing.assert_allclose(found.parts, 0, atol=1e-15)
    np.testing.assert_allclose(found.reference + found.rest, [2 / 3, 0, 1])


@pytest.mark.slow
@pytest.mark.parametrize("way", ["arithmetic", "geometric"])
def test_intervals_of_gaps_and_their_parts_cover_what_is_true_of_the_population(way):
    index = Index("i", {}, "", HOMES, ITEMS, **WAYS[way])
    generator = np.random.default_rng(11)
    people = 40_000
    first = generator.random(people) < 0.4
    chances = np.where(first[:, None], [0.5, 0.3, 0.2], [0.2, 0.3, 0.5])
    drawn = generator.random((people, 3)) < chances.cumsum(axis=1)[:, :1]
    answers = np.where(drawn, 0.0, generator.choice([0.5, 1.0], size=(people, 3)))

    def columns(rows):
        made = assemble(index, answers[rows])
        return {(part, item): column for part, _, item, column in gap_parts(index, made, None)}

    everybody = columns(np.arange(people))
    truth = {key: column[first].mean() - column[~first].mean() for key, column in everybody.items()}
    rounds, covered = 400, dict.fromkeys(truth, 0)
    for _ in range(rounds):
        rows = generator.integers(0, people, 200)
        groups = np.where(first[rows], 0, 1)
        for key, column in columns(rows).items():
            found = difference_of_means(column, groups, 0, 1)
            covered[key] += found.lower <= truth[key] <= found.upper
    # Four standard errors of a count with a chance of 0.95.
    least = rounds * 0.95 - 4 * (rounds * 0.95 * 0.05) ** 0.5
    assert {key: number for key, number in covered.items() if number < least} == {}
    assert max(covered.values()) < rounds
