"""Agreement: every printed number beside the one recomputed from the counts, and its interval.

The same function writes the certificate's ``comparison.json`` and checks it on another machine,
there from nothing but the printed cells and the counts in the certificate.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from resurvey.audit.comparison import (
    VERDICTS,
    compare_cells,
    exact_value,
    printed_numbers,
)
from resurvey.core.cells import read_blocks
from resurvey.core.errors import SurveyError
from resurvey.core.lines import CrosstabLine
from resurvey.core.printed import ROUNDING_RULES, Printed, format_fixed, interval
from resurvey.core.published import PrintedCell
from resurvey.proof.certificate.numbers import Difference, name_line, same_cell, same_number
from resurvey.proof.certificate.places import COMPARISON, shown

ORIGINS = ("counts", "printed_parts")
_PLACE = (
    "table",
    "question",
    "row",
    "column",
    "row_variable",
    "row_code",
    "column_variable",
    "column_code",
)
_CELL = (
    *_PLACE,
    "printed",
    "low",
    "high",
    "low_belongs",
    "high_belongs",
    "count",
    "base",
    "value",
    "inside",
    "recomputed",
    "from_counts",
    "verdict",
)


@dataclass(frozen=True)
class Terms:
    """What a comparison takes as given.

    Attributes
    ----------
    rounding : str
        Rounding rule of the printed numbers, as the study declares it.
    derived : dict
        Table -> ``counts`` or ``printed_parts``: what its subtotals and differences are made from.
    unsolved : tuple of str
        Variables whose printed cells no counts give, as the wave's audit found.
    """

    rounding: str
    derived: Mapping[str, str]
    unsolved: tuple[str, ...] = ()


def compare_published(
    cells: Sequence[PrintedCell], crosstabs: Iterable[CrosstabLine], terms: Terms
) -> list[dict[str, Any]]:
    """Set every printed cell beside the number that the counts give, unrounded.

    Returns
    -------
    list of dict
        Per cell: where it stands; ``printed``; the interval of numbers that the rounding rule
        prints so, from ``low`` to ``high``, and whether the ends belong to it; ``count`` and
        ``base`` of a per cent; ``value``, the per cent or difference in percentage points from
        the counts, unrounded (None without counts); ``inside``, whether it lies in the interval;
        ``recomputed``, printed the article's way; ``from_counts``, the value printed so;
        ``verdict`` as in ``audit/cells.csv``, where a half agrees on either side.

    Examples
    --------
    >>> cell = PrintedCell("t", "q", "yes", "all", "33,3", "q", "1", "", "total")
    >>> count = dict(table="t", row_variable="q", row_code="1", column_code="total")
    >>> terms = Terms("half_up", {})
    >>> line = compare_published([cell], [{**count, "count": "1", "base": "3"}], terms)[0]
    >>> line["low"], line["high"], line["value"], line["inside"], line["verdict"]
    ('33.25', '33.35', 33.333333333333336, True, 'agrees')
    """
    counted = list(crosstabs)
    counts = read_blocks(counted)
    judged = compare_cells(cells, counted, terms.derived, terms.unsolved, terms.rounding)
    return [
        _line(line, number, exact_value(cell, counts), terms.rounding)
        for cell, number, line in zip(cells, printed_numbers(cells), judged, strict=True)
    ]


def _line(
    judged: Mapping[str, Any], number: Printed, value: Fraction | None, rounding: str
) -> dict[str, Any]:
    bounds = interval(number, rounding)
    return {
        **{name: judged[name] for name in (*_PLACE, "printed")},
        "low": format_fixed(bounds.low, number.digits + 1, "."),
        "high": format_fixed(bounds.high, number.digits + 1, "."),
        "low_belongs": bounds.low_closed,
        "high_belongs": bounds.high_closed,
        "count": judged["count"],
        "base": judged["base"],
        "value": None if value is None else float(value),
        "inside": value is not None and value in bounds,
        "recomputed": judged["recomputed"],
        "from_counts": judged["from_counts"],
        "verdict": judged["verdict"],
    }


def comparison_document(
    wave: str,
    files: Mapping[str, str | None],
    terms: Terms,
    lines: Sequence[Mapping[str, Any]],
    reconstructed: bool,
) -> dict[str, Any]:
    """Put the comparison together with what it was made from and how it came out."""
    return {
        "wave": wave,
        "published": files["published"],
        "counts": files["counts"],
        "audit": files["audit"],
        "rounding": terms.rounding,
        "derived": dict(sorted(terms.derived.items())),
        "unsolved": sorted(terms.unsolved),
        "reconstructed": reconstructed,
        "summary": summarise(lines),
        "cells": [{name: line[name] for name in _CELL} for line in lines],
    }


def summarise(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Count the cells by verdict, and those whose unrounded value lies in the interval."""
    tally = Counter(line["verdict"] for line in lines)
    return {
        "cells": len(lines),
        **{verdict: tally[verdict] for verdict in VERDICTS},
        "inside": sum(line["inside"] for line in lines),
        "without_counts": sum(line["value"] is None for line in lines),
    }


