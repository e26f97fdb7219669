"""Definitions: what a study's settings say of its tables and groups, as far as counts follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

USUAL_THRESHOLD = 5
"""People whom a count shown must have where neither the study nor its release says how many."""

LEVEL = "level_"
"""Before a number from 0: whose answers give an index this level of an indicator."""


@dataclass(frozen=True)
class Range:
    """Numbers between two ends, the lower one included; None is an open end."""

    lowest: float | None
    highest: float | None
    closed: bool = True

    def holds(self, number: float) -> bool:
        """Whether the number lies between the ends."""
        below = self.lowest is not None and number < self.lowest
        above = self.highest is not None and (
            number > self.highest or (number == self.highest and not self.closed)
        )
        return not below and not above


def takes(group: frozenset[str] | Range, code: str) -> bool:
    """Return whether a group takes a code, or the number that it is.

    Examples
    --------
    >>> takes(Range(18, 39), "20"), takes(frozenset({"1", "2"}), "3"), takes(Range(0, 9), "other")
    (True, False, False)
    """
    if not isinstance(group, Range):
        return code in group
    try:
        return group.holds(float(code))
    except ValueError:
        return False


@dataclass(frozen=True)
class Definitions:
    """What the study's settings say of its tables and variables, as far as counts follow from it.

    Attributes
    ----------
    where : dict
        Table or banner -> its condition.
    parts : dict
        A variable that groups another anew -> the other's name, and for each new code the codes
        or numbers that it takes.
    """

    where: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, Mapping[str, frozenset[str] | Range]]] = field(
        default_factory=dict
    )

    @classmethod
    def read(
        cls,
        tables: Mapping[str, Any] | None = None,
        indicators: Mapping[str, Any] | None = None,
        index: Mapping[str, Any] | None = None,
    ) -> "Definitions":
        """Read tables.yaml, indicators.yaml and index.yaml, as the study has them when it is read.

        A table made by ``split:`` is then a table with a `where`. Of what they say nothing is
        checked here. Groups made by quantiles are not known: their ends are in the data.

        Examples
        --------
        >>> young = {"recode": {"variable": "a", "ranges": {1: [None, 29]}}}
        >>> tables = {"tables": {"job_1": {"rows": ["job"], "where": {"sex": 1}}}}
        >>> read = Definitions.read(tables, {"indicators": {"young": young}})
        >>> read.where, read.parts["young"][0]
        ({'job_1': {'sex': 1}}, 'a')
        """
        where = {
            name: spec["where"]
            for kind in ("tables", "banners", "correlations")
            for name, spec in ((tables or {}).get(kind) or {}).items()
            if spec.get("where")
        }
        parts: dict[str, tuple[str, Mapping[str, frozenset[str] | Range]]] = {}
        for name, spec in ((indicators or {}).get("indicators") or {}).items():
            if found := _parts_of(spec):
                parts[name] = found
        for name, declared in ((index or {}).get("index") or {}).items():
            for indicator, spec in (declared.get("indicators") or {}).items():
                if spec.get("scores") and spec.get("variable"):
                    reverse = spec.get("direction") == "negative"
                    levels = _levels_of(spec["scores"], reverse)
                    parts[f"{name}/{indicator}"] = (spec["variable"], levels)
        return cls(where, parts)


_MOST_BANDS = 200


def _parts_of(
    spec: Mapping[str, Any],
) -> tuple[str, Mapping[str, frozenset[str] | Range]] | None:
    """Codes that a share or a recode takes together."""
    if share := spec.get("share"):
        named = {
            "1": share["codes"],
            "middle": share.get("middle"),
            "opposite": share.get("opposite"),
        }
        codes = {new: frozenset(map(str, old)) for new, old in named.items() if old}
        return share["variable"], codes
    recode = spec.get("recode") or {}
    if "map" in recode:
        grouped: dict[str, set[str]] = {}
        for old, new in recode["map"].items():
            grouped.setdefault(str(new), set()).add(str(old))
        return recode["variable"], {new: frozenset(old) for new, old in grouped.items()}
    if "ranges" in recode:
        ranges = {str(new): Range(*ends) for new, ends in recode["ranges"].items()}
        return recode["variable"], ranges
    if "bands" in recode:
        start, width = recode["bands"]["from"], recode["bands"]["width"]
        bands = {
            str(step + 1): Range(start + step * width, start + (step + 1) * width, closed=False)
            for step in range(_MOST_BANDS)
        }
        return recode["variable"], bands
    return None


def _levels_of(scores: Mapping[Any, float], reverse: bool) -> dict[str, frozenset[str]]:
    """Codes of each level of an indicator of an index, the lowest normalised level first."""
    levels = sorted(set(scores.values()), reverse=reverse)
    return {
        f"{LEVEL}{number}": frozenset(str(code) for code, score in scores.items() if score == level)
        for number, level in enumerate(levels)
    }
