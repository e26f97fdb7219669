"""Exact tests add up the right tables; Monte Carlo comes as near as its interval says."""

from functools import cache
from itertools import product
from math import comb, factorial, lgamma, log1p, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from resurvey.statistics import exact
from resurvey.statistics.chi_square import reduce_table
from resurvey.statistics.exact import (
    Choice,
    Paths,
    TableNetwork,
    fisher,
    fisher_2x2,
    freeman_halton,
)
from resurvey.statistics.monte_carlo import monte_carlo, random_tables

JOB = np.array([[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]])


def every_table(rows, columns):
    """List all tables with these margins."""
    if len(rows) == 1:
        yield (tuple(columns),)
        return
    for first in product(*(range(min(rows[0], size) + 1) for size in columns)):
        if sum(first) == rows[0]:
            rest = [size - taken for size, taken in zip(columns, first, strict=True)]
            for others in every_table(rows[1:], rest):
                yield (first, *others)


def by_hand(counts):
    """Sum the probabilities of all tables no more probable than this one, in integers."""
    weight = {
        table: prod(factorial(sum(row)) // prod(map(factorial, row)) for row in table)
        for table in every_table(counts.sum(axis=1).tolist(), counts.sum(axis=0).tolist())
    }
    observed = weight[tuple(map(tuple, counts.tolist()))]
    return sum(one for one in weight.values() if one <= observed) / sum(weight.values())


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(st.integers(2, 4), st.integers(2, 3), st.integers(0, 10_000))
def test_network_adds_up_the_tables_counted_by_hand(height, width, seed):
    counts = np.random.default_rng(seed).integers(0, 4, (height, width))
    table = reduce_table(counts)
    if not table.reason:
        whole = table.counts.astype(np.int64)
        assert freeman_halton(whole) == pytest.approx(by_hand(whole), rel=1e-9)


def ways_to_deal(total, sizes):
    """List all ways to deal so many people into columns of these sizes."""
    ways = product(*(range(min(total, size) + 1) for size in sizes))
    return [way for way in ways if sum(way) == total]


def plain_network(rows, columns, limit):
    """Find the p-value path by path, over every way to deal every row, and count the work."""
    ways = [ways_to_deal(row, columns) for row in rows]

    @cache
    def weight(cells):
        return -sum(lgamma(cell + 1) for cell in cells)

    def onwards(node, position):
        for way in ways[position]:
            rest = tuple(size - taken for size, taken in zip(node, way, strict=True))
            if min(rest) >= 0:
                yield rest, weight(way)

    @cache
    def bounds(node, position):
        if position == len(rows) - 1:
            return weight(node), weight(node)
        found = []
        for rest, step in onwards(node, position):
            longest, shortest = bounds(rest, position + 1)
            found.append((step + longest, step + shortest))
        longest, shortest = zip(*found, strict=True)
        return max(longest), min(shortest)

    whole = lgamma(sum(rows) + 1) + weight(tuple(rows)) + weight(tuple(columns))
    paths, total, work = {(tuple(columns), 0): (0.0, 1)}, 0.0, 0
    for position in range(len(rows) - 1):
        work += len(paths) * len(ways[position])
        after, kept, left = {}, 0, sum(rows[position + 1 :])
        for (node, _), (value, number) in paths.items():
            for rest, step in onwards(node, position):
                longest, shortest = bounds(rest, position + 1)
                if value + step + longest <= limit:
                    ends = lgamma(left + 1) + weight(tuple(rows[position + 1 :])) + weight(rest)
                    total += number * np.exp(value + step + ends - whole)
                elif value + step + shortest <= limit:
                    kept += 1
                    key = rest, round((value + step) * exact.MERGE)
                    first, others = after.get(key, (value + step, 0))
                    after[key] = first, others + number
        work += exact.SORTING * kept
        paths = after
    return min(total, 1.0), work


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(3, 3), (4, 3), (8, 2), (4, 4), (6, 3)], ids=str)
def test_a_table_is_exact_from_the_work_that_the_plain_network_counts(shape):
    rng = np.random.default_rng(shape)
    for people in rng.integers(8, 40, 40):
        chances = np.outer(rng.dirichlet([2] * shape[0]), rng.dirichlet([2] * shape[1]))
        counts = rng.multinomial(people, chances.ravel()).reshape(shape)
        rows, columns = sorted(counts.sum(axis=1).tolist()), sorted(counts.sum(axis=0).tolist())
        limit = log1p(1e-7) - sum(lgamma(count + 1) for count in counts.ravel().tolist())
        p_value, work = plain_network(rows, columns, limit)
        network = TableNetwork.of(rows, columns)
        assert network.tail(limit, work) == pytest.approx(p_value, rel=1e-11)
        assert network.tail(limit, work - 1) is None


