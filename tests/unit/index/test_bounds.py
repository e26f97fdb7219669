"""Bounds of an index are those of all joint tables that agree with the printed margins."""

import random
from collections import Counter
from fractions import Fraction
from itertools import permutations, product
from math import sqrt

import pytest

from resurvey.core.notes import Refusal
from resurvey.index import joint_tables, packing
from resurvey.index.bounds import (
    Event,
    Shares,
    bound_correlation,
    bound_deviation,
    bound_mean,
    bound_share,
    fix_mean,
    published_index,
    types_of,
)
from resurvey.index.declaration import Dimension, Index, Indicator, RespondentType
from resurvey.index.identified import ScoredQuestion
from resurvey.index.joint_tables import OVERALL, Margin, PublishedIndex
from resurvey.index.scoring import aggregate
from resurvey.recovery import recover

pytestmark = pytest.mark.slow

EVENTS = (
    Event(Fraction(1, 2)),
    Event(None, Fraction(1, 2)),
    Event(Fraction(1, 3), Fraction(2, 3)),
)


def margin(*counts, scores=(0, 1), by_group=False):
    """One indicator with one solution; the scores are numbers or None."""
    rows = counts if by_group else (counts,)
    return Margin("item", tuple(None if s is None else Fraction(s) for s in scores), (rows,))


def plain(margins, groups, dimension_of=None, **others):
    places = dimension_of or (0,) * len(margins)
    return PublishedIndex(
        tuple(margins),
        (Fraction(1),) * len(margins),
        tuple(places),
        (Fraction(1),) * (max(places) + 1),
        groups,
        **others,
    )


def joint_tables_of(index):
    """Every joint table, by brute force: all orders of the answers to each question."""
    names, sizes = list(index.groups), list(index.groups.values())
    group_of = [name for name, size in zip(names, sizes, strict=True) for _ in range(size)]
    told = set()
    for tables in product(*(one.solutions for one in index.margins)):
        columns = []
        for rows in tables:
            orders = [
                set(permutations([a for a, n in enumerate(row) for _ in range(n)])) for row in rows
            ]
            columns.append({sum(parts, ()) for parts in product(*orders)})
        for answers in product(*columns):
            told.add(tuple(sorted(zip(group_of, zip(*answers, strict=True), strict=True))))
    return sorted(told)


def small_index(seed, several=(1, 1, 2)):
    """An index of two or three indicators and a few respondents, with gaps and solutions."""
    rng = random.Random(seed)
    groups = rng.choice(
        [{"total": 3}, {"total": 4}, {"men": 2, "women": 2}, {"men": 1, "women": 2}]
    )
    margins = []
    for item in range(rng.choice([2, 3])):
        scores = [Fraction(0), Fraction(1, 2), Fraction(1), None][: rng.choice([2, 3, 4])]
        sizes = list(groups.values())
        if len(groups) == 1 or rng.random() < 0.4:
            sizes = [sum(sizes)]
        solutions = []
        for _ in range(rng.choice(several)):
            drawn = [Counter(rng.randrange(len(scores)) for _ in range(size)) for size in sizes]
            solutions.append(tuple(tuple(row[a] for a in range(len(scores))) for row in drawn))
        margins.append(Margin(f"item {item}", tuple(scores), tuple(dict.fromkeys(solutions))))
    drawn = sorted(rng.randrange(2) for _ in margins)
    places = [int(place != drawn[0]) for place in drawn]
    return PublishedIndex(
        tuple(margins),
        tuple(Fraction(rng.choice([1, 2, 3])) for _ in margins),
        tuple(places),
        tuple(Fraction(rng.choice([1, 2])) for _ in range(1 + max(places))),
        groups,
        rng.choice(["available", "complete"]),
        rng.choice([1, 2]),
    )


def values_of(index, people, dimension, group):
    return [index.value(answers, dimension) for name, answers in people if group in (None, name)]


def deviation(values):
    mean = sum(values) / len(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / len(values))


