"""Principal components are found, rotated and compared with random answers."""

import numpy as np
import pytest

from resurvey.statistics.components import principal_components, varimax


def answers(number, people=500, seed=4):
    generator = np.random.default_rng(seed)
    traits = generator.normal(size=(people, number))
    return np.repeat(traits, 3, axis=1) + generator.normal(size=(people, 3 * number)) / 2


@pytest.mark.parametrize("number", [1, 2, 3])
def test_as_many_components_are_kept_as_there_are_traits(number):
    found = principal_components(answers(number), number)
    assert found.kept == number
    nearest = np.abs(found.loadings).argmax(axis=1).reshape(number, 3)
    assert (nearest == nearest[:, :1]).all()
    assert len(set(nearest[:, 0])) == number


@pytest.mark.slow
def test_random_answers_seldom_have_a_component_above_chance():
    kept = [
        principal_components(
            np.random.default_rng(seed).normal(size=(200, 6)), 2, seed=seed, replicates=100
        ).kept
        for seed in range(40)
    ]
    assert sum(number > 0 for number in kept) <= 6


def test_eigenvalues_add_up_to_the_number_of_items():
    found = principal_components(answers(2), 2)
    assert found.eigenvalues.sum() == pytest.approx(6)
    assert (np.diff(found.eigenvalues) <= 0).all()


def test_rotation_keeps_what_each_item_shares_with_the_components():
    loadings = np.random.default_rng(6).normal(size=(7, 3))
    kept, turned = np.square(loadings).sum(axis=1), varimax(loadings)
    np.testing.assert_allclose(np.square(turned).sum(axis=1), kept)
    assert (turned.sum(axis=0) >= 0).all()


def test_two_components_are_rotated_from_where_the_criterion_is_least():
    found = np.abs(varimax(np.array([[0.6, 0.6], [0.5, -0.5], [0.4, 0.4]])))
    assert np.sort(found.min(axis=1)).max() < 1e-12


@pytest.mark.slow
def test_only_whoever_answered_everything_enters():
    values = answers(2)
    holed = np.vstack([values, np.full((3, 6), np.nan)])
    holed[-1, :5] = 1.0
    found, same = (principal_components(one, 2) for one in (holed, values))
    assert found.n == 500
    np.testing.assert_allclose(found.eigenvalues, same.eigenvalues)


def test_an_item_that_does_not_vary_has_no_components():
    values = answers(1)
    values[:, 0] = 3.0
    assert principal_components(values, 1) is None
    assert principal_components(values[:, :1], 1) is None


@pytest.mark.slow
def test_the_same_seed_gives_the_same_random_eigenvalues():
    first, second, other = (principal_components(answers(2), 2, seed=seed) for seed in (1, 1, 2))
    assert (first.random == second.random).all()
    assert (first.random != other.random).any()
