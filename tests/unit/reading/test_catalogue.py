"""Every kind of bad input stops with its place, is kept and flagged, or is read rightly."""

import pytest

from catalogue import ENTRIES, Seen, judge, run_catalogue, run_entry

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ENTRIES)
def test_bad_input_has_the_outcome_that_the_catalogue_expects(tmp_path, name):
    assert run_entry(ENTRIES[name], tmp_path) == []


def test_every_kind_of_input_is_among_the_entries():
    """Containers, shapes, values, encodings, injections, names of files, and bombs."""
    assert len(ENTRIES) >= 120
    assert {name[0] for name in ENTRIES} == set("CSVEXFZ")
    assert {way for one in ENTRIES.values() for way in one.expected} == set("ABCY")


def test_other_outcome_than_the_expected_is_told_with_its_entry(tmp_path):
    one = ENTRIES["C01"]
    assert judge(one, "A", Seen("accept", []))
    assert judge(one, "A", Seen("stop", ["wave.sav: something else"]))
    assert judge(one, "A", Seen("stop", ["wave.sav: the file is empty (0 bytes)\nand more"]))
    assert not judge(one, "A", Seen("stop", ["wave.sav: the file is empty (0 bytes)"]))
    assert run_catalogue(tmp_path, ["C01", "C13"]) == (2, 2, ())