@pytest.mark.parametrize("seed", range(12))
def test_bounds_are_the_extremes_of_all_joint_tables(seed):
    index = small_index(seed)
    tables = joint_tables_of(index)
    for dimension, group in ((OVERALL, None), (0, None), (OVERALL, next(iter(index.groups)))):
        everybody = [values_of(index, people, dimension, group) for people in tables]
        some = [told for told in ([v for v in one if v is not None] for one in everybody) if told]
        where = {"dimension": dimension, "group": group}
        for event in EVENTS:
            shares = [Fraction(sum(v in event for v in one), len(one)) for one in everybody]
            found = bound_share(index, event, **where)
            assert (found.lower.value, found.upper.value) == (min(shares), max(shares))
            assert found.is_sharp
            if not some:
                continue
            shares = [Fraction(sum(v in event for v in one), len(one)) for one in some]
            found = bound_share(index, event, of_valued=True, **where)
            assert (found.lower.value, found.upper.value) == (min(shares), max(shares))
            assert found.is_sharp
        if not some:
            continue
        means = [sum(one) / len(one) for one in some]
        found = bound_mean(index, within=1e-8, **where)
        assert (found.lower.value, found.upper.value) == (min(means), max(means))
        spreads = [deviation(one) for one in some]
        found = bound_deviation(index, within=1e-5, **where)
        assert found.lower.value == pytest.approx(min(spreads), abs=1e-7)
        assert found.upper.value == pytest.approx(max(spreads), abs=1e-7)
        assert found.lower.limit <= min(spreads) + 1e-9
        assert found.upper.limit >= max(spreads) - 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_a_witness_agrees_with_every_margin_and_attains_the_bound(seed):
    index = small_index(seed)
    for event in EVENTS:
        found = bound_share(index, event)
        for end in (found.lower, found.upper):
            assert end.witness.agrees_with(index)
            counted = sum(
                n for _, answers, n in end.witness.patterns if index.value(answers) in event
            )
            assert Fraction(counted, index.respondents) == end.value


def test_a_table_with_other_margins_is_no_witness():
    index = plain([margin(1, 1), margin(1, 1)], {"total": 2})
    witness = bound_share(index, Event(Fraction(1))).upper.witness
    assert witness.agrees_with(index)
    assert not witness.agrees_with(plain([margin(2, 0), margin(1, 1)], {"total": 2}))


@pytest.mark.parametrize("split", [(2, 1, 1), (1, 2, 1)])
def test_a_correlation_lies_between_those_of_all_joint_tables(split):
    scores = (0, Fraction(1, 2), 1)
    margins = [
        margin(*split, scores=scores),
        margin(2, 2),
        margin(1, 3),
        margin(1, 2, 1, scores=scores),
    ]
    index = plain(margins, {"total": 4}, (0, 0, 0, 1))
    told = []
    for people in joint_tables_of(index):
        x, y = (values_of(index, people, dimension, None) for dimension in (0, 1))
        together = sum(a * b for a, b in zip(x, y, strict=True)) / 4 - sum(x) / 4 * sum(y) / 4
        if deviation(x) > 0:
            told.append(float(together) / deviation(x) / deviation(y))
    found = bound_correlation(index, 0, 1, within=1e-4)
    assert found.lower.value == pytest.approx(min(told), abs=1e-6)
    assert found.upper.value == pytest.approx(max(told), abs=1e-6)
    assert found.lower.limit <= min(told) + 1e-9
    assert found.upper.limit >= max(told) - 1e-9


def test_margins_by_group_narrow_what_margins_of_all_leave_open():
    by_group = plain(
        [margin((2, 0), (0, 2), by_group=True), margin((2, 0), (0, 2), by_group=True)],
        {"men": 2, "women": 2},
    )
    together = plain([margin(2, 2), margin(2, 2)], {"total": 4})
    high = Event(Fraction(1))
    fixed, open_ = bound_share(by_group, high), bound_share(together, high)
    assert (fixed.lower.value, fixed.upper.value, fixed.is_fixed) == (Fraction(1, 2),) * 2 + (True,)
    assert (open_.lower.value, open_.upper.value) == (0, Fraction(1, 2))


