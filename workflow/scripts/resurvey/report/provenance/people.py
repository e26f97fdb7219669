"""People: which respondents a number counts, as conditions on their answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ANSWERED = "answered"
"""Condition of a variable: any answer, whichever; of a multiple-response set: at least one."""

SYSTEM_MISSING = "system_missing"
"""Condition of a variable: no code at all."""

Who = Mapping[str, Sequence[str] | str]
"""Variable -> codes (as text) of which the respondent has one, or `ANSWERED`, or
`SYSTEM_MISSING`. All conditions hold together; without any they are all respondents."""


@dataclass(frozen=True)
class People:
    """Respondents of whom a number is made.

    Attributes
    ----------
    who : dict
        Conditions on the analysed answers.
    weight : str
        Variable whose sum is taken; a respondent without a positive weight counts for nothing.
        Empty where everybody counts as one.
    without : dict
        Variable -> codes of which the respondent has none.
    also : dict
        Further conditions, where one variable has two: one option of a set and another.
    """

    who: Who
    weight: str = ""
    without: Mapping[str, Sequence[str]] = field(default_factory=dict)
    also: Who = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return the conditions as JSON writes them."""
        more = {"weight": self.weight, "without": self.without, "also": self.also}
        return {"who": self.who} | {key: value for key, value in more.items() if value}
