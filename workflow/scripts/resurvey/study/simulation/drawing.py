"""Drawing: respondents of every wave, some of them the same persons as in the wave before."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from resurvey.core.codebook import Code
from resurvey.study.simulation.model import Model, Question

if TYPE_CHECKING:
    import pandas as pd

FIRST_PERSON = 900001
"""Numbers from here on: no one takes them for those of respondents."""


def draw_waves(
    model: Model, waves: Mapping[str, Mapping[str, Any]], identifier: str
) -> "dict[str, pd.DataFrame]":
    """Draw the respondents of successive waves.

    Each person has, for every question, a position between 0 and 1, which the shares of the
    person's group turn into an answer. A panel member keeps each position with the chance
    `stability` and draws a new one otherwise: in every wave the answers follow the true shares
    exactly, and between waves the same person tends to answer alike.

    Examples
    --------
    >>> sex = Question("sex", (1, 2), {None: (0.5, 0.5)})
    >>> rounds = {"a": {"respondents": 4}, "b": {"respondents": 4, "panel": 0.5}}
    >>> waves = draw_waves(Model(7, "sex", {"sex": sex}), rounds, "person")
    >>> len(set(waves["a"]["person"]) & set(waves["b"]["person"]))
    2
    >>> len(set(waves["a"]["person"]) | set(waves["b"]["person"]))
    6
    """
    names = list(model.questions)
    drawn = {}
    persons = np.empty(0, dtype=np.int64)
    positions = np.empty((0, len(names)))
    known = 0
    for number, (wave, spec) in enumerate(waves.items()):
        chance = np.random.default_rng([model.seed, number])
        wanted = spec["respondents"]
        again = min(wanted, int(spec.get("panel", 0) * len(persons)))
        kept = chance.choice(len(persons), again, replace=False)
        fresh = np.arange(FIRST_PERSON + known, FIRST_PERSON + known + wanted - again)
        known += wanted - again
        moved = chance.random((wanted, len(names)))
        stable = chance.random((again, len(names))) < spec.get("stability", 1)
        stable[:, names.index(model.groups)] = True
        moved[:again] = np.where(stable, positions[kept], moved[:again])
        persons, positions = np.concatenate([persons[kept], fresh]), moved
        order = np.argsort(persons)
        persons, positions = persons[order], positions[order]
        drawn[wave] = _answers(
            model, list(waves)[: number + 1], persons, positions, chance, identifier
        )
    return drawn


def _answers(
    model: Model,
    waves: list[str],
    persons: np.ndarray,
    positions: np.ndarray,
    chance: np.random.Generator,
    identifier: str,
) -> "pd.DataFrame":
    """Turn positions into answers, filters and refusals."""
    import pandas as pd

    columns: dict[str, Any] = {identifier: pd.array(persons, dtype="Int64")}
    groups: np.ndarray | None = None
    answers: dict[str, np.ndarray] = {}
    for place, (name, question) in enumerate(model.questions.items()):
        position = positions[:, place]
        given = _inverted(question, waves, position, groups)
        if name == model.groups:
            groups = given
        answers[name] = given
        asked = np.ones(len(given), bool)
        if question.asked is not None:
            source, codes = question.asked
            asked = np.isin(answers[source], codes)
        refusing = chance.random(len(given))
        if model.no_answer is not None and name != model.groups:
            code, share = model.no_answer
            given = np.where(refusing < share, code, given)
        columns[name] = pd.arrays.IntegerArray(given.astype("int64"), ~asked)
    return pd.DataFrame(columns)


def _inverted(
    question: Question, waves: list[str], position: np.ndarray, groups: np.ndarray | None
) -> np.ndarray:
    """Find the answer at each position of the cumulated shares."""
    codes = np.array(question.codes)
    given = np.empty(len(position), dtype=np.int64)
    members: list[tuple[Code | None, np.ndarray]]
    if groups is None or None in question.shares:
        members = [(None, np.ones(len(position), bool))]
    else:
        members = [(group, groups == group) for group in question.shares]
    for group, inside in members:
        ends = np.cumsum(question.shares_in(waves, group))
        places = np.searchsorted(ends / ends[-1], position[inside], side="right")
        given[inside] = codes[np.minimum(places, len(codes) - 1)]
    return given
