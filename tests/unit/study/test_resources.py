"""A job asks for memory and minutes by the size of its raw file, and for more the second time."""

import struct

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from resurvey.reading.formats import respondents_of
from resurvey.study.resources import MEGABYTE, NEEDS, Raw, memory_of, minutes_of, size_of


def test_a_larger_file_asks_for_more_memory_and_more_time():
    assert memory_of("import_wave", Raw(1_000)) > 10 * memory_of("import_wave", Raw(10))
    assert minutes_of("tabulate_wave", Raw(1_000)) > 10 * minutes_of("tabulate_wave", Raw(10))


def test_a_second_attempt_asks_for_twice_as_much():
    for rule in (*NEEDS, "draw_figures"):
        for raw in (Raw(33), Raw(33, 500, 7)):
            assert memory_of(rule, raw, 2) == 2 * memory_of(rule, raw)
            assert minutes_of(rule, raw, 2) == 2 * minutes_of(rule, raw)


def test_pages_ask_for_the_same_whatever_the_file():
    assert memory_of("write_pages", Raw(1)) == memory_of("write_pages", Raw(10_000, 10_000, 100))


@pytest.mark.parametrize(("name", "times"), [("raw.sav", 1), ("raw.zsav", 10), ("raw.XLSX", 10)])
def test_a_packed_file_counts_as_it_is_unpacked(tmp_path, name, times):
    (tmp_path / name).write_bytes(b"0" * MEGABYTE)
    assert size_of([tmp_path / name]) == Raw(times)


def test_several_files_add_up_and_one_that_is_not_there_counts_nothing(tmp_path):
    for name in ("a.sav", "b.sav"):
        (tmp_path / name).write_bytes(b"0" * MEGABYTE)
    assert size_of([tmp_path / "a.sav", tmp_path / "b.sav", tmp_path / "c.sav"]) == Raw(2)


def write(path, respondents):
    """Write a file of so many respondents, and of at least two megabytes."""
    if path.suffix == ".parquet":
        rng = np.random.default_rng(1)
        # Numbers that cannot be packed.
        table = pa.table({"q": rng.random(max(respondents, 1)), "w": [path.name] * respondents})
        if respondents < 100_000:
            table = pa.table({f"q{at}": rng.random(respondents) for at in range(200)})
        pq.write_table(table, path)
    elif path.suffix == ".csv":
        path.write_text("q\n" + f"{'a' * (2 * MEGABYTE // respondents + 1)}\n" * respondents)
    else:
        big = path.suffix == ".zsav"
        layout = struct.pack(">6i" if big else "<6i", 2, 1, 1, 0, respondents, 0)
        path.write_bytes(b"$FL2".ljust(64) + layout + b"\0" * 2 * MEGABYTE)


@pytest.mark.parametrize("ending", [".sav", ".zsav", ".csv", ".parquet"])
@pytest.mark.parametrize(("respondents", "is_large"), [(3_000, False), (150_000, True)])
def test_a_file_that_is_read_a_part_at_a_time_asks_by_its_respondents(
    tmp_path, ending, respondents, is_large
):
    path = tmp_path / f"raw{ending}"
    write(path, respondents)
    assert respondents_of(path) == pytest.approx(respondents, rel=0.02)
    raw = size_of([path])
    size = path.stat().st_size / MEGABYTE * (10 if ending in (".zsav", ".parquet") else 1)
    assert (raw.held, raw.parted) == pytest.approx((0, size) if is_large else (size, 0))
    assert raw.millions == pytest.approx(0.15 if is_large else 0, rel=0.02)


@pytest.mark.parametrize("version", [8, 10, 12, 13, 14, 15])
def test_every_release_of_stata_says_how_many_respondents_it_has(tmp_path, version):
    path = tmp_path / "raw.dta"
    pyreadstat.write_dta(pd.DataFrame({"q": [1.0] * 1_234}), path, version=version)
    assert respondents_of(path) == 1_234


def test_a_large_file_asks_for_less_where_it_is_read_a_part_at_a_time():
    large, held = Raw(parted=880, millions=10), Raw(880)
    for rule in ("import_wave", "prepare_wave", "tabulate_wave", "compare_questionnaire"):
        assert memory_of(rule, large) < memory_of(rule, held) / 4
        assert minutes_of(rule, large) < minutes_of(rule, held)
    for rule in ("assess_index", "fit_models"):
        assert memory_of(rule, large) == memory_of(rule, held)


@pytest.mark.parametrize("name", ["raw.sav", "raw.parquet", "raw.csv", "raw.dta"])
def test_a_file_that_says_nothing_of_its_respondents_is_taken_for_one_that_is_held(tmp_path, name):
    (tmp_path / name).write_bytes(b"\xff" * 2 * MEGABYTE)
    assert size_of([tmp_path / name]).parted == 0
    (tmp_path / "empty.csv").touch()
    assert respondents_of(tmp_path / "empty.csv") is None
