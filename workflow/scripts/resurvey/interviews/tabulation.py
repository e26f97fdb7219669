"""Tabulation: coded interviews as tidy tables: codes, cases, themes, saturation, agreement.

Everything is counted by case: "k of n" are interviews, not mentions. A case has a code if some
coder gave it, or a code below it, to some of its words.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import combinations
from math import isfinite
from typing import Any

import numpy as np

from resurvey.core.errors import SurveyError
from resurvey.core.lines import QuotedLine
from resurvey.core.names import INTERVIEW_KEYS
from resurvey.core.notes import write_notes
from resurvey.interviews.project import Case, Code, Project, Segment
from resurvey.safety.attack import WIDTH, attack_cells
from resurvey.safety.definitions import USUAL_THRESHOLD
from resurvey.safety.linked_cells import LinkedCells, Relation
from resurvey.statistics.coding import accumulation, krippendorff_alpha, mean_accumulation
from resurvey.statistics.proportions import kappa

UNITS = ("case", "paragraph", "segment")
"""What coders' codes are compared on."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "codes": (
        *INTERVIEW_KEYS["codes"],
        "name",
        "parent",
        "depth",
        "codable",
        "themes",
        "cases",
        "n",
        "segments",
        "own_cases",
        "own_segments",
    ),
    "codes_by_attribute": (*INTERVIEW_KEYS["codes_by_attribute"], "cases", "n", "shown"),
    "cooccurrence": (*INTERVIEW_KEYS["cooccurrence"], "cases", "n", "segments"),
    "saturation": (*INTERVIEW_KEYS["saturation"], "new_codes", "codes", "mean_new", "mean_codes"),
    "agreement": (
        *INTERVIEW_KEYS["agreement"],
        "unit",
        "coders",
        "units",
        "both",
        "first_only",
        "second_only",
        "neither",
        "agreed",
        "kappa",
        "kappa_lower",
        "kappa_upper",
        "alpha",
        "note",
        "note_data",
    ),
    "quotations": tuple(QuotedLine.__annotations__),
}
"""Columns of the files that the report reads, in the order of `INTERVIEW_KEYS`."""

CASE_COLUMNS = ("case", "segments", "codes")
"""First columns of `cases.csv`; one for every declared attribute follows."""


class Attributes:
    """Attributes of the cases, as `config/interviews.yaml` declares and coarsens them.

    Parameters
    ----------
    declared : dict
        Attribute -> `column` (its name in the file), and `values` (value -> `of`, what the file
        has for it) or `bands` (ends of bands of numbers).
    cases : sequence of Case
        The cases, in their order.
    threshold : int
        Fewer cases than this stand alone in no printed combination.

    Examples
    --------
    >>> declared = {"age": {"bands": [30]}, "sex": {"values": {"men": {"of": ["m"]}}}}
    >>> people = [Case(str(n), "", {"age": age, "sex": "m"}) for n, age in enumerate(["29", "31"])]
    >>> found = Attributes(declared, people, 2)
    >>> found.values["age"], found.printed
    (['below_30', 'from_30'], ['sex'])
    """

    def __init__(self, declared: Mapping[str, Any], cases: Sequence[Case], threshold: int) -> None:
        self.declared, self.cases, self.threshold = declared, cases, threshold
        self.values = {
            name: [self._value(name, case, number) for number, case in enumerate(cases, 1)]
            for name in declared
        }

    def _value(self, name: str, case: Case, number: int) -> str:
        attribute = self.declared[name]
        raw = case.attributes.get(attribute.get("column", name), "").strip()
        if not raw:
            return ""
        if "bands" in attribute:
            return self._band(name, raw, number)
        for value, entry in attribute["values"].items():
            if raw in map(str, entry.get("of", [value])):
                return str(value)
        raise SurveyError(
            f"config/interviews.yaml: attribute '{name}': none of its values is `of` what case "
            f"{number} of {len(self.cases)} has; add it to one of {', '.join(attribute['values'])}"
        )

    def _band(self, name: str, raw: str, number: int) -> str:
        size = _number(raw.replace(",", "."))
        if size is None:
            raise SurveyError(
                f"config/interviews.yaml: attribute '{name}': case {number} of {len(self.cases)} "
                "has no number there, and `bands` are of numbers"
            )
        return next(
            band for band, low, high in bands(self.declared[name]["bands"]) if low <= size < high
        )

    def groups(self, name: str) -> dict[str, set[str]]:
        """Value of an attribute -> keys of the cases that have it, in the declared order."""
        attribute = self.declared[name]
        known = (
            [band for band, _, _ in bands(attribute["bands"])]
            if "bands" in attribute
            else list(map(str, attribute["values"]))
        )
        found: dict[str, set[str]] = {value: set() for value in known}
        for case, value in zip(self.cases, self.values[name], strict=True):
            if value:
                found[value].add(case.key)
        return found

    @cached_property
    def printed(self) -> list[str]:
        """Attributes that stand in brackets behind quotations, in their declared order.

        An attribute is added as long as every combination that occurs, of all of them together,
        has as many cases as the threshold. All quotations show the same ones, so that what one
        leaves out tells nothing.
        """
        chosen: list[str] = []
        for name in self.declared:
            sizes: dict[tuple[str, ...], int] = {}
            for combination in zip(*(self.values[one] for one in (*chosen, name)), strict=True):
                sizes[combination] = sizes.get(combination, 0) + 1
            if sizes and min(sizes.values()) >= self.threshold:
                chosen.append(name)
        return chosen

    def of(self, key: str, names: Collection[str] | None = None) -> str:
        """Printed attributes of a case, as ``name=value`` with blanks between.

        Of `names` alone, where they are given. Empty for a case that nobody knows.
        """
        for place, case in enumerate(self.cases):
            if case.key == key:
                told = [
                    (name, self.values[name][place])
                    for name in self.printed
                    if names is None or name in names
                ]
                return " ".join(f"{name}={value}" for name, value in told if value)
        return ""


