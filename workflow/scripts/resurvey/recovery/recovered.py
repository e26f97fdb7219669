"""The result of a recovery: all tables of counts behind the printed percentages."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np

from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note, Refusal
from resurvey.recovery.bases import Candidates
from resurvey.recovery.constraints import constraints, rules_of
from resurvey.recovery.feasible import FeasibleSet
from resurvey.recovery.misprints import Misprints, find_misprints, one_misprint_sets
from resurvey.recovery.printed_table import TOTAL, PrintedTable
from resurvey.recovery.ranges import Extremes, mean_score, statistic_range, verdict_of

#: More solutions than this are counted, not listed.
LARGEST_LIST = 100_000
#: Rules of completeness: shares were rounded from counts, or some are sums of rounded parts.
RULES = ("counts", "rounded_sums")


class Solution(NamedTuple):
    """One table of counts.

    Attributes
    ----------
    bases : dict of str to int
        Respondents of each group.
    counts : dict of str to list of int
        Respondents of each group by answer.
    """

    bases: dict[str, int]
    counts: dict[str, list[int]]


class FeasibleBases(NamedTuple):
    """Bases that carry the printed percentages, with the number of tables they have."""

    bases: dict[str, int]
    solutions: int


@dataclass(frozen=True)
class Recovered:
    """All tables of counts that print as the table does.

    Made by `resurvey.recover`; nothing is computed before it is asked for. `len()` gives the
    exact number of solutions; `count` is the same without an upper limit.

    Attributes
    ----------
    table : PrintedTable
        The printed table, checked.
    rounding : str
        The rounding rule.
    among : frozenset of tuple of int, optional
        Bases of the groups that are possible, where something else than this table says so.
    """

    table: PrintedTable
    rounding: str
    among: frozenset[tuple[int, ...]] | None = None

    def _common(self, size: int) -> list[FeasibleSet]:
        """Return what any so many of the rounding rules print alike."""
        return [
            self._possible(FeasibleSet.of(self.table, shares))
            for rules in combinations(rules_of(self.rounding), size)
            if (shares := constraints(self.table, rules)) is not None
        ]

    def _possible(self, feasible: FeasibleSet) -> FeasibleSet:
        return feasible if self.among is None else feasible.with_bases(self.among)

    @cached_property
    def _sets(self) -> list[FeasibleSet]:
        """The feasible set of each rounding rule; the solutions are their union."""
        return self._common(1)

    @cached_property
    def _signed(self) -> list[tuple[int, FeasibleSet]]:
        """The sets and their intersections, whose signed sizes add up to that of the union."""
        several = range(2, len(rules_of(self.rounding)) + 1)
        return [(1, feasible) for feasible in self._sets] + [
            ((-1) ** (size + 1), feasible) for size in several for feasible in self._common(size)
        ]

    @cached_property
    def count(self) -> int:
        """The exact number of solutions, however many digits it has."""
        return sum(sign * feasible.number for sign, feasible in self._signed)

    def __len__(self) -> int:
        """Return the exact number of solutions (`count` where it exceeds what len() can hold)."""
        if self.count > sys.maxsize:
            raise SurveyError(f"{self.count} solutions are more than len() can hold: use count")
        return self.count

    def __bool__(self) -> bool:
        """Return whether there is a solution."""
        return not all(feasible.is_empty for feasible in self._sets)

    def bases(self) -> list[FeasibleBases]:
        """List the feasible bases, each with its exact number of solutions.

        Returns
        -------
        list of FeasibleBases
            In ascending order, first group first.

        Examples
        --------
        >>> from resurvey.recovery import recover
        >>> [(one.bases["all"], one.solutions) for one in recover(
        ...     {"all": ["33", "67"]}, max_base={"all": 10}).bases()]
        [(3, 1), (6, 1), (9, 1)]
        """
        numbers: dict[tuple[int, ...], int] = {}
        for sign, feasible in self._signed:
            for bases, number in zip(
                feasible.candidates.bases.tolist(), feasible.numbers, strict=True
            ):
                numbers[tuple(bases)] = numbers.get(tuple(bases), 0) + sign * number
        return [
            FeasibleBases(dict(zip(self.table.groups, bases, strict=True)), numbers[bases])
            for bases in sorted(numbers)
            if numbers[bases]
        ]

    @cached_property
    def solutions(self) -> list[Solution]:
        """All solutions, in ascending order of bases and counts.

        Raises
        ------
        SurveyError
            If there are more than 100,000; `len`, `bases` and `range` still answer.
        """
        if self.count > LARGEST_LIST:
            raise SurveyError(
                f"{self.count} solutions are too many to list (at most {LARGEST_LIST}): "
                "use len(), bases() and range(), which stay exact"
            )
        listed = {
            (tuple(bases), tuple(map(tuple, counts)))
            for feasible in self._sets
            for tuples, tables in feasible.tables()
            for bases, counts in zip(
                feasible.candidates.bases[tuples].tolist(), tables.tolist(), strict=True
            )
        }
        return [self._solution(bases, counts) for bases, counts in sorted(listed)]

    def _solution(self, bases: tuple[int, ...], counts: tuple[tuple[int, ...], ...]) -> Solution:
        groups = self.table.groups
        return Solution(
            dict(zip(groups, bases, strict=True)),
            {name: list(column) for name, column in zip(groups, counts, strict=True)},
        )

    def chosen(self) -> Solution:
        """Choose one solution by the declared rule.

        Where an answer is a sum of rounded parts, first of all the solutions whose counts print
        as the table does without any parts, if there are such: records show the printed per
        cents. Then the largest total base; among those the largest first group (then the second,
        and so on); among those the lexicographically smallest counts, first group first.

        Returns
        -------
        Solution

        Raises
        ------
        SurveyError
            If there is no solution.

        Examples
        --------
        >>> from resurvey.recovery import recover
        >>> recover({"all": ["33", "67"]}, max_base={"all": 10}).chosen().counts
        {'all': [3, 6]}
        """
        choice = choose(self.from_counts._sets) or choose(self._sets)
        if choice is None:
            raise SurveyError(self._nothing())
        return self._solution(*choice)

    @property
    def rule(self) -> str:
        """Name the rule under which the list of solutions is complete, one of `RULES`."""
        return RULES[any(cell.parts > 1 for cell in self.table.cells)]

    @cached_property
    def from_counts(self) -> "Recovered":
        """The same table with every printed share rounded from the count of its answer.

        Its solutions are among those of a table with sums of rounded parts: all of a count may be
        in one part.
        """
        if self.rule == RULES[0]:
            return self
        cells = tuple(replace(cell, parts=1) for cell in self.table.cells)
        return replace(self, table=replace(self.table, cells=cells))

    def range(
        self,
        statistic: str,
        answer: int | str | tuple[int, ...] | None = None,
        group: str | None = None,
        against: str | None = None,
        level: float = 0.95,
    ) -> Extremes:
        """Return the exact smallest and largest value of a statistic over all solutions.

        Parameters
        ----------
        statistic : str
            Of the table: ``pearson``, ``likelihood_ratio``, ``p_value`` (Pearson's),
            ``likelihood_ratio_p_value``, ``cramer_v`` and the other measures of association that
            are made of X² alone; empty rows are left out, as in a crosstab.
            Of a row: ``adjusted`` (residual), ``count``, ``percent`` of a group (or of all),
            ``difference`` of two groups' proportions in percentage points, and
            ``difference_low``, ``difference_high``: the ends of its Newcombe interval.
        answer : int, tuple of int or str, optional
            The row: an answer by position, several that are summed, or a derived row's name.
        group, against : str, optional
            The group, and for a difference the group that is subtracted.
        level : float
            Level of the interval for the difference.

        Returns
        -------
        tuple of float
            Smallest and largest value. Which solution attains them is decided in floating point
            on terms that are themselves exact to the last bit or two; the relative error is
            below 1e-12.

        Raises
        ------
        SurveyError
            If there is no solution, or the statistic is not defined for any.

        Notes
        -----
        A statistic that is not defined for some solutions (an adjusted residual of an answer
        that nobody gave) has its range over the others. The range of a statistic that is a sum
        over answers comes from dynamic programming over sums of counts, not from a list.

        Examples
        --------
        >>> from resurvey.recovery import recover
        >>> found = recover({"men": ["31,3", "68,8"], "women": ["28,6", "71,4"]},
        ...                 max_base={"men": 40, "women": 30})
        >>> low, high = found.range("pearson")
        >>> round(low, 4), round(high, 4)
        (0.0165, 0.051)
        """
        return self._range(self._sets, statistic, answer, group, against, level)

    def mean_range(
        self,
        scores: Sequence[Fraction | None],
        group: str | None = None,
        against: str | None = None,
    ) -> Extremes:
        """Return the smallest and largest mean score over all solutions.

        Parameters
        ----------
        scores : sequence of Fraction or None
            One for every answer, in order; None leaves those who gave it out of the mean.
        group, against : str, optional
            The group (default all respondents), and the group whose mean is subtracted.

        Returns
        -------
        tuple of float
            Smallest and largest value, as `range`.

        Raises
        ------
        SurveyError
            If there is no solution, if there are more solutions than can be listed and an answer
            has no score, or if nobody has a score in any.

        Examples
        --------
        >>> from resurvey.recovery import recover
        >>> found = recover({"men": ["31,3", "68,8"], "women": ["28,6", "71,4"]},
        ...                 max_base={"men": 20, "women": 20})
        >>> low, high = found.mean_range([Fraction(0), Fraction(1)])
        >>> round(low, 4), round(high, 4)
        (0.6957, 0.7)
        """
        if not self:
            raise SurveyError(self._nothing())
        names = self.table.groups
        groups = names if group in (None, TOTAL) else (group,)
        if None in scores:
            return self._listed_means(scores, groups, against)
        chosen = [names.index(name) for name in groups]
        other = None if against is None else names.index(against)
        term = mean_score([float(one or 0) for one in scores], chosen, other)
        extremes = [feasible.extremes(term) for feasible in self._sets]
        low = min(float(ends[0].min(initial=np.inf)) for ends in extremes)
        return low, max(float(ends[1].max(initial=-np.inf)) for ends in extremes)

    def _listed_means(
        self, scores: Sequence[Fraction | None], groups: Sequence[str], against: str | None
    ) -> Extremes:
        """Go through the solutions one by one: the bases of the means differ with the counts."""

        def mean(solution: Solution, columns: Sequence[str]) -> Fraction | None:
            total, base = Fraction(0), 0
            for column in columns:
                for score, count in zip(scores, solution.counts[column], strict=True):
                    if score is not None:
                        total, base = total + score * count, base + count
            return total / base if base else None

        found = set()
        for solution in self.solutions:
            first = mean(solution, groups)
            second = Fraction(0) if against is None else mean(solution, [against])
            if first is not None and second is not None:
                found.add(first - second)
        if not found:
            raise Refusal(Note("undefined_statistic", statistic="mean"))
        return float(min(found)), float(max(found))

    def robust_range(
        self,
        statistic: str,
        answer: int | str | tuple[int, ...] | None = None,
        group: str | None = None,
        against: str | None = None,
        level: float = 0.95,
    ) -> Extremes:
        """Return the range of a statistic when any one printed cell may be a misprint.

        The union, over the cells, of the solutions that the table has without that cell;
        parameters and errors are those of `range`.
        """
        return self._range(self._loosened_sets, statistic, answer, group, against, level)

    def work(self, robust: bool = False) -> float:
        """Estimate how many sums of counts one range goes through, or one robust range.

        Examples
        --------
        >>> from resurvey.recovery import recover
        >>> recover({"men": ["31,3", "68,8"]}, base={"men": 16}).work()
        1.0
        """
        return sum(feasible.work for feasible in (self._loosened_sets if robust else self._sets))

    @cached_property
    def _loosened_sets(self) -> list[FeasibleSet]:
        return [self._possible(one) for one in one_misprint_sets(self.table, self.rounding)]

    def _range(
        self,
        sets: list[FeasibleSet],
        statistic: str,
        answer: int | str | tuple[int, ...] | None,
        group: str | None,
        against: str | None,
        level: float,
    ) -> Extremes:
        answers = self._answers(answer)
        extremes = statistic_range(self.table, sets, statistic, answers, group, against, level)
        if extremes is not None:
            return extremes
        if not self:
            raise SurveyError(self._nothing())
        raise Refusal(Note("undefined_statistic", statistic=statistic))

    def _nothing(self) -> str:
        return "the table has no solution: its percentages fit no counts, see misprints"

    def _answers(self, answer: int | str | tuple[int, ...] | None) -> tuple[int, ...]:
        if answer is None:
            return ()
        if isinstance(answer, str):
            rows = [cell.answers for cell in self.table.cells if cell.row == answer]
            if not rows:
                raise SurveyError(f"{answer!r} is not a derived row of the table")
            return rows[0]
        several = (answer,) if isinstance(answer, int) else tuple(sorted(set(answer)))
        for position in several:
            if not 0 <= position < self.table.answers:
                raise SurveyError(
                    f"answer {position}: the table has answers 0 to {self.table.answers - 1}"
                )
        return several

    def verdict(self, alpha: float = 0.05) -> str:
        """Judge Pearson's test over all solutions at a level.

        Parameters
        ----------
        alpha : float
            The level; a test with ``p < alpha`` is significant.

        Returns
        -------
        str
            ``significant in all``, ``significant in none`` or ``significant in some``.

        Raises
        ------
        SurveyError
            If there is no solution, or the test is not defined for any.

        Examples
        --------
        >>> from resurvey.recovery import recover
        >>> recover({"men": ["31,3", "68,8"], "women": ["28,6", "71,4"]},
        ...         base={"men": 16, "women": 14}).verdict()
        'significant in none'
        """
        return verdict_of(self.range("p_value"), alpha)

    def robust_verdict(self, alpha: float = 0.05) -> str:
        """Judge Pearson's test when any one printed cell may be a misprint."""
        return verdict_of(self.robust_range("p_value"), alpha)

    @cached_property
    def misprints(self) -> Misprints:
        """The smallest sets of cells that must be misprints; empty if there is a solution."""
        if self:
            return Misprints(0, 0, (), 0)
        return find_misprints(self.table, self.rounding)


Counts = tuple[tuple[int, ...], ...]


def choose(sets: Sequence[FeasibleSet]) -> tuple[tuple[int, ...], Counts] | None:
    """Choose the largest total base, then the largest first group, then the smallest counts.

    Returns
    -------
    tuple, or None
        Bases and counts by group; None if the sets are empty.
    """
    best: tuple[int, ...] | None = None
    counts: Counts | None = None
    for feasible in sets:
        possible = [
            (sum(bases), *bases)
            for bases, number in zip(
                feasible.candidates.bases.tolist(), feasible.numbers, strict=True
            )
            if number
        ]
        if not possible:
            continue
        largest = max(possible)
        if best is not None and largest < best:
            continue
        smallest = _smallest_counts(feasible, largest[1:])
        if best is None or counts is None or largest > best or smallest < counts:
            best, counts = largest, smallest
    return None if best is None or counts is None else (best[1:], counts)


def _smallest_counts(feasible: FeasibleSet, bases: tuple[int, ...]) -> Counts:
    """Fix the counts of one tuple of bases one after the other, each as small as can be."""
    at = np.flatnonzero((feasible.candidates.bases == bases).all(1))
    candidates = feasible.candidates.take(at)
    groups, answers = candidates.low.shape[1:]
    for group in range(groups):
        for answer in range(answers):
            low, high = (
                int(candidates.low[0, group, answer]),
                int(candidates.high[0, group, answer]),
            )
            # Feasibility of "at most so many" grows with the number: the smallest by halves.
            while low < high:
                middle = (low + high) // 2
                part = _between(candidates, group, answer, low, middle)
                if FeasibleSet(feasible.answers, feasible.shares, part).is_empty:
                    low = middle + 1
                else:
                    high = middle
            candidates = _between(candidates, group, answer, low, low)
    return tuple(map(tuple, candidates.low[0].tolist()))


def _between(candidates: Candidates, group: int, answer: int, low: int, high: int) -> Candidates:
    lows, highs = candidates.low.copy(), candidates.high.copy()
    lows[:, group, answer], highs[:, group, answer] = low, high
    return Candidates(candidates.bases, lows, highs)
