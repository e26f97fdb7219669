"""Sensitivity: an index made otherwise ten thousand times, and what of the conclusions is left.

A scenario draws respondents again and chooses a normalisation, an aggregation, a treatment of
missing answers, weights around the declared ones and an indicator that is left out. One that
cannot be computed is counted under the name of its reason; nothing takes its place.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from resurvey.core.codebook import Code, Survey, clean_code
from resurvey.core.counting import encode
from resurvey.core.errors import SurveyError
from resurvey.core.notes import Note, Refusal
from resurvey.core.progress import track
from resurvey.index.declaration import FILE, Aggregation, Index, Missing, Normalisation
from resurvey.index.scoring import ROUNDING, achieve, normalise, score_answers
from resurvey.statistics.proportions import wilson

if TYPE_CHECKING:
    from resurvey.counts.design import PreparedDesign
    from resurvey.statistics.linearisation import Sample

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FACTORS = ("respondents", "normalisation", "weights", "aggregation", "missing", "left_out")
"""What a scenario chooses, in the order of the Sobol indices."""
NOTHING = "nothing"
"""Level of `left_out` at which every indicator stays."""

COMPUTED = ""
REASONS = (
    COMPUTED,
    "geometric_mean_of_zero",
    "geometric_mean_of_standard_scores",
    "indicator_does_not_vary",
    "dimension_without_indicators",
    "nobody_has_a_value",
    "no_cutoffs",
)
"""Why a scenario cannot be computed; the first is none."""

# Numbers held at a time for one block of scenarios, and for one block of respondents of it.
_BLOCK = 10_000_000
_CELLS = 100_000


@dataclass(frozen=True)
class Conclusion:
    """A statement of which each scenario says whether it holds.

    Attributes
    ----------
    name : str
    kind : {"below", "lowest_dimension", "highest_dimension", "largest_type"}
        ``below``: the mean of the first group is below that of the second; else the dimension or
        type that is named has the lowest or highest mean, or the largest share.
    of : str
        ``below``: a dimension, or empty for the index; else the dimension or type.
    first, second : int
        ``below``: places of the groups.
    """

    name: str
    kind: Literal["below", "lowest_dimension", "highest_dimension", "largest_type"]
    of: str = ""
    first: int = -1
    second: int = -1


@dataclass(frozen=True)
class Plan:
    """What is varied, and how.

    Attributes
    ----------
    scenarios, seed : int
    respondents : bool
        Whether respondents are drawn again.
    normalisation, aggregation, missing : tuple of str
        Levels, each as probable as the others.
    concentration : float or None
        Of the Dirichlet distribution of the weights within each dimension and of the dimensions,
        in units of their number: the larger, the nearer to the declared ones, which are its mean;
        None leaves the declared weights.
    leave_out : bool
        Whether a scenario leaves out one indicator or none, all as probable.
    shift : float
        Of geometric means.
    """

    scenarios: int = 10_000
    seed: int = 1
    respondents: bool = True
    normalisation: tuple[Normalisation, ...] = ("min_max", "z", "rank")
    aggregation: tuple[Aggregation, ...] = ("arithmetic", "geometric")
    missing: tuple[Missing, ...] = ("available", "complete")
    concentration: float | None = 10.0
    leave_out: bool = True
    shift: float = 0.0


@dataclass(frozen=True)
class Scenarios:
    """Choices of each scenario.

    Attributes
    ----------
    replicate : array of int
        Number of the draw of respondents; -1 is the sample itself.
    normalisation, aggregation, missing : array of int
        Places among the levels of the plan.
    left_out : array of int
        Place of an indicator; -1 is none.
    weights : array of float, scenarios × indicators
    dimension_weights : array of float, scenarios × dimensions
    """

    replicate: Integers
    normalisation: Integers
    aggregation: Integers
    missing: Integers
    left_out: Integers
    weights: Floats
    dimension_weights: Floats

    def __len__(self) -> int:
        """Return the number of scenarios."""
        return len(self.replicate)


@dataclass(frozen=True)
class Outcomes:
    """What the scenarios come to.

    Attributes
    ----------
    means : array of float, scenarios × (1 + dimensions) × (1 + groups)
        The index first, then its dimensions; all respondents first, then the groups.
        Not-a-number where a scenario cannot be computed.
    types : array of float, scenarios × types × (1 + groups)
        Shares of those with a value; not-a-number also where the scale has no fixed ends.
    reasons : array of int
        Place among `REASONS`.
    comparable : array of bool
        Scenarios on a scale of fixed ends, which puts dimensions side by side.
    """

    means: Floats
    types: Floats
    reasons: NDArray[np.int8]
    comparable: NDArray[np.bool_]


@dataclass(frozen=True)
class Held:
    """In how many scenarios a conclusion holds.

    Attributes
    ----------
    held, judged : int
        Scenarios in which it holds, and in which it can be judged.
    share : float
        Not-a-number where it can be judged in none.
    lower, upper : float
        Wilson's 95 % interval of the share: the error of the simulation, no other.
    factor, level : str
        Scenarios with this level alone; empty of all scenarios.
    """

    held: int
    judged: int
    share: float
    lower: float
    upper: float
    factor: str = ""
    level: str = ""


@dataclass(frozen=True)
class Robustness:
    """A conclusion with all that the scenarios say of it.

    Attributes
    ----------
    conclusion : Conclusion
    declared : bool or None
        Whether it holds for the index as declared; None where that cannot be judged.
    overall : Held
    levels : tuple of Held
        By factor and level.
    not_computed, not_comparable : int
        Scenarios that cannot be computed, and those whose scale does not allow the comparison:
        standard scores and ranks give every dimension the same mean, and have no cut-offs.
    """

    conclusion: Conclusion
    declared: bool | None
    overall: Held
    levels: tuple[Held, ...]
    not_computed: int
    not_comparable: int


@dataclass(frozen=True)
class Spread:
    """Distribution of one mean or share over the scenarios that are computed.

    Attributes
    ----------
    part : str
        A dimension, or empty for the index; a type where `is_type`.
    group : int
        Place of the group; -1 of all respondents.
    declared : float
        Of the index as declared.
    low, middle, high : float
        2.5th, 50th and 97.5th percentile, of scenarios whose scale has fixed ends.
    scenarios : int
        So many.
    is_type : bool
        Whether it is the share of a type.
    """

    part: str
    group: int
    declared: float
    low: float
    middle: float
    high: float
    scenarios: int
    is_type: bool = False


@dataclass(frozen=True)
class Sensitivity:
    """The whole analysis.

    Attributes
    ----------
    scenarios : int
    reasons : dict
        Scenarios that were not computed, by the name of the reason.
    robustness : tuple of Robustness
        One of each conclusion.
    spreads : tuple of Spread
    dimension_ranks : array of float, dimensions × dimensions
        Share of the comparable scenarios in which a dimension has each rank, the lowest first.
    group_ranks : array of float, groups × groups
        The same of the groups' means of the index, over all computed scenarios.
    """

    scenarios: int
    reasons: Mapping[str, int]
    robustness: tuple[Robustness, ...]
    spreads: tuple[Spread, ...]
    dimension_ranks: Floats
    group_ranks: Floats


def draw_scenarios(index: Index, plan: Plan) -> Scenarios:
    """Draw the choices of every scenario; the same seed gives the same ones.

    Examples
    --------
    >>> from resurvey.index.declaration import Dimension, Indicator
    >>> one = Indicator("a", "q", "d", {}, {1: 0.0, 2: 1.0}, 1, 1.0, "ours")
    >>> index = Index("i", {}, "", (Dimension("d", {}, 1.0, "ours"),), (one, one))
    >>> drawn = draw_scenarios(index, Plan(scenarios=2, leave_out=False))
    >>> len(drawn), drawn.left_out.tolist(), drawn.weights.sum(axis=1).round(12).tolist()
    (2, [-1, -1], [1.0, 1.0])
    """
    rng = np.random.default_rng(plan.seed)
    size, k = plan.scenarios, len(index.indicators)
    return Scenarios(
        np.arange(size) if plan.respondents else np.full(size, -1),
        rng.integers(len(plan.normalisation), size=size),
        rng.integers(len(plan.aggregation), size=size),
        rng.integers(len(plan.missing), size=size),
        rng.integers(-1, k, size=size) if plan.leave_out else np.full(size, -1),
        *_draw_weights(index, plan.concentration, size, rng),
    )


def _draw_weights(
    index: Index, concentration: float | None, size: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Weights within the dimensions, and of the dimensions, each adding up to 1."""
    inner = np.empty((size, len(index.indicators)))
    for place in range(len(index.dimensions)):
        inside = index.dimension_of == place
        inner[:, inside] = _dirichlet(index.weights[inside], concentration, size, rng)
    return inner, _dirichlet(index.dimension_weights, concentration, size, rng)


