"""Coherence: whether the indicators of an index go together as adding them up supposes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from resurvey.core.notes import Note, write_notes
from resurvey.index.declaration import Index
from resurvey.statistics.components import Components, principal_components
from resurvey.statistics.reliability import WEAK_ITEM, Reliability, assess_scale, judge_alpha
from resurvey.statistics.results import Estimate
from resurvey.statistics.summaries import summarise
from resurvey.tables.correlations import Numbers

COHERENCE_COLUMNS = (
    "index",
    "dimension",
    "statistic",
    "indicator",
    "other_indicator",
    "component",
    "score",
    "value",
    "standard_error",
    "lower",
    "upper",
    "n",
    "verdict",
    "note",
    "note_data",
)
Verdict = Literal["defensible", "questionable", "not_defensible"]
VERDICTS: tuple[Verdict, ...] = ("not_defensible", "questionable", "defensible")
"""Whether adding up is defensible, the worst first."""

LEAST_ALPHA, FIT_ALPHA, MOST_ALPHA = 0.6, 0.7, 0.95
"""Where the judgements of `judge_alpha` meet."""

METHODS = ("spearman", "polychoric")
MOST_SCORES = 30
"""The distribution of more different scores is told by mean and deviation alone."""

SEED = 1965
"""Of the permutations of the parallel analysis."""


@dataclass(frozen=True)
class Judgement:
    """A verdict on adding up, with its reasons.

    Attributes
    ----------
    verdict : str
        One of `VERDICTS`; empty where there is nothing to judge.
    reasons : tuple of Note
        What speaks against adding up, or why there is no verdict.
    """

    verdict: Verdict | Literal[""]
    reasons: tuple[Note, ...] = ()


def judge_dimension(names: Sequence[str], found: Reliability) -> Judgement:
    """Judge whether the indicators of one dimension may be added up.

    Parameters
    ----------
    names : sequence of str
        Of the indicators, in the order of `found.items`.
    found : Reliability
        Of the indicators, turned to one direction.

    Notes
    -----
    Not defensible: an indicator correlates negatively with the rest, or alpha is below 0.6.
    Questionable: alpha is below 0.7 or above 0.95, or an item-rest correlation is below 0.3.
    SOURCE of the limits: Nunnally (1978), Psychometric Theory, 245; Nunnally & Bernstein (1994),
    Psychometric Theory, 3rd edition, 303-305; Tavakol & Dennick (2011), International Journal of
    Medical Education 2, 53-55. They suppose that the indicators reflect what the index is about.
    Where they form it (Diamantopoulos & Winklhofer 2001, Journal of Marketing Research 38,
    269-277) low correlations mean only that the sum hides different profiles.

    Examples
    --------
    >>> answers = [[1, 2, 1], [2, 2, 3], [3, 4, 3], [4, 3, 5], [5, 5, 4], [2, 1, 2]]
    >>> judge_dimension("abc", assess_scale(answers)).verdict
    'defensible'
    """
    if len(names) < 2:
        return Judgement("", (Note("one_indicator", "not_tested"),))
    if found.alpha.value is None:
        return Judgement("", found.alpha.notes)
    alpha, reasons, verdict = found.alpha.value, list[Note](), VERDICTS[2]
    kind = judge_alpha(alpha)
    if kind in ("unfit", "questionable"):
        limit = LEAST_ALPHA if kind == "unfit" else FIT_ALPHA
        reasons.append(Note("alpha_below", alpha=alpha, limit=limit))
        verdict = VERDICTS[0 if kind == "unfit" else 1]
    elif kind == "redundant":
        reasons.append(Note("alpha_above", alpha=alpha, limit=MOST_ALPHA))
        verdict = VERDICTS[1]
    for name, item in zip(names, found.items, strict=True):
        rest = item.item_rest
        if rest is None or rest >= WEAK_ITEM:
            continue
        if rest < 0:
            reasons.append(Note("item_against", item=name, value=rest))
            verdict = VERDICTS[0]
        else:
            reasons.append(Note("item_weak", item=name, value=rest, limit=WEAK_ITEM))
            verdict = worst(verdict, VERDICTS[1])
    return Judgement(verdict, tuple(reasons))


def worst(*verdicts: Verdict) -> Verdict:
    """Return the worst of some verdicts.

    Examples
    --------
    >>> worst("defensible", "questionable")
    'questionable'
    """
    return min(verdicts, key=VERDICTS.index)


def judge_structure(index: Index, found: Components | None) -> Judgement:
    """Judge whether the declared dimensions appear in the answers.

    Parameters
    ----------
    index : Index
        Declared index.
    found : Components, optional
        Of all its indicators, as many rotated as there are dimensions.

    Notes
    -----
    Questionable: parallel analysis finds another number of components than dimensions are
    declared, or an indicator loads most on the component of another dimension. SOURCE Nardo et al.
    (2008), Handbook on Constructing Composite Indicators, OECD, section 4.

    Examples
    --------
    >>> from resurvey.index.declaration import Dimension, Indicator
    >>> ours = {"weight": 1.0, "source": "our choice"}
    >>> items = tuple(Indicator(n, n, d, {}, {}, 1, **ours) for n, d in ("ax", "bx", "cy", "dy"))
    >>> index = Index("i", {}, "", (Dimension("x", {}, **ours), Dimension("y", {}, **ours)), items)
    >>> loadings = np.array([[0.9, 0.1], [0.8, 0.0], [0.1, 0.7], [0.6, 0.2]])
    >>> two = Components(99, np.array([2.0, 1.4, 0.4, 0.2]), np.ones(4), loadings)
    >>> judge_structure(index, two).reasons[0].text
    "'d' loads most on the component of another dimension"
    """
    if found is None:
        return Judgement("", (Note("no_components", "not_tested"),))
    reasons = []
    declared = len(index.dimensions)
    if found.kept != declared:
        reasons.append(Note("other_components", found=found.kept, declared=declared))
    if declared > 1:
        reasons += _misplaced(index, found.loadings)
    return Judgement(VERDICTS[1] if reasons else VERDICTS[2], tuple(reasons))


def _misplaced(index: Index, loadings: NDArray[np.float64]) -> Iterator[Note]:
    """Say which indicators load most on a component that is not their dimension's.

    Each dimension gets the component, another one each, that together explain most of their
    own indicators.
    """
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped,unused-ignore]

    places, explained = index.dimension_of, np.square(loadings)
    held = np.stack([explained[places == d].sum(axis=0) for d in range(len(index.dimensions))])
    homes = dict(zip(*linear_sum_assignment(-held), strict=True))
    for one, place, nearest in zip(index.indicators, places, explained.argmax(axis=1), strict=True):
        if homes[place] != nearest:
            yield Note("loads_elsewhere", item=one.name)


def assess_coherence(index: Index, numbers: Numbers) -> list[dict[str, Any]]:
    """Describe the indicators of an index, how they go together, and judge adding them up.

    Parameters
    ----------
    index : Index
        Resolved.
    numbers : Numbers
        Normalised scores, respondents × indicators, with the design.

    Returns
    -------
    list of dict
        Keys `COHERENCE_COLUMNS`. For every indicator ``percent`` of each normalised `score`,
        ``mean``, ``standard_deviation``, ``item_rest``, ``alpha_without`` and ``loading``, all
        within its dimension; ``alpha``, ``standardised_alpha``, ``omega`` and
        ``mean_correlation`` of every dimension and of all indicators (`dimension` empty);
        ``spearman`` and ``polychoric`` of every pair; ``eigenvalue`` and ``random_eigenvalue`` of
        every component and ``component_loading`` of every indicator on as many as there are
        dimensions; ``coherence`` of every dimension, ``structure`` and ``coherence`` of the whole
        with a `verdict` and its reasons. The whole is as its worst dimension and its structure.

    Examples
    --------
    >>> from resurvey.index.declaration import Dimension, Indicator
    >>> ours = {"weight": 1.0, "source": "our choice"}
    >>> items = tuple(Indicator(name, name, "d", {}, {}, 1, **ours) for name in "abc")
    >>> index = Index("i", {}, "", (Dimension("d", {}, **ours),), items)
    >>> answers = np.array([[1.0, 2, 1], [2, 2, 3], [3, 4, 3], [4, 3, 5], [5, 5, 4], [2, 1, 2]])
    >>> lines = assess_coherence(index, Numbers(answers / 5))
    >>> [line["verdict"] for line in lines if line["statistic"] == "coherence"]
    ['defensible', 'defensible']
    """
    lines: list[dict[str, Any]] = []
    verdicts: list[Verdict] = []
    reasons: list[Note] = []
    names = [one.name for one in index.indicators]
    for place, dimension in enumerate(index.dimensions):
        inside = np.flatnonzero(index.dimension_of == place).tolist()
        keys = {"index": index.name, "dimension": dimension.name}
        columns, constant = varying(numbers.values, inside)
        part = _part(numbers, columns)
        found = _assess(part)
        left_out = tuple(Note("item_left_out", item=names[column]) for column in constant)
        for column in inside:
            alone = _alone(_part(numbers, [column]))
            lines += [keys | {"indicator": names[column]} | line for line in alone]
        own = [names[column] for column in columns]
        lines += [keys | line for line in _items(own, part, found)]
        lines += [keys | line for line in _whole(part, found, left_out)]
        judged = judge_dimension(own, found)
        lines.append(keys | _judged("coherence", judged, left_out))
        verdicts += [judged.verdict] if judged.verdict else []
        reasons += judged.reasons if judged.verdict else ()
    keys = {"index": index.name}
    columns, constant = varying(numbers.values, range(len(names)))
    left_out = tuple(Note("item_left_out", item=names[column]) for column in constant)
    part = _part(numbers, columns)
    if len(index.dimensions) > 1:
        lines += [keys | line for line in _whole(part, _assess(part), left_out)]
    lines += [keys | line for line in _pairs(names, numbers)]
    kept = replace(index, indicators=tuple(index.indicators[column] for column in columns))
    components = principal_components(
        part.values,
        min(len(index.dimensions), len(columns)),
        weights=numbers.weights,
        sample=numbers.sample,
        seed=SEED,
    )
    lines += [
        keys | line for line in _components([one.name for one in kept.indicators], components)
    ]
    structure = judge_structure(kept, components)
    lines.append(keys | _judged("structure", structure, left_out))
    verdicts += [structure.verdict] if structure.verdict else []
    reasons += structure.reasons if structure.verdict else ()
    whole = Judgement(worst(*verdicts) if verdicts else "", tuple(reasons))
    lines.append(keys | _judged("coherence", whole))
    return lines


def varying(values: NDArray[np.float64], columns: Sequence[int]) -> tuple[list[int], list[int]]:
    """Part indicators that vary among whoever answered all of them from those that do not.

    Whoever has no job is not asked about it: of those who answered everything, all have one.

    Examples
    --------
    >>> works, likes = [1.0, 1.0, 0.0], [0.0, 1.0, np.nan]
    >>> varying(np.array([works, likes]).T, [0, 1])
    ([1], [0])
    """
    kept, constant = list(columns), list[int]()
    while len(kept) > 1:
        held = values[np.isfinite(values[:, kept]).all(axis=1)][:, kept]
        alike = [
            column
            for column, answers in zip(kept, held.T, strict=True)
            if answers.size and answers.min() == answers.max()
        ]
        if not alike:
            break
        kept = [column for column in kept if column not in alike]
        constant += alike
    return kept, constant


def _part(numbers: Numbers, columns: Sequence[int]) -> Numbers:
    return Numbers(numbers.values[:, list(columns)], numbers.weights, numbers.sample)


def _assess(part: Numbers) -> Reliability:
    return assess_scale(part.values, weights=part.weights, sample=part.sample)


def _judged(statistic: str, judged: Judgement, left_out: tuple[Note, ...] = ()) -> dict[str, Any]:
    notes = write_notes(*judged.reasons, *left_out)
    return {"statistic": statistic, "verdict": judged.verdict, **notes}


def _whole(
    part: Numbers, found: Reliability, left_out: tuple[Note, ...]
) -> Iterator[dict[str, Any]]:
    """Lines of a dimension, or of all indicators."""
    n = part.count(range(part.values.shape[1]))
    for estimate in (found.alpha, found.standardised_alpha, found.omega):
        yield _estimated(estimate, n, found.notes + left_out)
    yield {"statistic": "mean_correlation", "value": found.mean_correlation, "n": n}


def _estimated(estimate: Estimate, n: int, notes: tuple[Note, ...] = ()) -> dict[str, Any]:
    more = notes if estimate.value is not None else ()
    return {
        "statistic": estimate.name,
        "value": estimate.value,
        "standard_error": estimate.standard_error,
        "lower": estimate.lower,
        "upper": estimate.upper,
        "n": n,
        **write_notes(*estimate.notes, *more),
    }


def _alone(part: Numbers) -> Iterator[dict[str, Any]]:
    """Lines of the answers to one indicator."""
    n = part.count([0])
    yield from _distribution(part, n)
    found = summarise(part.values[:, 0], weights=part.weights, sample=part.sample, quantiles=())
    yield {"statistic": "mean", "value": found.mean.value, "n": n}
    yield {"statistic": "standard_deviation", "value": found.deviation, "n": n}


def _items(names: Sequence[str], part: Numbers, found: Reliability) -> Iterator[dict[str, Any]]:
    """Lines of the indicators of a dimension beside the others of it."""
    everyone = part.count(range(len(names)))
    for name, item in zip(names, found.items, strict=True) if len(names) > 1 else ():
        for statistic in ("item_rest", "alpha_without", "loading"):
            value = getattr(item, statistic)
            yield {"indicator": name, "statistic": statistic, "value": value, "n": everyone}


def _distribution(part: Numbers, n: int) -> Iterator[dict[str, Any]]:
    """Lines of the per cents of each score."""
    column = part.values[:, 0]
    used = part.weights if part.sample is None else part.sample.weights
    own = np.ones(column.size) if used is None else used
    there = np.isfinite(column) & (own > 0)
    scores, places = np.unique(column[there], return_inverse=True)
    if scores.size > MOST_SCORES:
        return
    totals = np.bincount(places, own[there])
    for score, total in zip(scores.tolist(), totals.tolist(), strict=True):
        share = 100 * total / float(totals.sum())
        yield {"statistic": "percent", "score": score, "value": share, "n": n}


def _pairs(names: Sequence[str], numbers: Numbers) -> Iterator[dict[str, Any]]:
    """Lines of the correlations of all pairs, each over whoever has both."""
    for method in METHODS:
        for one, other in combinations(range(len(names)), 2):
            found = numbers.correlate(one, other, method)
            yield {
                "statistic": method,
                "indicator": names[one],
                "other_indicator": names[other],
                "value": found.value,
                "standard_error": found.standard_error,
                "lower": found.lower,
                "upper": found.upper,
                "n": numbers.count([one, other]),
                **write_notes(*found.notes),
            }


def _components(names: Sequence[str], found: Components | None) -> Iterator[dict[str, Any]]:
    """Lines of the principal components."""
    if found is None:
        return
    random = write_notes(Note("parallel_analysis", replicates=found.replicates, seed=SEED))
    for number, (size, limit) in enumerate(zip(found.eigenvalues, found.random, strict=True), 1):
        keys = {"component": number, "n": found.n}
        yield keys | {"statistic": "eigenvalue", "value": float(size)}
        yield keys | {"statistic": "random_eigenvalue", "value": float(limit), **random}
    how = write_notes(Note("varimax"))
    for name, row in zip(names, found.loadings, strict=True):
        for number, loading in enumerate(row.tolist(), 1):
            yield {
                "statistic": "component_loading",
                "indicator": name,
                "component": number,
                "value": loading,
                "n": found.n,
                **how,
            }
