"""Pooled sample: the waves of a study as one sample, a table's cells in each, and their shares.

Members whom several waves share are one sampling unit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.cells import Block, Cell, cell_of, read_blocks
from resurvey.core.codebook import Code, Variable
from resurvey.core.counting import encode
from resurvey.core.errors import SurveyError
from resurvey.core.lines import CrosstabLine, fields_of
from resurvey.core.names import TOTAL, sum_parts
from resurvey.core.notes import Note, Refusal, note_text, read_notes, reason_of
from resurvey.counts.crosstabs import Crosstab
from resurvey.counts.design import PreparedDesign
from resurvey.statistics.contrasts import Domains
from resurvey.statistics.linearisation import Sample, Stage
from resurvey.statistics.weighting import ReplicatedSample
from resurvey.study.declarations import Table, TrendPart
from resurvey.study.order import TrendWave
from resurvey.tables.domains import domain_mask
from resurvey.waves.contract.panel_members import (
    NOBODY,
    Match,
    Respondents,
    allowed_contradictions,
    check_people,
    match_people,
    number_members,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.counting import Counted
    from resurvey.study.order import TrendWave

ABSENT = tuple(map(Note, ("not_asked", "no_such_group", "no_such_answer")))
"""Why a wave has no line for a cell."""

KEYS = ("table", "row_variable", "row_code", "column_variable", "column_code")


@dataclass(frozen=True)
class Series:
    """One cell of a table over the waves.

    Attributes
    ----------
    keys : dict
        `KEYS` of the cell.
    labels : dict
        ``row_label``, ``column_label`` and ``kind`` as the last wave that has the cell writes them.
    lines : tuple of dict or None
        Its line in each wave; None where the wave has no such cell.
    absent : tuple of Note or None
        For each wave without a line the reason, one of `ABSENT`; else None.
    """

    keys: Mapping[str, str]
    labels: Mapping[str, str]
    lines: tuple[CrosstabLine | None, ...]
    absent: tuple[Note | None, ...]

    @cached_property
    def cells(self) -> tuple[Cell | None, ...]:
        """Count and base in each wave, exact; None where there is no base or none identified."""
        return tuple(None if line is None else cell_of(line) for line in self.lines)

    @cached_property
    def shares(self) -> dict[int, Fraction]:
        """Share in each wave that has one, exact."""
        return {
            place: cell.count / cell.base
            for place, cell in enumerate(self.cells)
            if cell is not None
        }

    def count(self, place: int) -> tuple[Fraction, Fraction] | None:
        """Count and base in a wave, exact; None where there is no base or nothing identified."""
        cell = self.cells[place]
        return None if cell is None else (cell.count, cell.base)

    def among(self, places: Sequence[int]) -> "Series":
        """Return the same cell in some of the waves."""
        lines = tuple(self.lines[place] for place in places)
        return Series(self.keys, self.labels, lines, tuple(self.absent[place] for place in places))

    def known(self, place: int) -> Cell:
        """Count and base in a wave that has them."""
        cell = self.cells[place]
        if cell is None:
            why = note_text(self.reasons(place))
            raise ValueError(f"no share in wave {place}: {why}")
        return cell

    def reasons(self, place: int) -> tuple[Note, ...]:
        """Why a wave has no number in this cell."""
        line, absent = self.lines[place], self.absent[place]
        if line is None:
            return () if absent is None else (absent,)
        return read_notes(line) or (Note("nobody_answered"),)


def follow_cells(waves: Sequence[TrendWave], tables: Sequence[str]) -> Iterator[Series]:
    """Follow every answer and subtotal through the waves."""
    blocks = [read_blocks(wave.lines) for wave in waves]
    order: dict[str, dict[str, dict[tuple[str, ...], None]]] = {name: {} for name in tables}
    for found in reversed(blocks):
        for (table, variable), block in found.items():
            if table in order:
                places = order[table].setdefault(variable, {})
                places |= {(row, block.group, column): None for row, column in block.cells}
    for table, variables in order.items():
        for variable, places in variables.items():
            asked = [found.get((table, variable)) for found in blocks]
            for row, group, column in places:
                lines = tuple(
                    block.cells.get((row, column)) if block and block.group == group else None
                    for block in asked
                )
                last = next(line for line in reversed(lines) if line is not None)
                if last["kind"] == "total":
                    continue
                absent = tuple(
                    None if line is not None else _absent(block, column)
                    for line, block in zip(lines, asked, strict=True)
                )
                keys = dict(zip(KEYS, (table, variable, row, group, column), strict=True))
                labels = fields_of(last, ("row_label", "column_label", "kind"))
                yield Series(keys, labels, lines, absent)


def _absent(block: Block | None, column: str) -> Note:
    if block is None:
        return ABSENT[0]
    return ABSENT[2] if column in block.columns else ABSENT[1]


def stack_lines(waves: Sequence[TrendWave], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return the lines of all waves with the wave in front, table by table, for one CSV file."""
    order = {
        name: place
        for place, name in enumerate(
            dict.fromkeys(str(line["table"]) for wave in reversed(waves) for line in wave.lines)
        )
    }
    stacked = [
        {"wave": wave.name, **{name: line.get(name, "") for name in columns}}
        for wave in waves
        for line in wave.lines
    ]
    return sorted(stacked, key=lambda line: order[str(line["table"])])


