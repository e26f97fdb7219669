"""Adjusted: p-values corrected for many tests, and which tests of the family decide them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from resurvey.core.names import name_number
from resurvey.report.provenance.cells import RULE, Line
from resurvey.report.provenance.crosstab_tests import FILE, TEST_KEYS
from resurvey.report.provenance.graph import Graph, Number
from resurvey.report.provenance.people import People

Ends = tuple[float, float]


@dataclass(frozen=True)
class _Member:
    """A test of a family: its p-value, and the ends over all single removals where known."""

    identity: str
    p: float
    ends: Ends | None


def add_adjusted(graph: Graph, tests: Iterable[Line], ends: dict[str, Ends]) -> None:
    """Add Holm's and Benjamini and Hochberg's p-values of the study.

    An adjusted p-value is a non-decreasing function of every p-value of its family, so that the
    ends of these over all single removals tell what moves it: a p-value adjusted to 1 with room to
    spare moves with nobody.

    Parameters
    ----------
    graph : Graph
        Holds the p-values.
    tests : iterable of dict
        Lines of ``tests.csv``.
    ends : dict
        Identity of a p-value -> its smallest and largest value over all single removals.
    """
    families: dict[str, list[Line]] = {}
    for line in tests:
        if line["p_value"] and line.get("holm_article"):
            families.setdefault(line["test"].removesuffix("_monte_carlo"), []).append(line)
    for family in families.values():
        members = [_member(line, ends) for line in family]
        if not any(one.identity in graph.numbers for one in members):
            continue
        for method, adjust in (("holm", holm), ("benjamini_hochberg", benjamini_hochberg)):
            for at, line in enumerate(family):
                _add(graph, line, method, members, *_deciding(members, adjust, at))


def _member(line: Line, ends: dict[str, Ends]) -> _Member:
    p, identity = float(line["p_value"]), name_number("test", *_place(line), "p_value")
    return _Member(identity, p, ends.get(identity))


def _place(line: Line) -> tuple[str, ...]:
    return tuple(line[key] for key in TEST_KEYS)


def _add(
    graph: Graph,
    line: Line,
    method: str,
    members: Sequence[_Member],
    by: Sequence[str],
    exact: bool,
) -> None:
    own = name_number("test", *_place(line), "p_value")
    if own not in graph.numbers:
        return
    moved: list[People] = []
    for identity in graph.known(by):
        moved += [people for people in graph.movers(identity) if people not in moved]
    number = Number(
        line[f"{method}_article"],
        "p_value",
        method,
        RULE,
        FILE,
        {key: line[key] for key in TEST_KEYS},
        graph.known(one.identity for one in members),
        moved_by=tuple(moved),
        at_most=not exact,
        items=graph.numbers[own].items,
    )
    graph.add(name_number("test", *_place(line), f"{method}_article"), number)


def _deciding(
    members: Sequence[_Member], adjust: Callable[[Sequence[float]], list[float]], at: int
) -> tuple[list[str], bool]:
    """Name the tests whose p-values move an adjusted one, and tell whether each always does.

    The adjusted p-value lies between those with every p-value at its lower and at its upper end.
    Where these are equal it is constant; where both are the same multiple of one p-value, that
    test alone moves it; else, and where the ends are not known, any test of the family may.
    """
    if not all(one.ends for one in members):
        return [one.identity for one in members], False
    ends = [[one.ends[side] for one in members if one.ends] for side in (0, 1)]
    low, high = (adjust(background)[at] for background in ends)
    if low == high:
        return [], True
    for place, member in enumerate(members):
        multiples = [
            adjust([*background[:place], p, *background[place + 1 :]])[at] / p
            for background in ends
            for p in (*(member.ends or ()), member.p)
            if p
        ]
        if multiples and max(multiples) - min(multiples) <= 1e-12 * max(multiples):
            return [member.identity], True
    return [one.identity for one in members], False


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values by Holm's step-down method.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.5])
    [0.03, 0.08, 0.5]
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values by Benjamini and Hochberg's step-up method.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.5])
    [0.03, 0.06, 0.5]
    """
    order = sorted(range(len(p_values)), key=lambda place: -p_values[place])
    adjusted, lowest = [0.0] * len(p_values), 1.0
    for rank, place in enumerate(order):
        lowest = min(lowest, len(p_values) * p_values[place] / (len(p_values) - rank))
        adjusted[place] = lowest
    return adjusted
