"""Means and deviations that mixtures prove are those that the whole-numbered search finds."""

import random
from fractions import Fraction

import numpy as np
import pytest

from resurvey.index import moments
from resurvey.index.bounds import bound_deviation, bound_mean
from resurvey.index.joint_tables import OVERALL, Flow, Margin, PublishedIndex, walk
from resurvey.index.mixtures import Mixtures
from resurvey.index.moments import Moments

SCORES = (Fraction(0), Fraction(1, 2), Fraction(1), None)


def published(seed, several=4, size=30):
    """Some dozens of people of whom four answers are published, each in several ways."""
    rng = random.Random(seed)
    groups = {"men": size // 2 + 5, "women": size // 2 - 5}
    margins = []
    for item in range(4):
        sizes = list(groups.values()) if rng.random() < 0.6 else [size]
        scores = rng.choice([SCORES[:2], SCORES[:3], SCORES])
        solutions = []
        for _ in range(rng.randint(1, several)):
            rows = [[rng.choices(scores)[0] for _ in range(n)] for n in sizes]
            solutions.append(tuple(tuple(map(row.count, scores)) for row in rows))
        margins.append(Margin(f"item {item}", scores, tuple(dict.fromkeys(solutions))))
    return PublishedIndex(
        tuple(margins),
        tuple(Fraction(rng.choice([1, 2])) for _ in margins),
        (0, 0, 1, 1),
        (Fraction(1), Fraction(1)),
        groups,
        "available",
        rng.choice([1, 3]),
    )


def values_of(index, witness, dimension, group):
    return [
        value
        for name, answers, count in witness.patterns
        if group in (None, name)
        for value in [index.value(answers, dimension)] * count
        if value is not None
    ]


WHERE = [(OVERALL, None), (0, None), (1, "women")]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2, 4])
def test_extremes_are_those_of_the_whole_numbered_search(seed, monkeypatch):
    index = published(seed)
    for dimension, group in WHERE:
        where = {"dimension": dimension, "group": group}
        quick = [bound(index, **where) for bound in (bound_mean, bound_deviation)]
        with monkeypatch.context() as patch:
            patch.setattr(Moments, "_proven", lambda *_: None)
            slow = [bound(index, **where) for bound in (bound_mean, bound_deviation)]
        for found, other in zip(quick, slow, strict=True):
            assert found.lower.limit <= other.lower.value + 1e-9
            assert found.upper.limit >= other.upper.value - 1e-9
            assert found.lower.value >= other.lower.limit - 1e-9
            assert found.upper.value <= other.upper.limit + 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_limits_are_as_near_as_asked_for_to_tables_that_agree_with_the_margins(seed):
    index = published(seed, several=9)
    for dimension, group in WHERE:
        where = {"dimension": dimension, "group": group}
        mean, deviation = bound_mean(index, **where), bound_deviation(index, **where)
        for end in (mean.lower, mean.upper, deviation.lower, deviation.upper):
            if end.proof != "mixtures":
                continue
            assert abs(end.limit - end.value) <= 1e-3
            assert end.witness.agrees_with(index)
        for end in (mean.lower, mean.upper):
            if end.witness is not None:
                values = values_of(index, end.witness, dimension, group)
                assert sum(values) / len(values) == end.value
        for end in (deviation.lower, deviation.upper):
            values = [float(one) for one in values_of(index, end.witness, dimension, group)]
            assert np.std(values) == pytest.approx(end.value, abs=1e-7)


@pytest.mark.slow
def test_most_extremes_are_proven_by_mixtures():
    ends = [
        end
        for seed in range(6)
        for found in (bound_mean(published(seed)), bound_deviation(published(seed)))
        for end in (found.lower, found.upper)
    ]
    assert sum(end.proof == "boxes" for end in ends) <= len(ends) / 4


@pytest.mark.slow
def test_a_search_that_is_given_up_is_left_to_the_whole_numbered_one(monkeypatch):
    index = published(1)
    monkeypatch.setattr(moments, "MOST_MIXED", 0)
    found = bound_deviation(index, dimension=0)
    assert found.lower.proof == found.upper.proof == "boxes"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_no_table_has_a_larger_sum_than_mixtures(seed):
    index = published(seed)
    network = walk(index, OVERALL, lambda value: Fraction(0) if value is None else value)
    weights = np.random.default_rng(seed).normal(size=len(network.ends)).round(3)
    mixtures = Mixtures(index, network)
    mixtures.weigh(weights)
    everything = mixtures.everything()
    bound, _ = mixtures.mix(everything)
    flow = Flow(index, [network], whole=True)
    witness, most = flow.maximise(flow.by_end(weights))
    assert bound >= most - 1e-6
    chosen = {item: mixtures.kind_of[item][witness.solutions[item]] for item in everything}
    single, _ = mixtures.mix({item: np.array([own]) for item, own in chosen.items()})
    assert most - 1e-6 <= single <= bound + 1e-6
    assert mixtures.unscaled(mixtures.fill(mixtures.limits(chosen))[0]) == pytest.approx(single)
    rounded = mixtures.rounded(chosen)
    assert rounded.agrees_with(index)
    places = {value: at for at, value in enumerate(network.ends)}
    total = sum(
        weights[places[index.value(answers) or Fraction(0)]] * count
        for _, answers, count in rounded.patterns
    )
    # Rounding costs little: less than what two respondents count.
    assert most - 2 * np.ptp(weights) <= total <= most + 1e-6


def test_bounds_of_a_variance_change_where_the_highest_line_does():
    rng = np.random.default_rng(1)
    for _ in range(50):
        centres, heights = rng.normal(size=(2, 6)).round(2)
        points = moments._crossings(centres, heights, -1.0, 1.0)
        assert points == sorted(points)
        grid = np.linspace(-1, 1, 401)
        lines = 2 * centres[:, None] * grid - heights[:, None]
        tops = [max(2 * centres * point - heights) for point in points]
        assert np.interp(grid, points, tops) == pytest.approx(lines.max(axis=0))


def test_the_smallest_of_parabolas_is_found():
    met = [moments.Summary(1.0, mean, square) for mean, square in ((0.2, 0.1), (0.8, 0.7))]
    centre, top = moments._worst_centre(met)
    grid = np.linspace(-1, 2, 3001)
    assert top == pytest.approx(min(max(one.about(c) for one in met) for c in grid), abs=1e-4)
    assert top == max(one.about(centre) for one in met)


def test_a_mean_and_a_deviation_of_people_one_can_count_by_hand():
    scores = Fraction(0), Fraction(1), None
    asked = Margin("a", scores, (((1, 2, 1),), ((2, 1, 1),)))
    index = PublishedIndex((asked,), (Fraction(1),), (0,), (Fraction(1),), {"total": 4})
    mean, deviation = bound_mean(index), bound_deviation(index)
    assert (mean.lower.limit, mean.upper.limit) == (Fraction(1, 3), Fraction(2, 3))
    assert deviation.is_fixed
    assert deviation.lower.value == pytest.approx(np.std([0, 1, 1]))