def bands(ends: Iterable[float]) -> list[tuple[str, float, float]]:
    """Names of bands of numbers with the ends of each, the upper one not included.

    Examples
    --------
    >>> [name for name, _, _ in bands([30, 45])]
    ['below_30', 'from_30_to_45', 'from_45']
    """
    steps = sorted(ends)
    told = [f"{end:g}" for end in steps]
    names = [f"below_{told[0]}"]
    names += [f"from_{low}_to_{high}" for low, high in zip(told, told[1:], strict=False)]
    edges = [float("-inf"), *steps, float("inf")]
    return list(zip([*names, f"from_{told[-1]}"], edges, edges[1:], strict=False))


class Tabulation:
    """Counts the coded interviews of one wave.

    Parameters
    ----------
    project : Project
        The interviews.
    declared : dict
        `config/interviews.yaml`: `themes`, `attributes`, `threshold`.
    source : dict
        The wave's entry of `sources`: `order` and `agreement`.

    Raises
    ------
    SurveyError
        A theme names a code that is not there, or an attribute does not fit the cases.
    """

    def __init__(
        self, project: Project, declared: Mapping[str, Any], source: Mapping[str, Any]
    ) -> None:
        self.project, self.declared, self.source = project, declared, source
        self.cases = _ordered(project.cases, source.get("order", ""))
        self.threshold = int(declared.get("threshold", USUAL_THRESHOLD))
        self.attributes = Attributes(declared.get("attributes", {}), self.cases, self.threshold)
        self._shown: dict[str, set[tuple[str, str]]] = {}
        known = {case.key for case in self.cases}
        self.coded = [segment for segment in project.segments if segment.case in known]
        self.own: dict[str, list[Segment]] = {code.key: [] for code in project.codes}
        for segment in project.segments:
            self.own[segment.code].append(segment)

    # Codes and themes -----------------------------------------------------------------------------

    @cached_property
    def themes(self) -> dict[str, frozenset[str]]:
        """Theme -> keys of its codes, with all codes below them."""
        found = {}
        for name, theme in self.declared.get("themes", {}).items():
            where = f"config/interviews.yaml: theme '{name}'"
            keys = [self.project.find(code, where) for code in theme.get("codes", [])]
            found[name] = frozenset().union(*(self.project.below[key] for key in keys))
        return found

    def segments_of(self, codes: Collection[str]) -> list[Segment]:
        """Codings with one of some codes."""
        return [segment for key in self.own if key in codes for segment in self.own[key]]

    def cases_of(self, codes: Collection[str]) -> set[str]:
        """Keys of the cases that have one of some codes."""
        return {segment.case for segment in self.segments_of(codes) if segment.case}

    @cached_property
    def used(self) -> list[Code]:
        """Codes that somebody gave to a known case."""
        return [code for code in self.project.codes if self.cases_of({code.key})]

    def codes(self) -> list[dict[str, Any]]:
        """Lines of `codes.csv`: the code tree with its counts, a code with all below it."""
        themes: dict[str, list[str]] = {}
        for name, keys in self.themes.items():
            for key in keys:
                themes.setdefault(key, []).append(name)
        lines = []
        for code in self.project.codes:
            below = self.project.below[code.key]
            lines.append(
                {
                    "code": self.project.path_of(code.key),
                    "name": code.name,
                    "parent": self.project.path_of(code.parent) if code.parent else "",
                    "depth": len(self.project.above(code.key)),
                    "codable": int(code.codable),
                    "themes": " ".join(themes.get(code.key, [])),
                    "cases": len(self.cases_of(below)),
                    "n": len(self.cases),
                    "segments": _stretches(self.segments_of(below)),
                    "own_cases": len(self.cases_of({code.key})),
                    "own_segments": _stretches(self.own[code.key]),
                }
            )
        return lines

    def codes_by_attribute(self) -> list[dict[str, Any]]:
        """Lines of `codes_by_attribute.csv`: k of n cases, all and by the value of an attribute.

        `kind` is ``all`` (how many cases there are), ``theme`` or ``code``. `shown` is 1 where the
        numbers may leave the house: of an attribute without a group below the threshold, and
        there of the themes that `shown_themes` finds safe; of a single code never.
        """
        everybody = {case.key for case in self.cases}
        rows = [("all", "", everybody)]
        rows += [
            ("theme", name, self.cases_of(codes)) for name, codes in self.themes.items() if codes
        ]
        rows += [
            ("code", self.project.path_of(code.key), self.cases_of(self.project.below[code.key]))
            for code in self.project.codes
        ]
        lines = []
        safe = {name: self.shown(name) for name in self.attributes.declared}
        for kind, code, members in rows:
            common = {"kind": kind, "code": code}
            lines.append(
                {
                    **common,
                    "attribute": "",
                    "value": "",
                    "cases": len(members),
                    "n": len(everybody),
                    "shown": 1,
                }
            )
            for name in self.attributes.declared:
                for value, group in self.attributes.groups(name).items():
                    base = everybody if kind == "all" else group
                    lines.append(
                        {
                            **common,
                            "attribute": name,
                            "value": value,
                            "cases": len(members & group),
                            "n": len(base),
                            "shown": int((kind, code) in safe[name]),
                        }
                    )
        return lines

    def shown(self, attribute: str) -> set[tuple[str, str]]:
        """Rows of `codes_by_attribute` (kind and code) that are shown by an attribute."""
        if attribute not in self._shown:
            self._shown[attribute] = self._find_shown(attribute)
        return self._shown[attribute]

    def _find_shown(self, attribute: str) -> set[tuple[str, str]]:
        everybody = {case.key for case in self.cases}
        groups = list(self.attributes.groups(attribute).values())
        rows = {name: self.cases_of(codes) for name, codes in self.themes.items() if codes}
        codes = [self.cases_of(self.project.below[code.key]) for code in self.project.codes]
        codes += [self.cases_of({code.key}) for code in self.used]
        safe = shown_themes(list(rows.values()), codes, groups, everybody, self.threshold)
        found = {("theme", name) for name, fine in zip(rows, safe, strict=True) if fine}
        few = range(1, self.threshold)
        sizes = [len(group) for group in (*groups, everybody.difference(*groups))]
        return found if any(size in few for size in sizes) else {("all", ""), *found}

    def case_lines(self) -> list[dict[str, Any]]:
        """Lines of `cases.csv`: every case by its number, with its declared attributes."""
        lines = []
        for place, case in enumerate(self.cases):
            own = [segment for segment in self.coded if segment.case == case.key]
            lines.append(
                {
                    "case": place + 1,
                    "segments": _stretches(own),
                    "codes": len({segment.code for segment in own}),
                    **{name: values[place] for name, values in self.attributes.values.items()},
                }
            )
        return lines

    # Together, one after the other, by two coders -------------------------------------------------

    def cooccurrence(self) -> list[dict[str, Any]]:
        """Lines of `cooccurrence.csv`: cases that have two codes, and stretches that share words.

        Each code is taken by itself, without those below it.
        """
        lines = []
        for first, second in combinations(self.used, 2):
            both = self.cases_of({first.key}) & self.cases_of({second.key})
            pairs = {
                frozenset((one.key, other.key))
                for one in self.own[first.key]
                for other in self.own[second.key]
                if one.overlaps(other)
            }
            lines.append(
                {
                    "code": self.project.path_of(first.key),
                    "other_code": self.project.path_of(second.key),
                    "cases": len(both),
                    "n": len(self.cases),
                    "segments": len(pairs),
                }
            )
        return lines

    def saturation(self) -> list[dict[str, Any]]:
        """Lines of `saturation.csv`: codes met after each interview, in order and on average."""
        codes_of: dict[str, set[str]] = {case.key: set() for case in self.cases}
        for segment in self.coded:
            codes_of[segment.case].add(segment.code)
        met = accumulation(codes_of.values())
        holders = [len(self.cases_of({code.key})) for code in self.used]
        means = mean_accumulation(holders, len(self.cases))
        return [
            {
                "interviews": place + 1,
                "new_codes": met[place] - (met[place - 1] if place else 0),
                "codes": met[place],
                "mean_new": float(means[place] - (means[place - 1] if place else 0)),
                "mean_codes": float(means[place]),
            }
            for place in range(len(self.cases))
        ]

    def agreement(self) -> list[dict[str, Any]]:
        """Lines of `agreement.csv`: how far coders agree, on every code and on all together.

        Only cases are compared that all of the coders coded. Kappa is of two coders; alpha is of
        any number. All codes together are all decisions together, a unit and a code each.
        """
        declared = self.source.get("agreement", {})
        named = [segment.coder for segment in self.coded if segment.coder]
        coders = list(declared.get("coders", dict.fromkeys(named)))
        if unknown := [coder for coder in coders if coder not in named]:
            raise SurveyError(
                f"config/interviews.yaml: agreement: coder {coders.index(unknown[0]) + 1} of "
                f"`coders` coded nothing in {self.project.path}"
            )
        if len(coders) < 2:
            return []
        unit = declared.get("unit", "case")
        units = self._units(unit, coders)
        given = {
            coder: {
                code.key: {
                    place
                    for place, holds in units.items()
                    if any(
                        segment.coder == coder and holds(segment) for segment in self.own[code.key]
                    )
                }
                for code in self.used
            }
            for coder in coders
        }
        compared = [code for code in self.used if any(given[coder][code.key] for coder in coders)]
        decisions = {
            code.key: [
                tuple(int(place in given[coder][code.key]) for coder in coders) for place in units
            ]
            for code in compared
        }
        every = [decision for rows in decisions.values() for decision in rows]
        told = [("", every)] if every else []
        told += [(self.project.path_of(code.key), decisions[code.key]) for code in compared]
        return [self._agreed(code, unit, len(coders), rows) for code, rows in told]

    def _units(self, unit: str, coders: Sequence[str]) -> dict[Any, Callable[[Segment], bool]]:
        """What is compared -> whether a coding lies in it."""
        coded = {
            coder: {segment.case for segment in self.coded if segment.coder == coder}
            for coder in coders
        }
        cases = [case.key for case in self.cases if all(case.key in own for own in coded.values())]
        if unit == "case":
            return {key: _is_of(lambda segment: segment.case, key) for key in cases}
        common = [segment for segment in self.coded if segment.case in cases]
        if unit == "segment":
            stretches = dict.fromkeys((segment.source, segment.key) for segment in common)
            return {
                key: _is_of(lambda segment: (segment.source, segment.key), key) for key in stretches
            }
        sources = {segment.source for segment in common}
        places = {
            (source, *place): Segment("", "", source=source, start=place[0], end=place[1])
            for source, paragraphs in self.project.paragraphs.items()
            if source in sources
            for place in paragraphs
        }
        if not places:
            raise SurveyError(
                f"config/interviews.yaml: agreement: {self.project.path} has no texts whose "
                "paragraphs could be compared; choose the unit case or segment"
            )
        return {place: whole.overlaps for place, whole in places.items()}

    def _agreed(
        self, code: str, unit: str, coders: int, rows: Sequence[tuple[int, ...]]
    ) -> dict[str, Any]:
        alpha = krippendorff_alpha(rows)
        line: dict[str, Any] = {
            "code": code,
            "unit": unit,
            "coders": coders,
            "units": len(rows),
            "agreed": sum(len(set(row)) == 1 for row in rows),
            "alpha": alpha.value,
            **write_notes(*alpha.notes),
        }
        if coders == 2:
            sizes = {pair: rows.count(pair) for pair in ((1, 1), (1, 0), (0, 1), (0, 0))}
            line |= dict(
                zip(("both", "first_only", "second_only", "neither"), sizes.values(), strict=True)
            )
            found = kappa(
                np.array([[sizes[1, 1], sizes[1, 0]], [sizes[0, 1], sizes[0, 0]]], dtype=float)
            )
            line |= {
                "kappa": found.value,
                "kappa_lower": found.lower,
                "kappa_upper": found.upper,
            }
        return {column: line.get(column) for column in COLUMNS["agreement"]}


