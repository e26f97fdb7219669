"""Index changes: the mean of every index in each wave, and what its changes are made of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.notes import NOT_IDENTIFIED, Note, Refusal, write_notes
from resurvey.index.declaration import Index, read_indices, resolve
from resurvey.index.decomposition import gap_parts, tell_part, weighted_mean
from resurvey.index.scoring import assemble, score_answers
from resurvey.prepare.indicators import parts_behind
from resurvey.statistics.group_means import difference_of_means
from resurvey.statistics.summaries import summarise
from resurvey.study.order import TrendWave
from resurvey.waves.trend.pooled_sample import Pool
from resurvey.waves.trend.share_changes import name_comparison, pairs_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

INDEX_COLUMNS = (
    "index",
    "part",
    "dimension",
    "indicator",
    "wave",
    "against",
    "comparison",
    "value",
    "share",
    "standard_error",
    "lower",
    "upper",
    "df",
    "p_value",
    "n",
    "shared",
    "items",
    "note",
    "note_data",
)


def compare_indices(
    pool: Pool, part: Mapping[str, Any], indicators: Mapping[str, Any], reference: int
) -> Iterator[dict[str, Any]]:
    """Compare the means of every declared index between waves, and decompose the changes.

    Parameters
    ----------
    pool : Pool
        All waves as one sample: whoever is in several of them is one sampling unit.
    part, indicators : dict
        ``config/index.yaml``, and `indicators` of ``config/indicators.yaml``.
    reference : int
        Place of the wave that the others are compared with, too.

    Yields
    ------
    dict
        Keys `INDEX_COLUMNS`. `part` is ``mean`` (of the index, or of a dimension) in a wave, or a
        part of the mean of the wave less that of the wave it is held `against`: ``gap``,
        ``dimension``, ``indicator``, ``answered``, as in ``decomposition.csv``. `items` are the
        questions behind it. Waves are scored together: standard scores and ranks are among all of
        their respondents.

    Notes
    -----
    Without a design and without shared respondents Welch's t, else linearised, with the weights of
    each wave scaled to its respondents.
    """
    known = [at for at, wave in enumerate(pool.waves) if not wave.survey.codebook.reconstructed]
    for declared in read_indices(part):
        for at in range(len(pool.waves)):
            if at not in known:
                keys = {"index": declared.name, "part": "mean", "wave": pool.waves[at].name}
                yield keys | write_notes(NOT_IDENTIFIED)
        if not known:
            continue
        resolved = [resolve(declared, pool.waves[at].survey.codebook) for at in known]
        keys = {"index": declared.name, "part": "gap"}
        if other := _scored_otherwise(resolved):
            yield keys | write_notes(Note("other_scores", "not_compared", item=other))
            continue
        try:
            together = _IndexOverTime.of(resolved, pool.among(known), indicators)
        except Refusal as problem:
            yield keys | write_notes(problem.note.refusing("not_compared"))
            continue
        yield from together.lines(known, reference)


def _people(wave: TrendWave) -> "NDArray[np.float64]":
    if wave.design is None:
        return np.ones(wave.respondents)
    return wave.design.prepared(wave.survey).weights


def _scored_otherwise(indices: Sequence[Index]) -> str:
    """Name the first indicator whose answers have other scores in one of the waves."""
    for several in zip(*(index.indicators for index in indices), strict=True):
        if any(one.scores != several[0].scores for one in several):
            return str(several[0].name)
    return ""


@dataclass(frozen=True)
class _IndexOverTime:
    """An index of the respondents of several waves."""

    index: Index
    pool: Pool
    options: Mapping[str, Any]
    weights: "NDArray[np.float64]"
    columns: "Sequence[tuple[str, str, str, NDArray[np.float64]]]"
    means: "Sequence[tuple[str, NDArray[np.float64]]]"
    indicators: Mapping[str, Any]

    @classmethod
    def of(
        cls, resolved: Sequence[Index], pool: Pool, indicators: Mapping[str, Any]
    ) -> "_IndexOverTime":
        """Score the waves together."""
        index = resolved[0]
        scores = [
            score_answers(wave.survey, own) for wave, own in zip(pool.waves, resolved, strict=True)
        ]
        options: dict[str, Any]
        if pool.by_counts():
            # Frequency weights at most: how many equal respondents a row stands for.
            weights = np.concatenate([_people(wave) for wave in pool.waves])
            options = {"weights": weights}
        else:
            weights = pool.design.weights
            options = {"sample": pool.design.sample}
        made = assemble(index, np.concatenate(scores), weights=weights)
        means = [("", made.overall)]
        means += [(one.name, made.dimensions[:, at]) for at, one in enumerate(index.dimensions)]
        columns = gap_parts(index, made, weights)
        return cls(index, pool, options, weights, columns, means, indicators)

    def lines(self, known: Sequence[int], reference: int) -> Iterator[dict[str, Any]]:
        """Means of the waves, then their changes."""
        for dimension, values in self.means:
            for at, wave in enumerate(self.pool.waves):
                inside = self.pool.index == at
                found = summarise(values, inside, quantiles=(), **self.options)
                yield {
                    "index": self.index.name,
                    "part": "mean",
                    "dimension": dimension,
                    "wave": wave.name,
                    "value": found.mean.value,
                    "standard_error": found.mean.standard_error,
                    "lower": found.mean.lower,
                    "upper": found.mean.upper,
                    "n": found.n,
                    "items": " ".join(self._items(dimension, "")),
                    **write_notes(*found.mean.notes),
                }
        for later, earlier in pairs_of(known, reference):
            places = known.index(later), known.index(earlier)
            comparison = name_comparison(later, earlier, reference)
            for line in self._change(*places):
                yield line | {"comparison": comparison}

    def _change(self, wave: int, against: int) -> Iterator[dict[str, Any]]:
        waves, where = self.pool.waves, self.pool.index
        whole: float | None = None
        for part, dimension, indicator, values in self.columns:
            there = np.isfinite(values) & (self.weights > 0)
            sides = [there & (where == at) for at in (wave, against)]
            line: dict[str, Any] = {
                "index": self.index.name,
                "part": part,
                "dimension": dimension,
                "indicator": indicator,
                "wave": waves[wave].name,
                "against": waves[against].name,
                "n": int(sum(side.sum() for side in sides)),
                "shared": int(self.pool.shared[wave, against]),
                "items": " ".join(self._items(dimension, indicator)),
            }
            if not all(side.any() for side in sides):
                yield line | write_notes(Note("no_respondents", "not_computed"))
                continue
            means = [weighted_mean(values[side], self.weights[side]) for side in sides]
            value = means[0] - means[1]
            whole = value if part == "gap" else whole
            found = difference_of_means(values, where, wave, against, **self.options)
            yield line | {
                **tell_part(found, value, None if part == "gap" else whole),
                **write_notes(*found.notes),
            }

    def _items(self, dimension: str, indicator: str) -> list[str]:
        """Questions behind the index, a dimension or an indicator."""
        behind = [
            part
            for one in self.index.indicators
            if dimension in ("", one.dimension) and indicator in ("", one.name)
            for part in parts_behind(one.variable, self.indicators)
        ]
        return [part for part in dict.fromkeys(behind) if part not in self.indicators]
