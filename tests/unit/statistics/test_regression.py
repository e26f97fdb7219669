"""Regressions: weights that are people, products that are products, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resurvey.core.errors import SurveyError
from resurvey.statistics.regression import fit_model
from unit.statistics.test_summaries import simple

RNG = np.random.default_rng(5)
ROWS = 60
AGE = RNG.integers(20, 70, ROWS).astype(float)
SEX = RNG.integers(0, 2, ROWS).astype(float)
X = np.column_stack([AGE, SEX])
NAMES = [("age", None), ("sex", 2)]
OUTCOMES = {
    "linear": (AGE * 0.3 + SEX * 4 + RNG.normal(0, 5, ROWS), []),
    "binary": ((AGE / 20 + SEX + RNG.logistic(0, 1, ROWS) > 2.5).astype(int), [1, 2]),
    "ordered": (np.digitize(AGE / 20 + SEX + RNG.logistic(0, 1, ROWS), [2.0, 3.5]), [1, 2, 3]),
    "multinomial": (RNG.integers(0, 3, ROWS), [1, 2, 3]),
}
WEIGHTS = RNG.uniform(0.5, 2.5, ROWS)


def numbers_of(model):
    terms = [*model.coefficients, *model.constants, *model.effects]
    return np.array([[one.estimate, one.standard_error, one.lower] for one in terms])


def test_a_line_through_two_groups_is_their_difference():
    found = fit_model(
        "linear", np.array([1.0, 2, 3, 6, 7, 8]), np.repeat([[0.0], [1]], 3, 0), [("g", 1)]
    )
    (slope,), (constant,) = found.coefficients, found.constants
    assert (constant.estimate, slope.estimate) == pytest.approx((2.0, 5.0))
    assert slope.standard_error == pytest.approx((2 / 3) ** 0.5)
    assert (found.freedom, found.r_squared) == (4.0, pytest.approx(37.5 / 41.5))
    assert found.overall.statistic == pytest.approx(slope.z**2)


@pytest.mark.parametrize("kind", OUTCOMES)
def test_a_frequency_weight_of_two_is_two_people(kind):
    y, outcomes = OUTCOMES[kind]
    counted = fit_model(kind, y, X, NAMES, outcomes, weights=np.full(ROWS, 2.0))
    repeated = fit_model(kind, np.repeat(y, 2), np.repeat(X, 2, 0), NAMES, outcomes)
    assert numbers_of(counted) == pytest.approx(numbers_of(repeated), rel=1e-7)


@pytest.mark.slow
@settings(max_examples=5, deadline=None)
@given(st.permutations(range(ROWS)), st.integers(-50, 50))
def test_neither_the_order_of_the_rows_nor_the_origin_of_a_number_matters(order, constant):
    for kind, (y, outcomes) in OUTCOMES.items():
        one = fit_model(kind, y, X, NAMES, outcomes, sample=simple(WEIGHTS))
        moved = X[order] + np.array([constant, 0.0])
        other = fit_model(kind, y[order], moved, NAMES, outcomes, sample=simple(WEIGHTS[order]))
        for first, second in zip(
            [*one.coefficients, *one.effects], [*other.coefficients, *other.effects], strict=True
        ):
            assert (first.estimate, first.standard_error) == pytest.approx(
                (second.estimate, second.standard_error), rel=1e-6, abs=1e-9
            )


@pytest.mark.parametrize("kind", OUTCOMES)
def test_whoever_is_no_member_stays_in_the_design_and_out_of_the_fit(kind):
    y, outcomes = OUTCOMES[kind]
    members = np.arange(ROWS) < 45
    whole = np.where(members, WEIGHTS, 0.0)
    inside = fit_model(
        kind, y[:45], X[:45], NAMES, outcomes, sample=simple(WEIGHTS), members=members
    )
    zero = fit_model(kind, y, X, NAMES, outcomes, sample=simple(whole))
    assert numbers_of(inside)[:, :2] == pytest.approx(numbers_of(zero)[:, :2], rel=1e-7)
    assert inside.freedom == 42


def test_the_effect_of_a_number_follows_its_product_with_an_answer():
    y = np.array([1.0, 2, 3, 4, 2, 5, 8, 12])
    t, g = np.tile(np.arange(4.0), 2), np.repeat([0.0, 1], 4)
    names = [("t", None), ("g", 1), ("t:g", 1)]
    found = fit_model("linear", y, np.column_stack([t, g, t * g]), names, products={2: (0, 1)})
    slopes = [one.estimate for one in found.coefficients]
    effects = {one.variable: one.estimate for one in found.effects}
    # Half of the people have the slope 1 and half 3.3.
    assert slopes == pytest.approx([1.0, 0.8, 2.3])
    assert effects == pytest.approx({"t": 2.15, "g": 0.8 + 2.3 * 1.5})


def test_effects_of_all_outcomes_add_up_to_nothing():
    for kind in ("ordered", "multinomial"):
        y, outcomes = OUTCOMES[kind]
        effects = fit_model(kind, y, X, NAMES, outcomes, sample=simple(WEIGHTS)).effects
        for variable in ("age", "sex"):
            parts = [one.estimate for one in effects if one.variable == variable]
            assert len(parts) == 3
            assert sum(parts) == pytest.approx(0.0, abs=1e-12)


def test_a_predictor_is_tested_with_all_of_its_answers():
    three = RNG.integers(0, 3, ROWS)
    x = np.column_stack([AGE, three == 1, three == 2]).astype(float)
    names = [("age", None), ("place", 2), ("place", 3)]
    found = fit_model("linear", OUTCOMES["linear"][0], x, names)
    assert {name: one.df for name, one in found.term_tests.items()} == {"age": 1, "place": 2}
    assert found.term_tests["age"].p_value == pytest.approx(found.coefficients[0].p_value)


@pytest.mark.parametrize(
    ("kind", "y", "x", "words"),
    [
        ("linear", np.ones(6), np.arange(6.0)[:, None], "all outcomes are the same"),
        ("linear", np.arange(3.0), np.eye(3)[:, :2], "no degrees of freedom"),
        ("binary", np.array([0, 0, 0, 1, 1, 1]), np.arange(6.0)[:, None], "separates"),
        ("multinomial", np.array([0, 0, 1, 1]), np.arange(4.0)[:, None], "no respondents"),
        ("linear", np.arange(6.0), np.ones((6, 2)) * np.arange(6.0)[:, None], "determine one"),
    ],
)
def test_a_fit_that_would_mislead_is_refused(kind, y, x, words):
    names = [(f"x{k}", None) for k in range(x.shape[1])]
    outcomes = {"binary": [1, 2], "multinomial": [1, 2, 3]}.get(kind, [])
    with pytest.raises(SurveyError, match=words):
        fit_model(kind, y, x, names, outcomes)


def test_a_design_without_freedom_is_refused():
    sample = simple(np.ones(ROWS), np.arange(ROWS) % 2)
    with pytest.raises(SurveyError, match="no degrees of freedom"):
        fit_model("linear", OUTCOMES["linear"][0], X, NAMES, sample=sample)
