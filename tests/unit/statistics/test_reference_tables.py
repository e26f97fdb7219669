"""Statistics of public tables agree with R; `tests/reference/statistics/make_tables.R` made them."""

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from resurvey.codebook import Variable
from resurvey.crosstab import Crosstab
from resurvey.statistics.letters import column_letters
from resurvey.statistics.paired import kappa, paired_tests
from resurvey.statistics.proportions import clopper_pearson, wilson
from resurvey.statistics.stratified import cochran_mantel_haenszel, mantel_haenszel_odds_ratio

HERE = Path(__file__).parents[2] / "reference" / "statistics"
EXACT = 1e-6
CLOSE = 1e-9


def read_tables():
    cells = defaultdict(dict)
    with (HERE / "tables.csv").open(encoding="utf-8") as file:
        for one in csv.DictReader(file):
            place = int(one["stratum"]) - 1, int(one["row"]) - 1, int(one["column"]) - 1
            cells[one["table"]][place] = int(float(one["count"]))
    tables = {}
    for name, found in cells.items():
        shape = tuple(max(place[axis] for place in found) + 1 for axis in range(3))
        tables[name] = np.zeros(shape, dtype=np.int64)
        for place, count in found.items():
            tables[name][place] = count
    return tables


def read_values():
    with (HERE / "values.csv").open(encoding="utf-8") as file:
        return [(one["table"], one["statistic"], one["value"]) for one in csv.DictReader(file)]


TABLES = read_tables()
VALUES = read_values()


def scale(name, size):
    return Variable(name, codes={code + 1: {} for code in range(size)}, measure="ordinal")


@cache
def crosstab_of(name):
    counts = TABLES[name][0]
    return Crosstab.from_counts(scale("q", counts.shape[0]), scale("g", counts.shape[1]), counts)


def our_value(counts, statistic):
    """Compute what the reference calls `statistic`."""
    name, _, part = statistic.partition(":")
    name, _, cell = name.partition("[")
    part, _, place = part.partition("[")
    if len(counts) > 1:
        scores = np.arange(1.0, counts.shape[1] + 1), np.arange(1.0, counts.shape[2] + 1)
        results = {one.test: one for one in cochran_mantel_haenszel(counts, *scores)}
        odds = mantel_haenszel_odds_ratio(counts)
        return pick(results.get(name, odds), part)
    table = counts[0]
    if name in ("mcnemar", "mcnemar_corrected", "mcnemar_exact", "bowker", "stuart_maxwell"):
        return pick({one.test: one for one in paired_tests(table)}[name], part)
    if name == "kappa":
        return pick(kappa(table), part)
    crosstab = crosstab_of(next(known for known in TABLES if TABLES[known] is counts))
    if name in ("expected", "standardized", "adjusted"):
        row, column = (int(one) - 1 for one in cell.rstrip("]").split(","))
        kept = [
            int(side[:stop].sum())
            for side, stop in zip(
                (crosstab.reduced.rows, crosstab.reduced.columns), (row, column), strict=True
            )
        ]
        return crosstab.residual_array(name)[kept[0], kept[1]]
    if name == "letters":
        methods = {"BH": "benjamini_hochberg"}
        first, second = (int(one) - 1 for one in place.rstrip("]").split(","))
        found = column_letters(table, method=methods.get(part, part))
        return found.p_values[0, first, second]
    if name in ("wilson", "clopper_pearson"):
        column = int(place.rstrip("]")) - 1
        interval = wilson if name == "wilson" else clopper_pearson
        ends = interval(int(table[0, column]), int(table[:, column].sum()))
        return ends[("lower", "upper").index(part)]
    results = {one.test: one for one in crosstab.results}
    if name in results:
        return pick(results[name], part)
    return pick({one.name: one for one in crosstab.estimates}[name], part)


def pick(result, part):
    fields = {"p": "p_value", "se": "standard_error"}
    fields[""] = "statistic" if hasattr(result, "statistic") else "value"
    return getattr(result, fields.get(part, part))


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_statistic_of_the_table_agrees_with_r(table):
    wrong = []
    for name, statistic, text in VALUES:
        if name != table:
            continue
        if text in ("NA", "NaN", "Inf", "-Inf"):
            continue
        value, ours = float(text), our_value(TABLES[name], statistic)
        near = EXACT if statistic.startswith("fisher") else CLOSE
        if ours is None or not np.isclose(ours, value, rtol=near, atol=1e-12):
            wrong.append(f"{statistic}: ours {ours}, R {value}")
    assert not wrong, "\n".join(wrong)
