"""Plausibility: rows of a file that are no respondents."""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING

from resurvey.core.codebook import Survey
from resurvey.core.errors import SurveyError
from resurvey.core.total_words import TOTALS
from resurvey.reading.columns import counted, different, parsed_number, rows_with
from resurvey.reading.encoding import folded
from resurvey.reading.sheet import Sheet

if TYPE_CHECKING:
    import pandas as pd

    from resurvey.core.codebook import Survey

logger = logging.getLogger(__name__)

_MEANS = ["mean", "average", "median", "среднее", "медиана", "mittelwert", "moyenne", "promedio"]
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
    return words.strip(" :.*=") in TOTALS or _BASE.fullmatch(words) is not None


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
    empty = [at for at, filled in enumerate(sheet.filled) if not filled]
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
    def columns(self) -> Sequence[Sequence[str]]:
        """Cells, column by column."""
        return self.sheet.columns

    def _number(self, column: int, row: int) -> float | None:
        return parsed_number(self.columns[column][row])

    def check(self) -> None:
        """Look for every kind of line that is no respondent."""
        if len(self.sheet.rows) < 2 or not self.sheet.headings:
            return
        self._no_headings()
        self._headings_again()
        self._copies()
        self._second_headings()
        self._ends()

    def _stop(self, row: int, what: str, cure: str) -> SurveyError:
        return SurveyError(f"{self.sheet.path}: {self.sheet.line(row)} {what}; {cure}")

    def _no_headings(self) -> None:
        """Refuse a first line that is like the lines below it: its respondent would be lost."""
        sheet = self.sheet
        if len(sheet.rows) < _FEWEST or len(sheet.headings) < 2:
            return
        texts = [sheet.texts.get(heading, heading) for heading in sheet.headings]
        occurs = False
        for text, column in zip(texts, self.columns, strict=True):
            likeness = _likeness(text, column)
            if likeness is None:
                return
            occurs = occurs or likeness
        numbers = [parsed_number(text) for text in texts]
        # Headings of words that stand again among the answers are headings all the same.
        words = all(number is None for number in numbers)
        if not occurs or (words and self._like_headings([folded(text) for text in texts])):
            return
        number = sheet.lines[0] - 1
        line = f"row {number} of sheet '{sheet.name}'" if sheet.name else f"line {number}"
        down = [numbers[0], *(self._number(0, row) for row in range(_FEWEST))]
        if _counts_up(numbers) and not _counts_up(down):
            logger.warning(
                "%s: the headings in %s are numbers that count up, as answers below them do too; "
                "if they are a respondent's answers, add a line of headings above it",
                sheet.path,
                line,
            )
            return
        raise SurveyError(
            f"{sheet.path}: {line} holds answers like those of the lines below it and no headings, "
            "so that its respondent would be lost; add a line of headings above it"
        )

    def _headings_again(self) -> None:
        """Refuse a line that repeats the headings."""
        headings = [
            folded(self.sheet.texts.get(heading, heading)) for heading in self.sheet.headings
        ]
        first = self.columns[0]
        marked = {cell for cell in different(first) if _IMPORT_ID.match(cell.strip())}
        identifiers = set(rows_with(first, {cell for cell in marked if cell.startswith("{")}))
        for row in sorted(identifiers.union(self._like_headings(headings))):
            if row in identifiers:
                raise self._stop(
                    row,
                    "holds Qualtrics' import identifiers and is no respondent",
                    "export the file anew, with its three rows of headings and nothing above them",
                )
            raise self._stop(
                row,
                "repeats the headings among the answers",
                "the file was put together from several, or pasted after itself: export it "
                "anew, name each part as a wave of its own",
            )

    def _like_headings(self, headings: Sequence[str]) -> list[int]:
        """Find rows of which several cells, and most of the filled ones, are their headings."""
        known = set(headings) - {""}
        ends: set[int] = set()
        for column in (self.columns[0], self.columns[-1]):
            ends.update(rows_with(column, {c for c in different(column) if folded(c) in known}))
        # Most files hold no heading at either end of a row: only the others are worth a look.
        if not ends:
            return []
        same: Counter[int] = Counter()
        for heading, column in zip(headings, self.columns, strict=True):
            cells = {cell for cell in different(column) if heading and folded(cell) == heading}
            rows = rows_with(column, cells)
            # Where many cells are the heading, it is an option that says its own name.
            if len(rows) <= _MOST_COPIES:
                same.update(rows)
        several = [row for row, times in same.items() if times > 1 and row in ends]
        return [row for row in several if 2 * same[row] > self.sheet.filled[row]]

    def _copies(self) -> None:
        """Refuse a table that stands in the file several times."""
        alike = self.sheet.alike
        again = [row for row, first in enumerate(alike) if first != row]
        if not again:
            return
        for times, part in _parts(len(alike), _FEWEST):
            if alike[:-part] != alike[part:]:
                continue
            several = len(set(alike[:part])) >= _FEWEST_COPIED and _period(alike[:part]) == part
            if several or self._has_id(part):
                first, last = self.sheet.lines[part], self.sheet.lines[-1]
                raise SurveyError(
                    f"{self.sheet.path}: lines {first} to {last} repeat the {part} lines of "
                    f"answers above them, cell by cell: the table stands in the file {times} "
                    "times; export it anew"
                )
        copied = Counter(alike[row] for row in again)
        apart = len(alike) - len(again)
        if apart < _FEWEST_COPIED or not self._tells_apart(apart):
            return
        if len(copied) == apart and len(set(copied.values())) == 1:
            # Sorted after it was pasted.
            raise SurveyError(
                f"{self.sheet.path}: each of its {apart} lines of answers stands in the file "
                f"{copied[alike[again[0]]] + 1} times, cell by cell; export it anew"
            )
        logger.warning(
            "%s: %s repeats %s cell by cell, and so do %d lines in all; declare the `id:` of the "
            "respondents, and the import names them",
            self.sheet.path,
            self.sheet.line(again[0]),
            self.sheet.line(alike[again[0]]),
            len(again),
        )

    def _has_id(self, part: int) -> bool:
        """Return whether a column that is called an identifier tells the first rows apart."""
        named = [
            at
            for at, heading in enumerate(self.sheet.headings)
            if IDENTIFIER.fullmatch(folded(heading))
        ]
        return any(len(set(self.columns[at][:part]) - {""}) == part for at in named)

    def _tells_apart(self, rows: int) -> bool:
        """Return whether some column is filled and different in every one of the different rows."""
        return any(len(set(different(column)) - {""}) == rows for column in self.columns)

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
        own, numbers = self.columns[column][row], 0
        for cell, rows in counted(self.columns[column]).items():
            others = rows - (cell == own)
            if not others or not cell.strip():
                continue
            if parsed_number(cell) is None:
                return False
            numbers += others
        return numbers >= _FEWEST

    def _ends(self) -> None:
        """Refuse totals and remarks above or below the respondents."""
        last = len(self.sheet.rows) - 1
        for row in self._unlike_others():
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
        numbers = len(filled) > 1 and all(self._number(at, row) is not None for at in filled[1:])
        if numbers and _SUBTOTAL.fullmatch(folded(word)):
            raise self._stop(
                row,
                "seems to be the subtotal of a group, no respondent",
                "export the answers without it",
            )
        # Somebody of whom only an id is known is a respondent.
        words = not re.fullmatch(r"\S*\d\S*", word)
        if words and len(filled) == 1 and self._is_below_a_gap(row):
            raise self._stop(
                row,
                "holds one cell of words below an empty line: it seems to be a remark, or the "
                "heading of another table, and no respondent",
                "export the answers without what stands below them",
            )

    def _unlike_others(self) -> list[int]:
        """Find the rows whose first words stand once in their column and may sum up or end others.

        Only rows with empty cells; those that stand below an empty line have one cell alone.
        """
        filled = self.sheet.filled
        gaps = {
            row
            for row, cells in enumerate(filled)
            if cells == 1 and row and self.sheet.lines[row] - self.sheet.lines[row - 1] > 1
        }
        found: list[int] = []
        # Rows of which no cell was filled so far; at first all.
        unfilled: set[int] | None = None
        for column in self.columns:
            counts: Counter[str] = Counter()
            for cell, times in counted(column).items():
                counts[cell.strip()] += times
            singles = {
                cell
                for cell in different(column)
                if (word := cell.strip()) and counts[word] == 1 and not word.isdecimal()
            }
            last = {cell for cell in singles if _SUBTOTAL.fullmatch(folded(cell))}
            rows = rows_with(column, last)
            if gaps:
                rows += gaps.intersection(rows_with(column, singles))
            found += [row for row in rows if unfilled is None or row in unfilled]
            blank = rows_with(column, {cell for cell in different(column) if not cell.strip()})
            unfilled = set(blank) if unfilled is None else unfilled.intersection(blank)
            if not unfilled:
                break
        return sorted(set(found))

    def _is_below_a_gap(self, row: int) -> bool:
        """Return whether an empty line stands above a row."""
        if row == 0:
            return False
        above = sum(cell.count("\n") for cell in self.sheet.rows[row - 1])
        return self.sheet.lines[row] - self.sheet.lines[row - 1] > 1 + above

    def _is_alone(self, row: int, filled: Sequence[int]) -> bool:
        """Return whether the first cell of a line is unlike the others of its column."""
        at = filled[0]
        word = folded(self.sheet.rows[row][at])
        counts = counted(self.columns[at]).items()
        once = sum(rows for cell, rows in counts if folded(cell) == word) == 1
        numbers = all(self._number(column, row) is not None for column in filled[1:])
        return once and (numbers or 2 * len(filled) <= len(self.sheet.headings))

    def _sums(self, row: int, filled: Sequence[int]) -> bool:
        """Return whether the cells of a line are the sums of all that stands above them."""
        last = len(self.sheet.rows) - 1
        if last < _FEWEST or row not in (0, last) or len(filled) == len(self.sheet.headings):
            return False
        agreeing = 0
        for at in filled:
            total = self._number(at, row)
            counts = dict(counted(self.columns[at]))
            counts[self.columns[at][row]] -= 1
            numbers = [(parsed_number(cell), rows) for cell, rows in counts.items() if rows]
            known = [(number, rows) for number, rows in numbers if number is not None]
            if total is None or sum(rows for _, rows in known) < _FEWEST:
                continue
            above = fsum(number * rows for number, rows in known)
            others = sum(rows for number, rows in known if number)
            if abs(above - total) > 1e-9 * max(1.0, abs(total)) or others < 2:
                return False
            most = max(abs(number) for number, _ in known)
            # One sum may be chance, unless nothing else is in the line and no value is as large.
            agreeing += 2 if len(filled) == 1 and most < abs(total) else 1
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


def _counts_up(numbers: Sequence[float | None]) -> bool:
    """Return whether each number is the one before it and one."""
    first = numbers[0]
    return first is not None and list(numbers) == [first + at for at in range(len(numbers))]


def _likeness(heading: str, column: Sequence[str]) -> bool | None:
    """Return whether a heading is among the answers below it; None where it is none of them.

    A number is like the others of its column, and not among them, if it lies between them or all
    of them differ: numbers of respondents. Where a column has no other answer than its heading, it
    is an option that says its own name, which tells nothing.

    Examples
    --------
    >>> _likeness("yes", ["no", "yes"]), _likeness("1", ["2", "3"]), _likeness("2019", ["7", "7"])
    (True, False, None)
    """
    answers = {folded(cell) for cell in different(column)} - {""}
    if folded(heading) in answers:
        return len(answers) > 1
    number = parsed_number(heading)
    if number is None:
        return None
    numbers = [parsed_number(answer) for answer in answers]
    known = [one for one in numbers if one is not None]
    if not known or len(known) < len(numbers):
        return None
    if number in known:
        return len(known) > 1
    between = min(known) < number < max(known)
    return False if between or len(known) == len(column) else None


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
