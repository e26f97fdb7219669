"""The attack finds the very bounds that listing all possible tables finds."""

import numpy as np
import pytest

from resurvey.safety.attack import (
    Interval,
    Share,
    Work,
    WorkEnds,
    attack_cells,
    attack_weighted,
    narrow,
)
from resurvey.safety.linked_cells import WEIGHTED, Field, LinkedCells, Relation
from unit.safety.tables import every_table, two_way


def test_one_hidden_cell_is_found_by_subtraction():
    linked, cells = two_way([[20, 3], [25, 40]])
    assert attack_cells(linked, {cells[0, 1]}, [cells[0, 1]])[cells[0, 1]] == Interval(3, 3)


def test_four_hidden_corners_leave_an_interval():
    linked, cells = two_way([[20, 3], [25, 40]])
    hidden = {cells[place] for place in ((0, 0), (0, 1), (1, 0), (1, 1))}
    assert attack_cells(linked, hidden, [cells[0, 1]])[cells[0, 1]] == Interval(0, 23)


def test_hidden_counts_that_add_up_to_nothing_are_found():
    linked, cells = two_way([[0, 0, 12], [30, 40, 50]])
    hidden = {cells[0, 0], cells[0, 1]}
    assert attack_cells(linked, hidden, hidden)[cells[0, 0]].width == 0


@pytest.mark.parametrize("seed", range(12))
def test_bounds_are_those_of_all_possible_tables(seed):
    draw = np.random.default_rng(seed)
    counts = draw.integers(0, 5, (3, 3)).tolist()
    places = [(r, c) for r in range(3) for c in range(3)]
    hidden = {places[at] for at in draw.choice(9, 5 + seed % 2, replace=False)}
    linked, cells = two_way(counts)
    numbers = {cells[place] for place in hidden}
    found = attack_cells(linked, numbers, numbers)
    tables = list(every_table(counts, hidden))
    for r, c in hidden:
        possible = [table[r][c] for table in tables]
        assert found[cells[r, c]] == Interval(min(possible), max(possible))


def test_bounds_are_whole_even_where_a_linear_program_stops_at_halves():
    # Three questions of two answers by each other: the table of all three has half a person.
    linked = LinkedCells()
    triangle = [linked.add("", [("q", str(code))], 1) for code in range(3)]
    sums = [linked.add("", [("s", str(code))], 2) for code in range(3)]
    for at, whole in enumerate(sums):
        linked.relate(whole, [triangle[at], triangle[(at + 1) % 3]], "rest")
    assert attack_cells(linked, triangle, triangle)[triangle[0]] == Interval(1, 1)


def test_a_percentage_that_is_left_tells_the_count():
    linked, cells = two_way([[20, 3], [25, 40]])
    hidden = {cells[place] for place in ((0, 0), (0, 1), (1, 0), (1, 1))}
    # 3 of 43 is 7.0 per cent: with one decimal, no other count is.
    share = Share(cells[0, 1], cells["all", 1], 0.0695, 0.0705)
    found = attack_cells(linked, hidden, hidden, shares=[share])
    assert found[cells[0, 1]] == Interval(3, 3)
    # Of 43 persons whole per cents tell the count, too.
    share = Share(cells[0, 1], cells["all", 1], 0.065, 0.075)
    assert attack_cells(linked, hidden, hidden, shares=[share])[cells[0, 1]] == Interval(3, 3)


def test_a_percentage_of_a_hidden_base_bounds_both():
    linked, cells = two_way([[20, 3], [25, 40]])
    hidden = {cells["all", 1], cells["all", 0]}
    hidden |= {cells[place] for place in ((0, 0), (0, 1), (1, 0), (1, 1))}
    share = Share(cells[0, 1], cells["all", 1], 0.0695, 0.0705)
    found = attack_cells(linked, hidden, [cells[0, 1]], shares=[share])
    assert found[cells[0, 1]].upper < 23


@pytest.mark.slow
def test_to_stop_early_changes_no_verdict():
    for seed in range(10):
        draw = np.random.default_rng(seed)
        linked, cells = two_way(draw.integers(0, 20, (4, 4)).tolist())
        hidden = {cells[r, c] for r in range(4) for c in range(4) if draw.random() < 0.5}
        assert narrow(attack_cells(linked, hidden, hidden)) == narrow(
            attack_cells(linked, hidden, hidden, enough=3)
        )


def test_an_attack_ends_where_its_work_does_and_says_with_which_cells():
    linked, cells = two_way([[20, 3], [25, 40]])
    hidden = {cells[place] for place in ((0, 0), (0, 1), (1, 0), (1, 1))}
    with pytest.raises(WorkEnds) as ended:
        attack_cells(linked, hidden, hidden, work=Work(most=1))
    assert set(ended.value.cells) == hidden


def test_where_weighted_sums_contradict_each_other_the_rest_is_attacked_all_the_same():
    # Two files give the first and the third together by other weights. The first two are 1.5
    # together all the same, and none is below nothing.
    linked = LinkedCells()
    told = {"first": "1", "second": "0.5", "third": "49", "both": "1.5", "so": "50", "not": "60"}
    cells = {name: linked.add("", [("q", name)], 1) for name in told}
    for line, number in enumerate(cells.values()):
        linked.fields.append(Field(("t", line, "count"), (number,), weighted=True))
    for whole, parts in {"both": ("first", "second"), "so": ("first", "third")}.items():
        linked.relations.append(Relation(cells[whole], tuple(cells[part] for part in parts)))
    linked.relations.append(Relation(cells["not"], (cells["first"], cells["third"])))
    lines = [{"count": count} for count in told.values()]
    shown = [dict.fromkeys(line, "") for line in lines[:3]] + lines[3:]
    found = attack_weighted(linked, {"t": lines}, {"t": shown}, [cells["first"], cells["third"]])
    assert found == [cells["first"], cells["third"]]
    # Where not even that is told, nothing says of the second how many it is.
    shown[3] = {"count": ""}
    assert attack_weighted(linked, {"t": lines}, {"t": shown}, [cells["second"]]) == []


def test_who_did_not_answer_has_a_weight_and_who_has_none_has_not():
    linked = LinkedCells()
    everybody = linked.add("", (), 153)
    answered = linked.add("", [("q", "*")], 137)
    weighted = linked.add(WEIGHTED, [("q", "*")], 134)
    linked.relate(everybody, [weighted], "silent")
    linked.relate(answered, [weighted], "silent")
    for line, number in enumerate((everybody, answered, weighted)):
        linked.fields.append(Field(("t", line, "count"), (number,), weighted=True))
    lines = [{"count": "146.25"}, {"count": "130.2"}, {"count": "130.2"}]
    shown = [lines[0], {"count": ""}, lines[2]]
    assert attack_weighted(linked, {"t": lines}, {"t": shown}, [answered]) == [answered]
    shown = [lines[0], lines[1], {"count": ""}]
    assert attack_weighted(linked, {"t": lines}, {"t": shown}, [weighted]) == [weighted]
    shown = [{"count": ""}, lines[1], lines[2]]
    assert attack_weighted(linked, {"t": lines}, {"t": shown}, [everybody]) == []