SAME_UNIT = Note("same_unit")

RAKED = Note("raked_as_given")


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
            tuple(self.waves[wave] for wave in chosen),
            tuple(self.members[wave] for wave in chosen),
            tuple(self.designed[wave] for wave in chosen),
        )

    @cached_property
    def shared(self) -> "NDArray[np.int64]":
        """Respondents that two waves have in common; zero where they cannot be recognised."""
        size = len(self.waves)
        found = np.zeros((size, size), dtype=np.int64)
        for later in range(size):
            for two in range(later):
                found[later, two] = found[two, later] = len(self.rows_of_members(later, two)[0])
        return found

    def rows_of_members(self, wave: int, against: int) -> tuple[Any, Any]:
        """Rows of the shared respondents in both waves, one beside the other."""
        now, then = self.members[wave], self.members[against]
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
        return np.repeat(np.arange(len(self.waves)), [wave.respondents for wave in self.waves])

    def by_counts(self, *places: int) -> bool:
        """Return whether waves are plain independent samples, for which counts suffice."""
        chosen = places or range(len(self.waves))
        if any(self.designed[wave] for wave in chosen):
            return False
        return not self._panel or not self.shared[np.ix_(chosen, chosen)].any()

    @cached_property
    def _panel(self) -> bool:
        """Whether anybody is in two waves."""
        return bool(self.shared.any())

    @cached_property
    def design(self) -> PreparedDesign:
        """The pooled design: weights that add up to each wave's respondents, strata, units.

        Raises
        ------
        SurveyError
            Frequency weights, or waves that treat strata of one cluster differently.
        """
        ready = [wave.design.prepared(wave.survey) if wave.design else None for wave in self.waves]
        copies = [
            prepared.sample
            for prepared in ready
            if prepared and isinstance(prepared.sample, ReplicatedSample)
        ]
        if copies and len(copies) == len(ready) and not self.shared.any():
            return _pooled_replicates(copies)
        notes = (RAKED,) if any(prepared and prepared.raked for prepared in ready) else ()
        parts = [_sample_of(*both) for both in zip(self.waves, ready, strict=True)]
        weights = np.concatenate([_scaled(part.weights) for part in parts])
        kept = {part.lonely_psu for part, own in zip(parts, self.designed, strict=True) if own}
        if len(kept) > 1:
            raise Refusal(Note("lonely_psu_differs"))
        lonely = kept.pop() if kept else "fail"
        if self.shared.any():
            stage = self._joined([part.stages[0] for part in parts])
            freedom = float(len(stage.strata) - len(stage.populations))
            sample = Sample(weights, (stage,), lonely, freedom)
            return PreparedDesign("sampling", sample, weights, (SAME_UNIT, *notes))
        depth = max(len(part.stages) for part in parts)
        stages = tuple(
            _stacked([_stage_at(part, level) for part in parts]) for level in range(depth)
        )
        freedom = float(sum(part.freedom for part in parts))
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
    >>> from resurvey.core.codebook import Survey
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


