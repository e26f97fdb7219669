"""An answer printed as a sum of rounded parts has every count that some parts can make.

The slow way here writes out the tables of parts themselves, prints every part, adds what is
printed, and only then puts the parts together: it knows nothing of intervals or of sets of splits.
"""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from resurvey.core.errors import SurveyError
from resurvey.recovery import recover
from unit.recovery.brute_force import RULES, compositions, pearson, printed, value
from unit.recovery.random_tables import text

NAMES = ("men", "women", "others")


def joined(counts, parts, of):
    """Put the parts of one answer together in every group."""
    return {
        name: (*column[:of], sum(column[of : of + parts]), *column[of + parts :])
        for name, column in counts.items()
    }


def cell(counts, column, answers, digits, rule):
    """Print each of some answers in a column, and add what is printed."""
    columns = list(counts.values()) if column == "total" else [counts[column]]
    base = sum(map(sum, columns))
    return sum(
        printed(Fraction(sum(one[answer] for one in columns), base), digits, rule)
        for answer in answers
    )


def slow_solutions(table, total, limits, smallest, parts, of, digits, rules):
    """Write out all tables of parts and keep what they are, put together."""
    answers = len(next(iter(table.values())))
    rows = [
        tuple(range(row, row + 1)) if row < of else tuple(range(row + parts - 1, row + parts))
        for row in range(answers)
    ]
    rows[of] = tuple(range(of, of + parts))
    columns = {**table, **({"total": total} if total else {})}
    found = set()
    for rule in rules:
        choices = []
        for name in table:
            choices.append(
                [
                    one
                    for base in range(smallest[name], limits[name] + 1)
                    for one in compositions(base, answers + parts - 1)
                    if all(
                        cell({name: one}, name, rows[row], digits, rule) == value(shown)
                        for row, shown in enumerate(table[name])
                        if shown
                    )
                ]
            )
        for chosen in product(*choices):
            counts = dict(zip(table, chosen, strict=True))
            if all(
                cell(counts, "total", rows[row], digits, rule) == value(shown)
                for row, shown in enumerate(columns.get("total", []))
                if shown
            ):
                together = joined(counts, parts, of).values()
                found.add((tuple(map(sum, together)), tuple(together)))
    return sorted(found)


def random_sum(generator, groups, parts):
    """Draw parts, print them added, and leave some cells out."""
    largest = {1: 12, 2: 7 if parts == 2 else 5, 3: 3}[groups]
    answers = int(generator.integers(2, 4 if groups < 3 else 3))
    digits, of = int(generator.choice([0, 1])), int(generator.integers(answers))
    rule = RULES[generator.integers(3)]
    names = NAMES[:groups]
    limits = {name: int(generator.integers(2, largest + 1)) for name in names}
    truth = {}
    for name in names:
        base = int(generator.integers(1, limits[name] + 1))
        weights = generator.dirichlet([1.0] * (answers + parts - 1))
        truth[name] = tuple(int(n) for n in generator.multinomial(base, weights))
    rows = [(row,) if row < of else (row + parts - 1,) for row in range(answers)]
    rows[of] = tuple(range(of, of + parts))

    def shown(column, row):
        if row != of and generator.random() < 0.4:
            return None
        exact = cell(truth, column, rows[row], digits, rule)
        # Every third sum is one that need not be there.
        moved = Fraction(int(generator.integers(-1, 2)), 10**digits)
        return text(max(exact + (moved if generator.random() < 0.3 else 0), 0), digits)

    table = {name: [shown(name, row) for row in range(answers)] for name in names}
    with_total = groups > 1 and generator.random() < 0.7
    total = [shown("total", row) for row in range(answers)] if with_total else None
    smallest = {name: sum(truth[name]) if generator.random() < 0.4 else 1 for name in names}
    limits = {name: smallest[name] if smallest[name] > 1 else limits[name] for name in names}
    return table, total, limits, smallest, of, digits, rule


