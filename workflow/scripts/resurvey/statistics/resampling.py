"""Resampling of counts: the bootstrap of many respondents from the tables that they are in.

Respondents who weigh the same are drawn alike, so that what a bootstrap sample does to a table is
known from the table alone: its counts are drawn anew. That costs as much for a million respondents
as for a thousand, where weights for every respondent and replicate cost memory for their product.
"""

import zlib
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.statistics.linearisation import group_totals
from resurvey.statistics.weighting import ReplicatedSample, ReplicatedSpread, replicate_covariance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.statistics.linearisation import Sample

LEVEL = 0.95
"""Confidence level of intervals."""


def table_stream(seed: int, counts: "NDArray[Any]") -> Any:
    """Return the random generator of one table.

    It depends on the seed and the table alone, so that neither the order nor the number of tables
    changes what is drawn.

    Examples
    --------
    >>> first, again = (table_stream(1, np.array([[3, 4]])) for _ in range(2))
    >>> bool(first.random() == again.random())
    True
    """
    counts = np.ascontiguousarray(counts, np.int64)
    own = zlib.crc32(repr(counts.shape).encode() + counts.astype("<i8").tobytes())
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, own])))


class CountBootstrap(ReplicatedSample):
    """Bootstrap of respondents who weigh the same within a stratum, without their weights.

    Parameters
    ----------
    sample : Sample
        Every respondent is a unit; those of a stratum have the same weight.
    replicates : int
        Bootstrap samples: in each stratum m - 1 of m respondents, with replacement.
    seed : int
        Seed; each table has a stream of its own (`table_stream`).

    Notes
    -----
    The distribution is that of `resurvey.statistics.weighting.bootstrap` (Rao & Wu 1988). Tables
    are drawn from their counts; what is no table draws respondents, a replicate at a time.
    """

    _strata: "NDArray[np.int64]"
    _sizes: "NDArray[np.int64]"
    _factor: "NDArray[np.float64]"
    _weight: "NDArray[np.float64]"
    _seed: int

    def __init__(self, sample: "Sample", replicates: int, seed: int) -> None:
        stage = sample.stages[0]
        strata = stage.strata[stage.units]
        sizes = np.bincount(strata, minlength=len(stage.populations))
        if (sizes < 2).any():
            raise ValueError("a stratum with one cluster cannot be bootstrapped")
        weight = np.zeros(sizes.size)
        weight[strata] = sample.weights
        fields = {
            "weights": sample.weights,
            "scales": np.full(replicates, 1 / (replicates - 1)),
            "around_full": False,
            "freedom": sample.freedom,
            "heads": None,
            "_strata": strata,
            "_sizes": sizes,
            "_factor": weight * sizes / (sizes - 1),
            "_weight": weight,
            "_seed": seed,
        }
        self.__dict__.update(fields)

    @classmethod
    def suits(cls, sample: "Sample") -> bool:
        """Return whether every respondent is a unit, and those of a stratum weigh the same."""
        stage = sample.stages[0]
        if len(sample.stages) > 1 or not stage.singletons or sample.heads is not None:
            return False
        strata = stage.strata[stage.units]
        first = np.zeros(len(stage.populations))
        first[strata] = sample.weights
        return bool((sample.weights > 0).all() and np.array_equal(first[strata], sample.weights))

    @cached_property
    def replicates(self) -> "NDArray[np.float64]":
        """Weights of every respondent in every replicate, for what cannot do without."""
        return np.stack(list(self._copies()), axis=1)

    def _copies(self) -> Iterator["NDArray[np.float64]"]:
        """Weights of the respondents, replicate by replicate."""
        order = np.argsort(self._strata, kind="stable")
        starts = np.cumsum([0, *self._sizes[:-1]])
        for stream in np.random.SeedSequence(self._seed).spawn(self.scales.size):
            rng = np.random.Generator(np.random.SFC64(stream))
            drawn = np.zeros(self.weights.size)
            for start, size, factor in zip(starts, self._sizes, self._factor, strict=True):
                own = np.bincount(rng.integers(0, size, size - 1), minlength=size)
                drawn[order[start : start + size]] = own * factor
            yield drawn

    def estimate(
        self, values_of: "Callable[[NDArray[np.float64]], Any]", influence_of: object = None
    ) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
        """Estimate functions of weighted data again with every replicate."""
        values = np.atleast_1d(np.asarray(values_of(self.weights), dtype=np.float64))
        copies = np.stack([np.atleast_1d(values_of(weights)) for weights in self._copies()])
        return values, replicate_covariance(values, copies, self.scales, self.around_full)

    def covariance(self, values: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Estimate the covariance of the weighted totals of variables, respondents × k."""
        copies = np.stack([weights @ values for weights in self._copies()])
        return replicate_covariance(self.weights @ values, copies, self.scales, self.around_full)

    def freedom_among(self, members: "NDArray[np.bool_]") -> float:
        """Degrees of freedom of some respondents: as many as of them or of replicates, less one."""
        return self._freedom(int(members.sum()))

    def _freedom(self, respondents: int) -> float:
        alone = max(min(respondents, self.scales.size) - 1, 0)
        return min(float(alone), self.freedom)

    def spread(
        self, cells: "NDArray[Any]", size: int, inside: "NDArray[np.intp]"
    ) -> "tuple[NDArray[np.float64], ReplicatedSpread]":
        """Total the weights by cell, and draw the table's counts anew for every replicate."""
        ones = np.ones(cells.size)
        counts = group_totals(self._strata, self._sizes.size, cells, size, ones).astype(np.int64)
        rng = table_stream(self._seed, counts)
        copies = np.zeros((self.scales.size, size))
        for held, number, factor in zip(counts, self._sizes, self._factor, strict=True):
            copies += factor * rng.multinomial(number - 1, held / number, size=self.scales.size)
        totals = self._weight @ counts
        heads = counts.sum(axis=0)[inside]

        def rank(chosen: tuple[bool, ...]) -> float:
            return self._freedom(int(heads[np.array(chosen)].sum()))

        return totals, ReplicatedSpread(
            totals[inside], copies[:, inside], self.scales, False, self.freedom, cache(rank)
        )
