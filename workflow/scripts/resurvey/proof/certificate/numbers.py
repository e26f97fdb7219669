"""Numbers: tables of a certificate compared cell by cell, where their bytes are not the same.

Another processor or another program may write the last bits of a number differently; that is
told and forgiven. Anything a reader could see is not.
"""

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from resurvey.core.errors import SurveyError
from resurvey.proof.certificate.places import shown

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
        twice = next(one for one in columns if columns.count(one) > 1)
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
    for path, one in plain.items():
        columns, rows = (one.get("columns"), one.get("rows")) if isinstance(one, dict) else ((), ())
        if not _is_texts(columns) or not isinstance(rows, list):
            raise SurveyError(f"{name}: '{shown(path)}' has no columns and rows of text")
        width = len(columns)
        if not all(_is_texts(row) and len(row) == width for row in rows):
            raise SurveyError(f"{name}: '{shown(path)}' has a row of another length than the rest")
        tables[path] = Table(tuple(columns), tuple(tuple(row) for row in rows))
    return tables


def _is_texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


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
        missing = [one for one in certified.columns if one not in found.columns]
        extra = [one for one in found.columns if one not in certified.columns]
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
    names = next((group for group in _NAMES if all(one in line for one in group)), ())
    return ", ".join(shown(line[one], 60) for one in names if line[one])


def same_cell(column: str, old: str, new: str) -> bool:
    """Tell whether two cells of a column say the same; codes and labels are text."""
    if old == new:
        return True
    if column.endswith(("code", "label")) or column in ("printed", "recomputed", "version"):
        return False
    if not (_NUMBER.fullmatch(old) and _NUMBER.fullmatch(new)):
        return False
    return same_number(float(old), float(new))


def same_number(one: float, other: float) -> bool:
    """Tell whether two numbers are the same up to the last bits of another processor.

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