def rank(solution):
    """Rank as records are dealt: the largest bases, then the smallest counts."""
    bases = tuple(solution.bases.values())
    return sum(bases), bases, tuple(-n for column in solution.counts.values() for n in column)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("groups", "parts", "number"), [(1, 2, 40), (1, 3, 15), (2, 2, 40), (2, 3, 8), (3, 2, 10)]
)
def test_random_sums_have_the_counts_of_all_their_parts(groups, parts, number):
    generator = np.random.default_rng([53, groups, parts])
    more = 0
    for _ in range(number):
        table, total, limits, smallest, of, digits, rule = random_sum(generator, groups, parts)
        rounding = rule if generator.random() < 0.7 else "unknown"
        given = {
            "table": table,
            "total": total,
            "base": {name: n for name, n in limits.items() if smallest[name] == n},
            "max_base": {name: n for name, n in limits.items() if smallest[name] != n},
            "rounding": rounding,
        }
        found = recover(**given, rounded_sums={of: parts})
        rules = RULES if rounding == "unknown" else (rounding,)
        expected = slow_solutions(table, total, limits, smallest, parts, of, digits, rules)
        assert [
            (tuple(one.bases.values()), tuple(map(tuple, one.counts.values())))
            for one in found.solutions
        ] == expected, given
        assert len(found) == len(expected) == sum(one.solutions for one in found.bases())
        assert bool(found) == bool(expected)
        narrow = recover(**given)
        assert found.from_counts.solutions == narrow.solutions
        assert all(one in found.solutions for one in narrow.solutions)
        more += len(expected) > len(narrow)
        if expected:
            assert found.chosen() == (narrow if narrow else found).chosen() or not narrow
            counted = [sum(column[of] for column in columns) for _, columns in expected]
            assert found.range("count", of) == (min(counted), max(counted))
        if groups > 1 and any(pearson(columns)[1] for _, columns in expected):
            values = [float(pearson(columns)[0]) for _, columns in expected]
            assert found.range("pearson") == pytest.approx((min(values), max(values)), abs=1e-9)
    # Some of them have counts that only parts can make.
    assert more or number < 15


def test_an_answer_that_is_no_sum_is_as_before():
    given = {"table": {"all": ["31,3", "68,8"]}, "max_base": {"all": 60}}
    assert recover(**given, rounded_sums={0: 1}).solutions == recover(**given).solutions
    assert recover(**given, rounded_sums={0: 1}).rule == "counts"
    assert recover(**given, rounded_sums={0: 2}).rule == "rounded_sums"


def test_pay_of_the_article_has_3065_tables_where_rounded_parts_were_added():
    found = recover(
        {"men": ["53,5", None], "women": ["53,0", None]},
        total=["53,3", None],
        max_base={"men": 305, "women": 210},
        rounded_sums={0: 2},
    )
    bases = [(sum(one.bases.values()), *one.bases.values()) for one in found.bases()]
    assert (len(found), len(found.from_counts)) == (3065, 492)
    assert (min(bases)[0], max(bases)) == (45, (511, 305, 206))
    assert [round(end, 3) for end in found.range("p_value")] == [0.881, 0.972]
    assert tuple(found.chosen().bases.values()) == (303, 202)


def test_a_sum_that_no_parts_make_names_its_misprint():
    found = recover(
        {"all": ["40", "40", "30"]}, base={"all": 10}, rounded_sums={0: 2}, rounding="half_up"
    )
    assert not found
    assert {cells[0].row for cells in found.misprints} == {0, 1, 2}


@pytest.mark.parametrize(
    ("sums", "message"),
    [
        ({2: 2}, "2 is not a position from 0 to 1"),
        ({0: 9}, "answer 0 is said to have 9 parts"),
        ({0: True}, "answer 0 is said to have True parts"),
    ],
)
def test_sums_that_cannot_be_are_refused(sums, message):
    with pytest.raises(SurveyError, match=message):
        recover({"all": ["50", "50"]}, base={"all": 2}, rounded_sums=sums)


def test_a_bound_is_no_sum_of_rounded_parts():
    with pytest.raises(SurveyError, match="is a bound, and no sum of rounded parts"):
        recover({"all": ["<5", "97"]}, base={"all": 100}, rounded_sums={0: 2})


def test_more_splits_than_can_be_gone_through_are_refused():
    found = recover({"all": ["50,0", None]}, base={"all": 2000}, rounded_sums={0: 4})
    with pytest.raises(SurveyError, match="declare fewer parts"):
        len(found)
