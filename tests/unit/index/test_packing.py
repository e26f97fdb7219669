"""Packed paths reach what the whole-numbered search reaches, whatever counts there are."""

import random
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from resurvey.index import packing
from resurvey.index.joint_tables import OVERALL, Flow, Margin, PublishedIndex, walk
from resurvey.index.packing import GrowingProgramme, Packing

SCORES = (Fraction(0), Fraction(1, 2), Fraction(1), None)


def published(seed, several=4, size=60):
    """Some dozens of people of whom five answers are published, each in several ways."""
    rng = random.Random(seed)
    groups = {"men": size // 2 + 5, "women": size // 2 - 5}
    margins = []
    for item in range(5):
        sizes = list(groups.values()) if rng.random() < 0.6 else [sum(groups.values())]
        answers = rng.choice([2, 3, 4])
        scores = SCORES[:answers] if answers != 3 else (Fraction(0), Fraction(1), None)
        solutions = []
        for _ in range(rng.randint(1, several)):
            cuts = [sorted(rng.randint(0, n) for _ in range(answers - 1)) for n in sizes]
            ends = [[0, *row, n] for row, n in zip(cuts, sizes, strict=True)]
            solutions.append(
                tuple(tuple(b - a for a, b in zip(r, r[1:], strict=False)) for r in ends)
            )
        margins.append(Margin(f"item {item}", scores, tuple(dict.fromkeys(solutions))))
    return PublishedIndex(
        tuple(margins),
        tuple(Fraction(rng.choice([1, 2])) for _ in margins),
        (0, 0, 0, 1, 1),
        (Fraction(1), Fraction(1)),
        groups,
        "available",
        rng.choice([2, 4]),
    )


def is_high(value):
    return True if value is not None and value >= Fraction(3, 5) else None


def is_not_high(value):
    return True if not is_high(value) else None


def inside(index, witness, key, group=None):
    return sum(
        count
        for name, answers, count in witness.patterns
        if group in (None, name) and key(index.value(answers))
    )


@pytest.mark.parametrize("seed", range(8))
def test_as_many_are_on_paths_as_the_whole_numbered_search_finds(seed):
    index = published(seed)
    for key, group in ((is_high, None), (is_not_high, None), (is_high, "women")):
        network = walk(index, OVERALL, key)
        witness, reached, limit = Packing(index, network, group).most()
        flow = Flow(index, [network], group=group)
        _, most = flow.maximise(flow.by_end(np.ones(len(network.ends))))
        assert (reached, limit) == (round(most), round(most))
        assert witness.agrees_with(index)
        assert inside(index, witness, key, group) == reached


@pytest.mark.parametrize("seed", range(4))
def test_a_search_goes_on_from_a_known_table(seed):
    index = published(seed)
    network = walk(index, OVERALL, is_high)
    first, reached, _ = Packing(index.chosen(), network).most()
    anew, more, _ = Packing(index, network).most()
    witness, most, limit = Packing(index, network).most((first, reached))
    assert most == more == limit
    assert witness.agrees_with(index)
    assert anew.agrees_with(index)


@pytest.mark.parametrize("seed", range(4))
def test_where_rounding_fails_the_whole_numbered_search_decides(seed, monkeypatch):
    index = published(seed)
    network = walk(index, OVERALL, is_high)
    _, reached, _ = Packing(index, network).most()
    monkeypatch.setattr(Packing, "deal", lambda *_: None)
    witness, exactly, limit = Packing(index, network).most()
    assert exactly == limit == reached
    assert witness.agrees_with(index)


def test_a_search_that_is_cut_short_has_a_proven_limit(monkeypatch):
    for seed in range(12):
        index = published(seed)
        network = walk(index, OVERALL, is_high)
        _, truth, _ = Packing(index, network).most()
        for name, value in (("MOST_PRICED", 1), ("MOST_BLENDS", 0)):
            with monkeypatch.context() as patched:
                patched.setattr(packing, name, value)
                witness, reached, limit = Packing(index, network).most()
            assert reached <= truth <= limit
            assert inside(index, witness, is_high) >= reached
            assert witness.agrees_with(index)
        with monkeypatch.context() as patched:
            patched.setattr(packing, "MOST_BLENDS", 0)
            patched.setattr(packing, "WIDTHS", ((1, 1),))
            _, reached, limit = Packing(index, network).most()
        assert reached <= truth <= limit


def test_of_paths_that_nobody_can_take_nothing_is_packed():
    index = published(1)
    network = walk(index, OVERALL, lambda value: None)
    assert Packing(index, network).most()[1:] == (0, 0)


@pytest.mark.parametrize("seed", range(10))
def test_a_programme_whose_limits_change_is_as_good_as_a_new_one(seed):
    rng = np.random.default_rng(seed)
    columns = (rng.random((12, 30)) < 0.4).astype(float)
    columns[0] = 1.0
    weights = rng.random(30)
    programme = GrowingProgramme(rng.integers(0, 50, 12).astype(float))
    for place in range(30):
        programme.add(columns[:, place], weights[place])
        if place % 10 == 9:
            programme.improve()
    for _ in range(6):
        limits = rng.integers(0, 50, 12).astype(float)
        programme.limit(limits)
        prices = programme.improve()
        best = -linprog(-weights, columns, limits, method="highs").fun
        used = sum(weights[place] * amount for place, amount in programme.amounts().items())
        assert prices @ limits == pytest.approx(best, abs=1e-6)
        assert used == pytest.approx(best, abs=1e-6)
        assert (prices @ columns >= weights - 1e-8).all()


@pytest.mark.parametrize("seed", range(4))
def test_a_programme_of_other_weights_is_as_good_as_a_new_one(seed):
    rng = np.random.default_rng(seed)
    columns = (rng.random((12, 30)) < 0.4).astype(float)
    columns[0] = 1.0
    limits = rng.integers(0, 50, 12).astype(float)
    programme = GrowingProgramme(limits)
    for place in range(30):
        programme.add(columns[:, place], 1.0)
    for _ in range(6):
        weights = rng.normal(size=30)
        programme.improve()
        programme.weigh(weights)
        prices = programme.improve()
        best = -linprog(-weights, columns, limits, method="highs").fun
        assert prices @ limits == pytest.approx(best, abs=1e-6)


def test_an_inverse_that_rounding_has_spoilt_is_made_anew():
    rng = np.random.default_rng(1)
    columns, weights = rng.random((8, 20)).round(2), rng.random(20)
    programme = GrowingProgramme(rng.integers(5, 50, 8).astype(float))
    for place in range(20):
        programme.add(columns[:, place], weights[place])
    programme.improve()
    sound = programme.inverse.copy()
    programme._mend()
    assert (programme.inverse == sound).all()
    programme.inverse += 1e-4
    programme._mend()
    assert programme.inverse == pytest.approx(sound, abs=1e-9)
