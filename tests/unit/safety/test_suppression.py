"""Hidden beside the small counts is what keeps them hidden, and not much more."""

import contextlib
from itertools import combinations, islice

import numpy as np
import pytauargus
import pytest

from resurvey.safety import suppression
from resurvey.safety.attack import WIDTH, attack_cells, narrow
from resurvey.safety.primary import Rules, find_primary
from resurvey.safety.suppression import suppress_cells
from resurvey.safety.tracing import link_cells
from unit.safety.small_survey import DECLARED, DEFINITIONS
from unit.safety.tables import every_table, two_way


def protected(linked):
    primary = find_primary(linked, Rules()).cells
    hidden = {number for number in primary if linked.cells[number].printed}
    return primary, hidden | suppress_cells(linked, primary)


def test_one_small_count_in_a_two_way_table_needs_three_others():
    linked, cells = two_way([[30, 4, 20], [25, 40, 15], [18, 22, 31]])
    primary, hidden = protected(linked)
    assert primary == {cells[0, 1]}
    assert len(hidden) == 4
    rows = {place[0] for place, number in cells.items() if number in hidden}
    columns = {place[1] for place, number in cells.items() if number in hidden}
    assert (len(rows), len(columns)) == (2, 2)


def test_nothing_more_is_hidden_where_small_counts_protect_each_other():
    linked, cells = two_way([[4, 5, 20], [6, 7, 15], [18, 22, 31]])
    primary, hidden = protected(linked)
    assert hidden == primary == {cells[place] for place in ((0, 0), (0, 1), (1, 0), (1, 1))}


def test_a_one_and_a_one_do_not_protect_each_other():
    # Their sum of two is printed: each lies between 0 and 2.
    linked, cells = two_way([[1, 1, 20, 30], [40, 50, 25, 35], [28, 33, 41, 27]])
    assert narrow(attack_cells(linked, {cells[0, 0], cells[0, 1]}, [cells[0, 0]]))
    primary, hidden = protected(linked)
    assert len(hidden) > 4
    assert narrow(attack_cells(linked, hidden, primary)) == []


def drawn_tables(draw):
    """Small tables with few small counts, until as many as are asked for can be listed whole."""
    while True:
        counts = draw.choice([0, 2, 3, 10, 11, 12], (3, 3), p=[0.1, 0.1, 0.1, 0.3, 0.2, 0.2])
        linked, cells = two_way(counts.tolist())
        primary, hidden = protected(linked)
        inside = {place for place, number in cells.items() if number in hidden}
        if primary and len(inside) <= 6 and not any("all" in place for place in inside):
            yield counts.tolist(), cells, primary, inside


@pytest.mark.slow
def test_no_possible_table_tells_a_small_count():
    """The check lists all tables, with none of the code that chose."""
    for counts, cells, primary, inside in islice(drawn_tables(np.random.default_rng(3)), 6):
        tables = list(every_table(counts, inside))
        for r, c in inside:
            if cells[r, c] in primary:
                possible = {table[r][c] for table in tables}
                assert max(possible) - min(possible) >= WIDTH


def by_tau_argus(counts, folder):
    """Cells that tau-ARGUS hides beside the small ones of a table, by optimal suppression.

    It writes logs with the counts into the working folder, whatever folder it is given.
    """
    rows = [
        {"r": f"r{r}", "c": f"c{c}", "n": 1}
        for r, line in enumerate(counts)
        for c, count in enumerate(line)
        for _ in range(count)
    ]
    rule, way = "FREQ(10,30)", "OPT(1)"
    with contextlib.chdir(folder):
        result = pytauargus.protect(
            rows, ["r", "c"], "n", safety_rules=rule, suppress=way, workdir=str(folder)
        )
    return [row for row in result.tables[0].dataframe().to_dict("records") if row["status"] == "M"]


@pytest.mark.parametrize("seed", range(4))
def test_of_one_table_hardly_more_is_hidden_than_by_the_optimum_of_tau_argus(seed, tmp_path):
    draw = np.random.default_rng(seed)
    counts = draw.integers(11, 60, (5, 4))
    counts[draw.integers(5, size=3), draw.integers(4, size=3)] = (2, 5, 8)
    primary, hidden = protected(two_way(counts.tolist())[0])
    assert len(hidden - primary) <= len(by_tau_argus(counts.tolist(), tmp_path)) + 1


@pytest.mark.parametrize("seed", range(6))
def test_at_most_twice_as_much_is_hidden_as_must_be(seed):
    draw = np.random.default_rng(100 + seed)
    counts = draw.integers(12, 40, (3, 3))
    counts[draw.integers(3), draw.integers(3)] = 4
    linked, cells = two_way(counts.tolist())
    primary, hidden = protected(linked)
    inner = [number for place, number in cells.items() if "all" not in place]
    fewest = next(
        size
        for size in range(1, 10)
        if any(
            not narrow(attack_cells(linked, {*primary, *more}, primary, enough=WIDTH))
            for more in combinations(sorted(set(inner) - primary), size)
        )
    )
    assert len(hidden - primary) <= 2 * fewest


def test_what_was_released_before_protects_nothing():
    linked, cells = two_way([[30, 4, 20], [25, 40, 15], [18, 22, 31]])
    known = {cells[0, 2], cells[1, 2], cells[2, 2]}
    secondary = suppress_cells(linked, {cells[0, 1]}, known)
    assert not secondary & known
    hidden = {cells[0, 1]} | secondary
    assert narrow(attack_cells(linked, hidden, {cells[0, 1]})) == []


@pytest.mark.slow
def test_where_the_work_ends_more_is_hidden_and_never_less(survey_files, monkeypatch):
    files, book = survey_files
    linked = link_cells(files, book, DEFINITIONS)
    primary = find_primary(linked, Rules.read(DECLARED)).cells
    sought = suppress_cells(linked, primary)
    monkeypatch.setattr(suppression, "MOST_SPARED", -1)
    bounded = suppress_cells(linked, primary)
    assert sought < bounded


def test_a_zero_that_tells_a_hidden_one_is_hidden_and_nothing_around_it():
    # "Nobody of the third region" stands in a second table under another name.
    linked, cells = two_way([[13, 12, 0], [40, 48, 26]])
    own = linked.add("", [("made", "1"), ("g", "2")], 0)
    linked.relate(own, [cells[0, 2]], "rest")
    secondary = suppress_cells(linked, {own})
    hidden = {own} | secondary
    assert cells[0, 2] in secondary
    assert len(hidden) == 5
    assert narrow(attack_cells(linked, hidden, {own}, enough=WIDTH)) == []


@pytest.mark.slow
def test_what_is_shown_again_leaves_every_small_count_as_wide_by_a_fresh_attack(survey_files):
    files, book = survey_files
    linked = link_cells(files, book, DEFINITIONS)
    primary = find_primary(linked, Rules.read(DECLARED)).cells
    hidden = {number for number in primary if linked.cells[number].printed}
    hidden |= suppress_cells(linked, primary)
    assert narrow(attack_cells(linked, hidden, primary)) == []
