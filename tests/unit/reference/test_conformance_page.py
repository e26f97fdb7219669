"""The conformance page shows every difference, explained or not, and needs no other file."""

from pathlib import Path

import pytest

from invented import words_of
from reference.conformance import KNOWN, Comparison
from reference.conformance_page import summarise, write_conformance
from resurvey.core.strict_yaml import read_yaml
from unit.sealed import unscripted

ROOT = Path(__file__).parents[3]
FOLDERS = [ROOT / "report/conformance", ROOT / "report/templates"]

ROWS = [
    Comparison("tea", "pearson", 2.0, 2.0, 2.0, 0.0, 0.0, True, ""),
    Comparison("tea", "kappa:se", 0.1, None, 0.2, None, 100.0, False, "a known reason"),
    Comparison("<i>job</i>", "gamma", 0.5, 0.6, None, 0.1, None, False, ""),
]


@pytest.fixture(params=["en", "ru"])
def page(request):
    words = words_of([request.param])[request.param]
    sources = {"tea": {"source": "Fisher's tea drinker", "kinds": ["nominal", "small"]}}
    return write_conformance(ROWS, sources, words, request.param, FOLDERS)


def test_difference_without_a_reason_is_counted_and_shown(page):
    assert 'class="disagrees" id="unexplained"><b>1</b>' in page


def test_names_are_values_and_no_markup(page):
    assert "<i>job</i>" not in page
    assert "&lt;i&gt;job" in page


def test_known_reasons_are_listed(page):
    from markupsafe import escape

    assert all(str(escape(one.reason)) in page for one in KNOWN)


def test_page_loads_nothing(page):
    bare = unscripted(page)
    assert "http" not in bare.replace("http-equiv", "")
    assert "<script" not in bare


def test_largest_difference_is_that_of_r():
    assert summarise("", ROWS, {}).largest == "1e-1"


def test_a_drawn_p_value_is_told_apart_from_the_largest_difference():
    drawn = Comparison("tea", "fisher_monte_carlo:p", 0.2, 0.1, None, 0.5, None, True, "")
    assert summarise("", [*ROWS, drawn], {}).largest == "1e-1"
    assert summarise("", [*ROWS, drawn], {}).drawn == "5e-1"


@pytest.mark.slow
def test_every_stored_data_set_has_its_source():
    from reference.conformance import conformance

    names = {one.data_set for one in conformance(ROOT / "tests/reference/statistics")}
    told = read_yaml(ROOT / "tests/reference/data_sets.yaml")
    assert names == set(told)


def test_every_kind_has_its_words():
    told = read_yaml(ROOT / "tests/reference/data_sets.yaml")
    kinds = {kind for one in told.values() for kind in one["kinds"]}
    for language in ("en", "ru"):
        words = words_of([language])[language]["conformance"]
        assert {f"kind_{kind}" for kind in kinds} <= set(words)
