"""Accounting: who came into a step, who was left out of it and why, and who remained.

Wherever respondents can be lost an `Account` is made. One that does not add up is a mistake of the
program and of nobody's file, so it stops the run: no report rests on rows that nobody can explain.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from resurvey.core.codebook import REASONS
from resurvey.core.names import name_number

NO_ANSWER = (*REASONS, "system_missing", "none_chosen")
"""Why there is no answer; `none_chosen` is of a question with several answers."""
NO_WEIGHT = ("no_weight", "zero_weight")
NO_GROUP = "no_group"
REMOVED = ("empty_row", "removed")
"""Lines of the file without any answer, and rows that a cleaning step drops."""
LEFT_OUT = (*REMOVED, "filtered", *NO_ANSWER, "incomplete", *NO_WEIGHT, "not_published")
"""Every reason: `filtered` is outside of a `where:`, `incomplete` lacks one of several answers."""
ACCOUNT_KEYS = ("step", "part", "question", "group")
ACCOUNT_COLUMNS = (
    *ACCOUNT_KEYS,
    "entered",
    *(f"lost_{reason}" for reason in LEFT_OUT),
    "remained",
    f"lost_{NO_GROUP}",
)


class UnexplainedRows(RuntimeError):
    """Rows of a step that are neither in its result nor left out for a reason."""


@dataclass(frozen=True)
class Account:
    """Respondents of one step.

    Attributes
    ----------
    step : str
        ``import``, ``cleaning``, ``respondents`` or ``people``, ``table``, ``summary``,
        ``banner``, ``model`` or ``index``.
    part : str
        Cleaning step, table, banner, model or index.
    question : str
        Variable or multiple-response set; empty where there is none.
    entered, remained : int
        Respondents before and after: rows, or the people that they stand for.
    left_out : dict
        Reason -> respondents, in the order of `LEFT_OUT`, those that there are.
    no_group : int
        Of those who remained, how many are in no column but that of all respondents.
    group : str
        Variable of a banner's columns that `no_group` is about; elsewhere empty, as there is one.

    Raises
    ------
    UnexplainedRows
        ``entered`` is not ``remained`` and all who were left out, or a number is negative.

    Examples
    --------
    >>> Account("table", "t", "q", 10, 7, {"refused": 2, "system_missing": 1}).lost
    3
    >>> Account("table", "t", "q", 10, 7, {"refused": 2})
    Traceback (most recent call last):
    resurvey.core.accounting.UnexplainedRows: table 't', 'q': 10 respondents entered, 7 remained \
and 2 were left out (refused 2); 1 is not explained
    """

    step: str
    part: str
    question: str
    entered: int
    remained: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    no_group: int = 0
    group: str = ""

    def __post_init__(self) -> None:
        unknown = set(self.left_out) - set(LEFT_OUT)
        open_rows = self.entered - self.remained - self.lost
        negative = min(self.entered, self.remained, self.no_group, *self.left_out.values(), 0) < 0
        if not (unknown or open_rows or negative or self.no_group > self.remained):
            known = {name: self.left_out[name] for name in LEFT_OUT if self.left_out.get(name)}
            object.__setattr__(self, "left_out", known)
            return
        reasons = ", ".join(f"{reason} {count}" for reason, count in self.left_out.items())
        named = [f"'{name}'" for name in (self.part, self.question, self.group) if name]
        place = f"{self.step} {', '.join(named)}".strip()
        if not open_rows:
            raise UnexplainedRows(
                f"{place}: impossible numbers of respondents ({reasons or 'nobody'} left out of "
                f"{self.entered}, {self.no_group} in no group of {self.remained})"
            )
        raise UnexplainedRows(
            f"{place}: {self.entered} respondents entered, {self.remained} remained and "
            f"{self.lost} were left out ({reasons or 'nobody'}); {open_rows} "
            f"{'is' if open_rows == 1 else 'are'} not explained"
        )

    @property
    def lost(self) -> int:
        """All who were left out."""
        return sum(self.left_out.values())

    def identity(self, field: str) -> str:
        """Name a number of it, a column of `line`.

        Examples
        --------
        >>> Account("table", "t", "q", 5, 5).identity("remained")
        'accounting:table/t/q/remained'
        >>> Account("banner", "b", "q", 5, 5, group="sex").identity("remained")
        'accounting:banner/b/q/sex/remained'
        """
        groups = (self.group,) if self.group else ()
        return name_number("accounting", self.step, self.part, self.question, *groups, field)

    @property
    def line(self) -> dict[str, Any]:
        """Line of ``accounting.csv``; reasons that nobody has are 0."""
        return {
            "step": self.step,
            "part": self.part,
            "question": self.question,
            "group": self.group,
            "entered": self.entered,
            "remained": self.remained,
            f"lost_{NO_GROUP}": self.no_group,
            **{f"lost_{reason}": self.left_out.get(reason, 0) for reason in LEFT_OUT},
        }


def check_groups(place: str, base: int, in_groups: int, no_group: int) -> None:
    """Check that whoever is in the column of all respondents is in a group or known to be in none.

    Parameters
    ----------
    place : str
        Step, table, question and variable of the columns, for the message.
    base, in_groups, no_group : int
        Respondents of the column of all, of any group, and counted apart as being in no group.

    Raises
    ------
    UnexplainedRows
        The two do not add up to the base.

    Examples
    --------
    >>> check_groups("table 't', 'q' by 'sex'", 10, 8, 2)
    >>> check_groups("table 't', 'q' by 'sex'", 10, 8, 0)
    Traceback (most recent call last):
    resurvey.core.accounting.UnexplainedRows: table 't', 'q' by 'sex': 10 respondents have an \
answer, 8 are in a group and 0 in none
    """
    if base != in_groups + no_group:
        raise UnexplainedRows(
            f"{place}: {base} respondents have an answer, {in_groups} are in a group and "
            f"{no_group} in none"
        )


def read_losses(line: Mapping[str, Any]) -> dict[str, int]:
    """Read who was left out, by reason, of a line with columns ``lost_…``.

    Examples
    --------
    >>> read_losses({"lost_refused": "3", "lost_other": "", "lost_no_group": "2", "count": "9"})
    {'refused': 3}
    """
    found = {reason: int(line.get(f"lost_{reason}") or 0) for reason in LEFT_OUT}
    return {reason: count for reason, count in found.items() if count}


def check_chain(accounts: Iterable[Account]) -> None:
    """Check that each step begins with whom the step before it left.

    Parameters
    ----------
    accounts : iterable of Account
        Import, cleaning and respondents, in their order; every table, model and index begins with
        those who remained after the last of them.

    Raises
    ------
    UnexplainedRows
        Somebody went lost, or appeared, between two steps.

    Examples
    --------
    >>> check_chain([Account("import", "", "", 5, 5), Account("cleaning", "1", "", 4, 4)])
    Traceback (most recent call last):
    resurvey.core.accounting.UnexplainedRows: between import and cleaning: 5 respondents became 4
    """
    before: Account | None = None
    for account in accounts:
        # Rows that stand for several respondents become people, which are counted anew.
        if before and account.step != "people" and account.entered != before.remained:
            raise UnexplainedRows(
                f"between {before.step} and {account.step}: {before.remained} respondents became "
                f"{account.entered}"
            )
        if account.step in ("import", "cleaning", "respondents", "people"):
            before = account
