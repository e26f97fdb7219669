"""Solutions: every table of counts behind a printed question, and the bases it can have."""

from collections.abc import Iterable, Mapping
from typing import Any

from resurvey.audit.questions import TEXT_ONLY, RecoveredQuestion
from resurvey.core.names import TOTAL
from resurvey.recovery.recovered import LARGEST_LIST

SOLUTION_COLUMNS = (
    "table",
    "row_variable",
    "solution",
    "column_code",
    "row_code",
    "count",
    "base",
)
BASE_COLUMNS = (
    "table",
    "row_variable",
    "base_set",
    "column_code",
    "base",
    "size",
    "solutions",
    "all_solutions",
    "listed",
    "chosen",
)


def solution_lines(
    questions: Iterable[RecoveredQuestion], most: int = LARGEST_LIST
) -> list[dict[str, Any]]:
    """List every count of every solution.

    Solutions are numbered from 1 in ascending order of bases and counts. A question with more
    than `most` solutions is left out: `base_lines` states their exact number.
    """
    lines = []
    for question in questions:
        if question.found.count > min(most, LARGEST_LIST):
            continue
        for number, solution in enumerate(question.found.solutions, start=1):
            for column in _with_total(question):
                for answer in question.answers:
                    count, base = question.counts(solution, answer, column)
                    line = {"solution": number, "column_code": column, "row_code": answer}
                    lines.append(question.key | line | {"count": count, "base": base})
    return lines


def base_lines(
    questions: Iterable[RecoveredQuestion], most: int = LARGEST_LIST
) -> list[dict[str, Any]]:
    """List the feasible sets of bases, each with its exact number of solutions.

    Of a question with more than `most` sets only the chosen one is listed.

    Returns
    -------
    list of dict
        Keys `BASE_COLUMNS`: one line per set of bases and column. `size` is the largest base that
        was possible, `chosen` marks the set that records are dealt from (the largest total base,
        then the largest first group).
    """
    lines = []
    for question in questions:
        found = question.found
        if not found:
            continue
        chosen = found.chosen().bases
        sets = list(enumerate(found.bases(), start=1))
        if len(sets) > most:
            sets = [one for one in sets if one[1].bases == chosen]
        for number, (bases, solutions) in sets:
            for column in _with_total(question):
                line = {
                    "base_set": number,
                    "column_code": column,
                    "base": bases.get(column, sum(bases.values())),
                    "size": question.sizes[column],
                    "solutions": solutions,
                    "all_solutions": found.count,
                    "listed": "yes" if found.count <= min(most, LARGEST_LIST) else "no",
                    "chosen": "yes" if bases == chosen else "no",
                }
                lines.append(question.key | line)
    return lines


def read_solutions(
    lines: Iterable[Mapping[str, str]],
) -> dict[str, list[dict[str, tuple[int, int]]]]:
    """Read lines of `solutions.csv` the way claims are judged by.

    Returns
    -------
    dict
        ``table/variable`` and ``text/variable`` -> one dict ``"code/column" -> (count, base)``
        per solution.

    Examples
    --------
    >>> key = {"table": "t", "row_variable": "v", "solution": "1", "column_code": "total"}
    >>> read_solutions([key | {"row_code": "1", "count": "5", "base": "16"}])["text/v"]
    [{'1/total': (5, 16)}]
    """
    found: dict[tuple[str, str], dict[str, dict[str, tuple[int, int]]]] = {}
    for line in lines:
        solutions = found.setdefault((line["table"], line["row_variable"]), {})
        cell = f"{line['row_code']}/{line['column_code']}"
        counted = (int(line["count"]), int(line["base"]))
        solutions.setdefault(line["solution"], {})[cell] = counted
    read: dict[str, list[dict[str, tuple[int, int]]]] = {}
    for (table, variable), solutions in found.items():
        for name in {table, TEXT_ONLY}:
            read[f"{name}/{variable}"] = list(solutions.values())
    return read


def _with_total(question: RecoveredQuestion) -> list[str]:
    return list(dict.fromkeys([*question.columns, TOTAL]))