def _is_of(place: Callable[[Segment], Any], key: Any) -> Callable[[Segment], bool]:
    return lambda segment: place(segment) == key


def _stretches(segments: Iterable[Segment]) -> int:
    """Number of stretches, each counted once however many codes and coders it has."""
    return len({(segment.source, segment.key) for segment in segments})


def _ordered(cases: Sequence[Case], attribute: str) -> list[Case]:
    """Cases in the order of an attribute, a number or a date as year-month-day; else the file's."""
    if not attribute:
        return list(cases)
    values = [case.attributes.get(attribute, "") for case in cases]
    if not all(values):
        raise SurveyError(
            f"config/interviews.yaml: `order: {attribute}`: {values.count('')} of {len(values)} "
            "cases do not have it"
        )
    numbers = [_number(value) for value in values]
    if all(number is not None for number in numbers):
        keys: list[Any] = list(numbers)
    elif wrong := [number for number, value in enumerate(values, 1) if not _is_date(value)]:
        raise SurveyError(
            f"config/interviews.yaml: `order: {attribute}`: case {wrong[0]} of {len(values)} has "
            "neither a number nor a date such as 2022-10-03, and nothing else has an order"
        )
    else:
        keys = list(values)
    return [case for _, _, case in sorted(zip(keys, range(len(keys)), cases, strict=True))]


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if isfinite(found) else None


