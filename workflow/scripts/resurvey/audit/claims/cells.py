"""Cells: what claims may refer to, gathered from recomputed crosstabs and printed cells."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from resurvey.audit.claims.evaluation import TEXT_ONLY

TOTAL = "total"


def claim_cells(
    crosstabs: Iterable[Mapping[str, Any]], published: Iterable[Any] = ()
) -> dict[str, dict[str, Any]]:
    """Gather every cell that a claim may name.

    Examples
    --------
    >>> line = {"table": "t", "row_variable": "v", "row_code": "1", "column_code": "total"}
    >>> found = claim_cells([{**line, "kind": "answer", "count": "5", "base": "16"}])
    >>> sorted(found), found["t/v/1/total"]["base"]
    (['t/v/1/total', 'text/v/1/total'], 16)
    """
    cells: dict[str, dict[str, Any]] = {}
    for line in crosstabs:
        if line["kind"] == "total" or line["count"] in ("", None):
            continue
        place = f"{line['row_variable']}/{line['row_code']}/{line['column_code']}"
        counted = {"printed": None, "count": _exact(line["count"]), "base": _exact(line["base"])}
        for table in (line["table"], TEXT_ONLY):
            cells.setdefault(f"{table}/{place}", dict(counted))
    for one in published:
        line = one if isinstance(one, Mapping) else vars(one)
        name = f"{line['table']}/{line['row_variable']}/{line['row_code']}/{line['column_code']}"
        empty = {"printed": None, "count": None, "base": None}
        cells.setdefault(name, empty)["printed"] = line["printed"]
    return cells


def claim_solutions(
    solutions: Iterable[Any], codes: Sequence[str]
) -> list[dict[str, tuple[int, int]]]:
    """Write the solutions of a recovered question as `evaluate_claims` takes them.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> one = SimpleNamespace(bases={"1": 2, "2": 1}, counts={"1": [1, 1], "2": [1, 0]})
    >>> claim_solutions([one], ["1", "2"])[0]["1/total"]
    (2, 3)
    """
    written = []
    for solution in solutions:
        cells = {
            f"{code}/{group}": (count, solution.bases[group])
            for group, counts in solution.counts.items()
            for code, count in zip(codes, counts, strict=True)
        }
        if TOTAL not in solution.bases:
            base = sum(solution.bases.values())
            for row, code in enumerate(codes):
                count = sum(counts[row] for counts in solution.counts.values())
                cells[f"{code}/{TOTAL}"] = (count, base)
        written.append(cells)
    return written


def _exact(count: Any) -> int | Fraction:
    number = Fraction(str(count))
    return int(number) if number.denominator == 1 else Fraction(f"{float(number):.9e}")
