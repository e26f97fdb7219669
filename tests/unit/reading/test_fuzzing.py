"""Damaged files of every format are refused in a sentence or read, and each is counted."""

import pytest

from fuzzing import MAKERS, Counts, counts_table, fuzz, mutant, share_caught

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def counts():
    """A share of the benchmark: one in fifty mutants, and what once ended a process."""
    return fuzz(200, seed=2026)


def test_no_damage_ends_in_more_than_a_sentence(counts):
    whole = sum(counts.values(), Counts())
    assert whole.faults == 0, whole.worst
    assert whole.files > 240
    assert set(counts) <= {*MAKERS, "crashers"}


def test_every_file_that_once_ended_a_process_is_refused_or_read(counts):
    found = counts["crashers"]
    assert found.faults == 0, found.worst
    assert found.refused > 39


def test_recorded_hash_lets_no_other_content_pass(counts):
    assert sum(counts.values(), Counts()).silent_with_manifest == 0


def test_most_damage_is_seen_without_a_recorded_hash(counts):
    """What is left is another text, label or number that somebody could have given."""
    _, by_import = share_caught(counts)
    assert by_import >= 0.9


def test_counts_stand_in_a_table_with_all_of_them(counts):
    table = counts_table(counts)
    assert len(table) == len(counts) + 2
    assert table[-1].split()[:2] == ["all", str(sum(found.files for found in counts.values()))]


def test_mutants_are_the_same_for_the_same_seed_and_never_the_file_itself():
    content = bytes(range(256)) * 4
    seen = {mutant("people.dta", content, number, 1) for number in range(20)}
    assert seen == {mutant("people.dta", content, number, 1) for number in range(20)}
    assert content not in seen
    assert mutant("people.dta", content, 0, 2) not in seen