def _dirichlet(
    weights: Floats, concentration: float | None, size: int, rng: np.random.Generator
) -> Floats:
    shares = weights / weights.sum()
    if concentration is None or len(shares) == 1:
        return np.tile(shares, (size, 1))
    return rng.dirichlet(concentration * len(shares) * shares, size=size)


class Resampling:
    """Draws of respondents: replicate r is the same whichever scenario asks for it.

    Parameters
    ----------
    cell_of : array of int
        Cell of each respondent.
    cells : int
    seed : int
    weights : array of float, optional
        Of the respondents.
    sample : Sample, optional
        The design; without one respondents are drawn one by one.

    Notes
    -----
    Without a design as many respondents as there are, with replacement. With one, Rao and Wu's
    rescaling: in each stratum m - 1 of its m primary units with replacement, raised by
    m / (m - 1). SOURCE Rao & Wu (1988), JASA 83, 231-241.
    """

    def __init__(
        self,
        cell_of: Integers,
        cells: int,
        seed: int,
        weights: Floats | None = None,
        sample: "Sample | None" = None,
    ) -> None:
        self.cell_of, self.cells, self.seed = cell_of, cells, seed
        self.weights = sample.weights if sample is not None else weights
        self.stage = None if sample is None else sample.stages[0]
        if self.stage is None:
            return
        sizes = np.bincount(self.stage.strata, minlength=len(self.stage.populations))
        if (sizes == 1).any():
            raise SurveyError(
                "a stratum with one cluster cannot be drawn again: join it with another, or "
                "leave the strata out of the design"
            )
        self.inside = [np.flatnonzero(self.stage.strata == place) for place in range(len(sizes))]

    def draw(self, replicate: int) -> Floats:
        """Weight of each cell in a replicate; -1 is the sample itself."""
        n = len(self.cell_of)
        if replicate < 0:
            return np.bincount(self.cell_of, self.weights, minlength=self.cells).astype(np.float64)
        rng = np.random.default_rng([self.seed, 1 + replicate])
        if self.stage is None:
            drawn = rng.integers(n, size=n)
            own = None if self.weights is None else self.weights[drawn]
            return np.bincount(self.cell_of[drawn], own, minlength=self.cells).astype(np.float64)
        factors = np.zeros(len(self.stage.strata))
        for units in self.inside:
            m = len(units)
            if m:
                drawn = rng.integers(m, size=m - 1)
                factors[units] = np.bincount(drawn, minlength=m) * (m / (m - 1))
        assert self.weights is not None
        raised = self.weights * factors[self.stage.units]
        return np.bincount(self.cell_of, raised, minlength=self.cells).astype(np.float64)