def _is_date(text: str) -> bool:
    """Whether a text begins with year-month-day, and so sorts as a date."""
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return re.match(r"\d{4}-\d\d-\d\d", text) is not None


def shown_themes(
    themes: Sequence[set[str]],
    others: Iterable[set[str]],
    groups: Sequence[set[str]],
    everybody: set[str],
    threshold: int,
) -> list[bool]:
    """Tell which themes may be shown by the groups of one attribute, the first ones going before.

    A theme is shown where no group of it, nor what it leaves of the group, has 1 to one less than
    the threshold, and where no other such number follows from it and the themes above. That of a
    code or of a theme that is not shown follows where its possible values lie less than three
    apart (or less than the totals alone leave them); that of what two themes have in
    common, or one has and the other not, or a code lacks of a theme that contains it, where it
    has one possible value. Possible is what it is for a reader who knows
    which codes every single interview has, and not whose interview it is: whoever reads the
    tables knows less.

    Parameters
    ----------
    themes : sequence of set
        Keys of the cases of each theme.
    others : iterable of set
        Keys of the cases of each code.
    groups : sequence of set
        Keys of the cases of each value of the attribute.
    everybody : set
        Keys of all cases.
    threshold : int
        Fewer cases than this are not told.

    Examples
    --------
    >>> women, men = {"1", "2", "3", "4"}, {"5", "6", "7", "8"}
    >>> both = [{"1", "2", "5", "6"}, {"1"}]
    >>> shown_themes(both, [], [women, men], women | men, 2)
    [True, False]
    """
    few = range(1, threshold)
    # Who has no value is what the others leave of all.
    groups = [group for group in (*groups, everybody.difference(*groups)) if group]
    if any(len(group) in few for group in groups):
        return [False] * len(themes)

    def is_small(members: frozenset[str], group: set[str]) -> bool:
        inside = len(members & group)
        return inside in few or len(group) - inside in few

    rows = list(dict.fromkeys(map(frozenset, (*themes, *others))))
    shown: list[bool] = []
    kept: list[frozenset[str]] = []
    for theme in map(frozenset, themes):
        trial = [*kept, theme]
        secret = dict.fromkeys(rows)
        for one in trial:
            # What two nested rows differ by is known to who sees both.
            secret |= dict.fromkeys(row ^ one for row in rows if row < one or one < row)
            secret |= dict.fromkeys(part for row in trial for part in (row & one, row - one))
        small = [
            (members, place, WIDTH if members in rows else 1)
            for members in secret
            for place, group in enumerate(groups)
            if is_small(members, group)
        ]
        fine = not any(is_small(theme, group) for group in groups)
        fine = fine and not _follows(trial, small, groups, everybody)
        shown.append(fine)
        if fine:
            kept.append(theme)
    return shown


