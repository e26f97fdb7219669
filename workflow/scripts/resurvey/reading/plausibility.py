"""Plausibility: rows of a file that are no respondents."""

import logging
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from resurvey.core.codebook import Survey
from resurvey.core.errors import SurveyError
from resurvey.reading.columns import parsed_number
from resurvey.reading.encoding import folded
from resurvey.reading.sheet import Sheet

if TYPE_CHECKING:
    import pandas as pd

    from resurvey.core.codebook import Survey

logger = logging.getLogger(__name__)

_WORDS = """итого всего сумма итог жалпы барлығы жиыны жами jami джами баары бардыгы усього всього
    всяго разом total totals sum subtotal insgesamt gesamt summe totaux somme totale somma totali
    totaal suma łącznie razem ogółem toplam összesen celkem ukupno"""
_MEANS = ["mean", "average", "median", "среднее", "медиана", "mittelwert", "moyenne", "promedio"]
_PHRASES = (
    "grand total",
    "column total",
    "общий итог",
    "итого по выборке",
    "всего по выборке",
    "всего опрошено",
    "total général",
    "total general",
)
_TOTALS = frozenset([*_WORDS.split(), *_PHRASES])
"""First words of a line of totals."""
_SUMMARIES = frozenset([*_MEANS, "среднее значение"])
"""First words of a line that sums up the lines above; some are answers, too."""
_SUBTOTAL = re.compile(
    r"\S.*[ :-](?:sub-?)?(?:total|итого?|всего|summe|gesamt|ergebnis)"
    r"|(?:sub-?total|итого по|всего по|total for|summe) .*\S"
)
"""First cell of a subtotal: "North Total", "Итого по северу"."""
_BASE = re.compile(r"n\s*=\s*\d[\d\s.,]*")
_FEWEST = 3
"""Rows above a line of sums that make the sums more than chance."""
_FEWEST_COPIED = 10
"""Different rows in a file that was pasted after itself; fewer may repeat by chance."""
_MOST_COPIES = 4
_MOST_ENDS = 3
"""Lines at either end of a table that are looked at for totals and remarks."""
_IMPORT_ID = re.compile(r"\{\s*[\"']+ImportId[\"']+\s*:")
IDENTIFIER = re.compile(
    r"(?:.*[\W_])?(?:id|uuid|key|№|номер|ид|code|код|caseid|respid|responseid|respondentid|respnr)"
)
_SHOWN = 3


def is_total(cell: str) -> bool:
    """Return whether a cell says that what stands beside it is a total.

    Examples
    --------
    >>> is_total("Итого:"), is_total("N = 1 200"), is_total("Среднее")
    (True, True, False)
    """
    words = folded(cell)
    return words.strip(" :.*=") in _TOTALS or _BASE.fullmatch(words) is not None


def without_empty_rows(sheet: Sheet) -> Sheet:
    """Leave out the lines in which every cell is empty; they hold nobody's answers.

    Examples
    --------
    >>> from pathlib import Path
    >>> rows = [("1", "2"), ("", " ")]
    >>> sheet = without_empty_rows(Sheet(Path("a.csv"), ["a", "b"], rows, [2, 3]))
    >>> sheet.rows, sheet.assumed
    ([('1', '2')], ('line 3 holds separators and no answer and is left out',))
    """
    if len(sheet.headings) < 2:
        return sheet
    empty = [at for at, row in enumerate(sheet.rows) if not any(map(str.strip, row))]
    if not empty or len(empty) == len(sheet.rows):
        return sheet
    lines = [str(sheet.lines[at]) for at in empty]
    shown = ", ".join(lines[:_SHOWN]) + (f" and {len(lines) - _SHOWN} more" * (len(lines) > _SHOWN))
    plural = len(lines) > 1
    verbs = ("hold", "are") if plural else ("holds", "is")
    said = f"line{'s' * plural} {shown} {verbs[0]} separators and no answer and {verbs[1]} left out"
    return replace(sheet.without(rows=set(empty)).assuming(said), empty_rows=len(empty))