class Evaluation:
    """An index and its respondents, to be made again under any scenarios.

    Parameters
    ----------
    index : Index
        Resolved, with cut-offs where `counting` is a level.
    scores : array of float, n × k
        What `score_answers` gives.
    groups : array of bool, n × g
        Who belongs to which group.
    plan : Plan
    weights : array of float, n, optional
    sample : Sample, optional
        Its weights are used.

    Notes
    -----
    Respondents with the same answers and groups are one cell, with the sum of their weights. On
    fixed ends and under standard scores an index is linear in the weights, so that a block of
    scenarios is one product of matrices.
    """

    def __init__(
        self,
        index: Index,
        scores: Any,
        groups: Any,
        plan: Plan,
        weights: Any = None,
        sample: "Sample | None" = None,
    ) -> None:
        data = np.asarray(scores, dtype=np.float64)
        masks = np.asarray(groups, dtype=bool).reshape(len(data), -1)
        cell_of, first = _cells(data, masks)
        self.index, self.plan = index, plan
        self.scores, self.masks = data[first], masks[first]
        self.there = np.isfinite(self.scores)
        own = None if weights is None else np.asarray(weights, dtype=np.float64)
        self.resampling = Resampling(cell_of, len(first), plan.seed, own, sample)
        self.respondents = len(data)
        self.ends = np.where(np.isfinite(index.ends), index.ends, _observed_ends(data))
        answered = np.isfinite(data).sum(axis=0)
        # n - 1 of the sample in every replicate: the divisor of `scoring.normalise`.
        self.freedom = answered / np.maximum(answered - 1, 1)
        self._fixed: dict[str, Floats] = {}

    def run(self, scenarios: Scenarios) -> Outcomes:
        """Compute every scenario.

        Memory does not grow with the product of scenarios and respondents: blocks of either hold
        a fixed number of values.
        """
        index = self.index
        size, d, g = len(scenarios), len(index.dimensions), self.masks.shape[1]
        made = Outcomes(
            np.full((size, 1 + d, 1 + g), np.nan),
            np.full((size, len(index.types), 1 + g), np.nan),
            np.zeros(size, dtype=np.int8),
            _has_fixed_ends(self.plan, scenarios),
        )
        block = max(1, min(size, _BLOCK // max(len(self.scores), 1)))
        methods = np.column_stack(
            [scenarios.normalisation, scenarios.aggregation, scenarios.missing]
        )
        alike = [
            np.flatnonzero((methods == method).all(axis=1)) for method in np.unique(methods, axis=0)
        ]
        blocks = [own[at : at + block] for own in alike for at in range(0, len(own), block)]
        for which in track(blocks, "blocks of scenarios"):
            drawn = np.empty((len(self.scores), len(which)))
            for at, replicate in enumerate(scenarios.replicate[which].tolist()):
                drawn[:, at] = self.resampling.draw(replicate)
            self._run_alike(scenarios, which, drawn, made)
        return made

    def declared(self) -> Outcomes:
        """Compute the index as it is declared."""
        index = self.index
        plan = replace(
            self.plan,
            normalisation=(index.normalisation,),
            aggregation=(index.aggregation,),
            missing=(index.missing,),
            shift=index.shift,
        )
        own = copy(self)
        own.plan = plan
        zero = np.zeros(1, dtype=np.int64)
        inner = np.empty((1, len(index.indicators)))
        for place in range(len(index.dimensions)):
            inside = index.dimension_of == place
            inner[0, inside] = index.weights[inside] / index.weights[inside].sum()
        outer = (index.dimension_weights / index.dimension_weights.sum())[None]
        return own.run(Scenarios(zero - 1, zero, zero, zero, zero - 1, inner, outer))

    def _run_alike(
        self, scenarios: Scenarios, which: Integers, drawn: Floats, made: Outcomes
    ) -> None:
        """Compute scenarios of the same normalisation, aggregation and treatment."""
        plan, index = self.plan, self.index
        normalisation = plan.normalisation[scenarios.normalisation[which[0]]]
        aggregation = plan.aggregation[scenarios.aggregation[which[0]]]
        missing = plan.missing[scenarios.missing[which[0]]]
        left_out = scenarios.left_out[which]
        used = np.ones((len(index.indicators), len(which)))
        used[left_out[left_out >= 0], np.flatnonzero(left_out >= 0)] = 0.0
        inner = scenarios.weights[which].T * used
        outer = scenarios.dimension_weights[which].T
        reasons = made.reasons[which]

        def refuse(where: Any, reason: str) -> None:
            reasons[np.asarray(where) & (reasons == 0)] = REASONS.index(reason)

        places = index.dimension_of
        for place in range(len(index.dimensions)):
            refuse(used[places == place].sum(axis=0) == 0, "dimension_without_indicators")
        everyone = np.ones(len(which), dtype=bool)
        if aggregation == "geometric" and normalisation == "z":
            refuse(everyone, "geometric_mean_of_standard_scores")
        if aggregation == "counting" and not np.isfinite(index.cutoffs).all():
            refuse(everyone, "no_cutoffs")
        affine: tuple[Floats, Floats] | None = None
        ridits: list[Floats] | None = None
        if aggregation != "counting" and normalisation == "z":
            middle, spread = self._moments(drawn)
            still = ~(spread > 0)
            refuse((still & (used > 0)).any(axis=0), "indicator_does_not_vary")
            affine = middle, np.where(still, 1.0, spread)
        elif aggregation != "counting" and normalisation == "rank":
            ridits = self._ridits(drawn)
        elif aggregation == "geometric":
            low = self._transformed("min_max") + plan.shift <= 0
            touched = (low.T.astype(np.float64) @ (drawn > 0)) > 0
            refuse((touched & (used > 0)).any(axis=0), "geometric_mean_of_zero")
        alive = np.flatnonzero(reasons == 0)
        if alive.size:
            sums = self._sums(
                (normalisation, aggregation, missing),
                (drawn[:, alive], inner[:, alive], outer[:, alive], used[:, alive]),
                None if affine is None else (affine[0][:, alive], affine[1][:, alive]),
                None if ridits is None else [table[:, alive] for table in ridits],
            )
            totals, bases, counted = sums
            with np.errstate(invalid="ignore", divide="ignore"):
                made.means[which[alive]] = np.moveaxis(totals / bases, -1, 0)
                if aggregation == "counting" or normalisation in ("min_max", "goalposts"):
                    made.types[which[alive]] = np.moveaxis(counted / bases[:1], -1, 0)
            empty = np.zeros(len(which), dtype=bool)
            empty[alive] = bases[0, 0] <= 0
            refuse(empty, "nobody_has_a_value")
        made.reasons[which] = reasons

    def _sums(
        self,
        method: tuple[str, str, str],
        block: tuple[Floats, Floats, Floats, Floats],
        affine: tuple[Floats, Floats] | None,
        ridits: list[Floats] | None,
    ) -> tuple[Floats, Floats, Floats]:
        """Weighted sums of the values, of those who have one and of the types, by group.

        Returns
        -------
        totals, bases : array, (1 + d) × (1 + g) × b
        counted : array, types × (1 + g) × b
        """
        drawn, inner, outer, used = block
        index, b = self.index, drawn.shape[1]
        d, g = len(index.dimensions), self.masks.shape[1]
        totals, bases = np.zeros((1 + d, 1 + g, b)), np.zeros((1 + d, 1 + g, b))
        counted = np.zeros((len(index.types), 1 + g, b))
        step = max(1, _CELLS // b)
        for start in range(0, len(self.scores), step):
            cells = slice(start, start + step)
            values = self._values(method, cells, (inner, outer, used), affine, ridits)
            members = np.column_stack([np.ones(len(values[0])), self.masks[cells]])
            weights = drawn[cells]
            for place, value in enumerate(values):
                there = np.isfinite(value)
                own = weights * there
                totals[place] += members.T @ (own * np.where(there, value, 0.0))
                bases[place] += members.T @ own
            for place, one in enumerate(index.types):
                beyond = index.types[place + 1].lowest if place + 1 < len(index.types) else np.inf
                near = values[0] + ROUNDING
                counted[place] += members.T @ (weights * ((near >= one.lowest) & (near < beyond)))
        return totals, bases, counted

    def _values(
        self,
        method: tuple[str, str, str],
        cells: slice,
        block: tuple[Floats, Floats, Floats],
        affine: tuple[Floats, Floats] | None,
        ridits: list[Floats] | None,
    ) -> list[Floats]:
        """The index and its dimensions, each cells × scenarios, as `scoring.aggregate` has them."""
        normalisation, aggregation, missing = method
        inner, outer, used = block
        index, shift = self.index, self.plan.shift
        there = self.there[cells]
        geometric = aggregation == "geometric"
        ranked: list[Floats] | None = None
        if ridits is not None:
            ranked = self._ranked(cells, ridits)
            if geometric:
                # Whom no replicate drew may have the rank 0; they weigh nothing.
                with np.errstate(divide="ignore"):
                    ranked = [
                        np.where(there[:, [at]], np.log(one + shift), 0.0)
                        for at, one in enumerate(ranked)
                    ]
        data = np.zeros(there.shape)
        if aggregation == "counting":
            data = self._transformed("counting")[cells]
        elif affine is not None:
            data = self._transformed("turned")[cells]
        elif ridits is None:
            data = self._transformed(normalisation)[cells]
            if geometric:
                # Zeros have been refused where they count: those left out weigh nothing.
                data = np.log(np.where(data + shift > 0, data + shift, 1.0))
        held = np.where(there, data, 0.0)
        present = there.astype(np.float64)
        whole = bool(there.all())
        parts = []
        items = np.zeros((1, 1))
        for place in range(len(index.dimensions)):
            inside = _run_of(index.dimension_of, place)
            w = inner[inside]
            if ranked is not None:
                number = sum(ranked[i] * inner[i] for i in range(inside.start, inside.stop))
            elif affine is not None:
                middle, spread = affine[0][inside], affine[1][inside]
                number = held[:, inside] @ (w / spread) - present[:, inside] @ (w * middle / spread)
            else:
                number = held[:, inside] @ w
            if whole:
                parts.append(number / w.sum(axis=0))
                continue
            both = present[:, inside] @ np.hstack([w, used[inside]])
            weight, answered = both[:, : w.shape[1]], both[:, w.shape[1] :]
            items = answered if place == 0 else items + answered
            least = used[inside].sum(axis=0) - 0.5 if missing == "complete" else 0.5
            with np.errstate(invalid="ignore", divide="ignore"):
                parts.append(np.where(answered > least, number / weight, np.nan))
        overall = sum(
            part * share for part, share in zip(parts, outer / outer.sum(axis=0), strict=True)
        )
        if not whole:
            least = used.sum(axis=0)
            if missing != "complete":
                least = np.minimum(index.minimum_items, least)
            overall = np.where(items > least - 0.5, overall, np.nan)
        found = [np.asarray(overall), *parts]
        return [np.exp(one) - shift for one in found] if geometric else found

    def _transformed(self, kind: str) -> Floats:
        """Scores that depend on nobody else: normalised, achieved, or only turned."""
        if kind not in self._fixed:
            index = self.index
            if kind == "counting":
                made = achieve(self.scores, index.cutoffs, directions=index.directions)
            elif kind == "turned":
                made = self.scores * index.directions
            else:
                made = normalise(
                    self.scores, "min_max", directions=index.directions, ends=self.ends
                )
            self._fixed[kind] = made
        return self._fixed[kind]

    def _moments(self, drawn: Floats) -> tuple[Floats, Floats]:
        """Weighted mean and standard deviation of the turned scores, indicators × scenarios."""
        turned = self._transformed("turned")
        around = np.array(
            [
                column[there].mean() if there.any() else 0.0
                for column, there in zip(turned.T, self.there.T, strict=True)
            ]
        )
        # From the mean of the sample, so that no digits are lost.
        mean, spread = np.empty((2, turned.shape[1], drawn.shape[1]))
        with np.errstate(invalid="ignore", divide="ignore"):
            for at, there in enumerate(self.there.T):
                away = np.where(there, turned[:, at] - around[at], 0.0)
                base = there @ drawn
                shifted = away @ drawn / base
                squares = (away**2 @ drawn / base - shifted**2) * self.freedom[at]
                mean[at] = around[at] + shifted
                spread[at] = np.sqrt(np.where(squares > ROUNDING, squares, 0.0))
        return mean, spread

    def _ridits(self, drawn: Floats) -> list[Floats]:
        """Of each indicator the rank of its distinct scores in every scenario."""
        made = []
        for at, (values, places) in enumerate(self._places):
            size = len(values)
            own = np.column_stack(
                [np.bincount(places, weights, minlength=size + 1)[:size] for weights in drawn.T]
            )
            with np.errstate(invalid="ignore", divide="ignore"):
                rank = (np.cumsum(own, axis=0) - own / 2) / own.sum(axis=0)
            made.append(1 - rank if self.index.directions[at] < 0 else rank)
        return made

    @cached_property
    def _places(self) -> list[tuple[Floats, NDArray[np.int32]]]:
        """Distinct scores of each indicator, and the place of each cell's; one beyond for none."""
        made = []
        for at, column in enumerate(self.scores.T):
            there = self.there[:, at]
            values, inverse = np.unique(column[there], return_inverse=True)
            places = np.full(len(column), len(values), dtype=np.int32)
            places[there] = inverse
            made.append((values, places))
        return made

    def _ranked(self, cells: slice, ridits: list[Floats]) -> list[Floats]:
        """Ranks of the cells by indicator, 0 where there is no answer."""
        return [
            np.vstack([table, np.zeros(table.shape[1])])[places[cells]]
            for table, (_, places) in zip(ridits, self._places, strict=True)
        ]


def _run_of(places: Integers, place: int) -> slice:
    """Where the indicators of a dimension stand, one after the other."""
    return slice(*np.searchsorted(places, [place, place + 1]).tolist())


def _cells(data: Floats, masks: NDArray[np.bool_]) -> tuple[Integers, Integers]:
    """Cell of each respondent, and a respondent of each cell."""
    code = np.zeros(len(data), dtype=np.int64)
    for column in (*data.T, *masks.T):
        values, place = np.unique(column, return_inverse=True)
        if code.max(initial=0) > (1 << 62) // max(len(values), 1):
            code = np.unique(code, return_inverse=True)[1].astype(np.int64)
        code = code * len(values) + place
    _, first, cell_of = np.unique(code, return_index=True, return_inverse=True)
    return cell_of.astype(np.int64), first.astype(np.int64)


def _observed_ends(data: Floats) -> Floats:
    return np.column_stack([np.nanmin(data, axis=0), np.nanmax(data, axis=0)])


def analyse(
    index: Index,
    scores: Any,
    groups: Any,
    plan: Plan,
    conclusions: Sequence[Conclusion] = (),
    *,
    weights: Any = None,
    sample: "Sample | None" = None,
) -> Sensitivity:
    """Make an index under every scenario of a plan, and count in how many a conclusion holds.

    Parameters
    ----------
    index : Index
        Resolved.
    scores : array of float, n × k
        What `resurvey.index.scoring.score_answers` gives.
    groups : array of bool, n × g
        Who belongs to which of the groups that are compared.
    plan : Plan
        What is varied.
    conclusions : sequence of Conclusion
        What is judged.
    weights : array of float, n, optional
        Of the respondents.
    sample : Sample, optional
        The design, with its weights: whole clusters are drawn, within the strata.

    Returns
    -------
    Sensitivity

    Raises
    ------
    SurveyError
        A plan or conclusion that cannot be: an unknown level, dimension or type.

    Notes
    -----
    SOURCE Saisana, Saltelli & Tarantola (2005), JRSS A 168, 307-323. A share of scenarios is no
    probability that a conclusion is true: it says how much hangs on choices that could have been
    made otherwise.

    Examples
    --------
    >>> from resurvey.index.declaration import Dimension, Indicator
    >>> one = Indicator("a", "q", "d", {}, {1: 0.0, 2: 1.0}, 1, 1.0, "ours")
    >>> index = Index("i", {}, "", (Dimension("d", {}, 1.0, "ours"),), (one,))
    >>> women = np.array([[True, False]] * 10 + [[False, True]] * 10)
    >>> scores = np.array([[0.0]] * 9 + [[1.0]] * 10 + [[0.0]])
    >>> plan = Plan(scenarios=200, aggregation=("arithmetic",), leave_out=False)
    >>> below = Conclusion("women_below_men", "below", first=0, second=1)
    >>> found = analyse(index, scores, women, plan, [below]).robustness[0]
    >>> found.declared, found.overall.judged, found.overall.share > 0.99
    (True, 200, True)
    """
    evaluation = Evaluation(index, scores, groups, plan, weights, sample)
    _check(index, plan, conclusions, evaluation.masks.shape[1])
    scenarios = draw_scenarios(index, plan)
    made = evaluation.run(scenarios)
    declared = evaluation.declared()
    computed = made.reasons == 0
    fixed = computed & made.comparable
    reasons = np.bincount(made.reasons, minlength=len(REASONS)).tolist()
    levels = _levels(index, plan, scenarios)
    robustness = []
    for one in conclusions:
        holds = _holds(index, one, made)
        own = _holds(index, one, declared)[0]
        judged = ~np.isnan(holds)
        robustness.append(
            Robustness(
                one,
                None if np.isnan(own) else bool(own),
                _held(holds[judged]),
                tuple(
                    _held(holds[judged & inside], factor, level) for factor, level, inside in levels
                ),
                int((~computed).sum()),
                int((computed & ~judged).sum()),
            )
        )
    return Sensitivity(
        len(scenarios),
        {name: count for name, count in zip(REASONS[1:], reasons[1:], strict=True) if count},
        tuple(robustness),
        tuple(_spreads(index, made, declared, fixed)),
        _ranks(made.means[fixed, 1:, 0]),
        _ranks(made.means[computed, 0, 1:]),
    )


def _check(index: Index, plan: Plan, conclusions: Sequence[Conclusion], groups: int) -> None:
    place = f"{FILE}, index '{index.name}', sensitivity"
    if plan.scenarios < 1:
        raise SurveyError(f"{place}: {plan.scenarios} scenarios; give at least 1")
    if plan.concentration is not None and not plan.concentration > 0:
        raise SurveyError(f"{place}: the `concentration` is {plan.concentration}; give one above 0")
    for name in ("normalisation", "aggregation", "missing"):
        if not getattr(plan, name):
            raise SurveyError(f"{place}: `{name}` has no level; give at least the declared one")
    dimensions, types = ([one.name for one in part] for part in (index.dimensions, index.types))
    for one in conclusions:
        known = types if one.kind == "largest_type" else dimensions
        if one.kind == "below":
            known = ["", *dimensions]
            if not (0 <= one.first < groups and 0 <= one.second < groups):
                raise SurveyError(
                    f"{place}, conclusion '{one.name}': it compares groups {one.first} and "
                    f"{one.second}, and there are groups 0 to {groups - 1}"
                )
        if one.of not in known:
            raise SurveyError(
                f"{place}, conclusion '{one.name}': there is no '{one.of}'; there are "
                f"{', '.join(name for name in known if name) or 'none'}"
            )


def _has_fixed_ends(plan: Plan, scenarios: Scenarios) -> NDArray[np.bool_]:
    """Scenarios whose means of dimensions may be compared, and which have cut-offs."""
    normalised = np.isin(
        scenarios.normalisation,
        [at for at, name in enumerate(plan.normalisation) if name in ("min_max", "goalposts")],
    )
    counting = [at for at, name in enumerate(plan.aggregation) if name == "counting"]
    return normalised | np.isin(scenarios.aggregation, counting)


def _holds(index: Index, one: Conclusion, made: Outcomes) -> Floats:
    """1 where a conclusion holds, 0 where not, not-a-number where it cannot be judged."""
    dimensions = [part.name for part in index.dimensions]
    if one.kind == "below":
        means = made.means[:, 1 + dimensions.index(one.of) if one.of else 0]
        gap = means[:, 1 + one.second] - means[:, 1 + one.first]
        return np.where(np.isnan(gap), np.nan, gap > ROUNDING)
    if one.kind == "largest_type":
        table, place = made.types[:, :, 0], [part.name for part in index.types].index(one.of)
        table = -table
    else:
        table, place = made.means[:, 1:, 0], dimensions.index(one.of)
        # Only a scale of fixed ends puts dimensions side by side; only there types have shares.
        table = np.where(made.comparable[:, None], table, np.nan)
        table = -table if one.kind == "highest_dimension" else table
    others = np.delete(table, place, axis=1)
    first = (table[:, [place]] < others - ROUNDING).all(axis=1)
    return np.where(np.isnan(table).any(axis=1), np.nan, first)


def _held(holds: Floats, factor: str = "", level: str = "") -> Held:
    held, judged = int(holds.sum()), len(holds)
    if not judged:
        return Held(0, 0, np.nan, np.nan, np.nan, factor, level)
    lower, upper = wilson(held, judged)
    return Held(held, judged, held / judged, float(lower), float(upper), factor, level)


def _levels(
    index: Index, plan: Plan, scenarios: Scenarios
) -> list[tuple[str, str, NDArray[np.bool_]]]:
    """Scenarios of each level of the factors that have several."""
    found: list[tuple[str, str, NDArray[np.bool_]]] = []
    for factor in ("normalisation", "aggregation", "missing"):
        names, chosen = getattr(plan, factor), getattr(scenarios, factor)
        if len(names) > 1:
            found += [(factor, name, chosen == at) for at, name in enumerate(names)]
    if plan.leave_out:
        names = [NOTHING, *(one.name for one in index.indicators)]
        found += [("left_out", name, scenarios.left_out == at - 1) for at, name in enumerate(names)]
    return found


def _spreads(
    index: Index, made: Outcomes, declared: Outcomes, fixed: NDArray[np.bool_]
) -> list[Spread]:
    """Distributions over the scenarios of fixed ends: other scales have other units."""
    found = []
    parts = ["", *(one.name for one in index.dimensions)], [one.name for one in index.types]
    for is_type, (names, table, own) in enumerate(
        zip(parts, (made.means, made.types), (declared.means, declared.types), strict=True)
    ):
        for place, name in enumerate(names):
            for group in range(table.shape[2]):
                told = table[fixed, place, group]
                told = told[~np.isnan(told)]
                ends = np.quantile(told, [0.025, 0.5, 0.975]) if len(told) else [np.nan] * 3
                low, middle, high = map(float, ends)
                value = float(own[0, place, group])
                found.append(
                    Spread(name, group - 1, value, low, middle, high, len(told), bool(is_type))
                )
    return found


def _ranks(means: Floats) -> Floats:
    """Share of the rows in which each column has each rank from the lowest; ties share ranks."""
    from scipy.stats import rankdata

    whole = means[~np.isnan(means).any(axis=1)]
    size = means.shape[1]
    if not len(whole) or not size:
        return np.full((size, size), np.nan)
    # Equal but for rounding error is equal.
    rounded = whole.round(11)
    low = rankdata(rounded, method="min", axis=1)
    high = rankdata(rounded, method="max", axis=1)
    ranks = np.arange(1, size + 1)
    inside = (low[..., None] <= ranks) & (ranks <= high[..., None])
    return np.asarray((inside / (high - low + 1)[..., None]).mean(axis=0))


@dataclass(frozen=True)
class SobolIndices:
    """How much of the variance of an output each choice accounts for.

    Attributes
    ----------
    factors : tuple of str
        Those of `FACTORS` that vary.
    first, total : array of float
        Of the factor alone, and with all its interactions.
    first_error, total_error : array of float
        Half widths of their 95 % bootstrap intervals.
    variance : float
        Of the output.
    runs : int
        Scenarios computed.
    """

    factors: tuple[str, ...]
    first: Floats
    total: Floats
    first_error: Floats
    total_error: Floats
    variance: float
    runs: int


def sobol_indices(
    index: Index,
    scores: Any,
    groups: Any,
    plan: Plan,
    *,
    part: str = "",
    gap: tuple[int, int] | None = None,
    base: int = 512,
    draws: int = 1000,
    weights: Any = None,
    sample: "Sample | None" = None,
) -> SobolIndices:
    """Share out the variance of a mean or a gap between groups among the choices.

    Parameters
    ----------
    index, scores, groups, plan, weights, sample
        As in `analyse`.
    part : str
        A dimension, or empty for the index.
    gap : (int, int), optional
        Mean of the first group minus that of the second; else the mean of all respondents.
    base : int
        A power of 2; base × (factors + 2) scenarios are run.
    draws : int
        Draws of respondents, and of weights, among which a scenario chooses.

    Raises
    ------
    SurveyError
        Scales of different units, a scenario that cannot be computed, an output that does not
        vary: a variance that leaves scenarios out would be that of another analysis.

    Notes
    -----
    Each choice is a factor between 0 and 1 that picks a level, as Saisana, Saltelli & Tarantola
    (2005) do; SALib draws the sample (Saltelli 2010) and estimates the indices.

    Examples
    --------
    >>> from resurvey.index.declaration import Dimension, Indicator
    >>> one = Indicator("a", "q", "d", {}, {1: 0.0, 2: 1.0}, 1, 1.0, "ours")
    >>> index = Index("i", {}, "", (Dimension("d", {}, 1.0, "ours"),), (one, one))
    >>> plan = Plan(normalisation=("min_max",), aggregation=("arithmetic",), leave_out=False)
    >>> found = sobol_indices(index, [[0.0, 1.0], [0.0, 0.0]], np.zeros((2, 0)), plan, base=64)
    >>> found.factors, bool(found.total.max() > 0.1)
    (('respondents', 'weights', 'missing'), True)
    """
    from SALib.analyze import sobol
    from SALib.sample import sobol as sampling

    place = f"{FILE}, index '{index.name}', Sobol indices"
    bounded = [name for name in plan.normalisation if name in ("min_max", "goalposts")]
    if (
        0 < len(bounded) < len(plan.normalisation)
        or len(set(plan.normalisation)) > 1
        and not bounded
    ):
        raise SurveyError(
            f"{place}: means by {', '.join(plan.normalisation)} have different units, and no "
            "common variance; give levels with fixed ends, or one level"
        )
    evaluation = Evaluation(index, scores, groups, plan, weights, sample)
    names = _varied(index, plan)
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    points = sampling.sample(problem, base, calc_second_order=False, seed=plan.seed)
    # The pick of a level is the part of the interval that a point falls into.
    picked = dict(zip(names, np.clip(points, 0.0, np.nextafter(1.0, 0.0)).T, strict=True))
    size = len(points)

    def level(name: str, number: int) -> Integers:
        return np.floor(picked[name] * number).astype(np.int64) if name in picked else zeros

    zeros = np.zeros(size, dtype=np.int64)
    rng = np.random.default_rng([plan.seed, 0])
    inner, outer = _draw_weights(index, plan.concentration, draws, rng)
    weighing = level("weights", draws)
    made = evaluation.run(
        Scenarios(
            level("respondents", draws) if plan.respondents else zeros - 1,
            level("normalisation", len(plan.normalisation)),
            level("aggregation", len(plan.aggregation)),
            level("missing", len(plan.missing)),
            level("left_out", 1 + len(index.indicators)) - 1,
            inner[weighing],
            outer[weighing],
        )
    )
    failed = [REASONS[reason] for reason in np.unique(made.reasons).tolist() if reason]
    if failed:
        raise SurveyError(
            f"{place}: {int((made.reasons > 0).sum())} of {size} scenarios cannot be computed "
            f"({', '.join(failed)}); take the level that fails out of the plan"
        )
    dimensions = [one.name for one in index.dimensions]
    means = made.means[:, 1 + dimensions.index(part) if part else 0]
    output = means[:, 0] if gap is None else means[:, 1 + gap[0]] - means[:, 1 + gap[1]]
    if np.isnan(output).any():
        raise SurveyError(f"{place}: in some scenario a group has nobody with a value")
    if np.ptp(output) <= ROUNDING:
        raise SurveyError(f"{place}: the output is the same in every scenario")
    found = sobol.analyze(
        problem, output, calc_second_order=False, seed=plan.seed, print_to_console=False
    )
    return SobolIndices(
        names,
        np.asarray(found["S1"], dtype=np.float64),
        np.asarray(found["ST"], dtype=np.float64),
        np.asarray(found["S1_conf"], dtype=np.float64),
        np.asarray(found["ST_conf"], dtype=np.float64),
        float(output.var()),
        size,
    )


def _varied(index: Index, plan: Plan) -> tuple[str, ...]:
    """Factors that have more than one level."""
    several = {
        "respondents": plan.respondents,
        "weights": plan.concentration is not None
        and len(index.indicators) + len(index.dimensions) > 2,
        "left_out": plan.leave_out,
    }
    several |= {
        name: len(getattr(plan, name)) > 1 for name in ("normalisation", "aggregation", "missing")
    }
    return tuple(name for name in FACTORS if several[name])


def read_plan(index: Index, groups: Sequence[tuple[str, Code]]) -> tuple[Plan, list[Conclusion]]:
    """Read the `sensitivity:` of a declared index.

    Parameters
    ----------
    index : Index
    groups : sequence of (str, code)
        Variable and code of each group that is compared.

    Raises
    ------
    SurveyError
        A conclusion about a group that is not compared.

    Examples
    --------
    >>> told = {"seed": 3, "conclusions": {"c": {"label": "", "below":
    ...     {"variable": "sex", "first": 2, "second": 1}}}}
    >>> plan, conclusions = read_plan(Index("i", {}, "", (), (), sensitivity=told),
    ...     [("sex", 1), ("sex", 2)])
    >>> plan.seed, conclusions[0].first, conclusions[0].second
    (3, 1, 0)
    """
    told = dict(index.sensitivity)
    declared = told.pop("conclusions", {})
    told.setdefault("shift", index.shift)
    levels: dict[str, Any] = {}
    for key, value in told.items():
        levels[key] = tuple(value) if isinstance(value, list) else value
    place = f"{FILE}, index '{index.name}', sensitivity"
    conclusions = []
    for name, entry in declared.items():
        below = entry.get("below")
        if below is None:
            (kind,) = set(entry) - {"label"}
            conclusions.append(Conclusion(name, kind, of=entry[kind]))
            continue
        ends = []
        for end in ("first", "second"):
            group = below["variable"], clean_code(below[end])
            if group not in groups:
                raise SurveyError(
                    f"{place}, conclusion '{name}': '{group[0]}' has no group {group[1]} that is "
                    "compared; name a variable of `by` and one of its codes"
                )
            ends.append(groups.index(group))
        conclusions.append(Conclusion(name, "below", below.get("dimension", ""), *ends))
    return Plan(**levels), conclusions


def compared_groups(
    survey: Survey, index: Index
) -> tuple[list[tuple[str, Code]], NDArray[np.bool_]]:
    """Find who belongs to which group of the variables of `by`.

    Returns
    -------
    groups : list of (str, code)
    members : array of bool, respondents × groups

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Variable
    >>> book = Codebook({"sex": Variable("sex", codes={1: {}, 2: {}})})
    >>> survey = Survey(pd.DataFrame({"sex": [2, 1, None]}), book)
    >>> groups, members = compared_groups(survey, Index("i", {}, "", (), (), by=("sex",)))
    >>> groups, members.sum(axis=0).tolist()
    ([('sex', 1), ('sex', 2)], [1, 1])
    """
    groups: list[tuple[str, Code]] = []
    columns = []
    for name in index.by:
        positions, codes = encode(survey.data[name], survey.codebook[name])
        groups += [(name, code) for code in codes]
        columns += [positions == at for at in range(len(codes))]
    members = np.column_stack(columns) if columns else np.zeros((len(survey.data), 0), dtype=bool)
    return groups, members


def analyse_declared(
    survey: Survey, index: Index, design: "PreparedDesign | None" = None
) -> tuple[Sensitivity, list[tuple[str, Code]]]:
    """Analyse an index as its `sensitivity:` says.

    Parameters
    ----------
    survey : Survey
        Respondents; never reconstructed ones, whose answers were dealt to them.
    index : Index
        Resolved.
    design : PreparedDesign, optional
        Weights and, where the wave has one, the sampling design.

    Returns
    -------
    Sensitivity, and variable and code of each group.

    Raises
    ------
    Refusal
        Reconstructed records.
    SurveyError
        Replicate weights, which leave nothing to draw.
    """
    from resurvey.statistics.linearisation import Sample

    if survey.codebook.reconstructed:
        raise Refusal(Note("not_identified"))
    groups, members = compared_groups(survey, index)
    plan, conclusions = read_plan(index, groups)
    scores = score_answers(survey, index)
    weights = None if design is None else design.weights
    sample = None if design is None else design.sample
    if design is not None and design.people is not None:
        # A row of equal respondents is as many rows: they are drawn one by one.
        scores = np.repeat(scores, design.people, axis=0)
        members = np.repeat(members, design.people, axis=0)
        weights = None
    if sample is not None and not isinstance(sample, Sample):
        if plan.respondents:
            raise SurveyError(
                f"{FILE}, index '{index.name}', sensitivity: the wave has replicate weights, and "
                "respondents cannot be drawn again from them; write `respondents: false`"
            )
        sample = None
    found = analyse(index, scores, members, plan, conclusions, weights=weights, sample=sample)
    return found, groups
