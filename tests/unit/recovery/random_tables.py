"""Random small tables, printed under a rule, some with a misprint, some invented."""

from fractions import Fraction

from unit.recovery.brute_force import RULES, Case, printed, share


def text(number, digits, sign=False):
    steps = int(abs(number) * 10**digits)
    figures = str(steps).rjust(digits + 1, "0")
    body = f"{figures[:-digits]},{figures[-digits:]}" if digits else figures
    mark = "-" if number < 0 else "+" if sign and number > 0 else ""
    return mark + body


def random_case(generator, groups=None, largest=None, overlapping=False):
    """Draw a table, its printed cells and what is known of it; returns the case and the truth."""
    groups = groups or int(generator.choice([1, 2, 2, 2, 3]))
    answers = 4 if overlapping else int(generator.integers(2, 5 if groups < 3 else 4))
    digits = int(generator.choice([0, 1, 2]))
    rule = RULES[generator.integers(3)]
    names = ["men", "women", "others"][:groups]
    top = largest or {1: 24, 2: 11, 3: 6}[groups]
    limits = {name: int(generator.integers(2, top + 1)) for name in names}
    truth = {}
    for name in names:
        base = int(generator.integers(1, limits[name] + 1))
        weights = generator.dirichlet([1.0] * answers)
        truth[name] = [int(n) for n in generator.multinomial(base, weights)]

    def cell(column, rows, against=None):
        exact = share(truth, column, rows)
        if against is not None:
            exact -= share(truth, against, rows)
        return text(printed(exact, digits, rule), digits, sign=against is not None)

    table = {name: [cell(name, (row,)) for row in range(answers)] for name in names}
    total = [cell("total", (row,)) for row in range(answers)] if generator.random() < 0.6 else None
    derived, differences = {}, {}
    if generator.random() < 0.5:
        for name in ("yes", "no")[: int(generator.integers(1, 3))]:
            size = int(generator.integers(2, answers + 1))
            parts = sorted(int(k) for k in generator.choice(answers, size, replace=False))
            columns = [*names, *(["total"] if total else [])]
            derived[name] = {"parts": parts} | {one: cell(one, parts) for one in columns}
    if overlapping:
        for name, parts in (("first", [0, 1]), ("middle", [1, 2])):
            derived[name] = {"parts": parts} | {one: cell(one, parts) for one in names}
    if groups > 1 and generator.random() < 0.3:
        differences["gap"] = {
            "of": names[:2],
            "cells": [cell(names[0], (row,), names[1]) for row in range(answers)],
        }
    smallest = {name: sum(truth[name]) if generator.random() < 0.3 else 1 for name in names}
    limits = {name: smallest[name] if smallest[name] > 1 else limits[name] for name in names}
    if generator.random() < 0.3:
        _misprint(generator, table, digits)
    if generator.random() < 0.2:
        _unprint(generator, table)
    return Case(table, limits, total, derived, differences, smallest), rule, truth


def _misprint(generator, table, digits):
    name = list(table)[generator.integers(len(table))]
    row = generator.integers(len(table[name]))
    old = Fraction(table[name][row].replace(",", "."))
    new = old + Fraction(int(generator.integers(-3, 4)), 10**digits)
    table[name][row] = text(max(new, Fraction(0)), digits)


def _unprint(generator, table):
    name = list(table)[generator.integers(len(table))]
    table[name][generator.integers(len(table[name]))] = None
