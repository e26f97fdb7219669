"""Many tables are judged at once as the recovery judges each of them."""

import numpy as np
import pytest

from resurvey.recovery import recover
from resurvey.recovery.false_fit import (
    _answers_suffice,
    _invented,
    _printed_units,
    false_fit,
    fitting,
)
from resurvey.recovery.misprints import loosened_sets
from unit.recovery.random_tables import random_case


def one_by_one(table, units, rounding):
    return [
        any(not one.is_empty for one in loosened_sets(_invented(table, row), rounding, {}))
        for row in units
    ]


@pytest.mark.slow
@pytest.mark.parametrize("derived_from", ["unknown", "counts", "printed_parts"])
@pytest.mark.parametrize("seed", range(60))
def test_tables_fit_together_as_they_fit_one_by_one(seed, derived_from):
    generator = np.random.default_rng(seed)
    case, rule, _ = random_case(generator)
    found = recover(**case.arguments(), derived_from=derived_from, rounding=rule)
    table = found.table
    weights = generator.dirichlet(np.ones(table.answers), size=(12, len(table.groups)))
    # Shares of small bases, most of which fit, and shares of no base.
    bases = generator.integers(1, max(table.largest) + 1, size=(12, len(table.groups), 1))
    shares = np.concatenate([np.round(weights * bases) / bases, weights])
    units = np.abs(_printed_units(table, shares, rule))
    together, alone = fitting(table, units, rule), np.array(one_by_one(table, units, rule))
    assert not (alone & ~together).any()
    if _answers_suffice(table):
        assert together.tolist() == alone.tolist()


@pytest.mark.parametrize("seed", range(30))
def test_a_table_fits_where_recovery_finds_counts(seed):
    generator = np.random.default_rng(seed)
    case, rule, _ = random_case(generator)
    found = recover(**case.arguments(), rounding=rule)
    printed = [0 if cell.printed is None else cell.printed.units for cell in found.table.cells]
    assert fitting(found.table, np.array([printed]), rule).tolist() == [bool(found)]


@pytest.mark.slow
def test_rate_of_the_rules_together_counts_a_table_once():
    table = {"men": ["33", "67"], "women": ["20", "80"]}
    total = ["28", "72"]
    known = {"max_base": {"men": 9, "women": 9}}
    found = recover(table, total, rounding="unknown", **known)
    units = _printed_units(
        found.table, np.random.default_rng(20240101).dirichlet(np.ones(2), size=(200, 2)), "half_up"
    )
    assert false_fit(found, 200).fits == sum(one_by_one(found.table, units, "unknown"))


def test_many_bases_are_tried_in_pieces():
    found = recover(
        {"men": ["31", "69"], "women": ["28", "72"]},
        total=["30", "70"],
        max_base={"men": 700, "women": 600},
    )
    units = np.array([[31, 69, 28, 72, 30, 70], [31, 69, 28, 72, 50, 50]])
    assert fitting(found.table, units, "half_up").tolist() == [True, False]