def _follows(
    shown: Sequence[frozenset[str]],
    small: Sequence[tuple[frozenset[str], int, int]],
    groups: Sequence[set[str]],
    everybody: set[str],
) -> bool:
    """Tell whether a small number has too few possible values, given the themes that are shown."""
    strata: dict[tuple[bool, ...], set[str]] = {}
    for case in sorted(everybody):
        strata.setdefault(tuple(case in theme for theme in shown), set()).add(case)
    left = []
    for members, place, apart in small:
        need = min(apart, _width([everybody], members, groups[place]))
        # People of one stratum could change places, and nothing that is shown would change.
        if _width(strata.values(), members, groups[place]) < need:
            left.append((members, place, need))
    if not left:
        return False
    linked = LinkedCells()
    profiles: dict[tuple[bool, ...], set[str]] = {}
    asked = [*shown, *dict.fromkeys(members for members, _, _ in left)]
    for case in sorted(everybody):
        profiles.setdefault(tuple(case in row for row in asked), set()).add(case)
    hidden = set()
    cells: dict[tuple[int, int], int] = {}
    for number, alike in enumerate(profiles.values()):
        parts = []
        for place, group in enumerate(groups):
            names = [("profile", str(number)), ("group", str(place))]
            cells[number, place] = linked.add("", names, len(alike & group))
            parts.append(cells[number, place])
        hidden.update(parts)
        total = linked.add("", [("profile", str(number))], len(alike))
        linked.relations.append(Relation(total, tuple(parts)))

    def told(row: str, members: Iterable[str], place: int) -> int:
        inside = set(members)
        number = linked.add("", [("row", row), ("group", str(place))], len(inside & groups[place]))
        parts = [cells[at, place] for at, alike in enumerate(profiles.values()) if alike <= inside]
        linked.relations.append(Relation(number, tuple(parts)))
        return number

    for place in range(len(groups)):
        told("everybody", everybody, place)
        for at, theme in enumerate(shown):
            told(f"theme {at}", theme, place)
    needs = {
        told(f"small {at}", members, place): need for at, (members, place, need) in enumerate(left)
    }
    found = attack_cells(linked, hidden | set(needs), list(needs), enough=WIDTH)
    return any(found[number].width < need for number, need in needs.items())


def _width(strata: Iterable[set[str]], members: frozenset[str], group: set[str]) -> int:
    """How far apart the least and greatest number of a group are, if strata change places."""
    width = 0
    for stratum in strata:
        some, own = len(members & stratum), len(group & stratum)
        width += min(some, own) - max(0, some + own - len(stratum))
    return width
