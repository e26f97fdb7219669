"""Assessment: how many shares of a dimension, and of a declared indicator, reach one half."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from resurvey.core.lines import IndicatorLine
from resurvey.core.names import TOTAL
from resurvey.prepare.indicators import indicator_parts

KINDS = ("all", "some", "none", "silent")
"""How the shares of a declared indicator stand to one half; silent without any share."""

RULES = ("half", "most", "all", "every_indicator")
"""Rules that would lead from the shares to one verdict on all dimensions, mildest first."""


@dataclass(frozen=True)
class Halves:
    """Indicators with a share of all respondents, and those whose share reaches one half."""

    shares: tuple[str, ...]
    reached: tuple[str, ...]

    @property
    def kind(self) -> str:
        """One of `KINDS`.

        Examples
        --------
        >>> Halves(("a", "b"), ("a",)).kind, Halves((), ()).kind
        ('some', 'silent')
        """
        if not self.shares:
            return "silent"
        if not self.reached:
            return "none"
        return "all" if len(self.reached) == len(self.shares) else "some"

    def meets(self, rule: str) -> bool:
        """Tell whether the shares are enough for one of `RULES`."""
        reached, shares = len(self.reached), len(self.shares)
        if rule == "half":
            return 2 * reached >= shares
        return 2 * reached > shares if rule == "most" else self.kind == "all"


@dataclass(frozen=True)
class Assessment:
    """The dimensions in their order, and the declared indicators in theirs."""

    dimensions: Mapping[str, Halves]
    empirical: tuple[Halves, ...]

    def of_kind(self, kind: str) -> list[Halves]:
        """Declared indicators whose shares stand to one half in one of `KINDS`."""
        return [halves for halves in self.empirical if halves.kind == kind]

    def failing(self, rule: str) -> list[str]:
        """Dimensions, or places of declared indicators from 1, that do not meet a rule."""
        if rule == "every_indicator":
            numbered = enumerate(self.empirical, 1)
            return [str(place) for place, halves in numbered if not halves.meets(rule)]
        return [name for name, halves in self.dimensions.items() if not halves.meets(rule)]


def assess(lines: Iterable[IndicatorLine], declared: Mapping[str, Any]) -> Assessment:
    """Hold the shares of all respondents against one half.

    Parameters
    ----------
    lines : iterable of dict
        Lines of ``tables/indicators.csv``.
    declared : dict
        `config/indicators.yaml`. A share that another one is compared with (the `minus` of a
        difference) is a baseline and no answer to the study's question: no dimension counts it.
    """
    shares = {
        line["indicator"]: Fraction(line["count"]) / Fraction(line["base"])
        for line in lines
        if line["column_code"] == TOTAL
        and line["count"]
        and line["base"]
        and Fraction(line["base"])
    }
    entries: Mapping[str, Mapping[str, Any]] = declared.get("indicators", {})
    baselines = _baselines(declared)

    def halves(names: Iterable[str]) -> Halves:
        known = tuple(name for name in names if name in shares)
        return Halves(known, tuple(name for name in known if 2 * shares[name] >= 1))

    homes = {
        dimension: halves(
            name
            for name, entry in entries.items()
            if entry.get("dimension") == dimension and name not in baselines
        )
        for dimension in declared.get("dimensions", {})
    }
    return Assessment(
        {dimension: found for dimension, found in homes.items() if found.shares},
        tuple(halves(item.get("measured_by", [])) for item in declared.get("empirical", [])),
    )


def _baselines(declared: Mapping[str, Any]) -> set[str]:
    entries = declared.get("indicators", {}).values()
    return {entry["difference"]["minus"] for entry in entries if "difference" in entry}


def unassigned_questions(declared: Mapping[str, Any], asked: Sequence[str]) -> list[str]:
    """List the questions that measure none of the declared indicators and no baseline of one.

    Examples
    --------
    >>> glad = {"indicators": {"glad": {"share": {"variable": "mood", "codes": [1]}}}}
    >>> unassigned_questions({**glad, "empirical": [{"measured_by": ["glad"]}]}, ["mood", "pay"])
    ['pay']
    """
    named = [name for item in declared.get("empirical", []) for name in item.get("measured_by", [])]
    used = chain_questions(declared, {*named, *_baselines(declared)})
    return [question for question in asked if question not in used]


def chain_questions(declared: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """List some indicators with all indicators and questions that they are made of."""
    entries = declared.get("indicators", {})
    todo, used = list(names), dict[str, None]()
    while todo:
        name = todo.pop()
        if name not in used:
            used[name] = None
            todo += indicator_parts(entries[name]) if name in entries else []
    return list(used)
