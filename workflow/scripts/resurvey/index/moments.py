"""Moments: the extremes of a mean or a variance over every joint table, proven by mixtures.

Sums over respondents are bounded by prices. A mean is a ratio of two sums; a variance is the mean
square about its own mean, which no other middle makes smaller.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from heapq import heappop, heappush
from math import ceil, floor, inf, sqrt

import numpy as np
from numpy.typing import NDArray

from resurvey.core.notes import Refusal
from resurvey.index.joint_tables import Network, Part, PublishedIndex, Witness
from resurvey.index.mixtures import SCALE, Mixture, Mixtures
from resurvey.index.packing import times

Floats = NDArray[np.float64]

SAME = 1e-6
"""What a number of respondents may be off in floating point."""
NOTHING = 1e-9
"""Difference of means or variances that is none."""
SMALL = 50
"""Rows of a programme that is solved so fast that limits which are attained are aimed at."""
AIMED = 4
"""Part of the distance asked for that is aimed at with others."""
FEW_PARTS = 16, 4
"""Parts of the solutions, with small programmes and with others, until the aim is given up."""
MOST_MIXED = 60
"""Parts of the solutions that one search mixes; then another has to go on."""
MOST_STEPS = 30
"""Programmes that bound one part."""
FIRST_STEP = 0.01
"""How far beyond the centres that were met one more is taken, at least."""
LAST_STEP = 10.0
"""Farther out floating point bounds nothing."""
ROUNDED = 8
"""Part of the distance aimed at that rounding may cost."""
GRID = 1_000
"""Limits that are not attained are rounded outwards to this part of the distance asked for.