def check_panel(pool: Pool, declared: TrendPart) -> tuple[Pool, list[Match]]:
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
        `resurvey.waves.contract.panel_members.check_people`.
    """
    matches = []
    unknown: set[int] = set()
    people = [
        Respondents(wave.name, wave.survey, wave.identifier, wave.time) for wave in pool.waves
    ]
    for wave in range(len(people)):
        for against in range(wave):
            if not pool.shared[wave, against]:
                continue
            match = match_people(people[wave], people[against], declared.get("same_person"))
            if match is None:
                continue
            check_people(match, declared)
            matches.append(match)
            if (
                match.numbered
                and match.unknown(allowed_contradictions(declared))
                and "panel" not in declared
            ):
                unknown |= {wave, against}
    if not unknown:
        return pool, matches
    members = [None if wave in unknown else own for wave, own in enumerate(pool.members)]
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
        raise Refusal(Note("replicates_over_time", wave=wave.name))
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
    for stage in stages:
        units.append(stage.units + unit)
        strata.append(stage.strata + stratum)
        unit += len(stage.strata)
        stratum += len(stage.populations)
    return Stage(
        np.concatenate(units),
        np.concatenate(strata),
        np.concatenate([stage.populations for stage in stages]),
        np.concatenate([stage.shares for stage in stages]),
        all(stage.singletons for stage in stages),
    )


MOST_KEPT = 128
"""Questions that are kept in memory: those of a table and of its neighbours."""


@dataclass(frozen=True)
class Shares:
    """Shares of one cell in the waves.

    Attributes
    ----------
    values : array of float
        Share in each wave, 0 to 1; NaN where there is none.
    covariance : array, waves × waves
        Of the shares; off the diagonal only where waves share respondents.
    bases : array of float
        Unweighted respondents that each share is of.
    freedom : float
        Degrees of freedom of the respondents in all these waves; infinite for plain counts.
    own : array of float
        Degrees of freedom of the respondents in each wave.
    reason : Note, optional
        Why there are no shares under the design; None where there are.
    """

    values: "NDArray[np.float64]"
    covariance: "NDArray[np.float64]"
    bases: "NDArray[np.float64]"
    freedom: float
    own: "NDArray[np.float64]"
    reason: Note | None = None


def counted_shares(series: Series) -> Shares:
    """Shares of plain independent samples, with binomial variances."""
    bases = np.array([float(cell.base) if cell else 0.0 for cell in series.cells])
    shares = series.shares
    values = np.array([float(shares.get(place, np.nan)) for place in range(len(series.cells))])
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = values * (1 - values) / bases
    return Shares(values, np.diag(variance), bases, np.inf, np.full(bases.size, np.inf))


class PooledCounts:
    """Counts of any question by wave in the pooled sample, each made once.

    Parameters
    ----------
    pool : Pool
        The waves.
    tables : dict
        `tables` of `config/tables.yaml`.
    """

    def __init__(self, pool: Pool, tables: Mapping[str, Table], encoded: Any = None) -> None:
        self.pool, self.tables = pool, tables
        self._some: dict[tuple[int, ...], PooledCounts] = {}
        self._count_once = lru_cache(maxsize=MOST_KEPT)(self._crosstab)
        self._inside = lru_cache(maxsize=MOST_KEPT)(self._domain)
        self._refused: dict[tuple[str, str, str, str], str] = {}
        # What a question's codes are is asked again for every column and every pair of waves.
        waves = {wave.name: wave for wave in pool.waves}

        def encode_wave(wave: str, name: str) -> Any:
            return encode(waves[wave].survey.data[name], waves[wave].survey.codebook[name])

        self._encoded = encoded or lru_cache(maxsize=MOST_KEPT)(encode_wave)

    def among(self, places: Sequence[int]) -> "PooledCounts":
        """Return the counts of some waves only, under the design of these waves."""
        key = tuple(places)
        if key == tuple(range(len(self.pool.waves))):
            return self
        if key not in self._some:
            self._some[key] = PooledCounts(self.pool.among(key), self.tables, self._encoded)
        return self._some[key]

    def refusal(self, table: str, variable: str) -> Note | None:
        """Why a question cannot be compared under the design; None where it can."""
        if not any(variable in wave.survey.codebook for wave in self.pool.waves):
            return Note("sets_under_design")
        if self.tables[table].get("percent", "column") != "column":
            return Note("column_per_cents_only")
        return None

    def crosstab(self, table: str, variable: str, column_variable: str, column: str) -> Crosstab:
        """Count the answers of one column of a table by wave.

        Those for whom the table's condition does not hold belong to no wave's column, and to the
        design as before.

        Raises
        ------
        SurveyError
            A design under which the waves cannot be compared.
        """
        # Tables of everybody share what was counted.
        domain = table if "where" in self.tables[table] else ""
        asked = domain, variable, column_variable, column
        # What is refused is asked again for every answer, too.
        if asked in self._refused:
            raise SurveyError(self._refused[asked])
        try:
            return self._count_once(*asked)
        except SurveyError as problem:
            self._refused[asked] = str(problem)
            raise

    def _crosstab(self, domain: str, variable: str, column_variable: str, column: str) -> Crosstab:
        codes, counted = self._count(domain, variable, column_variable, column)
        names = [wave.name for wave in self.pool.waves]
        by_wave = Variable("wave", codes={name: {} for name in names})
        return Crosstab.of(self._variable(variable), by_wave, codes, list(names), counted)

    def _variable(self, name: str) -> Variable:
        """Return the variable as the last wave that has it knows it."""
        return next(
            wave.survey.codebook[name]
            for wave in reversed(self.pool.waves)
            if name in wave.survey.codebook
        )

    def _positions(self, name: str) -> tuple["NDArray[np.int64]", list[Code]]:
        """Positions of all respondents among the answers of any wave."""
        parts: list[tuple[Any, list[Code]]] = []
        codes = dict.fromkeys(self._variable(name).answers)
        for wave in self.pool.waves:
            if name in wave.survey.codebook:
                there, own = self._encoded(wave.name, name)
                parts.append((there, own))
                codes |= dict.fromkeys(own)
            else:
                parts.append((np.zeros(wave.respondents, dtype=np.int64), []))
        position_of = {code: position for position, code in enumerate(codes)}
        positions = [
            np.array([*(position_of[code] for code in own), len(position_of)], dtype=np.int64)[
                there
            ]
            for there, own in parts
        ]
        return np.concatenate(positions), list(codes)

    def _domain(self, table: str) -> "NDArray[np.bool_]":
        """Mark the respondents of all waves whom a table with a condition is about."""
        where, place = self.tables[table]["where"], f"tables.yaml, '{table}'"
        surveys = (wave.survey for wave in self.pool.waves)
        return np.concatenate([domain_mask(survey, where, place) for survey in surveys])

    def _count(
        self, domain: str, variable: str, column_variable: str, column: str
    ) -> "tuple[list[Code], Counted]":
        down, codes = self._positions(variable)
        outside = len(self.pool.waves)
        across = self.pool.index
        if column != TOTAL:
            groups, group_codes = self._positions(column_variable)
            texts = [str(code) for code in group_codes]
            own = texts.index(column) if column in texts else -1
            across = np.where(groups == own, across, outside)
        if domain:
            across = np.where(self._inside(domain), across, outside)
        return codes, self.pool.design.count(down, across, (len(codes), outside))

    def shares(self, series: Series) -> Shares:
        """Shares of one cell in every wave under the pooled design."""
        keys, size = series.keys, len(self.pool.waves)
        values, bases, own = np.full(size, np.nan), np.zeros(size), np.zeros(size)
        covariance = np.full((size, size), np.nan)
        if reason := self.refusal(keys["table"], keys["row_variable"]):
            return Shares(values, covariance, bases, np.nan, own, reason)
        try:
            place = keys["row_variable"], keys["column_variable"], keys["column_code"]
            counted = self.crosstab(keys["table"], *place)
        except SurveyError as problem:
            return Shares(values, covariance, bases, np.nan, own, reason_of(problem))
        texts = [str(code) for code in counted.row_codes]
        parts = [texts.index(code) for code in sum_parts(keys["row_code"], texts) if code in texts]
        known = [
            wave
            for wave in range(size)
            if series.count(wave) is not None and counted.observed[:, wave].sum() > 0
        ]
        if not known or counted.spread is None:
            return Shares(values, covariance, bases, np.nan, own)
        top = np.zeros((len(known), *counted.observed.shape))
        bottom = np.zeros_like(top)
        for line, wave in enumerate(known):
            top[line, parts, wave] = 1.0
            bottom[line, :, wave] = 1.0
        flat = len(known), -1
        groups = Domains(counted.spread, top.reshape(flat), bottom.reshape(flat))
        values[known], covariance[np.ix_(known, known)] = groups.estimates
        own[known] = groups.freedom
        bases = counted.unweighted.sum(axis=0).astype(np.float64)
        joint = counted.spread.freedom_of(groups.bottoms.sum(axis=0))
        return Shares(values, covariance, bases, joint, own)
