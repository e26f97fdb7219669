"""People: which respondents a number counts, as conditions on their answers."""

from collections.abc import Iterable, Mapping, Sequence
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

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "People":
        """Read what `plain` returned."""
        more = (plain.get(key, {}) for key in ("without", "also"))
        return cls(plain["who"], plain.get("weight", ""), *more)


@dataclass(frozen=True)
class Vocabulary:
    """What is needed to tell whether a respondent meets a condition.

    Attributes
    ----------
    missing : dict
        Variable -> user-missing codes, as text.
    missing_ranges : dict
        Variable -> user-missing ranges, ends included.
    sets : dict
        Multiple-response set -> ``{"items": [...], "counted": code or None}``.
    """

    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    missing_ranges: Mapping[str, Sequence[Sequence[float]]] = field(default_factory=dict)
    sets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def meets(self, answers: Mapping[str, str | None], people: People) -> bool:
        """Tell whether a respondent is among the people.

        Parameters
        ----------
        answers : dict
            Variable -> code as text, or None for system-missing.
        people : People
            Conditions.

        Examples
        --------
        >>> men = People({"gender": ["1"], "job": ANSWERED})
        >>> words = Vocabulary(missing={"job": ["9"]})
        >>> words.meets({"gender": "1", "job": "3"}, men)
        True
        >>> words.meets({"gender": "1", "job": "9"}, men)
        False
        """
        if people.weight and not _positive(answers.get(people.weight)):
            return False
        if any(answers.get(name) in codes for name, codes in people.without.items()):
            return False
        wanted = (*people.who.items(), *people.also.items())
        return all(self._meets(answers, name, codes) for name, codes in wanted)

    def meets_any(self, answers: Mapping[str, str | None], some: Iterable[People]) -> bool:
        """Tell whether a respondent is among any of several people."""
        return any(self.meets(answers, one) for one in some)

    def _meets(
        self, answers: Mapping[str, str | None], name: str, wanted: Sequence[str] | str
    ) -> bool:
        if name in self.sets:
            chosen = self._chosen(answers, self.sets[name])
            return bool(chosen) if wanted == ANSWERED else any(one in chosen for one in wanted)
        code = answers.get(name)
        if wanted == SYSTEM_MISSING:
            return code is None
        if wanted == ANSWERED:
            return code is not None and not self.is_missing(name, code)
        return code in wanted

    def is_missing(self, name: str, code: str) -> bool:
        """Tell whether a code of a variable is user-missing."""
        if code in self.missing.get(name, ()):
            return True
        ranges = self.missing_ranges.get(name, ())
        return any(low <= float(code) <= high for low, high in ranges) if ranges else False

    def _chosen(self, answers: Mapping[str, str | None], one: Mapping[str, Any]) -> set[str]:
        given = {item: answers.get(item) for item in one["items"]}
        if one["counted"] is not None:
            return {item for item, code in given.items() if code == one["counted"]}
        return {
            code
            for item, code in given.items()
            if code is not None and not self.is_missing(item, code)
        }


def _positive(weight: str | None) -> bool:
    return weight is not None and float(weight) > 0