def bounds_of(monkeypatch, rows, columns, dear):
    """Bounds after each row, the longest and the shortest, where choosing a deal is so dear."""
    monkeypatch.setattr(exact, "CHOOSING", dear)
    network = TableNetwork.of(sorted(rows), sorted(columns))
    stages = network.stages([exact._deals(row, network.columns) for row in network.rows])
    return [bounds.tolist() for stage in stages for bounds in (stage.longest, stage.shortest)]


FEW, ALL = 1, 10**9
"""How dear choosing is: so cheap that few deals are tried, so dear that all are."""


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([9, 14, 20], [12, 13, 18]),
        ([6, 7, 8, 12], [5, 9, 19]),
        ([3, 4, 4, 5], [2, 3, 4, 7]),
        ([20, 30, 40, 50, 60], [80, 120]),
        ([10, 10, 10], [10, 10, 10]),
    ],
    ids=str,
)
def test_few_deals_have_the_bounds_of_all(monkeypatch, rows, columns):
    few = bounds_of(monkeypatch, rows, columns, FEW)
    assert few == bounds_of(monkeypatch, rows, columns, ALL)
    assert np.isfinite(np.concatenate(few)).all()


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(3, 3), (4, 3), (5, 3), (6, 2), (4, 4), (5, 4)], ids=str)
def test_few_deals_have_the_bounds_of_all_in_random_tables(monkeypatch, shape):
    rng = np.random.default_rng(shape)
    looked_at = 0
    for people in rng.integers(10, 2000 // prod(shape), 25):
        chances = np.outer(rng.dirichlet([1] * shape[0]), rng.dirichlet([1] * shape[1]))
        table = reduce_table(rng.multinomial(people, chances.ravel()).reshape(shape))
        if not table.reason and table.counts.shape[0] >= table.counts.shape[1]:
            counts = table.counts.astype(np.int64)
            margins = counts.sum(axis=1).tolist(), counts.sum(axis=0).tolist()
            few = bounds_of(monkeypatch, *margins, FEW)
            assert few == bounds_of(monkeypatch, *margins, ALL)
            assert np.isfinite(np.concatenate(few)).all()
            looked_at += 1
    assert looked_at > 12


@pytest.mark.parametrize("position", [1, 2])
def test_bounds_of_a_survey_table_try_few_deals(position):
    rows, columns = [30, 60, 90, 120], [100, 100, 100]
    nodes = exact._deals(sum(rows[position:]), columns)
    assert Choice.even(nodes, rows[position:], most=36) is not None
    assert Choice.uneven(nodes, rows[position:], most=36) is not None


@pytest.mark.parametrize("span", [2**20, 2**47], ids=["short keys", "keys beyond 64 bits"])
def test_paths_merge_where_node_and_probability_agree(span):
    near, far, low = 9, 9 + 2**17, (1 - span) / exact.MERGE
    nodes, values = np.array([near, far, near, far, near]), np.array([0.0, low, low, low, 1e-12])
    merged = Paths(nodes, values, np.array([1.0, 2, 4, 8, 16])).merged()
    values = np.rint(merged.values * exact.MERGE)
    found = zip(merged.nodes.tolist(), values, merged.numbers, strict=True)
    assert sorted(found) == [(near, 1 - span, 4), (near, 0, 17), (far, 1 - span, 10)]


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=4, max_size=4))
def test_two_by_two_is_scipys_and_the_networks(cells):
    counts = np.array(cells).reshape(2, 2)
    if min(counts.sum(axis=0).min(), counts.sum(axis=1).min()) == 0:
        return
    ours = fisher_2x2(counts)
    assert ours == pytest.approx(stats.fisher_exact(counts).pvalue, rel=1e-6)
    assert ours == pytest.approx(freeman_halton(counts), rel=1e-9)


def test_a_billion_respondents_do_not_overflow():
    large = 10**9
    assert fisher_2x2(np.array([[large, large], [large, large]])) == pytest.approx(1.0)
    assert fisher_2x2(np.array([[large, 1], [1, large]])) == 0.0


