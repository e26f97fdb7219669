"""Numbers: tables of a certificate compared cell by cell, where their bytes are not the same.

Another processor or another program may write the last bits of a number differently; that is
told and forgiven. Anything a reader could see is not.
"""

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeGuard

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
from resurvey.proof.certificate.package import COMPARISON, shown

#: Two numbers are the same up to this share of the larger one, or up to this distance.
RELATIVE, ABSOLUTE = 1e-9, 1e-11

#: A number as our files write it; a code such as 01 or 1+2 is text.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,30})(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?")
#: Columns that name a line of a table, most telling first.
_NAMES = (
    ("table", "question", "row", "column"),
    ("table", "row_variable", "row_label", "column_label"),
    ("table", "row_variable", "row_code", "column_code"),
    ("table", "row_variable", "column_variable", "test"),
    ("table", "row_variable"),
    ("claim", "key_phrase"),
    ("variable", "code"),
    ("indicator",),
)


@dataclass(frozen=True)
class Table:
    """A CSV file as text: its columns and its lines."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def lines(self) -> list[dict[str, str]]:
        """Give every line as a dict by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Difference:
    """A place where two tables are not the same.

    Attributes
    ----------
    text : str
        What differs, for a reader.
    line : dict
        The certified line, by column; empty where the tables have other lines or columns.
    column : str
        The column that differs.
    """

    text: str
    line: Mapping[str, str]
    column: str = ""


def parse_table(content: bytes, name: str) -> Table:
    r"""Read CSV text strictly: every line has as many fields as there are columns.

    Raises
    ------
    SurveyError
        Not UTF-8, not CSV, a column that stands twice, a line of another length.

    Examples
    --------
    >>> parse_table(b"code,percent\n1,12.5\n", "t.csv").rows
    (('1', '12.5'),)
    """
    try:
        text = content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError as problem:
        raise SurveyError(f"{name}: not UTF-8 text at byte {problem.start}") from None
    except csv.Error as problem:
        raise SurveyError(f"{name}: not CSV: {problem}") from None
    if not rows:
        return Table((), ())
    columns = tuple(rows[0])
    if len(set(columns)) < len(columns):
        twice = next(column for column in columns if columns.count(column) > 1)
        raise SurveyError(f"{name}: the column '{shown(twice)}' stands twice")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(columns):
            raise SurveyError(f"{name}: line {number} has {len(row)} fields, not {len(columns)}")
    return Table(columns, tuple(tuple(row) for row in rows[1:]))


