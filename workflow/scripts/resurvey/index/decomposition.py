"""Decomposition: which indicators a difference between two groups' means is made of."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resurvey.index.declaration import Index
from resurvey.index.scoring import Assembled, effective_weights
from resurvey.statistics.contrasts import Contrast

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Contributions:
    """What each indicator adds to every respondent's index, from one reference.

    Attributes
    ----------
    reference : float
        Index of a respondent with the mean of every indicator.
    parts : array of float, n × k
        Added by each indicator; not-a-number without an index.
    rest : array of float, n
        Added by other indicators being answered than all; 0 of whoever answered every one.
    """

    reference: float
    parts: Floats
    rest: Floats


def contribute(index: Index, made: Assembled, *, weights: Any = None) -> Contributions:
    """Split every respondent's index into what its indicators add to a common reference.

    Parameters
    ----------
    index : Index
        Resolved.
    made : Assembled
        What `resurvey.index.scoring.assemble` gives.
    weights : array of float, n, optional
        Of the respondents, for the reference.

    Returns
    -------
    Contributions
        Reference, parts and rest add up to the index of each respondent. Means of the parts in two
        groups therefore differ by amounts that add up to the difference of the groups' means.

    Notes
    -----
    With x of an indicator, its mean m over whoever has an index, its share w of the respondent's
    index and v of one with all answers: arithmetic (and counting) parts are w (x - m), and the
    rest is the sum of (w - v) m. Geometric parts are L w (ln x - ln m), with m the geometric mean
    and L the logarithmic mean of index G and reference R, (G - R) / (ln G - ln R), which makes the
    parts of a product add up to its change. SOURCE the logarithmic mean Divisia index: Ang (2004),
    Energy Policy 32, 1131-1139; here of respondents and not of totals. A `shift` is part of x.

    Examples
    --------
    >>> from resurvey.index.declaration import Dimension, Indicator
    >>> from resurvey.index.scoring import assemble
    >>> ours = {"weight": 1.0, "source": "our choice"}
    >>> both = {0: 0.0, 1: 1.0}
    >>> items = tuple(Indicator(name, name, "d", {}, both, 1, **ours) for name in "ab")
    >>> index = Index("i", {}, "", (Dimension("d", {}, **ours),), items)
    >>> found = contribute(index, assemble(index, [[1.0, 0.0], [0.0, 0.0]]))
    >>> found.reference, found.parts.tolist()
    (0.25, [[0.25, 0.0], [-0.25, 0.0]])
    """
    values = made.normalised
    there = np.isfinite(values) & np.isfinite(made.overall)[:, None]
    used = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    geometric = index.aggregation == "geometric"
    with np.errstate(divide="ignore", invalid="ignore"):
        x = np.log(values + index.shift) if geometric else values
        held = np.where(there, x, 0.0)
        # Sums and no products of matrices, which BLAS adds up in the order of its threads.
        counted = (used[:, None] * there).sum(axis=0)
        means = np.where(counted > 0, (used[:, None] * held).sum(axis=0) / counted, 0.0)
    design = index.weights, index.dimension_of, index.dimension_weights
    own = effective_weights(there, *design)
    full = effective_weights(np.ones((1, values.shape[1]), bool), *design)[0]
    parts = np.where(there, own * (x - means), np.where(np.isnan(own), np.nan, 0.0))
    rest = ((own - full) * means).sum(axis=1)
    middle = float((full * means).sum())
    if not geometric:
        return Contributions(middle, parts, rest)
    reference = float(np.exp(middle))
    scale = _logarithmic_mean(made.overall + index.shift, reference)
    return Contributions(reference - index.shift, parts * scale[:, None], rest * scale)


def gap_parts(index: Index, made: Assembled, weights: Any) -> list[tuple[str, str, str, Floats]]:
    """List what gaps between groups are made of, each as a column of the respondents.

    Parameters
    ----------
    index, made, weights
        As `contribute` takes them.

    Returns
    -------
    list of tuple
        Part (``gap``, ``dimension``, ``indicator``, ``answered``), dimension, indicator and
        column: the difference of its means in two groups is the part of their gap. Indicators and
        ``answered`` add up to the gap; ``answered`` is there only where somebody did not answer
        everything.
    """
    found = contribute(index, made, weights=weights)
    known = np.isfinite(made.overall)
    parts = np.where(known[:, None], found.parts, np.nan)
    columns = [("gap", "", "", np.where(known, made.overall, np.nan))]
    for at, dimension in enumerate(index.dimensions):
        inside = index.dimension_of == at
        columns.append(("dimension", dimension.name, "", parts[:, inside].sum(axis=1)))
        columns += [
            ("indicator", dimension.name, index.indicators[place].name, parts[:, place])
            for place in np.flatnonzero(inside).tolist()
        ]
    if np.abs(found.rest[known]).max(initial=0.0) > ROUNDING:
        columns.append(("answered", "", "", np.where(known, found.rest, np.nan)))
    return columns


def weighted_mean(values: Floats, weights: Floats) -> float:
    """Weighted mean, added up in the same order whatever the number of threads.

    Examples
    --------
    >>> weighted_mean(np.array([1.0, 4.0]), np.array([2.0, 1.0]))
    2.0
    """
    return float((weights * values).sum() / weights.sum())


ROUNDING = 1e-14
"""What is left to fewer answers below this is rounding error of nothing."""


def _logarithmic_mean(values: Floats, reference: float) -> Floats:
    """(v - r) / (ln v - ln r), which is v where they are the same."""
    ratio = np.log(values / reference)
    # expm1 keeps the digits where the two are next to each other.
    with np.errstate(divide="ignore", invalid="ignore"):
        found = reference * np.expm1(ratio) / ratio
    return np.where(ratio == 0, reference, found)


def tell_part(found: Contrast, value: float, whole: float | None) -> dict[str, Any]:
    """Write a part of a difference of means as columns of a decomposition.

    Parameters
    ----------
    found : Contrast
        Test of the part.
    value : float
        The part, which a part that does not vary has too.
    whole : float or None
        The difference that it is a part of; None of the difference itself, which has no share.

    Returns
    -------
    dict
        `share` is in per cent of the whole.
    """
    return {
        "value": value,
        "share": 100 * value / whole if whole else None,
        "standard_error": None if np.isnan(found.error) else found.error,
        "lower": found.lower,
        "upper": found.upper,
        "df": found.df,
        "p_value": found.p_value,
    }
