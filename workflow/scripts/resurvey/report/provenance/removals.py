"""Removals: what one respondent less does to the statistics of a crosstab, exactly.

Pearson's X² is n (S − 1) with S = Σ O² / (R C), so that every single removal costs a few
fractions; nothing is rounded, and equality is equality.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from resurvey.statistics.tails import chi_square_tail

Place = tuple[int, int]


@dataclass(frozen=True)
class ReducedTable:
    """Counts of a crosstab without its empty rows and columns.

    Attributes
    ----------
    counts : sequence of sequences of int
        Rows × columns, at least two of each.
    """

    counts: Sequence[Sequence[int]]

    @cached_property
    def rows(self) -> list[int]:
        """Row totals."""
        return [sum(row) for row in self.counts]

    @cached_property
    def columns(self) -> list[int]:
        """Column totals."""
        return [sum(column) for column in zip(*self.counts, strict=True)]

    @cached_property
    def n(self) -> int:
        """Respondents in the table."""
        return sum(self.rows)

    @cached_property
    def places(self) -> list[Place]:
        """Cells that hold somebody."""
        return [(i, j) for i, row in enumerate(self.counts) for j, count in enumerate(row) if count]

    @cached_property
    def sum_of_squares(self) -> Fraction:
        """S = Σ O² / (R C)."""
        return sum((self._square(i, j) for i, j in self.places), Fraction(0))

    @cached_property
    def _row_sums(self) -> list[Fraction]:
        return [
            sum((self._square(i, j) for j in range(len(self.columns))), Fraction(0))
            for i in range(len(self.rows))
        ]

    @cached_property
    def _column_sums(self) -> list[Fraction]:
        return [
            sum((self._square(i, j) for i in range(len(self.rows))), Fraction(0))
            for j in range(len(self.columns))
        ]

    def _square(self, i: int, j: int) -> Fraction:
        return Fraction(self.counts[i][j] ** 2, self.rows[i] * self.columns[j])

    def squares_without(self, place: Place) -> Fraction:
        """S after somebody of a cell has left."""
        i, j = place
        own = self._square(i, j)
        row, column = self.rows[i] - 1, self.columns[j] - 1
        rest = self.sum_of_squares - self._row_sums[i] - self._column_sums[j] + own
        if row:
            rest += (self._row_sums[i] - own) * self.rows[i] / row
        if column:
            rest += (self._column_sums[j] - own) * self.columns[j] / column
        if row and column:
            rest += Fraction((self.counts[i][j] - 1) ** 2, row * column)
        return rest

    def shape_without(self, place: Place) -> tuple[int, int]:
        """Rows and columns that still hold somebody."""
        i, j = place
        return (
            len(self.rows) - (self.rows[i] == 1),
            len(self.columns) - (self.columns[j] == 1),
        )

    def refused_without(self, place: Place) -> bool:
        """Tell whether no test is left: fewer than two rows or columns."""
        return min(self.shape_without(place)) < 2

    def pearson_moves(self, place: Place) -> bool:
        """Tell whether X² changes.

        Examples
        --------
        >>> [ReducedTable([[2, 1], [2, 1]]).pearson_moves(place) for place in [(0, 0), (0, 1)]]
        [True, True]
        """
        before = self.n * (self.sum_of_squares - 1)
        after = (self.n - 1) * (self.squares_without(place) - 1)
        return self.refused_without(place) or before != after

    def freedom_moves(self, place: Place) -> bool:
        """Tell whether the degrees of freedom change: a row or column empties.

        Examples
        --------
        >>> [ReducedTable([[2, 1], [2, 0]]).freedom_moves(place) for place in [(0, 0), (0, 1)]]
        [False, True]
        """
        return self.shape_without(place) != (len(self.rows), len(self.columns))

    def cramer_moves(self, place: Place) -> bool:
        """Tell whether Cramér's V changes.

        Examples
        --------
        >>> ReducedTable([[3, 0], [0, 3]]).cramer_moves((0, 0))
        False
        """
        before = (self.sum_of_squares - 1) / (min(len(self.rows), len(self.columns)) - 1)
        if self.refused_without(place):
            return True
        after = (self.squares_without(place) - 1) / (min(self.shape_without(place)) - 1)
        return before != after

    def likelihood_moves(self, place: Place) -> bool:
        """Tell whether G² changes, to ten digits: logarithms have no exact value."""
        if self.refused_without(place):
            return True
        i, j = place
        change = (
            _step(self.counts[i][j]) - _step(self.rows[i]) - _step(self.columns[j]) + _step(self.n)
        )
        return abs(change) > 1e-10

    def residual_moves(self, cell: Place, place: Place) -> bool:
        """Tell whether the adjusted residual of a cell changes when somebody of a place leaves."""
        if self.refused_without(place):
            return True
        (i, j), (k, m) = cell, place
        numbers = self.counts[i][j], self.rows[i], self.columns[j], self.n
        less = (int(cell == place), int(i == k), int(j == m), 1)
        before = _residual(*numbers)
        after = _residual(*(one - gone for one, gone in zip(numbers, less, strict=True)))
        return before != after

    def likelihood_ratio(self, place: Place | None = None) -> float:
        """Return G², of everybody or without somebody of a place."""
        i, j = place or (-1, -1)
        cells = (
            _entropy(count - ((row, column) == (i, j)))
            for row, line in enumerate(self.counts)
            for column, count in enumerate(line)
        )
        rows = (_entropy(total - (row == i)) for row, total in enumerate(self.rows))
        columns = (_entropy(total - (column == j)) for column, total in enumerate(self.columns))
        n = self.n - (place is not None)
        return max(0.0, 2 * (math.fsum(cells) - math.fsum(rows) - math.fsum(columns) + _entropy(n)))

    def pearson(self, place: Place | None = None) -> float:
        """Return X², of everybody or without somebody of a place."""
        if place is None:
            return float(self.n * (self.sum_of_squares - 1))
        return float((self.n - 1) * (self.squares_without(place) - 1))

    def tail_ends(self, statistic: Callable[[Place | None], float]) -> tuple[float, float] | None:
        """Return the smallest and largest p-value over all single removals and none.

        Parameters
        ----------
        statistic : callable
            `pearson` or `likelihood_ratio`.

        Returns
        -------
        tuple of float, or None
            None where a removal leaves nothing to test.
        """
        if any(self.refused_without(place) for place in self.places):
            return None
        tails = [chi_square_tail(statistic(None), (len(self.rows) - 1) * (len(self.columns) - 1))]
        for place in self.places:
            rows, columns = self.shape_without(place)
            tails.append(chi_square_tail(statistic(place), (rows - 1) * (columns - 1)))
        return min(tails), max(tails)


def _step(count: int) -> float:
    """Change of x ln x from x to x − 1."""
    return _entropy(count - 1) - _entropy(count)


def _entropy(count: int) -> float:
    return count * math.log(count) if count else 0.0


def _residual(observed: int, row: int, column: int, n: int) -> tuple[int, Fraction] | None:
    """Sign and square of an adjusted residual; None where it is not defined."""
    variance = row * column * (n - row) * (n - column)
    if not variance:
        return None
    deviation = n * observed - row * column
    sign = (deviation > 0) - (deviation < 0)
    return sign, Fraction(deviation**2 * n, variance)
