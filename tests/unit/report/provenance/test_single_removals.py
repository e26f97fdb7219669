"""What one respondent less does to a crosstab is what the statistics compute."""

import numpy as np
import pytest

from resurvey.core.codebook import Variable
from resurvey.report.provenance.adjusted import benjamini_hochberg, holm
from resurvey.report.provenance.removals import ReducedTable
from resurvey.statistics.association import measures
from resurvey.statistics.chi_square import likelihood_ratio, pearson, reduce_table, residuals
from resurvey.statistics.multiplicity import adjust
from resurvey.statistics.ordinal import scale_of

TABLES = (
    [[5, 3], [2, 6]],
    [[3, 0], [0, 3]],
    [[2, 2], [4, 4]],
    [[1, 4, 2], [3, 0, 5], [0, 1, 0]],
    [[1, 0], [4, 7]],
)


def without(table, place):
    """Counts after somebody of a cell has left."""
    counts = np.array(table, dtype=float)
    counts[place] -= 1
    return counts


def numbers(counts):
    """X², G², degrees of freedom, V and residuals by cell of a table, as the library has them."""
    reduced = reduce_table(counts)
    if reduced.reason:
        return None, None, None, None, {}
    rows, columns = (
        scale_of(Variable("q", codes={code: {} for code in range(size)}), range(size), sums, "row")
        for size, sums in zip(counts.shape, (counts.sum(1), counts.sum(0)), strict=True)
    )
    found = {one.name: one.value for one in measures(counts, rows, columns)}
    kept = [np.flatnonzero(axis) for axis in (reduced.rows, reduced.columns)]
    values = residuals(reduced.counts, "adjusted")
    cells = {(int(kept[0][i]), int(kept[1][j])): value for (i, j), value in np.ndenumerate(values)}
    x2 = pearson(reduced)
    return x2.statistic, likelihood_ratio(reduced).statistic, x2.df, found["cramer_v"], cells


def same(one, other):
    if one is None or other is None:
        return one is other
    return one == pytest.approx(other, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("table", TABLES)
def test_statistics_move_where_the_library_computes_another_value(table):
    tested, before = ReducedTable(table), numbers(np.array(table, dtype=float))
    moves = (
        tested.pearson_moves,
        tested.likelihood_moves,
        tested.freedom_moves,
        tested.cramer_moves,
    )
    for place in tested.places:
        after = numbers(without(table, place))
        for move, one, other in zip(moves, before, after, strict=False):
            assert move(place) is not same(one, other), (move.__name__, place)
        for cell, value in before[4].items():
            assert tested.residual_moves(cell, place) is not same(value, after[4].get(cell))


def test_shares_without_association_keep_cramers_v_at_nought_and_at_one():
    independent, perfect = ReducedTable([[2, 2], [4, 4]]), ReducedTable([[3, 0], [0, 3]])
    assert all(independent.cramer_moves(place) for place in independent.places)
    assert not any(perfect.cramer_moves(place) for place in perfect.places)
    assert not any(perfect.freedom_moves(place) for place in perfect.places)


@pytest.mark.parametrize("table", TABLES)
def test_ends_of_the_p_value_hold_every_single_removal(table):
    tested = ReducedTable(table)
    for statistic, test in ((tested.pearson, pearson), (tested.likelihood_ratio, likelihood_ratio)):
        if (ends := tested.tail_ends(statistic)) is None:
            assert any(tested.refused_without(place) for place in tested.places)
            continue
        low, high = ends
        found = [test(reduce_table(without(table, place))).p_value for place in tested.places]
        assert low <= min(found) + 1e-12
        assert max(found) <= high + 1e-12


@pytest.mark.parametrize("p_values", [[0.01, 0.04, 0.5], [0.5, 0.02, 0.02, 1.0], [0.3]])
def test_adjusted_p_values_are_those_of_the_statistics(p_values):
    assert holm(p_values) == pytest.approx(adjust(p_values, "holm").tolist())
    expected = adjust(p_values, "benjamini_hochberg").tolist()
    assert benjamini_hochberg(p_values) == pytest.approx(expected)
