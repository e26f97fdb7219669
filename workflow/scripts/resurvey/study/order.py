"""Waves of a trend: when each was, what it counted, and who answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from resurvey.core.codebook import nearest
from resurvey.core.errors import SurveyError
from resurvey.core.lines import CrosstabLine
from resurvey.counts.design import DESIGN_KEYS
from resurvey.study.declarations import TrendPart

if TYPE_CHECKING:
    from resurvey.core.codebook import Survey
    from resurvey.counts.design import Design

Line = Mapping[str, Any]


@dataclass(frozen=True)
class TrendWave:
    """One wave as the comparison over time needs it.

    Attributes
    ----------
    name : str
        Name in `config/config.yaml`.
    time : float
        When it was, in the unit of the slopes (years, say).
    lines : sequence of dict
        Lines of its ``crosstabs.csv``.
    survey : Survey
        Its respondents; only columns are read, so that a pyarrow table serves. Where counts are
        enough (`compares_respondents`) a table of so many rows without any column.
    design : Design, optional
        Its sampling design; without one every respondent counts as one.
    identifier : str
        Variable by which a respondent is recognised in another wave; empty where there is none.
    """

    name: str
    time: float
    lines: Sequence[CrosstabLine]
    survey: "Survey"
    design: "Design | None" = None
    identifier: str = ""

    @property
    def respondents(self) -> int:
        """Respondents of the wave."""
        return len(self.survey.data)

    @property
    def has_identities(self) -> bool:
        """Whether respondents can be recognised in another wave.

        Reconstructed records were dealt out: their identities are those of nobody.
        """
        book = self.survey.codebook
        return bool(self.identifier) and not book.reconstructed and self.identifier in book

    def identities(self) -> "list[Any] | None":
        """Identity of every respondent as the file has it; None where they cannot be recognised."""
        if not self.has_identities:
            return None
        column = self.survey.data[self.identifier]
        values = column.to_pylist() if hasattr(column, "to_pylist") else column
        missing = self.survey.codebook[self.identifier].is_missing
        return [None if missing(identity) else identity for identity in values]


def order_waves(
    names: Sequence[str], declared: TrendPart, path: str = "config/trend.yaml"
) -> dict[str, float]:
    """Put the waves in their order in time.

    Parameters
    ----------
    names : sequence of str
        Waves in the order of `config/config.yaml`.
    declared : dict
        `config/trend.yaml`; `time` says when each wave was.
    path : str
        Its name, for messages.

    Returns
    -------
    dict
        Wave -> time. Without `time` the names themselves where all are numbers such as years,
        else 1, 2, ... in the given order.

    Raises
    ------
    SurveyError
        A wave without a time or with an infinite one, a time without a wave, two waves at the
        same time.

    Examples
    --------
    >>> order_waves(["2024", "2022"], {})
    {'2022': 2022.0, '2024': 2024.0}
    >>> order_waves(["spring", "autumn"], {})
    {'spring': 1.0, 'autumn': 2.0}
    """
    times = declared.get("time", {})
    if times:
        for name in times:
            if name not in names:
                raise SurveyError(
                    f"{path}: `time` names '{name}', which is no wave{nearest(name, names)}"
                )
        for name in names:
            if name not in times:
                raise SurveyError(f"{path}: `time` says nothing of wave '{name}'; add it")
            if not isfinite(times[name]):
                raise SurveyError(f"{path}: `time` of wave '{name}' is no number of time")
    elif all(name.isascii() and name.isdigit() for name in names):
        times = {name: int(name) for name in names}
    else:
        times = {name: number for number, name in enumerate(names, 1)}
    order = sorted(names, key=lambda name: float(times[name]))
    for wave, two in zip(order, order[1:], strict=False):
        if float(times[wave]) == float(times[two]):
            raise SurveyError(f"{path}: waves '{wave}' and '{two}' are at the same time")
    return {name: float(times[name]) for name in order}


def compares_respondents(
    waves: Sequence[Mapping[str, Any]], declared: TrendPart, indices: Mapping[str, Any]
) -> bool:
    """Return whether the comparison over time needs the respondents of the waves.

    They are needed where the same people may be in several waves, where weights, strata or
    clusters are declared, and for indices, for which all waves are scored together. Without
    these the waves are plain independent samples, and their counts suffice.

    Parameters
    ----------
    waves : sequence of dict
        The waves as ``config/config.yaml`` declares them, each with the `id` of the codebook where
        it has none of its own.
    declared : dict
        ``config/trend.yaml``.
    indices : dict
        ``config/index.yaml``.

    Examples
    --------
    >>> compares_respondents([{"file": "a.sav", "id": "nr"}, {"file": "b.sav"}], {}, {})
    False
    >>> compares_respondents([{"file": "a.sav", "id": "nr"}] * 2, {}, {})
    True
    >>> compares_respondents([{"file": "a.sav", "id": "nr"}] * 2, {"panel": False}, {})
    False
    """
    followed = sum("id" in wave for wave in waves) > 1 and declared.get("panel", True)
    designed = any(key in wave for wave in waves for key in DESIGN_KEYS)
    return bool(followed or designed or indices.get("index"))
