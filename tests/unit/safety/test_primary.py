"""Which counts give a respondent away by themselves."""

import math

import numpy as np
import pytest
from jsonschema import ValidationError, validate

from resurvey import SurveyError
from resurvey.core.strict_yaml import read_yaml
from resurvey.safety.linked_cells import SILENT, LinkedCells
from resurvey.safety.primary import (
    Rules,
    find_primary,
    largest_possible_share,
)
from unit.safety.tables import two_way


@pytest.mark.parametrize(("count", "hidden"), [(0, False), (1, True), (9, True), (10, False)])
def test_counts_from_one_to_nine_are_hidden(count, hidden):
    linked = LinkedCells()
    linked.add("", [("q", "1")], count)
    assert bool(find_primary(linked, Rules()).small) == hidden


def test_a_threshold_below_five_is_refused():
    with pytest.raises(SurveyError, match="the least is 5"):
        Rules.read({"threshold": 4})


def test_a_sensitive_variable_that_is_not_there_is_refused():
    with pytest.raises(SurveyError, match="'dept' under `sensitive` is no variable"):
        Rules.read({"sensitive": ["dept"]}, ["debt"])


def test_that_nobody_of_a_group_answered_so_is_hidden_of_sensitive_questions_alone():
    linked, cells = two_way([[20, 30], [25, 0]])
    assert find_primary(linked, Rules()).zero == set()
    found = find_primary(linked, Rules(sensitive=frozenset(["q"])))
    assert found.zero == {cells[1, 1]}


def test_a_zero_among_several_answers_tells_of_no_whole_group():
    linked, _ = two_way([[20, 30], [25, 0], [12, 14]])
    assert find_primary(linked, Rules(sensitive=frozenset(["q"]))).zero == set()


def test_few_without_an_answer_are_hidden_where_they_are_protected():
    linked = LinkedCells()
    number = linked.add("", [("debt", f"{SILENT}9")], 3)
    assert find_primary(linked, Rules()).small == set()
    assert find_primary(linked, Rules(nonresponse="protected")).small == {number}


def test_few_without_a_group_are_hidden_with_a_sensitive_answer():
    linked = LinkedCells()
    number = linked.add("", [("debt", "1"), ("age", f"{SILENT}silent")], 3)
    assert find_primary(linked, Rules()).small == set()
    assert find_primary(linked, Rules(sensitive=frozenset(["debt"]))).small == {number}


def test_four_variables_together_are_never_shown():
    linked = LinkedCells()
    three = linked.add("", [("a", "1"), ("b", "1"), ("c", "1")], 90)
    four = linked.add("", [("a", "1"), ("b", "1"), ("c", "1"), ("d", "1")], 80)
    assert find_primary(linked, Rules()).small == {four} != {three}


@pytest.mark.parametrize(("least", "shown"), [(12, True), (6, False)])
def test_two_harmful_answers_by_a_group_are_shown_where_no_count_is_small(least, shown):
    linked = LinkedCells()
    for code, count in (("1", least), ("2", 40), ("3", 0)):
        linked.add("", [("debt", "1"), ("papers", "2"), ("region", code)], count)
    found = find_primary(linked, Rules(sensitive=frozenset(["debt", "papers"])))
    assert found.small == (set() if shown else {0, 1})


def test_no_values_exceed_the_bound_on_the_share_of_the_largest():
    draw = np.random.default_rng(4)
    for _ in range(300):
        values = draw.lognormal(0, draw.uniform(0.1, 3), draw.integers(3, 40))
        bound = largest_possible_share(len(values), values.mean(), values.std(), 2)
        assert np.sort(values)[-2:].sum() / values.sum() <= bound + 1e-9


def test_the_bound_on_the_share_of_the_largest_is_attained():
    # Two have a, eight have b: the mean of the two largest lies sd * sqrt(8 / 2) above the mean.
    values = np.array([50.0] * 2 + [5.0] * 8)
    bound = largest_possible_share(10, values.mean(), values.std(), 2)
    assert math.isclose(bound, 100 / 140)


@pytest.mark.parametrize(
    ("declared", "right"),
    [
        ({"threshold": 5}, True),
        ({"threshold": 4}, False),
        ({"sensitive": ["debt"], "released": ["other_text"]}, True),
        ({"dominance": {"n": 2, "share": 0.9}}, True),
        ({"dominance": {"share": 90}}, False),
        ({"treshold": 10}, False),
    ],
)
def test_the_schema_refuses_what_would_protect_nobody(declared, right):
    from invented import ROOT

    schema = read_yaml(ROOT / "workflow/schemas/config.schema.yaml")
    part = schema["properties"]["disclosure"]
    if right:
        validate(declared, part)
    else:
        with pytest.raises(ValidationError):
            validate(declared, part)