def test_one_against_many_is_exact_in_the_tail():
    n = 10_000
    expected = 2 * sum(comb(20, k) * comb(n - 20, 20 - k) for k in range(12, 21)) / comb(n, 20) / 2
    counts = np.array([[12, 8], [8, n - 28]])
    assert fisher_2x2(counts) == pytest.approx(expected, rel=1e-9)


def test_too_much_work_gives_monte_carlo_with_interval_and_seed():
    rng = np.random.default_rng(2)
    counts = rng.multinomial(900, np.full(36, 1 / 36)).reshape(6, 6)
    exact, drawn = fisher(reduce_table(counts), seed=7)
    assert exact.p_value is None
    assert "fisher_monte_carlo" in exact.note
    assert drawn.test == "fisher_monte_carlo"
    assert "seed 7" in drawn.note
    assert "99 % interval" in drawn.note


def test_weighted_counts_have_no_exact_test():
    assert "not whole" in fisher(reduce_table([[1.5, 2], [3, 4]]), seed=1)[0].note


@pytest.mark.slow
@pytest.mark.parametrize("counts", [JOB, JOB[:, :2], JOB[:2]], ids=["4x4", "4x2", "2x4"])
@pytest.mark.parametrize("statistic", ["pearson", "likelihood_ratio", "fisher"])
def test_monte_carlo_agrees_with_an_independent_way(counts, statistic):
    found = monte_carlo(counts, statistic, replicates=60_000, seed=3)
    if statistic == "fisher":
        exact = freeman_halton(counts)
    else:
        power = {"pearson": 1, "likelihood_ratio": 0}[statistic]
        rows, columns = counts.sum(axis=1), counts.sum(axis=0)
        tables = stats.random_table(rows, columns).rvs(60_000, random_state=4)
        expected = np.outer(rows, columns) / counts.sum()
        values = divergence(tables, expected, power)
        exact = (values >= divergence(counts, expected, power) * (1 - 1e-9)).mean()
    width = found.upper - found.lower
    assert found.lower - width < exact < found.upper + width


def divergence(tables, expected, power):
    if power:
        return (np.square(tables - expected) / expected).sum(axis=(-1, -2))
    return 2 * (tables * np.log(np.maximum(tables, 1) / expected)).sum(axis=(-1, -2))


@pytest.mark.slow
def test_same_seed_gives_the_same_p_value_on_any_number_of_threads(monkeypatch):
    values = []
    for workers in (1, 3):
        monkeypatch.setattr("resurvey.statistics.monte_carlo.os.cpu_count", lambda w=workers: w)
        values.append(monte_carlo(JOB, "pearson", replicates=100_000, seed=5))
    assert values[0] == values[1]


def test_any_statistic_can_be_simulated():
    def first_cell(tables):
        return tables[:, 0, 0].astype(float)

    found = monte_carlo(np.array([[3, 1], [1, 3]]), first_cell, replicates=50_000, seed=1)
    assert found.lower < 17 / 70 < found.upper


def test_random_tables_have_the_margins_and_the_expected_means():
    rows, columns = np.array([40, 30, 10]), np.array([20, 50, 10])
    tables = random_tables(rows, columns, 40_000, np.random.default_rng(1))
    assert (tables.sum(axis=1) == rows[:, None]).all()
    assert (tables.sum(axis=0) == columns[:, None]).all()
    assert tables.min() >= 0
    assert tables.mean(axis=2) == pytest.approx(np.outer(rows, columns) / 80, abs=0.08)
    spread = np.outer(rows * (80 - rows), columns * (80 - columns)) / (80**2 * 79)
    assert tables.var(axis=2) == pytest.approx(spread, rel=0.05)


@pytest.mark.parametrize("size", [10**12, 10**15, 10**18])
def test_two_by_two_table_of_too_many_people_is_refused_not_enumerated(size):
    table = reduce_table([[size, 2 * size], [2 * size, size]])
    assert fisher(table, 0)[0].note.startswith("not computed: too much computation")


def test_a_lopsided_table_of_many_people_is_still_exact():
    assert fisher(reduce_table([[10**12, 1], [1, 1]]), 0)[0].p_value == pytest.approx(4e-12, rel=1)


@pytest.mark.filterwarnings("error")
def test_random_tables_with_nobody_left_to_deal_do_not_warn():
    counts = np.array([[30, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 1]])
    found = monte_carlo(counts, "fisher", 2000, seed=3)
    assert found.lower < freeman_halton(counts, 10**9) < found.upper
