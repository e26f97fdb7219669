"""What the page writes out in signs is what the statistics compute."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from resurvey.audit.cards import BaseSet, derive_count, derive_tests, draw_bases
from resurvey.audit.reported_statistics import table_statistics
from resurvey.pages.numerals import Numerals

EN = Numerals("en")


@pytest.mark.parametrize("seed", range(5))
def test_chi_square_written_out_is_that_of_scipy(seed):
    counts = np.random.default_rng(seed).integers(0, 40, size=(2, 4))
    counts[:, 1] = 0
    expected = chi2_contingency(np.delete(counts, 1, axis=1), correction=False)
    assert table_statistics(counts.tolist())["pearson"] == pytest.approx(expected.statistic)
    lines = derive_tests(
        {"men": counts[0].tolist(), "women": counts[1].tolist()}, EN.fixed, EN.p_value
    )
    assert f"= {EN.fixed(expected.statistic, 2)}" in lines[0]
    assert lines[1].endswith("= 2")
    assert EN.p_value(expected.pvalue) in lines[2]


def test_table_without_degrees_of_freedom_has_nothing_to_write_out():
    assert derive_tests({"men": [3, 0], "women": [2, 0]}, EN.fixed, EN.p_value) == []


@pytest.mark.parametrize(
    ("text", "base", "rounding", "last"),
    [
        ("30,7", 300, "half_up", "x = 92"),
        ("12,5", 8, "truncation", "x = 1"),
        ("33", 50_000, "half_up", "x = 16250 … 16749"),
        ("33,4", 3, "half_up", "x ∉ ℤ"),
    ],
)
def test_counts_that_a_per_cent_allows_are_listed(text, base, rounding, last):
    assert derive_count(text, base, rounding, ".")[-1] == last


def test_picture_of_bases_escapes_what_it_is_told():
    sets = [BaseSet({"1": 5, "2": 7}, 1, True), BaseSet({"1": 4, "2": 3}, 1, False)]
    names = {"1": "<men>", "2": "a & b", "": ""}
    drawn = draw_bases(sets, {"1": 10, "2": 10}, names, 'two "bases"')
    assert "<men>" not in drawn
    assert "&lt;men&gt;" in drawn
    assert "a &amp; b" in drawn
    assert drawn.count("<circle") == 2


@pytest.mark.parametrize("groups", [1, 3])
def test_bases_of_one_or_many_groups_are_drawn_on_a_line(groups):
    sizes = {str(place): 20 for place in range(groups)}
    sets = [BaseSet(dict.fromkeys(sizes, base), 1, base == 20) for base in (5, 10, 20)]
    drawn = draw_bases(sets, sizes, dict.fromkeys([*sizes, ""], "base"), "three bases")
    assert drawn.count("<line") == 3
