"""Offers: what a file may hold besides, as lines of a study's files that work without their #."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import BATTERY, Code, Survey, Variable, clean_code, split_stem
from resurvey.statistics.reliability import cronbach_alpha, judge_alpha
from resurvey.study.initialise.answers import (
    FEW_NUMBERS,
    Candidate,
    about_fieldwork,
    candidates,
    demographic,
    first_label,
    yes_code,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEW_PEOPLE = 10
"""Fewer complete answers show no scale."""
_AGES = ((18, 34), (35, 54), (55, None))
_QUANTILES = 4
_BAND = 10
_AGE_ASKED = r"сколько\b.{0,20}\bлет|полных лет|how old|wie alt|quel âge|cuántos años"
_YEARS = (1880, 2100)
_STRATA = r"v?strat(?:a|um|um_?id|ification)?|sdmvstra|страт[аы]|schicht|estrato|strate"
_CLUSTERS = r"v?psu|psu_?id|sdmvpsu|clusters?|cluster_?(?:id|no|nr)|кластер|пев"
_STRATA_WORDS = r"(?:variance|sampling|pseudo)[- ]?strat(?:um|a)|страта выборки"
_CLUSTERS_WORDS = r"primary sampling unit|(?:variance|pseudo)[- ]?psu|единица отбора"


@dataclass(frozen=True)
class Offers:
    """What `init` writes as comments, because a person has to decide.

    Attributes
    ----------
    scales : dict
        Name -> entry of `scales` in ``indicators.yaml``.
    alphas : dict
        Name of a scale -> Cronbach's alpha of the complete answers, and their number.
    groups : dict
        Name -> indicator that puts numbers into groups.
    sets : dict
        Name -> multiple-response set of questions answered yes or no.
    design : dict
        `strata`, `clusters`, `lonely_psu` of the wave.
    """

    scales: dict[str, dict[str, Any]] = field(default_factory=dict)
    alphas: dict[str, tuple[float, int]] = field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    sets: dict[str, dict[str, Any]] = field(default_factory=dict)
    design: dict[str, str] = field(default_factory=dict)


def find_offers(
    survey: Survey,
    listed: Mapping[str, Variable],
    batteries: Sequence[Sequence[str]],
    missing: Mapping[str, Sequence[Candidate]],
    taken: Collection[str],
    aside: Collection[str],
) -> Offers:
    """Find scales, groups of numbers, sets and a design.

    Parameters
    ----------
    survey : Survey
        As read.
    listed : dict of Variable
        Variables with a list of answers, as the codebook will have them.
    batteries : sequence of sequence of str
        Items of one question each, with the same answers.
    missing : dict
        Codes that may be no answers and are not declared so.
    taken : collection of str
        Names that no new variable can have.
    aside : collection of str
        Identifiers, weights and members of sets, which are none of all this.
    """
    names = {name.casefold() for name in taken}
    scales, alphas, sets = {}, {}, {}
    for battery in batteries:
        items = [name for name in battery if name not in aside]
        if len(items) < BATTERY:
            continue
        variables = [listed[name] for name in items]
        labels = [first_label(variable.label) or variable.name for variable in variables]
        stem = split_stem(labels)[0].rstrip("…")
        counted = yes_code(variables[0])
        if counted is not None:
            if stem and all(yes_code(variable) == counted for variable in variables):
                name = _new_name("set", items, names)
                sets[name] = {"label": stem, "variables": items, "counted": counted}
            continue
        found = _scale(survey, variables, missing)
        if found is not None:
            entry, alpha, people = found
            name = _new_name("scale", items, names)
            scales[name] = {**({"label": stem} if stem else {}), **entry}
            alphas[name] = (alpha, people)
    groups = {}
    for name, variable in survey.codebook.variables.items():
        if name in listed or name in aside:
            continue
        recode = _grouped(variable, survey, missing.get(name, ()))
        if recode:
            label = first_label(variable.label) or name
            kind = "age" if _is_age(name, label) else demographic(name, label) or "number"
            new = _new_name("", [name], names, f"{kind.split()[0]}_group", "_group")
            groups[new] = {"label": label, "recode": {"variable": name, **recode}}
    return Offers(scales, alphas, groups, sets, _design(survey))


def _new_name(
    start: str, items: Sequence[str], taken: set[str], otherwise: str = "", end: str = ""
) -> str:
    """Make a name that says whose it is, where the variables' names can be part of one."""
    stem = re.sub(r"[\W_]*\d*$", "", items[0]) if len(items) > 1 else items[0]
    name = f"{start}_{stem}" if start else f"{stem}{end}"
    if not stem or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,50}", name):
        name = otherwise or f"{start}_1"
    number, base = 1, re.sub(r"_1$", "", name)
    while name.casefold() in taken:
        number += 1
        name = f"{base}_{number}"
    taken.add(name.casefold())
    return name


