"""Principal components: how many dimensions answers have, and which of them each item is near."""

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.statistics.summaries import read_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.statistics.linearisation import Sample
    from resurvey.statistics.weighting import ReplicatedSample

REPLICATES, SHARE = 500, 0.95
"""Random data sets of a parallel analysis, and the quantile of their eigenvalues."""

FEWEST, MOST_ROWS = 50, 20_000_000
"""Many respondents need fewer random data sets: as many as have so many rows together."""

ROUNDS, SETTLED = 1000, 1e-12
"""Most rounds of rotations of varimax, and the angle that ends them."""


@dataclass(frozen=True)
class Components:
    """Principal components of the correlations of items.

    Attributes
    ----------
    n : int
        Respondents who enter: with a value of every item.
    eigenvalues : array, k
        From the largest; they add up to the number of items.
    random : array, k
        Eigenvalues that `SHARE` of the random data sets do not exceed.
    loadings : array, k × d
        Rotated, a column per component, from the one that explains most; the sum of a column is
        not negative.
    replicates : int
        Random data sets that were drawn.
    """

    n: int
    eigenvalues: "NDArray[np.float64]"
    random: "NDArray[np.float64]"
    loadings: "NDArray[np.float64]"
    replicates: int = 0

    @property
    def kept(self) -> int:
        """Components whose eigenvalues, from the first on, are above those of random data."""
        above = self.eigenvalues > self.random
        return int(above.size if above.all() else np.argmin(above))


def principal_components(
    items: Any,
    number: int,
    *,
    weights: Any = None,
    sample: "Sample | ReplicatedSample | None" = None,
    seed: int = 0,
    replicates: int = REPLICATES,
) -> Components | None:
    """Find the principal components of items, and compare them with those of random answers.

    Parameters
    ----------
    items : array of float, respondents × k
        NaN where there is no answer; only whoever has all answers enters.
    number : int
        Components that are rotated, at most k.
    weights, sample
        As `resurvey.statistics.reliability.assess_scale` takes them.
    seed : int
        Of the permutations (PCG64).
    replicates : int
        Random data sets; fewer (at least `FEWEST`) where there are many respondents.

    Returns
    -------
    Components, or None
        None with fewer than two items or three respondents, or where an item does not vary.

    Notes
    -----
    Of Pearson's correlations. Rotation: varimax with Kaiser's normalisation (R: ``varimax`` of the
    loadings, ``psych::principal(rotate = "varimax")``). Parallel analysis: Horn (1965),
    Psychometrika 30, 179-185, against the 95th percentile (Glorfeld 1995, Educational and
    Psychological Measurement 55, 377-393) of data in which each item's answers are permuted among
    the respondents, so that their distributions stay (Buja & Eyuboglu 1992, Multivariate Behavioral
    Research 27, 509-540).

    Examples
    --------
    >>> two = np.random.default_rng(1).normal(size=(200, 2))
    >>> four = two[:, [0, 0, 1, 1]] + np.random.default_rng(2).normal(size=(200, 4)) / 2
    >>> found = principal_components(four, 2)
    >>> found.kept, (np.abs(found.loadings) > 0.7).astype(int).tolist()
    (2, [[0, 1], [0, 1], [1, 0], [1, 0]])
    """
    data = np.asarray(items, dtype=np.float64)
    used = read_weights(len(data), weights, sample)
    inside = np.isfinite(data).all(axis=1) & (used > 0)
    held, own = data[inside], used[inside]
    if len(held) < 3 or held.shape[1] < 2 or not (held.max(axis=0) > held.min(axis=0)).all():
        return None
    correlations = _correlations(held, own)
    sizes, vectors = np.linalg.eigh(correlations)
    sizes, vectors = sizes[::-1], vectors[:, ::-1]
    loadings = vectors[:, :number] * np.sqrt(np.maximum(sizes[:number], 0.0))
    generator = np.random.default_rng(seed)
    number_of = min(replicates, max(FEWEST, MOST_ROWS // len(held)))
    random = np.empty((number_of, held.shape[1]))
    for row in random:
        shuffled = generator.permuted(held, axis=0)
        row[:] = np.linalg.eigvalsh(_correlations(shuffled, own))[::-1]
    limits = np.quantile(random, SHARE, axis=0)
    return Components(int(inside.sum()), sizes, limits, varimax(loadings), number_of)


def varimax(loadings: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Rotate loadings so that each component has few large ones.

    Parameters
    ----------
    loadings : array of float, k × d

    Returns
    -------
    array of float, k × d
        Columns from the largest sum of squares; the sum of each is not negative.

    Notes
    -----
    Kaiser (1958), Psychometrika 23, 187-200, with his normalisation (R: ``stats::varimax``, which
    leaves order and signs as they come).

    Examples
    --------
    >>> np.abs(varimax(np.array([[0.6, 0.6], [0.5, -0.5]]))).round(3).tolist()
    [[0.849, 0.0], [0.0, 0.707]]
    """
    given = np.array(loadings, dtype=np.float64)
    lengths = np.sqrt(np.square(given).sum(axis=1))[:, None]
    turned = given / np.where(lengths > 0, lengths, 1.0)
    pairs = list(combinations(range(given.shape[1]), 2))
    for _ in range(ROUNDS):
        angles = [_rotate(turned, *pair) for pair in pairs]
        if max(map(abs, angles), default=0.0) < SETTLED:
            break
    turned = turned * lengths
    order = np.argsort(-np.square(turned).sum(axis=0), kind="stable")
    turned = turned[:, order]
    return np.asarray(turned * np.where(turned.sum(axis=0) < 0, -1.0, 1.0))


def _rotate(turned: "NDArray[np.float64]", one: int, other: int) -> float:
    """Rotate two components to where varimax is largest for them; return the angle."""
    x, y = turned[:, one].copy(), turned[:, other].copy()
    u, v = np.square(x) - np.square(y), 2 * x * y
    across = 2 * u @ v - 2 * u.sum() * v.sum() / x.size
    along = (np.square(u) - np.square(v)).sum() - (u.sum() ** 2 - v.sum() ** 2) / x.size
    angle = float(np.arctan2(across, along)) / 4
    turned[:, one] = x * np.cos(angle) + y * np.sin(angle)
    turned[:, other] = y * np.cos(angle) - x * np.sin(angle)
    return angle


def _correlations(data: Any, weights: Any) -> "NDArray[np.float64]":
    """Weighted correlations, summed without BLAS, which would add up in its threads' order."""
    away = data - (weights[:, None] * data).sum(axis=0) / weights.sum()
    products = np.einsum("n,ni,nj->ij", weights, away, away)
    errors = np.sqrt(np.diag(products))
    return np.asarray(products / np.outer(errors, errors))
