"""Shares: the shares of one question in every wave, with their covariance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code, Variable
from resurvey.core.counting import encode
from resurvey.core.errors import SurveyError
from resurvey.core.names import TOTAL
from resurvey.core.notes import Note, reason_of
from resurvey.counts.crosstabs import Crosstab
from resurvey.statistics.contrasts import Domains
from resurvey.waves.trend.pooling import Pool
from resurvey.waves.trend.series import Series

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.counting import Counted

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
    counts = [series.count(place) for place in range(len(series.lines))]
    bases = np.array([float(one[1]) if one else 0.0 for one in counts])
    values = np.array([float(one[0] / one[1]) if one else np.nan for one in counts])
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

    def __init__(
        self, pool: Pool, tables: Mapping[str, Mapping[str, Any]], encoded: Any = None
    ) -> None:
        self.pool, self.tables = pool, tables
        self._some: dict[tuple[int, ...], PooledCounts] = {}
        self._kept = lru_cache(maxsize=MOST_KEPT)(self._counted)
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

    def crosstab(self, variable: str, column_variable: str, column: str) -> Crosstab:
        """Count the answers of one column of a table by wave.

        Raises
        ------
        SurveyError
            A design under which the waves cannot be compared.
        """
        found = self._kept(variable, column_variable, column)
        if isinstance(found, SurveyError):
            raise found
        return found

    def _counted(self, variable: str, column_variable: str, column: str) -> Crosstab | SurveyError:
        try:
            return self._crosstab(variable, column_variable, column)
        except SurveyError as problem:
            return problem

    def _crosstab(self, variable: str, column_variable: str, column: str) -> Crosstab:
        codes, counted = self._count(variable, column_variable, column)
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
        place = {code: position for position, code in enumerate(codes)}
        positions = [
            np.array([*(place[code] for code in own), len(place)], dtype=np.int64)[there]
            for there, own in parts
        ]
        return np.concatenate(positions), list(codes)

    def _count(
        self, variable: str, column_variable: str, column: str
    ) -> "tuple[list[Code], Counted]":
        down, codes = self._positions(variable)
        outside = len(self.pool.waves)
        across = self.pool.index
        if column != TOTAL:
            groups, group_codes = self._positions(column_variable)
            texts = [str(code) for code in group_codes]
            own = texts.index(column) if column in texts else -1
            across = np.where(groups == own, across, outside)
        return codes, self.pool.design.count(down, across, (len(codes), outside))

    def shares(self, series: Series) -> Shares:
        """Shares of one cell in every wave under the pooled design."""
        keys, size = series.keys, len(self.pool.waves)
        values, bases, own = np.full(size, np.nan), np.zeros(size), np.zeros(size)
        covariance = np.full((size, size), np.nan)
        if reason := self.refusal(keys["table"], keys["row_variable"]):
            return Shares(values, covariance, bases, np.nan, own, reason)
        try:
            counted = self.crosstab(
                keys["row_variable"], keys["column_variable"], keys["column_code"]
            )
        except SurveyError as problem:
            return Shares(values, covariance, bases, np.nan, own, reason_of(problem))
        texts = [str(code) for code in counted.row_codes]
        parts = [texts.index(code) for code in keys["row_code"].split("+") if code in texts]
        known = [
            place
            for place in range(size)
            if series.count(place) is not None and counted.observed[:, place].sum() > 0
        ]
        if not known or counted.spread is None:
            return Shares(values, covariance, bases, np.nan, own)
        top = np.zeros((len(known), *counted.observed.shape))
        bottom = np.zeros_like(top)
        for line, place in enumerate(known):
            top[line, parts, place] = 1.0
            bottom[line, :, place] = 1.0
        flat = len(known), -1
        groups = Domains(counted.spread, top.reshape(flat), bottom.reshape(flat))
        values[known], covariance[np.ix_(known, known)] = groups.estimates
        own[known] = groups.freedom
        bases = counted.unweighted.sum(axis=0).astype(np.float64)
        joint = counted.spread.freedom_of(groups.bottoms.sum(axis=0))
        return Shares(values, covariance, bases, joint, own)
