"""Statements of several tables about one set of respondents are checked together."""

from itertools import combinations, product

import numpy as np
import pytest
from ortools.sat.python import cp_model

from resurvey.core.errors import SurveyError
from resurvey.recovery.contradictions import Disjoint, Size, Within, contradictions

GROUPS = ("men", "women")
SAMPLE = [
    Size("respondents", "men", 305, 305, "305 men"),
    Size("respondents", "women", 210, 210, "210 women"),
    Size("respondents", "total", 515, 515, "515 respondents"),
]


def fewest_broken(statements, sets, relaxed=None):
    """Solve over everybody's membership: None if unsatisfiable, else the fewest in `relaxed`."""
    model = cp_model.CpModel()
    patterns = list(product((False, True), repeat=len(sets)))
    people = {
        (pattern, group): model.new_int_var(0, 600, "") for pattern in patterns for group in GROUPS
    }

    def size(name, group):
        groups = GROUPS if group == "total" else (group,)
        chosen = [p for p in patterns if name == "respondents" or p[sets.index(name)]]
        return sum(people[pattern, one] for pattern in chosen for one in groups)

    broken = []
    for one in statements:
        if isinstance(one, Size):
            model.add(size(one.members, one.group) >= one.low)
            model.add(size(one.members, one.group) <= one.high)
            continue
        first, second = (
            (one.first, one.second) if isinstance(one, Disjoint) else (one.inner, one.outer)
        )
        for pattern in patterns:
            inside = pattern[sets.index(second)]
            wrong = pattern[sets.index(first)] and (inside == isinstance(one, Disjoint))
            if not wrong:
                continue
            for group in GROUPS:
                if relaxed is None:
                    model.add(people[pattern, group] == 0)
                else:
                    broken.append(people[pattern, group])
    if broken:
        model.minimize(sum(broken))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    assert status == cp_model.OPTIMAL
    return round(solver.objective_value) if broken else 0


def random_statements(generator, sets):
    statements = []
    for name in ("respondents", *sets):
        for group in (*GROUPS, "total"):
            if generator.random() < 0.75:
                middle = generator.integers(10, 40) * (2 if group == "total" else 1)
                if name == "respondents":
                    middle = middle * 3 // 2
                low = int(max(0, middle - generator.integers(0, 6)))
                high = int(middle + generator.integers(0, 6))
                statements.append(Size(name, group, low, high, f"{name} {group}"))
    return statements


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_contradictions_are_those_of_a_constraint_solver(seed):
    generator = np.random.default_rng([3, seed])
    sets = ["a", "b", "c"][: int(generator.integers(1, 4))]
    statements = random_statements(generator, sets)
    if len(sets) == 2 and generator.random() < 0.4:
        statements.append(Within("a", "b", "a within b"))
    else:
        statements += [Disjoint(x, y, f"{x} excludes {y}") for x, y in combinations(sets, 2)]
    found = contradictions(statements, GROUPS)
    satisfiable = fewest_broken(statements, sets) is not None
    assert satisfiable == (not found)
    if not found:
        return
    for one in found:
        assert fewest_broken(one.statements, sets) is None
        for left_out in one.statements:
            rest = [other for other in one.statements if other != left_out]
            assert fewest_broken(rest, sets) is not None, "a statement too many"
    smallest = min(len(one.statements) for one in found)
    for size in range(1, smallest):
        for some in combinations(statements, size):
            assert fewest_broken(some, sets) is not None, "fewer statements contradict"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_chains_of_sets_that_exclude_each_other_name_no_statement_too_many(seed):
    generator = np.random.default_rng([4, seed])
    sets = ["a", "b", "c", "d"][: int(generator.integers(3, 5))]
    statements = random_statements(generator, sets)
    for x, y in combinations(sets, 2):
        kind = generator.choice(["within", "excludes", "neither"], p=[0.45, 0.35, 0.2])
        if kind != "neither":
            made = Within if kind == "within" else Disjoint
            statements.append(made(x, y, f"{x} {kind} {y}"))
    for one in contradictions(statements, GROUPS):
        assert fewest_broken(one.statements, sets) is None
        for left_out in one.statements:
            rest = [other for other in one.statements if other != left_out]
            assert fewest_broken(rest, sets) is not None, "a statement too many"


def test_set_within_two_sets_that_exclude_each_other_holds_nobody():
    statements = [
        Size("respondents", "m", 9, 9, "9 respondents"),
        Size("A", "m", 9, 10, "9 gave A"),
        Within("A", "B", "A within B"),
        Within("A", "C", "A within C"),
        Disjoint("B", "C", "B excludes C"),
    ]
    (found,) = contradictions(statements, ["m"])
    assert [one.says for one in found.statements] == [one.says for one in statements[1:]]
    assert (found.respondents, found.arithmetic) == (9, "9 - 0 = 9")


def test_people_without_a_job_cannot_have_rated_it():
    statements = [
        *SAMPLE,
        Size("no job", "total", 83, 83, "16.1 % did not work"),
        Size("job_fit answered", "men", 300, 300, "300 men rated their job"),
        Size("job_fit answered", "women", 201, 201, "201 women rated their job"),
        Disjoint("no job", "job_fit answered", "who does not work cannot rate a job"),
    ]
    (found,) = contradictions(statements, GROUPS)
    assert found.respondents == 69
    assert found.arithmetic == "501 + 83 - 515 = 69"
    assert [one.says for one in found.statements] == [
        "515 respondents",
        "16.1 % did not work",
        "300 men rated their job",
        "201 women rated their job",
        "who does not work cannot rate a job",
    ]
    assert fewest_broken(found.statements, ["no job", "job_fit answered"], relaxed=True) == 69


def test_base_above_its_group_is_named():
    statements = [*SAMPLE, Size("answered", "men", 306, 310, "306 to 310 men answered")]
    (found,) = contradictions(statements, GROUPS)
    assert (found.respondents, found.groups) == (1, ("men",))
    assert {one.says for one in found.statements} == {"305 men", "306 to 310 men answered"}


def test_groups_that_miss_the_total_contradict_it():
    statements = [*SAMPLE[:2], Size("respondents", "total", 520, 520, "520 respondents")]
    (found,) = contradictions(statements, GROUPS)
    assert (found.respondents, len(found.statements)) == (5, 3)


def test_set_within_another_carries_its_number_along():
    statements = [
        *SAMPLE,
        Size("good", "total", 400, 400, "400 good"),
        Within("good", "answered", "only who answered is good"),
        Size("none", "total", 120, 120, "120 no answer"),
        Disjoint("answered", "none", "no answer is no answer"),
    ]
    (found,) = contradictions(statements, GROUPS)
    assert found.respondents == 5
    assert len(found.statements) == 5


def test_satisfiable_statements_contradict_nothing():
    statements = [
        *SAMPLE,
        Size("no job", "total", 83, 83, "83 did not work"),
        Size("rated", "total", 400, 432, "400 to 432 rated"),
        Disjoint("no job", "rated", "routing"),
    ]
    assert contradictions(statements, GROUPS) == []


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (Size("a", "boys", 1, 2, "some boys"), "not a group"),
        (Size("a", "men", 3, 2, "three to two"), "that cross"),
    ],
)
def test_statement_that_makes_no_sense_is_refused(statement, message):
    with pytest.raises(SurveyError, match=message):
        contradictions([statement], GROUPS)
