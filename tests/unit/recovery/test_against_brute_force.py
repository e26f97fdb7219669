"""The recovery finds what writing out every table finds: nothing more, nothing less."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.special import chdtrc

from resurvey.recovery import recover
from resurvey.statistics.registry import MEASURES
from unit.recovery.brute_force import Case, all_solutions, misprints, pearson, value
from unit.recovery.random_tables import random_case, text

pytestmark = pytest.mark.slow

ROUNDINGS = ("half_up", "half_even", "truncation", "unknown")


def listed(found):
    return [
        (tuple(one.bases.values()), tuple(map(tuple, one.counts.values())))
        for one in found.solutions
    ]


@pytest.mark.parametrize("seed", range(30))
def test_random_tables_have_the_solutions_of_brute_force(seed):
    generator = np.random.default_rng([2022, seed])
    for _ in range(50):
        case, rule, _ = random_case(generator)
        rounding = rule if generator.random() < 0.6 else str(generator.choice(ROUNDINGS))
        derived_from = str(generator.choice(["counts", "unknown"]))
        found = recover(**case.arguments(), derived_from=derived_from, rounding=rounding)
        expected = all_solutions(case, rounding, derived_from == "counts")
        assert listed(found) == expected, (case.arguments(), derived_from, rounding)
        assert len(found) == len(expected)
        assert bool(found) == bool(expected)
        numbers = {}
        for bases, _ in expected:
            numbers[bases] = numbers.get(bases, 0) + 1
        assert {tuple(b.bases.values()): b.solutions for b in found.bases()} == numbers
        if expected:
            check_choice(found, expected)
            check_ranges(found, expected, case)


@pytest.mark.parametrize("seed", range(4))
def test_derived_rows_that_overlap_have_the_solutions_of_brute_force(seed):
    generator = np.random.default_rng([8, seed])
    for _ in range(20):
        groups = int(generator.integers(1, 3))
        case, rule, _ = random_case(generator, groups, largest=10, overlapping=True)
        found = recover(**case.arguments(), derived_from="counts", rounding=rule)
        expected = all_solutions(case, rule, derived_cells=True)
        assert listed(found) == expected
        assert len(found) == len(expected)
        if expected:
            check_choice(found, expected)
            check_ranges(found, expected, case)


@pytest.mark.parametrize("seed", range(6))
def test_printed_parts_give_away_what_is_not_printed_and_nothing_else(seed):
    generator = np.random.default_rng([6, seed])
    for _ in range(40):
        case, rule, _ = random_case(generator)
        case.derived, case.differences = {}, {}
        every = range(case.answers)
        for name, texts in case.table.items():
            size = int(generator.integers(2, case.answers + 1))
            parts = sorted(int(k) for k in generator.choice(every, size, replace=False))
            numbers = [value(texts[k]) if texts[k] else Fraction(0) for k in parts]
            surplus = int(generator.random() < 0.2)
            printed_sum = sum(numbers) + Fraction(surplus, 10**case.digits)
            case.derived[f"some {name}"] = {"parts": parts, name: text(printed_sum, case.digits)}
        found = recover(**case.arguments(), derived_from="printed_parts", rounding=rule)
        expected = all_solutions(completed(case), rule) if completed(case) else []
        assert listed(found) == expected


def completed(case):
    """Print what the sums give away; None where a printed sum is wrong."""
    table = {name: list(texts) for name, texts in case.table.items()}
    for name, texts in table.items():
        spec = case.derived[f"some {name}"]
        missing = [k for k in spec["parts"] if not texts[k]]
        rest = value(spec[name]) - sum(value(texts[k]) for k in spec["parts"] if texts[k])
        if not missing and rest != 0:
            return None
        if len(missing) == 1:
            texts[missing[0]] = text(rest, case.digits)
    return Case(table, case.largest, case.total, smallest=case.smallest)


def check_choice(found, expected):
    best = max((sum(bases), bases) for bases, _ in expected)[1]
    counts = min(counts for bases, counts in expected if bases == best)
    chosen = found.chosen()
    assert tuple(chosen.bases.values()) == best
    assert tuple(map(tuple, chosen.counts.values())) == counts


def check_ranges(found, expected, case):
    tables = [counts for _, counts in expected]
    shares = [columns[0][0] / sum(columns[0]) for columns in tables]
    assert found.range("percent", answer=0, group=case.groups[0]) == pytest.approx(
        (100 * min(shares), 100 * max(shares))
    )
    totals = [sum(column[0] + column[1] for column in columns) for columns in tables]
    assert found.range("count", answer=(0, 1)) == (min(totals), max(totals))
    if len(case.groups) == 1:
        return
    tests = [pearson(columns) for columns in tables]
    statistics = [float(statistic) for statistic, *_ in tests]
    close = {"rel": 1e-12, "abs": 1e-12}
    assert found.range("pearson") == pytest.approx((min(statistics), max(statistics)), **close)
    gaps = [100 * (c[0][0] / sum(c[0]) - c[1][0] / sum(c[1])) for c in tables]
    assert found.range(
        "difference", answer=0, group=case.groups[0], against=case.groups[1]
    ) == pytest.approx((min(gaps), max(gaps)), **close)
    defined = [(float(x), df, rows, n) for x, df, rows, n in tests if df]
    if defined:
        p = [float(chdtrc(df, x)) for x, df, _, _ in defined]
        assert found.range("p_value") == pytest.approx((min(p), max(p)), **close)
        for name, measure in MEASURES.items():
            if measure.scale is None:
                continue
            values = [
                (x / (n * measure.scale(rows, len(case.groups)))) ** 0.5
                for x, _, rows, n in defined
            ]
            ends = min(values), max(values)
            assert found.range(name) == pytest.approx(ends, rel=1e-9, abs=1e-9)
        significant = [one < 0.05 for one in p]
        word = "all" if all(significant) else "some" if any(significant) else "none"
        assert found.verdict() == f"significant in {word}"
    residuals = [residual(columns) for columns in tables if residual(columns) is not None]
    if residuals:
        assert found.range("adjusted", answer=0, group=case.groups[0]) == pytest.approx(
            (min(residuals), max(residuals)), **close
        )


def residual(columns):
    n, base, count = sum(map(sum, columns)), sum(columns[0]), columns[0][0]
    total = sum(column[0] for column in columns)
    if total in (0, n):
        return None
    expected = base * total / n
    return (count - expected) / (expected * (1 - base / n) * (1 - total / n)) ** 0.5


@pytest.mark.parametrize("seed", range(12))
def test_smallest_sets_of_misprints_are_those_of_brute_force(seed):
    generator = np.random.default_rng([4, seed])
    compared = 0
    while compared < 4:
        case, rule, _ = random_case(generator, groups=int(generator.integers(1, 3)), largest=6)
        derived_cells = generator.random() < 0.5
        found = recover(
            **case.arguments(), derived_from="counts" if derived_cells else "unknown", rounding=rule
        )
        if found:
            assert len(found.misprints) == 0
            continue
        compared += 1
        expected = misprints(case, rule, derived_cells)
        size = len(next(iter(expected)))
        if size > 4:
            assert (found.misprints.size, found.misprints.searched) == (0, 4)
            continue
        assert found.misprints.size == size
        assert found.misprints.count == len(expected)
        for one in found.misprints:
            changes = expected[tuple((cell.column, cell.row) for cell in one)]
            nearest = min(max(map(abs, units)) for units in changes)
            assert max(abs(cell.units) for cell in one) == nearest
            assert tuple(cell.units for cell in one) in changes