def tables_json(tables: Mapping[str, Table]) -> bytes:
    r"""Write tables as JSON by the path of their file, a line of the table on a line of its own.

    Examples
    --------
    >>> print(tables_json({"t.csv": Table(("code",), (("1",), ("2",)))}).decode())
    {
    "t.csv": {"columns": ["code"], "rows": [
    ["1"],
    ["2"]
    ]}
    }
    <BLANKLINE>
    """

    def text(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    written = (
        f'{text(path)}: {{"columns": {text(table.columns)}, "rows": [\n'
        + ",\n".join(map(text, table.rows))
        + "\n]}"
        for path, table in tables.items()
    )
    return ("{\n" + ",\n".join(written) + "\n}\n").encode()


def read_tables(plain: Any, name: str) -> dict[str, Table]:
    """Read tables back from `tables_json`, by the path of their file.

    Raises
    ------
    SurveyError
        The document is not shaped so.
    """
    if not isinstance(plain, dict):
        raise SurveyError(f"{name}: not a mapping of paths to tables")
    tables = {}
    for path, table in plain.items():
        columns, rows = (
            (table.get("columns"), table.get("rows")) if isinstance(table, dict) else ((), ())
        )
        if not _is_texts(columns) or not isinstance(rows, list):
            raise SurveyError(f"{name}: '{shown(path)}' has no columns and rows of text")
        width = len(columns)
        if not all(_is_texts(row) and len(row) == width for row in rows):
            raise SurveyError(f"{name}: '{shown(path)}' has a row of another length than the rest")
        tables[path] = Table(tuple(columns), tuple(tuple(row) for row in rows))
    return tables


def _is_texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def compare_tables(certified: Table, found: Table) -> Iterator[Difference]:
    """Compare two tables cell by cell; numbers within noise are the same.

    Examples
    --------
    >>> one = Table(("row_code", "percent"), (("1", "12.5"),))
    >>> noisy = Table(("row_code", "percent"), (("1", "12.500000000001"),))
    >>> list(compare_tables(one, noisy))
    []
    >>> other = Table(("row_code", "percent"), (("1", "12.6"),))
    >>> [found.text for found in compare_tables(one, other)]
    ['line 2: percent: certified 12.5, found 12.6']
    """
    if certified.columns != found.columns:
        missing = [column for column in certified.columns if column not in found.columns]
        extra = [column for column in found.columns if column not in certified.columns]
        what = f"column '{missing[0]}' is missing" if missing else "the columns stand otherwise"
        what = f"column '{extra[0]}' was added" if extra and not missing else what
        yield Difference(what, {})
        return
    if len(certified.rows) != len(found.rows):
        yield Difference(f"{len(certified.rows)} lines were certified, {len(found.rows)} found", {})
        return
    for number, (ours, theirs) in enumerate(zip(certified.rows, found.rows, strict=True), 2):
        if ours == theirs:
            continue
        line = dict(zip(certified.columns, ours, strict=True))
        for column, old, new in zip(certified.columns, ours, theirs, strict=True):
            if not same_cell(column, old, new):
                place = name_line(line) or f"line {number}"
                text = f"{place}: {column}: certified {shown(old or 'nothing')}, found "
                yield Difference(text + shown(new or "nothing"), line, column)


def name_line(line: Mapping[str, str]) -> str:
    """Name a line of one of our tables the way a reader finds it; empty where nothing does.

    Examples
    --------
    >>> name_line({"table": "t", "question": "q", "row": "Yes", "column": "Men", "printed": "5,8"})
    't, q, Yes, Men'
    """
    names = next((group for group in _NAMES if all(name in line for name in group)), ())
    return ", ".join(shown(line[name], 60) for name in names if line[name])


def same_cell(column: str, old: str, new: str) -> bool:
    """Return whether two cells of a column say the same; codes and labels are text."""
    if old == new:
        return True
    if column.endswith(("code", "label")) or column in ("printed", "recomputed", "version"):
        return False
    if not (_NUMBER.fullmatch(old) and _NUMBER.fullmatch(new)):
        return False
    return same_number(float(old), float(new))


def same_number(one: float, other: float) -> bool:
    """Return whether two numbers are the same up to the last bits of another processor.

    Examples
    --------
    >>> same_number(5.825242718446602, 5.825242718447602), same_number(5.8, 5.9)
    (True, False)
    """
    return math.isclose(one, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def check_numbers(lines: Iterable[Mapping[str, str]], columns: Sequence[str], name: str) -> None:
    """Refuse counts that no file of ours holds, before exact arithmetic meets them.

    Raises
    ------
    SurveyError
        A cell of one of the columns is neither empty nor a plain number.
    """
    for number, line in enumerate(lines, 2):
        for column in columns:
            text = line.get(column, "")
            if text and not _NUMBER.fullmatch(text):
                raise SurveyError(f"{name}, line {number}: {column}: '{shown(text)}' is no number")


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
    if not isinstance(derived, dict) or not all(origin in ORIGINS for origin in derived.values()):
        raise SurveyError(f"{COMPARISON}: `derived` does not map tables to {' or '.join(ORIGINS)}")
    if not isinstance(unsolved, list) or not all(
        isinstance(variable, str) for variable in unsolved
    ):
        raise SurveyError(f"{COMPARISON}: `unsolved` is no list of variables")
    return Terms(rounding, derived, tuple(unsolved))


def check_comparison(
    document: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    """Compare a certified comparison with one made anew, cell by cell."""
    certified = [cell if isinstance(cell, dict) else {} for cell in document["cells"]]
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
    """Return whether two values of a cell say the same; numbers may differ by noise."""
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
