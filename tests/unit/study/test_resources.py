"""A job asks for memory and minutes by the size of its raw file, and for more the second time."""

import pytest

from resurvey.study.resources import MEGABYTE, NEEDS, megabytes_of, memory_of, minutes_of


def test_a_larger_file_asks_for_more_memory_and_more_time():
    assert memory_of("import_wave", 1_000) > 10 * memory_of("import_wave", 10)
    assert minutes_of("tabulate_wave", 1_000) > 10 * minutes_of("tabulate_wave", 10)


def test_a_second_attempt_asks_for_twice_as_much():
    for rule in (*NEEDS, "draw_figures"):
        assert memory_of(rule, 33, 2) == 2 * memory_of(rule, 33)
        assert minutes_of(rule, 33, 2) == 2 * minutes_of(rule, 33)


def test_pages_ask_for_the_same_whatever_the_file():
    assert memory_of("write_pages", 1) == memory_of("write_pages", 10_000)


@pytest.mark.parametrize(("name", "times"), [("raw.sav", 1), ("raw.zsav", 10), ("raw.XLSX", 10)])
def test_a_packed_file_counts_as_it_is_unpacked(tmp_path, name, times):
    (tmp_path / name).write_bytes(b"0" * MEGABYTE)
    assert megabytes_of([tmp_path / name]) == times


def test_several_files_add_up_and_one_that_is_not_there_counts_nothing(tmp_path):
    for name in ("a.sav", "b.sav"):
        (tmp_path / name).write_bytes(b"0" * MEGABYTE)
    assert megabytes_of([tmp_path / "a.sav", tmp_path / "b.sav", tmp_path / "c.sav"]) == 2
