"""Bounds of joint counts of two uncrossed questions are those of brute force."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from resurvey.tables.blocks import Margins, joint_bounds


def brute_force(one):
    """Joint counts and column per cents over all ways to deal a stratum's answers."""
    others, silent = one.row_base - one.row, one.respondents - one.row_base
    found = []
    for both, other in product(range(one.column + 1), repeat=2):
        rest = one.column - both - other
        if both <= one.row and other <= others and 0 <= rest <= silent:
            found.append((both, other))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_bounds_of_one_stratum_are_attained_and_never_passed(seed):
    random = np.random.default_rng(seed)
    respondents = int(random.integers(1, 13))
    row_base = int(random.integers(1, respondents + 1))
    row = int(random.integers(0, row_base + 1))
    column = int(random.integers(0, respondents + 1))
    stratum = Margins(respondents, row, row_base, column)
    found = brute_force(stratum)
    bounds = joint_bounds([stratum])
    assert bounds.count == (min(both for both, _ in found), max(both for both, _ in found))
    if all(both + other for both, other in found):
        percents = [Fraction(100 * both, both + other) for both, other in found]
        assert bounds.percent == (min(percents), max(percents))
    else:
        assert bounds.percent is None or bounds.percent[0] <= bounds.percent[1]


@pytest.mark.parametrize("seed", range(15))
def test_bounds_of_two_strata_are_attained_and_never_passed(seed):
    random = np.random.default_rng([1, seed])
    strata = []
    for _ in range(2):
        respondents = int(random.integers(2, 8))
        row_base = int(random.integers(1, respondents + 1))
        row = int(random.integers(0, row_base + 1))
        strata.append(Margins(respondents, row, row_base, int(random.integers(1, respondents + 1))))
    sums = [
        (a + c, b + d) for (a, b), (c, d) in product(*[brute_force(stratum) for stratum in strata])
    ]
    bounds = joint_bounds(strata)
    assert bounds.count == (min(both for both, _ in sums), max(both for both, _ in sums))
    if bounds.percent is not None:
        percents = [Fraction(100 * a, a + b) for a, b in sums if a + b]
        assert bounds.percent == (min(percents), max(percents))


def test_groups_with_which_both_were_crossed_sharpen_the_bounds():
    men, women = Margins(10, row=9, row_base=10, column=1), Margins(10, 1, 10, 9)
    assert joint_bounds([men, women]).count == (0, 2)
    assert joint_bounds([Margins(20, 10, 20, 10)]).count == (0, 10)


def test_a_column_that_perhaps_nobody_answered_in_has_no_per_cent():
    found = joint_bounds([Margins(10, row=2, row_base=3, column=4)])
    assert found.count == (0, 2)
    assert joint_bounds([Margins(10, row=0, row_base=0, column=4)]).percent is None


def test_cells_of_an_uncrossed_pair_are_bounded_in_the_table():
    import pandas as pd

    from resurvey.core.codebook import Codebook, Survey, Variable
    from resurvey.tables.tabulation import tabulate_survey

    yes_no = {1: {"": "yes"}, 2: {"": "no"}}
    people = pd.DataFrame({"job": [1, 1, 1, 2], "home": [1, 1, 2, 2]}, dtype="Int64")
    names = {name: Variable(name, codes=yes_no) for name in people}
    survey = Survey(people, Codebook(names, reconstructed=True))
    cells = tabulate_survey(survey, {"t": {"rows": ["job"], "columns": "home"}}).crosstabs
    first = next(one for one in cells if (one["row_code"], one["column_code"]) == ("1", "1"))
    # Three have a job, two a home, of four: one or two have both.
    assert first.get("count") is None
    assert (first["count_lowest"], first["count_highest"]) == (1, 2)
    assert (first["percent_lowest"], first["percent_highest"]) == (50.0, 100.0)
    total = next(one for one in cells if (one["row_code"], one["column_code"]) == ("1", "total"))
    assert total["count"] == 3


def test_a_number_of_few_or_of_an_uncertain_share_is_noted():
    import pandas as pd

    from resurvey.core.codebook import Codebook, Survey, Variable
    from resurvey.tables.tabulation import tabulate_survey

    # Of 40 men 20 said yes, of 200 women 100: 50 ± 15 points is 30 wide, 50 ± 7 is 14.
    rows = [(1, 1)] * 20 + [(2, 1)] * 20 + [(1, 2)] * 100 + [(2, 2)] * 100
    people = pd.DataFrame(rows, columns=["job", "sex"])
    variables = {name: Variable(name, codes={1: {}, 2: {}}) for name in people}
    survey = Survey(people, Codebook(variables))

    def keys(least=0, rule="", **more):
        tables = {"t": {"rows": ["job"], "columns": "sex", **more}}
        lines = tabulate_survey(survey, tables, minimum_base=least, reliability=rule).crosstabs
        answers = [line for line in lines if line["row_code"] == "1"]
        return {line["column_code"]: line["note_data"].split(":")[0] for line in answers}

    assert keys() == {"1": "", "2": "", "total": ""}
    assert keys(50) == {"1": "base_below", "2": "", "total": ""}
    assert keys(50, minimum_base=10) == keys()
    assert keys(rule="nchs") == {"1": "", "2": "", "total": ""}
    people.loc[people.index[20:30], "sex"] = 2
    # 20 of 30 men: Wilson's interval is 32 points wide.
    assert keys(rule="nchs") == {"1": "unreliable", "2": "", "total": ""}