def read_terms(document: Any) -> Terms:
    """Read what a stranger's ``comparison.json`` takes as given.

    Raises
    ------
    SurveyError
        An unknown rounding rule or origin, or another shape.
    """
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        raise SurveyError(f"{COMPARISON}: there is no list of cells in it")
    rounding, derived = document.get("rounding"), document.get("derived")
    unsolved = document.get("unsolved")
    if rounding not in (*ROUNDING_RULES, "unknown"):
        raise SurveyError(f"{COMPARISON}: the rounding rule {shown(rounding)} is not known")
    if not isinstance(derived, dict) or not all(one in ORIGINS for one in derived.values()):
        raise SurveyError(f"{COMPARISON}: `derived` does not map tables to {' or '.join(ORIGINS)}")
    if not isinstance(unsolved, list) or not all(isinstance(one, str) for one in unsolved):
        raise SurveyError(f"{COMPARISON}: `unsolved` is no list of variables")
    return Terms(rounding, derived, tuple(unsolved))


def check_comparison(
    document: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    """Compare a certified comparison with one made anew, cell by cell."""
    certified = [one if isinstance(one, dict) else {} for one in document["cells"]]
    if len(certified) != len(lines):
        yield Difference(f"{len(certified)} cells were certified, {len(lines)} are printed", {})
        return
    for old, new in zip(certified, lines, strict=True):
        told = [name for name in _CELL if not _same(name, old.get(name), new[name])]
        if told:
            yield Difference(_tell(old, new, told), {})
    summary = document.get("summary")
    if summary != summarise(lines):
        yield Difference("the summary does not count the cells as they are", {})


def check_audit(
    audited: Sequence[Mapping[str, str]], lines: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    """Compare the verdicts of ``audit/cells.csv`` with those found anew, cell by cell."""
    compared = (*_PLACE, "printed", "recomputed", "verdict")
    if len(audited) != len(lines):
        yield Difference(f"{len(audited)} cells were audited, {len(lines)} are printed", {})
        return
    for old, new in zip(audited, lines, strict=True):
        told = [name for name in compared if old.get(name) != new[name]]
        if told:
            yield Difference(_tell(old, new, told), {})


def _same(name: str, old: Any, new: Any) -> bool:
    """Tell whether two values of a cell say the same; numbers may differ by noise."""
    if isinstance(old, str) and isinstance(new, str):
        return same_cell(name, old, new)
    if type(old) is not type(new) or isinstance(new, bool) or new is None:
        return type(old) is type(new) and old == new
    return same_number(float(old), float(new))


def _tell(old: Mapping[str, Any], new: Mapping[str, Any], names: Sequence[str]) -> str:
    place = name_line(new)
    what = ", ".join(
        f"{name} certified {_text(old, name)}, now {_text(new, name)}" for name in names
    )
    return f"{place}: printed {_text(new, 'printed')}, recomputed {_result(new)}: {what}"


def _result(line: Mapping[str, Any]) -> str:
    value = line["value"]
    shown_value = "nothing" if value is None else f"{value:.6f}"
    return f"{line['recomputed'] or 'nothing'} (unrounded {shown_value})"


def _text(line: Mapping[str, Any], name: str) -> str:
    value = line.get(name)
    return "nothing" if value is None or value == "" else shown(value, 60)
