"""Crossing: many items by many column variables, single answers and sets alike, in one pass."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from resurvey.core.codebook import Code, Variable
from resurvey.core.counting import Coded, Counted, encode, many_counts
from resurvey.counts.crosstabs import Crosstab
from resurvey.counts.weighted import ColumnPairs
from resurvey.statistics.multiple_response import choices
from resurvey.tables.response_sets import ResponseSet, find_set, set_variable

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from resurvey.core.survey import Survey
    from resurvey.counts.design import PreparedDesign

CHOSEN, NOT_CHOSEN, NOBODY = 0, 1, 2


@dataclass(frozen=True)
class Item:
    """A question or a multiple-response set, as arrays that can be counted.

    Attributes
    ----------
    variable : Variable
        The question, or the set with its options as answers.
    codes : list
        Answers, or options of the set.
    arrays : tuple of (positions, number of answers)
        One for a question. A set as rows: chosen and not chosen among those who chose any, per
        option; as columns: chosen, per option, and those who chose any at the end.
    members : tuple of str
        Variables of a set; empty for a question.
    """

    variable: Variable
    codes: list[Code]
    arrays: tuple[Coded, ...]
    members: tuple[str, ...] = ()

    @property
    def overlapping(self) -> bool:
        """A respondent may stand in several columns."""
        return bool(self.members)


def read_item(survey: "Survey", name: str, as_columns: bool) -> Item:
    """Read a question or a multiple-response set for counting.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> from resurvey.core.survey import Survey
    >>> people = Survey(pd.DataFrame({"q": [1, 2, 2]}), Codebook({"q": Variable("q")}))
    >>> read_item(people, "q", as_columns=False).codes
    [1, 2]
    """
    found = find_set(survey.codebook, name)
    if found is not None:
        return _read_set(survey, found, as_columns)
    variable = survey.codebook[name]
    positions, codes = encode(survey.data[name], variable)
    return Item(variable, codes, ((positions, len(codes)),))


def _read_set(survey: "Survey", found: ResponseSet, as_columns: bool) -> Item:
    options, chosen = choices(survey, found.items, found.counted)
    anything = np.asarray(chosen.any(axis=1))
    arrays: list[Coded] = []
    for picked in chosen.T:
        if as_columns:
            arrays.append((np.where(picked, CHOSEN, 1).astype(np.uint8), 1))
        else:
            place = np.where(anything, np.where(picked, CHOSEN, NOT_CHOSEN), NOBODY)
            arrays.append((place.astype(np.uint8), 2))
    if as_columns:
        arrays.append((np.where(anything, CHOSEN, 1).astype(np.uint8), 1))
    variable = set_variable(survey.codebook, found)
    return Item(variable, options, tuple(arrays), found.items)


@dataclass(frozen=True)
class Crossed:
    """One item by one column variable.

    Attributes
    ----------
    row, column : Item
        What was counted by what.
    tables : tuple of tuple of Crosstab
        One per array of the row and of the column.
    """

    row: Item
    column: Item
    tables: tuple[tuple[Crosstab, ...], ...]

    @property
    def by_design(self) -> bool:
        """The counts are sums of sampling weights."""
        return self.tables[0][0].weighting == "sampling"

    @cached_property
    def counts(self) -> "NDArray[Any]":
        """Counts, or sums of weights: answers × columns."""
        return self._cells("observed")

    @cached_property
    def heads(self) -> "NDArray[Any]":
        """Respondents, whatever their weights: answers × columns."""
        return self._cells("unweighted")

    @cached_property
    def bases(self) -> "NDArray[Any]":
        """Weighted base of each column: those with any answer to the row."""
        return self._bases("observed")

    @cached_property
    def head_bases(self) -> "NDArray[Any]":
        """Respondents in the base of each column."""
        return self._bases("unweighted")

    def in_columns(self, of: str) -> tuple["NDArray[Any]", "Any"]:
        """Count per answer who is in any column, and who is in the table at all."""
        if not self.column.overlapping:
            return self._cells(of).sum(axis=1), self._bases(of).sum()
        rows = [self._picked(line[-1], of)[:, 0] for line in self.tables]
        return np.concatenate(rows), getattr(self.tables[0][-1], of).sum()

    def everyone(self, of: str) -> tuple["NDArray[Any]", "Any"]:
        """Count per answer, and in all, whoever answered the row, with a column or without."""
        aside = {"observed": "no_column", "unweighted": "unweighted_no_column"}[of]
        every = [getattr(line[0], of).sum(axis=1) + getattr(line[0], aside) for line in self.tables]
        if not self.row.members:
            return every[0], every[0].sum()
        return np.array([one[CHOSEN] for one in every]), every[0].sum()

    def pairs(self, parts: Sequence[tuple[int, ...]]) -> Callable[[int, int, int], float]:
        """Give the test of two columns under the sampling design, for rows that add up answers."""
        if not self.row.members:
            return ColumnPairs(self.tables[0][0], parts).p_value
        own = [ColumnPairs(self.tables[one[0]][0], [(CHOSEN,)]) for one in parts]
        return lambda row, first, second: own[row].p_value(0, first, second)

    def _picked(self, table: Crosstab, of: str) -> "NDArray[Any]":
        cells: NDArray[Any] = getattr(table, of)
        return cells[:1] if self.row.members else cells

    def _cells(self, of: str) -> "NDArray[Any]":
        width = len(self.tables[0]) - 1 if self.column.overlapping else 1
        return np.block([[self._picked(one, of) for one in line[:width]] for line in self.tables])

    def _bases(self, of: str) -> "NDArray[Any]":
        width = len(self.tables[0]) - 1 if self.column.overlapping else 1
        return np.concatenate([getattr(one, of).sum(axis=0) for one in self.tables[0][:width]])


def cross_items(
    rows: Sequence[Item], columns: Sequence[Item], design: "PreparedDesign | None" = None
) -> dict[tuple[str, str], Crossed]:
    """Count every item by every column variable.

    Examples
    --------
    >>> job = Item(Variable("job"), [1, 2], ((np.array([0, 1, 1], np.uint8), 2),))
    >>> sex = Item(Variable("sex"), [1], ((np.array([0, 0, 1], np.uint8), 1),))
    >>> cross_items([job], [sex])["job", "sex"].counts.tolist()
    [[1], [1]]
    """
    downs = [array for item in rows for array in item.arrays]
    acrosses = [array for item in columns for array in item.arrays]
    together: Mapping[tuple[int, int], NDArray[np.int64]] = {}
    if design is None:
        together = many_counts(downs, acrosses)

    def counted(row: int, column: int) -> Counted:
        if design is None:
            return Counted.equal(together[row, column])
        (down, height), (across, width) = downs[row], acrosses[column]
        return design.count(down, across, (height, width))

    row_starts = np.cumsum([0, *(len(item.arrays) for item in rows)]).tolist()
    column_starts = np.cumsum([0, *(len(item.arrays) for item in columns)]).tolist()
    found = {}
    for row, first_row in zip(rows, row_starts, strict=False):
        for column, first_column in zip(columns, column_starts, strict=False):
            tables = tuple(
                tuple(
                    Crosstab.of(
                        row.variable,
                        column.variable,
                        _codes(row, downs[first_row + down][1]),
                        _codes(column, acrosses[first_column + across][1]),
                        counted(first_row + down, first_column + across),
                    )
                    for across in range(len(column.arrays))
                )
                for down in range(len(row.arrays))
            )
            found[row.variable.name, column.variable.name] = Crossed(row, column, tables)
    return found


def _codes(item: Item, size: int) -> list[Code]:
    return list(range(size)) if item.members else item.codes
