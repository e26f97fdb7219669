"""An attack that knows none of our relations: only what each printed count is a count of.

A count is a sum over the kinds of respondents that there can be. Where the kinds counted in a
hidden cell are a linear combination of those in printed cells, whatever the data, subtraction finds
it. The kinds are drawn at random, far more than there are printed counts.
"""

import json

import numpy as np
import pandas as pd
import pytest

from resurvey.safety.attack import released_cells
from resurvey.safety.disclosure import protect_tables
from resurvey.safety.linked_cells import ANSWERED, BIN, SILENT, SUM
from resurvey.safety.primary import Rules, find_primary
from unit.safety.small_survey import DECLARED, DEFINITIONS

KINDS = 700
CODES = {"sex": (1, 2), "region": (1, 2, 3, 4), "job": (1, 2, 3, 4, 9), "debt": (1, 2, 9)}
CODES |= {f"news_{number}": (0, 1) for number in (1, 2, 3)}
NEWS = ["news_1", "news_2", "news_3"]


@pytest.fixture(scope="module")
def kinds():
    """Respondents that there can be, all answers independent."""
    draw = np.random.default_rng(8)
    people = pd.DataFrame({name: draw.choice(codes, KINDS) for name, codes in CODES.items()})
    people["age"] = draw.integers(18, 81, KINDS)
    people["age_group"] = np.where(people["age"] < 40, 1, 2)
    people["in_debt"] = (people["debt"] == 1).astype(int)
    return people


@pytest.fixture(scope="module")
def safe(survey_files):
    files, book = survey_files
    return protect_tables(files, DECLARED, book, definitions=DEFINITIONS)


def meets(kinds, variable, code):
    """Which kinds of respondents meet a condition; None where the kinds do not tell."""
    if variable == "news":
        if code == ANSWERED:
            return (kinds[NEWS] == 1).any(axis=1)
        return kinds[code] == 1 if code in NEWS else None
    if variable not in kinds:
        return None
    answers = kinds[variable]
    missing = answers == 9 if variable in ("job", "debt") else pd.Series(False, kinds.index)
    if code == ANSWERED:
        return ~missing
    if code.startswith(SUM):
        return answers.isin([int(part) for part in code.removeprefix(SUM).split("+")])
    if code.startswith(BIN):
        low, high = map(float, code.removeprefix(BIN).split(":"))
        return (answers >= low) & (answers < high)
    if code.startswith(SILENT):
        return missing if code.removeprefix(SILENT) in ("9", "") else None
    return answers == int(code)


def counted(kinds, cell):
    """Which kinds a cell counts, as numbers; None where that is not known."""
    inside = pd.Series(True, kinds.index)
    if cell.population:
        condition = json.loads(cell.population)
        assert list(condition) == ["age"]
        inside &= kinds["age"] <= condition["age"]["max"]
    for variable, code in cell.conditions:
        met = meets(kinds, variable, code)
        if met is None:
            return None
        inside &= met
    return inside.to_numpy(float)


@pytest.mark.slow
def test_no_hidden_count_is_a_combination_of_printed_ones(safe, kinds):
    cells = safe.linked.cells
    targets = find_primary(safe.linked, Rules.read(DECLARED)).cells
    printed = [counted(kinds, cells[number]) for number in released_cells(safe.linked, safe.files)]
    known = [column for column in printed if column is not None]
    assert len(known) > 100
    basis, _ = np.linalg.qr(np.column_stack(known))
    attacked = 0
    for number in targets:
        hidden = counted(kinds, cells[number]) if cells[number].printed else None
        if hidden is not None and hidden.any():
            rest = hidden - basis @ (basis.T @ hidden)
            assert np.abs(rest).max() > 1e-6, cells[number]
            attacked += 1
    assert attacked > 30


@pytest.mark.slow
def test_the_combination_is_found_where_only_small_counts_are_hidden(safe, kinds):
    linked = safe.linked
    targets = find_primary(linked, Rules.read(DECLARED)).cells
    shown = [
        column
        for number, cell in enumerate(linked.cells)
        if cell.printed and number not in targets
        if (column := counted(kinds, cell)) is not None
    ]
    basis, _ = np.linalg.qr(np.column_stack(shown))
    found = 0
    for number in targets:
        hidden = counted(kinds, linked.cells[number]) if linked.cells[number].printed else None
        if hidden is not None and hidden.any():
            found += np.abs(hidden - basis @ (basis.T @ hidden)).max() < 1e-6
    assert found > 10
