"""Robustness: what is left of the conclusions of an index that is made otherwise, as lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Survey
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, write_notes
from resurvey.counts.design import PreparedDesign
from resurvey.index.declaration import Index
from resurvey.index.scoring import Assembled, score_answers
from resurvey.index.sensitivity import (
    Conclusion,
    Held,
    Plan,
    Robustness,
    Spread,
    analyse,
    compared_groups,
    read_plan,
    sobol_indices,
)
from resurvey.statistics.linearisation import Sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONCLUSION_COLUMNS = (
    "index",
    "conclusion",
    "kind",
    "dimension",
    "type",
    "column_variable",
    "first_code",
    "first_label",
    "second_code",
    "second_label",
    "factor",
    "level",
    "declared",
    "held",
    "judged",
    "percent",
    "lower",
    "upper",
    "scenarios",
    "not_computed",
    "not_comparable",
    "note",
    "note_data",
)
SCENARIO_COLUMNS = (
    "index",
    "dimension",
    "type",
    "column_variable",
    "column_code",
    "column_label",
    "declared",
    "low",
    "middle",
    "high",
    "scenarios",
)
VARIANCE_COLUMNS = (
    "index",
    "column_variable",
    "first_code",
    "first_label",
    "second_code",
    "second_label",
    "factor",
    "first_order",
    "first_order_error",
    "total",
    "total_error",
    "variance",
    "scenarios",
    "note",
    "note_data",
)

MOST_PAIRS = 10
"""Pairs of groups of one variable whose order is a conclusion; of more none is."""

_REASONS = {
    "geometric_mean_of_zero": "scenario_geometric_mean_of_zero",
    "geometric_mean_of_standard_scores": "scenario_geometric_mean_of_standard_scores",
    "indicator_does_not_vary": "scenario_indicator_does_not_vary",
    "dimension_without_indicators": "scenario_dimension_without_indicators",
    "nobody_has_a_value": "scenario_nobody_has_a_value",
    "no_cutoffs": "scenario_no_cutoffs",
}
"""Why a scenario is not computed -> the note that says so."""

_SCALES = ("min_max", "z", "rank")


@dataclass(frozen=True)
class _Group:
    """A group of respondents that is compared with others."""

    variable: str
    code: str
    label: str
    members: "NDArray[np.bool_]"


def usual_plan(index: Index) -> Index:
    """Complete what `sensitivity` of an index says by what is varied usually.

    Without a word of the study the normalisation is min–max (or the declared one), standard scores
    or ranks; the geometric mean is of scores raised by 0.1, for the worst answer counts as 0. An
    index that counts keeps to counting, one in standard scores or ranks to its scale.

    Examples
    --------
    >>> told = usual_plan(Index("i", {}, "", (), (), sensitivity={"scenarios": 500})).sensitivity
    >>> told["scenarios"], told["shift"], list(told["normalisation"])
    (500, 0.1, ['min_max', 'z', 'rank'])
    """
    usual: dict[str, Any] = {"shift": index.shift or 0.1}
    if index.aggregation == "counting":
        usual |= {"normalisation": ["min_max"], "aggregation": ["counting"]}
    elif index.has_fixed_ends:
        levels = dict.fromkeys([index.normalisation, *_SCALES])
        usual["normalisation"] = _without_twins(list(levels))
    else:
        usual["normalisation"] = [index.normalisation]
    return replace(index, sensitivity={**usual, **index.sensitivity})


def _without_twins(levels: Sequence[str]) -> list[str]:
    """Goalposts and min–max between declared ends are one normalisation."""
    return [level for level in levels if level != "min_max" or "goalposts" not in levels]


def scenario_lines(
    index: Index,
    made: Assembled,
    survey: Survey,
    design: PreparedDesign | None,
    language: str = "",
    everybody: str = "All respondents",
) -> dict[str, list[dict[str, Any]]]:
    """Make an index under every scenario of its plan, and count in how many a conclusion holds.

    Parameters
    ----------
    index : Index
        Resolved.
    made : Assembled
        The index of each respondent, as declared: the conclusions are what it shows.
    survey : Survey
        The respondents.
    design : PreparedDesign, optional
        Weights and sampling design.
    language, everybody : str
        Language of the labels, and the label of the column of all respondents.

    Returns
    -------
    dict
        Lines of ``conclusions.csv`` (for all scenarios, and by level of each factor),
        ``scenarios.csv`` (percentiles of means and of types' shares) and ``variances.csv`` (Sobol
        indices of the mean, and of the first difference of two groups). Nothing where
        `sensitivity` asks for no scenario, or nobody answered some indicator.
    """
    lines: dict[str, list[dict[str, Any]]] = {"conclusions": [], "scenarios": [], "variances": []}
    if (
        index.sensitivity.get("scenarios") == 0
        or not np.isfinite(made.normalised).any(axis=0).all()
    ):
        return lines
    compared, members = compared_groups(survey, index)
    held = [bool(column.any()) for column in members.T]
    compared = [group for group, somebody in zip(compared, held, strict=True) if somebody]
    members = members[:, held]
    groups = [
        _Group(name, str(code), survey.codebook[name].answer(code, language), members[:, at])
        for at, (name, code) in enumerate(compared)
    ]
    plan, conclusions = read_plan(usual_plan(index), compared)
    scores, sample = score_answers(survey, index), None
    weights = None if design is None else design.weights
    shown = list(_conclusions(index, made, groups, weights))
    told = {(one.kind, one.of, one.first, one.second) for one in conclusions}
    conclusions += [one for one in shown if (one.kind, one.of, one.first, one.second) not in told]
    if design is not None and design.people is not None:
        # A row of equal respondents is as many rows: they are drawn one by one.
        scores = np.repeat(scores, design.people, axis=0)
        members = np.repeat(members, design.people, axis=0)
        weights = None
    if design is not None and isinstance(design.sample, Sample):
        sample = design.sample
    elif design is not None and design.sample is not None:
        # Replicate weights name no clusters that could be drawn again.
        plan = replace(plan, respondents=False)
    options: dict[str, Any] = {"weights": weights, "sample": sample}
    keys = {"index": index.name}
    try:
        found = analyse(index, scores, members, plan, conclusions, **options)
    except SurveyError as problem:
        why = write_notes(Note("told", text=str(problem)).refusing("not_computed"))
        lines["conclusions"].append(keys | why)
        return lines
    for one in found.robustness:
        lines["conclusions"] += [
            keys | line for line in _robust(one, groups, found.scenarios, found.reasons)
        ]
    for spread in found.spreads:
        lines["scenarios"].append(keys | _spread(spread, groups, everybody))
    pairs: list[tuple[int, int] | None] = [None]
    pairs += [(one.second, one.first) for one in conclusions if one.kind == "below"][:1]
    for pair in pairs:
        named = _pair(groups, *pair) if pair else {}
        try:
            shares = sobol_indices(
                index, scores, members, _bounded(index, plan), gap=pair, **options
            )
        except SurveyError as problem:
            why = write_notes(Note("told", text=str(problem)).refusing("not_computed"))
            lines["variances"].append(keys | named | why)
            continue
        for at, factor in enumerate(shares.factors):
            lines["variances"].append(
                keys
                | named
                | {
                    "factor": factor,
                    "first_order": float(shares.first[at]),
                    "first_order_error": float(shares.first_error[at]),
                    "total": float(shares.total[at]),
                    "total_error": float(shares.total_error[at]),
                    "variance": shares.variance,
                    "scenarios": shares.runs,
                }
            )
    return lines


def _bounded(index: Index, plan: Plan) -> Plan:
    """Keep what every scenario can be computed with, and scales whose means have one unit."""
    bounded = tuple(name for name in plan.normalisation if name in ("min_max", "goalposts"))
    fewest = np.bincount(index.dimension_of).min()
    return replace(
        plan,
        normalisation=bounded or plan.normalisation[:1],
        leave_out=plan.leave_out and bool(fewest > 1),
    )


def _conclusions(
    index: Index, made: Assembled, groups: Sequence[_Group], weights: Any
) -> Iterator[Conclusion]:
    """What the index shows as declared: which group is below which, which dimension lowest."""
    own = np.ones(len(made.overall)) if weights is None else np.asarray(weights)

    def mean(values: "NDArray[np.float64]", members: Any = slice(None)) -> float:
        there = np.isfinite(values[members])
        total = own[members][there]
        return float(total @ values[members][there] / total.sum()) if total.sum() else np.nan

    for name in index.by:
        places = [at for at, group in enumerate(groups) if group.variable == name]
        pairs = list(combinations(places, 2))
        for first, second in pairs if len(pairs) <= MOST_PAIRS else ():
            means = [mean(made.overall, groups[at].members) for at in (first, second)]
            if not np.isfinite(means).all() or means[0] == means[1]:
                continue
            low, high = (first, second) if means[0] < means[1] else (second, first)
            told = f"{name}_{groups[low].code}_below_{groups[high].code}"
            yield Conclusion(told, "below", first=low, second=high)
    if len(index.dimensions) > 1 and index.has_fixed_ends:
        of_dimensions = np.array(
            [mean(made.dimensions[:, at]) for at in range(len(index.dimensions))]
        )
        if np.isfinite(of_dimensions).all():
            low, high = int(of_dimensions.argmin()), int(of_dimensions.argmax())
            yield Conclusion("lowest", "lowest_dimension", index.dimensions[low].name)
            yield Conclusion("highest", "highest_dimension", index.dimensions[high].name)
    if index.types and index.has_fixed_ends:
        starts = np.array([one.lowest for one in index.types])
        known = np.isfinite(made.overall)
        kinds = np.searchsorted(starts, made.overall[known] + 1e-12, side="right") - 1
        sizes = np.bincount(kinds, own[known], minlength=len(starts))
        if sizes.sum():
            yield Conclusion("largest", "largest_type", index.types[int(sizes.argmax())].name)


def _pair(groups: Sequence[_Group], first: int, second: int) -> dict[str, str]:
    one, other = groups[first], groups[second]
    return {
        "column_variable": one.variable,
        "first_code": one.code,
        "first_label": one.label,
        "second_code": other.code,
        "second_label": other.label,
    }


def _robust(
    found: Robustness, groups: Sequence[_Group], scenarios: int, reasons: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    """Lines of one conclusion: all scenarios first, then those with each level of each factor."""
    one = found.conclusion
    keys: dict[str, Any] = {"conclusion": one.name, "kind": one.kind, "scenarios": scenarios}
    if one.kind == "below":
        keys |= {**_pair(groups, one.first, one.second), "dimension": one.of}
    else:
        keys["type" if one.kind == "largest_type" else "dimension"] = one.of
    declared = None if found.declared is None else int(found.declared)
    notes = [Note(_REASONS[name], scenarios=count) for name, count in reasons.items()]
    whole = {
        "declared": declared,
        "not_computed": found.not_computed,
        "not_comparable": found.not_comparable,
        **write_notes(*notes),
    }
    yield keys | whole | _held(found.overall)
    yield from (keys | _held(level) for level in found.levels)


def _held(one: Held) -> dict[str, Any]:
    line: dict[str, Any] = {"factor": one.factor, "level": one.level}
    line |= {"held": one.held, "judged": one.judged}
    if one.judged:
        line |= {"percent": 100 * one.share, "lower": 100 * one.lower, "upper": 100 * one.upper}
    return line


def _spread(one: Spread, groups: Sequence[_Group], everybody: str) -> dict[str, Any]:
    group = groups[one.group] if one.group >= 0 else None
    line: dict[str, Any] = {
        "type" if one.is_type else "dimension": one.part,
        "column_variable": group.variable if group else "",
        "column_code": group.code if group else TOTAL,
        "column_label": group.label if group else everybody,
        "scenarios": one.scenarios,
    }
    unit = 100 if one.is_type else 1
    for name in ("declared", "low", "middle", "high"):
        value = getattr(one, name)
        line[name] = None if np.isnan(value) else unit * value
    return line
