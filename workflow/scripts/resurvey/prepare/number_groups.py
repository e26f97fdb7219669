"""Groups from numbers: age or income put into ranges, bands of one width, or quantile groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Labels, Survey, Variable, as_labels, clean_code
from resurvey.core.errors import SurveyError
from resurvey.prepare.cleaning import LOG_COLUMNS, missing_mask

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

WAYS = ("ranges", "bands", "quantiles")
"""Keys of a `recode` that groups numbers; with none of them it maps codes."""

MOST_BANDS = 200
"""More bands than this are a mistake in `width`."""

NAMED = 10
"""Values outside every group that the ledger names; of more it says how many."""


@dataclass(frozen=True)
class Group:
    """One group of numbers; an end that is None is open.

    Attributes
    ----------
    code : int or str
        Code of the new variable.
    low, high : Fraction, optional
        Ends; `low` belongs to the group, `high` where `closed`.
    closed : bool
        Whether `high` belongs to it.
    """

    code: Code
    low: Fraction | None
    high: Fraction | None
    closed: bool = True

    def holds(self, values: "NDArray[np.float64]") -> "NDArray[np.bool_]":
        """Mark the values inside; a value that is no number is in no group."""
        inside = ~np.isnan(values)
        if self.low is not None:
            inside &= values >= float(self.low)
        if self.high is not None:
            top = float(self.high)
            inside &= (values <= top) if self.closed else (values < top)
        return inside

    def label(self, whole: bool) -> str:
        """Write the group as readers of any language do.

        Examples
        --------
        >>> Group(1, Fraction(18), Fraction(34)).label(whole=True)
        '18–34'
        >>> Group(3, Fraction(55), None).label(whole=True)
        '55+'
        >>> Group(1, Fraction(15), Fraction(25), closed=False).label(whole=True)
        '15–24'
        >>> Group(1, Fraction(0), Fraction(1, 2), closed=False).label(whole=False)
        '0 – < 0.5'
        """
        low, high = (None if end is None else _written(end) for end in (self.low, self.high))
        if high is None:
            return f"{low}+"
        sign = "≤" if self.closed else "<"
        if low is None:
            return f"{sign} {high}"
        if not self.closed and whole:
            last = _written(Fraction(self.high or 0) - 1)
            return low if low == last else f"{low}–{last}"
        if not self.closed:
            return f"{low} – < {high}"
        return low if low == high else f"{low}–{high}"


def group_numbers(
    survey: Survey, name: str, entry: Mapping[str, Any], place: str
) -> "tuple[pd.Series[Any], Variable]":
    """Put the numbers of a variable into groups.

    Parameters
    ----------
    survey : Survey
        Answers; not changed.
    name : str
        Name of the new variable.
    entry : dict
        An indicator with a `recode` that has one of `WAYS`: ``ranges: {1: [18, 34]}`` with both
        ends included, ``bands: {width: 10, from: 15}`` with the lower end included, or
        ``quantiles: 5``, whose groups hold as nearly equal parts of the respondents (of the
        weights of `weight`) as equal numbers allow: a number stands in group ⌈k F⌉, where F is
        the share of respondents with this number or a smaller one.
    place : str
        File and key, for messages.

    Returns
    -------
    values : Series
        Codes of the groups. User-missing codes stay what they are, with their reasons, and so
        does "don't know", which is no number; a number outside every group is system-missing, and
        `outside_groups` counts it.
    variable : Variable
        The new variable, ordinal unless the study says otherwise.

    Raises
    ------
    SurveyError
        The variable holds text, ranges overlap or cannot be reached, a group is a missing code of
        the variable, or so many values are equal that a quantile group is empty.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> book = Codebook({"age": Variable("age", measure="scale", missing=(99,))})
    >>> people = Survey(pd.DataFrame({"age": pd.array([18, 34, 35, 99], "Int64")}), book)
    >>> ranges = {"variable": "age", "ranges": {1: [18, 34], 2: [35, None]}}
    >>> values, variable = group_numbers(people, "age_group", {"recode": ranges}, "here")
    >>> values.tolist(), variable.codes[2]
    ([1, 1, 2, 99], {'': '35+'})
    """
    import pandas as pd

    spec = entry["recode"]
    source = spec["variable"]
    absent = missing_mask(survey, source, place)
    known = survey.codebook[source]
    aside = survey.data[source].isin(list(known.dont_know)).to_numpy(bool)
    numbers = _numbers(survey, source, absent | aside, place)
    present = numbers[~np.isnan(numbers)]
    whole = bool((present == np.round(present)).all())
    groups = _GROUPS[next(way for way in WAYS if way in spec)](survey, spec, numbers, place)
    _check_codes(groups, known, spec.get("codes", {}), place)
    values = pd.Series(pd.NA, index=survey.data.index, dtype=_kind_of(groups, place))
    for group in groups:
        values = values.mask(group.holds(numbers), group.code)
    own = {clean_code(code): as_labels(text) for code, text in spec.get("codes", {}).items()}
    codes: dict[Code, Labels] = {
        group.code: own.get(group.code) or {"": group.label(whole)} for group in groups
    }
    if values.dtype != "Int64":
        return values, Variable(name, as_labels(entry.get("label")), _measure(spec), codes)
    kept = _missing_codes(survey, source, absent)
    unknown = [code for code in known.dont_know if isinstance(code, int) and code not in kept]
    for code in (*unknown, *kept):
        values = values.mask((survey.data[source] == code).fillna(False).to_numpy(bool), code)
        codes[code] = known.codes.get(code, {})
    variable = Variable(
        name,
        as_labels(entry.get("label")),
        _measure(spec),
        codes,
        missing=tuple(kept),
        dont_know=tuple(unknown),
        reasons={code: known.reasons[code] for code in kept if code in known.reasons},
        routing=known.routing,
    )
    return values, variable


def outside_groups(
    survey: Survey, declared: Mapping[str, Mapping[str, Any]], steps: int
) -> list[dict[str, Any]]:
    """Count the numbers that are in no declared group, as lines of the cleaning ledger.

    Parameters
    ----------
    survey : Survey
        With the indicators.
    declared : dict
        `indicators` of ``config/indicators.yaml``.
    steps : int
        Number of the ledger's last step.

    Returns
    -------
    list of dict
        Keys of the ledger, one line for every grouping that left numbers out; its `why` names
        them.
    """
    lines: list[dict[str, Any]] = []
    for name, entry in declared.items():
        spec = entry.get("recode", {})
        if not any(way in spec for way in WAYS):
            continue
        source = spec["variable"]
        out = missing_mask(survey, name) & ~missing_mask(survey, source)
        if not out.any():
            continue
        values = sorted({clean_code(value) for value in survey.data[source][out]}, key=float)
        named = ", ".join(map(str, values[:NAMED])) + (", …" if len(values) > NAMED else "")
        rows, count = len(out), int(out.sum())
        line = (
            steps + len(lines) + 1,
            "groups",
            f"{source} {name}",
            rows,
            count,
            count,
            rows,
            f"{source}: {named}",
        )
        lines.append(dict(zip(LOG_COLUMNS, line, strict=True)))
    return lines


def _numbers(
    survey: Survey, source: str, absent: "NDArray[np.bool_]", place: str
) -> "NDArray[np.float64]":
    """Numbers of a variable, not-a-number where there is no answer."""
    values = survey.data[source]
    if values.dtype.kind not in "iufb" and not values.isna().all():
        raise SurveyError(f"{place}: '{source}' is text, and only numbers can be put into groups")
    numbers: NDArray[np.float64] = values.to_numpy("float64", na_value=np.nan).copy()
    numbers[absent] = np.nan
    return numbers


def _ranges(
    survey: Survey, spec: Mapping[str, Any], _: "NDArray[np.float64]", place: str
) -> list[Group]:
    """Ranges as declared, refused where they overlap or nothing can be in one."""
    variable = survey.codebook[spec["variable"]]
    groups = []
    for code, (low, high) in spec["ranges"].items():
        if low is None and high is None:
            raise SurveyError(f"{place}: the range of {code} has no end; give it one")
        ends = [None if end is None else _exact(end) for end in (low, high)]
        if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
            raise SurveyError(
                f"{place}: the range of {code} begins at {low} and ends at {high}, so nobody can "
                "be in it; write the smaller number first"
            )
        groups.append(Group(clean_code(code), ends[0], ends[1]))
    ordered = sorted(groups, key=lambda group: (group.low is not None, group.low or 0))
    for before, after in pairwise(ordered):
        if before.high is None or after.low is None or after.low <= before.high:
            shared = "" if after.low is None else f" {_written(after.low)} is in both;"
            raise SurveyError(
                f"{place}: the ranges of {before.code} and {after.code} overlap;{shared} ends are "
                "included, so end one before the other begins"
            )
    answers = [
        float(code)
        for code in variable.answers
        if not isinstance(code, str) and code not in variable.dont_know
    ]
    closed = variable.measure != "scale" and bool(answers)
    for group in groups:
        if closed and not group.holds(np.array(answers)).any():
            raise SurveyError(
                f"{place}: no answer of '{variable.name}' is in the range of {group.code} "
                f"({group.label(whole=True)}); its answers go from "
                f"{clean_code(min(answers))} to {clean_code(max(answers))}"
            )
        one = group.low is not None and group.low == group.high
        if one and variable.is_missing(clean_code(float(group.low or 0))):
            raise SurveyError(
                f"{place}: {_written(group.low or Fraction(0))} is a missing code of "
                f"'{variable.name}', not an answer"
            )
    return groups


def _bands(
    _: Survey, spec: Mapping[str, Any], numbers: "NDArray[np.float64]", place: str
) -> list[Group]:
    """Bands of one width from a number on, as far as the numbers go or `to` says."""
    bands = spec["bands"]
    width, start = _exact(bands["width"]), _exact(bands["from"])
    present = numbers[numbers >= float(start)]
    if "to" in bands:
        number = (_exact(bands["to"]) - start) / width
        if number <= 0:
            raise SurveyError(f"{place}: `bands` end at `to` before they begin at `from`")
        last = -(-number.numerator // number.denominator)
    elif not len(present):
        raise SurveyError(
            f"{place}: no value of '{spec['variable']}' is {_written(start)} or more; change `from`"
        )
    else:
        last = (_exact(float(present.max())) - start) // width + 1
    if last > MOST_BANDS:
        raise SurveyError(f"{place}: `bands` would make {last} groups; choose a greater `width`")
    ends = [start + step * width for step in range(last + 1)]
    return [
        Group(code, low, high, closed=False) for code, (low, high) in enumerate(pairwise(ends), 1)
    ]


def _quantiles(
    survey: Survey, spec: Mapping[str, Any], numbers: "NDArray[np.float64]", place: str
) -> list[Group]:
    """Groups of nearly equal size between the smallest and the greatest value that each holds."""
    wanted = int(spec["quantiles"])
    here, weights = ~np.isnan(numbers), None
    if "weight" in spec:
        absent = missing_mask(survey, spec["weight"], place)
        weights = np.where(absent, 0.0, _numbers(survey, spec["weight"], absent, place))
        here &= weights > 0
    values, places = np.unique(numbers[here], return_inverse=True)
    if not len(values):
        raise SurveyError(f"{place}: '{spec['variable']}' has no numbers to make groups of")
    totals = [Fraction(count) for count in np.bincount(places).tolist()]
    if weights is not None:
        # Added as the decimal fractions that they are, so that exactly a fifth is a fifth.
        totals = [Fraction(0)] * len(values)
        different, which = np.unique(weights[here], return_inverse=True)
        pairs, times = np.unique(places * len(different) + which, return_counts=True)
        for pair, number in zip(pairs.tolist(), times.tolist(), strict=True):
            position, weight = divmod(pair, len(different))
            totals[position] += number * _exact(float(different[weight]))
    whole, below = sum(totals, Fraction(0)), Fraction(0)
    members: dict[int, list[float]] = {number: [] for number in range(1, wanted + 1)}
    for value, total in zip(values, totals, strict=True):
        below += total
        share = below * wanted / whole
        members[-(-share.numerator // share.denominator)].append(float(value))
    for number, held in members.items():
        if not held:
            raise SurveyError(
                f"{place}: so many respondents have equal values of '{spec['variable']}' that "
                f"group {number} of {wanted} is empty; choose fewer `quantiles`, or `ranges`"
            )
    return [Group(number, _exact(held[0]), _exact(held[-1])) for number, held in members.items()]


_GROUPS = {"ranges": _ranges, "bands": _bands, "quantiles": _quantiles}


def _exact(number: float | int) -> Fraction:
    """Return a number as it is written in decimal: 0.1 is one tenth."""
    return Fraction(repr(clean_code(number)))


def _written(number: Fraction) -> str:
    return str(clean_code(float(number)))


def _measure(spec: Mapping[str, Any]) -> str:
    return str(spec.get("measure", "ordinal"))


def _kind_of(groups: Sequence[Group], place: str) -> str:
    texts = {isinstance(group.code, str) for group in groups}
    if len(texts) > 1:
        raise SurveyError(f"{place}: the codes of the ranges are text and numbers; choose one")
    return "str" if texts.pop() else "Int64"


def _missing_codes(survey: Survey, source: str, absent: "NDArray[np.bool_]") -> list[int]:
    """User-missing codes of a variable: those declared one by one, and those that occur."""
    variable = survey.codebook[source]
    held = [clean_code(value) for value in survey.data[source][absent].dropna().unique()]
    declared = [clean_code(code) for code in variable.missing]
    both = dict.fromkeys([*declared, *sorted(held, key=float)])
    return [code for code in both if isinstance(code, int)]


def _check_codes(
    groups: Sequence[Group], variable: Variable, labels: Mapping[Any, Any], place: str
) -> None:
    known = {group.code for group in groups}
    for group in groups:
        if variable.is_missing(group.code) or group.code in variable.dont_know:
            what = "a missing code" if variable.is_missing(group.code) else "the “don't know”"
            raise SurveyError(
                f"{place}: the new code {group.code} is {what} of '{variable.name}', which keeps "
                "its meaning; choose another"
            )
    for code in map(clean_code, labels):
        if code not in known:
            listed = ", ".join(str(group.code) for group in groups)
            raise SurveyError(
                f"{place}: `codes` labels {code}, and there is no such group ({listed})"
            )