So neither a proof nor a printed number hangs on the last bits.
"""


@dataclass(frozen=True)
class Summary:
    """Respondents with a value, the mean of their values, and of the squares."""

    number: float
    mean: float
    square: float

    def about(self, centre: float) -> float:
        """Mean square about a number."""
        return self.square - 2 * centre * self.mean + centre**2


@dataclass(frozen=True)
class Extreme:
    """The largest of a measure: attained by a witness, and a limit that no table goes beyond."""

    value: float
    limit: float
    witness: Witness

    @property
    def is_sharp(self) -> bool:
        """Whether the limit is attained."""
        return self.value == self.limit


class Moments:
    """Extremes of the moments of those who have a value.

    Parameters
    ----------
    index : PublishedIndex
    dimension : int
        Place of the dimension, or `joint_tables.OVERALL`.
    network : Network
        Everybody has a path; its ends are pairs of a value, or None where the arrows gain it, and
        whether there is one.
    group : str, optional
        Of this group's respondents alone.

    Raises
    ------
    Refusal
        Too many paths.

    Examples
    --------
    >>> from resurvey.index.joint_tables import Margin, walk
    >>> coin = Margin("a", (Fraction(0), Fraction(1), None), (((2, 1, 1),),))
    >>> full = Margin("b", (Fraction(0), Fraction(1)), (((2, 2),),))
    >>> index = PublishedIndex((coin, full), (1, 1), (0, 0), (1,), {"total": 4})
    >>> network = walk(index, 0, lambda value: (None, value is not None), adding=True)
    >>> moments = Moments(index, 0, network)
    >>> moments.fewest, moments.mean(1, 1e-3).limit, moments.mean(-1, 1e-3).limit
    (4.0, 0.5, -0.375)
    """

    def __init__(
        self, index: PublishedIndex, dimension: int, network: Network, group: str | None = None
    ) -> None:
        self.index, self.dimension, self.network, self.group = index, dimension, network, group
        self.mixtures = Mixtures(index, network, group)
        self.valued = np.array([float(end[1]) for end in network.ends])  # type: ignore[index]
        self.values = np.array([float(end[0] or 0) for end in network.ends])  # type: ignore[index]

    @cached_property
    def fewest(self) -> float:
        """No joint table has fewer respondents with a value; at least one."""
        return max(1.0, float(ceil(-self._most_of(-self.valued) - SAME)))

    @cached_property
    def most(self) -> float:
        """No joint table has more respondents with a value."""
        return float(floor(self._most_of(self.valued) + SAME))

    @cached_property
    def first(self) -> Summary:
        """Of a mixture with the most values."""
        self._most_of(self.valued)
        return self.summary()

    def _most_of(self, by_end: Floats) -> float:
        self.mixtures.weigh(by_end)
        return self.mixtures.mix(self.mixtures.everything())[0]

    def summary(self) -> Summary:
        """Moments of the best mixture."""
        amounts, arrows, ends = self.mixtures.travelled()
        amounts, values = amounts * self.valued[ends], self.values[ends]
        for at, gains in enumerate(self.network.gains):
            values = values + gains[arrows[:, at]]
        number = float(amounts.sum())
        if number < SAME:
            return Summary(0.0, 0.0, 0.0)
        return Summary(
            number,
            float((amounts * values).sum()) / number,
            float((amounts * values**2).sum()) / number,
        )

    def told(self, witness: Witness) -> tuple[Fraction, Fraction] | None:
        """Mean and variance of a joint table; None where nobody has a value."""
        told = [
            (value, count)
            for name, pattern, count in witness.patterns
            if self.group in (None, name)
            and (value := self.index.value(pattern, self.dimension)) is not None
        ]
        number = sum(count for _, count in told)
        if not number:
            return None
        mean = sum((value * count for value, count in told), Fraction(0)) / number
        square = sum((value * value * count for value, count in told), Fraction(0)) / number
        return mean, square - mean**2

    def mean(self, sign: int, within: float) -> Extreme | None:
        """Largest or smallest mean, times the sign; None where it is not proven so near.

        Parameters
        ----------
        sign : int
            1 or -1.
        within : float
            Largest distance between the attained and the proven value.
        """
        return self._proven(partial(_Mean, self, sign), within)

    def deviation(self, sign: int, within: float, means: tuple[float, float]) -> Extreme | None:
        """Largest or smallest standard deviation, as `mean` does; all means lie between two."""
        measure = partial(_Largest, self) if sign > 0 else partial(_Smallest, self, means)
        return self._proven(measure, within)

    def _proven(self, measure: Callable[[], "_Measure"], within: float) -> Extreme | None:
        try:
            return _Branching(measure(), within).extreme() if self.most >= 1 else None
        except Refusal:
            return None


class _Measure(ABC):
    """What is largest: bounds of it, from prices of sums.

    Prices `j` of a sum of weights above a base say that no table is beyond `caps[j]`, or for a
    variance that no mean square about a centre is.
    """

    def __init__(self, moments: Moments) -> None:
        self.moments = moments
        self.mixtures = moments.mixtures
        # Before there are other weights.
        self.fewest, self.most, self.first = moments.fewest, moments.most, moments.first
        self.bases: list[float] = []
        self.centres: list[float] = []
        self.constants: list[float] = []
        self.worth: dict[int, list[Floats]] = {item: [] for item in self.mixtures.choices}

    @abstractmethod
    def weights(self, base: float, centre: float) -> tuple[Floats, list[Floats]]:
        """Weights of ends and arrows; their sum is above nothing where a measure is above a base.

        A measure is a mean square about a centre, where there is one.
        """

    @abstractmethod
    def of(self, mean: Fraction, variance: Fraction) -> float:
        """Measure of a joint table."""

    @abstractmethod
    def shown(self, value: float) -> float:
        """What distances are measured of: the mean itself, or a standard deviation."""

    @abstractmethod
    def beyond(self, value: float, distance: float) -> float:
        """The measure so far above a value."""

    @abstractmethod
    def tighten(self, part: Part, search: "_Branching") -> None:
        """Add prices that bound a part, until it is closed or no others bound it better."""

    def spread(self, caps: Floats) -> tuple[Floats, float]:
        """What each price adds to its cap, for each interval of means; the mean that bounds worst.

        Only the smallest variance depends on where the mean is.
        """
        return np.zeros((1, caps.size)), 0.0

    def solve(self, part: Part, base: float, centre: float = 0.0) -> tuple[float, Summary]:
        """Solve one programme of a part and keep its prices; its bound and its mixture."""
        self.mixtures.weigh(*self.weights(base, centre))
        bound, prices = self.mixtures.mix(part)
        self.bases.append(base)
        self.centres.append(centre)
        self._keep(part, bound, prices)
        return bound, self.moments.summary()

    def solve_single(self, chosen: Mapping[int, int]) -> float:
        """Solve the programme of one set of counts, of the last weights; bound the measure."""
        bound, prices = self.mixtures.fill(self.mixtures.limits(chosen))
        single = {item: np.array([own]) for item, own in chosen.items()}
        self.bases.append(self.bases[-1])
        self.centres.append(self.centres[-1])
        self._keep(single, self.mixtures.unscaled(bound), prices / SCALE)
        return self.bound(single)[0]

    def _keep(self, part: Part, bound: float, prices: Floats) -> None:
        """Keep prices: a constant, and what each solution of each margin is worth."""
        for item in self.mixtures.choices:
            worth = times(self.mixtures.counts[item], prices[self.mixtures.block[item]])
            self.worth[item].append(worth)
            bound -= float(worth[part[item]].max())
        self.constants.append(bound)

    def _caps(self, reach: Floats) -> Floats:
        """No table of which the sums reach so far has a larger measure."""
        number = np.where(reach >= 0, self.fewest, self.most)
        return np.asarray(np.reshape(self.bases, (-1,) + (1,) * (reach.ndim - 1)) + reach / number)

    def bound(self, part: Part) -> tuple[float, float]:
        """Bound a part; the mean that bounds worst."""
        if not self.bases:
            return inf, 0.0
        tops = [np.array(self.worth[item])[:, own].max(axis=1) for item, own in part.items()]
        caps = self._caps(sum(tops, np.array(self.constants)))
        more, middle = self.spread(caps)
        return float((caps + more).min(axis=1).max()), middle

    def narrow(self, part: Part, beyond: float) -> tuple[Part, float]:
        """Leave out solutions that cannot reach beyond a value; what these may reach."""
        if not self.bases or beyond == -inf:
            return part, -inf
        worth = {item: np.array(self.worth[item])[:, own] for item, own in part.items()}
        tops = {item: told.max(axis=1) for item, told in worth.items()}
        reach = sum(tops.values(), np.array(self.constants))
        caps = self._caps(reach)
        more, _ = self.spread(caps)
        kept, without = {}, -inf
        for item, own in part.items():
            each = self._caps(worth[item] + (reach - tops[item])[:, None])
            cap = np.max([(each + added[:, None]).min(axis=0) for added in more], axis=0)
            kept[item] = own[cap > beyond]
            without = max(without, float(cap[cap <= beyond].max(initial=-inf)))
        return kept, without


class _Mean(_Measure):
    """A mean times a sign. SOURCE Dinkelbach (1967), Management Science 13, 492-498."""

    def __init__(self, moments: Moments, sign: int) -> None:
        super().__init__(moments)
        self.sign = sign

    def weights(self, base: float, centre: float) -> tuple[Floats, list[Floats]]:
        gains = [self.sign * gains for gains in self.moments.network.gains]
        return -base * self.moments.valued, gains

    def of(self, mean: Fraction, variance: Fraction) -> float:
        return float(self.sign * mean)

    def shown(self, value: float) -> float:
        return value

    def beyond(self, value: float, distance: float) -> float:
        return value + distance

    def tighten(self, part: Part, search: "_Branching") -> None:
        base = max(search.value, self.sign * self.first.mean)
        for _ in range(MOST_STEPS):
            bound, summary = self.solve(part, base)
            reached = self.sign * summary.mean
            if bound <= NOTHING or reached <= base + NOTHING or search.is_closed(part):
                return
            base = reached


class _Largest(_Measure):
    """The largest variance: of a mixture it is its mean square about the worst centre.

    Mean squares of mixtures about a centre are parabolas of it; where the largest of those found is
    smallest is the next centre. SOURCE Kelley (1960), SIAM Journal 8, 703-712 (cutting planes).
    """

    def weights(self, base: float, centre: float) -> tuple[Floats, list[Floats]]:
        return self.moments.valued * ((self.moments.values - centre) ** 2 - base), []

    def of(self, mean: Fraction, variance: Fraction) -> float:
        return float(variance)

    def shown(self, value: float) -> float:
        return sqrt(max(value, 0.0))

    def beyond(self, value: float, distance: float) -> float:
        return (self.shown(value) + distance) ** 2

    def tighten(self, part: Part, search: "_Branching") -> None:
        centre = self.centres[-1] if self.centres else self.first.mean
        base = max(search.value, 0.0)
        met: list[Summary] = []
        for _ in range(MOST_STEPS):
            _, summary = self.solve(part, base, centre)
            met.append(summary)
            centre, least = _worst_centre(met)
            if self.bound(part)[0] <= least + NOTHING or search.is_closed(part):
                return
            base = max(search.value, least)


def _worst_centre(met: list[Summary]) -> tuple[float, float]:
    """Where the largest mean square is smallest, and that."""
    centres = [summary.mean for summary in met]
    for at, one in enumerate(met):
        for other in met[:at]:
            if abs(one.mean - other.mean) > NOTHING:
                centres.append((one.square - other.square) / (one.mean - other.mean) / 2)
    tops = [max(summary.about(centre) for summary in met) for centre in centres]
    at = int(np.argmin(tops))
    return centres[at], tops[at]


class _Smallest(_Measure):
    """The smallest variance, which is below the mean square about a centre by a square.

    Each centre bounds the variance of every mean; between the means where two bounds cross the
    bound of the variance is concave, so that it is smallest at one of them.
    """

    def __init__(self, moments: Moments, means: tuple[float, float]) -> None:
        super().__init__(moments)
        self.means = means

    def weights(self, base: float, centre: float) -> tuple[Floats, list[Floats]]:
        return -self.moments.valued * ((self.moments.values - centre) ** 2 + base), []

    def of(self, mean: Fraction, variance: Fraction) -> float:
        return -float(variance)

    def shown(self, value: float) -> float:
        return -sqrt(max(-value, 0.0))

    def beyond(self, value: float, distance: float) -> float:
        least = -self.shown(value) - distance
        # No variance is below nothing.
        return -(least**2) if least > 0 else inf

    def spread(self, caps: Floats) -> tuple[Floats, float]:
        centres = np.array(self.centres)
        points = np.array(_crossings(centres, caps + centres**2, *self.means))
        away = (points[:, None] - centres) ** 2
        middle = float(points[(caps + away).min(axis=1).argmax()])
        return (np.maximum(away[:-1], away[1:]) if points.size > 1 else away), middle

    def tighten(self, part: Part, search: "_Branching") -> None:
        low, high = self.means
        centre, step = (low + high) / 2, max(high - low, FIRST_STEP)
        summary = self.first
        met: list[tuple[float, Summary]] = []
        for _ in range(MOST_STEPS):
            summary = self._solve_ratio(part, centre, summary)
            met.append((centre, summary))
            middle = self.bound(part)[1]
            if search.is_closed(part) or any(abs(own.mean - middle) <= SAME for _, own in met):
                return
            known = sorted(met, key=lambda told: told[0])
            below = [told for told in known if told[1].mean < middle]
            above = [told for told in known if told[1].mean > middle]
            if below and above:
                # About this centre the mixtures on both sides of the mean have one mean square.
                left, right = below[-1][1], above[0][1]
                centre = (right.square - left.square) / (right.mean - left.mean) / 2
            else:
                # No mixture has such a mean, or one about a centre farther out.
                centre = below[-1][0] + step if below else above[0][0] - step
                step *= 2
            if step > LAST_STEP or any(abs(centre - about) <= NOTHING for about, _ in met):
                return

    def _solve_ratio(self, part: Part, centre: float, summary: Summary) -> Summary:
        """Solve for the smallest mean square about a centre, by Dinkelbach's steps."""
        while True:
            base = -summary.about(centre)
            bound, summary = self.solve(part, base, centre)
            fixed = self.fewest == self.most
            if fixed or bound <= SAME or -summary.about(centre) <= base + NOTHING:
                return summary