def check_rows(sheet: Sheet, as_they_are: bool = False) -> None:
    """Refuse lines that are no respondents."""
    try:
        _Table(sheet).check()
    except SurveyError as problem:
        if not as_they_are:
            raise SurveyError(f"{problem}, or declare `tool: plain` to read it as it is") from None
        logger.warning("%s; it is read as it is, because `tool: plain` is declared", problem)


@dataclass(frozen=True)
class _Table:
    """The cells of a table, looked at as a whole."""

    sheet: Sheet

    @cached_property
    def columns(self) -> list[tuple[str, ...]]:
        """Cells, column by column."""
        return self.sheet.columns

    def _number(self, column: int, row: int) -> float | None:
        return parsed_number(self.columns[column][row])

    def check(self) -> None:
        """Look for every kind of line that is no respondent."""
        if len(self.sheet.rows) < 2 or not self.sheet.headings:
            return
        self._headings_again()
        self._copies()
        self._second_headings()
        self._ends()

    def _stop(self, row: int, what: str, cure: str) -> SurveyError:
        return SurveyError(f"{self.sheet.path}: {self.sheet.line(row)} {what}; {cure}")

    def _headings_again(self) -> None:
        """Refuse a line that repeats the headings."""
        headings = [
            folded(self.sheet.texts.get(heading, heading)) for heading in self.sheet.headings
        ]
        known = set(headings) - {""}
        for row, cells in enumerate(self.sheet.rows):
            if cells[0].startswith("{") and _IMPORT_ID.match(cells[0].strip()):
                raise self._stop(
                    row,
                    "holds Qualtrics' import identifiers and is no respondent",
                    "export the file anew, with its three rows of headings and nothing above them",
                )
            # Most lines hold no heading at all: only the others are worth a close look.
            if folded(cells[-1]) not in known and folded(cells[0]) not in known:
                continue
            pairs = enumerate(zip(map(folded, cells), headings, strict=True))
            same = [cell == heading and self._is_rare(at) for at, (cell, heading) in pairs if cell]
            if sum(same) > 1 and 2 * sum(same) > len(same):
                raise self._stop(
                    row,
                    "repeats the headings among the answers",
                    "the file was put together from several, or pasted after itself: export it "
                    "anew, name each part as a wave of its own",
                )

    def _is_rare(self, column: int) -> bool:
        """Return whether few cells are the heading of their column: an option says its own name."""
        name = self.sheet.headings[column]
        heading = folded(self.sheet.texts.get(name, name))
        return sum(folded(cell) == heading for cell in self.columns[column]) <= _MOST_COPIES

    def _copies(self) -> None:
        """Refuse a table that stands in the file several times."""
        rows = self.sheet.rows
        for times, part in _parts(len(rows), _FEWEST):
            if rows[:-part] != rows[part:]:
                continue
            several = len(set(rows[:part])) >= _FEWEST_COPIED and _period(rows[:part]) == part
            if several or self._has_id(rows[:part]):
                first, last = self.sheet.lines[part], self.sheet.lines[-1]
                raise SurveyError(
                    f"{self.sheet.path}: lines {first} to {last} repeat the {part} lines of "
                    f"answers above them, cell by cell: the table stands in the file {times} "
                    "times; export it anew"
                )
        counts = Counter(rows)
        if len(counts) == len(rows) or len(counts) < _FEWEST_COPIED or not _tells_apart(counts):
            return
        times = min(counts.values())
        if times > 1 and set(counts.values()) == {times}:
            # Sorted after it was pasted.
            raise SurveyError(
                f"{self.sheet.path}: each of its {len(counts)} lines of answers stands in the file "
                f"{times} times, cell by cell; export it anew"
            )
        seen: dict[tuple[str, ...], int] = {}
        again = [at for at, row in enumerate(rows) if seen.setdefault(row, at) != at]
        logger.warning(
            "%s: %s repeats %s cell by cell, and so do %d lines in all; declare the `id:` of the "
            "respondents, and the import names them",
            self.sheet.path,
            self.sheet.line(again[0]),
            self.sheet.line(seen[rows[again[0]]]),
            len(again),
        )

    def _has_id(self, rows: Sequence[tuple[str, ...]]) -> bool:
        """Return whether a column that is called an identifier tells the rows apart."""
        named = [
            at
            for at, heading in enumerate(self.sheet.headings)
            if IDENTIFIER.fullmatch(folded(heading))
        ]
        return any(len({row[at] for row in rows if row[at]}) == len(rows) for at in named)

    def _second_headings(self) -> None:
        """Refuse a first line of words over columns that are numbers everywhere else."""
        if len(self.sheet.rows) <= _FEWEST:
            return
        first = self.sheet.rows[0]
        worded = [
            at
            for at, cell in enumerate(first)
            if cell.strip() and self._number(at, 0) is None and self._others_are_numbers(at, 0)
        ]
        if len(worded) < 2:
            return
        others = [at for at, cell in enumerate(first) if at not in worded and cell.strip()]
        if not any(self._others_are_numbers(at, 0) for at in others):
            raise self._stop(
                0,
                "holds words where all other lines hold numbers: it seems to be a second row of "
                "headings",
                "declare the `tool:` that wrote the file, export it with one row of headings",
            )

    def _others_are_numbers(self, column: int, row: int) -> bool:
        """Return whether a column is numbers, and enough of them, apart from one row."""
        cells = [cell for at, cell in enumerate(self.columns[column]) if at != row and cell.strip()]
        return len(cells) >= _FEWEST and all(parsed_number(cell) is not None for cell in cells)

    def _ends(self) -> None:
        """Refuse totals and remarks above or below the respondents."""
        last = len(self.sheet.rows) - 1
        for row in range(last + 1):
            self._stop_at_subtotal(row)
        ends = [0, *range(last, max(0, last - _MOST_ENDS), -1)]
        for row in ends:
            cells = [cell.strip() for cell in self.sheet.rows[row]]
            filled = [at for at, cell in enumerate(cells) if cell]
            if not filled:
                continue
            first = cells[filled[0]]
            sums_up = is_total(first) or folded(first).strip(" :.*=") in _SUMMARIES
            if sums_up and self._is_alone(row, filled):
                raise self._stop(
                    row,
                    f"begins with '{first[:40]}' and seems to be a line of totals, no respondent",
                    "export the answers without it",
                )
            if self._sums(row, filled):
                raise self._stop(
                    row,
                    f"holds the sums of the columns {'above' if row else 'below'} it and is no "
                    "respondent",
                    "export the answers without it",
                )
            if row and self._is_remark(row, filled):
                raise self._stop(
                    row,
                    f"holds words in column {self.sheet.position(filled[0]) + 1}, where all other "
                    "lines hold numbers, and hardly anything else: it seems to be a remark or a "
                    "total, no respondent",
                    "export the answers without it",
                )

    def _stop_at_subtotal(self, row: int) -> None:
        """Refuse a subtotal of a group, and what begins anew below an empty line."""
        cells = self.sheet.rows[row]
        filled = [at for at, cell in enumerate(cells) if cell.strip()]
        if not filled or len(filled) == len(cells):
            return
        word = cells[filled[0]].strip()
        once = sum(cell.strip() == word for cell in self.columns[filled[0]]) == 1
        numbers = len(filled) > 1 and all(self._number(at, row) is not None for at in filled[1:])
        if once and numbers and _SUBTOTAL.fullmatch(folded(word)):
            raise self._stop(
                row,
                "seems to be the subtotal of a group, no respondent",
                "export the answers without it",
            )
        gap = row > 0 and self.sheet.lines[row] - self.sheet.lines[row - 1] > 1 + sum(
            cell.count("\n") for cell in self.sheet.rows[row - 1]
        )
        # Somebody of whom only an id is known is a respondent.
        words = not re.fullmatch(r"\S*\d\S*", word)
        if gap and once and words and len(filled) == 1:
            raise self._stop(
                row,
                "holds one cell of words below an empty line: it seems to be a remark, or the "
                "heading of another table, and no respondent",
                "export the answers without what stands below them",
            )

    def _is_alone(self, row: int, filled: Sequence[int]) -> bool:
        """Return whether the first cell of a line is unlike the others of its column."""
        at = filled[0]
        word = folded(self.sheet.rows[row][at])
        once = sum(folded(cell) == word for cell in self.columns[at]) == 1
        numbers = all(self._number(column, row) is not None for column in filled[1:])
        return once and (numbers or 2 * len(filled) <= len(self.sheet.headings))

    def _sums(self, row: int, filled: Sequence[int]) -> bool:
        """Return whether the cells of a line are the sums of all that stands above them."""
        last = len(self.sheet.rows) - 1
        if last < _FEWEST or row not in (0, last) or len(filled) == len(self.sheet.headings):
            return False
        others = range(last) if row else range(1, last + 1)
        agreeing = 0
        for at in filled:
            values = [self._number(at, other) for other in others]
            known = [number for number in values if number is not None]
            total = self._number(at, row)
            if total is None or len(known) < _FEWEST:
                continue
            if abs(sum(known) - total) > 1e-9 * max(1.0, abs(total)) or sum(map(bool, known)) < 2:
                return False
            # One sum may be chance, unless nothing else is in the line and no value is as large.
            agreeing += 2 if len(filled) == 1 and max(map(abs, known)) < abs(total) else 1
        return agreeing > 1

    def _is_remark(self, row: int, filled: Sequence[int]) -> bool:
        """Return whether a line is some words in a column of numbers, and little else."""
        return (
            self._number(filled[0], row) is None
            and len(self.sheet.headings) > 2
            and 4 * len(filled) <= len(self.sheet.headings)
            and len(self.sheet.rows) > _FEWEST
            and self._others_are_numbers(filled[0], row)
        )