@pytest.mark.parametrize("seed", range(10))
def test_bounds_hold_the_truth_of_people_of_whom_only_the_margins_are_told(seed):
    rng = random.Random(seed)
    groups = {"men": 35, "women": 25}
    people = []
    for name, size in groups.items():
        for _ in range(size):
            lean = rng.random()
            answers = [min(2, int(3 * (lean + rng.random()) / 2)) for _ in range(5)]
            people.append((name, tuple(3 if rng.random() < 0.03 else a for a in answers)))
    margins = []
    for item in range(5):
        names = [[name] for name in groups] if item < 3 else [list(groups)]
        rows = tuple(
            tuple(
                sum(a[item] == answer for name, a in people if name in told) for answer in range(4)
            )
            for told in names
        )
        scores = Fraction(0), Fraction(1, 2), Fraction(1), None
        margins.append(Margin(f"item {item}", scores, (rows,)))
    index = plain(margins, groups, (0, 0, 0, 1, 1), minimum_items=3)
    values = [index.value(answers) for _, answers in people]
    for found, point in zip(
        Shares(index).at_least([Fraction(1, 3), Fraction(1, 2), Fraction(3, 4)]),
        (Fraction(1, 3), Fraction(1, 2), Fraction(3, 4)),
        strict=True,
    ):
        truth = Fraction(sum(v is not None and v >= point for v in values), len(values))
        assert found.is_sharp
        assert found.lower.value <= truth <= found.upper.value
        assert found.upper.witness.agrees_with(index)


@pytest.mark.parametrize("seed", range(12))
def test_going_through_parts_of_the_solutions_finds_the_extremes_of_all(seed, monkeypatch):
    monkeypatch.setattr(joint_tables, "FEW_CHOICES", 0)
    monkeypatch.setattr(joint_tables, "NEAR_CHOICES", 0)
    index = small_index(seed, several=(3, 5))
    everybody = [values_of(index, people, OVERALL, None) for people in joint_tables_of(index)]
    known = Shares(index.chosen())
    for event in EVENTS:
        shares = [Fraction(sum(v in event for v in one), len(one)) for one in everybody]
        known.bound(event)
        found = Shares(index, known=list(known.known)).bound(event)
        assert (found.lower.value, found.upper.value) == (min(shares), max(shares))
        assert found.is_sharp
    means = [
        sum(told) / len(told)
        for told in ([v for v in one if v is not None] for one in everybody)
        if told
    ]
    if means:
        found = bound_mean(index, within=1e-8)
        assert (found.lower.value, found.upper.value) == (min(means), max(means))


def test_a_limit_over_many_solutions_is_proven_even_where_it_is_not_attained(monkeypatch):
    monkeypatch.setattr(packing, "MOST_PRICED", 1)
    monkeypatch.setattr(packing, "MOST_BLENDS", 0)
    for seed in range(12):
        index = small_index(seed)
        for event in EVENTS:
            shares = [
                Fraction(
                    sum(v in event for v in values_of(index, people, OVERALL, None)), len(people)
                )
                for people in joint_tables_of(index)
            ]
            found = bound_share(index, event)
            assert found.lower.limit <= min(shares) <= found.lower.value
            assert found.upper.value <= max(shares) <= found.upper.limit
            assert found.lower.witness.agrees_with(index)


def test_the_value_of_a_respondent_is_that_of_the_scoring():
    for seed in range(30):
        index = small_index(seed)
        rows = list(product(*(range(len(one.scores)) for one in index.margins)))
        scores = [
            [
                float("nan") if (s := one.scores[a]) is None else float(s)
                for one, a in zip(index.margins, row, strict=True)
            ]
            for row in rows
        ]
        dimensions, overall = aggregate(
            scores,
            [float(w) for w in index.weights],
            index.dimension_of,
            [float(w) for w in index.dimension_weights],
            minimum_items=index.minimum_items,
            missing=index.missing,
        )
        for row, value, parts in zip(rows, overall, dimensions, strict=True):
            for mine, theirs in ((index.value(row), value), (index.value(row, 0), parts[0])):
                assert (mine is None) == (theirs != theirs)
                assert mine is None or float(mine) == pytest.approx(theirs, abs=1e-12)


