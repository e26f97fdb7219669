"""Means of columns and their letters agree with R and leave out what cannot be compared."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.counts.crosstabs import crosstab
from resurvey.counts.design import Design
from resurvey.statistics.letters import column_letters, column_means

COUNTS = np.array([[9, 2, 4], [3, 4, 6], [1, 8, 1], [2, 6, 0]])
SCORES = np.array([1.0, 2, 3, 4])


def test_means_deviations_and_p_values_are_those_of_pairwise_t_tests_in_r():
    # R 4.2.2: tapply(x, g, mean), tapply(x, g, sd), pairwise.t.test(x, g, "bonferroni")
    found = column_means(COUNTS, SCORES)
    assert found.means == pytest.approx([26 / 15, 2.9, 19 / 11])
    assert found.deviations == pytest.approx([1.099783528484, 0.967906041547, 0.646669790683])
    assert found.p_values[0, 1] == pytest.approx(0.00252435784641)
    assert found.p_values[2, 1] == pytest.approx(0.00611828202734)
    assert found.p_values[0, 2] == 1
    assert found.letters == ["", "A C", ""]


def test_a_column_left_out_adds_nothing_to_the_pooled_variance():
    alone = column_means(COUNTS[:, :2], SCORES)
    found = column_means(COUNTS, SCORES, left_out=[2])
    assert found.p_values[0, 1] == pytest.approx(alone.p_values[0, 1])
    assert np.isnan(found.p_values[2]).all()
    assert found.means[2] == pytest.approx(19 / 11)


def test_equal_answers_cannot_be_compared_and_an_empty_column_has_no_mean():
    found = column_means(np.array([[5, 0, 0], [0, 7, 0]]), np.array([1.0, 2.0]))
    assert found.letters == ["", "", ""]
    assert np.isnan(found.p_values).all()
    assert found.deviations[:2].tolist() == [0, 0]
    assert np.isnan(found.means[2])


def test_under_a_design_the_difference_has_the_linearised_standard_error_of_r():
    # R survey 4.1: svyby(~x, ~factor(g), svydesign(~psu, weights = ~w), svymean, covmat = TRUE),
    # svycontrast; 2 * pt(-abs(t), df) with Satterthwaite's df of degf(subset(d, g == ...)), at most
    # degf of both; sqrt(svyvar) of each subset.
    frame = pd.DataFrame(
        {
            "x": [1, 2, 3, 4, 2, 3, 1, 4, 4, 3, 2, 1, 5, 5, 3, 2],
            "g": [1, 1, 1, 1, 2, 2, 2, 2, 2, 1, 3, 3, 3, 3, 3, 1],
            "w": [1, 2, 1.5, 1, 3, 1, 2, 2, 1, 1, 2.5, 1, 1, 2, 1, 1.5],
            "psu": np.repeat(range(1, 9), 2),
        }
    )
    survey = Survey(frame, Codebook({name: Variable(name) for name in frame}))
    table = crosstab(survey, "x", "g", Design(weights="w", clusters="psu"))
    cells = np.arange(15).reshape(5, 3)
    scores = np.arange(1.0, 6)
    found = column_means(
        table.observed, scores, (0.6, 0.55), "holm", (), table.spread, cells, table.unweighted
    )
    raw = np.array([0.562391918755, 0.610730549831, 0.819886322168])
    assert found.means == pytest.approx([2.4375, 2.55555555556, 3.2])
    assert found.deviations == pytest.approx([0.946209543389, 1.302893266618, 1.741646730348])
    # Holm: 3 × the smallest, then at least as large.
    assert found.p_values[0, 2] == pytest.approx(min(1, 3 * raw[0]))
    plain = column_means(
        table.observed[:, [0, 2]],
        scores,
        (0.6, 0.55),
        "holm",
        (),
        table.spread,
        cells[:, [0, 2]],
        table.unweighted[:, [0, 2]],
    )
    assert plain.p_values[0, 1] == pytest.approx(raw[0])
    assert plain.letters == ["", "a"]


@given(
    st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=5),
    st.floats(-5, 5),
    st.floats(0.5, 3),
)
def test_shifted_and_stretched_scores_change_no_comparison(rows, shift, stretch):
    counts = np.array(rows)
    scores = np.arange(1.0, len(rows) + 1)
    one, other = column_means(counts, scores), column_means(counts, shift + stretch * scores)
    np.testing.assert_allclose(one.p_values, other.p_values, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(shift + stretch * one.means, other.means, rtol=1e-9, atol=1e-9)


def test_letters_are_those_of_prop_test_in_r_with_bonferroni_within_the_row():
    # R 4.2.2: prop.test(x, n, correct = FALSE) for every pair, p.adjust(p, "bonferroni").
    counts = np.array([[60, 45, 30, 8], [40, 55, 70, 2]])
    found = column_letters(counts, (0.05, 0.01))
    assert found.p_values[0, 0, 2] == pytest.approx(0.000120471936746)
    assert found.p_values[0, 2, 3] == pytest.approx(0.009135074976539)
    assert found.p_values[0, 0, 1] == pytest.approx(0.202032413138)
    assert found.letters[0] == ["C", "", "", "C"]


def test_columns_left_out_are_no_part_of_the_correction():
    # R: p.adjust of the three pairs among the first three columns.
    counts = np.array([[60, 45, 30, 8], [40, 55, 70, 2]])
    found = column_letters(counts, left_out=[3])
    assert found.p_values[0, 0, 1] == pytest.approx(3 * 0.0336720688563)
    assert np.isnan(found.p_values[:, 3]).all()
    assert found.notes == [(), ()]


def test_a_row_of_its_own_base_is_compared_as_if_its_complement_stood_below_it():
    counts = np.array([[60, 45, 30], [40, 55, 70]])
    own = column_letters(counts[:1], bases=np.array([[100, 100, 100]]))
    assert own.p_values[0] == pytest.approx(column_letters(counts).p_values[0], nan_ok=True)
