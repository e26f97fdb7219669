"""Pooling: the respondents of all waves as one sample, whose shared members are counted once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.errors import SurveyError
from resurvey.counts.design import PreparedDesign
from resurvey.statistics.linearisation import Sample, Stage
from resurvey.statistics.replication import ReplicatedSample
from resurvey.waves.contract.persons import Match, Respondents, allowed, check_people, match_people
from resurvey.waves.trend.members import NOBODY, number_members

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.study.order import TrendWave

SAME_UNIT = (
    "waves share respondents: everybody who is in several waves is one sampling unit, one stage, "
    "no finite population correction"
)

RAKED = "the raked weights are taken as given, without what raking takes off the standard errors"


@dataclass(frozen=True)
class Pool:
    """All waves as one sample.

    Attributes
    ----------
    waves : tuple of TrendWave
        In the order of time.
    members : tuple of array of int or None
        For each wave the person behind every respondent, as `number_members` numbers them; None
        where they cannot be recognised.
    designed : tuple of bool
        Which waves have sampling weights, strata or clusters.
    """

    waves: "tuple[TrendWave, ...]"
    members: "tuple[NDArray[np.int64] | None, ...]"
    designed: tuple[bool, ...]

    def among(self, places: Sequence[int]) -> "Pool":
        """Return the pool of some waves only: what is said of them hangs on no other wave."""
        chosen = list(places)
        return Pool(
            tuple(self.waves[one] for one in chosen),
            tuple(self.members[one] for one in chosen),
            tuple(self.designed[one] for one in chosen),
        )

    @cached_property
    def shared(self) -> "NDArray[np.int64]":
        """Respondents that two waves have in common; zero where they cannot be recognised."""
        size = len(self.waves)
        found = np.zeros((size, size), dtype=np.int64)
        for one in range(size):
            for two in range(one):
                found[one, two] = found[two, one] = len(self.rows_of_members(one, two)[0])
        return found

    def rows_of_members(self, place: int, against: int) -> tuple[Any, Any]:
        """Rows of the shared respondents in both waves, one beside the other."""
        now, then = self.members[place], self.members[against]
        if now is None or then is None:
            nobody = np.zeros(0, dtype=np.int64)
            return nobody, nobody
        kept = np.flatnonzero(now != NOBODY), np.flatnonzero(then != NOBODY)
        _, here, there = np.intersect1d(
            now[kept[0]], then[kept[1]], assume_unique=True, return_indices=True
        )
        return kept[0][here], kept[1][there]

    @cached_property
    def index(self) -> "NDArray[np.int64]":
        """Return for each respondent of the pool the place of the wave."""
        return np.repeat(np.arange(len(self.waves)), [one.respondents for one in self.waves])

    def by_counts(self, *places: int) -> bool:
        """Tell whether waves are plain independent samples, for which counts suffice."""
        chosen = list(places or range(len(self.waves)))
        apart = self.shared[np.ix_(chosen, chosen)]
        return not any(self.designed[one] for one in chosen) and not apart.any()

    @cached_property
    def design(self) -> PreparedDesign:
        """The pooled design: weights that add up to each wave's respondents, strata, units.

        Raises
        ------
        SurveyError
            Frequency weights, or waves that treat strata of one cluster differently.
        """
        ready = [one.design.prepared(one.survey) if one.design else None for one in self.waves]
        copies = [one.sample for one in ready if one and isinstance(one.sample, ReplicatedSample)]
        if copies and len(copies) == len(ready) and not self.shared.any():
            return _pooled_replicates(copies)
        notes = (RAKED,) if any(one and one.raked for one in ready) else ()
        parts = [_sample_of(*both) for both in zip(self.waves, ready, strict=True)]
        weights = np.concatenate([_scaled(one.weights) for one in parts])
        kept = {part.lonely_psu for part, own in zip(parts, self.designed, strict=True) if own}
        if len(kept) > 1:
            raise SurveyError(
                "config/config.yaml: the waves declare different `lonely_psu`; a comparison "
                "over time needs the same for all of them"
            )
        lonely = kept.pop() if kept else "fail"
        if self.shared.any():
            stage = self._joined([one.stages[0] for one in parts])
            freedom = float(len(stage.strata) - len(stage.populations))
            sample = Sample(weights, (stage,), lonely, freedom)
            return PreparedDesign("sampling", sample, weights, (SAME_UNIT, *notes))
        depth = max(len(one.stages) for one in parts)
        stages = tuple(_stacked([_stage_at(one, level) for one in parts]) for level in range(depth))
        freedom = float(sum(one.freedom for one in parts))
        return PreparedDesign("sampling", Sample(weights, stages, lonely, freedom), weights, notes)

    def _joined(self, stages: Sequence[Stage]) -> Stage:
        """One stage in which the units that share a respondent are one unit."""
        from scipy.sparse import coo_array  # type: ignore[import-untyped,unused-ignore]
        from scipy.sparse.csgraph import (  # type: ignore[import-untyped,unused-ignore]
            connected_components,
        )

        stacked = _stacked(stages)
        first, second = self._links(stacked.units)
        joined = np.ones(first.size), (first, second)
        size = len(stacked.strata)
        count, unit_of = connected_components(coo_array(joined, shape=(size, size)), directed=False)
        # A stratum of one wave goes on in the next where their units do.
        here, there = stacked.strata[first], stacked.strata[second]
        strata = len(stacked.populations)
        known, stratum_of = connected_components(
            coo_array((np.ones(here.size), (here, there)), shape=(strata, strata)), directed=False
        )
        own = np.zeros(count, dtype=np.int64)
        own[unit_of] = stratum_of[stacked.strata]
        return Stage(
            unit_of[stacked.units].astype(np.int64),
            own,
            np.full(known, np.inf),
            np.ones(known),
            False,
        )

    def _links(self, units: "NDArray[np.int64]") -> tuple[Any, Any]:
        """Pairs of units that hold the same respondent in two waves."""
        person = np.concatenate(
            [
                np.full(wave.respondents, NOBODY) if own is None else own
                for wave, own in zip(self.waves, self.members, strict=True)
            ]
        )
        known = np.flatnonzero(person != NOBODY)
        order = known[np.argsort(person[known], kind="stable")]
        same = person[order[1:]] == person[order[:-1]]
        return units[order[:-1][same]], units[order[1:][same]]


def pool_waves(waves: "Sequence[TrendWave]", panel: bool = True) -> Pool:
    """Pool the waves of a study.

    Raises
    ------
    SurveyError
        Identities that cannot be told apart or matched, see `number_members`.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Variable
    >>> from resurvey.core.survey import Survey
    >>> from resurvey.study.order import TrendWave
    >>> people = [pd.DataFrame({"id": ids}) for ids in ([1, 2, 3], [3, 4])]
    >>> book = Codebook({"id": Variable("id")})
    >>> waves = [TrendWave(str(t), t, [], Survey(p, book), None, "id")
    ...          for t, p in enumerate(people)]
    >>> pool_waves(waves).shared.tolist()
    [[0, 1], [1, 0]]
    """
    designed = tuple(wave.design is not None and wave.design.kind == "sampling" for wave in waves)
    return Pool(tuple(waves), tuple(number_members(waves, panel)), designed)


def vouch(pool: Pool, declared: Mapping[str, Any]) -> tuple[Pool, list[Match]]:
    """Check that those who are in several waves can be the same people.

    Returns
    -------
    pool : Pool
        Without the members whom only running numbers recognise, unless `panel` is declared.
    matches : list of Match
        What was found of every pair of waves that have an id in common.

    Raises
    ------
    SurveyError
        Those with the same id contradict themselves too often, see
        `resurvey.waves.contract.persons.check_people`.
    """
    matches = []
    unknown: set[int] = set()
    people = [Respondents(one.name, one.survey, one.identifier, one.time) for one in pool.waves]
    for place in range(len(people)):
        for against in range(place):
            if not pool.shared[place, against]:
                continue
            match = match_people(people[place], people[against], declared.get("same_person"))
            if match is None:
                continue
            check_people(match, declared)
            matches.append(match)
            if match.numbered and match.unknown(allowed(declared)) and "panel" not in declared:
                unknown |= {place, against}
    if not unknown:
        return pool, matches
    members = [None if place in unknown else own for place, own in enumerate(pool.members)]
    return Pool(pool.waves, tuple(members), pool.designed), matches


def _pooled_replicates(copies: Sequence[ReplicatedSample]) -> PreparedDesign:
    """Pool independent waves: a replicate of one wave leaves the full weights of the others."""
    scaled = [_scaled(one.weights) for one in copies]
    weights = np.concatenate(scaled)
    blocks, start = [], 0
    for one, own in zip(copies, scaled, strict=True):
        block = np.repeat(weights[:, None], one.replicates.shape[1], axis=1)
        factor = own.sum() / one.weights.sum()
        block[start : start + own.size] = one.replicates * factor
        blocks.append(block)
        start += own.size
    sample = ReplicatedSample(
        weights,
        np.concatenate(blocks, axis=1),
        np.concatenate([one.scales for one in copies]),
        True,
        float(sum(one.freedom for one in copies)),
    )
    return PreparedDesign("sampling", sample, weights)


def _sample_of(wave: "TrendWave", ready: PreparedDesign | None) -> Sample:
    n = wave.respondents
    if ready is None:
        alone = Stage(
            np.arange(n), np.zeros(n, dtype=np.int64), np.array([np.inf]), np.ones(1), True
        )
        return Sample(np.ones(n), (alone,), "fail", float(n - 1))
    if not isinstance(ready.sample, Sample):
        raise SurveyError(
            f"wave '{wave.name}': frequency weights or replicate weights cannot be compared over "
            "time with a sampling design or with respondents shared between waves; declare "
            "`replicates:` for every wave, or strata and clusters instead"
        )
    return ready.sample


def _scaled(weights: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Weights that add up to the respondents, so that no wave outweighs another by its scale."""
    heads = float((weights > 0).sum())
    return weights * (heads / weights.sum()) if heads else weights


def _stage_at(sample: Sample, level: int) -> Stage:
    """Stage of a sample; beyond its last everybody is taken with certainty, which adds nothing."""
    if level < len(sample.stages):
        return sample.stages[level]
    n = sample.weights.size
    nobody_left = np.array([float(n)])
    return Stage(np.arange(n), np.zeros(n, dtype=np.int64), nobody_left, np.ones(1), True)


def _stacked(stages: Sequence[Stage]) -> Stage:
    """The same stage of several independent samples: their strata stay apart."""
    units, strata, unit, stratum = [], [], 0, 0
    for one in stages:
        units.append(one.units + unit)
        strata.append(one.strata + stratum)
        unit += len(one.strata)
        stratum += len(one.populations)
    return Stage(
        np.concatenate(units),
        np.concatenate(strata),
        np.concatenate([one.populations for one in stages]),
        np.concatenate([one.shares for one in stages]),
        all(one.singletons for one in stages),
    )
