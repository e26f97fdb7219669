"""Distributions: what every variable of the pooled file holds, wave by wave."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from resurvey.core.codebook import Variable
from resurvey.tables.frequencies import count_frequencies
from resurvey.waves.deposit.pooled_file import WAVE, Pooled

CODEBOOK_COLUMNS = (
    "wave",
    "variable",
    "label",
    "measure",
    "code",
    "answer",
    "kind",
    "reason",
    "count",
    "respondents",
    "base",
    "percent",
    "valid_percent",
)
ALL = "all"
"""Stands for all waves together."""


@dataclass(frozen=True)
class Numbers:
    """Summary of a measured variable over the respondents with a value."""

    count: int
    mean: float
    deviation: float
    low: float
    high: float


@dataclass(frozen=True)
class Distribution:
    """One variable of the pooled file.

    Attributes
    ----------
    variable : Variable
        Wording, answers and missing codes.
    waves : tuple of str
        Waves that have it.
    lines : dict
        Wave (``all`` for all together) -> lines of `count_frequencies`.
    numbers : dict
        Wave -> summary, for a variable with values rather than answers.
    kind : str
        How the data hold it: ``integer``, ``number`` or ``string``.
    invented : bool
        On reconstructed records: made of several questions, so that even its counts are invented.
    """

    variable: Variable
    waves: tuple[str, ...]
    lines: Mapping[str, list[dict[str, Any]]]
    numbers: Mapping[str, Numbers]
    kind: str = "integer"
    invented: bool = False


def describe(
    pooled: Pooled, language: str, no_answer: str, invented: Collection[str] = ()
) -> list[Distribution]:
    """Count every variable, unweighted, wave by wave and in all.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook
    >>> from resurvey.waves.deposit.pooled_file import pool_waves
    >>> from resurvey.core.codebook import Survey
    >>> data = pd.DataFrame({"q": pd.array([1, 2, None], "Int64")})
    >>> book = Codebook({"q": Variable("q", codes={1: {}, 2: {}})})
    >>> pooled = pool_waves({"2022": Survey(data, book)}, {}, {"en": "Wave"})
    >>> [line["count"] for line in describe(pooled, "en", "No answer")[1].lines["2022"]]
    [1, 1, 1]
    """
    found: dict[str, dict[str, list[dict[str, Any]]]] = {name: {} for name in pooled.codebook}
    for wave in pooled.waves:
        survey = pooled.of_wave(wave)
        for line in count_frequencies(survey, language, no_answer, invented):
            if wave in pooled.asked[line["variable"]]:
                found[line["variable"]].setdefault(wave, []).append(line)
    for name in [variable for variable, role in pooled.roles.items() if role == "id"]:
        found[name] = {wave: _unlisted(lines) for wave, lines in found[name].items()}
    described = []
    for name, variable in pooled.codebook.variables.items():
        lines = found[name]
        if lines:
            lines = {ALL: _together(list(lines.values())), **lines}
        described.append(
            Distribution(
                variable,
                pooled.asked[name],
                lines,
                _numbers(pooled, variable) if name not in invented else {},
                {"Int64": "integer", "str": "string"}.get(
                    str(pooled.survey.data[name].dtype), "number"
                ),
                name in invented,
            )
        )
    return described


def codebook_lines(described: Collection[Distribution]) -> list[dict[str, Any]]:
    """Write distributions as lines of ``codebook.csv``."""
    made = []
    for distribution in described:
        shared = {"measure": distribution.variable.measure}
        for wave, lines in distribution.lines.items():
            for line in lines:
                reason = distribution.variable.reasons.get(line["code"], "")
                made.append({**line, **shared, "wave": wave, "reason": reason})
        if not distribution.lines:
            label = distribution.variable.title()
            made.append(
                {"variable": distribution.variable.name, "label": label, "wave": ALL, **shared}
            )
    return made


def _unlisted(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Count the values of an id without listing them, however few there are."""
    values = [line for line in lines if line["kind"] in ("answer", "values")]
    others = [line for line in lines if line["kind"] not in ("answer", "values")]
    if not values:
        return others
    first = values[0]
    count = sum(line["count"] for line in values)
    shares = {
        key: 100 * count / of if of else None
        for key, of in (("percent", first["respondents"]), ("valid_percent", first["base"]))
    }
    blank = {"code": "", "answer": "", "kind": "values", "count": count}
    return [{**first, **blank, **shares}, *others]


def _together(waves: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Add up the counts of all waves, answers in the codebook's order."""
    added: dict[tuple[str, Any], dict[str, Any]] = {}
    for lines in waves:
        for line in lines:
            key = line["kind"], line["code"]
            if key not in added:
                added[key] = {**line, "count": 0}
            added[key]["count"] += line["count"]
    respondents = sum(lines[0]["respondents"] for lines in waves)
    base = sum(lines[0]["base"] for lines in waves)
    kinds = ["answer", "values", "user_missing", "system_missing"]
    made = []
    for line in sorted(added.values(), key=lambda line: kinds.index(line["kind"])):
        valid = line["kind"] in ("answer", "values") and base
        made.append(
            {
                **line,
                "respondents": respondents,
                "base": base,
                "percent": 100 * line["count"] / respondents if respondents else None,
                "valid_percent": 100 * line["count"] / base if valid else None,
            }
        )
    return made


def _numbers(pooled: Pooled, variable: Variable) -> dict[str, Numbers]:
    """Summaries of a measured variable; none for answers, texts and ids."""
    if variable.measure != "scale" or pooled.roles.get(variable.name) == "id":
        return {}
    column = pooled.survey.data[variable.name]
    if str(column.dtype) == "str":
        return {}
    values = column.to_numpy("float64", na_value=np.nan)
    for code in np.unique(values[~np.isnan(values)]):
        if variable.is_missing(float(code)):
            values[values == code] = np.nan
    waves = pooled.survey.data[WAVE].to_numpy()
    found = {}
    for wave in (ALL, *pooled.asked[variable.name]):
        own = values[~np.isnan(values) & ((waves == wave) | (wave == ALL))]
        if own.size:
            spread = float(own.std(ddof=1)) if own.size > 1 else float("nan")
            ends = float(own.min()), float(own.max())
            found[wave] = Numbers(own.size, float(own.mean()), spread, *ends)
    return found
