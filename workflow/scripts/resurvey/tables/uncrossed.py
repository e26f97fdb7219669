"""Uncrossed: what two questions that were never crossed in print still say about each other.

Which respondent gave which two answers is not published; only bounds of the joint counts are
(Fréchet's), sharper where both questions were crossed with the same groups.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resurvey.core.survey import Survey


@dataclass(frozen=True)
class Margins:
    """What one stratum says of two answers; `row_base` answered the row's question at all."""

    respondents: int
    row: int
    row_base: int
    column: int


@dataclass(frozen=True)
class JointBounds:
    """Bounds of one cell; no per cent where possibly nobody answered the row's question."""

    count: tuple[int, int]
    percent: tuple[Fraction, Fraction] | None


def joint_bounds(strata: Iterable[Margins]) -> JointBounds:
    """Bound the joint count of two answers and its column per cent.

    Within a stratum of N respondents the joint count lies between ``max(0, r + c - N)`` and
    ``min(r, c)``; the bounds of several strata add up, and each is attained.

    Notes
    -----
    The bounds hold for one solution of each question.

    References
    ----------
    M. Fréchet (1951), Sur les tableaux de corrélation dont les marges sont données, Annales de
    l'Université de Lyon A 14, 53-77.

    Examples
    --------
    >>> joint_bounds([Margins(100, row=70, row_base=100, column=60)]).count
    (30, 60)
    >>> men, women = Margins(50, 50, 50, 10), Margins(50, 20, 50, 50)
    >>> joint_bounds([men, women]).count
    (30, 30)
    """
    low = high = least_others = most_others = 0
    for stratum in strata:
        low += max(0, stratum.row + stratum.column - stratum.respondents)
        high += min(stratum.row, stratum.column)
        # Fewest joint answers leave most of the column to other answers, and the reverse.
        most_others += min(stratum.row_base - stratum.row, stratum.column)
        silent = stratum.respondents - stratum.row_base
        least_others += max(0, stratum.column - stratum.row - silent)
    if low + most_others == 0 or high + least_others == 0:
        return JointBounds((low, high), None)
    percent = (
        Fraction(100 * low, low + most_others),
        Fraction(100 * high, high + least_others),
    )
    return JointBounds((low, high), percent)


BOUND_COLUMNS = ("count_lowest", "count_highest", "percent_lowest", "percent_highest")
"""What `crosstabs.csv` gets where two questions of a reconstructed wave were never crossed."""


class PairBounds:
    """Bounds of the cells of two uncrossed questions, from the wave's own counts.

    Both questions' counts are taken within the groups that both were crossed with in print,
    else among all respondents. They hold for the counts that the records were dealt from.
    """

    def __init__(
        self, survey: "Survey", row: str, column: str, crossed: set[tuple[str, str]]
    ) -> None:
        from resurvey.counts.crosstabs import crosstab

        shared = sorted(group for name, group in crossed if name == row)
        group = next(
            (shared_group for shared_group in shared if (column, shared_group) in crossed), None
        )
        self.rows = crosstab(survey, row, group).observed
        self.columns = crosstab(survey, column, group).observed
        if group is None:
            self.respondents = [len(survey.data[row])]
        else:
            self.respondents = crosstab(survey, group).observed[:, 0].tolist()

    def cell(self, parts: Sequence[int], column: int) -> dict[str, float | int]:
        """Bound one cell: the answers at `parts` added, in the column at `place`."""
        found = joint_bounds(
            Margins(
                int(everybody),
                int(self.rows[list(parts), stratum].sum()),
                int(self.rows[:, stratum].sum()),
                int(self.columns[column, stratum]),
            )
            for stratum, everybody in enumerate(self.respondents)
        )
        bounds: dict[str, float | int] = {
            "count_lowest": found.count[0],
            "count_highest": found.count[1],
        }
        if found.percent is not None:
            bounds["percent_lowest"] = float(found.percent[0])
            bounds["percent_highest"] = float(found.percent[1])
        return bounds
