"""Groups of one sample are compared with their covariance, on the clusters that they live in.

The values beside R's are in `tests/reference/statistics/design_values.csv` (differences of ten
designs, made by make_designs.R). Here: how many degrees of freedom a group has, counted by hand.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.codebook import Codebook, Survey, Variable
from resurvey.counts.crosstabs import ColumnPairs, crosstab, share_interval
from resurvey.counts.design import Design
from resurvey.statistics.contrasts import contrast, freedom_of_contrast


def counted(people, design):
    book = {name: Variable(name) for name in people}
    for name in ("q", "g"):
        book[name] = Variable(name, codes={1: {}, 2: {}, 3: {}})
    return crosstab(Survey(people, Codebook(book)), "q", "g", design)


def villages(few=3, size=10):
    """40 villages of ten; the first group lives in the first few of them."""
    village = np.repeat(np.arange(40), size)
    answer = np.random.default_rng(1).integers(1, 3, village.size)
    return pd.DataFrame(
        {
            "q": answer,
            "g": np.where(village < few, 1, 2),
            "v": village,
            "s": village // 20,
            "w": 1.0,
        }
    )


def in_column(table, column):
    cells = np.zeros(table.observed.shape)
    cells[:, column] = 1
    return cells


@pytest.mark.parametrize(
    ("design", "first", "second", "both"),
    [
        (Design(weights="w", clusters="v"), 2, 36, 39),
        (Design(weights="w", clusters="v", strata="s"), 2, 35, 38),
        (Design(weights="w"), 29, 369, 399),
        (Design(weights="w", strata="s"), 29, 368, 398),
    ],
    ids=["villages", "villages of two strata", "people", "people of two strata"],
)
def test_a_group_has_its_own_clusters_less_its_own_strata(design, first, second, both):
    table = counted(villages(), design)
    found = [table.spread.freedom_of(in_column(table, column)) for column in (0, 1)]
    assert found == [first, second]
    assert table.spread.freedom_of(np.ones(9)) == both


def test_whoever_weighs_nothing_adds_no_cluster():
    people = villages()
    people.loc[people["v"] == 0, "w"] = 0.0
    table = counted(people, Design(weights="w", clusters="v"))
    assert table.spread.freedom_of(in_column(table, 0)) == 1


def test_a_village_without_an_answer_to_the_question_is_not_in_its_base():
    people = villages()
    people["q"] = people["q"].where(people["v"] != 1)
    table = counted(people, Design(weights="w", clusters="v"))
    assert table.spread.freedom_of(in_column(table, 0)) == 1
    assert table.spread.table_freedom == 38


def test_replicates_of_a_group_have_their_own_rank():
    people = villages()
    book = Codebook({name: Variable(name) for name in people})
    ready = Design(weights="w", clusters="v", resample="jackknife").prepared(Survey(people, book))
    table = counted(people, ready)
    assert table.spread.freedom_of(in_column(table, 0)) == 2
    assert table.spread.freedom_of(np.ones(9)) == 39


def test_the_interval_of_a_group_of_three_villages_takes_two_degrees_of_freedom():
    table = counted(villages(), Design(weights="w", clusters="v"))
    top = np.zeros((3, 3))
    top[0, 0] = 1
    p, error, lower, _ = share_interval(table.spread, top.ravel(), in_column(table, 0).ravel())
    # qt(0.975, 2) = 4.302652729696142
    half = 4.302652729696142 * error / (p * (1 - p))
    assert lower == pytest.approx(1 / (1 + np.exp(half - np.log(p / (1 - p)))), rel=1e-9)


def test_a_group_of_one_village_has_no_interval_and_says_why():
    table = counted(villages(few=1), Design(weights="w", clusters="v"))
    first = next(share for share in table.shares() if (share.row_code, share.column_code) == (1, 1))
    assert first.lower is None
    assert first.note.startswith("no interval")


def test_a_group_of_one_village_in_each_stratum_has_a_variance_but_no_degrees_of_freedom():
    people = villages()
    people["g"] = np.where(people["v"].isin([0, 20]), 1, 2)
    table = counted(people, Design(weights="w", clusters="v", strata="s"))
    first = next(share for share in table.shares() if (share.row_code, share.column_code) == (1, 1))
    assert first.lower is None
    assert "one cluster only" in first.note
    assert "one cluster only" in ColumnPairs(table).difference(0, 0, 1).reason.text


def test_men_and_women_of_the_same_villages_are_compared_on_all_villages():
    people = villages()
    people["g"] = np.random.default_rng(2).integers(1, 3, len(people))
    assert ColumnPairs(counted(people, Design(clusters="v"))).difference(0, 0, 1).df == 39


def test_the_difference_of_groups_that_share_villages_uses_their_covariance():
    # Every village answers as one: men and women of it never differ.
    people = villages()
    people["g"] = np.arange(len(people)) % 2 + 1
    people["q"] = np.where(people["v"] % 3 == 0, 1, 2)
    found = ColumnPairs(counted(people, Design(clusters="v"))).difference(0, 0, 1)
    assert found.value == pytest.approx(0, abs=1e-12)
    assert found.p_value is None
    assert found.reason.text == "the shares do not vary"


@given(
    st.lists(st.floats(1e-6, 1.0), min_size=2, max_size=5),
    st.lists(st.integers(1, 200), min_size=5, max_size=5),
    st.integers(1, 400),
)
def test_degrees_of_freedom_lie_between_the_smallest_and_all_together(variances, own, joint):
    own = own[: len(variances)]
    found = freedom_of_contrast(np.ones(len(own)), np.diag(variances), own, joint)
    assert min(*own, joint) * (1 - 1e-9) <= found <= min(sum(own), joint) * (1 + 1e-9)


def test_plain_counts_have_a_normal_test():
    found = contrast(np.array([0.5, 0.3]), np.eye(2) / 50, np.array([1, -1]), [np.inf] * 2, np.inf)
    assert found.df is None
    assert found.p_value == pytest.approx(0.31731050786291415, rel=1e-9)


def test_letters_comparisons_and_the_contrast_tell_the_same_p_value():
    from resurvey.tables.inference import compare_columns

    people = villages(few=15)
    table = counted(people, Design(weights="w", clusters="v"))
    line = compare_columns(table)[0]
    found = ColumnPairs(table).difference(0, 0, 1)
    assert line["p_value"] == found.p_value
    assert table.letters().p_values[0, 0, 1] == found.p_value


@pytest.mark.parametrize(("error", "known"), [(1e-10, False), (1e-4, True)])
def test_a_share_that_the_strata_fix_has_no_interval_whatever_rounding_leaves(error, known):
    class Fixed:
        def ratios(self, top, bottom):
            return np.array([0.7]), np.array([[error**2]])

        def freedom_of(self, cells):
            return 197

    _, told, lower, upper = share_interval(Fixed(), np.ones(1), np.ones(1))
    assert (told > 0, lower is not None, upper is not None) == (known, known, known)