def _crossings(centres: Floats, heights: Floats, low: float, high: float) -> list[float]:
    """Means between two others, and these, where the highest of some straight lines changes.

    A line is twice its centre times the mean, less its height.
    """
    highest: list[tuple[float, float, float]] = []
    for centre, height in sorted(zip(centres.tolist(), heights.tolist(), strict=True)):
        if highest and centre - highest[-1][0] <= NOTHING:
            if height >= highest[-1][1]:
                continue
            highest.pop()
        start = -inf
        while highest:
            other, level, begins = highest[-1]
            start = (height - level) / (centre - other) / 2
            if start > begins:
                break
            highest.pop()
            start = -inf
        highest.append((centre, height, start))
    return sorted({low, high, *(start for _, _, start in highest if low < start < high)})


def _is_single(part: Part) -> bool:
    return all(len(own) == 1 for own in part.values())


class _Branching:
    """Branch and bound over parts of the solutions, until the limit is near a table found.

    SOURCE Wolsey (1998), Integer Programming, 91-109 (branch and bound, reduced cost fixing).
    """

    def __init__(self, measure: _Measure, within: float) -> None:
        self.measure = measure
        self.allowed = within * (1 - 2 / GRID)
        small = measure.mixtures.mixed.rows <= SMALL
        self.aimed = NOTHING / 2 if small else within / AIMED
        self.few = FEW_PARTS[0] if small else FEW_PARTS[1]
        self.digits = round(GRID / within)
        self.value = -inf
        self.limit = -inf
        self.witness: Witness | None = None
        self.tried: set[tuple[int, ...]] = set()
        self.parts = 0

    def extreme(self) -> Extreme | None:
        """Find the table, and prove the limit; None where that is not near enough."""
        measure = self.measure
        parts: list[tuple[float, int, int, Part]] = [(-inf, 0, 0, measure.mixtures.everything())]
        while parts:
            _, depth, _, part = heappop(parts)
            part = self._narrowed(part)
            if self._is_done(part):
                continue
            self.parts += 1
            if self.parts > MOST_MIXED:
                return None
            measure.tighten(part, self)
            mixture = measure.mixtures.shares()
            if self._round(part, mixture) and _is_single(part):
                measure.tighten(part, self)
            kept = self._narrowed(part)
            if self._is_done(kept, _is_single(part)):
                continue
            if _is_single(part):
                return None
            bound, _ = measure.bound(kept)
            halves = [kept] if _is_single(kept) else self._halves(kept, mixture)
            for half, own in enumerate(halves):
                heappush(parts, (-bound, -depth - 1, 2 * self.parts + half, own))
        return self._found()

    def is_closed(self, part: Part) -> bool:
        """Whether a part is bounded near enough."""
        return self.measure.bound(part)[0] <= self._enough()

    def _enough(self) -> float:
        """The limit that is near enough."""
        distance = self.aimed if self.parts <= self.few else self.allowed
        return -inf if self.value == -inf else self.measure.beyond(self.value, distance)

    def _narrowed(self, part: Part) -> Part:
        kept, without = self.measure.narrow(part, self._enough())
        self.limit = max(self.limit, without)
        return kept

    def _is_done(self, part: Part, at_last: bool = False) -> bool:
        """Whether nothing is left of a part, or it is bounded; then the limit holds it.

        What is bounded `at_last` may be as far away as was asked for.
        """
        if not all(map(len, part.values())):
            return True
        bound, enough = self.measure.bound(part)[0], self._enough()
        if at_last and enough > -inf:
            enough = self.measure.beyond(self.value, self.allowed)
        if bound > enough:
            return False
        self.limit = max(self.limit, bound)
        return True

    def _take(self, witness: Witness) -> bool:
        """Keep a joint table that is better than those before."""
        told = self.measure.moments.told(witness)
        if told is None or self.measure.of(*told) <= self.value:
            return False
        self.value, self.witness = self.measure.of(*told), witness
        return True

    def _round(self, part: Part, mixture: Mixture) -> bool:
        """Try the solutions of a part that are nearest to a mixture; whether they are better."""
        measure, mixtures = self.measure, self.measure.mixtures
        chosen = {}
        for item, own in part.items():
            away = np.abs(mixtures.counts[item][own] - self._mean_counts(item, mixture)).sum(axis=1)
            # Far digits do not choose between solutions.
            chosen[item] = int(own[away.round(6).argmin()])
        if tuple(chosen.values()) in self.tried:
            return False
        self.tried.add(tuple(chosen.values()))
        bound = measure.solve_single(chosen)
        if self.value > -inf and bound <= measure.beyond(self.value, self.aimed):
            return False
        allowed = 0.0
        if len(self.tried) > 1 and any(len(shares) > 1 for shares in mixture.values()):
            more = measure.beyond(bound, self.aimed / ROUNDED) - bound
            allowed = more * measure.fewest if more < inf else 0.0
        return self._take(mixtures.rounded(chosen, allowed))

    def _mean_counts(self, item: int, mixture: Mixture) -> Floats:
        counts, shares = self.measure.mixtures.counts[item], mixture[item]
        return times(counts[list(shares)].T, np.array(list(shares.values())))

    def _halves(self, part: Part, mixture: Mixture) -> list[Part]:
        """Split the margin whose mixture is farthest from any solution, at the mixture."""
        counts = {
            item: self.measure.mixtures.counts[item][own]
            for item, own in part.items()
            if len(own) > 1
        }
        mixed = [item for item in counts if len(mixture[item]) > 1]
        away = {item: counts[item] - self._mean_counts(item, mixture) for item in mixed}
        if not mixed:
            item = max(counts, key=lambda one: len(counts[one]))
            away[item] = counts[item] - counts[item].mean(axis=0)
        far = {item: float(np.abs(own).sum(axis=1).min().round(6)) for item, own in away.items()}
        item = max(far, key=far.__getitem__)
        # Both sides of the widest column hold solutions.
        column = away[item][:, int(np.ptp(away[item], axis=0).argmax())]
        upper = column > (0.0 if column.min() <= 0 < column.max() else column.mean())
        return [{**part, item: part[item][side]} for side in (upper, ~upper)]

    def _found(self) -> Extreme | None:
        if self.witness is None:
            return None
        value, limit = (
            self.measure.shown(one) for one in (self.value, max(self.value, self.limit))
        )
        if limit - value <= NOTHING:
            return Extreme(value, value, self.witness)
        return Extreme(value, ceil(limit * self.digits) / self.digits, self.witness)
