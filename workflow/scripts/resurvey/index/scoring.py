"""Scoring: from answers to scores, from scores to comparable ones, from these to an index."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resurvey.core.codebook import Code, Survey, Variable
from resurvey.core.counting import encode
from resurvey.core.errors import SurveyError
from resurvey.counts.design import wave_design
from resurvey.index.declaration import (
    FILE,
    Aggregation,
    Index,
    Indicator,
    Missing,
    Normalisation,
    read_indices,
    resolve,
)

Floats = NDArray[np.float64]


def score_answers(survey: Survey, index: Index) -> Floats:
    """Give every answer its declared score.

    Parameters
    ----------
    survey : Survey
        Respondents.
    index : Index
        Resolved against the survey's codebook (`resolve`).

    Returns
    -------
    array of float, respondents × indicators
        Before normalising and before turning. Not-a-number where there is no answer, or "don't
        know" that counts as none.

    Raises
    ------
    SurveyError
        An answer that somebody gave and that has no score.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> from resurvey.index.declaration import Dimension
    >>> book = Codebook({"q": Variable("q", codes={1: {}, 2: {}, 9: {}}, missing=(9,))})
    >>> one = Indicator("a", "q", "d", {}, {1: 0.0, 2: 1.0}, 1, 1.0, "ours")
    >>> index = Index("i", {}, "", (Dimension("d", {}, 1.0, "ours"),), (one,))
    >>> score_answers(Survey(pd.DataFrame({"q": [2, 1, 9]}), book), index).ravel().tolist()
    [1.0, 0.0, nan]
    """
    columns = [
        _score_column(survey, one, f"{FILE}, index '{index.name}', indicator '{one.name}'")
        for one in index.indicators
    ]
    return np.column_stack(columns)


def _score_column(survey: Survey, one: Indicator, place: str) -> Floats:
    variable = survey.codebook[one.variable]
    positions, codes = encode(survey.data[one.variable], variable)
    table = np.full(len(codes) + 1, np.nan)
    for at, code in enumerate(codes):
        score = score_of(one, variable, code)
        if score is None and not (positions == at).any():
            continue
        if score is None:
            number = int((positions == at).sum())
            raise SurveyError(
                f"{place}: {number} respondents gave the answer {code} of '{one.variable}', which "
                "has no score; give it one under `scores`, or declare it as missing in "
                "codebook.yaml"
            )
        table[at] = score
    return np.asarray(table[positions])


def score_of(one: Indicator, variable: Variable, code: Code) -> float | None:
    """Return the score of an answer; not-a-number counts as no answer, None is no score.

    Examples
    --------
    >>> q = Variable("q", codes={1: {}, 2: {}, 8: {}}, dont_know=(8,))
    >>> one = Indicator("a", "q", "d", {}, {1: 0.0, 2: 1.0}, 1, 1.0, "ours")
    >>> [score_of(one, q, code) for code in (2, 8, 7)]
    [1.0, nan, None]
    """
    if one.scores and code in one.scores:
        return one.scores[code]
    if code in variable.dont_know:
        return float("nan") if one.dont_know is None else one.dont_know
    if one.scores is None and not isinstance(code, str):
        return float(code)
    return None


def normalise(
    scores: Any,
    method: Normalisation,
    *,
    directions: Any = None,
    ends: Any = None,
    weights: Any = None,
) -> Floats:
    """Make scores comparable: from 0, the worst, to 1, the best, or in standard deviations.

    Parameters
    ----------
    scores : array of float, n × k
        Not-a-number where there is none.
    method : str
        ``min_max`` and ``goalposts``: (x - low) / (high - low), where a score beyond an end
        counts as the end; ``z``: (x - mean) / standard deviation; ``rank``: share of the
        respondents below, with half of those equal.
    directions : array of 1 and -1, k, optional
        -1 where a high score is bad: 1 - x, or -x of standard scores.
    ends : array of float, k × 2, optional
        Scores that count as 0 and 1; without them the lowest and highest that occur.
    weights : array of float, n, optional
        Of the respondents, for mean, deviation and ranks.

    Returns
    -------
    array of float, n × k
        A column whose scores do not vary is not-a-number under ``z`` and where no ends are given.

    Notes
    -----
    SOURCE min-max, z-scores and goalposts: Nardo et al. (2008), Handbook on Constructing Composite
    Indicators, OECD, section 5; as R's COINr has them (``n_minmax(l_u = c(0, 1))``,
    ``n_zscore(m_sd = c(0, 1))``, ``n_goalposts``). Ranks: ridits, Bross (1958), Biometrics 14,
    18-38, which keep equal answers equal; COINr breaks ties by the least rank.

    Examples
    --------
    >>> normalise([[1.0], [3.0], [5.0]], "min_max", directions=[-1]).ravel().tolist()
    [1.0, 0.5, 0.0]
    >>> normalise([[1.0], [1.0], [5.0], [6.0]], "rank").ravel().tolist()
    [0.25, 0.25, 0.625, 0.875]
    """
    data = np.asarray(scores, dtype=np.float64)
    used = np.ones(len(data)) if weights is None else np.asarray(weights, dtype=np.float64)
    turned = np.ones(data.shape[1]) if directions is None else np.asarray(directions)
    if method == "z":
        return np.asarray(_standardise(data, used) * turned)
    if method == "rank":
        found = np.column_stack([_ridits(column, used) for column in data.T])
    else:
        low, high = _ends_of(data) if ends is None else np.asarray(ends, dtype=np.float64).T
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.clip((data - low) / (high - low), 0.0, 1.0)
    return np.where(turned < 0, 1.0 - found, found)


def _ends_of(data: Floats) -> Floats:
    """Lowest and highest score of each column, 2 × k; not-a-number where they are the same."""
    ends = np.full((2, data.shape[1]), np.nan)
    for at, column in enumerate(data.T):
        known = column[np.isfinite(column)]
        if known.size and known.min() < known.max():
            ends[:, at] = known.min(), known.max()
    return ends


def _standardise(data: Floats, weights: Floats) -> Floats:
    """Distance from the weighted mean, in standard deviations (divisor n - 1)."""
    found = np.full_like(data, np.nan)
    for at, column in enumerate(data.T):
        there = np.isfinite(column) & (weights > 0)
        held, own = column[there], weights[there]
        if held.size < 2 or held.min() == held.max():
            continue
        mean = (own * held).sum() / own.sum()
        squares = (own * np.square(held - mean)).sum()
        variance = squares / own.sum() * held.size / (held.size - 1)
        found[:, at] = (column - mean) / variance**0.5
    return found


def _ridits(column: Floats, weights: Floats) -> Floats:
    """Share of the weights below each value, with half of those at it."""
    found = np.full(column.size, np.nan)
    there = np.isfinite(column)
    if not (there & (weights > 0)).any():
        return found
    _, places = np.unique(column[there], return_inverse=True)
    own = np.bincount(places, weights[there])
    found[there] = ((np.cumsum(own) - own / 2) / own.sum())[places]
    return found


def achieve(scores: Any, cutoffs: Any, *, directions: Any = None) -> Floats:
    """Compare scores with deprivation cut-offs: 1 of whoever reaches it, 0 of the deprived.

    Parameters
    ----------
    scores : array of float, n × k
        Not-a-number where there is none.
    cutoffs : array of float, k
        A score below its cut-off is a deprivation, or above it where a high score is bad; one
        at the cut-off is none.
    directions : array of 1 and -1, k, optional
        -1 where a high score is bad.

    Notes
    -----
    SOURCE Alkire & Foster (2011), Journal of Public Economics 95, 476-487, section 3.

    Examples
    --------
    >>> achieve([[1.0, 7.0], [2.0, np.nan]], [2.0, 5.0], directions=[1, -1]).tolist()
    [[0.0, 0.0], [1.0, nan]]
    """
    data, limits = np.asarray(scores, dtype=np.float64), np.asarray(cutoffs, dtype=np.float64)
    turned = np.ones(data.shape[1]) if directions is None else np.asarray(directions)
    reached = np.where(turned < 0, data <= limits, data >= limits)
    return np.where(np.isnan(data), np.nan, reached)


def effective_weights(
    answered: Any, weights: Any, dimension_of: Any, dimension_weights: Any
) -> Floats:
    """Share of each indicator in the index of each respondent.

    Parameters
    ----------
    answered : array of bool, n × k
        Who has which indicator.
    weights : array of float, k
        Within the dimensions.
    dimension_of : array of int, k
        Place of each indicator's dimension.
    dimension_weights : array of float, d
        Of the dimensions.

    Returns
    -------
    array of float, n × k
        A dimension's weight is shared out among the answered indicators; a row adds up to 1 where
        every dimension has an answer, and is not-a-number elsewhere.

    Examples
    --------
    >>> effective_weights([[True, True, True], [True, False, True]], [1, 3, 1], [0, 0, 1], [1, 1])
    array([[0.125, 0.375, 0.5  ],
           [0.5  , 0.   , 0.5  ]])
    """
    there = np.asarray(answered, dtype=bool)
    places, outer = np.asarray(dimension_of), np.asarray(dimension_weights, dtype=np.float64)
    own = there * np.asarray(weights, dtype=np.float64)
    sums = np.column_stack([own[:, places == d].sum(axis=1) for d in range(outer.size)])
    with np.errstate(invalid="ignore", divide="ignore"):
        inner = own / np.where(sums > 0, sums, np.nan)[:, places]
    shares = inner * (outer / outer.sum())[places]
    everywhere = np.asarray((sums > 0).all(axis=1))
    return np.where(everywhere[:, None], shares, np.nan)


def aggregate(
    normalised: Any,
    weights: Any,
    dimension_of: Any,
    dimension_weights: Any,
    method: Aggregation = "arithmetic",
    minimum_items: int | None = None,
    *,
    missing: Missing = "available",
    shift: float = 0.0,
) -> tuple[Floats, Floats]:
    """Put comparable scores together, within dimensions and over them.

    Parameters
    ----------
    normalised : array of float, n × k
        What `normalise` gives, or `achieve` for counting.
    weights : array of float, k
        Of the indicators within their dimension; they need not add up to one.
    dimension_of : array of int, k
        Place of each indicator's dimension.
    dimension_weights : array of float, d
        Of the dimensions.
    method : str
        ``arithmetic``: weighted means; ``geometric``: weighted geometric means of the scores plus
        `shift`, less `shift`; ``counting``: weighted share of the achievements, which is one less
        the deprivation score of Alkire and Foster.
    minimum_items : int, optional
        Fewest answered indicators with which there is an index (default one a dimension).
    missing : str
        ``available``: the weights of a dimension are shared out among its answered indicators;
        ``complete``: a dimension or index is only of whoever answered all that it is made of.
    shift : float
        Of the geometric mean.

    Returns
    -------
    dimensions : array of float, n × d
        Not-a-number where no indicator is answered (`complete`: where not all are).
    overall : array of float, n
        Not-a-number also where a dimension is, or fewer than `minimum_items` are answered.

    Notes
    -----
    SOURCE Nardo et al. (2008), section 6; R's COINr: ``a_amean``, ``a_gmean``, level by level. A
    geometric mean of zero is zero, whatever the other scores are: `resolve` refuses to let that
    happen unseen.

    Examples
    --------
    >>> scores = [[0.0, 1.0, 1.0], [np.nan, 0.5, 0.2]]
    >>> dimensions, overall = aggregate(scores, [1, 1, 1], [0, 0, 1], [1, 1])
    >>> dimensions.tolist(), overall.tolist()
    ([[0.5, 1.0], [0.5, 0.2]], [0.75, 0.35])
    >>> aggregate(scores, [1, 1, 1], [0, 0, 1], [1, 1], missing="complete")[1].tolist()
    [0.75, nan]
    """
    data = np.asarray(normalised, dtype=np.float64)
    places, outer = np.asarray(dimension_of), np.asarray(dimension_weights, dtype=np.float64)
    there = np.isfinite(data)
    geometric = method == "geometric"
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.log(data + shift) if geometric else data
    own = there * np.asarray(weights, dtype=np.float64)
    held = np.where(there, values, 0.0)
    parts, counted = [], []
    for d in range(outer.size):
        inside = places == d
        total = own[:, inside].sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = (own[:, inside] * held[:, inside]).sum(axis=1) / total
        number = there[:, inside].sum(axis=1)
        least = inside.sum() if missing == "complete" else 1
        parts.append(np.where(number >= least, mean, np.nan))
        counted.append(number)
    within = np.column_stack(parts)
    overall = (within * (outer / outer.sum())).sum(axis=1)
    least = data.shape[1] if missing == "complete" else minimum_items or outer.size
    overall = np.where(np.sum(counted, axis=0) >= least, overall, np.nan)
    if geometric:
        return np.exp(within) - shift, np.exp(overall) - shift
    return within, overall


@dataclass(frozen=True)
class Assembled:
    """An index of respondents with all that it is made of.

    Attributes
    ----------
    normalised : array of float, n × k
        Comparable scores; 0 and 1 under counting.
    dimensions : array of float, n × d
    overall : array of float, n
    """

    normalised: Floats
    dimensions: Floats
    overall: Floats


def assemble(index: Index, scores: Any, *, weights: Any = None) -> Assembled:
    """Make an index of scores, as it is declared.

    Parameters
    ----------
    index : Index
        Resolved; `dataclasses.replace` gives the same with another method.
    scores : array of float, n × k
        What `score_answers` gives.
    weights : array of float, n, optional
        Of the respondents, for standard scores and ranks.

    Raises
    ------
    SurveyError
        A geometric mean of zeros that no `shift` lifts.

    Examples
    --------
    >>> from resurvey.index.declaration import Dimension
    >>> one = Indicator("a", "q", "d", {}, {1: 0.0, 2: 1.0, 3: 4.0}, 1, 1.0, "ours")
    >>> index = Index("i", {}, "", (Dimension("d", {}, 1.0, "ours"),), (one,))
    >>> assemble(index, [[1.0], [4.0]]).overall.tolist()
    [0.25, 1.0]
    """
    if index.aggregation == "counting":
        normalised = achieve(scores, index.cutoffs, directions=index.directions)
    else:
        ends = index.ends if index.has_fixed_ends else None
        normalised = normalise(
            scores, index.normalisation, directions=index.directions, ends=ends, weights=weights
        )
    if index.aggregation == "geometric" and (normalised + index.shift <= 0).any():
        raise SurveyError(
            f"{FILE}, index '{index.name}': a normalised score is 0, which makes a whole geometric "
            "mean 0; declare a `shift:`, or choose `aggregation: arithmetic`"
        )
    dimensions, overall = aggregate(
        normalised,
        index.weights,
        index.dimension_of,
        index.dimension_weights,
        index.aggregation,
        index.minimum_items,
        missing=index.missing,
        shift=index.shift,
    )
    return Assembled(normalised, dimensions, overall)


def assign_types(index: Index, overall: Any) -> NDArray[np.int64]:
    """Place of each respondent's type, from the lowest on; -1 without a value.

    A value that differs from a cut-off by rounding error alone counts as equal to it.

    Examples
    --------
    >>> from resurvey.index.declaration import RespondentType
    >>> types = RespondentType("low", {}, -np.inf), RespondentType("high", {}, 0.3)
    >>> assign_types(Index("i", {}, "", (), (), types=types), [0.1 + 0.2, 0.29, np.nan]).tolist()
    [1, 0, -1]
    """
    values = np.asarray(overall, dtype=np.float64)
    limits = np.array([one.lowest for one in index.types[1:]])
    places = np.searchsorted(limits, values + ROUNDING, side="right")
    return np.where(np.isfinite(values), places, -1).astype(np.int64)


ROUNDING = 1e-12
"""An index this near below a cut-off is at it."""


def derive_indices(
    survey: Survey, part: Mapping[str, Any], wave: Mapping[str, Any] | None = None
) -> Survey:
    """Add every declared index, its dimensions and types to the survey as variables.

    Parameters
    ----------
    survey : Survey
        Answers with the indicators and scales; not changed.
    part : dict
        ``config/index.yaml``.
    wave : dict, optional
        The wave in `config/config.yaml`: its weights count where respondents are compared with
        one another, in standard scores and ranks.

    Returns
    -------
    Survey
        The same respondents with `Index.variables` of each index: numbers, and an ordinal variable
        of the types, coded 1, 2, … from the lowest.

    Raises
    ------
    SurveyError
        Besides the refusals of `resolve`, `score_answers` and `assemble`: a name that a variable
        has already.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> book = Codebook({"q": Variable("q", codes={1: {}, 2: {}})})
    >>> ours = {"weight": 1, "source": "our choice"}
    >>> paid = {"variable": "q", "dimension": "work", "scores": {1: 0, 2: 1}, **ours}
    >>> part = {"index": {"i": {"dimensions": {"work": ours}, "indicators": {"paid": paid},
    ...     "types": {"low": {}, "high": {"from": 0.5}}}}}
    >>> found = derive_indices(Survey(pd.DataFrame({"q": [2, 1]}), book), part)
    >>> found.data["i"].tolist(), found.data["i_type"].tolist()
    ([1.0, 0.0], [2, 1])
    """
    import pandas as pd

    design = wave_design(wave or {})
    weights = None if design is None else design.prepared(survey).weights
    for declared in read_indices(part):
        for name in declared.variables:
            if name in survey.codebook:
                raise SurveyError(
                    f"{FILE}, index '{declared.name}': '{name}' is a variable already; rename the "
                    "index or its dimension"
                )
        index = resolve(declared, survey.codebook)
        made = assemble(index, score_answers(survey, index), weights=weights)
        columns: dict[str, Any] = {}
        variables = []
        for at, dimension in enumerate(index.dimensions):
            name = f"{index.name}_{dimension.name}"
            columns[name] = made.dimensions[:, at]
            variables.append(Variable(name, dimension.label, "scale"))
        columns[index.name] = made.overall
        variables.append(Variable(index.name, index.label, "scale"))
        if index.types:
            places = assign_types(index, made.overall)
            name = f"{index.name}_type"
            absent = places < 0
            columns[name] = pd.arrays.IntegerArray(np.where(absent, 0, places + 1), absent)
            codes: dict[Code, Any] = {
                code: one.label or {"": one.name} for code, one in enumerate(index.types, 1)
            }
            variables.append(Variable(name, index.label, "ordinal", codes))
        survey = Survey(survey.data.assign(**columns), survey.codebook.updated(variables))
    return survey
