"""Joint tables count the same people as table after table does, whatever the batches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resurvey.core.counting import cross_counts
from resurvey.core.errors import SurveyError
from resurvey.counts.joint_counts import JointCounts, many_counts, plan_joints


@given(st.integers(0, 300), st.integers(1, 6), st.integers(1, 12), st.integers(0, 99))
def test_joint_tables_and_single_tables_count_the_same(n, height, width, seed):
    rng = np.random.default_rng(seed)
    rows = [(rng.integers(0, height + 1, n).astype(np.uint8), height) for _ in range(2)]
    columns = [(rng.integers(0, width + 1, n).astype(np.uint8), width) for _ in range(2)]
    counted = many_counts(rows, columns)
    for i, (down, _) in enumerate(rows):
        for j, (across, _) in enumerate(columns):
            assert (counted[i, j] == cross_counts(down, across, height, width)).all()
            assert counted[i, j].sum() == n


def test_long_columns_are_counted_block_by_block(monkeypatch):
    monkeypatch.setattr("resurvey.counts.joint_counts.JOINT_BLOCK", 1000)
    rng = np.random.default_rng(1)
    rows = [(rng.integers(0, 31, 3_333).astype(np.uint8), 30)]
    columns = [(rng.integers(0, size + 1, 3_333).astype(np.uint8), size) for size in (2, 20)]
    counted = many_counts(rows, columns)
    for j, (across, size) in enumerate(columns):
        assert (counted[0, j] == cross_counts(rows[0][0], across, 30, size)).all()


@pytest.mark.parametrize("constant", range(0, 40, 3))
def test_an_answer_that_nobody_gave_joins_a_table_that_is_full(constant):
    rng = np.random.default_rng(3)
    rows = [(rng.integers(0, 2, 300).astype(np.uint8), 1) for _ in range(40)]
    rows[constant] = (np.zeros(300, np.uint8), 1)
    columns = [(rng.integers(0, 2, 300).astype(np.uint8), 1) for _ in range(2)]
    counted = many_counts(rows, columns)
    for i, (down, _) in enumerate(rows):
        for j, (across, _) in enumerate(columns):
            assert (counted[i, j] == cross_counts(down, across, 1, 1)).all()


def test_a_table_with_more_cells_than_two_bytes_number_is_counted_all_the_same():
    rng = np.random.default_rng(2)
    down = rng.integers(0, 401, 5_000).astype(np.uint16)
    across = rng.integers(0, 301, 5_000).astype(np.uint16)
    counted = many_counts([(down, 400)], [(across, 300)])[0, 0]
    assert (counted == cross_counts(down, across, 400, 300)).all()


def test_a_variable_that_is_an_id_is_no_table():
    many = np.zeros(1, dtype=np.int32)
    with pytest.raises(SurveyError, match="more than"):
        many_counts([(many, 10_000)], [(many, 10_000)])


def test_two_hundred_tables_are_twenty_joint_ones():
    groups = {"sex": 3, "age": 5, "region": 6, "education": 4, "settlement": 4}
    sizes = groups | {f"q{number}": 6 for number in range(40)}
    by_question = [(f"q{number}", group) for number in range(40) for group in groups]
    by_group = sorted(by_question, key=lambda pair: list(groups).index(pair[1]))
    for pairs in (by_question, by_group, [pair[::-1] for pair in by_group]):
        joints = plan_joints(pairs, sizes)
        assert len(joints) == 20
        assert all(any(set(pair) <= set(joint) for joint in joints) for pair in pairs)


def test_a_level_that_comes_late_changes_no_earlier_count():
    counts = JointCounts([("a", "b"), ("b",)], {"a": 2, "b": 1}, sums=1)
    counts.add({"a": np.array([0, 1]), "b": np.array([0, 0])}, [np.array([0.5, 2.0])])
    counts.grow({"a": 2, "b": 3})
    counts.add({"a": np.array([1, 0]), "b": np.array([2, 0])}, [np.array([4.0, 8.0])])
    people, weights = counts.table(("a", "b"))
    assert people.tolist() == [[2, 0, 0], [1, 0, 1]]
    assert weights.tolist() == [[8.5, 0, 0], [2, 0, 4]]
    assert counts.table(("b",))[0].tolist() == [3, 0, 1]


@given(st.integers(1, 400), st.integers(1, 5), st.integers(0, 99))
def test_batches_count_as_the_whole_does(n, parts, seed):
    rng = np.random.default_rng(seed)
    sizes = {"a": 3, "b": 4, "c": 5}
    levels = {name: rng.integers(0, size, n).astype(np.uint8) for name, size in sizes.items()}
    weights = rng.uniform(0.1, 9, n)
    sets = [("a", "b", "c"), ("c", "a"), ("b",)]
    whole, pieces = (JointCounts(sets, sizes, sums=1) for _ in range(2))
    whole.add(levels, [weights])
    for rows in np.array_split(np.arange(n), parts):
        pieces.add({name: column[rows] for name, column in levels.items()}, [weights[rows]])
    for names in sets:
        people, sums = whole.table(names)
        assert (people == pieces.table(names)[0]).all()
        np.testing.assert_allclose(pieces.table(names)[1], sums, rtol=1e-12)
