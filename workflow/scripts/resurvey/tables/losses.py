"""Losses: the respondents that the base of a question is without, each with the reason why."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from resurvey.core.codebook import REASONS
from resurvey.core.counting import count_rows, encode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resurvey.core.survey import Survey
    from resurvey.counts.design import PreparedDesign

NO_ANSWER = (*REASONS, "system_missing", "none_chosen")
"""Why there is no answer; `none_chosen` is of a question with several answers."""
NO_WEIGHT = ("no_weight", "zero_weight")
NO_GROUP = "no_group"
LOSS_COLUMNS = tuple(f"lost_{reason}" for reason in (*NO_ANSWER, *NO_WEIGHT, NO_GROUP))
"""On the total of all respondents: respondents = unweighted_base + all but the last of these."""


def question_losses(
    survey: "Survey",
    items: Sequence[str],
    group: str | None = None,
    ready: "PreparedDesign | None" = None,
    in_base: "NDArray[np.bool_] | None" = None,
) -> dict[str, int]:
    """Count the respondents that are not in the base of a question, by reason.

    Returns
    -------
    dict
        Keys `LOSS_COLUMNS`. Every respondent outside the base is in one of them: an absent answer
        comes before an absent weight. `lost_no_group` counts those of the base that are in no
        group, and so only in the column of all respondents.

    Examples
    --------
    >>> import pandas as pd
    >>> from resurvey.core.codebook import Codebook, Variable
    >>> from resurvey.core.survey import Survey
    >>> job = Variable("job", codes={1: {}, 9: {}}, missing=(9,), reasons={9: "not_asked"})
    >>> people = Survey(pd.DataFrame({"job": [1, 9, None, 1]}), Codebook({"job": job}))
    >>> {reason: count for reason, count in question_losses(people, ["job"]).items() if count}
    {'lost_not_asked': 1, 'lost_system_missing': 1}
    """
    states = _states(survey, items[0])
    if in_base is not None:
        for item in items[1:]:
            # Whoever was asked any of the options was asked the question.
            states = np.minimum(states, _states(survey, item))
        states = np.where(states == 0, 1 + NO_ANSWER.index("none_chosen"), states)
        states = np.where(in_base, 0, states)
    people = None if ready is None else ready.people
    counts = count_rows(states, len(NO_ANSWER) + 1, people)
    found = dict.fromkeys(LOSS_COLUMNS, 0)
    found |= {f"lost_{reason}": int(counts[at]) for at, reason in enumerate(NO_ANSWER, 1)}
    answered = states == 0
    if ready is not None:
        without = answered & (ready.weights == 0)
        absent = without & ready.absent if ready.absent is not None else without & False
        if people is None:
            found["lost_no_weight"] = int(absent.sum())
            found["lost_zero_weight"] = int(without.sum()) - found["lost_no_weight"]
        answered = answered & ~without
    if group is not None:
        across, codes = encode(survey.data[group], survey.codebook[group])
        outside = answered & (across == len(codes))
        found["lost_no_group"] = int((outside if people is None else people[outside]).sum())
    return found


def _states(survey: "Survey", name: str) -> "NDArray[np.int64]":
    """For every respondent 0 where there is an answer, else the number of the reason from 1."""
    variable = survey.codebook[name]
    everything = replace(variable, missing=(), missing_ranges=())
    positions, codes = encode(survey.data[name], everything)
    numbers = {reason: at for at, reason in enumerate(NO_ANSWER, 1)}
    table = [
        numbers[variable.reasons.get(code, "other")] if variable.is_missing(code) else 0
        for code in codes
    ]
    states: NDArray[np.int64] = np.array([*table, numbers["system_missing"]], np.int64)[positions]
    return states
