"""Pairs: before and after on the same people, of whom only the two margins are printed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from resurvey.audit.questions import RecoveredQuestion
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, write_notes
from resurvey.recovery.paired_bounds import PairedBounds, mcnemar_bounds

PAIR_COLUMNS = (
    "table",
    "before",
    "after",
    "solutions",
    "row_code",
    "before_minimum",
    "before_maximum",
    "after_minimum",
    "after_maximum",
    "n_minimum",
    "n_maximum",
    "changed_minimum",
    "changed_maximum",
    "statistic_minimum",
    "statistic_maximum",
    "p_value_minimum",
    "p_value_maximum",
    "exact_p_value_minimum",
    "exact_p_value_maximum",
    "alpha",
    "verdict",
    "note",
    "note_data",
)
# With more people who answered only once, the margins among those who answered twice are too open.
_MOST_ONCE = 40
_Margins = tuple[tuple[int, int], tuple[int, int]]


def pair_lines(
    questions: Iterable[RecoveredQuestion],
    tables: Mapping[str, Mapping[str, Any]],
    respondents: int,
    alpha: float,
) -> list[dict[str, Any]]:
    """Bound McNemar's test of each answer over all joint tables that the margins allow."""
    by_name = {question.variable: question for question in questions}
    return [
        {"table": name, "before": pair["before"], "after": pair["after"], "alpha": alpha, **line}
        for name, table in tables.items()
        for pair in table.get("pairs", [])
        if pair["before"] in by_name and pair["after"] in by_name
        for line in _pair(by_name[pair["before"]], by_name[pair["after"]], respondents, alpha)
    ]


def _pair(
    before: RecoveredQuestion, after: RecoveredQuestion, respondents: int, alpha: float
) -> Iterator[dict[str, Any]]:
    for row in before.answers:
        if row not in after.answers:
            continue
        if not before.found or not after.found:
            yield {"row_code": row, **write_notes(Note("no_integer_solution"))}
            continue
        for solutions, firsts, lasts in (
            ("chosen", [before.found.chosen()], [after.found.chosen()]),
            ("all", before.found.solutions, after.found.solutions),
        ):
            margins = {
                (before.counts(one, row, TOTAL), after.counts(other, row, TOTAL))
                for one in firsts
                for other in lasts
            }
            line: dict[str, Any] = {"solutions": solutions, "row_code": row}
            for name, place in (("before", 0), ("after", 1)):
                counts = [pair[place][0] for pair in margins]
                line |= {f"{name}_minimum": min(counts), f"{name}_maximum": max(counts)}
            bounds = _bounds(margins, respondents)
            too_many = write_notes(Note("too_many_answered_once"))
            yield line | (_united(bounds, alpha) if bounds else too_many)


def _bounds(margins: set[_Margins], respondents: int) -> list[tuple[int, PairedBounds]]:
    """Bounds for every number of people who may have answered both questions."""
    bounds = []
    for (first, first_base), (last, last_base) in sorted(margins):
        fewest = max(1, first_base + last_base - respondents)
        most = min(first_base, last_base)
        if respondents - fewest > _MOST_ONCE:
            return []
        for n in range(fewest, most + 1):
            ranges = [
                (max(0, count - (base - n)), min(count, n))
                for count, base in ((first, first_base), (last, last_base))
            ]
            bounds.append((n, mcnemar_bounds(ranges[0], ranges[1], n)))
    return bounds


def _united(bounds: list[tuple[int, PairedBounds]], alpha: float) -> dict[str, Any]:
    line: dict[str, Any] = {}
    ends: dict[str, list[tuple[float, float]]] = {
        "n": [(n, n) for n, _ in bounds],
        "changed": [one.changed for _, one in bounds],
        "statistic": [one.statistic for _, one in bounds if one.statistic],
        "p_value": [one.p_value for _, one in bounds],
        "exact_p_value": [one.exact_p_value for _, one in bounds],
    }
    for name, ranges in ends.items():
        if ranges:
            line[f"{name}_minimum"] = min(low for low, _ in ranges)
            line[f"{name}_maximum"] = max(high for _, high in ranges)
    verdicts = {one.verdict(alpha) for _, one in bounds}
    line["verdict"] = verdicts.pop() if len(verdicts) == 1 else "significant in some"
    return line
