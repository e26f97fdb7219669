"""A result says where its method is stretched: few clusters or respondents, the end of a range."""

import numpy as np
import pandas as pd
import pytest

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.counts.crosstabs import Crosstab, crosstab
from resurvey.counts.design import Design


def answers(name, size):
    return Variable(name, measure="ordinal", codes={code + 1: {} for code in range(size)})


def counted(people, design):
    book = {name: Variable(name, measure="scale") for name in people}
    book |= {"q": answers("q", 3), "g": answers("g", 2)}
    return crosstab(Survey(people, Codebook(book)), "q", "g", design)


def respondents(n, weights=0.0, villages=40, few=0):
    rng = np.random.default_rng(5)
    village = np.arange(n) * villages // n
    group = np.where(village < few, 1, 2) if few else rng.integers(1, 3, n)
    weight = np.exp(weights * rng.standard_normal(n))
    return pd.DataFrame({"q": rng.integers(1, 4, n), "g": group, "v": village, "w": weight})


def note_of(table, test):
    return next(one.note for one in table.results if one.test == test)


def test_the_whole_question_says_how_small_its_effective_sample_is():
    small = counted(respondents(45, weights=1.2), Design(weights="w"))
    assert "effective sample of about" in note_of(small, "rao_scott_f")
    large = counted(respondents(900, weights=0.3), Design(weights="w"))
    assert "effective sample" not in note_of(large, "rao_scott_f")


def test_the_whole_question_says_when_a_column_lives_in_few_clusters():
    table = counted(respondents(800, few=3), Design(clusters="v"))
    assert "few degrees of freedom (2)" in note_of(table, "rao_scott_f")
    assert note_of(counted(respondents(800), Design(clusters="v")), "rao_scott_f").count("few") == 0


def test_the_first_order_test_says_that_it_does_not_count_the_clusters():
    note = note_of(counted(respondents(800, villages=12), Design(clusters="v")), "rao_scott_chisq")
    assert "11 degrees of freedom are not counted in" in note


def test_the_share_of_a_small_effective_base_says_so():
    table = counted(respondents(45, weights=1.2), Design(weights="w"))
    assert all("the interval may be too narrow" in one.note for one in table.shares() if one.lower)


def test_the_effective_base_of_equal_weights_is_nearly_that_of_the_respondents():
    table = counted(respondents(400), Design(weights="w"))
    assert table.effective_bases == pytest.approx(table.unweighted.sum(axis=0), rel=0.01)


def test_an_interval_near_the_end_of_its_range_is_noted():
    row, column = answers("q", 2), answers("g", 2)
    weak = {
        one.name: one.note
        for one in Crosstab.from_counts(row, column, [[50, 40], [50, 60]]).estimates
    }
    strong = {
        one.name: one.note
        for one in Crosstab.from_counts(row, column, [[90, 10], [10, 90]]).estimates
    }
    assert "near 0 the interval may be too narrow" in weak["uncertainty_rows"]
    assert "near 0" not in strong["uncertainty_rows"]
    assert "near 0" not in weak["tau_b"]


def test_an_asymptotic_interval_of_a_sparse_table_is_noted():
    table = Crosstab.from_counts(answers("q", 2), answers("g", 2), [[4, 1], [2, 6]])
    notes = {one.name: one.note for one in table.estimates if one.lower is not None}
    assert "expected count below 5" in notes["gamma"]
    # The noncentral interval of Cramér's V held in simulations of sparse tables.
    assert "expected count" not in notes["cramer_v"]