def test_the_mean_of_answers_of_everybody_is_fixed_over_all_joint_tables():
    index = plain([margin(1, 2), margin(2, 1)], {"total": 3})
    found = fix_mean(index)
    assert (found.value, found.lowest, found.of_respondents) == (
        Fraction(1, 2),
        Fraction(1, 2),
        True,
    )
    assert bound_mean(index).is_fixed


def test_where_somebody_did_not_answer_the_mean_of_respondents_is_bounded():
    index = plain([margin(1, 2, 1, scores=(0, 1, None)), margin(2, 2)], {"total": 4})
    assert not fix_mean(index).of_respondents
    assert not bound_mean(index).is_fixed


def test_no_standard_deviation_of_values_from_zero_to_one_is_beyond_a_half():
    scores = (Fraction(0), Fraction(1), None)
    several = Margin("item", scores, (((9, 9, 2),), ((10, 8, 2),), ((8, 10, 2),)))
    index = plain([several, margin(12, 8)], {"total": 20}, (0, 1))
    found = bound_deviation(index, dimension=0, within=0.1)
    assert float(found.upper.value) <= float(found.upper.limit) <= 0.5


def test_a_correlation_with_unanswered_questions_is_refused():
    index = plain([margin(1, 2, 1, scores=(0, 1, None)), margin(2, 2)], {"total": 4}, (0, 1))
    with pytest.raises(Refusal, match="^not everybody answered"):
        bound_correlation(index, 0, 1)


def test_a_refused_correlation_names_a_question_that_is_short_in_every_solution_if_there_is_one():
    scores = (Fraction(0), Fraction(1), None)
    sometimes = Margin("some", scores, (((2, 2, 0),), ((2, 1, 1),)))
    always = Margin("every", scores, (((2, 1, 1),), ((1, 1, 2),)))
    full = margin(2, 2)
    for margins, reason in (
        ([sometimes, full], "in some of the possible counts not everybody answered “some”"),
        ([sometimes, always], "^not everybody answered “every”"),
    ):
        with pytest.raises(Refusal, match=reason):
            bound_correlation(plain(margins, {"total": 4}, (0, 1)), 0, 1)


def test_an_index_too_large_to_prove_is_refused(monkeypatch):
    monkeypatch.setattr(joint_tables, "LARGEST_WALK", 3)
    index = plain([margin(1, 1, scores=(0, Fraction(1, 3)))] * 4, {"total": 2})
    with pytest.raises(Refusal, match="too many combinations of answers"):
        bound_share(index, EVENTS[0])


def test_counts_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match=r"do not add up to the 3 respondents"):
        plain([margin(1, 1)], {"total": 3})


def test_types_follow_each_other_without_a_gap():
    types = (
        RespondentType("low", {}, float("-inf")),
        RespondentType("middle", {}, 0.33),
        RespondentType("high", {}, 0.67),
    )
    events = types_of(Index("i", {}, "", (), (), types=types))
    assert [event.lowest for event in events.values()] == [
        None,
        Fraction(33, 100),
        Fraction(67, 100),
    ]
    assert [event.beyond for event in events.values()] == [
        Fraction(33, 100),
        Fraction(67, 100),
        None,
    ]


def question(name, table, size, scores):
    recovered = recover(table, max_base={"total": size})
    return ScoredQuestion(name, name, "", scores, recovered, {"total": size})


def test_a_published_index_has_every_solution_of_every_question_the_chosen_one_first():
    # 33 % and 67 % are 1 of 3, 2 of 6 or 3 of 9 people.
    found = question("pay", {"total": ["33", "67"]}, 9, (Fraction(0), Fraction(1)))
    one = Indicator("pay", "pay", "d", {}, {1: 0.0, 2: 1.0}, 1, 1.0, "ours")
    index = Index("i", {}, "", (Dimension("d", {}, 1.0, "ours"),), (one,), missing="available")
    published = published_index(index, {"pay": found})
    assert published.margins[0].solutions == (((3, 6, 0),), ((1, 2, 6),), ((2, 4, 3),))
    assert published.chosen().margins[0].solutions == (((3, 6, 0),),)
    assert bound_share(published, Event(Fraction(1))).lower.value == Fraction(2, 9)
    with pytest.raises(ValueError, match="list it under `gaps`"):
        published_index(index, {})
