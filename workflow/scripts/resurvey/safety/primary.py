"""Primary rules: which counts give a respondent away by themselves.

Sources: thresholds, dominance and class disclosure as in A. Hundepool, J. Domingo-Ferrer,
L. Franconi, S. Giessing, E. Schulte Nordholt, K. Spicer, P.-P. de Wolf (2012), Statistical
Disclosure Control, Wiley, chapters 4 and 6.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from resurvey.core.errors import SurveyError
from resurvey.safety.linked_cells import (
    ANSWERED,
    SILENT,
    Cell,
    LinkedCells,
)

LEAST_THRESHOLD = 5
"""Counts up to four give people away in any survey; no declaration may allow them."""
MOST_CROSSED = 3
"""Cells of more variables together are never shown: they come near to describing a person."""
_PAIR = 2
LEAST_DF = 10
"""Residual degrees of freedom below which a model nearly repeats the records."""


@dataclass(frozen=True)
class Rules:
    """The declaration `disclosure:` of config.yaml with its defaults.

    Attributes
    ----------
    threshold : int
        Counts from 1 to one less are hidden; statistics need as many respondents.
    sensitive : frozenset of str
        Variables whose answers can harm: of them, "all of the group" and "none of it" are hidden,
        and so are small numbers of those who gave no answer or no group.
    largest : int
        How many largest contributors the rule of dominance is about.
    share : float
        Their share of a sum above which it is hidden.
    released : frozenset of str
        Variables with written answers that may be printed.
    nonresponse : {"open", "protected"}
        Whether those without an answer are a group like any other in variables that are not
        sensitive, too. A survey in which nobody may learn who refused anything protects them; it
        then hides the base of many questions.
    """

    threshold: int = 10
    sensitive: frozenset[str] = frozenset()
    largest: int = 2
    share: float = 0.9
    released: frozenset[str] = frozenset()
    nonresponse: str = "open"

    @classmethod
    def read(cls, declared: Mapping[str, Any] | None, variables: Collection[str] = ()) -> "Rules":
        """Read the declaration; `variables` are the names that it may use, where given.

        Raises
        ------
        SurveyError
            A threshold below 5, or a variable that is not there.

        Examples
        --------
        >>> Rules.read({"threshold": 7, "sensitive": ["debt"]}).threshold
        7
        >>> Rules.read({"threshold": 3})
        Traceback (most recent call last):
        resurvey.SurveyError: config.yaml, `disclosure`: a threshold of 3 gives people away; the \
least is 5
        """
        declared = declared or {}
        threshold = int(declared.get("threshold", 10))
        if threshold < LEAST_THRESHOLD:
            raise SurveyError(
                f"config.yaml, `disclosure`: a threshold of {threshold} gives people away; "
                f"the least is {LEAST_THRESHOLD}"
            )
        dominance = declared.get("dominance", {})
        named = {key: frozenset(declared.get(key, ())) for key in ("sensitive", "released")}
        for key, names in named.items():
            unknown = sorted(names - set(variables)) if variables else []
            if unknown:
                raise SurveyError(
                    f"config.yaml, `disclosure`: '{unknown[0]}' under `{key}` is no variable; "
                    "write its name as in codebook.yaml"
                )
        return cls(
            threshold=threshold,
            sensitive=named["sensitive"],
            largest=int(dominance.get("n", 2)),
            share=float(dominance.get("share", 0.9)),
            released=named["released"],
            nonresponse=str(declared.get("nonresponse", "open")),
        )


@dataclass
class Primary:
    """Cells that a rule hides, and why.

    Attributes
    ----------
    small : set of int
        Counts from 1 to the threshold less one.
    zero : set of int
        Zeros, and whole groups, that tell what everybody of a group answered.
    """

    small: set[int] = field(default_factory=set)
    zero: set[int] = field(default_factory=set)

    @property
    def cells(self) -> set[int]:
        """All of them."""
        return self.small | self.zero


def find_primary(linked: LinkedCells, rules: Rules) -> Primary:
    """Find the cells that the rules hide.

    Parameters
    ----------
    linked : LinkedCells
        Cells of a wave.
    rules : Rules
        What the study declares.

    Returns
    -------
    Primary
        Those printed and those that follow by subtraction.

    Examples
    --------
    >>> linked = LinkedCells()
    >>> cells = [linked.add("", [("debt", code)], count) for code, count in (("1", 9), ("2", 30))]
    >>> sorted(find_primary(linked, Rules()).small) == cells[:1]
    True
    """
    found = Primary()
    harmful: dict[tuple[str, frozenset[str]], list[int]] = {}
    for number, cell in enumerate(linked.cells):
        variables = frozenset(cell.variables)
        small = 1 <= cell.count < rules.threshold and _identifies(cell, rules)
        if small or (cell.count and len(variables) > MOST_CROSSED):
            found.small.add(number)
        if len(variables) > len(variables - rules.sensitive) + 1 and len(variables) > _PAIR:
            harmful.setdefault((cell.population, variables), []).append(number)
    for numbers in harmful.values():
        # Two harmful answers and a group are shown only where nobody at all stands out.
        if found.small.intersection(numbers):
            found.small.update(number for number in numbers if linked.cells[number].count)
    for relation in linked.relations:
        whole = linked.cells[relation.whole]
        filled = [number for number in relation.parts if linked.cells[number].count]
        # One answer has the whole group: every zero beside it tells what each member said.
        if len(filled) == 1 and whole.conditions and len(relation.parts) > 1:
            for number in relation.parts:
                told = linked.cells[number]
                asked = {name for name, code in told.conditions if _tells(code)}
                divides = told.variables - whole.variables | {
                    name for name, code in whole.conditions if code == ANSWERED
                }
                if told.count == 0 and asked & divides & rules.sensitive and _people(whole):
                    found.zero.add(number)
    return found


def _tells(code: str) -> bool:
    return code != ANSWERED and not code.startswith(SILENT)


def _people(cell: Cell) -> bool:
    """Whether the cell is a group that others can know of, and is not everybody."""
    return any(_tells(code) for _, code in cell.conditions)


def _identifies(cell: Cell, rules: Rules) -> bool:
    """Whether a small count of these respondents says something of a person."""
    if cell.kind == "overlap":
        return False
    silent = [name for name, code in cell.conditions if code.startswith(SILENT)]
    if cell.kind in ("printed", "silent") and (silent or cell.kind == "silent"):
        if rules.nonresponse == "protected":
            return True
        told = {name for name, code in cell.conditions if _tells(code)}
        return bool(told & rules.sensitive)
    return True


def largest_possible_share(n: int, mean: float, sd: float, largest: int) -> float:
    """Return the greatest share of a sum that some respondents can have, given its moments.

    The mean of the `largest` greatest of n values exceeds their mean by no more than
    ``sd * sqrt((n - largest) / largest)``, sd with the divisor n; for values that are not negative
    the share in the sum follows. A file of results says mean and standard deviation but not whose
    the contributions are; where this bound passes, no contribution can dominate.

    References
    ----------
    C. L. Mallows, D. Richter (1969), Inequalities of Chebyshev type involving conditional
    expectations, Annals of Mathematical Statistics 40, 1922-1932.

    Examples
    --------
    >>> largest_possible_share(100, 50.0, 25.0, 2)
    0.09
    """
    if n <= largest or mean <= 0:
        return 1.0
    top = mean + sd * math.sqrt((n - largest) / largest)
    return min(1.0, round(largest * top / (n * mean), 12))
