"""Three methods agree: sums of counts, a constraint solver, and listing; also beyond 64 bits."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from resurvey.core.printed import percent_text
from resurvey.recovery import recover
from unit.recovery.brute_force import RULES, pearson, value
from unit.recovery.random_tables import random_case


class Collector(cp_model.CpSolverSolutionCallback):
    def __init__(self, counts):
        super().__init__()
        self.counts, self.found = counts, set()

    def on_solution_callback(self):
        table = tuple(tuple(self.value(n) for n in column) for column in self.counts)
        self.found.add((tuple(map(sum, table)), table))


def solver_solutions(case, rule):
    """Find all tables with CP-SAT: rounding is linear in a count and its base."""
    model = cp_model.CpModel()
    counts, bases = [], []
    for group in case.groups:
        most = case.largest[group]
        column = [model.new_int_var(0, most, f"{group}{k}") for k in range(case.answers)]
        bases.append(model.new_int_var(case.smallest[group], most, group))
        model.add(sum(column) == bases[-1])
        counts.append(column)
    for _, column, _, answers, text in case.cells(derived_cells=True):
        chosen = range(len(case.groups)) if column == "total" else [case.groups.index(column)]
        count = sum(counts[g][k] for g in chosen for k in answers)
        base = sum(bases[g] for g in chosen)
        units = value(text) * 10**case.digits
        assert units.denominator == 1
        # In halves of a unit: count / base * 100 * 10**digits * 2 against 2 * units -1, +1, +2.
        share, printed = 200 * 10**case.digits * count, 2 * int(units) * base
        if rule == "truncation":
            model.add(share >= printed)
            model.add(share < printed + 2 * base)
        elif rule == "half_even" and int(units) % 2:
            model.add(share > printed - base)
            model.add(share < printed + base)
        elif rule == "half_even":
            model.add(share >= printed - base)
            model.add(share <= printed + base)
        else:
            model.add(share >= printed - base)
            model.add(share < printed + base)
    solver = cp_model.CpSolver()
    solver.parameters.enumerate_all_solutions = True
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = 60
    collector = Collector(counts)
    status = solver.solve(model, collector)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return collector.found


MOST_LISTED = 3_000


@pytest.mark.parametrize("seed", range(40))
def test_constraint_solver_finds_the_same_tables(seed):
    generator = np.random.default_rng([7, seed])
    groups = int(generator.integers(1, 4))
    sizes, count = {1: 80, 2: 30, 3: 12}, MOST_LISTED + 1
    while count > MOST_LISTED:
        # What the solver could not list is drawn again.
        case, rule, _ = random_case(generator, groups=groups, largest=sizes[groups])
        case.differences = {}
        found = recover(**case.arguments(), derived_from="counts", rounding=rule)
        count = found.count
    listed = {
        (tuple(one.bases.values()), tuple(map(tuple, one.counts.values())))
        for one in found.solutions
    }
    assert listed == solver_solutions(case, rule)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_ranges_from_sums_are_those_of_the_list(seed):
    generator = np.random.default_rng([11, seed])
    columns = {g: generator.multinomial(900, generator.dirichlet([2.0] * 3)) for g in "ab"}
    total = columns["a"] + columns["b"]
    found = recover(
        {g: [percent_text(int(n), 900, 0) for n in column] for g, column in columns.items()},
        total=[percent_text(int(n), 1800, 0) for n in total],
        base={"a": 900, "b": 900},
    )
    tables = [list(one.counts.values()) for one in found.solutions]
    assert len(tables) == len(found) > 50
    statistics = [float(pearson(table)[0]) for table in tables]
    low, high = found.range("pearson")
    assert low == pytest.approx(min(statistics), rel=1e-12, abs=1e-12)
    assert high == pytest.approx(max(statistics), rel=1e-12)
    ratios = [likelihood_ratio(table) for table in tables]
    assert found.range("likelihood_ratio") == pytest.approx((min(ratios), max(ratios)), rel=1e-9)
    ends = [newcombe_low(*table, answer=1) for table in tables]
    assert found.range("difference_low", answer=1, group="a", against="b") == pytest.approx(
        (min(ends), max(ends)), rel=1e-9
    )


def likelihood_ratio(table):
    counts = np.array(table, float)
    expected = np.outer(counts.sum(1), counts.sum(0)) / counts.sum()
    filled = counts > 0
    return 2 * (counts[filled] * np.log(counts[filled] / expected[filled])).sum()


def newcombe_low(first, second, answer):
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, _ = confint_proportions_2indep(
        first[answer], sum(first), second[answer], sum(second), method="newcomb"
    )
    return 100 * low


@pytest.mark.slow
def test_number_of_solutions_beyond_64_bits_is_exact():
    base, answers = 50_000, 12
    counts = np.random.default_rng(5).multinomial(base, np.full(answers, 1 / answers))
    texts = [percent_text(int(n), base) for n in counts]
    found = recover({"all": texts}, base={"all": base})
    # The same number by multiplying polynomials over Python's own integers.
    ways = {0: 1}
    for text in texts:
        low, high = value(text) - Fraction(1, 20), value(text) + Fraction(1, 20)
        fits = [n for n in range(base + 1) if low <= Fraction(100 * n, base) < high]
        grown = {}
        for reached, number in ways.items():
            for n in fits:
                grown[reached + n] = grown.get(reached + n, 0) + number
        ways = grown
    two = recover({"a": texts, "b": texts}, base={"a": base, "b": base})
    assert found.count == ways[base]
    assert two.count == ways[base] ** 2 > 2**64
    assert two.range("pearson")[0] == 0


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    columns=st.lists(
        st.lists(st.integers(0, 60), min_size=3, max_size=3).filter(any), min_size=1, max_size=3
    ),
    digits=st.integers(0, 2),
    rule=st.sampled_from(RULES),
)
def test_true_table_is_always_among_the_solutions(columns, digits, rule):
    from unit.recovery.brute_force import printed
    from unit.recovery.random_tables import text

    groups = {f"g{i}": column for i, column in enumerate(columns)}
    table = {
        name: [text(printed(Fraction(n, sum(column)), digits, rule), digits) for n in column]
        for name, column in groups.items()
    }
    bases = {name: sum(column) for name, column in groups.items()}
    found = recover(table, base=bases, rounding=rule)
    low, high = zip(
        *(found.range("count", answer=row, group=name) for name in groups for row in range(3)),
        strict=True,
    )
    true = [n for column in groups.values() for n in column]
    assert all(a <= n <= b for a, n, b in zip(low, true, high, strict=True))
    if found.count <= 2_000:
        assert (bases, groups) in found.solutions
    unknown = recover(table, base=bases, rounding="unknown")
    assert unknown.count >= found.count