def check_copies(survey: Survey, path: str) -> None:
    """Refuse the records of a file that stand in it several times, one after the other."""
    data = survey.data
    for times, part in _parts(len(data), _FEWEST_COPIED):
        # Column by column: the first that does not repeat ends it.
        repeat = all(_repeats(data[name], part) for name in data)
        if repeat and any(data[name].iloc[:part].nunique() == part for name in data):
            raise SurveyError(
                f"{path}: rows {part + 1} to {len(data)} repeat the {part} respondents above them "
                f"in every variable: the records stand in the file {times} times; save it anew"
            )


def _repeats(column: "pd.Series", part: int) -> bool:
    """Return whether a column is the same again after so many rows."""
    again = column.iloc[part:]
    return bool(column.iloc[:-part].equals(again.set_axis(column.index[:-part])))


def _parts(size: int, fewest: int) -> Iterator[tuple[int, int]]:
    """Into how many equal parts rows can be cut, and the rows of a part, `fewest` or more."""
    for times in range(2, _MOST_COPIES + 1):
        if size % times == 0 and size // times >= fewest:
            yield times, size // times


def _tells_apart(rows: Collection[tuple[str, ...]]) -> bool:
    """Return whether some column is filled and different in every row."""
    columns = zip(*rows, strict=True)
    return any(len({cell for cell in column if cell}) == len(rows) for column in columns)


def _period(rows: Sequence[object]) -> int:
    """Find after how many rows a sequence repeats; its length where it does not."""
    size = len(rows)
    return next(
        (
            step
            for step in range(1, size // 2 + 1)
            if not size % step and rows[:-step] == rows[step:]
        ),
        size,
    )