def _numbers(survey: Survey, variable: Variable) -> "NDArray[np.float64]":
    """Answers as numbers; what is no answer is not-a-number."""
    values: NDArray[np.float64]
    if ranks := variable.written_ranks:
        return np.array([ranks.get(text, np.nan) for text in survey.data[variable.name]], float)
    values = survey.data[variable.name].to_numpy("float64", na_value=np.nan).copy()
    away = [
        code
        for code in np.unique(values[~np.isnan(values)]).tolist()
        if clean_code(code) in variable.dont_know or variable.is_missing(clean_code(code))
    ]
    values[np.isin(values, away)] = np.nan
    return values


def _scale(
    survey: Survey, variables: Sequence[Variable], missing: Mapping[str, Sequence[Candidate]]
) -> tuple[dict[str, Any], float, int] | None:
    """Return the entry of a scale, its alpha and the complete answers, if items go together."""
    names = [variable.name for variable in variables]
    if any(
        survey.data[variable.name].dtype.kind not in "iufb" and not variable.written_ranks
        for variable in variables
    ):
        return None
    if not all(variable.measure in ("ordinal", "scale") for variable in variables):
        return None
    for variable in variables:
        # A code that is no answer and not declared so would count as a number.
        if {candidate.code for candidate in missing.get(variable.name, ())} - {*variable.dont_know}:
            return None
    values = np.column_stack([_numbers(survey, variable) for variable in variables])
    whole = values[~np.isnan(values).any(axis=1)]
    if len(whole) < _FEW_PEOPLE or (whole.std(axis=0) == 0).any():
        return None
    directions = np.sign(np.linalg.eigh(np.corrcoef(whole, rowvar=False))[1][:, -1])
    directions *= 1 if directions.sum() >= 0 else -1
    covariance = np.cov(whole * directions, rowvar=False)
    if not covariance.sum() > 0:
        return None
    alpha = cronbach_alpha(covariance)[0]
    if judge_alpha(alpha) == "unfit":
        return None
    reverse = [name for name, way in zip(names, directions, strict=True) if way < 0]
    entry: dict[str, Any] = {"items": names}
    if reverse:
        entry["reverse"] = reverse
    if reverse and variables[0].measure == "scale":
        entry["range"] = [int(np.nanmin(values)), int(np.nanmax(values))]
    entry |= {"how": "mean", "minimum_items": -(-3 * len(names) // 4)}
    return entry, alpha, len(whole)


def _grouped(
    variable: Variable, survey: Survey, missing: Iterable[Candidate]
) -> dict[str, Any] | None:
    """Return a `recode` that puts the numbers of a variable into groups."""
    name, label = variable.name, first_label(variable.label) or variable.name
    column = survey.data[name]
    if column.dtype.kind not in "iuf" or about_fieldwork(name, label):
        return None
    if re.fullmatch(f"{_STRATA}|{_CLUSTERS}", name.casefold()) or variable.measure == "text":
        return None
    values = _numbers(survey, variable)
    values = values[~np.isnan(values)]
    away: list[Code] = [candidate.code for candidate in missing]
    away += [candidate.code for candidate in candidates(variable, column)]
    values = values[~np.isin(values, [code for code in away if not isinstance(code, str)])]
    different = np.unique(values)
    if len(different) <= FEW_NUMBERS or any(variable.is_missing(code) for code in range(1, 5)):
        return None
    low, high = float(different[0]), float(different[-1])
    if _is_age(name, label) and 0 <= low <= high <= 120:
        ranges = {
            code: [None if code == 1 and low < _AGES[0][0] else first, last]
            for code, (first, last) in enumerate(_AGES, 1)
        }
        return {"ranges": ranges}
    if _YEARS[0] <= low and high <= _YEARS[1]:
        return {"bands": {"width": _BAND, "from": int(low) // _BAND * _BAND}}
    cuts = np.searchsorted(np.sort(values), different, side="right") * _QUANTILES
    filled = {-(-int(cut) // len(values)) for cut in cuts}
    return {"quantiles": _QUANTILES} if len(filled) == _QUANTILES else None


def _is_age(name: str, label: str) -> bool:
    return demographic(name, label) == "age" or bool(re.search(_AGE_ASKED, label.casefold()))


def _design(survey: Survey) -> dict[str, str]:
    """Find strata and clusters by their names and labels, where everybody has them."""
    found: dict[str, str] = {}
    for key, names, words in (
        ("strata", _STRATA, _STRATA_WORDS),
        ("clusters", _CLUSTERS, _CLUSTERS_WORDS),
    ):
        for name, variable in survey.codebook.variables.items():
            column = survey.data[name]
            told = first_label(variable.label).casefold()
            if not (re.fullmatch(names, name.casefold()) or re.search(words, told)):
                continue
            if column.notna().all() and 2 <= column.nunique() <= len(column) / 2:
                found[key] = name
                break
    if "clusters" not in found:
        # Strata of persons; a region that is called so is no design.
        return {}
    if "strata" in found:
        pairs = survey.data[[found["strata"], found["clusters"]]].drop_duplicates()
        if pairs.groupby(found["strata"]).size().min() < 2:
            found["lonely_psu"] = "adjust"
    return found
