"""The slowest possible recovery: write out every table of counts and print each of its cells.

Shares no code with the library: rounding is done on fractions here, and feasibility is equality
of printed numbers, not membership of an interval.
"""

from fractions import Fraction
from itertools import product
from math import floor

RULES = ("half_up", "half_even", "truncation")


def printed(share, digits, rule):
    """Round a share (a fraction of one) to a printed per cent."""
    scaled = abs(share) * 100 * 10**digits
    below, rest = floor(scaled), scaled - floor(scaled)
    up = {
        "half_up": rest >= Fraction(1, 2),
        "half_even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and below % 2 == 1),
        "truncation": False,
    }[rule]
    return (1 if share >= 0 else -1) * Fraction(below + up, 10**digits)


def value(text):
    return Fraction(text.replace(",", ".").replace("+", ""))


def digits_of(table):
    texts = [text for column in table.values() for text in column if text]
    return max(len(text.replace(",", ".").partition(".")[2]) for text in texts)


def compositions(base, answers):
    if answers == 1:
        yield (base,)
        return
    for first in range(base + 1):
        for rest in compositions(base - first, answers - 1):
            yield (first, *rest)


class Case:
    """One table with everything that `recover` takes."""

    def __init__(self, table, largest, total=None, derived=None, differences=None, smallest=None):
        self.table, self.total = table, total
        self.largest = largest
        self.smallest = smallest or dict.fromkeys(largest, 1)
        self.derived, self.differences = derived or {}, differences or {}
        self.groups = list(table)
        self.answers = len(next(iter(table.values())))
        self.digits = digits_of(table | ({"total": total} if total else {}))

    def arguments(self):
        fixed = {g: n for g, n in self.largest.items() if self.smallest[g] == n}
        return {
            "table": self.table,
            "total": self.total,
            "base": fixed,
            "max_base": {g: n for g, n in self.largest.items() if g not in fixed},
            "derived": self.derived,
            "differences": self.differences,
        }

    def cells(self, derived_cells):
        """Name each constraining cell: (name, column, against, answers, printed text)."""
        columns = dict(self.table) | ({"total": self.total} if self.total else {})
        for column, texts in columns.items():
            for row, text in enumerate(texts):
                if text:
                    yield (column, row), column, None, (row,), text
        if not derived_cells:
            return
        for row, spec in self.derived.items():
            for column, text in spec.items():
                if column != "parts":
                    yield (column, row), column, None, tuple(spec["parts"]), text
        for name, spec in self.differences.items():
            first, second = spec["of"]
            for row, text in enumerate(spec["cells"]):
                if text:
                    yield (name, row), first, second, (row,), text


def share(counts, column, answers):
    """Give the share of some answers in a column of a table of counts."""
    columns = counts.values() if column == "total" else [counts[column]]
    base = sum(sum(one) for one in columns)
    return Fraction(sum(one[answer] for one in columns for answer in answers), base)


def fits(counts, cell, digits, rule):
    _, column, against, answers, text = cell
    exact = share(counts, column, answers)
    if against is not None:
        exact -= share(counts, against, answers)
    return printed(exact, digits, rule) == value(text)


def solutions(case, rule, derived_cells=False):
    """List all tables of counts under one rule, as (bases, counts) in the library's order."""
    cells = list(case.cells(derived_cells))
    own = {
        group: [cell for cell in cells if cell[1] == group and cell[2] is None]
        for group in case.groups
    }
    joint = [cell for cell in cells if cell[1] not in case.groups or cell[2] is not None]
    choices = [
        [
            one
            for base in range(case.smallest[group], case.largest[group] + 1)
            for one in compositions(base, case.answers)
            if all(fits({group: one}, cell, case.digits, rule) for cell in own[group])
        ]
        for group in case.groups
    ]
    found = []
    for columns in product(*choices):
        counts = dict(zip(case.groups, columns, strict=True))
        if all(fits(counts, cell, case.digits, rule) for cell in joint):
            found.append((tuple(map(sum, columns)), columns))
    return sorted(found)


def all_solutions(case, rounding, derived_cells=False):
    rules = RULES if rounding == "unknown" else (rounding,)
    return sorted({one for rule in rules for one in solutions(case, rule, derived_cells)})


def misprints(case, rule, derived_cells=False):
    """Find the smallest sets of wrong cells over all tables, each with its nearest changes."""
    cells = list(case.cells(derived_cells))
    wrong = {}
    bases = [range(case.smallest[g], case.largest[g] + 1) for g in case.groups]
    for sizes in product(*bases):
        for columns in product(*[list(compositions(n, case.answers)) for n in sizes]):
            counts = dict(zip(case.groups, columns, strict=True))
            changes = {}
            for cell in cells:
                name, column, against, answers, text = cell
                exact = share(counts, column, answers)
                if against is not None:
                    exact -= share(counts, against, answers)
                units = (printed(exact, case.digits, rule) - value(text)) * 10**case.digits
                if units:
                    changes[name] = int(units)
            wrong.setdefault(tuple(changes), []).append(tuple(changes.values()))
    size = min(map(len, wrong))
    return {names: units for names, units in wrong.items() if len(names) == size}


def pearson(columns):
    """Pearson's X² as a fraction, empty rows left out; None where there is no test."""
    totals = [sum(row) for row in zip(*columns, strict=True)]
    n = sum(totals)
    filled = [k for k, total in enumerate(totals) if total]
    statistic = sum(
        (Fraction(column[k]) - Fraction(sum(column) * totals[k], n)) ** 2
        / Fraction(sum(column) * totals[k], n)
        for column in columns
        for k in filled
    )
    return statistic, (len(filled) - 1) * (len(columns) - 1), len(filled), n
